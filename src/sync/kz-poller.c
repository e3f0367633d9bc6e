/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-poller.h"

#include "kz-error.h"
#include "kz-limits.h"
#include "kz-poller-private.h"

#include <string.h>

/* Weights for the schedule, see kz_schedule_set(). */
#define WEIGHT_FRONT 8.0
#define WEIGHT_OPEN 4.0
#define WEIGHT_UNSEEDED 2.0
#define WEIGHT_NORMAL 1.0
#define WEIGHT_QUIET 0.3
#define WEIGHT_RECONCILE 0.05
#define MIN_WAIT_US (100 * 1000)
#define MAX_WATCHED 50

G_DEFINE_FINAL_TYPE (KzPoller, kz_poller, G_TYPE_OBJECT)

static void tick_cb (gpointer data);

static void
poll_group_free (gpointer data)
{
  KzPollGroup *group = data;

  g_free (group->group_id);
  g_hash_table_unref (group->kinds);
  g_hash_table_unref (group->denied);
  g_hash_table_unref (group->hashes);
  g_clear_pointer (&group->seeding, g_hash_table_unref);
  g_ptr_array_unref (group->seeds);
  g_hash_table_unref (group->seed_marks);
  g_hash_table_unref (group->watched);
  g_free (group);
}

static void
kz_poller_init (KzPoller *self)
{
  self->cancellable = g_cancellable_new ();
  self->schedule = kz_schedule_new ();
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, poll_group_free);
}

static void
kz_poller_dispose (GObject *object)
{
  KzPoller *self = KZ_POLLER (object);

  kz_poller_stop (self);
  g_clear_object (&self->http);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (kz_poller_parent_class)->dispose (object);
}

static void
kz_poller_finalize (GObject *object)
{
  KzPoller *self = KZ_POLLER (object);

  g_object_unref (self->cancellable);
  kz_schedule_free (self->schedule);
  g_hash_table_unref (self->groups);
  g_strfreev (self->packages);
  g_free (self->front);
  G_OBJECT_CLASS (kz_poller_parent_class)->finalize (object);
}

static void
kz_poller_class_init (KzPollerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kz_poller_dispose;
  G_OBJECT_CLASS (klass)->finalize = kz_poller_finalize;
}

KzPoller *
kz_poller_new (
    KzHttp *http, KzStore *store, KzClock *clock, const KzPollerFuncs *funcs, gpointer data)
{
  KzPoller *self = g_object_new (KZ_TYPE_POLLER, NULL);

  self->http = g_object_ref (http);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->funcs = *funcs;
  self->data = data;
  return self;
}

void
kz_poller_stop (KzPoller *self)
{
  if (self->is_stopped)
    return;
  self->is_stopped = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL)
    kz_clock_cancel_all (self->clock, self);
}

KzPollGroup *
kz_poller_group (KzPoller *self, const char *group_id)
{
  return g_hash_table_lookup (self->groups, group_id);
}

gint64
kz_poller_last_us (KzPoller *self)
{
  return self->last_us;
}

/* --- What to poll, and how often --- */

static double
weight_of (KzPoller *self, const KzPollGroup *group, const char *unit)
{
  const KzGroupState *state = kz_store_group (self->store, group->group_id);
  gboolean is_front = g_strcmp0 (self->front, group->group_id) == 0;
  double attention = is_front ? WEIGHT_FRONT : group->is_open ? WEIGHT_OPEN : WEIGHT_NORMAL;

  if (g_str_equal (unit, KZ_UNIT_REACTIONS))
    return group->is_open || is_front ? attention : WEIGHT_QUIET;
  if (g_str_has_prefix (unit, KZ_UNIT_DETAILS)) {
    gboolean once =
        GPOINTER_TO_INT (g_hash_table_lookup (group->watched, unit + strlen (KZ_UNIT_DETAILS)));

    if (once)
      return WEIGHT_FRONT;
    return group->is_open ? attention : WEIGHT_QUIET;
  }
  if (!kz_cursor_is_seeded (state->cursor, unit))
    return MAX (attention, WEIGHT_UNSEEDED);
  return group->is_pushed ? WEIGHT_RECONCILE : attention;
}

static void
set_unit (KzPoller *self, KzPollGroup *group, const char *unit)
{
  kz_schedule_set (self->schedule, group->group_id, unit, weight_of (self, group, unit),
                   kz_clock_monotonic_us (self->clock));
}

static void
set_units (KzPoller *self, KzPollGroup *group)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, group->kinds);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    set_unit (self, group, key);
  g_hash_table_iter_init (&iter, group->watched);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    g_autofree char *unit = g_strconcat (KZ_UNIT_DETAILS, key, NULL);

    set_unit (self, group, unit);
  }
}

