/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-schedule-private.h"

#include <math.h>

/* The theory: a unit with event rate r that is polled every T seconds has r T²/2 event-seconds of
 * staleness a turn. With a fixed number of calls in all, the sum is least when r T² is the same for
 * every unit, so T = theta / sqrt (r); theta follows from the budget. Hence each unit gets a due
 * time, last poll + T, and the one that is due first is polled: a heap, and no look at the others.
 *
 * Around it stand the limits that theory does not know: an open conversation is polled every few
 * seconds whatever its rate, no unit waits for ever because it was quiet so far, and nothing is
 * asked for twice in a moment. */

/* No unit is polled sooner than this after its last poll. */
#define MIN_INTERVAL_S 4.0
/* A unit that only reconciles (weight < 1) waits MIN_INTERVAL_S / weight², but at most this. */
#define MAX_MIN_INTERVAL_S 3600.0
/* Nor later than so many round-robin intervals, all units over all calls. The promise is 4; the
 * rest is for being late. */
#define MAX_ROUNDS 3.5
/* What someone looks at. All of it together gets no more than a share of the calls, which leaves
 * the others just what MAX_ROUNDS promises them. */
#define OPEN_INTERVAL_S 9.0
#define OPEN_MAX_INTERVAL_S 120.0
#define OPEN_SHARE 0.68
/* What a unit is taken to have before anything is known: an event an hour; it weighs as much as
 * this many seconds of one unit. */
#define GUESS_RATE (1.0 / 3600.0)
#define GUESS_S 7200.0
/* The calls that polls really get are measured over this long or this many calls. */
#define MEASURE_US (15 * G_USEC_PER_SEC)
#define MEASURE_CALLS 16
#define MEASURE_STALE_US (5 * 60 * G_USEC_PER_SEC)
/* The plan is made anew when it asks for this much more or less than there is. */
#define PLAN_TOLERANCE 0.04

KzUnitHeap *
kz_schedule_heap_of (KzSchedule *schedule, const KzUnit *unit)
{
  return unit->is_open ? &schedule->open : &schedule->rest;
}

/* ---- intervals ---- */

double
kz_schedule_guess_of (const KzSchedule *schedule, const KzPool *pool)
{
  double all = (schedule->everything.events + GUESS_RATE * GUESS_S) /
               (schedule->everything.seen_s + GUESS_S);

  return MAX ((pool->events + all * GUESS_S) / (pool->seen_s + GUESS_S), 1e-9);
}

static double
root_of_rate (const KzSchedule *schedule, const KzUnit *unit)
{
  return sqrt ((double) unit->weight *
               kz_rate_now (&unit->rate, kz_schedule_guess_of (schedule, unit->pool)));
}

double
kz_schedule_min_interval_s (const KzUnit *unit)
{
  double weight = CLAMP ((double) unit->weight, 0.01, 1.0);

  return MIN (MIN_INTERVAL_S / (weight * weight), MAX_MIN_INTERVAL_S);
}

static double
bounded_interval_s (const KzSchedule *schedule, const KzUnit *unit, double wanted_s)
{
  double least_s = kz_schedule_min_interval_s (unit), most_s = schedule->max_interval_s;

  if (unit->is_open)
    most_s = OPEN_INTERVAL_S;
  return CLAMP (wanted_s, least_s, MAX (least_s, most_s));
}

double
kz_schedule_interval_of (const KzSchedule *schedule, const KzUnit *unit)
{
  double root = root_of_rate (schedule, unit);

  if (unit->is_open && schedule->open_theta > 0.0)
    return CLAMP (schedule->open_theta / root, MIN_INTERVAL_S, OPEN_MAX_INTERVAL_S);
  return bounded_interval_s (schedule, unit, schedule->theta / root);
}

/* ---- the plan ---- */

typedef struct {
  const KzUnit *unit;
  double root;
} Demand;

/* The load of @demands under @theta, in calls per second. */
static double
load_of (const KzSchedule *schedule, const GArray *demands, double theta, gboolean is_open_pool)
{
  double load = 0.0;

  for (guint i = 0; i < demands->len; i++) {
    const Demand *demand = &g_array_index (demands, Demand, i);
    double wanted_s = theta / demand->root;

    if (is_open_pool)
      load += 1.0 / CLAMP (wanted_s, MIN_INTERVAL_S, OPEN_MAX_INTERVAL_S);
    else
      load += 1.0 / bounded_interval_s (schedule, demand->unit, wanted_s);
  }
  return load;
}

/* The theta for which @demands ask for @calls_per_s, by bisection on its logarithm. */
static double
solve_theta (const KzSchedule *schedule,
             const GArray *demands,
             double calls_per_s,
             gboolean is_open_pool)
{
  double low = log (1e-4), high = log (1e7);

  for (guint step = 0; step < 24; step++) {
    double middle = (low + high) / 2.0;

    if (load_of (schedule, demands, exp (middle), is_open_pool) > calls_per_s)
      low = middle;
    else
      high = middle;
  }
  return exp ((low + high) / 2.0);
}

