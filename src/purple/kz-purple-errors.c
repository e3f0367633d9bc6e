/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-errors.h"

#include "kz-error.h"
#include "kz-purple-account.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Whether the failure is what one sees of a service that is not there any more: whatever answers in
 * its place, if anything does, does not speak its API. */
static gboolean
looks_retired (const GError *error)
{
  if (error == NULL || error->domain != KZ_ERROR)
    return TRUE;
  switch ((KzError) error->code) {
  case KZ_ERROR_NETWORK:
  case KZ_ERROR_TLS:
  case KZ_ERROR_UNAVAILABLE:
  case KZ_ERROR_UNRESOLVED:
  case KZ_ERROR_MALFORMED:
  case KZ_ERROR_TOO_LARGE:
  case KZ_ERROR_MOVED_UNSAFE:
  case KZ_ERROR_NOT_FOUND:
    return TRUE;
  case KZ_ERROR_TOKEN_EXPIRED:
  case KZ_ERROR_AUTH_REJECTED:
  case KZ_ERROR_BAD_CONNECTOR:
  case KZ_ERROR_PIN_REJECTED:
  case KZ_ERROR_OTHER_PERSON:
  case KZ_ERROR_FORBIDDEN:
  case KZ_ERROR_THROTTLED:
  case KZ_ERROR_REJECTED:
  case KZ_ERROR_INVALID:
    break;
  }
  return FALSE;
}

static char *
with_server_words (const GError *error, const char *sentence)
{
  const char *words = kz_error_server_words (error);
  if (words == NULL || *words == '\0')
    return g_strdup (sentence);
  /* Translators: %1$s is a sentence of ours, %2$s what the server said, in its own words. */
  return g_strdup_printf (_ ("%1$s The server said: %2$s"), sentence, words);
}

static char *
retired (const GError *error, const char *api_root, PurpleConnectionError *reason)
{
  g_autofree char *sentence =
      g_strdup_printf (_ ("%s does not answer: Microsoft closed Kaizala on 31 August 2023. "
                          "Set api_root to a server that speaks its API, such as the sandbox "
                          "that comes with this plugin."),
                       api_root);
  /* Trying again would not bring it back. */
  *reason = PURPLE_CONNECTION_ERROR_INVALID_SETTINGS;
  return with_server_words (error, sentence);
}

static char *
explain_access (const GError *error, PurpleConnectionError *reason)
{
  switch (error->code) {
  case KZ_ERROR_BAD_CONNECTOR:
    *reason = PURPLE_CONNECTION_ERROR_INVALID_SETTINGS;
    return g_strdup (_ ("Kaizala does not know this connector, or its secret is wrong. Copy "
                        "connector_id and connector_secret from the portal once more."));
  case KZ_ERROR_PIN_REJECTED:
    *reason = PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED;
    return g_strdup (_ ("The PIN was wrong or came too late. Sign on again to get a new one."));
  case KZ_ERROR_OTHER_PERSON:
    *reason = PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED;
    /* Translators: %s is a sentence that names two phone numbers. */
    return g_strdup_printf (_ ("%s. Paste the refresh token of the account’s person as the password, or make "
                               "an account for the other one."),
                            error->message);
  case KZ_ERROR_FORBIDDEN:
    *reason = PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED;
    return with_server_words (error, _ ("Kaizala does not let this connector read your groups. "
                                        "Give it the permissions in the portal."));
  default:
    *reason = PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED;
    return g_strdup (_ ("Kaizala refused the refresh token: it has expired, it is of another "
                        "connector, or signing in on another device replaced it. Empty the "
                        "password of this account to get a PIN by SMS, or paste a new token."));
  }
}

static char *
no_answer (const char *api_root)
{
  return g_strdup_printf (_ ("No answer from %s. Check the network and the proxy settings of "
                             "this account."),
                          api_root);
}

