/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-action-private.h"

#include "kz-error.h"

#include <string.h>

const KzJson *
kz_response_questions (const KzJson *json)
{
  const KzJson *details = kz_json_opt_body (json, "responseDetails");
  const KzJson *array = kz_json_opt_array (details, "responseWithQuestions");

  /* Without the wrapper: the form inferred for details, API §14. */
  if (array == NULL)
    array = kz_json_opt_array (json, "responseWithQuestions");
  return array;
}

/* The answers without their questions, as they are posted, API §15. (nullable) */
static const KzJson *
plain_answers (const KzJson *json)
{
  const KzJson *details = kz_json_opt_body (json, "responseDetails");
  const KzJson *array = kz_json_opt_array (json, "answers");

  if (array == NULL)
    array = kz_json_opt_array (details, "answers");
  if (array == NULL)
    array = kz_json_opt_array (kz_json_opt_body (json, "actionBody"), "answers");
  return array;
}

static void
read_answers (KzResponse *response, const KzJson *json)
{
  const KzJson *questions = kz_response_questions (json);
  const KzJson *plain = plain_answers (json);
  const KzJson *single = kz_json_member (json, "answer");

  for (guint i = 0; i < kz_json_array_length (questions); i++) {
    const KzJson *question = kz_json_array_at (questions, i);
    KzQuestionKind kind = kz_question_kind_parse (kz_json_opt_string (question, "type", NULL));

    g_ptr_array_add (response->answers, kz_answer_text (kz_json_member (question, "answer"), kind));
  }
  if (response->answers->len > 0) {
    response->question_titles = kz_titles_read (questions);
    return;
  }
  for (guint i = 0; i < kz_json_array_length (plain); i++)
    g_ptr_array_add (response->answers,
                     kz_answer_text (kz_json_array_at (plain, i), KZ_QUESTION_UNKNOWN));
  if (response->answers->len == 0 && single != NULL)
    g_ptr_array_add (response->answers, kz_answer_text (single, KZ_QUESTION_UNKNOWN));
}

static KzPerson *
read_responder (const KzJson *json)
{
  g_autofree char *id = kz_json_dup_id (json, "responderId");
  g_autofree char *phone = kz_json_dup_id (json, "responder");

  return kz_person_from_wire (id, phone, kz_json_opt_string (json, "responderName", NULL),
                              kz_json_opt_string (json, "responderProfilePic", NULL));
}

static KzPerson *
read_assignee (const KzJson *json)
{
  g_autofree char *id = kz_json_dup_id (json, "assigneeId");
  g_autofree char *phone = kz_json_dup_id (json, "assignee");

  return kz_person_from_wire (id, phone, kz_json_opt_string (json, "assigneeName", NULL),
                              kz_json_opt_string (json, "assigneeProfilePic", NULL));
}

/* responseDetails of a job is an object with "response", which the table calls an array
 * (API §23 row 30). Job details may have the same fields without any wrapper. */
static const KzJson *
job_part (const KzJson *json)
{
  const KzJson *details = kz_json_opt_body (json, "responseDetails");
  const KzJson *part = kz_json_opt_body (details, "response");

  if (part == NULL)
    part = kz_json_opt_body (json, "response");
  if (part == NULL)
    part = details;
  return part != NULL ? part : json;
}

static void
read_kind (KzResponse *response, const KzJson *json, KzActionKind kind)
{
  if (kind == KZ_ACTION_UNKNOWN)
    kind = kz_action_kind_parse (kz_json_opt_string (json, "actionType", NULL));
  if (kind == KZ_ACTION_UNKNOWN && (kz_json_opt_string (json, "actionPackageId", NULL) != NULL ||
                                    kz_json_opt_string (json, "packageId", NULL) != NULL))
    kind = KZ_ACTION_PACKAGE;
  response->kind = kind;
}

KzResponse *
kz_response_new (const char *group_id,
                 const char *action_id,
                 const char *response_id,
                 KzPerson *responder)
{
  KzResponse *response = g_rc_box_new0 (KzResponse);

  response->group_id = g_strdup (group_id);
  response->action_id = g_strdup (action_id);
  response->response_id = g_strdup (response_id);
  response->responder = responder != NULL ? kz_person_ref (responder) : NULL;
  response->is_completed = KZ_TRI_UNKNOWN;
  response->answers = g_ptr_array_new_with_free_func (g_free);
  return response;
}

KzResponse *
kz_response_read (const KzJson *json,
                  const char *group_id,
                  const char *action_id,
                  const char *response_id,
                  KzActionKind kind)
{
  KzResponse *response = g_rc_box_new0 (KzResponse);
  const KzJson *job = job_part (json);

  response->answers = g_ptr_array_new_with_free_func (g_free);
  response->group_id = group_id != NULL ? g_strdup (group_id) : kz_json_dup_id (json, "groupId");
  response->action_id = kz_json_dup_id (json, "actionId");
  if (response->action_id == NULL)
    response->action_id = g_strdup (action_id);
  response->response_id = kz_json_dup_id (json, "responseId");
  if (response->response_id == NULL)
    response->response_id = g_strdup (response_id);
  read_kind (response, json, kind);
  response->responder = read_responder (json);
  if (response->responder == NULL)
    response->responder = read_assignee (job);
  /* A responder that is there but empty is how an anonymous one is expected, API §19. */
  response->is_anonymous =
      kz_json_opt_bool (json, "isAnonymous", FALSE) ||
      (response->responder == NULL && kz_json_opt_string (json, "responder", NULL) != NULL);
  /* Who answers anonymously stays so, whatever else was sent along. */
  if (response->is_anonymous)
    g_clear_pointer (&response->responder, kz_person_unref);
  response->is_update = kz_json_opt_bool (json, "isUpdateResponse", FALSE);
  response->is_completed = kz_tri_read (job, "isCompleted");
  if (response->kind == KZ_ACTION_UNKNOWN && response->is_completed != KZ_TRI_UNKNOWN)
    response->kind = KZ_ACTION_JOB;
  read_answers (response, json);
  return response;
}

gboolean
kz_response_says_something (const KzResponse *response)
{
  return response->response_id != NULL || response->responder != NULL || response->answers->len > 0;
}

KzResponse *
kz_response_parse (const KzJson *json, const char *group_id, GError **error)
{
  g_autoptr (KzResponse) response = NULL;

  if (kz_json_is_object (json))
    response = kz_response_read (json, group_id, NULL, NULL, KZ_ACTION_UNKNOWN);
  if (response == NULL || !kz_response_says_something (response)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "This is no response");
    return NULL;
  }
  return g_steal_pointer (&response);
}

KzResponse *
kz_response_ref (KzResponse *response)
{
  return g_rc_box_acquire (response);
}

static void
response_clear (gpointer data)
{
  KzResponse *response = data;

  g_free (response->group_id);
  g_free (response->action_id);
  g_free (response->response_id);
  kz_person_unref (response->responder);
  g_ptr_array_unref (response->answers);
  g_strfreev (response->question_titles);
}

void
kz_response_unref (KzResponse *response)
{
  if (response != NULL)
    g_rc_box_release_full (response, response_clear);
}
