/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of one group. */
#include "config.h"

#include "kz-directory-private.h"

/* A list of more has an index. */
#define MAX_LOOKED_THROUGH 16

/* --- Who is who: by the id, and by the number of whom no id is known --- */

static guint
member_hash (gconstpointer item)
{
  const KzPerson *person = ((const KzMember *) item)->person;

  return g_str_hash (person->id != NULL ? person->id : person->phone);
}

static gboolean
member_equal (gconstpointer a, gconstpointer b)
{
  const KzPerson *one = ((const KzMember *) a)->person;
  const KzPerson *other = ((const KzMember *) b)->person;

  if (one->id == NULL || other->id == NULL)
    return one->id == other->id && g_str_equal (one->phone, other->phone);
  return g_str_equal (one->id, other->id);
}

static const KzSetKind by_person = {member_hash, member_equal};

/* --- The list --- */

void
kz_members_begin (KzMembers *members)
{
  members->list = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_member_unref);
}

void
kz_members_clear (KzMembers *members)
{
  kz_set_clear (&members->index);
  g_clear_pointer (&members->list, g_ptr_array_unref);
}

static KzMember *
find_like (const KzMembers *members, const char *id, const char *phone)
{
  KzPerson person = {.id = (char *) id, .phone = (char *) phone};
  const KzMember like = {.person = &person};

  if (members->index.length > 0)
    return kz_set_find (&members->index, &by_person, &like);
  for (guint i = 0; i < members->list->len; i++)
    if (member_equal (members->list->pdata[i], &like))
      return members->list->pdata[i];
  return NULL;
}

static KzMember *
find_either (const KzMembers *members, const KzPerson *person)
{
  KzMember *member = person->id != NULL ? find_like (members, person->id, NULL) : NULL;

  if (member == NULL && person->phone != NULL)
    member = find_like (members, NULL, person->phone);
  return member;
}

KzMember *
kz_members_find (KzDirectory *self, const KzMembers *members, const KzPerson *person)
{
  const KzPerson *whole;
  KzMember *member;

  if (members->list == NULL || person == NULL)
    return NULL;
  member = find_either (members, person);
  if (member != NULL)
    return member;
  whole = kz_directory_lookup (self, person);
  return whole != NULL && whole != person ? find_either (members, whole) : NULL;
}

void
kz_members_add (KzMembers *members, KzMember *member)
{
  GPtrArray *list = members->list;

  g_ptr_array_add (list, kz_member_ref (member));
  if (list->len <= MAX_LOOKED_THROUGH)
    return;
  for (guint i = members->index.length; i < list->len; i++)
    kz_set_add (&members->index, &by_person, list->pdata[i]);
}

void
kz_members_remove (KzMembers *members, KzMember *member)
{
  kz_set_remove (&members->index, &by_person, member);
  g_ptr_array_remove (members->list, member);
  if (members->list->len <= MAX_LOOKED_THROUGH)
    kz_set_clear (&members->index);
}

/* --- One that is not complete yet --- */

KzMemberList *
kz_member_list_new (KzDirectory *directory)
{
  KzMemberList *list = g_new0 (KzMemberList, 1);

  list->directory = g_object_ref (directory);
  kz_members_begin (&list->members);
  return list;
}

void
kz_member_list_free (KzMemberList *list)
{
  if (list == NULL)
    return;
  kz_members_clear (&list->members);
  g_object_unref (list->directory);
  g_free (list);
}

void
kz_member_list_add (KzMemberList *list, KzMember *member)
{
  /* A list may name one person twice; the room shows them once. */
  if (kz_members_find (list->directory, &list->members, member->person) != NULL)
    return;
  kz_directory_learn_member (list->directory, member);
  kz_members_add (&list->members, member);
}
