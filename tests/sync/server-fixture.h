/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-webhook-server.h"

G_BEGIN_DECLS

/* The receiver and a client that writes bytes as it likes. Nothing here waits for time to pass:
 * deadlines come from a clock that the test moves. */
typedef struct {
  KzClock *clock;
  KzWebhookServer *server;
  guint deliveries;
  GString *last;        /* body of the last delivery */
  gboolean accept;      /* what the next one is answered */
  gboolean stop_inside; /* the next one stops the receiver */
} ServerFixture;

#define SEGMENT "c2VnbWVudA-_x"
#define TOKEN "dG9rZW4-_secret"
#define GOOD_HEAD "POST /" SEGMENT " HTTP/1.1\r\nHost: h\r\nkz-callback-token: " TOKEN "\r\n"

void server_fixture_set_up (ServerFixture *fixture, gconstpointer data);
void server_fixture_tear_down (ServerFixture *fixture, gconstpointer data);

/* g_test_add() of a test with a ServerFixture. */
#define SERVER_TEST(path, data, func)                                                              \
  g_test_add (path, ServerFixture, data, server_fixture_set_up, func, server_fixture_tear_down)

/* Takes a delivery; @data: the fixture. */
gboolean server_delivery_cb (const char *body, gsize length, gpointer data);
/* Status of the answer to these bytes; an answer that is not 200 must have no body. */
guint server_status_of (ServerFixture *fixture, const char *request);
/* A good delivery is still taken. */
void server_assert_serves (ServerFixture *fixture);

typedef struct {
  GSocket *socket;
  GString *in;
  gboolean is_closed; /* by the server */
} Client;

Client *client_connect (GSocketAddress *address);
Client *client_new (ServerFixture *fixture);
void client_free (Client *client);
/* One turn of the loop, and takes what has come. */
void client_turn (Client *client);
/* Sends all, or what is taken before the server closes. */
gsize client_send (Client *client, const char *data, gsize length);
/* Until the server closes. */
void client_finish (Client *client);
/* 0: no answer has come. */
guint client_status (Client *client);
const char *client_body (Client *client);
/* (transfer full): one whole exchange. */
Client *client_exchange (ServerFixture *fixture, const char *request);

G_END_DECLS
