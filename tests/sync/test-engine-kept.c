/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What waits for a room that is closed, over sign-offs and kills. */
#include "config.h"

#include "engine-world.h"

#include <string.h>

static void
test_kept_until_opened (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");

  g_hash_table_add (bench->hidden, (gpointer) "team");
  bench_settle_in_hearing (bench);
  bench_say (bench, "team", "asha", "one");
  bench_say (bench, "team", "ben", "two");
  bench_say (bench, "ops", "ben", "elsewhere");
  bench_until_line (bench, "elsewhere");
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  bench_redeliver (bench, TRUE);
  g_assert_cmpuint (bench_count (bench, "message in team"), ==, 0);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 2);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_open_group (bench->engine, team);
  g_assert_cmpuint (bench_count (bench, "message in team"), ==, 2);
  g_assert_nonnull (strstr (bench_line (bench, "message in team"), "\"one\""));
  bench_redeliver (bench, TRUE);
  g_assert_cmpuint (bench_count (bench, "message in team"), ==, 2);
}

static void
test_restart (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *arrived = NULL;

  bench_settle_in_hearing (bench);
  bench_say (bench, "ops", "asha", "shown before");
  bench_until_line (bench, "shown before");
  g_hash_table_add (bench->hidden, (gpointer) "team");
  bench_say (bench, "team", "asha", "kept over night");
  bench_settle (bench);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 1);
  arrived =
      g_strdup_printf (" at=%" G_GINT64_FORMAT, kz_clock_wall_us (bench->clock) / G_USEC_PER_SEC);
  bench_pass (bench, 8 * G_TIME_SPAN_HOUR);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 1);
  bench_redeliver (bench, TRUE);
  bench_pass (bench, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
  kz_engine_release_group (bench->engine, team);
  /* It was certainly never shown; and it says when it came. */
  g_assert_null (strstr (bench_line (bench, "kept over night"), "maybe-seen"));
  g_assert_nonnull (strstr (bench_line (bench, "kept over night"), " late"));
  g_assert_nonnull (strstr (bench_line (bench, "kept over night"), arrived));
  g_assert_cmpuint (bench_count (bench, "message"), ==, 1);
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_until (bench, bench_hears, "webhooks");
  bench_redeliver (bench, TRUE);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 0);
}

/* However it came and however the process ended: in order of arrival, once, and no doubt told. */
static void
test_actions_kept (gconstpointer is_killed)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (JsonObject) announced = NULL;
  g_autoptr (JsonObject) paused = NULL;
  g_autoptr (JsonObject) polled = NULL;
  g_autoptr (JsonObject) made = NULL;
  guint next = 0;
  const char *const order[] = {"\"note\"", "\"a word\"", "\"tidy\"", "\"polled\""};

  bench_settle_in_hearing (bench);
  /* The first pass over the groups is complete: what is listed later is news. */
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_hash_table_add (bench->hidden, (gpointer) "team");
  announced = bench_do (bench, "action",
                        "{'group':'team','person':'asha','actionType':'Announcement',"
                        "'actionBody':{'title':'note','message':'all of it'}}");
  bench_settle (bench);
  bench_say (bench, "team", "ben", "a word");
  bench_settle (bench);
  made = bench_do (bench, "action",
                   "{'group':'team','person':'asha','actionType':'Job','actionBody':"
                   "{'title':'tidy','assignedTo':['ben']}}");
  bench_settle (bench);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 3);
  if (is_killed != NULL)
    bench_kill (bench);
  else
    bench_stop (bench);
  paused = bench_do (bench, "webhooks/pause", "{}");
  polled = bench_do (bench, "action",
                     "{'group':'team','person':'asha','actionType':'Job','actionBody':"
                     "{'title':'polled','assignedTo':['ben']}}");
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 90 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, 0);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 4);
  bench_stop (bench);
  bench_sign_on (bench);
  bench_pass (bench, 30 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 4);
  bench_clear (bench);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_open_group (bench->engine, team);
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, 3);
  g_assert_cmpuint (bench_count (bench, "maybe-seen"), ==, 0);
  for (guint i = 0; i < bench->log->len && next < G_N_ELEMENTS (order); i++)
    next += strstr (bench->log->pdata[i], order[next]) != NULL;
  g_assert_cmpuint (next, ==, G_N_ELEMENTS (order));
}

/* The first pass shows the latest as history; what waits for its room is left to wait. */
static void
test_kept_before_the_first_pass (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (JsonObject) fault = bench_do (
      bench, "fault", "{'match':{'path':'/groups/*/actions','times':0},'action':{'status':503}}");
  g_autoptr (JsonObject) made = NULL;
  g_autoptr (JsonNode) mended = NULL;

  bench_settle_in_hearing (bench);
  g_hash_table_add (bench->hidden, (gpointer) "team");
  made = bench_do (bench, "action",
                   "{'group':'team','person':'asha','actionType':'Job','actionBody':"
                   "{'title':'tidy','assignedTo':['ben']}}");
  bench_settle (bench);
  g_assert_cmpuint (kz_engine_kept_lines (bench->engine, team), ==, 1);
  mended = sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, NULL);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"tidy\""), ==, 0);
  g_hash_table_remove_all (bench->hidden);
  kz_engine_open_group (bench->engine, team);
  bench_pass (bench, 10 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "\"tidy\""), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kept/what-waits-is-not-shown-by-the-first-pass",
                   test_kept_before_the_first_pass);
  g_test_add_func ("/kept/lines-wait-for-a-room-that-is-closed", test_kept_until_opened);
  g_test_add_func ("/kept/a-restart-loses-nothing-and-shows-nothing-twice", test_restart);
  g_test_add_data_func ("/kept/actions-wait-for-a-closed-room-over-a-sign-off", NULL,
                        test_actions_kept);
  g_test_add_data_func ("/kept/actions-wait-for-a-closed-room-over-a-kill", "", test_actions_kept);
  return g_test_run ();
}
