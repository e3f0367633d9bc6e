/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-event.h"
#include "kz-purple-account.h"

G_BEGIN_DECLS

/* For other plugins, scripts of Pidgin and programs on D-Bus: what happens to actions, as signals of
 * libpurple on the plugin's handle. */

#define KZ_SIGNAL_ACTION "kaizala-action"
#define KZ_SIGNAL_RESPONSE "kaizala-response"
#define KZ_SIGNAL_REACTION "kaizala-reaction"

/**
 * KzSignalHandler:
 * @account: the #PurpleAccount
 * @group_id: of the group; but in BitlBee also the name of its conversation
 * @group: its title
 * @handle: of the action, such as k3f; "" when it can be neither answered nor
 *   liked
 * @kind: as the API spells it: Poll, Job, Image …, the id of a custom package; Like or Comment of a
 *   reaction
 * @title: of the action
 * @text: of an announcement or caption; of a response a line an answer; of a reaction a comment of
 *   our own, the only one whose text the API gives
 * @links: addresses of the files, a line each
 * @sender: who posted, answered or reacted: the name of that person in the room. "" when nobody
 *   knows, or nobody may
 * @time: seconds since 1970, in decimal; now, when the service did not say
 * @flags: words with a space between: "own" (from this account, here or in the app), "history" (the
 *   scene of a group that is new to this installation), "late" (news from before), "changed" (an
 *   answer in place of an earlier one), "anonymous"
 *
 * What a listener in C looks like. All strings are valid UTF-8, cleaned of control characters, not
 * escaped, and never %NULL.
 */
typedef void (*KzSignalHandler) (PurpleAccount *account, const char *group_id, const char *group,
                                 const char *handle, const char *kind, const char *title,
                                 const char *text, const char *links, const char *sender,
                                 const char *time, const char *flags, gpointer data);

/* At load and unload of the plugin. */
void kz_signals_register (PurplePlugin *plugin);
void kz_signals_unregister (PurplePlugin *plugin);

/**
 * kz_signals_emit:
 * @event: that was just shown, or kept for its room
 *
 * Tells listeners of an action, response or reaction; of anything else nothing. A listener may sign
 * the account off: nothing of @session but its memory is sure afterwards.
 */
void kz_signals_emit (KzSession *session, const KzEvent *event);

G_END_DECLS
