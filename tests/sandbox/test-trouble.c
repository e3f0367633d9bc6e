/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Throttling, faults, moved endpoints, scenarios, and hostile clients. */
#include "config.h"

#include "sb-lenient-json.h"
#include "sb-test.h"

#include <string.h>

static guint
get_groups (Sbt *sbt, const char *who)
{
  g_autoptr (SbtReply) reply = sbt_as (sbt, who, "GET", "/v1/groups", NULL);
  return reply->status;
}

static void
test_throttle (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  guint good = 0;
  for (guint i = 0; i < 100; i++)
    good += get_groups (sbt, i % 2 ? "ada" : "ben") == 200; /* one connector, two people */
  g_assert_cmpuint (good, ==, 100);
  g_autoptr (SbtReply) refused = sbt_as (sbt, "ada", "GET", "/v1/groups", NULL);
  g_assert_cmpuint (refused->status, ==, 429);
  const char *wait = soup_message_headers_get_one (refused->headers, "Retry-After");
  gint64 wait_s = g_ascii_strtoll (wait, NULL, 10);
  g_assert_cmpint (wait_s, >, 0);
  g_assert_cmpint (wait_s, <=, 60);
  g_assert_cmpuint (get_groups (sbt, "limited"), ==, 200); /* another connector */
  g_autofree char *body = g_strdup_printf ("{advanceSeconds:%d}", (int) wait_s);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/clock", body));
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200);
  g_autoptr (JsonObject) calls = sbt_control (sbt, "GET", "/sandbox/calls", NULL);
  g_assert_cmpint (sb_json_int (calls, "throttled", 0), ==, 1);
  g_assert_cmpint (sb_json_int (calls, "total", 0), ==, 103);
  g_assert_cmpint (
      sb_json_int (json_object_get_object_member (calls, "endpoints"), "GET /groups", 0), ==, 103);
}

static void
test_tenant_limit (void)
{
  const char *const switches[] = {"limitTenant=3", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200);
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200);
  g_assert_cmpuint (get_groups (sbt, "limited"), ==, 200);
  g_assert_cmpuint (get_groups (sbt, "limited"), ==, 429);
}

/* ---- faults ---- */

static SbtReply *
send_text (Sbt *sbt)
{
  return sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/messages", "{message:'hi'}");
}

static guint
received (Sbt *sbt)
{
  g_autoptr (JsonObject) all = sbt_control (sbt, "GET", "/sandbox/received", NULL);
  return json_array_get_length (json_object_get_array_member (all, "items"));
}

static void
fault (Sbt *sbt, const char *match, const char *action)
{
  g_autofree char *body = g_strdup_printf ("{match:%s,action:%s}", match, action);
  g_autoptr (JsonObject) done = sbt_control (sbt, "POST", "/sandbox/fault", body);
  g_assert_cmpint (sb_json_int (done, "faultId", 0), >, 0);
}

static void
test_third_post (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  fault (sbt, "{method:'POST',path:'/groups/*/Messages',nth:3}", "{status:429,retryAfter:7}");
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200);
  for (guint i = 1; i <= 4; i++) {
    g_autoptr (SbtReply) reply = send_text (sbt);
    g_assert_cmpuint (reply->status, ==, i == 3 ? 429 : 200);
    if (i == 3)
      g_assert_cmpstr (soup_message_headers_get_one (reply->headers, "Retry-After"), ==, "7");
  }
  g_assert_cmpuint (received (sbt), ==, 3);
}

typedef struct {
  const char *name, *action;
  gboolean worked; /* the text arrived although the client heard nothing of it */
} Broken;

static const Broken broken[] = {
    {"cut", "{cutAfter:5}", TRUE},
    {"reset-before-the-work", "{reset:'before'}", FALSE},
    {"reset-after-the-work", "{reset:'after'}", TRUE},
};

