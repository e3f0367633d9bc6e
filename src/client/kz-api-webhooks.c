/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"
#include "kz-webhook-payload.h"

/* API §18. */

void
kz_webhook_free (KzWebhook *webhook)
{
  if (webhook == NULL)
    return;
  g_free (webhook->id);
  g_free (webhook->object_id);
  g_free (webhook->object_type);
  g_free (webhook->url);
  g_free (webhook->token);
  g_free (webhook->context);
  g_strfreev (webhook->events);
  g_free (webhook);
}

static void
write_target (KzJsonWriter *writer, const char *url, const char *token)
{
  kz_json_writer_strv (writer, "eventTypes", kz_delivery_event_types ());
  kz_json_writer_string (writer, "callBackUrl", url);
  kz_json_writer_string (writer, "callBackToken", token);
}

void
kz_api_create_webhook_async (KzHttp *http,
                             const char *group_id,
                             const char *url,
                             const char *token,
                             const char *context,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_UPKEEP, "/v1/webhook");
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "objectId", group_id);
  kz_json_writer_string (writer, "objectType", "Group");
  write_target (writer, url, token);
  kz_json_writer_string (writer, "callBackContext", context);
  kz_api_set_body (request, writer);
  kz_api_call (http, request, kz_api_create_webhook_async, kz_api_parse_id, g_free,
               (gpointer) "webhookId", NULL, cancellable, callback, data);
}

char *
kz_api_create_webhook_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_create_webhook_async, error);
}

/* --- the list ------------------------------------------------------------------------------ */

/* (nullable): without an id nothing can be done with it. */
static KzWebhook *
read_webhook (const KzJson *json)
{
  g_autoptr (KzWebhook) webhook = g_new0 (KzWebhook, 1);

  webhook->id = kz_json_dup_id (json, "id");
  if (webhook->id == NULL)
    webhook->id = kz_json_dup_id (json, "webhookId");
  if (webhook->id == NULL)
    return NULL;
  webhook->object_id = kz_json_dup_id (json, "objectId");
  webhook->object_type = g_strdup (kz_json_opt_string (json, "objectType", ""));
  /* Member names are found without case, so both spellings of callBack are (API §23 row 9). */
  webhook->url = g_strdup (kz_json_opt_string (json, "callbackUrl", ""));
  webhook->token = g_strdup (kz_json_opt_string (json, "callbackToken", NULL));
  webhook->context = g_strdup (kz_json_opt_string (json, "callbackContext", NULL));
  webhook->events = kz_json_opt_strv (json, "events");
  if (webhook->events == NULL)
    webhook->events = kz_json_opt_strv (json, "eventTypes");
  webhook->is_active = kz_json_opt_bool (json, "active", TRUE);
  return g_steal_pointer (&webhook);
}

static gpointer
begin_webhooks (KzJsonPage *page, const KzReply *reply, gconstpointer context)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kz_webhook_free);
}

static void
add_webhook (gpointer result, const KzJson *element, gconstpointer context)
{
  KzWebhook *webhook = element != NULL ? read_webhook (element) : NULL;

  if (webhook != NULL)
    g_ptr_array_add (result, webhook);
}

static const KzApiList webhooks_list = {
    .array = "webhooks",
    .max_bytes = KZ_JSON_MAX_BYTES,
    .begin = begin_webhooks,
    .add = add_webhook,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
};

void
kz_api_list_webhooks_async (KzHttp *http,
                            const char *group_id,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  KzRequest *request = kz_api_request ("GET", KZ_LANE_UPKEEP, "/v1/webhook");

  kz_api_query (request, "objectId", group_id);
  kz_api_query (request, "objectType", "Group");
  kz_api_call_list (http, request, NULL, kz_api_list_webhooks_async, &webhooks_list, NULL, NULL,
                    cancellable, callback, data);
}

GPtrArray *
kz_api_list_webhooks_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_webhooks_async, error);
}

/* --- change and removal -------------------------------------------------------------------- */

void
kz_api_update_webhook_async (KzHttp *http,
                             const char *webhook_id,
                             const char *url,
                             const char *token,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KzRequest *request = kz_api_request ("PUT", KZ_LANE_UPKEEP, "/v1/webhook/%s", webhook_id);
  KzJsonWriter *writer = kz_json_writer_new ();

  /* A capital letter and a string, as in the only sample. */
  kz_json_writer_string (writer, "Active", "true");
  write_target (writer, url, token);
  kz_api_set_body (request, writer);
  kz_api_call (http, request, kz_api_update_webhook_async, kz_api_parse_any, NULL, NULL, NULL,
               cancellable, callback, data);
}

gboolean
kz_api_update_webhook_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_update_webhook_async, error) != NULL;
}

void
kz_api_delete_webhook_async (KzHttp *http,
                             const char *webhook_id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  kz_api_call (http, kz_api_request ("DELETE", KZ_LANE_UPKEEP, "/v1/webhook/%s", webhook_id),
               kz_api_delete_webhook_async, kz_api_parse_any, NULL, NULL, NULL, cancellable,
               callback, data);
}

gboolean
kz_api_delete_webhook_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) own = NULL;

  if (kz_api_finish (http, result, kz_api_delete_webhook_async, &own) != NULL)
    return TRUE;
  /* It is not there: also what the second attempt hears when the answer to the first was lost. */
  if (g_error_matches (own, KZ_ERROR, KZ_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own));
  return FALSE;
}
