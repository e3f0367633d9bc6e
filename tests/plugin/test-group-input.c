/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cannot be done with groups and people, and what menus and windows offer. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

#define NOOR "+919999900002"
#define STRANGER "+919999900077"

static gboolean
has_user (PurpleConversation *room, const char *user)
{
  g_auto (GStrv) users = kz_test_users (room);
  return g_strv_contains ((const char *const *) users, user);
}

/* Until all lists of members are here. */
static void
wait_for_people (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
}

/* --- What cannot be --- */

static void
bad_input_is_refused (Fixture *fixture)
{
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  static const struct {
    const char *typed;
    const char *why;
  } rows[] = {
      {"!group | Noor", "Something is missing: Name"},
      {"!group Night shift | Nobody Inparticular", "There is nobody called “Nobody Inparticular”"},
      {"!public | Noor", "Something is missing: Name"},
      {"!subgroup | Noor", "Something is missing: Name"},
      {"!attach No such group", "You are in no group called “No such group”"},
      {"!detach No such group", "You are in no group called “No such group”"},
      {"!add Nobody", "There is nobody called “Nobody”"},
      {"!add +12", "There is nobody called “+12”"},
      {"!add ,", "Name at least one person."},
      {"!remove Nobody | a reason", "There is nobody called “Nobody”"},
      {"!remove | a reason", "Something is missing: Whom"},
      {"!remove " KZ_MY_PHONE, "that is yourself; "},
      {"!promote Nobody", "There is nobody called “Nobody”"},
      {"!promote Asha | now", "one part too many: “now”"},
      {"!demote Nobody", "There is nobody called “Nobody”"},
      {"!leave no", "You stay in the group."},
      {"!leave perhaps", "Say yes or no."},
      {"!members all", "Nothing belongs behind !members."},
      {"!subscribers", "only public groups have subscribers"},
      {"!subscribe " NOOR, "only public groups have subscribers"},
      {"!unsubscribe " NOOR, "only public groups have subscribers"},
      {"!tell Noor | hello", "only public groups have subscribers"},
      {"!info Nobody", "There is nobody called “Nobody”"},
      {"!info Noor | Asha", "one part too many: “Asha”"},
      {"!whoami now", "Nothing belongs behind !whoami."},
      {"!status now", "Nothing belongs behind !status."},
      {"!webhooks burn", "“burn” is none of the choices"},
      {"!message Nobody | hello", "There is nobody called “Nobody”"},
      {"!message Noor", "Something is missing: Text"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_expect_refusal (fixture, room, rows[i].typed, rows[i].why);
  /* Somebody whom we know from elsewhere. */
  g_autofree char *id = fixture_person_id (fixture, "+919999900004");
  g_autofree char *typed = g_strconcat ("!remove ", id, " | a reason", NULL);
  fixture_expect_refusal (fixture, room, typed, "Not in this group: Asha");
}

static void
who_is_no_admin_is_told_so (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Kitchen");
  static const char *const typed[] = {
      "!add Noor", "!remove Asha", "!promote Asha", "!demote Asha", "!subgroup Gate two | Noor",
      "!attach Team", "!detach Team",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    fixture_expect_refusal (fixture, room, typed[i], "only admins of this group may do that");
  g_assert_cmpint (kz_test_calls (fixture->world, "PUT /groups/{groupId}/members"), ==, 0);
}

static void
too_many_are_refused (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  g_autoptr (GString) people = g_string_new (NULL);
  for (guint i = 0; i < 101; i++)
    g_string_append_printf (people, "%s+9188888%05u", i > 0 ? ", " : "", i);
  static const char *const begins[] = {"!add ", "!group Crowd | "};
  for (gsize i = 0; i < G_N_ELEMENTS (begins); i++) {
    g_autofree char *typed = g_strconcat (begins[i], people->str, NULL);
    fixture_expect_refusal (fixture, room, typed, "At most 100 phone numbers");
  }
}

static void
two_groups_of_one_name_are_told_apart (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "group", "{'name':'Gate','members':['asha','me']}");
  kz_test_do (fixture->world, "POST", "group",
              "{'name':'Gate','key':'other','members':[{'person':'me','role':'Admin'}]}");
  g_autofree char *region = fixture_group_id (fixture, "Region");
  g_autoptr (JsonObject) world = kz_test_control (fixture->world, "GET", "world", NULL);
  JsonArray *groups = json_object_get_array_member (world, "groups");
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < json_array_get_length (groups); i++) {
    JsonObject *group = json_array_get_object_element (groups, i);
    if (g_str_equal (json_object_get_string_member (group, "name"), "Gate"))
      g_ptr_array_add (ids, g_strdup (json_object_get_string_member (group, "id")));
  }
  g_assert_cmpuint (ids->len, ==, 2);
  PurpleConversation *room = fixture_join (fixture, "Region");
  fixture_account_action (fixture, "Read the groups anew");
  kz_test_host_settle (fixture->host);
  kz_test_wait_for (fixture->host, fixture_is_bitlbee (fixture) ||
                                       kz_test_count_chats (fixture->account, "Gate") == 2);
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "GET /groups/{groupId}/members") >=
                                       6);
  kz_test_host_settle (fixture->host);
  fixture_expect_refusal (fixture, room, "!attach Gate", "“Gate” may be any of: Gate (");
  const KzTestLine *line = kz_test_find_line (fixture->host, "Region", "may be any of");
  for (guint i = 0; i < ids->len; i++) {
    g_autofree char *begin = g_strndup (g_ptr_array_index (ids, i), 8);
    g_assert_nonnull (strstr (line->text, begin));
  }
  g_autofree char *begin = g_strndup (g_ptr_array_index (ids, 1), 8);
  fixture_type (fixture, room, "!attach %s", begin);
  fixture_expect (fixture, "attach", 0, "PUT /groups/%s/subGroups {'subGroups':['%s']}", region,
                  (char *) g_ptr_array_index (ids, 1));
}

