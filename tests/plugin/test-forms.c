/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same by windows with fields, where a host has them. */
#include "config.h"

#include "deed-test.h"

#include <string.h>

static void
open_form (Fixture *fixture, PurpleConversation *room, const char *typed)
{
  kz_test_type (fixture->host, room, typed);
  kz_test_wait_for (fixture->host, fixture->host->forms->len == 1);
}

static const KzTestForm *
form_of (Fixture *fixture)
{
  g_assert_cmpuint (fixture->host->forms->len, ==, 1);
  return g_ptr_array_index (fixture->host->forms, 0);
}

static void
assert_filled (Fixture *fixture, const char *id, const char *expected)
{
  g_autofree char *text = kz_test_filled (fixture->host, id);
  g_assert_cmpstr (text, ==, expected);
}

static void
survey_by_form (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  open_form (fixture, room, "/survey");
  g_assert_cmpstr (form_of (fixture)->title, ==, "New survey");
  kz_test_fill (fixture->host, "title", "Trip");
  /* Lines or bars, whatever the host has room for. */
  kz_test_fill (fixture->host, "questions", "Which day? [Mon, Tue] | Who comes?");
  kz_test_fill (fixture->host, "closes", "3/4");
  kz_test_fill (fixture->host, "anonymous", "yes");
  kz_test_press (fixture->host, TRUE);
  deed_expect_nothing (fixture);
  /* What cannot be is said, and all that was typed stands there once more. */
  g_assert_nonnull (strstr (form_of (fixture)->secondary, "is that day 3 of month 4"));
  assert_filled (fixture, "title", "Trip");
  assert_filled (fixture, "closes", "3/4");
  assert_filled (fixture, "anonymous", "yes");
  kz_test_fill (fixture->host, "closes", "2d");
  kz_test_press (fixture->host, TRUE);
  g_assert_cmpuint (fixture->host->forms->len, ==, 0);
  deed_expect (fixture, "POST", TEAM, "/actions",
               "{'actionType':'Survey','actionBody':{'title':'Trip','questions':["
               "{'title':'Which day?','type':'SingleOption',"
               "'options':[{'title':'Mon'},{'title':'Tue'}]},{'title':'Who comes?','type':'Text'}],"
               "'isAnonymous':true,'dueDate':48}}");
  deed_see (fixture, TEAM, "]: Trip");
}

/* It goes the way of one by a line: when no answer came, its echo tells that it is there. */
static void
announcement_in_doubt (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/actions','times':0},"
              "'action':{'reset':'before'}}");
  open_form (fixture, room, "!announce");
  kz_test_fill (fixture->host, "title", "Tea");
  kz_test_fill (fixture->host, "text", "At five");
  kz_test_press (fixture->host, TRUE);
  const KzTestLine *line = deed_see (fixture, TEAM, "This may not have arrived");
  g_assert_nonnull (strstr (line->text, "announce Tea | At five"));
  kz_test_do (fixture->world, "POST", "action",
              "{'group':'team','person':'me','actionType':'Announcement','actionBody':"
              "{'Title':'Tea','Message':'At five'}}");
  deed_see (fixture, TEAM, "Your line that was in doubt has arrived.");
  deed_see (fixture, TEAM, "]: Tea");
}

static void
missing_and_cancelled (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  open_form (fixture, room, "!poll");
  kz_test_fill (fixture->host, "question", "Lunch?");
  kz_test_press (fixture->host, TRUE);
  g_assert_nonnull (strstr (form_of (fixture)->secondary, "Something is missing: Choices"));
  assert_filled (fixture, "question", "Lunch?");
  kz_test_press (fixture->host, FALSE);
  g_assert_cmpuint (fixture->host->forms->len, ==, 0);
  deed_expect_nothing (fixture);
}

static void
survey_answered_by_form (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item =
      deed_post (fixture, "Survey",
                 "{'title':'Trip','questions':[{'title':'Which day?','type':'SingleOption',"
                 "'options':[{'title':'Mon'},{'title':'Tue'}]},{'title':'Which meals?','type':"
                 "'MultiOption','options':[{'title':'Noon'},{'title':'Night'},{'title':'None'}]},"
                 "{'title':'How many?','type':'Numeric'}]}",
                 "Trip");
  g_autofree char *typed = g_strdup_printf ("/answer %s", item->handle);
  g_autofree char *path = g_strdup_printf ("/actions/%s/responses", item->action_id);
  open_form (fixture, room, typed);
  kz_test_fill (fixture->host, "1", "Tue");
  kz_test_fill (fixture->host, "2", "1 Noon");
  kz_test_fill (fixture->host, "2", "3 None");
  kz_test_fill (fixture->host, "3", "many");
  kz_test_press (fixture->host, TRUE);
  g_assert_nonnull (strstr (form_of (fixture)->secondary, "“many” is no number"));
  assert_filled (fixture, "1", "Tue");
  assert_filled (fixture, "2", "1 Noon\n3 None");
  kz_test_fill (fixture->host, "3", "4");
  kz_test_press (fixture->host, TRUE);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Survey','actionBody':{'Answers':['Tue',['Noon','None'],4]}}");
  deed_see (fixture, TEAM, "You answered the survey");
}

static void
closed_at_sign_off (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  open_form (fixture, room, "!job");
  kz_test_fill (fixture->host, "title", "Sweep");
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  g_assert_cmpuint (fixture->host->forms->len, ==, 0);
}

static void
add_tests (void)
{
  if (plugin_test_ui () == KZ_TEST_BITLBEE)
    return;
  plugin_test_add_online ("/forms/a-survey", survey_by_form);
  plugin_test_add_online ("/forms/an-announcement-in-doubt", announcement_in_doubt);
  plugin_test_add_online ("/forms/missing-and-cancelled", missing_and_cancelled);
  plugin_test_add_online ("/forms/a-survey-is-answered", survey_answered_by_form);
  plugin_test_add_online ("/forms/closed-at-sign-off", closed_at_sign_off);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
