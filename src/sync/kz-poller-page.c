/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-poller-private.h"

#include "kz-error.h"
#include "kz-limits.h"

#include <string.h>

#define FIRST_COUNT 30
#define MAX_COUNT 240
#define MAX_PAGES 40
/* Server time that is further ahead of our clock than this may be wrong; the mark stays behind. */
#define MAX_AHEAD_US G_TIME_SPAN_HOUR
#define SEED_TRIES 3

/**
 * List:
 * @floor_us: what is older was shown or seeded before; 0 at the first poll
 * @from_us: asked for; walks forward over long lists
 * @keys: of what is in @found: pages overlap
 * @requests: answered so far
 * @is_trial: the request under way asks in milliseconds, to find out whether the service reads them
 */
typedef struct {
  KzPoller *poller;
  char *group_id;
  char *unit;
  KzActionKind kind;
  gboolean is_seed;
  gint64 floor_us;
  gint64 from_us;
  guint count;
  guint pages;
  guint requests;
  gboolean is_walking;
  gboolean is_trial;
  guint64 first_hash;
  GPtrArray *found;
  GHashTable *keys;
} List;

static void
list_free (List *list)
{
  g_free (list->group_id);
  g_free (list->unit);
  g_ptr_array_unref (list->found);
  g_hash_table_unref (list->keys);
  g_object_unref (list->poller);
  g_free (list);
}

static int
compare_sent (gconstpointer a, gconstpointer b)
{
  const KzAction *first = *(KzAction *const *) a;
  const KzAction *second = *(KzAction *const *) b;
  /* Without a time: as new as can be. */
  gint64 x = first->sent_us != 0 ? first->sent_us : G_MAXINT64;
  gint64 y = second->sent_us != 0 ? second->sent_us : G_MAXINT64;

  return (x > y) - (x < y);
}

static gint64
latest_of (GPtrArray *actions)
{
  gint64 latest_us = 0;

  for (guint i = 0; i < actions->len; i++) {
    const KzAction *action = g_ptr_array_index (actions, i);

    latest_us = MAX (latest_us, action->sent_us);
  }
  return latest_us;
}

/* Up to where this unit has been seen. Never 0, which would mean never polled. */
static gint64
mark_of (KzPoller *self, GPtrArray *actions)
{
  gint64 limit_us = kz_clock_wall_us (self->clock) + MAX_AHEAD_US;

  return CLAMP (latest_of (actions), 1, limit_us);
}

/* --- The first pass over a group: one seed over all kinds --- */

void
kz_seeding_free (KzSeeding *seeding)
{
  if (seeding == NULL)
    return;
  g_hash_table_unref (seeding->kinds);
  g_ptr_array_unref (seeding->found);
  g_hash_table_unref (seeding->marks);
  g_free (seeding);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzSeeding, kz_seeding_free)

/* The first pass waits for this kind. */
static gboolean
is_seeding (const KzPollGroup *group, const char *unit)
{
  return group->seeding != NULL && g_hash_table_contains (group->seeding->kinds, unit);
}

void
kz_poller_begin_seeding (KzPoller *self, KzPollGroup *group, const char *unit)
{
  const KzGroupState *state = kz_store_group (self->store, group->group_id);
  KzSeeding *seeding = group->seeding;
  gboolean is_first = TRUE;

  if (seeding == NULL) {
    /* A kind that joins later brings no second history. */
    for (KzActionKind kind = 0; kind < KZ_N_ACTION_KINDS; kind++) {
      const char *wire = kz_action_kind_wire (kind);

      if (wire != NULL && kz_cursor_is_seeded (state->cursor, wire))
        is_first = FALSE;
    }
    seeding = g_new0 (KzSeeding, 1);
    seeding->n_history = is_first ? KZ_FIRST_HISTORY : 0;
    seeding->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    seeding->found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_action_unref);
    seeding->marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    group->seeding = seeding;
  }
  g_hash_table_insert (seeding->kinds, g_strdup (unit), GUINT_TO_POINTER (0));
}

