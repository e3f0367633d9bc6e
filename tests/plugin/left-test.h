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

/* Signs the first person on, with a connector of its own: the plugin counts the calls of each, whoever
 * makes them. */
void left_begin_to_sign_on (Fixture *fixture);
/* And waits until that is done. */
void left_sign_on (Fixture *fixture);
/* The same; joins Team, and Noor posts the poll "Which?" there. (transfer full): its handle. */
char *left_begin (Fixture *fixture, PurpleConversation **room);
/* Everything that comes by webhook. */
void left_others_act (Fixture *fixture);
/* Types it, with @handle in place of HANDLE. */
void left_type (Fixture *fixture, PurpleConversation *room, const char *line, const char *handle);
/* A form, or a question in the room, a notice and a file on its way. */
void left_ask_and_upload (Fixture *fixture, PurpleConversation *room);
/* Signs off and deletes the account: no socket, open file, prompt or window of it is left. */
void left_drop_and_see (Fixture *fixture);

G_END_DECLS
