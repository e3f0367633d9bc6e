/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-clock.h"
#include "kz-error.h"
#include "kz-json.h"
#include "kz-throttle.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The only user of SoupSession beside kz-media: requests with headers, size caps, deadlines by
 * KzClock, throttle lanes, retry (kz-retry), 308 for every method, 429, one renewal of the token. */
#define KZ_TYPE_HTTP (kz_http_get_type ())
G_DECLARE_FINAL_TYPE (KzHttp, kz_http, KZ, HTTP, GObject)

typedef enum {
  KZ_AUTH_NONE,    /* generatePin, login, OAuth */
  KZ_AUTH_REFRESH, /* GET accessToken: applicationId, applicationSecret, refreshToken headers */
  KZ_AUTH_ACCESS,  /* data calls: accessToken header, only to the endpoint's own host */
} KzAuthNeed;

/**
 * KzRequest:
 * @url: absolute, for calls outside the endpoint; or NULL and @path below the endpoint
 * @path: e.g. "/v1/groups/ID/messages", ids already escaped
 * @body: (nullable)
 * @is_idempotent: may be sent again when its outcome is not known
 * @max_bytes: cap of the answer; 0 for the default
 * @may_be_empty: a success without any body is one, for calls whose answer nobody documented
 * @is_interactive: a person sits before it, who can ask once more and loses nothing by it: 429 is
 *   an answer then, although its lane is held for the next request, and a 5xx is
 *   KZ_ERROR_UNAVAILABLE for every method
 * @is_list: whoever reads the answer finds out by himself whether it can be read, element by element
 * @comes_again: what is asked for again and again: the reply has a hash
 * @known_hash: of such an answer that was read before, 0 for none; these same bytes are not looked at again
 * @transfer: (nullable): it carries a file, one way or the other
 */
typedef struct _KzTransfer KzTransfer;

typedef struct {
  const char *method;
  char *url;
  char *path;
  GBytes *body;
  const char *content_type;
  KzAuthNeed auth;
  KzLane lane;
  gboolean is_idempotent;
  gsize max_bytes;
  gboolean may_be_empty;
  gboolean is_interactive;
  gboolean is_list;
  gboolean comes_again;
  guint64 known_hash;
  KzTransfer *transfer;
} KzRequest;

/**
 * KzTransfer:
 * @open_body: (nullable): of an upload: makes the body anew for each attempt; (transfer full)
 * @body_bytes: exact length of the body
 * @sent: (nullable): bytes of the body that left us in this attempt
 * @began: (nullable): of a download: a 2xx came; @length: of its body, -1 when it does not say
 * @chunk: (nullable): of a download: takes the bytes of a 2xx as they come, which are then not in
 *   the reply. FALSE: no more is wanted, the request fails with KZ_ERROR_TOO_LARGE
 * @is_foreign: not of the API: no budget, no retry, no redirect, any content. Needs KZ_AUTH_NONE
 *
 * What a request that carries a file has more. At most KZ_MAX_TRANSFERS of them are on the wire; the
 * deadline of an answer begins anew with every piece that moves. None of the functions is called
 * after the request's callback.
 */
struct _KzTransfer {
  GInputStream *(*open_body) (gpointer data);
  gsize body_bytes;
  void (*sent) (gsize bytes, gpointer data);
  void (*began) (gint64 length, gpointer data);
  gboolean (*chunk) (gconstpointer bytes, gsize length, gpointer data);
  gpointer data;
  GDestroyNotify data_free;
  gboolean is_foreign;
};

/* @request takes it. @data: (transfer full) with @data_free. */
KzTransfer *kz_request_set_transfer (KzRequest *request, gpointer data, GDestroyNotify data_free);

/* @method, @content_type: static strings. A new request is a data call (KZ_AUTH_ACCESS) below the
 * endpoint, JSON, and idempotent unless it is a POST. @path: (nullable) when @url is set. */
KzRequest *kz_request_new (const char *method, const char *path, KzLane lane);
void kz_request_free (KzRequest *request);

typedef struct {
  guint status;
  GBytes *body;
  gint64 date_us; /* of the Date header; 0 when absent */
  guint64 hash;   /* of the body of what comes again, never 0 there */
  KzJson *root;   /* (nullable): the body, where it was parsed in slices */
} KzReply;

void kz_reply_free (KzReply *reply);

