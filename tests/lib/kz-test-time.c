/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "config.h"

#include "kz-test-time.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Read by threads, too: one aligned word each. */
static gint64 skipped_us; /* that every clock went on by */
static gint64 slept_us;   /* that the time of day went on by besides */
static long wait_ns;
static int most_at_once_ms;

/* In place of libc's, for GLib as for us. */
int
clock_gettime (clockid_t clock, struct timespec *now)
{
  gint64 us = clock == CLOCK_REALTIME ? skipped_us + slept_us : skipped_us;

  if (syscall (SYS_clock_gettime, clock, now) != 0)
    return -1;
  if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME)
    return 0;
  now->tv_nsec += us % G_USEC_PER_SEC * 1000;
  now->tv_sec += us / G_USEC_PER_SEC + now->tv_nsec / 1000000000;
  now->tv_nsec %= 1000000000;
  return 0;
}

/* The same as of CLOCK_REALTIME: what GLib takes the time of day from. */
int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  gint64 us;

  if (syscall (SYS_gettimeofday, now, zone) != 0)
    return -1;
  us = now->tv_usec + skipped_us + slept_us;
  now->tv_sec += us / G_USEC_PER_SEC;
  now->tv_usec = us % G_USEC_PER_SEC;
  return 0;
}

static int
poll_skipping (GPollFD *fds, guint n_fds, int timeout_ms)
{
  struct timespec wait = {.tv_nsec = timeout_ms == 0 ? 0 : wait_ns};
  /* GPollFD is as the system's, see g_poll(). */
  int ready = ppoll ((struct pollfd *) fds, n_fds, timeout_ms < 0 ? NULL : &wait, NULL);

  if (ready == 0 && timeout_ms > 0)
    skipped_us += (gint64) MIN (timeout_ms, most_at_once_ms) * 1000;
  return ready;
}

void
kz_test_time_skip (guint real_us, guint most_ms)
{
  wait_ns = (long) real_us * 1000;
  most_at_once_ms = (int) most_ms;
  g_main_context_set_poll_func (NULL, poll_skipping);
}

void
kz_test_time_walk (void)
{
  g_main_context_set_poll_func (NULL, NULL);
  slept_us = 0;
}

void
kz_test_time_sleep (guint seconds)
{
  slept_us += (gint64) seconds * G_USEC_PER_SEC;
}

static gboolean
end_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
kz_test_time_run (guint seconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (seconds * 1000, end_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}
