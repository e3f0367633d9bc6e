/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions in a room, where a host has no windows: one at a time. */
#include "config.h"

#include "ahead-test.h"
#include "deed-test.h"

#include "kz-limits.h"

#include <string.h>

/* Types one line, and waits for the one that answers it. */
static void
type_and_see (Fixture *fixture, PurpleConversation *room, const char *typed, const char *seen)
{
  kz_test_forget_lines (fixture->host);
  kz_test_type (fixture->host, room, typed);
  deed_see (fixture, TEAM, seen);
}

static void
poll_by_questions (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  type_and_see (fixture, room, "!poll",
                "“New poll”: answer here; !back goes back, !cancel ends it.\n"
                "(1 of 3) Question");
  type_and_see (fixture, room, "Lunch?", "(2 of 3) Choices");
  type_and_see (fixture, room, ".", "This one needs an answer.");
  type_and_see (fixture, room, "Pizza", "the next one, or a single dot");
  type_and_see (fixture, room, "Salad", "the next one, or a single dot");
  type_and_see (fixture, room, ".", "(3 of 3) Closes");
  type_and_see (fixture, room, "yesterday", "“yesterday” is over already");
  deed_expect_nothing (fixture);
  kz_test_type (fixture->host, room, "2h");
  deed_expect (fixture, "POST", TEAM, "/actions",
               "{'actionType':'Poll','actionBody':{'question':'Lunch?',"
               "'choices':[{'title':'Pizza'},{'title':'Salad'}],'expiryInHours':2}}");
  deed_see (fixture, TEAM, "]: Lunch? — 1 Pizza · 2 Salad");
  /* Afterwards lines are lines again. */
  kz_test_type (fixture->host, room, "Hello");
  deed_expect (fixture, "POST", TEAM, "/messages", "{'message':'Hello'}");
}

static void
survey_by_questions (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  type_and_see (fixture, room, "!survey", "(1 of 6) Title");
  type_and_see (fixture, room, "Trap", "(2 of 6) Questions");
  type_and_see (fixture, room, "!back", "(1 of 6) Title");
  /* What others say is shown and disturbs nothing. */
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'team','person':'second','text':'Good morning'}");
  deed_see (fixture, TEAM, "Good morning");
  type_and_see (fixture, room, "Trip", "(2 of 6) Questions");
  type_and_see (fixture, room, "Which day? [Mon]", "two at least");
  type_and_see (fixture, room, "Which day? [Mon, Tue]", "the next one, or a single dot");
  type_and_see (fixture, room, "Who comes?", "the next one, or a single dot");
  type_and_see (fixture, room, ".", "(3 of 6) Closes");
  type_and_see (fixture, room, "-", "(4 of 6) Anonymous");
  type_and_see (fixture, room, "yes", "(5 of 6) Only I see the answers");
  type_and_see (fixture, room, "no", "(6 of 6) A person may answer several times");
  deed_expect_nothing (fixture);
  kz_test_type (fixture->host, room, "-");
  deed_expect (fixture, "POST", TEAM, "/actions",
               "{'actionType':'Survey','actionBody':{'title':'Trip','questions':["
               "{'title':'Which day?','type':'SingleOption',"
               "'options':[{'title':'Mon'},{'title':'Tue'}]},{'title':'Who comes?','type':'Text'}],"
               "'isAnonymous':true}}");
}

static void
cancelled (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  type_and_see (fixture, room, "!back", "Nothing is being asked here.");
  type_and_see (fixture, room, "!poll", "(1 of 3) Question");
  type_and_see (fixture, room, "Lunch?", "(2 of 3) Choices");
  type_and_see (fixture, room, "Pizza", "the next one");
  type_and_see (fixture, room, "!cancel",
                "the questions have ended.\nYou wrote: !poll Lunch? | Pizza");
  type_and_see (fixture, room, "!cancel", "Nothing is being asked here.");
  /* Another one begins: the earlier ends. */
  type_and_see (fixture, room, "!meet", "(1 of 6) What for");
  type_and_see (fixture, room, "Talk", "(2 of 6) Starts");
  type_and_see (fixture, room, "!poll", "something else is asked now.\nYou wrote: !meet Talk");
  deed_see (fixture, TEAM, "(1 of 3) Question");
  deed_expect_nothing (fixture);
}

