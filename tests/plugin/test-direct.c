/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private conversations: groups of two, and words to a subscriber. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

#define NOOR "+919999900002"
#define PAIR "Gita Rao, Noor"

/* As the host calls Noor. */
static const char *
noor (Fixture *fixture)
{
  return fixture_is_bitlbee (fixture) ? "Noor" : NOOR;
}

static PurpleConversation *
open_im (Fixture *fixture, const char *who)
{
  PurpleConversation *im =
      purple_find_conversation_with_account (PURPLE_CONV_TYPE_IM, who, fixture->account);
  return im != NULL ? im : purple_conversation_new (PURPLE_CONV_TYPE_IM, fixture->account, who);
}

static void
say_to (Fixture *fixture, const char *who, const char *text)
{
  purple_conv_im_send (PURPLE_CONV_IM (open_im (fixture, who)), text);
}

static void
wait_for_people (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
}

static void
decide (Fixture *fixture, gboolean yes)
{
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
  g_assert_cmpstr (prompt->primary, ==, "Make a group of two to write to Noor?");
  g_assert_nonnull (strstr (prompt->secondary, "will see this group in the app"));
  /* In IRC nobody looks at the control channel while they write elsewhere. */
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "You are asked in the control"), ==,
                    fixture_is_bitlbee (fixture) ? 1 : 0);
  kz_test_decide (fixture->host, yes);
}

/* Writes to Noor for the first time; gives the group that came of it. (transfer full) */
static char *
begin (Fixture *fixture)
{
  wait_for_people (fixture);
  say_to (fixture, noor (fixture), "hello");
  decide (fixture, TRUE);
  fixture_expect (fixture, "group", 0,
                  "POST /groups {'name':'" PAIR "','welcomeMessage':'" PAIR "','members':['" NOOR
                  "'],'groupType':'Group'}");
  char *id = fixture_group_id (fixture, PAIR);
  fixture_expect (fixture, "message", 0, "POST /groups/%s/messages {'message':'hello'}", id);
  kz_test_wait_for (fixture->host, fixture_has_webhook (fixture, id));
  return id;
}

static void
answer (Fixture *fixture, const char *group_id, const char *text)
{
  kz_test_do (fixture->world, "POST", "say", "{'group':'%s','person':'second','text':'%s'}",
              group_id, text);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, NULL, text) > 0);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, text), ==, 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, NULL, text);
  g_assert_cmpstr (line->conversation, ==, noor (fixture));
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 0);
}

static gboolean
is_in_room_list (Fixture *fixture, const char *group_id)
{
  PurpleRoomlist *list =
      purple_roomlist_get_list (purple_account_get_connection (fixture->account));
  gboolean found = FALSE;
  purple_roomlist_ref (list);
  kz_test_wait_for (fixture->host, fixture->host->rooms_done);
  for (guint i = 0; i < fixture->host->rooms->len; i++) {
    const KzTestRoom *row = g_ptr_array_index (fixture->host->rooms, i);
    found = found || g_str_equal (row->serialized, group_id);
  }
  purple_roomlist_unref (list);
  return found;
}

static void
group_of_two_is_a_conversation (Fixture *fixture)
{
  g_autofree char *id = begin (fixture);
  answer (fixture, id, "hi there");
  g_assert_cmpuint (kz_test_count_chats (fixture->account, PAIR), ==, 0);
  g_assert_false (is_in_room_list (fixture, id));
  /* From now on nothing is asked. */
  say_to (fixture, noor (fixture), "see you");
  fixture_expect (fixture, "message", 1, "POST /groups/%s/messages {'message':'see you'}", id);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 3);
}

