/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-event.h"

G_BEGIN_DECLS

/**
 * KzRenderContext:
 * @person_name: (nullable return): the shown name for what an answer tells of a person; plain text
 * @zone: the user's time zone
 * @now_us: wall clock
 * @own_phone: (nullable), @own_id: (nullable): to say "you" of an assignee or responder
 * @command_prefix: what commands begin with in this host's hints: "!" or "/"
 * @dates_in_text: the host shows no date of old lines: put it in front
 */
typedef struct {
  char *(*person_name) (const KzPerson *person, gpointer data);
  gpointer data;
  GTimeZone *zone;
  gint64 now_us;
  const char *own_phone;
  const char *own_id;
  const char *command_prefix;
  gboolean dates_in_text;
} KzRenderContext;

/* All return HTML (transfer full) in which every server text is escaped. Lines are compact and read
 * well when tags are stripped: link targets stand in the text, <br> separates lines. The speaker's
 * name is not in them (the host shows it), except where the doc says so. */

/* Text, attachment, action, response, reaction, membership or changed tally; (nullable): NULL for
 * kinds of event that are no chat line. Responses, reactions and changes are one short line that
 * quotes the handle and the first words; they name who did it. */
char *kz_render_event (const KzRenderContext *context, const KzEvent *event);

/* A whole action: kind, title, choices or questions, due or expiry, handle, what to type. */
char *kz_render_action (const KzRenderContext *context, const KzAction *action, const char *handle);
/* The long answer to !results: counts, a bar of characters, names where not anonymous; says so
 * when the answer of the server was not understood. @action (nullable). */
char *kz_render_results (const KzRenderContext *context, const KzAction *action,
                         const KzTally *tally, const char *handle);
/* The short name of a kind in the user's language, e.g. "poll". Plain text. */
const char *kz_render_action_kind (KzActionKind kind);
/* (transfer full): plain text that names one of them: "Poll [k3f] “Lunch?”". @handle: (nullable) */
char *kz_render_reference (const KzAction *action, const char *handle);
const char *kz_render_role (KzRole role);
const char *kz_render_group_kind (KzGroupKind kind);
/* "today 15:00", "tomorrow 9:30", "3 Dec 15:00", with year when not this one. Plain text. */
char *kz_render_time (const KzRenderContext *context, gint64 time_us);

G_END_DECLS
