/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include <glib/gstdio.h>
#include <string.h>

/* A long session rewrites its journal when so much was added to it. */
#define COMPACT_AFTER_BYTES (4u << 20)

/* --- The text of a journal that holds only what still counts --- */

static void
encode (GString *out, GHashTable *spans, KzJournalRecord *record)
{
  gsize at = out->len;

  if (!kz_journal_encode (out, record))
    g_warning ("store: a record is over its bounds and is lost");
  else
    kz_journal_spans_note (spans, record, at, out->len - at);
  kz_journal_record_free (record);
}

static void
encode_groups (KzStore *self, GString *out, GHashTable *spans)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KzGroupState *group = value;
    g_autoptr (GArray) hashes = kz_cursor_hashes (group->cursor);
    KzJournalRecord *record;

    if (hashes->len == 0)
      continue;
    record = kz_journal_record_new (KZ_RECORD_RING, 0, group->group_id);
    record->hashes = g_steal_pointer (&hashes);
    encode (out, spans, record);
  }
}

static void
encode_open_records (KzStore *self, GString *out, GHashTable *spans)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->deliveries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KzJournalDelivery *delivery = value;
    KzJournalRecord *record =
        kz_journal_record_new (KZ_RECORD_DELIVERY, delivery->record_id, delivery->group_id);

    record->wall_us = delivery->wall_us;
    record->is_aside = delivery->is_aside;
    record->payload = g_bytes_ref (delivery->body);
    encode (out, spans, record);
  }
  g_hash_table_iter_init (&iter, self->sends);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    encode (out, spans, kz_journal_send_to_record (value));
  if (g_hash_table_size (self->in_doubt) > 0)
    encode (out, spans, kz_store_doubt_to_record (self));
  if (self->token != NULL) {
    KzJournalRecord *record = kz_journal_record_new (KZ_RECORD_TOKEN, 0, NULL);

    record->wall_us = self->token_wall_us;
    record->payload = g_bytes_new (self->token, strlen (self->token));
    encode (out, spans, record);
  }
}

/* No saved state holds the handles of a live session for sure: the save that runs beside may fail.
 * At the start the state is saved first and none is needed. */
static void
encode_actions (KzStore *self, GString *out, GHashTable *spans)
{
  for (guint i = 0; i < self->actions->len; i++) {
    KzJournalRecord *record = kz_journal_record_new (KZ_RECORD_ACTION, self->generation, NULL);

    record->json = kz_store_serialize_action (g_ptr_array_index (self->actions, i));
    encode (out, spans, record);
  }
}

GBytes *
kz_store_compacted_journal (KzStore *self, GHashTable *spans)
{
  GString *out = g_string_new (NULL);
  KzJournalRecord *head = kz_journal_record_new (KZ_RECORD_HEAD, KZ_JOURNAL_VERSION, NULL);

  head->payload = g_bytes_new (self->hash_key, sizeof self->hash_key);
  encode (out, spans, head);
  self->reserved_id = self->next_id + KZ_STORE_ID_BLOCK;
  encode (out, spans, kz_journal_record_new (KZ_RECORD_IDS, self->reserved_id, NULL));
  encode_groups (self, out, spans);
  encode_open_records (self, out, spans);
  if (self->journal != NULL)
    encode_actions (self, out, spans);
  return g_string_free_to_bytes (out);
}

/* --- The first journal of a session --- */

