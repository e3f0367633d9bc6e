/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person answers by one line: the request of it, and the line that is seen. */
#include "config.h"

#include "deed-test.h"

#include <string.h>

#define DETAILS "GET /groups/{groupId}/actions/{actionId}"

static const char poll_body[] =
    "{'question':'Eat "
    "where?','choices':[{'title':'Canteen'},{'title':'Market'},{'title':'Maple'}]}";

static const char survey_body[] =
    "{'title':'Trip','questions':["
    "{'title':'Which day?','type':'SingleOption','options':[{'title':'Mon'},{'title':'Tue'}]},"
    "{'title':'Which meals?','type':'MultiOption','options':[{'title':'Noon'},{'title':'Night'}]},"
    "{'title':'Your name?','type':'Text'},{'title':'How many?','type':'Numeric'},"
    "{'title':'Back when?','type':'DateTime'},{'title':'Where to?','type':'Location'},"
    "{'title':'Call whom?','type':'PhoneNumber'}]%s}";

static char *
responses_of (const DeedItem *item)
{
  return g_strdup_printf ("/actions/%s/responses", item->action_id);
}

static DeedItem *
post_survey (Fixture *fixture, const char *more)
{
  g_autofree char *body = g_strconcat (survey_body, NULL);
  char *place = strstr (body, "%s");
  g_autofree char *whole =
      g_strdup_printf ("%.*s%s%s", (int) (place - body), body, more, place + 2);
  return deed_post (fixture, "Survey", whole, "Trip");
}

/* The id of the response that the server gave last. (transfer full) */
static char *
own_response (Fixture *fixture, const DeedItem *item)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  for (guint i = json_array_get_length (items); i > 0; i--) {
    JsonObject *one = json_array_get_object_element (items, i - 1);
    const char *id = json_object_get_string_member_with_default (one, "responseId", NULL);
    if (id != NULL &&
        g_strcmp0 (json_object_get_string_member (one, "actionId"), item->action_id) == 0)
      return g_strdup (id);
  }
  return NULL;
}

static char *
wait_for_response (Fixture *fixture, const DeedItem *item)
{
  g_autofree char *id = NULL;
  kz_test_wait_for (fixture->host, (id = own_response (fixture, item)) != NULL);
  return g_steal_pointer (&id);
}

static void
see_of (Fixture *fixture, const DeedItem *item, const char *format)
{
  g_auto (GStrv) parts = g_strsplit (format, "k3f", -1);
  g_autofree char *text = g_strjoinv (item->handle, parts);
  deed_see (fixture, TEAM, text);
}

/* --- polls and meetings --- */

static void
vote_and_change (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (fixture, "Poll", poll_body, "Eat where?");
  g_autofree char *path = responses_of (item);
  deed_type (fixture, room, "!vote %s mark", item->handle);
  g_autofree char *response_id = wait_for_response (fixture, item);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Poll','actionBody':{'answers':['Market']}}");
  see_of (fixture, item, "You voted in the poll [k3f] “Eat where?”: Market");
  g_autofree char *upper = g_ascii_strup (item->handle, -1);
  deed_type (fixture, room, "!VOTE [%s] 1", upper);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Poll','responseId':'%s','actionBody':{'answers':['Canteen']}}",
               response_id);
  see_of (fixture, item, "You changed your vote in the poll [k3f] “Eat where?”: Canteen");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, TEAM, "in the poll"), ==, 2);
}

