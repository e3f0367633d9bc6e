/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft.h"
#include "kz-limits.h"
#include "kz-test.h"

#include <math.h>

#define HOUR_US (3600 * (gint64) G_USEC_PER_SEC)
#define NOW_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC) /* 2026-09-21T14:13:20Z */

static GStrv
words (const char *text)
{
  return g_strsplit (text, "|", -1);
}

static void
add_question (KzActionDraft *draft, const char *title, KzQuestionKind kind, const char *options)
{
  g_auto (GStrv) list = options != NULL ? words (options) : NULL;

  g_ptr_array_add (draft->questions, kz_question_new (title, kind, (const char *const *) list));
}

static void
assert_json (const KzActionDraft *draft, const char *expected)
{
  g_autofree char *quoted = kz_test_quote (expected);
  g_autoptr (KzActionDraft) copy = kz_action_draft_copy (draft);
  g_autofree char *json = kz_action_draft_to_json (draft);
  g_autofree char *of_copy = kz_action_draft_to_json (copy);
  g_autoptr (GError) error = NULL;

  g_assert_true (kz_action_draft_check (draft, NOW_US, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, quoted);
  g_assert_cmpstr (of_copy, ==, quoted);
}

/* --- bodies --------------------------------------------------------------------------------- */

static void
announcement (void)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_ANNOUNCEMENT);

  draft->title = g_strdup ("Head");
  assert_json (draft, "{'actionType':'Announcement','actionBody':{'Title':'Head','Message':''}}");
  draft->text = g_strdup ("Text");
  draft->media = words ("EAB1|EAB2");
  draft->reply_to = g_strdup ("ref");
  draft->subscribers = words ("+15550000002|+15550000004");
  assert_json (draft, "{'actionType':'Announcement','subscribers':['+15550000002',"
                      "'+15550000004'],'replyToReferenceId':'ref','actionBody':{"
                      "'Title':'Head','Message':'Text','MediaResources':['EAB1','EAB2']}}");
}

static void
job (void)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_JOB);

  draft->title = g_strdup ("Sweep");
  draft->assigned_to = words ("+15550000002");
  assert_json (draft, "{'actionType':'Job','actionBody':{'title':'Sweep',"
                      "'assignedTo':['+15550000002']}}");
  draft->hours = 48;
  assert_json (draft, "{'actionType':'Job','actionBody':{'title':'Sweep',"
                      "'assignedTo':['+15550000002'],'dueDate':48}}");
}

static void
poll (void)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_POLL);

  draft->title = g_strdup ("Tea?");
  draft->choices = words ("Yes|No");
  assert_json (draft, "{'actionType':'Poll','actionBody':{'question':'Tea?',"
                      "'choices':[{'title':'Yes'},{'title':'No'}]}}");
  draft->choice_images = words ("|EAB");
  draft->hours = 5;
  draft->to_all_subscribers = TRUE;
  draft->is_sender_only = TRUE;
  assert_json (draft, "{'actionType':'Poll','sendToAllSubscribers':true,'actionBody':{"
                      "'question':'Tea?','choices':[{'title':'Yes'},{'title':'No',"
                      "'image':'EAB'}],'expiryInHours':5,'isSenderOnly':true}}");
}

static void
meeting (void)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_LETS_MEET);

  draft->title = g_strdup ("Talk");
  draft->start_us = NOW_US + HOUR_US;
  assert_json (draft, "{'actionType':'LetsMeet','actionBody':{'title':'Talk',"
                      "'startingTime':'2026-09-21T15:13:20Z'}}");
  draft->duration_min = 45;
  draft->place = (KzPlace){TRUE, 12.5, -77.25, g_strdup ("Hall")};
  draft->text = g_strdup ("All");
  draft->is_sender_only = TRUE;
  assert_json (draft, "{'actionType':'LetsMeet','actionBody':{'title':'Talk',"
                      "'startingTime':'2026-09-21T15:13:20Z','duration':45,'DurationInMins':45,"
                      "'place':{'latitude':12.5,'longitude':-77.25,'name':'Hall'},"
                      "'agenda':'All','isSenderOnly':true}}");
}

