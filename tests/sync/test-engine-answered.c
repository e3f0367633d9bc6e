/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of which a delivery, or details, tell something else than the last that was told: who comes back to
 * an earlier one, what is never delivered, or late. */
#include "config.h"

#include "engine-deaf.h"
#include "kz-engine-people.h"

#include <string.h>

/* Who comes back to an earlier answer says something new. */
static void
come_back (gboolean is_heard)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;

  if (is_heard)
    bench_settle_in_hearing (bench);
  else {
    bench_only_poll (bench);
    bench_settle_in (bench);
  }
  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  vote_for (bench, poll, "ben", "Soup");
  until_told (bench, "by Ben completed=-1 <Soup>");
  vote_for (bench, poll, "ben", "Pizza");
  until_told (bench, "by Ben completed=-1 <Pizza>");
  bench_clear (bench);
  vote_for (bench, poll, "ben", "Soup");
  until_told (bench, "by Ben completed=-1 <Soup>");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

static void
test_come_back_heard (void)
{
  come_back (TRUE);
}

static void
test_come_back_polled (void)
{
  come_back (FALSE);
}

/* The action is looked up with Chi's, and a kill forgets nothing of that; then the webhook ends. */
static void
test_killed_and_switched_off (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  vote (bench, poll, "ben");
  vote (bench, poll, "chi");
  deliver_answer_of (bench, "Ben");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  deliver_answer_of (bench, "Chi");
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
  set_hooks_active (bench, FALSE);
  vote (bench, poll, "asha");
  until_told (bench, "response in team by Asha");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
  g_assert_cmpuint (answers_of (bench, "Asha"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* What the service does not deliver any more, details tell. */
static void
test_never_delivered (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  set_hooks_active (bench, TRUE);
  vote (bench, poll, "ben");
  set_hooks_active (bench, FALSE);
  vote (bench, poll, "chi");
  set_hooks_active (bench, TRUE);
  deliver_answer_of (bench, "Ben");
  set_hooks_active (bench, FALSE);
  until_told (bench, "response in team by Chi");
  vote (bench, poll, "asha");
  until_told (bench, "response in team by Asha");
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
}

/* Looking after the webhook is refused, and it delivers later all the same. */
static void
test_refused_and_healed (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = NULL;

  bench_only_poll (bench);
  g_assert_true (kz_engine_heal_webhooks (bench->engine));
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  job = bench_post_job_for_all (bench, "Pump");
  complete (bench, job, "ben");
  until_told (bench, "action-added in team");
  complete (bench, job, "chi");
  until_told (bench, "response in team by Chi");
  bench_heal (bench);
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  g_assert_true (kz_engine_heal_webhooks (bench->engine));
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  /* Once more, so that it is certain that it came. */
  deliver_answer_of (bench, "Ben");
  bench_say (bench, "team", "ben", "we hear");
  bench_until_line (bench, "we hear");
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
}

/* The details have the second choice alone; the first, when it is delivered after all, may be older than it
 * looks, and counts nothing. */
static void
test_late_first_choice (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  deliver (bench, "\"PollCreated\"", "Lunch?");
  vote_for (bench, poll, "ben", "Soup");
  vote_for (bench, poll, "ben", "Pizza");
  until_told (bench, "response in team by Ben completed=-1 <Pizza>");
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  deliver (bench, "\"responseId\"", "Soup");
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=-1 <Soup>"), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "by Ben completed=-1 <Soup>"), "maybe-older"));
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  set_hooks_active (bench, FALSE);
  vote (bench, poll, "chi");
  until_told (bench, "response in team by Chi");
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 2);
}

/* It cannot be looked up at first: that answer is told as it is, and known when it can. */
static void
test_told_before_its_action (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  bench_fault (bench, NO_DETAILS);
  complete (bench, job, "ben");
  deliver_answer_of (bench, "Ben");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_null (strstr (bench_line (bench, "response in team"), "about"));
  bench_heal (bench);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  complete (bench, job, "chi");
  deliver_answer_of (bench, "Chi");
  until_told (bench, "action-added in team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 0);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
}

/* A list counts it, and the sign-off comes before it is known who it was. */
static void
test_signed_off_before_its_name (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  job = bench_post_job_for_all (bench, "Pump");
  complete (bench, job, "ben");
  bench_fault (bench, NO_DETAILS);
  until_told (bench, "action-added in team");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 0);
  bench_stop (bench);
  bench_heal (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  until_told (bench, "response in team by Ben completed=1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answered/who-comes-back-to-an-earlier-answer/heard", test_come_back_heard);
  g_test_add_func ("/answered/who-comes-back-to-an-earlier-answer/polled", test_come_back_polled);
  g_test_add_func ("/answered/a-kill-and-then-no-webhook", test_killed_and_switched_off);
  g_test_add_func ("/answered/what-is-never-delivered", test_never_delivered);
  g_test_add_func ("/answered/webhooks-refused-and-healed", test_refused_and_healed);
  g_test_add_func ("/answered/a-first-choice-that-comes-late", test_late_first_choice);
  g_test_add_func ("/answered/told-before-its-action", test_told_before_its_action);
  g_test_add_func ("/answered/signed-off-before-its-name", test_signed_off_before_its_name);
  return g_test_run ();
}
