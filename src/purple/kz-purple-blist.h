/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/* The identifier of a chat's component that holds the group id. */
#define KZ_CHAT_GROUP "group"
/* Where new chats and buddies are put. */
#define KZ_BLIST_GROUP "Kaizala"

/* The groups of an account as chats of the buddy list. What the person does with them there stays:
 * an alias, another place, a removal. */
KzBlist *kz_blist_new (KzSession *session);
/* Remembers which rooms were listed, so that one that is missing next time was removed by hand. */
void kz_blist_free (KzBlist *blist);

/* A group that is new or has changed: adds the chat where it belongs, follows the name. */
void kz_blist_put_group (KzSession *session, const KzGroup *group);
/* We are not in it any more. */
void kz_blist_remove_group (KzSession *session, const char *group_id);
/* (nullable): the chat of a group. */
PurpleChat *kz_blist_chat (KzSession *session, const char *group_id);
/* (transfer full): the components of a chat. */
GHashTable *kz_blist_components (const char *group_id);
/* (transfer full): the title of a room: the person's alias, else the group's name. */
char *kz_blist_title (KzSession *session, const char *group_id);
/* (transfer full): a group's name for one line; never empty. */
char *kz_group_title (const KzGroup *group);
/* Lists again what the person removed. */
void kz_blist_bring_back (KzSession *session);

/* A set of strings, GRefStrings, in an account setting that is no option. */
GHashTable *kz_setting_set_load (PurpleAccount *account, const char *name);
void kz_setting_set_save (PurpleAccount *account, const char *name, GHashTable *set);

/* prpl callback. */
PurpleChat *kz_blist_find_chat (PurpleAccount *account, const char *name);

G_END_DECLS
