/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "auth-rig.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)

/* --- refusals -------------------------------------------------------------------------------- */

#define BODY(code, message) "{\"message\":\"" message "\",\"errorCode\":\"" code "\"}"
#define BAD_PAIR "Dont have correct applicationId and secret in header!"
#define BAD_TOKEN "Invalid token. Failure reason:Token validation failed due to unknown reason!"

typedef struct {
  const char *step; /* renew, login, pin */
  guint status;
  const char *body;
  int code;
} Refusal;

static const Refusal refusals[] = {
    {"renew", 401, BODY ("Unauthenticated", BAD_PAIR), KZ_ERROR_BAD_CONNECTOR},
    {"renew", 200, BODY ("Unauthenticated", BAD_PAIR), KZ_ERROR_BAD_CONNECTOR},
    {"renew", 400, BODY ("InvalidParameters", "bad"), KZ_ERROR_BAD_CONNECTOR},
    {"renew", 401, BODY ("InvalidToken", BAD_TOKEN), KZ_ERROR_AUTH_REJECTED},
    {"renew", 200, BODY ("InvalidToken", BAD_TOKEN), KZ_ERROR_AUTH_REJECTED},
    {"renew", 401, BODY ("Unauthenticated", "Token missing. Header should have it"),
     KZ_ERROR_AUTH_REJECTED},
    {"renew", 401, BODY ("InvalidToken", "Issued for another applicationId"),
     KZ_ERROR_AUTH_REJECTED},
    {"renew", 401, BODY ("Unauthenticated", "No"), KZ_ERROR_BAD_CONNECTOR},
    {"renew", 401, "", KZ_ERROR_AUTH_REJECTED},
    {"renew", 403, "{}", KZ_ERROR_AUTH_REJECTED},
    {"renew", 403, "", KZ_ERROR_AUTH_REJECTED},
    {"renew", 401, "<html></html>", KZ_ERROR_MALFORMED},
    {"renew", 403, "<html></html>", KZ_ERROR_MALFORMED},
    {"renew", 400, "Bad Request", KZ_ERROR_MALFORMED},
    {"renew", 405, "<html></html>", KZ_ERROR_NOT_FOUND},
    {"renew", 404, "{}", KZ_ERROR_NOT_FOUND},
    {"renew", 429, "{}", KZ_ERROR_THROTTLED},
    {"renew", 503, "{}", KZ_ERROR_UNAVAILABLE},
    {"renew", 200, "<html></html>", KZ_ERROR_MALFORMED},
    {"renew", 200, "{\"accessToken\":\"null\",\"endpointUrl\":\"$ENDPOINT\"}", KZ_ERROR_MALFORMED},
    {"login", 401, BODY ("Unauthenticated", BAD_PAIR), KZ_ERROR_BAD_CONNECTOR},
    {"login", 401, BODY ("Unauthenticated", "The pin is wrong or has expired"),
     KZ_ERROR_PIN_REJECTED},
    {"login", 401, "", KZ_ERROR_PIN_REJECTED},
    {"login", 401, "<html></html>", KZ_ERROR_MALFORMED},
    {"login", 403, "no", KZ_ERROR_MALFORMED},
    {"login", 400, BODY ("InvalidParameters", "Invalid pin"), KZ_ERROR_PIN_REJECTED},
    {"login", 403, "{}", KZ_ERROR_PIN_REJECTED},
    {"login", 200, BODY ("InvalidToken", "no"), KZ_ERROR_PIN_REJECTED},
    {"login", 200, "{}", KZ_ERROR_MALFORMED},
    {"login", 200, "{\"refreshToken\":\"null\"}", KZ_ERROR_MALFORMED},
    {"login", 429, "{}", KZ_ERROR_THROTTLED},
    {"login", 500, "{}", KZ_ERROR_UNAVAILABLE},
    {"login", 503, BODY ("ServiceUnavailable", "We are down"), KZ_ERROR_UNAVAILABLE},
    {"pin", 401, BODY ("Unauthenticated", BAD_PAIR), KZ_ERROR_BAD_CONNECTOR},
    {"pin", 401, "", KZ_ERROR_BAD_CONNECTOR},
    {"pin", 403, "<html></html>", KZ_ERROR_MALFORMED},
    {"pin", 405, "<html></html>", KZ_ERROR_NOT_FOUND},
    {"pin", 200, BODY ("Unauthenticated", BAD_PAIR), KZ_ERROR_BAD_CONNECTOR},
    {"pin", 200, BODY ("InvalidParameters", "mobileNumber is wrong"), KZ_ERROR_REJECTED},
    {"pin", 400, BODY ("InvalidParameters", "mobileNumber is wrong"), KZ_ERROR_REJECTED},
    {"pin", 429, BODY ("TooManyRequests", "Too many codes"), KZ_ERROR_THROTTLED},
    {"pin", 503, "{}", KZ_ERROR_UNAVAILABLE},
    {"pin", 500, BODY ("ServerError", "No SMS today"), KZ_ERROR_UNAVAILABLE},
    {"pin", 200, "", KZ_ERROR_MALFORMED},
};

