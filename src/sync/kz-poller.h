/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-api.h"
#include "kz-store.h"

G_BEGIN_DECLS

/* Spends the call budget on what must be polled: lists of actions, details of open polls,
 * reactions. Knows units, pages and marks; what is new is for its owner to say. */
#define KZ_TYPE_POLLER (kz_poller_get_type ())
G_DECLARE_FINAL_TYPE (KzPoller, kz_poller, KZ, POLLER, GObject)

typedef void (*KzPollerShown) (guint n, guint news, gboolean is_over, gpointer data);

/**
 * KzPollerFuncs:
 * @actions: (element-type KzAction): what one unit brought, sorted by server time. Items older than
 *   @floor_us were shown or seeded before. Calls @shown, now or later, whenever the first @n of them
 *   were worked off and @news of these were new; then the mark is committed. The last time, and only
 *   then, @is_over. After kz_poller_stop() that only lets go.
 * @waits: whether lines of that group are still being shown, so that what else shows some has to
 *   wait: then @callback is called again after them, with the same
 * @seed: the first pass over a group is complete: everything becomes seen, the latest @n_history
 *   are shown
 * @tally: details of one action: who answered, and what it is. Returns whether something had changed.
 * @no_details: they could not be got; not to be asked again when @is_final. Returns whether those
 *   that were wanted once are not needed any more.
 * @wants_reactions: whether the count of this kind has grown, so that who it was is worth calls.
 *   @is_first: in the first pass over a group only what came while we watched is news
 * @seeks_action: whether the action of @reference_id, which got reactions that are news, is unknown,
 *   or only its texts are, and worth the calls of looking for it in lists
 * @found_action: a list has it
 * @reactions: (element-type KzReaction): who it was; empty when nobody tells. Returns how many
 *   were new.
 * @reactions_done: the counts of @summary are known from now on
 * @listing_since_us: server time from which the list of this kind is still of interest, because
 *   open actions in it may change; 0: none
 * @result: every answer or failure, for those who watch the connection. @error: (nullable)
 * @denied: 403 or 404 for everything of this group
 */
typedef struct {
  void (*actions) (const char *group_id, GPtrArray *actions, gint64 floor_us,
                   KzPollerShown shown, gpointer shown_data, gpointer data);
  gboolean (*waits) (const char *group_id, GAsyncReadyCallback callback, GObject *source,
                     GAsyncResult *result, gpointer callback_data, gpointer data);
  void (*seed) (const char *group_id, GPtrArray *actions, guint n_history, gpointer data);
  gboolean (*tally) (const char *group_id, const char *action_id, KzTally *tally,
                     const KzAction *details, gpointer data);
  gboolean (*no_details) (const char *group_id, const char *action_id, gboolean is_final,
                          gpointer data);
  guint (*reactions) (const char *group_id, const KzReactionSummary *summary, KzReactionKind kind,
                      GPtrArray *reactions, gpointer data);
  gboolean (*wants_reactions) (const char *group_id, const KzReactionSummary *summary,
                               KzReactionKind kind, gboolean is_first, gpointer data);
  gboolean (*seeks_action) (const char *group_id, const char *reference_id, gpointer data);
  void (*found_action) (const char *group_id, KzAction *action, gpointer data);
  void (*reactions_done) (const char *group_id, const KzReactionSummary *summary, gpointer data);
  gint64 (*listing_since_us) (const char *group_id, KzActionKind kind, gpointer data);
  void (*result) (const GError *error, gpointer data);
  void (*denied) (const char *group_id, gpointer data);
} KzPollerFuncs;

KzPoller *kz_poller_new (KzHttp *http, KzStore *store, KzClock *clock, const KzPollerFuncs *funcs,
                         gpointer data);
/* No request, timer or call of @funcs after it. */
void kz_poller_stop (KzPoller *self);
/* While nothing answers there is no use in asking. */
void kz_poller_pause (KzPoller *self);
void kz_poller_resume (KzPoller *self);

/* @packages: (nullable): ids of custom packages to list in every group */
void kz_poller_set_packages (KzPoller *self, const char *const *packages);
void kz_poller_add_package (KzPoller *self, const char *group_id, const char *package_id);
void kz_poller_add_group (KzPoller *self, const char *group_id);
void kz_poller_remove_group (KzPoller *self, const char *group_id);
void kz_poller_set_open (KzPoller *self, const char *group_id, gboolean is_open);
/* A webhook brings what happens there: lists are read only to reconcile. */
void kz_poller_set_pushed (KzPoller *self, const char *group_id, gboolean is_pushed);
/* Somebody looks at it now. */
void kz_poller_touch (KzPoller *self, const char *group_id);
/* Reads the details of an open action regularly, until unwatched or 404. */
void kz_poller_watch (KzPoller *self, const char *group_id, const char *action_id);
void kz_poller_unwatch (KzPoller *self, const char *group_id, const char *action_id);
/* Reads them once, soon. FALSE: they cannot be got. */
gboolean kz_poller_want_details (KzPoller *self, const char *group_id, const char *action_id);
/* It was answered: its details that are on their way may be older than that, and are left. */
void kz_poller_outdate_details (KzPoller *self, const char *action_id);
gint64 kz_poller_last_us (KzPoller *self); /* wall clock of the last poll that was answered */
/* Learned rates, into the store. */
void kz_poller_save_rates (KzPoller *self);

G_END_DECLS
