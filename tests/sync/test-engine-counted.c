/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers that the service has counted before their deliveries come: each is told once, and how it
 * stands is not counted twice. */
#include "config.h"

#include "engine-deaf.h"
#include "kz-engine-private.h"

#include <string.h>

#define GET_ACTION "GET /groups/{groupId}/actions/{actionId}"

static void
until_details (Bench *bench, guint before)
{
  for (guint i = 0; i < 12 && bench_calls (bench, GET_ACTION) == before; i++)
    bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), >, before);
}

/* All three have answered, and only the first was heard of: the action is looked up, and has them all. */
static Bench *
new_bench_with_counted_answers (void)
{
  Bench *bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  vote (bench, poll, "ben");
  vote (bench, poll, "chi");
  vote (bench, poll, "asha");
  deliver_answer_of (bench, "Ben");
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=-1 <Soup>"), ==, 1);
  return bench;
}

static void
check_told_once (Bench *bench)
{
  static const char *const names[] = {"Chi", "Asha"};

  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *line = g_strdup_printf ("response in team by %s completed=-1 <Soup>", names[i]);

    g_assert_cmpuint (bench_count (bench, line), ==, 1);
  }
}

static void
test_one_by_one (void)
{
  g_autoptr (Bench) bench = new_bench_with_counted_answers ();

  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  deliver_answer_of (bench, "Chi");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  deliver_answer_of (bench, "Asha");
  check_told_once (bench);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 3);
  g_assert_cmpuint (bench_count (bench, "stands=3,0,3"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* Who they were is not known any more. */
static void
test_after_a_kill (void)
{
  g_autoptr (Bench) bench = new_bench_with_counted_answers ();

  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  deliver_answer_of (bench, "Chi");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  deliver_answer_of (bench, "Asha");
  check_told_once (bench);
}

static void
test_after_a_kill_and_the_details (void)
{
  g_autoptr (Bench) bench = new_bench_with_counted_answers ();
  guint before;

  bench_kill (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  before = bench_calls (bench, GET_ACTION);
  until_details (bench, before);
  deliver_answer_of (bench, "Chi");
  deliver_answer_of (bench, "Asha");
  check_told_once (bench);
  /* The list has its line, and with that the details tell of both: how it stands is said after the last. */
  g_assert_cmpuint (bench_count (bench, "stands=3,0,3"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "stands="), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* A like makes us find it in a list, before its own delivery comes. */
static void
answer_and_find (Bench *bench, const char *poll, int count)
{
  g_autofree char *group_id = bench_group (bench, "team");
  g_autoptr (KzAction) found = kz_action_new (KZ_ACTION_POLL, NULL, group_id);

  vote (bench, poll, "ben");
  found->action_id = g_strdup (poll);
  found->title = g_strdup ("Lunch?");
  found->response_count = count;
  kz_engine_found_action (group_id, found, bench->engine);
  deliver (bench, "\"PollCreated\"", "Lunch?");
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, 1);
}

/* @count: how many had answered; -1: the list did not say. */
static void
test_found_before_its_delivery (gconstpointer count)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  guint before = bench_calls (bench, GET_ACTION);

  answer_and_find (bench, poll, GPOINTER_TO_INT (count));
  until_details (bench, before);
  deliver_answer_of (bench, "Ben");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=-1 <Soup>"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, 1);
}

/* The first look at the lists brings what nobody delivers. */
static void
look_anew (Bench *bench)
{
  bench_stop (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
}

/* Its first answer is counted by the list that brings it: it is told before its delivery, as the second is. */
static void
test_counted_by_its_list (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  complete (bench, job, "ben");
  look_anew (bench);
  bench_until_line (bench, "action-added in team");
  complete (bench, job, "chi");
  look_anew (bench);
  bench_until_line (bench, "response in team by Chi");
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=1"), ==, 1);
  deliver_answer_of (bench, "Ben");
  deliver_answer_of (bench, "Chi");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
}

/* A like comes by a poll, and so does the action that it is about, whose answer is delivered after all that. */
static void
test_liked_before_its_list (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  guint before = bench_calls (bench, GET_ACTION);

  vote (bench, poll, "ben");
  json_object_unref (bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", poll));
  look_anew (bench);
  bench_until_line (bench, "reaction in team by Chi");
  bench_until_line (bench, "action-added in team");
  until_details (bench, before);
  deliver_answer_of (bench, "Ben");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=-1 <Soup>"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 1);
}

/* What is counted from its line on is as durable as that it was shown. */
static void
test_killed_after_its_line (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  guint before;

  answer_and_find (bench, poll, 1);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  before = bench_calls (bench, GET_ACTION);
  until_details (bench, before);
  /* By them, as it is not delivered. */
  until_told (bench, "response in team by Ben completed=-1 <Soup>");
  deliver_answer_of (bench, "Ben");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=-1 <Soup>"), ==, 1);
}

/* What was there before the first sign-on is no news after a kill either. */
static void
test_from_before_us (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  vote (bench, poll, "ben");
  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_open (bench, "team");
  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  vote (bench, poll, "chi");
  bench_settle (bench);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 0);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
}

/* A choice that somebody changed is not told again when it is delivered. */
static void
test_change_that_a_list_told (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = NULL;

  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  vote (bench, poll, "ben");
  bench_until_line (bench, "by Ben completed=-1 <Soup>");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  vote_for (bench, poll, "ben", "Pizza");
  until_told (bench, "by Ben completed=-1 <Pizza>");
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben") + bench_count (bench, "action-changed"), ==, 1);
}

/* Where nobody delivers, reactions may be read before the list that has what they are about. */
static void
test_liked_at_once (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  for (guint i = 1; i <= 5; i++) {
    g_autofree char *title = g_strdup_printf ("Lunch %u?", i);
    g_autofree char *poll = bench_post_poll (bench, "team", title);

    vote (bench, poll, "ben");
    json_object_unref (bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", poll));
    bench_pass (bench, 12 * G_TIME_SPAN_MINUTE + i * 7 * G_USEC_PER_SEC);
    g_assert_cmpuint (bench_count (bench, title), >, 0);
    g_assert_cmpuint (answers_of (bench, "Ben"), ==, i);
  }
}

/* Ben is told as a count alone, for his name cannot be had. (transfer full): the job. */
static char *
tell_without_a_name (Bench *bench)
{
  char *job;

  bench_open (bench, "team");
  job = bench_post_job_for_all (bench, "Pump");
  bench_until_line (bench, "action-added in team");
  return job;
}

static void
complete_unnamed (Bench *bench, const char *job)
{
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_fault (bench, NO_DETAILS);
  complete (bench, job, "ben");
  until_told (bench, "action-changed in team");
  bench_heal (bench);
}

/* Not where nobody had counted before either. */
static void
test_named_after_the_first_count (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *job = tell_without_a_name (bench);

  complete_unnamed (bench, job);
  deliver_answer_of (bench, "Ben");
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Ben"), "stands=1"));
}

/* Its name came with the details: who answers next is not taken for it. */
static void
test_named_by_the_details (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *job = tell_without_a_name (bench);

  /* A list says that nobody has answered. */
  bench_pass (bench, G_TIME_SPAN_HOUR);
  complete_unnamed (bench, job);
  complete (bench, job, "chi");
  until_told (bench, "response in team by Chi");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  deliver_answer_of (bench, "Ben");
  deliver_answer_of (bench, "Chi");
  complete (bench, job, "asha");
  deliver_answer_of (bench, "Asha");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Asha"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* The list does not tell the count of what is delivered and waits for its room. */
static void
test_waits_for_its_room (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *poll = NULL;

  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_hash_table_add (bench->hidden, (gpointer) "team");
  vote (bench, poll, "ben");
  bench_pass (bench, G_TIME_SPAN_HOUR);
  g_hash_table_remove_all (bench->hidden);
  bench_open (bench, "team");
  kz_engine_release_group (bench->engine, group_id);
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* (transfer full): details of the open action that count so many. */
static KzTally *
new_details (Bench *bench, const char *action_id, int count)
{
  const KzOpenAction *open = kz_store_find_action (bench->engine->store, action_id, NULL);
  KzTally *details;

  g_assert_nonnull (open);
  details = kz_tally_from_action (open->action);
  details->response_count = count;
  return details;
}

static void
add_answer (KzTally *details, const char *group_id, const char *id, const char *who)
{
  g_autoptr (KzPerson) person = kz_person_new (id, NULL, who, NULL);
  KzResponse *response = kz_response_new (group_id, details->action_id, id, person);

  response->is_completed = KZ_TRI_YES;
  g_ptr_array_add (details->responses, response);
}

/* Details name whom a delivery told of, and its line waits: so does how it stands. */
static void
test_named_while_it_waits (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autoptr (KzTally) details = NULL;
  const GPtrArray *kept;

  deliver (bench, "\"PollCreated\"", "Lunch?");
  g_hash_table_add (bench->hidden, (gpointer) "team");
  vote (bench, poll, "ben");
  deliver_answer_of (bench, "Ben");
  kept = kz_engine_matters (bench->engine, group_id)->kept;
  g_assert_cmpuint (kept->len, ==, 1);
  details = new_details (bench, poll, 2);
  g_ptr_array_add (details->responses,
                   kz_response_ref (((KzKept *) g_ptr_array_index (kept, 0))->delivery->response));
  kz_engine_take_tally (bench->engine, poll, details, KZ_TALLY_OF_DETAILS);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  g_hash_table_remove_all (bench->hidden);
  bench_open (bench, "team");
  kz_engine_release_group (bench->engine, group_id);
  bench_settle (bench);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
}

/* The host signs off at the first of two answers that one poll names. */
static void
test_sign_off_between_two (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "Lunch?");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  vote (bench, poll, "ben");
  vote (bench, poll, "chi");
  bench->stop_at = "response in team by Ben";
  while (bench->stop_at != NULL)
    bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 0);
  bench_stop (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_pass (bench, 30 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
}

/* Three have done a job whose details name nobody yet; the host signs off at the first whom they do. */
static char *
sign_off_at_the_first (Bench *bench, guint named)
{
  static const char *const people[] = {"ben", "chi", "asha"};
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");
  g_autoptr (KzTally) details = NULL;

  deliver (bench, "\"JobCreated\"", "Pump");
  details = new_details (bench, job, 0);
  kz_engine_take_tally (bench->engine, job, details, KZ_TALLY_OF_DETAILS);
  kz_tally_unref (details);
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    complete (bench, job, people[i]);
  details = new_details (bench, job, 3);
  for (guint i = named; i > 0; i--) {
    g_autofree char *id = g_strdup_printf ("R%u", i);
    g_autofree char *name = g_strdup_printf ("P%u", i);

    add_answer (details, group_id, id, name);
  }
  bench->stop_at = "response in team by P";
  kz_engine_take_tally (bench->engine, job, details, KZ_TALLY_OF_DETAILS);
  g_assert_null (bench->stop_at);
  g_assert_cmpuint (bench_count (bench, "response in team by P"), ==, 1);
  bench_stop (bench);
  return g_steal_pointer (&job);
}

/* Who is not named is asked for again after the sign-off, although as many are counted as before. */
static void
test_sign_off_before_the_rest (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = sign_off_at_the_first (bench, 1);

  bench_only_poll (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  /* With the first list, and not when the details are read again anyway. */
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_cmpuint (answers_of (bench, "Chi"), ==, 1);
}

/* Whom the sign-off left untold is told after it, also where never all are named. */
static void
test_sign_off_between_some (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *job = sign_off_at_the_first (bench, 2);
  g_autoptr (KzTally) details = NULL;

  bench_fault (bench, NO_DETAILS);
  bench_sign_on (bench);
  bench_open (bench, "team");
  details = new_details (bench, job, 3);
  add_answer (details, group_id, "R2", "P2");
  add_answer (details, group_id, "R1", "P1");
  kz_engine_take_tally (bench->engine, job, details, KZ_TALLY_OF_DETAILS);
  g_assert_cmpuint (bench_count (bench, "response in team by P1"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "response in team by P2"), ==, 1);
}

/* Its details say how many have answered as soon as it is looked up. */
static void
test_job (void)
{
  static const char *const people[] = {"ben", "chi", "asha"};
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    complete (bench, job, people[i]);
  deliver_answer_of (bench, "Ben");
  deliver_answer_of (bench, "Chi");
  deliver_answer_of (bench, "Asha");
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 3);
  g_assert_cmpuint (bench_count (bench, "stands=3"), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/counted/deliveries-that-come-one-by-one-tell-each", test_one_by_one);
  g_test_add_func ("/counted/a-kill-loses-no-answer", test_after_a_kill);
  g_test_add_func ("/counted/details-after-a-kill-count-no-answer-twice",
                   test_after_a_kill_and_the_details);
  g_test_add_data_func ("/counted/an-action-that-a-like-made-known/with-its-answers",
                        GINT_TO_POINTER (1), test_found_before_its_delivery);
  g_test_add_data_func ("/counted/an-action-that-a-like-made-known/without-a-count",
                        GINT_TO_POINTER (-1), test_found_before_its_delivery);
  g_test_add_func ("/counted/an-action-that-a-like-made-known/killed-after-its-line",
                   test_killed_after_its_line);
  g_test_add_func ("/counted/an-answer-that-its-list-counted", test_counted_by_its_list);
  g_test_add_func ("/counted/an-answer-to-what-a-list-brought-after-its-like",
                   test_liked_before_its_list);
  g_test_add_func ("/counted/an-answer-from-before-us", test_from_before_us);
  g_test_add_func ("/counted/a-change-that-a-list-told", test_change_that_a_list_told);
  g_test_add_func ("/counted/likes-that-come-before-their-polls", test_liked_at_once);
  g_test_add_func ("/counted/a-name-after-the-first-count", test_named_after_the_first_count);
  g_test_add_func ("/counted/a-name-by-the-details", test_named_by_the_details);
  g_test_add_func ("/counted/what-waits-for-its-room", test_waits_for_its_room);
  g_test_add_func ("/counted/named-while-it-waits", test_named_while_it_waits);
  g_test_add_func ("/counted/a-sign-off-between-two-answers", test_sign_off_between_two);
  g_test_add_func ("/counted/a-sign-off-before-the-rest", test_sign_off_before_the_rest);
  g_test_add_func ("/counted/a-sign-off-between-some", test_sign_off_between_some);
  g_test_add_func ("/counted/a-job-is-looked-up-with-its-answers", test_job);
  return g_test_run ();
}
