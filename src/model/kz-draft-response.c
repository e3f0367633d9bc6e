/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-action-private.h"
#include "kz-draft-private.h"

#include <math.h>
#include <string.h>

/* No words of a person are that long without a space; a mediaResource is. */
#define MAX_WORD 200

/* --- one answer ---------------------------------------------------------------------------- */

static KzAnswerValue *
value_new (KzAnswerType type)
{
  KzAnswerValue *value = g_new0 (KzAnswerValue, 1);

  value->type = type;
  return value;
}

KzAnswerValue *
kz_answer_value_new_none (void)
{
  return value_new (KZ_ANSWER_NONE);
}

KzAnswerValue *
kz_answer_value_new_text (const char *text)
{
  KzAnswerValue *value = value_new (KZ_ANSWER_TEXT);

  value->text = g_strdup (text);
  return value;
}

KzAnswerValue *
kz_answer_value_new_list (const char *const *list)
{
  KzAnswerValue *value = value_new (KZ_ANSWER_LIST);

  value->list = g_strdupv ((GStrv) list);
  return value;
}

KzAnswerValue *
kz_answer_value_new_number (double number)
{
  KzAnswerValue *value = value_new (KZ_ANSWER_NUMBER);

  value->number = number;
  return value;
}

KzAnswerValue *
kz_answer_value_new_time (gint64 time_us)
{
  KzAnswerValue *value = value_new (KZ_ANSWER_TIME);

  value->time_us = time_us;
  return value;
}

KzAnswerValue *
kz_answer_value_new_place (double latitude, double longitude, const char *name)
{
  KzAnswerValue *value = value_new (KZ_ANSWER_PLACE);

  value->place.known = TRUE;
  value->place.latitude = latitude;
  value->place.longitude = longitude;
  value->place.name = g_strdup (name);
  return value;
}

KzAnswerValue *
kz_answer_value_new_phone (const char *phone)
{
  KzAnswerValue *value = value_new (KZ_ANSWER_PHONE);

  value->text = g_strdup (phone);
  return value;
}

KzAnswerValue *
kz_answer_value_copy (const KzAnswerValue *value)
{
  KzAnswerValue *copy = g_new (KzAnswerValue, 1);

  *copy = *value;
  copy->text = g_strdup (value->text);
  copy->list = g_strdupv (value->list);
  copy->place.name = g_strdup (value->place.name);
  return copy;
}

static gpointer
value_copy (gconstpointer data, gpointer unused)
{
  return kz_answer_value_copy (data);
}

void
kz_answer_value_free (KzAnswerValue *value)
{
  if (value == NULL)
    return;
  g_free (value->text);
  g_strfreev (value->list);
  g_free (value->place.name);
  g_free (value);
}

static void
write_null (KzJsonWriter *writer)
{
  /* The only null that a writer has is the number that is none. */
  kz_json_writer_double (writer, NULL, NAN);
}

static void
write_place (KzJsonWriter *writer, const KzPlace *place)
{
  kz_json_writer_begin_object (writer, NULL);
  kz_json_writer_double (writer, "lt", place->latitude);
  kz_json_writer_double (writer, "lg", place->longitude);
  kz_json_writer_string (writer, "n", place->name != NULL ? place->name : "");
  kz_json_writer_end_object (writer);
}

/* API §15. */
static void
write_value (KzJsonWriter *writer, const KzAnswerValue *value)
{
  switch (value->type) {
  case KZ_ANSWER_NONE:
    /* Answers go by their position. */
    write_null (writer);
    return;
  case KZ_ANSWER_TEXT:
  case KZ_ANSWER_PHONE: /* not documented, inferred */
    kz_json_writer_string (writer, NULL, value->text != NULL ? value->text : "");
    return;
  case KZ_ANSWER_LIST:
    kz_json_writer_strv (writer, NULL, (const char *const *) value->list);
    return;
  case KZ_ANSWER_NUMBER:
    kz_json_writer_double (writer, NULL, value->number);
    return;
  case KZ_ANSWER_TIME:
    /* Seconds here, milliseconds in what is received (API §23 row 17). */
    kz_json_writer_int (writer, NULL, value->time_us / G_USEC_PER_SEC);
    return;
  case KZ_ANSWER_PLACE:
    write_place (writer, &value->place);
    return;
  }
}

