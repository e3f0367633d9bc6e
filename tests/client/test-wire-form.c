/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench.h"
#include "kz-api.h"
#include "kz-webhook-payload.h"

#include <string.h>

/* What each call looks like on the wire, to the byte, and what is made of odd answers. */

/* --- requests -------------------------------------------------------------------------------- */

#define GROUP "guid-1@2"
#define ODD_ID "a/b ?#%c\303\244"
#define ODD_PATH "a%2Fb%20%3F%23%25c%C3%A4"

static void
do_list_groups (KzHttp *http, Got *got)
{
  kz_api_list_groups_async (http, NULL, got_cb, got);
}

static void
do_get_group (KzHttp *http, Got *got)
{
  kz_api_get_group_async (http, ODD_ID, KZ_LANE_USER, NULL, got_cb, got);
}

static void
do_list_subgroups (KzHttp *http, Got *got)
{
  kz_api_list_subgroups_async (http, GROUP, KZ_LANE_UPKEEP, NULL, got_cb, got);
}

static void
do_list_members (KzHttp *http, Got *got)
{
  kz_api_list_members_async (http, GROUP, KZ_LANE_UPKEEP, NULL, got_cb, got);
}

static void
do_get_me (KzHttp *http, Got *got)
{
  kz_api_get_me_async (http, NULL, got_cb, got);
}

static void
do_send_text (KzHttp *http, Got *got)
{
  kz_api_send_text_async (http, GROUP, "say \"hi\"\n\342\202\254", NULL, FALSE, NULL, NULL, got_cb,
                          got);
}

static void
do_send_text_to_all (KzHttp *http, Got *got)
{
  kz_api_send_text_async (http, GROUP, "x", NULL, TRUE, NULL, NULL, got_cb, got);
}

static void
do_list_jobs (KzHttp *http, Got *got)
{
  kz_api_list_actions_async (http, GROUP, KZ_ACTION_JOB, NULL, G_GINT64_CONSTANT (1500000000999999),
                             30, 0, NULL, got_cb, got);
}

static void
do_list_package (KzHttp *http, Got *got)
{
  kz_api_list_actions_async (http, GROUP, KZ_ACTION_PACKAGE, "com.x&y", -5, 100000, 0, NULL, got_cb,
                             got);
}

static void
do_get_details (KzHttp *http, Got *got)
{
  kz_api_get_details_async (http, GROUP, ODD_ID, KZ_LANE_POLL, NULL, got_cb, got);
}

static void
do_like (KzHttp *http, Got *got)
{
  kz_api_react_async (http, GROUP, NULL, "ref", NULL, NULL, got_cb, got);
}

static void
do_comment (KzHttp *http, Got *got)
{
  kz_api_react_async (http, GROUP, "src", "ref", "well", NULL, got_cb, got);
}

static void
do_summaries (KzHttp *http, Got *got)
{
  kz_api_list_reaction_summaries_async (http, GROUP, G_GINT64_CONSTANT (636674054802000001), NULL,
                                        got_cb, got);
}

static void
do_reactions (KzHttp *http, Got *got)
{
  kz_api_list_reactions_async (http, GROUP, "src", "ref", KZ_REACTION_COMMENT, 0, NULL, got_cb,
                               got);
}

static void
do_list_webhooks (KzHttp *http, Got *got)
{
  kz_api_list_webhooks_async (http, GROUP, NULL, got_cb, got);
}

static void
do_delete_webhook (KzHttp *http, Got *got)
{
  kz_api_delete_webhook_async (http, "hook", NULL, got_cb, got);
}

typedef struct {
  const char *name;
  void (*call) (KzHttp *http, Got *got);
  const char *method;
  const char *target;
  const char *body;
} Form;