static char *
explain_wire (const GError *error, const char *api_root, PurpleConnectionError *reason)
{
  *reason = PURPLE_CONNECTION_ERROR_NETWORK_ERROR;
  switch (error->code) {
  case KZ_ERROR_TLS:
    *reason = PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR;
    return g_strdup_printf (_ ("The connection to %s is not secure: its certificate is not "
                               "trusted. Check api_root, your proxy and the date of this "
                               "computer."),
                            api_root);
  case KZ_ERROR_MALFORMED:
  case KZ_ERROR_NOT_FOUND:
  case KZ_ERROR_TOO_LARGE:
    *reason = PURPLE_CONNECTION_ERROR_INVALID_SETTINGS;
    return g_strdup_printf (_ ("What answers at %s is not Kaizala. Check api_root."), api_root);
  case KZ_ERROR_MOVED_UNSAFE:
    *reason = PURPLE_CONNECTION_ERROR_INVALID_SETTINGS;
    return g_strdup_printf (_ ("%s sends us to a server that we do not trust with your account. "
                               "Check api_root."),
                            api_root);
  case KZ_ERROR_THROTTLED:
    return g_strdup (_ ("Kaizala takes no more calls of this connector at the moment. We try again "
                        "in a while."));
  case KZ_ERROR_UNAVAILABLE:
    return with_server_words (error, _ ("Kaizala has a problem of its own. Try again later."));
  case KZ_ERROR_UNRESOLVED:
    if (kz_error_server_words (error) != NULL)
      return with_server_words (error, _ ("Kaizala answered with an error. Try again later."));
    return no_answer (api_root);
  default:
    return no_answer (api_root);
  }
}

char *
kz_errors_explain (const GError *error, const char *api_root, PurpleConnectionError *reason)
{
  g_return_val_if_fail (reason != NULL, NULL);
  *reason = PURPLE_CONNECTION_ERROR_NETWORK_ERROR;
  if (g_strcmp0 (api_root, KZ_DEFAULT_API_ROOT) == 0 && looks_retired (error))
    return retired (error, api_root, reason);
  if (error == NULL || error->domain != KZ_ERROR)
    return no_answer (api_root);
  switch ((KzError) error->code) {
  case KZ_ERROR_TOKEN_EXPIRED:
  case KZ_ERROR_AUTH_REJECTED:
  case KZ_ERROR_BAD_CONNECTOR:
  case KZ_ERROR_PIN_REJECTED:
  case KZ_ERROR_OTHER_PERSON:
  case KZ_ERROR_FORBIDDEN:
    return explain_access (error, reason);
  case KZ_ERROR_NOT_FOUND:
  case KZ_ERROR_THROTTLED:
  case KZ_ERROR_UNAVAILABLE:
  case KZ_ERROR_NETWORK:
  case KZ_ERROR_UNRESOLVED:
  case KZ_ERROR_TLS:
  case KZ_ERROR_MALFORMED:
  case KZ_ERROR_TOO_LARGE:
  case KZ_ERROR_MOVED_UNSAFE:
    return explain_wire (error, api_root, reason);
  case KZ_ERROR_REJECTED:
    *reason = PURPLE_CONNECTION_ERROR_OTHER_ERROR;
    return with_server_words (error, _ ("Kaizala refused the sign-on. Check the phone number and "
                                        "the connector of this account."));
  case KZ_ERROR_INVALID:
    *reason = PURPLE_CONNECTION_ERROR_INVALID_SETTINGS;
    return g_strdup_printf (_ ("A setting of this account cannot be used: %s"), error->message);
  }
  *reason = PURPLE_CONNECTION_ERROR_OTHER_ERROR;
  return g_strdup (error->message);
}

/* Whether something else may have answered in place of the service, once. */
static gboolean
may_pass (const GError *error)
{
  if (error == NULL || error->domain != KZ_ERROR)
    return FALSE;
  switch ((KzError) error->code) {
  case KZ_ERROR_MALFORMED:
  case KZ_ERROR_NOT_FOUND:
  case KZ_ERROR_TOO_LARGE:
  case KZ_ERROR_MOVED_UNSAFE:
  case KZ_ERROR_FORBIDDEN:
  case KZ_ERROR_REJECTED:
    return TRUE;
  case KZ_ERROR_TOKEN_EXPIRED:
  case KZ_ERROR_AUTH_REJECTED:
  case KZ_ERROR_BAD_CONNECTOR:
  case KZ_ERROR_PIN_REJECTED:
  case KZ_ERROR_OTHER_PERSON:
  case KZ_ERROR_INVALID:
  /* Tried again anyway. */
  case KZ_ERROR_NETWORK:
  case KZ_ERROR_TLS:
  case KZ_ERROR_UNAVAILABLE:
  case KZ_ERROR_UNRESOLVED:
  case KZ_ERROR_THROTTLED:
    break;
  }
  return FALSE;
}

