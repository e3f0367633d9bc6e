/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "auth-rig.h"
#include "kz-token.h"

#include <string.h>

#define HOUR_US (3600 * (gint64) G_USEC_PER_SEC)
#define DAY_MS G_GINT64_CONSTANT (86400000)

/* --- which endpoint may be used -------------------------------------------------------------- */

typedef struct {
  const char *root;
  const char *to;
  gboolean is_allowed;
} Endpoint;

static const Endpoint endpoints[] = {
    {"https://api.kaiza.la", "https://api.kaiza.la", TRUE},
    {"https://api.kaiza.la", "https://kms2.kaiza.la", TRUE},
    {"https://api.kaiza.la", "https://KMS.Kaiza.LA/", TRUE},
    {"https://api.kaiza.la", "https://kaiza.la:8443", TRUE},
    {"https://api.kaiza.la", "https://inc-000.KaizalaMessaging.osi.office.net", TRUE},
    {"https://api.kaiza.la", "https://kms.kaiza.la/unit/7", TRUE},
    {"https://api.example.co.uk", "https://data.example.co.uk", TRUE},
    {"https://api.example.co.uk", "https://kms.kaiza.la", TRUE},
    {"https://intranet", "https://intranet:444", TRUE},
    {"http://127.0.0.1:80", "http://127.0.0.1:90", TRUE},
    {"http://127.0.0.1:80", "https://127.0.0.1", TRUE},
    {"http://[::1]:80", "http://[::1]:90", TRUE},
    {"http://localhost:80", "http://localhost", TRUE},
    {"https://10.0.0.7", "https://10.0.0.7:8443", TRUE},

    {"https://api.kaiza.la", "http://kms.kaiza.la", FALSE},
    {"https://api.kaiza.la", "http://api.kaiza.la", FALSE},
    {"https://api.kaiza.la", "https://kaiza.la.evil.example", FALSE},
    {"https://api.kaiza.la", "https://evilkaiza.la", FALSE},
    {"https://api.kaiza.la", "https://office.net", FALSE},
    {"https://api.kaiza.la", "https://evilosi.office.net", FALSE},
    {"https://api.kaiza.la", "https://127.0.0.1", FALSE},
    {"https://api.kaiza.la", "http://127.0.0.1:80", FALSE},
    {"https://api.kaiza.la", "http://localhost", FALSE},
    {"https://api.kaiza.la", "https://user:pass@kms.kaiza.la", FALSE},
    {"https://api.kaiza.la", "https://kms.kaiza.la?x=1", FALSE},
    {"https://api.kaiza.la", "https://kms.kaiza.la#x", FALSE},
    {"https://api.kaiza.la", "kms.kaiza.la", FALSE},
    {"https://api.kaiza.la", "//kms.kaiza.la", FALSE},
    {"https://api.kaiza.la", "ftp://kms.kaiza.la", FALSE},
    {"https://api.kaiza.la", "https://", FALSE},
    {"https://api.kaiza.la", "", FALSE},
    {"https://api.kaiza.la", NULL, FALSE},
    {"https://api.example.co.uk", "https://other.co.uk", FALSE},
    {"https://intranet", "https://internet", FALSE},
    {"http://127.0.0.1:80", "http://127.0.0.2:80", FALSE},
    {"http://127.0.0.1:80", "http://localhost:80", FALSE},
    {"http://127.0.0.1:80", "https://kms.kaiza.la", FALSE},
    {"https://10.0.0.7", "https://10.0.0.8", FALSE},
    {"https://10.0.0.7", "http://10.0.0.7", FALSE},
    {"http://api.kaiza.la", "http://api.kaiza.la", FALSE},
    {"http://10.0.0.7", "http://10.0.0.7", FALSE},
};

static void
endpoint_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (endpoints); i++) {
    g_test_message ("%s -> %s", endpoints[i].root, endpoints[i].to);
    g_assert_cmpint (kz_auth_endpoint_is_allowed (endpoints[i].root, endpoints[i].to), ==,
                     endpoints[i].is_allowed);
  }
}

