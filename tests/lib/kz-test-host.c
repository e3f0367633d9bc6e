/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-test-host-private.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <string.h>
#include <time.h>

#define WAIT_S 40

#ifdef KZ_TEST_STATIC
gboolean purple_init_kaizala_plugin (void);
#endif

#ifdef KZ_TEST_KEEP_MODULES
/* Leak reports name frames only of modules that are still mapped when the program ends. */
int dlclose (void *handle);

int
dlclose (void *handle)
{
  return 0;
}
#endif

/* --- The event loop --- */

typedef struct {
  PurpleInputFunction function;
  gpointer data;
} Input;

static gboolean
input_cb (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  Input *input = data;
  PurpleInputCondition what = 0;
  if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
    what |= PURPLE_INPUT_READ;
  if (condition & (G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL))
    what |= PURPLE_INPUT_WRITE;
  input->function (input->data, g_io_channel_unix_get_fd (channel), what);
  return TRUE;
}

static guint
input_add (int fd, PurpleInputCondition condition, PurpleInputFunction function, gpointer data)
{
  Input *input = g_new0 (Input, 1);
  input->function = function;
  input->data = data;
  GIOCondition wanted = G_IO_HUP | G_IO_ERR | G_IO_NVAL;
  if (condition & PURPLE_INPUT_READ)
    wanted |= G_IO_IN;
  if (condition & PURPLE_INPUT_WRITE)
    wanted |= G_IO_OUT;
  GIOChannel *channel = g_io_channel_unix_new (fd);
  guint id = g_io_add_watch_full (channel, G_PRIORITY_DEFAULT, wanted, input_cb, input, g_free);
  g_io_channel_unref (channel);
  return id;
}

static PurpleEventLoopUiOps loop_ops = {
    .timeout_add = g_timeout_add,
    .timeout_remove = g_source_remove,
    .input_add = input_add,
    .input_remove = g_source_remove,
    .timeout_add_seconds = g_timeout_add_seconds,
};

static PurpleCoreUiOps core_ops;

gint64
kz_test_real_us (void)
{
  struct timespec now;
  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64
kz_test_deadline_us (void)
{
  return kz_test_real_us () + WAIT_S * G_USEC_PER_SEC;
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
kz_test_host_turn (KzTestHost *host, gint64 deadline_us)
{
  /* So that a loop in which nothing happens ends, too. */
  guint tick = g_timeout_add (100, tick_cb, NULL);
  g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  return kz_test_real_us () < deadline_us;
}

void
kz_test_host_settle (KzTestHost *host)
{
  for (int i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

char *
kz_test_host_story (KzTestHost *host)
{
  GString *story = g_string_new ("what was shown:\n");
  for (guint i = 0; i < host->progress->len; i++)
    g_string_append_printf (story, "  progress: %s\n",
                            (char *) g_ptr_array_index (host->progress, i));
  for (guint i = 0; i < host->errors->len; i++)
    g_string_append_printf (story, "  error: %s\n", (char *) g_ptr_array_index (host->errors, i));
  for (guint i = 0; i < host->notices->len; i++)
    g_string_append_printf (story, "  notice: %s\n", (char *) g_ptr_array_index (host->notices, i));
  for (guint i = 0; i < host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (host->lines, i);
    g_string_append_printf (story, "  [%s] <%s> %s (flags %x)\n", line->room, line->who, line->text,
                            line->flags);
  }
  return g_string_free (story, FALSE);
}

/* --- Starting and stopping --- */

KzTestUi
kz_test_ui_parse (const char *name)
{
  static const char *const names[] = {"pidgin", "finch", "bitlbee"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (name, names[i]) == 0)
      return (KzTestUi) i;
  g_error ("no such host: %s", name);
}

static const char *
ui_name (KzTestUi ui)
{
  switch (ui) {
  case KZ_TEST_PIDGIN:
    return "gtk-gaim";
  case KZ_TEST_FINCH:
    return "gnt-purple";
  case KZ_TEST_BITLBEE:
    return "BitlBee";
  }
  return "headless";
}

static KzTestHost *
host_new (KzTestUi ui, const char *user_dir)
{
  KzTestHost *host = g_new0 (KzTestHost, 1);
  host->ui = ui;
  host->user_dir =
      user_dir != NULL ? g_strdup (user_dir) : g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  g_assert_nonnull (host->user_dir);
  host->owns_user_dir = user_dir == NULL;
  host->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_test_line_free);
  host->notices = g_ptr_array_new_with_free_func (g_free);
  host->open_notices = g_ptr_array_new_with_free_func (g_free);
  host->errors = g_ptr_array_new_with_free_func (g_free);
  host->reasons = g_array_new (FALSE, FALSE, sizeof (PurpleConnectionError));
  host->uris = g_ptr_array_new_with_free_func (g_free);
  host->prompts = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_test_prompt_free);
  host->forms = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_test_form_free);
  host->rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_test_room_free);
  host->progress = g_ptr_array_new_with_free_func (g_free);
  host->transfers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_test_transfer_free);
  return host;
}

