/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

/* Their names are asked for so often; then what was counted is told without them. */
#define NAME_TRIES 2

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
  guint n_counts;

  if (before->counts == NULL)
    return 0;
  n_counts = before->choices != NULL ? MIN (before->counts->len, g_strv_length (before->choices))
                                     : before->counts->len;

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
  /* What the same people took is no news because nobody knew it. */
  if (before->counts == NULL && before->response_count >= 0 &&
      before->response_count == now->response_count)
    return FALSE;
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

/* Whether @now tells more than who has answered. */
static gboolean
state_differs (const KzTally *before, const KzTally *now)
{
  return (before->assignee_count >= 0 &&
          int_differs (before->assignee_count, now->assignee_count)) ||
         (now->is_completed != KZ_TRI_UNKNOWN && before->is_completed != KZ_TRI_UNKNOWN &&
          now->is_completed != before->is_completed) ||
         due_differs (before->due_us, now->due_us);
}

static gboolean
tally_differs (const KzTally *before, const KzTally *now)
{
  return int_differs (before->response_count, now->response_count) || counts_differ (before, now) ||
         state_differs (before, now);
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

/* What was told without a name is not counted again when a delivery names it. @before: (nullable). */
static void
remember_unnamed (KzOpenAction *open,
                  const KzTally *before,
                  const KzTally *tally,
                  gboolean was_told)
{
  int more = before != NULL ? tally->response_count - MAX (before->response_count, 0) : 0;
  guint unnamed = kz_engine_unnamed (open, tally);

  if (!open->has_answers && was_told && more > 0)
    unnamed = open->unnamed + (guint) more;
  else if (!open->has_answers && tally->responses->len == 0)
    return;
  open->unnamed = unnamed;
}

/* Whether the counts of @tally are to be told, if no line of an answer tells them. */
static gboolean
are_counts_news (KzEngine *self, const KzOpenAction *open, const KzTally *tally)
{
  const KzTally *before = open->tally;
  GHashTable *uncounted = kz_engine_matters (self, open->action->group_id)->uncounted;
  guint n_uncounted =
      GPOINTER_TO_UINT (g_hash_table_lookup (uncounted, open->action->action_id));

  if (before == NULL || !tally_differs (before, tally) ||
      (kz_engine_names_all (open, tally) && !state_differs (before, tally)))
    return FALSE;
  /* A delivery told of it already. */
  return n_uncounted == 0 || due_differs (before->due_us, tally->due_us) ||
         deeds_between (before, tally) > n_uncounted;
}

/* Lines for what is new in @tally, which counts from now on. Returns whether there were any. */
static gboolean
tell (KzEngine *self, KzOpenAction *open, KzTally *tally, gboolean is_silent)
{
  g_autoptr (KzTally) before = open->tally != NULL ? kz_tally_ref (open->tally) : NULL;
  g_autofree char *group_id = g_strdup (open->action->group_id);
  g_autofree char *action_id = g_strdup (open->action->action_id);
  g_autoptr (GPtrArray) untold = NULL;
  gboolean is_moved = before != NULL && due_differs (before->due_us, tally->due_us);
  gboolean are_news = !is_silent && are_counts_news (self, open, tally);
  gboolean was_reopened = is_drop (before, tally);
  const KzMatters *matters = kz_engine_matters (self, group_id);
  gboolean is_waiting = FALSE;
  guint told = 0;

  g_hash_table_remove (matters->pending_tallies, action_id);
  g_hash_table_remove (matters->uncounted, action_id);
  set_tally (self, open, tally);
  untold = kz_engine_settle_answers (self, open, tally,
                                     are_news ? allowed_responses (before, tally) : 0, was_reopened,
                                     is_silent, &is_waiting);
  if (untold->len > 0)
    told = take_responses (self, action_id, untold, tally, is_moved ? NULL : tally, was_reopened);
  open = kz_engine_is_alive (self) ? kz_store_find_action (self->store, action_id, NULL) : NULL;
  if (open != NULL)
    remember_unnamed (open, before, tally, are_news && told == 0 && !is_waiting);
  if (open != NULL && are_news && ((told == 0 && !is_waiting) || is_moved)) {
    emit_tally (self, open, tally);
    told++;
    open = kz_engine_is_alive (self) ? kz_store_find_action (self->store, action_id, NULL) : NULL;
    /* After it was told: a kill in between tells it again. */
    if (open != NULL)
      kz_store_keep_answers (self->store, open, NULL, 0);
  }
  open = kz_engine_is_alive (self) ? kz_store_find_action (self->store, action_id, NULL) : NULL;
  if (open != NULL && tally->due_us != 0 &&
      (open->action->due_us == 0 || due_differs (open->action->due_us, tally->due_us)))
    kz_engine_move_due (self, open, tally->due_us);
  return told > 0;
}

/* --- What waits for its names --- */

static gboolean
lacks_names (const KzOpenAction *open, const KzTally *now)
{
  const KzTally *before = open->tally;

  /* Also when it was asked for their names, and a sign-off came first. */
  return is_drop (before, now) || kz_engine_unnamed (open, now) > open->unnamed ||
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
  if (!lacks_names (open, tally) ||
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
  KzPendingTally *pending;
  KzOpenAction *open;
  g_autoptr (KzTally) tally = NULL;

  kz_engine_show_looked_up (self, action_id);
  open = kz_engine_is_alive (self) ? kz_store_find_action (self->store, action_id, NULL) : NULL;
  if (open == NULL)
    return TRUE;
  pending = g_hash_table_lookup (kz_engine_matters (self, group_id)->pending_tallies, action_id);
  /* Wanted for what a delivery told, or did not: asked again until they come. */
  if (pending == NULL)
    return is_final;
  if (!is_final && ++pending->failures < NAME_TRIES)
    return FALSE;
  tally = kz_tally_ref (pending->tally);
  tell (self, open, tally, FALSE);
  return TRUE;
}

gboolean
kz_engine_take_tally (KzEngine *self, const char *action_id, KzTally *tally, KzTallySource source)
{
  KzOpenAction *open;
  gboolean is_news = FALSE;

  kz_engine_show_looked_up (self, action_id);
  open = kz_engine_is_alive (self) ? kz_store_find_action (self->store, action_id, NULL) : NULL;
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
