/* SPDX-License-Identifier: GPL-2.0-or-later */
/* People who say something else than they said before, in whatever order it comes to us. */
#include "config.h"

#include "engine-deaf.h"
#include "kz-engine-private.h"

#include <string.h>


static char *
post_three_choices (Bench *bench)
{
  return bench_do_id (
      bench, "action", "actionId",
      "{'group':'team','person':'asha','actionType':'Poll','actionBody':{'question':'Lunch?',"
      "'choices':[{'title':'Pizza'},{'title':'Soup'},{'title':'Tea'}]}}");
}

/* Of two changes the later one is delivered first: each is told once, also when details come in between. */
static void
test_changes_in_the_wrong_order (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = post_three_choices (bench);

  deliver (bench, "\"PollCreated\"", "Lunch?");
  vote_for (bench, poll, "ben", "Soup");
  vote_for (bench, poll, "ben", "Pizza");
  vote_for (bench, poll, "ben", "Tea");
  deliver (bench, "\"responseId\"", "\"answer\":[\"Tea\"]");
  deliver (bench, "\"responseId\"", "\"answer\":[\"Pizza\"]");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=-1 <Pizza>"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=-1 <Tea>"), ==, 1);
}

/* That a job was opened again is delivered before that it was done. */
static void
test_reopened_before_it_was_done (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  deliver (bench, "\"JobCreated\"", "Pump");
  complete (bench, job, "ben");
  reopen (bench, job, "ben");
  deliver (bench, "\"responseId\"", "\"isCompleted\":false");
  deliver (bench, "\"responseId\"", "\"isCompleted\":true");
  g_assert_cmpuint (bench_count (bench, "by Ben completed=0"), ==, 1);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  complete (bench, job, "chi");
  until_told (bench, "response in team by Chi");
  g_assert_cmpuint (bench_count (bench, "by Ben completed=1"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=0"), ==, 1);
}

/* We come back to an earlier choice ourselves: how it stands then is with it. */
static void
test_own_come_back (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = NULL;

  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  vote_ourselves (bench, 1);
  g_assert_cmpuint (bench_count (bench, "stands=1,0,1"), ==, 1);
  vote_ourselves (bench, 0);
  g_assert_cmpuint (bench_count (bench, "stands=1,1,0"), ==, 1);
  vote_ourselves (bench, 1);
  g_assert_cmpuint (bench_count (bench, "stands=1,1,0"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "stands=1,0,1"), ==, 2);
}

/* Where nothing is delivered: what we change on our phone later is told. */
static void
test_own_change_on_the_phone (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  vote_ourselves (bench, 1);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "completed=-1 <Soup>"), ==, 1);
  vote_for (bench, poll, "me", "Pizza");
  until_told (bench, "completed=-1 <Pizza>");
}

/* Ben's first choice is not delivered, so nobody has counted him: his next change takes no one else's
 * vote. */
static void
test_change_of_one_who_was_not_counted (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = NULL;

  bench_open (bench, "team");
  poll = post_three_choices (bench);
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  vote_for (bench, poll, "chi", "Pizza");
  deliver_answer_of (bench, "Chi");
  g_assert_nonnull (strstr (bench_line (bench, "by Chi"), "stands=1,1,0,0"));
  vote_for (bench, poll, "ben", "Soup");
  vote_for (bench, poll, "ben", "Pizza");
  vote_for (bench, poll, "ben", "Tea");
  deliver (bench, "\"fromUserName\":\"Ben\"", "\"answer\":[\"Pizza\"]");
  deliver (bench, "\"fromUserName\":\"Ben\"", "\"answer\":[\"Tea\"]");
  /* Nothing, or the truth. */
  if (strstr (bench_line (bench, "by Ben completed=-1 <Tea>"), "stands=") != NULL)
    g_assert_nonnull (strstr (bench_line (bench, "by Ben completed=-1 <Tea>"), "stands=2,1,0,1"));
}

/* Somebody does a job, opens it and does it again; a kill comes before the details are read. */
static void
test_done_again_and_killed (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *job = NULL;

  bench_open (bench, "team");
  job = bench_post_job_for_all (bench, "Pump");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  complete (bench, job, "ben");
  bench_until_line (bench, "by Ben completed=1");
  reopen (bench, job, "ben");
  bench_until_line (bench, "by Ben completed=0");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  complete (bench, job, "ben");
  bench_settle (bench);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "Pump"), ==, 1);
}

/* The same, and the details cannot be had for some minutes. */
static void
test_done_again_without_details (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *job = NULL;

  bench_open (bench, "team");
  job = bench_post_job_for_all (bench, "Pump");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  complete (bench, job, "ben");
  bench_until_line (bench, "by Ben completed=1");
  reopen (bench, job, "ben");
  bench_until_line (bench, "by Ben completed=0");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  bench_fault (bench, NO_DETAILS);
  complete (bench, job, "ben");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_heal (bench);
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
}

/* Deliveries of answers to polls are not documented: one that does not say that it is a change. */
static void
test_change_that_does_not_say_so (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autoptr (GPtrArray) found = NULL;
  const Delivery *delivery;
  g_autoptr (GString) edited = NULL;

  deliver (bench, "\"PollCreated\"", "Lunch?");
  vote_for (bench, poll, "ben", "Soup");
  deliver (bench, "\"responseId\"", "\"answer\":[\"Soup\"]");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  vote_for (bench, poll, "ben", "Pizza");
  found = deliveries_with (bench, "\"responseId\"", "\"answer\":[\"Pizza\"]");
  delivery = g_ptr_array_index (found, 0);
  edited = g_string_new (delivery->body);
  g_assert_cmpuint (g_string_replace (edited, "\"isUpdateResponse\":true",
                                      "\"isUpdateResponse\":false", 0),
                    ==, 1);
  json_object_unref (bench_do (bench, "raw-delivery", "{'webhookId':'%s','body':%s}",
                               delivery->webhook_id, edited->str));
  bench_settle (bench);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=-1 <Pizza>"), ==, 1);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=-1 <Pizza>"), ==, 1);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 2);
}