static void
a_bad_endpoint_in_the_answer (void)
{
  static const char *const bodies[] = {
      "{\"accessToken\":\"a\",\"endpointUrl\":\"https://evil.example/\",\"refreshToken\":\"r2\"}",
      "{\"accessToken\":\"a\",\"endpointUrl\":\"http://localhost:1\",\"refreshToken\":\"r2\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
    g_auto (Outcome) outcome = {0}, call = {0};

    rig_set (&rig->token_body, bodies[i]);
    rig_renew (rig, &outcome);
    g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE);
    /* The call that waits for it was refused by nobody. */
    rig_begin (rig, "GET", &call);
    rig_drive (rig, &call.done);
    g_assert_error (call.error, KZ_ERROR, KZ_ERROR_UNAVAILABLE);
    g_assert_null (kz_auth_endpoint (rig->auth));
    g_assert_cmpuint (rig->data_calls, ==, 0);
    /* The new refresh token is kept all the same. */
    g_assert_cmpstr (rig->log->str, ==, "rotated r2 (access 0 endpoint 0) ");
  }
}

static void
a_stored_endpoint_is_checked (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_autofree char *own = g_strconcat (wire_url (rig->wire), "//", NULL);

  kz_auth_set_endpoint (rig->auth, "https://evil.example");
  g_assert_null (kz_auth_endpoint (rig->auth));
  kz_auth_set_endpoint (rig->auth, own);
  g_assert_cmpstr (kz_auth_endpoint (rig->auth), ==, wire_url (rig->wire));
  kz_auth_set_endpoint (rig->auth, NULL);
  g_assert_cmpstr (kz_auth_endpoint (rig->auth), ==, wire_url (rig->wire));
}

static void
an_open_root_is_refused (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_autoptr (KzAuth) auth =
      kz_auth_new (rig->http, "http://api.kaiza.la", RIG_ID, RIG_SECRET, RIG_PHONE, RIG_REFRESH);
  g_auto (Outcome) outcome = {0};
  KzAuth *own = rig->auth;

  rig->auth = auth;
  rig_renew (rig, &outcome);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_INVALID);
  rig_request_pin (rig, &outcome);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_INVALID);
  rig->auth = own;
}

/* --- tokens in themselves -------------------------------------------------------------------- */

static void
token_shapes (void)
{
  g_autofree char *token = rig_jwt ("u", RIG_PHONE, NULL, 1, 2);
  gsize length = strlen (token);

  g_assert_cmpint (kz_token_shape (token), ==, KZ_TOKEN_LOOKS_WHOLE);
  for (gsize i = 2; i < length; i++) {
    g_autofree char *cut = g_strndup (token, i);

    g_assert_cmpint (kz_token_shape (cut), ==, KZ_TOKEN_LOOKS_CUT);
  }
  g_assert_cmpint (kz_token_shape (NULL), ==, KZ_TOKEN_NO_JWT);
  g_assert_cmpint (kz_token_shape (""), ==, KZ_TOKEN_NO_JWT);
  g_assert_cmpint (kz_token_shape ("opaque"), ==, KZ_TOKEN_NO_JWT);
  g_assert_cmpint (kz_token_shape ("eyes.open.wide"), ==, KZ_TOKEN_NO_JWT);
  g_assert_cmpint (kz_token_shape ("eyJhIjoxfQ.!!!!.x"), ==, KZ_TOKEN_NO_JWT);
}

static void
claims_tell_who_we_are (void)
{
  g_autofree char *user = rig_jwt ("guid-7@2", RIG_PHONE, NULL, 1000, 1000 + 86400);
  g_autofree char *group = rig_jwt ("guid-8", RIG_PHONE, "group-9@1", 1000, 1000 + 86400);
  g_autoptr (Rig) rig = rig_new (user);
  g_auto (Outcome) outcome = {0};

  g_assert_cmpstr (kz_auth_own_user_id (rig->auth), ==, "guid-7@2");
  g_assert_cmpstr (kz_auth_own_phone (rig->auth), ==, RIG_PHONE);
  g_assert_null (kz_auth_group_token_id (rig->auth));

  rig_token (rig, group, RIG_WALL_US / 1000 + DAY_MS, NULL);
  rig_renew (rig, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (kz_auth_own_user_id (rig->auth), ==, "guid-8");
  g_assert_cmpstr (kz_auth_group_token_id (rig->auth), ==, "group-9@1");
}

static void
claims_of_hostile_tokens (void)
{
  static const char *const tokens[] = {
      "a.b.c",
      "..",
      "eyJ.eyJ.eyJ",
      "e30.e30.e30",
      "e30.W10.x",
      "e30.bnVsbA.x",
      "e30.eyJ1aWQiOjd9.x" /* {"uid":7} */,
      "e30.eyJ1aWQiOiJ4In0.x" /* {"uid":"x"} */,
      "e30.eyJ1aWQiOiJ4OiJ9.x" /* {"uid":"x:"} */,
  };

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (Rig) rig = rig_new (tokens[i]);

    g_assert_null (kz_auth_own_user_id (rig->auth));
    g_assert_null (kz_auth_own_phone (rig->auth));
    rig_token (rig, tokens[i], 0, NULL);
    rig_call (rig);
    g_assert_null (kz_auth_own_user_id (rig->auth));
  }
}

