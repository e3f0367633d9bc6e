/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-xfer-private.h"

#include "kz-engine-people.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"
#include "kz-purple-send.h"

#include <glib/gi18n-lib.h>

/* --- A file --- */

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzXfer *self = data;
  g_autoptr (GError) error = NULL;
  kz_engine_send_media_finish (KZ_ENGINE (source), result, &error);
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED))
    kz_xfer_finish (self, error, _ ("The file may not have arrived"));
  else
    kz_xfer_finish (self, error, _ ("The file was not sent"));
  kz_xfer_unref (self);
}

static void
progress_cb (guint64 sent, guint64 total, gpointer data)
{
  kz_xfer_progress (data, sent, total);
}

static void
send_init (PurpleXfer *xfer)
{
  KzXfer *self = kz_xfer_of (xfer);
  if (self == NULL || self->session->is_closing) {
    purple_xfer_cancel_local (xfer);
    return;
  }
  kz_xfer_ref (self);
  /* Without a descriptor: the bytes go another way. Cancels when it cannot open the file. */
  purple_xfer_start (xfer, -1, NULL, 0);
  if (self->xfer != NULL) {
    GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
    g_ptr_array_add (sources, kz_media_source_new_path (purple_xfer_get_local_filename (xfer)));
    kz_engine_send_files_async (self->session->engine, self->group_id, sources, NULL, progress_cb,
                                self, self->cancellable, sent_cb, kz_xfer_ref (self));
  }
  kz_xfer_unref (self);
}

static void
chosen_cb (gpointer data, const char *path)
{
  kz_xfer_accept (data, PURPLE_XFER_SEND, send_init, path);
}

static void
not_chosen_cb (gpointer data, const char *path)
{
  kz_xfer_forget (data);
}

void
kz_xfer_send (KzSession *session, const char *group_id, const char *path)
{
  g_return_if_fail (session != NULL && group_id != NULL);
  if (session->engine == NULL || session->is_closing)
    return;
  KzXfer *self = kz_xfer_new (session, group_id);
  if (path != NULL) {
    chosen_cb (self, path);
    return;
  }
  void *prompt =
      purple_request_file (session->gc, _ ("Send a file"), NULL, FALSE, G_CALLBACK (chosen_cb),
                           G_CALLBACK (not_chosen_cb), session->account, NULL, NULL, self);
  if (prompt == NULL)
    kz_xfer_forget (self);
}

/* --- An address --- */

typedef struct {
  KzSession *session;
  char *group_id;
} Sending;

static void
url_sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Sending *sending = data;
  g_autoptr (KzSession) session = sending->session;
  g_autofree char *group_id = sending->group_id;
  g_autoptr (GError) error = NULL;
  g_free (sending);
  if (kz_engine_send_media_finish (KZ_ENGINE (source), result, &error) || session->is_closed ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_autofree char *reason = kz_errors_in_room (error);
  g_autofree char *text = g_strdup_printf (g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED)
                                               /* Translators: %s says why. */
                                               ? _ ("The file may not have arrived: %s")
                                               : _ ("The file was not sent: %s"),
                                           reason);
  kz_xfer_say (session, group_id, text);
}

void
kz_xfer_send_url (KzSession *session, KzRoom *room, const char *url, const char *caption)
{
  g_return_if_fail (session != NULL && room != NULL && url != NULL);
  if (session->engine == NULL)
    return;
  Sending *sending = g_new0 (Sending, 1);
  sending->session = kz_session_ref (session);
  sending->group_id = g_strdup (room->group_id);
  kz_engine_send_url_async (session->engine, room->group_id, url, caption, session->cancellable,
                            url_sent_cb, sending);
}

/* --- prpl callbacks --- */

gboolean
kz_xfer_chat_can_receive (PurpleConnection *gc, int id)
{
  KzSession *session = kz_session_of (gc);
  /* Hosts ask of rooms that are not there yet. */
  KzRoom *room = session != NULL ? kz_room_of_id (session, id) : NULL;
  if (room == NULL || room->is_left || session->engine == NULL)
    return FALSE;
  const KzGroup *group = kz_directory_group (session->directory, room->group_id);
  return group == NULL || kz_group_may_post (group);
}

void
kz_xfer_chat_send (PurpleConnection *gc, int id, const char *path)
{
  KzSession *session = kz_session_of (gc);
  KzRoom *room = session != NULL ? kz_room_of_id (session, id) : NULL;
  if (room == NULL)
    return;
  if (kz_xfer_chat_can_receive (gc, id))
    kz_xfer_send (session, room->group_id, path);
  else
    kz_room_say (session, room, _ ("You cannot send files to this room."));
}

gboolean
kz_xfer_can_receive (PurpleConnection *gc, const char *who)
{
  KzSession *session = kz_session_of (gc);
  if (session == NULL || session->engine == NULL || session->is_closing || who == NULL)
    return FALSE;
  g_autofree char *group_id = kz_engine_find_direct_group (session->engine, who);
  return group_id != NULL;
}

void
kz_xfer_send_to (PurpleConnection *gc, const char *who, const char *path)
{
  KzSession *session = kz_session_of (gc);
  if (session == NULL || session->engine == NULL || who == NULL)
    return;
  g_autofree char *group_id = kz_engine_find_direct_group (session->engine, who);
  if (group_id != NULL)
    kz_xfer_send (session, group_id, path);
  else
    kz_lines_say_to (session, who,
                     _ ("Write something first: a file goes through the group of two that is made "
                        "then."));
}
