/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-error.h"

/* More answers than that to actions that nobody knows are shown as they are. */
#define MAX_LOOKUPS 20
#define MAX_WAITING 50
#define MAX_FAILURES 500
/* A line does not wait longer, whether it was asked or had no turn. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)
/* What could not be asked is asked again, but not for each answer. */
#define ASK_AGAIN_US (10 * G_TIME_SPAN_MINUTE)

/**
 * KzLookup:
 * @kept: (element-type KzKept): answers that wait, in order of arrival; none: it is only to be known
 * @begun_us: monotonic, since when they wait
 *
 * An action that we never saw, or whose texts we do not have any more, and to which somebody answers.
 * The first of the engine's list is asked for; the others wait for their turn, in the order of choose_next().
 */
typedef struct {
  char *group_id;
  char *action_id;
  GPtrArray *kept;
  gint64 begun_us;
  GCancellable *cancellable; /* (nullable): it is asked for */
} KzLookup;

static void ask_next (KzEngine *self);

void
kz_engine_lookup_free (gpointer data)
{
  KzLookup *lookup = data;

  g_free (lookup->group_id);
  g_free (lookup->action_id);
  g_ptr_array_unref (lookup->kept);
  g_clear_object (&lookup->cancellable);
  g_free (lookup);
}

static KzLookup *
find_lookup (KzEngine *self, const char *action_id)
{
  for (guint i = 0; i < self->lookups->len; i++) {
    KzLookup *lookup = g_ptr_array_index (self->lookups, i);

    if (g_str_equal (lookup->action_id, action_id))
      return lookup;
  }
  return NULL;
}

/* --- What could not be got --- */

static gboolean
has_failed (KzEngine *self, const char *action_id)
{
  const gint64 *until_us = g_hash_table_lookup (self->lookup_failures, action_id);

  return until_us != NULL && *until_us > kz_clock_monotonic_us (self->clock);
}

/* @error: (nullable): there was an answer, and no action in it. */
static void
remember_failure (KzEngine *self, const char *action_id, const GError *error)
{
  gboolean is_final = error == NULL || (!kz_error_is_transient (error) &&
                                        !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  gint64 until_us = is_final ? G_MAXINT64 : kz_clock_monotonic_us (self->clock) + ASK_AGAIN_US;

  if (g_hash_table_size (self->lookup_failures) >= MAX_FAILURES)
    g_hash_table_remove_all (self->lookup_failures);
  g_hash_table_replace (self->lookup_failures, g_strdup (action_id),
                        g_memdup2 (&until_us, sizeof until_us));
}

/* --- What came of it --- */

static gboolean
is_action (const KzAction *details)
{
  return details->kind != KZ_ACTION_UNKNOWN || details->title != NULL;
}

/* Else what we have without its texts stays so. */
static gboolean
tells_more (KzEngine *self, const KzLookup *lookup, const KzAction *details)
{
  const KzOpenAction *open = kz_store_find_action (self->store, lookup->action_id, NULL);

  return open == NULL || !open->is_bare || kz_action_has_texts (details);
}

/* In order. Who shows has @lookup for itself. */
static void
show_kept (KzEngine *self, KzLookup *lookup)
{
  while (lookup->kept->len > 0 && kz_engine_is_up (self))
    kz_engine_show_kept (self, g_ptr_array_steal_index (lookup->kept, 0));
}

/* Its answers up to now are no news, and those that wait are among them; also after a kill.
 * @answers: (nullable): those of them whose deliveries are yet to come are news then. */
static void
add_action (KzEngine *self, KzAction *details, const KzTally *answers)
{
  g_autoptr (KzTally) tally =
      details->response_count >= 0 ? kz_tally_from_action (details) : NULL;
  KzOpenAction *open = kz_store_add_open_action (self->store, details, tally,
                                                 kz_clock_wall_us (self->clock) + 1, FALSE);

  if (answers != NULL)
    kz_engine_leave_answers (self, open, answers);
}

/* What is known of it now. @answers: (nullable): by whose choices counts of a state can be read. */
static void
learn (KzEngine *self, const KzLookup *lookup, const KzAction *details, const KzTally *answers)
{
  KzOpenAction *open;

  kz_engine_learn_texts (self, details);
  open = kz_store_find_action (self->store, lookup->action_id, NULL);
  if (open != NULL && answers != NULL)
    kz_engine_name_counts (open, answers->choices);
}

/* @details: (nullable). @answers: (nullable). */
static void
show_waiting (KzEngine *self, KzLookup *lookup, KzAction *details, const KzTally *answers)
{
  gboolean is_new = details != NULL &&
                    kz_directory_group (self->directory, lookup->group_id) != NULL &&
                    kz_store_find_action (self->store, lookup->action_id, NULL) == NULL;

  if (is_new)
    add_action (self, details, answers);
  else if (details != NULL)
    learn (self, lookup, details, answers);
  show_kept (self, lookup);
  if (is_new && kz_engine_is_up (self)) {
    KzOpenAction *open = kz_store_find_action (self->store, lookup->action_id, NULL);

    if (open != NULL) {
      /* What comes from now on is not among them. */
      open->counted_us = kz_clock_wall_us (self->clock);
      kz_engine_watch_action (self, open);
    }
  }
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzTally) answers = NULL;
  g_autoptr (KzAction) details = NULL;
  KzLookup *lookup = self->lookups->len > 0 ? g_ptr_array_index (self->lookups, 0) : NULL;

  if (lookup != NULL &&
      kz_engine_room_waits (self, lookup->group_id, looked_up_cb, source, result, self)) {
    /* It waits with our reference. */
    self = NULL;
    return;
  }
  answers = kz_api_get_details_finish (KZ_HTTP (source), result, &details, &error);
  if (!kz_engine_is_up (self) || lookup == NULL)
    return;
  kz_clock_cancel (self->clock, self, "lookup");
  g_ptr_array_steal_index (self->lookups, 0);
  if (details == NULL || !is_action (details) || !tells_more (self, lookup, details)) {
    remember_failure (self, lookup->action_id, error);
    g_clear_pointer (&details, kz_action_unref);
  }
  /* That it took too long is not the connection's fault. */
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    kz_engine_note_result (self, error);
  if (kz_engine_is_up (self))
    show_waiting (self, lookup, details, answers);
  kz_engine_lookup_free (lookup);
  if (kz_engine_is_up (self))
    ask_next (self);
}

