/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain ASCII is cleaned, folded and cut after one look. What comes out is what the long way makes of it:
 * a text that ends in something that is removed has to take that one. */
#include "config.h"

#include "kz-markup.h"
#include "kz-name.h"
#include "kz-text.h"

#include <string.h>

/* U+202E, which turns what follows round. */
#define REMOVED "\xe2\x80\xae"
/* Around what names are cut at. */
#define NAME_CHARS 80
#define LONGEST 4

/* Both sides of each line that a fast path draws. */
static const char letters[] = "aZ ~:!\t\n\x1f\x7f";

static char *
excerpt_of_three (const char *text)
{
  return kz_markup_excerpt (text, 3);
}

static char *
excerpt_of_name (const char *text)
{
  return kz_markup_excerpt (text, NAME_CHARS);
}

static char *
excerpt_of_none (const char *text)
{
  return kz_markup_excerpt (text, 0);
}

static const struct {
  const char *name;
  char *(*func) (const char *text);
} functions[] = {
    {"name-clean", kz_name_clean},
    {"name-key", kz_name_key},
    {"markup-clean-name", kz_markup_clean_name},
    {"text-clean", kz_text_clean},
    {"excerpt-of-three", excerpt_of_three},
    {"excerpt-of-name", excerpt_of_name},
    {"excerpt-of-none", excerpt_of_none},
};

static void
check (char *(*func) (const char *text), const char *text)
{
  g_autofree char *longer = g_strconcat (text, REMOVED, NULL);
  g_autofree char *quick = func (text);
  g_autofree char *slow = func (longer);

  /* A name without a letter is its own key. */
  if (g_str_has_suffix (slow, REMOVED))
    slow[strlen (slow) - strlen (REMOVED)] = '\0';
  g_assert_cmpstr (quick, ==, slow);
}

static void
check_all_from (char *(*func) (const char *text), char *text, gsize length)
{
  check (func, text);
  if (length == LONGEST)
    return;
  for (const char *p = letters; *p != '\0'; p++) {
    text[length] = *p;
    text[length + 1] = '\0';
    check_all_from (func, text, length + 1);
  }
  text[length] = '\0';
}

static void
test_short (gconstpointer data)
{
  char text[LONGEST + 1] = "";

  check_all_from (functions[GPOINTER_TO_UINT (data)].func, text, 0);
}

/* As long as names may be, and with each letter at the place where it is cut. */
static void
test_long (gconstpointer data)
{
  for (gsize length = NAME_CHARS - 2; length <= NAME_CHARS + 2; length++)
    for (gsize at = NAME_CHARS - 4; at < length; at++)
      for (const char *p = letters; *p != '\0'; p++) {
        g_autofree char *text = g_strnfill (length, 'a');

        text[at] = *p;
        check (functions[GPOINTER_TO_UINT (data)].func, text);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
    g_autofree char *path = g_strconcat ("/fast-paths/", functions[i].name, NULL);
    g_autofree char *longer = g_strconcat (path, "-of-long-texts", NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_short);
    g_test_add_data_func (longer, GUINT_TO_POINTER (i), test_long);
  }
  return g_test_run ();
}
