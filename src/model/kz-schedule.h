/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which unit, a pair of group and kind, is polled next so that expected staleness is least: the
 * share of a unit goes with the square root of its event rate; an open conversation weighs more.
 * Rates are learned from what polls bring and decay. Pure: time is an argument. */
typedef struct _KzSchedule KzSchedule;

/* From this weight on a unit is of an open conversation: it is polled every few seconds whatever its
 * rate, as long as all of these together take no more than a share of the calls. */
#define KZ_SCHEDULE_OPEN_WEIGHT 2.0

KzSchedule *kz_schedule_new (void);
void kz_schedule_free (KzSchedule *schedule);

/* Adds or updates a unit. @weight: 1.0 normal; more for what someone looks at; 0.05 to only
 * reconcile what webhooks push. */
void kz_schedule_set (KzSchedule *schedule, const char *group_id, const char *kind, double weight,
                      gint64 now_us);
void kz_schedule_remove (KzSchedule *schedule, const char *group_id, const char *kind);
void kz_schedule_remove_group (KzSchedule *schedule, const char *group_id);
guint kz_schedule_length (const KzSchedule *schedule);
gboolean kz_schedule_has (const KzSchedule *schedule, const char *group_id, const char *kind);
/* A number that the caller wants to find again with the unit, for as long as that is there; 0 until it
 * is set, and of a unit that is not there. */
void kz_schedule_set_tag (KzSchedule *schedule, const char *group_id, const char *kind, guint64 tag);
guint64 kz_schedule_tag (const KzSchedule *schedule, const char *group_id, const char *kind);

/* The unit most worth a call now, not in flight; FALSE when none is worth one yet (each was polled
 * moments ago, or is in flight): then *@wait_us, at most a minute, says when to ask again.
 * @calls_per_minute: what polls may use; that they get less at times is measured and allowed for.
 * (transfer none) out strings, valid until the schedule changes. Marks it in flight. */
gboolean kz_schedule_next (KzSchedule *schedule, gint64 now_us, double calls_per_minute,
                           const char **group_id, const char **kind, gint64 *wait_us);
/* A poll ended: @events new items were found; -1: it failed, the unit is due again soon, and later
 * with each failure in a row. Each kz_schedule_next () that gave a unit wants exactly one of these;
 * without it the unit stays in flight for ever. Does nothing for a unit that was removed meanwhile. */
void kz_schedule_done (KzSchedule *schedule, const char *group_id, const char *kind, int events,
                       gint64 now_us);

/* Learned rates (events per second), to be stored and given back after a restart; they may be given
 * back before their units are set. Rates that cannot be are ignored. */
void kz_schedule_foreach_rate (const KzSchedule *schedule,
                               void (*func) (const char *group_id, const char *kind, double rate,
                                             gpointer data),
                               gpointer data);
void kz_schedule_set_rate (KzSchedule *schedule, const char *group_id, const char *kind,
                           double rate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzSchedule, kz_schedule_free)

G_END_DECLS
