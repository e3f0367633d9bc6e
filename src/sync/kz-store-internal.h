/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-journal.h"
#include "kz-store.h"

G_BEGIN_DECLS

/* Shared by the kz-store*.c files only. */

#define KZ_STATE_VERSION 1
#define KZ_STATE_MAX_BYTES (64u << 20)
/* A hostile or runaway state may not grow without bound. */
#define KZ_STORE_MAX_GROUPS 20000
#define KZ_STORE_MAX_PEOPLE 5000
#define KZ_STORE_MAX_ACTIONS 2000
#define KZ_STORE_MAX_MARKS 256      /* of one group; likewise rates */
#define KZ_STORE_MAX_STRING 4096    /* bytes of any one string */
#define KZ_STORE_MAX_TITLE 2048     /* a longer one is kept cut: no line shows more of it */
#define KZ_STORE_MAX_DELIVERIES 4096
#define KZ_STORE_MAX_DELIVERY_BYTES (32u << 20)
#define KZ_TOKEN_FILE_MAX_BYTES (1u << 20)
#define KZ_TOKEN_ENDING ".token"
#define KZ_STORE_KEY_BYTES 16
#define KZ_STORE_SECRET_BYTES 32
/* Ids are promised to the journal in blocks, so that one that was handed out and never written is
 * not handed out again after a restart. */
#define KZ_STORE_ID_BLOCK 1000

struct _KzStore {
  GObject parent_instance;

  KzClock *clock;
  char *base; /* path of the account's files without their endings; NULL: memory only */
  char *phone;
  gboolean is_owner;
  gboolean is_writing; /* files are ours and usable */
  gboolean was_damaged;
  gboolean is_closed;
  gboolean is_dirty;
  char *write_error; /* (nullable) */
  void (*trouble) (const char *error, gpointer data);
  gpointer trouble_data;
  void (*busy) (gboolean is_busy, gpointer data);
  gpointer busy_data;
  int lock_fd;
  KzJournal *journal;    /* (nullable) */
  gsize compacted_bytes; /* size of the journal after its last compaction */
  GCancellable *saving;  /* (nullable): a save is under way */
  GCancellable *compacting; /* (nullable) */
  void (*forgotten) (gpointer data); /* (nullable): waits for the compaction */
  gpointer forgotten_data;
  gboolean compact_again;
  gboolean is_starting_journal;
  guint io_pending;
  guint64 generation; /* of the last snapshot of the state */
  guint64 next_id;
  guint64 reserved_id;

  char *endpoint;
  char *installation_id;
  char *callback_token;
  char *callback_segment;
  guint8 hash_key[KZ_STORE_KEY_BYTES];
  guint bound_port;
  char *own_user_id;
  gint64 last_online_us;

  GHashTable *groups;      /* (element-type utf8 KzGroupState) */
  guint8 names_key[KZ_NAMES_KEY_BYTES]; /* that of the state, and not of the journal */
  KzNames *names;
  GHashTable *people;      /* (element-type utf8 KzPerson): phone -> person */
  GPtrArray *actions;      /* (element-type KzOpenAction): oldest first */
  GHashTable *by_handle;   /* (element-type utf8 KzOpenAction) unowned */
  GHashTable *by_identity; /* "a:<action id>", "r:<reference id>" -> KzOpenAction, unowned */

  GHashTable *deliveries; /* (element-type guint64 KzJournalDelivery): not shown yet */
  gsize delivery_bytes;
  GHashTable *sends; /* (element-type guint64 KzJournalSend): no outcome yet */
  char *token;       /* (nullable): not surely saved by the host yet */
  gint64 token_wall_us; /* when it came; 0 when unknown */
  gboolean has_token_file; /* it, or an earlier one, is also in the file beside the journal */
  GHashTable *in_doubt; /* (element-type guint64): hashes of what may have been seen */
  GPtrArray *pending_deliveries;
  GPtrArray *pending_sends;
};

/* kz-store.c */
KzStore *kz_store_new_empty (KzClock *clock);
/* Says once that nothing can be written; NULL: writing works (again). */
void kz_store_set_write_error (KzStore *self, const char *error);
/* A save failed: told, and tried again after a while. */
void kz_store_save_again (KzStore *self, const char *why);
/* Files of a worker thread are awaited: see the comment at the definition. */
void kz_store_io_begin (KzStore *self);
void kz_store_io_end (KzStore *self);
char *kz_store_path (KzStore *self, const char *ending);
KzGroupState *kz_store_get_group (KzStore *self, const char *group_id); /* (nullable) */

/* kz-store-lock.c */
char *kz_store_random_secret (void);
gboolean kz_store_is_secret (const char *text);
char *kz_store_base_path (const char *dir, const char *api_root, const char *connector_id,
                          const char *phone);
typedef enum {
  KZ_LOCK_TAKEN,
  KZ_LOCK_HELD_BY_OTHER,
  KZ_LOCK_IMPOSSIBLE,
} KzLockResult;
/* Makes the directory and takes the lock. @fd is -1 unless TAKEN. */
KzLockResult kz_store_take_lock (const char *dir, const char *path, int *fd, char **why);

/* kz-store-write.c */
GBytes *kz_store_serialize (KzStore *self); /* a new generation */
GBytes *kz_store_serialize_action (const KzOpenAction *open);
/* Of @open its handle, how it stands, and @answers as text (kz_ledger_entries_to_text()). */
GBytes *kz_store_serialize_answers (const KzOpenAction *open, const char *answers);
void kz_store_save_async (KzStore *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data);
gboolean kz_store_save_finish (KzStore *self, GAsyncResult *result, GError **error);
/* At sign-off: what is dirty goes into the journal within the call. */
void kz_store_save_last (KzStore *self);

