/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-action-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static char *
time_text (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  if (time == NULL)
    return NULL;
  /* Whole days are dates that somebody picked, API §13. */
  if (g_date_time_get_hour (time) == 0 && g_date_time_get_minute (time) == 0)
    return g_date_time_format (time, "%Y-%m-%d");
  return g_date_time_format (time, "%Y-%m-%d %H:%M UTC");
}

static char *
place_text (const KzJson *json)
{
  KzPlace place = kz_place_read (json);
  char latitude[G_ASCII_DTOSTR_BUF_SIZE];
  char longitude[G_ASCII_DTOSTR_BUF_SIZE];

  if (!place.known) {
    g_free (place.name);
    return NULL;
  }
  if (place.name != NULL)
    return place.name;
  g_ascii_formatd (latitude, sizeof latitude, "%.6g", place.latitude);
  g_ascii_formatd (longitude, sizeof longitude, "%.6g", place.longitude);
  return g_strdup_printf ("%s, %s", latitude, longitude);
}

/* A file by its name, never by its link, which opens it for everybody who reads the line. */
static char *
media_text (const KzJson *json)
{
  g_autoptr (KzMediaRef) ref = kz_media_ref_parse (json);
  g_autofree char *path = NULL;
  const char *slash;

  if (ref == NULL)
    return NULL;
  if (ref->name != NULL)
    return g_strdup (ref->name);
  path = kz_media_ref_identity (ref->url);
  slash = strrchr (path, '/');
  return g_strdup (slash != NULL && slash[1] != '\0' ? slash + 1 : path);
}

static char *
phone_text (const KzJson *json)
{
  g_autofree char *country = kz_json_dup_id (json, "cc");
  g_autofree char *number = kz_json_dup_id (json, "pn");
  g_autofree char *joined = NULL;
  char *phone;

  if (number == NULL)
    return NULL;
  joined = g_strconcat (country != NULL ? country : "", number, NULL);
  phone = country != NULL ? kz_phone_from_wire (joined) : NULL;
  return phone != NULL ? phone : g_steal_pointer (&joined);
}

/* Something that nobody documented: its members as they are, rather than nothing. */
static char *
members_text (const KzJson *json)
{
  GString *text = g_string_new (NULL);
  const KzJson *value;
  const char *name;

  for (guint i = 0; kz_json_member_at (json, i, &name, &value); i++) {
    g_autofree char *scalar = kz_json_as_text (value);

    if (scalar == NULL || *scalar == '\0')
      continue;
    g_string_append_printf (text, "%s%s: %s", text->len > 0 ? ", " : "", name, scalar);
  }
  return g_string_free (text, FALSE);
}

static char *
object_text (const KzJson *json)
{
  static const char *const plain[] = {"title", "name", "placeName", "n", "text", "value"};
  char *text = place_text (json);

  if (text == NULL)
    text = phone_text (json);
  if (text == NULL)
    text = media_text (json);
  for (gsize i = 0; text == NULL && i < G_N_ELEMENTS (plain); i++)
    text = kz_json_dup_id (json, plain[i]);
  return text != NULL ? text : members_text (json);
}

static char *
scalar_text (const KzJson *json, KzQuestionKind kind)
{
  const char *string = kz_json_as_string (json, NULL);

  if (kind == KZ_QUESTION_DATE) {
    gint64 time_us = kz_json_as_time_us (json);
    char *text = time_us != 0 ? time_text (time_us) : NULL;

    if (text != NULL)
      return text;
  }
  if (string != NULL && (kind == KZ_QUESTION_IMAGE || kind == KZ_QUESTION_ATTACHMENTS)) {
    if (strstr (string, "://") != NULL)
      return media_text (json);
    /* A media resource is opaque and long, API §11. Short text is a name. */
    if (strlen (string) > 200 || g_str_has_prefix (string, "EA"))
      /* Translators: stands for a picture or file that was given as an answer in a survey. */
      return g_strdup (_ ("(file)"));
  }
  return kz_json_as_text (json);
}

static char *
array_text (const KzJson *json, KzQuestionKind kind)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < kz_json_array_length (json); i++) {
    const KzJson *element = kz_json_array_at (json, i);
    g_autofree char *part = NULL;

    /* Arrays in arrays are nothing that a person answers. */
    if (kz_json_is_object (element))
      part = object_text (element);
    else if (!kz_json_is_array (element))
      part = scalar_text (element, kind);
    if (part == NULL || *part == '\0')
      continue;
    if (text->len > 0)
      g_string_append (text, ", ");
    g_string_append (text, part);
  }
  return g_string_free (text, FALSE);
}

char *
kz_answer_text (const KzJson *answer, KzQuestionKind kind)
{
  char *text;

  if (kz_json_is_array (answer))
    return array_text (answer, kind);
  if (kz_json_is_object (answer))
    return object_text (answer);
  text = scalar_text (answer, kind);
  return text != NULL ? text : g_strdup ("");
}