/* How KzHttp gets at secrets without holding any: KzAuth implements it. */
typedef struct {
  /* Fills in headers by calling @add for each; FALSE: no token yet (then renew is called). */
  gboolean (*headers) (gpointer auth, KzAuthNeed need,
                       void (*add) (gpointer target, const char *name, const char *value),
                       gpointer target);
  /* Ensures a usable access token; single flight. @refused: (nullable): drop the current one. */
  void (*renew_async) (gpointer auth, gboolean refused, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data);
  gboolean (*renew_finish) (gpointer auth, GAsyncResult *result, GError **error);
  const char *(*endpoint) (gpointer auth);        /* without trailing slash; NULL: none yet */
  void (*moved) (gpointer auth, const char *base);/* a 308 that was followed */
  gboolean (*may_follow) (gpointer auth, const char *from, const char *to); /* allow-list */
  /* How long whatever no person waits for waits for the next renewal, because the last ones failed. */
  gint64 (*renew_wait_us) (gpointer auth);
} KzHttpAuth;

/* @throttle: shared by all accounts of one connector. @proxy: (nullable): the account's resolver. */
KzHttp *kz_http_new (KzClock *clock, KzThrottle *throttle, GProxyResolver *proxy);
/**
 * kz_http_set_proxy_login:
 * @user: (nullable)
 * @password: (nullable)
 *
 * What an HTTP proxy that asks for it is told. Not in the address that the resolver gives: with a
 * password in that libsoup 3.2 asks the proxy for itself instead of the service. A SOCKS proxy takes
 * it from there.
 */
void kz_http_set_proxy_login (KzHttp *self, const char *user, const char *password);
void kz_http_set_auth (KzHttp *self, const KzHttpAuth *functions, gpointer auth);
/* Called when the number of requests in flight leaves or reaches 0: a host that loses wake-ups of
 * worker threads keeps its loop turning meanwhile (BitlBee). */
void kz_http_set_busy_func (KzHttp *self, void (*busy) (gboolean is_busy, gpointer data),
                            gpointer data);
/* Called when nothing is on the wire and whatever waits may go in @wait_us at the earliest; it may
 * shut down. */
void kz_http_set_waits_func (KzHttp *self, void (*waits) (gint64 wait_us, gpointer data),
                             gpointer data);
/* While somebody waits for it to begin: what brings no answer in time goes no more than
 * KZ_HASTY_TIMEOUTS times. */
void kz_http_set_hasty (KzHttp *self, gboolean is_hasty);
/* Fails every request, present and future, with G_IO_ERROR_CANCELLED; closes connections. No timer
 * is left when it returns; the callbacks of requests that were made in this same turn of the loop
 * come in the next one, those of all others from within this call. */
void kz_http_shutdown (KzHttp *self);
guint kz_http_in_flight (KzHttp *self);
/* (transfer none): what all waiting here goes by. */
KzClock *kz_http_clock (KzHttp *self);
KzThrottle *kz_http_throttle (KzHttp *self);
/* After a suspend or network change: forgets idle connections, tries waiting requests at once, and
 * sends those again that are on their way and may go twice; the others have KZ_RESUMED_REPLY_S left, or
 * as long as bytes move. Of the one that brings a token the answer is taken yet when it comes, for it may
 * hold the only copy of another. */
void kz_http_network_changed (KzHttp *self);

/**
 * kz_http_send_async:
 * @request: (transfer full)
 *
 * The callback always comes, from the main loop, never from inside this call. A reply is given for
 * 2xx only; everything else is an error of KZ_ERROR whose message holds the server's own words
 * where it sent any (errorCode and message, API §4), or G_IO_ERROR_CANCELLED. A 2xx whose body is
 * an error body (has errorCode) is an error too.
 *
 * KZ_ERROR_UNRESOLVED comes for what is not idempotent only: bytes left us and no answer, half of one,
 * a 5xx or one over the cap came back. When the service answered with an error,
 * kz_error_server_words() is not NULL: its words, or "HTTP 503" for want of any. A 2xx that is not JSON is KZ_ERROR_MALFORMED for every method:
 * whoever sent a text should not be told that it was refused then.
 */
void kz_http_send_async (KzHttp *self, KzRequest *request, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data);
KzReply *kz_http_send_finish (KzHttp *self, GAsyncResult *result, GError **error);

/**
 * kz_http_has_left:
 * @cancellable: of one request
 *
 * Returns: FALSE when the service cannot have seen anything of the request that waits with it: for a
 * token, for its turn, or for a connection. TRUE of one that has come back, or that nobody knows
 */
gboolean kz_http_has_left (KzHttp *self, GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzRequest, kz_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzReply, kz_reply_free)

G_END_DECLS
