/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exactly what was said, once: a random world of ten rooms in which people write, post, answer and
 * like. Deliveries come twice, late, in another order, are lost and retried, or not at all for
 * hours; our process is killed and restarted, another one signs on beside it, the endpoint moves
 * and tokens change. At the end each room's transcript over all restarts has every text and action
 * once; or twice where a kill came between showing and writing it down, and then the second says
 * so.
 *
 * KZ_TEST_WORLDS: how many, or which, as "11-20"; KZ_TEST_WORLD: that seed alone. */
#include "config.h"

#include "engine-lines.h"
#include "seeds.h"
#include "worlds.h"

#include "kz-engine-private.h"
#include "kz-error.h"

#define STEPS 45

/* What is in this process. */
typedef struct {
  KzEngine *other; /* (nullable): a second process on the account */
  gboolean is_online;
} Here;

/* --- Our process --- */

static gboolean
has_settled (Bench *bench, gconstpointer data)
{
  return bench->killed_dir != NULL || bench_in_state (bench, "online") ||
         bench_in_state (bench, "failed");
}

static void
settle (World *world)
{
  Here *here = world->data;

  bench_settle (world->bench);
  if (here->is_online || world->bench->engine == NULL || world->bench->killed_dir != NULL ||
      !bench_in_state (world->bench, "online"))
    return;
  here->is_online = TRUE;
  world_mark (world, world->bench->log, WORLD_ONLINE);
  /* The clocks of the two agree to the second at most. */
  bench_pass (world->bench, G_USEC_PER_SEC);
}

static void
start (World *world)
{
  Here *here = world->data;

  here->is_online = FALSE;
  world_mark (world, world->bench->log, WORLD_BEGAN);
  bench_start (world->bench);
}

static void
stop (World *world)
{
  world->bench->kill_after = 0;
  world_mark (world, world->bench->log, WORLD_ENDED);
  bench_stop (world->bench);
}

static void end_other (World *world);

/* As a host does it, and a person whose token is dead: what the host has saved meanwhile is tried first. */
static void
be_online (World *world)
{
  Bench *bench = world->bench;

  for (guint i = 0; i < 5; i++) {
    bench_until (bench, has_settled, "an end of the sign-on");
    if (bench->killed_dir != NULL || !bench_in_state (bench, "failed"))
      break;
    if (g_error_matches (bench->state_error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED) && i > 0) {
      if (!world->dies_at_once)
        g_error ("KZ_TEST_WORLD=%u: the token that was saved last is dead", world->seed);
      g_free (bench->token);
      bench->token = world_sign_in (world);
    }
    end_other (world);
    stop (world);
    start (world);
  }
  settle (world);
}

static void
note_kill (World *world)
{
  world->kills++;
  world_mark (world, world->bench->log, WORLD_KILLED);
}

/* At once, wherever it is. */
static void
kill_now (World *world)
{
  g_autoptr (GPtrArray) log = g_steal_pointer (&world->bench->log);

  world->bench->kill_after = 0;
  world->bench->log = g_ptr_array_new_with_free_func (g_free);
  bench_kill (world->bench);
  g_ptr_array_unref (world->bench->log);
  world->bench->log = g_steal_pointer (&log);
  note_kill (world);
}

/* The service goes on without us, sometimes for longer than it retries. */
static void
stay_away (World *world)
{
  guint minutes = world_draw (world, 3) == 0 ? world_draw (world, 9) : 0;

  for (guint i = 0; i < minutes; i++) {
    bench_pass (world->bench, G_TIME_SPAN_MINUTE);
    world_happen (world);
  }
}

static void
start_again (World *world)
{
  stay_away (world);
  start (world);
  if (world_draw (world, 4) > 0)
    be_online (world);
}

static void
see_to_it (World *world)
{
  Here *here = world->data;

  if (world->bench->killed_dir == NULL) {
    /* The token of the other one may have killed its own. */
    if (world->shares_token && bench_in_state (world->bench, "failed"))
      be_online (world);
    return;
  }
  bench_bury (world->bench);
  if (here->other == NULL)
    g_assert_cmpuint (kz_clock_pending (world->bench->clock), ==, 0);
  note_kill (world);
  start_again (world);
}

/* --- The process beside it --- */

static void
other_event_cb (const KzEvent *event, gpointer data)
{
  World *world = data;
  const Here *here = world->data;

  g_ptr_array_add (world->others, engine_line (here->other, event, TRUE));
}

/* Both are of one host, which has one token. */
static gboolean
other_token_cb (const char *refresh_token, gpointer data)
{
  World *world = data;

  g_free (world->bench->token);
  world->bench->token = g_strdup (refresh_token);
  return TRUE;
}

static void
other_state_cb (KzEngineState state, const GError *error, gpointer data)
{
}

/* The bench counts what the one engine leaves behind. */
static void
end_other (World *world)
{
  Here *here = world->data;

  if (here->other == NULL)
    return;
  kz_engine_stop (here->other);
  bench_settle (world->bench);
  g_clear_object (&here->other);
}

