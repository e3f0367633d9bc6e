/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine.h"

#include "kz-engine-private.h"
#include "kz-error.h"
#include "kz-limits.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (KzEngine, kz_engine, G_TYPE_OBJECT)

#define TO(state) (1u << KZ_ENGINE_##state)

/* Where one may go from each state. */
static const guint transitions[] = {
    [KZ_ENGINE_OFFLINE] = TO (AUTHENTICATING) | TO (STOPPED),
    [KZ_ENGINE_AUTHENTICATING] = TO (NEEDS_CHOICE) | TO (NEEDS_PIN) | TO (LOADING) | TO (FAILED) |
                                 TO (STOPPED),
    [KZ_ENGINE_NEEDS_CHOICE] = TO (AUTHENTICATING) | TO (FAILED) | TO (STOPPED),
    [KZ_ENGINE_NEEDS_PIN] = TO (AUTHENTICATING) | TO (FAILED) | TO (STOPPED),
    [KZ_ENGINE_LOADING] = TO (ONLINE) | TO (FAILED) | TO (STOPPED),
    [KZ_ENGINE_ONLINE] = TO (HELD) | TO (FAILED) | TO (STOPPED),
    [KZ_ENGINE_HELD] = TO (ONLINE) | TO (FAILED) | TO (STOPPED),
    [KZ_ENGINE_STOPPED] = 0,
    [KZ_ENGINE_FAILED] = TO (STOPPED),
};

static void
room_free (gpointer data)
{
  KzRoom *room = data;

  g_ref_string_release (room->group_id);
  kz_matters_free (room->matters);
  g_free (room);
}

static void
kz_engine_init (KzEngine *self)
{
  self->cancellable = g_cancellable_new ();
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, room_free);
  self->no_matters = kz_matters_new ();
  self->media_ops = g_ptr_array_new ();
  self->works = g_ptr_array_new ();
  self->room_works = g_hash_table_new (g_str_hash, g_str_equal);
  self->deeds = g_ptr_array_new ();
  self->own_posts = g_ptr_array_new_with_free_func (kz_own_post_free);
  self->direct_making = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->left_groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->own_responses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lookups = g_ptr_array_new_with_free_func (kz_engine_lookup_free);
  self->lookup_failures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void tear_down (KzEngine *self, const GError *reason);

static void
kz_engine_dispose (GObject *object)
{
  KzEngine *self = KZ_ENGINE (object);

  self->callbacks = (KzEngineCallbacks){0};
  tear_down (self, NULL);
  g_clear_object (&self->server);
  g_clear_object (&self->hooks);
  g_clear_object (&self->poller);
  g_clear_object (&self->outbox);
  g_clear_object (&self->auth);
  g_clear_object (&self->http);
  g_clear_object (&self->directory);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->proxy);
  g_clear_pointer (&self->throttle, kz_throttle_unref);
  G_OBJECT_CLASS (kz_engine_parent_class)->dispose (object);
}

static void
kz_engine_finalize (GObject *object)
{
  KzEngine *self = KZ_ENGINE (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->rooms);
  kz_matters_free (self->no_matters);
  g_ptr_array_unref (self->media_ops);
  g_ptr_array_unref (self->deeds);
  g_ptr_array_unref (self->works);
  g_hash_table_unref (self->room_works);
  g_ptr_array_unref (self->own_posts);
  g_hash_table_unref (self->direct_making);
  g_hash_table_unref (self->left_groups);
  g_hash_table_unref (self->own_responses);
  g_ptr_array_unref (self->lookups);
  g_hash_table_unref (self->lookup_failures);
  g_free (self->phone);
  g_free (self->connector_id);
  g_free (self->connector_secret);
  g_free (self->api_root);
  g_free (self->refresh_token);
  g_free (self->pending_token);
  g_free (self->store_dir);
  g_free (self->webhook_listen);
  g_free (self->webhook_url);
  g_free (self->proxy_user);
  g_free (self->proxy_password);
  g_strfreev (self->packages);
  g_clear_error (&self->last_error);
  G_OBJECT_CLASS (kz_engine_parent_class)->finalize (object);
}

static void
kz_engine_class_init (KzEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kz_engine_dispose;
  G_OBJECT_CLASS (klass)->finalize = kz_engine_finalize;
}

