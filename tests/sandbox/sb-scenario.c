/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-scenario.h"
#include "sb-colleagues.h"

#include <string.h>

static char *
expanded (SbSandbox *sandbox, JsonObject *object, const char *name, const char *fallback)
{
  const char *text = sb_json_string (object, name, fallback);
  return text ? sb_random_expand (sandbox->rand, text, NULL, NULL) : NULL;
}

/* Drawn names must not collide by chance: "two people of one name" is for a scenario to ask for. */
static char *
unused_name (SbSandbox *sandbox, JsonObject *object)
{
  const char *text = sb_json_string (object, "name", "{{random.name}}");
  for (guint tries = 0;; tries++) {
    g_autofree char *name = sb_random_expand (sandbox->rand, text, NULL, NULL);
    if (!strstr (text, "{{") || tries > 50 || !sb_world_person (sandbox->world, name))
      return g_steal_pointer (&name);
  }
}

static gboolean
read_user (SbSandbox *sandbox, JsonObject *object, GError **error)
{
  g_autofree char *wanted = expanded (sandbox, object, "phone", "{{random.phone}}");
  g_autofree char *phone = sb_phone_normalise (wanted);
  g_autofree char *name = unused_name (sandbox, object);
  const char *id = sb_json_string (object, "id", NULL);
  if (!phone || sb_world_user_by_phone (sandbox->world, phone)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "phone %s is wrong or taken", wanted);
    return FALSE;
  }
  SbUser *user =
      sb_world_add_user (sandbox->world, id ? g_strdup (id) : sb_new_id (sandbox), phone, name);
  user->key = g_strdup (sb_json_string (object, "key", NULL));
  user->sign_in = sb_json_bool (object, "signIn", FALSE);
  user->tenant_admin = sb_json_bool (object, "tenantAdmin", FALSE);
  user->provisioned = sb_json_bool (object, "provisioned", TRUE);
  user->pin = g_strdup (sb_json_string (object, "pin", NULL));
  return TRUE;
}

static gboolean
read_connector (SbSandbox *sandbox, JsonObject *object, GError **error)
{
  g_autofree char *id = sb_random_guid (sandbox->rand);
  g_autofree char *secret = sb_random_hex (sandbox->rand, 32);
  SbConnector *connector = sb_world_add_connector (
      sandbox->world, sb_json_string (object, "id", id), sb_json_string (object, "secret", secret),
      sb_json_string (object, "name", "Sandbox connector"),
      sb_json_string (object, "scopes", NULL));
  connector->redirect_url = g_strdup (sb_json_string (object, "redirectUrl", NULL));
  return TRUE;
}

static gboolean
read_group (SbSandbox *sandbox, JsonObject *object, GError **error)
{
  guint status;
  g_autofree char *name = expanded (sandbox, object, "name", "{{random.group}}");
  g_autoptr (JsonObject) copy = sb_obj_copy (object);
  const char *id = sb_json_string (object, "id", NULL);
  json_object_set_string_member (copy, "name", name);
  g_autoptr (JsonNode) node = sb_obj_node (json_object_ref (copy));
  g_autoptr (JsonNode) answer = sb_sandbox_control (sandbox, "POST", "group", node, &status);
  JsonObject *result = json_node_get_object (answer);
  if (status != 200) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "group %s: %s", name,
                 sb_json_string (result, "message", "refused"));
    return FALSE;
  }
  SbGroup *group = sb_world_group (sandbox->world, sb_json_string (result, "groupId", NULL));
  if (id) {
    g_free (group->id);
    group->id = g_strdup (id);
  }
  return TRUE;
}

/* Kept names let later history refer to an action: {"as":"poll1", "action":{…}} and {{poll1}}. */
static gboolean
read_history (SbSandbox *sandbox, JsonObject *object, JsonObject *names, GError **error)
{
  gint64 ago_s = sb_json_int (object, "ago_s", 0);
  const char *as = sb_json_string (object, "as", NULL);
  gint64 now_ms = g_get_real_time () / 1000;
  sb_clock_pretend_ms (sandbox->clock, now_ms - ago_s * 1000);
  g_autoptr (JsonNode) node = sb_obj_node (json_object_ref (object));
  g_autofree char *made = NULL;
  gboolean done = sb_colleagues_do (sandbox, node, names, &made, error);
  sb_clock_pretend_ms (sandbox->clock, 0);
  if (as && made)
    json_object_set_string_member (names, as, made);
  return done;
}

typedef gboolean (*ReadOne) (SbSandbox *sandbox, JsonObject *object, GError **error);

static gboolean
read_list (SbSandbox *sandbox, JsonObject *root, const char *name, ReadOne read_one, GError **error)
{
  JsonArray *array = sb_json_array (root, name);
  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (!JSON_NODE_HOLDS_OBJECT (node)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s[%u] is no object", name, i);
      return FALSE;
    }
    if (!read_one (sandbox, json_node_get_object (node), error)) {
      g_prefix_error (error, "%s[%u]: ", name, i);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
add_rule (SbSandbox *sandbox, JsonObject *object, GError **error)
{
  sb_colleagues_add_rule (sandbox, object);
  return TRUE;
}

static gboolean
add_step (SbSandbox *sandbox, JsonObject *object, GError **error)
{
  sb_colleagues_add_step (sandbox, object);
  return TRUE;
}

static gboolean
read_switches (SbSandbox *sandbox, JsonObject *root, GError **error)
{
  guint status;
  JsonObject *switches = sb_json_object (root, "switches");
  if (!switches)
    return TRUE;
  g_autoptr (JsonNode) node = sb_obj_node (json_object_ref (switches));
  g_autoptr (JsonNode) answer = sb_sandbox_control (sandbox, "POST", "switch", node, &status);
  if (status == 200)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       sb_json_string (json_node_get_object (answer), "message", "switches"));
  return FALSE;
}

static gboolean
read_all_history (SbSandbox *sandbox, JsonObject *root, GError **error)
{
  JsonArray *array = sb_json_array (root, "history");
  g_autoptr (JsonObject) names = json_object_new ();
  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (JSON_NODE_HOLDS_OBJECT (node) &&
        !read_history (sandbox, json_node_get_object (node), names, error)) {
      g_prefix_error (error, "history[%u]: ", i);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_root (SbSandbox *sandbox, JsonObject *root, GError **error)
{
  sandbox->origin = SB_ORIGIN_HISTORY;
  gboolean done = read_switches (sandbox, root, error) &&
                  read_list (sandbox, root, "connectors", read_connector, error);
  if (done && sandbox->world->connectors->len == 0) {
    g_autoptr (JsonObject) none = json_object_new ();
    done = read_connector (sandbox, none, error);
  }
  done = done && read_list (sandbox, root, "users", read_user, error) &&
         read_list (sandbox, root, "groups", read_group, error) &&
         read_all_history (sandbox, root, error) &&
         read_list (sandbox, root, "colleagues", add_rule, error) &&
         read_list (sandbox, root, "steps", add_step, error);
  sandbox->origin = SB_ORIGIN_CONTROL;
  return done;
}

gboolean
sb_scenario_load (SbSandbox *sandbox, const char *path, const char *json, GError **error)
{
  g_autofree char *text = NULL;
  if (path && !g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  if (!path)
    text = json ? g_strdup (json) : sb_default_scenario ();
  g_autoptr (JsonNode) root = sb_lenient_parse (text, -1, error);
  if (!root)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the scenario is no object");
    return FALSE;
  }
  return read_root (sandbox, json_node_get_object (root), error);
}
