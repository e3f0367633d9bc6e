/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session in which everything is done and everything fails, with all debug output on: no secret
 * and no word of anybody is in it, nor in a file where it need not be. */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include "secret-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIN "907145"
#define WRONG_PIN "731902"
/* All texts have the first word; titles, questions, captions and names of files the second. */
#define TEXT "zebraquartz"
#define TITLE "titlequartz"
/* What stands in the way of the service says. */
#define SAID "marlquartz"
/* By which whoever has the address of a file may have the file. */
#define SIGNATURE "&sig="
/* Of every token of the service, whatever it is for. */
#define TOKEN "eyJhbGciOiJIUzI1Ni"
#define JPEG_HEAD "\xff\xd8\xff\xe0"

static const char *const rotating[] = {"rotateRefreshToken=on", NULL};
/* The service's minute is a real one, also where waits are skipped. */
static const char *const many_calls[] = {"limitConnector=100000", "limitTenant=100000", NULL};

/* (transfer full): what only the state may have. */
static char *
secret_of_state (const GString *files, const char *name)
{
  g_autofree char *key = g_strdup_printf ("\"%s\":\"", name);
  const char *at = memmem (files->str, files->len, key, strlen (key));
  g_assert_nonnull (at);
  at += strlen (key);
  return g_strndup (at, strcspn (at, "\""));
}

/* What deliveries come in by, of the account that the state is of, is nowhere in @output. */
static void
assert_no_way_in (Fixture *fixture, const GString *output)
{
  GString *files = secret_files (fixture);
  g_autofree char *token = secret_of_state (files, "callbackToken");
  g_autofree char *segment = secret_of_state (files, "callbackSegment");
  secret_assert (output, token, FALSE);
  secret_assert (output, segment, FALSE);
  g_string_free (files, TRUE);
}

/* What must be nowhere; texts, and what a delivery proves itself by, may be in files. */
static void
assert_no_secrets (Fixture *fixture, const GString *where)
{
  secret_assert (where, fixture->world->connector_secret, FALSE);
  secret_assert (where, TOKEN, FALSE);
  secret_assert (where, PIN, FALSE);
  secret_assert (where, WRONG_PIN, FALSE);
}

static void
assert_output_is_clean (Fixture *fixture, const GString *output)
{
  g_assert_cmpuint (output->len, >, 1000);
  assert_no_secrets (fixture, output);
  secret_assert (output, TEXT, FALSE);
  secret_assert (output, TITLE, FALSE);
  secret_assert (output, SAID, FALSE);
  secret_assert (output, SIGNATURE, FALSE);
}

/* --- A session --- */

static void
wait_for_prompt (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
}

static PurpleConversation *
sign_on (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "pin", "{'person':'me','pin':'" PIN "'}");
  fixture_sign_on_by_pin (fixture);
  wait_for_prompt (fixture);
  kz_test_answer (fixture->host, WRONG_PIN);
  wait_for_prompt (fixture);
  kz_test_answer (fixture->host, PIN);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  return room;
}

static void
fault (Fixture *fixture, const char *match, const char *action)
{
  kz_test_do (fixture->world, "POST", "fault", "{'match':{%s},'action':{%s}}", match, action);
}

static void
hear (Fixture *fixture, const char *text)
{
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'asha','text':'%s'}", text);
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", text) == 1);
}

static void
say_in_every_way (Fixture *fixture, PurpleConversation *room)
{
  static const struct {
    const char *action;
    const char *text;
  } ways[] = {
      {"'status':403,'body':{'message':'Not here','errorCode':'Forbidden'}", TEXT " 1"},
      {"'status':400,'body':{'message':'No','errorCode':'InvalidParameters'}", TEXT " 2"},
      {"'status':500,'body':'" TEXT " is down'", "unresolved " TEXT " 3"},
      {"'status':200,'body':'{ no JSON " TEXT "'", "unresolved " TEXT " 4"},
      {"'status':302,'location':'http://192.0.2.1/" TEXT "'", TEXT " 5"},
      {"'reset':'after'", "unresolved " TEXT " 6"},
      {"'cutAfter':4", "unresolved " TEXT " 7"},
  };
  kz_test_type (fixture->host, room, TEXT " 0");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, TEXT " 0") == 1);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    guint before = fixture->host->lines->len;
    fault (fixture, "'method':'POST','path':'/groups/*/messages'", ways[i].action);
    kz_test_type (fixture->host, room, ways[i].text);
    /* What was typed, where the host shows it, and what became of it. */
    kz_test_wait_for (fixture->host,
                      fixture->host->lines->len - before == (fixture_is_bitlbee (fixture) ? 1 : 2));
  }
  /* The next call finds its token dead, and gets another one, and a refresh token with it. */
  kz_test_do (fixture->world, "POST", "expire-access", "{'person':'me'}");
  kz_test_type (fixture->host, room, TEXT " after a renewal");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, TEXT " after a renewal") == 1);
}

