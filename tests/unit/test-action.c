/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test.h"

#include "kz-action.h"
#include "kz-error.h"

static KzAction *
parse (const char *text)
{
  g_autoptr (KzJson) json = kz_test_json (text);
  g_autoptr (GError) error = NULL;
  KzAction *action = kz_action_parse (json, "g", &error);

  g_assert_no_error (error);
  return action;
}

static const char *
media_url (const KzAction *action, guint i)
{
  return ((KzMediaRef *) g_ptr_array_index (action->media, i))->url;
}

static void
test_kinds (void)
{
  for (int kind = KZ_ACTION_ANNOUNCEMENT; kind < KZ_ACTION_PACKAGE; kind++) {
    const char *wire = kz_action_kind_wire ((KzActionKind) kind);
    g_autofree char *upper = g_ascii_strup (wire, -1);

    g_assert_cmpint (kz_action_kind_parse (wire), ==, kind);
    g_assert_cmpint (kz_action_kind_parse (upper), ==, kind);
  }
  g_assert_cmpint (kz_action_kind_parse ("LiveLocation"), ==, KZ_ACTION_UNKNOWN);
  g_assert_cmpint (kz_action_kind_parse (NULL), ==, KZ_ACTION_UNKNOWN);
  g_assert_null (kz_action_kind_wire (KZ_ACTION_UNKNOWN));
  g_assert_null (kz_action_kind_wire (KZ_ACTION_PACKAGE));
  g_assert_true (kz_action_kind_is_listed (KZ_ACTION_POLL));
  g_assert_false (kz_action_kind_is_listed (KZ_ACTION_ANNOUNCEMENT));
  g_assert_true (kz_action_kind_is_media (KZ_ACTION_ALBUM));
  g_assert_false (kz_action_kind_is_media (KZ_ACTION_JOB));
}

static void
test_job (void)
{
  g_autoptr (KzAction) action =
      parse ("{'referenceId':'r','actionType':'Job','sender':'+15550000001','sentAt':'2017-12-"
             "20T08:33:51Z',"
             "'actionBody':{'actionId':'a','title':'Pump','assigneeCount':3,'responseCount':1,"
             "'isCompleted':false,'dueDate':'2018-03-22T18:29:59Z'}}");

  g_assert_cmpint (action->kind, ==, KZ_ACTION_JOB);
  g_assert_cmpstr (action->reference_id, ==, "r");
  g_assert_cmpstr (action->action_id, ==, "a");
  g_assert_cmpstr (action->group_id, ==, "g");
  g_assert_cmpstr (action->sender->phone, ==, "+15550000001");
  g_assert_cmpint (action->sent_us, ==, 1513758831000000);
  g_assert_cmpint (action->due_us, ==, 1521743399000000);
  g_assert_cmpstr (action->title, ==, "Pump");
  g_assert_cmpint (action->assignee_count, ==, 3);
  g_assert_cmpint (action->response_count, ==, 1);
  g_assert_cmpint (action->is_completed, ==, KZ_TRI_NO);
}

static void
test_poll (void)
{
  g_autoptr (KzAction) action = parse (
      "{'referenceId':'r','actionType':'Poll','creationTime':1513758831,'actionBody':[{"
      "'actionId':'a','question':'Tea?','isSenderOnly':true,"
      "'expiryDate':'2018-03-22T18:29:59Z','choices':[{'title':'Yes'},{'image':'x'},'No']}]}");
  const char *const choices[] = {"Yes", "", "No", NULL};

  g_assert_cmpint (action->kind, ==, KZ_ACTION_POLL);
  g_assert_cmpstr (action->title, ==, "Tea?");
  g_assert_cmpint (action->sent_us, ==, 1513758831000000);
  g_assert_cmpint (action->due_us, ==, 1521743399000000);
  g_assert_true (action->is_sender_only);
  g_assert_cmpstrv (action->choices, choices);
  g_assert_null (action->sender);
  g_assert_cmpint (action->response_count, ==, -1);
}

