/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

/* API §9: of public groups only. */

/* --- reading ------------------------------------------------------------------------------- */

void
kz_subscriber_page_free (KzSubscriberPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->subscribers);
  g_free (page->cursor);
  g_free (page);
}

static gpointer
begin_subscribers (KzJsonPage *page, const KzReply *reply, gconstpointer context)
{
  KzSubscriberPage *result = g_new0 (KzSubscriberPage, 1);

  result->subscribers = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_member_unref);
  result->cursor = kz_json_dup_id (kz_json_page_rest (page), "cursor");
  if (result->cursor != NULL && *result->cursor == '\0')
    g_clear_pointer (&result->cursor, g_free);
  return result;
}

static void
add_subscriber (gpointer data, const KzJson *element, gconstpointer context)
{
  KzSubscriberPage *result = data;
  KzMember *member = element != NULL ? kz_member_parse (element, NULL) : NULL;

  if (member == NULL)
    return;
  /* Nobody else saw it yet. */
  if (member->role == KZ_ROLE_UNKNOWN)
    member->role = KZ_ROLE_SUBSCRIBER;
  g_ptr_array_add (result->subscribers, member);
}

static const KzApiList subscribers_list = {
    .array = "subscribers",
    .max_bytes = KZ_JSON_MAX_BYTES,
    .begin = begin_subscribers,
    .add = add_subscriber,
    .result_free = (GDestroyNotify) kz_subscriber_page_free,
};

static KzRequest *
post_request (const char *group_id, const char *cursor)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups/%s/subscribers", group_id);
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "cursor", cursor);
  kz_json_writer_int (writer, "count", KZ_SUBSCRIBERS_PAGE);
  kz_api_set_body (request, writer);
  /* It only reads. */
  if (request != NULL)
    request->is_idempotent = TRUE;
  return request;
}

void
kz_api_list_subscribers_async (KzHttp *http,
                               const char *group_id,
                               const char *cursor,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  KzRequest *get = kz_api_request ("GET", KZ_LANE_USER, "/v1/groups/%s/subscribers", group_id);

  kz_api_query (get, "cursor", cursor);
  kz_api_call_list (http, post_request (group_id, cursor), get, kz_api_list_subscribers_async,
                    &subscribers_list, NULL, NULL, cancellable, callback, data);
}

KzSubscriberPage *
kz_api_list_subscribers_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_subscribers_async, error);
}

/* --- changing ------------------------------------------------------------------------------ */

static gpointer
parse_failed (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);

  return root != NULL ? kz_failed_targets_parse (root, context) : NULL;
}

static void
change (KzHttp *http,
        KzRequest *request,
        const char *const *phones,
        gpointer tag,
        const char *done_name,
        GCancellable *cancellable,
        GAsyncReadyCallback callback,
        gpointer data)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_strv (writer, "subscribers", phones);
  kz_api_set_body (request, writer);
  kz_api_call (http, request, tag, parse_failed, (GDestroyNotify) g_ptr_array_unref,
               (gpointer) done_name, NULL, cancellable, callback, data);
}

void
kz_api_add_subscribers_async (KzHttp *http,
                              const char *group_id,
                              const char *const *phones,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  change (http, kz_api_request ("PUT", KZ_LANE_USER, "/v1/groups/%s/subscribers/add", group_id),
          phones, kz_api_add_subscribers_async, "isAdded", cancellable, callback, data);
}

GPtrArray *
kz_api_add_subscribers_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_add_subscribers_async, error);
}

void
kz_api_remove_subscribers_async (KzHttp *http,
                                 const char *group_id,
                                 const char *const *phones,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  change (http, kz_api_request ("PUT", KZ_LANE_USER, "/v1/groups/%s/subscribers/remove", group_id),
          phones, kz_api_remove_subscribers_async, "isRemoved", cancellable, callback, data);
}

GPtrArray *
kz_api_remove_subscribers_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_remove_subscribers_async, error);
}
