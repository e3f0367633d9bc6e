/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person types: one line a message; commands fill forms, and the rest answers questions. */
#include "config.h"

#include "fuzz.h"

#include "kz-wizard.h"

#include <string.h>

static KzPerson *asha;

static GPtrArray *
people_cb (const char *typed, gboolean only_here, gpointer data)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);

  if (g_str_has_prefix (typed, "A"))
    g_ptr_array_add (found, kz_person_ref (asha));
  if (g_str_has_prefix (typed, "As"))
    g_ptr_array_add (found, kz_person_ref (asha));
  return found;
}

static GPtrArray *
groups_cb (const char *typed, gpointer data)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);

  g_ptr_array_add (found, kz_group_new_minimal ("g", typed));
  return found;
}

static char *
name_cb (const KzPerson *person, gpointer data)
{
  return g_strdup (person->name);
}

static void
check_line (const char *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error, -1, NULL));
  g_assert_null (strchr (error, '\n'));
}

/* (transfer full): the items of a list, without blanks and without those that are nothing. */
static char *
items_of (const KzField *field)
{
  g_auto (GStrv) items = g_strsplit_set (field->value != NULL ? field->value : "", "|\n", -1);
  GString *all = g_string_new (NULL);

  for (gsize i = 0; items[i] != NULL; i++)
    if (*g_strstrip (items[i]) != '\0')
      g_string_append_printf (all, "%s\n", items[i]);
  return g_string_free (all, FALSE);
}

static void
check_same (const KzField *field, const KzField *other)
{
  g_autofree char *items = items_of (field);
  g_autofree char *others = items_of (other);

  g_assert_cmpstr (other->id, ==, field->id);
  if (kz_field_takes_many (field))
    g_assert_cmpstr (others, ==, items);
  else
    g_assert_cmpstr (other->value, ==, field->value);
}

/* All that was answered stands in it. */
static void
check_list (const KzForm *form, const char *list)
{
  g_assert_true (g_str_has_prefix (list, form->title));
  for (guint i = 0; i < form->fields->len; i++) {
    const KzField *field = g_ptr_array_index (form->fields, i);

    if (field->value != NULL && !kz_field_takes_many (field))
      g_assert_nonnull (strstr (list, field->value));
  }
}

/* What a form says in one line fills it with the same again. */
static void
check_round_trip (KzForm *form, const KzFormContext *context)
{
  g_autofree char *line = kz_form_to_line (form, "!", context);
  g_autoptr (KzInput) again = kz_command_read (line);
  g_autoptr (KzForm) copy = kz_form_new (form->verb, form->handle, context);
  g_autofree char *problem = NULL;

  g_assert_true (g_utf8_validate (line, -1, NULL));
  if (line[0] != '!') {
    check_list (form, line);
    return;
  }
  g_assert_cmpint (again->kind, ==, KZ_INPUT_COMMAND);
  g_assert_cmpint (again->verb, ==, form->verb);
  g_assert_cmpstr (again->handle, ==, form->handle);
  g_assert_nonnull (copy);
  if (form->verb == KZ_VERB_ANNOUNCE)
    g_assert_true (
        kz_form_fill_announcement (copy, again->title, again->text, context, &problem));
  else if (again->rest != NULL && !kz_form_fill_line (copy, again->rest, context, &problem))
    g_error ("“%s” is refused: %s", line, problem);
  g_assert_cmpuint (copy->fields->len, ==, form->fields->len);
  for (guint i = 0; i < form->fields->len; i++)
    check_same (g_ptr_array_index (form->fields, i), g_ptr_array_index (copy->fields, i));
}

static void
run_form (KzForm *form, const char *rest, const KzFormContext *context)
{
  g_autofree char *error = NULL;
  g_autoptr (KzOrder) order = NULL;

  if (kz_form_fill_line (form, rest, context, &error))
    order = kz_form_finish (form, context, &error);
  if (order == NULL)
    check_line (error);
  else
    check_round_trip (form, context);
}

static KzWizard *
begin (KzVerb verb, const char *handle, const KzFormContext *context)
{
  KzForm *form = kz_form_new (verb, handle, context);
  KzWizard *wizard = form != NULL && kz_form_asks (form) ? kz_wizard_new (form, "!") : NULL;

  if (wizard == NULL)
    g_clear_pointer (&form, kz_form_free);
  return wizard;
}

static void
read_line (const char *line, KzWizard **wizard, const KzFormContext *context)
{
  g_autoptr (KzInput) input = kz_command_read (line);
  g_autofree char *reply = NULL;

  if (input->kind == KZ_INPUT_ERROR)
    check_line (input->error);
  else if (input->kind == KZ_INPUT_TEXT && *wizard != NULL) {
    if (kz_wizard_answer (*wizard, input->text, context, &reply)) {
      g_autofree char *error = NULL;
      g_autoptr (KzOrder) order = kz_form_finish (kz_wizard_form (*wizard), context, &error);

      g_assert_true (order != NULL || error != NULL);
      check_round_trip (kz_wizard_form (*wizard), context);
      g_clear_pointer (wizard, kz_wizard_free);
    } else
      g_assert_nonnull (reply);
  } else if (input->kind == KZ_INPUT_COMMAND && input->verb == KZ_VERB_BACK && *wizard != NULL)
    reply = kz_wizard_back (*wizard);
  else if (input->kind == KZ_INPUT_COMMAND && input->rest != NULL) {
    g_autoptr (KzForm) form = kz_form_new (input->verb, input->handle, context);

    if (form != NULL)
      run_form (form, input->rest, context);
  } else if (input->kind == KZ_INPUT_COMMAND) {
    g_clear_pointer (wizard, kz_wizard_free);
    *wizard = begin (input->verb, input->handle, context);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *raw = g_strndup ((const char *) data, size);
  g_autofree char *text = g_utf8_make_valid (raw, -1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 40);
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 11, 25, 13, 20, 0);
  g_autoptr (KzGroup) group = kz_group_new_minimal ("g1", "Gate one");
  g_autoptr (KzWizard) wizard = NULL;
  KzFormContext context = {.now = now,
                           .group = group,
                           .find_people = people_cb,
                           .find_groups = groups_cb,
                           .person_name = name_cb,
                           .has_files = size % 2 == 0};

  if (asha == NULL)
    asha = kz_person_new ("u1", "+15550000001", "Asha", NULL);
  for (gsize i = 0; lines[i] != NULL; i++)
    read_line (lines[i], &wizard, &context);
  return 0;
}
