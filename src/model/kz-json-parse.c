/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-private.h"

#include <string.h>

/* json-glib's values are used, its parser is not: that one recurses without a bound, takes an
 * empty body or two roots for success, and misreads numbers and escapes. */

const KzJsonLimits kz_json_default_limits = {KZ_JSON_MAX_BYTES, KZ_JSON_MAX_DEPTH};

/* A container that is still open. @name: the member that waits for its value. */
typedef struct {
  JsonNode *node;
  char *name;
  guint length;
} Level;

typedef struct {
  KzJsonScan scan;
  GArray *levels;
  JsonNode *root;
  guint max_depth;
  guint values;
  GError **error;
} Build;

static void
level_clear (gpointer data)
{
  Level *level = data;

  g_clear_pointer (&level->name, g_free);
}

static gboolean
fail (Build *build, KzError code, const char *what)
{
  /* Offsets only: the text itself may be private. */
  g_set_error (build->error, KZ_ERROR, (int) code, "%s, %" G_GSIZE_FORMAT " bytes before the end",
               what, (gsize) (build->scan.end - build->scan.pos));
  return FALSE;
}

static Level *
top (Build *build)
{
  if (build->levels->len == 0)
    return NULL;
  return &g_array_index (build->levels, Level, build->levels->len - 1);
}

/* Puts @node (transfer full) where the text has it. */
static gboolean
add_value (Build *build, JsonNode *node)
{
  Level *level = top (build);

  if (++build->values > KZ_JSON_MAX_VALUES) {
    json_node_unref (node);
    return fail (build, KZ_ERROR_TOO_LARGE, "Too many values");
  }
  if (level == NULL) {
    build->root = node;
    return TRUE;
  }
  level->length++;
  if (JSON_NODE_HOLDS_ARRAY (level->node)) {
    json_array_add_element (json_node_get_array (level->node), node);
    return TRUE;
  }
  if (level->length > KZ_JSON_MAX_MEMBERS) {
    json_node_unref (node);
    return fail (build, KZ_ERROR_TOO_LARGE, "Too many members");
  }
  /* The last one of equal names counts, also by its place in the order. */
  if (json_object_has_member (json_node_get_object (level->node), level->name))
    json_object_remove_member (json_node_get_object (level->node), level->name);
  json_object_set_member (json_node_get_object (level->node), level->name, node);
  g_clear_pointer (&level->name, g_free);
  return TRUE;
}

static gboolean
open_level (Build *build, gboolean is_object)
{
  Level level = {NULL, NULL, 0};

  if (build->levels->len >= build->max_depth)
    return fail (build, KZ_ERROR_MALFORMED, "Nested too deeply");
  level.node = json_node_alloc ();
  if (is_object) {
    json_node_init (level.node, JSON_NODE_OBJECT);
    json_node_take_object (level.node, json_object_new ());
  } else {
    json_node_init (level.node, JSON_NODE_ARRAY);
    json_node_take_array (level.node, json_array_new ());
  }
  if (!add_value (build, level.node))
    return FALSE;
  g_array_append_val (build->levels, level);
  return TRUE;
}

/* A name and its colon; @first: "}" is allowed in its place. *@closed: the object ended. */
static gboolean
read_name (Build *build, gboolean first, gboolean *closed)
{
  g_autoptr (JsonNode) scalar = NULL;
  g_autofree char *name = NULL;
  KzJsonToken token = kz_json_scan_next (&build->scan, &name, &scalar);

  *closed = FALSE;
  if (token == KZ_JSON_TOKEN_CLOSE_OBJECT && first) {
    *closed = TRUE;
    return TRUE;
  }
  if (token != KZ_JSON_TOKEN_STRING)
    return fail (build, KZ_ERROR_MALFORMED, "Not JSON: a member's name is missing");
  kz_json_scan_skip_space (&build->scan);
  if (build->scan.pos == build->scan.end || *build->scan.pos != ':')
    return fail (build, KZ_ERROR_MALFORMED, "Not JSON: a colon is missing");
  build->scan.pos++;
  top (build)->name = g_steal_pointer (&name);
  return TRUE;
}

/* One value or the beginning of one. *@ended: it is complete. */
static gboolean
read_value (Build *build, gboolean may_close, gboolean *ended)
{
  g_autoptr (JsonNode) scalar = NULL;
  g_autofree char *string = NULL;
  KzJsonToken token = kz_json_scan_next (&build->scan, &string, &scalar);

  *ended = TRUE;
  if (token == KZ_JSON_TOKEN_STRING)
    return add_value (build, json_node_init_string (json_node_alloc (), string));
  if (token == KZ_JSON_TOKEN_SCALAR)
    return add_value (build, g_steal_pointer (&scalar));
  if (token == KZ_JSON_TOKEN_CLOSE_ARRAY && may_close) {
    g_array_set_size (build->levels, build->levels->len - 1);
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
    gboolean is_object = JSON_NODE_HOLDS_OBJECT (top (build)->node);
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
    g_array_set_size (build->levels, build->levels->len - 1);
  }
  return TRUE;
}

static gboolean
build_tree (Build *build)
{
  gboolean first = FALSE;

  do {
    gboolean ended = FALSE;
    gboolean in_object = top (build) != NULL && JSON_NODE_HOLDS_OBJECT (top (build)->node);

    if (in_object) {
      if (!read_name (build, first, &ended))
        return FALSE;
      if (ended)
        g_array_set_size (build->levels, build->levels->len - 1);
    }
    if (!ended && !read_value (build, first && !in_object, &ended))
      return FALSE;
    first = !ended;
    if (ended && !read_separators (build))
      return FALSE;
  } while (build->levels->len > 0);

  kz_json_scan_skip_space (&build->scan);
  if (build->scan.pos != build->scan.end)
    return fail (build, KZ_ERROR_MALFORMED, "Not JSON: something follows the end");
  return TRUE;
}

KzJson *
kz_json_parse (const char *data, gsize length, const KzJsonLimits *limits, GError **error)
{
  Build build = {.error = error};

  if (limits == NULL)
    limits = &kz_json_default_limits;
  if (length > limits->max_bytes) {
    g_set_error (error, KZ_ERROR, KZ_ERROR_TOO_LARGE, "%" G_GSIZE_FORMAT " bytes are too many",
                 length);
    return NULL;
  }
  if (data == NULL || length == 0) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "Not JSON: it is empty");
    return NULL;
  }
  if (!g_utf8_validate_len (data, length, NULL)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "Not JSON: it is not UTF-8");
    return NULL;
  }
  build.scan.pos = data;
  build.scan.end = data + length;
  build.max_depth = limits->max_depth;
  build.levels = g_array_new (FALSE, TRUE, sizeof (Level));
  g_array_set_clear_func (build.levels, level_clear);
  kz_json_scan_skip_start (&build.scan);
  if (!build_tree (&build))
    g_clear_pointer (&build.root, json_node_unref);
  g_array_unref (build.levels);
  return build.root;
}

void
kz_json_free (KzJson *root)
{
  g_clear_pointer (&root, json_node_unref);
}
