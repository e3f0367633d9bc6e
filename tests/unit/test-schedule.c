/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of the schedule, one at a time. */
#include "config.h"

#include "schedule-world.h"

#include <math.h>

static void
test_in_flight (void)
{
  g_autoptr (KzSchedule) schedule = kz_schedule_new ();
  const char *group_id, *kind;
  gint64 wait_us = -1;

  g_assert_false (kz_schedule_next (schedule, 0, 80, &group_id, &kind, &wait_us));
  g_assert_cmpint (wait_us, >, 0);

  kz_schedule_set (schedule, "g", "Job", 1.0, 0);
  kz_schedule_set (schedule, "g", "Poll", 1.0, 0);
  g_assert_true (kz_schedule_next (schedule, S, 80, &group_id, &kind, &wait_us));
  g_assert_cmpstr (kind, ==, "Job");
  g_assert_true (kz_schedule_next (schedule, S, 80, &group_id, &kind, &wait_us));
  g_assert_cmpstr (group_id, ==, "g");
  g_assert_cmpstr (kind, ==, "Poll");
  g_assert_false (kz_schedule_next (schedule, 3600 * S, 80, &group_id, &kind, &wait_us));

  kz_schedule_done (schedule, "g", "Job", 0, 3600 * S);
  /* Not again in the same moment, but soon. */
  g_assert_false (kz_schedule_next (schedule, 3600 * S, 80, &group_id, &kind, &wait_us));
  g_assert_cmpint (wait_us, >, 0);
  g_assert_cmpint (wait_us, <=, 10 * S);
  g_assert_true (kz_schedule_next (schedule, 3600 * S + wait_us, 80, &group_id, &kind, NULL));
  g_assert_cmpstr (kind, ==, "Job");
}

static void
test_removed (void)
{
  g_autoptr (KzSchedule) schedule = kz_schedule_new ();
  const char *group_id, *kind;

  kz_schedule_set (schedule, "one", "Job", 1.0, 0);
  kz_schedule_set (schedule, "one", "Poll", 4.0, 0);
  kz_schedule_set (schedule, "two", "Job", 1.0, 0);
  g_assert_cmpuint (kz_schedule_length (schedule), ==, 3);
  g_assert_true (kz_schedule_next (schedule, S, 80, &group_id, &kind, NULL));
  g_assert_cmpstr (group_id, ==, "one");

  kz_schedule_remove_group (schedule, "one");
  kz_schedule_remove_group (schedule, "nobody");
  kz_schedule_remove (schedule, "two", "Poll");
  g_assert_cmpuint (kz_schedule_length (schedule), ==, 1);
  kz_schedule_done (schedule, "one", "Job", 3, 2 * S);
  kz_schedule_done (schedule, "one", "Poll", 3, 2 * S);
  g_assert_cmpuint (kz_schedule_length (schedule), ==, 1);

  for (guint i = 1; i < 50; i++) {
    if (!kz_schedule_next (schedule, i * 10 * S, 80, &group_id, &kind, NULL))
      continue;
    g_assert_cmpstr (group_id, ==, "two");
    kz_schedule_done (schedule, "two", "Job", 0, i * 10 * S);
  }
  kz_schedule_remove (schedule, "two", "Job");
  g_assert_cmpuint (kz_schedule_length (schedule), ==, 0);
  g_assert_false (kz_schedule_next (schedule, 1000 * S, 80, &group_id, &kind, NULL));
}

static void
test_failures (void)
{
  g_autoptr (KzSchedule) schedule = kz_schedule_new ();
  const char *group_id, *kind;
  gint64 wait_us = 0, last_us = 0, now_us = 0;
  guint n = 0;

  kz_schedule_set (schedule, "g", "Job", 1.0, 0);
  for (; now_us < 7200 * S; now_us += MAX (1, wait_us)) {
    if (!kz_schedule_next (schedule, now_us, 80, &group_id, &kind, &wait_us))
      continue;
    if (n == 1)
      g_assert_cmpint (now_us - last_us, <=, 10 * S);
    g_assert_cmpint (now_us - last_us, <=, 11 * 60 * S);
    last_us = now_us;
    n++;
    kz_schedule_done (schedule, "g", "Job", -1, now_us);
  }
  /* Soon at first, then every ten minutes. */
  g_assert_cmpuint (n, >=, 14);
  g_assert_cmpuint (n, <=, 24);
}

static void
test_reconcile (void)
{
  g_autoptr (KzSchedule) schedule = kz_schedule_new ();
  const char *group_id, *kind;
  gint64 wait_us = 0;
  guint n = 0;

  /* What webhooks push is looked at rarely even when there is nothing else to do. */
  for (guint i = 0; i < 10; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    kz_schedule_set (schedule, id, "Job", 0.05, 0);
  }
  for (gint64 now_us = 0; now_us < 3600 * S; now_us += MAX (S, wait_us)) {
    if (!kz_schedule_next (schedule, now_us, 80, &group_id, &kind, &wait_us))
      continue;
    n++;
    kz_schedule_done (schedule, group_id, kind, 1, now_us);
  }
  g_assert_cmpuint (n, >=, 10);
  g_assert_cmpuint (n, <=, 40);
}

