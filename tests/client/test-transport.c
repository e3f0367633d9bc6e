/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench.h"

#include <string.h>

/* What lies below HTTP: encryption that cannot be trusted, the proxy of the account, and a connection that
 * is kept. */

/* Made for this test, signed by nobody, and of no use anywhere. */
static const char self_signed[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgulUv1EZiFC1l1yjg\n"
    "beD9q6xqIr3PkoAct6MYpxn4Q/qhRANCAATil66ka2OZh0hhpq4TuD6o+wk3m0t8\n"
    "1CWmjneiFH9zYtqcuRLWl1t4TT2P6zNIVhlOQXSt6hQSnSgNFZ/ee1xv\n"
    "-----END PRIVATE KEY-----\n"
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBmjCCAUGgAwIBAgIUPM792mU20Pi/wN2lMYI9Yme7i7QwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDAzMTEwMloYDzIxMjYxMDMx\n"
    "MDMxMTAyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAATil66ka2OZh0hhpq4TuD6o+wk3m0t81CWmjneiFH9zYtqcuRLWl1t4\n"
    "TT2P6zNIVhlOQXSt6hQSnSgNFZ/ee1xvo28wbTAdBgNVHQ4EFgQUoxygYni7kVrD\n"
    "HTBMqmvOsfihBCUwHwYDVR0jBBgwFoAUoxygYni7kVrDHTBMqmvOsfihBCUwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
    "zj0EAwIDRwAwRAIgU+2soCaG9FqkwHAKZkbGZwdoSfDnsN95JSK2VZ4yUBACIBej\n"
    "7X2Uv/aRwMjoFI9WcnAcXMM9XLKv63ltpK4XwEPx\n"
    "-----END CERTIFICATE-----\n";

typedef struct {
  GSocketService *service;
  GTlsCertificate *certificate;
  char *url;
  guint handshakes;
  guint bytes; /* that came through the encryption */
} TlsServer;

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TlsServer *server = data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  if (bytes != NULL)
    server->bytes += (guint) g_bytes_get_size (bytes);
}

static void
handshake_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GIOStream) stream = G_IO_STREAM (source);

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL))
    g_input_stream_read_bytes_async (g_io_stream_get_input_stream (stream), 100, G_PRIORITY_DEFAULT,
                                     NULL, read_cb, data);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  TlsServer *server = data;
  g_autoptr (GError) error = NULL;
  GIOStream *stream =
      g_tls_server_connection_new (G_IO_STREAM (connection), server->certificate, &error);

  g_assert_no_error (error);
  server->handshakes++;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (stream), G_PRIORITY_DEFAULT, NULL,
                                    handshake_cb, server);
  return TRUE;
}

static void
tls_up (TlsServer *server)
{
  g_autoptr (GError) error = NULL;
  guint16 port;

  server->certificate = g_tls_certificate_new_from_pem (self_signed, -1, &error);
  g_assert_no_error (error);
  server->service = g_socket_service_new ();
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (server->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (server->service, "incoming", G_CALLBACK (incoming_cb), server);
  server->url = g_strdup_printf ("https://127.0.0.1:%u", port);
}

static void
tls_down (TlsServer *server)
{
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_clear_object (&server->service);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&server->certificate);
  g_free (server->url);
}

static void
a_certificate_of_nobody (gconstpointer method)
{
  TlsServer server = {0};
  Bench *bench;
  Fate *fate;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_test_skip ("there is no TLS on this machine");
    return;
  }
  tls_up (&server);
  bench = bench_new (server.url);
  fate = bench_ask (bench, bench_request (method, KZ_LANE_USER));
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_TLS);
  /* Once: it would be no better the next time. And not a byte of ours went through. */
  g_assert_cmpuint (server.handshakes, ==, 1);
  fate_free (fate);
  bench_free (bench);
  tls_down (&server);
  g_assert_cmpuint (server.bytes, ==, 0);
}

static void
never_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  g_assert_not_reached ();
}

