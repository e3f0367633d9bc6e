/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-clock.h"

typedef struct {
  guint id;
  gint64 due_ms;
  GSourceFunc callback;
  gpointer data;
  GDestroyNotify destroy;
} Timer;

struct _SbClock {
  gint64 offset_ms;
  gint64 pretended_ms;
  guint last_id;
  GList *timers; /* (element-type Timer) (owned): by due time */
  GSource *source;
};

static void
timer_free (Timer *timer)
{
  if (timer->destroy)
    timer->destroy (timer->data);
  g_free (timer);
}

static gint64
real_now_ms (SbClock *clock)
{
  return g_get_real_time () / 1000 + clock->offset_ms;
}

static void arm (SbClock *clock);

static void
run_due (SbClock *clock)
{
  gint64 now_ms = real_now_ms (clock);
  while (clock->timers && ((Timer *) clock->timers->data)->due_ms <= now_ms) {
    Timer *timer = clock->timers->data;
    clock->timers = g_list_delete_link (clock->timers, clock->timers);
    timer->callback (timer->data);
    timer_free (timer);
  }
  arm (clock);
}

static gboolean
source_cb (gpointer data)
{
  run_due (data);
  return G_SOURCE_REMOVE;
}

static void
arm (SbClock *clock)
{
  if (clock->source) {
    g_source_destroy (clock->source);
    g_clear_pointer (&clock->source, g_source_unref);
  }
  if (!clock->timers)
    return;
  gint64 wait_ms = ((Timer *) clock->timers->data)->due_ms - real_now_ms (clock);
  clock->source = g_timeout_source_new ((guint) CLAMP (wait_ms + 1, 0, 3600000));
  g_source_set_callback (clock->source, source_cb, clock, NULL);
  g_source_attach (clock->source, g_main_context_get_thread_default ());
}

SbClock *
sb_clock_new (void)
{
  return g_new0 (SbClock, 1);
}

void
sb_clock_free (SbClock *clock)
{
  GList *timers = g_steal_pointer (&clock->timers);
  arm (clock);
  g_list_free_full (timers, (GDestroyNotify) timer_free);
  g_list_free_full (g_steal_pointer (&clock->timers), (GDestroyNotify) timer_free);
  arm (clock);
  g_free (clock);
}

gint64
sb_clock_now_ms (SbClock *clock)
{
  return clock->pretended_ms ? clock->pretended_ms : real_now_ms (clock);
}

gint64
sb_clock_offset_s (SbClock *clock)
{
  return clock->offset_ms / 1000;
}

void
sb_clock_advance_ms (SbClock *clock, gint64 delta_ms)
{
  clock->offset_ms += delta_ms;
  run_due (clock);
}

void
sb_clock_pretend_ms (SbClock *clock, gint64 moment_ms)
{
  clock->pretended_ms = moment_ms;
}

static gint
by_due (gconstpointer a, gconstpointer b)
{
  const Timer *one = a, *two = b;
  if (one->due_ms != two->due_ms)
    return one->due_ms < two->due_ms ? -1 : 1;
  return one->id < two->id ? -1 : 1;
}

guint
sb_clock_add (
    SbClock *clock, gint64 due_ms, GSourceFunc callback, gpointer data, GDestroyNotify destroy)
{
  Timer *timer = g_new0 (Timer, 1);
  *timer = (Timer){++clock->last_id, due_ms, callback, data, destroy};
  clock->timers = g_list_insert_sorted (clock->timers, timer, by_due);
  arm (clock);
  return timer->id;
}

void
sb_clock_remove (SbClock *clock, guint timer_id)
{
  for (GList *link = clock->timers; link; link = link->next) {
    Timer *timer = link->data;
    if (timer->id != timer_id)
      continue;
    clock->timers = g_list_delete_link (clock->timers, link);
    timer_free (timer);
    arm (clock);
    return;
  }
}
