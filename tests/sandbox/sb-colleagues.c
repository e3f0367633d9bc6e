/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-colleagues.h"

#include <string.h>

typedef struct {
  JsonObject *when;
  JsonNode *deed;
  gint64 after_ms;
  gint64 times; /* 0: as often as it happens */
  gint64 fired;
} Rule;

struct _SbColleagues {
  GPtrArray *rules;    /* (element-type Rule) */
  GPtrArray *steps;    /* (element-type JsonObject) */
  gboolean started;    /* a client came, the steps are on their way */
  GHashTable *sources; /* (element-type GSource): deeds that will be done */
};

typedef struct {
  SbSandbox *sandbox;
  JsonNode *deed;
  JsonObject *context;
  GSource *source; /* (unowned) */
} Planned;

static void
rule_free (Rule *rule)
{
  g_clear_pointer (&rule->when, json_object_unref);
  g_clear_pointer (&rule->deed, json_node_unref);
  g_free (rule);
}

static void
end_source (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

SbColleagues *
sb_colleagues_new (void)
{
  SbColleagues *colleagues = g_new0 (SbColleagues, 1);
  colleagues->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  colleagues->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  colleagues->sources = g_hash_table_new_full (NULL, NULL, end_source, NULL);
  return colleagues;
}

void
sb_colleagues_free (SbColleagues *colleagues)
{
  g_hash_table_unref (colleagues->sources);
  g_ptr_array_unref (colleagues->rules);
  g_ptr_array_unref (colleagues->steps);
  g_free (colleagues);
}

void
sb_colleagues_add_rule (SbSandbox *sandbox, JsonObject *object)
{
  Rule *rule = g_new0 (Rule, 1);
  JsonObject *when = sb_json_object (object, "when");
  JsonNode *deed = sb_json_get (object, "do");
  rule->when = when ? json_object_ref (when) : json_object_new ();
  rule->deed = deed ? json_node_copy (deed) : NULL;
  rule->after_ms = sb_json_int (object, "after_ms", 300);
  rule->times = sb_json_int (object, "times", 0);
  g_ptr_array_add (sandbox->colleagues->rules, rule);
}

void
sb_colleagues_add_step (SbSandbox *sandbox, JsonObject *step)
{
  g_ptr_array_add (sandbox->colleagues->steps, json_object_ref (step));
}

/* ---- doing ---- */

static char *
look_up (const char *name, gpointer data)
{
  return g_strdup (sb_json_string (data, name, NULL));
}

static JsonNode *
expand (SbSandbox *sandbox, JsonNode *node, JsonObject *context)
{
  if (sb_node_is_string (node)) {
    g_autofree char *text = sb_random_expand (sandbox->rand, json_node_get_string (node),
                                              context ? look_up : NULL, context);
    return json_node_init_string (json_node_alloc (), text);
  }
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *from = json_node_get_array (node), *to = json_array_new ();
    for (guint i = 0; i < json_array_get_length (from); i++)
      json_array_add_element (to, expand (sandbox, json_array_get_element (from, i), context));
    return sb_array_node (to);
  }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return json_node_copy (node);
  JsonObject *to = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &value))
    json_object_set_member (to, name, expand (sandbox, value, context));
  return sb_obj_node (to);
}

/* What the deed does not say is taken from what happened: the group, the action. */
static void
fill_in (JsonObject *body, JsonObject *context)
{
  static const char *const names[][2] = {{"group", "event.groupId"},
                                         {"actionId", "event.actionId"},
                                         {"referenceId", "event.referenceId"}};
  for (gsize i = 0; context && i < G_N_ELEMENTS (names); i++) {
    const char *value = sb_json_string (context, names[i][1], NULL);
    if (value && !sb_json_get (body, names[i][0]))
      json_object_set_string_member (body, names[i][0], value);
  }
}

