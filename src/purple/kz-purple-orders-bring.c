/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions and answers with files in them: these go to the service first. */
#include "config.h"

#include "kz-engine-media.h"
#include "kz-purple-ask.h"
#include "kz-purple-orders-private.h"
#include "kz-purple-xfer.h"

/**
 * Bringing:
 * @draft: (nullable): what is posted then
 * @response: (nullable): or what is answered
 * @is_file: @draft is no more than the files, which go together, and whose kind is not known yet
 * @media: (element-type KzOrderMedia)
 * @kinds: (element-type KzQuestionKind): what each file must be, of an answer
 * @resources: (element-type utf8): of those that are there already
 * @xfer: (nullable): of the upload under way
 */
typedef struct {
  KzActionDraft *draft;
  KzResponseDraft *response;
  gboolean is_file;
  GPtrArray *media;
  GArray *kinds;
  GPtrArray *resources;
  KzXfer *xfer;
} Bringing;

static void bring_next (KzErrand *errand);

static void
bringing_free (gpointer data)
{
  Bringing *bringing = data;
  g_clear_pointer (&bringing->draft, kz_action_draft_free);
  g_clear_pointer (&bringing->response, kz_response_draft_free);
  g_ptr_array_unref (bringing->media);
  g_array_unref (bringing->kinds);
  g_ptr_array_unref (bringing->resources);
  g_free (bringing);
}

static KzQuestionKind
kind_of (const Bringing *bringing, guint index)
{
  return g_array_index (bringing->kinds, KzQuestionKind, index);
}

/* (transfer full): the resources of the files of one question; -1: of the action. */
static GStrv
resources_of (const Bringing *bringing, int question)
{
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  for (guint i = 0; i < bringing->media->len; i++) {
    const KzOrderMedia *media = g_ptr_array_index (bringing->media, i);
    if (media->question == question)
      g_strv_builder_add (found, g_ptr_array_index (bringing->resources, i));
  }
  return g_strv_builder_end (found);
}

static void
fill_answers (const Bringing *bringing)
{
  GPtrArray *answers = bringing->response->answers;
  for (guint i = 0; i < bringing->media->len; i++) {
    const KzOrderMedia *media = g_ptr_array_index (bringing->media, i);
    g_auto (GStrv) resources = resources_of (bringing, media->question);
    KzAnswerValue *value = kind_of (bringing, i) == KZ_QUESTION_ATTACHMENTS
                               ? kz_answer_value_new_list ((const char *const *) resources)
                               : kz_answer_value_new_text (resources[0]);
    if ((guint) media->question < answers->len) {
      kz_answer_value_free (answers->pdata[media->question]);
      answers->pdata[media->question] = value;
    } else {
      kz_answer_value_free (value);
    }
  }
}

/* All are there. */
static void
finish (const KzErrand *errand)
{
  Bringing *bringing = errand->data;
  if (bringing->response != NULL) {
    fill_answers (bringing);
    kz_order_respond (errand->session, errand->group_id, errand->handle, bringing->response,
                      errand->typed);
    return;
  }
  g_return_if_fail (bringing->draft != NULL);
  if (bringing->is_file) {
    const char *media[] = {g_ptr_array_index (bringing->resources, 0), NULL};
    bringing->draft->media = g_strdupv ((char **) media);
  } else {
    bringing->draft->media = resources_of (bringing, -1);
  }
  kz_order_post_draft (errand->session, errand->group_id, bringing->draft, errand->typed);
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  Bringing *bringing = errand->data;
  KzActionKind kind;
  g_autofree char *resource = kz_engine_bring_finish (KZ_ENGINE (source), result, &kind, &error);
  if (kz_xfer_watch_end (g_steal_pointer (&bringing->xfer), error)) {
    kz_errand_cancelled (errand);
    return;
  }
  if (resource != NULL && bringing->is_file)
    bringing->draft->kind = kind;
  if (resource != NULL && bringing->is_file && kind == KZ_ACTION_UNKNOWN) {
    g_autofree char *refusal = kz_media_type_refusal (NULL);
    error = g_error_new_literal (KZ_ERROR, KZ_ERROR_INVALID, refusal);
  }
  if (error != NULL) {
    kz_errand_fail (errand, error);
    return;
  }
  g_ptr_array_add (bringing->resources, g_steal_pointer (&resource));
  if (!kz_errand_is_over (errand))
    bring_next (g_steal_pointer (&errand));
}

/* (transfer full): what goes in the next upload: files alone together, others one by one. */
static GStrv
sources_from (const Bringing *bringing, guint index)
{
  g_autoptr (GStrvBuilder) sources = g_strv_builder_new ();
  guint end = bringing->is_file ? bringing->media->len : index + 1;
  for (; index < end; index++)
    g_strv_builder_add (sources, ((KzOrderMedia *) bringing->media->pdata[index])->source);
  return g_strv_builder_end (sources);
}

static void
bring_next (KzErrand *data)
{
  g_autoptr (KzErrand) errand = data;
  Bringing *bringing = errand->data;
  KzSession *session = errand->session;
  guint index = bringing->resources->len;
  if (index == bringing->media->len || (bringing->is_file && index > 0)) {
    finish (errand);
    return;
  }
  gboolean is_picture =
      bringing->draft != NULL ? !bringing->is_file : kind_of (bringing, index) == KZ_QUESTION_IMAGE;
  g_auto (GStrv) sources = sources_from (bringing, index);
  KzXfer *xfer = bringing->xfer = kz_xfer_watch (
      session, errand->group_id, g_path_is_absolute (sources[0]) ? sources[0] : NULL);
  kz_engine_bring_async (session->engine, (const char *const *) sources,
                         is_picture ? KZ_ACTION_IMAGE : KZ_ACTION_UNKNOWN, kz_xfer_watch_progress,
                         xfer, kz_xfer_watch_cancellable (xfer), brought_cb,
                         g_steal_pointer (&errand));
}

static void
media_free (gpointer data)
{
  KzOrderMedia *media = data;
  g_free (media->source);
  g_free (media);
}

void
kz_order_bring (KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  g_autoptr (KzAction) action = kz_ask_action (session, group_id, order->handle);
  Bringing *bringing = g_new0 (Bringing, 1);
  if (order->response != NULL)
    bringing->response = kz_response_draft_copy (order->response);
  else
    bringing->draft = kz_action_draft_copy (order->draft);
  bringing->is_file = order->verb == KZ_VERB_SEND;
  bringing->media = g_ptr_array_new_with_free_func (media_free);
  bringing->kinds = g_array_new (FALSE, FALSE, sizeof (KzQuestionKind));
  bringing->resources = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < order->media->len; i++) {
    const KzOrderMedia *media = g_ptr_array_index (order->media, i);
    KzOrderMedia *copy = g_new0 (KzOrderMedia, 1);
    KzQuestionKind kind = KZ_QUESTION_UNKNOWN;
    copy->source = g_strdup (media->source);
    copy->question = media->question;
    if (action != NULL && media->question >= 0 && (guint) media->question < action->questions->len)
      kind = ((KzQuestion *) g_ptr_array_index (action->questions, (guint) media->question))->kind;
    g_ptr_array_add (bringing->media, copy);
    g_array_append_val (bringing->kinds, kind);
  }
  KzErrand *errand =
      kz_errand_new (session, group_id, order->response != NULL ? order->handle : NULL, typed);
  errand->data = bringing;
  errand->free_data = bringing_free;
  bring_next (errand);
}
