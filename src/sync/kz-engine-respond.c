/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-deeds.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

typedef struct {
  KzAction *action;
  KzResponseDraft *draft;
  gboolean is_old_news; /* the same answer was given before, and another one since */
} Respond;

static void
respond_free (gpointer data)
{
  Respond *respond = data;

  g_clear_pointer (&respond->action, kz_action_unref);
  kz_response_draft_free (respond->draft);
  g_free (respond);
}

/* --- What the others will see --- */

static void
fill_answers (KzResponse *response, const KzResponseDraft *draft, const KzAction *action)
{
  guint n = MAX (draft->answers->len, action->questions->len);
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();

  if (draft->kind == KZ_ACTION_JOB) {
    response->is_completed = draft->is_completed;
    return;
  }
  for (guint i = 0; i < n; i++) {
    const KzQuestion *question =
        i < action->questions->len ? g_ptr_array_index (action->questions, i) : NULL;
    KzQuestionKind kind = question != NULL ? question->kind : KZ_QUESTION_UNKNOWN;

    g_ptr_array_add (response->answers,
                     i < draft->answers->len
                         ? kz_answer_value_to_text (g_ptr_array_index (draft->answers, i), kind)
                         : g_strdup (""));
    g_strv_builder_add (titles, question != NULL && question->title != NULL ? question->title : "");
  }
  if (action->questions->len > 0)
    response->question_titles = g_strv_builder_end (titles);
}

/* (transfer full) */
static KzResponse *
own_response (KzEngine *self, const Respond *respond, const char *response_id)
{
  const KzAction *action = respond->action;
  g_autoptr (KzPerson) own =
      kz_person_from_wire (kz_directory_own_user_id (self->directory), self->phone,
                           kz_directory_own_name (self->directory), NULL);
  KzResponse *response = kz_response_new (action->group_id, action->action_id, response_id, own);

  response->kind = action->kind;
  response->is_anonymous = action->is_anonymous;
  response->is_update = respond->draft->response_id != NULL;
  fill_answers (response, respond->draft, action);
  return response;
}

static void
show_own_response (KzEngine *self, const Respond *respond, const char *response_id)
{
  KzOpenAction *open = kz_store_find_action (self->store, respond->action->action_id, NULL);
  g_autoptr (KzResponse) response = own_response (self, respond, response_id);

  /* The first one, and its echo came before the answer. */
  if (response_id != NULL && respond->draft->response_id == NULL && open != NULL &&
      g_strcmp0 (open->own_response_id, response_id) == 0)
    return;
  /* A change, and its echo came before the answer. */
  if (!respond->is_old_news && kz_engine_was_told (self, response->group_id, response))
    return;
  /* Its echo may have other words: the name of a file for a file. */
  if (response_id != NULL && !respond->is_old_news)
    g_hash_table_add (self->own_responses, g_strdup (response_id));
  kz_engine_take_response (self, response, KZ_SOURCE_OWN, NULL, NULL);
}

static void
responded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *response_id = kz_api_respond_finish (deed->engine->http, result, &error);

  if (!kz_deed_back (deed, error))
    return;
  show_own_response (deed->engine, deed->context, response_id);
  kz_deed_succeed_true (deed);
}

/* --- Answering --- */

/* @draft: (transfer full). */
static void
respond (KzDeed *deed, const KzOpenAction *open, KzResponseDraft *draft)
{
  KzEngine *self = deed->engine;
  Respond *context = deed->context;
  GError *error = NULL;

  context->draft = draft;
  context->action = kz_action_ref (open->action);
  draft->kind = open->action->kind;
  g_free (draft->package_id);
  draft->package_id = g_strdup (open->action->package_id);
  if (draft->response_id == NULL && !open->action->accept_multiple)
    draft->response_id = g_strdup (open->own_response_id);
  if (!kz_response_draft_check (draft, open->action, &error)) {
    kz_deed_refuse (deed, error);
    return;
  }
  if (draft->response_id != NULL) {
    g_autoptr (KzResponse) response = own_response (self, context, draft->response_id);

    context->is_old_news = kz_engine_was_told (self, response->group_id, response);
  }
  kz_api_respond_async (self->http, open->action->group_id, open->action->action_id, draft,
                        self->cancellable, responded_cb, kz_deed_hold (deed));
}

static KzDeed *
respond_deed (KzEngine *self, gpointer tag, GAsyncReadyCallback callback, gpointer data)
{
  return kz_deed_new (self, tag, g_new0 (Respond, 1), respond_free, callback, data);
}

void
kz_engine_respond_async (KzEngine *self,
                         const char *handle,
                         const KzResponseDraft *draft,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  KzDeed *deed = respond_deed (self, kz_engine_respond_async, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, FALSE);

  if (open != NULL)
    respond (deed, open, kz_response_draft_copy (draft));
}

gboolean
kz_engine_respond_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_respond_async, error);
}

/* --- Votes and jobs --- */

/* (nullable): the title of that choice. */
static const char *
choice_title (const KzAction *action, guint choice, GError **error)
{
  const char *const *choices = NULL;

  if (action->kind == KZ_ACTION_LETS_MEET)
    choices = kz_meeting_choices ();
  else if (action->kind == KZ_ACTION_POLL)
    choices = (const char *const *) action->choices;
  if (choices == NULL) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("There is nothing to vote on"));
    return NULL;
  }
  if (choice >= g_strv_length ((char **) choices)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("There is no such choice"));
    return NULL;
  }
  return choices[choice];
}

void
kz_engine_vote_async (
    KzEngine *self, const char *handle, guint choice, GAsyncReadyCallback callback, gpointer data)
{
  KzDeed *deed = respond_deed (self, NULL, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, FALSE);
  GError *error = NULL;
  const char *title;

  if (open == NULL)
    return;
  title = choice_title (open->action, choice, &error);
  if (title == NULL)
    kz_deed_refuse (deed, error);
  else
    respond (deed, open, kz_response_draft_new_choice (open->action->kind, title));
}

void
kz_engine_complete_async (KzEngine *self,
                          const char *handle,
                          gboolean is_completed,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzDeed *deed = respond_deed (self, NULL, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, FALSE);

  if (open == NULL)
    return;
  if (open->action->kind != KZ_ACTION_JOB)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("That is no job"));
  else
    respond (deed, open, kz_response_draft_new_job (is_completed));
}
