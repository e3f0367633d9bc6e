/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-account.h"
#include "kz-purple-blist.h"
#include "kz-purple-chat.h"
#include "kz-purple-commands.h"
#include "kz-purple-direct.h"
#include "kz-purple-invite.h"
#include "kz-purple-menus.h"
#include "kz-purple-people.h"
#include "kz-purple-roomlist.h"
#include "kz-purple-send.h"
#include "kz-purple-signals.h"
#include "kz-purple-xfer.h"

#include "kz-limits.h"

#include <glib/gi18n-lib.h>
#include <purple.h>

/* Tables only: who does what stands in the files named by the functions. */

static const char *
list_icon (PurpleAccount *account, PurpleBuddy *buddy)
{
  /* Also the name of the directory of logs. */
  return "kaizala";
}

/* libpurple wants both tables writable and for ever. */
static PurplePluginProtocolInfo protocol_info = {
    .options =
        OPT_PROTO_PASSWORD_OPTIONAL | OPT_PROTO_UNIQUE_CHATNAME | OPT_PROTO_SLASH_COMMANDS_NATIVE,
    .icon_spec = {NULL, 0, 0, 0, 0, 0, 0},
    .list_icon = list_icon,
    .status_text = kz_people_status_text,
    .tooltip_text = kz_people_tooltip,
    .status_types = kz_account_status_types,
    .blist_node_menu = kz_menus_node,
    .chat_info = kz_chat_info,
    .chat_info_defaults = kz_chat_info_defaults,
    .login = kz_account_login,
    .close = kz_account_close,
    .send_im = kz_send_im,
    .get_info = kz_people_get_info,
    .join_chat = kz_chat_join,
    .get_chat_name = kz_chat_get_name,
    .chat_invite = kz_chat_invite,
    .chat_leave = kz_chat_leave,
    .chat_send = kz_send_chat,
    .get_cb_real_name = kz_chat_real_name,
    .find_blist_chat = kz_blist_find_chat,
    .roomlist_get_list = kz_roomlist_get_list,
    .roomlist_cancel = kz_roomlist_cancel,
    .roomlist_expand_category = kz_roomlist_expand,
    .roomlist_room_serialize = kz_roomlist_serialize,
    .can_receive_file = kz_xfer_can_receive,
    .send_file = kz_xfer_send_to,
    .struct_size = sizeof (PurplePluginProtocolInfo),
    .get_account_text_table = kz_account_text_table,
    .add_buddy_with_invite = kz_people_add_buddy,
    .get_cb_alias = kz_chat_alias,
    .chat_can_receive_file = kz_xfer_chat_can_receive,
    .chat_send_file = kz_xfer_chat_send,
};

static void
add_option (PurpleAccountOption *option)
{
  protocol_info.protocol_options = g_list_append (protocol_info.protocol_options, option);
}

static void
add_string (const char *label, const char *name, const char *value)
{
  add_option (purple_account_option_string_new (label, name, value));
}

static GList *
add_choice (GList *list, const char *label, const char *value)
{
  PurpleKeyValuePair *pair = g_new0 (PurpleKeyValuePair, 1);
  pair->key = g_strdup (label);
  pair->value = g_strdup (value);
  return g_list_append (list, pair);
}

/* The first of each list is the default. */
static void
add_lists (void)
{
  GList *rooms = add_choice (NULL, _ ("at their first new line"), KZ_OPEN_ROOMS_ALL);
  rooms = add_choice (rooms, _ ("when I open them"), KZ_OPEN_ROOMS_JOINED);
  add_option (purple_account_option_list_new (_ ("Open rooms"), KZ_OPTION_OPEN_ROOMS, rooms));
  GList *buddies = add_choice (NULL, _ ("people of small groups"), KZ_BUDDIES_SMALL);
  buddies = add_choice (buddies, _ ("nobody"), KZ_BUDDIES_NONE);
  buddies = add_choice (buddies, _ ("everyone"), KZ_BUDDIES_EVERYONE);
  add_option (purple_account_option_list_new (_ ("Add to my buddies"), KZ_OPTION_BUDDIES, buddies));
}

static void
add_options (void)
{
  add_string (_ ("Connector ID"), KZ_OPTION_CONNECTOR_ID, "");
  PurpleAccountOption *secret =
      purple_account_option_string_new (_ ("Connector secret"), KZ_OPTION_CONNECTOR_SECRET, "");
  purple_account_option_set_masked (secret, TRUE);
  add_option (secret);
  add_string (_ ("Server"), KZ_OPTION_API_ROOT, KZ_DEFAULT_API_ROOT);
  add_string (_ ("Public address for deliveries"), KZ_OPTION_WEBHOOK_URL, "");
  add_string (_ ("Receive deliveries at"), KZ_OPTION_WEBHOOK_LISTEN, KZ_DEFAULT_WEBHOOK_LISTEN);
  add_string (_ ("File with a refresh token"), KZ_OPTION_TOKEN_FILE, "");
  add_lists ();
  add_option (purple_account_option_int_new (_ ("Most buddies to add"), KZ_OPTION_BUDDY_LIMIT,
                                             KZ_DEFAULT_BUDDIES));
  add_string (_ ("Custom action packages (IDs)"), KZ_OPTION_PACKAGES, "");
  add_string (_ ("Redirect address for the browser"), KZ_OPTION_REDIRECT_URL, "");
}

static gboolean
load (PurplePlugin *plugin)
{
  /* libpurple lets go of the options when it unloads a protocol, and of nothing when it is only
   * asked to look for plugins once more. */
  if (protocol_info.protocol_options == NULL)
    add_options ();
  KzPluginState *state = g_new0 (KzPluginState, 1);
  state->throttles = kz_throttles_new ();
  state->commands = g_array_new (FALSE, FALSE, sizeof (PurpleCmdId));
  kz_commands_register (state->commands);
  kz_signals_register (plugin);
  plugin->extra = state;
  return TRUE;
}

static gboolean
unload (PurplePlugin *plugin)
{
  /* libpurple would leave them online, with connections whose plugin is gone. */
  kz_accounts_disconnect (plugin);
  KzPluginState *state = g_steal_pointer (&plugin->extra);
  if (state == NULL)
    return TRUE;
  kz_signals_unregister (plugin);
  kz_commands_unregister (state->commands);
  g_array_unref (state->commands);
  g_hash_table_unref (state->throttles);
  g_free (state);
  return TRUE;
}

static PurplePluginInfo plugin_info = {
    .magic = PURPLE_PLUGIN_MAGIC,
    .major_version = PURPLE_MAJOR_VERSION,
    .minor_version = PURPLE_MINOR_VERSION,
    .type = PURPLE_PLUGIN_PROTOCOL,
    .priority = PURPLE_PRIORITY_DEFAULT,
    .id = (char *) KZ_PRPL_ID,
    .name = (char *) "Kaizala",
    .version = (char *) KZ_VERSION,
    .author = (char *) "The purple-kaizala authors",
    .homepage = (char *) "",
    .load = load,
    .unload = unload,
    .extra_info = &protocol_info,
    .actions = kz_menus_account,
};

static void
init (PurplePlugin *plugin)
{
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  plugin_info.summary = (char *) _ ("Chats with groups of Kaizala");
  plugin_info.description =
      (char *) _ ("Signs on to servers that speak the connector API of Kaizala: groups, texts, "
                  "polls, jobs, surveys and announcements.");
}

PURPLE_INIT_PLUGIN (kaizala, init, plugin_info)
