/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups: API §6. */
#include "config.h"

#include "sb-group-view.h"
#include "sb-colleagues.h"
#include "sb-deeds.h"
#include "sb-fields.h"
#include "sb-router.h"

#include <string.h>

#define MAX_MEMBERS 100
#define MAX_DEPTH 16

static guint
unprovisioned (GPtrArray *people)
{
  guint count = 0;
  for (guint i = 0; i < people->len; i++)
    count += !((SbUser *) people->pdata[i])->provisioned;
  return count;
}

static guint
direct_unprovisioned (SbGroup *group)
{
  guint count = 0;
  for (guint i = 0; i < group->members->len; i++)
    count += !((SbMember *) group->members->pdata[i])->user->provisioned;
  return count;
}

static const char *
caller_role (SbCall *call, SbGroup *group)
{
  if (call->token->group &&
      (call->token->group == group || sb_access_is_above (call->token->group, group)))
    return "Admin";
  return sb_role_name (sb_access_role (group, call->user));
}

JsonObject *
sb_group_view (SbCall *call, SbGroup *group, gboolean details)
{
  JsonObject *object =
      sb_obj ("s:groupId", group->id, "s:groupName", group->name, "s:groupImageUrl",
              group->image_url, "s:groupType", group->connect ? "ConnectGroup" : "Group", NULL);
  if (!details)
    return object;
  g_autoptr (GPtrArray) people = sb_access_people_below (group);
  json_object_set_boolean_member (object, "hasSubGroups", group->children->len > 0);
  json_object_set_boolean_member (object, "hasParentGroups", group->parents->len > 0);
  json_object_set_boolean_member (object, "isMappedToTenant", group->tenant);
  json_object_set_string_member (object, "callerRole", caller_role (call, group));
  json_object_set_int_member (object, "userCount", people->len + group->subscribers->len);
  json_object_set_int_member (object, "currentLevelUserCount", group->members->len);
  json_object_set_int_member (object, "uniqueUserCount", people->len + group->subscribers->len);
  json_object_set_int_member (object, "currentLevelSubGroupCount", group->children->len);
  json_object_set_int_member (object, "currentLevelParentGroupCount", group->parents->len);
  json_object_set_int_member (object, "currentLevelUnProvisionedUserCount",
                              direct_unprovisioned (group));
  json_object_set_int_member (object, "unProvisionedUserCount", unprovisioned (people));
  json_object_set_boolean_member (object, "isDuplicate", FALSE);
  json_object_set_boolean_member (object, "isEditable",
                                  strcmp (caller_role (call, group), "Admin") == 0);
  json_object_set_boolean_member (object, "isDetailsReadable", TRUE);
  json_object_set_string_member (object, "welcomeMessage", group->welcome);
  return object;
}

/* ---- GET /groups ---- */

static gboolean
is_direct (SbCall *call, SbGroup *group)
{
  if (call->token->group)
    return call->token->group == group;
  return sb_access_role (group, call->user) != SB_ROLE_NONE;
}

/* With fetchAllGroups: ancestors of one's own groups, and everything below them. */
static gboolean
is_in_reach (SbCall *call, SbGroup *group)
{
  if (call->token->group)
    return call->token->group == group || sb_access_is_above (call->token->group, group);
  if (sb_access_may_read (group, call->user))
    return TRUE;
  for (guint i = 0; i < call->sandbox->world->groups->len; i++) {
    SbGroup *own = call->sandbox->world->groups->pdata[i];
    SbRole role = sb_access_role (own, call->user);
    if (role >= SB_ROLE_MEMBER && sb_access_is_above (own, group))
      return TRUE;
  }
  return FALSE;
}

static gint
by_name (gconstpointer a, gconstpointer b)
{
  const SbGroup *one = *(SbGroup *const *) a, *two = *(SbGroup *const *) b;
  return g_utf8_collate (one->name, two->name);
}

static void
order_groups (SbSandbox *sandbox, GPtrArray *groups)
{
  if (sb_switches_is (sandbox->switches, "groupsOrder", "sorted"))
    g_ptr_array_sort (groups, by_name);
  if (!sb_switches_is (sandbox->switches, "groupsOrder", "shuffled"))
    return;
  for (guint i = groups->len; i > 1; i--) {
    guint k = (guint) g_rand_int_range (sandbox->rand, 0, (gint32) i);
    gpointer kept = groups->pdata[i - 1];
    groups->pdata[i - 1] = groups->pdata[k];
    groups->pdata[k] = kept;
  }
}

