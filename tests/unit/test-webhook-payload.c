/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-error.h"
#include "kz-limits.h"
#include "kz-webhook-payload.h"

/* One delivery of each kind, as the service sends it by what is known. */
#define ENVELOPE(type, data)                                                                       \
  "{'subscriptionId':'sub-1','objectId':'grp-1@1','objectType':'Group','eventType':'" type         \
  "','eventId':'evt-1','data':" data ",'context':'ctx','fromUser':'+15550000011',"                 \
  "'fromUserId':'usr-1@1','isBotfromUser':false,'fromUserName':'Ravi','fromUserProfilePic':'',"    \
  "'groupId':'grp-1@1','sourceGroupId':'grp-0@1'}"

#define FORM                                                                                       \
  "{'actionId':'act-1','actionPackageId':'org.example.list','packageId':'org.example.list.3',"     \
  "'groupId':'grp-1@1','sourceGroupId':'grp-0@1','title':'Supplies','questions':[{'title':"        \
  "'Which','type':'SingleOption','options':[{'title':'Nuts'},{'title':'Bolts'}]}]}"

#define ANSWERS                                                                                    \
  "{'actionId':'act-1','actionPackageId':'org.example.list','packageId':'org.example.list.3',"     \
  "'groupId':'grp-1@1','sourceGroupId':'grp-0@1','responseId':'rsp-1','isUpdateResponse':false,"   \
  "'responder':'+15550000012','responderId':'usr-2','creatorId':"                                  \
  "'00000000-0000-0000-0000-000000000000','responderName':'Lena','responderProfilePic':'',"        \
  "'isAnonymous':false,'responseDetails':{'responseWithQuestions':[{'title':'Which','type':"       \
  "'SingleOption','options':[{'title':'Nuts'},{'title':'Bolts'}],'answer':['Bolts']},{'title':"    \
  "'Boxes','type':'Numeric','options':[],'answer':4.0},{'title':'Place','type':'Location',"        \
  "'options':[],'answer':{'lt':0.5,'lg':36.5,'n':'shed','acc':9.5}},{'title':'Phone','type':"      \
  "'PhoneNumber','answer':{'cc':'1','pn':'5550000013'}}]},'Properties':[]}"

static const struct {
  const char *text;
  KzDeliveryKind kind;
} samples[] = {
    {ENVELOPE ("TextMessageCreated", "{'text':'Gate is open'}"), KZ_DELIVERY_TEXT},
    {ENVELOPE ("AttachmentCreated",
               "{'media':[{'mediaUrl':'https://cdn.example/att/q1.jpg?sv=1&sig=x','mediaFileName':"
               "'gate.jpg'}],'actionType':'Image','caption':'look'}"),
     KZ_DELIVERY_ATTACHMENT},
    {ENVELOPE ("Announcement",
               "{'title':'Power','text':'Off at 9','media':[{'url':"
               "'https://cdn.example/att/p.pdf?a=1&amp;b=2','fileName':'p.pdf'}]}"),
     KZ_DELIVERY_ANNOUNCEMENT},
    {ENVELOPE ("ActionCreated", FORM), KZ_DELIVERY_ACTION_CREATED},
    {ENVELOPE ("ActionResponse", ANSWERS), KZ_DELIVERY_ACTION_RESPONSE},
    {ENVELOPE ("SurveyCreated", FORM), KZ_DELIVERY_SURVEY_CREATED},
    {ENVELOPE ("SurveyResponse", ANSWERS), KZ_DELIVERY_SURVEY_RESPONSE},
    {ENVELOPE ("JobCreated",
               "{'assignedTo':['+15550000012','+15550000013'],'title':'Oil',"
               "'dueDate':'2018-04-02T10:00:00Z','actionId':'act-1','groupId':"
               "'grp-1@1'}"),
     KZ_DELIVERY_JOB_CREATED},
    {ENVELOPE ("JobResponse",
               "{'actionId':'act-1','groupId':'grp-1@1','responseId':'rsp-1',"
               "'responseDetails':{'response':{'assignee':'+15550000012',"
               "'assigneeName':'Lena','assigneeProfilePic':'','isCompleted':true}}}"),
     KZ_DELIVERY_JOB_RESPONSE},
    {ENVELOPE ("PollCreated",
               "{'actionId':'act-1','groupId':'grp-1@1','question':'Rice?','choices':["
               "{'title':'Yes'},{'title':'No'}],'expiryDate':'2018-04-02T10:00:00Z'}"),
     KZ_DELIVERY_POLL_CREATED},
    {ENVELOPE ("PollResponse", ANSWERS), KZ_DELIVERY_POLL_RESPONSE},
    {ENVELOPE ("LetsMeetCreated",
               "{'actionId':'act-1','title':'Review','startingTime':"
               "'2018-04-02T10:00:00Z','DurationInMins':45,'place':{'latitude':1,"
               "'longitude':2,'name':'hall'}}"),
     KZ_DELIVERY_LETS_MEET_CREATED},
    {ENVELOPE ("LetsMeetResponse", ANSWERS), KZ_DELIVERY_LETS_MEET_RESPONSE},
    {ENVELOPE ("MemberAdded",
               "{'memberId':'usr-4','member':'+15550000014','memberName':'Mo',"
               "'memberProfilePic':'','type':'Member'}"),
     KZ_DELIVERY_MEMBER_ADDED},
    {ENVELOPE ("MemberRemoved", "{'member':'+15550000014','memberName':'Mo','type':'Admin'}"),
     KZ_DELIVERY_MEMBER_REMOVED},
    {ENVELOPE ("GroupAdded", "{'groupId':'grp-2','groupName':'Night','groupImageUrl':''}"),
     KZ_DELIVERY_GROUP_ADDED},
    {ENVELOPE ("GroupRemoved", "{'groupId':'grp-2','groupName':'Night'}"),
     KZ_DELIVERY_GROUP_REMOVED},
    {ENVELOPE ("CardPinned", "{'actionId':'act-9','title':'Pinned','who':{'x':[1]}}"),
     KZ_DELIVERY_UNKNOWN},
};

