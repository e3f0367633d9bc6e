/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The receiver does not grow or stall: sizes, times and crowds. */
#include "config.h"

#include "server-fixture.h"

#include "kz-limits.h"

#include <string.h>

/* --- Size --- */

static guint
post_of_size (ServerFixture *fixture, gsize size)
{
  g_autofree char *head =
      g_strdup_printf (GOOD_HEAD "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", size);
  g_autofree char *body = g_strnfill (size, 'x');
  Client *client = client_new (fixture);
  guint status;

  client_send (client, head, strlen (head));
  client_send (client, body, size);
  client_finish (client);
  status = client_status (client);
  client_free (client);
  return status;
}

static void
test_size (ServerFixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (post_of_size (fixture, KZ_WEBHOOK_MAX_BYTES), ==, 200);
  g_assert_cmpuint (fixture->last->len, ==, KZ_WEBHOOK_MAX_BYTES);
  g_assert_cmpuint (post_of_size (fixture, KZ_WEBHOOK_MAX_BYTES + 1), ==, 413);
  g_assert_cmpuint (fixture->deliveries, ==, 1);
  server_assert_serves (fixture);
}

static void
test_huge (ServerFixture *fixture, gconstpointer data)
{
  Client *client = client_new (fixture);
  static const char head[] = GOOD_HEAD "Content-Length: 9000000000000\r\n\r\n";

  /* Refused for what it says, before any of it is there. */
  client_send (client, head, strlen (head));
  client_finish (client);
  g_assert_cmpuint (client_status (client), ==, 413);
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==, 0);
  client_free (client);
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  server_assert_serves (fixture);
}

static void
test_endless (ServerFixture *fixture, gconstpointer data)
{
  static const char head[] = GOOD_HEAD "Transfer-Encoding: chunked\r\n\r\n";
  g_autofree char *filler = g_strnfill (0x4000, 'x');
  g_autofree char *chunk = g_strconcat ("4000\r\n", filler, "\r\n", NULL);
  Client *client = client_new (fixture);
  gsize sent = 0;

  client_send (client, head, strlen (head));
  while (!client->is_closed)
    sent += client_send (client, chunk, strlen (chunk));
  /* What the kernel holds in between counts too. */
  g_assert_cmpuint (sent, <, 16 * KZ_WEBHOOK_MAX_BYTES);
  g_assert_cmpuint (sent, >, KZ_WEBHOOK_MAX_BYTES);
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  client_free (client);
  server_assert_serves (fixture);
}

static void
test_endless_header (ServerFixture *fixture, gconstpointer data)
{
  g_autofree char *filler = g_strnfill (0x4000, 'x');
  Client *client = client_new (fixture);
  gsize sent = 0;

  client_send (client, GOOD_HEAD "X: ", strlen (GOOD_HEAD "X: "));
  while (!client->is_closed && client_status (client) == 0)
    sent += client_send (client, filler, 0x4000);
  g_assert_cmpuint (sent, <, 16 * KZ_WEBHOOK_MAX_BYTES);
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  client_free (client);
  server_assert_serves (fixture);
}

/* --- Time --- */

static void
test_dripping (ServerFixture *fixture, gconstpointer data)
{
  static const char request[] = GOOD_HEAD "Content-Length: 2\r\n\r\n{}";
  Client *client = client_new (fixture);
  guint seconds = 0;

  for (; !client->is_closed && seconds < 30; seconds++) {
    client_send (client, request + seconds, 1);
    if (seconds == 5)
      server_assert_serves (fixture);
    kz_clock_advance (fixture->clock, G_USEC_PER_SEC);
    for (guint i = 0; i < 50 && !client->is_closed; i++)
      client_turn (client);
  }
  g_assert_cmpuint (seconds, ==, 10);
  g_assert_cmpuint (fixture->deliveries, ==, 1);
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==, 0);
  client_free (client);
}

static void
test_crowd (ServerFixture *fixture, gconstpointer data)
{
  Client *clients[200];
  guint open = 0;
  guint closed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++) {
    clients[i] = client_new (fixture);
    for (guint turn = 0; turn < 4; turn++)
      client_turn (clients[i]);
    g_assert_cmpuint (kz_webhook_server_connections (fixture->server), <=, 32);
  }
  for (guint turn = 0; turn < 20; turn++)
    for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
      if (!clients[i]->is_closed)
        client_turn (clients[i]);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++) {
    open += !clients[i]->is_closed;
    closed += clients[i]->is_closed;
  }
  g_assert_cmpuint (open, ==, 32);
  g_assert_cmpuint (closed, ==, 168);
  /* Those that have a place are served all the same. */
  g_assert_false (clients[199]->is_closed);
  client_send (clients[199], GOOD_HEAD "Content-Length: 2\r\n\r\n{}",
               strlen (GOOD_HEAD "Content-Length: 2\r\n\r\n{}"));
  client_finish (clients[199]);
  g_assert_cmpuint (client_status (clients[199]), ==, 200);
  /* The place that became free is taken by the next one. */
  server_assert_serves (fixture);
  /* And nobody keeps the others out for more than ten seconds. */
  kz_clock_advance (fixture->clock, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==, 0);
  server_assert_serves (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++) {
    client_finish (clients[i]);
    client_free (clients[i]);
  }
}

static void
test_client_goes (ServerFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 100; i++) {
    static const char request[] = GOOD_HEAD "Content-Length: 20\r\n\r\n{\"a\":1}";
    Client *client = client_new (fixture);

    /* Anywhere in the header and in the body. */
    client_send (client, request, (i * 7) % strlen (request));
    client_turn (client);
    client_free (client);
    for (guint turn = 0; turn < 10; turn++)
      g_main_context_iteration (NULL, FALSE);
  }
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), <, 32);
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  server_assert_serves (fixture);
}

/* Its end is that of the line, not of the chunks: what came may be half of what was meant. */
static void
test_client_goes_between_chunks (ServerFixture *fixture, gconstpointer data)
{
  static const char *const rests[] = {"", "0", "0\r\n", "2", "2\r\n", "2\r\n,"};

  for (guint i = 0; i < G_N_ELEMENTS (rests); i++) {
    g_autofree char *request = g_strconcat (
        GOOD_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", rests[i], NULL);
    Client *client = client_new (fixture);

    client_send (client, request, strlen (request));
    g_assert_true (g_socket_shutdown (client->socket, FALSE, TRUE, NULL));
    client_finish (client);
    g_assert_cmpuint (client_status (client), !=, 200);
    client_free (client);
  }
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  server_assert_serves (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  SERVER_TEST ("/webhook-bounds/a-body-is-at-most-a-mebibyte", NULL, test_size);
  SERVER_TEST ("/webhook-bounds/a-huge-body-is-refused-before-it-comes", NULL, test_huge);
  SERVER_TEST ("/webhook-bounds/chunks-without-end-are-cut", NULL, test_endless);
  SERVER_TEST ("/webhook-bounds/a-header-without-end-is-cut", NULL, test_endless_header);
  SERVER_TEST ("/webhook-bounds/dripping-bytes-have-ten-seconds", NULL, test_dripping);
  SERVER_TEST ("/webhook-bounds/of-two-hundred-connections-32-are-served", NULL, test_crowd);
  SERVER_TEST ("/webhook-bounds/a-client-that-goes-frees-its-place", NULL, test_client_goes);
  SERVER_TEST ("/webhook-bounds/a-client-that-goes-between-chunks-said-nothing", NULL,
               test_client_goes_between_chunks);
  return g_test_run ();
}