static void
refusal_test (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_auto (Outcome) outcome = {0};

  rig->token_status = rig->post_status = refusal->status;
  rig_set (&rig->token_body, refusal->body);
  rig_set (&rig->post_body, refusal->body);
  if (g_str_equal (refusal->step, "renew"))
    rig_renew (rig, &outcome);
  else if (g_str_equal (refusal->step, "login"))
    rig_login (rig, "1234", &outcome);
  else
    rig_request_pin (rig, &outcome);
  g_assert_error (outcome.error, KZ_ERROR, refusal->code);
  g_assert_false (outcome.is_good);
  if (strstr (refusal->body, "message") != NULL)
    g_assert_nonnull (kz_error_server_words (outcome.error));
  /* Nobody renews on behalf of an auth call; a person waits for no 429. */
  if (!g_str_equal (refusal->step, "renew"))
    g_assert_cmpuint (wire_seen (rig->wire), ==, 1);
}

static void
without_a_refresh_token (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_auto (Outcome) outcome = {0};

  g_assert_false (kz_auth_has_refresh_token (rig->auth));
  rig_begin (rig, "GET", &outcome);
  rig_drive (rig, &outcome.done);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
  g_assert_cmpuint (wire_connections (rig->wire), ==, 0);
}

static void
a_connector_that_is_none (void)
{
  static const char *const bad[] = {"", "two words", "line\nbreak", "\303\244"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (Rig) rig = rig_new (NULL);
    g_autoptr (KzAuth) auth =
        kz_auth_new (rig->http, wire_url (rig->wire), RIG_ID, bad[i], RIG_PHONE, RIG_REFRESH);
    KzAuth *own = rig->auth;
    g_auto (Outcome) outcome = {0};

    rig->auth = auth;
    rig_renew (rig, &outcome);
    g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_BAD_CONNECTOR);
    g_assert_cmpuint (wire_connections (rig->wire), ==, 0);
    rig->auth = own;
  }
}

/* --- the PIN --------------------------------------------------------------------------------- */

static void
signing_in_with_a_pin (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_auto (Outcome) outcome = {0};

  rig_request_pin (rig, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.is_good);
  g_assert_cmpstr (wire_request (rig->wire, 0)->body, ==,
                   "{\"mobileNumber\":\"" RIG_PHONE "\",\"applicationId\":\"" RIG_ID "\"}");
  rig_set (&rig->post_body, "{\"refreshToken\":\"refresh-pin\",\"refreshTokenExpiry\":1}");
  rig_login (rig, " 123 456\n", &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (rig->log->str, ==, "rotated refresh-pin (access 0 endpoint 0) ");
  g_assert_cmpstr (wire_request (rig->wire, 1)->body, ==,
                   "{\"mobileNumber\":\"" RIG_PHONE "\",\"applicationId\":\"" RIG_ID
                   "\",\"applicationSecret\":\"" RIG_SECRET "\",\"pin\":123456}");
  g_assert_true (kz_auth_has_refresh_token (rig->auth));
  rig_call (rig);
  g_assert_cmpstr (wire_header (rig->wire, 2, "refreshToken"), ==, "refresh-pin");
  kz_auth_forget (rig->auth);
  g_assert_false (kz_auth_has_refresh_token (rig->auth));
  g_assert_cmpint (kz_auth_access_expiry_us (rig->auth), ==, 0);
}

/* While a renewal waits to be tried again. */
static void
what_was_forgotten_is_not_renewed_with (void)
{
  g_autoptr (Rig) rig = rig_new ("refresh-1");
  g_auto (Outcome) outcome = {0};
  guint calls;

  rig->token_status = 503;
  rig_begin (rig, "GET", &outcome);
  while (rig->token_calls == 0)
    g_main_context_iteration (NULL, TRUE);
  rig_settle ();
  g_assert_false (outcome.done);
  calls = rig->token_calls;
  kz_auth_forget (rig->auth);
  rig_drive (rig, &outcome.done);
  g_assert_false (outcome.is_good);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
  g_assert_cmpuint (rig->token_calls, ==, calls);
  g_assert_cmpuint (rig->data_calls, ==, 0);
}

static void
a_pin_keeps_its_zero (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_auto (Outcome) outcome = {0};

  rig_set (&rig->post_body, "{\"refreshToken\":\"r\"}");
  rig_login (rig, "0123", &outcome);
  g_assert_no_error (outcome.error);
  g_assert_nonnull (strstr (wire_request (rig->wire, 0)->body, "\"pin\":\"0123\""));
}

static void
a_pin_that_is_none_is_not_sent (void)
{
  static const char *const pins[] = {"", "  ", "12a4", "1234567890123", "\331\241\331\242"};
  g_autoptr (Rig) rig = rig_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pins); i++) {
    g_auto (Outcome) outcome = {0};

    rig_login (rig, pins[i], &outcome);
    g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_PIN_REJECTED);
  }
  g_assert_cmpuint (wire_connections (rig->wire), ==, 0);
}

