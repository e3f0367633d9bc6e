/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is in a room and who becomes a buddy, while things change. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

#define NOOR "+919999900002"
#define GUEST "+919999900008"
#define LATE "+919999900009"

static gboolean
has_user (PurpleConversation *room, const char *user)
{
  g_auto (GStrv) users = kz_test_users (room);
  return g_strv_contains ((const char *const *) users, user);
}

/* --- Rooms --- */

static void
new_name_of_a_person_is_followed (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  g_assert_true (has_user (room, "Noor:"));
  kz_test_do (fixture->world, "POST", "person", "{'phone':'%s','name':'Farah Khan'}", NOOR);
  /* The name comes with what they say, the list is looked at when somebody comes. */
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'second','text':'hello'}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "hello") == 1);
  kz_test_do (fixture->world, "POST", "join", "{'group':'team','person':'asha2'}");
  kz_test_wait_for (fixture->host, has_user (room, "Farah Khan:") || has_user (room, "FarahKhan:"));
  g_assert_false (has_user (room, "Noor:"));
  g_auto (GStrv) users = kz_test_users (room);
  g_assert_cmpuint (g_strv_length (users), ==, 8);
}

static void (*real_add_users) (PurpleConversation *, GList *, gboolean);

static void
close_at_once (PurpleConversation *conversation, GList *users, gboolean are_new)
{
  PurpleConversationUiOps *ops = purple_conversation_get_ui_ops (conversation);
  /* Our own entry comes alone, while the conversation is being made. */
  if (users == NULL || users->next == NULL)
    return;
  ops->chat_add_users = real_add_users;
  purple_conversation_destroy (conversation);
}

static void
host_may_close_the_room_meanwhile (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  PurpleConversationUiOps *ops = purple_conversation_get_ui_ops (room);
  purple_conversation_destroy (room);
  real_add_users = ops->chat_add_users;
  ops->chat_add_users = close_at_once;
  kz_test_join (fixture->account, "Team");
  kz_test_wait_for (fixture->host, ops->chat_add_users == real_add_users);
  g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 0);
  /* And it opens again. */
  room = fixture_join (fixture, "Team");
  g_auto (GStrv) users = kz_test_users (room);
  g_assert_cmpuint (g_strv_length (users), ==, 7);
}

/* --- Buddies --- */

static gboolean
is_online (Fixture *fixture, const char *name)
{
  PurpleBuddy *buddy = purple_find_buddy (fixture->account, name);
  return buddy != NULL && PURPLE_BUDDY_IS_ONLINE (buddy);
}

static guint
online_buddies (Fixture *fixture)
{
  guint count = 0;
  GSList *buddies = purple_find_buddies (fixture->account, NULL);
  for (GSList *l = buddies; l != NULL; l = l->next)
    count += PURPLE_BUDDY_IS_ONLINE ((PurpleBuddy *) l->data) ? 1 : 0;
  g_slist_free (buddies);
  return count;
}

static void
who_comes_becomes_a_buddy (Fixture *fixture)
{
  fixture_wait_for_webhooks (fixture);
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
  kz_test_do (fixture->world, "POST", "person", "{'phone':'%s','name':'Late Comer'}", LATE);
  kz_test_do (fixture->world, "POST", "join", "{'group':'team','person':'%s'}", LATE);
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 8);
}

static void
buddy_follows_a_change (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("there a buddy has the name of the nick");
    return;
  }
  fixture_wait_for_webhooks (fixture);
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
  g_assert_false (is_online (fixture, GUEST));
  kz_test_do (fixture->world, "POST", "person", "{'phone':'%s','name':'New Face'}", GUEST);
  kz_test_do (fixture->world, "POST", "join", "{'group':'kitchen','person':'guest'}");
  kz_test_wait_for (fixture->host, is_online (fixture, GUEST));
  PurpleBuddy *buddy = purple_find_buddy (fixture->account, GUEST);
  g_assert_cmpstr (purple_buddy_get_alias (buddy), ==, "New Face");
}

static void
removal_is_remembered_at_once (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee keeps nothing of it");
    return;
  }
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
  purple_blist_remove_buddy (purple_find_buddy (fixture->account, NOOR));
  g_autofree char *known =
      g_strdup (purple_account_get_string (fixture->account, "known_people", ""));
  g_assert_cmpstr (known, !=, "");
  /* The host ends without an end: what stands in the setting now is all that is left. */
  kz_test_sign_off (fixture->host, fixture->account);
  purple_account_set_string (fixture->account, "known_people", known);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  fixture_join (fixture, "Team");
  /* All but the one who has not installed Kaizala. */
  kz_test_wait_for (fixture->host, online_buddies (fixture) == 5);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_buddies (fixture->account), ==, 6);
  g_assert_null (purple_find_buddy (fixture->account, NOOR));
}

/* --- Leaving and coming back --- */