static void
test_broken (gconstpointer data)
{
  const Broken *row = data;
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  fault (sbt, "{method:'POST'}", row->action);
  g_autoptr (SbtReply) reply = send_text (sbt);
  g_assert_cmpuint (reply->status, ==, 0);
  g_assert_cmpuint (received (sbt), ==, row->worked ? 1 : 0);
  g_autoptr (SbtReply) next = send_text (sbt);
  g_assert_cmpuint (next->status, ==, 200);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  g_assert_null (bytes);
  *(gboolean *) data = TRUE;
}

static gboolean
is_set (Sbt *sbt, gpointer data)
{
  return *(gboolean *) data;
}

static void
test_stalled (gconstpointer action)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  gboolean done = FALSE;
  fault (sbt, "{path:'/groups'}", action);
  g_autofree char *url = g_strconcat (sb_sandbox_get_url (sbt->sandbox), "/v1/groups", NULL);
  g_autoptr (SoupMessage) msg = soup_message_new ("GET", url);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  soup_message_headers_append (soup_message_get_request_headers (msg), "accessToken",
                               sbt_name (sbt, "ada"));
  soup_session_send_and_read_async (sbt->session, msg, 0, cancellable, cancelled_cb, &done);
  sbt_settle (sbt);
  g_assert_false (done);
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200); /* others are served */
  g_cancellable_cancel (cancellable);
  sbt_wait (sbt, is_set, &done);
}

static void
test_garbage (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  fault (sbt, "{path:'/groups',times:2}",
         "{status:200,body:'<html>Closed</html>',contentType:'text/html'}");
  g_autoptr (SbtReply) reply = sbt_as (sbt, "ada", "GET", "/v1/groups", NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply->text, ==, "<html>Closed</html>");
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200);
  g_autoptr (SbtReply) third = sbt_as (sbt, "ada", "GET", "/v1/groups", NULL);
  g_assert_nonnull (strstr (third->text, "groups"));
}

static void
test_doubled (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  fault (sbt, "{method:'POST'}", "{doubled:true}");
  g_autoptr (SbtReply) reply = send_text (sbt);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_true (g_str_has_prefix (reply->text, "{\"referenceId\":\"another\",\"referenceId\":\""));
  g_assert_cmpuint (received (sbt), ==, 1);
}

static void
test_delay (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  fault (sbt, "{method:'POST'}", "{delayMs:200}");
  gint64 from_us = g_get_monotonic_time ();
  g_autoptr (SbtReply) reply = send_text (sbt);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpint (g_get_monotonic_time () - from_us, >=, 190000);
}

static void
test_fault_list (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  fault (sbt, "{}", "{status:500}");
  g_autoptr (JsonObject) removed = sbt_control (sbt, "DELETE", "/sandbox/faults", NULL);
  g_assert_cmpint (sb_json_int (removed, "removed", 0), ==, 1);
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200);
  g_autoptr (SbtReply) wrong =
      sbt_call (sbt, "POST", "/sandbox/fault", NULL, "{match:{},action:{statuss:500}}");
  g_assert_cmpuint (wrong->status, ==, 400);
}

static void
test_move_to_a_host (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (JsonObject) moved = sbt_control (sbt, "POST", "/sandbox/move", "{host:'localhost'}");
  const char *base = sbt_string (moved, "endpointUrl");
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 308);
  g_autofree char *headers = g_strdup_printf ("accessToken: {ada}\nHost: %s", base + 7);
  g_autoptr (SbtReply) there = sbt_call (sbt, "GET", "/v1/groups", headers, NULL);
  g_assert_cmpuint (there->status, ==, 200);
}

