/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

static void
say (Fixture *fixture, const char *group, const char *person, const char *text)
{
  kz_test_do (fixture->world, "POST", "say", "{'group':'%s','person':'%s','text':'%s'}", group,
              person, text);
}

static void
redeliver_all (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "redeliver", "{'deliveryId':'all','shuffle':true}");
}

/* --- In --- */

static void
line_of_a_colleague_is_shown_once (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  say (fixture, "team", "second", "the gate is open");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "the gate is open") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "the gate is open");
  g_assert_cmpstr (line->who, ==, "Noor");
  g_assert_true (line->flags & PURPLE_MESSAGE_RECV);
  redeliver_all (fixture);
  say (fixture, "team", "second", "and closed again");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "and closed again") == 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "the gate is open"), ==, 1);
}

static void
duplicates_are_shown_once (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  for (int i = 0; i < 6; i++) {
    g_autofree char *text = g_strdup_printf ("line %d", i);
    say (fixture, "team", "second", text);
  }
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "line ") >= 6);
  redeliver_all (fixture);
  say (fixture, "team", "second", "the last one");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "the last one") == 1);
  for (int i = 0; i < 6; i++) {
    g_autofree char *text = g_strdup_printf ("line %d", i);
    g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", text), ==, 1);
  }
}

static void
markup_of_others_is_harmless (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  say (fixture, "team", "second", "<b>1 < 2</b> & <a href=javascript:x>y</a>");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "<b>1 < 2</b> &"));
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "<b>1 < 2</b> &");
  g_assert_null (strstr (line->html, "<b>"));
  g_assert_null (strstr (line->html, "<a href=\"javascript"));
}

static void
room_opens_at_its_first_line (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  fixture_wait_for_webhooks (fixture);
  say (fixture, "team", "second", "first of all");
  if (fixture_is_bitlbee (fixture)) {
    kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "“Team” (1)") == 1);
    g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 0);
    fixture_join (fixture, "Team");
  }
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "first of all") == 1);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 1);
}

static guint
position_of (Fixture *fixture, const char *text)
{
  guint position = 0;
  gpointer line = (gpointer) kz_test_find_line (fixture->host, NULL, text);
  g_assert_true (g_ptr_array_find (fixture->host->lines, line, &position));
  return position;
}

static void
room_waits_when_the_person_wants_it (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_string (fixture->account, "open_rooms", "joined");
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  fixture_wait_for_webhooks (fixture);
  say (fixture, "team", "second", "one");
  say (fixture, "team", "second", "two");
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "“Team” (2)") == 1);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 0);
  fixture_join (fixture, "Team");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "two") == 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "one"), ==, 1);
  g_assert_cmpuint (position_of (fixture, "one"), <, position_of (fixture, "two"));
}

static void
only_ten_windows_open_by_themselves (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("in BitlBee no room opens by itself");
    return;
  }
  g_autoptr (GString) json =
      g_string_new ("{\"users\":[{\"key\":\"me\",\"phone\":\"" KZ_MY_PHONE "\",\"signIn\":true},"
                    "{\"key\":\"second\",\"name\":\"Noor\"}],\"groups\":[");
  for (int i = 0; i < 13; i++)
    g_string_append_printf (json,
                            "%s{\"key\":\"g%d\",\"name\":\"Group %d\","
                            "\"members\":[\"me\",\"second\"]}",
                            i > 0 ? "," : "", i, i);
  g_string_append (json, "]}");
  fixture_new_world (fixture, json->str);
  fixture_sign_on (fixture);
  kz_test_wait_for (fixture->host, fixture_webhooks (fixture) == 13);
  for (int i = 0; i < 13; i++) {
    g_autofree char *group = g_strdup_printf ("g%d", i);
    say (fixture, group, "second", "news");
  }
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "New lines wait") == 1);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 10);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "news"), ==, 10);
  for (int i = 0; i < 13; i++) {
    g_autofree char *title = g_strdup_printf ("Group %d", i);
    fixture_join (fixture, title);
  }
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, NULL, "news") == 13);
}

static void
own_line_of_the_phone_is_ours (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  say (fixture, "team", "me", "typed on the phone");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "typed on the phone") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "typed on the phone");
  g_assert_true (line->flags & PURPLE_MESSAGE_SEND);
  g_assert_false (line->flags & PURPLE_MESSAGE_RECV);
}

/* --- Out --- */

static void
typed_line_goes_out_and_is_shown_once (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_type (fixture->host, room, "1 < 2 & that's it");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "1 < 2 & that's it") == 1);
  /* The echo comes before this one. */
  say (fixture, "team", "second", "I see");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "I see") == 1);
  /* An IRC client shows what is typed by itself. */
  guint expected = fixture_is_bitlbee (fixture) ? 0 : 1;
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "1 < 2 & that's it"), ==, expected);
  g_assert_cmpuint (kz_test_received (fixture->world, "1 < 2 & that's it"), ==, 1);
}

static void
action_of_irc_goes_out (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_type (fixture->host, room, "/me waves");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "*waves*") == 1);
}

/* (transfer container): the messages that the service took; the answer owns them. */
static GPtrArray *
received_messages (JsonObject *answer)
{
  JsonArray *items = json_object_get_array_member (answer, "items");
  GPtrArray *messages = g_ptr_array_new ();
  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *item = json_array_get_object_element (items, i);
    if (g_str_equal (json_object_get_string_member (item, "kind"), "message"))
      g_ptr_array_add (messages, item);
  }
  return messages;
}

