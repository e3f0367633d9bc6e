/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Nobody outside this process is asked for a name any more: @name leads to 127.0.0.1 until it fails,
 * every other one fails. Until it is removed. */
void engine_resolver_install (const char *name);
void engine_resolver_remove (void);
void engine_resolver_set_fails (gboolean fails);
/* How often it failed since it was told to. */
guint engine_resolver_failures (void);

G_END_DECLS
