/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* The state: what is set comes back, and nothing that lies in its place is fatal. */

static void
fill (KzStore *store)
{
  static const char *const ids[] = {"e:1", "r:1", NULL};
  KzGroupState *group;

  kz_store_set_endpoint (store, "https://data.example");
  kz_store_set_bound_port (store, 4711);
  kz_store_set_own_user_id (store, "me@2");
  kz_store_set_last_online_us (store, STORE_WALL_US - 7);
  group = kz_store_group (store, "g-1");
  group->name = g_strdup ("Gate crew");
  kz_store_set_webhook (store, "g-1", "hook-1", "http://127.0.0.1:4711/x");
  group->reaction_cursor = G_GINT64_CONSTANT (636897600000000001);
  group->reactions_us = 1700000000000000;
  group->reactions_seeded = TRUE;
  group->misses = 1;
  kz_cursor_set_mark (group->cursor, "Job", STORE_WALL_US - 9);
  kz_unit_map_get (&group->rates, "Job")->rate = 0.125;
  kz_store_changed (store);
  kz_store_shown (store, "g-1", ids);
  kz_store_set_shown_name (store, "i:u-1", "Asha 0004");
}

static void
check_filled (KzStore *store)
{
  static const char *const other[] = {"r:1", "never", NULL};
  static const char *const unknown[] = {"r:2", NULL};
  KzGroupState *group = kz_store_group (store, "g-1");

  g_assert_cmpstr (kz_store_endpoint (store), ==, "https://data.example");
  g_assert_cmpuint (kz_store_bound_port (store), ==, 4711);
  g_assert_cmpstr (kz_store_own_user_id (store), ==, "me@2");
  g_assert_cmpint (kz_store_last_online_us (store), ==, STORE_WALL_US - 7);
  g_assert_cmpstr (group->name, ==, "Gate crew");
  g_assert_cmpstr (group->webhook_id, ==, "hook-1");
  g_assert_cmpstr (group->webhook_url, ==, "http://127.0.0.1:4711/x");
  g_assert_cmpint (group->reaction_cursor, ==, G_GINT64_CONSTANT (636897600000000001));
  g_assert_cmpint (group->reactions_us, ==, 1700000000000000);
  g_assert_true (group->reactions_seeded);
  g_assert_cmpuint (group->misses, ==, 1);
  g_assert_cmpint (kz_cursor_mark (group->cursor, "Job"), ==, STORE_WALL_US - 9);
  g_assert_cmpfloat (kz_unit_map_find (group->rates, "Job")->rate, ==, 0.125);
  g_assert_true (kz_cursor_knows (group->cursor, other));
  g_assert_false (kz_cursor_knows (group->cursor, unknown));
  g_assert_cmpstr (kz_store_shown_name (store, "i:u-1"), ==, "Asha 0004");
}

static void
test_round_trip (StoreFixture *fixture, gconstpointer saved_by_timer)
{
  KzStore *store = store_open (fixture);
  g_autofree char *token = g_strdup (kz_store_callback_token (store));
  g_autofree char *segment = g_strdup (kz_store_callback_segment (store));
  g_autofree char *installation = g_strdup (kz_store_installation_id (store));
  g_autofree guint8 *key = g_memdup2 (kz_store_hash_key (store), 16);

  g_assert_true (kz_store_is_owner (store));
  g_assert_false (kz_store_was_damaged (store));
  g_assert_null (kz_store_write_error (store));
  g_assert_cmpuint (strlen (token), ==, 43);
  g_assert_cmpstr (token, !=, segment);
  fill (store);
  if (saved_by_timer != NULL)
    store_save (fixture, store);
  store_close (store);

  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  check_filled (store);
  g_assert_cmpstr (kz_store_callback_token (store), ==, token);
  g_assert_cmpstr (kz_store_callback_segment (store), ==, segment);
  g_assert_cmpstr (kz_store_installation_id (store), ==, installation);
  g_assert_cmpmem (kz_store_hash_key (store), 16, key, 16);
  store_close (store);
}

static void
test_memory_only (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open_dir (NULL, fixture->clock);
  guint64 record_id = 0;

  fill (store);
  check_filled (store);
  g_assert_true (kz_store_is_owner (store));
  g_assert_null (kz_store_write_error (store));
  g_assert_true (kz_store_journal_delivery (store, "g-1", "x", 1, &record_id));
  g_assert_cmpuint (record_id, !=, 0);
  g_assert_true (kz_store_journal_send (store, kz_store_next_send_id (store), "g-1", "x", 1));
  g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
  store_close (store);
  g_assert_false (g_file_test (fixture->dir, G_FILE_TEST_EXISTS));
}

static void
test_private_files (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint files = 0;
  GStatBuf status;

  g_assert_cmpint (g_mkdir (fixture->dir, 0755), ==, 0);
  store = store_open (fixture);
  fill (store);
  store_save (fixture, store);
  g_assert_cmpint (g_stat (fixture->dir, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 0777, ==, 0700);
  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmphex (status.st_mode & 0777, ==, 0600);
    g_assert_null (strstr (name, "1555"));
    g_assert_null (strstr (name, "connector"));
    files++;
  }
  g_assert_cmpuint (files, ==, 3);
  store_close (store);
}

