/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An account behind a SOCKS5 proxy that asks for user and password (RFC 1928, RFC 1929). The proxy
 * counts the requests that it passes on, and the service what it gets: what went around it is missing. */
#include "config.h"

#include "secret-test.h"

#include <string.h>

#define USER "gita@office"
#define PASSWORD "hu:bbub/%"
#define WRONG "wrong-bbub"
/* Of both, what stands in an address, too. */
#define CORE "bbub"
#define REQUEST_END " HTTP/1.1\r\n"

typedef struct {
  GSocketService *service;
  guint tunnels;
  guint refused;
  guint passed; /* requests */
} Socks;

/* One who asks, from the first byte to the tunnel. */
typedef struct {
  Socks *socks;
  GSocketConnection *client;
  GSocketConnection *origin;
  GCancellable *cancellable;
  guint8 buffer[512];
  gsize wanted;
  void (*next) (gpointer tunnel);
  guint matched; /* of REQUEST_END */
} Tunnel;

typedef struct {
  Tunnel *tunnel;
  GInputStream *from;
  GOutputStream *to;
  guint8 bytes[4096];
  gboolean is_up;
} Flow;

static GPtrArray *tunnels; /* (element-type Tunnel) */

static void
tunnel_free (gpointer data)
{
  Tunnel *tunnel = data;
  g_clear_object (&tunnel->client);
  g_clear_object (&tunnel->origin);
  g_object_unref (tunnel->cancellable);
  g_free (tunnel);
}

static void
tunnel_end (Tunnel *tunnel)
{
  g_cancellable_cancel (tunnel->cancellable);
  g_io_stream_close (G_IO_STREAM (tunnel->client), NULL, NULL);
  if (tunnel->origin != NULL)
    g_io_stream_close (G_IO_STREAM (tunnel->origin), NULL, NULL);
}

/* --- Through it --- */

static void flow_read (Flow *flow);

static void
flow_end (Flow *flow)
{
  tunnel_end (flow->tunnel);
  g_free (flow);
}

/* A request may be cut anywhere. */
static void
count_requests (Tunnel *tunnel, const guint8 *bytes, gssize length)
{
  for (gssize i = 0; i < length; i++) {
    if (bytes[i] == REQUEST_END[tunnel->matched])
      tunnel->matched++;
    else
      tunnel->matched = bytes[i] == REQUEST_END[0];
    if (tunnel->matched == strlen (REQUEST_END)) {
      tunnel->matched = 0;
      tunnel->socks->passed++;
    }
  }
}

static void
flow_written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Flow *flow = data;
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    flow_read (flow);
  else
    flow_end (flow);
}

static void
flow_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Flow *flow = data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  if (length <= 0) {
    flow_end (flow);
    return;
  }
  if (flow->is_up)
    count_requests (flow->tunnel, flow->bytes, length);
  g_output_stream_write_all_async (flow->to, flow->bytes, (gsize) length, G_PRIORITY_DEFAULT,
                                   flow->tunnel->cancellable, flow_written_cb, flow);
}

static void
flow_read (Flow *flow)
{
  g_input_stream_read_async (flow->from, flow->bytes, sizeof flow->bytes, G_PRIORITY_DEFAULT,
                             flow->tunnel->cancellable, flow_read_cb, flow);
}

static void
flow_start (Tunnel *tunnel, GSocketConnection *from, GSocketConnection *to, gboolean is_up)
{
  Flow *flow = g_new0 (Flow, 1);
  flow->tunnel = tunnel;
  flow->from = g_io_stream_get_input_stream (G_IO_STREAM (from));
  flow->to = g_io_stream_get_output_stream (G_IO_STREAM (to));
  flow->is_up = is_up;
  flow_read (flow);
}

/* --- Into it --- */

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Tunnel *tunnel = data;
  gsize length = 0;
  if (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, NULL) &&
      length == tunnel->wanted)
    tunnel->next (tunnel);
  else
    tunnel_end (tunnel);
}

/* Reads so many bytes more, then calls @next. */
static void
want (Tunnel *tunnel, gsize length, void (*next) (gpointer tunnel))
{
  tunnel->wanted = length;
  tunnel->next = next;
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (tunnel->client)),
                                 tunnel->buffer, length, G_PRIORITY_DEFAULT, tunnel->cancellable,
                                 read_cb, tunnel);
}

/* A few bytes always fit into the socket. */
static void
say (Tunnel *tunnel, const char *bytes, gsize length)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (tunnel->client)), bytes,
                             length, NULL, NULL, NULL);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Tunnel *tunnel = data;
  tunnel->origin = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);
  if (tunnel->origin == NULL) {
    say (tunnel, "\5\5\0\1\0\0\0\0\0\0", 10);
    tunnel_end (tunnel);
    return;
  }
  say (tunnel, "\5\0\0\1\0\0\0\0\0\0", 10);
  tunnel->socks->tunnels++;
  flow_start (tunnel, tunnel->client, tunnel->origin, TRUE);
  flow_start (tunnel, tunnel->origin, tunnel->client, FALSE);
}

static void
connect_to (Tunnel *tunnel, const char *host, const guint8 *port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address =
      g_network_address_new (host, (guint16) (port[0] << 8 | port[1]));
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, address, tunnel->cancellable, connected_cb, tunnel);
}

static void
named_cb (gpointer data)
{
  Tunnel *tunnel = data;
  g_autofree char *host = g_strndup ((const char *) tunnel->buffer, tunnel->wanted - 2);
  connect_to (tunnel, host, tunnel->buffer + tunnel->wanted - 2);
}

