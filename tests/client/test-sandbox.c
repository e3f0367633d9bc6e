/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sandbox-stage.h"
#include "wire.h"
#include "kz-token.h"

#include <string.h>

/* Every call against the whole published API, served by the sandbox in this process. */

/* --- signing in ------------------------------------------------------------------------------- */

static void
sign_in_by_pin (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;

  kz_auth_forget (stage->auth);
  kz_auth_request_pin_async (stage->auth, NULL, stage_got, stage_next (stage));
  g_assert_true (kz_auth_request_pin_finish (stage->auth, stage_wait (stage), &error));

  kz_auth_login_pin_async (stage->auth, "999999", NULL, stage_got, stage_next (stage));
  g_assert_false (kz_auth_login_pin_finish (stage->auth, stage_wait (stage), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_PIN_REJECTED);
  g_clear_error (&error);

  kz_auth_login_pin_async (stage->auth, "041763", NULL, stage_got, stage_next (stage));
  g_assert_true (kz_auth_login_pin_finish (stage->auth, stage_wait (stage), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (stage->rotated->len, >, 500);
  g_assert_cmpint (kz_token_shape (g_strchomp (stage->rotated->str)), ==,
                   KZ_TOKEN_LOOKS_WHOLE);

  groups = stage_list_groups (stage, &error);
  g_assert_no_error (error);
  g_assert_nonnull (stage_find_group (groups, "G-flat@1"));
  g_assert_cmpstr (kz_auth_own_user_id (stage->auth), ==, "ada-id@1");
  g_assert_cmpstr (kz_auth_own_phone (stage->auth), ==, "+15550000001");
}

static void
a_pin_too_late (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  kz_auth_request_pin_async (stage->auth, NULL, stage_got, stage_next (stage));
  g_assert_true (kz_auth_request_pin_finish (stage->auth, stage_wait (stage), &error));
  stage_control_only (stage, "/sandbox/clock", "{\"advanceSeconds\":86000}");
  kz_auth_login_pin_async (stage->auth, "041763", NULL, stage_got, stage_next (stage));
  g_assert_false (kz_auth_login_pin_finish (stage->auth, stage_wait (stage), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_PIN_REJECTED);
}

static void
an_unknown_connector (Stage *stage, gconstpointer data)
{
  static const char *const pairs[][2] = {{"C1", "wrong"}, {"C9", "S1"}};

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (KzAuth) auth =
        kz_auth_new (stage->http, sb_sandbox_get_url (stage->sandbox), pairs[i][0], pairs[i][1],
                     "+15550000001", stage->refresh_token);
    g_autoptr (GError) error = NULL;

    kz_auth_renew_async (auth, NULL, stage_got, stage_next (stage));
    g_assert_false (kz_auth_renew_finish (auth, stage_wait (stage), &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_BAD_CONNECTOR);
    g_assert_nonnull (strstr (kz_error_server_words (error), "applicationId"));
    stage_next (stage);
  }
}

static void
a_revoked_refresh_token (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  stage_control_only (stage, "/sandbox/revoke", "{\"phone\":\"+15550000001\"}");
  kz_auth_renew_async (stage->auth, NULL, stage_got, stage_next (stage));
  g_assert_false (kz_auth_renew_finish (stage->auth, stage_wait (stage), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
}

static void
an_expired_access_token (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = stage_list_groups (stage, &error);
  g_autoptr (KzPosted) posted = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (groups);
  stage_control_only (stage, "/sandbox/expire-access", "{}");
  kz_api_send_text_async (stage->http, "G-flat@1", "once", NULL, FALSE, NULL, NULL, stage_got,
                          stage_next (stage));
  posted = kz_api_send_text_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_nonnull (posted->reference_id);
  g_assert_cmpuint (stage_count_received (stage, "message"), ==, 1);
}

static void
rotation (Stage *stage, gconstpointer data)
{
  g_auto (GStrv) tokens = NULL;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GError) error = NULL;

    kz_auth_renew_async (stage->auth, NULL, stage_got, stage_next (stage));
    g_assert_true (kz_auth_renew_finish (stage->auth, stage_wait (stage), &error));
    g_assert_no_error (error);
    if (i == 0)
      stage_control_only (stage, "/sandbox/switch",
                          "{\"rotateRefreshToken\":true,"
                          "\"rotationKillsOld\":\"atOnce\"}");
  }
  /* Each time with the one of the time before, for the old one is dead at once. */
  tokens = g_strsplit (g_strchomp (stage->rotated->str), " ", -1);
  g_assert_cmpuint (g_strv_length (tokens), ==, 2);
  g_assert_cmpstr (tokens[0], !=, tokens[1]);
}

static void
odd_refresh_fields (Stage *stage, gconstpointer data)
{
  static const char *const settings[] = {"{\"refreshTokenField\":\"null\"}",
                                         "{\"refreshTokenField\":\"empty\"}",
                                         "{\"refreshTokenField\":\"absent\"}"};

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    g_autoptr (GError) error = NULL;

    stage_control_only (stage, "/sandbox/switch", settings[i]);
    kz_auth_renew_async (stage->auth, NULL, stage_got, stage_next (stage));
    g_assert_true (kz_auth_renew_finish (stage->auth, stage_wait (stage), &error));
    g_assert_no_error (error);
  }
  g_assert_cmpuint (stage->rotated->len, ==, 0);
}

/* --- reading ---------------------------------------------------------------------------------- */

static void
groups_and_people (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = stage_list_groups (stage, &error);
  g_autoptr (GPtrArray) children = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (KzGroup) one = NULL;
  g_autoptr (KzPerson) me = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (stage_find_group (groups, "G-parent")->kind, ==, KZ_GROUP_PARENT);
  g_assert_cmpint (stage_find_group (groups, "G-child@2")->kind, ==, KZ_GROUP_LEAF);
  g_assert_cmpint (stage_find_group (groups, "G-pub")->kind, ==, KZ_GROUP_PUBLIC);
  g_assert_cmpint (stage_find_group (groups, "G-flat@1")->role, ==, KZ_ROLE_ADMIN);
  g_assert_null (stage_find_group (groups, "G-other"));

  kz_api_get_group_async (stage->http, "G-flat@1", KZ_LANE_USER, NULL, stage_got,
                          stage_next (stage));
  one = kz_api_get_group_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (one->name, ==, "Flat");

  kz_api_list_subgroups_async (stage->http, "G-parent", KZ_LANE_UPKEEP, NULL, stage_got,
                               stage_next (stage));
  children = kz_api_list_subgroups_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (children->len, ==, 1);
  g_assert_cmpstr (((KzGroup *) children->pdata[0])->id, ==, "G-child@2");

  kz_api_list_members_async (stage->http, "G-flat@1", KZ_LANE_UPKEEP, NULL, stage_got,
                             stage_next (stage));
  members = kz_api_list_members_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (members->len, ==, 2);

  kz_api_get_me_async (stage->http, NULL, stage_got, stage_next (stage));
  me = kz_api_get_me_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (me->id, ==, "ada-id@1");
}

static void
what_one_may_not (Stage *stage, gconstpointer data)
{
  static const struct {
    const char *group;
    int code;
  } cases[] = {
      {"G-other", KZ_ERROR_FORBIDDEN},
      {"G-parent", KZ_ERROR_FORBIDDEN},
      {"G-none", KZ_ERROR_NOT_FOUND},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    kz_api_send_text_async (stage->http, cases[i].group, "x", NULL, FALSE, NULL, NULL, stage_got,
                            stage_next (stage));
    g_assert_null (kz_api_send_text_finish (stage->http, stage_wait (stage), &error));
    g_assert_error (error, KZ_ERROR, cases[i].code);
    g_assert_nonnull (kz_error_server_words (error));
  }
  g_assert_cmpuint (stage_count_received (stage, "message"), ==, 0);
}

/* The body alone says that it is a refusal, whatever the status is. */
static void
refusals_without_a_status (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *like = NULL;

  stage_control_only (stage, "/sandbox/expire-access", "{}");
  groups = stage_list_groups (stage, &error);
  g_assert_no_error (error);
  kz_api_react_async (stage->http, "G-flat@1", NULL, "nope", NULL, NULL, stage_got,
                      stage_next (stage));
  like = kz_api_react_finish (stage->http, stage_wait (stage), &error);
  g_assert_error (error, KZ_ERROR, KZ_ERROR_REJECTED);
  g_assert_null (like);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void
likes_and_comments (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reference = stage_control_string (
      stage, "/sandbox/picture", "{\"group\":\"flat\",\"person\":\"ben\",\"caption\":\"A view\"}",
      "referenceId");
  g_autofree char *like = NULL, *comment = NULL;
  g_autoptr (KzReactionPage) page = NULL;
  g_autoptr (KzReactionDetails) details = NULL;
  const KzReactionSummary *summary;

  kz_api_react_async (stage->http, "G-flat@1", NULL, reference, NULL, NULL, stage_got,
                      stage_next (stage));
  like = kz_api_react_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  kz_api_react_async (stage->http, "G-flat@1", NULL, reference, "Nice", NULL, stage_got,
                      stage_next (stage));
  comment = kz_api_react_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (like, !=, comment);

  kz_api_list_reaction_summaries_async (stage->http, "G-flat@1", 0, NULL, stage_got,
                                        stage_next (stage));
  page = kz_api_list_reaction_summaries_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->summaries->len, ==, 1);
  summary = page->summaries->pdata[0];
  g_assert_cmpstr (summary->reference_id, ==, reference);
  g_assert_cmpint (summary->likes, ==, 1);
  g_assert_cmpint (summary->comments, ==, 1);
  g_assert_cmpint (page->cursor, >, G_GINT64_CONSTANT (600000000000000000));

  kz_api_list_reactions_async (stage->http, "G-flat@1", NULL, reference, KZ_REACTION_LIKE, 0, NULL,
                               stage_got, stage_next (stage));
  details = kz_api_list_reactions_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (details->reactions->len, ==, 1);
  g_assert_cmpstr (((KzReaction *) details->reactions->pdata[0])->user_id, ==, "ada-id@1");
}

/* The receiver of a webhook: says the token back (API §18). */
static void
receiver_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  const char *mark = strstr (request->target, "validationToken=");
  g_autofree char *token =
      mark != NULL ? g_uri_unescape_string (mark + strlen ("validationToken="), NULL) : NULL;

  wire_reply (reply, 200, NULL, token != NULL ? token : "");
}

static void
webhooks (Stage *stage, gconstpointer data)
{
  g_autoptr (Wire) receiver = wire_new (receiver_cb, NULL);
  g_autofree char *url = g_strconcat (wire_url (receiver), "/hook/abc", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GPtrArray) hooks = NULL;
  g_autoptr (GPtrArray) none = NULL;
  const KzWebhook *hook;

  kz_api_create_webhook_async (stage->http, "G-flat@1", url, "tok", "ctx", NULL, stage_got,
                               stage_next (stage));
  id = kz_api_create_webhook_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  kz_api_list_webhooks_async (stage->http, "G-flat@1", NULL, stage_got, stage_next (stage));
  hooks = kz_api_list_webhooks_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hooks->len, ==, 1);
  hook = hooks->pdata[0];
  g_assert_cmpstr (hook->id, ==, id);
  g_assert_cmpstr (hook->url, ==, url);
  g_assert_cmpstr (hook->object_id, ==, "G-flat@1");
  g_assert_true (hook->is_active);

  kz_api_update_webhook_async (stage->http, id, url, "tok2", NULL, stage_got, stage_next (stage));
  g_assert_true (kz_api_update_webhook_finish (stage->http, stage_wait (stage), &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    kz_api_delete_webhook_async (stage->http, id, NULL, stage_got, stage_next (stage));
    g_assert_true (kz_api_delete_webhook_finish (stage->http, stage_wait (stage), &error));
    g_assert_no_error (error);
  }
  kz_api_list_webhooks_async (stage->http, "G-flat@1", NULL, stage_got, stage_next (stage));
  none = kz_api_list_webhooks_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

/* --- trouble ---------------------------------------------------------------------------------- */

static void
the_endpoint_moves (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = stage_list_groups (stage, &error);
  g_autofree char *before = g_strdup (kz_auth_endpoint (stage->auth));
  g_autoptr (KzPosted) posted = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (groups);
  stage_control_only (stage, "/sandbox/move", "{\"path\":\"/unit7\"}");
  kz_api_send_text_async (stage->http, "G-flat@1", "moved", NULL, FALSE, NULL, NULL, stage_got,
                          stage_next (stage));
  posted = kz_api_send_text_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stage_count_received (stage, "message"), ==, 1);
  g_assert_cmpstr (kz_auth_endpoint (stage->auth), !=, before);
  g_assert_true (g_str_has_suffix (kz_auth_endpoint (stage->auth), "/unit7"));
}

typedef struct {
  const char *fault;
  int code;       /* -1: it works */
  guint received; /* how often the text arrived */
} SendFault;

static const SendFault send_faults[] = {
    {"{\"reset\":\"before\"}", KZ_ERROR_UNRESOLVED, 0},
    {"{\"reset\":\"after\"}", KZ_ERROR_UNRESOLVED, 1},
    {"{\"cutAfter\":5}", KZ_ERROR_UNRESOLVED, 1},
    {"{\"status\":503}", KZ_ERROR_UNRESOLVED, 0},
    {"{\"status\":429,\"retryAfter\":3}", -1, 1},
    {"{\"status\":200,\"body\":\"<html>sign in</html>\",\"contentType\":\"text/html\"}",
     KZ_ERROR_MALFORMED, 0},
    {"{\"status\":400}", KZ_ERROR_REJECTED, 0},
};

static void
a_text_is_never_doubled (Stage *stage, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (send_faults); i++) {
    g_autofree char *fault =
        g_strdup_printf ("{\"match\":{\"method\":\"POST\",\"path\":\"/groups/*/messages\"},"
                         "\"action\":%s}",
                         send_faults[i].fault);
    g_autoptr (GError) error = NULL;
    g_autoptr (KzPosted) posted = NULL;

    g_test_message ("%s", send_faults[i].fault);
    stage_control_only (stage, "/sandbox/received/reset", "{}");
    stage_control_only (stage, "/sandbox/fault", fault);
    kz_api_send_text_async (stage->http, "G-flat@1", "once", NULL, FALSE, NULL, NULL, stage_got,
                            stage_next (stage));
    posted = kz_api_send_text_finish (stage->http, stage_wait (stage), &error);
    if (send_faults[i].code >= 0)
      g_assert_error (error, KZ_ERROR, send_faults[i].code);
    else
      g_assert_no_error (error);
    g_assert_cmpuint (stage_count_received (stage, "message"), ==, send_faults[i].received);
  }
}

#define TEST(name, switches, func) g_test_add (name, Stage, switches, stage_up, func, stage_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/sign-in/by-pin", NULL, sign_in_by_pin);
  TEST ("/sign-in/a-pin-too-late-is-a-wrong-pin", NULL, a_pin_too_late);
  TEST ("/sign-in/an-unknown-connector-is-said", NULL, an_unknown_connector);
  TEST ("/sign-in/a-revoked-refresh-token-is-said", NULL, a_revoked_refresh_token);
  TEST ("/sign-in/an-expired-access-token-is-not-noticed", NULL, an_expired_access_token);
  TEST ("/sign-in/each-rotation-is-used", NULL, rotation);
  TEST ("/sign-in/no-rotation-in-any-spelling", NULL, odd_refresh_fields);
  TEST ("/read/groups-and-people", NULL, groups_and_people);
  TEST ("/write/what-one-may-not-is-said", NULL, what_one_may_not);
  TEST ("/sandbox/refusals-with-status-200", "errorStatus=200", refusals_without_a_status);
  TEST ("/sandbox/refusals-with-status-400", "errorStatus=400", refusals_without_a_status);
  TEST ("/write/likes-and-comments", NULL, likes_and_comments);
  TEST ("/webhooks/made-listed-changed-removed", NULL, webhooks);
  TEST ("/trouble/the-endpoint-moves", NULL, the_endpoint_moves);
  TEST ("/trouble/a-text-is-never-doubled", NULL, a_text_is_never_doubled);
  return g_test_run ();
}
