/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-send.h"

#include "kz-command.h"
#include "kz-limits.h"
#include "kz-markup.h"
#include "kz-purple-ask.h"
#include "kz-purple-commands.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"
#include "kz-purple-pictures.h"
#include "kz-text.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

char *
kz_send_with_words (const char *what, const char *typed)
{
  /* Translators: %1$s says what happened to it, %2$s is what the person typed. */
  return g_strdup_printf (_ ("%1$s\nYou wrote: %2$s"), what, typed);
}

void
kz_send_give_back (KzSession *session, KzRoom *room, const char *why, const char *typed)
{
  g_autofree char *text = g_strdup_printf (
      /* Translators: %1$s is the reason, %2$s what the person typed. */
      _ ("Not sent: %1$s\nYou wrote: %2$s"), why, typed);
  kz_room_say (session, room, text);
}

/* (transfer full) (nullable): why plain text cannot be sent into that room, and what can. */
static char *
refusal (KzSession *session, KzRoom *room)
{
  if (room->is_left)
    return g_strdup (_ ("you are not in this group any more."));
  const KzGroup *group = kz_directory_group (session->directory, room->group_id);
  if (group == NULL)
    return NULL;
  switch (kz_group_may_write (group)) {
  case KZ_WRITE_YES:
  case KZ_WRITE_TARGETED:
    return NULL;
  case KZ_WRITE_ANNOUNCE_ONLY:
    return g_strdup_printf (
        /* Translators: %sannounce is a command to type; do not translate "announce". */
        _ ("a group with subgroups takes no plain text. %sannounce TEXT sends it as an "
           "announcement."),
        session->host.command_prefix);
  case KZ_WRITE_NO:
    return g_strdup (_ ("you can only read in this group."));
  }
  return NULL;
}

void
kz_send_text (KzSession *session, KzRoom *room, const char *text)
{
  g_autofree char *why = refusal (session, room);
  if (why != NULL) {
    kz_send_give_back (session, room, why, text);
    return;
  }
  g_auto (GStrv) pieces = kz_text_split (text, KZ_MESSAGE_MAX_UNITS);
  g_autofree char *group_id = g_strdup (room->group_id);
  kz_engine_touch_group (session->engine, group_id);
  for (gsize i = 0; pieces != NULL && pieces[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    guint64 id = kz_engine_send_text (session->engine, group_id, pieces[i], pieces[i], &error);
    room = kz_room_of_group (session, group_id);
    if (room == NULL)
      continue;
    if (id == 0) {
      g_autofree char *reason = kz_errors_in_room (error);
      g_autofree char *rest = g_strjoinv (" ", pieces + i);
      kz_send_give_back (session, room, reason, rest);
      return;
    }
    g_autofree char *html = kz_markup_from_text (pieces[i]);
    kz_room_own_line (session, room, html);
  }
}

void
kz_send_announcement (
    KzSession *session, const char *group_id, const char *title, const char *text, const char *typed)
{
  g_autoptr (GError) error = NULL;
  if (kz_engine_announce (session->engine, group_id, title, text, typed, &error) != 0)
    return;
  g_autofree char *reason = kz_errors_in_room (error);
  KzRoom *room = kz_room_of_group (session, group_id);
  if (room != NULL)
    kz_send_give_back (session, room, reason, typed);
}

static void
deliver_note (KzSession *session, const KzEvent *event, const char *text)
{
  g_autofree char *html = kz_markup_from_text (text);
  KzLine line = {.html = html};
  kz_lines_deliver (session, event->group_id, &line);
}

void
kz_send_outcome (KzSession *session, const KzEvent *event)
{
  gint64 id = (gint64) event->send_id;
  const char *typed = event->typed != NULL ? event->typed : "";
  if (event->kind == KZ_EVENT_SEND_CONFIRMED) {
    if (g_hash_table_remove (session->unresolved, &id))
      deliver_note (session, event, _ ("Your line that was in doubt has arrived."));
    return;
  }
  g_autofree char *reason = kz_errors_in_room (event->error);
  g_autofree char *text = NULL;
  if (event->kind == KZ_EVENT_SEND_UNRESOLVED) {
    g_hash_table_add (session->unresolved, g_memdup2 (&id, sizeof id));
    text = g_strdup_printf (
        /* Translators: %1$s is the reason, %2$s what the person typed. */
        _ ("This may not have arrived (%1$s). It is not sent again by itself.\nYou wrote: %2$s"),
        reason, typed);
  } else {
    text = g_strdup_printf (_ ("Not sent: %1$s\nYou wrote: %2$s"), reason, typed);
  }
  deliver_note (session, event, text);
}

int
kz_send_chat (PurpleConnection *gc, int id, const char *message, PurpleMessageFlags flags)
{
  KzSession *session = kz_session_of (gc);
  KzRoom *room = kz_room_of_id (session, id);
  if (room == NULL || message == NULL || session->engine == NULL)
    return -ENOTCONN;
  if (kz_pictures_send (session, room, message))
    return 1;
  g_autofree char *text = kz_markup_to_text (message);
  g_autoptr (KzInput) input = kz_command_read (text);
  switch (input->kind) {
  case KZ_INPUT_TEXT:
    if (kz_wizards_take_line (session, room, input->text != NULL ? input->text : text))
      break;
    kz_send_text (session, room, input->text != NULL ? input->text : text);
    break;
  case KZ_INPUT_COMMAND:
    kz_commands_run (session, room, input, text);
    break;
  case KZ_INPUT_ERROR:
    kz_send_give_back (session, room, input->error, text);
    break;
  }
  return 1;
}
