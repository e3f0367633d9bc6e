/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-error.h"
#include "kz-limits.h"

/* Full lists that must lack a group before it is asked for itself. */
#define MISSES 2
#define MEET_US (2 * G_USEC_PER_SEC)

/* --- One group came --- */

static void
begin_group (KzEngine *self, const KzGroup *group)
{
  KzRoom *room = kz_engine_room (self, group->id);

  if (!kz_engine_is_up (self))
    return;
  if (self->hooks != NULL)
    kz_webhook_subscriptions_add (self->hooks, group->id, room->is_open);
  kz_engine_load_missing_members (self);
  if (group->has_subgroups && !group->has_parents && !room->is_tree_read)
    kz_engine_load_tree (self, group->id);
}

static gboolean
count_differs (int before, int after)
{
  /* -1: this call does not tell. */
  return before >= 0 && after >= 0 && before != after;
}

/* Somebody came, went or became something else. */
static gboolean
has_moved (const KzGroup *before, const KzGroup *after)
{
  return count_differs (before->user_count, after->user_count) ||
         count_differs (before->direct_user_count, after->direct_user_count) ||
         (before->role != after->role && before->role != KZ_ROLE_UNKNOWN &&
          after->role != KZ_ROLE_UNKNOWN);
}

void
kz_engine_place_group (KzEngine *self, const KzGroup *group, const char *parent_id)
{
  g_autoptr (KzGroup) placed = kz_group_with_parent (group, parent_id);
  KzEvent *event;

  if (!kz_directory_put_group (self->directory, placed, NULL))
    return;
  event = kz_event_new (KZ_EVENT_GROUP_CHANGED, KZ_SOURCE_POLL, placed->id);
  event->group = kz_group_ref (placed);
  kz_engine_emit (self, event);
}

/* A list says that a group that was known is not what it was. */
static void
follow_change (KzEngine *self, const KzGroup *before, const KzGroup *group)
{
  gboolean moved = has_moved (before, group);

  if (moved && kz_engine_is_up (self))
    kz_engine_members_moved (self, group->id);
  /* A subgroup may have come, gone or gone elsewhere: the tree tells. */
  if ((!moved && before->has_subgroups == group->has_subgroups) || !kz_engine_is_up (self))
    return;
  if (!group->has_subgroups)
    kz_engine_take_tree (self, group->id, NULL);
  else if (!group->has_parents)
    kz_engine_load_tree (self, group->id);
}

void
kz_engine_put_group (KzEngine *self, KzGroup *group)
{
  const KzGroup *known = kz_directory_group (self->directory, group->id);
  g_autoptr (KzGroup) before = known != NULL ? kz_group_ref ((KzGroup *) known) : NULL;
  g_autoptr (KzGroup) whole = NULL;
  KzGroupState *state = kz_store_group (self->store, group->id);
  gboolean is_new;
  KzEvent *event;

  /* Lists do not tell which parent; what a tree told stays as long as there is one. */
  if (known != NULL && known->parent_id != NULL && group->parent_id == NULL && group->has_parents)
    whole = kz_group_with_parent (group, known->parent_id);
  else
    whole = kz_group_ref (group);
  state->misses = 0;
  if (g_strcmp0 (state->name, whole->name) != 0) {
    g_free (state->name);
    state->name = g_strdup (whole->name);
    kz_store_changed (self->store);
  }
  if (!kz_directory_put_group (self->directory, whole, &is_new))
    return;
  event = kz_event_new (is_new ? KZ_EVENT_GROUP_ADDED : KZ_EVENT_GROUP_CHANGED, KZ_SOURCE_POLL,
                        whole->id);
  event->group = kz_group_ref (whole);
  kz_engine_emit (self, event);
  if (is_new && kz_engine_is_alive (self))
    begin_group (self, whole);
  else if (before != NULL)
    follow_change (self, before, whole);
}

/* Children that a list nests are groups like the others. */
static void
put_nested (KzEngine *self, KzGroup *group, const char *parent_id, guint depth)
{
  g_autoptr (KzGroup) placed = parent_id != NULL && group->parent_id == NULL
                                   ? kz_group_with_parent (group, parent_id)
                                   : kz_group_ref (group);

  if (!kz_engine_is_alive (self) || depth > KZ_MAX_TREE_DEPTH)
    return;
  kz_engine_room (self, group->id)->is_listed = TRUE;
  g_hash_table_remove (self->left_groups, group->id);
  kz_engine_put_group (self, placed);
  for (guint i = 0; group->subgroups != NULL && i < group->subgroups->len; i++)
    put_nested (self, g_ptr_array_index (group->subgroups, i), group->id, depth + 1);
}