KzTestHost *
kz_test_host_start (KzTestUi ui, const char *user_dir, const char *plugin_dir)
{
  KzTestHost *host = host_new (ui, user_dir);
  purple_util_set_user_dir (host->user_dir);
  purple_debug_set_enabled (FALSE);
  kz_test_ui_connect (host);
  core_ops.ui_init = NULL;
  purple_core_set_ui_ops (&core_ops);
  purple_eventloop_set_ui_ops (&loop_ops);
  if (plugin_dir != NULL)
    purple_plugins_add_search_path (plugin_dir);
  if (!purple_core_init (ui_name (ui)))
    g_error ("libpurple does not start");
  kz_test_ui_started (host);
#ifdef KZ_TEST_STATIC
  if (plugin_dir == NULL) {
    purple_init_kaizala_plugin ();
    /* Takes what was registered into the list of protocols; finds no file of that ending. */
    purple_plugins_probe ("no-such-ending");
  }
#endif
  if (purple_find_prpl ("prpl-kaizala") == NULL)
    g_error ("libkaizala.so is not found in %s, or does not load",
             plugin_dir != NULL ? plugin_dir : "this program");
  /* For tests under the pseudo-locale: the module itself looks where it was installed. */
  if (g_getenv ("KZ_TEST_LOCALEDIR") != NULL)
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("KZ_TEST_LOCALEDIR"));
  purple_set_blist (purple_blist_new ());
  purple_blist_load ();
  purple_prefs_load ();
  purple_prefs_set_bool ("/purple/logging/log_ims", FALSE);
  purple_prefs_set_bool ("/purple/logging/log_chats", FALSE);
  purple_prefs_set_bool ("/purple/logging/log_system", FALSE);
  PurpleSavedStatus *status = purple_savedstatus_new (NULL, PURPLE_STATUS_AVAILABLE);
  purple_savedstatus_activate (status);
  return host;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_tree (child);
  }
  g_remove (path);
}

void
kz_test_host_remove_dir (KzTestHost *host)
{
  if (!host->owns_user_dir)
    return;
  remove_tree (host->user_dir);
  if (g_file_test (host->user_dir, G_FILE_TEST_EXISTS))
    g_error ("%s is left", host->user_dir);
}

void
kz_test_host_stop (KzTestHost *host)
{
  kz_test_ui_disconnect ();
  purple_core_quit ();
  kz_test_ui_forget ();
  kz_test_host_remove_dir (host);
  g_ptr_array_unref (host->lines);
  g_ptr_array_unref (host->notices);
  g_ptr_array_unref (host->open_notices);
  g_ptr_array_unref (host->errors);
  g_array_unref (host->reasons);
  g_ptr_array_unref (host->uris);
  g_ptr_array_unref (host->prompts);
  g_ptr_array_unref (host->forms);
  g_ptr_array_unref (host->rooms);
  g_ptr_array_unref (host->progress);
  g_ptr_array_unref (host->transfers);
  g_free (host->saved_password);
  g_free (host->user_dir);
  g_free (host);
}
