/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "limit-world.h"

#include <math.h>

#define S ((gint64) G_USEC_PER_SEC)
#define LIMIT 100
#define BUDGET 80
/* Somebody writes every five minutes. */
#define SENDS_PER_S (1.0 / 300.0)
/* From here on a client's share counts. */
#define SETTLED_US (600 * S)
#define NEVER G_MAXINT64

typedef struct {
  KzThrottle *throttle;
  gint64 joined_us;
  gint64 next_poll_us;
  gint64 next_send_us;
  gint64 in_time_us; /* of the send that is under way; 0: it was not refused yet */
  guint served;      /* since it is settled */
  double fair;       /* what would have been its share meanwhile */
} Client;

typedef struct {
  const LimitWorld *world;
  GRand *random;
  Client *clients;
  gint64 end_us;
  gint64 offset_us; /* of the server's minutes */
  gint64 minute;
  guint in_minute;
  GQueue served_us; /* (element-type gint64): of the last 60 s */
  guint n_served;
  guint n_refused;
  guint n_sends;
  guint n_in_time;
} Run;

static double
draw_exponential (Run *run, double rate)
{
  return -log (1.0 - g_rand_double (run->random)) / rate;
}

/* Whole seconds of Retry-After, 0: served. */
static gint64
serve_fixed (Run *run, gint64 now_us)
{
  gint64 minute = (now_us + run->offset_us) / (60 * S);

  if (minute != run->minute) {
    run->minute = minute;
    run->in_minute = 0;
  }
  if (run->in_minute >= LIMIT)
    return ((minute + 1) * 60 * S - run->offset_us - now_us + S - 1) / S;
  run->in_minute++;
  return 0;
}

static gint64
serve_sliding (Run *run, gint64 now_us)
{
  gint64 *oldest_us;

  while ((oldest_us = g_queue_peek_head (&run->served_us)) != NULL && *oldest_us <= now_us - 60 * S)
    g_free (g_queue_pop_head (&run->served_us));
  if (run->served_us.length >= LIMIT)
    return (*oldest_us + 60 * S - now_us + S - 1) / S;
  g_queue_push_tail (&run->served_us, g_memdup2 (&now_us, sizeof now_us));
  return 0;
}

/* Whether the call was served; *@retry_after_us otherwise. */
static gboolean
call (Run *run, Client *client, KzLane lane, gint64 now_us, gint64 *retry_after_us)
{
  gint64 seconds;

  kz_throttle_spend (client->throttle, lane, now_us);
  seconds = run->world->kind == LIMIT_FIXED ? serve_fixed (run, now_us)
                                            : serve_sliding (run, now_us);
  if (seconds > 0) {
    run->n_refused++;
    *retry_after_us = seconds * S;
    kz_throttle_refused (client->throttle, lane, *retry_after_us, now_us);
    return FALSE;
  }
  run->n_served++;
  kz_throttle_quiet (client->throttle, now_us);
  if (now_us >= client->joined_us + SETTLED_US)
    client->served++;
  return TRUE;
}

static void
poll (Run *run, Client *client, gint64 now_us)
{
  gint64 wait_us = kz_throttle_wait_us (client->throttle, KZ_LANE_POLL, now_us);
  gint64 retry_after_us;

  if (wait_us == 0)
    call (run, client, KZ_LANE_POLL, now_us, &retry_after_us);
  client->next_poll_us =
      now_us + MAX (1, kz_throttle_wait_us (client->throttle, KZ_LANE_POLL, now_us));
}

static void
send (Run *run, Client *client, gint64 now_us)
{
  gint64 wait_us = kz_throttle_wait_us (client->throttle, KZ_LANE_USER, now_us);
  gint64 retry_after_us;

  if (wait_us > 0) {
    client->next_send_us = now_us + wait_us;
    return;
  }
  if (!call (run, client, KZ_LANE_USER, now_us, &retry_after_us)) {
    if (client->in_time_us == 0)
      client->in_time_us = now_us + retry_after_us;
    client->next_send_us = now_us + retry_after_us;
    return;
  }
  run->n_sends++;
  if (client->in_time_us == 0 || now_us <= client->in_time_us)
    run->n_in_time++;
  client->in_time_us = 0;
  client->next_send_us = now_us + (gint64) (draw_exponential (run, SENDS_PER_S) * 1e6);
}

/* The one that does something next, and when. */
static Client *
next_client (Run *run, gint64 *at_us)
{
  Client *next = NULL;

  *at_us = NEVER;
  for (guint i = 0; i < run->world->n_clients; i++) {
    Client *client = &run->clients[i];
    gint64 us = MIN (client->next_poll_us, client->next_send_us);

    if (us < *at_us) {
      *at_us = us;
      next = client;
    }
  }
  return next;
}

/* What was served is shared by those who were there, all alike. */
static void
add_fair_shares (Run *run, gint64 from_us, guint n_served)
{
  guint there = 0;

  for (guint i = 0; i < run->world->n_clients; i++)
    there += run->clients[i].joined_us <= from_us;
  for (guint i = 0; i < run->world->n_clients; i++)
    if (run->clients[i].joined_us + SETTLED_US <= from_us)
      run->clients[i].fair += (double) n_served / there;
}

static void
run_world (Run *run)
{
  gint64 us, slice_us = 0;
  guint before = 0;

  for (;;) {
    Client *client = next_client (run, &us);

    if (us >= slice_us + 60 * S) {
      add_fair_shares (run, slice_us, run->n_served - before);
      before = run->n_served;
      slice_us += 60 * S;
      continue;
    }
    if (us >= run->end_us)
      return;
    if (client->next_send_us <= client->next_poll_us)
      send (run, client, us);
    else
      poll (run, client, us);
  }
}

LimitResult
limit_world_run (const LimitWorld *world)
{
  Run run = {.world = world, .minute = -1};
  LimitResult result = {.least_share = 1e9};

  run.random = g_rand_new_with_seed (world->seed);
  run.end_us = (gint64) (world->hours * 3600e6);
  run.offset_us = g_rand_int_range (run.random, 0, 60) * S;
  run.clients = g_new0 (Client, world->n_clients);
  for (guint i = 0; i < world->n_clients; i++) {
    Client *client = &run.clients[i];
    double latest_s = i < world->n_late ? world->hours * 1800.0 : 30.0;

    client->throttle = kz_throttle_new (LIMIT, BUDGET);
    client->joined_us = (gint64) (g_rand_double_range (run.random, 0.0, latest_s) * 1e6);
    client->next_poll_us = client->joined_us;
    client->next_send_us =
        client->joined_us + (gint64) (draw_exponential (&run, SENDS_PER_S) * 1e6);
  }

  run_world (&run);

  result.calls_per_minute = run.n_served / (world->hours * 60.0);
  result.refused = (double) run.n_refused / (run.n_refused + run.n_served);
  result.n_sends = run.n_sends;
  result.sends_in_time = (double) run.n_in_time / MAX (1, run.n_sends);
  for (guint i = 0; i < world->n_clients; i++) {
    if (run.clients[i].fair > 0.0)
      result.least_share =
          MIN (result.least_share, run.clients[i].served / run.clients[i].fair);
    kz_throttle_unref (run.clients[i].throttle);
  }
  g_queue_clear_full (&run.served_us, g_free);
  g_rand_free (run.random);
  g_free (run.clients);
  return result;
}
