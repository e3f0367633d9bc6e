/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sandbox-stage.h"

#include <libsoup/soup.h>

#include <string.h>

/* Everything that a person can do by the API, against the sandbox. */

#define NOW_US(stage) kz_clock_wall_us ((stage)->clock)

static KzPosted *
post (Stage *stage, const char *group_id, const KzActionDraft *draft, GError **error)
{
  g_autoptr (GError) wrong = NULL;

  g_assert_true (kz_action_draft_check (draft, NOW_US (stage), &wrong));
  g_assert_no_error (wrong);
  kz_api_post_action_async (stage->http, group_id, draft, NULL, stage_got, stage_next (stage));
  return kz_api_post_action_finish (stage->http, stage_wait (stage), error);
}

static char *
respond (Stage *stage,
         const char *group_id,
         const char *action_id,
         const KzResponseDraft *draft,
         GError **error)
{
  kz_api_respond_async (stage->http, group_id, action_id, draft, NULL, stage_got,
                        stage_next (stage));
  return kz_api_respond_finish (stage->http, stage_wait (stage), error);
}

static KzActionPage *
list_kind (Stage *stage, KzActionKind kind, guint64 hash)
{
  g_autoptr (GError) error = NULL;
  KzActionPage *page;

  kz_api_list_actions_async (stage->http, "G-flat@1", kind, NULL, 0, 30, hash, NULL, stage_got,
                             stage_next (stage));
  page = kz_api_list_actions_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  return page;
}

static KzTally *
details (Stage *stage, const char *action_id)
{
  g_autoptr (GError) error = NULL;
  KzTally *tally;

  kz_api_get_details_async (stage->http, "G-flat@1", action_id, KZ_LANE_USER, NULL, stage_got,
                            stage_next (stage));
  tally = kz_api_get_details_finish (stage->http, stage_wait (stage), NULL, &error);
  g_assert_no_error (error);
  return tally;
}

/* --- texts and actions ------------------------------------------------------------------------ */

static void
texts_and_announcements (Stage *stage, gconstpointer data)
{
  static const char *const some[] = {"+15550000004", "+15550000099", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPosted) flat = NULL, public = NULL, reply = NULL, chosen = NULL, posted = NULL;
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_ANNOUNCEMENT);

  kz_api_send_text_async (stage->http, "G-flat@1", "\"quoted\" \\ \n \360\237\231\202", NULL, FALSE,
                          NULL, NULL, stage_got, stage_next (stage));
  flat = kz_api_send_text_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  kz_api_send_text_async (stage->http, "G-flat@1", "indeed", NULL, FALSE, flat->reference_id, NULL,
                          stage_got, stage_next (stage));
  reply = kz_api_send_text_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (flat->reference_id, !=, reply->reference_id);

  kz_api_send_text_async (stage->http, "G-pub", "all", NULL, TRUE, NULL, NULL, stage_got,
                          stage_next (stage));
  public = kz_api_send_text_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  kz_api_send_text_async (stage->http, "G-pub", "you", some, FALSE, NULL, NULL, stage_got,
                          stage_next (stage));
  chosen = kz_api_send_text_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (public->failed->len, ==, 0);
  g_assert_cmpuint (chosen->failed->len, ==, 1);
  g_assert_cmpstr (((KzFailedTarget *) chosen->failed->pdata[0])->phone, ==, "+15550000099");
  g_assert_nonnull (((KzFailedTarget *) chosen->failed->pdata[0])->reason);

  draft->title = g_strdup ("Head");
  draft->text = g_strdup ("Body");
  posted = post (stage, "G-parent", draft, &error);
  g_assert_no_error (error);
  g_assert_nonnull (posted->reference_id);
  g_assert_cmpuint (stage_count_received (stage, "message"), ==, 4);
  g_assert_cmpuint (stage_count_received (stage, "action"), ==, 1);
}