static void
meetings (Fixture *fixture)
{
  static const struct {
    const char *typed;
    const char *wire;
  } rows[] = {{"!accept k3f", "Accept"},  {"!decline [k3f]", "Decline"},
              {"!maybe K3F", "Maybe"},    {"!vote k3f accept", "Accept"},
              {"!vote k3f 2", "Decline"}, {"!vote k3f MAY", "Maybe"}};
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (
      fixture, "LetsMeet", "{'title':'Talk','startingTime':'2027-05-06T09:00:00Z'}", "Talk");
  g_autofree char *path = responses_of (item);
  g_autofree char *response_id = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) parts = g_strsplit (rows[i].typed, "k3f", -1);
    g_autofree char *handle = g_strdup (item->handle);
    g_autofree char *typed = g_strjoinv (handle, parts);
    if (strstr (typed, "K3F") != NULL) {
      g_autofree char *upper = g_ascii_strup (handle, -1);
      g_free (typed);
      typed = g_strconcat ("!maybe ", upper, NULL);
    }
    kz_test_forget_lines (fixture->host);
    kz_test_type (fixture->host, room, typed);
    if (response_id == NULL) {
      response_id = wait_for_response (fixture, item);
      deed_expect (fixture, "POST", TEAM, path,
                   "{'actionType':'LetsMeet','actionBody':{'answers':['%s']}}", rows[i].wire);
    } else
      deed_expect (fixture, "POST", TEAM, path,
                   "{'actionType':'LetsMeet','responseId':'%s','actionBody':{'answers':['%s']}}",
                   response_id, rows[i].wire);
    g_autofree char *line =
        g_strdup_printf ("%s [k3f] “Talk”: %s",
                         i == 0 ? "You answered" : "You changed your answer to", rows[i].wire);
    see_of (fixture, item, line);
  }
}

static void
refused_by_the_server (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) poll = deed_post (fixture, "Poll", poll_body, "Eat where?");
  g_autoptr (DeedItem) talk = deed_post (
      fixture, "LetsMeet", "{'title':'Talk','startingTime':'2027-05-06T09:00:00Z'}", "Talk");
  g_autofree char *vote = g_strdup_printf ("!vote %s 1", poll->handle);
  g_autofree char *accept = g_strdup_printf ("!accept %s", talk->handle);
  deed_refused (fixture, room, vote, "This server does not take votes or replies to invitations");
  deed_refused (fixture, room, accept, "This server does not take votes or replies to invitations");
}

/* --- surveys, jobs, cards --- */

static void
surveys (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = post_survey (fixture, "");
  g_autofree char *path = responses_of (item);
  deed_type (fixture, room,
             "!answer %s tue | 1, night | Gita & co | 2,5 | 2026-11-24 9:00 | 12.5, 77.25 gate | "
             "+1 555 000 1234",
             item->handle);
  g_autofree char *response_id = wait_for_response (fixture, item);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Survey','actionBody':{'Answers':['Tue',['Noon','Night'],'Gita & co',"
               "2.5,1795510800,{'lt':12.5,'lg':77.25,'n':'gate'},'+15550001234']}}");
  see_of (
      fixture, item,
      "You answered the survey [k3f] “Trip”: Which day? Tue; Which meals? Noon, Night; "
      "Your name? Gita & co; How many? 2.5; Back when? 2026-11-24 09:00 UTC; Where to? gate");
  deed_type (fixture, room, "!answer %s Mon | | nobody | 3", item->handle);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Survey','responseId':'%s','actionBody':{"
               "'Answers':['Mon',null,'nobody',3,null,null,null]}}",
               response_id);
  see_of (fixture, item, "You changed your answer to the survey [k3f] “Trip”");
}

static void
several_answers (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = post_survey (fixture, ",'acceptMultipleResponses':true");
  g_autofree char *path = responses_of (item);
  for (int i = 0; i < 2; i++) {
    deed_type (fixture, room, "!answer %s Mon", item->handle);
    deed_expect (fixture, "POST", TEAM, path,
                 "{'actionType':'Survey','actionBody':{"
                 "'Answers':['Mon',null,null,null,null,null,null]}}");
    kz_test_wait_for (fixture->host,
                      kz_test_count_lines (fixture->host, TEAM, "You answered the survey") ==
                          (guint) i + 1);
  }
}

