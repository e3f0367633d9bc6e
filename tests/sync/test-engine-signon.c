/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sign-on by token and PIN, rotation, revocation, groups, a second process. */
#include "config.h"

#include "engine-world.h"

#include "kz-error.h"

#include <libsoup/soup.h>
#include <string.h>

static void
test_token (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_sign_on (bench);
  g_assert_cmpuint (bench->states->len, ==, 3);
  g_assert_cmpstr (bench->states->pdata[0], ==, "authenticating");
  g_assert_cmpstr (bench->states->pdata[1], ==, "loading");
  g_assert_cmpstr (bench->states->pdata[2], ==, "online");
}

static guint
index_of (Bench *bench, const char *part)
{
  for (guint i = 0; i < bench->log->len; i++)
    if (strstr (bench->log->pdata[i], part) != NULL)
      return i;
  return G_MAXUINT;
}

static void
test_groups_before_online (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_start (bench);
  while (!bench_in_state (bench, "loading"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 0);
  while (!bench_in_state (bench, "online"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 4);
  g_assert_cmpuint (index_of (bench, "in team"), !=, G_MAXUINT);
  /* Nothing else may come before. */
  g_assert_cmpuint (bench->log->len, ==, 4);
}

static void
test_few_calls (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) calls = NULL;
  g_autoptr (JsonObject) reset = NULL;

  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  bench_stop (bench);
  reset = bench_do (bench, "calls/reset", "{}");
  bench_start (bench);
  while (!bench_in_state (bench, "online"))
    g_main_context_iteration (NULL, TRUE);
  calls = bench_get (bench, "calls");
  g_assert_cmpint (json_object_get_int_member (calls, "total"), <=, 3);
}

static void
test_pin (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) sms = NULL;
  const char *pin;

  g_clear_pointer (&bench->token, g_free);
  bench_start (bench);
  bench_until (bench, bench_in_state, "needs-pin");
  g_assert_cmpuint (bench_count (bench, "notice=8"), ==, 1);
  sms = bench_get (bench, "sms");
  pin = json_object_get_string_member (json_object_get_object_member (sms, bench->phone), "pin");
  kz_engine_enter_pin (bench->engine, "000000");
  bench_until (bench, bench_in_state, "needs-pin");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_PIN_REJECTED);
  kz_engine_enter_pin (bench->engine, pin);
  bench_until (bench, bench_in_state, "online");
  g_assert_nonnull (bench->token);
  g_assert_cmpuint (bench_calls (bench, "POST /generatePin"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "TOKEN after 0 calls"), ==, 1);
}

static void
test_wrong_pin_thrice (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  g_clear_pointer (&bench->token, g_free);
  bench_start (bench);
  for (guint i = 0; i < 3; i++) {
    bench_until (bench, bench_in_state, "needs-pin");
    kz_engine_enter_pin (bench->engine, "000000");
  }
  bench_until (bench, bench_in_state, "failed");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_PIN_REJECTED);
  g_assert_cmpuint (bench_calls (bench, "POST /generatePin"), ==, 1);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
}

/* Whatever the service asks for: it is told, and it ends. */
static void
test_told_to_wait (gconstpointer how)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *fault = g_strdup_printf (
      "{'match':{'path':'/accessToken','times':0},'action':{%s}}", (const char *) how);
  g_autofree char *notice = g_strdup_printf ("notice=%d", (int) KZ_NOTICE_WAITING);
  gint64 before_us = kz_clock_monotonic_us (bench->clock);

  bench_fault (bench, fault);
  bench_start (bench);
  bench_until_line (bench, notice);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - before_us, <, 10 * G_USEC_PER_SEC);
  bench->limit_us = G_TIME_SPAN_HOUR;
  bench_until (bench, bench_in_state, "failed");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_THROTTLED);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - before_us, <=, 16 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, notice), ==, bench_calls (bench, "GET /accessToken") - 1);
}

static void
test_wait_that_ends (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_fault (bench, "{'match':{'path':'/accessToken','times':1},"
                      "'action':{'status':429,'retryAfter':99999999999999}}");
  bench->limit_us = 20 * G_TIME_SPAN_MINUTE;
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_true (bench_in_state (bench, "online"));
}

