/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-limits.h"

/* What a poll brought is nowhere in the journal while it is shown. A record before and one after
 * tell whether a kill came in between: then it is shown again, and says that it may have been seen.
 */

#define MAX_IN_DOUBT 256

static void
add_doubt (KzStore *self, guint64 hash)
{
  if (g_hash_table_size (self->in_doubt) < MAX_IN_DOUBT)
    g_hash_table_add (self->in_doubt, g_memdup2 (&hash, sizeof hash));
}

static GArray *
hash_ids (KzStore *self, const char *group_id, const char *const *ids)
{
  GArray *hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  const KzCursor *cursor = kz_store_group (self, group_id)->cursor;

  for (guint i = 0; i < KZ_SEEN_RING && ids[i] != NULL; i++) {
    guint64 hash = kz_cursor_hash (cursor, ids[i]);

    g_array_append_val (hashes, hash);
  }
  return hashes;
}

void
kz_store_showing (KzStore *self, const char *group_id, const char *const *ids)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self) && group_id != NULL && ids != NULL);

  if (ids[0] == NULL)
    return;
  record = kz_journal_record_new (KZ_RECORD_MAYBE, 0, NULL);
  record->hashes = hash_ids (self, group_id, ids);
  kz_store_append (self, record);
}

gboolean
kz_store_may_be_seen (KzStore *self, const char *group_id, const char *const *ids)
{
  g_autoptr (GArray) hashes = NULL;

  g_return_val_if_fail (KZ_IS_STORE (self) && group_id != NULL && ids != NULL, FALSE);

  if (g_hash_table_size (self->in_doubt) == 0)
    return FALSE;
  hashes = hash_ids (self, group_id, ids);
  for (guint i = 0; i < hashes->len; i++)
    if (g_hash_table_contains (self->in_doubt, &g_array_index (hashes, guint64, i)))
      return TRUE;
  return FALSE;
}

void
kz_store_end_doubt (KzStore *self, guint64 hash)
{
  g_hash_table_remove (self->in_doubt, &hash);
}

void
kz_store_replay_doubt (KzStore *self, const KzJournalRecord *record)
{
  for (guint i = 0; record->hashes != NULL && i < record->hashes->len; i++)
    add_doubt (self, g_array_index (record->hashes, guint64, i));
}

KzJournalRecord *
kz_store_doubt_to_record (KzStore *self)
{
  KzJournalRecord *record = kz_journal_record_new (KZ_RECORD_MAYBE, 0, NULL);
  GHashTableIter iter;
  gpointer key;

  record->hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_hash_table_iter_init (&iter, self->in_doubt);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (record->hashes, key, 1);
  return record;
}
