/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brings the people that a host shows in a room to those who are in it. */
#include "config.h"

#include "kz-purple-lines.h"
#include "kz-purple-members.h"

#include "kz-i18n.h"
#include <string.h>

#define TURN_TIMER "people"
/* Of a pass over many people, so that it freezes no host: those looked at in one turn of the loop, those
 * given to the host in one batch, and how long others have their turn. At each batch the host sorts all that
 * it has, so there are as many more as there already are, within bounds: else a large room would be sorted
 * for every few. */
#define PEOPLE_A_TURN 500
#define LEAST_A_BATCH 2000
#define MOST_A_BATCH 5000
#define TURN_DELAY_US (2 * G_TIME_SPAN_MILLISECOND)

/* --- Who should be there --- */

typedef struct {
  char *name;
  char *key; /* of the person, over renames */
  PurpleConvChatBuddyFlags flags;
} Wanted;

static void
wanted_free (Wanted *wanted)
{
  g_free (wanted->name);
  g_free (wanted->key);
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
  wanted->key = key;
  wanted->flags = flags;
  g_ptr_array_add (list, wanted);
}

/* Ourselves, then admins, then by name: whom the limit cuts off is who is least looked for. */
static int
compare_wanted (gconstpointer a, gconstpointer b)
{
  const Wanted *first = *(Wanted *const *) a;
  const Wanted *second = *(Wanted *const *) b;
  gboolean first_own = g_str_equal (first->key, "own");
  gboolean second_own = g_str_equal (second->key, "own");
  if (first_own != second_own)
    return first_own ? -1 : 1;
  if (first->flags != second->flags)
    return first->flags > second->flags ? -1 : 1;
  return strcmp (first->name, second->name);
}

/* --- One pass over a room --- */

/**
 * KzRoomSync:
 * @next: member that is looked at next
 * @wanted: (element-type Wanted): who should be shown
 * @seen: (element-type utf8): their names
 * @unshown: how many of @wanted, from the first, were not yet compared with what the host has
 * @gone: (nullable) (element-type utf8 utf8): name -> key of who is shown and should not be
 * @was_empty: the host had nobody
 * @again: what is wanted has changed meanwhile
 *
 * One pass over a room, which for many people takes many turns of the loop. What is told to the host
 * may make another plugin close the room, which ends the pass: so the room is looked up by its number
 * before each step, and the pass holds on to nothing of it.
 */
struct _KzRoomSync {
  KzSession *session;
  int room_id;
  guint next;
  GPtrArray *wanted;
  GHashTable *seen;
  guint unshown;
  GHashTable *gone;
  gboolean was_empty;
  gboolean again;
  gboolean is_stepping;
  gboolean is_ended;
};

static KzRoomSync *
sync_new (KzSession *session, const KzRoom *room)
{
  KzRoomSync *sync = g_new0 (KzRoomSync, 1);
  sync->session = session;
  sync->room_id = room->id;
  sync->wanted = g_ptr_array_new_with_free_func ((GDestroyNotify) wanted_free);
  sync->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return sync;
}

static void
sync_free (KzRoomSync *sync)
{
  g_ptr_array_unref (sync->wanted);
  g_hash_table_unref (sync->seen);
  g_clear_pointer (&sync->gone, g_hash_table_unref);
  g_free (sync);
}

void
kz_room_sync_end (KzRoomSync *sync)
{
  if (sync == NULL)
    return;
  kz_clock_cancel_all (sync->session->clock, sync);
  sync->is_ended = TRUE;
  /* Who steps frees it. */
  if (!sync->is_stepping)
    sync_free (sync);
}

/* TRUE: there are more. */
static gboolean
collect_wanted (KzRoomSync *sync, const KzRoom *room)
{
  KzSession *session = sync->session;
  GPtrArray *members = kz_directory_members (session->directory, room->group_id);
  guint end = members != NULL ? MIN (members->len, sync->next + PEOPLE_A_TURN) : 0;
  for (; sync->next < end; sync->next++) {
    const KzMember *member = g_ptr_array_index (members, sync->next);
    add_wanted (sync->wanted, sync->seen, kz_person_name (session, member->person),
                kz_person_key (session, member->person),
                member->role == KZ_ROLE_ADMIN ? PURPLE_CBFLAGS_OP : PURPLE_CBFLAGS_NONE);
  }
  return members != NULL && sync->next < members->len;
}

