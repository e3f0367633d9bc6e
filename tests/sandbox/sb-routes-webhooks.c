/* SPDX-License-Identifier: GPL-2.0-or-later */
/* POST, GET, PUT and DELETE of webhooks: API §18. */
#include "config.h"

#include "sb-colleagues.h"
#include "sb-fields.h"
#include "sb-router.h"
#include "sb-webhooks.h"

#include <string.h>

#define TWO_YEARS_MS (G_GINT64_CONSTANT (2) * 365 * 86400 * 1000)

static const char *const event_names[] = {
    "ActionCreated",   "ActionResponse",     "SurveyCreated",     "SurveyResponse", "JobCreated",
    "JobResponse",     "TextMessageCreated", "AttachmentCreated", "Announcement",   "MemberAdded",
    "MemberRemoved",   "GroupAdded",         "GroupRemoved",      "PollCreated",    "PollResponse",
    "LetsMeetCreated", "LetsMeetResponse"};

/* What a POST or PUT waits with until the callback was validated. */
typedef struct {
  SbCall *call;       /* (unowned): the sandbox frees it when it ends first */
  SbWebhook *created; /* (owned) (nullable): for POST */
  char *webhook_id;   /* (nullable): for PUT */
} Pending;

static const char *
canonical_event (const char *name)
{
  for (gsize i = 0; name && i < G_N_ELEMENTS (event_names); i++)
    if (g_ascii_strcasecmp (event_names[i], name) == 0)
      return event_names[i];
  return NULL;
}

/* (transfer full) (nullable): the event types, NULL when one is unknown or there is none. */
static GStrv
read_events (JsonObject *body)
{
  JsonArray *array = sb_json_array (body, "eventTypes");
  if (!array)
    array = sb_json_array (body, "events"); /* the listing's name (API §23.32) */
  if (!array || json_array_get_length (array) == 0)
    return NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    const char *name =
        sb_node_is_string (node) ? canonical_event (json_node_get_string (node)) : NULL;
    if (!name)
      return NULL;
    g_strv_builder_add (builder, name);
  }
  return g_strv_builder_end (builder);
}

static const char *
object_type (const char *text)
{
  static const char *const types[] = {"Group", "Action", "ActionPackage"};
  for (gsize i = 0; text && i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (types[i], text) == 0)
      return types[i];
  return NULL;
}

/* %FALSE with the error in place: the caller must be able to see what is watched. */
static gboolean
check_object (SbCall *call, const char *type, const char *id)
{
  SbGroup *group = NULL;
  if (strcmp (type, "ActionPackage") == 0)
    return TRUE;
  if (strcmp (type, "Action") == 0) {
    SbItem *item = sb_world_action (call->sandbox->world, id);
    group = item ? item->group : NULL;
  } else {
    group = sb_world_group (call->sandbox->world, id);
  }
  if (!group)
    sb_call_not_found (call, "The object of the webhook is not known");
  else if (call->token->group ? call->token->group != group
                              : !sb_access_may_read (group, call->user))
    sb_call_forbidden (call, "The user is not in the group");
  else
    return TRUE;
  return FALSE;
}

static gint64
read_validity (SbCall *call)
{
  gint64 given_ms = sb_time_ms (sb_json_get (call->body, "validity"));
  return given_ms > 0 ? given_ms : sb_clock_now_ms (call->sandbox->clock) + TWO_YEARS_MS;
}

/* %FALSE with the error in place. */
static gboolean
check_texts (SbCall *call)
{
  static const char *const names[] = {"callBackUrl", "callBackToken", "callBackContext"};
  JsonNode *validity = sb_json_get (call->body, "validity");
  const char *value;
  gboolean right = !validity || JSON_NODE_HOLDS_NULL (validity) || sb_time_ms (validity) > 0;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    right = right && sb_field_string (call->body, names[i], &value);
  if (!right)
    sb_call_invalid (call, "The callback members are strings, validity is a time");
  return right;
}

static void
pending_free (Pending *pending)
{
  g_clear_pointer (&pending->created, sb_webhook_free);
  g_free (pending->webhook_id);
  g_free (pending);
}

static void
refuse_callback (SbCall *call)
{
  /* The shape of this error is unknown (inferred). */
  sb_call_invalid (call, "Callback url validation failed");
}

