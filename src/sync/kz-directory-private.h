/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-directory.h"

#include <stdbool.h>

G_BEGIN_DECLS

/* Shared by the kz-directory*.c files only. */

/**
 * KzEntry:
 * @person: everything known, merged; replaced, never changed in place
 * @name: (nullable): the unique name, once somebody asked for it
 * @basis: a hash of what @name was made from
 */
typedef struct {
  KzPerson *person;
  KzName *name;
  guint32 basis;
  bool is_stale;
} KzEntry;

/**
 * KzMembers:
 * @list: (nullable) (element-type KzMember): each person once
 * @index: (element-type KzMember): of a long list
 */
typedef struct {
  GPtrArray *list;
  KzSet index;
} KzMembers;

typedef struct {
  KzGroup *group;
  KzMembers members;
} KzGroupEntry;

struct _KzDirectory {
  GObject parent_instance;

  KzStore *store; /* (nullable) */
  char *own_id;
  char *own_phone;
  char *own_name;
  KzNameFunc name_func;
  gpointer name_data;

  KzSet by_id;          /* (element-type KzEntry) owned */
  KzSet by_phone;       /* (element-type KzEntry) owned where no id is known */
  GHashTable *numbers;  /* (element-type utf8 KzEntry): that people had before */
  KzNames *own_names;   /* (nullable): without a store */
  char *host_key;       /* (nullable): kz_name_key() of a name that nobody may have */

  GHashTable *groups; /* group id -> KzGroupEntry */
  GPtrArray *order;   /* (element-type KzGroupEntry) unowned, as they came */
};

KzEntry *kz_directory_entry (KzDirectory *self, const KzPerson *person); /* (nullable) */
/* kz-directory-names.c: makes @entry->name right. */
void kz_directory_name_entry (KzDirectory *self, KzEntry *entry);
KzNames *kz_directory_names (KzDirectory *self);
/* kz-directory-groups.c */
void kz_group_entry_free (KzGroupEntry *entry);

/* kz-directory-list.c */
void kz_members_begin (KzMembers *members);
void kz_members_clear (KzMembers *members);
/* (nullable): the one that is @person, as far as the directory knows. */
KzMember *kz_members_find (KzDirectory *self, const KzMembers *members, const KzPerson *person);
void kz_members_add (KzMembers *members, KzMember *member);
void kz_members_remove (KzMembers *members, KzMember *member);

struct _KzMemberList {
  KzDirectory *directory;
  KzMembers members;
};

G_END_DECLS
