/* SPDX-License-Identifier: GPL-2.0-or-later */
/* While no renewal of the token succeeds, few calls try; whoever writes, and another network, try at
 * once; and soon after the fault all goes on. */
#include "config.h"

#include "engine-world.h"

#include "kz-engine-private.h"

/* Shorter than what makes the account fail, so that the host would begin anew. */
#define LASTING_US (4 * G_TIME_SPAN_MINUTE)
#define MOST_CALLS 40
#define BACK_WITHIN_US (60 * G_USEC_PER_SEC)

typedef struct {
  const char *name;
  const char *action;
} Trouble;

static const Trouble troubles[] = {
    {"a-chain-of-moves", "'onward':true"},
    {"a-portal", "'status':302,'location':'http://192.0.2.1/'"},
    {"a-page", "'status':200,'contentType':'text/html','body':'<html>Sign in</html>'"},
    {"a-500", "'status':500"},
    {"a-404", "'status':404,'body':{'message':'No such thing','errorCode':'NotFound'}"},
    {"resets", "'reset':'before'"},
};

/* Online by polls alone, without a token and unable to get one. */
static Bench *
bench_in (const Trouble *trouble)
{
  Bench *bench = bench_new (NULL);
  g_autoptr (JsonObject) expired = NULL, forgotten = NULL;
  g_autofree char *fault =
      g_strdup_printf ("{'match':{'method':'GET','path':'/accessToken','times':0},'action':{%s}}",
                       trouble->action);

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  bench_fault (bench, fault);
  expired = bench_do (bench, "expire-access", "{'person':'me'}");
  forgotten = bench_do (bench, "calls/reset", "{}");
  return bench;
}

static void
test_few_calls (gconstpointer data)
{
  g_autoptr (Bench) bench = bench_in (data);
  g_autofree char *poll = bench_post_poll (bench, "team", "meanwhile");
  g_autoptr (JsonObject) counted = NULL;
  gint64 most;

  bench_pass (bench, LASTING_US);
  counted = bench_get (bench, "calls");
  most = json_object_get_int_member (counted, "maxInAnyMinute");
  g_test_message ("%d calls in the worst minute, %u renewals", (int) most,
                  bench_calls (bench, "GET /accessToken"));
  g_assert_cmpint (most, <=, MOST_CALLS);
  /* And yet it is tried as long as it lasts. */
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken"), >=, 6);
  g_assert_false (bench_in_state (bench, "failed"));
  bench_heal (bench);
  bench_pass (bench, BACK_WITHIN_US);
  g_assert_true (bench_in_state (bench, "online"));
  g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
}

static void
wait_for_the_next_try (Bench *bench)
{
  guint before;

  bench_pass (bench, G_TIME_SPAN_MINUTE);
  do {
    before = bench_calls (bench, "GET /accessToken");
    bench_pass (bench, 3 * G_USEC_PER_SEC);
  } while (bench_calls (bench, "GET /accessToken") > before);
}

static void
test_a_person_does_not_wait (void)
{
  g_autoptr (Bench) bench = bench_in (&troubles[0]);
  guint before;

  wait_for_the_next_try (bench);
  before = bench_calls (bench, "GET /accessToken");
  bench_heal (bench);
  bench_send (bench, "team", "here");
  bench_settle (bench);
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken"), ==, before + 1);
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 1);
}

static gboolean
has_polled (Bench *bench, gconstpointer count)
{
  return bench_calls (bench, "GET /groups/{groupId}/actions") > *(const guint *) count;
}

/* What waited for the token does not wait any longer. */
static void
test_all_go_on_with_it (void)
{
  g_autoptr (Bench) bench = bench_in (&troubles[0]);
  guint before;

  wait_for_the_next_try (bench);
  bench_heal (bench);
  before = bench_calls (bench, "GET /groups/{groupId}/actions");
  bench_send (bench, "team", "here");
  bench->limit_us = G_USEC_PER_SEC;
  bench_until (bench, has_polled, &before);
}

static void
test_another_network_is_tried_at_once (void)
{
  g_autoptr (Bench) bench = bench_in (&troubles[0]);
  guint before;

  wait_for_the_next_try (bench);
  before = bench_calls (bench, "GET /accessToken");
  bench_heal (bench);
  kz_engine_network_changed (bench->engine);
  bench_settle (bench);
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken"), ==, before + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++) {
    g_autofree char *path = g_strconcat ("/renewal/few-calls/", troubles[i].name, NULL);

    g_test_add_data_func (path, &troubles[i], test_few_calls);
  }
  g_test_add_func ("/renewal/a-person-does-not-wait", test_a_person_does_not_wait);
  g_test_add_func ("/renewal/all-go-on-with-it", test_all_go_on_with_it);
  g_test_add_func ("/renewal/another-network-is-tried-at-once",
                   test_another_network_is_tried_at_once);
  return g_test_run ();
}