/* --- which secret goes where ----------------------------------------------------------------- */

static void
each_secret_to_its_own_call (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);

  rig_call (rig);
  g_assert_cmpuint (wire_seen (rig->wire), ==, 2);
  g_assert_cmpstr (wire_request (rig->wire, 0)->target, ==, "/v1/accessToken");
  g_assert_cmpstr (wire_request (rig->wire, 0)->method, ==, "GET");
  g_assert_cmpstr (wire_header (rig->wire, 0, "applicationId"), ==, RIG_ID);
  g_assert_cmpstr (wire_header (rig->wire, 0, "applicationSecret"), ==, RIG_SECRET);
  g_assert_cmpstr (wire_header (rig->wire, 0, "refreshToken"), ==, RIG_REFRESH);
  g_assert_null (wire_header (rig->wire, 0, "accessToken"));
  g_assert_cmpstr (wire_request (rig->wire, 1)->target, ==, "/v1/groups");
  g_assert_cmpstr (wire_header (rig->wire, 1, "accessToken"), ==, "access-one");
  g_assert_null (wire_header (rig->wire, 1, "applicationId"));
  g_assert_null (wire_header (rig->wire, 1, "applicationSecret"));
  g_assert_null (wire_header (rig->wire, 1, "refreshToken"));
  g_assert_cmpstr (rig->log->str, ==, "endpoint ");
}

static void
many_calls_one_renewal (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  Outcome outcomes[30] = {0};

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    rig_begin (rig, "GET", &outcomes[i]);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    rig_drive (rig, &outcomes[i].done);
    g_assert_no_error (outcomes[i].error);
  }
  g_assert_cmpuint (rig->token_calls, ==, 1);
  g_assert_cmpuint (rig->data_calls, ==, G_N_ELEMENTS (outcomes));
}

static void
a_refused_token_is_renewed_once_for_all (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  Outcome outcomes[6] = {0};

  rig_call (rig);
  rig_set (&rig->good_token, "access-two");
  rig_token (rig, "access-two", RIG_WALL_US / 1000 + DAY_MS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    rig_begin (rig, i % 2 == 0 ? "GET" : "POST", &outcomes[i]);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    rig_drive (rig, &outcomes[i].done);
    g_assert_no_error (outcomes[i].error);
  }
  g_assert_cmpuint (rig->token_calls, ==, 2);
  g_assert_cmpuint (rig->data_calls, <=, 1 + 2 * G_N_ELEMENTS (outcomes));
}

static void
a_token_refused_for_ever_ends (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_auto (Outcome) outcome = {0};

  rig_set (&rig->good_token, "another");
  rig_begin (rig, "POST", &outcome);
  rig_drive (rig, &outcome.done);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_TOKEN_EXPIRED);
  g_assert_cmpuint (rig->data_calls, ==, 2);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

/* --- rotation -------------------------------------------------------------------------------- */

