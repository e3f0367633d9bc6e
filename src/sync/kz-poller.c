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

G_DEFINE_FINAL_TYPE (KzPoller, kz_poller, G_TYPE_OBJECT)

static void tick_cb (gpointer data);

static void
poll_group_free (gpointer data)
{
  KzPollGroup *group = data;

  g_ref_string_release (group->group_id);
  g_clear_pointer (&group->denied, g_hash_table_unref);
  g_clear_pointer (&group->packages, g_ptr_array_unref);
  kz_seeding_free (group->seeding);
  g_clear_pointer (&group->watched, g_hash_table_unref);
  g_free (group);
}

static void
kz_poller_init (KzPoller *self)
{
  self->cancellable = g_cancellable_new ();
  self->details = g_ptr_array_new ();
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
  g_ptr_array_unref (self->details);
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

gboolean
kz_poll_group_denies (const KzPollGroup *group, const char *unit)
{
  return group->denied != NULL && g_hash_table_contains (group->denied, unit);
}

void
kz_poll_group_deny (KzPollGroup *group, const char *unit)
{
  if (group->denied == NULL)
    group->denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (group->denied, g_strdup (unit));
}

static gboolean
is_kind (KzPoller *self, const KzPollGroup *group, const char *unit)
{
  return !g_str_has_prefix (unit, KZ_UNIT_DETAILS) &&
         kz_schedule_has (self->schedule, group->group_id, unit);
}

gboolean
kz_poll_group_watches (const KzPollGroup *group, const char *action_id, gboolean *once)
{
  gpointer value = NULL;
  gboolean is_there = group->watched != NULL &&
                      g_hash_table_lookup_extended (group->watched, action_id, NULL, &value);

  *once = GPOINTER_TO_INT (value);
  return is_there;
}

void
kz_poller_foreach_kind (KzPoller *self,
                        KzPollGroup *group,
                        void (*func) (KzPoller *self,
                                      KzPollGroup *group,
                                      const char *unit,
                                      gpointer data),
                        gpointer data)
{
  for (KzActionKind kind = 0; kind < KZ_N_ACTION_KINDS; kind++) {
    const char *wire = kz_action_kind_wire (kind);

    if (wire != NULL && is_kind (self, group, wire))
      func (self, group, wire, data);
  }
  for (guint i = 0; group->packages != NULL && i < group->packages->len; i++) {
    const char *unit = g_ptr_array_index (group->packages, i);

    if (is_kind (self, group, unit))
      func (self, group, unit, data);
  }
  if (is_kind (self, group, KZ_UNIT_REACTIONS))
    func (self, group, KZ_UNIT_REACTIONS, data);
}

static double
weight_of (KzPoller *self, const KzPollGroup *group, const char *unit)
{
  const KzGroupState *state = kz_store_group (self->store, group->group_id);
  gboolean is_front = g_strcmp0 (self->front, group->group_id) == 0;
  double attention = is_front ? WEIGHT_FRONT : group->is_open ? WEIGHT_OPEN : WEIGHT_NORMAL;

  if (g_str_equal (unit, KZ_UNIT_REACTIONS))
    return group->is_open || is_front ? attention : WEIGHT_QUIET;
  if (g_str_has_prefix (unit, KZ_UNIT_DETAILS)) {
    gboolean once;

    if (kz_poll_group_watches (group, unit + strlen (KZ_UNIT_DETAILS), &once) && once)
      return WEIGHT_FRONT;
    return group->is_open ? attention : WEIGHT_QUIET;
  }
  if (!kz_cursor_is_seeded (state->cursor, unit))
    return MAX (attention, WEIGHT_UNSEEDED);
  return group->is_pushed ? WEIGHT_RECONCILE : attention;
}

void
kz_poller_set_unit (KzPoller *self, KzPollGroup *group, const char *unit)
{
  kz_schedule_set (self->schedule, group->group_id, unit, weight_of (self, group, unit),
                   kz_clock_monotonic_us (self->clock));
}

static void
set_kind (KzPoller *self, KzPollGroup *group, const char *unit, gpointer data)
{
  kz_poller_set_unit (self, group, unit);
}

static void
set_units (KzPoller *self, KzPollGroup *group)
{
  GHashTableIter iter;
  gpointer key;

  kz_poller_foreach_kind (self, group, set_kind, NULL);
  if (group->watched == NULL)
    return;
  g_hash_table_iter_init (&iter, group->watched);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    g_autofree char *unit = g_strconcat (KZ_UNIT_DETAILS, key, NULL);

    kz_poller_set_unit (self, group, unit);
  }
}

