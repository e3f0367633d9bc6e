/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-clock.h"

#include <string.h>

typedef struct {
  KzClock *clock;
  GString *log; /* "name@second " for each timer that fired */
} Rig;

typedef struct {
  Rig *rig;
  const char *name;
} Entry;

static void
rig_up (Rig *rig, gconstpointer data)
{
  rig->clock = kz_clock_new_manual (1000 * G_USEC_PER_SEC);
  rig->log = g_string_new (NULL);
}

static void
rig_down (Rig *rig, gconstpointer data)
{
  g_assert_cmpuint (kz_clock_pending (rig->clock), ==, 0);
  g_assert_finalize_object (rig->clock);
  g_string_free (rig->log, TRUE);
}

static void
note_cb (gpointer data)
{
  Entry *entry = data;

  g_string_append_printf (entry->rig->log, "%s@%d ", entry->name,
                          (int) (kz_clock_wall_us (entry->rig->clock) / G_USEC_PER_SEC) - 1000);
}

static void
fires_in_order (Rig *rig, gconstpointer data)
{
  Entry a = {rig, "a"}, b = {rig, "b"}, c = {rig, "c"};

  kz_clock_set (rig->clock, rig, "c", 3 * G_USEC_PER_SEC, note_cb, &c);
  kz_clock_set (rig->clock, rig, "a", 1 * G_USEC_PER_SEC, note_cb, &a);
  kz_clock_set (rig->clock, rig, "b", 1 * G_USEC_PER_SEC, note_cb, &b);
  kz_clock_advance (rig->clock, G_USEC_PER_SEC - 1);
  g_assert_cmpstr (rig->log->str, ==, "");
  kz_clock_advance (rig->clock, 9 * G_USEC_PER_SEC);
  g_assert_cmpstr (rig->log->str, ==, "a@1 b@1 c@3 ");
}

static void
a_name_exists_once (Rig *rig, gconstpointer data)
{
  Entry a = {rig, "old"}, b = {rig, "new"}, other = {rig, "other"};

  kz_clock_set (rig->clock, rig, "x", 1 * G_USEC_PER_SEC, note_cb, &a);
  kz_clock_set (rig->clock, &other, "x", 4 * G_USEC_PER_SEC, note_cb, &other);
  kz_clock_set (rig->clock, rig, "x", 2 * G_USEC_PER_SEC, note_cb, &b);
  g_assert_cmpuint (kz_clock_pending (rig->clock), ==, 2);
  kz_clock_advance (rig->clock, 5 * G_USEC_PER_SEC);
  g_assert_cmpstr (rig->log->str, ==, "new@2 other@4 ");
}

static void
a_cancelled_one_is_silent (Rig *rig, gconstpointer data)
{
  Entry a = {rig, "a"}, b = {rig, "b"};

  kz_clock_set (rig->clock, rig, "a", 1, note_cb, &a);
  kz_clock_set (rig->clock, rig, "b", 1, note_cb, &b);
  kz_clock_cancel (rig->clock, rig, "a");
  g_assert_false (kz_clock_is_set (rig->clock, rig, "a"));
  g_assert_true (kz_clock_is_set (rig->clock, rig, "b"));
  kz_clock_cancel_all (rig->clock, rig);
  g_assert_false (kz_clock_advance_to_next (rig->clock, G_MAXINT64 / 2));
  g_assert_cmpstr (rig->log->str, ==, "");
}

static void
cancel_other_cb (gpointer data)
{
  Entry *entry = data;

  note_cb (data);
  kz_clock_cancel (entry->rig->clock, entry->rig, "second");
}

static void
one_that_is_due_can_still_be_cancelled (Rig *rig, gconstpointer data)
{
  Entry a = {rig, "first"}, b = {rig, "second"};

  kz_clock_set (rig->clock, rig, "first", 1, cancel_other_cb, &a);
  kz_clock_set (rig->clock, rig, "second", 1, note_cb, &b);
  kz_clock_advance (rig->clock, 1);
  g_assert_cmpstr (rig->log->str, ==, "first@0 ");
}

