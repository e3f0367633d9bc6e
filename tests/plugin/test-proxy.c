/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The proxy settings of an account. The proxy counts what it passes on and the service what it
 * gets: what went around the proxy is missing there. */
#include "config.h"

#include "secret-test.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#define USER "gita@office"
#define PASSWORD "hu:bbub/%"
/* USER:PASSWORD in base64. */
#define CREDENTIALS "Z2l0YUBvZmZpY2U6aHU6YmJ1Yi8l"
/* Of PASSWORD, what stands in an address, too. */
#define CORE "bbub"

/**
 * Proxy:
 * @origin: where it sends everything on
 * @wants_password: refuses who does not say CREDENTIALS
 */
typedef struct {
  SoupServer *server;
  SoupSession *session;
  GUri *origin;
  gboolean wants_password;
  guint passed;
  guint refused;
} Proxy;

typedef struct {
  SoupServerMessage *incoming;
  SoupMessage *outgoing;
  gboolean is_gone; /* whoever asked */
} Passage;

static void
gone_cb (SoupServerMessage *message, gpointer data)
{
  ((Passage *) data)->is_gone = TRUE;
}

static void
passage_free (Passage *passage)
{
  g_signal_handlers_disconnect_by_data (passage->incoming, passage);
  g_object_unref (passage->incoming);
  g_object_unref (passage->outgoing);
  g_free (passage);
}

static void
copy_header (const char *name, const char *value, gpointer to)
{
  static const char *const own[] = {"Host",
                                    "Connection",
                                    "Content-Length",
                                    "Transfer-Encoding",
                                    "Proxy-Authorization",
                                    "Proxy-Connection",
                                    "Content-Encoding",
                                    "Accept-Encoding"};
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_ascii_strcasecmp (name, own[i]) == 0)
      return;
  soup_message_headers_append (to, name, value);
}

static void
passed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Passage *passage = data;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  guint status = soup_message_get_status (passage->outgoing);
  if (passage->is_gone) {
    passage_free (passage);
    return;
  }
  soup_server_message_set_status (passage->incoming, body != NULL ? status : 502, NULL);
  soup_message_headers_foreach (soup_message_get_response_headers (passage->outgoing), copy_header,
                                soup_server_message_get_response_headers (passage->incoming));
  if (body != NULL)
    soup_message_body_append_bytes (soup_server_message_get_response_body (passage->incoming),
                                    body);
  soup_server_message_unpause (passage->incoming);
  passage_free (passage);
}

static void
pass_on (Proxy *proxy, SoupServerMessage *incoming)
{
  GUri *wanted = soup_server_message_get_uri (incoming);
  g_autoptr (GUri) uri = g_uri_build (
      G_URI_FLAGS_ENCODED, "http", NULL, g_uri_get_host (proxy->origin),
      g_uri_get_port (proxy->origin), g_uri_get_path (wanted), g_uri_get_query (wanted), NULL);
  Passage *passage = g_new0 (Passage, 1);
  passage->incoming = g_object_ref (incoming);
  g_signal_connect (incoming, "finished", G_CALLBACK (gone_cb), passage);
  g_signal_connect (incoming, "disconnected", G_CALLBACK (gone_cb), passage);
  passage->outgoing = soup_message_new_from_uri (soup_server_message_get_method (incoming), uri);
  SoupMessageHeaders *from = soup_server_message_get_request_headers (incoming);
  soup_message_headers_foreach (from, copy_header,
                                soup_message_get_request_headers (passage->outgoing));
  g_autoptr (GBytes) body =
      soup_message_body_flatten (soup_server_message_get_request_body (incoming));
  if (g_bytes_get_size (body) > 0)
    soup_message_set_request_body_from_bytes (
        passage->outgoing, soup_message_headers_get_one (from, "Content-Type"), body);
  soup_message_add_flags (passage->outgoing, SOUP_MESSAGE_NO_REDIRECT);
  soup_server_message_pause (incoming);
  soup_session_send_and_read_async (proxy->session, passage->outgoing, G_PRIORITY_DEFAULT, NULL,
                                    passed_cb, passage);
}

