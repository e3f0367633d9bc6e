/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include <string.h>

/* A response is edited under its own id (API §19): what it says tells the versions apart.
 * (nullable) without an id. */
char *
kz_engine_response_key (const KzResponse *response)
{
  g_autoptr (GChecksum) checksum = NULL;

  if (response->response_id == NULL)
    return NULL;
  if (response->is_completed != KZ_TRI_UNKNOWN)
    return g_strdup_printf ("p:%s:%d", response->response_id, (int) response->is_completed);
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < response->answers->len; i++) {
    const char *answer = g_ptr_array_index (response->answers, i);

    /* With the final NUL, so that answers do not run together. */
    g_checksum_update (checksum, (const guchar *) answer, (gssize) strlen (answer) + 1);
  }
  return g_strdup_printf ("p:%s:%.16s", response->response_id, g_checksum_get_string (checksum));
}

KzTally *
kz_engine_copy_tally (const KzOpenAction *open)
{
  KzTally *copy = kz_tally_from_action (open->action);
  const KzTally *old = open->tally;

  if (old == NULL)
    return copy;
  copy->response_count = old->response_count;
  copy->assignee_count = old->assignee_count;
  copy->is_completed = old->is_completed;
  copy->due_us = old->due_us;
  if (old->choices != NULL) {
    g_strfreev (copy->choices);
    copy->choices = g_strdupv (old->choices);
  }
  /* Of a state they come without their choices. */
  if (old->counts != NULL && (old->choices != NULL || copy->choices == NULL ||
                              g_strv_length (copy->choices) == old->counts->len))
    copy->counts = g_array_copy (old->counts);
  return copy;
}

/* A poll counted it before and could not name it. */
static gboolean
take_unnamed (KzOpenAction *open)
{
  if (open->unnamed == 0)
    return FALSE;
  open->unnamed--;
  return TRUE;
}

/* --- Counting what was shown just now, so that the next poll does not announce it --- */

/* (nullable): where that choice is counted. */
static int *
count_of (const KzTally *tally, const char *title)
{
  if (tally->choices == NULL || tally->counts == NULL || title == NULL)
    return NULL;
  for (guint i = 0; i < tally->counts->len && tally->choices[i] != NULL; i++)
    if (g_strcmp0 (tally->choices[i], title) == 0)
      return &g_array_index (tally->counts, int, i);
  return NULL;
}

/* A place to count it; a meeting has the choices that somebody took. */
static void
make_room_for (KzTally *tally, const char *title)
{
  guint n_choices = tally->choices != NULL ? g_strv_length (tally->choices) : 0;

  /* It is one of several of which nobody knows what they took. */
  if (tally->counts == NULL && tally->response_count > 1)
    return;
  if (tally->kind == KZ_ACTION_LETS_MEET &&
      (n_choices == 0 || !g_strv_contains ((const char *const *) tally->choices, title))) {
    tally->choices = g_renew (char *, tally->choices, n_choices + 2);
    tally->choices[n_choices++] = g_strdup (title);
    tally->choices[n_choices] = NULL;
  }
  if (tally->choices == NULL)
    return;
  if (tally->counts == NULL)
    tally->counts = g_array_new (FALSE, TRUE, sizeof (int));
  if (tally->counts->len != n_choices)
    g_array_set_size (tally->counts, n_choices);
}

/* (nullable): the choice of a poll or a meeting that it took. */
static const char *
choice_of (const KzOpenAction *open, const KzResponse *response)
{
  KzActionKind kind = open->action->kind;

  return (kind == KZ_ACTION_POLL || kind == KZ_ACTION_LETS_MEET) && response->answers->len > 0
             ? g_ptr_array_index (response->answers, 0)
             : NULL;
}

/* @tally: (transfer full). */
static void
count_on (KzEngine *self, KzOpenAction *open, KzTally *tally)
{
  kz_tally_unref (open->tally);
  open->tally = tally;
  kz_store_changed (self->store);
  kz_poller_outdate_details (self->poller, open->action->action_id);
}

