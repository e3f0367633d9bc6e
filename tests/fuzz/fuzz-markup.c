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

/* (transfer full): @html without its tags, of which it may have no others than a line break, and a link
 * whose target is what is shown. @links: (inout): how many of them there are */
static char *
without_tags (const char *html, guint *links)
{
  static const char begin[] = "<a href=\"";
  static const char middle[] = "\">";
  static const char end[] = "</a>";
  GString *rest = g_string_new (NULL);

  for (const char *p = html; *p != '\0';) {
    if (g_str_has_prefix (p, "<br>")) {
      g_string_append_c (rest, '\n');
      p += strlen ("<br>");
    } else if (g_str_has_prefix (p, begin)) {
      const char *target = p + strlen (begin);
      gsize length = strcspn (target, "\"<>");
      g_autofree char *url = g_strndup (target, length);

      g_assert_true (g_regex_match_simple ("^(https?://|mailto:|tel:|geo:)[^\\s]", url,
                                           G_REGEX_CASELESS, 0));
      p = target + length;
      g_assert_true (g_str_has_prefix (p, middle));
      p += strlen (middle);
      g_assert_true (strncmp (p, url, length) == 0);
      p += length;
      g_assert_true (g_str_has_prefix (p, end));
      p += strlen (end);
      g_string_append (rest, url);
      (*links)++;
    } else
      g_string_append_c (rest, *p++);
  }
  return g_string_free (rest, FALSE);
}

/* Nothing is added to a text but line breaks and links, and nothing of it is left out. */
static void
check_text (const char *html, const char *escaped)
{
  guint links = 0;
  g_autofree char *rest = without_tags (html, &links);

  g_assert_true (g_utf8_validate (html, -1, NULL));
  g_assert_cmpstr (rest, ==, escaped);
}

/* One link at most, and that of the whole of @escaped. */
static void
check_link (const char *html, const char *escaped)
{
  guint links = 0;
  g_autofree char *rest = without_tags (html, &links);

  check_escaped (rest);
  g_assert_null (strstr (html, "<br>"));
  g_assert_cmpuint (links, <=, 1);
  if (links == 1)
    g_assert_true (g_str_has_suffix (rest, escaped));
}

static void
check_hanging (const char *html)
{
  g_autofree char *hanging = kz_markup_hang (html);

  g_assert_null (strchr (hanging, '\n'));
  for (const char *p = hanging; (p = strstr (p, "<br>")) != NULL;) {
    p += strlen ("<br>");
    g_assert_true (g_str_has_prefix (p, "\u00a0"));
  }
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
  check_text (html, escaped);
  check_link (link, escaped);
  check_hanging (html);
  g_assert_cmpint (g_utf8_strlen (name, -1), <=, 80);
  g_assert_true (g_utf8_validate (plain, -1, NULL));
  g_assert_true (g_utf8_validate (back, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (excerpt, -1), <=, 41);
  g_assert_null (strchr (excerpt, '\n'));
  check_split (plain, KZ_MESSAGE_MAX_UNITS);
  check_split (plain, 40);
  return 0;
}
