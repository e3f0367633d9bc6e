/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kz-json.h"

G_BEGIN_DECLS

/* The append-only file beside the state of an account (design: the store). Used by kz-store only. A
 * line is a JSON object of at most KZ_JOURNAL_RECORD_MAX_BYTES, written by one write(2). A payload
 * that is longer goes on in continuation lines and counts only when all of them are there. */

#define KZ_JOURNAL_VERSION 1
/* What is read at all, and what one record may carry. */
#define KZ_JOURNAL_MAX_BYTES (128u << 20)
#define KZ_JOURNAL_MAX_PAYLOAD (8u << 20)

/* The types of records. An unknown one is left out when the journal is read. */
#define KZ_RECORD_HEAD "head"      /* version in number, payload: the hash key */
#define KZ_RECORD_IDS "ids"        /* number: ids below it may have been used */
#define KZ_RECORD_RING "ring"      /* group, hashes: all that are known */
#define KZ_RECORD_SHOWN "shown"    /* group, hashes: of one item */
#define KZ_RECORD_MAYBE "mayb"     /* hashes: of one item that is about to be shown */
#define KZ_RECORD_GONE "gone"      /* group was forgotten */
#define KZ_RECORD_DELIVERY "dlv"   /* number, group, wall_us, is_aside, payload: body */
#define KZ_RECORD_SHOWING "dlvs"   /* number: it was put aside and is being shown */
#define KZ_RECORD_DELIVERED "dlvd" /* number */
#define KZ_RECORD_SEND "send"      /* number, group, wall_us, payload: text */
#define KZ_RECORD_ANNOUNCEMENT "senda" /* likewise; payload: JSON of title, text, typed */
#define KZ_RECORD_QUEUED "sendq"   /* like "send"; no byte of it has left. The next of the others replaces it */
#define KZ_RECORD_SENT "sent"      /* number: of any of these; group, hashes: of its echo */
#define KZ_RECORD_TOKEN "tok"      /* payload: rotated refresh token */
#define KZ_RECORD_TOKEN_SAVED "tokd"
#define KZ_RECORD_ACTION "act"     /* number: generation of the state; json: an open action */
#define KZ_RECORD_ANSWERS "ans"    /* number: likewise; json: answers that are known now, how it stands */
#define KZ_RECORD_STATE "state"    /* number: generation; payload: the whole state, at sign-off */

/**
 * KzJournalRecord:
 * @group_id: (nullable)
 * @payload: (nullable): any bytes
 * @json: (nullable): when it is written, in place of @payload: an object in one line. Of a long one
 *   @payload is what is read
 * @line: (nullable): what was read, when that has an object; see kz_journal_record_object()
 * @hashes: (nullable) (element-type guint64)
 * @wall_us: 0 in records of earlier versions
 * @is_aside: FALSE in records of earlier versions
 *
 * One logical record. Which fields are set depends on the type.
 */
typedef struct {
  char *type;
  guint64 number;
  gint64 wall_us;
  gboolean is_aside;
  char *group_id;
  GBytes *payload;
  GBytes *json;
  KzJson *line;
  GArray *hashes;
} KzJournalRecord;

KzJournalRecord *kz_journal_record_new (const char *type, guint64 number, const char *group_id);
void kz_journal_record_free (KzJournalRecord *record);

/* (nullable) (transfer none): the object of a record that was read. */
const KzJson *kz_journal_record_object (KzJournalRecord *record);

/* Appends the lines of @record to @out; FALSE, and @out as it was, when it cannot be written
 * within the bounds. */
gboolean kz_journal_encode (GString *out, const KzJournalRecord *record);

/* Reading: lines are worked off in slices, so that a long journal holds nobody up. */
typedef struct _KzJournalReader KzJournalReader;

KzJournalReader *kz_journal_reader_new (GBytes *contents);
void kz_journal_reader_free (KzJournalReader *reader);
/* Reads the lines of @bytes more, at least one; FALSE when there are none left. */
gboolean kz_journal_reader_step (KzJournalReader *reader, gsize bytes);
/* (element-type KzJournalRecord) (transfer none): what could be read; the head is the first. */
GPtrArray *kz_journal_reader_records (KzJournalReader *reader);
/* Anything was unreadable, a torn end aside. */
gboolean kz_journal_reader_is_damaged (KzJournalReader *reader);

/* Where the words and tokens of a journal are: number of the record -> KzJournalSpan. */
typedef struct {
  gsize at;
  gsize length;
} KzJournalSpan;

/* (transfer full) (element-type guint64 KzJournalSpan) */
GHashTable *kz_journal_spans_new (void);
/* Notes that the lines of @record are there; nothing for one without words. */
void kz_journal_spans_note (GHashTable *spans, const KzJournalRecord *record, gsize at,
                            gsize length);

/* Writing. */
typedef struct _KzJournal KzJournal;

/* Opens @path, which exists, for appending. @spans: (nullable): what words it has. NULL with @error
 * (G_FILE_ERROR). */
KzJournal *kz_journal_open (const char *path, GHashTable *spans, GError **error);
void kz_journal_close (KzJournal *journal);
/* Writes whole or not at all. */
gboolean kz_journal_append (KzJournal *journal, const KzJournalRecord *record, GError **error);
/* Overwrites the words of that record with blanks: what is done must not be readable until the next
 * compaction. A later record of the same number takes those of the earlier one away, too. */
void kz_journal_erase (KzJournal *journal, guint64 number);
/* Bytes of the file. */
gsize kz_journal_size (KzJournal *journal);
/* While a compacted copy takes the place of this file: everything appended from now on is
 * remembered, then also written to the copy once it is open, and then only there. */
void kz_journal_begin_switch (KzJournal *journal);
/* @spans: what words the copy has. */
gboolean kz_journal_open_copy (KzJournal *journal, const char *path, GHashTable *spans,
                               GError **error);
void kz_journal_end_switch (KzJournal *journal, gboolean keep_copy);
gboolean kz_journal_is_switching (KzJournal *journal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzJournalRecord, kz_journal_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzJournalReader, kz_journal_reader_free)

G_END_DECLS
