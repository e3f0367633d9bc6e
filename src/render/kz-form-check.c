/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-form-private.h"

#include "kz-markup.h"

#include <glib/gi18n-lib.h>

#define MINUTES_MAX (7 * 24 * 60)

static gboolean
check_minutes (const char *typed, char **error)
{
  double minutes;

  if (!kz_value_number (typed, &minutes, error))
    return FALSE;
  if (minutes >= 1 && minutes <= MINUTES_MAX && minutes == (int) minutes)
    return TRUE;
  *error = g_strdup (_ ("Say how many minutes, as a whole number from 1 to a week’s."));
  return FALSE;
}

static gboolean
check_choice (const KzField *field, const char *typed, char **error)
{
  return kz_command_match_choice (typed, (const char *const *) field->options, error) >= 0;
}

static gboolean
check_yes_no (const char *typed, char **error)
{
  if (kz_value_yes_no (typed) >= 0)
    return TRUE;
  *error = g_strdup (_ ("Say yes or no."));
  return FALSE;
}

static gboolean
check_phone (const char *typed, char **error)
{
  g_autofree char *phone = kz_phone_normalize (typed);
  g_autofree char *shown = kz_markup_excerpt (typed, 40);

  if (phone != NULL)
    return TRUE;
  /* Translators: the argument is what was typed. */
  *error = g_strdup_printf (_ ("“%s” is no phone number; begin with + and the country’s code."),
                            shown);
  return FALSE;
}

static gboolean
check_media (const char *typed, const KzFormContext *context, char **error)
{
  g_auto (GStrv) sources = kz_value_list (typed);

  for (gsize i = 0; sources[i] != NULL; i++) {
    g_autofree char *source = kz_value_media (sources[i], context, error);

    if (source == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_group (const char *typed, const KzFormContext *context, char **error)
{
  g_autoptr (KzGroup) group = kz_value_group (typed, context, error);

  return group != NULL;
}

static gboolean
check_array (GPtrArray *array)
{
  if (array == NULL)
    return FALSE;
  g_ptr_array_unref (array);
  return TRUE;
}

gboolean
kz_field_check (
    const KzField *field, const char *typed, const KzFormContext *context, char **error)
{
  switch (field->kind) {
  case KZ_FIELD_CHOICE:
    return check_choice (field, typed, error);
  case KZ_FIELD_CHOICES: {
    g_autoptr (GArray) chosen =
        kz_value_choices (typed, (const char *const *) field->options, error);

    return chosen != NULL;
  }
  case KZ_FIELD_YES_NO:
    return check_yes_no (typed, error);
  case KZ_FIELD_DEADLINE:
  case KZ_FIELD_START:
  case KZ_FIELD_FACT:
    return kz_value_time (typed, field->kind, context, error) != 0;
  case KZ_FIELD_NUMBER: {
    double number;

    return kz_value_number (typed, &number, error);
  }
  case KZ_FIELD_MINUTES:
    return check_minutes (typed, error);
  case KZ_FIELD_PLACE:
  case KZ_FIELD_PLACE_OR_NAME: {
    KzPlace place;
    gboolean is_good = kz_value_place (typed, field->kind == KZ_FIELD_PLACE, &place, error);

    g_free (place.name);
    return is_good;
  }
  case KZ_FIELD_PHONE:
    return check_phone (typed, error);
  case KZ_FIELD_PERSON:
  case KZ_FIELD_MEMBER:
  case KZ_FIELD_PEOPLE:
  case KZ_FIELD_NUMBERS:
    return check_array (kz_value_people (typed, field->kind, context, error));
  case KZ_FIELD_GROUP:
    return check_group (typed, context, error);
  case KZ_FIELD_QUESTIONS:
    return check_array (kz_value_questions (typed, error));
  case KZ_FIELD_PROPERTIES:
    return check_array (kz_value_properties (typed, error));
  case KZ_FIELD_MEDIA:
  case KZ_FIELD_MEDIAS:
    return check_media (typed, context, error);
  case KZ_FIELD_LINE:
  case KZ_FIELD_TEXT:
  case KZ_FIELD_LIST:
    return TRUE;
  }
  return TRUE;
}
