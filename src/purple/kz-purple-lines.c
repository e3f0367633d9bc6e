/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-lines.h"

#include "kz-purple-direct.h"
#include "kz-purple-people.h"

#include "kz-limits.h"
#include "kz-markup.h"
#include "kz-purple-blist.h"
#include "kz-purple-events.h"

#include "kz-i18n.h"
#include <string.h>

/* Of lines for a room that nobody opens that the engine does not keep: reactions and counts. */
#define MAX_KEPT 200
/* Several rooms that get lines at sign-on are named in one notice. */
#define ANNOUNCE_DELAY_US (3 * G_USEC_PER_SEC)
#define ANNOUNCE_TIMER "announce"
#define MAX_ANNOUNCED 10

/**
 * KeptLine:
 * @after: lines that the engine kept before it came
 * @event: (nullable): what is shown is made of it when it is given out
 * @html: (nullable): of what has no event
 */
typedef struct {
  guint after;
  char *who;
  KzEvent *event;
  char *html;
  PurpleMessageFlags flags;
  gint64 time_us;
  gboolean is_history;
  gboolean is_late;
} KeptLine;

/**
 * Kept:
 * @title: (nullable): of the room when its latest line came: later it may have no name any more
 * @fresh: lines that are no history: worth saying that they wait
 * @dropped: how many were let go because nobody opened the room
 */
typedef struct {
  GQueue lines;
  char *title;
  guint fresh;
  guint dropped;
  gboolean is_announced;
} Kept;

struct _KzLines {
  GHashTable *kept; /* (element-type utf8 Kept) */
  guint opened_by_itself;
};

static void
kept_line_free (KeptLine *line)
{
  g_free (line->who);
  kz_event_free (line->event);
  g_free (line->html);
  g_free (line);
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;
  g_queue_clear_full (&kept->lines, (GDestroyNotify) kept_line_free);
  g_free (kept->title);
  g_free (kept);
}

KzLines *
kz_lines_new (void)
{
  KzLines *lines = g_new0 (KzLines, 1);
  lines->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
  return lines;
}

void
kz_lines_free (KzLines *lines)
{
  g_hash_table_unref (lines->kept);
  g_free (lines);
}

static Kept *
kept_of (KzSession *session, const char *group_id)
{
  Kept *kept = g_hash_table_lookup (session->lines->kept, group_id);
  if (kept == NULL) {
    kept = g_new0 (Kept, 1);
    g_queue_init (&kept->lines);
    g_hash_table_insert (session->lines->kept, g_strdup (group_id), kept);
  }
  return kept;
}

/* --- Writing --- */

static time_t
now_seconds (KzSession *session)
{
  return (time_t) (kz_clock_wall_us (session->clock) / G_USEC_PER_SEC);
}

static time_t
seconds (KzSession *session, const KzLine *line)
{
  gint64 now_us = kz_clock_wall_us (session->clock);
  gboolean is_now =
      line->time_us <= 0 || ((line->is_history || line->is_late) && session->host.times_are_lost);
  return (time_t) ((is_now ? now_us : line->time_us) / G_USEC_PER_SEC);
}

/* (transfer full): BitlBee puts the speaker before every line of a message. */
static char *
laid_out (KzSession *session, const char *html)
{
  return session->host.ui == KZ_UI_BITLBEE ? g_strdup (html) : kz_markup_hang (html);
}

/* At sign-off libpurple has let go of the chats and drops what is written to them; the windows are
 * still there. */
static void
write_last_words (KzSession *session, KzRoom *room, const KzLine *line, PurpleMessageFlags flags)
{
  PurpleConversation *conversation = purple_find_conversation_with_account (
      PURPLE_CONV_TYPE_CHAT, room->conversation_name, session->account);
  PurpleConversationUiOps *ops =
      conversation != NULL ? purple_conversation_get_ui_ops (conversation) : NULL;
  const char *who = line->who != NULL ? line->who : KZ_SPEAKER;
  time_t when = seconds (session, line);
  if (ops == NULL)
    return;
  g_autofree char *html = laid_out (session, line->html);
  if (session->host.ui == KZ_UI_BITLBEE && ops->write_chat != NULL)
    ops->write_chat (conversation, who, html, flags, when);
  else if (ops->write_conv != NULL)
    ops->write_conv (conversation, who, who, html, flags, when);
}

