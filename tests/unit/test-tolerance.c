/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-webhook-payload.h"

/* The rows of the list of inconsistencies (API §23) that concern reading: both sides of each say
 * the same to us. The rest of the rows is about requests and about the server. */

/* One line of text for a value, so that a table can compare whole values. */
typedef char *(*Describe) (const KzJson *json);

static char *
describe_action (const KzJson *json)
{
  g_autoptr (KzAction) action = kz_action_parse (json, "g", NULL);
  g_autofree char *choices = NULL;
  const KzMediaRef *media = NULL;
  const KzQuestion *question = NULL;

  if (action == NULL)
    return g_strdup ("none");
  if (action->media->len > 0)
    media = g_ptr_array_index (action->media, 0);
  if (action->questions->len > 0)
    question = g_ptr_array_index (action->questions, 0);
  choices = action->choices != NULL ? g_strjoinv ("/", action->choices) : g_strdup ("-");
  return g_strdup_printf ("%s kind=%d at=%" G_GINT64_FORMAT " title=%s text=%s choices=%s media=%s "
                          "name=%s q=%d place=%d:%g,%g,%s mins=%d due=%" G_GINT64_FORMAT " n=%d",
                          action->reference_id, action->kind, action->sent_us, action->title,
                          action->text, choices, media != NULL ? media->url : "-",
                          media != NULL ? media->name : "-",
                          question != NULL ? (int) question->kind : -1, action->place.known,
                          action->place.latitude, action->place.longitude, action->place.name,
                          action->duration_min, action->due_us, action->response_count);
}

static char *
describe_group (const KzJson *json)
{
  g_autoptr (KzGroup) group = kz_group_parse_one (json, NULL);

  if (group == NULL)
    return g_strdup ("none");
  return g_strdup_printf ("%s name=%s image=%s welcome=%s kind=%d subs=%u", group->id, group->name,
                          group->image_url, group->welcome, group->kind,
                          group->subgroups != NULL ? group->subgroups->len : 0);
}

static char *
describe_tally (const KzJson *json)
{
  g_autoptr (KzTally) tally = kz_tally_parse (json, "a", NULL);

  return g_strdup_printf ("kind=%d n=%d of=%d done=%d due=%" G_GINT64_FORMAT " answers=%u",
                          tally->kind, tally->response_count, tally->assignee_count,
                          tally->is_completed, tally->due_us, tally->responses->len);
}

static char *
describe_response (const KzJson *json)
{
  g_autoptr (KzResponse) response = kz_response_parse (json, "g", NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  if (response == NULL)
    return g_strdup ("none");
  g_string_append_printf (text, "%s who=%s done=%d:", response->response_id,
                          response->responder != NULL ? response->responder->phone : "-",
                          response->is_completed);
  for (guint i = 0; i < response->answers->len; i++)
    g_string_append_printf (text, " [%s]", (char *) g_ptr_array_index (response->answers, i));
  return g_strdup (text->str);
}

static char *
describe_member (const KzJson *json)
{
  g_autoptr (KzMember) member = kz_member_parse (json, NULL);

  if (member == NULL)
    return g_strdup ("none");
  return g_strdup_printf ("%s %s %d %d", member->person->id, member->person->phone, member->role,
                          member->provisioned);
}

static char *
describe_flag (const KzJson *json)
{
  return g_strdup (kz_json_opt_bool (json, "result", FALSE) ? "yes" : "no");
}

static char *
describe_time (const KzJson *json)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, kz_json_opt_time_us (json, "t"));
}

static char *
describe_text (const KzJson *json)
{
  return g_strdup (kz_json_opt_string (json, "refreshToken", ""));
}

static char *
describe_cursor (const KzJson *json)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, kz_json_opt_int (json, "cursor", 0));
}

static char *
describe_list (const KzJson *json)
{
  g_auto (GStrv) list = kz_json_opt_strv (json, "events");

  return list != NULL ? g_strjoinv ("/", list) : g_strdup ("-");
}