static void
jobs_and_polls (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionDraft) job = kz_action_draft_new (KZ_ACTION_JOB);
  g_autoptr (KzActionDraft) poll = kz_action_draft_new (KZ_ACTION_POLL);
  g_autoptr (KzResponseDraft) done_draft = kz_response_draft_new_job (TRUE);
  g_autoptr (KzResponseDraft) vote = kz_response_draft_new_choice (KZ_ACTION_POLL, "Yes");
  g_autoptr (KzPosted) posted_job = NULL, posted_poll = NULL;
  g_autoptr (KzActionPage) jobs = NULL, again = NULL, polls = NULL, done = NULL;
  g_autoptr (KzTally) tally = NULL;
  g_autofree char *response = NULL;
  const KzAction *listed;

  job->title = g_strdup ("Sweep");
  job->assigned_to = g_strsplit ("+15550000001", " ", -1);
  job->hours = 2;
  posted_job = post (stage, "G-flat@1", job, &error);
  g_assert_no_error (error);
  poll->title = g_strdup ("Tea?");
  poll->choices = g_strsplit ("Yes No", " ", -1);
  posted_poll = post (stage, "G-flat@1", poll, &error);
  g_assert_no_error (error);

  jobs = list_kind (stage, KZ_ACTION_JOB, 0);
  again = list_kind (stage, KZ_ACTION_JOB, jobs->hash);
  polls = list_kind (stage, KZ_ACTION_POLL, 0);
  g_assert_cmpuint (jobs->actions->len, ==, 1);
  listed = jobs->actions->pdata[0];
  g_assert_cmpstr (listed->action_id, ==, posted_job->action_id);
  g_assert_cmpstr (listed->title, ==, "Sweep");
  g_assert_true (again->is_same);
  g_assert_cmpuint (polls->actions->len, ==, 1);

  response = respond (stage, "G-flat@1", posted_job->action_id, done_draft, &error);
  g_assert_no_error (error);
  g_assert_nonnull (response);
  done = list_kind (stage, KZ_ACTION_JOB, jobs->hash);
  g_assert_false (done->is_same);
  g_free (response);
  response = respond (stage, "G-flat@1", posted_poll->action_id, vote, &error);
  g_assert_no_error (error);
  tally = details (stage, posted_poll->action_id);
  g_assert_cmpint (tally->response_count, ==, 1);
}

static void
a_meeting (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_LETS_MEET);
  g_autoptr (KzPosted) posted = NULL;
  g_autoptr (KzActionPage) page = NULL;
  const KzAction *action;

  draft->title = g_strdup ("Talk");
  draft->text = g_strdup ("Much");
  draft->start_us = (NOW_US (stage) / G_USEC_PER_SEC + 7200) * G_USEC_PER_SEC;
  draft->duration_min = 45;
  draft->place = (KzPlace){TRUE, 12.5, 77.25, g_strdup ("Hall")};
  posted = post (stage, "G-flat@1", draft, &error);
  g_assert_no_error (error);
  page = list_kind (stage, KZ_ACTION_LETS_MEET, 0);
  g_assert_cmpuint (page->actions->len, ==, 1);
  action = page->actions->pdata[0];
  g_assert_cmpint (action->start_us, ==, draft->start_us);
  g_assert_cmpint (action->duration_min, ==, 45);
  g_assert_cmpstr (action->place.name, ==, "Hall");
  g_assert_cmpstr (action->text, ==, "Much");
}

static void
add (KzResponseDraft *draft, KzAnswerValue *value)
{
  g_ptr_array_add (draft->answers, value);
}

static KzActionDraft *
new_survey (void)
{
  static const char *const days[] = {"Mon", "Tue", NULL};
  KzActionDraft *draft = kz_action_draft_new (KZ_ACTION_SURVEY);

  draft->title = g_strdup ("Lunch");
  g_ptr_array_add (draft->questions, kz_question_new ("Day", KZ_QUESTION_SINGLE, days));
  g_ptr_array_add (draft->questions, kz_question_new ("Days", KZ_QUESTION_MULTI, days));
  g_ptr_array_add (draft->questions, kz_question_new ("Why", KZ_QUESTION_TEXT, NULL));
  g_ptr_array_add (draft->questions, kz_question_new ("N", KZ_QUESTION_NUMERIC, NULL));
  g_ptr_array_add (draft->questions, kz_question_new ("When", KZ_QUESTION_DATE, NULL));
  g_ptr_array_add (draft->questions, kz_question_new ("Where", KZ_QUESTION_LOCATION, NULL));
  return draft;
}

