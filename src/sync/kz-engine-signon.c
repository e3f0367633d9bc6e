/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-error.h"
#include "kz-limits.h"

#include <glib/gi18n-lib.h>

#define PIN_TRIES 3

static void renew (KzEngine *self);

/* Every callback of this file holds a reference and asks this first. TRUE: @error is set aside. */
static gboolean
is_over (KzEngine *self, const GError *error)
{
  return !kz_engine_is_alive (self) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The service may ask for any time, again and again, and a person waits with us. */
void
kz_engine_sign_on_waits (gint64 wait_us, gpointer data)
{
  KzEngine *self = data;
  gint64 until_us = kz_clock_wall_us (self->clock) + wait_us;
  KzEvent *event;

  if (!kz_engine_is_alive (self) || wait_us < KZ_TOLD_WAIT_S * G_USEC_PER_SEC ||
      ABS (until_us - self->waits_until_us) < G_USEC_PER_SEC)
    return;
  self->waits_until_us = until_us;
  self->waited_us += wait_us;
  if (self->waited_us > KZ_SIGN_ON_WAIT_S * G_USEC_PER_SEC) {
    g_autoptr (GError) error =
        g_error_new_literal (KZ_ERROR, KZ_ERROR_THROTTLED,
                             _ ("The service takes no calls of this connector for too long"));

    kz_engine_fail (self, error);
    return;
  }
  event = kz_event_new (KZ_EVENT_NOTICE, KZ_SOURCE_OWN, NULL);
  event->notice = KZ_NOTICE_WAITING;
  event->time_us = until_us;
  kz_engine_emit (self, event);
}

/* --- Groups, the last step --- */

static void
step_done (KzEngine *self)
{
  if (--self->sign_on_pending > 0 || !kz_engine_is_alive (self))
    return;
  kz_engine_go_online (self);
}

static void
groups_taken (gpointer data)
{
  g_autoptr (KzEngine) self = data;

  if (kz_engine_is_alive (self))
    step_done (self);
}

static void
groups_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = kz_api_list_groups_finish (self->http, result, &error);

  if (is_over (self, error))
    return;
  if (groups == NULL) {
    kz_engine_fail (self, error);
    return;
  }
  self->has_full_list = groups->len > 0;
  kz_engine_take_groups (self, groups, groups_taken, g_object_ref (self));
}

static void
one_group_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroup) group = kz_api_get_group_finish (self->http, result, &error);

  if (is_over (self, error))
    return;
  if (group == NULL) {
    kz_engine_fail (self, error);
    return;
  }
  kz_engine_take_group (self, group);
  step_done (self);
}

static void
me_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPerson) me = kz_api_get_me_finish (self->http, result, &error);

  if (is_over (self, error))
    return;
  /* Undocumented (API §20): its failure is no failure. */
  if (me != NULL) {
    kz_directory_set_own (self->directory, me->id, NULL, me->name);
    if (me->id != NULL)
      kz_store_set_own_user_id (self->store, me->id);
  }
  step_done (self);
}

static void
load (KzEngine *self)
{
  const char *own_id = kz_auth_own_user_id (self->auth);
  const char *group_id = kz_auth_group_token_id (self->auth);

  if (!kz_engine_set_state (self, KZ_ENGINE_LOADING, NULL) || !kz_engine_is_alive (self))
    return;
  if (own_id != NULL)
    kz_store_set_own_user_id (self->store, own_id);
  else
    own_id = kz_store_own_user_id (self->store);
  kz_directory_set_own (self->directory, own_id, self->phone, NULL);
  self->sign_on_pending = 1;
  if (own_id == NULL && group_id == NULL) {
    self->sign_on_pending++;
    kz_api_get_me_async (self->http, self->cancellable, me_cb, g_object_ref (self));
  }
  if (group_id != NULL)
    kz_api_get_group_async (self->http, group_id, KZ_LANE_SIGN_ON, self->cancellable, one_group_cb,
                            g_object_ref (self));
  else
    kz_api_list_groups_async (self->http, self->cancellable, groups_cb, g_object_ref (self));
}

/* --- The token --- */

/* Nothing else may happen before a new refresh token is safe: the old one is dead. */
static void
rotated_cb (const char *refresh_token, gpointer data)
{
  KzEngine *self = data;

  g_clear_pointer (&self->pending_token, g_free);
  kz_store_journal_token (self->store, refresh_token);
  if (self->callbacks.save_token != NULL &&
      self->callbacks.save_token (refresh_token, self->callback_data) && kz_engine_is_alive (self))
    kz_store_journal_token_saved (self->store);
}

