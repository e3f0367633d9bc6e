/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "media-rig.h"

#include <glib/gstdio.h>
#include <string.h>

Folder *
folder_new (void)
{
  Folder *folder = g_new0 (Folder, 1);

  folder->dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  folder->paths = g_ptr_array_new_with_free_func (g_free);
  return folder;
}

const char *
folder_write (Folder *folder, const char *name, const char *content, gsize length)
{
  char *path = g_build_filename (folder->dir, name, NULL);

  g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
  g_ptr_array_add (folder->paths, path);
  return path;
}

void
folder_free (Folder *folder)
{
  for (guint i = 0; i < folder->paths->len; i++)
    g_unlink (folder->paths->pdata[i]);
  g_rmdir (folder->dir);
  g_ptr_array_unref (folder->paths);
  g_free (folder->dir);
  g_free (folder);
}

static void
keep_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

KzMediaFile *
media_look (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  kz_media_file_open_async (file, NULL, keep_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return kz_media_file_open_finish (result, error);
}

GPtrArray *
media_files_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_file_unref);
}

KzMediaFile *
media_in_memory (const char *content, const char *name)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));
  g_autoptr (GError) error = NULL;
  KzMediaFile *file = kz_media_file_new_bytes (bytes, name, &error);

  g_assert_no_error (error);
  return file;
}

void
media_end_clear (MediaEnd *end)
{
  g_free (end->resource);
  g_clear_pointer (&end->bytes, g_bytes_unref);
  g_clear_error (&end->error);
  if (end->saved != NULL)
    g_string_free (end->saved, TRUE);
}

void
media_uploaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MediaEnd *end = data;

  end->done = TRUE;
  end->resource = kz_media_upload_finish (KZ_HTTP (source), result, &end->error);
}

void
media_fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MediaEnd *end = data;

  end->done = TRUE;
  end->bytes = kz_media_fetch_finish (KZ_HTTP (source), result, &end->type, &end->error);
}

void
media_saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MediaEnd *end = data;

  end->done = TRUE;
  kz_media_save_finish (KZ_HTTP (source), result, &end->error);
}

void
media_progress_cb (guint64 sent, guint64 total, gpointer data)
{
  MediaEnd *end = data;

  g_assert_false (end->done);
  g_assert_cmpuint (sent, <=, total);
  g_assert_false (g_cancellable_is_cancelled (end->cancel_at_piece));
  end->pieces++;
  end->last = sent;
  end->total = total;
  if (end->cancel_at_piece != NULL)
    g_cancellable_cancel (end->cancel_at_piece);
}

gboolean
media_sink_cb (gconstpointer bytes, gsize length, guint64 total, gpointer data)
{
  MediaEnd *end = data;

  g_assert_false (end->done);
  if (end->saved == NULL)
    end->saved = g_string_new (NULL);
  g_string_append_len (end->saved, bytes, (gssize) length);
  end->total = total;
  return ++end->pieces != end->stop_after;
}

void
wire_reply_text (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 200, NULL, data);
}

void
wire_reply_never (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  reply->end = WIRE_STALL;
}