static void
commit_marks (KzPoller *self, const char *group_id, GHashTable *marks)
{
  const KzGroupState *state = kz_store_group (self->store, group_id);
  GHashTableIter iter;
  gpointer unit;
  gpointer mark;

  g_hash_table_iter_init (&iter, marks);
  while (g_hash_table_iter_next (&iter, &unit, &mark))
    kz_cursor_set_mark (state->cursor, unit, *(gint64 *) mark);
  kz_store_changed (self->store);
}

static void
flush_seeds (KzPoller *self, KzPollGroup *group)
{
  g_autoptr (KzSeeding) seeding = g_steal_pointer (&group->seeding);
  g_autofree char *group_id = g_strdup (group->group_id);

  if (g_hash_table_size (seeding->marks) == 0)
    return;
  g_ptr_array_sort (seeding->found, compare_sent);
  self->funcs.seed (group_id, seeding->found, seeding->n_history, self->data);
  if (!self->is_stopped)
    commit_marks (self, group_id, seeding->marks);
}

/* @mark_us 0: this kind tells nothing. */
static void
seeded (KzPoller *self, KzPollGroup *group, const char *unit, GPtrArray *actions, gint64 mark_us)
{
  KzSeeding *seeding = group->seeding;

  if (!is_seeding (group, unit))
    return;
  for (guint i = 0; actions != NULL && i < actions->len; i++)
    g_ptr_array_add (seeding->found, kz_action_ref (g_ptr_array_index (actions, i)));
  if (mark_us != 0)
    g_hash_table_replace (seeding->marks, g_strdup (unit), g_memdup2 (&mark_us, sizeof mark_us));
  g_hash_table_remove (seeding->kinds, unit);
  if (g_hash_table_size (seeding->kinds) == 0)
    flush_seeds (self, group);
}

void
kz_poller_seeding_failed (KzPoller *self, KzPollGroup *group, const char *unit, gboolean for_good)
{
  guint failures;

  if (!is_seeding (group, unit))
    return;
  failures = GPOINTER_TO_UINT (g_hash_table_lookup (group->seeding->kinds, unit)) + 1;
  if (for_good || failures >= SEED_TRIES)
    seeded (self, group, unit, NULL, 0);
  else
    g_hash_table_replace (group->seeding->kinds, g_strdup (unit), GUINT_TO_POINTER (failures));
}

/* --- One list --- */

static void list_next (List *list);

/* The first page stands for the whole list only where it was the whole list: of one that begins with
 * the oldest it stays the same whatever comes. */
static void
remember_hash (KzPoller *self, const List *list)
{
  kz_schedule_set_tag (self->schedule, list->group_id, list->unit,
                       list->requests > 1 ? 0 : list->first_hash);
}

/* Which end a page begins with is not documented (API §14). */
static gboolean
is_newest_first (GPtrArray *actions)
{
  const KzAction *first;
  const KzAction *last;

  if (actions->len < 2)
    return FALSE;
  first = g_ptr_array_index (actions, 0);
  last = g_ptr_array_index (actions, actions->len - 1);
  return first->sent_us > last->sent_us;
}

/* Times are whole seconds: what shares one keeps the order in which the service lists it. */
static void
sort_found (List *list)
{
  KzPoller *self = list->poller;
  GPtrArray *found = list->found;

  if (found->len >= 2 && compare_sent (&found->pdata[0], &found->pdata[found->len - 1]) != 0)
    self->lists_oldest_first = !is_newest_first (found);
  for (guint i = 0; !self->lists_oldest_first && i < found->len / 2; i++) {
    gpointer first = found->pdata[i];

    found->pdata[i] = found->pdata[found->len - 1 - i];
    found->pdata[found->len - 1 - i] = first;
  }
  g_ptr_array_sort (found, compare_sent);
}

static void
list_done (List *list, guint events)
{
  KzPoller *self = list->poller;

  if (!self->is_stopped) {
    remember_hash (self, list);
    kz_poller_done (self, list->group_id, list->unit, (int) events, NULL);
  }
  list_free (list);
}

