/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-world.h"
#include "fault-rows.h"

G_BEGIN_DECLS

#define FAULT_LASTING_US (15 * G_TIME_SPAN_MINUTE)

/* One kind of call with one kind of fault. */
typedef struct {
  const FaultRow *row;
  FaultCall call;
  gboolean is_lasting;
  Bench *bench;
  Proxy *proxy;
  guint number; /* of what is written in this cell */
  guint from;   /* the session's first state since it went wrong */
  gint64 began_us;
  guint due;    /* how often something must have gone wrong by the time that it is healed */
  guint own;     /* how often the call itself was on its way when the proxy met something */
  GArray *tries; /* (element-type gint64): when the proxy met something */
} Cell;

/* Behind a proxy, not signed on yet. */
void cell_up (Cell *cell);
/* With what is asserted of every cell. */
void cell_down (Cell *cell);
/* It is not one call that it meets, but every one: the machine, or its name. */
gboolean cell_is_of_host (const Cell *cell);
/* For bench_until_this_turn(): the engine has made the call under test, which has not set out yet. */
gboolean cell_is_due (Bench *bench, gconstpointer cell);
/* Until the next call has to get a new token first. */
void cell_let_token_age (Cell *cell);
/* From now on. */
void cell_go_wrong (Cell *cell);
/* Until it is over: a moment, or a quarter of an hour. */
void cell_endure (Cell *cell);
/* It was met, and is over. */
void cell_heal (Cell *cell);
/* For bench_until(): the sign-on has ended in one way or the other. */
gboolean bench_has_settled (Bench *bench, gconstpointer data);
/* Whoever has to take up what has ended does. */
void cell_be_online (Cell *cell);
/* The word of an error. */
const char *cell_error_word (const GError *error);
/* How the session went since then. */
const char *cell_session_word (const Cell *cell);
/* The person was told of each wait and each refused webhook that the row has, and that we connect anew
 * whenever nothing answered; and of nothing else. */
void cell_assert_told (const Cell *cell, const char *word);
/* As the state of the account says it of the group with that name, and of no other one. */
const char *cell_hook_word (const Cell *cell, const char *group);
/* When the state of the account says that a list was answered. */
gint64 cell_last_look (const Cell *cell);

G_END_DECLS
