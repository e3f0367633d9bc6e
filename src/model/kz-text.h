/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Characters, graphemes, and long texts in pieces. */

/* Whether @c may never stand in a line that a host shows: C0 and C1 controls other than line feed
 * and tab, bidi embeddings, overrides and isolates, interlinear annotation, the tags block and
 * noncharacters. Each of them can make a line look like what it is not. */
gboolean kz_text_is_removed (gunichar c);
/* Whether @c has no shape of its own: zero-width and filler characters, bidi marks. Names that
 * differ only in these look the same. Joiners and variation selectors are not counted. */
gboolean kz_text_is_invisible (gunichar c);
/* Anything that a reader takes for a gap: spaces of every width, line and paragraph ends. */
gboolean kz_text_is_blank (gunichar c);

/* Printable ASCII with single spaces between its words, within the bound: of such a text nothing is
 * folded, removed or cut. Most names and titles are one. */
gboolean kz_text_is_simple_line (const char *text, gsize max_chars);

/* (transfer full): valid UTF-8 without removed characters; "\r\n", "\r" and U+2028/9 become "\n".
 * NULL gives "". */
char *kz_text_clean (const char *text);

/* UTF-16 units of @c: 1 or 2. */
#define kz_text_units(c) ((c) > 0xffff ? 2u : 1u)

/**
 * kz_text_next_grapheme:
 * @p: the first byte of a grapheme, not the end of the text; valid UTF-8, NUL-terminated
 * @max_units: where to stop looking: a pile of marks may be as long as the text
 * @units: (out): UTF-16 units of what was passed over
 *
 * Extended grapheme clusters as Unicode text segmentation describes them, from the properties that
 * GLib knows; conjuncts are joined for every script with a virama.
 *
 * Returns: the byte after the grapheme, or after as much of it as fits @max_units; at least one
 *   character is always passed over
 */
const char *kz_text_next_grapheme (const char *p, gsize max_units, gsize *units);

/* (transfer full): pieces of at most @max_units UTF-16 units, split at line breaks or words where
 * there are, never inside a grapheme (combining marks, ZWJ sequences, flags, Hangul, Indic
 * conjuncts) or a surrogate pair. A text that is only white space gives an empty list. */
GStrv kz_text_split (const char *text, gsize max_units);
gsize kz_text_utf16_length (const char *text);

G_END_DECLS
