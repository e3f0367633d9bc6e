/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-limits.h"

/* Seeds fill the ring of seen ids only so far: what is older than the mark is told by its time. */
#define SEED_MARKED 12
#define MARK_BATCH 30
/* Of the first look: so old and so many actions can be spoken of by their handles. */
#define OPEN_SEED_US (30 * G_TIME_SPAN_DAY)
#define OPEN_SEEDS 60

gboolean
kz_engine_knows (KzEngine *self, const char *group_id, const char *const *ids)
{
  return kz_cursor_knows (kz_store_group (self->store, group_id)->cursor, ids);
}

void
kz_engine_mark (KzEngine *self, const char *group_id, const char *const *ids)
{
  if (ids[0] != NULL)
    kz_store_shown (self->store, group_id, ids);
}

/* --- One action --- */

/* (transfer full): @ids and @more of one item. */
static GStrv
join_ids (const KzAction *action, const char *const *more)
{
  g_autoptr (GStrvBuilder) builder = NULL;
  g_auto (GStrv) own = kz_action_identities (action);

  if (more == NULL)
    return g_steal_pointer (&own);
  builder = g_strv_builder_new ();
  g_strv_builder_addv (builder, (const char **) own);
  for (guint i = 0; more[i] != NULL; i++) {
    if (!g_strv_contains ((const char *const *) own, more[i]))
      g_strv_builder_add (builder, more[i]);
  }
  return g_strv_builder_end (builder);
}

void
kz_engine_watch_action (KzEngine *self, const KzOpenAction *open)
{
  const KzAction *action = open->action;
  gint64 now_us = kz_clock_wall_us (self->clock);
  gint64 age_us = action->sent_us != 0 ? now_us - action->sent_us : 0;

  if (action->action_id == NULL ||
      (action->kind != KZ_ACTION_POLL && action->kind != KZ_ACTION_LETS_MEET))
    return;
  if ((action->due_us != 0 && action->due_us < now_us) || age_us > 30 * G_TIME_SPAN_DAY)
    return;
  kz_poller_watch (self->poller, action->group_id, action->action_id);
}

void
kz_engine_watch_open_actions (KzEngine *self, const char *group_id)
{
  g_autoptr (GPtrArray) actions = kz_store_open_actions (self->store);

  /* The latest first: the poller follows only so many. */
  for (guint i = actions->len; i > 0; i--) {
    const KzOpenAction *open = g_ptr_array_index (actions, i - 1);

    if (g_strcmp0 (open->action->group_id, group_id) != 0)
      continue;
    kz_engine_watch_action (self, open);
    if (kz_engine_wants_names (open))
      kz_poller_want_details (self->poller, group_id, open->action->action_id);
  }
}

/* (transfer full): what waited for its room may have been listed meanwhile, and lists begin behind that. */
static KzAction *
date_action (KzAction *action, const KzKept *kept)
{
  KzAction *dated;

  if (kept == NULL || action->sent_us != 0)
    return kz_action_ref (action);
  dated = kz_engine_merge_actions (action, action, TRUE);
  dated->sent_us = kept->arrived_us;
  return dated;
}

/* A handle for what can be answered or liked. (nullable) */
static KzOpenAction *
open_action (KzEngine *self, KzAction *action, gboolean is_history, const KzKept *kept)
{
  g_autoptr (KzAction) dated = NULL;
  g_autoptr (KzTally) tally = NULL;
  KzOpenAction *open;

  if (action->action_id == NULL && action->reference_id == NULL)
    return NULL;
  open = kz_store_find_action (self->store, action->action_id, action->reference_id);
  if (open != NULL)
    return open;
  /* What was there before us is no news; without counts its first details only set the scene. */
  if (!is_history || action->response_count >= 0)
    tally = kz_tally_from_action (action);
  dated = date_action (action, kept);
  return kz_store_add_open_action (self->store, dated, tally, 0,
                                   !is_history || action->response_count == 0);
}

void
kz_engine_meet_action (KzEngine *self, KzAction *action)
{
  /* By its other id it may be known; then its reference was not. */
  if (open_action (self, action, TRUE, NULL) != NULL)
    kz_engine_learn_ids (self, action, KZ_SOURCE_POLL);
}

/* A like made us look for it in a list, as one that was there before us; now its own line comes, by a
 * delivery, which counts nobody, or by a list. Whoever answered since is news yet. */
