/* SPDX-License-Identifier: GPL-2.0-or-later */
/* POST and GET of actions, their update and reminder: API §13, §14, §16. */
#include "config.h"

#include "sb-actions.h"
#include "sb-deeds.h"
#include "sb-events.h"
#include "sb-fields.h"
#include "sb-posting.h"
#include "sb-router.h"

#include <string.h>

static void
post (SbCall *call)
{
  g_autoptr (GError) error = NULL;
  JsonArray *failed;
  if (!sb_posting_check (call))
    return;
  SbItem *item =
      sb_item_from_request (call->sandbox, call->group, call->user, call->body, TRUE, &error);
  if (!item) {
    sb_call_invalid (call, error->message);
    return;
  }
  gboolean plain = item->media || strcmp (item->type, "Announcement") == 0;
  gboolean with_id =
      sb_switches_on (call->sandbox->switches, plain ? "mediaActionId" : "ordinaryActionId");
  item->reply_to = g_strdup (sb_json_string (call->body, "replyToReferenceId", NULL));
  sb_posting_address (call, item, &failed);
  sb_deed_post (call->sandbox, item);
  sb_call_note (call, "action", item->reference_id,
                sb_obj ("s:actionType", item->package_id ? item->package_id : item->type,
                        "s:actionId", item->action_id, "s:text", item->text, NULL));
  sb_call_ok (call, sb_obj ("s:referenceId", item->reference_id, "?:actionId",
                            with_id ? item->action_id : NULL, "a:failedResult", failed, NULL));
}

/* ---- the list ---- */

typedef struct {
  const char *type; /* (nullable) */
  const char *package;
  gint64 from_ms;
  gint64 count;
  gboolean details;
} Query;

/* The unit of fromDate is not stated: seconds by samples of the same era (inferred). */
static gboolean
read_from_date (SbCall *call, gint64 *from_ms)
{
  const char *text = sb_call_query (call, "fromDate");
  const char *unit = sb_switches_get (call->sandbox->switches, "fromDateUnit");
  *from_ms = 0;
  if (!text || !*text)
    return TRUE;
  if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT64 / 1000, from_ms, NULL))
    return FALSE;
  if (strcmp (unit, "s") == 0 || (strcmp (unit, "either") == 0 && *from_ms < 100000000000))
    *from_ms *= 1000;
  return TRUE;
}

/* (nullable): what is wrong. */
static const char *
read_query (SbCall *call, Query *query)
{
  const char *type = sb_call_query (call, "actionType");
  const char *count = sb_call_query (call, "count");
  query->package = sb_call_query (call, "id");
  query->type = sb_action_type (type);
  query->details = sb_call_query_bool (call, "getDetails");
  query->count = 30;
  if (count && !g_ascii_string_to_signed (count, 10, 1, G_MAXINT32, &query->count, NULL))
    return "count is a positive number";
  if (!type == !query->package)
    return "either actionType or id is needed";
  if (type && (!query->type || strcmp (query->type, "Package") == 0))
    return "actionType is not known";
  if (type && !sb_action_is_listable (call->sandbox, query->type))
    return "actionType cannot be listed";
  if (!read_from_date (call, &query->from_ms))
    return "fromDate is a number";
  return NULL;
}

static gboolean
matches (SbCall *call, SbItem *item, const Query *query)
{
  if (sb_item_is_text (item) || item->sent_ms < query->from_ms)
    return FALSE;
  if (!call->token->group && !sb_access_sees_item (item, call->user))
    return FALSE;
  if (query->type)
    return strcmp (item->type, query->type) == 0;
  g_autofree char *base = item->package_id ? sb_package_base (item->package_id) : NULL;
  return g_strcmp0 (item->package_id, query->package) == 0 || g_strcmp0 (base, query->package) == 0;
}

static void
list (SbCall *call)
{
  Query query;
  const char *problem = read_query (call, &query);
  gboolean newest = sb_switches_is (call->sandbox->switches, "pageOrder", "newest");
  gint64 limit = sb_switches_int (call->sandbox->switches, "actionsPageMax"), shown = 0;
  GPtrArray *items = call->group->items;
  gboolean more = FALSE;
  if (problem) {
    sb_call_invalid (call, problem);
    return;
  }
  JsonArray *array = json_array_new ();
  limit = limit > 0 ? MIN (limit, query.count) : query.count;
  for (guint i = 0; i < items->len && !more; i++) {
    SbItem *item = items->pdata[newest ? items->len - 1 - i : i];
    if (!matches (call, item, &query))
      continue;
    more = shown >= limit;
    if (!more)
      json_array_add_object_element (
          array, sb_action_list_view (call->sandbox, item, call->user, query.details));
    shown++;
  }
  JsonObject *answer = sb_obj ("a:actions", array, NULL);
  if (more || sb_switches_on (call->sandbox->switches, "hasMoreField"))
    json_object_set_boolean_member (answer, "hasMore", more);
  sb_call_ok (call, answer);
}

