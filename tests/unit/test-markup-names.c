/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and excerpts: one line that hides nothing. */
#include "config.h"

#include "markup-texts.h"

#include "kz-markup.h"

static void
test_names (void)
{
  static const Row rows[] = {
      {NULL, ""},
      {"", ""},
      {"Asha", "Asha"},
      {"  Asha \n\t  Rao  ", "Asha Rao"},
      {"Asha\xc2\xa0\xe3\x80\x80Rao\xe2\xa0\x80", "Asha Rao"},
      {"\xe2\x80\xae"
       "ahsA\xe2\x80\xac",
       "ahsA"},
      {"As\xe2\x80\x8bh\xe2\x81\xa0"
       "a\xef\xbb\xbf\xe2\x80\x8e",
       "Asha"},
      {"As\xe2\x80\x8dh\xe2\x80\x8c"
       "a",
       "Asha"},
      {"\xe3\x85\xa4\xe2\x80\x8b\xc2\xad", ""},
      {"\xcc\x81\xcc\x82", ""},
      {"\x01\x1f\x7f\xc2\x85", ""},
      {"<b>&amp;", "<b>&amp;"},
      {"आशा क्षत्रिय", "आशा क्षत्रिय"},
      {"क्\xe2\x80\x8dष", "क्\xe2\x80\x8dष"},
      {"می\xe2\x80\x8cخواهم", "می\xe2\x80\x8cخواهم"},
      {"می\xe2\x80\x8c\xe2\x80\x8c\xe2\x80\x8cخواهم", "می\xe2\x80\x8cخواهم"},
      {"രാജന്\xe2\x80\x8d രാജന്\xe2\x80\x8d\xe2\x80\x8d", "രാജന്\xe2\x80\x8d രാജന്\xe2\x80\x8d"},
      {"شلום\xe2\x80\x8f", "شلום"},
      {"👩‍👩‍👧 Rao", "👩‍👩‍👧 Rao"},
      {"Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87z",
       "Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85z"},
      {"bad\xff", "bad\xef\xbf\xbd"},
  };

  check_rows (rows, G_N_ELEMENTS (rows), kz_markup_clean_name);
}

static void
test_long_names (void)
{
  g_autofree char *letters = g_strnfill (200, 'x');
  g_autofree char *expected = g_strnfill (80, 'x');
  g_autofree char *short_name = kz_markup_clean_name (letters);
  g_autofree char *families = repeat ("👩‍👩‍👧", 2000);
  g_autofree char *whole = kz_markup_clean_name (families);

  g_assert_cmpstr (short_name, ==, expected);
  /* Five characters each: sixteen fit, and none is cut. */
  g_assert_cmpint (g_utf8_strlen (whole, -1), ==, 80);
  g_assert_true (g_str_has_suffix (whole, "👩‍👩‍👧"));
}

static void
test_names_are_stable (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20260104);

  for (int i = 0; i < 1000; i++) {
    g_autofree char *text = random_text (random);
    g_autofree char *once = kz_markup_clean_name (text);
    g_autofree char *twice = kz_markup_clean_name (once);

    g_assert_cmpstr (once, ==, twice);
  }
}

static void
test_excerpt (void)
{
  static const struct {
    const char *text;
    guint max_chars;
    const char *expected;
  } rows[] = {
      {NULL, 10, ""},
      {"", 10, ""},
      {"Lunch?", 10, "Lunch?"},
      {"  two\n\n lines ", 20, "two lines"},
      {"exactly ten", 11, "exactly ten"},
      {"this is a longer text", 14, "this is a…"},
      {"unbreakable", 6, "unbre…"},
      {"क्षत्रिय क्षत्रिय", 5, "क्ष…"},
      {"👩‍👩‍👧👩‍👩‍👧", 8, "👩‍👩‍👧…"},
      {"\xe2\x80\xaex\xe2\x80\x8f<b>", 10, "x<b>"},
      {"ab", 0, "…"},
      {"ab", 1, "…"},
      {"a", 1, "a"},
      {"a\xff b\xe2\x82", 20, "a\xef\xbf\xbd b\xef\xbf\xbd\xef\xbf\xbd"},
      {"a\xe2\x82 longer than that", 6, "a\xef\xbf\xbd\xef\xbf\xbd l…"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *excerpt = kz_markup_excerpt (rows[i].text, rows[i].max_chars);

    g_assert_cmpstr (excerpt, ==, rows[i].expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markup-names/names-fit-one-line-and-hide-nothing", test_names);
  g_test_add_func ("/markup-names/long-names-are-cut-between-graphemes", test_long_names);
  g_test_add_func ("/markup-names/a-clean-name-stays-as-it-is", test_names_are_stable);
  g_test_add_func ("/markup-names/an-excerpt-is-one-short-line", test_excerpt);
  return g_test_run ();
}
