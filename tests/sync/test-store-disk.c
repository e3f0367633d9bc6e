/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No place to write: full disks, no directory, and what the host is told of writing. */
#include "config.h"

#include "store-fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static void
count_busy_cb (gboolean is_busy, gpointer data)
{
  int *turns = data;

  g_assert_cmpint (*turns % 2, ==, is_busy ? 0 : 1);
  ++*turns;
}

static void
test_busy_while_it_writes (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  int turns = 0;

  kz_store_set_busy_func (store, count_busy_cb, &turns);
  g_assert_cmpint (turns, ==, 0);
  kz_store_set_shown_name (store, "i:1", "Asha");
  store_save (fixture, store);
  store_settle ();
  g_assert_cmpint (turns, ==, 2);
  store_close (store);
  g_assert_cmpint (turns, ==, 2);
}

static void
count_trouble (const char *error, gpointer data)
{
  g_assert_nonnull (error);
  (*(guint *) data)++;
}

static void
test_no_directory (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store;

  g_assert_true (g_file_set_contents (fixture->dir, "a file", -1, NULL));
  store = store_open (fixture);
  g_assert_nonnull (kz_store_write_error (store));
  g_assert_true (kz_store_is_owner (store));
  g_assert_false (kz_store_was_damaged (store));
  g_assert_false (kz_store_journal_delivery (store, "g-1", "x", 1, NULL));
  g_assert_false (kz_store_journal_send (store, kz_store_next_send_id (store), "g-1", "x", 1));
  store_show (store, 1);
  g_assert_true (store_knows (store, 1));
  store_close (store);
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full_disk (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *body = g_strnfill (30000, 'x');
  guint troubles = 0;
  gsize before;
  gsize after;

  kz_store_set_trouble_func (store, count_trouble, &troubles);
  store_deliver (store, "before");
  g_free (store_read (fixture, ".journal", &before));
  limit_files (before + 10000);
  g_assert_false (kz_store_journal_delivery (store, "g-1", body, strlen (body), NULL));
  g_assert_false (kz_store_journal_delivery (store, "g-1", body, strlen (body), NULL));
  g_assert_nonnull (kz_store_write_error (store));
  g_assert_cmpuint (troubles, ==, 1);
  g_free (store_read (fixture, ".journal", &after));
  g_assert_cmpuint (after, ==, before);
  limit_files (RLIM_INFINITY);
  g_assert_true (kz_store_journal_delivery (store, "g-1", body, strlen (body), NULL));
  g_assert_null (kz_store_write_error (store));
  store_close (store);

  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 2);
  store_assert_body (g_ptr_array_index (kz_store_pending_deliveries (store), 1), body);
  store_close (store);
}

static void
test_save_fails (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *before = store_read (fixture, ".json", NULL);
  g_autofree char *during = NULL;
  guint troubles = 0;

  kz_store_set_trouble_func (store, count_trouble, &troubles);
  kz_store_set_bound_port (store, 4711);
  limit_files (16);
  kz_clock_advance (fixture->clock, 2 * G_USEC_PER_SEC);
  while (kz_store_write_error (store) == NULL)
    g_main_context_iteration (NULL, TRUE);
  limit_files (RLIM_INFINITY);
  g_assert_cmpuint (troubles, ==, 1);
  during = store_read (fixture, ".json", NULL);
  g_assert_cmpstr (during, ==, before);
  /* It is tried again by itself. */
  g_assert_true (kz_store_has_unsaved (store));
  kz_clock_advance (fixture->clock, 60 * G_USEC_PER_SEC);
  while (kz_store_has_unsaved (store))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (kz_store_write_error (store));
  store_close (store);
  store = store_open (fixture);
  g_assert_cmpuint (kz_store_bound_port (store), ==, 4711);
  store_close (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A file over its limit is an error of write(2), as on a full disk. */
  signal (SIGXFSZ, SIG_IGN);
  STORE_TEST ("/disk/the-host-is-told-while-it-writes", NULL, test_busy_while_it_writes);
  STORE_TEST ("/disk/no-directory-is-an-error-and-not-fatal", NULL, test_no_directory);
  STORE_TEST ("/disk/a-full-disk-is-told-once-and-leaves-no-torn-line", NULL, test_full_disk);
  STORE_TEST ("/disk/a-failed-save-is-tried-again", NULL, test_save_fails);
  return g_test_run ();
}
