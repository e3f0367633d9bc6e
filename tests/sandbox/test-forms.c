/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in the bodies of actions and of responses, member by member. */
#include "config.h"

#include "sb-test.h"

#include <string.h>

typedef struct {
  const char *check;
  const char *body; /* of the action, or the answers */
  guint status;
} Row;

#define Q(type) "{title:'q',type:'" type "'}"
#define MIME "accessToken: {ada}\nContent-Type: multipart/form-data; boundary=zz"
#define PART(name, type)                                                                           \
  "--zz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" name                           \
  "\"\r\nContent-Type: " type "\r\n\r\nDATA\r\n"

static const Row actions[] = {
    {"image", "actionType:'Image',actionBody:{mediaResource:'{img}'}", 200},
    {"image-with-caption", "actionType:'Image',actionBody:{mediaResource:'{img}',caption:'c'}",
     200},
    {"image-caption-is-a-string", "actionType:'Image',actionBody:{mediaResource:'{img}',caption:1}",
     400},
    {"image-of-two-is-an-album", "actionType:'Image',actionBody:{mediaResource:'{two}'}", 400},
    {"image-of-another-kind", "actionType:'Image',actionBody:{mediaResource:'{pdf}'}", 400},
    {"album", "actionType:'Album',actionBody:{mediaResource:'{two}'}", 200},
    {"audio", "actionType:'Audio',actionBody:{mediaResource:'{mp3}'}", 200},
    {"document", "actionType:'Document',actionBody:{mediaResource:'{pdf}'}", 200},
    {"video", "actionType:'Video',actionBody:{mediaResource:'{mp4}'}", 200},
    {"job-due-is-a-number",
     "actionType:'Job',actionBody:{title:'t',assignedTo:['{ben.phone}'],dueDate:'24'}", 400},
    {"job-by-name", "actionType:'Job',actionBody:{title:'t',assignedTo:['Ben']}", 400},
    {"job-by-id", "actionType:'Job',actionBody:{title:'t',assignedTo:['{ben.id}']}", 400},
    {"job-title-is-a-string", "actionType:'Job',actionBody:{title:5,assignedTo:['{ben.phone}']}",
     400},
    {"poll-expiry-is-a-number",
     "actionType:'Poll',actionBody:{question:'q',expiryInHours:'soon',choices:[{title:'a'}]}", 400},
    {"poll-with-a-picture",
     "actionType:'Poll',actionBody:{question:'q',choices:[{title:'a',image:'{img}'}]}", 200},
    {"poll-picture-is-known",
     "actionType:'Poll',actionBody:{question:'q',choices:[{title:'a',image:'x'}]}", 400},
    {"poll-picture-is-a-string",
     "actionType:'Poll',actionBody:{question:'q',choices:[{title:'a',image:7}]}", 400},
    {"meeting-of-an-hour",
     "actionType:'LetsMeet',actionBody:{title:'t',startingTime:'2035-01-01T00:00:00Z',"
     "DurationInMins:60,place:{latitude:1,longitude:2,name:'n'}}",
     200},
    {"meeting-minutes-are-a-number",
     "actionType:'LetsMeet',actionBody:{title:'t',startingTime:'2035-01-01T00:00:00Z',"
     "DurationInMins:'long'}",
     400},
    {"meeting-minutes-in-range",
     "actionType:'LetsMeet',actionBody:{title:'t',startingTime:'2035-01-01T00:00:00Z',"
     "DurationInMins:0}",
     400},
    {"meeting-time-is-a-text",
     "actionType:'LetsMeet',actionBody:{title:'t',startingTime:2051222400}", 400},
    {"meeting-place-is-a-place",
     "actionType:'LetsMeet',actionBody:{title:'t',startingTime:'2035-01-01T00:00:00Z',"
     "place:{foo:1}}",
     400},
    {"survey",
     "actionType:'Survey',actionBody:{title:'t',dueDate:3,isAnonymous:true,questions:[" Q (
         "Text") ",{title:'o',type:'SingleOption',options:[{title:'a'}],isInvisible:true}]}",
     200},
    {"survey-due-is-a-number",
     "actionType:'Survey',actionBody:{title:'t',dueDate:'x',questions:[" Q ("Text") "]}", 400},
    {"survey-flag-is-a-boolean",
     "actionType:'Survey',actionBody:{title:'t',isAnonymous:'yes',questions:[" Q ("Text") "]}",
     400},
    {"survey-option-has-a-title",
     "actionType:'Survey',actionBody:{title:'t',questions:[{title:'o',type:'SingleOption',"
     "options:['a']}]}",
     400},
    {"announcement-with-media",
     "actionType:'Announcement',actionBody:{Message:'m',MediaResources:['{img}']}", 200},
    {"announcement-media-is-known",
     "actionType:'Announcement',actionBody:{Message:'m',MediaResources:['x']}", 400},
    {"announcement-media-is-a-list",
     "actionType:'Announcement',actionBody:{Message:'m',MediaResources:'{img}'}", 400},
    {"announcement-title-is-a-string", "actionType:'Announcement',actionBody:{Message:'m',Title:1}",
     400},
    {"package-with-a-property",
     "id:'a.b',actionBody:{validity:3,properties:[{name:'a',type:'Text',value:'1'}]}", 200},
    {"package-properties-are-a-list", "id:'a.b',actionBody:{properties:{name:'a'}}", 400},
    {"package-property-type-is-known",
     "id:'a.b',actionBody:{properties:[{name:'a',type:'Colour',value:'1'}]}", 400},
    {"package-property-value-is-a-string",
     "id:'a.b',actionBody:{properties:[{name:'a',type:'Numeric',value:1}]}", 400},
    {"package-property-has-a-name", "id:'a.b',actionBody:{properties:[{type:'Text',value:'1'}]}",
     400},
    {"package-validity-is-a-number", "id:'a.b',actionBody:{validity:'1'}", 400},
    {"reply-is-a-string", "actionType:'Announcement',replyToReferenceId:5,actionBody:{Message:'m'}",
     400},
    {"all-subscribers-is-a-boolean",
     "actionType:'Announcement',sendToAllSubscribers:'no',actionBody:{Message:'m'}", 400},
    {"all-subscribers-of-a-flat-group",
     "actionType:'Announcement',sendToAllSubscribers:true,actionBody:{Message:'m'}", 400},
};

