/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One engine in a process of its own, which is there to be killed. It does what lines on standard
 * input say, and answers each with one line when nothing happens any more:
 *
 *   clock US             that much time passes at once
 *   pass US              that much time passes, from timer to timer
 *   send GROUP TEXT      types TEXT
 *   open GROUP           has that room in front of it
 *   answer GROUP TITLE   votes in that poll, and likes it
 *   rest                 nothing
 *   trim                 gives back what memory is free
 *   stop                 signs off, and ends
 *
 * What it shows is appended to the transcript, a line an event, before anything else happens. The
 * answer is: what was done since the last one, the state, whether it owns the files, how many
 * groups are deaf, whether TEXT was taken, how many answers arrived, and how many timers wait.
 *
 * With die-at N it kills itself at the N-th point at which it matters: before and after a line of
 * the transcript, and before, in the middle of and after each write to the journal. */
#include "config.h"

#include "engine-lines.h"

#include "kz-engine-deeds.h"
#include "kz-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is on its way is given so much real time to arrive. */
#define QUIET_MS 5
/* Hosts write their files so much later. */
#define SAVED_LATE_US (5 * G_TIME_SPAN_MINUTE)
/* Before a record of what is about to be shown. */
#define IN_THE_MIDST "=== midst \n"
/* Before the first line of a process that owns the files. */
#define PROCESS_OWNS "=== owns"

typedef struct {
  KzEngine *engine;
  KzClock *clock;
  GMainLoop *loop;
  char *token_file;
  char *unsaved_token; /* (nullable): not in the host's file yet */
  gint64 unsaved_since_us;
  gboolean is_busy;
  gboolean has_told_owner;
  guint answered;
} Process;

static int transcript = -1;
static guint points_left; /* 0: it lives */

ssize_t __real_write (int fd, const void *data, size_t length);
ssize_t __wrap_write (int fd, const void *data, size_t length);
ssize_t __real_pwrite (int fd, const void *data, size_t length, off_t at);
ssize_t __wrap_pwrite (int fd, const void *data, size_t length, off_t at);

/* --- Points --- */

static gboolean
is_reached (void)
{
  return points_left > 0 && --points_left == 0;
}

static void
pass_point (void)
{
  if (is_reached ())
    kill (getpid (), SIGKILL);
}

/* From here until its line stands in the transcript it is not known whether it was seen. */
static gboolean
is_of_showing (const char *record, size_t length)
{
  static const char *const types[] = {KZ_RECORD_DELIVERY, KZ_RECORD_SHOWING, KZ_RECORD_MAYBE};

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree char *begin = g_strdup_printf ("{\"t\":\"%s\",", types[i]);

    if (length > strlen (begin) && strncmp (record, begin, strlen (begin)) == 0)
      return TRUE;
  }
  return FALSE;
}

ssize_t
__wrap_write (int fd, const void *data, size_t length)
{
  ssize_t written;

  if (is_of_showing (data, length) &&
      __real_write (transcript, IN_THE_MIDST, strlen (IN_THE_MIDST)) != strlen (IN_THE_MIDST))
    g_error ("The transcript cannot be written");
  pass_point ();
  if (is_reached ()) {
    written = __real_write (fd, data, length / 2);
    kill (getpid (), SIGKILL);
  }
  written = __real_write (fd, data, length);
  pass_point ();
  return written;
}

ssize_t
__wrap_pwrite (int fd, const void *data, size_t length, off_t at)
{
  ssize_t written;

  if (is_reached ()) {
    written = __real_pwrite (fd, data, length / 2, at);
    kill (getpid (), SIGKILL);
  }
  written = __real_pwrite (fd, data, length, at);
  pass_point ();
  return written;
}

/* --- The host --- */

static void
write_down (const char *text)
{
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  if (__real_write (transcript, line, strlen (line)) != (ssize_t) strlen (line))
    g_error ("The transcript cannot be written");
}

static void
event_cb (const KzEvent *event, gpointer data)
{
  Process *process = data;
  g_autofree char *line = engine_line (process->engine, event, TRUE);
  KzEngineStatus status;

  kz_engine_status (process->engine, &status);
  if (status.owns_store && !process->has_told_owner)
    write_down (PROCESS_OWNS);
  process->has_told_owner = status.owns_store;
  pass_point ();
  write_down (line);
  pass_point ();
}

static void
state_cb (KzEngineState state, const GError *error, gpointer data)
{
}

static gboolean
save_token_cb (const char *refresh_token, gpointer data)
{
  Process *process = data;

  if (process->unsaved_token == NULL)
    process->unsaved_since_us = kz_clock_monotonic_us (process->clock);
  g_free (process->unsaved_token);
  process->unsaved_token = g_strdup (refresh_token);
  return FALSE;
}

static void
save_token (Process *process)
{
  g_autofree char *token = g_steal_pointer (&process->unsaved_token);

  if (token == NULL)
    return;
  if (!g_file_set_contents (process->token_file, token, -1, NULL))
    g_error ("The token cannot be saved");
  kz_engine_token_saved (process->engine, token);
}

static void
save_token_late (Process *process)
{
  if (kz_clock_monotonic_us (process->clock) - process->unsaved_since_us >= SAVED_LATE_US)
    save_token (process);
}

static void
busy_cb (gboolean is_busy, gpointer data)
{
  ((Process *) data)->is_busy = is_busy;
}

/* --- Rest --- */