static void
test_move (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/move", "{path:'moved1'}"));
  g_autoptr (SbtReply) old =
      sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/messages?x=1", "{message:'hi'}");
  g_assert_cmpuint (old->status, ==, 308);
  const char *location = soup_message_headers_get_one (old->headers, "Location");
  g_assert_true (g_str_has_prefix (location, sb_sandbox_get_url (sbt->sandbox)));
  g_assert_true (g_str_has_suffix (location, "/moved1/v1/groups/G-flat@1/messages?x=1"));
  g_assert_cmpuint (received (sbt), ==, 0);
  g_autoptr (SbtReply) fresh =
      sbt_as (sbt, "ada", "POST", "/moved1/v1/groups/{flat}/messages", "{message:'hi'}");
  g_assert_cmpuint (fresh->status, ==, 200);
  g_autoptr (SbtReply) token =
      sbt_call (sbt, "GET", "/v1/accessToken",
                "applicationId: C1\napplicationSecret: S1\nrefreshToken: {ada.refresh}", NULL);
  g_assert_true (g_str_has_suffix (sbt_string (sbt_object (token), "endpointUrl"), "/moved1"));
}

/* One move after the other, each from where the last one led. */
static void
test_moves_onward (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  fault (sbt, "{method:'POST',times:2}", "{onward:true}");
  for (guint i = 0; i < 3; i++) {
    g_autofree char *path =
        i == 0 ? g_strdup ("/v1/groups/{flat}/messages")
               : g_strdup_printf ("/onward-%u/v1/groups/{flat}/messages", i - 1);
    g_autofree char *next = g_strdup_printf ("/onward-%u/v1/groups/G-flat@1/messages", i);
    g_autoptr (SbtReply) reply = sbt_as (sbt, "ada", "POST", path, "{message:'hi'}");
    g_assert_cmpuint (reply->status, ==, i < 2 ? 308 : 200);
    if (i < 2)
      g_assert_true (
          g_str_has_suffix (soup_message_headers_get_one (reply->headers, "Location"), next));
  }
  g_assert_cmpuint (received (sbt), ==, 1);
}

/* ---- scenarios ---- */

static void
test_ready_line (void)
{
  SbOptions options = {.have_seed = TRUE, .seed = 42};
  g_autoptr (SbSandbox) one = sb_sandbox_new (&options, NULL);
  g_autoptr (SbSandbox) two = sb_sandbox_new (&options, NULL);
  g_autofree char *line = sb_sandbox_ready_line (one), *other = sb_sandbox_ready_line (two);
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  g_autoptr (JsonNode) other_node = json_from_string (other, NULL);
  JsonObject *ready = json_node_get_object (node);
  g_assert_null (strchr (line, '\n'));
  g_assert_cmpuint (json_object_get_size (ready), ==, 4);
  g_assert_cmpstr (sbt_string (ready, "url"), ==, sb_sandbox_get_url (one));
  JsonArray *users = json_object_get_array_member (ready, "users");
  g_assert_cmpuint (json_array_get_length (users), >=, 2);
  JsonObject *user = json_array_get_object_element (users, 0);
  g_assert_cmpuint (strlen (sbt_string (user, "refreshToken")), >, 850);
  /* The same seed draws the same people. */
  g_assert_cmpstr (
      sbt_string (user, "name"), ==,
      sbt_string (json_array_get_object_element (
                      json_object_get_array_member (json_node_get_object (other_node), "users"), 0),
                  "name"));
}

static void
test_default_world (void)
{
  SbOptions options = {0};
  g_autoptr (SbSandbox) sandbox = sb_sandbox_new (&options, NULL);
  guint status;
  g_autoptr (JsonNode) node = sb_sandbox_control (sandbox, "GET", "/sandbox/world", NULL, &status);
  g_autofree char *text = sb_json_text (node);
  static const char *const wanted[] = {"\"ConnectGroup\"",     "\"Poll\"",  "\"Job\"",
                                       "\"Survey\"",           "\"Image\"", "\"Announcement\"",
                                       "\"provisioned\":false"};
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_nonnull (strstr (text, wanted[i]));
  g_assert_null (strstr (text, "{{"));
  g_assert_cmpuint (
      json_array_get_length (json_object_get_array_member (json_node_get_object (node), "groups")),
      >=, 4);
}

