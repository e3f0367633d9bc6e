/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-http-private.h"
#include "kz-limits.h"

static gpointer
parse_posted (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (GError) own = NULL;
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, &own);
  KzPosted *posted = root != NULL ? kz_posted_parse (root, &own) : NULL;

  /* The service has taken it, and answers something that nobody understands. */
  if (posted == NULL)
    g_propagate_error (error, g_error_matches (own, KZ_ERROR, KZ_ERROR_MALFORMED)
                                  ? kz_http_error_new_unresolved (0, g_steal_pointer (&own))
                                  : g_steal_pointer (&own));
  return posted;
}

/* --- texts, API §10 ------------------------------------------------------------------------ */

void
kz_api_send_text_async (KzHttp *http,
                        const char *group_id,
                        const char *text,
                        const char *const *subscribers,
                        gboolean to_all_subscribers,
                        const char *reply_to,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups/%s/messages", group_id);
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "message", text);
  if (subscribers != NULL && subscribers[0] != NULL)
    kz_json_writer_strv (writer, "subscribers", subscribers);
  if (to_all_subscribers)
    kz_json_writer_bool (writer, "sendToAllSubscribers", TRUE);
  kz_json_writer_string (writer, "replyToReferenceId", reply_to);
  kz_api_set_body (request, writer);
  kz_api_call (http, request, kz_api_send_text_async, parse_posted, (GDestroyNotify) kz_posted_free,
               NULL, NULL, cancellable, callback, data);
}

KzPosted *
kz_api_send_text_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_send_text_async, error);
}

/* --- actions, API §13 ---------------------------------------------------------------------- */

void
kz_api_post_action_async (KzHttp *http,
                          const char *group_id,
                          const KzActionDraft *draft,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups/%s/actions", group_id);

  kz_api_set_json (request, kz_action_draft_to_json (draft));
  kz_api_call (http, request, kz_api_post_action_async, parse_posted,
               (GDestroyNotify) kz_posted_free, NULL, NULL, cancellable, callback, data);
}

KzPosted *
kz_api_post_action_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_post_action_async, error);
}
