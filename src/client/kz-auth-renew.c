/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-auth-private.h"

#include "kz-json.h"
#include "kz-limits.h"
#include "kz-retry.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DAY_US (24 * 3600 * (gint64) G_USEC_PER_SEC)
/* Longer lives than any that was seen are a misreading of the unit. */
#define MAX_LIFE_US (400 * DAY_US)
/* Fewer digits could be the end of anybody's number. */
#define PHONE_MIN_DIGITS 7
#define RETRY_EARLY_US (60 * (gint64) G_USEC_PER_SEC)

/* One that waits for the renewal under way. */
typedef struct {
  KzAuth *auth; /* (unowned): the task's source object */
  GTask *task;
  GSource *cancel_source; /* (nullable) */
} Waiter;

static void
waiter_free (Waiter *waiter)
{
  if (waiter->cancel_source != NULL) {
    g_source_destroy (waiter->cancel_source);
    g_source_unref (waiter->cancel_source);
  }
  g_object_unref (waiter->task);
  g_free (waiter);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  Waiter *waiter = data;
  g_autoptr (GTask) task = g_object_ref (waiter->task);

  /* The renewal itself goes on: its answer may hold the only copy of a new refresh token. */
  g_queue_remove (&waiter->auth->waiters, waiter);
  waiter_free (waiter);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
add_waiter (KzAuth *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->auth = self;
  waiter->task = g_object_ref (task);
  if (cancellable != NULL) {
    waiter->cancel_source = g_cancellable_source_new (cancellable);
    g_source_set_callback (waiter->cancel_source, G_SOURCE_FUNC (cancelled_cb), waiter, NULL);
    g_source_attach (waiter->cancel_source, NULL);
  }
  g_queue_push_tail (&self->waiters, waiter);
}

static void
answer_waiters (KzAuth *self, const GError *error)
{
  g_autoptr (KzAuth) keep G_GNUC_UNUSED = g_object_ref (self);
  GQueue waiters = self->waiters;
  Waiter *waiter;

  /* Those who come from now on wait for the next one. */
  g_queue_init (&self->waiters);
  self->is_renewing = FALSE;
  /* No longer to be found in the queue by a cancellation. */
  for (GList *l = waiters.head; l != NULL; l = l->next) {
    waiter = l->data;
    if (waiter->cancel_source != NULL) {
      g_source_destroy (waiter->cancel_source);
      g_clear_pointer (&waiter->cancel_source, g_source_unref);
    }
  }
  while ((waiter = g_queue_pop_head (&waiters)) != NULL) {
    if (error != NULL)
      g_task_return_error (waiter->task, g_error_copy (error));
    else
      g_task_return_boolean (waiter->task, TRUE);
    waiter_free (waiter);
  }
}

/* --- when another one may go out ------------------------------------------------------------ */

/* Nothing but a token ends it, and every call would ask for one. */
static void
note_failure (KzAuth *self)
{
  self->renew_again_us =
      kz_clock_monotonic_us (self->clock) +
      kz_retry_backoff_us (++self->failed_renewals, KZ_TOKEN_AGAIN_FIRST_S * G_USEC_PER_SEC,
                           KZ_TOKEN_AGAIN_MAX_S * G_USEC_PER_SEC, g_random_double ());
}

static void
forget_failures (KzAuth *self)
{
  self->failed_renewals = 0;
  self->renew_again_us = 0;
}

void
kz_auth_network_changed (KzAuth *self)
{
  forget_failures (self);
}

/* --- the answer, API §2.4 ------------------------------------------------------------------ */

/* The shorter one of what the answer says, by the server's own clock, and what the token says: ours
 * may be wrong by years. */
static gint64
lifetime_us (KzAuth *self, const KzReply *reply, gint64 expiry_us)
{
  gint64 now_us = reply->date_us != 0 ? reply->date_us : kz_clock_wall_us (self->clock);
  gint64 life_us = expiry_us > 0 ? expiry_us - now_us : 0;
  gint64 told_us = self->claims.lifetime_us;

  if (life_us <= 0 || life_us > MAX_LIFE_US)
    life_us = 0;
  if (told_us > MAX_LIFE_US)
    told_us = 0;
  if (life_us == 0 || (told_us > 0 && told_us < life_us))
    life_us = told_us;
  return life_us > 0 ? life_us : DAY_US;
}

static void
take_access (KzAuth *self, const char *token, const KzReply *reply, gint64 expiry_us)
{
  gint64 life_us;

  g_free (self->access_token);
  self->access_token = g_strdup (token);
  kz_auth_read_claims (self, token);
  life_us = lifetime_us (self, reply, expiry_us);
  self->ends_monotonic_us = kz_clock_monotonic_us (self->clock) + life_us;
  self->ends_wall_us = kz_clock_wall_us (self->clock) + life_us;
  /* A token of less than ten minutes would else be renewed at each call. */
  self->early_us = MIN (KZ_TOKEN_RENEW_EARLY_S * G_USEC_PER_SEC, life_us / 2);
  self->no_renew_before_us = 0;
  forget_failures (self);
}

static gboolean
no_token (GError **error)
{
  g_set_error_literal (
      error, KZ_ERROR, KZ_ERROR_MALFORMED,
      _ ("The service answered without a token: this is not an answer of Kaizala"));
  return FALSE;
}

/* Whether both are one number: what a token says of it is inferred, and may lack the country's code. */
static gboolean
is_same_phone (const char *a, const char *b)
{
  const char *longer = strlen (a) >= strlen (b) ? a : b;
  const char *shorter = longer == a ? b + 1 : a + 1; /* without the plus */

  return strlen (shorter) >= PHONE_MIN_DIGITS && g_str_has_suffix (longer, shorter);
}

/* Whatever is sent with the token of somebody else is said in their name. That of a group is of
 * nobody. */
static gboolean
check_person (KzAuth *self, const char *token, GError **error)
{
  g_auto (KzClaims) claims = {0};

  kz_claims_read (&claims, token);
  if (self->phone == NULL || claims.phone == NULL || claims.group_id != NULL ||
      is_same_phone (self->phone, claims.phone))
    return TRUE;
  g_set_error (error, KZ_ERROR, KZ_ERROR_OTHER_PERSON,
               /* Translators: both are phone numbers. */
               _ ("This is the sign-in of %1$s, and the account is for %2$s"), claims.phone,
               self->phone);
  return FALSE;
}

gboolean
kz_auth_take_answer (KzAuth *self, const KzReply *reply, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (reply->body, &length);
  g_autoptr (KzJson) json = kz_json_parse (data, length, NULL, error);
  const char *access, *refresh, *endpoint;

  if (json == NULL)
    return FALSE;
  access = kz_json_opt_string (json, "accessToken", NULL);
  refresh = kz_json_opt_string (json, "refreshToken", NULL);
  /* A new sign-in of somebody else is not kept, whichever of the two tells. */
  if (self->refresh_token == NULL &&
      (!check_person (self, access, error) || !check_person (self, refresh, error)))
    return FALSE;
  /* Before anything else: from day 328 on this may be the only copy (API §2.4). */
  kz_auth_take_refresh (self, refresh);

  endpoint = kz_json_opt_string (json, "endpointUrl", NULL);
  if (!kz_auth_is_token (access))
    return no_token (error);
  if (!check_person (self, access, error))
    return FALSE;
  if (endpoint != NULL && *endpoint != '\0' && !kz_auth_take_endpoint (self, endpoint)) {
    g_set_error_literal (
        error, KZ_ERROR, KZ_ERROR_MOVED_UNSAFE,
        _ ("The service names an address for its data that is not one of its own"));
    return FALSE;
  }
  if (self->endpoint == NULL) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED,
                         _ ("The service does not say where its data are"));
    return FALSE;
  }
  take_access (self, access, reply, kz_json_opt_time_us (json, "accessTokenExpiry"));
  return TRUE;
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzAuth) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzReply) reply = kz_http_send_finish (KZ_HTTP (source), result, &error);

  if (reply != NULL)
    kz_auth_take_answer (self, reply, &error);
  else
    error = kz_auth_map_error (g_steal_pointer (&error), KZ_AUTH_STEP_RENEW);

  if (error != NULL)
    note_failure (self);
  /* It was only early: the old one does for some minutes more. */
  if (kz_error_is_transient (error) && kz_auth_access_is_good (self)) {
    self->no_renew_before_us = kz_clock_monotonic_us (self->clock) + RETRY_EARLY_US;
    g_clear_error (&error);
  }
  answer_waiters (self, error);
}

