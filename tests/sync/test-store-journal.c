/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal: what may not be lost comes back, whatever became of the file. */
#include "config.h"

#include "store-fixture.h"

#include <string.h>

static void
test_undelivered (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  GPtrArray *pending;
  guint64 second;

  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 0);
  store_deliver (store, "first \"quoted\"");
  second = store_deliver (store, "second");
  store_deliver (store, "third");
  kz_store_journal_delivered (store, second);
  kz_store_journal_delivered (store, 987654);
  store_close (store);

  /* Twice: what is carried over by a compaction is as good as what was written. */
  for (guint i = 0; i < 2; i++) {
    store = store_open (fixture);
    pending = kz_store_pending_deliveries (store);
    g_assert_cmpuint (pending->len, ==, 2);
    store_assert_body (g_ptr_array_index (pending, 0), "first \"quoted\"");
    store_assert_body (g_ptr_array_index (pending, 1), "third");
    g_assert_cmpstr (((KzJournalDelivery *) g_ptr_array_index (pending, 0))->group_id, ==, "g-1");
    store_close (store);
  }
  store = store_open (fixture);
  pending = kz_store_pending_deliveries (store);
  for (guint i = 0; i < pending->len; i++)
    kz_store_journal_delivered (store,
                                ((KzJournalDelivery *) g_ptr_array_index (pending, i))->record_id);
  store_close (store);
  store = store_open (fixture);
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 0);
  store_close (store);
}

static void
test_large (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  gsize length = 1 << 20;
  g_autofree char *body = g_malloc (length);
  g_autofree char *group_id = g_strnfill (300, '\x01');
  g_autofree char *journal = NULL;
  KzJournalDelivery *delivery;
  gconstpointer kept;
  gsize kept_length;

  for (gsize i = 0; i < length; i++)
    body[i] = (char) (i * 31 + i / 256);
  g_assert_true (kz_store_journal_delivery (store, group_id, body, length, NULL));
  journal = store_read (fixture, ".journal", NULL);
  store_assert_short_lines (journal);
  store_close (store);

  store = store_open (fixture);
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 1);
  delivery = g_ptr_array_index (kz_store_pending_deliveries (store), 0);
  kept = g_bytes_get_data (delivery->body, &kept_length);
  g_assert_cmpmem (kept, kept_length, body, length);
  g_assert_cmpstr (delivery->group_id, ==, group_id);
  store_close (store);
}

static void
test_bounded (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  gsize length = 1 << 20;
  g_autofree char *body = g_malloc0 (length);
  g_autofree char *long_id = g_strnfill (20000, 'x');
  guint kept = 0;

  g_assert_false (kz_store_journal_delivery (store, long_id, "x", 1, NULL));
  while (kept < 100 && kz_store_journal_delivery (store, "g-1", body, length, NULL))
    kept++;
  g_assert_cmpuint (kept, ==, 32);
  store_close (store);
}

/* Cuts the journal after each byte: what was written whole before the cut is there, what was not is
 * absent, and a torn end is no damage. */
static void
test_cut_anywhere (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *whole = NULL;
  gsize ends[3];
  gsize length;

  for (guint i = 0; i < 3; i++) {
    g_autofree char *body = g_strdup_printf ("body %u", i);
    g_autofree char *now = NULL;

    store_deliver (store, body);
    now = store_read (fixture, ".journal", &ends[i]);
  }
  store_close (store);
  whole = store_read (fixture, ".journal", &length);
  for (gsize cut = 0; cut <= ends[2]; cut++) {
    guint expected = (cut >= ends[0]) + (cut >= ends[1]) + (cut >= ends[2]);

    store_write (fixture, ".journal", whole, (gssize) cut);
    store = store_open (fixture);
    g_assert_false (kz_store_was_damaged (store));
    g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, expected);
    if (expected > 0)
      store_assert_body (g_ptr_array_index (kz_store_pending_deliveries (store), 0), "body 0");
    store_close (store);
  }
}

