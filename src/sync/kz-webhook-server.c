/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-webhook-server-internal.h"

#include "kz-limits.h"

#include <string.h>
#include <sys/socket.h>

/* One accepted connection: one request, one answer, ten seconds. */
struct _KzWebhookConnection {
  KzWebhookServer *server;   /* (unowned) outlives us */
  GSocketConnection *stream; /* (unowned): a weak reference ends us with it */
  GSocket *socket;
  GSocketAddress *identity; /* what libsoup calls its client: unique, so that we find it again */
  guint64 number;           /* in the order of their coming */
  gboolean is_ours;         /* has shown path and token */
};

struct _KzWebhookServer {
  GObject parent_instance;

  KzClock *clock;
  char *segment;
  char *token;
  KzWebhookFunc func; /* (nullable): none once stopped */
  gpointer func_data;
  GSocketService *service; /* (nullable) */
  SoupServer *soup;        /* (nullable) */
  GHashTable *connections; /* (element-type KzWebhookConnection): a set */
  char *unix_path;         /* (nullable) */
  char *local_host;        /* (nullable): under which this machine reaches us */
  guint port;
  guint64 last_number;
  guint in_func;
};

G_DEFINE_FINAL_TYPE (KzWebhookServer, kz_webhook_server, G_TYPE_OBJECT)

/* --- Connections --- */

static void
stream_gone (gpointer data, GObject *where_it_was)
{
  KzWebhookConnection *connection = data;

  connection->stream = NULL;
  g_hash_table_remove (connection->server->connections, connection);
}

static void
connection_free (gpointer data)
{
  KzWebhookConnection *connection = data;

  kz_clock_cancel_all (connection->server->clock, connection);
  if (connection->stream != NULL)
    g_object_weak_unref (G_OBJECT (connection->stream), stream_gone, connection);
  g_object_unref (connection->socket);
  g_object_unref (connection->identity);
  g_free (connection);
}

/* A shutdown, no close: libsoup watches the descriptor, sees the end and gives it back by itself,
 * while the place is free at once. */
static void
cut_connection (KzWebhookConnection *connection)
{
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
  g_hash_table_remove (connection->server->connections, connection);
}

static void
deadline_cb (gpointer data)
{
  cut_connection (data);
}

/* Who has shown nothing yet gives way to who comes next, the oldest first: a crowd that says
 * nothing must not keep the service away for ten seconds. Nobody pushes out who has shown the
 * token. */
static gboolean
make_room (KzWebhookServer *self)
{
  KzWebhookConnection *oldest = NULL;
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size (self->connections) < KZ_WEBHOOK_MAX_CONNECTIONS)
    return TRUE;
  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    KzWebhookConnection *connection = key;

    if (!connection->is_ours && (oldest == NULL || connection->number < oldest->number))
      oldest = connection;
  }
  if (oldest != NULL)
    cut_connection (oldest);
  return oldest != NULL;
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  KzWebhookServer *self = data;
  KzWebhookConnection *connection;
  g_autoptr (GError) error = NULL;

  if (self->soup == NULL || !make_room (self)) {
    /* At once, and those that are being served do not notice. */
    g_socket_close (g_socket_connection_get_socket (stream), NULL);
    return TRUE;
  }
  connection = g_new0 (KzWebhookConnection, 1);
  connection->server = self;
  connection->number = ++self->last_number;
  connection->stream = stream;
  connection->socket = g_object_ref (g_socket_connection_get_socket (stream));
  connection->identity = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_object_weak_ref (G_OBJECT (stream), stream_gone, connection);
  g_hash_table_add (self->connections, connection);
  kz_clock_set (self->clock, connection, "webhook-deadline",
                (gint64) KZ_WEBHOOK_DEADLINE_S * G_USEC_PER_SEC, deadline_cb, connection);
  if (!soup_server_accept_iostream (self->soup, G_IO_STREAM (stream), connection->identity,
                                    connection->identity, &error))
    cut_connection (connection); /* not covered: libsoup takes every stream of a socket */
  return TRUE;
}

static KzWebhookConnection *
find_connection (KzWebhookServer *self, GSocketAddress *identity)
{
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    if (((KzWebhookConnection *) connection)->identity == identity)
      return connection;
  return NULL;
}

