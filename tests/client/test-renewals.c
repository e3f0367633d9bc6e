/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A renewal that is on its way when the network changes: its answer may hold the only copy of a new refresh
 * token, and nobody waits a minute for it. */
#include "config.h"

#include "auth-rig.h"

#include "kz-limits.h"

#include <string.h>

#define REFUSAL "{\"errorCode\":\"InvalidToken\",\"message\":\"Invalid token.\"}"

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  g_assert_false (outcome->done);
  outcome->is_good = kz_auth_renew_finish (KZ_AUTH (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
until_stalled (Rig *rig, guint calls)
{
  while (wire_stalled (rig->wire) < calls)
    g_main_context_iteration (NULL, TRUE);
}

static void
until_asked (Rig *rig, guint calls)
{
  while (rig->token_calls < calls)
    g_main_context_iteration (NULL, TRUE);
  rig_settle ();
}

/* The first renewal gets no answer, and the network changes. */
static Rig *
rig_overtaken (Outcome *outcome)
{
  Rig *rig = rig_new (RIG_REFRESH);

  rig->token_stalls = 1;
  kz_auth_renew_async (rig->auth, NULL, renewed_cb, outcome);
  until_stalled (rig, 1);
  kz_http_network_changed (rig->http);
  return rig;
}

/* Which is not believed yet. */
static void
refuse_the_later_one (Rig *rig, const Outcome *outcome)
{
  rig->token_status = 401;
  rig_set (&rig->token_body, REFUSAL);
  until_asked (rig, 2);
  while (kz_http_in_flight (rig->http) > 1)
    g_main_context_iteration (NULL, TRUE);
  rig_settle ();
  g_assert_false (outcome->done);
}

static void
another_one_is_answered (void)
{
  g_auto (Outcome) outcome = {0};
  g_autoptr (Rig) rig = rig_overtaken (&outcome);

  rig_drive (rig, &outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (rig->token_calls, ==, 2);
  g_assert_cmpuint (kz_http_in_flight (rig->http), ==, 0);
  g_assert_cmpuint (kz_clock_pending (rig->clock), ==, 0);
  /* It was the only one that was given up. */
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

/* The service had carried out the first one, so that the old token is dead, and its answer comes late. */
static void
the_first_one_is_answered_after_all (void)
{
  g_auto (Outcome) outcome = {0};
  g_autoptr (Rig) rig = rig_overtaken (&outcome);
  g_autofree char *body =
      g_strdup_printf ("{\"accessToken\":\"access-late\",\"endpointUrl\":\"%s\","
                       "\"refreshToken\":\"refresh-two\"}",
                       wire_url (rig->wire));

  refuse_the_later_one (rig, &outcome);
  wire_end_stall (rig->wire, 200, body);
  rig_drive (rig, &outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_nonnull (strstr (rig->log->str, "rotated refresh-two"));
  rig_set (&rig->good_token, "access-late");
  rig_call (rig);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

/* A refusal of the later one is the end when the older one ends without an answer. */
static void
none_is_answered (gconstpointer refusal)
{
  g_auto (Outcome) outcome = {0};
  g_autoptr (Rig) rig = rig_overtaken (&outcome);
  gint64 began_us = kz_clock_monotonic_us (rig->clock);

  refuse_the_later_one (rig, &outcome);
  if (refusal != NULL)
    wire_end_stall (rig->wire, 401, refusal);
  else
    kz_clock_advance (rig->clock, KZ_REPLY_TIMEOUT_S * G_USEC_PER_SEC);
  rig_drive (rig, &outcome.done);
  g_assert_error (outcome.error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
  g_assert_cmpint (kz_clock_monotonic_us (rig->clock) - began_us, <=,
                   KZ_REPLY_TIMEOUT_S * G_USEC_PER_SEC);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

/* Each change may start another one, but not without end; and all of them end. */
static void
a_network_that_comes_and_goes (void)
{
  g_auto (Outcome) outcome = {0};
  g_autoptr (Rig) rig = rig_new (RIG_REFRESH);

  rig->token_stalls = G_MAXUINT;
  kz_auth_renew_async (rig->auth, NULL, renewed_cb, &outcome);
  for (guint i = 1; i <= 4; i++) {
    until_stalled (rig, i);
    kz_http_network_changed (rig->http);
  }
  for (guint i = 0; i < 10; i++) {
    rig_settle ();
    kz_http_network_changed (rig->http);
  }
  rig_settle ();
  g_assert_cmpuint (rig->token_calls, ==, 4);
  g_assert_cmpuint (kz_http_in_flight (rig->http), ==, 4);
  rig->token_stalls = 0;
  kz_clock_advance (rig->clock, KZ_REPLY_TIMEOUT_S * G_USEC_PER_SEC);
  rig_drive (rig, &outcome.done);
  g_assert_no_error (outcome.error);
}

/* Nothing of it is left: rig_free() asserts it. */
static void
a_sign_off_meanwhile (void)
{
  g_auto (Outcome) outcome = {0};
  g_autoptr (Rig) rig = rig_overtaken (&outcome);

  rig->token_status = 401;
  rig_set (&rig->token_body, REFUSAL);
  until_asked (rig, 2);
  kz_http_shutdown (rig->http);
  rig_settle ();
  g_assert_true (outcome.done);
  g_assert_false (outcome.is_good);
}

static void
shut_when_idle_cb (gboolean is_busy, gpointer data)
{
  if (!is_busy)
    kz_http_shutdown (data);
}

/* The host hears that nothing is on its way any more, and signs off there and then. */
static void
a_sign_off_when_the_first_one_ends (void)
{
  g_auto (Outcome) outcome = {0};
  g_autoptr (Rig) rig = rig_overtaken (&outcome);

  refuse_the_later_one (rig, &outcome);
  kz_http_set_busy_func (rig->http, shut_when_idle_cb, rig->http);
  wire_end_stall (rig->wire, 200, "{}");
  rig_drive (rig, &outcome.done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (rig->token_calls, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/renewals/another-one-is-answered", another_one_is_answered);
  g_test_add_func ("/renewals/the-first-one-is-answered-after-all",
                   the_first_one_is_answered_after_all);
  g_test_add_data_func ("/renewals/none-is-answered/in-time", NULL, none_is_answered);
  g_test_add_data_func ("/renewals/none-is-answered/with-a-token", REFUSAL, none_is_answered);
  g_test_add_func ("/renewals/a-network-that-comes-and-goes", a_network_that_comes_and_goes);
  g_test_add_func ("/renewals/a-sign-off-meanwhile", a_sign_off_meanwhile);
  g_test_add_func ("/renewals/a-sign-off-when-the-first-one-ends",
                   a_sign_off_when_the_first_one_ends);
  return g_test_run ();
}
