/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subscribers of a public group: who they are, and what is said to some of them. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

#define ASHA "+919999900003"
#define BEN "+919999900010"
#define STRANGER "+919999900077"
#define FOLLOWERS 70

/* "+918888000NN" are followers of Canteen, of which we are the admin; Menu we are a member of. */
static void
begin (Fixture *fixture)
{
  g_autoptr (GString) json =
      g_string_new ("{\"users\":[{\"key\":\"me\",\"name\":\"Gita Rao\",\"phone\":\"" KZ_MY_PHONE
                    "\",\"signIn\":true},{\"key\":\"asha\",\"name\":\"Asha\",\"phone\":\"" ASHA
                    "\"},{\"key\":\"ben\",\"name\":\"Ben\",\"phone\":\"" BEN "\"}");
  for (guint i = 0; i < FOLLOWERS; i++)
    g_string_append_printf (
        json, ",{\"key\":\"f%u\",\"name\":\"Follower %02u\",\"phone\":\"+918888000%03u\"}", i, i,
        i);
  g_string_append (json, "],\"groups\":[{\"key\":\"canteen\",\"name\":\"Canteen\",\"type\":"
                         "\"ConnectGroup\",\"members\":[{\"person\":\"me\",\"role\":\"Admin\"},"
                         "\"asha\"],\"subscribers\":[");
  for (guint i = 0; i < FOLLOWERS; i++)
    g_string_append_printf (json, "%s\"f%u\"", i > 0 ? "," : "", i);
  g_string_append (json, "]},{\"key\":\"menu\",\"name\":\"Menu\",\"type\":\"ConnectGroup\","
                         "\"members\":[{\"person\":\"asha\",\"role\":\"Admin\"},\"me\"],"
                         "\"subscribers\":[\"ben\"]}]}");
  fixture_new_world (fixture, json->str);
  fixture_sign_on (fixture);
}

static void
they_are_listed_by_pages (Fixture *fixture)
{
  begin (fixture);
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_expect_refusal (fixture, room, "!subscribers more", "there is no further page");
  fixture_expect_refusal (fixture, room, "!subscribers all", "only “more” belongs there");
  fixture_type (fixture, room, "!subscribers");
  const KzTestLine *line = fixture_expect_line (fixture, "Canteen", "50 subscribers:");
  g_assert_nonnull (strstr (line->text, "Follower 00 +918888000000"));
  g_assert_null (strstr (line->text, "Follower 50"));
  fixture_expect_line (fixture, "Canteen", "There are more: ");
  fixture_type (fixture, room, "!subscribers more");
  line = fixture_expect_line (fixture, "Canteen", "20 subscribers:");
  g_assert_nonnull (strstr (line->text, "Follower 69 +918888000069"));
  kz_test_host_settle (fixture->host);
  fixture_expect_refusal (fixture, room, "!subscribers more ", "there is no further page");
}

static void
they_are_added_and_removed (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!subscribe %s, %s", BEN, STRANGER);
  fixture_expect (fixture, "subscribersAdd", 0,
                  "PUT /groups/%s/subscribers/add {'subscribers':['" BEN "','" STRANGER "']}", id);
  fixture_expect_line (fixture, "Canteen", "Now subscribers: ");
  fixture_type (fixture, room, "!unsubscribe %s, +918888000001, +918888777777", BEN);
  fixture_expect (fixture, "subscribersRemove", 0,
                  "PUT /groups/%s/subscribers/remove {'subscribers':['" BEN
                  "','+918888000001','+918888777777']}",
                  id);
  const KzTestLine *line = fixture_expect_line (fixture, "Canteen", "No subscribers any more: ");
  g_assert_null (strstr (line->text, "+918888777777"));
  fixture_expect_line (fixture, "Canteen", "Not for +918888777777: NotSubscriber");
}

static void
text_goes_to_all (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "soup today");
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'soup today','sendToAllSubscribers':true}",
                  id);
}

