/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kz-test-host-private.h"

#include <string.h>

/* libpurple hands no data to these. */
static KzTestHost *the_host;

void
kz_test_line_free (KzTestLine *line)
{
  g_free (line->room);
  g_free (line->conversation);
  g_free (line->who);
  g_free (line->text);
  g_free (line->html);
  g_free (line);
}

void
kz_test_prompt_free (KzTestPrompt *prompt)
{
  g_free (prompt->title);
  g_free (prompt->primary);
  g_free (prompt->secondary);
  g_clear_pointer (&prompt->choices, g_ptr_array_unref);
  g_clear_pointer (&prompt->values, g_array_unref);
  g_free (prompt);
}

void
kz_test_room_free (KzTestRoom *room)
{
  g_free (room->text);
  g_free (room->serialized);
  g_free (room);
}

/* --- Conversations --- */

/* The title that stood over it when it was made stays in ui_data: some hosts show no later one. */
static void
create_conversation (PurpleConversation *conversation)
{
  conversation->ui_data = g_strdup (purple_conversation_get_title (conversation));
}

static void
destroy_conversation (PurpleConversation *conversation)
{
  g_clear_pointer (&conversation->ui_data, g_free);
}

/* Later lines of a message are indented where the host itself begins each message in a line of its
 * own: a person reads over it. */
static char *
without_indent (const char *stripped)
{
  g_autofree char *text = purple_unescape_html (stripped);
  GString *lines = g_string_new (text);

  g_string_replace (lines, "\n\302\240\302\240\302\240\302\240", "\n", 0);
  return g_string_free (lines, FALSE);
}

static void
record (PurpleConversation *conversation,
        const char *who,
        const char *message,
        PurpleMessageFlags flags,
        time_t mtime)
{
  KzTestLine *line = g_new0 (KzTestLine, 1);
  line->room = g_strdup (conversation->ui_data);
  line->conversation = g_strdup (purple_conversation_get_name (conversation));
  line->who = g_strdup (who);
  line->html = g_strdup (message);
  g_autofree char *stripped = purple_markup_strip_html (message);
  line->text = without_indent (stripped);
  line->flags = flags;
  line->time_s = mtime;
  g_ptr_array_add (the_host->lines, line);
  if (the_host->on_line != NULL)
    the_host->on_line (line);
}

/* BitlBee shows a line of ours only when it was not typed there, and nothing that has no speaker.
 */
static gboolean
bitlbee_hides (PurpleConversation *conversation, const char *who, PurpleMessageFlags flags)
{
  if (flags & PURPLE_MESSAGE_SEND)
    return (flags & (PURPLE_MESSAGE_DELAYED | PURPLE_MESSAGE_REMOTE_SEND)) == 0;
  return who == NULL || *who == '\0' ||
         g_strcmp0 (who, purple_account_get_username (
                             purple_conversation_get_account (conversation))) == 0;
}

static void
write_chat (PurpleConversation *conversation,
            const char *who,
            const char *message,
            PurpleMessageFlags flags,
            time_t mtime)
{
  if (the_host->ui != KZ_TEST_BITLBEE)
    purple_conversation_write (conversation, who, message, flags, mtime);
  else if (!bitlbee_hides (conversation, who, flags))
    record (conversation, who, message, flags, mtime);
}

static void
write_conv (PurpleConversation *conversation,
            const char *name,
            const char *alias,
            const char *message,
            PurpleMessageFlags flags,
            time_t mtime)
{
  if (the_host->ui == KZ_TEST_BITLBEE && (flags & PURPLE_MESSAGE_SEND) == 0)
    return;
  record (conversation, alias != NULL ? alias : name, message, flags, mtime);
}

static void
chat_add_users (PurpleConversation *conversation, GList *buddies, gboolean new_arrivals)
{
  the_host->user_batches++;
  if (the_host->ui != KZ_TEST_FINCH || new_arrivals)
    return;
  g_autoptr (GString) names = g_string_new (NULL);
  g_string_printf (names, "List of %u users:", g_list_length (buddies));
  for (GList *l = buddies; l != NULL; l = l->next)
    g_string_append_printf (names, "[ %s ]", ((PurpleConvChatBuddy *) l->data)->name);
  record (conversation, NULL, names->str, PURPLE_MESSAGE_SYSTEM, time (NULL));
}

static void
chat_rename_user (PurpleConversation *conversation,
                  const char *old_name,
                  const char *new_name,
                  const char *new_alias)
{
}

static void
chat_remove_users (PurpleConversation *conversation, GList *users)
{
}

static void
chat_update_user (PurpleConversation *conversation, const char *user)
{
}

static void
present (PurpleConversation *conversation)
{
}

