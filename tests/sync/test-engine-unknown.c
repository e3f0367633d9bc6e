/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers and reactions to what we never saw, or know by another name. */
#include "config.h"

#include "engine-deaf.h"

#include "kz-engine-private.h"

#include <string.h>

#define GET_ACTION "GET /groups/{groupId}/actions/{actionId}"
#define NO_ACTION                                                                                  \
  "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},'action':{'status':404,"       \
  "'body':{'message':'gone','errorCode':'NotFound'}}}"
#define SILENCE                                                                                    \
  "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"                              \
  "'action':{'stallHeaders':true}}"

static void
let_days_pass (Bench *bench, guint days)
{
  g_autoptr (JsonObject) moved =
      bench_do (bench, "clock", "{'advanceSeconds':%u}", days * 24 * 60 * 60);

  kz_clock_jump_wall (bench->clock, days * G_TIME_SPAN_DAY);
}

/* Two jobs from long before the first sign-on, which the first look does not reach. */
static Bench *
new_bench_with_old_jobs (char **pump, char **gate)
{
  Bench *bench = bench_new (NULL);

  *pump = bench_post_job_for_all (bench, "Old pump");
  *gate = bench_post_job_for_all (bench, "Old gate");
  let_days_pass (bench, 40);
  for (guint i = 0; i < 6; i++)
    g_free (bench_post_job (bench, "team", "new"));
  bench_settle_in_hearing (bench);
  return bench;
}

static void
end_faults (Bench *bench)
{
  guint status = 0;
  g_autoptr (JsonNode) gone =
      sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, &status);

  g_assert_cmpuint (status, ==, 200);
}

static void
test_found (void)
{
  g_autofree char *pump = NULL;
  g_autofree char *gate = NULL;
  g_autoptr (Bench) bench = new_bench_with_old_jobs (&pump, &gate);
  guint before = bench_calls (bench, GET_ACTION);
  g_autofree char *line = NULL;

  complete (bench, pump, "ben");
  complete (bench, pump, "chi");
  bench_until_line (bench, "response in team by Chi completed=1 about Old pump [");
  g_assert_nonnull (bench_line (bench, "response in team by Ben completed=1 about Old pump ["));
  g_assert_null (strstr (bench_line (bench, "response in"), "Chi"));
  line = g_strdup_printf ("about Old pump [%s]", bench_handle_of (bench, "team", "Old pump"));
  g_assert_cmpuint (bench_count (bench, line), ==, 2);
  complete (bench, pump, "asha");
  bench_until_line (bench, "response in team by Asha");
  bench_redeliver (bench, TRUE);
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 3);
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
  /* It is no news itself, nor is what had been answered before. */
  g_assert_cmpuint (bench_count (bench, "action-"), ==, 0);
}

/* Seeds of the random worlds found the harder case, in which a list comes in between. */
static void
test_killed_after_it_was_found (void)
{
  g_autofree char *pump = NULL;
  g_autofree char *gate = NULL;
  g_autoptr (Bench) bench = new_bench_with_old_jobs (&pump, &gate);

  complete (bench, pump, "ben");
  bench_until_line (bench, "response in team by Ben completed=1 about Old pump [");
  bench_kill (bench);
  complete (bench, pump, "asha");
  bench_settle (bench);
  bench_sign_on (bench);
  bench_pass (bench, 3 * G_TIME_SPAN_HOUR);
  g_assert_cmpuint (bench_count (bench, "by Asha completed=1"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "by Ben"), ==, 0);
}

/* What is on its way to webhooks comes to nothing, and is tried again later. */
static void
lose_deliveries (Bench *bench, guint percent)
{
  g_autoptr (JsonObject) done =
      bench_do (bench, "switch", "{'lossyDeliveries':'%u'}", percent);

  g_assert_nonnull (done);
}

/* A poll is looked up without a count, and with its answers: whoever details name beside is news, and not
 * again when its late delivery comes. */
static void
test_delivered_after_it_was_counted (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = NULL;
  g_autofree char *no_count_yet = NULL;
  g_autoptr (JsonObject) paused = NULL, resumed = NULL;
  guint before;

  lose_deliveries (bench, 100);
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_settle (bench);
  lose_deliveries (bench, 0);
  /* It is looked up, and read no more. */
  no_count_yet = g_strdup_printf ("{'match':{'method':'GET','path':'/groups/*/actions/%s','nth':2,"
                                  "'times':0},'action':{'status':503}}",
                                  poll);
  bench_fault (bench, no_count_yet);
  vote_for (bench, poll, "ben", "Pizza");
  bench_until_line (bench, "response in team by Ben");
  g_assert_nonnull (strstr (bench_line (bench, "response in"), "about Lunch? ["));
  paused = bench_do (bench, "webhooks/pause", "{}");
  vote_for (bench, poll, "asha", "Pizza");
  end_faults (bench);
  before = bench_calls (bench, GET_ACTION);
  bench_open (bench, "team");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), >, before);
  g_assert_cmpuint (bench_count (bench, "response in team by Asha completed=-1 <Pizza> about Lunch?"),
                    ==, 1);
  resumed = bench_do (bench, "webhooks/resume", "{}");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_nonnull (strstr (bench_line (bench, "by Asha completed"), "stands=2,2,0"));
  bench_redeliver (bench, TRUE);
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "action-changed in"), ==, 0);
}

