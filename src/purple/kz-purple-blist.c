/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-blist.h"

#include "kz-purple-direct.h"

#include "kz-markup.h"
#include "kz-purple-chat.h"
#include "kz-purple-icons.h"
#include "kz-purple-left.h"

#include <glib/gi18n-lib.h>

/* Account setting: ids of rooms that were in the list at an earlier sign-on. */
#define KNOWN_ROOMS "known_rooms"
/* Node setting: the name that we gave, to tell an alias of the person from it. */
#define GIVEN_NAME "kaizala-name"

struct _KzBlist {
  KzSession *session;
  GHashTable *chats; /* (element-type utf8 PurpleChat): group id -> node (unowned) */
  GHashTable *known; /* (element-type utf8): a set */
  gboolean is_removing;
};

GHashTable *
kz_setting_set_load (PurpleAccount *account, const char *name)
{
  GHashTable *set =
      g_hash_table_new_full (g_str_hash, g_str_equal, (GDestroyNotify) g_ref_string_release, NULL);
  g_auto (GStrv) lines = g_strsplit (purple_account_get_string (account, name, ""), "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_hash_table_add (set, g_ref_string_new_intern (lines[i]));
  return set;
}

void
kz_setting_set_save (PurpleAccount *account, const char *name, GHashTable *set)
{
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (set, NULL);
  g_autofree char *text = g_strjoinv ("\n", (char **) keys);
  if (g_strcmp0 (text, purple_account_get_string (account, name, "")) != 0)
    purple_account_set_string (account, name, text);
}

char *
kz_group_title (const KzGroup *group)
{
  g_autofree char *name = group != NULL ? kz_markup_clean_name (group->name) : NULL;
  if (name != NULL && *name != '\0')
    return g_steal_pointer (&name);
  return g_strdup (_ ("Group without a name"));
}

GHashTable *
kz_blist_components (const char *group_id)
{
  GHashTable *components = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (components, g_strdup (KZ_CHAT_GROUP), g_strdup (group_id));
  return components;
}

/* (nullable): the group id of a node when it is a chat of this account. */
static const char *
node_group_id (KzSession *session, PurpleBlistNode *node)
{
  if (purple_blist_node_get_type (node) != PURPLE_BLIST_CHAT_NODE)
    return NULL;
  PurpleChat *chat = PURPLE_CHAT (node);
  if (purple_chat_get_account (chat) != session->account)
    return NULL;
  GHashTable *components = purple_chat_get_components (chat);
  return components != NULL ? g_hash_table_lookup (components, KZ_CHAT_GROUP) : NULL;
}

static void
node_added_cb (PurpleBlistNode *node, KzSession *session)
{
  const char *group_id = node_group_id (session, node);
  if (group_id != NULL && !g_hash_table_contains (session->blist->chats, group_id))
    g_hash_table_insert (session->blist->chats, g_ref_string_new_intern (group_id), node);
}

/* What is or was listed, also for the day that the host does not come to an orderly end. */
static void
save_known (KzSession *session, KzBlist *blist)
{
  if (!session->host.keeps_settings)
    return;
  GHashTableIter iter;
  gpointer group_id;
  g_hash_table_iter_init (&iter, blist->chats);
  while (g_hash_table_iter_next (&iter, &group_id, NULL))
    g_hash_table_add (blist->known, g_ref_string_new_intern (group_id));
  kz_setting_set_save (session->account, KNOWN_ROOMS, blist->known);
}

static void
node_removed_cb (PurpleBlistNode *node, KzSession *session)
{
  KzBlist *blist = session->blist;
  const char *group_id = node_group_id (session, node);
  if (group_id == NULL || g_hash_table_lookup (blist->chats, group_id) != node)
    return;
  if (!blist->is_removing)
    g_hash_table_add (blist->known, g_ref_string_new_intern (group_id));
  g_hash_table_remove (blist->chats, group_id);
  if (session->is_connected && !session->is_closing && !blist->is_removing)
    save_known (session, blist);
}

KzBlist *
kz_blist_new (KzSession *session)
{
  KzBlist *blist = g_new0 (KzBlist, 1);
  blist->session = session;
  blist->chats =
      g_hash_table_new_full (g_str_hash, g_str_equal, (GDestroyNotify) g_ref_string_release, NULL);
  blist->known = kz_setting_set_load (session->account, KNOWN_ROOMS);
  /* By hand: libpurple's own search finds nothing before the account is connected. */
  for (PurpleBlistNode *node = purple_blist_get_root (); node != NULL;
       node = purple_blist_node_next (node, TRUE)) {
    const char *group_id = node_group_id (session, node);
    if (group_id == NULL || g_hash_table_contains (blist->chats, group_id))
      continue;
    g_hash_table_insert (blist->chats, g_ref_string_new_intern (group_id), node);
    g_hash_table_add (blist->known, g_ref_string_new_intern (group_id));
  }
  void *handle = purple_blist_get_handle ();
  purple_signal_connect (handle, "blist-node-added", session, PURPLE_CALLBACK (node_added_cb),
                         session);
  purple_signal_connect (handle, "blist-node-removed", session, PURPLE_CALLBACK (node_removed_cb),
                         session);
  return blist;
}

void
kz_blist_free (KzBlist *blist)
{
  KzSession *session = blist->session;
  if (session->is_connected)
    save_known (session, blist);
  g_hash_table_unref (blist->chats);
  g_hash_table_unref (blist->known);
  g_free (blist);
}

PurpleChat *
kz_blist_chat (KzSession *session, const char *group_id)
{
  return g_hash_table_lookup (session->blist->chats, group_id);
}

static PurpleGroup *
group_named (const char *name)
{
  PurpleGroup *group = purple_find_group (name);
  if (group == NULL) {
    group = purple_group_new (name);
    purple_blist_add_group (group, NULL);
  }
  return group;
}

static void
follow_name (PurpleChat *chat, const char *title)
{
  PurpleBlistNode *node = PURPLE_BLIST_NODE (chat);
  const char *given = purple_blist_node_get_string (node, GIVEN_NAME);
  if (g_strcmp0 (given, title) == 0)
    return;
  /* An alias that is not what we gave is the person's own. */
  if (chat->alias == NULL || *chat->alias == '\0' || g_strcmp0 (chat->alias, given) == 0)
    purple_blist_alias_chat (chat, title);
  purple_blist_node_set_string (node, GIVEN_NAME, title);
}

void
kz_blist_put_group (KzSession *session, const KzGroup *group)
{
  KzBlist *blist = session->blist;
  if (!session->host.keeps_chat_nodes || purple_get_blist () == NULL ||
      kz_direct_person (session, group->id) != NULL)
    return;
  g_autofree char *title = kz_group_title (group);
  PurpleChat *chat = kz_blist_chat (session, group->id);
  if (chat != NULL) {
    follow_name (chat, title);
    kz_icons_follow (session, chat, group);
    return;
  }
  if (g_hash_table_contains (blist->known, group->id))
    return; /* It was listed and is not: the person removed it. */
  g_autofree char *alias = NULL;
  g_autofree char *place = NULL;
  kz_left_take (session->account, group->id, &alias, &place);
  chat = purple_chat_new (session->account, alias != NULL ? alias : title,
                          kz_blist_components (group->id));
  purple_blist_node_set_string (PURPLE_BLIST_NODE (chat), GIVEN_NAME, title);
  /* While it signs on, before it is in the list: for each change of one that is in it and not shown yet,
   * Pidgin walks over all of them. Once it is connected, after: Pidgin would show it without a place. */
  if (!session->is_connected)
    kz_icons_follow (session, chat, group);
  purple_blist_add_chat (chat, group_named (place != NULL ? place : KZ_BLIST_GROUP), NULL);
  if (session->is_connected)
    kz_icons_follow (session, chat, group);
  if (!g_hash_table_contains (blist->chats, group->id))
    g_hash_table_insert (blist->chats, g_ref_string_acquire (group->id), chat);
}

/* (nullable): where the person put it, when that is not where we put all. */
static const char *
own_place (PurpleChat *chat)
{
  PurpleGroup *place = purple_chat_get_group (chat);
  const char *name = place != NULL ? purple_group_get_name (place) : NULL;
  return g_strcmp0 (name, KZ_BLIST_GROUP) != 0 ? name : NULL;
}

void
kz_blist_remove_group (KzSession *session, const char *group_id)
{
  KzBlist *blist = session->blist;
  PurpleChat *chat = kz_blist_chat (session, group_id);
  /* One that the person removed stays removed when they come back into the group. */
  if (chat == NULL)
    return;
  /* Who comes back into any other wants to see it, as it was. */
  g_hash_table_remove (blist->known, group_id);
  const char *given = purple_blist_node_get_string (PURPLE_BLIST_NODE (chat), GIVEN_NAME);
  kz_left_remember (session->account, group_id,
                    g_strcmp0 (chat->alias, given) != 0 ? chat->alias : NULL, own_place (chat));
  blist->is_removing = TRUE;
  purple_blist_remove_chat (chat);
  blist->is_removing = FALSE;
  g_hash_table_remove (blist->chats, group_id);
  if (session->is_connected)
    save_known (session, blist);
}

char *
kz_blist_title (KzSession *session, const char *group_id)
{
  PurpleChat *chat = kz_blist_chat (session, group_id);
  if (chat != NULL && chat->alias != NULL && *chat->alias != '\0')
    return g_strdup (chat->alias);
  return kz_group_title (kz_directory_group (session->directory, group_id));
}

void
kz_blist_bring_back (KzSession *session)
{
  g_hash_table_remove_all (session->blist->known);
  g_autoptr (GPtrArray) groups = kz_directory_groups (session->directory);
  for (guint i = 0; i < groups->len; i++)
    kz_blist_put_group (session, g_ptr_array_index (groups, i));
}

PurpleChat *
kz_blist_find_chat (PurpleAccount *account, const char *name)
{
  KzSession *session = kz_session_of_account (account);
  if (session == NULL || session->blist == NULL || name == NULL)
    return NULL;
  const char *group_id = kz_chat_resolve (session, name);
  if (group_id == NULL)
    return NULL;
  PurpleChat *chat = kz_blist_chat (session, group_id);
  return chat != NULL ? chat : kz_rooms_placeholder (session, group_id);
}
