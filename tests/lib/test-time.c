/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clocks of a program whose waits are skipped. */
#include "config.h"

#include "kz-test-time.h"

#include <sys/time.h>
#include <time.h>

/* What passes between two looks at a clock on a busy machine. */
#define SLACK_S 60
#define HOUR_S 3600

static gint64
clock_s (clockid_t clock)
{
  struct timespec now;

  g_assert_cmpint (clock_gettime (clock, &now), ==, 0);
  return now.tv_sec;
}

static gint64
day_s (void)
{
  struct timeval now;

  g_assert_cmpint (gettimeofday (&now, NULL), ==, 0);
  return now.tv_sec;
}

/* In seconds; CLOCK_BOOTTIME is real. */
static void
assert_ahead (const gint64 since[2], gint64 time_of_day, gint64 monotonic)
{
  gint64 wall = clock_s (CLOCK_REALTIME) - clock_s (CLOCK_BOOTTIME) - since[0];
  gint64 steady = clock_s (CLOCK_MONOTONIC) - clock_s (CLOCK_BOOTTIME) - since[1];

  g_assert_cmpint (ABS (wall - time_of_day), <, SLACK_S);
  g_assert_cmpint (ABS (steady - monotonic), <, SLACK_S);
  /* However it is asked for. */
  g_assert_cmpint (ABS (day_s () - clock_s (CLOCK_REALTIME)), <, SLACK_S);
  g_assert_cmpint (ABS (g_get_real_time () / G_USEC_PER_SEC - day_s ()), <, SLACK_S);
  g_assert_cmpint (ABS (g_get_monotonic_time () / G_USEC_PER_SEC - clock_s (CLOCK_MONOTONIC)), <,
                   SLACK_S);
}

static void
test_clocks (void)
{
  gint64 since[2] = {clock_s (CLOCK_REALTIME) - clock_s (CLOCK_BOOTTIME),
                     clock_s (CLOCK_MONOTONIC) - clock_s (CLOCK_BOOTTIME)};

  kz_test_time_skip (1, G_MAXINT);
  kz_test_time_run (HOUR_S);
  assert_ahead (since, HOUR_S, HOUR_S);
  kz_test_time_sleep (2 * HOUR_S);
  assert_ahead (since, 3 * HOUR_S, HOUR_S);
  kz_test_time_walk ();
  assert_ahead (since, HOUR_S, HOUR_S);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/skipped-and-slept", test_clocks);
  return g_test_run ();
}