static void
test_not_found (void)
{
  g_autofree char *pump = NULL;
  g_autofree char *gate = NULL;
  g_autoptr (Bench) bench = new_bench_with_old_jobs (&pump, &gate);
  guint before = bench_calls (bench, GET_ACTION);

  bench_fault (bench, NO_ACTION);
  complete (bench, pump, "ben");
  bench_until_line (bench, "response in team by Ben completed=1");
  complete (bench, pump, "chi");
  bench_until_line (bench, "response in team by Chi completed=1");
  bench_redeliver (bench, TRUE);
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "about"), ==, 0);
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
  g_assert_true (bench_in_state (bench, "online"));
}

static void
test_no_answer (void)
{
  g_autofree char *pump = NULL;
  g_autofree char *gate = NULL;
  g_autoptr (Bench) bench = new_bench_with_old_jobs (&pump, &gate);

  bench_fault (bench, SILENCE);
  complete (bench, pump, "ben");
  complete (bench, gate, "chi");
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  bench_pass (bench, 35 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=1"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "response in team by Chi completed=1"), ==, 1);
  end_faults (bench);
  /* Asked again, but not at once. */
  complete (bench, pump, "asha");
  bench_until_line (bench, "response in team by Asha completed=1");
  g_assert_cmpuint (bench_count (bench, "about"), ==, 0);
  bench_pass (bench, 11 * G_TIME_SPAN_MINUTE);
  complete (bench, pump, "me");
  bench_until_line (bench, "about Old pump [");
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 4);
}

static void
test_sign_off_meanwhile (void)
{
  g_autofree char *pump = NULL;
  g_autofree char *gate = NULL;
  g_autoptr (Bench) bench = new_bench_with_old_jobs (&pump, &gate);

  bench_fault (bench, SILENCE);
  complete (bench, pump, "ben");
  complete (bench, gate, "chi");
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  bench_stop (bench);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  end_faults (bench);
  bench_sign_on (bench);
  bench_until_line (bench, "response in team by Ben completed=1 late about Old pump [");
  bench_until_line (bench, "response in team by Chi completed=1 late about Old gate [");
  bench_redeliver (bench, TRUE);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
}

static void
test_room_is_closed (void)
{
  g_autofree char *pump = NULL;
  g_autofree char *gate = NULL;
  g_autoptr (Bench) bench = new_bench_with_old_jobs (&pump, &gate);
  g_autofree char *team = bench_group (bench, "team");

  g_hash_table_add (bench->hidden, (gpointer) "team");
  complete (bench, pump, "ben");
  bench_pass (bench, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 1);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_release_group (bench->engine, team);
  g_assert_cmpuint (bench_count (bench, "completed=1 late about Old pump ["), ==, 1);
}

static void
test_left_meanwhile (void)
{
  g_autofree char *pump = NULL;
  g_autofree char *gate = NULL;
  g_autoptr (Bench) bench = new_bench_with_old_jobs (&pump, &gate);
  g_autofree char *team = bench_group (bench, "team");

  bench_fault (bench, SILENCE);
  complete (bench, pump, "ben");
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  kz_engine_leave_now (bench->engine, team);
  /* What was accepted is shown before the room goes. */
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 1);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 1);
}

/* What names it in a delivery need not be what names it in a list, and a reaction has the latter. */
static void
test_likes_under_another_id (void)
{
  static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
  static const char *const questions[] = {"Sweets?", "Savouries?", "Tea?"};
  g_autoptr (Bench) bench = bench_new (other_ids);

  bench_settle_in_hearing (bench);
  bench_open (bench, "team");
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++) {
    g_autofree char *poll = bench_post_poll (bench, "team", questions[i]);
    g_autoptr (JsonObject) like = NULL;

    bench_until_line (bench, questions[i]);
    bench_clear (bench);
    like = bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", poll);
    bench_until_line (bench, "reaction in team by Chi reaction=0*1");
    g_assert_nonnull (strstr (bench_line (bench, "reaction in team by Chi"), questions[i]));
    bench_pass (bench, G_TIME_SPAN_MINUTE);
    g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
  }
}

/* Nothing that is listed has that name: it is told as far as it is known, and soon. */
static void
test_like_of_a_text (void)
{
  static const char *const texts_too[] = {"reactToText=on", NULL};
  g_autoptr (Bench) bench = bench_new (texts_too);
  g_autofree char *poll = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) like = NULL;
  gint64 from_us;

  bench_settle_in_hearing (bench);
  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Sweets?");
  text = bench_do_id (bench, "say", "referenceId", "{'group':'team','person':'asha','text':'hi'}");
  bench_until_line (bench, "Sweets?");
  from_us = kz_clock_monotonic_us (bench->clock);
  like = bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", text);
  bench_until_line (bench, "reaction in team by Chi reaction=0*1");
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - from_us, <, 3 * G_TIME_SPAN_MINUTE);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unknown/an-action-is-looked-up-for-its-answers", test_found);
  g_test_add_func ("/unknown/what-happened-while-dead-is-told-of-what-was-looked-up", test_killed_after_it_was_found);
  g_test_add_func ("/unknown/what-the-first-count-names-is-left-to-its-delivery",
                   test_delivered_after_it_was_counted);
  g_test_add_func ("/unknown/what-cannot-be-got-is-asked-for-once", test_not_found);
  g_test_add_func ("/unknown/a-line-does-not-wait-for-ever", test_no_answer);
  g_test_add_func ("/unknown/what-waits-at-sign-off-comes-later", test_sign_off_meanwhile);
  g_test_add_func ("/unknown/what-is-looked-up-waits-for-its-room", test_room_is_closed);
  g_test_add_func ("/unknown/a-group-that-goes-shows-what-waits", test_left_meanwhile);
  g_test_add_func ("/unknown/likes-know-their-actions-by-another-name",
                   test_likes_under_another_id);
  g_test_add_func ("/unknown/a-like-of-what-no-list-names-is-told", test_like_of_a_text);
  return g_test_run ();
}
