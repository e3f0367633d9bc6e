/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs off while a request of each kind that there is waits for its answer, below open dialogs,
 * beside a file on its way and with deliveries coming in. */
#include "config.h"

#include "kz-test-requests.h"
#include "left-test.h"

#include <string.h>

#define TICKET "com.example.ticket.2"

typedef enum {
  BY_TOKEN, /* somewhere in the sign-on, or soon after it */
  BY_PIN,
  BY_CODE,
  BY_LINE, /* HANDLE: of the poll; CARD: of the card */
  BY_FILE,
  BY_OTHERS,
} How;

typedef struct {
  const char *kind;
  How how;
  const char *room;
  const char *typed;
  const char *before; /* (nullable): a control call that comes first, and its body */
  const char *body;
} Row;

static const Row rows[] = {
    {"POST /generatePin", BY_PIN, NULL, NULL, NULL, NULL},
    {"POST /loginWithPinAndApplicationId", BY_PIN, NULL, NULL, NULL, NULL},
    {"POST /api/oauth/token", BY_CODE, NULL, NULL, NULL, NULL},
    {"GET /accessToken", BY_TOKEN, NULL, NULL, NULL, NULL},
    {"GET /users/me", BY_LINE, "Team", "!whoami", NULL, NULL},
    {"GET /groups", BY_TOKEN, NULL, NULL, NULL, NULL},
    {"POST /groups", BY_LINE, "Team", "!group Crew", NULL, NULL},
    {"GET /groups/{groupId}", BY_OTHERS, "Team", NULL, "leave",
     "{'group':'kitchen','person':'me','by':'asha2'}"},
    {"GET /groups/{groupId}/subGroups", BY_TOKEN, NULL, NULL, NULL, NULL},
    {"POST /groups/{groupId}/subGroups", BY_LINE, "Region", "!subgroup Gate | Asha", NULL, NULL},
    {"PUT /groups/{groupId}/subGroups", BY_LINE, "Region", "!attach Team", NULL, NULL},
    {"DELETE /groups/{groupId}/subGroups/{subGroupId}", BY_LINE, "Region", "!detach North", NULL,
     NULL},
    {"GET /groups/{groupId}/members", BY_TOKEN, NULL, NULL, NULL, NULL},
    {"PUT /groups/{groupId}/members", BY_LINE, "Team", "!add +919999900077", NULL, NULL},
    {"PUT /groups/{groupId}/members/{memberId}", BY_LINE, "Team", "!promote Noor", NULL, NULL},
    {"DELETE /groups/{groupId}/members/{memberId}", BY_LINE, "Team", "!remove Noor | moved", NULL,
     NULL},
    {"POST /groups/{groupId}/subscribers", BY_LINE, "Canteen", "!subscribers", NULL, NULL},
    {"GET /groups/{groupId}/subscribers", BY_LINE, "Canteen", "!subscribers", "switch",
     "{'subscribersPost':'off'}"},
    {"PUT /groups/{groupId}/subscribers/add", BY_LINE, "Canteen", "!subscribe +919999900005", NULL,
     NULL},
    {"PUT /groups/{groupId}/subscribers/remove", BY_LINE, "Canteen", "!unsubscribe +919999900006",
     NULL, NULL},
    {"POST /groups/{groupId}/messages", BY_LINE, "Team", "hello to all", NULL, NULL},
    {"POST /groups/{groupId}/actions", BY_LINE, "Team", "!poll Lunch? | Soup | Pie", NULL, NULL},
    {"GET /groups/{groupId}/actions", BY_TOKEN, NULL, NULL, NULL, NULL},
    {"GET /groups/{groupId}/actions/{actionId}", BY_LINE, "Team", "!results HANDLE", NULL, NULL},
    {"POST /groups/{groupId}/actions/{actionId}/responses", BY_LINE, "Team", "!vote HANDLE 1", NULL,
     NULL},
    {"POST /groups/{groupId}/actions/{actionId}/reminder", BY_LINE, "Team", "!remind CARD", NULL,
     NULL},
    {"PUT /groups/{groupId}/actions/{actionId}/properties", BY_LINE, "Team",
     "!update CARD status = shut", NULL, NULL},
    {"PUT /groups/{groupId}/actions/{actionId}", BY_LINE, "Team", "!update CARD status = shut",
     "switch", "{'actionUpdatePath':'bare'}"},
    {"POST /groups/{groupId}/reaction", BY_LINE, "Team", "!like HANDLE", NULL, NULL},
    {"GET /groups/{groupId}/reaction/summary", BY_TOKEN, NULL, NULL, NULL, NULL},
    {"GET /groups/{groupId}/reaction/{referenceId}", BY_OTHERS, "Team", NULL, "like",
     "{'referenceId':'REFERENCE','person':'hindi'}"},
    {"POST /media", BY_FILE, "Team", NULL, NULL, NULL},
    {"POST /media/url", BY_LINE, "Team", "!send https://example.com/a.jpg", NULL, NULL},
    {"POST /webhook", BY_TOKEN, NULL, NULL, NULL, NULL},
    {"GET /webhook", BY_LINE, "Team", "!webhooks heal", NULL, NULL},
    {"PUT /webhook/{webhookId}", BY_LINE, "Team", "!webhooks heal", "webhooks/active",
     "{'webhookId':'WEBHOOK','active':false}"},
    {"DELETE /webhook/{webhookId}", BY_LINE, "Team", "!webhooks remove", NULL, NULL},
};

/* --- What makes it come --- */