static guint
count_texts (Sbt *sbt, const char *needle)
{
  guint count = 0;
  g_autoptr (JsonObject) world = sbt_control (sbt, "GET", "/sandbox/world", NULL);
  g_autoptr (JsonNode) node = sb_obj_node (json_object_ref (world));
  g_autofree char *text = sb_json_text (node);
  for (const char *at = text; (at = strstr (at, needle)); at++)
    count++;
  return count;
}

typedef struct {
  const char *needle;
  guint count;
} Wanted;

static gboolean
has_texts (Sbt *sbt, gpointer data)
{
  const Wanted *wanted = data;
  return count_texts (sbt, wanted->needle) >= wanted->count;
}

static void
test_colleagues (void)
{
  SbOptions options = {
      .scenario_json =
          "{users:[{key:'a',name:'Ana',signIn:true},{key:'b',name:'Bo'}],"
          "groups:[{key:'g',name:'G',members:[{person:'a',role:'Admin'},'b']}],"
          "colleagues:[{when:{event:'text',group:'g',contains:'hello'},after_ms:10,"
          "do:{say:{person:'b',text:'welcome {{event.name}}'}}},"
          "{when:{event:'action',actionType:'Poll'},after_ms:10,do:[{vote:{person:'b',choice:1}},"
          "{like:{person:'b'}}]}],"
          "steps:[{at_ms:10,do:{say:{group:'g',person:'b',text:'a step'}}}]}"};
  g_autoptr (Sbt) sbt = sbt_new_with (&options);
  Wanted welcome = {"welcome Ana", 1}, like = {"\"Like\"", 1}, step = {"a step", 1};
  g_autoptr (JsonObject) token = sbt_control (sbt, "POST", "/sandbox/token", "{person:'a'}");
  g_hash_table_replace (sbt->names, g_strdup ("a"), g_strdup (sbt_string (token, "accessToken")));
  sbt_settle (sbt);
  g_assert_cmpuint (count_texts (sbt, "a step"), ==, 0); /* nobody came yet */
  g_assert_cmpuint (get_groups (sbt, "a"), ==, 200);
  sbt_wait (sbt, has_texts, &step);
  json_object_unref (
      sbt_control (sbt, "POST", "/sandbox/say", "{group:'g',person:'a',text:'HELLO all'}"));
  sbt_wait (sbt, has_texts, &welcome);
  json_object_unref (
      sbt_control (sbt, "POST", "/sandbox/action",
                   "{group:'g',person:'a',actionType:'Poll',actionBody:{question:'q',"
                   "choices:[{title:'x'}]}}"));
  sbt_wait (sbt, has_texts, &like);
  g_assert_cmpuint (count_texts (sbt, "welcome Ana"), ==, 1);
}

static void
test_demo_scenario (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "sandbox", "scenarios", "demo.json", NULL);
  SbOptions options = {.scenario_path = path};
  g_autoptr (GError) error = NULL;
  g_autoptr (SbSandbox) sandbox = sb_sandbox_new (&options, &error);
  g_assert_no_error (error);
  g_assert_nonnull (sandbox);
}

static void
test_wrong_scenario (void)
{
  static const char *const wrong[] = {
      "[]",
      "{users:[{phone:'x'}]}",
      "{groups:[{name:'g',members:['nobody']}]}",
      "{groups:[{name:'g',picture:7}]}",
      "{switches:{no:1}}",
      "{history:[{say:{group:'x',person:'y',text:'z'}}]}",
      "{",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    SbOptions options = {.scenario_json = wrong[i]};
    g_autoptr (GError) error = NULL;
    g_assert_null (sb_sandbox_new (&options, &error));
    g_assert_nonnull (error);
  }
}

