/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-private.h"

#include <string.h>

/* json-glib's parser recurses without a bound, takes an empty body or two roots for success, and
 * misreads numbers and escapes. Its values are not used either: one with its name costs three blocks
 * of memory and a place in a table; here a document has one block for its strings and few for its
 * values, and a member is found by a look at those beside it. */

const KzJsonLimits kz_json_default_limits = {KZ_JSON_MAX_BYTES, KZ_JSON_MAX_DEPTH};

/* Of children; each block is twice the one before. */
#define FIRST_BLOCK 16
#define MAX_BLOCK 4096
/* Of an object: so many names are compared with each other, more are put into a table. */
#define FEW_MEMBERS 32

typedef struct _Block {
  struct _Block *before;
  guint used;
  guint size;
  KzJson values[];
} Block;

typedef struct {
  KzJson root; /* first: it is what the caller gets */
  Block *blocks;
  char text[];
} Document;

/* @stack: values that are complete or open; what is open has its children behind it
 * @levels: where in @stack what is open lies
 * @name: (nullable): of the member that comes next
 * @is_first: what comes next is the first child of what was opened
 * @has_failed: @error says so */
typedef struct {
  KzJsonScan scan;
  Document *document;
  GArray *stack;
  GArray *levels;
  const char *name;
  gsize name_length;
  guint max_depth;
  guint values;
  gboolean is_first;
  gboolean has_failed;
  GError *error;
} Build;

struct _KzJsonParser {
  Build build;
};

static gboolean
fail (Build *build, KzError code, const char *what)
{
  build->has_failed = TRUE;
  /* Offsets only: the text itself may be private. */
  g_set_error (&build->error, KZ_ERROR, (int) code, "%s, %" G_GSIZE_FORMAT " bytes before the end",
               what, (gsize) (build->scan.end - build->scan.pos));
  return FALSE;
}

static KzJson *
value_at (Build *build, guint index)
{
  return &g_array_index (build->stack, KzJson, index);
}

/* (nullable): what was opened last. */
static KzJson *
top (Build *build)
{
  if (build->levels->len == 0)
    return NULL;
  return value_at (build, g_array_index (build->levels, guint, build->levels->len - 1));
}

static gboolean
is_in_object (Build *build)
{
  const KzJson *level = top (build);

  return level != NULL && level->type == KZ_JSON_OBJECT;
}

static guint
n_children (Build *build)
{
  return build->stack->len - 1 - g_array_index (build->levels, guint, build->levels->len - 1);
}

/* Puts @value where the text has it. */
static gboolean
add_value (Build *build, KzJson *value)
{
  if (++build->values > KZ_JSON_MAX_VALUES)
    return fail (build, KZ_ERROR_TOO_LARGE, "Too many values");
  if (is_in_object (build)) {
    if (n_children (build) >= KZ_JSON_MAX_MEMBERS)
      return fail (build, KZ_ERROR_TOO_LARGE, "Too many members");
    value->name = build->name;
    value->key = kz_json_key (build->name, build->name_length);
  }
  g_array_append_vals (build->stack, value, 1);
  return TRUE;
}

static gboolean
open_level (Build *build, gboolean is_object)
{
  KzJson value = {.type = is_object ? KZ_JSON_OBJECT : KZ_JSON_ARRAY};
  guint at = build->stack->len;

  if (build->levels->len >= build->max_depth)
    return fail (build, KZ_ERROR_MALFORMED, "Nested too deeply");
  if (!add_value (build, &value))
    return FALSE;
  g_array_append_val (build->levels, at);
  return TRUE;
}

static gboolean
comes_again (const KzJson *members, guint length, guint index)
{
  for (guint i = index + 1; i < length; i++)
    if (members[i].key == members[index].key && strcmp (members[i].name, members[index].name) == 0)
      return TRUE;
  return FALSE;
}

/* The last one of equal names counts, also by its place in the order. Returns how many stay. */
static guint
drop_repeated (KzJson *members, guint length)
{
  g_autoptr (GHashTable) names =
      length > FEW_MEMBERS ? g_hash_table_new (g_str_hash, g_str_equal) : NULL;
  guint kept = length;

  /* From the end, so that those that stay are at the end, too, before they move. */
  for (guint i = length; i > 0; i--) {
    const KzJson *member = &members[i - 1];

    if (names != NULL ? !g_hash_table_add (names, (gpointer) member->name)
                      : comes_again (members, length, i - 1))
      continue;
    members[--kept] = *member;
  }
  if (kept > 0)
    memmove (members, members + kept, (length - kept) * sizeof *members);
  return length - kept;
}

