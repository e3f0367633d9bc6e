/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

/**
 * What libsoup 3.2 leaves open: a server with a listener of its own sees the end of a connection that
 * its client closed between two requests, and keeps it. A client opens one for each POST.
 */

/** Watches the connections of the server from now on. */
void sb_connections_watch (SbSandbox *sandbox);

/** Before the server is let go. */
void sb_connections_forget (SbSandbox *sandbox);

G_END_DECLS
