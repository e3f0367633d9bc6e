/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-clock.h"

#define KZ_TYPE_CLOCK_MANUAL (kz_clock_manual_get_type ())
G_DECLARE_FINAL_TYPE (KzClockManual, kz_clock_manual, KZ, CLOCK_MANUAL, KzClock)

struct _KzClockManual {
  KzClock parent_instance;
  gint64 monotonic_us;
  gint64 wall_us;
  gint64 due_us; /* -1: no timer */
};

G_DEFINE_FINAL_TYPE (KzClockManual, kz_clock_manual, KZ_TYPE_CLOCK)

static void
kz_clock_manual_arm (KzClock *clock, gint64 due_us)
{
  KZ_CLOCK_MANUAL (clock)->due_us = due_us;
}

static gint64
kz_clock_manual_monotonic_us (KzClock *clock)
{
  return KZ_CLOCK_MANUAL (clock)->monotonic_us;
}

static gint64
kz_clock_manual_wall_us (KzClock *clock)
{
  return KZ_CLOCK_MANUAL (clock)->wall_us;
}

static void
kz_clock_manual_class_init (KzClockManualClass *klass)
{
  KzClockClass *clock_class = KZ_CLOCK_CLASS (klass);

  clock_class->arm = kz_clock_manual_arm;
  clock_class->monotonic_us = kz_clock_manual_monotonic_us;
  clock_class->wall_us = kz_clock_manual_wall_us;
}

static void
kz_clock_manual_init (KzClockManual *self)
{
  /* Not 0, so that a time that was never set and the start of the clock are two things. */
  self->monotonic_us = G_USEC_PER_SEC;
  self->due_us = -1;
}

KzClock *
kz_clock_new_manual (gint64 wall_us)
{
  KzClockManual *self = g_object_new (KZ_TYPE_CLOCK_MANUAL, NULL);

  self->wall_us = wall_us;
  return KZ_CLOCK (self);
}

static void
move_to (KzClockManual *self, gint64 monotonic_us)
{
  gint64 by_us = monotonic_us - self->monotonic_us;

  /* A timer that is overdue fires now: time does not go back. */
  if (by_us <= 0)
    return;
  self->monotonic_us += by_us;
  self->wall_us += by_us;
}

void
kz_clock_advance (KzClock *clock, gint64 by_us)
{
  g_autoptr (KzClock) keep G_GNUC_UNUSED = g_object_ref (clock);
  KzClockManual *self = KZ_CLOCK_MANUAL (clock);
  gint64 end_us = self->monotonic_us + by_us;

  while (self->due_us >= 0 && self->due_us <= end_us) {
    move_to (self, self->due_us);
    kz_clock_dispatch (clock);
  }
  move_to (self, end_us);
}

void
kz_clock_jump_wall (KzClock *clock, gint64 by_us)
{
  KZ_CLOCK_MANUAL (clock)->wall_us += by_us;
}

gboolean
kz_clock_advance_to_next (KzClock *clock, gint64 limit_us)
{
  g_autoptr (KzClock) keep G_GNUC_UNUSED = g_object_ref (clock);
  KzClockManual *self = KZ_CLOCK_MANUAL (clock);

  if (self->due_us < 0 || self->due_us - self->monotonic_us > limit_us)
    return FALSE;
  move_to (self, self->due_us);
  kz_clock_dispatch (clock);
  return TRUE;
}
