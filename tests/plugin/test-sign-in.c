/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signing in with a browser, and once more. */
#include "config.h"

#include "left-test.h"
#include "secret-test.h"

#include <libsoup/soup.h>
#include <string.h>

#define REDIRECT "https://bridge.example.org/kaizala"

static const char *const me[] = {"oauthAutoSignIn=me", NULL};
static const char *const somebody_else[] = {"oauthAutoSignIn=second", NULL};
static const char *const for_a_day[] = {"oauthAutoSignIn=me", "oauthRefreshToken=off", NULL};
static const char *const rotating[] = {"rotateRefreshToken=on", NULL};

/* --- Helpers --- */

static const KzTestPrompt *
prompt (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  return g_ptr_array_index (fixture->host->prompts, 0);
}

static void
assert_prompt (Fixture *fixture, const char *words)
{
  const KzTestPrompt *one = prompt (fixture);
  if (strstr (one->primary, words) == NULL)
    g_error ("“%s” is not in: %s", words, one->primary);
}

/* The account has no token; @redirect: (nullable). */
static void
begin (Fixture *fixture, const char *redirect)
{
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, FALSE);
  if (redirect != NULL)
    purple_account_set_string (fixture->account, "redirect_url", redirect);
  kz_test_sign_on (fixture->host, fixture->account);
}

/* As each host asks for it. */
static void
choose_browser (Fixture *fixture)
{
  assert_prompt (fixture, "How do you want to sign in?");
  kz_test_answer (fixture->host, "browser");
}

static gboolean
saves_settings (Fixture *fixture)
{
  return !fixture_is_bitlbee (fixture);
}

/* (transfer full): the address that a person is to open. */
static char *
address_in_prompt (Fixture *fixture)
{
  const char *start = strstr (prompt (fixture)->primary, "http://127.0.0.1");
  g_assert_nonnull (start);
  return g_strndup (start, strcspn (start, " \n"));
}

static void
browsed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  g_assert_nonnull (bytes);
  *(gboolean *) data = TRUE;
}

/* (transfer full): where the browser ends when it opens that address. */
static char *
browse (Fixture *fixture, const char *url)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  gboolean is_done = FALSE;
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, browsed_cb,
                                    &is_done);
  kz_test_wait_for (fixture->host, is_done);
  return g_strdup (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"));
}

static gint64
sms_count (Fixture *fixture)
{
  g_autoptr (JsonObject) sms = kz_test_control (fixture->world, "GET", "sms", NULL);
  if (!json_object_has_member (sms, KZ_MY_PHONE))
    return 0;
  return json_object_get_int_member (json_object_get_object_member (sms, KZ_MY_PHONE), "count");
}

static void
assert_error (Fixture *fixture, const char *words)
{
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  const char *text = g_ptr_array_index (fixture->host->errors, 0);
  if (strstr (text, words) == NULL)
    g_error ("“%s” is not in: %s", words, text);
}

static void
assert_ended (Fixture *fixture, const char *words)
{
  assert_error (fixture, words);
  g_assert_true (purple_connection_error_is_fatal (
      g_array_index (fixture->host->reasons, PurpleConnectionError, 0)));
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
}

/* --- With a browser --- */

/* With a code a stranger could sign in until it is used. @ended: has it. Returns: what was logged.
 */
static const GString *
assert_code_is_nowhere (Fixture *fixture, const char *ended)
{
  const char *code = strstr (ended, "code=") + strlen ("code=");
  const GString *output = secret_end_output ();
  GString *files = secret_files (fixture);
  g_assert_cmpuint (strlen (code), >, 8);
  g_assert_cmpuint (output->len, >, 1000);
  secret_assert (output, code, FALSE);
  secret_assert (files, code, FALSE);
  secret_assert (output, fixture->world->connector_secret, FALSE);
  g_string_free (files, TRUE);
  return output;
}

