/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "store-fixture.h"

#include "kz-limits.h"

#include <string.h>

/* What is long. A state is read in slices, a turn of the loop each, and what is most of it is written so;
 * whatever comes between them finds no half. */

#define GROUPS 2000
#define DEBOUNCE_US (KZ_STORE_DEBOUNCE_S * G_USEC_PER_SEC)

static char *
group_id (guint n)
{
  return g_strdup_printf ("g-%04u", n);
}

/* What every group has one of in the file of the state. */
static guint
count_groups (StoreFixture *fixture)
{
  static const char member[] = "\"reactionsSeeded\"";
  gsize length = 0;
  g_autofree char *text = store_read (fixture, ".json", &length);
  guint count = 0;

  /* Not with strstr(): as the sanitizer checks it, it looks at all that is left each time. */
  for (gsize i = 0; i + sizeof member <= length; i++)
    count += text[i] == '"' && memcmp (text + i, member, sizeof member - 1) == 0;
  return count;
}

/* A session before: its groups, each with a name, a mark and an item that was shown, and a name. */
static void
fill (StoreFixture *fixture)
{
  KzStore *store = store_open (fixture);

  for (guint i = 0; i < GROUPS; i++) {
    static const char *const ids[] = {"r:1", NULL};
    g_autofree char *id = group_id (i);
    KzGroupState *group = kz_store_group (store, id);

    group->name = g_strdup_printf ("Site %u, with a name of some length, as people give them", i);
    kz_cursor_set_mark (group->cursor, "Job", STORE_WALL_US - i);
    kz_store_shown (store, id, ids);
    kz_store_set_shown_name (store, id, "Asha");
  }
  store_save (fixture, store);
  store_close (store);
}

static void
check_filled (KzStore *store)
{
  g_autoptr (GPtrArray) ids = kz_store_group_ids (store);

  g_assert_cmpuint (ids->len, ==, GROUPS);
  for (guint i = 0; i < GROUPS; i++) {
    static const char *const shown[] = {"r:1", NULL};
    g_autofree char *id = group_id (i);
    const KzGroupState *group = kz_store_group (store, id);

    g_assert_nonnull (group->name);
    g_assert_cmpint (kz_cursor_mark (group->cursor, "Job"), ==, STORE_WALL_US - i);
    g_assert_true (kz_cursor_knows (group->cursor, shown));
    g_assert_cmpstr (kz_store_shown_name (store, id), ==, "Asha");
  }
  g_assert_false (kz_store_was_damaged (store));
}

typedef struct {
  gboolean is_done;
  KzStore *store; /* (nullable): it was cancelled */
} Opening;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;

  opening->store = kz_store_open_finish (result, &error);
  if (opening->store == NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  opening->is_done = TRUE;
}

static void
begin (StoreFixture *fixture, GCancellable *cancellable, Opening *opening)
{
  kz_store_open_async (fixture->dir, "https://api.example", "connector-1", STORE_PHONE,
                       fixture->clock, cancellable, opened_cb, opening);
}

/* However long the turns take: what is saved meanwhile is no part of what was there. */
static void
test_in_turns (StoreFixture *fixture, gconstpointer data)
{
  Opening opening = {0};
  gsize state = 0;
  gsize journal = 0;
  guint turns = 0;

  fill (fixture);
  g_free (store_read (fixture, ".json", &state));
  g_free (store_read (fixture, ".journal", &journal));
  begin (fixture, NULL, &opening);
  while (!opening.is_done) {
    /* Else it waits for a file. */
    if (kz_clock_pending (fixture->clock) == 0)
      turns++;
    g_main_context_iteration (NULL, TRUE);
    kz_clock_advance (fixture->clock, 2 * DEBOUNCE_US);
    g_assert_cmpuint (count_groups (fixture), ==, GROUPS);
  }
  g_assert_cmpuint (turns, >=,
                    (state + journal) / KZ_SLICE_BYTES + GROUPS / KZ_SLICE_ITEMS);
  check_filled (opening.store);
  store_close (opening.store);
}

/* The account signs off in the midst: after so many turns. */
static void
test_cancelled (StoreFixture *fixture, gconstpointer data)
{
  gboolean was_cancelled = TRUE;
  KzStore *store;

  fill (fixture);
  for (guint turns = 1; was_cancelled; turns += 9) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    Opening opening = {0};

    begin (fixture, cancellable, &opening);
    for (guint i = 0; i < turns && !opening.is_done; i++)
      g_main_context_iteration (NULL, TRUE);
    was_cancelled = !opening.is_done;
    g_cancellable_cancel (cancellable);
    while (!opening.is_done)
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (opening.store == NULL, ==, was_cancelled);
    if (opening.store != NULL)
      store_close (opening.store);
    g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
    g_assert_cmpuint (count_groups (fixture), ==, GROUPS);
  }
  store = store_open (fixture);
  g_assert_true (kz_store_is_owner (store));
  check_filled (store);
  store_close (store);
}

