/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-world.h"

G_BEGIN_DECLS

#define ROOMS 10

typedef enum {
  SAID_TEXT,
  SAID_ACTION,
  SAID_PICTURE,
  SAID_SEND, /* by us, here */
} SaidKind;

/* Something that was said; its number is in its text, and grows with time. */
typedef struct {
  SaidKind kind;
  guint room;
  guint number;
  char *action_id; /* (nullable) */
} Said;

typedef struct {
  guint32 seed;
  GRand *rand;
  Bench *bench;
  KzEngine *other; /* (nullable): a second process on the account */
  GPtrArray *said; /* (element-type Said) */
  guint kills;
  gboolean rotates;
  gboolean reorders;
  gboolean is_paused;
  gboolean was_deaf;
} World;

/* Everything was said once, and in order; fails the test. */
void check_world (World *world);

G_END_DECLS
