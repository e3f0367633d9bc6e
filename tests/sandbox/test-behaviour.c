/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service took although it need not have, and the switches for what is inferred. */
#include "config.h"

#include "sb-lenient-json.h"
#include "sb-test.h"

#include <string.h>

/* ---- the tokenizer ---- */

static void
test_takes (gconstpointer text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = sb_lenient_parse (text, -1, &error);
  g_assert_no_error (error);
  g_assert_nonnull (node);
}

static void
test_refuses (gconstpointer text)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (sb_lenient_parse (text, -1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_values (void)
{
  g_autoptr (JsonNode) node =
      sb_lenient_parse ("{Name:'it\\'s', \"B\":TRUE, n:-12.5, big:636674054802000000, "
                        "u:'\\u0905\\ud83d\\ude00\\ud800x',}"
                        "  \r\n",
                        -1, NULL);
  JsonObject *object = json_node_get_object (node);
  g_assert_cmpstr (sb_json_string (object, "nAME", NULL), ==, "it's");
  g_assert_true (sb_json_bool (object, "b", FALSE));
  g_assert_cmpfloat (sb_json_double (object, "n", 0), ==, -12.5);
  g_assert_cmpint (sb_json_int (object, "big", 0), ==, G_GINT64_CONSTANT (636674054802000000));
  g_assert_cmpstr (sb_json_string (object, "u", NULL), ==, "अ😀\xef\xbf\xbdx");
}

static void
test_depth (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autoptr (GError) error = NULL;
  g_assert_null (sb_lenient_parse (deep, -1, &error));
  g_assert_nonnull (strstr (error->message, "deep"));
}

/* ---- the same call in many spellings ---- */

typedef struct {
  const char *name, *path, *body;
} Spelling;

static const Spelling spellings[] = {
    {"unquoted-keys", "/v1/groups/{flat}/messages", "{message:\"hi\"}"},
    {"single-quotes", "/v1/groups/{flat}/messages", "{'message': 'hi'}"},
    {"any-key-case", "/v1/groups/{flat}/messages", "{\"MESSAGE\":\"hi\"}"},
    {"trailing-space", "/v1/groups/{flat}/messages", "{\"Message\":\"hi\"} \n\n"},
    {"a-python-dict", "/v1/groups/{flat}/messages",
     "{'message': 'hi', 'sendToAllSubscribers': False}"},
    {"escaped-at", "/v1/groups/G-flat%401/messages", "{\"message\":\"hi\"}"},
    {"without-v1", "/groups/{flat}/messages", "{\"message\":\"hi\"}"},
    {"v1-in-capitals", "/V1/GROUPS/{flat}/Messages", "{\"message\":\"hi\"}"},
    {"a-slash-at-the-end", "/v1/groups/{flat}/messages/", "{\"message\":\"hi\"}"},
};

static void
test_spelling (gconstpointer data)
{
  const Spelling *spelling = data;
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) reply = sbt_as (sbt, "ada", "POST", spelling->path, spelling->body);
  g_assert_cmpuint (reply->status, ==, 200);
  g_autoptr (JsonObject) received = sbt_control (sbt, "GET", "/sandbox/received", NULL);
  JsonArray *items = json_object_get_array_member (received, "items");
  g_assert_cmpuint (json_array_get_length (items), ==, 1);
  JsonObject *item = json_array_get_object_element (items, 0);
  g_assert_cmpstr (sbt_string (item, "text"), ==, "hi");
  g_assert_cmpstr (sbt_string (item, "groupId"), ==, "G-flat@1");
  g_assert_cmpstr (sbt_string (item, "referenceId"), ==,
                   sbt_string (sbt_object (reply), "referenceId"));
}

/* ---- tokens ---- */

static SbtReply *
access_token (Sbt *sbt, const char *refresh)
{
  g_autofree char *headers =
      g_strdup_printf ("applicationId: C1\napplicationSecret: S1\nrefreshToken: %s", refresh);
  return sbt_call (sbt, "GET", "/v1/accessToken", headers, NULL);
}

static void
test_jwt (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  const char *token = sbt_name (sbt, "ada");
  g_auto (GStrv) parts = g_strsplit (token, ".", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  g_assert_cmpuint (strlen (token), >, 850);
  g_autoptr (GString) padded = g_string_new (parts[1]);
  while (padded->len % 4)
    g_string_append_c (padded, '=');
  g_strdelimit (padded->str, "-", '+');
  g_strdelimit (padded->str, "_", '/');
  gsize length;
  g_autofree guchar *claims = g_base64_decode (padded->str, &length);
  g_autoptr (JsonNode) node = sb_lenient_parse ((const char *) claims, (gssize) length, NULL);
  JsonObject *object = json_node_get_object (node);
  g_assert_cmpstr (sbt_string (object, "uid"), ==, "MobileAppsService:ada-id@1");
  g_assert_cmpint (sb_json_int (object, "exp", 0) - sb_json_int (object, "iat", 0), ==, 86400);
}

static void
test_rotation (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  const char *old = sbt_name (sbt, "ada.refresh");
  g_autoptr (SbtReply) early = access_token (sbt, old);
  g_assert_true (json_object_get_null_member (sbt_object (early), "refreshToken"));
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/clock", "{advanceSeconds:28425600}"));
  g_autoptr (SbtReply) late = access_token (sbt, old);
  g_autofree char *fresh = g_strdup (sbt_string (sbt_object (late), "refreshToken"));
  g_autoptr (SbtReply) again = access_token (sbt, old);
  g_assert_cmpuint (again->status, ==, 200); /* not yet used */
  g_autoptr (SbtReply) used = access_token (sbt, fresh);
  g_assert_cmpuint (used->status, ==, 200);
  g_autoptr (SbtReply) dead = access_token (sbt, old);
  g_assert_cmpuint (dead->status, ==, 401);
}

/* Whoever moves it often does not lose a part of it each time. */
static void
test_clock_steps (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (JsonObject) before = sbt_control (sbt, "GET", "/sandbox/clock", NULL);
  for (guint i = 0; i < 1000; i++)
    json_object_unref (sbt_control (sbt, "POST", "/sandbox/clock", "{advanceSeconds:1.001}"));
  g_autoptr (JsonObject) after = sbt_control (sbt, "GET", "/sandbox/clock", NULL);
  /* It goes on by itself meanwhile. */
  g_assert_cmpint (sb_json_int (after, "nowMs", 0) - sb_json_int (before, "nowMs", 0), >=, 1001000);
}

static void
test_refresh_token_field (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch",
                                  "{refreshTokenField:'empty',endpointSlash:true}"));
  g_autoptr (SbtReply) empty = access_token (sbt, sbt_name (sbt, "ada.refresh"));
  g_assert_cmpstr (sbt_string (sbt_object (empty), "refreshToken"), ==, "");
  g_assert_true (g_str_has_suffix (sbt_string (sbt_object (empty), "endpointUrl"), "/"));
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch", "{refreshTokenField:'absent'}"));
  g_autoptr (SbtReply) absent = access_token (sbt, sbt_name (sbt, "ada.refresh"));
  g_assert_false (json_object_has_member (sbt_object (absent), "refreshToken"));
}

