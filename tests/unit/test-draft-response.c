/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft.h"
#include "kz-test.h"

#include <math.h>

#define TIME_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC) /* 2026-09-21T14:13:20Z */

static const char *const options[] = {"Mon", "Tue", NULL};

static void
add (KzResponseDraft *draft, KzAnswerValue *value)
{
  g_ptr_array_add (draft->answers, value);
}

static void
assert_json (const KzResponseDraft *draft, const char *expected)
{
  g_autofree char *quoted = kz_test_quote (expected);
  g_autoptr (KzResponseDraft) copy = kz_response_draft_copy (draft);
  g_autofree char *json = kz_response_draft_to_json (draft);
  g_autofree char *of_copy = kz_response_draft_to_json (copy);
  g_autoptr (GError) error = NULL;

  g_assert_true (kz_response_draft_check (draft, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, quoted);
  g_assert_cmpstr (of_copy, ==, quoted);
}

/* --- bodies --------------------------------------------------------------------------------- */

static void
job (void)
{
  g_autoptr (KzResponseDraft) draft = kz_response_draft_new_job (TRUE);

  draft->response_id = g_strdup ("r1");
  assert_json (draft, "{'actionType':'Job','responseId':'r1','actionBody':{'isCompleted':true}}");
}

static void
choices (void)
{
  g_autoptr (KzResponseDraft) poll = kz_response_draft_new_choice (KZ_ACTION_POLL, "Tea");
  g_autoptr (KzResponseDraft) meeting = kz_response_draft_new_choice (KZ_ACTION_LETS_MEET, "Maybe");

  assert_json (poll, "{'actionType':'Poll','actionBody':{'answers':['Tea']}}");
  assert_json (meeting, "{'actionType':'LetsMeet','actionBody':{'answers':['Maybe']}}");
}

static void
every_type (void)
{
  g_autoptr (KzResponseDraft) draft = kz_response_draft_new (KZ_ACTION_SURVEY);

  add (draft, kz_answer_value_new_text ("Mon"));
  add (draft, kz_answer_value_new_list (options));
  add (draft, kz_answer_value_new_none ());
  add (draft, kz_answer_value_new_number (2.5));
  add (draft, kz_answer_value_new_number (3));
  add (draft, kz_answer_value_new_time (TIME_US + 999999));
  add (draft, kz_answer_value_new_place (0.1, 37.25, "gate"));
  add (draft, kz_answer_value_new_place (-1, 2, NULL));
  add (draft, kz_answer_value_new_phone ("+15550000002"));
  assert_json (draft, "{'actionType':'Survey','actionBody':{'Answers':['Mon',['Mon','Tue'],null,"
                      "2.5,3,1790000000,{'lt':0.1,'lg':37.25,'n':'gate'},"
                      "{'lt':-1,'lg':2,'n':''},'+15550000002']}}");
}

static void
package (void)
{
  g_autoptr (KzResponseDraft) draft = kz_response_draft_new (KZ_ACTION_PACKAGE);

  draft->package_id = g_strdup ("com.x");
  add (draft, kz_answer_value_new_text ("a"));
  assert_json (draft, "{'id':'com.x','actionBody':{'Answers':['a']}}");
}

/* --- in words ------------------------------------------------------------------------------- */

static void
assert_words (KzAnswerValue *taken, KzQuestionKind kind, const char *expected)
{
  g_autoptr (KzAnswerValue) value = taken;
  g_autofree char *text = kz_answer_value_to_text (value, kind);

  g_assert_cmpstr (text, ==, expected);
}

static void
in_words (void)
{
  g_autofree char *blob = g_strnfill (5000, 'E');

  assert_words (kz_answer_value_new_none (), KZ_QUESTION_TEXT, "");
  assert_words (kz_answer_value_new_text ("Mon"), KZ_QUESTION_SINGLE, "Mon");
  assert_words (kz_answer_value_new_text ("EAT \"x\""), KZ_QUESTION_TEXT, "EAT \"x\"");
  assert_words (kz_answer_value_new_list (options), KZ_QUESTION_MULTI, "Mon, Tue");
  assert_words (kz_answer_value_new_number (2.5), KZ_QUESTION_NUMERIC, "2.5");
  assert_words (kz_answer_value_new_time (TIME_US), KZ_QUESTION_UNKNOWN, "2026-09-21 14:13 UTC");
  assert_words (kz_answer_value_new_place (0.1, 37.25, "gate"), KZ_QUESTION_LOCATION, "gate");
  assert_words (kz_answer_value_new_phone ("+15550000002"), KZ_QUESTION_PHONE, "+15550000002");
  /* What opens a file is never shown. */
  assert_words (kz_answer_value_new_text (blob), KZ_QUESTION_IMAGE, "(file)");
  assert_words (kz_answer_value_new_text (blob), KZ_QUESTION_UNKNOWN, "(file)");
}

/* --- refusals ------------------------------------------------------------------------------- */

static KzAction *
one_question (KzQuestionKind kind)
{
  KzAction *action = kz_action_new (KZ_ACTION_SURVEY, NULL, "G");

  g_ptr_array_add (
      action->questions,
      kz_question_new ("Which?", kind, kz_question_kind_has_options (kind) ? options : NULL));
  return action;
}

static KzAnswerValue *
sample (guint i)
{
  static const char *const other[] = {"Mon", "Sun", NULL};
  static const char *const nothing[] = {NULL};

  switch (i) {
  case 0:
    return kz_answer_value_new_text ("Mon");
  case 1:
    return kz_answer_value_new_text ("Sun");
  case 2:
    return kz_answer_value_new_text (" ");
  case 3:
    return kz_answer_value_new_list (options);
  case 4:
    return kz_answer_value_new_list (other);
  case 5:
    return kz_answer_value_new_list (nothing);
  case 6:
    return kz_answer_value_new_number (1);
  case 7:
    return kz_answer_value_new_number (NAN);
  case 8:
    return kz_answer_value_new_time (TIME_US);
  case 9:
    return kz_answer_value_new_place (1, 2, NULL);
  case 10:
    return kz_answer_value_new_place (91, 2, NULL);
  case 11:
    return kz_answer_value_new_phone ("+15550000002");
  default:
    return kz_answer_value_new_phone ("x");
  }
}

static void
each_question_takes_its_own (void)
{
  /* A letter for each sample: y it is taken, n it is not. */
  static const struct {
    KzQuestionKind kind;
    const char *takes;
  } cases[] = {
      {KZ_QUESTION_SINGLE, "ynnnnnnnnnnnn"}, {KZ_QUESTION_MULTI, "nnnynnnnnnnnn"},
      {KZ_QUESTION_TEXT, "yynnnnnnnnnnn"},   {KZ_QUESTION_NUMERIC, "nnnnnnynnnnnn"},
      {KZ_QUESTION_DATE, "nnnnnnnnynnnn"},   {KZ_QUESTION_LOCATION, "nnnnnnnnnynnn"},
      {KZ_QUESTION_IMAGE, "yynnnnnnnnnnn"},  {KZ_QUESTION_ATTACHMENTS, "nnnyynnnnnnnn"},
      {KZ_QUESTION_PHONE, "nnnnnnnnnnnyn"},  {KZ_QUESTION_UNKNOWN, "yyyyyyyyyyyyy"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (KzAction) action = one_question (cases[i].kind);

    for (guint k = 0; cases[i].takes[k] != '\0'; k++) {
      g_autoptr (KzResponseDraft) draft = kz_response_draft_new (KZ_ACTION_SURVEY);
      g_autoptr (GError) error = NULL;
      gboolean is_good;

      g_test_message ("question %d, answer %u", cases[i].kind, k);
      add (draft, sample (k));
      is_good = kz_response_draft_check (draft, action, &error);
      g_assert_cmpint (is_good, ==, cases[i].takes[k] == 'y');
      if (is_good)
        continue;
      g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "Which?"));
    }
  }
}