static void
browser_signs_in (Fixture *fixture)
{
  secret_begin_output ();
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  assert_prompt (fixture, "Open this address in a browser");
  g_autofree char *url = address_in_prompt (fixture);
  g_assert_nonnull (strstr (url, "/api/Oauth/Authorize?client_id="));
  g_assert_nonnull (strstr (url, "redirect_uri=https%3A%2F%2Fbridge.example.org%2Fkaizala"));
  if (fixture->host->ui == KZ_TEST_PIDGIN) {
    g_assert_cmpuint (fixture->host->uris->len, ==, 1);
    g_assert_cmpstr (g_ptr_array_index (fixture->host->uris, 0), ==, url);
  } else {
    g_assert_cmpuint (fixture->host->uris->len, ==, 0);
  }
  g_autofree char *ended = browse (fixture, url);
  g_assert_true (g_str_has_prefix (ended, REDIRECT "?code="));
  kz_test_answer (fixture->host, ended);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  const char *saved = purple_account_get_password (fixture->account);
  g_assert_cmpuint (strlen (saved), >, 100);
  g_assert_null (strstr (ended, saved));
  if (fixture_is_bitlbee (fixture))
    g_assert_cmpstr (fixture->host->saved_password, ==, saved);
  g_assert_cmpint (sms_count (fixture), ==, 0);
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "in a day"), ==, 0);
  kz_test_join (fixture->account, "Team");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "Team") != NULL);
  assert_code_is_nowhere (fixture, ended);
}

