/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs with the environment of the pseudo-locale: all that the plugin says comes in its brackets.
 */
#include "config.h"

#include "deed-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <libintl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define OPEN "⟦"
#define CLOSE "⟧"

static void
assert_translated (const char *text)
{
  g_test_message ("%s", text);
  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text, OPEN));
  g_assert_nonnull (strstr (text, CLOSE));
}

static void
assert_refusal (Fixture *fixture, const char *username, const char *password, const char *root)
{
  kz_test_forget_lines (fixture->host);
  PurpleAccount *account = kz_test_account_new (
      fixture->host, username, password, "connector_id", fixture->world->connector_id,
      "connector_secret", fixture->world->connector_secret, "api_root", root, NULL);
  kz_test_sign_on (fixture->host, account);
  kz_test_wait_for (fixture->host, fixture->host->errors->len == 1);
  assert_translated (g_ptr_array_index (fixture->host->errors, 0));
  kz_test_account_drop (fixture->host, account);
}

static void
refusals (Fixture *fixture)
{
  assert_refusal (fixture, "gita", "token", fixture->world->url);
  assert_refusal (fixture, KZ_MY_PHONE, "token", "nowhere");
  assert_refusal (fixture, KZ_MY_PHONE, "token", fixture->world->url);
  g_autofree char *cut = g_strndup (kz_test_user (fixture->world, KZ_ME, "refreshToken"), 300);
  assert_refusal (fixture, KZ_MY_PHONE, cut, fixture->world->url);
}

static void
prompt (Fixture *fixture)
{
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, FALSE);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  const KzTestPrompt *shown = g_ptr_array_index (fixture->host->prompts, 0);
  assert_translated (shown->title);
  assert_translated (shown->primary);
  assert_translated (shown->secondary);
  for (guint i = 0; i < fixture->host->progress->len; i++)
    assert_translated (g_ptr_array_index (fixture->host->progress, i));
}

static void
lines_and_notices (Fixture *fixture)
{
  PurpleConversation *team = fixture_join (fixture, "Team");
  PurpleConversation *region = fixture_join (fixture, "Region");
  kz_test_type (fixture->host, team, "!help");
  kz_test_type (fixture->host, team, "!vot k3f");
  kz_test_type (fixture->host, team, "!like zz9");
  kz_test_type (fixture->host, team, "!results");
  kz_test_type (fixture->host, region, "not here");
  kz_test_join (fixture->account, "No such group");
  serv_get_info (purple_account_get_connection (fixture->account), "Noor");
  serv_get_info (purple_account_get_connection (fixture->account), "Nobody at all");
  fixture_account_action (fixture, "State of the account");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (fixture->host->notices->len, >=, 4);
  for (guint i = 0; i < fixture->host->notices->len; i++)
    assert_translated (g_ptr_array_index (fixture->host->notices, i));
  guint spoken = 0;
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (fixture->host->lines, i);
    if (g_strcmp0 (line->who, "Kaizala") != 0)
      continue;
    assert_translated (line->text);
    spoken++;
  }
  g_assert_cmpuint (spoken, >=, 6);
}

/* Signs on with one more option: the first notice has @translations of ours in it: the words of the
 * notice, and the reason when that is not the system's. */
static void
assert_notice (Fixture *fixture, const char *option, const char *value, guint translations)
{
  kz_test_forget_lines (fixture->host);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_string (fixture->account, option, value);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->notices->len > 0);
  const char *text = g_ptr_array_index (fixture->host->notices, 0);
  /* Above it stands whom it is about. */
  const char *last = strrchr (text, '\n') != NULL ? strrchr (text, '\n') : text;
  assert_translated (last);
  g_auto (GStrv) parts = g_strsplit (last, OPEN, -1);
  g_assert_cmpuint (g_strv_length (parts) - 1, ==, translations);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
}

static void
addresses (Fixture *fixture)
{
  static const char *const bad[] = {"somewhere", "no.name:80", "unix:relative", "unix:/dev/null"};
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_notice (fixture, "webhook_listen", bad[i], 2);
}