/* Not before: what was not shown must come again after a crash. But what was, as far as that: a long
 * list is more than the ring of seen ids holds. */
static void
commit_shown (List *list, guint n)
{
  KzPoller *self = list->poller;
  KzCursor *cursor = kz_store_group (self->store, list->group_id)->cursor;
  const KzAction *last = n > 0 ? g_ptr_array_index (list->found, n - 1) : NULL;
  gint64 mark_us = last != NULL ? last->sent_us : 0;

  if (n == list->found->len)
    mark_us = mark_of (self, list->found);
  else if (mark_us <= kz_cursor_mark (cursor, list->unit) ||
           mark_us > kz_clock_wall_us (self->clock))
    return;
  kz_cursor_set_mark (cursor, list->unit, mark_us);
  kz_store_changed (self->store);
}

static void
list_shown (guint n, guint news, gboolean is_over, gpointer data)
{
  List *list = data;
  KzPoller *self = list->poller;

  if (!self->is_stopped && kz_poller_group (self, list->group_id) != NULL)
    commit_shown (list, n);
  if (is_over)
    list_done (list, news);
}

/* @list: (transfer full). */
static void
list_finished (List *list)
{
  KzPoller *self = list->poller;
  KzPollGroup *group = kz_poller_group (self, list->group_id);

  if (group == NULL) {
    list_done (list, 0);
    return;
  }
  sort_found (list);
  if (!list->is_seed) {
    self->funcs.actions (list->group_id, list->found, list->floor_us, list_shown, list, self->data);
    return;
  }
  if (!is_seeding (group, list->unit))
    kz_poller_begin_seeding (self, group, list->unit);
  seeded (self, group, list->unit, list->found, mark_of (self, list->found));
  list_done (list, 0);
}

static void
list_failed (List *list, const GError *error)
{
  KzPoller *self = list->poller;
  KzPollGroup *group = kz_poller_group (self, list->group_id);

  if (group != NULL && list->is_seed)
    kz_poller_seeding_failed (self, group, list->unit,
                              error->domain == KZ_ERROR && !kz_error_is_transient (error) &&
                                  error->code != KZ_ERROR_MALFORMED);
  if (!self->is_stopped)
    kz_poller_done (self, list->group_id, list->unit, -1, error);
}

/* Returns how many were not on an earlier page. */
static guint
collect (List *list, GPtrArray *actions)
{
  guint fresh = 0;

  for (guint i = 0; i < actions->len; i++) {
    KzAction *action = g_ptr_array_index (actions, i);
    g_auto (GStrv) ids = kz_action_identities (action);

    if (ids[0] != NULL && !g_hash_table_add (list->keys, g_strdup (ids[0])))
      continue;
    g_ptr_array_add (list->found, kz_action_ref (action));
    fresh++;
  }
  return fresh;
}

/* A whole page of what is older than was asked for: the date was not read as it was meant. */
static gboolean
is_before (const List *list, GPtrArray *actions)
{
  gint64 latest_us = latest_of (actions);

  return latest_us != 0 && latest_us < list->from_us - list->from_us % G_USEC_PER_SEC;
}

/* Asks once a session for the same in milliseconds: the unit of the date is not documented (API
 * §14). */
static gboolean
try_ms (List *list)
{
  KzPoller *self = list->poller;

  if (self->has_tried_ms || list->from_us == 0)
    return FALSE;
  self->has_tried_ms = TRUE;
  list->is_trial = TRUE;
  return TRUE;
}

/* More of what begins with the oldest, from a date on. */
static gboolean
walk (List *list, const KzActionPage *page, guint fresh)
{
  gint64 latest_us = latest_of (page->actions);

  /* Asking on would bring the same for ever. */
  if (fresh == 0 && list->is_walking)
    return try_ms (list);
  if (latest_us == 0)
    return FALSE;
  list->is_walking = TRUE;
  /* The second of the last one again: others may share it. */
  latest_us -= latest_us % G_USEC_PER_SEC;
  list->from_us = latest_us > list->from_us ? latest_us : list->from_us + G_USEC_PER_SEC;
  return TRUE;
}