static void
count_from_the_line (KzEngine *self, KzOpenAction *open, KzAction *action)
{
  gboolean is_counted =
      open->counted_us != 0 || kz_ledger_length (open->answers) > 0 ||
      (open->tally != NULL && open->tally->response_count <= 0);
  guint n_owed = kz_ledger_owe_untold (open->answers);

  if (!is_counted) {
    kz_tally_unref (open->tally);
    open->tally = kz_tally_from_action (action);
    /* Those of them that are delivered before the details come are counted already. */
    open->unnamed = (guint) MAX (0, open->tally->response_count);
  }
  if (!is_counted || n_owed > 0 || !open->has_answers) {
    open->has_answers = TRUE;
    kz_store_journal_action (self->store, open);
  }
  /* Who they are. */
  if (n_owed > 0 || action->response_count > 0)
    kz_poller_want_details (self->poller, action->group_id, open->action->action_id);
}

static void
emit_action (KzEngine *self,
             KzAction *action,
             KzSource source,
             gboolean is_history,
             gboolean is_late,
             gboolean maybe_seen,
             const KzKept *kept)
{
  KzOpenAction *open = open_action (self, action, is_history, kept);
  KzEvent *event = kz_event_new (kz_action_kind_is_media (action->kind) ? KZ_EVENT_ATTACHMENT
                                                                        : KZ_EVENT_ACTION_ADDED,
                                 source, action->group_id);

  if (open != NULL) {
    if (source != KZ_SOURCE_OWN && !is_history)
      count_from_the_line (self, open, action);
    /* It may have been looked up before. */
    kz_engine_learn_ids (self, action, source);
    open->is_news = open->is_news || !is_history;
    event->handle = g_strdup (open->handle);
    kz_engine_watch_action (self, open);
  }
  event->action = kz_action_ref (action);
  event->sender = action->sender != NULL ? kz_person_ref (action->sender) : NULL;
  event->is_own = kz_directory_is_own (self->directory, action->sender);
  /* Of our own we only know our own clock. */
  event->time_us = source != KZ_SOURCE_OWN ? action->sent_us : 0;
  event->is_history = is_history;
  event->is_late = is_late && !is_history;
  kz_engine_date_event (event, kept);
  event->maybe_seen = event->maybe_seen || maybe_seen;
  kz_engine_emit (self, event);
}

void
kz_engine_show_own_action (KzEngine *self, KzAction *action)
{
  emit_action (self, action, KZ_SOURCE_OWN, FALSE, FALSE, FALSE, NULL);
}

gboolean
kz_engine_take_action (KzEngine *self,
                       KzAction *action,
                       const char *const *more_ids,
                       KzSource source,
                       gboolean is_history,
                       const KzKept *kept)
{
  g_auto (GStrv) ids = join_ids (action, more_ids);
  KzRoom *room = kz_engine_room (self, action->group_id);
  gboolean is_late = action->sent_us != 0 && (action->sent_us < room->shown_us ||
                                              kz_engine_is_before_us (self, action->sent_us));

  gboolean is_own = kz_directory_is_own (self->directory, action->sender);
  gboolean maybe_seen;

  kz_directory_learn (self->directory, action->sender);
  if (kz_engine_knows (self, action->group_id, (const char *const *) ids)) {
    if (is_own && source == KZ_SOURCE_WEBHOOK)
      kz_engine_note_own_echo (self, (const char *const *) ids);
    kz_engine_learn_ids (self, action, source);
    kz_engine_mark (self, action->group_id, (const char *const *) ids);
    return FALSE;
  }
  if (is_own && !is_history &&
      kz_engine_take_own_echo (self, action->group_id, action, NULL, (const char *const *) ids,
                               source))
    return FALSE;
  if (source == KZ_SOURCE_POLL && kept == NULL && !is_history && !is_own &&
      !kz_engine_is_aside (self, action))
    kz_engine_doubt_hook (self, action);
  /* What came before we knew the group is no news and not worth keeping. */
  if (kept == NULL &&
      (is_history ? kz_engine_is_aside (self, action) : kz_engine_put_aside (self, action)))
    return TRUE;
  room->shown_us = MAX (room->shown_us, action->sent_us);
  if (action->kind == KZ_ACTION_PACKAGE && source == KZ_SOURCE_WEBHOOK)
    kz_poller_add_package (self->poller, action->group_id, action->package_id);
  maybe_seen = kz_store_may_be_seen (self->store, action->group_id, (const char *const *) ids);
  if (source == KZ_SOURCE_POLL)
    kz_store_showing (self->store, action->group_id, (const char *const *) ids);
  emit_action (self, action, source, is_history, source == KZ_SOURCE_POLL && is_late, maybe_seen,
               kept);
  /* After it was shown, not before: a kill in between shows it again and loses nothing. */
  if (kz_engine_is_alive (self))
    kz_engine_mark (self, action->group_id, (const char *const *) ids);
  return TRUE;
}