static void
test_torn_continuation (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *body = g_strnfill (20000, 'b');
  g_autofree char *whole = NULL;
  gsize before;
  gsize length;

  store_deliver (store, "short");
  g_free (store_read (fixture, ".journal", &before));
  store_deliver (store, body);
  whole = store_read (fixture, ".journal", &length);
  store_close (store);
  for (gsize cut = before; cut < length; cut += 97) {
    store_write (fixture, ".journal", whole, (gssize) cut);
    store = store_open (fixture);
    g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 1);
    store_close (store);
  }
  store_write (fixture, ".journal", whole, (gssize) length);
  store = store_open (fixture);
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 2);
  store_assert_body (g_ptr_array_index (kz_store_pending_deliveries (store), 1), body);
  store_close (store);
}

static void
test_garbage_between (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *journal = NULL;
  g_autofree char *damaged = NULL;
  g_autofree char *aside = NULL;

  store_deliver (store, "first");
  journal = store_read (fixture, ".journal", NULL);
  store_deliver (store, "second");
  store_close (store);
  {
    g_autofree char *both = store_read (fixture, ".journal", NULL);

    damaged = g_strconcat (journal, "\xff\xfe garbage\n", "{\"t\":\"dlv\",\"n\":-4}\n",
                           "{\"t\":\"+\",\"n\":9,\"i\":1,\"b\":\"AAAA\"}\n",
                           "{\"t\":\"dlv\",\"n\":9,\"of\":999999999,\"b\":\"AAAA\"}\n",
                           "{\"t\":\"of a later version\",\"n\":1}\n", "[[[[[[[[[[\n",
                           both + strlen (journal), NULL);
  }
  store_write (fixture, ".journal", damaged, -1);

  store = store_open (fixture);
  g_assert_true (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 2);
  store_assert_body (g_ptr_array_index (kz_store_pending_deliveries (store), 1), "second");
  store_close (store);
  aside = store_read (fixture, ".journal.1.damaged", NULL);
  g_assert_cmpstr (aside, ==, damaged);

  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 2);
  store_close (store);
}

static void
test_other_version (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);

  store_close (store);
  store_write (fixture, ".journal",
               "{\"t\":\"head\",\"n\":2}\n{\"t\":\"dlv\",\"n\":1,\"g\":\"g\",\"b\":\"eA==\"}\n",
               -1);
  store = store_open (fixture);
  g_assert_true (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 0);
  store_deliver (store, "x");
  store_close (store);
  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 1);
  store_close (store);
}

static void
test_sends (StoreFixture *fixture, gconstpointer data)
{
  gint64 day_us = (gint64) 24 * 3600 * G_USEC_PER_SEC;
  KzStore *store = store_open (fixture);
  guint64 ids[3];
  guint64 unwritten;
  const KzJournalSend *send;

  for (guint i = 0; i < 3; i++) {
    ids[i] = kz_store_next_send_id (store);
    g_assert_true (kz_store_journal_send (store, ids[i], "g-1", "hello\nआशा",
                                          STORE_WALL_US - (gint64) i * day_us * 3 / 2));
  }
  kz_store_journal_send_done (store, ids[0]);
  unwritten = kz_store_next_send_id (store);
  store_close (store);

  store = store_open (fixture);
  /* However old: whoever adopts them knows whom to tell, and for how long echoes come. */
  g_assert_cmpuint (kz_store_pending_sends (store)->len, ==, 2);
  send = g_ptr_array_index (kz_store_pending_sends (store), 0);
  g_assert_cmpuint (send->send_id, ==, ids[1]);
  g_assert_cmpstr (send->text, ==, "hello\nआशा");
  g_assert_cmpint (send->wall_us, ==, STORE_WALL_US - day_us * 3 / 2);
  g_assert_false (send->is_announcement);
  g_assert_cmpuint (kz_store_next_send_id (store), >, unwritten);
  kz_store_journal_send_done (store, ids[1]);
  kz_store_journal_send_done (store, ids[2]);
  store_close (store);

  store = store_open (fixture);
  g_assert_cmpuint (kz_store_pending_sends (store)->len, ==, 0);
  store_close (store);
}

