/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-command.h"
#include "kz-purple-chat.h"

G_BEGIN_DECLS

/* Whether that can be done with an action of that kind. */
gboolean kz_answers_fit (KzVerb verb, KzActionKind kind);

/* (nullable): the action that the person means; without a handle the newest one that the verb fits.
 * Says in the room what is wrong when there is none. */
const KzOpenAction *kz_answers_find (KzSession *session, KzRoom *room, const KzInput *input,
                                     const char *typed);

/* LIKE, COMMENT, VOTE, ACCEPT, DECLINE, MAYBE, DONE, REOPEN, RESULTS. */
void kz_answers_run (KzSession *session, KzRoom *room, const KzInput *input, const char *typed);

G_END_DECLS
