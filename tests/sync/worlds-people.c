/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people and the service do in a random world. */
#include "config.h"

#include "worlds.h"

#define N_PEOPLE 4
/* Kinds of actions that are listed. */
#define N_LISTED 8
/* Of the delays with which a service tries again: two days become six minutes. */
#define TIME_SCALE 0.002

static const char *const people[N_PEOPLE] = {"me", "asha", "ben", "chi"};

guint
world_draw (World *world, guint below)
{
  return (guint) g_rand_int_range (world->rand, 0, (gint32) below);
}

void
world_mark (const World *world, GPtrArray *log, const char *what)
{
  g_ptr_array_add (log, g_strdup_printf ("%s %u", what, world->said->len));
}

static void
said_free (gpointer data)
{
  Said *said = data;

  g_free (said->id);
  g_free (said);
}

/* No two things happen at the same moment. In the same second they may where there is a way to tell
 * their order: while nothing but that second is listed, the list must begin with the newest. */
static gint64
let_a_moment_pass (World *world)
{
  double seconds = world->lists_oldest || world_draw (world, 2) ? 1.1 : 0.002;
  g_autofree char *text = g_strdup_printf ("%.3f", seconds);
  g_autoptr (JsonObject) moved = bench_do (world->bench, "clock", "{'advanceSeconds':%s}", text);

  kz_clock_advance (world->bench->clock, (gint64) (seconds * G_USEC_PER_SEC));
  return json_object_get_int_member (moved, "nowMs") / 1000;
}

static Said *
say_something (World *world, SaidKind kind)
{
  Said *said = g_new0 (Said, 1);

  said->kind = kind;
  said->second = let_a_moment_pass (world);
  said->room = world_draw (world, WORLD_ROOMS);
  said->number = world->said->len;
  said->person = world_draw (world, N_PEOPLE);
  g_ptr_array_add (world->said, said);
  return said;
}

/* --- What people do --- */

static void
say (World *world, const Said *said)
{
  g_autoptr (JsonObject) done =
      bench_do (world->bench, "say", "{'group':'r%u','person':'%s','text':'x%u.'}", said->room,
                people[said->person], said->number);
}

static void
show_picture (World *world)
{
  const Said *said = say_something (world, SAID_PICTURE);
  g_autoptr (JsonObject) done = bench_do (
      world->bench, "picture", "{'group':'r%u','person':'%s','caption':'x%u.','name':'x%u.jpg'}",
      said->room, people[said->person], said->number, said->number);
}

static void
post (World *world, Said *said)
{
  static const char *const types[] = {"Job", "Poll", "Survey"};
  static const char *const bodies[] = {
      "'title':'x%u.','assignedTo':['asha','ben','chi','me']",
      "'question':'x%u.','choices':[{'title':'Pizza'},{'title':'Soup'}]",
      "'title':'x%u.','questions':[{'title':'Why','type':'Text'}]",
  };
  guint type = world_draw (world, G_N_ELEMENTS (types));
  g_autofree char *title = g_strdup_printf ("x%u.", said->number);
  GString *body = g_string_new (bodies[type]);

  g_string_replace (body, "x%u.", title, 0);
  said->type = types[type];
  said->id = bench_do_id (world->bench, "action", "actionId",
                          "{'group':'r%u','person':'%s','actionType':'%s','actionBody':{%s}}",
                          said->room, people[said->person], types[type], body->str);
  g_string_free (body, TRUE);
}

/* (nullable): something that can be answered or liked, of which the person has not done so. */
static Said *
choose_action (World *world, SaidKind kind, guint person)
{
  g_autoptr (GPtrArray) actions = g_ptr_array_new ();

  for (guint i = 0; i < world->said->len; i++) {
    Said *said = g_ptr_array_index (world->said, i);

    if (said->kind == SAID_ACTION)
      g_ptr_array_add (actions, said);
    else if (said->kind == kind && said->person == person)
      for (guint k = actions->len; k > 0; k--)
        if (((Said *) actions->pdata[k - 1])->number == said->about)
          g_ptr_array_remove_index (actions, k - 1);
  }
  return actions->len > 0 ? actions->pdata[world_draw (world, actions->len)] : NULL;
}

