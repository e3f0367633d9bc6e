/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the schedule makes of events at steady, equal and bursting rates. */
#include "config.h"

#include "schedule-world.h"

#include <math.h>

/* Quiet, and now and then ten minutes with an event every 20 s. */
static void
set_bursts (World *world, double bursts_per_hour)
{
  world->is_bursty = TRUE;
  for (guint i = 0; i < world->n_sources; i++)
    world_set_rate (world, i, bursts_per_hour / 3600.0 / world->n_sources);
}

static double
mean (const GArray *values)
{
  double sum = 0.0;

  g_assert_cmpuint (values->len, >, 0);
  for (guint i = 0; i < values->len; i++)
    sum += g_array_index (values, double, i);
  return sum / values->len;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
percentile_99 (GArray *values)
{
  g_array_sort (values, compare_doubles);
  return g_array_index (values, double, (guint) (values->len * 0.99));
}

static double
round_s (const World *world)
{
  return world->n_sources * 60.0 / CALLS_PER_MINUTE;
}

/* What the best static split would have, if all rates were known: (sum of roots)² / (2 B sum). */
static double
best_static_s (const World *world)
{
  double calls_per_s = CALLS_PER_MINUTE / 60.0;

  return world->sum_root * world->sum_root / (2.0 * calls_per_s * world->sum_rate);
}

static void
test_steady (void)
{
  static const guint sizes[] = {50, 200, 1000};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    World world;

    world_init (&world, sizes[i], 42 + i);
    world_set_zipf (&world, 5000.0);
    world_add_units (&world, 0.0);
    world_run (&world, 0.0, 5.0);

    g_test_message ("%u units: mean %.1f s, best static split %.1f s", sizes[i],
                    mean (world.staleness), best_static_s (&world));
    g_assert_cmpfloat (mean (world.staleness), <=, 1.10 * best_static_s (&world));
    g_assert_cmpfloat (world_longest_s (&world), <=, 4.0 * round_s (&world));
    g_assert_cmpuint (world.n_polls, >=, (guint) (5 * 60 * CALLS_PER_MINUTE * 0.97));
    world_clear (&world);
  }
}

static void
test_equal (void)
{
  World world;

  world_init (&world, 200, 5);
  for (guint i = 0; i < 200; i++)
    world_set_rate (&world, i, 1.0 / 1440.0);
  world_add_units (&world, 0.0);
  world_run (&world, 0.0, 6.0);
  g_assert_cmpfloat (mean (world.staleness), <=, 1.10 * round_s (&world) / 2.0);
  world_clear (&world);
}

static void
test_bursts (void)
{
  static const struct {
    guint units;
    double of_round_robin;
  } rows[] = {{50, 0.3}, {200, 0.3}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    World world, in_turn;
    double staleness, staleness_in_turn;

    world_init (&world, rows[i].units, 8);
    set_bursts (&world, 6.0);
    world_add_units (&world, 0.0);
    world_run (&world, 0.0, 24.0);

    world_init (&in_turn, rows[i].units, 8);
    set_bursts (&in_turn, 6.0);
    g_clear_pointer (&in_turn.schedule, kz_schedule_free);
    world_run (&in_turn, 0.0, 24.0);

    staleness = mean (world.staleness);
    staleness_in_turn = mean (in_turn.staleness);
    g_test_message ("%u units: mean %.1f s, in turn %.1f s", rows[i].units, staleness,
                    staleness_in_turn);
    g_assert_cmpfloat (staleness, <=, rows[i].of_round_robin * staleness_in_turn);
    g_assert_cmpfloat (percentile_99 (world.staleness), <=,
                       2.0 * percentile_99 (in_turn.staleness));
    g_assert_cmpfloat (world_longest_s (&world), <=, 4.0 * round_s (&world));
    world_clear (&world);
    g_clear_pointer (&in_turn.staleness, g_array_unref);
    in_turn.staleness = g_array_new (FALSE, FALSE, sizeof (double));
    world_clear (&in_turn);
  }
}

