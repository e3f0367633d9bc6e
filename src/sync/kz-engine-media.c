/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-media-private.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

static void look_at_next (KzMediaOp *op);

/* --- Sources ------------------------------------------------------------------------------- */

KzMediaSource *
kz_media_source_new_path (const char *path)
{
  KzMediaSource *source = g_new0 (KzMediaSource, 1);

  source->path = g_strdup (path);
  return source;
}

KzMediaSource *
kz_media_source_new_bytes (GBytes *bytes, const char *name)
{
  KzMediaSource *source = g_new0 (KzMediaSource, 1);

  source->bytes = g_bytes_ref (bytes);
  source->name = g_strdup (name);
  return source;
}

void
kz_media_source_free (KzMediaSource *source)
{
  g_free (source->path);
  g_clear_pointer (&source->bytes, g_bytes_unref);
  g_free (source->name);
  g_free (source);
}

/* --- The post ------------------------------------------------------------------------------ */

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzMediaOp *op = data;
  g_autoptr (KzEngine) self = g_object_ref (op->engine);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPosted) posted = kz_api_post_action_finish (KZ_HTTP (source), result, &error);

  if (posted == NULL) {
    /* The service may have told of it, so it has arrived. */
    posted = kz_own_post_rescue (op->own, error);
    if (posted != NULL)
      g_clear_error (&error);
    else
      kz_engine_own_failed (self, op->own);
  }
  /* Each may end the account, and with it this work; @op stays until it is back. */
  if (error != NULL && !op->is_ended && kz_engine_is_up (self))
    kz_engine_note_result (self, error);
  if (posted != NULL && !op->is_ended && kz_engine_is_alive (self))
    kz_engine_show_posted (self, op->group_id, op->draft, posted, op->own);
  if (!kz_media_op_back (op))
    return;
  if (posted != NULL)
    kz_media_op_succeed (op, NULL, NULL);
  else
    kz_media_op_fail (op, g_steal_pointer (&error));
}

static void
post (KzMediaOp *op, const char *resource)
{
  KzEngine *self = op->engine;
  const KzGroup *group = kz_directory_group (self->directory, op->group_id);
  const char *media[] = {resource, NULL};

  op->draft = kz_action_draft_new (op->kind);
  /* Its link is not known to us: in its line the name has to do. */
  op->draft->title = g_strdup (op->title);
  op->draft->text = g_strdup (op->caption);
  op->draft->media = g_strdupv ((char **) media);
  op->draft->to_all_subscribers = group != NULL && group->kind == KZ_GROUP_PUBLIC;
  op->own = kz_engine_expect_own (self, op->group_id, op->kind, NULL, op->caption);
  op->is_away = TRUE;
  kz_api_post_action_async (self->http, op->group_id, op->draft, self->cancellable, posted_cb, op);
}

/* Whatever the upload brought. */
static void
uploaded (KzMediaOp *op, char *resource, GError *error)
{
  g_autofree char *owned = resource;
  KzEngine *self = op->engine;

  if (!kz_media_op_back (op)) {
    g_clear_error (&error);
    return;
  }
  if (error == NULL && g_cancellable_set_error_if_cancelled (op->cancellable, &error))
    g_clear_pointer (&owned, g_free);
  if (error == NULL && op->only_brings) {
    g_task_set_task_data (op->task, GINT_TO_POINTER (op->kind), NULL);
    kz_media_op_succeed (op, g_steal_pointer (&owned), g_free);
    return;
  }
  if (error == NULL) {
    post (op, owned);
    return;
  }
  op->is_away = TRUE;
  kz_engine_note_result (self, error);
  if (kz_media_op_back (op))
    kz_media_op_fail (op, error);
  else
    g_error_free (error);
}

/* --- The files ----------------------------------------------------------------------------- */

static void
uploaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzMediaOp *op = data;
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = g_object_ref (op->engine);
  GError *error = NULL;
  char *resource = kz_media_upload_finish (KZ_HTTP (source), result, &error);

  uploaded (op, resource, error);
}

static void
progress_cb (guint64 sent, guint64 total, gpointer data)
{
  KzMediaOp *op = data;

  if (!op->is_ended && op->progress != NULL && !g_cancellable_is_cancelled (op->cancellable))
    op->progress (sent, total, op->progress_data);
}

