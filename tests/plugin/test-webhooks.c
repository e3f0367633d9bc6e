/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes texts arrive, how the connection is, who somebody is and who we are. */
#include "config.h"

#include "kz-test-time.h"
#include "plugin-test.h"

#include <string.h>

#define AWAY_S 7200

#define NOOR "+919999900002"

/* (transfer full): the webhooks of the whole world, by id, and whether they are on. */
static GHashTable *
all_webhooks (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "webhooks", NULL);
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");
  GHashTable *all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    g_hash_table_insert (
        all, g_strdup (json_object_get_string_member (webhook, "webhookId")),
        GINT_TO_POINTER (json_object_get_boolean_member (webhook, "active") ? 1 : 0));
  }
  return all;
}

/* (transfer full): the id of the one of that group. */
static char *
webhook_of (Fixture *fixture, const char *group_id)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "webhooks", NULL);
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");
  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    if (g_str_equal (json_object_get_string_member (webhook, "objectId"), group_id))
      return g_strdup (json_object_get_string_member (webhook, "webhookId"));
  }
  g_error ("no webhook of %s", group_id);
}

static guint
count_active (Fixture *fixture)
{
  g_autoptr (GHashTable) all = all_webhooks (fixture);
  guint count = 0;
  GHashTableIter iter;
  gpointer active;
  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, NULL, &active))
    count += active != NULL;
  return count;
}

static void
they_are_listed_and_mended (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_host_settle (fixture->host);
  fixture_type (fixture, room, "!webhooks list");
  const KzTestLine *line = fixture_expect_line (fixture, "Team", "Team: texts arrive");
  g_assert_nonnull (strstr (line->text, "Kitchen: texts arrive"));
  /* The room that is open is looked at first. */
  g_autofree char *team = fixture_group_id (fixture, "Team");
  g_autofree char *id = webhook_of (fixture, team);
  guint active = count_active (fixture);
  kz_test_do (fixture->world, "POST", "webhooks/active", "{'webhookId':'%s','active':false}",
              id);
  g_assert_cmpuint (count_active (fixture), ==, active - 1);
  fixture_type (fixture, room, "!webhooks heal");
  fixture_expect_line (fixture, "Team", "what is broken is mended");
  kz_test_wait_for (fixture->host, fixture_received (fixture, "webhookUpdate") == 1);
  kz_test_wait_for (fixture->host, count_active (fixture) == active);
}

static void
those_of_others_stay (Fixture *fixture)
{
  /* Somebody else with the same connector, in the same groups. */
  PurpleAccount *other = kz_test_world_sign_on (fixture->world, fixture->host, KZ_SECOND);
  g_autofree char *team = fixture_group_id (fixture, "Team");
  kz_test_wait_for (fixture->host, fixture_has_webhook (fixture, team));
  kz_test_host_settle (fixture->host);
  g_autoptr (GHashTable) theirs = all_webhooks (fixture);
  guint count = g_hash_table_size (theirs);
  g_assert_cmpuint (count, >, 0);
  fixture_sign_on (fixture);
  kz_test_wait_for (fixture->host, fixture_webhooks (fixture) >= count + 4);
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_host_settle (fixture->host);
  guint both = fixture_webhooks (fixture);
  fixture_type (fixture, room, "!webhooks remove");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "removed; no texts arrive") == 1);
  g_assert_cmpuint (fixture_received (fixture, "webhookDelete"), ==, both - count);
  g_autoptr (GHashTable) left = all_webhooks (fixture);
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, left);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_true (g_hash_table_contains (theirs, id));
  g_assert_cmpuint (g_hash_table_size (left), ==, count);
  fixture_type (fixture, room, "!webhooks list");
  fixture_expect_line (fixture, "Team", "this account receives no texts here");
  kz_test_account_drop (fixture->host, other);
}

