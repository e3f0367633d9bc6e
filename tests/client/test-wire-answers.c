/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is made of the odd answers to what a person does. */
#include "config.h"

#include "wire-calls.h"

#include "kz-api.h"

#include <string.h>

static void
yes_in_every_spelling (void)
{
  static const struct {
    const char *body;
    gboolean is_done;
  } cases[] = {
      {"{\"result\":true}", TRUE},
      {"{\"result\":\"true\"}", TRUE},
      {"{\"result\":\"True\"}", TRUE},
      {"{\"Result\":1}", TRUE},
      {"{}", TRUE},
      {"", TRUE},
      {"{\"result\":false}", FALSE},
      {"{\"result\":\"false\"}", FALSE},
      {"{\"Result\":\"False\"}", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *body = cases[i].body;
    g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (GError) error = NULL;
    g_auto (Got) got = {0};

    g_test_message ("%s", body);
    do_add_members (bench->http, &got);
    bench_drive (bench, &got.done);
    g_assert_cmpint (kz_api_add_members_finish (bench->http, got.result, &error), ==,
                     cases[i].is_done);
    if (cases[i].is_done)
      g_assert_no_error (error);
    else
      g_assert_error (error, KZ_ERROR, KZ_ERROR_REJECTED);
    got_clear (&got);
  }
}

static void
nothing_is_no_answer_where_one_is_documented (void)
{
  const char *body = "";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  do_create_group (bench->http, &got);
  bench_drive (bench, &got.done);
  g_assert_null (kz_api_create_group_finish (bench->http, got.result, &error));
  /* It was taken, so it may have been made. */
  g_assert_error (error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
  got_clear (&got);
}

typedef struct {
  const char *method; /* of what is refused */
  const char *path_end;
  guint status;
} Old;

static void
old_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  const Old *old = data;

  if (g_str_equal (request->method, old->method) &&
      g_str_has_suffix (request->target, old->path_end))
    wire_reply (reply, old->status, NULL, "{\"message\":\"no such resource\"}");
  else
    wire_reply (reply, 200, NULL, "{\"subscribers\":[{\"id\":\"u\"}]}");
}

static void
another_way_is_tried (void)
{
  static const guint statuses[] = {404, 405};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    Old old = {"PUT", "/properties", statuses[i]};
    g_autoptr (Wire) wire = wire_new (old_cb, &old);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (KzSubscriberPage) page = NULL;
    g_autoptr (GError) error = NULL;
    g_auto (Got) got = {0};

    do_properties (bench->http, &got);
    bench_drive (bench, &got.done);
    g_assert_true (kz_api_update_properties_finish (bench->http, got.result, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (wire_seen (wire), ==, 2);
    g_assert_cmpstr (wire_request (wire, 1)->method, ==, "PUT");
    g_assert_cmpstr (wire_request (wire, 1)->target, ==, IN_GROUP "/actions/act");
    g_assert_cmpstr (wire_request (wire, 1)->body, ==, wire_request (wire, 0)->body);

    got_clear (&got);
    old = (Old){"POST", "/subscribers", statuses[i]};
    do_more_subscribers (bench->http, &got);
    bench_drive (bench, &got.done);
    page = kz_api_list_subscribers_finish (bench->http, got.result, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (page->subscribers->len, ==, 1);
    g_assert_cmpstr (wire_request (wire, 3)->method, ==, "GET");
    g_assert_cmpstr (wire_request (wire, 3)->target, ==, IN_GROUP "/subscribers?cursor=c%3D1");
    got_clear (&got);
  }
}

static void
refused_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 403, NULL, "{\"message\":\"not you\"}");
}

static void
another_way_is_not_tried_when_it_is_refused (void)
{
  g_autoptr (Wire) wire = wire_new (refused_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  do_properties (bench->http, &got);
  bench_drive (bench, &got.done);
  g_assert_false (kz_api_update_properties_finish (bench->http, got.result, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_FORBIDDEN);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  got_clear (&got);
}

static void
who_was_not_reached (void)
{
  const char *body = "{\"referenceId\":\"r\",\"failedResult\":[{\"subscriber\":\"+15550000002\","
                     "\"subscriberId\":\"u2\",\"errorReason\":\"Not one\",\"errorCode\":\"X\"},"
                     "{\"subscriber\":\"+15550000004\",\"errorCode\":\"Y\"}]}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (KzPosted) posted = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};
  const KzFailedTarget *first, *second;

  do_text_to_some (bench->http, &got);
  bench_drive (bench, &got.done);
  posted = kz_api_send_text_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (posted->reference_id, ==, "r");
  g_assert_null (posted->action_id);
  g_assert_cmpuint (posted->failed->len, ==, 2);
  first = posted->failed->pdata[0];
  second = posted->failed->pdata[1];
  g_assert_cmpstr (first->phone, ==, "+15550000002");
  g_assert_cmpstr (first->user_id, ==, "u2");
  g_assert_cmpstr (first->reason, ==, "Not one");
  g_assert_null (second->user_id);
  g_assert_cmpstr (second->reason, ==, "Y");
  got_clear (&got);
}

static void
subscriptions_one_by_one (void)
{
  const char *body = "{\"result\":{\"+1\":{\"isAdded\":true},\"+2\":{\"isAdded\":\"false\"},"
                     "\"+3\":{\"reason\":\"R3\"},\"+4\":{\"isAdded\":false,\"errorCode\":\"C4\"},"
                     "\"+5\":{\"isAdded\":false,\"errorReason\":\"E5\",\"errorCode\":\"C5\"},"
                     "\"+6\":{}}}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GPtrArray) failed = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};

  do_add_subscribers (bench->http, &got);
  bench_drive (bench, &got.done);
  failed = kz_api_add_subscribers_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < failed->len; i++) {
    const KzFailedTarget *target = failed->pdata[i];

    g_string_append_printf (text, "%s %s;", target->phone,
                            target->reason != NULL ? target->reason : "-");
  }
  g_assert_cmpstr (text->str, ==, "+2 -;+3 R3;+4 C4;+5 E5;");
  got_clear (&got);
}

static void
a_page_of_subscribers (void)
{
  const char *body = "{\"subscribers\":[{\"id\":\"u1\",\"mobileNumber\":\"+15550000002\","
                     "\"name\":\"Ben\",\"isProvisioned\":false},5,{\"id\":\"u2\"}],"
                     "\"cursor\":\"next\"}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (KzSubscriberPage) page = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Got) got = {0};
  const KzMember *first;

  do_subscribers (bench->http, &got);
  bench_drive (bench, &got.done);
  page = kz_api_list_subscribers_finish (bench->http, got.result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (page->cursor, ==, "next");
  g_assert_cmpuint (page->subscribers->len, ==, 2);
  first = page->subscribers->pdata[0];
  g_assert_cmpint (first->role, ==, KZ_ROLE_SUBSCRIBER);
  g_assert_cmpstr (first->person->name, ==, "Ben");
  g_assert_false (first->provisioned);
  got_clear (&got);
}

static void
a_new_group (void)
{
  static const struct {
    const char *body;
    KzTri all_added;
  } cases[] = {
      {"{\"groupId\":\"g\",\"groupName\":\"N\",\"membersAdded\":false}", KZ_TRI_NO},
      {"{\"groupId\":\"g\",\"groupName\":\"N\",\"membersAdded\":\"true\"}", KZ_TRI_YES},
      {"{\"groupId\":\"g\",\"groupName\":\"N\"}", KZ_TRI_UNKNOWN},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *body = cases[i].body;
    g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (KzGroupCreated) created = NULL;
    g_autoptr (GError) error = NULL;
    g_auto (Got) got = {0};

    do_create_group (bench->http, &got);
    bench_drive (bench, &got.done);
    created = kz_api_create_group_finish (bench->http, got.result, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (created->group_id, ==, "g");
    g_assert_cmpstr (created->name, ==, "N");
    g_assert_cmpint (created->all_added, ==, cases[i].all_added);
    got_clear (&got);
  }
}

static void
reset_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  reply->end = WIRE_RESET;
}

static void
what_adds_is_never_doubled (void)
{
  static void (*const calls[]) (KzHttp *, Got *) = {do_announce, do_vote, do_remind,
                                                    do_create_group, do_create_subgroup};

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    g_autoptr (Wire) wire = wire_new (reset_cb, NULL);
    g_autoptr (Bench) bench = bench_new (wire_url (wire));
    g_autoptr (GError) error = NULL;
    g_auto (Got) got = {0};

    calls[i](bench->http, &got);
    bench_drive (bench, &got.done);
    g_assert_null (g_task_propagate_pointer (G_TASK (got.result), &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
    g_assert_cmpuint (wire_seen (wire), ==, 1);
    got_clear (&got);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer/yes-in-every-spelling", yes_in_every_spelling);
  g_test_add_func ("/answer/nothing-is-none-where-one-is-documented",
                   nothing_is_no_answer_where_one_is_documented);
  g_test_add_func ("/answer/another-way-is-tried", another_way_is_tried);
  g_test_add_func ("/answer/another-way-is-not-tried-when-refused",
                   another_way_is_not_tried_when_it_is_refused);
  g_test_add_func ("/answer/who-was-not-reached", who_was_not_reached);
  g_test_add_func ("/answer/subscriptions-one-by-one", subscriptions_one_by_one);
  g_test_add_func ("/answer/a-page-of-subscribers", a_page_of_subscribers);
  g_test_add_func ("/answer/a-new-group", a_new_group);
  g_test_add_func ("/answer/what-adds-is-never-doubled", what_adds_is_never_doubled);
  return g_test_run ();
}
