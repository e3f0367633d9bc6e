/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The public URL is that of a relay, as a reverse proxy on another machine: it has a path of its own and
 * forwards to a socket of ours. */
#include "config.h"

#include "plugin-test.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>

#define PREFIX "/kaizala/for-mira"

typedef struct {
  SoupServer *server;
  SoupSession *session; /* to our socket, whatever the host */
  char *url;
  guint n_forwarded;
} Relay;

typedef struct {
  SoupServerMessage *asked;
  gboolean is_gone; /* who asked */
  SoupMessage *forwarded;
} Forward;

static void
gone_cb (SoupServerMessage *message, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Forward *forward = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = body != NULL ? soup_message_get_status (forward->forwarded) : 502;

  soup_server_message_set_status (forward->asked, status, NULL);
  if (body != NULL && g_bytes_get_size (body) > 0)
    soup_server_message_set_response (forward->asked, "text/plain", SOUP_MEMORY_COPY,
                                      g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_signal_handlers_disconnect_by_data (forward->asked, &forward->is_gone);
  if (!forward->is_gone)
    soup_server_message_unpause (forward->asked);
  g_object_unref (forward->asked);
  g_object_unref (forward->forwarded);
  g_free (forward);
}

static void
asked_cb (SoupServer *server,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer data)
{
  Relay *relay = data;
  GUri *uri = soup_server_message_get_uri (message);
  const char *token =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                    "kz-callback-token");
  Forward *forward = g_new0 (Forward, 1);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1%s%s%s", path + strlen (PREFIX),
                                          g_uri_get_query (uri) != NULL ? "?" : "",
                                          g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "");

  g_assert_true (g_str_has_prefix (path, PREFIX "/"));
  forward->asked = g_object_ref (message);
  forward->forwarded = soup_message_new (soup_server_message_get_method (message), url);
  if (token != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (forward->forwarded),
                                  "kz-callback-token", token);
  if (g_str_equal (soup_server_message_get_method (message), "POST")) {
    g_autoptr (GBytes) body =
        soup_message_body_flatten (soup_server_message_get_request_body (message));

    soup_message_set_request_body_from_bytes (forward->forwarded, "application/json", body);
  }
  g_signal_connect (message, "disconnected", G_CALLBACK (gone_cb), &forward->is_gone);
  relay->n_forwarded++;
  soup_server_message_pause (message);
  soup_session_send_and_read_async (relay->session, forward->forwarded, G_PRIORITY_DEFAULT, NULL,
                                    answered_cb, forward);
}

static void
relay_start (Relay *relay, const char *socket_path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket_path);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  relay->session = soup_session_new_with_options ("remote-connectable", address, NULL);
  relay->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (relay->server, NULL, asked_cb, relay, NULL);
  soup_server_listen_local (relay->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (relay->server);
  relay->url = g_strdup_printf ("http://127.0.0.1:%d" PREFIX, g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
relay_stop (Relay *relay)
{
  soup_server_disconnect (relay->server);
  g_object_unref (relay->server);
  soup_session_abort (relay->session);
  g_object_unref (relay->session);
  g_free (relay->url);
}

static void
text_comes_through_a_relay (Fixture *fixture)
{
  Relay relay = {0};
  g_autofree char *path = g_build_filename (fixture->host->user_dir, "hook", NULL);
  g_autofree char *listen = g_strconcat ("unix:", path, NULL);

  relay_start (&relay, path);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  purple_account_set_string (fixture->account, "webhook_listen", listen);
  purple_account_set_string (fixture->account, "webhook_url", relay.url);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  g_assert_cmpuint (relay.n_forwarded, >, 0);
  kz_test_do (fixture->world, "POST", "say",
              "{'group':'Team','person':'asha','text':'through the relay'}");
  kz_test_wait_for (fixture->host,
                    kz_test_count_lines (fixture->host, "Team", "through the relay") == 1);
  kz_test_sign_off (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  /* The socket goes with its receiver. */
  kz_test_wait_for (fixture->host, !g_file_test (path, G_FILE_TEST_EXISTS));
  relay_stop (&relay);
}

static void
add_tests (void)
{
  plugin_test_add ("/relay/texts-come-through", text_comes_through_a_relay);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