static void
hear_in_every_way (Fixture *fixture)
{
  g_autofree char *team = fixture_group_id (fixture, "Team");
  hear (fixture, TEXT " from Asha");
  kz_test_do (fixture->world, "POST", "raw-delivery", "{'group':'team','body':'no JSON " TEXT "'}");
  kz_test_do (fixture->world, "POST", "raw-delivery",
              "{'group':'team','token':'wrong','body':{'eventType':'TextMessageCreated',"
              "'data':{'text':'" TEXT "'}}}");
  kz_test_do (fixture->world, "POST", "raw-delivery",
              "{'group':'team','body':{'eventType':'NeverHeardOf','objectId':'%s',"
              "'data':{'text':'" TEXT "'}}}",
              team);
  kz_test_do (fixture->world, "POST", "action",
              "{'group':'team','person':'asha','actionType':'Survey','actionBody':{'title':'" TITLE
              "','questions':[{'title':'" TITLE "','type':'Text'}]}}");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", TITLE) > 0);
  hear (fixture, TEXT " at the end");
}

/* (transfer full): of the line with these words. */
static char *
handle_of (Fixture *fixture, const char *words)
{
  const char *open = strchr (kz_test_find_line (fixture->host, "Team", words)->text, '[') + 1;
  return g_strndup (open, strcspn (open, "]"));
}

static void
answer_in_every_way (Fixture *fixture, PurpleConversation *room)
{
  g_autofree char *handle = handle_of (fixture, TITLE);
  fault (fixture, "'method':'POST','path':'/groups/*/actions/*/responses'", "'status':500");
  fixture_type (fixture, room, "!answer %s " TEXT " was lost", handle);
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", TEXT " was lost") == 1);
  fixture_type (fixture, room, "!answer %s " TEXT, handle);
  kz_test_wait_for (fixture->host, fixture_received (fixture, "response") == 1);
  fixture_type (fixture, room, "!comment %s " TEXT, handle);
  kz_test_wait_for (fixture->host, fixture_received (fixture, "reaction") == 1);
  fixture_type (fixture, room, "!announce " TITLE " | " TEXT);
  kz_test_wait_for (fixture->host, fixture_received (fixture, "action") == 1);
}

static void
upload_in_every_way (Fixture *fixture, PurpleConversation *room)
{
  static const char *const ways[] = {"'status':415", "'reset':'after'", "'status':200,'work':true"};
  g_autofree char *dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, TITLE ".jpg", NULL);
  int id = purple_conv_chat_get_id (PURPLE_CONV_CHAT (room));
  g_assert_true (g_file_set_contents (path, JPEG_HEAD TEXT, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    guint before = fixture->host->lines->len;
    fault (fixture, "'method':'POST','path':'/media'", ways[i]);
    serv_chat_send_file (purple_account_get_connection (fixture->account), id, path);
    kz_test_wait_for (fixture->host, fixture->host->lines->len > before);
  }
  g_unlink (path);
  g_rmdir (dir);
}

static gboolean
is_picture (const char *path)
{
  g_autofree char *content = NULL;
  return g_file_get_contents (path, &content, NULL, NULL) && g_str_has_prefix (content, "\x89PNG");
}

/* Asks for the last picture, and where the host keeps files, gives it one. */
static void
save_picture (Fixture *fixture, PurpleConversation *room, const char *caption, const char *path)
{
  g_autofree char *handle = handle_of (fixture, caption);
  guint before = fixture->host->lines->len;
  fixture_type (fixture, room, "!save %s", handle);
  if (fixture_is_bitlbee (fixture)) {
    kz_test_wait_for (fixture->host, fixture->host->lines->len > before);
    return;
  }
  wait_for_prompt (fixture);
  kz_test_answer (fixture->host, path);
  kz_test_wait_for (fixture->host, purple_xfers_get_all () == NULL);
}

