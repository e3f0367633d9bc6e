/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generatePin, loginWithPinAndApplicationId, accessToken: API §2.2 to §2.4. */
#include "config.h"

#include "sb-auth.h"
#include "sb-router.h"
#include "sb-throttle.h"

#include <string.h>

#define DAY_MS (G_GINT64_CONSTANT (86400) * 1000)
/* After so many wrong ones the PIN is dead; the real number is not known (inferred). */
#define MAX_PIN_TRIES 5

static gboolean
throttled (SbCall *call, SbConnector *connector)
{
  gboolean counts = sb_switches_on (call->sandbox->switches, "authThrottled");
  guint wait_s = counts ? sb_meter_admit (call->sandbox, connector) : 0;
  g_autofree char *seconds = g_strdup_printf ("%u", wait_s);
  if (!wait_s)
    return FALSE;
  sb_call_header (call, "Retry-After", seconds);
  sb_call_fail (call, 429, "TooManyRequests", "Too many requests");
  return TRUE;
}

gboolean
sb_auth_check_connector (SbCall *call, const char *id, const char *secret, SbConnector **connector)
{
  *connector = sb_world_connector (call->sandbox->world, id);
  if (*connector && (!secret || strcmp ((*connector)->secret, secret) == 0))
    return TRUE;
  sb_call_fail (call, 401, "Unauthenticated",
                "Dont have correct applicationId and secret in header!");
  return FALSE;
}

gboolean
sb_auth_send_pin (SbSandbox *sandbox, SbUser *user)
{
  gint64 now_ms = sb_clock_now_ms (sandbox->clock), today = 0;
  for (guint i = 0; i < user->pin_days->len; i++)
    today += g_array_index (user->pin_days, gint64, i) > now_ms - DAY_MS;
  if (today >= sb_switches_int (sandbox->switches, "pinsPerDay"))
    return FALSE;
  g_array_append_val (user->pin_days, now_ms);
  user->pin_sent = TRUE;
  user->pin_sent_ms = now_ms;
  user->pin_tries = 0;
  g_free (user->sms);
  user->sms = g_strdup_printf ("%s is your Kaizala verification code", sb_user_pin (sandbox, user));
  return TRUE;
}

gboolean
sb_auth_check_pin (SbSandbox *sandbox, SbUser *user, const char *pin)
{
  gint64 age_ms = sb_clock_now_ms (sandbox->clock) - user->pin_sent_ms;
  if (!user->pin_sent || age_ms > sb_switches_int (sandbox->switches, "pinSeconds") * 1000)
    return FALSE;
  if (g_strcmp0 (sb_user_pin (sandbox, user), pin) != 0) {
    if (++user->pin_tries >= MAX_PIN_TRIES)
      user->pin_sent = FALSE;
    return FALSE;
  }
  user->pin_sent = FALSE;
  g_clear_pointer (&user->pin, g_free);
  return TRUE;
}

static void
generate_pin (SbCall *call)
{
  SbConnector *connector;
  g_autofree char *phone = sb_phone_normalise (sb_json_string (call->body, "mobileNumber", NULL));
  const char *id = sb_json_string (call->body, "applicationId", NULL);
  if (!phone || !id) {
    sb_call_invalid (call, "mobileNumber and applicationId are needed");
    return;
  }
  if (!sb_auth_check_connector (call, id, NULL, &connector) || throttled (call, connector))
    return;
  if (!sb_auth_send_pin (call->sandbox, sb_person_for_phone (call->sandbox, phone))) {
    sb_call_header (call, "Retry-After", "3600");
    sb_call_fail (call, 429, "TooManyRequests", "Too many codes were asked for today");
    return;
  }
  sb_call_ok (call, json_object_new ());
}

/* A number in swagger; a text keeps a leading zero: both are taken (API §2.3). */
static char *
pin_text (SbCall *call)
{
  JsonNode *node = sb_json_get (call->body, "pin");
  if (sb_node_is_string (node))
    return g_strdup (json_node_get_string (node));
  if (sb_node_is_number (node))
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return NULL;
}

