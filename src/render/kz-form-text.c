/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A form as the line that fills it: what is given back when something fails. */
#include "config.h"

#include "kz-form-private.h"

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

/* Where a name would make parts of it. */
static gboolean
has_bars (const KzField *field)
{
  return field->kind == KZ_FIELD_TEXT && field->value != NULL && strchr (field->value, '|') != NULL;
}

/* (transfer full): what fills the field again as a part of the line, or several. */
static char *
to_part (const KzForm *form, const KzField *field)
{
  GString *part = g_string_new (field->value);
  gboolean is_list = field->kind == KZ_FIELD_PEOPLE || field->kind == KZ_FIELD_NUMBERS ||
                     field->kind == KZ_FIELD_CHOICES;

  if (kz_field_takes_many (field)) {
    g_auto (GStrv) items = kz_value_list (field->value);
    g_autofree char *joined = g_strjoinv (" | ", items);

    g_string_assign (part, joined);
  } else if (field->kind != KZ_FIELD_TEXT && strchr (kz_form_separators (form), '\n') != NULL)
    g_string_replace (part, "\n", is_list ? ", " : " ", 0);
  return g_string_free (part, FALSE);
}

static void
append_part (GString *line, const char *part, gboolean *is_first)
{
  if (!*is_first)
    g_string_append (line, " | ");
  g_string_append (line, part);
  *is_first = FALSE;
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

char *
kz_form_to_line (const KzForm *form, const char *prefix)
{
  GString *line = g_string_new (prefix);
  const KzField *with_bars = NULL;
  gboolean is_first = TRUE;

  g_string_append (line, name_of (form->verb));
  if (form->handle != NULL)
    g_string_append_printf (line, " %s", form->handle);
  g_string_append_c (line, ' ');
  for (guint i = 0; i < form->fields->len; i++) {
    const KzField *field = g_ptr_array_index (form->fields, i);
    g_autofree char *part = to_part (form, field);

    if (field->value == NULL && is_optional_part (form, field))
      continue;
    if (is_named_part (form, field) && has_bars (field)) {
      with_bars = field;
      continue;
    }
    if (is_named_part (form, field)) {
      g_autofree char *named = g_strdup_printf ("%s: %s", field->id, part);

      append_part (line, named, &is_first);
    } else
      append_part (line, part, &is_first);
  }
  if (with_bars != NULL)
    append_with_bars (line, form, with_bars, &is_first);
  g_strchomp (line->str);
  return g_string_free (line, FALSE);
}