static void
soon (KzPoller *self)
{
  if (!self->is_stopped && !self->is_paused)
    kz_clock_set (self->clock, self, "poll", 0, tick_cb, self);
}

static void
add_unit (KzPoller *self, KzPollGroup *group, const char *unit)
{
  const KzGroupState *state = kz_store_group (self->store, group->group_id);
  const double *rate;

  if (g_hash_table_contains (group->denied, unit) ||
      !g_hash_table_add (group->kinds, g_strdup (unit)))
    return;
  if (!g_str_equal (unit, KZ_UNIT_REACTIONS) && !kz_cursor_is_seeded (state->cursor, unit))
    kz_poller_begin_seeding (self, group, unit);
  set_unit (self, group, unit);
  rate = g_hash_table_lookup (state->rates, unit);
  if (rate != NULL)
    kz_schedule_set_rate (self->schedule, group->group_id, unit, *rate);
}

static void
add_package (KzPoller *self, KzPollGroup *group, const char *package_id)
{
  g_autofree char *unit = g_strconcat (KZ_UNIT_PACKAGE, package_id, NULL);

  add_unit (self, group, unit);
}

void
kz_poller_set_packages (KzPoller *self, const char *const *packages)
{
  g_strfreev (self->packages);
  self->packages = g_strdupv ((char **) packages);
}

static void
add_listed_kinds (KzPoller *self, KzPollGroup *group)
{
  for (KzActionKind kind = 0; kind < KZ_N_ACTION_KINDS; kind++) {
    const char *wire = kz_action_kind_wire (kind);

    if (wire != NULL && kz_action_kind_is_listed (kind))
      add_unit (self, group, wire);
  }
}

void
kz_poller_add_group (KzPoller *self, const char *group_id)
{
  KzPollGroup *group = kz_poller_group (self, group_id);
  const KzGroupState *state = kz_store_group (self->store, group_id);
  GHashTableIter iter;
  gpointer key;

  if (group != NULL || self->is_stopped)
    return;
  group = g_new0 (KzPollGroup, 1);
  group->group_id = g_strdup (group_id);
  group->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  group->denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  group->hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  group->seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_action_unref);
  group->seed_marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  group->watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (self->groups, group->group_id, group);

  add_listed_kinds (self, group);
  for (guint i = 0; self->packages != NULL && self->packages[i] != NULL; i++)
    add_package (self, group, self->packages[i]);
  /* Package ids that were learned in earlier sessions have rates. */
  g_hash_table_iter_init (&iter, state->rates);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (g_str_has_prefix (key, KZ_UNIT_PACKAGE))
      add_unit (self, group, key);
  }
  add_unit (self, group, KZ_UNIT_REACTIONS);
  soon (self);
}

void
kz_poller_add_package (KzPoller *self, const char *group_id, const char *package_id)
{
  KzPollGroup *group = kz_poller_group (self, group_id);

  if (group == NULL || package_id == NULL || *package_id == '\0')
    return;
  add_package (self, group, package_id);
  soon (self);
}

void
kz_poller_remove_group (KzPoller *self, const char *group_id)
{
  kz_schedule_remove_group (self->schedule, group_id);
  g_hash_table_remove (self->groups, group_id);
}

void
kz_poller_set_open (KzPoller *self, const char *group_id, gboolean is_open)
{
  KzPollGroup *group = kz_poller_group (self, group_id);

  if (group == NULL || group->is_open == is_open)
    return;
  group->is_open = is_open;
  set_units (self, group);
  soon (self);
}

void
kz_poller_set_pushed (KzPoller *self, const char *group_id, gboolean is_pushed)
{
  KzPollGroup *group = kz_poller_group (self, group_id);

  if (group == NULL || group->is_pushed == is_pushed)
    return;
  group->is_pushed = is_pushed;
  set_units (self, group);
  soon (self);
}

void
kz_poller_touch (KzPoller *self, const char *group_id)
{
  KzPollGroup *before = self->front != NULL ? kz_poller_group (self, self->front) : NULL;
  KzPollGroup *group = kz_poller_group (self, group_id);

  if (g_strcmp0 (self->front, group_id) == 0)
    return;
  g_free (self->front);
  self->front = g_strdup (group_id);
  if (before != NULL)
    set_units (self, before);
  if (group != NULL)
    set_units (self, group);
  soon (self);
}

