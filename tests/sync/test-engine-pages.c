/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list that has much is shown in slices, a turn of the loop each: in order, once, whatever comes
 * between two of them. */
#include "config.h"

#include "engine-world.h"

#include "kz-engine-private.h"
#include "kz-limits.h"

#include <string.h>

#define ACTIONS (2 * KZ_SLICE_ITEMS + KZ_SLICE_ITEMS / 2)

typedef struct {
  guint calls;
  guint news;
  guint lines_before; /* in the log when it was called */
  Bench *bench;
} Done;

static void
done_cb (guint n, guint news, gboolean is_over, gpointer data)
{
  Done *done = data;

  if (!is_over)
    return;
  done->calls++;
  done->news = news;
  done->lines_before = done->bench->log->len;
}

/* As the poller brings them. @more: behind each title */
static void
take_titles (Bench *bench, const char *group, guint n, const char *more, Done *done)
{
  g_autoptr (GPtrArray) actions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_action_unref);
  g_autofree char *group_id = bench_group (bench, group);

  for (guint i = 0; i < n; i++) {
    KzAction *action = kz_action_new (KZ_ACTION_JOB, "Job", group_id);

    action->action_id = g_strdup_printf ("%08x-2c6e-4ea0-abf1-046e56a497d0", i);
    action->reference_id = g_strdup_printf ("%08x-c413-4e2c-a1ac-4583126571bb", i);
    action->title = g_strdup_printf ("Shift %03u%s", i, more);
    action->sent_us = kz_clock_wall_us (bench->clock) + i;
    g_ptr_array_add (actions, action);
  }
  *done = (Done){.bench = bench};
  kz_engine_poller_funcs ()->actions (group_id, actions, 0, done_cb, done, bench->engine);
}

static void
take_list (Bench *bench, const char *group, Done *done)
{
  take_titles (bench, group, ACTIONS, "", done);
}

static gboolean
deliver (Bench *bench, const char *group, const char *event_id, const char *text)
{
  g_autofree char *group_id = bench_group (bench, group);
  g_autofree char *asha = bench_person (bench, "asha");
  g_autofree char *body = g_strdup_printf (
      "{\"objectId\":\"%s\",\"objectType\":\"Group\",\"eventType\":\"TextMessageCreated\","
      "\"eventId\":\"%s\",\"data\":{\"text\":\"%s\"},\"fromUserId\":\"%s\","
      "\"fromUserName\":\"Asha\",\"groupId\":\"%s\"}",
      group_id, event_id, text, asha, group_id);

  return kz_engine_delivery (body, strlen (body), bench->engine);
}

/* Each title stands in one line, in this order. @from: the first of them. */
static void
assert_shifts (Bench *bench, guint from, guint to)
{
  guint next = from;

  for (guint i = 0; i < bench->log->len; i++) {
    const char *title = strstr (bench->log->pdata[i], "\"Shift ");

    if (title == NULL)
      continue;
    g_assert_cmpuint (g_ascii_strtoull (title + strlen ("\"Shift "), NULL, 10), ==, next);
    next++;
  }
  g_assert_cmpuint (next, ==, to);
}

static Bench *
bench_ready (void)
{
  Bench *bench = bench_new (NULL);

  bench_only_poll (bench);
  bench_settle_in (bench);
  bench_open (bench, "team");
  bench_clear (bench);
  return bench;
}

