/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-store.h"

G_BEGIN_DECLS

/* Groups, people and their shown names of one account. */
#define KZ_TYPE_DIRECTORY (kz_directory_get_type ())
G_DECLARE_FINAL_TYPE (KzDirectory, kz_directory, KZ, DIRECTORY, GObject)

/* @store: (nullable): names are not kept until kz_directory_set_store(). */
KzDirectory *kz_directory_new (KzStore *store, const char *own_phone);
/* The names that were given in earlier sessions count as taken from now on. */
void kz_directory_set_store (KzDirectory *self, KzStore *store);

/* The text for a nick where only ASCII letters survive: (transfer full) (nullable). Set by the host
 * layer for BitlBee (ICU); NULL: names stay as they are. */
typedef char *(*KzNameFunc) (const char *clean_name, gpointer data);
void kz_directory_set_name_func (KzDirectory *self, KzNameFunc func, gpointer data);

/* Nobody is ever called @name, which speaks for the host layer. */
void kz_directory_reserve (KzDirectory *self, const char *name);

void kz_directory_set_own (KzDirectory *self, const char *user_id, const char *phone,
                           const char *name);
gboolean kz_directory_is_own (KzDirectory *self, const KzPerson *person);
const char *kz_directory_own_user_id (KzDirectory *self); /* (nullable) */
const char *kz_directory_own_name (KzDirectory *self);    /* (nullable) */

/* --- People --- */

/* What one answer told of a person: merged (phone and id become one person). */
void kz_directory_learn (KzDirectory *self, const KzPerson *person);
/* The same of a member, who shares what is known of the person. */
void kz_directory_learn_member (KzDirectory *self, KzMember *member);
/* The same of somebody whose id and number are named together where no list of members may: the next
 * session knows it, too. */
void kz_directory_learn_for_good (KzDirectory *self, const KzPerson *person);
/**
 * kz_directory_name:
 *
 * Alias set by the user is the host's; here: name from the server, made unique per account ("Asha",
 * "Asha 0004") > phone > "Member xxxx", never a bare GUID. Kept over restarts. Our own entry is our
 * phone (the account's username). Anonymous (NULL): a word for it.
 *
 * Returns: (transfer none): the unique shown name; valid until the person is learned again
 */
const char *kz_directory_name (KzDirectory *self, const KzPerson *person);
/* The person that a shown name, a phone or a user id stands for. (nullable) (transfer none) */
const KzPerson *kz_directory_find (KzDirectory *self, const char *name_phone_or_id);
/* Everything known of the same person. (nullable) (transfer none) */
const KzPerson *kz_directory_lookup (KzDirectory *self, const KzPerson *person);

/* --- Groups --- */

/* TRUE when it is new or differs from what was known. */
gboolean kz_directory_put_group (KzDirectory *self, KzGroup *group, gboolean *is_new);
void kz_directory_remove_group (KzDirectory *self, const char *group_id);
const KzGroup *kz_directory_group (KzDirectory *self, const char *group_id); /* (nullable) */
GPtrArray *kz_directory_groups (KzDirectory *self); /* (element-type KzGroup) (transfer container) */

/* A list of members that is not complete yet: it may come in many parts. Its people are learned at
 * once. */
typedef struct _KzMemberList KzMemberList;
KzMemberList *kz_member_list_new (KzDirectory *directory);
void kz_member_list_add (KzMemberList *list, KzMember *member); /* @member: takes a reference */
void kz_member_list_free (KzMemberList *list);
/* Replaces the member list by @list (transfer full); (nullable) outs: (element-type KzMember)
 * (transfer container). */
void kz_directory_set_members (KzDirectory *self, const char *group_id, KzMemberList *list,
                               GPtrArray **added, GPtrArray **changed, GPtrArray **removed);
gboolean kz_directory_add_member (KzDirectory *self, const char *group_id, KzMember *member);
gboolean kz_directory_remove_member (KzDirectory *self, const char *group_id,
                                     const KzPerson *person);
/* (nullable) (element-type KzMember) (transfer none): NULL: not loaded yet. */
GPtrArray *kz_directory_members (KzDirectory *self, const char *group_id);
const KzMember *kz_directory_member (KzDirectory *self, const char *group_id,
                                     const KzPerson *person);

/**
 * kz_directory_direct_person:
 *
 * A group that we made for two is a conversation with the other one, as long as nobody else is in it.
 *
 * Returns: (nullable) (transfer none): the other one; NULL: it is a group like any other
 */
const KzPerson *kz_directory_direct_person (KzDirectory *self, const char *group_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzMemberList, kz_member_list_free)

G_END_DECLS
