/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-account.h"

#include "kz-error.h"
#include "kz-limits.h"
#include "kz-purple-ask.h"
#include "kz-purple-blist.h"
#include "kz-purple-chat.h"
#include "kz-purple-errand.h"
#include "kz-purple-direct.h"
#include "kz-purple-errors.h"
#include "kz-purple-events.h"
#include "kz-purple-icons.h"
#include "kz-purple-lines.h"
#include "kz-purple-people.h"
#include "kz-purple-proxy.h"
#include "kz-purple-roomlist.h"
#include "kz-purple-signin.h"
#include "kz-purple-token-file.h"
#include "kz-purple-token-saved.h"
#include "kz-purple-xfer.h"
#include "kz-token.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Any main loop that sleeps longer than this feels slow to a person. */
#define KEEP_AWAKE_MS 100

/* --- The session --- */

KzSession *
kz_session_ref (KzSession *session)
{
  return g_rc_box_acquire (session);
}

static void
session_clear (gpointer data)
{
  KzSession *session = data;
  g_clear_object (&session->clock);
  g_clear_object (&session->cancellable);
  g_clear_pointer (&session->zone, g_time_zone_unref);
  g_free (session->phone);
  g_free (session->api_root);
  g_free (session->redirect_url);
}

void
kz_session_unref (KzSession *session)
{
  g_rc_box_release_full (session, session_clear);
}

KzSession *
kz_session_of (PurpleConnection *gc)
{
  return gc != NULL ? gc->proto_data : NULL;
}

KzSession *
kz_session_of_account (PurpleAccount *account)
{
  return account != NULL ? kz_session_of (purple_account_get_connection (account)) : NULL;
}

void
kz_session_notice (KzSession *session, const char *text)
{
  if (session->is_closed)
    return;
  g_autofree char *title
      /* Translators: %s is a phone number. */
      = g_strdup_printf (_ ("About the account %s"), session->phone);
  kz_host_notice (&session->host, session->gc, title, text);
}

static KzSession *
session_new (PurpleConnection *gc, const char *phone, const char *api_root)
{
  KzSession *session = g_rc_box_new0 (KzSession);
  session->gc = gc;
  session->account = purple_connection_get_account (gc);
  session->clock = kz_clock_new_system ();
  session->cancellable = g_cancellable_new ();
  session->zone = g_time_zone_new_local ();
  session->phone = g_strdup (phone);
  session->api_root = g_strdup (api_root);
  kz_host_detect (&session->host);
  if (session->host.ascii_names)
    session->nick_maker = kz_nick_maker_new ();
  gc->proto_data = session;
  session->avatars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->group_pictures = kz_icons_new_fetched ();
  session->unresolved = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  session->subscribers_read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->subscriber_pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  session->lines = kz_lines_new ();
  session->rooms = kz_rooms_new (session);
  session->blist = kz_blist_new (session);
  session->people = kz_people_new (session);
  session->xfers = kz_xfers_new ();
  return session;
}

void
kz_session_fail (KzSession *session, PurpleConnectionError reason, const char *text)
{
  if (session->has_failed || session->is_closed)
    return;
  session->has_failed = TRUE;
  purple_connection_error_reason (session->gc, reason, text);
}

/* --- Throttles --- */

GHashTable *
kz_throttles_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) kz_throttle_unref);
}

KzThrottle *
kz_throttles_get (GHashTable *throttles, const char *api_root, const char *connector_id)
{
  g_autofree char *key = g_strconcat (api_root, "\n", connector_id, NULL);
  KzThrottle *throttle = g_hash_table_lookup (throttles, key);
  if (throttle == NULL) {
    throttle = kz_throttle_new (KZ_CALLS_PER_MINUTE, KZ_BUDGET_PER_MINUTE);
    g_hash_table_insert (throttles, g_steal_pointer (&key), throttle);
  }
  return throttle;
}

/* --- What the engine calls --- */

static gboolean
save_token_cb (const char *refresh_token, gpointer data)
{
  KzSession *session = data;
  if (session->is_closed)
    return FALSE;
  session->holds_token = TRUE;
  purple_account_set_remember_password (session->account, TRUE);
  purple_account_set_password (session->account, refresh_token);
  /* BitlBee makes a new account at each sign-on from what it keeps itself. */
  if (session->host.ui == KZ_UI_BITLBEE)
    purple_signal_emit_return_1 (purple_accounts_get_handle (), "bitlbee-set-account-password",
                                 session->account, refresh_token);
  /* All hosts write their files some seconds later: nothing is sure before. */
  kz_token_saved_watch (session);
  return FALSE;
}

