/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-http-private.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A user's request finds a connection whatever the others do: they never have all of them. */
#define MAX_SIGN_ON (KZ_MAX_CONNECTIONS - KZ_MAX_POLLS - KZ_MAX_UPKEEP - 1)

G_DEFINE_FINAL_TYPE (KzHttp, kz_http, G_TYPE_OBJECT)

/* --- values -------------------------------------------------------------------------------- */

KzRequest *
kz_request_new (const char *method, const char *path, KzLane lane)
{
  KzRequest *request = g_new0 (KzRequest, 1);

  request->method = method;
  request->path = g_strdup (path);
  request->lane = lane;
  request->auth = KZ_AUTH_ACCESS;
  request->is_idempotent = !g_str_equal (method, "POST");
  request->content_type = "application/json";
  return request;
}

KzTransfer *
kz_request_set_transfer (KzRequest *request, gpointer data, GDestroyNotify data_free)
{
  request->transfer = g_new0 (KzTransfer, 1);
  request->transfer->data = data;
  request->transfer->data_free = data_free;
  return request->transfer;
}

static void
transfer_free (KzTransfer *transfer)
{
  if (transfer->data_free != NULL)
    transfer->data_free (transfer->data);
  g_free (transfer);
}

void
kz_request_free (KzRequest *request)
{
  if (request == NULL)
    return;
  g_clear_pointer (&request->transfer, transfer_free);
  g_free (request->url);
  g_free (request->path);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

void
kz_reply_free (KzReply *reply)
{
  if (reply == NULL)
    return;
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_clear_pointer (&reply->root, kz_json_free);
  g_free (reply);
}

static void
call_free (gpointer data)
{
  KzCall *call = data;

  kz_request_free (call->request);
  g_clear_object (&call->cancellable);
  g_ptr_array_unref (call->visited);
  g_ptr_array_unref (call->older);
  g_clear_error (&call->verdict);
  g_free (call->url);
  g_free (call->hop_url);
  g_free (call->base);
  g_free (call);
}

/* --- the lanes ----------------------------------------------------------------------------- */

static gboolean
has_connection (KzHttp *self, KzLane lane)
{
  switch (lane) {
  case KZ_LANE_USER:
    return self->n_on_wire < KZ_MAX_CONNECTIONS;
  case KZ_LANE_SIGN_ON:
    return self->on_wire[lane] < MAX_SIGN_ON;
  case KZ_LANE_UPKEEP:
    return self->on_wire[lane] < KZ_MAX_UPKEEP && self->n_on_wire < KZ_MAX_CONNECTIONS - 1;
  case KZ_LANE_POLL:
    return self->on_wire[lane] < KZ_MAX_POLLS && self->n_on_wire < KZ_MAX_CONNECTIONS - 1;
  }
  g_return_val_if_reached (FALSE);
}

/* (nullable): the first call of the lane whose time has come; *@wake_us: that of the others. */
static KzCall *
next_due (KzHttp *self, KzLane lane, gint64 now_us, gint64 *wake_us)
{
  for (GList *l = self->waiting[lane].head; l != NULL; l = l->next) {
    KzCall *call = l->data;

    /* Its end is on the way. */
    if (g_cancellable_is_cancelled (g_task_get_cancellable (call->task)))
      continue;
    /* It goes when another one has come back. */
    if (call->request->transfer != NULL && self->n_transfers >= KZ_MAX_TRANSFERS)
      continue;
    if (call->not_before_us <= now_us)
      return call;
    *wake_us = MIN (*wake_us, call->not_before_us);
  }
  return NULL;
}

static void
pump_lane (KzHttp *self, KzLane lane, gint64 *wake_us)
{
  while (!self->is_shut && has_connection (self, lane)) {
    gint64 now_us = kz_clock_monotonic_us (self->clock);
    KzCall *call = next_due (self, lane, now_us, wake_us);
    gint64 wait_us;

    if (call == NULL)
      return;
    wait_us = kz_call_is_foreign (call) ? 0 : kz_throttle_wait_us (self->throttle, lane, now_us);
    if (wait_us > 0) {
      *wake_us = MIN (*wake_us, now_us + wait_us);
      return;
    }
    g_queue_remove (&self->waiting[lane], call);
    call->backs_off = FALSE;
    kz_call_start (call);
  }
}

static void
wake_cb (gpointer data)
{
  kz_http_pump_soon (data);
}

static gboolean
pump_cb (gpointer data)
{
  g_autoptr (KzHttp) self = g_object_ref (data);
  gint64 wake_us = G_MAXINT64;

  kz_http_pump_cancel (self);
  for (guint lane = 0; lane < KZ_N_LANES; lane++)
    pump_lane (self, (KzLane) lane, &wake_us);
  if (self->is_shut || wake_us == G_MAXINT64)
    kz_clock_cancel (self->clock, self, "lanes");
  else {
    gint64 wait_us = wake_us - kz_clock_monotonic_us (self->clock);

    kz_clock_set (self->clock, self, "lanes", wait_us, wake_cb, self);
    if (self->waits != NULL && self->n_on_wire == 0)
      self->waits (wait_us, self->waits_data);
  }
  return G_SOURCE_REMOVE;
}

void
kz_http_pump_soon (KzHttp *self)
{
  if (self->is_shut || self->pump_source != NULL)
    return;
  self->pump_source = g_idle_source_new ();
  g_source_set_priority (self->pump_source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (self->pump_source, "kaizala requests");
  g_source_set_callback (self->pump_source, pump_cb, self, NULL);
  g_source_attach (self->pump_source, NULL);
}

void
kz_http_pump_cancel (KzHttp *self)
{
  if (self->pump_source == NULL)
    return;
  g_source_destroy (self->pump_source);
  g_clear_pointer (&self->pump_source, g_source_unref);
}

/* --- sending ------------------------------------------------------------------------------- */

static GError *
cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  KzCall *call = data;

  kz_call_end (call, NULL, cancelled_error ());
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (KzCall *call, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;
  call->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_static_name (call->cancel_source, "kaizala cancel");
  g_source_set_callback (call->cancel_source, G_SOURCE_FUNC (cancelled_cb), call, NULL);
  g_source_attach (call->cancel_source, NULL);
}

void
kz_http_send_async (KzHttp *self,
                    KzRequest *request,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  KzCall *call = g_new0 (KzCall, 1);

  g_task_set_source_tag (task, kz_http_send_async);
  call->http = self;
  call->task = task;
  call->request = request;
  call->serial = ++self->last_serial;
  call->cancellable = g_cancellable_new ();
  call->visited = g_ptr_array_new_with_free_func (g_free);
  call->older = kz_older_new ();
  g_task_set_task_data (task, call, call_free);
  if (request->max_bytes == 0)
    request->max_bytes = KZ_JSON_MAX_BYTES;

  if (self->is_shut || g_cancellable_is_cancelled (cancellable)) {
    call->state = KZ_CALL_DONE;
    g_task_return_error (task, cancelled_error ());
    return;
  }
  watch_cancellable (call, cancellable);
  g_hash_table_add (self->calls, call);
  g_object_ref (task);
  kz_call_wait (call, 0);
}

KzReply *
kz_http_send_finish (KzHttp *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
kz_http_has_left (KzHttp *self, GCancellable *cancellable)
{
  GHashTableIter iter;
  const KzCall *call;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, (gpointer *) &call, NULL))
    if (g_task_get_cancellable (call->task) == cancellable)
      return call->exchange != NULL && kz_exchange_has_left (call->exchange);
  return TRUE;
}

/* --- the object ---------------------------------------------------------------------------- */

static SoupSession *
make_session (KzHttp *self)
{
  SoupSession *session = soup_session_new_with_options (
      "max-conns", KZ_MAX_CONNECTIONS, "max-conns-per-host", KZ_MAX_CONNECTIONS,
      /* Those are per read of a socket; ours is
       * for the whole answer. */
      "timeout", 0, "idle-timeout", 0, "user-agent", "purple-kaizala/" KZ_VERSION, NULL);

  if (self->proxy != NULL)
    soup_session_set_proxy_resolver (session, self->proxy);
  return session;
}

KzHttp *
kz_http_new (KzClock *clock, KzThrottle *throttle, GProxyResolver *proxy)
{
  KzHttp *self = g_object_new (KZ_TYPE_HTTP, NULL);

  self->clock = g_object_ref (clock);
  self->throttle = kz_throttle_ref (throttle);
  g_set_object (&self->proxy, proxy);
  self->session = make_session (self);
  return self;
}

void
kz_http_set_proxy_login (KzHttp *self, const char *user, const char *password)
{
  g_free (self->proxy_user);
  g_free (self->proxy_password);
  self->proxy_user = g_strdup (user);
  self->proxy_password = g_strdup (password);
}

void
kz_http_set_auth (KzHttp *self, const KzHttpAuth *functions, gpointer auth)
{
  self->functions = functions;
  self->auth = auth;
}

void
kz_http_set_busy_func (KzHttp *self, void (*busy) (gboolean is_busy, gpointer data), gpointer data)
{
  self->busy = busy;
  self->busy_data = data;
}

void
kz_http_set_waits_func (KzHttp *self, void (*waits) (gint64 wait_us, gpointer data), gpointer data)
{
  self->waits = waits;
  self->waits_data = data;
}

void
kz_http_set_hasty (KzHttp *self, gboolean is_hasty)
{
  self->is_hasty = is_hasty;
}

void
kz_http_shutdown (KzHttp *self)
{
  g_autoptr (KzHttp) keep G_GNUC_UNUSED = g_object_ref (self);
  KzCall *call;
  GHashTableIter iter;

  self->is_shut = TRUE;
  kz_http_pump_cancel (self);
  kz_clock_cancel_all (self->clock, self);
  /* Begins anew each time: what a callback does to the table is its own affair. */
  while (g_hash_table_iter_init (&iter, self->calls),
         g_hash_table_iter_next (&iter, (gpointer *) &call, NULL))
    kz_call_end (call, NULL, cancelled_error ());
  kz_exchange_shut (self->session);
}

guint
kz_http_in_flight (KzHttp *self)
{
  return self->n_on_wire;
}

KzThrottle *
kz_http_throttle (KzHttp *self)
{
  return self->throttle;
}

KzClock *
kz_http_clock (KzHttp *self)
{
  return self->clock;
}

/* (transfer full) (element-type GTask): of all calls, which stay alive though a callback ends them. */
static GPtrArray *
tasks_on_way (KzHttp *self)
{
  GPtrArray *tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer call;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, &call, NULL))
    g_ptr_array_add (tasks, g_object_ref (((KzCall *) call)->task));
  return tasks;
}

