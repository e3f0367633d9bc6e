/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The only reader of JSON. A KzJson is a node of a parsed document: object, array or scalar.
 * Children are borrowed from the document that kz_json_parse() returned and live as long as it.
 * Member names are compared without case (API §23 row 9); of duplicates the last one counts. */
typedef struct _KzJson KzJson;

typedef struct {
  gsize max_bytes;
  guint max_depth;
} KzJsonLimits;

/* KZ_JSON_MAX_BYTES, KZ_JSON_MAX_DEPTH. */
extern const KzJsonLimits kz_json_default_limits;

/**
 * kz_json_parse:
 * @data: (array length=length): bytes from outside, not necessarily terminated or UTF-8
 * @limits: (nullable): NULL for the default ones
 *
 * One linear scan of strict JSON checks size, depth, UTF-8, and that there is exactly one root, and
 * builds the nodes. The parser of json-glib 1.6.6 cannot be given what comes from outside: for what
 * it gets wrong see the tests. Integers out of range become doubles, `\u0000` and lone surrogates
 * become U+FFFD, non-finite numbers are refused. A byte order mark and white space around are
 * tolerated.
 *
 * Returns: (transfer full): the root; KZ_ERROR_MALFORMED or KZ_ERROR_TOO_LARGE on failure
 */
KzJson *kz_json_parse (const char *data, gsize length, const KzJsonLimits *limits, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void kz_json_free (KzJson *root);

/* The same in slices, for a document that is long. @data must outlive it. */
typedef struct _KzJsonParser KzJsonParser;

KzJsonParser *kz_json_parser_new (const char *data, gsize length, const KzJsonLimits *limits);
/* Reads @bytes more, or a little more than that; FALSE: there is no more to read. */
gboolean kz_json_parser_step (KzJsonParser *parser, gsize bytes);
/* (transfer full): as kz_json_parse(). Before its end: NULL. Frees @parser. */
KzJson *kz_json_parser_end (KzJsonParser *parser, GError **error);

/* A page of a list: the named top-level array cut into elements that are parsed one by one, so
 * that a bad one fails nobody and a long page can be worked off in slices. */
typedef struct _KzJsonPage KzJsonPage;

/**
 * kz_json_page_new:
 * @body: (transfer none): the whole answer
 * @array_name: the top-level array to cut, e.g. "actions"; compared without case
 *
 * Also accepts a bare top-level array. An answer without that array is a page of no elements.
 *
 * Returns: (transfer full): the page, or NULL when the answer as a whole is not readable
 */
KzJsonPage *kz_json_page_new (GBytes *body, const char *array_name, const KzJsonLimits *limits,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As kz_json_page_new(), but cuts several arrays. @array_names ends with NULL. */
KzJsonPage *kz_json_page_new_of (GBytes *body, const char *const *array_names,
                                 const KzJsonLimits *limits, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void kz_json_page_free (KzJsonPage *page);
guint kz_json_page_length (KzJsonPage *page);
gboolean kz_json_page_has_array (KzJsonPage *page);
/* (transfer none): the root without the elements of the array (it is empty there). */
const KzJson *kz_json_page_rest (KzJsonPage *page);
/* Which of the arrays that were cut element @index is of. */
guint kz_json_page_array (KzJsonPage *page, guint index);
gsize kz_json_page_size (KzJsonPage *page, guint index); /* bytes of element @index */
/* (transfer full): element @index, or NULL with KZ_ERROR_MALFORMED. */
KzJson *kz_json_page_parse (KzJsonPage *page, guint index, GError **error);

gboolean kz_json_is_object (const KzJson *json);
gboolean kz_json_is_array (const KzJson *json);
guint kz_json_array_length (const KzJson *json);               /* 0 for anything else */
const KzJson *kz_json_array_at (const KzJson *json, guint i);  /* (nullable) */
/* (nullable): the member, NULL also for JSON null and when @json is NULL or no object. */
const KzJson *kz_json_member (const KzJson *json, const char *name);
/* The n-th member of an object in document order; FALSE past the end. */
gboolean kz_json_member_at (const KzJson *json, guint n, const char **name, const KzJson **value);

/* Strict: KZ_ERROR_MALFORMED when absent, null, empty or of another type. */
gboolean kz_json_get_string (const KzJson *json, const char *name, const char **out, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
/* An id arrives as string or number; both are accepted. (transfer full) in @out. */
gboolean kz_json_get_id (const KzJson *json, const char *name, char **out, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Tolerant: @fallback when absent, null or of a type that cannot be read as the wanted one. */
const char *kz_json_opt_string (const KzJson *json, const char *name, const char *fallback);
char *kz_json_dup_id (const KzJson *json, const char *name); /* (nullable) (transfer full) */
/* JSON true/false, "true"/"True"/"false", 1/0 (API §23 row 6). */
gboolean kz_json_opt_bool (const KzJson *json, const char *name, gboolean fallback);
gint64 kz_json_opt_int (const KzJson *json, const char *name, gint64 fallback);
double kz_json_opt_double (const KzJson *json, const char *name, double fallback);
/* Microseconds since the epoch; ISO-8601 string, or number as s, ms or ticks (API §22). 0 when
 * absent or not a time. */
gint64 kz_json_opt_time_us (const KzJson *json, const char *name);
const KzJson *kz_json_opt_object (const KzJson *json, const char *name); /* (nullable) */
const KzJson *kz_json_opt_array (const KzJson *json, const char *name);  /* (nullable) */
/* (transfer full) (nullable): the strings of an array; a single string counts as an array of one. */
GStrv kz_json_opt_strv (const KzJson *json, const char *name);

/* The same for a node itself (element of an array). */
const char *kz_json_as_string (const KzJson *json, const char *fallback);
char *kz_json_as_text (const KzJson *json); /* (transfer full) (nullable): any scalar as text */
gint64 kz_json_as_int (const KzJson *json, gint64 fallback);
double kz_json_as_double (const KzJson *json, double fallback);
gint64 kz_json_as_time_us (const KzJson *json);

/* Writing, strict JSON always. Every begin has its end; kz_json_writer_end() gives the text. */
typedef struct _KzJsonWriter KzJsonWriter;

KzJsonWriter *kz_json_writer_new (void); /* begins the root object */
void kz_json_writer_string (KzJsonWriter *writer, const char *name, const char *value); /* NULL: omitted */
void kz_json_writer_int (KzJsonWriter *writer, const char *name, gint64 value);
void kz_json_writer_double (KzJsonWriter *writer, const char *name, double value);
void kz_json_writer_bool (KzJsonWriter *writer, const char *name, gboolean value);
void kz_json_writer_strv (KzJsonWriter *writer, const char *name, const char *const *values);
void kz_json_writer_begin_object (KzJsonWriter *writer, const char *name); /* name NULL inside an array */
void kz_json_writer_end_object (KzJsonWriter *writer);
void kz_json_writer_begin_array (KzJsonWriter *writer, const char *name);
void kz_json_writer_end_array (KzJsonWriter *writer);
/* (transfer full): ends the root object, frees @writer. */
GBytes *kz_json_writer_end (KzJsonWriter *writer);
void kz_json_writer_free (KzJsonWriter *writer);

/* The heuristic of API §22 on a bare number: ticks, ms or s. */
gint64 kz_time_us_from_number (gint64 value);
/* Microseconds of an ISO-8601 string or a number in a string; 0 when it is neither. */
gint64 kz_time_us_from_string (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzJson, kz_json_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzJsonPage, kz_json_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzJsonWriter, kz_json_writer_free)

G_END_DECLS
