/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* The state: what is set comes back, and nothing that lies in its place is fatal. */

static KzAction *
make_poll (const char *action_id, const char *reference_id)
{
  static const char *const choices[] = {"Mon", "Tue \"x\"", NULL};
  KzAction *action = kz_action_new (KZ_ACTION_POLL, "Poll", "g-1");
  KzQuestion *question = g_new0 (KzQuestion, 1);

  action->action_id = g_strdup (action_id);
  action->reference_id = g_strdup (reference_id);
  action->title = g_strdup ("Lunch?\nआशा");
  action->text = g_strdup ("a private text");
  action->choices = g_strdupv ((char **) choices);
  action->sender = kz_person_new ("u-1", "+15550000002", "Asha", NULL);
  action->sent_us = STORE_WALL_US;
  action->due_us = STORE_WALL_US + 5;
  action->response_count = 3;
  action->is_completed = KZ_TRI_NO;
  action->accept_multiple = TRUE;
  question->title = g_strdup ("Which day");
  question->kind_raw = g_strdup ("SingleOption");
  question->kind = KZ_QUESTION_SINGLE;
  question->options = g_strdupv ((char **) choices);
  g_ptr_array_add (action->questions, question);
  return action;
}

static void
check_poll (const KzAction *action)
{
  const KzQuestion *question;

  g_assert_cmpint (action->kind, ==, KZ_ACTION_POLL);
  g_assert_cmpstr (action->kind_raw, ==, "Poll");
  g_assert_cmpstr (action->group_id, ==, "g-1");
  g_assert_cmpstr (action->title, ==, "Lunch?\nआशा");
  g_assert_null (action->text);
  g_assert_cmpuint (g_strv_length (action->choices), ==, 2);
  g_assert_cmpstr (action->choices[1], ==, "Tue \"x\"");
  g_assert_cmpstr (action->sender->phone, ==, "+15550000002");
  g_assert_cmpint (action->due_us, ==, STORE_WALL_US + 5);
  g_assert_cmpint (action->response_count, ==, 3);
  g_assert_cmpint (action->assignee_count, ==, -1);
  g_assert_cmpint (action->is_completed, ==, KZ_TRI_NO);
  g_assert_true (action->accept_multiple);
  g_assert_cmpuint (action->questions->len, ==, 1);
  question = g_ptr_array_index (action->questions, 0);
  g_assert_cmpint (question->kind, ==, KZ_QUESTION_SINGLE);
  g_assert_cmpstr (question->options[0], ==, "Mon");
}

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
test_actions_return (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) action = make_poll ("a-1", NULL);
  g_autoptr (KzAction) later = make_poll ("a-1", "r-1");
  g_autofree char *handle = NULL;
  KzOpenAction *open = kz_store_add_open_action (store, action, NULL, 0, TRUE);
  int counts[] = {2, 1};

  handle = g_strdup (open->handle);
  kz_store_update_action (store, open, later);
  g_assert_true (kz_store_find_action (store, NULL, "r-1") == open);
  open->tally = kz_tally_from_action (action);
  g_clear_pointer (&open->tally->counts, g_array_unref);
  open->tally->counts = g_array_append_vals (g_array_new (FALSE, FALSE, sizeof (int)), counts, 2);
  g_clear_pointer (&open->tally->choices, g_strfreev);
  open->tally->choices = g_strdupv (action->choices);
  open->likes = 4;
  open->own_response_id = g_strdup ("resp-1");
  kz_store_changed (store);
  store_close (store);

  store = store_open (fixture);
  open = kz_store_find_by_handle (store, handle);
  g_assert_nonnull (open);
  check_poll (open->action);
  g_assert_cmpstr (open->action->reference_id, ==, "r-1");
  g_assert_true (kz_store_find_action (store, "a-1", NULL) == open);
  g_assert_true (kz_store_find_action (store, "other", "r-1") == open);
  g_assert_null (kz_store_find_action (store, "r-1", "a-1"));
  g_assert_cmpint (open->likes, ==, 4);
  g_assert_cmpstr (open->own_response_id, ==, "resp-1");
  g_assert_cmpint (g_array_index (open->tally->counts, int, 0), ==, 2);
  g_assert_cmpint (open->tally->response_count, ==, 3);
  store_close (store);
}

