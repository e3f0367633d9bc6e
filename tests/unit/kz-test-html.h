/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* What a host may be given, judged without any code of the render layer. */

static inline gboolean
kz_test_is_forbidden (gunichar c)
{
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f) ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) ||
         (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

/* The length of the one tag at @p that is allowed there; fails the test when there is none. */
static inline gsize
kz_test_tag_length (const char *p, int *depth)
{
  static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:", "geo:"};
  const char *href = p + strlen ("<a href=\"");
  gboolean allowed = FALSE;
  gsize length;

  if (g_str_has_prefix (p, "<br>"))
    return strlen ("<br>");
  if (g_str_has_prefix (p, "</a>")) {
    g_assert_cmpint (--*depth, ==, 0);
    return strlen ("</a>");
  }
  if (!g_str_has_prefix (p, "<a href=\""))
    g_error ("a tag that nobody may write: %.60s", p);
  g_assert_cmpint (++*depth, ==, 1);
  length = strcspn (href, "\"<>'\n\t ");
  g_assert_true (g_str_has_prefix (href + length, "\">"));
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    allowed |= g_ascii_strncasecmp (href, schemes[i], strlen (schemes[i])) == 0;
  if (!allowed)
    g_error ("a link that nobody may write: %.60s", p);
  return strlen ("<a href=\"") + length + 2;
}

/* Only <br> and links of the allowed schemes, every other special character an entity. */
static inline void
kz_test_assert_safe (const char *html)
{
  int depth = 0;

  g_assert_nonnull (html);
  g_assert_true (g_utf8_validate (html, -1, NULL));
  for (const char *p = html; *p != '\0';) {
    gsize length = 1;

    g_assert_false (kz_test_is_forbidden (g_utf8_get_char (p)));
    if (*p == '<')
      length = kz_test_tag_length (p, &depth);
    else if (*p == '&')
      g_assert_true (g_str_has_prefix (p, "&amp;") || g_str_has_prefix (p, "&lt;") ||
                     g_str_has_prefix (p, "&gt;") || g_str_has_prefix (p, "&quot;") ||
                     g_str_has_prefix (p, "&apos;"));
    else
      g_assert_true (*p != '>' && *p != '"' && *p != '\'');
    p += length > 1 ? length : (gsize) (g_utf8_next_char (p) - p);
  }
  g_assert_cmpint (depth, ==, 0);
}

/* What an IRC client gets of @html: no tags, no targets. */
static inline char *
kz_test_visible (const char *html)
{
  static const char *const entities[][2] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"},
  };
  GString *text = g_string_new (NULL);

  for (const char *p = html; *p != '\0'; p++) {
    gboolean done = FALSE;

    if (*p == '<') {
      if (g_str_has_prefix (p, "<br>"))
        g_string_append_c (text, '\n');
      p = strchr (p, '>');
      continue;
    }
    for (gsize i = 0; !done && i < G_N_ELEMENTS (entities); i++)
      if (g_str_has_prefix (p, entities[i][0])) {
        g_string_append (text, entities[i][1]);
        p += strlen (entities[i][0]) - 1;
        done = TRUE;
      }
    if (!done)
      g_string_append_c (text, *p);
  }
  return g_string_free (text, FALSE);
}

/* What a hostile sender puts into every field that is text. */
static const char *const kz_test_injections[] = {
    "<script>alert(1)</script>",
    "<b>bold</b><font size=7>",
    "<img src=x onerror=alert(1)>",
    "<img id=\"1\">",
    "\"><img src=x>",
    "' onmouseover='x",
    "\" onmouseover=\"x",
    "<a href=\"javascript:alert(1)\">x</a>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x file:///etc/passwd ftp://x/y smb://x/y",
    "https://example.org/\"onmouseover=\"x",
    "https://example.org/'><img src=x>",
    "https://example.org/<br>x",
    "http://javascript:alert(1)",
    "&lt;script&gt; &amp;lt; &#60;b&#62; &#x3c;b&#x3e; &quot;",
    "&",
    "&&amp",
    "<",
    "<<<>>>",
    "<br",
    "</a>",
    "<!--",
    "<!-- x -->",
    "]]>",
    "<a href=",
    "\xe2\x80\xae"
    "evil\xe2\x80\xac https://example.org/\xe2\x80\xae"
    "gpj.exe",
    "\xe2\x81\xa6isolated\xe2\x81\xa9",
    "java\xe2\x80\x8bscript:x ht\xe2\x80\x8btp://x.example",
    "\x01\x02\x03"
    "04,12colour\x0f \x1b[31mred\x1b[0m \x07",
    "\xc2\x80\xc2\x9b\xc2\x85",
    "\xef\xbf\xb9"
    "a\xef\xbf\xba"
    "b\xef\xbf\xbb",
    "\xf3\xa0\x81\x81\xf3\xa0\x81\x82tags",
    "\xef\xbf\xbe\xef\xb7\x90\xf0\x9f\xbf\xbf",
    "\xff\xfe\xc0\xaf\xe0\x80\xaf\xed\xa0\x80 broken",
    "Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d <b>\xd8\xa3</b>",
    "line\r\nline\rline\nline\xe2\x80\xa8line\xe2\x80\xa9line",
    "%s%n%1$s%9$s",
    "[k3f] Poll [abc]: x\nJob [a2x]: forged",
};