void
kz_room_write (KzSession *session, KzRoom *room, const KzLine *line)
{
  /* BitlBee drops what is written without a speaker, or by purple_conversation_write(). */
  PurpleMessageFlags flags = line->who != NULL ? line->flags : line->flags | PURPLE_MESSAGE_SYSTEM;
  if (session->is_closing) {
    write_last_words (session, room, line, flags);
    return;
  }
  g_autofree char *html = laid_out (session, line->html);
  serv_got_chat_in (session->gc, room->id, line->who != NULL ? line->who : KZ_SPEAKER, flags, html,
                    seconds (session, line));
}

void
kz_room_say_html (KzSession *session, KzRoom *room, const char *html)
{
  KzLine line = {.html = html};
  kz_room_write (session, room, &line);
}

void
kz_room_say (KzSession *session, KzRoom *room, const char *text)
{
  g_autofree char *html = kz_markup_from_text (text);
  kz_room_say_html (session, room, html);
}

void
kz_room_own_line (KzSession *session, KzRoom *room, const char *html)
{
  KzLine line = {
      .who = purple_account_get_username (session->account),
      .html = html,
      .flags = PURPLE_MESSAGE_SEND,
  };
  kz_room_write (session, room, &line);
}

static void
write_own_im (KzSession *session,
              const char *who,
              const char *html,
              PurpleMessageFlags flags,
              time_t when)
{
  PurpleConversation *conversation = purple_find_conversation_with_account (
      PURPLE_CONV_TYPE_IM, who, session->account);
  if (conversation == NULL)
    conversation = purple_conversation_new (PURPLE_CONV_TYPE_IM, session->account, who);
  g_autofree char *hanging = laid_out (session, html);
  purple_conv_im_write (PURPLE_CONV_IM (conversation),
                        purple_account_get_username (session->account), hanging, flags, when);
}

void
kz_lines_own_to (KzSession *session, const char *who, const char *html, PurpleMessageFlags flags)
{
  write_own_im (session, who, html, flags, now_seconds (session));
}

void
kz_lines_say_to (KzSession *session, const char *who, const char *text)
{
  g_autofree char *words = kz_markup_from_text (text);
  g_autofree char *html = laid_out (session, words);
  serv_got_im (session->gc, who, html, PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG,
               now_seconds (session));
}

/* (nullable): the one that has the keyboard. */
static PurpleConversation *
focused_conversation (void)
{
  for (GList *l = purple_get_conversations (); l != NULL; l = l->next)
    if (purple_conversation_has_focus (l->data))
      return l->data;
  return NULL;
}

static void
pointer_closed_cb (gpointer data)
{
  KzSession *session = data;
  session->prompt_pointer = NULL;
}

void
kz_lines_prompt_is_gone (KzSession *session)
{
  if (session->prompt_pointer != NULL)
    purple_notify_close (PURPLE_NOTIFY_MESSAGE, session->prompt_pointer);
}

void
kz_lines_point_at_prompt (KzSession *session)
{
  if (!session->host.prompts_in_background)
    return;
  kz_lines_prompt_is_gone (session);
  PurpleConversation *conversation = focused_conversation ();
  if (conversation == NULL) {
    session->prompt_pointer = kz_host_notice_open (
        &session->host, session->gc, session->phone,
        /* Translators: Finch opens windows behind the current one; Alt+N is its key for the next
         * window. */
        _ ("Kaizala asks you something in another window: press Alt+N until you see it."),
        pointer_closed_cb, session);
    return;
  }
  purple_conversation_write (
      conversation, NULL,
      /* Translators: Finch opens windows behind the current one; Alt+N is its key for the next
       * window. */
      _ ("Kaizala asks you something in another window: press Alt+N until you see it. What you type "
         "here is sent to this conversation."),
      PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG, now_seconds (session));
}

