/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-clock.h"
#include "kz-directory.h"
#include "kz-event.h"
#include "kz-throttle.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One account: the facade of everything below the host. The only emitter of KzEvent. */
#define KZ_TYPE_ENGINE (kz_engine_get_type ())
G_DECLARE_FINAL_TYPE (KzEngine, kz_engine, KZ, ENGINE, GObject)

typedef enum {
  KZ_ENGINE_OFFLINE,
  KZ_ENGINE_AUTHENTICATING,
  KZ_ENGINE_NEEDS_CHOICE, /* no token: kz_engine_request_pin() or kz_engine_enter_code() goes on */
  KZ_ENGINE_NEEDS_PIN, /* an SMS was sent; kz_engine_enter_pin() goes on */
  KZ_ENGINE_LOADING,
  KZ_ENGINE_ONLINE,
  KZ_ENGINE_HELD,      /* online, but the service does not answer at the moment */
  KZ_ENGINE_STOPPED,
  KZ_ENGINE_FAILED,    /* see the error: the account must be signed on anew */
} KzEngineState;

/**
 * KzEngineConfig:
 * @phone: normalised
 * @connector_id, @connector_secret: of the portal
 * @api_root: no trailing slash
 * @refresh_token: (nullable): none: PIN by SMS
 * @asks_how: no SMS by itself: NEEDS_CHOICE, then
 * @signs_in_anew: no token that is kept anywhere is used, and none is forgotten before there is a new
 *   one
 * @store_dir: (nullable)
 * @webhook_listen: "127.0.0.1:0", a port, or "unix:/path"
 * @webhook_url: (nullable): public URL; "" or NULL: none
 * @packages: (nullable): ids of custom packages to poll
 * @proxy: (nullable): without the name and password of HTTP proxies
 * @proxy_user, @proxy_password: (nullable): those
 * @throttle: shared by accounts of one connector
 *
 * Copied by kz_engine_new().
 */
typedef struct {
  const char *phone;
  const char *connector_id;
  const char *connector_secret;
  const char *api_root;
  const char *refresh_token;
  gboolean asks_how;
  gboolean signs_in_anew;
  const char *store_dir;
  const char *webhook_listen;
  const char *webhook_url;
  const char *const *packages;
  GProxyResolver *proxy;
  const char *proxy_user;
  const char *proxy_password;
  KzThrottle *throttle;
  KzClock *clock;
} KzEngineConfig;

typedef struct {
  /* The one way up. @event is valid during the call. */
  void (*event) (const KzEvent *event, gpointer data);
  /* @error: (nullable): why, for FAILED and HELD. */
  void (*state) (KzEngineState state, const GError *error, gpointer data);
  /* A refresh token that must be saved now; TRUE: the host has surely saved it. */
  gboolean (*save_token) (const char *refresh_token, gpointer data);
  /* Requests are (not) in flight: BitlBee needs its loop kept turning. (nullable) */
  void (*busy) (gboolean is_busy, gpointer data);
  /* May this item be shown now? FALSE: kept and journalled; see kz_engine_release_group(). Asked for
   * everything from a webhook that gives a line, and for actions that a list tells of as news.
   * (nullable): always. */
  gboolean (*may_show) (const char *group_id, gpointer data);
} KzEngineCallbacks;

/* Neither a callback nor anything else happens before kz_engine_start(). */
KzEngine *kz_engine_new (const KzEngineConfig *config, const KzEngineCallbacks *callbacks,
                         gpointer data);
void kz_engine_start (KzEngine *self);
/* Signs off: when it returns no request, timer, socket or callback of this account exists. */
void kz_engine_stop (KzEngine *self);

KzEngineState kz_engine_state (KzEngine *self);
const char *kz_engine_state_name (KzEngineState state);

/* NEEDS_CHOICE -> AUTHENTICATING, then NEEDS_PIN: has an SMS sent. */
void kz_engine_request_pin (KzEngine *self);
/* NEEDS_PIN -> AUTHENTICATING. A wrong one comes back to NEEDS_PIN with the error, without another
 * SMS, at most three times; then FAILED. */
void kz_engine_enter_pin (KzEngine *self, const char *pin);
/* Instead of a PIN, API §2.5: the page on which the person signs in with a browser. @redirect_uri: as
 * it is registered for the connector. (transfer full) (nullable): NULL but in NEEDS_CHOICE and
 * NEEDS_PIN. */
char *kz_engine_authorize_url (KzEngine *self, const char *redirect_uri);
/* What came of it: the address at which the browser ended, or the code alone. Like
 * kz_engine_enter_pin(): a wrong one comes back to where one was. Where the service gives no refresh token with it, the person must sign in
 * anew after a day. */
void kz_engine_enter_code (KzEngine *self, const char *pasted);