/* (transfer none): room that goes with the document. */
static KzJson *
take_room (Document *document, guint length)
{
  Block *block = document->blocks;

  if (block == NULL || block->size - block->used < length) {
    guint size = block == NULL ? FIRST_BLOCK : MIN (block->size * 2, MAX_BLOCK);

    size = MAX (size, length);
    block = g_malloc (sizeof *block + size * sizeof (KzJson));
    block->before = document->blocks;
    block->used = 0;
    block->size = size;
    document->blocks = block;
  }
  block->used += length;
  return block->values + block->used - length;
}

/* What was opened last has all its children: they leave the stack. */
static void
close_level (Build *build)
{
  KzJson *level = top (build);
  guint length = n_children (build);

  if (length > 0) {
    KzJson *children = take_room (build->document, length);

    memcpy (children, level + 1, length * sizeof *children);
    level->length = level->type == KZ_JSON_OBJECT ? drop_repeated (children, length) : length;
    level->as.children = children;
  }
  g_array_set_size (build->stack, build->stack->len - length);
  g_array_set_size (build->levels, build->levels->len - 1);
}

/* A name and its colon; @first: "}" is allowed in its place. *@closed: the object ended. */
static gboolean
read_name (Build *build, gboolean first, gboolean *closed)
{
  KzJson name;
  KzJsonToken token = kz_json_scan_next (&build->scan, &name);

  *closed = FALSE;
  if (token == KZ_JSON_TOKEN_CLOSE_OBJECT && first) {
    *closed = TRUE;
    return TRUE;
  }
  if (token != KZ_JSON_TOKEN_STRING)
    return fail (build, KZ_ERROR_MALFORMED, "Not JSON: a member's name is missing");
  build->name = name.as.string;
  build->name_length = (gsize) (build->scan.out - 1 - name.as.string);
  kz_json_scan_skip_space (&build->scan);
  if (build->scan.pos == build->scan.end || *build->scan.pos != ':')
    return fail (build, KZ_ERROR_MALFORMED, "Not JSON: a colon is missing");
  build->scan.pos++;
  return TRUE;
}

/* One value or the beginning of one. *@ended: it is complete. */
static gboolean
read_value (Build *build, gboolean may_close, gboolean *ended)
{
  KzJson value = {0};
  KzJsonToken token = kz_json_scan_next (&build->scan, &value);

  *ended = TRUE;
  if (token == KZ_JSON_TOKEN_STRING || token == KZ_JSON_TOKEN_SCALAR)
    return add_value (build, &value);
  if (token == KZ_JSON_TOKEN_CLOSE_ARRAY && may_close) {
    close_level (build);
    return TRUE;
  }
  if (token == KZ_JSON_TOKEN_OPEN_OBJECT || token == KZ_JSON_TOKEN_OPEN_ARRAY) {
    *ended = FALSE;
    return open_level (build, token == KZ_JSON_TOKEN_OPEN_OBJECT);
  }
  return fail (build, KZ_ERROR_MALFORMED,
               token == KZ_JSON_TOKEN_END ? "Not JSON: it ends too early" : "Not JSON");
}

/* After a complete value: closes what ends here, stops after a comma. */
static gboolean
read_separators (Build *build)
{
  while (build->levels->len > 0) {
    gboolean is_object = is_in_object (build);
    char mark;

    kz_json_scan_skip_space (&build->scan);
    if (build->scan.pos == build->scan.end)
      return fail (build, KZ_ERROR_MALFORMED, "Not JSON: it ends too early");
    mark = *build->scan.pos;
    if (mark == ',') {
      build->scan.pos++;
      return TRUE;
    }
    if (mark != (is_object ? '}' : ']'))
      return fail (build, KZ_ERROR_MALFORMED, "Not JSON: a comma or bracket is missing");
    build->scan.pos++;
    close_level (build);
  }
  return TRUE;
}

/* A value, or the beginning or end of one, after the other; those that begin before @stop (nullable: all).
 * FALSE: it is not JSON. */
static gboolean
build_tree (Build *build, const char *stop)
{
  gboolean first = build->is_first;

  do {
    gboolean ended = FALSE;
    gboolean in_object = is_in_object (build);

    if (in_object) {
      if (!read_name (build, first, &ended))
        return FALSE;
      if (ended)
        close_level (build);
    }
    if (!ended && !read_value (build, first && !in_object, &ended))
      return FALSE;
    first = !ended;
    if (ended && !read_separators (build))
      return FALSE;
  } while (build->levels->len > 0 && (stop == NULL || build->scan.pos < stop));

  build->is_first = first;
  if (build->levels->len > 0)
    return TRUE;
  kz_json_scan_skip_space (&build->scan);
  if (build->scan.pos != build->scan.end)
    return fail (build, KZ_ERROR_MALFORMED, "Not JSON: something follows the end");
  return TRUE;
}