static void
a_new_refresh_token_comes_first (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_auto (Outcome) outcome = {0};

  rig_token (rig, "access-one", RIG_WALL_US / 1000 + DAY_MS, ",\"refreshToken\":\"refresh-two\"");
  rig_renew (rig, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (rig->log->str, ==, "rotated refresh-two (access 0 endpoint 0) endpoint ");

  g_string_truncate (rig->log, 0);
  rig_renew (rig, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (wire_header (rig->wire, 1, "refreshToken"), ==, "refresh-two");
  /* The same one again is no news. */
  g_assert_cmpstr (rig->log->str, ==, "");
}

static void
a_new_refresh_token_outlives_a_bad_answer (void)
{
  static const char *const bodies[] = {
      "{\"refreshToken\":\"r2\"}",
      "{\"refreshToken\":\"r2\",\"accessToken\":\"\",\"endpointUrl\":\"$ENDPOINT\"}",
      "{\"refreshToken\":\"r2\",\"accessToken\":null,\"endpointUrl\":\"$ENDPOINT\"}",
      "{\"refreshToken\":\"r2\",\"accessToken\":\"a b\",\"endpointUrl\":\"$ENDPOINT\"}",
      "{\"refreshToken\":\"r2\",\"accessToken\":\"a\\r\\nX: y\",\"endpointUrl\":\"$ENDPOINT\"}",
      "{\"refreshToken\":\"r2\",\"accessToken\":\"a\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
    g_auto (Outcome) outcome = {0};

    rig_set (&rig->token_body, bodies[i]);
    rig_renew (rig, &outcome);
    g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_MALFORMED);
    g_assert_cmpstr (rig->log->str, ==, "rotated r2 (access 0 endpoint 0) ");
    g_assert_cmpint (kz_auth_access_expiry_us (rig->auth), ==, 0);
  }
}

static void
no_new_refresh_token_in_any_spelling (void)
{
  static const char *const nothings[] = {
      "",
      ",\"refreshToken\":null",
      ",\"refreshToken\":\"\"",
      ",\"refreshToken\":\"null\"",
      ",\"refreshToken\":17",
      ",\"refreshToken\":{\"a\":1}",
      ",\"refreshToken\":\"with space\"",
      ",\"refreshToken\":\"with\\nline\"",
      ",\"refreshToken\":\"" RIG_REFRESH "\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (nothings); i++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
    g_auto (Outcome) outcome = {0};

    rig_token (rig, "access-one", RIG_WALL_US / 1000 + DAY_MS, nothings[i]);
    rig_renew (rig, &outcome);
    g_assert_no_error (outcome.error);
    g_assert_cmpstr (rig->log->str, ==, "endpoint ");
    rig_renew (rig, &outcome);
    g_assert_cmpstr (wire_header (rig->wire, 1, "refreshToken"), ==, RIG_REFRESH);
  }
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_good = kz_auth_renew_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
one_that_gives_up_loses_no_token (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) outcome = {0};

  rig_token (rig, "access-one", RIG_WALL_US / 1000 + DAY_MS, ",\"refreshToken\":\"refresh-two\"");
  kz_auth_renew_async (rig->auth, cancellable, cancelled_cb, &outcome);
  while (wire_seen (rig->wire) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (rig->log->str, ==, "");
  g_cancellable_cancel (cancellable);
  g_assert_false (outcome.done);
  while (rig->log->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (outcome.done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (rig->log->str, ==, "rotated refresh-two (access 0 endpoint 0) endpoint ");
}

/* --- time ------------------------------------------------------------------------------------ */

static void
renewed_five_minutes_early (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);

  rig_call (rig);
  kz_clock_advance (rig->clock, 24 * HOUR_US - 301 * G_USEC_PER_SEC);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 1);
  rig_token (rig, "access-two", RIG_WALL_US / 1000 + 2 * DAY_MS, NULL);
  kz_clock_advance (rig->clock, 2 * G_USEC_PER_SEC);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
  g_assert_cmpstr (wire_header (rig->wire, wire_seen (rig->wire) - 1, "accessToken"), ==,
                   "access-two");
}

static void
a_short_life_is_halved (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);

  rig_token (rig, "access-one", RIG_WALL_US / 1000 + 60000, NULL);
  for (guint i = 0; i < 5; i++)
    rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 1);
  kz_clock_advance (rig->clock, 31 * G_USEC_PER_SEC);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

static void
a_clock_set_back_delays_nothing (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);

  rig_call (rig);
  kz_clock_jump_wall (rig->clock, -30 * 24 * HOUR_US);
  kz_clock_advance (rig->clock, 23 * HOUR_US);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 1);
  kz_clock_advance (rig->clock, HOUR_US);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

static void
a_clock_set_forward_costs_one_call (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);

  rig_set (&rig->token_headers, "Date: Mon, 21 Sep 2026 14:13:20 GMT\r\n");
  rig_call (rig);
  kz_clock_jump_wall (rig->clock, 30 * 24 * HOUR_US);
  for (guint i = 0; i < 5; i++)
    rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

