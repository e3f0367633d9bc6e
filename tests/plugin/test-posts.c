/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person makes by one line: the request of it, and the line that is seen. */
#include "config.h"

#include "deed-test.h"

#include <string.h>

#define ACTIONS "/actions"

static void
poll (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room, "!poll Lunch? | Pizza | Salad | 2h");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Poll','actionBody':{'question':'Lunch?',"
               "'choices':[{'title':'Pizza'},{'title':'Salad'}],'expiryInHours':2}}");
  deed_see (fixture, TEAM, "]: Lunch? — 1 Pizza · 2 Salad — closes ");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, TEAM, "]: Lunch?"), ==, 1);
  /* Times to choose from are none to close at, unless it is said. */
  deed_type (fixture, room, "!poll When? | 15:00 | 16:00 | closes: 3 days");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Poll','actionBody':{'question':'When?',"
               "'choices':[{'title':'15:00'},{'title':'16:00'}],'expiryInHours':72}}");
  deed_type (fixture, room, "!poll Yes? | Aye | Nay");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Poll','actionBody':{'question':'Yes?',"
               "'choices':[{'title':'Aye'},{'title':'Nay'}]}}");
  deed_see (fixture, TEAM, "]: Yes? — 1 Aye · 2 Nay");
}

static void
survey (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room,
             "!survey Trip | Which day? [Mon, Tue] | Which meals? [Noon, Night, None]* | Your name?"
             " | How many? (number) | Back when? (date) | Where to meet? (place)"
             " | The ticket (picture) | All papers (files) | 2d | anonymous | private | several");
  deed_expect (
      fixture, "POST", TEAM, ACTIONS,
      "{'actionType':'Survey','actionBody':{'title':'Trip','questions':["
      "{'title':'Which day?','type':'SingleOption','options':[{'title':'Mon'},{'title':'Tue'}]},"
      "{'title':'Which meals?','type':'MultiOption',"
      "'options':[{'title':'Noon'},{'title':'Night'},{'title':'None'}]},"
      "{'title':'Your name?','type':'Text'},{'title':'How many?','type':'Numeric'},"
      "{'title':'Back when?','type':'DateTime'},{'title':'Where to meet?','type':'Location'},"
      "{'title':'The ticket','type':'Image'},{'title':'All papers','type':'AttachmentList'}],"
      "'isAnonymous':true,'isSenderOnly':true,'acceptMultipleResponses':true,'dueDate':48}}");
  const KzTestLine *line = deed_see (fixture, TEAM, "]: Trip");
  g_assert_nonnull (strstr (line->text, "answers are anonymous"));
  g_assert_nonnull (strstr (line->text, "only the sender sees the answers"));
  g_assert_nonnull (strstr (line->text, "1. Which day? — Mon · Tue"));
  g_assert_nonnull (strstr (line->text, "4. How many? (a number)"));
  g_assert_nonnull (strstr (line->text, "8. All papers (files)"));
  deed_type (fixture, room, "!survey Short | Well?");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Survey','actionBody':{'title':'Short',"
               "'questions':[{'title':'Well?','type':'Text'}]}}");
}

static void
job (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room, "!job Check the pump | Noor, +919999900006, يوسف | 26h");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Job','actionBody':{'title':'Check the pump',"
               "'assignedTo':['+919999900002','+919999900006','+919999900007'],'dueDate':26}}");
  const KzTestLine *line = deed_see (fixture, TEAM, "]: Check the pump — for Noor, ");
  g_assert_nonnull (strstr (line->text, "due "));
  g_assert_nonnull (strstr (line->text, "0 of 3 done"));
  /* By the beginning of a name, as an IRC client completes it, and each once. */
  deed_type (fixture, room, "!job Sweep | @noo, ASHA; Noor");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Job','actionBody':{'title':'Sweep',"
               "'assignedTo':['+919999900002','+919999900003']}}");
  /* By a name that somebody elsewhere has, too, and oneself. */
  deed_type (fixture, room, "!job Mop | Asha, gita");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Job','actionBody':{'title':'Mop',"
               "'assignedTo':['+919999900003','" KZ_MY_PHONE "']}}");
  deed_see (fixture, TEAM, "]: Mop — for Asha");
  /* The server knows better who can do it. */
  deed_type (fixture, room, "!job Sweep | +15550001234");
  deed_see (fixture, TEAM,
            "names somebody who is not in the group (InvalidParameters)\n"
            "You wrote: !job Sweep | +15550001234");
}