/* The wire names a picture by what its upload gave (API §11, §15). */
static void
answers_with_files (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item =
      deed_post (fixture, "Survey",
                 "{'title':'Gate','questions':[{'title':'How it looks','type':'Image'},"
                 "{'title':'Papers','type':'AttachmentList'},{'title':'Why?','type':'Text'}]}",
                 "Gate");
  g_autofree char *path = responses_of (item);
  deed_type (fixture, room,
             "!answer %s https://example.com/gate.jpg | https://example.com/plan.pdf | wind",
             item->handle);
  g_autofree char *response_id = wait_for_response (fixture, item);
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  g_autoptr (GPtrArray) resources = g_ptr_array_new ();
  JsonObject *response = NULL;
  for (guint i = 0; i < json_array_get_length (items); i++) {
    JsonObject *one = json_array_get_object_element (items, i);
    const char *kind = json_object_get_string_member (one, "kind");
    if (g_str_equal (kind, "media"))
      g_ptr_array_add (resources, (char *) json_object_get_string_member (one, "referenceId"));
    else if (g_str_equal (kind, "response"))
      response = one;
  }
  g_assert_cmpuint (resources->len, ==, 2);
  g_assert_nonnull (response);
  g_assert_true (g_str_has_suffix (json_object_get_string_member (response, "path"), path));
  g_autofree char *body = json_to_string (json_object_get_member (response, "body"), FALSE);
  g_autofree char *expected = g_strdup_printf (
      "{\"actionType\":\"Survey\",\"actionBody\":{\"Answers\":[\"%s\",[\"%s\"],\"wind\"]}}",
      (char *) resources->pdata[0], (char *) resources->pdata[1]);
  g_assert_cmpstr (body, ==, expected);
  see_of (fixture, item, "You answered the survey [k3f] “Gate”");
}

static void
jobs (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (
      fixture, "Job", "{'title':'Sweep','assignedTo':['me','hindi'],'dueDate':24}", "Sweep");
  g_autofree char *path = responses_of (item);
  deed_type (fixture, room, "!done %s", item->handle);
  g_autofree char *response_id = wait_for_response (fixture, item);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Job','actionBody':{'isCompleted':true}}");
  see_of (fixture, item, "You finished the job [k3f] “Sweep”");
  deed_type (fixture, room, "!reopen %s", item->handle);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Job','responseId':'%s','actionBody':{'isCompleted':false}}",
               response_id);
  see_of (fixture, item, "You opened the job [k3f] “Sweep” again");
  deed_type (fixture, room, "!done %s", item->handle);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Job','responseId':'%s','actionBody':{'isCompleted':true}}",
               response_id);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, TEAM, "You finished the job") == 2);
}

static void
cards (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item =
      deed_post (fixture, "com.example.card.2",
                 "{'title':'Gate','questions':[{'title':'Open?','type':'SingleOption',"
                 "'options':[{'title':'Yes'},{'title':'No'}]},{'title':'Why?','type':'Text'}]}",
                 "Gate");
  g_autofree char *path = responses_of (item);
  deed_type (fixture, room, "!answer %s yes | wind", item->handle);
  deed_expect (fixture, "POST", TEAM, path,
               "{'id':'com.example.card','actionBody':{'Answers':['Yes','wind']}}");
  see_of (fixture, item, "You answered [k3f] “Gate”: Open? Yes; Why? wind");
}

/* --- reactions --- */

static void
reactions (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (fixture, "Poll", poll_body, "Eat where?");
  g_autofree char *group_id = fixture_group_id (fixture, TEAM);
  deed_type (fixture, room, "!like: [%s]", item->handle);
  deed_expect (fixture, "POST", TEAM, "/reaction",
               "{'referenceId':'%s','sourceGroupId':'%s','reactionType':'Like'}",
               item->reference_id, group_id);
  see_of (fixture, item, "You like [k3f] “Eat where?”");
  deed_type (fixture, room, "!comment %s I bring plates & <forks>", item->handle);
  deed_expect (fixture, "POST", TEAM, "/reaction",
               "{'referenceId':'%s','sourceGroupId':'%s','reactionType':'Comment',"
               "'comment':'I bring plates & <forks>'}",
               item->reference_id, group_id);
  see_of (fixture, item, "You commented on [k3f] “Eat where?”: I bring plates & <forks>");
}