/* An option that is empty is not set. */
static char *
dup_set (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

KzEngine *
kz_engine_new (const KzEngineConfig *config, const KzEngineCallbacks *callbacks, gpointer data)
{
  KzEngine *self = g_object_new (KZ_TYPE_ENGINE, NULL);

  self->callbacks = *callbacks;
  self->callback_data = data;
  self->phone = g_strdup (config->phone);
  self->connector_id = g_strdup (config->connector_id);
  self->connector_secret = g_strdup (config->connector_secret);
  self->api_root = g_strdup (config->api_root);
  self->refresh_token = dup_set (config->refresh_token);
  self->asks_how = config->asks_how;
  self->signs_in_anew = config->signs_in_anew;
  self->store_dir = dup_set (config->store_dir);
  self->webhook_listen = dup_set (config->webhook_listen);
  self->webhook_url = dup_set (config->webhook_url);
  self->packages = g_strdupv ((char **) config->packages);
  self->proxy = config->proxy != NULL ? g_object_ref (config->proxy) : NULL;
  self->proxy_user = dup_set (config->proxy_user);
  self->proxy_password = dup_set (config->proxy_password);
  self->throttle = kz_throttle_ref (config->throttle);
  self->clock = g_object_ref (config->clock);
  self->directory = kz_directory_new (NULL, self->phone);
  return self;
}

/* --- State --- */

const char *
kz_engine_state_name (KzEngineState state)
{
  switch (state) {
  case KZ_ENGINE_OFFLINE:
    return "offline";
  case KZ_ENGINE_AUTHENTICATING:
    return "authenticating";
  case KZ_ENGINE_NEEDS_CHOICE:
    return "needs-choice";
  case KZ_ENGINE_NEEDS_PIN:
    return "needs-pin";
  case KZ_ENGINE_LOADING:
    return "loading";
  case KZ_ENGINE_ONLINE:
    return "online";
  case KZ_ENGINE_HELD:
    return "held";
  case KZ_ENGINE_STOPPED:
    return "stopped";
  case KZ_ENGINE_FAILED:
    return "failed";
  }
  return "?";
}

gboolean
kz_engine_set_state (KzEngine *self, KzEngineState state, const GError *error)
{
  if ((transitions[self->state] & (1u << state)) == 0) {
    g_debug ("No way from %s to %s", kz_engine_state_name (self->state),
             kz_engine_state_name (state));
    return FALSE;
  }
  g_debug ("%s -> %s", kz_engine_state_name (self->state), kz_engine_state_name (state));
  self->state = state;
  if (self->callbacks.state != NULL)
    self->callbacks.state (state, error, self->callback_data);
  return TRUE;
}

KzEngineState
kz_engine_state (KzEngine *self)
{
  return self->state;
}

gboolean
kz_engine_is_up (KzEngine *self)
{
  return !self->is_torn_down && (self->state == KZ_ENGINE_ONLINE || self->state == KZ_ENGINE_HELD);
}

gboolean
kz_engine_is_alive (KzEngine *self)
{
  return !self->is_torn_down;
}

KzDirectory *
kz_engine_directory (KzEngine *self)
{
  return self->directory;
}

/* --- Up --- */

void
kz_engine_emit (KzEngine *self, KzEvent *event)
{
  if (self->callbacks.event != NULL)
    self->callbacks.event (event, self->callback_data);
  kz_event_free (event);
}

void
kz_engine_notice (KzEngine *self, KzNotice notice, const char *group_id, const char *detail)
{
  KzEvent *event = kz_event_new (KZ_EVENT_NOTICE, KZ_SOURCE_OWN, group_id);

  event->notice = notice;
  event->detail = g_strdup (detail);
  kz_engine_emit (self, event);
}

/* --- Rooms --- */

KzRoom *
kz_engine_room (KzEngine *self, const char *group_id)
{
  KzRoom *room = g_hash_table_lookup (self->rooms, group_id);

  if (room != NULL)
    return room;
  room = g_new0 (KzRoom, 1);
  room->group_id = g_ref_string_new_intern (group_id);
  g_hash_table_insert (self->rooms, room->group_id, room);
  return room;
}

void
kz_engine_forget_room (KzEngine *self, const char *group_id)
{
  g_hash_table_remove (self->rooms, group_id);
}

/* --- The end --- */

/* Ends everything that could come back to us. Each part is kept until dispose, since its requests
 * that are under way still refer to it. */
static void
tear_down (KzEngine *self, const GError *reason)
{
  g_autoptr (GError) gone =
      reason != NULL ? g_error_copy (reason)
                     : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Signed off"));

  if (self->is_torn_down)
    return;
  /* First, while it can still be told what became of what was typed. */
  if (self->outbox != NULL)
    kz_outbox_stop (self->outbox, gone);
  self->is_torn_down = TRUE;
  if (self->poller != NULL && kz_engine_state (self) != KZ_ENGINE_OFFLINE)
    kz_poller_save_rates (self->poller);
  g_cancellable_cancel (self->cancellable);
  kz_engine_end_media (self, gone);
  kz_engine_end_deeds (self, gone);
  if (self->server != NULL)
    kz_webhook_server_stop (self->server);
  if (self->hooks != NULL)
    kz_webhook_subscriptions_stop (self->hooks);
  if (self->poller != NULL)
    kz_poller_stop (self->poller);
  kz_engine_end_work (self);
  if (self->http != NULL) {
    kz_http_set_busy_func (self->http, NULL, NULL);
    kz_http_set_waits_func (self->http, NULL, NULL);
    kz_http_shutdown (self->http);
    if (self->is_busy_told && self->callbacks.busy != NULL)
      self->callbacks.busy (FALSE, self->callback_data);
    self->is_busy_told = FALSE;
  }
  if (self->auth != NULL) {
    kz_auth_set_rotated_func (self->auth, NULL, NULL);
    kz_auth_set_endpoint_func (self->auth, NULL, NULL);
  }
  if (self->store != NULL)
    kz_store_close (self->store);
  if (self->clock != NULL)
    kz_clock_cancel_all (self->clock, self);
}

static void
save_last_online (KzEngine *self)
{
  if (kz_engine_is_up (self))
    kz_store_set_last_online_us (self->store, kz_clock_wall_us (self->clock));
}

void
kz_engine_fail (KzEngine *self, const GError *error)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GError) copy = g_error_copy (error);

  if (self->is_torn_down)
    return;
  save_last_online (self);
  tear_down (self, copy);
  kz_engine_set_state (self, KZ_ENGINE_FAILED, copy);
}

