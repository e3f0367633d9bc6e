/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-limits.h"

/* Their names are asked for so often; then what was counted is told without them. */
#define NAME_TRIES 2
#define MAX_NAMED 500

/* A deed is told in one line: who did it, and how it stands then. Lists only count (API §14): what
 * they counted waits for the details, which name. Not before it is told does the count become that of
 * the open action, answer by answer, so that a sign-off in between loses nothing. */

void
kz_pending_tally_free (gpointer data)
{
  KzPendingTally *pending = data;

  kz_tally_unref (pending->tally);
  g_free (pending);
}

/* --- What differs --- */

static gboolean
int_differs (int before, int now)
{
  if (now < 0 || before == now)
    return FALSE;
  /* That nobody has answered yet is no news. */
  return before >= 0 || now > 0;
}

/* The choices of a meeting are in the order in which people took them. */
static int
count_before (const KzTally *before, const KzTally *now, guint index)
{
  const char *title = now->choices != NULL ? now->choices[index] : NULL;

  guint n_counts = before->counts != NULL ? before->counts->len : 0;

  if (index < n_counts && (title == NULL || before->choices == NULL ||
                           g_strcmp0 (before->choices[index], title) == 0))
    return g_array_index (before->counts, int, index);
  for (guint i = 0; i < n_counts; i++)
    if (title != NULL && before->choices != NULL && g_strcmp0 (before->choices[i], title) == 0)
      return g_array_index (before->counts, int, i);
  return 0;
}

static gboolean
counts_differ (const KzTally *before, const KzTally *now)
{
  for (guint i = 0; now->counts != NULL && i < now->counts->len; i++)
    if (g_array_index (now->counts, int, i) != count_before (before, now, i))
      return TRUE;
  return FALSE;
}

/* Not by the fractions that one source tells and another does not. */
static gboolean
due_differs (gint64 before_us, gint64 now_us)
{
  return before_us != 0 && now_us != 0 && ABS (now_us - before_us) >= G_TIME_SPAN_MINUTE;
}

static gboolean
tally_differs (const KzTally *before, const KzTally *now)
{
  return int_differs (before->response_count, now->response_count) || counts_differ (before, now) ||
         (before->assignee_count >= 0 &&
          int_differs (before->assignee_count, now->assignee_count)) ||
         (now->is_completed != KZ_TRI_UNKNOWN && before->is_completed != KZ_TRI_UNKNOWN &&
          now->is_completed != before->is_completed) ||
         due_differs (before->due_us, now->due_us);
}

static gboolean
is_understood (const KzTally *tally)
{
  return tally->response_count >= 0 || tally->counts != NULL ||
         tally->is_completed != KZ_TRI_UNKNOWN;
}

/* How many people's deeds make the difference of two tallies, as far as counts tell. */
static guint
deeds_between (const KzTally *before, const KzTally *now)
{
  int answers = before->response_count >= 0 && now->response_count >= 0
                    ? ABS (now->response_count - before->response_count)
                    : 0;
  int moved = 0;

  for (guint i = 0; now->counts != NULL && i < now->counts->len; i++)
    moved += ABS (g_array_index (now->counts, int, i) - count_before (before, now, i));
  if (before->is_completed != KZ_TRI_UNKNOWN && now->is_completed != KZ_TRI_UNKNOWN)
    answers = MAX (answers, before->is_completed != now->is_completed);
  return (guint) MAX (answers, (moved + 1) / 2);
}

/* --- Who it was --- */

/* Of a job that somebody opened again those who did are wanted, else those who answered. */
static gboolean
is_wanted (const KzResponse *response, gboolean is_drop)
{
  return (response->is_completed == KZ_TRI_NO) == is_drop;
}

