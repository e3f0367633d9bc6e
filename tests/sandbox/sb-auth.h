/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the PIN flow and the OAuth flow have in common: API §2. */
#pragma once

#include "sb-call.h"

G_BEGIN_DECLS

/** Sends the SMS; %FALSE when the phone asked too often today. */
gboolean sb_auth_send_pin (SbSandbox *sandbox, SbUser *user);

/** Uses up the PIN; %FALSE when it is wrong, late or was never sent. */
gboolean sb_auth_check_pin (SbSandbox *sandbox, SbUser *user, const char *pin);

/** The answer of accessToken, with rotation: API §2.4. (transfer full) */
JsonObject *sb_auth_token_answer (SbSandbox *sandbox, SbToken *refresh);

/** %FALSE, with the error body in place, when id and secret do not fit; @secret NULL is wrong, too.
 */
gboolean
sb_auth_check_connector (SbCall *call, const char *id, const char *secret, SbConnector **connector);

G_END_DECLS
