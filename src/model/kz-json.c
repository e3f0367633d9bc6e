/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json-private.h"

#include <math.h>
#include <string.h>

static gboolean
fits_int64 (double number)
{
  return number >= -9.2e18 && number <= 9.2e18;
}

gboolean
kz_json_is_object (const KzJson *json)
{
  return json != NULL && json->type == KZ_JSON_OBJECT;
}

gboolean
kz_json_is_array (const KzJson *json)
{
  return json != NULL && json->type == KZ_JSON_ARRAY;
}

guint
kz_json_array_length (const KzJson *json)
{
  return kz_json_is_array (json) ? json->length : 0;
}

const KzJson *
kz_json_array_at (const KzJson *json, guint i)
{
  if (i >= kz_json_array_length (json))
    return NULL;
  return &json->as.children[i];
}

const KzJson *
kz_json_member (const KzJson *json, const char *name)
{
  guint32 key = kz_json_key (name, strlen (name));

  if (!kz_json_is_object (json))
    return NULL;
  for (guint i = json->length; i > 0; i--) {
    const KzJson *member = &json->as.children[i - 1];

    if (member->key == key &&
        (strcmp (member->name, name) == 0 || g_ascii_strcasecmp (member->name, name) == 0))
      return member->type != KZ_JSON_NULL ? member : NULL;
  }
  return NULL;
}

gboolean
kz_json_member_at (const KzJson *json, guint n, const char **name, const KzJson **value)
{
  if (!kz_json_is_object (json) || n >= json->length)
    return FALSE;
  *value = &json->as.children[n];
  *name = (*value)->name;
  return TRUE;
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

  if (member != NULL && member->type == KZ_JSON_BOOLEAN)
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
  g_autofree char *text = NULL;

  if (member == NULL)
    return fallback;
  if (member->type == KZ_JSON_BOOLEAN)
    return member->as.boolean;
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
  return json != NULL && json->type == KZ_JSON_STRING ? json->as.string : fallback;
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
  if (json == NULL)
    return NULL;
  switch (json->type) {
  case KZ_JSON_STRING:
    return g_strdup (json->as.string);
  case KZ_JSON_INT:
    return g_strdup_printf ("%" G_GINT64_FORMAT, json->as.integer);
  case KZ_JSON_DOUBLE:
    return number_text (json->as.number);
  case KZ_JSON_BOOLEAN:
    return g_strdup (json->as.boolean ? "true" : "false");
  case KZ_JSON_NULL:
  case KZ_JSON_ARRAY:
  case KZ_JSON_OBJECT:
    break;
  }
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
  double number;
  gint64 integer;

  if (json == NULL)
    return fallback;
  if (json->type == KZ_JSON_INT)
    return json->as.integer;
  if (json->type == KZ_JSON_STRING &&
      g_ascii_string_to_signed (json->as.string, 10, G_MININT64, G_MAXINT64, &integer, NULL))
    return integer;
  number = kz_json_as_double (json, NAN);
  if (isnan (number) || !fits_int64 (number))
    return fallback;
  return (gint64) number;
}

double
kz_json_as_double (const KzJson *json, double fallback)
{
  double number;

  if (json == NULL)
    return fallback;
  if (json->type == KZ_JSON_INT)
    return (double) json->as.integer;
  if (json->type == KZ_JSON_DOUBLE)
    return json->as.number;
  if (json->type == KZ_JSON_STRING && parse_double (json->as.string, &number))
    return number;
  return fallback;
}

gint64
kz_json_as_time_us (const KzJson *json)
{
  if (json == NULL)
    return 0;
  if (json->type == KZ_JSON_STRING)
    return kz_time_us_from_string (json->as.string);
  if (json->type == KZ_JSON_INT || json->type == KZ_JSON_DOUBLE)
    return kz_time_us_from_number (kz_json_as_int (json, 0));
  return 0;
}
