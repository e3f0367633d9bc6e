/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-http-private.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A renewal that succeeds and brings nothing usable twice will not do so the third time. */
#define MAX_TOKEN_WAITS 2

gboolean
kz_call_is_foreign (const KzCall *call)
{
  return call->request->transfer != NULL && call->request->transfer->is_foreign;
}

void
kz_call_leave_wire (KzCall *call)
{
  KzHttp *self = call->http;

  self->on_wire[call->request->lane]--;
  if (call->request->transfer != NULL)
    self->n_transfers--;
  if (--self->n_on_wire == 0 && self->busy != NULL)
    self->busy (FALSE, self->busy_data);
}

static void
enter_wire (KzCall *call)
{
  KzHttp *self = call->http;

  call->state = KZ_CALL_ON_WIRE;
  self->on_wire[call->request->lane]++;
  if (call->request->transfer != NULL)
    self->n_transfers++;
  if (self->n_on_wire++ == 0 && self->busy != NULL)
    self->busy (TRUE, self->busy_data);
}

void
kz_call_end (KzCall *call, KzReply *reply, GError *error)
{
  KzHttp *self = call->http;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (call->state != KZ_CALL_DONE);

  if (error != NULL && kz_call_listens (call, error))
    return;
  /* The reference that made the call live until here. */
  task = call->task;
  g_hash_table_remove (self->calls, call);
  if (call->state == KZ_CALL_WAITING)
    g_queue_remove (&self->waiting[call->request->lane], call);
  call->state = KZ_CALL_DONE;
  if (call->exchange != NULL) {
    kz_exchange_abort (g_steal_pointer (&call->exchange));
    kz_call_leave_wire (call);
  }
  kz_call_drop_older (call);
  if (call->cancel_source != NULL) {
    g_source_destroy (call->cancel_source);
    g_clear_pointer (&call->cancel_source, g_source_unref);
  }
  g_cancellable_cancel (call->cancellable);
  kz_http_pump_soon (self);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, reply, (GDestroyNotify) kz_reply_free);
}

/* --- the token ----------------------------------------------------------------------------- */

