/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-clock.h"

#define KZ_TYPE_CLOCK_SYSTEM (kz_clock_system_get_type ())
G_DECLARE_FINAL_TYPE (KzClockSystem, kz_clock_system, KZ, CLOCK_SYSTEM, KzClock)

struct _KzClockSystem {
  KzClock parent_instance;
  GSource *source; /* (nullable): exists only while a timer does */
};

G_DEFINE_FINAL_TYPE (KzClockSystem, kz_clock_system, KZ_TYPE_CLOCK)

typedef struct {
  GSource parent;
  KzClock *clock; /* (unowned): the clock destroys the source */
} ClockSource;

static gboolean
source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  KzClock *clock = ((ClockSource *) source)->clock;

  /* Off until the dispatch arms it again: a ready time in the past fires at every turn. */
  g_source_set_ready_time (source, -1);
  kz_clock_dispatch (clock);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs *
source_funcs (void)
{
  static const GSourceFuncs funcs = {NULL, NULL, source_dispatch, NULL, NULL, NULL};

  /* GLib takes the table without const and never writes to it. */
  return (GSourceFuncs *) &funcs;
}

static void
drop_source (KzClockSystem *self)
{
  if (self->source == NULL)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
kz_clock_system_arm (KzClock *clock, gint64 due_us)
{
  KzClockSystem *self = KZ_CLOCK_SYSTEM (clock);

  if (due_us < 0) {
    drop_source (self);
    return;
  }
  if (self->source == NULL) {
    self->source = g_source_new (source_funcs (), sizeof (ClockSource));
    g_source_set_static_name (self->source, "kaizala clock");
    ((ClockSource *) self->source)->clock = clock;
    g_source_attach (self->source, NULL);
  }
  g_source_set_ready_time (self->source, due_us);
}

static gint64
kz_clock_system_monotonic_us (KzClock *clock)
{
  return g_get_monotonic_time ();
}

static gint64
kz_clock_system_wall_us (KzClock *clock)
{
  return g_get_real_time ();
}

static void
kz_clock_system_finalize (GObject *object)
{
  drop_source (KZ_CLOCK_SYSTEM (object));
  G_OBJECT_CLASS (kz_clock_system_parent_class)->finalize (object);
}

static void
kz_clock_system_class_init (KzClockSystemClass *klass)
{
  KzClockClass *clock_class = KZ_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kz_clock_system_finalize;
  clock_class->arm = kz_clock_system_arm;
  clock_class->monotonic_us = kz_clock_system_monotonic_us;
  clock_class->wall_us = kz_clock_system_wall_us;
}

static void
kz_clock_system_init (KzClockSystem *self)
{
}

KzClock *
kz_clock_new_system (void)
{
  return g_object_new (KZ_TYPE_CLOCK_SYSTEM, NULL);
}
