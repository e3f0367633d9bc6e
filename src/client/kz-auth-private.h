/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-auth.h"
#include "kz-token.h"

G_BEGIN_DECLS

/* Shared by the kz-auth*.c files only. */

struct _KzAuth {
  GObject parent_instance;
  KzHttp *http;
  KzClock *clock;
  char *api_root;
  char *connector_id;
  char *connector_secret;
  char *phone;
  char *refresh_token; /* (nullable) */
  char *access_token;  /* (nullable) */
  char *endpoint;      /* (nullable) */
  KzClaims claims;
  /* When the access token ends, by both clocks: the wall clock may be set and the monotonic one
   * stands still while the machine sleeps, so whichever comes first counts. */
  gint64 ends_monotonic_us;
  gint64 ends_wall_us;
  gint64 early_us;           /* how long before the end it is renewed */
  gint64 no_renew_before_us; /* monotonic: a renewal failed, the token is still good */
  guint failed_renewals;     /* in a row */
  gint64 renew_again_us;     /* monotonic: before it only a person makes another one */
  gboolean is_renewing;
  GQueue waiters; /* of the one renewal that is under way, see kz-auth-renew.c */
  void (*rotated) (const char *refresh_token, gpointer data);
  gpointer rotated_data;
  void (*changed) (const char *endpoint, gpointer data);
  gpointer changed_data;
};

/* What goes into a header: visible ASCII, and not without end. */
gboolean kz_auth_is_header_safe (const char *text);
/* Not only there, but also to be used without being renewed first. */
gboolean kz_auth_access_is_fresh (KzAuth *self);
/* Good at this moment, fresh or not. */
gboolean kz_auth_access_is_good (KzAuth *self);
void kz_auth_drop_access (KzAuth *self);
/* Stores @token and tells the rotated func; does nothing when it is the one we have. */
void kz_auth_take_refresh (KzAuth *self, const char *token);
/* Checks and normalises; FALSE when @endpoint may not be used. */
gboolean kz_auth_take_endpoint (KzAuth *self, const char *endpoint);
/* The five fields of API §2.4, also of §2.5: the refresh token, when there is a new one, is taken
 * before anything else is looked at; but a new sign-in of another person than the account's is refused
 * whole. KZ_ERROR_OTHER_PERSON. */
gboolean kz_auth_take_answer (KzAuth *self, const KzReply *reply, GError **error);
/* Of the access or else the refresh token. */
void kz_auth_read_claims (KzAuth *self, const char *token);

/* The three functions of KzHttpAuth. */
gint64 kz_auth_http_renew_wait_us (gpointer auth);
void kz_auth_http_renew_async (gpointer auth, gboolean refused, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean kz_auth_http_renew_finish (gpointer auth, GAsyncResult *result, GError **error);

typedef enum {
  KZ_AUTH_STEP_REQUEST_PIN,
  KZ_AUTH_STEP_LOGIN,
  KZ_AUTH_STEP_CODE,
  KZ_AUTH_STEP_RENEW,
} KzAuthStep;

/* (transfer full) both: what a refusal in @step means: the connector, the PIN or the token. */
GError *kz_auth_map_error (GError *error, KzAuthStep step);
/* A call at the api root. NULL with KZ_ERROR_INVALID when the root may not be used. */
KzRequest *kz_auth_new_request (KzAuth *self, const char *method, const char *path, KzAuthNeed need,
                                GError **error);

G_END_DECLS