/* --- What the poller brings --- */

/* A list on its way into its room. */
typedef struct {
  KzEngine *engine;
  GPtrArray *actions;
  guint next;
  gint64 floor_us;
  guint news;
  KzPollerShown shown;
  gpointer data;
} Listed;

static void
take_listed (KzEngine *self, Listed *listed, KzAction *action)
{
  const KzOpenAction *open =
      kz_store_find_action (self->store, action->action_id, action->reference_id);

  if (open != NULL && action->response_count >= 0 && action->action_id != NULL &&
      kz_store_find_action (self->store, action->action_id, NULL) != NULL) {
    g_autoptr (KzTally) tally = kz_tally_from_action (action);
    g_autofree char *action_id = g_strdup (action->action_id);

    /* Its line tells what it is about. */
    kz_engine_learn_texts (self, action);
    listed->news += kz_engine_take_tally (self, action_id, tally, KZ_TALLY_OF_LIST) ? 1 : 0;
  }
  /* What is older than the window was shown or seeded; its id may have left the ring. */
  if (!kz_engine_is_alive (self) ||
      (action->sent_us != 0 && action->sent_us < listed->floor_us && open == NULL))
    return;
  if (action->sent_us != 0 && action->sent_us < listed->floor_us)
    kz_engine_learn_ids (self, action, KZ_SOURCE_POLL);
  else if (kz_engine_take_action (self, action, NULL, KZ_SOURCE_POLL, FALSE, NULL))
    listed->news++;
}

static gboolean
take_listed_slice (gpointer data)
{
  Listed *listed = data;
  KzEngine *self = listed->engine;
  gsize bytes = 0;

  for (guint n = 0; n < KZ_SLICE_ITEMS && bytes < KZ_SLICE_BYTES &&
                    listed->next < listed->actions->len && kz_engine_is_alive (self);
       n++) {
    KzAction *action = g_ptr_array_index (listed->actions, listed->next++);

    bytes += kz_action_size (action);
    take_listed (self, listed, action);
  }
  if (listed->next == listed->actions->len)
    return FALSE;
  listed->shown (listed->next, listed->news, FALSE, listed->data);
  return TRUE;
}

static void
listed_taken (gpointer data)
{
  Listed *listed = data;

  listed->shown (listed->next, listed->news, TRUE, listed->data);
  g_ptr_array_unref (listed->actions);
  g_object_unref (listed->engine);
  g_free (listed);
}

static void
actions_cb (const char *group_id,
            GPtrArray *actions,
            gint64 floor_us,
            KzPollerShown shown,
            gpointer shown_data,
            gpointer data)
{
  Listed *listed = g_new0 (Listed, 1);

  listed->engine = g_object_ref (data);
  listed->actions = g_ptr_array_ref (actions);
  listed->floor_us = floor_us;
  listed->shown = shown;
  listed->data = shown_data;
  kz_engine_add_room_work (listed->engine, group_id, take_listed_slice, listed, listed_taken);
}

static gboolean
waits_cb (const char *group_id,
          GAsyncReadyCallback callback,
          GObject *source,
          GAsyncResult *result,
          gpointer callback_data,
          gpointer data)
{
  return kz_engine_room_waits (data, group_id, callback, source, result, callback_data);
}

/* Marks what the first pass found, as far as a later poll or delivery may bring it again. */
static void
mark_seeds (KzEngine *self, const char *group_id, GPtrArray *actions)
{
  g_autoptr (GHashTable) marked = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func (g_free);

  for (guint i = actions->len; i > 0; i--) {
    const KzAction *action = g_ptr_array_index (actions, i - 1);
    gpointer kind = GINT_TO_POINTER (action->kind);
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (marked, kind));
    g_auto (GStrv) ids = kz_action_identities (action);

    /* What waits for its room would never come out if it were seen. */
    if (count >= SEED_MARKED || kz_engine_is_aside (self, (KzAction *) action))
      continue;
    g_hash_table_insert (marked, kind, GUINT_TO_POINTER (count + 1));
    for (guint j = 0; ids[j] != NULL; j++)
      g_ptr_array_add (batch, g_strdup (ids[j]));
    if (batch->len < MARK_BATCH && i > 1)
      continue;
    g_ptr_array_add (batch, NULL);
    kz_engine_mark (self, group_id, (const char *const *) batch->pdata);
    g_ptr_array_set_size (batch, 0);
  }
  if (batch->len > 0) {
    g_ptr_array_add (batch, NULL);
    kz_engine_mark (self, group_id, (const char *const *) batch->pdata);
  }
}