static void
text_goes_to_some (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!subscribers");
  fixture_expect_line (fixture, "Canteen", "50 subscribers:");
  fixture_type (fixture, room, "!tell Follower 03, " BEN " | your order is ready");
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'your order is ready','subscribers':"
                  "['+918888000003','" BEN "']}",
                  id);
  /* Whom it did not reach is told by name. */
  fixture_expect_line (fixture, "Canteen", "Not a subscriber of the group");
  if (!fixture_is_bitlbee (fixture))
    fixture_expect_line (fixture, "Canteen", "(to Follower 03, " BEN ") your order is ready");
}

static void
many_are_told_in_parts (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  g_autoptr (GString) people = g_string_new (NULL);
  g_autoptr (GString) last = g_string_new (NULL);
  for (guint i = 0; i < FOLLOWERS; i++)
    g_string_append_printf (people, "%s+918888000%03u", i > 0 ? "," : "", i);
  for (guint i = 60; i < FOLLOWERS; i++)
    g_string_append_printf (last, "%s'+918888000%03u'", i > 60 ? "," : "", i);
  fixture_type (fixture, room, "!tell %s | soup", people->str);
  fixture_expect (fixture, "message", 2,
                  "POST /groups/%s/messages {'message':'soup','subscribers':[%s]}", id, last->str);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture_received (fixture, "message"), ==, 3);
}

static void
action_goes_to_some (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!announce Soup | It is ready | to: +918888000003, " BEN);
  fixture_expect (fixture, "action", 0,
                  "POST /groups/%s/actions {'actionType':'Announcement','subscribers':"
                  "['+918888000003','" BEN "'],'actionBody':{'Title':'Soup','Message':"
                  "'It is ready'}}",
                  id);
  fixture_expect_line (fixture, "Canteen", "Not a subscriber of the group");
}

/* (transfer full): the handle of the first line with that text. */
static char *
handle_in (Fixture *fixture, const char *text)
{
  kz_test_wait_for (fixture->host, kz_test_find_line (fixture->host, "Canteen", text));
  const char *open = strchr (kz_test_find_line (fixture->host, "Canteen", text)->text, '[');
  return g_strndup (open + 1, strcspn (open + 1, "]"));
}

/* (transfer full): the referenceId of the last thing that was posted. */
static char *
last_reference (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  for (guint i = json_array_get_length (items); i > 0; i--) {
    JsonObject *item = json_array_get_object_element (items, i - 1);
    if (json_object_has_member (item, "referenceId"))
      return g_strdup (json_object_get_string_member (item, "referenceId"));
  }
  g_error ("nothing was posted");
}

static void
reply_goes_to_some (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!announce Soup | It is ready");
  g_autofree char *handle = handle_in (fixture, "Announcement [");
  g_autofree char *reference = last_reference (fixture);
  fixture_type (fixture, room, "!reply %s come | now | to: +918888000003, " BEN, handle);
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'come | now','subscribers':"
                  "['+918888000003','" BEN "'],'replyToReferenceId':'%s'}",
                  id, reference);
  fixture_expect_line (fixture, "Canteen", "Not a subscriber of the group");
  g_autofree char *line =
      g_strdup_printf ("(on [%s], to +918888000003, " BEN ") come | now", handle);
  if (!fixture_is_bitlbee (fixture))
    fixture_expect_line (fixture, "Canteen", line);
  /* What went to all is answered to all. */
  fixture_type (fixture, room, "!reply %s all of you", handle);
  fixture_expect (fixture, "message", 1,
                  "POST /groups/%s/messages {'message':'all of you','sendToAllSubscribers':true,"
                  "'replyToReferenceId':'%s'}",
                  id, reference);
  kz_test_host_settle (fixture->host);
  g_autofree char *typed = g_strdup_printf ("!reply %s hello | to: Nobody", handle);
  fixture_expect_refusal (fixture, room, typed, "There is nobody called “Nobody”");
}

