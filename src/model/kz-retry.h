/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  KZ_RETRY_NO,          /* give up: the error goes to the caller */
  KZ_RETRY_AFTER,       /* the same request again after delay_us */
  KZ_RETRY_RENEW,       /* get a new access token, then again, once */
  KZ_RETRY_UNRESOLVED,  /* it may have been carried out: never again */
} KzRetryVerdict;

/* How one attempt ended. status 0: no answer. */
typedef struct {
  guint attempt;            /* 1 for the first */
  guint status;             /* HTTP status or 0 */
  gboolean is_idempotent;   /* GET, PUT, DELETE of ours; never POST */
  gboolean bytes_left;      /* something went on the wire */
  gboolean token_refused;   /* errorCode InvalidToken, or 401 without another meaning */
  gboolean renewed;         /* a renewal was tried for this request already */
  gboolean is_tls;          /* failed in the handshake: trying again changes nothing */
  gint64 retry_after_us;    /* from the header; -1 when absent or unreadable */
  double jitter;            /* 0..1, drawn by the caller */
} KzAttempt;

/* Pure: same input, same verdict. Bounded: at most 5 attempts; Retry-After capped at 15 minutes.
 * What is not idempotent and left us goes again only after 429 (API §4) or a refused token; any 5xx,
 * 503 with Retry-After included, and a missing answer are UNRESOLVED then. A 308 is not decided here.
 * @delay_us: (out): 0 unless the verdict is KZ_RETRY_AFTER. */
KzRetryVerdict kz_retry_decide (const KzAttempt *attempt, gint64 *delay_us);

/* How long to wait after the @failures-th failure in a row, from 1: doubles from @first_us to @max_us, and is
 * spread over half to one and a half of that by @jitter (0..1, drawn by the caller), so that the clients of a
 * service that comes back do not all come at once. */
gint64 kz_retry_backoff_us (guint failures, gint64 first_us, gint64 max_us, double jitter);

/* @value: (nullable): of a Retry-After header, seconds or an HTTP date in any of the three forms of
 * RFC 9110 (then @now_us, wall clock, is needed). In µs from now, 0 for a date that is past, -1 when
 * it is neither. Not capped. */
gint64 kz_retry_after_parse (const char *value, gint64 now_us);

G_END_DECLS