static void
status_is_told (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_host_settle (fixture->host);
  fixture_type (fixture, room, "!status");
  const KzTestLine *line = fixture_expect_line (fixture, "Team", "Calls left in this minute: ");
  g_assert_nonnull (strstr (line->text, "Server: http://127.0.0.1:"));
  g_assert_nonnull (strstr (line->text, "Last look: "));
  g_assert_nonnull (strstr (line->text, "Team: texts arrive"));
  g_assert_nonnull (strstr (line->text, "Kitchen: texts arrive"));
  fixture_account_action (fixture, "State of the account");
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "Calls left in this minute"), ==,
                    1);
}

static guint
seconds_since_the_last_look (Fixture *fixture, PurpleConversation *room)
{
  kz_test_forget_lines (fixture->host);
  fixture_type (fixture, room, "!status");
  const KzTestLine *line = fixture_expect_line (fixture, "Team", "Last look: ");
  const char *age = strstr (line->text, "Last look: ") + strlen ("Last look: ");
  g_assert_true (g_ascii_isdigit (*age));
  return (guint) g_ascii_strtoull (age, NULL, 10);
}

/* Nothing else says for how long nothing new could be seen. */
static void
a_look_that_fails_is_none (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups*','times':0},'action':{'status':503}}");
  /* What was on its way is back. */
  kz_test_host_settle (fixture->host);
  kz_test_time_sleep (AWAY_S);
  guint age = seconds_since_the_last_look (fixture, room);
  g_assert_cmpuint (age, >=, AWAY_S);
  g_assert_cmpuint (age, <, AWAY_S + 60);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  fixture_skip_waits (fixture);
  kz_test_time_run (60);
  g_assert_cmpuint (seconds_since_the_last_look (fixture, room), <, AWAY_S);
}

static void
somebody_is_described (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, kz_test_count_buddies (fixture->account) == 7);
  PurpleConversation *room = fixture_join (fixture, "Team");
  g_autofree char *id = fixture_person_id (fixture, NOOR);
  fixture_type (fixture, room, "!info Noor");
  const KzTestLine *line = fixture_expect_line (fixture, "Team", "Phone: " NOOR);
  g_assert_nonnull (strstr (line->text, id));
  g_assert_nonnull (strstr (line->text, "Groups that you share: Team (member)"));
  fixture_type (fixture, room, "!info +919999900008");
  line = fixture_expect_line (fixture, "Team", "Has not installed Kaizala yet");
  g_assert_nonnull (strstr (line->text, "Phone: +919999900008"));
  serv_get_info (purple_account_get_connection (fixture->account), NOOR);
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, id) == 1);
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "Team (member)"), ==, 1);
  g_assert_cmpuint (fixture_received (fixture, NULL), ==, 0);
}

static void
we_are_told_who_we_are (Fixture *fixture)
{
  g_autofree char *id = fixture_person_id (fixture, KZ_MY_PHONE);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "!whoami");
  const KzTestLine *line = fixture_expect_line (fixture, "Team", "You are Gita Rao, phone");
  g_assert_nonnull (strstr (line->text, KZ_MY_PHONE));
  g_assert_nonnull (strstr (line->text, id));
  g_assert_cmpint (kz_test_calls (fixture->world, "GET /users/me"), >=, 1);
}

static void
add_tests (void)
{
  static const char *const no_me[] = {"usersMe=off", NULL};
  plugin_test_add_online ("/webhooks/are-listed-and-mended", they_are_listed_and_mended);
  plugin_test_add ("/webhooks/of-others-stay", those_of_others_stay);
  plugin_test_add_online ("/account/status-is-told", status_is_told);
  plugin_test_add_online ("/account/a-look-that-fails-is-none", a_look_that_fails_is_none);
  plugin_test_add_online ("/account/somebody-is-described", somebody_is_described);
  plugin_test_add_online ("/account/who-we-are", we_are_told_who_we_are);
  plugin_test_add_with ("/account/who-we-are-without-the-call", no_me, TRUE,
                        we_are_told_who_we_are);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