static void
meet (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room,
             "!meet Stand-up | 2027-05-06 9:00 | 15 | 12.9716, 77.5946 Head office | News first");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'LetsMeet','actionBody':{'title':'Stand-up',"
               "'startingTime':'2027-05-06T09:00:00Z','duration':15,'DurationInMins':15,"
               "'place':{'latitude':12.9716,'longitude':77.5946,'name':'Head office'},"
               "'agenda':'News first'}}");
  const KzTestLine *line = deed_see (fixture, TEAM, "]: Stand-up");
  g_assert_nonnull (strstr (line->text, "9:00, for 15 minutes"));
  g_assert_nonnull (strstr (line->text, "Head office"));
  g_assert_nonnull (strstr (line->text, "News first"));
  /* A place that is only a name has no field of its own. */
  deed_type (fixture, room,
             "!meet Lunch | 2027-05-06T12:30+05:30 | | Canteen | Bring plates | private");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'LetsMeet','actionBody':{'title':'Lunch',"
               "'startingTime':'2027-05-06T07:00:00Z','agenda':'Where: Canteen\\nBring plates',"
               "'isSenderOnly':true}}");
  deed_see (fixture, TEAM, "Where: Canteen");
}

static void
announcement (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room, "!announce Holiday | The office is closed");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Announcement','actionBody':{'Title':'Holiday',"
               "'Message':'The office is closed'}}");
  const KzTestLine *line = deed_see (fixture, TEAM, "]: Holiday");
  g_assert_nonnull (strstr (line->text, "The office is closed"));
  deed_type (fixture, room, "!announce Only a text");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Announcement','actionBody':{'Message':'Only a text'}}");
  deed_see (fixture, TEAM, "]: Only a text");
  /* Its first line is the title; nobody is chosen where all read it. */
  deed_type (fixture, room, "!announce Tea\nAt five | to: all who are here");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'actionType':'Announcement','actionBody':{'Title':'Tea',"
               "'Message':'At five | to: all who are here'}}");
  deed_see (fixture, TEAM, "]: Tea");
}

static void
card (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room,
             "!card com.example.ticket.2 | Lift broken | status = open | floor (Numeric) = 5 | "
             "closes: 12h");
  deed_expect (fixture, "POST", TEAM, ACTIONS,
               "{'id':'com.example.ticket.2','actionBody':{'title':'Lift broken','validity':12,"
               "'properties':[{'name':'status','type':'Text','value':'open'},"
               "{'name':'floor','type':'Numeric','value':'5'}]}}");
  deed_see (fixture, TEAM, "]: Lift broken");
  deed_type (fixture, room, "!card com.example.ticket.2");
  deed_expect (fixture, "POST", TEAM, ACTIONS, "{'id':'com.example.ticket.2','actionBody':{}}");
}

/* The newest action that the world has. (transfer full) */
static char *
last_action_id (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  g_assert_cmpuint (json_array_get_length (items), >, 0);
  JsonObject *item = json_array_get_object_element (items, json_array_get_length (items) - 1);
  return g_strdup (json_object_get_string_member (item, "actionId"));
}

static void
properties_of_a_card (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (
      fixture, "com.example.ticket.2",
      "{'title':'Gate','properties':[{'name':'status','type':'Text','value':'open'}]}", "Gate");
  deed_type (fixture, room, "!update [%s] status = closed, for now | floor (numeric) = 6",
             item->handle);
  g_autofree char *path = g_strdup_printf ("/actions/%s/properties", item->action_id);
  deed_expect (fixture, "PUT", TEAM, path,
               "{'version':-1,'updateProperties':["
               "{'name':'status','type':'Text','value':'closed, for now'},"
               "{'name':'floor','type':'Numeric','value':'6'}]}");
  g_autofree char *line = g_strdup_printf ("[%s] The card was changed.", item->handle);
  deed_see (fixture, TEAM, line);
  g_autofree char *typed = g_strdup_printf ("!update %s nothing to it", item->handle);
  deed_refused (fixture, room, typed, "“nothing to it” is no property; write name = value");
  g_free (typed);
  typed = g_strdup_printf ("!update %s x (Weird) = 1", item->handle);
  deed_refused (fixture, room, typed, "is no property");
}

static void
reminder (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item =
      deed_post (fixture, "Job", "{'title':'Sweep','assignedTo':['hindi'],'dueDate':24}", "Sweep");
  g_autofree char *path = g_strdup_printf ("/actions/%s/reminder", item->action_id);
  g_autofree char *line = g_strdup_printf ("[%s] A reminder was sent.", item->handle);
  deed_type (fixture, room, "!remind %s", item->handle);
  deed_expect (fixture, "POST", TEAM, path, "{}");
  deed_see (fixture, TEAM, line);
  g_autofree char *typed = g_strdup_printf ("!remind %s Noor", item->handle);
  deed_refused (fixture, room, typed, "Only public groups have subscribers");
}

