/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subscribers of a ConnectGroup: API §9. */
#include "config.h"

#include "sb-router.h"

#include <string.h>

#define PAGE_MAX 50

/* Admins and members see them; they do not see each other. */
static gboolean
may_see (SbCall *call)
{
  if (!call->group->connect)
    sb_call_invalid (call, "The group has no subscribers");
  else if (sb_call_role (call) < SB_ROLE_MEMBER)
    sb_call_forbidden (call, "Only members see the subscribers");
  else
    return TRUE;
  return FALSE;
}

static char *
write_cursor (guint offset)
{
  g_autofree char *text = g_strdup_printf ("sub:%u", offset);
  return g_base64_encode ((const guchar *) text, strlen (text));
}

static gboolean
read_cursor (const char *cursor, guint *offset)
{
  guint64 value = 0;
  gsize length;
  if (!cursor || !*cursor) {
    *offset = 0;
    return TRUE;
  }
  g_autofree guchar *bytes = g_base64_decode (cursor, &length);
  g_autofree char *text = g_strndup ((const char *) bytes, length);
  if (!g_str_has_prefix (text, "sub:") ||
      !g_ascii_string_to_unsigned (text + 4, 10, 0, G_MAXUINT, &value, NULL))
    return FALSE;
  *offset = (guint) value;
  return TRUE;
}

static void
answer_page (SbCall *call, guint offset, gint64 count)
{
  GPtrArray *all = call->group->subscribers;
  JsonArray *array = json_array_new ();
  guint i = offset;
  for (; i < all->len && i < offset + count; i++) {
    SbUser *user = all->pdata[i];
    json_array_add_object_element (array, sb_obj ("s:id", user->id, "s:mobileNumber", user->phone,
                                                  "s:name", user->name, "s:profilePic", user->pic,
                                                  "b:isProvisioned", user->provisioned, NULL));
  }
  g_autofree char *cursor = i < all->len ? write_cursor (i) : NULL;
  sb_call_ok (call, sb_obj ("a:subscribers", array, "?:cursor", cursor, NULL));
}

static void
read_post (SbCall *call)
{
  guint offset;
  gint64 count = sb_json_int (call->body, "count", PAGE_MAX);
  if (!sb_switches_on (call->sandbox->switches, "subscribersPost")) {
    sb_call_not_found (call, "No such resource");
    return;
  }
  if (!may_see (call))
    return;
  if (count > PAGE_MAX && sb_switches_is (call->sandbox->switches, "subscribersOverMax", "clamp"))
    count = PAGE_MAX;
  if (count < 1 || count > PAGE_MAX)
    sb_call_invalid (call, "count is at most 50");
  else if (!read_cursor (sb_json_string (call->body, "cursor", NULL), &offset))
    sb_call_invalid (call, "cursor is not one of ours");
  else
    answer_page (call, offset, count);
}

/* How the old GET pages is unknown; the query is tried for both (inferred). */
static void
read_get (SbCall *call)
{
  guint offset;
  const char *count = sb_call_query (call, "count");
  gint64 n = count ? g_ascii_strtoll (count, NULL, 10) : PAGE_MAX;
  if (!may_see (call))
    return;
  if (!read_cursor (sb_call_query (call, "cursor"), &offset))
    sb_call_invalid (call, "cursor is not one of ours");
  else
    answer_page (call, offset, CLAMP (n, 1, PAGE_MAX));
}

static JsonObject *
change_one (SbCall *call, JsonNode *node, gboolean adding)
{
  g_autofree char *phone =
      sb_node_is_string (node) ? sb_phone_normalise (json_node_get_string (node)) : NULL;
  SbUser *user = phone && adding ? sb_person_for_phone (call->sandbox, phone)
                                 : sb_world_user_by_phone (call->sandbox->world, phone);
  gboolean done = user != NULL;
  if (user && adding && sb_access_role (call->group, user) == SB_ROLE_NONE)
    sb_group_set_role (call->group, user, SB_ROLE_SUBSCRIBER);
  else if (user && !adding)
    done = g_ptr_array_remove (call->group->subscribers, user);
  JsonObject *object = json_object_new ();
  json_object_set_boolean_member (object, adding ? "isAdded" : "isRemoved", done);
  if (!done)
    json_object_set_string_member (object,
                                   sb_switches_get (call->sandbox->switches, "subscriberReasonKey"),
                                   phone ? "NotSubscriber" : "InvalidPhoneNumber");
  return object;
}

static void
change (SbCall *call, gboolean adding)
{
  JsonArray *phones = sb_json_array (call->body, "subscribers");
  JsonObject *result = json_object_new ();
  if (!call->group->connect)
    sb_call_invalid (call, "The group has no subscribers");
  else if (!phones || json_array_get_length (phones) == 0)
    sb_call_invalid (call, "subscribers is an array of numbers");
  else if (sb_call_needs_admin (call)) {
    for (guint i = 0; i < json_array_get_length (phones); i++) {
      JsonNode *node = json_array_get_element (phones, i);
      json_object_set_object_member (result,
                                     sb_node_is_string (node) ? json_node_get_string (node) : "",
                                     change_one (call, node, adding));
    }
    sb_call_note (call, adding ? "subscribersAdd" : "subscribersRemove", NULL, json_object_new ());
    sb_call_ok (call, sb_obj ("o:result", json_object_ref (result), NULL));
  }
  json_object_unref (result);
}

static void
add (SbCall *call)
{
  change (call, TRUE);
}

static void
remove_some (SbCall *call)
{
  change (call, FALSE);
}

const SbRoute sb_routes_subscribers[] = {
    {"POST", "groups/{groupId}/subscribers", "groupmember.read", SB_ROUTE_GROUP | SB_ROUTE_BODY,
     read_post},
    {"GET", "groups/{groupId}/subscribers", "groupmember.read", SB_ROUTE_GROUP, read_get},
    {"PUT", "groups/{groupId}/subscribers/add", "groupmember.write", SB_ROUTE_GROUP | SB_ROUTE_BODY,
     add},
    {"PUT", "groups/{groupId}/subscribers/remove", "groupmember.remove",
     SB_ROUTE_GROUP | SB_ROUTE_BODY, remove_some},
    {NULL}};