static void
test_debounce (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *before = store_read (fixture, ".json", NULL);
  g_autofree char *between = NULL;
  g_autofree char *after = NULL;

  /* A change every half second for a while: it is saved all the same. */
  for (guint i = 1; i <= 3; i++) {
    kz_store_set_bound_port (store, 9000 + i);
    kz_clock_advance (fixture->clock, G_USEC_PER_SEC / 2);
    store_settle ();
  }
  between = store_read (fixture, ".json", NULL);
  g_assert_cmpstr (between, ==, before);
  kz_clock_advance (fixture->clock, G_USEC_PER_SEC / 2);
  while (kz_store_has_unsaved (store))
    g_main_context_iteration (NULL, TRUE);
  after = store_read (fixture, ".json", NULL);
  g_assert_nonnull (strstr (after, "9003"));
  store_close (store);
}

static void
test_close_needs_no_loop (StoreFixture *fixture, gconstpointer during_save)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_POLL, "Poll", "g-1");
  g_autofree char *handle =
      g_strdup (kz_store_add_open_action (store, action, NULL, 0, TRUE)->handle);

  fill (store);
  if (during_save != NULL)
    kz_clock_advance (fixture->clock, 2 * G_USEC_PER_SEC);
  store_close (store);
  /* As a host does that quits: the loop does not turn between the two. */
  store = store_open (fixture);
  check_filled (store);
  g_assert_nonnull (kz_store_find_by_handle (store, handle));
  store_close (store);
}

static void
test_forgotten (StoreFixture *fixture, gconstpointer data)
{
  static const char *const ids[] = {"r:1", NULL};
  KzStore *store = store_open (fixture);

  fill (store);
  store_save (fixture, store);
  kz_store_forget_group (store, "g-1");
  store_close (store);
  store = store_open (fixture);
  g_assert_null (kz_store_group (store, "g-1")->name);
  g_assert_false (kz_cursor_knows (kz_store_group (store, "g-1")->cursor, ids));
  store_close (store);
}

/* --- Damage --- */

static const struct {
  const char *name;
  const char *text;
} damaged_states[] = {
    {"empty", ""},
    {"not-json", "hello"},
    {"an-array", "[]"},
    {"another-version", "{\"version\":2,\"generation\":5}"},
    {"no-generation", "{\"version\":1}"},
    {"a-generation-out-of-range", "{\"version\":1,\"generation\":9223372036854775807}"},
    {"two-roots", "{\"version\":1,\"generation\":5}{}"},
};

static void
test_damaged_state (StoreFixture *fixture, gconstpointer data)
{
  const char *text = data;
  static const char *const ids[] = {"r:1", NULL};
  KzStore *store = store_open (fixture);
  g_autofree char *aside = NULL;
  g_autofree char *token = g_strdup (kz_store_callback_token (store));

  fill (store);
  store_save (fixture, store);
  store_close (store);
  store_write (fixture, ".json", text, -1);

  store = store_open (fixture);
  g_assert_true (kz_store_was_damaged (store));
  g_assert_null (kz_store_write_error (store));
  g_assert_cmpstr (kz_store_callback_token (store), !=, token);
  g_assert_null (kz_store_endpoint (store));
  /* The journal is a file of its own: what was shown stays shown. */
  g_assert_true (kz_cursor_knows (kz_store_group (store, "g-1")->cursor, ids));
  aside = store_read (fixture, ".json.1.damaged", NULL);
  g_assert_cmpstr (aside, ==, text);
  kz_store_set_endpoint (store, "https://again.example");
  store_close (store);

  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_cmpstr (kz_store_endpoint (store), ==, "https://again.example");
  store_close (store);
}

static void
test_few_set_aside (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *last = NULL;

  store_close (store);
  for (guint i = 0; i < 6; i++) {
    g_autofree char *text = g_strdup_printf ("damage %u", i);

    store_write (fixture, ".json", text, -1);
    store = store_open (fixture);
    g_assert_true (kz_store_was_damaged (store));
    store_close (store);
  }
  g_assert_cmpuint (store_count_files (fixture, ".damaged"), ==, 3);
  last = store_read (fixture, ".json.3.damaged", NULL);
  g_assert_cmpstr (last, ==, "damage 5");
}

