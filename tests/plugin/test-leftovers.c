/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs off in the middle of everything that a person can do: no socket, open file, prompt or window of
 * the account is left, and the sanitizers find whatever else comes afterwards. */
#include "config.h"

#include "left-test.h"

#include <string.h>
#include <unistd.h>

/* Of LeakSanitizer, where it is there and looks for leaks. */
int __lsan_do_recoverable_leak_check (void) __attribute__ ((weak));

/* --- Nothing is left --- */

static void
drop_and_see (Fixture *fixture)
{
  int receiver = 0;
  g_assert_cmpuint (left_open (fixture, &receiver), >, 0);
  purple_account_set_enabled (fixture->account, purple_core_get_ui (), FALSE);
  kz_test_host_settle (fixture->host);
  /* Before it is deleted, with which libpurple would close all windows under its name, too. */
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture->host->forms->len, ==, 0);
  g_assert_cmpuint (fixture->host->open_notices->len, ==, 0);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  kz_test_wait_for (fixture->host, left_open (fixture, &receiver) == 0);
  /* What was on its way to us comes to nobody. */
  for (int i = 0; i < 20; i++)
    kz_test_host_settle (fixture->host);
  g_assert_cmpuint (left_open (fixture, &receiver), ==, 0);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  kz_test_forget_lines (fixture->host);
}

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

/* Everything that comes by webhook while that is done. */
static void
others_act (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'second','text':'hello'}");
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'kitchen','person':'hindi','text':'hello there'}");
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'gate','name':'gate.jpg'}");
  kz_test_do (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'When?',"
      "'choices':[{'title':'a'},{'title':'b'}]}}");
}

/* With a connector of its own: the plugin counts the calls of each, whoever makes them. */
static void
sign_on (Fixture *fixture)
{
  g_autoptr (JsonObject) connector = kz_test_control (fixture->world, "POST", "connector", "{}");
  const char *id = json_object_get_string_member (connector, "connectorId");
  g_autoptr (JsonObject) token = kz_test_control (fixture->world, "POST", "token",
                                                  "{'person':'me','connector':'%s'}", id);
  fixture->account = kz_test_account_new (
      fixture->host, KZ_MY_PHONE, json_object_get_string_member (token, "refreshToken"),
      "connector_id", id, "connector_secret",
      json_object_get_string_member (connector, "connectorSecret"), "api_root", fixture->world->url,
      NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

/* (transfer full): of the poll "Which?" of Noor, which is posted. */
static char *
begin (Fixture *fixture, PurpleConversation **room)
{
  sign_on (fixture);
  *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  /* Later than all of the rounds before, of which the first look shows the latest only. */
  kz_test_do (fixture->world, "POST", "clock", "{'advanceSeconds':2}");
  kz_test_do (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'Which?',"
      "'choices':[{'title':'a'},{'title':'b'}]}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Which?") > 0);
  const char *text = kz_test_find_line (fixture->host, "Team", "Which?")->text;
  const char *open = strchr (text, '[') + 1;
  return g_strndup (open, strcspn (open, "]"));
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
    "!members", "!whoami", "!status", "!webhooks list", "!leave", "!poll", "!survey", "!job", "!help",
};

static void
type_one (Fixture *fixture, PurpleConversation *room, const char *line, const char *handle)
{
  g_auto (GStrv) parts = g_strsplit (line, "HANDLE", -1);
  g_autofree char *whole = g_strjoinv (handle, parts);
  kz_test_type (fixture->host, room, whole);
}

static void
do_all (Fixture *fixture, PurpleConversation *room, const char *handle)
{
  for (gsize i = 0; i < G_N_ELEMENTS (calling); i++)
    type_one (fixture, room, calling[i], handle);
  for (gsize i = 0; i < G_N_ELEMENTS (calm); i++)
    type_one (fixture, room, calm[i], handle);
  if (!fixture_is_bitlbee (fixture))
    left_send_file (fixture, room);
  serv_get_info (purple_account_get_connection (fixture->account), "Noor");
  purple_roomlist_get_list (purple_account_get_connection (fixture->account));
  others_act (fixture);
}

/* --- Signing off --- */

/* A form, or a question in the room, a notice and a file on its way. */
static void
ask_and_upload (Fixture *fixture, PurpleConversation *room)
{
  guint before = fixture->host->forms->len;
  type_one (fixture, room, "!survey", "");
  fixture_account_action (fixture, "State of the account");
  if (fixture_is_bitlbee (fixture))
    return;
  g_assert_cmpuint (fixture->host->forms->len, >, before);
  g_assert_cmpuint (fixture->host->open_notices->len, >, 0);
  left_send_file (fixture, room);
}

/* Below a dialog and beside a file; @calls: its answer does not come. */
static void
with_one (Fixture *fixture, const char *line, gboolean calls, const char *how)
{
  PurpleConversation *room;
  g_autofree char *handle = begin (fixture, &room);
  stall_all (fixture, how);
  gint64 before = total_calls (fixture);
  type_one (fixture, room, line, handle);
  kz_test_wait_for (fixture->host, !calls || total_calls (fixture) > before);
  ask_and_upload (fixture, room);
  others_act (fixture);
  kz_test_host_settle (fixture->host);
  drop_and_see (fixture);
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
    g_autofree char *handle = begin (fixture, &room);
    stall_all (fixture, how[i]);
    gint64 before = total_calls (fixture);
    do_all (fixture, room, handle);
    kz_test_wait_for (fixture->host, total_calls (fixture) >= before + 3);
    drop_and_see (fixture);
  }
}

/* The n-th of all calls of a busy session never answers: until there are no more of them. Each of the three
 * hosts has every third. */
static void
at_every_call_of_a_busy_session (Fixture *fixture)
{
  for (int call = 1 + (int) fixture->host->ui; call < 80; call += 3) {
    PurpleConversation *room;
    g_autofree char *handle = begin (fixture, &room);
    kz_test_do (fixture->world, "POST", "fault",
                "{'match':{'nth':%d},'action':{'stallHeaders':true}}", call);
    gint64 before = total_calls (fixture);
    do_all (fixture, room, handle);
    gint64 deadline_us = kz_test_real_us () + G_USEC_PER_SEC;
    while (total_calls (fixture) < before + call && kz_test_real_us () < deadline_us)
      kz_test_host_turn (fixture->host, deadline_us);
    gboolean is_over = total_calls (fixture) < before + call;
    drop_and_see (fixture);
    if (is_over && call > 20)
      break;
  }
}

/* The host ends, with all of that on its way; in a process of its own. */
static void
when_the_host_quits (Fixture *fixture)
{
  if (g_test_subprocess ()) {
    PurpleConversation *room;
    char *handle = begin (fixture, &room);
    int receiver = 0;
    stall_all (fixture, "'stallHeaders':true");
    do_all (fixture, room, handle);
    g_free (handle);
    kz_test_host_settle (fixture->host);
    g_assert_cmpuint (left_open (fixture, &receiver), >, 0);
    purple_core_quit ();
    for (int i = 0; i < 200; i++)
      g_main_context_iteration (NULL, FALSE);
    g_assert_cmpuint (left_open (fixture, &receiver), ==, 0);
    /* The test's own part of the host is gone, too: what leaks is told before it would be used. */
    if (&__lsan_do_recoverable_leak_check != NULL)
      g_assert_cmpint (__lsan_do_recoverable_leak_check (), ==, 0);
    _exit (0);
  }
  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
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
