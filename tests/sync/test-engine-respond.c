/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person answers: votes, surveys, replies. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include "kz-error.h"

#include <string.h>

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
static const char *const no_votes[] = {"pollAnswers=off", NULL};

/* --- Answering --- */

static void
add (KzResponseDraft *draft, KzAnswerValue *value)
{
  g_ptr_array_add (draft->answers, value);
}

static void
respond (Bench *bench, const char *title, const KzResponseDraft *draft)
{
  Fate fate = {0};

  kz_engine_respond_async (bench->engine, bench_handle_of (bench, "team", title), draft, fate_cb,
                           &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  g_assert_nonnull (fate.value);
}

static void
post_survey (Bench *bench, const char *title, gboolean accept_multiple)
{
  g_autoptr (JsonObject) answer =
      bench_do (bench, "action",
                "{'group':'team','person':'asha','actionType':'Survey','actionBody':{'title':'%s',"
                "'acceptMultipleResponses':%s,'questions':[{'title':'Day','type':'SingleOption',"
                "'options':[{'title':'Mon'},{'title':'Tue'}]},{'title':'Days','type':'MultiOption',"
                "'options':[{'title':'Mon'},{'title':'Tue'}]},{'title':'Why','type':'Text'},"
                "{'title':'N','type':'Numeric'},{'title':'When','type':'DateTime'},"
                "{'title':'Where','type':'Location'}]}}",
                title, accept_multiple ? "true" : "false");

  g_assert_nonnull (answer);
  bench_until_line (bench, title);
}

static KzResponseDraft *
new_answers (const char *day)
{
  static const char *const both[] = {"Mon", "Tue", NULL};
  KzResponseDraft *draft = kz_response_draft_new (KZ_ACTION_SURVEY);

  add (draft, kz_answer_value_new_text (day));
  add (draft, kz_answer_value_new_list (both));
  add (draft, kz_answer_value_new_none ());
  add (draft, kz_answer_value_new_number (2.5));
  add (draft, kz_answer_value_new_time (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC));
  add (draft, kz_answer_value_new_place (1, 2, "gate"));
  return draft;
}

#define REST "['Mon','Tue'],null,2.5,1790000000,{'lt':1,'lg':2,'n':'gate'}]}}"

static void
check_survey (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autoptr (KzResponseDraft) first = new_answers ("Tue");
  g_autoptr (KzResponseDraft) second = new_answers ("Mon");
  g_autoptr (JsonObject) again = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  post_survey (bench, "Shoes", FALSE);
  respond (bench, "Shoes", first);
  g_assert_nonnull (strstr (bench_line (bench, "response in team"), "<Tue> <Mon, Tue> <>"));
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  /* The second one changes the first. */
  respond (bench, "Shoes", second);
  text = bench_bodies (bench, "response");
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpstr (lines[0], ==, "{'actionType':'Survey','actionBody':{'Answers':['Tue'," REST);
  g_assert_true (g_str_has_prefix (lines[1], "{'actionType':'Survey','responseId':'"));
  g_assert_true (g_str_has_suffix (lines[1], "','actionBody':{'Answers':['Mon'," REST));
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  again = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 2);
}

static void
test_survey (void)
{
  check_survey (NULL);
  check_survey (other_ids);
}

