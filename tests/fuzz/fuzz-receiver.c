/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes into the receiver of webhooks, as a client on a socket sends them: only what has the path and
 * the token is a delivery, and afterwards nothing is left. */
#include "config.h"

#include "fuzz.h"

#include "kz-webhook-server.h"

#include <gio/gio.h>
#include <string.h>

#define SEGMENT "c2VnbWVudA-_x"
#define TOKEN "dG9rZW4-_secret"

static gboolean
has (const guint8 *data, gsize size, const char *needle)
{
  gsize length = strlen (needle);

  for (gsize i = 0; i + length <= size; i++)
    if (memcmp (data + i, needle, length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
delivery_cb (const char *body, gsize length, gpointer data)
{
  guint *count = data;

  g_assert_cmpint (body[length], ==, '\0');
  (*count)++;
  return length % 2 == 0;
}

/* Until the server has read all and closes, or waits for more. */
static void
exchange (GSocket *socket, const guint8 *data, gsize size)
{
  gsize sent = 0;
  char buffer[4096];

  for (guint idle = 0; idle < 40;) {
    gssize now = sent < size ? g_socket_send (socket, (const char *) data + sent, size - sent, NULL,
                                              NULL)
                             : 0;
    gssize got;

    if (now > 0)
      sent += (gsize) now;
    if (sent == size && idle == 20)
      g_socket_shutdown (socket, FALSE, TRUE, NULL);
    idle = g_main_context_iteration (NULL, FALSE) || now > 0 ? MIN (idle, 20) : idle + 1;
    got = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
    if (got == 0)
      return;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint deliveries = 0;
  g_autoptr (KzClock) clock = kz_clock_new_manual (0);
  g_autoptr (KzWebhookServer) server =
      kz_webhook_server_new (clock, SEGMENT, TOKEN, delivery_cb, &deliveries);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok = kz_webhook_server_listen (server, "127.0.0.1:0", 0, &error);

  g_assert_true (ok);
  address = g_inet_socket_address_new_from_string ("127.0.0.1", kz_webhook_server_port (server));
  ok = g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_socket_set_blocking (socket, FALSE);
  exchange (socket, data, size);
  if (deliveries > 0)
    g_assert_true (has (data, size, TOKEN) && (has (data, size, SEGMENT) || has (data, size, "%")));
  g_socket_close (socket, NULL);
  kz_webhook_server_stop (server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (kz_webhook_server_connections (server), ==, 0);
  g_assert_cmpuint (kz_clock_pending (clock), ==, 0);
  return 0;
}
