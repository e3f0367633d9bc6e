/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs off in the middle of everything that a person can do: no socket, open file, prompt or
 * window of the account is left, and the sanitizers find whatever else comes afterwards. */
#include "config.h"

#include "left-test.h"

#include <string.h>
#include <unistd.h>

/* Of LeakSanitizer, where it is there and looks for leaks. */
int __lsan_do_recoverable_leak_check (void) __attribute__ ((weak));

/* --- What a person does --- */

static gint64
total_calls (Fixture *fixture)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member (calls, "total");
}

static void
stall_all (Fixture *fixture, const char *how)
{
  kz_test_do (fixture->world, "POST", "fault", "{'match':{'times':0},'action':{%s}}", how);
}

/* HANDLE is that of the poll. */
static const char *const calling[] = {
    "hello to all",
    "!like HANDLE",
    "!comment HANDLE why",
    "!vote HANDLE 1",
    "!results HANDLE",
    "!reply HANDLE because",
    "!remind HANDLE",
    "!announce hi",
    "!announce hi | all | pictures: https://example.com/a.jpg",
    "!poll Lunch? | Soup | Pie",
    "!job Sweep | Noor",
    "!meet Talk | 2027-05-06 09:00",
    "!survey Trip | Day?",
    "!card com.example.visit",
    "!send https://example.com/a.jpg",
    "!add +919999900077",
    "!group Crew",
    "!message Noor | hello",
};
/* What stands alone asks for its parts, in a window or in the room. */
static const char *const calm[] = {
    "!members", "!whoami", "!status", "!webhooks list", "!leave",
    "!poll",    "!survey", "!job",    "!help",
};

static void
do_all (Fixture *fixture, PurpleConversation *room, const char *handle)
{
  for (gsize i = 0; i < G_N_ELEMENTS (calling); i++)
    left_type (fixture, room, calling[i], handle);
  for (gsize i = 0; i < G_N_ELEMENTS (calm); i++)
    left_type (fixture, room, calm[i], handle);
  if (!fixture_is_bitlbee (fixture))
    left_send_file (fixture, room);
  serv_get_info (purple_account_get_connection (fixture->account), "Noor");
  purple_roomlist_get_list (purple_account_get_connection (fixture->account));
  left_others_act (fixture);
}

/* --- Signing off --- */

/* Below a dialog and beside a file; @calls: its answer does not come. */
static void
with_one (Fixture *fixture, const char *line, gboolean calls, const char *how)
{
  PurpleConversation *room;
  g_autofree char *handle = left_begin (fixture, &room);
  stall_all (fixture, how);
  gint64 before = total_calls (fixture);
  left_type (fixture, room, line, handle);
  kz_test_wait_for (fixture->host, !calls || total_calls (fixture) > before);
  left_ask_and_upload (fixture, room);
  left_others_act (fixture);
  kz_test_host_settle (fixture->host);
  left_drop_and_see (fixture);
}

static void
with_each_deed_on_its_way (Fixture *fixture)
{
  for (gsize i = 0; i < G_N_ELEMENTS (calling); i++)
    with_one (fixture, calling[i], TRUE, i % 2 ? "'stallHeaders':true" : "'stallBody':true");
  for (gsize i = 0; i < G_N_ELEMENTS (calm); i++)
    with_one (fixture, calm[i], FALSE, "'stallHeaders':true");
}

static void
with_everything_at_once (Fixture *fixture)
{
  static const char *const how[] = {"'stallHeaders':true", "'stallBody':true", "'delayMs':50",
                                    "'reset':'before'"};
  for (gsize i = 0; i < G_N_ELEMENTS (how); i++) {
    PurpleConversation *room;
    g_autofree char *handle = left_begin (fixture, &room);
    stall_all (fixture, how[i]);
    gint64 before = total_calls (fixture);
    do_all (fixture, room, handle);
    kz_test_wait_for (fixture->host, total_calls (fixture) >= before + 3);
    left_drop_and_see (fixture);
  }
}

/* The n-th of all calls of a busy session never answers: until there are no more of them. Each of
 * the three hosts has every third. */
static void
at_every_call_of_a_busy_session (Fixture *fixture)
{
  for (int call = 1 + (int) fixture->host->ui; call < 80; call += 3) {
    PurpleConversation *room;
    g_autofree char *handle = left_begin (fixture, &room);
    kz_test_do (fixture->world, "POST", "fault",
                "{'match':{'nth':%d},'action':{'stallHeaders':true}}", call);
    gint64 before = total_calls (fixture);
    do_all (fixture, room, handle);
    gint64 deadline_us = kz_test_real_us () + G_USEC_PER_SEC;
    while (total_calls (fixture) < before + call && kz_test_real_us () < deadline_us)
      kz_test_host_turn (fixture->host, deadline_us);
    gboolean is_over = total_calls (fixture) < before + call;
    left_drop_and_see (fixture);
    if (is_over && call > 20)
      break;
  }
}