void
kz_engine_take_group (KzEngine *self, KzGroup *group)
{
  put_nested (self, group, NULL, 0);
}

/* A list that lacks a group removes nothing by itself (design: what is polled). */
void
kz_engine_count_misses (KzEngine *self)
{
  /* Of earlier sessions too: the host may still show those. */
  g_autoptr (GPtrArray) ids = kz_store_group_ids (self->store);

  for (guint i = 0; i < ids->len && kz_engine_is_up (self); i++) {
    const char *group_id = g_ptr_array_index (ids, i);
    KzRoom *room = kz_engine_room (self, group_id);
    KzGroupState *state = kz_store_group (self->store, group_id);

    if (room->is_listed || room->is_tree_only)
      continue;
    state->misses++;
    kz_store_changed (self->store);
    if (state->misses >= MISSES)
      kz_engine_check_group (self, group_id);
  }
}

/* A full list on its way in. */
typedef struct {
  KzEngine *engine;
  GPtrArray *groups;
  guint next;
  GDestroyNotify done;
  gpointer data;
} Intake;

static gboolean
take_slice (gpointer data)
{
  Intake *intake = data;
  guint left = intake->groups->len - intake->next;

  for (guint n = 0; n < KZ_SLICE_ITEMS && intake->next < intake->groups->len; n++)
    put_nested (intake->engine, g_ptr_array_index (intake->groups, intake->next++), NULL, 0);
  /* What follows a long list has a turn of its own. */
  return left > 0 && intake->groups->len > KZ_SLICE_ITEMS;
}

static void
all_taken (gpointer data)
{
  Intake *intake = data;
  KzEngine *self = intake->engine;

  if (intake->groups->len > 0 && kz_engine_is_up (self))
    kz_engine_count_misses (self);
  intake->done (intake->data);
  g_ptr_array_unref (intake->groups);
  g_object_unref (self);
  g_free (intake);
}

void
kz_engine_take_groups (KzEngine *self, GPtrArray *groups, GDestroyNotify done, gpointer data)
{
  Intake *intake = g_new0 (Intake, 1);
  GHashTableIter iter;
  gpointer room;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &room))
    ((KzRoom *) room)->is_listed = FALSE;
  intake->engine = g_object_ref (self);
  intake->groups = g_ptr_array_ref (groups);
  intake->done = done;
  intake->data = data;
  kz_engine_add_work (self, take_slice, intake, all_taken);
}

void
kz_engine_meet_group (KzEngine *self, const char *group_id)
{
  const char *name = kz_store_group (self->store, group_id)->name;
  g_autoptr (KzGroup) group = NULL;

  if (kz_directory_group (self->directory, group_id) != NULL)
    return;
  group = kz_group_new_minimal (group_id, name);
  kz_engine_put_group (self, group);
  if (kz_engine_is_alive (self))
    kz_engine_refresh_groups (self);
}

/* --- Leaving --- */

static void
remove_group (KzEngine *self, const char *group_id)
{
  g_autofree char *id = g_strdup (group_id);

  /* What waits was accepted: it is shown before the room goes, and not told again. */
  kz_engine_finish_room_work (self, id);
  kz_engine_end_lookups (self, id);
  kz_engine_release_group (self, id);
  if (!kz_engine_is_up (self))
    return;
  kz_poller_remove_group (self->poller, id);
  if (self->hooks != NULL)
    kz_webhook_subscriptions_remove (self->hooks, id);
  kz_directory_remove_group (self->directory, id);
  kz_store_forget_group (self->store, id);
  kz_engine_forget_room (self, id);
  kz_engine_emit (self, kz_event_new (KZ_EVENT_GROUP_REMOVED, KZ_SOURCE_POLL, id));
}

void
kz_engine_leave_now (KzEngine *self, const char *group_id)
{
  g_hash_table_add (self->left_groups, g_strdup (group_id));
  if (kz_directory_group (self->directory, group_id) != NULL)
    remove_group (self, group_id);
}

