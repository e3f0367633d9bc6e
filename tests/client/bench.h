/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-http.h"
#include "wire.h"

G_BEGIN_DECLS

/* A KzHttp on a clock that stands still, with an auth that gives out "token-1", "token-2", ... */
typedef struct {
  KzClock *clock;
  KzThrottle *throttle;
  KzHttp *http;
  Wire *wire;     /* (nullable) (unowned): whose stalls the clock ends */
  char *endpoint; /* (nullable) */
  guint token;    /* 0: none yet */
  guint renewals;
  guint refusals;        /* renewals because the token was refused */
  GError *renewal_error; /* (nullable): what renewing fails with */
  GPtrArray *moved;      /* (element-type utf8): bases that a 308 led to */
  guint busy_changes;
  gboolean is_busy;
} Bench;

Bench *bench_new (const char *endpoint);
/* With room for only so many calls a minute. */
Bench *bench_new_narrow (const char *endpoint, guint calls_per_minute);
/* (transfer full): of a second account of the same connector: with its clock, throttle and token. */
KzHttp *bench_neighbour (Bench *bench);
/* Also asserts that nothing of it is left. */
void bench_free (Bench *bench);

/* The fate of one request. */
typedef struct {
  gboolean done;
  KzReply *reply;
  GError *error;
} Fate;

Fate *fate_new (void);
void fate_free (Fate *fate);
void fate_cb (GObject *source, GAsyncResult *result, gpointer fate);

/* The fate of one call of the API. */
typedef struct {
  gboolean done;
  GAsyncResult *result;
} Got;

void got_cb (GObject *source, GAsyncResult *result, gpointer got);
/* For the next call. */
void got_clear (Got *got);

KzRequest *bench_request (const char *method, KzLane lane);
void bench_send (Bench *bench, KzRequest *request, GCancellable *cancellable, Fate *fate);
/* Runs the loop until @done; when only time can bring anything, time passes. */
void bench_drive (Bench *bench, const gboolean *done);
/* Runs the loop as long as there is something to do without time passing. */
void bench_settle (Bench *bench);
/* Sends and drives; (transfer full). */
Fate *bench_ask (Bench *bench, KzRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fate, fate_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Got, got_clear)

G_END_DECLS