static const struct {
  int row;
  Describe describe;
  const char *one;
  const char *other;
} same[] = {
    {6, describe_flag, "{'result':true}", "{'result':'true'}"},
    {6, describe_flag, "{'result':'True'}", "{'result':1}"},
    {6, describe_flag, "{'result':false}", "{'result':'false'}"},
    {7, describe_action, "{'referenceId':'r','sentAt':'2017-12-20T08:33:51Z'}",
     "{'referenceId':'r','creationTime':1513758831}"},
    {7, describe_action, "{'referenceId':'r','sentAt':'2017-12-20T08:33:51Z'}",
     "{'referenceId':'r','sentAt':'','creationTime':'1513758831'}"},
    {8, describe_group, "{'groupId':'g','groupImageUrl':'i'}",
     "{'groupId':'g','groupImageURL':'i'}"},
    {8, describe_action, "{'referenceId':'r','actionType':'Image','actionBody':{'imageUrl':'u'}}",
     "{'referenceId':'r','actionType':'Image','actionBody':{'imageURL':'u'}}"},
    {9, describe_action,
     "{'referenceId':'r','actionType':'Poll','actionBody':{'title':'t',"
     "'message':'m','choices':[{'title':'x'}]}}",
     "{'ReferenceId':'r','actiontype':'poll','ActionBody':{'Title':'t','Message':'m',"
     "'Choices':[{'Title':'x'}]}}"},
    {9, describe_response, "{'responseId':'s','answers':['x']}",
     "{'ResponseId':'s','Answers':['x']}"},
    {12, describe_group, "{'groupId':'g','welcomeMessage':'hi'}",
     "{'groupId':'g','welcomeMessage':['hi']}"},
    {13, describe_group, "{'groups':[{'groupId':'g','subGroups':[{'groupId':'c'}]}]}",
     "{'groupId':'g','subGroups':[{'groupId':'c'}]}"},
    {13, describe_tally, "{'actions':[{'actionType':'Job','actionBody':{'responseCount':1}}]}",
     "{'actionType':'Job','actionDetails':{'responseCount':1}}"},
    {13, describe_tally, "{'actionType':'Job','actionBody':[{'responseCount':1}]}",
     "{'actionType':'Job','responseCount':1}"},
    {14, describe_action,
     "{'referenceId':'r','actionType':'LetsMeet','actionBody':{'duration':45}}",
     "{'referenceId':'r','actionType':'LetsMeet','actionBody':{'DurationInMins':45}}"},
    {14, describe_action,
     "{'referenceId':'r','actionType':'LetsMeet','actionBody':{'duration':45,'DurationInMins':30}}",
     "{'referenceId':'r','actionType':'LetsMeet','actionBody':{'durationInMins':30}}"},
    {15, describe_action, "{'referenceId':'r','actionBody':{'questions':[{'type':'Date'}]}}",
     "{'referenceId':'r','actionBody':{'questions':[{'type':'DateTime'}]}}"},
    {15, describe_action, "{'referenceId':'r','actionBody':{'questions':[{'type':'MultiOption'}]}}",
     "{'referenceId':'r','actionBody':{'questions':[{'type':'MultipleOption'}]}}"},
    {15, describe_action, "{'referenceId':'r','actionBody':{'questions':[{'type':'Text'}]}}",
     "{'referenceId':'r','actionBody':{'questions':[{'type':'TEXT'}]}}"},
    {16, describe_response,
     "{'responseId':'s','responseWithQuestions':[{'type':'SingleOption','answer':'x'}]}",
     "{'responseId':'s','responseWithQuestions':[{'type':'SingleOption','answer':['x']}]}"},
    {17, describe_response,
     "{'responseId':'s','responseWithQuestions':[{'type':'Date','answer':1558681000}]}",
     "{'responseId':'s','responseWithQuestions':[{'type':'DateTime','answer':1558681000000}]}"},
    {18, describe_response,
     "{'responseId':'s','responseWithQuestions':[{'type':'Location','answer':"
     "{'lt':1.5,'lg':2.5,'n':'x','acc':3}}]}",
     "{'responseId':'s','responseWithQuestions':[{'type':'Location','answer':"
     "{'latitude':1.5,'longitude':2.5,'name':'x'}}]}"},
    {18, describe_action, "{'referenceId':'r','actionBody':{'place':{'lt':1.5,'lg':2.5,'n':'x'}}}",
     "{'referenceId':'r','actionBody':{'place':{'latitude':'1.5','longitude':2.5,'placeName':'x'}}"
     "}"},
    {21, describe_action,
     "{'referenceId':'r','actionType':'ShareLocation','actionBody':{'imageUrl':'u','latitude':1,"
     "'longitude':2}}",
     "{'referenceId':'r','actionType':'PhotoWithLocation','actionBody':{'imageUrl':'u','latitude':"
     "1,"
     "'longitude':2}}"},
    {23, describe_text, "{'refreshToken':null}", "{'refreshToken':''}"},
    {23, describe_text, "{'refreshToken':null}", "{}"},
    {26, describe_time, "{'t':1558681000175}", "{'t':'1558681000175'}"},
    {28, describe_action,
     "{'referenceId':'r','actionType':'Announcement','actionBody':{'media':[{'url':'u',"
     "'fileName':'n'}]}}",
     "{'referenceId':'r','actionType':'Announcement','actionBody':{'media':[{'mediaUrl':'u',"
     "'mediaFileName':'n'}]}}"},
    {29, describe_action,
     "{'referenceId':'r','actionType':'Image','actionBody':{'imageUrl':'https://x/y?a=1&amp;b=2'}}",
     "{'referenceId':'r','actionType':'Image','actionBody':{'imageUrl':'https://x/y?a=1&b=2'}}"},
    {30, describe_response,
     "{'responseId':'s','responseDetails':{'response':{'assignee':'+15550000001','isCompleted':"
     "true}}}",
     "{'responseId':'s','responseDetails':[{'response':{'assignee':'+15550000001',"
     "'isCompleted':true}}]}"},
    {32, describe_list, "{'events':['A','B']}", "{'Events':['A','B']}"},
    {33, describe_time, "{'t':'1592006400000'}", "{'t':1592006400000}"},
    {36, describe_time, "{'t':636674054802000000}", "{'t':1531808680200}"},
    {36, describe_cursor, "{'cursor':636674054802000001}", "{'cursor':'636674054802000001'}"},
    {38, describe_response, "{'responseId':'s','answers':['x']}",
     "{'responseId':'s','actionId':'a','answers':['x']}"},
    {44, describe_member, "{'id':'guid-x@3','mobileNumber':'++91 9876543210','role':'member'}",
     "{'id':'guid-x@3','mobileNumber':'+919876543210','role':'Member'}"},
};