static void
a_clock_wrong_by_years (gconstpointer data)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  gint64 days = GPOINTER_TO_INT (data);

  /* The server says in its own time when the token ends: 1790000000 is that Monday. */
  rig_set (&rig->token_headers, "Date: Mon, 21 Sep 2026 14:13:20 GMT\r\n");
  kz_clock_jump_wall (rig->clock, days * 24 * HOUR_US);
  for (guint i = 0; i < 5; i++)
    rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 1);
  g_assert_cmpint (kz_auth_access_expiry_us (rig->auth), ==,
                   kz_clock_wall_us (rig->clock) + 24 * HOUR_US);
  kz_clock_advance (rig->clock, 24 * HOUR_US);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

static void
odd_expiries (void)
{
  static const gint64 odd_ms[] = {0, -1, 1, G_MAXINT64, G_GINT64_CONSTANT (99999999999999)};

  for (guint i = 0; i < G_N_ELEMENTS (odd_ms); i++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);

    rig_token (rig, "access-one", odd_ms[i], NULL);
    for (guint n = 0; n < 3; n++)
      rig_call (rig);
    g_assert_cmpuint (rig->token_calls, ==, 1);
    kz_clock_advance (rig->clock, 24 * HOUR_US);
    rig_call (rig);
    g_assert_cmpuint (rig->token_calls, ==, 2);
  }
}

static void
trouble_while_it_is_early_does_not_matter (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_auto (Outcome) outcome = {0};

  rig_call (rig);
  rig->token_status = 503;
  kz_clock_advance (rig->clock, 24 * HOUR_US - 290 * G_USEC_PER_SEC);
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 1 + 5);
  /* Not again at once. */
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 1 + 5);
  kz_clock_advance (rig->clock, 290 * G_USEC_PER_SEC);
  rig_begin (rig, "GET", &outcome);
  rig_drive (rig, &outcome.done);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_UNAVAILABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/who-may-be-one", endpoint_table);
  g_test_add_func ("/endpoint/a-bad-one-in-the-answer-is-refused", a_bad_endpoint_in_the_answer);
  g_test_add_func ("/endpoint/a-stored-one-is-checked-too", a_stored_endpoint_is_checked);
  g_test_add_func ("/endpoint/an-open-root-is-refused", an_open_root_is_refused);
  g_test_add_func ("/token/a-cut-one-is-noticed-at-any-length", token_shapes);
  g_test_add_func ("/token/claims-tell-who-we-are", claims_tell_who_we_are);
  g_test_add_func ("/token/claims-of-hostile-tokens-tell-nothing", claims_of_hostile_tokens);
  g_test_add_func ("/secrets/each-to-its-own-call", each_secret_to_its_own_call);
  g_test_add_func ("/renewal/many-calls-share-one", many_calls_one_renewal);
  g_test_add_func ("/renewal/a-refused-token-is-renewed-once-for-all",
                   a_refused_token_is_renewed_once_for_all);
  g_test_add_func ("/renewal/a-token-refused-for-ever-ends", a_token_refused_for_ever_ends);
  g_test_add_func ("/rotation/comes-before-anything-else", a_new_refresh_token_comes_first);
  g_test_add_func ("/rotation/outlives-a-bad-answer", a_new_refresh_token_outlives_a_bad_answer);
  g_test_add_func ("/rotation/none-in-any-spelling", no_new_refresh_token_in_any_spelling);
  g_test_add_func ("/rotation/who-gives-up-loses-no-token", one_that_gives_up_loses_no_token);
  g_test_add_func ("/time/renewed-five-minutes-early", renewed_five_minutes_early);
  g_test_add_func ("/time/a-short-life-is-halved", a_short_life_is_halved);
  g_test_add_func ("/time/a-clock-set-back-delays-nothing", a_clock_set_back_delays_nothing);
  g_test_add_func ("/time/a-clock-set-forward-costs-one-call", a_clock_set_forward_costs_one_call);
  g_test_add_data_func ("/time/a-clock-years-behind-is-no-matter", GINT_TO_POINTER (-3650),
                        a_clock_wrong_by_years);
  g_test_add_data_func ("/time/a-clock-years-ahead-is-no-matter", GINT_TO_POINTER (3650),
                        a_clock_wrong_by_years);
  g_test_add_func ("/time/odd-expiries-do-no-harm", odd_expiries);
  g_test_add_func ("/time/trouble-while-it-is-early-does-not-matter",
                   trouble_while_it_is_early_does_not_matter);
  return g_test_run ();
}