static void
unwritable_store (Fixture *fixture)
{
  /* A file where the directory of the accounts' state should be. */
  g_autofree char *dir = g_build_filename (purple_user_dir (), "kaizala", NULL);
  g_autofree char *aside = g_strconcat (dir, ".aside", NULL);
  gboolean was_there = g_rename (dir, aside) == 0;
  g_assert_true (g_file_set_contents (dir, "", 0, NULL));
  assert_notice (fixture, "open_rooms", "joined", 1);
  g_assert_cmpint (g_unlink (dir), ==, 0);
  if (was_there)
    g_assert_cmpint (g_rename (aside, dir), ==, 0);
}

static void
options (Fixture *fixture)
{
  PurplePlugin *plugin = purple_find_prpl ("prpl-kaizala");
  GList *shown = PURPLE_PLUGIN_PROTOCOL_INFO (plugin)->protocol_options;
  g_assert_nonnull (shown);
  /* The labels are made when the plugin is loaded, before this test names its catalogue. */
  for (GList *l = shown; l != NULL; l = l->next)
    assert_translated (g_dgettext (GETTEXT_PACKAGE, purple_account_option_get_text (l->data)));
}

static void
menus (Fixture *fixture)
{
  PurpleConnection *gc = purple_account_get_connection (fixture->account);
  GList *actions = PURPLE_PLUGIN_ACTIONS (purple_connection_get_prpl (gc), gc);
  g_assert_cmpuint (g_list_length (actions), >, 0);
  for (GList *l = actions; l != NULL; l = l->next)
    assert_translated (((PurplePluginAction *) l->data)->label);
  g_list_free_full (actions, (GDestroyNotify) purple_plugin_action_free);
  PurpleRoomlist *list = purple_roomlist_get_list (gc);
  for (GList *l = purple_roomlist_get_fields (list); l != NULL; l = l->next) {
    const PurpleRoomlistField *field = l->data;
    if (!field->hidden)
      assert_translated (field->label);
  }
  kz_test_wait_for (fixture->host, fixture->host->rooms_done);
}

/* --- What happens in a room --- */

/* The service's own words of these tests begin so; beside them there are only names. */
#define THEIRS "Zz"

static gboolean
is_theirs (const char *word)
{
  static const char *const names[] = {"Noor", "Asha", "Gita", "Rao", "Team", "Crew", NULL};
  return g_str_has_prefix (word, THEIRS) || g_strv_contains (names, word) || *word == '\0';
}

/* (transfer full): @text without what stands in brackets of the translation, and without handles.
 */
static char *
outside_of_brackets (const char *text)
{
  GString *left = g_string_new (NULL);
  guint depth = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_str_has_prefix (p, OPEN) || *p == '[')
      depth++;
    else if (g_str_has_prefix (p, CLOSE) || *p == ']')
      depth--;
    else if (depth == 0)
      g_string_append_c (left, g_ascii_isalpha (*p) ? *p : ' ');
  }
  return g_string_free (left, FALSE);
}

/* Ours is translated, and what is not is of the service. */
static void
see_translated (Fixture *fixture, const char *words, guint count)
{
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, NULL, words) >= count);
  const KzTestLine *line = NULL;
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *one = g_ptr_array_index (fixture->host->lines, i);
    if (strstr (one->text, words) != NULL)
      line = one;
  }
  assert_translated (line->text);
  g_autofree char *left = outside_of_brackets (line->text);
  g_auto (GStrv) found = g_strsplit (left, " ", -1);
  for (gsize i = 0; found[i] != NULL; i++)
    if (!is_theirs (found[i]))
      g_error ("“%s” is not translated in: %s", found[i], line->text);
}

/* (transfer full): the id of what Noor posts. */
static char *
post (Fixture *fixture, const char *kind, const char *body, const char *words)
{
  g_autoptr (JsonObject) answer = kz_test_control (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'%s','actionBody':%s}", kind, body);
  see_translated (fixture, words, 1);
  return g_strdup (json_object_get_string_member (answer, "actionId"));
}

