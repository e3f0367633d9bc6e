/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KZ_ERROR (kz_error_quark ())

/**
 * KzError:
 * @KZ_ERROR_TOKEN_EXPIRED: the access token was refused (errorCode InvalidToken or 401): renew once
 * @KZ_ERROR_AUTH_REJECTED: the refresh token is expired, revoked or for another connector
 * @KZ_ERROR_BAD_CONNECTOR: connector id or secret are not known to the service
 * @KZ_ERROR_PIN_REJECTED: the PIN was wrong or came too late
 * @KZ_ERROR_OTHER_PERSON: the sign-in is that of somebody else than the account is for
 * @KZ_ERROR_FORBIDDEN: 403: this person may not do that
 * @KZ_ERROR_NOT_FOUND: 404, or 405 for a path that is not known with this method
 * @KZ_ERROR_THROTTLED: 429 even after waiting
 * @KZ_ERROR_UNAVAILABLE: the server answered 5xx
 * @KZ_ERROR_NETWORK: no connection, or no answer to a request that changes nothing
 * @KZ_ERROR_TLS: the server's certificate or the handshake failed
 * @KZ_ERROR_UNRESOLVED: a request that changes something left us and no answer came: it may have
 *   been carried out and is never sent again
 * @KZ_ERROR_MALFORMED: the answer is not what Kaizala answers (HTML, empty, not JSON, no id)
 * @KZ_ERROR_TOO_LARGE: an answer, a file or a text is over a limit of ours
 * @KZ_ERROR_MOVED_UNSAFE: a redirect or endpoint that we refuse to follow
 * @KZ_ERROR_REJECTED: any other 4xx; the message is the server's own
 * @KZ_ERROR_INVALID: what the person or the caller asked for is wrong; nothing was sent
 *
 * A code exists only where a caller decides differently. Cancellation is G_IO_ERROR_CANCELLED.
 */
typedef enum {
  KZ_ERROR_TOKEN_EXPIRED,
  KZ_ERROR_AUTH_REJECTED,
  KZ_ERROR_BAD_CONNECTOR,
  KZ_ERROR_PIN_REJECTED,
  KZ_ERROR_OTHER_PERSON,
  KZ_ERROR_FORBIDDEN,
  KZ_ERROR_NOT_FOUND,
  KZ_ERROR_THROTTLED,
  KZ_ERROR_UNAVAILABLE,
  KZ_ERROR_NETWORK,
  KZ_ERROR_TLS,
  KZ_ERROR_UNRESOLVED,
  KZ_ERROR_MALFORMED,
  KZ_ERROR_TOO_LARGE,
  KZ_ERROR_MOVED_UNSAFE,
  KZ_ERROR_REJECTED,
  KZ_ERROR_INVALID,
} KzError;

GQuark kz_error_quark (void);

/**
 * kz_error_is_transient:
 * @error: (nullable): an error of any domain
 *
 * Returns: whether the same call may well work later without anybody changing anything
 */
gboolean kz_error_is_transient (const GError *error);

/**
 * kz_error_new_words:
 * @code: a KzError
 * @ours: our sentence
 * @words: (nullable): what the server said, for kz_error_server_words() to find behind it
 *
 * Returns: (transfer full)
 */
GError *kz_error_new_words (int code, const char *ours, const char *words);

/**
 * kz_error_server_words:
 * @error: (nullable): an error of any domain
 *
 * One line, with the errorCode in brackets behind the message when both were sent (API §4). Never
 * %NULL for a KZ_ERROR_UNRESOLVED that was answered, always %NULL for one that was not.
 *
 * Returns: (nullable): the server's own words in an error of ours, without our prefix
 */
const char *kz_error_server_words (const GError *error);

G_END_DECLS
