/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-webhook-server-internal.h"

#include "kz-limits.h"

#include <string.h>

#define TOKEN_HEADER "kz-callback-token" /* API §18 */
#define VALIDATION_PARAMETER "validationToken"
#define VALIDATION_MAX_BYTES 4096
/* A body over the cap is read and thrown away so far, so that its sender gets to hear 413 instead
 * of a reset. Then the line is cut. */
#define DISCARD_MAX_BYTES (2 * (gsize) KZ_WEBHOOK_MAX_BYTES)
#define REQUEST_KEY "kz-request"

/* What has arrived of one request. */
typedef struct {
  GByteArray *body;
  gsize received;
  gboolean is_ours; /* a delivery with path and token: nothing of others is kept */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_byte_array_unref (request->body);
  g_free (request);
}

/* Everything but 200 goes without a body and tells nothing. */
static void
answer (SoupServerMessage *message, guint status)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_set_content_length (headers, 0);
  /* One request a connection: nobody holds one of the few places for later. */
  soup_message_headers_replace (headers, "Connection", "close");
}

static gboolean
is_too_large (SoupServerMessage *message, gsize limit)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
         soup_message_headers_get_content_length (headers) > (goffset) limit;
}

/* Of several tokens the values are joined, which is none that we gave out. */
static gboolean
has_token (KzWebhookServer *server, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return kz_webhook_server_is_token (server, soup_message_headers_get_list (headers, TOKEN_HEADER));
}

static gboolean
is_delivery (KzWebhookServer *server, SoupServerMessage *message)
{
  return strcmp (soup_server_message_get_method (message), SOUP_METHOD_POST) == 0 &&
         kz_webhook_server_is_path (server,
                                    g_uri_get_path (soup_server_message_get_uri (message))) &&
         has_token (server, message);
}

static void
got_headers_cb (SoupServerMessage *message, gpointer data)
{
  KzWebhookServer *server = data;
  Request *request = g_object_get_data (G_OBJECT (message), REQUEST_KEY);

  request->is_ours = is_delivery (server, message);
  if (request->is_ours)
    kz_webhook_server_keep_connection (server, soup_server_message_get_remote_address (message));
  if (is_too_large (message, DISCARD_MAX_BYTES))
    kz_webhook_server_refuse_body (server, soup_server_message_get_remote_address (message));
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  KzWebhookServer *server = data;
  Request *request = g_object_get_data (G_OBJECT (message), REQUEST_KEY);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (chunk, &length);

  request->received += length;
  if (request->received > DISCARD_MAX_BYTES)
    kz_webhook_server_refuse_body (server, soup_server_message_get_remote_address (message));
  else if (request->received > KZ_WEBHOOK_MAX_BYTES)
    g_byte_array_set_size (request->body, 0);
  else if (request->is_ours)
    g_byte_array_append (request->body, bytes, (guint) length);
}

static void
request_started_cb (SoupServer *soup, SoupServerMessage *message, gpointer data)
{
  KzWebhookServer *server = data;
  Request *request = g_new0 (Request, 1);

  request->body = g_byte_array_new ();
  g_object_set_data_full (G_OBJECT (message), REQUEST_KEY, request, request_free);
  /* We collect it ourselves, up to the cap; libsoup would take all there is. */
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect_object (message, "got-headers", G_CALLBACK (got_headers_cb), server, 0);
  g_signal_connect_object (message, "got-chunk", G_CALLBACK (got_chunk_cb), server, 0);
}

/* libsoup takes the end of the line for the last chunk: who went before it, or had to, has not said
 * everything. */
static gboolean
is_cut_short (KzWebhookServer *server, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH &&
         kz_webhook_server_has_gone (server, soup_server_message_get_remote_address (message));
}

/* --- The two requests that there are --- */

static const char *
find_validation_token (GHashTable *query)
{
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  if (query == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, query);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (g_ascii_strcasecmp (name, VALIDATION_PARAMETER) == 0)
      return value;
  return NULL;
}

/* The handshake of API §18: before a webhook exists the service asks for its own words back. */
static void
answer_validation (SoupServerMessage *message, GHashTable *query)
{
  const char *token = find_validation_token (query);
  SoupMessageHeaders *headers;

  if (token == NULL || *token == '\0') {
    answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED);
    return;
  }
  if (strlen (token) > VALIDATION_MAX_BYTES) {
    answer (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE);
    return;
  }
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, token, strlen (token));
  headers = soup_server_message_get_response_headers (message);
  /* Whoever makes a browser ask must not get a page out of it. */
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Connection", "close");
}

static gboolean
is_json_type (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *lower = NULL;
  const char *type;

  if (soup_message_headers_get_one (headers, "Content-Type") == NULL)
    return TRUE;
  type = soup_message_headers_get_content_type (headers, NULL);
  if (type == NULL)
    return FALSE;
  lower = g_ascii_strdown (type, -1);
  return g_str_has_suffix (lower, "/json") || g_str_has_suffix (lower, "+json");
}

static void
answer_delivery (KzWebhookServer *server, SoupServerMessage *message, Request *request)
{
  gsize length;
  gboolean is_accepted;

  if (!has_token (server, message)) {
    answer (message, SOUP_STATUS_NOT_FOUND);
    return;
  }
  if (request->received > KZ_WEBHOOK_MAX_BYTES) {
    answer (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE);
    return;
  }
  if (!is_json_type (message)) {
    answer (message, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE);
    return;
  }
  length = request->body->len;
  /* No delivery is empty; libsoup also makes one of a request that broke off in its header. */
  if (length == 0 || is_cut_short (server, message)) {
    answer (message, SOUP_STATUS_BAD_REQUEST);
    return;
  }
  g_byte_array_append (request->body, (const guint8 *) "", 1);
  is_accepted = kz_webhook_server_deliver (server, (const char *) request->body->data, length);
  /* Signed off meanwhile: there is no connection any more to answer on. */
  if (!kz_webhook_server_is_stopped (server))
    answer (message, is_accepted ? SOUP_STATUS_OK : SOUP_STATUS_SERVICE_UNAVAILABLE);
}

static void
handler_cb (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  g_autoptr (KzWebhookServer) server = g_weak_ref_get (data);
  const char *method = soup_server_message_get_method (message);
  Request *request = g_object_get_data (G_OBJECT (message), REQUEST_KEY);

  if (server == NULL || request == NULL || !kz_webhook_server_is_path (server, path))
    answer (message, SOUP_STATUS_NOT_FOUND);
  else if (strcmp (method, SOUP_METHOD_GET) == 0)
    answer_validation (message, query);
  else if (strcmp (method, SOUP_METHOD_POST) == 0)
    answer_delivery (server, message, request);
  else
    answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED);
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

SoupServer *
kz_webhook_requests_new (KzWebhookServer *server)
{
  SoupServer *soup = soup_server_new (NULL, NULL);
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_signal_connect_object (soup, "request-started", G_CALLBACK (request_started_cb), server, 0);
  /* Weak: libsoup may finish a connection after its server has gone. */
  g_weak_ref_init (weak, server);
  soup_server_add_handler (soup, NULL, handler_cb, weak, weak_ref_free);
  return soup;
}