/* A delivery told of it, and waits for its room to be opened. */
static gboolean
is_kept (KzEngine *self, const char *group_id, const char *key)
{
  const GPtrArray *kept = kz_engine_matters (self, group_id)->kept;

  for (guint i = 0; i < kept->len; i++) {
    const KzKept *one = g_ptr_array_index (kept, i);
    const KzResponse *response = one->delivery != NULL ? one->delivery->response : NULL;
    g_autofree char *other = response != NULL ? kz_engine_response_key (response) : NULL;

    if (g_strcmp0 (other, key) == 0)
      return TRUE;
  }
  return FALSE;
}

void
kz_engine_leave_to_delivery (KzEngine *self, const char *group_id, const char *key)
{
  GHashTable *named = kz_engine_need_matters (self, group_id)->named;

  /* A bound: those that are forgotten here may be taken for news later. */
  if (g_hash_table_size (named) >= MAX_NAMED)
    g_hash_table_remove_all (named);
  g_hash_table_add (named, g_strdup (key));
}

/* (transfer full) (element-type KzResponse): the last @allowed that were not known; the others become
 * known, as they were there before us, unless each of them @is_delivered, or was to be before.
 * *@is_waiting: some wait for their room. */
static GPtrArray *
fresh_responses (KzEngine *self,
                 KzTally *tally,
                 const char *group_id,
                 guint allowed,
                 gboolean is_drop,
                 gboolean is_delivered,
                 gboolean *is_waiting)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_response_unref);
  /* The latest that the ring of seen ids has room for. */
  guint to_note = KZ_SEEN_RING;

  for (guint i = tally->responses->len; i > 0 && (fresh->len < allowed || to_note > 0); i--) {
    KzResponse *response = g_ptr_array_index (tally->responses, i - 1);
    g_autofree char *key = kz_engine_response_key (response);
    const char *ids[] = {key, NULL};
    gboolean was_left;

    if (key == NULL || kz_engine_knows (self, group_id, ids))
      continue;
    if (is_kept (self, group_id, key)) {
      *is_waiting = TRUE;
      continue;
    }
    was_left = g_hash_table_contains (kz_engine_matters (self, group_id)->named, key);
    if (!was_left && fresh->len < allowed && is_wanted (response, is_drop))
      g_ptr_array_insert (fresh, 0, kz_response_ref (response));
    else if (to_note > 0) {
      if (is_delivered || was_left)
        kz_engine_leave_to_delivery (self, group_id, key);
      else
        kz_engine_mark (self, group_id, ids);
      to_note--;
    }
  }
  return g_steal_pointer (&fresh);
}

static void
set_tally (KzEngine *self, KzOpenAction *open, KzTally *tally)
{
  kz_tally_ref (tally);
  kz_tally_unref (open->tally);
  open->tally = tally;
  open->counted_us = kz_clock_wall_us (self->clock);
  kz_store_changed (self->store);
}

/* A listener may sign off at any line: what is saved then is @tally without those that are @untold. */
static void
count_told (KzEngine *self, const char *action_id, KzTally *tally, gboolean is_drop, guint untold)
{
  KzOpenAction *open = kz_store_find_action (self->store, action_id, NULL);
  KzTally *part;

  if (open == NULL)
    return;
  set_tally (self, open, tally);
  if (untold == 0 || tally->response_count < 0)
    return;
  part = kz_engine_copy_tally (open);
  part->response_count =
      is_drop ? part->response_count + (int) untold : MAX (0, part->response_count - (int) untold);
  kz_tally_unref (open->tally);
  open->tally = part;
}

/* @standing: (nullable): said with the last of them. Returns how many lines it made. */
static guint
take_responses (KzEngine *self,
                const char *action_id,
                GPtrArray *fresh,
                KzTally *tally,
                KzTally *standing,
                gboolean is_drop)
{
  guint told = 0;

  for (guint i = 0; i < fresh->len && kz_engine_is_alive (self); i++) {
    if (fresh->len > 1)
      count_told (self, action_id, tally, is_drop, fresh->len - i - 1);
    if (kz_engine_take_response (self, g_ptr_array_index (fresh, i), KZ_SOURCE_POLL,
                                 i + 1 == fresh->len ? standing : NULL, NULL))
      told++;
  }
  return told;
}

