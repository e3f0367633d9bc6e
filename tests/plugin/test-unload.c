/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unloads and destroys the module in the middle of what its account does, and loads it again: it needs
 * the real module in all builds. No source, socket, file or window is left, and all works again. */
#define _GNU_SOURCE
#include "config.h"

#include "left-test.h"

#include <dlfcn.h>
#include <string.h>

/* --- Sources of the module --- */

static GPtrArray *sources; /* (element-type GSource): all that the module ever attached */

static gboolean
is_in_module (void *address)
{
  Dl_info info;
  return sources != NULL && dladdr (address, &info) != 0 && info.dli_fname != NULL &&
         strstr (info.dli_fname, "libkaizala.so") != NULL;
}

/* In front of GLib's own, which the module finds behind this program. */
guint
g_source_attach (GSource *source, GMainContext *context)
{
  guint (*attach) (GSource *, GMainContext *) = dlsym (RTLD_NEXT, "g_source_attach");
  if (is_in_module (__builtin_return_address (0)))
    g_ptr_array_add (sources, g_source_ref (source));
  return attach (source, context);
}

guint
g_idle_add (GSourceFunc function, gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_callback (source, function, data, NULL);
  if (is_in_module (__builtin_return_address (0)))
    g_ptr_array_add (sources, g_source_ref (source));
  return g_source_attach (source, NULL);
}

static guint
live_sources (void)
{
  for (guint i = sources->len; i > 0; i--)
    if (g_source_is_destroyed (g_ptr_array_index (sources, i - 1)))
      g_ptr_array_remove_index_fast (sources, i - 1);
  return sources->len;
}

static void
assert_no_sources (void)
{
  if (live_sources () > 0)
    g_error ("there is a source yet: %s", g_source_get_name (g_ptr_array_index (sources, 0)));
}

/* --- What is under way --- */

static PurplePlugin *
module (void)
{
  return purple_find_prpl ("prpl-kaizala");
}

/* Polls that do not come back, a text, an upload and a window, and deliveries of others. */
static void
be_busy (Fixture *fixture)
{
  fixture_stall (fixture, "'path':'/groups/*/actions','method':'GET'");
  fixture_sign_on (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  fixture_wait_for_webhooks (fixture);
  fixture_wait_for_fault (fixture);
  gint64 before = kz_test_calls (fixture->world, "POST /groups/{groupId}/messages");
  fixture_stall (fixture, "'method':'POST'");
  kz_test_type (fixture->host, room, "on its way");
  kz_test_type (fixture->host, room, "!poll");
  if (!fixture_is_bitlbee (fixture))
    left_send_file (fixture, room);
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world,
                                                  "POST /groups/{groupId}/messages") > before);
  static const char *const keys[] = {"team", "kitchen", "region", "north"};
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    kz_test_do (fixture->world, "POST", "say", "{'group':'%s','person':'asha','text':'hello'}",
                keys[i]);
}

/* The token does not come. */
static void
be_signing_on (Fixture *fixture)
{
  fixture_stall (fixture, "'path':'/accessToken'");
  fixture->account = kz_test_world_account (fixture->world, fixture->host, KZ_ME, TRUE);
  kz_test_sign_on (fixture->host, fixture->account);
  fixture_wait_for_fault (fixture);
}

/* A window, or its words in BitlBee, asks for the PIN. */
static void
be_asked (Fixture *fixture)
{
  fixture_stall (fixture, "'path':'/none'");
  fixture_sign_on_by_pin (fixture);
  kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "POST /generatePin") > 0);
  /* As if there had been one before. */
  purple_account_set_remember_password (fixture->account, TRUE);
  purple_account_set_password (fixture->account,
                               kz_test_user (fixture->world, KZ_ME, "refreshToken"));
}

/* --- The end, and from the beginning --- */