/* --- Asking --- */

static void
patience_over_cb (gpointer data)
{
  KzEngine *self = data;
  const KzLookup *lookup = g_ptr_array_index (self->lookups, 0);

  g_cancellable_cancel (lookup->cancellable);
}

/* Not the one that is asked for already: what a line waits for, the longest first, before what is only to be
 * known. */
static KzLookup *
choose_next (KzEngine *self)
{
  const KzLookup *best = g_ptr_array_index (self->lookups, 0);
  guint next = 0;

  for (guint i = 1; i < self->lookups->len; i++) {
    const KzLookup *lookup = g_ptr_array_index (self->lookups, i);

    if (lookup->kept->len > 0 && (best->kept->len == 0 || lookup->begun_us < best->begun_us)) {
      best = lookup;
      next = i;
    }
  }
  g_ptr_array_insert (self->lookups, 0, g_ptr_array_steal_index (self->lookups, next));
  return g_ptr_array_index (self->lookups, 0);
}

/* One at a time. */
static void
ask_next (KzEngine *self)
{
  while (self->lookups->len > 0 && kz_engine_is_up (self)) {
    KzLookup *lookup = g_ptr_array_index (self->lookups, 0);
    gint64 left_us;

    if (lookup->cancellable != NULL)
      return;
    lookup = choose_next (self);
    left_us = lookup->begun_us + PATIENCE_US - kz_clock_monotonic_us (self->clock);
    if (left_us > 0 || lookup->kept->len == 0) {
      lookup->cancellable = g_cancellable_new ();
      kz_clock_set (self->clock, self, "lookup", left_us > 0 ? left_us : PATIENCE_US,
                    patience_over_cb, self);
      kz_api_get_details_async (self->http, lookup->group_id, lookup->action_id, KZ_LANE_UPKEEP,
                                lookup->cancellable, looked_up_cb, g_object_ref (self));
      return;
    }
    /* Those before it took so long. */
    g_ptr_array_steal_index (self->lookups, 0);
    show_kept (self, lookup);
    kz_engine_lookup_free (lookup);
  }
}