static void
stall (Fixture *fixture, const Row *row, gboolean in_body)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'endpoint':'%s','times':0},'action':{'%s':true}}", row->kind,
              in_body ? "stallBody" : "stallHeaders");
}

/* (transfer full) */
static char *
first_webhook (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "webhooks", NULL);
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");
  for (guint i = json_array_get_length (webhooks); i > 0; i--) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i - 1);
    if (json_object_get_boolean_member (webhook, "active"))
      return g_strdup (json_object_get_string_member (webhook, "webhookId"));
  }
  g_assert_not_reached ();
}

/* (transfer full): the handle of a card of Noor. */
static char *
post_card (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "action",
              "{'group':'team','person':'second','id':'" TICKET "','actionBody':{'title':'Gate',"
              "'properties':[{'name':'status','type':'Text','value':'open'}]}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Gate") > 0);
  const char *open = strchr (kz_test_find_line (fixture->host, "Team", "Gate")->text, '[') + 1;
  return g_strndup (open, strcspn (open, "]"));
}

/* (transfer full): the reference of the poll that was posted last. */
static char *
last_poll (Fixture *fixture)
{
  g_autoptr (JsonObject) posted = kz_test_control (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'Where?',"
      "'choices':[{'title':'a'},{'title':'b'}]}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Where?") > 0);
  return g_strdup (json_object_get_string_member (posted, "referenceId"));
}

static void
do_before (Fixture *fixture, const Row *row)
{
  if (row->before == NULL)
    return;
  GString *body = g_string_new (row->body);
  if (strstr (row->body, "WEBHOOK") != NULL) {
    g_autofree char *id = first_webhook (fixture);
    g_string_replace (body, "WEBHOOK", id, 0);
  }
  if (strstr (row->body, "REFERENCE") != NULL) {
    g_autofree char *reference = last_poll (fixture);
    g_string_replace (body, "REFERENCE", reference, 0);
  }
  kz_test_do (fixture->world, "POST", row->before, "%s", body->str);
  g_string_free (body, TRUE);
}

/* --- Signing off --- */

static void
while_signing_in (Fixture *fixture, const Row *row, gboolean in_body)
{
  stall (fixture, row, in_body);
  if (row->how == BY_TOKEN) {
    left_begin_to_sign_on (fixture);
    fixture_wait_for_fault (fixture);
    if (purple_account_is_connected (fixture->account))
      fixture_account_action (fixture, "State of the account");
    return;
  }
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, FALSE);
  if (row->how == BY_CODE)
    purple_account_set_string (fixture->account, "redirect_url",
                               "https://bridge.example.org/kaizala");
  kz_test_sign_on (fixture->host, fixture->account);
  if (row->how == BY_CODE || !fixture_is_bitlbee (fixture)) {
    kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
    kz_test_answer (fixture->host, row->how == BY_CODE ? "browser" : "PIN");
  }
  if (!g_str_equal (row->kind, "POST /generatePin")) {
    kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
    kz_test_answer (fixture->host,
                    row->how == BY_CODE ? "https://bridge.example.org/kaizala?code=abc" : "123456");
  }
  fixture_wait_for_fault (fixture);
}

static void
while_online (Fixture *fixture, const Row *row, gboolean in_body)
{
  PurpleConversation *team;
  g_autofree char *handle = left_begin (fixture, &team);
  PurpleConversation *room =
      g_str_equal (row->room, "Team") ? team : fixture_join (fixture, row->room);
  g_auto (GStrv) parts = NULL;
  g_autofree char *card = NULL;
  g_autofree char *line = NULL;
  if (row->typed != NULL && strstr (row->typed, "CARD") != NULL) {
    card = post_card (fixture);
    parts = g_strsplit (row->typed, "CARD", -1);
    line = g_strjoinv (card, parts);
  }
  stall (fixture, row, in_body);
  do_before (fixture, row);
  if (row->how == BY_LINE)
    left_type (fixture, room, line != NULL ? line : row->typed, handle);
  else if (row->how == BY_OTHERS)
    fixture_skip_waits (fixture);
  if (row->how != BY_FILE)
    fixture_wait_for_fault (fixture);
  left_ask_and_upload (fixture, team);
  fixture_wait_for_fault (fixture);
  left_others_act (fixture);
  kz_test_host_settle (fixture->host);
}

static void
with_each_on_its_way (Fixture *fixture)
{
  static const char *const all[] = {KZ_TEST_REQUESTS};
  g_assert_cmpuint (G_N_ELEMENTS (rows), ==, G_N_ELEMENTS (all));
  kz_test_do (fixture->world, "POST", "group",
              "{'name':'Canteen','type':'ConnectGroup','members':[{'person':'me','role':'Admin'},"
              "'second'],'subscribers':['tamil']}");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    g_assert_cmpstr (row->kind, ==, all[i]);
    if (row->how == BY_FILE && fixture_is_bitlbee (fixture))
      continue;
    g_test_message ("%s", row->kind);
    gboolean in_body = i % 2 == (gsize) fixture->host->ui % 2;
    if (row->room == NULL)
      while_signing_in (fixture, row, in_body);
    else
      while_online (fixture, row, in_body);
    left_drop_and_see (fixture);
    kz_test_do (fixture->world, "POST", "switch",
                "{'subscribersPost':'on','actionUpdatePath':'both'}");
  }
}

static void
add_tests (void)
{
  static const char *const many_calls[] = {"limitConnector=100000", "limitTenant=100000", NULL};
  plugin_test_add_with ("/requests/with-each-on-its-way", many_calls, FALSE, with_each_on_its_way);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
