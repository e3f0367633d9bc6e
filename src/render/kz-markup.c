/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-markup.h"

#include "kz-text.h"

#include <string.h>

/* A longer one is no link that a person could check before opening it; it stays text. */
#define LINK_MAX_BYTES 2048
/* More marks on one letter would be drawn over the lines around it; no orthography has them. */
#define MAX_MARKS 8
/* Of no-break spaces, which a browser that shows a log keeps, too. */
#define INDENT "\xc2\xa0\xc2\xa0\xc2\xa0\xc2\xa0"

static const char *const schemes[] = {"https://", "http://", "mailto:", "tel:", "geo:"};

/* (transfer full): what a host may show of @text. */
static char *
presentable (const char *text)
{
  char *clean = kz_text_clean (text);
  char *to = clean;
  guint marks = 0;

  if (g_str_is_ascii (clean))
    return clean;
  for (const char *p = clean; *p != '\0';) {
    const char *next = g_utf8_next_char (p);

    marks = (*p & 0x80) != 0 && g_unichar_ismark (g_utf8_get_char (p)) ? marks + 1 : 0;
    if (marks <= MAX_MARKS)
      while (p < next)
        *to++ = *p++;
    p = next;
  }
  *to = '\0';
  return clean;
}

static void
append_escaped (GString *html, const char *text, gsize length, gboolean breaks)
{
  static const gboolean is_special[256] = {
      ['&'] = TRUE, ['<'] = TRUE, ['>'] = TRUE, ['"'] = TRUE, ['\''] = TRUE, ['\n'] = TRUE,
  };
  const char *end = text + length;

  while (text < end) {
    const char *run = text;

    while (text < end && !is_special[(guchar) *text])
      text++;
    g_string_append_len (html, run, text - run);
    if (text == end)
      break;
    switch (*text++) {
    case '&':
      g_string_append (html, "&amp;");
      break;
    case '<':
      g_string_append (html, "&lt;");
      break;
    case '>':
      g_string_append (html, "&gt;");
      break;
    case '"':
      g_string_append (html, "&quot;");
      break;
    case '\'':
      g_string_append (html, "&apos;");
      break;
    default:
      g_string_append (html, breaks ? "<br>" : "\n");
    }
  }
}

static void
append_link (GString *html, const char *url, gsize length)
{
  g_string_append (html, "<a href=\"");
  append_escaped (html, url, length, FALSE);
  g_string_append (html, "\">");
  append_escaped (html, url, length, FALSE);
  g_string_append (html, "</a>");
}

/* Whether the URL goes on with the character at @p. Quotes and dashes of typography end it: no
 * service writes them into URLs, people put them around. */
static gboolean
is_url_char (const char *p)
{
  gunichar c;

  if (*p == '\0' || strchr ("<>\"`", *p) != NULL)
    return FALSE;
  c = g_utf8_get_char (p);
  if (c < 0x80)
    return c > 0x20 && c != 0x7f;
  return !kz_text_is_blank (c) && !kz_text_is_invisible (c) && !g_unichar_ispunct (c) &&
         g_unichar_type (c) != G_UNICODE_FORMAT;
}

/* Punctuation that ends the sentence around a URL, and closing brackets that were opened before it,
 * do not belong to it. */
static gsize
trim_link (const char *url, gsize length)
{
  static const char opening[] = "([{";
  static const char closing[] = ")]}";
  int open[3] = {0, 0, 0};

  for (gsize i = 0; i < length; i++)
    for (int kind = 0; kind < 3; kind++)
      open[kind] += (url[i] == opening[kind]) - (url[i] == closing[kind]);
  while (length > 0) {
    char last = url[length - 1];
    const char *bracket = strchr (closing, last);

    if (bracket != NULL && open[bracket - closing] < 0)
      open[bracket - closing]++;
    else if (strchr (".,;:!?'*|([{", last) == NULL)
      break;
    else if (strchr (opening, last) != NULL)
      open[strchr (opening, last) - opening]--;
    length--;
  }
  return length;
}

/* Whether something that can be opened follows the scheme. Looks no further than the next place
 * where another link could begin, so that a text of nothing but schemes is no work. */
