/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-throttle.h"

#define WINDOW_US (60 * G_USEC_PER_SEC)
/* Calls that were on the wire together are refused together: that is one refusal, not eight. */
#define SAME_REFUSAL_US (5 * G_USEC_PER_SEC)
/* Whoever was refused leaves the minute to the others for so long at least. */
#define LEAST_HOLD_US (10 * G_USEC_PER_SEC)
/* What a 429 without a readable Retry-After costs. */
#define DEFAULT_HOLD_US (15 * G_USEC_PER_SEC)
#define MAX_HOLD_US (15 * 60 * G_USEC_PER_SEC)
/* A lane that was told to wait has this long to come back before lower lanes stop yielding. */
#define CLAIM_GRACE_US (100 * G_TIME_SPAN_MILLISECOND)
/* So many polls may follow each other at once; after that they are spread over the minute. */
#define POLL_BURST 3
/* Before that, once: what somebody opens at sign-on has about so many kinds to ask for. */
#define FIRST_POLLS 7

/* The limit is the connector's, and clients of it know nothing of each other but their refusals. Each
 * sets its own rate of polls so that all together come near the limit, are seldom refused, and in the
 * long run have the same share; tests/bench simulates 2, 10 and 50 of them, and has these numbers from
 * there.
 *
 * A refusal lowers the rate to a part of what the client has just proved to get. */
#define CUT 0.38
#define LEAST_POLLS 0.85 /* a minute */
/* Without refusals it grows, a minute: so much, and such a part of itself; by more the more it is, for
 * where many share the limit nobody has much. */
#define GROWTH 0.005
#define GROWTH_PART 0.009
#define GROWTH_PART_OF_FEW 0.030
#define FEW_HAVE 4.0 /* polls a minute */
/* So long without a refusal, and most of the others must have gone: then it grows faster and faster. */
#define LONG_QUIET_MIN 45.0
#define FASTER_EVERY_MIN 5.0
#define FASTEST 10.0
/* Two clients that poll at a fixed pace can fall into step, and one gets all the openings: so much
 * earlier or later is each poll, at random. */
#define JITTER 0.5

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
  guint ceiling; /* of all lanes but USER */
  double rate;   /* of polls, a minute; at most the ceiling */
  Calls all;
  Calls others; /* of lanes other than USER */
  Calls refused;
  gint64 held_until_us[KZ_N_LANES];
  /* When a lane that asked in vain may go: lower lanes leave that opening to it. */
  gint64 claim_us[KZ_N_LANES];
  guint n_first_polls; /* of FIRST_POLLS */
  gint64 poll_due_us;  /* when the next poll would go if polls were spread evenly */
  guint32 random;
  gint64 poll_spacing_us; /* as drawn last */
  gint64 poll_delay_us;   /* behind an opening */
  gint64 grown_us; /* up to here the rate has grown */
  gint64 last_refusal_us;
  gboolean has_been_refused;
  gboolean is_served; /* since the last refusal */
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

/* From the next poll on, a little earlier or later than the rate says; no two clients begin in the same
 * µs, so that no two draw the same. */
static void
draw_spacing (KzThrottle *throttle, gint64 now_us)
{
  double drawn; /* -1 to 1 */

  if (throttle->random == 0)
    throttle->random = (guint32) (now_us ^ (now_us >> 32)) | 1u;
  throttle->random = throttle->random * 1664525u + 1013904223u;
  drawn = (double) (throttle->random >> 8) / (1u << 23) - 1.0;
  throttle->poll_spacing_us = (gint64) (WINDOW_US / throttle->rate * (1.0 + JITTER * drawn));
  throttle->poll_delay_us = (gint64) (WINDOW_US / throttle->rate * JITTER * (1.0 + drawn));
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
  throttle->rate = throttle->ceiling;
  for (guint lane = 0; lane < KZ_N_LANES; lane++) {
    throttle->held_until_us[lane] = G_MININT64;
    throttle->claim_us[lane] = G_MININT64;
  }
  throttle->poll_due_us = G_MININT64;
  throttle->is_served = TRUE;
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
  g_free (throttle->refused.times_us);
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
    room_us = MAX (room_us, calls_room_at (&throttle->others, throttle->ceiling, now_us));
  /* Not in step with what left the minute: another client may wait for the same opening. */
  if (lane == KZ_LANE_POLL && room_us > now_us)
    room_us += throttle->poll_delay_us;
  at_us = MAX (room_us, throttle->held_until_us[lane]);
  if (lane == KZ_LANE_POLL && throttle->poll_due_us != G_MININT64)
    at_us = MAX (at_us, throttle->poll_due_us - (POLL_BURST - 1) * throttle->poll_spacing_us);

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
  if (lane == KZ_LANE_POLL)
    draw_spacing (throttle, now_us);
  if (lane == KZ_LANE_POLL && throttle->n_first_polls < FIRST_POLLS)
    throttle->n_first_polls++;
  else if (lane == KZ_LANE_POLL)
    throttle->poll_due_us = MAX (throttle->poll_due_us, now_us) + throttle->poll_spacing_us;
  throttle->claim_us[lane] = G_MININT64;
}

