/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exactly what was said, once: a random world of ten rooms, whose deliveries come twice, late and
 * in another order, while our process is killed and restarted, the endpoint moves and tokens
 * change. At the end each room's transcript over all restarts has every text and action once; or
 * twice where a kill came between showing and writing it down, and then the second says so.
 *
 * KZ_TEST_WORLDS: how many; KZ_TEST_WORLD: that seed alone. */
#include "config.h"

#include "worlds.h"

#include "kz-engine-private.h"

#include <string.h>

#define STEPS 45
/* Of the delays with which a service tries again: two days become half an hour. */
#define TIME_SCALE 0.01

static const char *const people[] = {"asha", "ben", "chi", "me"};

static void
said_free (gpointer data)
{
  Said *said = data;

  g_free (said->action_id);
  g_free (said);
}

static gint32
draw (World *world, gint32 below)
{
  return g_rand_int_range (world->rand, 0, below);
}

static char *
scenario (void)
{
  GString *json = g_string_new (
      "{'users':[{'key':'me','name':'Mira','signIn':true,'pin':'123456'},{'key':'asha','name':'"
      "Asha'},"
      "{'key':'ben','name':'Ben'},{'key':'chi','name':'Chi'}],'colleagues':[],'groups':[");

  for (guint i = 0; i < ROOMS; i++)
    g_string_append_printf (
        json,
        "%s{'key':'r%u','name':'r%u','members':[{'person':'asha','role':'Admin'},"
        "'me','ben','chi']}",
        i > 0 ? "," : "", i, i);
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

/* --- What people do --- */

static Said *
say_something (World *world, SaidKind kind)
{
  Said *said = g_new0 (Said, 1);

  said->kind = kind;
  said->room = (guint) draw (world, ROOMS);
  said->number = world->said->len;
  g_ptr_array_add (world->said, said);
  return said;
}

static void
post (World *world, const char *who)
{
  static const char *const types[] = {"Job", "Poll", "Survey"};
  static const char *const bodies[] = {
      "'title':'x%u.','assignedTo':['asha','ben','chi','me']",
      "'question':'x%u.','choices':[{'title':'Pizza'},{'title':'Soup'}]",
      "'title':'x%u.','questions':[{'title':'Why','type':'Text'}]",
  };
  Said *said = say_something (world, SAID_ACTION);
  gint32 type = draw (world, G_N_ELEMENTS (types));
  g_autofree char *title = g_strdup_printf ("x%u.", said->number);
  GString *body = g_string_new (bodies[type]);

  g_string_replace (body, "x%u.", title, 0);
  said->action_id =
      bench_do_id (world->bench, "action", "actionId",
                   "{'group':'r%u','person':'%s','actionType':'%s','actionBody':{%s}}", said->room,
                   who, types[type], body->str);
  g_string_free (body, TRUE);
}

/* Its lines may be lost by a kill, as the README says; they may not harm anything else. */
static void
react (World *world, const char *who)
{
  const Said *said = world->said->len > 0
                         ? g_ptr_array_index (world->said, draw (world, (gint32) world->said->len))
                         : NULL;
  g_autoptr (JsonObject) done = NULL;

  if (said == NULL || said->action_id == NULL)
    return;
  done = bench_do (world->bench, draw (world, 2) ? "like" : "comment",
                   "{'referenceId':'%s','person':'%s','text':'fine'}", said->action_id, who);
}

static void
happen (World *world)
{
  const char *who = people[draw (world, G_N_ELEMENTS (people))];
  g_autoptr (JsonObject) done = NULL;
  Said *said;

  switch (draw (world, 8)) {
  case 0:
    post (world, who);
    return;
  case 1:
    said = say_something (world, SAID_PICTURE);
    done = bench_do (world->bench, "picture",
                     "{'group':'r%u','person':'%s','caption':'x%u.','name':'x%u.jpg'}", said->room,
                     who, said->number, said->number);
    return;
  case 2:
    if (bench_in_state (world->bench, "online")) {
      g_autofree char *text = NULL;
      g_autofree char *room = NULL;

      said = say_something (world, SAID_SEND);
      /* Nothing happens at the very moment at which something was saved. */
      kz_clock_advance (world->bench->clock, 1000);
      text = g_strdup_printf ("x%u.", said->number);
      room = g_strdup_printf ("r%u", said->room);
      bench_send (world->bench, room, text);
    }
    return;
  case 3:
    react (world, who);
    return;
  default:
    said = say_something (world, SAID_TEXT);
    done = bench_do (world->bench, "say", "{'group':'r%u','person':'%s','text':'x%u.'}", said->room,
                     who, said->number);
    return;
  }
}

/* --- What goes wrong --- */

static gboolean
has_settled (Bench *bench, gconstpointer data)
{
  return bench->killed_dir != NULL || bench_in_state (bench, "online") ||
         bench_in_state (bench, "failed");
}

/* As a host does it. */
static void
be_online (World *world)
{
  for (guint i = 0; i < 5; i++) {
    bench_until (world->bench, has_settled, "an end of the sign-on");
    if (world->bench->killed_dir != NULL || !bench_in_state (world->bench, "failed"))
      return;
    bench_stop (world->bench);
    bench_start (world->bench);
  }
}

static void
start_again (World *world)
{
  bench_start (world->bench);
  if (draw (world, 4) > 0)
    be_online (world);
}

static void
kill_soon (World *world)
{
  world->bench->kill_after = draw (world, 4) + 1;
  world->bench->kills_first = draw (world, 2);
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
  world->kills++;
  start_again (world);
}

static void
ignore_event_cb (const KzEvent *event, gpointer data)
{
}

static void
ignore_state_cb (KzEngineState state, const GError *error, gpointer data)
{
}

static gboolean
show_cb (const char *group_id, gpointer data)
{
  return TRUE;
}

/* The bench counts what the one engine leaves behind. */
static void
end_other (World *world)
{
  if (world->other == NULL)
    return;
  kz_engine_stop (world->other);
  bench_settle (world->bench);
  g_clear_object (&world->other);
}

static void
toggle_other (World *world)
{
  static const KzEngineCallbacks callbacks = {
      .event = ignore_event_cb, .state = ignore_state_cb, .may_show = show_cb};
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

  if (world->other != NULL)
    end_other (world);
  else if (!world->rotates && bench_in_state (bench, "online")) {
    world->other = kz_engine_new (&config, &callbacks, NULL);
    kz_engine_start (world->other);
    /* Until it has read the files: the clock counts the timer of that, too. */
    while (kz_engine_state (world->other) == KZ_ENGINE_AUTHENTICATING &&
           world->other->store == NULL)
      g_main_context_iteration (NULL, TRUE);
  }
}

static void
pause_or_resume (World *world)
{
  g_autoptr (JsonObject) done =
      bench_do (world->bench, world->is_paused ? "webhooks/resume" : "webhooks/pause", "{}");

  world->is_paused = !world->is_paused;
}

/* The service turns them off, and is asked to turn them on again. */
static void
go_deaf (World *world)
{
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  world->was_deaf = TRUE;

  for (guint i = 0; i < json_array_get_length (webhooks); i++) {
    JsonObject *webhook = json_array_get_object_element (webhooks, i);
    g_autoptr (JsonObject) done =
        bench_do (world->bench, "webhooks/active", "{'webhookId':'%s','active':false}",
                  json_object_get_string_member (webhook, "webhookId"));
  }
}

static void
shake (World *world)
{
  Bench *bench = world->bench;
  g_autoptr (JsonObject) done = NULL;

  switch (draw (world, 14)) {
  case 0:
  case 1:
    kill_soon (world);
    break;
  case 2:
    end_other (world);
    if (bench->killed_dir == NULL)
      kill_now (world);
    break;
  case 3:
    pause_or_resume (world);
    break;
  case 4:
    bench_redeliver (bench, TRUE);
    break;
  case 5:
    done = bench_do (bench, "move", "{'path':'m%u'}", world->said->len);
    break;
  case 6:
    done = bench_do (bench, "expire-access", "{'person':'me'}");
    break;
  case 7:
    toggle_other (world);
    break;
  case 8:
    if (draw (world, 4) == 0)
      go_deaf (world);
    break;
  case 9:
    end_other (world);
    bench_pass (bench, 2 * G_USEC_PER_SEC);
    if (bench->killed_dir == NULL) {
      bench->kill_after = 0;
      bench_stop (bench);
      start_again (world);
    }
    break;
  default:
    bench_pass (bench, draw (world, 20) * G_USEC_PER_SEC);
    break;
  }
}

static void
see_to_it (World *world)
{
  if (world->bench->killed_dir == NULL)
    return;
  bench_bury (world->bench);
  if (world->other == NULL)
    g_assert_cmpuint (kz_clock_pending (world->bench->clock), ==, 0);
  world->kills++;
  start_again (world);
}

static void
come_to_rest (World *world)
{
  Bench *bench = world->bench;

  if (world->is_paused)
    pause_or_resume (world);
  bench->kill_after = 0;
  see_to_it (world);
  end_other (world);
  be_online (world);
  /* Nothing is delivered again but by the service itself: what we had accepted is ours to keep. */
  bench->limit_us = 2 * G_TIME_SPAN_HOUR;
  bench_until (bench, bench_hears, "webhooks");
  /* That one is dead is found out every four hours at the latest. */
  if (world->was_deaf)
    bench_pass (bench, 250 * G_TIME_SPAN_MINUTE);
  bench_pass (bench, 35 * G_TIME_SPAN_MINUTE);
}

static void
run_world (guint32 seed)
{
  g_autofree char *json = scenario ();
  const char *switches[8] = {NULL};
  guint n = 0;
  World world = {
      .seed = seed,
      .rand = g_rand_new_with_seed (seed),
      .said = g_ptr_array_new_with_free_func (said_free),
  };

  if (draw (&world, 2))
    switches[n++] = "eventIdIsReferenceId=off";
  if (draw (&world, 3) == 0)
    switches[n++] = "duplicateDeliveries=on";
  if ((world.reorders = draw (&world, 3) == 0))
    switches[n++] = "reorderDeliveries=on";
  if ((world.rotates = draw (&world, 3) == 0))
    switches[n++] = "rotateRefreshToken=on";
  if (draw (&world, 2))
    switches[n++] = "pageOrder=oldest";
  g_test_message ("world %u", seed);
  world.bench = bench_new_world (json, seed, TIME_SCALE, switches);
  world.bench->tells_polls = TRUE;
  bench_sign_on (world.bench);
  bench_until (world.bench, bench_hears, "webhooks");
  bench_pass (world.bench, G_TIME_SPAN_MINUTE);
  bench_clear (world.bench);
  for (guint i = 0; i < STEPS; i++) {
    happen (&world);
    see_to_it (&world);
    if (draw (&world, 2))
      shake (&world);
    bench_settle (world.bench);
    see_to_it (&world);
  }
  come_to_rest (&world);
  check_world (&world);
  bench_free (world.bench);
  g_ptr_array_unref (world.said);
  g_rand_free (world.rand);
}

static void
test_worlds (void)
{
  const char *one = g_getenv ("KZ_TEST_WORLD");
  const char *many = g_getenv ("KZ_TEST_WORLDS");
  guint64 first = one != NULL ? g_ascii_strtoull (one, NULL, 10) : 1;
  guint64 last = one != NULL ? first : many != NULL ? g_ascii_strtoull (many, NULL, 10) : 12;

  for (guint64 seed = first; seed <= last; seed++)
    run_world ((guint32) seed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worlds/exactly-what-was-said-once", test_worlds);
  return g_test_run ();
}
