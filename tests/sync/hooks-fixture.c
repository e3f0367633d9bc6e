/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "hooks-fixture.h"

#include <string.h>

#define QUIET_MS 3

static const char scenario[] =
    "{'users':[{'key':'me','phone':'" HOOKS_PHONE "','name':'Mira','signIn':true},"
    "{'key':'asha','phone':'+15550000002','name':'Asha'}],'groups':["
    "{'key':'a','name':'a','members':['me',{'person':'asha','role':'Admin'}]},"
    "{'key':'b','name':'b','members':['me',{'person':'asha','role':'Admin'}]},"
    "{'key':'c','name':'c','members':['me',{'person':'asha','role':'Admin'}]}],"
    "'colleagues':[]}";

JsonObject *
hooks_control (HooksFixture *fixture, const char *method, const char *path, const char *body)
{
  g_autofree char *strict = g_strdelimit (g_strdup (body != NULL ? body : "{}"), "'", '"');
  g_autoptr (JsonNode) node = json_from_string (strict, NULL);
  g_autoptr (JsonNode) answer = NULL;
  guint status = 0;

  answer = sb_sandbox_control (fixture->sandbox, method, path, node, &status);
  g_assert_cmpuint (status, ==, 200);
  return json_object_ref (json_node_get_object (answer));
}

void
hooks_act (HooksFixture *fixture, const char *path, const char *format, ...)
{
  g_autofree char *body = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  json_object_unref (hooks_control (fixture, "POST", path, body));
}

static gboolean
quiet_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
hooks_settle (void)
{
  guint turns;

  do {
    gboolean is_quiet = FALSE;

    g_timeout_add (QUIET_MS, quiet_cb, &is_quiet);
    for (turns = 0; !g_atomic_int_get (&is_quiet); turns++)
      g_main_context_iteration (NULL, TRUE);
  } while (turns > 1);
}

void
hooks_pass (HooksFixture *fixture, gint64 us)
{
  hooks_settle ();
  for (gint64 step_us = MAX (G_USEC_PER_SEC, us / 50); us > 0; us -= step_us) {
    kz_clock_advance (fixture->clock, MIN (step_us, us));
    hooks_settle ();
  }
}

