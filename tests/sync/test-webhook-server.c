/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The receiver: what it takes and refuses, the handshake, and its end. */
#include "config.h"

#include "server-fixture.h"

#include <string.h>

/* --- Deliveries --- */

static void
test_delivery (ServerFixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (server_status_of (fixture,
                                      GOOD_HEAD "Content-Type: application/json; charset=utf-8\r\n"
                                                "Content-Length: 7\r\n\r\n{\"a\":1}"),
                    ==, 200);
  g_assert_cmpstr (fixture->last->str, ==, "{\"a\":1}");
  g_assert_cmpuint (fixture->deliveries, ==, 1);
  fixture->accept = FALSE;
  g_assert_cmpuint (server_status_of (fixture, GOOD_HEAD "Content-Length: 2\r\n\r\n{}"), ==, 503);
  g_assert_cmpuint (fixture->deliveries, ==, 2);
}

static void
test_chunked (ServerFixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (server_status_of (fixture, GOOD_HEAD "Transfer-Encoding: chunked\r\n\r\n"
                                                         "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"),
                    ==, 200);
  g_assert_cmpstr (fixture->last->str, ==, "{\"a\":1}");
}

#define REST "Content-Length: 2\r\n\r\n{}"
#define T "kz-callback-token: " TOKEN "\r\n"

static const struct {
  const char *name;
  const char *request;
  guint status;
} refusals[] = {
    {"another-path", "POST /other HTTP/1.1\r\nHost: h\r\n" T REST, 404},
    {"no-path", "POST / HTTP/1.1\r\nHost: h\r\n" T REST, 404},
    {"the-segment-not-last", "POST /" SEGMENT "/x HTTP/1.1\r\nHost: h\r\n" T REST, 404},
    {"a-slash-behind", "POST /" SEGMENT "/ HTTP/1.1\r\nHost: h\r\n" T REST, 404},
    {"a-part-of-the-segment", "POST /c2VnbWVudA-_ HTTP/1.1\r\nHost: h\r\n" T REST, 404},
    {"more-than-the-segment", "POST /" SEGMENT "x HTTP/1.1\r\nHost: h\r\n" T REST, 404},
    {"the-segment-twice-in-one", "POST /" SEGMENT SEGMENT " HTTP/1.1\r\nHost: h\r\n" T REST, 404},
    {"no-token", "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\n" REST, 404},
    {"an-empty-token", "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token:\r\n" REST, 404},
    {"a-part-of-the-token",
     "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token: dG9r\r\n" REST, 404},
    {"more-than-the-token",
     "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token: " TOKEN "x\r\n" REST, 404},
    {"the-token-in-another-case",
     "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token: DG9RZW4-_SECRET\r\n" REST, 404},
    {"two-tokens", "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token: x\r\n" T REST, 404},
    {"an-empty-body", GOOD_HEAD "Content-Length: 0\r\n\r\n", 400},
    {"no-body", GOOD_HEAD "\r\n", 400},
    {"html", GOOD_HEAD "Content-Type: text/html\r\n" REST, 415},
    {"a-form", GOOD_HEAD "Content-Type: application/x-www-form-urlencoded\r\n" REST, 415},
    {"a-broken-type", GOOD_HEAD "Content-Type: ;;\r\n" REST, 415},
    {"put", "PUT /" SEGMENT " HTTP/1.1\r\nHost: h\r\n" T REST, 405},
    {"delete", "DELETE /" SEGMENT " HTTP/1.1\r\nHost: h\r\n" T "\r\n", 405},
    {"head", "HEAD /" SEGMENT "?validationToken=x HTTP/1.1\r\nHost: h\r\n" T "\r\n", 405},
    {"options", "OPTIONS /" SEGMENT " HTTP/1.1\r\nHost: h\r\n" T "\r\n", 405},
    {"get-without-a-validation", "GET /" SEGMENT " HTTP/1.1\r\nHost: h\r\n" T "\r\n", 405},
    {"get-with-an-empty-validation",
     "GET /" SEGMENT "?validationToken= HTTP/1.1\r\nHost: h\r\n\r\n", 405},
    {"a-validation-elsewhere", "GET /other?validationToken=x HTTP/1.1\r\nHost: h\r\n\r\n", 404},
    {"no-http", "hello\r\n\r\n", 400},
};

static void
test_refused (ServerFixture *fixture, gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_cmpuint (server_status_of (fixture, refusals[i].request), ==, refusals[i].status);
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  server_assert_serves (fixture);
}

static const char *const accepted[] = {
    "POST /relay/kz/" SEGMENT " HTTP/1.1\r\nHost: h\r\n" T REST,
    "POST /%63%32VnbWVudA-_x HTTP/1.1\r\nHost: h\r\n" T REST,
    "POST /" SEGMENT "?code=1 HTTP/1.1\r\nHost: h\r\n" T REST,
    "POST http://relay.example/" SEGMENT " HTTP/1.1\r\nHost: relay.example\r\n" T REST,
    GOOD_HEAD "Content-Type: application/cloudevents+json\r\n" REST,
    GOOD_HEAD "content-type: TEXT/JSON\r\n" REST,
    "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nKZ-CALLBACK-TOKEN: " TOKEN "\r\n" REST,
};

