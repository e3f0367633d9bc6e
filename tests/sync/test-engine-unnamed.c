/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers that are counted before anybody knows whose they are, and more of them than are kept. */
#include "config.h"

#include "engine-deaf.h"
#include "kz-engine-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define STALLED_DETAILS OF_DETAILS "'action':{'stallHeaders':true}}"

/* Somebody whom no test knows votes for soup. */
static void
deliver_vote (Bench *bench, const char *poll, guint n)
{
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *person = g_strdup_printf (
      "'responder':'+1777%07u','responderId':'u%u','responderName':'P%u','isAnonymous':false", n, n, n);

  json_object_unref (bench_do (
      bench, "raw-delivery",
      "{'group':'team','body':{'objectId':'x','objectType':'Group','eventType':'PollResponse',"
      "'eventId':'R%u','fromUser':'+1777%07u','fromUserId':'u%u','fromUserName':'P%u','groupId':'%s',"
      "'data':{'actionId':'%s','groupId':'%s','responseId':'R%u','isUpdateResponse':false,%s,"
      "'responseDetails':{'responseWithQuestions':[{'title':'Lunch?','type':'SingleOption',"
      "'options':[],'answer':['Soup']}]}}}}",
      n, n, n, n, group_id, poll, group_id, n, person));
  bench_settle (bench);
}

static void
complete_uncounted (Bench *bench, const char *job, const char *who, guint lines)
{
  complete (bench, job, who);
  for (guint i = 0; i < 24 * 12 && bench_count (bench, "action-changed in team") < lines; i++)
    bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-changed in team"), ==, lines);
}

static gsize
size_of_files (const char *dir)
{
  g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
  const char *name;
  gsize size = 0;

  while (open != NULL && (name = g_dir_read_name (open)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    GStatBuf info;

    if (g_str_has_suffix (name, ".journal") && g_stat (path, &info) == 0)
      size += (gsize) info.st_size;
    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      size += size_of_files (path);
  }
  return size;
}

/* More answers than are kept of one action: what is delivered twice is told once. */
static void
test_many_and_one_twice (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  deliver (bench, "\"PollCreated\"", "Lunch?");
  for (guint i = 0; i <= KZ_LEDGER_MAX; i++)
    deliver_vote (bench, poll, 1000 + i);
  g_assert_cmpuint (bench_count (bench, "by P1500 "), ==, 1);
  deliver_vote (bench, poll, 1500);
  g_assert_cmpuint (bench_count (bench, "by P1500 "), ==, 1);
}

/* As many answers as are kept of one action, and then somebody changes one: that is told once. */
static void
test_many_and_a_change (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");

  deliver (bench, "\"PollCreated\"", "Lunch?");
  vote (bench, poll, "ben");
  deliver_answer_of (bench, "Ben");
  for (guint i = 1; i < KZ_LEDGER_MAX; i++)
    deliver_vote (bench, poll, 1000 + i);
  vote_for (bench, poll, "ben", "Pizza");
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "by Ben completed=-1 <Pizza>"), ==, 1);
}

/* More answers than are kept of one action: details that have nothing new write nothing down. */
static void
test_many_read_again (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autoptr (KzTally) tally = NULL;
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_POLL, NULL, group_id);
  gsize before;

  deliver (bench, "\"PollCreated\"", "Lunch?");
  action->action_id = g_strdup (poll);
  tally = kz_tally_from_action (action);
  tally->response_count = 10000;
  for (guint i = 0; i < 10000; i++) {
    g_autofree char *id = g_strdup_printf ("R%u", i);
    KzResponse *response = kz_response_new (group_id, poll, id, NULL);

    g_ptr_array_add (response->answers, g_strdup ("Soup"));
    g_ptr_array_add (tally->responses, response);
  }
  kz_engine_take_tally (bench->engine, poll, tally, KZ_TALLY_OF_RESULTS);
  before = size_of_files (bench->dir);
  g_assert_cmpuint (before, >, 0);
  kz_engine_take_tally (bench->engine, poll, tally, KZ_TALLY_OF_DETAILS);
  g_assert_cmpuint (size_of_files (bench->dir) - before, <, 4096);
}

/* Two are told as counts, one after the other, and named later. */
static void
test_two_counts_and_then_names (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *job = NULL;

  bench_open (bench, "team");
  job = bench_post_job_for_all (bench, "Pump");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_fault (bench, NO_DETAILS);
  complete_uncounted (bench, job, "ben", 1);
  complete_uncounted (bench, job, "chi", 2);
  bench_heal (bench);
  deliver_answer_of (bench, "Ben");
  deliver_answer_of (bench, "Chi");
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Chi"), "stands=2"));
}

/* The list counts Ben with the job itself; his delivery comes before the details do. */
static void
test_counted_by_the_line (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  complete (bench, job, "ben");
  bench_stop (bench);
  bench_fault (bench, NO_DETAILS);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_until_line (bench, "action-added in team");
  deliver_answer_of (bench, "Ben");
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_null (strstr (bench_line (bench, "response in team by Ben"), "stands=2"));
}