void
kz_poller_soon (KzPoller *self)
{
  if (!self->is_stopped && !self->is_paused)
    kz_clock_set (self->clock, self, "poll", 0, tick_cb, self);
}

static void
note_package (KzPollGroup *group, const char *unit)
{
  if (group->packages == NULL)
    group->packages = g_ptr_array_new_with_free_func (g_free);
  if (!g_ptr_array_find_with_equal_func (group->packages, unit, g_str_equal, NULL))
    g_ptr_array_add (group->packages, g_strdup (unit));
}

static void
add_unit (KzPoller *self, KzPollGroup *group, const char *unit)
{
  const KzGroupState *state = kz_store_group (self->store, group->group_id);
  const KzUnitValue *rate;

  if (kz_poll_group_denies (group, unit) || is_kind (self, group, unit))
    return;
  if (g_str_has_prefix (unit, KZ_UNIT_PACKAGE))
    note_package (group, unit);
  if (!g_str_equal (unit, KZ_UNIT_REACTIONS) && !kz_cursor_is_seeded (state->cursor, unit))
    kz_poller_begin_seeding (self, group, unit);
  kz_poller_set_unit (self, group, unit);
  rate = kz_unit_map_find (state->rates, unit);
  if (rate != NULL)
    kz_schedule_set_rate (self->schedule, group->group_id, unit, rate->rate);
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

  if (group != NULL || self->is_stopped)
    return;
  group = g_new0 (KzPollGroup, 1);
  group->group_id = g_ref_string_new_intern (group_id);
  g_hash_table_insert (self->groups, group->group_id, group);

  add_listed_kinds (self, group);
  for (guint i = 0; self->packages != NULL && self->packages[i] != NULL; i++)
    add_package (self, group, self->packages[i]);
  /* Package ids that were learned in earlier sessions have rates. */
  for (guint i = 0; i < kz_unit_map_length (state->rates); i++) {
    const char *unit = kz_unit_map_unit (state->rates, i);

    if (g_str_has_prefix (unit, KZ_UNIT_PACKAGE))
      add_unit (self, group, unit);
  }
  add_unit (self, group, KZ_UNIT_REACTIONS);
  kz_poller_soon (self);
}

void
kz_poller_add_package (KzPoller *self, const char *group_id, const char *package_id)
{
  KzPollGroup *group = kz_poller_group (self, group_id);

  if (group == NULL || package_id == NULL || *package_id == '\0')
    return;
  add_package (self, group, package_id);
  kz_poller_soon (self);
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
  kz_poller_soon (self);
}

void
kz_poller_set_pushed (KzPoller *self, const char *group_id, gboolean is_pushed)
{
  KzPollGroup *group = kz_poller_group (self, group_id);

  if (group == NULL || group->is_pushed == is_pushed)
    return;
  group->is_pushed = is_pushed;
  set_units (self, group);
  kz_poller_soon (self);
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
  kz_poller_soon (self);
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

/* --- The tick --- */

static void
start (KzPoller *self, const char *group_id, const char *unit)
{
  KzPollGroup *group = kz_poller_group (self, group_id);

  self->in_flight++;
  if (g_str_equal (unit, KZ_UNIT_REACTIONS))
    kz_poller_start_reactions (self, group);
  else if (g_str_has_prefix (unit, KZ_UNIT_DETAILS))
    kz_poller_start_details (self, group_id, unit);
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
  kz_poller_soon (self);
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

    group->refusals = 0;
    if (denied == NULL)
      continue;
    g_hash_table_iter_init (&units, denied);
    while (g_hash_table_iter_next (&units, &unit, NULL))
      add_unit (self, group, unit);
  }
  kz_poller_soon (self);
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
  kz_poll_group_deny (group, unit);
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
  if (group != NULL && error != NULL && is_kind (self, group, unit_copy))
    deny (self, group, unit_copy, error);
  if (self->is_stopped)
    return;
  group = kz_poller_group (self, id_copy);
  if (group != NULL && error == NULL && is_kind (self, group, unit_copy))
    kz_poller_set_unit (self, group, unit_copy);
  self->funcs.result (error, self->data);
  kz_poller_soon (self);
}

static void
save_rate_cb (const char *group_id, const char *kind, double rate, gpointer data)
{
  KzPoller *self = data;

  if (!g_str_has_prefix (kind, KZ_UNIT_DETAILS))
    kz_unit_map_get (&kz_store_group (self->store, group_id)->rates, kind)->rate = rate;
}

void
kz_poller_save_rates (KzPoller *self)
{
  kz_schedule_foreach_rate (self->schedule, save_rate_cb, self);
  kz_store_changed (self->store);
}