static void
wake_those_without_token (KzHttp *self)
{
  for (guint lane = 0; lane < KZ_N_LANES; lane++)
    for (GList *l = self->waiting[lane].head; l != NULL; l = l->next) {
      KzCall *call = l->data;

      if (call->awaits_token)
        call->not_before_us = 0;
    }
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzCall *call = g_task_get_task_data (task);
  KzHttp *self = call->http;
  g_autoptr (GError) error = NULL;

  if (call->state != KZ_CALL_RENEWING)
    return;
  if (self->functions == NULL)
    kz_call_end (call, NULL,
                 g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled")));
  else if (self->functions->renew_finish (self->auth, result, &error)) {
    wake_those_without_token (self);
    kz_call_wait (call, 0);
  } else
    kz_call_end (call, NULL, kz_http_error_new_renewal (g_steal_pointer (&error)));
}

static void
renew (KzCall *call, gboolean refused)
{
  KzHttp *self = call->http;

  g_return_if_fail (self->functions != NULL);
  call->state = KZ_CALL_RENEWING;
  self->functions->renew_async (self->auth, refused, call->cancellable, renewed_cb,
                                g_object_ref (call->task));
}

static void
wait_for_token (KzCall *call)
{
  gint64 wait_us = call->request->lane != KZ_LANE_USER
                       ? call->http->functions->renew_wait_us (call->http->auth)
                       : 0;

  if (wait_us > 0) {
    call->backs_off = TRUE;
    call->awaits_token = TRUE;
    kz_call_wait (call, wait_us);
    return;
  }
  if (++call->token_waits > MAX_TOKEN_WAITS) {
    kz_call_end (call, NULL,
                 g_error_new_literal (KZ_ERROR, KZ_ERROR_TOKEN_EXPIRED,
                                      _ ("The service gives no token that can be used")));
    return;
  }
  renew (call, FALSE);
}

typedef struct {
  SoupMessage *message;
  gboolean is_same;
} Comparison;

static void
compare_header (gpointer target, const char *name, const char *value)
{
  Comparison *comparison = target;
  SoupMessageHeaders *sent = soup_message_get_request_headers (comparison->message);

  comparison->is_same =
      comparison->is_same && g_strcmp0 (soup_message_headers_get_one (sent, name), value) == 0;
}

/* Another call may have brought a new token while this one was away: then that one is to be used
 * and not thrown away. */
static gboolean
was_sent_with_todays_token (KzCall *call, SoupMessage *message)
{
  KzHttp *self = call->http;
  Comparison comparison = {message, TRUE};

  g_return_val_if_fail (self->functions != NULL, FALSE);
  return self->functions->headers (self->auth, call->request->auth, compare_header, &comparison) &&
         comparison.is_same;
}

/* --- what came back ------------------------------------------------------------------------ */

/* (nullable): our path when it ends the URL that was asked, so that what stands before it is a
 * base. */
static const char *
data_path (KzCall *call)
{
  const char *path = call->request->path;

  return call->request->url == NULL && g_str_has_suffix (call->url, path) ? path : NULL;
}

static gboolean
follow (KzCall *call, const char *location, GError **error)
{
  KzHttp *self = call->http;
  g_autofree char *next = NULL, *base = NULL;

  if (!kz_redirect_resolve (call->url, location, data_path (call), &next, &base, error))
    return FALSE;
  if (self->functions == NULL || self->functions->may_follow == NULL ||
      !self->functions->may_follow (self->auth, call->url, base)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE,
                         _ ("The service says that it moved to an address that is not one of its "
                            "own"));
    return FALSE;
  }
  g_ptr_array_add (call->visited, g_strdup (call->url));
  if (call->visited->len > KZ_MAX_REDIRECTS ||
      g_ptr_array_find_with_equal_func (call->visited, next, g_str_equal, NULL)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE,
                         _ ("The service sends us from one address to the next without end"));
    return FALSE;
  }
  g_free (call->base);
  call->base = g_steal_pointer (&base);
  g_free (call->hop_url);
  call->hop_url = g_steal_pointer (&next);
  return TRUE;
}

static void
redirected (KzCall *call, const KzOutcome *outcome)
{
  g_autoptr (GError) error = NULL;

  kz_throttle_quiet (call->http->throttle, kz_clock_monotonic_us (call->http->clock));
  if (!follow (call, outcome->location, &error)) {
    kz_call_end (call, NULL, g_steal_pointer (&error));
    return;
  }
  /* It moved: no work was done, so this is true of every method (API §1). */
  kz_call_wait (call, 0);
}

/* A base is kept only when somebody answers there. */
static void
keep_base (KzCall *call, guint status)
{
  KzHttp *self = call->http;

  if (call->base == NULL || status == 0 || status >= 500)
    return;
  if (call->request->auth == KZ_AUTH_ACCESS && self->functions != NULL &&
      self->functions->moved != NULL)
    self->functions->moved (self->auth, call->base);
  g_clear_pointer (&call->base, g_free);
  /* What was under our path is found again under the new base. */
  if (call->request->url == NULL && self->functions != NULL) {
    const char *endpoint = self->functions->endpoint (self->auth);
    g_autofree char *usual = g_strconcat (endpoint, call->request->path, NULL);

    if (g_strcmp0 (usual, call->hop_url) == 0)
      g_clear_pointer (&call->hop_url, g_free);
  }
}

KzReply *
kz_reply_new (const KzOutcome *outcome, guint64 hash)
{
  KzReply *reply = g_new0 (KzReply, 1);

  reply->status = outcome->status;
  reply->body = g_bytes_ref (outcome->body);
  reply->date_us = outcome->date_us;
  reply->hash = hash;
  return reply;
}

static void
tell_throttle (KzCall *call, guint status, gint64 retry_after_us)
{
  gint64 now_us = kz_clock_monotonic_us (call->http->clock);

  if (status == 429)
    kz_throttle_refused (call->http->throttle, call->request->lane, retry_after_us, now_us);
  else if (status != 0)
    kz_throttle_quiet (call->http->throttle, now_us);
}

/* Acts on the verdict about an attempt that brought no reply; @error: (transfer full): what to say
 * when that is the end of it. */
