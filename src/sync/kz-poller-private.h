/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-poller.h"
#include "kz-schedule.h"

G_BEGIN_DECLS

#define KZ_UNIT_REACTIONS "reactions"
#define KZ_UNIT_DETAILS "d:"
#define KZ_UNIT_PACKAGE "p:"
/* Clocks of servers differ, and an item may become visible late. */
#define KZ_POLL_OVERLAP_US (10 * 60 * G_USEC_PER_SEC)

/**
 * KzPollGroup:
 * @denied: kinds that this group does not list
 * @hashes: unit -> of the last list that was one page and was worked off
 * @seeding: (nullable): kinds that the first pass has not seen yet -> failures
 * @seeds: (element-type KzAction): what the first pass has found
 * @seed_marks: kind -> server time
 */
typedef struct {
  char *group_id;
  gboolean is_open;
  gboolean is_pushed;
  guint refusals;
  GHashTable *kinds;
  GHashTable *denied;
  GHashTable *hashes;
  GHashTable *seeding;
  GPtrArray *seeds;
  GHashTable *seed_marks;
  guint n_history;
  GHashTable *watched; /* action id -> once? */
} KzPollGroup;

struct _KzPoller {
  GObject parent_instance;

  KzHttp *http;
  KzStore *store;
  KzClock *clock;
  KzPollerFuncs funcs;
  gpointer data;
  GCancellable *cancellable;
  KzSchedule *schedule;
  GHashTable *groups; /* (element-type utf8 KzPollGroup) */
  GStrv packages;
  char *front; /* (nullable): the group somebody looks at */
  guint in_flight;
  guint n_outdated; /* how often details on their way were outdated */
  gboolean is_paused;
  gboolean is_stopped;
  gboolean has_tried_ms;
  gboolean lists_oldest_first; /* so did the last list of more than one second */
  gboolean sends_ms; /* the service reads the dates of lists in milliseconds */
  gint64 last_us;
};

KzPollGroup *kz_poller_group (KzPoller *self, const char *group_id); /* (nullable) */
/* One unit was polled; @events as for kz_schedule_done(); @error: (nullable). Goes on. */
void kz_poller_done (KzPoller *self, const char *group_id, const char *unit, int events,
                     const GError *error);

/* For callbacks that show something, first of all: TRUE: not now, see KzPollerFuncs. */
gboolean kz_poller_waits (KzPoller *self, const char *group_id, GAsyncReadyCallback callback,
                          GObject *source, GAsyncResult *result, gpointer data);

/* kz-poller-page.c: the list of one kind. */
void kz_poller_start_list (KzPoller *self, KzPollGroup *group, const char *unit);
void kz_poller_begin_seeding (KzPoller *self, KzPollGroup *group, const char *unit);
void kz_poller_seeding_failed (KzPoller *self, KzPollGroup *group, const char *unit,
                               gboolean for_good);
/* kz-poller-reactions.c */
void kz_poller_start_reactions (KzPoller *self, KzPollGroup *group);

G_END_DECLS