static char *
join_names (GPtrArray *files)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < files->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            ((KzMediaFile *) g_ptr_array_index (files, i))->name);
  return g_strdup (names->str);
}

/* (transfer full) */
static GError *
no_picture (const char *name)
{
  return g_error_new (KZ_ERROR, KZ_ERROR_INVALID,
                      /* Translators: the argument is the name of a file. */
                      _ ("“%s” is no picture; pictures are JPEG and PNG files"), name);
}

static void
upload (KzMediaOp *op)
{
  GError *error = NULL;

  if (!kz_media_files_kind (op->files, &op->kind, &error)) {
    kz_media_op_fail (op, error);
    return;
  }
  op->title = join_names (op->files);
  if (op->wanted == KZ_ACTION_IMAGE && op->kind != KZ_ACTION_IMAGE) {
    kz_media_op_fail (op, no_picture (op->title));
    return;
  }
  op->is_away = TRUE;
  kz_media_upload_async (op->engine->http, op->files, progress_cb, op, op->cancellable, uploaded_cb,
                         op);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzMediaOp *op = data;
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = g_object_ref (op->engine);
  GError *error = NULL;
  KzMediaFile *file = kz_media_file_open_finish (result, &error);

  if (!kz_media_op_back (op)) {
    g_clear_pointer (&file, kz_media_file_unref);
    g_clear_error (&error);
    return;
  }
  if (file == NULL) {
    kz_media_op_fail (op, error);
    return;
  }
  g_ptr_array_add (op->files, file);
  look_at_next (op);
}

static void
look_at_next (KzMediaOp *op)
{
  while (op->files->len < op->sources->len) {
    const KzMediaSource *one = g_ptr_array_index (op->sources, op->files->len);
    GError *error = NULL;
    KzMediaFile *file;

    if (one->path != NULL) {
      g_autoptr (GFile) on_disk = g_file_new_for_path (one->path);

      op->is_away = TRUE;
      kz_media_file_open_async (on_disk, op->cancellable, looked_cb, op);
      return;
    }
    file = kz_media_file_new_bytes (one->bytes, one->name, &error);
    if (file == NULL) {
      kz_media_op_fail (op, error);
      return;
    }
    g_ptr_array_add (op->files, file);
  }
  upload (op);
}

static gboolean
begin_cb (gpointer data)
{
  KzMediaOp *op = data;
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = g_object_ref (op->engine);
  GError *error = NULL;

  op->idle_id = 0;
  if (g_cancellable_set_error_if_cancelled (op->cancellable, &error))
    kz_media_op_fail (op, error);
  else
    look_at_next (op);
  return G_SOURCE_REMOVE;
}

/* --- What a person asks for ---------------------------------------------------------------- */

/* FALSE: refused already. */
static gboolean
may_send (KzMediaOp *op)
{
  KzEngine *self = op->engine;
  const KzGroup *group = NULL;
  GError *error = NULL;

  if (!kz_engine_is_up (self))
    g_set_error_literal (&error, KZ_ERROR, KZ_ERROR_INVALID, _ ("Not signed on"));
  else if ((group = kz_directory_group (self->directory, op->group_id)) == NULL)
    g_set_error_literal (&error, KZ_ERROR, KZ_ERROR_INVALID, _ ("There is no such group"));
  else if (!kz_group_may_post (group))
    g_set_error_literal (&error, KZ_ERROR, KZ_ERROR_FORBIDDEN,
                         _ ("You may only read in this group"));
  if (error == NULL) {
    kz_engine_touch_group (self, op->group_id);
    return TRUE;
  }
  kz_media_op_fail_later (op, error);
  return FALSE;
}

void
kz_engine_send_files_async (KzEngine *self,
                            const char *group_id,
                            GPtrArray *sources,
                            const char *caption,
                            KzMediaProgress progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  KzMediaOp *op;

  g_return_if_fail (KZ_IS_ENGINE (self) && group_id != NULL && sources->len > 0);

  op = kz_media_op_new (self, kz_engine_send_files_async, cancellable, callback, data);
  op->group_id = g_strdup (group_id);
  op->caption = caption != NULL && *caption != '\0' ? g_strdup (caption) : NULL;
  op->sources = sources;
  op->progress = progress;
  op->progress_data = progress_data;
  if (may_send (op))
    op->idle_id = g_idle_add (begin_cb, op);
}