static void
fetch_in_every_way (Fixture *fixture, PurpleConversation *room)
{
  static const char *const ways[] = {
      "'status':403,'body':'" SAID "'",
      "'reset':'after'",
      "'cutAfter':3",
      "'status':302,'location':'http://192.0.2.1/" SAID "'",
      NULL,
  };
  g_autofree char *dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "fetched.png", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autofree char *caption = g_strdup_printf (TITLE " %u", i);
    if (ways[i] != NULL)
      kz_test_do (fixture->world, "POST", "fault",
                  "{'match':{'path':'/att','times':0},'action':{%s}}", ways[i]);
    kz_test_do (fixture->world, "POST", "picture",
                "{'group':'team','person':'second','caption':'%s','name':'" TITLE ".png'}", caption);
    kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", caption) == 1);
    save_picture (fixture, room, caption, path);
    if (!fixture_is_bitlbee (fixture))
      g_assert_true (is_picture (path) == (ways[i] == NULL));
    kz_test_do (fixture->world, "DELETE", "faults", NULL);
  }
  g_unlink (path);
  g_rmdir (dir);
}

/* One line that nobody has seen and one send without an answer are the only texts that stay. */
static void
leave_two_texts (Fixture *fixture, PurpleConversation *room)
{
  g_autofree char *kitchen = fixture_group_id (fixture, "Kitchen");
  purple_account_set_string (fixture->account, "open_rooms", "joined");
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'kitchen','person':'asha2','text':'unread " TEXT "'}");
  hear (fixture, TEXT " in between");
  fault (fixture, "'method':'POST','path':'/groups/*/messages'", "'stallHeaders':true");
  kz_test_type (fixture->host, room, "unresolved " TEXT);
  hear (fixture, TEXT " at last");
}

static void
assert_files (Fixture *fixture, const char *when)
{
  GString *files = secret_files (fixture);
  g_test_message ("files %s", when);
  assert_no_secrets (fixture, files);
  /* These may stay, and show that the search finds what is there. */
  secret_assert (files, "unread " TEXT, TRUE);
  secret_assert (files, "unresolved " TEXT, TRUE);
  for (const char *at = files->str;
       (at = memmem (at, files->len - (gsize) (at - files->str), TEXT, strlen (TEXT))) != NULL;
       at++)
    if (strncmp (at - 11, "unresolved ", 11) != 0 && strncmp (at - 7, "unread ", 7) != 0)
      g_error ("A text stays in a file %s: %.200s", when, MAX (at - 100, files->str));
  secret_assert (files, TITLE, FALSE);
  secret_assert (files, SIGNATURE, FALSE);
  g_string_free (files, TRUE);
}

static gboolean
keeps_token (Fixture *fixture)
{
  GString *files = secret_files (fixture);
  gboolean keeps = secret_has (files, TOKEN);
  g_string_free (files, TRUE);
  return keeps;
}

static void
nothing_leaks (Fixture *fixture)
{
  g_assert_true (g_str_has_prefix (kz_test_user (fixture->world, KZ_ME, "refreshToken"), TOKEN));
  secret_begin_output ();
  PurpleConversation *room = sign_on (fixture);
  say_in_every_way (fixture, room);
  hear_in_every_way (fixture);
  answer_in_every_way (fixture, room);
  upload_in_every_way (fixture, room);
  fetch_in_every_way (fixture, room);
  leave_two_texts (fixture, room);
  /* Of the last token. */
  kz_test_do (fixture->world, "POST", "switch", "{'rotateRefreshToken':'off'}");
  if (fixture_is_bitlbee (fixture)) {
    /* It is safe when it comes back with the next account. */
    g_autofree char *saved = g_strdup (fixture->host->saved_password);
    kz_test_account_drop (fixture->host, fixture->account);
    fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, FALSE);
    purple_account_set_password (fixture->account, saved);
    purple_account_set_string (fixture->account, "open_rooms", "joined");
    kz_test_sign_on (fixture->host, fixture->account);
    kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
    room = fixture_join (fixture, "Team");
  }
  kz_test_wait_for (fixture->host, !keeps_token (fixture));
  assert_files (fixture, "while online");
  /* An end that nobody wants. */
  kz_test_do (fixture->world, "POST", "revoke", "{'person':'me'}");
  kz_test_do (fixture->world, "POST", "expire-access", "{'person':'me'}");
  kz_test_type (fixture->host, room, "unresolved " TEXT " too late");
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  assert_files (fixture, "at the end");
  const GString *output = secret_end_output ();
  assert_output_is_clean (fixture, output);
  assert_no_way_in (fixture, output);
}