static void
test_pin_kills_the_old_token (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) sms =
      sbt_call (sbt, "POST", "/v1/generatePin", NULL,
                "{\"mobileNumber\":\"{ada.phone}\",\"applicationId\":\"C1\"}");
  g_assert_cmpuint (sms->status, ==, 200);
  g_assert_cmpstr (sms->text, ==, "{}");
  g_autoptr (JsonObject) all = sbt_control (sbt, "GET", "/sandbox/sms", NULL);
  JsonObject *mine = json_object_get_object_member (all, "+15550000001");
  g_autofree char *body = g_strdup_printf (
      "{mobileNumber:'{ada.phone}',applicationId:'C1',applicationSecret:'S1',pin:'%s'}",
      sbt_string (mine, "pin"));
  g_autoptr (SbtReply) login =
      sbt_call (sbt, "POST", "/v1/loginWithPinAndApplicationId", NULL, body);
  g_assert_cmpuint (login->status, ==, 200);
  g_assert_nonnull (strstr (sbt_string (sbt_object (login), "grantedScope"), "textmessage.read"));
  g_autoptr (SbtReply) old = access_token (sbt, sbt_name (sbt, "ada.refresh"));
  g_assert_cmpuint (old->status, ==, 401);
  g_autoptr (SbtReply) fresh = access_token (sbt, sbt_string (sbt_object (login), "refreshToken"));
  g_assert_cmpuint (fresh->status, ==, 200);
  g_autoptr (SbtReply) twice =
      sbt_call (sbt, "POST", "/v1/loginWithPinAndApplicationId", NULL, body);
  g_assert_cmpuint (twice->status, ==, 401);
}

