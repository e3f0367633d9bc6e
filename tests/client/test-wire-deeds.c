/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes onto the wire when a person does something, to the byte. */
#include "config.h"

#include "wire-calls.h"

typedef struct {
  const char *name;
  void (*call) (KzHttp *http, Got *got);
  const char *method;
  const char *target;
  const char *body;
} Form;

static const Form forms[] = {
    {"text-to-some", do_text_to_some, "POST", IN_GROUP "/messages",
     "{\"message\":\"x\",\"subscribers\":" PHONES "}"},
    {"text-reply", do_text_reply, "POST", IN_GROUP "/messages",
     "{\"message\":\"x\",\"replyToReferenceId\":\"ref-1\"}"},
    {"announcement", do_announce, "POST", IN_GROUP "/actions",
     "{\"actionType\":\"Announcement\",\"actionBody\":{\"Title\":\"Head\",\"Message\":\"Text\"}}"},
    {"announcement-to-all", do_announce_to_all, "POST", IN_GROUP "/actions",
     "{\"actionType\":\"Announcement\",\"sendToAllSubscribers\":true,"
     "\"actionBody\":{\"Message\":\"Text\"}}"},
    {"job-done", do_complete, "POST", IN_GROUP "/actions/act/responses",
     "{\"actionType\":\"Job\",\"actionBody\":{\"isCompleted\":true}}"},
    {"job-undone", do_undo_complete, "POST", IN_GROUP "/actions/act/responses",
     "{\"actionType\":\"Job\",\"responseId\":\"resp\",\"actionBody\":{\"isCompleted\":false}}"},
    {"vote", do_vote, "POST", IN_GROUP "/actions/act/responses",
     "{\"actionType\":\"Poll\",\"actionBody\":{\"answers\":[\"Tea\"]}}"},
    {"one-action", do_get_action, "GET", IN_GROUP "/actions/act?getDetails=true", ""},
    {"reminder", do_remind, "POST", IN_GROUP "/actions/act/reminder", "{}"},
    {"reminder-to-some", do_remind_some, "POST", IN_GROUP "/actions/act/reminder",
     "{\"subscribers\":" PHONES "}"},
    {"reminder-to-all", do_remind_all, "POST", IN_GROUP "/actions/act/reminder",
     "{\"sendToAllSubscribers\":true}"},
    {"properties", do_properties, "PUT", IN_GROUP "/actions/act/properties",
     "{\"version\":-1,\"updateProperties\":[{\"name\":\"state\",\"type\":\"Text\","
     "\"value\":\"DONE\"},{\"name\":\"n\",\"type\":\"Numeric\",\"value\":\"7\"}]}"},
    {"media-url", do_media_url, "POST", "/v1/media/url",
     "{\"mediaUrl\":\"https://example.org/a.png\"}"},
    {"group", do_create_group, "POST", "/v1/groups",
     "{\"name\":\"Crew\",\"welcomeMessage\":\"Crew\",\"members\":" PHONES
     ",\"groupType\":\"Group\"}"},
    {"public-group", do_create_public, "POST", "/v1/groups",
     "{\"name\":\"News\",\"welcomeMessage\":\"Hello\",\"groupType\":\"ConnectGroup\"}"},
    {"subgroup", do_create_subgroup, "POST", IN_GROUP "/subGroups",
     "{\"name\":\"Night\",\"groupName\":\"Night\",\"welcomeMessage\":\"Hello\"}"},
    {"attach", do_attach, "PUT", IN_GROUP "/subGroups", "{\"subGroups\":[\"a@1\",\"b\"]}"},
    {"detach", do_detach, "DELETE", IN_GROUP "/subGroups/a%2F1", ""},
    {"add-members", do_add_members, "PUT", IN_GROUP "/members", "{\"members\":" PHONES "}"},
    {"make-admin", do_make_admin, "PUT", IN_GROUP "/members/u@1", "{\"role\":\"Admin\"}"},
    {"make-member", do_make_member, "PUT", IN_GROUP "/members/u@1", "{\"role\":\"Member\"}"},
    {"remove-member", do_remove_member, "DELETE", IN_GROUP "/members/u@1", ""},
    {"subscribers", do_subscribers, "POST", IN_GROUP "/subscribers", "{\"count\":50}"},
    {"more-subscribers", do_more_subscribers, "POST", IN_GROUP "/subscribers",
     "{\"cursor\":\"c=1\",\"count\":50}"},
    {"add-subscribers", do_add_subscribers, "PUT", IN_GROUP "/subscribers/add",
     "{\"subscribers\":" PHONES "}"},
    {"remove-subscribers", do_remove_subscribers, "PUT", IN_GROUP "/subscribers/remove",
     "{\"subscribers\":" PHONES "}"},
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *name = g_strdup_printf ("/deed/%s", forms[i].name);
    g_autofree char *refused = g_strdup_printf ("/deed/error-in-a-200/%s", forms[i].name);

    g_test_add_data_func (name, &forms[i], form_test);
    g_test_add_data_func (refused, &forms[i], error_in_a_200_test);
  }
  return g_test_run ();
}
