/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-notices.h"

#include "kz-markup.h"
#include "kz-purple-lines.h"
#include "kz-render.h"

#include "kz-i18n.h"

/* Lines that could not be read are told at once, then in one sum a minute. */
#define LOST_TIMER "lost-lines"
#define LOST_DELAY_US (60 * G_USEC_PER_SEC)

/* (transfer full) (nullable): plain text; @detail is "" when there is none. */
static char *
words (KzNotice notice, const char *detail)
{
  switch (notice) {
  case KZ_NOTICE_NO_WEBHOOKS:
    return g_strdup (_ ("Texts and pictures of others cannot arrive: Kaizala delivers them only to "
                        "an address on the internet. Set webhook_url to an https address that is "
                        "passed on to webhook_listen. Polls, jobs and the like are shown without "
                        "it."));
  case KZ_NOTICE_LISTEN_FAILED:
    return g_strdup_printf (_ ("Nothing can be received at webhook_listen (%s). Texts of others do "
                               "not arrive in this session; sending works."),
                            detail);
  case KZ_NOTICE_SECOND_PROCESS:
    return g_strdup (_ ("Another program has signed on with this account and receives its texts. "
                        "This one shows polls, jobs and the like, and can send."));
  case KZ_NOTICE_STORE_DAMAGED:
    return g_strdup (_ ("What was remembered of this account could not be read. The file was set "
                        "aside and begun anew: some lines may be shown again."));
  case KZ_NOTICE_STORE_UNWRITABLE:
    return g_strdup_printf (_ ("Nothing can be remembered of this account (%s). Lines may be shown "
                               "again at the next sign-on."),
                            detail);
  case KZ_NOTICE_MAYBE_OLDER:
    return g_strdup (_ ("Texts that came while you were away carry no time: they may be older than "
                        "they look."));
  case KZ_NOTICE_WEBHOOK_REFUSED:
    return g_strdup_printf (_ ("Texts of this group cannot arrive: Kaizala refused to deliver them "
                               "(%s)."),
                            detail);
  case KZ_NOTICE_GROUP_TOKEN:
    return g_strdup (_ ("This refresh token is that of one group: no other group can be seen with "
                        "it."));
  case KZ_NOTICE_PIN_SENT:
    return NULL; /* The prompt says so. */
  case KZ_NOTICE_RECONNECTING:
    return NULL; /* Nobody who is online needs to do anything. */
  case KZ_NOTICE_WAITING:
    return NULL; /* tell_wait() */
  case KZ_NOTICE_LINE_LOST:
    return g_strdup (_ ("Something came that could not be read and is not shown."));
  }
  return NULL;
}

static void
lost_lines_cb (gpointer data)
{
  KzSession *session = data;
  guint count = session->lost_lines;
  session->lost_lines = 0;
  if (count == 0)
    return;
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u more delivery came that could not be read and is not shown.",
                "%u more deliveries came that could not be read and are not shown.", count),
      count);
  kz_session_notice (session, text);
  kz_clock_set (session->clock, session, LOST_TIMER, LOST_DELAY_US, lost_lines_cb, session);
}

/* Whether it is the first in a while; others are counted. */
static gboolean
is_first_lost (KzSession *session)
{
  if (kz_clock_is_set (session->clock, session, LOST_TIMER)) {
    session->lost_lines++;
    return FALSE;
  }
  kz_clock_set (session->clock, session, LOST_TIMER, LOST_DELAY_US, lost_lines_cb, session);
  return TRUE;
}

/* Pidgin and Finch show no progress: there it is a window, but only once. */
static void
tell_wait (KzSession *session, gint64 until_us)
{
  const KzRenderContext context = {.now_us = kz_clock_wall_us (session->clock),
                                   .zone = session->zone};
  g_autofree char *time = kz_render_time (&context, until_us);
  g_autofree char *text
      /* Translators: %s is a time, such as "today 14:05". */
      = g_strdup_printf (_ ("Kaizala takes no calls of this connector at the moment. Signing on "
                            "goes on by itself: %s."),
                         time);
  purple_connection_update_progress (session->gc, text, 1, 4);
  if (!session->has_told_wait && session->host.ui != KZ_UI_BITLBEE)
    kz_session_notice (session, text);
  session->has_told_wait = TRUE;
}

void
kz_notices_show (KzSession *session, const KzEvent *event)
{
  if (event->notice == KZ_NOTICE_WAITING) {
    tell_wait (session, event->time_us);
    return;
  }
  if (event->notice == KZ_NOTICE_LINE_LOST && !is_first_lost (session))
    return;
  g_autofree char *text = words (event->notice, event->detail != NULL ? event->detail : "");
  if (text == NULL)
    return;
  if (event->group_id == NULL) {
    kz_session_notice (session, text);
    return;
  }
  g_autofree char *html = kz_markup_from_text (text);
  KzLine line = {.html = html, .is_history = TRUE};
  kz_lines_deliver (session, event->group_id, &line);
}
