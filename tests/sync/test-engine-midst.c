/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ends in the middle of something: nothing of it is lost, and nothing comes twice. */
#include "config.h"

#include "engine-world.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* The mark of a list moves when all of it was shown: what is older than its overlap would never be
 * asked for again. */
static void
test_sign_off_between_two (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_stop (bench);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *title = g_strdup_printf ("Shift %u", i);
    g_autofree char *job = bench_post_job (bench, "team", title);
    g_autoptr (JsonObject) moved = bench_do (bench, "clock", "{'advanceSeconds':3600}");

    kz_clock_jump_wall (bench->clock, G_TIME_SPAN_HOUR);
  }
  bench_clear (bench);
  bench->stop_at = "Shift 0";
  bench_start (bench);
  bench_until_line (bench, "Shift 0");
  g_assert_null (bench->stop_at);
  g_assert_false (bench_has (bench, "Shift 1"));
  bench_stop (bench);
  bench_sign_on (bench);
  bench_until_line (bench, "Shift 2");
  g_assert_cmpuint (bench_count (bench, "Shift 1"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "Shift 2"), ==, 1);
}

/* The service takes some seconds to list what was posted, with the time at which it was. */
static void
test_listed_late (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (JsonObject) back = NULL, forth = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  first = bench_post_job (bench, "team", "On time");
  bench_until_line (bench, "On time");
  back = bench_do (bench, "clock", "{'advanceSeconds':-120}");
  second = bench_post_job (bench, "team", "Listed late");
  forth = bench_do (bench, "clock", "{'advanceSeconds':120}");
  bench_until_line (bench, "Listed late");
  g_assert_cmpuint (bench_count (bench, "On time"), ==, 1);
}

/* Signed off while the answer of the service was on its way: its echo is still ours. */
static void
test_echo_after_sign_off (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages','times':1},"
                      "'action':{'stallHeaders':true,'work':true}}");
  bench_send (bench, "team", "said once");
  bench_settle (bench);
  bench_stop (bench);
  g_assert_true (bench_has (bench, "send-unresolved"));
  bench_clear (bench);
  bench_sign_on (bench);
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
}

/* The echo comes while the answer does not: that is an answer, too. */
static void
test_echo_without_answer (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages','times':1},"
                      "'action':{'stallHeaders':true,'work':true}}");
  bench_send (bench, "team", "said once");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 1);
}

/* Once echoes are known to carry the ids of the answers, the same words under another id are said
 * by a hand on the phone, even before the echo. */
static void
test_same_words_before_the_echo (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_send (bench, "team", "first");
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  bench_clear (bench);
  json_object_unref (bench_do (bench, "switch", "{'echoText':'others'}"));
  bench_send (bench, "team", "yes");
  bench_until_line (bench, "send-confirmed");
  json_object_unref (bench_do (bench, "switch", "{'echoText':'on'}"));
  bench_say (bench, "team", "me", "yes");
  bench_until_line (bench, "message in team");
  g_assert_cmpuint (bench_count (bench, "message in team"), ==, 1);
}

/* Where echoes have ids of their own, only their words tell, also after a sign-off. */
static void
test_echo_of_another_id_after_sign_off (void)
{
  static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
  g_autoptr (Bench) bench = bench_new (other_ids);

  bench_settle_in_hearing (bench);
  bench_send (bench, "team", "first");
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_clear (bench);
  bench_send (bench, "team", "second");
  bench_until_line (bench, "send-confirmed");
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_HOUR);
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  bench_pass (bench, G_TIME_SPAN_HOUR);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
  /* That was the one echo of it: who says so again, says it. */
  bench_say (bench, "team", "me", "second");
  bench_until_line (bench, "message in team");
}

/* Long, but that is not what the service says: it is not cut up and sent again. */
static void
test_refused_for_something_else (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *words = g_strnfill (1500, 'w');

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages','times':1},'action':"
                      "{'status':400,'body':{'errorCode':'Strange','message':'Not today'}}}");
  bench_send (bench, "team", words);
  bench_until_line (bench, "send-failed");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 1);
}

