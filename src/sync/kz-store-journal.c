/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-limits.h"

#include <string.h>

void
kz_journal_delivery_free (KzJournalDelivery *delivery)
{
  g_free (delivery->group_id);
  g_bytes_unref (delivery->body);
  g_free (delivery);
}

gboolean
kz_store_append (KzStore *self, const KzJournalRecord *record)
{
  g_autoptr (GError) error = NULL;

  /* Nothing is kept on purpose, or another process keeps it: then nothing is wrong. */
  if (self->base == NULL || !self->is_owner)
    return TRUE;
  if (self->journal == NULL)
    return FALSE;
  if (kz_journal_append (self->journal, record, &error)) {
    if (self->saving == NULL && !self->is_dirty)
      kz_store_set_write_error (self, NULL);
    return TRUE;
  }
  kz_store_set_write_error (self, error->message);
  return FALSE;
}

void
kz_store_erase (KzStore *self, guint64 number)
{
  if (self->journal != NULL)
    kz_journal_erase (self->journal, number);
}

static guint64 *
dup_id (guint64 id)
{
  guint64 *copy = g_new (guint64, 1);

  *copy = id;
  return copy;
}

static guint64
next_id (KzStore *self)
{
  guint64 id = self->next_id++;

  if (id >= self->reserved_id) {
    g_autoptr (KzJournalRecord) record =
        kz_journal_record_new (KZ_RECORD_IDS, id + KZ_STORE_ID_BLOCK, NULL);

    self->reserved_id = id + KZ_STORE_ID_BLOCK;
    kz_store_append (self, record);
  }
  return id;
}

guint64
kz_store_next_send_id (KzStore *self)
{
  g_return_val_if_fail (KZ_IS_STORE (self), 0);

  return next_id (self);
}

/* --- Records of this session --- */

static void
keep_delivery (KzStore *self, const KzJournalRecord *record)
{
  KzJournalDelivery *delivery = g_new0 (KzJournalDelivery, 1);

  delivery->record_id = record->number;
  delivery->group_id = g_strdup (record->group_id);
  delivery->body = g_bytes_ref (record->payload);
  delivery->wall_us = record->wall_us;
  delivery->is_aside = record->is_aside;
  self->delivery_bytes += g_bytes_get_size (record->payload);
  g_hash_table_replace (self->deliveries, dup_id (record->number), delivery);
}

static void
drop_delivery (KzStore *self, guint64 record_id)
{
  KzJournalDelivery *delivery = g_hash_table_lookup (self->deliveries, &record_id);

  if (delivery == NULL)
    return;
  self->delivery_bytes -= g_bytes_get_size (delivery->body);
  g_hash_table_remove (self->deliveries, &record_id);
}

static gboolean
journal_delivery (KzStore *self,
                  const char *group_id,
                  const char *body,
                  gsize length,
                  gboolean is_aside,
                  guint64 *record_id)
{
  g_autoptr (KzJournalRecord) record = NULL;

  if (record_id != NULL)
    *record_id = 0;
  if (g_hash_table_size (self->deliveries) >= KZ_STORE_MAX_DELIVERIES ||
      length > KZ_STORE_MAX_DELIVERY_BYTES -
                   MIN (self->delivery_bytes, (gsize) KZ_STORE_MAX_DELIVERY_BYTES))
    return FALSE;
  record = kz_journal_record_new (KZ_RECORD_DELIVERY, next_id (self), group_id);
  record->wall_us = kz_clock_wall_us (self->clock);
  record->is_aside = is_aside;
  record->payload = g_bytes_new (body, length);
  if (!kz_store_append (self, record))
    return FALSE;
  keep_delivery (self, record);
  if (record_id != NULL)
    *record_id = record->number;
  return TRUE;
}

gboolean
kz_store_journal_delivery (
    KzStore *self, const char *group_id, const char *body, gsize length, guint64 *record_id)
{
  g_return_val_if_fail (KZ_IS_STORE (self) && (body != NULL || length == 0), FALSE);

  return journal_delivery (self, group_id, body, length, FALSE, record_id);
}

gboolean
kz_store_journal_aside (
    KzStore *self, const char *group_id, const char *body, gsize length, guint64 *record_id)
{
  g_return_val_if_fail (KZ_IS_STORE (self) && (body != NULL || length == 0), FALSE);

  return journal_delivery (self, group_id, body, length, TRUE, record_id);
}

/* FALSE: it was known. */
static gboolean
note_showing (KzStore *self, guint64 record_id)
{
  KzJournalDelivery *delivery = g_hash_table_lookup (self->deliveries, &record_id);

  if (delivery == NULL || !delivery->is_aside)
    return FALSE;
  delivery->is_aside = FALSE;
  return TRUE;
}

