/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-throttle.h"

#define WINDOW_US (60 * G_USEC_PER_SEC)
/* A polling client that was told off still looks now and then. */
#define BUDGET_FLOOR 5
/* Calls that were on the wire together are refused together: that is one refusal, not eight. */
#define SAME_REFUSAL_US (5 * G_USEC_PER_SEC)
/* What a 429 without a readable Retry-After costs. */
#define DEFAULT_HOLD_US (15 * G_USEC_PER_SEC)
#define MAX_HOLD_US (15 * 60 * G_USEC_PER_SEC)
/* A lane that was told to wait has this long to come back before lower lanes stop yielding. */
#define CLAIM_GRACE_US (100 * G_TIME_SPAN_MILLISECOND)
/* So many polls may follow each other at once; after that they are spread over the minute. */
#define POLL_BURST 3
/* Before that, once: what somebody opens at sign-on has about so many kinds to ask for. */
#define FIRST_POLLS 7
/* The budget comes back in so many quiet minutes from nothing to its ceiling. */
#define STEPS_TO_CEILING 8

/* Times of the calls of the last minute, oldest first. */
typedef struct {
  gint64 *times_us; /* (owned) ring */
  guint allocated;
  guint first;
  guint length;
} Calls;

/* Everything is in terms of the last 60 s, half open: a call at t no longer counts at t + 60 s. */
struct _KzThrottle {
  guint limit;
  guint ceiling;
  guint budget;
  Calls all;
  Calls others; /* of lanes other than USER */
  gint64 held_until_us[KZ_N_LANES];
  /* When a lane that asked in vain may go: lower lanes leave that opening to it. */
  gint64 claim_us[KZ_N_LANES];
  guint n_first_polls; /* of FIRST_POLLS */
  gint64 poll_due_us;  /* when the next poll would go if polls were spread evenly */
  gint64 last_change_us;
  gint64 last_refusal_us;
  gboolean has_been_refused;
};

static void
calls_add (Calls *calls, gint64 now_us)
{
  if (calls->length == calls->allocated) {
    guint allocated = MAX (16, calls->allocated * 2);
    gint64 *times_us = g_new (gint64, allocated);

    for (guint i = 0; i < calls->length; i++)
      times_us[i] = calls->times_us[(calls->first + i) % calls->allocated];
    g_free (calls->times_us);
    calls->times_us = times_us;
    calls->allocated = allocated;
    calls->first = 0;
  }
  calls->times_us[(calls->first + calls->length) % calls->allocated] = now_us;
  calls->length++;
}

static void
calls_expire (Calls *calls, gint64 now_us)
{
  while (calls->length > 0 && calls->times_us[calls->first] <= now_us - WINDOW_US) {
    calls->first = (calls->first + 1) % calls->allocated;
    calls->length--;
  }
}

/* When there is room for one more among @limit in a minute. */
static gint64
calls_room_at (const Calls *calls, guint limit, gint64 now_us)
{
  guint leaving;

  if (calls->length < limit)
    return now_us;
  /* After the budget shrank, more than one has to leave before one may come. */
  leaving = calls->length - limit;
  return calls->times_us[(calls->first + leaving) % calls->allocated] + WINDOW_US;
}

static gint64
poll_spacing_us (const KzThrottle *throttle)
{
  return WINDOW_US / throttle->budget;
}

KzThrottle *
kz_throttle_new (guint limit, guint budget)
{
  KzThrottle *throttle;

  g_return_val_if_fail (limit > 0, NULL);
  g_return_val_if_fail (budget > 0, NULL);

  throttle = g_rc_box_new0 (KzThrottle);
  throttle->limit = limit;
  throttle->ceiling = MIN (budget, limit);
  throttle->budget = throttle->ceiling;
  for (guint lane = 0; lane < KZ_N_LANES; lane++) {
    throttle->held_until_us[lane] = G_MININT64;
    throttle->claim_us[lane] = G_MININT64;
  }
  throttle->poll_due_us = G_MININT64;
  return throttle;
}

KzThrottle *
kz_throttle_ref (KzThrottle *throttle)
{
  g_return_val_if_fail (throttle != NULL, NULL);

  return g_rc_box_acquire (throttle);
}

static void
throttle_clear (gpointer data)
{
  KzThrottle *throttle = data;

  g_free (throttle->all.times_us);
  g_free (throttle->others.times_us);
}

