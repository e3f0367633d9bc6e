/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-invite.h"

#include "kz-markup.h"
#include "kz-purple-ask.h"
#include "kz-purple-lines.h"
#include "kz-purple-orders.h"
#include "kz-purple-send.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Runs a verb whose fields are known one by one: a name may have in it what separates the parts of
 * a line. FALSE: it was refused, and given back as @typed. */
static gboolean
run (KzSession *session, KzRoom *room, KzVerb verb, const char *const *pairs, const char *typed)
{
  const char *why =
      kz_command_refusal (verb, kz_directory_group (session->directory, room->group_id));
  g_autofree char *group_id = g_strdup (room->group_id);
  g_autofree char *problem = NULL;
  g_autoptr (KzOrder) order = NULL;
  KzAskContext context;
  gboolean is_filled = TRUE;
  if (why != NULL) {
    kz_send_give_back (session, room, why, typed);
    return FALSE;
  }
  kz_ask_context_init (&context, session, group_id, verb, NULL);
  g_autoptr (KzForm) form = kz_form_new (verb, NULL, &context.form);
  for (gsize i = 0; is_filled && pairs[i] != NULL; i += 2)
    is_filled = kz_form_set (form, kz_form_field (form, pairs[i]), pairs[i + 1], &context.form,
                             &problem);
  if (is_filled)
    order = kz_form_finish (form, &context.form, &problem);
  kz_ask_context_clear (&context);
  if (order == NULL) {
    kz_send_give_back (session, room, problem, typed);
    return FALSE;
  }
  kz_orders_run (session, group_id, order, typed);
  return TRUE;
}

/* What goes with an invitation. IRC knows none, and BitlBee writes words of its own. */
static void
say_lost (KzSession *session, const char *group_id, const char *message)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  g_autofree char *text = kz_markup_to_text (message);
  if (room == NULL || session->host.ui == KZ_UI_BITLBEE || *g_strstrip (text) == '\0')
    return;
  /* Translators: the argument is what the person typed. */
  g_autofree char *line = g_strdup_printf (
      _ ("The service takes no words with an invitation; these were not sent: %s"), text);
  kz_room_say (session, room, line);
}

void
kz_chat_invite (PurpleConnection *gc, int id, const char *message, const char *who)
{
  KzSession *session = kz_session_of (gc);
  KzRoom *room = kz_room_of_id (session, id);
  if (room == NULL || session->engine == NULL || who == NULL)
    return;
  g_autofree char *group_id = g_strdup (room->group_id);
  g_autofree char *typed = g_strconcat (session->host.command_prefix, "add ", who, NULL);
  const char *const pairs[] = {"people", who, NULL};
  if (run (session, room, KZ_VERB_ADD, pairs, typed) && message != NULL)
    say_lost (session, group_id, message);
}

/* (nullable): the longest name of somebody in the room that @rest begins with. */
static const char *
find_user (KzSession *session, KzRoom *room, const char *rest)
{
  PurpleConversation *conversation = kz_room_conversation (session, room);
  const char *found = NULL;
  GList *users =
      conversation != NULL ? purple_conv_chat_get_users (PURPLE_CONV_CHAT (conversation)) : NULL;
  for (GList *l = users; l != NULL; l = l->next) {
    const char *name = purple_conv_chat_cb_get_name (l->data);
    gsize length = strlen (name);
    if (g_str_has_prefix (rest, name) && (rest[length] == '\0' || rest[length] == ' ') &&
        (found == NULL || length > strlen (found)))
      found = name;
  }
  return found;
}

void
kz_invite_kick (KzSession *session, KzRoom *room, const char *rest)
{
  const char *user = find_user (session, room, rest);
  gsize length = user != NULL ? strlen (user) : strcspn (rest, " ");
  g_autofree char *who = g_strndup (rest, length);
  g_autofree char *reason = g_strstrip (g_strdup (rest + length));
  /* What BitlBee writes where there is none. */
  if (g_str_equal (reason, "(null)"))
    *reason = '\0';
  g_autofree char *typed = g_strconcat (session->host.command_prefix, "remove ", who,
                                        *reason != '\0' ? " | " : NULL, reason, NULL);
  const char *const pairs[] = {"person", who, "reason", reason, NULL};
  run (session, room, KZ_VERB_REMOVE, pairs, typed);
}
