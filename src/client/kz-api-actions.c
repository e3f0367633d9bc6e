/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"
#include "kz-http-private.h"

#include "kz-limits.h"

#define MAX_COUNT 240

/* --- lists, API §14 ------------------------------------------------------------------------ */

typedef struct {
  char *group_id;
  guint64 known_hash;
} ListContext;

static void
list_context_free (gpointer data)
{
  ListContext *context = data;

  g_free (context->group_id);
  g_free (context);
}

void
kz_action_page_free (KzActionPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->actions);
  g_free (page);
}

static gpointer
same_actions (const KzReply *reply, gconstpointer data)
{
  const ListContext *context = data;
  KzActionPage *page;

  if (reply->hash != context->known_hash)
    return NULL;
  page = g_new0 (KzActionPage, 1);
  page->actions = g_ptr_array_new ();
  page->hash = reply->hash;
  page->is_same = TRUE;
  return page;
}

static gpointer
begin_actions (KzJsonPage *page, const KzReply *reply, gconstpointer data)
{
  KzActionPage *result = g_new0 (KzActionPage, 1);

  result->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_action_unref);
  result->hash = reply->hash;
  result->has_more = kz_json_opt_bool (kz_json_page_rest (page), "hasMore", FALSE);
  return result;
}

static void
add_action (gpointer data, const KzJson *element, gconstpointer list_context)
{
  KzActionPage *result = data;
  const ListContext *context = list_context;
  KzAction *action =
      element != NULL ? kz_action_parse (element, context->group_id, NULL) : NULL;

  if (action != NULL)
    g_ptr_array_add (result->actions, action);
  else
    result->skipped++;
}

static const KzApiList actions_list = {
    .array = "actions",
    .max_bytes = KZ_JSON_MAX_BYTES,
    .is_same = same_actions,
    .begin = begin_actions,
    .add = add_action,
    .result_free = (GDestroyNotify) kz_action_page_free,
};

static KzRequest *
list_request (const char *group_id, KzActionKind kind, const char *package_id)
{
  KzRequest *request = kz_api_request ("GET", KZ_LANE_POLL, "/v1/groups/%s/actions", group_id);

  if (kind != KZ_ACTION_PACKAGE) {
    kz_api_query (request, "actionType", kz_action_kind_wire (kind));
    return request;
  }
  kz_api_query (request, "id", package_id);
  /* The one example of a package in a list is one with details. */
  kz_api_query (request, "getDetails", "true");
  return request;
}

void
kz_api_list_actions_async (KzHttp *http,
                           const char *group_id,
                           KzActionKind kind,
                           const char *package_id,
                           gint64 from_us,
                           guint count,
                           guint64 known_hash,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  KzRequest *request = NULL;
  ListContext *context = g_new0 (ListContext, 1);

  context->group_id = g_strdup (group_id);
  context->known_hash = known_hash;
  /* Without either the service would answer something, and nobody knows what. */
  if (kind == KZ_ACTION_PACKAGE ? package_id != NULL && *package_id != '\0'
                                : kz_action_kind_wire (kind) != NULL)
    request = list_request (group_id, kind, package_id);
  if (request != NULL) {
    request->comes_again = TRUE;
    request->known_hash = known_hash;
  }
  kz_api_query_int (request, "fromDate", MAX (from_us, 0) / G_USEC_PER_SEC);
  kz_api_query_int (request, "count", CLAMP (count, 1, MAX_COUNT));
  kz_api_call_list (http, request, NULL, kz_api_list_actions_async, &actions_list, context,
                    list_context_free, cancellable, callback, data);
}

KzActionPage *
kz_api_list_actions_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_actions_async, error);
}

/* --- details, API §14 ---------------------------------------------------------------------- */

typedef struct {
  char *group_id;
  char *action_id;
} DetailsContext;

static void
details_context_free (gpointer data)
{
  DetailsContext *context = data;

  g_free (context->group_id);
  g_free (context->action_id);
  g_free (context);
}

typedef struct {
  KzJson *root;
  KzTallyReader *reader;
  KzAction *action;
} Details;

static void
details_free (gpointer data)
{
  Details *details = data;

  kz_tally_unref (kz_tally_reader_end (details->reader));
  kz_action_unref (details->action);
  kz_json_free (details->root);
  g_free (details);
}

static gboolean
step_details (gpointer data)
{
  Details *details = data;

  return kz_tally_reader_step (details->reader);
}

typedef struct {
  KzTally *tally;
  KzAction *action;
} DetailsAnswer;

static void
details_answer_free (gpointer data)
{
  DetailsAnswer *answer = data;

  kz_tally_unref (answer->tally);
  kz_action_unref (answer->action);
  g_free (answer);
}

static gpointer
end_details (gpointer data)
{
  Details *details = data;
  DetailsAnswer *answer = g_new0 (DetailsAnswer, 1);

  answer->tally = kz_tally_reader_end (details->reader);
  answer->action = details->action;
  kz_json_free (details->root);
  g_free (details);
  return answer;
}

static gpointer
parse_details (KzHttp *http, KzReply *reply, gconstpointer data, GError **error)
{
  const DetailsContext *context = data;
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);
  KzTallyReader *reader =
      root != NULL ? kz_tally_reader_new (root, context->action_id, error) : NULL;
  Details *details;

  if (reader == NULL)
    return NULL;
  details = g_new0 (Details, 1);
  details->reader = reader;
  details->action = kz_action_parse_details (root, context->group_id, context->action_id);
  details->root = g_steal_pointer (&root);
  return details;
}

static const KzApiWork details_work = {
    .step = step_details,
    .end = end_details,
    .free = details_free,
};

void
kz_api_get_details_async (KzHttp *http,
                          const char *group_id,
                          const char *action_id,
                          KzLane lane,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzRequest *request =
      kz_api_request ("GET", lane, "/v1/groups/%s/actions/%s", group_id, action_id);
  DetailsContext *context = g_new0 (DetailsContext, 1);

  context->group_id = g_strdup (group_id);
  context->action_id = g_strdup (action_id);
  kz_api_query (request, "getDetails", "true");
  kz_api_call_work (http, request, kz_api_get_details_async, parse_details, &details_work,
                    details_answer_free, context, details_context_free, cancellable, callback,
                    data);
}

KzTally *
kz_api_get_details_finish (KzHttp *http, GAsyncResult *result, KzAction **action, GError **error)
{
  DetailsAnswer *answer = kz_api_finish (http, result, kz_api_get_details_async, error);
  KzTally *tally;

  if (action != NULL)
    *action = NULL;
  if (answer == NULL)
    return NULL;
  tally = g_steal_pointer (&answer->tally);
  if (action != NULL)
    *action = g_steal_pointer (&answer->action);
  details_answer_free (answer);
  return tally;
}
