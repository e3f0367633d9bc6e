/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-error.h"

#include <string.h>

/* After its answer, an echo under another id is waited for so long. */
#define ECHO_KEPT_US (10 * 60 * G_USEC_PER_SEC)

/**
 * KzOwnPost:
 * @kind: UNKNOWN: a text
 * @ids: (nullable): "r:..." and "a:...", once its answer came
 * @echo: (nullable): the action of the echo that came before the answer
 * @echo_text: (nullable): likewise of a text
 */
struct _KzOwnPost {
  char *group_id;
  KzActionKind kind;
  char *title;
  char *text;
  GStrv ids;
  gint64 posted_us; /* monotonic */
  KzAction *echo;
  char *echo_text;
};

void
kz_own_post_free (gpointer data)
{
  KzOwnPost *post = data;

  g_free (post->group_id);
  g_free (post->title);
  g_free (post->text);
  g_strfreev (post->ids);
  g_clear_pointer (&post->echo, kz_action_unref);
  g_free (post->echo_text);
  g_free (post);
}

KzOwnPost *
kz_engine_expect_own (
    KzEngine *self, const char *group_id, KzActionKind kind, const char *title, const char *text)
{
  KzOwnPost *post = g_new0 (KzOwnPost, 1);

  post->group_id = g_strdup (group_id);
  post->kind = kind;
  post->title = g_strdup (title);
  post->text = g_strdup (text);
  g_ptr_array_add (self->own_posts, post);
  return post;
}

const KzAction *
kz_own_post_echo (const KzOwnPost *post)
{
  return post->echo;
}

static gboolean
has_echo (const KzOwnPost *post)
{
  return post->echo != NULL || post->echo_text != NULL;
}

KzPosted *
kz_own_post_rescue (const KzOwnPost *post, const GError *error)
{
  if (!has_echo (post) || !g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED))
    return NULL;
  return kz_posted_new (post->echo != NULL ? post->echo->reference_id : NULL,
                        post->echo != NULL ? post->echo->action_id : NULL);
}

/* --- Its answer --- */

static GStrv
ids_of (const KzPosted *posted)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (posted->reference_id != NULL) {
    g_autofree char *id = g_strconcat ("r:", posted->reference_id, NULL);

    g_strv_builder_add (builder, id);
  }
  if (posted->action_id != NULL) {
    g_autofree char *id = g_strconcat ("a:", posted->action_id, NULL);

    g_strv_builder_add (builder, id);
  }
  return g_strv_builder_end (builder);
}

gboolean
kz_engine_own_posted (KzEngine *self, KzOwnPost *post, const KzPosted *posted)
{
  g_auto (GStrv) ids = ids_of (posted);
  gboolean is_known =
      !has_echo (post) && kz_engine_knows (self, post->group_id, (const char *const *) ids);

  kz_engine_mark (self, post->group_id, (const char *const *) ids);
  if (is_known || has_echo (post)) {
    g_ptr_array_remove (self->own_posts, post);
    return !is_known;
  }
  post->ids = g_steal_pointer (&ids);
  post->posted_us = kz_clock_monotonic_us (self->clock);
  return TRUE;
}

void
kz_engine_own_failed (KzEngine *self, KzOwnPost *post)
{
  guint index;

  if (!g_ptr_array_find (self->own_posts, post, &index))
    return;
  post = g_ptr_array_steal_index (self->own_posts, index);
  if (kz_engine_is_up (self) && post->echo != NULL)
    kz_engine_show_own_action (self, post->echo);
  else if (kz_engine_is_up (self) && post->echo_text != NULL) {
    KzEvent *event = kz_event_new (KZ_EVENT_MESSAGE, KZ_SOURCE_WEBHOOK, post->group_id);

    event->sender = kz_person_from_wire (kz_directory_own_user_id (self->directory), self->phone,
                                         kz_directory_own_name (self->directory), NULL);
    event->text = kz_text_new (post->group_id, NULL, event->sender, post->echo_text);
    event->is_own = TRUE;
    kz_engine_emit (self, event);
  }
  kz_own_post_free (post);
}

/* --- Its echo --- */

/* As a person reads it: the service may fold the ends of lines. (transfer full) */
static char *
plain (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\r\n", -1);
  char *joined = g_strjoinv ("\n", lines);

  return g_strstrip (joined);
}

/* What only one of them tells does not tell them apart: the service fills in titles by itself. */
static gboolean
agrees (const char *ours, const char *theirs)
{
  g_autofree char *a = plain (ours);
  g_autofree char *b = plain (theirs);

  return *a == '\0' || *b == '\0' || g_str_equal (a, b);
}

static gboolean
is_echo_of (const KzOwnPost *post, const char *group_id, const KzAction *action, const char *text)
{
  if (!g_str_equal (post->group_id, group_id))
    return FALSE;
  if (action == NULL)
    return post->kind == KZ_ACTION_UNKNOWN && text != NULL && agrees (post->text, text);
  return post->kind == action->kind && agrees (post->title, action->title) &&
         agrees (post->text, action->text);
}

static void
tidy (KzEngine *self)
{
  gint64 old_us = kz_clock_monotonic_us (self->clock) - ECHO_KEPT_US;

  for (guint i = self->own_posts->len; i > 0; i--) {
    const KzOwnPost *post = g_ptr_array_index (self->own_posts, i - 1);

    if (post->ids != NULL && post->posted_us < old_us)
      g_ptr_array_remove_index (self->own_posts, i - 1);
  }
}

gboolean
kz_engine_take_own_echo (KzEngine *self,
                         const char *group_id,
                         KzAction *action,
                         const char *text,
                         const char *const *ids,
                         KzSource source)
{
  tidy (self);
  for (guint i = 0; i < self->own_posts->len; i++) {
    KzOwnPost *post = g_ptr_array_index (self->own_posts, i);

    /* Lists have the reference that the answer had. */
    if (has_echo (post) || (post->ids != NULL && source == KZ_SOURCE_POLL) ||
        !is_echo_of (post, group_id, action, text))
      continue;
    kz_engine_mark (self, group_id, ids);
    if (post->ids != NULL)
      g_ptr_array_remove_index (self->own_posts, i);
    else if (action != NULL)
      post->echo = kz_action_ref (action);
    else
      post->echo_text = g_strdup (text);
    return TRUE;
  }
  return FALSE;
}

void
kz_engine_note_own_echo (KzEngine *self, const char *const *ids)
{
  for (guint i = 0; i < self->own_posts->len; i++) {
    const KzOwnPost *post = g_ptr_array_index (self->own_posts, i);

    for (guint j = 0; post->ids != NULL && post->ids[j] != NULL; j++) {
      if (!g_strv_contains (ids, post->ids[j]))
        continue;
      g_ptr_array_remove_index (self->own_posts, i);
      return;
    }
  }
}
