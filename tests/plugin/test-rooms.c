/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

static PurpleRoomlist *
get_room_list (Fixture *fixture)
{
  PurpleRoomlist *list =
      purple_roomlist_get_list (purple_account_get_connection (fixture->account));
  g_assert_nonnull (list);
  purple_roomlist_ref (list);
  kz_test_wait_for (fixture->host, fixture->host->rooms_done);
  return list;
}

static const KzTestRoom *
room_row (Fixture *fixture, const char *text)
{
  for (guint i = 0; i < fixture->host->rooms->len; i++) {
    const KzTestRoom *row = g_ptr_array_index (fixture->host->rooms, i);
    if (strcmp (row->text, text) == 0)
      return row;
  }
  return NULL;
}

/* Elsewhere a row that has something below it can be neither joined nor expanded. */
static gboolean
has_tree (Fixture *fixture)
{
  return fixture->host->ui == KZ_TEST_PIDGIN;
}

static gboolean
tree_is_known (Fixture *fixture)
{
  PurpleRoomlist *list = get_room_list (fixture);
  const KzTestRoom *row = room_row (fixture, "Region");
  gboolean is_known = has_tree (fixture) ? row != NULL && row->is_category
                                         : room_row (fixture, "Region / North") != NULL;
  purple_roomlist_unref (list);
  return is_known;
}

/* --- The list of chats --- */

static void
rooms_are_listed_once (Fixture *fixture)
{
  guint expected = fixture_is_bitlbee (fixture) ? 0 : 1;
  for (int i = 0; i < 3; i++) {
    g_assert_cmpuint (kz_test_count_chats (fixture->account, "Team"), ==, expected);
    g_assert_cmpuint (kz_test_count_chats (fixture->account, "Kitchen"), ==, expected);
    fixture_sign_on_again (fixture);
  }
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "Team"), ==, expected);
}

static void
reconnect_adds_nothing (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no chats in its list");
    return;
  }
  guint before = kz_test_count_chats (fixture->account, NULL);
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  purple_connection_error_reason (gc, PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "cable");
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  purple_account_connect (fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpuint (before, >=, 4);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, NULL), ==, before);
}

static void
what_the_person_changes_stays (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no chats in its list");
    return;
  }
  PurpleGroup *work = purple_group_new ("Work");
  purple_blist_add_group (work, NULL);
  purple_blist_alias_chat (kz_test_find_chat (fixture->account, "Team"), "My people");
  purple_blist_add_chat (kz_test_find_chat (fixture->account, "Kitchen"), work, NULL);
  purple_blist_remove_chat (kz_test_find_chat (fixture->account, "North"));
  for (int i = 0; i < 2; i++) {
    fixture_sign_on_again (fixture);
    g_assert_cmpuint (kz_test_count_chats (fixture->account, "My people"), ==, 1);
    g_assert_cmpuint (kz_test_count_chats (fixture->account, "Team"), ==, 0);
    g_assert_cmpuint (kz_test_count_chats (fixture->account, "Kitchen"), ==, 1);
    g_assert_cmpuint (kz_test_count_chats (fixture->account, "North"), ==, 0);
    PurpleChat *kitchen = kz_test_find_chat (fixture->account, "Kitchen");
    g_assert_true (purple_chat_get_group (kitchen) == work);
  }
  /* The menu of the account brings a removed one back. */
  fixture_account_action (fixture, "List rooms again that I removed");
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "North"), ==, 1);
}

static void
removal_while_offline_stays (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no chats in its list");
    return;
  }
  kz_test_sign_off (fixture->host, fixture->account);
  purple_blist_remove_chat (kz_test_find_chat (fixture->account, "North"));
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "North"), ==, 0);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "Team"), ==, 1);
}

static void
new_name_is_followed (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_do (fixture->world, "POST", "rename", "{'group':'team','name':'Crew'}");
  fixture_account_action (fixture, "Read the groups anew");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Crew") == 1);
  g_assert_cmpstr (purple_conversation_get_title (room), ==, "Crew");
  if (!fixture_is_bitlbee (fixture))
    g_assert_cmpuint (kz_test_count_chats (fixture->account, "Crew"), ==, 1);
}

static void
new_group_is_listed (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "group", "{'name':'Garden','members':['asha','me']}");
  fixture_account_action (fixture, "Read the groups anew");
  if (fixture_is_bitlbee (fixture)) {
    kz_test_wait_for (fixture->host, (kz_test_join (fixture->account, "Garden"),
                                      kz_test_room (fixture->account, "Garden") != NULL));
    return;
  }
  kz_test_wait_for (fixture->host, kz_test_count_chats (fixture->account, "Garden") == 1);
}

/* --- Rooms --- */