/**
 * kz_engine_forget_tokens:
 * @done: called once, see kz_store_forget_token(): before kz_engine_stop() returns, perhaps from inside
 *   this call
 *
 * Before the host forgets its copy of the refresh token: no other one is left in the store. Ignored
 * while an earlier one is under way.
 */
void kz_engine_forget_tokens (KzEngine *self, void (*done) (gpointer data), gpointer data);

/* The host has surely saved that refresh token, which save_token could not say: no copy is kept in
 * the store. Ignored for any other than the latest. */
void kz_engine_token_saved (KzEngine *self, const char *refresh_token);

KzDirectory *kz_engine_directory (KzEngine *self);

/* What someone looks at is polled more often and gets its members and webhook first. Also releases
 * lines that were kept for the group, as events, in order of arrival. */
void kz_engine_open_group (KzEngine *self, const char *group_id);
void kz_engine_close_group (KzEngine *self, const char *group_id);
/* It is in front, or was written to just now. */
void kz_engine_touch_group (KzEngine *self, const char *group_id);
/* Emits the first @most of the lines kept because may_show said no, in order of arrival. */
void kz_engine_release_lines (KzEngine *self, const char *group_id, guint most);
/* All of them. */
void kz_engine_release_group (KzEngine *self, const char *group_id);
guint kz_engine_kept_lines (KzEngine *self, const char *group_id);
/* Groups with kept lines: (element-type utf8) (transfer full). */
GPtrArray *kz_engine_groups_with_kept_lines (KzEngine *self);

void kz_engine_load_members (KzEngine *self, const char *group_id);
/* Reads the groups anew (room list, new group). */
void kz_engine_refresh_groups (KzEngine *self);
/* After a suspend or a change of network: try now. */
void kz_engine_network_changed (KzEngine *self);

/**
 * kz_engine_send_text:
 * @text: plain text of at most one message's length, not empty
 * @typed: what to give back on failure (the person's own words)
 *
 * Queued in order per group. The outcome is one of SEND_CONFIRMED, SEND_FAILED, SEND_UNRESOLVED
 * (SEND_CONFIRMED may follow an UNRESOLVED when the echo comes). The engine does not emit MESSAGE
 * for it: the host shows the own line.
 *
 * Returns: the send's id; 0 with @error when it cannot be sent at all (KZ_ERROR_FORBIDDEN,
 *   KZ_ERROR_INVALID, KZ_ERROR_TOO_LARGE)
 */
guint64 kz_engine_send_text (KzEngine *self, const char *group_id, const char *text,
                             const char *typed, GError **error);
/* The same way, same events; the engine emits ACTION_ADDED (own) on success. */
guint64 kz_engine_announce (KzEngine *self, const char *group_id, const char *title,
                            const char *text, const char *typed, GError **error);

/* The open action of a handle ("k3f", any case), in any group. KZ_ERROR_NOT_FOUND names candidates
 * of @group_id. */
const KzOpenAction *kz_engine_find_action (KzEngine *self, const char *group_id,
                                           const char *handle, GError **error);
/* (element-type KzOpenAction) (transfer container): newest last. */
GPtrArray *kz_engine_open_actions (KzEngine *self, const char *group_id);

/* Answers of the person; each ends in the callback, and on success in the event that other people's
 * would give (is_own). Not sent twice: KZ_ERROR_UNRESOLVED. */
void kz_engine_like_async (KzEngine *self, const char *handle, GAsyncReadyCallback callback,
                           gpointer data);
void kz_engine_comment_async (KzEngine *self, const char *handle, const char *comment,
                              GAsyncReadyCallback callback, gpointer data);
/* @choice: index into the poll's choices, or into Accept, Decline, Maybe of a meeting. */
void kz_engine_vote_async (KzEngine *self, const char *handle, guint choice,
                           GAsyncReadyCallback callback, gpointer data);
void kz_engine_complete_async (KzEngine *self, const char *handle, gboolean is_completed,
                               GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_answer_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* Reads details now. */
void kz_engine_results_async (KzEngine *self, const char *handle, GAsyncReadyCallback callback,
                              gpointer data);
/* (transfer full) */
KzTally *kz_engine_results_finish (KzEngine *self, GAsyncResult *result, GError **error);

/* For the status page and tests. */
typedef struct {
  const char *endpoint;
  guint calls_left;
  guint budget;
  gint64 last_poll_us;
  guint groups;
  guint deaf_groups; /* wanted webhooks that do not work */
  gboolean has_receiver;
  gboolean owns_store;
  gboolean was_online; /* it was before, at the same address with the same connector */
} KzEngineStatus;
void kz_engine_status (KzEngine *self, KzEngineStatus *status);

G_END_DECLS