static void
leave_and_see (Fixture *fixture, const char *group)
{
  g_autofree char *id = fixture_group_id (fixture, group);
  kz_test_do (fixture->world, "POST", "leave", "{'group':'%s','person':'me'}", id);
  fixture_account_action (fixture, "Read the groups anew");
}

static void
come_back (Fixture *fixture, const char *group)
{
  g_autofree char *id = fixture_group_id (fixture, group);
  kz_test_do (fixture->world, "POST", "join", "{'group':'%s','person':'me'}", id);
  fixture_account_action (fixture, "Read the groups anew");
}

/* Rooms that nobody opened keep their lines. */
static void
sign_on_without_windows (Fixture *fixture)
{
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_string (fixture->account, "open_rooms", "joined");
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  fixture_wait_for_webhooks (fixture);
}

static const char *
notice_with (Fixture *fixture, const char *words)
{
  for (guint i = 0; i < fixture->host->notices->len; i++)
    if (strstr (g_ptr_array_index (fixture->host->notices, i), words) != NULL)
      return g_ptr_array_index (fixture->host->notices, i);
  return NULL;
}

static void
lines_outlive_the_room (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  sign_on_without_windows (fixture);
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'kitchen','person':'hindi','text':'the <b>soup</b> is ready'}");
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'kitchen','person':'asha2','text':'come and get it'}");
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "Kitchen") == 1);
  leave_and_see (fixture, "Kitchen");
  kz_test_wait_for (fixture->host, notice_with (fixture, "come and get it") != NULL);
  const char *notice = notice_with (fixture, "come and get it");
  g_test_message ("%s", notice);
  g_assert_nonnull (strstr (notice, "“Kitchen”"));
  const char *soup = strstr (notice, "the <b>soup</b> is ready");
  g_assert_nonnull (soup);
  g_assert_true (soup < strstr (notice, "come and get it"));
  g_assert_nonnull (strstr (notice, "Asha"));
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "soup"), ==, 1);
  g_assert_null (kz_test_room (fixture->account, "Kitchen"));
  /* The others wait as before, and the one that is gone is not called a room that can be opened. */
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'team','person':'second','text':'still here'}");
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "“Team” (1)") == 1);
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "“Kitchen” (2)"), ==, 1);
}

/* What is told with a new group is no news: nobody missed it. */
static void
room_without_news_goes_silently (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "action",
              "{'group':'kitchen','person':'asha2','actionType':'Poll','actionBody':"
              "{'question':'Who washes up?','choices':[{'title':'I'},{'title':'You'}]}}");
  sign_on_without_windows (fixture);
  leave_and_see (fixture, "Kitchen");
  g_autofree char *id = fixture_group_id (fixture, "Kitchen");
  kz_test_wait_for (fixture->host,
                    (kz_test_host_settle (fixture->host), kz_test_join (fixture->account, id),
                     kz_test_count_notices (fixture->host, "in no group") > 0));
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "not in “Kitchen”"), ==, 0);
}

static void
who_comes_back_can_write_again (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Kitchen");
  fixture_wait_for_webhooks (fixture);
  leave_and_see (fixture, "Kitchen");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Kitchen", "not in this group any more"));
  kz_test_type (fixture->host, room, "nobody hears this");
  kz_test_host_settle (fixture->host);
  come_back (fixture, "Kitchen");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Kitchen", "in this group again") == 1);
  kz_test_type (fixture->host, room, "here I am");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "here I am") == 1);
  g_assert_cmpuint (kz_test_received (fixture->world, "nobody hears this"), ==, 0);
}

static void
chat_comes_back_as_it_was (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no chats in its list");
    return;
  }
  fixture_wait_for_webhooks (fixture);
  PurpleGroup *work = purple_group_new ("Work & play");
  purple_blist_add_group (work, NULL);
  PurpleChat *chat = kz_test_find_chat (fixture->account, "Kitchen");
  purple_blist_alias_chat (chat, "My kitchen");
  purple_blist_add_chat (chat, work, NULL);
  purple_blist_remove_chat (kz_test_find_chat (fixture->account, "Team"));
  leave_and_see (fixture, "Kitchen");
  kz_test_wait_for (fixture->host, kz_test_count_chats (fixture->account, "My kitchen") == 0);
  leave_and_see (fixture, "Team");
  kz_test_host_settle (fixture->host);
  fixture_sign_on_again (fixture);
  come_back (fixture, "Team");
  come_back (fixture, "Kitchen");
  kz_test_wait_for (fixture->host, kz_test_count_chats (fixture->account, "My kitchen") == 1);
  chat = kz_test_find_chat (fixture->account, "My kitchen");
  g_assert_cmpstr (purple_group_get_name (purple_chat_get_group (chat)), ==, "Work & play");
  /* It is the person's alias still. */
  kz_test_do (fixture->world, "POST", "rename", "{'group':'kitchen','name':'Canteen'}");
  fixture_account_action (fixture, "Read the groups anew");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "My kitchen"), ==, 1);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "Team"), ==, 0);
}

