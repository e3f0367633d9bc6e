/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

/* Damaged files that are kept of each kind. */
#define MAX_ASIDE 3

/* --- Reading --- */

typedef struct {
  gsize max_bytes;
} LoadOp;

static void
contents_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LoadOp *op = g_task_get_task_data (task);
  GError *error = NULL;
  char *contents;
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (source), result, &contents, &length, NULL, &error)) {
    g_task_return_error (task, error);
    return;
  }
  /* It may have grown since it was measured. */
  if (length > op->max_bytes) {
    g_free (contents);
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "File too large");
    return;
  }
  g_task_return_pointer (task, g_bytes_new_take (contents, length), (GDestroyNotify) g_bytes_unref);
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LoadOp *op = g_task_get_task_data (task);
  g_autoptr (GFileInfo) info = NULL;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  info = g_file_query_info_finish (G_FILE (source), result, &error);
  if (info == NULL)
    g_task_return_error (task, error);
  else if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "Not a regular file");
  else if ((guint64) g_file_info_get_size (info) > op->max_bytes)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "File too large");
  else
    g_file_load_contents_async (G_FILE (source), cancellable, contents_cb, g_steal_pointer (&task));
}

void
kz_store_load_file_async (const char *path,
                          gsize max_bytes,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  LoadOp *op = g_new0 (LoadOp, 1);

  op->max_bytes = max_bytes;
  g_task_set_source_tag (task, kz_store_load_file_async);
  g_task_set_task_data (task, op, g_free);
  /* Looked at first: reading something endless, or a pipe, would never come back. */
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                           G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, G_PRIORITY_DEFAULT, cancellable,
                           info_cb, task);
}

GBytes *
kz_store_load_file_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Setting aside --- */

typedef struct {
  char *path;
  guint attempt;
} AsideOp;

static void
aside_op_free (gpointer data)
{
  AsideOp *op = data;

  g_free (op->path);
  g_free (op);
}

static void aside_step (GTask *task);

static void
aside_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  AsideOp *op = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_file_move_finish (G_FILE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) && op->attempt < MAX_ASIDE) {
    g_error_free (error);
    aside_step (g_steal_pointer (&task));
  } else
    g_task_return_error (task, error);
}

static void
aside_step (GTask *task)
{
  AsideOp *op = g_task_get_task_data (task);
  g_autoptr (GFile) from = g_file_new_for_path (op->path);
  g_autoptr (GFile) to = NULL;
  g_autofree char *to_path = NULL;
  GFileCopyFlags flags = G_FILE_COPY_NOFOLLOW_SYMLINKS | G_FILE_COPY_NO_FALLBACK_FOR_MOVE;

  op->attempt++;
  /* The last name is used again and again: a store that is damaged every day fills no disk. */
  if (op->attempt == MAX_ASIDE)
    flags |= G_FILE_COPY_OVERWRITE;
  to_path = g_strdup_printf ("%s.%u.damaged", op->path, op->attempt);
  to = g_file_new_for_path (to_path);
  g_file_move_async (from, to, flags, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), NULL, NULL,
                     aside_cb, task);
}

void
kz_store_set_aside_async (const char *path,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  AsideOp *op = g_new0 (AsideOp, 1);

  op->path = g_strdup (path);
  g_task_set_source_tag (task, kz_store_set_aside_async);
  g_task_set_task_data (task, op, aside_op_free);
  aside_step (task);
}

gboolean
kz_store_set_aside_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
