/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "store-fixture.h"

#include <string.h>

/* Open actions: their handles, their answers, and what of them comes back. */

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

/* Its texts are in no file. */
static void
check_poll (const KzOpenAction *open)
{
  const KzAction *action = open->action;

  g_assert_true (open->is_bare);
  g_assert_cmpint (action->kind, ==, KZ_ACTION_POLL);
  g_assert_cmpstr (action->kind_raw, ==, "Poll");
  g_assert_cmpstr (action->group_id, ==, "g-1");
  g_assert_null (action->title);
  g_assert_null (action->text);
  g_assert_null (action->choices);
  g_assert_cmpstr (action->sender->phone, ==, "+15550000002");
  g_assert_cmpint (action->due_us, ==, STORE_WALL_US + 5);
  g_assert_cmpint (action->response_count, ==, 3);
  g_assert_cmpint (action->assignee_count, ==, -1);
  g_assert_cmpint (action->is_completed, ==, KZ_TRI_NO);
  g_assert_true (action->accept_multiple);
  g_assert_cmpuint (action->questions->len, ==, 0);
}

/* Nor is anything of it there in the form in which the journal has its records. */
static void
assert_no_texts (StoreFixture *fixture, const char *ending)
{
  static const char *const texts[] = {"Lunch", "a private text", "Mon", "Tue", "Which day"};
  g_autofree char *file = store_read (fixture, ending, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_assert_null (strstr (file, texts[i]));
    /* In base64 a word has three forms; a half of it is in each. */
    for (gsize shift = 0; shift < 3; shift++) {
      g_autofree char *padded = g_strconcat (&"xxx"[3 - shift], texts[i], NULL);
      g_autofree char *coded = g_base64_encode ((const guchar *) padded, strlen (padded));
      gsize from = shift == 0 ? 0 : 4;
      gsize n = strlen (padded) / 3 * 4 - from;

      if (n < 4)
        continue;
      coded[from + n] = '\0';
      g_assert_null (strstr (file, coded + from));
    }
  }
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
  assert_no_texts (fixture, ".journal");
  store_close (store);
  assert_no_texts (fixture, ".journal");

  store = store_open (fixture);
  assert_no_texts (fixture, ".json");
  open = kz_store_find_by_handle (store, handle);
  g_assert_nonnull (open);
  check_poll (open);
  g_assert_cmpstr (open->action->reference_id, ==, "r-1");
  g_assert_true (kz_store_find_action (store, "a-1", NULL) == open);
  g_assert_true (kz_store_find_action (store, "other", "r-1") == open);
  g_assert_null (kz_store_find_action (store, "r-1", "a-1"));
  g_assert_cmpint (open->likes, ==, 4);
  g_assert_cmpstr (open->own_response_id, ==, "resp-1");
  /* In the order of its choices. */
  g_assert_null (open->tally->choices);
  g_assert_cmpuint (open->tally->counts->len, ==, 2);
  g_assert_cmpint (g_array_index (open->tally->counts, int, 0), ==, 2);
  g_assert_cmpint (open->tally->response_count, ==, 3);
  /* And once more, though nobody has told them. */
  kz_store_changed (store);
  store_close (store);
  store = store_open (fixture);
  open = kz_store_find_by_handle (store, handle);
  check_poll (open);
  g_assert_cmpint (g_array_index (open->tally->counts, int, 1), ==, 1);
  store_close (store);
}

/* What says nothing but its ids has nothing that would be asked for. */
static void
test_nothing_to_tell (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_LOCATION, NULL, "g-1");

  action->reference_id = g_strdup ("r-1");
  kz_store_add_open_action (store, action, NULL, 0, TRUE);
  store_close (store);
  store = store_open (fixture);
  g_assert_false (kz_store_find_action (store, NULL, "r-1")->is_bare);
  store_close (store);
}

/* The choices of a meeting are the API's words, in the order in which people took them. Others are
 * somebody's, and without them the counts say nothing. */
static void
test_meetings_return (StoreFixture *fixture, gconstpointer data)
{
  static const char *const known[] = {"Maybe", "Accept", NULL};
  static const char *const other[] = {"Maybe", "By bus", NULL};
  KzStore *store = store_open (fixture);
  g_autofree char *journal = NULL;

  for (guint i = 0; i < 2; i++) {
    g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_LETS_MEET, NULL, "g-1");
    g_autoptr (KzTally) tally = NULL;
    int counts[] = {2, 1};

    action->action_id = g_strdup (i == 0 ? "known" : "other");
    tally = kz_tally_from_action (action);
    tally->response_count = 3;
    tally->choices = g_strdupv ((char **) (i == 0 ? known : other));
    tally->counts = g_array_append_vals (g_array_new (FALSE, FALSE, sizeof (int)), counts, 2);
    kz_store_add_open_action (store, action, tally, 0, TRUE);
  }
  store_close (store);
  store = store_open (fixture);
  journal = store_read (fixture, ".json", NULL);
  for (guint i = 0; i < 2; i++) {
    const KzTally *tally = kz_store_find_action (store, i == 0 ? "known" : "other", NULL)->tally;

    g_assert_cmpint (tally->response_count, ==, 3);
    if (i == 0) {
      g_assert_cmpstr (tally->choices[0], ==, "Maybe");
      g_assert_cmpint (g_array_index (tally->counts, int, 0), ==, 2);
    } else {
      g_assert_null (tally->choices);
      g_assert_null (tally->counts);
    }
  }
  g_assert_null (strstr (journal, "By bus"));
  store_close (store);
}

