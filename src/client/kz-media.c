/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-media.h"

#include "kz-api-private.h"
#include "kz-http-private.h"
#include "kz-limits.h"
#include "kz-media-body.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * Upload:
 * @progress: (nullable): NULL once nobody wants to hear of it
 *
 * What the request holds; lives as long as the request.
 */
typedef struct {
  GPtrArray *files;
  char *boundary;
  char *content_type;
  gsize length;
  KzMediaProgress progress;
  gpointer progress_data;
  GCancellable *cancellable; /* (nullable) */
} Upload;

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_ptr_array_unref (upload->files);
  g_free (upload->boundary);
  g_free (upload->content_type);
  g_clear_object (&upload->cancellable);
  g_free (upload);
}

/* Nobody can prepare a file that holds it. */
static char *
make_boundary (void)
{
  g_autofree char *random = g_uuid_string_random ();

  return g_strconcat ("kaizala-", random, NULL);
}

static Upload *
upload_new (GPtrArray *files)
{
  Upload *upload = g_new0 (Upload, 1);

  upload->files = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_file_unref);
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (upload->files, kz_media_file_ref (g_ptr_array_index (files, i)));
  upload->boundary = make_boundary ();
  upload->content_type = g_strconcat ("multipart/form-data; boundary=", upload->boundary, NULL);
  upload->length = kz_media_body_length (upload->files, upload->boundary);
  return upload;
}

static GInputStream *
open_body (gpointer data)
{
  Upload *upload = data;

  return G_INPUT_STREAM (kz_media_body_new (upload->files, upload->boundary));
}

static void
sent (gsize bytes, gpointer data)
{
  Upload *upload = data;

  if (upload->progress != NULL && !g_cancellable_is_cancelled (upload->cancellable))
    upload->progress (MIN (bytes, upload->length), upload->length, upload->progress_data);
}

static gpointer
parse_resource (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  return kz_api_parse_id (http, reply, "mediaResource", error);
}

void
kz_media_upload_async (KzHttp *http,
                       GPtrArray *files,
                       KzMediaProgress progress,
                       gpointer progress_data,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  KzRequest *request = kz_api_request ("POST", KZ_LANE_USER, "/v1/media");
  Upload *upload = upload_new (files);
  KzTransfer *transfer = kz_request_set_transfer (request, upload, upload_free);

  upload->progress = progress;
  upload->progress_data = progress_data;
  g_set_object (&upload->cancellable, cancellable);
  transfer->open_body = open_body;
  transfer->body_bytes = upload->length;
  transfer->sent = sent;
  request->content_type = upload->content_type;
  kz_api_call (http, request, kz_media_upload_async, parse_resource, g_free, NULL, NULL,
               cancellable, callback, data);
}

char *
kz_media_upload_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) own = NULL;
  char *resource = kz_api_finish (http, result, kz_media_upload_async, &own);
  const char *words;

  if (resource != NULL)
    return resource;
  if (!g_error_matches (own, KZ_ERROR, KZ_ERROR_UNRESOLVED)) {
    g_propagate_error (error, g_steal_pointer (&own));
    return NULL;
  }
  words = kz_error_server_words (own);
  g_propagate_error (error, kz_error_new_words (
                                words != NULL ? KZ_ERROR_UNAVAILABLE : KZ_ERROR_NETWORK,
                                words != NULL ? _ ("The service is in trouble at the moment")
                                              : _ ("The connection broke while the file was sent"),
                                words));
  return NULL;
}