static void
answer (World *world)
{
  guint person = world_draw (world, N_PEOPLE);
  const Said *action = choose_action (world, SAID_ANSWER, person);
  g_autofree char *id = NULL;
  Said *said;

  if (action == NULL)
    return;
  if (g_str_equal (action->type, "Poll"))
    id = bench_do_id (world->bench, "vote", "responseId",
                      "{'actionId':'%s','person':'%s','choice':%u}", action->id, people[person],
                      1 + world_draw (world, 2));
  else if (g_str_equal (action->type, "Job"))
    id = bench_do_id (world->bench, "complete", "responseId", "{'actionId':'%s','person':'%s'}",
                      action->id, people[person]);
  else
    id = bench_do_id (world->bench, "respond", "responseId",
                      "{'actionId':'%s','person':'%s','answers':['Because']}", action->id,
                      people[person]);
  said = say_something (world, SAID_ANSWER);
  said->person = person;
  said->room = action->room;
  said->about = action->number;
  said->id = g_steal_pointer (&id);
}

static void
react (World *world)
{
  guint person = world_draw (world, N_PEOPLE);
  SaidKind kind = world_draw (world, 2) ? SAID_LIKE : SAID_COMMENT;
  const Said *action = choose_action (world, kind, person);
  char *id;
  Said *said;

  if (action == NULL)
    return;
  id = bench_do_id (world->bench, kind == SAID_LIKE ? "like" : "comment", "reactionId",
                    "{'referenceId':'%s','person':'%s','text':'fine'}", action->id, people[person]);
  said = say_something (world, kind);
  said->person = person;
  said->room = action->room;
  said->about = action->number;
  said->id = id;
}

static void
send (World *world, SaidKind kind)
{
  Said *said = say_something (world, kind);
  g_autofree char *text = g_strdup_printf ("x%u.", said->number);
  g_autofree char *room = g_strdup_printf ("r%u", said->room);

  said->person = 0;
  if (world->send (world, said, room, text))
    return;
  said->kind = SAID_TEXT;
  say (world, said);
}

void
world_happen (World *world)
{
  switch (world_draw (world, 12)) {
  case 0:
  case 1:
    post (world, say_something (world, SAID_ACTION));
    break;
  case 2:
    show_picture (world);
    break;
  case 3:
  case 4:
    send (world, world_draw (world, 4) ? SAID_SEND : SAID_OTHER_SEND);
    break;
  case 5:
  case 6:
    answer (world);
    break;
  case 7:
    react (world);
    break;
  default:
    say (world, say_something (world, SAID_TEXT));
    break;
  }
}

void
world_last_words (World *world)
{
  for (guint i = 0; i < WORLD_ROOMS; i++) {
    Said *text = say_something (world, SAID_TEXT);
    Said *action = say_something (world, SAID_ACTION);

    text->room = i;
    say (world, text);
    action->room = i;
    post (world, action);
  }
  for (guint i = 0; i < 3; i++) {
    show_picture (world);
    answer (world);
    react (world);
  }
}

/* --- What the service does --- */

static void
pause_or_resume (World *world)
{
  g_autoptr (JsonObject) done =
      bench_do (world->bench, world->is_paused ? "webhooks/resume" : "webhooks/pause", "{}");

  world->is_paused = !world->is_paused;
}

void
world_go_deaf (World *world)
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
  bench_fault (world->bench, "{'match':{'path':'/webhook*','times':0},'action':{'status':503}}");
}

void
world_end_deafness (World *world)
{
  g_autoptr (JsonObject) answer = bench_get (world->bench, "webhooks");
  JsonArray *webhooks = json_object_get_array_member (answer, "webhooks");

  for (guint i = 0; i < json_array_get_length (webhooks); i++)
    g_assert_false (json_object_get_boolean_member (json_array_get_object_element (webhooks, i),
                                                    "active"));
  bench_heal (world->bench);
}

