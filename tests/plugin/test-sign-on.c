/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plugin-test.h"

#include <gio/gio.h>
#include <string.h>

static PurpleAccount *
account_with (Fixture *fixture,
              const char *username,
              const char *password,
              const char *name,
              const char *value)
{
  fixture->account = kz_test_account_new (fixture->host, username, password, "connector_id",
                                          fixture->world->connector_id, "connector_secret",
                                          fixture->world->connector_secret, "api_root",
                                          fixture->world->url, name, value, NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  return fixture->account;
}

/* The account ended; with that reason, and a sentence that has these words. */
static void
assert_refused (Fixture *fixture, PurpleConnectionError reason, const char *words)
{
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  g_assert_cmpint (g_array_index (fixture->host->reasons, PurpleConnectionError, 0), ==, reason);
  const char *text = g_ptr_array_index (fixture->host->errors, 0);
  if (strstr (text, words) == NULL)
    g_error ("“%s” is not in: %s", words, text);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  g_assert_cmpuint (fixture->host->errors->len, ==, 1);
}

static gint64
total_calls (Fixture *fixture)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member (calls, "total");
}

static void
token_connects (Fixture *fixture)
{
  fixture_sign_on (fixture);
  g_assert_true (purple_account_is_connected (fixture->account));
  g_assert_cmpuint (fixture->host->errors->len, ==, 0);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
}

static void
number_may_have_spaces (Fixture *fixture)
{
  account_with (fixture, "+91 99999-00001", kz_test_user (fixture->world, KZ_ME, "refreshToken"),
                NULL, NULL);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
no_number_is_refused (Fixture *fixture)
{
  account_with (fixture, "gita@example.com", "token", NULL, NULL);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_USERNAME, "country code");
  g_assert_cmpint (total_calls (fixture), ==, 0);
}

static void
number_of_other_signs_is_refused (Fixture *fixture)
{
  static const char *const numbers[] = {"+91 (999) 9900001",   "+91.99999.00001",
                                        "+91\t9999900001",     "+91/9999900001",
                                        "+91\u00a09999900001", "\u200e+919999900001"};
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_ptr_array_set_size (fixture->host->errors, 0);
    g_array_set_size (fixture->host->reasons, 0);
    account_with (fixture, numbers[i], "token", NULL, NULL);
    assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_USERNAME, "Spaces and dashes");
    kz_test_account_drop (fixture->host, fixture->account);
    fixture->account = NULL;
  }
  g_assert_cmpint (total_calls (fixture), ==, 0);
}

static void
pin_is_asked_for (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
  g_assert_nonnull (strstr (prompt->primary, KZ_MY_PHONE));
  g_assert_true (prompt->account == fixture->account);
  kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  const char *saved = purple_account_get_password (fixture->account);
  g_assert_nonnull (saved);
  g_assert_cmpuint (strlen (saved), >, 100);
  g_assert_true (purple_account_get_remember_password (fixture->account));
  if (fixture_is_bitlbee (fixture))
    g_assert_cmpstr (fixture->host->saved_password, ==, saved);
}

static gint64
sms_count (Fixture *fixture)
{
  g_autoptr (JsonObject) sms = kz_test_control (fixture->world, "GET", "sms", NULL);
  if (!json_object_has_member (sms, KZ_MY_PHONE))
    return 0;
  return json_object_get_int_member (json_object_get_object_member (sms, KZ_MY_PHONE), "count");
}