/* By whom ever it was written: without choices they would be those of the first who answers. */
static void
test_damaged_meeting (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_LETS_MEET, NULL, "g-1");
  g_autoptr (KzTally) tally = NULL;
  g_autofree char *state = NULL;
  int counts[] = {2, 1, 4};
  char *choices;

  action->action_id = g_strdup ("a-1");
  tally = kz_tally_from_action (action);
  tally->response_count = 7;
  tally->choices = g_strdupv ((char **) kz_meeting_choices ());
  tally->counts = g_array_append_vals (g_array_new (FALSE, FALSE, sizeof (int)), counts, 3);
  kz_store_add_open_action (store, action, tally, 0, TRUE);
  store_save (fixture, store);
  store_close (store);
  state = store_read (fixture, ".json", NULL);
  choices = strstr (state, "\"choices\"");
  g_assert_nonnull (choices);
  memcpy (choices, "\"cho_ces\"", strlen ("\"cho_ces\""));
  store_write (fixture, ".json", state, -1);
  store_write (fixture, ".journal", "", 0);
  store = store_open (fixture);
  g_assert_cmpint (kz_store_find_action (store, "a-1", NULL)->tally->response_count, ==, 7);
  g_assert_null (kz_store_find_action (store, "a-1", NULL)->tally->counts);
  store_close (store);
}

/* From the journal alone. The second is more than one line of it holds. */
static void
test_actions_before_a_save (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) brief = make_poll ("a-1", "r-1");
  g_autoptr (KzAction) lengthy = make_poll ("a-2", "r-2");
  g_autofree char *brief_handle =
      g_strdup (kz_store_add_open_action (store, brief, NULL, 0, TRUE)->handle);
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
  check_poll (open);
  open = kz_store_find_by_handle (other, lengthy_handle);
  g_assert_nonnull (open);
  check_poll (open);
  g_assert_cmpuint (g_strv_length (open->action->assigned_to), ==, 400);
  g_assert_cmpstr (open->action->assigned_to[399], ==, "+15550001399");
  store_close (other);
  store_close (store);
}

static KzOpenAction *
poll_of (KzStore *store)
{
  KzOpenAction *open = kz_store_find_action (store, "a-1", NULL);

  g_assert_nonnull (open);
  return open;
}

/* Known answers, and how it stands with them: from the journal alone, and from the state. */
static void
test_answers_return (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autoptr (KzAction) action = make_poll ("a-1", "r-1");
  g_autoptr (KzTally) tally = kz_tally_from_action (action);
  KzOpenAction *open = kz_store_add_open_action (store, action, tally, 0, FALSE);
  const char *key[] = {"p:one:x", NULL};
  KzLedgerEntry entries[] = {
      {kz_store_hash (store, "p:one"), kz_store_hash (store, "p:one:x"),
       KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT},
      {kz_store_hash (store, "p:two"), kz_store_hash (store, "p:two:x"), KZ_LEDGER_CURRENT},
  };
  KzStore *other;

  kz_store_showing (store, "g-1", key);
  open->has_answers = TRUE;
  open->unnamed = 3;
  open->tally->response_count = 2;
  kz_store_keep_answers (store, open, entries, 1);
  open->tally->response_count = 5;
  open->unnamed = 0;
  kz_store_keep_answers (store, open, &entries[1], 1);
  /* As after a kill. */
  other = store_open (fixture);
  open = poll_of (other);
  g_assert_true (open->has_answers);
  g_assert_cmpuint (open->unnamed, ==, 0);
  g_assert_cmpint (open->tally->response_count, ==, 5);
  g_assert_cmpuint (kz_ledger_length (open->answers), ==, 2);
  g_assert_cmpuint (kz_ledger_find (open->answers, kz_store_hash (other, "p:one"),
                                    kz_store_hash (other, "p:one:x"))
                        ->flags,
                    ==, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT);
  /* What was being shown is known to have been. */
  g_assert_false (kz_store_may_be_seen (other, "g-1", key));
  store_close (other);
  store_close (store);
  store = store_open (fixture);
  open = poll_of (store);
  g_assert_true (open->has_answers);
  g_assert_cmpuint (kz_ledger_length (open->answers), ==, 2);
  g_assert_cmpint (open->tally->response_count, ==, 5);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/store/open-actions-return-without-their-texts", NULL, test_actions_return);
  STORE_TEST ("/store/what-has-no-texts-lacks-none", NULL, test_nothing_to_tell);
  STORE_TEST ("/store/counts-of-meetings-return", NULL, test_meetings_return);
  STORE_TEST ("/store/counts-of-a-damaged-meeting-do-not", NULL, test_damaged_meeting);
  STORE_TEST ("/store/open-actions-return-before-a-save", NULL, test_actions_before_a_save);
  STORE_TEST ("/store/known-answers-return", NULL, test_answers_return);
  STORE_TEST ("/store/handles-are-short-and-unique", NULL, test_handles);
  STORE_TEST ("/store/actions-are-closed-a-month-after-their-end", NULL, test_prune);
  STORE_TEST ("/store/the-stalest-action-makes-room", NULL, test_bound);
  return g_test_run ();
}