static void
reply (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (
      fixture, "Poll", "{'question':'Eat?','choices':[{'title':'a'},{'title':'b'}]}", "Eat?");
  deed_type (fixture, room, "!reply %s: I can come | too", item->handle);
  deed_expect (fixture, "POST", TEAM, "/messages",
               "{'message':'I can come | too','replyToReferenceId':'%s'}", item->reference_id);
  g_autofree char *line = g_strdup_printf ("(on [%s]) I can come | too", item->handle);
  /* BitlBee shows no line of ours that was typed there. */
  if (!fixture_is_bitlbee (fixture))
    deed_see (fixture, TEAM, line);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, TEAM, "I can come"), <=, 1);
}

/* --- public groups --- */

static PurpleConversation *
join_shop (Fixture *fixture, const char *role)
{
  kz_test_do (fixture->world, "POST", "group",
              "{'name':'Shop','type':'ConnectGroup','tenant':true,'members':["
              "{'person':'me','role':'%s'},{'person':'second','role':'Admin'}],"
              "'subscribers':['hindi','asha','tamil']}",
              role);
  fixture_sign_on (fixture);
  return deed_join_group (fixture, "Shop");
}

static void
subscribers (Fixture *fixture)
{
  PurpleConversation *room = join_shop (fixture, "Admin");
  deed_type (fixture, room, "!poll Open on Sunday? | Yes | No");
  deed_expect (fixture, "POST", "Shop", ACTIONS,
               "{'actionType':'Poll','sendToAllSubscribers':true,'actionBody':{"
               "'question':'Open on Sunday?','choices':[{'title':'Yes'},{'title':'No'}]}}");
  g_autofree char *handle = deed_handle (fixture, "Shop", "]: Open on Sunday?");
  deed_type (fixture, room, "!poll Which one? | A | B | to: +919999900005, +919999900006");
  deed_expect (fixture, "POST", "Shop", ACTIONS,
               "{'actionType':'Poll','subscribers':['+919999900005','+919999900006'],'actionBody':{"
               "'question':'Which one?','choices':[{'title':'A'},{'title':'B'}]}}");
  deed_see (fixture, "Shop", "]: Which one?");
  deed_type (fixture, room, "!remind %s +919999900005", handle);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Shop", "A reminder was sent") == 1);
  g_autofree char *action_id = last_action_id (fixture);
  g_autofree char *path = g_strdup_printf ("/actions/%s/reminder", action_id);
  deed_expect (fixture, "POST", "Shop", path, "{'subscribers':['+919999900005']}");
  deed_type (fixture, room, "!announce New | We have apples");
  deed_expect (fixture, "POST", "Shop", ACTIONS,
               "{'actionType':'Announcement','sendToAllSubscribers':true,'actionBody':{"
               "'Title':'New','Message':'We have apples'}}");
  deed_type (fixture, room, "!announce New | Pears | and plums | to: +919999900005");
  deed_expect (fixture, "POST", "Shop", ACTIONS,
               "{'actionType':'Announcement','subscribers':['+919999900005'],'actionBody':{"
               "'Title':'New','Message':'Pears | and plums'}}");
  deed_type (fixture, room, "!announce No figs | to: +919999900005, +919999900006");
  deed_expect (fixture, "POST", "Shop", ACTIONS,
               "{'actionType':'Announcement','subscribers':['+919999900005','+919999900006'],"
               "'actionBody':{'Message':'No figs'}}");
  deed_refused (fixture, room, "!announce New | Nuts | to: Zoltan", "nobody called “Zoltan”");
}

/* --- what cannot be --- */

