/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings and compaction: the journal does not grow for ever, and nothing is lost when it is made
 * short. */
#include "config.h"

#include "store-fixture.h"

#include <string.h>

static void
test_compaction (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *journal = NULL;
  gsize before;
  gsize after;

  for (guint i = 0; i < 1000; i++)
    store_show (store, i);
  store_show (store, 999);
  journal = store_read (fixture, ".journal", &before);
  store_close (store);
  store = store_open (fixture);
  g_free (journal);
  journal = store_read (fixture, ".journal", &after);
  store_assert_short_lines (journal);
  g_assert_cmpuint (after, <, before / 4);
  g_assert_true (store_knows (store, 999));
  g_assert_true (store_knows (store, 999 - 255));
  g_assert_false (store_knows (store, 999 - 256));
  store_close (store);
}

static void
test_live_compaction (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *body = g_strnfill (1 << 20, 'x');
  gsize before;
  gsize after;
  guint shown = 0;

  for (guint i = 0; i < 5; i++)
    kz_store_journal_delivered (store, store_deliver (store, body));
  store_deliver (store, "kept");
  g_free (store_read (fixture, ".journal", &before));
  kz_store_set_bound_port (store, 1);
  kz_clock_advance (fixture->clock, 2 * G_USEC_PER_SEC);
  /* Records go on being written while the copy is made and takes the name. */
  do {
    store_show (store, shown++);
    g_main_context_iteration (NULL, FALSE);
    g_free (store_read (fixture, ".journal", &after));
  } while (after >= before);
  for (guint i = 0; i < 100; i++)
    store_show (store, shown++);
  store_wait_for_io (fixture, store);
  store_show (store, shown++);
  g_assert_cmpuint (store_count_files (fixture, ".new"), ==, 0);
  store_close (store);

  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 1);
  for (guint i = shown > 256 ? shown - 256 : 0; i < shown; i++)
    g_assert_true (store_knows (store, i));
  store_close (store);
}

static void
test_close_while_compacting (StoreFixture *fixture, gconstpointer turns)
{
  KzStore *store = store_open (fixture);
  g_autofree char *body = g_strnfill (1 << 20, 'x');

  for (guint i = 0; i < 5; i++)
    kz_store_journal_delivered (store, store_deliver (store, body));
  kz_store_set_bound_port (store, 1);
  kz_clock_advance (fixture->clock, 2 * G_USEC_PER_SEC);
  for (guint i = 0;
       i < GPOINTER_TO_UINT (turns) && kz_clock_is_set (fixture->clock, store, "store-io"); i++)
    g_main_context_iteration (NULL, TRUE);
  store_show (store, 7);
  store_deliver (store, "kept");
  store_close (store);
  store_settle ();

  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_true (store_knows (store, 7));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 1);
  store_close (store);
}

#define WORKERS 40 /* more than threads: what has a low priority waits behind them */

static void
work_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  for (guint i = 0; i < 100; i++)
    g_thread_yield ();
  g_task_return_boolean (task, TRUE);
}

typedef struct {
  guint n_workers;
  gboolean goes_on;
} Work;

static void worker_ended_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
begin_work (Work *work)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, worker_ended_cb, work);

  work->n_workers++;
  g_task_run_in_thread (task, work_thread);
}

/* Work for GIO's threads that begins anew until it is told to end. */
static void
worker_ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Work *work = data;

  work->n_workers--;
  if (work->goes_on)
    begin_work (work);
}

/* What a kill left of a compaction has gone by the time that the next one may write there. */
static void
test_stale_copy (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *path = NULL;
  g_autofree char *stale = NULL;
  Work work = {.goes_on = TRUE};

  store_deliver (store, "one");
  path = store_file (fixture, ".journal");
  store_close (store);
  store_settle ();
  stale = g_strconcat (path, ".new", NULL);
  g_assert_true (g_file_set_contents (stale, "left by a kill", -1, NULL));
  for (guint i = 0; i < WORKERS; i++)
    begin_work (&work);
  store = store_open (fixture);
  g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
  work.goes_on = FALSE;
  while (work.n_workers > 0)
    g_main_context_iteration (NULL, TRUE);
  store_close (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/compact/opening-compacts-and-keeps-the-ring", NULL, test_compaction);
  STORE_TEST ("/compact/what-a-kill-left-goes-first", NULL, test_stale_copy);
  STORE_TEST ("/compact/a-long-session-compacts-and-loses-nothing", NULL, test_live_compaction);
  for (guint turns = 0; turns < 8; turns++) {
    g_autofree char *path =
        g_strdup_printf ("/compact/closing-while-compacting-loses-nothing/%u", turns);

    STORE_TEST (path, GUINT_TO_POINTER (turns), test_close_while_compacting);
  }
  return g_test_run ();
}
