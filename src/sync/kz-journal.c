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

struct _KzJournal {
  int fd;
  int copy_fd;
  gsize size;
  gsize copy_size;
  GString *tail; /* (nullable): appended while a compacted copy is being written */
};

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
kz_journal_open (const char *path, GError **error)
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

gboolean
kz_journal_append (KzJournal *journal, const KzJournalRecord *record, GError **error)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  g_return_val_if_fail (journal != NULL, FALSE);

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
}

gboolean
kz_journal_open_copy (KzJournal *journal, const char *path, GError **error)
{
  g_autoptr (GString) tail = g_steal_pointer (&journal->tail);

  g_return_val_if_fail (tail != NULL, FALSE);

  journal->copy_fd = open_for_append (path, &journal->copy_size, error);
  if (journal->copy_fd < 0)
    return FALSE;
  if (write_lines (journal->copy_fd, &journal->copy_size, tail->str, tail->len, error))
    return TRUE;
  kz_journal_end_switch (journal, FALSE);
  return FALSE;
}

void
kz_journal_end_switch (KzJournal *journal, gboolean keep_copy)
{
  if (journal->tail != NULL)
    g_string_free (g_steal_pointer (&journal->tail), TRUE);
  if (journal->copy_fd < 0)
    return;
  if (keep_copy) {
    g_close (journal->fd, NULL);
    journal->fd = journal->copy_fd;
    journal->size = journal->copy_size;
  } else
    g_close (journal->copy_fd, NULL);
  journal->copy_fd = -1;
}

gboolean
kz_journal_is_switching (KzJournal *journal)
{
  return journal->tail != NULL || journal->copy_fd >= 0;
}
