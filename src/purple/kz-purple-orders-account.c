/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person wants to know of the connection. */
#include "config.h"

#include "kz-engine-people.h"
#include "kz-purple-blist.h"
#include "kz-purple-lines.h"
#include "kz-purple-menus.h"
#include "kz-purple-orders-private.h"

#include "kz-i18n.h"

void
kz_order_status (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  g_autofree char *text = kz_menus_status_text (session);
  if (room != NULL)
    kz_room_say (session, room, text);
}

/* (transfer full) */
static char *
list_webhooks (KzSession *session)
{
  g_autoptr (GPtrArray) hooks = kz_engine_webhooks (session->engine);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < hooks->len; i++) {
    const KzHookStatus *hook = g_ptr_array_index (hooks, i);
    g_autofree char *title = kz_blist_title (session, hook->group_id);
    g_string_append_printf (text, "%s%s: %s", i > 0 ? "\n" : "", title,
                            kz_menus_hook_state (hook));
  }
  if (hooks->len == 0)
    g_string_append (text, _ ("There are none: this account receives no texts here."));
  return g_string_free (text, FALSE);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  int count = kz_engine_remove_webhooks_finish (KZ_ENGINE (source), result, &error);
  if (count < 0) {
    kz_errand_fail (errand, error);
    return;
  }
  if (kz_errand_is_over (errand))
    return;
  g_autofree char *text = g_strdup_printf (
      ngettext ("%d webhook was removed; no texts arrive until you sign on again.",
                "%d webhooks were removed; no texts arrive until you sign on again.",
                (gulong) count),
      count);
  kz_errand_say (errand, text);
}

void
kz_order_webhooks (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  KzErrand *errand = kz_errand_new (session, group_id, NULL, NULL);
  if (g_str_equal (order->choice, "remove")) {
    kz_engine_remove_webhooks_async (session->engine, removed_cb, errand);
    return;
  }
  g_autofree char *text = NULL;
  if (g_str_equal (order->choice, "list"))
    text = list_webhooks (session);
  else if (kz_engine_heal_webhooks (session->engine))
    text = g_strdup (_ ("Looking at all of them now; what is broken is mended."));
  else
    text = g_strdup (_ ("Nothing can be received here, so there is nothing to mend."));
  kz_errand_say (errand, text);
  kz_errand_free (errand);
}