/* The list counts Ben with the job itself; who he is was not asked yet when we sign off. */
static void
test_signed_off_before_the_names (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  complete (bench, job, "ben");
  bench_stop (bench);
  set_hooks_active (bench, FALSE);
  bench_fault (bench, STALLED_DETAILS);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_until_line (bench, "action-added in team");
  bench_stop (bench);
  bench_heal (bench);
  bench_only_poll (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
}

/* A count without a name, and the process ends before the host has shown its line. */
static void
test_count_killed_before_its_line (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *job = NULL;

  bench_open (bench, "team");
  job = bench_post_job_for_all (bench, "Pump");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_fault (bench, NO_DETAILS);
  complete (bench, job, "ben");
  bench->kill_after = 1;
  bench->kills_first = TRUE;
  for (guint i = 0; i < 24 * 12 && bench->killed_dir == NULL; i++)
    bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_true (bench_bury (bench));
  g_assert_cmpuint (bench_count (bench, "action-changed in team"), <=, 1);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-changed in team"), ==, 1);
}

/* A like made it known, and answers were told and counted when its own delivery comes. */
static void
test_counted_before_its_line (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autofree char *group_id = bench_group (bench, "team");
  g_autoptr (KzAction) found = kz_action_new (KZ_ACTION_POLL, NULL, group_id);

  found->action_id = g_strdup (poll);
  found->title = g_strdup ("Lunch?");
  found->response_count = 0;
  kz_engine_found_action (group_id, found, bench->engine);
  vote (bench, poll, "ben");
  deliver_answer_of (bench, "Ben");
  g_assert_nonnull (strstr (bench_line (bench, "by Ben"), "stands=1"));
  deliver (bench, "\"PollCreated\"", "Lunch?");
  vote (bench, poll, "chi");
  deliver_answer_of (bench, "Chi");
  vote (bench, poll, "asha");
  deliver_answer_of (bench, "Asha");
  g_assert_null (strstr (bench_line (bench, "by Asha completed"), "stands=2"));
}

/* A kill forgets nothing of what a change needs to be one: our answer can still be changed. */
static void
test_own_answer_after_a_kill (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = NULL;
  g_autoptr (GPtrArray) actions = NULL;

  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "action-added in team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  vote_ourselves (bench, 1);
  bench_kill (bench);
  bench_sign_on (bench);
  actions = kz_engine_open_actions (bench->engine, NULL);
  for (guint i = 0; i < actions->len; i++) {
    const KzOpenAction *open = g_ptr_array_index (actions, i);

    if (g_strcmp0 (open->action->action_id, poll) == 0)
      g_assert_nonnull (open->own_response_id);
  }
}

/* A list counts what a delivery told before the job could be looked up: how it stands is not too high. */
static void
test_list_while_it_is_looked_up (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  bench_fault (bench, STALLED_DETAILS);
  complete (bench, job, "ben");
  deliver_answer_of (bench, "Ben");
  bench_stop (bench);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (answers_of (bench, "Ben"), ==, 1);
  g_assert_null (strstr (bench_line (bench, "response in team by Ben"), "stands=2"));
  bench_heal (bench);
  complete (bench, job, "chi");
  deliver_answer_of (bench, "Chi");
  g_assert_null (strstr (bench_line (bench, "response in team by Chi"), "stands=3"));
}

static void
name_nobody (Bench *bench)
{
  json_object_unref (bench_do (bench, "switch", "{'detailsResponses':'none'}"));
}

/* Details that name nobody: what was delivered is not told again as a count, what was not is told as one. */
static void
test_counts_alone (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  name_nobody (bench);
  deliver (bench, "\"JobCreated\"", "Pump");
  complete (bench, job, "ben");
  deliver_answer_of (bench, "Ben");
  bench_pass (bench, G_TIME_SPAN_HOUR);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  complete (bench, job, "chi");
  until_told (bench, "action-changed in team");
  deliver_answer_of (bench, "Chi");
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Chi"), "stands=2"));
  bench_pass (bench, G_TIME_SPAN_HOUR);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 1);
    reopen (bench, job, "ben");
  deliver (bench, "\"responseId\"", "\"isCompleted\":false");
  g_assert_cmpuint (bench_count (bench, "by Ben completed=0"), ==, 1);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 1);
}

/* Without any id nothing tells it from other answers. */
static void
deliver_nameless (Bench *bench, const char *job)
{
  g_autofree char *group_id = bench_group (bench, "team");

  json_object_unref (bench_do (
      bench, "raw-delivery",
      "{'group':'team','body':{'objectId':'x','objectType':'Group','eventType':'JobResponse',"
      "'groupId':'%s','data':{'actionId':'%s','groupId':'%s',"
      "'responseDetails':{'response':{'isCompleted':true}}}}}",
      group_id, job, group_id));
  bench_settle (bench);
}

static void
test_nameless (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = bench_post_job_for_all (bench, "Pump");

  name_nobody (bench);
  deliver (bench, "\"JobCreated\"", "Pump");
  complete (bench, job, "ben");
  complete (bench, job, "chi");
  deliver_nameless (bench, job);
  deliver_nameless (bench, job);
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "stands=2"), ==, 1);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unnamed/many-and-one-twice", test_many_and_one_twice);
  g_test_add_func ("/unnamed/many-and-a-change", test_many_and_a_change);
  g_test_add_func ("/unnamed/many-read-again", test_many_read_again);
  g_test_add_func ("/unnamed/two-counts-and-then-names", test_two_counts_and_then_names);
  g_test_add_func ("/unnamed/counted-by-the-line", test_counted_by_the_line);
  g_test_add_func ("/unnamed/signed-off-before-the-names", test_signed_off_before_the_names);
  g_test_add_func ("/unnamed/count-killed-before-its-line", test_count_killed_before_its_line);
  g_test_add_func ("/unnamed/counted-before-its-line", test_counted_before_its_line);
  g_test_add_func ("/unnamed/own-answer-after-a-kill", test_own_answer_after_a_kill);
  g_test_add_func ("/unnamed/list-while-it-is-looked-up", test_list_while_it_is_looked_up);
  g_test_add_func ("/unnamed/counts-alone", test_counts_alone);
  g_test_add_func ("/unnamed/nameless", test_nameless);
  return g_test_run ();
}
