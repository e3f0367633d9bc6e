/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signing in at the edges: answers that cannot be read, lives that cannot be, nobody to sign in. */
#include "config.h"

#include "auth-rig.h"

#include "kz-auth-private.h"

static void
bool_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_good = kz_auth_login_code_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

/* Longer than what is looked at before it is read. */
static void
a_long_answer_of_nobody (gconstpointer is_login)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_autofree char *tail = g_strnfill (20000, 'x');
  g_autofree char *body = g_strconcat ("{\"refreshToken\":\"", tail, NULL);
  g_auto (Outcome) outcome = {0};

  rig_set (&rig->token_body, body);
  rig_set (&rig->post_body, body);
  if (is_login != NULL)
    rig_login (rig, "1234", &outcome);
  else
    rig_renew (rig, &outcome);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_MALFORMED);
  g_assert_false (outcome.is_good);
  g_assert_cmpstr (rig->log->str, ==, "");
}

static void
a_connector_that_is_none (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_autoptr (KzAuth) auth =
      kz_auth_new (rig->http, wire_url (rig->wire), "", RIG_SECRET, RIG_PHONE, NULL);
  KzAuth *own = rig->auth;
  g_auto (Outcome) asked = {0}, login = {0}, code = {0};

  rig->auth = auth;
  rig_request_pin (rig, &asked);
  g_assert_error (asked.error, KZ_ERROR, KZ_ERROR_BAD_CONNECTOR);
  rig_login (rig, "1234", &login);
  g_assert_error (login.error, KZ_ERROR, KZ_ERROR_BAD_CONNECTOR);
  kz_auth_login_code_async (auth, "code-123", NULL, bool_cb, &code);
  rig_drive (rig, &code.done);
  g_assert_error (code.error, KZ_ERROR, KZ_ERROR_BAD_CONNECTOR);
  g_assert_cmpuint (wire_connections (rig->wire), ==, 0);
  rig->auth = own;
}

static void
a_number_that_is_none (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_autoptr (KzAuth) auth =
      kz_auth_new (rig->http, wire_url (rig->wire), RIG_ID, RIG_SECRET, "somebody", NULL);
  KzAuth *own = rig->auth;
  g_auto (Outcome) asked = {0}, login = {0};

  rig->auth = auth;
  rig_request_pin (rig, &asked);
  g_assert_error (asked.error, KZ_ERROR, KZ_ERROR_INVALID);
  rig_login (rig, "1234", &login);
  g_assert_error (login.error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpuint (wire_connections (rig->wire), ==, 0);
  rig->auth = own;
}

/* Not documented there, but taken. */
static void
a_login_that_names_the_endpoint (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_auto (Outcome) outcome = {0};

  g_free (rig->post_body);
  rig->post_body =
      g_strdup_printf ("{\"refreshToken\":\"r\",\"endpointUrl\":\"%s/\"}", wire_url (rig->wire));
  rig_login (rig, "1234", &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (kz_auth_endpoint (rig->auth), ==, wire_url (rig->wire));
}

/* A token that says that it lives for years is good for a day. */
static void
a_life_of_years (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_autofree char *token =
      rig_jwt ("u", RIG_PHONE, NULL, 1000, 1000 + 86400 * G_GINT64_CONSTANT (800));
  g_auto (Outcome) outcome = {0};

  rig_token (rig, token, 0, NULL);
  rig_renew (rig, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpint (kz_auth_access_expiry_us (rig->auth), ==,
                   RIG_WALL_US + 86400 * (gint64) G_USEC_PER_SEC);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_good = kz_auth_http_renew_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

/* A call whose older token was refused finds that another one has brought a new one. */
static void
a_fresh_token_is_not_renewed (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_auto (Outcome) outcome = {0};

  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 1);
  kz_auth_http_renew_async (rig->auth, FALSE, NULL, renewed_cb, &outcome);
  rig_drive (rig, &outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.is_good);
  g_assert_cmpuint (rig->token_calls, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/bounds/a-long-answer-of-nobody/renewal", NULL, a_long_answer_of_nobody);
  g_test_add_data_func ("/bounds/a-long-answer-of-nobody/login", "", a_long_answer_of_nobody);
  g_test_add_func ("/bounds/a-connector-that-is-none", a_connector_that_is_none);
  g_test_add_func ("/bounds/a-number-that-is-none", a_number_that_is_none);
  g_test_add_func ("/bounds/a-login-that-names-the-endpoint", a_login_that_names_the_endpoint);
  g_test_add_func ("/bounds/a-life-of-years", a_life_of_years);
  g_test_add_func ("/bounds/a-fresh-token-is-not-renewed", a_fresh_token_is_not_renewed);
  return g_test_run ();
}