static void
wrong_pin_asks_again (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_answer (fixture->host, "1");
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
  g_assert_nonnull (strstr (prompt->primary, "not accepted"));
  g_assert_cmpint (sms_count (fixture), ==, 1);
  kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
right_pin_that_nobody_checked_is_not_called_wrong (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/loginWithPinAndApplicationId'},'action':{'reset':'before'}}");
  kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  const KzTestPrompt *prompt = g_ptr_array_index (fixture->host->prompts, 0);
  g_assert_null (strstr (prompt->primary, "not accepted"));
  g_assert_nonnull (strstr (prompt->primary, "once more"));
  g_assert_cmpint (sms_count (fixture), ==, 1);
  kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
prompt_without_a_conversation_is_pointed_at (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  g_assert_cmpuint (kz_test_count_notices (fixture->host, "Alt+N"), ==, 2);
  const char *progress =
      g_ptr_array_index (fixture->host->progress, fixture->host->progress->len - 1);
  g_assert_nonnull (strstr (progress, "Alt+N"));
}

/* What a host does with an account that ended: it connects again unless the reason forbids it. */
static void
reconnect_as_a_host (Fixture *fixture)
{
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  PurpleConnectionError reason = g_array_index (fixture->host->reasons, PurpleConnectionError, 0);
  if (!purple_connection_error_is_fatal (reason)) {
    purple_account_connect (fixture->account);
    kz_test_wait_for (fixture->host, fixture->host->prompts->len > 0);
  }
}

static void
assert_no_second_sms (Fixture *fixture, const char *action)
{
  kz_test_do (fixture->world, "POST", "fault", "{'match':{'path':'/generatePin'},'action':%s}",
              action);
  fixture_sign_on_by_pin (fixture);
  reconnect_as_a_host (fixture);
  g_assert_cmpint (sms_count (fixture), <=, 1);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_OTHER_ERROR, "when you want another PIN");
}

static void
lost_answer_costs_no_second_sms (Fixture *fixture)
{
  assert_no_second_sms (fixture, "{'cutAfter':0}");
}

static void
trouble_costs_no_second_sms (Fixture *fixture)
{
  assert_no_second_sms (fixture, "{'status':503}");
}

static void
throttling_costs_no_second_sms (Fixture *fixture)
{
  assert_no_second_sms (fixture, "{'status':429}");
}

static gint64
calls_of (Fixture *fixture, const char *endpoint)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member_with_default (
      json_object_get_object_member (calls, "endpoints"), endpoint, 0);
}

static void
another_network_is_asked_at_once (Fixture *fixture)
{
  fixture_sign_on (fixture);
  fixture_wait_for_webhooks (fixture);
  gint64 before = calls_of (fixture, "GET /groups");
  purple_signal_emit (purple_network_get_handle (), "network-configuration-changed", NULL);
  kz_test_wait_for (fixture->host, calls_of (fixture, "GET /groups") > before);
  g_assert_true (purple_account_is_connected (fixture->account));
}

static void
wait_is_told (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/accessToken','times':0},'action':{'status':429,'retryAfter':300}}");
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->progress->len >= 2);
  g_assert_nonnull (strstr (g_ptr_array_index (fixture->host->progress, 1), "goes on by itself"));
  g_assert_true (purple_account_is_connecting (fixture->account));
  purple_account_disconnect (fixture->account);
}

static void
lost_network_after_the_sms_costs_neither_a_second_nor_a_try (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/loginWithPinAndApplicationId','times':0},"
              "'action':{'status':503}}");
  for (guint i = 0; i < 5; i++) {
    kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
    kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  }
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  kz_test_answer (fixture->host, kz_test_user (fixture->world, KZ_ME, "pin"));
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpint (sms_count (fixture), ==, 1);
}

static void
no_pin_ends_it (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_answer (fixture->host, NULL);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, "No PIN");
}

static void
sign_off_closes_the_prompt (Fixture *fixture)
{
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
  kz_test_sign_off (fixture->host, fixture->account);
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture->host->closed_prompts, ==, 1);
}

static void
rotated_token_is_saved (Fixture *fixture)
{
  const char *old = kz_test_user (fixture->world, KZ_ME, "refreshToken");
  fixture_sign_on (fixture);
  const char *saved = purple_account_get_password (fixture->account);
  g_assert_cmpstr (saved, !=, old);
  g_assert_cmpuint (strlen (saved), >, 100);
  if (fixture_is_bitlbee (fixture))
    g_assert_cmpstr (fixture->host->saved_password, ==, saved);
}

