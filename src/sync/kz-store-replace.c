/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

/* g_file_replace_contents_async() is not used: where its write fails or is cancelled it still gives
 * the file its name (GLib 2.74), so a full disk would cost the good state that was there. Here a
 * name is given only to what was written whole. */

#define MAX_CREATES 4

typedef struct {
  char *path;
  GFile *file; /* what is written: @path itself or its temporary name */
  GBytes *bytes;
  guint creates;
} WriteOp;

static void
write_op_free (gpointer data)
{
  WriteOp *op = data;

  g_free (op->path);
  g_object_unref (op->file);
  g_bytes_unref (op->bytes);
  g_free (op);
}

static GTask *
new_task (const char *path,
          const char *written_path,
          GBytes *bytes,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  WriteOp *op = g_new0 (WriteOp, 1);

  op->path = g_strdup (path);
  op->file = g_file_new_for_path (written_path);
  op->bytes = g_bytes_ref (bytes);
  g_task_set_task_data (task, op, write_op_free);
  return task;
}

/* What was begun goes away again; not after a cancellation, when the next opener of the same files
 * may be writing already. */
static void
fail (GTask *task, GError *error)
{
  WriteOp *op = g_task_get_task_data (task);

  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_file_delete_async (op->file, G_PRIORITY_LOW, NULL, NULL, NULL);
  g_task_return_error (task, error);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error))
    fail (task, error);
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error)) {
    fail (task, error);
    return;
  }
  g_output_stream_close_async (G_OUTPUT_STREAM (source), G_PRIORITY_DEFAULT,
                               g_task_get_cancellable (task), closed_cb, g_object_ref (task));
}

static void remove_and_create (GTask *task);

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  WriteOp *op = g_task_get_task_data (task);
  g_autoptr (GFileOutputStream) stream = NULL;
  GError *error = NULL;
  gsize length;
  gconstpointer bytes = g_bytes_get_data (op->bytes, &length);

  stream = g_file_create_finish (G_FILE (source), result, &error);
  if (stream != NULL)
    g_output_stream_write_all_async (G_OUTPUT_STREAM (stream), bytes, length, G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task), written_cb,
                                     g_object_ref (task));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) && op->creates < MAX_CREATES) {
    /* Of an earlier user of the same files, whose last write was just ending. */
    g_error_free (error);
    remove_and_create (task);
  } else
    g_task_return_error (task, error);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  /* Mostly there is none; where it cannot be removed, creating fails and says why. */
  g_file_delete_finish (G_FILE (source), result, NULL);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_file_create_async (G_FILE (source), G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT,
                       g_task_get_cancellable (task), created_cb, g_object_ref (task));
}

static void
remove_and_create (GTask *task)
{
  WriteOp *op = g_task_get_task_data (task);

  op->creates++;
  g_file_delete_async (op->file, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), removed_cb,
                       g_object_ref (task));
}

void
kz_store_write_file_async (const char *path,
                           GBytes *bytes,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = new_task (path, path, bytes, cancellable, callback, data);

  g_task_set_source_tag (task, kz_store_write_file_async);
  remove_and_create (task);
}

gboolean
kz_store_write_file_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- With a temporary name --- */

static void
moved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_file_move_finish (G_FILE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    fail (task, error);
}

static void
temporary_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  WriteOp *op = g_task_get_task_data (task);
  g_autoptr (GFile) to = NULL;
  GError *error = NULL;

  if (!kz_store_write_file_finish (result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  to = g_file_new_for_path (op->path);
  g_file_move_async (op->file, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_NO_FALLBACK_FOR_MOVE,
                     G_PRIORITY_DEFAULT, g_task_get_cancellable (task), NULL, NULL, moved_cb,
                     g_object_ref (task));
}

void
kz_store_replace_file_async (const char *path,
                             GBytes *bytes,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autofree char *temporary = g_strconcat (path, ".tmp", NULL);
  GTask *task = new_task (path, temporary, bytes, cancellable, callback, data);

  g_task_set_source_tag (task, kz_store_replace_file_async);
  kz_store_write_file_async (temporary, bytes, cancellable, temporary_cb, task);
}

gboolean
kz_store_replace_file_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