static void
test_oauth (void)
{
  const char *const switches[] = {"oauthAutoSignIn=ada", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_autoptr (SbtReply) browser = sbt_call (
      sbt, "GET",
      "/api/Oauth/Authorize?client_id=C1&redirect_uri=http%3A%2F%2F127.0.0.1%2Fback&state=s%261",
      NULL, NULL);
  const char *location = soup_message_headers_get_one (browser->headers, "Location");
  g_assert_true (g_str_has_prefix (location, "http://127.0.0.1/back?code="));
  g_assert_true (g_str_has_suffix (location, "&state=s%261"));
  g_auto (GStrv) parts = g_strsplit_set (location, "=&", -1);
  g_autofree char *form = g_strdup_printf ("client_id=C1&client_secret=S1&code=%s", parts[1]);
  const char *type = "Content-Type: application/x-www-form-urlencoded";
  g_autoptr (SbtReply) token = sbt_call (sbt, "POST", "/api/oauth/token", type, form);
  g_assert_cmpuint (token->status, ==, 200);
  sbt_string (sbt_object (token), "refreshToken");
  g_autoptr (SbtReply) twice = sbt_call (sbt, "POST", "/api/oauth/token", type, form);
  g_assert_cmpuint (twice->status, ==, 400);
}

static SbtReply *
exchange_code (Sbt *sbt, const char *connector)
{
  g_autoptr (SbtReply) browser = sbt_call (
      sbt, "GET", "/api/Oauth/Authorize?client_id=C1&redirect_uri=http%3A%2F%2F127.0.0.1%2Fback",
      NULL, NULL);
  const char *location = soup_message_headers_get_one (browser->headers, "Location");
  g_autofree char *form = g_strdup_printf ("client_id=C%s&client_secret=S%s&code=%s", connector,
                                           connector, strchr (location, '=') + 1);
  if (strcmp (connector, "1") == 0)
    json_object_unref (sbt_control (sbt, "POST", "/sandbox/clock", "{advanceSeconds:601}"));
  return sbt_call (sbt, "POST", "/api/oauth/token",
                   "Content-Type: application/x-www-form-urlencoded", form);
}

static void
test_oauth_code (void)
{
  const char *const switches[] = {"oauthAutoSignIn=ada", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_autoptr (SbtReply) foreign = exchange_code (sbt, "2"), late = exchange_code (sbt, "1");
  g_assert_cmpuint (foreign->status, ==, 400);
  g_assert_cmpuint (late->status, ==, 400);
}

/* ---- groups and people ---- */

static void
test_group_token_makes_a_child (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) made =
      sbt_as (sbt, "group", "POST", "/v1/groups", "{name:'Kid',welcomeMessage:'w'}");
  g_assert_cmpuint (made->status, ==, 200);
  g_autoptr (SbtReply) below =
      sbt_as (sbt, "ada", "GET", "/v1/groups/{flat}/subGroups?fetchAllGroups=true", NULL);
  JsonArray *groups = json_object_get_array_member (sbt_object (below), "groups");
  g_assert_cmpuint (json_array_get_length (groups), ==, 1);
  g_assert_cmpstr (sbt_string (json_array_get_object_element (groups, 0), "groupName"), ==, "Kid");
}

static guint
count_groups (Sbt *sbt, const char *who, const char *path)
{
  g_autoptr (SbtReply) reply = sbt_as (sbt, who, "GET", path, NULL);
  return json_array_get_length (json_object_get_array_member (sbt_object (reply), "groups"));
}

static void
test_reach (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_assert_cmpuint (count_groups (sbt, "dot", "/v1/groups"), ==, 2);
  g_assert_cmpuint (count_groups (sbt, "dot", "/v1/groups?fetchAllGroups=true"), ==, 3);
  g_assert_cmpuint (count_groups (sbt, "group", "/v1/groups"), ==, 1);
  g_assert_cmpuint (count_groups (sbt, "ada", "/v1/groups?fetchAllGroups=true"), ==, 4);
}

static void
test_phones_are_for_admins (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) admin = sbt_as (sbt, "ada", "GET", "/v1/groups/{flat}/members", NULL);
  g_autoptr (SbtReply) member = sbt_as (sbt, "ben", "GET", "/v1/groups/{flat}/members", NULL);
  g_assert_nonnull (strstr (admin->text, "+15550000001"));
  g_assert_nonnull (strstr (admin->text, "+15550000002"));
  g_assert_null (strstr (member->text, "+15550000001"));
  g_assert_nonnull (strstr (member->text, "+15550000002"));
}

