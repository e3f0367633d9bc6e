/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-directory-private.h"

void
kz_group_entry_free (KzGroupEntry *entry)
{
  kz_group_unref (entry->group);
  g_clear_pointer (&entry->members, g_ptr_array_unref);
  g_clear_pointer (&entry->by_person, g_hash_table_unref);
  g_free (entry);
}

gboolean
kz_directory_put_group (KzDirectory *self, KzGroup *group, gboolean *is_new)
{
  KzGroupEntry *entry = g_hash_table_lookup (self->groups, group->id);

  if (is_new != NULL)
    *is_new = entry == NULL;
  if (entry == NULL) {
    entry = g_new0 (KzGroupEntry, 1);
    entry->group = kz_group_ref (group);
    g_hash_table_insert (self->groups, g_strdup (group->id), entry);
    g_ptr_array_add (self->order, entry);
    return TRUE;
  }
  if (kz_group_equal (entry->group, group))
    return FALSE;
  kz_group_ref (group);
  kz_group_unref (entry->group);
  entry->group = group;
  return TRUE;
}

void
kz_directory_remove_group (KzDirectory *self, const char *group_id)
{
  KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);

  if (entry == NULL)
    return;
  g_ptr_array_remove (self->order, entry);
  g_hash_table_remove (self->groups, group_id);
}

const KzGroup *
kz_directory_group (KzDirectory *self, const char *group_id)
{
  const KzGroupEntry *entry =
      group_id != NULL ? g_hash_table_lookup (self->groups, group_id) : NULL;

  return entry != NULL ? entry->group : NULL;
}

GPtrArray *
kz_directory_groups (KzDirectory *self)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);

  for (guint i = 0; i < self->order->len; i++) {
    const KzGroupEntry *entry = g_ptr_array_index (self->order, i);

    g_ptr_array_add (groups, kz_group_ref (entry->group));
  }
  return groups;
}

/* --- Members --- */

void
kz_index_member (GHashTable *table, KzMember *member)
{
  if (member->person->id != NULL)
    g_hash_table_replace (table, g_strconcat ("i:", member->person->id, NULL), member);
  if (member->person->phone != NULL)
    g_hash_table_replace (table, g_strconcat ("p:", member->person->phone, NULL), member);
}

KzMember *
kz_index_lookup (GHashTable *table, const KzPerson *person)
{
  KzMember *member = NULL;

  if (person->id != NULL) {
    g_autofree char *key = g_strconcat ("i:", person->id, NULL);

    member = g_hash_table_lookup (table, key);
  }
  if (member == NULL && person->phone != NULL) {
    g_autofree char *key = g_strconcat ("p:", person->phone, NULL);

    member = g_hash_table_lookup (table, key);
  }
  return member;
}

static KzMember *
find_member (KzDirectory *self, const KzGroupEntry *entry, const KzPerson *person)
{
  const KzPerson *whole = kz_directory_lookup (self, person);
  KzMember *member;

  if (entry == NULL || entry->by_person == NULL || person == NULL)
    return NULL;
  member = kz_index_lookup (entry->by_person, person);
  if (member == NULL && whole != NULL)
    member = kz_index_lookup (entry->by_person, whole);
  return member;
}

static gboolean
member_equal (const KzMember *a, const KzMember *b)
{
  return a->role == b->role && a->provisioned == b->provisioned &&
         g_strcmp0 (a->person->name, b->person->name) == 0;
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kz_member_unref);
}

static void
compare_lists (const KzGroupEntry *old,
               GPtrArray *members,
               GHashTable *by_person,
               GPtrArray *added,
               GPtrArray *changed,
               GPtrArray *removed)
{
  for (guint i = 0; i < members->len; i++) {
    KzMember *member = g_ptr_array_index (members, i);
    KzMember *before = kz_index_lookup (old->by_person, member->person);

    if (before == NULL)
      g_ptr_array_add (added, kz_member_ref (member));
    else if (!member_equal (before, member))
      g_ptr_array_add (changed, kz_member_ref (member));
  }
  for (guint i = 0; i < old->members->len; i++) {
    KzMember *before = g_ptr_array_index (old->members, i);

    if (kz_index_lookup (by_person, before->person) == NULL)
      g_ptr_array_add (removed, kz_member_ref (before));
  }
}

