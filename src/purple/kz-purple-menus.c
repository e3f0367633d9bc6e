/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-menus.h"

#include "kz-markup.h"
#include "kz-purple-account.h"
#include "kz-purple-ask.h"
#include "kz-purple-blist.h"
#include "kz-purple-signin.h"
#include "kz-render.h"

#include "kz-i18n.h"

/* More groups than these make a wall of lines. */
#define HOOKS_SHOWN 20

static void
add_line (GString *html, const char *label, const char *value)
{
  g_autofree char *escaped = kz_markup_escape (value);
  g_string_append_printf (html, "<b>%s:</b> %s<br>", label, escaped);
}

static void
add_number (GString *html, const char *label, guint value)
{
  g_autofree char *text = g_strdup_printf ("%u", value);
  add_line (html, label, text);
}

static char *
last_poll (KzSession *session, const KzEngineStatus *status)
{
  if (status->last_poll_us == 0)
    return g_strdup (_ ("not yet"));
  gint64 ago = (kz_clock_wall_us (session->clock) - status->last_poll_us) / G_USEC_PER_SEC;
  return g_strdup_printf (ngettext ("%u second ago", "%u seconds ago", (guint) MAX (ago, 0)),
                          (guint) MAX (ago, 0));
}

const char *
kz_menus_hook_state (const KzHookStatus *hook)
{
  return hook->works        ? _ ("texts arrive")
         : hook->is_refused ? _ ("the server refuses it")
                            : _ ("texts do not arrive at the moment");
}

/* Group by group, those that do not work first: these are what one looks for. */
static void
add_hooks (KzSession *session, GString *html)
{
  g_autoptr (GPtrArray) hooks = kz_engine_webhooks (session->engine);
  guint shown = 0;
  for (int works = 0; works < 2; works++)
    for (guint i = 0; i < hooks->len; i++) {
      const KzHookStatus *hook = g_ptr_array_index (hooks, i);
      if (hook->works != works || shown++ >= HOOKS_SHOWN)
        continue;
      g_autofree char *title = kz_blist_title (session, hook->group_id);
      g_autofree char *label = kz_markup_escape (title);
      add_line (html, label, kz_menus_hook_state (hook));
    }
  if (shown > HOOKS_SHOWN)
    g_string_append (html, "…<br>");
}

/* (transfer full) */
static char *
status_html (KzSession *session)
{
  KzEngineStatus status = {0};
  kz_engine_status (session->engine, &status);
  g_autofree char *polled = last_poll (session, &status);
  GString *html = g_string_new (NULL);
  add_line (html, _ ("Server"), status.endpoint != NULL ? status.endpoint : session->api_root);
  add_number (html, _ ("Groups"), status.groups);
  add_number (html, _ ("Calls left in this minute"), status.calls_left);
  add_number (html, _ ("Calls a minute for looking after news"), status.budget);
  add_line (html, _ ("Last look"), polled);
  add_line (html, _ ("Receives texts"),
            status.has_receiver && status.owns_store ? _ ("yes") : _ ("no"));
  add_number (html, _ ("Groups whose texts cannot arrive"), status.deaf_groups);
  add_hooks (session, html);
  return g_string_free (html, FALSE);
}

char *
kz_menus_status_text (KzSession *session)
{
  g_autofree char *html = status_html (session);
  return kz_markup_to_text (html);
}

static void
show_status_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session == NULL || session->engine == NULL)
    return;
  g_autofree char *html = status_html (session);
  purple_notify_formatted (session->gc, "Kaizala", _ ("State of the account"), NULL, html, NULL,
                           NULL);
}

static void
refresh_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session != NULL && session->engine != NULL)
    kz_engine_refresh_groups (session->engine);
}

static void
bring_back_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session != NULL && session->directory != NULL)
    kz_blist_bring_back (session);
}

static void
create_group_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session != NULL && session->directory != NULL && session->host.has_forms)
    kz_ask (session, NULL, KZ_VERB_GROUP, NULL);
}

static void
create_public_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session != NULL && session->directory != NULL && session->host.has_forms)
    kz_ask (session, NULL, KZ_VERB_PUBLIC, NULL);
}

static void
forgotten_cb (gpointer data)
{
  KzSession *session = data;
  purple_account_set_password (session->account, NULL);
  if (!session->is_closing)
    purple_account_set_enabled (session->account, purple_core_get_ui (), FALSE);
}

/* For somebody whose token was revoked, or who hands the computer on. */
static void
forget_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session == NULL || session->is_closing)
    return;
  if (session->engine != NULL)
    kz_engine_forget_tokens (session->engine, forgotten_cb, session);
  else
    forgotten_cb (session);
}

static void
sign_in_by_pin_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session != NULL)
    kz_signin_anew (session, KZ_SIGN_IN_PIN);
}

static void
sign_in_by_browser_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session != NULL)
    kz_signin_anew (session, KZ_SIGN_IN_BROWSER);
}

static gboolean
can_open_addresses (void)
{
  PurpleNotifyUiOps *ops = purple_notify_get_ui_ops ();
  return ops != NULL && ops->notify_uri != NULL;
}

/* The service had a page of its own for people; whoever runs one elsewhere has one address. */
static void
open_page_cb (PurplePluginAction *action)
{
  KzSession *session = kz_session_of (action->context);
  if (session != NULL)
    purple_notify_uri (session->gc, g_str_equal (session->api_root, KZ_DEFAULT_API_ROOT)
                                        ? "https://manage.kaiza.la/"
                                        : session->api_root);
}