/* A deed that was told, and after which nobody knows how it stands: the next tally differs by it. */
static void
note_uncounted (KzEngine *self, const KzOpenAction *open)
{
  GHashTable *uncounted = kz_engine_need_matters (self, open->action->group_id)->uncounted;
  const char *action_id = open->action->action_id;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (uncounted, action_id));

  g_hash_table_replace (uncounted, g_strdup (action_id), GUINT_TO_POINTER (n + 1));
  kz_poller_outdate_details (self->poller, action_id);
}

static void
count_first (KzEngine *self, KzOpenAction *open, const KzResponse *response)
{
  const char *choice = choice_of (open, response);
  KzTally *tally;
  int *count;

  if (take_unnamed (open))
    return;
  tally = kz_engine_copy_tally (open);
  tally->response_count = MAX (tally->response_count, 0) + 1;
  if (choice != NULL)
    make_room_for (tally, choice);
  count = count_of (tally, choice);
  if (count != NULL)
    (*count)++;
  else if (choice != NULL)
    /* Wrong by one, they would seem to have changed at the next look. */
    g_clear_pointer (&tally->counts, g_array_unref);
  count_on (self, open, tally);
}

/* (nullable): the one of @tally that an answer took of which only the hash is known. */
static const char *
choice_of_entry (KzEngine *self,
                 const KzTally *tally,
                 const KzResponse *response,
                 const KzLedgerEntry *entry)
{
  for (guint i = 0; tally->choices != NULL && tally->choices[i] != NULL; i++) {
    g_autoptr (KzResponse) other = kz_response_new (NULL, NULL, response->response_id, NULL);
    KzLedgerEntry hashes;

    g_ptr_array_add (other->answers, g_strdup (tally->choices[i]));
    if (kz_engine_answer_hashes (self, other, &hashes) && hashes.version == entry->version)
      return tally->choices[i];
  }
  return NULL;
}

/* Another choice than @before. FALSE: nobody knows how it stands now. */
static gboolean
count_change (KzEngine *self,
              KzOpenAction *open,
              const KzResponse *response,
              const KzLedgerEntry *before)
{
  const char *choice = choice_of (open, response);
  g_autoptr (KzTally) tally = kz_engine_copy_tally (open);
  int *count = count_of (tally, choice_of_entry (self, tally, response, before));
  GHashTable *uncounted = kz_engine_matters (self, open->action->group_id)->uncounted;

  /* What is counted there may be somebody else's: the one before may be among the uncounted. */
  if (choice == NULL || count == NULL || *count == 0 ||
      g_hash_table_contains (uncounted, open->action->action_id))
    return FALSE;
  (*count)--;
  make_room_for (tally, choice);
  count = count_of (tally, choice);
  if (count != NULL)
    (*count)++;
  count_on (self, open, g_steal_pointer (&tally));
  return open->tally->response_count >= 0;
}

/* While it waited, for its room or its action, the service has counted it. */
static gboolean
is_counted (const KzOpenAction *open, const KzKept *kept)
{
  return kept != NULL && open->tally != NULL && open->counted_us > kept->arrived_us;
}

/* Returns whether the tally of @open tells how it stands now. */
static gboolean
count_response (KzEngine *self,
                KzOpenAction *open,
                const KzResponse *response,
                const KzLedgerEntry *before)
{
  /* Without a count of the service from before, ours may be too low. */
  gboolean was_counted = open->tally != NULL && open->tally->response_count >= 0;

  if (open->tally == NULL)
    return FALSE;
  if (before == NULL && response->is_completed != KZ_TRI_NO && !response->is_update) {
    count_first (self, open, response);
    return was_counted;
  }
  if (before != NULL && count_change (self, open, response, before))
    return TRUE;
  note_uncounted (self, open);
  return FALSE;
}

/* --- Telling --- */

/**
 * Teller:
 * @open: (nullable): the action is not known
 * @standing: (nullable): what is said with it of how the action stands
 */
typedef struct {
  KzEngine *engine;
  KzResponse *response;
  KzSource source;
  const KzKept *kept; /* (nullable) */
  char *group_id;
  char *key; /* (nullable) */
  KzOpenAction *open;
  KzTally *standing;
  gboolean is_older; /* than what was told before */
  KzLedgerEntry entries[2]; /* what is known from now on: it, and the current one when that is doubted */
  guint n_entries;
} Teller;

