/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-ledger.h"

#include <string.h>

/* In a file: both hashes with the lowest byte first, and the flags. */
#define PACKED_BYTES 17
#define ALL_FLAGS (KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT | KZ_LEDGER_UPDATE | KZ_LEDGER_UNSURE | \
                   KZ_LEDGER_OWED)

/* In the order of their responses, so that the versions of one stand side by side. */
struct _KzLedger {
  GArray *entries;
};

KzLedger *
kz_ledger_new (void)
{
  KzLedger *ledger = g_new0 (KzLedger, 1);

  ledger->entries = g_array_new (FALSE, FALSE, sizeof (KzLedgerEntry));
  return ledger;
}

void
kz_ledger_free (KzLedger *ledger)
{
  if (ledger == NULL)
    return;
  g_array_unref (ledger->entries);
  g_free (ledger);
}

guint
kz_ledger_length (const KzLedger *ledger)
{
  return ledger != NULL ? ledger->entries->len : 0;
}

static KzLedgerEntry *
entry_at (const KzLedger *ledger, guint index)
{
  return &g_array_index (ledger->entries, KzLedgerEntry, index);
}

guint
kz_ledger_responses (const KzLedger *ledger)
{
  guint n = 0;

  for (guint i = 0; i < kz_ledger_length (ledger); i++)
    if (i == 0 || entry_at (ledger, i)->response != entry_at (ledger, i - 1)->response)
      n++;
  return n;
}

gboolean
kz_ledger_is_full (const KzLedger *ledger)
{
  return kz_ledger_length (ledger) >= KZ_LEDGER_MAX && kz_ledger_responses (ledger) >= KZ_LEDGER_MAX;
}

const KzLedgerEntry *
kz_ledger_at (const KzLedger *ledger, guint index)
{
  g_return_val_if_fail (index < kz_ledger_length (ledger), NULL);

  return entry_at (ledger, index);
}

/* The first one of @response, or where that would stand. */
static guint
first_of (const KzLedger *ledger, guint64 response)
{
  guint low = 0;
  guint high = kz_ledger_length (ledger);

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (entry_at (ledger, middle)->response < response)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static gboolean
is_of (const KzLedger *ledger, guint index, guint64 response)
{
  return index < kz_ledger_length (ledger) && entry_at (ledger, index)->response == response;
}

static KzLedgerEntry *
find (const KzLedger *ledger, guint64 response, guint64 version)
{
  for (guint i = first_of (ledger, response); is_of (ledger, i, response); i++)
    if (entry_at (ledger, i)->version == version)
      return entry_at (ledger, i);
  return NULL;
}

const KzLedgerEntry *
kz_ledger_find (const KzLedger *ledger, guint64 response, guint64 version)
{
  return find (ledger, response, version);
}

const KzLedgerEntry *
kz_ledger_current (const KzLedger *ledger, guint64 response)
{
  for (guint i = first_of (ledger, response); is_of (ledger, i, response); i++)
    if (entry_at (ledger, i)->flags & KZ_LEDGER_CURRENT)
      return entry_at (ledger, i);
  return NULL;
}

gboolean
kz_ledger_is_unsure (const KzLedger *ledger, guint64 response)
{
  for (guint i = first_of (ledger, response); is_of (ledger, i, response); i++)
    if (entry_at (ledger, i)->flags & KZ_LEDGER_UNSURE)
      return TRUE;
  return FALSE;
}

/* Makes room: by another version of @response, or of any other. FALSE: all are current. */
static gboolean
drop_outdated (KzLedger *ledger, guint64 response)
{
  guint first = first_of (ledger, response);

  for (guint n = 0; n < ledger->entries->len; n++) {
    guint i = (first + n) % ledger->entries->len;

    if (entry_at (ledger, i)->flags & KZ_LEDGER_CURRENT)
      continue;
    g_array_remove_index (ledger->entries, i);
    return TRUE;
  }
  return FALSE;
}

gboolean
kz_ledger_put (KzLedger *ledger, const KzLedgerEntry *entry)
{
  const guint8 of_current = KZ_LEDGER_CURRENT | KZ_LEDGER_UNSURE;
  KzLedgerEntry *known;

  g_return_val_if_fail (ledger != NULL && entry != NULL, FALSE);

  known = find (ledger, entry->response, entry->version);
  if (entry->flags & KZ_LEDGER_CURRENT)
    for (guint i = first_of (ledger, entry->response); is_of (ledger, i, entry->response); i++)
      entry_at (ledger, i)->flags &= (guint8) ~of_current;
  if (known == NULL && ledger->entries->len >= KZ_LEDGER_MAX && !drop_outdated (ledger, entry->response))
    return FALSE;
  if (known != NULL)
    known->flags |= entry->flags;
  else
    g_array_insert_val (ledger->entries, first_of (ledger, entry->response), *entry);
  return TRUE;
}

guint
kz_ledger_owe_untold (KzLedger *ledger)
{
  const guint8 settled = KZ_LEDGER_TOLD | KZ_LEDGER_OWED;
  guint n_owed = 0;

  for (guint i = 0; i < kz_ledger_length (ledger); i++) {
    if (entry_at (ledger, i)->flags & settled)
      continue;
    entry_at (ledger, i)->flags |= KZ_LEDGER_OWED;
    n_owed++;
  }
  return n_owed;
}

/* --- In a file --- */

static void
pack (guint8 *to, guint64 number)
{
  number = GUINT64_TO_LE (number);
  memcpy (to, &number, sizeof number);
}

static guint64
unpack (const guint8 *from)
{
  guint64 number;

  memcpy (&number, from, sizeof number);
  return GUINT64_FROM_LE (number);
}

char *
kz_ledger_entries_to_text (const KzLedgerEntry *entries, guint length)
{
  g_autofree guint8 *packed = g_malloc ((gsize) length * PACKED_BYTES + 1);

  for (guint i = 0; i < length; i++) {
    guint8 *to = packed + (gsize) i * PACKED_BYTES;

    pack (to, entries[i].response);
    pack (to + sizeof (guint64), entries[i].version);
    to[PACKED_BYTES - 1] = entries[i].flags;
  }
  return g_base64_encode (packed, (gsize) length * PACKED_BYTES);
}

char *
kz_ledger_to_text (const KzLedger *ledger)
{
  g_return_val_if_fail (ledger != NULL, NULL);

  return kz_ledger_entries_to_text ((const KzLedgerEntry *) ledger->entries->data,
                                    ledger->entries->len);
}

void
kz_ledger_put_text (KzLedger *ledger, const char *text)
{
  g_autofree guint8 *packed = NULL;
  gsize length;

  g_return_if_fail (ledger != NULL);

  if (text == NULL || *text == '\0')
    return;
  packed = g_base64_decode (text, &length);
  for (gsize at = 0; at + PACKED_BYTES <= length; at += PACKED_BYTES) {
    KzLedgerEntry entry = {
        .response = unpack (packed + at),
        .version = unpack (packed + at + sizeof (guint64)),
        .flags = packed[at + PACKED_BYTES - 1] & ALL_FLAGS,
    };

    if (!kz_ledger_put (ledger, &entry))
      return;
  }
}
