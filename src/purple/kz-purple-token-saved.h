/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/* The account has a new password: once the host's file has it, the store forgets its own copy. In
 * BitlBee, whose file is encrypted, it does that when the next sign-on brings the password back. */
void kz_token_saved_watch (KzSession *session);

G_END_DECLS