static void
it_is_one_over_a_restart (Fixture *fixture)
{
  g_autofree char *id = begin (fixture);
  fixture_sign_on_again (fixture);
  wait_for_people (fixture);
  kz_test_wait_for (fixture->host, fixture_has_webhook (fixture, id));
  answer (fixture, id, "are you there?");
  g_assert_cmpuint (kz_test_count_chats (fixture->account, PAIR), ==, 0);
  g_assert_false (is_in_room_list (fixture, id));
  say_to (fixture, noor (fixture), "I am");
  fixture_expect (fixture, "message", 1, "POST /groups/%s/messages {'message':'I am'}", id);
  g_assert_cmpuint (fixture_received (fixture, "group"), ==, 1);
}

static void
third_person_makes_it_a_room (Fixture *fixture)
{
  g_autofree char *id = begin (fixture);
  answer (fixture, id, "hi there");
  kz_test_do (fixture->world, "POST", "join", "{'group':'%s','person':'hindi','by':'second'}", id);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, NULL, "You are not two any more") == 1);
  g_assert_cmpstr (kz_test_find_line (fixture->host, NULL, "not two any more")->conversation, ==,
                   noor (fixture));
  g_assert_true (is_in_room_list (fixture, id));
  if (!fixture_is_bitlbee (fixture))
    g_assert_cmpuint (kz_test_count_chats (fixture->account, PAIR), ==, 1);
  kz_test_join (fixture->account, id);
  kz_test_wait_for (fixture->host, kz_test_open_rooms (fixture->account) == 1);
  kz_test_do (fixture->world, "POST", "say", "{'group':'%s','person':'second','text':'we are 3'}",
              id);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, NULL, "we are 3") == 1);
  g_assert_cmpstr (kz_test_find_line (fixture->host, NULL, "we are 3")->conversation, ==, id);
}

static void
nothing_is_made_without_a_yes (Fixture *fixture)
{
  wait_for_people (fixture);
  say_to (fixture, noor (fixture), "hello");
  say_to (fixture, noor (fixture), "it is me");
  decide (fixture, FALSE);
  const KzTestLine *line = fixture_expect_line (fixture, NULL, "You wrote: hello");
  g_assert_nonnull (strstr (line->text, "Not sent: you did not want a group for it."));
  g_assert_cmpstr (line->conversation, ==, noor (fixture));
  fixture_expect_line (fixture, NULL, "You wrote: it is me");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
}

static void
refusal_of_the_server_gives_back (Fixture *fixture)
{
  wait_for_people (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups'},'action':{'status':403,'body':"
              "{'message':'Not for you','errorCode':'Forbidden'}}}");
  say_to (fixture, noor (fixture), "hello");
  decide (fixture, TRUE);
  const KzTestLine *line = fixture_expect_line (fixture, NULL, "You wrote: hello");
  g_assert_nonnull (strstr (line->text, "Not for you"));
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
}

static void
what_is_said_meanwhile_follows (Fixture *fixture)
{
  wait_for_people (fixture);
  say_to (fixture, noor (fixture), "one");
  say_to (fixture, noor (fixture), "two");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups'},'action':{'delayMs':300}}");
  decide (fixture, TRUE);
  say_to (fixture, noor (fixture), "three");
  kz_test_wait_for (fixture->host, fixture_received (fixture, "message") == 3);
  g_autofree char *id = fixture_group_id (fixture, PAIR);
  fixture_expect (fixture, "message", 0, "POST /groups/%s/messages {'message':'one'}", id);
  fixture_expect (fixture, "message", 1, "POST /groups/%s/messages {'message':'two'}", id);
  fixture_expect (fixture, "message", 2, "POST /groups/%s/messages {'message':'three'}", id);
  g_assert_cmpuint (fixture_received (fixture, "group"), ==, 1);
}

static void
failed_text_is_given_back (Fixture *fixture)
{
  g_autofree char *id = begin (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':400,"
              "'body':{'message':'Mind your words','errorCode':'InvalidParameters'}}}");
  say_to (fixture, noor (fixture), "damn");
  const KzTestLine *line = fixture_expect_line (fixture, NULL, "You wrote: damn");
  g_assert_nonnull (strstr (line->text, "Mind your words"));
  g_assert_cmpstr (line->conversation, ==, noor (fixture));
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture_received (fixture, "message"), ==, 1);
}