static gboolean
has_focus (PurpleConversation *conversation)
{
  return TRUE;
}

static PurpleConversationUiOps conversation_ops = {
    .create_conversation = create_conversation,
    .destroy_conversation = destroy_conversation,
    .write_chat = write_chat,
    .write_im = write_chat,
    .write_conv = write_conv,
    .chat_add_users = chat_add_users,
    .chat_remove_users = chat_remove_users,
};

/* --- Connections --- */

static void
connect_progress (PurpleConnection *gc, const char *text, size_t step, size_t count)
{
  g_ptr_array_add (the_host->progress, g_strdup (text));
}

static void
notice (PurpleConnection *gc, const char *text)
{
  g_ptr_array_add (the_host->notices, g_strdup (text));
}

static void
report_disconnect_reason (PurpleConnection *gc, PurpleConnectionError reason, const char *text)
{
  g_ptr_array_add (the_host->errors, g_strdup (text));
  g_array_append_val (the_host->reasons, reason);
}

static PurpleConnectionUiOps connection_ops = {
    .connect_progress = connect_progress,
    .notice = notice,
    .report_disconnect_reason = report_disconnect_reason,
};

/* --- Notices and prompts --- */

/* BitlBee prints what it is told, and opens nothing. */
static void *
open_notice (const char *words)
{
  if (the_host->ui == KZ_TEST_BITLBEE)
    return NULL;
  char *window = g_strdup (words != NULL ? words : "");
  g_ptr_array_add (the_host->open_notices, window);
  return window;
}

static void
close_notice (PurpleNotifyType type, void *window)
{
  g_assert_true (g_ptr_array_remove (the_host->open_notices, window));
}

static void *
notify_message (PurpleNotifyMsgType type,
                const char *title,
                const char *primary,
                const char *secondary)
{
  g_ptr_array_add (the_host->notices,
                   g_strjoin ("\n", title != NULL ? title : "", primary != NULL ? primary : "",
                              secondary != NULL ? secondary : "", NULL));
  return open_notice (primary);
}

static void *
notify_formatted (const char *title, const char *primary, const char *secondary, const char *text)
{
  g_autofree char *plain = purple_markup_strip_html (text);
  return notify_message (PURPLE_NOTIFY_MSG_INFO, title, primary, plain);
}

static void *
notify_userinfo (PurpleConnection *gc, const char *who, PurpleNotifyUserInfo *info)
{
  g_autofree char *html = purple_notify_user_info_get_text_with_newline (info, "\n");
  g_autofree char *plain = purple_markup_strip_html (html);
  return notify_message (PURPLE_NOTIFY_MSG_INFO, who, plain, NULL);
}

static void *
notify_uri (const char *uri)
{
  g_ptr_array_add (the_host->uris, g_strdup (uri));
  /* Finch shows the address, the others have it opened by another program. */
  return the_host->ui == KZ_TEST_FINCH ? open_notice (uri) : NULL;
}

static PurpleNotifyUiOps notify_ops = {
    .notify_message = notify_message,
    .notify_formatted = notify_formatted,
    .notify_userinfo = notify_userinfo,
    .close_notify = close_notice,
};

static void *
request_input (const char *title,
               const char *primary,
               const char *secondary,
               const char *default_value,
               gboolean multiline,
               gboolean masked,
               gchar *hint,
               const char *ok_text,
               GCallback ok_cb,
               const char *cancel_text,
               GCallback cancel_cb,
               PurpleAccount *account,
               const char *who,
               PurpleConversation *conversation,
               void *user_data)
{
  KzTestPrompt *prompt = g_new0 (KzTestPrompt, 1);
  prompt->title = g_strdup (title);
  prompt->primary = g_strdup (primary);
  prompt->secondary = g_strdup (secondary);
  prompt->ok_cb = ok_cb;
  prompt->cancel_cb = cancel_cb;
  prompt->account = account;
  prompt->user_data = user_data;
  g_ptr_array_add (the_host->prompts, prompt);
  return prompt;
}

static void *
request_choice (const char *title,
                const char *primary,
                const char *secondary,
                int default_value,
                const char *ok_text,
                GCallback ok_cb,
                const char *cancel_text,
                GCallback cancel_cb,
                PurpleAccount *account,
                const char *who,
                PurpleConversation *conversation,
                void *user_data,
                va_list choices)
{
  KzTestPrompt *prompt = request_input (title, primary, secondary, NULL, FALSE, FALSE, NULL, ok_text,
                                        ok_cb, cancel_text, cancel_cb, account, who, conversation,
                                        user_data);
  prompt->choices = g_ptr_array_new_with_free_func (g_free);
  prompt->values = g_array_new (FALSE, FALSE, sizeof (int));
  for (const char *label = va_arg (choices, const char *); label != NULL;
       label = va_arg (choices, const char *)) {
    int value = va_arg (choices, int);
    g_ptr_array_add (prompt->choices, g_strdup (label));
    g_array_append_val (prompt->values, value);
  }
  return prompt;
}