static gboolean
do_one (
    SbSandbox *sandbox, JsonObject *deed, JsonObject *context, char **reference_id, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  json_object_iter_init (&iter, deed);
  while (json_object_iter_next (&iter, &name, &value)) {
    guint status;
    if (!JSON_NODE_HOLDS_OBJECT (value))
      continue; /* "ago_s" and the like */
    g_autoptr (JsonNode) body = expand (sandbox, value, context);
    fill_in (json_node_get_object (body), context);
    g_autoptr (JsonNode) answer = sb_sandbox_control (sandbox, "POST", name, body, &status);
    const char *made = sb_json_string (json_node_get_object (answer), "referenceId", NULL);
    if (status == 200 && reference_id && made) {
      g_free (*reference_id);
      *reference_id = g_strdup (made);
    }
    if (status == 200)
      continue;
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", name,
                 sb_json_string (json_node_get_object (answer), "message", "refused"));
    return FALSE;
  }
  return TRUE;
}

gboolean
sb_colleagues_do (
    SbSandbox *sandbox, JsonNode *deed, JsonObject *context, char **reference_id, GError **error)
{
  if (deed && JSON_NODE_HOLDS_OBJECT (deed))
    return do_one (sandbox, json_node_get_object (deed), context, reference_id, error);
  if (!deed || !JSON_NODE_HOLDS_ARRAY (deed)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "\"do\" is no object or array");
    return FALSE;
  }
  JsonArray *array = json_node_get_array (deed);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!sb_colleagues_do (sandbox, json_array_get_element (array, i), context, reference_id,
                           error))
      return FALSE;
  return TRUE;
}

static void
planned_free (gpointer data)
{
  Planned *planned = data;
  json_node_unref (planned->deed);
  json_object_unref (planned->context);
  g_free (planned);
}

static gboolean
planned_cb (gpointer data)
{
  Planned *planned = data;
  SbSandbox *sandbox = planned->sandbox;
  SbOrigin before = sandbox->origin;
  g_autoptr (GError) error = NULL;
  sandbox->origin = SB_ORIGIN_RULE;
  if (!sb_colleagues_do (sandbox, planned->deed, planned->context, NULL, &error))
    g_printerr ("kaizala-sandbox: a colleague could not act: %s\n", error->message);
  sandbox->origin = before;
  g_hash_table_remove (sandbox->colleagues->sources, planned->source);
  return G_SOURCE_REMOVE;
}

/* Real time, not the sandbox's: a moved clock does not make people hurry. */
static void
plan (SbSandbox *sandbox, JsonNode *deed, JsonObject *context, gint64 after_ms)
{
  Planned *planned = g_new0 (Planned, 1);
  planned->sandbox = sandbox;
  planned->deed = json_node_copy (deed);
  planned->context = json_object_ref (context);
  planned->source = g_timeout_source_new ((guint) CLAMP (after_ms, 0, 86400000));
  g_source_set_callback (planned->source, planned_cb, planned, planned_free);
  g_source_attach (planned->source, g_main_context_get_thread_default ());
  g_hash_table_add (sandbox->colleagues->sources, planned->source);
}

/* ---- noticing ---- */

static gboolean
same_group (SbSandbox *sandbox, JsonObject *when, JsonObject *context)
{
  const char *wanted = sb_json_string (when, "group", NULL);
  SbGroup *group = wanted ? sb_world_any_group (sandbox->world, wanted) : NULL;
  return !wanted ||
         (group && g_strcmp0 (group->id, sb_json_string (context, "event.groupId", NULL)) == 0);
}

static gboolean
contains (JsonObject *when, JsonObject *context)
{
  const char *wanted = sb_json_string (when, "contains", NULL);
  const char *text = sb_json_string (context, "event.text", "");
  if (!wanted)
    return TRUE;
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv) words = g_strsplit (wanted, "|", -1);
  for (guint i = 0; words[i]; i++) {
    g_autofree char *word = g_utf8_casefold (words[i], -1);
    if (strstr (folded, word))
      return TRUE;
  }
  return FALSE;
}