static void
destroy_module (Fixture *fixture)
{
  int receiver = 0;
  g_assert_cmpuint (left_open (fixture, &receiver), >, 0);
  g_assert_cmpuint (live_sources (), >, 0);
  g_assert_true (purple_plugin_unload (module ()));
  g_assert_true (purple_account_is_disconnected (fixture->account));
  g_assert_null (purple_connections_get_all ());
  g_assert_cmpuint (fixture->host->prompts->len, ==, 0);
  g_assert_cmpuint (fixture->host->forms->len, ==, 0);
  g_assert_cmpuint (fixture->host->open_notices->len, ==, 0);
  g_assert_null (purple_xfers_get_all ());
  purple_plugin_destroy (purple_plugins_find_with_id ("prpl-kaizala"));
  g_assert_null (module ());
  /* What was ended says so at the next turn. */
  kz_test_host_settle (fixture->host);
  assert_no_sources ();
  kz_test_wait_for (fixture->host, left_open (fixture, &receiver) == 0);
  /* What was on its way to us comes to nobody. */
  for (int i = 0; i < 20; i++)
    kz_test_host_settle (fixture->host);
  assert_no_sources ();
  g_assert_cmpuint (left_open (fixture, &receiver), ==, 0);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
}

static void
load_module (void)
{
  purple_plugins_probe (G_MODULE_SUFFIX);
  g_assert_nonnull (module ());
  g_assert_cmpuint (g_list_length (PURPLE_PLUGIN_PROTOCOL_INFO (module ())->protocol_options), ==,
                    11);
}

/* A text goes out and what others do comes in, each once. */
static void
see_it_work (Fixture *fixture)
{
  kz_test_forget_lines (fixture->host);
  fixture_sign_on_again (fixture);
  PurpleConversation *room = fixture_join (fixture, "Team");
  kz_test_wait_for (fixture->host, !purple_conv_chat_has_left (PURPLE_CONV_CHAT (room)));
  fixture_wait_for_webhooks (fixture);
  kz_test_type (fixture->host, room, "back again");
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "back again") == 1);
  kz_test_do (
      fixture->world, "POST", "action",
      "{'group':'team','person':'second','actionType':'Poll','actionBody':{'question':'Which?',"
      "'choices':[{'title':'a'},{'title':'b'}]}}");
  fixture_expect_line (fixture, "Team", "Which?");
  kz_test_account_drop (fixture->host, fixture->account);
  fixture->account = NULL;
}

static void
unload_while (Fixture *fixture, void (*is_under_way) (Fixture *fixture), int turns)
{
  is_under_way (fixture);
  for (int i = 0; i < turns; i++)
    g_main_context_iteration (NULL, FALSE);
  destroy_module (fixture);
  load_module ();
  see_it_work (fixture);
  g_ptr_array_set_size (sources, 0);
}

static void
with_calls_on_their_way (Fixture *fixture)
{
  unload_while (fixture, be_busy, 0);
}

/* From the first byte of a delivery to what is shown of it. */
static void
with_deliveries_arriving (Fixture *fixture)
{
  static const int turns[] = {5, 15, 40};
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    unload_while (fixture, be_busy, turns[i]);
}

static void
during_the_sign_on (Fixture *fixture)
{
  unload_while (fixture, be_signing_on, 0);
}

static void
while_a_pin_is_asked_for (Fixture *fixture)
{
  unload_while (fixture, be_asked, 10);
}

/* The module must stay mapped: types and threads of libsoup would be left without code. */
static void
twice_after_the_sign_off (Fixture *fixture)
{
  fixture_sign_on (fixture);
  kz_test_sign_off (fixture->host, fixture->account);
  for (int i = 0; i < 2; i++) {
    purple_plugin_destroy (module ());
    g_assert_null (module ());
    load_module ();
  }
  see_it_work (fixture);
}

static void
add_tests (void)
{
  static const char *const many_calls[] = {"limitConnector=100000", "limitTenant=100000", NULL};
  sources = g_ptr_array_new_with_free_func ((GDestroyNotify) g_source_unref);
  plugin_test_add_with ("/unload/with-calls-on-their-way", many_calls, FALSE,
                        with_calls_on_their_way);
  plugin_test_add_with ("/unload/with-deliveries-arriving", many_calls, FALSE,
                        with_deliveries_arriving);
  plugin_test_add_with ("/unload/during-the-sign-on", many_calls, FALSE, during_the_sign_on);
  plugin_test_add_with ("/unload/while-a-pin-is-asked-for", many_calls, FALSE,
                        while_a_pin_is_asked_for);
  plugin_test_add_with ("/unload/twice-after-the-sign-off", many_calls, FALSE,
                        twice_after_the_sign_off);
}

int
main (int argc, char **argv)
{
  int status = plugin_test_main (argc, argv, add_tests);
  g_clear_pointer (&sources, g_ptr_array_unref);
  return status;
}
