/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "auth-rig.h"

#include <string.h>

static void
answer_token (Rig *rig, WireReply *reply)
{
  g_auto (GStrv) parts = g_strsplit (rig->token_body, "$ENDPOINT", -1);
  g_autofree char *body = g_strjoinv (wire_url (rig->wire), parts);

  rig->token_calls++;
  if (rig->token_stalls > 0) {
    rig->token_stalls--;
    reply->end = WIRE_STALL;
    return;
  }
  wire_reply (reply, rig->token_status, rig->token_headers, body);
}

static void
serve_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  Rig *rig = data;
  const char *token = g_hash_table_lookup (request->headers, "accesstoken");

  if (g_str_equal (request->target, "/v1/accessToken")) {
    answer_token (rig, reply);
    return;
  }
  if (g_str_equal (request->target, "/v1/generatePin") ||
      g_str_equal (request->target, "/v1/loginWithPinAndApplicationId") ||
      g_str_equal (request->target, "/api/oauth/token")) {
    wire_reply (reply, rig->post_status, NULL, rig->post_body);
    return;
  }
  rig->data_calls++;
  if (rig->good_token != NULL && g_strcmp0 (token, rig->good_token) != 0)
    wire_reply (reply, 401, NULL,
                "{\"errorCode\":\"InvalidToken\",\"message\":\"Invalid token.\"}");
  else
    wire_reply (reply, 200, NULL, "{\"ok\":1}");
}

static void
rotated_cb (const char *refresh_token, gpointer data)
{
  Rig *rig = data;

  g_string_append_printf (rig->log, "rotated %s (access %d endpoint %d) ", refresh_token,
                          kz_auth_access_expiry_us (rig->auth) != 0,
                          kz_auth_endpoint (rig->auth) != NULL);
}

static void
endpoint_cb (const char *endpoint, gpointer data)
{
  Rig *rig = data;

  g_assert_cmpstr (endpoint, ==, kz_auth_endpoint (rig->auth));
  g_string_append (rig->log, "endpoint ");
}

void
rig_set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

void
rig_token (Rig *rig, const char *token, gint64 expiry_ms, const char *more)
{
  g_free (rig->token_body);
  rig->token_body =
      g_strdup_printf ("{\"accessToken\":\"%s\",\"endpointUrl\":\"$ENDPOINT/\","
                       "\"accessTokenExpiry\":%" G_GINT64_FORMAT ",\"scope\":\"token.write\"%s}",
                       token, expiry_ms, more != NULL ? more : "");
}

Rig *
rig_new (const char *refresh_token)
{
  Rig *rig = g_new0 (Rig, 1);

  rig->wire = wire_new (serve_cb, rig);
  rig->clock = kz_clock_new_manual (RIG_WALL_US);
  rig->throttle = kz_throttle_new (10000, 10000);
  rig->http = kz_http_new (rig->clock, rig->throttle, NULL);
  rig->auth =
      kz_auth_new (rig->http, wire_url (rig->wire), RIG_ID, RIG_SECRET, RIG_PHONE, refresh_token);
  rig->log = g_string_new (NULL);
  rig->token_status = 200;
  rig->post_status = 200;
  rig->post_body = g_strdup ("{}");
  rig_token (rig, "access-one", RIG_WALL_US / 1000 + 86400000, NULL);
  kz_auth_set_rotated_func (rig->auth, rotated_cb, rig);
  kz_auth_set_endpoint_func (rig->auth, endpoint_cb, rig);
  return rig;
}

void
rig_free (Rig *rig)
{
  kz_http_shutdown (rig->http);
  g_assert_cmpuint (kz_clock_pending (rig->clock), ==, 0);
  rig_settle ();
  g_assert_finalize_object (rig->auth);
  g_assert_finalize_object (rig->http);
  kz_throttle_unref (rig->throttle);
  g_assert_finalize_object (rig->clock);
  wire_free (rig->wire);
  g_free (rig->token_headers);
  g_free (rig->token_body);
  g_free (rig->post_body);
  g_free (rig->good_token);
  g_string_free (rig->log, TRUE);
  g_free (rig);
}

