/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups and who is in them, as a person changes them from a room. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

#define NOOR "+919999900002"
#define ASHA "+919999900003"
#define STRANGER "+919999900077"

static gboolean
has_user (PurpleConversation *room, const char *user)
{
  g_auto (GStrv) users = kz_test_users (room);
  return g_strv_contains ((const char *const *) users, user);
}

/* (transfer full): the name of the one who is called so and something behind it. */
static char *
user_that_begins (PurpleConversation *room, const char *beginning)
{
  for (GList *l = purple_conv_chat_get_users (PURPLE_CONV_CHAT (room)); l != NULL; l = l->next) {
    const PurpleConvChatBuddy *user = l->data;
    if (g_str_has_prefix (user->name, beginning))
      return g_strdup (user->name);
  }
  g_assert_not_reached ();
}

/* Until all lists of members are here. */
static void
wait_for_people (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
}

/* --- Making --- */

static void
group_is_made (Fixture *fixture)
{
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!group Night shift | Noor, %s | Be on time", STRANGER);
  fixture_expect (fixture, "group", 0,
                  "POST /groups {'name':'Night shift','welcomeMessage':'Be on time',"
                  "'members':['%s','%s'],'groupType':'Group'}",
                  NOOR, STRANGER);
  fixture_expect_line (fixture, "Team", "The group “Night shift” was made.");
  /* It is there to be used at once. */
  kz_test_join (fixture->account, "Night shift");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "Night shift") != NULL);
}

static void
not_everybody_could_be_added (Fixture *fixture)
{
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups'},'action':{'status':200,"
              "'body':{'groupId':'11112222-0000-4000-8000-000000000001','groupName':'Night shift',"
              "'membersAdded':false}}}");
  fixture_type (fixture, room, "!group Night shift | Noor");
  fixture_expect_line (fixture, "Team", "Not everybody could be added");
}

static void
public_group_needs_an_organisation (Fixture *fixture)
{
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!public Canteen | Noor");
  fixture_expect_line (fixture, "Team", "A ConnectGroup needs a tenant token");
  fixture_expect_line (fixture, "Team", "You wrote: !public Canteen | Noor");
  g_assert_cmpuint (fixture_received (fixture, "group"), ==, 0);
  /* The same token counts for more once the person administers the organisation. */
  kz_test_do (fixture->world, "POST", "person", "{'phone':'%s','tenantAdmin':true}", KZ_MY_PHONE);
  fixture_type (fixture, room, "!public Canteen | Noor");
  fixture_expect (fixture, "group", 0,
                  "POST /groups {'name':'Canteen','welcomeMessage':'Canteen','members':['%s'],"
                  "'groupType':'ConnectGroup'}",
                  NOOR);
  fixture_expect_line (fixture, "Team", "The group “Canteen” was made.");
}

static void
subgroup_is_made (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Region");
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Region");
  fixture_type (fixture, room, "!subgroup Gate two | +91 99999 00003");
  fixture_expect (fixture, "subgroup", 0,
                  "POST /groups/%s/subGroups {'name':'Gate two','groupName':'Gate two',"
                  "'welcomeMessage':'Gate two','members':['%s']}",
                  id, ASHA);
  fixture_expect_line (fixture, "Region", "The group “Gate two” was made.");
}

static void
groups_are_attached_and_detached (Fixture *fixture)
{
  g_autofree char *region = fixture_group_id (fixture, "Region");
  g_autofree char *team = fixture_group_id (fixture, "Team");
  PurpleConversation *room = fixture_join (fixture, "Region");
  fixture_type (fixture, room, "!attach Team");
  fixture_expect (fixture, "attach", 0, "PUT /groups/%s/subGroups {'subGroups':['%s']}", region,
                  team);
  fixture_expect_line (fixture, "Region", "“Team” is a subgroup of this one now.");
  fixture_type (fixture, room, "!detach Team");
  fixture_expect (fixture, "detach", 0, "DELETE /groups/%s/subGroups/%s null", region, team);
  fixture_expect_line (fixture, "Region", "“Team” is no subgroup of this one any more.");
}