/* A server that takes the greeting and says nothing. */
static void
a_handshake_without_end (gconstpointer method)
{
  g_autoptr (Wire) wire = wire_new (never_cb, NULL);
  g_autofree char *url = g_strconcat ("https", wire_url (wire) + strlen ("http"), NULL);
  g_autoptr (Bench) bench = bench_new (url);
  g_autoptr (Fate) fate = fate_new ();

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_test_skip ("there is no TLS on this machine");
    return;
  }
  bench_send (bench, bench_request (method, KZ_LANE_USER), NULL, fate);
  for (guint attempt = 1; attempt <= 5; attempt++) {
    while (wire_connections (wire) < attempt) {
      if (kz_http_in_flight (bench->http) == 0 && !g_main_context_pending (NULL))
        kz_clock_advance_to_next (bench->clock, G_MAXINT64 / 2);
      g_main_context_iteration (NULL, kz_http_in_flight (bench->http) > 0);
    }
    kz_clock_advance (bench->clock, 60 * G_USEC_PER_SEC);
    while (kz_http_in_flight (bench->http) > 0 && wire_connections (wire) == attempt)
      g_main_context_iteration (NULL, TRUE);
  }
  while (!fate->done)
    g_main_context_iteration (NULL, TRUE);
  /* Nothing of the request itself had left, so it was safe to try again, even a POST. */
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_assert_cmpuint (wire_connections (wire), ==, 5);
}

static void
proxy_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 200, NULL, "{\"ok\":1}");
}

static void
the_proxy_of_the_account (void)
{
  g_autoptr (Wire) wire = wire_new (proxy_cb, NULL);
  g_autoptr (GProxyResolver) proxy = g_simple_proxy_resolver_new (wire_url (wire), NULL);
  g_autoptr (KzClock) clock = kz_clock_new_manual (0);
  g_autoptr (KzThrottle) throttle = kz_throttle_new (10, 10);
  g_autoptr (KzHttp) http = kz_http_new (clock, throttle, proxy);
  g_autoptr (Fate) before = fate_new ();
  g_autoptr (Fate) after = fate_new ();

  for (guint i = 0; i < 2; i++) {
    Fate *fate = i == 0 ? before : after;
    KzRequest *request = kz_request_new ("GET", NULL, KZ_LANE_USER);

    request->auth = KZ_AUTH_NONE;
    request->url = g_strdup ("http://kaizala.invalid/v1/x");
    kz_http_send_async (http, request, NULL, fate_cb, fate);
    while (!fate->done)
      g_main_context_iteration (NULL, TRUE);
    g_assert_no_error (fate->error);
    /* Also of the session that comes after. */
    kz_http_network_changed (http);
  }
  g_assert_cmpuint (wire_seen (wire), ==, 2);
  g_assert_cmpstr (wire_request (wire, 0)->target, ==, "http://kaizala.invalid/v1/x");
  kz_http_shutdown (http);
}

static void
login_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", "{}");
}

static void
a_login_is_for_the_proxy_alone (void)
{
  g_autoptr (Wire) wire = wire_new (login_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = NULL;

  kz_http_set_proxy_login (bench->http, "user", "password");
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_TOKEN_EXPIRED);
  g_assert_cmpuint (wire_seen (wire), >, 0);
  for (guint i = 0; i < wire_seen (wire); i++)
    g_assert_null (wire_header (wire, i, "authorization"));
}

/* --- Connections --- */

/* To read an answer less than to its end would be enough to lose its connection. */
static void
one_serves_call_after_call (void)
{
  const char *body = "{\"groups\":[]}";
  g_autoptr (Wire) wire = wire_new (wire_reply_body, &body);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));

  for (guint i = 1; i <= 5; i++) {
    g_autoptr (Fate) fate = fate_new ();

    bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, fate);
    bench_drive (bench, &fate->done);
    g_assert_no_error (fate->error);
    g_assert_cmpuint (wire_seen (wire), ==, i);
    bench_settle (bench);
  }
  g_assert_cmpuint (wire_connections (wire), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/tls/a-certificate-of-nobody-ends-it/get", "GET", a_certificate_of_nobody);
  g_test_add_data_func ("/tls/a-certificate-of-nobody-ends-it/post", "POST",
                        a_certificate_of_nobody);
  g_test_add_data_func ("/tls/a-handshake-without-end/get", "GET", a_handshake_without_end);
  g_test_add_data_func ("/tls/a-handshake-without-end/post", "POST", a_handshake_without_end);
  g_test_add_func ("/connection/one-serves-call-after-call", one_serves_call_after_call);
  g_test_add_func ("/proxy/that-of-the-account-is-used", the_proxy_of_the_account);
  g_test_add_func ("/proxy/a-login-is-for-the-proxy-alone", a_login_is_for_the_proxy_alone);
  return g_test_run ();
}
