/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A form as the line that fills it: what is given back when something fails. */
#include "config.h"

#include "kz-command.h"
#include "kz-form-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *
name_of (KzVerb verb)
{
  KzVerb row;
  const char *name = "";

  for (guint i = 0; kz_command_describe (i, &row, &name, NULL, NULL); i++)
    if (row == verb)
      return name;
  return "";
}

static gboolean
is_optional_part (const KzForm *form, const KzField *field)
{
  return form->verb != KZ_VERB_ANSWER && !field->is_required;
}

/* The title of an announcement stands before its text. */
static gboolean
is_named_part (const KzForm *form, const KzField *field)
{
  return is_optional_part (form, field) &&
         !(form->verb == KZ_VERB_ANNOUNCE && g_str_equal (field->id, "title"));
}

/* (transfer full): what fills the field again as a part of the line, or several. */
static char *
to_part (const KzField *field)
{
  g_auto (GStrv) items = NULL;

  if (!kz_field_takes_many (field))
    return g_strdup (field->value != NULL ? field->value : "");
  items = kz_value_list (field->value);
  return g_strjoinv (" | ", items);
}

static void
append_part (GString *line, const char *part, gboolean *is_first)
{
  if (!*is_first)
    g_string_append (line, " | ");
  g_string_append (line, part);
  *is_first = FALSE;
}

static void
append_named (GString *line, const KzField *field, gboolean *is_first)
{
  g_autofree char *part = to_part (field);
  g_autofree char *named = g_strdup_printf ("%s: %s", field->id, part);

  append_part (line, named, is_first);
}

/* Where a name would make parts of it. */
static gboolean
has_bars (const KzField *field)
{
  return field->kind == KZ_FIELD_TEXT && field->value != NULL && strchr (field->value, '|') != NULL;
}

/* A text with bars in it stands last without its name, behind an empty part for each field whose turn
 * would be before. */
static void
append_with_bars (GString *line, const KzForm *form, const KzField *text, gboolean *is_first)
{
  for (guint i = 0; g_ptr_array_index (form->fields, i) != text; i++)
    if (kz_form_is_in_order (g_ptr_array_index (form->fields, i)))
      append_part (line, "", is_first);
  append_part (line, text->value, is_first);
}

/* As a person would type it. */
static void
append_fields (GString *line, const KzForm *form)
{
  const KzField *with_bars = NULL;
  gboolean is_first = TRUE;

  for (guint i = 0; i < form->fields->len; i++) {
    const KzField *field = g_ptr_array_index (form->fields, i);

    if (field->value == NULL && is_optional_part (form, field))
      continue;
    if (!is_named_part (form, field)) {
      g_autofree char *part = to_part (field);

      append_part (line, part, &is_first);
    } else if (has_bars (field))
      with_bars = field;
    else
      append_named (line, field, &is_first);
  }
  if (with_bars != NULL)
    append_with_bars (line, form, with_bars, &is_first);
}

/* With the name of each, where places alone would say something else. */
static void
append_named_fields (GString *line, const KzForm *form)
{
  gboolean is_first = TRUE;

  for (guint i = 0; i < form->fields->len; i++) {
    const KzField *field = g_ptr_array_index (form->fields, i);

    if (field->value != NULL)
      append_named (line, field, &is_first);
  }
}

/* (transfer full) */
static char *
make_line (const KzForm *form, const char *prefix, void (*append) (GString *line, const KzForm *form))
{
  GString *line = g_string_new (prefix);

  g_string_append (line, name_of (form->verb));
  if (form->handle != NULL)
    g_string_append_printf (line, " %s", form->handle);
  g_string_append_c (line, ' ');
  append (line, form);
  g_strchomp (line->str);
  return g_string_free (line, FALSE);
}

/* (transfer full): no line, but what was asked and what was answered. */
static char *
make_list (const KzForm *form)
{
  GString *list = g_string_new (form->title);

  for (guint i = 0; i < form->fields->len; i++) {
    const KzField *field = g_ptr_array_index (form->fields, i);
    g_autofree char *part = NULL;

    if (field->value == NULL)
      continue;
    part = to_part (field);
    g_string_append_c (list, '\n');
    /* Translators: what was asked in a form, and the answer. */
    g_string_append_printf (list, _ ("%s: %s"), field->label, part);
  }
  return g_string_free (list, FALSE);
}

static gboolean
is_same (const KzField *field, const KzField *other)
{
  g_auto (GStrv) items = NULL;
  g_auto (GStrv) others = NULL;

  if (!kz_field_takes_many (field))
    return g_strcmp0 (field->value, other->value) == 0;
  items = kz_value_list (field->value);
  others = kz_value_list (other->value);
  return g_strv_equal ((const char *const *) items, (const char *const *) others);
}

static gboolean
fill (KzForm *form, const KzInput *input, const KzFormContext *context)
{
  g_autofree char *problem = NULL;

  if (form->verb == KZ_VERB_ANNOUNCE)
    return input->text != NULL &&
           kz_form_fill_announcement (form, input->title, input->text, context, &problem);
  return input->rest == NULL || kz_form_fill_line (form, input->rest, context, &problem);
}

/* Whether the line that @append makes fills such a form with the same again. */
static gboolean
reads_back (const KzForm *form,
            void (*append) (GString *line, const KzForm *form),
            const KzFormContext *context)
{
  g_autofree char *line = make_line (form, "!", append);
  g_autoptr (KzInput) input = kz_command_read (line);
  g_autoptr (KzForm) copy = kz_form_new (form->verb, form->handle, context);

  if (copy == NULL || copy->fields->len != form->fields->len || input->kind != KZ_INPUT_COMMAND ||
      input->verb != form->verb || g_strcmp0 (input->handle, form->handle) != 0 ||
      !fill (copy, input, context))
    return FALSE;
  for (guint i = 0; i < form->fields->len; i++)
    if (!is_same (g_ptr_array_index (form->fields, i), g_ptr_array_index (copy->fields, i)))
      return FALSE;
  return TRUE;
}

char *
kz_form_to_line (const KzForm *form, const char *prefix, const KzFormContext *context)
{
  if (reads_back (form, append_fields, context))
    return make_line (form, prefix, append_fields);
  if (reads_back (form, append_named_fields, context))
    return make_line (form, prefix, append_named_fields);
  return make_list (form);
}
