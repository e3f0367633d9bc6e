/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is learned of an action that is known already. */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-draft.h"

static char *
either (const char *first, const char *second)
{
  return g_strdup (first != NULL ? first : second);
}

KzAction *
kz_engine_merge_actions (const KzAction *known, const KzAction *later, gboolean ids_count)
{
  KzAction *merged = kz_action_new (known->kind, known->kind_raw, known->group_id);
  const KzPerson *sender = known->sender != NULL ? known->sender : later->sender;
  const GPtrArray *media;

  merged->reference_id = ids_count ? either (later->reference_id, known->reference_id)
                                   : either (known->reference_id, later->reference_id);
  merged->action_id = either (known->action_id, later->action_id);
  merged->package_id = either (known->package_id, later->package_id);
  merged->source_group_id = either (known->source_group_id, later->source_group_id);
  merged->sender = sender != NULL ? kz_person_ref ((KzPerson *) sender) : NULL;
  merged->sent_us = later->sent_us != 0 ? later->sent_us : known->sent_us;
  merged->title = either (known->title, later->title);
  merged->text = either (known->text, later->text);
  merged->choices = g_strdupv (known->choices != NULL ? known->choices : later->choices);
  for (guint i = 0; i < known->questions->len || i < later->questions->len; i++) {
    const GPtrArray *from = known->questions->len > 0 ? known->questions : later->questions;

    if (i < from->len)
      g_ptr_array_add (merged->questions, kz_question_copy (g_ptr_array_index (from, i)));
  }
  media = known->media->len > 0 ? known->media : later->media;
  for (guint i = 0; i < media->len; i++)
    g_ptr_array_add (merged->media, kz_media_ref_copy (g_ptr_array_index (media, i)));
  merged->place = known->place.known ? known->place : later->place;
  merged->place.name = g_strdup (merged->place.name);
  merged->assigned_to =
      g_strdupv (known->assigned_to != NULL ? known->assigned_to : later->assigned_to);
  merged->subscribers =
      g_strdupv (known->subscribers != NULL ? known->subscribers : later->subscribers);
  /* It can be moved: what a list says now counts. */
  merged->due_us = later->due_us != 0 && (ids_count || known->due_us == 0) ? later->due_us
                                                                           : known->due_us;
  merged->start_us = known->start_us != 0 ? known->start_us : later->start_us;
  merged->duration_min = MAX (known->duration_min, later->duration_min);
  merged->response_count = later->response_count;
  merged->assignee_count = later->assignee_count;
  merged->is_completed = later->is_completed;
  merged->is_anonymous = known->is_anonymous || later->is_anonymous;
  merged->is_sender_only = known->is_sender_only || later->is_sender_only;
  merged->accept_multiple = known->accept_multiple || later->accept_multiple;
  return merged;
}

void
kz_engine_name_counts (KzOpenAction *open, GStrv choices)
{
  const KzTally *nameless = open->tally;
  KzTally *named;

  if (choices == NULL || nameless == NULL || nameless->choices != NULL ||
      nameless->counts == NULL || nameless->counts->len != g_strv_length (choices))
    return;
  named = kz_engine_copy_tally (open);
  g_strfreev (named->choices);
  named->choices = g_strdupv (choices);
  if (named->counts == NULL)
    named->counts = g_array_copy (nameless->counts);
  kz_tally_unref (open->tally);
  open->tally = named;
}

static void
replace_action (KzEngine *self, KzOpenAction *open, KzAction *merged)
{
  kz_store_update_action (self->store, open, merged);
  if (!open->is_bare || !kz_action_has_texts (merged))
    return;
  open->is_bare = FALSE;
  kz_engine_name_counts (open, open->action->choices);
}

void
kz_engine_learn_ids (KzEngine *self, const KzAction *action, KzSource source)
{
  KzOpenAction *open = kz_store_find_action (self->store, action->action_id, action->reference_id);
  /* The reference of a delivery is inferred, that of a list is not. Nor has a delivery a time, and of our
   * own we only know our own clock; but how far back a list must go is told by it. */
  gboolean ids_count = source == KZ_SOURCE_POLL;

  if (open == NULL)
    return;
  if ((action->reference_id != NULL && (ids_count || open->action->reference_id == NULL) &&
       g_strcmp0 (action->reference_id, open->action->reference_id) != 0) ||
      (ids_count && action->sent_us != 0 && action->sent_us != open->action->sent_us) ||
      (ids_count && action->due_us != 0 && action->due_us != open->action->due_us) ||
      (action->action_id != NULL && open->action->action_id == NULL) ||
      (action->choices != NULL && open->action->choices == NULL) ||
      (open->is_bare && kz_action_has_texts (action))) {
    g_autoptr (KzAction) merged = kz_engine_merge_actions (open->action, action, ids_count);

    replace_action (self, open, merged);
  }
}

void
kz_engine_learn_details (KzEngine *self, const KzAction *details)
{
  KzOpenAction *open =
      kz_store_find_action (self->store, details->action_id, details->reference_id);
  g_autoptr (KzAction) merged = NULL;

  if (open == NULL)
    return;
  merged = kz_engine_merge_actions (open->action, details, FALSE);
  replace_action (self, open, merged);
}

/* Some tell only a title, or only where a file is. */
static gboolean
tells_more (const KzAction *known, const KzAction *told)
{
  return (told->title != NULL && known->title == NULL) ||
         (told->text != NULL && known->text == NULL) ||
         (told->choices != NULL && known->choices == NULL) ||
         (told->questions->len > 0 && known->questions->len == 0) ||
         (told->media->len > 0 && known->media->len == 0);
}

void
kz_engine_learn_texts (KzEngine *self, const KzAction *told)
{
  const KzOpenAction *open =
      kz_store_find_action (self->store, told->action_id, told->reference_id);

  if (open != NULL && tells_more (open->action, told))
    kz_engine_learn_details (self, told);
}

void
kz_engine_move_due (KzEngine *self, KzOpenAction *open, gint64 due_us)
{
  g_autoptr (KzAction) moved = kz_engine_merge_actions (open->action, open->action, TRUE);

  moved->due_us = due_us;
  kz_store_update_action (self->store, open, moved);
}