static void
test_new_group_has_its_people (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) photo =
      sbt_as (sbt, "ada", "POST", "/v1/media/url", "{mediaUrl:'https://a.example/x.png'}");
  g_autofree char *body = g_strdup_printf (
      "{name:'N',welcomeMessage:'w',members:['{dot.phone}'],memberUserIds:['ben-id'],"
      "admins:['{eve.phone}'],groupPhoto:'%s'}",
      sbt_string (sbt_object (photo), "mediaResource"));
  g_autoptr (SbtReply) made = sbt_as (sbt, "ada", "POST", "/v1/groups", body);
  g_assert_cmpuint (made->status, ==, 200);
  g_assert_true (json_object_get_boolean_member (sbt_object (made), "membersAdded"));
  g_autofree char *path =
      g_strdup_printf ("/v1/groups/%s/members", sbt_string (sbt_object (made), "groupId"));
  g_autoptr (SbtReply) members = sbt_as (sbt, "eve", "GET", path, NULL);
  JsonArray *list = json_object_get_array_member (sbt_object (members), "members");
  g_assert_cmpuint (json_array_get_length (list), ==, 4);
  g_assert_nonnull (strstr (members->text, "+15550000004")); /* eve is an admin */
  g_autoptr (SbtReply) some = sbt_as (sbt, "ada", "POST", "/v1/groups",
                                      "{name:'N',welcomeMessage:'w',memberUserIds:['x']}");
  g_assert_false (json_object_get_boolean_member (sbt_object (some), "membersAdded"));
}

static void
test_a_subscriber_becomes_a_member (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autofree char *hook = sbt_register (sbt, "ada", NULL);
  g_autoptr (SbtReply) pub = sbt_as (
      sbt, "ada", "POST", "/v1/webhook",
      "{objectId:'{pub}',objectType:'Group',eventTypes:['MemberAdded'],callBackUrl:'{url}'}");
  g_assert_cmpuint (pub->status, ==, 200);
  g_autoptr (SbtReply) added =
      sbt_as (sbt, "ada", "PUT", "/v1/groups/{pub}/members", "{members:['{dot.phone}']}");
  g_assert_cmpuint (added->status, ==, 200);
  sbt_wait_deliveries (sbt, 1);
  g_autoptr (SbtReply) group = sbt_as (sbt, "ada", "GET", "/v1/groups/{pub}", NULL);
  JsonObject *one = json_array_get_object_element (
      json_object_get_array_member (sbt_object (group), "groups"), 0);
  g_assert_cmpint (json_object_get_int_member (one, "userCount"), ==, 4);
  g_autoptr (SbtReply) left = sbt_as (sbt, "ada", "POST", "/v1/groups/{pub}/subscribers", "{}");
  g_assert_null (strstr (left->text, "+15550000004"));
}

/* ---- actions ---- */

/* What an action's details tell @who of Ben's vote. */
static gboolean
sees_bens_vote (Sbt *sbt, const char *who, const char *group, const char *action)
{
  g_autofree char *path =
      g_strdup_printf ("/v1/groups/{%s}/actions/%s?getDetails=true", group, action);
  g_autoptr (SbtReply) reply = sbt_as (sbt, who, "GET", path, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return strstr (reply->text, "ben-id") != NULL;
}

static char *
voted_poll (Sbt *sbt, const char *group, const char *sender)
{
  g_autofree char *post =
      g_strdup_printf ("{group:'%s',person:'%s',actionType:'Poll',actionBody:{question:'Q',"
                       "isSenderOnly:%s,choices:[{title:'Yes'}]}}",
                       group, sender, strcmp (group, "flat") == 0 ? "true" : "false");
  g_autoptr (JsonObject) poll = sbt_control (sbt, "POST", "/sandbox/action", post);
  g_autofree char *vote =
      g_strdup_printf ("{actionId:'%s',person:'ben',choice:1}", sbt_string (poll, "actionId"));
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/vote", vote));
  return g_strdup (sbt_string (poll, "actionId"));
}

static void
test_responses_are_private (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  json_object_unref (
      sbt_control (sbt, "POST", "/sandbox/join", "{group:'flat',person:'dot',role:'Member'}"));
  g_autofree char *hook = sbt_register (sbt, "dot", NULL);
  g_autofree char *flat = voted_poll (sbt, "flat", "ada"), *pub = voted_poll (sbt, "pub", "ada");
  g_assert_true (sees_bens_vote (sbt, "ada", "flat", flat));
  g_assert_true (sees_bens_vote (sbt, "ben", "flat", flat));
  g_assert_false (sees_bens_vote (sbt, "dot", "flat", flat));
  g_assert_true (sees_bens_vote (sbt, "ada", "pub", pub));
  g_assert_true (sees_bens_vote (sbt, "ben", "pub", pub));
  g_assert_false (sees_bens_vote (sbt, "dot", "pub", pub));
  sbt_wait_deliveries (sbt, 1); /* the poll, not the vote */
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 1);
}

