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
 * KzSeeding:
 * @kinds: that were not seen yet -> failures
 * @found: (element-type KzAction)
 * @marks: kind -> server time
 *
 * The first pass over a group.
 */
typedef struct {
  GHashTable *kinds;
  GPtrArray *found;
  GHashTable *marks;
  guint n_history;
} KzSeeding;

void kz_seeding_free (KzSeeding *seeding);

/**
 * KzPollGroup:
 * @denied: (nullable): kinds that this group does not list
 * @packages: (nullable) (element-type utf8): units of packages that it has, or had until they were denied
 * @seeding: (nullable): until all were seen
 * @watched: (nullable): action id -> once?
 *
 * Its units are those of the schedule, whose tags are hashes of the last list that was one page and was
 * worked off.
 */
typedef struct {
  char *group_id; /* GRefString */
  gboolean is_open;
  gboolean is_pushed;
  guint refusals;
  GHashTable *denied;
  GPtrArray *packages;
  KzSeeding *seeding;
  GHashTable *watched;
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
  GPtrArray *details; /* of kz-poller-details.c, unowned: on their way */
  gboolean is_paused;
  gboolean is_stopped;
  gboolean has_tried_ms;
  gboolean lists_oldest_first; /* so did the last list of more than one second */
  gboolean sends_ms; /* the service reads the dates of lists in milliseconds */
  gint64 last_us;
};

KzPollGroup *kz_poller_group (KzPoller *self, const char *group_id); /* (nullable) */
/* Of what is polled of a group, but details: calls @func for each. */
void kz_poller_foreach_kind (KzPoller *self, KzPollGroup *group,
                             void (*func) (KzPoller *self, KzPollGroup *group, const char *unit,
                                           gpointer data),
                             gpointer data);
/* The schedule learns what that unit is worth now. */
void kz_poller_set_unit (KzPoller *self, KzPollGroup *group, const char *unit);
/* There may be something to poll. */
void kz_poller_soon (KzPoller *self);
gboolean kz_poll_group_denies (const KzPollGroup *group, const char *unit);
void kz_poll_group_deny (KzPollGroup *group, const char *unit);
/* *@once: the details are wanted once. */
gboolean kz_poll_group_watches (const KzPollGroup *group, const char *action_id, gboolean *once);
/* One unit was polled; @events as for kz_schedule_done(); @error: (nullable). Goes on. */
void kz_poller_done (KzPoller *self, const char *group_id, const char *unit, int events,
                     const GError *error);

/* For callbacks that show something, first of all: TRUE: not now, see KzPollerFuncs. */
gboolean kz_poller_waits (KzPoller *self, const char *group_id, GAsyncReadyCallback callback,
                          GObject *source, GAsyncResult *result, gpointer data);

/* kz-poller-details.c */
void kz_poller_start_details (KzPoller *self, const char *group_id, const char *unit);
/* kz-poller-page.c: the list of one kind. */
void kz_poller_start_list (KzPoller *self, KzPollGroup *group, const char *unit);
void kz_poller_begin_seeding (KzPoller *self, KzPollGroup *group, const char *unit);
void kz_poller_seeding_failed (KzPoller *self, KzPollGroup *group, const char *unit,
                               gboolean for_good);
/* kz-poller-reactions.c */
void kz_poller_start_reactions (KzPoller *self, KzPollGroup *group);

G_END_DECLS
