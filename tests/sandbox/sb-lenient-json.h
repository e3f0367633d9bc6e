/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as the service read it (API §1): unquoted keys, single quotes, a trailing comma and keys in
 * any case are accepted. Answers are written by json-glib and are strict.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Deeper than this is refused, so that hostile nesting costs no stack. */
#define SB_JSON_MAX_DEPTH 64

/**
 * sb_lenient_parse:
 *
 * Returns: (transfer full) (nullable): the single root of @text, or %NULL with @error set
 */
JsonNode *sb_lenient_parse (const char *text, gssize length, GError **error);

/* Readers; a name matches in any case, the last of duplicates wins, a wrong type is the fallback.
 * The object may be NULL. */
JsonNode *sb_json_get (JsonObject *object, const char *name);
const char *sb_json_string (JsonObject *object, const char *name, const char *fallback);
gboolean sb_json_bool (JsonObject *object, const char *name, gboolean fallback);
gint64 sb_json_int (JsonObject *object, const char *name, gint64 fallback);
double sb_json_double (JsonObject *object, const char *name, double fallback);
JsonObject *sb_json_object (JsonObject *object, const char *name);
JsonArray *sb_json_array (JsonObject *object, const char *name);

/** Whether @node is a scalar of that type; %NULL is not. */
gboolean sb_node_is_string (JsonNode *node);
gboolean sb_node_is_number (JsonNode *node);
gboolean sb_node_is_bool (JsonNode *node);

/**
 * sb_obj:
 *
 * Builds an object from pairs of a typed key and a value, ended by %NULL. Key types: "s:" string
 * (NULL becomes null), "?:" string that is left out when NULL, "b:" boolean, "i:" int, "l:" gint64,
 * "d:" double, "o:" JsonObject, "a:" JsonArray, "n:" JsonNode (all three transfer full; a NULL one
 * is left out).
 */
JsonObject *sb_obj (const char *first_key, ...) G_GNUC_NULL_TERMINATED;

/** Wraps @object (transfer full) in a node. */
JsonNode *sb_obj_node (JsonObject *object);
JsonNode *sb_array_node (JsonArray *array);
JsonObject *sb_obj_copy (JsonObject *object);
JsonArray *sb_array_copy (JsonArray *array);

/** Returns: (transfer full): compact text of @node. */
char *sb_json_text (JsonNode *node);

G_END_DECLS
