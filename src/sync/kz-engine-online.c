/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-error.h"

#include <string.h>

/* Whoever was away for longer gets texts by retries that may be old. */
#define ABSENCE_US (5 * 60 * G_USEC_PER_SEC)
/* Six retries, each twice as late as the one before, over two days (API §18): the first comes
 * after three quarters of an hour, and the wait for any other is about as long as the absence. */
#define FIRST_RETRY_US (50 * G_TIME_SPAN_MINUTE)
#define BACKLOG_MAX_US G_TIME_SPAN_DAY
#define REFRESH_GROUPS_US (5 * 60 * G_USEC_PER_SEC)

static void
backlog_cb (gpointer data)
{
  KzEngine *self = data;

  self->is_backlog = FALSE;
}

static void
begin_backlog (KzEngine *self)
{
  gint64 last_us = kz_store_last_online_us (self->store);

  self->is_backlog = last_us != 0 && self->online_wall_us - last_us > ABSENCE_US;
  if (self->is_backlog)
    kz_clock_set (self->clock, self, "backlog",
                  MIN (self->online_wall_us - last_us + FIRST_RETRY_US, BACKLOG_MAX_US), backlog_cb,
                  self);
}

/* --- Receiver and webhooks --- */

static gboolean
is_loopback (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

static void
hook_cb (const char *group_id, gboolean works, const GError *refusal, gpointer data)
{
  g_autoptr (KzEngine) self = g_object_ref (data);
  KzRoom *room;

  if (!kz_engine_is_up (self))
    return;
  kz_poller_set_pushed (self->poller, group_id, works);
  if (refusal == NULL || kz_directory_group (self->directory, group_id) == NULL)
    return;
  room = kz_engine_room (self, group_id);
  if (room->was_refused_hook)
    return;
  room->was_refused_hook = TRUE;
  kz_engine_notice (self, KZ_NOTICE_WEBHOOK_REFUSED, group_id,
                    kz_error_server_words (refusal));
}

/* (transfer full): without slashes at the end. */
static char *
public_url (KzEngine *self)
{
  g_autofree char *base = g_strdup (self->webhook_url);

  while (g_str_has_suffix (base, "/"))
    base[strlen (base) - 1] = '\0';
  return g_strconcat (base, "/", kz_store_callback_segment (self->store), NULL);
}

gboolean
kz_engine_wants_hooks (KzEngine *self)
{
  return kz_store_is_owner (self->store) &&
         (self->webhook_url != NULL || is_loopback (kz_auth_endpoint (self->auth)));
}

static void
add_hooks (KzEngine *self)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);

  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < groups->len; i++) {
      const KzGroup *group = g_ptr_array_index (groups, i);
      gboolean is_open = kz_engine_room (self, group->id)->is_open;

      if (is_open == (pass == 0))
        kz_webhook_subscriptions_add (self->hooks, group->id, is_open);
    }
  }
}

/* Nobody can call us: said once per sign-on, with what to do. */
static void
no_webhooks (KzEngine *self)
{
  kz_engine_notice (self, KZ_NOTICE_NO_WEBHOOKS, NULL, NULL);
}

static void
start_receiver (KzEngine *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;

  if (!kz_store_is_owner (self->store))
    return;
  if (!kz_engine_wants_hooks (self)) {
    no_webhooks (self);
    return;
  }
  self->server =
      kz_webhook_server_new (self->clock, kz_store_callback_segment (self->store),
                             kz_store_callback_token (self->store), kz_engine_delivery, self);
  if (!kz_webhook_server_listen (
          self->server, self->webhook_listen != NULL ? self->webhook_listen : "127.0.0.1:0",
          kz_store_bound_port (self->store), &error)) {
    kz_webhook_server_stop (self->server);
    g_clear_object (&self->server);
    kz_engine_notice (self, KZ_NOTICE_LISTEN_FAILED, NULL, error->message);
    return;
  }
  if (kz_webhook_server_port (self->server) != 0)
    kz_store_set_bound_port (self->store, kz_webhook_server_port (self->server));
  url = self->webhook_url != NULL ? public_url (self) : kz_webhook_server_local_url (self->server);
  if (url == NULL) {
    no_webhooks (self);
    return;
  }
  self->hooks =
      kz_webhook_subscriptions_new (self->http, self->store, self->clock, url, hook_cb, self);
  add_hooks (self);
}

