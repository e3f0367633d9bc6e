/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person does with the program, and what they see of it. */
#include "kz-test-host-private.h"

#include <stdarg.h>
#include <string.h>

/* --- Accounts --- */

PurpleAccount *
kz_test_account_new (KzTestHost *host, const char *username, const char *password, ...)
{
  PurpleAccount *account = purple_account_new (username, "prpl-kaizala");
  va_list pairs;
  va_start (pairs, password);
  for (const char *name = va_arg (pairs, const char *); name != NULL;
       name = va_arg (pairs, const char *)) {
    const char *value = va_arg (pairs, const char *);
    if (value != NULL)
      purple_account_set_string (account, name, value);
  }
  va_end (pairs);
  /* BitlBee has no NULL for it. */
  if (password != NULL || host->ui == KZ_TEST_BITLBEE)
    purple_account_set_password (account, password != NULL ? password : "");
  purple_account_set_remember_password (account, password != NULL);
  purple_accounts_add (account);
  return account;
}

void
kz_test_sign_on (KzTestHost *host, PurpleAccount *account)
{
  purple_account_set_enabled (account, purple_core_get_ui (), TRUE);
}

void
kz_test_sign_off (KzTestHost *host, PurpleAccount *account)
{
  purple_account_set_enabled (account, purple_core_get_ui (), FALSE);
  if (host->ui == KZ_TEST_BITLBEE)
    purple_accounts_remove (account);
}

void
kz_test_account_drop (KzTestHost *host, PurpleAccount *account)
{
  purple_account_set_enabled (account, purple_core_get_ui (), FALSE);
  /* After an error libpurple ends the connection a turn later, and would not find the account. */
  kz_test_host_settle (host);
  kz_test_wait_for (host, purple_account_is_disconnected (account));
  GList *next;
  for (GList *l = purple_get_conversations (); l != NULL; l = next) {
    next = l->next;
    if (purple_conversation_get_account (l->data) == account)
      purple_conversation_destroy (l->data);
  }
  /* Takes its chats and buddies out of the list, too. */
  if (g_list_find (purple_accounts_get_all (), account) == NULL)
    purple_accounts_add (account);
  purple_accounts_delete (account);
  kz_test_host_settle (host);
}

/* --- Doing --- */

static PurplePluginProtocolInfo *
protocol_of (PurpleConnection *gc)
{
  return PURPLE_PLUGIN_PROTOCOL_INFO (purple_connection_get_prpl (gc));
}

void
kz_test_join (PurpleAccount *account, const char *name)
{
  PurpleConnection *gc = purple_account_get_connection (account);
  PurpleChat *chat = kz_test_find_chat (account, name);
  if (chat != NULL) {
    serv_join_chat (gc, purple_chat_get_components (chat));
    return;
  }
  /* BitlBee closes a conversation of that name before it joins. */
  PurpleConversation *old =
      purple_find_conversation_with_account (PURPLE_CONV_TYPE_CHAT, name, account);
  if (old != NULL && g_strcmp0 (purple_core_get_ui (), "BitlBee") == 0)
    purple_conversation_destroy (old);
  GHashTable *components = protocol_of (gc)->chat_info_defaults (gc, name);
  serv_join_chat (gc, components);
  g_hash_table_destroy (components);
}

static void
do_command (PurpleConversation *conversation, const char *typed)
{
  g_autofree char *escaped = g_markup_escape_text (typed + 1, -1);
  char *error = NULL;
  PurpleCmdStatus status = purple_cmd_do_command (conversation, typed + 1, escaped, &error);
  if (status != PURPLE_CMD_STATUS_OK)
    purple_conversation_write (conversation, "", error != NULL ? error : "Unknown command.",
                               PURPLE_MESSAGE_NO_LOG | PURPLE_MESSAGE_ERROR, time (NULL));
  g_free (error);
}

void
kz_test_type (KzTestHost *host, PurpleConversation *conversation, const char *text)
{
  if (host->ui != KZ_TEST_BITLBEE && *text == '/' && !g_str_has_prefix (text, "/me ")) {
    do_command (conversation, text);
    return;
  }
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  purple_conv_chat_send (PURPLE_CONV_CHAT (conversation), escaped);
}

/* The value of the choice that has these words. */
static int
value_of_choice (const KzTestPrompt *prompt, const char *text)
{
  for (guint i = 0; i < prompt->choices->len; i++)
    if (strstr (g_ptr_array_index (prompt->choices, i), text) != NULL)
      return g_array_index (prompt->values, int, i);
  g_error ("no choice %s", text);
}