static void
ready_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (kz_auth_renew_finish (KZ_AUTH (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(KzStore **) data = kz_store_open_finish (result, NULL);
}

static gboolean
delivery_cb (const char *body, gsize length, gpointer data)
{
  ((HooksFixture *) data)->deliveries++;
  return TRUE;
}

static void
find_groups (HooksFixture *fixture)
{
  g_autoptr (JsonObject) world = hooks_control (fixture, "GET", "/sandbox/world", NULL);
  JsonArray *groups = json_object_get_array_member (world, "groups");

  for (guint i = 0; i < json_array_get_length (groups); i++) {
    JsonObject *group = json_array_get_object_element (groups, i);
    const char *name = json_object_get_string_member (group, "name");

    if (strlen (name) == 1 && *name >= 'a' && *name <= 'c')
      fixture->ids[*name - 'a'] = g_strdup (json_object_get_string_member (group, "id"));
  }
}

static void
sign_in (HooksFixture *fixture)
{
  g_autofree char *line = sb_sandbox_ready_line (fixture->sandbox);
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *ready = json_node_get_object (node);
  JsonArray *users = json_object_get_array_member (ready, "users");
  JsonObject *me = json_array_get_object_element (users, 0);
  gboolean done = FALSE;

  g_assert_cmpstr (json_object_get_string_member (me, "phone"), ==, HOOKS_PHONE);
  fixture->http = kz_http_new (fixture->clock, fixture->throttle, NULL);
  fixture->auth = kz_auth_new (fixture->http, sb_sandbox_get_url (fixture->sandbox),
                               json_object_get_string_member (ready, "connectorId"),
                               json_object_get_string_member (ready, "connectorSecret"),
                               HOOKS_PHONE, json_object_get_string_member (me, "refreshToken"));
  kz_auth_renew_async (fixture->auth, NULL, ready_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

void
hooks_fixture_set_up (HooksFixture *fixture, gconstpointer data)
{
  g_autofree char *strict = g_strdelimit (g_strdup (scenario), "'", '"');
  SbOptions options = {.scenario_json = strict, .have_seed = TRUE, .seed = 7};
  g_autoptr (GError) error = NULL;

  fixture->sandbox = sb_sandbox_new (&options, &error);
  g_assert_no_error (error);
  fixture->clock = kz_clock_new_manual (g_get_real_time ());
  fixture->throttle = kz_throttle_new (100, 80);
  fixture->told = g_ptr_array_new_with_free_func (g_free);
  kz_store_open_async (NULL, "root", "connector", HOOKS_PHONE, fixture->clock, NULL, opened_cb,
                       &fixture->store);
  while (fixture->store == NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture->server =
      kz_webhook_server_new (fixture->clock, kz_store_callback_segment (fixture->store),
                             kz_store_callback_token (fixture->store), delivery_cb, fixture);
  g_assert_true (kz_webhook_server_listen (fixture->server, "127.0.0.1:0", 0, NULL));
  fixture->url = kz_webhook_server_local_url (fixture->server);
  find_groups (fixture);
  sign_in (fixture);
}

void
hooks_fixture_tear_down (HooksFixture *fixture, gconstpointer data)
{
  if (fixture->hooks != NULL) {
    kz_webhook_subscriptions_stop (fixture->hooks);
    hooks_settle ();
    g_assert_finalize_object (fixture->hooks);
  }
  kz_webhook_server_stop (fixture->server);
  g_object_unref (fixture->server);
  kz_store_close (fixture->store);
  kz_http_shutdown (fixture->http);
  hooks_settle ();
  g_object_unref (fixture->auth);
  g_object_unref (fixture->http);
  g_object_unref (fixture->store);
  kz_throttle_unref (fixture->throttle);
  g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
  g_object_unref (fixture->clock);
  sb_sandbox_free (fixture->sandbox);
  hooks_settle ();
  g_ptr_array_unref (fixture->told);
  g_free (fixture->url);
  for (guint i = 0; i < 3; i++)
    g_free (fixture->ids[i]);
}

static void
hook_cb (const char *group_id, gboolean works, const GError *refusal, gpointer data)
{
  HooksFixture *fixture = data;

  for (guint i = 0; i < 3; i++)
    if (strcmp (group_id, fixture->ids[i]) == 0)
      g_ptr_array_add (fixture->told,
                       g_strdup_printf ("%c %s%s", 'a' + (char) i, works ? "works" : "deaf",
                                        refusal != NULL ? " refused" : ""));
}

void
hooks_start (HooksFixture *fixture, const char *url)
{
  if (fixture->hooks != NULL) {
    kz_webhook_subscriptions_stop (fixture->hooks);
    hooks_settle ();
    g_assert_finalize_object (fixture->hooks);
  }
  g_ptr_array_set_size (fixture->told, 0);
  hooks_act (fixture, "/sandbox/calls/reset", "{}");
  fixture->hooks = kz_webhook_subscriptions_new (fixture->http, fixture->store, fixture->clock, url,
                                                 hook_cb, fixture);
}

void
hooks_add (HooksFixture *fixture, guint group, gboolean first)
{
  kz_webhook_subscriptions_add (fixture->hooks, fixture->ids[group], first);
}

char *
hooks_told (HooksFixture *fixture)
{
  g_ptr_array_add (fixture->told, NULL);
  {
    char *text = g_strjoinv (", ", (char **) fixture->told->pdata);

    g_ptr_array_set_size (fixture->told, 0);
    return text;
  }
}

void
hooks_assert_told (HooksFixture *fixture, const char *expected)
{
  g_autofree char *text = hooks_told (fixture);

  g_assert_cmpstr (text, ==, expected);
}

guint
hooks_calls (HooksFixture *fixture, const char *method)
{
  g_autoptr (JsonObject) answer = hooks_control (fixture, "GET", "/sandbox/calls", NULL);
  JsonObject *endpoints = json_object_get_object_member (answer, "endpoints");
  g_autoptr (GList) names = json_object_get_members (endpoints);
  guint sum = 0;

  for (GList *l = names; l != NULL; l = l->next)
    if (g_str_has_prefix (l->data, method) && strstr (l->data, "webhook") != NULL)
      sum += (guint) json_object_get_int_member (endpoints, l->data);
  return sum;
}

char *
hooks_registered (
    HooksFixture *fixture, guint group, const char *url, guint *count, gboolean *is_active)
{
  g_autoptr (JsonObject) answer = hooks_control (fixture, "GET", "/sandbox/webhooks", NULL);
  JsonArray *all = json_object_get_array_member (answer, "webhooks");
  char *id = NULL;

  *count = 0;
  for (guint i = 0; i < json_array_get_length (all); i++) {
    JsonObject *webhook = json_array_get_object_element (all, i);

    if (strcmp (json_object_get_string_member (webhook, "objectId"), fixture->ids[group]) != 0 ||
        !g_str_has_prefix (json_object_get_string_member (webhook, "url"), url))
      continue;
    (*count)++;
    g_free (id);
    id = g_strdup (json_object_get_string_member (webhook, "webhookId"));
    if (is_active != NULL)
      *is_active = json_object_get_boolean_member (webhook, "active");
  }
  return id;
}

void
hooks_assert_registered (HooksFixture *fixture, guint group, const char *url, guint expected)
{
  guint count;

  g_free (hooks_registered (fixture, group, url, &count, NULL));
  g_assert_cmpuint (count, ==, expected);
}
