/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-journal.h"

#include "kz-i18n.h"
#include "kz-limits.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Room for most records; what a longer one took is given back. */
#define LINES_SIZE 1024

struct _KzJournal {
  int fd;
  int copy_fd;
  gsize size;
  gsize copy_size;
  GString *lines; /* of the record that is being written */
  GString *tail; /* (nullable): appended while a compacted copy is being written */
  GHashTable *spans;
  GHashTable *tail_spans; /* (nullable): of what the tail has */
  GHashTable *copy_spans; /* (nullable): while the copy is open */
};

/* --- Where words are --- */

GHashTable *
kz_journal_spans_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

static void
put_span (GHashTable *spans, guint64 number, gsize at, gsize length)
{
  guint64 *key = g_new (guint64, 1);
  KzJournalSpan *span = g_new (KzJournalSpan, 1);

  *key = number;
  *span = (KzJournalSpan){at, length};
  g_hash_table_replace (spans, key, span);
}

static gboolean
has_words (const KzJournalRecord *record)
{
  static const char *const types[] = {KZ_RECORD_DELIVERY, KZ_RECORD_SEND,  KZ_RECORD_ANNOUNCEMENT,
                                      KZ_RECORD_QUEUED,   KZ_RECORD_TOKEN, NULL};

  return g_strv_contains (types, record->type);
}

void
kz_journal_spans_note (GHashTable *spans, const KzJournalRecord *record, gsize at, gsize length)
{
  if (has_words (record))
    put_span (spans, record->number, at, length);
}

/* Blanks up to the end of the last line, from the front, so that a kill in between leaves a line
 * that begins with one: the reader passes over it. */
static void
blank (int fd, const KzJournalSpan *span)
{
  g_autofree char *blanks = g_strnfill (span->length - 1, ' ');
  int flags = fcntl (fd, F_GETFL);

  /* What appends writes at the end only, wherever it is told to. */
  if (flags < 0 || fcntl (fd, F_SETFL, flags & ~O_APPEND) != 0 ||
      pwrite (fd, blanks, span->length - 1, (off_t) span->at) != (gssize) span->length - 1)
    g_debug ("journal: words that are done could not be erased");
  if (flags >= 0 && fcntl (fd, F_SETFL, flags) != 0)
    g_debug ("journal: the file cannot be appended to any more");
}

static void
blank_span (int fd, GHashTable *spans, guint64 number)
{
  const KzJournalSpan *span = spans != NULL ? g_hash_table_lookup (spans, &number) : NULL;

  if (span != NULL && fd >= 0)
    blank (fd, span);
}

void
kz_journal_erase (KzJournal *journal, guint64 number)
{
  g_return_if_fail (journal != NULL);

  blank_span (journal->fd, journal->spans, number);
  g_hash_table_remove (journal->spans, &number);
  blank_span (journal->copy_fd, journal->copy_spans, number);
  if (journal->copy_spans != NULL)
    g_hash_table_remove (journal->copy_spans, &number);
  if (journal->tail != NULL && journal->tail_spans != NULL) {
    const KzJournalSpan *span = g_hash_table_lookup (journal->tail_spans, &number);

    if (span != NULL)
      memset (journal->tail->str + span->at, ' ', span->length - 1);
    g_hash_table_remove (journal->tail_spans, &number);
  }
}

/* --- The file --- */

static int
open_for_append (const char *path, gsize *size, GError **error)
{
  /* O_NOFOLLOW: the file is ours, made in a private directory; a link there is not. */
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  off_t end;

  if (fd < 0) {
    int code = errno;

    g_set_error (
        error, G_FILE_ERROR, (int) g_file_error_from_errno (code),
        /* Translators: the journal is a file of this account; the reason is the system's. */
        _ ("Opening the journal: %s"), g_strerror (code));
    return -1;
  }
  end = lseek (fd, 0, SEEK_END);
  *size = end > 0 ? (gsize) end : 0;
  return fd;
}

KzJournal *
kz_journal_open (const char *path, GHashTable *spans, GError **error)
{
  KzJournal *journal;
  gsize size = 0;
  int fd = open_for_append (path, &size, error);

  if (fd < 0)
    return NULL;
  journal = g_new0 (KzJournal, 1);
  journal->fd = fd;
  journal->copy_fd = -1;
  journal->size = size;
  journal->lines = g_string_sized_new (LINES_SIZE);
  journal->spans = spans != NULL ? g_hash_table_ref (spans) : kz_journal_spans_new ();
  return journal;
}

void
kz_journal_close (KzJournal *journal)
{
  if (journal == NULL)
    return;
  if (journal->copy_fd >= 0)
    g_close (journal->copy_fd, NULL);
  if (journal->tail != NULL)
    g_string_free (journal->tail, TRUE);
  g_string_free (journal->lines, TRUE);
  g_hash_table_unref (journal->spans);
  g_clear_pointer (&journal->tail_spans, g_hash_table_unref);
  g_clear_pointer (&journal->copy_spans, g_hash_table_unref);
  g_close (journal->fd, NULL);
  g_free (journal);
}

/* One line, one write(2): what a kill leaves is whole lines and at most one torn one. */
static gboolean
write_line (int fd, const char *line, gsize length, GError **error)
{
  gssize written;
  int code;

  do
    written = write (fd, line, length);
  while (written < 0 && errno == EINTR);
  if (written == (gssize) length)
    return TRUE;
  code = written < 0 ? errno : ENOSPC;
  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (code),
               /* Translators: the journal is a file of this account; the reason is the system's. */
               _ ("Writing the journal: %s"), g_strerror (code));
  return FALSE;
}

