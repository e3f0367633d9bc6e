/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One process owns the files of an account; what it wrote outlives a kill. */
#include "config.h"

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_lock_in_process (StoreFixture *fixture, gconstpointer data)
{
  KzStore *first = store_open (fixture);
  KzStore *second;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  kz_store_set_shown_name (first, "i:1", "Asha");
  store_save (fixture, first);
  store_show (first, 1);
  store_deliver (first, "ours");
  before = store_read (fixture, ".journal", NULL);
  second = store_open (fixture);
  g_assert_true (kz_store_is_owner (first));
  g_assert_false (kz_store_is_owner (second));
  g_assert_null (kz_store_write_error (second));
  /* It reads, so that people have one name in both, but takes nothing over and writes nothing. */
  g_assert_cmpstr (kz_store_shown_name (second, "i:1"), ==, "Asha");
  g_assert_true (store_knows (second, 1));
  g_assert_cmpuint (kz_store_pending_deliveries (second)->len, ==, 0);
  store_show (second, 2);
  kz_store_set_shown_name (second, "i:2", "Ben");
  g_assert_true (kz_store_journal_send (second, kz_store_next_send_id (second), "g-1", "t", 1));
  g_assert_false (kz_store_has_unsaved (second));
  after = store_read (fixture, ".journal", NULL);
  g_assert_cmpstr (after, ==, before);
  store_close (second);
  store_close (first);

  second = store_open (fixture);
  g_assert_true (kz_store_is_owner (second));
  g_assert_null (kz_store_shown_name (second, "i:2"));
  store_close (second);
}

/* Runs this program again, as another process; (out) its standard output. */
static GPid
spawn_child (StoreFixture *fixture, const char *what, int *out)
{
  const char *argv[] = {"/proc/self/exe", what, fixture->dir, NULL};
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                            NULL, out, NULL, &error);
  g_assert_no_error (error);
  return pid;
}

static void
read_line (int fd, char *line, gsize size)
{
  gsize used = 0;

  while (used + 1 < size && read (fd, line + used, 1) == 1 && line[used] != '\n')
    used++;
  line[used] = '\0';
}

static void
test_token_of_a_second_process (StoreFixture *fixture, gconstpointer data)
{
  KzStore *first = store_open (fixture);
  KzStore *second = store_open (fixture);
  g_autofree char *path = NULL;
  GStatBuf info;

  g_assert_true (kz_store_journal_token (first, "older"));
  kz_clock_advance (fixture->clock, G_USEC_PER_SEC);
  g_assert_true (kz_store_journal_token (second, "old"));
  g_assert_true (kz_store_journal_token (second, "new"));
  path = store_file (fixture, ".token");
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  store_close (second);
  store_close (first);

  first = store_open (fixture);
  g_assert_cmpstr (kz_store_pending_token (first), ==, "new");
  store_close (first);
  first = store_open (fixture);
  second = store_open (fixture);
  g_assert_false (kz_store_is_owner (second));
  g_assert_cmpstr (kz_store_pending_token (second), ==, "new");
  kz_store_journal_token_saved (second);
  g_assert_cmpuint (store_count_files (fixture, ".token"), ==, 0);
  kz_store_journal_token_saved (first);
  store_close (second);
  store_close (first);

  first = store_open (fixture);
  g_assert_null (kz_store_pending_token (first));
  store_close (first);
}

static void
test_lock_across_processes (StoreFixture *fixture, gconstpointer data)
{
  char line[64];
  int out;
  GPid pid = spawn_child (fixture, "--hold", &out);
  KzStore *store;

  read_line (out, line, sizeof line);
  g_assert_cmpstr (line, ==, "owner");
  store = store_open (fixture);
  g_assert_false (kz_store_is_owner (store));
  store_close (store);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_close (out, NULL);
  /* A lock dies with its process. */
  store = store_open (fixture);
  g_assert_true (kz_store_is_owner (store));
  pid = spawn_child (fixture, "--hold", &out);
  read_line (out, line, sizeof line);
  g_assert_cmpstr (line, ==, "second");
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_close (out, NULL);
  store_close (store);
}

