/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a client leaves, the sandbox gives back. */
#include "config.h"

#include "sb-test.h"

#include <gio/gio.h>
#include <string.h>

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;
  g_assert_nonnull (dir);
  while (g_dir_read_name (dir))
    count++;
  return count;
}

static void
expired_cb (gpointer data)
{
  g_error ("%s", (const char *) data);
}

static GSocketConnection *
dial (Sbt *sbt)
{
  g_autoptr (GUri) uri = g_uri_parse (sb_sandbox_get_url (sbt->sandbox), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", (guint) g_uri_get_port (uri));
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GError) error = NULL;
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return g_socket_connection_factory_create_connection (socket);
}

/* One request on an open connection, and its whole answer. */
static void
ask (GSocketConnection *connection)
{
  static const char request[] = "GET /sandbox/clock HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GString) answer = g_string_new (NULL);
  guint expiry = g_timeout_add_once (10000, expired_cb, (gpointer) "No answer came");
  g_assert_cmpint (g_socket_send (socket, request, strlen (request), NULL, NULL), ==,
                   strlen (request));
  while (!strstr (answer->str, "offsetSeconds")) {
    char piece[2000];
    gssize n = g_socket_receive (socket, piece, sizeof piece, NULL, NULL);
    if (n > 0)
      g_string_append_len (answer, piece, n);
    else
      g_main_context_iteration (NULL, FALSE);
  }
  g_source_remove (expiry);
  g_assert_true (g_str_has_prefix (answer->str, "HTTP/1.1 200"));
}

static void
test_given_back (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  guint before = count_fds ();
  for (guint i = 0; i < 20; i++) {
    g_autoptr (GSocketConnection) connection = dial (sbt);
    /* It is kept between two requests. */
    ask (connection);
    ask (connection);
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  }
  guint expiry = g_timeout_add_once (10000, expired_cb, (gpointer) "A connection stays open");
  while (count_fds () > before)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (expiry);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connections/given-back-when-the-client-has-gone", test_given_back);
  return g_test_run ();
}
