/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-chat.h"

G_BEGIN_DECLS

/* The service has no private messages: one to somebody goes through a group of two, which is made
 * when the person has agreed, and is shown as a private conversation. */

/* (nullable): the other person, when that is such a group. */
const KzPerson *kz_direct_person (KzSession *session, const char *group_id);

/**
 * kz_direct_send:
 * @who: name, phone or id
 * @text: plain text
 * @is_shown: the host shows it by itself when this returns TRUE
 *
 * Sends it, after the person was asked where such a group must be made first. What goes wrong is said
 * in the private conversation, with the text.
 *
 * Returns: whether the host may show it as said; FALSE: it was given back already
 */
gboolean kz_direct_send (KzSession *session, const char *who, const char *text,
                         gboolean is_shown);

/* Somebody who shares no other group with us is written to as a subscriber of a public group. */
void kz_direct_learn_subscriber (KzSession *session, const char *group_id, const KzPerson *person);
void kz_direct_forget_subscriber (KzSession *session, const char *phone);

/* Who is in the group has changed: one of two may have become a room. */
void kz_direct_follow (KzSession *session, const char *group_id);

/* At sign-off: gives back what waited for an answer of the person, or for its group. */
void kz_direct_end (KzSession *session);

/* prpl callback. */
int kz_send_im (PurpleConnection *gc, const char *who, const char *message,
                PurpleMessageFlags flags);

G_END_DECLS
