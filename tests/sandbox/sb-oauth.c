/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The browser flow and the code exchange: API §2.5. */
#include "config.h"

#include "sb-auth.h"
#include "sb-router.h"

#include <string.h>

/* How long a code lives is not documented; ten minutes are usual (inferred). */
#define CODE_MS (10 * 60 * 1000)

struct _SbCode {
  SbUser *user;           /* (unowned) */
  SbConnector *connector; /* (unowned): whose it is */
  gint64 at_ms;
};

static void
page (SbCall *call, const char *field, const char *label)
{
  GString *html = g_string_new ("<!DOCTYPE html><title>Kaizala sandbox</title><form>");
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, call->query);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    g_autofree char *k = g_markup_escape_text (key, -1), *v = g_markup_escape_text (value, -1);
    g_string_append_printf (html, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", k, v);
  }
  g_string_append_printf (html, "<label>%s <input name=\"%s\"></label><button>OK</button></form>",
                          label, field);
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (html);
  sb_call_bytes (call, 200, "text/html; charset=utf-8", bytes);
}

static gboolean
redirect_is_allowed (SbConnector *connector, const char *uri)
{
  if (connector->redirect_url)
    return g_strcmp0 (connector->redirect_url, uri) == 0;
  g_autoptr (GUri) parsed = uri ? g_uri_parse (uri, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *scheme = parsed ? g_uri_get_scheme (parsed) : NULL;
  return scheme &&
         (g_ascii_strcasecmp (scheme, "https") == 0 || g_ascii_strcasecmp (scheme, "http") == 0);
}

static void
send_back (SbCall *call, SbConnector *connector, SbUser *user, const char *uri)
{
  SbCode *made = g_new0 (SbCode, 1);
  char *code = sb_random_hex (call->sandbox->rand, 48);
  const char *state = sb_call_query (call, "state");
  g_autofree char *escaped = state ? g_uri_escape_string (state, NULL, FALSE) : NULL;
  g_autofree char *location =
      g_strdup_printf ("%s%ccode=%s%s%s", uri, strchr (uri, '?') ? '&' : '?', code,
                       escaped ? "&state=" : "", escaped ? escaped : "");
  made->user = user;
  made->connector = connector;
  made->at_ms = sb_clock_now_ms (call->sandbox->clock);
  g_hash_table_insert (call->sandbox->codes, code, made);
  sb_call_header (call, "Location", location);
  sb_call_json (call, 302, sb_obj_node (json_object_new ()));
}

static void
authorize (SbCall *call)
{
  SbSandbox *sandbox = call->sandbox;
  SbConnector *connector = sb_world_connector (sandbox->world, sb_call_query (call, "client_id"));
  const char *uri = sb_call_query (call, "redirect_uri");
  g_autofree char *phone = sb_phone_normalise (sb_call_query (call, "phone"));
  const char *chosen = sb_switches_get (sandbox->switches, "oauthAutoSignIn");
  SbUser *known = *chosen ? sb_world_person (sandbox->world, chosen) : NULL;
  if (!connector)
    sb_call_fail (call, 401, "Unauthenticated", "Unknown client_id");
  else if (!redirect_is_allowed (connector, uri))
    sb_call_invalid (call, "redirect_uri is not the registered one");
  else if (known)
    send_back (call, connector, known, uri);
  else if (!phone)
    page (call, "phone", "Phone number");
  else if (!sb_call_query (call, "pin")) {
    sb_auth_send_pin (sandbox, sb_person_for_phone (sandbox, phone));
    page (call, "pin", "Code from the SMS");
  } else if (!sb_auth_check_pin (sandbox, sb_person_for_phone (sandbox, phone),
                                 sb_call_query (call, "pin")))
    sb_call_fail (call, 401, "Unauthenticated", "The pin is wrong or has expired");
  else
    send_back (call, connector, sb_world_user_by_phone (sandbox->world, phone), uri);
}

/* (nullable): who signed in for that code; it is good once, for its own connector, and not long. */
static SbUser *
take_code (SbSandbox *sandbox, SbConnector *connector, const char *text)
{
  SbCode *code = text ? g_hash_table_lookup (sandbox->codes, text) : NULL;
  if (!code || code->connector != connector)
    return NULL;
  gboolean fresh = sb_clock_now_ms (sandbox->clock) - code->at_ms <= CODE_MS;
  SbUser *user = fresh ? code->user : NULL;
  g_hash_table_remove (sandbox->codes, text);
  return user;
}

static void
token (SbCall *call)
{
  SbSandbox *sandbox = call->sandbox;
  SbConnector *connector;
  const char *type = sb_call_get_header (call, "Content-Type");
  g_autoptr (GBytes) bytes =
      soup_message_body_flatten (soup_server_message_get_request_body (call->msg));
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!type || g_ascii_strncasecmp (type, "application/x-www-form-urlencoded", 33) != 0) {
    sb_call_fail (call, 415, "UnsupportedMediaType", "A form is needed");
    return;
  }
  g_autoptr (GHashTable) form = soup_form_decode (text);
  const char *secret = g_hash_table_lookup (form, "client_secret");
  const char *code = g_hash_table_lookup (form, "code");
  if (!sb_auth_check_connector (call, g_hash_table_lookup (form, "client_id"), secret ? secret : "",
                                &connector))
    return;
  SbUser *user = take_code (sandbox, connector, code);
  if (!user) {
    sb_call_invalid (call, "The code is not known, was used or has expired");
    return;
  }
  user->provisioned = TRUE;
  SbToken *refresh = sb_tokens_mint_refresh (sandbox, connector, user, NULL);
  JsonObject *answer = sb_auth_token_answer (sandbox, refresh);
  /* The docs have "null until day 328" here, too, which would leave no way on (inferred). */
  if (sb_switches_on (sandbox->switches, "oauthRefreshToken"))
    json_object_set_string_member (answer, "refreshToken", refresh->text);
  sb_call_ok (call, answer);
}

const SbRoute sb_routes_oauth[] = {
    {"GET", "api/Oauth/Authorize", NULL, SB_ROUTE_NO_TOKEN, authorize},
    {"POST", "api/oauth/token", NULL, SB_ROUTE_NO_TOKEN | SB_ROUTE_RAW, token},
    {NULL}};