#define FORM_QUESTIONS                                                                                                     \
  "{title:'s',type:'SingleOption',options:[{title:'A'},{title:'B'}]},"                                                     \
  "{title:'m',type:'MultiOption',options:[{title:'A'},{title:'B'}]}," Q ("Text") "," Q ("Image") "," Q ("Numeric") "," Q ( \
      "DateTime") "," Q ("Location") "," Q ("AttachmentList") "," Q ("PhoneNumb"                                           \
                                                                     "er") "," Q ("DateOnly") "," Q ("LargeText")

#define N "null,"
static const Row answers[] = {
    {"all",
     "'A',['B'],'t','{img}',1.5,1513756800,{lt:1,lg:2,n:'x'},['{pdf}','{img}'],'+15550001111',"
     "-86400,'long'",
     200},
    {"single-unknown", "'Z'", 400},
    {"single-number", "5", 400},
    {"single-object", "{a:1}", 400},
    {"single-array", "['A','B']", 400},
    {"multi-none", N "[]", 200},
    {"multi-string", N "'A'", 400},
    {"multi-unknown", N "['Z']", 400},
    {"multi-number", N "[1]", 400},
    {"multi-twice", N "['A','A']", 400},
    {"text-number", N N "5", 400},
    {"image-unknown", N N N "'zzz'", 400},
    {"image-array", N N N "['{img}']", 400},
    {"image-of-another-kind", N N N "'{pdf}'", 400},
    {"number-string", N N N N "'two'", 400},
    {"date-string", N N N N N "'yesterday'", 400},
    {"location-string", N N N N N N "'here'", 400},
    {"location-members", N N N N N N "{foo:1}", 400},
    {"location-range", N N N N N N "{lt:91,lg:0}", 400},
    {"attachments-string", N N N N N N N "'{img}'", 400},
    {"attachments-unknown", N N N N N N N "['zzz']", 400},
    {"phone-number", N N N N N N N N "5", 400},
    {"phone-words", N N N N N N N N "'call me'", 400},
    {"date-only-string", N N N N N N N N N "'2020-01-01'", 400},
    {"large-text-number", N N N N N N N N N N "5", 400},
};

static void
put_media (Sbt *sbt, const char *name, const char *parts)
{
  g_autofree char *body = g_strconcat (parts, "--zz--\r\n", NULL);
  /* The path with a group is the older one. */
  g_autoptr (SbtReply) reply = sbt_call (sbt, "POST", "/v1/groups/{flat}/media", MIME, body);
  g_assert_cmpuint (reply->status, ==, 200);
  g_hash_table_replace (sbt->names, g_strdup (name),
                        g_strdup (sbt_string (sbt_object (reply), "mediaResource")));
}

static Sbt *
sbt_with_media (void)
{
  Sbt *sbt = sbt_new (NULL);
  put_media (sbt, "img", PART ("a.png", "image/png"));
  put_media (sbt, "two", PART ("a.png", "image/png") PART ("b.png", "image/png"));
  put_media (sbt, "pdf", PART ("a.pdf", "application/pdf"));
  put_media (sbt, "mp3", PART ("a.mp3", "audio/mpeg"));
  put_media (sbt, "mp4", PART ("a.mp4", "video/mp4"));
  return sbt;
}

static char *
post_form (Sbt *sbt, const char *more)
{
  g_autofree char *body = g_strdup_printf (
      "{actionType:'Survey',actionBody:{title:'t',%squestions:[" FORM_QUESTIONS "]}}", more);
  g_autoptr (SbtReply) form = sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/actions", body);
  g_assert_cmpuint (form->status, ==, 200);
  return g_strdup (sbt_string (sbt_object (form), "actionId"));
}

