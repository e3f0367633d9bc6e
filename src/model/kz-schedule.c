/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-schedule.h"

#include "kz-schedule-private.h"

#include <math.h>

/* New units are seeded with this part of the calls, so that the others go on meanwhile. */
#define SEED_SHARE 0.67
/* How much time of units a kind remembers. */
#define POOL_MEMORY_S (30.0 * 24.0 * 3600.0)
/* A poll that failed: again after so long, doubled each time. */
#define FAILED_FIRST_US ((gint64) 5 * G_USEC_PER_SEC)
#define FAILED_MAX_US ((gint64) 10 * 60 * G_USEC_PER_SEC)
#define MAX_WAIT_US (60 * G_USEC_PER_SEC)

static guint
unit_hash (gconstpointer data)
{
  const KzUnit *unit = data;

  return g_str_hash (unit->group_id) * 31 + g_str_hash (unit->pool->kind);
}

static gboolean
unit_equal (gconstpointer a, gconstpointer b)
{
  const KzUnit *one = a, *other = b;

  return g_str_equal (one->group_id, other->group_id) &&
         g_str_equal (one->pool->kind, other->pool->kind);
}

static void
pool_free (gpointer data)
{
  KzPool *pool = data;

  g_free (pool->kind);
  g_free (pool);
}

static void
unit_free (gpointer data)
{
  KzUnit *unit = data;

  g_ref_string_release (unit->group_id);
  g_free (unit);
}

/* Takes it out of @units, and frees it. */
static void
drop_unit (KzSchedule *schedule, GHashTable *units, KzUnit *unit)
{
  KzPool *pool = unit->pool;

  g_hash_table_remove (units, unit);
  if (--pool->n_units == 0)
    g_hash_table_remove (schedule->pools, pool->kind);
}

static KzUnit *
find_unit (GHashTable *units, const char *group_id, const char *kind)
{
  KzPool pool = {.kind = (char *) kind};
  KzUnit key = {.group_id = (char *) group_id, .pool = &pool};

  return g_hash_table_lookup (units, &key);
}

KzSchedule *
kz_schedule_new (void)
{
  KzSchedule *schedule = g_new0 (KzSchedule, 1);

  schedule->units = g_hash_table_new_full (unit_hash, unit_equal, unit_free, NULL);
  schedule->remembered = g_hash_table_new_full (unit_hash, unit_equal, unit_free, NULL);
  schedule->pools = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, pool_free);
  kz_unit_heap_init (&schedule->open);
  kz_unit_heap_init (&schedule->rest);
  schedule->measure_since_us = -1;
  return schedule;
}

void
kz_schedule_free (KzSchedule *schedule)
{
  if (schedule == NULL)
    return;
  g_ptr_array_unref (schedule->open.units);
  g_ptr_array_unref (schedule->rest.units);
  g_hash_table_unref (schedule->units);
  g_hash_table_unref (schedule->remembered);
  g_hash_table_unref (schedule->pools);
  g_free (schedule);
}

static KzPool *
pool_of (KzSchedule *schedule, const char *kind)
{
  KzPool *pool = g_hash_table_lookup (schedule->pools, kind);

  if (pool == NULL) {
    pool = g_new0 (KzPool, 1);
    pool->kind = g_strdup (kind);
    g_hash_table_insert (schedule->pools, pool->kind, pool);
  }
  return pool;
}

static KzUnit *
unit_new (KzSchedule *schedule, const char *group_id, const char *kind)
{
  KzUnit *unit = g_new0 (KzUnit, 1);

  unit->group_id = g_ref_string_new_intern (group_id);
  unit->pool = pool_of (schedule, kind);
  unit->pool->n_units++;
  return unit;
}