/* Valid UTF-8 without NUL. */
static gboolean
is_text (const char *data, gsize length)
{
  gsize whole = length - length % sizeof (guint64);
  guint64 bits = 0;

  /* Most of what comes has nothing to look at: no byte of a longer character. */
  for (gsize i = 0; i < whole; i += sizeof (guint64)) {
    guint64 word;

    memcpy (&word, data + i, sizeof word);
    bits |= word;
  }
  for (gsize i = whole; i < length; i++)
    bits |= (guchar) data[i];
  if ((bits & G_GUINT64_CONSTANT (0x8080808080808080)) == 0)
    return memchr (data, '\0', length) == NULL;
  return g_utf8_validate_len (data, length, NULL);
}

/* FALSE: @data cannot be looked at; then there is nothing to end. */
static gboolean
begin_build (Build *build, const char *data, gsize length, const KzJsonLimits *limits)
{
  const char *what = NULL;

  if (limits == NULL)
    limits = &kz_json_default_limits;
  if (length > limits->max_bytes) {
    g_set_error (&build->error, KZ_ERROR, KZ_ERROR_TOO_LARGE,
                 "%" G_GSIZE_FORMAT " bytes are too many", length);
    return FALSE;
  }
  if (data == NULL || length == 0)
    what = "Not JSON: it is empty";
  else if (!is_text (data, length))
    what = "Not JSON: it is not UTF-8";
  if (what != NULL) {
    g_set_error_literal (&build->error, KZ_ERROR, KZ_ERROR_MALFORMED, what);
    return FALSE;
  }
  build->document = g_malloc (sizeof *build->document + length);
  build->document->blocks = NULL;
  build->scan.pos = data;
  build->scan.end = data + length;
  build->scan.out = build->document->text;
  build->max_depth = limits->max_depth;
  build->stack = g_array_sized_new (FALSE, FALSE, sizeof (KzJson), FIRST_BLOCK);
  build->levels = g_array_new (FALSE, FALSE, sizeof (guint));
  kz_json_scan_skip_start (&build->scan);
  return TRUE;
}

/* (transfer full) (nullable): what was built, unless that failed or is not over. */
static KzJson *
end_build (Build *build)
{
  KzJson *root = NULL;

  if (build->document == NULL)
    return NULL;
  if (!build->has_failed && build->stack->len > 0 && build->levels->len == 0) {
    build->document->root = *value_at (build, 0);
    root = &build->document->root;
  } else {
    kz_json_free (&build->document->root);
  }
  g_array_unref (build->stack);
  g_array_unref (build->levels);
  return root;
}

KzJson *
kz_json_parse (const char *data, gsize length, const KzJsonLimits *limits, GError **error)
{
  Build build = {0};
  KzJson *root;

  if (begin_build (&build, data, length, limits))
    build_tree (&build, NULL);
  root = end_build (&build);
  if (build.error != NULL)
    g_propagate_error (error, build.error);
  return root;
}

KzJsonParser *
kz_json_parser_new (const char *data, gsize length, const KzJsonLimits *limits)
{
  KzJsonParser *parser = g_new0 (KzJsonParser, 1);

  begin_build (&parser->build, data, length, limits);
  return parser;
}

gboolean
kz_json_parser_step (KzJsonParser *parser, gsize bytes)
{
  Build *build = &parser->build;
  const char *stop = NULL;

  if (build->document == NULL || build->has_failed ||
      (build->stack->len > 0 && build->levels->len == 0))
    return FALSE;
  if (bytes < (gsize) (build->scan.end - build->scan.pos))
    stop = build->scan.pos + bytes;
  return build_tree (build, stop) && build->levels->len > 0;
}

KzJson *
kz_json_parser_end (KzJsonParser *parser, GError **error)
{
  KzJson *root = end_build (&parser->build);

  if (parser->build.error != NULL)
    g_propagate_error (error, parser->build.error);
  g_free (parser);
  return root;
}

void
kz_json_free (KzJson *root)
{
  Document *document = (Document *) root;
  Block *block = document != NULL ? document->blocks : NULL;

  while (block != NULL) {
    Block *before = block->before;

    g_free (block);
    block = before;
  }
  g_free (document);
}
