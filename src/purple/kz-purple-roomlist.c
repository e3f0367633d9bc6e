/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-roomlist.h"

#include "kz-purple-blist.h"
#include "kz-purple-direct.h"
#include "kz-render.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Some hosts take rooms only once the call that made the list has returned. */
#define FILL_TIMER "roomlist"
/* A tree from a server may be a circle. */
#define MAX_DEPTH 16
#define PATH_SEPARATOR " / "
/* The position of the hidden field with the group's id. */
#define GROUP_FIELD 4

/* (transfer full): "Region / City / Shop" where the host shows no tree. */
static char *
path_of (KzSession *session, const KzGroup *group)
{
  GString *path = g_string_new (NULL);
  for (int depth = 0; group != NULL && depth < MAX_DEPTH; depth++) {
    g_autofree char *title = kz_group_title (group);
    if (path->len > 0)
      g_string_prepend (path, PATH_SEPARATOR);
    g_string_prepend (path, title);
    group = group->parent_id != NULL && !session->host.expands_rooms
                ? kz_directory_group (session->directory, group->parent_id)
                : NULL;
  }
  return g_string_free (path, FALSE);
}

static gboolean
has_children (KzSession *session, const KzGroup *group, GPtrArray *groups)
{
  for (guint i = 0; i < groups->len; i++)
    if (g_strcmp0 (((KzGroup *) g_ptr_array_index (groups, i))->parent_id, group->id) == 0)
      return TRUE;
  return FALSE;
}

/* One group in its place. */
typedef struct {
  const KzGroup *group; /* (unowned) */
  char *path;
  char *order; /* what rows are sorted by */
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;
  g_free (row->path);
  g_free (row->order);
  g_free (row);
}

/* Step by step: what stands below a group follows it at once, whatever its neighbours are called.
 */
static char *
order_of (const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, PATH_SEPARATOR, -1);
  GString *order = g_string_new (NULL);
  for (gsize i = 0; steps[i] != NULL; i++) {
    g_autofree char *key = g_utf8_collate_key (steps[i], -1);
    g_string_append_printf (order, "%s%c", key, '\001');
  }
  return g_string_free (order, FALSE);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(Row *const *) a)->order, (*(Row *const *) b)->order);
}

/* (element-type Row): borrows from @groups */
static GPtrArray *
sorted_rows (KzSession *session, GPtrArray *groups)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (row_free);
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    /* A group of two is a private conversation. */
    if (kz_direct_person (session, group->id) != NULL)
      continue;
    Row *row = g_new0 (Row, 1);
    row->group = group;
    row->path = path_of (session, row->group);
    row->order = order_of (row->path);
    g_ptr_array_add (rows, row);
  }
  g_ptr_array_sort (rows, compare_rows);
  return rows;
}

static void
add_room (KzSession *session, PurpleRoomlistRoom *parent, const Row *row, GPtrArray *groups)
{
  const KzGroup *group = row->group;
  PurpleRoomlistRoomType type = PURPLE_ROOMLIST_ROOMTYPE_ROOM;
  if (session->host.expands_rooms && has_children (session, group, groups))
    type |= PURPLE_ROOMLIST_ROOMTYPE_CATEGORY;
  /* A number could not be left empty. */
  g_autofree char *members =
      group->user_count >= 0 ? g_strdup_printf ("%d", group->user_count) : g_strdup ("");
  PurpleRoomlist *list = session->roomlist;
  PurpleRoomlistRoom *room = purple_roomlist_room_new (type, row->path, parent);
  purple_roomlist_room_add_field (list, room, row->path);
  purple_roomlist_room_add_field (list, room, members);
  purple_roomlist_room_add_field (list, room, kz_render_group_kind (group->kind));
  purple_roomlist_room_add_field (list, room, kz_render_role (group->role));
  purple_roomlist_room_add_field (list, room, group->id);
  purple_roomlist_room_add (list, room);
}