void
kz_throttle_unref (KzThrottle *throttle)
{
  if (throttle != NULL)
    g_rc_box_release_full (throttle, throttle_clear);
}

gint64
kz_throttle_wait_us (KzThrottle *throttle, KzLane lane, gint64 now_us)
{
  gint64 room_us, at_us, behind_us = now_us;

  g_return_val_if_fail (throttle != NULL, 0);
  g_return_val_if_fail ((guint) lane < KZ_N_LANES, 0);

  calls_expire (&throttle->all, now_us);
  calls_expire (&throttle->others, now_us);

  room_us = calls_room_at (&throttle->all, throttle->limit, now_us);
  if (lane != KZ_LANE_USER)
    room_us = MAX (room_us, calls_room_at (&throttle->others, throttle->budget, now_us));
  at_us = MAX (room_us, throttle->held_until_us[lane]);
  if (lane == KZ_LANE_POLL && throttle->poll_due_us != G_MININT64)
    at_us = MAX (at_us, throttle->poll_due_us - (POLL_BURST - 1) * poll_spacing_us (throttle));

  /* A lane that waits because of a 429 lays no claim: there is room, it just may not use it yet. */
  throttle->claim_us[lane] = room_us > now_us && room_us == at_us ? room_us : G_MININT64;

  for (guint higher = 0; higher < (guint) lane; higher++) {
    gint64 claim_us = throttle->claim_us[higher];

    if (claim_us != G_MININT64 && now_us < claim_us + CLAIM_GRACE_US)
      behind_us = MAX (behind_us, claim_us + CLAIM_GRACE_US);
  }
  return MAX (at_us, behind_us) - now_us;
}

void
kz_throttle_spend (KzThrottle *throttle, KzLane lane, gint64 now_us)
{
  g_return_if_fail (throttle != NULL);
  g_return_if_fail ((guint) lane < KZ_N_LANES);

  calls_expire (&throttle->all, now_us);
  calls_expire (&throttle->others, now_us);
  calls_add (&throttle->all, now_us);
  if (lane != KZ_LANE_USER)
    calls_add (&throttle->others, now_us);
  if (lane == KZ_LANE_POLL && throttle->n_first_polls < FIRST_POLLS)
    throttle->n_first_polls++;
  else if (lane == KZ_LANE_POLL)
    throttle->poll_due_us = MAX (throttle->poll_due_us, now_us) + poll_spacing_us (throttle);
  throttle->claim_us[lane] = G_MININT64;
}

void
kz_throttle_refused (KzThrottle *throttle, KzLane lane, gint64 retry_after_us, gint64 now_us)
{
  gint64 until_us;

  g_return_if_fail (throttle != NULL);
  g_return_if_fail ((guint) lane < KZ_N_LANES);

  until_us = now_us + (retry_after_us < 0 ? DEFAULT_HOLD_US : MIN (retry_after_us, MAX_HOLD_US));
  throttle->held_until_us[lane] = MAX (throttle->held_until_us[lane], until_us);
  throttle->held_until_us[KZ_LANE_POLL] = MAX (throttle->held_until_us[KZ_LANE_POLL], until_us);

  if (!throttle->has_been_refused || now_us >= throttle->last_refusal_us + SAME_REFUSAL_US) {
    guint floor = MIN (BUDGET_FLOOR, throttle->ceiling);

    throttle->budget = MAX (floor, throttle->budget / 2);
    throttle->last_refusal_us = now_us;
  }
  throttle->has_been_refused = TRUE;
  throttle->last_change_us = now_us;
}

void
kz_throttle_quiet (KzThrottle *throttle, gint64 now_us)
{
  guint step;

  g_return_if_fail (throttle != NULL);

  if (throttle->budget >= throttle->ceiling || now_us < throttle->last_change_us + WINDOW_US)
    return;
  step = MAX (1, throttle->ceiling / STEPS_TO_CEILING);
  throttle->budget = MIN (throttle->ceiling, throttle->budget + step);
  throttle->last_change_us = now_us;
}

guint
kz_throttle_budget (KzThrottle *throttle)
{
  g_return_val_if_fail (throttle != NULL, 0);

  return throttle->budget;
}

guint
kz_throttle_left (KzThrottle *throttle, gint64 now_us)
{
  g_return_val_if_fail (throttle != NULL, 0);

  calls_expire (&throttle->all, now_us);
  return throttle->all.length < throttle->limit ? throttle->limit - throttle->all.length : 0;
}
