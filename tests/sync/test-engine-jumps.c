/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is on the wire while the machine sleeps, changes its network or has its clock set: each kind of
 * call, whose answer comes afterwards, never comes, or which never arrived. Within half a minute the
 * account is online, a person writes and reads again; each call ends in the one way that belongs to it;
 * nothing is lost, said twice or over the limit. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include "kz-engine-media.h"
#include "kz-engine-private.h"
#include "kz-error.h"

#include <string.h>

#define AWAY_US (10 * G_TIME_SPAN_MINUTE)
#define BACK_WITHIN_US (30 * G_USEC_PER_SEC)
/* For so many steps of the clock the kernel is once as slow as that, with a proxy between. */
#define PATIENT_MS 15
#define ON_ITS_WAY_US (5 * G_USEC_PER_SEC)
/* Little, so that whoever asked for everything at once would be seen. */
#define CALLS_PER_MINUTE 30
#define POLLS_PER_MINUTE 20
/* Where all comes by polls. */
#define ALL_CALLS_PER_MINUTE 100

typedef enum {
  CALL_TOKEN,
  CALL_GROUPS,
  CALL_RENEWAL,
  CALL_SEND,
  CALL_UPLOAD,
  CALL_PICTURE, /* the post of what was uploaded */
  CALL_WEBHOOK,
  CALL_HOOK_LIST, /* before it */
  CALL_HOOK_PUT,  /* of one that the service has switched off */
  CALL_POLL,
  CALL_REACTIONS,
  N_CALLS
} Call;

static const struct {
  const char *name;
  const char *request;
} calls[N_CALLS] = {
    {"token", "GET */v1/accessToken*"},         {"groups", "GET */v1/groups?*"},
    {"renewal", "GET */v1/accessToken*"},       {"send", "POST */v1/groups/*/messages"},
    {"upload", "POST */v1/media"},              {"picture", "POST */v1/groups/*/actions"},
    {"webhook", "POST */v1/webhook"},           {"hook-list", "GET */v1/webhook*"},
    {"hook-put", "PUT */v1/webhook/*"},
    {"poll", "GET */v1/groups/*/actions?*"},    {"reactions", "GET */v1/groups/*/reaction/*"},
};

typedef enum {
  FATE_LATE,         /* the answer comes when it is over */
  FATE_NO_ANSWER,    /* the service did it, and nobody hears so */
  FATE_NEVER_ARRIVED /* nor did the service */
} Fate3;

static const char *const fates[] = {"late", "no-answer", "never-arrived"};

static const struct {
  const char *name;
  gint64 by_us; /* 0: another network */
  gboolean is_suspend;
} jumps[] = {
    {"a-suspend", AWAY_US, TRUE},
    {"another-network", 0, FALSE},
    {"hours-ahead", 5 * G_TIME_SPAN_HOUR, FALSE},
    {"hours-back", -5 * G_TIME_SPAN_HOUR, FALSE},
    {"a-year-ahead", 400 * G_TIME_SPAN_DAY, FALSE},
    {"a-year-back", -400 * G_TIME_SPAN_DAY, FALSE},
};

typedef struct {
  Call call;
  Fate3 fate;
  guint jump;
  Bench *bench;
  Proxy *proxy;
  Fate upload;
  guint renewals; /* before it */
  char *asked;    /* (nullable): what was shown before it */
} Cell;

static gboolean
is_sign_on (const Cell *cell)
{
  return cell->call == CALL_TOKEN || cell->call == CALL_GROUPS;
}

static gboolean
hooks (const Cell *cell)
{
  return cell->call == CALL_WEBHOOK || cell->call == CALL_HOOK_LIST || cell->call == CALL_HOOK_PUT;
}

/* Nothing but what is on the wire tells what others did. */
static gboolean
only_polls (const Cell *cell)
{
  return cell->call == CALL_POLL || cell->call == CALL_REACTIONS;
}

/* --- Until it is on the wire --- */