static void
request_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  Proxy *proxy = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *said = soup_message_headers_get_one (headers, "Proxy-Authorization");
  /* It is asked for the service by its whole address. */
  g_assert_cmpint (g_uri_get_port (soup_server_message_get_uri (message)), ==,
                   g_uri_get_port (proxy->origin));
  if (proxy->wants_password && g_strcmp0 (said, "Basic " CREDENTIALS) != 0) {
    proxy->refused++;
    soup_message_headers_append (soup_server_message_get_response_headers (message),
                                 "Proxy-Authenticate", "Basic realm=\"office\"");
    soup_server_message_set_status (message, 407, NULL);
    return;
  }
  proxy->passed++;
  pass_on (proxy, message);
}

static Proxy *
proxy_new (Fixture *fixture)
{
  Proxy *proxy = g_new0 (Proxy, 1);
  proxy->server = soup_server_new (NULL, NULL);
  g_autoptr (GProxyResolver) direct = g_simple_proxy_resolver_new ("direct://", NULL);
  proxy->session = soup_session_new_with_options ("proxy-resolver", direct, NULL);
  proxy->origin = g_uri_parse (fixture->world->url, G_URI_FLAGS_NONE, NULL);
  soup_server_add_handler (proxy->server, NULL, request_cb, proxy, NULL);
  g_assert_true (soup_server_listen_local (proxy->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  return proxy;
}

static void
proxy_free (Proxy *proxy)
{
  soup_server_disconnect (proxy->server);
  g_object_unref (proxy->server);
  soup_session_abort (proxy->session);
  g_object_unref (proxy->session);
  g_uri_unref (proxy->origin);
  g_free (proxy);
}

static int
proxy_port (Proxy *proxy)
{
  GSList *uris = soup_server_get_uris (proxy->server);
  int port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return port;
}

/* --- The account --- */

static void
make_account (Fixture *fixture, PurpleProxyType type, int port)
{
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  PurpleProxyInfo *info = purple_proxy_info_new ();
  purple_proxy_info_set_type (info, type);
  purple_proxy_info_set_host (info, "127.0.0.1");
  purple_proxy_info_set_port (info, port);
  purple_account_set_proxy_info (fixture->account, info);
}

static void
sign_on (Fixture *fixture)
{
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

static void
send_picture (Fixture *fixture, PurpleConversation *room)
{
  static const char head[] = "\xff\xd8\xff\xe0 and what follows";
  g_autofree char *path = g_build_filename (fixture->host->user_dir, "gate.jpg", NULL);
  g_assert_true (g_file_set_contents (path, head, sizeof head, NULL));
  serv_chat_send_file (purple_account_get_connection (fixture->account),
                       purple_conv_chat_get_id (PURPLE_CONV_CHAT (room)), path);
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "POST /media") == 1);
  kz_test_wait_for (fixture->host,
                    kz_test_calls (fixture->world, "POST /groups/{groupId}/actions") == 1);
  g_unlink (path);
}

static gint64
calls_of_all (Fixture *fixture)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member (calls, "total");
}

/* Texts, files, lists: all of it. */
static void
use (Fixture *fixture, Proxy *proxy)
{
  sign_on (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_type (fixture->host, room, "through the office");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "through the office") == 1);
  if (!fixture_is_bitlbee (fixture))
    send_picture (fixture, room);
  g_assert_cmpint (proxy->passed, >=, calls_of_all (fixture));
}

static void
all_goes_through (Fixture *fixture)
{
  Proxy *proxy = proxy_new (fixture);
  make_account (fixture, PURPLE_PROXY_HTTP, proxy_port (proxy));
  use (fixture, proxy);
  kz_test_sign_off (fixture->host, fixture->account);
  proxy_free (proxy);
}