static void
test_pictures_of_groups (void)
{
  SbOptions options = {.scenario_json = "{groups:[{key:'g',name:'G',picture:true},"
                                        "{key:'h',name:'H',picture:'https://a.example/x.png'},"
                                        "{key:'i',name:'I'}]}"};
  g_autoptr (GError) error = NULL;
  g_autoptr (SbSandbox) sandbox = sb_sandbox_new (&options, &error);
  g_assert_no_error (error);
  guint status;
  g_autoptr (JsonNode) answer = sb_sandbox_control (sandbox, "GET", "world", NULL, &status);
  JsonArray *groups = json_object_get_array_member (json_node_get_object (answer), "groups");
  const char *drawn = sbt_string (json_array_get_object_element (groups, 0), "imageUrl");
  g_assert_true (g_str_has_prefix (drawn, sb_sandbox_get_url (sandbox)));
  g_assert_cmpstr (sbt_string (json_array_get_object_element (groups, 1), "imageUrl"), ==,
                   "https://a.example/x.png");
  g_assert_cmpstr (sbt_string (json_array_get_object_element (groups, 2), "imageUrl"), ==, "");
}

static void
test_picture_of_a_group (void)
{
  static const char *const wrong[] = {
      "{group:'flat'}",
      "{group:'flat',picture:7}",
      "{group:'flat',picture:false}",
      "{group:'flat',picture:['x']}",
      "{group:'flat',picture:true,kind:1}",
      "{group:'flat',picture:true,bytes:'many'}",
      "{group:'flat',picture:true,bytes:99999999999}",
      "{group:'nobody',picture:true}",
  };
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (JsonObject) set =
      sbt_control (sbt, "POST", "/sandbox/group-picture", "{group:'flat',picture:true,bytes:5000}");
  const char *url = sbt_string (set, "url");
  g_autoptr (SbtReply) group = sbt_as (sbt, "ada", "GET", "/v1/groups/{flat}", NULL);
  g_assert_nonnull (strstr (group->text, url));
  g_autoptr (SbtReply) picture =
      sbt_call (sbt, "GET", url + strlen (sb_sandbox_get_url (sbt->sandbox)), NULL, NULL);
  g_assert_cmpuint (picture->status, ==, 200);
  g_autoptr (JsonObject) calls = sbt_control (sbt, "GET", "/sandbox/calls", NULL);
  g_assert_cmpint (json_object_get_int_member (calls, "mediaDownloads"), ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (SbtReply) reply = sbt_call (sbt, "POST", "/sandbox/group-picture", NULL, wrong[i]);
    g_assert_cmpuint (reply->status, >=, 400);
  }
  json_object_unref (
      sbt_control (sbt, "POST", "/sandbox/group-picture", "{group:'flat',picture:''}"));
  g_autoptr (SbtReply) none = sbt_as (sbt, "ada", "GET", "/v1/groups/{flat}", NULL);
  g_assert_nonnull (strstr (none->text, "\"groupImageUrl\":\"\""));
}

/* ---- hostile clients ---- */

