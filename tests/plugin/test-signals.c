/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other plugins and scripts are told of actions. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>

/* A signal, as a listener gets it. */
typedef struct {
  const char *name; /* without "kaizala-" */
  PurpleAccount *account;
  char *group_id;
  char *group;
  char *handle;
  char *kind;
  char *title;
  char *text;
  char *links;
  char *sender;
  char *time;
  char *flags;
} Heard;

static GPtrArray *heard; /* (element-type Heard) */
static gboolean signs_off;

static void
heard_free (gpointer data)
{
  Heard *one = data;
  g_free (one->group_id);
  g_free (one->group);
  g_free (one->handle);
  g_free (one->kind);
  g_free (one->title);
  g_free (one->text);
  g_free (one->links);
  g_free (one->sender);
  g_free (one->time);
  g_free (one->flags);
  g_free (one);
}

static void
listen_cb (PurpleAccount *account,
           const char *group_id,
           const char *group,
           const char *handle,
           const char *kind,
           const char *title,
           const char *text,
           const char *links,
           const char *sender,
           const char *time,
           const char *flags,
           gpointer data)
{
  Heard *one = g_new0 (Heard, 1);
  one->name = data;
  one->account = account;
  one->group_id = g_strdup (group_id);
  one->group = g_strdup (group);
  one->handle = g_strdup (handle);
  one->kind = g_strdup (kind);
  one->title = g_strdup (title);
  one->text = g_strdup (text);
  one->links = g_strdup (links);
  one->sender = g_strdup (sender);
  one->time = g_strdup (time);
  one->flags = g_strdup (flags);
  g_ptr_array_add (heard, one);
  if (signs_off)
    purple_account_set_enabled (account, purple_core_get_ui (), FALSE);
}

static void
listen (void)
{
  static const char *const names[] = {"action", "response", "reaction"};
  PurplePlugin *plugin = purple_find_prpl ("prpl-kaizala");
  heard = g_ptr_array_new_with_free_func (heard_free);
  signs_off = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *name = g_strconcat ("kaizala-", names[i], NULL);
    g_assert_cmpuint (purple_signal_connect (plugin, name, &heard, PURPLE_CALLBACK (listen_cb),
                                             (gpointer) names[i]),
                      !=, 0);
  }
}

static void
stop_listening (void)
{
  purple_signals_disconnect_by_handle (&heard);
  g_clear_pointer (&heard, g_ptr_array_unref);
}

static guint
count (const char *name)
{
  guint found = 0;
  for (guint i = 0; i < heard->len; i++)
    if (g_str_equal (((Heard *) g_ptr_array_index (heard, i))->name, name))
      found++;
  return found;
}

static const Heard *
nth (const char *name, guint index)
{
  for (guint i = 0; i < heard->len; i++) {
    const Heard *one = g_ptr_array_index (heard, i);
    if (g_str_equal (one->name, name) && index-- == 0)
      return one;
  }
  g_assert_not_reached ();
}

static PurpleConversation *
join (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  return room;
}

/* Something later was shown, so what was before has been. */
static void
let_all_come (Fixture *fixture)
{
  static guint number;
  g_autofree char *text = g_strdup_printf ("that was all %u", ++number);
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'asha','text':'%s'}", text);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", text) == 1);
}

/* (transfer full): its id. */
static char *
post (Fixture *fixture, const char *kind, const char *body)
{
  g_autoptr (JsonObject) answer = kz_test_control (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'%s','actionBody':%s}", kind, body);
  return g_strdup (json_object_get_string_member (answer, "actionId"));
}

/* --- Actions --- */

static void
what_others_post_is_told_once (Fixture *fixture)
{
  listen ();
  join (fixture);
  g_autofree char *id G_GNUC_UNUSED = post (
      fixture, "Poll",
      "{'question':'Where to <eat>?\\u0007','choices':[{'title':'Canteen'},{'title':'Market'}]}");
  kz_test_wait_for (fixture->host, count ("action") == 1);
  const Heard *one = nth ("action", 0);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "Where to <eat>?");
  g_autofree char *group_id = fixture_group_id (fixture, "Team");
  g_autofree char *in_line = g_strdup_printf ("[%s]", one->handle);
  g_assert_true (one->account == fixture->account);
  g_assert_cmpstr (one->group_id, ==, group_id);
  g_assert_cmpstr (one->group, ==, "Team");
  g_assert_cmpuint (strlen (one->handle), >=, 3);
  g_assert_nonnull (strstr (line->text, in_line));
  g_assert_cmpstr (one->kind, ==, "Poll");
  g_assert_cmpstr (one->title, ==, "Where to <eat>?");
  g_assert_cmpstr (one->text, ==, "");
  g_assert_cmpstr (one->links, ==, "");
  g_assert_cmpstr (one->sender, ==, line->who);
  g_assert_cmpint (ABS (g_ascii_strtoll (one->time, NULL, 10) - line->time_s), <=, 1);
  g_assert_cmpstr (one->flags, ==, "");
  let_all_come (fixture);
  g_assert_cmpuint (heard->len, ==, 1);
  stop_listening ();
}