static void
bad_posts (Fixture *fixture)
{
  static const DeedRefusal rows[] = {
      {"!poll Lunch?", "Something is missing: Choices"},
      {"!poll Lunch? | Pizza", "The poll needs two choices at least"},
      {"!poll Lunch? | Pizza | Pizza", "Two choices of the poll are the same"},
      {"!poll | Pizza | Salad", "Something is missing: Question"},
      {"!poll Lunch? | A | B | closes: yesterday", "“yesterday” is over already"},
      {"!poll Lunch? | A | B | closes: 3/4/2027",
       "In “3/4/2027”, is that day 3 of month 4, or day 4 of month 3"},
      {"!poll Lunch? | A | B | closes: soonish", "“soonish” is no time; write for example 2h"},
      {"!poll Lunch? | A | B | closes: 400 days", "The end must be within 8784 hours from now"},
      {"!survey Trip", "Something is missing: Questions"},
      {"!survey Trip | Which? [Mon]", "A question with choices needs two at least"},
      {"!survey Trip | [Mon, Tue]", "A question needs words before its choices"},
      {"!survey Trip | Which? [Mon, Mon]", "Two answers to choose from are the same"},
      {"!survey Trip | Name? | anonymous: perhaps", "Say yes or no"},
      {"!job Sweep", "Something is missing: Who"},
      {"!job Sweep | Zoltan", "There is nobody called “Zoltan” here; a phone number with +"},
      {"!job Sweep | Noor | yesterday", "“yesterday” is over already"},
      {"!job Sweep | Noor | 2h | and more", "There is one part too many: “and more”"},
      {"!meet Talk", "Something is missing: Starts"},
      {"!meet Talk | tomorrow", "At what time? For example: tomorrow 15:00"},
      {"!meet Talk | tomorrow 9:00 | 0", "Say how many minutes, as a whole number"},
      {"!meet Talk | tomorrow 9:00 | ten", "“ten”"},
      {"!meet Talk | 2020-01-01 9:00", "“2020-01-01 9:00” is over already"},
      {"!meet Talk | tomorrow 9:00 | 15 | 99.5, 77 Moon", "Write a place as latitude, longitude"},
      {"!announce Holiday |", "Say what to announce, as in: !announce Holiday"},
      {"!card | Lift", "Something is missing: Package ID"},
      {"!card com.example.ticket.2 | Lift | broken", "“broken” is no property; write name = value"},
      {"!remind zz9", "There is no [zz9] here"},
      {"!remind", "Say which one, by the letters and digits that stand in brackets"},
      {"!update zz9 a = b", "There is no [zz9] here"},
      {"!reply zz9 hello", "There is no [zz9] here"},
  };
  PurpleConversation *room = deed_join (fixture);
  deed_refused_all (fixture, room, rows, G_N_ELEMENTS (rows));
  g_autofree char *long_text = g_strnfill (4001, 'x');
  g_autofree char *poll = g_strdup_printf ("!poll %s | a | b", long_text);
  deed_refused (fixture, room, poll, "The text is too long: at most 4000 characters are possible");
}

static void
people_of_the_same_name (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "join", "{'group':'team','person':'asha2'}");
  fixture_sign_on (fixture);
  PurpleConversation *room = deed_join (fixture);
  deed_refused (fixture, room, "!job Sweep | Ash", "“Ash” may be any of: Asha");
  /* Two names by which they can be told apart. */
  const KzTestLine *line = kz_test_find_line (fixture->host, TEAM, "any of: ");
  g_assert_true (strstr (line->text, "Asha 0004") != NULL ||
                 strstr (line->text, "Asha 0003") != NULL);
  deed_type (fixture, room, "!job Sweep | +919999900004");
  deed_expect (
      fixture, "POST", TEAM, ACTIONS,
      "{'actionType':'Job','actionBody':{'title':'Sweep','assignedTo':['+919999900004']}}");
}

static void
not_here (Fixture *fixture)
{
  kz_test_join (fixture->account, "News");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "News") != NULL);
  PurpleConversation *room = kz_test_room (fixture->account, "News");
  fixture_wait_for_webhooks (fixture);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
  static const DeedRefusal rows[] = {
      {"!poll Lunch? | A | B", "subscribers can answer, like and comment, but not post"},
      {"!announce Hello", "subscribers can answer, like and comment, but not post"},
      {"!job Sweep | Asha", "subscribers can answer, like and comment, but not post"},
  };
  deed_refused_all (fixture, room, rows, G_N_ELEMENTS (rows));
}

static void
add_tests (void)
{
  plugin_test_add_online ("/posts/poll", poll);
  plugin_test_add_online ("/posts/survey", survey);
  plugin_test_add_online ("/posts/job", job);
  plugin_test_add_online ("/posts/meeting", meet);
  plugin_test_add_online ("/posts/announcement", announcement);
  plugin_test_add_online ("/posts/card", card);
  plugin_test_add_online ("/posts/properties-of-a-card", properties_of_a_card);
  plugin_test_add_online ("/posts/reminder", reminder);
  plugin_test_add_online ("/posts/reply", reply);
  plugin_test_add ("/posts/subscribers", subscribers);
  plugin_test_add_online ("/posts/bad-input", bad_posts);
  plugin_test_add ("/posts/people-of-the-same-name", people_of_the_same_name);
  plugin_test_add_online ("/posts/not-here", not_here);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