static gboolean
wants_details (SbCall *call)
{
  return sb_call_query_bool (call, "showDetail") || sb_call_query_bool (call, "showDetails");
}

static void
list_groups (SbCall *call)
{
  gboolean all = sb_call_query_bool (call, "fetchAllGroups");
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < call->sandbox->world->groups->len; i++) {
    SbGroup *group = call->sandbox->world->groups->pdata[i];
    if (is_direct (call, group) || (all && is_in_reach (call, group)))
      g_ptr_array_add (groups, group);
  }
  order_groups (call->sandbox, groups);
  for (guint i = 0; i < groups->len; i++)
    json_array_add_object_element (array,
                                   sb_group_view (call, groups->pdata[i], wants_details (call)));
  sb_colleagues_client (call->sandbox, "groups", call->user, NULL);
  sb_call_ok (call, sb_obj ("a:groups", array, NULL));
}

static void
get_group (SbCall *call)
{
  JsonObject *object = sb_group_view (call, call->group, TRUE);
  if (sb_switches_is (call->sandbox->switches, "groupShape", "bare")) {
    sb_call_ok (call, object);
    return;
  }
  JsonArray *array = json_array_new ();
  json_array_add_object_element (array, object);
  sb_call_ok (call, sb_obj ("a:groups", array, NULL));
}

/* ---- POST /groups, POST subGroups ---- */