/* --- Without a service --- */

/* What the network and what stands before the service does, to the first call or to any. */
static const char *const troubles[] = {
    "'reset':'before'",
    "'reset':'after'",
    "'cutAfter':3",
    "'stallHeaders':true",
    "'stallBody':true",
    "'status':401",
    "'status':403,'body':{'message':'Not here','errorCode':'Forbidden'}",
    "'status':404,'body':'" SAID "'",
    "'status':429,'retryAfter':2",
    "'status':502,'contentType':'text/html','body':'<h1>" SAID "</h1>'",
    "'status':302,'location':'http://192.0.2.1/" SAID "'",
    "'status':308,'location':'itself'",
    "'status':200,'body':'" SAID "'",
    "'status':200,'body':{'accessToken':7,'groups':'" SAID "'}",
};

static gboolean
has_ended (Fixture *fixture, guint errors)
{
  return fixture->host->errors->len > errors || purple_account_is_connected (fixture->account);
}

static void
drop (Fixture *fixture)
{
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
}

/* Signs on, to the end, whichever. */
static void
try_to_sign_on (Fixture *fixture, const char *api_root)
{
  guint errors = fixture->host->errors->len;
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  if (api_root != NULL)
    purple_account_set_string (fixture->account, "api_root", api_root);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, has_ended (fixture, errors));
}

static void
no_sign_on_leaks (Fixture *fixture)
{
  static const char *const calls[] = {"/accessToken", "/groups"};
  g_autofree char *no_tls = g_strconcat ("https", strchr (fixture->world->url, ':'), NULL);
  const char *const roots[] = {"http://no-such-host.invalid", no_tls, "http://127.0.0.1:1"};
  guint failed = 0;
  fixture_skip_waits (fixture);
  secret_begin_output ();
  for (guint i = 0; i < G_N_ELEMENTS (troubles) * G_N_ELEMENTS (calls); i++) {
    kz_test_do (fixture->world, "POST", "fault", "{'match':{'path':'%s','times':4},'action':{%s}}",
                calls[i % G_N_ELEMENTS (calls)], troubles[i / G_N_ELEMENTS (calls)]);
    try_to_sign_on (fixture, NULL);
    failed += purple_account_is_connected (fixture->account) ? 0 : 1;
    drop (fixture);
    kz_test_do (fixture->world, "DELETE", "faults", NULL);
  }
  g_assert_cmpuint (failed, >, G_N_ELEMENTS (troubles));
  for (guint i = 0; i < G_N_ELEMENTS (roots); i++) {
    try_to_sign_on (fixture, roots[i]);
    g_assert_false (purple_account_is_connected (fixture->account));
    drop (fixture);
  }
  assert_output_is_clean (fixture, secret_end_output ());
  GString *files = secret_files (fixture);
  assert_no_secrets (fixture, files);
  secret_assert (files, SAID, FALSE);
  g_string_free (files, TRUE);
}

static gint64
hits_of (Fixture *fixture, guint number)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "faults", NULL);
  JsonArray *faults = json_object_get_array_member (answer, "faults");
  return json_object_get_int_member (json_array_get_object_element (faults, number), "hits");
}

