/* SPDX-License-Identifier: GPL-2.0-or-later */
/* After a suspend or a change of network everything goes on within half a minute, and whoever sets
 * the clock loses nothing. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include "kz-engine-media.h"
#include "kz-engine-private.h"
#include "kz-error.h"

#include <string.h>

#define CALLS_PER_MINUTE 100
#define AWAY_US (10 * G_TIME_SPAN_MINUTE)
/* Hours pass until webhooks are looked at. */
#define FEW_POLLS 5
#define BACK_WITHIN_US (30 * G_USEC_PER_SEC)

/* Online, behind a proxy, where everything must come by polls. */
static Bench *
bench_behind (Proxy **proxy)
{
  Bench *bench = bench_new (NULL);

  *proxy = bench_go_behind (bench);
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
  bench_send (bench, "team", "here again");
  bench_pass (bench, BACK_WITHIN_US);
  g_assert_true (bench_in_state (bench, "online"));
  g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-confirmed in team"), ==, 1);
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 1);
  bench_assert_budget (bench, CALLS_PER_MINUTE);
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

/* --- Before it is online, and while it gets a new token --- */

typedef enum {
  AT_TOKEN,
  AT_GROUPS,
  AT_RENEWAL,
} Stage;

typedef struct {
  const char *path;
  Stage stage;
  gboolean is_suspend; /* or another network */
} Resumption;

static const Resumption resumptions[] = {
    {"/resume/a-suspend/sign-on-at-the-token", AT_TOKEN, TRUE},
    {"/resume/a-suspend/sign-on-at-the-groups", AT_GROUPS, TRUE},
    {"/resume/a-suspend/renewal", AT_RENEWAL, TRUE},
    {"/resume/another-network/sign-on-at-the-token", AT_TOKEN, FALSE},
    {"/resume/another-network/sign-on-at-the-groups", AT_GROUPS, FALSE},
    {"/resume/another-network/renewal", AT_RENEWAL, FALSE},
};

/* The one call that everything waits for never gets an answer. */
static void
stall (Bench *bench, Stage stage)
{
  bench_fault (bench, stage == AT_GROUPS
                          ? "{'match':{'method':'GET','path':'/groups'},'action':{'stallHeaders':true}}"
                          : "{'match':{'method':'GET','path':'/accessToken'},'action':{'stallHeaders':true}}");
}

static void
test_resumption (gconstpointer data)
{
  const Resumption *resumption = data;
  gboolean is_renewal = resumption->stage == AT_RENEWAL;
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) expired = NULL, moved = NULL;
  g_autofree char *poll = NULL;

  if (is_renewal) {
    bench_only_poll (bench);
    bench_settle_in (bench);
    bench_open (bench, "team");
    expired = bench_do (bench, "expire-access", "{'person':'me'}");
  }
  stall (bench, resumption->stage);
  if (is_renewal)
    poll = bench_post_poll (bench, "team", "meanwhile");
  else
    bench_start (bench);
  bench_pass (bench, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (kz_http_in_flight (bench->engine->http), ==, 1);
  g_assert_cmpint (bench_in_state (bench, "online"), ==, is_renewal);
  if (resumption->is_suspend) {
    kz_clock_jump_wall (bench->clock, AWAY_US);
    moved = bench_do (bench, "clock", "{'advanceSeconds':%d}", (int) (AWAY_US / G_USEC_PER_SEC));
  } else
    kz_engine_network_changed (bench->engine);
  bench_pass (bench, BACK_WITHIN_US);
  g_assert_true (bench_in_state (bench, "online"));
  if (is_renewal)
    g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
  bench_open (bench, "team");
  bench_send (bench, "team", "here again");
  bench_until_line (bench, "send-confirmed");
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "send-"), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 1);
  if (is_renewal)
    g_assert_cmpuint (bench_count (bench, "\"meanwhile\""), ==, 1);
  bench_assert_budget (bench, CALLS_PER_MINUTE);
}

/* --- Somebody sets the time --- */

typedef struct {
  const char *name;
  gint64 by_us;
  gboolean waits_long; /* until webhooks are looked at, which takes hours */
} Jump;

static const Jump jumps[] = {
    {"hours-ahead", 5 * G_TIME_SPAN_HOUR, FALSE},
    {"hours-back", -5 * G_TIME_SPAN_HOUR, TRUE},
    {"a-year-ahead", 400 * G_TIME_SPAN_DAY, TRUE},
    {"a-year-back", -400 * G_TIME_SPAN_DAY, FALSE},
};

/* A poll, a send, an answer, a delivery and a renewal after the jump at @data. */
static void
test_jump (gconstpointer data)
{
  gint64 by_us = ((const Jump *) data)->by_us;
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
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 2);
  /* The jump itself may cost one more. */
  g_assert_cmpuint (bench_calls (bench, "GET /accessToken") - renewals, <=, 2);
  /* And the next sign-on begins with the wrong time. */
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_say (bench, "team", "asha", "later");
  bench_until_line (bench, "\"later\"");
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"later\""), ==, 1);
  g_assert_cmpuint (bench_count (bench, "\"theirs\""), ==, 0);
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 2);
  bench_assert_budget (bench, CALLS_PER_MINUTE);
}

typedef struct {
  gboolean is_back;
  GError *error;
} Upload;

