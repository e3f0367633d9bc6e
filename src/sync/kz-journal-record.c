/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-journal.h"

#include "kz-json-append.h"
#include "kz-json.h"
#include "kz-limits.h"

#include <string.h>

/* Raw bytes of a line's payload: 6,000 in base64, which leaves room for ids even when each of their
 * bytes must be escaped. */
#define CHUNK_BYTES 4500
#define CONTINUATION "+"
#define OBJECT "j"
/* An action has questions, which have options. */
#define MAX_DEPTH 8
/* Of one line: rings hold KZ_SEEN_RING, each hash takes 19 bytes. */
#define MAX_HASHES 320

struct _KzJournalReader {
  GBytes *contents;
  const char *pos;
  const char *end;
  GPtrArray *records;
  gboolean is_damaged;
  gboolean was_erased; /* the line before was blank */
  /* A record whose continuation lines are still being read. */
  KzJournalRecord *open; /* (nullable) */
  GByteArray *open_payload;
  guint open_next;
  guint open_of;
};

KzJournalRecord *
kz_journal_record_new (const char *type, guint64 number, const char *group_id)
{
  KzJournalRecord *record = g_new0 (KzJournalRecord, 1);

  record->type = g_strdup (type);
  record->number = number;
  record->group_id = g_strdup (group_id);
  return record;
}

void
kz_journal_record_free (KzJournalRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->type);
  g_free (record->group_id);
  g_clear_pointer (&record->payload, g_bytes_unref);
  g_clear_pointer (&record->json, g_bytes_unref);
  g_clear_pointer (&record->line, kz_json_free);
  g_clear_pointer (&record->hashes, g_array_unref);
  g_free (record);
}

const KzJson *
kz_journal_record_object (KzJournalRecord *record)
{
  gsize length;
  const char *data;

  if (record->line == NULL && record->payload != NULL) {
    data = g_bytes_get_data (record->payload, &length);
    record->line = kz_json_parse (data, length, NULL, NULL);
    return record->line;
  }
  return kz_json_opt_object (record->line, OBJECT);
}

/* --- Writing --- */

/* Names and types are ours and need no escapes; what stands before a value is one piece. */
#define NAME(name) ",\"" name "\":"

static void
add_int (GString *line, const char *name, gint64 value)
{
  g_string_append (line, name);
  kz_json_append_int (line, value);
}

static void
add_hashes (GString *line, GArray *hashes)
{
  static const char digits[] = "0123456789abcdef";

  g_string_append (line, NAME ("h"));
  g_string_append_c (line, '[');
  for (guint i = 0; i < hashes->len; i++) {
    guint64 hash = g_array_index (hashes, guint64, i);
    /* As text: a JSON number does not hold 64 bits for everybody. */
    char text[] = "\"0123456789abcdef\",";

    for (guint digit = 16; digit > 0; digit--, hash >>= 4)
      text[digit] = digits[hash & 0xf];
    g_string_append_len (line, text, i + 1 < hashes->len ? 19 : 18);
  }
  g_string_append_c (line, ']');
}

static void
add_payload (GString *line, GBytes *payload, guint part)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (payload, &length);
  gsize from = (gsize) part * CHUNK_BYTES;
  /* base64: bodies are kept as received, whatever their bytes are. */
  g_autofree char *text = g_base64_encode (data + from, MIN (length - from, (gsize) CHUNK_BYTES));

  g_string_append (line, NAME ("b"));
  g_string_append_c (line, '"');
  g_string_append (line, text);
  g_string_append_c (line, '"');
}

/* (nullable): what is written in chunks. */
static GBytes *
bytes_of (const KzJournalRecord *record)
{
  if (record->json == NULL)
    return record->payload;
  return g_bytes_get_size (record->json) > CHUNK_BYTES ? record->json : NULL;
}

