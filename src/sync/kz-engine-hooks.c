/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-people.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

/* How long a delivery may be on its way. */
#define DELIVERY_US (2 * G_TIME_SPAN_MINUTE)

/* --- How they are --- */

void
kz_hook_status_free (KzHookStatus *status)
{
  if (status == NULL)
    return;
  g_free (status->group_id);
  g_free (status->webhook_id);
  g_free (status);
}

GPtrArray *
kz_engine_webhooks (KzEngine *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_hook_status_free);
  g_autoptr (GPtrArray) groups = NULL;

  g_return_val_if_fail (KZ_IS_ENGINE (self), list);

  if (!kz_engine_is_up (self) || self->hooks == NULL)
    return list;
  groups = kz_directory_groups (self->directory);
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    KzHookStatus *status = g_new0 (KzHookStatus, 1);

    status->group_id = g_strdup (group->id);
    status->webhook_id = g_strdup (kz_store_group (self->store, group->id)->webhook_id);
    status->works = kz_webhook_subscriptions_works (self->hooks, group->id);
    status->is_refused = kz_webhook_subscriptions_is_refused (self->hooks, group->id);
    g_ptr_array_add (list, status);
  }
  return list;
}

gboolean
kz_engine_heal_webhooks (KzEngine *self)
{
  g_return_val_if_fail (KZ_IS_ENGINE (self), FALSE);

  if (!kz_engine_is_up (self) || self->hooks == NULL)
    return FALSE;
  kz_webhook_subscriptions_look_now (self->hooks);
  return TRUE;
}

/* --- Silence --- */

/* Those that a webhook tells of when they are made, as is documented, and that are listed, too (API §12, §19). */
static gboolean
is_delivered (KzActionKind kind)
{
  return kind == KZ_ACTION_IMAGE || kind == KZ_ACTION_JOB || kind == KZ_ACTION_SURVEY;
}

void
kz_engine_doubt_hook (KzEngine *self, const KzAction *action)
{
  gint64 late_us = kz_clock_wall_us (self->clock) - DELIVERY_US;

  if (self->hooks != NULL && is_delivered (action->kind) && action->sent_us < late_us &&
      action->sent_us > self->online_wall_us)
    kz_webhook_subscriptions_doubt (self->hooks, action->group_id);
}

/* --- Removing them --- */

typedef struct {
  GPtrArray *group_ids; /* (element-type utf8): whose webhook is still there */
  int n_removed;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_ptr_array_unref (removal->group_ids);
  g_free (removal);
}

static void remove_next (KzDeed *deed);

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  KzEngine *self = deed->engine;
  Removal *removal = deed->context;
  g_autoptr (GError) error = NULL;
  g_autofree char *group_id = NULL;

  kz_api_delete_webhook_finish (self->http, result, &error);
  if (!kz_deed_back (deed, error))
    return;
  group_id = g_ptr_array_steal_index (removal->group_ids, removal->group_ids->len - 1);
  kz_store_set_webhook (self->store, group_id, NULL, NULL);
  removal->n_removed++;
  remove_next (deed);
}

static void
remove_next (KzDeed *deed)
{
  KzEngine *self = deed->engine;
  Removal *removal = deed->context;
  const char *group_id;

  if (removal->group_ids->len == 0 || deed->is_ended) {
    /* The result counts from 1, for NULL is an error. */
    kz_deed_succeed (deed, GINT_TO_POINTER (removal->n_removed + 1), NULL);
    return;
  }
  group_id = g_ptr_array_index (removal->group_ids, removal->group_ids->len - 1);
  kz_api_delete_webhook_async (self->http, kz_store_group (self->store, group_id)->webhook_id,
                               self->cancellable, removed_cb, kz_deed_hold (deed));
}

/* Nobody makes them anew in this session, and lists are read as without a receiver. */
static void
want_none (KzEngine *self)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);

  if (self->hooks == NULL)
    return;
  kz_webhook_subscriptions_stop (self->hooks);
  g_clear_object (&self->hooks);
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);

    kz_poller_set_pushed (self->poller, group->id, FALSE);
  }
}

void
kz_engine_remove_webhooks_async (KzEngine *self, GAsyncReadyCallback callback, gpointer data)
{
  Removal *removal = g_new0 (Removal, 1);
  KzDeed *deed =
      kz_deed_new (self, kz_engine_remove_webhooks_async, removal, removal_free, callback, data);
  g_autoptr (GPtrArray) ids = NULL;

  removal->group_ids = g_ptr_array_new_with_free_func (g_free);
  if (!kz_engine_is_up (self)) {
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Not signed on"));
    return;
  }
  ids = kz_store_group_ids (self->store);
  for (guint i = 0; i < ids->len; i++) {
    const char *group_id = g_ptr_array_index (ids, i);

    if (kz_store_group (self->store, group_id)->webhook_id != NULL)
      g_ptr_array_add (removal->group_ids, g_strdup (group_id));
  }
  if (removal->group_ids->len == 0) {
    kz_deed_succeed_soon (deed, GINT_TO_POINTER (1), NULL);
    return;
  }
  want_none (self);
  remove_next (deed);
}

int
kz_engine_remove_webhooks_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return GPOINTER_TO_INT (kz_deed_finish (self, result, kz_engine_remove_webhooks_async, error)) -
         1;
}
