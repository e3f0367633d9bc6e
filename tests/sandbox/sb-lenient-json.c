/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-lenient-json.h"

#include <errno.h>
#include <string.h>

typedef struct {
  const char *at;
  const char *end;
  guint depth;
  const char *problem; /* (unowned) (nullable): a literal; set once */
} Reader;

static JsonNode *read_value (Reader *reader);

static JsonNode *
fail (Reader *reader, const char *problem)
{
  if (!reader->problem)
    reader->problem = problem;
  return NULL;
}

static void
skip_space (Reader *reader)
{
  while (reader->at < reader->end && strchr (" \t\r\n", *reader->at) && *reader->at)
    reader->at++;
}

static gboolean
take (Reader *reader, char wanted)
{
  skip_space (reader);
  if (reader->at >= reader->end || *reader->at != wanted)
    return FALSE;
  reader->at++;
  return TRUE;
}

static gboolean
read_hex4 (Reader *reader, gunichar *unit)
{
  if (reader->end - reader->at < 4)
    return FALSE;
  *unit = 0;
  for (guint i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (reader->at[i]);
    if (digit < 0)
      return FALSE;
    *unit = *unit * 16 + (gunichar) digit;
  }
  reader->at += 4;
  return TRUE;
}

/* A lone surrogate and U+0000 become U+FFFD: neither fits into the UTF-8 strings used here. */
static gboolean
read_unicode_escape (Reader *reader, GString *out)
{
  gunichar unit, low;
  if (!read_hex4 (reader, &unit))
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00 && reader->end - reader->at >= 6 && reader->at[0] == '\\' &&
      reader->at[1] == 'u') {
    const char *before = reader->at;
    reader->at += 2;
    if (!read_hex4 (reader, &low))
      return FALSE;
    if (low >= 0xdc00 && low < 0xe000)
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    else
      reader->at = before;
  }
  if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
    unit = 0xfffd;
  g_string_append_unichar (out, unit);
  return TRUE;
}

static gboolean
read_escape (Reader *reader, GString *out)
{
  static const char from[] = "bfnrt";
  static const char to[] = "\b\f\n\r\t";
  if (reader->at >= reader->end)
    return FALSE;
  char c = *reader->at++;
  if (c == 'u')
    return read_unicode_escape (reader, out);
  const char *known = c ? strchr (from, c) : NULL;
  if (known)
    g_string_append_c (out, to[known - from]);
  else if (c && strchr ("\"'\\/", c))
    g_string_append_c (out, c);
  else
    return FALSE;
  return TRUE;
}

static char *
read_string (Reader *reader)
{
  char quote = *reader->at++;
  g_autoptr (GString) out = g_string_new (NULL);
  while (reader->at < reader->end && *reader->at != quote) {
    char c = *reader->at++;
    if (c == '\\' && !read_escape (reader, out))
      return (char *) fail (reader, "bad escape in a string");
    if (c != '\\')
      g_string_append_c (out, c);
  }
  if (reader->at >= reader->end)
    return (char *) fail (reader, "a string does not end");
  reader->at++;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || c == '-' || c == '.' || c == '@';
}

static char *
read_word (Reader *reader)
{
  const char *from = reader->at;
  while (reader->at < reader->end && is_word (*reader->at))
    reader->at++;
  return reader->at > from ? g_strndup (from, (gsize) (reader->at - from)) : NULL;
}

static char *
read_key (Reader *reader)
{
  skip_space (reader);
  if (reader->at >= reader->end)
    return (char *) fail (reader, "an object does not end");
  if (*reader->at == '"' || *reader->at == '\'')
    return read_string (reader);
  char *word = read_word (reader);
  return word ? word : (char *) fail (reader, "a key is missing");
}

static JsonNode *
read_object (Reader *reader)
{
  g_autoptr (JsonObject) object = json_object_new ();
  while (!take (reader, '}')) {
    g_autofree char *key = read_key (reader);
    if (!key)
      return NULL;
    if (!take (reader, ':'))
      return fail (reader, "a colon is missing");
    JsonNode *value = read_value (reader);
    if (!value)
      return NULL;
    json_object_set_member (object, key, value);
    if (take (reader, ','))
      continue;
    if (take (reader, '}'))
      break;
    return fail (reader, "an object does not end");
  }
  return sb_obj_node (g_steal_pointer (&object));
}

static JsonNode *
read_array (Reader *reader)
{
  g_autoptr (JsonArray) array = json_array_new ();
  while (!take (reader, ']')) {
    JsonNode *value = read_value (reader);
    if (!value)
      return NULL;
    json_array_add_element (array, value);
    if (take (reader, ','))
      continue;
    if (take (reader, ']'))
      break;
    return fail (reader, "an array does not end");
  }
  return sb_array_node (g_steal_pointer (&array));
}

static JsonNode *
read_number (Reader *reader, const char *word)
{
  char *end = NULL;
  errno = 0;
  gint64 integer = g_ascii_strtoll (word, &end, 10);
  JsonNode *node = json_node_alloc ();
  if (errno == 0 && *end == '\0')
    return json_node_init_int (node, integer);
  double number = g_ascii_strtod (word, &end);
  if (*end == '\0' && number > -1e300 && number < 1e300)
    return json_node_init_double (node, number);
  json_node_unref (node);
  return fail (reader, "not a number");
}

static JsonNode *
read_scalar (Reader *reader)
{
  if (*reader->at == '"' || *reader->at == '\'') {
    g_autofree char *text = read_string (reader);
    return text ? json_node_init_string (json_node_alloc (), text) : NULL;
  }
  const char *from = reader->at;
  while (reader->at < reader->end && (is_word (*reader->at) || *reader->at == '+'))
    reader->at++;
  g_autofree char *word = g_strndup (from, (gsize) (reader->at - from));
  if (g_ascii_strcasecmp (word, "true") == 0 || g_ascii_strcasecmp (word, "false") == 0)
    return json_node_init_boolean (json_node_alloc (), g_ascii_tolower (*word) == 't');
  if (strcmp (word, "null") == 0)
    return json_node_init_null (json_node_alloc ());
  if (g_ascii_isdigit (*word) || *word == '-' || *word == '.')
    return read_number (reader, word);
  return fail (reader, "a value is missing");
}

static JsonNode *
read_value (Reader *reader)
{
  skip_space (reader);
  if (reader->at >= reader->end)
    return fail (reader, "a value is missing");
  if (*reader->at != '{' && *reader->at != '[')
    return read_scalar (reader);
  if (reader->depth >= SB_JSON_MAX_DEPTH)
    return fail (reader, "nested too deeply");
  reader->depth++;
  JsonNode *node = *reader->at++ == '{' ? read_object (reader) : read_array (reader);
  reader->depth--;
  return node;
}

JsonNode *
sb_lenient_parse (const char *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  Reader reader = {text, text + size, 0, NULL};
  if (!g_utf8_validate_len (text, size, NULL)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not UTF-8");
    return NULL;
  }
  if (size >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    reader.at += 3;
  g_autoptr (JsonNode) root = read_value (&reader);
  skip_space (&reader);
  if (root && reader.at != reader.end)
    fail (&reader, "something follows the value");
  if (!root || reader.problem) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         reader.problem ? reader.problem : "not JSON");
    return NULL;
  }
  return g_steal_pointer (&root);
}
