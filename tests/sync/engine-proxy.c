/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-proxy.h"

#include "engine-connects.h"
#include "engine-resolver.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* Longer than the bench waits before it moves its clock, also where it is patient. */
#define DRIP_MS 25

struct _Proxy {
  GSocketService *service; /* (nullable): nobody listens */
  guint16 port;
  guint16 target;
  const char *name;             /* (nullable): it speaks no TLS */
  GTlsCertificate *certificate; /* (nullable): which it shows now */
  ProxyMode mode;
  char *request; /* (nullable) */
  guint times;
  guint hits;
  void (*hit_func) (gpointer data); /* (nullable) */
  gpointer hit_data;
  void (*begun_func) (gpointer data); /* (nullable) */
  gpointer begun_data;
  GPtrArray *links; /* (element-type Link) */
  guint drip_source;
};

/* One connection and the one behind it. */
typedef struct {
  gatomicrefcount refs;
  Proxy *proxy; /* NULL: it has ended */
  GSocketConnection *client;
  GIOStream *stream;         /* what it says: itself, or what is below TLS */
  GSocketConnection *server; /* (nullable): not there yet */
  GCancellable *cancellable;
  gboolean is_frozen;
  gboolean drips;
  gboolean holds;
  GByteArray *drops; /* of the answer, not sent yet */
} Link;

/* One direction of it. */
typedef struct {
  Link *link;
  GInputStream *from;
  GOutputStream *to;
  guint8 buffer[16384];
  gssize length;
  gboolean is_request;
} Pump;

static void
hit (gpointer data)
{
  Proxy *proxy = data;

  proxy->hits++;
  if (proxy->hit_func != NULL)
    proxy->hit_func (proxy->hit_data);
}

/* A connection, or the look for its name. */
static void
begun (gpointer data)
{
  Proxy *proxy = data;

  if (proxy->mode == PROXY_REFUSE || proxy->mode == PROXY_NO_NAME)
    hit (proxy);
  if (proxy->begun_func != NULL)
    proxy->begun_func (proxy->begun_data);
}

static void
link_unref (Link *link)
{
  if (!g_atomic_ref_count_dec (&link->refs))
    return;
  g_object_unref (link->client);
  g_object_unref (link->stream);
  g_clear_object (&link->server);
  g_object_unref (link->cancellable);
  g_byte_array_unref (link->drops);
  g_free (link);
}

/* Not an orderly end: nothing lingers. */
static void
reset (GSocketConnection *connection)
{
  struct linger none = {1, 0};

  setsockopt (g_socket_get_fd (g_socket_connection_get_socket (connection)), SOL_SOCKET, SO_LINGER,
              &none, sizeof none);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

static void
link_end (Link *link, gboolean hard)
{
  if (link->proxy == NULL)
    return;
  g_cancellable_cancel (link->cancellable);
  if (hard)
    reset (link->client);
  else
    g_io_stream_close (G_IO_STREAM (link->client), NULL, NULL);
  if (link->server != NULL)
    g_io_stream_close (G_IO_STREAM (link->server), NULL, NULL);
  g_ptr_array_remove (g_steal_pointer (&link->proxy)->links, link);
}

static void
pump_free (Pump *pump)
{
  link_unref (pump->link);
  g_free (pump);
}

static gboolean
is_meant (Proxy *proxy, const Pump *pump)
{
  const char *end = memchr (pump->buffer, '\r', (gsize) pump->length);
  g_autofree char *line = NULL;

  if (proxy->mode == PROXY_PASS || proxy_mode_is_of_host (proxy->mode) || end == NULL ||
      (proxy->times != 0 && proxy->hits >= proxy->times))
    return FALSE;
  line = g_strndup ((const char *) pump->buffer, (gsize) (end - (const char *) pump->buffer));
  if (!g_str_has_suffix (line, " HTTP/1.1"))
    return FALSE;
  line[strlen (line) - strlen (" HTTP/1.1")] = '\0';
  return g_pattern_match_simple (proxy->request, line);
}

static void pump_read (Pump *pump);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Pump *pump = data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL) ||
      pump->link->proxy == NULL) {
    link_end (pump->link, FALSE);
    pump_free (pump);
    return;
  }
  pump_read (pump);
}

static void
half_written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Pump *pump = data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  link_end (pump->link, TRUE);
  pump_free (pump);
}

static void
drip (Link *link)
{
  if (link->drops->len == 0)
    return;
  g_pollable_output_stream_write_nonblocking (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (link->stream)),
      link->drops->data, 1, NULL, NULL);
  g_byte_array_remove_index (link->drops, 0);
}

/* All together: however many there are, it is quiet between two drops. */
static gboolean
drip_cb (gpointer data)
{
  Proxy *proxy = data;
  gboolean drips = FALSE;

  for (guint i = 0; i < proxy->links->len; i++) {
    Link *link = g_ptr_array_index (proxy->links, i);

    if (link->drips)
      drip (link);
    drips = drips || link->drips;
  }
  if (!drips)
    proxy->drip_source = 0;
  return drips;
}

