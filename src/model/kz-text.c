/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-text.h"

#include <string.h>

typedef struct {
  gunichar first;
  gunichar last;
} Range;

static gboolean
in_ranges (const Range *ranges, gsize n_ranges, gunichar c)
{
  for (gsize i = 0; i < n_ranges; i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;
  return FALSE;
}

gboolean
kz_text_is_removed (gunichar c)
{
  static const Range ranges[] = {
      {0x202a, 0x202e},   /* embeddings and overrides */
      {0x2066, 0x2069},   /* isolates */
      {0xfff9, 0xfffb},   /* interlinear annotation */
      {0xfdd0, 0xfdef},   /* noncharacters */
      {0xe0000, 0xe007f}, /* tags */
  };

  if (c < 0x20)
    return c != '\n' && c != '\t';
  if (c < 0x7f)
    return FALSE;
  if (c < 0xa0)
    return TRUE;
  if (c < 0x202a)
    return FALSE;
  return (c & 0xfffe) == 0xfffe || in_ranges (ranges, G_N_ELEMENTS (ranges), c);
}

gboolean
kz_text_is_invisible (gunichar c)
{
  static const Range ranges[] = {
      {0x00ad, 0x00ad}, /* soft hyphen */
      {0x034f, 0x034f}, /* grapheme joiner */
      {0x061c, 0x061c}, /* Arabic letter mark */
      {0x115f, 0x1160}, /* Hangul fillers */
      {0x17b4, 0x17b5}, /* Khmer inherent vowels */
      {0x180b, 0x180f}, /* Mongolian selectors and separator */
      {0x200b, 0x200b}, /* zero-width space */
      {0x200e, 0x200f}, /* bidi marks */
      {0x2060, 0x206f}, /* word joiner, invisible operators, deprecated format characters */
      {0x3164, 0x3164},   {0xfeff, 0xfeff},
      {0xffa0, 0xffa0},   {0x1bca0, 0x1bca3}, /* shorthand format controls */
      {0x1d173, 0x1d17a},                     /* musical format controls */
  };

  return c >= 0xad && in_ranges (ranges, G_N_ELEMENTS (ranges), c);
}

gboolean
kz_text_is_blank (gunichar c)
{
  if (c < 0x80)
    return c == ' ' || (c >= '\t' && c <= '\r');
  /* The Braille pattern without dots is drawn as a gap although it counts as a symbol. */
  return g_unichar_isspace (c) || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0x2800;
}

gboolean
kz_text_is_simple_line (const char *text, gsize max_chars)
{
  const char *p = text;

  while (g_ascii_isgraph (*p) || (*p == ' ' && p > text && g_ascii_isgraph (p[1])))
    p++;
  return *p == '\0' && (gsize) (p - text) <= max_chars;
}

static gboolean
is_clean_ascii (const char *text)
{
  while ((*text >= 0x20 && *text < 0x7f) || *text == '\n' || *text == '\t')
    text++;
  return *text == '\0';
}

char *
kz_text_clean (const char *text)
{
  g_autofree char *valid = NULL;
  GString *clean;

  if (text == NULL)
    return g_strdup ("");
  if (is_clean_ascii (text))
    return g_strdup (text);
  valid = g_utf8_make_valid (text, -1);
  clean = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    const char *run = p;
    gunichar c;

    while (*p >= 0x20 && *p < 0x7f)
      p++;
    g_string_append_len (clean, run, p - run);
    if (*p == '\0')
      break;
    c = g_utf8_get_char (p);
    if (c == '\r' && p[1] == '\n')
      continue;
    if (c == '\r' || c == 0x2028 || c == 0x2029)
      g_string_append_c (clean, '\n');
    else if (!kz_text_is_removed (c))
      g_string_append_len (clean, p, g_utf8_next_char (p) - p);
  }
  return g_string_free (clean, FALSE);
}

/* --- graphemes --- */

