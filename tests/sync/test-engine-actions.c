/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions, responses and reactions, by poll and by webhook. */
#include "config.h"

#include "engine-deaf.h"
#include "engine-deeds.h"

#include "kz-error.h"

#include <string.h>

static const char *const oldest_first[] = {"pageOrder=oldest", NULL};
static const char *const in_ms[] = {"fromDateUnit=ms", NULL};
static const char *const oldest_in_ms[] = {"pageOrder=oldest", "fromDateUnit=ms", NULL};
static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};

/* --- Lists --- */

static void
check_seed (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new (switches);
  guint last = G_MAXUINT;

  bench_only_poll (bench);
  for (guint i = 0; i < 45; i++) {
    g_autofree char *title = g_strdup_printf ("old %02u", i);
    g_autofree char *id =
        i % 2 ? bench_post_job (bench, "team", title) : bench_post_poll (bench, "team", title);
    g_autoptr (JsonObject) moved = bench_do (bench, "clock", "{'advanceSeconds':60}");
  }
  kz_clock_jump_wall (bench->clock, 45 * G_TIME_SPAN_MINUTE);
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 5);
  for (guint i = 0; i < bench->log->len; i++) {
    const char *line = bench->log->pdata[i];

    if (strstr (line, "action-added") == NULL)
      continue;
    g_assert_nonnull (strstr (line, "history"));
    last = last == G_MAXUINT ? 40 : last + 1;
    g_assert_cmpuint (atoi (strstr (line, "\"old ") + 5), ==, last);
  }
  g_assert_cmpuint (last, ==, 44);
  /* And none of it again, restarts and all. */
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-"), ==, 0);
}

static void
test_seed (void)
{
  check_seed (NULL);
  check_seed (oldest_first);
}

static void
check_many (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new (switches);

  bench_only_poll (bench);
  bench_settle_in (bench);
  /* More than a page, while nobody looked. */
  bench_stop (bench);
  for (guint i = 0; i < 70; i++) {
    g_autofree char *title = g_strdup_printf ("new %02u", i);
    g_autofree char *id = bench_post_job (bench, "team", title);
    g_autoptr (JsonObject) moved = bench_do (bench, "clock", "{'advanceSeconds':1}");
  }
  kz_clock_jump_wall (bench->clock, 70 * G_USEC_PER_SEC);
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 70);
  for (guint i = 0, next = 0; i < bench->log->len; i++) {
    const char *line = bench->log->pdata[i];

    if (strstr (line, "action-added") != NULL)
      g_assert_cmpuint (atoi (strstr (line, "\"new ") + 5), ==, next++);
  }
}

static void
test_many (void)
{
  check_many (NULL);
  check_many (oldest_first);
  check_many (in_ms);
  check_many (oldest_in_ms);
}

static void
check_once (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_autofree char *poll = NULL;
  g_autofree char *job = NULL;
  g_autoptr (JsonObject) picture = NULL;
  g_autoptr (JsonObject) again = NULL;

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  poll = bench_post_poll (bench, "team", "Lunch?");
  job = bench_post_job (bench, "team", "Check pump");
  picture = bench_do (bench, "picture", "{'group':'team','person':'ben','caption':'gate'}");
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "attachment in team"), ==, 1);
  again = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
  /* Long enough for every list to be reconciled. */
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "attachment in team"), ==, 1);
}

static void
test_once (void)
{
  check_once (NULL);
  check_once (other_ids);
}

/* --- Progress --- */

static void
test_poll_progress (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "action-added in team by Asha Poll \"Lunch?\"");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  first = bench_do (bench, "vote", "{'actionId':'%s','person':'ben','choice':'Soup'}", poll);
  bench_until_line (bench, "response in team by Ben");
  g_assert_true (g_str_has_suffix (bench_line (bench, "response in"), " stands=1,0,1"));
  second = bench_do (bench, "vote", "{'actionId':'%s','person':'chi','choice':'Pizza'}", poll);
  bench_until_line (bench, "stands=2,1,1");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "response"), ==, 2);
}