static void
test_revoked (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) done = bench_do (bench, "revoke", "{}");

  bench_start (bench);
  bench_until (bench, bench_in_state, "failed");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
  g_assert_cmpuint (bench_calls (bench, "POST /generatePin"), ==, 0);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
}

static void
test_revoked_while_online (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) revoked = NULL;
  g_autoptr (JsonObject) expired = NULL;

  bench_sign_on (bench);
  revoked = bench_do (bench, "revoke", "{}");
  expired = bench_do (bench, "expire-access", "{}");
  bench_until (bench, bench_in_state, "failed");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
  g_assert_cmpuint (bench_calls (bench, "POST /generatePin"), ==, 0);
}

/* 330 days on, every answer brings a new refresh token. */
static void
age (Bench *bench)
{
  g_autoptr (JsonObject) done = bench_do (bench, "clock", "{'advanceSeconds':%d}", 330 * 24 * 3600);

  kz_clock_jump_wall (bench->clock, (gint64) 330 * 24 * 3600 * G_USEC_PER_SEC);
}

static void
test_rotation (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *before = g_strdup (bench->token);

  age (bench);
  bench_sign_on (bench);
  g_assert_cmpuint (bench_count (bench, "TOKEN after 0 calls"), ==, 1);
  g_assert_cmpstr (bench->token, !=, before);
  g_assert_cmpuint (index_of (bench, "TOKEN"), ==, 0);
}

/* The host still has the old one, which is dead; the journal has the new one. */
static void
test_rotation_survives_a_host_that_forgets (void)
{
  static const char *const at_once[] = {"rotationKillsOld=atOnce", NULL};
  g_autoptr (Bench) bench = bench_new (at_once);

  age (bench);
  bench->saves_token = FALSE;
  bench_sign_on (bench);
  bench_kill (bench);
  bench->saves_token = TRUE;
  bench_sign_on (bench);
  g_assert_cmpuint (bench_count (bench, "TOKEN"), >=, 1);
}

static void
test_parents (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *region = bench_group (bench, "region");
  g_autofree char *north = bench_group (bench, "north");
  KzDirectory *directory;

  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  directory = kz_engine_directory (bench->engine);
  g_assert_cmpint (kz_directory_group (directory, region)->kind, ==, KZ_GROUP_PARENT);
  g_assert_cmpstr (kz_directory_group (directory, north)->parent_id, ==, region);
}

static void
test_new_and_renamed_group (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) made = NULL;
  g_autoptr (JsonObject) renamed = NULL;

  bench_sign_on (bench);
  bench_clear (bench);
  made = bench_do (bench, "group", "{'name':'fresh','members':['asha','me']}");
  renamed = bench_do (bench, "rename", "{'group':'ops','name':'operations'}");
  bench_until_line (bench, "group-added in fresh");
  bench_until_line (bench, "group-changed in operations");
  bench_until_line (bench, "members-loaded in fresh");
}

static void
test_left_group (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) left = NULL;

  bench->limit_us = 30 * G_TIME_SPAN_MINUTE;
  bench_sign_on (bench);
  bench_pass (bench, 20 * G_USEC_PER_SEC);
  bench_clear (bench);
  left = bench_do (bench, "leave", "{'group':'ops','person':'me','by':'asha'}");
  bench_until_line (bench, "group-removed");
  g_assert_cmpuint (bench_count (bench, "group-removed"), ==, 1);
  bench_pass (bench, 12 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "group-removed"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 0);
}

static void
test_left_while_away (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) left = NULL;

  bench_sign_on (bench);
  bench_pass (bench, 20 * G_USEC_PER_SEC);
  bench_stop (bench);
  left = bench_do (bench, "leave", "{'group':'ops','person':'me','by':'asha'}");
  bench_clear (bench);
  bench_sign_on (bench);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 3);
  bench_until_line (bench, "group-removed");
  bench_pass (bench, 12 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "group-removed"), ==, 1);
}