/* What the rate has grown to since it was last looked at. */
static void
grow (KzThrottle *throttle, gint64 now_us)
{
  double elapsed_min = (double) (now_us - throttle->grown_us) / WINDOW_US;
  double quiet_min = (double) (now_us - throttle->last_refusal_us) / WINDOW_US;
  double faster = 1.0 + (quiet_min - LONG_QUIET_MIN) / FASTER_EVERY_MIN;
  double few = MIN (1.0, throttle->rate / FEW_HAVE);
  double part = GROWTH_PART + GROWTH_PART_OF_FEW * few * few;
  double growth = GROWTH + part * throttle->rate;

  throttle->grown_us = now_us;
  throttle->rate += growth * elapsed_min * CLAMP (faster, 1.0, FASTEST);
  throttle->rate = MIN (throttle->rate, throttle->ceiling);
}

/* What the client has proved to get: the calls of the last minute that were not refused. It may be there
 * for less than a minute, so what it would have got until the minute was full counts, too. */
static double
proved_rate (const KzThrottle *throttle, gint64 retry_after_us)
{
  double got = (double) throttle->all.length - throttle->refused.length;
  double left = (double) (WINDOW_US - CLAMP (retry_after_us, 0, WINDOW_US)) / WINDOW_US;

  return MAX (got, throttle->rate * left);
}

static void
cut (KzThrottle *throttle, gint64 retry_after_us)
{
  double proved = MIN (throttle->rate, proved_rate (throttle, retry_after_us));

  throttle->rate = MAX ((1.0 - CUT) * proved, MIN (LEAST_POLLS, throttle->ceiling));
}

void
kz_throttle_refused (KzThrottle *throttle, KzLane lane, gint64 retry_after_us, gint64 now_us)
{
  gint64 hold_us = retry_after_us < 0 ? DEFAULT_HOLD_US : MIN (retry_after_us, MAX_HOLD_US);
  gint64 polls_us;

  g_return_if_fail (throttle != NULL);
  g_return_if_fail ((guint) lane < KZ_N_LANES);

  calls_expire (&throttle->refused, now_us);
  calls_add (&throttle->refused, now_us);
  if (!throttle->has_been_refused || now_us >= throttle->last_refusal_us + SAME_REFUSAL_US) {
    if (throttle->has_been_refused)
      grow (throttle, now_us);
    calls_expire (&throttle->all, now_us);
    /* One that comes back and is refused again has taken nothing meanwhile: it is not its rate. */
    if (throttle->is_served)
      cut (throttle, hold_us);
    throttle->is_served = FALSE;
    throttle->last_refusal_us = throttle->grown_us = now_us;
    throttle->has_been_refused = TRUE;
  }
  /* A poll that is told to come back comes when its next one would. */
  draw_spacing (throttle, now_us);
  polls_us = MAX (MAX (hold_us, LEAST_HOLD_US), throttle->poll_spacing_us);
  throttle->held_until_us[lane] = MAX (throttle->held_until_us[lane], now_us + hold_us);
  throttle->held_until_us[KZ_LANE_POLL] =
      MAX (throttle->held_until_us[KZ_LANE_POLL], now_us + polls_us);
  /* And from then on one by one. */
  throttle->n_first_polls = FIRST_POLLS;
  throttle->poll_due_us =
      throttle->held_until_us[KZ_LANE_POLL] + (POLL_BURST - 1) * throttle->poll_spacing_us;
}

void
kz_throttle_quiet (KzThrottle *throttle, gint64 now_us)
{
  g_return_if_fail (throttle != NULL);

  throttle->is_served = TRUE;
  if (throttle->has_been_refused && throttle->rate < throttle->ceiling)
    grow (throttle, now_us);
}

double
kz_throttle_budget (KzThrottle *throttle)
{
  g_return_val_if_fail (throttle != NULL, 0.0);

  return throttle->rate;
}

guint
kz_throttle_left (KzThrottle *throttle, gint64 now_us)
{
  g_return_val_if_fail (throttle != NULL, 0);

  calls_expire (&throttle->all, now_us);
  return throttle->all.length < throttle->limit ? throttle->limit - throttle->all.length : 0;
}
