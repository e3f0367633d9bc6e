/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-error.h"
#include "kz-limits.h"

/* Larger lists are read only when somebody opens the room. */
#define BACKGROUND_MAX_USERS 1000
#define TICK_US (60 * G_USEC_PER_SEC)
/* Lists of rooms that nobody looks at: so many at once, the others a tick later. */
#define IDLE_A_TICK 4

static void pump (KzEngine *self);

/* --- What came --- */

static void
emit_membership (KzEngine *self,
                 KzEventKind kind,
                 const char *group_id,
                 KzMember *member,
                 KzPerson *by,
                 KzSource source)
{
  KzEvent *event = kz_event_new (kind, source, group_id);

  event->membership = kz_membership_new (group_id, member, by, kind != KZ_EVENT_MEMBER_REMOVED);
  event->sender = by != NULL ? kz_person_ref (by) : NULL;
  event->is_own = by != NULL && kz_directory_is_own (self->directory, by);
  kz_engine_emit (self, event);
}

static void
emit_each (KzEngine *self, KzEventKind kind, const char *group_id, GPtrArray *members)
{
  for (guint i = 0; i < members->len && kz_engine_is_up (self); i++)
    emit_membership (self, kind, group_id, g_ptr_array_index (members, i), NULL, KZ_SOURCE_POLL);
}

/* Our own entry tells our name, which nothing documented does. */
static void
learn_own (KzEngine *self, GPtrArray *members)
{
  for (guint i = 0; i < members->len; i++) {
    const KzMember *member = g_ptr_array_index (members, i);

    if (kz_directory_is_own (self->directory, member->person)) {
      kz_directory_set_own (self->directory, member->person->id, NULL, member->person->name);
      if (member->person->id != NULL)
        kz_store_set_own_user_id (self->store, member->person->id);
      return;
    }
  }
}

/* A list of members on its way in. */
typedef struct {
  KzEngine *engine;
  char *group_id;
  GPtrArray *members;
  guint next;
  KzMemberList *list;
  GDestroyNotify done;
  gpointer data;
} Intake;

static gboolean
take_slice (gpointer data)
{
  Intake *intake = data;
  KzEngine *self = intake->engine;

  for (guint n = 0; n < KZ_SLICE_ITEMS && intake->next < intake->members->len; n++) {
    KzMember *member = g_ptr_array_index (intake->members, intake->next++);

    kz_member_list_add (intake->list, member);
    /* Of a long list the names are found here, and not all at once when the host shows it. */
    if (intake->members->len > KZ_SLICE_ITEMS)
      kz_directory_name (self->directory, member->person);
  }
  return intake->next < intake->members->len;
}

static void
put_list (KzEngine *self, const char *group_id, KzMemberList *list)
{
  gboolean is_first = kz_directory_members (self->directory, group_id) == NULL;
  g_autoptr (GPtrArray) added = NULL;
  g_autoptr (GPtrArray) changed = NULL;
  g_autoptr (GPtrArray) removed = NULL;

  kz_directory_set_members (self->directory, group_id, list, &added, &changed, &removed);
  if (is_first) {
    kz_engine_emit (self, kz_event_new (KZ_EVENT_MEMBERS_LOADED, KZ_SOURCE_POLL, group_id));
    return;
  }
  emit_each (self, KZ_EVENT_MEMBER_REMOVED, group_id, removed);
  emit_each (self, KZ_EVENT_MEMBER_ADDED, group_id, added);
  emit_each (self, KZ_EVENT_MEMBER_CHANGED, group_id, changed);
}

static void
all_taken (gpointer data)
{
  Intake *intake = data;
  KzEngine *self = intake->engine;

  if (kz_engine_is_up (self) && kz_directory_group (self->directory, intake->group_id) != NULL)
    put_list (self, intake->group_id, g_steal_pointer (&intake->list));
  intake->done (intake->data);
  kz_member_list_free (intake->list);
  g_ptr_array_unref (intake->members);
  g_free (intake->group_id);
  g_object_unref (self);
  g_free (intake);
}

void
kz_engine_take_members (KzEngine *self,
                        const char *group_id,
                        GPtrArray *members,
                        GDestroyNotify done,
                        gpointer data)
{
  Intake *intake = g_new0 (Intake, 1);

  learn_own (self, members);
  intake->engine = g_object_ref (self);
  intake->group_id = g_strdup (group_id);
  intake->members = g_ptr_array_ref (members);
  intake->list = kz_member_list_new (self->directory);
  intake->done = done;
  intake->data = data;
  kz_engine_add_work (self, take_slice, intake, all_taken);
}

