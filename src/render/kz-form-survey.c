/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-form-private.h"

#include "kz-markup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What stands in parentheses behind a question. */
static const struct {
  const char *word;
  KzQuestionKind kind;
} kinds[] = {
    {"text", KZ_QUESTION_TEXT},         {"number", KZ_QUESTION_NUMERIC},
    {"numeric", KZ_QUESTION_NUMERIC},   {"date", KZ_QUESTION_DATE},
    {"time", KZ_QUESTION_DATE},         {"place", KZ_QUESTION_LOCATION},
    {"location", KZ_QUESTION_LOCATION}, {"picture", KZ_QUESTION_IMAGE},
    {"photo", KZ_QUESTION_IMAGE},       {"image", KZ_QUESTION_IMAGE},
    {"files", KZ_QUESTION_ATTACHMENTS}, {"attachments", KZ_QUESTION_ATTACHMENTS},
};

/* (transfer full) (nullable): options between brackets, separated by commas. */
static GStrv
read_options (const char *text, char **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  guint count = 0;

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0') {
      g_strv_builder_add (builder, parts[i]);
      count++;
    }
  if (count >= 2)
    return g_strv_builder_end (builder);
  *error = g_strdup (_ ("A question with choices needs two at least, for example: Which day? [Mon, "
                        "Tue]"));
  return NULL;
}

/* "Title [A, B]", "Title [A, B]*" for several, "Title (number)", "Title". */
static KzQuestion *
read_question (const char *text, char **error)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("^(.*?)\\s*(?:\\[([^\\]]*)\\](\\*?)|\\((\\w+)\\))?$", G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *title = NULL;
  g_autofree char *options = NULL;
  g_autofree char *many = NULL;
  g_autofree char *word = NULL;
  KzQuestionKind kind = KZ_QUESTION_TEXT;

  if (!g_regex_match (regex, text, 0, &match))
    return NULL;
  title = g_match_info_fetch (match, 1);
  options = g_match_info_fetch (match, 2);
  many = g_match_info_fetch (match, 3);
  word = g_match_info_fetch (match, 4);
  if (*title == '\0') {
    *error = g_strdup (_ ("A question needs words before its choices."));
    return NULL;
  }
  if (options != NULL && *options != '\0') {
    g_auto (GStrv) list = read_options (options, error);

    if (list == NULL)
      return NULL;
    return kz_question_new (title, *many == '*' ? KZ_QUESTION_MULTI : KZ_QUESTION_SINGLE,
                            (const char *const *) list);
  }
  if (word == NULL || *word == '\0')
    return kz_question_new (title, kind, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (kinds[i].word, word) == 0)
      return kz_question_new (title, kinds[i].kind, NULL);
  /* A remark in parentheses is a part of the question. */
  return kz_question_new (text, kind, NULL);
}

GPtrArray *
kz_value_questions (const char *typed, char **error)
{
  g_autoptr (GPtrArray) questions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_question_free);
  g_auto (GStrv) lines = kz_value_list (typed);

  for (gsize i = 0; lines[i] != NULL; i++) {
    KzQuestion *question = read_question (lines[i], error);

    if (question == NULL)
      return NULL;
    g_ptr_array_add (questions, question);
  }
  return g_steal_pointer (&questions);
}

GPtrArray *
kz_value_properties (const char *typed, char **error)
{
  g_autoptr (GPtrArray) properties =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_property_free);
  g_autoptr (GRegex) regex =
      g_regex_new ("^([^=()]+?)\\s*(?:\\((\\w+)\\))?\\s*=\\s*(.*)$", G_REGEX_DOTALL, 0, NULL);
  g_auto (GStrv) lines = kz_value_list (typed);

  for (gsize i = 0; lines[i] != NULL; i++) {
    g_autoptr (GMatchInfo) match = NULL;
    g_autofree char *name = NULL;
    g_autofree char *type = NULL;
    g_autofree char *value = NULL;
    const char *wire = NULL;

    if (g_regex_match (regex, lines[i], 0, &match)) {
      name = g_match_info_fetch (match, 1);
      type = g_match_info_fetch (match, 2);
      value = g_match_info_fetch (match, 3);
      wire = *type == '\0' ? "Text" : kz_property_type_wire (type);
    }
    if (wire == NULL) {
      g_autofree char *shown = kz_markup_excerpt (lines[i], 40);

      /* Translators: the argument is what was typed; "Numeric" is the name of a type. */
      *error = g_strdup_printf (_ ("“%s” is no property; write name = value, or with a type: name "
                                   "(Numeric) = 5"),
                                shown);
      return NULL;
    }
    g_ptr_array_add (properties, kz_property_new (name, wire, value));
  }
  return g_steal_pointer (&properties);
}

/* --- answering --- */

static const char *
hint_of (KzQuestionKind kind)
{
  switch (kind) {
  case KZ_QUESTION_MULTI:
    return _ ("numbers or words, separated by commas");
  case KZ_QUESTION_SINGLE:
    return _ ("a number or words");
  case KZ_QUESTION_LOCATION:
    return _ ("latitude, longitude and a name");
  case KZ_QUESTION_DATE:
    return _ ("such as today 9:00 or 2026-11-30");
  case KZ_QUESTION_PHONE:
    return _ ("with + and the country’s code");
  case KZ_QUESTION_IMAGE:
    return _ ("the address of a picture, or its file");
  case KZ_QUESTION_ATTACHMENTS:
    return _ ("addresses or files, one a line");
  case KZ_QUESTION_UNKNOWN:
  case KZ_QUESTION_TEXT:
  case KZ_QUESTION_NUMERIC:
    break;
  }
  return NULL;
}

