/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sign-off at any moment, silence, suspend, and an hour of forty groups. */
#include "config.h"

#include "engine-world.h"

#include "kz-error.h"

#include <string.h>

static gint64
total_calls (Bench *bench)
{
  g_autoptr (JsonObject) calls = bench_get (bench, "calls");

  return json_object_get_int_member (calls, "total");
}

/* --- Teardown everywhere --- */

/* What a busy account does; goes on as far as it gets. */
static void
be_busy (Bench *bench)
{
  g_autofree char *poll = NULL;
  g_autoptr (GPtrArray) actions = NULL;
  g_autofree char *team = bench_group (bench, "team");

  bench_pass (bench, 12 * G_USEC_PER_SEC);
  if (kz_engine_state (bench->engine) != KZ_ENGINE_ONLINE)
    return;
  kz_engine_open_group (bench->engine, team);
  poll = bench_do_id (bench, "action", "actionId",
                      "{'group':'team','person':'asha','actionType':'Poll','actionBody':"
                      "{'question':'Q?','choices':[{'title':'a'},{'title':'b'}]}}");
  bench_send (bench, "team", "one");
  bench_send (bench, "team", "two");
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  actions = kz_engine_open_actions (bench->engine, team);
  for (guint i = 0; i < actions->len; i++) {
    const KzOpenAction *open = g_ptr_array_index (actions, i);

    kz_engine_like_async (bench->engine, open->handle, NULL, NULL);
  }
  bench_pass (bench, 5 * G_USEC_PER_SEC);
}

static void
test_stop_in_every_event (void)
{
  guint n = 0;
  gboolean was_stopped = TRUE;

  while (was_stopped && n < 60) {
    g_autoptr (Bench) bench = bench_new (NULL);

    bench->stop_after = ++n;
    bench_start (bench);
    be_busy (bench);
    was_stopped = kz_engine_state (bench->engine) == KZ_ENGINE_STOPPED;
    if (was_stopped)
      g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
    bench->stop_after = -1;
    if (was_stopped)
      g_clear_object (&bench->engine);
  }
  g_assert_cmpuint (n, >, 8);
}

static void
test_failures_everywhere (void)
{
  static const char *const bad[] = {
      "'status':200,'body':''",     "'status':200,'body':'<html>hello</html>'",
      "'status':200,'body':{}",     "'status':200,'body':[]",
      "'status':500,'body':'oops'", "'status':404,'body':{'message':'gone','errorCode':'NotFound'}",
      "'reset':'before'",           "'cutAfter':10",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (Bench) bench = bench_new (NULL);
    g_autofree char *json = g_strdup_printf ("{'match':{'nth':4,'times':0},'action':{%s}}", bad[i]);

    bench_sign_on (bench);
    bench_fault (bench, json);
    be_busy (bench);
    bench_pass (bench, G_TIME_SPAN_MINUTE);
    /* However bad the answers: an account that is online stays so for a while. */
    g_assert_true (bench_in_state (bench, "online") || bench_in_state (bench, "held"));
    bench_stop (bench);
  }
}

/* --- Silence --- */

static void
test_silence (gconstpointer action)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *json =
      g_strdup_printf ("{'match':{'times':0},'action':{%s}}", (const char *) action);

  bench_sign_on (bench);
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  bench_fault (bench, json);
  bench_until (bench, bench_in_state, "held");
  g_assert_nonnull (bench->state_error);
  {
    guint status = 0;
    g_autoptr (JsonNode) gone =
        sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, &status);

    g_assert_cmpuint (status, ==, 200);
  }
  bench_until (bench, bench_in_state, "online");
  bench_fault (bench, json);
  bench->limit_us = 20 * G_TIME_SPAN_MINUTE;
  bench_until (bench, bench_in_state, "failed");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
}

static void
test_resume (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  guint before;

  bench_sign_on (bench);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  before = bench_calls (bench, "GET /groups");
  kz_clock_jump_wall (bench->clock, 2 * G_TIME_SPAN_HOUR);
  bench_pass (bench, 32 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_calls (bench, "GET /groups"), ==, before + 1);
  g_assert_true (bench_in_state (bench, "online"));
}

/* --- An hour --- */

static gint64
most_in_a_minute (Bench *bench)
{
  g_autoptr (JsonObject) calls = bench_get (bench, "calls");

  return json_object_get_int_member (calls, "maxInAnyMinute");
}

static void
send_at_once (Bench *bench)
{
  guint before = bench_count (bench, "send-confirmed");

  bench_send (bench, "team", "now");
  bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, before + 1);
}

static void
test_an_hour (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  for (guint i = 0; i < 36; i++)
    json_object_unref (
        bench_do (bench, "group", "{'name':'room%02u','members':['asha','me','ben']}", i));
  bench_only_poll (bench);
  bench_sign_on (bench);
  for (guint minute = 0; minute < 60; minute++) {
    bench_pass (bench, G_TIME_SPAN_MINUTE - G_USEC_PER_SEC);
    /* Two bursts; no send is tried while they last. */
    if (minute == 20 || minute == 40)
      bench_fault (bench,
                   "{'match':{'method':'GET','times':6},'action':{'status':429,'retryAfter':20}}");
    send_at_once (bench);
    if (minute == 30)
      for (guint i = 0; i < 36; i++)
        json_object_unref (bench_do (bench, "action",
                                     "{'group':'room%02u','person':'asha','actionType':'Job',"
                                     "'actionBody':{'title':'x','assignedTo':['ben']}}",
                                     i));
  }
  g_assert_cmpint (most_in_a_minute (bench), <=, 100);
  g_assert_cmpint (total_calls (bench), <=, 60 * 90);
  for (guint i = 0; i < 36; i++) {
    g_autofree char *line = g_strdup_printf ("action-added in room%02u", i);

    g_assert_cmpuint (bench_count (bench, line), ==, 1);
  }
  g_assert_true (bench_in_state (bench, "online"));
}

