/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of the plugin is there yet, when nothing of it should be. */
#pragma once

#include "plugin-test.h"

G_BEGIN_DECLS

/**
 * left_open:
 * @receiver: (inout): the port at which the plugin was last seen to listen; 0 before
 *
 * Returns: how many sockets and files of this process are the plugin's; the sandbox has its own here, too
 */
guint left_open (Fixture *fixture, int *receiver);
/* Begins to send a picture so large that it is on its way for a while. */
void left_send_file (Fixture *fixture, PurpleConversation *room);

G_END_DECLS
