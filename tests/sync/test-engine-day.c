/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A day in minutes: what an account holds after a day of renewals, polls, deliveries, sends and
 * answers is what it held after the first hour. The engine is in a process of its own, so that the
 * sandbox, which remembers everything, is not measured. */
#include "config.h"

#include "engine-world.h"
#include "process-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* In every run, with few polls. KZ_TEST_HOURS: as many, with all that may be polled. */
#define HOURS 2
#define FEW_POLLS 15
#define ALL_POLLS 80
#define QUARTERS 4
#define STEP_US (5 * G_USEC_PER_SEC)
/* What the end may be above the first hour. */
#define MOST_PERCENT 105
/* One timer of a few more or less is none that was lost, nor is one of at most eight connections that
 * are kept for the next call. */
#define TIMERS_MORE 2
#define CONNECTIONS_MORE 2

/* What the process holds: the most of an hour, as an idle connection more or less is no leak, and the
 * memory at its end; and how many calls it made. */
typedef struct {
  guint fds;
  guint timers;
  gint64 rss_kib;
  gint64 calls;
} Holds;

typedef struct {
  Bench *bench;
  Child *child;
  char *team; /* its id */
  char *token_file;
  char *transcript;
  Holds most; /* of this hour */
} Day;

/* --- The process --- */

static guint
count_fds (const Day *day)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", child_pid (day->child));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static gint64
rss_kib (const Day *day)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/statm", child_pid (day->child));
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (child_ask (day->child, "trim"));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (text, " ", 3);
  return g_ascii_strtoll (words[1], NULL, 10) * sysconf (_SC_PAGESIZE) / 1024;
}