/* What went to some is answered to the same ones, also in a later session. */
static void
reply_goes_to_the_same (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!announce Soup | It is ready | to: +918888000003, +918888000004");
  g_autofree char *handle = handle_in (fixture, "Announcement [");
  g_autofree char *reference = last_reference (fixture);
  for (guint i = 0; i < 2; i++) {
    fixture_type (fixture, room, "!reply %s come now", handle);
    fixture_expect (fixture, "message", i,
                    "POST /groups/%s/messages {'message':'come now','subscribers':"
                    "['+918888000003','+918888000004'],'replyToReferenceId':'%s'}",
                    id, reference);
    fixture_sign_on_again (fixture);
    room = fixture_join (fixture, "Canteen");
  }
}

static void
reply_goes_in_parts (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!announce Soup | It is ready");
  g_autofree char *handle = handle_in (fixture, "Announcement [");
  g_autofree char *reference = last_reference (fixture);
  g_autoptr (GString) people = g_string_new (NULL);
  for (guint i = 0; i < 31; i++)
    g_string_append_printf (people, "%s+918888000%03u", i > 0 ? "," : "", i);
  fixture_type (fixture, room, "!reply %s soup | to: %s", handle, people->str);
  fixture_expect (fixture, "message", 1,
                  "POST /groups/%s/messages {'message':'soup','subscribers':['+918888000030'],"
                  "'replyToReferenceId':'%s'}",
                  id, reference);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture_received (fixture, "message"), ==, 2);
}

static void
member_sees_and_tells_but_does_not_change (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Menu");
  PurpleConversation *room = fixture_join (fixture, "Menu");
  fixture_type (fixture, room, "!subscribers");
  fixture_expect_line (fixture, "Menu", "Ben " BEN);
  fixture_type (fixture, room, "!tell Ben | hello");
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'hello','subscribers':['" BEN "']}", id);
  kz_test_host_settle (fixture->host);
  fixture_expect_refusal (fixture, room, "!subscribe " STRANGER, "only admins of this group");
  fixture_expect_refusal (fixture, room, "!unsubscribe Ben", "only admins of this group");
}

static void
bad_input_is_refused (Fixture *fixture)
{
  begin (fixture);
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  static const struct {
    const char *typed;
    const char *why;
  } rows[] = {
      {"!tell " BEN, "Something is missing: Text"},
      {"!tell Nobody | hello", "There is nobody called “Nobody”"},
      {"!subscribe Nobody", "There is nobody called “Nobody”"},
      {"!subscribe +12", "There is nobody called “+12”"},
      {"!unsubscribe Nobody", "There is nobody called “Nobody”"},
      {"!announce Soup | Ready | to: Nobody", "There is nobody called “Nobody”"},
      {"!subgroup Kitchen", "a public group has no subgroups"},
      {"!attach Menu", "a public group has no subgroups"},
      {"!detach Menu", "a public group has no subgroups"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_expect_refusal (fixture, room, rows[i].typed, rows[i].why);
}

static void
private_words_go_to_a_subscriber (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!subscribers");
  fixture_expect_line (fixture, "Canteen", "50 subscribers:");
  const char *who = fixture_is_bitlbee (fixture) ? "Follower 07" : "+918888000007";
  PurpleConversation *im = purple_conversation_new (PURPLE_CONV_TYPE_IM, fixture->account, who);
  purple_conv_im_send (PURPLE_CONV_IM (im), "your order is ready");
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'your order is ready','subscribers':"
                  "['+918888000007']}",
                  id);
  const KzTestLine *line = fixture_expect_line (fixture, NULL, "goes to a subscriber of “Canteen”");
  g_assert_cmpstr (line->conversation, ==, who);
  /* One who follows no longer is told about. */
  kz_test_do (fixture->world, "POST", "leave", "{'group':'canteen','person':'f7'}");
  purple_conv_im_send (PURPLE_CONV_IM (im), "are you coming?");
  line = fixture_expect_line (fixture, NULL, "You wrote: are you coming?");
  g_assert_nonnull (strstr (line->text, "Not a subscriber of the group"));
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture_received (fixture, "group"), ==, 0);
}

