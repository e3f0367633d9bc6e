/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wire.h"

#include <string.h>
#include <sys/socket.h>

struct _Wire {
  GSocketService *service;
  char *url;
  WireFunc func;
  gpointer data;
  gboolean reset_on_accept;
  guint connections;
  guint stalled;
  guint dripped;
  GPtrArray *requests; /* (element-type WireRequest) */
  GPtrArray *peers;    /* (element-type Peer) */
  GCancellable *cancellable;
};

typedef struct {
  Wire *wire; /* (nullable): NULL when the server has gone */
  GSocketConnection *connection;
  GString *in;
  GString *out;
  gsize written;
  WireEnd end;
  gboolean is_stalled;
  GSource *drip;
  guint pending; /* asynchronous calls under way */
  char buffer[4096];
} Peer;

static void read_more (Peer *peer);
static void write_more (Peer *peer);

static void
request_free (gpointer data)
{
  WireRequest *request = data;

  g_free (request->method);
  g_free (request->target);
  g_free (request->body);
  g_hash_table_unref (request->headers);
  g_free (request);
}

static void
peer_free (Peer *peer)
{
  if (peer->drip != NULL) {
    g_source_destroy (peer->drip);
    g_source_unref (peer->drip);
  }
  g_string_free (peer->in, TRUE);
  g_string_free (peer->out, TRUE);
  g_object_unref (peer->connection);
  g_free (peer);
}

static void
peer_end (Peer *peer)
{
  if (peer->wire != NULL) {
    if (peer->is_stalled)
      peer->wire->stalled--;
    if (peer->drip != NULL)
      peer->wire->dripped = 0;
    g_ptr_array_remove_fast (peer->wire->peers, peer);
    peer->wire = NULL;
    g_io_stream_close (G_IO_STREAM (peer->connection), NULL, NULL);
  }
  if (peer->pending == 0)
    peer_free (peer);
}

static void
linger_zero (GSocketConnection *connection)
{
  const struct linger hard = {1, 0};
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));

  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard), ==, 0);
}

static gboolean
drip_cb (gpointer data)
{
  Peer *peer = data;

  /* One byte at a time, and only when the last one has gone. */
  if (peer->wire != NULL && peer->written == peer->out->len) {
    peer->wire->dripped++;
    g_string_append_c (peer->out, ' ');
    write_more (peer);
  }
  return G_SOURCE_CONTINUE;
}

static void
finish_reply (Peer *peer)
{
  switch (peer->end) {
  case WIRE_KEEP:
    read_more (peer);
    return;
  case WIRE_RESET:
    linger_zero (peer->connection);
    peer_end (peer);
    return;
  case WIRE_CLOSE:
    peer_end (peer);
    return;
  case WIRE_STALL:
    if (!peer->is_stalled)
      peer->wire->stalled++;
    peer->is_stalled = TRUE;
    /* To notice when the other side goes. */
    read_more (peer);
    return;
  case WIRE_DRIP:
    if (peer->drip != NULL)
      return;
    peer->drip = g_idle_source_new ();
    g_source_set_callback (peer->drip, drip_cb, peer, NULL);
    g_source_attach (peer->drip, NULL);
    read_more (peer);
    return;
  }
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  gssize n = g_output_stream_write_finish (G_OUTPUT_STREAM (source), result, NULL);

  peer->pending--;
  if (n <= 0 || peer->wire == NULL) {
    peer_end (peer);
    return;
  }
  peer->written += (gsize) n;
  write_more (peer);
}

static void
write_more (Peer *peer)
{
  if (peer->written == peer->out->len) {
    finish_reply (peer);
    return;
  }
  peer->pending++;
  g_output_stream_write_async (g_io_stream_get_output_stream (G_IO_STREAM (peer->connection)),
                               peer->out->str + peer->written, peer->out->len - peer->written,
                               G_PRIORITY_DEFAULT, peer->wire->cancellable, written_cb, peer);
}

/* (nullable) (transfer full): the first whole request of @in, which loses it. */
static WireRequest *
take_request (GString *in)
{
  const char *end = strstr (in->str, "\r\n\r\n");
  g_autofree char *head = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) words = NULL;
  WireRequest *request;
  const char *length;
  gsize head_length, body_length;

  if (end == NULL)
    return NULL;
  head_length = (gsize) (end - in->str) + 4;
  head = g_strndup (in->str, head_length - 4);
  lines = g_strsplit (head, "\r\n", -1);
  words = g_strsplit (lines[0], " ", 3);
  g_assert_cmpuint (g_strv_length (words), ==, 3);

  request = g_new0 (WireRequest, 1);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 1; lines[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (lines[i], ": ", 2);

    g_assert_cmpuint (g_strv_length (pair), ==, 2);
    g_hash_table_insert (request->headers, g_ascii_strdown (pair[0], -1), g_strdup (pair[1]));
  }
  length = g_hash_table_lookup (request->headers, "content-length");
  body_length = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
  if (in->len < head_length + body_length) {
    request_free (request);
    return NULL;
  }
  request->method = g_strdup (words[0]);
  request->target = g_strdup (words[1]);
  request->body = g_strndup (in->str + head_length, body_length);
  g_string_erase (in, 0, (gssize) (head_length + body_length));
  return request;
}