static void
from_url_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzMediaOp *op = data;
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = g_object_ref (op->engine);
  GError *error = NULL;
  char *resource = kz_api_media_url_finish (KZ_HTTP (source), result, &error);

  uploaded (op, resource, error);
}

/* The service tells the kind by what is behind the address; we have only the address. */
static KzActionKind
kind_of_url (const char *url, char **title)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *path = uri != NULL ? g_uri_get_path (uri) : "";
  const KzMediaType *type = kz_media_type_of_name (path);

  *title = kz_media_safe_name (path, url);
  return type != NULL ? type->kind : KZ_ACTION_UNKNOWN;
}

/* As far as one can see; the service looks itself. */
static gboolean
is_public (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED, NULL);

  return uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 &&
         g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         g_uri_get_userinfo (uri) == NULL;
}

static GError *
no_public_address (void)
{
  return g_error_new_literal (KZ_ERROR, KZ_ERROR_INVALID,
                              _ ("Only files at public https addresses can be sent this way"));
}

void
kz_engine_send_url_async (KzEngine *self,
                          const char *group_id,
                          const char *url,
                          const char *caption,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzMediaOp *op;

  g_return_if_fail (KZ_IS_ENGINE (self) && group_id != NULL && url != NULL);

  op = kz_media_op_new (self, kz_engine_send_files_async, cancellable, callback, data);
  op->group_id = g_strdup (group_id);
  op->caption = caption != NULL && *caption != '\0' ? g_strdup (caption) : NULL;
  op->kind = kind_of_url (url, &op->title);
  if (!may_send (op))
    return;
  if (!is_public (url)) {
    kz_media_op_fail_later (op, no_public_address ());
    return;
  }
  if (op->kind == KZ_ACTION_UNKNOWN) {
    g_autofree char *refusal = kz_media_type_refusal (op->title);

    kz_media_op_fail_later (op, g_error_new_literal (KZ_ERROR, KZ_ERROR_INVALID, refusal));
    return;
  }
  op->is_away = TRUE;
  kz_api_media_url_async (self->http, url, op->cancellable, from_url_cb, op);
}

static void
bring_url (KzMediaOp *op, const char *url)
{
  op->kind = kind_of_url (url, &op->title);
  if (!is_public (url))
    kz_media_op_fail_later (op, no_public_address ());
  else if (op->wanted == KZ_ACTION_IMAGE && op->kind != KZ_ACTION_IMAGE &&
           op->kind != KZ_ACTION_UNKNOWN)
    kz_media_op_fail_later (op, no_picture (op->title));
  else {
    op->is_away = TRUE;
    kz_api_media_url_async (op->engine->http, url, op->cancellable, from_url_cb, op);
  }
}

void
kz_engine_bring_async (KzEngine *self,
                       const char *const *sources,
                       KzActionKind kind,
                       KzMediaProgress progress,
                       gpointer progress_data,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  KzMediaOp *op;

  g_return_if_fail (KZ_IS_ENGINE (self) && sources != NULL && sources[0] != NULL);

  op = kz_media_op_new (self, kz_engine_bring_async, cancellable, callback, data);
  op->only_brings = TRUE;
  op->wanted = kind;
  op->progress = progress;
  op->progress_data = progress_data;
  if (!kz_engine_is_up (self)) {
    kz_media_op_fail_later (
        op, g_error_new_literal (KZ_ERROR, KZ_ERROR_INVALID, _ ("Not signed on")));
    return;
  }
  if (!g_path_is_absolute (sources[0])) {
    bring_url (op, sources[0]);
    return;
  }
  op->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
  for (gsize i = 0; sources[i] != NULL; i++)
    g_ptr_array_add (op->sources, kz_media_source_new_path (sources[i]));
  op->idle_id = g_idle_add (begin_cb, op);
}

char *
kz_engine_bring_finish (KzEngine *self,
                        GAsyncResult *result,
                        KzActionKind *kind,
                        GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (kind != NULL)
    *kind = (KzActionKind) GPOINTER_TO_INT (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
kz_engine_send_media_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) own = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  g_task_propagate_pointer (G_TASK (result), &own);
  if (own == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own));
  return FALSE;
}