static void
endpoint_cb (const char *endpoint, gpointer data)
{
  KzEngine *self = data;

  kz_store_set_endpoint (self->store, endpoint);
}

static void
make_auth (KzEngine *self, const char *refresh_token)
{
  if (self->auth != NULL) {
    kz_auth_set_rotated_func (self->auth, NULL, NULL);
    kz_auth_set_endpoint_func (self->auth, NULL, NULL);
    g_clear_object (&self->auth);
  }
  self->auth = kz_auth_new (self->http, self->api_root, self->connector_id, self->connector_secret,
                            self->phone, refresh_token);
  kz_auth_set_rotated_func (self->auth, rotated_cb, self);
  kz_auth_set_endpoint_func (self->auth, endpoint_cb, self);
  if (kz_store_endpoint (self->store) != NULL)
    kz_auth_set_endpoint (self->auth, kz_store_endpoint (self->store));
}

static void
renew_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = kz_auth_renew_finish (KZ_AUTH (source), result, &error);

  if (is_over (self, error))
    return;
  if (ok) {
    g_autofree char *pending = g_steal_pointer (&self->pending_token);

    if (pending != NULL)
      rotated_cb (pending, self);
    if (kz_engine_is_alive (self))
      load (self);
    return;
  }
  if (self->pending_token != NULL && self->refresh_token != NULL &&
      g_error_matches (error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED)) {
    /* What an earlier process left is dead: the person may have entered another since. */
    g_clear_pointer (&self->pending_token, g_free);
    kz_store_journal_token_saved (self->store);
    make_auth (self, self->refresh_token);
    renew (self);
    return;
  }
  kz_engine_fail (self, error);
}

static void
renew (KzEngine *self)
{
  kz_auth_renew_async (self->auth, self->cancellable, renew_cb, g_object_ref (self));
}

/* --- The PIN --- */

static void
ask_pin (KzEngine *self, const GError *error)
{
  if (!kz_engine_set_state (self, KZ_ENGINE_NEEDS_PIN, error) || !kz_engine_is_alive (self))
    return;
  if (error == NULL)
    kz_engine_notice (self, KZ_NOTICE_PIN_SENT, NULL, NULL);
}

static void
pin_requested_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = kz_auth_request_pin_finish (KZ_AUTH (source), result, &error);

  if (is_over (self, error))
    return;
  self->was_pin_sent = ok;
  if (ok)
    ask_pin (self, NULL);
  else
    kz_engine_fail (self, error);
}

static void
request_pin (KzEngine *self)
{
  kz_auth_request_pin_async (self->auth, self->cancellable, pin_requested_cb, g_object_ref (self));
}

void
kz_engine_request_pin (KzEngine *self)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = NULL;

  g_return_if_fail (KZ_IS_ENGINE (self));
  hold = g_object_ref (self);
  if (self->state == KZ_ENGINE_NEEDS_CHOICE &&
      kz_engine_set_state (self, KZ_ENGINE_AUTHENTICATING, NULL) && kz_engine_is_alive (self))
    request_pin (self);
}

/* Only a wrong PIN is a try: whoever got no answer may enter the same one again. */
static gboolean
may_try_again (KzEngine *self, const GError *error)
{
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_PIN_REJECTED))
    return ++self->pin_tries < PIN_TRIES;
  return g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED) || kz_error_is_transient (error);
}

static void
pin_login_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = kz_auth_login_pin_finish (KZ_AUTH (source), result, &error);

  if (is_over (self, error))
    return;
  if (ok)
    renew (self);
  else if (may_try_again (self, error))
    ask_pin (self, error);
  else
    kz_engine_fail (self, error);
}

void
kz_engine_enter_pin (KzEngine *self, const char *pin)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = NULL;

  g_return_if_fail (KZ_IS_ENGINE (self));
  hold = g_object_ref (self);
  if (self->state != KZ_ENGINE_NEEDS_PIN ||
      !kz_engine_set_state (self, KZ_ENGINE_AUTHENTICATING, NULL) || !kz_engine_is_alive (self))
    return;
  kz_auth_login_pin_async (self->auth, pin, self->cancellable, pin_login_cb, g_object_ref (self));
}

/* --- The browser, in place of the PIN --- */

