/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each answer that brings a token, and what a token says. The first byte says what was asked and what there
 * was before, the second one how the answer comes. Then a line of claims, and the body, in which $TOKEN is
 * a token that claims this; no body: the usual one. */
#include "config.h"

#include "fuzz.h"

#include "fuzz-wire.h"
#include "kz-auth-private.h"

#include <string.h>

#define PHONE "+919876543210"
#define OLD_ACCESS "access-one"
#define MAX_LIFE_US (400 * 24 * 3600 * (gint64) G_USEC_PER_SEC)
#define MAX_TOKEN (16u << 10)

typedef enum { RENEW, LOGIN, CODE, REQUEST } Step;

typedef struct {
  Step step;
  KzAuth *auth;
  KzJson *json;      /* (nullable): the answer */
  char *refresh;     /* (nullable): before it, as the next ones */
  char *access;      /* (nullable) */
  char *endpoint;    /* (nullable) */
  const char *phone; /* (nullable): of the account */
  guint told;        /* of refresh tokens */
  gboolean moved;
  gboolean is_done;
  gboolean is_good;
  GError *error;
} Try;

/* --- a token ------------------------------------------------------------------------------- */

/* (transfer full) */
static char *
make_token (const char *claims, gsize length)
{
  g_autofree char *part = g_base64_encode ((const guchar *) claims, length);
  char *pad = strchr (part, '=');

  if (pad != NULL)
    *pad = '\0';
  g_strdelimit (g_strdelimit (part, "+", '-'), "/", '_');
  /* {"alg":"HS256","typ":"JWT"} */
  return g_strconcat ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.", part,
                      ".abcdefghijklmnopqrstuvwxyz_-ABCDEFGHIJKLMNO", NULL);
}

static void
check_shape (const char *token, const char *claims, gsize length)
{
  g_autoptr (KzJson) json = kz_json_parse (claims, length, NULL, NULL);
  g_autofree char *cut = g_strndup (token, strlen (token) - 1);
  gboolean is_object = kz_json_is_object (json);

  if (strlen (token) > MAX_TOKEN)
    return;
  g_assert_cmpint (kz_token_shape (token), ==, is_object ? KZ_TOKEN_LOOKS_WHOLE : KZ_TOKEN_NO_JWT);
  g_assert_cmpint (kz_token_shape (cut), ==, is_object ? KZ_TOKEN_LOOKS_CUT : KZ_TOKEN_NO_JWT);
}

/* What may be kept, and sent in a header. */
static void
check_token (const char *token)
{
  g_assert_nonnull (token);
  g_assert_cmpstr (token, !=, "");
  g_assert_cmpstr (token, !=, "null");
  g_assert_cmpuint (strlen (token), <=, MAX_TOKEN);
  for (const char *p = token; *p != '\0'; p++)
    g_assert_true (*p > ' ' && *p < '\x7f');
}

/* Nothing is said in the name of somebody else. */
static void
check_person (const Try *try, const char *token)
{
  g_auto (KzClaims) claims = {0};

  kz_claims_read (&claims, token);
  if (try->phone != NULL && claims.phone != NULL && claims.group_id == NULL)
    g_assert_true (g_str_has_suffix (try->phone, claims.phone + 1) ||
                   g_str_has_suffix (claims.phone, try->phone + 1));
}

static const char *
answered (const Try *try, const char *name)
{
  return kz_json_opt_string (try->json, name, NULL);
}

/* --- asking -------------------------------------------------------------------------------- */

static void
rotated_cb (const char *refresh_token, gpointer data)
{
  Try *try = data;

  check_token (refresh_token);
  g_assert_cmpstr (refresh_token, ==, try->auth->refresh_token);
  g_assert_cmpstr (refresh_token, ==, answered (try, "refreshToken"));
  try->told++;
}

static void
moved_cb (const char *endpoint, gpointer data)
{
  Try *try = data;

  g_assert_cmpstr (endpoint, ==, kz_auth_endpoint (try->auth));
  g_assert_cmpstr (endpoint, !=, try->endpoint);
  g_assert_true (kz_auth_endpoint_is_allowed (try->auth->api_root, endpoint));
  g_assert_false (g_str_has_suffix (endpoint, "/"));
  try->moved = TRUE;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static gboolean (*const ends[]) (KzAuth *, GAsyncResult *, GError **) = {
      [RENEW] = kz_auth_renew_finish,
      [LOGIN] = kz_auth_login_pin_finish,
      [CODE] = kz_auth_login_code_finish,
      [REQUEST] = kz_auth_request_pin_finish,
  };
  Try *try = data;

  try->is_good = ends[try->step](KZ_AUTH (source), result, &try->error);
  try->is_done = TRUE;
}

static void
ask (Try *try)
{
  switch (try->step) {
  case RENEW:
    kz_auth_renew_async (try->auth, NULL, done_cb, try);
    break;
  case LOGIN:
    kz_auth_login_pin_async (try->auth, "1234", NULL, done_cb, try);
    break;
  case CODE:
    kz_auth_login_code_async (try->auth, "abc", NULL, done_cb, try);
    break;
  case REQUEST:
    kz_auth_request_pin_async (try->auth, NULL, done_cb, try);
  }
  fuzz_wire_drive (&try->is_done);
}

/* --- what became of it --------------------------------------------------------------------- */