/* TRUE: it takes the request with it. */
static gboolean
do_wrong (Link *link, Pump *pump)
{
  ProxyMode mode = link->proxy->mode;

  hit (link->proxy);
  if (mode == PROXY_RESET_INSIDE) {
    g_output_stream_write_all_async (pump->to, pump->buffer, (gsize) pump->length / 2,
                                     G_PRIORITY_DEFAULT, link->cancellable, half_written_cb, pump);
    return TRUE;
  }
  if (mode == PROXY_SWALLOW) {
    link->is_frozen = TRUE;
    pump_read (pump);
    return TRUE;
  }
  if (mode == PROXY_HOLD) {
    link->holds = TRUE;
    return FALSE;
  }
  link->drips = TRUE;
  if (link->proxy->drip_source == 0)
    link->proxy->drip_source = g_timeout_add (DRIP_MS, drip_cb, link->proxy);
  return FALSE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Pump *pump = data;
  Link *link = pump->link;
  Proxy *proxy = link->proxy;

  pump->length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  if (pump->length <= 0 || proxy == NULL) {
    link_end (link, FALSE);
    pump_free (pump);
    return;
  }
  if (link->is_frozen) {
    pump_read (pump);
    return;
  }
  if (pump->is_request && is_meant (proxy, pump) && do_wrong (link, pump))
    return;
  if (!pump->is_request && (link->drips || link->holds)) {
    g_byte_array_append (link->drops, pump->buffer, (guint) pump->length);
    pump_read (pump);
    return;
  }
  g_output_stream_write_all_async (pump->to, pump->buffer, (gsize) pump->length, G_PRIORITY_DEFAULT,
                                   link->cancellable, written_cb, pump);
}

static void
pump_read (Pump *pump)
{
  g_input_stream_read_async (pump->from, pump->buffer, sizeof pump->buffer, G_PRIORITY_DEFAULT,
                             pump->link->cancellable, read_cb, pump);
}

static void
pump_start (Link *link, GIOStream *from, GIOStream *to, gboolean is_request)
{
  Pump *pump = g_new0 (Pump, 1);

  g_atomic_ref_count_inc (&link->refs);
  pump->link = link;
  pump->from = g_io_stream_get_input_stream (from);
  pump->to = g_io_stream_get_output_stream (to);
  pump->is_request = is_request;
  pump_read (pump);
}

/* The end of a long answer would wait for 40 ms of real time else, in which the bench moves its clock. */
static void
send_at_once (GSocketConnection *connection)
{
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Link *link = data;

  link->server = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);
  if (link->server == NULL)
    link_end (link, TRUE);
  else if (link->proxy != NULL) {
    send_at_once (link->server);
    pump_start (link, link->stream, G_IO_STREAM (link->server), TRUE);
    pump_start (link, G_IO_STREAM (link->server), link->stream, FALSE);
  } else
    g_io_stream_close (G_IO_STREAM (link->server), NULL, NULL);
  link_unref (link);
}

/* With the reference of the caller. */
static void
connect_on (Link *link)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_connect_to_host_async (client, "127.0.0.1", link->proxy->target,
                                         link->cancellable, connected_cb, link);
}

static void
shaken_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Link *link = data;

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL) &&
      link->proxy != NULL) {
    connect_on (link);
    return;
  }
  if (link->proxy != NULL && proxy_mode_is_of_host (link->proxy->mode))
    hit (link->proxy);
  link_end (link, FALSE);
  link_unref (link);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Proxy *proxy = data;
  Link *link = NULL;

  if (proxy->mode == PROXY_RESET_FIRST) {
    hit (proxy);
    reset (connection);
    return TRUE;
  }
  link = g_new0 (Link, 1);
  g_atomic_ref_count_init (&link->refs);
  link->proxy = proxy;
  link->client = g_object_ref (connection);
  link->cancellable = g_cancellable_new ();
  link->drops = g_byte_array_new ();
  g_ptr_array_add (proxy->links, link);
  send_at_once (connection);
  g_atomic_ref_count_inc (&link->refs);
  if (proxy->certificate == NULL) {
    link->stream = g_object_ref (G_IO_STREAM (connection));
    connect_on (link);
  } else {
    link->stream =
        g_tls_server_connection_new (G_IO_STREAM (connection), proxy->certificate, NULL);
    g_tls_connection_handshake_async (G_TLS_CONNECTION (link->stream), G_PRIORITY_DEFAULT,
                                      link->cancellable, shaken_cb, link);
  }
  return TRUE;
}

static void
listen_again (Proxy *proxy)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, proxy->port);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  proxy->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (proxy->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  proxy->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (proxy->service, "incoming", G_CALLBACK (incoming_cb), proxy);
}

