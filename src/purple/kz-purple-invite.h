/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-chat.h"

G_BEGIN_DECLS

/* Adding and removing people in the ways that a host has of its own. */

/* prpl callback: adds somebody, also by a number that nobody here knows. */
void kz_chat_invite (PurpleConnection *gc, int id, const char *message, const char *who);

/**
 * kz_invite_kick:
 * @rest: the name of a chat user as the host has it, which may have blanks, and a reason
 *
 * What BitlBee makes of an IRC KICK. It shows nothing of a command that failed, so all is said in
 * the room.
 */
void kz_invite_kick (KzSession *session, KzRoom *room, const char *rest);

G_END_DECLS