static void
test_in_turns (void)
{
  g_autoptr (Bench) bench = bench_ready ();
  Done done;

  take_list (bench, "team", &done);
  assert_shifts (bench, 0, KZ_SLICE_ITEMS);
  g_assert_true (deliver (bench, "team", "e-1", "meanwhile"));
  g_assert_true (deliver (bench, "team", "e-1", "meanwhile"));
  g_assert_false (bench_has (bench, "meanwhile"));
  g_assert_true (deliver (bench, "ops", "e-2", "elsewhere"));
  g_assert_true (bench_has (bench, "elsewhere"));
  while (!bench_has (bench, "meanwhile")) {
    guint before = bench_count (bench, "Shift");

    g_main_context_iteration (NULL, FALSE);
    g_assert_cmpuint (bench_count (bench, "Shift") - before, <=, KZ_SLICE_ITEMS);
  }
  assert_shifts (bench, 0, ACTIONS);
  g_assert_cmpuint (done.calls, ==, 1);
  g_assert_cmpuint (done.news, ==, ACTIONS);
  g_assert_nonnull (strstr (bench->log->pdata[done.lines_before], "meanwhile"));
  g_assert_null (strstr (bench_line (bench, "meanwhile"), " late"));
  bench_settle (bench);
  g_assert_cmpuint (bench_count (bench, "meanwhile"), ==, 1);
  /* Nothing is left that the next session would show. */
  bench_kill (bench);
  bench_sign_on (bench);
  bench_settle (bench);
  g_assert_false (bench_has (bench, "meanwhile"));
}

/* By bytes as well. */
static void
test_long_titles (void)
{
  g_autoptr (Bench) bench = bench_ready ();
  g_autofree char *more = g_strnfill (KZ_SLICE_BYTES / 2, 'a');
  Done done;

  take_titles (bench, "team", 5, more, &done);
  assert_shifts (bench, 0, 2);
  while (done.calls == 0) {
    guint before = bench->log->len;

    g_main_context_iteration (NULL, FALSE);
    g_assert_cmpuint (bench->log->len - before, <=, 2);
  }
  assert_shifts (bench, 0, 5);
}

/* What the list had is asked for again, as far as it was not shown; the host signs off at the fourth. */
static void
test_ends_in_the_midst (void)
{
  g_autoptr (Bench) bench = bench_ready ();
  g_autofree char *more = g_strnfill (KZ_SLICE_BYTES / 2, 'a');
  g_autofree char *team = bench_group (bench, "team");
  const KzGroupState *state = kz_store_group (bench->engine->store, team);
  gint64 second_us = 0;

  for (guint i = 0; i < 6; i++) {
    g_autofree char *title = g_strdup_printf ("Round %u %s", i, more);
    g_autoptr (JsonObject) moved = NULL;

    g_free (bench_post_job (bench, "team", title));
    if (i == 1)
      second_us = kz_clock_wall_us (bench->clock);
    moved = bench_do (bench, "clock", "{'advanceSeconds':3600}");
    kz_clock_jump_wall (bench->clock, G_TIME_SPAN_HOUR);
  }
  bench->stop_at = "Round 3";
  bench_until_line (bench, "Round 3");
  g_assert_null (bench->stop_at);
  g_assert_false (bench_has (bench, "Round 4"));
  /* The first two are behind us, for ever. */
  g_assert_cmpint (ABS (kz_cursor_mark (state->cursor, "Job") - second_us), <, G_TIME_SPAN_MINUTE);
  bench_stop (bench);
  bench_sign_on (bench);
  bench_until_line (bench, "Round 5");
  for (guint i = 0; i < 6; i++) {
    g_autofree char *title = g_strdup_printf ("Round %u", i);

    /* It went up, and came not back. */
    g_assert_cmpuint (bench_count (bench, title), ==, i == 3 ? 2 : 1);
  }
}

/* Between two slices. */
static void
test_end_between (gconstpointer is_killed)
{
  g_autoptr (Bench) bench = bench_ready ();
  g_autofree char *more = g_strnfill (KZ_SLICE_BYTES / 20, 'a');
  Done done;

  take_titles (bench, "team", 60, more, &done);
  g_main_context_iteration (NULL, FALSE);
  g_assert_true (deliver (bench, "team", "e-1", "meanwhile"));
  g_assert_cmpuint (done.calls, ==, 0);
  if (is_killed != NULL)
    bench_kill (bench);
  else {
    guint shown = bench_count (bench, "Shift");

    bench_stop (bench);
    assert_shifts (bench, 0, shown);
    g_assert_cmpuint (shown, <, 60);
    g_assert_false (bench_has (bench, "meanwhile"));
    bench_clear (bench);
  }
  g_assert_cmpuint (done.calls, ==, 1);
  bench_sign_on (bench);
  g_assert_cmpuint (bench_count (bench, "meanwhile"), ==, 1);
  g_assert_null (strstr (bench_line (bench, "meanwhile"), "maybe-seen"));
  bench_settle (bench);
  bench_clear (bench);
  take_titles (bench, "team", 60, more, &done);
  while (done.calls == 0)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (done.news, >, 0);
  g_assert_cmpuint (done.news, <=, 60 - 20);
  assert_shifts (bench, 60 - done.news, 60);
  g_assert_false (bench_has (bench, "meanwhile"));
}

