/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers to something without its texts: how long they wait, and what comes meanwhile. */
#include "config.h"

#include "engine-bare.h"

#include "kz-poller-private.h"

#include <string.h>

/* To proxy_set_mode(). */
#define DETAILS "GET */groups/*/actions/*"
#define ANSWER_DETAILS_ONCE                                                                        \
  "{'match':{'method':'GET','path':'/groups/*/actions/*','times':1},"                              \
  "'action':{'status':200,'body':%s}}"

/* A list tells of it while the first answer waits: it is told then, before the second. */
static void
test_in_order (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *pump = bench_post_job_for_all (bench, "Pump");

  bench_until_line (bench, "\"Pump\"");
  sign_on_again (bench);
  bench_fault (bench, SLOW_DETAILS);
  bench_open (bench, "team");
  /* The list of jobs has its turn soon. */
  bench_pass (bench, 12 * G_USEC_PER_SEC);
  g_assert_true (open_of (bench, pump)->is_bare);
  complete (bench, pump, "ben");
  for (guint i = 0; i < 18 && open_of (bench, pump)->is_bare; i++)
    bench_pass (bench, G_USEC_PER_SEC);
  g_assert_false (open_of (bench, pump)->is_bare);
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=1 about Pump ["), ==, 1);
  complete (bench, pump, "chi");
  bench_until_line (bench, "response in team by Chi");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team by Ben completed=1 about Pump ["), ==, 1);
  g_assert_cmpuint (bench_count (bench, "response in team by Chi completed=1 about Pump ["), ==, 1);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
}

/* A list of polls counts nothing: the first still waits for its turn, and the second behind it. */
static void
test_votes_in_order (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  const char *first;

  bench_until_line (bench, "\"Lunch?\"");
  sign_on_again (bench);
  bench_fault (bench, SLOW_DETAILS);
  bench_open (bench, "team");
  for (guint i = 0; i < 60 && open_of (bench, poll)->is_bare; i++) {
    if (i == 8)
      vote_for (bench, poll, "ben", "Soup");
    bench_pass (bench, G_USEC_PER_SEC);
  }
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  vote_for (bench, poll, "chi", "Pizza");
  bench_until_line (bench, "response in team by Chi");
  first = bench_line (bench, "response in");
  g_assert_nonnull (strstr (first, "by Ben"));
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
}

/* For bench_until(): the second has arrived. */
static gboolean
both_wait (Bench *bench, gconstpointer data)
{
  return bench->engine->lookups->len == 2;
}

/* One is asked for at a time: what the poller reads meanwhile of the other comes behind the answer that waits,
 * and counts nobody twice. */
static void
test_details_in_between (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *pump = bench_post_job_for_all (bench, "Pump");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autofree char *slow = NULL;

  bench_until_line (bench, "\"Pump\"");
  bench_until_line (bench, "\"Lunch?\"");
  bench_open (bench, "team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_fault (bench, NO_LISTS);
  sign_on_again (bench);
  slow = g_strdup_printf ("{'match':{'method':'GET','path':'/groups/*/actions/%s','times':0},"
                          "'action':{'stallHeaders':true}}",
                          pump);
  bench_fault (bench, slow);
  complete (bench, pump, "ben");
  vote_for (bench, poll, "chi", "Soup");
  bench_until_this_turn (bench, both_wait, NULL);
  bench_open (bench, "team");
  bench_until_line (bench, "response in team by Chi completed=-1 <Soup> about Lunch? [");
  g_assert_true (g_str_has_suffix (bench_line (bench, "by Chi"), " stands=1,0,1"));
  bench_until_line (bench, "response in team by Ben");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* No line waits for the turns of many. */
static void
test_many_at_once (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_free);
  gint64 began_us;

  for (guint i = 0; i < 5; i++)
    g_ptr_array_add (jobs, bench_post_job_for_all (bench, "Pump"));
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 5);
  bench_fault (bench, NO_LISTS);
  sign_on_again (bench);
  bench_fault (bench, SLOW_DETAILS);
  began_us = kz_clock_monotonic_us (bench->clock);
  for (guint i = 0; i < jobs->len; i++)
    complete (bench, g_ptr_array_index (jobs, i), "ben");
  for (guint i = 0; i < 60 && bench_count (bench, "response in") < jobs->len; i++)
    bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, jobs->len);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - began_us, <, 30 * G_USEC_PER_SEC);
}

/* What is only to be known, for rooms that are closed, holds up no line: that one has its turn first. */
static void
test_line_before_rooms_that_wait (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_free);
  gint64 began_us;

  for (guint i = 0; i < 5; i++)
    g_ptr_array_add (jobs, bench_post_job_for_all (bench, "Pump"));
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_hash_table_add (bench->hidden, (gpointer) "team");
  for (guint i = 0; i < 4; i++)
    complete (bench, g_ptr_array_index (jobs, i), "ben");
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  bench_fault (bench, NO_LISTS);
  bench_fault (bench, SLOW_DETAILS);
  sign_on_again (bench);
  g_assert_cmpuint (bench->engine->lookups->len, ==, 4);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_open_group (bench->engine, team);
  bench_settle (bench);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 4);
  began_us = kz_clock_monotonic_us (bench->clock);
  complete (bench, g_ptr_array_index (jobs, 4), "chi");
  for (guint i = 0; i < 120 && bench_count (bench, "by Chi") == 0; i++)
    bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "by Chi"), ==, 1);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock) - began_us, <, 30 * G_USEC_PER_SEC);
}

