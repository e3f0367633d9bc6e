/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Long texts in pieces, and their length. */
#include "config.h"

#include "kz-text.h"

#include <string.h>

static void
check_split (const char *text, gsize max_units, const char *const *expected)
{
  g_auto (GStrv) pieces = kz_text_split (text, max_units);

  for (guint i = 0; expected[i] != NULL || pieces[i] != NULL; i++)
    g_assert_cmpstr (pieces[i], ==, expected[i]);
}

/* A Korean syllable in three parts. */
#define JAMO "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"

#define PIECES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
test_split (void)
{
  static const char *const none[] = {NULL};

  check_split (NULL, 10, none);
  check_split ("", 10, none);
  check_split (" \n\t \xc2\xa0\xe3\x80\x80", 10, none);
  check_split ("          \n\n\n           ", 10, none);
  check_split ("short", 10, PIECES ("short"));
  check_split (" as typed \n", 11, PIECES (" as typed \n"));
  check_split ("one two three", 10, PIECES ("one two", "three"));
  check_split ("one two three", 7, PIECES ("one two", "three"));
  check_split ("one   two", 5, PIECES ("one", "two"));
  check_split ("a     b", 2, PIECES ("a", "b"));
  check_split ("abcdefghijkl", 5, PIECES ("abcde", "fghij", "kl"));
  check_split ("a abcdefghijkl", 6, PIECES ("a", "abcdef", "ghijkl"));
  check_split ("first line\nsecond is longer", 15, PIECES ("first line", "second is", "longer"));
  check_split ("a\nlong words here", 12, PIECES ("a\nlong words", "here"));
  check_split ("first line\n  indented text", 14, PIECES ("first line", "  indented", "text"));
  check_split ("12345\n\n\n12345", 6, PIECES ("12345", "12345"));
  check_split ("no\xc2\xa0"
               "break here",
               10,
               PIECES ("no\xc2\xa0"
                       "break",
                       "here"));
}

static void
test_split_graphemes (void)
{
  check_split ("e\xcc\x81"
               "e\xcc\x81"
               "e\xcc\x81",
               5,
               PIECES ("e\xcc\x81"
                       "e\xcc\x81",
                       "e\xcc\x81"));
  check_split ("😀😀😀", 5, PIECES ("😀😀", "😀"));
  check_split ("😀😀", 2, PIECES ("😀", "😀"));
  check_split ("😀😀", 1, PIECES ("😀", "😀"));
  check_split ("ab👩‍👩‍👧", 8, PIECES ("ab", "👩‍👩‍👧"));
  check_split ("👍🏽👍🏽", 6, PIECES ("👍🏽", "👍🏽"));
  check_split ("🇮🇳🇩🇪🇺🇸", 6, PIECES ("🇮🇳", "🇩🇪", "🇺🇸"));
  check_split ("❤️❤️❤️", 5, PIECES ("❤️❤️", "❤️"));
  check_split ("क्षत्रिय", 4, PIECES ("क्ष", "त्रि", "य"));
  check_split ("கொகொ", 3, PIECES ("கொ", "கொ"));
  check_split (JAMO JAMO, 4, PIECES (JAMO, JAMO));
  check_split ("각각각", 2, PIECES ("각각", "각"));
  check_split ("กำกำ", 3, PIECES ("กำ", "กำ"));
  check_split ("a \xcc\x81"
               "b",
               3, PIECES ("a \xcc\x81", "b"));
  /* One grapheme that has no room: cut at a character, and no surrogate pair is. */
  check_split ("👩‍👩‍👧", 4, PIECES ("👩‍", "👩‍", "👧"));
}

/* Graphemes that stay apart next to each other, so that all boundaries are known. */
static const char *const graphemes[] = {"a",         "Z",
                                        "é",         "e\xcc\x81",
                                        "😀",         "👩‍👩‍👧",
                                        "👍🏽",  "🇮🇳",
                                        "❤️",    "क्ष",
                                        "त्रि",       "नि",
                                        "கொ",        "각",
                                        JAMO,        "กำ",
                                        "中",        "ʼ",
                                        "ب\xd9\x8e", "1️⃣",
                                        "ক্ত",        "🏳️‍🌈",
                                        " ",         " ",
                                        "\n",        "."};

/* Every piece is found in @text behind the last one, begins and ends at a boundary, and between
 * pieces there is nothing but gaps. */
static void
check_pieces (const char *text, GHashTable *boundaries, char **pieces, gsize max_units)
{
  const char *p = text;

  for (guint i = 0; pieces[i] != NULL; i++) {
    p += strspn (p, " \n\t");
    /* Indentation may be kept. */
    while (p > text && !g_str_has_prefix (p, pieces[i]) && strchr (" \n\t", p[-1]) != NULL)
      p--;
    g_assert_true (g_str_has_prefix (p, pieces[i]));
    g_assert_true (g_hash_table_contains (boundaries, GSIZE_TO_POINTER (p - text)));
    p += strlen (pieces[i]);
    g_assert_true (g_hash_table_contains (boundaries, GSIZE_TO_POINTER (p - text)));
    g_assert_cmpuint (kz_text_utf16_length (pieces[i]), <=, max_units);
    g_assert_cmpuint (strlen (pieces[i]), >, strspn (pieces[i], " \n\t"));
  }
  p += strspn (p, " \n\t");
  g_assert_cmpstr (p, ==, "");
}

static void
test_split_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20260103);

  for (int i = 0; i < 1000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GHashTable) boundaries = g_hash_table_new (NULL, NULL);
    gsize max_units = g_rand_int_range (random, 9, 60);
    int length = g_rand_int_range (random, 0, 120);
    g_auto (GStrv) pieces = NULL;

    g_hash_table_add (boundaries, GSIZE_TO_POINTER (0));
    for (int j = 0; j < length; j++) {
      g_string_append (text, graphemes[g_rand_int_range (random, 0, G_N_ELEMENTS (graphemes))]);
      g_hash_table_add (boundaries, GSIZE_TO_POINTER (text->len));
    }
    pieces = kz_text_split (text->str, max_units);
    check_pieces (text->str, boundaries, pieces, max_units);
  }
}

static void
test_utf16_length (void)
{
  g_assert_cmpuint (kz_text_utf16_length (NULL), ==, 0);
  g_assert_cmpuint (kz_text_utf16_length (""), ==, 0);
  g_assert_cmpuint (kz_text_utf16_length ("aé中"), ==, 3);
  g_assert_cmpuint (kz_text_utf16_length ("😀"), ==, 2);
  g_assert_cmpuint (kz_text_utf16_length ("👩‍👩‍👧"), ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markup-split/long-text-is-split-at-lines-and-words", test_split);
  g_test_add_func ("/markup-split/no-grapheme-is-split", test_split_graphemes);
  g_test_add_func ("/markup-split/pieces-of-random-text-lose-nothing", test_split_random);
  g_test_add_func ("/markup-split/length-is-counted-in-utf16-units", test_utf16_length);
  return g_test_run ();
}