static char *
child_body (guint64 record_id)
{
  g_autofree char *filler = g_strnfill (20000, (char) ('a' + record_id % 26));

  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%s", record_id, filler);
}

static void
test_killed (StoreFixture *fixture, gconstpointer data)
{
  for (guint round = 1; round <= 5; round++) {
    g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint found = 0;
    int out;
    GPid pid = spawn_child (fixture, "--write", &out);
    KzStore *store;
    GPtrArray *pending;
    char line[64];

    for (guint i = 0; i < round * 7; i++) {
      read_line (out, line, sizeof line);
      g_hash_table_add (told, g_strdup (line));
    }
    g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
    g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
    g_close (out, NULL);

    store = store_open (fixture);
    g_assert_true (kz_store_is_owner (store));
    g_assert_false (kz_store_was_damaged (store));
    pending = kz_store_pending_deliveries (store);
    for (guint i = 0; i < pending->len; i++) {
      const KzJournalDelivery *delivery = g_ptr_array_index (pending, i);
      g_autofree char *id = g_strdup_printf ("%" G_GUINT64_FORMAT, delivery->record_id);
      g_autofree char *body = child_body (delivery->record_id);

      store_assert_body (delivery, body);
      found += g_hash_table_contains (told, id);
      kz_store_journal_delivered (store, delivery->record_id);
    }
    g_assert_cmpuint (found, ==, round * 7);
    store_close (store);
  }
}

/* --- Cancelling --- */

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kz_store_open_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

static void
test_cancelled (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);

  store_deliver (store, "kept");
  store_close (store);
  for (guint turns = 0; turns < 12; turns++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    gboolean done = FALSE;

    kz_store_open_async (fixture->dir, "https://api.example", "connector-1", STORE_PHONE,
                         fixture->clock, cancellable, cancelled_cb, &done);
    for (guint i = 0; i < turns && i < 3; i++)
      g_main_context_iteration (NULL, FALSE);
    g_cancellable_cancel (cancellable);
    while (!done)
      g_main_context_iteration (NULL, TRUE);
    store = store_open (fixture);
    g_assert_true (kz_store_is_owner (store));
    g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 1);
    store_close (store);
  }
}

/* --- The other process --- */

static void
say (const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  g_assert_cmpint (write (STDOUT_FILENO, text, strlen (text)), ==, (gssize) strlen (text));
}

G_GNUC_NORETURN static void
run_child (const char *what, const char *dir)
{
  g_autoptr (KzClock) clock = kz_clock_new_manual (STORE_WALL_US);
  KzStore *store = store_open_dir (dir, clock);

  if (strcmp (what, "--hold") == 0) {
    say (kz_store_is_owner (store) ? "owner" : "second");
    for (;;)
      pause ();
  }
  for (;;) {
    g_autofree char *line = NULL;
    g_autofree char *body = NULL;
    /* The id of a record comes from the same row as those of sends. */
    guint64 expected = kz_store_next_send_id (store) + 1;
    guint64 record_id;

    body = child_body (expected);
    g_assert_true (kz_store_journal_delivery (store, "g-1", body, strlen (body), &record_id));
    g_assert_cmpuint (record_id, ==, expected);
    line = g_strdup_printf ("%" G_GUINT64_FORMAT, record_id);
    say (line);
  }
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_has_prefix (argv[1], "--") && g_path_is_absolute (argv[2]))
    run_child (argv[1], argv[2]);
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/lock/a-second-opener-in-this-process-writes-nothing", NULL, test_lock_in_process);
  STORE_TEST ("/lock/a-second-process-keeps-a-new-token", NULL, test_token_of_a_second_process);
  STORE_TEST ("/lock/another-process-is-kept-out-until-it-dies", NULL, test_lock_across_processes);
  STORE_TEST ("/lock/a-kill-loses-nothing-that-was-acknowledged", NULL, test_killed);
  STORE_TEST ("/lock/a-cancelled-opening-lets-go-of-the-lock", NULL, test_cancelled);
  return g_test_run ();
}