static gboolean
keep_awake_cb (gpointer data)
{
  return TRUE;
}

static void
busy_cb (gboolean is_busy, gpointer data)
{
  KzSession *session = data;
  if (!session->host.loses_wakeups)
    return;
  if (is_busy && session->keep_awake == 0 && !session->is_closing)
    session->keep_awake = purple_timeout_add (KEEP_AWAKE_MS, keep_awake_cb, NULL);
  else if (!is_busy && session->keep_awake != 0) {
    purple_timeout_remove (session->keep_awake);
    session->keep_awake = 0;
  }
}

static void
progress (KzSession *session, const char *text, gsize step)
{
  if (!session->is_connected)
    purple_connection_update_progress (session->gc, text, step, 4);
}

static void
online (KzSession *session)
{
  if (session->is_connected)
    return;
  session->is_connected = TRUE;
  /* Hosts join the rooms that open by themselves from inside this call. */
  purple_connection_set_state (session->gc, PURPLE_CONNECTED);
  if (session->is_closed)
    return;
  kz_lines_connected (session);
  kz_icons_connected (session);
  kz_signin_done (session);
}

static const char *
waiting_for_pin (KzSession *session)
{
  return session->host.prompts_in_background
             /* Translators: Alt+N is the key for the next window. */
             ? _ ("Waiting for the PIN: press Alt+N until you see its window")
             : _ ("Waiting for the PIN");
}

static const char *
waiting_for_you (KzSession *session)
{
  return session->host.prompts_in_background
             /* Translators: Alt+N is the key for the next window. */
             ? _ ("Waiting for you to sign in: press Alt+N until you see the window")
             : _ ("Waiting for you to sign in");
}

/* (transfer full) */
static char *
explain (KzSession *session, const GError *error, PurpleConnectionError *reason)
{
  KzEngineStatus status;
  if (!session->holds_token)
    return kz_signin_explain (session, error, reason);
  kz_engine_status (session->engine, &status);
  return status.was_online ? kz_errors_explain_again (error, session->api_root, reason)
                           : kz_errors_explain (error, session->api_root, reason);
}

static void
state_cb (KzEngineState state, const GError *error, gpointer data)
{
  KzSession *session = data;
  if (session->is_closing || session->has_failed)
    return;
  switch (state) {
  case KZ_ENGINE_OFFLINE:
  case KZ_ENGINE_STOPPED:
    break;
  case KZ_ENGINE_AUTHENTICATING:
    progress (session, _ ("Signing on"), 1);
    break;
  case KZ_ENGINE_NEEDS_CHOICE:
    progress (session, waiting_for_you (session), 2);
    kz_signin_needs_choice (session, error);
    break;
  case KZ_ENGINE_NEEDS_PIN:
    progress (session, waiting_for_pin (session), 2);
    kz_signin_needs_pin (session, error);
    break;
  case KZ_ENGINE_LOADING:
    progress (session, _ ("Reading the groups"), 3);
    break;
  case KZ_ENGINE_ONLINE:
    online (session);
    break;
  case KZ_ENGINE_HELD:
    /* A failing call drops nobody who is online. */
    purple_debug_info ("kaizala", "the service does not answer at the moment\n");
    break;
  case KZ_ENGINE_FAILED: {
    PurpleConnectionError reason;
    g_autofree char *text = explain (session, error, &reason);
    kz_session_fail (session, reason, text);
    break;
  }
  }
}

static void
network_changed_cb (gpointer data)
{
  KzSession *session = data;
  if (!session->is_closing)
    kz_engine_network_changed (session->engine);
}

/* --- Sign-on --- */