static const char disordered[] =
    "{users:[{key:'u',phone:'+15550000001',name:'U',signIn:true}],"
    "groups:[{key:'g',id:'G',name:'G',members:[{person:'u',role:'Admin'}]}],"
    "history:[{ago_s:100,as:'new',action:{group:'g',person:'u',actionType:'Poll',actionBody:{"
    "question:'new',choices:[{title:'a'}]}}},"
    "{ago_s:200,as:'old',action:{group:'g',person:'u',actionType:'Poll',actionBody:{"
    "question:'old',choices:[{title:'a'}]}}},"
    "{ago_s:50,like:{referenceId:'{{old}}',person:'u'}}]}";

static void
test_history_is_put_in_order (void)
{
  SbOptions options = {.scenario_json = disordered, .have_seed = TRUE, .seed = 1};
  g_autoptr (Sbt) sbt = sbt_new_with (&options);
  g_autoptr (JsonObject) world = sbt_control (sbt, "GET", "/sandbox/world", NULL);
  JsonObject *group =
      json_array_get_object_element (json_object_get_array_member (world, "groups"), 0);
  JsonArray *items = json_object_get_array_member (group, "items");
  JsonObject *first = json_array_get_object_element (items, 0);
  g_assert_cmpstr (sbt_string (json_object_get_object_member (first, "body"), "question"), ==,
                   "old");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (first, "reactions")), ==,
                    1);
}

static JsonArray *
list_polls (Sbt *sbt, const char *query, SbtReply **reply)
{
  g_autofree char *path = g_strconcat ("/v1/groups/{flat}/actions?actionType=Poll", query, NULL);
  *reply = sbt_as (sbt, "ada", "GET", path, NULL);
  g_assert_cmpuint ((*reply)->status, ==, 200);
  return json_object_get_array_member (sbt_object (*reply), "actions");
}

static void
test_orders_and_pages (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) newest = NULL, oldest = NULL;
  JsonArray *one = list_polls (sbt, "&count=1", &newest);
  g_assert_cmpuint (json_array_get_length (one), ==, 1);
  g_assert_true (json_object_get_boolean_member (sbt_object (newest), "hasMore"));
  g_assert_cmpstr (sbt_string (json_array_get_object_element (one, 0), "referenceId"), ==,
                   sbt_name (sbt, "oldpoll.ref"));
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch", "{pageOrder:'oldest'}"));
  JsonArray *two = list_polls (sbt, "&count=1", &oldest);
  g_assert_cmpstr (sbt_string (json_array_get_object_element (two, 0), "referenceId"), ==,
                   sbt_name (sbt, "poll.ref"));
}

static void
test_time_units (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  gint64 past_s = g_get_real_time () / G_USEC_PER_SEC - 60;
  g_autofree char *seconds = g_strdup_printf ("&fromDate=%" G_GINT64_FORMAT, past_s);
  g_autofree char *millis = g_strdup_printf ("&fromDate=%" G_GINT64_FORMAT, (past_s + 3600) * 1000);
  g_autoptr (SbtReply) a = NULL, b = NULL, c = NULL;
  g_assert_cmpuint (json_array_get_length (list_polls (sbt, seconds, &a)), ==, 2);
  g_assert_cmpuint (json_array_get_length (list_polls (sbt, millis, &b)), ==, 0);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch", "{fromDateUnit:'ms'}"));
  /* Seconds, read as milliseconds, are 1970. */
  g_assert_cmpuint (json_array_get_length (list_polls (sbt, seconds, &c)), ==, 2);
}