static KzDelivery *
parse (const char *text, GError **error)
{
  g_autofree char *quoted = kz_test_quote (text);
  gsize length = strlen (quoted);
  g_autofree char *exact = kz_test_exact (quoted, length);

  return kz_delivery_parse (exact, length, error);
}

static KzDelivery *
sample (KzDeliveryKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    if (samples[i].kind == kind) {
      g_autoptr (GError) error = NULL;
      KzDelivery *delivery = parse (samples[i].text, &error);

      g_assert_no_error (error);
      return delivery;
    }
  g_assert_not_reached ();
}

static gboolean
has (GStrv ids, const char *id)
{
  return g_strv_contains ((const char *const *) ids, id);
}

static void
test_every_type (void)
{
  const char *const *types = kz_delivery_event_types ();

  g_assert_cmpuint (g_strv_length ((GStrv) types), ==, 17);
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (KzDelivery) delivery = parse (samples[i].text, &error);
    int parts;

    g_assert_no_error (error);
    g_assert_cmpint (delivery->kind, ==, samples[i].kind);
    g_assert_cmpint (g_strv_contains (types, delivery->kind_raw), ==,
                     delivery->kind != KZ_DELIVERY_UNKNOWN);
    g_assert_cmpstr (delivery->group_id, ==, "grp-1@1");
    g_assert_cmpstr (delivery->source_group_id, ==, "grp-0@1");
    g_assert_cmpstr (delivery->event_id, ==, "evt-1");
    g_assert_cmpstr (delivery->subscription_id, ==, "sub-1");
    g_assert_cmpstr (delivery->context, ==, "ctx");
    g_assert_cmpstr (delivery->sender->id, ==, "usr-1@1");
    g_assert_cmpstr (delivery->sender->phone, ==, "+15550000011");
    g_assert_cmpstr (delivery->sender->name, ==, "Ravi");
    g_assert_null (delivery->sender->picture_url);
    parts = (delivery->text != NULL) + (delivery->action != NULL) + (delivery->response != NULL) +
            (delivery->membership != NULL) + (delivery->child != NULL);
    g_assert_cmpint (parts, ==, 1);
  }
}

