/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service says that it moved: followed to an address of its own, and to nobody else's. */
#include "config.h"

#include "plugin-test.h"

#include <gio/gio.h>
#include <string.h>

/* Somebody else's server, which counts who comes. Not our own address, and nobody else's port. */
typedef struct {
  GSocketService *service;
  guint port;
  guint visits;
} Stranger;

static gboolean
visit_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Stranger *stranger = data;
  stranger->visits++;
  return TRUE;
}

static Stranger *
stranger_new (void)
{
  Stranger *stranger = g_new0 (Stranger, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.2", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  stranger->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (stranger->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  stranger->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (stranger->service, "incoming", G_CALLBACK (visit_cb), stranger);
  return stranger;
}

static void
stranger_free (Stranger *stranger)
{
  g_socket_service_stop (stranger->service);
  g_object_unref (stranger->service);
  g_free (stranger);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stranger, stranger_free)

static void
move_to (Fixture *fixture, Stranger *stranger)
{
  kz_test_do (fixture->world, "POST", "move", "{'host':'127.0.0.2:%u'}", stranger->port);
}

/* Where the data is read first; before that there is no going on. */
static void
stranger_at_sign_on (Fixture *fixture)
{
  g_autoptr (Stranger) stranger = stranger_new ();
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'path':'/groups','times':0},"
              "'action':{'status':308,'location':'http://127.0.0.2:%u/v1/groups'}}",
              stranger->port);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  g_assert_cmpint (g_array_index (fixture->host->reasons, PurpleConnectionError, 0), ==,
                   PURPLE_CONNECTION_ERROR_INVALID_SETTINGS);
  g_assert_nonnull (strstr (g_ptr_array_index (fixture->host->errors, 0),
                            "sends us to a server that we do not trust with your account"));
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (stranger->visits, ==, 0);
}

/* The token answer may name an address as well. */
static void
stranger_in_the_token (Fixture *fixture)
{
  g_autoptr (Stranger) stranger = stranger_new ();
  move_to (fixture, stranger);
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, fixture->host->errors->len > 0);
  g_assert_nonnull (strstr (g_ptr_array_index (fixture->host->errors, 0), "do not trust"));
  kz_test_wait_for (fixture->host, purple_account_is_disconnected (fixture->account));
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (stranger->visits, ==, 0);
}

/* What is typed is given back, and nobody else reads it. */
static void
stranger_while_online (Fixture *fixture)
{
  g_autoptr (Stranger) stranger = stranger_new ();
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_host_settle (fixture->host);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'times':0},"
              "'action':{'status':308,'location':'http://127.0.0.2:%u/v1/groups'}}",
              stranger->port);
  fixture_type (fixture, room, "the door code");
  fixture_expect_line (fixture, "Team", "it moved to an address that is not one of its own");
  g_assert_cmpuint (kz_test_received (fixture->world, "the door code"), ==, 0);
  fixture_type (fixture, room, "!poll Eat where? | Canteen | Market");
  fixture_expect_line (fixture, "Team", "You wrote: !poll Eat where? | Canteen | Market");
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (stranger->visits, ==, 0);
}

static void
own_address_is_followed (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  kz_test_do (fixture->world, "POST", "move", "{'path':'unit7'}");
  fixture_type (fixture, room, "shift at seven");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "shift at seven") == 1);
  fixture_type (fixture, room, "!poll Eat where? | Canteen | Market");
  kz_test_wait_for (fixture->host, fixture_received (fixture, "action") == 1);
  /* What comes the other way goes on as before. */
  kz_test_do (fixture->world, "POST", "say", "{'group':'team','person':'second','text':'fine'}");
  fixture_expect_line (fixture, "Team", "fine");
  fixture_type (fixture, room, "!status");
  fixture_expect_line (fixture, "Team", "/unit7");
  g_assert_cmpuint (fixture->host->errors->len, ==, 0);
  g_assert_cmpuint (kz_test_received (fixture->world, "shift at seven"), ==, 1);
  g_assert_cmpuint (fixture_received (fixture, "action"), ==, 1);
  /* And it is known at the next sign-on. */
  fixture_sign_on_again (fixture);
  room = fixture_join (fixture, "Team");
  fixture_type (fixture, room, "good night");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "good night") == 1);
}

static void
add_tests (void)
{
  plugin_test_add ("/moves/a-stranger-at-sign-on-is-refused", stranger_at_sign_on);
  plugin_test_add ("/moves/a-stranger-in-the-token-answer-is-refused", stranger_in_the_token);
  plugin_test_add_online ("/moves/a-stranger-while-online-gets-nothing", stranger_while_online);
  plugin_test_add_online ("/moves/an-address-of-its-own-is-followed", own_address_is_followed);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
