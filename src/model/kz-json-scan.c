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
scan_unicode_escape (KzJsonScan *scan, GString *out)
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
  g_string_append_unichar (out, c);
  return TRUE;
}

/* After a backslash. */
static gboolean
scan_escape (KzJsonScan *scan, GString *out)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (scan->pos == scan->end)
    return FALSE;
  if (*scan->pos == 'u') {
    scan->pos++;
    return scan_unicode_escape (scan, out);
  }
  found = strchr (from, *scan->pos);
  if (found == NULL || *found == '\0')
    return FALSE;
  g_string_append_c (out, to[found - from]);
  scan->pos++;
  return TRUE;
}

/* After the opening quote. */
static char *
scan_string (KzJsonScan *scan)
{
  GString *out = g_string_new (NULL);

  while (scan->pos < scan->end) {
    const char *run = scan->pos;

    while (scan->pos < scan->end && *scan->pos != '"' && *scan->pos != '\\' &&
           (guchar) *scan->pos >= 0x20)
      scan->pos++;
    g_string_append_len (out, run, scan->pos - run);
    if (scan->pos == scan->end)
      break;
    if (*scan->pos == '"') {
      scan->pos++;
      return g_string_free (out, FALSE);
    }
    if (*scan->pos != '\\')
      break;
    scan->pos++;
    if (!scan_escape (scan, out))
      break;
  }
  g_string_free (out, TRUE);
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

static JsonNode *
scan_number (KzJsonScan *scan)
{
  const char *start = scan->pos;
  char text[MAX_NUMBER_CHARS + 1];
  gboolean is_integer;
  gsize length;
  double number;

  if (!scan_number_grammar (scan, &is_integer))
    return NULL;
  length = (gsize) (scan->pos - start);
  if (length > MAX_NUMBER_CHARS)
    return NULL;
  memcpy (text, start, length);
  text[length] = '\0';

  if (is_integer) {
    gint64 integer;

    errno = 0;
    integer = g_ascii_strtoll (text, NULL, 10);
    if (errno == 0)
      return json_node_init_int (json_node_alloc (), integer);
  }
  /* An integer that does not fit is at least right in its size as a double. */
  number = g_ascii_strtod (text, NULL);
  if (!isfinite (number))
    return NULL;
  return json_node_init_double (json_node_alloc (), number);
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

static JsonNode *
scan_scalar (KzJsonScan *scan)
{
  if (*scan->pos == '-' || g_ascii_isdigit (*scan->pos))
    return scan_number (scan);
  if (scan_word (scan, "true"))
    return json_node_init_boolean (json_node_alloc (), TRUE);
  if (scan_word (scan, "false"))
    return json_node_init_boolean (json_node_alloc (), FALSE);
  if (scan_word (scan, "null"))
    return json_node_init_null (json_node_alloc ());
  return NULL;
}

KzJsonToken
kz_json_scan_next (KzJsonScan *scan, char **string, JsonNode **scalar)
{
  static const char marks[] = "{}[]:,";
  const char *mark;

  kz_json_scan_skip_space (scan);
  if (scan->pos == scan->end)
    return KZ_JSON_TOKEN_END;
  if (*scan->pos == '"') {
    scan->pos++;
    *string = scan_string (scan);
    return *string != NULL ? KZ_JSON_TOKEN_STRING : KZ_JSON_TOKEN_BAD;
  }
  mark = *scan->pos != '\0' ? strchr (marks, *scan->pos) : NULL;
  if (mark != NULL) {
    scan->pos++;
    return KZ_JSON_TOKEN_OPEN_OBJECT + (KzJsonToken) (mark - marks);
  }
  *scalar = scan_scalar (scan);
  return *scalar != NULL ? KZ_JSON_TOKEN_SCALAR : KZ_JSON_TOKEN_BAD;
}
