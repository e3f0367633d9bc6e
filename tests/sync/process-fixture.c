/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "process-fixture.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>

/* A process that does not answer hangs. */
#define PATIENCE_S 120

struct _Child {
  GSubprocess *process;
  GDataInputStream *output;
  GOutputStream *input;
  guint turns_left; /* 0: it is not killed */
  gboolean is_waited_for;
  gboolean is_dead;
  guint work;
  char state[32];
  int owns;
  guint deaf;
  int is_taken;
  guint answered;
  guint timers;
};

static void
read_answer (Child *child, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_strv_length (words) != 7)
    g_error ("No answer: %s", line);
  child->work = (guint) g_ascii_strtoull (words[0], NULL, 10);
  g_strlcpy (child->state, words[1], sizeof child->state);
  child->owns = atoi (words[2]);
  child->deaf = (guint) g_ascii_strtoull (words[3], NULL, 10);
  child->is_taken = atoi (words[4]);
  child->answered = (guint) g_ascii_strtoull (words[5], NULL, 10);
  child->timers = (guint) g_ascii_strtoull (words[6], NULL, 10);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Child *child = data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  child->is_waited_for = FALSE;
  if (line != NULL)
    read_answer (child, line);
  else
    child->is_dead = TRUE;
}

static gboolean
patience_over_cb (gpointer data)
{
  g_error ("The process does not answer");
  return G_SOURCE_REMOVE;
}

/* Nothing of it is left: neither a socket nor a lock. It may only end by our hand or by its own. */
static void
reap (Child *child)
{
  if (!g_subprocess_wait (child->process, NULL, NULL))
    g_error ("The process cannot be waited for");
  child->is_dead = TRUE;
  if (g_subprocess_get_if_signaled (child->process)
          ? g_subprocess_get_term_sig (child->process) != SIGKILL
          : g_subprocess_get_exit_status (child->process) != 0)
    g_error ("The process crashed");
}

static gboolean
await_answer (Child *child)
{
  guint patience = g_timeout_add_seconds (PATIENCE_S, patience_over_cb, NULL);

  child->is_waited_for = TRUE;
  g_data_input_stream_read_line_async (child->output, G_PRIORITY_DEFAULT, NULL, line_cb, child);
  while (child->is_waited_for) {
    if (child->turns_left > 0 && --child->turns_left == 0)
      g_subprocess_send_signal (child->process, SIGKILL);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (patience);
  if (child->is_dead)
    reap (child);
  return !child->is_dead;
}

Child *
child_new (const ChildOptions *options)
{
  Child *child = g_new0 (Child, 1);
  const Bench *bench = options->bench;
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "sync", "world-process", NULL);
  g_autofree char *wall = g_strdup_printf ("%" G_GINT64_FORMAT, kz_clock_wall_us (bench->clock));
  g_autofree char *budget = g_strdup_printf ("%u", options->budget);
  g_autofree char *die_at = g_strdup_printf ("%u", options->die_at);
  const char *argv[] = {program,
                        bench->dir,
                        sb_sandbox_get_url (bench->sandbox),
                        bench->connector_id,
                        bench->connector_secret,
                        bench->phone,
                        options->token_file,
                        options->transcript,
                        wall,
                        budget,
                        die_at,
                        NULL};
  g_autoptr (GError) error = NULL;

  child->process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  child->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child->process));
  child->input = g_subprocess_get_stdin_pipe (child->process);
  await_answer (child);
  return child;
}

gboolean
child_ask (Child *child, const char *command)
{
  g_autofree char *line = g_strconcat (command, "\n", NULL);

  if (child->is_dead)
    return FALSE;
  /* One that is dead by now is found out by what it does not answer. */
  g_output_stream_write_all (child->input, line, strlen (line), NULL, NULL, NULL);
  return await_answer (child);
}

gboolean
child_rest (Child *child)
{
  return child_ask (child, "rest") && child->work == 0;
}

void
child_kill_after (Child *child, guint turns)
{
  child->turns_left = turns;
}

void
child_kill (Child *child)
{
  if (child->is_dead)
    return;
  g_subprocess_send_signal (child->process, SIGKILL);
  reap (child);
}

gboolean
child_stop (Child *child)
{
  child->turns_left = 0;
  if (!child_ask (child, "stop"))
    return FALSE;
  reap (child);
  return g_subprocess_get_if_exited (child->process);
}

void
child_free (Child *child)
{
  child_kill (child);
  g_object_unref (child->output);
  g_object_unref (child->process);
  g_free (child);
}

gboolean
child_is_dead (const Child *child)
{
  return child->is_dead;
}

gboolean
child_has_taken (const Child *child)
{
  return child->is_taken != 0;
}

gboolean
child_is_online (const Child *child)
{
  return g_str_equal (child->state, "online");
}

gboolean
child_has_failed (const Child *child)
{
  return g_str_equal (child->state, "failed");
}

gboolean
child_owns_files (const Child *child)
{
  return child->owns != 0;
}

gboolean
child_hears (const Child *child)
{
  return child->deaf == 0;
}

guint
child_answered (const Child *child)
{
  return child->answered;
}

guint
child_timers (const Child *child)
{
  return child->timers;
}

const char *
child_pid (const Child *child)
{
  return g_subprocess_get_identifier (child->process);
}
