/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-media-private.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

gboolean
kz_engine_may_fetch (KzEngine *self, const char *url)
{
  return kz_engine_is_up (self) && kz_media_url_is_known (self->api_root, url);
}

/* FALSE: refused already. */
static gboolean
is_up (KzMediaOp *op)
{
  if (kz_engine_is_up (op->engine))
    return TRUE;
  kz_media_op_fail_later (op,
                          g_error_new_literal (KZ_ERROR, KZ_ERROR_INVALID, _ ("Not signed on")));
  return FALSE;
}

/* Trouble of a media host says nothing of the connection to the service: nobody else is told. */
static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzMediaOp *op = data;
  GError *error = NULL;
  GBytes *bytes = kz_media_fetch_finish (KZ_HTTP (source), result, &op->type, &error);

  if (!kz_media_op_back (op)) {
    g_clear_pointer (&bytes, g_bytes_unref);
    g_clear_error (&error);
    return;
  }
  if (bytes == NULL) {
    kz_media_op_fail (op, error);
    return;
  }
  g_task_set_task_data (op->task, (gpointer) op->type, NULL);
  kz_media_op_succeed (op, bytes, (GDestroyNotify) g_bytes_unref);
}

void
kz_engine_fetch_picture_async (KzEngine *self,
                               const char *url,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  KzMediaOp *op =
      kz_media_op_new (self, kz_engine_fetch_picture_async, cancellable, callback, data);

  if (!is_up (op))
    return;
  op->is_away = TRUE;
  kz_media_fetch_async (self->http, self->api_root, url, op->cancellable, fetched_cb, op);
}

GBytes *
kz_engine_fetch_picture_finish (KzEngine *self,
                                GAsyncResult *result,
                                const KzMediaType **type,
                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (type != NULL)
    *type = g_task_get_task_data (G_TASK (result));
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzMediaOp *op = data;
  GError *error = NULL;
  gboolean is_good = kz_media_save_finish (KZ_HTTP (source), result, &error);

  if (!kz_media_op_back (op)) {
    g_clear_error (&error);
    return;
  }
  if (is_good)
    kz_media_op_succeed (op, NULL, NULL);
  else
    kz_media_op_fail (op, error);
}

static gboolean
sink_cb (gconstpointer bytes, gsize length, guint64 total, gpointer data)
{
  KzMediaOp *op = data;

  return op->is_ended || op->sink (bytes, length, total, op->sink_data);
}

void
kz_engine_save_async (KzEngine *self,
                      const char *url,
                      KzMediaSink sink,
                      gpointer sink_data,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  KzMediaOp *op = kz_media_op_new (self, kz_engine_save_async, cancellable, callback, data);

  op->sink = sink;
  op->sink_data = sink_data;
  if (!is_up (op))
    return;
  op->is_away = TRUE;
  kz_media_save_async (self->http, self->api_root, url, sink_cb, op, op->cancellable, saved_cb, op);
}

gboolean
kz_engine_save_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_engine_send_media_finish (self, result, error);
}
