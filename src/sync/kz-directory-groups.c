/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-directory-private.h"

void
kz_group_entry_free (KzGroupEntry *entry)
{
  kz_group_unref (entry->group);
  kz_members_clear (&entry->members);
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
    g_hash_table_insert (self->groups, g_ref_string_acquire (group->id), entry);
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
compare_lists (KzDirectory *self,
               const KzMembers *old,
               const KzMembers *members,
               GPtrArray *added,
               GPtrArray *changed,
               GPtrArray *removed)
{
  for (guint i = 0; i < members->list->len; i++) {
    KzMember *member = g_ptr_array_index (members->list, i);
    const KzMember *before = kz_members_find (self, old, member->person);

    if (before == NULL)
      g_ptr_array_add (added, kz_member_ref (member));
    else if (!member_equal (before, member))
      g_ptr_array_add (changed, kz_member_ref (member));
  }
  for (guint i = 0; i < old->list->len; i++) {
    KzMember *before = g_ptr_array_index (old->list, i);

    if (kz_members_find (self, members, before->person) == NULL)
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
    if (entry->members.list != NULL)
      compare_lists (self, &entry->members, &owned->members, lists[0], lists[1], lists[2]);
    kz_members_clear (&entry->members);
    entry->members = owned->members;
    owned->members = (KzMembers){0};
  }
  hand_out (added, lists[0]);
  hand_out (changed, lists[1]);
  hand_out (removed, lists[2]);
}

gboolean
kz_directory_add_member (KzDirectory *self, const char *group_id, KzMember *member)
{
  KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);

  if (entry == NULL || entry->members.list == NULL) {
    kz_directory_learn (self, member->person);
    return TRUE;
  }
  if (kz_members_find (self, &entry->members, member->person) != NULL) {
    kz_directory_learn (self, member->person);
    return FALSE;
  }
  kz_directory_learn_member (self, member);
  kz_members_add (&entry->members, member);
  return TRUE;
}

gboolean
kz_directory_remove_member (KzDirectory *self, const char *group_id, const KzPerson *person)
{
  KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);
  KzMember *member = entry != NULL ? kz_members_find (self, &entry->members, person) : NULL;

  if (entry == NULL || entry->members.list == NULL)
    return TRUE;
  if (member == NULL)
    return FALSE;
  kz_members_remove (&entry->members, member);
  return TRUE;
}

GPtrArray *
kz_directory_members (KzDirectory *self, const char *group_id)
{
  const KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);

  return entry != NULL ? entry->members.list : NULL;
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
  if (entry->members.list != NULL)
    other = other_member (self, entry->members.list, &is_pair);
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
  const KzGroupEntry *entry = g_hash_table_lookup (self->groups, group_id);

  return entry != NULL ? kz_members_find (self, &entry->members, person) : NULL;
}
