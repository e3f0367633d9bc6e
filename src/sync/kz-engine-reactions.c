/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#define TICKS_PER_US 10
/* From the year 1, in which ticks begin (API §22), to 1970. */
#define EPOCH_TICKS G_GINT64_CONSTANT (621355968000000000)
/* Lists are looked through only so often. */
#define SEARCH_PAUSE_US (10 * G_TIME_SPAN_MINUTE)
#define MAX_SOUGHT 500

/* Counts of what has no handle, for this session. */
typedef struct {
  int likes;
  int comments;
} Counts;

/* FALSE: nobody knows how many there were; @counts is none then. */
static gboolean
known_counts (KzEngine *self, const char *group_id, const char *reference_id, Counts *counts)
{
  const KzMatters *matters = kz_engine_matters (self, group_id);
  const KzOpenAction *open = kz_store_find_action (self->store, NULL, reference_id);
  const Counts *seen = g_hash_table_lookup (matters->reaction_counts, reference_id);

  /* It was met or learned its reference after they were counted. */
  *counts = seen != NULL ? *seen : (Counts){0, 0};
  if (open == NULL)
    return seen != NULL;
  counts->likes = MAX (counts->likes, open->likes);
  counts->comments = MAX (counts->comments, open->comments);
  return seen != NULL || !g_hash_table_contains (matters->sought_actions, reference_id);
}

static int
count_of (const Counts *counts, KzReactionKind kind)
{
  return kind == KZ_REACTION_LIKE ? counts->likes : counts->comments;
}

static int
summary_count (const KzReactionSummary *summary, KzReactionKind kind)
{
  return kind == KZ_REACTION_LIKE ? summary->likes : summary->comments;
}

void
kz_engine_reactions_done (const char *group_id, const KzReactionSummary *summary, gpointer data)
{
  KzEngine *self = data;
  KzOpenAction *open = kz_store_find_action (self->store, NULL, summary->reference_id);
  Counts counts = {summary->likes, summary->comments};

  if (open != NULL) {
    if (open->likes != counts.likes || open->comments != counts.comments) {
      open->likes = counts.likes;
      open->comments = counts.comments;
      kz_store_changed (self->store);
    }
    g_hash_table_remove (kz_engine_matters (self, group_id)->reaction_counts,
                         summary->reference_id);
    g_hash_table_remove (kz_engine_matters (self, group_id)->sought_actions, summary->reference_id);
    return;
  }
  g_hash_table_replace (kz_engine_need_matters (self, group_id)->reaction_counts,
                        g_strdup (summary->reference_id), g_memdup2 (&counts, sizeof counts));
}

/* --- What it is to --- */

