/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-http.h"
#include "kz-retry.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Shared by the files of the client layer only. */

/**
 * KzOutcome:
 * @status: 0 when no answer came
 * @body: (nullable): what was read of the answer, whole only without @error
 * @message: the message as it was sent, to compare the token with today's
 * @retry_after, @location: (nullable): headers
 * @date_us: of the Date header, 0 when absent
 * @bytes_left: libsoup began to write: from here on nobody knows what the server has seen
 * @error: (nullable): of the transport
 *
 * How one attempt on the wire ended. Valid during the callback only.
 */
typedef struct {
  guint status;
  GBytes *body;
  SoupMessage *message;
  char *retry_after;
  char *location;
  gint64 date_us;
  gboolean bytes_left;
  gboolean timed_out;
  gboolean too_large;
  GError *error;
} KzOutcome;

/* One attempt: a message on the wire until its answer is read, it fails, or its time is up. */
typedef struct _KzExchange KzExchange;
typedef void (*KzExchangeFunc) (const KzOutcome *outcome, gpointer data);

/**
 * kz_exchange_start:
 * @message: ready to go, with headers and body
 * @max_bytes: the answer is cut off beyond that
 * @transfer: (nullable): must stay until @func was called or the exchange aborted
 *
 * @func is called once, from the main loop, unless kz_exchange_abort() comes before. What is
 * returned is valid until then.
 */
KzExchange *kz_exchange_start (SoupSession *session, KzClock *clock, SoupMessage *message,
                               gsize max_bytes, const KzTransfer *transfer,
                               KzExchangeFunc func, gpointer data);
/* Whether the other end may have seen any of it. */
gboolean kz_exchange_has_left (const KzExchange *exchange);
/* From now on its end is for another one to hear. */
void kz_exchange_hand_over (KzExchange *exchange, KzExchangeFunc func, gpointer data);
/* Its connection is most likely dead: what does not move ends soon. Not after an abort. */
void kz_exchange_hurry (KzExchange *exchange);
/* @func will not be called; the connection winds down by itself. */
void kz_exchange_abort (KzExchange *exchange);
/* Closes all connections of @session, those on which something comes back yet included. */
void kz_exchange_shut (SoupSession *session);

/* What an error body says, API §4. */
typedef struct {
  char *code;    /* (nullable): errorCode */
  char *message; /* (nullable) */
} KzServerWords;

/* Reads an error body; both members stay NULL when it is none. */
void kz_server_words_read (KzServerWords *words, GBytes *body);
/* FALSE: there is no errorCode in it, found without parsing. */
gboolean kz_server_words_are_possible (GBytes *body);
void kz_server_words_clear (KzServerWords *words);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KzServerWords, kz_server_words_clear)
/* Whether the words say that the access token is no good. */
gboolean kz_server_words_refuse_token (const KzServerWords *words);

/* (transfer full): for an answer that is no success; @status may be 2xx with an errorCode. */
GError *kz_http_error_new_status (guint status, const KzServerWords *words);
/* (transfer full): the same; KZ_ERROR_MALFORMED for a 4xx whose body is not one of the API, so that
 * a web server that is none is not taken for a refusal of the token (API §4). @is_whole: FALSE for
 * a body that was cut off. */
GError *kz_http_error_new_refusal (guint status, const KzServerWords *words, GBytes *body,
                                   gboolean is_whole);
/* (transfer full): for an attempt without a usable answer. */
GError *kz_http_error_new_transport (const KzOutcome *outcome);
/* (transfer full): of a request that must not go out again; @status: of the answer, 0 when none
 * came; @cause (transfer full). */
GError *kz_http_error_new_unresolved (guint status, GError *cause);
/* KZ_ERROR_MALFORMED unless @body looks like JSON; with @in_full a short one is read to its end. */
gboolean kz_http_check_body (GBytes *body, gboolean in_full, GError **error);
/* Of a web server, which is not the service. */
gboolean kz_http_body_is_page (GBytes *body);
/* (transfer full): what no renewal of the token means for the call that waited for it: a refusal of
 * the one is none of the other. @cause (transfer full). */
GError *kz_http_error_new_renewal (GError *cause);
gboolean kz_http_error_is_tls (const GError *error);

/**
 * kz_redirect_resolve:
 * @url: what was asked
 * @location: (nullable): what the 308 said, absolute or relative
 * @path: (nullable): the path and query of ours at the end of @url; NULL for all of its path
 * @next: (out): the URL to ask now
 * @base: (out): in front of @path: the new endpoint, without trailing slash
 *
 * Checks scheme and form only; which host is good is for KzHttpAuth.may_follow to say. A Location
 * that ends with our path, or that has no path, names a new base; with any other path it is taken as
 * it is, and the base is its origin (API §2.6).
 *
 * Returns: FALSE with KZ_ERROR_MOVED_UNSAFE
 */
