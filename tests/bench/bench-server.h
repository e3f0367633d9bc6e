/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server that gives answers that were written before, in the process of the client and without
 * being counted: what is counted is the client alone. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BenchServer BenchServer;

/* What a request that is waited for does to the counting. */
typedef enum {
  BENCH_NOTHING,
  BENCH_START_AT_ANSWER, /* counting starts when its answer is on the wire */
  BENCH_END_AT_REQUEST,  /* counting ends when all of it has arrived */
} BenchMark;

BenchServer *bench_server_new (void);
const char *bench_server_url (BenchServer *server);
/* Answers requests that begin with @request, "GET /v1/groups", and contain @part (nullable); the
 * latest that fits counts. "########" in @body is another number in each answer. */
void bench_server_answer (
    BenchServer *server, const char *request, const char *part, guint status, const char *body);
/* From now on each answer ends its connection. Before the first answer is written. */
void bench_server_end_connections (BenchServer *server);
/* The next request that begins so and contains @part (nullable). */
void bench_server_mark (BenchServer *server, const char *request, const char *part, BenchMark mark);
/* It has come. */
gboolean bench_server_was_marked (BenchServer *server);
guint bench_server_requests (BenchServer *server);
/* (nullable): the body of the last POST of a webhook. */
const char *bench_server_last_webhook (BenchServer *server);

G_END_DECLS