static void
check_refresh (const Try *try)
{
  const char *now = try->auth->refresh_token;

  if (try->told > 0) {
    g_assert_cmpuint (try->told, ==, 1);
    g_assert_cmpstr (now, ==, answered (try, "refreshToken"));
    g_assert_true (try->step != REQUEST);
    g_assert_true (try->step != LOGIN || try->is_good);
  } else if (try->step == CODE && try->is_good) {
    /* The one before is of another sign-in. */
    g_assert_null (now);
  } else {
    g_assert_cmpstr (now, ==, try->refresh);
  }
  if (try->step == LOGIN && try->is_good)
    g_assert_cmpstr (now, ==, answered (try, "refreshToken"));
  if (try->step == CODE && try->told > 0)
    check_person (try, now);
}

static void
check_access (const Try *try)
{
  const char *now = try->auth->access_token;

  if (try->step == LOGIN && try->is_good) {
    g_assert_null (now);
    return;
  }
  if (!try->is_good || try->step == REQUEST) {
    g_assert_cmpstr (now, ==, try->access);
    return;
  }
  check_token (now);
  check_person (try, now);
  /* A renewal may be early, and fail. */
  if (try->step == CODE || g_strcmp0 (now, try->access) != 0)
    g_assert_cmpstr (now, ==, answered (try, "accessToken"));
  g_assert_nonnull (kz_auth_endpoint (try->auth));
  g_assert_true (kz_auth_access_is_good (try->auth));
  g_assert_cmpint (kz_auth_access_expiry_us (try->auth), >, 0);
  g_assert_cmpint (try->auth->ends_monotonic_us - kz_clock_monotonic_us (try->auth->clock), <=,
                   MAX_LIFE_US);
}

static void
check (const Try *try)
{
  g_assert_true (try->is_good == (try->error == NULL));
  check_refresh (try);
  check_access (try);
  if (!try->moved)
    g_assert_cmpstr (kz_auth_endpoint (try->auth), ==, try->endpoint);
  g_assert_true (!try->moved || (try->is_good && try->step != REQUEST));
  if (fuzz_wire_asked () == 0)
    g_assert_false (try->is_good);
  if (g_error_matches (try->error, KZ_ERROR, KZ_ERROR_OTHER_PERSON) && try->step == CODE)
    g_assert_cmpuint (try->told, ==, 0);
}

/* --- an input ------------------------------------------------------------------------------ */

static void
sign_on (KzAuth *auth, const char *endpoint)
{
  g_autofree char *text =
      g_strdup_printf ("{\"accessToken\":\"" OLD_ACCESS "\",\"endpointUrl\":\"%s\"}", endpoint);
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));
  const KzReply reply = {.status = 200, .body = body};
  gboolean ok = kz_auth_take_answer (auth, &reply, NULL);

  g_assert_true (ok);
}

static void
try_answer (guint8 how, const FuzzAnswer *answer)
{
  static const char *const roots[][2] = {
      {"https://api.kaiza.la", "https://one.kaiza.la"},
      {"http://127.0.0.1:8080", "http://127.0.0.1:8081"},
  };
  const char *const *root = roots[how / 128];
  Try try = {.step = how % 4, .phone = how & 16 ? PHONE : NULL};
  gsize length;
  const char *body = g_bytes_get_data (answer->body, &length);

  try.auth = kz_auth_new (fuzz_wire_http (), root[0], "connector", "secret", try.phone,
                          how & 4 ? "refresh-one" : NULL);
  if (how & 8)
    sign_on (try.auth, root[1]);
  try.refresh = g_strdup (try.auth->refresh_token);
  try.access = g_strdup (try.auth->access_token);
  try.endpoint = g_strdup (kz_auth_endpoint (try.auth));
  try.json = kz_json_parse (body, length, NULL, NULL);
  kz_auth_set_rotated_func (try.auth, rotated_cb, &try);
  kz_auth_set_endpoint_func (try.auth, moved_cb, &try);
  fuzz_wire_set (answer);
  ask (&try);
  check (&try);
  if (try.error != NULL)
    fuzz_wire_check_error (try.error);
  kz_json_free (try.json);
  g_free (try.refresh);
  g_free (try.access);
  g_free (try.endpoint);
  g_assert_finalize_object (try.auth);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const guint statuses[] = {400, 401, 403, 404, 429, 500, 503, 200};
  static const char usual[] = "{\"accessToken\":\"$TOKEN\",\"endpointUrl\":\"https://two.kaiza.la/\","
                              "\"refreshToken\":\"$TOKEN\",\"accessTokenExpiry\":1790086400000}";
  const char *claims = (const char *) data + 2;
  const char *line = size > 2 ? memchr (claims, '\n', size - 2) : NULL;
  g_autofree char *token = NULL;
  g_autofree char *text = NULL;
  g_autofree char *body = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GBytes) bytes = NULL;
  FuzzAnswer answer = {0};

  if (size < 2)
    return 0;
  if (line == NULL)
    line = claims + size - 2;
  token = make_token (claims, (gsize) (line - claims));
  check_shape (token, claims, (gsize) (line - claims));
  if (line < claims + size - 2)
    text = g_strndup (line + 1, (gsize) (claims + size - 2 - line - 1));
  parts = g_strsplit (text != NULL ? text : usual, "$TOKEN", -1);
  body = g_strjoinv (token, parts);
  bytes = g_bytes_new (body, strlen (body));
  answer.body = bytes;
  answer.status = statuses[MIN (data[1] % 16, G_N_ELEMENTS (statuses) - 1)];
  answer.is_long = (data[0] & 32) != 0;
  answer.date_us = data[0] & 64 ? G_GINT64_CONSTANT (1790000500) * G_USEC_PER_SEC : 0;
  try_answer (data[0], &answer);
  return 0;
}