void
kz_test_answer (KzTestHost *host, const char *text)
{
  g_assert_cmpuint (host->prompts->len, >, 0);
  KzTestPrompt *prompt = g_ptr_array_steal_index (host->prompts, 0);
  GCallback callback = text != NULL ? prompt->ok_cb : prompt->cancel_cb;
  /* The window closes by its button; libpurple is told so first. */
  purple_request_close (PURPLE_REQUEST_INPUT, prompt);
  if (callback != NULL && prompt->choices != NULL)
    ((PurpleRequestChoiceCb) callback) (prompt->user_data,
                                        text != NULL ? value_of_choice (prompt, text) : -77);
  else if (callback != NULL)
    ((PurpleRequestInputCb) callback) (prompt->user_data, text);
  kz_test_prompt_free (prompt);
}

/* --- Seeing --- */

PurpleConversation *
kz_test_room (PurpleAccount *account, const char *title)
{
  for (GList *l = purple_get_chats (); l != NULL; l = l->next) {
    PurpleConversation *conversation = l->data;
    const char *shown = conversation->ui_data;
    if (purple_conversation_get_account (conversation) == account &&
        (g_strcmp0 (shown, title) == 0 ||
         g_strcmp0 (purple_conversation_get_name (conversation), title) == 0))
      return conversation;
  }
  return NULL;
}

guint
kz_test_open_rooms (PurpleAccount *account)
{
  guint count = 0;
  for (GList *l = purple_get_chats (); l != NULL; l = l->next)
    if (purple_conversation_get_account (l->data) == account)
      count++;
  return count;
}

static gboolean
line_fits (const KzTestLine *line, const char *title, const char *text)
{
  return (title == NULL || g_strcmp0 (line->room, title) == 0) && strstr (line->text, text) != NULL;
}

guint
kz_test_count_lines (KzTestHost *host, const char *title, const char *text)
{
  guint count = 0;
  for (guint i = 0; i < host->lines->len; i++)
    if (line_fits (g_ptr_array_index (host->lines, i), title, text))
      count++;
  return count;
}

const KzTestLine *
kz_test_find_line (KzTestHost *host, const char *title, const char *text)
{
  for (guint i = 0; i < host->lines->len; i++)
    if (line_fits (g_ptr_array_index (host->lines, i), title, text))
      return g_ptr_array_index (host->lines, i);
  return NULL;
}

guint
kz_test_count_notices (KzTestHost *host, const char *text)
{
  guint count = 0;
  for (guint i = 0; i < host->notices->len; i++)
    if (strstr (g_ptr_array_index (host->notices, i), text) != NULL)
      count++;
  return count;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

GStrv
kz_test_users (PurpleConversation *conversation)
{
  GPtrArray *users = g_ptr_array_new ();
  GList *present = purple_conv_chat_get_users (PURPLE_CONV_CHAT (conversation));
  for (GList *l = present; l != NULL; l = l->next) {
    const PurpleConvChatBuddy *user = l->data;
    g_ptr_array_add (
        users, g_strconcat (user->name, (user->flags & PURPLE_CBFLAGS_OP) ? ":@" : ":", NULL));
  }
  g_ptr_array_sort (users, compare_strings);
  g_ptr_array_add (users, NULL);
  return (GStrv) g_ptr_array_free (users, FALSE);
}

static PurpleChat *
next_chat (PurpleAccount *account, const char *alias, PurpleBlistNode **node)
{
  for (; *node != NULL; *node = purple_blist_node_next (*node, TRUE)) {
    if (purple_blist_node_get_type (*node) != PURPLE_BLIST_CHAT_NODE)
      continue;
    PurpleChat *chat = PURPLE_CHAT (*node);
    if (purple_chat_get_account (chat) == account &&
        (alias == NULL || g_strcmp0 (purple_chat_get_name (chat), alias) == 0))
      return chat;
  }
  return NULL;
}

PurpleChat *
kz_test_find_chat (PurpleAccount *account, const char *alias)
{
  PurpleBlistNode *node = purple_blist_get_root ();
  return next_chat (account, alias, &node);
}

guint
kz_test_count_chats (PurpleAccount *account, const char *alias)
{
  guint count = 0;
  PurpleBlistNode *node = purple_blist_get_root ();
  while (next_chat (account, alias, &node) != NULL) {
    count++;
    node = purple_blist_node_next (node, TRUE);
  }
  return count;
}

guint
kz_test_count_buddies (PurpleAccount *account)
{
  GSList *buddies = purple_find_buddies (account, NULL);
  guint count = g_slist_length (buddies);
  g_slist_free (buddies);
  return count;
}

void
kz_test_forget_lines (KzTestHost *host)
{
  g_ptr_array_set_size (host->lines, 0);
  g_ptr_array_set_size (host->notices, 0);
  g_ptr_array_set_size (host->errors, 0);
  g_array_set_size (host->reasons, 0);
  g_ptr_array_set_size (host->uris, 0);
}