static void
cell_up (Cell *cell)
{
  Bench *bench = bench_new (NULL);

  cell->bench = bench;
  bench->quiet_ms = PATIENT_MS;
  cell->proxy = bench_go_behind (bench);
  if (!only_polls (cell)) {
    kz_throttle_unref (bench->throttle);
    bench->throttle = kz_throttle_new (CALLS_PER_MINUTE, POLLS_PER_MINUTE);
  }
  if (only_polls (cell)) {
    bench_only_poll (bench);
    bench_settle_in (bench);
    bench_open (bench, "team");
    cell->asked = bench_post_poll (bench, "team", "before");
    bench_until_line (bench, "\"before\"");
  } else if (!is_sign_on (cell)) {
    bench_settle_in_hearing (bench);
    bench_open (bench, "team");
    bench_pass (bench, G_TIME_SPAN_MINUTE);
  }
}

static void
begin_upload (Cell *cell)
{
  static const char jpeg[] = "\xff\xd8\xff\xe0 a picture";
  g_autofree char *team = bench_group (cell->bench, "team");
  g_autoptr (GBytes) bytes = g_bytes_new_static (jpeg, strlen (jpeg));
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_source_free);

  g_ptr_array_add (sources, kz_media_source_new_bytes (bytes, "gate.jpg"));
  kz_engine_send_files_async (cell->bench->engine, team, sources, NULL, NULL, NULL, NULL, fate_cb,
                              &cell->upload);
}

static void
make_call (Cell *cell)
{
  Bench *bench = cell->bench;
  g_autoptr (JsonObject) done = NULL;

  switch (cell->call) {
  case CALL_TOKEN:
  case CALL_GROUPS:
    bench_start (bench);
    break;
  case CALL_RENEWAL:
    done = bench_do (bench, "expire-access", "{'person':'me'}");
    kz_engine_refresh_groups (bench->engine);
    break;
  case CALL_SEND:
    bench_send (bench, "team", "ours");
    break;
  case CALL_UPLOAD:
  case CALL_PICTURE:
    begin_upload (cell);
    break;
  case CALL_POLL:
    g_free (bench_post_poll (bench, "team", "asked"));
    break;
  case CALL_REACTIONS:
    done = bench_do (bench, "like", "{'referenceId':'%s','person':'chi'}", cell->asked);
    break;
  case CALL_WEBHOOK:
  case CALL_HOOK_LIST:
    done = bench_do (bench, "group", "{'name':'fresh','members':['asha','me']}");
    kz_engine_refresh_groups (bench->engine);
    break;
  case CALL_HOOK_PUT:
    bench_switch_hook_off (bench, "ops");
    kz_webhook_subscriptions_look_now (bench->engine->hooks);
    break;
  case N_CALLS:
    g_assert_not_reached ();
  }
}

/* As many lists at once as go, so that no other one comes while they are away. */
static guint
n_on_its_way (const Cell *cell)
{
  return cell->call == CALL_POLL ? 2 : 1;
}

static gboolean
is_on_its_way (Bench *bench, gconstpointer cell)
{
  return proxy_hits (((const Cell *) cell)->proxy) == n_on_its_way (cell);
}

static void
put_on_the_wire (Cell *cell)
{
  g_autofree char *request = g_strdup (calls[cell->call].request);

  cell->renewals = bench_calls (cell->bench, "GET /accessToken");
  /* Of another room they would have nothing to tell. */
  if (cell->call == CALL_REACTIONS) {
    g_autofree char *team = bench_group (cell->bench, "team");

    g_free (request);
    request = g_strdup_printf ("GET */v1/groups/%s/reaction/*", team);
  }
  proxy_set_mode (cell->proxy, cell->fate == FATE_NEVER_ARRIVED ? PROXY_SWALLOW : PROXY_HOLD, request,
                  n_on_its_way (cell));
  make_call (cell);
  bench_until (cell->bench, is_on_its_way, cell);
  bench_pass (cell->bench, ON_ITS_WAY_US);
  g_assert_cmpuint (proxy_hits (cell->proxy), ==, n_on_its_way (cell));
  g_assert_cmpuint (kz_http_in_flight (cell->bench->engine->http), >=, n_on_its_way (cell));
  g_assert_false (cell->upload.is_back);
}