static const Form forms[] = {
    {"groups", do_list_groups, "GET",
     "/v1/groups?fetchAllGroups=true&showDetail=true&showDetails=true", ""},
    {"one-group", do_get_group, "GET", "/v1/groups/" ODD_PATH, ""},
    {"subgroups", do_list_subgroups, "GET", "/v1/groups/" GROUP "/subGroups?fetchAllGroups=true",
     ""},
    {"members", do_list_members, "GET", "/v1/groups/" GROUP "/members", ""},
    {"me", do_get_me, "GET", "/v1/users/me", ""},
    {"text", do_send_text, "POST", "/v1/groups/" GROUP "/messages",
     "{\"message\":\"say \\\"hi\\\"\\n\342\202\254\"}"},
    {"text-to-all", do_send_text_to_all, "POST", "/v1/groups/" GROUP "/messages",
     "{\"message\":\"x\",\"sendToAllSubscribers\":true}"},
    {"jobs", do_list_jobs, "GET",
     "/v1/groups/" GROUP "/actions?actionType=Job&fromDate=1500000000&count=30", ""},
    {"package", do_list_package, "GET",
     "/v1/groups/" GROUP "/actions?id=com.x%26y&getDetails=true&fromDate=0&count=240", ""},
    {"details", do_get_details, "GET", "/v1/groups/" GROUP "/actions/" ODD_PATH "?getDetails=true",
     ""},
    {"like", do_like, "POST", "/v1/groups/" GROUP "/reaction",
     "{\"referenceId\":\"ref\",\"sourceGroupId\":\"" GROUP "\",\"reactionType\":\"Like\"}"},
    {"comment", do_comment, "POST", "/v1/groups/" GROUP "/reaction",
     "{\"referenceId\":\"ref\",\"sourceGroupId\":\"src\",\"reactionType\":\"Comment\","
     "\"comment\":\"well\"}"},
    {"reaction-counts", do_summaries, "GET",
     "/v1/groups/" GROUP "/reaction/summary?sourceGroupId=" GROUP "&cursor=636674054802000001", ""},
    {"reactions", do_reactions, "GET",
     "/v1/groups/" GROUP "/reaction/ref?sourceGroupId=src&reactionType=Comment&cursor=0", ""},
    {"webhooks", do_list_webhooks, "GET", "/v1/webhook?objectId=" GROUP "&objectType=Group", ""},
    {"webhook-off", do_delete_webhook, "DELETE", "/v1/webhook/hook", ""},
};

static void
form_test (gconstpointer data)
{
  const Form *form = data;
  const char *answer = "{}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &answer);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_auto (Got) got = {0};

  form->call (bench->http, &got);
  g_assert_false (got.done);
  bench_drive (bench, &got.done);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  g_assert_cmpstr (wire_request (wire, 0)->method, ==, form->method);
  g_assert_cmpstr (wire_request (wire, 0)->target, ==, form->target);
  g_assert_cmpstr (wire_request (wire, 0)->body, ==, form->body);
  got_clear (&got);
}

/* Success is "no errorCode", never the status alone (API §4). */
static void
error_in_a_200_test (gconstpointer data)
{
  const Form *form = data;
  const char *answer = "{\"message\":\"No way\",\"errorCode\":\"InvalidParameters\"}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &answer);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  form->call (bench->http, &got);
  bench_drive (bench, &got.done);
  g_assert_true (g_task_had_error (G_TASK (got.result)));
  g_task_propagate_pointer (G_TASK (got.result), &error);
  g_assert_error (error, KZ_ERROR, KZ_ERROR_REJECTED);
  g_assert_cmpstr (kz_error_server_words (error), ==, "No way (InvalidParameters)");
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  got_clear (&got);
}

static void
webhook_forms (void)
{
  const char *answer = "{\"webhookId\":\"w1\"}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &answer);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autofree char *types = g_strjoinv ("\",\"", (char **) kz_delivery_event_types ());
  g_autofree char *create = g_strdup_printf (
      "{\"objectId\":\"" GROUP "\",\"objectType\":\"Group\",\"eventTypes\":[\"%s\"],"
      "\"callBackUrl\":\"https://x/y?z\",\"callBackToken\":\"tok\",\"callBackContext\":\"ctx\"}",
      types);
  g_autofree char *update =
      g_strdup_printf ("{\"Active\":\"true\",\"eventTypes\":[\"%s\"]}", types);
  g_auto (Got) got = {0};
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  kz_api_create_webhook_async (bench->http, GROUP, "https://x/y?z", "tok", "ctx", NULL, got_cb,
                               &got);
  bench_drive (bench, &got.done);
  id = kz_api_create_webhook_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "w1");
  g_assert_cmpstr (wire_request (wire, 0)->target, ==, "/v1/webhook");
  g_assert_cmpstr (wire_request (wire, 0)->body, ==, create);

  got_clear (&got);
  got.done = FALSE;
  kz_api_update_webhook_async (bench->http, id, NULL, NULL, NULL, got_cb, &got);
  bench_drive (bench, &got.done);
  g_assert_true (kz_api_update_webhook_finish (bench->http, got.result, &error));
  g_assert_cmpstr (wire_request (wire, 1)->method, ==, "PUT");
  g_assert_cmpstr (wire_request (wire, 1)->target, ==, "/v1/webhook/w1");
  g_assert_cmpstr (wire_request (wire, 1)->body, ==, update);
  got_clear (&got);
}

