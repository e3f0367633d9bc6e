/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

static void
deed_free (KzDeed *deed)
{
  g_object_unref (deed->task);
  if (deed->context_free != NULL)
    deed->context_free (deed->context);
  g_object_unref (deed->engine);
  g_free (deed);
}

/* Calls back, once. What is held is freed when that ends. */
static void
end_deed (KzDeed *deed)
{
  GAsyncReadyCallback callback = deed->callback;

  if (deed->is_ended)
    return;
  deed->is_ended = TRUE;
  g_ptr_array_remove (deed->engine->deeds, deed);
  g_clear_handle_id (&deed->idle_id, g_source_remove);
  if (callback != NULL)
    callback (G_OBJECT (deed->engine), G_ASYNC_RESULT (deed->task), deed->data);
  if (!deed->is_held)
    deed_free (deed);
}

static void
fail_open (KzDeed *deed, const GError *error)
{
  if (deed->is_ended)
    return;
  /* One whose outcome is known only waits to tell it. */
  if (deed->idle_id == 0)
    g_task_return_error (deed->task, g_error_copy (error));
  end_deed (deed);
}

void
kz_engine_end_deeds (KzEngine *self, const GError *error)
{
  g_autoptr (GError) gone = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, error->message);

  while (self->deeds->len > 0)
    fail_open (g_ptr_array_index (self->deeds, 0), gone);
}

KzDeed *
kz_deed_new (KzEngine *self,
             gpointer tag,
             gpointer context,
             GDestroyNotify context_free,
             GAsyncReadyCallback callback,
             gpointer data)
{
  KzDeed *deed = g_new0 (KzDeed, 1);

  deed->engine = g_object_ref (self);
  deed->task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_source_tag (deed->task, tag);
  deed->callback = callback;
  deed->data = data;
  deed->context = context;
  deed->context_free = context_free;
  g_ptr_array_add (self->deeds, deed);
  return deed;
}

/* --- What is known at once --- */

static gboolean
told_later_cb (gpointer data)
{
  KzDeed *deed = data;

  deed->idle_id = 0;
  end_deed (deed);
  return G_SOURCE_REMOVE;
}

void
kz_deed_refuse (KzDeed *deed, GError *error)
{
  g_task_return_error (deed->task, error);
  deed->idle_id = g_idle_add (told_later_cb, deed);
}

void
kz_deed_refuse_words (KzDeed *deed, int code, const char *words)
{
  kz_deed_refuse (deed, g_error_new_literal (KZ_ERROR, code, words));
}

/* --- What comes back --- */

KzDeed *
kz_deed_hold (KzDeed *deed)
{
  deed->is_held = TRUE;
  return deed;
}

gboolean
kz_deed_back (KzDeed *deed, const GError *error)
{
  g_autoptr (KzEngine) self = g_object_ref (deed->engine);

  if (!deed->is_ended && error == NULL && kz_engine_is_up (self))
    return TRUE;
  /* May end the account, and with it this deed. */
  if (!deed->is_ended && error != NULL && kz_engine_is_up (self))
    kz_engine_note_result (self, error);
  deed->is_held = FALSE;
  if (deed->is_ended)
    deed_free (deed);
  else if (error != NULL)
    fail_open (deed, error);
  return FALSE;
}

void
kz_deed_succeed (KzDeed *deed, gpointer result, GDestroyNotify result_free)
{
  deed->is_held = FALSE;
  if (deed->is_ended) {
    if (result != NULL && result_free != NULL)
      result_free (result);
    deed_free (deed);
    return;
  }
  g_task_return_pointer (deed->task, result, result_free);
  end_deed (deed);
}

void
kz_deed_succeed_true (KzDeed *deed)
{
  kz_deed_succeed (deed, GINT_TO_POINTER (TRUE), NULL);
}

void
kz_deed_succeed_soon (KzDeed *deed, gpointer result, GDestroyNotify result_free)
{
  g_task_return_pointer (deed->task, result, result_free);
  deed->idle_id = g_idle_add (told_later_cb, deed);
}

void
kz_deed_fail (KzDeed *deed, const GError *error)
{
  deed->is_held = FALSE;
  if (deed->is_ended)
    deed_free (deed);
  else
    fail_open (deed, error);
}

gpointer
kz_deed_finish (KzEngine *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (tag == NULL || g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
kz_deed_finish_true (KzEngine *self, GAsyncResult *result, gpointer tag, GError **error)
{
  return kz_deed_finish (self, result, tag, error) != NULL;
}

/* --- What it is about --- */

KzOpenAction *
kz_deed_aim (KzDeed *deed, const char *handle, gboolean needs_reference)
{
  GError *error = NULL;
  const KzOpenAction *open = NULL;

  if (!kz_engine_is_up (deed->engine))
    g_set_error_literal (&error, KZ_ERROR, KZ_ERROR_INVALID, _ ("Not signed on"));
  else
    open = kz_engine_find_action (deed->engine, NULL, handle, &error);
  if (open != NULL &&
      (needs_reference ? open->action->reference_id : open->action->action_id) == NULL) {
    g_set_error_literal (&error, KZ_ERROR, KZ_ERROR_INVALID,
                         _ ("The service has not told how to answer this one"));
    open = NULL;
  }
  if (open == NULL) {
    kz_deed_refuse (deed, error);
    return NULL;
  }
  kz_engine_touch_group (deed->engine, open->action->group_id);
  return (KzOpenAction *) open;
}

const KzGroup *
kz_deed_aim_group (KzDeed *deed, const char *group_id)
{
  const KzGroup *group = NULL;

  if (!kz_engine_is_up (deed->engine))
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Not signed on"));
  else {
    group = kz_directory_group (deed->engine->directory, group_id);
    if (group == NULL)
      kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("There is no such group"));
  }
  return group;
}
