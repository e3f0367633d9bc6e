/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-world.h"

gboolean
bench_hears (Bench *bench, gconstpointer data)
{
  KzEngineStatus status;

  kz_engine_status (bench->engine, &status);
  return status.deaf_groups == 0;
}

void
bench_only_poll (Bench *bench)
{
  bench_fault (bench, "{'match':{'path':'/webhook*','times':0},'action':{'status':403,"
                      "'body':{'message':'no','errorCode':'Forbidden'}}}");
}

void
bench_settle_in (Bench *bench)
{
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
}

void
bench_settle_in_hearing (Bench *bench)
{
  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
}

Bench *
bench_new_ready (const char *const *switches)
{
  Bench *bench = bench_new (switches);

  bench_settle_in_hearing (bench);
  return bench;
}

Proxy *
bench_go_behind (Bench *bench)
{
  g_autoptr (GUri) uri = g_uri_parse (sb_sandbox_get_url (bench->sandbox), G_URI_FLAGS_NONE, NULL);
  Proxy *proxy = proxy_new ((guint16) g_uri_get_port (uri));

  bench->api_root = g_strdup_printf ("http://127.0.0.1:%u", proxy_port (proxy));
  json_object_unref (bench_do (bench, "move", "{'host':'127.0.0.1:%u','path':'p'}", proxy_port (proxy)));
  return proxy;
}

void
bench_say (Bench *bench, const char *group, const char *person, const char *text)
{
  g_autoptr (JsonObject) said =
      bench_do (bench, "say", "{'group':'%s','person':'%s','text':'%s'}", group, person, text);
}

void
bench_fault (Bench *bench, const char *json)
{
  g_autoptr (JsonObject) done = bench_do (bench, "fault", "%s", json);
}

void
bench_heal (Bench *bench)
{
  guint status = 0;
  g_autoptr (JsonNode) done =
      sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, &status);

  g_assert_cmpuint (status, ==, 200);
}

void
bench_assert_budget (Bench *bench, guint limit)
{
  g_autoptr (JsonObject) counted = bench_get (bench, "calls");
  gint64 most = json_object_get_int_member (counted, "maxInAnyMinute");

  g_test_message ("%d calls in the worst minute", (int) most);
  g_assert_cmpint (most, <=, limit);
}

JsonObject *
bench_hook (Bench *bench, const char *group)
{
  g_autofree char *group_id = bench_group (bench, group);
  g_autoptr (JsonObject) answer = bench_get (bench, "webhooks");
  JsonArray *all = json_object_get_array_member (answer, "webhooks");

  for (guint i = 0; i < json_array_get_length (all); i++) {
    JsonObject *hook = json_array_get_object_element (all, i);

    if (g_str_equal (json_object_get_string_member (hook, "objectId"), group_id))
      return json_object_ref (hook);
  }
  g_assert_not_reached ();
}

gboolean
bench_hook_is_active (Bench *bench, gconstpointer group)
{
  g_autoptr (JsonObject) hook = bench_hook (bench, group);

  return json_object_get_boolean_member (hook, "active");
}

void
bench_switch_hook_off (Bench *bench, const char *group)
{
  g_autoptr (JsonObject) hook = bench_hook (bench, group);

  json_object_unref (bench_do (bench, "webhooks/active", "{'webhookId':'%s','active':false}",
                               json_object_get_string_member (hook, "webhookId")));
}

void
bench_redeliver (Bench *bench, gboolean shuffle)
{
  g_autoptr (JsonObject) done = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':%s}",
                                          shuffle ? "true" : "false");
  bench_settle (bench);
}

char *
bench_post_poll (Bench *bench, const char *group, const char *question)
{
  return bench_do_id (bench, "action", "actionId",
                      "{'group':'%s','person':'asha','actionType':'Poll','actionBody':"
                      "{'question':'%s','choices':[{'title':'Pizza'},{'title':'Soup'}]}}",
                      group, question);
}

char *
bench_post_job (Bench *bench, const char *group, const char *title)
{
  return bench_do_id (bench, "action", "actionId",
                      "{'group':'%s','person':'asha','actionType':'Job','actionBody':"
                      "{'title':'%s','assignedTo':['ben','me'],'dueDate':48}}",
                      group, title);
}

char *
bench_post_job_for_all (Bench *bench, const char *title)
{
  return bench_do_id (bench, "action", "actionId",
                      "{'group':'team','person':'asha','actionType':'Job','actionBody':"
                      "{'title':'%s','assignedTo':['asha','ben','chi','me']}}",
                      title);
}

const char *
bench_handle_of (Bench *bench, const char *group, const char *title)
{
  g_autofree char *group_id = bench_group (bench, group);
  g_autoptr (GPtrArray) actions = kz_engine_open_actions (bench->engine, group_id);

  for (guint i = 0; i < actions->len; i++) {
    const KzOpenAction *open = g_ptr_array_index (actions, i);

    if (g_strcmp0 (open->action->title, title) == 0)
      return open->handle;
  }
  g_error ("No handle for %s", title);
}
