/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-event.h"
#include "kz-purple-account.h"

G_BEGIN_DECLS

/* Puts a KZ_EVENT_NOTICE into words: in its room, or for the account. */
void kz_notices_show (KzSession *session, const KzEvent *event);

G_END_DECLS