/* --- The host ends --- */

static void
reach_prompt (Fixture *fixture)
{
  fixture_stall (fixture, "'endpoint':'POST /generatePin'");
  fixture_sign_on_by_pin (fixture);
  fixture_wait_for_fault (fixture);
}

static void
reach_token (Fixture *fixture)
{
  fixture_stall (fixture, "'endpoint':'GET /accessToken'");
  left_begin_to_sign_on (fixture);
  fixture_wait_for_fault (fixture);
}

static void
reach_sign_on (Fixture *fixture)
{
  fixture_stall (fixture, "'endpoint':'GET /groups'");
  left_begin_to_sign_on (fixture);
  fixture_wait_for_fault (fixture);
}

static void
reach_upkeep (Fixture *fixture)
{
  fixture_stall (fixture, "'endpoint':'POST /webhook'");
  left_sign_on (fixture);
  fixture_wait_for_fault (fixture);
}

static void
reach_poll (Fixture *fixture)
{
  fixture_stall (fixture, "'endpoint':'GET /groups/{groupId}/actions'");
  left_sign_on (fixture);
  fixture_wait_for_fault (fixture);
}

static void
reach_send (Fixture *fixture)
{
  PurpleConversation *room;
  g_autofree char *handle = left_begin (fixture, &room);
  fixture_stall (fixture, "'endpoint':'POST /groups/{groupId}/messages'");
  kz_test_type (fixture->host, room, "hello");
  fixture_wait_for_fault (fixture);
}

static void
reach_dialogs_and_upload (Fixture *fixture)
{
  PurpleConversation *room;
  g_autofree char *handle = left_begin (fixture, &room);
  fixture_stall (fixture, fixture_is_bitlbee (fixture) ? "'endpoint':'GET /users/me'"
                                                        : "'endpoint':'POST /media'");
  if (fixture_is_bitlbee (fixture))
    kz_test_type (fixture->host, room, "!whoami");
  left_ask_and_upload (fixture, room);
  fixture_wait_for_fault (fixture);
}

static void
reach_deliveries (Fixture *fixture)
{
  PurpleConversation *room;
  g_autofree char *handle = left_begin (fixture, &room);
  left_others_act (fixture);
}

static void
reach_all (Fixture *fixture)
{
  PurpleConversation *room;
  g_autofree char *handle = left_begin (fixture, &room);
  stall_all (fixture, "'stallHeaders':true");
  do_all (fixture, room, handle);
  kz_test_host_settle (fixture->host);
}

/* In a process of its own for each moment. */
static void
when_the_host_quits (Fixture *fixture)
{
  static void (*const moments[]) (Fixture * fixture) = {reach_prompt,
                                                        reach_token,
                                                        reach_sign_on,
                                                        reach_upkeep,
                                                        reach_poll,
                                                        reach_send,
                                                        reach_dialogs_and_upload,
                                                        reach_deliveries,
                                                        reach_all};
  if (g_test_subprocess ()) {
    int receiver = 0;
    moments[g_ascii_strtoull (g_getenv ("KZ_TEST_MOMENT"), NULL, 10)](fixture);
    g_assert_cmpuint (left_open (fixture, &receiver), >, 0);
    purple_core_quit ();
    for (int i = 0; i < 200; i++)
      g_main_context_iteration (NULL, FALSE);
    g_assert_cmpuint (left_open (fixture, &receiver), ==, 0);
    /* The test's own part of the host is gone, too: what leaks is told before it would be used. */
    if (&__lsan_do_recoverable_leak_check != NULL)
      g_assert_cmpint (__lsan_do_recoverable_leak_check (), ==, 0);
    kz_test_host_remove_dir (fixture->host);
    _exit (0);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (moments); i++) {
    g_autofree char *moment = g_strdup_printf ("%" G_GSIZE_FORMAT, i);
    g_setenv ("KZ_TEST_MOMENT", moment, TRUE);
    g_test_message ("moment %s", moment);
    g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
  }
  g_unsetenv ("KZ_TEST_MOMENT");
}

static void
add_tests (void)
{
  static const char *const many_calls[] = {"limitConnector=100000", "limitTenant=100000", NULL};
  plugin_test_add_with ("/leftovers/with-each-deed-on-its-way", many_calls, FALSE,
                        with_each_deed_on_its_way);
  plugin_test_add_with ("/leftovers/with-everything-at-once", many_calls, FALSE,
                        with_everything_at_once);
  plugin_test_add_with ("/leftovers/at-every-call-of-a-busy-session", many_calls, FALSE,
                        at_every_call_of_a_busy_session);
  plugin_test_add_with ("/leftovers/when-the-host-quits", many_calls, FALSE, when_the_host_quits);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