void
kz_engine_take_membership (KzEngine *self, const KzMembership *membership, KzSource source)
{
  KzMember *member = membership->member;
  gboolean is_own = kz_directory_is_own (self->directory, member->person);
  gboolean is_news;

  kz_directory_learn_for_good (self->directory, membership->by);
  if (membership->added)
    is_news = kz_directory_add_member (self->directory, membership->group_id, member);
  else
    is_news = kz_directory_remove_member (self->directory, membership->group_id, member->person);
  if (is_news)
    emit_membership (self, membership->added ? KZ_EVENT_MEMBER_ADDED : KZ_EVENT_MEMBER_REMOVED,
                     membership->group_id, member, membership->by, source);
  /* A delivery says it, the service itself must confirm it. */
  if (is_own && !membership->added && kz_engine_is_up (self))
    kz_engine_check_group (self, membership->group_id);
}

/* --- Reading lists --- */

typedef struct {
  KzEngine *engine;
  char *group_id;
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->engine);
  g_free (load->group_id);
  g_free (load);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

/* Polling waits for the names: history without them would be a column of numbers. */
static void
begin_polling (KzEngine *self, const char *group_id)
{
  kz_poller_add_group (self->poller, group_id);
  kz_poller_set_open (self->poller, group_id, kz_engine_room (self, group_id)->is_open);
  if (self->hooks != NULL)
    kz_poller_set_pushed (self->poller, group_id,
                          kz_webhook_subscriptions_works (self->hooks, group_id));
  kz_engine_watch_open_actions (self, group_id);
}

static void
note_failure (KzEngine *self, KzRoom *room, const GError *error)
{
  gint64 delay_s = KZ_MEMBERS_OPEN_S;

  if (kz_error_is_transient (error))
    delay_s = MIN ((gint64) KZ_MEMBERS_RETRY_S << MIN (room->members_failures, 10), delay_s);
  room->members_failures++;
  room->members_retry_us = kz_clock_monotonic_us (self->clock) + delay_s * G_USEC_PER_SEC;
}

static void
note_success (KzEngine *self, KzRoom *room)
{
  room->members_us = MAX (1, kz_clock_monotonic_us (self->clock));
  room->members_retry_us = 0;
  room->members_failures = 0;
}

static void
loaded (gpointer data)
{
  g_autoptr (Load) load = data;
  KzEngine *self = load->engine;

  if (!kz_engine_is_up (self))
    return;
  self->members_in_flight--;
  kz_engine_room (self, load->group_id)->is_loading_members = FALSE;
  if (kz_directory_group (self->directory, load->group_id) != NULL)
    begin_polling (self, load->group_id);
  if (kz_engine_is_up (self))
    pump (self);
}

static void
members_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Load) load = data;
  KzEngine *self = load->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = kz_api_list_members_finish (self->http, result, &error);
  const char *group_id = load->group_id;

  if (!kz_engine_is_up (self))
    return;
  kz_engine_note_result (self, error);
  if (!kz_engine_is_up (self))
    return;
  if (members == NULL || kz_directory_group (self->directory, group_id) == NULL) {
    if (error != NULL && kz_directory_group (self->directory, group_id) != NULL)
      note_failure (self, kz_engine_room (self, group_id), error);
    loaded (g_steal_pointer (&load));
    return;
  }
  note_success (self, kz_engine_room (self, group_id));
  kz_engine_take_members (self, group_id, members, loaded, g_steal_pointer (&load));
}

/* Open rooms first. (nullable) */
static KzRoom *
choose_room (KzEngine *self)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);
  KzRoom *found = NULL;

  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    KzRoom *room = kz_engine_room (self, group->id);

    if (!room->wants_members || room->is_loading_members)
      continue;
    if (room->is_open)
      return room;
    if (found == NULL)
      found = room;
  }
  return found;
}

static void
pump (KzEngine *self)
{
  while (self->members_in_flight < KZ_MAX_UPKEEP) {
    KzRoom *room = choose_room (self);
    Load *load;

    if (room == NULL)
      return;
    room->wants_members = FALSE;
    room->is_loading_members = TRUE;
    self->members_in_flight++;
    load = g_new0 (Load, 1);
    load->engine = g_object_ref (self);
    load->group_id = g_strdup (room->group_id);
    kz_api_list_members_async (self->http, load->group_id, KZ_LANE_UPKEEP, self->cancellable,
                               members_cb, load);
  }
}