static gboolean
append_part (GString *out, const KzJournalRecord *record, guint part, guint parts)
{
  gsize before = out->len;
  GBytes *bytes = bytes_of (record);

  g_string_append (out, "{\"t\":");
  kz_json_append_string (out, part == 0 ? record->type : CONTINUATION);
  add_int (out, NAME ("n"), (gint64) record->number);
  if (part > 0)
    add_int (out, NAME ("i"), part);
  else {
    if (record->group_id != NULL) {
      g_string_append (out, NAME ("g"));
      kz_json_append_string (out, record->group_id);
    }
    if (record->wall_us != 0)
      add_int (out, NAME ("w"), record->wall_us);
    if (record->is_aside) {
      g_string_append (out, NAME ("a"));
      g_string_append (out, "true");
    }
    if (record->hashes != NULL)
      add_hashes (out, record->hashes);
    if (parts > 1)
      add_int (out, NAME ("of"), parts);
  }
  if (bytes != NULL)
    add_payload (out, bytes, part);
  else if (record->json != NULL) {
    g_string_append (out, NAME (OBJECT));
    g_string_append_len (out, g_bytes_get_data (record->json, NULL),
                         (gssize) g_bytes_get_size (record->json));
  }
  g_string_append (out, "}\n");
  return out->len - before <= KZ_JOURNAL_RECORD_MAX_BYTES;
}

gboolean
kz_journal_encode (GString *out, const KzJournalRecord *record)
{
  gsize before = out->len;
  gsize length = bytes_of (record) != NULL ? g_bytes_get_size (bytes_of (record)) : 0;
  guint parts = (guint) MAX (1, (length + CHUNK_BYTES - 1) / CHUNK_BYTES);

  if (length > KZ_JOURNAL_MAX_PAYLOAD)
    return FALSE;
  for (guint part = 0; part < parts; part++) {
    if (append_part (out, record, part, parts))
      continue;
    g_string_truncate (out, before);
    return FALSE;
  }
  return TRUE;
}

/* --- Reading --- */

KzJournalReader *
kz_journal_reader_new (GBytes *contents)
{
  KzJournalReader *reader = g_new0 (KzJournalReader, 1);
  gsize length;

  reader->contents = g_bytes_ref (contents);
  reader->pos = g_bytes_get_data (contents, &length);
  reader->end = reader->pos + length;
  reader->records = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_journal_record_free);
  return reader;
}

void
kz_journal_reader_free (KzJournalReader *reader)
{
  if (reader == NULL)
    return;
  g_bytes_unref (reader->contents);
  g_ptr_array_unref (reader->records);
  g_clear_pointer (&reader->open, kz_journal_record_free);
  g_clear_pointer (&reader->open_payload, g_byte_array_unref);
  g_free (reader);
}

static GArray *
read_hashes (const KzJson *array)
{
  guint length = MIN (kz_json_array_length (array), (guint) MAX_HASHES);
  GArray *hashes = g_array_sized_new (FALSE, FALSE, sizeof (guint64), length);

  for (guint i = 0; i < length; i++) {
    const char *text = kz_json_as_string (kz_json_array_at (array, i), "");
    guint64 hash;

    if (strlen (text) != 16 || !g_ascii_string_to_unsigned (text, 16, 0, G_MAXUINT64, &hash, NULL))
      continue;
    g_array_append_val (hashes, hash);
  }
  return hashes;
}

/* FALSE: not base64 of a plausible length. */
static gboolean
read_payload (const KzJson *json, guchar **data, gsize *length)
{
  const char *text = kz_json_opt_string (json, "b", NULL);

  *data = NULL;
  *length = 0;
  if (text == NULL)
    return TRUE;
  if (strlen (text) % 4 != 0)
    return FALSE;
  *data = g_base64_decode (text, length);
  return *length <= CHUNK_BYTES;
}

static void
drop_open (KzJournalReader *reader)
{
  g_clear_pointer (&reader->open, kz_journal_record_free);
  g_clear_pointer (&reader->open_payload, g_byte_array_unref);
}

static gboolean
read_continuation (KzJournalReader *reader, const KzJson *json)
{
  g_autofree guchar *data = NULL;
  gsize length;

  if (reader->open == NULL && reader->was_erased)
    /* A kill in the middle of erasing. */
    return TRUE;
  if (reader->open == NULL || kz_json_opt_int (json, "n", -1) != (gint64) reader->open->number ||
      kz_json_opt_int (json, "i", -1) != (gint64) reader->open_next ||
      !read_payload (json, &data, &length)) {
    drop_open (reader);
    return FALSE;
  }
  g_byte_array_append (reader->open_payload, data, (guint) length);
  if (++reader->open_next < reader->open_of)
    return TRUE;
  reader->open->payload = g_byte_array_free_to_bytes (g_steal_pointer (&reader->open_payload));
  g_ptr_array_add (reader->records, g_steal_pointer (&reader->open));
  return TRUE;
}

