/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whom a message or an action of a ConnectGroup goes to: the same fields in API §10 and §13. */
#pragma once

#include "sb-call.h"

G_BEGIN_DECLS

/**
 * sb_posting_check:
 *
 * Checks subscribers, sendToAllSubscribers and replyToReferenceId of the body, and whether the
 * caller may post here at all.
 *
 * Returns: %FALSE with the error in place
 */
gboolean sb_posting_check (SbCall *call);

/**
 * sb_posting_address:
 * @failed: (out): (transfer full) (nullable): failedResult, when somebody is no subscriber
 *
 * Puts the targets into @item; call it after the check.
 */
void sb_posting_address (SbCall *call, SbItem *item, JsonArray **failed);

G_END_DECLS