static GArray *
demands_of (const KzSchedule *schedule, gboolean with_open, gboolean with_rest)
{
  GArray *demands = g_array_new (FALSE, FALSE, sizeof (Demand));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, schedule->units);
  while (g_hash_table_iter_next (&iter, &value, NULL)) {
    Demand demand = {.unit = value};

    if (demand.unit->is_open ? !with_open : !with_rest)
      continue;
    demand.root = root_of_rate (schedule, demand.unit);
    g_array_append_val (demands, demand);
  }
  return demands;
}

/* Gives every unit its interval anew, and with it the time at which it is due. */
static void
apply_plan (KzSchedule *schedule)
{
  GHashTableIter iter;
  gpointer value;

  schedule->load = 0.0;
  g_hash_table_iter_init (&iter, schedule->units);
  while (g_hash_table_iter_next (&iter, &value, NULL)) {
    KzUnit *unit = value;

    unit->interval_s = (float) kz_schedule_interval_of (schedule, unit);
    schedule->load += 1.0 / (double) unit->interval_s;
  }
  kz_unit_heap_rebuild (&schedule->open);
  kz_unit_heap_rebuild (&schedule->rest);
}

void
kz_schedule_make_plan (KzSchedule *schedule, double calls_per_s)
{
  double left = calls_per_s, share = OPEN_SHARE * calls_per_s;
  gboolean is_crowded = schedule->n_open / OPEN_INTERVAL_S > share;
  g_autoptr (GArray) demands = NULL;

  schedule->max_interval_s = MAX_ROUNDS * g_hash_table_size (schedule->units) / calls_per_s;
  schedule->open_theta = 0.0;
  if (is_crowded) {
    g_autoptr (GArray) open_demands = demands_of (schedule, TRUE, FALSE);

    schedule->open_theta = solve_theta (schedule, open_demands, share, TRUE);
    left -= load_of (schedule, open_demands, schedule->open_theta, TRUE);
  }
  demands = demands_of (schedule, !is_crowded, TRUE);
  schedule->theta = solve_theta (schedule, demands, MAX (left, 0.2 * calls_per_s), FALSE);
  schedule->calls_per_s = calls_per_s;
  schedule->polls_since_plan = 0;
  schedule->changes_since_plan = 0;
  schedule->open_changed = FALSE;
  apply_plan (schedule);
  schedule->planned_load = schedule->load;
}

/* Whether the plan is so far from what there is that it pays to look at every unit again; it never
 * does so for a few polls among thousands of units. */
gboolean
kz_schedule_needs_plan (const KzSchedule *schedule, double calls_per_s)
{
  guint n_units = g_hash_table_size (schedule->units);
  double drift = schedule->load - schedule->planned_load;

  if (schedule->calls_per_s <= 0.0 || schedule->open_changed)
    return TRUE;
  if (fabs (calls_per_s - schedule->calls_per_s) > PLAN_TOLERANCE * schedule->calls_per_s)
    return TRUE;
  if (schedule->changes_since_plan > n_units / 20)
    return TRUE;
  if (schedule->polls_since_plan < MAX (4, n_units / 64))
    return FALSE;
  return fabs (drift) > PLAN_TOLERANCE * calls_per_s ||
         schedule->polls_since_plan > MAX (16, n_units / 8);
}

/* How many calls a second polls really get: other lanes, answers that are waited for and refusals
 * take from what was promised, and a plan for more than there is would starve the busy units. */
double
kz_schedule_measure (KzSchedule *schedule, double asked, gint64 now_us)
{
  gint64 elapsed_us = now_us - schedule->measure_since_us;
  double measured;

  if (schedule->measure_since_us < 0 || fabs (asked - schedule->asked_calls_per_s) > 1e-9 ||
      elapsed_us > MEASURE_STALE_US) {
    schedule->real_calls_per_s = asked;
  } else {
    if (elapsed_us < MEASURE_US || schedule->measure_calls < MEASURE_CALLS)
      return schedule->real_calls_per_s;
    measured = schedule->measure_calls / ((double) elapsed_us / G_USEC_PER_SEC);
    if (schedule->measure_was_idle || measured > 0.97 * asked)
      measured = asked;
    schedule->real_calls_per_s =
        CLAMP ((schedule->real_calls_per_s + measured) / 2.0, 0.05 * asked, asked);
  }
  schedule->asked_calls_per_s = asked;
  schedule->measure_since_us = now_us;
  schedule->measure_calls = 0;
  schedule->measure_was_idle = FALSE;
  return schedule->real_calls_per_s;
}