static void
ids_that_climb_are_not_sent (void)
{
  static const char *const ids[] = {"", ".", "..", NULL};
  const char *answer = "{}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &answer);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_auto (Got) got = {0};
    g_autoptr (GError) error = NULL;

    kz_api_send_text_async (bench->http, ids[i], "x", NULL, FALSE, NULL, NULL, got_cb, &got);
    g_assert_false (got.done);
    bench_drive (bench, &got.done);
    g_assert_null (kz_api_send_text_finish (bench->http, got.result, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  }
  g_assert_cmpuint (wire_connections (wire), ==, 0);
}

/* --- answers --------------------------------------------------------------------------------- */

static GPtrArray *
ask_groups (const char *body, GError **error)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_auto (Got) got = {0};
  GPtrArray *groups;

  do_list_groups (bench->http, &got);
  bench_drive (bench, &got.done);
  groups = kz_api_list_groups_finish (bench->http, got.result, error);
  got_clear (&got);
  return groups;
}

static void
a_bad_group_fails_nobody (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups =
      ask_groups ("{\"groups\":[{\"groupId\":\"a\",\"groupName\":\"A\"},7,null,{},[[]],"
                  "{\"groupName\":\"no id\"},{\"groupId\":\"b\"}]}",
                  &error);

  g_assert_no_error (error);
  g_assert_cmpuint (groups->len, ==, 2);
  g_assert_cmpstr (((KzGroup *) groups->pdata[1])->id, ==, "b");
}

static GPtrArray *
ask_subgroups (const char *body)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};
  GPtrArray *groups;

  do_list_subgroups (bench->http, &got);
  bench_drive (bench, &got.done);
  groups = kz_api_list_subgroups_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  got_clear (&got);
  return groups;
}

static void
every_shape_of_subgroups (void)
{
  static const char *const bodies[] = {
      "{\"groups\":[{\"groupId\":\"c1\"},{\"groupId\":\"c2\"}]}",
      "{\"groupId\":\"" GROUP "\",\"subGroups\":[{\"groupId\":\"c1\"},{\"groupId\":\"c2\"}]}",
      "{\"groups\":[{\"groupId\":\"" GROUP "\",\"subGroups\":[{\"groupId\":\"c1\"},"
      "{\"groupId\":\"c2\"}]}]}",
      "[{\"groupId\":\"c1\"},{\"groupId\":\"c2\"}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (GPtrArray) groups = ask_subgroups (bodies[i]);

    g_assert_cmpuint (groups->len, ==, 2);
    g_assert_cmpstr (((KzGroup *) groups->pdata[0])->id, ==, "c1");
  }
}

static void
an_answer_without_an_id_is_none (void)
{
  const char *body = "{\"result\":true}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  do_send_text (bench->http, &got);
  bench_drive (bench, &got.done);
  g_assert_null (kz_api_send_text_finish (bench->http, got.result, &error));
  /* It was taken, so it may have been sent. */
  g_assert_error (error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
  got_clear (&got);
}

static KzActionPage *
ask_jobs (Bench *bench, guint64 known_hash)
{
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};
  KzActionPage *page;

  kz_api_list_actions_async (bench->http, GROUP, KZ_ACTION_JOB, NULL, 0, 30, known_hash, NULL,
                             got_cb, &got);
  bench_drive (bench, &got.done);
  page = kz_api_list_actions_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  got_clear (&got);
  return page;
}