static guint
count_messages (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  g_autoptr (GPtrArray) messages = received_messages (answer);
  return messages->len;
}

static void
long_text_is_sent_in_pieces_and_in_order (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < 1500; i++)
    g_string_append_printf (text, "%sw%04d", i > 0 ? " " : "", i);
  kz_test_type (fixture->host, room, text->str);
  kz_test_wait_for (fixture->host,
                    kz_test_calls (fixture->world, "POST /groups/{groupId}/messages") == 3);
  kz_test_wait_for (fixture->host, count_messages (fixture) == 3);
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  g_autoptr (GPtrArray) messages = received_messages (answer);
  g_autoptr (GString) whole = g_string_new (NULL);
  for (guint i = 0; i < messages->len; i++) {
    const char *piece = json_object_get_string_member (messages->pdata[i], "text");
    g_assert_cmpint (g_utf8_strlen (piece, -1), <=, 4000);
    g_string_append_printf (whole, "%s%s", i > 0 ? " " : "", piece);
  }
  g_assert_cmpstr (whole->str, ==, text->str);
}

static void
refused_text_is_given_back (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':403,"
              "'body':{'message':'Not today','errorCode':'Forbidden'}}}");
  kz_test_type (fixture->host, room, "my precious words");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Not sent") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "Not sent");
  g_assert_nonnull (strstr (line->text, "my precious words"));
  g_assert_nonnull (strstr (line->text, "Not today"));
  g_assert_cmpuint (kz_test_received (fixture->world, "my precious words"), ==, 0);
}

static void
text_without_an_answer_is_not_sent_again (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_do (fixture->world, "POST", "switch", "{'echoText':'off'}");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'reset':'after'}}");
  kz_test_type (fixture->host, room, "did that arrive");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "may not have arrived") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "may not have arrived");
  g_assert_nonnull (strstr (line->text, "did that arrive"));
  g_assert_cmpuint (kz_test_received (fixture->world, "did that arrive"), ==, 1);
}

static void
text_at_sign_off_is_given_back (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/messages','times':0},"
              "'action':{'stallHeaders':true}}");
  kz_test_type (fixture->host, room, "on its way");
  kz_test_type (fixture->host, room, "behind it");
  kz_test_wait_for (fixture->host,
                    kz_test_calls (fixture->world, "POST /groups/{groupId}/messages") == 1);
  kz_test_sign_off (fixture->host, fixture->account);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "You wrote: behind it"), ==, 1);
}

static void
unreadable_deliveries_are_told_once (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  for (int i = 0; i < 4; i++)
    kz_test_do (fixture->world, "POST", "raw-delivery", "{'group':'team','body':'no JSON %d'}", i);
  say (fixture, "team", "second", "behind the bad ones");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "behind the bad ones") == 1);
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "could not be read") >= 1);
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "could not be read"), ==, 1);
}

static void
private_message_is_refused_with_its_text (Fixture *fixture)
{
  PurpleConversation *im =
      purple_conversation_new (PURPLE_CONV_TYPE_IM, fixture->account, "+919999900002");
  purple_conv_im_send (PURPLE_CONV_IM (im), "psst");
  /* A group of two would have to be made for it, and is not wanted. */
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_decide (fixture->host, FALSE);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, NULL, "You wrote: psst") == 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "Not sent"), ==, 1);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/text/unreadable-deliveries-are-told-once",
                          unreadable_deliveries_are_told_once);
  plugin_test_add_online ("/text/a-colleagues-line-is-shown-once",
                          line_of_a_colleague_is_shown_once);
  plugin_test_add_online ("/text/duplicates-in-any-order-are-shown-once",
                          duplicates_are_shown_once);
  plugin_test_add_online ("/text/markup-of-others-is-harmless", markup_of_others_is_harmless);
  plugin_test_add_online ("/text/a-room-opens-at-its-first-line", room_opens_at_its_first_line);
  plugin_test_add ("/text/a-room-waits-when-the-person-wants-it",
                   room_waits_when_the_person_wants_it);
  plugin_test_add ("/text/only-ten-windows-open-by-themselves",
                   only_ten_windows_open_by_themselves);
  plugin_test_add_online ("/text/own-lines-of-the-phone-are-ours", own_line_of_the_phone_is_ours);
  plugin_test_add_online ("/text/a-typed-line-goes-out-and-is-shown-once",
                          typed_line_goes_out_and_is_shown_once);
  plugin_test_add_online ("/text/slash-me-goes-out", action_of_irc_goes_out);
  plugin_test_add_online ("/text/long-text-is-sent-in-pieces-and-in-order",
                          long_text_is_sent_in_pieces_and_in_order);
  plugin_test_add_online ("/text/refused-text-is-given-back", refused_text_is_given_back);
  plugin_test_add_online ("/text/text-without-an-answer-is-not-sent-again",
                          text_without_an_answer_is_not_sent_again);
  plugin_test_add_online ("/text/text-at-sign-off-is-given-back", text_at_sign_off_is_given_back);
  plugin_test_add_online ("/text/a-private-message-is-refused-with-its-text",
                          private_message_is_refused_with_its_text);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
