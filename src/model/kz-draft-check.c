/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft-private.h"

#include "kz-i18n.h"
#include "kz-limits.h"

/* --- parts --------------------------------------------------------------------------------- */

static guint
length (const char *const *list)
{
  return list != NULL ? g_strv_length ((GStrv) list) : 0;
}

/* What a message may have (API §10); for other texts no limit is documented. */
static gboolean
is_too_long (const char *text)
{
  guint units = 0;

  for (const char *p = text != NULL ? text : ""; *p != '\0'; p = g_utf8_next_char (p))
    units += g_utf8_get_char (p) > 0xFFFF ? 2 : 1;
  return units > KZ_MESSAGE_MAX_UNITS;
}

static gboolean
check_texts (const KzActionDraft *draft, GError **error)
{
  g_autofree char *words = NULL;

  if (!is_too_long (draft->title) && !is_too_long (draft->text))
    return TRUE;
  words = g_strdup_printf (
      /* Translators: of a title or a message. %d is never 1. */
      _ ("The text is too long: at most %d characters are possible"), KZ_MESSAGE_MAX_UNITS);
  return kz_draft_refuse (error, words);
}

static gboolean
check_hours (int hours, GError **error)
{
  g_autofree char *words = NULL;

  if (hours >= 0 && hours <= KZ_ACTION_MAX_HOURS)
    return TRUE;
  words = g_strdup_printf (
      /* Translators: how long a poll, job or survey is open. %d is never 1. */
      _ ("The end must be within %d hours from now"), KZ_ACTION_MAX_HOURS);
  return kz_draft_refuse (error, words);
}

gboolean
kz_phones_check (const char *const *phones, guint max, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *words = NULL;

  if (length (phones) == 0)
    return kz_draft_refuse (error, _ ("A phone number is missing"));
  if (max > 0 && length (phones) > max) {
    words = g_strdup_printf (ngettext ("At most %u phone number can be given at a time",
                                       "At most %u phone numbers can be given at a time", max),
                             max);
    return kz_draft_refuse (error, words);
  }
  for (guint i = 0; phones[i] != NULL; i++) {
    char *phone = kz_phone_normalize (phones[i]);

    if (phone == NULL) {
      words = g_strdup_printf (
          /* Translators: %s is what was typed in place of a phone number. */
          _ ("“%s” is no phone number: it needs a plus and the country code"), phones[i]);
      return kz_draft_refuse (error, words);
    }
    if (g_hash_table_add (seen, phone))
      continue;
    words = g_strdup_printf (
        /* Translators: %s is a phone number. */
        _ ("%s is named twice"), phones[i]);
    return kz_draft_refuse (error, words);
  }
  return TRUE;
}

/* --- each kind ----------------------------------------------------------------------------- */

static gboolean
check_announcement (const KzActionDraft *draft, GError **error)
{
  if (kz_draft_is_blank (draft->text) && kz_draft_is_blank (draft->title))
    return kz_draft_refuse (error, _ ("The text of the announcement is missing"));
  return TRUE;
}

static gboolean
check_job (const KzActionDraft *draft, GError **error)
{
  if (kz_draft_is_blank (draft->title))
    return kz_draft_refuse (error, _ ("The job needs a title: what is to be done"));
  if (length ((const char *const *) draft->assigned_to) == 0)
    return kz_draft_refuse (error, _ ("The job needs somebody who does it"));
  return kz_phones_check ((const char *const *) draft->assigned_to, 0, error);
}

static gboolean
check_poll (const KzActionDraft *draft, GError **error)
{
  if (kz_draft_is_blank (draft->title))
    return kz_draft_refuse (error, _ ("The poll needs a question"));
  if (!kz_draft_check_options ((const char *const *) draft->choices,
                               _ ("A choice of the poll is empty"),
                               _ ("Two choices of the poll are the same"), error))
    return FALSE;
  if (length ((const char *const *) draft->choices) < 2)
    return kz_draft_refuse (error, _ ("The poll needs two choices at least"));
  return TRUE;
}

static gboolean
check_place (const KzPlace *place, GError **error)
{
  /* Written so that what is no number is refused, too. */
  if (!place->known || (place->latitude >= -90 && place->latitude <= 90 &&
                        place->longitude >= -180 && place->longitude <= 180))
    return TRUE;
  return kz_draft_refuse (error,
                          _ ("There is no such place: the latitude must be within 90 degrees, "
                             "the longitude within 180"));
}