static void
jump (Cell *cell)
{
  gint64 by_us = jumps[cell->jump].by_us;

  /* Whatever is connected is dead from now on. */
  if (cell->fate != FATE_LATE)
    proxy_freeze (cell->proxy);
  if (by_us == 0)
    kz_engine_network_changed (cell->bench->engine);
  else
    kz_clock_jump_wall (cell->bench->clock, by_us);
  if (jumps[cell->jump].is_suspend)
    json_object_unref (bench_do (cell->bench, "clock", "{'advanceSeconds':%d}",
                                 (int) (by_us / G_USEC_PER_SEC)));
  if (cell->fate == FATE_LATE)
    proxy_release (cell->proxy);
}

/* --- What became of it --- */

static guint
count_hooks (Bench *bench, const char *group)
{
  g_autofree char *group_id = bench_group (bench, group);
  g_autoptr (JsonObject) answer = bench_get (bench, "webhooks");
  JsonArray *all = json_object_get_array_member (answer, "webhooks");
  guint count = 0;

  for (guint i = 0; i < json_array_get_length (all); i++)
    count += g_str_equal (json_object_get_string_member (json_array_get_object_element (all, i),
                                                         "objectId"),
                          group_id);
  return count;
}

/* What others say, and what is written in the same room and in another one, in time. */
static void
assert_back (Cell *cell)
{
  Bench *bench = cell->bench;

  if (!is_sign_on (cell)) {
    if (only_polls (cell))
      g_free (bench_post_poll (bench, "team", "theirs"));
    else
      bench_say (bench, "team", "asha", "theirs");
    bench_send (bench, "team", "here again");
    bench_send (bench, "ops", "and there");
  }
  bench_pass (bench, BACK_WITHIN_US);
  g_assert_true (bench_in_state (bench, "online"));
  if (is_sign_on (cell))
    return;
  g_assert_cmpuint (bench_count (bench, "\"theirs\""), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "text", "here again"), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "text", "and there"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "send-confirmed in ops"), ==, 1);
}

/* The echo of a send says that it arrived, where no answer does. */
static void
assert_sent (const Cell *cell)
{
  gboolean has_arrived = cell->fate != FATE_NEVER_ARRIVED;

  g_assert_cmpuint (bench_count_received (cell->bench, "text", "ours"), ==, has_arrived ? 1 : 0);
  g_assert_cmpuint (bench_count (cell->bench, "send-confirmed in team"), ==, has_arrived ? 2 : 1);
  g_assert_cmpuint (bench_count (cell->bench, "send-unresolved in team"), ==, has_arrived ? 0 : 1);
  g_assert_cmpuint (bench_count (cell->bench, "send-failed"), ==, 0);
}

/* Whoever sent a file has it back, where it is not sure that it arrived: its webhook says so of what was
 * posted, and nothing does of what was only uploaded. */
static void
assert_uploaded (Cell *cell)
{
  gboolean is_posted = cell->fate == FATE_LATE ||
                       (cell->call == CALL_PICTURE && cell->fate == FATE_NO_ANSWER);
  gboolean is_there = cell->call == CALL_PICTURE || cell->fate != FATE_NEVER_ARRIVED;
  int code = cell->call == CALL_UPLOAD ? KZ_ERROR_NETWORK : KZ_ERROR_UNRESOLVED;

  g_assert_true (cell->upload.is_back);
  if (is_posted)
    g_assert_no_error (cell->upload.error);
  else
    g_assert_error (cell->upload.error, KZ_ERROR, code);
  g_clear_error (&cell->upload.error);
  g_assert_cmpuint (bench_count_received (cell->bench, "kind", "media"), ==, is_there ? 1 : 0);
  g_assert_cmpuint (bench_count_received (cell->bench, "kind", "action"), ==, is_posted ? 1 : 0);
}

/* A list goes again at once, and a POST of which no answer came only after a look, a while later. */
static void
assert_hears (Cell *cell)
{
  if (cell->call == CALL_WEBHOOK)
    bench_until (cell->bench, bench_hears, "a webhook");
  g_assert_true (bench_hears (cell->bench, NULL));
  g_assert_cmpuint (count_hooks (cell->bench, "fresh"), ==, 1);
  bench_say (cell->bench, "fresh", "asha", "news");
  bench_until_line (cell->bench, "\"news\"");
}

