/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened while nobody looked: between two sign-ons, and further down than a page goes. */
#include "config.h"

#include "engine-world.h"

#include "kz-engine-private.h"
#include "kz-error.h"
#include "kz-poller-private.h"

#include <string.h>

/* --- Between two sign-ons --- */

static void
test_posted_while_signed_off (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  const char *line;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_stop (bench);
  job = bench_post_job (bench, "team", "Night shift");
  json_object_unref (bench_do (bench, "clock", "{'advanceSeconds':3600}"));
  kz_clock_jump_wall (bench->clock, G_TIME_SPAN_HOUR);
  bench_sign_on (bench);
  bench_until_line (bench, "Night shift");
  line = bench_line (bench, "Night shift");
  /* Dated, but news: history would not open the room. */
  g_assert_nonnull (strstr (line, " late"));
  g_assert_null (strstr (line, " history"));
}

/* The service tells times in whole seconds: what was posted in the rest of the one in which we came online
 * has a time before that. */
static void
test_posted_in_the_same_second (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  g_autofree char *to_the_half = NULL;
  g_autoptr (JsonObject) fault = bench_do (
      bench, "fault",
      "{'match':{'path':'/groups/*/reaction/summary','times':0},'action':{'status':503}}");
  g_autoptr (JsonObject) like = NULL;
  g_autoptr (JsonNode) mended = NULL;
  gint64 step_us;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_stop (bench);
  step_us = G_TIME_SPAN_HOUR + G_USEC_PER_SEC / 2 - kz_clock_wall_us (bench->clock) % G_USEC_PER_SEC;
  to_the_half = g_strdup_printf ("{'advanceSeconds':%" G_GINT64_FORMAT ".%03d}",
                                 step_us / G_USEC_PER_SEC, (int) (step_us % G_USEC_PER_SEC / 1000));
  json_object_unref (bench_do (bench, "clock", "%s", to_the_half));
  kz_clock_jump_wall (bench->clock, step_us);
  bench_sign_on (bench);
  g_assert_cmpint (bench->engine->online_wall_us % G_USEC_PER_SEC, >, 0);
  job = bench_post_job (bench, "team", "Night shift");
  g_assert_cmpint (kz_clock_wall_us (bench->clock) / G_USEC_PER_SEC, ==,
                   bench->engine->online_wall_us / G_USEC_PER_SEC);
  bench_until_line (bench, "Night shift");
  g_assert_null (strstr (bench_line (bench, "Night shift"), " late"));
  /* Nor is it old for the first look at its reactions. */
  like = bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", job);
  mended = sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, NULL);
  bench_until_line (bench, "reaction in team by Chi reaction=0*1");
}

/* --- Lists of more than a page --- */

static const char *const newest_in_s[] = {"pageOrder=newest", "fromDateUnit=s", NULL};
static const char *const newest_in_ms[] = {"pageOrder=newest", "fromDateUnit=ms", NULL};
static const char *const oldest_in_s[] = {"pageOrder=oldest", "fromDateUnit=s", NULL};
static const char *const oldest_in_ms[] = {"pageOrder=oldest", "fromDateUnit=ms", NULL};
static const char *const short_pages[] = {"pageOrder=oldest", "fromDateUnit=ms",
                                          "actionsPageMax=20", NULL};

static void
test_after_quiet_polls (gconstpointer switches)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_autofree char *last = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  for (guint i = 0; i < 35; i++) {
    g_autofree char *title = g_strdup_printf ("many %02u.", i);
    g_autofree char *id = bench_post_job (bench, "team", title);
    g_autoptr (JsonObject) moved = bench_do (bench, "clock", "{'advanceSeconds':1}");
  }
  bench_until_line (bench, "many 34.");
  bench_pass (bench, 4 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 35);
  last = bench_post_job (bench, "team", "one more");
  bench_until_line (bench, "one more");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 36);
}