/* --- results --- */

static void
results_of_a_poll (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (fixture, "Poll", poll_body, "Eat where?");
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'asha','choice':'Market'}",
              item->action_id);
  kz_test_do (fixture->world, "POST", "vote",
              "{'actionId':'%s','person':'second','choice':'Market'}", item->action_id);
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'me','choice':'Canteen'}",
              item->action_id);
  kz_test_do (fixture->world, "POST", "vote",
              "{'actionId':'%s','person':'guest','choice':'Market'}", item->action_id);
  deed_type (fixture, room, "!results %s", item->handle);
  see_of (fixture, item,
          "Poll [k3f] “Eat where?” — 4 answers\n1 Canteen ===== 1 (25%): you\n"
          "2 Market =============== 3 (75%): ");
  const KzTestLine *line = kz_test_find_line (fixture->host, TEAM, "4 answers");
  g_assert_nonnull (strstr (line->text, "Noor"));
  g_assert_nonnull (strstr (line->text, "\n3 Maple 0 (0%)"));
}

static void
results_of_a_survey (Fixture *fixture, const char *more, gboolean has_names)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = post_survey (fixture, more);
  kz_test_do (fixture->world, "POST", "respond",
              "{'actionId':'%s','person':'second','answers':['Mon',['Noon'],'N. N.',4]}",
              item->action_id);
  deed_type (fixture, room, "!results %s", item->handle);
  see_of (fixture, item,
          "Survey [k3f] “Trip” — 1 answer\n1. Which day?\n"
          "1 Mon ==================== 1 (100%)");
  const KzTestLine *line = kz_test_find_line (fixture->host, TEAM, "1 answer\n");
  g_assert_nonnull (strstr (line->text, has_names ? "(100%): Noor\n" : "(100%)\n"));
  g_assert_nonnull (strstr (line->text, has_names ? "Noor: N. N." : "Somebody: N. N."));
  g_assert_nonnull (strstr (line->text, "4. How many?"));
}

/* What people did while we were away: the server is asked, nothing that is remembered is told. */
static void
results_after_a_restart (Fixture *fixture)
{
  deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (fixture, "Poll", poll_body, "Eat where?");
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'asha','choice':'Maple'}",
              item->action_id);
  deed_see (fixture, TEAM, "Maple");
  fixture_sign_on_again (fixture);
  PurpleConversation *room = deed_join (fixture);
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'guest','choice':'Market'}",
              item->action_id);
  gint64 asked = kz_test_calls (fixture->world, DETAILS);
  deed_type (fixture, room, "!results %s", item->handle);
  see_of (fixture, item, "Poll [k3f] “Eat where?” — 2 answers\n1 Canteen 0 (0%)");
  const KzTestLine *line = kz_test_find_line (fixture->host, TEAM, "2 answers");
  g_assert_nonnull (strstr (line->text, "\n2 Market ========== 1 (50%)"));
  g_assert_nonnull (strstr (line->text, "\n3 Maple ========== 1 (50%): Asha"));
  g_assert_cmpint (kz_test_calls (fixture->world, DETAILS), >, asked);
}