static gboolean
has_user (PurpleConversation *room, const char *user)
{
  g_auto (GStrv) users = kz_test_users (room);
  return g_strv_contains ((const char *const *) users, user);
}

static void
joining_shows_people_and_roles (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  g_assert_cmpstr (purple_conversation_get_title (room), ==, "Team");
  g_auto (GStrv) users = kz_test_users (room);
  g_assert_cmpuint (g_strv_length (users), ==, 7);
  g_assert_true (has_user (room, KZ_MY_PHONE ":@"));
  /* There are two of that name in the world. */
  g_assert_true (has_user (room, "Asha:@") || has_user (room, "Asha 0003:@"));
  g_assert_true (has_user (room, "Noor:"));
  g_assert_true (has_user (room, "+919999900008:"));
  /* At most ourselves first, and everybody else in one go. */
  g_assert_cmpuint (fixture->host->user_batches, <=, 2);
  g_assert_cmpstr (purple_conv_chat_get_nick (PURPLE_CONV_CHAT (room)), ==, KZ_MY_PHONE);
}

static void
joining_twice_is_harmless (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_join (fixture, "Team");
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 1);
  PurpleConversation *room = kz_test_room (fixture->account, "Team");
  g_auto (GStrv) users = kz_test_users (room);
  g_assert_cmpuint (g_strv_length (users), ==, 7);
}

static void
joining_by_id_and_by_name_is_one_room (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Team");
  fixture_join (fixture, "Team");
  kz_test_join (fixture->account, id);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 1);
  g_assert_nonnull (kz_test_room (fixture->account, id));
}

static void
unknown_room_is_refused (Fixture *fixture)
{
  kz_test_join (fixture->account, "No such group");
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "No such group") == 1);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 0);
}

static void
closing_a_window_leaves_no_group (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  purple_conversation_destroy (room);
  kz_test_host_settle (fixture->host);
  g_assert_cmpint (kz_test_calls (fixture->world, "DELETE /groups/{groupId}/members/{memberId}"),
                   ==, 0);
  room = fixture_join (fixture, "Team");
  g_auto (GStrv) users = kz_test_users (room);
  g_assert_cmpuint (g_strv_length (users), ==, 7);
}

static void
who_comes_and_goes_is_followed (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Kitchen");
  fixture_wait_for_webhooks (fixture);
  kz_test_do (fixture->world, "POST", "join", "{'group':'kitchen','person':'second'}");
  kz_test_wait_for (fixture->host, has_user (room, "Noor:"));
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Kitchen", "Noor") == 1);
  kz_test_do (fixture->world, "POST", "leave", "{'group':'kitchen','person':'second'}");
  kz_test_wait_for (fixture->host, !has_user (room, "Noor:"));
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Kitchen", "Noor") == 2);
}

static char *
big_scenario (guint people)
{
  GString *json = g_string_new ("{\"users\":[{\"key\":\"me\",\"phone\":\"" KZ_MY_PHONE
                                "\",\"name\":\"Gita Rao\",\"signIn\":true}");
  for (guint i = 0; i < people; i++)
    g_string_append_printf (json, ",{\"key\":\"u%u\",\"name\":\"Person %03u\"}", i, i);
  g_string_append (json, "],\"groups\":[{\"name\":\"Hall\",\"members\":[\"me\"");
  for (guint i = 0; i < people; i++)
    g_string_append_printf (json, ",{\"person\":\"u%u\",\"role\":\"%s\"}", i,
                            i == people - 1 ? "Admin" : "Member");
  g_string_append (json, "]}]}");
  return g_string_free (json, FALSE);
}

static void
big_room_keeps_to_the_hosts_limit (Fixture *fixture)
{
  g_autofree char *scenario = big_scenario (300);
  fixture_new_world (fixture, scenario);
  fixture_sign_on (fixture);
  PurpleConversation *room = fixture_join (fixture, "Hall");
  g_auto (GStrv) users = kz_test_users (room);
  if (fixture->host->ui != KZ_TEST_FINCH) {
    g_assert_cmpuint (g_strv_length (users), ==, 301);
    return;
  }
  g_assert_cmpuint (g_strv_length (users), ==, 250);
  g_assert_true (has_user (room, KZ_MY_PHONE ":"));
  g_assert_true (has_user (room, "Person 299:@"));
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Hall", "51 more people"), ==, 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Hall", "List of"), ==, 0);
}

