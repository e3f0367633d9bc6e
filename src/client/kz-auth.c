/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-auth-private.h"
#include "kz-http-private.h"

#include "kz-limits.h"
#include "kz-person.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_HEADER (16u << 10)

G_DEFINE_FINAL_TYPE (KzAuth, kz_auth, G_TYPE_OBJECT)

/* --- tokens -------------------------------------------------------------------------------- */

gboolean
kz_auth_is_header_safe (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > MAX_HEADER)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return TRUE;
}

gboolean
kz_auth_is_token (const char *text)
{
  /* null, "" and absent, and "null" for good measure. */
  return kz_auth_is_header_safe (text) && !g_str_equal (text, "null");
}

static gboolean
lasts (KzAuth *self, gint64 for_us)
{
  return kz_clock_monotonic_us (self->clock) + for_us < self->ends_monotonic_us &&
         kz_clock_wall_us (self->clock) + for_us < self->ends_wall_us;
}

gboolean
kz_auth_access_is_good (KzAuth *self)
{
  return self->access_token != NULL && lasts (self, 0);
}

gboolean
kz_auth_access_is_fresh (KzAuth *self)
{
  if (!kz_auth_access_is_good (self))
    return FALSE;
  return lasts (self, self->early_us) ||
         kz_clock_monotonic_us (self->clock) < self->no_renew_before_us;
}

void
kz_auth_drop_access (KzAuth *self)
{
  g_clear_pointer (&self->access_token, g_free);
  self->ends_wall_us = 0;
  self->ends_monotonic_us = 0;
}

void
kz_auth_read_claims (KzAuth *self, const char *token)
{
  g_auto (KzClaims) claims = {0};

  kz_claims_read (&claims, token);
  self->claims.lifetime_us = claims.lifetime_us;
  /* What one token does not tell, another one may have told. */
  if (claims.user_id == NULL && claims.phone == NULL && claims.group_id == NULL)
    return;
  kz_claims_clear (&self->claims);
  self->claims = claims;
  claims = (KzClaims){0};
}

void
kz_auth_take_refresh (KzAuth *self, const char *token)
{
  /* There is none before day 328. */
  if (!kz_auth_is_token (token) || g_strcmp0 (token, self->refresh_token) == 0)
    return;
  g_free (self->refresh_token);
  self->refresh_token = g_strdup (token);
  if (self->rotated != NULL)
    self->rotated (token, self->rotated_data);
  if (self->access_token == NULL)
    kz_auth_read_claims (self, token);
}

gboolean
kz_auth_has_refresh_token (KzAuth *self)
{
  return self->refresh_token != NULL;
}

void
kz_auth_forget (KzAuth *self)
{
  kz_auth_drop_access (self);
  g_clear_pointer (&self->refresh_token, g_free);
}

/* --- the endpoint -------------------------------------------------------------------------- */

/* (transfer full): without slashes at its end (API §23 row 2). */
static char *
without_slashes (const char *url)
{
  gsize length = strlen (url);

  while (length > 0 && url[length - 1] == '/')
    length--;
  return g_strndup (url, length);
}

gboolean
kz_auth_take_endpoint (KzAuth *self, const char *endpoint)
{
  g_autofree char *base = without_slashes (endpoint);

  if (!kz_auth_endpoint_is_allowed (self->api_root, base))
    return FALSE;
  if (g_strcmp0 (base, self->endpoint) == 0)
    return TRUE;
  g_free (self->endpoint);
  self->endpoint = g_steal_pointer (&base);
  if (self->changed != NULL)
    self->changed (self->endpoint, self->changed_data);
  return TRUE;
}

const char *
kz_auth_endpoint (KzAuth *self)
{
  return self->endpoint;
}

void
kz_auth_set_endpoint (KzAuth *self, const char *endpoint)
{
  g_autofree char *base = endpoint != NULL ? without_slashes (endpoint) : NULL;

  /* Whoever set it knows it: it is not told that it changed. */
  if (base == NULL || !kz_auth_endpoint_is_allowed (self->api_root, base))
    return;
  g_free (self->endpoint);
  self->endpoint = g_steal_pointer (&base);
}

/* --- for KzHttp ---------------------------------------------------------------------------- */

static gboolean
auth_headers (gpointer auth,
              KzAuthNeed need,
              void (*add) (gpointer target, const char *name, const char *value),
              gpointer target)
{
  KzAuth *self = auth;

  switch (need) {
  case KZ_AUTH_NONE: /* not covered: KzHttp asks only for calls that need a token */
    return TRUE;
  case KZ_AUTH_REFRESH:
    if (self->refresh_token == NULL)
      return FALSE; /* it was forgotten while the renewal waited */
    add (target, "applicationId", self->connector_id);
    add (target, "applicationSecret", self->connector_secret);
    add (target, "refreshToken", self->refresh_token);
    return TRUE;
  case KZ_AUTH_ACCESS:
    if (self->endpoint == NULL || !kz_auth_access_is_fresh (self))
      return FALSE;
    add (target, "accessToken", self->access_token);
    return TRUE;
  }
  g_return_val_if_reached (FALSE);
}