/* Takes the unit out of the sums of the schedule, before it changes or goes. */
static void
forget_unit (KzSchedule *schedule, KzUnit *unit)
{
  if (unit->heap_place > 0)
    kz_unit_heap_remove (kz_schedule_heap_of (schedule, unit), unit);
  if (unit->is_open) {
    schedule->n_open--;
    schedule->open_changed = TRUE;
  }
  if (!unit->is_polled)
    schedule->n_unpolled--;
  if (unit->interval_s > 0.0f)
    schedule->load -= 1.0 / (double) unit->interval_s;
}

/* A new unit stands in line behind the other new ones; if it is known to be busy, before them. */
static KzUnit *
add_unit (KzSchedule *schedule, const char *group_id, const char *kind, gint64 now_us)
{
  double calls_per_s = schedule->calls_per_s > 0.0 ? schedule->calls_per_s : 1.0;
  KzUnit *unit = unit_new (schedule, group_id, kind);
  KzUnit *known = find_unit (schedule->remembered, group_id, kind);

  if (known != NULL) {
    unit->rate = known->rate;
    drop_unit (schedule, schedule->remembered, known);
  }
  schedule->n_unpolled++;
  unit->last_us = now_us;
  unit->hold_us =
      now_us + (gint64) (schedule->n_unpolled / (SEED_SHARE * calls_per_s) * G_USEC_PER_SEC);
  g_hash_table_add (schedule->units, unit);
  return unit;
}

void
kz_schedule_set (
    KzSchedule *schedule, const char *group_id, const char *kind, double weight, gint64 now_us)
{
  KzUnit *unit;
  gboolean is_open = weight >= KZ_SCHEDULE_OPEN_WEIGHT;
  gboolean in_flight;

  g_return_if_fail (schedule != NULL);
  g_return_if_fail (group_id != NULL && kind != NULL);
  g_return_if_fail (weight > 0.0);

  unit = find_unit (schedule->units, group_id, kind);
  if (unit != NULL && fabsf (unit->weight - (float) weight) < 1e-6f)
    return;
  if (unit == NULL) {
    unit = add_unit (schedule, group_id, kind, now_us);
    in_flight = FALSE;
  } else {
    in_flight = unit->heap_place == 0;
    if (!in_flight)
      kz_unit_heap_remove (kz_schedule_heap_of (schedule, unit), unit);
    schedule->load -= 1.0 / (double) unit->interval_s;
  }

  if (is_open != (gboolean) unit->is_open) {
    unit->is_open = is_open != FALSE;
    if (is_open)
      schedule->n_open++;
    else
      schedule->n_open--;
    schedule->open_changed = TRUE;
  }
  /* Somebody waits for what is there already: no place in the line of the new ones, which weigh no
   * more than that. */
  if (weight > KZ_SCHEDULE_OPEN_WEIGHT && !unit->is_polled && unit->failures == 0)
    unit->hold_us = MIN (unit->hold_us, now_us);
  unit->weight = (float) weight;
  unit->interval_s = (float) kz_schedule_interval_of (schedule, unit);
  schedule->load += 1.0 / (double) unit->interval_s;
  schedule->changes_since_plan++;
  if (!in_flight)
    kz_unit_heap_add (kz_schedule_heap_of (schedule, unit), unit);
}

void
kz_schedule_remove (KzSchedule *schedule, const char *group_id, const char *kind)
{
  KzUnit *unit;

  g_return_if_fail (schedule != NULL);
  g_return_if_fail (group_id != NULL && kind != NULL);

  unit = find_unit (schedule->units, group_id, kind);
  if (unit == NULL)
    return;
  forget_unit (schedule, unit);
  schedule->changes_since_plan++;
  drop_unit (schedule, schedule->units, unit);
}

void
kz_schedule_remove_group (KzSchedule *schedule, const char *group_id)
{
  g_autofree gpointer *units = NULL;
  guint n_units;

  g_return_if_fail (schedule != NULL);
  g_return_if_fail (group_id != NULL);

  units = g_hash_table_get_keys_as_array (schedule->units, &n_units);
  for (guint i = 0; i < n_units; i++) {
    KzUnit *unit = units[i];

    if (!g_str_equal (unit->group_id, group_id))
      continue;
    forget_unit (schedule, unit);
    schedule->changes_since_plan++;
    drop_unit (schedule, schedule->units, unit);
  }
}

