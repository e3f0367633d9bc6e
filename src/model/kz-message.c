/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-message.h"

#include "kz-error.h"

KzText *
kz_text_new (const char *group_id, const char *reference_id, KzPerson *sender, const char *text)
{
  KzText *value = g_rc_box_new0 (KzText);

  value->group_id = g_strdup (group_id);
  value->reference_id = g_strdup (reference_id);
  value->sender = sender != NULL ? kz_person_ref (sender) : NULL;
  value->text = g_strdup (text != NULL ? text : "");
  return value;
}

KzText *
kz_text_ref (KzText *text)
{
  return g_rc_box_acquire (text);
}

static void
text_clear (gpointer data)
{
  KzText *text = data;

  g_free (text->group_id);
  g_free (text->source_group_id);
  g_free (text->reference_id);
  kz_person_unref (text->sender);
  g_free (text->text);
}

void
kz_text_unref (KzText *text)
{
  if (text != NULL)
    g_rc_box_release_full (text, text_clear);
}

KzReaction *
kz_reaction_new (const char *group_id,
                 const char *reference_id,
                 KzReactionKind kind,
                 const char *user_id)
{
  static const char *const names[] = {"Like", "Comment", ""};
  KzReaction *reaction = g_rc_box_new0 (KzReaction);

  reaction->group_id = g_strdup (group_id);
  reaction->reference_id = g_strdup (reference_id);
  reaction->kind = kind;
  reaction->kind_raw = g_strdup (names[kind]);
  reaction->user_id = g_strdup (user_id);
  reaction->count = 1;
  return reaction;
}

KzReaction *
kz_reaction_parse (const KzJson *json,
                   const char *group_id,
                   const char *reference_id,
                   KzReactionKind kind,
                   GError **error)
{
  g_autofree char *reaction_id = kz_json_dup_id (json, "reactionId");
  g_autofree char *user_id = kz_json_dup_id (json, "userId");
  const char *raw = kz_json_opt_string (json, "reactionType", NULL);
  KzReaction *reaction;

  if (reaction_id == NULL && user_id == NULL) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "A reaction has no id");
    return NULL;
  }
  reaction = kz_reaction_new (group_id, reference_id, kind, user_id);
  reaction->reaction_id = g_steal_pointer (&reaction_id);
  reaction->time_us = kz_json_opt_time_us (json, "lastModifiedTime");
  if (kind == KZ_REACTION_OTHER && raw != NULL) {
    g_free (reaction->kind_raw);
    reaction->kind_raw = g_strdup (raw);
  }
  return reaction;
}

KzReaction *
kz_reaction_ref (KzReaction *reaction)
{
  return g_rc_box_acquire (reaction);
}

static void
reaction_clear (gpointer data)
{
  KzReaction *reaction = data;

  g_free (reaction->group_id);
  g_free (reaction->reference_id);
  g_free (reaction->reaction_id);
  g_free (reaction->kind_raw);
  g_free (reaction->user_id);
  g_free (reaction->own_comment);
}

void
kz_reaction_unref (KzReaction *reaction)
{
  if (reaction != NULL)
    g_rc_box_release_full (reaction, reaction_clear);
}

KzMembership *
kz_membership_new (const char *group_id, KzMember *member, KzPerson *by, gboolean added)
{
  KzMembership *membership = g_rc_box_new0 (KzMembership);

  membership->group_id = g_strdup (group_id);
  membership->member = kz_member_ref (member);
  membership->by = by != NULL ? kz_person_ref (by) : NULL;
  membership->added = added;
  return membership;
}

KzMembership *
kz_membership_ref (KzMembership *membership)
{
  return g_rc_box_acquire (membership);
}

static void
membership_clear (gpointer data)
{
  KzMembership *membership = data;

  g_free (membership->group_id);
  kz_member_unref (membership->member);
  kz_person_unref (membership->by);
}

void
kz_membership_unref (KzMembership *membership)
{
  if (membership != NULL)
    g_rc_box_release_full (membership, membership_clear);
}

static int
add_counts (int a, int b)
{
  return a > G_MAXINT - b ? G_MAXINT : a + b;
}

KzReactionSummary *
kz_reaction_summary_parse (const KzJson *json, GError **error)
{
  const KzJson *map = kz_json_opt_object (json, "reactionsCountMap");
  g_autofree char *reference_id = NULL;
  KzReactionSummary *summary;
  const KzJson *value;
  const char *name;

  if (!kz_json_get_id (json, "referenceId", &reference_id, error))
    return NULL;
  summary = g_new0 (KzReactionSummary, 1);
  summary->reference_id = g_steal_pointer (&reference_id);
  for (guint i = 0; kz_json_member_at (map, i, &name, &value); i++) {
    int count = (int) CLAMP (kz_json_as_int (value, 0), 0, G_MAXINT);

    if (g_ascii_strcasecmp (name, "like") == 0)
      summary->likes = count;
    else if (g_ascii_strcasecmp (name, "comment") == 0)
      summary->comments = count;
    else
      summary->others = add_counts (summary->others, count);
  }
  return summary;
}

void
kz_reaction_summary_free (KzReactionSummary *summary)
{
  if (summary == NULL)
    return;
  g_free (summary->reference_id);
  g_free (summary);
}
