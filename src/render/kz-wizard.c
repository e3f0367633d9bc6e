/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-wizard.h"

#include "kz-markup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _KzWizard {
  KzForm *form;
  char *prefix;
  guint at; /* index of the field that is asked */
};

KzWizard *
kz_wizard_new (KzForm *form, const char *prefix)
{
  KzWizard *wizard = g_new0 (KzWizard, 1);

  wizard->form = form;
  wizard->prefix = g_strdup (prefix);
  return wizard;
}

void
kz_wizard_free (KzWizard *wizard)
{
  if (wizard == NULL)
    return;
  kz_form_free (wizard->form);
  g_free (wizard->prefix);
  g_free (wizard);
}

KzForm *
kz_wizard_form (KzWizard *wizard)
{
  return wizard->form;
}

static KzField *
current (const KzWizard *wizard)
{
  return g_ptr_array_index (wizard->form->fields, wizard->at);
}

static void
append_options (GString *text, const KzField *field)
{
  for (guint i = 0; field->options != NULL && field->options[i] != NULL; i++) {
    g_autofree char *option = kz_markup_excerpt (field->options[i], 80);

    g_string_append_printf (text, "%s%u %s", i == 0 ? " — " : " · ", i + 1, option);
  }
}

/* (nullable) */
static const char *
hint_of (const KzField *field)
{
  if (field->hint == NULL && field->kind == KZ_FIELD_YES_NO)
    return _ ("yes or no");
  return field->hint;
}

static const char *
how_to_go_on (const KzField *field)
{
  if (kz_field_takes_many (field))
    return _ ("A single dot ends the list.");
  if (!field->is_required)
    return _ ("A single “-” leaves it out.");
  return NULL;
}

char *
kz_wizard_question (const KzWizard *wizard)
{
  const KzField *field = current (wizard);
  const char *how = how_to_go_on (field);
  const char *hint = hint_of (field);
  g_autoptr (GString) text = g_string_new (NULL);

  if (wizard->at == 0)
    g_string_append_printf (text,
                            /* Translators: 1 is what the questions are for, 2 is "!" or "/"; leave
                             * "back" and "cancel" as they are. */
                            _ ("“%1$s”: answer here; %2$sback goes back, %2$scancel ends it.\n"),
                            wizard->form->title, wizard->prefix);
  /* Translators: 1 and 2 are numbers, 3 is a question. */
  g_string_append_printf (text, _ ("(%1$u of %2$u) %3$s"), wizard->at + 1,
                          wizard->form->fields->len, field->label);
  append_options (text, field);
  if (hint != NULL)
    g_string_append_printf (text, " (%s)", hint);
  if (how != NULL)
    g_string_append_printf (text, ". %s", how);
  return g_strdup (text->str);
}

static gboolean
go_on (KzWizard *wizard, char **reply)
{
  if (wizard->at + 1 >= wizard->form->fields->len)
    return TRUE;
  wizard->at++;
  *reply = kz_wizard_question (wizard);
  return FALSE;
}

/* FALSE with a reply; TRUE: it was taken. */
static gboolean
take (KzWizard *wizard, const char *typed, const KzFormContext *context, char **reply)
{
  KzField *field = current (wizard);
  g_autofree char *all = kz_field_takes_many (field) && field->value != NULL
                             ? g_strconcat (field->value, "\n", typed, NULL)
                             : g_strdup (typed);

  return kz_form_set (wizard->form, field, all, context, reply);
}

gboolean
kz_wizard_answer (
    KzWizard *wizard, const char *typed, const KzFormContext *context, char **reply)
{
  KzField *field = current (wizard);
  g_autofree char *answer = g_strstrip (g_strdup (typed));
  gboolean ends = g_str_equal (answer, ".") || g_str_equal (answer, "-") || *answer == '\0';

  *reply = NULL;
  if (ends && field->is_required && field->value == NULL) {
    *reply = g_strdup (_ ("This one needs an answer."));
    return FALSE;
  }
  if (ends)
    return go_on (wizard, reply);
  if (!take (wizard, answer, context, reply))
    return FALSE;
  if (!kz_field_takes_many (field))
    return go_on (wizard, reply);
  *reply = g_strdup (_ ("Noted; the next one, or a single dot."));
  return FALSE;
}

char *
kz_wizard_back (KzWizard *wizard)
{
  KzField *field = current (wizard);

  if (field->value != NULL)
    g_clear_pointer (&field->value, g_free);
  else if (wizard->at > 0) {
    wizard->at--;
    g_clear_pointer (&current (wizard)->value, g_free);
  }
  return kz_wizard_question (wizard);
}