static void
tell (Teller *teller)
{
  KzEngine *self = teller->engine;
  KzResponse *response = teller->response;
  const char *ids[] = {teller->key, NULL};
  KzEvent *event = kz_event_new (KZ_EVENT_RESPONSE, teller->source, teller->group_id);

  event->response = kz_response_ref (response);
  event->sender = response->responder != NULL ? kz_person_ref (response->responder) : NULL;
  event->is_own = kz_directory_is_own (self->directory, response->responder);
  kz_engine_date_event (event, teller->kept);
  event->maybe_older =
      event->maybe_older || (teller->is_older && !(teller->kept != NULL && teller->kept->is_delayed));
  if (teller->source != KZ_SOURCE_OWN && teller->key != NULL &&
      kz_store_may_be_seen (self->store, teller->group_id, ids))
    event->maybe_seen = TRUE;
  if (teller->source == KZ_SOURCE_POLL && teller->key != NULL)
    kz_store_showing (self->store, teller->group_id, ids);
  if (teller->open != NULL) {
    event->action = kz_action_ref (teller->open->action);
    event->handle = g_strdup (teller->open->handle);
    event->tally = teller->standing != NULL ? kz_tally_ref (teller->standing) : NULL;
    if (event->is_own && response->response_id != NULL) {
      g_free (teller->open->own_response_id);
      teller->open->own_response_id = g_strdup (response->response_id);
      kz_store_changed (self->store);
    }
  }
  kz_engine_emit (self, event);
}

static void
keep (Teller *teller)
{
  KzEngine *self = teller->engine;
  /* The host may have done anything while it was told. */
  KzOpenAction *open =
      kz_engine_is_alive (self) ? kz_store_find_action (self->store, teller->response->action_id, NULL)
                                : NULL;

  if (open == NULL)
    return;
  kz_store_keep_answers (self->store, open, teller->entries, teller->n_entries);
  /* Where there is no more room, the ring knows the latest. */
  if (kz_ledger_find (open->answers, teller->entries[0].response, teller->entries[0].version) == NULL) {
    const char *ids[] = {teller->key, NULL};

    kz_engine_mark (self, teller->group_id, ids);
  }
  if (teller->source != KZ_SOURCE_POLL)
    kz_poller_outdate_details (self->poller, teller->response->action_id);
}

/* The first is told by what is no update; that of a job never says what it is. */
static gboolean
is_older_than (const KzResponse *response, const KzLedgerEntry *current)
{
  return current != NULL && !response->is_update && response->is_completed == KZ_TRI_UNKNOWN;
}

/* A delivery has no time: of two changes nobody knows which came first before the details are read again. */
static void
ask_which_is_newer (Teller *teller)
{
  const char *action_id = teller->response->action_id;

  kz_poller_outdate_details (teller->engine->poller, action_id);
  kz_poller_want_details (teller->engine->poller, teller->group_id, action_id);
}

/* The details tell whether it still is. */
static void
doubt_current (Teller *teller, const KzLedgerEntry *current)
{
  KzLedgerEntry *doubted = &teller->entries[teller->n_entries++];

  *doubted = *current;
  doubted->flags = KZ_LEDGER_CURRENT | KZ_LEDGER_UNSURE;
  ask_which_is_newer (teller);
}

/* What it is from now on. FALSE: there is nothing to tell. */
static gboolean
judge_delivery (Teller *teller, const KzLedgerEntry *current, const KzLedgerEntry *known)
{
  KzLedgerEntry *entry = teller->entries;
  const KzResponse *response = teller->response;

  entry->flags = KZ_LEDGER_TOLD;
  if (kz_engine_was_told (teller->engine, teller->group_id, response)) {
    if (known == NULL || known != current) {
      /* Also after a kill. */
      entry->flags |= KZ_LEDGER_UNSURE;
      keep (teller);
      ask_which_is_newer (teller);
    }
    return FALSE;
  }
  if (known != NULL && known == current)
    return TRUE;
  teller->is_older = is_older_than (response, current);
  if (teller->is_older || known != NULL) {
    if (current != NULL)
      doubt_current (teller, current);
    return TRUE;
  }
  entry->flags |= KZ_LEDGER_CURRENT;
  if (current != NULL || response->is_update || response->is_completed == KZ_TRI_NO)
    entry->flags |= KZ_LEDGER_UPDATE;
  if (current != NULL && (current->flags & KZ_LEDGER_UPDATE)) {
    entry->flags |= KZ_LEDGER_UNSURE;
    ask_which_is_newer (teller);
  }
  return TRUE;
}

