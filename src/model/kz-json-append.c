/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-append.h"

/* Stands for itself inside quotes, and is a character. */
static gboolean
is_plain (char c)
{
  guchar byte = (guchar) c;

  /* From "#" to "~" first: that is nearly all of it. */
  return (guchar) (byte - '#') <= '~' - '#' ? byte != '\\' : byte == ' ' || byte == '!';
}

static void
append_escape (GString *text, char c)
{
  if (c == '"' || c == '\\') {
    g_string_append_c (text, '\\');
    g_string_append_c (text, c);
  } else if (c == '\n')
    g_string_append (text, "\\n");
  else
    g_string_append_printf (text, "\\u%04x", (guint) c);
}

void
kz_json_append_string (GString *text, const char *value)
{
  g_autofree char *repaired = NULL;
  gboolean is_valid = FALSE;
  const char *p = value;

  g_string_append_c (text, '"');
  for (;;) {
    const char *run = p;

    while (is_plain (*p) || (is_valid && (guchar) *p >= 0x80))
      p++;
    g_string_append_len (text, run, p - run);
    if (*p == '\0')
      break;
    if ((guchar) *p < 0x80)
      append_escape (text, *p++);
    else {
      /* The service gets valid UTF-8 whatever a host hands us. */
      is_valid = TRUE;
      if (!g_utf8_validate (p, -1, NULL)) {
        repaired = g_utf8_make_valid (p, -1);
        p = repaired;
      }
    }
  }
  g_string_append_c (text, '"');
}

void
kz_json_append_int (GString *text, gint64 value)
{
  char digits[24];
  char *p = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    *--p = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    *--p = '-';
  g_string_append_len (text, p, digits + sizeof digits - p);
}
