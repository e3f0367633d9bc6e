/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "server-fixture.h"

#include <string.h>

gboolean
server_delivery_cb (const char *body, gsize length, gpointer data)
{
  ServerFixture *fixture = data;

  g_assert_cmpint (body[length], ==, '\0');
  fixture->deliveries++;
  g_string_truncate (fixture->last, 0);
  g_string_append_len (fixture->last, body, (gssize) length);
  if (fixture->stop_inside)
    kz_webhook_server_stop (fixture->server);
  return fixture->accept;
}

void
server_fixture_set_up (ServerFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->clock = kz_clock_new_manual (0);
  fixture->last = g_string_new (NULL);
  fixture->accept = TRUE;
  fixture->server =
      kz_webhook_server_new (fixture->clock, SEGMENT, TOKEN, server_delivery_cb, fixture);
  g_assert_true (kz_webhook_server_listen (fixture->server, "127.0.0.1:0", 0, &error));
  g_assert_no_error (error);
}

void
server_fixture_tear_down (ServerFixture *fixture, gconstpointer data)
{
  kz_webhook_server_stop (fixture->server);
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==, 0);
  g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->last, TRUE);
}

Client *
client_connect (GSocketAddress *address)
{
  Client *client = g_new0 (Client, 1);
  g_autoptr (GError) error = NULL;

  client->socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  /* The kernel takes the connection; the server need not run for that. */
  g_assert_true (g_socket_connect (client->socket, address, NULL, &error));
  g_assert_no_error (error);
  g_socket_set_blocking (client->socket, FALSE);
  client->in = g_string_new (NULL);
  return client;
}

Client *
client_new (ServerFixture *fixture)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", kz_webhook_server_port (fixture->server));

  return client_connect (address);
}

void
client_free (Client *client)
{
  g_socket_close (client->socket, NULL);
  g_object_unref (client->socket);
  g_string_free (client->in, TRUE);
  g_free (client);
}

void
client_turn (Client *client)
{
  char buffer[4096];
  g_autoptr (GError) error = NULL;
  gssize got;

  g_main_context_iteration (NULL, FALSE);
  got = g_socket_receive (client->socket, buffer, sizeof buffer, NULL, &error);
  if (got > 0)
    g_string_append_len (client->in, buffer, got);
  else if (got == 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    client->is_closed = TRUE;
}

gsize
client_send (Client *client, const char *data, gsize length)
{
  gsize sent = 0;

  while (sent < length && !client->is_closed) {
    gssize now = g_socket_send (client->socket, data + sent, length - sent, NULL, NULL);

    if (now > 0)
      sent += (gsize) now;
    client_turn (client);
  }
  return sent;
}

void
client_finish (Client *client)
{
  while (!client->is_closed)
    client_turn (client);
}

guint
client_status (Client *client)
{
  if (!g_str_has_prefix (client->in->str, "HTTP/1."))
    return 0;
  return (guint) g_ascii_strtoull (client->in->str + strlen ("HTTP/1.1 "), NULL, 10);
}

const char *
client_body (Client *client)
{
  const char *end = strstr (client->in->str, "\r\n\r\n");

  g_assert_nonnull (end);
  return end + 4;
}

Client *
client_exchange (ServerFixture *fixture, const char *request)
{
  Client *client = client_new (fixture);

  client_send (client, request, strlen (request));
  client_finish (client);
  return client;
}

guint
server_status_of (ServerFixture *fixture, const char *request)
{
  Client *client = client_exchange (fixture, request);
  guint status = client_status (client);

  if (status != 200)
    g_assert_cmpstr (client_body (client), ==, "");
  client_free (client);
  return status;
}

void
server_assert_serves (ServerFixture *fixture)
{
  guint before = fixture->deliveries;

  g_assert_cmpuint (server_status_of (fixture, GOOD_HEAD "Content-Length: 2\r\n\r\n{}"), ==, 200);
  g_assert_cmpuint (fixture->deliveries, ==, before + 1);
}
