/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The random worlds of test-engine-worlds.c with real processes: ours is killed with SIGKILL
 * anywhere, also in the middle of a write, and started again on the files that it left; the one
 * beside it is a process, too. What each appended to its transcript is checked alike.
 *
 * KZ_TEST_WORLDS: how many, or which, as "11-20"; KZ_TEST_WORLD: that seed alone. */
#include "config.h"

#include "process-fixture.h"
#include "seeds.h"
#include "worlds.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define STEPS 40
#define STEP_US (2 * G_USEC_PER_SEC)
#define LAST_POINT 200
/* Where hours pass. */
#define LONG_STEP_US (10 * G_USEC_PER_SEC)

/* One process, and what it shows. */
typedef struct {
  Child *child;
  char *transcript;
  guint began; /* how much had been said then */
  gboolean is_online;
} Session;

typedef struct {
  World *world;
  Session *ours;  /* (nullable) */
  Session *other; /* (nullable) */
  char *home;
  char *token_file;
  guint sessions;
  guint budget;
  guint last_point; /* at which one that is to die does so */
  gboolean may_kill;
} Pair;

/* --- Transcripts --- */

/* Into the transcript of a session that goes on. */
static void
mark (Pair *pair, const Session *session, const char *what)
{
  int fd = g_open (session->transcript, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  g_autofree char *line = g_strdup_printf ("%s %u\n", what, pair->world->said->len);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, line, strlen (line)), ==, (gssize) strlen (line));
  g_close (fd, NULL);
}

static void
read_transcript (const Session *session, GPtrArray *log)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (session->transcript, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (log, g_strdup (lines[i]));
}

/* --- Processes --- */

/* What those type that have no journal is gone with them. */
static void
forget_sends (Pair *pair, const Session *session)
{
  for (guint i = session->began; i < pair->world->said->len; i++) {
    Said *said = g_ptr_array_index (pair->world->said, i);

    if (said->kind == SAID_OTHER_SEND)
      said->is_unsure = TRUE;
  }
}

/* Its lines go to those of the account, or of the one beside it: which of the two it was it said
 * itself before it showed anything. */
static void
end_session (Pair *pair, Session **place, const char *how)
{
  Session *session = g_steal_pointer (place);
  World *world = pair->world;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  gboolean was_killed = g_str_equal (how, WORLD_KILLED);
  gboolean owns;

  g_clear_pointer (&session->child, child_free);
  mark (pair, session, how);
  read_transcript (session, lines);
  owns = g_ptr_array_find_with_equal_func (lines, PROCESS_OWNS, g_str_equal, NULL);
  g_ptr_array_extend_and_steal (owns ? world->bench->log : world->others, g_steal_pointer (&lines));
  if (was_killed)
    world->kills++;
  if (!owns && was_killed)
    forget_sends (pair, session);
  g_assert_cmpint (g_unlink (session->transcript), ==, 0);
  g_free (session->transcript);
  g_free (session);
}

static void
bury (Pair *pair)
{
  if (pair->ours != NULL && child_is_dead (pair->ours->child))
    end_session (pair, &pair->ours, WORLD_KILLED);
  if (pair->other != NULL && child_is_dead (pair->other->child))
    end_session (pair, &pair->other, WORLD_KILLED);
}

static Session *
begin_session (Pair *pair, guint die_at)
{
  Session *session = g_new0 (Session, 1);
  g_autofree char *name = g_strdup_printf ("session-%u", pair->sessions++);
  ChildOptions options = {
      .bench = pair->world->bench,
      .token_file = pair->token_file,
      .budget = pair->budget,
      .die_at = die_at,
  };

  session->transcript = g_build_filename (pair->home, name, NULL);
  session->began = pair->world->said->len;
  options.transcript = session->transcript;
  mark (pair, session, WORLD_BEGAN);
  session->child = child_new (&options);
  return session;
}

static void
start (Pair *pair)
{
  World *world = pair->world;
  guint die_at =
      pair->may_kill && world_draw (world, 3) ? 1 + world_draw (world, pair->last_point) : 0;

  pair->ours = begin_session (pair, die_at);
  bury (pair);
}

static void
note_online (Pair *pair, Session *session)
{
  if (session == NULL || session->is_online || !child_is_online (session->child))
    return;
  session->is_online = TRUE;
  mark (pair, session, WORLD_ONLINE);
}

/* TRUE: it did something, or has died. */
static gboolean
ask_for_rest (Session *session)
{
  return session != NULL && !child_is_dead (session->child) && !child_rest (session->child);
}

/* Until nothing happens without the clock. */
static void
settle (Pair *pair)
{
  gboolean has_worked = TRUE;

  while (has_worked) {
    has_worked = FALSE;
    while (g_main_context_iteration (NULL, FALSE))
      has_worked = TRUE;
    has_worked |= ask_for_rest (pair->ours);
    has_worked |= ask_for_rest (pair->other);
    has_worked |= sb_sandbox_exchanges (pair->world->bench->sandbox) > 0;
  }
  bury (pair);
  note_online (pair, pair->ours);
  note_online (pair, pair->other);
}