static void
missing_connector_is_named (Fixture *fixture)
{
  fixture->account = kz_test_account_new (fixture->host, KZ_MY_PHONE, "token", "api_root",
                                          fixture->world->url, NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "connector_id");
  g_assert_cmpint (total_calls (fixture), ==, 0);
}

static void
cut_token_is_named (Fixture *fixture)
{
  g_autofree char *cut = g_strndup (kz_test_user (fixture->world, KZ_ME, "refreshToken"), 400);
  account_with (fixture, KZ_MY_PHONE, cut, NULL, NULL);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, "512 bytes");
  g_assert_cmpint (total_calls (fixture), ==, 0);
}

static void
token_file_is_read (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->host->user_dir, "token.txt", NULL);
  g_autofree char *text =
      g_strconcat (kz_test_user (fixture->world, KZ_ME, "refreshToken"), "\n", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  account_with (fixture, KZ_MY_PHONE, NULL, "token_file", path);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpstr (purple_account_get_password (fixture->account), ==,
                   kz_test_user (fixture->world, KZ_ME, "refreshToken"));
}

static void
missing_token_file_is_named (Fixture *fixture)
{
  account_with (fixture, KZ_MY_PHONE, NULL, "token_file", "/nonexistent/token");
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, "token_file");
}

static void
assert_not_kaizala (Fixture *fixture, const char *type, const char *body)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/accessToken','times':0},"
              "'action':{'status':200,'contentType':'%s','body':'%s'}}",
              type, body);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "not Kaizala");
}

static void
web_page_is_not_kaizala (Fixture *fixture)
{
  assert_not_kaizala (fixture, "text/html", "<html><body>Welcome</body></html>");
}

static void
empty_answer_is_not_kaizala (Fixture *fixture)
{
  assert_not_kaizala (fixture, "text/html", "");
}

static void
plain_text_is_not_kaizala (Fixture *fixture)
{
  assert_not_kaizala (fixture, "text/plain", "It works!");
}

static void
move_to_nowhere_is_named (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/accessToken','times':0},"
              "'action':{'status':302,'location':'ftp://kaizala.invalid/accessToken'}}");
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "do not trust");
}

static void
forbidden_groups_are_named (Fixture *fixture)
{
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups','times':0},'action':{'status':403}}");
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED, "permissions");
  const char *text = g_ptr_array_index (fixture->host->errors, 0);
  g_assert_nonnull (strstr (text, "fault of the sandbox"));
}

