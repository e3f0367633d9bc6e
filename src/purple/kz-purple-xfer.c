/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-xfer-private.h"

#include "kz-markup.h"
#include "kz-purple-blist.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"

#include <glib/gi18n-lib.h>

/* --- One transfer --- */

static void
xfer_clear (gpointer data)
{
  KzXfer *self = data;
  g_object_unref (self->cancellable);
  kz_session_unref (self->session);
  g_free (self->group_id);
  g_free (self->url);
  g_free (self->name);
  g_free (self->path);
}

KzXfer *
kz_xfer_ref (KzXfer *self)
{
  return g_rc_box_acquire (self);
}

void
kz_xfer_unref (KzXfer *self)
{
  g_rc_box_release_full (self, xfer_clear);
}

KzXfer *
kz_xfer_new (KzSession *session, const char *group_id)
{
  KzXfer *self = g_rc_box_new0 (KzXfer);
  self->session = kz_session_ref (session);
  self->group_id = g_strdup (group_id);
  self->cancellable = g_cancellable_new ();
  g_ptr_array_add (session->xfers->all, self);
  return self;
}

KzXfer *
kz_xfer_of (PurpleXfer *xfer)
{
  return xfer->data;
}

/* From here on what the host does to it is nothing to us. */
static PurpleXfer *
let_go (KzXfer *self)
{
  PurpleXfer *xfer = g_steal_pointer (&self->xfer);
  if (xfer != NULL)
    xfer->data = NULL;
  return xfer;
}

void
kz_xfer_forget (KzXfer *self)
{
  kz_xfer_ref (self);
  g_cancellable_cancel (self->cancellable);
  PurpleXfer *xfer = let_go (self);
  if (xfer != NULL)
    purple_xfer_unref (xfer);
  if (self->session->xfers != NULL)
    g_ptr_array_remove (self->session->xfers->all, self);
  kz_xfer_unref (self);
}

/* The person, or libpurple for want of the file, has cancelled it. */
static void
cancelled (PurpleXfer *xfer)
{
  KzXfer *self = kz_xfer_of (xfer);
  if (self != NULL)
    kz_xfer_forget (self);
}

static void
nothing (PurpleXfer *xfer)
{
}

gboolean
kz_xfer_accept (KzXfer *self,
                PurpleXferType type,
                void (*init) (PurpleXfer *xfer),
                const char *path)
{
  g_autofree char *title = kz_blist_title (self->session, self->group_id);
  PurpleXfer *xfer = purple_xfer_new (self->session->account, type, title);
  if (xfer == NULL) {
    kz_xfer_forget (self);
    return FALSE;
  }
  /* libpurple drops its own when the file is not there, and tells nobody. */
  purple_xfer_ref (xfer);
  self->xfer = xfer;
  xfer->data = self;
  if (self->name != NULL)
    purple_xfer_set_filename (xfer, self->name);
  purple_xfer_set_init_fnc (xfer, init);
  purple_xfer_set_cancel_send_fnc (xfer, cancelled);
  purple_xfer_set_cancel_recv_fnc (xfer, cancelled);
  purple_xfer_set_request_denied_fnc (xfer, cancelled);
  purple_xfer_set_end_fnc (xfer, nothing);
  kz_xfer_ref (self);
  purple_xfer_request_accepted (xfer, path);
  gboolean has_begun =
      self->xfer != NULL && purple_xfer_get_status (self->xfer) == PURPLE_XFER_STATUS_STARTED;
  if (!has_begun)
    kz_xfer_forget (self);
  kz_xfer_unref (self);
  return has_begun;
}

void
kz_xfer_progress (KzXfer *self, guint64 done, guint64 total)
{
  PurpleXfer *xfer = self->xfer;
  if (xfer == NULL)
    return;
  gsize size = purple_xfer_get_size (xfer);
  if (total > 0 && purple_xfer_get_type (xfer) == PURPLE_XFER_SEND)
    /* What goes over the wire is a little more than the file. */
    done = (guint64) ((double) done / (double) total * (double) size);
  purple_xfer_set_bytes_sent (xfer, (gsize) done);
  purple_xfer_update_progress (xfer);
}

void
kz_xfer_say (KzSession *session, const char *group_id, const char *text)
{
  g_autofree char *html = kz_markup_from_text (text);
  KzLine line = {.html = html};
  kz_lines_deliver (session, group_id, &line);
}

void
kz_xfer_end (KzXfer *self, gboolean is_good)
{
  PurpleXfer *xfer = let_go (self);
  if (xfer == NULL)
    return;
  if (is_good) {
    purple_xfer_set_completed (xfer, TRUE);
    purple_xfer_end (xfer);
  } else {
    purple_xfer_cancel_local (xfer);
  }
  purple_xfer_unref (xfer);
}

void
kz_xfer_finish (KzXfer *self, const GError *error, const char *what_failed)
{
  kz_xfer_ref (self);
  kz_xfer_end (self, error == NULL);
  gboolean is_cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (error != NULL && !is_cancelled && !self->session->is_closed) {
    g_autofree char *reason = kz_errors_in_room (error);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %1$s says what could not be done, %2$s why. */
        _ ("%1$s: %2$s"), what_failed, reason);
    kz_xfer_say (self->session, self->group_id, text);
  }
  kz_xfer_forget (self);
  kz_xfer_unref (self);
}

/* --- All of an account --- */

KzXfers *
kz_xfers_new (void)
{
  KzXfers *xfers = g_new0 (KzXfers, 1);
  xfers->all = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_xfer_unref);
  return xfers;
}

void
kz_xfers_free (KzXfers *xfers)
{
  while (xfers->all->len > 0) {
    KzXfer *self = g_ptr_array_steal_index (xfers->all, 0);
    kz_xfer_end (self, FALSE);
    kz_xfer_forget (self);
    kz_xfer_unref (self);
  }
  g_ptr_array_unref (xfers->all);
  g_free (xfers);
}