static void
test_accepted (ServerFixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (accepted); i++) {
    g_assert_cmpuint (server_status_of (fixture, accepted[i]), ==, 200);
    g_assert_cmpuint (fixture->deliveries, ==, i + 1);
  }
}

static void
test_one_request (ServerFixture *fixture, gconstpointer data)
{
  Client *client = client_exchange (fixture, GOOD_HEAD "Content-Length: 2\r\n\r\n{}" GOOD_HEAD
                                                       "Content-Length: 2\r\n\r\n[]");

  g_assert_cmpuint (client_status (client), ==, 200);
  g_assert_cmpuint (fixture->deliveries, ==, 1);
  client_free (client);
}

/* --- The handshake --- */

static const struct {
  const char *query;
  const char *expected;
} validations[] = {
    {"validationToken=abc-123", "abc-123"},       {"code=7&validationToken=abc", "abc"},
    {"validationToken=abc&code=7", "abc"},        {"VALIDATIONTOKEN=abc", "abc"},
    {"validationToken=a%2Bb%3D%26%2F", "a+b=&/"}, {"validationToken=%3Cscript%3E", "<script>"},
};

static void
test_validation (ServerFixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (validations); i++) {
    g_autofree char *request =
        g_strdup_printf ("GET /" SEGMENT "?%s HTTP/1.1\r\nHost: h\r\n\r\n", validations[i].query);
    Client *client = client_exchange (fixture, request);

    g_assert_cmpuint (client_status (client), ==, 200);
    g_assert_cmpstr (client_body (client), ==, validations[i].expected);
    g_assert_nonnull (strstr (client->in->str, "Content-Type: text/plain"));
    g_assert_nonnull (strstr (client->in->str, "nosniff"));
    client_free (client);
  }
  g_assert_cmpuint (fixture->deliveries, ==, 0);
}

static void
test_long_validation (ServerFixture *fixture, gconstpointer data)
{
  g_autofree char *token = g_strnfill (5000, 'x');
  g_autofree char *request =
      g_strdup_printf ("GET /" SEGMENT "?validationToken=%s HTTP/1.1\r\nHost: h\r\n\r\n", token);

  g_assert_cmpuint (server_status_of (fixture, request), ==, 413);
}

/* --- Ending --- */

static void
test_stop (ServerFixture *fixture, gconstpointer data)
{
  static const char *const beginnings[] = {
      "",
      "PO",
      GOOD_HEAD,
      GOOD_HEAD "Content-Length: 2\r\n\r\n{",
      GOOD_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\n{",
  };
  Client *clients[G_N_ELEMENTS (beginnings)];
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", kz_webhook_server_port (fixture->server));
  g_autoptr (GSocket) late = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++) {
    clients[i] = client_new (fixture);
    client_send (clients[i], beginnings[i], strlen (beginnings[i]));
    for (guint turn = 0; turn < 5; turn++)
      client_turn (clients[i]);
  }
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==, G_N_ELEMENTS (clients));
  kz_webhook_server_stop (fixture->server);
  g_assert_cmpuint (kz_webhook_server_connections (fixture->server), ==, 0);
  g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++) {
    client_send (clients[i], "}", 1);
    client_finish (clients[i]);
    client_free (clients[i]);
  }
  g_assert_cmpuint (fixture->deliveries, ==, 0);
  late = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_assert_false (g_socket_connect (late, address, NULL, NULL));
  kz_webhook_server_stop (fixture->server);
}

static void
test_stop_inside (ServerFixture *fixture, gconstpointer data)
{
  Client *waiting = client_new (fixture);
  Client *client;

  client_turn (waiting);
  fixture->stop_inside = TRUE;
  client = client_exchange (fixture, GOOD_HEAD "Content-Length: 2\r\n\r\n{}");
  g_assert_cmpuint (fixture->deliveries, ==, 1);
  g_assert_cmpuint (kz_clock_pending (fixture->clock), ==, 0);
  client_finish (waiting);
  client_free (waiting);
  client_free (client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  SERVER_TEST ("/webhook-server/a-delivery-is-answered-by-its-outcome", NULL, test_delivery);
  SERVER_TEST ("/webhook-server/a-chunked-delivery-is-put-together", NULL, test_chunked);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path =
        g_strconcat ("/webhook-server/refused-without-a-word/", refusals[i].name, NULL);

    SERVER_TEST (path, GSIZE_TO_POINTER (i), test_refused);
  }
  SERVER_TEST ("/webhook-server/relays-may-add-to-path-and-query", NULL, test_accepted);
  SERVER_TEST ("/webhook-server/a-connection-carries-one-request", NULL, test_one_request);
  SERVER_TEST ("/webhook-server/a-validation-gets-its-words-back", NULL, test_validation);
  SERVER_TEST ("/webhook-server/a-validation-is-bounded", NULL, test_long_validation);
  SERVER_TEST ("/webhook-server/stopping-ends-every-connection", NULL, test_stop);
  SERVER_TEST ("/webhook-server/stopping-from-within-a-delivery-is-safe", NULL, test_stop_inside);
  return g_test_run ();
}
