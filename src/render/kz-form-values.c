/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-form-private.h"

#include "kz-markup.h"
#include "kz-when.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static char *
excerpt (const char *typed)
{
  return kz_markup_excerpt (typed, 40);
}

GStrv
kz_value_list (const char *typed)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_auto (GStrv) parts = g_strsplit_set (typed != NULL ? typed : "", "|\n", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (list, parts[i]);
  return g_strv_builder_end (list);
}

int
kz_value_yes_no (const char *typed)
{
  const char *const words[][6] = {
      /* Translators: what a person types for "no", in lower case. */
      {"no", "n", "off", "0", "false", C_ ("typed answer", "no")},
      /* Translators: what a person types for "yes", in lower case. */
      {"yes", "y", "on", "1", "true", C_ ("typed answer", "yes")},
  };
  g_autofree char *folded = g_utf8_casefold (typed, -1);

  for (int answer = 0; answer < 2; answer++)
    for (gsize i = 0; i < G_N_ELEMENTS (words[0]); i++) {
      g_autofree char *word = g_utf8_casefold (words[answer][i], -1);

      if (g_str_equal (folded, word))
        return answer;
    }
  return -1;
}

gboolean
kz_value_number (const char *typed, double *number, char **error)
{
  g_autofree char *plain = g_strdelimit (g_strdup (typed), ",", '.');
  g_autofree char *shown = excerpt (typed);
  char *end = NULL;

  *number = g_ascii_strtod (plain, &end);
  if (end != plain && *end == '\0' && isfinite (*number) &&
      strspn (plain, "0123456789+-.eE") == strlen (plain))
    return TRUE;
  /* Translators: the argument is what was typed. */
  *error = g_strdup_printf (_ ("“%s” is no number."), shown);
  return FALSE;
}

gint64
kz_value_time (const char *typed, KzFieldKind kind, const KzFormContext *context, char **error)
{
  KzWhenUse use = kind == KZ_FIELD_START  ? KZ_WHEN_START
                  : kind == KZ_FIELD_FACT ? KZ_WHEN_FACT
                                          : KZ_WHEN_DEADLINE;
  gint64 time_us = 0;

  return kz_when_read (typed, use, context->now, &time_us, error) == KZ_WHEN_OK ? time_us : 0;
}

gboolean
kz_value_place (const char *typed, gboolean needs_position, KzPlace *place, char **error)
{
  g_autoptr (GRegex) regex = g_regex_new (
      "^\\s*(?:geo:)?([+-]?\\d{1,3}(?:\\.\\d+)?)\\s*[,; ]\\s*([+-]?\\d{1,3}(?:\\.\\d+)?)[,;]?\\s*(.*)$",
      G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  *place = (KzPlace){0};
  if (g_regex_match (regex, typed, 0, &match)) {
    g_autofree char *latitude = g_match_info_fetch (match, 1);
    g_autofree char *longitude = g_match_info_fetch (match, 2);
    g_autofree char *name = g_match_info_fetch (match, 3);

    place->latitude = g_ascii_strtod (latitude, NULL);
    place->longitude = g_ascii_strtod (longitude, NULL);
    if (fabs (place->latitude) <= 90 && fabs (place->longitude) <= 180) {
      place->known = TRUE;
      place->name = *name != '\0' ? g_steal_pointer (&name) : NULL;
      return TRUE;
    }
  } else if (!needs_position) {
    place->name = g_strdup (typed);
    return TRUE;
  }
  *error = g_strdup (_ ("Write a place as latitude, longitude and its name, for example: 12.9716, "
                        "77.5946 Head office"));
  return FALSE;
}

static gboolean
has_index (const GArray *indices, guint index)
{
  for (guint i = 0; i < indices->len; i++)
    if (g_array_index (indices, guint, i) == index)
      return TRUE;
  return FALSE;
}

GArray *
kz_value_choices (const char *typed, const char *const *options, char **error)
{
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (GStrv) parts = NULL;
  int whole = kz_command_match_choice (typed, options, NULL);

  /* An option may have a comma in it. */
  if (whole >= 0) {
    guint index = (guint) whole;

    g_array_append_val (indices, index);
    return g_steal_pointer (&indices);
  }
  parts = g_strsplit_set (typed, ",;\n", -1);
  for (gsize i = 0; parts[i] != NULL; i++) {
    int found;
    guint index;

    if (*g_strstrip (parts[i]) == '\0')
      continue;
    found = kz_command_match_choice (parts[i], options, error);
    if (found < 0)
      return NULL;
    index = (guint) found;
    if (!has_index (indices, index))
      g_array_append_val (indices, index);
  }
  return g_steal_pointer (&indices);
}

char *
kz_value_media (const char *typed, const KzFormContext *context, char **error)
{
  g_autofree char *shown = excerpt (typed);

  if (g_ascii_strncasecmp (typed, "https://", 8) == 0 && typed[8] != '\0' &&
      strpbrk (typed, " \t\n\"<>") == NULL)
    return g_strdup (typed);
  if (context->has_files && g_path_is_absolute (typed))
    return g_strdup (typed);
  if (context->has_files && g_str_has_prefix (typed, "~/"))
    return g_build_filename (g_get_home_dir (), typed + 2, NULL);
  /* Translators: the argument is what was typed. */
  *error = context->has_files
               ? g_strdup_printf (_ ("“%s” is neither an address that begins with https:// nor the "
                                     "full path of a file."),
                                  shown)
               /* Translators: the argument is what was typed. */
               : g_strdup_printf (_ ("“%s” is no address that begins with https://."), shown);
  return NULL;
}