static void
attaching_needs_rights_in_both (Fixture *fixture)
{
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Region");
  fixture_expect_refusal (fixture, room, "!attach Kitchen",
                          "Only an admin of the subgroup may attach it");
  fixture_expect_refusal (fixture, room, "!attach Region", "A group cannot be a subgroup of itself");
  fixture_expect_refusal (fixture, room, "!detach Team", "No such subgroup");
}

/* --- Members --- */

static void
members_are_added (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Region");
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Region");
  fixture_type (fixture, room, "!add Noor, %s", STRANGER);
  fixture_expect (fixture, "members", 0, "PUT /groups/%s/members {'members':['%s','%s']}", id, NOOR,
                  STRANGER);
  fixture_expect_line (fixture, "Region", "Added to the group: Noor, " STRANGER);
  kz_test_wait_for (fixture->host, has_user (room, "Noor:"));
  kz_test_wait_for (fixture->host, has_user (room, STRANGER ":"));
}

static void
invite (Fixture *fixture, PurpleConversation *room, const char *message, const char *who)
{
  serv_chat_invite (purple_account_get_connection (fixture->account),
                    purple_conv_chat_get_id (PURPLE_CONV_CHAT (room)), message, who);
}

static void
invitation_adds (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Region");
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Region");
  gboolean is_irc = fixture_is_bitlbee (fixture);
  invite (fixture, room, is_irc ? "Please join my chat" : NULL, is_irc ? "Noor" : NOOR);
  fixture_expect (fixture, "members", 0, "PUT /groups/%s/members {'members':['%s']}", id, NOOR);
  fixture_expect_line (fixture, "Region", "Added to the group: Noor");
  /* Somebody whom nobody here knows, with a word that the service has no place for. */
  invite (fixture, room, is_irc ? "Please join my chat" : "do come", STRANGER);
  fixture_expect (fixture, "members", 1, "PUT /groups/%s/members {'members':['%s']}", id, STRANGER);
  fixture_expect_line (fixture, "Region", "Added to the group: " STRANGER);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Region", "do come"), ==, is_irc ? 0 : 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Region", "Please join"), ==, 0);
  g_assert_cmpuint (fixture_received (fixture, "message"), ==, 0);
}

static void
invitation_may_be_refused (Fixture *fixture)
{
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Kitchen");
  invite (fixture, room, NULL, NOOR);
  fixture_expect_line (fixture, "Kitchen", "only admins of this group may do that");
  room = fixture_join (fixture, "Team");
  invite (fixture, room, NULL, "Nobody Inparticular");
  fixture_expect_line (fixture, "Team", "There is nobody called “Nobody Inparticular”");
  g_assert_cmpuint (fixture_received (fixture, "members"), ==, 0);
}

static void
member_is_removed_and_the_reason_said (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Team");
  g_autofree char *noor = fixture_person_id (fixture, NOOR);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!remove Noor | moved to another site");
  fixture_expect (fixture, "removeMember", 0, "DELETE /groups/%s/members/%s null", id, noor);
  fixture_expect_line (fixture, "Team", "Taken out of the group: Noor");
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'Noor leaves the group: moved to another "
                  "site'}",
                  id);
  kz_test_wait_for (fixture->host, !has_user (room, "Noor:"));
}

static void
nothing_is_said_of_who_stays (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'DELETE','path':'/groups/*/members/*'},'action':{'status':403,"
              "'body':{'message':'Not this one','errorCode':'Forbidden'}}}");
  fixture_type (fixture, room, "!remove Noor | moved to another site");
  fixture_expect_line (fixture, "Team", "Not this one");
  fixture_expect_line (fixture, "Team", "You wrote: !remove Noor | moved to another site");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "leaves the group"), ==, 0);
  g_assert_true (has_user (room, "Noor:"));
}

