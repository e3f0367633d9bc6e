/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-events.h"

#include "kz-markup.h"
#include "kz-purple-blist.h"
#include "kz-purple-chat.h"
#include "kz-purple-direct.h"
#include "kz-purple-lines.h"
#include "kz-purple-members.h"
#include "kz-purple-notices.h"
#include "kz-purple-people.h"
#include "kz-purple-pictures.h"
#include "kz-purple-send.h"
#include "kz-purple-signals.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
kz_events_render_context (KzSession *session, KzRenderContext *context)
{
  *context = (KzRenderContext){
      .person_name = kz_person_spoken_name,
      .data = session,
      .zone = session->zone,
      .now_us = kz_clock_wall_us (session->clock),
      .own_phone = session->phone,
      .own_id = kz_directory_own_user_id (session->directory),
      .command_prefix = session->host.command_prefix,
      .dates_in_text = session->host.dates_in_text,
  };
}

/* --- Groups and people --- */

static void
group_changed (KzSession *session, const KzEvent *event)
{
  kz_blist_put_group (session, event->group);
  kz_room_group_changed (session, event->group->id);
}

static void
group_removed (KzSession *session, const KzEvent *event)
{
  kz_room_group_removed (session, event->group_id);
  kz_lines_group_removed (session, event->group_id);
  kz_blist_remove_group (session, event->group_id);
}

static void
members_loaded (KzSession *session, const KzEvent *event)
{
  KzRoom *room = kz_room_of_group (session, event->group_id);
  if (room != NULL)
    kz_members_sync (session, room);
  kz_direct_follow (session, event->group_id);
  kz_people_members_loaded (session, event->group_id);
}

/* --- Lines --- */

/* Whether somebody calls us by name in it. */
static gboolean
calls_us (KzSession *session, const char *text)
{
  const char *name = kz_directory_own_name (session->directory);
  return name != NULL && *name != '\0' && text != NULL && purple_utf8_has_word (text, name);
}

/* It happened earlier than it is shown. */
static gboolean
is_old (const KzEvent *event)
{
  return event->is_history || event->is_late;
}

static PurpleMessageFlags
line_flags (const KzEvent *event)
{
  PurpleMessageFlags flags = is_old (event) ? PURPLE_MESSAGE_DELAYED : 0;
  /* SEND alone is the echo of what was typed here, and BitlBee hides it. */
  return flags |
         (event->is_own ? PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_REMOTE_SEND : PURPLE_MESSAGE_RECV);
}

/* Something that a person said or posted. FALSE: it makes no line. */
static gboolean
spoken_line (KzSession *session, const KzEvent *event, const KzPerson *sender, const char *text)
{
  KzRenderContext context;
  kz_events_render_context (session, &context);
  g_autofree char *html = kz_render_event (&context, event);
  if (html == NULL || event->group_id == NULL)
    return FALSE;
  g_autofree char *who = NULL;
  if (event->is_own)
    who = g_strdup (purple_account_get_username (session->account));
  else
    who = kz_person_name (session, sender);
  KzLine line = {
      .who = who,
      .html = html,
      .flags = line_flags (event),
      .time_us = event->time_us,
      .is_history = event->is_history,
      .is_late = event->is_late,
      .event = event,
  };
  if (!event->is_own && calls_us (session, text))
    line.flags |= PURPLE_MESSAGE_NICK;
  kz_lines_deliver (session, event->group_id, &line);
  return TRUE;
}

/* Something that happened to an action or to the group; the line says who did it. FALSE: it makes
 * no line. */
static gboolean
told_line (KzSession *session, const KzEvent *event)
{
  KzRenderContext context;
  kz_events_render_context (session, &context);
  g_autofree char *html = kz_render_event (&context, event);
  if (html == NULL || event->group_id == NULL)
    return FALSE;
  KzLine line = {
      .html = html,
      .flags = is_old (event) ? PURPLE_MESSAGE_DELAYED : 0,
      .time_us = event->time_us,
      .is_history = event->is_history,
      .is_late = event->is_late,
      .event = event,
  };
  kz_lines_deliver (session, event->group_id, &line);
  return TRUE;
}

/* Who came or went is worth a line where somebody looks, and no window. */
static void
membership (KzSession *session, const KzEvent *event)
{
  kz_members_changed (session, event->group_id);
  kz_direct_follow (session, event->group_id);
  if (event->kind != KZ_EVENT_MEMBER_REMOVED)
    kz_people_member_changed (session, event->group_id, event->membership->member);
  if (kz_room_of_group (session, event->group_id) != NULL)
    told_line (session, event);
}

static void
posted (KzSession *session, const KzEvent *event)
{
  const KzPerson *sender = event->sender != NULL ? event->sender : event->action->sender;
  gboolean is_shown = spoken_line (session, event, sender, event->action->text);
  kz_pictures_show (session, event);
  if (is_shown)
    kz_signals_emit (session, event);
}

/* --- The switch --- */

void
kz_events_handle (const KzEvent *event, gpointer data)
{
  KzSession *session = data;
  /* Who listens to signals may sign off. */
  g_autoptr (KzSession) hold G_GNUC_UNUSED = kz_session_ref (session);
  if (session->is_closed || session->has_failed)
    return;
  if (session->is_closing) {
    if (event->kind == KZ_EVENT_SEND_FAILED || event->kind == KZ_EVENT_SEND_UNRESOLVED)
      kz_send_outcome (session, event);
    return;
  }
  switch (event->kind) {
  case KZ_EVENT_GROUP_ADDED:
  case KZ_EVENT_GROUP_CHANGED:
    group_changed (session, event);
    break;
  case KZ_EVENT_GROUP_REMOVED:
    group_removed (session, event);
    break;
  case KZ_EVENT_MEMBERS_LOADED:
    members_loaded (session, event);
    break;
  case KZ_EVENT_MEMBER_ADDED:
  case KZ_EVENT_MEMBER_CHANGED:
  case KZ_EVENT_MEMBER_REMOVED:
    membership (session, event);
    break;
  case KZ_EVENT_MESSAGE:
    spoken_line (session, event, event->text->sender, event->text->text);
    break;
  case KZ_EVENT_ATTACHMENT:
  case KZ_EVENT_ACTION_ADDED:
    posted (session, event);
    break;
  case KZ_EVENT_ACTION_CHANGED:
  case KZ_EVENT_RESPONSE:
  case KZ_EVENT_REACTION:
    if (told_line (session, event))
      kz_signals_emit (session, event);
    break;
  case KZ_EVENT_SEND_CONFIRMED:
  case KZ_EVENT_SEND_FAILED:
  case KZ_EVENT_SEND_UNRESOLVED:
    kz_send_outcome (session, event);
    break;
  case KZ_EVENT_NOTICE:
    kz_notices_show (session, event);
    break;
  }
}
