/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-fixture.h"

G_BEGIN_DECLS

/* An engine in a process of its own, against the sandbox in this one: world-process.c. It may be dead at
 * any time, and then answers nothing. */
typedef struct _Child Child;

/* A line of its transcript: from here on it owns the files of the account. */
#define PROCESS_OWNS "=== owns"

typedef struct {
  Bench *bench; /* its sandbox, account and files; its engine is not used */
  const char *token_file;
  const char *transcript;
  guint budget;
  guint die_at; /* 0: it lives */
} ChildOptions;

Child *child_new (const ChildOptions *options);
void child_free (Child *child);
/* Does it, and waits for the answer. FALSE: it died first. */
gboolean child_ask (Child *child, const char *command);
/* TRUE: there was nothing to do, and nobody died of it. */
gboolean child_rest (Child *child);
/* From now on it is killed after so many turns of our loop. */
void child_kill_after (Child *child, guint turns);
/* At once, and waits until it is gone. */
void child_kill (Child *child);
/* Signs off and waits for its end. FALSE: it died first. */
gboolean child_stop (Child *child);

/* Of the last answer. */
gboolean child_is_dead (const Child *child);
gboolean child_has_taken (const Child *child);
gboolean child_is_online (const Child *child);
gboolean child_has_failed (const Child *child);
gboolean child_owns_files (const Child *child);
gboolean child_hears (const Child *child);
/* How many votes and likes arrived. */
guint child_answered (const Child *child);
guint child_timers (const Child *child);

/* (nullable): while it lives. */
const char *child_pid (const Child *child);

G_END_DECLS
