/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A day in minutes: what an account holds after a day of renewals, polls, deliveries, sends and
 * answers is what it held after the first hour. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include <malloc.h>
#include <unistd.h>

/* In every run, with few polls. KZ_TEST_HOURS: as many, with all that may be polled. */
#define HOURS 2
#define FEW_POLLS 15
#define QUARTERS 4
/* What the end may be above the first hour. */
#define MOST_PERCENT 105
/* One timer of a few more or less is none that was lost. */
#define TIMERS_MORE 2

/* What the process holds: the most of an hour, and the memory at its end. */
typedef struct {
  guint fds;
  guint timers;
  gint64 rss_kib;
} Holds;

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static gint64
rss_kib (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  malloc_trim (0);
  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  words = g_strsplit (text, " ", 3);
  return g_ascii_strtoll (words[1], NULL, 10) * sysconf (_SC_PAGESIZE) / 1024;
}

/* An idle connection more or less is no leak: the most of an hour is compared. */
static void
let_a_quarter_pass (Bench *bench, Holds *holds)
{
  for (guint i = 0; i < 3; i++) {
    bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
    holds->fds = MAX (holds->fds, count_fds ());
    holds->timers = MAX (holds->timers, kz_clock_pending (bench->clock));
  }
}

static void
assert_in_budget (Bench *bench)
{
  g_autoptr (JsonObject) calls = bench_get (bench, "calls");

  g_assert_cmpint (json_object_get_int_member (calls, "maxInAnyMinute"), <=, 100);
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken"), >=, 1);
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken"), <=, 3);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (kz_engine_answer_finish (KZ_ENGINE (source), result, &error));
  g_assert_no_error (error);
  ++*(guint *) data;
}

/* Somebody asks, people talk, we answer; all of it is shown once. */
static Holds
live_an_hour (Bench *bench, guint hour)
{
  g_autofree char *title = g_strdup_printf ("question %u.", hour);
  g_autofree char *shown = g_strdup_printf ("action-added in team by Asha Poll \"%s\"", title);
  g_autofree char *poll = bench_post_poll (bench, "team", title);
  Holds holds = {0};
  guint answers = 0;

  for (guint quarter = 0; quarter < QUARTERS; quarter++) {
    g_autofree char *theirs = g_strdup_printf ("theirs %u.%u.", hour, quarter);
    g_autofree char *ours = g_strdup_printf ("ours %u.%u.", hour, quarter);

    bench_say (bench, "team", "asha", theirs);
    bench_send (bench, "team", ours);
    if (quarter == 1) {
      const char *handle = bench_handle_of (bench, "team", title);

      kz_engine_vote_async (bench->engine, handle, 1, answered_cb, &answers);
      kz_engine_like_async (bench->engine, handle, answered_cb, &answers);
    }
    let_a_quarter_pass (bench, &holds);
    g_assert_cmpuint (bench_count (bench, theirs), ==, 1);
  }
  g_assert_cmpuint (bench_count (bench, shown), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, QUARTERS);
  g_assert_cmpuint (answers, ==, 2);
  g_assert_true (bench_in_state (bench, "online"));
  assert_in_budget (bench);
  return holds;
}

/* The sandbox is in this process, too, and never forgets by itself. */
static void
forget (Bench *bench)
{
  g_autoptr (JsonObject) calls = bench_do (bench, "calls/reset", "{}");
  g_autoptr (JsonObject) received = bench_do (bench, "received/reset", "{}");

  bench_clear (bench);
  g_ptr_array_set_size (bench->states, 0);
}

static void
assert_no_more (const char *what, gint64 first, gint64 last)
{
  if (last * 100 > first * MOST_PERCENT)
    g_error ("%s: %" G_GINT64_FORMAT " after the first hour, %" G_GINT64_FORMAT " at the end", what,
             first, last);
}

static void
test_a_day (void)
{
  /* Shorter than an hour, as it is renewed some minutes early. */
  static const char *const switches[] = {"accessTokenSeconds=3600", NULL};
  const char *wanted = g_getenv ("KZ_TEST_HOURS");
  guint hours = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : HOURS;
  g_autoptr (Bench) bench = bench_new (switches);
  Holds first = {0}, last = {0};

  if (wanted == NULL) {
    kz_throttle_unref (bench->throttle);
    bench->throttle = kz_throttle_new (100, FEW_POLLS);
  }
  bench_settle_in_hearing (bench);
  bench_open (bench, "team");
  for (guint hour = 0; hour < hours; hour++) {
    last = live_an_hour (bench, hour);
    forget (bench);
    last.rss_kib = rss_kib ();
    g_test_message ("Hour %u: %u descriptors, %u timers, %" G_GINT64_FORMAT " KiB", hour + 1,
                    last.fds, last.timers, last.rss_kib);
    if (hour == 0)
      first = last;
  }
  assert_no_more ("Descriptors", first.fds, last.fds);
  g_assert_cmpuint (last.timers, <=, first.timers + TIMERS_MORE);
#ifndef __SANITIZE_ADDRESS__
  /* A sanitizer keeps what was freed. */
  assert_no_more ("KiB of memory", first.rss_kib, last.rss_kib);
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/day/holds-no-more-at-its-end", test_a_day);
  return g_test_run ();
}
