/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "config.h"

#include "bench-server.h"

#include "bench-count.h"

#include <arpa/inet.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* In a body: eight digits, which are others in each answer. */
#define NUMBER "########"

typedef struct {
  char *request;
  char *part; /* (nullable) */
  char *text; /* with head and body */
  gsize length;
  char *number; /* (nullable): where in @text */
} Answer;

struct _BenchServer {
  char *url;
  GPtrArray *answers; /* (element-type Answer) */
  char *mark_request; /* (nullable) */
  char *mark_part;    /* (nullable) */
  BenchMark mark;
  guint requests;
  gboolean ends_connections;
  char *last_webhook; /* (nullable) */
};

typedef struct {
  BenchServer *server;
  GString *read;
  const char *unsent; /* (nullable) */
  gsize unsent_length;
  gboolean starts; /* counting, once it is sent */
} Line;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->request);
  g_free (answer->part);
  g_free (answer->text);
  g_free (answer);
}

static gboolean
fits (const char *text, const char *request, const char *part)
{
  return g_str_has_prefix (text, request) && (part == NULL || strstr (text, part) != NULL);
}

static const Answer *
find_answer (BenchServer *server, const char *text)
{
  for (guint i = server->answers->len; i > 0; i--) {
    const Answer *answer = g_ptr_array_index (server->answers, i - 1);

    if (fits (text, answer->request, answer->part))
      return answer;
  }
  g_error ("no answer for %s", text);
}

static gboolean line_cb (int fd, GIOCondition condition, gpointer data);

/* FALSE: the rest when there is room. */
static gboolean
send_more (Line *line, int fd)
{
  while (line->unsent_length > 0) {
    ssize_t sent = send (fd, line->unsent, line->unsent_length, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent <= 0)
      return FALSE;
    line->unsent += sent;
    line->unsent_length -= (gsize) sent;
    /* What the client does with its first part is counted, too. */
    if (line->starts) {
      line->starts = FALSE;
      bench_count_start ();
    }
  }
  return TRUE;
}

static void
take_request (Line *line, int fd)
{
  BenchServer *server = line->server;
  const Answer *answer = find_answer (server, line->read->str);
  gboolean is_marked = server->mark_request != NULL &&
                       fits (line->read->str, server->mark_request, server->mark_part);

  server->requests++;
  if (answer->number != NULL) {
    char digits[sizeof NUMBER];

    g_snprintf (digits, sizeof digits, "%08x", server->requests);
    memcpy (answer->number, digits, strlen (NUMBER));
  }
  g_debug ("%.*s", (int) strcspn (line->read->str, "\r"), line->read->str);
  if (is_marked) {
    line->starts = server->mark == BENCH_START_AT_ANSWER;
    if (server->mark == BENCH_END_AT_REQUEST)
      bench_count_end ();
    g_clear_pointer (&server->mark_request, g_free);
  }
  if (g_str_has_prefix (line->read->str, "POST /v1/webhook")) {
    g_free (server->last_webhook);
    server->last_webhook = g_strdup (strstr (line->read->str, "\r\n\r\n") + 4);
  }
  line->unsent = answer->text;
  line->unsent_length = answer->length;
  g_string_truncate (line->read, 0);
  if (!send_more (line, fd))
    g_unix_fd_add (fd, G_IO_OUT | G_IO_HUP, line_cb, line);
}

/* All of a request is there. */
static gboolean
is_complete (const char *text, gsize length)
{
  const char *end = strstr (text, "\r\n\r\n");
  const char *size = end != NULL ? strcasestr (text, "\r\nContent-Length:") : NULL;
  gsize body = size != NULL && size < end ? strtoul (size + 17, NULL, 10) : 0;

  return end != NULL && length >= (gsize) (end + 4 - text) + body;
}

/* G_SOURCE_REMOVE: it is over. */
static gboolean
read_more (Line *line, int fd)
{
  char buffer[16384];
  ssize_t size = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (size <= 0) {
    close (fd);
    g_string_free (line->read, TRUE);
    g_free (line);
    return G_SOURCE_REMOVE;
  }
  g_string_append_len (line->read, buffer, size);
  if (is_complete (line->read->str, line->read->len))
    take_request (line, fd);
  return G_SOURCE_CONTINUE;
}

static gboolean
line_cb (int fd, GIOCondition condition, gpointer data)
{
  Line *line = data;
  gboolean goes_on;

  bench_count_pause ();
  if ((condition & G_IO_OUT) != 0)
    goes_on = !send_more (line, fd);
  else
    goes_on = read_more (line, fd);
  bench_count_resume ();
  return goes_on;
}

static gboolean
accept_cb (int fd, GIOCondition condition, gpointer data)
{
  int client;

  bench_count_pause ();
  client = accept (fd, NULL, NULL);
  if (client >= 0) {
    Line *line = g_new0 (Line, 1);

    line->server = data;
    line->read = g_string_new (NULL);
    g_unix_fd_add (client, G_IO_IN, line_cb, line);
  }
  bench_count_resume ();
  return G_SOURCE_CONTINUE;
}

BenchServer *
bench_server_new (void)
{
  BenchServer *server = g_new0 (BenchServer, 1);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || bind (fd, (struct sockaddr *) &address, size) != 0 || listen (fd, 64) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &size) != 0)
    g_error ("no server: %m");
  server->answers = g_ptr_array_new_with_free_func (answer_free);
  server->url = g_strdup_printf ("http://127.0.0.1:%u", ntohs (address.sin_port));
  g_unix_fd_add (fd, G_IO_IN, accept_cb, server);
  return server;
}

const char *
bench_server_url (BenchServer *server)
{
  return server->url;
}

void
bench_server_answer (
    BenchServer *server, const char *request, const char *part, guint status, const char *body)
{
  Answer *answer = g_new0 (Answer, 1);

  /* One in place of an earlier one: what is said many times is kept once. */
  for (guint i = 0; i < server->answers->len; i++) {
    const Answer *other = g_ptr_array_index (server->answers, i);

    if (g_str_equal (other->request, request) && g_strcmp0 (other->part, part) == 0)
      g_ptr_array_remove_index (server->answers, i--);
  }
  answer->request = g_strdup (request);
  answer->part = g_strdup (part);
  answer->text = g_strdup_printf ("HTTP/1.1 %u Said\r\n"
                                  "Content-Type: application/json; charset=utf-8\r\n"
                                  "Date: Sat, 28 Nov 2026 17:24:34 GMT\r\n"
                                  "Server: Microsoft-IIS/10.0\r\nX-Powered-By: ASP.NET\r\n"
                                  "%sContent-Length: %zu\r\n\r\n%s",
                                  status, server->ends_connections ? "Connection: close\r\n" : "",
                                  strlen (body), body);
  answer->length = strlen (answer->text);
  answer->number = strstr (answer->text, NUMBER);
  g_ptr_array_add (server->answers, answer);
}

void
bench_server_end_connections (BenchServer *server)
{
  server->ends_connections = TRUE;
}

void
bench_server_mark (BenchServer *server, const char *request, const char *part, BenchMark mark)
{
  g_free (server->mark_request);
  g_free (server->mark_part);
  server->mark_request = g_strdup (request);
  server->mark_part = g_strdup (part);
  server->mark = mark;
}

gboolean
bench_server_was_marked (BenchServer *server)
{
  return server->mark_request == NULL;
}

guint
bench_server_requests (BenchServer *server)
{
  return server->requests;
}

const char *
bench_server_last_webhook (BenchServer *server)
{
  return server->last_webhook;
}