static void
a_survey (Stage *stage, gconstpointer data)
{
  static const char *const both[] = {"Mon", "Tue", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionDraft) draft = new_survey ();
  g_autoptr (KzAction) action = kz_action_draft_to_action (draft, "G-flat@1", 0);
  g_autoptr (KzResponseDraft) answers = kz_response_draft_new (KZ_ACTION_SURVEY);
  g_autoptr (KzPosted) posted = post (stage, "G-flat@1", draft, &error);
  g_autoptr (KzTally) tally = NULL;
  g_autofree char *first = NULL, *second = NULL, *edited = NULL;
  const KzResponse *response;

  g_assert_no_error (error);
  add (answers, kz_answer_value_new_text ("Tue"));
  add (answers, kz_answer_value_new_list (both));
  add (answers, kz_answer_value_new_none ());
  add (answers, kz_answer_value_new_number (2));
  add (answers, kz_answer_value_new_time (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC));
  add (answers, kz_answer_value_new_place (1, 2, "gate"));
  g_assert_true (kz_response_draft_check (answers, action, &error));
  first = respond (stage, "G-flat@1", posted->action_id, answers, &error);
  g_assert_no_error (error);
  /* A second one is refused, an edit is not. */
  second = respond (stage, "G-flat@1", posted->action_id, answers, &error);
  g_assert_null (second);
  g_assert_error (error, KZ_ERROR, KZ_ERROR_REJECTED);
  g_clear_error (&error);
  answers->response_id = g_strdup (first);
  edited = respond (stage, "G-flat@1", posted->action_id, answers, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (edited, ==, first);
  tally = details (stage, posted->action_id);
  g_assert_cmpuint (tally->responses->len, ==, 1);
  response = tally->responses->pdata[0];
  g_assert_cmpstr (response->answers->pdata[0], ==, "Tue");
  g_assert_cmpstr (response->answers->pdata[1], ==, "Mon, Tue");
  g_assert_cmpstr (response->answers->pdata[5], ==, "gate");
}

static void
a_card (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_PACKAGE);
  g_autoptr (GPtrArray) properties =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_property_free);
  g_autoptr (KzPosted) posted = NULL;

  draft->package_id = g_strdup ("com.acme.ticket.2");
  draft->title = g_strdup ("Ticket");
  g_ptr_array_add (draft->properties, kz_property_new ("state", NULL, "OPEN"));
  posted = post (stage, "G-flat@1", draft, &error);
  g_assert_no_error (error);

  g_ptr_array_add (properties, kz_property_new ("state", NULL, "DONE"));
  kz_api_update_properties_async (stage->http, "G-flat@1", posted->action_id, properties, NULL,
                                  stage_got, stage_next (stage));
  g_assert_true (kz_api_update_properties_finish (stage->http, stage_wait (stage), &error));
  g_assert_no_error (error);

  kz_api_remind_async (stage->http, "G-flat@1", posted->action_id, NULL, FALSE, NULL, stage_got,
                       stage_next (stage));
  g_assert_true (kz_api_remind_finish (stage->http, stage_wait (stage), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (stage_count_received (stage, "reminder"), ==, 1);
  /* Reminding subscribers of a group that has none. */
  kz_api_remind_async (stage->http, "G-flat@1", posted->action_id, NULL, TRUE, NULL, stage_got,
                       stage_next (stage));
  g_assert_false (kz_api_remind_finish (stage->http, stage_wait (stage), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_REJECTED);
}

static void
a_picture_from_elsewhere (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_IMAGE);
  g_autoptr (KzPosted) posted = NULL;
  char *resource;

  kz_api_media_url_async (stage->http, "https://example.org/view.png", NULL, stage_got,
                          stage_next (stage));
  resource = kz_api_media_url_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  draft->media = g_new0 (char *, 2);
  draft->media[0] = resource;
  draft->text = g_strdup ("A view");
  posted = post (stage, "G-flat@1", draft, &error);
  g_assert_no_error (error);
  g_assert_nonnull (posted->reference_id);
}

/* --- groups and people ------------------------------------------------------------------------ */

static GPtrArray *
members (Stage *stage, const char *group_id)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  kz_api_list_members_async (stage->http, group_id, KZ_LANE_USER, NULL, stage_got,
                             stage_next (stage));
  list = kz_api_list_members_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  return list;
}

static const KzMember *
find_member (GPtrArray *list, const char *phone)
{
  for (guint i = 0; i < list->len; i++) {
    const KzMember *member = list->pdata[i];

    if (g_strcmp0 (member->person->phone, phone) == 0)
      return member;
  }
  return NULL;
}