/* A page of what is far older than was asked for: the date was not read in seconds. */
static void
test_finds_the_unit (void)
{
  g_autoptr (Bench) bench = bench_new (oldest_in_ms);
  g_autofree char *last = NULL;

  for (guint i = 0; i < 35; i++) {
    g_autofree char *title = g_strdup_printf ("old %02u.", i);
    g_autofree char *id = bench_post_job (bench, "team", title);
  }
  json_object_unref (bench_do (bench, "clock", "{'advanceSeconds':2000000}"));
  kz_clock_jump_wall (bench->clock, 2000000 * (gint64) G_USEC_PER_SEC);
  last = bench_post_job (bench, "team", "the last one");
  bench_only_poll (bench);
  bench_settle_in (bench);
  g_clear_pointer (&last, g_free);
  last = bench_post_job (bench, "team", "today");
  bench_until_line (bench, "today");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_true (bench->engine->poller->sends_ms);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 1);
}

/* --- What is moved --- */

static void
test_due_is_moved (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  g_autoptr (KzTally) tally = NULL;
  const KzOpenAction *open;

  bench_only_poll (bench);
  bench_settle_in (bench);
  job = bench_post_job (bench, "team", "Check pump");
  bench_until_line (bench, "Check pump");
  open = kz_store_find_action (bench->engine->store, job, NULL);
  tally = kz_tally_from_action (open->action);
  tally->response_count = MAX (tally->response_count, 0);
  tally->due_us = kz_clock_wall_us (bench->clock) + G_TIME_SPAN_DAY;
  kz_engine_take_tally (bench->engine, job, tally, KZ_TALLY_OF_RESULTS);
  bench_clear (bench);
  kz_tally_unref (g_steal_pointer (&tally));
  tally = kz_tally_from_action (open->action);
  tally->response_count = MAX (tally->response_count, 0);
  tally->due_us = kz_clock_wall_us (bench->clock) + 3 * G_TIME_SPAN_DAY;
  g_assert_true (kz_engine_take_tally (bench->engine, job, tally, KZ_TALLY_OF_LIST));
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 1);
  open = kz_store_find_action (bench->engine->store, job, NULL);
  g_assert_cmpint (open->action->due_us, ==, tally->due_us);
}

/* A list counted an answer; then a delivery names it: one line. */
static void
test_counted_before_named (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  g_autoptr (KzTally) tally = NULL;
  g_autoptr (JsonObject) done = NULL;
  const KzOpenAction *open;

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  job = bench_post_job (bench, "team", "Check pump");
  bench_until_line (bench, "Check pump");
  open = kz_store_find_action (bench->engine->store, job, NULL);
  tally = kz_tally_from_action (open->action);
  tally->response_count = 0;
  kz_engine_take_tally (bench->engine, job, tally, KZ_TALLY_OF_RESULTS);
  kz_tally_unref (g_steal_pointer (&tally));
  tally = kz_tally_from_action (open->action);
  tally->response_count = 1;
  kz_engine_take_tally (bench->engine, job, tally, KZ_TALLY_OF_LIST);
  done = bench_do (bench, "complete", "{'actionId':'%s','person':'ben'}", job);
  bench_until_line (bench, "response in team by Ben");
  open = kz_store_find_action (bench->engine->store, job, NULL);
  g_assert_cmpint (open->tally->response_count, ==, 1);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
}

/* --- Groups that were left --- */

static void
test_left_with_kept_lines (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench->limit_us = 30 * G_TIME_SPAN_MINUTE;
  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  g_hash_table_add (bench->hidden, (gpointer) "ops");
  json_object_unref (bench_do (bench, "say", "{'group':'ops','person':'asha','text':'waits'}"));
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "\"waits\""), ==, 0);
  json_object_unref (bench_do (bench, "leave", "{'group':'ops','person':'me','by':'asha'}"));
  bench_until_line (bench, "group-removed");
  /* It was accepted, so it is shown; and neither it nor its group comes back. */
  g_assert_cmpuint (bench_count (bench, "\"waits\""), ==, 1);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "\"waits\""), ==, 0);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 3);
}

