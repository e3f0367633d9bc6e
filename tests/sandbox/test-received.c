/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sandbox keeps of every write: tests of the plugin compare their requests with it. */
#include "config.h"

#include "sb-test.h"

typedef struct {
  const char *kind, *method, *path;
  const char *body;                 /* (nullable) */
  const char *id_member, *id_value; /* (nullable): one more member and its value */
} Write;

#define FLAT "/v1/groups/{flat}"
#define PUB "/v1/groups/{pub}"
#define PARENT "/v1/groups/{parent}"

static const Write writes[] = {
    {"message", "POST", FLAT "/messages", "{\"message\":\"hi\"}", "text", "hi"},
    {"action", "POST", FLAT "/actions",
     "{\"actionType\":\"Announcement\",\"actionBody\":{\"Message\":\"m\",\"Title\":\"t\"}}",
     "actionType", "Announcement"},
    {"response", "POST", FLAT "/actions/{poll}/responses",
     "{\"actionType\":\"Poll\",\"actionBody\":{\"answers\":[\"Yes\"]}}", "actionId", "{poll}"},
    {"reaction", "POST", FLAT "/reaction",
     "{\"referenceId\":\"{poll.ref}\",\"sourceGroupId\":\"{flat}\",\"reactionType\":\"Like\"}",
     "reactionType", "Like"},
    {"reminder", "POST", FLAT "/actions/{job}/reminder", NULL, "actionId", "{job}"},
    {"properties", "PUT", FLAT "/actions/{pkg}/properties",
     "{\"version\":-1,\"updateProperties\":[{\"name\":\"a\",\"type\":\"Text\",\"value\":\"2\"}]}",
     "actionId", "{pkg}"},
    {"group", "POST", "/v1/groups", "{\"name\":\"New\",\"welcomeMessage\":\"w\"}"},
    {"subgroup", "POST", PARENT "/subGroups", "{\"name\":\"S\",\"welcomeMessage\":\"w\"}"},
    {"attach", "PUT", PARENT "/subGroups", "{\"subGroups\":[\"{flat}\"]}", "groupId", "{parent}"},
    {"detach", "DELETE", PARENT "/subGroups/{child}", NULL, "subGroupId", "{child}"},
    {"members", "PUT", FLAT "/members", "{\"members\":[\"{dot.phone}\"]}", "groupId", "{flat}"},
    {"role", "PUT", FLAT "/members/{ben.id}", "{\"role\":\"Admin\"}", "memberId", "{ben.id}"},
    {"removeMember", "DELETE", FLAT "/members/{ben.id}", NULL, "memberId", "{ben.id}"},
    {"subscribersAdd", "PUT", PUB "/subscribers/add", "{\"subscribers\":[\"+15550009999\"]}",
     "groupId", "{pub}"},
    {"subscribersRemove", "PUT", PUB "/subscribers/remove", "{\"subscribers\":[\"{dot.phone}\"]}",
     "groupId", "{pub}"},
    {"webhook", "POST", "/v1/webhook",
     "{\"objectId\":\"{flat}\",\"objectType\":\"Group\",\"eventTypes\":[\"TextMessageCreated\"],"
     "\"callBackUrl\":\"{url}\"}",
     "objectId", "{flat}"},
    {"webhookUpdate", "PUT", "/v1/webhook/{hook}", "{\"Active\":\"true\"}", "webhookId", "{hook}"},
    {"webhookDelete", "DELETE", "/v1/webhook/{hook}", NULL, "webhookId", "{hook}"},
    {"media", "POST", "/v1/media/url", "{\"mediaUrl\":\"https://a.example/x.jpg\"}", "mediaKind",
     "Image"},
};

static JsonObject *
last_item (Sbt *sbt)
{
  g_autoptr (JsonObject) all = sbt_control (sbt, "GET", "/sandbox/received", NULL);
  JsonArray *items = json_object_get_array_member (all, "items");
  g_assert_cmpuint (json_array_get_length (items), ==, 1);
  return json_object_ref (json_array_get_object_element (items, 0));
}

static void
check_member (Sbt *sbt, JsonObject *item, const char *name, const char *expected)
{
  g_autofree char *plain = sbt_expand (sbt, expected);
  g_assert_cmpstr (sbt_string (item, name), ==, plain);
}

static void
test_write (gconstpointer data)
{
  const Write *write = data;
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autofree char *hook = sbt_register (sbt, "ada", NULL);
  g_hash_table_insert (sbt->names, g_strdup ("hook"), g_strdup (hook));
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/received/reset", "{}"));
  g_autoptr (SbtReply) reply = sbt_as (sbt, "ada", write->method, write->path, write->body);
  g_assert_cmpuint (reply->status, ==, 200);
  g_autoptr (JsonObject) item = last_item (sbt);
  check_member (sbt, item, "kind", write->kind);
  check_member (sbt, item, "method", write->method);
  check_member (sbt, item, "path", write->path);
  check_member (sbt, item, "from", "{ada.phone}");
  if (write->id_member)
    check_member (sbt, item, write->id_member, write->id_value);
  if (!write->body) {
    g_assert_true (json_object_get_null_member (item, "body"));
    return;
  }
  g_autofree char *text = sbt_expand (sbt, write->body);
  g_autoptr (JsonNode) expected = json_from_string (text, NULL);
  g_assert_true (json_node_equal (json_object_get_member (item, "body"), expected));
}

static void
test_refused (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) reply = sbt_as (sbt, "ada", "POST", FLAT "/messages", "{\"message\":\"\"}");
  g_assert_cmpuint (reply->status, ==, 400);
  g_autoptr (JsonObject) all = sbt_control (sbt, "GET", "/sandbox/received", NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (all, "items")), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (writes); i++) {
    g_autofree char *path = g_strconcat ("/received/", writes[i].kind, NULL);
    g_test_add_data_func (path, &writes[i], test_write);
  }
  g_test_add_func ("/received/nothing-of-what-was-refused", test_refused);
  return g_test_run ();
}