static void
note (SbCall *call, const char *kind, SbWebhook *webhook)
{
  call->group = sb_world_group (call->sandbox->world, webhook->object_id);
  sb_call_note (call, kind, NULL,
                sb_obj ("s:webhookId", webhook->id, "s:objectId", webhook->object_id, NULL));
}

static void
answer_created (SbCall *call, SbWebhook *webhook)
{
  SbSandbox *sandbox = call->sandbox;
  sb_webhooks_add (sandbox, webhook);
  note (call, "webhook", webhook);
  sb_colleagues_client (sandbox, "webhook", webhook->owner,
                        sb_world_group (sandbox->world, webhook->object_id));
  sb_call_ok (call, sb_obj ("s:webhookId", webhook->id, NULL));
}

static void
created_cb (gboolean valid, gpointer data)
{
  Pending *pending = data;
  SbCall *call = pending->call;
  g_hash_table_remove (call->sandbox->pending, pending);
  if (valid)
    answer_created (call, g_steal_pointer (&pending->created));
  else
    refuse_callback (call);
  pending_free (pending);
  sb_call_finish (call);
}

static Pending *
wait_for_validation (SbCall *call)
{
  Pending *pending = g_new0 (Pending, 1);
  pending->call = call;
  sb_call_defer (call);
  g_hash_table_insert (call->sandbox->open_calls, call, NULL);
  g_hash_table_insert (call->sandbox->pending, pending, pending_free);
  return pending;
}

static void
post (SbCall *call)
{
  const char *id = sb_json_string (call->body, "objectId", NULL);
  const char *type = object_type (sb_json_string (call->body, "objectType", NULL));
  const char *url = sb_json_string (call->body, "callBackUrl", NULL);
  g_auto (GStrv) events = read_events (call->body);
  if (!id || !type || !events || !sb_webhook_url_allowed (url)) {
    sb_call_invalid (call, !id || !type ? "objectId and objectType are needed"
                           : !events    ? "eventTypes is needed and must be known"
                                        : "callBackUrl must be an https address");
    return;
  }
  if (!check_texts (call) || !check_object (call, type, id))
    return;
  SbWebhook *webhook = g_new0 (SbWebhook, 1);
  webhook->id = sb_random_guid (call->sandbox->rand);
  webhook->connector = call->token->connector;
  webhook->owner = call->user;
  webhook->object_id = g_strdup (id);
  webhook->object_type = g_strdup (type);
  webhook->events = g_steal_pointer (&events);
  webhook->url = g_strdup (url);
  webhook->token = g_strdup (sb_json_string (call->body, "callBackToken", NULL));
  webhook->context = g_strdup (sb_json_string (call->body, "callBackContext", NULL));
  webhook->ts_ms = sb_clock_now_ms (call->sandbox->clock);
  webhook->validity_ms = read_validity (call);
  webhook->active = TRUE;
  Pending *pending = wait_for_validation (call);
  pending->created = webhook;
  sb_webhooks_validate (call->sandbox, url, created_cb, pending);
}

/* ---- GET ---- */

static gboolean
is_visible (SbCall *call, SbWebhook *webhook)
{
  return webhook->connector == call->token->connector &&
         (sb_switches_is (call->sandbox->switches, "webhookListScope", "connector") ||
          webhook->owner == call->user);
}

static JsonObject *
view (SbCall *call, SbWebhook *webhook)
{
  gboolean table = sb_switches_is (call->sandbox->switches, "webhookKeys", "table");
  JsonArray *events = json_array_new ();
  for (guint i = 0; webhook->events[i]; i++)
    json_array_add_string_element (events, webhook->events[i]);
  JsonObject *object =
      sb_obj ("s:id", webhook->id, "s:objectId", webhook->object_id, "s:objectType",
              webhook->object_type, "a:events", events, "a:filters", json_array_new (),
              "?:callBackContext", webhook->context, "l:ts", webhook->ts_ms, "l:validity",
              webhook->validity_ms, "b:active", webhook->active, NULL);
  json_object_set_string_member (object, table ? "callBackUrl" : "callbackUrl", webhook->url);
  json_object_set_string_member (object, table ? "callBackToken" : "callbackToken",
                                 webhook->token ? webhook->token : "");
  return object;
}