static void
titles_are_plain_text (Fixture *fixture)
{
  static const struct {
    const char *title;
    const char *told;
  } rows[] = {
      {"Tea & cake: 5 < 6, &lt; <b>x</b> &", "Tea & cake: 5 < 6, &lt; <b>x</b> &"},
      {"/me & you", "*& you*"},
      {"see http://a.example/x.", "see http://a.example/x."},
  };
  listen ();
  join (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *body =
        g_strdup_printf ("{'question':'%s','choices':[{'title':'a'},{'title':'b'}]}", rows[i].title);
    g_autofree char *id G_GNUC_UNUSED = post (fixture, "Poll", body);
    kz_test_wait_for (fixture->host, count ("action") == i + 1);
    g_assert_cmpstr (nth ("action", i)->title, ==, rows[i].told);
  }
  stop_listening ();
}

static void
what_one_posts_oneself_is_told_once (Fixture *fixture)
{
  listen ();
  PurpleConversation *room = join (fixture);
  kz_test_type (fixture->host, room, "!announce Holiday | The office is closed");
  kz_test_wait_for (fixture->host, count ("action") == 1);
  const Heard *one = nth ("action", 0);
  g_assert_cmpstr (one->kind, ==, "Announcement");
  g_assert_cmpstr (one->title, ==, "Holiday");
  g_assert_cmpstr (one->text, ==, "The office is closed");
  g_assert_cmpstr (one->sender, ==, purple_account_get_username (fixture->account));
  g_assert_cmpstr (one->flags, ==, "own");
  let_all_come (fixture);
  g_assert_cmpuint (heard->len, ==, 1);
  stop_listening ();
}

static void
pictures_are_told_with_their_links (Fixture *fixture)
{
  listen ();
  join (fixture);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'both gates','count':2}");
  kz_test_wait_for (fixture->host, count ("action") == 1);
  const Heard *one = nth ("action", 0);
  g_auto (GStrv) links = g_strsplit (one->links, "\n", -1);
  g_assert_cmpstr (one->kind, ==, "Album");
  g_assert_cmpstr (one->text, ==, "both gates");
  g_assert_cmpuint (g_strv_length (links), ==, 2);
  g_assert_true (g_str_has_prefix (links[0], "http://127.0.0.1"));
  g_assert_true (g_str_has_prefix (links[1], "http://127.0.0.1"));
  stop_listening ();
}

static void
the_past_is_marked (Fixture *fixture)
{
  g_autofree char *id G_GNUC_UNUSED =
      post (fixture, "Job", "{'title':'Check the pump','assignedTo':['+919999900001']}");
  listen ();
  fixture_sign_on (fixture);
  join (fixture);
  kz_test_wait_for (fixture->host, count ("action") == 1);
  const Heard *one = nth ("action", 0);
  g_assert_cmpstr (one->kind, ==, "Job");
  g_assert_cmpstr (one->flags, ==, "history");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "Check the pump") == 1);
  fixture_sign_on_again (fixture);
  join (fixture);
  let_all_come (fixture);
  g_assert_cmpuint (heard->len, ==, 1);
  stop_listening ();
}

/* --- Answers --- */

