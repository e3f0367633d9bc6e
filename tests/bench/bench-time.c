/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "config.h"

#include "bench-time.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* For threads that read or write a file: what they do takes some real time, and it would be hours
 * otherwise. */
#define REAL_WAIT_NS (100 * 1000)

static gint64 skipped_us; /* read by threads, too: one aligned word */

/* In place of libc's, for GLib as for us. */
int
clock_gettime (clockid_t clock, struct timespec *now)
{
  gint64 us = skipped_us;

  if (syscall (SYS_clock_gettime, clock, now) != 0)
    return -1;
  if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME)
    return 0;
  now->tv_nsec += us % G_USEC_PER_SEC * 1000;
  now->tv_sec += us / G_USEC_PER_SEC + now->tv_nsec / 1000000000;
  now->tv_nsec %= 1000000000;
  return 0;
}

static int
poll_skipping (GPollFD *fds, guint n_fds, int timeout_ms)
{
  struct timespec wait = {.tv_nsec = timeout_ms == 0 ? 0 : REAL_WAIT_NS};
  /* GPollFD is as the system's, see g_poll(). */
  int ready = ppoll ((struct pollfd *) fds, n_fds, timeout_ms < 0 ? NULL : &wait, NULL);

  if (ready == 0 && timeout_ms > 0)
    skipped_us += (gint64) timeout_ms * 1000;
  return ready;
}

void
bench_time_begin (void)
{
  g_main_context_set_poll_func (NULL, poll_skipping);
}

static gboolean
end_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
bench_time_run (guint seconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (seconds * 1000, end_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}