static void
test_open (void)
{
  World world;

  world_init (&world, 1000, 21);
  world.n_open = 3;
  world_set_zipf (&world, 2000.0);
  for (guint i = 0; i < world.n_open; i++)
    world_set_rate (&world, i, 1.0 / 60.0);
  world_add_units (&world, 0.0);
  /* From the start, while everything else is still to be seeded. */
  world.warm_s = 60.0;
  world_run (&world, 0.0, 3.0);
  g_assert_cmpuint (world.open_staleness->len, >, 300);
  g_assert_cmpfloat (percentile_99 (world.open_staleness), <, 15.0);
  g_assert_cmpfloat (world_longest_s (&world), <=, 4.0 * round_s (&world));
  world_clear (&world);
}

static void
test_many_open (void)
{
  World world;

  /* Someone marks everything as looked at: the others still get their turn. */
  world_init (&world, 400, 22);
  world.n_open = 100;
  world_set_zipf (&world, 2000.0);
  world_add_units (&world, 0.0);
  world_run (&world, 0.0, 3.0);
  g_assert_cmpfloat (world_longest_s (&world), >, 0.0);
  g_assert_cmpfloat (world_longest_s (&world), <=, 4.0 * round_s (&world));
  world_clear (&world);
}

static void
copy_rate (const char *group_id, const char *kind, double rate, gpointer data)
{
  kz_schedule_set_rate (data, group_id, kind, rate);
}

static void
test_restart (void)
{
  World world;
  KzSchedule *restarted = kz_schedule_new ();

  world_init (&world, 200, 33);
  world_set_zipf (&world, 2000.0);
  world_add_units (&world, 0.0);
  world_run (&world, 0.0, 4.0);

  /* Given back before the units are known, as a store does. */
  kz_schedule_foreach_rate (world.schedule, copy_rate, restarted);
  kz_schedule_free (world.schedule);
  world.schedule = restarted;
  g_assert_cmpuint (kz_schedule_length (restarted), ==, 0);
  world_add_units (&world, 4.0 * 3600.0);
  world.warm_s = 4.0 * 3600.0 + round_s (&world);
  g_array_set_size (world.staleness, 0);
  world_run (&world, 4.0 * 3600.0, 1.0);
  /* Without them the first hour would be near round robin, at 1.6 x. */
  g_assert_cmpfloat (mean (world.staleness), <=, 1.2 * best_static_s (&world));
  world_clear (&world);
}

static void
test_fewer_calls_than_promised (void)
{
  g_autoptr (KzSchedule) schedule = kz_schedule_new ();
  guint busy = 0, quiet = 0;
  const char *group_id, *kind;
  double now_s = 0.0;

  for (guint i = 0; i < 100; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    kz_schedule_set (schedule, id, "Job", 1.0, 0);
    kz_schedule_set_rate (schedule, id, "Job", i < 5 ? 0.02 : 0.0002);
  }
  /* 80 are promised and 20 are got: the busy ones keep their share, ten times that of others. */
  for (; now_s < 4 * 3600.0; now_s += 3.0) {
    gboolean is_busy;

    if (!kz_schedule_next (schedule, (gint64) (now_s * 1e6), CALLS_PER_MINUTE, &group_id, &kind,
                           NULL))
      continue;
    is_busy = g_ascii_strtoull (group_id, NULL, 10) < 5;
    if (now_s > 3600.0)
      (*(is_busy ? &busy : &quiet))++;
    kz_schedule_done (schedule, group_id, kind, is_busy ? 1 : 0, (gint64) (now_s * 1e6));
  }
  g_test_message ("busy %.1f, quiet %.1f each", busy / 5.0, quiet / 95.0);
  g_assert_cmpfloat (busy / 5.0, >=, 4.0 * quiet / 95.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule-rates/steady-rates-come-near-the-best-split-of-known-rates",
                   test_steady);
  g_test_add_func ("/schedule-rates/equal-rates-are-polled-in-turn", test_equal);
  g_test_add_func ("/schedule-rates/a-burst-is-followed-closely", test_bursts);
  g_test_add_func ("/schedule-rates/open-conversations-are-fresh-whatever-else-there-is",
                   test_open);
  g_test_add_func ("/schedule-rates/open-conversations-starve-nobody", test_many_open);
  g_test_add_func ("/schedule-rates/what-was-learned-survives-a-restart", test_restart);
  g_test_add_func ("/schedule-rates/shares-hold-when-there-are-fewer-calls-than-promised",
                   test_fewer_calls_than_promised);
  return g_test_run ();
}