static void
refusals (void)
{
  g_autoptr (KzAction) action = one_question (KZ_QUESTION_TEXT);
  g_autoptr (KzResponseDraft) none = kz_response_draft_new (KZ_ACTION_SURVEY);
  g_autoptr (KzResponseDraft) many = kz_response_draft_new (KZ_ACTION_SURVEY);
  g_autoptr (KzResponseDraft) job = kz_response_draft_new (KZ_ACTION_JOB);
  g_autoptr (KzResponseDraft) package = kz_response_draft_new (KZ_ACTION_PACKAGE);
  g_autoptr (KzResponseDraft) image = kz_response_draft_new (KZ_ACTION_IMAGE);
  g_autoptr (KzResponseDraft) meeting = kz_response_draft_new_choice (KZ_ACTION_LETS_MEET, "Yes");
  g_autoptr (KzResponseDraft) poll = kz_response_draft_new_choice (KZ_ACTION_POLL, "Milk");
  const KzResponseDraft *const all[] = {none, many, job, package, image, meeting, poll};

  add (none, kz_answer_value_new_none ());
  add (many, kz_answer_value_new_text ("a"));
  add (many, kz_answer_value_new_text ("b"));
  add (package, kz_answer_value_new_text ("a"));
  add (image, kz_answer_value_new_text ("a"));
  action->choices = g_strsplit ("Tea|Coffee", "|", -1);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (kz_response_draft_check (all[i], action, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/response/job", job);
  g_test_add_func ("/response/choices", choices);
  g_test_add_func ("/response/every-type", every_type);
  g_test_add_func ("/response/package", package);
  g_test_add_func ("/response/in-words", in_words);
  g_test_add_func ("/response/each-question-takes-its-own", each_question_takes_its_own);
  g_test_add_func ("/response/refusals", refusals);
  return g_test_run ();
}