/* FALSE: they cannot be got, or too many are watched. */
static gboolean
watch (KzPoller *self, const char *group_id, const char *action_id, gboolean once)
{
  KzPollGroup *group = kz_poller_group (self, group_id);
  g_autofree char *unit = NULL;

  if (group == NULL || action_id == NULL)
    return FALSE;
  unit = g_strconcat (KZ_UNIT_DETAILS, action_id, NULL);
  if (g_hash_table_contains (group->denied, unit))
    return FALSE;
  if (once && g_hash_table_contains (group->watched, action_id))
    return TRUE;
  if (!once && g_hash_table_size (group->watched) >= MAX_WATCHED)
    return FALSE;
  g_hash_table_insert (group->watched, g_strdup (action_id), GINT_TO_POINTER (once));
  set_unit (self, group, unit);
  soon (self);
  return TRUE;
}

void
kz_poller_watch (KzPoller *self, const char *group_id, const char *action_id)
{
  watch (self, group_id, action_id, FALSE);
}

gboolean
kz_poller_want_details (KzPoller *self, const char *group_id, const char *action_id)
{
  return watch (self, group_id, action_id, TRUE);
}

void
kz_poller_unwatch (KzPoller *self, const char *group_id, const char *action_id)
{
  KzPollGroup *group = kz_poller_group (self, group_id);
  g_autofree char *unit = g_strconcat (KZ_UNIT_DETAILS, action_id, NULL);

  if (group == NULL)
    return;
  g_hash_table_remove (group->watched, action_id);
  kz_schedule_remove (self->schedule, group_id, unit);
}

gboolean
kz_poller_waits (KzPoller *self,
                 const char *group_id,
                 GAsyncReadyCallback callback,
                 GObject *source,
                 GAsyncResult *result,
                 gpointer data)
{
  return !self->is_stopped &&
         self->funcs.waits (group_id, callback, source, result, data, self->data);
}

/* --- Details of one action --- */

void
kz_poller_outdate_details (KzPoller *self)
{
  self->n_outdated++;
}

typedef struct {
  KzPoller *poller;
  char *group_id;
  char *unit;
  guint n_outdated; /* of the poller, when they were asked for */
} Details;

static const char *
unit_action_id (const char *unit)
{
  return unit + strlen (KZ_UNIT_DETAILS);
}

static void
details_done (KzPoller *self, const Details *op, KzTally *tally, const GError *error)
{
  KzPollGroup *group;
  const char *action_id = unit_action_id (op->unit);
  gboolean is_denied = error != NULL && !kz_error_is_transient (error);
  gboolean is_over = error == NULL;
  gboolean has_changed = FALSE;

  /* They are read once more at their next turn. */
  if (tally != NULL && op->n_outdated != self->n_outdated) {
    kz_poller_done (self, op->group_id, op->unit, 0, NULL);
    return;
  }
  if (tally != NULL)
    has_changed = self->funcs.tally (op->group_id, action_id, tally, self->data);
  else
    is_over = self->funcs.no_details (op->group_id, action_id, is_denied, self->data);
  if (self->is_stopped)
    return;
  group = kz_poller_group (self, op->group_id);
  if (group != NULL &&
      (is_denied ||
       (is_over && GPOINTER_TO_INT (g_hash_table_lookup (group->watched, action_id))))) {
    if (is_denied)
      g_hash_table_add (group->denied, g_strdup (op->unit));
    kz_poller_unwatch (self, op->group_id, action_id);
  }
  kz_poller_done (self, op->group_id, op->unit, error != NULL ? -1 : has_changed, error);
}

static void
details_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Details *op = data;
  KzPoller *self = op->poller;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzTally) tally = NULL;

  if (kz_poller_waits (self, op->group_id, details_cb, source, result, op))
    return;
  tally = kz_api_get_details_finish (self->http, result, &error);
  if (!self->is_stopped)
    details_done (self, op, tally, error);
  g_free (op->group_id);
  g_free (op->unit);
  g_free (op);
  g_object_unref (self);
}

static void
start_details (KzPoller *self, const char *group_id, const char *unit)
{
  Details *op = g_new0 (Details, 1);

  op->poller = g_object_ref (self);
  op->group_id = g_strdup (group_id);
  op->unit = g_strdup (unit);
  op->n_outdated = self->n_outdated;
  kz_api_get_details_async (self->http, group_id, unit_action_id (unit), KZ_LANE_POLL,
                            self->cancellable, details_cb, op);
}

/* --- The tick --- */

static void
start (KzPoller *self, const char *group_id, const char *unit)
{
  KzPollGroup *group = kz_poller_group (self, group_id);

  self->in_flight++;
  if (g_str_equal (unit, KZ_UNIT_REACTIONS))
    kz_poller_start_reactions (self, group);
  else if (g_str_has_prefix (unit, KZ_UNIT_DETAILS))
    start_details (self, group_id, unit);
  else
    kz_poller_start_list (self, group, unit);
}

