/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "bench.h"
#include "kz-media.h"

G_BEGIN_DECLS

/* Files, and how they travel. */

/* What is taken for a picture. */
#define JPEG "\xff\xd8\xff\xe0 a picture "
/* Where the account signs on. */
#define API "https://api.kaiza.la"

/* A folder on disk, removed with its files by folder_free(). */
typedef struct {
  char *dir;
  GPtrArray *paths;
} Folder;

Folder *folder_new (void);
/* (transfer none): the path. */
const char *folder_write (Folder *folder, const char *name, const char *content, gsize length);
void folder_free (Folder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free)

/* (transfer full) (nullable): opens it as it would be sent. */
KzMediaFile *media_look (const char *path, GError **error);
/* (transfer full): of memory; it must be taken. */
KzMediaFile *media_in_memory (const char *content, const char *name);
/* (transfer full) (element-type KzMediaFile): none yet. */
GPtrArray *media_files_new (void);

/* How an upload or a download ended. */
typedef struct {
  gboolean done;
  char *resource;
  GBytes *bytes;
  const KzMediaType *type;
  GError *error;
  guint pieces;
  guint64 last;
  guint64 total;
  guint stop_after;              /* pieces; 0: never */
  GCancellable *cancel_at_piece; /* (nullable) */
  GString *saved;
} MediaEnd;

void media_end_clear (MediaEnd *end);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MediaEnd, media_end_clear)

/* Of kz_media_upload_async(), kz_media_fetch_async() and kz_media_save_async(); @data: the end. */
void media_uploaded_cb (GObject *source, GAsyncResult *result, gpointer data);
void media_fetched_cb (GObject *source, GAsyncResult *result, gpointer data);
void media_saved_cb (GObject *source, GAsyncResult *result, gpointer data);
void media_progress_cb (guint64 sent, guint64 total, gpointer data);
gboolean media_sink_cb (gconstpointer bytes, gsize length, guint64 total, gpointer data);

/* WireFuncs: the text @data with 200; nothing, ever. */
void wire_reply_text (const WireRequest *request, guint nth, WireReply *reply, gpointer data);
void wire_reply_never (const WireRequest *request, guint nth, WireReply *reply, gpointer data);

G_END_DECLS
