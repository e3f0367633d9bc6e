/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-media.h"

#include "kz-limits.h"

#include "kz-i18n.h"

#define ATTRIBUTES                                                                                 \
  G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE                                \
                                 "," G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME

typedef struct {
  GFile *file;
  char *name;
  guint64 size;
  guint8 *head; /* (nullable): KZ_MEDIA_HEAD_BYTES of room */
} OpenOp;

static void
open_op_free (gpointer data)
{
  OpenOp *op = data;

  g_object_unref (op->file);
  g_free (op->name);
  g_free (op->head);
  g_free (op);
}

/* --- The value ----------------------------------------------------------------------------- */

static void
file_clear (gpointer data)
{
  KzMediaFile *file = data;

  g_clear_object (&file->file);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_free (file->name);
}

KzMediaFile *
kz_media_file_ref (KzMediaFile *file)
{
  return g_rc_box_acquire (file);
}

void
kz_media_file_unref (KzMediaFile *file)
{
  g_rc_box_release_full (file, file_clear);
}

static void
set_too_large (GError **error)
{
  guint megabytes = KZ_UPLOAD_MAX_BYTES >> 20;

  g_set_error (error, KZ_ERROR, KZ_ERROR_TOO_LARGE,
               /* Translators: %u is a number of megabytes. */
               ngettext ("At most %u megabyte can be sent at once",
                         "At most %u megabytes can be sent at once", megabytes),
               megabytes);
}

/* Without @file or @bytes yet. */
static KzMediaFile *
file_new (gconstpointer head, gsize length, guint64 size, const char *name, GError **error)
{
  const KzMediaType *type;
  KzMediaFile *file;

  if (size == 0 || length == 0) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("There is nothing in this file"));
    return NULL;
  }
  if (size > KZ_UPLOAD_MAX_BYTES) {
    set_too_large (error);
    return NULL;
  }
  type = kz_media_type_sniff (head, length, name);
  if (type == NULL) {
    g_autofree char *refusal = kz_media_type_refusal (name);

    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, refusal);
    return NULL;
  }
  file = g_rc_box_new0 (KzMediaFile);
  file->type = type;
  file->size = size;
  file->name = kz_media_type_file_name (type, name);
  return file;
}

KzMediaFile *
kz_media_file_new_bytes (GBytes *bytes, const char *name, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  KzMediaFile *file = file_new (data, MIN (size, KZ_MEDIA_HEAD_BYTES), size, name, error);

  if (file != NULL)
    file->bytes = g_bytes_ref (bytes);
  return file;
}

gboolean
kz_media_files_kind (GPtrArray *files, KzActionKind *kind, GError **error)
{
  guint64 total = 0;

  g_return_val_if_fail (files->len > 0, FALSE);
  *kind = ((KzMediaFile *) g_ptr_array_index (files, 0))->type->kind;
  for (guint i = 0; i < files->len; i++) {
    const KzMediaFile *file = g_ptr_array_index (files, i);

    total += file->size;
    if (files->len > 1 && file->type->kind != KZ_ACTION_IMAGE) {
      g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID,
                           _ ("Only pictures can be sent several at once"));
      return FALSE;
    }
  }
  if (total > KZ_UPLOAD_MAX_BYTES) {
    set_too_large (error);
    return FALSE;
  }
  if (files->len > 1)
    *kind = KZ_ACTION_ALBUM;
  return TRUE;
}

/* --- Looking at a file --------------------------------------------------------------------- */

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
}

static void
head_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  OpenOp *op = g_task_get_task_data (task);
  GError *error = NULL;
  gsize length = 0;
  KzMediaFile *file = NULL;
  gboolean was_read =
      g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error);

  g_input_stream_close_async (G_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL, closed_cb, NULL);
  if (was_read)
    file = file_new (op->head, length, op->size, op->name, &error);
  if (file == NULL) {
    g_task_return_error (task, error);
    return;
  }
  file->file = g_object_ref (op->file);
  g_task_return_pointer (task, file, (GDestroyNotify) kz_media_file_unref);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  OpenOp *op = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream == NULL) {
    g_task_return_error (task, error);
    return;
  }
  op->head = g_malloc (KZ_MEDIA_HEAD_BYTES);
  g_input_stream_read_all_async (G_INPUT_STREAM (stream), op->head, KZ_MEDIA_HEAD_BYTES,
                                 G_PRIORITY_DEFAULT, g_task_get_cancellable (task), head_read_cb,
                                 g_object_ref (task));
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  OpenOp *op = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (info == NULL) {
    g_task_return_error (task, error);
    return;
  }
  /* A pipe or a device would be read for ever. */
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR) {
    g_task_return_new_error (task, KZ_ERROR, KZ_ERROR_INVALID, "%s",
                             _ ("Only plain files can be sent"));
    return;
  }
  op->size = (guint64) MAX (0, g_file_info_get_size (info));
  op->name = g_strdup (g_file_info_get_display_name (info));
  g_file_read_async (op->file, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), opened_cb,
                     g_object_ref (task));
}

void
kz_media_file_open_async (GFile *file,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  OpenOp *op = g_new0 (OpenOp, 1);

  g_task_set_source_tag (task, kz_media_file_open_async);
  op->file = g_object_ref (file);
  g_task_set_task_data (task, op, open_op_free);
  g_file_query_info_async (file, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                           cancellable, info_cb, task);
}

KzMediaFile *
kz_media_file_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