void
kz_engine_unparent_group (KzEngine *self, const char *group_id)
{
  const KzGroup *known = kz_directory_group (self->directory, group_id);
  g_autoptr (KzGroup) group = NULL;
  KzEvent *event;

  if (known == NULL || known->parent_id == NULL)
    return;
  group = kz_group_with_parent (known, NULL);
  kz_directory_put_group (self->directory, group, NULL);
  event = kz_event_new (KZ_EVENT_GROUP_CHANGED, KZ_SOURCE_OWN, group_id);
  event->group = kz_group_ref (group);
  kz_engine_emit (self, event);
}

typedef struct {
  KzEngine *engine;
  char *group_id;
} GroupCall;

static GroupCall *
group_call_new (KzEngine *self, const char *group_id)
{
  GroupCall *call = g_new0 (GroupCall, 1);

  call->engine = g_object_ref (self);
  call->group_id = g_strdup (group_id);
  return call;
}

static void
group_call_free (GroupCall *call)
{
  g_object_unref (call->engine);
  g_free (call->group_id);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GroupCall, group_call_free)

static void
check_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GroupCall) call = data;
  KzEngine *self = call->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroup) group = kz_api_get_group_finish (self->http, result, &error);

  if (!kz_engine_is_up (self))
    return;
  kz_engine_room (self, call->group_id)->is_checking = FALSE;
  kz_engine_note_result (self, error);
  if (!kz_engine_is_up (self))
    return;
  if (group != NULL) {
    kz_store_group (self->store, call->group_id)->misses = 0;
    if (g_strcmp0 (group->id, call->group_id) == 0)
      kz_engine_put_group (self, group);
  } else if ((g_error_matches (error, KZ_ERROR, KZ_ERROR_FORBIDDEN) ||
              g_error_matches (error, KZ_ERROR, KZ_ERROR_NOT_FOUND))) {
    remove_group (self, call->group_id);
  }
}

void
kz_engine_check_group (KzEngine *self, const char *group_id)
{
  KzRoom *room = kz_engine_room (self, group_id);

  if (!kz_engine_is_up (self) || room->is_checking)
    return;
  room->is_checking = TRUE;
  kz_api_get_group_async (self->http, group_id, KZ_LANE_UPKEEP, self->cancellable, check_cb,
                          group_call_new (self, group_id));
}

/* --- Refresh --- */

static void
finish_refresh (KzEngine *self)
{
  self->is_refreshing = FALSE;
  if (self->refresh_again && kz_engine_is_up (self)) {
    self->refresh_again = FALSE;
    kz_engine_refresh_groups (self);
  }
}

static void
refreshed (gpointer data)
{
  g_autoptr (KzEngine) self = data;

  if (kz_engine_is_up (self))
    finish_refresh (self);
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = kz_api_list_groups_finish (self->http, result, &error);

  if (!kz_engine_is_up (self))
    return;
  kz_engine_note_result (self, error);
  if (!kz_engine_is_up (self))
    return;
  if (groups != NULL)
    kz_engine_take_groups (self, groups, refreshed, g_object_ref (self));
  else
    finish_refresh (self);
}

static void
refreshed_one_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroup) group = kz_api_get_group_finish (self->http, result, &error);

  if (!kz_engine_is_up (self))
    return;
  kz_engine_note_result (self, error);
  if (kz_engine_is_up (self) && group != NULL)
    kz_engine_take_group (self, group);
  if (kz_engine_is_up (self))
    finish_refresh (self);
}

static void
refresh_now_cb (gpointer data)
{
  g_autoptr (KzEngine) self = g_object_ref (data);
  const char *group_id;

  if (!kz_engine_is_up (self))
    return;
  group_id = kz_auth_group_token_id (self->auth);
  if (group_id != NULL)
    kz_api_get_group_async (self->http, group_id, KZ_LANE_UPKEEP, self->cancellable,
                            refreshed_one_cb, g_object_ref (self));
  else
    kz_api_list_groups_async (self->http, self->cancellable, refreshed_cb, g_object_ref (self));
}

void
kz_engine_refresh_groups (KzEngine *self)
{
  g_return_if_fail (KZ_IS_ENGINE (self));

  if (!kz_engine_is_up (self))
    return;
  if (self->is_refreshing) {
    self->refresh_again = TRUE;
    return;
  }
  self->is_refreshing = TRUE;
  /* Several reasons within a moment are one. */
  kz_clock_set (self->clock, self, "refresh-now", MEET_US / 20, refresh_now_cb, self);
}
