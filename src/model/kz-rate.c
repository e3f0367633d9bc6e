/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-rate.h"

#include <math.h>

/* For how long a count is remembered, in seconds. */
#define SLOW_MEMORY_S (24.0 * 3600.0)
#define FAST_MEMORY_S 180.0
/* How many events the guess is worth to the long memory: little, because groups differ by orders of
 * magnitude. */
#define SLOW_SHAPE 0.4
/* For how much time the long memory counts in the short one: little too, so that a few events in a
 * group that was quiet for weeks are not doubted. */
#define FAST_PRIOR_S 60.0
/* What is believed of the two before anything was seen, and how soon one comes back to it: a unit
 * that was steady for a month may burst now. */
#define FAST_ODDS 0.3
#define FORGET_ODDS_S 3600.0
/* However wrong one of them was for long, it takes not long to prove it right. */
#define MAX_ODDS 100.0
/* More events than one page can bring tell nothing more. */
#define MAX_EVENTS 1000

/* A rate that is Gamma distributed: so many events in so much time. */
typedef struct {
  double shape;
  double time_s;
} Belief;

/* The logarithm of the probability of so many events, a negative binomial. */
static double
log_likelihood (const Belief *belief, double elapsed_s, guint events)
{
  double p = elapsed_s / (belief->time_s + elapsed_s);
  double sum = belief->shape * log1p (-p) + events * log (p);

  for (guint k = 0; k < events; k++)
    sum += log ((belief->shape + k) / (k + 1.0));
  return sum;
}

/* Forgets and adds. @share of the time is this memory's to learn from: what the short one explains
 * better, a burst, says little about how the unit is in the long run. Events are taken to be spread
 * evenly over the time since the last look, so that of a long time only the share that is still
 * remembered counts. */
static void
discount (float *sum_events,
          float *sum_s,
          double memory_s,
          double share,
          double elapsed_s,
          guint events)
{
  double kept = exp (-share * elapsed_s / memory_s);
  double counted_s = memory_s * (1.0 - kept);

  *sum_events = (float) (*sum_events * kept + events * counted_s / elapsed_s);
  *sum_s = (float) (*sum_s * kept + counted_s);
}

static Belief
slow_belief (const KzRate *rate, double guess)
{
  return (Belief){SLOW_SHAPE + rate->slow_events, SLOW_SHAPE / guess + rate->slow_s};
}

static Belief
fast_belief (const KzRate *rate, const Belief *slow)
{
  return (Belief){FAST_PRIOR_S * slow->shape / slow->time_s + rate->fast_events,
                  FAST_PRIOR_S + rate->fast_s};
}

void
kz_rate_observe (KzRate *rate, double guess, double elapsed_s, guint events)
{
  Belief slow, fast;
  double odds, kept;

  g_return_if_fail (rate != NULL);
  g_return_if_fail (guess > 0.0);

  elapsed_s = MAX (elapsed_s, 0.1);
  events = MIN (events, MAX_EVENTS);
  slow = slow_belief (rate, guess);
  fast = fast_belief (rate, &slow);

  odds = rate->fast_odds > 0.0 ? rate->fast_odds : FAST_ODDS;
  odds *=
      exp (log_likelihood (&fast, elapsed_s, events) - log_likelihood (&slow, elapsed_s, events));
  odds = CLAMP (odds, 1.0 / MAX_ODDS, MAX_ODDS);
  kept = exp (-elapsed_s / FORGET_ODDS_S);
  rate->fast_odds = (float) (pow (odds, kept) * pow (FAST_ODDS, 1.0 - kept));

  discount (&rate->slow_events, &rate->slow_s, SLOW_MEMORY_S,
            1.0 / (1.0 + (double) rate->fast_odds), elapsed_s, events);
  discount (&rate->fast_events, &rate->fast_s, FAST_MEMORY_S, 1.0, elapsed_s, events);
}

double
kz_rate_now (const KzRate *rate, double guess)
{
  Belief slow, fast;
  double odds;

  g_return_val_if_fail (rate != NULL, 0.0);
  g_return_val_if_fail (guess > 0.0, 0.0);

  slow = slow_belief (rate, guess);
  fast = fast_belief (rate, &slow);
  odds = rate->fast_odds > 0.0 ? rate->fast_odds : FAST_ODDS;
  return (odds * fast.shape / fast.time_s + slow.shape / slow.time_s) / (odds + 1.0);
}

double
kz_rate_long_run (const KzRate *rate, double guess)
{
  Belief slow;

  g_return_val_if_fail (rate != NULL, 0.0);
  g_return_val_if_fail (guess > 0.0, 0.0);

  slow = slow_belief (rate, guess);
  return slow.shape / slow.time_s;
}

void
kz_rate_restore (KzRate *rate, double events_per_s)
{
  g_return_if_fail (rate != NULL);
  g_return_if_fail (events_per_s >= 0.0 && events_per_s <= KZ_RATE_MAX);

  *rate = (KzRate){0};
  rate->slow_s = (float) KZ_RATE_RESTORED_S;
  rate->slow_events = (float) (events_per_s * KZ_RATE_RESTORED_S);
}