static void
test_same (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (KzJson) one = kz_test_json (same[i].one);
  g_autoptr (KzJson) other = kz_test_json (same[i].other);
  g_autofree char *first = same[i].describe (one);
  g_autofree char *second = same[i].describe (other);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, !=, "none");
}

/* A big cursor goes back digit by digit: through a double it would lose its end. */
static void
test_cursor_exact (void)
{
  g_autoptr (KzJson) json = kz_test_json ("{'cursor':636674054802000001}");

  g_assert_cmpint (kz_json_opt_int (json, "cursor", 0), ==, 636674054802000001);
}

/* API §23 rows 30 and 31: deliveries old and new. */
static void
test_old_and_new_delivery (void)
{
  static const char *const forms[] = {
      "{'objectId':'g','objectType':'Group','eventType':'JobCreated','eventId':'e','data':"
      "{'text':'Oil','title':'Oil','actionId':'a','groupId':'g'},'context':'c','fromUser':"
      "'+15550000001','fromUserName':'Asha','fromUserProfilePic':''}",
      "{'subscriptionId':'s','objectId':'g','objectType':'Group','eventType':'JobCreated',"
      "'eventId':'e','data':{'title':'Oil','actionId':'a','groupId':'g','Properties':[]},"
      "'fromUser':'+15550000001','fromUserId':'u','isBotfromUser':false,'fromUserName':'Asha',"
      "'fromUserProfilePic':'','groupId':'g','sourceGroupId':'g'}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *text = kz_test_quote (forms[i]);
    g_autoptr (KzDelivery) delivery = kz_delivery_parse (text, strlen (text), NULL);

    g_assert_cmpint (delivery->kind, ==, KZ_DELIVERY_JOB_CREATED);
    g_assert_cmpstr (delivery->group_id, ==, "g");
    g_assert_cmpstr (delivery->action->title, ==, "Oil");
    g_assert_cmpstr (delivery->action->sender->phone, ==, "+15550000001");
    g_assert_cmpstr (delivery->action->action_id, ==, "a");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *path = g_strdup_printf (
        "/tolerance/row-%d-reads-the-same-both-ways/%" G_GSIZE_FORMAT, same[i].row, i);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_same);
  }
  g_test_add_func ("/tolerance/row-36-a-cursor-keeps-every-digit", test_cursor_exact);
  g_test_add_func ("/tolerance/row-31-old-and-new-envelopes-are-read", test_old_and_new_delivery);
  return g_test_run ();
}
