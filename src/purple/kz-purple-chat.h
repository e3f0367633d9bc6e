/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

typedef struct _KzRoomSync KzRoomSync; /* of kz-purple-members.c */

/**
 * KzRoom:
 * @id: libpurple's number of it: counted, never a hash
 * @conversation_name: the group id, or in BitlBee what the person joined by: it finds its channel
 *   again by that name only
 * @hidden_people: how many are over the host's limit
 * @sync: (nullable): a pass over its people that is under way
 * @has_list: the host has been told once who is in it
 * @is_left: the group removed us: nothing can be written any more
 *
 * A group whose conversation is open.
 */
typedef struct {
  int id;
  char *group_id;
  char *conversation_name;
  guint hidden_people;
  KzRoomSync *sync;
  gboolean has_list;
  gboolean said_hidden;
  gboolean is_left;
} KzRoom;

KzRooms *kz_rooms_new (KzSession *session);
void kz_rooms_free (KzRooms *rooms);

/* (nullable) */
KzRoom *kz_room_of_group (KzSession *session, const char *group_id);
KzRoom *kz_room_of_id (KzSession *session, int id);
/* (nullable): none when the host has just closed it. */
PurpleConversation *kz_room_conversation (KzSession *session, const KzRoom *room);
guint kz_rooms_largest (KzSession *session); /* people in the fullest open room */
void kz_rooms_foreach (KzSession *session, void (*func) (KzSession *session, KzRoom *room));

/**
 * kz_room_open:
 * @conversation_name: (nullable): how the host calls it; %NULL: its id
 *
 * Opens the conversation of a group, with its title, its people and the lines that waited. Harmless
 * when it is open.
 *
 * Returns: (nullable): the room
 */
KzRoom *kz_room_open (KzSession *session, const char *group_id, const char *conversation_name);

/* The group has another name, or we are not in it any more. */
void kz_room_group_changed (KzSession *session, const char *group_id);
void kz_room_group_removed (KzSession *session, const char *group_id);

/* (nullable): the group id that an id, a conversation's name or an unambiguous group name means. */
const char *kz_chat_resolve (KzSession *session, const char *text);
/* (nullable): a chat that is in no list, while a room opens that has no node: libpurple takes the
 * title from it. */
PurpleChat *kz_rooms_placeholder (KzSession *session, const char *group_id);

/* prpl callbacks. */
GList *kz_chat_info (PurpleConnection *gc);
GHashTable *kz_chat_info_defaults (PurpleConnection *gc, const char *name);
char *kz_chat_get_name (GHashTable *components);
void kz_chat_join (PurpleConnection *gc, GHashTable *components);
void kz_chat_leave (PurpleConnection *gc, int id);
char *kz_chat_real_name (PurpleConnection *gc, int id, const char *who);
char *kz_chat_alias (PurpleConnection *gc, int id, const char *who);

G_END_DECLS