static void
decide (KzCall *call, const KzAttempt *attempt, const KzOutcome *outcome, GError *error)
{
  g_autoptr (GError) owned = error;
  gint64 delay_us = 0;

  switch (kz_retry_decide (attempt, &delay_us)) {
  case KZ_RETRY_AFTER:
    call->backs_off = attempt->status != 429;
    kz_call_wait (call, delay_us);
    return;
  case KZ_RETRY_RENEW:
    call->renewed = TRUE;
    renew (call, was_sent_with_todays_token (call, outcome->message));
    return;
  case KZ_RETRY_UNRESOLVED:
    /* Where a person waits, asking once more costs nothing: it is just trouble of the service. */
    if (attempt->status >= 500 && call->request->is_interactive)
      break;
    kz_call_end (call, NULL,
                 kz_http_error_new_unresolved (attempt->status, g_steal_pointer (&owned)));
    return;
  case KZ_RETRY_NO:
    break;
  }
  kz_call_end (call, NULL, g_steal_pointer (&owned));
}

static void
answered (KzCall *call, const KzOutcome *outcome)
{
  KzHttp *self = call->http;
  gboolean is_whole = outcome->error == NULL && !outcome->timed_out && !outcome->too_large;
  gboolean is_2xx = outcome->status / 100 == 2;
  guint64 hash = 0;
  g_auto (KzServerWords) words = {0};
  g_autoptr (GError) error = NULL;
  KzAttempt attempt = {
      .attempt = call->attempt,
      .is_idempotent = call->request->is_idempotent,
      .bytes_left = outcome->bytes_left,
      .renewed = call->renewed,
      .is_tls = kz_http_error_is_tls (outcome->error),
      .jitter = g_random_double (),
  };

  /* Half of a refusal is a refusal; half of a success is no answer. */
  attempt.status = is_whole || !is_2xx ? outcome->status : 0;
  attempt.retry_after_us =
      kz_retry_after_parse (outcome->retry_after, kz_clock_wall_us (self->clock));
  tell_throttle (call, attempt.status, attempt.retry_after_us);
  keep_base (call, attempt.status);
  /* Who heard of the new address may have ended everything. */
  if (call->state == KZ_CALL_DONE)
    return;
  if (is_whole && is_2xx && call->request->comes_again) {
    hash = kz_http_hash (self, outcome->body);
    if (hash == call->request->known_hash) {
      kz_call_end (call, kz_reply_new (outcome, hash), NULL);
      return;
    }
  }
  if (is_whole && (!is_2xx || kz_server_words_are_possible (outcome->body)))
    kz_server_words_read (&words, outcome->body);

  if (attempt.status == 0) {
    error = kz_http_error_new_transport (outcome);
    if (outcome->timed_out)
      call->timeouts++;
    /* More of the same would come again, or somebody waits for it. */
    if (outcome->too_large || (self->is_hasty && call->timeouts >= KZ_HASTY_TIMEOUTS))
      attempt.attempt = G_MAXUINT;
  } else if (is_2xx && words.code == NULL) {
    if ((call->request->may_be_empty && g_bytes_get_size (outcome->body) == 0) ||
        kz_http_check_body (outcome->body, !call->request->is_list, &error))
      kz_call_end (call, kz_reply_new (outcome, hash), NULL);
    else if (call->request->is_idempotent || call->request->is_interactive ||
             kz_http_body_is_page (outcome->body))
      kz_call_end (call, NULL, g_steal_pointer (&error));
    else
      /* It was taken, whatever is wrong with the answer. */
      kz_call_end (call, NULL, kz_http_error_new_unresolved (0, g_steal_pointer (&error)));
    return;
  } else {
    error = kz_http_error_new_refusal (attempt.status, &words, outcome->body, is_whole);
    if (attempt.status == 429 && call->request->is_interactive) {
      kz_call_end (call, NULL, g_steal_pointer (&error));
      return;
    }
    /* A 401 with a page of a web server may still be one of the service: trying costs little. */
    attempt.token_refused =
        call->request->auth == KZ_AUTH_ACCESS && self->functions != NULL &&
        (attempt.status == 401 || g_error_matches (error, KZ_ERROR, KZ_ERROR_TOKEN_EXPIRED));
  }
  decide (call, &attempt, outcome, g_steal_pointer (&error));
}