static void
test_text (void)
{
  g_autoptr (KzDelivery) delivery = sample (KZ_DELIVERY_TEXT);
  g_auto (GStrv) ids = kz_delivery_identities (delivery);

  g_assert_cmpstr (delivery->text->text, ==, "Gate is open");
  g_assert_cmpstr (delivery->text->reference_id, ==, "evt-1");
  g_assert_cmpstr (delivery->text->source_group_id, ==, "grp-0@1");
  g_assert_true (delivery->text->sender == delivery->sender);
  g_assert_true (has (ids, "e:TextMessageCreated:evt-1"));
  g_assert_true (has (ids, "r:evt-1"));
}

static void
test_attachment (void)
{
  static const struct {
    const char *data;
    KzActionKind kind;
    const char *raw;
    guint files;
  } rows[] = {
      {"{'media':[{'mediaUrl':'https://x/a.jpg'}],'actionType':'Image'}", KZ_ACTION_IMAGE, "Image",
       1},
      {"{'media':[{'mediaUrl':'https://x/a.jpg'},{'url':'https://x/b.jpg'}],'actionType':'Album'}",
       KZ_ACTION_ALBUM, "Album", 2},
      {"{'media':[{'mediaUrl':'https://x/"
       "a'},{'mediaFileName':'none'},null,7],'actionType':'audio'}",
       KZ_ACTION_AUDIO, "audio", 1},
      {"{'media':{'mediaUrl':'https://x/a'},'actionType':'Video'}", KZ_ACTION_VIDEO, "Video", 1},
      {"{'media':['https://x/a.PDF?sig=1']}", KZ_ACTION_DOCUMENT, "Document", 1},
      {"{'media':[{'mediaUrl':'https://x/a','mediaFileName':'v.mp4'}]}", KZ_ACTION_VIDEO, "Video",
       1},
      {"{'media':[{'mediaUrl':'https://x/a','mediaFileName':'v.wav'}]}", KZ_ACTION_AUDIO, "Audio",
       1},
      {"{'media':[{'mediaUrl':'https://x/a.jpeg'}]}", KZ_ACTION_IMAGE, "Image", 1},
      {"{'media':[{'mediaUrl':'https://x/a'}]}", KZ_ACTION_DOCUMENT, "Document", 1},
      {"{'mediaUrl':'https://x/a.jpg','attachmentType':'Hologram'}", KZ_ACTION_UNKNOWN, "Hologram",
       1},
      {"{'mediaUrl':'https://x/a','attachmentType':'Video'}", KZ_ACTION_VIDEO, "Video", 1},
      {"{'media':['https://x/a','https://x/b']}", KZ_ACTION_ALBUM, "Album", 2},
      {"{'media':[{'mediaUrl':'https://x/a'}],'actionType':'Sticker'}", KZ_ACTION_UNKNOWN,
       "Sticker", 1},
      {"{}", KZ_ACTION_UNKNOWN, "AttachmentCreated", 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf (
        "{'eventType':'AttachmentCreated','eventId':'e','groupId':'g','data':%s}", rows[i].data);
    g_autoptr (KzDelivery) delivery = parse (text, NULL);

    g_test_message ("%s", rows[i].data);
    g_assert_cmpint (delivery->action->kind, ==, rows[i].kind);
    g_assert_cmpstr (delivery->action->kind_raw, ==, rows[i].raw);
    g_assert_cmpuint (delivery->action->media->len, ==, rows[i].files);
  }
}

static void
test_announcement (void)
{
  g_autoptr (KzDelivery) delivery = sample (KZ_DELIVERY_ANNOUNCEMENT);
  const KzMediaRef *ref = g_ptr_array_index (delivery->action->media, 0);
  g_auto (GStrv) ids = kz_delivery_identities (delivery);

  g_assert_cmpint (delivery->action->kind, ==, KZ_ACTION_ANNOUNCEMENT);
  g_assert_cmpstr (delivery->action->title, ==, "Power");
  g_assert_cmpstr (delivery->action->text, ==, "Off at 9");
  g_assert_cmpstr (ref->url, ==, "https://cdn.example/att/p.pdf?a=1&b=2");
  g_assert_cmpstr (ref->name, ==, "p.pdf");
  g_assert_true (has (ids, "e:Announcement:evt-1"));
  g_assert_true (has (ids, "m:https://cdn.example/att/p.pdf"));
}

static void
test_created (void)
{
  g_autoptr (KzDelivery) form = sample (KZ_DELIVERY_ACTION_CREATED);
  g_autoptr (KzDelivery) survey = sample (KZ_DELIVERY_SURVEY_CREATED);
  g_autoptr (KzDelivery) job = sample (KZ_DELIVERY_JOB_CREATED);
  g_autoptr (KzDelivery) poll = sample (KZ_DELIVERY_POLL_CREATED);
  g_autoptr (KzDelivery) meeting = sample (KZ_DELIVERY_LETS_MEET_CREATED);
  g_auto (GStrv) ids = kz_delivery_identities (job);
  const char *const assigned[] = {"+15550000012", "+15550000013", NULL};
  const char *const choices[] = {"Yes", "No", NULL};

  g_assert_cmpint (form->action->kind, ==, KZ_ACTION_PACKAGE);
  g_assert_cmpstr (form->action->package_id, ==, "org.example.list");
  g_assert_cmpuint (form->action->questions->len, ==, 1);
  g_assert_cmpint (survey->action->kind, ==, KZ_ACTION_SURVEY);
  g_assert_cmpstr (survey->action->title, ==, "Supplies");

  g_assert_cmpint (job->action->kind, ==, KZ_ACTION_JOB);
  g_assert_cmpstrv (job->action->assigned_to, assigned);
  g_assert_cmpint (job->action->assignee_count, ==, 2);
  g_assert_cmpint (job->action->due_us, ==, 1522663200000000);
  g_assert_true (has (ids, "a:act-1"));
  g_assert_true (has (ids, "e:JobCreated:evt-1"));

  g_assert_cmpint (poll->action->kind, ==, KZ_ACTION_POLL);
  g_assert_cmpstrv (poll->action->choices, choices);
  g_assert_cmpstr (poll->action->title, ==, "Rice?");
  g_assert_cmpint (meeting->action->kind, ==, KZ_ACTION_LETS_MEET);
  g_assert_cmpint (meeting->action->duration_min, ==, 45);
  g_assert_cmpstr (meeting->action->place.name, ==, "hall");
  g_assert_cmpint (meeting->action->start_us, ==, 1522663200000000);
}

static void
test_created_of_unknown_kind (void)
{
  g_autoptr (KzDelivery) teleport = parse (
      ENVELOPE ("ActionCreated", "{'actionType':'Teleport','actionId':'a','title':'Home'}"), NULL);
  g_autoptr (KzDelivery) nameless =
      parse (ENVELOPE ("ActionCreated", "{'actionId':'a','title':'Home'}"), NULL);

  g_assert_cmpint (teleport->action->kind, ==, KZ_ACTION_UNKNOWN);
  g_assert_cmpstr (teleport->action->kind_raw, ==, "Teleport");
  g_assert_cmpstr (teleport->action->title, ==, "Home");
  g_assert_cmpint (nameless->action->kind, ==, KZ_ACTION_PACKAGE);
}

/* One sample of a created form is the sample of its response. */
static void
test_created_like_response (void)
{
  g_autoptr (KzDelivery) delivery = parse (ENVELOPE ("SurveyCreated", ANSWERS), NULL);

  g_assert_cmpint (delivery->kind, ==, KZ_DELIVERY_SURVEY_CREATED);
  g_assert_cmpuint (delivery->action->questions->len, ==, 4);
  g_assert_cmpstr (delivery->action->action_id, ==, "act-1");
}

static void
test_responses (void)
{
  static const struct {
    KzDeliveryKind kind;
    KzActionKind action_kind;
  } rows[] = {
      {KZ_DELIVERY_ACTION_RESPONSE, KZ_ACTION_PACKAGE},
      {KZ_DELIVERY_SURVEY_RESPONSE, KZ_ACTION_SURVEY},
      {KZ_DELIVERY_POLL_RESPONSE, KZ_ACTION_POLL},
      {KZ_DELIVERY_LETS_MEET_RESPONSE, KZ_ACTION_LETS_MEET},
  };
  const char *const answers[] = {"Bolts", "4", "shed", "+15550000013"};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzDelivery) delivery = sample (rows[i].kind);
    const KzResponse *response = delivery->response;

    g_assert_cmpint (response->kind, ==, rows[i].action_kind);
    g_assert_cmpstr (response->action_id, ==, "act-1");
    g_assert_cmpstr (response->response_id, ==, "rsp-1");
    g_assert_cmpstr (response->responder->id, ==, "usr-2");
    g_assert_cmpstr (response->responder->name, ==, "Lena");
    g_assert_cmpuint (response->answers->len, ==, G_N_ELEMENTS (answers));
    for (guint a = 0; a < G_N_ELEMENTS (answers); a++)
      g_assert_cmpstr (g_ptr_array_index (response->answers, a), ==, answers[a]);
  }
}

