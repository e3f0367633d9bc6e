/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time of a program that nobody waits for: where the main loop would sleep, the clocks of the process
 * go on by as much instead. A day of polls is a matter of seconds. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Before the first thread. Until then clocks are as everywhere. */
void bench_time_begin (void);
/* Runs the main loop for so long. */
void bench_time_run (guint seconds);

G_END_DECLS
