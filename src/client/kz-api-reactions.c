/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

/* API §17: the path says reaction, in the singular, and the cursor is a 64-bit integer that is
 * echoed as it came. */

void
kz_api_react_async (KzHttp *http,
                    const char *group_id,
                    const char *source_group_id,
                    const char *reference_id,
                    const char *comment,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups/%s/reaction", group_id);
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "referenceId", reference_id);
  kz_json_writer_string (writer, "sourceGroupId",
                         source_group_id != NULL ? source_group_id : group_id);
  kz_json_writer_string (writer, "reactionType", comment != NULL ? "Comment" : "Like");
  kz_json_writer_string (writer, "comment", comment);
  kz_api_set_body (request, writer);
  kz_api_call (http, request, kz_api_react_async, kz_api_parse_id, g_free, (gpointer) "reactionId",
               NULL, cancellable, callback, data);
}

char *
kz_api_react_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_react_async, error);
}

/* --- how many, per action ------------------------------------------------------------------ */

void
kz_reaction_page_free (KzReactionPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->summaries);
  g_free (page);
}

static gpointer
begin_summaries (KzJsonPage *page, const KzReply *reply, gconstpointer context)
{
  const gint64 *asked = context;
  KzReactionPage *result = g_new0 (KzReactionPage, 1);

  result->summaries = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_reaction_summary_free);
  result->cursor = kz_json_opt_int (kz_json_page_rest (page), "cursor", *asked);
  return result;
}

static void
add_summary (gpointer data, const KzJson *element, gconstpointer context)
{
  KzReactionPage *result = data;
  KzReactionSummary *summary = element != NULL ? kz_reaction_summary_parse (element, NULL) : NULL;

  if (summary != NULL)
    g_ptr_array_add (result->summaries, summary);
}

static const KzApiList summaries_list = {
    .array = "summary",
    .max_bytes = KZ_JSON_MAX_BYTES,
    .begin = begin_summaries,
    .add = add_summary,
    .result_free = (GDestroyNotify) kz_reaction_page_free,
};

void
kz_api_list_reaction_summaries_async (KzHttp *http,
                                      const char *group_id,
                                      gint64 cursor,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data)
{
  KzRequest *request =
      kz_api_request ("GET", KZ_LANE_POLL, "/v1/groups/%s/reaction/summary", group_id);

  kz_api_query (request, "sourceGroupId", group_id);
  kz_api_query_int (request, "cursor", cursor);
  kz_api_call_list (http, request, NULL, kz_api_list_reaction_summaries_async, &summaries_list,
                    g_memdup2 (&cursor, sizeof cursor), g_free, cancellable, callback, data);
}

KzReactionPage *
kz_api_list_reaction_summaries_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_reaction_summaries_async, error);
}

/* --- who, of one action -------------------------------------------------------------------- */

typedef struct {
  char *group_id;
  char *reference_id;
  KzReactionKind kind;
  gint64 cursor;
} DetailsContext;

static void
details_context_free (gpointer data)
{
  DetailsContext *context = data;

  g_free (context->group_id);
  g_free (context->reference_id);
  g_free (context);
}

void
kz_reaction_details_free (KzReactionDetails *details)
{
  if (details == NULL)
    return;
  g_ptr_array_unref (details->reactions);
  g_free (details);
}

static gpointer
begin_reactions (KzJsonPage *page, const KzReply *reply, gconstpointer data)
{
  const DetailsContext *context = data;
  KzReactionDetails *result = g_new0 (KzReactionDetails, 1);

  result->reactions = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_reaction_unref);
  result->cursor = kz_json_opt_int (kz_json_page_rest (page), "cursor", context->cursor);
  return result;
}

static void
add_reaction (gpointer data, const KzJson *element, gconstpointer details_context)
{
  KzReactionDetails *result = data;
  const DetailsContext *context = details_context;
  KzReaction *reaction = element != NULL
                             ? kz_reaction_parse (element, context->group_id,
                                                  context->reference_id, context->kind, NULL)
                             : NULL;

  if (reaction != NULL)
    g_ptr_array_add (result->reactions, reaction);
}

static const KzApiList reactions_list = {
    .array = "reactionDetails",
    .max_bytes = KZ_JSON_MAX_BYTES,
    .begin = begin_reactions,
    .add = add_reaction,
    .result_free = (GDestroyNotify) kz_reaction_details_free,
};

void
kz_api_list_reactions_async (KzHttp *http,
                             const char *group_id,
                             const char *source_group_id,
                             const char *reference_id,
                             KzReactionKind kind,
                             gint64 cursor,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KzRequest *request =
      kz_api_request ("GET", KZ_LANE_UPKEEP, "/v1/groups/%s/reaction/%s", group_id, reference_id);
  DetailsContext *context = g_new0 (DetailsContext, 1);

  context->group_id = g_strdup (group_id);
  context->reference_id = g_strdup (reference_id);
  context->kind = kind;
  context->cursor = cursor;
  kz_api_query (request, "sourceGroupId", source_group_id != NULL ? source_group_id : group_id);
  kz_api_query (request, "reactionType", kind == KZ_REACTION_COMMENT ? "Comment" : "Like");
  kz_api_query_int (request, "cursor", cursor);
  kz_api_call_list (http, request, NULL, kz_api_list_reactions_async, &reactions_list, context,
                    details_context_free, cancellable, callback, data);
}

KzReactionDetails *
kz_api_list_reactions_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_reactions_async, error);
}
