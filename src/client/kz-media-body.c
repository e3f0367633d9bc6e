/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-media-body.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Text in between, or a file: one of the two. */
typedef struct {
  GBytes *bytes;
  GFile *file;
  guint64 size;
} Piece;

struct _KzMediaBody {
  GInputStream parent_instance;
  GPtrArray *pieces; /* (element-type Piece) */
  guint current;
  guint64 offset;       /* within the current piece */
  GInputStream *stream; /* (nullable): of the current piece, when it is a file */
};

G_DEFINE_FINAL_TYPE (KzMediaBody, kz_media_body, G_TYPE_INPUT_STREAM)

typedef struct {
  guint8 *buffer;
  gsize count;
} Read;

/* --- The pieces ---------------------------------------------------------------------------- */

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_clear_pointer (&piece->bytes, g_bytes_unref);
  g_clear_object (&piece->file);
  g_free (piece);
}

static void
add_text (GPtrArray *pieces, char *text)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->size = strlen (text);
  piece->bytes = g_bytes_new_take (text, strlen (text));
  g_ptr_array_add (pieces, piece);
}

static void
add_file (GPtrArray *pieces, const KzMediaFile *file)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->size = file->size;
  if (file->bytes != NULL)
    piece->bytes = g_bytes_ref (file->bytes);
  else
    piece->file = g_object_ref (file->file);
  g_ptr_array_add (pieces, piece);
}

/* (transfer full): several files of an album need names of their own (API §11). */
static char *
distinct_name (GPtrArray *files, guint position)
{
  const KzMediaFile *file = g_ptr_array_index (files, position);
  const char *dot = strrchr (file->name, '.');

  for (guint i = 0; i < position; i++)
    if (g_ascii_strcasecmp (((KzMediaFile *) g_ptr_array_index (files, i))->name, file->name) == 0)
      return g_strdup_printf ("%.*s-%u%s", (int) (dot - file->name), file->name, position + 1, dot);
  return g_strdup (file->name);
}

static GPtrArray *
make_pieces (GPtrArray *files, const char *boundary)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (piece_free);

  for (guint i = 0; i < files->len; i++) {
    const KzMediaFile *file = g_ptr_array_index (files, i);
    g_autofree char *name = distinct_name (files, i);

    /* A safe name has neither quotes nor line ends. */
    add_text (pieces, g_strdup_printf ("%s--%s\r\n"
                                       "Content-Disposition: form-data; name=\"files\"; "
                                       "filename=\"%s\"\r\n"
                                       "Content-Type: %s\r\n\r\n",
                                       i > 0 ? "\r\n" : "", boundary, name, file->type->mime));
    add_file (pieces, file);
  }
  add_text (pieces, g_strdup_printf ("\r\n--%s--\r\n", boundary));
  return pieces;
}

gsize
kz_media_body_length (GPtrArray *files, const char *boundary)
{
  g_autoptr (GPtrArray) pieces = make_pieces (files, boundary);
  guint64 length = 0;

  for (guint i = 0; i < pieces->len; i++)
    length += ((Piece *) g_ptr_array_index (pieces, i))->size;
  return (gsize) length;
}

/* --- Reading ------------------------------------------------------------------------------- */

static void read_on (GTask *task);

static void
advance (KzMediaBody *self, gsize count)
{
  self->offset += count;
}

/* Closes without anybody waiting: closing a file that was only read cannot fail in a way that
 * matters. */
static void
drop_stream (KzMediaBody *self)
{
  if (self->stream != NULL)
    g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_object (&self->stream);
}

static void
file_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzMediaBody *self = g_task_get_source_object (task);
  GError *error = NULL;
  gssize count = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (count < 0) {
    g_task_return_error (task, error);
  } else if (count == 0) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             _ ("The file became shorter while it was sent"));
  } else {
    advance (self, (gsize) count);
    g_task_return_int (task, count);
  }
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzMediaBody *self = g_task_get_source_object (task);
  GError *error = NULL;
  GFileInputStream *stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream == NULL) {
    g_task_return_error (task, error);
    return;
  }
  self->stream = G_INPUT_STREAM (stream);
  read_on (task);
}

static void
read_file (KzMediaBody *self, const Piece *piece, GTask *task)
{
  Read *read = g_task_get_task_data (task);
  gsize count = (gsize) MIN (read->count, piece->size - self->offset);

  if (self->stream == NULL)
    g_file_read_async (piece->file, g_task_get_priority (task), g_task_get_cancellable (task),
                       opened_cb, g_object_ref (task));
  else
    g_input_stream_read_async (self->stream, read->buffer, count, g_task_get_priority (task),
                               g_task_get_cancellable (task), file_read_cb, g_object_ref (task));
}

static void
read_on (GTask *task)
{
  KzMediaBody *self = g_task_get_source_object (task);
  Read *read = g_task_get_task_data (task);

  for (; self->current < self->pieces->len; self->current++, self->offset = 0, drop_stream (self)) {
    const Piece *piece = g_ptr_array_index (self->pieces, self->current);
    gsize count;

    if (self->offset >= piece->size)
      continue;
    if (piece->file != NULL) {
      read_file (self, piece, task);
      return;
    }
    count = (gsize) MIN (read->count, piece->size - self->offset);
    memcpy (read->buffer, (const guint8 *) g_bytes_get_data (piece->bytes, NULL) + self->offset,
            count);
    advance (self, count);
    g_task_return_int (task, (gssize) count);
    return;
  }
  g_task_return_int (task, 0);
}

static void
kz_media_body_read_async (GInputStream *stream,
                          void *buffer,
                          gsize count,
                          int priority,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, data);
  Read *read = g_new0 (Read, 1);

  g_task_set_source_tag (task, kz_media_body_read_async);
  g_task_set_priority (task, priority);
  read->buffer = buffer;
  read->count = count;
  g_task_set_task_data (task, read, g_free);
  read_on (task);
}

static gssize
kz_media_body_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

static gssize
kz_media_body_read (
    GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "asynchronous only");
  return -1;
}

static void
kz_media_body_close_async (GInputStream *stream,
                           int priority,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, data);

  g_task_set_source_tag (task, kz_media_body_close_async);
  drop_stream (KZ_MEDIA_BODY (stream));
  g_task_return_boolean (task, TRUE);
}

static gboolean
kz_media_body_close_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- The object ---------------------------------------------------------------------------- */

KzMediaBody *
kz_media_body_new (GPtrArray *files, const char *boundary)
{
  KzMediaBody *self = g_object_new (KZ_TYPE_MEDIA_BODY, NULL);

  self->pieces = make_pieces (files, boundary);
  return self;
}

static void
kz_media_body_dispose (GObject *object)
{
  drop_stream (KZ_MEDIA_BODY (object));
  G_OBJECT_CLASS (kz_media_body_parent_class)->dispose (object);
}

static void
kz_media_body_finalize (GObject *object)
{
  g_clear_pointer (&KZ_MEDIA_BODY (object)->pieces, g_ptr_array_unref);
  G_OBJECT_CLASS (kz_media_body_parent_class)->finalize (object);
}

static void
kz_media_body_class_init (KzMediaBodyClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kz_media_body_dispose;
  G_OBJECT_CLASS (klass)->finalize = kz_media_body_finalize;
  stream_class->read_fn = kz_media_body_read;
  stream_class->read_async = kz_media_body_read_async;
  stream_class->read_finish = kz_media_body_read_finish;
  stream_class->close_async = kz_media_body_close_async;
  stream_class->close_finish = kz_media_body_close_finish;
}

static void
kz_media_body_init (KzMediaBody *self)
{
}