static gboolean
is_regional_indicator (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Extended_Pictographic, with the gaps between the emoji of one block closed: an unassigned code
 * point of these blocks is an emoji of a later version of Unicode. */
static gboolean
is_pictograph (gunichar c)
{
  static const Range ranges[] = {
      {0xa9, 0xa9},       {0xae, 0xae},       {0x203c, 0x203c},   {0x2049, 0x2049},
      {0x2122, 0x2122},   {0x2139, 0x2139},   {0x2194, 0x21aa},   {0x231a, 0x23ff},
      {0x24c2, 0x24c2},   {0x25aa, 0x27bf},   {0x2934, 0x2935},   {0x2b05, 0x2b55},
      {0x3030, 0x3030},   {0x303d, 0x303d},   {0x3297, 0x3299},   {0x1f000, 0x1f1e5},
      {0x1f200, 0x1f3fa}, {0x1f400, 0x1faff}, {0x1fc00, 0x1fffd},
  };

  return c >= 0xa9 && in_ranges (ranges, G_N_ELEMENTS (ranges), c);
}

/* What continues any grapheme: marks of every kind, joiners, skin tones, tags. */
static gboolean
is_extend (gunichar c)
{
  if (c < 0x300)
    return FALSE;
  return g_unichar_ismark (c) || c == 0x200c || c == 0x200d || c == 0x0e33 || c == 0x0eb3 ||
         c == 0xff9e || c == 0xff9f || (c >= 0x1f3fb && c <= 0x1f3ff) ||
         (c >= 0xe0020 && c <= 0xe007f);
}

/* What stands before the character that it belongs to. */
static gboolean
is_prepend (gunichar c)
{
  static const Range ranges[] = {
      {0x0600, 0x0605},   {0x06dd, 0x06dd},   {0x070f, 0x070f},
      {0x0890, 0x0891},   {0x08e2, 0x08e2},   {0x0d4e, 0x0d4e},
      {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x111c2, 0x111c3},
  };

  return c >= 0x0600 && in_ranges (ranges, G_N_ELEMENTS (ranges), c);
}

static gboolean
is_control (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static gboolean
hangul_joins (gunichar before, gunichar after)
{
  GUnicodeBreakType next;

  if (after < 0x1100)
    return FALSE;
  next = g_unichar_break_type (after);
  switch ((int) g_unichar_break_type (before)) {
  case G_UNICODE_BREAK_HANGUL_L_JAMO:
    return next == G_UNICODE_BREAK_HANGUL_L_JAMO || next == G_UNICODE_BREAK_HANGUL_V_JAMO ||
           next == G_UNICODE_BREAK_HANGUL_LV_SYLLABLE ||
           next == G_UNICODE_BREAK_HANGUL_LVT_SYLLABLE;
  case G_UNICODE_BREAK_HANGUL_V_JAMO:
  case G_UNICODE_BREAK_HANGUL_LV_SYLLABLE:
    return next == G_UNICODE_BREAK_HANGUL_V_JAMO || next == G_UNICODE_BREAK_HANGUL_T_JAMO;
  case G_UNICODE_BREAK_HANGUL_T_JAMO:
  case G_UNICODE_BREAK_HANGUL_LVT_SYLLABLE:
    return next == G_UNICODE_BREAK_HANGUL_T_JAMO;
  default:
    return FALSE;
  }
}

/* Where inside a grapheme we are: what of the characters passed decides about the next one. */
typedef struct {
  gunichar previous;
  gboolean after_pictograph; /* a pictograph and only marks since */
  gboolean after_virama;     /* a consonant, a virama, and only marks and joiners since */
  gboolean has_letter;       /* the base of the conjunct so far is a letter */
  guint indicators;          /* regional indicators in a row */
} Cluster;

static void
cluster_pass (Cluster *cluster, gunichar c)
{
  if (is_extend (c)) {
    /* 9 is the combining class of viramas, in all scripts that have one. */
    if (cluster->has_letter && g_unichar_combining_class (c) == 9)
      cluster->after_virama = TRUE;
  } else {
    cluster->after_pictograph = is_pictograph (c);
    cluster->has_letter = g_unichar_type (c) == G_UNICODE_OTHER_LETTER;
    cluster->after_virama = FALSE;
  }
  cluster->indicators = is_regional_indicator (c) ? cluster->indicators + 1 : 0;
  cluster->previous = c;
}

static gboolean
cluster_takes (const Cluster *cluster, gunichar c)
{
  gunichar before = cluster->previous;

  if (before == '\r')
    return c == '\n';
  if (is_control (before) || is_control (c))
    return FALSE;
  if (is_extend (c) || is_prepend (before))
    return TRUE;
  if (cluster->after_virama && g_unichar_type (c) == G_UNICODE_OTHER_LETTER)
    return TRUE;
  if (before == 0x200d && cluster->after_pictograph && is_pictograph (c))
    return TRUE;
  if (cluster->indicators == 1 && is_regional_indicator (c))
    return TRUE;
  return hangul_joins (before, c);
}

const char *
kz_text_next_grapheme (const char *p, gsize max_units, gsize *units)
{
  Cluster cluster = {0};
  gunichar c = g_utf8_get_char (p);

  *units = 0;
  do {
    *units += kz_text_units (c);
    cluster_pass (&cluster, c);
    p = g_utf8_next_char (p);
    c = g_utf8_get_char (p);
  } while (*p != '\0' && *units + kz_text_units (c) <= max_units && cluster_takes (&cluster, c));
  return p;
}