static void
test_lists_that_lack_groups_remove_nothing (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) fault = NULL;

  bench_sign_on (bench);
  bench_pass (bench, 20 * G_USEC_PER_SEC);
  fault = bench_do (bench, "fault",
                    "{'match':{'method':'GET','path':'/groups','times':0},"
                    "'action':{'status':200,'body':{'groups':[{'groupId':'x','groupName':'x'}]}}}");
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  /* Each is asked for itself, and is there. */
  g_assert_cmpuint (bench_calls (bench, "GET /groups/{groupId}"), >, 0);
  g_assert_cmpuint (bench_count (bench, "group-removed in"), ==,
                    bench_count (bench, "group-added in x"));
}

static void
test_group_token (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench->group_token =
      bench_do_id (bench, "token", "refreshToken", "{'phone':'%s','group':'ops'}", bench->phone);
  bench_sign_on (bench);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "group-added in ops"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "notice=7"), ==, 1);
}

static void
test_second_process (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  KzEngine *first;
  KzEngineStatus status;

  bench_sign_on (bench);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  first = g_steal_pointer (&bench->engine);
  bench_clear (bench);
  bench_sign_on (bench);
  g_assert_cmpuint (bench_count (bench, "notice=2"), ==, 1);
  kz_engine_status (bench->engine, &status);
  g_assert_false (status.owns_store);
  g_assert_false (status.has_receiver);
  kz_engine_stop (bench->engine);
  bench_settle (bench);
  g_object_unref (bench->engine);
  bench->engine = first;
}

/* The one that came second goes on when the first has gone; whoever comes then is the first. */
static void
test_first_process_ends (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (KzEngine) first = NULL;
  KzEngineStatus status;

  bench_sign_on (bench);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  first = g_steal_pointer (&bench->engine);
  bench_sign_on (bench);
  bench_clear (bench);
  bench_send (bench, "team", "in the midst");
  kz_engine_stop (first);
  g_assert_true (bench_in_state (bench, "online"));
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "notice=2"), ==, 0);
  kz_engine_status (bench->engine, &status);
  g_assert_true (status.owns_store);
  g_assert_true (status.has_receiver);
}

/* --- By browser --- */

static void
browsed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  g_assert_nonnull (body);
  *(gboolean *) data = TRUE;
}

/* The address at which the browser ends. (transfer full) */
static char *
browse (const char *url)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  gboolean is_done = FALSE;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, browsed_cb,
                                    &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  return g_strdup (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"));
}

static void
check_browser (const char *const *switches, gboolean has_token)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_autofree char *url = NULL;
  g_autofree char *ended = NULL;

  g_clear_pointer (&bench->token, g_free);
  bench_start (bench);
  g_assert_null (kz_engine_authorize_url (bench->engine, "https://example.org/"));
  bench_until (bench, bench_in_state, "needs-pin");
  url = kz_engine_authorize_url (bench->engine, "https://example.org/");
  kz_engine_enter_code (bench->engine, "https://example.org/?nothing=1");
  bench_until (bench, bench_in_state, "needs-pin");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_INVALID);
  ended = browse (url);
  kz_engine_enter_code (bench->engine, ended);
  bench_until (bench, bench_in_state, "online");
  g_assert_cmpint (bench->token != NULL, ==, has_token);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 4);
}

static void
test_browser (void)
{
  static const char *const usual[] = {"oauthAutoSignIn=me", NULL};
  static const char *const for_a_day[] = {"oauthAutoSignIn=me", "oauthRefreshToken=off", NULL};

  check_browser (usual, TRUE);
  check_browser (for_a_day, FALSE);
}

static void
test_detached_group (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *north = bench_group (bench, "north");
  g_autoptr (JsonObject) detached = NULL;

  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_nonnull (kz_directory_group (kz_engine_directory (bench->engine), north)->parent_id);
  detached = bench_do (bench, "detach", "{'parent':'region','group':'north'}");
  bench_clear (bench);
  bench_until_line (bench, "group-changed in north");
  g_assert_null (kz_directory_group (kz_engine_directory (bench->engine), north)->parent_id);
}