static gboolean
set_true_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* How often something happened before nothing did. */
static guint
come_to_rest (Process *process)
{
  guint work = 0;

  for (;;) {
    gboolean is_over = FALSE;
    guint timeout;

    while (g_main_context_iteration (NULL, FALSE))
      work++;
    if (!process->is_busy)
      return work;
    timeout = g_timeout_add_full (G_PRIORITY_LOW, QUIET_MS, set_true_cb, &is_over, NULL);
    g_main_context_iteration (NULL, TRUE);
    if (is_over)
      return work;
    g_source_remove (timeout);
    work++;
  }
}

static void
answer (Process *process, gboolean is_taken)
{
  guint work = come_to_rest (process);
  KzEngineStatus status = {0};
  g_autofree char *line = NULL;

  kz_engine_status (process->engine, &status);
  line = g_strdup_printf ("%u %s %d %u %d %u %u\n", work,
                          kz_engine_state_name (kz_engine_state (process->engine)),
                          status.owns_store, status.deaf_groups, is_taken, process->answered,
                          kz_clock_pending (process->clock));
  if (__real_write (STDOUT_FILENO, line, strlen (line)) != (ssize_t) strlen (line))
    g_error ("Nobody listens");
}

/* --- Commands --- */

static void
pass (Process *process, gint64 us)
{
  gint64 end_us = kz_clock_monotonic_us (process->clock) + us;
  gint64 left_us;

  while ((left_us = end_us - kz_clock_monotonic_us (process->clock)) > 0) {
    if (!kz_clock_advance_to_next (process->clock, left_us))
      kz_clock_advance (process->clock, left_us);
    save_token_late (process);
    come_to_rest (process);
  }
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!kz_engine_answer_finish (KZ_ENGINE (source), result, &error))
    g_error ("An answer was refused: %s", error->message);
  ((Process *) data)->answered++;
}

static void
answer_poll (Process *process, const char *group_id, const char *title)
{
  g_autoptr (GPtrArray) actions = kz_engine_open_actions (process->engine, group_id);

  for (guint i = 0; i < actions->len; i++) {
    const KzOpenAction *open = g_ptr_array_index (actions, i);

    if (g_strcmp0 (open->action->title, title) != 0)
      continue;
    kz_engine_vote_async (process->engine, open->handle, 1, answered_cb, process);
    kz_engine_like_async (process->engine, open->handle, answered_cb, process);
  }
}

static void
obey (Process *process, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  gboolean is_taken = FALSE;

  if (g_str_equal (words[0], "clock")) {
    kz_clock_advance (process->clock, g_ascii_strtoll (words[1], NULL, 10));
    save_token_late (process);
  } else if (g_str_equal (words[0], "send"))
    is_taken = kz_engine_state (process->engine) == KZ_ENGINE_ONLINE &&
               kz_engine_send_text (process->engine, words[1], words[2], words[2], NULL) != 0;
  else if (g_str_equal (words[0], "pass"))
    pass (process, g_ascii_strtoll (words[1], NULL, 10));
  else if (g_str_equal (words[0], "open"))
    kz_engine_open_group (process->engine, words[1]);
  else if (g_str_equal (words[0], "answer"))
    answer_poll (process, words[1], words[2]);
  else if (g_str_equal (words[0], "trim"))
    malloc_trim (0);
  else if (g_str_equal (words[0], "stop")) {
    kz_engine_stop (process->engine);
    save_token (process);
  }
  answer (process, is_taken);
  if (g_str_equal (words[0], "stop"))
    g_main_loop_quit (process->loop);
}

static void read_line (Process *process, GDataInputStream *input);

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Process *process = data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);

  if (line == NULL) {
    g_main_loop_quit (process->loop);
    return;
  }
  obey (process, line);
  read_line (process, input);
}

static void
read_line (Process *process, GDataInputStream *input)
{
  g_data_input_stream_read_line_async (input, G_PRIORITY_LOW, NULL, line_cb, process);
}

int
main (int argc, char **argv)
{
  static const KzEngineCallbacks callbacks = {
      .event = event_cb, .state = state_cb, .save_token = save_token_cb, .busy = busy_cb};
  Process process = {0};
  g_autoptr (GInputStream) stdin_stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (stdin_stream);
  g_autofree char *token = NULL;
  KzEngineConfig config = {0};

  if (argc != 11)
    g_error ("Usage: DIR URL CONNECTOR SECRET PHONE TOKEN-FILE TRANSCRIPT WALL-US BUDGET DIE-AT");
  config.store_dir = argv[1];
  config.api_root = argv[2];
  config.connector_id = argv[3];
  config.connector_secret = argv[4];
  config.phone = argv[5];
  process.token_file = argv[6];
  transcript = open (argv[7], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  process.clock = kz_clock_new_manual (g_ascii_strtoll (argv[8], NULL, 10));
  config.throttle = kz_throttle_new (100, (guint) g_ascii_strtoull (argv[9], NULL, 10));
  points_left = (guint) g_ascii_strtoull (argv[10], NULL, 10);
  if (transcript < 0 || !g_file_get_contents (process.token_file, &token, NULL, NULL))
    g_error ("There is no transcript, or no token");
  config.refresh_token = token;
  config.clock = process.clock;
  process.loop = g_main_loop_new (NULL, FALSE);
  process.engine = kz_engine_new (&config, &callbacks, &process);
  kz_engine_start (process.engine);
  answer (&process, FALSE);
  read_line (&process, input);
  g_main_loop_run (process.loop);
  kz_engine_stop (process.engine);
  g_object_unref (process.engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  kz_throttle_unref (config.throttle);
  g_object_unref (process.clock);
  g_main_loop_unref (process.loop);
  g_free (process.unsaved_token);
  close (transcript);
  return 0;
}
