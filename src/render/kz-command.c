/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-command.h"

#include "kz-command-table.h"
#include "kz-markup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Handles have three characters, more when there are many of them. */
#define HANDLE_MIN 2
#define HANDLE_MAX 8

static KzInput *
input_new_text (const char *text)
{
  KzInput *input = g_new0 (KzInput, 1);

  input->kind = KZ_INPUT_TEXT;
  input->text = g_strdup (text);
  return input;
}

/* Turns @input into a line for the person; takes @error. */
static void
input_fail (KzInput *input, char *error)
{
  if (input->error != NULL)
    g_free (error);
  else
    input->error = error;
  input->kind = KZ_INPUT_ERROR;
}

static char *
example_of (const KzCommandRow *row, const char *prefix)
{
  return g_strconcat (prefix, row->example, NULL);
}

static const char *
skip_blank (const char *p)
{
  while (g_ascii_isspace (*p))
    p++;
  return p;
}

/* (transfer full): @text without white space around, NULL when nothing is left. */
static char *
dup_trimmed (const char *text, gssize length)
{
  g_autofree char *copy = length < 0 ? g_strdup (text) : g_strndup (text, (gsize) length);

  g_strstrip (copy);
  return *copy != '\0' ? g_steal_pointer (&copy) : NULL;
}

/* The handle at *@p, in brackets or bare, in any case; *@p then stands behind it. NULL when there
 * is none, and *@word is what stands in its place. */
static char *
take_handle (const char **p, char **word)
{
  const char *begin = skip_blank (*p);
  gboolean bracket = *begin == '[';
  const char *end;

  begin = bracket ? skip_blank (begin + 1) : begin;
  for (end = begin; g_ascii_isalnum (*end); end++)
    continue;
  if (end - begin >= HANDLE_MIN && end - begin <= HANDLE_MAX) {
    const char *after = bracket ? skip_blank (end) : end;

    if (bracket ? *after == ']' : *after == '\0' || strchr (" \t\n:,", *after) != NULL) {
      *p = after;
      if (**p == ']')
        (*p)++;
      if (**p == ':' || **p == ',')
        (*p)++;
      return g_ascii_strdown (begin, end - begin);
    }
  }
  begin = skip_blank (*p);
  *word = g_strndup (begin, strcspn (begin, " \t\n"));
  return NULL;
}

static void
fail_handle (KzInput *input, const KzCommandRow *row, const char *prefix, const char *word)
{
  g_autofree char *example = example_of (row, prefix);
  g_autofree char *shown = kz_markup_excerpt (word, 20);

  if (*shown == '\0')
    /* Translators: the argument is an example such as "!done k3f". */
    input_fail (input, g_strdup_printf (_ ("Say which one, by the letters and digits that stand in "
                                           "brackets behind its name, for example: %s"),
                                        example));
  else
    /* Translators: 1 is what was typed, 2 an example such as "!done k3f". */
    input_fail (input, g_strdup_printf (_ ("“%1$s” is no handle; a handle is what stands in "
                                           "brackets in a line, for example: %2$s"),
                                        shown, example));
}

/* What follows the handle, by grammar. */
static void
read_after_handle (KzInput *input, const KzCommandRow *row, const char *prefix, const char *rest)
{
  g_autofree char *example = example_of (row, prefix);
  g_autofree char *value = dup_trimmed (rest, -1);

  switch (row->grammar) {
  case KZ_GRAMMAR_HANDLE:
    if (value != NULL)
      /* Translators: the argument is an example such as "!done k3f". */
      input_fail (input, g_strdup_printf (_ ("Only a handle belongs there, as in: %s"), example));
    break;
  case KZ_GRAMMAR_HANDLE_TEXT:
    if (value == NULL)
      /* Translators: the argument is an example such as "!comment k3f I bring plates". */
      input_fail (input, g_strdup_printf (_ ("Say what to comment, as in: %s"), example));
    input->text = g_steal_pointer (&value);
    break;
  case KZ_GRAMMAR_HANDLE_CHOICE:
    if (value == NULL)
      /* Translators: the argument is an example such as "!vote k3f 1". */
      input_fail (input, g_strdup_printf (_ ("Say which choice, by its number or its words, "
                                             "as in: %s"),
                                          example));
    input->choice = g_steal_pointer (&value);
    break;
  case KZ_GRAMMAR_HANDLE_FORM:
    input->rest = g_steal_pointer (&value);
    break;
  case KZ_GRAMMAR_TOPIC:
  case KZ_GRAMMAR_ANNOUNCEMENT:
  case KZ_GRAMMAR_FORM:
  case KZ_GRAMMAR_NOTHING:
    break;
  }
}