static GStrv
packages (PurpleAccount *account)
{
  const char *value = purple_account_get_string (account, KZ_OPTION_PACKAGES, "");
  g_auto (GStrv) parts = g_strsplit_set (value, ", ;", -1);
  GStrvBuilder *builder = g_strv_builder_new ();
  for (gsize i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  GStrv list = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return list;
}

static void
start (KzSession *session, const char *refresh_token)
{
  static const KzEngineCallbacks callbacks = {
      .event = kz_events_handle,
      .state = state_cb,
      .save_token = save_token_cb,
      .busy = busy_cb,
      .may_show = kz_lines_may_show,
  };
  PurpleAccount *account = session->account;
  session->holds_token = refresh_token != NULL;
  KzPluginState *state = purple_connection_get_prpl (session->gc)->extra;
  const char *connector = purple_account_get_string (account, KZ_OPTION_CONNECTOR_ID, "");
  const char *url = purple_account_get_string (account, KZ_OPTION_WEBHOOK_URL, "");
  g_autofree char *store_dir = g_build_filename (purple_user_dir (), "kaizala", NULL);
  g_auto (GStrv) package_ids = packages (account);
  g_autofree char *proxy_user = NULL;
  g_autofree char *proxy_password = NULL;
  g_autoptr (GProxyResolver) proxy = kz_proxy_resolver_new (account, &proxy_user, &proxy_password);
  KzEngineConfig config = {
      .phone = session->phone,
      .connector_id = connector,
      .connector_secret = purple_account_get_string (account, KZ_OPTION_CONNECTOR_SECRET, ""),
      .api_root = session->api_root,
      .refresh_token = refresh_token,
      .asks_how = TRUE,
      .signs_in_anew = session->sign_in != KZ_SIGN_IN_ASK,
      .store_dir = store_dir,
      .webhook_listen =
          purple_account_get_string (account, KZ_OPTION_WEBHOOK_LISTEN, KZ_DEFAULT_WEBHOOK_LISTEN),
      .webhook_url = *url != '\0' ? url : NULL,
      .packages = package_ids[0] != NULL ? (const char *const *) package_ids : NULL,
      .proxy = proxy,
      .proxy_user = proxy_user,
      .proxy_password = proxy_password,
      .throttle = kz_throttles_get (state->throttles, session->api_root, connector),
      .clock = session->clock,
  };
  session->engine = kz_engine_new (&config, &callbacks, session);
  session->directory = kz_engine_directory (session->engine);
  kz_directory_reserve (session->directory, KZ_SPEAKER);
  if (session->host.ascii_names)
    kz_directory_set_name_func (session->directory, kz_nick_maker_name, session->nick_maker);
  purple_signal_connect (purple_network_get_handle (), "network-configuration-changed", session,
                         PURPLE_CALLBACK (network_changed_cb), session);
  kz_engine_start (session->engine);
}

static void
token_read_cb (KzSession *session, const char *token, const char *problem)
{
  busy_cb (FALSE, session);
  if (problem != NULL) {
    kz_session_fail (session, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, problem);
    return;
  }
  save_token_cb (token, session);
  start (session, token);
}

static gboolean
check_settings (KzSession *session)
{
  PurpleAccount *account = session->account;
  if (*purple_account_get_string (account, KZ_OPTION_CONNECTOR_ID, "") == '\0' ||
      *purple_account_get_string (account, KZ_OPTION_CONNECTOR_SECRET, "") == '\0') {
    kz_session_fail (session, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
          _ ("Set connector_id and connector_secret of this account: they stand on the page of "
             "your connector in the Kaizala portal."));
    return FALSE;
  }
  g_autoptr (GUri) uri = g_uri_parse (session->api_root, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0)) {
    kz_session_fail (session, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS,
          _ ("api_root must be an address such as https://kaizala.example.com."));
    return FALSE;
  }
  return TRUE;
}

/* Without its slashes at the end: paths are put behind it. */
static char *
api_root_of (PurpleAccount *account)
{
  char *root =
      g_strdup (purple_account_get_string (account, KZ_OPTION_API_ROOT, KZ_DEFAULT_API_ROOT));
  g_strstrip (root);
  for (gsize length = strlen (root); length > 0 && root[length - 1] == '/'; length--)
    root[length - 1] = '\0';
  if (*root != '\0')
    return root;
  g_free (root);
  return g_strdup (KZ_DEFAULT_API_ROOT);
}

static void
begin (KzSession *session)
{
  const char *password = purple_connection_get_password (session->gc);
  const char *path = purple_account_get_string (session->account, KZ_OPTION_TOKEN_FILE, "");
  g_autofree char *token = g_strdup (password != NULL ? password : "");
  g_strstrip (token);
  session->sign_in = kz_signin_wanted (session->gc);
  if (session->sign_in != KZ_SIGN_IN_ASK) {
    start (session, NULL);
    return;
  }
  if (*token == '\0' && *path != '\0') {
    progress (session, _ ("Reading the token file"), 0);
    busy_cb (TRUE, session);
    kz_token_file_read (session, path, token_read_cb);
    return;
  }
  if (*token != '\0' && kz_token_shape (token) == KZ_TOKEN_LOOKS_CUT) {
    kz_session_fail (session, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED,
          _ ("The password is the beginning of a refresh token only. A line of IRC holds 512 bytes "
             "and a token is longer: leave the password empty to get a PIN by SMS, or write the "
             "token into a file and set token_file."));
    return;
  }
  start (session, *token != '\0' ? token : NULL);
}