/* Its choices were in no file: what the words mean is asked first. */
static void
votes_after_a_restart (Fixture *fixture)
{
  deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (fixture, "Poll", poll_body, "Eat where?");
  g_autofree char *path = responses_of (item);
  fixture_sign_on_again (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups/*/actions','times':0},"
              "'action':{'status':503}}");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"
              "'action':{'delayMs':300}}");
  PurpleConversation *room = deed_join (fixture);
  deed_type (fixture, room, "!vote %s mark", item->handle);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'Poll','actionBody':{'answers':['Market']}}");
  see_of (fixture, item, "You voted in the poll [k3f] “Eat where?”: Market");
  g_autofree char *typed = g_strdup_printf ("!vote %s nowhere", item->handle);
  deed_refused (fixture, room, typed, "1 Canteen, 2 Market, 3 Maple");
}

/* Nobody tells them any more. */
static void
votes_on_what_is_gone (Fixture *fixture)
{
  deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (fixture, "Poll", poll_body, "Eat where?");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups/*/actions*','times':0},"
              "'action':{'status':404,'body':{'message':'It is gone','errorCode':'NotFound'}}}");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"
              "'action':{'status':404,'body':{'message':'It is gone','errorCode':'NotFound'}}}");
  fixture_sign_on_again (fixture);
  PurpleConversation *room = deed_join (fixture);
  g_autofree char *typed = g_strdup_printf ("!vote %s market", item->handle);
  deed_refused (fixture, room, typed, "It is gone");
}

static void
results_with_names (Fixture *fixture)
{
  results_of_a_survey (fixture, "", TRUE);
}

static void
results_without_names (Fixture *fixture)
{
  results_of_a_survey (fixture, ",'isAnonymous':true", FALSE);
}

/* --- what cannot be --- */

static void
bad_answers (Fixture *fixture)
{
  static const DeedRefusal rows[] = {
      {"!vote POLL", "Say which choice, by its number or its words, as in: !vote k3f 1"},
      {"!vote POLL 4", "There is no choice 4; there are: 1 Canteen, 2 Market, 3 Maple"},
      {"!vote POLL 1, 2", "“1, 2” is none of the choices: 1 Canteen, 2 Market, 3 Maple"},
      {"!vote POLL ma", "2 Market, 3 Maple"},
      {"!vote SURVEY 1", "is of the kind “survey”: that cannot be done with it"},
      {"!accept POLL", "is of the kind “poll”: that cannot be done with it"},
      {"!done POLL", "is of the kind “poll”: that cannot be done with it"},
      {"!done JOB now", "Only a handle belongs there, as in: !done k3f"},
      {"!answer POLL 1", "is of the kind “poll”: that cannot be done with it"},
      {"!update POLL a = b", "is of the kind “poll”: that cannot be done with it"},
      {"!answer SURVEY Wed", "none of the choices"},
      {"!answer SURVEY Mon, Tue", "none of the choices"},
      {"!answer SURVEY Mon | Noon | x | many", "“many” is no number"},
      {"!answer SURVEY | | | | 3/4", "In “3/4”, is that day 3 of month 4"},
      {"!answer SURVEY | | | | | at the gate", "Write a place as latitude, longitude and its name"},
      {"!answer SURVEY | | | | | | 12", "“12” is no phone number"},
      {"!answer SURVEY |", "Answer one question at least"},
      {"!answer SURVEY a|b|c|d|e|f|g|h", "none of the choices"},
      {"!answer SURVEY Mon | Noon | c | 4 | today | 1,2 | +15550001234 | h",
       "There is one part too many: “h”"},
      {"!comment POLL", "Say what to comment, as in: !comment k3f I bring plates"},
      {"!like", "Say which one, by the letters and digits that stand in brackets"},
      {"!like ?!", "“?!” is no handle; a handle is what stands in brackets"},
      {"!save POLL", "is of the kind “poll”: that cannot be done with it"},
  };
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) poll = deed_post (fixture, "Poll", poll_body, "Eat where?");
  g_autoptr (DeedItem) survey = post_survey (fixture, "");
  g_autoptr (DeedItem) job =
      deed_post (fixture, "Job", "{'title':'Sweep','assignedTo':['me'],'dueDate':24}", "Sweep");
  const struct {
    const char *word;
    const char *handle;
  } words[] = {{"POLL", poll->handle}, {"SURVEY", survey->handle}, {"JOB", job->handle}};
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *typed = g_strdup (rows[i].typed);
    for (gsize j = 0; j < G_N_ELEMENTS (words); j++) {
      g_auto (GStrv) parts = g_strsplit (typed, words[j].word, -1);
      g_free (typed);
      typed = g_strjoinv (words[j].handle, parts);
    }
    deed_refused (fixture, room, typed, rows[i].why);
  }
}

static void
unknown_handles (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  deed_refused (fixture, room, "!like zz9", "There is no [zz9] here.");
  g_autoptr (DeedItem) poll = deed_post (fixture, "Poll", poll_body, "Eat where?");
  g_autoptr (DeedItem) job =
      deed_post (fixture, "Job", "{'title':'Sweep','assignedTo':['me'],'dueDate':24}", "Sweep");
  g_autofree char *both = g_strdup_printf (
      "There is no [zz9] here; there are: Job [%s] “Sweep” · Poll [%s] “Eat where?”", job->handle,
      poll->handle);
  deed_refused (fixture, room, "!like [ZZ9]", both);
  /* What begins like that is nearer. */
  g_autofree char *some = g_strndup (poll->handle, 2);
  g_autofree char *typed = g_strdup_printf ("!vote %s 1", some);
  g_autofree char *near = g_strdup_printf ("Poll [%s] “Eat where?”\nYou wrote", poll->handle);
  if (!g_str_has_prefix (job->handle, some))
    deed_refused (fixture, room, typed, near);
}

/* --- what a list did not tell --- */

static void
listed_survey (Fixture *fixture)
{
  g_autofree char *scenario = g_strdup_printf (
      "{\"users\":[{\"key\":\"me\",\"phone\":\"" KZ_MY_PHONE "\",\"signIn\":true},"
      "{\"key\":\"second\",\"name\":\"Noor\"}],"
      "\"groups\":[{\"key\":\"team\",\"name\":\"Team\",\"members\":[\"me\",\"second\"]}],"
      "\"history\":[{\"ago_s\":3600,\"action\":{\"group\":\"team\",\"person\":\"second\","
      "\"actionType\":\"Survey\",\"actionBody\":{\"title\":\"Old one\",\"dueDate\":48,"
      "\"questions\":[{\"title\":\"Which day?\",\"type\":\"SingleOption\","
      "\"options\":[{\"title\":\"Mon\"},{\"title\":\"Tue\"}]}]}}}]}");
  fixture_new_world (fixture, scenario);
  fixture_sign_on (fixture);
  PurpleConversation *room = fixture_join (fixture, TEAM);
  g_autofree char *handle = deed_handle (fixture, TEAM, "Old one");
  deed_type (fixture, room, "!answer %s tue", handle);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, TEAM, "You answered the survey") == 1);
  g_assert_nonnull (
      strstr (kz_test_find_line (fixture->host, TEAM, "You answered the survey")->text, "Tue"));
}

