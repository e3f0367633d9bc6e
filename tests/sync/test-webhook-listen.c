/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the receiver listens: ports, addresses, sockets in the file system. */
#include "config.h"

#include "server-fixture.h"

#include "kz-error.h"
#include "kz-webhook-server-internal.h"

#include <gio/gunixsocketaddress.h>
#include <sys/resource.h>
#include <glib/gstdio.h>
#include <string.h>

static void
test_port (ServerFixture *fixture, gconstpointer data)
{
  guint port = kz_webhook_server_port (fixture->server);
  g_autofree char *url = kz_webhook_server_local_url (fixture->server);
  g_autofree char *expected = g_strdup_printf ("http://127.0.0.1:%u/" SEGMENT, port);
  g_autofree char *text = g_strdup_printf ("%u", port);
  g_autoptr (KzWebhookServer) second =
      kz_webhook_server_new (fixture->clock, SEGMENT, TOKEN, server_delivery_cb, fixture);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (url, ==, expected);
  /* Taken: it must be that one, or it may be any. */
  g_assert_false (kz_webhook_server_listen (second, text, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (kz_webhook_server_listen (second, "127.0.0.1:0", port, NULL));
  g_assert_cmpuint (kz_webhook_server_port (second), !=, port);
  kz_webhook_server_stop (second);
  /* Free again: it is the one that was asked for. */
  kz_webhook_server_stop (fixture->server);
  g_assert_true (kz_webhook_server_listen (second, "127.0.0.1:0", port, NULL));
  g_assert_cmpuint (kz_webhook_server_port (second), ==, port);
  kz_webhook_server_stop (second);
}

static void
test_bad_address (ServerFixture *fixture, gconstpointer data)
{
  static const char *const bad[] = {
      "",   ":",        "host.example:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999",
      "-1", "1.2.3:80", "unix:",           "unix:rel",  "[::1]",      "9000x",
  };

  g_autofree char *long_name = g_strnfill (120, 'x');
  g_autofree char *long_path = g_strconcat ("unix:/", long_name, NULL);

  for (gsize i = 0; i <= G_N_ELEMENTS (bad); i++) {
    const char *address = i < G_N_ELEMENTS (bad) ? bad[i] : long_path;
    g_autoptr (KzWebhookServer) server =
        kz_webhook_server_new (fixture->clock, SEGMENT, TOKEN, server_delivery_cb, fixture);
    g_autoptr (GError) error = NULL;

    g_assert_false (kz_webhook_server_listen (server, address, 0, &error));
    g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
    g_assert_cmpuint (kz_webhook_server_port (server), ==, 0);
    g_assert_null (kz_webhook_server_local_url (server));
  }
}

static void
test_unix (ServerFixture *fixture, gconstpointer data)
{
  g_autofree char *dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "hook.sock", NULL);
  g_autofree char *listen = g_strconcat ("unix:", path, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (KzWebhookServer) server =
      kz_webhook_server_new (fixture->clock, SEGMENT, TOKEN, server_delivery_cb, fixture);
  g_autoptr (KzWebhookServer) second =
      kz_webhook_server_new (fixture->clock, SEGMENT, TOKEN, server_delivery_cb, fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) stale = NULL;
  Client *client;

  /* What is no socket is never removed. */
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_false (kz_webhook_server_listen (server, listen, 0, &error));
  g_assert_error (error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpint (g_unlink (path), ==, 0);

  /* What a killed process left is. */
  stale = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_assert_true (g_socket_bind (stale, address, FALSE, NULL));
  g_socket_close (stale, NULL);
  g_assert_true (kz_webhook_server_listen (server, listen, 0, NULL));
  g_assert_cmpuint (kz_webhook_server_port (server), ==, 0);
  g_assert_null (kz_webhook_server_local_url (server));

  /* One that somebody listens on is not. */
  g_clear_error (&error);
  g_assert_false (kz_webhook_server_listen (second, listen, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);

  client = client_connect (address);
  client_send (client, GOOD_HEAD "Content-Length: 2\r\n\r\n{}",
               strlen (GOOD_HEAD "Content-Length: 2\r\n\r\n{}"));
  client_finish (client);
  g_assert_cmpuint (client_status (client), ==, 200);
  g_assert_cmpuint (fixture->deliveries, ==, 1);
  client_free (client);
  kz_webhook_server_stop (server);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* Where nobody can find out whether somebody listens there, somebody does. */
static void
test_no_descriptor (ServerFixture *fixture, gconstpointer data)
{
  g_autofree char *dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "hook.sock", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) stale = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit, none;

  g_assert_true (g_socket_bind (stale, address, FALSE, NULL));
  g_socket_close (stale, NULL);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  none = limit;
  none.rlim_cur = 0;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  g_assert_false (kz_webhook_listen_check_unix (path, &error));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (kz_webhook_listen_check_unix (path, NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* What may be written, and what it means: the address to listen at, and that to be called at. */
static void
test_spellings (void)
{
  static const struct {
    const char *text, *host, *local_host;
    guint port;
  } rows[] = {
      {"80", "127.0.0.1", "127.0.0.1", 80},
      {":81", "127.0.0.1", "127.0.0.1", 81},
      {"LocalHost:82", "127.0.0.1", "127.0.0.1", 82},
      {"10.0.0.7:83", "10.0.0.7", "10.0.0.7", 83},
      {"0.0.0.0:84", "0.0.0.0", "127.0.0.1", 84},
      {"[::1]:85", "::1", "[::1]", 85},
      {"[::]:86", "::", "[::1]", 86},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *host = NULL, *local_host = NULL;
    guint port = 0;

    g_assert_true (kz_webhook_listen_parse (rows[i].text, &host, &port, NULL));
    g_assert_cmpstr (host, ==, rows[i].host);
    g_assert_cmpuint (port, ==, rows[i].port);
    local_host = kz_webhook_listen_local_host (host);
    g_assert_cmpstr (local_host, ==, rows[i].local_host);
  }
}

static void
test_unix_places (ServerFixture *fixture, gconstpointer data)
{
  g_autofree char *dir = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  g_autofree char *fresh = g_strconcat ("unix:", dir, "/new.sock", NULL);
  g_autofree char *nowhere = g_strconcat ("unix:", dir, "/none/hook.sock", NULL);
  g_autoptr (KzWebhookServer) server =
      kz_webhook_server_new (fixture->clock, SEGMENT, TOKEN, server_delivery_cb, fixture);
  g_autoptr (GError) error = NULL;

  g_assert_false (kz_webhook_server_listen (server, nowhere, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (kz_webhook_server_listen (server, fresh, 0, NULL));
  kz_webhook_server_stop (server);
  /* What libsoup had read before that is no delivery any more. */
  g_assert_false (kz_webhook_server_deliver (server, "{}", 2));
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  SERVER_TEST ("/webhook-listen/the-port-is-kept-when-it-is-free", NULL, test_port);
  SERVER_TEST ("/webhook-listen/a-bad-address-is-said-to-be-one", NULL, test_bad_address);
  SERVER_TEST ("/webhook-listen/a-unix-socket-outlives-no-process", NULL, test_unix);
  SERVER_TEST ("/webhook-listen/a-socket-is-not-taken-on-a-guess", NULL, test_no_descriptor);
  g_test_add_func ("/webhook-listen/an-address-has-many-spellings", test_spellings);
  SERVER_TEST ("/webhook-listen/a-unix-socket-needs-a-directory", NULL, test_unix_places);
  return g_test_run ();
}