static void
pass_in_steps (Pair *pair, gint64 us, gint64 longest_us)
{
  Bench *bench = pair->world->bench;

  settle (pair);
  for (gint64 left_us = us; left_us > 0; left_us -= longest_us) {
    gint64 step_us = MIN (left_us, longest_us);
    g_autofree char *clock = g_strdup_printf ("clock %" G_GINT64_FORMAT, step_us);
    g_autofree char *seconds = g_strdup_printf ("%.3f", (double) step_us / G_USEC_PER_SEC);
    g_autoptr (JsonObject) moved = bench_do (bench, "clock", "{'advanceSeconds':%s}", seconds);

    kz_clock_advance (bench->clock, step_us);
    if (pair->ours != NULL)
      child_ask (pair->ours->child, clock);
    if (pair->other != NULL)
      child_ask (pair->other->child, clock);
    settle (pair);
  }
}

static void
pass (Pair *pair, gint64 us)
{
  pass_in_steps (pair, us, STEP_US);
}

static void
sign_off (Pair *pair, Session **place)
{
  gboolean has_stopped = child_stop ((*place)->child);

  end_session (pair, place, has_stopped ? WORLD_ENDED : WORLD_KILLED);
}

static void
end_other (Pair *pair)
{
  if (pair->other == NULL)
    return;
  if (world_draw (pair->world, 2))
    sign_off (pair, &pair->other);
  else {
    child_kill (pair->other->child);
    bury (pair);
  }
}

/* The person of a dead token. */
static void
sign_in_anew (Pair *pair)
{
  g_autofree char *token = world_sign_in (pair->world);

  g_assert_true (g_file_set_contents (pair->token_file, token, -1, NULL));
}

/* As a host does it, with what the files say; where that was in vain, the person is asked. */
static void
be_online (Pair *pair)
{
  guint failures = 0;

  for (guint i = 0; i < 200 && pair->ours != NULL && !pair->ours->is_online; i++) {
    pass (pair, 3 * G_USEC_PER_SEC);
    if (pair->ours == NULL || !child_has_failed (pair->ours->child))
      continue;
    sign_off (pair, &pair->ours);
    if (pair->world->shares_token && ++failures > 1)
      sign_in_anew (pair);
    start (pair);
  }
}

/* The token of the one beside it may have killed its own. */
static void
mend_token (Pair *pair)
{
  if (!pair->world->shares_token || pair->ours == NULL || !child_has_failed (pair->ours->child))
    return;
  sign_off (pair, &pair->ours);
  start (pair);
  be_online (pair);
}

static void
see_to_it (Pair *pair)
{
  World *world = pair->world;

  bury (pair);
  mend_token (pair);
  while (pair->ours == NULL) {
    /* The service goes on without us. */
    for (guint i = world_draw (world, 3) == 0 ? world_draw (world, 8) : 0; i > 0; i--) {
      pass (pair, G_TIME_SPAN_MINUTE);
      world_happen (world);
    }
    start (pair);
    if (world_draw (world, 4) > 0)
      be_online (pair);
  }
}

/* --- What happens to them --- */

static gboolean
send_cb (World *world, Said *said, const char *room, const char *text)
{
  Pair *pair = world->data;
  const Session *session = said->kind == SAID_SEND ? pair->ours : pair->other;
  g_autofree char *group_id = bench_group (world->bench, room);
  g_autofree char *command = g_strdup_printf ("send %s %s", group_id, text);

  if (session == NULL || child_is_dead (session->child) || !child_is_online (session->child))
    return FALSE;
  /* The one beside ours may have come to the place of ours, which had just died. */
  said->kind = child_owns_files (session->child) ? SAID_SEND : SAID_OTHER_SEND;
  said->is_unsure = !child_ask (session->child, command);
  return said->is_unsure || child_has_taken (session->child);
}

/* A token that is rotated by the one may be dead for the other. */
static void
toggle_other (Pair *pair)
{
  World *world = pair->world;

  if (pair->other != NULL)
    end_other (pair);
  else if ((!world->rotates || world->shares_token) && pair->ours != NULL && pair->ours->is_online) {
    pair->other = begin_session (pair, 0);
    pass (pair, 3 * G_USEC_PER_SEC);
  }
}

static void
shake (Pair *pair)
{
  World *world = pair->world;

  switch (world_draw (world, 8)) {
  case 0:
    child_kill_after (pair->ours->child, 1 + world_draw (world, 40));
    break;
  case 1:
    child_kill (pair->ours->child);
    break;
  case 2:
    toggle_other (pair);
    break;
  case 3:
    sign_off (pair, &pair->ours);
    break;
  case 4:
  case 5:
    pass (pair, (1 + world_draw (world, 20)) * G_USEC_PER_SEC);
    break;
  default:
    world_shake (world);
    break;
  }
}

