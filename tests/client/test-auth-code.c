/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "auth-rig.h"

#include <string.h>

/* Signing in with a browser, API §2.5. */

/* --- what a person pastes -------------------------------------------------------------------- */

static const struct {
  const char *pasted;
  const char *code; /* (nullable) */
  int error;
} pasted[] = {
    {"abc123", "abc123", 0},
    {"  abc-._~123\n", "abc-._~123", 0},
    {"https://example.org/done?code=abc", "abc", 0},
    {"https://example.org/done?x=1&code=a%2Bb%3D&state=s#top", "a+b=", 0},
    {"https://example.org/done?Code=abc", "abc", 0},
    {"?code=abc", "abc", 0},
    {"code=abc&x=1", "abc", 0},
    {"", NULL, KZ_ERROR_INVALID},
    {NULL, NULL, KZ_ERROR_INVALID},
    {"two words", NULL, KZ_ERROR_INVALID},
    {"https://example.org/done", NULL, KZ_ERROR_INVALID},
    {"https://example.org/done?x=1", NULL, KZ_ERROR_INVALID},
    {"https://example.org/done?code=", NULL, KZ_ERROR_INVALID},
    {"https://example.org/done?code=a%0D%0Ab", NULL, KZ_ERROR_INVALID},
    {"https://example.org/done?error=access_denied", NULL, KZ_ERROR_FORBIDDEN},
    {"https://example.org/done?error=x&code=y", NULL, KZ_ERROR_FORBIDDEN},
};

static void
what_was_pasted (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pasted); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *code = kz_auth_parse_code (pasted[i].pasted, &error);

    g_test_message ("%s", pasted[i].pasted);
    g_assert_cmpstr (code, ==, pasted[i].code);
    if (pasted[i].code != NULL)
      g_assert_no_error (error);
    else
      g_assert_error (error, KZ_ERROR, pasted[i].error);
  }
}

/* --- where the browser goes ------------------------------------------------------------------ */

static void
assert_page (Rig *rig, const char *api_root, const char *expected)
{
  g_autoptr (KzAuth) auth = kz_auth_new (rig->http, api_root, "id@1", RIG_SECRET, RIG_PHONE, NULL);
  g_autofree char *url = kz_auth_authorize_url (auth, "https://x.org/a?b=c");

  g_assert_cmpstr (url, ==, expected);
}

static void
the_page (void)
{
  static const char end[] =
      "/api/Oauth/Authorize?client_id=id%401&redirect_uri=https%3A%2F%2Fx.org%2Fa%3Fb%3Dc";
  g_autofree char *own = g_strconcat ("https://ds.kaiza.la", end, NULL);
  g_autofree char *other = g_strconcat ("https://api.example.org", end, NULL);
  g_autoptr (Rig) rig = rig_new (NULL);

  assert_page (rig, "https://api.kaiza.la", own);
  assert_page (rig, "https://API.kaiza.la/", own);
  assert_page (rig, "https://api.example.org/", other);
}

/* --- the exchange ---------------------------------------------------------------------------- */

static void
exchanged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->is_good = kz_auth_login_code_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
exchange (Rig *rig, const char *text, Outcome *outcome)
{
  outcome_clear (outcome);
  kz_auth_login_code_async (rig->auth, text, NULL, exchanged_cb, outcome);
  rig_drive (rig, &outcome->done);
}

/* The answer to a renewal is the answer to a code. */
static void
fill_endpoint (Rig *rig)
{
  g_auto (GStrv) parts = g_strsplit (rig->token_body, "$ENDPOINT", 2);

  g_free (rig->post_body);
  rig->post_body = g_strjoinv (wire_url (rig->wire), parts);
}

static void
answer (Rig *rig, const char *refresh_member)
{
  rig_token (rig, "access-two", RIG_WALL_US / 1000 + 86400000, refresh_member);
  fill_endpoint (rig);
}

static void
a_code_for_tokens (void)
{
  g_autoptr (Rig) rig = rig_new (NULL);
  g_auto (Outcome) outcome = {0};

  answer (rig, ",\"refreshToken\":\"refresh-two\"");
  exchange (rig, "https://x.org/?code=a%2Bb", &outcome);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.is_good);
  g_assert_cmpstr (wire_request (rig->wire, 0)->method, ==, "POST");
  g_assert_cmpstr (wire_request (rig->wire, 0)->target, ==, "/api/oauth/token");
  g_assert_cmpstr (wire_header (rig->wire, 0, "content-type"), ==,
                   "application/x-www-form-urlencoded");
  g_assert_null (wire_header (rig->wire, 0, "accesstoken"));
  g_assert_cmpstr (wire_request (rig->wire, 0)->body, ==,
                   "client_id=connector-0123%401&client_secret=very%2Bsecret%2Fvalue%3D"
                   "&code=a%2Bb");
  g_assert_true (kz_auth_has_refresh_token (rig->auth));
  g_assert_true (g_str_has_prefix (rig->log->str, "rotated refresh-two (access 0"));
  /* The access token that came with it is used. */
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 0);
}