void
kz_http_network_changed (KzHttp *self)
{
  g_autoptr (KzHttp) keep G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GPtrArray) on_way = NULL;

  if (self->is_shut)
    return;
  /* libsoup has no way to drop idle connections only. What stays on its way keeps the old session
   * until it has ended. */
  g_object_unref (self->session);
  self->session = make_session (self);
  on_way = tasks_on_way (self);
  for (guint i = 0; i < on_way->len; i++)
    kz_call_restart (g_task_get_task_data (g_ptr_array_index (on_way, i)));

  for (guint lane = 0; lane < KZ_N_LANES; lane++)
    for (GList *l = self->waiting[lane].head; l != NULL; l = l->next) {
      KzCall *call = l->data;

      /* What the service asked for is kept. */
      if (call->backs_off)
        call->not_before_us = 0;
    }
  kz_http_pump_soon (self);
}

static guint64
mix (guint64 hash, guint64 word)
{
  hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return hash ^ (hash >> 29);
}

guint64
kz_http_hash (KzHttp *self, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize whole = length - length % sizeof (guint64);
  guint64 hash = self->hash_key ^ length;
  guint64 word;

  for (gsize i = 0; i < whole; i += sizeof word) {
    memcpy (&word, data + i, sizeof word);
    hash = mix (hash, word);
  }
  word = 0;
  if (whole < length)
    memcpy (&word, data + whole, length - whole);
  hash = mix (hash, word);
  return hash != 0 ? hash : 1;
}

static void
kz_http_dispose (GObject *object)
{
  KzHttp *self = KZ_HTTP (object);

  kz_http_pump_cancel (self);
  if (self->clock != NULL)
    kz_clock_cancel_all (self->clock, self);
  g_clear_object (&self->session);
  g_clear_object (&self->proxy);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (kz_http_parent_class)->dispose (object);
}

static void
kz_http_finalize (GObject *object)
{
  KzHttp *self = KZ_HTTP (object);

  g_free (self->proxy_user);
  g_free (self->proxy_password);
  g_clear_pointer (&self->throttle, kz_throttle_unref);
  g_hash_table_unref (self->calls);
  G_OBJECT_CLASS (kz_http_parent_class)->finalize (object);
}

static void
kz_http_class_init (KzHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kz_http_dispose;
  G_OBJECT_CLASS (klass)->finalize = kz_http_finalize;
}

static void
kz_http_init (KzHttp *self)
{
  self->calls = g_hash_table_new (NULL, NULL);
  self->hash_key = ((guint64) g_random_int () << 32) | g_random_int ();
  for (guint lane = 0; lane < KZ_N_LANES; lane++)
    g_queue_init (&self->waiting[lane]);
}
