/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which answers to the open actions are known. That one was told is as durable as that a line was shown, and
 * so is how the action stands with it: else a kill would have it told, or counted, twice. */
#include "config.h"

#include "kz-hash.h"
#include "kz-store-internal.h"

#include <string.h>

guint64
kz_store_hash (KzStore *self, const char *key)
{
  guint64 halves[2];

  g_return_val_if_fail (KZ_IS_STORE (self) && key != NULL, 0);

  memcpy (halves, self->hash_key, sizeof halves);
  halves[0] = GUINT64_FROM_LE (halves[0]);
  halves[1] = GUINT64_FROM_LE (halves[1]);
  return kz_hash_text (halves, key);
}

/* A kill left in doubt whether it was seen: no more. */
static void
end_doubt (KzStore *self, const KzLedgerEntry *entry)
{
  if (entry->flags & KZ_LEDGER_TOLD)
    kz_store_end_doubt (self, entry->version);
}

void
kz_store_keep_answers (KzStore *self,
                       KzOpenAction *open,
                       const KzLedgerEntry *entries,
                       guint length)
{
  g_autoptr (KzJournalRecord) record = NULL;
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (KzLedgerEntry));
  g_autofree char *text = NULL;

  g_return_if_fail (KZ_IS_STORE (self) && open != NULL && (entries != NULL || length == 0));

  open->touched_us = kz_clock_wall_us (self->clock);
  if (open->answers == NULL && length > 0)
    open->answers = kz_ledger_new ();
  for (guint i = 0; i < length; i++) {
    if (kz_ledger_put (open->answers, &entries[i]))
      g_array_append_val (kept, entries[i]);
    end_doubt (self, &entries[i]);
  }
  text = kz_ledger_entries_to_text ((const KzLedgerEntry *) kept->data, kept->len);
  record = kz_journal_record_new (KZ_RECORD_ANSWERS, self->generation, NULL);
  record->json = kz_store_serialize_answers (open, text);
  kz_store_append (self, record);
  kz_store_changed (self);
}

void
kz_store_replay_answers (KzStore *self, KzJournalRecord *record)
{
  const KzJson *json = kz_journal_record_object (record);
  KzOpenAction *open = kz_store_find_by_handle (self, kz_json_opt_string (json, "handle", NULL));
  g_autoptr (KzLedger) told = kz_ledger_new ();

  if (open == NULL)
    return;
  kz_store_read_answers (open, json);
  kz_ledger_put_text (told, kz_json_opt_string (json, "answers", NULL));
  for (guint i = 0; i < kz_ledger_length (told); i++)
    end_doubt (self, kz_ledger_at (told, i));
  kz_store_changed (self);
}