static void
journal_written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  KzStore *self = g_task_get_source_object (task);
  g_autofree char *path = kz_store_path (self, ".journal");
  GError *error = NULL;

  kz_store_io_end (self);
  self->is_starting_journal = FALSE;
  if (!kz_store_replace_file_finish (result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (!self->is_closed)
    self->journal = kz_journal_open (path, g_task_get_task_data (task), &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (self->journal != NULL)
    self->compacted_bytes = kz_journal_size (self->journal);
  g_task_return_boolean (task, TRUE);
}

static void
stale_deleted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  KzStore *self = g_task_get_source_object (task);
  GHashTable *spans = kz_journal_spans_new ();
  g_autoptr (GBytes) bytes = kz_store_compacted_journal (self, spans);
  g_autofree char *path = kz_store_path (self, ".journal");

  /* Mostly there was none. */
  g_file_delete_finish (G_FILE (source), result, NULL);
  g_task_set_task_data (task, spans, (GDestroyNotify) g_hash_table_unref);
  kz_store_replace_file_async (path, bytes, g_task_get_cancellable (task), journal_written_cb,
                               task);
}

void
kz_store_start_journal_async (KzStore *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autofree char *stale_path = kz_store_path (self, ".journal.new");
  g_autoptr (GFile) stale = g_file_new_for_path (stale_path);

  g_return_if_fail (self->journal == NULL && !self->is_starting_journal);

  g_task_set_source_tag (task, kz_store_start_journal_async);
  self->is_starting_journal = TRUE;
  kz_store_io_begin (self);
  /* What a kill left of a compaction; the journal has all of it. It goes before the journal is
   * there: later it could be the copy of the next compaction. */
  g_file_delete_async (stale, G_PRIORITY_DEFAULT, NULL, stale_deleted_cb, task);
}

gboolean
kz_store_start_journal_finish (KzStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Compaction of a journal that is in use --- */

typedef struct {
  KzStore *store; /* (owned): until the last callback */
  GBytes *bytes;
  GHashTable *spans; /* where its words are */
  GCancellable *cancellable;
  char *copy_path;
  char *path;
} CompactOp;

static void
compact_op_end (CompactOp *op)
{
  KzStore *self = op->store;

  kz_store_io_end (self);
  if (!self->is_closed && self->journal != NULL && kz_journal_is_switching (self->journal))
    kz_journal_end_switch (self->journal, FALSE);
  if (self->compacting == op->cancellable)
    g_clear_object (&self->compacting);
  g_clear_pointer (&op->bytes, g_bytes_unref);
  g_hash_table_unref (op->spans);
  g_clear_object (&op->cancellable);
  g_free (op->copy_path);
  g_free (op->path);
  g_free (op);
  if (self->compact_again)
    kz_store_compact_now (self);
  if (self->compacting == NULL)
    kz_store_tell_forgotten (self);
  g_object_unref (self);
}

static void
moved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CompactOp *op = data;
  KzStore *self = op->store;
  gboolean is_moved = g_file_move_finish (G_FILE (source), result, NULL);

  /* Both files have had every record until now, so whichever is there is whole. */
  if (is_moved && !self->is_closed && self->journal != NULL &&
      kz_journal_is_switching (self->journal)) {
    kz_journal_end_switch (self->journal, TRUE);
    self->compacted_bytes = kz_journal_size (self->journal);
  }
  compact_op_end (op);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  CompactOp *op = data;
  KzStore *self = op->store;
  g_autoptr (GFile) from = NULL;
  g_autoptr (GFile) to = NULL;

  if (!kz_store_write_file_finish (result, NULL) || self->is_closed ||
      !kz_journal_open_copy (self->journal, op->copy_path, op->spans, NULL)) {
    compact_op_end (op);
    return;
  }
  from = g_file_new_for_path (op->copy_path);
  to = g_file_new_for_path (op->path);
  /* No cancellable: the outcome must be known while both files are written. */
  g_file_move_async (from, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_NO_FALLBACK_FOR_MOVE,
                     G_PRIORITY_DEFAULT, NULL, NULL, NULL, moved_cb, op);
}

void
kz_store_compact_now (KzStore *self)
{
  CompactOp *op;

  self->compact_again = self->compacting != NULL;
  if (self->is_closed || self->journal == NULL || self->compacting != NULL)
    return;
  op = g_new0 (CompactOp, 1);
  op->store = g_object_ref (self);
  op->path = kz_store_path (self, ".journal");
  op->copy_path = kz_store_path (self, ".journal.new");
  op->cancellable = g_cancellable_new ();
  self->compacting = g_object_ref (op->cancellable);
  /* Everything that is not saved yet must be in the copy. */
  op->spans = kz_journal_spans_new ();
  op->bytes = kz_store_compacted_journal (self, op->spans);
  kz_journal_begin_switch (self->journal);
  kz_store_io_begin (self);
  kz_store_write_file_async (op->copy_path, op->bytes, op->cancellable, copied_cb, op);
}

void
kz_store_compact_if_worth_it (KzStore *self)
{
  if (self->journal != NULL &&
      kz_journal_size (self->journal) > self->compacted_bytes + COMPACT_AFTER_BYTES)
    kz_store_compact_now (self);
}

void
kz_store_drop_copy (KzStore *self)
{
  g_autofree char *path = kz_store_path (self, ".journal.new");

  /* Where it takes the journal's name at this moment it is whole, and this finds nothing. */
  g_unlink (path);
}
