/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-members.h"

#include "kz-purple-lines.h"
#include "kz-purple-people.h"

#include "kz-i18n.h"
#include <string.h>

/* Changes that come together are shown together. */
#define SYNC_DELAY_US (100 * G_TIME_SPAN_MILLISECOND)
#define SYNC_TIMER "members"

void
kz_room_person_free (KzRoomPerson *person)
{
  g_free (person->key);
  g_free (person);
}

char *
kz_person_name (KzSession *session, const KzPerson *person)
{
  if (person != NULL && kz_directory_is_own (session->directory, person))
    return g_strdup (purple_account_get_username (session->account));
  return g_strdup (kz_directory_name (session->directory, person));
}

char *
kz_person_key (KzSession *session, const KzPerson *person)
{
  const KzPerson *known = kz_directory_lookup (session->directory, person);
  if (known == NULL)
    known = person;
  if (kz_directory_is_own (session->directory, known))
    return g_strdup ("own");
  return known->id != NULL ? g_strconcat ("i:", known->id, NULL)
                           : g_strconcat ("p:", known->phone, NULL);
}

char *
kz_person_spoken_name (const KzPerson *person, gpointer data)
{
  KzSession *session = data;
  if (session->is_closed || session->directory == NULL)
    return NULL;
  if (person != NULL) {
    g_autofree char *alias = kz_people_alias (session, person);
    if (alias != NULL)
      return g_steal_pointer (&alias);
  }
  return g_strdup (kz_directory_name (session->directory, person));
}

/* --- Who should be there --- */

typedef struct {
  char *name;
  KzRoomPerson *person;
} Wanted;

static void
wanted_free (Wanted *wanted)
{
  g_free (wanted->name);
  g_clear_pointer (&wanted->person, kz_room_person_free);
  g_free (wanted);
}

static void
add_wanted (
    GPtrArray *list, GHashTable *seen, char *name, char *key, PurpleConvChatBuddyFlags flags)
{
  if (!g_hash_table_add (seen, g_strdup (name))) {
    g_free (name);
    g_free (key);
    return;
  }
  Wanted *wanted = g_new0 (Wanted, 1);
  wanted->name = name;
  wanted->person = g_new0 (KzRoomPerson, 1);
  wanted->person->key = key;
  wanted->person->flags = flags;
  g_ptr_array_add (list, wanted);
}

/* Ourselves, then admins, then by name: whom the limit cuts off is who is least looked for. */
static int
compare_wanted (gconstpointer a, gconstpointer b)
{
  const Wanted *first = *(Wanted *const *) a;
  const Wanted *second = *(Wanted *const *) b;
  gboolean first_own = g_str_equal (first->person->key, "own");
  gboolean second_own = g_str_equal (second->person->key, "own");
  if (first_own != second_own)
    return first_own ? -1 : 1;
  if (first->person->flags != second->person->flags)
    return first->person->flags > second->person->flags ? -1 : 1;
  return strcmp (first->name, second->name);
}

static GPtrArray *
wanted_people (KzSession *session, KzRoom *room)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) wanted_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *members = kz_directory_members (session->directory, room->group_id);
  for (guint i = 0; members != NULL && i < members->len; i++) {
    const KzMember *member = g_ptr_array_index (members, i);
    add_wanted (list, seen, kz_person_name (session, member->person),
                kz_person_key (session, member->person),
                member->role == KZ_ROLE_ADMIN ? PURPLE_CBFLAGS_OP : PURPLE_CBFLAGS_NONE);
  }
  /* We are in the rooms that we see, whatever a list says. */
  const KzGroup *group = kz_directory_group (session->directory, room->group_id);
  add_wanted (
      list, seen, g_strdup (purple_account_get_username (session->account)), g_strdup ("own"),
      group != NULL && group->role == KZ_ROLE_ADMIN ? PURPLE_CBFLAGS_OP : PURPLE_CBFLAGS_NONE);
  g_ptr_array_sort (list, compare_wanted);
  guint limit = session->host.room_users_max;
  room->hidden_people = limit != 0 && list->len > limit ? list->len - limit : 0;
  if (room->hidden_people > 0)
    g_ptr_array_set_size (list, (int) limit);
  return list;
}

/* --- Bringing the host there --- */

/**
 * Sync:
 * @wanted: (element-type Wanted): who should be shown
 * @gone: (element-type utf8 utf8): name -> key of who is shown and should not be; owns both
 *
 * One pass over a room. What is told to the host may make another plugin close the room: so it is
 * looked up by its number before each step.
 */
typedef struct {
  KzSession *session;
  int room_id;
  GPtrArray *wanted;
  GHashTable *gone;
} Sync;

/* (nullable): the chat of the room, as long as it is open. */
static PurpleConvChat *
open_chat (const Sync *sync, KzRoom **room)
{
  *room = kz_room_of_id (sync->session, sync->room_id);
  PurpleConversation *conversation =
      *room != NULL ? kz_room_conversation (sync->session, *room) : NULL;
  return conversation != NULL ? PURPLE_CONV_CHAT (conversation) : NULL;
}

static void
remember (KzRoom *room, Wanted *wanted)
{
  g_hash_table_replace (room->people, g_strdup (wanted->name), g_steal_pointer (&wanted->person));
}

/* (nullable) (transfer full): the name under which the host has that person now, when it is to go.
 */
