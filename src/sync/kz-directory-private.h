/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-directory.h"

G_BEGIN_DECLS

/* Shared by the kz-directory*.c files only. */

/**
 * KzEntry:
 * @person: everything known, merged; replaced, never changed in place
 * @shown: (nullable): the unique name, once somebody asked for it
 * @basis: (nullable): the name that @shown was made from
 */
typedef struct {
  KzPerson *person;
  char *shown;
  char *basis;
  gboolean is_stale;
} KzEntry;

typedef struct {
  KzGroup *group;
  GPtrArray *members;    /* (nullable) (element-type KzMember) */
  GHashTable *by_person; /* "i:<id>", "p:<phone>" -> KzMember, unowned; (nullable) */
} KzGroupEntry;

struct _KzDirectory {
  GObject parent_instance;

  KzStore *store; /* (nullable) */
  char *own_id;
  char *own_phone;
  char *own_name;
  KzNameFunc name_func;
  gpointer name_data;

  GPtrArray *entries;   /* (element-type KzEntry) owned */
  GHashTable *by_id;    /* id -> KzEntry */
  GHashTable *by_phone; /* phone -> KzEntry */
  GHashTable *by_shown; /* kz_name_key() of every name ever shown -> KzEntry */
  char *host_key;       /* (nullable): kz_name_key() of a name that nobody may have */
  GHashTable *reserved; /* kz_name_key() -> store key of the person who had the name before */

  GHashTable *groups; /* group id -> KzGroupEntry */
  GPtrArray *order;   /* (element-type KzGroupEntry) unowned, as they came */
};

KzEntry *kz_directory_entry (KzDirectory *self, const KzPerson *person); /* (nullable) */
/* kz-directory-names.c: makes @entry->shown right. */
void kz_directory_name_entry (KzDirectory *self, KzEntry *entry);
void kz_directory_reserve_names (KzDirectory *self);
/* kz-directory-groups.c */
void kz_group_entry_free (KzGroupEntry *entry);
/* Of a table as KzGroupEntry has it. */
void kz_index_member (GHashTable *table, KzMember *member);
KzMember *kz_index_lookup (GHashTable *table, const KzPerson *person); /* (nullable) */

/**
 * KzMemberList:
 * @members: (element-type KzMember): without doubles
 * @by_person: as in #KzGroupEntry
 */
struct _KzMemberList {
  KzDirectory *directory;
  GPtrArray *members;
  GHashTable *by_person;
};

G_END_DECLS