/* A later session knows nobody of them until they are named. */
static void
known_again_when_named (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!subscribers");
  fixture_expect_line (fixture, "Canteen", "50 subscribers:");
  fixture_sign_on_again (fixture);
  room = fixture_join (fixture, "Canteen");
  /* On the second page. */
  fixture_type (fixture, room, "!tell Follower 63 | your order is ready");
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'your order is ready','subscribers':"
                  "['+918888000063']}",
                  id);
  gint64 calls = kz_test_calls (fixture->world, "POST /groups/{id}/subscribers");
  kz_test_host_settle (fixture->host);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
  fixture_expect_refusal (fixture, room, "!tell Zoltan | hello", "There is nobody called “Zoltan”");
  g_assert_cmpint (kz_test_calls (fixture->world, "POST /groups/{id}/subscribers"), ==, calls);
}

/* Nobody is asked about a group of two for somebody who follows a public group. */
static void
private_words_after_a_restart (Fixture *fixture)
{
  begin (fixture);
  g_autofree char *id = fixture_group_id (fixture, "Canteen");
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  fixture_type (fixture, room, "!subscribers");
  fixture_expect_line (fixture, "Canteen", "50 subscribers:");
  fixture_sign_on_again (fixture);
  const char *who = fixture_is_bitlbee (fixture) ? "Follower 07" : "+918888000007";
  PurpleConversation *im = purple_conversation_new (PURPLE_CONV_TYPE_IM, fixture->account, who);
  purple_conv_im_send (PURPLE_CONV_IM (im), "first");
  fixture_expect (fixture, "message", 0,
                  "POST /groups/%s/messages {'message':'first','subscribers':['+918888000007']}",
                  id);
  fixture_expect_line (fixture, NULL, "goes to a subscriber of “Canteen”");
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture_received (fixture, "group"), ==, 0);
}

static void
sign_off_while_they_are_read (Fixture *fixture)
{
  begin (fixture);
  PurpleConversation *room = fixture_join (fixture, "Canteen");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/subscribers','times':0},"
              "'action':{'stallHeaders':true}}");
  fixture_type (fixture, room, "!tell Follower 63 | your order is ready");
  PurpleConversation *im =
      purple_conversation_new (PURPLE_CONV_TYPE_IM, fixture->account, "+918888000007");
  purple_conv_im_send (PURPLE_CONV_IM (im), "first");
  kz_test_host_settle (fixture->host);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  g_assert_cmpuint (kz_test_count_lines (fixture->host, NULL, "You wrote: !tell Follower 63"), ==,
                    1);
  g_assert_cmpuint (fixture_received (fixture, "message"), ==, 0);
}

static void
add_tests (void)
{
  plugin_test_add ("/subscribers/are-listed-by-pages", they_are_listed_by_pages);
  plugin_test_add ("/subscribers/are-added-and-removed", they_are_added_and_removed);
  plugin_test_add ("/subscribers/a-text-goes-to-all", text_goes_to_all);
  plugin_test_add ("/subscribers/a-text-goes-to-some", text_goes_to_some);
  plugin_test_add ("/subscribers/many-are-told-in-parts", many_are_told_in_parts);
  plugin_test_add ("/subscribers/an-action-goes-to-some", action_goes_to_some);
  plugin_test_add ("/subscribers/a-reply-goes-to-some", reply_goes_to_some);
  plugin_test_add ("/subscribers/a-reply-goes-to-the-same", reply_goes_to_the_same);
  plugin_test_add ("/subscribers/a-reply-goes-in-parts", reply_goes_in_parts);
  plugin_test_add ("/subscribers/a-member-sees-and-tells",
                   member_sees_and_tells_but_does_not_change);
  plugin_test_add ("/subscribers/bad-input-is-refused", bad_input_is_refused);
  plugin_test_add ("/subscribers/known-again-when-named", known_again_when_named);
  plugin_test_add ("/subscribers/private-words-after-a-restart", private_words_after_a_restart);
  plugin_test_add ("/subscribers/signing-off-while-they-are-read", sign_off_while_they_are_read);
  plugin_test_add ("/subscribers/private-words-go-to-one", private_words_go_to_a_subscriber);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