static void
groups_and_members (Stage *stage, gconstpointer data)
{
  static const char *const dot[] = {"+15550000004", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("Crew");
  g_autoptr (KzGroupCreated) created = NULL;
  g_autoptr (GPtrArray) first = NULL, second = NULL, third = NULL;
  g_autofree char *ben = NULL;

  draft->members = g_strsplit ("+15550000002", " ", -1);
  kz_api_create_group_async (stage->http, draft, NULL, stage_got, stage_next (stage));
  created = kz_api_create_group_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpint (created->all_added, ==, KZ_TRI_YES);
  first = members (stage, created->group_id);
  g_assert_cmpuint (first->len, ==, 2);
  ben = g_strdup (find_member (first, "+15550000002")->person->id);

  kz_api_add_members_async (stage->http, created->group_id, dot, NULL, stage_got,
                            stage_next (stage));
  g_assert_true (kz_api_add_members_finish (stage->http, stage_wait (stage), &error));
  kz_api_set_member_role_async (stage->http, created->group_id, ben, KZ_ROLE_ADMIN, NULL, stage_got,
                                stage_next (stage));
  g_assert_true (kz_api_set_member_role_finish (stage->http, stage_wait (stage), &error));
  g_assert_no_error (error);
  second = members (stage, created->group_id);
  g_assert_cmpuint (second->len, ==, 3);
  g_assert_cmpint (find_member (second, "+15550000002")->role, ==, KZ_ROLE_ADMIN);

  kz_api_remove_member_async (stage->http, created->group_id, ben, NULL, stage_got,
                              stage_next (stage));
  g_assert_true (kz_api_remove_member_finish (stage->http, stage_wait (stage), &error));
  g_assert_no_error (error);
  third = members (stage, created->group_id);
  g_assert_cmpuint (third->len, ==, 2);
}

static guint
count_children (Stage *stage, const char *group_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) children = NULL;

  kz_api_list_subgroups_async (stage->http, group_id, KZ_LANE_USER, NULL, stage_got,
                               stage_next (stage));
  children = kz_api_list_subgroups_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  return children->len;
}

static void
subgroups (Stage *stage, gconstpointer data)
{
  static const char *const flat[] = {"G-flat@1", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("Night");
  g_autoptr (KzGroupCreated) created = NULL;

  draft->parent_id = g_strdup ("G-parent");
  kz_api_create_group_async (stage->http, draft, NULL, stage_got, stage_next (stage));
  created = kz_api_create_group_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_children (stage, "G-parent"), ==, 2);
  kz_api_attach_subgroups_async (stage->http, "G-parent", flat, NULL, stage_got,
                                 stage_next (stage));
  g_assert_true (kz_api_attach_subgroups_finish (stage->http, stage_wait (stage), &error));
  g_assert_cmpuint (count_children (stage, "G-parent"), ==, 3);
  kz_api_detach_subgroup_async (stage->http, "G-parent", created->group_id, NULL, stage_got,
                                stage_next (stage));
  g_assert_true (kz_api_detach_subgroup_finish (stage->http, stage_wait (stage), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_children (stage, "G-parent"), ==, 2);
}

static void
a_public_group_needs_more (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("News");

  draft->is_public = TRUE;
  kz_api_create_group_async (stage->http, draft, NULL, stage_got, stage_next (stage));
  g_assert_null (kz_api_create_group_finish (stage->http, stage_wait (stage), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_FORBIDDEN);
}

static void
subscribers (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) phones = NULL;
  g_autoptr (GPtrArray) added = NULL, removed = NULL;
  g_autoptr (KzSubscriberPage) first = NULL, second = NULL;
  static const char *const gone[] = {"+15550000004", "+15557777777", NULL};

  for (guint i = 0; i < 60; i++) {
    g_autofree char *phone = g_strdup_printf ("+1555111%04u", i);

    g_strv_builder_add (builder, phone);
  }
  phones = g_strv_builder_end (builder);
  kz_api_add_subscribers_async (stage->http, "G-pub", (const char *const *) phones, NULL, stage_got,
                                stage_next (stage));
  added = kz_api_add_subscribers_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added->len, ==, 0);

  kz_api_list_subscribers_async (stage->http, "G-pub", NULL, NULL, stage_got, stage_next (stage));
  first = kz_api_list_subscribers_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->subscribers->len, ==, 50);
  g_assert_nonnull (first->cursor);
  kz_api_list_subscribers_async (stage->http, "G-pub", first->cursor, NULL, stage_got,
                                 stage_next (stage));
  second = kz_api_list_subscribers_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (second->subscribers->len, ==, 11);
  g_assert_null (second->cursor);

  kz_api_remove_subscribers_async (stage->http, "G-pub", gone, NULL, stage_got, stage_next (stage));
  removed = kz_api_remove_subscribers_finish (stage->http, stage_wait (stage), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (removed->len, ==, 1);
  g_assert_cmpstr (((KzFailedTarget *) removed->pdata[0])->phone, ==, "+15557777777");
  g_assert_cmpstr (((KzFailedTarget *) removed->pdata[0])->reason, ==, "NotSubscriber");
}