static void
add_tests (void)
{
  static const char *const no_polls[] = {"pollAnswers=off", NULL};
  plugin_test_add_online ("/answers/vote-and-change", vote_and_change);
  plugin_test_add_online ("/answers/meetings", meetings);
  plugin_test_add_with ("/answers/refused-by-the-server", no_polls, TRUE, refused_by_the_server);
  plugin_test_add_online ("/answers/surveys", surveys);
  plugin_test_add_online ("/answers/several-answers", several_answers);
  plugin_test_add_online ("/answers/answers-with-files", answers_with_files);
  plugin_test_add_online ("/answers/jobs", jobs);
  plugin_test_add_online ("/answers/cards", cards);
  plugin_test_add_online ("/answers/reactions", reactions);
  plugin_test_add_online ("/answers/results-of-a-poll", results_of_a_poll);
  plugin_test_add_online ("/answers/results-after-a-restart", results_after_a_restart);
  plugin_test_add_online ("/answers/votes-after-a-restart", votes_after_a_restart);
  plugin_test_add_online ("/answers/votes-on-what-is-gone", votes_on_what_is_gone);
  plugin_test_add_online ("/answers/results-with-names", results_with_names);
  plugin_test_add_online ("/answers/results-without-names", results_without_names);
  plugin_test_add_online ("/answers/bad-input", bad_answers);
  plugin_test_add_online ("/answers/unknown-handles", unknown_handles);
  plugin_test_add ("/answers/a-survey-that-was-only-listed", listed_survey);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