/* The upkeep of webhooks, a send and the lists meet it, each once. */
static void
meet (Fixture *fixture, const char *trouble)
{
  static const char *const calls[] = {"'path':'/webhook*'",
                                      "'method':'POST','path':'/groups/*/messages'",
                                      "'method':'GET','path':'/groups/*/actions*'"};
  /* A list that is not there is a group that is gone. */
  guint n_calls = strstr (trouble, "404") != NULL ? 2 : G_N_ELEMENTS (calls);
  for (guint i = 0; i < n_calls; i++)
    fault (fixture, calls[i], trouble);
  fixture_sign_on (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  guint before = fixture->host->lines->len;
  guint arrived = kz_test_received (fixture->world, "unresolved " TEXT);
  kz_test_type (fixture->host, room, "unresolved " TEXT);
  /* It is told what became of it, or it arrived in the end. */
  kz_test_wait_for (fixture->host,
                    fixture->host->lines->len > before ||
                        kz_test_received (fixture->world, "unresolved " TEXT) > arrived);
  for (guint i = 0; i < n_calls; i++)
    kz_test_wait_for (fixture->host, hits_of (fixture, i) > 0);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
}

static void
no_trouble_leaks (Fixture *fixture)
{
  fixture_skip_waits (fixture);
  secret_begin_output ();
  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
    g_test_message ("%s", troubles[i]);
    meet (fixture, troubles[i]);
    drop (fixture);
  }
  const GString *output = secret_end_output ();
  assert_output_is_clean (fixture, output);
  assert_no_way_in (fixture, output);
  GString *files = secret_files (fixture);
  assert_no_secrets (fixture, files);
  secret_assert (files, SAID, FALSE);
  g_string_free (files, TRUE);
}

/* --- When it crashes --- */

static void
break_a_rule (void)
{
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);
  purple_account_get_username (NULL);
}

static void
write_nowhere (void)
{
  raise (SIGSEGV);
}

static void
run_into_an_assertion (void)
{
  g_assert_not_reached ();
}

/* As the process of a host ends with everything in its memory: what it prints then has nothing of
 * it. */
static void
no_crash_leaks (Fixture *fixture)
{
  static void (*const crashes[]) (void) = {break_a_rule, write_nowhere, run_into_an_assertion};
  secret_begin_output ();
  PurpleConversation *room = sign_on (fixture);
  hear (fixture, TEXT " from Asha");
  fault (fixture, "'method':'POST','path':'/groups/*/messages'", "'stallHeaders':true");
  kz_test_type (fixture->host, room, "unresolved " TEXT);
  hear (fixture, TEXT " meanwhile");
  for (guint i = 0; i < G_N_ELEMENTS (crashes); i++) {
    int status = 0;
    pid_t child = fork ();
    if (child == 0) {
      /* Else the runner would read of it there. */
      dup2 (STDERR_FILENO, STDOUT_FILENO);
      crashes[i]();
      _exit (0);
    }
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_false (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  }
  const GString *output = secret_end_output ();
  secret_assert (output, "code should not be reached", TRUE);
  assert_output_is_clean (fixture, output);
  assert_no_way_in (fixture, output);
}

/* --- The search itself --- */

static void
search_finds_what_is_there (Fixture *fixture)
{
  secret_begin_output ();
  g_debug ("a word " TEXT);
  purple_debug_info ("kaizala", "a pin " PIN "\n");
  g_printerr ("a token " TOKEN "IsInR5\n");
  g_info ("an address 0x7f" PIN "11");
  const GString *output = secret_end_output ();
  secret_assert (output, TEXT, TRUE);
  secret_assert (output, PIN, TRUE);
  secret_assert (output, TOKEN, TRUE);
  secret_assert (output, WRONG_PIN, FALSE);
  g_autofree char *path = g_build_filename (fixture->host->user_dir, "planted", NULL);
  g_autofree char *payload = g_base64_encode ((const guchar *) TITLE, strlen (TITLE));
  g_autofree char *planted = g_strdup_printf ("{\"t\":\"dlv\",\"b\":\"%s\"}\n", payload);
  g_assert_true (g_file_set_contents (path, planted, -1, NULL));
  GString *files = secret_files (fixture);
  secret_assert (files, TITLE, TRUE);
  g_string_free (files, TRUE);
  g_unlink (path);
}

static void
add_tests (void)
{
  plugin_test_add ("/secrets/the-search-finds-what-is-there", search_finds_what_is_there);
  plugin_test_add_with ("/secrets/nothing-leaks", rotating, FALSE, nothing_leaks);
  plugin_test_add_with ("/secrets/no-sign-on-that-fails-leaks", many_calls, FALSE,
                        no_sign_on_leaks);
  plugin_test_add_with ("/secrets/no-trouble-leaks", many_calls, FALSE, no_trouble_leaks);
  plugin_test_add ("/secrets/no-crash-leaks", no_crash_leaks);
}

int
main (int argc, char **argv)
{
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  return plugin_test_main (argc, argv, add_tests);
}
