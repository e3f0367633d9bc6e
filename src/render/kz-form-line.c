/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A form filled by one line: "Lunch? | Pizza | Salad | 2h". */
#include "config.h"

#include "kz-form-private.h"

#include "kz-markup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
kz_field_takes_many (const KzField *field)
{
  return field->kind == KZ_FIELD_LIST || field->kind == KZ_FIELD_QUESTIONS ||
         field->kind == KZ_FIELD_PROPERTIES || field->kind == KZ_FIELD_MEDIAS;
}

/* The field that "name: value" names, and the value; "anonymous" alone says yes. A question of an
 * action is not named in that way: its number may be an answer. */
static KzField *
named_field (const KzForm *form, const char *part, const char **value)
{
  const char *colon = strchr (part, ':');
  g_autofree char *name = colon != NULL ? g_strndup (part, (gsize) (colon - part)) : NULL;
  KzField *field;

  if (name != NULL) {
    field = kz_form_field (form, g_strstrip (name));
    if (field == NULL || (g_ascii_isdigit (*name) && form->verb != KZ_VERB_ANSWER))
      return NULL;
    *value = colon + 1;
    return field;
  }
  field = kz_form_field (form, part);
  if (field == NULL || field->kind != KZ_FIELD_YES_NO)
    return NULL;
  *value = "yes";
  return field;
}

static KzField *
deadline_of (const KzForm *form)
{
  for (guint i = 0; i < form->fields->len; i++) {
    KzField *field = g_ptr_array_index (form->fields, i);

    if (field->kind == KZ_FIELD_DEADLINE)
      return field;
  }
  return NULL;
}

static gboolean
is_time (const char *part, const KzField *field, const KzFormContext *context)
{
  g_autofree char *error = NULL;

  return kz_value_time (part, field->kind, context, &error) != 0;
}

/* The last of @parts is a deadline when it reads as one and none of the others do: among hours to
 * choose from, it is one of them. */
static gboolean
take_deadline (KzForm *form, GPtrArray *parts, guint first, const KzFormContext *context)
{
  KzField *field = deadline_of (form);
  guint last = parts->len - 1;
  g_autofree char *error = NULL;

  if (field == NULL || field->value != NULL || parts->len < first + 2 ||
      !is_time (g_ptr_array_index (parts, last), field, context))
    return FALSE;
  for (guint i = first; i < last; i++)
    if (is_time (g_ptr_array_index (parts, i), field, context))
      return FALSE;
  if (!kz_form_set (form, field, g_ptr_array_index (parts, last), context, &error))
    return FALSE;
  g_ptr_array_remove_index (parts, last);
  return TRUE;
}

static gboolean
is_media (const char *part, const KzFormContext *context)
{
  g_autofree char *typed = g_strstrip (g_strdup (part));
  g_autofree char *error = NULL;
  g_autofree char *source = kz_value_media (typed, context, &error);

  return source != NULL;
}

static gboolean
add_value (
    KzForm *form, KzField *field, const char *typed, const KzFormContext *context, char **error)
{
  g_autofree char *all =
      field->value != NULL ? g_strconcat (field->value, "\n", typed, NULL) : g_strdup (typed);

  return kz_form_set (form, field, all, context, error);
}

static gboolean
fail_too_many (const char *part, char **error)
{
  g_autofree char *shown = kz_markup_excerpt (part, 40);

  /* Translators: the argument is what was typed. */
  *error = g_strdup_printf (_ ("There is one part too many: “%s”."), shown);
  return FALSE;
}

static gboolean
is_blank (const char *part)
{
  return part[strspn (part, " \t\r\n")] == '\0';
}

gboolean
kz_form_is_in_order (const KzField *field)
{
  return field->value == NULL && (field->kind != KZ_FIELD_YES_NO || field->is_required) &&
         !g_str_equal (field->id, "to");
}

static gboolean
is_last_in_order (const KzForm *form, guint index)
{
  for (guint i = index + 1; i < form->fields->len; i++)
    if (kz_form_is_in_order (g_ptr_array_index (form->fields, i)))
      return FALSE;
  return TRUE;
}

/* (transfer full): a text may have bars in it. */
static char *
join_from (GPtrArray *parts, guint first)
{
  GString *text = g_string_new (g_ptr_array_index (parts, first));

  for (guint i = first + 1; i < parts->len; i++)
    g_string_append_printf (text, "|%s", (char *) g_ptr_array_index (parts, i));
  return g_string_free (text, FALSE);
}

