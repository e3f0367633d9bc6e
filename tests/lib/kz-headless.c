/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kaizala-headless: a client without a window, driven by lines on standard input. */
#include "config.h"

#include "kz-test-host.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char description[] =
    "Commands, one a line on standard input; each waits until the account is signed on:\n"
    "  join GROUP           opens a group, by its name or id\n"
    "  say GROUP<TAB>TEXT   types TEXT into the window of an open group; without a tab, GROUP is\n"
    "                       the first word. /vote and !vote work as in a real program\n"
    "  until TEXT           goes on when a line or notice that contains TEXT was shown, at once\n"
    "                       when it was already; after --patience seconds ends with status 3\n"
    "  answer TEXT          answers the oldest prompt, such as the one for the PIN; waits for one\n"
    "  list                 prints the groups of the account, from its room list\n"
    "  people GROUP         prints who is in an open group\n"
    "  wait SECONDS         lets time pass; what happens meanwhile is printed\n"
    "  quit                 signs off and ends; so does the end of input\n"
    "\n"
    "Output, a line each, written at once:\n"
    "  ROOM<TAB>NAME<TAB>TEXT   something shown in a conversation; a line break in TEXT is ⏎\n"
    "and with --transcript also\n"
    "  * signing on: …          progress\n"
    "  * signed on as PHONE\n"
    "  * room<TAB>TITLE<TAB>ID  for each chat in the buddy list, once signed on (with --ui bitlbee\n"
    "                         there is none)\n"
    "  * listed<TAB>TITLE<TAB>ID  for each group of the room list, at 'list'\n"
    "  * person<TAB>ROOM<TAB>NAME<TAB>operator or member, at 'people' and after 'join'\n"
    "  * prompt: …              a question to the person\n"
    "  * notice: …              something said outside of conversations\n"
    "  * joined<TAB>TITLE, * signed off\n"
    "Errors go to standard error. Status: 0 quit as told, 1 the sign-on failed, 2 wrong usage,\n"
    "3 'until', 'join' or 'answer' waited in vain.";

typedef struct {
  KzTestHost *host;
  PurpleAccount *account;
  GQueue commands;
  GMainLoop *loop;
  gboolean is_transcript;
  int patience_s;
  int status;
  gint64 wait_until_us;
  gint64 give_up_us;
  guint notices_seen;
  guint progress_seen;
  guint prompts_seen;
  gboolean was_connected;
  gboolean input_ended;
} Headless;

/* --- Output --- */

static char *
one_line (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", "\n", -1);
  return g_strdelimit (g_strjoinv (" ⏎ ", parts), "\t\r", ' ');
}

static void
print_line (const KzTestLine *line)
{
  g_autofree char *room = one_line (line->room);
  g_autofree char *who = one_line (line->who);
  g_autofree char *text = one_line (line->text);
  printf ("%s\t%s\t%s\n", room, who, text);
  fflush (stdout);
}

G_GNUC_PRINTF (2, 3)
static void
tell (Headless *self, const char *format, ...)
{
  if (!self->is_transcript)
    return;
  va_list args;
  va_start (args, format);
  fputs ("* ", stdout);
  vprintf (format, args);
  putchar ('\n');
  va_end (args);
  fflush (stdout);
}

static void
tell_rooms (Headless *self)
{
  for (PurpleBlistNode *node = purple_blist_get_root (); node != NULL;
       node = purple_blist_node_next (node, TRUE)) {
    if (purple_blist_node_get_type (node) != PURPLE_BLIST_CHAT_NODE)
      continue;
    PurpleChat *chat = PURPLE_CHAT (node);
    GHashTable *components = purple_chat_get_components (chat);
    tell (self, "room\t%s\t%s", purple_chat_get_name (chat),
          (char *) g_hash_table_lookup (components, "group"));
  }
}

static void
tell_people (Headless *self, const char *title)
{
  PurpleConversation *conversation = kz_test_room (self->account, title);
  if (conversation == NULL)
    return;
  g_auto (GStrv) users = kz_test_users (conversation);
  for (gsize i = 0; users[i] != NULL; i++) {
    char *flag = strrchr (users[i], ':');
    gboolean is_operator = flag[1] == '@';
    *flag = '\0';
    tell (self, "person\t%s\t%s\t%s", title, users[i], is_operator ? "operator" : "member");
  }
}

static void
tell_news (Headless *self)
{
  KzTestHost *host = self->host;
  for (; self->progress_seen < host->progress->len; self->progress_seen++)
    tell (self, "signing on: %s", (char *) g_ptr_array_index (host->progress, self->progress_seen));
  for (; self->notices_seen < host->notices->len; self->notices_seen++) {
    g_autofree char *text = one_line (g_ptr_array_index (host->notices, self->notices_seen));
    tell (self, "notice: %s", text);
  }
  for (; self->prompts_seen < host->prompts->len; self->prompts_seen++) {
    const KzTestPrompt *prompt = g_ptr_array_index (host->prompts, self->prompts_seen);
    tell (self, "prompt: %s %s", prompt->primary, prompt->secondary);
  }
}