/* Whether a job was opened again: of what counts answers, not what is done, only the end tells. */
static gboolean
is_drop (const KzTally *before, const KzTally *now)
{
  if (now->kind != KZ_ACTION_JOB || before == NULL || before->response_count < 0 ||
      now->response_count < 0)
    return FALSE;
  return now->response_count < before->response_count ||
         (now->response_count == before->response_count && before->is_completed == KZ_TRI_YES &&
          now->is_completed == KZ_TRI_NO);
}

static guint
allowed_responses (const KzTally *before, const KzTally *now)
{
  if (before == NULL)
    return 0;
  if (before->response_count < 0 || now->response_count < 0)
    return G_MAXUINT;
  if (is_drop (before, now))
    return (guint) MAX (1, before->response_count - now->response_count);
  return (guint) MAX (0, now->response_count - before->response_count);
}

/* --- Telling --- */

static void
emit_tally (KzEngine *self, const KzOpenAction *open, KzTally *tally)
{
  KzEvent *event = kz_event_new (KZ_EVENT_ACTION_CHANGED, KZ_SOURCE_POLL, open->action->group_id);

  event->handle = g_strdup (open->handle);
  event->action = kz_action_ref (open->action);
  event->tally = kz_tally_ref (tally);
  event->sender = open->action->sender != NULL ? kz_person_ref (open->action->sender) : NULL;
  kz_engine_emit (self, event);
}

/* What was told without a name is not counted again when a delivery names it. */
static void
remember_unnamed (KzEngine *self, const KzOpenAction *open, const KzTally *before, KzTally *tally)
{
  int more = tally->response_count - MAX (before->response_count, 0);

  if (more > 0)
    g_hash_table_replace (kz_engine_need_matters (self, open->action->group_id)->waiting_names,
                          g_strdup (open->action->action_id), GINT_TO_POINTER (more));
}

/* Ours was too high: fewer answers are no deed of anybody's. */
static gboolean
is_lower (const KzTally *before, const KzTally *now)
{
  return before != NULL && now->response_count >= 0 && now->response_count < before->response_count;
}

/* Lines for what is new in @tally, which counts from now on. Returns whether there were any. */
static gboolean
tell (KzEngine *self, KzOpenAction *open, KzTally *tally, gboolean is_silent)
{
  g_autoptr (KzTally) before = open->tally != NULL ? kz_tally_ref (open->tally) : NULL;
  g_autofree char *group_id = g_strdup (open->action->group_id);
  g_autofree char *action_id = g_strdup (open->action->action_id);
  g_autoptr (GPtrArray) fresh = NULL;
  gboolean is_moved = before != NULL && due_differs (before->due_us, tally->due_us);
  gboolean differs = before != NULL && tally_differs (before, tally);
  const KzMatters *matters = kz_engine_matters (self, group_id);
  guint uncounted = GPOINTER_TO_UINT (g_hash_table_lookup (matters->uncounted, action_id));
  guint allowed = allowed_responses (before, tally);
  /* What was counted and not told may still be delivered: a list counted it before anybody named it, the
   * count is too high, because it had what was delivered later, or an action that was looked up without a
   * count has been answered since. Not what the first count of an old action has, and not what is told as a
   * mere change of counts here. */
  gboolean is_delivered = (before != NULL || open->counted_us != 0) && !is_silent &&
                          (!differs || is_lower (before, tally) || allowed > 0) &&
                          self->hooks != NULL &&
                          kz_webhook_subscriptions_works (self->hooks, group_id);
  gboolean is_waiting = FALSE;
  guint told = 0;

  g_hash_table_remove (matters->pending_tallies, action_id);
  /* A delivery told of it already. */
  g_hash_table_remove (matters->uncounted, action_id);
  is_silent = is_silent || !differs ||
              (uncounted > 0 && !is_moved && deeds_between (before, tally) <= uncounted);
  set_tally (self, open, tally);
  fresh = fresh_responses (self, tally, group_id, is_silent ? 0 : allowed, is_drop (before, tally),
                           is_delivered, &is_waiting);
  /* Whoever was counted without a name has one now. */
  if (tally->responses->len > 0)
    g_hash_table_remove (matters->waiting_names, action_id);
  if (fresh->len > 0)
    told = take_responses (self, action_id, fresh, tally, is_moved ? NULL : tally,
                           is_drop (before, tally));
  open = kz_engine_is_alive (self) ? kz_store_find_action (self->store, action_id, NULL) : NULL;
  if (open != NULL && !is_silent && told == 0 && !is_waiting)
    remember_unnamed (self, open, before, tally);
  if (open != NULL && !is_silent && ((told == 0 && !is_waiting) || is_moved)) {
    emit_tally (self, open, tally);
    told++;
  }
  open = kz_engine_is_alive (self) ? kz_store_find_action (self->store, action_id, NULL) : NULL;
  if (open != NULL && tally->due_us != 0 &&
      (open->action->due_us == 0 || due_differs (open->action->due_us, tally->due_us)))
    kz_engine_move_due (self, open, tally->due_us);
  return told > 0;
}