static void
close_request (PurpleRequestType type, void *ui_handle)
{
  if (g_ptr_array_remove (the_host->prompts, ui_handle) || kz_test_forms_close (ui_handle))
    the_host->closed_prompts++;
}

static PurpleRequestUiOps request_ops = {
    .request_input = request_input,
    .close_request = close_request,
};

/* --- The room list --- */

static void
roomlist_create (PurpleRoomlist *list)
{
  g_ptr_array_set_size (the_host->rooms, 0);
  the_host->rooms_done = FALSE;
}

static const char *
visible_field (PurpleRoomlist *list, PurpleRoomlistRoom *room)
{
  GList *values = purple_roomlist_room_get_fields (room);
  for (GList *l = purple_roomlist_get_fields (list); l != NULL && values != NULL;
       l = l->next, values = values->next) {
    PurpleRoomlistField *field = l->data;
    if (!field->hidden && field->type == PURPLE_ROOMLIST_FIELD_STRING)
      return values->data;
  }
  return NULL;
}

static void
roomlist_add_room (PurpleRoomlist *list, PurpleRoomlistRoom *room)
{
  PurplePlugin *plugin = purple_connection_get_prpl (purple_account_get_connection (list->account));
  PurplePluginProtocolInfo *info = PURPLE_PLUGIN_PROTOCOL_INFO (plugin);
  KzTestRoom *row = g_new0 (KzTestRoom, 1);
  row->text = g_strdup (visible_field (list, room));
  row->serialized = info->roomlist_room_serialize (room);
  row->room = room;
  row->parent = purple_roomlist_room_get_parent (room);
  row->is_category =
      (purple_roomlist_room_get_type (room) & PURPLE_ROOMLIST_ROOMTYPE_CATEGORY) != 0;
  g_ptr_array_add (the_host->rooms, row);
}

static void
roomlist_in_progress (PurpleRoomlist *list, gboolean in_progress)
{
  the_host->rooms_done = !in_progress;
}

static PurpleRoomlistUiOps roomlist_ops = {
    .create = roomlist_create,
    .add_room = roomlist_add_room,
    .in_progress = roomlist_in_progress,
};

static PurpleBlistUiOps blist_ops;

/* --- Wiring --- */

static gboolean
set_account_password_cb (PurpleAccount *account, const char *password)
{
  g_free (the_host->saved_password);
  the_host->saved_password = g_strdup (password);
  return TRUE;
}

void
kz_test_ui_connect (KzTestHost *host)
{
  the_host = host;
  kz_test_transfers_connect (host, &request_ops);
  kz_test_forms_connect (host, &request_ops);
  kz_test_questions_connect (host, &request_ops);
  if (host->ui == KZ_TEST_BITLBEE)
    return;
  request_ops.request_choice = request_choice;
  notify_ops.notify_uri = notify_uri;
  conversation_ops.chat_rename_user = chat_rename_user;
  conversation_ops.chat_update_user = chat_update_user;
  conversation_ops.present = present;
  conversation_ops.has_focus = has_focus;
}

void
kz_test_ui_started (KzTestHost *host)
{
  purple_conversations_set_ui_ops (&conversation_ops);
  purple_connections_set_ui_ops (&connection_ops);
  purple_notify_set_ui_ops (&notify_ops);
  purple_request_set_ui_ops (&request_ops);
  purple_roomlist_set_ui_ops (&roomlist_ops);
  kz_test_transfers_started ();
  purple_blist_set_ui_ops (&blist_ops);
  if (host->ui != KZ_TEST_BITLBEE)
    return;
  void *accounts = purple_accounts_get_handle ();
  purple_signal_register (accounts, "bitlbee-set-account-password",
                          purple_marshal_BOOLEAN__POINTER_POINTER,
                          purple_value_new (PURPLE_TYPE_BOOLEAN), 2,
                          purple_value_new (PURPLE_TYPE_SUBTYPE, PURPLE_SUBTYPE_ACCOUNT),
                          purple_value_new (PURPLE_TYPE_STRING));
  purple_signal_connect (accounts, "bitlbee-set-account-password", host,
                         PURPLE_CALLBACK (set_account_password_cb), NULL);
}

void
kz_test_ui_disconnect (void)
{
  purple_signals_disconnect_by_handle (the_host);
}

void
kz_test_ui_forget (void)
{
  the_host = NULL;
}
