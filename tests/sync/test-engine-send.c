/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user says: echoes, failures, limits, and what a sign-off or a kill leaves. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include "kz-error.h"

#include <string.h>

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
static const char *const no_echo[] = {"echoText=off", NULL};

static void
check_send (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new (switches);

  bench_settle_in_hearing (bench);
  for (guint i = 0; i < 3; i++)
    bench_send (bench, "team", "hello there");
  bench_send (bench, "team", " odd  spaces\nand lines ");
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 4);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 4);
  bench_redeliver (bench, TRUE);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
}

static void
test_send (void)
{
  check_send (NULL);
  check_send (other_ids);
  check_send (no_echo);
}

/* The same words from the phone are a second line, wherever ids can tell. */
static void
test_same_words_from_phone (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_send (bench, "team", "on my way");
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  bench_say (bench, "team", "me", "on my way");
  bench_until_line (bench, "message in team");
  g_assert_cmpuint (bench_count (bench, "message in team"), ==, 1);
}

/* Where ids cannot tell, each send absorbs one echo and no more. */
static void
test_echoes_are_a_multiset (void)
{
  g_autoptr (Bench) bench = bench_new (other_ids);

  bench_settle_in_hearing (bench);
  bench_send (bench, "team", "yes");
  bench_send (bench, "team", "yes");
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
  bench_say (bench, "team", "me", "yes");
  bench_until_line (bench, "message in team");
}

static void
test_lost_answer (gconstpointer data)
{
  g_autoptr (Bench) bench = bench_new (data);

  bench_settle_in_hearing (bench);
  bench_fault (
      bench, "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'reset':'after'}}");
  bench_send (bench, "team", "did it arrive?");
  bench_send (bench, "team", "next");
  bench_pass (bench, 90 * G_USEC_PER_SEC);
  /* It did: its echo says so. It was not sent again. */
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "send-failed"), ==, 0);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 2);
}

static void
test_unresolved_without_echo (void)
{
  g_autoptr (Bench) bench = bench_new (no_echo);

  bench_settle_in_hearing (bench);
  bench_fault (
      bench, "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'reset':'after'}}");
  bench_send (bench, "team", "did it arrive?");
  bench_until_line (bench, "send-unresolved");
  g_assert_nonnull (strstr (bench_line (bench, "send-unresolved"), "typed \"did it arrive?\""));
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 1);
}

static void
test_unresolved_over_restart (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) paused = NULL;
  g_autoptr (JsonObject) resumed = NULL;

  bench_settle_in_hearing (bench);
  paused = bench_do (bench, "webhooks/pause", "{}");
  bench_fault (
      bench, "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'reset':'after'}}");
  bench_send (bench, "team", "half way");
  bench_until_line (bench, "send-unresolved");
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  /* That was told already. */
  g_assert_cmpuint (bench_count (bench, "send-unresolved"), ==, 0);
  resumed = bench_do (bench, "webhooks/resume", "{}");
  bench_until_line (bench, "send-confirmed");
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
}

static void
test_refused (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_fault (bench,
               "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':403,"
               "'body':{'message':'no','errorCode':'Forbidden'}}}");
  bench_send (bench, "team", "may I?");
  bench_send (bench, "team", "and this");
  bench_until_line (bench, "send-confirmed");
  g_assert_nonnull (strstr (bench_line (bench, "send-failed"), "typed \"may I?\""));
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 2);
}

static void
test_parent_takes_no_text (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *region = bench_group (bench, "region");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) announce_error = NULL;

  bench_settle_in_hearing (bench);
  g_assert_cmpuint (kz_engine_send_text (bench->engine, region, "hi", "hi", &error), ==, 0);
  g_assert_error (error, KZ_ERROR, KZ_ERROR_FORBIDDEN);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 0);
  g_assert_cmpuint (kz_engine_announce (bench->engine, region, "Note", "hi", "hi", &announce_error),
                    !=, 0);
  g_assert_no_error (announce_error);
  bench_until_line (bench, "action-added in region");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_redeliver (bench, FALSE);
  g_assert_cmpuint (bench_count (bench, "action-added in region"), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "action-added in region"), " own"));
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 1);
}

