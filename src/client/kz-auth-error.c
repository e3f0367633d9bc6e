/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-auth-private.h"
#include "kz-http-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The service has three error codes for a dozen cases (API §4), so the words decide. */
typedef struct {
  const char *words; /* in lower case */
  int code;
} Refusal;

static gboolean
says (const Refusal *refusal, const char *what)
{
  return strstr (refusal->words, what) != NULL;
}

static gboolean
is_about_connector (const Refusal *refusal)
{
  return says (refusal, "applicationid") || says (refusal, "secret");
}

static int
meaning_of_pin_request (const Refusal *refusal)
{
  if (is_about_connector (refusal) && !says (refusal, "mobilenumber"))
    return KZ_ERROR_BAD_CONNECTOR;
  /* No token and no PIN was sent that could be wrong. */
  return refusal->code == KZ_ERROR_TOKEN_EXPIRED ? KZ_ERROR_BAD_CONNECTOR : refusal->code;
}

static int
meaning_of_login (const Refusal *refusal)
{
  /* That a wrong PIN is told by Unauthenticated too is inferred. */
  if (is_about_connector (refusal) && !says (refusal, "pin"))
    return KZ_ERROR_BAD_CONNECTOR;
  return KZ_ERROR_PIN_REJECTED;
}

static int
meaning_of_renewal (const Refusal *refusal)
{
  if (says (refusal, "invalidtoken"))
    return KZ_ERROR_AUTH_REJECTED;
  if (is_about_connector (refusal) || says (refusal, "invalidparameters"))
    return KZ_ERROR_BAD_CONNECTOR;
  if (says (refusal, "unauthenticated") && !says (refusal, "token missing"))
    return KZ_ERROR_BAD_CONNECTOR;
  return refusal->code == KZ_ERROR_REJECTED ? KZ_ERROR_REJECTED : KZ_ERROR_AUTH_REJECTED;
}

static int
meaning (const Refusal *refusal, KzAuthStep step)
{
  switch (step) {
  case KZ_AUTH_STEP_REQUEST_PIN:
    return meaning_of_pin_request (refusal);
  case KZ_AUTH_STEP_LOGIN:
  case KZ_AUTH_STEP_CODE:
    return meaning_of_login (refusal);
  case KZ_AUTH_STEP_RENEW:
    return meaning_of_renewal (refusal);
  }
  g_return_val_if_reached (refusal->code);
}

GError *
kz_auth_map_error (GError *error, KzAuthStep step)
{
  g_autoptr (GError) owned = error;
  const char *words = kz_error_server_words (error);
  g_autofree char *low = g_ascii_strdown (words != NULL ? words : "", -1);
  const Refusal refusal = {low, error->code};
  int code;

  if (!g_error_matches (error, KZ_ERROR, KZ_ERROR_TOKEN_EXPIRED) &&
      !g_error_matches (error, KZ_ERROR, KZ_ERROR_FORBIDDEN) &&
      !g_error_matches (error, KZ_ERROR, KZ_ERROR_REJECTED))
    return g_steal_pointer (&owned);
  code = meaning (&refusal, step);
  if (code == KZ_ERROR_BAD_CONNECTOR)
    return kz_error_new_words (
        code, _ ("The service does not know this connector id and secret"), words);
  if (code == KZ_ERROR_PIN_REJECTED && step == KZ_AUTH_STEP_CODE)
    return kz_error_new_words (
        code,
        /* Translators: the code that a browser got when the person signed in there. */
        _ ("The code is wrong, too old or was used already: sign in with the browser again"),
        words);
  if (code == KZ_ERROR_PIN_REJECTED)
    return kz_error_new_words (code, _ ("The PIN is wrong or came too late"), words);
  if (code == KZ_ERROR_AUTH_REJECTED)
    return kz_error_new_words (
        code, _ ("The refresh token is not good any more: sign in with a new PIN"), words);
  return g_steal_pointer (&owned);
}