/* Hours in which only polls come, and a process that is killed finds the webhooks as dead as they were. */
static void
be_deaf (Pair *pair)
{
  World *world = pair->world;
  guint hours = 1 + world_draw (world, 3);

  world_go_deaf (world);
  /* Those that follow show little else than what was missed. */
  pair->last_point = 90;
  for (guint i = 0; i < 4 * hours; i++) {
    for (guint k = 0; k < 3; k++)
      world_happen (world);
    if (world_draw (world, 3) == 0)
      child_kill (pair->ours->child);
    see_to_it (pair);
    pass_in_steps (pair, 15 * G_TIME_SPAN_MINUTE, LONG_STEP_US);
    see_to_it (pair);
  }
  pair->last_point = LAST_POINT;
  world_end_deafness (world);
}

static void
wait_until_complete (Pair *pair, guint minutes)
{
  World *world = pair->world;

  for (guint i = 0; i < minutes; i++) {
    guint before = world->bench->log->len;
    guint before_beside = world->others->len;
    gboolean is_complete;

    read_transcript (pair->ours, world->bench->log);
    if (pair->other != NULL)
      read_transcript (pair->other, world->others);
    is_complete = world_is_complete (world);
    g_ptr_array_set_size (world->bench->log, (int) before);
    g_ptr_array_set_size (world->others, (int) before_beside);
    if (is_complete)
      return;
    pass_in_steps (pair, G_TIME_SPAN_MINUTE, world->was_deaf ? LONG_STEP_US : STEP_US);
    see_to_it (pair);
  }
}

static void
come_to_rest (Pair *pair)
{
  World *world = pair->world;
  g_autoptr (JsonObject) again = NULL;

  pair->may_kill = FALSE;
  world_calm (world);
  end_other (pair);
  /* A process that is yet to die where it was told to would not let anything come to rest. */
  see_to_it (pair);
  child_kill (pair->ours->child);
  see_to_it (pair);
  be_online (pair);
  g_assert_true (child_owns_files (pair->ours->child));
  /* That a webhook is dead is found out every four hours at the latest. */
  wait_until_complete (pair, 270);
  if (world_bears_two (world)) {
    pair->other = begin_session (pair, 0);
    world_note_beside (world);
    pass (pair, 3 * G_USEC_PER_SEC);
  }
  world_last_words (world);
  wait_until_complete (pair, 120);
  if (pair->other != NULL)
    sign_off (pair, &pair->other);
  again = bench_do (world->bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
  pass (pair, G_TIME_SPAN_MINUTE);
  sign_off (pair, &pair->ours);
}

/* The first look at everything is no part of it. */
static void
look_first (Pair *pair)
{
  start (pair);
  be_online (pair);
  for (guint i = 0;
       i < 60 && (!child_hears (pair->ours->child) || !world_was_looked_at (pair->world)); i++)
    pass (pair, 10 * G_USEC_PER_SEC);
  pass (pair, 20 * G_USEC_PER_SEC);
  sign_off (pair, &pair->ours);
  bench_clear (pair->world->bench);
}

static void
run_world (guint32 seed)
{
  g_autoptr (World) world = world_new (seed);
  g_autofree char *home = g_dir_make_tmp ("kaizala-test-XXXXXX", NULL);
  g_autofree char *token_file = g_build_filename (home, "token", NULL);
  Pair pair = {.world = world, .home = home, .token_file = token_file, .budget = 80,
               .last_point = LAST_POINT};
  /* By the seed, so that all others are drawn as they were. */
  gboolean is_deaf_once = seed % 10 == 7;

  g_test_message ("world %u", seed);
  world->data = &pair;
  world->send = send_cb;
  g_assert_true (g_file_set_contents (token_file, world->bench->token, -1, NULL));
  look_first (&pair);
  pair.budget = world_draw (world, 6) == 0 ? 80 : 15;
  /* Calls are what a world costs. */
  if (is_deaf_once)
    pair.budget = 6;
  pair.may_kill = TRUE;
  see_to_it (&pair);
  for (guint i = 0; i < STEPS; i++) {
    world_happen (world);
    if (world_draw (world, 2))
      shake (&pair);
    settle (&pair);
    see_to_it (&pair);
    if (is_deaf_once && i == STEPS / 2)
      be_deaf (&pair);
  }
  come_to_rest (&pair);
  world_check (world);
  g_test_message ("%u kills", world->kills);
  g_unlink (token_file);
  g_rmdir (home);
}

static void
test_worlds (void)
{
  /* One that is deaf for hours, and those that found something that no other test did. */
  static const guint32 telling[] = {47, 131, 166, 860};

  seeds_run (run_world, "KZ_TEST_WORLD", "KZ_TEST_WORLDS", 6, telling,
             G_N_ELEMENTS (telling));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/process-worlds/exactly-what-was-said-once", test_worlds);
  return g_test_run ();
}