static void
check_announcement (KzStore *store, const char *title, const char *text)
{
  const KzJournalSend *send;

  g_assert_cmpuint (kz_store_pending_sends (store)->len, ==, 1);
  send = g_ptr_array_index (kz_store_pending_sends (store), 0);
  g_assert_true (send->is_announcement);
  g_assert_false (send->is_queued);
  g_assert_cmpstr (send->title, ==, title);
  g_assert_cmpstr (send->text, ==, text);
  g_assert_cmpstr (send->typed, ==, "!announce \"it\"");
}

static void
test_announcements (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (20000, 'x');
  g_autofree char *marked = g_strconcat ("\006", long_text, NULL);
  KzStore *store = store_open (fixture);
  guint64 id = kz_store_next_send_id (store);

  g_assert_true (kz_store_journal_queued (store, id, "g-1", "!announce \"it\"", 1));
  g_assert_true (kz_store_journal_announcement (store, id, "g-1", "T\n2", marked,
                                                "!announce \"it\"", STORE_WALL_US));
  store_close (store);
  /* As read from the journal, and then from the one that was written anew. */
  for (guint i = 0; i < 2; i++) {
    store = store_open (fixture);
    check_announcement (store, "T\n2", marked);
    store_close (store);
  }
  store = store_open (fixture);
  g_assert_true (kz_store_journal_announcement (store, id, "g-1", NULL, "x", "!announce \"it\"",
                                                STORE_WALL_US));
  store_close (store);
  store = store_open (fixture);
  check_announcement (store, NULL, "x");
  kz_store_journal_send_done (store, id);
  store_close (store);
  store = store_open (fixture);
  g_assert_cmpuint (kz_store_pending_sends (store)->len, ==, 0);
  store_close (store);
}

static void
test_ids (StoreFixture *fixture, gconstpointer data)
{
  guint64 last = 0;

  for (guint session = 0; session < 3; session++) {
    KzStore *store = store_open (fixture);

    for (guint i = 0; i < 2500; i++) {
      guint64 id = kz_store_next_send_id (store);

      g_assert_cmpuint (id, >, last);
      last = id;
    }
    store_close (store);
  }
}

static void
test_token (StoreFixture *fixture, gconstpointer data)
{
  static const char token[] = "eyJ0eXAi.a-rotated-refresh-token.sig";
  g_autofree char *encoded = g_base64_encode ((const guchar *) token, strlen (token));
  KzStore *store = store_open (fixture);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_null (kz_store_pending_token (store));
  g_assert_true (kz_store_journal_token (store, token));
  store_close (store);

  store = store_open (fixture);
  g_assert_cmpstr (kz_store_pending_token (store), ==, token);
  before = store_read (fixture, ".journal", NULL);
  g_assert_nonnull (strstr (before, encoded));
  kz_store_journal_token_saved (store);
  g_assert_null (kz_store_pending_token (store));
  /* Gone from the disk as well, with no restart. */
  do {
    g_main_context_iteration (NULL, TRUE);
    g_free (after);
    after = store_read (fixture, ".journal", NULL);
  } while (strstr (after, encoded) != NULL);
  store_wait_for_io (fixture, store);
  store_close (store);

  store = store_open (fixture);
  g_assert_null (kz_store_pending_token (store));
  store_close (store);
}

/* In a journal that somebody else wrote, or a disk. */
static void
test_no_token (StoreFixture *fixture, gconstpointer data)
{
  static const char *const tokens[] = {"", "two words", "a\nline", "null"};

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++) {
    KzStore *store = store_open (fixture);

    g_assert_true (kz_store_journal_token (store, tokens[i]));
    store_close (store);
    store = store_open (fixture);
    /* Else it would be tried in place of the one that the host has. */
    g_assert_null (kz_store_pending_token (store));
    store_close (store);
  }
}