static void
tick (KzPoller *self)
{
  KzThrottle *throttle = kz_http_throttle (self->http);

  while (!self->is_stopped && !self->is_paused && self->in_flight < KZ_MAX_POLLS) {
    gint64 now_us = kz_clock_monotonic_us (self->clock);
    gint64 wait_us = kz_throttle_wait_us (throttle, KZ_LANE_POLL, now_us);
    const char *group_id;
    const char *unit;

    /* Chosen late: what is most worth a call changes while one waits. */
    if (wait_us > 0 || !kz_schedule_next (self->schedule, now_us, kz_throttle_budget (throttle),
                                          &group_id, &unit, &wait_us)) {
      if (wait_us < G_MAXINT64 / 2)
        kz_clock_set (self->clock, self, "poll", MAX (wait_us, MIN_WAIT_US), tick_cb, self);
      return;
    }
    start (self, group_id, unit);
  }
}

static void
tick_cb (gpointer data)
{
  g_autoptr (KzPoller) self = g_object_ref (data);

  tick (self);
}

void
kz_poller_pause (KzPoller *self)
{
  self->is_paused = TRUE;
  kz_clock_cancel (self->clock, self, "poll");
}

void
kz_poller_resume (KzPoller *self)
{
  self->is_paused = FALSE;
  soon (self);
}

static void
denied_again_cb (gpointer data)
{
  KzPoller *self = data;
  GHashTableIter groups;
  gpointer value;

  g_hash_table_iter_init (&groups, self->groups);
  while (g_hash_table_iter_next (&groups, NULL, &value)) {
    KzPollGroup *group = value;
    g_autoptr (GHashTable) denied = g_steal_pointer (&group->denied);
    GHashTableIter units;
    gpointer unit;

    group->denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    group->refusals = 0;
    g_hash_table_iter_init (&units, denied);
    while (g_hash_table_iter_next (&units, &unit, NULL))
      add_unit (self, group, unit);
  }
  soon (self);
}

/* A kind that one group does not list, or a group that we may not read at all; or a server that was
 * set up wrongly for a moment: so it is asked again some time. */
static void
deny (KzPoller *self, KzPollGroup *group, const char *unit, const GError *error)
{
  gboolean is_denial = g_error_matches (error, KZ_ERROR, KZ_ERROR_FORBIDDEN) ||
                       g_error_matches (error, KZ_ERROR, KZ_ERROR_NOT_FOUND);

  if (!is_denial && !g_error_matches (error, KZ_ERROR, KZ_ERROR_REJECTED))
    return;
  g_hash_table_add (group->denied, g_strdup (unit));
  g_hash_table_remove (group->kinds, unit);
  if (!kz_clock_is_set (self->clock, self, "denied"))
    kz_clock_set (self->clock, self, "denied", KZ_DENIED_AGAIN_S * (gint64) G_USEC_PER_SEC,
                  denied_again_cb, self);
  kz_schedule_remove (self->schedule, group->group_id, unit);
  /* One denied kind may be a right that the connector lacks; two are worth a question. */
  if (is_denial && ++group->refusals == 2)
    self->funcs.denied (group->group_id, self->data);
}

void
kz_poller_done (
    KzPoller *self, const char *group_id, const char *unit, int events, const GError *error)
{
  KzPollGroup *group = kz_poller_group (self, group_id);
  g_autofree char *unit_copy = g_strdup (unit);
  g_autofree char *id_copy = g_strdup (group_id);

  self->in_flight--;
  if (self->is_stopped)
    return;
  kz_schedule_done (self->schedule, id_copy, unit_copy, events,
                    kz_clock_monotonic_us (self->clock));
  if (error == NULL)
    self->last_us = kz_clock_wall_us (self->clock);
  if (group != NULL && error != NULL && g_hash_table_contains (group->kinds, unit_copy))
    deny (self, group, unit_copy, error);
  if (self->is_stopped)
    return;
  group = kz_poller_group (self, id_copy);
  if (group != NULL && error == NULL && g_hash_table_contains (group->kinds, unit_copy))
    set_unit (self, group, unit_copy);
  self->funcs.result (error, self->data);
  soon (self);
}

static void
save_rate_cb (const char *group_id, const char *kind, double rate, gpointer data)
{
  KzPoller *self = data;

  if (!g_str_has_prefix (kind, KZ_UNIT_DETAILS))
    g_hash_table_replace (kz_store_group (self->store, group_id)->rates, g_strdup (kind),
                          g_memdup2 (&rate, sizeof rate));
}

void
kz_poller_save_rates (KzPoller *self)
{
  kz_schedule_foreach_rate (self->schedule, save_rate_cb, self);
  kz_store_changed (self->store);
}
