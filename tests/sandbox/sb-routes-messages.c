/* SPDX-License-Identifier: GPL-2.0-or-later */
/* POST messages, and what it shares with POST actions: API §10. */
#include "config.h"

#include "sb-deeds.h"
#include "sb-fields.h"
#include "sb-posting.h"
#include "sb-router.h"

#include <string.h>

gboolean
sb_posting_check (SbCall *call)
{
  JsonNode *subscribers = sb_json_get (call->body, "subscribers");
  const char *reply_to;
  gboolean to_all;
  if (!sb_field_string (call->body, "replyToReferenceId", &reply_to) ||
      !sb_field_bool (call->body, "sendToAllSubscribers", &to_all)) {
    sb_call_invalid (call, "replyToReferenceId is a string, sendToAllSubscribers a boolean");
    return FALSE;
  }
  SbItem *original = reply_to ? sb_world_item (call->sandbox->world, reply_to) : NULL;
  SbRole role = sb_call_role (call);
  gboolean some = subscribers && JSON_NODE_HOLDS_ARRAY (subscribers) &&
                  json_array_get_length (json_node_get_array (subscribers)) > 0;
  if (role < SB_ROLE_MEMBER)
    sb_call_forbidden (call, "The user may not post in this group");
  else if (subscribers && !JSON_NODE_HOLDS_NULL (subscribers) &&
           !JSON_NODE_HOLDS_ARRAY (subscribers))
    sb_call_invalid (call, "subscribers is an array of phone numbers");
  else if (!call->group->connect && (some || to_all))
    sb_call_invalid (call, "The group has no subscribers");
  else if (to_all && role != SB_ROLE_ADMIN)
    sb_call_forbidden (call, "Only an admin may send to all subscribers");
  else if (reply_to && *reply_to && (!original || original->group != call->group))
    sb_call_not_found (call, "replyToReferenceId is not a message of this group");
  else
    return TRUE;
  return FALSE;
}

static void
address_one (SbCall *call, SbItem *item, JsonNode *node, JsonArray *failed)
{
  const char *text = sb_node_is_string (node) ? json_node_get_string (node) : "";
  g_autofree char *phone = sb_phone_normalise (text);
  SbUser *user = phone ? sb_world_user_by_phone (call->sandbox->world, phone) : NULL;
  if (user && sb_access_role (call->group, user) == SB_ROLE_SUBSCRIBER)
    g_ptr_array_add (item->targets, user);
  else
    json_array_add_object_element (failed, sb_obj ("s:subscriber", text, "s:subscriberId",
                                                   user ? user->id : "", "s:errorReason",
                                                   "Not a subscriber of the group", "s:errorCode",
                                                   "NotSubscriber", NULL));
}

void
sb_posting_address (SbCall *call, SbItem *item, JsonArray **failed)
{
  JsonArray *subscribers = sb_json_array (call->body, "subscribers");
  guint n = subscribers ? json_array_get_length (subscribers) : 0;
  *failed = NULL;
  item->to_all = sb_json_bool (call->body, "sendToAllSubscribers", FALSE);
  if (!n && !item->to_all)
    item->to_all = sb_switches_is (call->sandbox->switches, "connectDefault", "everyone");
  if (!n)
    return;
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < n; i++)
    address_one (call, item, json_array_get_element (subscribers, i), array);
  if (json_array_get_length (array))
    *failed = array;
  else
    json_array_unref (array);
}

/* The unit of the limit is not known; UTF-16 is what .NET counts (inferred). */
static glong
text_length (SbCall *call, const char *text)
{
  if (sb_switches_is (call->sandbox->switches, "messageUnit", "codepoint"))
    return g_utf8_strlen (text, -1);
  glong units = 0;
  for (; *text; text = g_utf8_next_char (text))
    units += g_utf8_get_char (text) > 0xffff ? 2 : 1;
  return units;
}

static gboolean
check_text (SbCall *call, const char *text)
{
  gboolean parent = call->group->children->len > 0;
  if (!text || text[strspn (text, " \t\r\n")] == '\0')
    sb_call_invalid (call, "message is needed");
  else if (text_length (call, text) > sb_switches_int (call->sandbox->switches, "messageMax"))
    sb_call_invalid (call, "message is too long");
  else if (parent && sb_switches_is (call->sandbox->switches, "parentText", "refuse"))
    sb_call_forbidden (call, "Chat is disabled in groups with subgroups");
  else
    return TRUE;
  return FALSE;
}

static void
post (SbCall *call)
{
  JsonArray *failed;
  const char *text = sb_json_string (call->body, "message", NULL);
  const char *reply_to = sb_json_string (call->body, "replyToReferenceId", NULL);
  if (!sb_posting_check (call) || !check_text (call, text))
    return;
  SbItem *item = sb_item_text (call->group, call->user, text, reply_to);
  sb_posting_address (call, item, &failed);
  sb_deed_post (call->sandbox, item);
  sb_call_note (call, "message", item->reference_id, sb_obj ("s:text", text, NULL));
  sb_call_ok (call, sb_obj ("s:referenceId", item->reference_id, "a:failedResult", failed, NULL));
}

const SbRoute sb_routes_messages[] = {
    {"POST", "groups/{groupId}/messages", "textmessage.*", SB_ROUTE_GROUP | SB_ROUTE_BODY, post},
    {NULL}};
