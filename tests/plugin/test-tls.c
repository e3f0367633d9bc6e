/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program of its own: the leak checker does not stand the threads in which GIO shakes hands. */
#include "config.h"

#include "plugin-test.h"

#include <gio/gio.h>
#include <string.h>

static const char refusal[] =
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/* What stands where the service should. */
typedef struct {
  GSocketService *service;
  guint16 port;
  GTlsCertificate *certificate; /* (nullable): it speaks no TLS */
  GPtrArray *connections;       /* (element-type GIOStream) */
} Stranger;

static void
refuse (GIOStream *stream)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), refusal, strlen (refusal),
                             NULL, NULL, NULL);
}

static void
shaken_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL))
    refuse (G_IO_STREAM (source));
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Stranger *stranger = data;
  GIOStream *stream = G_IO_STREAM (connection);
  if (stranger->certificate == NULL) {
    refuse (stream);
    g_ptr_array_add (stranger->connections, g_object_ref (stream));
    return TRUE;
  }
  GIOStream *tls = g_tls_server_connection_new (stream, stranger->certificate, NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, shaken_cb,
                                    NULL);
  g_ptr_array_add (stranger->connections, tls);
  return TRUE;
}

static char *
certificate_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "plugin", "certificates", name, NULL);
}

static void
stranger_begin (Stranger *stranger, const char *certificate)
{
  g_autoptr (GError) error = NULL;
  if (certificate != NULL) {
    g_autofree char *path = certificate_path (certificate);
    stranger->certificate = g_tls_certificate_new_from_file (path, &error);
    g_assert_no_error (error);
  }
  stranger->connections = g_ptr_array_new_with_free_func (g_object_unref);
  stranger->service = g_socket_service_new ();
  stranger->port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (stranger->service), NULL, NULL);
  g_signal_connect (stranger->service, "incoming", G_CALLBACK (incoming_cb), stranger);
}

static void
stranger_end (Stranger *stranger)
{
  g_socket_service_stop (stranger->service);
  g_socket_listener_close (G_SOCKET_LISTENER (stranger->service));
  g_object_unref (stranger->service);
  g_ptr_array_unref (stranger->connections);
  g_clear_object (&stranger->certificate);
}

/* The authority of the tests, whose key nobody has: it signed the others, until 2120 but for the
 * one that expired. From here on it is trusted. */
static void
trust_the_authority (void)
{
  g_autofree char *path = certificate_path ("authority.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

/* Why a sign-on with @certificate in place of the service fails; what is said is on the host. */
static PurpleConnectionError
reason_with (Fixture *fixture, const char *certificate)
{
  Stranger stranger = {0};
  trust_the_authority ();
  stranger_begin (&stranger, certificate);
  g_autofree char *root = g_strdup_printf ("https://localhost:%u", stranger.port);
  fixture->account = kz_test_account_new (
      fixture->host, KZ_MY_PHONE, kz_test_user (fixture->world, KZ_ME, "refreshToken"),
      "connector_id", "id", "connector_secret", "secret", "api_root", root, NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  stranger_end (&stranger);
  return g_array_index (fixture->host->reasons, PurpleConnectionError, 0);
}

static gboolean
has_tls (void)
{
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return TRUE;
  g_test_skip ("there is no TLS on this machine");
  return FALSE;
}

static void
assert_not_secure (Fixture *fixture, const char *certificate)
{
  if (!has_tls ())
    return;
  g_assert_cmpint (reason_with (fixture, certificate), ==,
                   PURPLE_CONNECTION_ERROR_ENCRYPTION_ERROR);
  g_assert_nonnull (strstr (g_ptr_array_index (fixture->host->errors, 0), "not secure"));
}

/* Something that speaks no TLS stands where it should. */
static void
insecure_connection_is_named (Fixture *fixture)
{
  assert_not_secure (fixture, NULL);
}

static void
expired (Fixture *fixture)
{
  assert_not_secure (fixture, "expired.pem");
}

static void
of_another_host (Fixture *fixture)
{
  assert_not_secure (fixture, "elsewhere.pem");
}

static void
self_signed (Fixture *fixture)
{
  assert_not_secure (fixture, "self-signed.pem");
}

/* So that it is the certificates that are refused. */
static void
good_one_is_taken (Fixture *fixture)
{
  if (!has_tls ())
    return;
  g_assert_cmpint (reason_with (fixture, "good.pem"), ==, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS);
  g_assert_null (strstr (g_ptr_array_index (fixture->host->errors, 0), "not secure"));
}

static void
add_tests (void)
{
  plugin_test_add ("/tls/an-insecure-connection-is-named", insecure_connection_is_named);
  plugin_test_add ("/tls/an-expired-certificate-is-refused", expired);
  plugin_test_add ("/tls/one-of-another-host-is-refused", of_another_host);
  plugin_test_add ("/tls/one-signed-by-itself-is-refused", self_signed);
  plugin_test_add ("/tls/a-good-one-is-taken", good_one_is_taken);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
