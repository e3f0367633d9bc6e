/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state file of an account: whatever stands in it, what is kept of it can be written and read. */
#include "config.h"

#include "fuzz.h"

#include "kz-store-internal.h"

/* FALSE: it is no state. */
static gboolean
read_into (KzStore *store, GBytes *bytes)
{
  g_autoptr (KzStateReader) reader = kz_state_reader_new (bytes);

  while (reader != NULL && kz_state_reader_step (reader, store))
    ;
  return reader != NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) input = g_bytes_new_static (data, size);
  g_autoptr (KzClock) clock = kz_clock_new_manual (0);
  g_autoptr (KzStore) store = kz_store_new_empty (clock);

  if (!read_into (store, input))
    return 0;
  {
    g_autoptr (GBytes) bytes = kz_store_serialize (store);
    g_autoptr (KzStore) copy = kz_store_new_empty (clock);
    g_autoptr (GPtrArray) groups = kz_store_group_ids (store);
    g_autoptr (GPtrArray) copies = NULL;

    g_assert_true (read_into (copy, bytes));
    copies = kz_store_group_ids (copy);
    g_assert_cmpuint (copies->len, ==, groups->len);
  }
  return 0;
}