/* --- Telling that lines wait --- */

/* How somebody opens a room here. (transfer full) */
static char *
how_to_open (KzSession *session, const char *group_id)
{
  if (session->host.ui != KZ_UI_BITLBEE)
    return g_strdup (_ ("They are shown when you open the room."));
  const KzGroup *group = kz_directory_group (session->directory, group_id);
  g_autofree char *title = kz_group_title (group);
  const char *by_title = kz_chat_resolve (session, title);
  gboolean is_unique =
      by_title != NULL && g_str_equal (by_title, group_id) && strchr (title, '"') == NULL;
  return g_strdup_printf (
      /* Translators: a command of BitlBee, not to be translated, then its argument. */
      _ ("Open a room with: chat add kaizala \"%s\" #NAME, then join #NAME."),
      is_unique ? title : group_id);
}

static guint
waiting (KzSession *session, const char *group_id, const Kept *kept)
{
  return kept->fresh + kept->dropped + kz_engine_kept_lines (session->engine, group_id);
}

static void
announce_cb (gpointer data)
{
  KzSession *session = data;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *first = NULL;
  guint rooms = 0;
  GHashTableIter iter;
  gpointer group_id, value;
  g_hash_table_iter_init (&iter, session->lines->kept);
  while (g_hash_table_iter_next (&iter, &group_id, &value)) {
    Kept *kept = value;
    guint count = waiting (session, group_id, kept);
    if (kept->is_announced || count == 0 || kz_room_of_group (session, group_id) != NULL)
      continue;
    kept->is_announced = TRUE;
    if (++rooms > MAX_ANNOUNCED)
      continue;
    if (first == NULL)
      first = g_strdup (group_id);
    g_autofree char *title = kz_blist_title (session, group_id);
    g_string_append_printf (names, "%s“%s” (%u)", rooms > 1 ? ", " : "", title, count);
  }
  if (rooms == 0)
    return;
  if (rooms > MAX_ANNOUNCED)
    g_string_append (names, ", …");
  g_autofree char *how = how_to_open (session, first);
  g_autofree char *text = g_strdup_printf (
      /* Translators: %1$s lists rooms, each with a number of lines; %2$s says how to open one. */
      _ ("New lines wait in: %1$s. %2$s"), names->str, how);
  kz_session_notice (session, text);
}

static void
announce_soon (KzSession *session)
{
  if (session->is_connected && !kz_clock_is_set (session->clock, session, ANNOUNCE_TIMER))
    kz_clock_set (session->clock, session, ANNOUNCE_TIMER, ANNOUNCE_DELAY_US, announce_cb, session);
}

/* --- Which room opens by itself --- */

static gboolean
has_conversation (KzSession *session, const char *group_id)
{
  return purple_find_conversation_with_account (PURPLE_CONV_TYPE_CHAT, group_id,
                                                session->account) != NULL;
}

static gboolean
may_open (KzSession *session, const char *group_id)
{
  if (!session->host.opens_rooms || !session->is_connected)
    return FALSE;
  const char *option =
      purple_account_get_string (session->account, KZ_OPTION_OPEN_ROOMS, KZ_OPEN_ROOMS_ALL);
  if (g_strcmp0 (option, KZ_OPEN_ROOMS_ALL) != 0)
    return FALSE;
  /* A window that stayed open over a sign-off is no new one. */
  return session->lines->opened_by_itself < KZ_AUTO_WINDOWS || has_conversation (session, group_id);
}

static KzRoom *
open_by_itself (KzSession *session, const char *group_id)
{
  if (!may_open (session, group_id))
    return NULL;
  if (!has_conversation (session, group_id))
    session->lines->opened_by_itself++;
  return kz_room_open (session, group_id, NULL);
}

gboolean
kz_lines_may_show (const char *group_id, gpointer data)
{
  KzSession *session = data;
  if (session->is_closed || group_id == NULL)
    return FALSE;
  if (kz_room_of_group (session, group_id) != NULL || may_open (session, group_id) ||
      kz_direct_person (session, group_id) != NULL)
    return TRUE;
  kept_of (session, group_id);
  announce_soon (session);
  return FALSE;
}