static void
the_same_page_is_not_read_twice (void)
{
  const char *body = "{\"hasMore\":\"true\",\"actions\":[{\"referenceId\":\"r1\","
                     "\"actionType\":\"Job\",\"actionBody\":{\"actionId\":\"a1\"}},5]}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (KzActionPage) first = ask_jobs (bench, 0);
  g_autoptr (KzActionPage) same = ask_jobs (bench, first->hash);
  g_autoptr (KzActionPage) changed = NULL;

  g_assert_cmpuint (first->actions->len, ==, 1);
  g_assert_cmpuint (first->skipped, ==, 1);
  g_assert_true (first->has_more);
  g_assert_false (first->is_same);
  g_assert_cmpuint (first->hash, !=, 0);
  g_assert_true (same->is_same);
  g_assert_cmpuint (same->actions->len, ==, 0);
  g_assert_cmpuint (same->hash, ==, first->hash);

  body = "{\"actions\":[]}";
  changed = ask_jobs (bench, first->hash);
  g_assert_false (changed->is_same);
  g_assert_cmpuint (changed->hash, !=, first->hash);
  g_assert_false (changed->has_more);
}

/* Whatever its length: a long one was never read as a whole. */
static void
what_cannot_be_read_spoils_no_page (void)
{
  const char *body = "{\"actions\":[{\"referenceId\":\"r1\",\"actionType\":\"Job\","
                     "\"actionBody\":{\"actionId\":\"a1\"}},{\"referenceId\":}]}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (KzActionPage) page = ask_jobs (bench, 0);

  g_assert_cmpuint (page->actions->len, ==, 1);
  g_assert_cmpuint (page->skipped, ==, 1);
}

static void
an_error_in_place_of_a_page (void)
{
  static const char *const bodies[] = {
      "{\"message\":\"no\",\"errorCode\":\"NotAllowed\"}",
      "{\"ERRORCODE\":\"NotAllowed\",\"actions\":[]}",
      "{\"actions\":[],\"\\u0065rrorCode\":\"NotAllowed\"}",
      "{\"actions\":[],\"errorCode\":5}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    const char *body = bodies[i];
    g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (GError) error = NULL;
    g_auto (Got) got = {0};

    g_test_message ("%s", body);
    kz_api_list_actions_async (bench->http, GROUP, KZ_ACTION_JOB, NULL, 0, 30, 0, NULL, got_cb,
                               &got);
    bench_drive (bench, &got.done);
    g_assert_null (kz_api_list_actions_finish (bench->http, got.result, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_REJECTED);
    got_clear (&got);
  }
}

static void
an_unlisted_kind_is_not_asked_for (void)
{
  const char *body = "{}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  static const KzActionKind kinds[] = {KZ_ACTION_UNKNOWN, KZ_ACTION_PACKAGE};

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (Got) got = {0};

    kz_api_list_actions_async (bench->http, GROUP, kinds[i], NULL, 0, 30, 0, NULL, got_cb, &got);
    bench_drive (bench, &got.done);
    g_assert_null (kz_api_list_actions_finish (bench->http, got.result, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  }
  g_assert_cmpuint (wire_connections (wire), ==, 0);
}

static void
a_cursor_is_exact (void)
{
  const char *body = "{\"cursor\":636674054802000001,\"summary\":[{\"referenceId\":\"r\","
                     "\"reactionsCountMap\":{\"like\":2}},{\"bad\":1}]}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (KzReactionPage) page = NULL;
  g_autoptr (KzReactionPage) last = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  do_summaries (bench->http, &got);
  bench_drive (bench, &got.done);
  page = kz_api_list_reaction_summaries_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (page->cursor, ==, G_GINT64_CONSTANT (636674054802000001));
  g_assert_cmpuint (page->summaries->len, ==, 1);
  g_assert_cmpint (((KzReactionSummary *) page->summaries->pdata[0])->likes, ==, 2);

  /* Without one in the answer we stay where we are. */
  body = "{\"summary\":[]}";
  got_clear (&got);
  got.done = FALSE;
  kz_api_list_reaction_summaries_async (bench->http, GROUP, 77, NULL, got_cb, &got);
  bench_drive (bench, &got.done);
  last = kz_api_list_reaction_summaries_finish (bench->http, got.result, &error);
  g_assert_cmpint (last->cursor, ==, 77);
  got_clear (&got);
}

static void
webhooks_in_both_spellings (void)
{
  const char *body = "{\"webhooks\":[{\"id\":\"w1\",\"objectId\":\"g\",\"objectType\":\"Group\","
                     "\"events\":[\"A\"],"
                     "\"callbackUrl\":\"u\",\"callbackToken\":\"t\",\"active\":false},"
                     "{\"id\":\"w2\",\"callBackUrl\":\"u2\",\"callBackContext\":\"c\","
                     "\"eventTypes\":[\"B\",\"C\"]},"
                     "{\"callbackUrl\":\"no id\"}]}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) hooks = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};
  KzWebhook *first, *second;

  do_list_webhooks (bench->http, &got);
  bench_drive (bench, &got.done);
  hooks = kz_api_list_webhooks_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hooks->len, ==, 2);
  first = hooks->pdata[0];
  second = hooks->pdata[1];
  g_assert_false (first->is_active);
  g_assert_cmpstr (first->token, ==, "t");
  g_assert_cmpstr (second->url, ==, "u2");
  g_assert_cmpstr (second->context, ==, "c");
  g_assert_cmpuint (g_strv_length (second->events), ==, 2);
  g_assert_true (second->is_active);
  got_clear (&got);
}

static void
gone_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (nth == 1)
    reply->end = WIRE_RESET;
  else
    wire_reply (reply, 404, NULL, "{\"message\":\"no\"}");
}