/* --- signing in with a browser ---------------------------------------------------------------- */

static void
browsed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  g_assert_nonnull (body);
  *(gboolean *) data = TRUE;
}

/* What the browser would do: the address at which it ends. */
static char *
browse (const char *url)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  gboolean done = FALSE;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, browsed_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (soup_message_get_status (message), ==, 302);
  return g_strdup (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"));
}

static void
sign_in_by_browser (Stage *stage, gconstpointer data)
{
  g_autofree char *url = kz_auth_authorize_url (stage->auth, "https://example.org/done?x=1&y=2");
  g_autofree char *ended = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;

  kz_auth_forget (stage->auth);
  ended = browse (url);
  g_assert_true (g_str_has_prefix (ended, "https://example.org/done?x=1&y=2&code="));
  kz_auth_login_code_async (stage->auth, ended, NULL, stage_got, stage_next (stage));
  g_assert_true (kz_auth_login_code_finish (stage->auth, stage_wait (stage), &error));
  g_assert_no_error (error);
  g_assert_true (kz_auth_has_refresh_token (stage->auth));
  g_assert_cmpuint (stage->rotated->len, >, 500);
  groups = stage_list_groups (stage, &error);
  g_assert_no_error (error);
  g_assert_nonnull (stage_find_group (groups, "G-flat@1"));

  /* A code is good for one time. */
  kz_auth_login_code_async (stage->auth, ended, NULL, stage_got, stage_next (stage));
  g_assert_false (kz_auth_login_code_finish (stage->auth, stage_wait (stage), &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_PIN_REJECTED);
  g_assert_true (kz_auth_has_refresh_token (stage->auth));
}

static void
sign_in_for_a_day (Stage *stage, gconstpointer data)
{
  g_autofree char *url = kz_auth_authorize_url (stage->auth, "https://example.org/");
  g_autofree char *ended = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;

  stage_control_only (stage, "/sandbox/switch", "{\"oauthRefreshToken\":false}");
  kz_auth_forget (stage->auth);
  ended = browse (url);
  kz_auth_login_code_async (stage->auth, ended, NULL, stage_got, stage_next (stage));
  g_assert_true (kz_auth_login_code_finish (stage->auth, stage_wait (stage), &error));
  g_assert_no_error (error);
  g_assert_false (kz_auth_has_refresh_token (stage->auth));
  groups = stage_list_groups (stage, &error);
  g_assert_no_error (error);
  g_assert_nonnull (groups);
}

#define TEST(name, switches, func) g_test_add (name, Stage, switches, stage_up, func, stage_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/deeds/texts-and-announcements", NULL, texts_and_announcements);
  TEST ("/deeds/jobs-and-polls", NULL, jobs_and_polls);
  TEST ("/deeds/a-meeting", NULL, a_meeting);
  TEST ("/deeds/a-survey", NULL, a_survey);
  TEST ("/deeds/a-card", NULL, a_card);
  TEST ("/deeds/a-picture-from-elsewhere", NULL, a_picture_from_elsewhere);
  TEST ("/people/groups-and-members", NULL, groups_and_members);
  TEST ("/people/the-same-with-bools-in-strings", "resultType=bool", groups_and_members);
  TEST ("/people/subgroups", NULL, subgroups);
  TEST ("/people/a-public-group-needs-more", NULL, a_public_group_needs_more);
  TEST ("/people/subscribers", NULL, subscribers);
  TEST ("/people/subscribers-the-old-way", "subscribersPost=off", subscribers);
  TEST ("/sign-in/by-browser", "oauthAutoSignIn=ada", sign_in_by_browser);
  TEST ("/sign-in/by-browser-for-a-day", "oauthAutoSignIn=ada", sign_in_for_a_day);
  return g_test_run ();
}