static void
assert_mended (Cell *cell)
{
  g_assert_true (bench_hook_is_active (cell->bench, "ops"));
  g_assert_cmpuint (count_hooks (cell->bench, "ops"), ==, 1);
  bench_say (cell->bench, "ops", "asha", "news");
  bench_until_line (cell->bench, "\"news\"");
}

static void
assert_outcome (Cell *cell)
{
  switch (cell->call) {
  case CALL_TOKEN:
  case CALL_GROUPS:
    bench_send (cell->bench, "team", "here again");
    bench_until_line (cell->bench, "send-confirmed in team");
    break;
  case CALL_RENEWAL:
    /* Another one beside the one that is away; where the day is another one, one more. */
    g_assert_cmpuint (bench_calls (cell->bench, "GET /accessToken") - cell->renewals, <=, 3);
    break;
  case CALL_SEND:
    assert_sent (cell);
    break;
  case CALL_UPLOAD:
  case CALL_PICTURE:
    assert_uploaded (cell);
    break;
  case CALL_POLL:
    g_assert_cmpuint (bench_count (cell->bench, "\"asked\""), ==, 1);
    break;
  case CALL_REACTIONS:
    g_assert_cmpuint (bench_count (cell->bench, "reaction in team by Chi"), ==, 1);
    break;
  case CALL_WEBHOOK:
  case CALL_HOOK_LIST:
    assert_hears (cell);
    break;
  case CALL_HOOK_PUT:
    assert_mended (cell);
    break;
  case N_CALLS:
    g_assert_not_reached ();
  }
}

/* Nothing comes later that should not. */
static void
assert_once (Cell *cell)
{
  Bench *bench = cell->bench;

  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  g_assert_true (bench_in_state (bench, "online"));
  g_assert_cmpuint (bench_count_received (bench, "text", "here again"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "here again"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "\"ours\""), ==,
                    bench_count (bench, "send-unresolved in team"));
  g_assert_cmpuint (bench_count (bench, "\"theirs\""), ==, is_sign_on (cell) ? 0 : 1);
  g_assert_cmpuint (bench_count (bench, "\"news\""), ==, hooks (cell) ? 1 : 0);
  g_assert_cmpuint (bench_count (bench, "\"asked\""), ==, cell->call == CALL_POLL ? 1 : 0);
  g_assert_cmpuint (bench_count (bench, "reaction in team by Chi"), ==, cell->call == CALL_REACTIONS ? 1 : 0);
  g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==,
                    (is_sign_on (cell) ? 1 : 2) + bench_count_received (bench, "text", "ours"));
  bench_assert_budget (bench, only_polls (cell) ? ALL_CALLS_PER_MINUTE : CALLS_PER_MINUTE);
}

static void
test_cell (gconstpointer data)
{
  Cell cell = *(const Cell *) data;

  cell_up (&cell);
  put_on_the_wire (&cell);
  jump (&cell);
  assert_back (&cell);
  assert_outcome (&cell);
  assert_once (&cell);
  bench_stop (cell.bench);
  g_free (cell.asked);
  proxy_free (cell.proxy);
  bench_free (cell.bench);
}

static void
add_cell (Call call, Fate3 fate, guint jump)
{
  g_autofree char *path =
      g_strdup_printf ("/jumps/%s/%s/%s", jumps[jump].name, calls[call].name, fates[fate]);
  Cell *cell = g_new0 (Cell, 1);

  cell->call = call;
  cell->fate = fate;
  cell->jump = jump;
  g_test_add_data_func_full (path, cell, test_cell, g_free);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint jump = 0; jump < G_N_ELEMENTS (jumps); jump++)
    for (guint call = 0; call < N_CALLS; call++)
      for (guint fate = FATE_LATE; fate <= FATE_NEVER_ARRIVED; fate++)
        add_cell ((Call) call, (Fate3) fate, jump);
  return g_test_run ();
}