static void
code_alone_is_taken (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  g_autofree char *url = address_in_prompt (fixture);
  g_autofree char *ended = browse (fixture, url);
  g_autofree char *code = g_strdup_printf ("  %s ", strstr (ended, "code=") + strlen ("code="));
  kz_test_answer (fixture->host, code);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
redirect_address_is_asked_for (Fixture *fixture)
{
  begin (fixture, NULL);
  if (fixture_is_bitlbee (fixture)) {
    /* There it is a setting, and who has none gets a PIN. */
    assert_prompt (fixture, "PIN by SMS");
    return;
  }
  choose_browser (fixture);
  assert_prompt (fixture, "redirect address");
  kz_test_answer (fixture->host, REDIRECT);
  g_autofree char *url = address_in_prompt (fixture);
  g_assert_nonnull (strstr (url, "redirect_uri=https%3A%2F%2Fbridge.example.org%2Fkaizala"));
  /* It is kept once it has proved right. */
  g_assert_cmpstr (purple_account_get_string (fixture->account, "redirect_url", ""), ==, "");
  g_autofree char *ended = browse (fixture, url);
  kz_test_answer (fixture->host, ended);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpstr (purple_account_get_string (fixture->account, "redirect_url", ""), ==, REDIRECT);
}

static void
no_redirect_address_is_named (Fixture *fixture)
{
  if (!saves_settings (fixture)) {
    g_test_skip ("it asks for no address");
    return;
  }
  begin (fixture, NULL);
  choose_browser (fixture);
  assert_prompt (fixture, "redirect address");
  kz_test_answer (fixture->host, "bridge");
  assert_ended (fixture, "redirect_url");
}

static void
wrong_codes_are_asked_for_again (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  g_autofree char *url = address_in_prompt (fixture);
  kz_test_answer (fixture->host, "https://bridge.example.org/kaizala?nothing=1");
  assert_prompt (fixture, "There is no code in this");
  g_autofree char *again = address_in_prompt (fixture);
  g_assert_cmpstr (again, ==, url);
  kz_test_answer (fixture->host, "0123456789abcdef");
  assert_prompt (fixture, "The code is wrong, too old or was used already");
  g_assert_cmpuint (fixture->host->uris->len, <=, 1);
  g_autofree char *ended = browse (fixture, url);
  kz_test_answer (fixture->host, ended);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpint (sms_count (fixture), ==, 0);
}

static void
three_wrong_codes_end_it (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  for (guint i = 0; i < 3; i++) {
    assert_prompt (fixture, "Open this address");
    kz_test_answer (fixture->host, "0123456789abcdef");
  }
  assert_ended (fixture, "The code is wrong");
  g_assert_cmpint (kz_test_calls (fixture->world, "POST /api/oauth/token"), ==, 3);
}

static void
refusal_in_the_browser_is_told (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  prompt (fixture);
  kz_test_answer (fixture->host, REDIRECT "?error=access_denied");
  assert_prompt (fixture, "refused");
  kz_test_answer (fixture->host, NULL);
  assert_ended (fixture, "Nobody signed in with the browser");
}

static void
trouble_is_no_wrong_code (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  g_autofree char *url = address_in_prompt (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/api/oauth/token'},'action':{'status':503}}");
  g_autofree char *ended = browse (fixture, url);
  kz_test_answer (fixture->host, ended);
  assert_prompt (fixture, "Nobody could check that code");
  kz_test_answer (fixture->host, ended);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

/* Nothing that goes wrong on the way is a try of the person; what is not Kaizala at all ends the
 * sign-on. */
static void
code_is_not_logged (Fixture *fixture)
{
  static const char *const troubles[] = {"'status':503", "'reset':'before'", "'stallHeaders':true",
                                         "'status':200,'body':'no JSON'"};
  fixture_skip_waits (fixture);
  secret_begin_output ();
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  g_autofree char *url = address_in_prompt (fixture);
  g_autofree char *ended = browse (fixture, url);
  kz_test_answer (fixture->host, REDIRECT "?code=0123456789abcdef");
  assert_prompt (fixture, "The code is wrong");
  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
    kz_test_do (fixture->world, "POST", "fault",
                "{'match':{'method':'POST','path':'/api/oauth/token'},'action':{%s}}", troubles[i]);
    if (i > 0)
      assert_prompt (fixture, "Nobody could check that code");
    kz_test_answer (fixture->host, ended);
  }
  assert_error (fixture, "not Kaizala");
  const GString *output = assert_code_is_nowhere (fixture, ended);
  secret_assert (output, "0123456789abcdef", FALSE);
}

static void
sign_off_while_a_code_is_checked (Fixture *fixture)
{
  static const char *const how[] = {"'stallHeaders':true", "'stallBody':true"};
  for (guint i = 0; i < G_N_ELEMENTS (how); i++) {
    int receiver = 0;
    begin (fixture, REDIRECT);
    choose_browser (fixture);
    g_autofree char *url = address_in_prompt (fixture);
    g_autofree char *ended = browse (fixture, url);
    kz_test_do (fixture->world, "POST", "fault",
                "{'match':{'method':'POST','path':'/api/oauth/token'},'action':{%s}}", how[i]);
    kz_test_answer (fixture->host, ended);
    kz_test_wait_for (fixture->host,
                      kz_test_calls (fixture->world, "POST /api/oauth/token") == (gint) i + 1);
    g_assert_cmpuint (left_open (fixture, &receiver), >, 0);
    kz_test_account_drop (fixture->host, fixture->account);
    fixture->account = NULL;
    kz_test_wait_for (fixture->host, left_open (fixture, &receiver) == 0);
    for (int turn = 0; turn < 20; turn++)
      kz_test_host_settle (fixture->host);
    g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
    g_assert_cmpuint (fixture->host->errors->len, ==, 0);
  }
}

/* Whoever sits at the browser may be signed in there as somebody else. */
static void
another_person_is_refused (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  g_autofree char *url = address_in_prompt (fixture);
  g_autofree char *theirs = browse (fixture, url);
  kz_test_answer (fixture->host, theirs);
  assert_prompt (fixture, "This is the sign-in of +919999900002, and the account is for "
                          "+919999900001. Open this address");
  const char *saved = purple_account_get_password (fixture->account);
  g_assert_true (saved == NULL || *saved == '\0');
  kz_test_do (fixture->world, "POST", "switch", "{'oauthAutoSignIn':'me'}");
  g_autofree char *mine = browse (fixture, url);
  kz_test_answer (fixture->host, mine);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
token_of_another_person_is_refused (Fixture *fixture)
{
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_password (fixture->account,
                               kz_test_user (fixture->world, KZ_SECOND, "refreshToken"));
  kz_test_sign_on (fixture->host, fixture->account);
  assert_ended (fixture, "This is the sign-in of +919999900002, and the account is for "
                         "+919999900001. Paste the refresh token of the account’s person");
  g_assert_cmpint (kz_test_calls (fixture->world, "GET /groups"), ==, 0);
}

static void
sign_in_for_a_day_is_told (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  g_autofree char *url = address_in_prompt (fixture);
  g_autofree char *ended = browse (fixture, url);
  kz_test_answer (fixture->host, ended);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "in a day") == 1);
  const char *saved = purple_account_get_password (fixture->account);
  g_assert_true (saved == NULL || *saved == '\0');
}

/* --- The choice --- */

static void
choice_may_be_a_pin (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  assert_prompt (fixture, "How do you want to sign in?");
  if (fixture_is_bitlbee (fixture)) {
    g_assert_nonnull (strstr (prompt (fixture)->primary, "Answer pin to get"));
    kz_test_answer (fixture->host, "123456");
    g_assert_nonnull (strstr (prompt (fixture)->secondary, "one of these two words"));
    g_assert_cmpint (sms_count (fixture), ==, 0);
  }
  kz_test_answer (fixture->host, fixture_is_bitlbee (fixture) ? " Pin" : "PIN");
  assert_prompt (fixture, KZ_MY_PHONE);
  g_assert_cmpint (sms_count (fixture), ==, 1);
  kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
no_choice_ends_it_without_an_sms (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  prompt (fixture);
  kz_test_answer (fixture->host, NULL);
  assert_ended (fixture, "Signing on needs");
  g_assert_cmpint (sms_count (fixture), ==, 0);
}

static void
sign_off_closes_the_choice (Fixture *fixture)
{
  begin (fixture, REDIRECT);
  choose_browser (fixture);
  prompt (fixture);
  kz_test_sign_off (fixture->host, fixture->account);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture->host->closed_prompts, ==, 1);
}

/* --- The menu of the account --- */

static gboolean
has_menu (Fixture *fixture)
{
  if (!fixture_is_bitlbee (fixture))
    return TRUE;
  g_test_skip ("it has no menu of the account");
  return FALSE;
}

static void
new_pin_keeps_everything_else (Fixture *fixture)
{
  if (!has_menu (fixture))
    return;
  PurpleConversation *room = fixture_join (fixture, "Team");
  g_autofree char *old = g_strdup (purple_account_get_password (fixture->account));
  guint chats = kz_test_count_chats (fixture->account, NULL);
  fixture_account_action (fixture, "Sign in again with a PIN…");
  assert_prompt (fixture, KZ_MY_PHONE);
  /* Whoever changes their mind has the old one. */
  g_assert_cmpstr (purple_account_get_password (fixture->account), ==, old);
  kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpstr (purple_account_get_password (fixture->account), !=, old);
  g_assert_true (kz_test_room (fixture->account, "Team") == room);
  g_assert_cmpuint (kz_test_count_chats (fixture->account, NULL), ==, chats);
  g_assert_cmpint (sms_count (fixture), ==, 1);
}

static void
changed_mind_keeps_the_token (Fixture *fixture)
{
  if (!has_menu (fixture))
    return;
  g_autofree char *old = g_strdup (purple_account_get_password (fixture->account));
  fixture_account_action (fixture, "Sign in again with a PIN…");
  prompt (fixture);
  kz_test_answer (fixture->host, NULL);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  g_assert_cmpstr (purple_account_get_password (fixture->account), ==, old);
  kz_test_host_settle (fixture->host);
  purple_account_connect (fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
browser_by_the_menu (Fixture *fixture)
{
  if (!has_menu (fixture))
    return;
  purple_account_set_string (fixture->account, "redirect_url", REDIRECT);
  g_autofree char *old = g_strdup (purple_account_get_password (fixture->account));
  fixture_account_action (fixture, "Sign in again with a browser…");
  g_autofree char *url = address_in_prompt (fixture);
  g_autofree char *ended = browse (fixture, url);
  kz_test_answer (fixture->host, ended);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpstr (purple_account_get_password (fixture->account), !=, old);
  g_assert_cmpint (sms_count (fixture), ==, 0);
}

/* How many files below @path have these bytes. */
static guint
count_on_disk (const char *path, const char *secret)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *content = NULL;
  gsize length = 0;
  guint count = 0;
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    count += count_on_disk (child, secret);
  }
  if (dir == NULL && g_file_get_contents (path, &content, &length, NULL) &&
      g_strstr_len (content, (gssize) length, secret) != NULL)
    count++;
  return count;
}

static void
all_tokens_are_forgotten (Fixture *fixture)
{
  if (!has_menu (fixture))
    return;
  g_autofree char *store = g_build_filename (fixture->host->user_dir, "kaizala", NULL);
  g_autofree char *saved = g_strdup (purple_account_get_password (fixture->account));
  /* As the journal has it; the end depends on what follows. */
  g_autofree char *token = g_base64_encode ((const guchar *) saved, strlen (saved) / 3 * 3);
  /* Worlds of the same second draw the same tokens, and other tests left the files of theirs. */
  guint before = count_on_disk (store, token);
  g_assert_cmpuint (before, >, 0);
  fixture_account_action (fixture, "Sign off and forget all tokens");
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_host_settle (fixture->host);
  g_assert_null (purple_account_get_password (fixture->account));
  kz_test_wait_for (fixture->host, count_on_disk (store, token) == before - 1);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_prompt (fixture, "How do you want to sign in?");
}

static void
web_page_is_opened (Fixture *fixture)
{
  if (!has_menu (fixture))
    return;
  fixture_account_action (fixture, "Open the web page of the server");
  g_assert_cmpuint (fixture->host->uris->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (fixture->host->uris, 0), ==, fixture->world->url);
}

static void
add_tests (void)
{
  plugin_test_add_with ("/sign-in/a-browser-signs-in", me, FALSE, browser_signs_in);
  plugin_test_add_with ("/sign-in/the-code-alone-is-taken", me, FALSE, code_alone_is_taken);
  plugin_test_add_with ("/sign-in/the-redirect-address-is-asked-for", me, FALSE,
                        redirect_address_is_asked_for);
  plugin_test_add ("/sign-in/no-redirect-address-is-named", no_redirect_address_is_named);
  plugin_test_add_with ("/sign-in/wrong-codes-are-asked-for-again", me, FALSE,
                        wrong_codes_are_asked_for_again);
  plugin_test_add ("/sign-in/three-wrong-codes-end-it", three_wrong_codes_end_it);
  plugin_test_add_with ("/sign-in/the-code-is-not-logged", me, FALSE, code_is_not_logged);
  plugin_test_add_with ("/sign-in/a-sign-off-while-a-code-is-checked", me, FALSE,
                        sign_off_while_a_code_is_checked);
  plugin_test_add ("/sign-in/a-refusal-in-the-browser-is-told", refusal_in_the_browser_is_told);
  plugin_test_add_with ("/sign-in/trouble-is-no-wrong-code", me, FALSE, trouble_is_no_wrong_code);
  plugin_test_add_with ("/sign-in/another-person-is-refused", somebody_else, FALSE,
                        another_person_is_refused);
  plugin_test_add ("/sign-in/a-token-of-another-person-is-refused",
                   token_of_another_person_is_refused);
  plugin_test_add_with ("/sign-in/a-sign-in-for-a-day-is-told", for_a_day, FALSE,
                        sign_in_for_a_day_is_told);
  plugin_test_add ("/sign-in/the-choice-may-be-a-pin", choice_may_be_a_pin);
  plugin_test_add ("/sign-in/no-choice-ends-it-without-an-sms", no_choice_ends_it_without_an_sms);
  plugin_test_add ("/sign-in/signing-off-closes-the-choice", sign_off_closes_the_choice);
  plugin_test_add_online ("/sign-in/a-new-pin-keeps-everything-else",
                          new_pin_keeps_everything_else);
  plugin_test_add_online ("/sign-in/who-changes-their-mind-keeps-the-token",
                          changed_mind_keeps_the_token);
  plugin_test_add_with ("/sign-in/a-browser-by-the-menu", me, TRUE, browser_by_the_menu);
  plugin_test_add_with ("/sign-in/all-tokens-are-forgotten", rotating, TRUE,
                        all_tokens_are_forgotten);
  plugin_test_add_online ("/sign-in/the-web-page-is-opened", web_page_is_opened);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
