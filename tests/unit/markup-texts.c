/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "markup-texts.h"

#include "kz-test-html.h"

void
check_rows (const Row *rows, gsize n_rows, char *(*function) (const char *text))
{
  for (gsize i = 0; i < n_rows; i++) {
    g_autofree char *actual = function (rows[i].input);

    if (!g_str_equal (actual, rows[i].expected))
      g_test_message ("row %zu: “%s”", i, rows[i].input);
    g_assert_cmpstr (actual, ==, rows[i].expected);
  }
}

char *
repeat (const char *text, gsize bytes)
{
  GString *all = g_string_sized_new (bytes + strlen (text));

  while (all->len < bytes)
    g_string_append (all, text);
  return g_string_free (all, FALSE);
}

static gunichar
random_char (GRand *random)
{
  static const char interesting[] = "<>&\"'\n\t /:;#ahrefb()[]{}.,!?=_-*&<>\n";
  static const gunichar ranges[][2] = {
      {0x20, 0x7e},       {0xa0, 0x24f},      {0x300, 0x36f},     {0x590, 0x6ff},
      {0x900, 0xdff},     {0xe00, 0xeff},     {0x1100, 0x11ff},   {0x200b, 0x200f},
      {0x2010, 0x2027},   {0x3000, 0x30ff},   {0xac00, 0xd7a3},   {0xfe00, 0xfe0f},
      {0x1f1e6, 0x1f1ff}, {0x1f300, 0x1f64f}, {0x10000, 0x1fffd},
  };
  guint range = g_rand_int_range (random, 0, G_N_ELEMENTS (ranges));

  if (g_rand_int_range (random, 0, 3) == 0)
    return interesting[g_rand_int_range (random, 0, sizeof interesting - 1)];
  return g_rand_int_range (random, ranges[range][0], ranges[range][1] + 1);
}

char *
random_text (GRand *random)
{
  static const char *const snippets[] = {"http://a.example/x",
                                         "https://",
                                         "mailto:a@b.example",
                                         "tel:+123",
                                         "geo:1,2",
                                         "&amp;",
                                         "&lt;",
                                         "&#60;",
                                         "<br>",
                                         "<a href=\"http://x\">",
                                         "</a>",
                                         "<!--",
                                         "-->",
                                         "👩‍👩‍👧",
                                         "क्ष"};
  GString *text = g_string_new (NULL);
  int length = g_rand_int_range (random, 0, 60);

  for (int i = 0; i < length; i++) {
    gunichar c = random_char (random);

    if (g_rand_int_range (random, 0, 8) == 0)
      g_string_append (text, snippets[g_rand_int_range (random, 0, G_N_ELEMENTS (snippets))]);
    else if (!kz_test_is_forbidden (c))
      g_string_append_unichar (text, c);
  }
  if (g_str_has_prefix (text->str, "/me "))
    g_string_prepend_c (text, '.');
  return g_string_free (text, FALSE);
}