static void
event_lines (Fixture *fixture)
{
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  g_autofree char *poll = post (fixture, "Poll",
                                "{'question':'Zzlunch','choices':[{'title':'Zzpie'},{'title':"
                                "'Zztea'}],'expiryInHours':4}",
                                "Zzlunch");
  g_autofree char *job =
      post (fixture, "Job", "{'title':'Zzsweep','assignedTo':['second'],'dueDate':24}", "Zzsweep");
  g_autofree char *survey =
      post (fixture, "Survey", "{'title':'Zztrip','questions':[{'title':'Zzday','type':'Text'}]}",
            "Zztrip");
  g_autofree char *meeting = post (fixture, "LetsMeet",
                                   "{'title':'Zzmeet','startingTime':'2027-05-06T09:00:00Z',"
                                   "'duration':15,'DurationInMins':15,'agenda':'Zzagenda'}",
                                   "Zzmeet");
  kz_test_do (fixture->world, "POST", "vote", "{'actionId':'%s','person':'second','choice':1}",
              poll);
  see_translated (fixture, "Zzlunch", 2);
  kz_test_do (fixture->world, "POST", "complete", "{'actionId':'%s','person':'second'}", job);
  see_translated (fixture, "Zzsweep", 2);
  kz_test_do (fixture->world, "POST", "picture",
              "{'group':'team','person':'second','caption':'Zzgate','name':'Zzgate.jpg'}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Zzgate") >= 1);
  assert_translated (kz_test_find_line (fixture->host, "Team", "Zzgate")->text);
}

static void
see_notice (Fixture *fixture, const char *words)
{
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, words) >= 1);
  for (guint i = 0; i < fixture->host->notices->len; i++)
    assert_translated (g_ptr_array_index (fixture->host->notices, i));
}

/* What is told of a room that nobody opened. */
static void
notices_of_closed_rooms (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_string (fixture->account, "open_rooms", "joined");
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  fixture_wait_for_webhooks (fixture);
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'kitchen','person':'hindi','text':'Zzsoup'}");
  see_notice (fixture, "“Kitchen” (1)");
  kz_test_do (fixture->world, "POST", "leave", "{'group':'kitchen','person':'me'}");
  fixture_account_action (fixture, "Read the groups anew");
  see_notice (fixture, "Zzsoup");
}

/* --- Notices of trouble --- */

/* The next notice has nothing but words of ours and of theirs below whom it is about. */
static void
see_trouble (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, fixture->host->notices->len > 0);
  const char *text = g_ptr_array_index (fixture->host->notices, 0);
  const char *last = strrchr (text, '\n') != NULL ? strrchr (text, '\n') : text;
  assert_translated (last);
  g_autofree char *left = outside_of_brackets (last);
  g_auto (GStrv) found = g_strsplit (left, " ", -1);
  for (gsize i = 0; found[i] != NULL; i++)
    if (!is_theirs (found[i]))
      g_error ("“%s” is not translated in: %s", found[i], last);
  kz_test_forget_lines (fixture->host);
}

static void
sign_off (Fixture *fixture)
{
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_host_settle (fixture->host);
  kz_test_forget_lines (fixture->host);
}

static void
unreadable_delivery (Fixture *fixture)
{
  fixture_wait_for_webhooks (fixture);
  kz_test_do (fixture->world, "POST", "raw-delivery", "{'group':'team','body':'no JSON'}");
  see_trouble (fixture);
}

static void
token_of_a_group (Fixture *fixture)
{
  g_autoptr (JsonObject) answer =
      kz_test_control (fixture->world, "POST", "token", "{'person':'me','group':'Kitchen'}");
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_password (fixture->account,
                               json_object_get_string_member (answer, "refreshToken"));
  kz_test_sign_on (fixture->host, fixture->account);
  see_trouble (fixture);
}

/* Calls @func for every file of the stores of this program. */
static void
with_stores (void (*func) (const char *path, gpointer data), gpointer data)
{
  g_autofree char *path = g_build_filename (purple_user_dir (), "kaizala", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    if (g_file_test (file, G_FILE_TEST_IS_REGULAR))
      func (file, data);
  }
}

static void
damage_cb (const char *path, gpointer data)
{
  if (g_str_has_suffix (path, ".json"))
    g_assert_true (g_file_set_contents (path, "{\"groups\": [", -1, NULL));
}

static void
damaged_store (Fixture *fixture)
{
  fixture_wait_for_webhooks (fixture);
  sign_off (fixture);
  with_stores (damage_cb, NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  see_trouble (fixture);
}

static void
lock_cb (const char *path, gpointer data)
{
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  g_array_append_val ((GArray *) data, fd);
}

/* As another program would do it. */
static void
locked_store (Fixture *fixture)
{
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  fixture_wait_for_webhooks (fixture);
  sign_off (fixture);
  with_stores (lock_cb, fds);
  kz_test_sign_on (fixture->host, fixture->account);
  see_trouble (fixture);
  for (guint i = 0; i < fds->len; i++)
    close (g_array_index (fds, int, i));
}

static void
refused_webhooks (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/webhook','times':0},'action':{'status':403,"
              "'body':{'message':'Zzno','errorCode':'Forbidden'}}}");
  fixture_sign_on (fixture);
  fixture_join (fixture, "Team");
  see_translated (fixture, "Zzno", 1);
}

