/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions of the main thread, counted by callgrind between start and stop; each stop is a dump
 * of that name. Outside of callgrind nothing is counted. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bench_count_start (void);
/* What the bench itself does in between is not counted. */
void bench_count_pause (void);
void bench_count_resume (void);
/* Ends the counting before its dump. */
void bench_count_end (void);
void bench_count_stop (const char *name);
gboolean bench_count_is_on (void);

G_END_DECLS
