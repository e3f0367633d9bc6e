/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

static char *
user_starting_with (PurpleConversation *room, const char *prefix)
{
  g_auto (GStrv) users = kz_test_users (room);
  for (gsize i = 0; users[i] != NULL; i++)
    if (g_str_has_prefix (users[i], prefix))
      return g_strndup (users[i], (gsize) (strrchr (users[i], ':') - users[i]));
  return NULL;
}

static char *
real_name (Fixture *fixture, PurpleConversation *room, const char *who)
{
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  PurplePluginProtocolInfo *info = PURPLE_PLUGIN_PROTOCOL_INFO (purple_connection_get_prpl (gc));
  return info->get_cb_real_name (gc, purple_conv_chat_get_id (PURPLE_CONV_CHAT (room)), who);
}

static void
two_of_one_name_are_two (Fixture *fixture)
{
  PurpleConversation *team = fixture_join (fixture, "Team");
  PurpleConversation *kitchen = fixture_join (fixture, "Kitchen");
  g_autofree char *first = user_starting_with (team, "Asha");
  g_autofree char *second = user_starting_with (kitchen, "Asha");
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_cmpstr (first, !=, second);
  /* And each is still the same after the next sign-on. */
  fixture_sign_on_again (fixture);
  team = fixture_join (fixture, "Team");
  kitchen = fixture_join (fixture, "Kitchen");
  g_autofree char *first_again = user_starting_with (team, "Asha");
  g_autofree char *second_again = user_starting_with (kitchen, "Asha");
  g_assert_cmpstr (first, ==, first_again);
  g_assert_cmpstr (second, ==, second_again);
}

static void
one_person_has_one_name_in_two_rooms (Fixture *fixture)
{
  const char *name = fixture_is_bitlbee (fixture) ? "asa" : "आशा शर्मा";
#ifndef HAVE_ICU
  if (fixture_is_bitlbee (fixture))
    name = "+919999900005";
#endif
  PurpleConversation *team = fixture_join (fixture, "Team");
  PurpleConversation *kitchen = fixture_join (fixture, "Kitchen");
  g_autofree char *first = user_starting_with (team, name);
  g_autofree char *second = user_starting_with (kitchen, name);
  g_assert_nonnull (first);
  g_assert_cmpstr (first, ==, second);
}

static gboolean
is_nick (const char *name)
{
  for (; *name != '\0' && *name != ':'; name++)
    if (!g_ascii_isprint (*name))
      return FALSE;
  return TRUE;
}

static void
scripts_are_readable (Fixture *fixture)
{
  PurpleConversation *team = fixture_join (fixture, "Team");
  g_auto (GStrv) users = kz_test_users (team);
  if (!fixture_is_bitlbee (fixture)) {
    const char *const *present = (const char *const *) users;
    g_assert_true (g_strv_contains (present, "आशा शर्मा:"));
    g_assert_true (g_strv_contains (present, "முருகன்:"));
    g_assert_true (g_strv_contains (present, "يوسف:"));
    return;
  }
  for (gsize i = 0; users[i] != NULL; i++)
    g_assert_true (is_nick (users[i]));
#ifdef HAVE_ICU
  g_autofree char *tamil = user_starting_with (team, "murukan");
  g_assert_nonnull (tamil);
#endif
}

static void
own_entry_is_the_username (Fixture *fixture)
{
  PurpleConversation *team = fixture_join (fixture, "Team");
  g_assert_true (purple_conv_chat_find_user (PURPLE_CONV_CHAT (team), KZ_MY_PHONE));
  g_assert_cmpstr (purple_conv_chat_get_nick (PURPLE_CONV_CHAT (team)), ==, KZ_MY_PHONE);
  g_autofree char *other = user_starting_with (team, "Gita");
  g_assert_null (other);
}