static void
begin_other (World *world)
{
  static const KzEngineCallbacks callbacks = {
      .event = other_event_cb, .state = other_state_cb, .save_token = other_token_cb};
  Here *here = world->data;
  Bench *bench = world->bench;
  const KzEngineConfig config = {
      .phone = bench->phone,
      .connector_id = bench->connector_id,
      .connector_secret = bench->connector_secret,
      .api_root = sb_sandbox_get_url (bench->sandbox),
      .refresh_token = bench->token,
      .store_dir = bench->dir,
      .throttle = bench->throttle,
      .clock = bench->clock,
  };

  world_mark (world, world->others, WORLD_BEGAN);
  here->other = kz_engine_new (&config, &callbacks, world);
  kz_engine_start (here->other);
  /* Until it has read the files: the clock counts the timer of that, too. */
  while (kz_engine_state (here->other) == KZ_ENGINE_AUTHENTICATING && here->other->store == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* A token that is rotated by the one may be dead for the other. */
static void
toggle_other (World *world)
{
  const Here *here = world->data;

  if (here->other != NULL)
    end_other (world);
  else if ((!world->rotates || world->shares_token) && bench_in_state (world->bench, "online"))
    begin_other (world);
}

/* --- What happens to them --- */

static gboolean
send_cb (World *world, Said *said, const char *room, const char *text)
{
  Here *here = world->data;
  g_autofree char *group_id = bench_group (world->bench, room);

  if (said->kind == SAID_OTHER_SEND)
    return here->other != NULL && kz_engine_state (here->other) == KZ_ENGINE_ONLINE &&
           kz_engine_send_text (here->other, group_id, text, text, NULL) != 0;
  if (world->bench->engine == NULL || world->bench->killed_dir != NULL ||
      !bench_in_state (world->bench, "online"))
    return FALSE;
  bench_send (world->bench, room, text);
  return TRUE;
}

static void
shake (World *world)
{
  Bench *bench = world->bench;

  switch (world_draw (world, 12)) {
  case 0:
  case 1:
    bench->kill_after = world_draw (world, 4) + 1;
    bench->kills_first = (gboolean) world_draw (world, 2);
    break;
  case 2:
    end_other (world);
    if (bench->killed_dir != NULL)
      break;
    kill_now (world);
    start_again (world);
    break;
  case 3:
    toggle_other (world);
    break;
  case 4:
    end_other (world);
    bench_pass (bench, 2 * G_USEC_PER_SEC);
    if (bench->killed_dir != NULL)
      break;
    stop (world);
    start_again (world);
    break;
  case 5:
  case 6:
    bench_pass (bench, world_draw (world, 20) * G_USEC_PER_SEC);
    break;
  default:
    world_shake (world);
    break;
  }
}

/* Hours in which only polls come. */
static void
be_deaf (World *world)
{
  guint hours = 1 + world_draw (world, 3);

  world_go_deaf (world);
  for (guint i = 0; i < 4 * hours; i++) {
    world_happen (world);
    bench_pass (world->bench, 15 * G_TIME_SPAN_MINUTE);
    see_to_it (world);
  }
  world_end_deafness (world);
}

static void
wait_until_complete (World *world, guint minutes)
{
  for (guint i = 0; i < minutes && !world_is_complete (world); i++) {
    bench_pass (world->bench, G_TIME_SPAN_MINUTE);
    see_to_it (world);
  }
}

static void
come_to_rest (World *world)
{
  Bench *bench = world->bench;

  bench->kill_after = 0;
  see_to_it (world);
  end_other (world);
  world_calm (world);
  be_online (world);
  /* That a webhook is dead is found out every four hours at the latest. */
  wait_until_complete (world, 270);
  if (world_bears_two (world)) {
    begin_other (world);
    world_note_beside (world);
    bench_pass (bench, 3 * G_USEC_PER_SEC);
  }
  world_last_words (world);
  /* Where both share six calls a minute, a look at every list takes half an hour. */
  wait_until_complete (world, 120);
  end_other (world);
  bench_redeliver (bench, TRUE);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
}

static void
run_world (guint32 seed)
{
  g_autoptr (World) world = world_new (seed);
  Here here = {NULL, FALSE};
  gboolean is_deaf_once = world_draw (world, 10) == 0;
  /* Calls are what a world costs. */
  guint budget = is_deaf_once ? 6 : world_draw (world, 6) == 0 ? 80 : 15;
  guint deaf_step = world_draw (world, STEPS);

  g_test_message ("world %u", seed);
  world->data = &here;
  world->send = send_cb;
  bench_sign_on (world->bench);
  bench_until (world->bench, bench_hears, "webhooks");
  for (guint i = 0; i < 20 && !world_was_looked_at (world); i++)
    bench_pass (world->bench, 20 * G_USEC_PER_SEC);
  bench_pass (world->bench, 20 * G_USEC_PER_SEC);
  bench_stop (world->bench);
  bench_clear (world->bench);
  kz_throttle_unref (world->bench->throttle);
  world->bench->throttle = kz_throttle_new (100, budget);
  start (world);
  be_online (world);
  for (guint i = 0; i < STEPS; i++) {
    world_happen (world);
    see_to_it (world);
    if (is_deaf_once && i == deaf_step)
      be_deaf (world);
    if (world_draw (world, 2))
      shake (world);
    settle (world);
    see_to_it (world);
  }
  come_to_rest (world);
  world_check (world);
}

static void
test_worlds (void)
{
  seeds_run (run_world, "KZ_TEST_WORLD", "KZ_TEST_WORLDS", 50, NULL, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worlds/exactly-what-was-said-once", test_worlds);
  return g_test_run ();
}
