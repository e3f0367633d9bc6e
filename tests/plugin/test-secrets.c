/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session in which everything is done and everything fails, with all debug output on: no secret
 * and no word of anybody is in it, nor in a file where it need not be. */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include "plugin-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define PIN "907145"
#define WRONG_PIN "731902"
/* All texts have the first word; titles of actions, which the state may keep, the second. */
#define TEXT "zebraquartz"
#define TITLE "titlequartz"
/* Of every token of the service, whatever it is for. */
#define TOKEN "eyJhbGciOiJIUzI1Ni"
#define JPEG_HEAD "\xff\xd8\xff\xe0"

static const char *const rotating[] = {"rotateRefreshToken=on", NULL};

/* --- Everything that is logged --- */

static GString *output; /* of GLib's log with all its fields, and of libpurple's debug window */
static char *stderr_path;
static int real_stderr = -1;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  for (gsize i = 0; i < n; i++) {
    gssize length = fields[i].length;
    g_string_append_printf (output, "%s=", fields[i].key);
    g_string_append_len (output, fields[i].value,
                         length >= 0 ? length : (gssize) strlen (fields[i].value));
    g_string_append_c (output, '\n');
  }
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return g_log_writer_default (level, fields, n, data);
  return G_LOG_WRITER_HANDLED;
}

static void
print_debug (PurpleDebugLevel level, const char *category, const char *text)
{
  g_string_append_printf (output, "%s: %s", category, text);
}

static gboolean
debug_is_enabled (PurpleDebugLevel level, const char *category)
{
  return TRUE;
}

static PurpleDebugUiOps debug_ops = {.print = print_debug, .is_enabled = debug_is_enabled};

static void
begin_output (void)
{
  g_autoptr (GError) error = NULL;
  if (output == NULL) {
    output = g_string_new (NULL);
    g_log_set_writer_func (write_log, NULL, NULL);
  }
  g_string_truncate (output, 0);
  purple_debug_set_ui_ops (&debug_ops);
  purple_debug_set_verbose (TRUE);
  purple_debug_set_unsafe (TRUE);
  int fd = g_file_open_tmp (NULL, &stderr_path, &error);
  g_assert_no_error (error);
  fflush (stderr);
  real_stderr = dup (STDERR_FILENO);
  g_assert_cmpint (dup2 (fd, STDERR_FILENO), ==, STDERR_FILENO);
  g_close (fd, NULL);
}

static void
end_output (void)
{
  g_autofree char *printed = NULL;
  gsize length;
  fflush (stderr);
  g_assert_cmpint (dup2 (real_stderr, STDERR_FILENO), ==, STDERR_FILENO);
  g_close (real_stderr, NULL);
  g_assert_true (g_file_get_contents (stderr_path, &printed, &length, NULL));
  g_string_append_len (output, printed, (gssize) length);
  g_unlink (stderr_path);
  g_clear_pointer (&stderr_path, g_free);
  purple_debug_set_ui_ops (NULL);
  purple_debug_set_unsafe (FALSE);
  purple_debug_set_verbose (FALSE);
}

/* --- Searching --- */

/* A word of digits or letters alone: a PIN is no part of an address. */
static gboolean
has_word (const char *text, gsize length, const char *word)
{
  const char *end = text + length;
  gsize size = strlen (word);
  for (const char *at = text; (at = memmem (at, (gsize) (end - at), word, size)) != NULL; at++)
    if ((at == text || !g_ascii_isalnum (at[-1]) || strcmp (word, PIN) != 0) &&
        (at + size == end || !g_ascii_isdigit (at[size]) || strcmp (word, PIN) != 0))
      return TRUE;
  return FALSE;
}

/* The journal keeps payloads in base64. */
static void
append_payloads (GString *all, const char *contents, gsize length)
{
  const char *end = contents + length;
  for (const char *at = contents; (at = memmem (at, (gsize) (end - at), "\"b\":\"", 5)) != NULL;) {
    at += 5;
    const char *quote = memchr (at, '"', (gsize) (end - at));
    if (quote == NULL)
      return;
    g_autofree char *text = g_strndup (at, (gsize) (quote - at));
    gsize size;
    g_autofree guchar *data = g_base64_decode (text, &size);
    g_string_append_len (all, (const char *) data, (gssize) size);
  }
}

/* Every file below @path, and what it has encoded; but for what is the host's own. */
static void
append_files (GString *all, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    g_autofree char *contents = NULL;
    gsize length;
    if (g_file_test (child, G_FILE_TEST_IS_DIR)) {
      append_files (all, child);
      continue;
    }
    if (g_str_equal (name, "accounts.xml") ||
        !g_file_get_contents (child, &contents, &length, NULL))
      continue;
    g_string_append_len (all, contents, (gssize) length);
    append_payloads (all, contents, length);
  }
}

static GString *
files_of (Fixture *fixture)
{
  GString *all = g_string_new (NULL);
  append_files (all, fixture->host->user_dir);
  return all;
}

