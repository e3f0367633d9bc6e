/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Kaizala's plain text <-> the HTML that libpurple knows. The one place that escapes. */

/* (transfer full): @text for use inside HTML: escaped, control and bidi-override characters
 * removed, invalid UTF-8 replaced, at most eight marks on a letter. No links, no line breaks. NULL gives "". */
char *kz_markup_escape (const char *text);
/* (transfer full): the same with line breaks as <br> and http, https, mailto, tel and geo links
 * made clickable; the target always stands in the visible text. */
char *kz_markup_from_text (const char *text);
/* (transfer full): @html with every line but the first indented: where a host begins each message
 * with its time and speaker, no text can bring a line that begins so, too. */
char *kz_markup_hang (const char *html);
/* (transfer full): "label: URL" with the URL clickable, or the URL alone when the label is the same
 * or empty: some hosts drop the target of a link, and one writes it behind a label by itself. A
 * URL of another scheme is shown as text. */
char *kz_markup_link (const char *url, const char *label);
/* (transfer full): what a person typed, as plain text: entities decoded, <br> and block ends as
 * line breaks, links as "label (URL)" or the URL, all other tags dropped, "/me waves" as "*waves*".
 */
char *kz_markup_to_text (const char *html);
/* (transfer full): a name fit for one line: control, bidi and zero-width characters removed
 * (joiners that scripts need stay), white space folded, combining marks bounded, at most 80
 * characters. "" when nothing is left. Plain text, not HTML. */
char *kz_markup_clean_name (const char *name);
/* (transfer full): the first words of @text on one line, at most @max_chars, with an ellipsis. */
char *kz_markup_excerpt (const char *text, guint max_chars);

G_END_DECLS
