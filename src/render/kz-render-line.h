/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-limits.h"
#include "kz-render.h"

G_BEGIN_DECLS

/* What the lines of this layer are made of; for its own files only. Everything that says "plain"
 * is not escaped yet. */

/* Titles, names and choices are cut at these numbers of characters. */
#define KZ_LINE_QUOTE_MAX 40
#define KZ_LINE_TITLE_MAX 500
/* Four times what one message can have. */
#define KZ_LINE_WORDS_MAX (4 * KZ_MESSAGE_MAX_UNITS)

/* (transfer full): the plain name to show for @person (nullable); "Somebody" when nothing is known.
 */
char *kz_line_who (const KzRenderContext *context, const KzPerson *person);
/* The same for a phone number, "you" for our own. */
char *kz_line_who_by_phone (const KzRenderContext *context, const char *phone);
gboolean kz_line_is_self (const KzRenderContext *context, const KzPerson *person);

/* (transfer full): what the action is about, on one plain line: its title, else its text, else the
 * name of its first file; "" when it has none. */
char *kz_line_title (const KzAction *action, guint max_chars);
/* (transfer full): plain: [k3f] “Lunch?”, as far as known. @action and @handle are nullable. */
char *kz_line_reference (const KzAction *action, const char *handle);
/* (transfer full): plain: Poll [k3f] “Lunch?” */
char *kz_line_named_reference (const KzAction *action, const char *handle);
/* (transfer full): plain: what to type, "!vote k3f 1". @rest (nullable). */
char *kz_line_command (const KzRenderContext *context,
                       const char *verb,
                       const char *handle,
                       const char *rest);

/* Adds a part behind a dash, or as the first one. Empty parts are left out. */
void kz_line_add_html (GString *html, const char *part);
void kz_line_add (GString *html, const char *plain_part);
/* The same for a string that is not used any more (nullable). */
void kz_line_take (GString *html, char *plain_part);
/* Begins a new line with @plain. */
void kz_line_break (GString *html, const char *plain);

/* A kind as the first word of a line, "Poll". Plain, static. */
const char *kz_line_label (KzActionKind kind);
/* (transfer full): the same of @action; of a kind that we do not know, what the service calls it. */
char *kz_line_action_label (const KzAction *action);

/* Whether it is on the user's calendar day of now. */
gboolean kz_line_is_today (const KzRenderContext *context, gint64 time_us);

/* (transfer full) (element-type int) (nullable): votes for each of the choices of the action, from
 * the counts or else from the answers; NULL when neither was understood. *@choices are theirs
 * (transfer none). */
GArray *kz_line_votes (const KzAction *action, const KzTally *tally, char ***choices);
/* (transfer full) (nullable): plain: "Pizza 3, Salad 1", "2 of 3 done", "4 answers"; NULL when the
 * tally tells nothing. */
char *kz_line_tally (const KzAction *action, const KzTally *tally);
/* (transfer full) (nullable): the same behind somebody's answer, where it must stay short: of a long
 * one only how many there are. */
char *kz_line_standing (const KzAction *action, const KzTally *tally);
/* (transfer full): plain: "Which day: Mon; How many: 2"; "" without answers. */
char *kz_line_answers (const KzResponse *response);
/* Whether @answer, one readable text, names @option: alone or in a list. */
gboolean kz_line_answer_has (const char *answer, const char *option);

/* (transfer full): HTML of what somebody wrote. Of a text that no program of the service lets anybody
 * write, the beginning and how much is left out: a host lays out a megabyte for minutes. */
char *kz_line_words (const char *plain);

G_END_DECLS
