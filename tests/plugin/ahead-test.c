/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "config.h"

#include "ahead-test.h"

#include <dlfcn.h>
#include <time.h>

static gint64 ahead_us;
static GHashTable *due; /* (element-type GSource gint64*): sources that wait for a time */

/* In place of GLib's. */
gint64
g_get_monotonic_time (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 + ahead_us;
}

/* GLib itself knows only the time that has not run ahead. */
static void
set_real_time (GSource *source, gint64 time_us)
{
  static void (*real) (GSource *source, gint64 time_us);
  if (real == NULL)
    real = (void (*) (GSource *, gint64)) dlsym (RTLD_NEXT, "g_source_set_ready_time");
  real (source, time_us > 0 ? MAX (time_us - ahead_us, 0) : time_us);
}

/* In place of GLib's. */
void
g_source_set_ready_time (GSource *source, gint64 time_us)
{
  if (due == NULL)
    due = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) g_source_unref, g_free);
  if (time_us > 0)
    g_hash_table_replace (due, g_source_ref (source), g_memdup2 (&time_us, sizeof time_us));
  else
    g_hash_table_remove (due, source);
  set_real_time (source, time_us);
}

void
ahead_test_run (gint64 by_us)
{
  GHashTableIter iter;
  gpointer source, time_us;
  ahead_us += by_us;
  if (due == NULL)
    return;
  g_hash_table_iter_init (&iter, due);
  while (g_hash_table_iter_next (&iter, &source, &time_us))
    if (g_source_is_destroyed (source))
      g_hash_table_iter_remove (&iter);
    else
      set_real_time (source, *(gint64 *) time_us);
}