static void
choose_wanted (KzRoomSync *sync, KzRoom *room)
{
  KzSession *session = sync->session;
  /* We are in the rooms that we see, whatever a list says. */
  const KzGroup *group = kz_directory_group (session->directory, room->group_id);
  add_wanted (sync->wanted, sync->seen, g_strdup (purple_account_get_username (session->account)),
              g_strdup ("own"),
              group != NULL && group->role == KZ_ROLE_ADMIN ? PURPLE_CBFLAGS_OP
                                                            : PURPLE_CBFLAGS_NONE);
  g_ptr_array_sort (sync->wanted, compare_wanted);
  guint limit = session->host.room_users_max;
  room->hidden_people = limit != 0 && sync->wanted->len > limit ? sync->wanted->len - limit : 0;
  if (room->hidden_people > 0)
    g_ptr_array_set_size (sync->wanted, (int) limit);
  sync->unshown = sync->wanted->len;
}

/* --- Bringing the host there --- */

/* (nullable): the chat of the room, as long as it is open. */
static PurpleConvChat *
open_chat (const KzRoomSync *sync, KzRoom **room)
{
  *room = kz_room_of_id (sync->session, sync->room_id);
  PurpleConversation *conversation =
      *room != NULL ? kz_room_conversation (sync->session, *room) : NULL;
  return conversation != NULL ? PURPLE_CONV_CHAT (conversation) : NULL;
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
    if (g_strcmp0 (other, key) != 0)
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

static void
set_flags (PurpleConvChat *chat, const char *name, PurpleConvChatBuddyFlags flags)
{
  if (purple_conv_chat_user_get_flags (chat, name) != flags)
    purple_conv_chat_user_set_flags (chat, name, flags);
}

/* Brings up to date who is shown already. TRUE: @one is not shown at all. */
static gboolean
is_missing (const KzRoomSync *sync, KzRoom *room, PurpleConvChat *chat, const Wanted *one)
{
  /* Of a room that was empty nobody can be. */
  if (sync->was_empty)
    return TRUE;
  if (purple_conv_chat_find_user (chat, one->name)) {
    set_flags (chat, one->name, one->flags);
    return FALSE;
  }
  g_autofree char *old = shows_renames (chat) ? take_old_name (sync->gone, one->key) : NULL;
  if (old == NULL)
    return TRUE;
  purple_conv_chat_rename_user (chat, old, one->name);
  chat = open_chat (sync, &room);
  if (chat != NULL)
    set_flags (chat, one->name, one->flags);
  return FALSE;
}

/* The host writes the names into the conversation unless they are said to have come just now. */
static gboolean
is_no_list_to_read (const KzRoomSync *sync, const KzRoom *room)
{
  guint most = sync->session->host.lists_people;
  gboolean is_known = kz_directory_members (sync->session->directory, room->group_id) != NULL;
  return most != 0 && (!is_known || room->has_list || sync->wanted->len > most);
}

/* From the end, as libpurple's lists are made by prepending. */
static void
add_new (KzRoomSync *sync)
{
  KzRoom *room;
  PurpleConvChat *chat;
  GList *names = NULL, *flags = NULL;
  guint batch = CLAMP (sync->wanted->len - sync->unshown, LEAST_A_BATCH, MOST_A_BATCH);
  for (guint n = 0; n < batch && sync->unshown > 0; n++) {
    Wanted *one = g_ptr_array_index (sync->wanted, sync->unshown - 1);
    chat = open_chat (sync, &room);
    if (chat == NULL)
      break;
    sync->unshown--;
    if (!is_missing (sync, room, chat, one))
      continue;
    names = g_list_prepend (names, one->name);
    flags = g_list_prepend (flags, GINT_TO_POINTER (one->flags));
  }
  chat = open_chat (sync, &room);
  if (names != NULL && chat != NULL)
    purple_conv_chat_add_users (chat, names, NULL, flags, is_no_list_to_read (sync, room));
  g_list_free (names);
  g_list_free (flags);
}

static void
remove_gone (const KzRoomSync *sync)
{
  KzRoom *room;
  PurpleConvChat *chat = open_chat (sync, &room);
  GList *names = g_hash_table_get_keys (sync->gone);
  if (names == NULL || chat == NULL) {
    g_list_free (names);
    return;
  }
  purple_conv_chat_remove_users (chat, names, NULL);
  g_list_free (names);
}

/* (transfer full): name -> key of who is shown and not among @wanted. libpurple's list is the one that
 * counts; whose a name is, the directory knows also when they have another one by now. */
static GHashTable *
gone_people (KzSession *session, PurpleConvChat *chat, GPtrArray *wanted)
{
  GHashTable *gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name;
  for (GList *l = purple_conv_chat_get_users (chat); l != NULL; l = l->next)
    g_hash_table_insert (gone, g_strdup (purple_conv_chat_cb_get_name (l->data)), NULL);
  for (guint i = 0; i < wanted->len; i++)
    g_hash_table_remove (gone, ((Wanted *) g_ptr_array_index (wanted, i))->name);
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    const KzPerson *person = kz_directory_find (session->directory, name);
    if (person != NULL)
      g_hash_table_iter_replace (&iter, kz_person_key (session, person));
  }
  return gone;
}