/* --- teardown and logs ------------------------------------------------------------------------ */

static void
shut_down_at_any_moment (void)
{
  for (guint moment = 0; moment < 60; moment++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
    Outcome outcomes[4] = {0};

    rig_token (rig, "access-one", RIG_WALL_US / 1000 + DAY_MS, ",\"refreshToken\":\"r2\"");
    for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
      rig_begin (rig, i % 2 == 0 ? "GET" : "POST", &outcomes[i]);
    for (guint i = 0; i < moment; i++)
      g_main_context_iteration (NULL, FALSE);
    kz_http_shutdown (rig->http);
    g_assert_cmpuint (kz_clock_pending (rig->clock), ==, 0);
    rig_settle ();
    for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
      g_assert_true (outcomes[i].done);
      outcome_clear (&outcomes[i]);
    }
  }
}

static GLogWriterOutput
collect_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0)
      g_string_append_printf (data, "%s=%s\n", fields[i].key, (const char *) fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static void
use_everything (Rig *rig, GString *log)
{
  g_auto (Outcome) outcome = {0};

  rig_request_pin (rig, &outcome);
  rig_set (&rig->post_body, "{\"refreshToken\":\"refresh-secret\"}");
  rig_login (rig, "987123", &outcome);
  rig_token (rig, "access-secret", RIG_WALL_US / 1000 + DAY_MS,
             ",\"refreshToken\":\"refresh-new\"");
  rig_call (rig);
  rig_begin (rig, "POST", &outcome);
  rig_drive (rig, &outcome.done);
  rig_set (&rig->good_token, "nothing");
  rig_begin (rig, "POST", &outcome);
  rig_drive (rig, &outcome.done);
  rig->token_status = 401;
  rig_renew (rig, &outcome);
  g_assert_nonnull (outcome.error);
}

/* A log writer can be set once in a process. */
static void
nothing_secret_in_any_log (void)
{
  static const char *const secrets[] = {"refresh-secret", "refresh-new",   "access-secret",
                                        RIG_SECRET,       "987123",        "9876543210",
                                        "private words",  "connector-0123"};
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (Rig) rig = rig_new (NULL);

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    return;
  }
  g_log_set_writer_func (collect_cb, log, NULL);
  g_log_set_default_handler (g_log_default_handler, NULL);
  g_debug ("the log works");
  use_everything (rig, log);
  g_assert_nonnull (strstr (log->str, "the log works"));
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    if (strstr (log->str, secrets[i]) != NULL)
      g_assert_not_reached ();
  /* The writer outlives the string: nothing may come any more. */
  g_clear_pointer (&rig, rig_free);
  exit (0);
}

int
main (int argc, char **argv)
{
  g_setenv ("G_MESSAGES_DEBUG", "kaizala", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *name =
        g_strdup_printf ("/refusal/%s/%u/%u", refusals[i].step, refusals[i].status, (guint) i);

    g_test_add_data_func (name, &refusals[i], refusal_test);
  }
  g_test_add_func ("/refusal/without-a-refresh-token-nothing-is-sent", without_a_refresh_token);
  g_test_add_func ("/refusal/a-connector-that-is-none-is-not-sent", a_connector_that_is_none);
  g_test_add_func ("/pin/signing-in", signing_in_with_a_pin);
  g_test_add_func ("/auth/what-was-forgotten-is-not-renewed-with", what_was_forgotten_is_not_renewed_with);
  g_test_add_func ("/pin/keeps-its-leading-zero", a_pin_keeps_its_zero);
  g_test_add_func ("/pin/one-that-is-none-is-not-sent", a_pin_that_is_none_is_not_sent);
  g_test_add_func ("/teardown/shut-down-at-any-moment", shut_down_at_any_moment);
  g_test_add_func ("/secrets/nothing-secret-in-any-log", nothing_secret_in_any_log);
  return g_test_run ();
}
