/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-name.h"

#include "kz-text.h"

#include <string.h>

#define NAME_MAX_CHARS 80
/* More marks on one letter than any orthography uses. */
#define NAME_MAX_MARKS 6

static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

/* Joiners shape Arabic, Indic and emoji text; beside Latin letters, or nothing, they only make a name look
 * like that of somebody else. */
static gboolean
may_join (gunichar c)
{
  return c >= 0x0590;
}

static gboolean
is_dropped (gunichar c)
{
  switch ((int) g_unichar_type (c)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_FORMAT:
  case G_UNICODE_SURROGATE:
  case G_UNICODE_PRIVATE_USE:
  case G_UNICODE_UNASSIGNED:
    return TRUE;
  default:
    /* Letters that show nothing: Hangul fillers, the combining grapheme joiner. */
    return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0;
  }
}

/* Hosts end a name with a colon: "Anna: yes" must not be one. */
static gboolean
is_colon (gunichar c)
{
  return c == ':' || c == 0x2236 || c == 0xa789 || c == 0xfe13 || c == 0xfe55 || c == 0xff1a;
}

char *
kz_name_clean (const char *name)
{
  g_autofree char *valid = NULL;
  GString *clean;
  gunichar before = 0;
  gunichar between = 0; /* a space or a joiner: stays when another letter follows */
  guint length = 0;
  guint marks = 0;

  if (name == NULL ||
      (kz_text_is_simple_line (name, NAME_MAX_CHARS) && strchr (name, ':') == NULL))
    return g_strdup (name != NULL ? name : "");
  valid = g_utf8_make_valid (name, -1);
  clean = g_string_new (NULL);
  for (const char *p = valid; *p != '\0' && length < NAME_MAX_CHARS; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_LINE_SEPARATOR || is_colon (c)) {
      between = clean->len > 0 ? ' ' : 0;
      continue;
    }
    if (is_joiner (c)) {
      if (between != ' ' && may_join (before))
        between = c;
      continue;
    }
    if (is_dropped (c))
      continue;
    if (g_unichar_ismark (c) && (before == 0 || between == ' ' || ++marks > NAME_MAX_MARKS))
      continue;
    if (!g_unichar_ismark (c))
      marks = 0;
    if (is_joiner (between) && !may_join (c))
      between = 0;
    /* One with something before it is two. */
    if (between != 0 && length + 1 == NAME_MAX_CHARS)
      break;
    if (between != 0) {
      g_string_append_unichar (clean, between);
      length++;
    }
    between = 0;
    g_string_append_unichar (clean, c);
    length++;
    before = c;
  }
  return g_string_free (clean, FALSE);
}

/* What kz_name_key() makes of it, without the tables of Unicode. (transfer full) */
static char *
ascii_key (const char *name)
{
  char *folded = g_ascii_strdown (name, -1);
  gsize length = 0;

  for (const char *p = name; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      folded[length++] = g_ascii_tolower (*p);
  if (length > 0)
    folded[length] = '\0';
  return folded;
}

char *
kz_name_key (const char *name)
{
  g_autofree char *normal = NULL;
  g_autofree char *folded = NULL;
  GString *key;

  if (g_str_is_ascii (name))
    return ascii_key (name);
  normal = g_utf8_normalize (name, -1, G_NORMALIZE_ALL);
  folded = g_utf8_casefold (normal != NULL ? normal : name, -1);
  key = g_string_new (NULL);
  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalnum (c) || g_unichar_ismark (c))
      g_string_append_unichar (key, c);
  }
  if (key->len == 0)
    g_string_append (key, folded);
  return g_string_free (key, FALSE);
}