char *
kz_errors_explain_again (const GError *error, const char *api_root, PurpleConnectionError *reason)
{
  g_autofree char *text = kz_errors_explain (error, api_root, reason);
  if (!may_pass (error) || g_strcmp0 (api_root, KZ_DEFAULT_API_ROOT) == 0)
    return g_steal_pointer (&text);
  *reason = PURPLE_CONNECTION_ERROR_NETWORK_ERROR;
  /* Translators: %s is a sentence that says what went wrong. */
  return g_strdup_printf (_ ("%s It worked before, so we try again: a network that wants you to log in "
                             "first answers like this, too."),
                          text);
}

/* Whether the call for an SMS cannot have reached the service. */
static gboolean
never_arrived (const GError *error)
{
  return g_error_matches (error, KZ_ERROR, KZ_ERROR_NETWORK) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_TLS);
}

char *
kz_errors_explain_pin (const GError *error,
                       const char *api_root,
                       gboolean was_sent,
                       PurpleConnectionError *reason)
{
  g_autofree char *text = kz_errors_explain (error, api_root, reason);
  if (purple_connection_error_is_fatal (*reason) || (!was_sent && never_arrived (error)))
    return g_steal_pointer (&text);
  *reason = PURPLE_CONNECTION_ERROR_OTHER_ERROR;
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_THROTTLED))
    return g_strdup (
        _ ("Kaizala takes no more calls of this connector at the moment. Sign on again "
           "when you want another PIN."));
  /* Translators: %s is a sentence that says what went wrong. */
  return g_strdup_printf (_ ("%s Sign on again when you want another PIN."), text);
}

char *
kz_errors_in_room (const GError *error)
{
  if (error == NULL)
    return g_strdup (_ ("nobody knows why"));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (_ ("you signed off"));
  if (error->domain != KZ_ERROR)
    return g_strdup (error->message);
  const char *words = kz_error_server_words (error);
  switch ((KzError) error->code) {
  case KZ_ERROR_FORBIDDEN:
    return g_strdup (words != NULL ? words : _ ("you may not do that here"));
  case KZ_ERROR_NETWORK:
    return g_strdup (_ ("no connection to Kaizala"));
  case KZ_ERROR_TLS:
    return g_strdup (_ ("the connection is not secure: its certificate is not trusted"));
  case KZ_ERROR_UNAVAILABLE:
    return g_strdup (words != NULL ? words : _ ("Kaizala has a problem of its own"));
  case KZ_ERROR_THROTTLED:
    return g_strdup (_ ("too many calls of this connector within a minute"));
  case KZ_ERROR_UNRESOLVED:
    if (words == NULL)
      return g_strdup (_ ("no answer came"));
    /* Translators: %s is what the server said, in its own words, or "HTTP 503". */
    return g_strdup_printf (_ ("Kaizala answered with an error: %s"), words);
  case KZ_ERROR_TOKEN_EXPIRED:
  case KZ_ERROR_AUTH_REJECTED:
    return g_strdup (_ ("Kaizala refused the refresh token"));
  case KZ_ERROR_MALFORMED:
    return g_strdup (_ ("the answer was not understood"));
  case KZ_ERROR_BAD_CONNECTOR:
  case KZ_ERROR_PIN_REJECTED:
  case KZ_ERROR_OTHER_PERSON:
  case KZ_ERROR_NOT_FOUND:
  case KZ_ERROR_TOO_LARGE:
  case KZ_ERROR_MOVED_UNSAFE:
  case KZ_ERROR_REJECTED:
  case KZ_ERROR_INVALID:
    break;
  }
  return g_strdup (words != NULL ? words : error->message);
}
