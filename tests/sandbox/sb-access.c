/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-access.h"
#include "sb-lenient-json.h"

/* Groups could be attached in a ring by PUT subGroups; that is refused, and this ends all the same.
 */
#define MAX_LEVELS 16

SbRole
sb_access_role (SbGroup *group, SbUser *user)
{
  for (guint i = 0; i < group->members->len; i++) {
    SbMember *member = group->members->pdata[i];
    if (member->user == user)
      return member->role;
  }
  return g_ptr_array_find (group->subscribers, user, NULL) ? SB_ROLE_SUBSCRIBER : SB_ROLE_NONE;
}

static gboolean
within (SbGroup *group, SbUser *user, guint level)
{
  if (sb_access_role (group, user) != SB_ROLE_NONE)
    return TRUE;
  for (guint i = 0; level < MAX_LEVELS && i < group->children->len; i++)
    if (within (group->children->pdata[i], user, level + 1))
      return TRUE;
  return FALSE;
}

gboolean
sb_access_within (SbGroup *group, SbUser *user)
{
  return within (group, user, 0);
}

gboolean
sb_access_may_read (SbGroup *group, SbUser *user)
{
  return sb_access_within (group, user) || (user->tenant_admin && group->tenant);
}

gboolean
sb_access_is_admin (SbGroup *group, SbUser *user)
{
  return sb_access_role (group, user) == SB_ROLE_ADMIN || (user->tenant_admin && group->tenant);
}

gboolean
sb_access_sees_item (SbItem *item, SbUser *user)
{
  SbRole role = sb_access_role (item->group, user);
  if (!item->group->connect || role >= SB_ROLE_MEMBER)
    return sb_access_may_read (item->group, user);
  if (role == SB_ROLE_NONE)
    return sb_access_is_admin (item->group, user);
  return item->to_all || item->sender == user || g_ptr_array_find (item->targets, user, NULL);
}

gboolean
sb_access_sees_response (SbItem *item, SbResponse *response, SbUser *user)
{
  if (response->user == user)
    return TRUE;
  if (sb_json_bool (item->body, "isSenderOnly", FALSE))
    return item->sender == user;
  return !item->group->connect || sb_access_is_admin (item->group, user);
}

static gboolean
is_above (SbGroup *above, SbGroup *group, guint level)
{
  for (guint i = 0; level < MAX_LEVELS && i < group->parents->len; i++) {
    SbGroup *parent = group->parents->pdata[i];
    if (parent == above || is_above (above, parent, level + 1))
      return TRUE;
  }
  return FALSE;
}

gboolean
sb_access_is_above (SbGroup *above, SbGroup *group)
{
  return is_above (above, group, 0);
}

static void
add_people (GPtrArray *people, SbGroup *group, guint level)
{
  for (guint i = 0; i < group->members->len; i++) {
    SbMember *member = group->members->pdata[i];
    if (!g_ptr_array_find (people, member->user, NULL))
      g_ptr_array_add (people, member->user);
  }
  for (guint i = 0; level < MAX_LEVELS && i < group->children->len; i++)
    add_people (people, group->children->pdata[i], level + 1);
}

GPtrArray *
sb_access_people_below (SbGroup *group)
{
  GPtrArray *people = g_ptr_array_new ();
  add_people (people, group, 0);
  return people;
}

guint
sb_access_admin_count (SbGroup *group)
{
  guint count = 0;
  for (guint i = 0; i < group->members->len; i++)
    count += ((SbMember *) group->members->pdata[i])->role == SB_ROLE_ADMIN;
  return count;
}
