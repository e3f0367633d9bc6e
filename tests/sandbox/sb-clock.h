/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sandbox's time: real time plus an offset that the control API moves. Timers are in that time;
 * moving the clock fires what is due, in order.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SbClock SbClock;

SbClock *sb_clock_new (void);
void sb_clock_free (SbClock *clock);

/** Milliseconds since the epoch. */
gint64 sb_clock_now_ms (SbClock *clock);

/** Whole seconds that the clock is ahead of real time. */
gint64 sb_clock_offset_s (SbClock *clock);

/** Moves the clock; may be negative. Due timers run before this returns. */
void sb_clock_advance_ms (SbClock *clock, gint64 delta_ms);

/** While set, "now" is that moment: history is written with it. 0 ends it. */
void sb_clock_pretend_ms (SbClock *clock, gint64 moment_ms);

/** One-shot timer. @destroy runs after @callback, on removal, and with the clock. */
guint sb_clock_add (
    SbClock *clock, gint64 due_ms, GSourceFunc callback, gpointer data, GDestroyNotify destroy);
void sb_clock_remove (SbClock *clock, guint timer_id);

G_END_DECLS