static void
survey (void)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_SURVEY);

  draft->title = g_strdup ("Lunch");
  add_question (draft, "Day", KZ_QUESTION_SINGLE, "Mon|Tue");
  add_question (draft, "What", KZ_QUESTION_MULTI, "A|B");
  add_question (draft, "Why", KZ_QUESTION_TEXT, NULL);
  add_question (draft, "N", KZ_QUESTION_NUMERIC, NULL);
  add_question (draft, "When", KZ_QUESTION_DATE, NULL);
  add_question (draft, "Where", KZ_QUESTION_LOCATION, NULL);
  add_question (draft, "Pic", KZ_QUESTION_IMAGE, NULL);
  add_question (draft, "Files", KZ_QUESTION_ATTACHMENTS, NULL);
  add_question (draft, "Call", KZ_QUESTION_PHONE, NULL);
  ((KzQuestion *) draft->questions->pdata[8])->invisible = TRUE;
  draft->is_anonymous = TRUE;
  draft->accept_multiple = TRUE;
  draft->hours = 12;
  assert_json (draft, "{'actionType':'Survey','actionBody':{'title':'Lunch','questions':["
                      "{'title':'Day','type':'SingleOption','options':[{'title':'Mon'},"
                      "{'title':'Tue'}]},{'title':'What','type':'MultiOption','options':["
                      "{'title':'A'},{'title':'B'}]},{'title':'Why','type':'Text'},"
                      "{'title':'N','type':'Numeric'},{'title':'When','type':'DateTime'},"
                      "{'title':'Where','type':'Location'},{'title':'Pic','type':'Image'},"
                      "{'title':'Files','type':'AttachmentList'},"
                      "{'title':'Call','type':'PhoneNumber','isInvisible':true}],"
                      "'isAnonymous':true,'acceptMultipleResponses':true,'dueDate':12}}");
}

static void
package (void)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_PACKAGE);

  draft->package_id = g_strdup ("com.x.card.2");
  assert_json (draft, "{'id':'com.x.card.2','actionBody':{}}");
  draft->title = g_strdup ("Ticket");
  draft->hours = 24;
  g_ptr_array_add (draft->properties, kz_property_new ("state", NULL, "OPEN"));
  g_ptr_array_add (draft->properties, kz_property_new ("n", "Numeric", "1"));
  assert_json (draft, "{'id':'com.x.card.2','actionBody':{'title':'Ticket','validity':24,"
                      "'properties':[{'name':'state','type':'Text','value':'OPEN'},"
                      "{'name':'n','type':'Numeric','value':'1'}]}}");
}

static void
media (void)
{
  static const struct {
    KzActionKind kind;
    const char *wire;
  } kinds[] = {{KZ_ACTION_IMAGE, "Image"},
               {KZ_ACTION_ALBUM, "Album"},
               {KZ_ACTION_AUDIO, "Audio"},
               {KZ_ACTION_DOCUMENT, "Document"},
               {KZ_ACTION_VIDEO, "Video"}};

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (KzActionDraft) draft = kz_action_draft_new (kinds[i].kind);
    g_autofree char *bare =
        g_strdup_printf ("{'actionType':'%s','actionBody':{'mediaResource':'EAB'}}", kinds[i].wire);
    g_autofree char *full = g_strdup_printf (
        "{'actionType':'%s','actionBody':{'mediaResource':'EAB','caption':'A view'}}",
        kinds[i].wire);

    draft->media = words ("EAB");
    assert_json (draft, bare);
    draft->text = g_strdup ("A view");
    assert_json (draft, full);
  }
}