/* Files to send end where the caption begins. */
static gboolean
take_files (KzForm *form,
            KzField *field,
            GPtrArray *parts,
            guint *next,
            const KzFormContext *context,
            char **error)
{
  do {
    if (!add_value (form, field, g_ptr_array_index (parts, (*next)++), context, error))
      return FALSE;
  } while (*next < parts->len && is_media (g_ptr_array_index (parts, *next), context));
  return TRUE;
}

/* Those without a name fill the fields in order; a field of many takes all that are left, and so
 * does a text at the end. */
static gboolean
fill_in_order (KzForm *form, GPtrArray *parts, const KzFormContext *context, char **error)
{
  guint next = 0;

  for (guint i = 0; i < form->fields->len && next < parts->len; i++) {
    KzField *field = g_ptr_array_index (form->fields, i);

    if (!kz_form_is_in_order (field))
      continue;
    if (field->kind == KZ_FIELD_TEXT && is_last_in_order (form, i)) {
      g_autofree char *text = join_from (parts, next);

      return kz_form_set (form, field, text, context, error);
    }
    if (field->kind == KZ_FIELD_MEDIAS && form->verb == KZ_VERB_SEND) {
      if (!take_files (form, field, parts, &next, context, error))
        return FALSE;
      continue;
    }
    /* Of the answers each has a part of its own: files take what is left at the end only. */
    if (kz_field_takes_many (field) && (form->verb != KZ_VERB_ANSWER || is_last_in_order (form, i))) {
      take_deadline (form, parts, next, context);
      for (; next < parts->len; next++)
        if (!add_value (form, field, g_ptr_array_index (parts, next), context, error))
          return FALSE;
      return TRUE;
    }
    if (!kz_form_set (form, field, g_ptr_array_index (parts, next++), context, error))
      return FALSE;
  }
  return next >= parts->len || fail_too_many (g_ptr_array_index (parts, next), error);
}

/* (transfer none): the characters that end a part. A line break is not one of them where a text of several
 * lines can stand: it is a part of that. */
static const char *
separators (const KzForm *form)
{
  for (guint i = 0; form->verb != KZ_VERB_SEND && i < form->fields->len; i++)
    if (kz_field_takes_many (g_ptr_array_index (form->fields, i)))
      return "|\n";
  return form->verb == KZ_VERB_ANSWER ? "|\n" : "|";
}

gboolean
kz_form_fill_line (KzForm *form, const char *rest, const KzFormContext *context, char **error)
{
  g_auto (GStrv) typed = g_strsplit_set (rest, separators (form), -1);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  KzField *list = NULL;

  for (gsize i = 0; typed[i] != NULL; i++) {
    g_autofree char *part = g_strstrip (g_strdup (typed[i]));
    const char *value = part;
    KzField *field = named_field (form, part, &value);

    /* What follows a named list without a name of its own belongs to it. */
    if (field != NULL)
      list = kz_field_takes_many (field) ? field : NULL;
    else
      field = list;
    if (field == NULL)
      /* An empty part leaves its field out. */
      g_ptr_array_add (parts, typed[i]);
    else if (!add_value (form, field, value, context, error))
      return FALSE;
  }
  while (parts->len > 0 && is_blank (g_ptr_array_index (parts, parts->len - 1)))
    g_ptr_array_remove_index (parts, parts->len - 1);
  return fill_in_order (form, parts, context, error);
}

/* (nullable): the field that may be named behind the text of an announcement. */
static KzField *
named_at_end (const KzForm *form, const char *typed, const char **value)
{
  g_autofree char *part = g_strstrip (g_strdup (typed));
  const char *named = NULL;
  KzField *field = named_field (form, part, &named);

  if (field == NULL || (field->kind != KZ_FIELD_MEDIAS && !g_str_equal (field->id, "to")))
    return NULL;
  *value = strchr (typed, ':') + 1;
  return field;
}

gboolean
kz_form_fill_announcement (
    KzForm *form, const char *title, const char *text, const KzFormContext *context, char **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  g_autoptr (GString) before = g_string_new (NULL);
  KzField *field = NULL;

  for (gsize i = 0; parts[i] != NULL; i++) {
    const char *value = parts[i];
    KzField *named = named_at_end (form, parts[i], &value);

    if (named != NULL)
      field = named;
    if (field == NULL)
      g_string_append_printf (before, "%s%s", i > 0 ? "|" : "", parts[i]);
    else if (!add_value (form, field, value, context, error))
      return FALSE;
  }
  if (is_blank (before->str) && title != NULL) {
    g_string_assign (before, title);
    title = NULL;
  }
  return kz_form_set (form, kz_form_field (form, "title"), title, context, error) &&
         kz_form_set (form, kz_form_field (form, "text"), before->str, context, error);
}