static void
test_throttled (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_fault (bench,
               "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':429,"
               "'retryAfter':7}}");
  bench_send (bench, "team", "one");
  bench_send (bench, "team", "two");
  bench_pass (bench, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 0);
  bench_pass (bench, 40 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 2);
}

static void
test_old_limit (gconstpointer switches)
{
  g_autoptr (Bench) bench = bench_new (switches);
  g_autofree char *word = g_strnfill (499, 'a');
  g_autofree char *text = g_strjoin (" ", word, word, word, word, word, NULL);

  bench_settle_in_hearing (bench);
  bench_fault (bench,
               "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':400,"
               "'body':{'message':'too long','errorCode':'InvalidParameters'}}}");
  bench_send (bench, "team", text);
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  /* Once whole, and then two words a piece. */
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 4);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
}

#define FLAG "\U0001f1ee\U0001f1f3"
#define WAVE "\U0001f44b\U0001f3fd"

/* Nothing in it is a space, and each letter is of several characters. */
static void
test_old_limit_letters (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (GString) text = g_string_new ("a");
  g_autofree char *bodies = NULL;
  g_auto (GStrv) pieces = NULL;

  for (guint i = 0; i < 130; i++)
    g_string_append (text, WAVE FLAG);
  bench_settle_in_hearing (bench);
  bench_fault (bench,
               "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':400,"
               "'body':{'message':'too long','errorCode':'InvalidParameters'}}}");
  bench_send (bench, "team", text->str);
  bench_until_line (bench, "send-confirmed");
  bodies = bench_bodies (bench, "message");
  pieces = g_strsplit (bodies, "\n", -1);
  g_assert_cmpstr (bodies, !=, "");
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 2);
  g_assert_true (g_str_has_prefix (pieces[0], "{'message':'a" WAVE));
  for (guint i = 0; i < 2; i++) {
    const char *p = strchr (strchr (pieces[i], ':'), '\'') + 1;

    for (p += i == 0 ? 1 : 0; *p != '\'';)
      if (g_str_has_prefix (p, FLAG))
        p += strlen (FLAG);
      else {
        g_assert_true (g_str_has_prefix (p, WAVE));
        p += strlen (WAVE);
      }
  }
}

/* What is left of a text in parts comes back as it was typed. */
static void
test_rest_of_parts (void)
{
  g_autoptr (Bench) bench = bench_new (no_echo);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *rest = NULL;

  for (guint line = 0; line < 3; line++) {
    for (guint i = 0; i < 90; i++)
      g_string_append (text, "said again");
    g_string_append (text, line < 2 ? "\n\n" : " the end");
  }
  bench_settle_in_hearing (bench);
  /* It takes no more than the older limit, the first part of that, and then nothing. */
  bench_fault (bench,
               "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':400,"
               "'body':{'message':'too long','errorCode':'InvalidParameters'}}}");
  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages','nth':3,'times':0},"
                      "'action':{'status':403}}");
  bench_send (bench, "team", text->str);
  bench_until_line (bench, "send-failed");
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 1);
  rest = g_strdup_printf ("typed \"%s\"", strchr (text->str, '\n') + 2);
  g_assert_nonnull (strstr (bench_line (bench, "send-failed"), rest));
}

/* What was typed and not sent comes back before sign-off is over. */
static void
test_stop_with_texts (void)
{
  g_autoptr (Bench) bench = bench_new (no_echo);

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages','times':0},"
                      "'action':{'stallHeaders':true}}");
  bench_send (bench, "team", "first");
  bench_send (bench, "team", "second");
  bench_send (bench, "ops", "third");
  bench_settle (bench);
  bench_stop (bench);
  g_assert_cmpuint (bench_count (bench, "send-unresolved"), ==, 2);
  g_assert_nonnull (strstr (bench_line (bench, "send-failed"), "typed \"second\""));
}