static void
groups (void)
{
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("Crew");
  g_autoptr (KzGroupDraft) copy = NULL;
  g_autofree char *json = NULL;
  g_autofree char *expected = kz_test_quote ("{'name':'Crew','groupName':'Crew',"
                                             "'welcomeMessage':'Hi','members':['+15550000002']}");
  g_autoptr (GError) error = NULL;

  draft->welcome = g_strdup ("Hi");
  draft->parent_id = g_strdup ("G");
  draft->members = words ("+15550000002");
  g_assert_true (kz_group_draft_check (draft, &error));
  copy = kz_group_draft_copy (draft);
  json = kz_group_draft_to_json (copy);
  g_assert_cmpstr (json, ==, expected);
  draft->is_public = TRUE;
  g_assert_false (kz_group_draft_check (draft, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
}

static void
too_many_members (void)
{
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("Crew");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < KZ_CREATE_GROUP_MAX_MEMBERS; i++) {
    g_autofree char *phone = g_strdup_printf ("+1555000%04u", i);

    g_strv_builder_add (builder, phone);
  }
  draft->members = g_strv_builder_end (builder);
  g_assert_true (kz_group_draft_check (draft, &error));
  g_strfreev (draft->members);
  g_strv_builder_add (builder, "+15559999999");
  for (guint i = 0; i < KZ_CREATE_GROUP_MAX_MEMBERS; i++) {
    g_autofree char *phone = g_strdup_printf ("+1555000%04u", i);

    g_strv_builder_add (builder, phone);
  }
  draft->members = g_strv_builder_end (builder);
  g_assert_false (kz_group_draft_check (draft, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
}

/* --- refusals ------------------------------------------------------------------------------- */

/* A good one of each kind, for a case to spoil. */
static KzActionDraft *
good_draft (KzActionKind kind)
{
  KzActionDraft *draft = kz_action_draft_new (kind);

  draft->title = g_strdup ("T");
  draft->text = g_strdup ("text");
  draft->choices = words ("A|B");
  draft->assigned_to = words ("+15550000002");
  draft->media = words ("EAB");
  draft->package_id = g_strdup ("com.x");
  draft->start_us = NOW_US + HOUR_US;
  add_question (draft, "Q", KZ_QUESTION_SINGLE, "A|B");
  return draft;
}

static void
no_title (KzActionDraft *draft)
{
  g_free (draft->title);
  draft->title = g_strdup (" \302\240\n");
  g_clear_pointer (&draft->text, g_free);
}

static void
one_choice (KzActionDraft *draft)
{
  g_strfreev (draft->choices);
  draft->choices = words ("A");
}

static void
no_choices (KzActionDraft *draft)
{
  g_clear_pointer (&draft->choices, g_strfreev);
}

static void
empty_choice (KzActionDraft *draft)
{
  g_strfreev (draft->choices);
  draft->choices = words ("A|  |B");
}

static void
same_choice (KzActionDraft *draft)
{
  g_strfreev (draft->choices);
  draft->choices = words ("A|B| A");
}

static void
no_question (KzActionDraft *draft)
{
  g_ptr_array_set_size (draft->questions, 0);
}

static void
no_options (KzActionDraft *draft)
{
  no_question (draft);
  add_question (draft, "Q", KZ_QUESTION_MULTI, NULL);
}

static void
untitled_question (KzActionDraft *draft)
{
  no_question (draft);
  add_question (draft, " ", KZ_QUESTION_TEXT, NULL);
}

static void
unknown_question (KzActionDraft *draft)
{
  no_question (draft);
  add_question (draft, "Q", KZ_QUESTION_UNKNOWN, NULL);
}

static void
nobody (KzActionDraft *draft)
{
  g_strfreev (draft->assigned_to);
  draft->assigned_to = g_new0 (char *, 1);
}

static void
no_number (KzActionDraft *draft)
{
  g_strfreev (draft->assigned_to);
  draft->assigned_to = words ("Ben");
}

static void
twice (KzActionDraft *draft)
{
  g_strfreev (draft->assigned_to);
  draft->assigned_to = words ("+15550000002|+1 555 000 0002");
}

static void
past (KzActionDraft *draft)
{
  draft->start_us = NOW_US;
}

static void
no_start (KzActionDraft *draft)
{
  draft->start_us = 0;
}

static void
too_long_a_meeting (KzActionDraft *draft)
{
  draft->duration_min = KZ_MEETING_MAX_MINUTES + 1;
}

static void
nowhere (KzActionDraft *draft)
{
  draft->place = (KzPlace){TRUE, NAN, 0, NULL};
}

static void
too_many_hours (KzActionDraft *draft)
{
  draft->hours = KZ_ACTION_MAX_HOURS + 1;
}

static void
negative_hours (KzActionDraft *draft)
{
  draft->hours = -1;
}

static void
too_long_a_text (KzActionDraft *draft)
{
  g_free (draft->text);
  draft->text = g_strnfill (KZ_MESSAGE_MAX_UNITS + 1, 'x');
}

static void
no_media (KzActionDraft *draft)
{
  g_clear_pointer (&draft->media, g_strfreev);
}

static void
no_package (KzActionDraft *draft)
{
  g_clear_pointer (&draft->package_id, g_free);
}

static void
bad_property (KzActionDraft *draft)
{
  g_ptr_array_add (draft->properties, kz_property_new ("p", "Nothing", "1"));
}

static void
nameless_property (KzActionDraft *draft)
{
  g_ptr_array_add (draft->properties, kz_property_new ("", NULL, "1"));
}

static void
bad_subscriber (KzActionDraft *draft)
{
  draft->subscribers = words ("12");
}

static const struct {
  KzActionKind kind;
  void (*spoil) (KzActionDraft *draft);
  const char *says;
} refusals[] = {
    {KZ_ACTION_ANNOUNCEMENT, no_title, "announcement"},
    {KZ_ACTION_ANNOUNCEMENT, too_long_a_text, "4000"},
    {KZ_ACTION_ANNOUNCEMENT, bad_subscriber, "12"},
    {KZ_ACTION_JOB, no_title, "title"},
    {KZ_ACTION_JOB, nobody, "somebody"},
    {KZ_ACTION_JOB, no_number, "Ben"},
    {KZ_ACTION_JOB, twice, "twice"},
    {KZ_ACTION_JOB, too_many_hours, "hours"},
    {KZ_ACTION_JOB, negative_hours, "hours"},
    {KZ_ACTION_POLL, no_title, "question"},
    {KZ_ACTION_POLL, one_choice, "two choices"},
    {KZ_ACTION_POLL, no_choices, "two choices"},
    {KZ_ACTION_POLL, empty_choice, "empty"},
    {KZ_ACTION_POLL, same_choice, "same"},
    {KZ_ACTION_SURVEY, no_title, "title"},
    {KZ_ACTION_SURVEY, no_question, "question"},
    {KZ_ACTION_SURVEY, no_options, "choose"},
    {KZ_ACTION_SURVEY, untitled_question, "no text"},
    {KZ_ACTION_SURVEY, unknown_question, "kind"},
    {KZ_ACTION_LETS_MEET, no_title, "title"},
    {KZ_ACTION_LETS_MEET, past, "past"},
    {KZ_ACTION_LETS_MEET, no_start, "begins"},
    {KZ_ACTION_LETS_MEET, too_long_a_meeting, "long"},
    {KZ_ACTION_LETS_MEET, nowhere, "place"},
    {KZ_ACTION_IMAGE, no_media, "uploaded"},
    {KZ_ACTION_PACKAGE, no_package, "package"},
    {KZ_ACTION_PACKAGE, bad_property, "type"},
    {KZ_ACTION_PACKAGE, nameless_property, "name"},
};

static void
what_is_wrong_is_said (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autoptr (KzActionDraft) draft = good_draft (refusals[i].kind);
    g_autoptr (GError) error = NULL;

    g_test_message ("%u %s", i, refusals[i].says);
    g_assert_true (kz_action_draft_check (draft, NOW_US, &error));
    g_assert_no_error (error);
    refusals[i].spoil (draft);
    g_assert_false (kz_action_draft_check (draft, NOW_US, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, refusals[i].says));
    g_assert_null (strchr (error->message, '\n'));
  }
}

static void
what_only_the_apps_make (void)
{
  static const KzActionKind kinds[] = {KZ_ACTION_UNKNOWN, KZ_ACTION_LOCATION,
                                       KZ_ACTION_PHOTO_LOCATION};

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (KzActionDraft) draft = good_draft (kinds[i]);
    g_autoptr (GError) error = NULL;

    g_assert_false (kz_action_draft_check (draft, NOW_US, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  }
}

/* --- as an action --------------------------------------------------------------------------- */

static void
shown_before_it_is_told (void)
{
  g_autoptr (KzActionDraft) draft = good_draft (KZ_ACTION_JOB);
  g_autoptr (KzAction) action = kz_action_draft_to_action (draft, "G", NOW_US);

  g_assert_cmpint (action->kind, ==, KZ_ACTION_JOB);
  g_assert_cmpstr (action->kind_raw, ==, "Job");
  g_assert_cmpstr (action->group_id, ==, "G");
  g_assert_cmpstr (action->title, ==, "T");
  g_assert_cmpint (action->due_us, ==, NOW_US + 24 * HOUR_US);
  g_assert_cmpint (action->response_count, ==, 0);
  g_assert_cmpint (action->assignee_count, ==, 1);
  g_assert_cmpint (action->is_completed, ==, KZ_TRI_NO);
  g_assert_cmpuint (action->questions->len, ==, 1);
}

static void
words_of_the_wire (void)
{
  g_assert_cmpstr (kz_property_type_wire ("stringlist"), ==, "StringList");
  g_assert_null (kz_property_type_wire ("x"));
  g_assert_null (kz_property_type_wire (NULL));
  for (int kind = KZ_QUESTION_SINGLE; kind <= KZ_QUESTION_PHONE; kind++)
    g_assert_cmpint (kz_question_kind_parse (kz_question_kind_wire (kind)), ==, kind);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/announcement", announcement);
  g_test_add_func ("/draft/job", job);
  g_test_add_func ("/draft/poll", poll);
  g_test_add_func ("/draft/meeting", meeting);
  g_test_add_func ("/draft/survey", survey);
  g_test_add_func ("/draft/package", package);
  g_test_add_func ("/draft/media", media);
  g_test_add_func ("/draft/group", groups);
  g_test_add_func ("/draft/too-many-members", too_many_members);
  g_test_add_func ("/draft/what-is-wrong-is-said", what_is_wrong_is_said);
  g_test_add_func ("/draft/what-only-the-apps-make", what_only_the_apps_make);
  g_test_add_func ("/draft/shown-before-it-is-told", shown_before_it_is_told);
  g_test_add_func ("/draft/words-of-the-wire", words_of_the_wire);
  return g_test_run ();
}
