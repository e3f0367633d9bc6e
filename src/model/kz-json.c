/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-private.h"

#include <math.h>
#include <string.h>

/* json-glib takes nodes without const; nothing here changes one. */
static JsonNode *
node_of (const KzJson *json)
{
  return (JsonNode *) json;
}

static GType
scalar_type (const KzJson *json)
{
  if (json == NULL || !JSON_NODE_HOLDS_VALUE (node_of (json)))
    return G_TYPE_INVALID;
  return json_node_get_value_type (node_of (json));
}

static gboolean
fits_int64 (double number)
{
  return number >= -9.2e18 && number <= 9.2e18;
}

gboolean
kz_json_is_object (const KzJson *json)
{
  return json != NULL && JSON_NODE_HOLDS_OBJECT (node_of (json));
}

gboolean
kz_json_is_array (const KzJson *json)
{
  return json != NULL && JSON_NODE_HOLDS_ARRAY (node_of (json));
}

guint
kz_json_array_length (const KzJson *json)
{
  return kz_json_is_array (json) ? json_array_get_length (json_node_get_array (node_of (json))) : 0;
}

const KzJson *
kz_json_array_at (const KzJson *json, guint i)
{
  if (i >= kz_json_array_length (json))
    return NULL;
  return json_array_get_element (json_node_get_array (node_of (json)), i);
}

const KzJson *
kz_json_member (const KzJson *json, const char *name)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;
  const KzJson *found = NULL;
  guint n_found = 0;

  if (!kz_json_is_object (json))
    return NULL;
  /* Order costs a look-up a member; it matters only when there are several of that name. */
  json_object_iter_init (&iter, json_node_get_object (node_of (json)));
  while (json_object_iter_next (&iter, &key, &value))
    if (g_ascii_strcasecmp (key, name) == 0) {
      found = JSON_NODE_HOLDS_NULL (value) ? NULL : value;
      n_found++;
    }
  if (n_found < 2)
    return found;
  json_object_iter_init_ordered (&iter, json_node_get_object (node_of (json)));
  while (json_object_iter_next_ordered (&iter, &key, &value))
    if (g_ascii_strcasecmp (key, name) == 0)
      found = JSON_NODE_HOLDS_NULL (value) ? NULL : value;
  return found;
}

gboolean
kz_json_member_at (const KzJson *json, guint n, const char **name, const KzJson **value)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (!kz_json_is_object (json))
    return FALSE;
  json_object_iter_init_ordered (&iter, json_node_get_object (node_of (json)));
  while (json_object_iter_next_ordered (&iter, &key, &node))
    if (n-- == 0) {
      *name = key;
      *value = node;
      return TRUE;
    }
  return FALSE;
}

gboolean
kz_json_get_string (const KzJson *json, const char *name, const char **out, GError **error)
{
  const char *text = kz_json_opt_string (json, name, NULL);

  if (text == NULL || *text == '\0') {
    g_set_error (error, KZ_ERROR, KZ_ERROR_MALFORMED, "\"%s\" is missing", name);
    return FALSE;
  }
  *out = text;
  return TRUE;
}

gboolean
kz_json_get_id (const KzJson *json, const char *name, char **out, GError **error)
{
  char *id = kz_json_dup_id (json, name);

  if (id == NULL) {
    g_set_error (error, KZ_ERROR, KZ_ERROR_MALFORMED, "\"%s\" is missing", name);
    return FALSE;
  }
  *out = id;
  return TRUE;
}

const char *
kz_json_opt_string (const KzJson *json, const char *name, const char *fallback)
{
  return kz_json_as_string (kz_json_member (json, name), fallback);
}

