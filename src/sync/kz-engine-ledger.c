/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which answers were told, whoever told of them: a delivery brings one, details name all that count. */
#include "config.h"

#include "kz-engine-private.h"

/* Of more answers to one action the latest are looked at, as it is done in one turn of the loop. */
#define MAX_SETTLED 1000

gboolean
kz_engine_answer_hashes (KzEngine *self, const KzResponse *response, KzLedgerEntry *entry)
{
  g_autofree char *key = kz_engine_response_key (response);
  g_autofree char *id = NULL;

  if (key == NULL)
    return FALSE;
  id = g_strconcat ("p:", response->response_id, NULL);
  entry->response = kz_store_hash (self->store, id);
  entry->version = kz_store_hash (self->store, key);
  entry->flags = 0;
  return TRUE;
}

/* Where its action was not known yet, or in a state of earlier versions, the ring of the group has it: by the
 * same hash. */
static gboolean
is_in_ring (KzEngine *self, const char *group_id, const KzLedgerEntry *entry)
{
  return kz_cursor_knows_hash (kz_store_group (self->store, group_id)->cursor, entry->version);
}

gboolean
kz_engine_was_told (KzEngine *self, const char *group_id, const KzResponse *response)
{
  const KzOpenAction *open = kz_store_find_action (self->store, response->action_id, NULL);
  const KzLedgerEntry *known;
  KzLedgerEntry entry;

  if (!kz_engine_answer_hashes (self, response, &entry))
    return FALSE;
  known = open != NULL ? kz_ledger_find (open->answers, entry.response, entry.version) : NULL;
  if (known != NULL)
    return (known->flags & KZ_LEDGER_TOLD) != 0;
  if (open != NULL)
    group_id = open->action->group_id;
  return group_id != NULL && is_in_ring (self, group_id, &entry);
}

/* (nullable): versions of answers that deliveries told of, and that wait for their room to be opened. */
static GHashTable *
kept_versions (KzEngine *self, const char *group_id)
{
  const GPtrArray *kept = kz_engine_matters (self, group_id)->kept;
  GHashTable *versions =
      kept->len > 0 ? g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) : NULL;

  for (guint i = 0; i < kept->len; i++) {
    const KzKept *one = g_ptr_array_index (kept, i);
    const KzResponse *response = one->delivery != NULL ? one->delivery->response : NULL;
    KzLedgerEntry entry;

    if (response != NULL && kz_engine_answer_hashes (self, response, &entry))
      g_hash_table_add (versions, g_memdup2 (&entry.version, sizeof entry.version));
  }
  return versions;
}

/* --- What details name --- */

typedef struct {
  KzEngine *engine;
  KzOpenAction *open;
  gboolean is_named; /* whoever is not known is news */
  gboolean is_drop;
  gboolean is_silent;
  gboolean is_waiting;
  GHashTable *kept; /* (nullable): as of kept_versions() */
  guint allowed;
  GPtrArray *untold; /* (element-type KzResponse) */
  GArray *known;     /* (element-type KzLedgerEntry): what is known from now on, and not told */
} Naming;

static gboolean
is_kept (const Naming *naming, const KzLedgerEntry *entry)
{
  return naming->kept != NULL && g_hash_table_contains (naming->kept, &entry->version);
}

static void
note (Naming *naming, KzLedgerEntry entry, guint8 flags)
{
  entry.flags = flags;
  g_array_append_val (naming->known, entry);
}

/* Of a job that somebody opened again those who did are wanted, else those who answered. */
static gboolean
is_wanted (const Naming *naming, const KzResponse *response)
{
  gboolean is_reopened = response->is_completed == KZ_TRI_NO;

  if (naming->is_silent)
    return FALSE;
  if (naming->is_named)
    return !is_reopened || naming->is_drop;
  return naming->untold->len < naming->allowed && is_reopened == naming->is_drop;
}

/* An answer of ours: its delivery, or its details, may have other words. */
static gboolean
take_echo (KzEngine *self, const KzResponse *response)
{
  return g_hash_table_remove (self->own_responses, response->response_id);
}

/* Nothing is known of whoever it is of. */
static void
name_new (Naming *naming, KzResponse *response, KzLedgerEntry entry)
{
  KzEngine *self = naming->engine;
  const char *group_id = naming->open->action->group_id;

  if (is_in_ring (self, group_id, &entry) || take_echo (self, response)) {
    note (naming, entry, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT);
  } else if (is_kept (naming, &entry)) {
    naming->is_waiting = TRUE;
    note (naming, entry, KZ_LEDGER_CURRENT);
  } else if (is_wanted (naming, response)) {
    g_ptr_array_insert (naming->untold, 0, kz_response_ref (response));
  } else {
    note (naming, entry, KZ_LEDGER_CURRENT);
  }
}

/* @current: another answer of the same person. @known: (nullable): this one, when it was known. */
static void
name_other (Naming *naming,
            KzResponse *response,
            KzLedgerEntry entry,
            const KzLedgerEntry *current,
            const KzLedgerEntry *known)
{
  KzEngine *self = naming->engine;
  gboolean was_told = known != NULL && (known->flags & KZ_LEDGER_TOLD);

  if ((was_told && (current->flags & KZ_LEDGER_UNSURE)) || take_echo (self, response)) {
    note (naming, entry, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT | KZ_LEDGER_UPDATE);
  } else if (is_kept (naming, &entry)) {
    naming->is_waiting = TRUE;
    note (naming, entry, KZ_LEDGER_CURRENT | KZ_LEDGER_UPDATE);
  } else if (naming->is_silent) {
    /* It may have been read before the other one was delivered. */
    note (naming, entry, KZ_LEDGER_CURRENT | KZ_LEDGER_UPDATE | KZ_LEDGER_UNSURE);
  } else {
    response->is_update = TRUE;
    g_ptr_array_insert (naming->untold, 0, kz_response_ref (response));
  }
}

