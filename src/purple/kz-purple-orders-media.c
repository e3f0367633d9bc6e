/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a person sends or fetches by a command. */
#include "config.h"

#include "kz-engine-media.h"
#include "kz-purple-lines.h"
#include "kz-purple-orders-private.h"
#include "kz-purple-xfer.h"

#include <glib/gi18n-lib.h>

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = kz_engine_send_media_finish (KZ_ENGINE (source), result, &error);
  if (kz_xfer_watch_end (errand->data, error))
    kz_errand_cancelled (errand);
  else if (!ok)
    kz_errand_fail (errand, error);
}

void
kz_order_send (KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  const KzOrderMedia *first = g_ptr_array_index (order->media, 0);
  gboolean is_file = g_path_is_absolute (first->source);
  if (order->draft->subscribers != NULL) {
    kz_order_bring (session, group_id, order, typed);
    return;
  }
  KzErrand *errand = kz_errand_new (session, group_id, NULL, typed);
  KzXfer *xfer = errand->data = kz_xfer_watch (session, group_id, is_file ? first->source : NULL);
  GCancellable *cancellable = kz_xfer_watch_cancellable (xfer);
  if (!is_file) {
    kz_engine_send_url_async (session->engine, group_id, first->source, order->draft->text,
                              cancellable, sent_cb, errand);
    return;
  }
  g_autoptr (GPtrArray) sources =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
  for (guint i = 0; i < order->media->len; i++)
    g_ptr_array_add (sources,
                     kz_media_source_new_path (((KzOrderMedia *) order->media->pdata[i])->source));
  kz_engine_send_files_async (session->engine, group_id, g_steal_pointer (&sources),
                              order->draft->text, kz_xfer_watch_progress, xfer, cancellable,
                              sent_cb, errand);
}

void
kz_order_save (KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  const KzOpenAction *open = kz_engine_find_action (session->engine, group_id, order->handle, NULL);
  if (room == NULL || open == NULL)
    return;
  if (open->action->media->len == 0) {
    kz_room_say (session, room, _ ("There is no file in that."));
    return;
  }
  g_autoptr (KzAction) action = kz_action_ref (open->action);
  for (guint i = 0; i < action->media->len; i++) {
    const KzMediaRef *file = g_ptr_array_index (action->media, i);
    kz_xfer_receive (session, room, file->url, file->name);
  }
}
