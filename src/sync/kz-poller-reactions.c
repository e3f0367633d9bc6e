/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-poller-private.h"

#include "kz-error.h"

#include <string.h>

/* A server that gives a new cursor for ever is left after so many pages. */
#define MAX_PAGES 20
/* Of each kind so many actions are looked through. */
#define SEARCH_COUNT 240

/**
 * Pass:
 * @cursor: of the summary, in ticks; stored when the pass is complete
 * @index: the summary that is worked on
 * @kind: of its reactions
 * @reactions: (element-type KzReaction): of @kind, so far
 * @begun_us: wall clock
 * @sought: (element-type utf8): references of actions that nobody knows, or not their texts
 * @seeks_unknown: some of them may be of any kind
 * @known_units: (element-type utf8): the lists that may have the others
 * @units: (element-type utf8): lists in which they may be, the last one next
 *
 * Reads what changed since the stored cursor, then who it was (API §17).
 */
typedef struct {
  KzPoller *poller;
  char *group_id;
  gint64 cursor;
  guint pages;
  GPtrArray *summaries;
  guint index;
  KzReactionKind kind;
  gint64 details_cursor;
  guint details_pages;
  GPtrArray *reactions;
  gint64 begun_us;
  GHashTable *sought;
  gboolean seeks_unknown;
  GHashTable *known_units;
  GPtrArray *units;
  int news;
} Pass;

static void next_details (Pass *pass);
static void next_search (Pass *pass);

static void
pass_free (Pass *pass)
{
  g_free (pass->group_id);
  g_ptr_array_unref (pass->summaries);
  g_ptr_array_unref (pass->reactions);
  g_hash_table_unref (pass->sought);
  g_hash_table_unref (pass->known_units);
  g_ptr_array_unref (pass->units);
  g_object_unref (pass->poller);
  g_free (pass);
}

static void
pass_failed (Pass *pass, const GError *error)
{
  if (!pass->poller->is_stopped)
    kz_poller_done (pass->poller, pass->group_id, KZ_UNIT_REACTIONS, -1, error);
  pass_free (pass);
}

static void
pass_finished (Pass *pass)
{
  KzPoller *self = pass->poller;
  KzGroupState *state;

  if (!self->is_stopped && kz_poller_group (self, pass->group_id) != NULL) {
    state = kz_store_group (self->store, pass->group_id);
    state->reaction_cursor = pass->cursor;
    state->reactions_us = pass->begun_us;
    state->reactions_seeded = TRUE;
    kz_store_changed (self->store);
  }
  if (!self->is_stopped)
    kz_poller_done (self, pass->group_id, KZ_UNIT_REACTIONS, pass->news, NULL);
  pass_free (pass);
}

/* --- Who it was --- */

static void
reactions_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Pass *pass = data;
  KzPoller *self = pass->poller;
  const KzReactionSummary *summary = g_ptr_array_index (pass->summaries, pass->index);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzReactionDetails) details = NULL;

  if (kz_poller_waits (self, pass->group_id, reactions_cb, source, result, pass))
    return;
  details = kz_api_list_reactions_finish (self->http, result, &error);
  if (self->is_stopped || (details == NULL && kz_error_is_transient (error))) {
    pass_failed (pass, error);
    return;
  }
  for (guint i = 0; details != NULL && i < details->reactions->len; i++)
    g_ptr_array_add (pass->reactions, kz_reaction_ref (g_ptr_array_index (details->reactions, i)));
  if (details != NULL && details->reactions->len > 0 && details->cursor > pass->details_cursor &&
      ++pass->details_pages < MAX_PAGES) {
    pass->details_cursor = details->cursor;
    next_details (pass);
    return;
  }
  pass->news += (int) self->funcs.reactions (pass->group_id, summary, pass->kind, pass->reactions,
                                             self->data);
  if (self->is_stopped) {
    pass_free (pass);
    return;
  }
  pass->kind++;
  pass->details_cursor = 0;
  pass->details_pages = 0;
  g_ptr_array_set_size (pass->reactions, 0);
  next_details (pass);
}

