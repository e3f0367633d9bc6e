/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announcements whose answer does not come: echoes, kills, restarts. */
#include "config.h"

#include "engine-world.h"

#include "kz-error.h"

#include <string.h>

#define POST "'match':{'method':'POST','path':'/groups/*/actions'}"

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
static const char *const with_action_ids[] = {"mediaActionId=on", NULL};

static void
announce (Bench *bench, const char *title, const char *text, const char *typed)
{
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (GError) error = NULL;
  guint64 id = kz_engine_announce (bench->engine, team, title, text, typed, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (id, !=, 0);
}

static void
pause_webhooks (Bench *bench)
{
  g_autoptr (JsonObject) paused = bench_do (bench, "webhooks/pause", "{}");
}

static void
resume_webhooks (Bench *bench)
{
  g_autoptr (JsonObject) resumed = bench_do (bench, "webhooks/resume", "{}");
}

/* It is there as an action of ours that can be liked, once. */
static void
assert_shown (Bench *bench)
{
  g_assert_cmpuint (bench_count (bench, "Announcement \"Water\""), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "Announcement \"Water\""), " own"));
  g_assert_nonnull (bench_handle_of (bench, "team", "Water"));
}

static void
test_lost_answer (gconstpointer switches)
{
  g_autoptr (Bench) bench = bench_new (switches);

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{" POST ",'action':{'reset':'after'}}");
  announce (bench, "Water", "is off", "!announce Water: is off");
  bench_pass (bench, 90 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 1);
  assert_shown (bench);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/actions"), ==, 1);
}

static void
test_echo_after_doubt (gconstpointer switches)
{
  g_autoptr (Bench) bench = bench_new (switches);

  bench_settle_in_hearing (bench);
  pause_webhooks (bench);
  bench_fault (bench, "{" POST ",'action':{'reset':'after'}}");
  announce (bench, "Water", "is off\r\n until noon", "!announce Water: is off");
  bench_until_line (bench, "send-unresolved");
  g_assert_nonnull (
      strstr (bench_line (bench, "send-unresolved"), "typed \"!announce Water: is off\""));
  g_assert_cmpuint (bench_count (bench, "Announcement"), ==, 0);
  resume_webhooks (bench);
  bench_until_line (bench, "send-confirmed");
  bench_redeliver (bench, TRUE);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  assert_shown (bench);
}

static void
kill_in_flight (Bench *bench)
{
  bench_settle_in_hearing (bench);
  pause_webhooks (bench);
  bench_fault (bench, "{" POST ",'action':{'stallHeaders':true,'work':true}}");
  announce (bench, "Water", "is off", "!announce Water: is off");
  bench_settle (bench);
  bench_kill (bench);
}

static void
test_echo_after_kill (gconstpointer switches)
{
  g_autoptr (Bench) bench = bench_new (switches);

  kill_in_flight (bench);
  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-unresolved"), ==, 1);
  g_assert_nonnull (
      strstr (bench_line (bench, "send-unresolved"), "typed \"!announce Water: is off\""));
  resume_webhooks (bench);
  bench_until_line (bench, "send-confirmed");
  assert_shown (bench);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_redeliver (bench, FALSE);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "Announcement"), ==, 0);
}

/* One with the same text and another title, or a text with its words, is none. */
static void
test_others_after_kill (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *other = NULL;

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{" POST ",'action':{'stallHeaders':true}}");
  announce (bench, "Water", "is off", "!announce Water: is off");
  bench_settle (bench);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_say (bench, "team", "me", "is off");
  other = bench_do_id (bench, "action", "referenceId",
                       "{'group':'team','person':'me','actionType':'Announcement','actionBody':"
                       "{'Title':'Power','Message':'is off'}}");
  bench_until_line (bench, "\"is off\" own");
  bench_until_line (bench, "Announcement \"Power\"");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 0);
}

/* When no echo can come any more, what was typed is still given back, once. */
static void
test_days_after_kill (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  kill_in_flight (bench);
  bench_pass (bench, 3 * G_TIME_SPAN_DAY);
  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
  g_assert_nonnull (
      strstr (bench_line (bench, "send-unresolved"), "typed \"!announce Water: is off\""));
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 0);
}

static void
test_late_echo_over_restart (gconstpointer switches)
{
  g_autoptr (Bench) bench = bench_new (switches);

  bench_settle_in_hearing (bench);
  pause_webhooks (bench);
  announce (bench, "Water", "is off", "!announce Water: is off");
  bench_until_line (bench, "send-confirmed");
  assert_shown (bench);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  resume_webhooks (bench);
  bench_redeliver (bench, FALSE);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "Announcement"), ==, 0);
}

/* The echo is here, its answer is not, and the person signs off. */
static void
test_sign_off_after_echo (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{" POST ",'action':{'stallHeaders':true,'work':true}}");
  announce (bench, "Water", "is off", "!announce Water: is off");
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench->log->len, ==, 0);
  bench_stop (bench);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "Announcement \"Water\""), ==, 1);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/announce/its-echo-answers-for-a-lost-answer", NULL, test_lost_answer);
  g_test_add_data_func ("/announce/its-echo-answers-under-other-ids", other_ids, test_lost_answer);
  g_test_add_data_func ("/announce/a-doubt-ends-with-its-echo", NULL, test_echo_after_doubt);
  g_test_add_data_func ("/announce/a-doubt-ends-under-other-ids", other_ids, test_echo_after_doubt);
  g_test_add_data_func ("/announce/a-doubt-ends-with-an-action-id", with_action_ids,
                        test_echo_after_doubt);
  g_test_add_data_func ("/announce/a-doubt-outlives-a-kill", NULL, test_echo_after_kill);
  g_test_add_data_func ("/announce/a-doubt-outlives-a-kill-under-other-ids", other_ids,
                        test_echo_after_kill);
  g_test_add_func ("/announce/a-doubt-is-not-ended-by-others", test_others_after_kill);
  g_test_add_func ("/announce/days-after-a-kill-it-is-given-back", test_days_after_kill);
  g_test_add_data_func ("/announce/a-late-echo-over-a-restart-is-no-second-line", other_ids,
                        test_late_echo_over_restart);
  g_test_add_func ("/announce/an-echo-counts-at-sign-off", test_sign_off_after_echo);
  return g_test_run ();
}
