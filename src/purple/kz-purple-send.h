/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-event.h"
#include "kz-purple-chat.h"

G_BEGIN_DECLS

/* Sends plain text into a room, in pieces, and shows it as our own; or says why not and gives it
 * back. */
void kz_send_text (KzSession *session, KzRoom *room, const char *text);
/* One without pictures, to all who read the group: it is shown when it is there, or given back. @title:
 * (nullable). */
void kz_send_announcement (KzSession *session, const char *group_id, const char *title,
                           const char *text, const char *typed);
/* Says in an open room why a line was not sent, and gives the line back: nothing typed is lost. */
void kz_send_give_back (KzSession *session, KzRoom *room, const char *why, const char *typed);
/* (transfer full): plain text: @what happened to a line, and below it the line. */
char *kz_send_with_words (const char *what, const char *typed);
/* SEND_CONFIRMED, SEND_FAILED or SEND_UNRESOLVED. */
void kz_send_outcome (KzSession *session, const KzEvent *event);

/* prpl callbacks. */
int kz_send_chat (PurpleConnection *gc, int id, const char *message, PurpleMessageFlags flags);
int
kz_send_im (PurpleConnection *gc, const char *who, const char *message, PurpleMessageFlags flags);

G_END_DECLS
