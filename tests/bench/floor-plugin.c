/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same list and the same room with nothing of ours: what a host itself takes for one more group and one
 * more member. A protocol that, once a file is there, adds as many chats as the account says and is
 * connected, or opens a room of so many. */
#include <glib.h>

#include <purple.h>

#define LOOK_MS 200
#define GROUP "Kaizala"

/* Connected, and whoever should open a room waits for the file; else the connecting waits. */
static gboolean
opens_room (PurpleAccount *account)
{
  return purple_account_get_int (account, "members", 0) > 0;
}

static void
add_chats (PurpleAccount *account)
{
  int number = purple_account_get_int (account, "groups", 0);
  PurpleGroup *group = purple_find_group (GROUP);

  if (group != NULL)
    return;
  group = purple_group_new (GROUP);
  purple_blist_add_group (group, NULL);
  for (int i = 0; i < number; i++) {
    GHashTable *components = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *title = g_strdup_printf ("Group %05d", i);

    g_hash_table_insert (components, g_strdup ("group"), g_strdup_printf ("%08x-3a5f-4c1d", i));
    purple_blist_add_chat (purple_chat_new (account, title, components), group, NULL);
  }
}

static void
open_room (PurpleConnection *gc, int number)
{
  PurpleConversation *room = serv_got_joined_chat (gc, 1, "Works");
  GList *names = NULL;
  GList *flags = NULL;

  /* The last first: libgnt walks its sorted list for each from the start. */
  for (int i = 1; i < number; i++) {
    names = g_list_prepend (names, g_strdup_printf ("Worker %05d Kumar", i));
    flags = g_list_prepend (flags, GINT_TO_POINTER (PURPLE_CBFLAGS_NONE));
  }
  /* BitlBee shows the room once whoever is in it has come. */
  names = g_list_prepend (
      names, g_strdup (purple_account_get_username (purple_connection_get_account (gc))));
  flags = g_list_prepend (flags, GINT_TO_POINTER (PURPLE_CBFLAGS_NONE));
  /* As those who just came, and quietly: else Finch writes all the names into the conversation. */
  purple_conv_chat_add_users (PURPLE_CONV_CHAT (room), names, NULL, flags, TRUE);
  g_list_free_full (names, g_free);
  g_list_free (flags);
}

static gboolean
joining_cb (PurpleConversation *room, const char *name, PurpleConvChatBuddyFlags flags, gpointer data)
{
  return TRUE;
}

static gboolean
look (gpointer data)
{
  PurpleConnection *gc = data;
  PurpleAccount *account = purple_connection_get_account (gc);

  if (!g_file_test (purple_account_get_string (account, "go", ""), G_FILE_TEST_EXISTS))
    return G_SOURCE_CONTINUE;
  gc->proto_data = NULL;
  if (opens_room (account)) {
    open_room (gc, purple_account_get_int (account, "members", 0));
  } else {
    add_chats (account);
    purple_connection_set_state (gc, PURPLE_CONNECTED);
  }
  return G_SOURCE_REMOVE;
}

static void
log_in (PurpleAccount *account)
{
  PurpleConnection *gc = purple_account_get_connection (account);

  purple_signal_connect (purple_conversations_get_handle (), "chat-buddy-joining", gc,
                         PURPLE_CALLBACK (joining_cb), NULL);
  if (opens_room (account))
    purple_connection_set_state (gc, PURPLE_CONNECTED);
  gc->proto_data = GUINT_TO_POINTER (g_timeout_add (LOOK_MS, look, gc));
}

static void
log_out (PurpleConnection *gc)
{
  if (gc->proto_data != NULL)
    g_source_remove (GPOINTER_TO_UINT (gc->proto_data));
  gc->proto_data = NULL;
  purple_signals_disconnect_by_handle (gc);
}

static const char *
icon (PurpleAccount *account, PurpleBuddy *buddy)
{
  return "kaizala";
}

static GList *
status_types (PurpleAccount *account)
{
  GList *types = g_list_append (
      NULL, purple_status_type_new (PURPLE_STATUS_AVAILABLE, NULL, NULL, TRUE));

  return g_list_append (types, purple_status_type_new (PURPLE_STATUS_OFFLINE, NULL, NULL, TRUE));
}

static GList *
chat_info (PurpleConnection *gc)
{
  struct proto_chat_entry *entry = g_new0 (struct proto_chat_entry, 1);

  entry->label = "Group";
  entry->identifier = "group";
  entry->required = TRUE;
  return g_list_append (NULL, entry);
}

static PurplePluginProtocolInfo protocol = {
    .options = OPT_PROTO_NO_PASSWORD,
    .list_icon = icon,
    .status_types = status_types,
    .chat_info = chat_info,
    .login = log_in,
    .close = log_out,
    .struct_size = sizeof (PurplePluginProtocolInfo),
};

static PurplePluginInfo info = {
    .magic = PURPLE_PLUGIN_MAGIC,
    .major_version = PURPLE_MAJOR_VERSION,
    .minor_version = PURPLE_MINOR_VERSION,
    .type = PURPLE_PLUGIN_PROTOCOL,
    .priority = PURPLE_PRIORITY_DEFAULT,
    .id = (char *) "prpl-floor",
    .name = (char *) "Floor",
    .version = (char *) "1",
    .summary = (char *) "Nothing of ours",
    .description = (char *) "Nothing of ours",
    .author = (char *) "purple-kaizala",
    .extra_info = &protocol,
};

/* BitlBee has no file of accounts that could hold them. */
static void
init_plugin (PurplePlugin *plugin)
{
  GList *options = NULL;

  options = g_list_append (options, purple_account_option_int_new ("Groups", "groups", 0));
  options = g_list_append (options, purple_account_option_int_new ("Members", "members", 0));
  options = g_list_append (options, purple_account_option_string_new ("Go", "go", ""));
  protocol.protocol_options = options;
}

PURPLE_INIT_PLUGIN (floor, init_plugin, info)