/* --- Commands; each returns whether it is done --- */

static gboolean
gave_up (Headless *self, const char *what)
{
  gint64 now_us = g_get_monotonic_time ();
  if (self->give_up_us == 0)
    self->give_up_us = now_us + self->patience_s * G_USEC_PER_SEC;
  if (now_us < self->give_up_us)
    return FALSE;
  g_autofree char *story = kz_test_host_story (self->host);
  fprintf (stderr, "kaizala-headless: waited in vain: %s\n%s", what, story);
  self->status = 3;
  g_main_loop_quit (self->loop);
  return TRUE;
}

static gboolean
do_join (Headless *self, const char *name)
{
  if (self->give_up_us == 0)
    kz_test_join (self->account, name);
  PurpleConversation *conversation = kz_test_room (self->account, name);
  if (conversation == NULL)
    return gave_up (self, name);
  /* The people come a moment later; a group has always somebody beside us, or it waits in vain a
   * second. */
  GList *users = purple_conv_chat_get_users (PURPLE_CONV_CHAT (conversation));
  if (users != NULL && users->next == NULL && self->wait_until_us == 0)
    self->wait_until_us = g_get_monotonic_time () + G_USEC_PER_SEC;
  if (users != NULL && users->next == NULL && g_get_monotonic_time () < self->wait_until_us) {
    self->give_up_us = G_MAXINT64;
    return FALSE;
  }
  tell (self, "joined\t%s", name);
  tell_people (self, name);
  return TRUE;
}

static gboolean
do_list (Headless *self)
{
  KzTestHost *host = self->host;
  if (self->give_up_us == 0) {
    PurpleRoomlist *list = purple_roomlist_get_list (purple_account_get_connection (self->account));
    if (list == NULL)
      return TRUE;
  }
  if (!host->rooms_done)
    return gave_up (self, "the room list");
  for (guint i = 0; i < host->rooms->len; i++) {
    const KzTestRoom *room = g_ptr_array_index (host->rooms, i);
    tell (self, "listed\t%s\t%s", room->text, room->serialized);
  }
  return TRUE;
}

static gboolean
do_say (Headless *self, const char *rest)
{
  const char *tab = strpbrk (rest, strchr (rest, '\t') != NULL ? "\t" : " ");
  if (tab == NULL)
    return TRUE;
  g_autofree char *room = g_strndup (rest, (gsize) (tab - rest));
  PurpleConversation *conversation = kz_test_room (self->account, room);
  if (conversation == NULL)
    return gave_up (self, "a window of that group");
  kz_test_type (self->host, conversation, tab + 1);
  return TRUE;
}

static gboolean
do_until (Headless *self, const char *text)
{
  if (kz_test_count_lines (self->host, NULL, text) > 0 ||
      kz_test_count_notices (self->host, text) > 0)
    return TRUE;
  return gave_up (self, text);
}

static gboolean
do_wait (Headless *self, const char *seconds)
{
  gint64 now_us = g_get_monotonic_time ();
  if (self->wait_until_us == 0)
    self->wait_until_us = now_us + (gint64) (g_ascii_strtod (seconds, NULL) * G_USEC_PER_SEC);
  return now_us >= self->wait_until_us;
}

static gboolean
do_answer (Headless *self, const char *text)
{
  if (self->host->prompts->len == 0)
    return gave_up (self, "a prompt");
  kz_test_answer (self->host, text);
  self->prompts_seen = 0;
  return TRUE;
}

static gboolean
run_command (Headless *self, const char *line)
{
  const char *space = strchr (line, ' ');
  g_autofree char *verb =
      space != NULL ? g_strndup (line, (gsize) (space - line)) : g_strdup (line);
  const char *rest = space != NULL ? space + 1 : "";
  gboolean is_connected = purple_account_is_connected (self->account);
  if (g_str_equal (verb, "quit")) {
    g_main_loop_quit (self->loop);
    return TRUE;
  }
  if (g_str_equal (verb, "wait"))
    return do_wait (self, rest);
  if (g_str_equal (verb, "answer"))
    return do_answer (self, rest);
  if (g_str_equal (verb, "until"))
    return do_until (self, rest);
  if (!is_connected)
    return FALSE;
  if (g_str_equal (verb, "join"))
    return do_join (self, rest);
  if (g_str_equal (verb, "say"))
    return do_say (self, rest);
  if (g_str_equal (verb, "list"))
    return do_list (self);
  if (g_str_equal (verb, "people"))
    tell_people (self, rest);
  else if (*verb != '\0')
    fprintf (stderr, "kaizala-headless: no such command: %s\n", verb);
  return TRUE;
}