/* Links of media authenticate themselves and say nothing of the API (API §11). */
static void
answered_foreign (KzCall *call, const KzOutcome *outcome)
{
  const KzServerWords nothing = {0};
  gboolean is_whole = outcome->error == NULL && !outcome->timed_out && !outcome->too_large;

  if (is_whole && outcome->status / 100 == 2)
    kz_call_end (call, kz_reply_new (outcome, 0), NULL);
  else if (outcome->status / 100 == 4)
    kz_call_end (
        call, NULL,
        g_error_new_literal (KZ_ERROR, KZ_ERROR_NOT_FOUND, _ ("This file is not there any more")));
  else if (outcome->status != 0 && outcome->status / 100 != 2)
    kz_call_end (call, NULL, kz_http_error_new_status (outcome->status, &nothing));
  else
    kz_call_end (call, NULL, kz_http_error_new_transport (outcome));
}

static void
exchange_cb (const KzOutcome *outcome, gpointer data)
{
  KzCall *call = data;
  g_autoptr (GTask) keep G_GNUC_UNUSED = g_object_ref (call->task);
  g_autoptr (KzHttp) http = g_object_ref (call->http);

  call->exchange = NULL;
  kz_call_leave_wire (call);
  /* Who heard that nothing is on its way any more, too. */
  if (call->state == KZ_CALL_DONE)
    return;
  kz_http_pump_soon (http);
  if (kz_call_is_foreign (call))
    answered_foreign (call, outcome);
  else if (outcome->status == 308)
    redirected (call, outcome);
  else
    answered (call, outcome);
}

/* --- an attempt ---------------------------------------------------------------------------- */

static void
add_header (gpointer target, const char *name, const char *value)
{
  soup_message_headers_replace (soup_message_get_request_headers (target), name, value);
}

/* (nullable) (transfer full): where to ask now; NULL without an endpoint. */
static char *
current_url (KzCall *call)
{
  KzHttp *self = call->http;
  const char *endpoint;

  if (call->hop_url != NULL)
    return g_strdup (call->hop_url);
  if (call->request->url != NULL)
    return g_strdup (call->request->url);
  endpoint = self->functions != NULL ? self->functions->endpoint (self->auth) : NULL;
  return endpoint != NULL ? g_strconcat (endpoint, call->request->path, NULL) : NULL;
}

/* The access token goes to the endpoint alone, or to where the endpoint said that it moved. */
static gboolean
is_own_origin (KzCall *call, const char *url)
{
  KzHttp *self = call->http;
  g_autofree char *origin = kz_url_origin (url);
  g_autofree char *endpoint = kz_url_origin (self->functions->endpoint (self->auth));
  g_autofree char *base = kz_url_origin (call->base);

  return origin != NULL && (g_strcmp0 (origin, endpoint) == 0 || g_strcmp0 (origin, base) == 0);
}

static void
end_invalid (KzCall *call)
{
  kz_call_end (call, NULL,
               g_error_new_literal (KZ_ERROR, KZ_ERROR_INVALID,
                                    _ ("This request has no address that it may be sent to")));
}

static void
end_without_token (KzCall *call)
{
  kz_call_end (call, NULL,
               g_error_new_literal (KZ_ERROR, KZ_ERROR_AUTH_REJECTED,
                                    _ ("There is no refresh token: sign in with a PIN first")));
}

/* A service that asks in this way is not answered: its tokens are headers of their own. */
static gboolean
authenticate_cb (SoupMessage *message, SoupAuth *auth, gboolean is_retrying, KzHttp *self)
{
  if (!soup_auth_is_for_proxy (auth) || is_retrying || self->proxy_user == NULL)
    return FALSE;
  soup_auth_authenticate (auth, self->proxy_user,
                          self->proxy_password != NULL ? self->proxy_password : "");
  return TRUE;
}