static void
test_reaction_pages (void)
{
  const char *const switches[] = {"reactionPage=2", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < 5; i++) {
    json_object_unref (sbt_control (sbt, "POST", "/sandbox/comment",
                                    "{referenceId:'{poll.ref}',person:'ben',text:'words'}"));
  }
  gint64 cursor = 0;
  for (guint page = 0; page < 4; page++) {
    g_autofree char *path = g_strdup_printf (
        "/v1/groups/{flat}/reaction/{poll.ref}?reactionType=Comment&cursor=%" G_GINT64_FORMAT,
        cursor);
    g_autoptr (SbtReply) reply = sbt_as (sbt, "ada", "GET", path, NULL);
    JsonArray *details = json_object_get_array_member (sbt_object (reply), "reactionDetails");
    cursor = json_object_get_int_member (sbt_object (reply), "cursor");
    g_assert_null (strstr (reply->text, "words")); /* the text cannot be read */
    for (guint i = 0; i < json_array_get_length (details); i++)
      g_assert_true (g_hash_table_add (
          seen, g_strdup (sbt_string (json_array_get_object_element (details, i), "reactionId"))));
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 5);
  g_assert_cmpint (cursor, >, G_GINT64_CONSTANT (636674054802000000));
}

static void
test_subscriber_pages (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) first =
      sbt_as (sbt, "ada", "POST", "/v1/groups/{pub}/subscribers", "{count:1}");
  g_autofree char *body =
      g_strdup_printf ("{count:1,cursor:'%s'}", sbt_string (sbt_object (first), "cursor"));
  g_autoptr (SbtReply) second = sbt_as (sbt, "ada", "POST", "/v1/groups/{pub}/subscribers", body);
  g_assert_false (json_object_has_member (sbt_object (second), "cursor"));
  g_assert_nonnull (strstr (first->text, "+15550000004"));
  g_assert_nonnull (strstr (second->text, "+15550000005"));
}

static void
test_media_round_trip (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) up = sbt_call (
      sbt, "POST", "/v1/media",
      "accessToken: {ada}\nContent-Type: multipart/form-data; boundary=zz",
      "--zz\r\nContent-Disposition: form-data; name=\"FileName\"; filename=\"b c.png\"\r\n"
      "Content-Type: image/png\r\n\r\nBYTES\r\n--zz--\r\n");
  g_assert_cmpuint (up->status, ==, 200);
  g_autofree char *body =
      g_strdup_printf ("{actionType:'Image',actionBody:{mediaResource:'%s',caption:'cap'}}",
                       sbt_string (sbt_object (up), "mediaResource"));
  g_autoptr (SbtReply) post = sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/actions", body);
  g_assert_cmpuint (post->status, ==, 200);
  g_assert_false (json_object_has_member (sbt_object (post), "actionId"));
  g_autoptr (SbtReply) list =
      sbt_as (sbt, "ben", "GET", "/v1/groups/{flat}/actions?actionType=Image", NULL);
  JsonObject *item = json_array_get_object_element (
      json_object_get_array_member (sbt_object (list), "actions"), 0);
  const char *url = sbt_string (json_object_get_object_member (item, "actionBody"), "imageUrl");
  const char *path = url + strlen (sb_sandbox_get_url (sbt->sandbox));
  g_autoptr (SbtReply) down = sbt_call (sbt, "GET", path, NULL, NULL);
  g_assert_cmpstr (down->text, ==, "BYTES");
  g_autoptr (SbtReply) leak = sbt_call (sbt, "GET", path, "accessToken: {ada}", NULL);
  g_assert_cmpuint (leak->status, ==, 200);
  g_autoptr (JsonObject) calls = sbt_control (sbt, "GET", "/sandbox/calls", NULL);
  g_assert_cmpint (json_object_get_int_member (calls, "mediaTokenHeaders"), ==, 1);
}

