/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-draft.h"

#include <string.h>

/* API §12, in the order of KzActionKind. */
static const struct {
  const char *wire; /* (nullable) */
  gboolean is_listed;
  gboolean is_media;
} kinds[KZ_N_ACTION_KINDS] = {
    [KZ_ACTION_UNKNOWN] = {NULL, FALSE, FALSE},
    [KZ_ACTION_ANNOUNCEMENT] = {"Announcement", FALSE, FALSE},
    [KZ_ACTION_JOB] = {"Job", TRUE, FALSE},
    [KZ_ACTION_POLL] = {"Poll", TRUE, FALSE},
    [KZ_ACTION_SURVEY] = {"Survey", TRUE, FALSE},
    [KZ_ACTION_LETS_MEET] = {"LetsMeet", TRUE, FALSE},
    [KZ_ACTION_IMAGE] = {"Image", TRUE, TRUE},
    [KZ_ACTION_ALBUM] = {"Album", FALSE, TRUE},
    [KZ_ACTION_AUDIO] = {"Audio", FALSE, TRUE},
    /* The two descriptions of the API disagree: whoever asks tolerates an error (API §23 row 20).
     */
    [KZ_ACTION_DOCUMENT] = {"Document", TRUE, TRUE},
    [KZ_ACTION_VIDEO] = {"Video", FALSE, TRUE},
    [KZ_ACTION_PHOTO_LOCATION] = {"PhotoWithLocation", TRUE, FALSE},
    [KZ_ACTION_LOCATION] = {"ShareLocation", TRUE, FALSE},
    /* Listed by package id, not by type. */
    [KZ_ACTION_PACKAGE] = {NULL, FALSE, FALSE},
};

KzActionKind
kz_action_kind_parse (const char *action_type)
{
  if (action_type == NULL)
    return KZ_ACTION_UNKNOWN;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].wire != NULL && g_ascii_strcasecmp (action_type, kinds[i].wire) == 0)
      return (KzActionKind) i;
  return KZ_ACTION_UNKNOWN;
}

const char *
kz_action_kind_wire (KzActionKind kind)
{
  g_return_val_if_fail ((guint) kind < KZ_N_ACTION_KINDS, NULL);
  return kinds[kind].wire;
}

const char *const *
kz_meeting_choices (void)
{
  static const char *const choices[] = {"Accept", "Decline", "Maybe", NULL};

  return choices;
}

gboolean
kz_action_kind_is_listed (KzActionKind kind)
{
  g_return_val_if_fail ((guint) kind < KZ_N_ACTION_KINDS, FALSE);
  return kinds[kind].is_listed;
}

gboolean
kz_action_kind_is_media (KzActionKind kind)
{
  g_return_val_if_fail ((guint) kind < KZ_N_ACTION_KINDS, FALSE);
  return kinds[kind].is_media;
}

KzQuestionKind
kz_question_kind_parse (const char *type)
{
  /* API §13 and §23 row 15; the names that only the in-app kit has are inferred. */
  static const struct {
    const char *name;
    KzQuestionKind kind;
  } names[] = {
      {"SingleOption", KZ_QUESTION_SINGLE},
      {"MultiOption", KZ_QUESTION_MULTI},
      {"MultipleOption", KZ_QUESTION_MULTI},
      {"Text", KZ_QUESTION_TEXT},
      {"LargeText", KZ_QUESTION_TEXT},
      {"Numeric", KZ_QUESTION_NUMERIC},
      {"Date", KZ_QUESTION_DATE},
      {"DateTime", KZ_QUESTION_DATE},
      {"DateOnly", KZ_QUESTION_DATE},
      {"Location", KZ_QUESTION_LOCATION},
      {"Image", KZ_QUESTION_IMAGE},
      {"AttachmentList", KZ_QUESTION_ATTACHMENTS},
      {"Attachment", KZ_QUESTION_ATTACHMENTS},
      {"PhoneNumber", KZ_QUESTION_PHONE},
      {"Phone", KZ_QUESTION_PHONE},
  };

  for (gsize i = 0; type != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (type, names[i].name) == 0)
      return names[i].kind;
  return KZ_QUESTION_UNKNOWN;
}

const char *
kz_question_kind_wire (KzQuestionKind kind)
{
  switch (kind) {
  case KZ_QUESTION_SINGLE:
    return "SingleOption";
  case KZ_QUESTION_MULTI:
    return "MultiOption";
  case KZ_QUESTION_TEXT:
    return "Text";
  case KZ_QUESTION_NUMERIC:
    return "Numeric";
  case KZ_QUESTION_DATE:
    /* The table says Date, every sample DateTime (API §13). */
    return "DateTime";
  case KZ_QUESTION_LOCATION:
    return "Location";
  case KZ_QUESTION_IMAGE:
    return "Image";
  case KZ_QUESTION_ATTACHMENTS:
    return "AttachmentList";
  case KZ_QUESTION_PHONE:
    return "PhoneNumber";
  case KZ_QUESTION_UNKNOWN:
    break;
  }
  return NULL;
}

gboolean
kz_question_kind_has_options (KzQuestionKind kind)
{
  return kind == KZ_QUESTION_SINGLE || kind == KZ_QUESTION_MULTI;
}