/* --- in single flight ---------------------------------------------------------------------- */

static void
start (KzAuth *self)
{
  g_autoptr (GError) error = NULL;
  KzRequest *request;

  self->is_renewing = TRUE;
  if (self->refresh_token == NULL)
    g_set_error_literal (&error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED,
                         _ ("There is no refresh token: sign in with a PIN first"));
  request = error == NULL
                ? kz_auth_new_request (self, "GET", "/v1/accessToken", KZ_AUTH_REFRESH, &error)
                : NULL;
  if (request == NULL) {
    answer_waiters (self, error);
    return;
  }
  kz_http_send_async (self->http, request, NULL, renewed_cb, g_object_ref (self));
}

static void
renew (KzAuth *self, GTask *task)
{
  add_waiter (self, task);
  if (!self->is_renewing)
    start (self);
}

void
kz_auth_renew_async (KzAuth *self,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, kz_auth_renew_async);
  renew (self, task);
}

gboolean
kz_auth_renew_finish (KzAuth *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
kz_auth_http_renew_async (gpointer auth,
                          gboolean refused,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzAuth *self = auth;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, kz_auth_http_renew_async);
  if (refused)
    kz_auth_drop_access (self);
  if (kz_auth_access_is_fresh (self)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  renew (self, task);
}

gint64
kz_auth_http_renew_wait_us (gpointer auth)
{
  KzAuth *self = auth;

  /* The one under way is waited for as it is. */
  return self->is_renewing
             ? 0
             : MAX (0, self->renew_again_us - kz_clock_monotonic_us (self->clock));
}

gboolean
kz_auth_http_renew_finish (gpointer auth, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, auth), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