/* The host signs off at a line in the middle of a slice that is not the first. */
static void
test_end_within (void)
{
  g_autoptr (Bench) bench = bench_ready ();
  Done done;

  bench->stop_at = "Shift 150";
  take_list (bench, "team", &done);
  while (bench->stop_at != NULL)
    g_main_context_iteration (NULL, FALSE);
  bench_settle (bench);
  assert_shifts (bench, 0, 151);
  g_assert_cmpuint (done.calls, ==, 1);
  bench_stop (bench);
}

/* All of it was accepted: it is shown before the room goes. */
static void
test_room_goes (void)
{
  g_autoptr (Bench) bench = bench_ready ();
  g_autofree char *team = bench_group (bench, "team");
  Done done;

  take_list (bench, "team", &done);
  g_assert_true (deliver (bench, "team", "e-1", "meanwhile"));
  kz_engine_leave_now (bench->engine, team);
  assert_shifts (bench, 0, ACTIONS);
  g_assert_cmpuint (bench_count (bench, "meanwhile"), ==, 1);
  g_assert_nonnull (strstr (bench->log->pdata[bench->log->len - 1], "removed"));
  bench_settle (bench);
  g_assert_cmpuint (done.calls, ==, 1);
  g_assert_cmpuint (bench_count (bench, "meanwhile"), ==, 1);
}

/* --- What else is polled --- */

static gboolean
until_true (gpointer data)
{
  return !*(gboolean *) data;
}

static void
nothing (gpointer data)
{
}

/* Whatever brings it: another list, or who answered. */
static void
test_polls_wait (gconstpointer line)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *lunch = NULL;
  gboolean is_vote = strstr (line, "response") != NULL;
  gboolean may_end = FALSE;

  bench_only_poll (bench);
  bench_settle_in (bench);
  if (is_vote) {
    lunch = bench_post_poll (bench, "team", "Lunch?");
    bench_until_line (bench, "Lunch?");
    bench_clear (bench);
    json_object_unref (
        bench_do (bench, "vote", "{'actionId':'%s','person':'ben','choice':'Soup'}", lunch));
  } else {
    g_free (bench_post_job (bench, "team", "Shift"));
  }
  /* Always there is more, so that it never is at rest. */
  kz_engine_add_room_work (bench->engine, team, until_true, &may_end, nothing);
  for (guint i = 0; i < 3000; i++) {
    g_main_context_iteration (NULL, FALSE);
    if (i % 20 == 0)
      kz_clock_advance (bench->clock, G_USEC_PER_SEC);
  }
  g_assert_false (bench_has (bench, "in team"));
  may_end = TRUE;
  bench_until_line (bench, line);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pages/a-long-list-is-shown-in-turns", test_in_turns);
  g_test_add_func ("/pages/long-titles-are-shown-in-turns", test_long_titles);
  g_test_add_func ("/pages/a-list-that-ends-in-the-midst-comes-again", test_ends_in_the_midst);
  g_test_add_data_func ("/pages/a-sign-off-between-two-slices-loses-nothing", NULL,
                        test_end_between);
  g_test_add_data_func ("/pages/a-kill-between-two-slices-loses-nothing", "", test_end_between);
  g_test_add_func ("/pages/the-host-may-sign-off-within-a-slice", test_end_within);
  g_test_add_func ("/pages/a-room-that-goes-gets-all-of-it", test_room_goes);
  g_test_add_data_func ("/pages/other-lists-of-the-room-wait", "Job \"Shift\"", test_polls_wait);
  g_test_add_data_func ("/pages/who-answered-waits", "response in team by Ben", test_polls_wait);
  return g_test_run ();
}