/* Finch writes each batch of people into the conversation. */
static void
people_are_listed_once (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  guint expected = fixture->host->ui == KZ_TEST_FINCH ? 1 : 0;
  fixture_wait_for_webhooks (fixture);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "List of"), ==, expected);
  kz_test_do (fixture->world, "POST", "person", "{'phone':'+919999900009','name':'Late Comer'}");
  kz_test_do (fixture->world, "POST", "join", "{'group':'team','person':'+919999900009'}");
  kz_test_wait_for (fixture->host,
                    has_user (room, "Late Comer:") || has_user (room, "LateComer:"));
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "List of"), ==, expected);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "entered the room"), ==, 0);
}

/* --- What may be written --- */

static void
parent_room_says_what_works (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Region");
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Region", "announce TEXT"), ==, 1);
  kz_test_type (fixture->host, room, "hello below");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Region", "hello below") == 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Region", "announce TEXT"), ==, 2);
  g_assert_cmpint (kz_test_calls (fixture->world, "POST /groups/{groupId}/messages"), ==, 0);
  kz_test_type (fixture->host, room, "!announce hello below");
  kz_test_wait_for (fixture->host,
                    kz_test_calls (fixture->world, "POST /groups/{groupId}/actions") == 1);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Region", "hello below") == 2);
}

static void
subscriber_may_only_read (Fixture *fixture)
{
  kz_test_join (fixture->account, "News");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "News") != NULL);
  PurpleConversation *room = kz_test_room (fixture->account, "News");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "News", "only read") == 1);
  kz_test_type (fixture->host, room, "hello there");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "News", "hello there") == 1);
  g_assert_cmpint (kz_test_calls (fixture->world, "POST /groups/{groupId}/messages"), ==, 0);
}

/* --- The room list --- */

static void
room_list_is_readable (Fixture *fixture)
{
  /* Who is whose subgroup is asked for once we are online. */
  kz_test_wait_for (fixture->host, tree_is_known (fixture));
  PurpleRoomlist *list = get_room_list (fixture);
  g_autofree char *team = fixture_group_id (fixture, "Team");
  const KzTestRoom *row = room_row (fixture, "Team");
  g_assert_nonnull (row);
  g_assert_cmpstr (row->serialized, ==, team);
  if (!has_tree (fixture)) {
    g_assert_nonnull (room_row (fixture, "Region / North"));
    for (guint i = 0; i < fixture->host->rooms->len; i++)
      g_assert_false (((KzTestRoom *) g_ptr_array_index (fixture->host->rooms, i))->is_category);
  } else {
    row = room_row (fixture, "Region");
    g_assert_true (row->is_category);
    g_assert_null (room_row (fixture, "North"));
    purple_roomlist_expand_category (list, row->room);
    const KzTestRoom *child = room_row (fixture, "North");
    g_assert_nonnull (child);
    g_assert_true (child->parent == row->room);
  }
  purple_roomlist_unref (list);
}

static int
row_position (Fixture *fixture, const char *text)
{
  for (guint i = 0; i < fixture->host->rooms->len; i++)
    if (strcmp (((KzTestRoom *) g_ptr_array_index (fixture->host->rooms, i))->text, text) == 0)
      return (int) i;
  return -1;
}

static void
subgroup_stands_below_its_group (Fixture *fixture)
{
  if (has_tree (fixture)) {
    g_test_skip ("a tree has its own order");
    return;
  }
  kz_test_do (fixture->world, "POST", "group", "{'name':'Region 2','members':['asha','me']}");
  kz_test_do (fixture->world, "POST", "group", "{'name':'Regional','members':['asha','me']}");
  fixture_account_action (fixture, "Read the groups anew");
  kz_test_wait_for (fixture->host,
                    tree_is_known (fixture) && room_row (fixture, "Regional") != NULL);
  int position = row_position (fixture, "Region");
  g_assert_cmpint (position, >=, 0);
  g_assert_cmpint (row_position (fixture, "Region / North"), ==, position + 1);
  g_assert_cmpint (row_position (fixture, "Region 2"), >, position + 1);
  g_assert_cmpint (row_position (fixture, "Regional"), >, position + 1);
}

static const char *
members_of_row (Fixture *fixture, const char *text)
{
  PurpleRoomlist *list = get_room_list (fixture);
  const KzTestRoom *row = room_row (fixture, text);
  const char *members =
      row != NULL ? g_list_nth_data (purple_roomlist_room_get_fields (row->room), 1) : NULL;
  const char *kept = g_intern_string (members);
  purple_roomlist_unref (list);
  return kept;
}

/* The columns behind name and members. */
static void
room_list_tells_kind_and_role (Fixture *fixture)
{
  static const struct {
    const char *text, *kind, *role;
  } rows[] = {{"Team", "group", "admin"},
              {"Kitchen", "group", "member"},
              {"Region", "group with subgroups", "admin"},
              {"News", "public group", "subscriber"}};
  kz_test_wait_for (fixture->host, tree_is_known (fixture));
  PurpleRoomlist *list = get_room_list (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GList *fields = purple_roomlist_room_get_fields (room_row (fixture, rows[i].text)->room);
    g_assert_cmpstr (g_list_nth_data (fields, 2), ==, rows[i].kind);
    g_assert_cmpstr (g_list_nth_data (fields, 3), ==, rows[i].role);
  }
  purple_roomlist_unref (list);
}