static void
answer (Peer *peer, WireRequest *request)
{
  Wire *wire = peer->wire;
  WireReply reply = {peer->out, WIRE_KEEP};

  g_ptr_array_add (wire->requests, request);
  g_string_truncate (peer->out, 0);
  peer->written = 0;
  wire->func (request, wire->requests->len, &reply, wire->data);
  peer->end = reply.end;
  write_more (peer);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  WireRequest *request;

  peer->pending--;
  if (n <= 0 || peer->wire == NULL) {
    peer_end (peer);
    return;
  }
  g_string_append_len (peer->in, peer->buffer, n);
  request = take_request (peer->in);
  if (request != NULL)
    answer (peer, request);
  else
    read_more (peer);
}

static void
read_more (Peer *peer)
{
  peer->pending++;
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (peer->connection)),
                             peer->buffer, sizeof peer->buffer, G_PRIORITY_DEFAULT,
                             peer->wire->cancellable, read_cb, peer);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Wire *wire = data;
  Peer *peer;

  wire->connections++;
  if (wire->reset_on_accept) {
    linger_zero (connection);
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    return TRUE;
  }
  peer = g_new0 (Peer, 1);
  peer->wire = wire;
  peer->connection = g_object_ref (connection);
  peer->in = g_string_new (NULL);
  peer->out = g_string_new (NULL);
  g_ptr_array_add (wire->peers, peer);
  read_more (peer);
  return TRUE;
}

Wire *
wire_new (WireFunc func, gpointer data)
{
  Wire *wire = g_new0 (Wire, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GError *error = NULL;

  wire->func = func;
  wire->data = data;
  wire->requests = g_ptr_array_new_with_free_func (request_free);
  wire->peers = g_ptr_array_new ();
  wire->cancellable = g_cancellable_new ();
  wire->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (wire->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  g_signal_connect (wire->service, "incoming", G_CALLBACK (incoming_cb), wire);
  wire->url = g_strdup_printf ("http://127.0.0.1:%u",
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  return wire;
}

void
wire_free (Wire *wire)
{
  g_signal_handlers_disconnect_by_data (wire->service, wire);
  g_socket_service_stop (wire->service);
  g_socket_listener_close (G_SOCKET_LISTENER (wire->service));
  g_object_unref (wire->service);
  while (wire->peers->len > 0)
    peer_end (g_ptr_array_index (wire->peers, 0));
  g_cancellable_cancel (wire->cancellable);
  g_object_unref (wire->cancellable);
  g_ptr_array_unref (wire->peers);
  g_ptr_array_unref (wire->requests);
  g_free (wire->url);
  g_free (wire);
  /* The cancelled reads come back once more. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

const char *
wire_url (Wire *wire)
{
  return wire->url;
}

void
wire_reset_on_accept (Wire *wire, gboolean reset)
{
  wire->reset_on_accept = reset;
}

guint
wire_connections (Wire *wire)
{
  return wire->connections;
}

guint
wire_stalled (Wire *wire)
{
  return wire->stalled;
}

void
wire_end_stall (Wire *wire, guint status, const char *body)
{
  for (guint i = 0; i < wire->peers->len; i++) {
    Peer *peer = g_ptr_array_index (wire->peers, i);
    WireReply reply = {peer->out, WIRE_CLOSE};

    if (!peer->is_stalled)
      continue;
    peer->is_stalled = FALSE;
    wire->stalled--;
    wire_reply (&reply, status, NULL, body);
    peer->end = WIRE_CLOSE;
    write_more (peer);
    return;
  }
  g_assert_not_reached ();
}

guint
wire_dripped (Wire *wire)
{
  return wire->dripped;
}

guint
wire_seen (Wire *wire)
{
  return wire->requests->len;
}

const WireRequest *
wire_request (Wire *wire, guint index)
{
  g_assert_cmpuint (index, <, wire->requests->len);
  return g_ptr_array_index (wire->requests, index);
}

const char *
wire_header (Wire *wire, guint index, const char *name)
{
  g_autofree char *low = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (wire_request (wire, index)->headers, low);
}

void
wire_reply (WireReply *reply, guint status, const char *headers, const char *body)
{
  g_string_append_printf (reply->bytes,
                          "HTTP/1.1 %u Something\r\n"
                          "Content-Type: application/json; charset=utf-8\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n%s\r\n%s",
                          status, strlen (body), headers != NULL ? headers : "", body);
}

void
wire_reply_body (const WireRequest *request, guint nth, WireReply *reply, gpointer body)
{
  wire_reply (reply, 200, NULL, *(const char **) body);
}

void
wire_reply_stall (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  reply->end = WIRE_STALL;
}

guint16
wire_closed_port (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = NULL;
  GError *error = NULL;

  /* Bound, so that nobody else gets it, is enough for a moment: without listening it refuses. */
  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (socket, any, FALSE, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}
