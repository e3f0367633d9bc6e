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
  if (!kz_engine_send_media_finish (KZ_ENGINE (source), result, &error))
    kz_errand_fail (errand, error);
}

void
kz_order_send (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  const KzOrderMedia *media = g_ptr_array_index (order->media, 0);
  if (order->draft->subscribers != NULL) {
    kz_order_bring (session, group_id, order, typed);
    return;
  }
  KzErrand *errand = kz_errand_new (session, group_id, NULL, typed);
  if (!g_path_is_absolute (media->source)) {
    kz_engine_send_url_async (session->engine, group_id, media->source, order->draft->text,
                              session->cancellable, sent_cb, errand);
    return;
  }
  g_autoptr (GPtrArray) sources =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);
  g_ptr_array_add (sources, kz_media_source_new_path (media->source));
  kz_engine_send_files_async (session->engine, group_id, g_steal_pointer (&sources),
                              order->draft->text, NULL, NULL, session->cancellable, sent_cb, errand);
}

void
kz_order_save (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  const KzOpenAction *open =
      kz_engine_find_action (session->engine, group_id, order->handle, NULL);
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
