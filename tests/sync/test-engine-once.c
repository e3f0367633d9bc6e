/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One deed of somebody is one line: who did it, and how it stands then; whichever way it comes. */
#include "config.h"

#include "engine-world.h"

#include <string.h>

static const char *const nameless[] = {"detailsResponses=none", NULL};
static const char *const odd[] = {"detailsResponses=odd", NULL};

static char *
post_survey (Bench *bench)
{
  return bench_do_id (bench, "action", "actionId",
                      "{'group':'team','person':'asha','actionType':'Survey','actionBody':{"
                      "'title':'Trip','dueDate':48,'questions':[{'title':'Day?','type':'Text'}]}}");
}

/* Posts all three and waits until they are there. @ids: of a poll, a job and a survey. */
static void
post_all (Bench *bench, char **ids)
{
  ids[0] = bench_post_poll (bench, "team", "Lunch?");
  ids[1] = bench_post_job (bench, "team", "Check pump");
  ids[2] = post_survey (bench);
  bench_until_line (bench, "Lunch?");
  bench_until_line (bench, "Check pump");
  bench_until_line (bench, "Trip");
  /* Their first details only set the scene. */
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  bench_clear (bench);
}

static void
vote (Bench *bench, const char *id, const char *person, const char *choice)
{
  g_autofree char *response_id =
      bench_do_id (bench, "vote", "responseId",
                   "{'actionId':'%s','person':'%s','choice':'%s'}", id, person, choice);
}

static void
complete (Bench *bench, const char *id, const char *person, gboolean is_completed)
{
  g_autofree char *response_id = bench_do_id (
      bench, "complete", "responseId", "{'actionId':'%s','person':'%s','isCompleted':%s}", id,
      person, is_completed ? "true" : "false");
}

static void
answer (Bench *bench, const char *id, const char *person, const char *words)
{
  g_autofree char *response_id =
      bench_do_id (bench, "respond", "responseId",
                   "{'actionId':'%s','person':'%s','answers':['%s']}", id, person, words);
}

/* What was told since the last time is this line alone, and stays so. */
static void
assert_told (Bench *bench, const char *line)
{
  bench_until_line (bench, line);
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, line), ==, 1);
  g_assert_cmpuint (bench_count (bench, "response in") + bench_count (bench, "action-changed"), ==,
                    1);
  bench_clear (bench);
}

/* As assert_told(); the line ends with how it stands. */
static void
assert_stands (Bench *bench, const char *line, const char *standing)
{
  bench_until_line (bench, line);
  g_assert_nonnull (strstr (bench_line (bench, line), standing));
  assert_told (bench, line);
}

static void
clear_ids (char **ids, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_free (ids[i]);
}

static void
test_by_polls (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  char *ids[3] = {NULL};

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  post_all (bench, ids);
  vote (bench, ids[0], "ben", "Soup");
  assert_stands (bench, "response in team by Ben", " <Soup> about Lunch? [");
  vote (bench, ids[0], "chi", "Pizza");
  assert_stands (bench, "response in team by Chi", " stands=2,1,1");
  complete (bench, ids[1], "ben", TRUE);
  assert_stands (bench, "response in team by Ben completed=1", " stands=1");
  answer (bench, ids[2], "chi", "Monday");
  assert_stands (bench, "response in team by Chi", " <Monday> about Trip [");
  answer (bench, ids[2], "ben", "Friday");
  assert_stands (bench, "response in team by Ben", " stands=2");
  clear_ids (ids, 3);
}

/* Two between two polls: a line each, and the last one says how it stands. */
static void
test_two_at_once (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  char *ids[3] = {NULL};

  bench_only_poll (bench);
  bench_settle_in (bench);
  post_all (bench, ids);
  answer (bench, ids[2], "ben", "Friday");
  answer (bench, ids[2], "chi", "Monday");
  bench_until_line (bench, "response in team by Chi");
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "stands=2"), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Chi"), "stands=2"));
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  clear_ids (ids, 3);
}

/* Everything that a person does to a job, with polls alone. */
static void
test_a_job_by_polls (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  job = bench_do_id (bench, "action", "actionId",
                     "{'group':'team','person':'asha','actionType':'Job','actionBody':"
                     "{'title':'Sweep','assignedTo':['ben'],'dueDate':48}}");
  bench_until_line (bench, "Sweep");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  complete (bench, job, "ben", TRUE);
  assert_stands (bench, "response in team by Ben completed=1", " stands=1");
  complete (bench, job, "ben", FALSE);
  assert_told (bench, "response in team by Ben completed=0");
}

/* Nobody says who it was: how many is one line. */
static void
check_nameless (const char *const *switches, const char *fault)
{
  g_autoptr (Bench) bench = bench_new (switches);
  char *ids[3] = {NULL};

  bench_only_poll (bench);
  bench_settle_in (bench);
  post_all (bench, ids);
  if (fault != NULL)
    bench_fault (bench, fault);
  complete (bench, ids[1], "ben", TRUE);
  assert_told (bench, "action-changed in team by Asha Job \"Check pump\" count=1");
  answer (bench, ids[2], "chi", "Monday");
  assert_told (bench, "action-changed in team by Asha Survey \"Trip\" count=1");
  clear_ids (ids, 3);
}