char *
kz_json_dup_id (const KzJson *json, const char *name)
{
  const KzJson *member = kz_json_member (json, name);
  char *text;

  if (scalar_type (member) == G_TYPE_BOOLEAN)
    return NULL;
  text = kz_json_as_text (member);
  if (text != NULL && *g_strstrip (text) == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

gboolean
kz_json_opt_bool (const KzJson *json, const char *name, gboolean fallback)
{
  const KzJson *member = kz_json_member (json, name);
  GType type = scalar_type (member);
  g_autofree char *text = NULL;

  if (type == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node_of (member));
  text = kz_json_as_text (member);
  if (text == NULL)
    return fallback;
  g_strstrip (text);
  if (g_ascii_strcasecmp (text, "true") == 0 || strcmp (text, "1") == 0)
    return TRUE;
  if (g_ascii_strcasecmp (text, "false") == 0 || strcmp (text, "0") == 0)
    return FALSE;
  return fallback;
}

gint64
kz_json_opt_int (const KzJson *json, const char *name, gint64 fallback)
{
  return kz_json_as_int (kz_json_member (json, name), fallback);
}

double
kz_json_opt_double (const KzJson *json, const char *name, double fallback)
{
  return kz_json_as_double (kz_json_member (json, name), fallback);
}

gint64
kz_json_opt_time_us (const KzJson *json, const char *name)
{
  return kz_json_as_time_us (kz_json_member (json, name));
}

const KzJson *
kz_json_opt_object (const KzJson *json, const char *name)
{
  const KzJson *member = kz_json_member (json, name);

  return kz_json_is_object (member) ? member : NULL;
}

const KzJson *
kz_json_opt_array (const KzJson *json, const char *name)
{
  const KzJson *member = kz_json_member (json, name);

  return kz_json_is_array (member) ? member : NULL;
}

GStrv
kz_json_opt_strv (const KzJson *json, const char *name)
{
  const KzJson *member = kz_json_member (json, name);
  guint length = kz_json_is_array (member) ? kz_json_array_length (member) : 1;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean any = FALSE;

  for (guint i = 0; i < length; i++) {
    const KzJson *element = kz_json_is_array (member) ? kz_json_array_at (member, i) : member;
    g_autofree char *text = kz_json_as_text (element);

    if (text == NULL || *text == '\0')
      continue;
    g_strv_builder_add (builder, text);
    any = TRUE;
  }
  return any ? g_strv_builder_end (builder) : NULL;
}

const char *
kz_json_as_string (const KzJson *json, const char *fallback)
{
  return scalar_type (json) == G_TYPE_STRING ? json_node_get_string (node_of (json)) : fallback;
}

/* "2", not "2.0"; as few digits as read back to the same number. */
static char *
number_text (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (fabs (number) < 1e15 && number == (double) (gint64) number)
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number);
  g_ascii_formatd (buffer, sizeof buffer, "%.15g", number);
  if (g_ascii_strtod (buffer, NULL) != number)
    g_ascii_formatd (buffer, sizeof buffer, "%.17g", number);
  return g_strdup (buffer);
}

char *
kz_json_as_text (const KzJson *json)
{
  GType type = scalar_type (json);

  if (type == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node_of (json)));
  if (type == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node_of (json)));
  if (type == G_TYPE_DOUBLE)
    return number_text (json_node_get_double (node_of (json)));
  if (type == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node_of (json)) ? "true" : "false");
  return NULL;
}

/* A decimal number and nothing else: strtod() would also take "nan", "inf" and hexadecimal. */
static gboolean
parse_double (const char *text, double *out)
{
  char *end;

  if (*text == '\0' || strlen (text) > 400 || text[strspn (text, "+-.0123456789eE")] != '\0')
    return FALSE;
  *out = g_ascii_strtod (text, &end);
  return *end == '\0' && end != text && isfinite (*out);
}

gint64
kz_json_as_int (const KzJson *json, gint64 fallback)
{
  GType type = scalar_type (json);
  double number = 0;

  if (type == G_TYPE_INT64)
    return json_node_get_int (node_of (json));
  if (type == G_TYPE_STRING) {
    const char *text = json_node_get_string (node_of (json));
    gint64 integer;

    if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &integer, NULL))
      return integer;
  }
  number = kz_json_as_double (json, NAN);
  if (isnan (number) || !fits_int64 (number))
    return fallback;
  return (gint64) number;
}

double
kz_json_as_double (const KzJson *json, double fallback)
{
  GType type = scalar_type (json);
  double number;

  if (type == G_TYPE_INT64)
    return (double) json_node_get_int (node_of (json));
  if (type == G_TYPE_DOUBLE)
    return json_node_get_double (node_of (json));
  if (type == G_TYPE_STRING && parse_double (json_node_get_string (node_of (json)), &number))
    return number;
  return fallback;
}

gint64
kz_json_as_time_us (const KzJson *json)
{
  GType type = scalar_type (json);

  if (type == G_TYPE_STRING)
    return kz_time_us_from_string (json_node_get_string (node_of (json)));
  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE)
    return kz_time_us_from_number (kz_json_as_int (json, 0));
  return 0;
}
