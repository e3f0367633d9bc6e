/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes into the receiver of webhooks, as a client on a socket sends them: only what has the path
 * and the token is a delivery, and afterwards nothing is left. */
#include "config.h"

#include "fuzz.h"

#include "kz-webhook-server.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

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

/* Of all inputs: to make them anew takes longer than what they are made for. */
static KzClock *time_of_all;
static KzWebhookServer *server;
static GSocketAddress *address;
static guint deliveries;

static void
begin (void)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  time_of_all = kz_clock_new_manual (0);
  server = kz_webhook_server_new (time_of_all, SEGMENT, TOKEN, delivery_cb, &deliveries);
  ok = kz_webhook_server_listen (server, "127.0.0.1:0", 0, &error);
  g_assert_true (ok);
  address = g_inet_socket_address_new_from_string ("127.0.0.1", kz_webhook_server_port (server));
}

/* What is sent is there at once: some turns without work mean that the server waits for more. */
#define TURNS_OF_REST 4

static void
rest (void)
{
  for (guint idle = 0; idle < TURNS_OF_REST;)
    idle = g_main_context_iteration (NULL, FALSE) ? 0 : idle + 1;
}

/* TRUE: the server has ended it. */
static gboolean
has_ended (GSocket *socket)
{
  char buffer[8192];
  gssize got;

  do
    got = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
  while (got > 0);
  return got == 0;
}

/* Until the server has read all and closes, or waits for more. */
static void
exchange (GSocket *socket, const guint8 *data, gsize size)
{
  gsize sent = 0;

  while (sent < size) {
    gssize now = g_socket_send (socket, (const char *) data + sent, size - sent, NULL, NULL);

    sent += now > 0 ? (gsize) now : 0;
    rest ();
    if (has_ended (socket))
      return;
  }
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  rest ();
  has_ended (socket);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (server == NULL)
    begin ();
  deliveries = 0;
  ok = g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_socket_set_blocking (socket, FALSE);
  exchange (socket, data, size);
  if (deliveries > 0)
    g_assert_true (has (data, size, TOKEN) && (has (data, size, SEGMENT) || has (data, size, "%")));
  /* A reset: what was closed in order would hold its port for a minute, and there are 28,000. */
  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &(struct linger){1, 0},
              sizeof (struct linger));
  g_socket_close (socket, NULL);
  rest ();
  g_assert_cmpuint (kz_webhook_server_connections (server), ==, 0);
  g_assert_cmpuint (kz_clock_pending (time_of_all), ==, 0);
  return 0;
}