/* --- Saving --- */

#define NAMES 20000
#define NAMES_A_TURN 1000 /* at most */

static KzStore *
open_with_names (StoreFixture *fixture)
{
  KzStore *store = store_open (fixture);

  for (guint i = 0; i < NAMES; i++) {
    g_autofree char *key = g_strdup_printf ("i:u-%u", i);
    g_autofree char *name = g_strdup_printf ("Asha %u", i);

    kz_store_set_shown_name (store, key, name);
  }
  return store;
}

static void
check_names (KzStore *store)
{
  for (guint i = 0; i < NAMES; i++) {
    g_autofree char *key = g_strdup_printf ("i:u-%u", i);
    g_autofree char *name = g_strdup_printf ("Asha %u", i);

    g_assert_cmpstr (kz_store_shown_name (store, key), ==, i == 7 ? "Asha Rao" : name);
  }
  g_assert_cmpstr (kz_store_shown_name (store, "i:u-new"), ==, "Ben");
}

/* Names are given in the midst of it. */
static void
test_saved_in_turns (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = open_with_names (fixture);
  guint turns = 0;

  kz_clock_advance (fixture->clock, DEBOUNCE_US);
  /* The next save waits for its time once this one is done. */
  for (; !kz_clock_is_set (fixture->clock, store, "store-save"); turns++) {
    if (turns == 3) {
      kz_store_set_shown_name (store, "i:u-7", "Asha Rao");
      kz_store_set_shown_name (store, "i:u-new", "Ben");
    }
    g_assert_true (kz_store_has_unsaved (store));
    g_main_context_iteration (NULL, TRUE);
  }
  g_assert_cmpuint (turns, >=, NAMES / NAMES_A_TURN);
  store_save (fixture, store);
  store_close (store);
  store = store_open (fixture);
  check_names (store);
  store_close (store);
}

/* The host quits in the midst of it: the loop turns no more. */
static void
test_closed_in_the_midst (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = open_with_names (fixture);

  kz_store_set_shown_name (store, "i:u-7", "Asha Rao");
  kz_store_set_shown_name (store, "i:u-new", "Ben");
  kz_clock_advance (fixture->clock, DEBOUNCE_US);
  for (guint i = 0; i < 3; i++)
    g_main_context_iteration (NULL, TRUE);
  store_close (store);
  store = store_open (fixture);
  check_names (store);
  store_close (store);
}

/* --- What is damaged, and what is too long --- */

/* One element that is no JSON is left out, and the file is put by for whoever wants to look at it. */
static void
test_bad_element (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  KzStore *store;
  gsize length;
  char *mark;

  fill (fixture);
  text = store_read (fixture, ".json", &length);
  mark = strstr (text, "\"us\":");
  g_assert_nonnull (mark);
  mark[strlen ("\"us\":")] = 'x';
  store_write (fixture, ".json", text, (gssize) length);
  store = store_open (fixture);
  g_assert_true (kz_store_was_damaged (store));
  aside = store_read (fixture, ".json.1.damaged", NULL);
  g_assert_cmpstr (aside, ==, text);
  ids = kz_store_group_ids (store);
  /* The journal knows what was shown in that one. */
  g_assert_cmpuint (ids->len, ==, GROUPS);
  g_assert_cmpuint (count_groups (fixture), ==, GROUPS);
  store_close (store);
}

/* As much of it as any line shows. */
static void
test_long_title (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_JOB, "Job", "g-1");
  g_autoptr (KzAction) again = NULL;
  g_autoptr (GBytes) body = NULL;
  GString *title = g_string_new ("x");

  while (title->len < 70000)
    g_string_append (title, "आ");
  action->action_id = g_strdup ("a-1");
  action->title = g_string_free (title, FALSE);
  body = kz_store_serialize_aside (action);
  again = kz_store_read_aside (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_true (g_utf8_validate (again->title, -1, NULL));
  g_assert_cmpuint (strlen (again->title), >, 2000);
  g_assert_true (g_str_has_suffix (again->title, "आ…"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/slices/a-long-state-is-opened-in-turns", NULL, test_in_turns);
  STORE_TEST ("/slices/an-opening-that-is-cancelled-leaves-all", NULL, test_cancelled);
  STORE_TEST ("/slices/a-long-state-is-saved-in-turns", NULL, test_saved_in_turns);
  STORE_TEST ("/slices/closing-in-the-midst-of-a-save-loses-nothing", NULL,
              test_closed_in_the_midst);
  STORE_TEST ("/slices/an-element-that-is-damaged-hurts-itself-alone", NULL, test_bad_element);
  STORE_TEST ("/slices/a-long-title-is-kept-cut", NULL, test_long_title);
  return g_test_run ();
}