/* What an IRC client sends as KICK. */
static void
kick (Fixture *fixture, PurpleConversation *room, const char *who, const char *reason)
{
  g_autofree char *line = g_strdup_printf ("kick %s %s", who, reason);
  purple_conversation_do_command (room, line, NULL, NULL);
}

static void
kick_removes (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Team");
  g_autofree char *noor = fixture_person_id (fixture, NOOR);
  PurpleConversation *room = fixture_join (fixture, "Team");
  if (fixture_is_bitlbee (fixture)) {
    kz_test_do (fixture->world, "POST", "join", "{'group':'team','person':'asha2'}");
    fixture_account_action (fixture, "Read the groups anew");
    kz_test_wait_for (fixture->host, g_list_length (purple_conv_chat_get_users (
                                         PURPLE_CONV_CHAT (room))) == 8);
    /* The name that the host gives has a blank in it, and another name for its beginning. Who of
     * the two is "Asha" depends on who was heard of first; the admin is the one of the phone 0003. */
    g_autofree char *name = user_that_begins (room, "Asha ");
    g_autofree char *asha =
        fixture_person_id (fixture, has_user (room, "Asha:@") ? "+919999900004" : ASHA);
    g_autofree char *reason = g_strdup_printf ("%s leaves the group: too loud", name);
    kick (fixture, room, name, "too loud");
    fixture_expect (fixture, "removeMember", 0, "DELETE /groups/%s/members/%s null", id, asha);
    fixture_expect (fixture, "message", 0, "POST /groups/%s/messages {'message':'%s'}", id, reason);
    kick (fixture, room, "Noor", "(null)");
    fixture_expect (fixture, "removeMember", 1, "DELETE /groups/%s/members/%s null", id, noor);
    fixture_expect_line (fixture, "Team", "Taken out of the group: Noor");
    kz_test_host_settle (fixture->host);
    g_assert_cmpuint (fixture_received (fixture, "message"), ==, 1);
    return;
  }
  fixture_type (fixture, room, "/kick Noor | too loud");
  fixture_expect (fixture, "removeMember", 0, "DELETE /groups/%s/members/%s null", id, noor);
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'Noor leaves the group: too loud'}", id);
}

static void
kick_may_be_refused (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Kitchen");
  kick (fixture, room, "Asha", "too loud");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Kitchen", "only admins of this group"), ==,
                    1);
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
  room = fixture_join (fixture, "Team");
  kick (fixture, room, "Nobody", "too loud");
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "There is nobody called “Nobody"),
                    ==, 1);
}

static void
roles_are_changed (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Team");
  g_autofree char *noor = fixture_person_id (fixture, NOOR);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!promote Noor");
  fixture_expect (fixture, "role", 0, "PUT /groups/%s/members/%s {'role':'Admin'}", id, noor);
  fixture_expect_line (fixture, "Team", "Now an admin: Noor");
  kz_test_wait_for (fixture->host, has_user (room, "Noor:@"));
  fixture_type (fixture, room, "!demote Noor");
  fixture_expect (fixture, "role", 1, "PUT /groups/%s/members/%s {'role':'Member'}", id, noor);
  fixture_expect_line (fixture, "Team", "Now a plain member: Noor");
  kz_test_wait_for (fixture->host, has_user (room, "Noor:"));
}

static void
last_admin_is_told (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!demote Asha");
  fixture_expect_line (fixture, "Team", "Now a plain member: Asha");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "is a member of this group now") == 1);
  fixture_expect_refusal (fixture, room, "!demote " KZ_MY_PHONE, "The last admin cannot go");
}

