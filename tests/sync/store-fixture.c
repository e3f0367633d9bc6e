/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  }
  g_remove (path);
}

void
store_fixture_set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->root = g_dir_make_tmp ("kaizala-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->dir = g_build_filename (fixture->root, "kaizala", NULL);
  fixture->clock = kz_clock_new_manual (STORE_WALL_US);
}

void
store_fixture_tear_down (StoreFixture *fixture, gconstpointer data)
{
  store_settle ();
  g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
  remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->dir);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzStore **store = data;
  g_autoptr (GError) error = NULL;

  *store = kz_store_open_finish (result, &error);
  g_assert_no_error (error);
}

KzStore *
store_open_dir (const char *dir, KzClock *clock)
{
  KzStore *store = NULL;

  kz_store_open_async (dir, "https://api.example", "connector-1", STORE_PHONE, clock, NULL,
                       opened_cb, &store);
  g_assert_null (store);
  while (store == NULL)
    g_main_context_iteration (NULL, TRUE);
  return store;
}

KzStore *
store_open (StoreFixture *fixture)
{
  return store_open_dir (fixture->dir, fixture->clock);
}

void
store_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
store_save (StoreFixture *fixture, KzStore *store)
{
  g_assert_true (kz_store_has_unsaved (store));
  kz_clock_advance (fixture->clock, 2 * G_USEC_PER_SEC);
  while (kz_store_has_unsaved (store))
    g_main_context_iteration (NULL, TRUE);
}

void
store_close (KzStore *store)
{
  kz_store_close (store);
  g_object_unref (store);
}

static char *
find_file (StoreFixture *fixture, const char *ending, guint *count)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  char *found = NULL;
  const char *name;

  *count = 0;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (!g_str_has_suffix (name, ending))
      continue;
    (*count)++;
    g_free (found);
    found = g_build_filename (fixture->dir, name, NULL);
  }
  return found;
}

char *
store_file (StoreFixture *fixture, const char *ending)
{
  guint count;
  char *path = find_file (fixture, ending, &count);

  g_assert_cmpuint (count, ==, 1);
  return path;
}

guint
store_count_files (StoreFixture *fixture, const char *ending)
{
  guint count;

  g_free (find_file (fixture, ending, &count));
  return count;
}

char *
store_read (StoreFixture *fixture, const char *ending, gsize *length)
{
  g_autofree char *path = store_file (fixture, ending);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;

  g_file_get_contents (path, &contents, length, &error);
  g_assert_no_error (error);
  return contents;
}

void
store_write (StoreFixture *fixture, const char *ending, const char *data, gssize length)
{
  g_autofree char *path = store_file (fixture, ending);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
}

void
store_wait_for_io (StoreFixture *fixture, KzStore *store)
{
  while (kz_clock_is_set (fixture->clock, store, "store-io"))
    g_main_context_iteration (NULL, TRUE);
}

guint64
store_deliver (KzStore *store, const char *body)
{
  guint64 record_id = 0;

  g_assert_true (kz_store_journal_delivery (store, "g-1", body, strlen (body), &record_id));
  return record_id;
}

void
store_assert_body (const KzJournalDelivery *delivery, const char *expected)
{
  gsize length;
  const char *body = g_bytes_get_data (delivery->body, &length);

  g_assert_cmpmem (body, length, expected, strlen (expected));
}

gboolean
store_knows (KzStore *store, guint number)
{
  g_autofree char *id = g_strdup_printf ("r:%u", number);
  const char *ids[] = {id, NULL};

  return kz_cursor_knows (kz_store_group (store, "g-1")->cursor, ids);
}

void
store_show (KzStore *store, guint number)
{
  g_autofree char *id = g_strdup_printf ("r:%u", number);
  const char *ids[] = {id, NULL};

  kz_store_shown (store, "g-1", ids);
}

void
store_assert_short_lines (const char *journal)
{
  g_auto (GStrv) lines = g_strsplit (journal, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]) + 1, <=, 8192);
}