static char *
scope_list (SbConnector *connector)
{
  g_auto (GStrv) all = g_strsplit (sb_all_scopes (), ",", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; all[i]; i++)
    if (g_hash_table_contains (connector->scopes, all[i]))
      g_string_append_printf (text, "%s%s", text->len ? "," : "", all[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
answer_login (SbCall *call, SbConnector *connector, SbUser *user)
{
  SbSandbox *sandbox = call->sandbox;
  SbToken *token = sb_tokens_mint_refresh (sandbox, connector, user, NULL);
  gboolean tell = sb_switches_on (sandbox->switches, "loginEndpointUrl");
  g_autofree char *scopes = scope_list (connector);
  g_autofree char *endpoint = tell ? sb_endpoint_url (sandbox) : NULL;
  if (sb_switches_on (sandbox->switches, "pinKillsOldToken"))
    sb_tokens_kill (sandbox, connector, user, TRUE, token);
  /* Somebody who was added by number has come: API §8. */
  user->provisioned = TRUE;
  sb_call_ok (call,
              sb_obj ("s:refreshToken", token->text, "s:grantedScope", scopes,
                      "l:refreshTokenExpiry", token->expiry_ms, "?:endpointUrl", endpoint, NULL));
}

static void
login (SbCall *call)
{
  SbConnector *connector;
  g_autofree char *phone = sb_phone_normalise (sb_json_string (call->body, "mobileNumber", NULL));
  g_autofree char *pin = pin_text (call);
  const char *id = sb_json_string (call->body, "applicationId", NULL);
  const char *secret = sb_json_string (call->body, "applicationSecret", NULL);
  if (!phone || !pin || !id) {
    sb_call_invalid (call, "mobileNumber, applicationId and pin are needed");
    return;
  }
  if (!secret && sb_switches_on (call->sandbox->switches, "loginNeedsSecret"))
    secret = "";
  if (!sb_auth_check_connector (call, id, secret, &connector) || throttled (call, connector))
    return;
  SbUser *user = sb_world_user_by_phone (call->sandbox->world, phone);
  if (!user || !sb_auth_check_pin (call->sandbox, user, pin)) {
    sb_call_fail (call, 401, "Unauthenticated", "The pin is wrong or has expired");
    return;
  }
  answer_login (call, connector, user);
}

/* ---- accessToken ---- */

static gboolean
rotation_is_due (SbSandbox *sandbox, SbToken *refresh)
{
  gint64 life_ms = refresh->expiry_ms - refresh->issued_ms;
  gint64 age_ms = sb_clock_now_ms (sandbox->clock) - refresh->issued_ms;
  return age_ms >= life_ms * 9 / 10 || sb_switches_on (sandbox->switches, "rotateRefreshToken");
}

static SbToken *
rotate (SbSandbox *sandbox, SbToken *refresh)
{
  SbToken *fresh =
      sb_tokens_mint_refresh (sandbox, refresh->connector, refresh->user, refresh->group);
  if (sb_switches_is (sandbox->switches, "rotationKillsOld", "atOnce"))
    refresh->revoked = TRUE;
  else if (sb_switches_is (sandbox->switches, "rotationKillsOld", "afterUse"))
    fresh->ancestor = g_strdup (refresh->text);
  return fresh;
}

static void
bury_ancestor (SbSandbox *sandbox, SbToken *refresh)
{
  SbToken *old = sb_tokens_find (sandbox, refresh->ancestor, TRUE);
  if (old)
    old->revoked = TRUE;
  g_clear_pointer (&refresh->ancestor, g_free);
}

JsonObject *
sb_auth_token_answer (SbSandbox *sandbox, SbToken *refresh)
{
  bury_ancestor (sandbox, refresh);
  SbToken *access = sb_tokens_mint_access (sandbox, refresh);
  SbToken *fresh = rotation_is_due (sandbox, refresh) ? rotate (sandbox, refresh) : NULL;
  const char *field = sb_switches_get (sandbox->switches, "refreshTokenField");
  gboolean granted = sb_switches_is (sandbox->switches, "scopeField", "permissions");
  g_autofree char *endpoint = sb_endpoint_url (sandbox);
  g_autofree char *scopes = scope_list (refresh->connector);
  JsonObject *answer =
      sb_obj ("s:accessToken", access->text, "s:endpointUrl", endpoint, "l:accessTokenExpiry",
              access->expiry_ms + 417, "s:scope", granted ? scopes : "token.write", NULL);
  if (fresh)
    json_object_set_string_member (answer, "refreshToken", fresh->text);
  else if (strcmp (field, "null") == 0)
    json_object_set_null_member (answer, "refreshToken");
  else if (strcmp (field, "empty") == 0)
    json_object_set_string_member (answer, "refreshToken", "");
  return answer;
}

static void
access_token (SbCall *call)
{
  SbConnector *connector;
  const char *secret = sb_call_get_header (call, "applicationSecret");
  const char *text = sb_call_get_header (call, "refreshToken");
  if (!sb_auth_check_connector (call, sb_call_get_header (call, "applicationId"),
                                secret ? secret : "", &connector) ||
      throttled (call, connector))
    return;
  SbToken *refresh = sb_tokens_find (call->sandbox, text, TRUE);
  if (!text || !*text)
    sb_call_fail (call, 401, "Unauthenticated", "Token missing. Header should have refreshToken");
  else if (!sb_token_alive (call->sandbox, refresh) || refresh->connector != connector)
    sb_call_fail (call, 401, "InvalidToken",
                  "Invalid token. Failure reason:Token validation failed due to unknown reason!");
  else
    sb_call_ok (call, sb_auth_token_answer (call->sandbox, refresh));
}

/* API §20: the answer was never captured (inferred). */
static void
users_me (SbCall *call)
{
  SbUser *user = call->user;
  const char *fields = sb_switches_get (call->sandbox->switches, "usersMeFields");
  if (!sb_switches_on (call->sandbox->switches, "usersMe")) {
    sb_call_not_found (call, "No such resource");
    return;
  }
  JsonObject *me = sb_obj ("s:id", user->id, NULL);
  if (strcmp (fields, "idOnly") != 0) {
    json_object_set_string_member (me, "name", user->name);
    json_object_set_string_member (me, "profilePic", user->pic);
  }
  if (strcmp (fields, "all") == 0)
    json_object_set_string_member (me, "mobileNumber", user->phone);
  sb_call_ok (call, me);
}

const SbRoute sb_routes_auth[] = {
    {"POST", "generatePin", NULL, SB_ROUTE_NO_TOKEN | SB_ROUTE_BODY, generate_pin},
    {"POST", "loginWithPinAndApplicationId", NULL, SB_ROUTE_NO_TOKEN | SB_ROUTE_BODY, login},
    {"GET", "accessToken", NULL, SB_ROUTE_NO_TOKEN, access_token},
    {"GET", "users/me", "profile.*", 0, users_me},
    {NULL}};