static void
assert_has (const GString *where, const char *word, gboolean expected)
{
  if (has_word (where->str, where->len, word) == expected)
    return;
  const char *at = memmem (where->str, where->len, word, strlen (word));
  g_error ("“%s” is %s there: %.300s", word, expected ? "not" : "",
           at != NULL ? MAX (at - 150, where->str) : "");
}

/* (transfer full): the token that deliveries carry, as the state has it. */
static char *
callback_token (const GString *files)
{
  static const char key[] = "\"callbackToken\":\"";
  const char *at = memmem (files->str, files->len, key, strlen (key));
  g_assert_nonnull (at);
  at += strlen (key);
  return g_strndup (at, strcspn (at, "\""));
}

/* What must be nowhere; texts and the callback token may be in files. */
static void
assert_no_secrets (Fixture *fixture, const GString *where)
{
  assert_has (where, fixture->world->connector_secret, FALSE);
  assert_has (where, TOKEN, FALSE);
  assert_has (where, PIN, FALSE);
  assert_has (where, WRONG_PIN, FALSE);
}

static void
assert_output_is_clean (Fixture *fixture, const char *callback)
{
  g_assert_cmpuint (output->len, >, 1000);
  assert_no_secrets (fixture, output);
  assert_has (output, callback, FALSE);
  assert_has (output, TEXT, FALSE);
  assert_has (output, TITLE, FALSE);
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

static void
answer_in_every_way (Fixture *fixture, PurpleConversation *room)
{
  const char *open = strchr (kz_test_find_line (fixture->host, "Team", TITLE)->text, '[') + 1;
  g_autofree char *handle = g_strndup (open, strcspn (open, "]"));
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
  g_autofree char *dir = g_dir_make_tmp (NULL, NULL);
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
  g_autofree char *callback = NULL;
  GString *files = files_of (fixture);
  g_test_message ("files %s", when);
  callback = callback_token (files);
  assert_no_secrets (fixture, files);
  /* These may stay, and show that the search finds what is there. */
  assert_has (files, "unread " TEXT, TRUE);
  assert_has (files, "unresolved " TEXT, TRUE);
  for (const char *at = files->str;
       (at = memmem (at, files->len - (gsize) (at - files->str), TEXT, strlen (TEXT))) != NULL;
       at++)
    if (strncmp (at - 11, "unresolved ", 11) != 0 && strncmp (at - 7, "unread ", 7) != 0)
      g_error ("A text stays in a file %s: %.200s", when, MAX (at - 100, files->str));
  g_string_free (files, TRUE);
}

static gboolean
keeps_token (Fixture *fixture)
{
  GString *files = files_of (fixture);
  gboolean keeps = has_word (files->str, files->len, TOKEN);
  g_string_free (files, TRUE);
  return keeps;
}

static void
nothing_leaks (Fixture *fixture)
{
  g_assert_true (g_str_has_prefix (kz_test_user (fixture->world, KZ_ME, "refreshToken"), TOKEN));
  begin_output ();
  PurpleConversation *room = sign_on (fixture);
  say_in_every_way (fixture, room);
  hear_in_every_way (fixture);
  answer_in_every_way (fixture, room);
  upload_in_every_way (fixture, room);
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
  GString *files = files_of (fixture);
  g_autofree char *callback = callback_token (files);
  g_string_free (files, TRUE);
  /* An end that nobody wants. */
  kz_test_do (fixture->world, "POST", "revoke", "{'person':'me'}");
  kz_test_do (fixture->world, "POST", "expire-access", "{'person':'me'}");
  kz_test_type (fixture->host, room, "unresolved " TEXT " too late");
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  assert_files (fixture, "at the end");
  end_output ();
  assert_output_is_clean (fixture, callback);
}

/* --- The search itself --- */

static void
search_finds_what_is_there (Fixture *fixture)
{
  begin_output ();
  g_debug ("a word " TEXT);
  purple_debug_info ("kaizala", "a pin " PIN "\n");
  g_printerr ("a token " TOKEN "IsInR5\n");
  g_info ("an address 0x7f" PIN "11");
  end_output ();
  assert_has (output, TEXT, TRUE);
  assert_has (output, PIN, TRUE);
  assert_has (output, TOKEN, TRUE);
  assert_has (output, WRONG_PIN, FALSE);
  g_autofree char *path = g_build_filename (fixture->host->user_dir, "planted", NULL);
  g_autofree char *payload = g_base64_encode ((const guchar *) TITLE, strlen (TITLE));
  g_autofree char *planted = g_strdup_printf ("{\"t\":\"dlv\",\"b\":\"%s\"}\n", payload);
  g_assert_true (g_file_set_contents (path, planted, -1, NULL));
  GString *files = files_of (fixture);
  assert_has (files, TITLE, TRUE);
  g_string_free (files, TRUE);
  g_unlink (path);
}

static void
add_tests (void)
{
  plugin_test_add ("/secrets/the-search-finds-what-is-there", search_finds_what_is_there);
  plugin_test_add_with ("/secrets/nothing-leaks", rotating, FALSE, nothing_leaks);
}

int
main (int argc, char **argv)
{
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  return plugin_test_main (argc, argv, add_tests);
}
