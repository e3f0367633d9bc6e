/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-append.h"
#include "kz-json-private.h"

#include <math.h>

#define FIRST_SIZE 512

struct _KzJsonWriter {
  GString *text;
  GString *open; /* the brackets that will close what is open */
  gboolean needs_comma;
};

static void
write_name (KzJsonWriter *writer, const char *name)
{
  if (writer->needs_comma)
    g_string_append_c (writer->text, ',');
  writer->needs_comma = TRUE;
  if (name == NULL)
    return;
  kz_json_append_string (writer->text, name);
  g_string_append_c (writer->text, ':');
}

static void
open_bracket (KzJsonWriter *writer, char opening, char closing)
{
  g_string_append_c (writer->text, opening);
  g_string_append_c (writer->open, closing);
  writer->needs_comma = FALSE;
}

static void
close_bracket (KzJsonWriter *writer, char expected)
{
  char closing;

  g_return_if_fail (writer->open->len > 0);
  closing = writer->open->str[writer->open->len - 1];
  g_return_if_fail (closing == expected);
  g_string_append_c (writer->text, closing);
  g_string_truncate (writer->open, writer->open->len - 1);
  writer->needs_comma = TRUE;
}

KzJsonWriter *
kz_json_writer_new (void)
{
  KzJsonWriter *writer = g_new0 (KzJsonWriter, 1);

  /* Most of what is written fits: a string that grows is copied each time. */
  writer->text = g_string_sized_new (FIRST_SIZE);
  writer->open = g_string_new (NULL);
  open_bracket (writer, '{', '}');
  return writer;
}

void
kz_json_writer_string (KzJsonWriter *writer, const char *name, const char *value)
{
  if (value == NULL)
    return;
  write_name (writer, name);
  kz_json_append_string (writer->text, value);
}

void
kz_json_writer_int (KzJsonWriter *writer, const char *name, gint64 value)
{
  write_name (writer, name);
  kz_json_append_int (writer->text, value);
}

void
kz_json_writer_double (KzJsonWriter *writer, const char *name, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  write_name (writer, name);
  if (!isfinite (value)) {
    g_string_append (writer->text, "null");
    return;
  }
  /* As few digits as read back to the same number. */
  for (int digits = 15; digits <= 17; digits++) {
    char format[8];

    g_snprintf (format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd (buffer, sizeof buffer, format, value);
    if (g_ascii_strtod (buffer, NULL) == value)
      break;
  }
  g_string_append (writer->text, buffer);
}

void
kz_json_writer_bool (KzJsonWriter *writer, const char *name, gboolean value)
{
  write_name (writer, name);
  g_string_append (writer->text, value ? "true" : "false");
}

void
kz_json_writer_strv (KzJsonWriter *writer, const char *name, const char *const *values)
{
  kz_json_writer_begin_array (writer, name);
  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    kz_json_writer_string (writer, NULL, values[i]);
  kz_json_writer_end_array (writer);
}

void
kz_json_writer_begin_object (KzJsonWriter *writer, const char *name)
{
  write_name (writer, name);
  open_bracket (writer, '{', '}');
}

void
kz_json_writer_end_object (KzJsonWriter *writer)
{
  close_bracket (writer, '}');
}

void
kz_json_writer_begin_array (KzJsonWriter *writer, const char *name)
{
  write_name (writer, name);
  open_bracket (writer, '[', ']');
}

void
kz_json_writer_end_array (KzJsonWriter *writer)
{
  close_bracket (writer, ']');
}

GBytes *
kz_json_writer_end (KzJsonWriter *writer)
{
  GBytes *bytes;

  /* What a caller left open is closed: the result is JSON in any case. */
  g_warn_if_fail (writer->open->len == 1);
  while (writer->open->len > 0)
    close_bracket (writer, writer->open->str[writer->open->len - 1]);
  bytes = g_string_free_to_bytes (g_steal_pointer (&writer->text));
  kz_json_writer_free (writer);
  return bytes;
}

void
kz_json_writer_free (KzJsonWriter *writer)
{
  if (writer == NULL)
    return;
  if (writer->text != NULL)
    g_string_free (writer->text, TRUE);
  g_string_free (writer->open, TRUE);
  g_free (writer);
}
