/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sub-groups: API §7. */
#include "config.h"

#include "sb-deeds.h"
#include "sb-group-view.h"
#include "sb-router.h"

#define MAX_LEVELS 16

static JsonArray *
children (SbCall *call, SbGroup *group, gboolean deep, guint level)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < group->children->len; i++) {
    SbGroup *child = group->children->pdata[i];
    JsonObject *object = sb_group_view (call, child, TRUE);
    json_object_set_array_member (
        object, "subGroups",
        deep && level < MAX_LEVELS ? children (call, child, TRUE, level + 1) : json_array_new ());
    json_array_add_object_element (array, object);
  }
  return array;
}

JsonArray *
sb_group_children_view (SbCall *call, SbGroup *group, gboolean deep)
{
  return children (call, group, deep, 0);
}

static void
list (SbCall *call)
{
  JsonArray *array =
      sb_group_children_view (call, call->group, sb_call_query_bool (call, "fetchAllGroups"));
  if (sb_switches_is (call->sandbox->switches, "subGroupsShape", "wrapped")) {
    sb_call_ok (call, sb_obj ("a:groups", array, NULL));
    return;
  }
  JsonObject *parent = sb_group_view (call, call->group, FALSE);
  json_object_set_string_member (parent, "welcomeMessage", call->group->welcome);
  json_object_set_array_member (parent, "subGroups", array);
  sb_call_ok (call, parent);
}

static gboolean
may_have_children (SbCall *call)
{
  if (!sb_call_needs_admin (call))
    return FALSE;
  if (!call->group->connect)
    return TRUE;
  sb_call_invalid (call, "A ConnectGroup has no subgroups");
  return FALSE;
}

static void
create (SbCall *call)
{
  gboolean all;
  SbGroup *group = may_have_children (call) ? sb_group_create (call, call->group, &all) : NULL;
  if (!group)
    return;
  sb_call_note (call, "subgroup", NULL, sb_obj ("s:subGroupId", group->id, NULL));
  sb_call_ok (call, sb_obj ("s:groupId", group->id, "s:groupName", group->name, NULL));
}

/* (nullable): the first thing that is wrong with attaching them. */
static const char *
check_children (SbCall *call, JsonArray *ids, guint *status)
{
  *status = 400;
  if (!ids || json_array_get_length (ids) == 0)
    return "subGroups is needed";
  for (guint i = 0; i < json_array_get_length (ids); i++) {
    JsonNode *node = json_array_get_element (ids, i);
    SbGroup *child = sb_node_is_string (node)
                         ? sb_world_group (call->sandbox->world, json_node_get_string (node))
                         : NULL;
    *status = 404;
    if (!child)
      return "No such group";
    *status = 400;
    if (child == call->group || sb_access_is_above (child, call->group) || child->connect)
      return "The group cannot be below this one";
    *status = 403;
    if (!sb_access_is_admin (child, call->user))
      return "Only an admin of the subgroup may attach it";
  }
  return NULL;
}

static void
attach (SbCall *call)
{
  JsonArray *ids = sb_json_array (call->body, "subGroups");
  guint status;
  if (!may_have_children (call))
    return;
  const char *problem = check_children (call, ids, &status);
  if (problem) {
    sb_call_fail (call, status,
                  status == 404   ? "NotFound"
                  : status == 403 ? "Forbidden"
                                  : "InvalidParameters",
                  problem);
    return;
  }
  for (guint i = 0; i < json_array_get_length (ids); i++)
    sb_deed_attach (call->sandbox, call->group,
                    sb_world_group (call->sandbox->world, json_array_get_string_element (ids, i)),
                    call->user);
  sb_call_note (call, "attach", NULL, json_object_new ());
  /* The answer is not documented (inferred). */
  sb_call_done (call);
}

static void
detach (SbCall *call)
{
  SbGroup *child = sb_world_group (call->sandbox->world, call->params[1]);
  if (!sb_call_needs_admin (call))
    return;
  if (!child || !sb_deed_detach (call->sandbox, call->group, child, call->user)) {
    sb_call_not_found (call, "No such subgroup");
    return;
  }
  sb_call_note (call, "detach", NULL, sb_obj ("s:subGroupId", child->id, NULL));
  sb_call_done (call);
}

const SbRoute sb_routes_subgroups[] = {
    {"GET", "groups/{groupId}/subGroups", "groupinfo.read", SB_ROUTE_GROUP, list},
    {"POST", "groups/{groupId}/subGroups", "groupinfo.write", SB_ROUTE_GROUP | SB_ROUTE_BODY,
     create},
    {"PUT", "groups/{groupId}/subGroups", "groupinfo.write", SB_ROUTE_GROUP | SB_ROUTE_BODY,
     attach},
    {"DELETE", "groups/{groupId}/subGroups/{subGroupId}", "groupinfo.remove", SB_ROUTE_GROUP,
     detach},
    {NULL}};
