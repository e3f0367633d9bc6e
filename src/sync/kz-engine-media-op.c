/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-media-private.h"

static void
op_free (KzMediaOp *op)
{
  if (op->outer != NULL)
    g_cancellable_disconnect (op->outer, op->outer_id);
  g_clear_object (&op->outer);
  g_object_unref (op->cancellable);
  g_object_unref (op->task);
  g_free (op->group_id);
  g_free (op->caption);
  g_free (op->title);
  g_clear_pointer (&op->sources, g_ptr_array_unref);
  g_ptr_array_unref (op->files);
  g_clear_pointer (&op->draft, kz_action_draft_free);
  g_object_unref (op->engine);
  g_free (op);
}

static void
end (KzMediaOp *op)
{
  g_ptr_array_remove (op->engine->media_ops, op);
  op->is_ended = TRUE;
  g_clear_handle_id (&op->idle_id, g_source_remove);
  if (op->callback != NULL)
    op->callback (G_OBJECT (op->engine), G_ASYNC_RESULT (op->task), op->data);
  g_cancellable_cancel (op->cancellable);
  if (!op->is_away)
    op_free (op);
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (data);
}

KzMediaOp *
kz_media_op_new (KzEngine *self,
                 gpointer tag,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer data)
{
  KzMediaOp *op = g_new0 (KzMediaOp, 1);

  op->engine = g_object_ref (self);
  op->task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_source_tag (op->task, tag);
  op->callback = callback;
  op->data = data;
  op->cancellable = g_cancellable_new ();
  op->files = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_file_unref);
  if (cancellable != NULL) {
    op->outer = g_object_ref (cancellable);
    op->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb),
                                          g_object_ref (op->cancellable), g_object_unref);
  }
  g_ptr_array_add (self->media_ops, op);
  return op;
}

gboolean
kz_media_op_back (KzMediaOp *op)
{
  op->is_away = FALSE;
  if (!op->is_ended)
    return TRUE;
  op_free (op);
  return FALSE;
}

void
kz_media_op_succeed (KzMediaOp *op, gpointer value, GDestroyNotify value_free)
{
  g_task_return_pointer (op->task, value, value_free);
  end (op);
}

void
kz_media_op_fail (KzMediaOp *op, GError *error)
{
  g_task_return_error (op->task, error);
  end (op);
}

static gboolean
later_cb (gpointer data)
{
  KzMediaOp *op = data;

  op->idle_id = 0;
  end (op);
  return G_SOURCE_REMOVE;
}

void
kz_media_op_fail_later (KzMediaOp *op, GError *error)
{
  op->has_outcome = TRUE;
  g_task_return_error (op->task, error);
  op->idle_id = g_idle_add (later_cb, op);
}

void
kz_engine_end_media (KzEngine *self, const GError *error)
{
  while (self->media_ops->len > 0) {
    KzMediaOp *op = g_ptr_array_index (self->media_ops, 0);

    /* One that was refused has its outcome, and only waits to tell it. */
    if (!op->has_outcome)
      g_task_return_new_error (op->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", error->message);
    end (op);
  }
}
