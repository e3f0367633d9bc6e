/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-store-internal.h"

#include "kz-json.h"

#include <string.h>

/* What was typed and is not known to be anywhere else. */

void
kz_journal_send_free (KzJournalSend *send)
{
  g_free (send->group_id);
  g_free (send->title);
  g_free (send->text);
  g_free (send->typed);
  g_free (send);
}

static KzJournalSend *
copy_send (const KzJournalSend *send)
{
  KzJournalSend *copy = g_new0 (KzJournalSend, 1);

  copy->send_id = send->send_id;
  copy->group_id = g_strdup (send->group_id);
  copy->title = g_strdup (send->title);
  copy->text = g_strdup (send->text);
  copy->typed = g_strdup (send->typed);
  copy->wall_us = send->wall_us;
  copy->is_queued = send->is_queued;
  copy->is_announcement = send->is_announcement;
  return copy;
}

static void
keep_send (KzStore *self, KzJournalSend *send)
{
  guint64 *id = g_new (guint64, 1);

  *id = send->send_id;
  g_hash_table_replace (self->sends, id, send);
}

/* --- Records --- */

static GBytes *
announcement_payload (const KzJournalSend *send)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "title", send->title);
  kz_json_writer_string (writer, "text", send->text);
  kz_json_writer_string (writer, "typed", send->typed);
  return kz_json_writer_end (writer);
}

KzJournalRecord *
kz_journal_send_to_record (const KzJournalSend *send)
{
  const char *type = send->is_queued         ? KZ_RECORD_QUEUED
                     : send->is_announcement ? KZ_RECORD_ANNOUNCEMENT
                                             : KZ_RECORD_SEND;
  KzJournalRecord *record = kz_journal_record_new (type, send->send_id, send->group_id);

  record->wall_us = send->wall_us;
  record->payload = send->is_announcement ? announcement_payload (send)
                                          : g_bytes_new (send->text, strlen (send->text));
  return record;
}

static gboolean
read_announcement (KzJournalSend *send, const char *data, gsize length)
{
  const KzJsonLimits limits = {KZ_JOURNAL_MAX_PAYLOAD, 4};
  g_autoptr (KzJson) json = kz_json_parse (data, length, &limits, NULL);

  send->is_announcement = TRUE;
  send->title = g_strdup (kz_json_opt_string (json, "title", NULL));
  send->text = g_strdup (kz_json_opt_string (json, "text", NULL));
  send->typed = g_strdup (kz_json_opt_string (json, "typed", NULL));
  return send->text != NULL;
}

static gboolean
read_text (KzJournalSend *send, const char *data, gsize length)
{
  send->text = g_strndup (data, length);
  return g_utf8_validate (send->text, -1, NULL);
}

gboolean
kz_store_replay_send (KzStore *self, const KzJournalRecord *record)
{
  gboolean is_announcement = strcmp (record->type, KZ_RECORD_ANNOUNCEMENT) == 0;
  gboolean is_queued = strcmp (record->type, KZ_RECORD_QUEUED) == 0;
  KzJournalSend *send;
  gsize length;
  const char *data;

  if (strcmp (record->type, KZ_RECORD_SENT) == 0) {
    g_hash_table_remove (self->sends, &record->number);
    return TRUE;
  }
  if (!is_announcement && !is_queued && strcmp (record->type, KZ_RECORD_SEND) != 0)
    return FALSE;
  if (record->payload == NULL || record->group_id == NULL)
    return TRUE;
  send = g_new0 (KzJournalSend, 1);
  send->send_id = record->number;
  send->group_id = g_strdup (record->group_id);
  send->wall_us = record->wall_us;
  send->is_queued = is_queued;
  data = g_bytes_get_data (record->payload, &length);
  if (is_announcement ? read_announcement (send, data, length) : read_text (send, data, length))
    keep_send (self, send);
  else
    kz_journal_send_free (send);
  return TRUE;
}

/* --- Of this session --- */

static gboolean
journal (KzStore *self, const KzJournalSend *send)
{
  g_autoptr (KzJournalRecord) record = kz_journal_send_to_record (send);

  if (!kz_store_append (self, record))
    return FALSE;
  keep_send (self, copy_send (send));
  return TRUE;
}

gboolean
kz_store_journal_send (
    KzStore *self, guint64 send_id, const char *group_id, const char *text, gint64 wall_us)
{
  const KzJournalSend send = {
      .send_id = send_id,
      .group_id = (char *) group_id,
      .text = (char *) text,
      .wall_us = wall_us,
  };

  g_return_val_if_fail (KZ_IS_STORE (self) && group_id != NULL && text != NULL, FALSE);

  return journal (self, &send);
}

gboolean
kz_store_journal_announcement (KzStore *self,
                               guint64 send_id,
                               const char *group_id,
                               const char *title,
                               const char *text,
                               const char *typed,
                               gint64 wall_us)
{
  const KzJournalSend send = {
      .send_id = send_id,
      .group_id = (char *) group_id,
      .title = (char *) title,
      .text = (char *) text,
      .typed = (char *) typed,
      .wall_us = wall_us,
      .is_announcement = TRUE,
  };

  g_return_val_if_fail (KZ_IS_STORE (self) && group_id != NULL && text != NULL, FALSE);

  return journal (self, &send);
}

gboolean
kz_store_journal_queued (
    KzStore *self, guint64 send_id, const char *group_id, const char *text, gint64 wall_us)
{
  const KzJournalSend send = {
      .send_id = send_id,
      .group_id = (char *) group_id,
      .text = (char *) text,
      .wall_us = wall_us,
      .is_queued = TRUE,
  };

  g_return_val_if_fail (KZ_IS_STORE (self) && group_id != NULL && text != NULL, FALSE);

  return journal (self, &send);
}

void
kz_store_forget_send (KzStore *self, guint64 send_id)
{
  kz_store_erase (self, send_id);
  g_hash_table_remove (self->sends, &send_id);
}

void
kz_store_journal_send_done (KzStore *self, guint64 send_id)
{
  g_autoptr (KzJournalRecord) record = NULL;

  g_return_if_fail (KZ_IS_STORE (self));

  if (!g_hash_table_contains (self->sends, &send_id))
    return;
  record = kz_journal_record_new (KZ_RECORD_SENT, send_id, NULL);
  kz_store_append (self, record);
  kz_store_forget_send (self, send_id);
}

/* --- What an earlier process left --- */

GPtrArray *
kz_store_pending_sends (KzStore *self)
{
  return self->pending_sends;
}

static int
compare_sends (gconstpointer a, gconstpointer b)
{
  const KzJournalSend *const *x = a;
  const KzJournalSend *const *y = b;

  return (*x)->send_id < (*y)->send_id ? -1 : (*x)->send_id > (*y)->send_id;
}

void
kz_store_list_sends (KzStore *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->sends);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (self->pending_sends, copy_send (value));
  g_ptr_array_sort (self->pending_sends, compare_sends);
}