/* A port on which nobody listens, and that nobody else gets while @socket lives. */
static guint
dead_port (GSocket **socket)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (*socket, any, FALSE, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (*socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
no_network_is_tried_again (Fixture *fixture)
{
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", dead_port (&socket));
  fixture->account = kz_test_account_new (
      fixture->host, KZ_MY_PHONE, kz_test_user (fixture->world, KZ_ME, "refreshToken"),
      "connector_id", "id", "connector_secret", "secret", "api_root", url, NULL);
  fixture_skip_waits (fixture);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "No answer");
}

/* A hotel's page answers once, where the account was online before: no host gives it up. */
static void
portal_is_tried_again (Fixture *fixture)
{
  fixture_sign_on (fixture);
  purple_account_disconnect (fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_host_settle (fixture->host);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/*','times':1},'action':{'status':200,'contentType':'text/html',"
              "'body':'<html>Log in</html>'}}");
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_NETWORK_ERROR, "It worked before");
  g_assert_cmpint (fixture_fault_hits (fixture, 0), ==, 1);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
set_proxy (PurpleAccount *account, PurpleProxyType type, guint port)
{
  PurpleProxyInfo *proxy = purple_proxy_info_new ();
  purple_proxy_info_set_type (proxy, type);
  purple_proxy_info_set_host (proxy, "127.0.0.1");
  purple_proxy_info_set_port (proxy, (int) port);
  purple_account_set_proxy_info (account, proxy);
}

/* Signs on at the default root. No packet leaves this computer: the proxy is a port on which nobody
 * listens. */
static void
assert_retired (Fixture *fixture, const char *token)
{
  fixture->account = kz_test_account_new (fixture->host, KZ_MY_PHONE, token, "connector_id", "id",
                                          "connector_secret", "secret", NULL);
  g_autoptr (GSocket) socket = NULL;
  set_proxy (fixture->account, PURPLE_PROXY_HTTP, dead_port (&socket));
  fixture_skip_waits (fixture);
  kz_test_sign_on (fixture->host, fixture->account);
  if (token == NULL && !fixture_is_bitlbee (fixture)) {
    kz_test_wait_for (fixture->host, fixture->host->prompts->len == 1);
    kz_test_answer (fixture->host, "PIN");
  }
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "closed Kaizala");
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
}

static void
retired_service_is_named (Fixture *fixture)
{
  assert_retired (fixture, kz_test_user (fixture->world, KZ_ME, "refreshToken"));
}

static void
retired_service_is_named_instead_of_a_pin (Fixture *fixture)
{
  assert_retired (fixture, NULL);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GString *seen = data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  GIOStream *connection = g_object_get_data (source, "connection");
  if (bytes != NULL)
    g_string_append_len (seen, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  g_io_stream_close (connection, NULL, NULL);
  g_object_set_data (source, "connection", NULL);
}

/* Takes what comes first, answers nothing and hangs up. */
static gboolean
proxied_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_object_set_data_full (G_OBJECT (input), "connection", g_object_ref (connection),
                          g_object_unref);
  g_input_stream_read_bytes_async (input, 4096, G_PRIORITY_DEFAULT, NULL, read_cb, data);
  return TRUE;
}

/* (transfer full): the first bytes that the proxy of an account gets. */
static GString *
first_bytes_at_proxy (Fixture *fixture, PurpleProxyType type)
{
  GString *seen = g_string_new (NULL);
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_signal_connect (service, "incoming", G_CALLBACK (proxied_cb), seen);
  fixture->account = kz_test_account_new (fixture->host, KZ_MY_PHONE,
                                          kz_test_user (fixture->world, KZ_ME, "refreshToken"),
                                          "connector_id", "id", "connector_secret", "secret",
                                          "api_root", "https://kaizala.invalid", NULL);
  set_proxy (fixture->account, type, port);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, seen->len > 0);
  kz_test_sign_off (fixture->host, fixture->account);
  g_socket_service_stop (service);
  return seen;
}

static void
calls_go_through_the_proxy (Fixture *fixture)
{
  GString *seen = first_bytes_at_proxy (fixture, PURPLE_PROXY_HTTP);
  g_assert_true (g_str_has_prefix (seen->str, "CONNECT kaizala.invalid:443"));
  g_string_free (seen, TRUE);
}

static void
calls_go_through_the_socks_proxy (Fixture *fixture)
{
  GString *seen = first_bytes_at_proxy (fixture, PURPLE_PROXY_SOCKS5);
  g_assert_cmpint (seen->str[0], ==, 5);
  g_string_free (seen, TRUE);
}

static void
bad_root_is_named (Fixture *fixture)
{
  fixture->account = kz_test_account_new (fixture->host, KZ_MY_PHONE, "token", "connector_id", "id",
                                          "connector_secret", "s", "api_root", "kaizala", NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  assert_refused (fixture, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, "api_root");
}

static void
group_token_reaches_one_group (Fixture *fixture)
{
  g_autoptr (JsonObject) answer =
      kz_test_control (fixture->world, "POST", "token", "{'person':'me','group':'Kitchen'}");
  account_with (fixture, KZ_MY_PHONE, json_object_get_string_member (answer, "refreshToken"), NULL,
                NULL);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  kz_test_wait_for (fixture->host, kz_test_count_notices (fixture->host, "one group") == 1);
  kz_test_join (fixture->account, "Kitchen");
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, "Kitchen") != NULL);
}