void
kz_engine_load_members (KzEngine *self, const char *group_id)
{
  g_return_if_fail (KZ_IS_ENGINE (self));

  if (kz_directory_group (self->directory, group_id) == NULL)
    return;
  kz_engine_room (self, group_id)->wants_members = TRUE;
  if (kz_engine_is_up (self))
    pump (self);
}

void
kz_engine_load_missing_members (KzEngine *self)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);

  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    KzRoom *room = kz_engine_room (self, group->id);

    if (room->members_us != 0 || room->members_retry_us != 0 || room->is_loading_members)
      continue;
    if (room->is_open || group->user_count <= BACKGROUND_MAX_USERS)
      room->wants_members = TRUE;
    else
      begin_polling (self, group->id);
  }
  pump (self);
}

/* --- Reading them again --- */

static gboolean
is_due (KzEngine *self, const KzGroup *group, const KzRoom *room)
{
  gint64 now_us = kz_clock_monotonic_us (self->clock);
  gint64 stale_s = room->is_open ? KZ_MEMBERS_OPEN_S : KZ_MEMBERS_IDLE_S;

  if (room->wants_members || room->is_loading_members ||
      (!room->is_open && group->user_count > BACKGROUND_MAX_USERS))
    return FALSE;
  if (room->members_retry_us != 0)
    return now_us >= room->members_retry_us;
  return room->members_us != 0 && now_us - room->members_us >= stale_s * G_USEC_PER_SEC;
}

static void
tick_cb (gpointer data)
{
  g_autoptr (KzEngine) self = g_object_ref (data);
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);
  guint idle = 0;

  kz_clock_set (self->clock, self, "members", TICK_US, tick_cb, self);
  if (kz_engine_state (self) != KZ_ENGINE_ONLINE)
    return;
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    KzRoom *room = kz_engine_room (self, group->id);

    if (is_due (self, group, room) && (room->is_open || idle++ < IDLE_A_TICK))
      room->wants_members = TRUE;
  }
  pump (self);
}

void
kz_engine_watch_members (KzEngine *self)
{
  kz_clock_set (self->clock, self, "members", TICK_US, tick_cb, self);
}

void
kz_engine_members_moved (KzEngine *self, const char *group_id)
{
  const KzRoom *room = kz_engine_room (self, group_id);

  /* What was never read comes when it is asked for. */
  if (room->members_us != 0 || room->is_open)
    kz_engine_load_members (self, group_id);
}

/* --- Rooms that somebody looks at --- */

static gboolean
needs_members (KzEngine *self, const KzRoom *room)
{
  gint64 age_us = kz_clock_monotonic_us (self->clock) - room->members_us;

  if (room->is_loading_members)
    return FALSE;
  return kz_directory_members (self->directory, room->group_id) == NULL ||
         age_us >= KZ_MEMBERS_OPEN_S * G_USEC_PER_SEC;
}

void
kz_engine_open_group (KzEngine *self, const char *group_id)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = NULL;
  KzRoom *room;

  g_return_if_fail (KZ_IS_ENGINE (self) && group_id != NULL);
  hold = g_object_ref (self);
  room = kz_engine_room (self, group_id);
  room->is_open = TRUE;
  if (!kz_engine_is_up (self))
    return;
  kz_poller_set_open (self->poller, group_id, TRUE);
  kz_engine_watch_open_actions (self, group_id);
  if (self->hooks != NULL && kz_directory_group (self->directory, group_id) != NULL)
    kz_webhook_subscriptions_add (self->hooks, group_id, TRUE);
  if (needs_members (self, room))
    kz_engine_load_members (self, group_id);
  kz_engine_release_group (self, group_id);
}

void
kz_engine_close_group (KzEngine *self, const char *group_id)
{
  g_return_if_fail (KZ_IS_ENGINE (self) && group_id != NULL);

  kz_engine_room (self, group_id)->is_open = FALSE;
  if (kz_engine_is_up (self))
    kz_poller_set_open (self->poller, group_id, FALSE);
}

void
kz_engine_touch_group (KzEngine *self, const char *group_id)
{
  g_return_if_fail (KZ_IS_ENGINE (self) && group_id != NULL);

  if (kz_engine_is_up (self))
    kz_poller_touch (self->poller, group_id);
}