void
kz_webhook_server_keep_connection (KzWebhookServer *self, GSocketAddress *identity)
{
  KzWebhookConnection *connection = find_connection (self, identity);

  if (connection != NULL)
    connection->is_ours = TRUE;
}

gboolean
kz_webhook_server_has_gone (KzWebhookServer *self, GSocketAddress *identity)
{
  KzWebhookConnection *connection = find_connection (self, identity);
  char byte;

  return connection == NULL ||
         recv (g_socket_get_fd (connection->socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void
kz_webhook_server_refuse_body (KzWebhookServer *self, GSocketAddress *identity)
{
  static const char answer[] = "HTTP/1.1 413 Content Too Large\r\n"
                               "Connection: close\r\nContent-Length: 0\r\n\r\n";
  KzWebhookConnection *connection = find_connection (self, identity);

  if (connection == NULL)
    return;
  /* libsoup answers only when it has read everything, which may be without end. */
  g_socket_send_with_blocking (connection->socket, answer, sizeof answer - 1, FALSE, NULL, NULL);
  cut_connection (connection);
}

/* --- What the requests need to know --- */

/* The time tells nothing of how much of the secret was right. */
static gboolean
equal_in_constant_time (const char *secret, const char *given)
{
  gsize length = strlen (secret);
  gsize given_length = strlen (given);
  volatile guint8 difference = length != given_length;

  for (gsize i = 0; i < length; i++) {
    guint8 other = given_length > 0 ? (guint8) given[i % given_length] : 0;

    difference |= (guint8) ((guint8) secret[i] ^ other);
  }
  return difference == 0;
}

gboolean
kz_webhook_server_is_path (KzWebhookServer *self, const char *path)
{
  const char *last = path != NULL ? strrchr (path, '/') : NULL;

  return equal_in_constant_time (self->segment, last != NULL ? last + 1 : "");
}

gboolean
kz_webhook_server_is_token (KzWebhookServer *self, const char *token)
{
  return equal_in_constant_time (self->token, token != NULL ? token : "");
}

gboolean
kz_webhook_server_deliver (KzWebhookServer *self, const char *body, gsize length)
{
  gboolean is_accepted;

  if (self->func == NULL)
    return FALSE;
  self->in_func++;
  is_accepted = self->func (body, length, self->func_data);
  self->in_func--;
  return is_accepted;
}

gboolean
kz_webhook_server_is_stopped (KzWebhookServer *self)
{
  return self->soup == NULL;
}

/* --- Listening --- */

static void
make_service (KzWebhookServer *self)
{
  self->service = g_socket_service_new ();
  /* Whatever exceeds our places is taken and closed, so the queue need not be long. */
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->service), 64);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  self->soup = kz_webhook_requests_new (self);
}

static gboolean
listen_inet (
    KzWebhookServer *self, const char *host, guint port, guint preferred_port, GError **error)
{
  g_autoptr (GSocketAddress) bound = NULL;

  for (guint attempt = preferred_port != 0 && port == 0 ? 0 : 1; attempt < 2; attempt++) {
    g_autoptr (GSocketAddress) address =
        g_inet_socket_address_new_from_string (host, attempt == 0 ? preferred_port : port);

    /* kz_webhook_listen_parse() lets nothing else through. */
    g_return_val_if_fail (address != NULL, FALSE);
    if (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                       G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                       attempt == 0 ? NULL : error)) {
      self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
listen_unix (KzWebhookServer *self, const char *path, GError **error)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (!kz_webhook_listen_check_unix (path, error))
    return FALSE;
  address = kz_webhook_listen_unix_address (path);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error))
    return FALSE;
  self->unix_path = g_strdup (path);
  return TRUE;
}

gboolean
kz_webhook_server_listen (KzWebhookServer *self,
                          const char *listen,
                          guint preferred_port,
                          GError **error)
{
  g_autofree char *host = NULL;
  gboolean is_listening;
  guint port;

  g_return_val_if_fail (KZ_IS_WEBHOOK_SERVER (self) && listen != NULL, FALSE);
  g_return_val_if_fail (self->service == NULL, FALSE);

  make_service (self);
  if (g_str_has_prefix (listen, "unix:"))
    is_listening = listen_unix (self, listen + strlen ("unix:"), error);
  else if (kz_webhook_listen_parse (listen, &host, &port, error))
    is_listening = listen_inet (self, host, port, preferred_port, error);
  else
    is_listening = FALSE;
  if (is_listening) {
    if (host != NULL)
      self->local_host = kz_webhook_listen_local_host (host);
    return TRUE;
  }
  g_clear_object (&self->service);
  g_clear_object (&self->soup);
  return FALSE;
}