static void
list (SbCall *call)
{
  const char *id = sb_call_query (call, "objectId");
  const char *type = object_type (sb_call_query (call, "objectType"));
  if (!id || !*id || !type) {
    sb_call_invalid (call, "objectId and objectType are needed");
    return;
  }
  if (!check_object (call, type, id))
    return;
  GPtrArray *all = sb_webhooks_list (call->sandbox);
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < all->len; i++) {
    SbWebhook *webhook = all->pdata[i];
    if (is_visible (call, webhook) && strcmp (webhook->object_id, id) == 0 &&
        strcmp (webhook->object_type, type) == 0)
      json_array_add_object_element (array, view (call, webhook));
  }
  sb_call_ok (call, sb_obj ("a:webhooks", array, NULL));
}

/* ---- PUT, DELETE ---- */

static SbWebhook *
path_webhook (SbCall *call)
{
  SbWebhook *webhook = sb_webhooks_find (call->sandbox, call->params[0]);
  if (webhook && is_visible (call, webhook))
    return webhook;
  sb_call_not_found (call, "No such webhook");
  return NULL;
}

static void
replace_text (JsonObject *body, const char *name, char **text)
{
  const char *value = sb_json_string (body, name, NULL);
  if (!value)
    return;
  g_free (*text);
  *text = g_strdup (value);
}

static void
change (SbCall *call, SbWebhook *webhook)
{
  GStrv events = read_events (call->body);
  if (events) {
    g_strfreev (webhook->events);
    webhook->events = events;
  }
  replace_text (call->body, "callBackUrl", &webhook->url);
  replace_text (call->body, "callBackToken", &webhook->token);
  replace_text (call->body, "callBackContext", &webhook->context);
  if (sb_json_get (call->body, "validity"))
    webhook->validity_ms = read_validity (call);
  sb_webhooks_set_active (call->sandbox, webhook,
                          sb_json_bool (call->body, "Active", webhook->active));
  note (call, "webhookUpdate", webhook);
  sb_call_ok (call, sb_obj ("s:webhookId", webhook->id, NULL));
}

static void
changed_cb (gboolean valid, gpointer data)
{
  Pending *pending = data;
  SbCall *call = pending->call;
  SbWebhook *webhook = sb_webhooks_find (call->sandbox, pending->webhook_id);
  g_hash_table_remove (call->sandbox->pending, pending);
  if (!webhook)
    sb_call_not_found (call, "No such webhook");
  else if (valid)
    change (call, webhook);
  else
    refuse_callback (call);
  pending_free (pending);
  sb_call_finish (call);
}

/* true and false, or their names: the sample has the string (API §23.6). */
static gboolean
is_switch (JsonNode *node)
{
  const char *text = sb_node_is_string (node) ? json_node_get_string (node) : "";
  return !node || sb_node_is_bool (node) || g_ascii_strcasecmp (text, "true") == 0 ||
         g_ascii_strcasecmp (text, "false") == 0;
}

static void
put (SbCall *call)
{
  SbWebhook *webhook = path_webhook (call);
  const char *url = sb_json_string (call->body, "callBackUrl", NULL);
  g_auto (GStrv) events = read_events (call->body);
  if (!webhook)
    return;
  if (sb_json_get (call->body, "eventTypes") && !events) {
    sb_call_invalid (call, "eventTypes must be known");
    return;
  }
  if (!is_switch (sb_json_get (call->body, "Active"))) {
    sb_call_invalid (call, "Active is true or false");
    return;
  }
  if (!check_texts (call))
    return;
  if (!url) {
    change (call, webhook);
    return;
  }
  if (!sb_webhook_url_allowed (url)) {
    sb_call_invalid (call, "callBackUrl must be an https address");
    return;
  }
  Pending *pending = wait_for_validation (call);
  pending->webhook_id = g_strdup (webhook->id);
  sb_webhooks_validate (call->sandbox, url, changed_cb, pending);
}

static void
delete_one (SbCall *call)
{
  SbWebhook *webhook = path_webhook (call);
  if (!webhook)
    return;
  note (call, "webhookDelete", webhook);
  sb_webhooks_remove (call->sandbox, webhook);
  sb_call_ok (call, json_object_new ());
}

const SbRoute sb_routes_webhooks[] = {
    {"POST", "webhook", "webhook.write", SB_ROUTE_BODY, post},
    {"GET", "webhook", "webhook.read", 0, list},
    {"PUT", "webhook/{webhookId}", "webhook.update", SB_ROUTE_BODY, put},
    {"DELETE", "webhook/{webhookId}", "webhook.remove", 0, delete_one},
    {NULL}};
