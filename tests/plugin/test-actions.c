/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

/* A poll, a job or the like of Noor in Team; gives its handle once it is shown. (transfer full) */
static char *
post (Fixture *fixture, const char *kind, const char *body, const char *title)
{
  kz_test_do (fixture->world, "POST", "action",
              "{'group':'team','person':'second','actionType':'%s','actionBody':%s}", kind, body);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", title) == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", title);
  g_assert_cmpstr (line->who, ==, "Noor");
  const char *open = strchr (line->text, '[');
  const char *close = open != NULL ? strchr (open, ']') : NULL;
  g_assert_nonnull (close);
  return g_strndup (open + 1, (gsize) (close - open - 1));
}

static char *
post_poll (Fixture *fixture)
{
  return post (fixture, "Poll",
               "{'question':'Where to eat?','choices':[{'title':'Canteen'},{'title':'Market'}]}",
               "Where to eat?");
}

G_GNUC_PRINTF (3, 4)
static void
type (Fixture *fixture, PurpleConversation *room, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  kz_test_type (fixture->host, room, text);
}

static guint
received (Fixture *fixture, const char *kind)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "received", NULL);
  JsonArray *items = json_object_get_array_member (answer, "items");
  guint count = 0;
  for (guint i = 0; i < json_array_get_length (items); i++)
    if (g_strcmp0 (json_object_get_string_member (json_array_get_object_element (items, i), "kind"),
                   kind) == 0)
      count++;
  return count;
}

static PurpleConversation *
join (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  return room;
}

static void
poll_is_shown_once_and_voted_in (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  g_assert_nonnull (
      strstr (kz_test_find_line (fixture->host, "Team", "Where to eat?")->text, "1 Canteen"));
  type (fixture, room, "!vote %s market", handle);
  kz_test_wait_for (fixture->host, received (fixture, "response") == 1);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "You voted") == 1);
  g_assert_nonnull (
      strstr (kz_test_find_line (fixture->host, "Team", "You voted")->text, "Market"));
  g_assert_cmpuint (received (fixture, "message"), ==, 0);
}

static void
a_handle_of_another_room_is_taken (Fixture *fixture)
{
  join (fixture);
  PurpleConversation *kitchen = fixture_join (fixture, "Kitchen");
  g_autofree char *handle = post_poll (fixture);
  g_autofree char *where = g_strdup_printf ("[%s] is in the group", handle);
  type (fixture, kitchen, "!vote %s market", handle);
  kz_test_wait_for (fixture->host, received (fixture, "response") == 1);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "You voted") == 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Kitchen", where), ==, 1);
  g_assert_nonnull (strstr (kz_test_find_line (fixture->host, "Kitchen", where)->text, "Team"));
}

static void
slash_commands_do_the_same (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("an IRC client eats what begins with a slash");
    return;
  }
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  type (fixture, room, "/vote %s 1", handle);
  kz_test_wait_for (fixture->host, received (fixture, "response") == 1);
  type (fixture, room, "/help");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "/vote HANDLE") == 1);
  type (fixture, room, "/vote %s 17", handle);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "1 Canteen") == 2);
  g_assert_cmpuint (received (fixture, "response"), ==, 1);
}

static void
help_lists_commands (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  type (fixture, room, "!help");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "vote HANDLE") == 1);
  g_assert_cmpuint (received (fixture, "message"), ==, 0);
}

static void
wrong_command_is_not_sent (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  type (fixture, room, "!vot k3f 1");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "!vot k3f 1") == 1);
  g_assert_nonnull (kz_test_find_line (fixture->host, "Team", "!vote"));
  type (fixture, room, "!!vote is a word");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "!vote is a word") == 1);
  g_assert_cmpuint (received (fixture, "message"), ==, 1);
}

static void
unknown_handle_is_said (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  guint before = fixture->host->lines->len;
  type (fixture, room, "!like zz9");
  kz_test_wait_for (fixture->host, fixture->host->lines->len > before);
  g_assert_cmpuint (received (fixture, "reaction"), ==, 0);
  type (fixture, room, "!done %s", handle);
  kz_test_wait_for (fixture->host, fixture->host->lines->len > before + 1);
  g_assert_cmpuint (received (fixture, "response"), ==, 0);
}

