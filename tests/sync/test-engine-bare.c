/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No file keeps the texts of what was shown: what is told of it in a later session asks the service for them. */
#include "config.h"

#include "engine-bare.h"
#include "engine-deeds.h"

#include <string.h>

#define GONE                                                                                 \
  "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},'action':{'status':404,"       \
  "'body':{'message':'gone','errorCode':'NotFound'}}}"
#define NOTHING_TOLD                                                                               \
  "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"                              \
  "'action':{'status':200,'body':{'actionType':'Job'}}}"

/* --- Answers that are delivered --- */

static void
test_delivered (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *pump = bench_post_job_for_all (bench, "Pump");
  guint before;

  bench_until_line (bench, "\"Pump\"");
  bench_fault (bench, NO_LISTS);
  sign_on_again (bench);
  g_assert_true (open_of (bench, pump)->is_bare);
  before = bench_calls (bench, GET_ACTION);
  complete (bench, pump, "ben");
  bench_until_line (bench, "response in team by Ben completed=1 about Pump [");
  complete (bench, pump, "chi");
  bench_until_line (bench, "response in team by Chi completed=1 about Pump [");
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
  bench_redeliver (bench, TRUE);
  bench_heal (bench);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "action-"), ==, 0);
}

/* It is told with its title and choices, counted on from where the poll stood, and once. */
static void
check_second_vote (Bench *bench, const char *poll)
{
  vote_for (bench, poll, "chi", "Pizza");
  bench_until_line (bench, "response in team by Chi completed=-1 <Pizza> about Lunch? [");
  g_assert_true (g_str_has_suffix (bench_line (bench, "response in"), " stands=2,1,1"));
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* The choices had no names in between. */
static void
test_delivered_vote (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  bench_until_line (bench, "\"Lunch?\"");
  vote_for (bench, poll, "ben", "Soup");
  bench_until_line (bench, "response in team by Ben");
  bench_open (bench, "team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_kill (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  g_assert_true (open_of (bench, poll)->is_bare);
  g_assert_cmpuint (open_of (bench, poll)->tally->counts->len, ==, 2);
  check_second_vote (bench, poll);
}

/* The service had counted it before it was seen, and before we left. @fault: (nullable): then lists must tell
 * of the choices. */
static void
check_vote_that_waited (const char *fault)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  bench_until_line (bench, "\"Lunch?\"");
  g_hash_table_add (bench->hidden, (gpointer) "team");
  vote_for (bench, poll, "ben", "Soup");
  bench_open (bench, "team");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpint (open_of (bench, poll)->tally->response_count, ==, 1);
  if (fault != NULL)
    bench_fault (bench, fault);
  sign_on_again (bench);
  bench_settle (bench);
  if (fault != NULL)
    bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  g_assert_false (open_of (bench, poll)->is_bare);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_open_group (bench->engine, team);
  bench_until_line (bench, "response in team by Ben completed=-1 <Soup>");
  g_assert_true (g_str_has_suffix (bench_line (bench, "response in"), " stands=1,0,1"));
}

static void
test_vote_that_waited (void)
{
  check_vote_that_waited (NULL);
  check_vote_that_waited (GONE);
}

static void
check_untold (const char *fault)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *pump = bench_post_job_for_all (bench, "Pump");
  guint before;

  bench_until_line (bench, "\"Pump\"");
  bench_fault (bench, NO_LISTS);
  sign_on_again (bench);
  bench_fault (bench, fault);
  before = bench_calls (bench, GET_ACTION);
  complete (bench, pump, "ben");
  bench_until_line (bench, "response in team by Ben completed=1 about - [");
  complete (bench, pump, "chi");
  bench_until_line (bench, "response in team by Chi completed=1 about - [");
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
  /* A list names it yet. */
  bench_heal (bench);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  complete (bench, pump, "asha");
  bench_until_line (bench, "response in team by Asha completed=1 about Pump [");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 3);
}

static void
test_untold (void)
{
  check_untold (GONE);
  check_untold (NOTHING_TOLD);
}