static void
ask (Day *day, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
ask (Day *day, const char *format, ...)
{
  g_autofree char *command = NULL;
  va_list args;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  if (!child_ask (day->child, command))
    g_error ("The process died of: %s", command);
}

static void
settle (Day *day)
{
  gboolean is_at_rest = FALSE;

  while (!is_at_rest) {
    is_at_rest = TRUE;
    while (g_main_context_iteration (NULL, FALSE))
      is_at_rest = FALSE;
    is_at_rest &= child_rest (day->child);
    is_at_rest &= sb_sandbox_exchanges (day->bench->sandbox) == 0;
    g_assert_false (child_is_dead (day->child));
  }
}

static void
note_most (Day *day)
{
  day->most.fds = MAX (day->most.fds, count_fds (day));
  day->most.timers = MAX (day->most.timers, child_timers (day->child));
}

/* There and here, in steps. */
static void
pass (Day *day, gint64 us)
{
  settle (day);
  for (gint64 left_us = us; left_us > 0; left_us -= STEP_US) {
    g_autoptr (JsonObject) moved = bench_do (day->bench, "clock", "{'advanceSeconds':%d}",
                                             (int) (STEP_US / G_USEC_PER_SEC));

    ask (day, "pass %" G_GINT64_FORMAT, (gint64) STEP_US);
    note_most (day);
    settle (day);
  }
}

/* --- What it shows --- */

static guint
count_shown (const Day *day, const char *part)
{
  g_autofree char *text = NULL;
  guint count = 0;

  g_assert_true (g_file_get_contents (day->transcript, &text, NULL, NULL));
  for (const char *at = text; (at = strstr (at, part)) != NULL; at++)
    count++;
  return count;
}

/* The process appends to it. */
static void
forget_shown (const Day *day)
{
  g_assert_cmpint (truncate (day->transcript, 0), ==, 0);
}

/* --- A day --- */

static Day
begin (guint budget)
{
  /* Shorter than an hour, as it is renewed some minutes early. */
  static const char *const switches[] = {"accessTokenSeconds=3600", NULL};
  Day day = {.bench = bench_new (switches)};
  Bench *bench = day.bench;
  ChildOptions options = {.bench = bench, .budget = budget};

  day.team = bench_group (bench, "team");
  day.token_file = g_build_filename (bench->dir, "token", NULL);
  day.transcript = g_build_filename (bench->dir, "transcript", NULL);
  g_assert_true (g_file_set_contents (day.token_file, bench->token, -1, NULL));
  options.token_file = day.token_file;
  options.transcript = day.transcript;
  day.child = child_new (&options);
  for (guint i = 0; i < 60 && !(child_is_online (day.child) && child_hears (day.child)); i++)
    pass (&day, 10 * G_USEC_PER_SEC);
  g_assert_true (child_hears (day.child));
  pass (&day, 2 * G_TIME_SPAN_MINUTE);
  ask (&day, "open %s", day.team);
  forget_shown (&day);
  return day;
}

static void
end (Day *day)
{
  g_assert_true (child_stop (day->child));
  child_free (day->child);
  g_unlink (day->token_file);
  g_unlink (day->transcript);
  bench_free (day->bench);
  g_free (day->team);
  g_free (day->token_file);
  g_free (day->transcript);
}

static gint64
assert_in_budget (Bench *bench)
{
  g_autoptr (JsonObject) calls = bench_get (bench, "calls");

  g_assert_cmpint (json_object_get_int_member (calls, "maxInAnyMinute"), <=, 100);
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken"), >=, 1);
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken"), <=, 3);
  return json_object_get_int_member (calls, "total");
}

/* Somebody asks, people talk, we answer; all of it is shown once. */
static Holds
live_an_hour (Day *day, guint hour)
{
  Bench *bench = day->bench;
  g_autofree char *title = g_strdup_printf ("question %u.", hour);
  g_autofree char *shown = g_strdup_printf ("action-added in team by Asha Poll \"%s\"", title);
  g_autofree char *poll = bench_post_poll (bench, "team", title);

  day->most = (Holds){0};
  for (guint quarter = 0; quarter < QUARTERS; quarter++) {
    g_autofree char *theirs = g_strdup_printf ("theirs %u.%u.", hour, quarter);

    bench_say (bench, "team", "asha", theirs);
    ask (day, "send %s ours %u.%u.", day->team, hour, quarter);
    g_assert_true (child_has_taken (day->child));
    if (quarter == 1)
      ask (day, "answer %s %s", day->team, title);
    pass (day, 60 / QUARTERS * G_TIME_SPAN_MINUTE);
    g_assert_cmpuint (count_shown (day, theirs), ==, 1);
  }
  g_assert_cmpuint (count_shown (day, shown), ==, 1);
  g_assert_cmpuint (count_shown (day, "send-confirmed"), ==, QUARTERS);
  g_assert_cmpuint (child_answered (day->child), ==, 2 * (hour + 1));
  g_assert_true (child_is_online (day->child));
  day->most.calls = assert_in_budget (bench);
  day->most.rss_kib = rss_kib (day);
  return day->most;
}

static void
forget (Day *day)
{
  g_autoptr (JsonObject) calls = bench_do (day->bench, "calls/reset", "{}");
  g_autoptr (JsonObject) received = bench_do (day->bench, "received/reset", "{}");

  forget_shown (day);
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
  const char *wanted = g_getenv ("KZ_TEST_HOURS");
  guint hours = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : HOURS;
  Day day = begin (wanted != NULL ? ALL_POLLS : FEW_POLLS);
  Holds first = {0}, last = {0};

  for (guint hour = 0; hour < hours; hour++) {
    last = live_an_hour (&day, hour);
    forget (&day);
    g_test_message ("Hour %u: %u descriptors, %u timers, %" G_GINT64_FORMAT " KiB after "
                    "%" G_GINT64_FORMAT " calls",
                    hour + 1, last.fds, last.timers, last.rss_kib, last.calls);
    if (hour == 0)
      first = last;
  }
  end (&day);
  assert_no_more ("Descriptors", first.fds + CONNECTIONS_MORE, last.fds);
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
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/day/holds-no-more-at-its-end", test_a_day);
  return g_test_run ();
}
