/* SPDX-License-Identifier: GPL-2.0-or-later */
/* After a suspend or a change of network everything goes on within half a minute, and whoever sets
 * the clock loses nothing. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-proxy.h"
#include "engine-world.h"

#include "kz-engine-private.h"

#define AWAY_US (10 * G_TIME_SPAN_MINUTE)
#define BACK_WITHIN_US (30 * G_USEC_PER_SEC)

/* Online, behind a proxy, where everything must come by polls. */
static Bench *
bench_behind (Proxy **proxy)
{
  Bench *bench = bench_new (NULL);
  g_autoptr (GUri) uri = g_uri_parse (sb_sandbox_get_url (bench->sandbox), G_URI_FLAGS_NONE, NULL);
  g_autoptr (JsonObject) moved = NULL;

  *proxy = proxy_new ((guint16) g_uri_get_port (uri));
  bench->api_root = g_strdup_printf ("http://127.0.0.1:%u", proxy_port (*proxy));
  moved = bench_do (bench, "move", "{'host':'127.0.0.1:%u','path':'p'}", proxy_port (*proxy));
  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  bench_pass (bench, 10 * G_USEC_PER_SEC);
  return bench;
}

static gboolean
has_two_on_the_way (Bench *bench, gconstpointer data)
{
  return kz_http_in_flight (bench->engine->http) >= 2;
}

/* Whatever is connected is dead from now on, and polls wait on it. */
static void
lose_connections (Bench *bench, Proxy *proxy)
{
  proxy_freeze (proxy);
  bench_until (bench, has_two_on_the_way, "polls that wait");
}

/* What came meanwhile is shown, and what is typed goes out, in time and once. */
static void
assert_back (Bench *bench)
{
  guint64 id = bench_send (bench, "team", "here again");

  bench_pass (bench, BACK_WITHIN_US);
  g_assert_true (bench_in_state (bench, "online"));
  g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
  g_assert_cmpuint (id, !=, 0);
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "message"), <=, 1);
}

/* Our clock for waiting stands still in a suspend; the one on the wall does not. */
static void
test_suspend (void)
{
  Proxy *proxy;
  g_autoptr (Bench) bench = bench_behind (&proxy);
  g_autoptr (JsonObject) moved = NULL;
  g_autofree char *poll = NULL;

  lose_connections (bench, proxy);
  poll = bench_post_poll (bench, "team", "meanwhile");
  kz_clock_jump_wall (bench->clock, AWAY_US);
  moved = bench_do (bench, "clock", "{'advanceSeconds':%d}", (int) (AWAY_US / G_USEC_PER_SEC));
  assert_back (bench);
  bench_stop (bench);
  proxy_free (proxy);
}

static void
test_network_change (void)
{
  Proxy *proxy;
  g_autoptr (Bench) bench = bench_behind (&proxy);
  g_autofree char *poll = NULL;

  lose_connections (bench, proxy);
  poll = bench_post_poll (bench, "team", "meanwhile");
  kz_engine_network_changed (bench->engine);
  assert_back (bench);
  bench_stop (bench);
  proxy_free (proxy);
}

/* --- Somebody sets the time --- */

static const struct {
  const char *name;
  gint64 by_us;
} jumps[] = {
    {"hours-ahead", 5 * G_TIME_SPAN_HOUR},
    {"hours-back", -5 * G_TIME_SPAN_HOUR},
    {"a-year-ahead", 400 * G_TIME_SPAN_DAY},
    {"a-year-back", -400 * G_TIME_SPAN_DAY},
};

/* A poll, a send, an answer, a delivery and a renewal after the jump at @data. */
static void
test_jump (gconstpointer data)
{
  gint64 by_us = *(const gint64 *) data;
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (JsonObject) expired = NULL;
  g_autofree char *poll = NULL;
  guint renewals = bench_calls (bench, "GET /accessToken");

  kz_clock_jump_wall (bench->clock, by_us);
  bench_say (bench, "team", "asha", "theirs");
  bench_send (bench, "team", "ours");
  poll = bench_post_poll (bench, "team", "asked");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  expired = bench_do (bench, "expire-access", "{'person':'me'}");
  bench_send (bench, "team", "ours again");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_true (bench_in_state (bench, "online"));
  g_assert_cmpuint (bench_count (bench, "\"theirs\""), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-added in team by Asha Poll \"asked\""), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 2);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 2);
  g_assert_cmpuint (bench_count_received (bench, "message"), ==, 2);
  /* The jump itself may cost one more. */
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken") - renewals, <=, 2);
  /* And the next sign-on begins with the wrong time. */
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_say (bench, "team", "asha", "later");
  bench_until_line (bench, "\"later\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resume/after-a-suspend", test_suspend);
  g_test_add_func ("/resume/after-a-change-of-network", test_network_change);
  for (gsize i = 0; i < G_N_ELEMENTS (jumps); i++) {
    g_autofree char *path = g_strconcat ("/resume/the-clock-jumps-", jumps[i].name, NULL);

    g_test_add_data_func (path, &jumps[i].by_us, test_jump);
  }
  return g_test_run ();
}
