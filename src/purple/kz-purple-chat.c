/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-chat.h"

#include "kz-markup.h"
#include "kz-purple-ask.h"
#include "kz-purple-blist.h"
#include "kz-purple-direct.h"
#include "kz-purple-lines.h"
#include "kz-purple-members.h"
#include "kz-purple-people.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _KzRooms {
  GHashTable *by_group; /* (element-type utf8 KzRoom): owns */
  GHashTable *by_id;    /* (element-type int KzRoom) */
  int last_id;
  const char *opening;     /* (nullable): the group whose conversation is being made */
  PurpleChat *placeholder; /* (nullable): what stands in for its node meanwhile */
};

static void
room_free (gpointer data)
{
  KzRoom *room = data;
  g_free (room->group_id);
  g_free (room->conversation_name);
  kz_room_sync_end (room->sync);
  g_free (room);
}

KzRooms *
kz_rooms_new (KzSession *session)
{
  KzRooms *rooms = g_new0 (KzRooms, 1);
  rooms->by_group = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, room_free);
  rooms->by_id = g_hash_table_new (NULL, NULL);
  kz_members_connect (session);
  return rooms;
}

void
kz_rooms_free (KzRooms *rooms)
{
  g_hash_table_unref (rooms->by_id);
  g_hash_table_unref (rooms->by_group);
  g_free (rooms);
}

KzRoom *
kz_room_of_group (KzSession *session, const char *group_id)
{
  if (session->rooms == NULL || group_id == NULL)
    return NULL;
  return g_hash_table_lookup (session->rooms->by_group, group_id);
}

KzRoom *
kz_room_of_id (KzSession *session, int id)
{
  if (session == NULL || session->rooms == NULL)
    return NULL;
  return g_hash_table_lookup (session->rooms->by_id, GINT_TO_POINTER (id));
}

PurpleConversation *
kz_room_conversation (KzSession *session, const KzRoom *room)
{
  return purple_find_chat (session->gc, room->id);
}

void
kz_rooms_foreach (KzSession *session, void (*func) (KzSession *session, KzRoom *room))
{
  /* What is shown may make another plugin close a room meanwhile. */
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer group_id;
  g_hash_table_iter_init (&iter, session->rooms->by_group);
  while (g_hash_table_iter_next (&iter, &group_id, NULL))
    g_ptr_array_add (ids, g_strdup (group_id));
  for (guint i = 0; i < ids->len; i++) {
    KzRoom *room = kz_room_of_group (session, g_ptr_array_index (ids, i));
    if (room != NULL)
      func (session, room);
  }
}

guint
kz_rooms_largest (KzSession *session)
{
  guint largest = 0;
  GHashTableIter iter;
  gpointer room;
  g_hash_table_iter_init (&iter, session->rooms->by_group);
  while (g_hash_table_iter_next (&iter, NULL, &room))
    largest = MAX (largest, kz_members_expected (session, room));
  return largest;
}

/* (nullable): the one group of that name. */
static const char *
group_named (KzSession *session, const char *name)
{
  g_autofree char *clean = kz_markup_clean_name (name);
  g_autofree char *folded = g_utf8_casefold (clean, -1);
  g_autoptr (GPtrArray) groups = kz_directory_groups (session->directory);
  const char *found = NULL;
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    g_autofree char *title = kz_group_title (group);
    g_autofree char *other = g_utf8_casefold (title, -1);
    if (!g_str_equal (folded, other))
      continue;
    if (found != NULL)
      return NULL; /* Two of one name: only the id tells them apart. */
    found = group->id;
  }
  return found;
}

const char *
kz_chat_resolve (KzSession *session, const char *text)
{
  if (session->directory == NULL || text == NULL || *text == '\0')
    return NULL;
  const KzGroup *group = kz_directory_group (session->directory, text);
  if (group != NULL)
    return group->id;
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, session->rooms->by_group);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KzRoom *room = value;
    if (g_str_equal (room->conversation_name, text))
      return room->group_id;
  }
  return group_named (session, text);
}

PurpleChat *
kz_rooms_placeholder (KzSession *session, const char *group_id)
{
  KzRooms *rooms = session->rooms;
  if (rooms == NULL || rooms->opening == NULL || !g_str_equal (rooms->opening, group_id))
    return NULL;
  if (rooms->placeholder == NULL) {
    g_autofree char *title = kz_blist_title (session, group_id);
    rooms->placeholder = purple_chat_new (session->account, title, kz_blist_components (group_id));
  }
  return rooms->placeholder;
}

/* --- Opening --- */

