/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-engine.h"
#include "sandbox.h"

G_BEGIN_DECLS

/* With bench->tells_more, a line of the log: it was killed by the event whose line stands behind it. */
#define BENCH_MIDST "=== midst "

/* One engine against a sandbox in this process, on a clock that moves only when told. What goes up
 * is written down, one line an event. */
typedef struct {
  SbSandbox *sandbox;
  KzClock *clock;
  KzThrottle *throttle;
  KzEngine *engine;
  char *dir;
  char *connector_id;
  char *connector_secret;
  char *phone;
  char *token;          /* what the host has saved; (nullable) */
  gboolean saves_token; /* whether save_token says that it is safe */
  char *webhook_url;    /* (nullable) */
  char *webhook_listen; /* (nullable) */
  char *api_root;       /* (nullable): instead of the sandbox's own */
  char *group_token;    /* (nullable): used instead of the token */
  guint quiet_ms;       /* what is on its way may take so long to move on */
  gint64 limit_us;      /* how far bench_until() moves the clock */
  gint64 ahead_us;      /* the service's clock, which moves by milliseconds */
  GHashTable *hidden;   /* names of rooms that may not show */
  gboolean hides_all;
  GPtrArray *log;       /* (element-type utf8) */
  GPtrArray *states;    /* (element-type utf8) */
  GError *state_error;
  gboolean is_busy;
  const char *stop_at;  /* (nullable): the host signs off, once, at an event with it */
  gint64 stop_after;    /* events after which the host signs off; -1: never */
  gint64 kill_after;    /* events after which the process is killed; 0: never */
  gboolean kills_first; /* before the host has shown the event */
  char *killed_dir;     /* (nullable): it was: the files as they were at that moment */
  gboolean tells_more;  /* as of engine_line() */
} Bench;

/* @switches: (nullable): of the sandbox. */
Bench *bench_new (const char *const *switches);
/* The same with another world; @time_scale: of the delays of webhooks. */
Bench *bench_new_world (const char *scenario, guint32 seed, double time_scale,
                        const char *const *switches);
void bench_free (Bench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

/* A new engine on the same store, started. */
void bench_start (Bench *bench);
/* Signs off, checks that nothing is left, and forgets the engine. */
void bench_stop (Bench *bench);
/* The process is killed: what comes next finds the files as they are at this moment. */
void bench_kill (Bench *bench);
/* The same after bench->kill_after did it, whose log stays; FALSE: it did not. */
gboolean bench_bury (Bench *bench);
/* How many sockets of this process are the engine's; the sandbox has its own here, too. */
guint bench_sockets (Bench *bench);
/* Starts, and goes on until it is online. */
void bench_sign_on (Bench *bench);

/* Turns the loop until nothing happens without the clock. */
void bench_settle (Bench *bench);
/* Lets time pass, everywhere, in steps of at most a second. */
void bench_pass (Bench *bench, gint64 us);
/* Until @done says so; fails the test after bench->limit_us. */
void bench_until (Bench *bench, gboolean (*done) (Bench *bench, gconstpointer data),
                  gconstpointer data);
/* The same, asked in each turn of the loop: what comes of it has not left this machine yet. */
void bench_until_this_turn (Bench *bench, gboolean (*done) (Bench *bench, gconstpointer data),
                            gconstpointer data);
gboolean bench_in_state (Bench *bench, gconstpointer state_name);
/* A line of the log contains it. */
gboolean bench_has (Bench *bench, gconstpointer part);
void bench_until_line (Bench *bench, const char *part);
guint bench_count (Bench *bench, const char *part);
/* (transfer none): the first such line; fails without. */
const char *bench_line (Bench *bench, const char *part);
void bench_clear (Bench *bench);

/* A call of the control interface; ' stands for ". (transfer full): the answer. */
JsonObject *bench_do (Bench *bench, const char *verb, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* The same; the member of the answer. (transfer full) */
char *bench_do_id (Bench *bench, const char *verb, const char *member, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
JsonObject *bench_get (Bench *bench, const char *path);
guint bench_calls (Bench *bench, const char *endpoint);
/* (transfer full) */
char *bench_group (Bench *bench, const char *name);
char *bench_person (Bench *bench, const char *name);
/* The room is in front of the user. */
void bench_open (Bench *bench, const char *name);
guint64 bench_send (Bench *bench, const char *group, const char *text);

G_END_DECLS