static void
name_leads_back_to_the_person (Fixture *fixture)
{
  PurpleConversation *team = fixture_join (fixture, "Team");
  g_autofree char *name = real_name (fixture, team, "Noor");
  if (fixture_is_bitlbee (fixture))
    g_assert_cmpstr (name, ==, "Noor");
  else
    g_assert_cmpstr (name, ==, "+919999900002");
  g_autofree char *nobody = real_name (fixture, team, "Nobody at all");
  g_assert_cmpstr (nobody, ==, "Nobody at all");
  /* Hosts ask while a room opens, with the number of none. */
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  PurplePluginProtocolInfo *info = PURPLE_PLUGIN_PROTOCOL_INFO (purple_connection_get_prpl (gc));
  g_autofree char *none = info->get_cb_real_name (gc, 0, "Noor");
  g_autofree char *alias = info->get_cb_alias (gc, 0, "Noor");
  g_assert_nonnull (none);
  g_assert_cmpstr (alias, ==, "Noor");
}

static void
info_is_told (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_join (fixture, "Kitchen");
  serv_get_info (purple_account_get_connection (fixture->account), "Noor");
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "+919999900002") == 1);
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "Team"), ==, 1);
  kz_test_forget_lines (fixture->host);
  serv_get_info (purple_account_get_connection (fixture->account), "+919999900008");
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "not installed") == 1);
  kz_test_forget_lines (fixture->host);
  serv_get_info (purple_account_get_connection (fixture->account), "Nobody at all");
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "Nobody of that name"));
}

/* --- Buddies --- */

static void
buddies_come_once_and_stay_removed (Fixture *fixture)
{
  /* Seven other people in groups of at most twenty. */
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
  if (fixture_is_bitlbee (fixture)) {
    fixture_sign_on_again (fixture);
    kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
    return;
  }
  PurpleBuddy *noor = purple_find_buddy (fixture->account, "+919999900002");
  g_assert_cmpstr (purple_buddy_get_alias (noor), ==, "Noor");
  g_assert_true (PURPLE_BUDDY_IS_ONLINE (noor));
  PurpleBuddy *guest = purple_find_buddy (fixture->account, "+919999900008");
  g_assert_false (PURPLE_BUDDY_IS_ONLINE (guest));
  purple_blist_alias_buddy (noor, "My friend");
  purple_blist_remove_buddy (guest);
  fixture_sign_on_again (fixture);
  noor = purple_find_buddy (fixture->account, "+919999900002");
  kz_test_wait_for (fixture->host, PURPLE_BUDDY_IS_ONLINE (noor));
  PurpleConversation *team = fixture_join (fixture, "Team");
  kz_test_wait_for (fixture->host,
                    kz_test_calls (fixture->world, "GET /groups/{groupId}/members") >= 8);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_buddies (fixture->account), ==, 6);
  g_assert_cmpstr (purple_buddy_get_alias (noor), ==, "My friend");
  g_assert_true (purple_conv_chat_find_user (PURPLE_CONV_CHAT (team), "Noor"));
}

static void
no_buddies_when_not_wanted (Fixture *fixture)
{
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_string (fixture->account, "buddies", "none");
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  fixture_join (fixture, "Team");
  fixture_join (fixture, "Kitchen");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_buddies (fixture->account), ==, 0);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/names/two-people-of-one-name-are-two", two_of_one_name_are_two);
  plugin_test_add_online ("/names/one-person-has-one-name-in-two-rooms",
                          one_person_has_one_name_in_two_rooms);
  plugin_test_add_online ("/names/all-scripts-are-readable", scripts_are_readable);
  plugin_test_add_online ("/names/our-own-entry-is-the-username", own_entry_is_the_username);
  plugin_test_add_online ("/names/a-name-leads-back-to-the-person", name_leads_back_to_the_person);
  plugin_test_add_online ("/names/what-is-known-of-somebody-is-told", info_is_told);
  plugin_test_add_online ("/names/buddies-come-once-and-stay-removed",
                          buddies_come_once_and_stay_removed);
  plugin_test_add ("/names/no-buddies-when-they-are-not-wanted", no_buddies_when_not_wanted);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