void
rig_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
rig_drive (Rig *rig, const gboolean *done)
{
  while (!*done) {
    if (kz_http_in_flight (rig->http) > 0 || g_main_context_pending (NULL) ||
        !kz_clock_advance_to_next (rig->clock, 3600 * (gint64) G_USEC_PER_SEC))
      g_main_context_iteration (NULL, TRUE);
  }
}

void
outcome_clear (Outcome *outcome)
{
  g_clear_error (&outcome->error);
  outcome->done = FALSE;
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_good = kz_auth_renew_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

void
rig_renew (Rig *rig, Outcome *outcome)
{
  outcome_clear (outcome);
  kz_auth_renew_async (rig->auth, NULL, renewed_cb, outcome);
  rig_drive (rig, &outcome->done);
}

static void
pin_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_good = kz_auth_request_pin_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

void
rig_request_pin (Rig *rig, Outcome *outcome)
{
  outcome_clear (outcome);
  kz_auth_request_pin_async (rig->auth, NULL, pin_cb, outcome);
  rig_drive (rig, &outcome->done);
}

static void
login_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_good = kz_auth_login_pin_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

void
rig_login (Rig *rig, const char *pin, Outcome *outcome)
{
  outcome_clear (outcome);
  kz_auth_login_pin_async (rig->auth, pin, NULL, login_cb, outcome);
  rig_drive (rig, &outcome->done);
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;
  g_autoptr (KzReply) reply = kz_http_send_finish (KZ_HTTP (source), result, &outcome->error);

  outcome->is_good = reply != NULL;
  outcome->done = TRUE;
}

void
rig_begin (Rig *rig, const char *method, Outcome *outcome)
{
  KzRequest *request = kz_request_new (method, "/v1/groups", KZ_LANE_USER);

  outcome_clear (outcome);
  if (g_str_equal (method, "POST"))
    request->body = g_bytes_new_static ("{\"message\":\"my private words\"}", 30);
  kz_http_send_async (rig->http, request, NULL, called_cb, outcome);
}

void
rig_call (Rig *rig)
{
  g_auto (Outcome) outcome = {0};

  rig_begin (rig, "GET", &outcome);
  rig_drive (rig, &outcome.done);
  g_assert_no_error (outcome.error);
}

static char *
part (const char *json)
{
  char *text = g_base64_encode ((const guchar *) json, strlen (json));
  char *pad = strchr (text, '=');

  g_strdelimit (g_strdelimit (text, "+", '-'), "/", '_');
  if (pad != NULL)
    *pad = '\0';
  return text;
}

static char *
escaped (const char *json)
{
  g_auto (GStrv) parts = g_strsplit (json, "\\", -1);
  g_autofree char *slashes = g_strjoinv ("\\\\", parts);
  g_auto (GStrv) quotes = g_strsplit (slashes, "\"", -1);

  return g_strjoinv ("\\\"", quotes);
}

char *
rig_jwt (const char *user_id, const char *phone, const char *group_id, gint64 iat, gint64 exp)
{
  g_autofree char *data = group_id != NULL
                              ? g_strdup_printf ("{\"GroupId\":\"%s\",\"AppName\":\"x\"}", group_id)
                              : g_strdup ("{\"TenantId\":\"\",\"IsTenantAdmin\":false}");
  g_autofree char *data_text = escaped (data);
  g_autofree char *credentials = g_strdup_printf (
      "{\"phoneNumber\":\"%s\",\"testSender\":\"False\",\"data\":\"%s\"}", phone, data_text);
  g_autofree char *credentials_text = escaped (credentials);
  g_autofree char *body =
      g_strdup_printf ("{\"urn:microsoft:credentials\":\"%s\",\"uid\":\"MobileAppsService:%s\","
                       "\"ver\":\"2\",\"exp\":%" G_GINT64_FORMAT ",\"iat\":%" G_GINT64_FORMAT "}",
                       credentials_text, user_id, exp, iat);
  g_autofree char *head = part ("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
  g_autofree char *middle = part (body);

  return g_strconcat (head, ".", middle, ".", "abcdefghijklmnopqrstuvwxyz_-ABCDEFGHIJKLMNO", NULL);
}
