/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-http.h"

G_BEGIN_DECLS

/* All secrets of an account, and every way to a token: PIN, refresh token, rotation. */
#define KZ_TYPE_AUTH (kz_auth_get_type ())
G_DECLARE_FINAL_TYPE (KzAuth, kz_auth, KZ, AUTH, GObject)

/* @api_root: e.g. "https://api.kaiza.la"; trailing slashes are dropped. @http gets this object as
 * its KzHttpAuth. */
KzAuth *kz_auth_new (KzHttp *http, const char *api_root, const char *connector_id,
                     const char *connector_secret, const char *phone, const char *refresh_token);

/**
 * kz_auth_set_rotated_func:
 *
 * @rotated gets each new refresh token *before* anything else happens with the answer that brought
 * it (also the first one, of the PIN flow).
 */
void kz_auth_set_rotated_func (KzAuth *self, void (*rotated) (const char *refresh_token,
                                                              gpointer data),
                               gpointer data);
void kz_auth_set_endpoint_func (KzAuth *self, void (*changed) (const char *endpoint, gpointer data),
                                gpointer data);

/* Whether that can be a token. @text: (nullable). FALSE also for what says that there is none (API §23
 * row 23). */
gboolean kz_auth_is_token (const char *text);
gboolean kz_auth_has_refresh_token (KzAuth *self);
/* Forgets access and refresh token (after a revocation). */
void kz_auth_forget (KzAuth *self);

/* POST generatePin, API §2.2: never by itself, an SMS costs. */
void kz_auth_request_pin_async (KzAuth *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
gboolean kz_auth_request_pin_finish (KzAuth *self, GAsyncResult *result, GError **error);
/* POST loginWithPinAndApplicationId, API §2.3. KZ_ERROR_PIN_REJECTED, KZ_ERROR_BAD_CONNECTOR. */
void kz_auth_login_pin_async (KzAuth *self, const char *pin, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
gboolean kz_auth_login_pin_finish (KzAuth *self, GAsyncResult *result, GError **error);

/* --- OAuth, API §2.5 --- */
/**
 * kz_auth_authorize_url:
 * @redirect_uri: as it is registered for the connector
 *
 * Returns: (transfer full): the page on which the person signs in; it ends at @redirect_uri with a
 *   code
 */
char *kz_auth_authorize_url (KzAuth *self, const char *redirect_uri);
/* (transfer full): the code in what a person pasted: the whole address at which the browser ended,
 * its query, or the code alone. NULL with KZ_ERROR_INVALID, or KZ_ERROR_FORBIDDEN when the address
 * says that the sign-in was refused. */
char *kz_auth_parse_code (const char *pasted, GError **error);
/* Changes the code in @pasted for tokens. The answer may hold no refresh token: then
 * kz_auth_has_refresh_token() is FALSE, and after a day the person must sign in anew. Never sent
 * twice. KZ_ERROR_PIN_REJECTED (a wrong or used code), KZ_ERROR_BAD_CONNECTOR, KZ_ERROR_INVALID,
 * KZ_ERROR_OTHER_PERSON: nothing of the answer is kept. */
void kz_auth_login_code_async (KzAuth *self, const char *pasted, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean kz_auth_login_code_finish (KzAuth *self, GAsyncResult *result, GError **error);

/* GET accessToken, API §2.4, single flight. KZ_ERROR_OTHER_PERSON: the refresh token is not that of
 * the account's phone, as far as its claims tell. */
void kz_auth_renew_async (KzAuth *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data);
gboolean kz_auth_renew_finish (KzAuth *self, GAsyncResult *result, GError **error);
/* Renewals that failed before say nothing of this network: the next one need not wait. To be called
 * before kz_http_network_changed(). */
void kz_auth_network_changed (KzAuth *self);

const char *kz_auth_endpoint (KzAuth *self);    /* (nullable) without trailing slash */
void kz_auth_set_endpoint (KzAuth *self, const char *endpoint); /* from the store; checked */
/* From the token's claims, when it has them (inferred, API §2.1). (nullable) */
const char *kz_auth_own_user_id (KzAuth *self);
const char *kz_auth_own_phone (KzAuth *self);
const char *kz_auth_group_token_id (KzAuth *self); /* the one group of a group token */
gint64 kz_auth_access_expiry_us (KzAuth *self);    /* wall clock; 0: none */

/* Whether @to may be the base of data calls of an account whose root is @api_root (design §11.2). */
gboolean kz_auth_endpoint_is_allowed (const char *api_root, const char *to);

G_END_DECLS
