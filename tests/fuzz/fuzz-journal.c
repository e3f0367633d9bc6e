/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal of an account, and the file of a token that another process left beside it: however it is cut into
 * slices the same is read, what was read can be written again, and what comes of it is a state. */
#include "config.h"

#include "fuzz.h"

#include "kz-store-internal.h"

#include <string.h>

/* Most a slice: a few lines of the corpus. */
#define SLICE_MAX 200

static KzJournalReader *
read_all (GBytes *bytes, gsize slice)
{
  KzJournalReader *reader = kz_journal_reader_new (bytes);

  while (kz_journal_reader_step (reader, slice))
    ;
  return reader;
}

static gboolean
is_same_text (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static gboolean
is_same_bytes (GBytes *a, GBytes *b)
{
  return a == b || (a != NULL && b != NULL && g_bytes_equal (a, b));
}

static void
assert_same (const KzJournalRecord *a, const KzJournalRecord *b)
{
  g_assert_cmpstr (a->type, ==, b->type);
  g_assert_cmpuint (a->number, ==, b->number);
  g_assert_cmpint (a->wall_us, ==, b->wall_us);
  g_assert_cmpint (a->is_aside, ==, b->is_aside);
  g_assert_true (is_same_text (a->group_id, b->group_id));
  g_assert_true (is_same_bytes (a->payload, b->payload));
  g_assert_cmpuint (a->hashes != NULL ? a->hashes->len : 0, ==, b->hashes != NULL ? b->hashes->len : 0);
}

static void
read_in_slices (GBytes *input, KzJournalReader *whole, gsize slice)
{
  g_autoptr (KzJournalReader) sliced = read_all (input, slice);
  GPtrArray *all = kz_journal_reader_records (whole);
  GPtrArray *records = kz_journal_reader_records (sliced);

  g_assert_cmpuint (records->len, ==, all->len);
  g_assert_cmpint (kz_journal_reader_is_damaged (sliced), ==, kz_journal_reader_is_damaged (whole));
  for (guint i = 0; i < all->len; i++)
    assert_same (g_ptr_array_index (records, i), g_ptr_array_index (all, i));
}

/* A compaction writes what it has read. What stands in the line itself is written from the store instead. */
static void
write_again (GPtrArray *records)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GPtrArray) written = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (KzJournalReader) reader = NULL;

  for (guint i = 0; i < records->len; i++) {
    KzJournalRecord *record = g_ptr_array_index (records, i);
    gsize before = out->len;

    if (record->line == NULL && kz_journal_encode (out, record))
      g_ptr_array_add (written, record);
    else
      g_assert_cmpuint (out->len, ==, before);
  }
  bytes = g_string_free_to_bytes (out);
  /* Without the head it would be nothing. */
  if (written->len == 0 || g_ptr_array_index (written, 0) != g_ptr_array_index (records, 0))
    return;
  reader = read_all (bytes, G_MAXSIZE);
  g_assert_false (kz_journal_reader_is_damaged (reader));
  g_assert_cmpuint (kz_journal_reader_records (reader)->len, ==, written->len);
  for (guint i = 0; i < written->len; i++)
    assert_same (g_ptr_array_index (kz_journal_reader_records (reader), i), g_ptr_array_index (written, i));
}

/* As an earlier process left it. */
static void
replay (GPtrArray *records, GBytes *token_file)
{
  g_autoptr (KzClock) clock = kz_clock_new_manual (0);
  g_autoptr (KzStore) store = kz_store_new_empty (clock);
  g_autoptr (GBytes) state = NULL;
  g_autoptr (KzStateReader) reader = NULL;
  KzReplay *steps = kz_replay_new (records);
  const GPtrArray *pending;
  guint64 last = 0;

  store->is_owner = TRUE;
  while (kz_replay_step (steps, store))
    ;
  kz_replay_free (steps);
  kz_store_replay_token_file (store, token_file);
  pending = kz_store_pending_deliveries (store);
  for (guint i = 0; i < pending->len; i++) {
    const KzJournalDelivery *delivery = g_ptr_array_index (pending, i);

    /* In their order, each once. */
    g_assert_true (i == 0 || delivery->record_id > last);
    g_assert_nonnull (delivery->body);
    last = delivery->record_id;
  }
  if (kz_store_pending_token (store) != NULL)
    g_assert_cmpuint (strlen (kz_store_pending_token (store)), >, 0);
  state = kz_store_serialize (store);
  reader = kz_state_reader_new (state);
  g_assert_nonnull (reader);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) input = g_bytes_new_static (data, size);
  g_autoptr (KzJournalReader) reader = read_all (input, G_MAXSIZE);
  GPtrArray *records = kz_journal_reader_records (reader);

  read_in_slices (input, reader, size > 0 ? data[size - 1] % SLICE_MAX + 1 : 1);
  write_again (records);
  replay (records, input);
  return 0;
}