static void
keep (KzSession *session, const char *group_id, const KzLine *line)
{
  Kept *kept = kept_of (session, group_id);
  KeptLine *copy = g_new0 (KeptLine, 1);
  copy->after = session->engine != NULL ? kz_engine_kept_lines (session->engine, group_id) : 0;
  copy->who = g_strdup (line->who);
  copy->flags = line->flags | PURPLE_MESSAGE_DELAYED;
  copy->time_us = line->time_us > 0 ? line->time_us : kz_clock_wall_us (session->clock);
  copy->is_history = line->is_history;
  copy->is_late = line->is_late;
  if (line->event == NULL) {
    copy->html = g_strdup (line->html);
  } else {
    copy->event = kz_event_copy (line->event);
    copy->event->time_us = copy->time_us;
    /* By the time it is shown it is old. */
    copy->is_late = copy->event->is_late = !line->is_history;
  }
  g_queue_push_tail (&kept->lines, copy);
  g_free (kept->title);
  kept->title = kz_blist_title (session, group_id);
  if (kept->lines.length > MAX_KEPT) {
    kept_line_free (g_queue_pop_head (&kept->lines));
    kept->dropped++;
  }
  if (line->is_history)
    return;
  kept->fresh = MIN (kept->fresh + 1, MAX_KEPT);
  announce_soon (session);
}

/* A group of two is a private conversation. */
static void
deliver_direct (KzSession *session, const KzPerson *person, const KzLine *line)
{
  g_autofree char *who = kz_people_buddy_name (session, person);
  if (line->is_history)
    return;
  g_autofree char *html = laid_out (session, line->html);
  if (line->who == NULL)
    serv_got_im (session->gc, who, html, PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG,
                 now_seconds (session));
  else if ((line->flags & PURPLE_MESSAGE_SEND) != 0)
    write_own_im (session, who, line->html, line->flags, seconds (session, line));
  else
    serv_got_im (session->gc, who, html, line->flags, seconds (session, line));
}

void
kz_lines_deliver (KzSession *session, const char *group_id, const KzLine *line)
{
  g_return_if_fail (group_id != NULL && line->html != NULL);
  const KzPerson *person = kz_direct_person (session, group_id);
  if (person != NULL) {
    deliver_direct (session, person, line);
    return;
  }
  KzRoom *room = kz_room_of_group (session, group_id);
  if (room == NULL && session->is_closing)
    return;
  if (room == NULL && !line->is_history)
    room = open_by_itself (session, group_id);
  if (room != NULL)
    kz_room_write (session, room, line);
  else
    keep (session, group_id, line);
}

/* (transfer full) (nullable): as it reads now. @with_date: where nothing else shows it. */
static char *
html_now (KzSession *session, const KeptLine *line, gboolean with_date)
{
  KzRenderContext context;
  if (line->event == NULL)
    return g_strdup (line->html);
  kz_events_render_context (session, &context);
  context.dates_in_text |= with_date;
  return kz_render_event (&context, line->event);
}

/* (transfer full): what was let go of a room. */
static char *
words_of_dropped (const Kept *kept)
{
  return g_strdup_printf (ngettext ("%u older line is not shown: this room was not open.",
                                    "%u older lines are not shown: this room was not open.",
                                    kept->dropped),
                          kept->dropped);
}

/* What the engine kept before @line came: nobody likes what was not said yet. */
static void
give_out_before (KzSession *session, const char *group_id, const KeptLine *line, guint *released)
{
  /* What was there before us has no place among what came since. */
  if (line->is_history || line->after <= *released)
    return;
  kz_engine_release_lines (session->engine, group_id, line->after - *released);
  *released = line->after;
}

