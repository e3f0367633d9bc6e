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

/* Nothing of what was said in it: only how many chose each, as long as that makes sense without. */
static void
check_tally (const KzOpenAction *open, const KzOpenAction *copy)
{
  const KzTally *tally = open->tally;

  g_assert_true ((tally != NULL) == (copy->tally != NULL));
  if (tally == NULL)
    return;
  g_assert_cmpint (copy->tally->response_count, ==, tally->response_count);
  if (copy->tally->choices != NULL) {
    g_assert_cmpint (open->action->kind, ==, KZ_ACTION_LETS_MEET);
    for (guint i = 0; copy->tally->choices[i] != NULL; i++)
      g_assert_true (g_strv_contains (kz_meeting_choices (), copy->tally->choices[i]));
  }
  if (copy->tally->counts != NULL && copy->tally->choices != NULL)
    g_assert_cmpuint (copy->tally->counts->len, ==, g_strv_length (copy->tally->choices));
  if (tally->counts != NULL && open->action->kind != KZ_ACTION_LETS_MEET) {
    g_assert_nonnull (copy->tally->counts);
    g_assert_cmpuint (copy->tally->counts->len, ==, tally->counts->len);
  }
}

static void
check_actions (KzStore *store, KzStore *copy)
{
  g_autoptr (GPtrArray) all = kz_store_open_actions (store);

  for (guint i = 0; i < all->len; i++) {
    const KzOpenAction *open = g_ptr_array_index (all, i);
    const KzOpenAction *again = kz_store_find_by_handle (copy, open->handle);

    g_assert_nonnull (again);
    g_assert_cmpstr (again->action->action_id, ==, open->action->action_id);
    g_assert_false (kz_action_has_texts (again->action));
    g_assert_true (again->is_bare == (open->is_bare || kz_action_has_texts (open->action)));
    check_tally (open, again);
  }
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
    check_actions (store, copy);
  }
  return 0;
}
