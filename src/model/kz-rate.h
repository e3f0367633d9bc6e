/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How fast things happen in one unit, as learned from counts: two discounted Gamma-Poisson
 * estimators, one that remembers a day and one that remembers minutes, mixed by how well each
 * foretold what came. In a steady unit the long memory wins, in a burst the short one.
 *
 * Both begin at @guess, what is known of such units at large. Events are per second. All zero is
 * the state in which nothing was seen yet. */
typedef struct {
  float slow_events;
  float slow_s;
  float fast_events;
  float fast_s;
  float fast_odds; /* of the short memory against the long one; 0: nothing was learned yet */
} KzRate; /* single precision: an account has thousands of them */

/* The time of observation that a stored rate counts for, in seconds. */
#define KZ_RATE_RESTORED_S (4.0 * 3600.0)
/* No unit is that busy: a stored rate above is none of ours. */
#define KZ_RATE_MAX 1000.0

/* @events new ones were found in the @elapsed_s seconds since the last look. */
void kz_rate_observe (KzRate *rate, double guess, double elapsed_s, guint events);
/* Events per second that are to be expected from now on. */
double kz_rate_now (const KzRate *rate, double guess);
/* Events per second in the long run, to be stored. */
double kz_rate_long_run (const KzRate *rate, double guess);
/* Begins with a rate that was stored. */
void kz_rate_restore (KzRate *rate, double events_per_s);

G_END_DECLS