static void
test_nameless (void)
{
  check_nameless (nameless, NULL);
  check_nameless (odd, NULL);
  check_nameless (NULL, "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"
                        "'action':{'status':404,'body':{'message':'no','errorCode':'NotFound'}}}");
  check_nameless (NULL, "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"
                        "'action':{'status':503}}");
}

/* Webhooks and polls bring it; so do deliveries that come twice. */
static void
test_by_both (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  char *ids[3] = {NULL};

  bench->limit_us = G_TIME_SPAN_HOUR;
  bench_open (bench, "team");
  post_all (bench, ids);
  vote (bench, ids[0], "ben", "Soup");
  assert_stands (bench, "response in team by Ben", " <Soup> about Lunch? [");
  vote (bench, ids[0], "chi", "Pizza");
  assert_stands (bench, "response in team by Chi", " stands=2,1,1");
  vote (bench, ids[0], "chi", "Soup");
  assert_told (bench, "response in team by Chi");
  vote (bench, ids[0], "asha", "Pizza");
  assert_stands (bench, "response in team by Asha", " stands=3,1,2");
  complete (bench, ids[1], "ben", TRUE);
  assert_told (bench, "response in team by Ben completed=1");
  complete (bench, ids[1], "ben", FALSE);
  assert_told (bench, "response in team by Ben completed=0");
  answer (bench, ids[2], "chi", "Monday");
  assert_told (bench, "response in team by Chi");
  bench_redeliver (bench, TRUE);
  /* Every list is read once more. */
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  clear_ids (ids, 3);
}

/* A poll is faster than the webhook. */
static void
test_by_poll_then_webhook (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (JsonObject) paused = NULL;
  g_autoptr (JsonObject) resumed = NULL;
  char *ids[3] = {NULL};

  bench->limit_us = 2 * G_TIME_SPAN_HOUR;
  bench_open (bench, "team");
  post_all (bench, ids);
  paused = bench_do (bench, "webhooks/pause", "{}");
  vote (bench, ids[0], "ben", "Soup");
  complete (bench, ids[1], "ben", TRUE);
  answer (bench, ids[2], "chi", "Monday");
  bench_until_line (bench, "about Lunch? [");
  bench_until_line (bench, "about Check pump [");
  bench_until_line (bench, "about Trip [");
  resumed = bench_do (bench, "webhooks/resume", "{}");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 3);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  clear_ids (ids, 3);
}

/* What was counted and not told yet at a sign-off is told at the next sign-on. */
static void
test_sign_off_between (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonNode) mended = NULL;
  char *ids[3] = {NULL};

  bench_only_poll (bench);
  bench_settle_in (bench);
  post_all (bench, ids);
  bench_fault (bench, "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"
                      "'action':{'stallHeaders':true}}");
  complete (bench, ids[1], "ben", TRUE);
  bench_pass (bench, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "Check pump"), ==, 0);
  bench_stop (bench);
  mended = sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, NULL);
  bench_only_poll (bench);
  bench_sign_on (bench);
  assert_stands (bench, "response in team by Ben completed=1", " stands=1");
  clear_ids (ids, 3);
}

/* Deeds that wait for their room, which polls count meanwhile. */
static void
test_kept_deeds (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  g_autofree char *poll = NULL;

  bench_settle_in_hearing (bench);
  g_hash_table_add (bench->hidden, (gpointer) "team");
  job = bench_post_job (bench, "team", "Check pump");
  poll = bench_post_poll (bench, "team", "Lunch?");
  complete (bench, job, "ben", TRUE);
  vote (bench, poll, "chi", "Pizza");
  bench_pass (bench, 75 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  g_hash_table_remove_all (bench->hidden);
  bench_open (bench, "team");
  bench_until_line (bench, "response in team by Chi");
  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Ben"), "stands=1"));
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Chi"), "stands=1,1,0"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/once/by-polls", test_by_polls);
  g_test_add_func ("/once/two-at-once-are-a-line-each", test_two_at_once);
  g_test_add_func ("/once/a-job-that-is-opened-again", test_a_job_by_polls);
  g_test_add_func ("/once/a-count-when-nobody-says-who", test_nameless);
  g_test_add_func ("/once/by-webhooks-and-polls", test_by_both);
  g_test_add_func ("/once/by-a-poll-before-its-webhook", test_by_poll_then_webhook);
  g_test_add_func ("/once/a-sign-off-in-between-loses-nothing", test_sign_off_between);
  g_test_add_func ("/once/deeds-that-wait-for-their-room-are-counted-once", test_kept_deeds);
  return g_test_run ();
}
