/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who asks; a lower number goes first. */
typedef enum {
  KZ_LANE_USER,
  KZ_LANE_SIGN_ON,
  KZ_LANE_UPKEEP, /* webhook upkeep, members, details */
  KZ_LANE_POLL,
} KzLane;
#define KZ_N_LANES (KZ_LANE_POLL + 1)

/* The calls of one connector within any 60 s, over all accounts of this process that use it.
 * Sliding window, so that no 60 s ever hold more than the limit. Time is an argument. */
typedef struct _KzThrottle KzThrottle;

/* @limit: calls in any 60 s; @budget: of which lanes other than USER may use so many. Polls use less
 * when calls are refused, for others may share the limit. */
KzThrottle *kz_throttle_new (guint limit, guint budget);
KzThrottle *kz_throttle_ref (KzThrottle *throttle);
void kz_throttle_unref (KzThrottle *throttle);

/* µs until @lane may send, 0: now. */
gint64 kz_throttle_wait_us (KzThrottle *throttle, KzLane lane, gint64 now_us);
/* A call was put on the wire. */
void kz_throttle_spend (KzThrottle *throttle, KzLane lane, gint64 now_us);
/* The server said 429 (API §4). The lane waits for @retry_after_us, < 0: unknown; polling for that, and
 * at least for some seconds and as long as until the next poll; polls become rarer. */
void kz_throttle_refused (KzThrottle *throttle, KzLane lane, gint64 retry_after_us, gint64 now_us);
/* Called at each answer that is no 429: quiet minutes let polls come more often again, up to the
 * budget. */
void kz_throttle_quiet (KzThrottle *throttle, gint64 now_us);
/* Polls a minute. */
double kz_throttle_budget (KzThrottle *throttle);
guint kz_throttle_left (KzThrottle *throttle, gint64 now_us); /* calls left in this minute */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzThrottle, kz_throttle_unref)

G_END_DECLS