static SoupMessage *
make_message (KzCall *call)
{
  g_autoptr (GUri) uri = g_uri_parse (call->url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *origin = kz_url_origin (call->url);
  const KzTransfer *transfer = call->request->transfer;
  SoupMessage *message;

  if (uri == NULL || origin == NULL)
    return NULL;
  message = soup_message_new_from_uri (call->request->method, uri);
  /* libsoup would follow a GET with our token to any host, and a POST not at all. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect_object (message, "authenticate", G_CALLBACK (authenticate_cb), call->http, 0);
  add_header (message, "Accept", kz_call_is_foreign (call) ? "*/*" : "application/json");
  if (transfer != NULL && transfer->open_body != NULL) {
    g_autoptr (GInputStream) body = transfer->open_body (transfer->data);

    soup_message_set_request_body (message, call->request->content_type, body,
                                   (gssize) transfer->body_bytes);
  }
  if (call->request->body != NULL)
    soup_message_set_request_body_from_bytes (message, call->request->content_type,
                                              call->request->body);
  return message;
}

void
kz_call_start (KzCall *call)
{
  KzHttp *self = call->http;
  KzAuthNeed need = call->request->auth;
  g_autoptr (KzHttp) keep G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GTask) keep_call G_GNUC_UNUSED = g_object_ref (call->task);
  g_autoptr (SoupMessage) message = NULL;

  if (need != KZ_AUTH_NONE && self->functions == NULL) {
    end_invalid (call);
    return;
  }
  call->awaits_token = FALSE;
  g_free (call->url);
  call->url = current_url (call);
  if (call->url == NULL && need == KZ_AUTH_ACCESS) {
    wait_for_token (call);
    return;
  }
  message = call->url != NULL ? make_message (call) : NULL;
  if (message == NULL) {
    end_invalid (call);
    return;
  }
  if (need != KZ_AUTH_NONE) {
    if (!self->functions->headers (self->auth, need, add_header, message)) {
      /* A renewal would wait for itself. */
      if (need == KZ_AUTH_REFRESH)
        end_without_token (call);
      else
        wait_for_token (call);
      return;
    }
    if (need == KZ_AUTH_ACCESS && !is_own_origin (call, call->url)) {
      end_invalid (call);
      return;
    }
  }
  call->attempt++;
  call->token_waits = 0;
  if (!kz_call_is_foreign (call))
    kz_throttle_spend (self->throttle, call->request->lane, kz_clock_monotonic_us (self->clock));
  enter_wire (call);
  /* Whoever hears that something is on its way may sign off. */
  if (call->state == KZ_CALL_DONE) {
    kz_call_leave_wire (call);
    return;
  }
  call->exchange = kz_exchange_start (self->session, self->clock, message, call->request->max_bytes,
                                      call->request->transfer, exchange_cb, call);
}

static int
by_serial (gconstpointer a, gconstpointer b, gpointer data)
{
  const KzCall *left = a, *right = b;

  return left->serial < right->serial ? -1 : left->serial > right->serial;
}

void
kz_call_wait (KzCall *call, gint64 delay_us)
{
  KzHttp *self = call->http;

  call->state = KZ_CALL_WAITING;
  call->not_before_us = kz_clock_monotonic_us (self->clock) + delay_us;
  g_queue_insert_sorted (&self->waiting[call->request->lane], call, by_serial, NULL);
  kz_http_pump_soon (self);
}

void
kz_call_restart (KzCall *call)
{
  /* Without an exchange it has just ended, and is about to leave the wire. */
  if (call->state != KZ_CALL_ON_WIRE || call->exchange == NULL)
    return;
  /* Nor may what a person types next wait for a minute behind it. */
  if (!call->request->is_idempotent || call->request->transfer != NULL) {
    kz_exchange_hurry (call->exchange);
    return;
  }
  if (call->request->auth == KZ_AUTH_REFRESH) {
    if (!kz_call_overtake (call))
      return;
  } else {
    kz_exchange_abort (g_steal_pointer (&call->exchange));
    kz_call_leave_wire (call);
    if (call->state == KZ_CALL_DONE)
      return;
  }
  call->attempt--;
  kz_call_wait (call, 0);
}