static void
test_moved_group (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *north = bench_group (bench, "north");
  g_autoptr (JsonObject) made = bench_do (
      bench, "group", "{'key':'land','name':'land','tenant':true,'members':['asha','me']}");
  g_autofree char *land = bench_group (bench, "land");
  g_autoptr (JsonObject) detached = NULL;
  g_autoptr (JsonObject) attached = NULL;

  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  detached = bench_do (bench, "detach", "{'parent':'region','group':'north'}");
  attached = bench_do (bench, "attach", "{'parent':'land','group':'north'}");
  bench_pass (bench, 6 * G_TIME_SPAN_MINUTE);
  g_assert_cmpstr (kz_directory_group (kz_engine_directory (bench->engine), north)->parent_id, ==,
                   land);
}

static void
test_no_answer_is_no_wrong_pin (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) fault =
      bench_do (bench, "fault",
                "{'match':{'method':'POST','path':'/loginWithPinAndApplicationId','times':4},"
                "'action':{'status':503}}");

  g_clear_pointer (&bench->token, g_free);
  bench_start (bench);
  for (guint i = 0; i < 4; i++) {
    bench_until (bench, bench_in_state, "needs-pin");
    kz_engine_enter_pin (bench->engine, "123456");
  }
  bench_until (bench, bench_in_state, "needs-pin");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_UNAVAILABLE);
  kz_engine_enter_pin (bench->engine, "000000");
  bench_until (bench, bench_in_state, "needs-pin");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_PIN_REJECTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/a-refresh-token-is-enough-to-be-online", test_token);
  g_test_add_func ("/engine/groups-are-told-before-online", test_groups_before_online);
  g_test_add_func ("/engine/a-second-sign-on-costs-three-calls", test_few_calls);
  g_test_add_func ("/engine/a-pin-signs-on-and-its-token-is-saved-first", test_pin);
  g_test_add_func ("/engine/three-wrong-pins-end-it-with-one-sms", test_wrong_pin_thrice);
  g_test_add_data_func ("/engine/an-absurd-wait-is-told-and-ends",
                        "'status':429,'retryAfter':99999999999999", test_told_to_wait);
  g_test_add_data_func ("/engine/a-wait-until-a-date-is-told-and-ends",
                        "'status':429,'retryAfter':'Fri, 01 Jan 2100 00:00:00 GMT'",
                        test_told_to_wait);
  g_test_add_data_func ("/engine/many-short-waits-are-told-and-end",
                        "'status':429,'retryAfter':240", test_told_to_wait);
  g_test_add_func ("/engine/a-wait-that-ends-goes-on", test_wait_that_ends);
  g_test_add_func ("/engine/a-revoked-token-never-asks-for-an-sms", test_revoked);
  g_test_add_func ("/engine/a-token-revoked-while-online-ends-it", test_revoked_while_online);
  g_test_add_func ("/engine/a-rotated-token-is-saved-before-anything-else", test_rotation);
  g_test_add_func ("/engine/a-rotated-token-survives-a-host-that-forgets",
                   test_rotation_survives_a_host_that_forgets);
  g_test_add_func ("/engine/a-child-knows-its-parent", test_parents);
  g_test_add_func ("/engine/new-and-renamed-groups-are-told", test_new_and_renamed_group);
  g_test_add_func ("/engine/a-group-that-was-left-is-told-once", test_left_group);
  g_test_add_func ("/engine/a-group-that-was-left-while-away-is-told", test_left_while_away);
  g_test_add_func ("/engine/lists-that-lack-groups-remove-nothing",
                   test_lists_that_lack_groups_remove_nothing);
  g_test_add_func ("/engine/a-group-token-brings-its-group-and-says-so", test_group_token);
  g_test_add_func ("/engine/a-second-process-outlives-the-first", test_first_process_ends);
  g_test_add_func ("/engine/a-second-process-says-so-and-has-no-receiver", test_second_process);
  g_test_add_func ("/engine/a-browser-signs-on", test_browser);
  g_test_add_func ("/engine/a-detached-group-has-no-parent", test_detached_group);
  g_test_add_func ("/engine/a-moved-group-has-its-new-parent", test_moved_group);
  g_test_add_func ("/engine/no-answer-is-no-wrong-pin", test_no_answer_is_no_wrong_pin);
  return g_test_run ();
}
