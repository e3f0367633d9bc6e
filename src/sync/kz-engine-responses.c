/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include <string.h>

/* A response is edited under its own id (API §19): what it says tells the versions apart.
 * (nullable) without an id. */
char *
kz_engine_response_key (const KzResponse *response)
{
  g_autoptr (GChecksum) checksum = NULL;

  if (response->response_id == NULL)
    return NULL;
  if (response->is_completed != KZ_TRI_UNKNOWN)
    return g_strdup_printf ("p:%s:%d", response->response_id, (int) response->is_completed);
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < response->answers->len; i++) {
    const char *answer = g_ptr_array_index (response->answers, i);

    /* With the final NUL, so that answers do not run together. */
    g_checksum_update (checksum, (const guchar *) answer, (gssize) strlen (answer) + 1);
  }
  return g_strdup_printf ("p:%s:%.16s", response->response_id, g_checksum_get_string (checksum));
}

KzTally *
kz_engine_copy_tally (const KzOpenAction *open)
{
  KzTally *copy = kz_tally_from_action (open->action);
  const KzTally *old = open->tally;

  if (old == NULL)
    return copy;
  copy->response_count = old->response_count;
  copy->assignee_count = old->assignee_count;
  copy->is_completed = old->is_completed;
  copy->due_us = old->due_us;
  if (old->choices != NULL) {
    g_strfreev (copy->choices);
    copy->choices = g_strdupv (old->choices);
  }
  if (old->counts != NULL)
    copy->counts = g_array_copy (old->counts);
  return copy;
}

/* A poll counted it before and could not name it. */
static gboolean
take_waiting (KzEngine *self, const KzOpenAction *open)
{
  const KzAction *action = open->action;
  GHashTable *waiting_names = kz_engine_matters (self, action->group_id)->waiting_names;
  guint waiting = action->action_id != NULL
                      ? GPOINTER_TO_UINT (g_hash_table_lookup (waiting_names, action->action_id))
                      : 0;

  if (waiting == 1)
    g_hash_table_remove (waiting_names, action->action_id);
  else if (waiting > 1)
    g_hash_table_replace (waiting_names, g_strdup (action->action_id),
                          GUINT_TO_POINTER (waiting - 1));
  return waiting > 0;
}

/* --- Counting what was shown just now, so that the next poll does not announce it --- */

/* (nullable): where that choice is counted. */
static int *
count_of (const KzTally *tally, const char *title)
{
  for (guint i = 0; tally->counts != NULL && title != NULL && i < tally->counts->len; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): g_renew() keeps what was there. */
    if (g_strcmp0 (tally->choices[i], title) == 0)
      return &g_array_index (tally->counts, int, i);
  return NULL;
}

/* A place to count it; a meeting has the choices that somebody took. */
static void
make_room_for (KzTally *tally, const char *title)
{
  guint n_choices = tally->choices != NULL ? g_strv_length (tally->choices) : 0;

  if (tally->kind == KZ_ACTION_LETS_MEET &&
      (n_choices == 0 || !g_strv_contains ((const char *const *) tally->choices, title))) {
    tally->choices = g_renew (char *, tally->choices, n_choices + 2);
    tally->choices[n_choices++] = g_strdup (title);
    tally->choices[n_choices] = NULL;
  }
  if (tally->choices == NULL)
    return;
  if (tally->counts == NULL)
    tally->counts = g_array_new (FALSE, TRUE, sizeof (int));
  if (tally->counts->len < n_choices)
    g_array_set_size (tally->counts, n_choices);
}

/* (nullable): the choice of a poll or a meeting that it took. */
static const char *
choice_of (const KzOpenAction *open, const KzResponse *response)
{
  KzActionKind kind = open->action->kind;

  return (kind == KZ_ACTION_POLL || kind == KZ_ACTION_LETS_MEET) && response->answers->len > 0
             ? g_ptr_array_index (response->answers, 0)
             : NULL;
}

/* @tally: (transfer full). */
static void
set_tally (KzEngine *self, KzOpenAction *open, KzTally *tally)
{
  kz_tally_unref (open->tally);
  open->tally = tally;
  kz_store_changed (self->store);
  kz_poller_outdate_details (self->poller);
}

/* A deed that was told, and after which nobody knows how it stands: the next tally differs by it. */
static void
note_uncounted (KzEngine *self, const KzOpenAction *open)
{
  GHashTable *uncounted = kz_engine_need_matters (self, open->action->group_id)->uncounted;
  const char *action_id = open->action->action_id;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (uncounted, action_id));

  g_hash_table_replace (uncounted, g_strdup (action_id), GUINT_TO_POINTER (n + 1));
  kz_poller_outdate_details (self->poller);
}

static void
count_first (KzEngine *self, KzOpenAction *open, const KzResponse *response)
{
  const char *choice = choice_of (open, response);
  KzTally *tally;
  int *count;

  if (take_waiting (self, open))
    return;
  tally = kz_engine_copy_tally (open);
  tally->response_count = MAX (tally->response_count, 0) + 1;
  if (choice != NULL)
    make_room_for (tally, choice);
  count = count_of (tally, choice);
  if (count != NULL)
    (*count)++;
  set_tally (self, open, tally);
}

