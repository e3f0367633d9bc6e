/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-host.h"

#include "kz-limits.h"
#include "kz-markup.h"

static const struct {
  const char *name;
  KzUi ui;
} uis[] = {
    {"gtk-gaim", KZ_UI_PIDGIN},
    {"gnt-purple", KZ_UI_FINCH},
    {"BitlBee", KZ_UI_BITLBEE},
};

/* A room of more people in Pidgin makes each new buddy cost a walk over all of them. */
#define CROWDED_ROOM 1000

/* More names than this fill the window of a terminal, and push what was said out of it. */
#define READABLE_LIST 50

static KzUi
which_ui (void)
{
  const char *name = purple_core_get_ui ();
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (uis); i++)
    if (g_ascii_strcasecmp (name, uis[i].name) == 0)
      return uis[i].ui;
  return KZ_UI_OTHER;
}

void
kz_host_detect (KzHost *host)
{
  g_return_if_fail (host != NULL);
  PurpleRequestUiOps *requests = purple_request_get_ui_ops ();
  *host = (KzHost){.ui = which_ui ()};
  gboolean is_irc = host->ui == KZ_UI_BITLBEE;
  /* A program that we do not know and that has forms is taken for one with an input line. */
  host->has_commands = host->ui == KZ_UI_PIDGIN || host->ui == KZ_UI_FINCH ||
                       (!is_irc && requests != NULL && requests->request_fields != NULL);
  host->has_forms = !is_irc && requests != NULL && requests->request_fields != NULL;
  host->has_long_fields = host->has_forms && host->ui != KZ_UI_FINCH;
  host->has_files = !is_irc;
  host->command_prefix = host->has_commands ? "/" : "!";
  host->keeps_chat_nodes = !is_irc;
  host->keeps_settings = !is_irc;
  host->expands_rooms = host->ui == KZ_UI_PIDGIN;
  host->opens_rooms = !is_irc;
  host->dates_in_text = host->ui == KZ_UI_FINCH || is_irc;
  host->times_are_lost = is_irc;
  host->loses_wakeups = is_irc;
  host->ascii_names = is_irc;
  host->shows_pictures = host->ui == KZ_UI_PIDGIN;
  host->prompts_in_background = host->ui == KZ_UI_FINCH;
  host->lists_people = host->ui == KZ_UI_FINCH ? READABLE_LIST : 0;
  host->room_users_max = host->ui == KZ_UI_FINCH ? KZ_FINCH_ROOM_USERS : 0;
  host->crowded_room = host->ui == KZ_UI_PIDGIN ? CROWDED_ROOM : 0;
}

void
kz_host_notice (const KzHost *host, PurpleConnection *gc, const char *title, const char *text)
{
  kz_host_notice_open (host, gc, title, text, NULL, NULL);
}

gpointer
kz_host_notice_open (const KzHost *host,
                     PurpleConnection *gc,
                     const char *title,
                     const char *text,
                     PurpleNotifyCloseCallback closed_cb,
                     gpointer data)
{
  g_return_val_if_fail (host != NULL && gc != NULL && text != NULL, NULL);
  /* The primary line is what BitlBee prints; a window shows title and both lines. */
  return purple_notify_message (gc, PURPLE_NOTIFY_MSG_INFO, "Kaizala", title, text, closed_cb,
                                data);
}

void
kz_host_show_lines (const KzHost *host, PurpleConnection *gc, const char *heading, const char *html)
{
  g_return_if_fail (host != NULL && gc != NULL && heading != NULL && html != NULL);
  if (host->ui != KZ_UI_BITLBEE) {
    purple_notify_formatted (gc, "Kaizala", heading, NULL, html, NULL, NULL);
    return;
  }
  g_autofree char *text = kz_markup_to_text (html);
  kz_host_notice (host, gc, heading, text);
}
