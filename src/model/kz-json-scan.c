/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-private.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Longer numbers than this carry no meaning for anybody. */
#define MAX_NUMBER_CHARS 400

#define REPLACEMENT_CHARACTER 0xFFFD

void
kz_json_scan_skip_space (KzJsonScan *scan)
{
  while (scan->pos < scan->end &&
         (*scan->pos == ' ' || *scan->pos == '\t' || *scan->pos == '\n' || *scan->pos == '\r'))
    scan->pos++;
}

void
kz_json_scan_skip_start (KzJsonScan *scan)
{
  if (scan->end - scan->pos >= 3 && memcmp (scan->pos, "\xEF\xBB\xBF", 3) == 0)
    scan->pos += 3;
  kz_json_scan_skip_space (scan);
}

/* Four hexadecimal digits; -1 when they are not there. */
static int
scan_hex4 (KzJsonScan *scan)
{
  int value = 0;

  if (scan->end - scan->pos < 4)
    return -1;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (scan->pos[i]);

    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  scan->pos += 4;
  return value;
}

/* After "\u". A NUL would cut the string and half a surrogate pair is no character: both are
 * replaced, so that the rest of the text survives. */
static gboolean
scan_unicode_escape (KzJsonScan *scan)
{
  int unit = scan_hex4 (scan);
  gunichar c;

  if (unit < 0)
    return FALSE;
  c = (gunichar) unit;
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    KzJsonScan ahead = *scan;
    int low = -1;

    if (ahead.end - ahead.pos >= 2 && ahead.pos[0] == '\\' && ahead.pos[1] == 'u') {
      ahead.pos += 2;
      low = scan_hex4 (&ahead);
    }
    if (low >= 0xDC00 && low <= 0xDFFF) {
      c = 0x10000 + (((gunichar) unit - 0xD800) << 10) + ((gunichar) low - 0xDC00);
      *scan = ahead;
    } else
      c = REPLACEMENT_CHARACTER;
  } else if (unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
    c = REPLACEMENT_CHARACTER;
  scan->out += g_unichar_to_utf8 (c, scan->out);
  return TRUE;
}

/* After a backslash. */
static gboolean
scan_escape (KzJsonScan *scan)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (scan->pos == scan->end)
    return FALSE;
  if (*scan->pos == 'u') {
    scan->pos++;
    return scan_unicode_escape (scan);
  }
  found = strchr (from, *scan->pos);
  if (found == NULL || *found == '\0')
    return FALSE;
  *scan->out++ = to[found - from];
  scan->pos++;
  return TRUE;
}

/* After the opening quote. (nullable) */
static const char *
scan_string (KzJsonScan *scan)
{
  /* Control characters, quotes and backslashes. */
  static const gboolean ends_run[256] = {[0 ... 0x1f] = TRUE, ['"'] = TRUE, ['\\'] = TRUE};
  const char *string = scan->out;

  while (scan->pos < scan->end) {
    const char *run = scan->pos;
    gsize length;

    while (scan->pos < scan->end && !ends_run[(guchar) *scan->pos])
      scan->pos++;
    length = (gsize) (scan->pos - run);
    memcpy (scan->out, run, length);
    scan->out += length;
    if (scan->pos == scan->end)
      return NULL;
    if (*scan->pos == '"') {
      scan->pos++;
      *scan->out++ = '\0';
      return string;
    }
    if (*scan->pos != '\\')
      return NULL;
    scan->pos++;
    if (!scan_escape (scan))
      return NULL;
  }
  return NULL;
}

static gsize
scan_digits (KzJsonScan *scan)
{
  const char *start = scan->pos;

  while (scan->pos < scan->end && g_ascii_isdigit (*scan->pos))
    scan->pos++;
  return (gsize) (scan->pos - start);
}

/* The grammar of numbers, strictly: no plus, no leading zero, no bare point. */
static gboolean
scan_number_grammar (KzJsonScan *scan, gboolean *is_integer)
{
  *is_integer = TRUE;
  if (scan->pos < scan->end && *scan->pos == '-')
    scan->pos++;
  if (scan->pos < scan->end && *scan->pos == '0')
    scan->pos++;
  else if (scan_digits (scan) == 0)
    return FALSE;
  if (scan->pos < scan->end && g_ascii_isdigit (*scan->pos))
    return FALSE;
  if (scan->pos < scan->end && *scan->pos == '.') {
    *is_integer = FALSE;
    scan->pos++;
    if (scan_digits (scan) == 0)
      return FALSE;
  }
  if (scan->pos < scan->end && (*scan->pos == 'e' || *scan->pos == 'E')) {
    *is_integer = FALSE;
    scan->pos++;
    if (scan->pos < scan->end && (*scan->pos == '+' || *scan->pos == '-'))
      scan->pos++;
    if (scan_digits (scan) == 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
scan_number (KzJsonScan *scan, KzJson *value)
{
  const char *start = scan->pos;
  char text[MAX_NUMBER_CHARS + 1];
  gboolean is_integer;
  gsize length;

  if (!scan_number_grammar (scan, &is_integer))
    return FALSE;
  length = (gsize) (scan->pos - start);
  if (length > MAX_NUMBER_CHARS)
    return FALSE;
  memcpy (text, start, length);
  text[length] = '\0';

  if (is_integer) {
    errno = 0;
    value->type = KZ_JSON_INT;
    value->as.integer = g_ascii_strtoll (text, NULL, 10);
    if (errno == 0)
      return TRUE;
  }
  /* An integer that does not fit is at least right in its size as a double. */
  value->type = KZ_JSON_DOUBLE;
  value->as.number = g_ascii_strtod (text, NULL);
  return isfinite (value->as.number);
}

static gboolean
scan_word (KzJsonScan *scan, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->pos) < length || memcmp (scan->pos, word, length) != 0)
    return FALSE;
  scan->pos += length;
  return TRUE;
}

static gboolean
scan_scalar (KzJsonScan *scan, KzJson *value)
{
  if (*scan->pos == '-' || g_ascii_isdigit (*scan->pos))
    return scan_number (scan, value);
  value->type = KZ_JSON_BOOLEAN;
  value->as.boolean = scan_word (scan, "true");
  if (value->as.boolean || scan_word (scan, "false"))
    return TRUE;
  value->type = KZ_JSON_NULL;
  return scan_word (scan, "null");
}

KzJsonToken
kz_json_scan_next (KzJsonScan *scan, KzJson *value)
{
  static const char marks[] = "{}[]:,";
  const char *mark;

  kz_json_scan_skip_space (scan);
  if (scan->pos == scan->end)
    return KZ_JSON_TOKEN_END;
  if (*scan->pos == '"') {
    scan->pos++;
    value->type = KZ_JSON_STRING;
    value->as.string = scan_string (scan);
    return value->as.string != NULL ? KZ_JSON_TOKEN_STRING : KZ_JSON_TOKEN_BAD;
  }
  mark = *scan->pos != '\0' ? strchr (marks, *scan->pos) : NULL;
  if (mark != NULL) {
    scan->pos++;
    return KZ_JSON_TOKEN_OPEN_OBJECT + (KzJsonToken) (mark - marks);
  }
  return scan_scalar (scan, value) ? KZ_JSON_TOKEN_SCALAR : KZ_JSON_TOKEN_BAD;
}
