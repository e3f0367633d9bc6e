/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-media.h"

#include "kz-limits.h"
#include "kz-picture-size.h"

#include <glib/gi18n-lib.h>

/**
 * Download:
 * @sink: (nullable): NULL: the bytes are kept for the reply
 *
 * What the request holds; lives as long as the request.
 */
typedef struct {
  KzMediaSink sink;
  gpointer sink_data;
  guint64 total;
  GCancellable *cancellable; /* (nullable) */
} Download;

static void
download_free (gpointer data)
{
  Download *download = data;

  g_clear_object (&download->cancellable);
  g_free (download);
}

static void
began (gint64 length, gpointer data)
{
  Download *download = data;

  download->total = (guint64) MAX (0, length);
}

static gboolean
chunk (gconstpointer bytes, gsize length, gpointer data)
{
  Download *download = data;

  /* Its end is on the way. */
  if (g_cancellable_is_cancelled (download->cancellable))
    return TRUE;
  return download->sink (bytes, length, download->total, download->sink_data);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  KzReply *reply = kz_http_send_finish (KZ_HTTP (source), result, &error);

  if (reply == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, reply, (GDestroyNotify) kz_reply_free);
}

static void
start (GTask *task, const char *api_root, const char *url, gsize max_bytes, Download *download)
{
  KzHttp *http = g_task_get_source_object (task);
  KzRequest *request;
  KzTransfer *transfer;

  if (!kz_media_url_is_known (api_root, url)) {
    g_task_return_new_error (task, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE, "%s",
                             _ ("This link does not lead to a file of Kaizala"));
    g_object_unref (task);
    download_free (download);
    return;
  }
  request = kz_request_new ("GET", NULL, KZ_LANE_USER);
  transfer = kz_request_set_transfer (request, download, download_free);
  g_set_object (&download->cancellable, g_task_get_cancellable (task));
  request->url = g_strdup (url);
  /* These links authenticate themselves: our token has no business there (API §11). */
  request->auth = KZ_AUTH_NONE;
  request->max_bytes = max_bytes;
  transfer->is_foreign = TRUE;
  transfer->began = began;
  transfer->chunk = download->sink != NULL ? chunk : NULL;
  kz_http_send_async (http, request, g_task_get_cancellable (task), sent_cb, task);
}

/* --- Pictures ------------------------------------------------------------------------------ */

void
kz_media_fetch_async (KzHttp *http,
                      const char *api_root,
                      const char *url,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  GTask *task = g_task_new (http, cancellable, callback, data);

  g_task_set_source_tag (task, kz_media_fetch_async);
  start (task, api_root, url, KZ_INLINE_PICTURE_MAX_BYTES, g_new0 (Download, 1));
}

GBytes *
kz_media_fetch_finish (KzHttp *http, GAsyncResult *result, const KzMediaType **type, GError **error)
{
  g_autoptr (KzReply) reply = NULL;
  const KzMediaType *found;
  gconstpointer head;
  gsize length;

  g_return_val_if_fail (g_task_is_valid (result, http), NULL);

  reply = g_task_propagate_pointer (G_TASK (result), error);
  if (reply == NULL)
    return NULL;
  head = g_bytes_get_data (reply->body, &length);
  found = length > 0 ? kz_media_type_sniff (head, MIN (length, KZ_MEDIA_HEAD_BYTES), NULL) : NULL;
  if (found == NULL || found->kind != KZ_ACTION_IMAGE ||
      kz_picture_pixels (head, length) > KZ_INLINE_PICTURE_MAX_PIXELS) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("This is no picture"));
    return NULL;
  }
  if (type != NULL)
    *type = found;
  return g_bytes_ref (reply->body);
}

/* --- Any file ------------------------------------------------------------------------------ */

void
kz_media_save_async (KzHttp *http,
                     const char *api_root,
                     const char *url,
                     KzMediaSink sink,
                     gpointer sink_data,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  GTask *task = g_task_new (http, cancellable, callback, data);
  Download *download = g_new0 (Download, 1);

  g_task_set_source_tag (task, kz_media_save_async);
  download->sink = sink;
  download->sink_data = sink_data;
  start (task, api_root, url, KZ_SAVE_MAX_BYTES, download);
}

gboolean
kz_media_save_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  g_autoptr (KzReply) reply = NULL;

  g_return_val_if_fail (g_task_is_valid (result, http), FALSE);

  reply = g_task_propagate_pointer (G_TASK (result), error);
  return reply != NULL;
}
