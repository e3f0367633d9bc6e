/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was shown, sent or saved elsewhere is not readable in any file any more, at once. */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include "store-fixture.h"

#include <string.h>

#define TOKEN "eyJ0eXAi.a-rotated-refresh-token.sig"
#define TEXT "The gate is open until nine"

/* (transfer full): the payloads of all lines that have one, decoded, one after another. */
static GString *
payloads (const char *contents, gsize length)
{
  GString *all = g_string_new (NULL);
  const char *end = contents + length;

  for (const char *at = contents; (at = g_strstr_len (at, end - at, "\"b\":\"")) != NULL;) {
    const char *quote;
    g_autofree char *text = NULL;
    g_autofree guchar *data = NULL;
    gsize size;

    at += strlen ("\"b\":\"");
    quote = memchr (at, '"', (gsize) (end - at));
    if (quote == NULL)
      break;
    text = g_strndup (at, (gsize) (quote - at));
    data = g_base64_decode (text, &size);
    g_string_append_len (all, (const char *) data, (gssize) size);
  }
  return all;
}

/* How many files of the store have @words, as they are or encoded. */
static guint
count_files_with (StoreFixture *fixture, const char *words)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
    g_autofree char *contents = NULL;
    gsize length;
    GString *decoded;

    if (!g_file_get_contents (path, &contents, &length, NULL))
      continue;
    decoded = payloads (contents, length);
    if (g_test_verbose () && memmem (decoded->str, decoded->len, words, strlen (words)) != NULL)
      g_test_message ("%s has it", name);
    count += memmem (contents, length, words, strlen (words)) != NULL ||
             memmem (decoded->str, decoded->len, words, strlen (words)) != NULL;
    g_string_free (decoded, TRUE);
  }
  return count;
}

/* A long one, so that it goes on in several lines. */
static char *
long_body (void)
{
  g_autofree char *filler = g_strnfill (20000, 'x');

  return g_strconcat (TEXT " a", filler, TEXT " b", NULL);
}

typedef struct {
  guint64 delivery;
  guint64 queued;
  guint64 send;
} Words;

static Words
write_words (KzStore *store)
{
  g_autofree char *body = long_body ();
  Words words = {store_deliver (store, body), kz_store_next_send_id (store),
                 kz_store_next_send_id (store)};

  g_assert_true (kz_store_journal_queued (store, words.queued, "g-1", TEXT, 1));
  g_assert_true (kz_store_journal_queued (store, words.send, "g-1", TEXT, 1));
  g_assert_true (kz_store_journal_send (store, words.send, "g-1", TEXT, 1));
  g_assert_true (kz_store_journal_token (store, TOKEN));
  return words;
}

static void
finish_words (KzStore *store, const Words *words)
{
  kz_store_journal_delivered (store, words->delivery);
  kz_store_journal_send_done (store, words->queued);
  kz_store_journal_send_done (store, words->send);
  kz_store_journal_token_saved (store);
}

static void
assert_nothing_left (StoreFixture *fixture)
{
  KzStore *store;

  g_assert_cmpuint (count_files_with (fixture, TEXT), ==, 0);
  g_assert_cmpuint (count_files_with (fixture, TOKEN), ==, 0);
  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 0);
  g_assert_cmpuint (kz_store_pending_sends (store)->len, ==, 0);
  g_assert_null (kz_store_pending_token (store));
  g_assert_true (store_knows (store, 7));
  store_close (store);
}

static void
test_at_once (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  Words words = write_words (store);

  /* The search finds what is there. */
  g_assert_cmpuint (count_files_with (fixture, TEXT " b"), ==, 1);
  g_assert_cmpuint (count_files_with (fixture, TOKEN), ==, 1);
  store_show (store, 7);
  finish_words (store, &words);
  g_assert_cmpuint (count_files_with (fixture, TEXT), ==, 0);
  g_assert_cmpuint (count_files_with (fixture, TOKEN), ==, 0);
  store_close (store);
  assert_nothing_left (fixture);
}

/* They were there at the last start already. */
static void
test_of_an_earlier_session (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  Words words = write_words (store);

  store_show (store, 7);
  store_close (store);
  store = store_open (fixture);
  g_assert_cmpuint (count_files_with (fixture, TEXT), ==, 1);
  finish_words (store, &words);
  g_assert_cmpuint (count_files_with (fixture, TEXT), ==, 0);
  g_assert_cmpuint (count_files_with (fixture, TOKEN), ==, 0);
  store_close (store);
  assert_nothing_left (fixture);
}

/* A compaction is at any point of its way; the sign-off comes at once, or when it has ended. */
static void
test_while_compacting (StoreFixture *fixture, gconstpointer data)
{
  guint turns = GPOINTER_TO_UINT (data) / 2;
  KzStore *store = store_open (fixture);
  Words before = write_words (store);
  Words words;

  store_show (store, 7);
  /* This begins one. */
  kz_store_journal_token_saved (store);
  words = write_words (store);
  finish_words (store, &before);
  for (guint i = 0; i < turns && kz_clock_is_set (fixture->clock, store, "store-io"); i++)
    g_main_context_iteration (NULL, TRUE);
  finish_words (store, &words);
  if (GPOINTER_TO_UINT (data) % 2 == 0)
    store_wait_for_io (fixture, store);
  store_close (store);
  store_settle ();
  assert_nothing_left (fixture);
}

/* A kill in the middle of erasing: the record is done, and nothing is taken for damage. */
static void
test_torn (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  g_autofree char *body = long_body ();
  g_autofree char *journal = NULL;
  gsize length;
  gsize from;
  gsize to;

  store_show (store, 7);
  from = 0;
  g_free (store_read (fixture, ".journal", &from));
  kz_store_journal_delivered (store, store_deliver (store, body));
  store_close (store);
  journal = store_read (fixture, ".journal", &length);
  for (to = from; journal[to] == ' '; to++)
    ;
  g_assert_cmpuint (to - from, >, 20000);
  for (gsize cut = from + 1; cut < to; cut += 997) {
    g_autofree char *torn = g_memdup2 (journal, length);
    g_autoptr (GString) line = g_string_new ("{\"t\":\"dlv\",\"n\":1,\"g\":\"g-1\",\"of\":5}\n");

    for (guint i = 1; i < 5; i++)
      g_string_append_printf (line, "{\"t\":\"+\",\"n\":1,\"i\":%u,\"b\":\"%s\"}\n", i,
                              "VGhlIGdhdGUgaXMgb3Blbg==");
    /* What was not reached yet, with line ends of its own. */
    for (gsize i = cut; i < to; i++)
      torn[i] = i - cut < line->len ? line->str[i - cut] : ' ';
    if (to - cut < line->len)
      continue;
    store_write (fixture, ".journal", torn, (gssize) length);
    store = store_open (fixture);
    g_assert_false (kz_store_was_damaged (store));
    g_assert_cmpuint (kz_store_pending_deliveries (store)->len, ==, 0);
    g_assert_true (store_knows (store, 7));
    store_close (store);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  STORE_TEST ("/erase/what-is-done-is-gone-at-once", NULL, test_at_once);
  STORE_TEST ("/erase/what-an-earlier-session-left-too", NULL, test_of_an_earlier_session);
  STORE_TEST ("/erase/a-kill-in-between-is-no-damage", NULL, test_torn);
  for (guint turns = 0; turns < 20; turns++) {
    g_autofree char *path = g_strdup_printf ("/erase/while-compacting/%u", turns);

    STORE_TEST (path, GUINT_TO_POINTER (turns), test_while_compacting);
  }
  return g_test_run ();
}
