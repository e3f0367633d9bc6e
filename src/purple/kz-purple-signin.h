/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/* How somebody without a token signs in: with a PIN by SMS, or with a browser (OAuth, API §2.5). */

/* Answers to the states of the engine. @error: (nullable): what was wrong with the last try. */
void kz_signin_needs_choice (KzSession *session, const GError *error);
void kz_signin_needs_pin (KzSession *session, const GError *error);
/* Says so when this sign-in is good for a day only. */
void kz_signin_done (KzSession *session);
/* (transfer full): why a sign-in without a token failed, see kz_errors_explain(). */
char *kz_signin_explain (KzSession *session, const GError *error, PurpleConnectionError *reason);

/**
 * kz_signin_anew:
 * @how: %KZ_SIGN_IN_PIN or %KZ_SIGN_IN_BROWSER
 *
 * Signs off and on again without the refresh token, which is kept until there is a new one. The
 * session is over when it returns.
 */
void kz_signin_anew (KzSession *session, KzSignIn how);
/* What kz_signin_anew() wants of the sign-on that begins; %KZ_SIGN_IN_ASK: nothing. */
KzSignIn kz_signin_wanted (PurpleConnection *gc);

G_END_DECLS