static gboolean
has_target (const char *rest, const char *scheme)
{
  unsigned char first = (unsigned char) rest[0];

  if (g_str_has_prefix (scheme, "http"))
    return g_ascii_isalnum (first) || first == '[' || (first >= 0x80 && is_url_char (rest));
  if (g_str_equal (scheme, "mailto:")) {
    gsize length = strcspn (rest, "@:/?<>\"` \t\n");

    return length > 0 && rest[length] == '@' && is_url_char (rest + length + 1);
  }
  if (g_str_equal (scheme, "geo:")) {
    gsize length = strspn (rest, "-.0123456789");

    return length > 0 && rest[length] == ',' && strchr ("-0123456789", rest[length + 1]) != NULL &&
           rest[length + 1] != '\0';
  }
  return g_ascii_isdigit (first) || (first == '+' && g_ascii_isdigit (rest[1]));
}

/* Bytes of the link that begins at @p; 0 when none does. *@run is what to pass over in any case. */
static gsize
link_length (const char *p, gsize *run)
{
  const char *scheme = NULL;
  const char *end;
  gsize length;

  *run = 0;
  for (gsize i = 0; scheme == NULL && i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (p, schemes[i], strlen (schemes[i])) == 0)
      scheme = schemes[i];
  if (scheme == NULL || !has_target (p + strlen (scheme), scheme))
    return 0;
  for (end = p + strlen (scheme); is_url_char (end); end = g_utf8_next_char (end))
    continue;
  *run = (gsize) (end - p);
  length = *run <= LINK_MAX_BYTES ? trim_link (p, *run) : 0;
  return length > strlen (scheme) ? length : 0;
}

/* "xhttp://" and "ahttps" are words, not links. */
static gboolean
may_begin_link (const char *text, const char *p)
{
  if (strchr ("hHmMtTgG", *p) == NULL)
    return FALSE;
  return p == text || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (p)));
}

char *
kz_markup_escape (const char *text)
{
  g_autofree char *clean = presentable (text);
  GString *html = g_string_sized_new (strlen (clean) + 16);

  append_escaped (html, clean, strlen (clean), FALSE);
  return g_string_free (html, FALSE);
}

char *
kz_markup_from_text (const char *text)
{
  g_autofree char *clean = presentable (text);
  gsize length = strlen (clean);
  GString *html = g_string_sized_new (length + 64);
  /* Every scheme has a colon: no link begins behind the last one. */
  const char *last_colon = strrchr (clean, ':');
  const char *pending = clean;
  const char *p = clean;

  while (last_colon != NULL && p < last_colon) {
    gsize run = 0;
    gsize link = may_begin_link (clean, p) ? link_length (p, &run) : 0;

    if (link > 0) {
      append_escaped (html, pending, (gsize) (p - pending), TRUE);
      append_link (html, p, link);
      p += link;
      pending = p;
    } else
      p = run > 0 ? p + run : g_utf8_next_char (p);
  }
  append_escaped (html, pending, length - (gsize) (pending - clean), TRUE);
  return g_string_free (html, FALSE);
}

char *
kz_markup_hang (const char *html)
{
  GString *hanging = g_string_new (html);

  g_string_replace (hanging, "\n", "<br>", 0);
  g_string_replace (hanging, "<br>", "<br>" INDENT, 0);
  return g_string_free (hanging, FALSE);
}

char *
kz_markup_link (const char *url, const char *label)
{
  g_autofree char *target = presentable (url);
  g_autofree char *shown = kz_markup_excerpt (label, 200);
  GString *html = g_string_new (NULL);
  gsize run;

  link_length (target, &run);
  if (*shown != '\0' && strcmp (shown, target) != 0) {
    append_escaped (html, shown, strlen (shown), FALSE);
    if (*target != '\0')
      g_string_append (html, ": ");
  }
  /* The whole of it or nothing, punctuation at the end as well: nobody wrote a sentence around it,
   * and a target cut short would open something else. */
  if (run > 0 && run <= LINK_MAX_BYTES && target[run] == '\0')
    append_link (html, target, run);
  else {
    g_autofree char *words = kz_markup_excerpt (target, LINK_MAX_BYTES);

    append_escaped (html, words, strlen (words), FALSE);
  }
  return g_string_free (html, FALSE);
}
