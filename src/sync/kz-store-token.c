/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-auth.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

/* The journal belongs to one process. Another one that gets a new refresh token keeps it in a file
 * beside it: lines of the same form, each written by one write(2), the last one counts. */

static KzJournalRecord *
new_record (KzStore *self, const char *refresh_token)
{
  KzJournalRecord *record = kz_journal_record_new (KZ_RECORD_TOKEN, 0, NULL);

  record->wall_us = kz_clock_wall_us (self->clock);
  record->payload = g_bytes_new (refresh_token, strlen (refresh_token));
  return record;
}

/* A reader wants to know of which version the lines are. */
static gboolean
begin_file (KzJournal *file, GError **error)
{
  g_autoptr (KzJournalRecord) head = NULL;

  if (kz_journal_size (file) > 0)
    return TRUE;
  head = kz_journal_record_new (KZ_RECORD_HEAD, KZ_JOURNAL_VERSION, NULL);
  return kz_journal_append (file, head, error);
}

static gboolean
append_beside (KzStore *self, const KzJournalRecord *record)
{
  g_autofree char *path = kz_store_path (self, KZ_TOKEN_ENDING);
  g_autoptr (GError) error = NULL;
  int fd = g_open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  KzJournal *file = NULL;
  gboolean is_written;

  if (fd >= 0)
    g_close (fd, NULL);
  file = kz_journal_open (path, NULL, &error);
  is_written =
      file != NULL && begin_file (file, &error) && kz_journal_append (file, record, &error);
  kz_journal_close (file);
  if (is_written)
    self->has_token_file = TRUE;
  else
    kz_store_set_write_error (self, error->message);
  return is_written;
}

gboolean
kz_store_journal_token (KzStore *self, const char *refresh_token)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_val_if_fail (KZ_IS_STORE (self) && refresh_token != NULL, FALSE);

  record = new_record (self, refresh_token);
  g_free (self->token);
  self->token = g_strdup (refresh_token);
  self->token_wall_us = record->wall_us;
  if (self->base != NULL && !self->is_owner && !self->is_closed)
    return append_beside (self, record);
  return kz_store_append (self, record);
}

void
kz_store_journal_token_saved (KzStore *self)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self));

  if (self->token == NULL)
    return;
  record = kz_journal_record_new (KZ_RECORD_TOKEN_SAVED, 0, NULL);
  kz_store_append (self, record);
  kz_store_erase (self, 0);
  g_clear_pointer (&self->token, g_free);
  if (self->has_token_file) {
    g_autofree char *path = kz_store_path (self, KZ_TOKEN_ENDING);

    self->has_token_file = FALSE;
    if (g_unlink (path) != 0)
      g_debug ("store: the file of a token that is saved cannot be removed");
  }
  /* Where it could not be erased. */
  kz_store_compact_now (self);
}

void
kz_store_tell_forgotten (KzStore *self)
{
  void (*done) (gpointer data) = g_steal_pointer (&self->forgotten);

  if (done != NULL)
    done (g_steal_pointer (&self->forgotten_data));
}

void
kz_store_forget_token (KzStore *self, void (*done) (gpointer data), gpointer data)
{
  g_return_if_fail (KZ_IS_STORE (self) && done != NULL);

  if (self->forgotten != NULL)
    return;
  self->forgotten = done;
  self->forgotten_data = data;
  kz_store_journal_token_saved (self);
  if (self->compacting == NULL)
    kz_store_tell_forgotten (self);
}

void
kz_store_replay_token (KzStore *self, const KzJournalRecord *record)
{
  g_autofree char *token = NULL;
  gsize length;
  const char *data;

  if (record->payload == NULL || g_bytes_get_size (record->payload) == 0)
    return;
  data = g_bytes_get_data (record->payload, &length);
  token = g_strndup (data, length);
  /* It would stand before the one that the host has kept. */
  if (strlen (token) != length || !kz_auth_is_token (token))
    return;
  g_free (self->token);
  self->token = g_steal_pointer (&token);
  self->token_wall_us = record->wall_us;
}

void
kz_store_replay_token_file (KzStore *self, GBytes *contents)
{
  KzJournalReader *reader = kz_journal_reader_new (contents);
  GPtrArray *records;

  kz_journal_reader_step (reader, KZ_TOKEN_FILE_MAX_BYTES);
  records = kz_journal_reader_records (reader);
  for (guint i = records->len; i > 0; i--) {
    const KzJournalRecord *record = g_ptr_array_index (records, i - 1);

    if (strcmp (record->type, KZ_RECORD_TOKEN) != 0)
      continue;
    /* The later one of the two files: the service takes no other. */
    if (self->token == NULL || record->wall_us >= self->token_wall_us)
      kz_store_replay_token (self, record);
    break;
  }
  self->has_token_file = TRUE;
  kz_journal_reader_free (reader);
}