/* Goes on to the next reference and kind that changed. */
static void
next_details (Pass *pass)
{
  KzPoller *self = pass->poller;
  gboolean is_seeded = kz_store_group (self->store, pass->group_id)->reactions_seeded;

  for (; pass->index < pass->summaries->len; pass->index++, pass->kind = KZ_REACTION_LIKE) {
    const KzReactionSummary *summary = g_ptr_array_index (pass->summaries, pass->index);
    const KzOpenAction *open = kz_store_find_action (self->store, NULL, summary->reference_id);
    const char *origin = open != NULL ? open->action->source_group_id : NULL;

    for (; pass->kind <= KZ_REACTION_COMMENT; pass->kind++) {
      if (pass->details_pages == 0 &&
          !self->funcs.wants_reactions (pass->group_id, summary, pass->kind, !is_seeded,
                                        self->data))
        continue;
      kz_api_list_reactions_async (self->http, pass->group_id,
                                   origin != NULL ? origin : pass->group_id, summary->reference_id,
                                   pass->kind, pass->details_cursor, self->cancellable,
                                   reactions_cb, pass);
      return;
    }
    self->funcs.reactions_done (pass->group_id, summary, self->data);
    if (self->is_stopped)
      break;
  }
  pass_finished (pass);
}

/* --- What it was to --- */

/* Reactions name a reference, and single actions are asked for by another id (API §14, §17): only
 * lists tell which belong together. */
static void
search_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Pass *pass = data;
  KzPoller *self = pass->poller;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionPage) page = kz_api_list_actions_finish (self->http, result, &error);

  if (self->is_stopped) {
    pass_failed (pass, error);
    return;
  }
  for (guint i = 0; page != NULL && i < page->actions->len && !self->is_stopped; i++) {
    KzAction *action = g_ptr_array_index (page->actions, i);

    if (action->reference_id != NULL && g_hash_table_remove (pass->sought, action->reference_id))
      self->funcs.found_action (pass->group_id, action, self->data);
  }
  next_search (pass);
}

static void
next_search (Pass *pass)
{
  KzPoller *self = pass->poller;
  g_autofree char *unit = NULL;
  gboolean is_package;

  if (g_hash_table_size (pass->sought) == 0 || pass->units->len == 0) {
    next_details (pass);
    return;
  }
  unit = g_ptr_array_steal_index (pass->units, pass->units->len - 1);
  is_package = g_str_has_prefix (unit, KZ_UNIT_PACKAGE);
  kz_api_list_actions_async (self->http, pass->group_id,
                             is_package ? KZ_ACTION_PACKAGE : kz_action_kind_parse (unit),
                             is_package ? unit + strlen (KZ_UNIT_PACKAGE) : NULL, 0, SEARCH_COUNT,
                             0, self->cancellable, search_cb, pass);
}

/* Whether @unit lists what somebody may react to: something like it is open in the group. */
static gboolean
is_likely (KzPoller *self, const KzPollGroup *group, const char *unit)
{
  g_autoptr (GPtrArray) all = kz_store_open_actions (self->store);

  for (guint i = 0; i < all->len; i++) {
    const KzAction *action = ((const KzOpenAction *) g_ptr_array_index (all, i))->action;
    const char *wire = kz_action_kind_wire (action->kind);

    if (g_strcmp0 (action->group_id, group->group_id) == 0 &&
        (g_strcmp0 (unit, wire) == 0 ||
         (g_str_has_prefix (unit, KZ_UNIT_PACKAGE) &&
          g_strcmp0 (unit + strlen (KZ_UNIT_PACKAGE), action->package_id) == 0)))
      return TRUE;
  }
  return FALSE;
}

static void
add_search (KzPoller *self, KzPollGroup *group, const char *unit, gpointer data)
{
  Pass *pass = data;

  if (g_hash_table_contains (pass->known_units, unit))
    g_ptr_array_add (pass->units, g_strdup (unit));
  else if (pass->seeks_unknown && !g_str_equal (unit, KZ_UNIT_REACTIONS))
    g_ptr_array_insert (pass->units, is_likely (self, group, unit) ? (int) pass->units->len : 0,
                        g_strdup (unit));
}