/* A kill between the two records leaves it in doubt, over any number of starts, until it is shown. */
static void
test_in_doubt (StoreFixture *fixture, gconstpointer data)
{
  static const char *const first[] = {"a:1", "r:1", NULL};
  static const char *const again[] = {"r:1", NULL};
  static const char *const second[] = {"a:2", NULL};
  KzStore *store = store_open (fixture);

  kz_store_showing (store, "g-1", first);
  kz_store_showing (store, "g-1", second);
  kz_store_shown (store, "g-1", second);
  g_assert_false (kz_store_may_be_seen (store, "g-1", first));
  for (guint i = 0; i < 2; i++) {
    store_close (store);
    store = store_open (fixture);
    g_assert_true (kz_store_may_be_seen (store, "g-1", again));
    g_assert_false (kz_store_may_be_seen (store, "g-1", second));
  }
  kz_store_shown (store, "g-1", first);
  g_assert_false (kz_store_may_be_seen (store, "g-1", again));
  store_close (store);
  store = store_open (fixture);
  g_assert_false (kz_store_may_be_seen (store, "g-1", again));
  store_close (store);
}

/* --- An open action as it was written at first: all its members, in base64 --- */

static const char old_head[] = "{\"t\":\"head\",\"n\":1,\"b\":\"AAECAwQFBgcICQoLDA0ODw==\"}\n";
static const char old_action[] =
    "{\"handle\":\"k3f\",\"likes\":2,\"comments\":0,\"ownResponse\":\"resp-1\",\"ownChoice\":\"Pizza\","
    "\"touchedUs\":1600000000000000,\"countedUs\":1600000000000001,\"action\":{\"kind\":3,"
    "\"kindRaw\":\"Poll\",\"group\":\"g-1\",\"sourceGroup\":\"g-1\",\"reference\":\"r-1\",\"id\":\"a-1\","
    "\"senderId\":\"p-1\",\"senderPhone\":\"+15550000002\",\"senderName\":\"Asha\","
    "\"sentUs\":1599999000000000,\"title\":\"Lunch?\",\"choices\":[\"Pizza\",\"Soup\"],\"dueUs\":0,"
    "\"startUs\":0,\"durationMin\":0,\"responseCount\":-1,\"assigneeCount\":-1,\"completed\":-1,"
    "\"anonymous\":false,\"senderOnly\":true,\"multiple\":false%s},"
    "\"tally\":{\"kind\":3,\"id\":\"a-1\",\"responseCount\":5,\"assigneeCount\":-1,\"completed\":-1,"
    "\"dueUs\":0,\"choices\":[\"Pizza\",\"Soup\"],\"counts\":[3,2]}}";
/* So much went into one line. */
#define OLD_CHUNK 4500

/* (transfer full): the journal with that one record. */
static char *
write_old_journal (const char *json)
{
  gsize length = strlen (json);
  guint parts = (guint) ((length + OLD_CHUNK - 1) / OLD_CHUNK);
  GString *journal = g_string_new (old_head);

  for (guint part = 0; part < parts; part++) {
    gsize from = (gsize) part * OLD_CHUNK;
    g_autofree char *text =
        g_base64_encode ((const guchar *) json + from, MIN (length - from, (gsize) OLD_CHUNK));

    g_string_append_printf (journal, "{\"t\":\"%s\",\"n\":1,", part == 0 ? "act" : "+");
    if (part > 0)
      g_string_append_printf (journal, "\"i\":%u,", part);
    else if (parts > 1)
      g_string_append_printf (journal, "\"of\":%u,", parts);
    g_string_append_printf (journal, "\"b\":\"%s\"}\n", text);
  }
  return g_string_free (journal, FALSE);
}

