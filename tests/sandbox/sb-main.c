/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program kaizala-sandbox: one sandbox until a signal comes. */
#include "config.h"

#include "sandbox.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef struct {
  int port;
  char *scenario;
  gint64 seed;
  double scale;
  char **switches;
  gboolean with_parent;
} Arguments;

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

/* A test that was killed must not leave a server behind. */
static gboolean
stay_with_parent (pid_t parent)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  return getppid () == parent;
}

static gboolean
parse (int *argc, char ***argv, Arguments *arguments, GError **error)
{
  const GOptionEntry entries[] = {
      {"port", 0, 0, G_OPTION_ARG_INT, &arguments->port, "Port on 127.0.0.1; 0 takes a free one",
       "N"},
      {"scenario", 0, 0, G_OPTION_ARG_FILENAME, &arguments->scenario,
       "Scenario; without one a lively world is drawn", "FILE"},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &arguments->seed, "Draw the same world again", "N"},
      {"webhook-time-scale", 0, 0, G_OPTION_ARG_DOUBLE, &arguments->scale,
       "Factor on the two days of webhook retries", "F"},
      {"switch", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->switches,
       "Set a switch; may be repeated", "NAME=VALUE"},
      {"exit-with-parent", 0, 0, G_OPTION_ARG_NONE, &arguments->with_parent,
       "End when the starting process ends", NULL},
      {NULL}};
  g_autoptr (GOptionContext) context = g_option_context_new ("- a local Kaizala service");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1 || arguments->port < 0 || arguments->port > 65535) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "wrong arguments");
    return FALSE;
  }
  return TRUE;
}

static void
clear (Arguments *arguments)
{
  g_free (arguments->scenario);
  g_strfreev (arguments->switches);
}

static SbSandbox *
start (const Arguments *arguments, GError **error)
{
  SbOptions options = {.port = (guint) arguments->port,
                       .scenario_path = arguments->scenario,
                       .have_seed = arguments->seed >= 0,
                       .seed = (guint32) MAX (arguments->seed, 0),
                       .webhook_time_scale = arguments->scale,
                       .switches = (const char *const *) arguments->switches};
  return sb_sandbox_new (&options, error);
}

int
main (int argc, char **argv)
{
  pid_t parent = getppid ();
  Arguments arguments = {.seed = -1};
  g_autoptr (GError) error = NULL;
  if (!parse (&argc, &argv, &arguments, &error)) {
    g_printerr ("kaizala-sandbox: %s\n", error->message);
    clear (&arguments);
    return 2;
  }
  if (arguments.with_parent && !stay_with_parent (parent)) {
    clear (&arguments);
    return 0;
  }
  (void) signal (SIGPIPE, SIG_IGN);
  SbSandbox *sandbox = start (&arguments, &error);
  clear (&arguments);
  if (!sandbox) {
    g_printerr ("kaizala-sandbox: %s\n", error->message);
    return 1;
  }
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_autofree char *line = sb_sandbox_ready_line (sandbox);
  g_printerr ("kaizala-sandbox: seed %u\n", sb_sandbox_get_seed (sandbox));
  puts (line);
  (void) fflush (stdout);
  g_main_loop_run (loop);
  sb_sandbox_free (sandbox);
  return 0;
}