gboolean kz_redirect_resolve (const char *url, const char *location, const char *path, char **next,
                              char **base, GError **error);
/* (transfer full) (nullable): scheme, host and port of an http or https URL, comparable as text. */
char *kz_url_origin (const char *url);

typedef enum {
  KZ_CALL_WAITING,  /* in its lane: for a connection, for its budget or for its time */
  KZ_CALL_RENEWING, /* for a token */
  KZ_CALL_ON_WIRE,
  KZ_CALL_LISTENING, /* all that is left of it are older attempts */
  KZ_CALL_DONE,     /* its task was returned */
} KzCallState;

/**
 * KzCall:
 *
 * One request from send to finish, over all its attempts. Owned by its task (as task data); KzHttp
 * holds a reference on the task until the call is DONE. Whoever may be called back later holds one
 * too.
 */
typedef struct {
  KzHttp *http; /* (unowned): the task's source object */
  GTask *task;  /* (unowned): owns this */
  KzRequest *request;
  KzCallState state;
  guint64 serial;
  guint attempt;
  gboolean renewed;      /* a refused token was renewed: once is enough */
  guint token_waits;     /* how often there was no token to send */
  guint timeouts;
  gboolean backs_off;    /* waits because of the network, not because the service said so */
  gboolean awaits_token; /* the next renewal */
  gint64 not_before_us;  /* monotonic */
  KzExchange *exchange;  /* (nullable) */
  GPtrArray *older;      /* of kz-http-older.c: attempts that a later one has overtaken */
  GError *verdict;       /* (nullable): LISTENING: how it ends when none of them brings anything */
  GSource *cancel_source;    /* (nullable) */
  GCancellable *cancellable; /* cancelled when the call is over: ends its wait for a token */
  GPtrArray *visited;    /* (element-type utf8): URLs of this chain of redirects */
  char *url;             /* (nullable): of the last attempt */
  char *hop_url;         /* (nullable): where a 308 sent us */
  char *base;            /* (nullable): the base that a 308 named and that has not answered yet */
} KzCall;

struct _KzHttp {
  GObject parent_instance;
  KzClock *clock;
  KzThrottle *throttle;
  SoupSession *session;
  GProxyResolver *proxy; /* (nullable) */
  char *proxy_user;      /* (nullable) */
  char *proxy_password;  /* (nullable) */
  const KzHttpAuth *functions; /* (nullable) */
  gpointer auth; /* (unowned): takes itself away when it goes */
  void (*busy) (gboolean is_busy, gpointer data);
  gpointer busy_data;
  void (*waits) (gint64 wait_us, gpointer data);
  gpointer waits_data;
  GHashTable *calls; /* (element-type KzCall): all that are not DONE, with a reference on each task */
  GQueue waiting[KZ_N_LANES]; /* (element-type KzCall) (unowned), by serial */
  guint on_wire[KZ_N_LANES];
  guint n_on_wire;
  guint n_transfers; /* of those on the wire */
  guint64 last_serial;
  guint64 hash_key;
  GSource *pump_source; /* (nullable) */
  gboolean is_shut;
  gboolean is_hasty;
};

/* Looks, at the next turn of the loop, which waiting calls can go. Never calls back by itself. */
void kz_http_pump_soon (KzHttp *self);
void kz_http_pump_cancel (KzHttp *self);

/* Puts a call back into its lane, at its old place. */
void kz_call_wait (KzCall *call, gint64 delay_us);
/* Sends it anew, as if this attempt had not been, where that does no harm; else it has little time
 * left. */
void kz_call_restart (KzCall *call);
/* One attempt less of its lane is on the wire. Who hears of it may end the call. */
void kz_call_leave_wire (KzCall *call);
/* (transfer full) */
KzReply *kz_reply_new (const KzOutcome *outcome, guint64 hash);

/* --- kz-http-older.c --- */
GPtrArray *kz_older_new (void);
/* Makes way for another attempt, and yet takes the answer to this one when it comes. FALSE: there are too
 * many of them already. */
gboolean kz_call_overtake (KzCall *call);
/* TRUE: @error (transfer full) is not the end yet, for an older attempt may bring an answer. */
gboolean kz_call_listens (KzCall *call, GError *error);
void kz_call_drop_older (KzCall *call);
/* One attempt; the call has its connection and its budget. */
void kz_call_start (KzCall *call);
/* Ends the call, which is not over yet; exactly one of @reply and @error, both (transfer full). The
 * caller's callback may run inside. */
void kz_call_end (KzCall *call, KzReply *reply, GError *error);
/* It does not go to the API. */
gboolean kz_call_is_foreign (const KzCall *call);
/* A random key of this object makes it useless to prepare two answers with one hash. Never 0. */
guint64 kz_http_hash (KzHttp *self, GBytes *bytes);

G_END_DECLS
