/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person reads in the room, to the letter, of a line that had no answer: the network was in the way,
 * the service stalls, or only says to wait. A program of its own: the leak checker does not stand the
 * threads in which GIO shakes hands. */
#include "config.h"

#include "engine-proxy.h"
#include "kz-test-time.h"
#include "plugin-test.h"

#include <gio/gio.h>
#include <string.h>

#define TEAM "Team"
#define PATIENT_S 120
#define LOST "Not sent: no connection to Kaizala"
#define UNSURE "This may not have arrived (no answer came). It is not sent again by itself."
#define NOT_SECURE "Not sent: the connection is not secure: its certificate is not trusted"

typedef struct {
  ProxyMode mode;
  const char *line;
} Outcome;

static const Outcome unreached[] = {
    {PROXY_REFUSE, LOST},
    {PROXY_RESET_FIRST, LOST},
    {PROXY_RESET_INSIDE, UNSURE},
    {PROXY_SWALLOW, UNSURE},
};

static const Outcome nameless[] = {{PROXY_NO_NAME, LOST}};

static const Outcome insecure[] = {
    {PROXY_EXPIRED, NOT_SECURE},
    {PROXY_OTHER_HOST, NOT_SECURE},
    {PROXY_SELF_SIGNED, NOT_SECURE},
};

/* What the sandbox does with a line that it takes. */
static const char *const silences[] = {
    "'stallHeaders':true",
    "'stallBody':true",
    "'cutAfter':5",
    "'reset':'after'",
};

/* --- The network --- */

static void
sign_on_behind (Fixture *fixture, Proxy *proxy, const char *scheme, const char *name)
{
  g_autofree char *root = g_strdup_printf ("%s://%s:%u", scheme, name, proxy_port (proxy));
  /* So that the endpoint is behind it, too. */
  kz_test_do (fixture->world, "POST", "move", "{'host':'%s','path':'p'}", root);
  fixture->account = kz_test_account_new (
      fixture->host, KZ_MY_PHONE, kz_test_user (fixture->world, KZ_ME, "refreshToken"), "connector_id",
      fixture->world->connector_id, "connector_secret", fixture->world->connector_secret, "api_root",
      root, NULL);
  kz_test_sign_on (fixture->host, fixture->account);
  kz_test_wait_for (fixture->host, purple_account_is_connected (fixture->account));
}

/* Each line is given back, once, and did not arrive; the next one does. */
static void
assert_told (Fixture *fixture, Proxy *proxy, const Outcome *outcomes, gsize n_outcomes)
{
  PurpleConversation *room = fixture_join (fixture, TEAM);
  fixture_skip_waits (fixture);
  for (gsize i = 0; i < n_outcomes; i++) {
    g_autofree char *typed = g_strdup_printf ("words-%" G_GSIZE_FORMAT ".", i);
    g_autofree char *after = g_strdup_printf ("after-%" G_GSIZE_FORMAT ".", i);
    g_autofree char *last = g_strdup_printf ("You wrote: %s", typed);
    g_autofree char *whole = g_strdup_printf ("%s\n%s", outcomes[i].line, last);
    proxy_set_mode (proxy, outcomes[i].mode, "POST */v1/groups/*/messages", 0);
    /* Where a name led is known as long as connections are kept. */
    if (outcomes[i].mode == PROXY_NO_NAME)
      purple_signal_emit (purple_network_get_handle (), "network-configuration-changed", NULL);
    kz_test_type (fixture->host, room, typed);
    g_assert_cmpstr (fixture_expect_line (fixture, TEAM, last)->text, ==, whole);
    /* That nobody shook hands with it the proxy learns last. */
    kz_test_wait_for (fixture->host, proxy_hits (proxy) > 0);
    proxy_set_mode (proxy, PROXY_PASS, NULL, 0);
    kz_test_type (fixture->host, room, after);
    kz_test_wait_for (fixture->host, kz_test_received (fixture->world, after) == 1);
    g_assert_cmpuint (kz_test_received (fixture->world, typed), ==, 0);
    g_assert_true (purple_account_is_connected (fixture->account));
  }
  kz_test_account_drop (fixture->host, g_steal_pointer (&fixture->account));
  proxy_free (proxy);
}