/* From the journal alone. The second is more than one line of it holds. */
static void
test_actions_before_a_save (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) brief = make_poll ("a-1", "r-1");
  g_autoptr (KzAction) lengthy = make_poll ("a-2", "r-2");
  g_autofree char *brief_handle = g_strdup (kz_store_add_open_action (store, brief, NULL, 0, TRUE)->handle);
  g_autofree char *lengthy_handle = NULL;
  g_autofree char *journal = NULL;
  g_autofree char *state = NULL;
  KzStore *other;
  KzOpenAction *open;

  lengthy->assigned_to = g_new0 (char *, 401);
  for (guint i = 0; i < 400; i++)
    lengthy->assigned_to[i] = g_strdup_printf ("+15550001%03u", i);
  lengthy_handle = g_strdup (kz_store_add_open_action (store, lengthy, NULL, 0, TRUE)->handle);
  journal = store_read (fixture, ".journal", NULL);
  store_assert_short_lines (journal);
  state = store_read (fixture, ".json", NULL);
  g_assert_null (strstr (state, brief_handle));
  other = store_open (fixture);
  open = kz_store_find_by_handle (other, brief_handle);
  g_assert_nonnull (open);
  check_poll (open->action);
  open = kz_store_find_by_handle (other, lengthy_handle);
  g_assert_nonnull (open);
  check_poll (open->action);
  g_assert_cmpuint (g_strv_length (open->action->assigned_to), ==, 400);
  g_assert_cmpstr (open->action->assigned_to[399], ==, "+15550001399");
  store_close (other);
  store_close (store);
}

static void
test_handles (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (KzAction) action = make_poll (NULL, NULL);
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *upper = NULL;

  for (guint i = 0; i < 1500; i++) {
    KzOpenAction *open = kz_store_add_open_action (store, action, NULL, 0, TRUE);
    gboolean has_digit = strpbrk (open->handle, "23456789") != NULL;

    g_assert_cmpuint (strlen (open->handle), >=, 3);
    g_assert_cmpuint (strspn (open->handle, "abcdefghijklmnopqrstuvwxyz23456789"), ==,
                      strlen (open->handle));
    g_assert_true (has_digit);
    g_assert_nonnull (strpbrk (open->handle, "abcdefghijklmnopqrstuvwxyz"));
    g_assert_true (g_hash_table_add (seen, g_strdup (open->handle)));
  }
  all = kz_store_open_actions (store);
  g_assert_cmpuint (all->len, ==, 1500);
  upper = g_ascii_strup (((KzOpenAction *) g_ptr_array_index (all, 7))->handle, -1);
  g_assert_true (kz_store_find_by_handle (store, upper) == g_ptr_array_index (all, 7));
  g_assert_null (kz_store_find_by_handle (store, "not a handle"));
  store_close (store);
}

static void
test_prune (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) action = make_poll ("a-1", "r-1");
  g_autoptr (KzAction) late = make_poll ("a-2", "r-2");
  g_autofree char *handle = NULL;
  gint64 day_us = (gint64) 24 * 3600 * G_USEC_PER_SEC;
  g_autoptr (GPtrArray) all = NULL;

  late->due_us = STORE_WALL_US + 10 * day_us;
  handle = g_strdup (kz_store_add_open_action (store, action, NULL, 0, TRUE)->handle);
  kz_store_add_open_action (store, late, NULL, 0, TRUE);
  kz_store_prune_actions (store, STORE_WALL_US + 29 * day_us);
  g_assert_nonnull (kz_store_find_by_handle (store, handle));
  kz_store_prune_actions (store, STORE_WALL_US + 31 * day_us);
  g_assert_null (kz_store_find_by_handle (store, handle));
  g_assert_null (kz_store_find_action (store, "a-1", "r-1"));
  g_assert_nonnull (kz_store_find_action (store, "a-2", NULL));
  store_close (store);

  store = store_open (fixture);
  all = kz_store_open_actions (store);
  g_assert_cmpuint (all->len, ==, 1);
  store_close (store);
}

static void
test_bound (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) action = make_poll (NULL, NULL);
  g_autoptr (KzAction) first = make_poll ("a-first", NULL);
  g_autoptr (GPtrArray) all = NULL;

  kz_store_add_open_action (store, first, NULL, 0, TRUE);
  kz_clock_advance (fixture->clock, 1);
  for (guint i = 0; i < 2000; i++)
    kz_store_add_open_action (store, action, NULL, 0, TRUE);
  all = kz_store_open_actions (store);
  g_assert_cmpuint (all->len, ==, 2000);
  g_assert_null (kz_store_find_action (store, "a-first", NULL));
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
  g_autoptr (KzAction) action = make_poll ("a-1", NULL);
  g_autofree char *handle = g_strdup (kz_store_add_open_action (store, action, NULL, 0, TRUE)->handle);

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
  STORE_TEST ("/store/open-actions-return-without-their-texts", NULL, test_actions_return);
  STORE_TEST ("/store/open-actions-return-before-a-save", NULL, test_actions_before_a_save);
  STORE_TEST ("/store/handles-are-short-and-unique", NULL, test_handles);
  STORE_TEST ("/store/actions-are-closed-a-month-after-their-end", NULL, test_prune);
  STORE_TEST ("/store/the-stalest-action-makes-room", NULL, test_bound);
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