/* kz-store-read.c */
/* A state is read in slices, so that a long one holds nobody up. */
typedef struct _KzStateReader KzStateReader;

KzStateReader *kz_state_reader_new (GBytes *bytes); /* (nullable): it is no state of ours */
void kz_state_reader_free (KzStateReader *reader);
guint64 kz_state_reader_generation (const KzStateReader *reader);
/* What is not in one of its lists. */
const KzJson *kz_state_reader_account (const KzStateReader *reader);
/* Reads KZ_SLICE_BYTES more of it into the store; FALSE when there is none left. */
gboolean kz_state_reader_step (KzStateReader *reader, KzStore *self);
/* Something in what was read so far is no JSON, and was left out. */
gboolean kz_state_reader_is_damaged (const KzStateReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzStateReader, kz_state_reader_free)
KzOpenAction *kz_store_read_action (const KzJson *json); /* (nullable) */
/* What kz_store_serialize_answers() wrote: added to the answers of @open, in place of how it stood. */
void kz_store_read_answers (KzOpenAction *open, const KzJson *json);

/* kz-store-replace.c */
/* Writes a new file of mode 0600; a failure leaves none, or a part after a cancellation. */
void kz_store_write_file_async (const char *path, GBytes *bytes, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
gboolean kz_store_write_file_finish (GAsyncResult *result, GError **error);
/* The same under a temporary name and with a rename at the end: there always is a whole file. */
void kz_store_replace_file_async (const char *path, GBytes *bytes, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data);
gboolean kz_store_replace_file_finish (GAsyncResult *result, GError **error);

/* kz-store-file.c */
/* Reads a whole file of at most @max_bytes. G_IO_ERROR_NOT_FOUND where there is none. */
void kz_store_load_file_async (const char *path, gsize max_bytes, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
GBytes *kz_store_load_file_finish (GAsyncResult *result, GError **error);
/* Renames a file that is damaged to one of a few names, for whoever wants to look at it. */
void kz_store_set_aside_async (const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean kz_store_set_aside_finish (GAsyncResult *result, GError **error);

/* kz-store-actions.c */
void kz_open_action_free (KzOpenAction *open);
/* Takes @open; FALSE, and it is freed, when its handle or place is taken. */
gboolean kz_store_insert_action (KzStore *self, KzOpenAction *open);
/* Takes @open, a later word on the one that has its handle, if there is one. FALSE as above. */
gboolean kz_store_replace_action (KzStore *self, KzOpenAction *open);
gboolean kz_store_is_handle (const char *text);

/* kz-store-answers.c */
/* @record: of KZ_RECORD_ANSWERS. */
void kz_store_replay_answers (KzStore *self, KzJournalRecord *record);

/* kz-store-journal.c */
void kz_journal_delivery_free (KzJournalDelivery *delivery);
/* FALSE: it could not be written. Memory only: TRUE. */
gboolean kz_store_append (KzStore *self, const KzJournalRecord *record);
/* The words of a record are done with: they go out of the file at once. */
void kz_store_erase (KzStore *self, guint64 number);
/* kz-store-doubt.c */
void kz_store_replay_doubt (KzStore *self, const KzJournalRecord *record);
/* (transfer full) (nullable) */
KzJournalRecord *kz_store_doubt_to_record (KzStore *self);
void kz_store_end_doubt (KzStore *self, guint64 hash);

/* Everything that an earlier process left, after the state was read; in slices, too. The head is not
 * looked at. @records: (transfer none): outlive the replay. */
typedef struct _KzReplay KzReplay;

KzReplay *kz_replay_new (GPtrArray *records);
void kz_replay_free (KzReplay *replay);
/* KZ_SLICE_ITEMS more of them; FALSE when that was all. */
gboolean kz_replay_step (KzReplay *replay, KzStore *self);

/* kz-store-sends.c */
void kz_journal_send_free (KzJournalSend *send);
KzJournalRecord *kz_journal_send_to_record (const KzJournalSend *send);
/* A record says that it is done. */
void kz_store_forget_send (KzStore *self, guint64 send_id);
/* FALSE: a record of something else. */
gboolean kz_store_replay_send (KzStore *self, const KzJournalRecord *record);
/* After the replay: what is left is pending. */
void kz_store_list_sends (KzStore *self);

/* kz-store-token.c */
void kz_store_replay_token (KzStore *self, const KzJournalRecord *record);
/* What a process left that does not own the journal. After the journal itself. */
/* Of kz_store_forget_token(): calls back, when somebody waits. */
void kz_store_tell_forgotten (KzStore *self);
void kz_store_replay_token_file (KzStore *self, GBytes *contents);

/* kz-store-compact.c */
/* The journal as it should be: nothing in it that is done. @spans: (out): where its words are. */
GBytes *kz_store_compacted_journal (KzStore *self, GHashTable *spans);
/* Writes a compacted journal where none is open and opens it. */
void kz_store_start_journal_async (KzStore *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean kz_store_start_journal_finish (KzStore *self, GAsyncResult *result, GError **error);
void kz_store_compact_now (KzStore *self);
/* At sign-off: what is there of a copy goes. */
void kz_store_drop_copy (KzStore *self);
/* When it has grown enough since the last time. */
void kz_store_compact_if_worth_it (KzStore *self);

G_END_DECLS
