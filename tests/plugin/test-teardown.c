/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs off at every point: whatever comes after it would be found by the sanitizers. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

/* A sign-on makes more calls than the first; where polls let it go on, the second is enough. */
#define LEAST_CALLS 6
#define LAST_CALL 30
/* When nothing was asked for so long, the sign-on is over. */
#define IDLE_US (2 * G_USEC_PER_SEC)

static gint64
total_calls (Fixture *fixture)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member (calls, "total");
}

/* Until the n-th call has come, or none comes any more. */
static void
run_to_call (Fixture *fixture, gint64 call)
{
  gint64 last = -1;
  gint64 idle_from_us = 0;
  gint64 deadline_us = kz_test_deadline_us ();
  while (total_calls (fixture) < call) {
    gint64 now = total_calls (fixture);
    gint64 now_us = g_get_monotonic_time ();
    if (now != last)
      idle_from_us = now_us;
    last = now;
    if (now_us - idle_from_us > IDLE_US || !kz_test_host_turn (fixture->host, deadline_us))
      return;
  }
  kz_test_host_settle (fixture->host);
}

/* Else the sign-off comes at no particular moment. */
static gboolean
is_hit (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "faults", NULL);
  JsonArray *faults = json_object_get_array_member (answer, "faults");
  return json_object_get_int_member (json_array_get_object_element (faults, 0), "hits") == 1;
}

/* FALSE: so many calls were not made. */
static gboolean
sign_off_at_call (Fixture *fixture, int call, const char *how)
{
  kz_test_do (fixture->world, "POST", "fault", "{'match':{'nth':%d},'action':{%s}}", call, how);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  run_to_call (fixture, call);
  gboolean was_hit = is_hit (fixture);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  for (int i = 0; i < 20; i++)
    kz_test_host_settle (fixture->host);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  kz_test_do (fixture->world, "POST", "calls/reset", "{}");
  return was_hit;
}

static void
sign_off_at_every_call (Fixture *fixture, const char *how)
{
  int call = 1;
  while (call <= LAST_CALL && sign_off_at_call (fixture, call, how))
    call++;
  g_test_message ("%d calls were reached", call - 1);
  g_assert_cmpint (call, >, LEAST_CALLS);
}

static void
stalled_headers (Fixture *fixture)
{
  sign_off_at_every_call (fixture, "'stallHeaders':true");
}

static void
stalled_bodies (Fixture *fixture)
{
  sign_off_at_every_call (fixture, "'stallBody':true");
}

static void
lost_connections (Fixture *fixture)
{
  sign_off_at_every_call (fixture, "'reset':'before'");
}

static void
answers_on_their_way (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_do (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'Which?',"
      "'choices':[{'title':'a'},{'title':'b'}]}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Which?") == 1);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','times':0},'action':{'stallHeaders':true}}");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/groups/*/actions/*','times':0},'action':{'stallHeaders':true}}");
  gint64 before = total_calls (fixture);
  const char *text = kz_test_find_line (fixture->host, "Team", "Which?")->text;
  const char *open = strchr (text, '[') + 1;
  g_autofree char *handle = g_strndup (open, strcspn (open, "]"));
  static const char *const typed[] = {"!like %s",    "!comment %s why", "!vote %s 1",
                                      "!results %s", "hello",           "!announce hi"};
  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++) {
    g_auto (GStrv) parts = g_strsplit (typed[i], "%s", -1);
    g_autofree char *line = g_strjoinv (handle, parts);
    kz_test_type (fixture->host, room, line);
  }
  /* All of them wait for an answer at once. */
  kz_test_wait_for (fixture->host, total_calls (fixture) >= before + 5);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  for (int i = 0; i < 20; i++)
    kz_test_host_settle (fixture->host);
}

static void
windows_stay_usable_while_offline (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_sign_off (fixture->host, fixture->account);
  if (!fixture_is_bitlbee (fixture)) {
    kz_test_type (fixture->host, room, "/help");
    g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "not signed on"), ==, 1);
  }
  purple_conversation_set_title (room, "Another");
  purple_conversation_destroy (room);
  kz_test_host_settle (fixture->host);
}

static void
open_windows_are_joined_again (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("BitlBee joins its channels anew");
    return;
  }
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_sign_on_again (fixture);
  g_assert_true (purple_conv_chat_has_left (PURPLE_CONV_CHAT (room)));
  g_assert_true (fixture_join (fixture, "Team") == room);
  g_assert_false (purple_conv_chat_has_left (PURPLE_CONV_CHAT (room)));
  g_auto (GStrv) users = kz_test_users (room);
  g_assert_cmpuint (g_strv_length (users), ==, 7);
  kz_test_type (fixture->host, room, "back again");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "back again") == 1);
}

/* Each account has one of its own. */
static guint
webhooks_of (Fixture *fixture, const char *title)
{
  g_autofree char *id = fixture_group_id (fixture, title);
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "webhooks", NULL);
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");
  guint count = 0;
  for (guint i = 0; i < json_array_get_length (webhooks); i++)
    count += g_strcmp0 (json_object_get_string_member (json_array_get_object_element (webhooks, i),
                                                       "objectId"),
                        id) == 0;
  return count;
}

static void
two_accounts_at_once (Fixture *fixture)
{
  PurpleAccount *other = kz_test_world_sign_on (fixture->world, fixture->host, KZ_SECOND);
  PurpleConversation *mine = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_join (other, "Team");
  kz_test_wait_for (fixture->host, kz_test_room (other, "Team") != NULL);
  /* No call lists texts: one that is sent before there is a webhook never arrives. */
  kz_test_wait_for (fixture->host, webhooks_of (fixture, "Team") == 2);
  kz_test_type (fixture->host, mine, "from one to the other");
  kz_test_wait_for (fixture->host,
                    kz_test_find_line (fixture->host, "Team", "from one to the other") != NULL);
  kz_test_account_drop (fixture->host, other);
  kz_test_type (fixture->host, mine, "still here");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "still here") == 1);
}

static void
add_tests (void)
{
  static const char *const many_calls[] = {"limitConnector=100000", "limitTenant=100000", NULL};
  plugin_test_add_with ("/teardown/with-any-call-stalled-before-its-answer", many_calls, FALSE,
                        stalled_headers);
  plugin_test_add_with ("/teardown/with-any-call-stalled-in-its-body", many_calls, FALSE,
                        stalled_bodies);
  plugin_test_add_with ("/teardown/with-any-connection-lost", many_calls, FALSE, lost_connections);
  plugin_test_add_online ("/teardown/with-answers-on-their-way", answers_on_their_way);
  plugin_test_add_online ("/teardown/windows-stay-usable-while-offline",
                          windows_stay_usable_while_offline);
  plugin_test_add_online ("/teardown/open-windows-are-joined-again", open_windows_are_joined_again);
  plugin_test_add_online ("/teardown/two-accounts-share-nothing", two_accounts_at_once);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