static const char *
auth_endpoint (gpointer auth)
{
  return kz_auth_endpoint (auth);
}

static void
auth_moved (gpointer auth, const char *base)
{
  kz_auth_take_endpoint (auth, base);
}

static gboolean
auth_may_follow (gpointer auth, const char *from, const char *to)
{
  KzAuth *self = auth;

  return kz_auth_endpoint_is_allowed (self->api_root, to);
}

static const KzHttpAuth http_functions = {
    .headers = auth_headers,
    .renew_async = kz_auth_http_renew_async,
    .renew_finish = kz_auth_http_renew_finish,
    .endpoint = auth_endpoint,
    .moved = auth_moved,
    .may_follow = auth_may_follow,
    .renew_wait_us = kz_auth_http_renew_wait_us,
};

KzRequest *
kz_auth_new_request (
    KzAuth *self, const char *method, const char *path, KzAuthNeed need, GError **error)
{
  KzRequest *request;

  if (!kz_auth_endpoint_is_allowed (self->api_root, self->api_root)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID,
                         _ ("The server address must begin with https://"));
    return NULL;
  }
  if (!kz_auth_is_header_safe (self->connector_id) ||
      !kz_auth_is_header_safe (self->connector_secret)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_BAD_CONNECTOR,
                         _ ("The connector id or secret is missing, or has characters that no "
                            "connector has"));
    return NULL;
  }
  /* Rare, and everything else waits for it. */
  request = kz_request_new (method, NULL, KZ_LANE_USER);
  request->url = g_strconcat (self->api_root, path, NULL);
  request->auth = need;
  return request;
}

/* --- the object ---------------------------------------------------------------------------- */

static char *
stripped (const char *text)
{
  return g_strstrip (g_strdup (text != NULL ? text : ""));
}

KzAuth *
kz_auth_new (KzHttp *http,
             const char *api_root,
             const char *connector_id,
             const char *connector_secret,
             const char *phone,
             const char *refresh_token)
{
  KzAuth *self = g_object_new (KZ_TYPE_AUTH, NULL);
  g_autofree char *root = stripped (api_root);
  g_autofree char *token = stripped (refresh_token);

  self->http = g_object_ref (http);
  self->clock = g_object_ref (kz_http_clock (http));
  self->api_root = without_slashes (root);
  self->connector_id = stripped (connector_id);
  self->connector_secret = stripped (connector_secret);
  self->phone = phone != NULL ? kz_phone_normalize (phone) : NULL;
  if (kz_auth_is_header_safe (token)) {
    self->refresh_token = g_steal_pointer (&token);
    kz_auth_read_claims (self, self->refresh_token);
  }
  kz_http_set_auth (http, &http_functions, self);
  return self;
}

void
kz_auth_set_rotated_func (KzAuth *self,
                          void (*rotated) (const char *refresh_token, gpointer data),
                          gpointer data)
{
  self->rotated = rotated;
  self->rotated_data = data;
}

void
kz_auth_set_endpoint_func (KzAuth *self,
                           void (*changed) (const char *endpoint, gpointer data),
                           gpointer data)
{
  self->changed = changed;
  self->changed_data = data;
}

const char *
kz_auth_own_user_id (KzAuth *self)
{
  return self->claims.user_id;
}

const char *
kz_auth_own_phone (KzAuth *self)
{
  return self->claims.phone;
}

const char *
kz_auth_group_token_id (KzAuth *self)
{
  return self->claims.group_id;
}

gint64
kz_auth_access_expiry_us (KzAuth *self)
{
  return self->access_token != NULL ? self->ends_wall_us : 0;
}

static void
kz_auth_dispose (GObject *object)
{
  KzAuth *self = KZ_AUTH (object);

  /* Another one may have taken its place. */
  if (self->http != NULL && self->http->auth == self)
    kz_http_set_auth (self->http, NULL, NULL);
  g_clear_object (&self->http);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (kz_auth_parent_class)->dispose (object);
}

static void
kz_auth_finalize (GObject *object)
{
  KzAuth *self = KZ_AUTH (object);

  g_free (self->api_root);
  g_free (self->connector_id);
  g_free (self->connector_secret);
  g_free (self->phone);
  g_free (self->refresh_token);
  g_free (self->access_token);
  g_free (self->endpoint);
  kz_claims_clear (&self->claims);
  G_OBJECT_CLASS (kz_auth_parent_class)->finalize (object);
}

static void
kz_auth_class_init (KzAuthClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kz_auth_dispose;
  G_OBJECT_CLASS (klass)->finalize = kz_auth_finalize;
}

static void
kz_auth_init (KzAuth *self)
{
  g_queue_init (&self->waiters);
}
