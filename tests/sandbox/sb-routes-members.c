/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members and roles: API §8. */
#include "config.h"

#include "sb-deeds.h"
#include "sb-group-view.h"
#include "sb-router.h"

#include <string.h>

/* Numbers of others are for admins only (inferred). */
static void
put_phone (SbCall *call, JsonObject *object, SbUser *user)
{
  const char *hide = sb_switches_get (call->sandbox->switches, "hidePhones");
  gboolean hidden =
      strcmp (hide, "off") != 0 && user != call->user && sb_call_role (call) != SB_ROLE_ADMIN;
  if (!hidden)
    json_object_set_string_member (object, "mobileNumber", user->phone);
  else if (strcmp (hide, "empty") == 0)
    json_object_set_string_member (object, "mobileNumber", "");
}

static void
put_name (SbCall *call, JsonObject *object, SbUser *user)
{
  const char *how = sb_switches_get (call->sandbox->switches, "memberNames");
  if (strcmp (how, "absent") == 0)
    return;
  if (strcmp (how, "null") == 0) {
    json_object_set_null_member (object, "name");
    json_object_set_null_member (object, "profilePic");
    return;
  }
  json_object_set_string_member (object, "name", user->name);
  json_object_set_string_member (object, "profilePic", user->pic);
}

static void
list (SbCall *call)
{
  JsonArray *array = json_array_new ();
  SbRole role = sb_call_role (call);
  /* Subscribers do not see who is there (API §9); somebody of a subgroup sees the parent's people.
   */
  if (role == SB_ROLE_SUBSCRIBER) {
    json_array_unref (array);
    sb_call_forbidden (call, "Subscribers do not see the members");
    return;
  }
  for (guint i = 0; i < call->group->members->len; i++) {
    SbMember *member = call->group->members->pdata[i];
    JsonObject *object = sb_obj ("s:id", member->user->id, "s:role", sb_role_name (member->role),
                                 "b:isProvisioned", member->user->provisioned, NULL);
    put_phone (call, object, member->user);
    put_name (call, object, member->user);
    json_array_add_object_element (array, object);
  }
  sb_call_ok (call, sb_obj ("a:members", array, NULL));
}

static void
add (SbCall *call)
{
  JsonArray *phones = sb_json_array (call->body, "members");
  if (!sb_call_needs_admin (call) ||
      !sb_group_check_phones (call, sb_json_get (call->body, "members")))
    return;
  if (!phones || json_array_get_length (phones) == 0) {
    sb_call_invalid (call, "members is needed");
    return;
  }
  gboolean all = sb_group_add_phones (call, call->group, phones);
  sb_call_note (call, "members", NULL, sb_obj ("b:all", all, NULL));
  sb_call_result (call, all);
}

/* (nullable), with 404 in place: the member that the path names. */
static SbUser *
path_member (SbCall *call, SbRole least)
{
  SbUser *user = sb_world_user_by_id (call->sandbox->world, call->params[1]);
  if (user && sb_access_role (call->group, user) >= least)
    return user;
  sb_call_not_found (call, "No such member");
  return NULL;
}

/* Whether the last admin is protected is not known (inferred). */
static gboolean
last_admin_is_safe (SbCall *call, SbUser *user)
{
  if (!sb_switches_is (call->sandbox->switches, "lastAdmin", "protected") ||
      sb_access_role (call->group, user) != SB_ROLE_ADMIN ||
      sb_access_admin_count (call->group) > 1)
    return TRUE;
  sb_call_forbidden (call, "The last admin cannot go");
  return FALSE;
}

static void
set_role (SbCall *call)
{
  SbRole role;
  if (!sb_call_needs_admin (call))
    return;
  SbUser *user = path_member (call, SB_ROLE_MEMBER);
  if (!user)
    return;
  if (!sb_role_parse (sb_json_string (call->body, "role", NULL), &role) ||
      role == SB_ROLE_SUBSCRIBER) {
    sb_call_invalid (call, "role is Admin or Member");
    return;
  }
  if (role != SB_ROLE_ADMIN && !last_admin_is_safe (call, user))
    return;
  sb_deed_set_member (call->sandbox, call->group, user, role, call->user);
  sb_call_note (call, "role", NULL, sb_obj ("s:memberId", user->id, NULL));
  sb_call_done (call);
}

static void
remove_member (SbCall *call)
{
  SbUser *user = sb_world_user_by_id (call->sandbox->world, call->params[1]);
  gboolean leaves = user == call->user && sb_switches_on (call->sandbox->switches, "deleteSelf");
  if (!leaves && !sb_call_needs_admin (call))
    return;
  /* Subscribers are removed by their own call, but may leave as everybody may. */
  user = path_member (call, leaves ? SB_ROLE_SUBSCRIBER : SB_ROLE_MEMBER);
  if (!user || !last_admin_is_safe (call, user))
    return;
  sb_deed_remove_member (call->sandbox, call->group, user, call->user);
  sb_call_note (call, "removeMember", NULL, sb_obj ("s:memberId", user->id, NULL));
  sb_call_result (call, TRUE);
}

const SbRoute sb_routes_members[] = {
    {"GET", "groups/{groupId}/members", "groupmember.read", SB_ROUTE_GROUP, list},
    {"PUT", "groups/{groupId}/members", "groupmember.write", SB_ROUTE_GROUP | SB_ROUTE_BODY, add},
    {"PUT", "groups/{groupId}/members/{memberId}", "groupmember.update",
     SB_ROUTE_GROUP | SB_ROUTE_BODY, set_role},
    {"DELETE", "groups/{groupId}/members/{memberId}", "groupmember.remove", SB_ROUTE_GROUP,
     remove_member},
    {NULL}};