static gboolean
same_type (JsonObject *when, JsonObject *context)
{
  const char *wanted = sb_json_string (when, "actionType", NULL);
  return !wanted ||
         g_ascii_strcasecmp (wanted, sb_json_string (context, "event.actionType", "")) == 0;
}

static void
notice (SbSandbox *sandbox, const char *event, JsonObject *context)
{
  GPtrArray *rules = sandbox->colleagues->rules;
  for (guint i = 0; i < rules->len; i++) {
    Rule *rule = rules->pdata[i];
    if (!rule->deed || g_strcmp0 (sb_json_string (rule->when, "event", ""), event) != 0 ||
        (rule->times && rule->fired >= rule->times) || !same_type (rule->when, context) ||
        !same_group (sandbox, rule->when, context) || !contains (rule->when, context))
      continue;
    /* What colleagues do by rule sets off no other rule, or they would talk for ever. */
    if (sandbox->origin == SB_ORIGIN_RULE && !sb_json_bool (rule->when, "chain", FALSE))
      continue;
    rule->fired++;
    plan (sandbox, rule->deed, context, rule->after_ms);
  }
}

static JsonObject *
context_of (SbItem *item, SbUser *user, SbGroup *group)
{
  const char *title =
      item ? sb_json_string (item->body, "title", sb_json_string (item->body, "question", NULL))
           : NULL;
  const char *text = item ? (item->text ? item->text : title) : NULL;
  return sb_obj ("?:event.text", text, "?:event.title", title, "?:event.referenceId",
                 item ? item->reference_id : NULL, "?:event.actionId",
                 item ? item->action_id : NULL, "?:event.actionType", item ? item->type : NULL,
                 "?:event.groupId", group ? group->id : NULL, "?:event.group",
                 group ? group->name : NULL, "?:event.from", user->phone, "?:event.name",
                 *user->name ? user->name : user->phone, NULL);
}

static gboolean
is_quiet (SbSandbox *sandbox)
{
  return sandbox->origin == SB_ORIGIN_HISTORY;
}

void
sb_colleagues_item (SbSandbox *sandbox, SbItem *item)
{
  if (is_quiet (sandbox))
    return;
  g_autoptr (JsonObject) context = context_of (item, item->sender, item->group);
  if (sandbox->origin == SB_ORIGIN_API)
    notice (sandbox, "sent", context);
  notice (sandbox, sb_item_is_text (item) ? "text" : "action", context);
}

void
sb_colleagues_response (SbSandbox *sandbox, SbItem *item, SbUser *user)
{
  if (is_quiet (sandbox))
    return;
  g_autoptr (JsonObject) context = context_of (item, user, item->group);
  notice (sandbox, "response", context);
}

void
sb_colleagues_reaction (SbSandbox *sandbox, SbItem *item, SbUser *user, const char *comment)
{
  if (is_quiet (sandbox))
    return;
  g_autoptr (JsonObject) context = context_of (item, user, item->group);
  if (comment)
    json_object_set_string_member (context, "event.text", comment);
  notice (sandbox, comment ? "comment" : "like", context);
}

void
sb_colleagues_client (SbSandbox *sandbox, const char *event, SbUser *user, SbGroup *group)
{
  SbColleagues *colleagues = sandbox->colleagues;
  g_autoptr (JsonObject) context = context_of (NULL, user, group);
  if (!colleagues->started) {
    colleagues->started = TRUE;
    for (guint i = 0; i < colleagues->steps->len; i++) {
      JsonObject *step = colleagues->steps->pdata[i];
      JsonNode *deed = sb_json_get (step, "do");
      if (deed)
        plan (sandbox, deed, context, sb_json_int (step, "at_ms", 0));
    }
  }
  notice (sandbox, event, context);
}
