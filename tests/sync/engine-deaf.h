/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-world.h"

G_BEGIN_DECLS

/* Answers of which the test says when each is delivered. */

/* For bench_fault(): the details of actions cannot be had. */
#define OF_DETAILS "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"
#define NO_DETAILS OF_DETAILS "'action':{'status':503}}"

/* A webhook's, waiting or not. */
typedef struct {
  char *webhook_id;
  char *body;
} Delivery;

/* Ready, with the team's room open; what is posted and answered from now on, nobody tells us. */
Bench *new_deaf_bench (void);
void vote_for (Bench *bench, const char *poll, const char *who, const char *choice);
/* For soup. */
void vote (Bench *bench, const char *poll, const char *who);
void complete (Bench *bench, const char *job, const char *who);
void reopen (Bench *bench, const char *job, const char *who);
/* From here, on "Lunch?". */
void vote_ourselves (Bench *bench, guint choice);
/* Of webhooks that are switched off the service does not even keep what happens. */
void set_hooks_active (Bench *bench, gboolean active);
/* (transfer full) (element-type Delivery): those that have both parts. */
GPtrArray *deliveries_with (Bench *bench, const char *part, const char *other);
/* What waits for the team and has both parts comes now, and nothing else does. */
void deliver (Bench *bench, const char *part, const char *other);
void deliver_answer_of (Bench *bench, const char *name);
/* Lines in the team's room that tell of one by @name. */
guint answers_of (Bench *bench, const char *name);
/* At most a day; then it was told once. */
void until_told (Bench *bench, const char *line);

G_END_DECLS