static void
read_announcement (KzInput *input, const KzCommandRow *row, const char *prefix, const char *rest)
{
  const char *begin = skip_blank (rest);
  const char *bar = strchr (begin, '|');
  const char *line = strchr (begin, '\n');
  const char *cut;

  /* A bar further down belongs to the text. */
  cut = bar != NULL && (line == NULL || bar < line) ? bar : line;
  if (cut != NULL) {
    input->title = dup_trimmed (begin, cut - begin);
    input->text = dup_trimmed (cut + 1, -1);
  } else
    input->text = dup_trimmed (begin, -1);
  if (input->text == NULL && cut != NULL && cut == line)
    input->text = g_steal_pointer (&input->title);
  /* Nothing at all: the person is to be asked. */
  if (input->text == NULL && input->title != NULL) {
    g_autofree char *example = example_of (row, prefix);

    /* Translators: the argument is an example such as "!announce Holiday | We are closed". */
    input_fail (input, g_strdup_printf (_ ("Say what to announce, as in: %s"), example));
  }
}

static void
read_nothing (KzInput *input, const KzCommandRow *row, const char *prefix, const char *rest)
{
  if (*skip_blank (rest) != '\0')
    /* Translators: 1 is "!" or "/", 2 the name of a command. */
    input_fail (input, g_strdup_printf (_ ("Nothing belongs behind %1$s%2$s."), prefix, row->name));
}

static void
read_topic (KzInput *input, const char *rest)
{
  const char *begin = skip_blank (rest);

  begin += strspn (begin, "!/");
  input->topic = dup_trimmed (begin, (gssize) strcspn (begin, " \t\n"));
}

static KzInput *
read_command (const char *prefix, const char *word, const char *rest)
{
  const KzCommandRow *row = kz_command_find (word);
  KzInput *input = g_new0 (KzInput, 1);
  g_autofree char *wrong = NULL;

  input->kind = KZ_INPUT_COMMAND;
  if (row == NULL) {
    input_fail (input, kz_command_unknown (prefix, word, g_str_equal (prefix, "!")));
    return input;
  }
  input->verb = row->verb;
  if (row->grammar == KZ_GRAMMAR_TOPIC)
    read_topic (input, rest);
  else if (row->grammar == KZ_GRAMMAR_ANNOUNCEMENT)
    read_announcement (input, row, prefix, rest);
  else if (row->grammar == KZ_GRAMMAR_FORM)
    input->rest = dup_trimmed (rest, -1);
  else if (row->grammar == KZ_GRAMMAR_NOTHING)
    read_nothing (input, row, prefix, rest);
  else {
    input->handle = take_handle (&rest, &wrong);
    if (input->handle == NULL)
      fail_handle (input, row, prefix, wrong);
    else
      read_after_handle (input, row, prefix, rest);
  }
  return input;
}

static gboolean
is_letter (const char *p)
{
  return *p != '\0' && g_unichar_isalpha (g_utf8_get_char (p));
}

KzInput *
kz_command_read (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *word = NULL;
  gsize length;

  if (valid[0] != '!')
    return input_new_text (valid);
  if (valid[1] == '!' && is_letter (valid + 2))
    return input_new_text (valid + 1);
  if (!is_letter (valid + 1))
    return input_new_text (valid);
  /* "!vote[k3f] 1" and "!done: k3f" are as clear as with a space. */
  length = strcspn (valid + 1, " \t\n\r[:,!.?");
  word = g_strndup (valid + 1, length);
  length += 1 + strspn (valid + 1 + length, ":,!.?");
  return read_command ("!", word, valid + length);
}

KzInput *
kz_command_read_slash (const char *verb, const char *rest)
{
  g_autofree char *word = g_utf8_make_valid (verb != NULL ? verb : "", -1);
  g_autofree char *valid = g_utf8_make_valid (rest != NULL ? rest : "", -1);

  return read_command ("/", word, valid);
}

void
kz_input_free (KzInput *input)
{
  if (input == NULL)
    return;
  g_free (input->handle);
  g_free (input->choice);
  g_free (input->title);
  g_free (input->text);
  g_free (input->topic);
  g_free (input->rest);
  g_free (input->error);
  g_free (input);
}

gboolean
kz_command_describe (
    guint index, KzVerb *verb, const char **name, const char **usage, const char **summary)
{
  const KzCommandRow *row = kz_command_row (index);

  if (row == NULL)
    return FALSE;
  if (verb != NULL)
    *verb = row->verb;
  if (name != NULL)
    *name = row->name;
  if (usage != NULL)
    *usage = _ (row->usage);
  if (summary != NULL)
    *summary = _ (row->summary);
  return TRUE;
}

const char *
kz_command_alias (guint index)
{
  const KzCommandRow *row = kz_command_row (index);

  return row != NULL ? row->alias : NULL;
}
