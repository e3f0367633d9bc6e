/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-chat.h"

G_BEGIN_DECLS

/**
 * KzLine:
 * @who: the speaker's name in the room; %NULL: the plugin itself
 * @html: escaped already
 * @time_us: 0: now
 * @is_history: the scene of a new group: never opens a window, never announced
 * @is_late: older than it looks, but news: opens a window and is announced like any other line
 * @event: (nullable): what @html was made of: it is made anew when the line has to wait, as "today"
 *   may be yesterday by then
 */
typedef struct {
  const char *who;
  const char *html;
  PurpleMessageFlags flags;
  gint64 time_us;
  gboolean is_history;
  gboolean is_late;
  const KzEvent *event;
} KzLine;

/* The lines that wait for their room to be opened. */
KzLines *kz_lines_new (void);
void kz_lines_free (KzLines *lines);

/* Writes into an open room. The one place where a conversation is written to. */
void kz_room_write (KzSession *session, KzRoom *room, const KzLine *line);
/* A word of the plugin itself; plain text. */
void kz_room_say (KzSession *session, KzRoom *room, const char *text);
void kz_room_say_html (KzSession *session, KzRoom *room, const char *html);
/* Our own line, typed here: each host shows it once. */
void kz_room_own_line (KzSession *session, KzRoom *room, const char *html);
/**
 * kz_lines_point_at_prompt:
 *
 * Where a prompt opens behind the window that has the keyboard, says in that window where it is:
 * what is typed there otherwise goes to somebody else.
 */
void kz_lines_point_at_prompt (KzSession *session);
/* Takes that back where it has a window of its own. */
void kz_lines_prompt_is_gone (KzSession *session);
/* Our own words in a private conversation that the host does not show by itself. */
void kz_lines_own_to (KzSession *session, const char *who, const char *html,
                      PurpleMessageFlags flags);
/* A word of the plugin in a private conversation. */
void kz_lines_say_to (KzSession *session, const char *who, const char *text);

/**
 * kz_lines_deliver:
 *
 * Shows a line in its room, opens the room for it, or keeps it until somebody opens the room: as
 * the person's option and the host say.
 */
void kz_lines_deliver (KzSession *session, const char *group_id, const KzLine *line);

/* KzEngineCallbacks.may_show. */
gboolean kz_lines_may_show (const char *group_id, gpointer data);

/* A room was opened: gives out what waited for it. */
void kz_lines_room_opened (KzSession *session, const char *group_id);
/**
 * kz_lines_group_removed:
 *
 * We are not in a group any more, and its room opens no more: what waited for that is told outside
 * of it. To be called while the group's chat is still in the list.
 */
void kz_lines_group_removed (KzSession *session, const char *group_id);
/* The account is online: what came before can be shown. */
void kz_lines_connected (KzSession *session);

G_END_DECLS