/* Nobody knows its choices any more, nor names who took which: the count that its line made is not told again. */
static void
test_nameless_count (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autofree char *first = g_strdup_printf (POLL_DETAILS, poll, 1, 1);
  g_autofree char *second = g_strdup_printf (POLL_DETAILS, poll, 2, 2);
  g_autofree char *says_first = g_strdup_printf (ANSWER_DETAILS, first);
  g_autofree char *says_second = g_strdup_printf (ANSWER_DETAILS, second);

  bench_until_line (bench, "\"Lunch?\"");
  bench_fault (bench, says_first);
  vote_for (bench, poll, "ben", "Pizza");
  bench_open (bench, "team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpint (open_of (bench, poll)->tally->counts->len, ==, 2);
  bench_heal (bench);
  bench_fault (bench, NO_LISTS);
  sign_on_again (bench);
  bench_fault (bench, GONE);
  vote_for (bench, poll, "chi", "Pizza");
  bench_until_line (bench, "response in team by Chi");
  bench_heal (bench);
  bench_fault (bench, says_second);
  bench_open (bench, "team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpint (open_of (bench, poll)->tally->response_count, ==, 2);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* --- What lists and details tell --- */

static void
test_job_in_a_list (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *pump = NULL;
  guint before;

  bench_only_poll (bench);
  bench_settle_in (bench);
  pump = bench_post_job_for_all (bench, "Pump");
  bench_until_line (bench, "\"Pump\"");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  sign_on_again (bench);
  before = bench_calls (bench, GET_ACTION);
  complete (bench, pump, "ben");
  bench_until_line (bench, "response in team by Ben completed=1 about Pump [");
  /* The one that names him. */
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
}

/* What only the list tells, it tells at once. */
static void
test_moved_end_in_a_list (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *survey = NULL;
  g_autofree char *moved = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  survey = bench_do_id (bench, "action", "actionId",
                        "{'group':'team','person':'asha','actionType':'Survey','actionBody':{"
                        "'title':'Trip','dueDate':48,'questions':[{'title':'Day?','type':'Text'}]}}");
  bench_until_line (bench, "\"Trip\"");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  moved = g_strdup_printf ("{'match':{'method':'GET','path':'/groups/%s/actions','times':0},"
                           "'action':{'status':200,'body':{'actions':[{'referenceId':'%s',"
                           "'actionType':'Survey','actionBody':{'actionId':'%s','title':'Trip',"
                           "'responseCount':0,'expiryDate':%" G_GINT64_FORMAT "}}]}}}",
                           team, open_of (bench, survey)->action->reference_id, survey,
                           kz_clock_wall_us (bench->clock) / G_USEC_PER_SEC + 72 * 3600);
  bench_fault (bench, moved);
  sign_on_again (bench);
  g_assert_true (open_of (bench, survey)->is_bare);
  bench_until_line (bench, "action-changed in team by Asha Survey \"Trip\"");
}

static void
test_poll_in_details (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "\"Lunch?\"");
  vote_for (bench, poll, "ben", "Soup");
  bench_until_line (bench, "response in team by Ben");
  bench_fault (bench, NO_LISTS);
  sign_on_again (bench);
  bench_open (bench, "team");
  check_second_vote (bench, poll);
}

/* --- Likes --- */

static void
like (Bench *bench, const char *reference_id, const char *person)
{
  g_autoptr (JsonObject) liked =
      bench_do (bench, "like", "{'referenceId':'%s','person':'%s'}", reference_id, person);
}

/* Signed off, with a picture and an announcement in the team that were shown. */
static Bench *
new_bench_with_a_picture (char **picture, char **notice)
{
  Bench *bench = bench_new_ready (NULL);

  *picture = bench_do_id (bench, "picture", "referenceId",
                          "{'group':'team','person':'asha','caption':'the gate','name':'gate.png'}");
  bench_until_line (bench, "attachment in team by Asha");
  *notice = bench_do_id (bench, "action", "referenceId",
                         "{'group':'team','person':'asha','actionType':'Announcement',"
                         "'actionBody':{'Title':'Closed','Message':'All day'}}");
  bench_until_line (bench, "Announcement");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_stop (bench);
  bench_clear (bench);
  return bench;
}

/* Before its list had its turn. */
static void
test_liked (void)
{
  g_autofree char *picture = NULL;
  g_autofree char *notice = NULL;
  g_autoptr (Bench) bench = new_bench_with_a_picture (&picture, &notice);

  like (bench, picture, "ben");
  bench_sign_on (bench);
  g_assert_true (open_of (bench, picture)->is_bare);
  bench_until_line (bench, "reaction in team by Ben");
  g_assert_false (open_of (bench, picture)->is_bare);
  g_assert_cmpuint (open_of (bench, picture)->action->media->len, ==, 1);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
}

/* No list has announcements (API §12): the handle must do, and none is looked through for it. */
static void
test_liked_announcement (void)
{
  g_autofree char *picture = NULL;
  g_autofree char *notice = NULL;
  g_autoptr (Bench) bench = new_bench_with_a_picture (&picture, &notice);
  g_autofree char *line = NULL;

  like (bench, notice, "ben");
  bench_sign_on (bench);
  bench_until_line (bench, "reaction in team by Ben");
  g_assert_false (open_of (bench, notice)->was_sought);
  line = g_strdup_printf ("about - [%s]", open_of (bench, notice)->handle);
  g_assert_nonnull (strstr (bench_line (bench, "reaction in"), line));
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
}

/* --- What a person wants to know --- */

static void
fetch (Bench *bench, const char *id, Fate *fate)
{
  kz_engine_fetch_action_async (bench->engine, open_of (bench, id)->handle, fate_cb, fate);
}

static void
test_fetched (void)
{
  g_autofree char *picture = NULL;
  g_autofree char *notice = NULL;
  g_autoptr (Bench) bench = new_bench_with_a_picture (&picture, &notice);
  Fate fate = {0};

  bench_sign_on (bench);
  g_assert_true (open_of (bench, picture)->is_bare);
  fetch (bench, picture, &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  g_assert_cmpuint (open_of (bench, picture)->action->media->len, ==, 1);
  g_assert_false (open_of (bench, picture)->is_bare);
  fate = (Fate){0};
  fetch (bench, notice, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  g_assert_true (open_of (bench, notice)->is_bare);
}

static void
test_results (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  Fate fate = {0};

  bench_until_line (bench, "\"Lunch?\"");
  bench_fault (bench, NO_LISTS);
  sign_on_again (bench);
  kz_engine_results_async (bench->engine, open_of (bench, poll)->handle, fate_cb, &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  kz_tally_unref (fate.value);
  g_assert_cmpstr (open_of (bench, poll)->action->title, ==, "Lunch?");
  g_assert_cmpstr (open_of (bench, poll)->action->choices[0], ==, "Pizza");
}

/* A list has its title and not its questions. */
static void
test_results_of_a_survey (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *survey =
      bench_do_id (bench, "action", "actionId",
                   "{'group':'team','person':'asha','actionType':'Survey','actionBody':{"
                   "'title':'Trip','dueDate':48,'questions':[{'title':'Day?','type':'Text'}]}}");
  Fate fate = {0};

  bench_until_line (bench, "\"Trip\"");
  sign_on_again (bench);
  bench_open (bench, "team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpstr (open_of (bench, survey)->action->title, ==, "Trip");
  g_assert_cmpuint (open_of (bench, survey)->action->questions->len, ==, 0);
  kz_engine_results_async (bench->engine, open_of (bench, survey)->handle, fate_cb, &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  kz_tally_unref (fate.value);
  g_assert_cmpuint (open_of (bench, survey)->action->questions->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bare/an-answer-asks-for-the-title", test_delivered);
  g_test_add_func ("/bare/a-vote-is-counted-on", test_delivered_vote);
  g_test_add_func ("/bare/a-vote-that-waited-is-told-with-its-choices", test_vote_that_waited);
  g_test_add_func ("/bare/an-answer-is-told-though-nobody-tells-the-title", test_untold);
  g_test_add_func ("/bare/a-count-without-choices-is-not-told-again", test_nameless_count);
  g_test_add_func ("/bare/a-list-tells-the-title-of-a-job", test_job_in_a_list);
  g_test_add_func ("/bare/a-list-tells-the-title-of-what-it-moved", test_moved_end_in_a_list);
  g_test_add_func ("/bare/details-tell-the-choices-of-a-poll", test_poll_in_details);
  g_test_add_func ("/bare/a-like-looks-for-it-in-its-list", test_liked);
  g_test_add_func ("/bare/a-like-of-an-announcement-is-told-by-its-handle", test_liked_announcement);
  g_test_add_func ("/bare/a-person-asks-where-a-file-is", test_fetched);
  g_test_add_func ("/bare/results-bring-the-texts", test_results);
  g_test_add_func ("/bare/results-bring-questions-that-no-list-has", test_results_of_a_survey);
  return g_test_run ();
}