static gboolean
takes_code (KzEngine *self)
{
  return self->state == KZ_ENGINE_NEEDS_CHOICE || self->state == KZ_ENGINE_NEEDS_PIN;
}

char *
kz_engine_authorize_url (KzEngine *self, const char *redirect_uri)
{
  g_return_val_if_fail (KZ_IS_ENGINE (self) && redirect_uri != NULL, NULL);

  if (!takes_code (self))
    return NULL;
  return kz_auth_authorize_url (self->auth, redirect_uri);
}

/* Here, too, only what was wrong with the code is a try. */
static gboolean
may_paste_again (KzEngine *self, const GError *error)
{
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_PIN_REJECTED) ||
      g_error_matches (error, KZ_ERROR, KZ_ERROR_INVALID) ||
      g_error_matches (error, KZ_ERROR, KZ_ERROR_FORBIDDEN) ||
      g_error_matches (error, KZ_ERROR, KZ_ERROR_OTHER_PERSON))
    return ++self->pin_tries < PIN_TRIES;
  return g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED) || kz_error_is_transient (error);
}

static void
code_login_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = kz_auth_login_code_finish (KZ_AUTH (source), result, &error);

  if (is_over (self, error))
    return;
  /* The answer has an access token, and perhaps nothing to get another one with. */
  if (ok)
    load (self);
  else if (may_paste_again (self, error)) {
    if (self->was_pin_sent)
      ask_pin (self, error);
    else
      kz_engine_set_state (self, KZ_ENGINE_NEEDS_CHOICE, error);
  } else
    kz_engine_fail (self, error);
}

void
kz_engine_enter_code (KzEngine *self, const char *pasted)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = NULL;

  g_return_if_fail (KZ_IS_ENGINE (self));
  hold = g_object_ref (self);
  if (!takes_code (self) || !kz_engine_set_state (self, KZ_ENGINE_AUTHENTICATING, NULL) ||
      !kz_engine_is_alive (self))
    return;
  kz_auth_login_code_async (self->auth, pasted, self->cancellable, code_login_cb,
                            g_object_ref (self));
}

/* --- The store, the first step --- */

/* The refresh token to begin with. (nullable) (transfer full) */
static char *
choose_token (KzEngine *self)
{
  const char *pending = kz_store_pending_token (self->store);

  if (self->signs_in_anew)
    return NULL;
  if (pending == NULL)
    return g_strdup (self->refresh_token);
  if (g_strcmp0 (pending, self->refresh_token) == 0) {
    /* It came back from where the host keeps it: it is safe. */
    kz_store_journal_token_saved (self->store);
    return g_strdup (self->refresh_token);
  }
  self->pending_token = g_strdup (pending);
  return g_strdup (pending);
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzStore) store = kz_store_open_finish (result, &error);
  g_autofree char *token = NULL;

  if (is_over (self, error)) {
    if (store != NULL)
      kz_store_close (store);
    return;
  }
  if (store == NULL) {
    kz_engine_fail (self, error);
    return;
  }
  self->store = g_steal_pointer (&store);
  kz_engine_store_opened (self);
  if (!kz_engine_is_alive (self))
    return;
  kz_directory_set_store (self->directory, self->store);
  token = choose_token (self);
  make_auth (self, token);
  if (kz_auth_has_refresh_token (self->auth))
    renew (self);
  else if (self->asks_how)
    kz_engine_set_state (self, KZ_ENGINE_NEEDS_CHOICE, NULL);
  else
    request_pin (self);
}

void
kz_engine_forget_tokens (KzEngine *self, void (*done) (gpointer data), gpointer data)
{
  g_return_if_fail (KZ_IS_ENGINE (self) && done != NULL);

  g_clear_pointer (&self->pending_token, g_free);
  if (self->store != NULL && !self->is_torn_down)
    kz_store_forget_token (self->store, done, data);
  else
    done (data);
}

void
kz_engine_token_saved (KzEngine *self, const char *refresh_token)
{
  g_return_if_fail (KZ_IS_ENGINE (self) && refresh_token != NULL);

  if (self->store != NULL && !self->is_torn_down &&
      g_strcmp0 (kz_store_pending_token (self->store), refresh_token) == 0)
    kz_store_journal_token_saved (self->store);
}

void
kz_engine_sign_on (KzEngine *self)
{
  kz_engine_start_watch (self);
  kz_store_open_async (self->store_dir, self->api_root, self->connector_id, self->phone,
                       self->clock, self->cancellable, store_cb, g_object_ref (self));
}