gboolean
kz_schedule_has (const KzSchedule *schedule, const char *group_id, const char *kind)
{
  g_return_val_if_fail (schedule != NULL, FALSE);
  g_return_val_if_fail (group_id != NULL && kind != NULL, FALSE);

  return find_unit (schedule->units, group_id, kind) != NULL;
}

void
kz_schedule_set_tag (KzSchedule *schedule, const char *group_id, const char *kind, guint64 tag)
{
  KzUnit *unit;

  g_return_if_fail (schedule != NULL);
  g_return_if_fail (group_id != NULL && kind != NULL);

  unit = find_unit (schedule->units, group_id, kind);
  if (unit != NULL)
    unit->tag = tag;
}

guint64
kz_schedule_tag (const KzSchedule *schedule, const char *group_id, const char *kind)
{
  const KzUnit *unit;

  g_return_val_if_fail (schedule != NULL, 0);
  g_return_val_if_fail (group_id != NULL && kind != NULL, 0);

  unit = find_unit (schedule->units, group_id, kind);
  return unit != NULL ? unit->tag : 0;
}

guint
kz_schedule_length (const KzSchedule *schedule)
{
  g_return_val_if_fail (schedule != NULL, 0);

  return g_hash_table_size (schedule->units);
}

/* Not sooner than a few seconds after the last poll, and after a failure when that allows it. */
static gint64
ready_at_us (const KzUnit *unit)
{
  gint64 ready_us = unit->failures > 0 ? unit->hold_us : G_MININT64;

  if (unit->is_polled)
    ready_us = MAX (ready_us,
                    unit->last_us + (gint64) (kz_schedule_min_interval_s (unit) * G_USEC_PER_SEC));
  return ready_us;
}

/* What someone looks at goes first when it is due: the load of it is bounded, so that lateness of
 * the many never delays the few. The rest may go early when nothing is due, for a call that is not
 * made is lost. */
static KzUnit *
pick (const KzSchedule *schedule, gint64 now_us, gint64 *wait_us)
{
  KzUnit *open = kz_unit_heap_top (&schedule->open), *rest = kz_unit_heap_top (&schedule->rest);

  if (open != NULL && kz_unit_due_us (open) <= now_us)
    return open;
  if (rest != NULL && (kz_unit_due_us (rest) <= now_us || ready_at_us (rest) <= now_us))
    return rest;

  *wait_us = MAX_WAIT_US;
  if (open != NULL)
    *wait_us = MIN (*wait_us, kz_unit_due_us (open) - now_us);
  if (rest != NULL)
    *wait_us = MIN (*wait_us, MIN (kz_unit_due_us (rest), ready_at_us (rest)) - now_us);
  return NULL;
}

gboolean
kz_schedule_next (KzSchedule *schedule,
                  gint64 now_us,
                  double calls_per_minute,
                  const char **group_id,
                  const char **kind,
                  gint64 *wait_us)
{
  double calls_per_s;
  gint64 wait = 0;
  KzUnit *unit;

  g_return_val_if_fail (schedule != NULL, FALSE);
  g_return_val_if_fail (group_id != NULL && kind != NULL, FALSE);

  calls_per_s = kz_schedule_measure (schedule, MAX (calls_per_minute, 0.1) / 60.0, now_us);
  if (g_hash_table_size (schedule->units) > 0 && kz_schedule_needs_plan (schedule, calls_per_s))
    kz_schedule_make_plan (schedule, calls_per_s);

  unit = pick (schedule, now_us, &wait);
  if (wait_us != NULL)
    *wait_us = wait;
  if (unit == NULL) {
    schedule->measure_was_idle = TRUE;
    return FALSE;
  }

  kz_unit_heap_remove (kz_schedule_heap_of (schedule, unit), unit);
  schedule->measure_calls++;
  *group_id = unit->group_id;
  *kind = unit->pool->kind;
  return TRUE;
}