static void
add_tests (void)
{
  static const char *const rotating[] = {"rotateRefreshToken=on", NULL};
  plugin_test_add ("/sign-on/a-refresh-token-connects", token_connects);
  plugin_test_add ("/sign-on/a-number-may-have-spaces", number_may_have_spaces);
  plugin_test_add ("/sign-on/what-is-no-number-is-refused-before-any-call", no_number_is_refused);
  plugin_test_add ("/sign-on/a-number-of-other-signs-is-refused", number_of_other_signs_is_refused);
  plugin_test_add ("/sign-on/without-a-token-the-pin-is-asked-for", pin_is_asked_for);
  plugin_test_add ("/sign-on/a-wrong-pin-is-asked-for-again-without-an-sms", wrong_pin_asks_again);
  plugin_test_add ("/sign-on/a-right-pin-that-nobody-checked-is-not-called-wrong",
                   right_pin_that_nobody_checked_is_not_called_wrong);
  plugin_test_add ("/sign-on/a-lost-answer-costs-no-second-sms", lost_answer_costs_no_second_sms);
  plugin_test_add ("/sign-on/trouble-of-the-service-costs-no-second-sms",
                   trouble_costs_no_second_sms);
  plugin_test_add ("/sign-on/another-network-is-asked-at-once", another_network_is_asked_at_once);
  plugin_test_add ("/sign-on/a-wait-that-the-service-asks-for-is-told", wait_is_told);
  plugin_test_add ("/sign-on/throttling-costs-no-second-sms", throttling_costs_no_second_sms);
  plugin_test_add ("/sign-on/trouble-after-the-sms-costs-no-second",
                   lost_network_after_the_sms_costs_neither_a_second_nor_a_try);
  if (plugin_test_ui () == KZ_TEST_FINCH)
    plugin_test_add ("/sign-on/a-prompt-without-a-conversation-is-pointed-at",
                     prompt_without_a_conversation_is_pointed_at);
  plugin_test_add ("/sign-on/no-pin-ends-it", no_pin_ends_it);
  plugin_test_add ("/sign-on/signing-off-closes-the-prompt", sign_off_closes_the_prompt);
  plugin_test_add_with ("/sign-on/a-rotated-token-is-saved", rotating, FALSE,
                        rotated_token_is_saved);
  plugin_test_add ("/sign-on/a-missing-connector-is-named", missing_connector_is_named);
  plugin_test_add ("/sign-on/a-token-that-was-cut-is-named-before-any-call", cut_token_is_named);
  plugin_test_add ("/sign-on/a-token-file-is-read-and-becomes-the-password", token_file_is_read);
  plugin_test_add ("/sign-on/a-missing-token-file-is-named", missing_token_file_is_named);
  plugin_test_add ("/sign-on/a-web-page-is-not-kaizala", web_page_is_not_kaizala);
  plugin_test_add ("/sign-on/an-empty-answer-is-not-kaizala", empty_answer_is_not_kaizala);
  plugin_test_add ("/sign-on/a-plain-text-is-not-kaizala", plain_text_is_not_kaizala);
  plugin_test_add ("/sign-on/a-move-to-nowhere-is-named", move_to_nowhere_is_named);
  plugin_test_add ("/sign-on/forbidden-groups-are-named", forbidden_groups_are_named);
  plugin_test_add ("/sign-on/a-portal-is-tried-again", portal_is_tried_again);
  /* These wait until trying again was given up; what they say is the same in all hosts. */
  if (plugin_test_ui () == KZ_TEST_FINCH) {
    plugin_test_add ("/sign-on/no-network-is-tried-again", no_network_is_tried_again);
    plugin_test_add ("/sign-on/the-retired-service-is-named", retired_service_is_named);
    plugin_test_add ("/sign-on/the-retired-service-is-named-instead-of-a-pin",
                     retired_service_is_named_instead_of_a_pin);
  }
  plugin_test_add ("/sign-on/calls-go-through-the-proxy-of-the-account",
                   calls_go_through_the_proxy);
  plugin_test_add ("/sign-on/calls-go-through-the-socks-proxy-of-the-account",
                   calls_go_through_the_socks_proxy);
  plugin_test_add ("/sign-on/a-bad-root-is-named", bad_root_is_named);
  plugin_test_add ("/sign-on/a-group-token-reaches-one-group-and-says-so",
                   group_token_reaches_one_group);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
