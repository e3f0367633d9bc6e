/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which answers to one action are known. A response keeps its id when it is edited (API §19): what tells
 * its versions apart is what they say. Kept are hashes alone, see kz_hash_text(). */

/* So many versions are kept of one action; see kz_ledger_is_full(). */
#define KZ_LEDGER_MAX 500

typedef enum {
  KZ_LEDGER_TOLD = 1 << 0,    /* there was a line of it; else it is counted, and a delivery tells it */
  KZ_LEDGER_CURRENT = 1 << 1, /* the last version of its response */
  KZ_LEDGER_UPDATE = 1 << 2,  /* its response had another version before */
  KZ_LEDGER_UNSURE = 1 << 3,  /* of a current one: one that was told may be newer; of another: it came again */
  KZ_LEDGER_OWED = 1 << 4,    /* not told, and not only a delivery is to tell it */
} KzLedgerFlags;

/**
 * KzLedgerEntry:
 * @response: hash of the id of the response
 * @version: hash of that and of what it says
 */
typedef struct {
  guint64 response;
  guint64 version;
  guint8 flags;
} KzLedgerEntry;

typedef struct _KzLedger KzLedger;

KzLedger *kz_ledger_new (void);
/* @ledger: (nullable) */
void kz_ledger_free (KzLedger *ledger);
/* In all of these, no ledger is an empty one. (nullable) (transfer none): until the ledger changes. */
const KzLedgerEntry *kz_ledger_find (const KzLedger *ledger, guint64 response, guint64 version);
const KzLedgerEntry *kz_ledger_current (const KzLedger *ledger, guint64 response);
/* One of its versions is UNSURE. */
gboolean kz_ledger_is_unsure (const KzLedger *ledger, guint64 response);
/* Adds @entry or adds its flags to what is there; a CURRENT one takes CURRENT and UNSURE from the others of
 * its response, and is unsure only if it says so. When there is no room, one that is not current gives its
 * place, of that response first. FALSE: it is full. */
gboolean kz_ledger_put (KzLedger *ledger, const KzLedgerEntry *entry);
/* All that was not told is OWED. @ledger: (nullable). Returns how many were not before. */
guint kz_ledger_owe_untold (KzLedger *ledger);
/* So many have answered that who is not in it may have been told all the same. */
gboolean kz_ledger_is_full (const KzLedger *ledger);
guint kz_ledger_length (const KzLedger *ledger);
/* How many responses they are of. */
guint kz_ledger_responses (const KzLedger *ledger);
const KzLedgerEntry *kz_ledger_at (const KzLedger *ledger, guint index);
/* Text for a file, and back: what does not fit, or is no such text, is left out. (transfer full) */
char *kz_ledger_entries_to_text (const KzLedgerEntry *entries, guint length);
char *kz_ledger_to_text (const KzLedger *ledger);
void kz_ledger_put_text (KzLedger *ledger, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzLedger, kz_ledger_free)

G_END_DECLS
