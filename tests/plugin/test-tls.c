/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program of its own: the leak checker does not stand the threads in which GIO shakes hands. */
#include "config.h"

#include "plugin-test.h"

#include <gio/gio.h>
#include <string.h>

/* Something that speaks no TLS stands where it should. */
static gboolean
babble_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  static const char words[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_output_stream_write_all (output, words, strlen (words), NULL, NULL, NULL);
  g_ptr_array_add (data, g_object_ref (connection));
  return TRUE;
}

static void
insecure_connection_is_named (Fixture *fixture)
{
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_test_skip ("there is no TLS on this machine");
    return;
  }
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_signal_connect (service, "incoming", G_CALLBACK (babble_cb), connections);
  g_autofree char *root = g_strdup_printf ("https://127.0.0.1:%u", port);
  fixture->account = kz_test_account_new (
      fixture->host, KZ_MY_PHONE, kz_test_user (fixture->world, KZ_ME, "refreshToken"),
      "connector_id", "id", "connector_secret", "secret", "api_root", root, NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  g_assert_cmpint (g_array_index (fixture->host->reasons, PurpleConnectionError, 0), ==,
                   PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR);
  g_assert_nonnull (strstr (g_ptr_array_index (fixture->host->errors, 0), "not secure"));
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  g_socket_service_stop (service);
}

static void
add_tests (void)
{
  plugin_test_add ("/tls/an-insecure-connection-is-named", insecure_connection_is_named);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
