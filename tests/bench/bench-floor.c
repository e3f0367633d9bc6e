/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench-floor.h"

#include "bench-count.h"

#include <arpa/inet.h>
#include <json-glib/json-glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 32768

BenchLine *
bench_line_new (const char *who, const char *html, PurpleMessageFlags flags, time_t when)
{
  BenchLine *line = g_new0 (BenchLine, 1);

  line->who = g_strdup (who);
  line->html = g_strdup (html);
  line->flags = flags;
  line->when = when;
  return line;
}

void
bench_line_free (gpointer data)
{
  BenchLine *line = data;

  g_free (line->who);
  g_free (line->html);
  g_free (line);
}

/* --- A request --- */

typedef struct {
  GInputStream *stream;
  GByteArray *read;
  GBytes **body; /* (nullable) */
} Get;

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Get *get = data;

  g_input_stream_close_finish (get->stream, result, NULL);
  if (get->body != NULL)
    *get->body = g_byte_array_free_to_bytes (get->read);
  else
    g_byte_array_unref (get->read);
  g_object_unref (get->stream);
  g_free (get);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Get *get = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (get->stream, result, &error);

  g_assert_no_error (error);
  if (g_bytes_get_size (bytes) == 0) {
    g_input_stream_close_async (get->stream, G_PRIORITY_DEFAULT, NULL, closed_cb, get);
    return;
  }
  g_byte_array_append (get->read, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  g_input_stream_read_bytes_async (get->stream, READ_SIZE, G_PRIORITY_DEFAULT, NULL, read_cb, get);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Get *get = data;
  g_autoptr (GError) error = NULL;

  get->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  g_input_stream_read_bytes_async (get->stream, READ_SIZE, G_PRIORITY_DEFAULT, NULL, read_cb, get);
}

static void
send_message (SoupSession *session, SoupMessage *message, GBytes **body)
{
  Get *get = g_new0 (Get, 1);

  get->read = g_byte_array_new ();
  get->body = body;
  soup_message_headers_append (soup_message_get_request_headers (message), "accessToken",
                               "an-access-token");
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, NULL, sent_cb, get);
}

void
bench_floor_get (SoupSession *session, const char *url, GBytes **body)
{
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);

  send_message (session, message, body);
}

void
bench_floor_post (SoupSession *session, const char *url, const char *text)
{
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *json;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, text);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);
  bytes = g_bytes_new_take (json, strlen (json));
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  send_message (session, message, NULL);
}

void
bench_floor_parse (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, g_bytes_get_data (body, NULL),
                              (gssize) g_bytes_get_size (body), &error);
  g_assert_no_error (error);
}

/* --- A receiver --- */

typedef struct {
  PurpleConnection *gc;
  int chat_id;
  const BenchLine *line;
} Receiver;

static void
delivered_cb (SoupServer *soup,
              SoupServerMessage *message,
              const char *path,
              GHashTable *query,
              gpointer data)
{
  Receiver *receiver = data;
  const BenchLine *line = receiver->line;
  g_autoptr (GBytes) body =
      soup_message_body_flatten (soup_server_message_get_request_body (message));

  bench_floor_parse (body);
  serv_got_chat_in (receiver->gc, receiver->chat_id, line->who, line->flags, line->html,
                    line->when);
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                "close");
}

SoupServer *
bench_floor_receiver (PurpleConnection *gc, int chat_id, const BenchLine *line)
{
  SoupServer *soup = soup_server_new (NULL, NULL);
  Receiver *receiver = g_new0 (Receiver, 1);
  g_autoptr (GError) error = NULL;

  receiver->gc = gc;
  receiver->chat_id = chat_id;
  receiver->line = line;
  soup_server_listen_local (soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  soup_server_add_handler (soup, NULL, delivered_cb, receiver, g_free);
  return soup;
}

void
bench_deliver (guint port, const char *text)
{
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                .sin_port = htons ((guint16) port)};
  int fd;
  char buffer[512] = "";
  ssize_t size = -1;

  bench_count_pause ();
  fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0 ||
      write (fd, text, strlen (text)) != (ssize_t) strlen (text))
    g_error ("nobody listens at %u: %m", port);
  bench_count_resume ();
  while (size < 0) {
    g_main_context_iteration (NULL, FALSE);
    bench_count_pause ();
    size = recv (fd, buffer, sizeof buffer - 1, MSG_DONTWAIT);
    bench_count_resume ();
  }
  bench_count_pause ();
  if (!g_str_has_prefix (buffer, "HTTP/1.1 200"))
    g_error ("the delivery was answered with: %s", buffer);
  close (fd);
  bench_count_resume ();
}
