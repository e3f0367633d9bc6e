/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-text.h"

#include <string.h>

/* Where the text from some place on can be cut. */
typedef struct {
  const char *end;  /* after the last grapheme that fits */
  const char *line; /* the last line feed that fits, or NULL */
  const char *word; /* the last gap between words that fits, or NULL */
  gsize line_units; /* units before @line */
} Window;

/* Only these are breaks between words: a no-break space is not. */
static gboolean
is_gap (char c)
{
  return c == ' ' || c == '\t' || c == '\n';
}

/* A gap that a mark stands on is a grapheme, not a gap. */
static gboolean
is_gap_at (const char *p)
{
  gsize units;

  return is_gap (*p) && kz_text_next_grapheme (p, 2, &units) == p + 1;
}

static gboolean
is_all_blank (const char *from, const char *to)
{
  for (const char *p = from; p < to; p = g_utf8_next_char (p))
    if (!kz_text_is_blank (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static Window
look (const char *p, gsize max_units)
{
  Window window = {.end = p};
  gsize used = 0;

  while (*p != '\0') {
    gsize units;
    const char *next;

    /* A gap just behind what fits is as good as one inside. */
    if (used > 0 && is_gap_at (p)) {
      window.word = p;
      if (*p == '\n') {
        window.line = p;
        window.line_units = used;
      }
    }
    next = kz_text_next_grapheme (p, max_units, &units);
    if (used + units > max_units)
      break;
    used += units;
    p = next;
    window.end = p;
  }
  return window;
}

static const char *
choose_cut (const Window *window, gsize max_units)
{
  if (*window->end == '\0')
    return window->end;
  /* A line end early in the piece would make many short messages of one text. */
  if (window->line != NULL && window->line_units >= max_units / 2)
    return window->line;
  return window->word != NULL ? window->word : window->end;
}

static void
add_piece (GPtrArray *pieces, const char *from, const char *to)
{
  while (to > from && is_gap (to[-1]))
    to--;
  if (!is_all_blank (from, to))
    g_ptr_array_add (pieces, g_strndup (from, (gsize) (to - from)));
}

/* The place where the next piece begins: behind the spaces, or behind empty lines at the cut with
 * the indentation of the line after them kept. */
static const char *
skip_cut (const char *p)
{
  const char *line = NULL;

  for (; is_gap_at (p); p++)
    if (*p == '\n')
      line = p + 1;
  return line != NULL ? line : p;
}

GStrv
kz_text_split (const char *text, gsize max_units)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GPtrArray *pieces = g_ptr_array_new ();
  gsize limit = MAX (max_units, 2);
  const char *p = valid;

  if (kz_text_utf16_length (valid) <= limit) {
    if (!is_all_blank (valid, valid + strlen (valid)))
      g_ptr_array_add (pieces, g_steal_pointer (&valid));
    p = "";
  }
  while (*p != '\0') {
    Window window = look (p, limit);
    const char *cut = choose_cut (&window, limit);

    add_piece (pieces, p, cut);
    p = skip_cut (cut);
  }
  g_ptr_array_add (pieces, NULL);
  return (GStrv) g_ptr_array_free (pieces, FALSE);
}

gsize
kz_text_utf16_length (const char *text)
{
  gsize units = 0;

  if (text == NULL)
    return 0;
  /* A character outside the BMP is the only one whose UTF-8 begins with 0xf0 or more. */
  for (const unsigned char *p = (const unsigned char *) text; *p != '\0'; p++)
    units += ((*p & 0xc0) != 0x80 ? 1U : 0U) + (*p >= 0xf0 ? 1U : 0U);
  return units;
}