static gboolean
says_nothing (const KzResponse *response)
{
  return response->answers->len == 0 && response->is_completed == KZ_TRI_UNKNOWN;
}

static void
name (Naming *naming, KzResponse *response)
{
  KzEngine *self = naming->engine;
  const KzLedger *answers = naming->open->answers;
  const KzLedgerEntry *current;
  const KzLedgerEntry *known;
  KzLedgerEntry entry;

  if (!kz_engine_answer_hashes (self, response, &entry))
    return;
  current = kz_ledger_current (answers, entry.response);
  known = kz_ledger_find (answers, entry.response, entry.version);
  /* Details that keep to themselves what was answered. */
  if (current != NULL && says_nothing (response))
    return;
  /* Its echo, as good as delivered: what comes after it is news. */
  if (known != NULL && known == current)
    take_echo (self, response);
  if (current == NULL)
    name_new (naming, response, entry);
  else if (known != current)
    name_other (naming, response, entry, current, known);
  else if (!(known->flags & KZ_LEDGER_TOLD) && (known->flags & KZ_LEDGER_OWED) &&
           !naming->is_silent) {
    if (is_kept (naming, &entry))
      naming->is_waiting = TRUE;
    else
      g_ptr_array_insert (naming->untold, 0, kz_response_ref (response));
  } else if (kz_ledger_is_unsure (answers, entry.response))
    note (naming, entry, KZ_LEDGER_CURRENT);
}

/* Else some of those that are counted have no name, or nothing that tells them apart. */
static gboolean
names_all (const KzTally *tally)
{
  if (tally->response_count < 0 || (int) tally->responses->len < tally->response_count)
    return FALSE;
  for (guint i = 0; i < tally->responses->len; i++)
    if (((const KzResponse *) g_ptr_array_index (tally->responses, i))->response_id == NULL)
      return FALSE;
  return TRUE;
}

gboolean
kz_engine_names_all (const KzOpenAction *open, const KzTally *tally)
{
  return open->has_answers && !kz_ledger_is_full (open->answers) && names_all (tally);
}

guint
kz_engine_unnamed (const KzOpenAction *open, const KzTally *tally)
{
  guint n_known = kz_ledger_responses (open->answers);

  if (!open->has_answers || kz_ledger_is_full (open->answers) || tally->response_count < 0 ||
      (guint) tally->response_count <= n_known)
    return 0;
  return (guint) tally->response_count - n_known;
}

gboolean
kz_engine_wants_names (const KzOpenAction *open)
{
  if (open->unnamed > 0)
    return TRUE;
  for (guint i = 0; i < kz_ledger_length (open->answers); i++) {
    guint8 flags = kz_ledger_at (open->answers, i)->flags;

    if ((flags & KZ_LEDGER_UNSURE) || ((flags & KZ_LEDGER_OWED) && !(flags & KZ_LEDGER_TOLD)))
      return TRUE;
  }
  return FALSE;
}

GPtrArray *
kz_engine_settle_answers (KzEngine *self,
                          KzOpenAction *open,
                          KzTally *tally,
                          guint allowed,
                          gboolean is_drop,
                          gboolean is_silent,
                          gboolean *is_waiting)
{
  Naming naming = {
      .engine = self,
      .open = open,
      .is_named = kz_engine_names_all (open, tally),
      .is_drop = is_drop,
      .is_silent = is_silent,
      .allowed = allowed,
      .kept = kept_versions (self, open->action->group_id),
      .untold = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_response_unref),
      .known = g_array_new (FALSE, FALSE, sizeof (KzLedgerEntry)),
  };
  g_autoptr (GHashTable) named = g_hash_table_new (g_str_hash, g_str_equal);

  /* The last are the latest, also of those of one person. */
  for (guint i = tally->responses->len; i > 0 && g_hash_table_size (named) < MAX_SETTLED; i--) {
    KzResponse *response = g_ptr_array_index (tally->responses, i - 1);

    if (response->response_id != NULL && g_hash_table_add (named, response->response_id))
      name (&naming, response);
  }
  *is_waiting = naming.is_waiting;
  open->has_answers = open->has_answers || names_all (tally);
  if (naming.known->len > 0)
    kz_store_keep_answers (self->store, open, (const KzLedgerEntry *) naming.known->data,
                           naming.known->len);
  g_array_unref (naming.known);
  g_clear_pointer (&naming.kept, g_hash_table_unref);
  return naming.untold;
}

void
kz_engine_leave_answers (KzEngine *self, KzOpenAction *open, const KzTally *answers)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (KzLedgerEntry));

  for (guint i = answers->responses->len; i > 0 && known->len < MAX_SETTLED; i--) {
    const KzResponse *response = g_ptr_array_index (answers->responses, i - 1);
    KzLedgerEntry entry;

    if (!kz_engine_answer_hashes (self, response, &entry))
      continue;
    entry.flags = KZ_LEDGER_CURRENT;
    if (is_in_ring (self, open->action->group_id, &entry))
      entry.flags |= KZ_LEDGER_TOLD;
    g_array_append_val (known, entry);
  }
  open->has_answers = names_all (answers);
  kz_store_keep_answers (self->store, open, (const KzLedgerEntry *) known->data, known->len);
}