static void
without_a_refresh_token (void)
{
  static const char *const members[] = {"", ",\"refreshToken\":null", ",\"refreshToken\":\"\""};

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
    g_auto (Outcome) outcome = {0};

    answer (rig, members[i]);
    exchange (rig, "abc", &outcome);
    g_assert_no_error (outcome.error);
    g_assert_false (kz_auth_has_refresh_token (rig->auth));
    rig_call (rig);
  }
}

static void
a_bad_code (void)
{
  static const struct {
    guint status;
    const char *body;
    int code;
  } cases[] = {
      {400, "{\"message\":\"The code is not known\",\"errorCode\":\"InvalidParameters\"}",
       KZ_ERROR_PIN_REJECTED},
      {401,
       "{\"message\":\"Dont have correct applicationId and secret in header!\","
       "\"errorCode\":\"Unauthenticated\"}",
       KZ_ERROR_BAD_CONNECTOR},
      {503, "{}", KZ_ERROR_UNAVAILABLE},
      {200, "{}", KZ_ERROR_MALFORMED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
    g_auto (Outcome) outcome = {0};

    rig->post_status = cases[i].status;
    rig_set (&rig->post_body, cases[i].body);
    exchange (rig, "abc", &outcome);
    g_assert_false (outcome.is_good);
    g_assert_error (outcome.error, KZ_ERROR, cases[i].code);
    g_assert_cmpuint (wire_seen (rig->wire), ==, 1);
    /* What there was before is still there. */
    g_assert_true (kz_auth_has_refresh_token (rig->auth));
  }
}

/* Of whom the token is; what is said of a person without one is another matter. */
static void
of_another_person (void)
{
  static const struct {
    const char *phone;
    const char *group_id;
    gboolean is_refused;
  } cases[] = {
      {RIG_PHONE, NULL, FALSE},
      {"919876543210", NULL, FALSE},
      {"++919876543210", NULL, FALSE},
      {"9876543210", NULL, FALSE},
      {"", NULL, FALSE},
      {"+919876543211", "group-1", FALSE},
      {"+919876543211", NULL, TRUE},
      {"+15550000001", NULL, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Rig) rig = rig_new (NULL);
    g_auto (Outcome) outcome = {0};
    g_autofree char *token =
        rig_jwt ("u-1", cases[i].phone, cases[i].group_id, RIG_WALL_US / G_USEC_PER_SEC,
                 RIG_WALL_US / G_USEC_PER_SEC + 86400);

    g_test_message ("%s", cases[i].phone);
    rig_token (rig, token, RIG_WALL_US / 1000 + 86400000, ",\"refreshToken\":\"refresh-two\"");
    fill_endpoint (rig);
    exchange (rig, "abc", &outcome);
    g_assert_cmpint (outcome.is_good, ==, !cases[i].is_refused);
    g_assert_cmpint (kz_auth_has_refresh_token (rig->auth), ==, !cases[i].is_refused);
    if (!cases[i].is_refused)
      continue;
    g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_OTHER_PERSON);
    g_assert_nonnull (strstr (outcome.error->message, RIG_PHONE));
    /* Nobody was told of a token. */
    g_assert_cmpstr (rig->log->str, ==, "");
  }
}

/* Where the access token is missing or tells nothing, the refresh token does. */
static void
a_refresh_token_of_another_person (void)
{
  static const char *const members[] = {"", "\"accessToken\":\"opaque\","};

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
    g_auto (Outcome) outcome = {0};
    g_autofree char *token =
        rig_jwt ("u-1", "+15550000001", NULL, RIG_WALL_US / G_USEC_PER_SEC,
                 RIG_WALL_US / G_USEC_PER_SEC + 86400);

    g_free (rig->post_body);
    rig->post_body = g_strdup_printf ("{%s\"endpointUrl\":\"%s\",\"refreshToken\":\"%s\"}",
                                      members[i], wire_url (rig->wire), token);
    exchange (rig, "abc", &outcome);
    g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_OTHER_PERSON);
    g_assert_cmpstr (rig->log->str, ==, "");
    /* The one before is still that of the account. */
    rig_call (rig);
    g_assert_cmpstr (wire_header (rig->wire, 1, "refreshToken"), ==, RIG_REFRESH);
  }
}

static void
nothing_to_exchange (void)
{
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);
  g_auto (Outcome) outcome = {0};

  exchange (rig, "https://x.org/", &outcome);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpuint (wire_connections (rig->wire), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/code/what-was-pasted", what_was_pasted);
  g_test_add_func ("/code/the-page", the_page);
  g_test_add_func ("/code/for-tokens", a_code_for_tokens);
  g_test_add_func ("/code/without-a-refresh-token", without_a_refresh_token);
  g_test_add_func ("/code/a-bad-one", a_bad_code);
  g_test_add_func ("/code/of-another-person/access-token", of_another_person);
  g_test_add_func ("/code/of-another-person/refresh-token", a_refresh_token_of_another_person);
  g_test_add_func ("/code/nothing-to-exchange", nothing_to_exchange);
  return g_test_run ();
}