static void
test_new_group (void)
{
  World world;
  const char *group_id, *kind;
  gint64 now_us = 3600 * S;
  gboolean found = FALSE;

  world_init (&world, 1000, 9);
  world_set_zipf (&world, 1000.0);
  world_add_units (&world, 0.0);
  world_run (&world, 0.0, 1.0);

  kz_schedule_set (world.schedule, "new", "Job", 1.0, now_us);
  for (; !found && now_us < 3610 * S; now_us += S / 2) {
    if (!kz_schedule_next (world.schedule, now_us, CALLS_PER_MINUTE, &group_id, &kind, NULL))
      continue;
    found = g_str_equal (group_id, "new");
    kz_schedule_done (world.schedule, group_id, kind, 0, now_us);
  }
  g_assert_true (found);
  world_clear (&world);
}

/* The kinds that a conversation lists. */
#define KINDS 8

static void
set_kinds (KzSchedule *schedule, const char *group_id, double weight, gint64 now_us)
{
  for (guint i = 0; i < KINDS; i++) {
    g_autofree char *kind = g_strdup_printf ("kind-%u", i);

    kz_schedule_set (schedule, group_id, kind, weight, now_us);
  }
}

/* How many of the next @n polls are of @group_id. */
static guint
count_polls_of (KzSchedule *schedule, const char *group_id, guint n, gint64 *now_us)
{
  const char *polled, *kind;
  gint64 wait_us = 0;
  guint found = 0;

  for (guint i = 0; i < n; i++, *now_us += 750 * 1000) {
    while (!kz_schedule_next (schedule, *now_us, CALLS_PER_MINUTE, &polled, &kind, &wait_us))
      *now_us += MAX (wait_us, 1);
    found += g_str_equal (polled, group_id);
    kz_schedule_done (schedule, polled, kind, 0, *now_us);
  }
  return found;
}

static void
test_opened_before_seeded (void)
{
  g_autoptr (KzSchedule) schedule = kz_schedule_new ();
  gint64 now_us = S;

  /* All of them new, none of them looked at; a new unit weighs twice as much as a known one. */
  for (guint i = 0; i < 20; i++) {
    g_autofree char *group_id = g_strdup_printf ("group-%u", i);

    set_kinds (schedule, group_id, 2.0, now_us);
  }
  g_assert_cmpuint (count_polls_of (schedule, "group-19", 4, &now_us), ==, 0);
  /* Somebody opens the last in the line: its kinds are the next calls, all of them. */
  set_kinds (schedule, "group-19", 4.0, now_us);
  g_assert_cmpuint (count_polls_of (schedule, "group-19", KINDS, &now_us), ==, KINDS);
  /* One that is open when it is added does not wait either. */
  set_kinds (schedule, "new", 4.0, now_us);
  g_assert_cmpuint (count_polls_of (schedule, "new", 2 * KINDS, &now_us), >=, KINDS - 1);
  /* And the line behind goes on. */
  g_assert_cmpuint (count_polls_of (schedule, "group-0", 160, &now_us), >=, KINDS - 4);
}

static void
test_bad_rates (void)
{
  static const double rates[] = {-1.0, 1e9, NAN, INFINITY, -INFINITY};
  g_autoptr (KzSchedule) schedule = kz_schedule_new ();
  const char *group_id, *kind;

  kz_schedule_set (schedule, "g", "Job", 1.0, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    kz_schedule_set_rate (schedule, "g", "Job", rates[i]);
    kz_schedule_set_rate (schedule, "later", "Job", rates[i]);
  }
  kz_schedule_set (schedule, "later", "Job", 1.0, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_true (kz_schedule_next (schedule, 60 * S, 80, &group_id, &kind, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/a-unit-in-flight-is-not-picked", test_in_flight);
  g_test_add_func ("/schedule/a-removed-unit-never-comes-back", test_removed);
  g_test_add_func ("/schedule/a-failed-poll-is-repeated-soon-then-rarely", test_failures);
  g_test_add_func ("/schedule/what-is-pushed-is-only-reconciled", test_reconcile);
  g_test_add_func ("/schedule/a-new-group-is-looked-at-at-once", test_new_group);
  g_test_add_func ("/schedule/what-somebody-opens-is-looked-at-before-all-that-is-new",
                   test_opened_before_seeded);
  g_test_add_func ("/schedule/a-damaged-rate-is-ignored", test_bad_rates);
  return g_test_run ();
}