/* ---- one action ---- */

/* (nullable), with 404 in place: the action that the path names, if the caller may see it. */
static SbItem *
path_action (SbCall *call)
{
  SbItem *item = sb_world_action (call->sandbox->world, call->params[1]);
  if (item && item->group == call->group &&
      (call->token->group || sb_access_sees_item (item, call->user)))
    return item;
  sb_call_not_found (call, "No such action");
  return NULL;
}

static void
get_one (SbCall *call)
{
  SbItem *item = path_action (call);
  if (item)
    sb_call_ok (call, sb_action_detail_view (call->sandbox, item, call->user,
                                             sb_call_query_bool (call, "getDetails")));
}

static gboolean
may_manage (SbCall *call, SbItem *item)
{
  if (item->sender == call->user || sb_call_role (call) == SB_ROLE_ADMIN)
    return TRUE;
  sb_call_forbidden (call, "Only the sender or an admin may do this");
  return FALSE;
}

static void
set_property (JsonArray *properties, JsonObject *wanted)
{
  const char *name = sb_json_string (wanted, "name", "");
  for (guint i = 0; i < json_array_get_length (properties); i++) {
    JsonNode *node = json_array_get_element (properties, i);
    if (JSON_NODE_HOLDS_OBJECT (node) &&
        g_strcmp0 (sb_json_string (json_node_get_object (node), "name", NULL), name) == 0) {
      json_array_remove_element (properties, i);
      break;
    }
  }
  json_array_add_object_element (properties, sb_obj_copy (wanted));
}

/* PUT of properties; the answer is unknown (inferred). */
static void
update (SbCall *call)
{
  JsonArray *wanted = sb_json_array (call->body, "updateProperties");
  const char *form = sb_switches_get (call->sandbox->switches, "actionUpdatePath");
  gboolean bare = g_str_has_suffix (call->route->pattern, "}");
  gint64 version;
  if (strcmp (form, "both") != 0 && bare != (strcmp (form, "bare") == 0)) {
    sb_call_not_found (call, "No such resource");
    return;
  }
  SbItem *item = path_action (call);
  if (!item || !may_manage (call, item))
    return;
  JsonArray *properties = sb_json_array (item->body, "properties");
  if (!properties || !wanted) {
    sb_call_invalid (call, properties ? "updateProperties is needed"
                                      : "Only custom actions have properties");
    return;
  }
  const char *problem = sb_properties_check (wanted);
  if (!sb_field_int (call->body, "version", -1, -1, G_MAXINT32, &version))
    problem = "version is a number";
  if (problem) {
    sb_call_invalid (call, problem);
    return;
  }
  for (guint i = 0; i < json_array_get_length (wanted); i++)
    set_property (properties, json_array_get_object_element (wanted, i));
  sb_call_note (call, "properties", item->reference_id,
                sb_obj ("s:actionId", item->action_id, NULL));
  sb_call_done (call);
}

static void
remind (SbCall *call)
{
  SbItem *item = path_action (call);
  gboolean targeted = sb_json_array (call->body, "subscribers") ||
                      sb_json_bool (call->body, "sendToAllSubscribers", FALSE);
  if (!item || !may_manage (call, item))
    return;
  if (targeted && !call->group->connect) {
    sb_call_invalid (call, "The group has no subscribers");
    return;
  }
  sb_call_note (call, "reminder", item->reference_id, sb_obj ("s:actionId", item->action_id, NULL));
  sb_call_done (call);
}

#define ONE "groups/{groupId}/actions/{actionId}"

const SbRoute sb_routes_actions[] = {
    {"POST", "groups/{groupId}/actions", "action.write", SB_ROUTE_GROUP | SB_ROUTE_BODY, post},
    {"GET", "groups/{groupId}/actions", "action.read", SB_ROUTE_GROUP, list},
    {"GET", ONE, "action.read", SB_ROUTE_GROUP, get_one},
    {"PUT", ONE, "action.update", SB_ROUTE_GROUP | SB_ROUTE_BODY, update},
    {"PUT", ONE "/properties", "action.update", SB_ROUTE_GROUP | SB_ROUTE_BODY, update},
    {"POST", ONE "/reminder", "action.write", SB_ROUTE_GROUP, remind},
    {NULL}};
