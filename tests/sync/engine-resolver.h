/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Nobody outside this process is asked for a name any more: @name leads to 127.0.0.1 until it fails,
 * every other one fails. Until it is removed. @func hears of each time that @name does. */
void engine_resolver_install (const char *name, void (*func) (gpointer data), gpointer data);
void engine_resolver_remove (void);
void engine_resolver_set_fails (gboolean fails);

G_END_DECLS