static void
reaction_lines (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  g_autofree char *id =
      post (fixture, "Announcement", "{'title':'Zznews','message':'Zzall'}", "Zznews");
  kz_test_do (fixture->world, "POST", "like", "{'referenceId':'%s','person':'second'}", id);
  see_translated (fixture, "Zznews", 2);
  kz_test_do (fixture->world, "POST", "comment",
              "{'referenceId':'%s','person':'second','text':'Zzwords'}", id);
  see_translated (fixture, "Zznews", 3);
}

static void
membership_lines (Fixture *fixture)
{
  fixture_join (fixture, "Kitchen");
  fixture_wait_for_webhooks (fixture);
  kz_test_do (fixture->world, "POST", "join", "{'group':'kitchen','person':'second'}");
  see_translated (fixture, "Noor", 1);
  kz_test_do (fixture->world, "POST", "leave", "{'group':'kitchen','person':'second'}");
  see_translated (fixture, "Noor", 2);
  kz_test_do (fixture->world, "POST", "rename", "{'group':'kitchen','name':'Zzcanteen'}");
  fixture_account_action (fixture, "Read the groups anew");
  see_translated (fixture, "Zzcanteen", 1);
}

/* Both the words of the language and those that can be typed everywhere; the server gets its own.
 */
static void
replies_to_invitations (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  g_autoptr (DeedItem) item = deed_post (
      fixture, "LetsMeet", "{'title':'Talk','startingTime':'2027-05-06T09:00:00Z'}", "Talk");
  g_autofree char *path = g_strdup_printf ("/actions/%s/responses", item->action_id);
  deed_type (fixture, room, "!vote %s decline", item->handle);
  deed_expect (fixture, "POST", TEAM, path,
               "{'actionType':'LetsMeet','actionBody':{'answers':['Decline']}}");
  see_translated (fixture, "“Talk”", 1);
  deed_type (fixture, room, "!vote %s %s", item->handle, g_dgettext (GETTEXT_PACKAGE, "Maybe"));
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, TEAM, "Maybe") > 0);
}

static void
add_tests (void)
{
  plugin_test_add_online ("/pseudo-locale/what-happens-is-told-in-translation", event_lines);
  /* The words are the same in all hosts. */
  if (plugin_test_ui () == KZ_TEST_FINCH) {
    plugin_test_add_online ("/pseudo-locale/invitations-are-replied-to-in-any-words",
                            replies_to_invitations);
    plugin_test_add_online ("/pseudo-locale/reactions-are-told-in-translation", reaction_lines);
    plugin_test_add ("/pseudo-locale/what-waits-is-told-in-translation", notices_of_closed_rooms);
    plugin_test_add_online ("/pseudo-locale/what-cannot-be-read-is-told-in-translation",
                            unreadable_delivery);
    plugin_test_add ("/pseudo-locale/a-token-of-a-group-is-told-in-translation", token_of_a_group);
    plugin_test_add_online ("/pseudo-locale/a-damaged-store-is-told-in-translation", damaged_store);
    plugin_test_add_online ("/pseudo-locale/another-program-is-told-in-translation", locked_store);
    plugin_test_add ("/pseudo-locale/refused-webhooks-are-told-in-translation", refused_webhooks);
  }
  plugin_test_add_online ("/pseudo-locale/who-comes-and-goes-is-told-in-translation",
                          membership_lines);
  plugin_test_add ("/pseudo-locale/every-refusal-is-translated", refusals);
  plugin_test_add ("/pseudo-locale/the-prompt-is-translated", prompt);
  plugin_test_add ("/pseudo-locale/a-bad-address-is-told-in-translation", addresses);
  plugin_test_add ("/pseudo-locale/an-unwritable-store-is-told-in-translation", unwritable_store);
  plugin_test_add ("/pseudo-locale/every-account-option-is-translated", options);
  plugin_test_add_online ("/pseudo-locale/lines-and-notices-are-translated", lines_and_notices);
  plugin_test_add_online ("/pseudo-locale/menus-and-columns-are-translated", menus);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