/* Done and opened again while the room is closed; details come before it is opened. */
static void
test_reopened_while_closed (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *job = NULL;

  bench_open (bench, "team");
  job = bench_post_job_for_all (bench, "Pump");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_hash_table_add (bench->hidden, (gpointer) "team");
  complete (bench, job, "ben");
  reopen (bench, job, "ben");
  complete (bench, job, "chi");
  bench_settle (bench);
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  g_hash_table_remove_all (bench->hidden);
  bench_open (bench, "team");
  kz_engine_release_group (bench->engine, group_id);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=0"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=1"), ==, 1);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  complete (bench, job, "asha");
  until_told (bench, "by Asha completed=1");
  g_assert_cmpuint (bench_count (bench, "by Ben completed=0"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=1"), ==, 1);
}

/* Details that name Ben and do not say what he answered tell nothing new of him. */
static void
test_details_without_words (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autofree char *response_id = NULL;
  g_autoptr (KzTally) tally = NULL;
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_POLL, NULL, group_id);

  deliver (bench, "\"PollCreated\"", "Lunch?");
  response_id = bench_do_id (bench, "vote", "responseId",
                             "{'actionId':'%s','person':'ben','choice':'Soup'}", poll);
  deliver_answer_of (bench, "Ben");
  action->action_id = g_strdup (poll);
  tally = kz_tally_from_action (action);
  tally->response_count = 1;
  g_ptr_array_add (tally->responses, kz_response_new (group_id, poll, response_id, NULL));
  kz_engine_take_tally (bench->engine, poll, tally, KZ_TALLY_OF_DETAILS);
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 1);
}

/* Details that have each version of an answer. */
static void
test_details_with_old_versions (void)
{
  static const char *const words[] = {"Soup", "Pizza"};
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autoptr (KzTally) tally = NULL;
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_POLL, NULL, group_id);

  deliver (bench, "\"PollCreated\"", "Lunch?");
  action->action_id = g_strdup (poll);
  tally = kz_tally_from_action (action);
  tally->response_count = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    KzResponse *response = kz_response_new (group_id, poll, "R1", NULL);

    g_ptr_array_add (response->answers, g_strdup (words[i]));
    g_ptr_array_add (tally->responses, response);
  }
  for (guint i = 0; i < 10; i++)
    kz_engine_take_tally (bench->engine, poll, tally, KZ_TALLY_OF_DETAILS);
  g_assert_cmpuint (bench_count (bench, "response in team"), <=, 2);
}

/* Results that were asked for before the change was delivered, and come after it. */
static void
test_results_from_before_a_change (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autofree char *response_id = NULL;
  g_autoptr (KzTally) tally = NULL;
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_POLL, NULL, group_id);
  KzResponse *response;

  deliver (bench, "\"PollCreated\"", "Lunch?");
  response_id = bench_do_id (bench, "vote", "responseId",
                             "{'actionId':'%s','person':'ben','choice':'Soup'}", poll);
  deliver_answer_of (bench, "Ben");
  vote_for (bench, poll, "ben", "Pizza");
  deliver (bench, "\"responseId\"", "\"answer\":[\"Pizza\"]");
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 2);
  action->action_id = g_strdup (poll);
  tally = kz_tally_from_action (action);
  tally->response_count = 1;
  response = kz_response_new (group_id, poll, response_id, NULL);
  g_ptr_array_add (response->answers, g_strdup ("Soup"));
  g_ptr_array_add (tally->responses, response);
  kz_engine_take_tally (bench->engine, poll, tally, KZ_TALLY_OF_RESULTS);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 2);
}

/* Both choices were told before the poll could be looked up; the first is delivered once more after that. */
static void
test_told_before_and_delivered_again (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  bench_fault (bench, NO_DETAILS);
  vote_for (bench, poll, "ben", "Soup");
  vote_for (bench, poll, "ben", "Pizza");
  deliver (bench, "\"responseId\"", "\"answer\":[\"Soup\"]");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  deliver (bench, "\"responseId\"", "\"answer\":[\"Pizza\"]");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 2);
  bench_heal (bench);
  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  vote_for (bench, poll, "chi", "Soup");
  deliver_answer_of (bench, "Chi");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
  deliver_answer_of (bench, "Ben");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/versions/changes-in-the-wrong-order", test_changes_in_the_wrong_order);
  g_test_add_func ("/versions/reopened-before-it-was-done", test_reopened_before_it_was_done);
  g_test_add_func ("/versions/own-come-back", test_own_come_back);
  g_test_add_func ("/versions/own-change-on-the-phone", test_own_change_on_the_phone);
  g_test_add_func ("/versions/change-of-one-who-was-not-counted", test_change_of_one_who_was_not_counted);
  g_test_add_func ("/versions/done-again-and-killed", test_done_again_and_killed);
  g_test_add_func ("/versions/done-again-without-details", test_done_again_without_details);
  g_test_add_func ("/versions/change-that-does-not-say-so", test_change_that_does_not_say_so);
  g_test_add_func ("/versions/reopened-while-closed", test_reopened_while_closed);
  g_test_add_func ("/versions/details-without-words", test_details_without_words);
  g_test_add_func ("/versions/details-with-old-versions", test_details_with_old_versions);
  g_test_add_func ("/versions/results-from-before-a-change", test_results_from_before_a_change);
  g_test_add_func ("/versions/told-before-and-delivered-again", test_told_before_and_delivered_again);
  return g_test_run ();
}
