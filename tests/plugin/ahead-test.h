/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that runs ahead, in programs that link this: also for the plugin and for the sandbox. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Moves the monotonic clock on; timers of the plugin that are due by then fire at the next turn. */
void ahead_test_run (gint64 by_us);

G_END_DECLS