static void
given_back_at_sign_off (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  type_and_see (fixture, room, "!poll", "(1 of 3) Question");
  type_and_see (fixture, room, "Lunch?", "(2 of 3) Choices");
  kz_test_forget_lines (fixture->host);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  g_assert_cmpuint (kz_test_count_lines (fixture->host, TEAM, "You wrote: !poll Lunch?"), ==, 1);
}

static void
given_back_when_closed (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  type_and_see (fixture, room, "!poll", "(1 of 3) Question");
  type_and_see (fixture, room, "Lunch?", "(2 of 3) Choices");
  kz_test_forget_lines (fixture->host);
  purple_conversation_destroy (room);
  fixture_join (fixture, TEAM);
  deed_see (fixture, TEAM, "You wrote: !poll Lunch?");
  deed_expect_nothing (fixture);
}

static void
ended_by_themselves (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  type_and_see (fixture, room, "!poll", "(1 of 3) Question");
  type_and_see (fixture, room, "Lunch?", "(2 of 3) Choices");
  /* Each answer lets the time begin anew. */
  ahead_test_run (KZ_WIZARD_TIMEOUT_US - G_TIME_SPAN_MINUTE);
  kz_test_host_settle (fixture->host);
  type_and_see (fixture, room, "Pizza", "the next one");
  ahead_test_run (KZ_WIZARD_TIMEOUT_US - G_TIME_SPAN_MINUTE);
  kz_test_host_settle (fixture->host);
  type_and_see (fixture, room, "Salad", "the next one");
  kz_test_forget_lines (fixture->host);
  ahead_test_run (KZ_WIZARD_TIMEOUT_US);
  deed_see (fixture, TEAM,
            "there was no answer for a while, so the questions have ended.\n"
            "You wrote: !poll Lunch? | Pizza | Salad");
  deed_expect_nothing (fixture);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, TEAM, "have ended"), ==, 1);
  kz_test_type (fixture->host, room, "Hello");
  deed_expect (fixture, "POST", TEAM, "/messages", "{'message':'Hello'}");
}

static void
survey_answered_by_questions (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item =
      deed_post (fixture, "Survey",
                 "{'title':'Trip','questions':[{'title':'Which day?','type':'SingleOption',"
                 "'options':[{'title':'Mon'},{'title':'Tue'}]},{'title':'How many?','type':"
                 "'Numeric'}]}",
                 "Trip");
  g_autofree char *typed = g_strdup_printf ("!answer %s", item->handle);
  g_autofree char *path = g_strdup_printf ("/actions/%s/responses", item->action_id);
  type_and_see (fixture, room, typed, "(1 of 2) Which day? — 1 Mon · 2 Tue");
  type_and_see (fixture, room, "Wed", "none of the choices");
  type_and_see (fixture, room, "2", "(2 of 2) How many?");
  deed_expect_nothing (fixture);
  kz_test_type (fixture->host, room, "3");
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Survey','actionBody':{'Answers':['Tue',3]}}");
  deed_see (fixture, TEAM, "You answered the survey");
}

static void
add_tests (void)
{
  if (plugin_test_ui () != KZ_TEST_BITLBEE)
    return;
  plugin_test_add_online ("/wizard/a-poll", poll_by_questions);
  plugin_test_add_online ("/wizard/a-survey", survey_by_questions);
  plugin_test_add_online ("/wizard/cancelled", cancelled);
  plugin_test_add_online ("/wizard/given-back-at-sign-off", given_back_at_sign_off);
  plugin_test_add_online ("/wizard/given-back-when-the-room-is-closed", given_back_when_closed);
  plugin_test_add_online ("/wizard/ended-by-themselves", ended_by_themselves);
  plugin_test_add_online ("/wizard/a-survey-is-answered", survey_answered_by_questions);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