static void
pool_add (KzPool *pool, double elapsed_s, int events)
{
  pool->events += events;
  pool->seen_s += elapsed_s;
  if (pool->seen_s > POOL_MEMORY_S) {
    pool->events /= 2.0;
    pool->seen_s /= 2.0;
  }
}

/* What the first poll of a unit finds came over an unknown time: nothing is learned from it. */
static void
learn (KzSchedule *schedule, KzUnit *unit, int events, gint64 now_us)
{
  double elapsed_s = (double) (now_us - unit->last_us) / G_USEC_PER_SEC;

  if (unit->is_polled && elapsed_s > 0.0) {
    kz_rate_observe (&unit->rate, kz_schedule_guess_of (schedule, unit->pool), elapsed_s,
                     (guint) events);
    pool_add (unit->pool, elapsed_s, events);
    pool_add (&schedule->everything, elapsed_s, events);
  }
  if (!unit->is_polled)
    schedule->n_unpolled--;
  unit->is_polled = TRUE;
  unit->last_us = now_us;
  unit->failures = 0;
}

void
kz_schedule_done (
    KzSchedule *schedule, const char *group_id, const char *kind, int events, gint64 now_us)
{
  KzUnit *unit;

  g_return_if_fail (schedule != NULL);
  g_return_if_fail (group_id != NULL && kind != NULL);

  unit = find_unit (schedule->units, group_id, kind);
  /* It may have been removed, and even added again, while it was in flight. */
  if (unit == NULL || unit->heap_place > 0)
    return;

  if (events < 0) {
    unit->failures = MIN (unit->failures + 1u, 16u) & 0x1f;
    unit->hold_us = now_us + MIN (FAILED_FIRST_US << (unit->failures - 1), FAILED_MAX_US);
  } else {
    learn (schedule, unit, events, now_us);
  }
  schedule->polls_since_plan++;
  schedule->load -= 1.0 / (double) unit->interval_s;
  unit->interval_s = (float) kz_schedule_interval_of (schedule, unit);
  schedule->load += 1.0 / (double) unit->interval_s;
  kz_unit_heap_add (kz_schedule_heap_of (schedule, unit), unit);
}

void
kz_schedule_foreach_rate (
    const KzSchedule *schedule,
    void (*func) (const char *group_id, const char *kind, double rate, gpointer data),
    gpointer data)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (schedule != NULL);
  g_return_if_fail (func != NULL);

  g_hash_table_iter_init (&iter, schedule->units);
  while (g_hash_table_iter_next (&iter, &value, NULL)) {
    const KzUnit *unit = value;

    func (unit->group_id, unit->pool->kind,
          kz_rate_long_run (&unit->rate, kz_schedule_guess_of (schedule, unit->pool)), data);
  }
}

void
kz_schedule_set_rate (KzSchedule *schedule, const char *group_id, const char *kind, double rate)
{
  KzUnit *unit;

  g_return_if_fail (schedule != NULL);
  g_return_if_fail (group_id != NULL && kind != NULL);

  /* It comes from a file that may be damaged. */
  if (!(rate >= 0.0) || rate > KZ_RATE_MAX)
    return;
  unit = find_unit (schedule->units, group_id, kind);
  if (unit == NULL)
    unit = find_unit (schedule->remembered, group_id, kind);
  if (unit == NULL) {
    unit = unit_new (schedule, group_id, kind);
    g_hash_table_add (schedule->remembered, unit);
  }
  kz_rate_restore (&unit->rate, rate);
  /* Pools are not stored: the rates that are stored fill them again. */
  pool_add (unit->pool, KZ_RATE_RESTORED_S, 0);
  unit->pool->events += rate * KZ_RATE_RESTORED_S;
  pool_add (&schedule->everything, KZ_RATE_RESTORED_S, 0);
  schedule->everything.events += rate * KZ_RATE_RESTORED_S;
  schedule->changes_since_plan++;
}
