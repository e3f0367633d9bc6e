/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-clock.h"
#include "kz-cursor.h"
#include "kz-ledger.h"
#include "kz-message.h"
#include "kz-names.h"
#include "kz-unit-map.h"

#include <gio/gio.h>
#include <stdbool.h>

G_BEGIN_DECLS

/* What an account remembers between sessions, per (api root, connector, phone): a JSON state file,
 * written whole, debounced; and an append-only journal for what may not be lost. Mode 0600. The
 * only secret at rest is the callback token (and a new refresh token until the host has it); the only
 * texts are lines not yet seen and sends not yet confirmed. */
#define KZ_TYPE_STORE (kz_store_get_type ())
G_DECLARE_FINAL_TYPE (KzStore, kz_store, KZ, STORE, GObject)

/**
 * kz_store_open_async:
 * @dir: (nullable): below the host's user dir; created 0700. NULL: nothing is kept.
 *
 * Takes the lock on the account's store, reads state and journal, compacts the journal. A damaged
 * file is set aside (see kz_store_was_damaged()) and rebuilt. When another process holds the lock
 * the store works in memory only and writes nothing but a new refresh token, to a file of its own
 * (see kz_store_is_owner()). Never fails but for
 * cancellation; what cannot be read or written is told by the getters.
 */
