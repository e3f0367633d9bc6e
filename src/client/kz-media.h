/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-http.h"
#include "kz-media-type.h"

G_BEGIN_DECLS

/* --- Files to send ------------------------------------------------------------------------- */

/**
 * KzMediaFile:
 * @file: (nullable): on disk
 * @bytes: (nullable): or in memory
 * @name: as it is sent: safe, with the extension of its type
 * @size: in bytes, when it was looked at
 *
 * A file that was looked at and that the service takes.
 */
typedef struct {
  GFile *file;
  GBytes *bytes;
  char *name;
  const KzMediaType *type;
  guint64 size;
} KzMediaFile;

/* Looks at a file: kind by content, size. KZ_ERROR_INVALID: it is of no kind that the service takes,
 * empty, or no file; the message names what is taken. KZ_ERROR_TOO_LARGE. Errors of GIO. */
void kz_media_file_open_async (GFile *file, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
KzMediaFile *kz_media_file_open_finish (GAsyncResult *result, GError **error);
/* The same of something in memory. @name: (nullable). */
KzMediaFile *kz_media_file_new_bytes (GBytes *bytes, const char *name, GError **error);
KzMediaFile *kz_media_file_ref (KzMediaFile *file);
void kz_media_file_unref (KzMediaFile *file);

/**
 * kz_media_files_kind:
 * @files: (element-type KzMediaFile)
 * @kind: (out): what an action with all of them is: several pictures are an ALBUM
 *
 * Returns: FALSE with KZ_ERROR_INVALID or KZ_ERROR_TOO_LARGE: they cannot be sent together
 */
gboolean kz_media_files_kind (GPtrArray *files, KzActionKind *kind, GError **error);

/* --- Upload, API §11 ----------------------------------------------------------------------- */

/* @sent of @total bytes have left us; falls back to 0 when it begins anew. */
typedef void (*KzMediaProgress) (guint64 sent, guint64 total, gpointer data);

/**
 * kz_media_upload_async:
 * @files: (element-type KzMediaFile): that can be sent together; referenced
 * @progress: (nullable): not called after the callback or after @cancellable was cancelled
 *
 * POST /v1/media. An upload alone shows nothing to anybody, so one without an answer is no
 * KZ_ERROR_UNRESOLVED but KZ_ERROR_NETWORK or KZ_ERROR_UNAVAILABLE.
 */
void kz_media_upload_async (KzHttp *http, GPtrArray *files, KzMediaProgress progress,
                            gpointer progress_data, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data);
/* (transfer full): the mediaResource: opaque, never parsed, never logged. */
char *kz_media_upload_finish (KzHttp *http, GAsyncResult *result, GError **error);

/* --- Download ------------------------------------------------------------------------------ */

/**
 * kz_media_url_is_known:
 *
 * Whether that link may be fetched without somebody asking for it: https, a host of Kaizala's media
 * (API §22) or of the domain of @api_root; loopback, and http, only when @api_root is there, too.
 * Pure.
 */
gboolean kz_media_url_is_known (const char *api_root, const char *url);

/**
 * kz_media_fetch_async:
 * @url: must be known: else KZ_ERROR_MOVED_UNSAFE, and nothing is asked
 *
 * A picture of at most KZ_INLINE_PICTURE_MAX_BYTES. No token goes along and no redirect is
 * followed. What is no picture by its content is KZ_ERROR_INVALID.
 */
void kz_media_fetch_async (KzHttp *http, const char *api_root, const char *url,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data);
/* @type: (out) (optional) */
GBytes *kz_media_fetch_finish (KzHttp *http, GAsyncResult *result, const KzMediaType **type,
                               GError **error);

/* Takes a download piece by piece. @total: 0 when unknown. FALSE: stop. Not called after the
 * callback or after the cancellable was cancelled. */
typedef gboolean (*KzMediaSink) (gconstpointer bytes, gsize length, guint64 total, gpointer data);

/* The same of any kind, up to KZ_SAVE_MAX_BYTES, into @sink. */
void kz_media_save_async (KzHttp *http, const char *api_root, const char *url, KzMediaSink sink,
                          gpointer sink_data, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
gboolean kz_media_save_finish (KzHttp *http, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzMediaFile, kz_media_file_unref)

G_END_DECLS