/* Nothing that was logged or kept has the password of the proxy, in whatever form. */
static void
assert_no_password (Fixture *fixture)
{
  GString *files = secret_files (fixture);
  const GString *const places[] = {secret_end_output (), files};
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    secret_assert (places[i], CORE, FALSE);
    secret_assert (places[i], CREDENTIALS, FALSE);
  }
  g_string_free (files, TRUE);
}

/* @user: who the proxy is told it is */
static Proxy *
begin_with_password (Fixture *fixture, const char *user)
{
  Proxy *proxy = proxy_new (fixture);
  proxy->wants_password = TRUE;
  make_account (fixture, PURPLE_PROXY_HTTP, proxy_port (proxy));
  PurpleProxyInfo *info = purple_account_get_proxy_info (fixture->account);
  purple_proxy_info_set_username (info, user);
  purple_proxy_info_set_password (info, PASSWORD);
  secret_begin_output ();
  return proxy;
}

static void
user_and_password_are_said (Fixture *fixture)
{
  Proxy *proxy = begin_with_password (fixture, USER);
  use (fixture, proxy);
  kz_test_sign_off (fixture->host, fixture->account);
  assert_no_password (fixture);
  proxy_free (proxy);
}

/* The proxy does not know that user: nothing passes it, and nothing goes around it. */
static void
refused_means_no_connection (Fixture *fixture)
{
  Proxy *proxy = begin_with_password (fixture, "nobody");
  fixture_skip_waits (fixture);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  g_assert_cmpuint (proxy->refused, >, 0);
  g_assert_cmpuint (proxy->passed, ==, 0);
  g_assert_cmpint (calls_of_all (fixture), ==, 0);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  assert_no_password (fixture);
  proxy_free (proxy);
}

/* --- The environment --- */

static void
set_environment (int port, const char *no_proxy)
{
  g_autofree char *uri = g_strdup_printf ("127.0.0.1:%d", port);
  g_setenv ("http_proxy", uri, TRUE);
  if (no_proxy != NULL)
    g_setenv ("no_proxy", no_proxy, TRUE);
}

static void
clear_environment (void)
{
  g_unsetenv ("http_proxy");
  g_unsetenv ("no_proxy");
}

static void
environment_is_followed (Fixture *fixture)
{
  Proxy *proxy = proxy_new (fixture);
  set_environment (proxy_port (proxy), "example.com, 192.0.2.1");
  make_account (fixture, PURPLE_PROXY_USE_ENVVAR, 0);
  use (fixture, proxy);
  kz_test_sign_off (fixture->host, fixture->account);
  clear_environment ();
  proxy_free (proxy);
}

/* There is one, and nobody asks it. */
static void
assert_direct (Fixture *fixture, PurpleProxyType type, const char *no_proxy)
{
  Proxy *proxy = proxy_new (fixture);
  set_environment (proxy_port (proxy), no_proxy);
  make_account (fixture, type, proxy_port (proxy));
  sign_on (fixture);
  fixture_join (fixture, "Team");
  g_assert_cmpuint (proxy->passed + proxy->refused, ==, 0);
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  clear_environment ();
  proxy_free (proxy);
}

static void
exceptions_of_the_environment_are_followed (Fixture *fixture)
{
  assert_direct (fixture, PURPLE_PROXY_USE_ENVVAR, "*");
  assert_direct (fixture, PURPLE_PROXY_USE_ENVVAR, "example.com,127.0.0.1");
}

static void
none_means_none (Fixture *fixture)
{
  assert_direct (fixture, PURPLE_PROXY_NONE, NULL);
}

static void
add_tests (void)
{
  plugin_test_add ("/proxy/all-goes-through-it", all_goes_through);
  plugin_test_add ("/proxy/user-and-password-are-said", user_and_password_are_said);
  plugin_test_add ("/proxy/refused-means-no-connection", refused_means_no_connection);
  plugin_test_add ("/proxy/that-of-the-environment-is-followed", environment_is_followed);
  plugin_test_add ("/proxy/exceptions-of-the-environment-are-followed",
                   exceptions_of_the_environment_are_followed);
  plugin_test_add ("/proxy/none-means-none", none_means_none);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