/* --- What waits for its names --- */

static gboolean
lacks_names (const KzTally *before, const KzTally *now)
{
  return is_drop (before, now) ||
         (before != NULL && int_differs (before->response_count, now->response_count) &&
          now->response_count > before->response_count);
}

/* TRUE: it waits. *@is_news: it did not before. */
static gboolean
wait_for_names (KzEngine *self, const KzOpenAction *open, KzTally *tally, gboolean *is_news)
{
  const char *group_id = open->action->group_id;
  KzPendingTally *pending = g_hash_table_lookup (
      kz_engine_matters (self, group_id)->pending_tallies, open->action->action_id);

  *is_news = pending == NULL;
  if (!lacks_names (open->tally, tally) ||
      !kz_poller_want_details (self->poller, group_id, open->action->action_id))
    return FALSE;
  if (pending == NULL) {
    pending = g_new0 (KzPendingTally, 1);
    g_hash_table_insert (kz_engine_need_matters (self, group_id)->pending_tallies,
                         g_strdup (open->action->action_id), pending);
  }
  kz_tally_unref (pending->tally);
  pending->tally = kz_tally_ref (tally);
  return TRUE;
}

gboolean
kz_engine_no_details (const char *group_id,
                      const char *action_id,
                      gboolean is_final,
                      gpointer data)
{
  KzEngine *self = data;
  KzPendingTally *pending =
      g_hash_table_lookup (kz_engine_matters (self, group_id)->pending_tallies, action_id);
  KzOpenAction *open = kz_store_find_action (self->store, action_id, NULL);
  g_autoptr (KzTally) tally = NULL;

  if (pending == NULL || open == NULL)
    return TRUE;
  if (!is_final && ++pending->failures < NAME_TRIES)
    return FALSE;
  tally = kz_tally_ref (pending->tally);
  tell (self, open, tally, FALSE);
  return TRUE;
}

gboolean
kz_engine_take_tally (KzEngine *self, const char *action_id, KzTally *tally, KzTallySource source)
{
  KzOpenAction *open = kz_store_find_action (self->store, action_id, NULL);
  gboolean is_news = FALSE;

  if (open == NULL)
    return FALSE;
  if (!is_understood (tally)) {
    if (source == KZ_TALLY_OF_DETAILS)
      kz_engine_no_details (open->action->group_id, action_id, TRUE, self);
    return FALSE;
  }
  if (source == KZ_TALLY_OF_LIST && wait_for_names (self, open, tally, &is_news))
    return is_news;
  return tell (self, open, tally, source == KZ_TALLY_OF_RESULTS);
}
