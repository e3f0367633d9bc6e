/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-world.h"

G_BEGIN_DECLS

#define WORLD_ROOMS 10
/* Lines of a transcript that say what became of the process. Behind them: how much had been said. */
#define WORLD_BEGAN "=== began"
#define WORLD_ONLINE "=== online"
#define WORLD_KILLED "=== killed"
#define WORLD_ENDED "=== ended"
/* What is about to be shown is in the journal already. Behind it, where that is known: what was told last,
 * which is either its line or something in its room. */
#define WORLD_MIDST BENCH_MIDST

typedef enum {
  SAID_TEXT,
  SAID_ACTION,
  SAID_PICTURE,
  SAID_ANSWER, /* a vote, a job that is done, an answer to a survey */
  SAID_LIKE,
  SAID_COMMENT,
  SAID_SEND,       /* by us, here */
  SAID_OTHER_SEND, /* by us, in the other process */
} SaidKind;

/* Something that was said. Its number grows with time, and is in its text. */
typedef struct {
  SaidKind kind;
  guint room;
  guint number;
  guint person;
  guint about;        /* number of what is answered or liked */
  const char *type;   /* (nullable): of an action */
  gint64 second;      /* when, by the service's clock: lists tell no more */
  gboolean is_unsure; /* its process was killed with it: perhaps it was never typed */
  char *id;           /* (nullable): of an action, an answer or a reaction */
} Said;

typedef struct _World World;

struct _World {
  guint32 seed;
  GRand *rand;
  Bench *bench;      /* its log is the transcript of the process that owns the files */
  GPtrArray *others; /* (element-type utf8): that of those beside it */
  GPtrArray *said;   /* (element-type Said) */
  guint kills;
  gboolean rotates;
  gboolean shares_token; /* which rotates: that of each of two processes may kill the other's */
  gboolean dies_at_once; /* and not when the next one is used: then the last one may be lost */
  gboolean reorders;
  gboolean lists_oldest; /* first */
  gboolean is_paused;
  gboolean was_deaf; /* the service turned webhooks off */
  gboolean is_beside; /* at the end a second process stays beside ours */
  guint beside_since; /* what was said then */
  /* Types it; FALSE: nobody is there to. */
  gboolean (*send) (World *world, Said *said, const char *room, const char *text);
  gpointer data;
};

/* --- worlds-people.c --- */

/* A sandbox of ten rooms that behaves as @seed says; ready for somebody to sign on. */
World *world_new (guint32 seed);
void world_free (World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
/* Of 0 to @below - 1. */
guint world_draw (World *world, guint below);
/* Somebody does something. */
void world_happen (World *world);
/* In each room something is said, and posted. */
void world_last_words (World *world);
/* The service does something that it may do at any time. FALSE: it does nothing at the moment. */
gboolean world_shake (World *world);
/* Whether every list of every room has been asked for; that is the first look, and no news. */
gboolean world_was_looked_at (World *world);
/* The service turns all webhooks off, and nobody can look at them or turn them on */
void world_go_deaf (World *world);
/* until now; they stay off until somebody does. Fails the test where any is on. */
void world_end_deafness (World *world);
/* Whether two processes can be there at the end: else the token of the one is dead for the other. */
gboolean world_bears_two (const World *world);
/* A second process signs on, to stay: until then all that we know was written down. */
void world_note_beside (World *world);
/* Signs in anew, since no token is left. (transfer full): the refresh token. */
char *world_sign_in (World *world);
/* No more of that. */
void world_calm (World *world);
/* A line of the transcript that is one of those above. */
void world_mark (const World *world, GPtrArray *log, const char *what);

/* --- worlds-check.c --- */

/* Whether everything that must be shown was, and the service has nothing more to deliver. */
gboolean world_is_complete (World *world);
/* Everything was said once, and in order; fails the test. */
void world_check (World *world);

/* --- worlds-lines.c --- */

/* What a line shows. */
typedef struct {
  const char *line;
  guint at; /* which line it is */
  guint room;
  guint said; /* its number */
  SaidKind kind;
  gboolean is_polled;
  gboolean is_late;
  gboolean is_history;
  gboolean is_doubted;
} Shown;

/* FALSE: nothing that was said in this world. */
gboolean world_read_line (World *world, const char *line, guint at, Shown *shown);
/* FALSE: it is of no room. */
gboolean world_read_room (const char *line, guint *room);
gboolean shown_is (const Shown *shown, const Said *said);

/* What became of the deliveries of one thing. */
typedef struct {
  guint n;
  guint delivered;
  guint retried; /* tried more than once, or given up, or not tried */
  guint waiting; /* the service will try once more */
  guint given_up;
  guint first_sent; /* which of all that were sent the first of them was; 0: none */
} Deliveries;

/* (element-type Deliveries): by number of what was said; the last is of all. */
GArray *world_deliveries (World *world);
/* For whom a seed failed. */
void world_tell_deliveries (World *world, guint of);

G_END_DECLS