GList *
kz_menus_account (PurplePlugin *plugin, gpointer context)
{
  GList *actions = NULL;
  actions = g_list_append (actions,
                           purple_plugin_action_new (_ ("State of the account"), show_status_cb));
  actions =
      g_list_append (actions, purple_plugin_action_new (_ ("Read the groups anew"), refresh_cb));
  actions = g_list_append (actions,
                           purple_plugin_action_new (_ ("Make a new group…"), create_group_cb));
  actions = g_list_append (
      actions, purple_plugin_action_new (_ ("Make a new public group…"), create_public_cb));
  actions = g_list_append (
      actions, purple_plugin_action_new (_ ("List rooms again that I removed"), bring_back_cb));
  if (can_open_addresses ())
    actions = g_list_append (
        actions, purple_plugin_action_new (_ ("Open the web page of the server"), open_page_cb));
  actions = g_list_append (
      actions, purple_plugin_action_new (_ ("Sign in again with a PIN…"), sign_in_by_pin_cb));
  actions = g_list_append (actions, purple_plugin_action_new (_ ("Sign in again with a browser…"),
                                                              sign_in_by_browser_cb));
  actions = g_list_append (
      actions, purple_plugin_action_new (_ ("Sign off and forget all tokens"), forget_cb));
  return actions;
}

static void
room_info_cb (PurpleBlistNode *node, gpointer data)
{
  PurpleChat *chat = PURPLE_CHAT (node);
  KzSession *session = kz_session_of_account (purple_chat_get_account (chat));
  const char *group_id = g_hash_table_lookup (purple_chat_get_components (chat), KZ_CHAT_GROUP);
  if (session == NULL || session->directory == NULL || group_id == NULL)
    return;
  const KzGroup *group = kz_directory_group (session->directory, group_id);
  if (group == NULL) {
    kz_session_notice (session, _ ("You are not in this group any more."));
    return;
  }
  g_autofree char *title = kz_group_title (group);
  g_autofree char *welcome = kz_markup_from_text (group->welcome);
  g_autoptr (GString) html = g_string_new (NULL);
  add_line (html, _ ("Name"), title);
  add_line (html, _ ("Kind"), kz_render_group_kind (group->kind));
  add_line (html, _ ("Your role"), kz_render_role (group->role));
  if (group->user_count >= 0)
    add_number (html, _ ("Members"), (guint) group->user_count);
  if (*welcome != '\0')
    g_string_append_printf (html, "<b>%s:</b> %s<br>", _ ("Welcome message"), welcome);
  purple_notify_formatted (session->gc, "Kaizala", _ ("About the group"), NULL, html->str, NULL,
                           NULL);
}

/* The verbs that the menu of a room offers, in this order. */
static const KzVerb room_verbs[] = {
    KZ_VERB_ANNOUNCE, KZ_VERB_POLL,      KZ_VERB_SURVEY,      KZ_VERB_JOB,    KZ_VERB_MEET,
    KZ_VERB_CARD,     KZ_VERB_SEND,      KZ_VERB_TELL,        KZ_VERB_ADD,    KZ_VERB_REMOVE,
    KZ_VERB_PROMOTE,  KZ_VERB_DEMOTE,    KZ_VERB_SUBSCRIBE,   KZ_VERB_UNSUBSCRIBE,
    KZ_VERB_SUBGROUP, KZ_VERB_ATTACH,    KZ_VERB_DETACH,      KZ_VERB_LEAVE,
};

static void
verb_cb (PurpleBlistNode *node, gpointer data)
{
  PurpleChat *chat = PURPLE_CHAT (node);
  KzSession *session = kz_session_of_account (purple_chat_get_account (chat));
  const char *group_id = g_hash_table_lookup (purple_chat_get_components (chat), KZ_CHAT_GROUP);
  if (session == NULL || session->directory == NULL || group_id == NULL)
    return;
  /* What comes of it is said in the room. */
  if (kz_room_open (session, group_id, NULL) != NULL)
    kz_ask (session, group_id, GPOINTER_TO_UINT (data), NULL);
}

static const char *
summary_of (KzVerb verb)
{
  const char *summary = NULL;
  KzVerb row;
  for (guint i = 0; kz_command_describe (i, &row, NULL, NULL, &summary); i++)
    if (row == verb)
      return summary;
  return "";
}

GList *
kz_menus_node (PurpleBlistNode *node)
{
  if (purple_blist_node_get_type (node) != PURPLE_BLIST_CHAT_NODE)
    return NULL;
  PurpleChat *chat = PURPLE_CHAT (node);
  KzSession *session = kz_session_of_account (purple_chat_get_account (chat));
  const char *group_id = g_hash_table_lookup (purple_chat_get_components (chat), KZ_CHAT_GROUP);
  GList *menu = g_list_append (NULL, purple_menu_action_new (_ ("About the group"),
                                                             PURPLE_CALLBACK (room_info_cb), NULL,
                                                             NULL));
  const KzGroup *group = session != NULL && session->directory != NULL && group_id != NULL
                             ? kz_directory_group (session->directory, group_id)
                             : NULL;
  if (group == NULL || !session->host.has_forms)
    return menu;
  for (gsize i = 0; i < G_N_ELEMENTS (room_verbs); i++)
    /* Only what this group and role allow is offered. */
    if (kz_command_refusal (room_verbs[i], group) == NULL)
      menu = g_list_append (menu, purple_menu_action_new (summary_of (room_verbs[i]),
                                                          PURPLE_CALLBACK (verb_cb),
                                                          GUINT_TO_POINTER (room_verbs[i]), NULL));
  return menu;
}