static SbtReply *
answer_form (Sbt *sbt, const char *who, const char *form, const char *list, const char *more)
{
  g_autofree char *path = g_strdup_printf ("/v1/groups/{flat}/actions/%s/responses", form);
  g_autofree char *body =
      g_strdup_printf ("{%sactionType:'Survey',actionBody:{Answers:[%s]}}", more, list);
  return sbt_as (sbt, who, "POST", path, body);
}

static void
test_action (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Sbt) sbt = sbt_with_media ();
  g_autofree char *body = g_strdup_printf ("{%s}", row->body);
  g_autoptr (SbtReply) reply = sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/actions", body);
  if (reply->status != row->status)
    g_test_message ("answer: %s", reply->text);
  g_assert_cmpuint (reply->status, ==, row->status);
}

static void
test_answer (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Sbt) sbt = sbt_with_media ();
  g_autofree char *form = post_form (sbt, "");
  g_autoptr (SbtReply) reply = answer_form (sbt, "ben", form, row->body, "");
  if (reply->status != row->status)
    g_test_message ("answer: %s", reply->text);
  g_assert_cmpuint (reply->status, ==, row->status);
}

static JsonNode *
answer_at (JsonArray *list, guint i)
{
  return json_object_get_member (json_array_get_object_element (list, i), "answer");
}

static void
test_delivered (void)
{
  g_autoptr (Sbt) sbt = sbt_with_media ();
  g_autofree char *form = post_form (sbt, "");
  g_autofree char *hook = sbt_register (sbt, "ada", NULL);
  g_autoptr (SbtReply) reply = answer_form (sbt, "ben", form, answers[0].body, "");
  g_assert_cmpuint (reply->status, ==, 200);
  sbt_wait_deliveries (sbt, 1);
  JsonObject *event = json_node_get_object (sbt->deliveries->pdata[0]);
  JsonObject *details = json_object_get_object_member (
      json_object_get_object_member (event, "data"), "responseDetails");
  JsonArray *list = json_object_get_array_member (details, "responseWithQuestions");
  g_assert_cmpstr (json_array_get_string_element (json_node_get_array (answer_at (list, 0)), 0), ==,
                   "A");
  JsonArray *picture = json_node_get_array (answer_at (list, 3));
  JsonArray *files = json_node_get_array (answer_at (list, 7));
  g_assert_cmpuint (json_array_get_length (picture), ==, 1);
  g_assert_cmpuint (json_array_get_length (files), ==, 2);
  g_assert_cmpstr (sbt_string (json_array_get_object_element (files, 0), "mediaFileName"), ==,
                   "a.pdf");
  sbt_string (json_array_get_object_element (files, 1), "mediaUrl");
  g_assert_cmpint (json_node_get_int (answer_at (list, 5)), ==, G_GINT64_CONSTANT (1513756800000));
  g_assert_cmpint (json_node_get_int (answer_at (list, 9)), ==, -86400000);
  JsonObject *phone = json_node_get_object (answer_at (list, 8));
  g_assert_cmpstr (sbt_string (phone, "cc"), ==, "+1");
  g_assert_cmpstr (sbt_string (phone, "pn"), ==, "5550001111");
}

static void
test_second_response (void)
{
  g_autoptr (Sbt) sbt = sbt_with_media ();
  g_autofree char *once = post_form (sbt, ""),
                  *often = post_form (sbt, "acceptMultipleResponses:true,");
  g_autoptr (SbtReply) first = answer_form (sbt, "ben", once, "'A'", "");
  g_autofree char *own =
      g_strdup_printf ("responseId:'%s',", sbt_string (sbt_object (first), "responseId"));
  g_autoptr (SbtReply) second = answer_form (sbt, "ben", once, "'B'", "");
  g_assert_cmpuint (second->status, ==, 400);
  g_autoptr (SbtReply) foreign = answer_form (sbt, "ada", once, "'B'", own);
  g_assert_cmpuint (foreign->status, ==, 400);
  g_autoptr (SbtReply) edited = answer_form (sbt, "ben", once, "'B'", own);
  g_assert_cmpuint (edited->status, ==, 200);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (SbtReply) more = answer_form (sbt, "ben", often, "'A'", "");
    g_assert_cmpuint (more->status, ==, 200);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++) {
    g_autofree char *path = g_strconcat ("/forms/action-", actions[i].check, NULL);
    g_test_add_data_func (path, &actions[i], test_action);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree char *path = g_strconcat ("/forms/answer-", answers[i].check, NULL);
    g_test_add_data_func (path, &answers[i], test_answer);
  }
  g_test_add_func ("/forms/answers-as-they-are-delivered", test_delivered);
  g_test_add_func ("/forms/second-and-foreign-responses", test_second_response);
  return g_test_run ();
}
