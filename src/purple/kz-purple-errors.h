/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <purple.h>

G_BEGIN_DECLS

/**
 * kz_errors_explain:
 * @error: why a sign-on failed or an account was dropped
 * @api_root: where we tried
 * @reason: (out)
 *
 * Turns an error of a lower layer into libpurple's reason, which decides whether it signs on again
 * by itself, and a sentence that says what to do.
 *
 * Returns: (transfer full): plain text
 */
char *kz_errors_explain (const GError *error, const char *api_root, PurpleConnectionError *reason);

/**
 * kz_errors_explain_again:
 *
 * The same for an account that was online at @api_root before. What worked then is no wrong setting: a
 * page of the network that wants a login of its own, a proxy, or a server that is being repaired answers
 * in its place, and hosts try again by themselves. Not so where the token or the connector is refused.
 *
 * Returns: (transfer full): plain text
 */
char *kz_errors_explain_again (const GError *error, const char *api_root,
                               PurpleConnectionError *reason);

/**
 * kz_errors_explain_pin:
 * @was_sent: an SMS went out in this session
 *
 * The same for a sign-on by PIN. Where trying again would cost another SMS, the reason is one after
 * which no host tries by itself.
 *
 * Returns: (transfer full): plain text
 */
char *kz_errors_explain_pin (const GError *error,
                             const char *api_root,
                             gboolean was_sent,
                             PurpleConnectionError *reason);

/* (transfer full): why one thing could not be done, for a line in a room. Plain text. */
char *kz_errors_in_room (const GError *error);

G_END_DECLS
