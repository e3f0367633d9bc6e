/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench-count.h"

#include <valgrind/callgrind.h>

static gboolean is_on;      /* between start and end */
static guint pauses;        /* how deep */
static gboolean is_counted; /* what callgrind does */

static void
apply (void)
{
  gboolean wanted = is_on && pauses == 0;

  if (wanted == is_counted)
    return;
  is_counted = wanted;
  CALLGRIND_TOGGLE_COLLECT;
}

void
bench_count_start (void)
{
  CALLGRIND_ZERO_STATS;
  is_on = TRUE;
  apply ();
}

void
bench_count_pause (void)
{
  pauses++;
  apply ();
}

void
bench_count_resume (void)
{
  pauses--;
  apply ();
}

void
bench_count_end (void)
{
  is_on = FALSE;
  apply ();
}

void
bench_count_stop (const char *name)
{
  bench_count_end ();
  CALLGRIND_DUMP_STATS_AT (name);
}

gboolean
bench_count_is_on (void)
{
  return is_on;
}
