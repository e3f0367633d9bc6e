/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which seeds a test of random ones runs. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @one and @some are variables of the environment. Runs the seed that @one says, or those that @some
 * says, which is how many or, as "11-20", which; or else the first @many and those of @telling. What
 * says neither fails the program. */
void seeds_run (void (*run) (guint32 seed),
                const char *one,
                const char *some,
                guint many,
                const guint32 *telling,
                gsize n_telling);

G_END_DECLS