static void
test_job_response (void)
{
  g_autoptr (KzDelivery) delivery = sample (KZ_DELIVERY_JOB_RESPONSE);

  g_assert_cmpint (delivery->response->kind, ==, KZ_ACTION_JOB);
  g_assert_cmpint (delivery->response->is_completed, ==, KZ_TRI_YES);
  g_assert_cmpstr (delivery->response->responder->phone, ==, "+15550000012");
}

static void
test_anonymous (void)
{
  g_autoptr (KzDelivery) delivery =
      parse (ENVELOPE ("SurveyResponse",
                       "{'actionId':'act-1','isAnonymous':true,'responder':'','responderId':''}"),
             NULL);
  g_autoptr (KzDelivery) unnamed =
      parse (ENVELOPE ("SurveyResponse", "{'actionId':'act-1'}"), NULL);

  g_assert_true (delivery->response->is_anonymous);
  g_assert_null (delivery->response->responder);
  g_assert_null (delivery->sender);
  g_assert_cmpstr (delivery->response->response_id, ==, "evt-1");
  g_assert_cmpstr (unnamed->response->responder->name, ==, "Ravi");
}

static char *
first_identity (const char *text)
{
  g_autoptr (KzDelivery) delivery = parse (text, NULL);
  g_auto (GStrv) ids = kz_delivery_identities (delivery);

  return g_strdup (ids[0]);
}