static KzLookup *
add_lookup (KzEngine *self, const char *group_id, const char *action_id)
{
  KzLookup *lookup = g_new0 (KzLookup, 1);

  lookup->group_id = g_strdup (group_id);
  lookup->action_id = g_strdup (action_id);
  lookup->kept = g_ptr_array_new_with_free_func (kz_kept_free);
  lookup->begun_us = kz_clock_monotonic_us (self->clock);
  g_ptr_array_add (self->lookups, lookup);
  return lookup;
}

static gboolean
is_worth_asking (KzEngine *self, const char *action_id)
{
  return !has_failed (self, action_id) && self->lookups->len < MAX_LOOKUPS;
}

gboolean
kz_engine_wants_lookup (KzEngine *self, const KzKept *kept, gboolean may_show)
{
  const KzResponse *response = kept->delivery->response;
  const KzOpenAction *open;
  const KzLookup *lookup;

  if (response == NULL || response->action_id == NULL || kept->delivery->group_id == NULL)
    return FALSE;
  open = kz_store_find_action (self->store, response->action_id, NULL);
  lookup = find_lookup (self, response->action_id);
  /* Not past those that wait. Of what we know there may be many: it is told in order. */
  if (lookup != NULL && lookup->kept->len > 0)
    return open != NULL || lookup->kept->len < MAX_WAITING;
  if (open == NULL)
    return lookup != NULL || is_worth_asking (self, response->action_id);
  /* Our own: nothing is told of it. What waits for its room keeps its place there, and what it is
   * about may be known by then. */
  if (!open->is_bare || !may_show ||
      (response->response_id != NULL &&
       g_hash_table_contains (self->own_responses, response->response_id)))
    return FALSE;
  return lookup != NULL || is_worth_asking (self, response->action_id);
}

void
kz_engine_look_up (KzEngine *self, KzKept *kept)
{
  const KzResponse *response = kept->delivery->response;
  KzLookup *lookup = find_lookup (self, response->action_id);

  /* Those on their way may not count it. */
  kz_poller_outdate_details (self->poller, response->action_id);
  if (lookup == NULL)
    lookup = add_lookup (self, kept->delivery->group_id, response->action_id);
  else if (lookup->kept->len == 0)
    lookup->begun_us = kz_clock_monotonic_us (self->clock);
  g_ptr_array_add (lookup->kept, kept);
  ask_next (self);
}

void
kz_engine_ask_beside (KzEngine *self, const KzKept *kept)
{
  const KzResponse *response = kept->delivery->response;
  const KzOpenAction *open =
      response != NULL ? kz_store_find_action (self->store, response->action_id, NULL) : NULL;

  if (open == NULL)
    return;
  /* Likewise. */
  kz_poller_outdate_details (self->poller, response->action_id);
  if (!open->is_bare || find_lookup (self, response->action_id) != NULL ||
      !is_worth_asking (self, response->action_id))
    return;
  add_lookup (self, open->action->group_id, response->action_id);
  ask_next (self);
}

void
kz_engine_show_looked_up (KzEngine *self, const char *action_id)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = g_object_ref (self);

  /* The host may end all of it at any line. What is asked for still comes, and then nothing waits. */
  while (kz_engine_is_up (self)) {
    const KzLookup *lookup = find_lookup (self, action_id);

    if (lookup == NULL || lookup->kept->len == 0)
      return;
    kz_engine_show_kept (self, g_ptr_array_steal_index (lookup->kept, 0));
  }
}

gboolean
kz_engine_is_looked_up (KzEngine *self, const KzKept *kept)
{
  for (guint i = 0; i < self->lookups->len; i++) {
    const KzLookup *lookup = g_ptr_array_index (self->lookups, i);

    if (kz_kept_among (kept, lookup->kept))
      return TRUE;
  }
  return FALSE;
}

void
kz_engine_end_lookups (KzEngine *self, const char *group_id)
{
  for (guint i = 0; i < self->lookups->len;) {
    KzLookup *lookup = g_ptr_array_index (self->lookups, i);

    if (!g_str_equal (lookup->group_id, group_id)) {
      i++;
      continue;
    }
    while (lookup->kept->len > 0)
      g_ptr_array_add (kz_engine_need_matters (self, group_id)->kept,
                       g_ptr_array_steal_index (lookup->kept, 0));
    if (lookup->cancellable != NULL) {
      g_cancellable_cancel (lookup->cancellable);
      i++;
    } else {
      kz_engine_lookup_free (g_ptr_array_steal_index (self->lookups, i));
    }
  }
}