gboolean
sb_group_check_phones (SbCall *call, JsonNode *node)
{
  if (!node || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    sb_call_invalid (call, "An array of phone numbers is needed");
  else if (json_array_get_length (json_node_get_array (node)) > MAX_MEMBERS)
    sb_call_invalid (call, "At most 100 phone numbers in one call");
  else
    return TRUE;
  return FALSE;
}

gboolean
sb_group_add_phones (SbCall *call, SbGroup *group, JsonArray *phones)
{
  gboolean all = TRUE;
  for (guint i = 0; phones && i < json_array_get_length (phones); i++) {
    JsonNode *node = json_array_get_element (phones, i);
    g_autofree char *phone =
        sb_node_is_string (node) ? sb_phone_normalise (json_node_get_string (node)) : NULL;
    SbUser *user = phone ? sb_person_for_phone (call->sandbox, phone) : NULL;
    all = all && user;
    if (user && sb_access_role (group, user) < SB_ROLE_MEMBER)
      sb_deed_set_member (call->sandbox, group, user, SB_ROLE_MEMBER, call->user);
  }
  return all;
}

/* (nullable): a usable name; "groupName" counts as well (API §7). */
static const char *
usable_name (SbCall *call)
{
  const char *name = sb_json_string (call->body, "name", NULL);
  if (!name)
    name = sb_json_string (call->body, "groupName", NULL);
  return name && name[strspn (name, " \t\r\n")] ? name : NULL;
}

/* (nullable), with the error in place: the address of a picture that a member names. */
static gboolean
read_photo (SbCall *call, const char *name, char **url)
{
  const char *resource;
  *url = NULL;
  gboolean right = sb_field_string (call->body, name, &resource);
  if (right && !resource)
    return TRUE;
  SbMedia *media = right ? sb_world_media (call->sandbox->world, resource) : NULL;
  if (!media || strcmp (media->kind, "Image") != 0) {
    sb_call_invalid (call, "A photo is not a known resource");
    return FALSE;
  }
  *url = sb_file_url (call->sandbox, media->files->pdata[0]);
  return TRUE;
}

/* %FALSE with the error in place. */
static gboolean
check_new_group (SbCall *call, SbGroup *parent)
{
  const char *welcome;
  const char *type = sb_json_string (call->body, "groupType", "Group");
  gboolean connect = g_ascii_strcasecmp (type, "ConnectGroup") == 0;
  gboolean typed = sb_field_string (call->body, "welcomeMessage", &welcome);
  gboolean needed = sb_switches_on (call->sandbox->switches, "welcomeRequired");
  if (!sb_group_check_phones (call, sb_json_get (call->body, "members")) ||
      !sb_group_check_phones (call, sb_json_get (call->body, "memberUserIds")) ||
      !sb_group_check_phones (call, sb_json_get (call->body, "admins")))
    return FALSE;
  if (!usable_name (call))
    sb_call_invalid (call, "A name is needed");
  else if (!typed || (needed && !welcome))
    sb_call_invalid (call, "welcomeMessage is needed");
  else if (!connect && g_ascii_strcasecmp (type, "Group") != 0)
    sb_call_invalid (call, "groupType is Group or ConnectGroup");
  else if (parent && parent->connect)
    sb_call_invalid (call, "A ConnectGroup has no subgroups");
  else if (connect && (parent || call->token->group || !call->user->tenant_admin))
    sb_call_forbidden (call, "A ConnectGroup needs a tenant token");
  else
    return TRUE;
  return FALSE;
}

/* By id, and for admins by phone, too: both lists are known from one client's model alone
 * (inferred). */
static gboolean
add_people (SbCall *call, SbGroup *group, const char *list, SbRole role)
{
  JsonArray *people = sb_json_array (call->body, list);
  gboolean all = TRUE;
  for (guint i = 0; people && i < json_array_get_length (people); i++) {
    JsonNode *node = json_array_get_element (people, i);
    const char *text = sb_node_is_string (node) ? json_node_get_string (node) : NULL;
    g_autofree char *phone = sb_phone_normalise (text);
    SbUser *user = sb_world_user_by_id (call->sandbox->world, text);
    if (!user && phone && role == SB_ROLE_ADMIN)
      user = sb_person_for_phone (call->sandbox, phone);
    all = all && user;
    if (user && sb_access_role (group, user) < role)
      sb_deed_set_member (call->sandbox, group, user, role, call->user);
  }
  return all;
}

static void
set_text (char **text, const char *value)
{
  char *copy = g_strdup (value);
  g_free (*text);
  *text = copy;
}

SbGroup *
sb_group_create (SbCall *call, SbGroup *parent, gboolean *all_added)
{
  SbSandbox *sandbox = call->sandbox;
  g_autofree char *photo = NULL, *background = NULL;
  if (!check_new_group (call, parent) || !read_photo (call, "groupPhoto", &photo) ||
      !read_photo (call, "backgroundPhoto", &background))
    return NULL;
  const char *type = sb_json_string (call->body, "groupType", "Group");
  SbGroup *group = sb_world_add_group (sandbox->world, sb_new_id (sandbox), usable_name (call),
                                       g_ascii_strcasecmp (type, "ConnectGroup") == 0);
  const char *image = sb_json_string (call->body, "groupImageUrl", NULL);
  set_text (&group->welcome, sb_json_string (call->body, "welcomeMessage", ""));
  if (photo || image)
    set_text (&group->image_url, photo ? photo : image);
  group->creator = call->user;
  group->tenant = call->user->tenant_admin;
  if (!parent || sb_json_bool (call->body, "addUserToGroup", TRUE))
    sb_deed_set_member (sandbox, group, call->user, SB_ROLE_ADMIN, call->user);
  gboolean phones = sb_group_add_phones (call, group, sb_json_array (call->body, "members"));
  gboolean ids = add_people (call, group, "memberUserIds", SB_ROLE_MEMBER);
  gboolean admins = add_people (call, group, "admins", SB_ROLE_ADMIN);
  *all_added = phones && ids && admins;
  if (parent)
    sb_deed_attach (sandbox, parent, group, call->user);
  return group;
}

static void
create_group (SbCall *call)
{
  gboolean all = FALSE;
  /* With a group token this makes a child of that group (API §2.1). */
  SbGroup *group = sb_group_create (call, call->token->group, &all);
  if (!group)
    return;
  call->group = group;
  sb_call_note (call, "group", NULL, json_object_new ());
  sb_call_ok (call, sb_obj ("s:groupId", group->id, "s:groupName", group->name, "b:membersAdded",
                            all, NULL));
}

const SbRoute sb_routes_groups[] = {
    {"GET", "groups", "groupinfo.read", 0, list_groups},
    {"POST", "groups", "groupinfo.write", SB_ROUTE_BODY, create_group},
    {"GET", "groups/{groupId}", "groupinfo.read", SB_ROUTE_GROUP, get_group},
    {NULL}};