/* Likewise. */
static gboolean
judge (Teller *teller, const KzLedgerEntry *current, const KzLedgerEntry *known, gboolean is_echo)
{
  KzLedgerEntry *entry = teller->entries;

  entry->flags = KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT;
  if (current != NULL && current != known)
    entry->flags |= KZ_LEDGER_UPDATE;
  if (is_echo || (teller->source != KZ_SOURCE_OWN && current == NULL &&
                  kz_engine_was_told (teller->engine, teller->group_id, teller->response))) {
    keep (teller);
    return FALSE;
  }
  return teller->source != KZ_SOURCE_WEBHOOK || judge_delivery (teller, current, known);
}

/* What no details counted with the others. */
static void
count (Teller *teller, const KzLedgerEntry *current, const KzLedgerEntry *known)
{
  KzOpenAction *open = teller->open;
  gboolean is_own_change = teller->source == KZ_SOURCE_OWN && known != current;

  if ((known != NULL && !is_own_change) || teller->is_older || is_counted (open, teller->kept) ||
      count_response (teller->engine, open, teller->response, current))
    teller->standing = open->tally;
}

/* Its action is known, and so is what tells it from other answers. */
static gboolean
take_answer (Teller *teller, gboolean is_echo)
{
  KzOpenAction *open = teller->open;
  const KzLedgerEntry *entry = teller->entries;
  const KzLedgerEntry *known = kz_ledger_find (open->answers, entry->response, entry->version);
  const KzLedgerEntry *current = kz_ledger_current (open->answers, entry->response);

  if (!judge (teller, current, known, is_echo))
    return FALSE;
  if (teller->source != KZ_SOURCE_POLL)
    count (teller, current, known);
  /* A listener may sign off at it: then it goes with the state. A kill in between has it told again. */
  if (open->answers == NULL)
    open->answers = kz_ledger_new ();
  for (guint i = 0; i < teller->n_entries; i++)
    kz_ledger_put (open->answers, &teller->entries[i]);
  tell (teller);
  keep (teller);
  return TRUE;
}

/* The ring of the group knows what was told. */
static gboolean
take_unlisted (Teller *teller, gboolean is_echo)
{
  KzEngine *self = teller->engine;
  const char *ids[] = {teller->key, NULL};

  if (teller->source != KZ_SOURCE_OWN && teller->key != NULL &&
      kz_engine_knows (self, teller->group_id, ids))
    return FALSE;
  if (!is_echo) {
    if (teller->open != NULL && teller->source != KZ_SOURCE_POLL &&
        (is_counted (teller->open, teller->kept) ||
         count_response (self, teller->open, teller->response, NULL)))
      teller->standing = teller->open->tally;
    tell (teller);
  }
  if (kz_engine_is_alive (self))
    kz_engine_mark (self, teller->group_id, ids);
  return !is_echo;
}

gboolean
kz_engine_take_response (KzEngine *self,
                         KzResponse *response,
                         KzSource source,
                         KzTally *standing,
                         const KzKept *kept)
{
  g_autofree char *key = kz_engine_response_key (response);
  KzOpenAction *open = kz_store_find_action (self->store, response->action_id, NULL);
  g_autofree char *group_id = g_strdup (open != NULL ? open->action->group_id : response->group_id);
  gboolean is_echo = source != KZ_SOURCE_OWN && response->response_id != NULL &&
                     g_hash_table_remove (self->own_responses, response->response_id);
  Teller teller = {
      .engine = self,
      .response = response,
      .source = source,
      .kept = kept,
      .group_id = group_id,
      .key = key,
      .open = open,
      .standing = standing,
  };

  kz_directory_learn_for_good (self->directory, response->responder);
  if (group_id == NULL)
    return FALSE;
  if (open != NULL && kz_engine_answer_hashes (self, response, teller.entries)) {
    teller.n_entries = 1;
    return take_answer (&teller, is_echo);
  }
  return take_unlisted (&teller, is_echo);
}