static gboolean
is_opaque (const char *text)
{
  return text != NULL && strlen (text) > MAX_WORD && strchr (text, ' ') == NULL;
}

char *
kz_answer_value_to_text (const KzAnswerValue *value, KzQuestionKind kind)
{
  KzJsonWriter *writer = kz_json_writer_new ();
  g_autofree char *text = NULL;
  g_autoptr (KzJson) json = NULL;
  const KzJson *answer;

  /* In the words in which the same answer is read when the service tells it. */
  kz_json_writer_begin_array (writer, "a");
  write_value (writer, value);
  kz_json_writer_end_array (writer);
  text = kz_draft_end (writer);
  json = kz_json_parse (text, strlen (text), NULL, NULL);
  answer = kz_json_array_at (kz_json_opt_array (json, "a"), 0);
  if (answer == NULL || value->type == KZ_ANSWER_NONE)
    return g_strdup ("");
  if (value->type == KZ_ANSWER_TIME)
    kind = KZ_QUESTION_DATE;
  else if (is_opaque (value->text) || (value->list != NULL && is_opaque (value->list[0])))
    kind = KZ_QUESTION_ATTACHMENTS;
  return kz_answer_text (answer, kind);
}

/* --- all of them --------------------------------------------------------------------------- */

KzResponseDraft *
kz_response_draft_new (KzActionKind kind)
{
  KzResponseDraft *draft = g_new0 (KzResponseDraft, 1);

  draft->kind = kind;
  draft->is_completed = KZ_TRI_UNKNOWN;
  draft->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_answer_value_free);
  return draft;
}

KzResponseDraft *
kz_response_draft_new_job (gboolean is_completed)
{
  KzResponseDraft *draft = kz_response_draft_new (KZ_ACTION_JOB);

  draft->is_completed = is_completed ? KZ_TRI_YES : KZ_TRI_NO;
  return draft;
}

KzResponseDraft *
kz_response_draft_new_choice (KzActionKind kind, const char *choice)
{
  KzResponseDraft *draft = kz_response_draft_new (kind);

  g_ptr_array_add (draft->answers, kz_answer_value_new_text (choice));
  return draft;
}

KzResponseDraft *
kz_response_draft_copy (const KzResponseDraft *draft)
{
  KzResponseDraft *copy = g_new (KzResponseDraft, 1);

  *copy = *draft;
  copy->package_id = g_strdup (draft->package_id);
  copy->response_id = g_strdup (draft->response_id);
  copy->answers = g_ptr_array_copy (draft->answers, (GCopyFunc) value_copy, NULL);
  return copy;
}

void
kz_response_draft_free (KzResponseDraft *draft)
{
  if (draft == NULL)
    return;
  g_free (draft->package_id);
  g_free (draft->response_id);
  g_ptr_array_unref (draft->answers);
  g_free (draft);
}

static void
write_answers (KzJsonWriter *writer, const char *name, const KzResponseDraft *draft)
{
  kz_json_writer_begin_array (writer, name);
  for (guint i = 0; i < draft->answers->len; i++)
    write_value (writer, g_ptr_array_index (draft->answers, i));
  kz_json_writer_end_array (writer);
}

char *
kz_response_draft_to_json (const KzResponseDraft *draft)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_draft_write_kind (writer, draft->kind, draft->package_id);
  kz_json_writer_string (writer, "responseId", draft->response_id);
  kz_json_writer_begin_object (writer, "actionBody");
  if (draft->kind == KZ_ACTION_JOB)
    kz_json_writer_bool (writer, "isCompleted", draft->is_completed == KZ_TRI_YES);
  else if (draft->kind == KZ_ACTION_POLL || draft->kind == KZ_ACTION_LETS_MEET)
    /* A form of our own by analogy with surveys (inferred). */
    write_answers (writer, "answers", draft);
  else
    write_answers (writer, "Answers", draft);
  kz_json_writer_end_object (writer);
  return kz_draft_end (writer);
}