static void
hand_out (GPtrArray **out, GPtrArray *list)
{
  if (out != NULL)
    *out = list;
  else
    g_ptr_array_unref (list);
}

void
kz_directory_set_members (KzDirectory *self,
                          const char *group_id,
                          KzMemberList *list,
                          GPtrArray **added,
                          GPtrArray **changed,
                          GPtrArray **removed)
{
  g_autoptr (KzMemberList) owned = list;
  KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);
  GPtrArray *lists[3] = {new_list (), new_list (), new_list ()};

  if (entry != NULL) {
    if (entry->members != NULL)
      compare_lists (entry, list->members, list->by_person, lists[0], lists[1], lists[2]);
    g_clear_pointer (&entry->members, g_ptr_array_unref);
    g_clear_pointer (&entry->by_person, g_hash_table_unref);
    entry->members = g_steal_pointer (&owned->members);
    entry->by_person = g_steal_pointer (&owned->by_person);
  }
  hand_out (added, lists[0]);
  hand_out (changed, lists[1]);
  hand_out (removed, lists[2]);
}

gboolean
kz_directory_add_member (KzDirectory *self, const char *group_id, KzMember *member)
{
  KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);

  kz_directory_learn (self, member->person);
  if (entry == NULL || entry->members == NULL)
    return TRUE;
  if (find_member (self, entry, member->person) != NULL)
    return FALSE;
  g_ptr_array_add (entry->members, kz_member_ref (member));
  kz_index_member (entry->by_person, member);
  return TRUE;
}

static gboolean
is_value (gpointer key, gpointer value, gpointer wanted)
{
  return value == wanted;
}

gboolean
kz_directory_remove_member (KzDirectory *self, const char *group_id, const KzPerson *person)
{
  KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);
  KzMember *member = find_member (self, entry, person);

  if (entry == NULL || entry->members == NULL)
    return TRUE;
  if (member == NULL)
    return FALSE;
  g_hash_table_foreach_remove (entry->by_person, is_value, member);
  g_ptr_array_remove (entry->members, member);
  return TRUE;
}

GPtrArray *
kz_directory_members (KzDirectory *self, const char *group_id)
{
  const KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);

  return entry != NULL ? entry->members : NULL;
}

/* (nullable): the other one of two; @is_pair: FALSE: there are more, or fewer. */
static const KzPerson *
other_member (KzDirectory *self, GPtrArray *members, gboolean *is_pair)
{
  const KzPerson *other = NULL;

  *is_pair = members->len == 2;
  for (guint i = 0; *is_pair && i < members->len; i++) {
    const KzMember *member = g_ptr_array_index (members, i);

    if (!kz_directory_is_own (self, member->person))
      other = kz_directory_lookup (self, member->person);
  }
  return other;
}

const KzPerson *
kz_directory_direct_person (KzDirectory *self, const char *group_id)
{
  const KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);
  const char *phone = entry != NULL && self->store != NULL
                          ? kz_store_group (self->store, group_id)->direct_phone
                          : NULL;
  g_autoptr (KzPerson) person = NULL;
  const KzPerson *other = NULL;
  gboolean is_pair = TRUE;

  if (phone == NULL)
    return NULL;
  if (entry->members != NULL)
    other = other_member (self, entry->members, &is_pair);
  else
    is_pair = entry->group->direct_user_count <= 2;
  if (!is_pair || other != NULL)
    return other;
  person = kz_person_new (NULL, phone, NULL, NULL);
  kz_directory_learn (self, person);
  return kz_directory_lookup (self, person);
}

const KzMember *
kz_directory_member (KzDirectory *self, const char *group_id, const KzPerson *person)
{
  return find_member (self, g_hash_table_lookup (self->groups, group_id), person);
}
