/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of anybody into HTML, what a person typed out of it, and cutting into pieces. */
#include "config.h"

#include "fuzz.h"

#include "kz-limits.h"
#include "kz-markup.h"
#include "kz-text.h"

#include <string.h>

static void
check_escaped (const char *html)
{
  g_assert_true (g_utf8_validate (html, -1, NULL));
  for (const char *p = html; *p != '\0'; p++)
    g_assert_true (*p != '<' && *p != '>' && (*p & 0xe0 || *p == '\n' || *p == '\t'));
}

static void
check_name (const char *name)
{
  g_assert_true (g_utf8_validate (name, -1, NULL));
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
}

static void
check_split (const char *text, gsize units)
{
  g_auto (GStrv) pieces = kz_text_split (text, units);

  for (gsize i = 0; pieces != NULL && pieces[i] != NULL; i++) {
    g_assert_true (g_utf8_validate (pieces[i], -1, NULL));
    g_assert_cmpuint (kz_text_utf16_length (pieces[i]), <=, units);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *raw = g_strndup ((const char *) data, size);
  g_autofree char *text = g_utf8_make_valid (raw, -1);
  g_autofree char *escaped = kz_markup_escape (text);
  g_autofree char *html = kz_markup_from_text (text);
  g_autofree char *plain = kz_markup_to_text (text);
  g_autofree char *back = kz_markup_to_text (escaped);
  g_autofree char *name = kz_markup_clean_name (text);
  g_autofree char *excerpt = kz_markup_excerpt (text, 40);
  g_autofree char *link = kz_markup_link (text, "here");

  check_escaped (escaped);
  check_name (name);
  g_assert_true (g_utf8_validate (html, -1, NULL));
  g_assert_true (g_utf8_validate (plain, -1, NULL));
  g_assert_true (g_utf8_validate (back, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (excerpt, -1), <=, 41);
  g_assert_null (strchr (excerpt, '\n'));
  check_split (plain, KZ_MESSAGE_MAX_UNITS);
  check_split (plain, 40);
  return 0;
}