guint
kz_webhook_server_port (KzWebhookServer *self)
{
  return self->port;
}

char *
kz_webhook_server_local_url (KzWebhookServer *self)
{
  g_return_val_if_fail (KZ_IS_WEBHOOK_SERVER (self), NULL);

  if (self->port == 0)
    return NULL;
  return g_strdup_printf ("http://%s:%u/%s", self->local_host, self->port, self->segment);
}

guint
kz_webhook_server_connections (KzWebhookServer *self)
{
  return g_hash_table_size (self->connections);
}

/* --- Ending --- */

static gboolean
disconnect_cb (gpointer data)
{
  soup_server_disconnect (data);
  return G_SOURCE_REMOVE;
}

static void
disconnect_soup (KzWebhookServer *self)
{
  g_autoptr (SoupServer) soup = g_steal_pointer (&self->soup);
  GHashTableIter iter;
  gpointer connection;

  if (soup == NULL)
    return;
  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    g_socket_shutdown (((KzWebhookConnection *) connection)->socket, TRUE, TRUE, NULL);
  g_hash_table_remove_all (self->connections);
  /* Called from within a delivery libsoup still stands in one of its connections, which may not
   * be taken away under it. They are shut down already; the rest is memory. */
  if (self->in_func > 0)
    g_idle_add_full (G_PRIORITY_HIGH, disconnect_cb, g_steal_pointer (&soup), g_object_unref);
  else
    soup_server_disconnect (soup);
}

void
kz_webhook_server_stop (KzWebhookServer *self)
{
  g_return_if_fail (KZ_IS_WEBHOOK_SERVER (self));

  self->func = NULL;
  if (self->service != NULL) {
    g_signal_handlers_disconnect_by_data (self->service, self);
    g_socket_service_stop (self->service);
    g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    g_clear_object (&self->service);
  }
  disconnect_soup (self);
  if (self->unix_path != NULL)
    kz_webhook_listen_remove_unix (self->unix_path);
  g_clear_pointer (&self->unix_path, g_free);
  g_clear_pointer (&self->local_host, g_free);
  self->port = 0;
}

static void
kz_webhook_server_dispose (GObject *object)
{
  KzWebhookServer *self = KZ_WEBHOOK_SERVER (object);

  kz_webhook_server_stop (self);
  G_OBJECT_CLASS (kz_webhook_server_parent_class)->dispose (object);
}

static void
kz_webhook_server_finalize (GObject *object)
{
  KzWebhookServer *self = KZ_WEBHOOK_SERVER (object);

  g_hash_table_unref (self->connections);
  g_clear_object (&self->clock);
  g_free (self->segment);
  g_free (self->token);
  G_OBJECT_CLASS (kz_webhook_server_parent_class)->finalize (object);
}

static void
kz_webhook_server_class_init (KzWebhookServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kz_webhook_server_dispose;
  object_class->finalize = kz_webhook_server_finalize;
}

static void
kz_webhook_server_init (KzWebhookServer *self)
{
  self->connections = g_hash_table_new_full (NULL, NULL, connection_free, NULL);
}

KzWebhookServer *
kz_webhook_server_new (
    KzClock *clock, const char *segment, const char *token, KzWebhookFunc func, gpointer data)
{
  KzWebhookServer *self;

  g_return_val_if_fail (KZ_IS_CLOCK (clock) && segment != NULL && *segment != '\0', NULL);
  g_return_val_if_fail (token != NULL && *token != '\0', NULL);

  self = g_object_new (KZ_TYPE_WEBHOOK_SERVER, NULL);
  self->clock = g_object_ref (clock);
  self->segment = g_strdup (segment);
  self->token = g_strdup (token);
  self->func = func;
  self->func_data = data;
  return self;
}