/* --- Echoes that are late --- */

static void
test_late_echo (void)
{
  static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
  g_autoptr (Bench) bench = bench_new (other_ids);

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  json_object_unref (bench_do (bench, "webhooks/pause", "{}"));
  bench_send (bench, "team", "said here");
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, 12 * G_TIME_SPAN_MINUTE);
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  json_object_unref (bench_do (bench, "redeliver", "{'deliveryId':'all'}"));
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "said here"), ==, 0);
}

/* --- What the first look does not show --- */

static void
test_older_seeds (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *old = bench_post_job (bench, "team", "Old one");

  for (guint i = 0; i < 8; i++) {
    g_autofree char *title = g_strdup_printf ("newer %u", i);
    g_autoptr (JsonObject) moved = bench_do (bench, "clock", "{'advanceSeconds':60}");
    g_autofree char *id = bench_post_job (bench, "team", title);
  }
  kz_clock_jump_wall (bench->clock, 8 * G_TIME_SPAN_MINUTE);
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 5);
  g_assert_cmpuint (bench_count (bench, "Old one"), ==, 0);
  g_assert_nonnull (bench_handle_of (bench, "team", "Old one"));
}

/* --- Likes over a restart --- */

static void
test_old_likes (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *id = NULL;
  const KzOpenAction *open;

  id = bench_post_poll (bench, "team", "Old?");
  json_object_unref (bench_do (bench, "like", "{'referenceId':'%s','person':'ben'}", id));
  bench_settle_in (bench);
  bench_open (bench, "team");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  open = kz_store_find_action (bench->engine->store, id, NULL);
  g_assert_nonnull (open);
  /* As of one that has left the list of open actions. */
  kz_store_prune_actions (bench->engine->store,
                          kz_clock_wall_us (bench->clock) + 400 * G_TIME_SPAN_DAY);
  g_assert_null (kz_store_find_action (bench->engine->store, id, NULL));
  bench_stop (bench);
  bench_clear (bench);
  json_object_unref (bench_do (bench, "clock", "{'advanceSeconds':600}"));
  kz_clock_jump_wall (bench->clock, 10 * G_TIME_SPAN_MINUTE);
  json_object_unref (bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", id));
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_until_line (bench, "reaction in team by Chi");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/absence/what-was-posted-while-signed-off-is-news",
                   test_posted_while_signed_off);
  g_test_add_func ("/absence/what-was-posted-in-the-second-of-our-sign-on-is-no-later",
                   test_posted_in_the_same_second);
  g_test_add_data_func ("/absence/quiet-polls-hide-nothing-newest-s", newest_in_s,
                        test_after_quiet_polls);
  g_test_add_data_func ("/absence/quiet-polls-hide-nothing-newest-ms", newest_in_ms,
                        test_after_quiet_polls);
  g_test_add_data_func ("/absence/quiet-polls-hide-nothing-oldest-s", oldest_in_s,
                        test_after_quiet_polls);
  g_test_add_data_func ("/absence/quiet-polls-hide-nothing-oldest-ms", oldest_in_ms,
                        test_after_quiet_polls);
  g_test_add_data_func ("/absence/quiet-polls-hide-nothing-short-pages", short_pages,
                        test_after_quiet_polls);
  g_test_add_func ("/absence/the-unit-of-dates-is-found-out", test_finds_the_unit);
  g_test_add_func ("/absence/what-a-list-counted-is-not-counted-again", test_counted_before_named);
  g_test_add_func ("/absence/a-moved-due-date-is-learned", test_due_is_moved);
  g_test_add_func ("/absence/a-group-that-was-left-shows-what-it-kept", test_left_with_kept_lines);
  g_test_add_func ("/absence/a-late-echo-is-no-second-line", test_late_echo);
  g_test_add_func ("/absence/older-actions-have-handles-too", test_older_seeds);
  g_test_add_func ("/absence/old-likes-are-no-news", test_old_likes);
  return g_test_run ();
}
