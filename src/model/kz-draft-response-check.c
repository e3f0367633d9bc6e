/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft-private.h"

#include <glib/gi18n-lib.h>

#include <math.h>

static gboolean
has_option (GStrv options, const char *text)
{
  /* When they are not known, the service is the one to say no. */
  return options == NULL || g_strv_contains ((const char *const *) options, text);
}

static KzAnswerType
wanted_type (KzQuestionKind kind)
{
  switch (kind) {
  case KZ_QUESTION_SINGLE:
  case KZ_QUESTION_TEXT:
  case KZ_QUESTION_IMAGE:
    return KZ_ANSWER_TEXT;
  case KZ_QUESTION_MULTI:
  case KZ_QUESTION_ATTACHMENTS:
    return KZ_ANSWER_LIST;
  case KZ_QUESTION_NUMERIC:
    return KZ_ANSWER_NUMBER;
  case KZ_QUESTION_DATE:
    return KZ_ANSWER_TIME;
  case KZ_QUESTION_LOCATION:
    return KZ_ANSWER_PLACE;
  case KZ_QUESTION_PHONE:
    return KZ_ANSWER_PHONE;
  case KZ_QUESTION_UNKNOWN:
    break;
  }
  return KZ_ANSWER_NONE;
}

/* Translated, with one %s for the question. */
static const char *
what_is_wanted (KzQuestionKind kind)
{
  switch (kind) {
  case KZ_QUESTION_SINGLE:
    /* Translators: in this and the like, %s is a question of a survey. */
    return _ ("“%s” wants one of its choices");
  case KZ_QUESTION_MULTI:
    return _ ("“%s” wants one or more of its choices");
  case KZ_QUESTION_TEXT:
    return _ ("“%s” wants a text");
  case KZ_QUESTION_NUMERIC:
    return _ ("“%s” wants a number");
  case KZ_QUESTION_DATE:
    return _ ("“%s” wants a date or a time");
  case KZ_QUESTION_LOCATION:
    return _ ("“%s” wants a place");
  case KZ_QUESTION_IMAGE:
    return _ ("“%s” wants a picture");
  case KZ_QUESTION_ATTACHMENTS:
    return _ ("“%s” wants files");
  case KZ_QUESTION_PHONE:
    return _ ("“%s” wants a phone number");
  case KZ_QUESTION_UNKNOWN:
    break;
  }
  return "%s";
}

static gboolean
place_is_good (const KzPlace *place)
{
  return place->known && place->latitude >= -90 && place->latitude <= 90 &&
         place->longitude >= -180 && place->longitude <= 180;
}

static gboolean
list_is_good (const KzAnswerValue *value, const KzQuestion *question)
{
  if (value->list == NULL || value->list[0] == NULL)
    return FALSE;
  for (guint i = 0; value->list[i] != NULL; i++)
    if (question->kind == KZ_QUESTION_MULTI && !has_option (question->options, value->list[i]))
      return FALSE;
  return TRUE;
}

static gboolean
answer_is_good (const KzAnswerValue *value, const KzQuestion *question)
{
  g_autofree char *phone = NULL;

  if (value->type == KZ_ANSWER_NONE || question->kind == KZ_QUESTION_UNKNOWN)
    return TRUE;
  if (value->type != wanted_type (question->kind))
    return FALSE;
  switch (value->type) {
  case KZ_ANSWER_TEXT:
    if (kz_draft_is_blank (value->text))
      return FALSE;
    return question->kind != KZ_QUESTION_SINGLE || has_option (question->options, value->text);
  case KZ_ANSWER_LIST:
    return list_is_good (value, question);
  case KZ_ANSWER_NUMBER:
    return isfinite (value->number);
  case KZ_ANSWER_PLACE:
    return place_is_good (&value->place);
  case KZ_ANSWER_PHONE:
    phone = value->text != NULL ? kz_phone_normalize (value->text) : NULL;
    return phone != NULL;
  case KZ_ANSWER_TIME:
  case KZ_ANSWER_NONE:
    return TRUE;
  }
  g_return_val_if_reached (FALSE);
}

static gboolean
check_one (const KzAnswerValue *value, const KzQuestion *question, GError **error)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *words = NULL;

  if (answer_is_good (value, question))
    return TRUE;
  parts = g_strsplit (what_is_wanted (question->kind), "%s", 2);
  words = g_strjoinv (question->title != NULL ? question->title : "", parts);
  return kz_draft_refuse (error, words);
}

static gboolean
check_form (const KzResponseDraft *draft, const KzAction *action, GError **error)
{
  guint n_given = 0;

  for (guint i = 0; i < draft->answers->len; i++) {
    const KzAnswerValue *value = g_ptr_array_index (draft->answers, i);

    n_given += value->type != KZ_ANSWER_NONE ? 1 : 0;
    if (action == NULL || action->questions->len == 0)
      continue;
    if (i >= action->questions->len)
      return kz_draft_refuse (error, _ ("There are more answers than questions"));
    if (!check_one (value, g_ptr_array_index (action->questions, i), error))
      return FALSE;
  }
  if (n_given == 0)
    return kz_draft_refuse (error, _ ("Nothing was answered"));
  return TRUE;
}

/* Of a poll or a meeting: the title of one choice. */
static gboolean
check_choice (const KzResponseDraft *draft, GStrv choices, GError **error)
{
  const KzAnswerValue *value =
      draft->answers->len == 1 ? g_ptr_array_index (draft->answers, 0) : NULL;

  if (value == NULL || value->type != KZ_ANSWER_TEXT || kz_draft_is_blank (value->text))
    return kz_draft_refuse (error, _ ("One choice is wanted"));
  if (!has_option (choices, value->text))
    return kz_draft_refuse (error, _ ("There is no such choice"));
  return TRUE;
}

gboolean
kz_response_draft_check (const KzResponseDraft *draft, const KzAction *action, GError **error)
{
  if (draft->kind == KZ_ACTION_JOB) {
    if (draft->is_completed == KZ_TRI_UNKNOWN)
      return kz_draft_refuse (error, _ ("It is not said whether the job is done"));
    return TRUE;
  }
  if (draft->kind == KZ_ACTION_POLL)
    return check_choice (draft, action != NULL ? action->choices : NULL, error);
  if (draft->kind == KZ_ACTION_LETS_MEET)
    return check_choice (draft, (GStrv) kz_meeting_choices (), error);
  if (draft->kind == KZ_ACTION_PACKAGE && kz_draft_is_blank (draft->package_id))
    return kz_draft_refuse (error, _ ("The id of the action package is missing"));
  if (draft->kind != KZ_ACTION_SURVEY && draft->kind != KZ_ACTION_PACKAGE)
    return kz_draft_refuse (error, _ ("This takes no answers"));
  return check_form (draft, action, error);
}