static const char *
room_group_id (PurpleRoomlistRoom *room)
{
  return room != NULL ? g_list_nth_data (purple_roomlist_room_get_fields (room), GROUP_FIELD)
                      : NULL;
}

/* @parent: (nullable): the groups that belong nowhere else, or in a flat list all. */
static void
add_children (KzSession *session, PurpleRoomlistRoom *parent)
{
  const char *parent_id = room_group_id (parent);
  gboolean is_tree = session->host.expands_rooms;
  g_autoptr (GPtrArray) groups = kz_directory_groups (session->directory);
  g_autoptr (GPtrArray) rows = sorted_rows (session, groups);
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = g_ptr_array_index (rows, i);
    const char *above = row->group->parent_id;
    if (above != NULL && kz_directory_group (session->directory, above) == NULL)
      above = NULL;
    if (!is_tree || g_strcmp0 (above, parent_id) == 0)
      add_room (session, parent, row, groups);
  }
}

static void
fill_cb (gpointer data)
{
  KzSession *session = data;
  if (session->roomlist == NULL)
    return;
  add_children (session, NULL);
  purple_roomlist_set_in_progress (session->roomlist, FALSE);
}

void
kz_roomlist_drop (KzSession *session)
{
  kz_clock_cancel (session->clock, session, FILL_TIMER);
  if (session->roomlist == NULL)
    return;
  PurpleRoomlist *list = g_steal_pointer (&session->roomlist);
  purple_roomlist_set_in_progress (list, FALSE);
  purple_roomlist_unref (list);
}

PurpleRoomlist *
kz_roomlist_get_list (PurpleConnection *gc)
{
  KzSession *session = kz_session_of (gc);
  if (session == NULL || session->directory == NULL)
    return NULL;
  kz_roomlist_drop (session);
  PurpleRoomlist *list = purple_roomlist_new (session->account);
  session->roomlist = list;
  /* BitlBee shows the field of this name; a list without it would be one of ids. */
  GList *fields = NULL;
  fields = g_list_append (fields, purple_roomlist_field_new (PURPLE_ROOMLIST_FIELD_STRING,
                                                             _ ("Name"), "description", FALSE));
  fields = g_list_append (fields, purple_roomlist_field_new (PURPLE_ROOMLIST_FIELD_STRING,
                                                             _ ("Members"), "members", FALSE));
  fields = g_list_append (
      fields, purple_roomlist_field_new (PURPLE_ROOMLIST_FIELD_STRING, _ ("Kind"), "kind", FALSE));
  fields = g_list_append (fields, purple_roomlist_field_new (PURPLE_ROOMLIST_FIELD_STRING,
                                                             _ ("Your role"), "role", FALSE));
  fields = g_list_append (
      fields, purple_roomlist_field_new (PURPLE_ROOMLIST_FIELD_STRING, "", KZ_CHAT_GROUP, TRUE));
  purple_roomlist_set_fields (list, fields);
  purple_roomlist_set_in_progress (list, TRUE);
  kz_clock_set (session->clock, session, FILL_TIMER, 0, fill_cb, session);
  return list;
}

void
kz_roomlist_cancel (PurpleRoomlist *list)
{
  KzSession *session = kz_session_of_account (list->account);
  if (session != NULL && session->roomlist == list)
    kz_roomlist_drop (session);
}

void
kz_roomlist_expand (PurpleRoomlist *list, PurpleRoomlistRoom *category)
{
  KzSession *session = kz_session_of_account (list->account);
  if (session == NULL || session->roomlist != list || room_group_id (category) == NULL)
    return;
  purple_roomlist_set_in_progress (list, TRUE);
  add_children (session, category);
  purple_roomlist_set_in_progress (list, FALSE);
}

char *
kz_roomlist_serialize (PurpleRoomlistRoom *room)
{
  const char *group_id = room_group_id (room);
  if (group_id != NULL)
    return g_strdup (group_id);
  const char *name = room != NULL ? purple_roomlist_room_get_name (room) : NULL;
  return g_strdup (name != NULL ? name : "");
}