void
kz_engine_stop (KzEngine *self)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = NULL;

  g_return_if_fail (KZ_IS_ENGINE (self));
  hold = g_object_ref (self);
  if (self->state == KZ_ENGINE_STOPPED)
    return;
  save_last_online (self);
  tear_down (self, NULL);
  kz_engine_set_state (self, KZ_ENGINE_STOPPED, NULL);
  self->callbacks = (KzEngineCallbacks){0};
}

/* A host that loses wake-ups of worker threads keeps its loop turning for requests and for files
 * alike (BitlBee). */
static void
tell_busy (KzEngine *self)
{
  gboolean is_busy = self->is_http_busy || self->is_store_busy;

  if (self->is_torn_down || is_busy == self->is_busy_told)
    return;
  self->is_busy_told = is_busy;
  if (self->callbacks.busy != NULL)
    self->callbacks.busy (is_busy, self->callback_data);
}

static void
http_busy_cb (gboolean is_busy, gpointer data)
{
  KzEngine *self = data;

  self->is_http_busy = is_busy;
  tell_busy (self);
}

static void
store_busy_cb (gboolean is_busy, gpointer data)
{
  KzEngine *self = data;

  self->is_store_busy = is_busy;
  tell_busy (self);
}

void
kz_engine_store_opened (KzEngine *self)
{
  self->is_store_busy = FALSE;
  kz_store_set_busy_func (self->store, store_busy_cb, self);
  tell_busy (self);
}

void
kz_engine_start (KzEngine *self)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = NULL;

  g_return_if_fail (KZ_IS_ENGINE (self));
  hold = g_object_ref (self);
  if (self->state != KZ_ENGINE_OFFLINE)
    return;
  self->http = kz_http_new (self->clock, self->throttle, self->proxy);
  kz_http_set_proxy_login (self->http, self->proxy_user, self->proxy_password);
  kz_http_set_busy_func (self->http, http_busy_cb, self);
  kz_http_set_hasty (self->http, TRUE);
  kz_http_set_waits_func (self->http, kz_engine_sign_on_waits, self);
  self->is_store_busy = TRUE;
  tell_busy (self);
  if (kz_engine_set_state (self, KZ_ENGINE_AUTHENTICATING, NULL) && kz_engine_is_alive (self))
    kz_engine_sign_on (self);
}

void
kz_engine_status (KzEngine *self, KzEngineStatus *status)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);

  *status = (KzEngineStatus){0};
  status->endpoint = self->auth != NULL ? kz_auth_endpoint (self->auth) : NULL;
  status->calls_left = kz_throttle_left (self->throttle, kz_clock_monotonic_us (self->clock));
  status->budget = (guint) MAX (1.0, kz_throttle_budget (self->throttle) + 0.5);
  status->last_poll_us = self->poller != NULL ? kz_poller_last_us (self->poller) : 0;
  status->groups = groups->len;
  status->deaf_groups =
      self->hooks != NULL ? kz_webhook_subscriptions_deaf (self->hooks) : groups->len;
  status->has_receiver = self->server != NULL;
  status->owns_store = self->store != NULL && kz_store_is_owner (self->store);
  status->was_online = self->store != NULL && kz_store_last_online_us (self->store) != 0;
}
