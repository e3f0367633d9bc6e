/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-schedule.h"

G_BEGIN_DECLS

/* A world of units in which events happen, and a poller that has 80 calls a minute and answers that
 * take 300 ms; all of it on simulated time, from a seed. */

#define S ((gint64) G_USEC_PER_SEC)
#define CALLS_PER_MINUTE 80.0

typedef struct {
  double rate; /* events a second in the long run */
  double next_event_s;
  double burst_end_s; /* of the burst that is on */
  double last_poll_s; /* < 0: none yet */
  double longest_s;   /* between two polls, after the warm-up */
} Source;

typedef struct {
  KzSchedule *schedule; /* (nullable): NULL polls in turn */
  GRand *random;
  Source *sources;
  guint n_sources;
  guint n_open; /* the first so many are open */
  gboolean is_bursty;
  guint n_pushed_of; /* n > 0: of each n sources only the first is not pushed, but seen by polls alone */
  double warm_s; /* nothing before counts */
  guint next_in_turn;

  GArray *staleness; /* (element-type double) of units that are not open */
  GArray *open_staleness;
  guint n_polls;
  double sum_root, sum_rate;
} World;

/* A warm-up of an hour, and no event until a rate is set. */
void world_init (World *world, guint n_sources, guint32 seed);
void world_clear (World *world);
void world_set_rate (World *world, guint i, double rate);
/* The rates of a Zipf law with exponent 1, in an order that tells nothing. */
void world_set_zipf (World *world, double events_per_hour);
/* The schedule learns of all units. */
void world_add_units (World *world, double now_s);
/* Likewise, groups of @n_kinds units; all but the first of each with @weight. */
void world_add_units_weighted (World *world, guint n_kinds, double weight);
/* Polls and lets events happen. */
void world_run (World *world, double from_s, double hours);
/* The longest time between two polls of a unit that is not open. */
double world_longest_s (const World *world);

G_END_DECLS