static char *
take_old_name (GHashTable *gone, const char *key)
{
  GHashTableIter iter;
  gpointer name, other;
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &name, &other)) {
    if (!g_str_equal (other, key))
      continue;
    char *old = g_strdup (name);
    g_hash_table_iter_remove (&iter);
    return old;
  }
  return NULL;
}

static gboolean
shows_renames (PurpleConvChat *chat)
{
  PurpleConversationUiOps *ops =
      purple_conversation_get_ui_ops (purple_conv_chat_get_conversation (chat));
  return ops != NULL && ops->chat_rename_user != NULL;
}

/* Brings up to date who is shown already. TRUE: @one is not shown at all. */
static gboolean
is_missing (const Sync *sync, KzRoom *room, PurpleConvChat *chat, Wanted *one)
{
  KzRoomPerson *present = g_hash_table_lookup (room->people, one->name);
  PurpleConvChatBuddyFlags flags = one->person->flags;
  if (present != NULL) {
    gboolean differs = present->flags != flags;
    remember (room, one);
    if (differs)
      purple_conv_chat_user_set_flags (chat, one->name, flags);
    return FALSE;
  }
  g_autofree char *old = shows_renames (chat) ? take_old_name (sync->gone, one->person->key) : NULL;
  if (old == NULL)
    return TRUE;
  KzRoomPerson *before = g_hash_table_lookup (room->people, old);
  gboolean differs = before != NULL && before->flags != flags;
  g_hash_table_remove (room->people, old);
  remember (room, one);
  purple_conv_chat_rename_user (chat, old, one->name);
  chat = differs ? open_chat (sync, &room) : NULL;
  if (chat != NULL)
    purple_conv_chat_user_set_flags (chat, one->name, flags);
  return FALSE;
}

static void
add_new (const Sync *sync)
{
  KzRoom *room;
  PurpleConvChat *chat;
  GList *names = NULL, *flags = NULL;
  for (guint i = sync->wanted->len; i > 0; i--) {
    Wanted *one = g_ptr_array_index (sync->wanted, i - 1);
    chat = open_chat (sync, &room);
    if (chat == NULL)
      break;
    if (!is_missing (sync, room, chat, one))
      continue;
    names = g_list_prepend (names, one->name);
    flags = g_list_prepend (flags, GINT_TO_POINTER (one->person->flags));
    remember (room, one);
  }
  chat = open_chat (sync, &room);
  if (names != NULL && chat != NULL)
    purple_conv_chat_add_users (chat, names, NULL, flags, FALSE);
  g_list_free (names);
  g_list_free (flags);
}

static void
remove_gone (const Sync *sync)
{
  KzRoom *room;
  PurpleConvChat *chat = open_chat (sync, &room);
  GList *names = g_hash_table_get_keys (sync->gone);
  if (names == NULL || chat == NULL) {
    g_list_free (names);
    return;
  }
  for (GList *l = names; l != NULL; l = l->next)
    g_hash_table_remove (room->people, l->data);
  purple_conv_chat_remove_users (chat, names, NULL);
  g_list_free (names);
}

static GHashTable *
gone_people (KzRoom *room, GPtrArray *wanted)
{
  GHashTable *gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name, person;
  g_hash_table_iter_init (&iter, room->people);
  while (g_hash_table_iter_next (&iter, &name, &person))
    g_hash_table_insert (gone, g_strdup (name), g_strdup (((KzRoomPerson *) person)->key));
  for (guint i = 0; i < wanted->len; i++)
    g_hash_table_remove (gone, ((Wanted *) g_ptr_array_index (wanted, i))->name);
  return gone;
}

static void
say_hidden (const Sync *sync)
{
  KzRoom *room;
  if (open_chat (sync, &room) == NULL || room->hidden_people == 0 || room->said_hidden)
    return;
  room->said_hidden = TRUE;
  g_autofree char *note = g_strdup_printf (
      ngettext ("%u more person is in this group and not listed: the list would slow this program "
                "down.",
                "%u more people are in this group and not listed: the list would slow this program "
                "down.",
                room->hidden_people),
      room->hidden_people);
  kz_room_say (sync->session, room, note);
}

void
kz_members_sync (KzSession *session, KzRoom *room)
{
  if (kz_room_conversation (session, room) == NULL || session->directory == NULL)
    return;
  g_autoptr (KzSession) hold = kz_session_ref (session);
  g_autoptr (GPtrArray) wanted = wanted_people (hold, room);
  g_autoptr (GHashTable) gone = gone_people (room, wanted);
  Sync sync = {.session = hold, .room_id = room->id, .wanted = wanted, .gone = gone};
  add_new (&sync);
  remove_gone (&sync);
  say_hidden (&sync);
}

static void
sync_all_cb (gpointer data)
{
  kz_rooms_foreach (data, kz_members_sync);
}

void
kz_members_changed (KzSession *session, const char *group_id)
{
  if (kz_room_of_group (session, group_id) != NULL)
    kz_clock_set (session->clock, session, SYNC_TIMER, SYNC_DELAY_US, sync_all_cb, session);
}

static gboolean
leaving_cb (PurpleConversation *conversation,
            const char *name,
            const char *reason,
            KzSession *session)
{
  return purple_conversation_get_account (conversation) == session->account;
}

void
kz_members_connect (KzSession *session)
{
  purple_signal_connect (purple_conversations_get_handle (), "chat-buddy-leaving", session,
                         PURPLE_CALLBACK (leaving_cb), session);
}