static void
answers_are_told (Fixture *fixture)
{
  listen ();
  PurpleConversation *room = join (fixture);
  g_autofree char *id G_GNUC_UNUSED =
      post (fixture, "Poll",
            "{'question':'Where to eat?','choices':[{'title':'Canteen'},{'title':'Market'}]}");
  kz_test_wait_for (fixture->host, count ("action") == 1);
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'asha','choice':2}", id);
  kz_test_wait_for (fixture->host, count ("response") == 1);
  const Heard *one = nth ("response", 0);
  g_assert_cmpstr (one->handle, ==, nth ("action", 0)->handle);
  g_assert_cmpstr (one->kind, ==, "Poll");
  g_assert_cmpstr (one->title, ==, "Where to eat?");
  g_assert_cmpstr (one->text, ==, "Market");
  g_assert_true (g_str_has_prefix (one->sender, "Asha"));
  g_assert_cmpstr (one->flags, ==, "");
  g_autofree char *typed = g_strdup_printf ("!vote %s 1", one->handle);
  kz_test_type (fixture->host, room, typed);
  kz_test_wait_for (fixture->host, count ("response") == 2);
  one = nth ("response", 1);
  g_assert_cmpstr (one->text, ==, "Canteen");
  g_assert_cmpstr (one->sender, ==, purple_account_get_username (fixture->account));
  g_assert_cmpstr (one->flags, ==, "own");
  let_all_come (fixture);
  g_assert_cmpuint (count ("response"), ==, 2);
  stop_listening ();
}

static void
anonymous_answers_name_nobody (Fixture *fixture)
{
  listen ();
  join (fixture);
  g_autofree char *id G_GNUC_UNUSED = post (
      fixture, "Survey",
      "{'title':'Honestly','isAnonymous':true,'questions':[{'title':'How is it?','type':'Text'},"
      "{'title':'Why?','type':'Text'}]}");
  kz_test_wait_for (fixture->host, count ("action") == 1);
  kz_test_do (fixture->world, "POST", "respond",
              "{'actionId':'%s','person':'asha','answers':['fine\\nso far','because']}", id);
  kz_test_wait_for (fixture->host, count ("response") == 1);
  const Heard *one = nth ("response", 0);
  g_assert_cmpstr (one->text, ==, "fine so far\nbecause");
  g_assert_cmpstr (one->sender, ==, "");
  g_assert_cmpstr (one->flags, ==, "anonymous");
  stop_listening ();
}

static void
reactions_are_told (Fixture *fixture)
{
  listen ();
  PurpleConversation *room = join (fixture);
  g_autofree char *id G_GNUC_UNUSED =
      post (fixture, "Job", "{'title':'Check the pump','assignedTo':['+919999900001']}");
  kz_test_wait_for (fixture->host, count ("action") == 1);
  g_autofree char *handle = g_strdup (nth ("action", 0)->handle);
  g_autofree char *like = g_strdup_printf ("!like %s", handle);
  g_autofree char *comment = g_strdup_printf ("!comment %s on my way", handle);
  kz_test_type (fixture->host, room, like);
  kz_test_wait_for (fixture->host, count ("reaction") == 1);
  kz_test_type (fixture->host, room, comment);
  kz_test_wait_for (fixture->host, count ("reaction") == 2);
  g_assert_cmpstr (nth ("reaction", 0)->kind, ==, "Like");
  g_assert_cmpstr (nth ("reaction", 0)->handle, ==, handle);
  g_assert_cmpstr (nth ("reaction", 0)->title, ==, "Check the pump");
  g_assert_cmpstr (nth ("reaction", 0)->flags, ==, "own");
  g_assert_cmpstr (nth ("reaction", 1)->kind, ==, "Comment");
  g_assert_cmpstr (nth ("reaction", 1)->text, ==, "on my way");
  stop_listening ();
}

/* --- The listener --- */

static void
listener_may_sign_off (Fixture *fixture)
{
  listen ();
  join (fixture);
  signs_off = TRUE;
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'the gate'}");
  kz_test_wait_for (fixture->host, count ("action") == 1);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_host_settle (fixture->host);
  stop_listening ();
}

static void
add_tests (void)
{
  plugin_test_add_online ("/signals/what-others-post-is-told-once", what_others_post_is_told_once);
  plugin_test_add_online ("/signals/titles-are-plain-text", titles_are_plain_text);
  plugin_test_add_online ("/signals/what-one-posts-oneself-is-told-once",
                          what_one_posts_oneself_is_told_once);
  plugin_test_add_online ("/signals/pictures-are-told-with-their-links",
                          pictures_are_told_with_their_links);
  plugin_test_add ("/signals/the-past-is-marked", the_past_is_marked);
  plugin_test_add_online ("/signals/answers-are-told", answers_are_told);
  plugin_test_add_online ("/signals/anonymous-answers-name-nobody", anonymous_answers_name_nobody);
  plugin_test_add_online ("/signals/reactions-are-told", reactions_are_told);
  plugin_test_add_online ("/signals/a-listener-may-sign-off", listener_may_sign_off);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