static void
uploaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Upload *upload = data;

  g_assert_false (upload->is_back);
  upload->is_back = TRUE;
  kz_engine_send_media_finish (KZ_ENGINE (source), result, &upload->error);
}

static void
begin_upload (Bench *bench, Upload *upload)
{
  static const char jpeg[] = "\xff\xd8\xff\xe0 a picture";
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (GBytes) bytes = g_bytes_new_static (jpeg, strlen (jpeg));
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);

  g_ptr_array_add (sources, kz_media_source_new_bytes (bytes, "gate.jpg"));
  kz_engine_send_files_async (bench->engine, team, sources, NULL, NULL, NULL, NULL, uploaded_cb,
                              upload);
}

/* --- What was on its way for a person, and for a webhook --- */

static gboolean
is_back (Bench *bench, gconstpointer data)
{
  return ((const Upload *) data)->is_back;
}

/* Neither is sent again unasked: whoever sent the file has it back, and the webhook is asked for anew. */
static void
test_suspend_of_files_and_webhooks (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (JsonObject) made = NULL, moved = NULL;
  Upload upload = {0};

  bench_fault (bench, "{'match':{'method':'POST','path':'/media'},'action':{'stallHeaders':true}}");
  bench_fault (bench, "{'match':{'method':'POST','path':'/webhook'},'action':{'stallHeaders':true}}");
  begin_upload (bench, &upload);
  made = bench_do (bench, "group", "{'name':'fresh','members':['asha','me']}");
  kz_engine_refresh_groups (bench->engine);
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  g_assert_false (upload.is_back || bench_hears (bench, NULL));
  kz_clock_jump_wall (bench->clock, AWAY_US);
  moved = bench_do (bench, "clock", "{'advanceSeconds':%d}", (int) (AWAY_US / G_USEC_PER_SEC));
  bench_send (bench, "team", "here again");
  bench_pass (bench, BACK_WITHIN_US);
  g_assert_true (bench_in_state (bench, "online"));
  g_assert_cmpuint (bench_count (bench, "send-confirmed"), ==, 1);
  bench_until (bench, is_back, &upload);
  g_assert_error (upload.error, KZ_ERROR, KZ_ERROR_NETWORK);
  g_clear_error (&upload.error);
  bench_until (bench, bench_hears, "a webhook");
  bench_say (bench, "fresh", "asha", "theirs");
  bench_until_line (bench, "\"theirs\"");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"theirs\""), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "kind", "action"), ==, 0);
  bench_assert_budget (bench, CALLS_PER_MINUTE);
}

/* A file that is on its way at the jump, and one after it; a new group gets its webhook, and one that
 * the service has switched off is mended, as soon as without a jump. */
static void
test_jump_of_files_and_webhooks (gconstpointer data)
{
  const Jump *jump = data;
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) made = NULL;
  Upload before = {0}, after = {0};

  kz_throttle_unref (bench->throttle);
  bench->throttle = kz_throttle_new (100, FEW_POLLS);
  bench_settle_in_hearing (bench);
  bench_switch_hook_off (bench, "team");
  bench_fault (bench, "{'match':{'method':'POST','path':'/media'},'action':{'delayMs':1}}");
  begin_upload (bench, &before);
  g_assert_false (before.is_back);
  kz_clock_jump_wall (bench->clock, jump->by_us);
  begin_upload (bench, &after);
  made = bench_do (bench, "group", "{'name':'fresh','members':['asha','me']}");
  kz_engine_refresh_groups (bench->engine);
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_true (before.is_back && after.is_back);
  g_assert_no_error (before.error);
  g_assert_no_error (after.error);
  g_assert_cmpuint (bench_count_received (bench, "kind", "media"), ==, 2);
  g_assert_cmpuint (bench_count_received (bench, "kind", "action"), ==, 2);
  g_assert_true (bench_hears (bench, NULL));
  bench_say (bench, "fresh", "asha", "theirs");
  bench_until_line (bench, "\"theirs\"");
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"theirs\""), ==, 1);
  bench_assert_budget (bench, CALLS_PER_MINUTE);
  if (!jump->waits_long)
    return;
  /* Once in four hours it is looked whether all are alive. */
  bench->limit_us = 5 * G_TIME_SPAN_HOUR;
  bench_until (bench, bench_hook_is_active, "team");
  bench_say (bench, "team", "asha", "late theirs");
  bench_until_line (bench, "\"late theirs\"");
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"late theirs\""), ==, 1);
  bench_assert_budget (bench, CALLS_PER_MINUTE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resume/after-a-suspend", test_suspend);
  g_test_add_func ("/resume/after-a-change-of-network", test_network_change);
  g_test_add_func ("/resume/a-suspend-with-files-and-webhooks-on-their-way",
                   test_suspend_of_files_and_webhooks);
  for (gsize i = 0; i < G_N_ELEMENTS (resumptions); i++)
    g_test_add_data_func (resumptions[i].path, &resumptions[i], test_resumption);
  for (gsize i = 0; i < G_N_ELEMENTS (jumps); i++) {
    g_autofree char *path = g_strconcat ("/resume/the-clock-jumps-", jumps[i].name, NULL);

    g_test_add_data_func (path, &jumps[i], test_jump);
    g_autofree char *files = g_strconcat (path, "/files-and-webhooks", NULL);
    g_test_add_data_func (files, &jumps[i], test_jump_of_files_and_webhooks);
  }
  return g_test_run ();
}