static KzFieldKind
field_of (KzQuestionKind kind)
{
  switch (kind) {
  case KZ_QUESTION_SINGLE:
    return KZ_FIELD_CHOICE;
  case KZ_QUESTION_MULTI:
    return KZ_FIELD_CHOICES;
  case KZ_QUESTION_NUMERIC:
    return KZ_FIELD_NUMBER;
  case KZ_QUESTION_DATE:
    return KZ_FIELD_FACT;
  case KZ_QUESTION_LOCATION:
    return KZ_FIELD_PLACE;
  case KZ_QUESTION_IMAGE:
    return KZ_FIELD_MEDIA;
  case KZ_QUESTION_ATTACHMENTS:
    return KZ_FIELD_MEDIAS;
  case KZ_QUESTION_PHONE:
    return KZ_FIELD_PHONE;
  case KZ_QUESTION_UNKNOWN:
  case KZ_QUESTION_TEXT:
    break;
  }
  return KZ_FIELD_LINE;
}

void
kz_form_add_questions (KzForm *form, const KzAction *action)
{
  for (guint i = 0; i < action->questions->len; i++) {
    const KzQuestion *question = g_ptr_array_index (action->questions, i);
    g_autofree char *id = g_strdup_printf ("%u", i + 1);
    g_autofree char *label = kz_markup_excerpt (question->title, 200);
    KzField *field;

    if (question->invisible)
      continue;
    field = kz_form_add (form, id, field_of (question->kind), FALSE, label,
                         hint_of (question->kind));
    field->options = g_strdupv (question->options);
  }
}

/* (transfer full) (nullable) */
static KzAnswerValue *
read_answer (const KzField *field,
             const KzQuestion *question,
             guint index,
             const KzFormContext *context,
             KzOrder *order,
             char **error)
{
  const char *const *options = (const char *const *) question->options;

  switch (field->kind) {
  case KZ_FIELD_CHOICE:
    return kz_answer_value_new_text (
        options[kz_command_match_choice (field->value, options, NULL)]);
  case KZ_FIELD_CHOICES: {
    g_autoptr (GArray) chosen = kz_value_choices (field->value, options, error);
    g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
    g_auto (GStrv) titles = NULL;

    for (guint i = 0; i < chosen->len; i++)
      g_strv_builder_add (list, options[g_array_index (chosen, guint, i)]);
    titles = g_strv_builder_end (list);
    return kz_answer_value_new_list ((const char *const *) titles);
  }
  case KZ_FIELD_NUMBER: {
    double number = 0;

    kz_value_number (field->value, &number, error);
    return kz_answer_value_new_number (number);
  }
  case KZ_FIELD_FACT:
    return kz_answer_value_new_time (kz_value_time (field->value, field->kind, context, error));
  case KZ_FIELD_PLACE: {
    KzPlace place;
    KzAnswerValue *value;

    if (!kz_value_place (field->value, TRUE, &place, error))
      return NULL;
    value = kz_answer_value_new_place (place.latitude, place.longitude, place.name);
    g_free (place.name);
    return value;
  }
  case KZ_FIELD_PHONE: {
    g_autofree char *phone = kz_phone_normalize (field->value);

    return kz_answer_value_new_phone (phone);
  }
  case KZ_FIELD_MEDIA:
  case KZ_FIELD_MEDIAS: {
    g_auto (GStrv) sources = kz_value_list (field->value);

    for (gsize i = 0; sources[i] != NULL; i++) {
      g_autofree char *source = kz_value_media (sources[i], context, error);

      if (source == NULL)
        return NULL;
      kz_order_add_media (order, source, (int) index);
    }
    return kz_answer_value_new_none ();
  }
  case KZ_FIELD_LINE:
  case KZ_FIELD_TEXT:
  case KZ_FIELD_LIST:
  case KZ_FIELD_YES_NO:
  case KZ_FIELD_DEADLINE:
  case KZ_FIELD_START:
  case KZ_FIELD_MINUTES:
  case KZ_FIELD_PLACE_OR_NAME:
  case KZ_FIELD_PERSON:
  case KZ_FIELD_MEMBER:
  case KZ_FIELD_PEOPLE:
  case KZ_FIELD_NUMBERS:
  case KZ_FIELD_GROUP:
  case KZ_FIELD_QUESTIONS:
  case KZ_FIELD_PROPERTIES:
    break;
  }
  return kz_answer_value_new_text (field->value);
}

gboolean
kz_form_read_answers (KzForm *form,
                      const KzAction *action,
                      const KzFormContext *context,
                      KzOrder *order,
                      char **error)
{
  gboolean is_empty = TRUE;

  for (guint i = 0; i < action->questions->len; i++) {
    const KzQuestion *question = g_ptr_array_index (action->questions, i);
    g_autofree char *id = g_strdup_printf ("%u", i + 1);
    KzField *field = kz_form_field (form, id);
    KzAnswerValue *value = kz_answer_value_new_none ();

    if (field != NULL && field->value != NULL) {
      kz_answer_value_free (value);
      value = read_answer (field, question, i, context, order, error);
      if (value == NULL)
        return FALSE;
      is_empty = FALSE;
    }
    g_ptr_array_add (order->response->answers, value);
  }
  if (is_empty)
    *error = g_strdup (_ ("Answer one question at least."));
  return !is_empty;
}