static gboolean
read_record (KzJournalReader *reader, const KzJson *json)
{
  const char *type = kz_json_opt_string (json, "t", NULL);
  gint64 number = kz_json_opt_int (json, "n", -1);
  gint64 of = kz_json_opt_int (json, "of", 1);
  g_autoptr (KzJournalRecord) record = NULL;
  g_autofree guchar *data = NULL;
  gsize length;

  if (type == NULL || number < 0)
    return FALSE;
  if (strcmp (type, CONTINUATION) == 0)
    return read_continuation (reader, json);
  reader->was_erased = FALSE;
  if (reader->open != NULL) {
    drop_open (reader);
    reader->is_damaged = TRUE;
  }
  if (of < 1 || of > KZ_JOURNAL_MAX_PAYLOAD / CHUNK_BYTES + 1 ||
      !read_payload (json, &data, &length))
    return FALSE;
  record = kz_journal_record_new (type, (guint64) number, kz_json_opt_string (json, "g", NULL));
  record->wall_us = kz_json_opt_int (json, "w", 0);
  record->is_aside = kz_json_opt_bool (json, "a", FALSE);
  if (kz_json_member (json, "h") != NULL)
    record->hashes = read_hashes (kz_json_member (json, "h"));
  if (of == 1) {
    if (data != NULL)
      record->payload = g_bytes_new_take (g_steal_pointer (&data), length);
    g_ptr_array_add (reader->records, g_steal_pointer (&record));
    return TRUE;
  }
  reader->open = g_steal_pointer (&record);
  reader->open_payload = g_byte_array_new ();
  g_byte_array_append (reader->open_payload, data, (guint) length);
  reader->open_next = 1;
  reader->open_of = (guint) of;
  return TRUE;
}

static gboolean
read_line (KzJournalReader *reader, const char *line, gsize length)
{
  static const KzJsonLimits limits = {KZ_JOURNAL_RECORD_MAX_BYTES, MAX_DEPTH};
  g_autoptr (KzJson) json = NULL;
  guint before = reader->records->len;

  if (length > 0 && line[0] == ' ') {
    reader->was_erased = TRUE;
    return TRUE;
  }
  json = kz_json_parse (line, length, &limits, NULL);
  if (!kz_json_is_object (json) || !read_record (reader, json))
    return FALSE;
  if (reader->records->len > before && kz_json_opt_object (json, OBJECT) != NULL) {
    KzJournalRecord *record = g_ptr_array_index (reader->records, before);

    record->line = g_steal_pointer (&json);
  }
  return TRUE;
}

/* The first line says what wrote the rest: another version's lines may mean something else. */
static gboolean
check_head (KzJournalReader *reader)
{
  KzJournalRecord *first;

  if (reader->records->len == 0)
    return FALSE;
  first = g_ptr_array_index (reader->records, 0);
  return strcmp (first->type, KZ_RECORD_HEAD) == 0 && first->number == KZ_JOURNAL_VERSION;
}

gboolean
kz_journal_reader_step (KzJournalReader *reader, gsize bytes)
{
  const char *start = reader->pos;

  while (reader->pos < reader->end && (gsize) (reader->pos - start) < bytes) {
    gboolean is_first = reader->pos == (const char *) g_bytes_get_data (reader->contents, NULL);
    const char *line = reader->pos;
    const char *line_end = memchr (line, '\n', (gsize) (reader->end - line));

    if (line_end == NULL) {
      /* A kill or a full disk in the middle of a write: the record was never written. */
      reader->pos = reader->end;
      break;
    }
    reader->pos = line_end + 1;
    if (!read_line (reader, line, (gsize) (line_end - line)))
      reader->is_damaged = TRUE;
    if (is_first && !check_head (reader)) {
      g_ptr_array_set_size (reader->records, 0);
      drop_open (reader);
      reader->is_damaged = TRUE;
      reader->pos = reader->end;
    }
  }
  return reader->pos < reader->end;
}

GPtrArray *
kz_journal_reader_records (KzJournalReader *reader)
{
  return reader->records;
}

gboolean
kz_journal_reader_is_damaged (KzJournalReader *reader)
{
  return reader->is_damaged;
}