static void
test_job_progress (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  g_autoptr (JsonObject) done = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  job = bench_post_job (bench, "team", "Check pump");
  bench_until_line (bench, "action-added in team");
  /* Far out of the window of the list. */
  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  done = bench_do (bench, "complete", "{'actionId':'%s','person':'ben'}", job);
  bench_until_line (bench, "response in team by Ben completed=1");
  g_assert_true (g_str_has_suffix (bench_line (bench, "response in"), " stands=1"));
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-changed"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "response"), ==, 1);
}

/* That job has its line already. From now on only polls come, also after a kill, and what is listed far
 * behind it is told before it is done. */
static void
check_told_by_polls (Bench *bench, const char *pump)
{
  g_autofree char *line = g_strdup_printf ("response in team by %s completed=1 own", bench->phone);
  g_autofree char *valve = NULL;

  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  set_hooks_active (bench, FALSE);
  bench_only_poll (bench);
  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  valve = bench_post_job_for_all (bench, "Valve");
  until_told (bench, "\"Valve\"");
  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  bench_kill (bench);
  bench_sign_on (bench);
  complete (bench, pump, "me");
  until_told (bench, line);
}

/* What is delivered has no time: only lists tell how far back they must go. */
static void
check_delivered_progress (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autofree char *pump = bench_post_job_for_all (bench, "Pump");

  bench_until_line (bench, "action-added in team by Asha Job \"Pump\"");
  check_told_by_polls (bench, pump);
}

static void
test_delivered_job_progress (void)
{
  check_delivered_progress (NULL);
  check_delivered_progress (other_ids);
}

/* What a list adds to a picture that was delivered takes nothing of it away. */
static void
test_listed_picture (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (JsonObject) made = bench_do (
      bench, "picture", "{'group':'team','person':'asha','caption':'the gate','name':'gate.png'}");
  g_autoptr (GPtrArray) all = NULL;
  const KzOpenAction *open;

  bench_until_line (bench, "attachment in team by Asha");
  g_assert_null (strstr (bench_line (bench, "attachment in"), "polled"));
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  all = kz_engine_open_actions (bench->engine, team);
  g_assert_cmpuint (all->len, ==, 1);
  open = g_ptr_array_index (all, 0);
  g_assert_cmpint (open->action->sent_us, >, 0);
  g_assert_cmpuint (open->action->media->len, ==, 1);
}

/* Of our own we only know our own clock, until they are listed. */
static void
test_own_job_progress (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_JOB);
  g_autoptr (KzPosted) posted = NULL;

  kz_clock_jump_wall (bench->clock, 40 * G_TIME_SPAN_MINUTE);
  bench_settle_in_hearing (bench);
  draft->title = g_strdup ("Pump");
  draft->assigned_to = g_strsplit (bench->phone, "|", -1);
  posted = bench_post (bench, "team", draft);
  check_told_by_polls (bench, posted->action_id);
}

/* It waits for its room while the list that has it is read. */
static void
test_kept_job_progress (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *pump = NULL;
  g_autofree char *bolt = NULL;

  bench_settle_in_hearing (bench);
  g_hash_table_add (bench->hidden, (gpointer) "team");
  pump = bench_post_job_for_all (bench, "Pump");
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  bolt = bench_post_job_for_all (bench, "Bolt");
  bench_pass (bench, 40 * G_TIME_SPAN_MINUTE);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_open_group (bench->engine, team);
  bench_until_line (bench, "action-added in team by Asha Job \"Pump\"");
  check_told_by_polls (bench, pump);
}

