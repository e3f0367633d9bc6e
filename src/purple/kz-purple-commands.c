/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-commands.h"

#include "kz-engine-deeds.h"
#include "kz-markup.h"
#include "kz-purple-answers.h"
#include "kz-purple-ask.h"
#include "kz-purple-errand.h"
#include "kz-purple-invite.h"
#include "kz-purple-lines.h"
#include "kz-purple-orders.h"
#include "kz-purple-send.h"
#include "kz-purple-subscribers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* (transfer full): what was typed, a line or a command of the host, once more. */
static KzInput *
read_again (const char *typed)
{
  if (*typed != '/')
    return kz_command_read (typed);
  const char *space = strchr (typed, ' ');
  g_autofree char *verb =
      space != NULL ? g_strndup (typed + 1, (gsize) (space - typed - 1)) : g_strdup (typed + 1);
  return kz_command_read_slash (verb, space != NULL ? space + 1 : "");
}

/* --- somebody whom only the list of subscribers tells of --- */

static void
known_cb (gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  KzSession *session = errand->session;
  KzRoom *room = kz_room_of_group (session, errand->group_id);
  g_autoptr (KzInput) input = read_again (errand->typed);
  if (room != NULL && !kz_errand_is_over (errand))
    kz_commands_run (session, room, input, errand->typed);
}

/* Signed off before that. */
static void
never_known (gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "signed off");
  kz_errand_fail (errand, error);
}

/* TRUE: the command is run again when we know who follows this group. */
static gboolean
reads_subscribers (KzSession *session, const char *group_id, gboolean misses, const char *typed)
{
  if (!misses)
    return FALSE;
  KzErrand *errand = kz_errand_new (session, group_id, NULL, typed);
  errand->only_asks = TRUE;
  if (kz_subscribers_read (session, group_id, known_cb, errand, never_known))
    return TRUE;
  kz_errand_free (errand);
  return FALSE;
}

static void
help (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  g_autofree char *text = kz_command_help (kz_directory_group (session->directory, room->group_id),
                                           session->host.command_prefix, input->topic);
  kz_room_say (session, room, text);
}

static void
announce (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  KzAskContext context;
  g_autofree char *problem = NULL;
  g_autofree char *group_id = g_strdup (room->group_id);
  g_autoptr (KzOrder) order = NULL;
  if (input->text == NULL) {
    kz_ask (session, group_id, KZ_VERB_ANNOUNCE, NULL);
    return;
  }
  kz_ask_context_init (&context, session, group_id, KZ_VERB_ANNOUNCE, NULL);
  g_autoptr (KzForm) form = kz_form_new (KZ_VERB_ANNOUNCE, NULL, &context.form);
  if (kz_form_fill_announcement (form, input->title, input->text, &context.form, &problem))
    order = kz_form_finish (form, &context.form, &problem);
  gboolean misses = context.misses;
  kz_ask_context_clear (&context);
  if (order != NULL)
    kz_orders_run (session, group_id, order, typed);
  else if (!reads_subscribers (session, group_id, misses, typed))
    kz_send_give_back (session, room, problem, typed);
}

static void
back (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  kz_wizards_back (session, room);
}

static void
cancel (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  kz_wizards_cancel (session, room);
}

/* What stands behind the verb fills its form; when nothing does, the person is asked. */
static void
run_form (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  g_autofree char *group_id = g_strdup (room->group_id);
  g_autofree char *handle = NULL;
  g_autofree char *problem = NULL;
  g_autoptr (KzAction) action = NULL;
  g_autoptr (KzOrder) order = NULL;
  KzAskContext context;
  if (input->handle != NULL) {
    const KzOpenAction *open = kz_answers_find (session, room, input, typed);
    if (open == NULL)
      return;
    handle = g_strdup (open->handle);
    action = kz_action_ref (open->action);
  }
  kz_ask_context_init (&context, session, group_id, input->verb, action);
  g_autoptr (KzForm) form = kz_form_new (input->verb, handle, &context.form);
  if (form == NULL)
    order = kz_order_new (input->verb, handle);
  else if (input->rest != NULL || !kz_form_asks (form)) {
    if (kz_form_fill_line (form, input->rest != NULL ? input->rest : "", &context.form, &problem))
      order = kz_form_finish (form, &context.form, &problem);
  }
  gboolean misses = context.misses;
  kz_ask_context_clear (&context);
  if (order != NULL)
    kz_orders_run (session, group_id, order, typed);
  else if (problem != NULL && reads_subscribers (session, group_id, misses, typed))
    return;
  else if (problem != NULL)
    kz_send_give_back (session, room, problem, typed);
  else
    kz_ask (session, group_id, input->verb, handle);
}