void
kz_store_journal_showing (KzStore *self, guint64 record_id)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self));

  if (!note_showing (self, record_id))
    return;
  record = kz_journal_record_new (KZ_RECORD_SHOWING, record_id, NULL);
  kz_store_append (self, record);
}

void
kz_store_journal_delivered (KzStore *self, guint64 record_id)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self));

  if (!g_hash_table_contains (self->deliveries, &record_id))
    return;
  record = kz_journal_record_new (KZ_RECORD_DELIVERED, record_id, NULL);
  kz_store_append (self, record);
  kz_store_erase (self, record_id);
  drop_delivery (self, record_id);
}

/* (transfer full): what @ids add to the cursor, as far as its ring holds it. */
static GArray *
add_ids (KzStore *self, const char *group_id, const char *const *ids)
{
  GArray *added = g_array_new (FALSE, FALSE, sizeof (guint64));

  kz_cursor_add (kz_store_group (self, group_id)->cursor, ids, added);
  for (guint i = 0; i < added->len; i++)
    kz_store_end_doubt (self, g_array_index (added, guint64, i));
  /* More than the ring holds would have fallen out of it again. */
  if (added->len > KZ_SEEN_RING)
    g_array_remove_range (added, 0, added->len - KZ_SEEN_RING);
  return added;
}

void
kz_store_shown (KzStore *self, const char *group_id, const char *const *ids)
{
  g_autoptr (KzJournalRecord) record = NULL;
  g_autoptr (GArray) added = NULL;

  g_return_if_fail (KZ_IS_STORE (self) && group_id != NULL && ids != NULL);

  added = add_ids (self, group_id, ids);
  if (added->len == 0)
    return;
  record = kz_journal_record_new (KZ_RECORD_SHOWN, 0, group_id);
  record->hashes = g_steal_pointer (&added);
  kz_store_append (self, record);
}

void
kz_store_journal_send_echoed (KzStore *self,
                              guint64 send_id,
                              const char *group_id,
                              const char *const *ids)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self) && group_id != NULL && ids != NULL);

  record = kz_journal_record_new (KZ_RECORD_SENT, send_id, group_id);
  record->hashes = add_ids (self, group_id, ids);
  kz_store_append (self, record);
  kz_store_forget_send (self, send_id);
}

GPtrArray *
kz_store_pending_deliveries (KzStore *self)
{
  return self->pending_deliveries;
}

const char *
kz_store_pending_token (KzStore *self)
{
  return self->token;
}

/* --- What an earlier process left --- */

static void
replay_hashes (KzStore *self, const KzJournalRecord *record)
{
  KzGroupState *group;

  if (record->group_id == NULL || record->hashes == NULL)
    return;
  if (kz_store_get_group (self, record->group_id) == NULL &&
      g_hash_table_size (self->groups) >= KZ_STORE_MAX_GROUPS)
    return;
  group = kz_store_group (self, record->group_id);
  for (guint i = 0; i < record->hashes->len; i++) {
    kz_cursor_add_hash (group->cursor, g_array_index (record->hashes, guint64, i));
    kz_store_end_doubt (self, g_array_index (record->hashes, guint64, i));
  }
}

static void
replay_action (KzStore *self, KzJournalRecord *record, guint64 state_generation)
{
  const KzJson *json;
  KzOpenAction *open;

  /* A state that was written later has it, unless it was closed since. */
  if (record->number < state_generation)
    return;
  json = kz_journal_record_object (record);
  open = json != NULL ? kz_store_read_action (json) : NULL;
  if (open != NULL && kz_store_replace_action (self, open))
    kz_store_changed (self);
}

static void
replay_record (KzStore *self, KzJournalRecord *record, guint64 state_generation)
{
  const char *type = record->type;

  if (strcmp (type, KZ_RECORD_SHOWN) == 0 || strcmp (type, KZ_RECORD_RING) == 0)
    replay_hashes (self, record);
  else if (strcmp (type, KZ_RECORD_GONE) == 0 && record->group_id != NULL) {
    /* A state that was written later knows it by itself, and whether the group came back. */
    if (record->number >= state_generation)
      g_hash_table_remove (self->groups, record->group_id);
  } else if (strcmp (type, KZ_RECORD_IDS) == 0)
    self->next_id = MAX (self->next_id, record->number);
  else if (strcmp (type, KZ_RECORD_DELIVERY) == 0 && record->payload != NULL)
    keep_delivery (self, record);
  else if (strcmp (type, KZ_RECORD_MAYBE) == 0)
    kz_store_replay_doubt (self, record);
  else if (strcmp (type, KZ_RECORD_SHOWING) == 0)
    note_showing (self, record->number);
  else if (strcmp (type, KZ_RECORD_DELIVERED) == 0)
    drop_delivery (self, record->number);
  else if (strcmp (type, KZ_RECORD_TOKEN) == 0)
    kz_store_replay_token (self, record);
  else if (strcmp (type, KZ_RECORD_TOKEN_SAVED) == 0)
    g_clear_pointer (&self->token, g_free);
  else if (strcmp (type, KZ_RECORD_ACTION) == 0)
    replay_action (self, record, state_generation);
  else if (strcmp (type, KZ_RECORD_ANSWERS) == 0 && record->number >= state_generation)
    kz_store_replay_answers (self, record);
}