static void
test_hostile_elements (StoreFixture *fixture, gconstpointer data)
{
  static const char text[] =
      "{\"version\":1,\"generation\":3,\"endpoint\":7,\"port\":99999,"
      "\"callbackToken\":\"../../etc\",\"hashKey\":\"AAAA\",\"lastOnlineUs\":-5,"
      "\"groups\":[1,null,{},{\"id\":\"\"},{\"id\":\"g\",\"name\":[],\"misses\":-1,"
      "\"marks\":[{\"unit\":\"Job\",\"us\":-1},{\"unit\":\"Poll\",\"us\":5},7],"
      "\"rates\":[{\"unit\":\"Job\",\"rate\":-1},{\"unit\":\"Poll\",\"rate\":0.5}]}],"
      "\"names\":[{\"key\":\"i:1\"},{\"key\":\"i:2\",\"name\":\"Ben\"}],"
      "\"actions\":[{\"handle\":\"k3f\"},{\"handle\":\"..\",\"action\":{\"kind\":1}},"
      "{\"handle\":\"k3f\",\"action\":{\"kind\":99,\"group\":\"g\"}},"
      "{\"handle\":\"k4f\",\"action\":{\"kind\":3,\"group\":\"g\",\"id\":\"a\"},"
      "\"tally\":{\"choices\":[\"x\"],\"counts\":[1,2,3]}},"
      "{\"handle\":\"k4f\",\"action\":{\"kind\":3,\"group\":\"g\",\"id\":\"b\"}}]}";
  KzStore *store = store_open (fixture);
  g_autoptr (GPtrArray) all = NULL;
  KzGroupState *group;

  store_close (store);
  {
    g_autofree char *journal = store_file (fixture, ".journal");

    g_assert_cmpint (g_unlink (journal), ==, 0);
  }
  store_write (fixture, ".json", text, -1);
  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_bound_port (store), ==, 0);
  g_assert_cmpuint (strlen (kz_store_callback_token (store)), ==, 43);
  g_assert_cmpint (kz_store_last_online_us (store), ==, 0);
  group = kz_store_group (store, "g");
  g_assert_cmpuint (group->misses, ==, 0);
  g_assert_cmpint (kz_cursor_mark (group->cursor, "Poll"), ==, 5);
  g_assert_cmpuint (kz_unit_map_length (group->rates), ==, 1);
  g_assert_cmpstr (kz_store_shown_name (store, "i:2"), ==, "Ben");
  all = kz_store_open_actions (store);
  g_assert_cmpuint (all->len, ==, 1);
  g_assert_cmpstr (kz_store_find_by_handle (store, "k4f")->action->action_id, ==, "a");
  g_assert_null (kz_store_find_by_handle (store, "k4f")->tally->counts);
  store_close (store);
}

static void
test_truncated_state (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *whole = NULL;
  gsize length;

  kz_store_set_endpoint (store, "https://data.example");
  kz_store_group (store, "g-1");
  store_save (fixture, store);
  store_close (store);
  whole = store_read (fixture, ".json", &length);
  for (gsize cut = 0; cut < length; cut++) {
    store_write (fixture, ".json", whole, (gssize) cut);
    store = store_open (fixture);
    g_assert_true (kz_store_was_damaged (store));
    g_assert_true (kz_store_is_owner (store));
    g_assert_null (kz_store_write_error (store));
    store_close (store);
  }
  g_assert_cmpuint (store_count_files (fixture, ".damaged"), ==, 3);
}

static void
test_directory_in_its_place (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *path = NULL;

  store_close (store);
  path = store_file (fixture, ".json");
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  store = store_open (fixture);
  g_assert_true (kz_store_was_damaged (store));
  g_assert_null (kz_store_write_error (store));
  store_close (store);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/store/what-was-saved-is-there-after-a-restart", "timer", test_round_trip);
  STORE_TEST ("/store/what-was-not-saved-yet-is-there-after-a-restart", NULL, test_round_trip);
  STORE_TEST ("/store/without-a-directory-nothing-is-written", NULL, test_memory_only);
  STORE_TEST ("/store/files-are-private-and-named-by-a-hash", NULL, test_private_files);
  STORE_TEST ("/store/changes-are-saved-two-seconds-after-the-first", NULL, test_debounce);
  STORE_TEST ("/store/closing-saves-without-a-turn-of-the-loop", NULL, test_close_needs_no_loop);
  STORE_TEST ("/store/closing-in-the-middle-of-a-save-loses-nothing", "x",
              test_close_needs_no_loop);
  STORE_TEST ("/store/a-forgotten-group-does-not-come-back", NULL, test_forgotten);
  for (gsize i = 0; i < G_N_ELEMENTS (damaged_states); i++) {
    g_autofree char *path =
        g_strconcat ("/store/a-damaged-state-is-set-aside/", damaged_states[i].name, NULL);

    STORE_TEST (path, damaged_states[i].text, test_damaged_state);
  }
  STORE_TEST ("/store/only-a-few-damaged-files-are-kept", NULL, test_few_set_aside);
  STORE_TEST ("/store/a-bad-element-fails-no-other", NULL, test_hostile_elements);
  STORE_TEST ("/store/a-state-cut-anywhere-is-survived", NULL, test_truncated_state);
  STORE_TEST ("/store/a-directory-in-place-of-the-state-is-survived", NULL,
              test_directory_in_its_place);
  return g_test_run ();
}
