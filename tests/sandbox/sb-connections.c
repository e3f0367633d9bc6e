/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-connections.h"

#include <sys/socket.h>

typedef struct {
  GSocket *socket;
  GSource *source;
} Idle;

static void
idle_free (gpointer data)
{
  Idle *idle = data;
  g_source_destroy (idle->source);
  g_source_unref (idle->source);
  g_object_unref (idle->socket);
  g_free (idle);
}

static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer data)
{
  g_autoptr (GSocket) keep = g_object_ref (socket);
  char byte;
  gboolean has_more =
      recv (g_socket_get_fd (socket), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) > 0;
  /* With more on it, it is libsoup's turn: the next answer begins the watch anew. */
  g_hash_table_remove (data, socket);
  if (!has_more)
    g_socket_close (keep, NULL);
  return G_SOURCE_REMOVE;
}

static void
started_cb (SoupServer *server, SoupServerMessage *msg, GHashTable *idle)
{
  GSocket *socket = soup_server_message_get_socket (msg);
  if (socket)
    g_hash_table_remove (idle, socket);
}

static void
finished_cb (SoupServer *server, SoupServerMessage *msg, GHashTable *table)
{
  GSocket *socket = soup_server_message_get_socket (msg);
  if (!socket || g_socket_is_closed (socket))
    return;
  Idle *idle = g_new0 (Idle, 1);
  idle->socket = g_object_ref (socket);
  idle->source = g_socket_create_source (socket, G_IO_IN, NULL);
  /* After libsoup, which tells of a new request first. */
  g_source_set_priority (idle->source, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (idle->source, G_SOURCE_FUNC (readable_cb), table, NULL);
  g_source_attach (idle->source, g_main_context_get_thread_default ());
  g_hash_table_replace (table, socket, idle);
}

void
sb_connections_watch (SbSandbox *sandbox)
{
  sandbox->idle = g_hash_table_new_full (NULL, NULL, NULL, idle_free);
  g_signal_connect (sandbox->server, "request-started", G_CALLBACK (started_cb), sandbox->idle);
  g_signal_connect (sandbox->server, "request-finished", G_CALLBACK (finished_cb), sandbox->idle);
}

void
sb_connections_forget (SbSandbox *sandbox)
{
  if (sandbox->server)
    g_signal_handlers_disconnect_by_data (sandbox->server, sandbox->idle);
  g_clear_pointer (&sandbox->idle, g_hash_table_unref);
}