static void
beginnings_of_names_are_told_apart (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "person", "{'phone':'%s','name':'Noorjahan'}", STRANGER);
  kz_test_do (fixture->world, "POST", "join", "{'group':'team','person':'%s'}", STRANGER);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_account_action (fixture, "Read the groups anew");
  kz_test_wait_for (fixture->host, has_user (room, "Noorjahan:"));
  fixture_expect_refusal (fixture, room, "!promote Noo", "“Noo” may be any of: Noor (" NOOR "), Noorjahan (" STRANGER ")");
  fixture_type (fixture, room, "!promote noorj");
  fixture_expect_line (fixture, "Team", "Now an admin: Noorjahan");
}

/* --- Menus --- */

static GList *
room_menu (Fixture *fixture, const char *title)
{
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  PurplePluginProtocolInfo *info = PURPLE_PLUGIN_PROTOCOL_INFO (purple_connection_get_prpl (gc));
  return info->blist_node_menu (PURPLE_BLIST_NODE (kz_test_find_chat (fixture->account, title)));
}

static PurpleMenuAction *
menu_item (GList *menu, const char *label)
{
  for (GList *l = menu; l != NULL; l = l->next)
    if (g_str_equal (((PurpleMenuAction *) l->data)->label, label))
      return l->data;
  return NULL;
}

static gboolean
offers (Fixture *fixture, const char *title, const char *label)
{
  GList *menu = room_menu (fixture, title);
  gboolean found = menu_item (menu, label) != NULL;
  g_list_free_full (menu, (GDestroyNotify) purple_menu_action_free);
  return found;
}

static void
choose (Fixture *fixture, const char *title, const char *label)
{
  GList *menu = room_menu (fixture, title);
  PurpleMenuAction *item = menu_item (menu, label);
  g_assert_nonnull (item);
  ((void (*) (PurpleBlistNode *, gpointer)) item->callback) (
      PURPLE_BLIST_NODE (kz_test_find_chat (fixture->account, title)), item->data);
  g_list_free_full (menu, (GDestroyNotify) purple_menu_action_free);
}

static void
menus_offer_what_is_allowed (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no menus");
    return;
  }
  static const char *const admins[] = {"adds people to this group", "takes somebody out of this group",
                                       "makes somebody an admin", "makes a new group below this one"};
  for (gsize i = 0; i < G_N_ELEMENTS (admins); i++) {
    g_assert_true (offers (fixture, "Team", admins[i]));
    g_assert_false (offers (fixture, "Kitchen", admins[i]));
    g_assert_false (offers (fixture, "News", admins[i]));
  }
  g_assert_true (offers (fixture, "Kitchen", "leaves this group for good"));
  g_assert_false (offers (fixture, "Team", "writes to chosen subscribers"));
}

static void
windows_do_the_same (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no windows");
    return;
  }
  g_autofree char *id = fixture_group_id (fixture, "Team");
  choose (fixture, "Team", "adds people to this group");
  kz_test_wait_for (fixture->host, fixture->host->forms->len == 1);
  kz_test_fill (fixture->host, "people", "Nobody");
  kz_test_press (fixture->host, TRUE);
  /* What is wrong is said, and the window comes again. */
  kz_test_wait_for (fixture->host, fixture->host->forms->len == 1);
  const KzTestForm *form = g_ptr_array_index (fixture->host->forms, 0);
  g_assert_nonnull (strstr (form->secondary, "There is nobody called “Nobody”"));
  kz_test_fill (fixture->host, "people", STRANGER);
  kz_test_press (fixture->host, TRUE);
  fixture_expect (fixture, "members", 0, "PUT /groups/%s/members {'members':['%s']}", id, STRANGER);
  fixture_expect_line (fixture, "Team", "Added to the group: " STRANGER);
  fixture_account_action (fixture, "Make a new group…");
  kz_test_wait_for (fixture->host, fixture->host->forms->len == 1);
  kz_test_fill (fixture->host, "name", "Night shift");
  kz_test_fill (fixture->host, "people", NOOR);
  kz_test_press (fixture->host, TRUE);
  fixture_expect (fixture, "group", 0,
                  "POST /groups {'name':'Night shift','welcomeMessage':'Night shift',"
                  "'members':['%s'],'groupType':'Group'}",
                  NOOR);
  kz_test_wait_for (fixture->host,
                    kz_test_count_notices (fixture->host, "The group “Night shift” was made.") == 1);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/group-input/bad-input-is-refused", bad_input_is_refused);
  plugin_test_add_online ("/group-input/who-is-no-admin-is-told-so", who_is_no_admin_is_told_so);
  plugin_test_add_online ("/group-input/too-many-are-refused", too_many_are_refused);
  plugin_test_add_online ("/group-input/two-of-one-name-are-told-apart",
                          two_groups_of_one_name_are_told_apart);
  plugin_test_add_online ("/group-input/beginnings-of-names-are-told-apart",
                          beginnings_of_names_are_told_apart);
  plugin_test_add_online ("/group-input/menus-offer-what-is-allowed", menus_offer_what_is_allowed);
  plugin_test_add_online ("/group-input/windows-do-the-same", windows_do_the_same);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