static void
leaving_asks_first (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Kitchen");
  g_autofree char *me = fixture_person_id (fixture, KZ_MY_PHONE);
  PurpleConversation *room = fixture_join (fixture, "Kitchen");
  gboolean is_irc = fixture_is_bitlbee (fixture);
  for (int i = 0; i < 2; i++) {
    gboolean yes = i == 1;
    fixture_type (fixture, room, "!leave");
    if (is_irc) {
      kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Kitchen",
                                                            "Leave this group for good?") > 0);
      fixture_type (fixture, room, yes ? "yes" : "no");
    } else {
      kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
      const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
      g_assert_true (prompt->has_buttons);
      g_assert_cmpstr (prompt->title, ==, "Kitchen");
      g_assert_nonnull (strstr (prompt->primary, "Leave this group for good?"));
      kz_test_decide (fixture->host, yes);
    }
    kz_test_host_settle (fixture->host);
    if (!yes)
      g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
  }
  fixture_expect (fixture, "removeMember", 0, "DELETE /groups/%s/members/%s null", id, me);
  fixture_expect_line (fixture, "Kitchen", "You are not in this group any more.");
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 1);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "Kitchen"), ==, 0);
}

static void
members_are_listed (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!members");
  const KzTestLine *line = fixture_expect_line (fixture, "Team", "7 members:");
  g_assert_nonnull (strstr (line->text, "Gita Rao " KZ_MY_PHONE " (admin)"));
  g_assert_nonnull (strstr (line->text, ASHA " (admin)"));
  g_assert_nonnull (strstr (line->text, "Noor " NOOR));
  g_assert_nonnull (strstr (line->text, "+919999900008 (has not installed Kaizala)"));
}

static void
members_that_are_not_here_yet_come (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups/*/members'},'times':0,"
              "'action':{'delayMs':300}}");
  fixture_sign_on (fixture);
  kz_test_join (fixture->account, "Team");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "Team") != NULL);
  fixture_type (fixture, kz_test_room (fixture->account, "Team"), "!members");
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "7 members:"), ==, 0);
  fixture_expect_line (fixture, "Team", "The list of members is being read.");
  fixture_expect_line (fixture, "Team", "7 members:");
}

static void
members_that_are_not_shown_to_us (Fixture *fixture)
{
  kz_test_join (fixture->account, "News");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "News") != NULL);
  fixture_type (fixture, kz_test_room (fixture->account, "News"), "!members");
  fixture_expect_line (fixture, "News", "Subscribers do not see the members");
}

static void
add_tests (void)
{
  static const char *const protected[] = {"lastAdmin=protected", NULL};
  plugin_test_add_online ("/groups/a-group-is-made", group_is_made);
  plugin_test_add_online ("/groups/not-everybody-could-be-added", not_everybody_could_be_added);
  plugin_test_add_online ("/groups/a-public-one-needs-an-organisation",
                          public_group_needs_an_organisation);
  plugin_test_add_online ("/groups/a-subgroup-is-made", subgroup_is_made);
  plugin_test_add_online ("/groups/are-attached-and-detached", groups_are_attached_and_detached);
  plugin_test_add_online ("/groups/attaching-needs-rights-in-both", attaching_needs_rights_in_both);
  plugin_test_add_online ("/groups/members-are-added", members_are_added);
  plugin_test_add_online ("/groups/an-invitation-adds", invitation_adds);
  plugin_test_add_online ("/groups/an-invitation-may-be-refused", invitation_may_be_refused);
  plugin_test_add_online ("/groups/a-removal-comes-before-its-reason",
                          member_is_removed_and_the_reason_said);
  plugin_test_add_online ("/groups/nothing-is-said-of-who-stays", nothing_is_said_of_who_stays);
  plugin_test_add_online ("/groups/a-kick-removes", kick_removes);
  plugin_test_add_online ("/groups/a-kick-may-be-refused", kick_may_be_refused);
  plugin_test_add_online ("/groups/roles-are-changed", roles_are_changed);
  plugin_test_add_with ("/groups/the-last-admin-stays", protected, TRUE, last_admin_is_told);
  plugin_test_add_online ("/groups/leaving-asks-first", leaving_asks_first);
  plugin_test_add_online ("/groups/members-are-listed", members_are_listed);
  plugin_test_add ("/groups/members-that-are-not-here-yet-come", members_that_are_not_here_yet_come);
  plugin_test_add_online ("/groups/members-may-be-hidden", members_that_are_not_shown_to_us);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