/* (transfer full) (nullable): stricter than what is read of the service: the number that gets the
 * SMS holds nothing that cannot be seen. */
static char *
typed_phone (const char *username)
{
  if (username == NULL || username[strspn (username, "+0123456789 -")] != '\0')
    return NULL;
  return kz_phone_normalize (username);
}

void
kz_account_login (PurpleAccount *account)
{
  PurpleConnection *gc = purple_account_get_connection (account);
  gc->flags |=
      PURPLE_CONNECTION_HTML | PURPLE_CONNECTION_NO_BGCOLOR | PURPLE_CONNECTION_NO_FONTSIZE;
  g_autofree char *phone = typed_phone (purple_account_get_username (account));
  if (phone == NULL) {
    purple_connection_error_reason (
        gc, PURPLE_CONNECTION_ERROR_INVALID_USERNAME,
        _ ("The username is your phone number with a plus and the country code, such as "
           "+91 99999 00001. Spaces and dashes may stand between the digits, nothing else."));
    return;
  }
  g_autofree char *api_root = api_root_of (account);
  KzSession *session = session_new (gc, phone, api_root);
  if (!session->host.shows_pictures)
    gc->flags |= PURPLE_CONNECTION_NO_IMAGES;
  if (check_settings (session))
    begin (session);
}

void
kz_account_close (PurpleConnection *gc)
{
  KzSession *session = kz_session_of (gc);
  if (session == NULL)
    return;
  session->is_closing = TRUE;
  g_cancellable_cancel (session->cancellable);
  if (session->engine != NULL)
    kz_engine_stop (session->engine);
  kz_errands_end (session);
  kz_direct_end (session);
  kz_wizards_end (session);
  session->is_closed = TRUE;
  busy_cb (FALSE, session);
  kz_clock_cancel_all (session->clock, session);
  purple_signals_disconnect_by_handle (session);
  purple_request_close_with_handle (gc);
  kz_forms_end (session);
  purple_notify_close_with_handle (gc);
  kz_roomlist_drop (session);
  g_clear_pointer (&session->xfers, kz_xfers_free);
  g_clear_pointer (&session->people, kz_people_free);
  g_clear_pointer (&session->blist, kz_blist_free);
  g_clear_pointer (&session->rooms, kz_rooms_free);
  g_clear_pointer (&session->lines, kz_lines_free);
  g_clear_pointer (&session->avatars, g_hash_table_unref);
  g_clear_pointer (&session->group_pictures, g_hash_table_unref);
  g_clear_pointer (&session->unresolved, g_hash_table_unref);
  g_clear_pointer (&session->subscriber_pages, g_hash_table_unref);
  g_clear_pointer (&session->subscribers_read, g_hash_table_unref);
  g_clear_pointer (&session->direct_groups, g_hash_table_unref);
  session->directory = NULL;
  g_clear_object (&session->engine);
  g_clear_pointer (&session->nick_maker, kz_nick_maker_free);
  gc->proto_data = NULL;
  session->gc = NULL;
  session->account = NULL;
  kz_session_unref (session);
}

void
kz_accounts_disconnect (PurplePlugin *plugin)
{
  /* Who hears of one that signs off may sign off another. */
  g_autoptr (GList) connections = g_list_copy (purple_connections_get_all ());
  for (GList *l = connections; l != NULL; l = l->next) {
    PurpleConnection *gc = l->data;
    if (g_list_find (purple_connections_get_all (), gc) != NULL &&
        purple_connection_get_prpl (gc) == plugin)
      purple_account_disconnect (purple_connection_get_account (gc));
  }
}

GList *
kz_account_status_types (PurpleAccount *account)
{
  GList *types = NULL;
  PurpleStatusType *type =
      purple_status_type_new_full (PURPLE_STATUS_AVAILABLE, NULL, NULL, TRUE, TRUE, FALSE);
  types = g_list_append (types, type);
  type = purple_status_type_new_full (PURPLE_STATUS_OFFLINE, NULL, NULL, TRUE, TRUE, FALSE);
  return g_list_append (types, type);
}

GHashTable *
kz_account_text_table (PurpleAccount *account)
{
  GHashTable *table = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (table, (gpointer) "login_label", (gpointer) _ ("Phone number"));
  return table;
}
