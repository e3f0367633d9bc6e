/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Put before a program that callgrind slows down (LD_PRELOAD): on its clock, what it computes takes as long as it
 * would otherwise, and what it waits for as long as it does. So what a host does every so many seconds, as saving
 * its list, is done as often for the same work as without callgrind. */
#define _GNU_SOURCE
#include "config.h"

#include <glib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* callgrind makes a minute of each second. */
#define SLOWER 60
#define NS_PER_S G_GINT64_CONSTANT (1000000000)

static gint64
read_ns (clockid_t clock)
{
  struct timespec now;

  return syscall (SYS_clock_gettime, clock, &now) == 0 ? now.tv_sec * NS_PER_S + now.tv_nsec : 0;
}

/* In place of libc's, for GLib as for all others. What says the date says it right. */
int
clock_gettime (clockid_t clock, struct timespec *now)
{
  static gint64 last;

  if (clock != CLOCK_MONOTONIC)
    return (int) syscall (SYS_clock_gettime, clock, now);
  gint64 computed = read_ns (CLOCK_PROCESS_CPUTIME_ID);
  gint64 ns = read_ns (CLOCK_MONOTONIC) - computed + computed / SLOWER;
  last = MAX (last, ns);
  now->tv_sec = last / NS_PER_S;
  now->tv_nsec = last % NS_PER_S;
  return 0;
}
