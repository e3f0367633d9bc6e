/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kz-test-sandbox.h"

#include <string.h>

KzTestWorld *
kz_test_world_new (const char *scenario, const char *const *switches)
{
  g_autoptr (GError) error = NULL;
  /* No two worlds of a process share an id: one that is given the port of an earlier one would find
   * that one's store, and its actions known. */
  static guint32 seed = 7;
  KzTestWorld *world = g_new0 (KzTestWorld, 1);
  SbOptions options = {
      .scenario_json = scenario,
      .switches = switches,
      .have_seed = TRUE,
      .seed = seed++,
  };
  world->sandbox = sb_sandbox_new (&options, &error);
  g_assert_no_error (error);
  g_autofree char *line = sb_sandbox_ready_line (world->sandbox);
  JsonNode *node = json_from_string (line, &error);
  g_assert_no_error (error);
  world->ready = json_object_ref (json_node_get_object (node));
  json_node_unref (node);
  world->url = g_strdup (sb_sandbox_get_url (world->sandbox));
  world->connector_id = g_strdup (json_object_get_string_member (world->ready, "connectorId"));
  world->connector_secret =
      g_strdup (json_object_get_string_member (world->ready, "connectorSecret"));
  return world;
}

void
kz_test_world_free (KzTestWorld *world)
{
  sb_sandbox_free (world->sandbox);
  json_object_unref (world->ready);
  g_free (world->url);
  g_free (world->connector_id);
  g_free (world->connector_secret);
  g_free (world);
}

/* (transfer full): @text is the body, in which ' stands for "; it is changed. */
static JsonObject *
call (KzTestWorld *world, const char *method, const char *path, char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *body = NULL;
  if (text != NULL) {
    body = json_from_string (g_strdelimit (text, "'", '"'), &error);
    g_assert_no_error (error);
  }
  guint status = 0;
  g_autofree char *whole = g_strconcat ("/sandbox/", path, NULL);
  JsonNode *answer = sb_sandbox_control (world->sandbox, method, whole, body, &status);
  if (status != 200) {
    g_autofree char *problem = json_to_string (answer, FALSE);
    g_error ("%s %s: %u %s", method, path, status, problem);
  }
  JsonObject *object = json_object_ref (json_node_get_object (answer));
  json_node_unref (answer);
  if (body != NULL)
    json_node_unref (body);
  return object;
}

JsonObject *
kz_test_control (KzTestWorld *world, const char *method, const char *path, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = format != NULL ? g_strdup_vprintf (format, args) : NULL;
  va_end (args);
  return call (world, method, path, text);
}

void
kz_test_do (KzTestWorld *world, const char *method, const char *path, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = format != NULL ? g_strdup_vprintf (format, args) : NULL;
  va_end (args);
  json_object_unref (call (world, method, path, text));
}

const char *
kz_test_user (KzTestWorld *world, guint index, const char *member)
{
  JsonArray *users = json_object_get_array_member (world->ready, "users");
  return json_object_get_string_member (json_array_get_object_element (users, index), member);
}

guint
kz_test_received (KzTestWorld *world, const char *text)
{
  g_autoptr (JsonObject) answer = kz_test_control (world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  guint count = 0;
  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);
    if (g_strcmp0 (json_object_get_string_member_with_default (item, "text", NULL), text) == 0)
      count++;
  }
  return count;
}

gint64
kz_test_calls (KzTestWorld *world, const char *endpoint)
{
  g_autoptr (JsonObject) answer = kz_test_control (world, "GET", "calls", NULL);
  JsonObject *endpoints = json_object_get_object_member (answer, "endpoints");
  return json_object_get_int_member_with_default (endpoints, endpoint, 0);
}

PurpleAccount *
kz_test_world_account (KzTestWorld *world, KzTestHost *host, guint index, gboolean token)
{
  return kz_test_account_new (host, kz_test_user (world, index, "phone"),
                              token ? kz_test_user (world, index, "refreshToken") : NULL,
                              "connector_id", world->connector_id, "connector_secret",
                              world->connector_secret, "api_root", world->url, NULL);
}

PurpleAccount *
kz_test_world_sign_on (KzTestWorld *world, KzTestHost *host, guint index)
{
  PurpleAccount *account = kz_test_world_account (world, host, index, TRUE);
  kz_test_sign_on (host, account);
  kz_test_wait_for (host, purple_account_is_connected (account));
  return account;
}
