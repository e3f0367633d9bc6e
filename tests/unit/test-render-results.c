/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a poll, a survey or a job stands. */
#include "config.h"

#include "render-world.h"

#include <locale.h>

static void
test_poll_results (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = lunch_new ();
  g_autoptr (KzTally) tally = tally_new (action);

  assert_line (kz_render_results (&world->context, action, tally, "k3f"),
               "Poll [k3f] “Lunch?” — Kaizala’s answer was not understood: there may be answers "
               "that only the app shows");
  assert_line (kz_render_results (&world->context, action, NULL, "k3f"),
               "Poll [k3f] “Lunch?” — Kaizala’s answer was not understood: there may be answers "
               "that only the app shows");
  tally->response_count = 0;
  assert_line (kz_render_results (&world->context, action, tally, "k3f"),
               "Poll [k3f] “Lunch?” — no answers yet\n1 Pizza 0\n2 Salad 0");
  tally->response_count = 4;
  g_ptr_array_add (tally->responses, response_new (KZ_ACTION_POLL, "id-ben", "Pizza"));
  g_ptr_array_add (tally->responses, response_new (KZ_ACTION_POLL, OWN_ID, "Pizza"));
  g_ptr_array_add (tally->responses, response_new (KZ_ACTION_POLL, NULL, "Salad"));
  g_ptr_array_add (tally->responses,
                   response_new (KZ_ACTION_POLL, "id-chi", "Soup <hot> and Salad"));
  assert_line (kz_render_results (&world->context, action, tally, "k3f"),
               "Poll [k3f] “Lunch?” — 4 answers\n"
               "1 Pizza ========== 2 (50%): Ben, you\n"
               "2 Salad ===== 1 (25%)\n"
               "Chi: Soup <hot> and Salad");
  action->is_anonymous = TRUE;
  assert_line (kz_render_results (&world->context, action, tally, "k3f"),
               "Poll [k3f] “Lunch?” — 4 answers\n"
               "1 Pizza ========== 2 (50%)\n"
               "2 Salad ===== 1 (25%)\n"
               "Somebody: Soup <hot> and Salad");
}

static void
test_counted_results (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = lunch_new ();
  g_autoptr (KzTally) tally = tally_new (action);
  int votes[] = {3, -7};

  g_strfreev (tally->choices);
  tally->choices = g_strdupv (action->choices);
  tally->counts = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_append_vals (tally->counts, votes, 2);
  assert_line (kz_render_results (&world->context, action, tally, "k3f"),
               "Poll [k3f] “Lunch?” — 3 answers\n1 Pizza ==================== 3 (100%)\n"
               "2 Salad 0 (0%)");
  /* Without the action, what the answer tells is enough. */
  assert_line (kz_render_results (&world->context, NULL, tally, "k3f"),
               "[k3f] — 3 answers\n1 Pizza ==================== 3 (100%)\n2 Salad 0 (0%)");
}

static void
test_survey_results (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = survey_new ();
  g_autoptr (KzTally) tally = tally_new (action);
  KzResponse *ben = response_new (KZ_ACTION_SURVEY, "id-ben", "Mon");
  KzResponse *chi = response_new (KZ_ACTION_SURVEY, "id-chi", "Mon, Tue");

  g_ptr_array_add (ben->answers, g_strdup ("2"));
  g_ptr_array_add (tally->responses, ben);
  g_ptr_array_add (tally->responses, chi);
  assert_line (kz_render_results (&world->context, action, tally, "k3f"),
               "Survey [k3f] “Offsite” — 2 answers\n"
               "1. Which day\n"
               "1 Mon ==================== 2 (100%): Ben, Chi\n"
               "2 Tue ========== 1 (50%): Chi\n"
               "2. How many\n"
               "Ben: 2");
  g_ptr_array_set_size (action->questions, 0);
  assert_line (kz_render_results (&world->context, action, tally, NULL),
               "Survey “Offsite” — 2 answers\nBen: Mon; 2\nChi: Mon, Tue");
}

static void
test_job_results (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = pump_new ();
  g_autoptr (KzTally) tally = tally_new (action);
  KzResponse *ben = response_new (KZ_ACTION_JOB, "id-ben", NULL);
  KzResponse *own = response_new (KZ_ACTION_JOB, OWN_ID, NULL);

  ben->is_completed = KZ_TRI_YES;
  own->is_completed = KZ_TRI_NO;
  tally->response_count = 1;
  tally->assignee_count = 2;
  g_ptr_array_add (tally->responses, ben);
  g_ptr_array_add (tally->responses, own);
  assert_line (kz_render_results (&world->context, action, tally, "a2x"),
               "Job [a2x] “Check pump” — 1 of 2 done\nBen: done\nyou: not done yet");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  world_test ("/render-results/poll-results-have-bars-and-names", test_poll_results);
  world_test ("/render-results/counts-alone-are-results-too", test_counted_results);
  world_test ("/render-results/survey-results-are-counted-by-question", test_survey_results);
  world_test ("/render-results/job-results-say-who-is-done", test_job_results);
  return g_test_run ();
}