static void
say_hidden (const KzRoomSync *sync)
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

/* One turn's worth. FALSE: that was all. */
static gboolean
step (KzRoomSync *sync)
{
  KzRoom *room;
  PurpleConvChat *chat = open_chat (sync, &room);
  if (chat == NULL || sync->session->directory == NULL)
    return FALSE;
  if (sync->gone == NULL) {
    if (collect_wanted (sync, room))
      return TRUE;
    choose_wanted (sync, room);
    sync->was_empty = purple_conv_chat_get_users (chat) == NULL;
    sync->gone = gone_people (sync->session, chat, sync->wanted);
    return TRUE;
  }
  if (sync->unshown > 0) {
    add_new (sync);
    return TRUE;
  }
  room->has_list = kz_directory_members (sync->session->directory, room->group_id) != NULL;
  remove_gone (sync);
  say_hidden (sync);
  return FALSE;
}

/* The pass is over; also when its room is. */
static void
finish (KzRoomSync *sync)
{
  KzSession *session = sync->session;
  KzRoom *room = kz_room_of_id (session, sync->room_id);
  gboolean again = sync->again;
  if (sync->is_ended) {
    sync_free (sync);
    return;
  }
  if (room != NULL && room->sync == sync)
    room->sync = NULL;
  sync_free (sync);
  if (again && room != NULL)
    kz_members_sync (session, room);
}

static void
turn_cb (gpointer data)
{
  KzRoomSync *sync = data;
  g_autoptr (KzSession) hold = kz_session_ref (sync->session);
  sync->is_stepping = TRUE;
  gboolean more = step (sync);
  sync->is_stepping = FALSE;
  if (more && !sync->is_ended)
    kz_clock_set (hold->clock, sync, TURN_TIMER, TURN_DELAY_US, turn_cb, sync);
  else
    finish (sync);
}

/* A room of few people is done in the turn in which it is asked for. */
static void
run_now (KzRoomSync *sync)
{
  g_autoptr (KzSession) hold G_GNUC_UNUSED = kz_session_ref (sync->session);
  sync->is_stepping = TRUE;
  while (!sync->is_ended && step (sync))
    ;
  sync->is_stepping = FALSE;
  finish (sync);
}

void
kz_members_sync (KzSession *session, KzRoom *room)
{
  if (kz_room_conversation (session, room) == NULL || session->directory == NULL)
    return;
  if (room->sync != NULL) {
    room->sync->again = TRUE;
    return;
  }
  GPtrArray *members = kz_directory_members (session->directory, room->group_id);
  KzRoomSync *sync = sync_new (session, room);
  room->sync = sync;
  if (members != NULL && members->len > PEOPLE_A_TURN)
    turn_cb (sync);
  else
    run_now (sync);
}

guint
kz_members_expected (KzSession *session, const KzRoom *room)
{
  GPtrArray *members = room->sync != NULL && session->directory != NULL
                           ? kz_directory_members (session->directory, room->group_id)
                           : NULL;
  PurpleConversation *conversation = kz_room_conversation (session, room);
  guint shown = conversation != NULL ? g_list_length (purple_conv_chat_get_users (
                                           PURPLE_CONV_CHAT (conversation)))
                                     : 0;
  return MAX (members != NULL ? members->len : 0, shown);
}