static Bench *
bench_new_behind (Proxy **proxy)
{
  Bench *bench = bench_new (NULL);

  *proxy = bench_go_behind (bench);
  bench_settle_in_hearing (bench);
  return bench;
}

/* For bench_until_this_turn(): the details that were asked for came. */
static gboolean
no_details_are_asked (Bench *bench, gconstpointer data)
{
  return bench->engine->poller->details->len == 0;
}

/* Details that were asked for before an answer came do not count it: it waits meanwhile, for its title or,
 * when @is_hidden, for its room. They are read once more. */
static void
check_details_from_before (gboolean is_hidden)
{
  Proxy *proxy = NULL;
  Bench *bench = bench_new_behind (&proxy);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autofree char *first = g_strdup_printf (POLL_DETAILS, poll, 1, 1);
  g_autofree char *second = g_strdup_printf (POLL_DETAILS, poll, 2, 2);
  g_autofree char *says_first = g_strdup_printf (ANSWER_DETAILS, first);
  g_autofree char *says_second = g_strdup_printf (ANSWER_DETAILS, second);
  g_autofree char *says_late = g_strdup_printf (ANSWER_DETAILS_ONCE, first);
  guint before;

  bench_until_line (bench, "\"Lunch?\"");
  bench_fault (bench, says_first);
  vote_for (bench, poll, "ben", "Pizza");
  bench_open (bench, "team");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_heal (bench);
  bench_fault (bench, NO_LISTS);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  sign_on_again (bench);
  proxy_set_mode (proxy, PROXY_HOLD, DETAILS, 1);
  bench_fault (bench, says_late);
  bench_fault (bench, SLOW_DETAILS);
  before = bench_calls (bench, GET_ACTION);
  bench_open (bench, "team");
  for (guint i = 0; i < 120 && bench_calls (bench, GET_ACTION) == before; i++)
    bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
  if (is_hidden)
    g_hash_table_add (bench->hidden, (gpointer) "team");
  vote_for (bench, poll, "chi", "Pizza");
  deliver_answer_of (bench, "Chi");
  bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (bench->engine->poller->details->len, ==, 1);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
  bench_heal (bench);
  bench_fault (bench, NO_LISTS);
  bench_fault (bench, says_second);
  g_assert_cmpuint (proxy_hits (proxy), ==, 1);
  proxy_release (proxy);
  bench_until_this_turn (bench, no_details_are_asked, NULL);
  if (is_hidden) {
    g_hash_table_remove_all (bench->hidden);
    kz_engine_open_group (bench->engine, team);
  }
  bench_until_line (bench, "response in team by Chi completed=-1 <Pizza>");
  g_assert_nonnull (strstr (bench_line (bench, "response in"), " stands=2"));
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  bench_free (bench);
  proxy_free (proxy);
}

static void
test_details_from_before (void)
{
  check_details_from_before (FALSE);
  check_details_from_before (TRUE);
}

/* What waits for its room keeps its place, also after a restart; what it is about is asked beside, once. */
static void
test_place_in_its_room (void)
{
  static const char *const order[] = {"by Ben", "\"in between\"", "by Chi"};
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *pump = bench_post_job_for_all (bench, "Pump");
  guint before, next = 0;

  bench_until_line (bench, "\"Pump\"");
  g_hash_table_add (bench->hidden, (gpointer) "team");
  complete (bench, pump, "ben");
  bench_pass (bench, G_USEC_PER_SEC);
  bench_say (bench, "team", "asha", "in between");
  bench_pass (bench, G_USEC_PER_SEC);
  complete (bench, pump, "chi");
  bench_pass (bench, G_USEC_PER_SEC);
  bench_fault (bench, NO_LISTS);
  before = bench_calls (bench, GET_ACTION);
  sign_on_again (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_open_group (bench->engine, team);
  bench_until_line (bench, "response in team by Chi");
  g_assert_nonnull (strstr (bench_line (bench, "by Ben"), "about Pump ["));
  for (guint i = 0; i < bench->log->len; i++)
    if (next < G_N_ELEMENTS (order) && strstr (bench->log->pdata[i], order[next]) != NULL)
      next++;
  g_assert_cmpuint (next, ==, G_N_ELEMENTS (order));
  g_assert_cmpuint (bench_calls (bench, GET_ACTION), ==, before + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/waiting/answers-that-wait-stay-in-order", test_in_order);
  g_test_add_func ("/waiting/votes-that-wait-stay-in-order", test_votes_in_order);
  g_test_add_func ("/waiting/details-that-come-in-between-are-behind-what-waits", test_details_in_between);
  g_test_add_func ("/waiting/no-line-waits-for-many", test_many_at_once);
  g_test_add_func ("/waiting/a-line-has-its-turn-before-rooms-that-wait", test_line_before_rooms_that_wait);
  g_test_add_func ("/waiting/details-from-before-do-not-know-what-waits", test_details_from_before);
  g_test_add_func ("/waiting/what-waits-for-its-room-keeps-its-place", test_place_in_its_room);
  return g_test_run ();
}