static gboolean
check_meeting (const KzActionDraft *draft, gint64 now_us, GError **error)
{
  if (kz_draft_is_blank (draft->title))
    return kz_draft_refuse (error, _ ("The meeting needs a title"));
  if (draft->start_us <= 0)
    return kz_draft_refuse (error, _ ("It is not said when the meeting begins"));
  if (draft->start_us <= now_us)
    return kz_draft_refuse (error, _ ("The meeting would begin in the past"));
  if (draft->duration_min < 0 || draft->duration_min > KZ_MEETING_MAX_MINUTES)
    return kz_draft_refuse (error, _ ("The meeting is too long"));
  return check_place (&draft->place, error);
}

static gboolean
check_question (const KzQuestion *question, GError **error)
{
  g_autofree char *words = NULL;

  if (kz_draft_is_blank (question->title))
    return kz_draft_refuse (error, _ ("A question has no text"));
  if (kz_question_kind_wire (question->kind) == NULL)
    words = g_strdup_printf (
        /* Translators: %s is a question of a survey. Its kind: text, number, date and so on. */
        _ ("The question “%s” is of no kind that Kaizala has"), question->title);
  else if (kz_question_kind_has_options (question->kind) &&
           length ((const char *const *) question->options) == 0)
    words = g_strdup_printf (
        /* Translators: %s is a question of a survey. */
        _ ("The question “%s” has nothing to choose from"), question->title);
  if (words != NULL)
    return kz_draft_refuse (error, words);
  return kz_draft_check_options ((const char *const *) question->options,
                                 _ ("An answer to choose from is empty"),
                                 _ ("Two answers to choose from are the same"), error);
}

static gboolean
check_questions (const KzActionDraft *draft, GError **error)
{
  for (guint i = 0; i < draft->questions->len; i++)
    if (!check_question (g_ptr_array_index (draft->questions, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
check_survey (const KzActionDraft *draft, GError **error)
{
  if (kz_draft_is_blank (draft->title))
    return kz_draft_refuse (error, _ ("The survey needs a title"));
  if (draft->questions->len == 0)
    return kz_draft_refuse (error, _ ("The survey needs a question"));
  return check_questions (draft, error);
}

gboolean
kz_properties_check (GPtrArray *properties, GError **error)
{
  for (guint i = 0; i < properties->len; i++) {
    const KzProperty *property = g_ptr_array_index (properties, i);
    g_autofree char *words = NULL;

    if (kz_draft_is_blank (property->name))
      return kz_draft_refuse (error, _ ("A property has no name"));
    if (kz_property_type_wire (property->type) != NULL)
      continue;
    words = g_strdup_printf (
        /* Translators: %s is the name of a property of a custom card. */
        _ ("The property “%s” is of no type that Kaizala has"), property->name);
    return kz_draft_refuse (error, words);
  }
  return TRUE;
}

static gboolean
check_package (const KzActionDraft *draft, GError **error)
{
  if (kz_draft_is_blank (draft->package_id))
    return kz_draft_refuse (error, _ ("The id of the action package is missing"));
  return check_questions (draft, error) && kz_properties_check (draft->properties, error);
}

static gboolean
check_media (const KzActionDraft *draft, GError **error)
{
  if (length ((const char *const *) draft->media) == 1 && *draft->media[0] != '\0')
    return TRUE;
  return kz_draft_refuse (error, _ ("The picture or file was not uploaded"));
}

static gboolean
check_kind (const KzActionDraft *draft, gint64 now_us, GError **error)
{
  switch (draft->kind) {
  case KZ_ACTION_ANNOUNCEMENT:
    return check_announcement (draft, error);
  case KZ_ACTION_JOB:
    return check_job (draft, error);
  case KZ_ACTION_POLL:
    return check_poll (draft, error);
  case KZ_ACTION_SURVEY:
    return check_survey (draft, error);
  case KZ_ACTION_LETS_MEET:
    return check_meeting (draft, now_us, error);
  case KZ_ACTION_IMAGE:
  case KZ_ACTION_ALBUM:
  case KZ_ACTION_AUDIO:
  case KZ_ACTION_DOCUMENT:
  case KZ_ACTION_VIDEO:
    return check_media (draft, error);
  case KZ_ACTION_PACKAGE:
    return check_package (draft, error);
  case KZ_ACTION_UNKNOWN:
  case KZ_ACTION_PHOTO_LOCATION:
  case KZ_ACTION_LOCATION:
    break;
  }
  return kz_draft_refuse (error, _ ("Kaizala takes this only from its own apps"));
}

gboolean
kz_action_draft_check (const KzActionDraft *draft, gint64 now_us, GError **error)
{
  if (!check_kind (draft, now_us, error) || !check_texts (draft, error) ||
      !check_hours (draft->hours, error))
    return FALSE;
  return length ((const char *const *) draft->subscribers) == 0 ||
         kz_phones_check ((const char *const *) draft->subscribers, 0, error);
}
