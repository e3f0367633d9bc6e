/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-xfer-private.h"

#include "kz-purple-lines.h"

#include <glib/gi18n-lib.h>

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzXfer *self = data;
  g_autoptr (GError) error = NULL;
  kz_engine_save_finish (KZ_ENGINE (source), result, &error);
  kz_xfer_finish (self, error, _ ("The file was not saved"));
  kz_xfer_unref (self);
}

static gboolean
sink_cb (gconstpointer bytes, gsize length, guint64 total, gpointer data)
{
  KzXfer *self = data;
  PurpleXfer *xfer = self->xfer;
  if (xfer == NULL)
    return FALSE;
  if (total > 0 && purple_xfer_get_size (xfer) == 0)
    purple_xfer_set_size (xfer, (gsize) total);
  /* Cancels when the disk is full. */
  if (!purple_xfer_write_file (xfer, bytes, length))
    return FALSE;
  /* Not what libpurple has counted: its versions differ in that. */
  self->received += length;
  kz_xfer_progress (self, self->received, total);
  return TRUE;
}

static void
receive_init (PurpleXfer *xfer)
{
  KzXfer *self = kz_xfer_of (xfer);
  if (self == NULL || self->session->is_closing) {
    purple_xfer_cancel_local (xfer);
    return;
  }
  kz_xfer_ref (self);
  /* Cancels when it cannot write the file. */
  purple_xfer_start (xfer, -1, NULL, 0);
  if (self->xfer != NULL)
    kz_engine_save_async (self->session->engine, self->url, sink_cb, self, self->cancellable,
                          saved_cb, kz_xfer_ref (self));
  kz_xfer_unref (self);
}

static void
chosen_cb (gpointer data, const char *path)
{
  kz_xfer_accept (data, PURPLE_XFER_RECEIVE, receive_init, path);
}

static void
not_chosen_cb (gpointer data, const char *path)
{
  kz_xfer_forget (data);
}

/* (transfer full): the server's name, or the end of the link. */
static char *
file_name (const char *url, const char *name)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autofree char *from_url = kz_media_safe_name (uri != NULL ? g_uri_get_path (uri) : NULL,
                                                  /* Translators: the name of a saved file. */
                                                  _ ("file"));
  return kz_media_safe_name (name, from_url);
}

static gboolean
can_ask (void)
{
  PurpleRequestUiOps *ops = purple_request_get_ui_ops ();
  return ops != NULL && ops->request_file != NULL;
}

void
kz_xfer_receive (KzSession *session, KzRoom *room, const char *url, const char *name)
{
  g_return_if_fail (session != NULL && room != NULL && url != NULL);
  if (session->engine == NULL || session->is_closing)
    return;
  if (!can_ask () || !kz_engine_may_fetch (session->engine, url)) {
    g_autofree char *text = g_strdup_printf (
        can_ask () ? _ ("This link does not lead to a file of Kaizala. Open it in a browser: %s")
                   /* Translators: of a program without a window to choose a file in. */
                   : _ ("Files cannot be saved from here. Open the link in a browser: %s"),
        url);
    kz_room_say (session, room, text);
    return;
  }
  KzXfer *self = kz_xfer_new (session, room->group_id);
  self->url = g_strdup (url);
  self->name = file_name (url, name);
  void *prompt = purple_request_file (session->gc, _ ("Save the file"), self->name, TRUE,
                                      G_CALLBACK (chosen_cb), G_CALLBACK (not_chosen_cb),
                                      session->account, NULL, NULL, self);
  if (prompt == NULL)
    kz_xfer_forget (self);
}
