/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-order.h"
#include "kz-purple-chat.h"

G_BEGIN_DECLS

/**
 * kz_orders_run:
 * @group_id: (nullable): of the room it was said in
 * @order: (transfer none): checked
 * @typed: what the person typed or would have typed, to be given back on failure
 *
 * Carries out what a person wants, whether it came by a command, a window or questions in a room.
 * The outcome is said in the room.
 */
void kz_orders_run (KzSession *session, const char *group_id, const KzOrder *order,
                    const char *typed);

G_END_DECLS