/* It may have been seen, or not: the line says so the next time. */
static void
test_sign_off_inside_a_kept_line (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");

  g_hash_table_add (bench->hidden, (gpointer) "team");
  bench_settle_in_hearing (bench);
  bench_say (bench, "team", "asha", "one");
  bench_say (bench, "team", "asha", "two");
  bench_settle (bench);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 2);
  bench_clear (bench);
  bench->stop_at = "\"one\"";
  kz_engine_release_group (bench->engine, team);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 1);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  kz_engine_release_group (bench->engine, team);
  g_assert_nonnull (strstr (bench_line (bench, "\"one\""), "maybe-seen"));
  g_assert_null (strstr (bench_line (bench, "\"two\""), "maybe-seen"));
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* What can neither be shown nor written down is not taken: the service keeps it and comes again. */
static void
test_full_disk (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");

  g_hash_table_add (bench->hidden, (gpointer) "team");
  bench_settle_in_hearing (bench);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  limit_files (1);
  bench_say (bench, "team", "asha", "not lost");
  bench_settle (bench);
  limit_files (RLIM_INFINITY);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 0);
  bench_pass (bench, 2 * G_TIME_SPAN_HOUR);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 1);
  kz_engine_release_group (bench->engine, team);
  g_assert_cmpuint (bench_count (bench, "\"not lost\""), ==, 1);
}

/* The notice that nothing can be written comes out of the very answer, and the host signs off. */
static void
test_sign_off_inside_an_answer (void)
{
  static const char *const no_echo[] = {"echoText=off", NULL};
  g_autoptr (Bench) bench = bench_new (no_echo);

  bench_settle_in_hearing (bench);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  bench_send (bench, "team", "on its way");
  limit_files (1);
  bench->stop_at = "notice";
  /* Without the clock: a save that is due would say it first. */
  while (!bench_in_state (bench, "stopped"))
    g_main_context_iteration (NULL, TRUE);
  limit_files (RLIM_INFINITY);
  g_assert_null (bench->stop_at);
  g_assert_cmpuint (bench_count (bench, "send-unresolved"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
}

/* A kill within the seconds in which the state is saved: what was told of an action is not forgotten,
 * so that who answers it next is news. */
static void
test_killed_before_the_state_is_saved (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch");
  g_autoptr (JsonObject) voted = NULL;

  while (!bench_has (bench, "Lunch"))
    bench_settle (bench);
  bench_kill (bench);
  bench_only_poll (bench);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  voted = bench_do (bench, "vote", "{'actionId':'%s','person':'ben','choice':'Soup'}", poll);
  bench_sign_on (bench);
  bench_until_line (bench, "response in team by Ben");
}

static guint
place_of (Bench *bench, const char *part)
{
  const char *line = bench_line (bench, part);
  guint place = 0;

  while (bench->log->pdata[place] != line)
    place++;
  return place;
}

/* Lists tell whole seconds, and begin with the newest. */
static void
test_order_within_a_second (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_only_poll (bench);
  bench_settle_in (bench);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *title = g_strdup_printf ("Shift %u", i);
    g_autofree char *job = bench_post_job (bench, "team", title);
  }
  bench_until_line (bench, "Shift 2");
  g_assert_cmpuint (place_of (bench, "Shift 0"), <, place_of (bench, "Shift 1"));
  g_assert_cmpuint (place_of (bench, "Shift 1"), <, place_of (bench, "Shift 2"));
}

/* A kill between showing what a poll told of @verb and writing that down. */
static void
check_doubt (Bench *bench, const char *verb, const char *format, const char *id, const char *line)
{
  g_autofree char *body = g_strdup_printf ("{'%s':'%s','person':'ben'}", format, id);
  g_autoptr (JsonObject) done = NULL;

  bench_clear (bench);
  bench->kill_after = 1;
  done = bench_do (bench, verb, "%s", body);
  while (!bench_bury (bench))
    bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, line), ==, 1);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_until_line (bench, line);
  g_assert_nonnull (strstr (bench_line (bench, line), "maybe-seen"));
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, line), ==, 1);
}

static void
test_killed_inside_a_deed (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  poll = bench_post_poll (bench, "team", "Lunch");
  bench_until_line (bench, "Lunch");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  check_doubt (bench, "vote", "actionId", poll, "response in team by Ben");
  check_doubt (bench, "like", "referenceId", poll, "reaction in team by Ben");
}

