/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sandbox-stage.h"

#include "kz-limits.h"

#include <string.h>

static const char world[] =
    "{connectors:[{id:'C1',secret:'S1'}],"
    "users:[{key:'ada',phone:'+15550000001',name:'Ada',id:'ada-id@1',signIn:true,pin:'041763'},"
    "{key:'ben',phone:'+15550000002',name:'Ben',id:'ben-id'},"
    "{key:'dot',phone:'+15550000004',name:'Dot',id:'dot-id'}],"
    "groups:[{key:'flat',id:'G-flat@1',name:'Flat',members:[{person:'ada',role:'Admin'},"
    "{person:'ben'}]},"
    "{key:'parent',id:'G-parent',name:'Parent',members:[{person:'ada',role:'Admin'},"
    "{person:'ben'}]},"
    "{key:'child',id:'G-child@2',name:'Child',parent:'parent',members:[{person:'ada'},"
    "{person:'ben',role:'Admin'}]},"
    "{key:'pub',id:'G-pub',name:'Public',type:'ConnectGroup',members:[{person:'ada',role:'Admin'}],"
    "subscribers:['dot']},"
    "{key:'other',id:'G-other',name:'Other',members:[{person:'ben',role:'Admin'}]}]}";

void
stage_got (GObject *source, GAsyncResult *result, gpointer data)
{
  Stage *stage = data;

  stage->result = g_object_ref (result);
  stage->done = TRUE;
}

/* Runs the loop until the call that was begun has its result. */
GAsyncResult *
stage_wait (Stage *stage)
{
  while (!stage->done) {
    if (kz_http_in_flight (stage->http) > 0 || g_main_context_pending (NULL) ||
        !kz_clock_advance_to_next (stage->clock, 3600 * (gint64) G_USEC_PER_SEC))
      g_main_context_iteration (NULL, TRUE);
  }
  return stage->result;
}

/* Before each call. */
Stage *
stage_next (Stage *stage)
{
  g_clear_object (&stage->result);
  stage->done = FALSE;
  return stage;
}

/* (transfer full): what the control API says. */
JsonNode *
stage_control (Stage *stage, const char *method, const char *path, const char *body)
{
  g_autoptr (JsonNode) node = body != NULL ? json_from_string (body, NULL) : NULL;
  guint status = 0;
  JsonNode *answer;

  g_assert_true (body == NULL || node != NULL);
  answer = sb_sandbox_control (stage->sandbox, method, path, node, &status);
  g_assert_cmpuint (status, ==, 200);
  return answer;
}

char *
stage_control_string (Stage *stage, const char *path, const char *body, const char *member)
{
  g_autoptr (JsonNode) node = stage_control (stage, "POST", path, body);

  return g_strdup (json_object_get_string_member (json_node_get_object (node), member));
}

void
stage_control_only (Stage *stage, const char *path, const char *body)
{
  g_autoptr (JsonNode) node = stage_control (stage, "POST", path, body);

  g_assert_nonnull (node);
}

static void
rotated_cb (const char *refresh_token, gpointer data)
{
  Stage *stage = data;

  g_string_append_printf (stage->rotated, "%s ", refresh_token);
}

void
stage_up (Stage *stage, gconstpointer data)
{
  const char *const switches[] = {data, NULL};
  const SbOptions options = {.scenario_json = world, .switches = data != NULL ? switches : NULL};
  g_autoptr (GError) error = NULL;

  stage->sandbox = sb_sandbox_new (&options, &error);
  g_assert_no_error (error);
  stage->refresh_token = stage_control_string (stage, "/sandbox/token",
                                               "{\"phone\":\"+15550000001\"}", "refreshToken");
  stage->clock = kz_clock_new_manual (g_get_real_time ());
  stage->throttle = kz_throttle_new (KZ_CALLS_PER_MINUTE, KZ_BUDGET_PER_MINUTE);
  stage->http = kz_http_new (stage->clock, stage->throttle, NULL);
  stage->auth = kz_auth_new (stage->http, sb_sandbox_get_url (stage->sandbox), "C1", "S1",
                             "+1 (555) 000-0001", stage->refresh_token);
  stage->rotated = g_string_new (NULL);
  kz_auth_set_rotated_func (stage->auth, rotated_cb, stage);
}

void
stage_down (Stage *stage, gconstpointer data)
{
  stage_next (stage);
  kz_http_shutdown (stage->http);
  g_assert_cmpuint (kz_clock_pending (stage->clock), ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (stage->auth);
  g_assert_finalize_object (stage->http);
  kz_throttle_unref (stage->throttle);
  g_assert_finalize_object (stage->clock);
  sb_sandbox_free (stage->sandbox);
  g_string_free (stage->rotated, TRUE);
  g_free (stage->refresh_token);
}

GPtrArray *
stage_list_groups (Stage *stage, GError **error)
{
  kz_api_list_groups_async (stage->http, NULL, stage_got, stage_next (stage));
  return kz_api_list_groups_finish (stage->http, stage_wait (stage), error);
}

const KzGroup *
stage_find_group (GPtrArray *groups, const char *id)
{
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = groups->pdata[i];

    if (g_str_equal (group->id, id))
      return group;
  }
  return NULL;
}

/* How many messages of that kind the service has taken from us. */
guint
stage_count_received (Stage *stage, const char *kind)
{
  g_autoptr (JsonNode) node = stage_control (stage, "GET", "/sandbox/received", NULL);
  JsonArray *items = json_object_get_array_member (json_node_get_object (node), "items");
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);

    n += g_str_equal (json_object_get_string_member (item, "kind"), kind) ? 1 : 0;
  }
  return n;
}