static void
likes_and_comments (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  type (fixture, room, "!like %s", handle);
  kz_test_wait_for (fixture->host, received (fixture, "reaction") == 1);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "You like") == 1);
  type (fixture, room, "!comment %s so late?", handle);
  kz_test_wait_for (fixture->host, received (fixture, "reaction") == 2);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "so late?") == 1);
}

static void
job_is_done (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle =
      post (fixture, "Job", "{'title':'Check the pump','assignedTo':['me','asha'],'dueDate':24}",
            "Check the pump");
  type (fixture, room, "!done %s", handle);
  kz_test_wait_for (fixture->host, received (fixture, "response") == 1);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "You finished") == 1);
}

static void
colleagues_finish_jobs (Fixture *fixture)
{
  join (fixture);
  g_autoptr (JsonObject) posted = kz_test_control (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Job','actionBody':{'title':'Sweep',"
      "'assignedTo':['hindi'],'dueDate':24}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Sweep") == 1);
  kz_test_do (fixture->world, "POST", "complete", "{'actionId':'%s','person':'hindi'}",
              json_object_get_string_member (posted, "actionId"));
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "finished") == 1);
}

/* By webhook, which may come twice: who it was, what it is about and how it stands. */
static void
one_deed_is_one_line (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  join (fixture);
  g_autoptr (JsonObject) posted = kz_test_control (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'Eat where?',"
      "'choices':[{'title':'Canteen'},{'title':'Market'}]}}");
  const char *action_id = json_object_get_string_member (posted, "actionId");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Eat where?") == 1);
  /* From then on it is known how it stands. */
  kz_test_wait_for (fixture->host,
                    kz_test_calls (fixture->world, "GET /groups/{groupId}/actions/{actionId}") > 0);
  kz_test_forget_lines (fixture->host);
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'second','choice':2}",
              action_id);
  const KzTestLine *line = fixture_expect_line (fixture, "Team", "Noor voted in the poll [");
  g_assert_nonnull (strstr (line->text, "] “Eat where?”: Market"));
  kz_test_do (fixture->world, "POST", "redeliver", "{'deliveryId':'all'}");
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'second','text':'that is all'}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "that is all") == 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "Eat where?"), ==, 1);
}

static void
results_are_told (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  type (fixture, room, "!vote %s 1", handle);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "You voted") == 1);
  kz_test_forget_lines (fixture->host);
  type (fixture, room, "!results %s", handle);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Canteen") >= 1);
}

static void
picture_is_a_line_with_its_link (Fixture *fixture)
{
  join (fixture);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'the new gate','name':'gate.png'}");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "the new gate") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "the new gate");
  g_assert_nonnull (strstr (line->text, "http://127.0.0.1"));
}

static void
refused_answer_is_said (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/reaction'},'action':{'status':403,"
              "'body':{'message':'Likes are closed','errorCode':'Forbidden'}}}");
  type (fixture, room, "!like %s", handle);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "Likes are closed") == 1);
}

static void
refused_comment_is_given_back (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/reaction'},'action':{'status':403,"
              "'body':{'message':'Comments are closed','errorCode':'Forbidden'}}}");
  type (fixture, room, "!comment %s who <brings> plates?", handle);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "Comments are closed") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "Comments are closed");
  g_autofree char *words = g_strdup_printf ("You wrote: !comment %s who <brings> plates?", handle);
  g_assert_nonnull (strstr (line->text, words));
  type (fixture, room, "!comment zz9 it has no plates");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "zz9") >= 1);
  g_assert_cmpuint (
      kz_test_count_lines (fixture->host, "Team", "You wrote: !comment zz9 it has no plates"), ==,
      1);
  type (fixture, room, "!vote %s nowhere at all", handle);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "nowhere at all") >= 1);
  g_autofree char *vote = g_strdup_printf ("You wrote: !vote %s nowhere at all", handle);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", vote), ==, 1);
  g_assert_cmpuint (received (fixture, "reaction"), ==, 0);
}

static void
slash_commands_give_back (Fixture *fixture)
{
  if (fixture_is_bitlbee (fixture)) {
    g_test_skip ("an IRC client eats what begins with a slash");
    return;
  }
  PurpleConversation *room = join (fixture);
  type (fixture, room, "/comment zz9 it has no plates");
  g_assert_cmpuint (
      kz_test_count_lines (fixture->host, "Team", "You wrote: /comment zz9 it has no plates"), ==,
      1);
  type (fixture, room, "/comment no-handle-there & plates");
  g_assert_cmpuint (
      kz_test_count_lines (fixture->host, "Team", "You wrote: /comment no-handle-there & plates"),
      ==, 1);
}