/* Decides how to get at the rest of a long list: FALSE when there is none, or no way to it.
 * @fresh: actions that no earlier page had. */
static gboolean
step (List *list, const KzActionPage *page, guint fresh)
{
  gboolean newest_first = is_newest_first (page->actions);
  const KzAction *last;

  if (list->is_trial) {
    list->is_trial = FALSE;
    list->poller->sends_ms = page->actions->len > 0 && !is_before (list, page->actions);
    if (!list->poller->sends_ms) {
      list->count = MIN (list->count * 2, MAX_COUNT);
      return !list->is_walking;
    }
  }
  if (!page->has_more || page->actions->len == 0 || ++list->pages >= MAX_PAGES)
    return FALSE;
  last = g_ptr_array_index (page->actions, page->actions->len - 1);
  /* Of a first look only the latest count, and they are here; so is all that was asked for. */
  if (newest_first && (list->is_seed || (last->sent_us != 0 && last->sent_us < list->from_us)))
    return FALSE;
  if (!newest_first && is_before (list, page->actions) && try_ms (list))
    return TRUE;
  /* A service that gives no more at once is asked from a later date on. */
  if (list->count < MAX_COUNT && (fresh > 0 || newest_first)) {
    list->count = MIN (list->count * 2, MAX_COUNT);
    return TRUE;
  }
  /* Nothing asks for what is older than a page that begins with the newest. */
  return !newest_first && walk (list, page, fresh);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  List *list = data;
  KzPoller *self = list->poller;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionPage) page = NULL;

  if (kz_poller_waits (self, list->group_id, page_cb, source, result, list))
    return;
  page = kz_api_list_actions_finish (self->http, result, &error);
  if (self->is_stopped) {
    list_free (list);
    return;
  }
  if (page == NULL) {
    list_failed (list, error);
  } else if (page->is_same) {
    kz_poller_done (self, list->group_id, list->unit, 0, NULL);
  } else {
    guint fresh = collect (list, page->actions);

    if (list->requests++ == 0)
      list->first_hash = page->hash;
    if (step (list, page, fresh))
      list_next (list);
    else
      list_finished (list);
    return;
  }
  list_free (list);
}

static void
list_next (List *list)
{
  KzPoller *self = list->poller;
  const char *package =
      list->kind == KZ_ACTION_PACKAGE ? list->unit + strlen (KZ_UNIT_PACKAGE) : NULL;
  guint64 hash = list->requests == 0 && !list->is_seed
                     ? kz_schedule_tag (self->schedule, list->group_id, list->unit)
                     : 0;
  /* The call makes seconds of it. */
  gint64 from_us = list->is_trial || self->sends_ms ? list->from_us * 1000 : list->from_us;

  kz_api_list_actions_async (self->http, list->group_id, list->kind, package, from_us, list->count,
                             hash, self->cancellable, page_cb, list);
}

void
kz_poller_start_list (KzPoller *self, KzPollGroup *group, const char *unit)
{
  const KzGroupState *state = kz_store_group (self->store, group->group_id);
  List *list = g_new0 (List, 1);

  list->poller = g_object_ref (self);
  list->group_id = g_strdup (group->group_id);
  list->unit = g_strdup (unit);
  list->kind =
      g_str_has_prefix (unit, KZ_UNIT_PACKAGE) ? KZ_ACTION_PACKAGE : kz_action_kind_parse (unit);
  list->count = FIRST_COUNT;
  list->found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_action_unref);
  list->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  list->is_seed = !kz_cursor_is_seeded (state->cursor, unit);
  if (!list->is_seed) {
    gint64 mark_us = kz_cursor_mark (state->cursor, unit);
    gint64 since_us = self->funcs.listing_since_us (list->group_id, list->kind, self->data);

    list->floor_us = MAX (0, mark_us - KZ_POLL_OVERLAP_US);
    list->from_us = since_us != 0 ? MIN (list->floor_us, since_us) : list->floor_us;
  }
  list_next (list);
}
