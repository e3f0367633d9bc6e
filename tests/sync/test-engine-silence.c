/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A webhook that is there, and of which nothing comes though there are news: it is looked at long before its
 * turn, and in the end the lists are read as if there were none. */
#include "config.h"

#include "engine-deaf.h"
#include "kz-engine-people.h"

#define LOOKS "GET /webhook"

static gboolean
team_is_heard (Bench *bench)
{
  g_autoptr (GPtrArray) all = kz_engine_webhooks (bench->engine);
  g_autofree char *group_id = bench_group (bench, "team");

  for (guint i = 0; i < all->len; i++) {
    const KzHookStatus *status = g_ptr_array_index (all, i);

    if (g_str_equal (status->group_id, group_id))
      return status->works;
  }
  return FALSE;
}

static void
post_until_told (Bench *bench, const char *title)
{
  g_autofree char *job = bench_post_job_for_all (bench, title);

  g_assert_nonnull (job);
  until_told (bench, title);
}

static void
test_looked_at (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  guint looks;

  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  looks = bench_calls (bench, LOOKS);
  post_until_told (bench, "Pump 1");
  bench_pass (bench, 11 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_calls (bench, LOOKS), ==, looks + 1);
  g_assert_true (team_is_heard (bench));
  /* There is nothing wrong with it, and still nothing comes. */
  post_until_told (bench, "Pump 2");
  bench_pass (bench, 11 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_calls (bench, LOOKS), ==, looks + 2);
  g_assert_false (team_is_heard (bench));
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  bench_say (bench, "team", "ben", "at last");
  bench_until_line (bench, "at last");
  g_assert_true (team_is_heard (bench));
}

/* What was made while we were away, and what is heard of in time, raises no doubt. */
static void
test_no_doubt (void)
{
  g_autoptr (Bench) bench = new_deaf_bench ();
  g_autofree char *job = NULL;
  guint looks;

  bench_stop (bench);
  job = bench_post_job_for_all (bench, "Pump 1");
  bench_pass (bench, 5 * G_TIME_SPAN_MINUTE);
  bench_sign_on (bench);
  bench_open (bench, "team");
  bench_until_line (bench, "Pump 1");
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  looks = bench_calls (bench, LOOKS);
  bench_pass (bench, 15 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_calls (bench, LOOKS), ==, looks);
  json_object_unref (bench_do (bench, "webhooks/resume", "{}"));
  post_until_told (bench, "Pump 2");
  bench_pass (bench, G_TIME_SPAN_HOUR);
  g_assert_cmpuint (bench_calls (bench, LOOKS), ==, looks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/silence/a-webhook-that-should-have-told-is-looked-at", test_looked_at);
  g_test_add_func ("/silence/nothing-to-doubt", test_no_doubt);
  return g_test_run ();
}