static void
name_length_cb (gpointer data)
{
  Tunnel *tunnel = data;
  want (tunnel, tunnel->buffer[0] + 2u, named_cb);
}

static void
numbered_cb (gpointer data)
{
  Tunnel *tunnel = data;
  const guint8 *at = tunnel->buffer;
  g_autofree char *host = g_strdup_printf ("%u.%u.%u.%u", at[0], at[1], at[2], at[3]);
  connect_to (tunnel, host, at + 4);
}

static void
request_cb (gpointer data)
{
  Tunnel *tunnel = data;
  g_assert_cmpuint (tunnel->buffer[0], ==, 5);
  g_assert_cmpuint (tunnel->buffer[1], ==, 1);
  if (tunnel->buffer[3] == 3)
    want (tunnel, 1, name_length_cb);
  else
    want (tunnel, 6, numbered_cb);
}

static void
credentials_cb (gpointer data)
{
  Tunnel *tunnel = data;
  /* Version, length, user, length, password. */
  static const char expected[] = "\1\13" USER "\11" PASSWORD;
  G_STATIC_ASSERT (sizeof USER - 1 == 11 && sizeof PASSWORD - 1 == 9);
  if (memcmp (tunnel->buffer, expected, sizeof expected - 1) != 0) {
    tunnel->socks->refused++;
    say (tunnel, "\1\1", 2);
    tunnel_end (tunnel);
    return;
  }
  say (tunnel, "\1\0", 2);
  want (tunnel, 4, request_cb);
}

static void
methods_cb (gpointer data)
{
  Tunnel *tunnel = data;
  if (memchr (tunnel->buffer, 2, tunnel->wanted) == NULL) {
    tunnel->socks->refused++;
    say (tunnel, "\5\377", 2);
    tunnel_end (tunnel);
    return;
  }
  say (tunnel, "\5\2", 2);
  want (tunnel, 2 + sizeof USER - 1 + 1 + sizeof PASSWORD - 1, credentials_cb);
}

static void
greeting_cb (gpointer data)
{
  Tunnel *tunnel = data;
  g_assert_cmpuint (tunnel->buffer[0], ==, 5);
  want (tunnel, tunnel->buffer[1], methods_cb);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Tunnel *tunnel = g_new0 (Tunnel, 1);
  tunnel->socks = data;
  tunnel->client = g_object_ref (connection);
  tunnel->cancellable = g_cancellable_new ();
  g_ptr_array_add (tunnels, tunnel);
  want (tunnel, 2, greeting_cb);
  return TRUE;
}

/* --- The account --- */

static PurpleProxyInfo *
begin (Fixture *fixture, Socks *socks)
{
  memset (socks, 0, sizeof *socks);
  tunnels = g_ptr_array_new_with_free_func (tunnel_free);
  socks->service = g_socket_service_new ();
  int port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (socks->service), NULL, NULL);
  g_assert_cmpint (port, >, 0);
  g_signal_connect (socks->service, "incoming", G_CALLBACK (incoming_cb), socks);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  PurpleProxyInfo *info = purple_proxy_info_new ();
  purple_proxy_info_set_type (info, PURPLE_PROXY_SOCKS5);
  purple_proxy_info_set_host (info, "127.0.0.1");
  purple_proxy_info_set_port (info, port);
  purple_proxy_info_set_username (info, USER);
  purple_proxy_info_set_password (info, PASSWORD);
  purple_account_set_proxy_info (fixture->account, info);
  secret_begin_output ();
  return info;
}

static void
end (Fixture *fixture, Socks *socks)
{
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
  GString *files = secret_files (fixture);
  const GString *output = secret_end_output ();
  secret_assert (files, CORE, FALSE);
  secret_assert (output, CORE, FALSE);
  g_string_free (files, TRUE);
  for (guint i = 0; i < tunnels->len; i++)
    tunnel_end (g_ptr_array_index (tunnels, i));
  /* Each flow ends in its own turn. */
  for (int i = 0; i < 20; i++)
    kz_test_host_settle (fixture->host);
  g_socket_service_stop (socks->service);
  g_socket_listener_close (G_SOCKET_LISTENER (socks->service));
  g_object_unref (socks->service);
  g_clear_pointer (&tunnels, g_ptr_array_unref);
}

static gint64
calls_of_all (Fixture *fixture)
{
  g_autoptr (JsonObject) calls = kz_test_control (fixture->world, "GET", "calls", NULL);
  return json_object_get_int_member (calls, "total");
}

static void
all_goes_through (Fixture *fixture)
{
  Socks socks;
  begin (fixture, &socks);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_type (fixture->host, room, "through the office");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "through the office") == 1);
  fixture_wait_for_webhooks (fixture);
  g_assert_cmpuint (socks.tunnels, >, 0);
  g_assert_cmpuint (socks.refused, ==, 0);
  g_assert_cmpint (socks.passed, >=, calls_of_all (fixture));
  end (fixture, &socks);
}

/* A wrong password is no reason to go around the proxy. */
static void
refused_means_no_connection (Fixture *fixture)
{
  Socks socks;
  PurpleProxyInfo *info = begin (fixture, &socks);
  fixture_skip_waits (fixture);
  purple_proxy_info_set_password (info, WRONG);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, socks.refused > 0);
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  g_assert_cmpint (calls_of_all (fixture), ==, 0);
  g_assert_cmpuint (socks.tunnels, ==, 0);
  end (fixture, &socks);
}

static void
add_tests (void)
{
  plugin_test_add ("/socks/all-goes-through-it-with-user-and-password", all_goes_through);
  plugin_test_add ("/socks/refused-means-no-connection", refused_means_no_connection);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