static void
what_is_gone_is_deleted (void)
{
  g_autoptr (Wire) wire = wire_new (gone_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  do_delete_webhook (bench->http, &got);
  bench_drive (bench, &got.done);
  g_assert_true (kz_api_delete_webhook_finish (bench->http, got.result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (wire_seen (wire), ==, 2);
  got_clear (&got);
}

static void
me_in_any_shape (void)
{
  static const char *const bodies[] = {
      "{\"id\":\"u1\",\"name\":\"Asha\",\"mobileNumber\":\"+911234567890\"}",
      "{\"user\":{\"userId\":\"u1\",\"Name\":\"Asha\",\"mobilenumber\":\"911234567890\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    const char *body = bodies[i];
    g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (GError) error = NULL;
    g_autoptr (KzPerson) me = NULL;
    g_auto (Got) got = {0};

    do_get_me (bench->http, &got);
    bench_drive (bench, &got.done);
    me = kz_api_get_me_finish (bench->http, got.result, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (me->id, ==, "u1");
    g_assert_cmpstr (me->name, ==, "Asha");
    g_assert_cmpstr (me->phone, ==, "+911234567890");
    got_clear (&got);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *name = g_strdup_printf ("/form/%s", forms[i].name);
    g_autofree char *refused = g_strdup_printf ("/form/error-in-a-200/%s", forms[i].name);

    g_test_add_data_func (name, &forms[i], form_test);
    g_test_add_data_func (refused, &forms[i], error_in_a_200_test);
  }
  g_test_add_func ("/form/webhook-made-and-healed", webhook_forms);
  g_test_add_func ("/form/ids-that-climb-are-not-sent", ids_that_climb_are_not_sent);
  g_test_add_func ("/form/an-unlisted-kind-is-not-asked-for", an_unlisted_kind_is_not_asked_for);
  g_test_add_func ("/answer/a-bad-group-fails-nobody", a_bad_group_fails_nobody);
  g_test_add_func ("/answer/every-shape-of-subgroups", every_shape_of_subgroups);
  g_test_add_func ("/answer/one-without-an-id-is-none", an_answer_without_an_id_is_none);
  g_test_add_func ("/answer/the-same-page-is-not-read-twice", the_same_page_is_not_read_twice);
  g_test_add_func ("/answer/what-cannot-be-read-spoils-no-page",
                   what_cannot_be_read_spoils_no_page);
  g_test_add_func ("/answer/an-error-in-place-of-a-page", an_error_in_place_of_a_page);
  g_test_add_func ("/answer/a-cursor-is-exact", a_cursor_is_exact);
  g_test_add_func ("/answer/webhooks-in-both-spellings", webhooks_in_both_spellings);
  g_test_add_func ("/answer/what-is-gone-is-deleted", what_is_gone_is_deleted);
  g_test_add_func ("/answer/me-in-any-shape", me_in_any_shape);
  return g_test_run ();
}
