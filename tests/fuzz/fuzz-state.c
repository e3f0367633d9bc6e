/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state file of an account: whatever stands in it, what is kept of it can be written and read. */
#include "config.h"

#include "fuzz.h"

#include "kz-store-internal.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  KzJsonLimits limits = {.max_bytes = KZ_STATE_MAX_BYTES, .max_depth = 32};
  g_autoptr (KzJson) json = kz_json_parse ((const char *) data, size, &limits, NULL);
  g_autoptr (KzClock) clock = NULL;
  g_autoptr (KzStore) store = NULL;

  if (json == NULL)
    return 0;
  clock = kz_clock_new_manual (0);
  store = kz_store_new_empty (clock);
  kz_store_state_generation (json);
  kz_store_read_state (store, json);
  {
    g_autoptr (GBytes) bytes = kz_store_serialize (store);
    gsize length = 0;
    const char *text = g_bytes_get_data (bytes, &length);
    g_autoptr (KzJson) again = kz_json_parse (text, length, &limits, NULL);
    g_autoptr (KzStore) copy = kz_store_new_empty (clock);
    g_autoptr (GPtrArray) groups = kz_store_group_ids (store);
    g_autoptr (GPtrArray) copies = NULL;

    g_assert_nonnull (again);
    kz_store_read_state (copy, again);
    copies = kz_store_group_ids (copy);
    g_assert_cmpuint (copies->len, ==, groups->len);
  }
  return 0;
}
