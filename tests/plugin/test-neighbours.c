/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two accounts on one connector: one is dropped with its calls stalled, and the other's go on. */
#include "config.h"

#include "left-test.h"

#include <string.h>

/* Rooms that only the one who is dropped is in. */
static const char *const own_rooms[] = {"Kitchen", "Region", "North"};

#define LIMIT 100 /* calls a minute, of the two together; API §4 */

/* (transfer full): of the two people's first room that both are in. */
static char *
shared_group (Fixture *fixture)
{
  return fixture_group_id (fixture, "Team");
}

static guint
webhooks_of (Fixture *fixture, const char *id)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "webhooks", NULL);
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");
  guint count = 0;
  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    count += g_strcmp0 (json_object_get_string_member (webhook, "objectId"), id) == 0;
  }
  return count;
}

/* What the other posted; a call that is stalled may have been carried out. */
static guint
posted_in (Fixture *fixture, const char *group_id)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  guint count = 0;
  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);
    count += g_str_equal (json_object_get_string_member (item, "kind"), "action") &&
             strstr (json_object_get_string_member (item, "path"), group_id) != NULL;
  }
  return count;
}

static PurpleConversation *
room_of (Fixture *fixture, PurpleAccount *account, const char *title)
{
  kz_test_join (account, title);
  kz_test_wait_for (fixture->host, kz_test_room (account, title) != NULL);
  PurpleConversation *room = kz_test_room (account, title);
  kz_test_wait_for (fixture->host,
                    g_list_length (purple_conv_chat_get_users (PURPLE_CONV_CHAT (room))) > 1);
  return room;
}

/* All that the one asks in rooms of their own never comes back. */
static void
stall_first (Fixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_rooms); i++) {
    g_autofree char *id = fixture_group_id (fixture, own_rooms[i]);
    kz_test_do (fixture->world, "POST", "fault",
                "{'match':{'path':'/groups/%s*','times':0},'action':{'stallHeaders':true}}", id);
  }
  for (guint i = 0; i < G_N_ELEMENTS (own_rooms); i++) {
    PurpleConversation *room = kz_test_room (fixture->account, own_rooms[i]);
    kz_test_type (fixture->host, room, "never said");
    kz_test_type (fixture->host, room, "!announce never");
    kz_test_type (fixture->host, room, "!add +919999900077");
  }
  for (guint i = 0; i < G_N_ELEMENTS (own_rooms); i++)
    kz_test_wait_for (fixture->host, fixture_fault_hits (fixture, i) > 0);
}

/* What the other asks takes some time, so that it is under way while the one goes. */
static void
ask_slowly (Fixture *fixture, PurpleConversation *room)
{
  g_autofree char *team = shared_group (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/groups/%s*','times':0},'action':{'delayMs':300}}", team);
  kz_test_type (fixture->host, room, "said meanwhile");
  kz_test_type (fixture->host, room, "!announce told meanwhile");
  kz_test_type (fixture->host, room, "!poll Lunch? | Soup | Pie");
  kz_test_wait_for (fixture->host, fixture_fault_hits (fixture, G_N_ELEMENTS (own_rooms)) > 0);
}

static void
see_all_asked (Fixture *fixture, PurpleAccount *other)
{
  g_autofree char *team = shared_group (fixture);
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "said meanwhile") == 1);
  kz_test_wait_for (fixture->host, posted_in (fixture, team) == 2);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'asha','text':'heard'}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "heard") == 1);
  kz_test_type (fixture->host, kz_test_room (other, "Team"), "said after");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "said after") == 1);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_received (fixture->world, "said meanwhile"), ==, 1);
  g_assert_cmpuint (posted_in (fixture, team), ==, 2);
  /* Nothing was given back, and nothing failed. */
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (fixture->host->lines, i);
    g_assert_cmpint (line->flags & PURPLE_MESSAGE_ERROR, ==, 0);
  }
  g_assert_cmpuint (fixture->host->errors->len, ==, 0);
  g_assert_true (purple_account_is_connected (other));
}

/* The two share the budget, and nothing of it is lost with one of them. */
static void
see_budget_kept (Fixture *fixture)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  g_assert_cmpint (json_object_get_int_member (calls, "maxInAnyMinute"), <=, LIMIT);
  g_assert_cmpint (json_object_get_int_member (calls, "throttled"), ==, 0);
}

static void
while_the_other_works (Fixture *fixture, void (*drop) (Fixture *fixture))
{
  int receiver = 0;
  PurpleAccount *other = kz_test_world_sign_on (fixture->world, fixture->host, KZ_SECOND);
  g_autofree char *team = shared_group (fixture);
  PurpleConversation *room = room_of (fixture, other, "Team");
  for (guint i = 0; i < G_N_ELEMENTS (own_rooms); i++)
    room_of (fixture, fixture->account, own_rooms[i]);
  fixture_wait_for_webhooks (fixture);
  kz_test_wait_for (fixture->host, webhooks_of (fixture, team) == 2);
  kz_test_forget_lines (fixture->host);
  stall_first (fixture);
  ask_slowly (fixture, room);
  guint before = left_open (fixture, &receiver);
  drop (fixture);
  kz_test_wait_for (fixture->host, left_open (fixture, &receiver) < before);
  /* What the one typed is given back in its own windows. */
  kz_test_forget_lines (fixture->host);
  see_all_asked (fixture, other);
  see_budget_kept (fixture);
  kz_test_account_drop (fixture->host, other);
  kz_test_wait_for (fixture->host, left_open (fixture, &receiver) == 0);
}

static void
disconnect (Fixture *fixture)
{
  purple_account_disconnect (fixture->account);
  g_assert_true (purple_account_is_disconnected (fixture->account));
}

static void
delete (Fixture *fixture)
{
  purple_accounts_delete (g_steal_pointer (&fixture->account));
}

static void
one_signs_off (Fixture *fixture)
{
  while_the_other_works (fixture, disconnect);
  /* And comes back. */
  purple_account_connect (fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
one_is_deleted (Fixture *fixture)
{
  while_the_other_works (fixture, delete);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/neighbours/one-signs-off", one_signs_off);
  plugin_test_add_online ("/neighbours/one-is-deleted", one_is_deleted);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