/* The delivery that names it comes to the next process, before any poll: it says so, too. */
static void
test_killed_inside_a_deed_that_is_delivered (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch");
  g_autoptr (JsonObject) voted = NULL;

  bench_until_line (bench, "Lunch");
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_clear (bench);
  bench->tells_more = TRUE;
  bench->kill_after = 1;
  voted = bench_do (bench, "vote", "{'actionId':'%s','person':'ben','choice':'Soup'}", poll);
  while (!bench_bury (bench))
    bench_pass (bench, G_USEC_PER_SEC);
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Ben"), "polled"));
  bench_clear (bench);
  bench_sign_on (bench);
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  bench_until_line (bench, "response in team by Ben");
  g_assert_null (strstr (bench_line (bench, "response in team by Ben"), "polled"));
  g_assert_nonnull (strstr (bench_line (bench, "response in team by Ben"), "maybe-seen"));
}

/* (transfer full) */
static char *
journal_path (Bench *bench)
{
  g_autoptr (GDir) dir = g_dir_open (bench->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".journal"))
      return g_build_filename (bench->dir, name, NULL);
  g_error ("There is no journal");
}

/* That its echo came and that the send is done is one record: a kill behind the first that an echo
 * makes leaves no second line. */
static void
test_killed_inside_an_echo (void)
{
  static const char *const switches[] = {"eventIdIsReferenceId=off", NULL};
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autofree char *journal = NULL;
  g_autofree char *text = NULL;
  gsize before;
  gsize after;

  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_send (bench, "team", "said once");
  bench_until_line (bench, "send-confirmed");
  journal = journal_path (bench);
  g_assert_true (g_file_get_contents (journal, &text, &before, NULL));
  g_free (g_steal_pointer (&text));
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  bench_settle (bench);
  bench_kill (bench);
  g_free (journal);
  journal = journal_path (bench);
  g_assert_true (g_file_get_contents (journal, &text, &after, NULL));
  g_assert_cmpuint (after, >, before);
  after = (gsize) (strchr (text + before, '\n') + 1 - text);
  g_assert_true (g_file_set_contents (journal, text, (gssize) after, NULL));
  bench_sign_on (bench);
  bench_redeliver (bench, FALSE);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A file over its limit is an error of write(2), as on a full disk. */
  signal (SIGXFSZ, SIG_IGN);
  g_test_add_func ("/midst/a-sign-off-between-two-items-loses-none", test_sign_off_between_two);
  g_test_add_func ("/midst/what-is-listed-late-is-found", test_listed_late);
  g_test_add_func ("/midst/an-echo-after-a-sign-off-is-no-second-line", test_echo_after_sign_off);
  g_test_add_func ("/midst/an-echo-is-an-answer", test_echo_without_answer);
  g_test_add_func ("/midst/the-same-words-before-the-echo", test_same_words_before_the_echo);
  g_test_add_func ("/midst/an-echo-of-another-id-after-a-sign-off",
                   test_echo_of_another_id_after_sign_off);
  g_test_add_func ("/midst/a-long-text-refused-for-something-else",
                   test_refused_for_something_else);
  g_test_add_func ("/midst/a-sign-off-inside-an-answer", test_sign_off_inside_an_answer);
  g_test_add_func ("/midst/a-sign-off-inside-a-kept-line-leaves-a-doubt",
                   test_sign_off_inside_a_kept_line);
  g_test_add_func ("/midst/what-shares-a-second-comes-in-order", test_order_within_a_second);
  g_test_add_func ("/midst/a-kill-inside-a-vote-or-a-like-leaves-a-doubt",
                   test_killed_inside_a_deed);
  g_test_add_func ("/midst/a-doubt-is-said-of-what-is-delivered-next",
                   test_killed_inside_a_deed_that_is_delivered);
  g_test_add_func ("/midst/a-kill-inside-an-echo-leaves-no-second-line",
                   test_killed_inside_an_echo);
  g_test_add_func ("/midst/a-kill-before-the-state-is-saved",
                   test_killed_before_the_state_is_saved);
  g_test_add_func ("/midst/what-cannot-be-kept-is-not-taken", test_full_disk);
  return g_test_run ();
}