#define RETRY_AFTER_S 30

static void
end_faults (Bench *bench)
{
  guint status = 0;
  g_autoptr (JsonNode) gone =
      sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, &status);

  g_assert_cmpuint (status, ==, 200);
}

/* Others may have used up the connector's calls. What was typed then goes out when there are some
 * again, and what happened meanwhile is shown soon after. */
static void
test_an_hour_of_429 (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  gint64 before;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_fault (bench, "{'match':{'times':0},'action':{'status':429,'retryAfter':30}}");
  before = total_calls (bench);
  bench_pass (bench, 30 * G_TIME_SPAN_MINUTE);
  bench_send (bench, "team", "first");
  bench_send (bench, "team", "second");
  job = bench_post_job (bench, "team", "meanwhile");
  bench_pass (bench, 30 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 0);
  g_assert_true (bench_in_state (bench, "online") || bench_in_state (bench, "held"));
  /* Asking on would only prolong it. */
  g_assert_cmpint (total_calls (bench) - before, <=, 60 * 20);
  end_faults (bench);
  bench_pass (bench, (RETRY_AFTER_S + 5) * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 2);
  bench->limit_us = 2 * G_TIME_SPAN_MINUTE;
  bench_until_line (bench, "\"meanwhile\"");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpint (most_in_a_minute (bench), <=, 100);
  g_assert_true (bench_in_state (bench, "online"));
}

/* --- Lists of members ------------------------------------------------------------------------ */

static void
test_members_without_webhooks (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) joined = NULL;
  g_autoptr (JsonObject) role = NULL;

  /* Nobody listens there. */
  bench->webhook_url = g_strdup ("http://127.0.0.1:9");
  bench->limit_us = 12 * G_TIME_SPAN_MINUTE;
  bench_sign_on (bench);
  bench_open (bench, "ops");
  bench_pass (bench, 30 * G_USEC_PER_SEC);
  bench_clear (bench);
  joined = bench_do (bench, "join", "{'group':'ops','person':'chi','by':'asha'}");
  bench_until_line (bench, "member-added in ops of Chi");
  role = bench_do (bench, "role", "{'group':'ops','person':'ben','role':'Admin'}");
  bench_until_line (bench, "member-changed in ops of Ben");
}

static guint
reads_in (Bench *bench, gint64 us)
{
  guint before = bench_calls (bench, "GET /groups/{groupId}/members");

  bench_pass (bench, us);
  return bench_calls (bench, "GET /groups/{groupId}/members") - before;
}

static void
test_members_are_read_again_rarely (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  guint reads;

  bench_sign_on (bench);
  bench_open (bench, "ops");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  reads = reads_in (bench, 31 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (reads, >=, 2);
  g_assert_cmpuint (reads, <=, 3);
}

static void
test_members_that_could_not_be_read (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *ops = bench_group (bench, "ops");
  g_autoptr (JsonObject) fault =
      bench_do (bench, "fault",
                "{'match':{'method':'GET','path':'/groups/%s/members','times':5},"
                "'action':{'status':503}}",
                ops);

  bench_sign_on (bench);
  bench_open (bench, "ops");
  bench_until_line (bench, "members-loaded in ops");
}

static void
test_members_that_were_refused (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *ops = bench_group (bench, "ops");
  g_autoptr (JsonObject) fault =
      bench_do (bench, "fault",
                "{'match':{'method':'GET','path':'/groups/%s/members','times':1},"
                "'action':{'status':400,'body':{'errorCode':'InvalidParameters','message':'x'}}}",
                ops);

  bench_sign_on (bench);
  bench_pass (bench, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "members-loaded in ops"), ==, 0);
  bench_open (bench, "ops");
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "members-loaded in ops"), ==, 1);
}

static void
test_a_server_that_never_answers (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  gint64 before_us = kz_clock_monotonic_us (bench->clock);
  g_autoptr (JsonObject) fault = bench_do (
      bench, "fault",
      "{'match':{'method':'GET','path':'/accessToken','times':0},'action':{'stallHeaders':true}}");

  bench_start (bench);
  bench_until (bench, bench_in_state, "failed");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - before_us, <=, 130 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trouble/sign-off-inside-any-event-is-safe", test_stop_in_every_event);
  g_test_add_func ("/trouble/bad-answers-drop-nobody", test_failures_everywhere);
  g_test_add_data_func ("/trouble/refused-connections-hold-and-then-fail", "'reset':'before'",
                        test_silence);
  g_test_add_data_func ("/trouble/silence-holds-and-then-fails", "'stallHeaders':true",
                        test_silence);
  g_test_add_func ("/trouble/a-resume-looks-at-once", test_resume);
  g_test_add_func ("/trouble/an-hour-of-forty-groups-keeps-the-budget", test_an_hour);
  g_test_add_func ("/trouble/an-hour-of-too-many-requests-loses-nothing", test_an_hour_of_429);
  g_test_add_func ("/members/come-and-go-without-webhooks", test_members_without_webhooks);
  g_test_add_func ("/members/are-read-again-rarely", test_members_are_read_again_rarely);
  g_test_add_func ("/members/that-could-not-be-read-come-later",
                   test_members_that_could_not_be_read);
  g_test_add_func ("/members/that-were-refused-are-asked-for-at-opening",
                   test_members_that_were_refused);
  g_test_add_func ("/engine/a-server-that-never-answers-is-given-up",
                   test_a_server_that_never_answers);
  return g_test_run ();
}