/* A text that waits behind another one has left nothing but our own record of it. */
static void
test_kill_with_texts (void)
{
  g_autoptr (Bench) bench = bench_new (no_echo);
  guint calls;

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages','times':0},"
                      "'action':{'stallHeaders':true}}");
  bench_send (bench, "team", "first");
  bench_send (bench, "team", "second");
  bench_send (bench, "team", "third");
  bench_settle (bench);
  bench_kill (bench);
  calls = bench_calls (bench, "POST /groups/{groupId}/messages");
  bench_pass (bench, 3 * G_TIME_SPAN_DAY);
  bench_sign_on (bench);
  bench_pass (bench, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "send-failed"), ==, 2);
  g_assert_nonnull (strstr (bench_line (bench, "send-failed"), "typed \"second\""));
  g_assert_true (bench_has (bench, "typed \"third\""));
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, calls);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 30 * G_USEC_PER_SEC);
  /* That was told. */
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 0);
}

static void
test_kill_on_the_wire (void)
{
  g_autoptr (Bench) bench = bench_new (no_echo);

  bench_settle_in_hearing (bench);
  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages','times':0},"
                      "'action':{'stallHeaders':true}}");
  bench_send (bench, "team", "first");
  bench_send (bench, "team", "second");
  bench_settle (bench);
  bench_kill (bench);
  bench_sign_on (bench);
  bench_settle (bench);
  g_assert_nonnull (strstr (bench_line (bench, "send-unresolved"), "typed \"first\""));
  g_assert_nonnull (strstr (bench_line (bench, "send-failed"), "typed \"second\""));
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 2);
}

/* It waits for a token when another call hears that there will be none: nothing of it has left. */
static void
test_a_dead_token (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  guint before = bench_calls (bench, "GET /accessToken");
  g_autoptr (JsonObject) revoked = bench_do (bench, "revoke", "{}");
  g_autoptr (JsonObject) expired = bench_do (bench, "expire-access", "{}");

  kz_engine_refresh_groups (bench->engine);
  kz_clock_advance (bench->clock, G_USEC_PER_SEC);
  while (bench_calls (bench, "GET /accessToken") == before)
    g_main_context_iteration (NULL, TRUE);
  bench_send (bench, "team", "words");
  bench_until (bench, bench_in_state, "failed");
  g_assert_error (bench->state_error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
  g_assert_cmpuint (bench_count (bench, "send-unresolved"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "send-failed"), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "send-failed"), "typed \"words\""));
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/a-send-is-confirmed-and-not-shown-again", test_send);
  g_test_add_func ("/send/the-same-words-from-the-phone-are-a-second-line",
                   test_same_words_from_phone);
  g_test_add_func ("/send/each-send-absorbs-one-echo", test_echoes_are_a_multiset);
  g_test_add_data_func ("/send/a-lost-answer-is-confirmed-by-its-echo", NULL, test_lost_answer);
  g_test_add_data_func ("/send/a-lost-answer-is-confirmed-by-its-echo-under-another-id", other_ids,
                        test_lost_answer);
  g_test_add_func ("/send/a-lost-answer-is-not-sent-again", test_unresolved_without_echo);
  g_test_add_func ("/send/an-echo-after-a-restart-confirms", test_unresolved_over_restart);
  g_test_add_func ("/send/a-refusal-gives-the-text-back", test_refused);
  g_test_add_func ("/send/a-dead-token-gives-the-text-back", test_a_dead_token);
  g_test_add_func ("/send/a-parent-group-takes-announcements-only", test_parent_takes_no_text);
  g_test_add_func ("/send/a-throttled-send-waits", test_throttled);
  g_test_add_data_func ("/send/a-service-with-the-old-limit-gets-shorter-texts", NULL,
                        test_old_limit);
  g_test_add_data_func ("/send/shorter-texts-know-their-echoes-under-other-ids", other_ids,
                        test_old_limit);
  g_test_add_func ("/send/shorter-texts-cut-no-letter", test_old_limit_letters);
  g_test_add_func ("/send/the-rest-of-parts-comes-back-as-it-was-typed", test_rest_of_parts);
  g_test_add_func ("/send/sign-off-gives-back-what-was-not-sent", test_stop_with_texts);
  g_test_add_func ("/send/a-kill-gives-back-what-was-queued", test_kill_with_texts);
  g_test_add_func ("/send/a-kill-tells-what-was-on-the-wire-apart", test_kill_on_the_wire);
  return g_test_run ();
}