/* What the world does while nobody is signed on; then signs on, twice. */
static void
meanwhile (Fixture *fixture, const char *verb, const char *const *groups)
{
  for (gsize i = 0; groups[i] != NULL; i++)
    kz_test_do (fixture->world, "POST", verb, "{'group':'%s','person':'me'}", groups[i]);
  for (int i = 0; i < 2; i++) {
    kz_test_sign_on (fixture->host, fixture->account);
    kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
    fixture_sign_on_again (fixture);
  }
}

static void
sign_off (Fixture *fixture)
{
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
}

static void
see_listed (Fixture *fixture, guint kitchens)
{
  /* A group that lists lack is asked for before it is taken for left. */
  kz_test_wait_for (fixture->host,
                    kz_test_count_chats (fixture->account, "My kitchen") == kitchens);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "Team"), ==, 0);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, "Kitchen"), ==, 0);
  if (kitchens == 0)
    return;
  PurpleChat *chat = kz_test_find_chat (fixture->account, "My kitchen");
  g_assert_cmpstr (purple_group_get_name (purple_chat_get_group (chat)), ==, "Work\n& play");
}

/* Who was away comes back into the groups, over and over, and another has come and gone meanwhile.
 */
static void
chat_is_as_it_was_after_absences (Fixture *fixture)
{
  static const char *const groups[] = {"kitchen", "team", NULL};
  PurpleGroup *work = purple_group_new ("Work\n& play");
  purple_blist_add_group (work, NULL);
  PurpleChat *chat = kz_test_find_chat (fixture->account, "Kitchen");
  purple_blist_alias_chat (chat, "My kitchen");
  purple_blist_add_chat (chat, work, NULL);
  purple_blist_remove_chat (kz_test_find_chat (fixture->account, "Team"));
  for (int i = 0; i < 2; i++) {
    sign_off (fixture);
    meanwhile (fixture, "leave", groups);
    see_listed (fixture, 0);
    sign_off (fixture);
    meanwhile (fixture, "join", groups);
    see_listed (fixture, 1);
  }
  /* Nothing of it is remembered once it is in the list again. */
  g_assert_cmpstr (purple_account_get_string (fixture->account, "left_rooms", ""), ==, "");
}

/* An IRC client has the person's own names of channels: what has to stay is what they lead to. */
static void
channel_works_again_after_absences (Fixture *fixture)
{
  g_autofree char *id = fixture_group_id (fixture, "Kitchen");
  for (guint i = 1; i <= 2; i++) {
    kz_test_do (fixture->world, "POST", "leave", "{'group':'kitchen','person':'me'}");
    fixture_sign_on_again (fixture);
    fixture_sign_on_again (fixture);
    kz_test_join (fixture->account, id);
    kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "in no group") == i);
    kz_test_do (fixture->world, "POST", "join", "{'group':'kitchen','person':'me'}");
    fixture_sign_on_again (fixture);
    fixture_sign_on_again (fixture);
    fixture_join (fixture, id);
    g_assert_cmpuint (kz_test_open_rooms (fixture->account), ==, 1);
    kz_test_type (fixture->host, kz_test_room (fixture->account, id), "in again");
    kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "in again") == i);
  }
}

/* Groups in which the person changed nothing push out none of those where they did. */
static void
only_what_is_the_persons_own_is_remembered (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee has no chats in its list");
    return;
  }
  leave_and_see (fixture, "Kitchen");
  kz_test_wait_for (fixture->host, kz_test_count_chats (fixture->account, "Kitchen") == 0);
  g_assert_cmpstr (purple_account_get_string (fixture->account, "left_rooms", ""), ==, "");
}

static void
add_tests (void)
{
  plugin_test_add_online ("/people/who-comes-becomes-a-buddy", who_comes_becomes_a_buddy);
  plugin_test_add_online ("/people/a-buddy-follows-a-change", buddy_follows_a_change);
  plugin_test_add_online ("/people/a-removal-is-remembered-at-once", removal_is_remembered_at_once);
  plugin_test_add_online ("/people/who-comes-back-can-write-again", who_comes_back_can_write_again);
  plugin_test_add ("/people/lines-outlive-the-room-that-they-waited-for", lines_outlive_the_room);
  plugin_test_add ("/people/a-room-without-news-goes-silently", room_without_news_goes_silently);
  plugin_test_add_online ("/people/a-chat-comes-back-as-it-was", chat_comes_back_as_it_was);
  plugin_test_add_online ("/people/what-is-like-all-others-is-not-remembered",
                          only_what_is_the_persons_own_is_remembered);
  plugin_test_add_online ("/people/it-is-as-it-was-after-absences",
                          plugin_test_ui () == KZ_TEST_BITLBEE ? channel_works_again_after_absences
                                                               : chat_is_as_it_was_after_absences);
  plugin_test_add_online ("/people/a-new-name-is-followed", new_name_of_a_person_is_followed);
  plugin_test_add_online ("/people/a-host-may-close-the-room-meanwhile",
                          host_may_close_the_room_meanwhile);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