/* Our own answer: nobody else's earlier choice is known. */
static void
count_change (KzEngine *self, KzOpenAction *open, const KzResponse *response)
{
  const char *choice = choice_of (open, response);
  KzTally *tally = kz_engine_copy_tally (open);
  int *count = count_of (tally, open->own_choice);

  /* Where nobody is counted, a poll has told of the change already. */
  if (choice == NULL || count == NULL || *count == 0 || g_strcmp0 (choice, open->own_choice) == 0) {
    kz_tally_unref (tally);
    return;
  }
  (*count)--;
  make_room_for (tally, choice);
  count = count_of (tally, choice);
  if (count != NULL)
    (*count)++;
  set_tally (self, open, tally);
}

/* Somebody who opened a job again, or finished it once more, is counted otherwise than at first. */
static gboolean
is_job_change (KzEngine *self, const KzOpenAction *open, const KzResponse *response)
{
  g_autofree char *reopened = g_strdup_printf ("p:%s:%d", response->response_id, (int) KZ_TRI_NO);
  const char *ids[] = {reopened, NULL};

  return response->is_completed == KZ_TRI_NO ||
         (response->response_id != NULL && kz_engine_knows (self, open->action->group_id, ids));
}

/* While it waited, for its room or its action, the service has counted it. */
static gboolean
is_counted (const KzOpenAction *open, const KzKept *kept)
{
  return kept != NULL && open->tally != NULL && open->counted_us > kept->arrived_us;
}

/* Details that nobody could tell from what was there before us have counted it. */
static gboolean
was_named (KzEngine *self, const KzOpenAction *open, const char *key)
{
  GHashTable *named = kz_engine_matters (self, open->action->group_id)->named;

  return key != NULL && g_hash_table_remove (named, key) && open->tally != NULL;
}

/* Returns whether the tally of @open tells how it stands now. */
static gboolean
count_response (KzEngine *self, KzOpenAction *open, const KzResponse *response, gboolean is_own)
{
  gboolean is_again = is_own && open->own_response_id != NULL &&
                      g_strcmp0 (response->response_id, open->own_response_id) == 0;

  if (open->tally == NULL || open->action->action_id == NULL)
    return FALSE;
  if (open->action->kind == KZ_ACTION_JOB && is_job_change (self, open, response)) {
    note_uncounted (self, open);
    return FALSE;
  }
  if (!response->is_update && !is_again) {
    /* Without a count of the service from before, ours may be too low. */
    gboolean was_counted = open->tally->response_count >= 0;

    count_first (self, open, response);
    return was_counted;
  }
  if (is_own)
    count_change (self, open, response);
  else
    note_uncounted (self, open);
  return is_own && open->tally->response_count >= 0;
}

static void
remember_own (KzEngine *self, KzOpenAction *open, const KzResponse *response)
{
  const char *choice = choice_of (open, response);

  g_free (open->own_response_id);
  open->own_response_id = g_strdup (response->response_id);
  g_free (open->own_choice);
  open->own_choice =
      open->tally != NULL && count_of (open->tally, choice) != NULL ? g_strdup (choice) : NULL;
  kz_store_changed (self->store);
}

gboolean
kz_engine_take_response (KzEngine *self,
                         KzResponse *response,
                         KzSource source,
                         KzTally *standing,
                         const KzKept *kept)
{
  g_autofree char *key = kz_engine_response_key (response);
  const char *ids[] = {key, NULL};
  KzOpenAction *open = kz_store_find_action (self->store, response->action_id, NULL);
  const char *group_id = open != NULL ? open->action->group_id : response->group_id;
  g_autofree char *group_copy = g_strdup (group_id);
  gboolean is_echo = source != KZ_SOURCE_OWN && response->response_id != NULL &&
                     g_hash_table_remove (self->own_responses, response->response_id);
  KzEvent *event;

  kz_directory_learn_for_good (self->directory, response->responder);
  /* Of our own whoever did it knows whether it was shown: one may come back to an earlier answer. */
  if (group_copy == NULL ||
      (source != KZ_SOURCE_OWN && key != NULL && kz_engine_knows (self, group_copy, ids)))
    return FALSE;
  if (is_echo) {
    kz_engine_mark (self, group_copy, ids);
    return FALSE;
  }
  event = kz_event_new (KZ_EVENT_RESPONSE, source, group_copy);
  event->response = kz_response_ref (response);
  event->sender = response->responder != NULL ? kz_person_ref (response->responder) : NULL;
  event->is_own = kz_directory_is_own (self->directory, response->responder);
  kz_engine_date_event (event, kept);
  if (source != KZ_SOURCE_OWN && key != NULL && kz_store_may_be_seen (self->store, group_copy, ids))
    event->maybe_seen = TRUE;
  if (source == KZ_SOURCE_POLL && key != NULL)
    kz_store_showing (self->store, group_copy, ids);
  if (open != NULL) {
    event->action = kz_action_ref (open->action);
    event->handle = g_strdup (open->handle);
    if (is_counted (open, kept) || was_named (self, open, key) ||
        (source != KZ_SOURCE_POLL && count_response (self, open, response, event->is_own)))
      standing = open->tally;
    event->tally = standing != NULL ? kz_tally_ref (standing) : NULL;
    if (event->is_own && response->response_id != NULL)
      remember_own (self, open, response);
  }
  kz_engine_emit (self, event);
  if (kz_engine_is_alive (self))
    kz_engine_mark (self, group_copy, ids);
  return TRUE;
}