static guint16
service_port (Fixture *fixture)
{
  g_autoptr (GUri) uri = g_uri_parse (fixture->world->url, G_URI_FLAGS_NONE, NULL);
  return (guint16) g_uri_get_port (uri);
}

static void
what_reaches_nobody (Fixture *fixture)
{
  Proxy *proxy = proxy_new (service_port (fixture));
  sign_on_behind (fixture, proxy, "http", "127.0.0.1");
  assert_told (fixture, proxy, unreached, G_N_ELEMENTS (unreached));
}

static void
assert_told_securely (Fixture *fixture, const char *name, const Outcome *outcomes, gsize n_outcomes)
{
  Proxy *proxy = proxy_new_secure (service_port (fixture), name);
  if (proxy == NULL) {
    g_test_skip ("there is no TLS on this machine");
    return;
  }
  sign_on_behind (fixture, proxy, "https", name);
  assert_told (fixture, proxy, outcomes, n_outcomes);
}

static void
a_name_that_leads_nowhere (Fixture *fixture)
{
  assert_told_securely (fixture, PROXY_NAME, nameless, G_N_ELEMENTS (nameless));
}

static void
a_certificate_that_is_not_its_own (Fixture *fixture)
{
  assert_told_securely (fixture, "localhost", insecure, G_N_ELEMENTS (insecure));
}

/* --- The service --- */

static void
meet (Fixture *fixture, const char *action)
{
  /* It has not seen how long we waited, and would take our calls for too many in a minute. */
  kz_test_do (fixture->world, "POST", "clock", "{'advanceSeconds':60}");
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'POST','path':'/groups/*/messages','times':0},'action':{%s}}", action);
}

/* It arrived; but no webhook says so either. */
static void
what_was_done_in_silence (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, TEAM);
  fixture_wait_for_webhooks (fixture);
  fixture_skip_waits (fixture);
  kz_test_do (fixture->world, "POST", "webhooks/pause", "{}");
  for (gsize i = 0; i < G_N_ELEMENTS (silences); i++) {
    g_autofree char *typed = g_strdup_printf ("words-%" G_GSIZE_FORMAT ".", i);
    g_autofree char *last = g_strdup_printf ("You wrote: %s", typed);
    g_autofree char *whole = g_strdup_printf ("%s\n%s", UNSURE, last);
    meet (fixture, silences[i]);
    kz_test_type (fixture->host, room, typed);
    g_assert_cmpstr (fixture_expect_line (fixture, TEAM, last)->text, ==, whole);
    kz_test_do (fixture->world, "DELETE", "faults", NULL);
    g_assert_cmpuint (kz_test_received (fixture->world, typed), ==, 1);
  }
}

/* Who is told to wait waits, and the person is not bothered with it, but for so long only. */
static void
what_has_to_wait (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, TEAM);
  fixture_wait_for_webhooks (fixture);
  kz_test_time_skip (1000, 200);
  meet (fixture, "'status':429,'retryAfter':1");
  kz_test_type (fixture->host, room, "later");
  kz_test_time_run (PATIENT_S);
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  kz_test_wait_for (fixture->host, kz_test_received (fixture->world, "later") == 1);
  kz_test_host_settle (fixture->host);
  g_assert_cmpuint (kz_test_count_lines (fixture->host, TEAM, "You wrote"), ==, 0);
  meet (fixture, "'status':429,'retryAfter':1");
  kz_test_type (fixture->host, room, "never");
  g_assert_cmpstr (fixture_expect_line (fixture, TEAM, "You wrote")->text, ==,
                   "Not sent: too many calls of this connector within a minute\nYou wrote: never");
  kz_test_do (fixture->world, "DELETE", "faults", NULL);
  kz_test_time_run (PATIENT_S);
  g_assert_cmpuint (kz_test_received (fixture->world, "never"), ==, 0);
}

static void
add_tests (void)
{
  plugin_test_add ("/unanswered/what-reaches-nobody", what_reaches_nobody);
  plugin_test_add ("/unanswered/a-name-that-leads-nowhere", a_name_that_leads_nowhere);
  plugin_test_add ("/unanswered/a-certificate-that-is-not-its-own", a_certificate_that_is_not_its_own);
  plugin_test_add_online ("/unanswered/what-was-done-in-silence", what_was_done_in_silence);
  plugin_test_add_online ("/unanswered/what-has-to-wait", what_has_to_wait);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
