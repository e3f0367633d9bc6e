/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-throttle.h"

G_BEGIN_DECLS

/* Clients that share the limit of one connector without knowing of each other, each with a KzThrottle:
 * all of them would always poll, and their people write now and then. Simulated time, from a seed. */

typedef enum {
  LIMIT_FIXED,   /* 100 calls in each minute of the clock */
  LIMIT_SLIDING, /* 100 calls in any 60 s */
} LimitKind;

typedef struct {
  LimitKind kind;
  guint n_clients;
  guint n_late;  /* of which so many join at some time in the first half */
  double hours;
  guint32 seed;
} LimitWorld;

typedef struct {
  double calls_per_minute; /* that were served */
  double refused;          /* part of the calls */
  double least_share;      /* of a client from its tenth minute on, against its fair one */
  double sends_in_time;    /* part of what people wrote that waited for one Retry-After at most */
  guint n_sends;
} LimitResult;

LimitResult limit_world_run (const LimitWorld *world);

G_END_DECLS