static void
answers_at_sign_off_are_given_back (Fixture *fixture)
{
  PurpleConversation *room = join (fixture);
  g_autofree char *handle = post_poll (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','times':0},'action':{'stallHeaders':true}}");
  type (fixture, room, "!comment %s who brings plates?", handle);
  type (fixture, room, "!vote %s 1", handle);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "You wrote"), ==, 0);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "who brings plates?"), ==, 1);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "may not have arrived"), >=, 2);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "You wrote: !vote"), ==, 1);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "You wrote"), ==, 2);
}

static void
history_waits_without_opening_a_window (Fixture *fixture)
{
  /* Noon of yesterday, whatever the hour is. */
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  gint64 ago_s = now_s % (24 * 3600) + 12 * 3600;
  g_autofree char *scenario = g_strdup_printf (
      "{\"users\":[{\"key\":\"me\",\"phone\":\"" KZ_MY_PHONE "\",\"signIn\":true},"
               "{\"key\":\"second\",\"name\":\"Noor\"}],"
               "\"groups\":[{\"key\":\"team\",\"name\":\"Team\",\"members\":[\"me\",\"second\"]}],"
               "\"history\":[{\"ago_s\":%" G_GINT64_FORMAT ",\"action\":{\"group\":\"team\",\"person\":\"second\","
               "\"actionType\":\"Poll\",\"actionBody\":{\"question\":\"Old question?\","
               "\"choices\":[{\"title\":\"a\"},{\"title\":\"b\"}]}}}]}",
      ago_s);
  fixture_new_world (fixture, scenario);
  fixture_sign_on (fixture);
  fixture_join (fixture, "Team");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "Old question?") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "Old question?");
  g_assert_true (line->flags & PURPLE_MESSAGE_DELAYED);
  /* IRC clients show the hour of arrival: there the date stands in the text, and only there. */
  gboolean is_irc = fixture_is_bitlbee (fixture);
  gint64 between_s = now_s - ago_s / 2;
  g_assert_true (is_irc ? line->time_s > between_s : line->time_s < between_s);
  if (is_irc)
    g_assert_nonnull (strstr (line->text, "(yesterday"));
  fixture_sign_on_again (fixture);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, "Team", "Old question?"), ==, 1);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/actions/a-poll-is-shown-once-and-voted-in",
                          poll_is_shown_once_and_voted_in);
  plugin_test_add_online ("/actions/a-handle-of-another-room-is-taken",
                          a_handle_of_another_room_is_taken);
  plugin_test_add_online ("/actions/slash-commands-do-the-same", slash_commands_do_the_same);
  plugin_test_add_online ("/actions/help-lists-the-commands", help_lists_commands);
  plugin_test_add_online ("/actions/a-wrong-command-is-not-sent", wrong_command_is_not_sent);
  plugin_test_add_online ("/actions/an-unknown-handle-is-said", unknown_handle_is_said);
  plugin_test_add_online ("/actions/likes-and-comments-go-out", likes_and_comments);
  plugin_test_add_online ("/actions/a-job-is-done", job_is_done);
  plugin_test_add_online ("/actions/colleagues-finish-jobs", colleagues_finish_jobs);
  plugin_test_add_online ("/actions/results-are-told", results_are_told);
  plugin_test_add_online ("/actions/a-picture-is-a-line-with-its-link",
                          picture_is_a_line_with_its_link);
  plugin_test_add_online ("/actions/one-deed-is-one-line", one_deed_is_one_line);
  plugin_test_add_online ("/actions/a-refused-answer-is-said", refused_answer_is_said);
  plugin_test_add_online ("/actions/a-refused-comment-is-given-back",
                          refused_comment_is_given_back);
  plugin_test_add_online ("/actions/slash-commands-give-back-what-was-typed",
                          slash_commands_give_back);
  plugin_test_add_online ("/actions/answers-at-sign-off-are-given-back",
                          answers_at_sign_off_are_given_back);
  plugin_test_add ("/actions/history-waits-without-opening-a-window",
                   history_waits_without_opening_a_window);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
