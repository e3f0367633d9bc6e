/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-markup.h"

#include "kz-text.h"

#include <stdlib.h>
#include <string.h>

/* HTML as input widgets and IRC bridges make it, and as a hostile clipboard may: every byte is
 * looked at a bounded number of times, and what is no tag stands as text. */

typedef struct {
  GString *text;
  gboolean pending_break;  /* a block began or ended */
  char *href;              /* (nullable) (owned): of the open link */
  gsize link_start;        /* where the label of the open link begins in @text */
  gboolean no_comment_end; /* no "-->" is left in the input */
} Reader;

static void
reader_begin_text (Reader *reader)
{
  gsize length = reader->text->len;

  if (reader->pending_break && length > 0 && reader->text->str[length - 1] != '\n') {
    g_string_append_c (reader->text, '\n');
    if (reader->href != NULL && reader->link_start == length)
      reader->link_start++;
  }
  reader->pending_break = FALSE;
}

static void
reader_add_char (Reader *reader, gunichar c)
{
  reader_begin_text (reader);
  g_string_append_unichar (reader->text, c);
}

/* --- entities --- */

typedef struct {
  const char *name;
  gunichar c;
} Entity;

static gunichar
named_entity (const char *name, gsize length)
{
  static const Entity entities[] = {
      {"amp", '&'},       {"lt", '<'},       {"gt", '>'},       {"quot", '"'},
      {"apos", '\''},     {"nbsp", ' '},     {"copy", 0xa9},    {"reg", 0xae},
      {"deg", 0xb0},      {"euro", 0x20ac},  {"pound", 0xa3},   {"cent", 0xa2},
      {"yen", 0xa5},      {"sect", 0xa7},    {"para", 0xb6},    {"middot", 0xb7},
      {"laquo", 0xab},    {"raquo", 0xbb},   {"lsquo", 0x2018}, {"rsquo", 0x2019},
      {"ldquo", 0x201c},  {"rdquo", 0x201d}, {"ndash", 0x2013}, {"mdash", 0x2014},
      {"hellip", 0x2026}, {"bull", 0x2022},  {"trade", 0x2122}, {"times", 0xd7},
      {"zwnj", 0x200c},   {"zwj", 0x200d},   {"shy", 0xad},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length &&
        g_ascii_strncasecmp (name, entities[i].name, length) == 0)
      return entities[i].c;
  return 0;
}

/* The character that the entity at @p (an ampersand) stands for, and its end; 0 when it is none. */
static gunichar
read_entity (const char *p, const char **end)
{
  const char *name = p + 1;
  gsize length = 0;
  gunichar c;

  while (length < 10 && (g_ascii_isalnum (name[length]) || (length == 0 && name[0] == '#')))
    length++;
  if (length == 0 || name[length] != ';')
    return 0;
  *end = name + length + 1;
  if (name[0] != '#')
    return named_entity (name, length);
  if (g_ascii_tolower (name[1]) == 'x')
    c = g_ascii_isxdigit (name[2]) ? (gunichar) strtoul (name + 2, NULL, 16) : 0;
  else
    c = g_ascii_isdigit (name[1]) ? (gunichar) strtoul (name + 1, NULL, 10) : 0;
  /* A control character that was written as a number is dropped with the others later. */
  return g_unichar_validate (c) ? c : 0;
}

static char *
decode_entities (const char *text, gsize length)
{
  GString *decoded = g_string_sized_new (length);
  const char *end = text + length;

  for (const char *p = text; p < end;) {
    const char *after;
    gunichar c = *p == '&' ? read_entity (p, &after) : 0;

    if (c != 0 && after <= end) {
      g_string_append_unichar (decoded, c);
      p = after;
    } else
      g_string_append_c (decoded, *p++);
  }
  return g_string_free (decoded, FALSE);
}

/* --- links --- */

/* Whether a reader of @label alone knows @url: then one of them is enough. */
static gboolean
label_tells_url (const char *label, const char *url)
{
  static const char *const implied[] = {"", "http://", "https://", "mailto:", "tel:"};

  for (gsize i = 0; i < G_N_ELEMENTS (implied); i++) {
    gsize length = strlen (implied[i]);
    const char *rest;

    if (strncmp (url, implied[i], length) != 0 || !g_str_has_prefix (url + length, label))
      continue;
    rest = url + length + strlen (label);
    if (*rest == '\0' || g_str_equal (rest, "/"))
      return TRUE;
  }
  return FALSE;
}

static void
reader_end_link (Reader *reader)
{
  g_autofree char *href = g_steal_pointer (&reader->href);
  g_autofree char *label = NULL;

  if (href == NULL)
    return;
  label = g_strstrip (g_strdup (reader->text->str + reader->link_start));
  if (*label == '\0') {
    reader_begin_text (reader);
    g_string_append (reader->text, href);
  } else if (!label_tells_url (label, href))
    g_string_append_printf (reader->text, " (%s)", href);
  else if (strlen (href) > strlen (label) && !g_str_has_prefix (href, "mailto:") &&
           !g_str_has_prefix (href, "tel:")) {
    g_string_truncate (reader->text, reader->link_start);
    g_string_append (reader->text, href);
  }
}

/* Only what a reader of the plain text can use: a script or a picture in a link is no address. */
static gboolean
is_worth_telling (const char *url)
{
  static const char *const schemes[] = {
      "http://", "https://", "mailto:", "tel:", "geo:", "ftp://", "xmpp:", "sip:"};

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (url, schemes[i], strlen (schemes[i])) == 0)
      return TRUE;
  return FALSE;
}

/* --- tags --- */

