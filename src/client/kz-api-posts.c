/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

/* --- responses, API §15 -------------------------------------------------------------------- */

/* An answer without a responseId was understood all the same. */
static gpointer
parse_response_id (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);

  return root != NULL ? kz_json_dup_id (root, "responseId") : NULL;
}

void
kz_api_respond_async (KzHttp *http,
                      const char *group_id,
                      const char *action_id,
                      const KzResponseDraft *draft,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups/%s/actions/%s/responses",
                                       group_id, action_id);

  kz_api_set_json (request, kz_response_draft_to_json (draft));
  kz_api_call (http, request, kz_api_respond_async, parse_response_id, g_free, NULL, NULL,
               cancellable, callback, data);
}

char *
kz_api_respond_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_respond_async, error);
}

/* --- reminders and properties, API §16 ----------------------------------------------------- */

void
kz_api_remind_async (KzHttp *http,
                     const char *group_id,
                     const char *action_id,
                     const char *const *subscribers,
                     gboolean to_all_subscribers,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups/%s/actions/%s/reminder",
                                       group_id, action_id);
  KzJsonWriter *writer = kz_json_writer_new ();

  if (subscribers != NULL && subscribers[0] != NULL)
    kz_json_writer_strv (writer, "subscribers", subscribers);
  if (to_all_subscribers)
    kz_json_writer_bool (writer, "sendToAllSubscribers", TRUE);
  kz_api_set_body (request, writer);
  kz_api_call_done (http, request, NULL, kz_api_remind_async, cancellable, callback, data);
}

gboolean
kz_api_remind_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish_done (http, result, kz_api_remind_async, error);
}

void
kz_api_update_properties_async (KzHttp *http,
                                const char *group_id,
                                const char *action_id,
                                GPtrArray *properties,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  /* The prose has one path, the sample the other (API §23 row 39). */
  KzRequest *request = kz_api_request ("PUT", KZ_LANE_USER, "/v1/groups/%s/actions/%s/properties",
                                       group_id, action_id);
  KzRequest *bare =
      kz_api_request ("PUT", KZ_LANE_USER, "/v1/groups/%s/actions/%s", group_id, action_id);

  kz_api_set_json (request, kz_properties_to_json (properties));
  kz_api_set_json (bare, kz_properties_to_json (properties));
  kz_api_call_done (http, request, bare, kz_api_update_properties_async, cancellable, callback,
                    data);
}

gboolean
kz_api_update_properties_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish_done (http, result, kz_api_update_properties_async, error);
}

/* --- a file from elsewhere, API §11 -------------------------------------------------------- */

void
kz_api_media_url_async (KzHttp *http,
                        const char *url,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/media/url");
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "mediaUrl", url);
  kz_api_set_body (request, writer);
  /* A second copy that nobody uses hurts nobody. */
  request->is_idempotent = TRUE;
  kz_api_call (http, request, kz_api_media_url_async, kz_api_parse_id, g_free,
               (gpointer) "mediaResource", NULL, cancellable, callback, data);
}

char *
kz_api_media_url_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_media_url_async, error);
}
