/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The window of transfers for files that are part of something else: what is typed behind "send", the
 * pictures of an announcement, the files of an answer. */
#include "config.h"

#include "kz-purple-xfer-private.h"

KzXfer *
kz_xfer_watch (KzSession *session, const char *group_id, const char *path)
{
  KzXfer *self = kz_xfer_ref (kz_xfer_new (session, group_id));
  self->path = g_strdup (path);
  return self;
}

GCancellable *
kz_xfer_watch_cancellable (KzXfer *self)
{
  return self->cancellable;
}

static void
show (PurpleXfer *xfer)
{
  /* Without a descriptor: the bytes go another way. */
  purple_xfer_start (xfer, -1, NULL, 0);
}

void
kz_xfer_watch_progress (guint64 sent, guint64 total, gpointer data)
{
  KzXfer *self = kz_xfer_ref (data);
  g_autofree char *path = g_steal_pointer (&self->path);
  /* Not before: libpurple would complain by itself of a file that cannot be sent. */
  if (path != NULL && !self->session->is_closing)
    kz_xfer_accept (self, PURPLE_XFER_SEND, show, path);
  kz_xfer_progress (self, sent, total);
  kz_xfer_unref (self);
}

gboolean
kz_xfer_watch_end (KzXfer *self, const GError *error)
{
  gboolean is_cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
                          !self->session->is_closing;
  kz_xfer_end (self, error == NULL);
  kz_xfer_forget (self);
  kz_xfer_unref (self);
  return is_cancelled;
}
