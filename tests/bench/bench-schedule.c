/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How stale what is shown is, by simulation: the schedule against polling in turn and against the best
 * split of calls for rates that are known beforehand; and clients that share a connector. No server and
 * no real time. Prints a table for people, and writes the same as JSON to the file that it is given. */
#include "config.h"

#include "bench-table.h"
#include "limit-world.h"
#include "schedule-world.h"

#include <math.h>

#define SEED 42
#define EVENTS_PER_HOUR 5000.0 /* at steady rates */
#define BURSTS_PER_HOUR 6.0

typedef struct {
  double mean, p50, p99;
} Staleness;

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static Staleness
staleness_of (GArray *values)
{
  Staleness staleness = {0};

  if (values->len == 0)
    return staleness;
  g_array_sort (values, compare_doubles);
  for (guint i = 0; i < values->len; i++)
    staleness.mean += g_array_index (values, double, i) / values->len;
  staleness.p50 = g_array_index (values, double, values->len / 2);
  staleness.p99 = g_array_index (values, double, (guint) (values->len * 0.99));
  return staleness;
}

static void
add_row (BenchTable *table, const char *name, const char *how, const Staleness *staleness, double of,
         double reach)
{
  bench_table_row (table, name, how);
  bench_table_number (table, "mean s", staleness->mean);
  bench_table_number (table, "p50 s", staleness->p50);
  bench_table_number (table, "p99 s", staleness->p99);
  bench_table_ratio (table, of, reach);
}

/* What the best static split would have, if all rates were known: (Σ√λ)² / (2 B Σλ), with B calls a
 * second. */
static double
best_static_s (const World *world, double calls_per_s)
{
  return world->sum_root * world->sum_root / (2.0 * calls_per_s * world->sum_rate);
}

/* ---- units: pairs of group and kind ---- */

static void
set_rates (World *world, gboolean is_bursty)
{
  world->is_bursty = is_bursty;
  if (!is_bursty) {
    world_set_zipf (world, EVENTS_PER_HOUR);
    return;
  }
  for (guint i = 0; i < world->n_sources; i++)
    world_set_rate (world, i, BURSTS_PER_HOUR / 3600.0 / world->n_sources);
}

static void
run_in_turn (World *world, guint n_units, gboolean is_bursty, double hours)
{
  world_init (world, n_units, SEED);
  set_rates (world, is_bursty);
  g_clear_pointer (&world->schedule, kz_schedule_free);
  world_run (world, 0.0, hours);
}

static void
bench_units (BenchTable *table, guint n_units, gboolean is_bursty)
{
  double hours = is_bursty ? 24.0 : 6.0;
  double mean_reach = n_units <= 200 ? 0.3 : 0.5;
  g_autofree char *name =
      g_strdup_printf ("%u units, %s", n_units, is_bursty ? "bursts" : "steady");
  World world, in_turn;
  Staleness ours, turns;
  double best;

  world_init (&world, n_units, SEED);
  set_rates (&world, is_bursty);
  world_add_units (&world, 0.0);
  world_run (&world, 0.0, hours);
  run_in_turn (&in_turn, n_units, is_bursty, hours);
  ours = staleness_of (world.staleness);
  turns = staleness_of (in_turn.staleness);
  best = best_static_s (&world, CALLS_PER_MINUTE / 60.0);

  add_row (table, name, "in turn", &turns, NAN, NAN);
  if (is_bursty) {
    add_row (table, name, "schedule, mean of in turn", &ours, ours.mean / turns.mean, mean_reach);
    add_row (table, name, "schedule, p99 of in turn", &ours, ours.p99 / turns.p99, 2.0);
  } else {
    Staleness split = {.mean = best};

    add_row (table, name, "best static split", &split, NAN, NAN);
    add_row (table, name, "schedule, of that split", &ours, ours.mean / best, 1.10);
  }
  bench_table_row (table, name, "longest wait, of a round");
  bench_table_ratio (table, world_longest_s (&world) / (n_units * 60.0 / CALLS_PER_MINUTE), 4.0);
  world_clear (&world);
  world_clear (&in_turn);
}

/* Three conversations that somebody looks at, among many. The split is that of what they leave. */
static void
bench_open (BenchTable *table)
{
  World world;
  Staleness open, rest;
  Staleness limit = {.p99 = 15.0};

  world_init (&world, 1000, SEED);
  world.n_open = 3;
  world_set_zipf (&world, EVENTS_PER_HOUR);
  for (guint i = 0; i < world.n_open; i++)
    world_set_rate (&world, i, 1.0 / 60.0);
  world_add_units (&world, 0.0);
  world_run (&world, 0.0, 6.0);
  open = staleness_of (world.open_staleness);
  rest = staleness_of (world.staleness);
  add_row (table, "3 open of 1000 units", "open, p99 of 15 s", &open, open.p99 / limit.p99, 1.0);
  add_row (table, "3 open of 1000 units", "the others", &rest, NAN, NAN);
  world_clear (&world);
}