static void
test_noise (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (99);
  json_object_unref (
      sbt_control (sbt, "POST", "/sandbox/switch", "{limitConnector:100000,limitTenant:100000}"));
  static const char *const paths[] = {"/v1/groups/{flat}/messages",
                                      "/v1/groups/{flat}/actions",
                                      "/v1/webhook",
                                      "/v1/groups",
                                      "/v1/groups/{flat}/actions/{poll}/responses",
                                      "/v1/groups/{flat}/reaction",
                                      "/sandbox/say",
                                      "/sandbox/fault",
                                      "/sandbox/action",
                                      "/v1/groups/{pub}/subscribers/add",
                                      "/v1/generatePin",
                                      "/v1/groups/%00%ff",
                                      "/v1//groups//",
                                      "/v1/groups/{flat}/members/%2e%2e"};
  static const char *const words[] = {
      "{",  "}",       "[",          "]",       ":",          ",",       "'",
      "\"", "message", "actionType", "Poll",    "actionBody", "null",    "1e9",
      "-",  "true",    "choices",    "answers", "\\u0000",    "members", "\xf0\x9f\x98\x80",
      " "};
  for (guint i = 0; i < 300; i++) {
    g_autoptr (GString) body = g_string_new ("{");
    guint n = (guint) g_rand_int_range (rand, 0, 30);
    for (guint k = 0; k < n; k++)
      g_string_append (body, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
    g_autoptr (SbtReply) reply =
        sbt_as (sbt, "ada", i % 3 ? "POST" : "PUT",
                paths[g_rand_int_range (rand, 0, G_N_ELEMENTS (paths))], body->str);
    g_assert_cmpuint (reply->status, >=, 200);
    g_assert_cmpuint (reply->status, <, 500);
  }
  g_assert_cmpuint (get_groups (sbt, "ada"), ==, 200);
}

/* Ends with calls under way: nothing of them may come back. */
static void
test_end_in_the_middle (void)
{
  Sbt *sbt = sbt_new (NULL);
  gboolean done = FALSE;
  sbt->validation_hangs = TRUE;
  g_autofree char *url = g_strconcat (sb_sandbox_get_url (sbt->sandbox), "/v1/webhook", NULL);
  g_autofree char *body = sbt_expand (
      sbt, "{objectId:'{flat}',objectType:'Group',eventTypes:['JobCreated'],callBackUrl:'{url}'}");
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (SoupMessage) msg = soup_message_new ("POST", url);
  soup_message_headers_append (soup_message_get_request_headers (msg), "accessToken",
                               sbt_name (sbt, "ada"));
  soup_message_set_request_body_from_bytes (msg, "application/json", bytes);
  soup_session_send_and_read_async (sbt->session, msg, 0, NULL, cancelled_cb, &done);
  while (sbt->held->len == 0)
    g_main_context_iteration (NULL, TRUE);
  sb_sandbox_free (g_steal_pointer (&sbt->sandbox));
  sbt_wait (sbt, is_set, &done);
  sbt->sandbox = sb_sandbox_new (NULL, NULL);
  sbt_free (sbt);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/throttle/a-connector-has-100-calls-a-minute", test_throttle);
  g_test_add_func ("/throttle/a-tenant-has-a-limit-over-all-connectors", test_tenant_limit);
  g_test_add_func ("/faults/the-third-post-is-refused", test_third_post);
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *path = g_strconcat ("/faults/an-answer-can-break-", broken[i].name, NULL);
    g_test_add_data_func (path, &broken[i], test_broken);
  }
  g_test_add_data_func ("/faults/headers-can-stall", "{stallHeaders:true}", test_stalled);
  g_test_add_data_func ("/faults/a-body-can-stall", "{stallBody:true}", test_stalled);
  g_test_add_func ("/faults/garbage-as-often-as-asked", test_garbage);
  g_test_add_func ("/faults/an-answer-can-have-each-member-twice", test_doubled);
  g_test_add_func ("/faults/an-answer-can-be-late", test_delay);
  g_test_add_func ("/faults/they-are-listed-removed-and-checked", test_fault_list);
  g_test_add_func ("/move/to-another-host-alone", test_move_to_a_host);
  g_test_add_func ("/move/the-old-endpoint-answers-308", test_move);
  g_test_add_func ("/move/onward-again-and-again", test_moves_onward);
  g_test_add_func ("/scenario/the-ready-line-is-one-line-and-the-seed-replays", test_ready_line);
  g_test_add_func ("/scenario/the-default-world-has-everything", test_default_world);
  g_test_add_func ("/scenario/colleagues-react", test_colleagues);
  g_test_add_func ("/scenario/the-demo-loads", test_demo_scenario);
  g_test_add_func ("/scenario/groups-may-have-pictures", test_pictures_of_groups);
  g_test_add_func ("/control/a-group-gets-a-picture", test_picture_of_a_group);
  g_test_add_func ("/scenario/a-wrong-one-is-refused", test_wrong_scenario);
  g_test_add_func ("/hostile/noise-crashes-nothing", test_noise);
  g_test_add_func ("/hostile/an-end-in-the-middle-leaves-nothing", test_end_in_the_middle);
  return g_test_run ();
}
