/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-schedule.h"

#include "kz-rate.h"

G_BEGIN_DECLS

/* Only for kz-schedule*.c. */

/* What is known of all units of a kind: the guess for those that are new. Goes with the last of them: an
 * action whose details are asked for is a kind of its own. */
typedef struct {
  char *kind;
  guint n_units;
  double events;
  double seen_s;
} KzPool;

/* An account of a thousand groups has nine thousand: so the fields are as short as they can be, and when it
 * is due, which the heap is ordered by, is kz_unit_due_us().
 *
 * @interval_s, @last_us, @hold_us, @failures, @is_polled: change only while it is in no heap, or are followed
 *   by kz_unit_heap_rebuild()
 * @hold_us: after a failure: not before then; of those that were never polled: its place in their line
 * @tag: the caller's, see kz_schedule_set_tag() */
typedef struct {
  char *group_id; /* (owned) GRefString */
  KzPool *pool;   /* (unowned) lives in the schedule; has the kind */
  gint64 last_us; /* of the last poll that succeeded, or when it was added */
  gint64 hold_us;
  guint64 tag;
  KzRate rate;
  float weight;
  float interval_s;
  guint heap_place : 24; /* from 1; 0: in flight */
  guint failures : 5;
  guint is_polled : 1;
  guint is_open : 1;
} KzUnit;

typedef struct {
  GPtrArray *units; /* (element-type KzUnit) (unowned) */
} KzUnitHeap;

struct _KzSchedule {
  GHashTable *units;      /* (owned) KzUnit -> itself */
  GHashTable *pools;      /* (owned) kind, the one of the pool -> KzPool */
  GHashTable *remembered; /* (owned) KzUnit -> itself: rates given back before their unit was added */
  KzPool everything;
  KzUnitHeap open;
  KzUnitHeap rest;
  guint n_open;
  guint n_unpolled;

  /* The plan. */
  double calls_per_s;    /* that it was made for */
  double theta;
  double open_theta;     /* 0: every open unit has OPEN_INTERVAL_S */
  double max_interval_s;
  double planned_load;   /* calls per second that it asked for when it was made */
  double load;           /* and asks for now */
  guint polls_since_plan;
  guint changes_since_plan;
  gboolean open_changed;

  /* What polls really get. */
  double real_calls_per_s;
  double asked_calls_per_s;
  gint64 measure_since_us; /* -1: not begun */
  guint measure_calls;
  gboolean measure_was_idle;
};

/* ---- kz-schedule-heap.c: the units that are not in flight, by due time ---- */

/* Monotonic µs: the end of its interval; after a failure not before its hold, and, while it was never
 * polled, not after it. */
gint64 kz_unit_due_us (const KzUnit *unit);
void kz_unit_heap_init (KzUnitHeap *heap);
void kz_unit_heap_add (KzUnitHeap *heap, KzUnit *unit);
void kz_unit_heap_remove (KzUnitHeap *heap, KzUnit *unit);
void kz_unit_heap_rebuild (KzUnitHeap *heap); /* after due times were changed at will */
KzUnit *kz_unit_heap_top (const KzUnitHeap *heap); /* (nullable): due first */

/* ---- kz-schedule-plan.c: how often ---- */

KzUnitHeap *kz_schedule_heap_of (KzSchedule *schedule, const KzUnit *unit);
/* Events per second to be expected of a unit of which nothing is known but its kind. */
double kz_schedule_guess_of (const KzSchedule *schedule, const KzPool *pool);
double kz_schedule_min_interval_s (const KzUnit *unit);
/* The interval of the unit under the plan as it is. */
double kz_schedule_interval_of (const KzSchedule *schedule, const KzUnit *unit);
/* How many of the @asked calls a second polls really get. */
double kz_schedule_measure (KzSchedule *schedule, double asked, gint64 now_us);
gboolean kz_schedule_needs_plan (const KzSchedule *schedule, double calls_per_s);
void kz_schedule_make_plan (KzSchedule *schedule, double calls_per_s);

G_END_DECLS