void kz_store_open_async (const char *dir, const char *api_root, const char *connector_id,
                          const char *phone, KzClock *clock, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
KzStore *kz_store_open_finish (GAsyncResult *result, GError **error);

gboolean kz_store_is_owner (KzStore *self);
gboolean kz_store_was_damaged (KzStore *self);
const char *kz_store_write_error (KzStore *self); /* (nullable): why nothing can be written */

/* Told once when writing begins to fail, from the main loop. @func NULL: nobody. */
void kz_store_set_trouble_func (KzStore *self, void (*func) (const char *error, gpointer data),
                                gpointer data);
/* Called when a worker thread begins to read or write files for us, and when none does any more. */
void kz_store_set_busy_func (KzStore *self, void (*func) (gboolean is_busy, gpointer data),
                             gpointer data);
/* Whether a change is not in the state file yet. */
gboolean kz_store_has_unsaved (KzStore *self);

/* Saves what is dirty, closes files, releases the lock. The save may end after this call; the
 * object keeps itself alive for it and touches nothing of the account. */
void kz_store_close (KzStore *self);
/* Something in the state was changed: saved soon. The setters below do it by themselves. */
void kz_store_changed (KzStore *self);

/* --- Account-wide state. Getters: (nullable), owned by the store. --- */
const char *kz_store_endpoint (KzStore *self);
void kz_store_set_endpoint (KzStore *self, const char *endpoint);
const char *kz_store_installation_id (KzStore *self); /* random, made once */
const char *kz_store_callback_token (KzStore *self);  /* random, made once */
const char *kz_store_callback_segment (KzStore *self);/* random last part of the callback path */
const guint8 *kz_store_hash_key (KzStore *self);      /* 16 bytes, made once */
const char *kz_store_phone (KzStore *self);           /* (nullable) as given at opening */
guint kz_store_bound_port (KzStore *self);            /* 0: none yet */
void kz_store_set_bound_port (KzStore *self, guint port);
const char *kz_store_own_user_id (KzStore *self);
void kz_store_set_own_user_id (KzStore *self, const char *user_id);
gint64 kz_store_last_online_us (KzStore *self);       /* wall clock; 0: never */
void kz_store_set_last_online_us (KzStore *self, gint64 wall_us);

/* --- Per group --- */

/**
 * KzGroupState:
 * @cursor: marks and seen ids; never NULL
 * @webhook_id, @webhook_url: (nullable): as registered by this installation
 * @name: (nullable): last known
 * @direct_phone: (nullable): we made this group for us and the one with this number
 * @reaction_cursor: ticks; 0: none
 * @reactions_us: wall clock of the last time when all reactions were read; 0: unknown
 * @rates: kind -> double: learned event rates
 * @misses: full lists in a row that lacked this group
 */
typedef struct {
  char *group_id; /* GRefString, interned; so is the address of the webhook, which all have */
  char *name;
  char *webhook_id;
  char *webhook_url;
  char *direct_phone;
  gint64 reaction_cursor;
  gint64 reactions_us;
  gboolean reactions_seeded;
  KzCursor *cursor;
  KzUnitMap *rates; /* what was learned of how often something comes */
  guint misses;
} KzGroupState;

/* (transfer none): made when it does not exist. Call kz_store_changed() after writing fields. */
KzGroupState *kz_store_group (KzStore *self, const char *group_id);
/* @webhook_id, @url: (nullable): none. */
void kz_store_set_webhook (KzStore *self, const char *group_id, const char *webhook_id,
                           const char *url);
/* Ids of all groups that are kept: (element-type utf8) (transfer full). */
GPtrArray *kz_store_group_ids (KzStore *self);
void kz_store_forget_group (KzStore *self, const char *group_id);
/* Marks ids of an item as shown: into the cursor, and one journal record ('shown'). Seen ids are
 * never rewritten whole but at compaction. */
void kz_store_shown (KzStore *self, const char *group_id, const char *const *ids);
/* Before it is shown, where no journal record holds it: a kill before kz_store_shown() leaves it in
 * doubt. */
void kz_store_showing (KzStore *self, const char *group_id, const char *const *ids);
/* An earlier process was killed while it showed this one. */
gboolean kz_store_may_be_seen (KzStore *self, const char *group_id, const char *const *ids);

/* --- Shown names, per account: of each the latest is kept --- */
KzNames *kz_store_names (KzStore *self);
/* As kz_names_give(), and it is saved. */
KzName *kz_store_give_name (KzStore *self, guint64 person, const char *name);
/* The same by key, see kz_names_key(). */
const char *kz_store_shown_name (KzStore *self, const char *key);
void kz_store_set_shown_name (KzStore *self, const char *key, const char *name);

/* --- Whose number it is, learned from deliveries: lists of actions name people by number alone (API
 * §14), and to who is no admin no list of members tells it (API §8) --- */
void kz_store_keep_person (KzStore *self, const KzPerson *person); /* with id and phone */
void kz_store_foreach_person (KzStore *self,
                              void (*func) (const KzPerson *person, gpointer data),
                              gpointer data);

/* --- Open actions: short handle -> what is needed to answer and follow it --- */

/**
 * KzOpenAction:
 * @handle: e.g. "k3f"
 * @likes, @comments: counts shown so far
 * @own_response_id: (nullable): of our answer, to change it
 * @answers: (nullable): those that are known; see kz-ledger.h
 * @has_answers: whoever is not among @answers has answered since; else there may be some from before us
 * @unnamed: answers that were told as a count, and nobody knows whose they are
 * @is_news: this process showed it as something new; not kept
 * @is_bare: it had texts, and came back without: no file keeps them, and nobody has told them since
 * @was_sought: lists were looked through for them; not kept
 */
typedef struct {
  char *handle;
  KzAction *action;
  KzTally *tally;   /* (nullable): as last shown */
  gint64 counted_us; /* wall clock, when the service counted; 0: not known */
  int likes;
  int comments;
  char *own_response_id;
  KzLedger *answers;
  bool has_answers;
  guint unnamed;
  bool is_news;
  bool is_bare;
  bool was_sought;
  gint64 touched_us;
} KzOpenAction;
/* All, owned by the store; (element-type KzOpenAction) (transfer container). */
GPtrArray *kz_store_open_actions (KzStore *self);
/* Adds with a new unique handle: three characters [a-z2-9] with at least one digit and one letter,
 * longer when crowded. @tally: (nullable): what was told of it; @counted_us: wall clock, up to when it
 * counts; 0: not known; @has_answers: as of KzOpenAction. */
KzOpenAction *kz_store_add_open_action (KzStore *self, KzAction *action, KzTally *tally,
                                        gint64 counted_us, gboolean has_answers);
/* What was told of @open has changed, and must be as durable as what is marked as shown: at once, not with
 * the next save. */
void kz_store_journal_action (KzStore *self, const KzOpenAction *open);
/* Of a key of an answer, for @answers of an action. */
guint64 kz_store_hash (KzStore *self, const char *key);
/* These answers to @open are known now (kz_ledger_put()); as durable, with how it stands. */
void kz_store_keep_answers (KzStore *self, KzOpenAction *open, const KzLedgerEntry *entries,
                            guint length);
KzOpenAction *kz_store_find_by_handle (KzStore *self, const char *handle);
/* By action id or reference id. */
KzOpenAction *kz_store_find_action (KzStore *self, const char *action_id,
                                    const char *reference_id);
/* The web learns ids late: replaces the value, keeps the handle. */
void kz_store_update_action (KzStore *self, KzOpenAction *open, KzAction *action);
/* Closes what ended more than 30 days ago or is over the bound of 2,000. */
void kz_store_prune_actions (KzStore *self, gint64 now_us);

/* --- Journal. Done when the call returns: one write(2) of at most 8 KiB, or several for what is
 * longer, which count only together. FALSE: it could not be written (kz_store_write_error()), or too
 * much is kept already. Without a directory, or where another process is the owner, it is kept in
 * memory and TRUE: there is nothing better to wait for. --- */

/* A delivery that was accepted and is being shown from now on. @body as received. */
gboolean kz_store_journal_delivery (KzStore *self, const char *group_id, const char *body,
                                    gsize length, guint64 *record_id);
/* The same, of one that is put aside: certainly not shown before kz_store_journal_showing(). */
gboolean kz_store_journal_aside (KzStore *self, const char *group_id, const char *body,
                                 gsize length, guint64 *record_id);
void kz_store_journal_showing (KzStore *self, guint64 record_id);
/* Bodies of such records that no webhook brought: a whole action, as a list told of it. */
GBytes *kz_store_serialize_aside (const KzAction *action); /* (transfer full) */
KzAction *kz_store_read_aside (const char *body, gsize length); /* (nullable): another body */
/* Its lines were shown, or need not be. */
void kz_store_journal_delivered (KzStore *self, guint64 record_id);
/* A text about to be sent. Bytes may have left from now on. */
gboolean kz_store_journal_send (KzStore *self, guint64 send_id, const char *group_id,
                                const char *text, gint64 wall_us);
/* The same for an announcement. @title: (nullable). @typed: the person's own words. */
gboolean kz_store_journal_announcement (KzStore *self, guint64 send_id, const char *group_id,
                                        const char *title, const char *text, const char *typed,
                                        gint64 wall_us);
/* One that waits for its turn: no byte has left. One of those above with the same id follows when it
 * goes out. It is kept for as long as it takes until somebody is told. */
gboolean kz_store_journal_queued (KzStore *self, guint64 send_id, const char *group_id,
                                  const char *text, gint64 wall_us);
void kz_store_journal_send_done (KzStore *self, guint64 send_id);
/* The same, as its echo came, which is shown with it: one record says both, so that no kill comes in
 * between. */
void kz_store_journal_send_echoed (KzStore *self, guint64 send_id, const char *group_id,
                                   const char *const *ids);
/* A rotated refresh token, until the host has surely saved it. */
gboolean kz_store_journal_token (KzStore *self, const char *refresh_token);
void kz_store_journal_token_saved (KzStore *self);
/**
 * kz_store_forget_token:
 * @done: called once: when no file of ours has a token any more, or none can be changed, or the store
 *   is closed; from inside this call when there is nothing to write
 *
 * Ignored while an earlier one is under way.
 */
void kz_store_forget_token (KzStore *self, void (*done) (gpointer data), gpointer data);

/* What an earlier process left: deliveries not shown, sends without outcome, a token. The lists stay
 * as they were at the opening; the token also follows this session.
 * @wall_us: of its arrival; 0: journalled by an earlier version
 * @is_aside: nobody began to show it
 * @title: (nullable): only of an announcement
 * @typed: (nullable): only of an announcement: the person's own words
 * @is_queued: no byte of it has left; @text is what was typed, whatever it was to be */
typedef struct {
  guint64 record_id;
  char *group_id;
  GBytes *body;
  gint64 wall_us;
  gboolean is_aside;
} KzJournalDelivery;
typedef struct {
  guint64 send_id;
  char *group_id;
  char *title;
  char *text;
  char *typed;
  gint64 wall_us;
  gboolean is_queued;
  gboolean is_announcement;
} KzJournalSend;
GPtrArray *kz_store_pending_deliveries (KzStore *self); /* (element-type KzJournalDelivery) (transfer none) */
GPtrArray *kz_store_pending_sends (KzStore *self);      /* (element-type KzJournalSend) (transfer none) */
const char *kz_store_pending_token (KzStore *self);     /* (nullable) */
guint64 kz_store_next_send_id (KzStore *self);          /* never used before, over restarts */

G_END_DECLS
