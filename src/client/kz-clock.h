/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Now and named timers. Everything that waits goes through it, so that tests never sleep and
 * sign-off can find every timer. */
#define KZ_TYPE_CLOCK (kz_clock_get_type ())
G_DECLARE_DERIVABLE_TYPE (KzClock, kz_clock, KZ, CLOCK, GObject)

typedef void (*KzClockFunc) (gpointer data);

struct _KzClockClass {
  GObjectClass parent_class;
  gint64 (*monotonic_us) (KzClock *self);
  gint64 (*wall_us) (KzClock *self);
  /* Arranges for kz_clock_dispatch() at @due_us (monotonic), or for none when it is -1. */
  void (*arm) (KzClock *self, gint64 due_us);
};

/* The system's clocks; timers on the default main context, which every host runs. */
KzClock *kz_clock_new_system (void);

gint64 kz_clock_monotonic_us (KzClock *self);
gint64 kz_clock_wall_us (KzClock *self);

/* Calls @func once after @delay_us. A (@owner, @name) exists once: setting it again replaces the
 * earlier timer. @owner is only compared. */
void kz_clock_set (KzClock *self, gconstpointer owner, const char *name, gint64 delay_us,
                   KzClockFunc func, gpointer data);
void kz_clock_cancel (KzClock *self, gconstpointer owner, const char *name);
void kz_clock_cancel_all (KzClock *self, gconstpointer owner);
gboolean kz_clock_is_set (KzClock *self, gconstpointer owner, const char *name);
guint kz_clock_pending (KzClock *self); /* timers of all owners: 0 after sign-off */
/* Runs what is due. For implementations. */
void kz_clock_dispatch (KzClock *self);

/* A clock that moves only when told. Advancing fires due timers in order, each seeing its time. */
KzClock *kz_clock_new_manual (gint64 wall_us);
void kz_clock_advance (KzClock *self, gint64 by_us);
/* Moves the wall clock alone: somebody set the time. */
void kz_clock_jump_wall (KzClock *self, gint64 by_us);
/* Moves to the next timer and fires it; FALSE when there is none within @limit_us. */
gboolean kz_clock_advance_to_next (KzClock *self, gint64 limit_us);

G_END_DECLS