/* Every value of every switch must leave a server that still answers. */
static void
test_every_switch (void)
{
  const char *const switches[] = {"limitConnector=10000", "limitTenant=10000", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_autoptr (JsonObject) all = sbt_control (sbt, "GET", "/sandbox/switch", NULL);
  g_autoptr (GList) names = json_object_get_members (all);
  g_assert_cmpuint (g_list_length (names), >, 40);
  for (GList *link = names; link; link = link->next) {
    JsonObject *one = json_object_get_object_member (all, link->data);
    const char *allowed = sbt_string (one, "allowed");
    g_auto (GStrv) values = g_strsplit (strchr (allowed, '|') ? allowed : "", "|", -1);
    for (guint i = 0; values[i]; i++) {
      g_autofree char *body = g_strdup_printf ("{%s:'%s'}", (char *) link->data, values[i]);
      json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch", body));
      g_autoptr (SbtReply) reply = sbt_as (
          sbt, "ada", "GET", "/v1/groups/{flat}/actions?actionType=Job&getDetails=true", NULL);
      g_assert_cmpuint (reply->status, ==, 200);
    }
  }
  g_autoptr (SbtReply) wrong =
      sbt_call (sbt, "POST", "/sandbox/switch", NULL, "{pageOrder:'sideways'}");
  g_assert_cmpuint (wrong->status, ==, 400);
}

static void
add_tables (void)
{
  static const char *const good[][2] = {
      {"an-empty-object", "{}"},      {"unquoted-keys", "{a:1,b_2:'x'}"},
      {"a-trailing-comma", "[1,2,]"}, {"a-byte-order-mark", "\xef\xbb\xbf{}"},
      {"a-bare-value", " 7 "},
  };
  static const char *const bad[][2] = {
      {"nothing", ""},
      {"two-roots", "{} {}"},
      {"an-open-string", "{'a':'b"},
      {"an-open-object", "{a:1"},
      {"a-missing-colon", "{a 1}"},
      {"a-bad-escape", "'\\x'"},
      {"no-utf-8", "'\xff'"},
      {"a-huge-number", "1e999"},
      {"a-word", "hello"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *path = g_strconcat ("/leniency/tokenizer-takes-", good[i][0], NULL);
    g_test_add_data_func (path, good[i][1], test_takes);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *path = g_strconcat ("/leniency/tokenizer-refuses-", bad[i][0], NULL);
    g_test_add_data_func (path, bad[i][1], test_refuses);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++) {
    g_autofree char *path = g_strconcat ("/leniency/server-takes-", spellings[i].name, NULL);
    g_test_add_data_func (path, &spellings[i], test_spelling);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_tables ();
  g_test_add_func ("/leniency/tokenizer-reads-values-as-meant", test_values);
  g_test_add_func ("/leniency/tokenizer-stops-at-great-depth", test_depth);
  g_test_add_func ("/clock/many-steps-are-as-far-as-one", test_clock_steps);
  g_test_add_func ("/tokens/an-access-token-looks-like-a-real-one", test_jwt);
  g_test_add_func ("/tokens/an-old-refresh-token-is-rotated-and-dies-after-use", test_rotation);
  g_test_add_func ("/tokens/the-refresh-token-field-is-null-empty-or-absent",
                   test_refresh_token_field);
  g_test_add_func ("/tokens/a-pin-login-kills-the-older-token", test_pin_kills_the_old_token);
  g_test_add_func ("/tokens/an-oauth-code-is-good-once", test_oauth);
  g_test_add_func ("/groups/a-group-token-makes-a-subgroup", test_group_token_makes_a_child);
  g_test_add_func ("/groups/a-new-group-has-its-people", test_new_group_has_its_people);
  g_test_add_func ("/groups/a-subscriber-becomes-a-member", test_a_subscriber_becomes_a_member);
  g_test_add_func ("/actions/responses-are-seen-by-whom-they-concern", test_responses_are_private);
  g_test_add_func ("/actions/history-is-put-in-order", test_history_is_put_in_order);
  g_test_add_func ("/tokens/an-oauth-code-is-one-connectors-and-short-lived", test_oauth_code);
  g_test_add_func ("/groups/a-caller-sees-what-is-in-reach", test_reach);
  g_test_add_func ("/groups/phone-numbers-are-for-admins", test_phones_are_for_admins);
  g_test_add_func ("/actions/both-orders-and-has-more", test_orders_and_pages);
  g_test_add_func ("/actions/from-date-in-both-units", test_time_units);
  g_test_add_func ("/reactions/no-page-loses-or-repeats-one", test_reaction_pages);
  g_test_add_func ("/groups/subscribers-come-in-pages", test_subscriber_pages);
  g_test_add_func ("/media/what-went-up-comes-down-without-a-token", test_media_round_trip);
  g_test_add_func ("/switches/every-value-leaves-a-working-server", test_every_switch);
  return g_test_run ();
}