/* @data: how many subscribers it has; many need more than one line. */
static void
test_old_actions (StoreFixture *fixture, gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  GString *subscribers = g_string_new (n > 0 ? ",\"subscribers\":[\"+15550001000\"" : "");
  g_autofree char *json = NULL, *journal = NULL;
  KzStore *store = store_open (fixture);
  const KzOpenAction *open;

  for (guint i = 1; i < n; i++)
    g_string_append_printf (subscribers, ",\"+15550001%03u\"", i);
  g_string_append (subscribers, n > 0 ? "]" : "");
  json = g_strdup_printf (old_action, subscribers->str);
  journal = write_old_journal (json);
  g_string_free (subscribers, TRUE);
  store_close (store);
  store_write (fixture, ".journal", journal, -1);

  /* Twice: the first brings it into the form of today. */
  for (guint i = 0; i < 2; i++) {
    store = store_open (fixture);
    open = kz_store_find_by_handle (store, "k3f");
    g_assert_nonnull (open);
    g_assert_cmpint (open->action->kind, ==, KZ_ACTION_POLL);
    g_assert_cmpstr (open->action->group_id, ==, "g-1");
    /* Versions that wrote this kept the texts, too. */
    g_assert_cmpstr (open->action->title, ==, i == 0 ? "Lunch?" : NULL);
    g_assert_true ((open->action->choices != NULL) == (i == 0));
    g_assert_true (open->is_bare == (i == 1));
    g_assert_cmpstr (open->action->sender->id, ==, "p-1");
    g_assert_cmpstr (open->action->sender->name, ==, "Asha");
    g_assert_true (open->action->is_sender_only);
    g_assert_cmpint (open->action->response_count, ==, -1);
    g_assert_cmpuint (open->action->subscribers != NULL ? g_strv_length (open->action->subscribers) : 0,
                      ==, n);
    g_assert_cmpint (open->likes, ==, 2);
    /* It says nothing of who answered: the next details set the scene. */
    g_assert_false (open->has_answers);
    g_assert_cmpint (open->counted_us, ==, G_GINT64_CONSTANT (1600000000000001));
    g_assert_cmpint (open->tally->response_count, ==, 5);
    g_assert_cmpint (g_array_index (open->tally->counts, int, 0), ==, 3);
    g_assert_true (open == kz_store_find_action (store, "a-1", NULL));
    store_close (store);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/journal/undelivered-lines-come-back-in-order", NULL, test_undelivered);
  STORE_TEST ("/journal/a-body-of-any-bytes-and-size-comes-back", NULL, test_large);
  STORE_TEST ("/journal/what-is-kept-is-bounded", NULL, test_bounded);
  STORE_TEST ("/journal/a-cut-anywhere-loses-only-what-was-cut", NULL, test_cut_anywhere);
  STORE_TEST ("/journal/a-long-record-is-there-whole-or-not-at-all", NULL, test_torn_continuation);
  STORE_TEST ("/journal/garbage-between-costs-no-good-line", NULL, test_garbage_between);
  STORE_TEST ("/journal/lines-of-another-version-are-set-aside", NULL, test_other_version);
  STORE_TEST ("/journal/sends-without-outcome-are-kept", NULL, test_sends);
  STORE_TEST ("/journal/announcements-are-kept-whole", NULL, test_announcements);
  STORE_TEST ("/journal/an-id-is-never-given-twice", NULL, test_ids);
  STORE_TEST ("/journal/a-saved-token-is-wiped", NULL, test_token);
  STORE_TEST ("/journal/what-is-no-token-is-none", NULL, test_no_token);
  STORE_TEST ("/journal/what-was-being-shown-is-in-doubt", NULL, test_in_doubt);
  STORE_TEST ("/journal/an-action-of-the-first-form-is-read", NULL, test_old_actions);
  STORE_TEST ("/journal/a-long-action-of-the-first-form-is-read", GUINT_TO_POINTER (400),
              test_old_actions);
  return g_test_run ();
}