static gboolean
write_lines (int fd, gsize *size, const char *text, gsize length, GError **error)
{
  const char *end = text + length;

  while (text < end) {
    const char *line_end = memchr (text, '\n', (gsize) (end - text));
    gsize line_length = (gsize) (line_end + 1 - text);

    if (!write_line (fd, text, line_length, error)) {
      /* All or nothing: what a full disk left of this record must not stand in the way of
       * the next one. A failure to cut is survived by the reader, which skips the line. */
      if (ftruncate (fd, (off_t) *size) != 0)
        g_debug ("journal: a torn record could not be cut off");
      return FALSE;
    }
    text = line_end + 1;
  }
  *size += length;
  return TRUE;
}

/* @record was just written, with so many bytes at the end. */
static void
note_words (KzJournal *journal, const KzJournalRecord *record, gsize length)
{
  if (!has_words (record))
    return;
  kz_journal_erase (journal, record->number);
  put_span (journal->spans, record->number, journal->size - length, length);
  if (journal->copy_fd >= 0)
    put_span (journal->copy_spans, record->number, journal->copy_size - length, length);
  else if (journal->tail != NULL)
    put_span (journal->tail_spans, record->number, journal->tail->len - length, length);
}

static void
clear_lines (KzJournal *journal)
{
  if (journal->lines->allocated_len > 16 * LINES_SIZE) {
    g_string_free (journal->lines, TRUE);
    journal->lines = g_string_sized_new (LINES_SIZE);
  }
  g_string_truncate (journal->lines, 0);
}

gboolean
kz_journal_append (KzJournal *journal, const KzJournalRecord *record, GError **error)
{
  GString *lines;

  g_return_val_if_fail (journal != NULL, FALSE);

  clear_lines (journal);
  lines = journal->lines;
  if (!kz_journal_encode (lines, record)) {
    g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                         _ ("Writing the journal: the record is over its bounds"));
    return FALSE;
  }
  if (!write_lines (journal->fd, &journal->size, lines->str, lines->len, error))
    return FALSE;
  if (journal->copy_fd >= 0) {
    /* The two must stay equal, whichever of them has the name in the end. */
    if (!write_lines (journal->copy_fd, &journal->copy_size, lines->str, lines->len, error)) {
      journal->size -= lines->len;
      if (ftruncate (journal->fd, (off_t) journal->size) != 0)
        g_debug ("journal: a torn record could not be cut off");
      return FALSE;
    }
  } else if (journal->tail != NULL)
    g_string_append_len (journal->tail, lines->str, (gssize) lines->len);
  note_words (journal, record, lines->len);
  return TRUE;
}

gsize
kz_journal_size (KzJournal *journal)
{
  return journal->size;
}

void
kz_journal_begin_switch (KzJournal *journal)
{
  g_return_if_fail (!kz_journal_is_switching (journal));

  journal->tail = g_string_new (NULL);
  journal->tail_spans = kz_journal_spans_new ();
}

/* The tail has been written behind the first @before bytes of the copy: what was done while the
 * copy was made goes out of it, and so does what the tail has anew. */
static void
take_over_spans (KzJournal *journal, gsize before)
{
  g_autoptr (GHashTable) tail_spans = g_steal_pointer (&journal->tail_spans);
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, journal->copy_spans);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (journal->spans, key) || g_hash_table_contains (tail_spans, key)) {
      blank (journal->copy_fd, value);
      g_hash_table_iter_remove (&iter);
    }
  g_hash_table_iter_init (&iter, tail_spans);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const KzJournalSpan *span = value;

    put_span (journal->copy_spans, *(guint64 *) key, before + span->at, span->length);
  }
}

gboolean
kz_journal_open_copy (KzJournal *journal, const char *path, GHashTable *spans, GError **error)
{
  g_autoptr (GString) tail = g_steal_pointer (&journal->tail);
  gsize before;

  g_return_val_if_fail (tail != NULL, FALSE);

  journal->copy_fd = open_for_append (path, &journal->copy_size, error);
  if (journal->copy_fd < 0)
    return FALSE;
  before = journal->copy_size;
  journal->copy_spans = g_hash_table_ref (spans);
  if (write_lines (journal->copy_fd, &journal->copy_size, tail->str, tail->len, error)) {
    take_over_spans (journal, before);
    return TRUE;
  }
  kz_journal_end_switch (journal, FALSE);
  return FALSE;
}

void
kz_journal_end_switch (KzJournal *journal, gboolean keep_copy)
{
  if (journal->tail != NULL)
    g_string_free (g_steal_pointer (&journal->tail), TRUE);
  g_clear_pointer (&journal->tail_spans, g_hash_table_unref);
  if (journal->copy_fd < 0)
    return;
  if (keep_copy) {
    g_close (journal->fd, NULL);
    journal->fd = journal->copy_fd;
    journal->size = journal->copy_size;
    g_hash_table_unref (journal->spans);
    journal->spans = g_steal_pointer (&journal->copy_spans);
  } else
    g_close (journal->copy_fd, NULL);
  g_clear_pointer (&journal->copy_spans, g_hash_table_unref);
  journal->copy_fd = -1;
}

gboolean
kz_journal_is_switching (KzJournal *journal)
{
  return journal->tail != NULL || journal->copy_fd >= 0;
}