static void
test_responses_by_webhook (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *job = NULL;
  g_autoptr (JsonObject) done = NULL;
  g_autoptr (JsonObject) undone = NULL;
  g_autoptr (JsonObject) again = NULL;

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  job = bench_post_job (bench, "team", "Check pump");
  bench_until_line (bench, "action-added in team");
  done = bench_do (bench, "complete", "{'actionId':'%s','person':'ben'}", job);
  bench_until_line (bench, "response in team by Ben completed=1");
  undone =
      bench_do (bench, "complete", "{'actionId':'%s','person':'ben','isCompleted':false}", job);
  bench_until_line (bench, "response in team by Ben completed=0");
  again = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "response"), ==, 2);
}

/* --- Reactions --- */

static void
test_reactions (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = bench_post_poll (bench, "team", "Old?");
  g_autofree char *fresh = NULL;
  g_autoptr (JsonObject) before =
      bench_do (bench, "like", "{'referenceId':'%s','person':'ben'}", poll);
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (JsonObject) comment = NULL;

  bench_settle_in (bench);
  bench_open (bench, "team");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction"), ==, 0);
  after = bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", poll);
  bench_until_line (bench, "reaction in team by Chi reaction=0*1");
  fresh = bench_post_poll (bench, "team", "New?");
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  comment = bench_do (bench, "comment", "{'referenceId':'%s','person':'ben','text':'nice'}", fresh);
  bench_until_line (bench, "reaction in team by Ben reaction=1*1");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 2);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 0);
}

/* The first pass over a group tells nothing old; but what came while we watched is not old. */
static void
test_reactions_before_the_first_pass (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *old = bench_post_poll (bench, "team", "Old?");
  g_autoptr (JsonObject) fault = bench_do (
      bench, "fault",
      "{'match':{'path':'/groups/*/reaction/summary','times':0},'action':{'status':503}}");
  g_autoptr (JsonObject) before =
      bench_do (bench, "like", "{'referenceId':'%s','person':'ben'}", old);
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (JsonNode) mended = NULL;
  g_autofree char *fresh = NULL;

  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_until (bench, bench_hears, NULL);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  fresh = bench_post_poll (bench, "team", "New?");
  bench_until_line (bench, "New?");
  after = bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", fresh);
  mended = sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, NULL);
  bench_until_line (bench, "reaction in team by Chi reaction=0*1");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
}

/* --- Our own answers --- */

typedef struct {
  GError *error;
  gboolean is_back;
} Outcome;

static void
outcome_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  g_assert_false (outcome->is_back);
  outcome->is_back = TRUE;
  kz_engine_answer_finish (KZ_ENGINE (source), result, &outcome->error);
}

static gboolean
is_back (Bench *bench, gconstpointer data)
{
  return ((const Outcome *) data)->is_back;
}

static void
results_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  KzTally **tally = data;

  *tally = kz_engine_results_finish (KZ_ENGINE (source), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_set (Bench *bench, gconstpointer data)
{
  return *(void *const *) data != NULL;
}

static void
test_answers (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;
  g_autofree char *job = NULL;
  Outcome vote = {0}, done = {0}, like = {0}, comment = {0}, lost = {0};
  KzTally *tally = NULL;

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  bench_open (bench, "team");
  poll = bench_post_poll (bench, "team", "Lunch?");
  job = bench_post_job (bench, "team", "Check pump");
  bench_until_line (bench, "Check pump");
  kz_engine_vote_async (bench->engine, bench_handle_of (bench, "team", "Lunch?"), 1, outcome_cb, &vote);
  g_assert_false (vote.is_back);
  bench_until (bench, is_back, &vote);
  g_assert_no_error (vote.error);
  kz_engine_complete_async (bench->engine, bench_handle_of (bench, "team", "Check pump"), TRUE,
                            outcome_cb, &done);
  kz_engine_like_async (bench->engine, bench_handle_of (bench, "team", "Lunch?"), outcome_cb, &like);
  kz_engine_comment_async (bench->engine, bench_handle_of (bench, "team", "Check pump"), "on it",
                           outcome_cb, &comment);
  bench_until (bench, is_back, &done);
  bench_until (bench, is_back, &like);
  bench_until (bench, is_back, &comment);
  g_assert_no_error (done.error);
  g_assert_no_error (like.error);
  g_assert_no_error (comment.error);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  /* Each once, though webhooks and polls bring them too. */
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "reaction in team"), ==, 2);
  g_assert_nonnull (strstr (bench_line (bench, "response in team"), "<Soup> own"));
  kz_engine_results_async (bench->engine, bench_handle_of (bench, "team", "Lunch?"), results_cb, &tally);
  bench_until (bench, is_set, &tally);
  g_assert_cmpint (tally->response_count, ==, 1);
  g_assert_cmpint (g_array_index (tally->counts, int, 1), ==, 1);
  kz_tally_unref (tally);
  kz_engine_like_async (bench->engine, "zzz", outcome_cb, &lost);
  g_assert_false (lost.is_back);
  bench_until (bench, is_back, &lost);
  g_assert_error (lost.error, KZ_ERROR, KZ_ERROR_NOT_FOUND);
  g_clear_error (&lost.error);
}