static void
unknown_number_of_members_is_left_open (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Team");
  g_assert_cmpstr (members_of_row (fixture, "Team"), ==, "7");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups'},'action':{'status':200,'body':"
              "{'groups':[{'groupId':'%s','groupName':'Team','groupType':'Group'}]}}}",
              id);
  fixture_account_action (fixture, "Read the groups anew");
  kz_test_wait_for (fixture->host, g_strcmp0 (members_of_row (fixture, "Team"), "") == 0);
}

static void
room_of_the_list_opens (Fixture *fixture)
{
  PurpleRoomlist *list = get_room_list (fixture);
  const KzTestRoom *row = room_row (fixture, "Team");
  if (fixture_is_bitlbee (fixture))
    kz_test_join (fixture->account, row->serialized);
  else
    purple_roomlist_room_join (list, row->room);
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "Team") != NULL);
  purple_roomlist_unref (list);
}

static void
room_list_may_outlive_the_account (Fixture *fixture)
{
  PurpleRoomlist *list =
      purple_roomlist_get_list (purple_account_get_connection (fixture->account));
  purple_roomlist_ref (list);
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_host_settle (fixture->host);
  g_assert_true (fixture->host->rooms_done);
  purple_roomlist_unref (list);
}

static void
removal_is_remembered_at_once (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no list of chats");
    return;
  }
  g_autofree char *id = fixture_group_id (fixture, "Kitchen");
  purple_blist_remove_chat (kz_test_find_chat (fixture->account, "Kitchen"));
  g_assert_nonnull (strstr (purple_account_get_string (fixture->account, "known_rooms", ""), id));
}

static void
add_tests (void)
{
  plugin_test_add_online ("/rooms/a-removal-is-remembered-at-once", removal_is_remembered_at_once);
  plugin_test_add_online ("/rooms/each-is-listed-once-after-any-number-of-sign-ons",
                          rooms_are_listed_once);
  plugin_test_add_online ("/rooms/a-reconnect-adds-nothing", reconnect_adds_nothing);
  plugin_test_add_online ("/rooms/aliases-moves-and-removals-stay", what_the_person_changes_stays);
  plugin_test_add_online ("/rooms/a-removal-while-offline-stays", removal_while_offline_stays);
  plugin_test_add_online ("/rooms/a-new-name-is-followed", new_name_is_followed);
  plugin_test_add_online ("/rooms/a-new-group-is-listed", new_group_is_listed);
  plugin_test_add_online ("/rooms/joining-shows-people-and-roles", joining_shows_people_and_roles);
  plugin_test_add_online ("/rooms/joining-twice-is-harmless", joining_twice_is_harmless);
  plugin_test_add_online ("/rooms/joining-by-id-and-by-name-is-one-room",
                          joining_by_id_and_by_name_is_one_room);
  plugin_test_add_online ("/rooms/an-unknown-one-is-refused", unknown_room_is_refused);
  plugin_test_add_online ("/rooms/closing-a-window-leaves-no-group",
                          closing_a_window_leaves_no_group);
  plugin_test_add_online ("/rooms/who-comes-and-goes-is-followed", who_comes_and_goes_is_followed);
  plugin_test_add ("/rooms/a-big-one-keeps-to-the-limit-of-the-host",
                   big_room_keeps_to_the_hosts_limit);
  plugin_test_add_online ("/rooms/its-people-are-listed-once", people_are_listed_once);
  plugin_test_add_online ("/rooms/a-parent-says-what-can-be-written", parent_room_says_what_works);
  plugin_test_add_online ("/rooms/a-subscriber-may-only-read", subscriber_may_only_read);
  plugin_test_add_online ("/rooms/the-room-list-is-readable", room_list_is_readable);
  plugin_test_add_online ("/rooms/a-subgroup-stands-below-its-group",
                          subgroup_stands_below_its_group);
  plugin_test_add_online ("/rooms/the-room-list-tells-kind-and-role",
                          room_list_tells_kind_and_role);
  plugin_test_add_online ("/rooms/an-unknown-number-of-members-is-left-open",
                          unknown_number_of_members_is_left_open);
  plugin_test_add_online ("/rooms/one-of-the-room-list-opens", room_of_the_list_opens);
  plugin_test_add_online ("/rooms/a-room-list-may-outlive-the-account",
                          room_list_may_outlive_the_account);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