static void
test_meeting (void)
{
  g_autoptr (KzAction) action = parse (
      "{'referenceId':'r','actionType':'letsmeet','actionBody':{'actionId':'a','title':'Sync',"
      "'startingTime':'2018-03-22T18:30:00Z','duration':30,'agenda':'plans',"
      "'place':{'latitude':-1.25,'longitude':36.5,'name':'gate'}}}");

  g_assert_cmpint (action->kind, ==, KZ_ACTION_LETS_MEET);
  g_assert_cmpint (action->start_us, ==, 1521743400000000);
  g_assert_cmpint (action->duration_min, ==, 30);
  g_assert_cmpstr (action->text, ==, "plans");
  g_assert_true (action->place.known);
  g_assert_cmpfloat (action->place.latitude, ==, -1.25);
  g_assert_cmpfloat (action->place.longitude, ==, 36.5);
  g_assert_cmpstr (action->place.name, ==, "gate");
}

static void
test_package (void)
{
  g_autoptr (KzAction) action = parse (
      "{'referenceId':'r','id':'com.example.form','packageId':'com.example.form.2','actionBody':{"
      "'actionId':'a','title':'Check','isAnonymous':true,'acceptMultipleResponses':true,'questions'"
      ":["
      "{'title':'Day','type':'SingleOption','options':[{'title':'Mon'},{'title':'Tue'}]},null,"
      "{'title':'Note','type':'TEXT','isInvisible':true},{'type':'Hologram'},7]}}");
  const KzQuestion *question;
  const char *const options[] = {"Mon", "Tue", NULL};

  g_assert_cmpint (action->kind, ==, KZ_ACTION_PACKAGE);
  g_assert_cmpstr (action->package_id, ==, "com.example.form.2");
  g_assert_true (action->is_anonymous);
  g_assert_true (action->accept_multiple);
  g_assert_cmpuint (action->questions->len, ==, 3);
  question = g_ptr_array_index (action->questions, 0);
  g_assert_cmpint (question->kind, ==, KZ_QUESTION_SINGLE);
  g_assert_cmpstrv (question->options, options);
  question = g_ptr_array_index (action->questions, 1);
  g_assert_cmpint (question->kind, ==, KZ_QUESTION_TEXT);
  g_assert_true (question->invisible);
  g_assert_null (question->options);
  question = g_ptr_array_index (action->questions, 2);
  g_assert_cmpint (question->kind, ==, KZ_QUESTION_UNKNOWN);
  g_assert_cmpstr (question->kind_raw, ==, "Hologram");
}

static void
test_package_by_id_alone (void)
{
  g_autoptr (KzAction) action = parse ("{'referenceId':'r','id':'1b2c','actionBody':{}}");
  g_autoptr (KzAction) dotted = parse ("{'referenceId':'r','actionType':'com.acme.card.2'}");

  g_assert_cmpint (action->kind, ==, KZ_ACTION_PACKAGE);
  g_assert_cmpstr (action->package_id, ==, "1b2c");
  g_assert_cmpstr (action->kind_raw, ==, "1b2c");
  g_assert_cmpint (dotted->kind, ==, KZ_ACTION_PACKAGE);
  g_assert_cmpstr (dotted->package_id, ==, "com.acme.card.2");
}

