/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-action.h"
#include "kz-error.h"

static const char *
answer (const KzResponse *response, guint i)
{
  return g_ptr_array_index (response->answers, i);
}

static void
test_answers (void)
{
  static const struct {
    const char *type;
    const char *wire;
    const char *expected;
  } rows[] = {
      {"Text", "'hello'", "hello"},
      {"Text", "null", ""},
      {"Text", "''", ""},
      {"Text", "5", "5"},
      {"SingleOption", "['Mon']", "Mon"},
      {"SingleOption", "'Mon'", "Mon"},
      {"SingleOption", "[]", ""},
      {"SingleOption", "[{'title':'Mon'}]", "Mon"},
      {"MultiOption", "['Mon','Tue']", "Mon, Tue"},
      {"MultipleOption", "['Mon',null,'','Tue']", "Mon, Tue"},
      {"Numeric", "2.0", "2"},
      {"Numeric", "-0.5", "-0.5"},
      {"Numeric", "1e15", "1e+15"},
      {"Numeric", "0.1", "0.1"},
      {"Numeric", "9007199254740993", "9007199254740993"},
      {"Numeric", "'7'", "7"},
      {"DateTime", "1558681000175", "2019-05-24 06:56 UTC"},
      {"DateTime", "1558656000000", "2019-05-24"},
      {"Date", "1558656000", "2019-05-24"},
      {"DateTime", "1558656000000.0", "2019-05-24"},
      {"DateTime", "'2019-05-24T06:56:40Z'", "2019-05-24 06:56 UTC"},
      {"DateTime", "'1558656000000'", "2019-05-24"},
      {"DateTime", "[1558656000000]", "2019-05-24"},
      {"DateTime", "'next week'", "next week"},
      {"Location", "{'lt':0.1,'lg':37.125,'n':'gate','acc':14.2}", "gate"},
      {"Location", "{'lt':0.1,'lg':37.125,'acc':14.2}", "0.1, 37.125"},
      {"Location", "{'latitude':0.1,'longitude':37.125,'name':''}", "0.1, 37.125"},
      {"Location", "{'latitude':0.1,'longitude':37.125,'name':'gate'}", "gate"},
      {"Location", "{'lt':0.1,'lg':2,'placeName':'yard'}", "yard"},
      {"Location", "{'placeName':'yard'}", "yard"},
      {"Image", "[{'mediaUrl':'https://x/a/b.jpg?sig=1','mediaFileName':'gate.jpg'}]", "gate.jpg"},
      {"Image", "[{'mediaUrl':'https://x/a/b.jpg?sig=1'}]", "b.jpg"},
      {"Image", "'https://x/a/b.jpg?sig=1'", "b.jpg"},
      {"AttachmentList",
       "[{'mediaUrl':'https://x/1','mediaFileName':'a.pdf'},{'url':'https://x/"
       "2','fileName':'b.pdf'}]",
       "a.pdf, b.pdf"},
      {"AttachmentList", "[]", ""},
      {"PhoneNumber", "{'cc':'+91','pn':'9876543210'}", "+919876543210"},
      {"PhoneNumber", "{'cc':'91','pn':'98765 43210'}", "+919876543210"},
      {"PhoneNumber", "{'cc':91,'pn':9876543210}", "+919876543210"},
      {"PhoneNumber", "{'pn':'12'}", "12"},
      {"Hologram", "{'a':1,'b':'x','c':null,'d':[1]}", "a: 1, b: x"},
      {"Hologram", "true", "true"},
      {"Hologram", "[[1],{'title':'t'}]", "t"},
      {"Hologram", "{}", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf (
        "{'responseId':'s','responseDetails':{'responseWithQuestions':[{'title':'q','type':'%s',"
        "'options':[],'answer':%s}]}}",
        rows[i].type, rows[i].wire);
    g_autoptr (KzJson) json = kz_test_json (text);
    g_autoptr (KzResponse) response = kz_response_parse (json, "g", NULL);

    g_test_message ("%s %s", rows[i].type, rows[i].wire);
    g_assert_cmpuint (response->answers->len, ==, 1);
    g_assert_cmpstr (answer (response, 0), ==, rows[i].expected);
  }
}

static void
test_opaque_media (void)
{
  g_autofree char *resource = g_strnfill (5000, 'E');
  g_autofree char *text = g_strdup_printf (
      "{'responseId':'s','responseWithQuestions':[{'type':'Image','answer':'%s'}]}", resource);
  g_autoptr (KzJson) json = kz_test_json (text);
  g_autoptr (KzResponse) response = kz_response_parse (json, "g", NULL);

  g_assert_cmpuint (strlen (answer (response, 0)), <, 50);
  g_assert_cmpuint (strlen (answer (response, 0)), >, 0);
}

static void
test_alignment (void)
{
  g_autoptr (KzJson) json = kz_test_json (
      "{'responseId':'s','actionId':'a','groupId':'h','packageId':'c.e.2','isUpdateResponse':true,"
      "'responder':'+15550000003','responderId':'u3','responderName':'Chi','responseDetails':{"
      "'responseWithQuestions':[{'title':'A','answer':['x']},{'title':'B'},{'title':'C','answer':3."
      "0},"
      "null,{'answer':'e'}]}}");
  g_autoptr (KzResponse) response = kz_response_parse (json, NULL, NULL);
  const char *const titles[] = {"A", "B", "C", "", "", NULL};

  g_assert_cmpstr (response->group_id, ==, "h");
  g_assert_cmpstr (response->action_id, ==, "a");
  g_assert_cmpint (response->kind, ==, KZ_ACTION_PACKAGE);
  g_assert_true (response->is_update);
  g_assert_cmpstr (response->responder->id, ==, "u3");
  g_assert_cmpstrv (response->question_titles, titles);
  g_assert_cmpuint (response->answers->len, ==, 5);
  g_assert_cmpstr (answer (response, 1), ==, "");
  g_assert_cmpstr (answer (response, 2), ==, "3");
  g_assert_cmpstr (answer (response, 4), ==, "e");
}

static void
test_anonymous (void)
{
  static const struct {
    const char *fields;
    gboolean anonymous;
    gboolean has_responder;
  } rows[] = {
      {"'isAnonymous':true,'responder':'','responderId':'','responderName':''", TRUE, FALSE},
      {"'isAnonymous':true,'responder':'+15550000003','responderName':'Chi'", TRUE, FALSE},
      {"'isAnonymous':'true','responderId':'u'", TRUE, FALSE},
      {"'responder':'','responderId':'00000000-0000-0000-0000-000000000000'", TRUE, FALSE},
      {"'isAnonymous':false,'responder':'+15550000003'", FALSE, TRUE},
      {"'x':1", FALSE, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("{'responseId':'s',%s}", rows[i].fields);
    g_autoptr (KzJson) json = kz_test_json (text);
    g_autoptr (KzResponse) response = kz_response_parse (json, "g", NULL);

    g_assert_cmpint (response->is_anonymous, ==, rows[i].anonymous);
    g_assert_cmpint (response->responder != NULL, ==, rows[i].has_responder);
  }
}

static void
test_job (void)
{
  static const char *const shapes[] = {
      "{'responseId':'s','responseDetails':{'response':{'assignee':'+15550000002',"
      "'assigneeName':'Ben','isCompleted':true}}}",
      "{'responseId':'s','responseDetails':[{'response':{'assignee':'+15550000002',"
      "'assigneeName':'Ben','isCompleted':'true'}}]}",
      "{'responseId':'s','responseDetails':{'assignee':'+15550000002','assigneeName':'Ben',"
      "'isCompleted':1}}",
      "{'responseId':'s','assignee':'+15550000002','assigneeName':'Ben','isCompleted':true}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (KzJson) json = kz_test_json (shapes[i]);
    g_autoptr (KzResponse) response = kz_response_parse (json, "g", NULL);

    g_assert_cmpint (response->kind, ==, KZ_ACTION_JOB);
    g_assert_cmpint (response->is_completed, ==, KZ_TRI_YES);
    g_assert_cmpstr (response->responder->phone, ==, "+15550000002");
    g_assert_cmpstr (response->responder->name, ==, "Ben");
    g_assert_cmpuint (response->answers->len, ==, 0);
  }
}

static void
test_no_response (void)
{
  static const char *const bad[] = {"{}", "null", "[]", "'x'", "{'actionId':'a'}"};

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (KzJson) json = kz_test_json (bad[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (kz_response_parse (json, "g", &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
  }
}

static KzTally *
tally (const char *text)
{
  g_autoptr (KzJson) json = kz_test_json (text);
  g_autoptr (GError) error = NULL;
  KzTally *result = kz_tally_parse (json, "a", &error);

  g_assert_no_error (error);
  return result;
}

static void
test_tally_shapes (void)
{
  static const struct {
    const char *text;
    KzActionKind kind;
    int responses;
    int assignees;
    KzTri completed;
  } rows[] = {
      {"{'actionType':'Job','actionDetails':{'title':'t','status':true,'responseCount':2,"
       "'assigneeCount':3,'responses':[]}}",
       KZ_ACTION_JOB, 2, 3, KZ_TRI_YES},
      {"{'actionType':'Job','actionDetails':[{'status':'false','responseCount':'2'}]}",
       KZ_ACTION_JOB, 2, -1, KZ_TRI_NO},
      {"{'actions':[{'referenceId':'r','actionType':'Survey','actionBody':{'actionId':'a',"
       "'responseCount':4}}]}",
       KZ_ACTION_SURVEY, 4, -1, KZ_TRI_UNKNOWN},
      {"{'actions':[{'actionType':'Job','actionBody':{'actionId':'z','responseCount':9}},"
       "{'actionType':'Survey','actionBody':{'actionId':'a','responseCount':4}}]}",
       KZ_ACTION_SURVEY, 4, -1, KZ_TRI_UNKNOWN},
      {"{'actions':[{'actionType':'Job','actionBody':{'actionId':'z','responseCount':9}},"
       "{'actionType':'Job','actionBody':{'actionId':'y','responseCount':8}}]}",
       KZ_ACTION_UNKNOWN, -1, -1, KZ_TRI_UNKNOWN},
      {"{'actions':[]}", KZ_ACTION_UNKNOWN, -1, -1, KZ_TRI_UNKNOWN},
      {"{'actionId':'a','actionType':'Survey','title':'t','responseCount':5}", KZ_ACTION_SURVEY, 5,
       -1, KZ_TRI_UNKNOWN},
      {"{'id':'c.e','packageId':'c.e.2','actionBody':{'actionId':'a','responses':[{'responseId':'1'"
       ","
       "'answers':['x']},{'responseId':'2','answers':['y']}]}}",
       KZ_ACTION_PACKAGE, 2, -1, KZ_TRI_UNKNOWN},
      {"{'actionType':'Survey','actionDetails':{'responses':[{'responseId':'1'},7]}}",
       KZ_ACTION_SURVEY, -1, -1, KZ_TRI_UNKNOWN},
      {"{}", KZ_ACTION_UNKNOWN, -1, -1, KZ_TRI_UNKNOWN},
      {"{'message':'x','errorCode':'y'}", KZ_ACTION_UNKNOWN, -1, -1, KZ_TRI_UNKNOWN},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzTally) result = tally (rows[i].text);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpstr (result->action_id, ==, "a");
    g_assert_cmpint (result->kind, ==, rows[i].kind);
    g_assert_cmpint (result->response_count, ==, rows[i].responses);
    g_assert_cmpint (result->assignee_count, ==, rows[i].assignees);
    g_assert_cmpint (result->is_completed, ==, rows[i].completed);
    g_assert_null (result->counts);
  }
}

#define POLL(details) "{'actionType':'Poll','actionDetails':{'actionId':'a'," details "}}"
#define CHOICES "'choices':[{'title':'Yes'},{'title':'No, never'}]"

static void
test_tally_polls (void)
{
  static const struct {
    const char *text;
    int yes; /* -1: no counts */
    int no;
  } rows[] = {
      {POLL ("'choices':[{'title':'Yes','count':3},{'title':'No, never','count':1}]"), 3, 1},
      {POLL (
           "'choices':[{'title':'Yes','responseCount':3},{'title':'No, never','responseCount':0}]"),
       3, 0},
      {POLL ("'choices':[{'title':'Yes','votes':'3'},{'title':'No, never','votes':1}]"), 3, 1},
      {POLL ("'choices':[{'title':'Yes','count':3},{'title':'No, never'}]"), -1, -1},
      {POLL (CHOICES), -1, -1},
      {POLL (CHOICES ",'responseCount':2"), -1, -1},
      {POLL (CHOICES ",'responses':[]"), 0, 0},
      {POLL (CHOICES ",'responses':[{'responseId':'1','responseWithQuestions':[{'title':'q',"
                     "'answer':['Yes']}]},{'responseId':'2','responseWithQuestions':[{'answer':"
                     "'No, never'}]},{'responseId':'3','responseDetails':{'responseWithQuestions':["
                     "{'answer':['Yes']}]}}]"),
       2, 1},
      {POLL (CHOICES
             ",'responses':[{'responseId':'1','answers':['Yes']},"
             "{'responseId':'2','answers':[['No, never']]},{'responseId':'3','Answers':'Yes'},"
             "{'responseId':'4','answer':'Yes'}]"),
       3, 1},
      {POLL (CHOICES ",'responses':[{'responseId':'1','answers':['Perhaps']}]"), -1, -1},
      {POLL (CHOICES ",'responses':[{'responseId':'1','answers':[0]}]"), -1, -1},
      {POLL (CHOICES ",'responseCount':5,'responses':[{'responseId':'1','answers':['Yes']}]"), -1,
       -1},
      {POLL ("'questions':[{'title':'q','options':[{'title':'Yes'},{'title':'No, never'}]}],"
             "'responses':[{'responseId':'1','answers':['Yes']}]"),
       1, 0},
      {POLL ("'responses':[{'responseId':'1','responseWithQuestions':[{'options':[{'title':'Yes'},"
             "{'title':'No, never'}],'answer':['Yes']}]}]"),
       1, 0},
  };
  const char *const choices[] = {"Yes", "No, never", NULL};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzTally) result = tally (rows[i].text);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpstrv (result->choices, choices);
    g_assert_cmpint (result->counts != NULL, ==, rows[i].yes >= 0);
    if (result->counts == NULL)
      continue;
    g_assert_cmpuint (result->counts->len, ==, 2);
    g_assert_cmpint (g_array_index (result->counts, int, 0), ==, rows[i].yes);
    g_assert_cmpint (g_array_index (result->counts, int, 1), ==, rows[i].no);
  }
}

static void
test_tally_meeting (void)
{
  g_autoptr (KzTally) result =
      tally ("{'actionType':'LetsMeet','actionDetails':{'responses':[{'responseId':'1','answers':["
             "'Accept']},{'responseId':'2','answers':['Decline']},{'responseId':'3','answers':["
             "'Accept']}]}}");
  const char *const choices[] = {"Accept", "Decline", NULL};

  g_assert_cmpstrv (result->choices, choices);
  g_assert_cmpint (g_array_index (result->counts, int, 0), ==, 2);
  g_assert_cmpint (g_array_index (result->counts, int, 1), ==, 1);
  g_assert_cmpint (result->response_count, ==, 3);
}

static void
test_tally_responses (void)
{
  g_autoptr (KzTally) result =
      tally ("{'actionType':'Survey','groupId':'h','actionDetails':{'responses':[{'responseId':'1',"
             "'responder':'+15550000003','responseWithQuestions':[{'title':'q','answer':['x']}]},"
             "{},{'responseId':'2','isAnonymous':true}]}}");
  const KzResponse *first = g_ptr_array_index (result->responses, 0);

  g_assert_cmpuint (result->responses->len, ==, 2);
  g_assert_cmpstr (first->action_id, ==, "a");
  g_assert_cmpstr (first->group_id, ==, "h");
  g_assert_cmpint (first->kind, ==, KZ_ACTION_SURVEY);
  g_assert_cmpstr (answer (first, 0), ==, "x");
}

static void
test_tally_equal (void)
{
  static const char *const texts[] = {
    "{}",
    "{'actionType':'Poll'}",
    "{'actionType':'Poll','responseCount':0}",
    "{'actionType':'Poll','responseCount':1}",
    "{'actionType':'Job','assigneeCount':1}",
    "{'actionType':'Job','isCompleted':true}",
    "{'actionType':'Job','isCompleted':false}",
    "{'actionType':'Job','dueDate':'2018-03-22T18:29:59Z'}",
    "{'actionType':'Poll','choices':['A']}",
    "{'actionType':'Poll','choices':['B']}",
    "{'actionType':'Poll','choices':[{'title':'B','count':1}]}",
    "{'actionType':'Poll','choices':[{'title':'B','count':2}]}",
    "{'actionType':'Survey','responseCount':1,'responses':[{'responseId':'1','answers':['x']}]}",
    "{'actionType':'Survey','responseCount':1,'responses':[{'responseId':'1','answers':['y']}]}",
    "{'actionType':'Survey','responseCount':1,'responses':[{'responseId':'2','answers':['y']}]}",
    ("{'actionType':'Survey','responseCount':1,'responses':[{'responseId':'2','answers':['y'],"
     "'responderId':'u'}]}"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (texts); j++) {
      g_autoptr (KzTally) a = tally (texts[i]);
      g_autoptr (KzTally) b = tally (texts[j]);

      g_assert_cmpint (kz_tally_equal (a, b), ==, i == j);
    }
}

static void
test_tally_no_json (void)
{
  g_autoptr (KzJson) json = kz_test_json ("'x'");
  g_autoptr (GError) error = NULL;

  g_assert_null (kz_tally_parse (json, "a", &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
}

static void
test_tally_from_action (void)
{
  g_autoptr (KzJson) json =
      kz_test_json ("{'referenceId':'r','actionType':'Poll','actionBody':{'actionId':'a',"
                    "'choices':['x','y'],'responseCount':3}}");
  g_autoptr (KzAction) action = kz_action_parse (json, "g", NULL);
  g_autoptr (KzTally) result = kz_tally_from_action (action);

  g_assert_cmpstr (result->action_id, ==, "a");
  g_assert_cmpint (result->response_count, ==, 3);
  g_assert_cmpstrv (result->choices, action->choices);
  g_assert_null (result->counts);
  g_assert_cmpuint (result->responses->len, ==, 0);
}

static void
try_tally (const char *data, gsize length)
{
  g_autoptr (KzJson) json = kz_json_parse (data, length, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzTally) result = kz_tally_parse (json, "a", &error);
  g_autoptr (KzResponse) response = kz_response_parse (json, "g", NULL);

  g_assert_cmpint (result == NULL, ==, error != NULL);
  if (result == NULL)
    return;
  g_assert_cmpint (result->response_count, >=, -1);
  g_assert_nonnull (result->responses);
  g_assert_true (kz_tally_equal (result, result));
  if (result->counts != NULL)
    g_assert_cmpuint (result->counts->len, ==, g_strv_length (result->choices));
  if (response != NULL && response->question_titles != NULL)
    g_assert_cmpuint (response->answers->len, ==, g_strv_length (response->question_titles));
}

static void
test_hostile (void)
{
  static const char *const samples[] = {
      "{'actions':[{'actionType':'Poll','actionBody':{'actionId':'a','choices':[{'title':'Yes',"
      "'count':1}],'responseCount':1,'responses':[{'responseId':'1','responder':'+15550000003',"
      "'isAnonymous':false,'responseWithQuestions':[{'title':'q','type':'SingleOption',"
      "'options':[{'title':'Yes'}],'answer':['Yes']}]}]}}]}",
      "{'actionType':'LetsMeet','actionDetails':{'responses':[{'answers':['Accept']}]}}",
      "{'actionType':'Job','actionDetails':{'status':true,'responses':[{'responseDetails':{"
      "'response':{'assignee':'+15550000003','isCompleted':true}}}]}}",
      "{'responseId':'s','actionId':'a','responseDetails':{'responseWithQuestions':[{'type':'"
      "DateTime',"
      "'answer':1558656000000},{'type':'Location','answer':{'lt':1,'lg':2,'n':'x'}},{'type':'Image'"
      ","
      "'answer':[{'mediaUrl':'https://x/"
      "y','mediaFileName':'z'}]},{'type':'Phone','answer':{'cc':'+1',"
      "'pn':'5550000001'}}]}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree char *text = kz_test_quote (samples[i]);

    kz_test_truncations (text, try_tally);
    kz_test_wrong_types (text, try_tally);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/response/every-wire-type-becomes-readable-text", test_answers);
  g_test_add_func ("/response/an-opaque-resource-is-never-shown", test_opaque_media);
  g_test_add_func ("/response/an-answer-keeps-the-place-of-its-question", test_alignment);
  g_test_add_func ("/response/who-is-anonymous-stays-so", test_anonymous);
  g_test_add_func ("/response/a-job-is-done-in-any-wrapping", test_job);
  g_test_add_func ("/response/something-else-is-refused", test_no_response);
  g_test_add_func ("/tally/every-shape-of-details-is-unwrapped", test_tally_shapes);
  g_test_add_func ("/tally/polls-are-counted-only-when-all-is-understood", test_tally_polls);
  g_test_add_func ("/tally/a-meeting-counts-what-people-said", test_tally_meeting);
  g_test_add_func ("/tally/responses-know-their-action", test_tally_responses);
  g_test_add_func ("/tally/equal-means-nothing-to-say", test_tally_equal);
  g_test_add_func ("/tally/no-details-are-refused", test_tally_no_json);
  g_test_add_func ("/tally/a-list-entry-gives-a-tally", test_tally_from_action);
  g_test_add_func ("/tally/wrong-types-and-cut-bodies-do-no-harm", test_hostile);
  return g_test_run ();
}