gboolean
world_bears_two (const World *world)
{
  return !world->rotates;
}

void
world_note_beside (World *world)
{
  world->is_beside = TRUE;
  world->beside_since = world->said->len;
}

char *
world_sign_in (World *world)
{
  g_assert_true (world->shares_token);
  return bench_do_id (world->bench, "token", "refreshToken", "{'person':'me'}");
}

gboolean
world_shake (World *world)
{
  g_autoptr (JsonObject) done = NULL;

  switch (world_draw (world, 6)) {
  case 0:
    pause_or_resume (world);
    return TRUE;
  case 1:
    done = bench_do (world->bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
    return TRUE;
  case 2:
    done = bench_do (world->bench, "move", "{'path':'m%u'}", world->said->len);
    return TRUE;
  case 3:
    done = bench_do (world->bench, "expire-access", "{'person':'me'}");
    return TRUE;
  default:
    return FALSE;
  }
}

void
world_calm (World *world)
{
  g_autoptr (JsonObject) done = NULL;

  if (world->is_paused)
    pause_or_resume (world);
  done = bench_do (world->bench, "switch", "{'lossyDeliveries':'0'}");
}

/* --- The whole --- */

gboolean
world_was_looked_at (World *world)
{
  return bench_calls (world->bench, "GET /groups/{groupId}/reaction/summary") >= 2 * WORLD_ROOMS &&
         bench_calls (world->bench, "GET /groups/{groupId}/actions") >= N_LISTED * WORLD_ROOMS;
}

static char *
scenario (void)
{
  GString *json = g_string_new (
      "{'users':[{'key':'me','name':'Mira','signIn':true,'pin':'123456'},{'key':'asha','name':'"
      "Asha'},"
      "{'key':'ben','name':'Ben'},{'key':'chi','name':'Chi'}],'colleagues':[],'groups':[");

  for (guint i = 0; i < WORLD_ROOMS; i++)
    g_string_append_printf (
        json,
        "%s{'key':'r%u','name':'r%u','members':[{'person':'asha','role':'Admin'},"
        "'me','ben','chi']}",
        i > 0 ? "," : "", i, i);
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}

World *
world_new (guint32 seed)
{
  World *world = g_new0 (World, 1);
  g_autofree char *json = scenario ();
  const char *switches[12] = {NULL};
  guint n = 0;

  world->seed = seed;
  world->rand = g_rand_new_with_seed (seed);
  world->said = g_ptr_array_new_with_free_func (said_free);
  world->others = g_ptr_array_new_with_free_func (g_free);
  if (world_draw (world, 2))
    switches[n++] = "eventIdIsReferenceId=off";
  if (world_draw (world, 3) == 0)
    switches[n++] = "duplicateDeliveries=on";
  if ((world->reorders = world_draw (world, 3) == 0))
    switches[n++] = "reorderDeliveries=on";
  if ((world->rotates = world_draw (world, 3) == 0)) {
    switches[n++] = "rotateRefreshToken=on";
    /* One that is new dies only when it is used: at the next renewal. */
    switches[n++] = "accessTokenSeconds=120";
    /* By the seed, so that all others are drawn as they were. */
    world->shares_token = seed % 3 == 0;
    if ((world->dies_at_once = world->shares_token && seed % 2 == 0))
      switches[n++] = "rotationKillsOld=atOnce";
  }
  if ((world->lists_oldest = world_draw (world, 2)))
    switches[n++] = "pageOrder=oldest";
  if (world_draw (world, 2))
    switches[n++] = "lossyDeliveries=15";
  world->bench = bench_new_world (json, seed, TIME_SCALE, switches);
  world->bench->tells_more = TRUE;
  return world;
}

void
world_free (World *world)
{
  bench_free (world->bench);
  g_ptr_array_unref (world->said);
  g_ptr_array_unref (world->others);
  g_rand_free (world->rand);
  g_free (world);
}