/* What one cannot see of a room, and runs into. */
static void
say_what_may_be_written (KzSession *session, KzRoom *room)
{
  const KzGroup *group = kz_directory_group (session->directory, room->group_id);
  if (group == NULL)
    return;
  const char *prefix = session->host.command_prefix;
  g_autofree char *note = NULL;
  switch (kz_group_may_write (group)) {
  case KZ_WRITE_YES:
    return;
  case KZ_WRITE_TARGETED:
    note = g_strdup (_ ("This is a public group: what you write here goes to all its "
                        "subscribers."));
    break;
  case KZ_WRITE_ANNOUNCE_ONLY:
    note = g_strdup_printf (
        /* Translators: %sannounce is a command to type; do not translate "announce". */
        _ ("This group has subgroups and takes no plain text. %sannounce TEXT reaches everybody in "
           "it and below it."),
        prefix);
    break;
  case KZ_WRITE_NO:
    note = g_strdup (_ ("You can only read in this group."));
    break;
  }
  kz_room_say (session, room, note);
}

static KzRoom *
add_room (KzSession *session, const char *group_id, const char *conversation_name)
{
  KzRooms *rooms = session->rooms;
  KzRoom *room = g_new0 (KzRoom, 1);
  room->id = ++rooms->last_id;
  room->group_id = g_strdup (group_id);
  room->conversation_name = g_strdup (conversation_name);
  g_hash_table_insert (rooms->by_group, room->group_id, room);
  g_hash_table_insert (rooms->by_id, GINT_TO_POINTER (room->id), room);
  return room;
}

static void
drop_room (KzSession *session, KzRoom *room)
{
  g_hash_table_remove (session->rooms->by_id, GINT_TO_POINTER (room->id));
  g_hash_table_remove (session->rooms->by_group, room->group_id);
}

/* Makes the conversation, titled from the start: some hosts never show a later title. */
static PurpleConversation *
make_conversation (KzSession *session, KzRoom *room)
{
  KzRooms *rooms = session->rooms;
  int id = room->id;
  g_autofree char *group_id = g_strdup (room->group_id);
  g_autofree char *name = g_strdup (room->conversation_name);
  rooms->opening = group_id;
  serv_got_joined_chat (session->gc, id, name);
  rooms->opening = NULL;
  if (rooms->placeholder != NULL)
    purple_chat_destroy (g_steal_pointer (&rooms->placeholder));
  room = kz_room_of_id (session, id);
  return room != NULL ? kz_room_conversation (session, room) : NULL;
}

/* What is told to a host may make it close the room again. */
static void
fill_room (KzSession *session, int id, PurpleConversation *conversation)
{
  KzRoom *room = kz_room_of_id (session, id);
  g_autofree char *title = kz_blist_title (session, room->group_id);
  if (g_strcmp0 (purple_conversation_get_title (conversation), title) != 0)
    purple_conversation_set_title (conversation, title);
  room = kz_room_of_id (session, id);
  if (room != NULL)
    kz_members_sync (session, room);
  room = kz_room_of_id (session, id);
  if (room != NULL)
    say_what_may_be_written (session, room);
}

KzRoom *
kz_room_open (KzSession *session, const char *group_id, const char *conversation_name)
{
  g_return_val_if_fail (group_id != NULL, NULL);
  KzRoom *room = kz_room_of_group (session, group_id);
  if (room != NULL &&
      (conversation_name == NULL || g_str_equal (room->conversation_name, conversation_name)))
    return room;
  g_autofree char *own_group_id = g_strdup (group_id);
  if (room != NULL) {
    /* BitlBee waits for a conversation of just that name; it cannot have two of one group. */
    PurpleConversation *other = kz_room_conversation (session, room);
    if (other != NULL)
      purple_conversation_destroy (other);
    room = kz_room_of_group (session, own_group_id);
    if (room != NULL)
      drop_room (session, room);
  }
  room = add_room (session, own_group_id,
                   conversation_name != NULL ? conversation_name : own_group_id);
  int id = room->id;
  PurpleConversation *conversation = make_conversation (session, room);
  if (conversation == NULL) {
    room = kz_room_of_id (session, id);
    if (room != NULL)
      drop_room (session, room);
    return NULL;
  }
  fill_room (session, id, conversation);
  if (kz_room_of_id (session, id) != NULL)
    kz_lines_room_opened (session, own_group_id);
  return kz_room_of_group (session, own_group_id);
}