/* --- what a list did not tell --- */

/* Lists tell no questions, and the choices of a poll not always (API §14); of what was shown in an earlier
 * session no text is kept. */
static gboolean
is_unknown (KzVerb verb, const KzOpenAction *open)
{
  const KzAction *action = open->action;
  if (verb == KZ_VERB_VOTE)
    return action->kind == KZ_ACTION_POLL && action->choices == NULL;
  if (verb == KZ_VERB_SAVE)
    return open->is_bare && kz_answers_fit (verb, action->kind) && action->media->len == 0;
  return verb == KZ_VERB_ANSWER && kz_answers_fit (verb, action->kind) &&
         action->questions->len == 0;
}

static void
say_untold (const KzErrand *errand, KzVerb verb)
{
  g_autofree char *text =
      verb == KZ_VERB_SAVE
          ? g_strdup_printf (
                /* Translators: the argument is a handle such as k3f. */
                _ ("[%s] The service does not tell any more where that file is; its line has the link."),
                errand->handle)
          : g_strdup_printf (
                /* Translators: the argument is a handle such as k3f. */
                _ ("[%s] The service does not tell what is asked there; the Kaizala app can answer it."),
                errand->handle);
  g_autofree char *whole = kz_send_with_words (text, errand->typed);
  kz_errand_say (errand, whole);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  KzSession *session = errand->session;
  g_autoptr (KzInput) input = read_again (errand->typed);
  gboolean is_fetched = kz_engine_fetch_action_finish (KZ_ENGINE (source), result, &error);
  if (!is_fetched && !g_error_matches (error, KZ_ERROR, KZ_ERROR_INVALID)) {
    kz_errand_fail (errand, error);
    return;
  }
  KzRoom *room = kz_room_of_group (session, errand->group_id);
  if (kz_errand_is_over (errand))
    return;
  const KzOpenAction *open =
      kz_engine_find_action (session->engine, errand->group_id, errand->handle, NULL);
  if (room != NULL && open != NULL && !is_unknown (input->verb, open)) {
    kz_commands_run (session, room, input, errand->typed);
    return;
  }
  say_untold (errand, input->verb);
}

/* TRUE: the command is run again when the service has told what it is about. */
static gboolean
fetches_first (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  const KzOpenAction *open =
      input->handle != NULL
          ? kz_engine_find_action (session->engine, room->group_id, input->handle, NULL)
          : NULL;
  if (open == NULL || !is_unknown (input->verb, open))
    return FALSE;
  KzErrand *errand = kz_errand_new (session, room->group_id, open->handle, typed);
  errand->only_asks = TRUE;
  kz_engine_fetch_action_async (session->engine, open->handle, fetched_cb, errand);
  return TRUE;
}

static const struct {
  KzVerb verb;
  void (*run) (KzSession *session, KzRoom *room, const KzInput *input, const char *typed);
} runs[] = {
    {KZ_VERB_HELP, help},
    {KZ_VERB_ANNOUNCE, announce},
    {KZ_VERB_BACK, back},
    {KZ_VERB_CANCEL, cancel},
    {KZ_VERB_LIKE, kz_answers_run},
    {KZ_VERB_COMMENT, kz_answers_run},
    {KZ_VERB_VOTE, kz_answers_run},
    {KZ_VERB_ACCEPT, kz_answers_run},
    {KZ_VERB_DECLINE, kz_answers_run},
    {KZ_VERB_MAYBE, kz_answers_run},
    {KZ_VERB_DONE, kz_answers_run},
    {KZ_VERB_REOPEN, kz_answers_run},
    {KZ_VERB_RESULTS, kz_answers_run},
};