static gint
compare_deliveries (gconstpointer a, gconstpointer b)
{
  const KzJournalDelivery *const *x = a;
  const KzJournalDelivery *const *y = b;

  return (*x)->record_id < (*y)->record_id ? -1 : (*x)->record_id > (*y)->record_id;
}

static void
list_pending (KzStore *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->deliveries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const KzJournalDelivery *delivery = value;
    KzJournalDelivery *copy = g_new0 (KzJournalDelivery, 1);

    copy->record_id = delivery->record_id;
    copy->group_id = g_strdup (delivery->group_id);
    copy->body = g_bytes_ref (delivery->body);
    copy->wall_us = delivery->wall_us;
    copy->is_aside = delivery->is_aside;
    g_ptr_array_add (self->pending_deliveries, copy);
  }
  g_ptr_array_sort (self->pending_deliveries, compare_deliveries);
  kz_store_list_sends (self);
}

/* Group -> 1 + index of the last record that says it was forgotten: what was shown before counts no
 * more, whether the group came back or not. */
static GHashTable *
find_gone (GPtrArray *records)
{
  GHashTable *gone = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < records->len; i++) {
    const KzJournalRecord *record = g_ptr_array_index (records, i);

    if (strcmp (record->type, KZ_RECORD_GONE) == 0 && record->group_id != NULL)
      g_hash_table_replace (gone, record->group_id, GUINT_TO_POINTER (i + 1));
  }
  return gone;
}

struct _KzReplay {
  GPtrArray *records; /* unowned */
  GHashTable *gone;
  guint next;
  guint64 highest; /* number */
};

KzReplay *
kz_replay_new (GPtrArray *records)
{
  KzReplay *replay = g_new0 (KzReplay, 1);

  replay->records = records;
  replay->gone = find_gone (records);
  return replay;
}

void
kz_replay_free (KzReplay *replay)
{
  if (replay == NULL)
    return;
  g_hash_table_unref (replay->gone);
  g_free (replay);
}

static void
replay_next (KzReplay *replay, KzStore *self)
{
  guint i = replay->next++;
  KzJournalRecord *record = g_ptr_array_index (replay->records, i);
  gboolean is_of_gone =
      (record->hashes != NULL || strcmp (record->type, KZ_RECORD_DELIVERY) == 0) &&
      record->group_id != NULL &&
      GPOINTER_TO_UINT (g_hash_table_lookup (replay->gone, record->group_id)) > i;
  gboolean is_send = kz_store_replay_send (self, record);

  if (is_of_gone)
    return;
  if (is_send)
    replay_hashes (self, record);
  else
    replay_record (self, record, self->generation);
  if ((is_send || strcmp (record->type, KZ_RECORD_DELIVERY) == 0) &&
      record->number < G_MAXINT64 / 2)
    replay->highest = MAX (replay->highest, record->number);
}

static void
end_replay (KzReplay *replay, KzStore *self)
{
  if (self->next_id >= G_MAXINT64 / 2)
    self->next_id = 1;
  self->next_id = MAX (self->next_id, replay->highest + 1);
  self->reserved_id = self->next_id;
  if (!self->is_owner) {
    /* Another process is at these; it also is the one to answer for them. */
    g_hash_table_remove_all (self->deliveries);
    g_hash_table_remove_all (self->sends);
    g_clear_pointer (&self->token, g_free);
    self->delivery_bytes = 0;
  }
  list_pending (self);
}

gboolean
kz_replay_step (KzReplay *replay, KzStore *self)
{
  for (guint n = 0; n < KZ_SLICE_ITEMS && replay->next < replay->records->len; n++)
    replay_next (replay, self);
  if (replay->next < replay->records->len)
    return TRUE;
  end_replay (replay, self);
  return FALSE;
}
