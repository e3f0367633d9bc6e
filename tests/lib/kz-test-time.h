/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time of a program that nobody waits for: where the main loop would sleep, the clocks of the process
 * go on by as much instead. A day of polls is a matter of seconds. These are the monotonic clock and the
 * time of day, as GLib reads them; CLOCK_BOOTTIME and time() are real. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From here on a wait of the default main loop takes @real_us at most, for that is the only time that
 * threads with a file or a name to look up have, and the clocks go on by what it would have waited,
 * but by @most_ms at most: the less, the longer may those threads take. */
void kz_test_time_skip (guint real_us, guint most_ms);
/* The loop waits as everywhere again. The clocks stay ahead, as a monotonic one has to; what the machine
 * was suspended for is taken back. */
void kz_test_time_walk (void);
/* The machine has been suspended for so long: only the time of day went on, until kz_test_time_walk(). */
void kz_test_time_sleep (guint seconds);
/* Runs the main loop for so long, by the clocks. */
void kz_test_time_run (guint seconds);

G_END_DECLS