void
kz_commands_run (KzSession *session, KzRoom *room, const KzInput *input, const char *typed)
{
  const char *why =
      kz_command_refusal (input->verb, kz_directory_group (session->directory, room->group_id));
  kz_engine_touch_group (session->engine, room->group_id);
  if (why != NULL) {
    kz_send_give_back (session, room, why, typed);
    return;
  }
  if (fetches_first (session, room, input, typed))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++)
    if (runs[i].verb == input->verb) {
      runs[i].run (session, room, input, typed);
      return;
    }
  run_form (session, room, input, typed);
}

/* --- Commands of the host --- */

static gboolean
is_our_verb (const char *name)
{
  const char *verb_name;
  for (guint i = 0; kz_command_describe (i, NULL, &verb_name, NULL, NULL); i++)
    if (g_ascii_strcasecmp (name, verb_name) == 0 ||
        (kz_command_alias (i) != NULL && g_ascii_strcasecmp (name, kz_command_alias (i)) == 0))
      return TRUE;
  return FALSE;
}

/* (transfer full): why the host says that a command failed; it shows the line nowhere else. */
static char *
failed_command (const char *why, const char *typed)
{
  g_autofree char *text = kz_send_with_words (why, typed);
  return kz_markup_from_text (text);
}

static PurpleCmdRet
slash_cb (PurpleConversation *conversation, const char *verb, char **args, char **error, void *data)
{
  PurpleConnection *gc = purple_conversation_get_gc (conversation);
  KzSession *session = kz_session_of (gc);
  KzRoom *room = kz_room_of_id (session, purple_conv_chat_get_id (PURPLE_CONV_CHAT (conversation)));
  g_autofree char *rest = kz_markup_to_text (args != NULL && args[0] != NULL ? args[0] : "");
  g_autofree char *typed = g_strconcat ("/", verb, *rest != '\0' ? " " : "", rest, NULL);
  if (room == NULL || session->engine == NULL) {
    *error = failed_command (_ ("You are not signed on."), typed);
    return PURPLE_CMD_RET_FAILED;
  }
  if (session->host.ui == KZ_UI_BITLBEE && g_str_equal (verb, "kick")) {
    kz_invite_kick (session, room, rest);
    return PURPLE_CMD_RET_OK;
  }
  /* "/help" is a word of the host too: other topics are its own. */
  if (g_str_equal (verb, "help") && *rest != '\0' && !is_our_verb (rest))
    return PURPLE_CMD_RET_CONTINUE;
  g_autoptr (KzInput) input = kz_command_read_slash (verb, rest);
  if (input->kind != KZ_INPUT_COMMAND) {
    *error = failed_command (input->error != NULL ? input->error : _ ("No such command."), typed);
    return PURPLE_CMD_RET_FAILED;
  }
  kz_commands_run (session, room, input, typed);
  return PURPLE_CMD_RET_OK;
}

static void
add_command (GArray *ids, const char *name, const char *html)
{
  PurpleCmdId id = purple_cmd_register (name, "s", PURPLE_CMD_P_PRPL,
                                        PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_PRPL_ONLY |
                                            PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS,
                                        KZ_PRPL_ID, slash_cb, html, NULL);
  g_array_append_val (ids, id);
}

void
kz_commands_register (GArray *ids)
{
  const char *name, *usage, *summary;
  for (guint i = 0; kz_command_describe (i, NULL, &name, &usage, &summary); i++) {
    /* The table holds what translators have; a usage begins with its verb. */
    g_autofree char *text = g_strdup_printf ("/%s: %s", g_dgettext (GETTEXT_PACKAGE, usage),
                                             g_dgettext (GETTEXT_PACKAGE, summary));
    g_autofree char *html = kz_markup_escape (text);
    add_command (ids, name, html);
    if (kz_command_alias (i) != NULL)
      add_command (ids, kz_command_alias (i), html);
  }
}

void
kz_commands_unregister (GArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    purple_cmd_unregister (g_array_index (ids, PurpleCmdId, i));
  g_array_set_size (ids, 0);
}