/* The end (the ">") of the tag that begins at @p, or NULL when it is none. Another "<" ends the
 * search, so that the whole text is passed over twice at most. */
static const char *
tag_end (const char *p)
{
  const char *quoted = NULL; /* a ">" inside of quotes: the end if they never close */
  char quote = '\0';

  if (!g_ascii_isalpha (p[1]) && p[1] != '!' && p[1] != '?' &&
      !(p[1] == '/' && g_ascii_isalpha (p[2])))
    return NULL;
  for (p++; *p != '\0' && *p != '<'; p++) {
    if (*p == '>' && quote == '\0')
      return p;
    if (*p == '>' && quoted == NULL)
      quoted = p;
    if (*p == quote)
      quote = '\0';
    else if (quote == '\0' && (*p == '"' || *p == '\'') && p[-1] == '=')
      quote = *p;
  }
  return quoted;
}

/* (transfer full) (nullable): the decoded value of the attribute href of an opening tag. */
static char *
read_href (const char *p, const char *end)
{
  const char *value;
  const char *value_end;
  g_autofree char *raw = NULL;
  g_autofree char *clean = NULL;

  for (;; p++) {
    if (p + 6 > end)
      return NULL;
    if (g_ascii_isspace (p[0]) && g_ascii_strncasecmp (p + 1, "href", 4) == 0 &&
        (p[5] == '=' || g_ascii_isspace (p[5])))
      break;
  }
  for (p += 5; p < end && g_ascii_isspace (*p); p++)
    continue;
  if (p == end || *p != '=')
    return NULL;
  for (p++; p < end && g_ascii_isspace (*p); p++)
    continue;
  value = p;
  if (p < end && (*p == '"' || *p == '\'')) {
    value = p + 1;
    value_end = memchr (value, *p, (gsize) (end - value));
    if (value_end == NULL)
      value_end = end;
  } else
    for (value_end = value; value_end < end && !g_ascii_isspace (*value_end); value_end++)
      continue;
  raw = decode_entities (value, (gsize) (value_end - value));
  clean = kz_text_clean (raw);
  g_strdelimit (g_strstrip (clean), "\n\t", ' ');
  return is_worth_telling (clean) ? g_steal_pointer (&clean) : NULL;
}

static gboolean
is_block (const char *name)
{
  static const char *const blocks[] = {"p",          "div", "ul", "ol",   "li", "tr",     "table",
                                       "blockquote", "pre", "hr", "body", "h1", "h2",     "h3",
                                       "h4",         "h5",  "h6", "dt",   "dd", "section"};

  for (gsize i = 0; i < G_N_ELEMENTS (blocks); i++)
    if (g_str_equal (name, blocks[i]))
      return TRUE;
  return FALSE;
}

static void
reader_tag (Reader *reader, const char *p, const char *end)
{
  char name[12];
  gsize length = 0;
  gboolean closing = p[1] == '/';

  for (p += closing ? 2 : 1; g_ascii_isalnum (*p) && length + 1 < sizeof name; p++)
    name[length++] = g_ascii_tolower (*p);
  name[length] = '\0';
  if (g_str_equal (name, "br") && !closing)
    reader_add_char (reader, '\n');
  else if (is_block (name))
    reader->pending_break = TRUE;
  else if (g_str_equal (name, "a")) {
    reader_end_link (reader);
    if (!closing) {
      reader_begin_text (reader);
      reader->href = read_href (p, end);
      reader->link_start = reader->text->len;
    }
  }
}

/* What stands at @p, a "<"; returns what follows it. */
static const char *
reader_less_than (Reader *reader, const char *p)
{
  const char *end = NULL;

  if (g_str_has_prefix (p, "<!--") && !reader->no_comment_end) {
    end = strstr (p + 4, "-->");
    reader->no_comment_end = end == NULL;
    if (end != NULL)
      return end + 3;
  }
  end = tag_end (p);
  if (end == NULL) {
    reader_add_char (reader, '<');
    return p + 1;
  }
  reader_tag (reader, p, end);
  return end + 1;
}

/* Colours of IRC are a control character and up to two numbers of two digits. */
static const char *
skip_irc_colour (const char *p)
{
  gsize digits;

  for (digits = 0; digits < 2 && g_ascii_isdigit (*p); digits++)
    p++;
  if (digits > 0 && p[0] == ',' && g_ascii_isdigit (p[1]))
    p += g_ascii_isdigit (p[2]) ? 3 : 2;
  return p;
}

static char *
finish_text (GString *raw)
{
  g_autofree char *text = kz_text_clean (raw->str);

  g_string_free (raw, TRUE);
  if (g_str_has_prefix (text, "/me ") && text[4] != '\0')
    return g_strdup_printf ("*%s*", text + 4);
  return g_steal_pointer (&text);
}

char *
kz_markup_to_text (const char *html)
{
  g_autofree char *valid = g_utf8_make_valid (html != NULL ? html : "", -1);
  Reader reader = {.text = g_string_sized_new (strlen (valid))};
  const char *p = valid;

  while (*p != '\0') {
    const char *after = g_utf8_next_char (p);
    gunichar c;

    if (*p == '<') {
      p = reader_less_than (&reader, p);
      continue;
    }
    if (*p == '\003') {
      p = skip_irc_colour (after);
      continue;
    }
    c = *p == '&' ? read_entity (p, &after) : 0;
    if (c == 0)
      after = g_utf8_next_char (p);
    reader_add_char (&reader, c != 0 ? c : g_utf8_get_char (p));
    p = after;
  }
  reader_end_link (&reader);
  return finish_text (reader.text);
}
