/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <purple.h>

G_BEGIN_DECLS

typedef enum {
  KZ_UI_OTHER,
  KZ_UI_PIDGIN,
  KZ_UI_FINCH,
  KZ_UI_BITLBEE,
} KzUi;

/**
 * KzHost:
 * @has_commands: "/verb" reaches purple_cmd
 * @has_forms: windows with several fields
 * @has_long_fields: a field of such a window can have several lines
 * @has_files: the person's files are on this machine
 * @command_prefix: what hints begin with
 * @keeps_chat_nodes: chats in the buddy list are shown, and survive a sign-off
 * @keeps_settings: what is written into an account's settings is there at the next sign-on
 * @expands_rooms: the room list is a tree, and what has something below it can be joined too; Finch
 *   can do neither with such a row
 * @opens_rooms: a room may open by itself at its first new line
 * @dates_in_text: old lines are shown without their date
 * @times_are_lost: an old time goes to the IRC client, and many show the hour of arrival instead: a
 *   line whose text has its date is given as of now, so that the date stands there once
 * @loses_wakeups: threads do not always wake the main loop: it must be kept turning
 * @ascii_names: of a name only ASCII letters survive
 * @shows_pictures: an <img> of a line is shown as a picture, and a chat of the list has one beside it
 * @prompts_in_background: a request opens behind the window that has the keyboard
 * @lists_people: each batch of people is written into the conversation, name by name; more than that many
 *   names are no list to read. 0: none is
 * @room_users_max: more people in one room freeze it; 0: no bound
 * @crowded_room: while a room with more people is open, new buddies freeze it; 0: no bound
 *
 * What the program that we live in can show. Decided once per sign-on from its name and the
 * operations that it has set.
 */
typedef struct {
  KzUi ui;
  gboolean has_commands;
  gboolean has_forms;
  gboolean has_long_fields;
  gboolean has_files;
  const char *command_prefix;
  gboolean keeps_chat_nodes;
  gboolean keeps_settings;
  gboolean expands_rooms;
  gboolean opens_rooms;
  gboolean dates_in_text;
  gboolean times_are_lost;
  gboolean loses_wakeups;
  gboolean ascii_names;
  gboolean shows_pictures;
  gboolean prompts_in_background;
  guint lists_people;
  guint room_users_max;
  guint crowded_room;
} KzHost;

void kz_host_detect (KzHost *host);

/**
 * kz_host_notice:
 * @title: plain text
 * @text: plain text
 *
 * Tells the person something about the account that belongs to no room, where this host shows it.
 */
void kz_host_notice (const KzHost *host, PurpleConnection *gc, const char *title, const char *text);

/**
 * kz_host_notice_open:
 * @closed_cb: (nullable): called with @data once when it is closed, by whomever; also at once when
 * it is not shown
 *
 * The same where it can become out of date.
 *
 * Returns: (nullable): for purple_notify_close() with PURPLE_NOTIFY_MESSAGE, until @closed_cb
 */
gpointer kz_host_notice_open (const KzHost *host,
                              PurpleConnection *gc,
                              const char *title,
                              const char *text,
                              PurpleNotifyCloseCallback closed_cb,
                              gpointer data);

/**
 * kz_host_show_lines:
 * @heading: plain text
 * @html: lines, with <br> between them
 *
 * The same for what may be long: in a window that scrolls where the host has one.
 */
void kz_host_show_lines (const KzHost *host,
                         PurpleConnection *gc,
                         const char *heading,
                         const char *html);

G_END_DECLS