static void
reset_all (Proxy *proxy)
{
  while (proxy->links->len > 0)
    link_end (g_ptr_array_index (proxy->links, 0), TRUE);
}

static void
refuse (Proxy *proxy)
{
  reset_all (proxy);
  if (proxy->service == NULL)
    return;
  g_socket_service_stop (proxy->service);
  g_socket_listener_close (G_SOCKET_LISTENER (proxy->service));
  g_clear_object (&proxy->service);
}

/* --- Certificates --- */

static char *
certificate_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "plugin", "certificates", name, NULL);
}

static void
show_certificate (Proxy *proxy)
{
  gboolean is_elsewhere = g_strcmp0 (proxy->name, PROXY_NAME) == 0;
  const char *name = proxy->mode == PROXY_EXPIRED       ? "expired.pem"
                     : proxy->mode == PROXY_SELF_SIGNED ? "self-signed.pem"
                     : is_elsewhere != (proxy->mode == PROXY_OTHER_HOST) ? "elsewhere.pem"
                                                                         : "good.pem";
  g_autofree char *path = certificate_path (name);
  g_autoptr (GError) error = NULL;

  if (proxy->name == NULL)
    return;
  g_clear_object (&proxy->certificate);
  proxy->certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
}

/* The authority of the tests is trusted in this process from here on. */
static void
trust_the_authority (void)
{
  g_autofree char *path = certificate_path ("authority.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

/* --- The whole --- */

Proxy *
proxy_new (guint16 target_port)
{
  Proxy *proxy = g_new0 (Proxy, 1);

  proxy->target = target_port;
  proxy->links = g_ptr_array_new_with_free_func ((GDestroyNotify) link_unref);
  listen_again (proxy);
  return proxy;
}

Proxy *
proxy_new_secure (guint16 target_port, const char *name)
{
  Proxy *proxy;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return NULL;
  trust_the_authority ();
  proxy = proxy_new (target_port);
  proxy->name = name;
  show_certificate (proxy);
  engine_resolver_install (PROXY_NAME, begun, proxy);
  return proxy;
}

void
proxy_set_hit_func (Proxy *proxy, void (*func) (gpointer data), gpointer data)
{
  proxy->hit_func = func;
  proxy->hit_data = data;
}

void
proxy_set_begun_func (Proxy *proxy, void (*func) (gpointer data), gpointer data)
{
  proxy->begun_func = func;
  proxy->begun_data = data;
}

void
proxy_free (Proxy *proxy)
{
  engine_connects_watch (0, NULL, NULL);
  refuse (proxy);
  /* What was cancelled comes back once more. */
  for (guint i = 0; i < 100 && g_main_context_iteration (NULL, FALSE); i++)
    ;
  if (proxy->name != NULL)
    engine_resolver_remove ();
  if (proxy->drip_source != 0)
    g_source_remove (proxy->drip_source);
  g_ptr_array_unref (proxy->links);
  g_clear_object (&proxy->certificate);
  g_free (proxy->request);
  g_free (proxy);
}

guint16
proxy_port (const Proxy *proxy)
{
  return proxy->port;
}

gboolean
proxy_mode_is_of_host (ProxyMode mode)
{
  return mode >= PROXY_REFUSE;
}

void
proxy_set_mode (Proxy *proxy, ProxyMode mode, const char *request, guint times)
{
  gboolean is_new = proxy->mode != mode;

  g_free (proxy->request);
  proxy->request = g_strdup (request);
  proxy->mode = mode;
  proxy->times = times;
  proxy->hits = 0;
  engine_connects_watch (proxy->port, proxy_mode_is_of_host (mode) ? begun : NULL, proxy);
  if (mode == PROXY_REFUSE) {
    refuse (proxy);
    return;
  }
  if (proxy->service == NULL)
    listen_again (proxy);
  if (is_new && proxy_mode_is_of_host (mode))
    reset_all (proxy);
  if (proxy->name != NULL)
    engine_resolver_set_fails (mode == PROXY_NO_NAME);
  show_certificate (proxy);
}

void
proxy_freeze (Proxy *proxy)
{
  for (guint i = 0; i < proxy->links->len; i++)
    ((Link *) g_ptr_array_index (proxy->links, i))->is_frozen = TRUE;
}

void
proxy_release (Proxy *proxy)
{
  for (guint i = 0; i < proxy->links->len; i++) {
    Link *link = g_ptr_array_index (proxy->links, i);

    if (!link->holds)
      continue;
    link->holds = FALSE;
    g_output_stream_write_all (g_io_stream_get_output_stream (link->stream), link->drops->data,
                               link->drops->len, NULL, NULL, NULL);
    g_byte_array_set_size (link->drops, 0);
  }
}

guint
proxy_hits (const Proxy *proxy)
{
  return proxy->hits;
}
