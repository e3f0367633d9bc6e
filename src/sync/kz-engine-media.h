/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-engine.h"
#include "kz-media.h"

G_BEGIN_DECLS

/* Files out of and into the rooms of an account (design: flows, picture or file). No callback comes
 * from inside the call that begins the work; all end, with G_IO_ERROR_CANCELLED, before
 * kz_engine_stop() returns. */

/**
 * KzMediaSource:
 * @path: (nullable): of a file on disk
 * @bytes: (nullable): or its content
 * @name: (nullable): of what is in memory
 *
 * What a person wants to send.
 */
typedef struct {
  char *path;
  GBytes *bytes;
  char *name;
} KzMediaSource;

KzMediaSource *kz_media_source_new_path (const char *path);
KzMediaSource *kz_media_source_new_bytes (GBytes *bytes, const char *name);
void kz_media_source_free (KzMediaSource *source);

/**
 * kz_engine_send_files_async:
 * @sources: (element-type KzMediaSource) (transfer container): several pictures make an album
 * @caption: (nullable)
 * @progress: (nullable): not called after the callback or a cancel
 * @cancellable: (nullable): nothing is posted once it is cancelled, unless the post is on its way
 *   already: then the outcome is what counts
 *
 * Looks at the files, uploads them and posts them. On success an ATTACHMENT (own) has been emitted,
 * once; the service's echo of it is not. Errors: KZ_ERROR_INVALID with words for the person (a kind
 * of file that cannot be sent), KZ_ERROR_TOO_LARGE, KZ_ERROR_FORBIDDEN, those of GIO for files that
 * cannot be read, those of the service. KZ_ERROR_UNRESOLVED: it may have been posted; when it was,
 * it is shown as anything that was posted elsewhere.
 */
void kz_engine_send_files_async (KzEngine *self, const char *group_id, GPtrArray *sources,
                                 const char *caption, KzMediaProgress progress,
                                 gpointer progress_data, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer data);
/* The same of a file at a public https address, which the service fetches itself. */
void kz_engine_send_url_async (KzEngine *self, const char *group_id, const char *url,
                               const char *caption, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_send_media_finish (KzEngine *self, GAsyncResult *result, GError **error);

/**
 * kz_engine_bring_async:
 * @sources: an https address, which the service fetches itself, in one call that says nothing before
 *   its end; or paths of files: several pictures make an album
 * @kind: %KZ_ACTION_IMAGE: a picture and nothing else; %KZ_ACTION_UNKNOWN: whatever the service takes
 * @progress: (nullable): of files; as of kz_engine_send_files_async()
 *
 * Brings files to the service, for a draft that names them; nobody sees them yet. Errors as those of
 * kz_engine_send_files_async(), but never KZ_ERROR_UNRESOLVED.
 */
void kz_engine_bring_async (KzEngine *self, const char *const *sources, KzActionKind kind,
                            KzMediaProgress progress, gpointer progress_data,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* (transfer full): the mediaResource: opaque, never logged. @kind: (out) (optional): what an action
 * with it is; UNKNOWN when neither content nor name says. */
char *kz_engine_bring_finish (KzEngine *self, GAsyncResult *result, KzActionKind *kind,
                              GError **error);

/* A picture behind a link that came in, see kz_media_fetch_async(). */
void kz_engine_fetch_picture_async (KzEngine *self, const char *url, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data);
GBytes *kz_engine_fetch_picture_finish (KzEngine *self, GAsyncResult *result,
                                        const KzMediaType **type, GError **error);
/* Any file, see kz_media_save_async(). */
void kz_engine_save_async (KzEngine *self, const char *url, KzMediaSink sink, gpointer sink_data,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_save_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* Whether it would be fetched at all. */
gboolean kz_engine_may_fetch (KzEngine *self, const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzMediaSource, kz_media_source_free)

G_END_DECLS
