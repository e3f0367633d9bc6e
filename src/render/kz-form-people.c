/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-form-private.h"

#include "kz-markup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CANDIDATES_MAX 8
/* So much of a group's id is shown, and understood when it is typed. */
#define ID_SHOWN 8

/* (transfer full): "Asha (+15550000001), Asha 0004 (+15550000002), …" */
static char *
name_people (const GPtrArray *people, const KzFormContext *context)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < people->len && i < CANDIDATES_MAX; i++) {
    const KzPerson *person = g_ptr_array_index (people, i);
    g_autofree char *name = context->person_name (person, context->data);

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    /* What tells them apart when they have one name. */
    if (person->phone != NULL && !g_str_equal (person->phone, name))
      g_string_append_printf (names, " (%s)", person->phone);
  }
  if (people->len > CANDIDATES_MAX)
    g_string_append (names, ", …");
  return g_strdup (names->str);
}

/* Why @typed is nobody. */
static void
fail_person (const char *typed, KzFieldKind kind, const KzFormContext *context, char **error)
{
  g_autofree char *shown = kz_markup_excerpt (typed, 40);
  g_autoptr (GPtrArray) elsewhere = NULL;

  if (kind == KZ_FIELD_MEMBER)
    elsewhere = context->find_people (typed, FALSE, context->data);
  if (elsewhere != NULL && elsewhere->len > 0) {
    g_autofree char *names = name_people (elsewhere, context);

    /* Translators: the argument is a person's name, or several. */
    *error = g_strdup_printf (_ ("Not in this group: %s"), names);
  } else if (kind == KZ_FIELD_NUMBERS)
    /* Translators: the argument is what was typed. */
    *error = g_strdup_printf (_ ("There is nobody called “%s” here; a phone number with + and the "
                                 "country’s code works for everybody."),
                              shown);
  else
    /* Translators: the argument is what was typed. */
    *error = g_strdup_printf (_ ("There is nobody called “%s” here."), shown);
}

/* (transfer full) (nullable) */
static KzPerson *
find_person (const char *typed, KzFieldKind kind, const KzFormContext *context, char **error)
{
  const char *word = *typed == '@' ? typed + 1 : typed;
  g_autoptr (GPtrArray) found =
      context->find_people (word, kind == KZ_FIELD_MEMBER, context->data);
  g_autofree char *phone = kz_phone_normalize (word);

  if (found != NULL && found->len == 1)
    return kz_person_ref (g_ptr_array_index (found, 0));
  if (found != NULL && found->len > 1) {
    g_autofree char *names = name_people (found, context);
    g_autofree char *shown = kz_markup_excerpt (word, 40);

    /* Translators: 1 is what was typed, 2 a list of names. */
    *error = g_strdup_printf (_ ("“%1$s” may be any of: %2$s"), shown, names);
    return NULL;
  }
  if (kind == KZ_FIELD_NUMBERS && phone != NULL)
    return kz_person_new (NULL, phone, NULL, NULL);
  fail_person (word, kind, context, error);
  return NULL;
}

static gboolean
is_same (const KzPerson *a, const KzPerson *b)
{
  if (a->id != NULL && b->id != NULL)
    return g_str_equal (a->id, b->id);
  return a->phone != NULL && g_strcmp0 (a->phone, b->phone) == 0;
}

static void
add_once (GPtrArray *people, KzPerson *person)
{
  for (guint i = 0; i < people->len; i++)
    if (is_same (g_ptr_array_index (people, i), person)) {
      kz_person_unref (person);
      return;
    }
  g_ptr_array_add (people, person);
}

GPtrArray *
kz_value_people (
    const char *typed, KzFieldKind kind, const KzFormContext *context, char **error)
{
  g_autoptr (GPtrArray) people =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);
  g_autoptr (GPtrArray) whole = NULL;
  g_auto (GStrv) parts = NULL;

  if (kind == KZ_FIELD_PERSON || kind == KZ_FIELD_MEMBER) {
    KzPerson *person = find_person (typed, kind, context, error);

    if (person == NULL)
      return NULL;
    g_ptr_array_add (people, person);
    return g_steal_pointer (&people);
  }
  /* A name may have a comma in it. */
  whole = strpbrk (typed, ",;") != NULL ? context->find_people (typed, FALSE, context->data) : NULL;
  if (whole != NULL && whole->len == 1)
    return g_steal_pointer (&whole);
  parts = g_strsplit_set (typed, ",;\n", -1);
  for (gsize i = 0; parts[i] != NULL; i++) {
    KzPerson *person;

    if (*g_strstrip (parts[i]) == '\0')
      continue;
    person = find_person (parts[i], kind, context, error);
    if (person == NULL)
      return NULL;
    add_once (people, person);
  }
  if (people->len > 0)
    return g_steal_pointer (&people);
  *error = g_strdup (_ ("Name at least one person."));
  return NULL;
}

/* Whether only the id tells that group from another one of them. */
static gboolean
has_namesake (const GPtrArray *groups, guint index)
{
  const KzGroup *group = g_ptr_array_index (groups, index);

  for (guint i = 0; i < groups->len; i++)
    if (i != index &&
        g_strcmp0 (group->name, ((KzGroup *) g_ptr_array_index (groups, i))->name) == 0)
      return TRUE;
  return FALSE;
}

KzGroup *
kz_value_group (const char *typed, const KzFormContext *context, char **error)
{
  g_autoptr (GPtrArray) found = context->find_groups (typed, context->data);
  g_autofree char *shown = kz_markup_excerpt (typed, 40);
  g_autoptr (GString) names = g_string_new (NULL);

  if (found != NULL && found->len == 1)
    return kz_group_ref (g_ptr_array_index (found, 0));
  if (found == NULL || found->len == 0) {
    /* Translators: the argument is what was typed. */
    *error = g_strdup_printf (_ ("You are in no group called “%s”."), shown);
    return NULL;
  }
  for (guint i = 0; i < found->len && i < CANDIDATES_MAX; i++) {
    const KzGroup *group = g_ptr_array_index (found, i);
    g_autofree char *name = kz_markup_clean_name (group->name);

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    if (has_namesake (found, i))
      g_string_append_printf (names, " (%.*s)", ID_SHOWN, group->id);
  }
  /* Translators: 1 is what was typed, 2 a list of names. */
  *error = g_strdup_printf (_ ("“%1$s” may be any of: %2$s"), shown, names->str);
  return NULL;
}
