/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells @func of each attempt of this process to connect to @port of any address, also where nobody
 * listens who could count. @func: (nullable): nobody is told any more. */
void engine_connects_watch (guint16 port, void (*func) (gpointer data), gpointer data);

G_END_DECLS