/* --- ONLINE --- */

static void
refresh_cb (gpointer data)
{
  g_autoptr (KzEngine) self = g_object_ref (data);

  kz_clock_set (self->clock, self, "refresh-groups", REFRESH_GROUPS_US, refresh_cb, self);
  if (self->state == KZ_ENGINE_ONLINE)
    kz_engine_refresh_groups (self);
}

static void
trouble_cb (const char *error, gpointer data)
{
  KzEngine *self = data;

  if (kz_engine_is_up (self))
    kz_engine_notice (self, KZ_NOTICE_STORE_UNWRITABLE, NULL, error);
}

static void
say_notices (KzEngine *self)
{
  const char *trouble = kz_store_write_error (self->store);

  if (kz_auth_group_token_id (self->auth) != NULL)
    kz_engine_notice (self, KZ_NOTICE_GROUP_TOKEN, NULL, NULL);
  if (kz_engine_is_alive (self) && kz_store_was_damaged (self->store))
    kz_engine_notice (self, KZ_NOTICE_STORE_DAMAGED, NULL, NULL);
  if (kz_engine_is_alive (self) && self->store_dir != NULL && !kz_store_is_owner (self->store) &&
      trouble == NULL)
    kz_engine_notice (self, KZ_NOTICE_SECOND_PROCESS, NULL, NULL);
  if (kz_engine_is_alive (self) && trouble != NULL)
    kz_engine_notice (self, KZ_NOTICE_STORE_UNWRITABLE, NULL, trouble);
  if (kz_engine_is_alive (self))
    kz_store_set_trouble_func (self->store, trouble_cb, self);
}

gboolean
kz_engine_is_before_us (const KzEngine *self, gint64 time_us)
{
  return time_us < self->online_wall_us - self->online_wall_us % G_USEC_PER_SEC;
}

void
kz_engine_go_online (KzEngine *self)
{
  gint64 last_us = kz_store_last_online_us (self->store);

  self->last_online_us = last_us;
  self->online_wall_us = kz_clock_wall_us (self->clock);
  self->outbox =
      kz_outbox_new (self->http, self->store, self->clock, kz_engine_outbox_funcs (), self);
  self->poller =
      kz_poller_new (self->http, self->store, self->clock, kz_engine_poller_funcs (), self);
  kz_poller_set_packages (self->poller, (const char *const *) self->packages);
  kz_http_set_hasty (self->http, FALSE);
  kz_http_set_waits_func (self->http, NULL, NULL);
  if (!kz_engine_set_state (self, KZ_ENGINE_ONLINE, NULL) || !kz_engine_is_alive (self))
    return;
  say_notices (self);
  if (!kz_engine_is_alive (self))
    return;
  begin_backlog (self);
  self->last_answer_us = kz_clock_monotonic_us (self->clock);
  kz_outbox_adopt (self->outbox, last_us);
  if (kz_engine_is_alive (self))
    kz_engine_replay_deliveries (self);
  if (kz_engine_is_alive (self))
    start_receiver (self);
  if (!kz_engine_is_alive (self))
    return;
  kz_engine_load_missing_members (self);
  kz_engine_watch_members (self);
  kz_engine_load_trees (self);
  if (self->has_full_list)
    kz_engine_count_misses (self);
  kz_clock_set (self->clock, self, "refresh-groups", REFRESH_GROUPS_US, refresh_cb, self);
}
