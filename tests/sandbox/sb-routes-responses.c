/* SPDX-License-Identifier: GPL-2.0-or-later */
/* POST responses: API §15. */
#include "config.h"

#include "sb-deeds.h"
#include "sb-events.h"
#include "sb-router.h"

#include <string.h>

/* (nullable): what is wrong with how the body names the action's kind. */
static const char *
check_kind (SbSandbox *sandbox, SbItem *item, JsonObject *body)
{
  const char *type = sb_json_string (body, "actionType", NULL);
  const char *id = sb_json_string (body, "id", NULL);
  gboolean vote = strcmp (item->type, "Poll") == 0 || strcmp (item->type, "LetsMeet") == 0;
  if (!type == !id)
    return "either actionType or id is needed";
  if (type && g_ascii_strcasecmp (type, item->type) != 0)
    return "actionType is not that of the action";
  if (vote && !sb_switches_on (sandbox->switches, "pollAnswers"))
    return "Responses to this action are not supported";
  if (!id)
    return NULL;
  g_autofree char *base = item->package_id ? sb_package_base (item->package_id) : NULL;
  return g_strcmp0 (id, item->package_id) == 0 || g_strcmp0 (id, base) == 0
             ? NULL
             : "id is not that of the action";
}

static void
post (SbCall *call)
{
  g_autoptr (GError) error = NULL;
  SbItem *item = sb_world_action (call->sandbox->world, call->params[1]);
  JsonObject *body = sb_json_object (call->body, "actionBody");
  const char *response_id = sb_json_string (call->body, "responseId", NULL);
  if (!item || item->group != call->group ||
      (!call->token->group && !sb_access_sees_item (item, call->user))) {
    sb_call_not_found (call, "No such action");
    return;
  }
  const char *problem =
      body ? check_kind (call->sandbox, item, call->body) : "actionBody is needed";
  if (problem) {
    sb_call_invalid (call, problem);
    return;
  }
  SbResponse *response =
      sb_deed_respond (call->sandbox, item, call->user, response_id, body, FALSE, &error);
  if (!response) {
    sb_call_invalid (call, error->message);
    return;
  }
  sb_call_note (call, "response", item->reference_id,
                sb_obj ("s:actionId", item->action_id, "s:responseId", response->id, NULL));
  sb_call_ok (call, sb_obj ("s:responseId", response->id, NULL));
}

const SbRoute sb_routes_responses[] = {{"POST", "groups/{groupId}/actions/{actionId}/responses",
                                        "action.write", SB_ROUTE_GROUP | SB_ROUTE_BODY, post},
                                       {NULL}};