static void
signing_off_gives_back (Fixture *fixture)
{
  wait_for_people (fixture);
  say_to (fixture, noor (fixture), "hello");
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  fixture_expect_line (fixture, NULL, "You wrote: hello");
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
}

static void
text_under_way_at_sign_off_is_given_back (Fixture *fixture)
{
  g_autofree char *id = begin (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'stallHeaders':"
              "true}}");
  say_to (fixture, noor (fixture), "last words");
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world,
                                                  "POST /groups/{groupId}/messages") == 2);
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_host_settle (fixture->host);
  const KzTestLine *line = fixture_expect_line (fixture, NULL, "You wrote: last words");
  g_assert_cmpstr (line->conversation, ==, noor (fixture));
}

static void
group_of_two_opens_as_no_room (Fixture *fixture)
{
  g_autofree char *id = begin (fixture);
  kz_test_join (fixture->account, id);
  kz_test_wait_for (fixture->host,
                    kz_test_count_notices (fixture->host, "This is your private conversation with") ==
                        1);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 0);
}

static void
unknown_people_are_refused (Fixture *fixture)
{
  wait_for_people (fixture);
  say_to (fixture, "Nobody", "hello");
  const KzTestLine *line = fixture_expect_line (fixture, NULL, "You wrote: hello");
  g_assert_nonnull (strstr (line->text, "nobody of that name is known"));
  say_to (fixture, KZ_MY_PHONE, "a note");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, NULL, "that is yourself.") +
                            kz_test_count_notices (fixture->host, "that is yourself.") ==
                        1);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
}

static void
command_writes_to_one_person (Fixture *fixture)
{
  wait_for_people (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!message Noor | can you call me?");
  decide (fixture, TRUE);
  fixture_expect (fixture, "group", 0,
                  "POST /groups {'name':'" PAIR "','welcomeMessage':'" PAIR "','members':['" NOOR
                  "'],'groupType':'Group'}");
  g_autofree char *id = fixture_group_id (fixture, PAIR);
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'can you call me?'}", id);
  /* It stands in the private conversation, as said by us. */
  const KzTestLine *line = fixture_expect_line (fixture, NULL, "can you call me?");
  g_assert_cmpstr (line->conversation, ==, noor (fixture));
  g_assert_true (line->flags & PURPLE_MESSAGE_SEND);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "can you call me?"), ==, 1);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/direct/a-group-of-two-is-a-conversation",
                          group_of_two_is_a_conversation);
  plugin_test_add_online ("/direct/it-is-one-over-a-restart", it_is_one_over_a_restart);
  plugin_test_add_online ("/direct/a-third-person-makes-it-a-room", third_person_makes_it_a_room);
  plugin_test_add_online ("/direct/nothing-is-made-without-a-yes", nothing_is_made_without_a_yes);
  plugin_test_add_online ("/direct/a-refusal-gives-back", refusal_of_the_server_gives_back);
  plugin_test_add_online ("/direct/what-is-said-meanwhile-follows", what_is_said_meanwhile_follows);
  plugin_test_add_online ("/direct/a-failed-text-is-given-back", failed_text_is_given_back);
  plugin_test_add_online ("/direct/signing-off-gives-back", signing_off_gives_back);
  plugin_test_add_online ("/direct/what-is-under-way-at-sign-off-is-given-back",
                          text_under_way_at_sign_off_is_given_back);
  plugin_test_add_online ("/direct/it-opens-as-no-room", group_of_two_opens_as_no_room);
  plugin_test_add_online ("/direct/unknown-people-are-refused", unknown_people_are_refused);
  plugin_test_add_online ("/direct/a-command-writes-to-one-person", command_writes_to_one_person);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