static gboolean
step_cb (gpointer data)
{
  Headless *self = data;
  tell_news (self);
  if (!self->was_connected && purple_account_is_connected (self->account)) {
    self->was_connected = TRUE;
    tell (self, "signed on as %s", purple_account_get_username (self->account));
    tell_rooms (self);
  }
  if (self->host->errors->len > 0) {
    fprintf (stderr, "kaizala-headless: %s\n", (char *) g_ptr_array_index (self->host->errors, 0));
    self->status = 1;
    g_main_loop_quit (self->loop);
    return G_SOURCE_REMOVE;
  }
  const char *command = g_queue_peek_head (&self->commands);
  if (command != NULL && run_command (self, command)) {
    g_free (g_queue_pop_head (&self->commands));
    self->wait_until_us = 0;
    self->give_up_us = 0;
  } else if (command == NULL && self->input_ended) {
    g_main_loop_quit (self->loop);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
input_cb (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  Headless *self = data;
  g_autofree char *line = NULL;
  gsize end = 0;
  GIOStatus status = g_io_channel_read_line (channel, &line, NULL, &end, NULL);
  if (status == G_IO_STATUS_AGAIN)
    return G_SOURCE_CONTINUE;
  if (status != G_IO_STATUS_NORMAL) {
    self->input_ended = TRUE;
    return G_SOURCE_REMOVE;
  }
  line[end] = '\0';
  g_queue_push_tail (&self->commands, g_steal_pointer (&line));
  return G_SOURCE_CONTINUE;
}

/* --- Starting --- */

typedef struct {
  char *plugin_dir;
  char *user_dir;
  char *username;
  char *password;
  char *ui;
  GStrv settings;
  gboolean is_transcript;
  int patience_s;
} Options;

static gboolean
read_options (Options *options, int *argc, char ***argv)
{
  GOptionEntry entries[] = {
      {"plugin-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->plugin_dir, "where libkaizala.so is",
       "DIR"},
      {"user-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->user_dir,
       "libpurple's directory; a temporary one by default", "DIR"},
      {"ui", 0, 0, G_OPTION_ARG_STRING, &options->ui,
       "what to behave like: finch (default), pidgin or bitlbee", "NAME"},
      {"username", 0, 0, G_OPTION_ARG_STRING, &options->username, "phone number", "PHONE"},
      {"password", 0, 0, G_OPTION_ARG_STRING, &options->password,
       "refresh token; without it a PIN is asked for", "TOKEN"},
      {"setting", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->settings,
       "an account option, such as api_root=http://127.0.0.1:1234; any number of these", "K=V"},
      {"transcript", 0, 0, G_OPTION_ARG_NONE, &options->is_transcript,
       "print more than conversations", NULL},
      {"patience", 0, 0, G_OPTION_ARG_INT, &options->patience_s,
       "how long a command waits at most (30)", "SECONDS"},
      {NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- Kaizala without a window");
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    fprintf (stderr, "kaizala-headless: %s\n", error->message);
    return FALSE;
  }
  if (options->plugin_dir == NULL || options->username == NULL) {
    fputs ("kaizala-headless: --plugin-dir and --username are needed; see --help\n", stderr);
    return FALSE;
  }
  return TRUE;
}

static void
apply_settings (PurpleAccount *account, GStrv settings)
{
  for (gsize i = 0; settings != NULL && settings[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (settings[i], "=", 2);
    if (pair[0] == NULL || pair[1] == NULL)
      continue;
    if (g_str_equal (pair[0], "buddy_limit"))
      purple_account_set_int (account, pair[0], atoi (pair[1]));
    else
      purple_account_set_string (account, pair[0], pair[1]);
  }
}

static void
watch_input (Headless *self)
{
  g_autoptr (GIOChannel) channel = g_io_channel_unix_new (0);
  g_io_channel_set_encoding (channel, NULL, NULL);
  g_io_add_watch (channel, G_IO_IN | G_IO_HUP, input_cb, self);
}

static void
options_clear (Options *options)
{
  g_free (options->plugin_dir);
  g_free (options->user_dir);
  g_free (options->ui);
  g_free (options->username);
  g_free (options->password);
  g_strfreev (options->settings);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  Options options = {.patience_s = 30};
  if (!read_options (&options, &argc, &argv)) {
    options_clear (&options);
    return 2;
  }
  Headless self = {.is_transcript = options.is_transcript, .patience_s = options.patience_s};
  self.host = kz_test_host_start (kz_test_ui_parse (options.ui != NULL ? options.ui : "finch"),
                                  options.user_dir, options.plugin_dir);
  self.host->on_line = print_line;
  self.loop = g_main_loop_new (NULL, FALSE);
  self.account = kz_test_account_new (self.host, options.username, options.password, NULL);
  apply_settings (self.account, options.settings);
  kz_test_sign_on (self.host, self.account);
  watch_input (&self);
  guint step = g_timeout_add (20, step_cb, &self);
  g_main_loop_run (self.loop);
  if (self.status == 0)
    tell (&self, "signed off");
  if (self.status != 1)
    g_source_remove (step);
  purple_account_set_enabled (self.account, purple_core_get_ui (), FALSE);
  kz_test_host_stop (self.host);
  g_queue_clear_full (&self.commands, g_free);
  g_main_loop_unref (self.loop);
  options_clear (&options);
  return self.status;
}