/* @open: (nullable): nobody knows it. */
static void
note_where (Pass *pass, const KzOpenAction *open)
{
  if (open == NULL)
    pass->seeks_unknown = TRUE;
  else if (open->action->kind == KZ_ACTION_PACKAGE)
    g_hash_table_add (pass->known_units,
                      g_strconcat (KZ_UNIT_PACKAGE, open->action->package_id, NULL));
  else
    g_hash_table_add (pass->known_units, g_strdup (kz_action_kind_wire (open->action->kind)));
}

static void
start_search (Pass *pass, KzPollGroup *group)
{
  KzPoller *self = pass->poller;
  gboolean is_seeded = kz_store_group (self->store, pass->group_id)->reactions_seeded;

  for (guint i = 0; i < pass->summaries->len; i++) {
    const KzReactionSummary *summary = g_ptr_array_index (pass->summaries, i);
    gboolean is_wanted = FALSE;

    for (int kind = KZ_REACTION_LIKE; kind <= KZ_REACTION_COMMENT; kind++)
      is_wanted = is_wanted || self->funcs.wants_reactions (pass->group_id, summary,
                                                            (KzReactionKind) kind, !is_seeded,
                                                            self->data);
    if (!is_wanted ||
        !self->funcs.seeks_action (pass->group_id, summary->reference_id, self->data))
      continue;
    g_hash_table_add (pass->sought, g_strdup (summary->reference_id));
    note_where (pass, kz_store_find_action (self->store, NULL, summary->reference_id));
  }
  if (g_hash_table_size (pass->sought) > 0)
    kz_poller_foreach_kind (self, group, add_search, pass);
  next_search (pass);
}

/* --- What changed --- */

static void summary_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
next_summary (Pass *pass)
{
  kz_api_list_reaction_summaries_async (pass->poller->http, pass->group_id, pass->cursor,
                                        pass->poller->cancellable, summary_cb, pass);
}

static void
add_summary (Pass *pass, const KzReactionSummary *summary)
{
  KzReactionSummary *copy;

  for (guint i = 0; i < pass->summaries->len; i++) {
    KzReactionSummary *known = g_ptr_array_index (pass->summaries, i);

    if (g_strcmp0 (known->reference_id, summary->reference_id) == 0) {
      known->likes = summary->likes;
      known->comments = summary->comments;
      known->others = summary->others;
      return;
    }
  }
  copy = g_memdup2 (summary, sizeof *summary);
  copy->reference_id = g_strdup (summary->reference_id);
  g_ptr_array_add (pass->summaries, copy);
}

static void
summary_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Pass *pass = data;
  KzPoller *self = pass->poller;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzReactionPage) page =
      kz_api_list_reaction_summaries_finish (self->http, result, &error);
  KzPollGroup *group = kz_poller_group (self, pass->group_id);
  gint64 before = pass->cursor;

  if (self->is_stopped || page == NULL) {
    pass_failed (pass, error);
    return;
  }
  for (guint i = 0; i < page->summaries->len; i++)
    add_summary (pass, g_ptr_array_index (page->summaries, i));
  pass->cursor = MAX (pass->cursor, page->cursor);
  if (page->summaries->len > 0 && pass->cursor > before && ++pass->pages < MAX_PAGES)
    next_summary (pass);
  else if (group == NULL)
    pass_finished (pass);
  else
    start_search (pass, group);
}

void
kz_poller_start_reactions (KzPoller *self, KzPollGroup *group)
{
  const KzGroupState *state = kz_store_group (self->store, group->group_id);
  Pass *pass = g_new0 (Pass, 1);

  pass->poller = g_object_ref (self);
  pass->group_id = g_strdup (group->group_id);
  pass->cursor = state->reaction_cursor;
  pass->kind = KZ_REACTION_LIKE;
  pass->begun_us = kz_clock_wall_us (self->clock);
  pass->sought = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pass->known_units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pass->units = g_ptr_array_new_with_free_func (g_free);
  pass->summaries = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_reaction_summary_free);
  pass->reactions = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_reaction_unref);
  next_summary (pass);
}
