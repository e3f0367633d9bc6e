/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-markup.h"

#include "kz-text.h"

#include <string.h>

#define NAME_MAX_CHARS 80
/* More marks on one letter than any orthography uses; Tibetan and Hebrew come to five. */
#define NAME_MAX_MARKS 6

static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

/* A joiner behind one makes another letter of it, at the end of a word as well: so many Malayalam
 * names are written. 9 is the combining class of viramas. */
static gboolean
is_virama (gunichar c)
{
  return c >= 0x0900 && g_unichar_combining_class (c) == 9;
}

/* What is left of a name, one character after the other. */
typedef struct {
  GString *name;
  glong length;
  gunichar previous; /* 0 at the beginning */
  gunichar joiner;   /* waits for what it joins, or 0 */
  guint marks;
  gboolean gap;
} Cleaner;

static void
cleaner_append (Cleaner *cleaner, gunichar c)
{
  g_string_append_unichar (cleaner->name, c);
  cleaner->length++;
}

static void
cleaner_add (Cleaner *cleaner, gunichar c)
{
  if (kz_text_is_blank (c)) {
    cleaner->gap = cleaner->previous != 0;
    return;
  }
  if (kz_text_is_removed (c) || kz_text_is_invisible (c))
    return;
  if (is_joiner (c) && (cleaner->gap || !is_virama (cleaner->previous))) {
    cleaner->joiner = c;
    return;
  }
  if (!g_unichar_ismark (c))
    cleaner->marks = 0;
  else if (cleaner->previous == 0 || cleaner->gap || ++cleaner->marks > NAME_MAX_MARKS)
    return;
  if (cleaner->gap)
    cleaner_append (cleaner, ' ');
  /* Joiners shape Arabic, Indic and emoji text. Between other letters they are a way to have the
   * name of somebody else. */
  else if (cleaner->joiner != 0 && cleaner->previous >= 0x0590 && c >= 0x0590)
    cleaner_append (cleaner, cleaner->joiner);
  cleaner->gap = FALSE;
  cleaner->joiner = 0;
  cleaner_append (cleaner, c);
  cleaner->previous = c;
}

/* Cuts @text after the last whole grapheme within @max_chars characters. */
static void
truncate_chars (GString *text, glong max_chars)
{
  const char *p = text->str;
  glong left = max_chars;

  while (*p != '\0') {
    gsize units;
    const char *next = kz_text_next_grapheme (p, G_MAXUINT16, &units);

    left -= g_utf8_pointer_to_offset (p, next);
    if (left < 0)
      break;
    p = next;
  }
  /* One grapheme that is longer than all there is room for. */
  if (p == text->str && *p != '\0')
    p = g_utf8_offset_to_pointer (p, MIN (max_chars, g_utf8_strlen (p, -1)));
  g_string_truncate (text, (gsize) (p - text->str));
}

/* A space or a joiner that a cut has left at the end. */
static void
drop_stray_end (GString *name)
{
  while (name->len > 0) {
    const char *last = g_utf8_prev_char (name->str + name->len);
    const char *before = last > name->str ? g_utf8_prev_char (last) : NULL;

    if (*last != ' ' && (!is_joiner (g_utf8_get_char (last)) ||
                         (before != NULL && is_virama (g_utf8_get_char (before)))))
      return;
    g_string_truncate (name, (gsize) (last - name->str));
  }
}

char *
kz_markup_clean_name (const char *name)
{
  g_autofree char *valid = NULL;
  Cleaner cleaner = {0};

  if (name == NULL || kz_text_is_simple_line (name, NAME_MAX_CHARS))
    return g_strdup (name != NULL ? name : "");
  valid = g_utf8_make_valid (name, -1);
  cleaner.name = g_string_new (NULL);
  /* A little more than the bound, so that the cut below sees whole graphemes. */
  for (const char *p = valid; *p != '\0' && cleaner.length <= 2 * NAME_MAX_CHARS;
       p = g_utf8_next_char (p))
    cleaner_add (&cleaner, g_utf8_get_char (p));
  truncate_chars (cleaner.name, NAME_MAX_CHARS);
  drop_stray_end (cleaner.name);
  return g_string_free (cleaner.name, FALSE);
}

/* The beginning of @text, which may be long and anything, on one line: at most @max_chars characters and
 * one or two more when there are more. *@length: so many. */
static GString *
fold_line (const char *text, glong max_chars, glong *length)
{
  GString *line = g_string_new (NULL);
  const char *p = text;
  gboolean gap = FALSE;

  *length = 0;
  while (*p != '\0' && *length <= max_chars) {
    gunichar c = g_utf8_get_char_validated (p, -1);
    gboolean is_bad = c == (gunichar) -1 || c == (gunichar) -2;
    const char *run = p;

    p = is_bad ? p + 1 : g_utf8_next_char (p);
    if (is_bad)
      c = 0xfffd;
    if (kz_text_is_blank (c)) {
      gap = line->len > 0;
      continue;
    }
    if (kz_text_is_removed (c) || c == 0x200e || c == 0x200f || c == 0x61c)
      continue;
    if (gap) {
      g_string_append_c (line, ' ');
      (*length)++;
      gap = FALSE;
    }
    (*length)++;
    if (is_bad) {
      g_string_append_unichar (line, c);
      continue;
    }
    for (; g_ascii_isgraph (*run) && g_ascii_isgraph (*p) && *length <= max_chars; p++)
      (*length)++;
    g_string_append_len (line, run, p - run);
  }
  return line;
}

char *
kz_markup_excerpt (const char *text, guint max_chars)
{
  glong limit = MAX (1, MIN (max_chars, G_MAXINT16));
  GString *line;
  glong length;
  char *space;

  if (text == NULL || kz_text_is_simple_line (text, (gsize) limit))
    return g_strdup (text != NULL ? text : "");
  line = fold_line (text, limit, &length);
  if (length <= limit)
    return g_string_free (line, FALSE);
  truncate_chars (line, limit - 1);
  /* At a word when that costs no more than a third. */
  space = strrchr (line->str, ' ');
  if (space != NULL && g_utf8_pointer_to_offset (line->str, space) >= limit * 2 / 3)
    g_string_truncate (line, (gsize) (space - line->str));
  g_string_append (line, "…");
  return g_string_free (line, FALSE);
}