/* We were removed from the group of an open room, and are in it again. */
static void
come_back (KzSession *session, const char *group_id)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  if (room == NULL || !room->is_left)
    return;
  room->is_left = FALSE;
  kz_room_say (session, room, _ ("You are in this group again."));
  if (kz_room_of_group (session, group_id) != NULL && session->engine != NULL)
    kz_engine_open_group (session->engine, group_id);
}

void
kz_room_group_changed (KzSession *session, const char *group_id)
{
  come_back (session, group_id);
  KzRoom *room = kz_room_of_group (session, group_id);
  PurpleConversation *conversation = room != NULL ? kz_room_conversation (session, room) : NULL;
  if (conversation == NULL)
    return;
  g_autofree char *title = kz_blist_title (session, group_id);
  if (g_strcmp0 (purple_conversation_get_title (conversation), title) == 0)
    return;
  purple_conversation_set_title (conversation, title);
  room = kz_room_of_group (session, group_id);
  if (room == NULL)
    return;
  /* Not every host shows a new title of an open conversation. */
  g_autofree char *note
      /* Translators: %s is the new name of a group. */
      = g_strdup_printf (_ ("This group is called “%s” now."), title);
  kz_room_say (session, room, note);
}

void
kz_room_group_removed (KzSession *session, const char *group_id)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  if (room == NULL || room->is_left)
    return;
  room->is_left = TRUE;
  kz_room_say (session, room, _ ("You are not in this group any more."));
}

/* --- prpl callbacks --- */

GList *
kz_chat_info (PurpleConnection *gc)
{
  struct proto_chat_entry *entry = g_new0 (struct proto_chat_entry, 1);
  entry->label = _ ("_Group:");
  entry->identifier = KZ_CHAT_GROUP;
  entry->required = TRUE;
  return g_list_append (NULL, entry);
}

GHashTable *
kz_chat_info_defaults (PurpleConnection *gc, const char *name)
{
  GHashTable *defaults = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  if (name != NULL)
    g_hash_table_insert (defaults, (gpointer) KZ_CHAT_GROUP, g_strdup (name));
  return defaults;
}

char *
kz_chat_get_name (GHashTable *components)
{
  const char *group = components != NULL ? g_hash_table_lookup (components, KZ_CHAT_GROUP) : NULL;
  return g_strdup (group != NULL ? group : "");
}

void
kz_chat_join (PurpleConnection *gc, GHashTable *components)
{
  KzSession *session = kz_session_of (gc);
  const char *typed = components != NULL ? g_hash_table_lookup (components, KZ_CHAT_GROUP) : NULL;
  if (session == NULL || typed == NULL)
    return;
  g_autofree char *wanted = g_strstrip (g_strdup (typed));
  g_autofree char *group_id = g_strdup (kz_chat_resolve (session, wanted));
  if (group_id == NULL) {
    purple_serv_got_join_chat_failed (gc, components);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is what the person typed. */
        _ ("You are in no group “%s”, or in several of that name. The room list shows all "
           "of them."),
        wanted);
    kz_session_notice (session, text);
    return;
  }
  const KzPerson *person = kz_direct_person (session, group_id);
  if (person != NULL) {
    purple_serv_got_join_chat_failed (gc, components);
    g_autofree char *name = kz_person_spoken_name (person, session);
    g_autofree char *text = g_strdup_printf (
        /* Translators: the argument is a person's name. */
        _ ("This is your private conversation with %s: write to them, there is no room."), name);
    kz_session_notice (session, text);
    return;
  }
  KzRoom *room = kz_room_open (session, group_id, session->host.ui == KZ_UI_BITLBEE ? typed : NULL);
  PurpleConversation *conversation = room != NULL ? kz_room_conversation (session, room) : NULL;
  if (conversation != NULL)
    purple_conversation_present (conversation);
}

void
kz_chat_leave (PurpleConnection *gc, int id)
{
  KzSession *session = kz_session_of (gc);
  KzRoom *room = kz_room_of_id (session, id);
  if (room == NULL)
    return;
  /* Closing a window leaves no group. */
  if (session->engine != NULL)
    kz_engine_close_group (session->engine, room->group_id);
  g_autofree char *group_id = g_strdup (room->group_id);
  drop_room (session, room);
  kz_wizards_room_closed (session, group_id);
}

char *
kz_chat_real_name (PurpleConnection *gc, int id, const char *who)
{
  KzSession *session = kz_session_of (gc);
  return session != NULL ? kz_people_real_name (session, who) : g_strdup (who);
}

char *
kz_chat_alias (PurpleConnection *gc, int id, const char *who)
{
  KzSession *session = kz_session_of (gc);
  return session != NULL ? kz_people_shown_alias (session, who) : g_strdup (who);
}