static void
give_out (KzSession *session, const char *group_id, Kept *kept)
{
  guint released = 0;
  if (kept->dropped > 0) {
    g_autofree char *note = words_of_dropped (kept);
    KzRoom *room = kz_room_of_group (session, group_id);
    if (room != NULL)
      kz_room_say (session, room, note);
  }
  for (GList *l = kept->lines.head; l != NULL; l = l->next) {
    const KeptLine *one = l->data;
    if (session->engine != NULL)
      give_out_before (session, group_id, one, &released);
    KzRoom *room = kz_room_of_group (session, group_id);
    if (room == NULL)
      return;
    g_autofree char *html = html_now (session, one, FALSE);
    if (html == NULL)
      continue;
    KzLine line = {
        .who = one->who,
        .html = html,
        .flags = one->flags,
        .time_us = one->time_us,
        .is_history = one->is_history,
        .is_late = one->is_late,
    };
    kz_room_write (session, room, &line);
  }
}

void
kz_lines_room_opened (KzSession *session, const char *group_id)
{
  gpointer key = NULL, value = NULL;
  if (g_hash_table_steal_extended (session->lines->kept, group_id, &key, &value)) {
    give_out (session, group_id, value);
    kept_free (value);
    g_free (key);
  }
  /* Texts that the engine kept come as events from inside this call. */
  if (session->engine != NULL)
    kz_engine_open_group (session->engine, group_id);
}

/* (transfer full): HTML: a line with its speaker, for a place that is no conversation. */
static char *
line_outside (KzSession *session, const KeptLine *line)
{
  g_autofree char *html = html_now (session, line, TRUE);
  if (html == NULL || line->who == NULL)
    return g_steal_pointer (&html);
  g_autofree char *who = kz_markup_escape (line->who);
  /* Translators: %1$s is who said it, %2$s what. */
  return g_strdup_printf (_ ("<b>%1$s:</b> %2$s"), who, html);
}

/* (transfer full): HTML: all that is news in it. */
static char *
news_outside (KzSession *session, const Kept *kept)
{
  GString *html = g_string_new (NULL);
  if (kept->dropped > 0) {
    g_autofree char *note = words_of_dropped (kept);
    g_autofree char *escaped = kz_markup_escape (note);
    g_string_append (html, escaped);
  }
  for (GList *l = kept->lines.head; l != NULL; l = l->next) {
    const KeptLine *line = l->data;
    g_autofree char *one = line->is_history ? NULL : line_outside (session, line);
    if (one == NULL)
      continue;
    g_autofree char *hanging = kz_markup_hang (one);
    g_string_append_printf (html, "%s%s", html->len > 0 ? "<br>" : "", hanging);
  }
  return g_string_free (html, FALSE);
}

void
kz_lines_group_removed (KzSession *session, const char *group_id)
{
  gpointer key = NULL, value = NULL;
  if (!g_hash_table_steal_extended (session->lines->kept, group_id, &key, &value))
    return;
  Kept *kept = value;
  if (kept->fresh > 0) {
    g_autofree char *html = news_outside (session, kept);
    g_autofree char *heading = g_strdup_printf (
        /* Translators: %s is the name of a group. */
        _ ("You are not in “%s” any more. These lines came before, and had not been shown:"),
        kept->title);
    kz_host_show_lines (&session->host, session->gc, heading, html);
  }
  kept_free (kept);
  g_free (key);
}

void
kz_lines_connected (KzSession *session)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer group_id, value;
  g_hash_table_iter_init (&iter, session->lines->kept);
  while (g_hash_table_iter_next (&iter, &group_id, &value))
    if (((Kept *) value)->fresh > 0)
      g_ptr_array_add (fresh, g_strdup (group_id));
  g_autoptr (GPtrArray) kept = kz_engine_groups_with_kept_lines (session->engine);
  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    kept_of (session, g_ptr_array_index (kept, i));
    g_ptr_array_add (fresh, g_strdup (g_ptr_array_index (kept, i)));
  }
  for (guint i = 0; i < fresh->len && !session->is_closed; i++)
    if (kz_room_of_group (session, g_ptr_array_index (fresh, i)) == NULL)
      open_by_itself (session, g_ptr_array_index (fresh, i));
  if (fresh->len > 0 && !session->is_closed)
    announce_soon (session);
}
