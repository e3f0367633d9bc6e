/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-form-private.h"

#include "kz-limits.h"
#include "kz-text.h"

#include <glib/gi18n-lib.h>

static void
field_free (gpointer data)
{
  KzField *field = data;

  g_free (field->id);
  g_free (field->label);
  g_free (field->hint);
  g_strfreev (field->options);
  g_free (field->value);
  g_free (field);
}

KzField *
kz_form_add (KzForm *form,
             const char *id,
             KzFieldKind kind,
             gboolean is_required,
             const char *label,
             const char *hint)
{
  KzField *field = g_new0 (KzField, 1);

  if (form->fields == NULL)
    form->fields = g_ptr_array_new_with_free_func (field_free);
  field->id = g_strdup (id);
  field->kind = kind;
  field->is_required = is_required;
  field->label = g_strdup (label);
  field->hint = g_strdup (hint);
  g_ptr_array_add (form->fields, field);
  return field;
}

void
kz_form_free (KzForm *form)
{
  if (form == NULL)
    return;
  g_free (form->handle);
  g_free (form->title);
  g_clear_pointer (&form->fields, g_ptr_array_unref);
  g_free (form);
}

gboolean
kz_form_asks (const KzForm *form)
{
  if (form->verb == KZ_VERB_ANSWER)
    return TRUE;
  for (guint i = 0; i < form->fields->len; i++)
    if (((KzField *) g_ptr_array_index (form->fields, i))->is_required)
      return TRUE;
  return FALSE;
}

KzField *
kz_form_field (const KzForm *form, const char *id)
{
  for (guint i = 0; i < form->fields->len; i++) {
    KzField *field = g_ptr_array_index (form->fields, i);

    if (g_ascii_strcasecmp (field->id, id) == 0)
      return field;
  }
  return NULL;
}

/* Whether one text, or one item of several, is over the limit of the service. */
static gboolean
is_too_long (const KzForm *form, const KzField *field, const char *value)
{
  gboolean is_list = field->kind == KZ_FIELD_LIST || field->kind == KZ_FIELD_QUESTIONS ||
                     field->kind == KZ_FIELD_PROPERTIES;
  g_auto (GStrv) items = g_strsplit (value, "\n", is_list ? -1 : 1);

  /* Words to one person go in parts. */
  if ((field->kind != KZ_FIELD_LINE && field->kind != KZ_FIELD_TEXT && !is_list) ||
      form->verb == KZ_VERB_MESSAGE)
    return FALSE;
  for (gsize i = 0; items[i] != NULL; i++)
    if (kz_text_utf16_length (items[i]) > KZ_MESSAGE_MAX_UNITS)
      return TRUE;
  return FALSE;
}

gboolean
kz_form_set (
    KzForm *form, KzField *field, const char *typed, const KzFormContext *context, char **error)
{
  g_autofree char *value = typed != NULL ? g_utf8_make_valid (typed, -1) : NULL;

  if (value != NULL)
    g_strstrip (value);
  if (value == NULL || *value == '\0') {
    g_clear_pointer (&field->value, g_free);
    return TRUE;
  }
  if (is_too_long (form, field, value)) {
    /* Translators: of a title or a message. %d is never 1. */
    *error = g_strdup_printf (_ ("The text is too long: at most %d characters are possible"),
                              KZ_MESSAGE_MAX_UNITS);
    return FALSE;
  }
  if (!kz_field_check (field, value, context, error))
    return FALSE;
  g_free (field->value);
  field->value = g_steal_pointer (&value);
  return TRUE;
}