static void
test_edited_response (void)
{
#define EDIT(flag, answer)                                                                         \
  ENVELOPE ("SurveyResponse",                                                                      \
            "{'responseId':'evt-1','isUpdateResponse':" flag                                       \
            ",'responseDetails':{'responseWithQuestions':[{'answer':'" answer "'}]}}")
  g_autofree char *first = first_identity (EDIT ("false", "a"));
  g_autofree char *edit = first_identity (EDIT ("true", "b"));
  g_autofree char *again = first_identity (EDIT ("true", "b"));
  g_autofree char *later = first_identity (EDIT ("true", "c"));

  g_assert_cmpstr (first, ==, "e:SurveyResponse:evt-1");
  g_assert_cmpstr (edit, !=, first);
  g_assert_cmpstr (edit, ==, again);
  g_assert_cmpstr (edit, !=, later);
  g_assert_true (g_str_has_prefix (edit, "e:SurveyResponse:evt-1"));
#undef EDIT
}

static void
test_membership (void)
{
  g_autoptr (KzDelivery) added = sample (KZ_DELIVERY_MEMBER_ADDED);
  g_autoptr (KzDelivery) removed = sample (KZ_DELIVERY_MEMBER_REMOVED);
  g_autoptr (KzDelivery) misnamed = parse (
      ENVELOPE ("MEMBERADDED", "{'Member':'+15550000014','MemberName':'Mo','Type':'admin'}"), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (added->membership->added);
  g_assert_cmpstr (added->membership->member->person->id, ==, "usr-4");
  g_assert_cmpstr (added->membership->member->person->phone, ==, "+15550000014");
  g_assert_cmpint (added->membership->member->role, ==, KZ_ROLE_MEMBER);
  g_assert_cmpstr (added->membership->by->name, ==, "Ravi");
  g_assert_false (removed->membership->added);
  g_assert_null (removed->membership->member->person->id);
  g_assert_cmpint (removed->membership->member->role, ==, KZ_ROLE_ADMIN);
  g_assert_cmpint (misnamed->membership->member->role, ==, KZ_ROLE_ADMIN);
  g_assert_null (parse (ENVELOPE ("MemberAdded", "{'type':'Member'}"), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
}

static void
test_child_groups (void)
{
  g_autoptr (KzDelivery) added = sample (KZ_DELIVERY_GROUP_ADDED);
  g_autoptr (KzDelivery) unknown = parse (ENVELOPE ("GroupAdded", "{}"), NULL);
  g_autoptr (KzDelivery) object = parse (
      "{'eventType':'GroupAdded','objectId':'p','objectType':'Group','data':{'groupId':'c'}}",
      NULL);

  g_assert_cmpstr (added->child->id, ==, "grp-2");
  g_assert_cmpstr (added->child->name, ==, "Night");
  g_assert_null (unknown->child);
  g_assert_cmpstr (object->group_id, ==, "p");
  g_assert_cmpstr (object->child->id, ==, "c");
}

static void
test_which_group (void)
{
  static const struct {
    const char *fields;
    const char *group; /* (nullable): refused */
  } rows[] = {
      {"'groupId':'g','objectId':'o','objectType':'Group','data':{'text':'x','groupId':'d'}", "g"},
      {"'objectId':'o','objectType':'Group','data':{'text':'x','groupId':'d'}", "d"},
      {"'objectId':'o','objectType':'group','data':{'text':'x'}", "o"},
      {"'objectId':'o','data':{'text':'x'}", "o"},
      {"'objectId':'o','objectType':'Action','data':{'text':'x','groupId':'d'}", "d"},
      {"'objectId':'o','objectType':'ActionPackage','data':{'text':'x'}", NULL},
      {"'groupId':'','data':{'text':'x'}", NULL},
      {"'groupId':5,'data':[{'text':'x'}]", "5"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text =
        g_strdup_printf ("{'eventType':'TextMessageCreated',%s}", rows[i].fields);
    g_autoptr (GError) error = NULL;
    g_autoptr (KzDelivery) delivery = parse (text, &error);

    g_assert_cmpstr (delivery != NULL ? delivery->group_id : NULL, ==, rows[i].group);
    if (delivery == NULL)
      g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
    else
      g_assert_null (delivery->sender);
  }
}

static void
test_unknown_kept (void)
{
  g_autoptr (KzDelivery) delivery = sample (KZ_DELIVERY_UNKNOWN);

  g_assert_cmpstr (delivery->kind_raw, ==, "CardPinned");
  g_assert_cmpstr (delivery->action->kind_raw, ==, "CardPinned");
  g_assert_cmpstr (delivery->action->title, ==, "Pinned");
}

static void
test_refused (void)
{
  static const char *const bad[] = {
      "",
      "[]",
      "null",
      "'x'",
      "{}",
      "{'groupId':'g','data':{'text':'x'}}",
      "{'eventType':'','groupId':'g','data':{'text':'x'}}",
      "{'eventType':7,'groupId':'g','data':{'text':'x'}}",
      "{'eventType':'TextMessageCreated','groupId':'g'}",
      "{'eventType':'TextMessageCreated','groupId':'g','data':{'text':''}}",
      "{'eventType':'TextMessageCreated','groupId':'g','data':{'text':{}}}",
      "{eventType:'TextMessageCreated'}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (bad[i], &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
  }
}

static void
test_too_large (void)
{
  g_autofree char *padding = g_strnfill (KZ_WEBHOOK_MAX_BYTES, ' ');
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strconcat (samples[0].text, padding, NULL);

  g_assert_null (parse (text, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_TOO_LARGE);
}

static void
test_bot_and_sender (void)
{
  g_autoptr (KzDelivery) bot =
      parse ("{'eventType':'TextMessageCreated','groupId':'g','data':{'text':'x'},'fromUser':"
             "'+15550000011','isBotFromUser':'true'}",
             NULL);
  g_autoptr (KzDelivery) by_id =
      parse ("{'eventType':'TextMessageCreated','groupId':'g','data':{'Text':5},'fromUser':null,"
             "'fromUserId':'u','context':null}",
             NULL);

  g_assert_true (bot->sender->is_bot);
  g_assert_null (bot->sender->id);
  g_assert_cmpstr (by_id->sender->id, ==, "u");
  g_assert_cmpstr (by_id->text->text, ==, "5");
  g_assert_null (by_id->context);
  g_assert_null (by_id->event_id);
  g_assert_null (by_id->text->reference_id);
}

static void
try_delivery (const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzDelivery) delivery = kz_delivery_parse (data, length, &error);
  g_auto (GStrv) ids = NULL;

  g_assert_cmpint (delivery == NULL, ==, error != NULL);
  if (delivery == NULL)
    return;
  g_assert_nonnull (delivery->group_id);
  g_assert_nonnull (delivery->kind_raw);
  ids = kz_delivery_identities (delivery);
  if (delivery->event_id != NULL)
    g_assert_true (g_str_has_prefix (ids[0], "e:"));
}

static void
test_truncated (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree char *text = kz_test_quote (samples[i].text);

    kz_test_truncations (text, try_delivery);
  }
}

/* The sample with the least envelope: the long one is tried once, it is the same for all. */
static char *
short_form (gsize i)
{
  g_autofree char *text = kz_test_quote (samples[i].text);
  const char *type = strstr (text, "\"eventType\"");
  const char *data_end = strstr (text, ",\"context\"");

  return g_strdup_printf ("{\"groupId\":\"g\",%.*s}", (int) (data_end - type), type);
}

static void
test_wrong_types (void)
{
  g_autofree char *whole = kz_test_quote (samples[0].text);

  kz_test_wrong_types (whole, try_delivery);
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree char *text = short_form (i);

    kz_test_wrong_types (text, try_delivery);
  }
}

static void
test_flipped_bytes (void)
{
  static const char hostile[] = "\"\\{}[],:0\xC3";

  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree char *text = kz_test_quote (samples[i].text);
    gsize length = strlen (text);

    for (gsize at = i % 3; at < length; at += 3) {
      g_autofree char *copy = kz_test_exact (text, length);

      copy[at] = hostile[(at + i) % sizeof hostile];
      try_delivery (copy, length);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/delivery/every-event-type-is-read", test_every_type);
  g_test_add_func ("/delivery/a-text-is-named-by-its-event", test_text);
  g_test_add_func ("/delivery/an-attachment-says-or-shows-its-kind", test_attachment);
  g_test_add_func ("/delivery/an-announcement-has-links", test_announcement);
  g_test_add_func ("/delivery/what-was-created-is-an-action", test_created);
  g_test_add_func ("/delivery/an-action-of-an-unknown-kind-keeps-its-name",
                   test_created_of_unknown_kind);
  g_test_add_func ("/delivery/a-form-that-looks-like-its-response-is-a-form",
                   test_created_like_response);
  g_test_add_func ("/delivery/answers-are-text-in-order", test_responses);
  g_test_add_func ("/delivery/a-job-is-answered-by-its-assignee", test_job_response);
  g_test_add_func ("/delivery/an-anonymous-answer-names-nobody", test_anonymous);
  g_test_add_func ("/delivery/an-edited-answer-is-new-and-its-copy-is-not", test_edited_response);
  g_test_add_func ("/delivery/members-come-and-go", test_membership);
  g_test_add_func ("/delivery/a-child-group-is-not-the-conversation", test_child_groups);
  g_test_add_func ("/delivery/the-conversation-is-found-wherever-it-is", test_which_group);
  g_test_add_func ("/delivery/an-unknown-event-is-kept", test_unknown_kept);
  g_test_add_func ("/delivery/what-is-no-envelope-is-refused", test_refused);
  g_test_add_func ("/delivery/a-body-over-the-cap-is-refused", test_too_large);
  g_test_add_func ("/delivery/every-field-of-the-sender-is-optional", test_bot_and_sender);
  g_test_add_func ("/delivery/a-body-cut-anywhere-does-no-harm", test_truncated);
  g_test_add_func ("/delivery/a-value-of-any-type-does-no-harm", test_wrong_types);
  g_test_add_func ("/delivery/a-changed-byte-does-no-harm", test_flipped_bytes);
  return g_test_run ();
}