static void
test_locations (void)
{
  static const struct {
    const char *type;
    const char *body;
    KzActionKind kind;
    gboolean known;
  } rows[] = {
      {"ShareLocation", "'latitude':1,'longitude':2", KZ_ACTION_LOCATION, TRUE},
      {"ShareLocation", "'imageUrl':'https://x/y.jpg','latitude':1,'longitude':2",
       KZ_ACTION_PHOTO_LOCATION, TRUE},
      {"PhotoWithLocation", "'imageURL':'https://x/y.jpg','lt':1,'lg':2", KZ_ACTION_PHOTO_LOCATION,
       TRUE},
      {"photoWithLocation", "'latitude':'1.5','longitude':'2'", KZ_ACTION_LOCATION, TRUE},
      {"ShareLocation", "'latitude':91,'longitude':2", KZ_ACTION_LOCATION, FALSE},
      {"ShareLocation", "'latitude':1", KZ_ACTION_LOCATION, FALSE},
      {"Image", "'imageUrl':'https://x/y.jpg'", KZ_ACTION_IMAGE, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf (
        "{'referenceId':'r','actionType':'%s','actionBody':{%s}}", rows[i].type, rows[i].body);
    g_autoptr (KzAction) action = parse (text);

    g_assert_cmpint (action->kind, ==, rows[i].kind);
    g_assert_cmpint (action->place.known, ==, rows[i].known);
    g_assert_cmpstr (action->kind_raw, ==, rows[i].type);
  }
}

static void
test_unknown_kept (void)
{
  g_autoptr (KzAction) action =
      parse ("{'referenceId':'r','actionType':'Quiz','actionBody':{'title':'Who?','x':[{}]}}");

  g_assert_cmpint (action->kind, ==, KZ_ACTION_UNKNOWN);
  g_assert_cmpstr (action->kind_raw, ==, "Quiz");
  g_assert_cmpstr (action->title, ==, "Who?");
}

static void
test_no_id (void)
{
  static const char *const bad[] = {"{}", "null", "[]", "{'actionType':'Job'}",
                                    "{'referenceId':'','actionBody':{'actionId':null}}"};

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (KzJson) json = kz_test_json (bad[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (kz_action_parse (json, "g", &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_MALFORMED);
  }
}

static void
test_small_due (void)
{
  g_autoptr (KzAction) action =
      parse ("{'referenceId':'r','actionType':'Job','actionBody':{'dueDate':24}}");

  g_assert_cmpint (action->due_us, ==, 0);
}

static void
test_identities (void)
{
  g_autoptr (KzAction) action =
      parse ("{'referenceId':'r','actionType':'Image','actionBody':{'actionId':'a',"
             "'imageUrl':'HTTPS://CDN.Example/att/Ab.jpg?sv=1&amp;sig=x#f'}}");
  g_auto (GStrv) ids = kz_action_identities (action);
  const char *const expected[] = {"r:r", "a:a", "m:https://cdn.example/att/Ab.jpg", NULL};
  g_autoptr (KzAction) nothing = kz_action_new (KZ_ACTION_JOB, NULL, "g");
  g_auto (GStrv) none = kz_action_identities (nothing);

  g_assert_cmpstrv (ids, expected);
  g_assert_cmpstr (media_url (action, 0), ==, "HTTPS://CDN.Example/att/Ab.jpg?sv=1&sig=x#f");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

static void
test_media_names (void)
{
  static const struct {
    const char *name;
    const char *expected; /* (nullable) */
  } rows[] = {
      {"IMG.jpg", "IMG.jpg"},
      {"../../etc/passwd", "passwd"},
      {"C:\\x\\y.doc", "y.doc"},
      {"..", NULL},
      {".", NULL},
      {"a/", NULL},
      {"", NULL},
      {NULL, NULL},
      {".bashrc", ".bashrc"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzMediaRef) ref = kz_media_ref_new ("https://x/y", rows[i].name);
    g_autoptr (KzMediaRef) copy = kz_media_ref_copy (ref);

    g_assert_cmpstr (copy->name, ==, rows[i].expected);
    g_assert_cmpstr (copy->url, ==, "https://x/y");
  }
}

static void
test_delivery_reference (void)
{
  g_autoptr (KzJson) data = kz_test_json ("{'actionId':'a','title':'t'}");
  g_autoptr (KzAction) named = kz_action_parse_delivery (data, KZ_ACTION_JOB, "e", "g", NULL);
  g_autoptr (KzAction) form = kz_action_parse_delivery (data, KZ_ACTION_JOB, "a", "g", NULL);
  g_autoptr (KzAction) none = kz_action_parse_delivery (NULL, KZ_ACTION_JOB, NULL, "g", NULL);

  g_assert_cmpstr (named->reference_id, ==, "e");
  g_assert_null (form->reference_id);
  g_assert_null (none->reference_id);
  g_assert_cmpint (none->kind, ==, KZ_ACTION_JOB);
}

static void
try_action (const char *data, gsize length)
{
  g_autoptr (KzJson) json = kz_json_parse (data, length, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzAction) action = kz_action_parse (json, "g", &error);

  g_assert_cmpint (action == NULL, ==, error != NULL);
  if (action != NULL) {
    g_auto (GStrv) ids = kz_action_identities (action);

    g_assert_cmpuint (g_strv_length (ids), >, 0);
    g_assert_nonnull (action->kind_raw);
    g_assert_nonnull (action->questions);
    g_assert_nonnull (action->media);
    g_assert_cmpint (action->duration_min, >=, 0);
  }
}

static void
test_hostile (void)
{
  static const char *const samples[] = {
      "{'referenceId':'r','actionType':'Job','sender':'+15550000001','sentAt':'2017-12-20T08:33:"
      "51Z',"
      "'actionBody':{'actionId':'a','title':'Pump','assigneeCount':3,'responseCount':1,"
      "'isCompleted':false,'assignedTo':['+15550000001']}}",
      "{'referenceId':'r','actionType':'LetsMeet','actionBody':{'startingTime':1,'duration':30,"
      "'place':{'latitude':1.5,'longitude':36.5,'name':'gate'},'agenda':'x'}}",
      "{'referenceId':'r','id':'c.e','packageId':'c.e.2','actionBody':[{'actionId':'a','questions':"
      "["
      "{'title':'Day','type':'SingleOption','options':[{'title':'Mon'}],'isInvisible':false}],"
      "'choices':[{'title':'x'}],'media':[{'mediaUrl':'https://x/y','mediaFileName':'n'}]}]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree char *text = kz_test_quote (samples[i]);

    kz_test_truncations (text, try_action);
    kz_test_wrong_types (text, try_action);
  }
}

static void
listed_documents_have_a_link (void)
{
  static const char *const names[] = {"mediaUrl", "url", "documentUrl", "fileUrl", "DocumentUrl"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *text =
        g_strdup_printf ("{'referenceId':'r','actionType':'Document','actionBody':{'%s':"
                         "'https://x/plan.pdf','caption':'the plan'}}",
                         names[i]);
    g_autoptr (KzAction) action = parse (text);

    g_assert_cmpint (action->kind, ==, KZ_ACTION_DOCUMENT);
    g_assert_cmpuint (action->media->len, ==, 1);
    g_assert_cmpstr (((KzMediaRef *) action->media->pdata[0])->url, ==, "https://x/plan.pdf");
  }
}

/* Of one that was asked for by its id, in each of the shapes of API §14. */
static void
test_details (void)
{
  static const struct {
    const char *json;
    const char *title; /* (nullable) */
  } rows[] = {
      {"{'actionType':'Job','actionDetails':{'title':'Pump'}}", "Pump"},
      {"{'actions':[{'actionType':'Job','actionBody':{'actionId':'a','title':'Pump'}}]}", "Pump"},
      {"[{'actionType':'Job','actionBody':{'actionId':'a','title':'Pump'}}]", "Pump"},
      {"{'actions':[{'actionType':'Job','actionBody':{'actionId':'b','title':'Gate'}},"
       "{'actionType':'Job','actionBody':{'actionId':'a','title':'Pump'}}]}",
       "Pump"},
      {"{'actionType':'Job','actionDetails':{'actionId':'A','title':'Pump'}}", "Pump"},
      {"{'actions':[{'actionType':'Job','actionBody':{'actionId':'b','title':'Gate'}},"
       "{'actionType':'Job','actionBody':{'actionId':'c','title':'Door'}}]}",
       NULL},
      {"{}", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzJson) json = kz_test_json (rows[i].json);
    g_autoptr (KzAction) action = kz_action_parse_details (json, "g", "a");

    g_assert_cmpstr (action->action_id, ==, "a");
    g_assert_cmpstr (action->title, ==, rows[i].title);
    g_assert_cmpint (action->kind, ==, rows[i].title != NULL ? KZ_ACTION_JOB : KZ_ACTION_UNKNOWN);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action/kinds-are-compared-without-case", test_kinds);
  g_test_add_func ("/action/a-job-is-read", test_job);
  g_test_add_func ("/action/details-are-of-what-was-asked-for", test_details);
  g_test_add_func ("/action/a-poll-in-an-array-of-one-is-read", test_poll);
  g_test_add_func ("/action/a-meeting-is-read", test_meeting);
  g_test_add_func ("/action/a-package-is-read-with-its-questions", test_package);
  g_test_add_func ("/action/an-id-alone-makes-a-package", test_package_by_id_alone);
  g_test_add_func ("/action/a-photo-decides-what-a-location-is", test_locations);
  g_test_add_func ("/action/an-unknown-kind-keeps-its-name", test_unknown_kept);
  g_test_add_func ("/action/without-any-id-it-is-refused", test_no_id);
  g_test_add_func ("/action/hours-are-no-due-date", test_small_due);
  g_test_add_func ("/action/identities-name-every-source", test_identities);
  g_test_add_func ("/action/a-file-name-is-never-a-path", test_media_names);
  g_test_add_func ("/action/an-event-id-is-a-reference-unless-it-is-the-form",
                   test_delivery_reference);
  g_test_add_func ("/action/wrong-types-and-cut-bodies-do-no-harm", test_hostile);
  g_test_add_func ("/action/listed-documents-have-a-link", listed_documents_have_a_link);
  return g_test_run ();
}