static void
test_answers_end_at_sign_off (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;
  g_autoptr (JsonObject) fault = NULL;
  Outcome like = {0}, lost = {0};

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_clear (bench);
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "Lunch?");
  fault = bench_do (bench, "fault",
                    "{'match':{'method':'POST','path':'/groups/*/reaction','times':0},"
                    "'action':{'stallHeaders':true}}");
  kz_engine_like_async (bench->engine, bench_handle_of (bench, "team", "Lunch?"), outcome_cb, &like);
  bench_settle (bench);
  kz_engine_like_async (bench->engine, "zzz", outcome_cb, &lost);
  kz_engine_stop (bench->engine);
  g_assert_true (like.is_back);
  g_assert_true (lost.is_back);
  g_assert_error (like.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&like.error);
  g_clear_error (&lost.error);
}

static void
test_handles_last (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *poll = NULL;
  g_autofree char *handle = NULL;
  g_autofree char *shouted = NULL;
  const KzOpenAction *open;
  g_autoptr (GError) error = NULL;

  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "Lunch?");
  handle = g_strdup (bench_handle_of (bench, "team", "Lunch?"));
  bench_stop (bench);
  bench_sign_on (bench);
  open = kz_engine_find_action (bench->engine, NULL, handle, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (open->action->action_id, ==, poll);
  shouted = g_strdup_printf ("[%s]", handle);
  g_assert_nonnull (kz_engine_find_action (bench->engine, NULL, shouted, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/actions/the-first-look-shows-the-latest-five", test_seed);
  g_test_add_func ("/actions/more-than-a-page-arrives-in-order", test_many);
  g_test_add_func ("/actions/poll-and-webhook-bring-each-once", test_once);
  g_test_add_func ("/actions/votes-are-told-by-polls", test_poll_progress);
  g_test_add_func ("/actions/an-old-job-that-is-done-is-told", test_job_progress);
  g_test_add_func ("/actions/an-old-job-that-was-delivered-is-told-by-polls", test_delivered_job_progress);
  g_test_add_func ("/actions/a-picture-that-is-listed-keeps-its-file", test_listed_picture);
  g_test_add_func ("/actions/an-old-job-of-ours-is-told-by-polls", test_own_job_progress);
  g_test_add_func ("/actions/an-old-job-that-waited-is-told-by-polls", test_kept_job_progress);
  g_test_add_func ("/actions/responses-arrive-by-webhook", test_responses_by_webhook);
  g_test_add_func ("/actions/a-like-is-told-once-and-an-old-one-never", test_reactions);
  g_test_add_func ("/actions/a-like-before-the-first-pass-over-its-group-is-told",
                   test_reactions_before_the_first_pass);
  g_test_add_func ("/actions/own-answers-are-told-once", test_answers);
  g_test_add_func ("/actions/own-answers-end-at-sign-off", test_answers_end_at_sign_off);
  g_test_add_func ("/actions/handles-outlast-a-restart", test_handles_last);
  return g_test_run ();
}