/* What can still be answered or liked has a handle and a title, though no line shows it. */
static void
open_seeds (KzEngine *self, GPtrArray *actions, guint n)
{
  gint64 limit_us = kz_clock_wall_us (self->clock) - OPEN_SEED_US;

  for (guint i = n > OPEN_SEEDS ? n - OPEN_SEEDS : 0; i < n; i++) {
    KzAction *action = g_ptr_array_index (actions, i);
    KzOpenAction *open =
        action->sent_us == 0 || action->sent_us >= limit_us ? open_action (self, action, TRUE, NULL)
                                                            : NULL;

    if (open != NULL)
      kz_engine_watch_action (self, open);
  }
}

static void
seed_cb (const char *group_id, GPtrArray *actions, guint n_history, gpointer data)
{
  KzEngine *self = data;
  guint first = actions->len > n_history ? actions->len - n_history : 0;

  open_seeds (self, actions, first);
  for (guint i = first; i < actions->len && kz_engine_is_alive (self); i++)
    kz_engine_take_action (self, g_ptr_array_index (actions, i), NULL, KZ_SOURCE_POLL, TRUE, NULL);
  if (kz_engine_is_alive (self))
    mark_seeds (self, group_id, actions);
}

static gboolean
tally_cb (const char *group_id,
          const char *action_id,
          KzTally *tally,
          const KzAction *details,
          gpointer data)
{
  KzEngine *self = data;
  const KzOpenAction *open;
  gboolean has_changed;

  kz_engine_learn_texts (self, details);
  has_changed = kz_engine_take_tally (self, action_id, tally, KZ_TALLY_OF_DETAILS);
  if (!kz_engine_is_alive (self))
    return has_changed;
  /* Read once more after its end, and then no more. */
  open = kz_store_find_action (self->store, action_id, NULL);
  if (open == NULL ||
      (open->action->due_us != 0 && open->action->due_us < kz_clock_wall_us (self->clock)))
    kz_poller_unwatch (self->poller, group_id, action_id);
  return has_changed;
}

/* Open jobs and surveys change in a list that is asked from a date on: it must reach back to them.
 */
static gint64
listing_since_cb (const char *group_id, KzActionKind kind, gpointer data)
{
  KzEngine *self = data;
  g_autoptr (GPtrArray) actions = NULL;
  gint64 now_us = kz_clock_wall_us (self->clock);
  gint64 since_us = 0;

  if (kind != KZ_ACTION_JOB && kind != KZ_ACTION_SURVEY)
    return 0;
  actions = kz_store_open_actions (self->store);
  for (guint i = 0; i < actions->len; i++) {
    const KzOpenAction *open = g_ptr_array_index (actions, i);
    const KzAction *action = open->action;

    if (action->kind != kind || action->sent_us == 0 ||
        now_us - action->sent_us > 14 * G_TIME_SPAN_DAY ||
        (action->due_us != 0 && now_us - action->due_us > G_TIME_SPAN_DAY) ||
        (open->tally != NULL && open->tally->is_completed == KZ_TRI_YES) ||
        g_strcmp0 (action->group_id, group_id) != 0)
      continue;
    since_us = since_us == 0 ? action->sent_us : MIN (since_us, action->sent_us);
  }
  return since_us != 0 ? since_us - 60 * G_USEC_PER_SEC : 0;
}

static void
result_cb (const GError *error, gpointer data)
{
  kz_engine_note_result (data, error);
}

static void
denied_cb (const char *group_id, gpointer data)
{
  kz_engine_check_group (data, group_id);
}

const KzPollerFuncs *
kz_engine_poller_funcs (void)
{
  static const KzPollerFuncs funcs = {
      .actions = actions_cb,
      .waits = waits_cb,
      .seed = seed_cb,
      .tally = tally_cb,
      .no_details = kz_engine_no_details,
      .reactions = kz_engine_reactions,
      .wants_reactions = kz_engine_wants_reactions,
      .seeks_action = kz_engine_seeks_action,
      .found_action = kz_engine_found_action,
      .reactions_done = kz_engine_reactions_done,
      .listing_since_us = listing_since_cb,
      .result = result_cb,
      .denied = denied_cb,
  };

  return &funcs;
}