/* ---- whole accounts ---- */

/* What an account polls for each group: with a webhook reactions, and everything else rarely; without,
 * every kind that can be listed: Job, Poll, Survey, LetsMeet and three of media. */
#define N_KINDS 8

static void
bench_account (BenchTable *table, guint n_groups, gboolean has_webhooks)
{
  g_autofree char *name = g_strdup_printf ("account of %u groups, %s", n_groups,
                                           has_webhooks ? "webhooks" : "no webhooks");
  guint n_kinds = N_KINDS;
  World world, in_turn;
  Staleness ours, turns;

  world_init (&world, n_groups * n_kinds, SEED);
  world_init (&in_turn, n_groups * n_kinds, SEED);
  world_set_zipf (&world, 1000.0);
  world_set_zipf (&in_turn, 1000.0);
  g_clear_pointer (&in_turn.schedule, kz_schedule_free);
  world_add_units_weighted (&world, n_kinds, has_webhooks ? 0.05 : 1.0);
  /* What is pushed is there at once. */
  world.n_pushed_of = in_turn.n_pushed_of = has_webhooks ? n_kinds : 0;
  world_run (&world, 0.0, 8.0);
  world_run (&in_turn, 0.0, 8.0);
  ours = staleness_of (world.staleness);
  turns = staleness_of (in_turn.staleness);
  add_row (table, name, "in turn", &turns, NAN, NAN);
  add_row (table, name, "schedule, of in turn", &ours, ours.mean / turns.mean, 1.0);
  world_clear (&world);
  world_clear (&in_turn);
}

/* ---- a shared connector ---- */

static void
bench_shared (BenchTable *table, guint n_clients, LimitKind kind)
{
  static const guint n_seeds = 4;
  g_autofree char *name = g_strdup_printf ("%u clients, %s limit", n_clients,
                                           kind == LIMIT_FIXED ? "fixed" : "sliding");
  LimitResult worst = {.calls_per_minute = 1e9, .least_share = 1e9};
  double in_time = 0.0, sends = 0.0;

  for (guint seed = 1; seed <= n_seeds; seed++) {
    LimitWorld world = {.kind = kind,
                        .n_clients = n_clients,
                        .n_late = MAX (1, n_clients / 5),
                        .hours = 8.0,
                        .seed = seed};
    LimitResult result = limit_world_run (&world);

    worst.calls_per_minute = MIN (worst.calls_per_minute, result.calls_per_minute);
    worst.refused = MAX (worst.refused, result.refused);
    worst.least_share = MIN (worst.least_share, result.least_share);
    sends += result.n_sends;
    in_time += result.n_sends * result.sends_in_time;
  }
  bench_table_row (table, name, "least used of 75 calls a minute, inverse");
  bench_table_ratio (table, 75.0 / worst.calls_per_minute, 1.0);
  bench_table_row (table, name, "most refused, %");
  bench_table_ratio (table, 100.0 * worst.refused, n_clients > 10 ? 4.0 : 2.0);
  bench_table_row (table, name, "fair share of the poorest, inverse");
  bench_table_ratio (table, 1.0 / worst.least_share, n_clients > 10 ? 1 / 0.3 : 1 / 0.5);
  bench_table_row (table, name, "sends later than one Retry-After, %");
  bench_table_ratio (table, 100.0 * (1.0 - in_time / sends), 1.0);
}

int
main (int argc, char **argv)
{
  static const guint sizes[] = {50, 200, 1000};
  g_autoptr (BenchTable) table = bench_table_new ("schedule");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    bench_units (table, sizes[i], FALSE);
    bench_units (table, sizes[i], TRUE);
  }
  bench_open (table);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    bench_account (table, sizes[i], FALSE);
    bench_account (table, sizes[i], TRUE);
  }
  for (guint kind = LIMIT_FIXED; kind <= LIMIT_SLIDING; kind++) {
    bench_shared (table, 2, (LimitKind) kind);
    bench_shared (table, 10, (LimitKind) kind);
    bench_shared (table, 50, (LimitKind) kind);
  }
  return bench_table_finish (table, argc > 1 ? argv[1] : NULL);
}
