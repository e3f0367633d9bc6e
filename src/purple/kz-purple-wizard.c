/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions in a room, where the host has no forms. */
#include "config.h"

#include "kz-markup.h"
#include "kz-purple-ask.h"
#include "kz-purple-lines.h"
#include "kz-purple-orders.h"
#include "kz-purple-send.h"
#include "kz-wizard.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>

#define TIMEOUT_TIMER "wizard"

/* One room's questions; owned by the session's table, by group id. */
typedef struct {
  KzSession *session; /* (unowned) */
  char *group_id;
  KzWizard *wizard;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;
  kz_clock_cancel (asked->session->clock, asked, TIMEOUT_TIMER);
  kz_wizard_free (asked->wizard);
  g_free (asked->group_id);
  g_free (asked);
}

static Asked *
asked_in (KzSession *session, const KzRoom *room)
{
  return session->wizards != NULL ? g_hash_table_lookup (session->wizards, room->group_id) : NULL;
}

static gboolean
has_answers (const KzForm *form)
{
  for (guint i = 0; i < form->fields->len; i++)
    if (((KzField *) g_ptr_array_index (form->fields, i))->value != NULL)
      return TRUE;
  return FALSE;
}

/* (transfer full): what was answered so far. */
static char *
to_line (Asked *asked)
{
  KzSession *session = asked->session;
  KzForm *form = kz_wizard_form (asked->wizard);
  g_autoptr (KzAction) action = kz_ask_action (session, asked->group_id, form->handle);
  KzAskContext context;
  kz_ask_context_init (&context, session, asked->group_id, form->verb, action);
  char *line = kz_form_to_line (form, session->host.command_prefix, &context.form);
  kz_ask_context_clear (&context);
  return line;
}

/* Ends the questions; what was answered is given back as the line that says it. */
static void
end (Asked *asked, const char *why)
{
  KzSession *session = asked->session;
  KzForm *form = kz_wizard_form (asked->wizard);
  KzRoom *room = kz_room_of_group (session, asked->group_id);
  g_autofree char *line = to_line (asked);
  gboolean is_answered = has_answers (form);
  g_autofree char *group_id = g_strdup (asked->group_id);
  g_hash_table_remove (session->wizards, group_id);
  if (room != NULL && is_answered)
    kz_send_give_back (session, room, why, line);
  else if (room != NULL)
    kz_room_say (session, room, why);
  else if (is_answered) {
    /* The room was closed meanwhile: the line waits for it. */
    g_autofree char *text = kz_send_with_words (why, line);
    g_autofree char *html = kz_markup_from_text (text);
    KzLine waiting = {.html = html};
    kz_lines_deliver (session, group_id, &waiting);
  }
}

static void
timeout_cb (gpointer data)
{
  end (data, _ ("there was no answer for a while, so the questions have ended."));
}

static void
wait_for_answer (Asked *asked)
{
  kz_clock_set (asked->session->clock, asked, TIMEOUT_TIMER, KZ_WIZARD_TIMEOUT_US, timeout_cb,
                asked);
}

void
kz_wizards_begin (KzSession *session, KzRoom *room, KzForm *form)
{
  if (session->wizards == NULL)
    session->wizards = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, asked_free);
  Asked *earlier = asked_in (session, room);
  if (earlier != NULL)
    end (earlier, _ ("something else is asked now."));
  Asked *asked = g_new0 (Asked, 1);
  asked->session = session;
  asked->group_id = g_strdup (room->group_id);
  asked->wizard = kz_wizard_new (form, session->host.command_prefix);
  g_hash_table_insert (session->wizards, asked->group_id, asked);
  wait_for_answer (asked);
  g_autofree char *question = kz_wizard_question (asked->wizard);
  kz_room_say (session, room, question);
}

/* All is answered. */
static void
finish (Asked *asked, KzRoom *room)
{
  KzSession *session = asked->session;
  KzForm *form = kz_wizard_form (asked->wizard);
  g_autoptr (KzAction) action = kz_ask_action (session, asked->group_id, form->handle);
  g_autofree char *problem = NULL;
  KzAskContext context;
  kz_ask_context_init (&context, session, asked->group_id, form->verb, action);
  g_autoptr (KzOrder) order = kz_form_finish (form, &context.form, &problem);
  g_autofree char *line = kz_form_to_line (form, session->host.command_prefix, &context.form);
  kz_ask_context_clear (&context);
  g_hash_table_remove (session->wizards, room->group_id);
  if (order == NULL)
    kz_send_give_back (session, room, problem, line);
  else
    kz_orders_run (session, room->group_id, order, line);
}

gboolean
kz_wizards_take_line (KzSession *session, KzRoom *room, const char *text)
{
  Asked *asked = asked_in (session, room);
  if (asked == NULL)
    return FALSE;
  KzForm *form = kz_wizard_form (asked->wizard);
  g_autoptr (KzAction) action = kz_ask_action (session, asked->group_id, form->handle);
  g_autofree char *reply = NULL;
  KzAskContext context;
  kz_ask_context_init (&context, session, asked->group_id, form->verb, action);
  gboolean is_complete = kz_wizard_answer (asked->wizard, text, &context.form, &reply);
  kz_ask_context_clear (&context);
  if (is_complete) {
    finish (asked, room);
    return TRUE;
  }
  wait_for_answer (asked);
  kz_room_say (session, room, reply);
  return TRUE;
}

static void
say_nothing_is_asked (KzSession *session, KzRoom *room)
{
  kz_room_say (session, room, _ ("Nothing is being asked here."));
}

void
kz_wizards_back (KzSession *session, KzRoom *room)
{
  Asked *asked = asked_in (session, room);
  if (asked == NULL) {
    say_nothing_is_asked (session, room);
    return;
  }
  g_autofree char *question = kz_wizard_back (asked->wizard);
  wait_for_answer (asked);
  kz_room_say (session, room, question);
}

void
kz_wizards_cancel (KzSession *session, KzRoom *room)
{
  Asked *asked = asked_in (session, room);
  if (asked == NULL)
    say_nothing_is_asked (session, room);
  else
    end (asked, _ ("the questions have ended."));
}

void
kz_wizards_end (KzSession *session)
{
  GHashTableIter iter;
  gpointer asked;
  if (session->wizards == NULL)
    return;
  for (;;) {
    g_hash_table_iter_init (&iter, session->wizards);
    if (!g_hash_table_iter_next (&iter, NULL, &asked))
      break;
    end (asked, _ ("you signed off, so the questions have ended."));
  }
  g_clear_pointer (&session->wizards, g_hash_table_unref);
}

void
kz_wizards_room_closed (KzSession *session, const char *group_id)
{
  Asked *asked = session->wizards != NULL ? g_hash_table_lookup (session->wizards, group_id) : NULL;
  if (asked != NULL)
    end (asked, _ ("the window was closed, so the questions have ended."));
}
