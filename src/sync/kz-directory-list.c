/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-directory-private.h"

KzMemberList *
kz_member_list_new (KzDirectory *directory)
{
  KzMemberList *list = g_new0 (KzMemberList, 1);

  list->directory = g_object_ref (directory);
  list->members = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_member_unref);
  list->by_person = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return list;
}

void
kz_member_list_free (KzMemberList *list)
{
  if (list == NULL)
    return;
  g_clear_pointer (&list->members, g_ptr_array_unref);
  g_clear_pointer (&list->by_person, g_hash_table_unref);
  g_object_unref (list->directory);
  g_free (list);
}

void
kz_member_list_add (KzMemberList *list, KzMember *member)
{
  /* A list may name one person twice; the room shows them once. */
  if (kz_index_lookup (list->by_person, member->person) != NULL)
    return;
  kz_index_member (list->by_person, member);
  g_ptr_array_add (list->members, kz_member_ref (member));
  kz_directory_learn (list->directory, member->person);
}