/* Something that came after the last search may be it, by another name. */
static gboolean
has_come_since (KzEngine *self, const char *group_id, gint64 ago_us)
{
  g_autoptr (GPtrArray) all = kz_store_open_actions (self->store);
  gint64 since_us = kz_clock_wall_us (self->clock) - ago_us;

  for (guint i = 0; i < all->len; i++) {
    const KzOpenAction *open = g_ptr_array_index (all, i);

    if (open->touched_us > since_us && g_strcmp0 (open->action->group_id, group_id) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Its texts are worth one look into the lists that may have them. */
static gboolean
seeks_texts (KzOpenAction *open)
{
  if (!open->is_bare || open->was_sought ||
      (open->action->kind != KZ_ACTION_PACKAGE && !kz_action_kind_is_listed (open->action->kind)))
    return FALSE;
  open->was_sought = TRUE;
  return TRUE;
}

gboolean
kz_engine_seeks_action (const char *group_id, const char *reference_id, gpointer data)
{
  KzEngine *self = data;
  KzRoom *room = kz_engine_room (self, group_id);
  const KzMatters *matters = kz_engine_matters (self, group_id);
  gint64 now_us = kz_clock_monotonic_us (self->clock);
  KzOpenAction *open = kz_store_find_action (self->store, NULL, reference_id);

  if (open != NULL)
    return seeks_texts (open);
  if (g_hash_table_contains (matters->sought_actions, reference_id) ||
      g_hash_table_size (matters->sought_actions) >= MAX_SOUGHT ||
      (room->sought_us != 0 && room->sought_us != now_us &&
       now_us - room->sought_us < SEARCH_PAUSE_US &&
       !has_come_since (self, group_id, now_us - room->sought_us)))
    return FALSE;
  /* All that one pass asks about are looked for together. */
  room->sought_us = now_us;
  g_hash_table_add (kz_engine_need_matters (self, group_id)->sought_actions,
                    g_strdup (reference_id));
  return TRUE;
}

void
kz_engine_found_action (const char *group_id, KzAction *action, gpointer data)
{
  kz_engine_meet_action (data, action);
}

/* An action that came while we watched: all its reactions did, too. */
static gboolean
is_live (KzEngine *self, const char *reference_id)
{
  const KzOpenAction *open = kz_store_find_action (self->store, NULL, reference_id);
  gint64 came_us;

  if (open == NULL)
    return FALSE;
  /* A delivery carries no time. */
  came_us = open->action->sent_us != 0 ? open->action->sent_us : open->touched_us;
  return came_us >= self->online_wall_us || (open->is_news && !kz_engine_is_before_us (self, came_us));
}

gboolean
kz_engine_wants_reactions (const char *group_id,
                           const KzReactionSummary *summary,
                           KzReactionKind kind,
                           gboolean is_first,
                           gpointer data)
{
  Counts counts = {0, 0};

  if (is_first && !is_live (data, summary->reference_id))
    return FALSE;
  known_counts (data, group_id, summary->reference_id, &counts);
  return summary_count (summary, kind) > count_of (&counts, kind);
}

static void
emit_reaction (KzEngine *self, KzReaction *reaction, KzSource source, gboolean maybe_seen)
{
  KzOpenAction *open = kz_store_find_action (self->store, NULL, reaction->reference_id);
  KzEvent *event = kz_event_new (KZ_EVENT_REACTION, source, reaction->group_id);

  event->reaction = kz_reaction_ref (reaction);
  event->time_us = reaction->time_us;
  event->sender = kz_person_from_wire (reaction->user_id, NULL, NULL, NULL);
  event->is_own = kz_directory_is_own (self->directory, event->sender);
  event->is_late = reaction->time_us != 0 && kz_engine_is_before_us (self, reaction->time_us);
  event->maybe_seen = maybe_seen;
  if (open != NULL) {
    event->action = kz_action_ref (open->action);
    event->handle = g_strdup (open->handle);
  }
  kz_engine_emit (self, event);
}

void
kz_engine_emit_reaction (KzEngine *self, KzReaction *reaction, KzSource source)
{
  emit_reaction (self, reaction, source, FALSE);
}

static int
compare_time (gconstpointer a, gconstpointer b)
{
  const KzReaction *first = *(KzReaction *const *) a;
  const KzReaction *second = *(KzReaction *const *) b;

  return (first->time_us > second->time_us) - (first->time_us < second->time_us);
}

static char *
reaction_key (const KzReaction *reaction)
{
  if (reaction->reaction_id != NULL)
    return g_strconcat ("x:", reaction->reaction_id, NULL);
  return g_strdup_printf ("x:%s:%d:%s:%" G_GINT64_FORMAT, reaction->reference_id,
                          (int) reaction->kind, reaction->user_id != NULL ? reaction->user_id : "",
                          reaction->time_us);
}

/* Nobody says who it was: how many is still worth a line. */
static void
emit_count (KzEngine *self,
            const char *group_id,
            const KzReactionSummary *summary,
            KzReactionKind kind,
            int count)
{
  KzReaction *reaction = kz_reaction_new (group_id, summary->reference_id, kind, NULL);

  reaction->count = count;
  kz_engine_emit_reaction (self, reaction, KZ_SOURCE_POLL);
  kz_reaction_unref (reaction);
}

/* When reactions of a group were last read: by the service's clock where its cursor is a time (API
 * §17), else by ours. What came later and before a sign-off is news, too. */
static gint64
last_read_us (KzEngine *self, const char *group_id)
{
  const KzGroupState *state = kz_store_group (self->store, group_id);
  gint64 cursor_us = (state->reaction_cursor - EPOCH_TICKS) / TICKS_PER_US;

  /* Times of reactions are whole milliseconds, which ticks are not. */
  if (cursor_us > 0 && cursor_us < kz_clock_wall_us (self->clock) + G_TIME_SPAN_DAY)
    return cursor_us - cursor_us % G_TIME_SPAN_MILLISECOND;
  return state->reactions_us != 0 ? state->reactions_us : self->last_online_us;
}

/* What the count was then is not known where there was no handle: then only what came since is
 * news. */
static guint
newer_than (GPtrArray *sorted, gint64 since_us)
{
  guint count = 0;

  for (guint i = 0; i < sorted->len; i++) {
    const KzReaction *reaction = g_ptr_array_index (sorted, i);

    count += reaction->time_us == 0 || reaction->time_us > since_us;
  }
  return count;
}

/* Of those not known only as many are news as the count has grown by: the latest. */
guint
kz_engine_reactions (const char *group_id,
                     const KzReactionSummary *summary,
                     KzReactionKind kind,
                     GPtrArray *reactions,
                     gpointer data)
{
  KzEngine *self = data;
  Counts counts = {0, 0};
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
  gboolean is_known = known_counts (self, group_id, summary->reference_id, &counts);
  gint64 since_us = last_read_us (self, group_id);
  guint allowed;

  /* Some may have come after they were counted. */
  allowed = (guint) MAX (0, MAX (summary_count (summary, kind), (int) reactions->len) -
                                count_of (&counts, kind));
  for (guint i = 0; i < reactions->len; i++) {
    KzReaction *reaction = g_ptr_array_index (reactions, i);
    g_autofree char *key = reaction_key (reaction);
    const char *ids[] = {key, NULL};

    if (!kz_engine_knows (self, group_id, ids))
      g_ptr_array_add (fresh, reaction);
  }
  g_ptr_array_sort (fresh, compare_time);
  if (!is_known && since_us != 0 && kz_store_group (self->store, group_id)->reactions_seeded)
    allowed = MIN (allowed, newer_than (fresh, since_us));
  if (reactions->len == 0 && allowed > 0)
    emit_count (self, group_id, summary, kind, (int) allowed);
  for (guint i = 0; i < fresh->len && kz_engine_is_alive (self); i++) {
    KzReaction *reaction = g_ptr_array_index (fresh, i);
    g_autofree char *key = reaction_key (reaction);
    const char *ids[] = {key, NULL};

    if (fresh->len - i <= allowed) {
      gboolean maybe_seen = kz_store_may_be_seen (self->store, group_id, ids);

      kz_store_showing (self->store, group_id, ids);
      emit_reaction (self, reaction, KZ_SOURCE_POLL, maybe_seen);
    }
    if (kz_engine_is_alive (self))
      kz_engine_mark (self, group_id, ids);
  }
  return MIN (fresh->len, allowed);
}
