/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-command.h"

#include "kz-markup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* More than these are not named in one line. */
#define CANDIDATES_MAX 10

/* (transfer full): for comparing: case, width and spacing do not count, nor quotes around. */
static char *
fold (const char *text)
{
  g_autofree char *line = kz_markup_excerpt (text, 4000);
  g_autofree char *normal = g_utf8_normalize (line, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (normal != NULL ? normal : line, -1);
  static const char *const quotes[] = {"\"", "“", "”", "„", "«", "»", "'"};
  gsize length = strlen (folded);
  const char *begin = folded;

  for (gsize i = 0; i < G_N_ELEMENTS (quotes); i++)
    if (g_str_has_prefix (begin, quotes[i])) {
      begin += strlen (quotes[i]);
      break;
    }
  if (begin == folded)
    return g_steal_pointer (&folded);
  for (gsize i = 0; i < G_N_ELEMENTS (quotes); i++)
    if (g_str_has_suffix (begin, quotes[i])) {
      length -= strlen (quotes[i]);
      break;
    }
  return g_strndup (begin, length - (gsize) (begin - folded));
}

/* The number in "2", "#2", "2." and "2)", in the digits of any script; -1 when it is none. */
static int
read_number (const char *text, gboolean *is_marked)
{
  const char *p = text;
  int number = -1;

  *is_marked = *p == '#';
  if (*is_marked)
    p++;
  for (; *p != '\0'; p = g_utf8_next_char (p)) {
    int digit = g_unichar_digit_value (g_utf8_get_char (p));

    if (digit < 0)
      break;
    number = MIN (MAX (number, 0), 100000) * 10 + digit;
  }
  if (*p == '.' || *p == ')')
    p++;
  return *p == '\0' ? number : -1;
}

/* (transfer full): "1 Pizza, 2 Salad" of those choices whose bit in @which is set; of all when it
 * is NULL. */
static char *
name_candidates (const char *const *choices, const GArray *which)
{
  GString *names = g_string_new (NULL);
  guint count = which != NULL ? which->len : g_strv_length ((char **) choices);

  for (guint i = 0; i < count && i < CANDIDATES_MAX; i++) {
    guint index = which != NULL ? g_array_index (which, guint, i) : i;
    g_autofree char *words = kz_markup_excerpt (choices[index], 30);

    g_string_append_printf (names, "%s%u %s", i > 0 ? ", " : "", index + 1, words);
  }
  if (count > CANDIDATES_MAX)
    g_string_append (names, ", …");
  return g_string_free (names, FALSE);
}

/* (transfer full) (element-type guint): the choices that are @folded, or else begin with it. */
static GArray *
find_by_words (const char *folded, const char *const *choices)
{
  g_autoptr (GArray) equal = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) begins = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; *folded != '\0' && choices[i] != NULL; i++) {
    g_autofree char *choice = fold (choices[i]);

    if (g_str_equal (choice, folded))
      g_array_append_val (equal, i);
    else if (g_str_has_prefix (choice, folded))
      g_array_append_val (begins, i);
  }
  return equal->len > 0 ? g_steal_pointer (&equal) : g_steal_pointer (&begins);
}

static int
fail (char **error, char *message)
{
  if (error != NULL)
    *error = message;
  else
    g_free (message);
  return -1;
}

static int
choose_by_number (
    int number, const char *words, const char *const *choices, const GArray *also, char **error)
{
  g_autofree char *names = NULL;

  if (number < 1 || (guint) number > g_strv_length ((char **) choices)) {
    names = name_candidates (choices, NULL);
    return fail (error,
                 /* Translators: 1 is a number, 2 a list such as "1 Pizza, 2 Salad". */
                 g_strdup_printf (_ ("There is no choice %1$s; there are: %2$s"), words, names));
  }
  if (also != NULL) {
    names = name_candidates (choices, NULL);
    /* Translators: 1 is a number, 2 a list such as "1 Four, 2 Two". */
    return fail (error, g_strdup_printf (_ ("%1$s is the number of one choice and the text of "
                                            "another; type # and the number of: %2$s"),
                                         words, names));
  }
  return number - 1;
}

int
kz_command_match_choice (const char *typed, const char *const *choices, char **error)
{
  g_autofree char *folded = fold (typed);
  g_autofree char *shown = kz_markup_excerpt (typed, 30);
  g_autofree char *names = NULL;
  g_autoptr (GArray) found = NULL;
  gboolean is_marked;
  int number;

  if (choices == NULL || choices[0] == NULL)
    return fail (error, g_strdup (_ ("There is nothing to choose from.")));
  found = find_by_words (folded, choices);
  number = read_number (folded, &is_marked);
  if (number >= 0) {
    gboolean in_range = number >= 1 && (guint) number <= g_strv_length ((char **) choices);
    guint words = found->len > 0 ? g_array_index (found, guint, 0) : G_MAXUINT;
    g_autofree char *text = found->len > 0 ? fold (choices[words]) : NULL;

    /* "2019" among years is their text, although there are not that many choices. */
    if (!in_range && found->len == 1)
      return (int) words;
    /* Only a text that is nothing but another number makes this one doubtful. */
    if (is_marked || !in_range || g_strcmp0 (text, folded) != 0 || words == (guint) number - 1)
      g_array_set_size (found, 0);
    return choose_by_number (number, shown, choices, found->len > 0 ? found : NULL, error);
  }
  if (found->len == 1)
    return (int) g_array_index (found, guint, 0);
  names = name_candidates (choices, found->len > 0 ? found : NULL);
  if (found->len > 1)
    return fail (error,
                 /* Translators: 1 is what was typed, 2 a list such as "1 Pizza, 3 Pasta". */
                 g_strdup_printf (_ ("“%1$s” fits more than one choice: %2$s"), shown, names));
  /* Translators: 1 is what was typed, 2 a list such as "1 Pizza, 2 Salad". */
  return fail (error, g_strdup_printf (_ ("“%1$s” is none of the choices: %2$s"), shown, names));
}