/* Lists do not tell the questions: who is to answer them must have them first. */
static void
test_questions (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (KzResponseDraft) wrong = new_answers ("Sun");
  g_autoptr (KzResponseDraft) right = new_answers ("Tue");
  g_autoptr (GError) error = NULL;
  const KzOpenAction *open;
  const KzQuestion *first;
  Fate fate = {0};

  bench_only_poll (bench);
  bench_settle_in (bench);
  post_survey (bench, "Shoes", FALSE);
  kz_engine_fetch_action_async (bench->engine, bench_handle_of (bench, "team", "Shoes"), fate_cb,
                                &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  open =
      kz_engine_find_action (bench->engine, NULL, bench_handle_of (bench, "team", "Shoes"), &error);
  g_assert_cmpuint (open->action->questions->len, ==, 6);
  g_assert_cmpint (open->action->kind, ==, KZ_ACTION_SURVEY);
  first = open->action->questions->pdata[0];
  g_assert_cmpstr (first->title, ==, "Day");
  g_assert_cmpint (first->kind, ==, KZ_QUESTION_SINGLE);
  g_assert_cmpstr (first->options[1], ==, "Tue");
  fate = (Fate){0};
  kz_engine_respond_async (bench->engine, open->handle, wrong, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  respond (bench, "Shoes", right);
  fate = (Fate){0};
  kz_engine_fetch_action_async (bench->engine, "zzz", fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_NOT_FOUND);
}

static void
test_several_answers (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (KzResponseDraft) first = new_answers ("Tue");
  g_autoptr (KzResponseDraft) second = new_answers ("Mon");
  g_autofree char *text = NULL;

  post_survey (bench, "Visits", TRUE);
  respond (bench, "Visits", first);
  respond (bench, "Visits", second);
  text = bench_bodies (bench, "response");
  g_assert_null (strstr (text, "responseId"));
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 2);
}

static void
test_respond_refusals (void)
{
  g_autoptr (Bench) bench = bench_new_ready (no_votes);
  g_autoptr (KzResponseDraft) wrong = new_answers ("Sun");
  g_autoptr (KzResponseDraft) vote = kz_response_draft_new_choice (KZ_ACTION_POLL, "Soup");
  g_autoptr (KzActionDraft) poll = lunch_draft_new ("Lunch?");
  g_autoptr (KzPosted) posted = NULL;
  Fate fate = {0};

  post_survey (bench, "Shoes", FALSE);
  kz_engine_respond_async (bench->engine, bench_handle_of (bench, "team", "Shoes"), wrong, fate_cb,
                           &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_respond_async (bench->engine, "zzz", wrong, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_NOT_FOUND);
  posted = bench_post (bench, "team", poll);
  kz_engine_respond_async (bench->engine, bench_handle_of (bench, "team", "Lunch?"), vote, fate_cb,
                           &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_REJECTED);
  g_assert_cmpuint (bench_count_received (bench, "kind", "response"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "response in"), ==, 0);
}

/* --- Votes --- */

static void
vote (Bench *bench, const char *title, guint choice)
{
  Fate fate = {0};

  kz_engine_vote_async (bench->engine, bench_handle_of (bench, "team", title), choice, fate_cb,
                        &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
}

/* What the person changed is no news when polls bring it, after a restart too. */
static void
check_changed_vote (const char *kind, const char *body, const char *title)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) posted = NULL;

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  posted =
      bench_do (bench, "action",
                "{'group':'team','person':'asha','actionType':'%s','actionBody':%s}", kind, body);
  bench_until_line (bench, title);
  vote (bench, title, 1);
  bench_pass (bench, 6 * G_TIME_SPAN_MINUTE);
  vote (bench, title, 0);
  bench_pass (bench, 6 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "action-changed in team"), ==, 0);
  bench_stop (bench);
  bench_start (bench);
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  vote (bench, title, 1);
  bench_pass (bench, 6 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "response in team"), ==, 3);
  g_assert_cmpuint (bench_count (bench, "action-changed in team"), ==, 0);
}

static void
test_changed_vote (void)
{
  check_changed_vote ("Poll",
                      "{'question':'Eat where?','choices':[{'title':'Inn'},{'title':'Home'}]}",
                      "Eat where?");
  check_changed_vote ("LetsMeet", "{'title':'Talk','startingTime':'2027-05-06T09:00:00Z'}", "Talk");
}

/* --- Replies, reminders, properties --- */

static void
check_reply (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autoptr (KzActionDraft) poll = lunch_draft_new ("Lunch?");
  g_autoptr (KzPosted) posted = bench_post (bench, "team", poll);
  g_autofree char *expected = g_strdup_printf (
      "{'message':'Soup is nice','replyToReferenceId':'%s'}", posted->reference_id);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (kz_engine_reply (bench->engine, bench_handle_of (bench, "team", "Lunch?"),
                                     "Soup is nice", "typed", &error),
                    !=, 0);
  g_assert_no_error (error);
  bench_until_line (bench, "send-confirmed");
  bench_assert_body (bench, "message", expected);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  /* The host has shown it. */
  g_assert_cmpuint (bench_count (bench, "message in team"), ==, 0);
  g_assert_cmpuint (kz_engine_reply (bench->engine, "zzz", "x", "x", &error), ==, 0);
  g_assert_error (error, KZ_ERROR, KZ_ERROR_NOT_FOUND);
}

static void
test_reply (void)
{
  check_reply (NULL);
  check_reply (other_ids);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/respond/a-second-answer-changes-the-first", test_survey);
  g_test_add_func ("/respond/questions-that-no-list-tells", test_questions);
  g_test_add_func ("/respond/several-answers-where-they-are-wanted", test_several_answers);
  g_test_add_func ("/respond/a-changed-vote-is-no-news", test_changed_vote);
  g_test_add_func ("/respond/what-cannot-be-answered-is-said", test_respond_refusals);
  g_test_add_func ("/respond/a-reply-names-what-it-answers", test_reply);
  return g_test_run ();
}