static void
again_cb (gpointer data)
{
  Entry *entry = data;

  note_cb (data);
  if (entry->rig->log->len < 40)
    kz_clock_set (entry->rig->clock, entry->rig, "again", G_USEC_PER_SEC, again_cb, data);
}

static void
one_may_set_itself_again (Rig *rig, gconstpointer data)
{
  Entry a = {rig, "t"};

  kz_clock_set (rig->clock, rig, "again", G_USEC_PER_SEC, again_cb, &a);
  kz_clock_advance (rig->clock, 100 * G_USEC_PER_SEC);
  g_assert_cmpstr (rig->log->str, ==, "t@1 t@2 t@3 t@4 t@5 t@6 t@7 t@8 t@9 t@10 ");
}

static void
the_wall_clock_moves_no_timer (Rig *rig, gconstpointer data)
{
  Entry a = {rig, "a"};

  kz_clock_set (rig->clock, rig, "a", 2 * G_USEC_PER_SEC, note_cb, &a);
  kz_clock_jump_wall (rig->clock, 100 * G_USEC_PER_SEC);
  g_assert_cmpstr (rig->log->str, ==, "");
  kz_clock_jump_wall (rig->clock, -100 * G_USEC_PER_SEC);
  kz_clock_advance (rig->clock, 2 * G_USEC_PER_SEC);
  g_assert_cmpstr (rig->log->str, ==, "a@2 ");
}

static void
an_endless_delay_does_not_wrap (Rig *rig, gconstpointer data)
{
  Entry a = {rig, "a"};

  kz_clock_set (rig->clock, rig, "a", G_MAXINT64, note_cb, &a);
  kz_clock_advance (rig->clock, 1000 * G_USEC_PER_SEC);
  g_assert_cmpstr (rig->log->str, ==, "");
  kz_clock_cancel_all (rig->clock, rig);
}

typedef struct {
  KzClock *clock;
  guint fired;
} System;

static void
count_cb (gpointer data)
{
  System *system = data;

  /* Setting it for now again must not starve the loop. */
  if (++system->fired < 3)
    kz_clock_set (system->clock, system, "now", 0, count_cb, system);
}

static void
the_system_clock_fires_in_the_loop (void)
{
  System system = {kz_clock_new_system (), 0};

  kz_clock_set (system.clock, &system, "now", 0, count_cb, &system);
  kz_clock_set (system.clock, &system, "later", 3600 * (gint64) G_USEC_PER_SEC, count_cb, &system);
  g_assert_cmpuint (system.fired, ==, 0);
  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (system.fired, ==, 1);
  while (system.fired < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (kz_clock_pending (system.clock), ==, 1);
  kz_clock_cancel_all (system.clock, &system);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, &system));
  g_assert_finalize_object (system.clock);
  g_assert_false (g_main_context_pending (NULL));
}

#define TEST(name, func) g_test_add (name, Rig, NULL, rig_up, func, rig_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/clock/timers-fire-in-order-each-at-its-time", fires_in_order);
  TEST ("/clock/a-name-exists-once-for-its-owner", a_name_exists_once);
  TEST ("/clock/a-cancelled-timer-is-silent", a_cancelled_one_is_silent);
  TEST ("/clock/one-that-is-due-can-still-be-cancelled", one_that_is_due_can_still_be_cancelled);
  TEST ("/clock/a-timer-may-set-itself-again", one_may_set_itself_again);
  TEST ("/clock/the-wall-clock-moves-no-timer", the_wall_clock_moves_no_timer);
  TEST ("/clock/an-endless-delay-does-not-wrap", an_endless_delay_does_not_wrap);
  g_test_add_func ("/clock/the-system-clock-fires-in-the-loop", the_system_clock_fires_in_the_loop);
  return g_test_run ();
}
