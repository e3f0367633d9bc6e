/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole actions as lines. */
#include "config.h"

#include "render-world.h"

#include "kz-test-html.h"

#include <locale.h>

static void
test_poll (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = lunch_new ();

  assert_line (kz_render_action (&world->context, action, "k3f"),
               "Poll [k3f]: Lunch? — 1 Pizza · 2 Salad — closes tomorrow 15:00 — "
               "to vote: !vote k3f 1");
  assert_line (kz_render_action (&world->context, action, NULL),
               "Poll: Lunch? — 1 Pizza · 2 Salad — closes tomorrow 15:00");
  world->context.command_prefix = "/";
  assert_line (kz_render_action (&world->context, action, "k3f"),
               "Poll [k3f]: Lunch? — 1 Pizza · 2 Salad — closes tomorrow 15:00 — "
               "to vote: /vote k3f 1");
  action->due_us = NOW_US - HOUR_US;
  action->response_count = 4;
  action->is_anonymous = TRUE;
  action->is_sender_only = TRUE;
  assert_line (kz_render_action (&world->context, action, "k3f"),
               "Poll [k3f]: Lunch? — 1 Pizza · 2 Salad — closed today 9:00 — 4 answers so far — "
               "answers are anonymous — only the sender sees the answers — "
               "to see how it stands: /results k3f");
}

static void
test_job (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = pump_new ();

  assert_line (kz_render_action (&world->context, action, "a2x"),
               "Job [a2x]: Check pump — for Ben, you — due today 18:00 — when done: !done a2x");
  action->response_count = 1;
  action->assignee_count = 2;
  assert_line (kz_render_action (&world->context, action, "a2x"),
               "Job [a2x]: Check pump — for Ben, you — due today 18:00 — 1 of 2 done — "
               "when done: !done a2x");
  action->is_completed = KZ_TRI_YES;
  assert_line (kz_render_action (&world->context, action, "a2x"),
               "Job [a2x]: Check pump — for Ben, you — due today 18:00 — done — "
               "to see how it stands: !results a2x");
}

static void
test_job_of_others (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = action_new (KZ_ACTION_JOB, "Check pump");
  GString *phones = g_string_new ("+15550000002,+15559999999");

  for (int i = 0; i < 12; i++)
    g_string_append_printf (phones, ",+1555111%04d", i);
  action->assigned_to = g_strsplit (phones->str, ",", 0);
  g_string_free (phones, TRUE);
  action->due_us = NOW_US - 24 * HOUR_US;
  assert_line (kz_render_action (&world->context, action, "a2x"),
               "Job [a2x]: Check pump — for Ben, +15559999999, +15551110000, +15551110001, "
               "+15551110002, +15551110003, +15551110004, +15551110005, +15551110006, "
               "+15551110007, and 4 more — was due yesterday 10:00 — "
               "to see how it stands: !results a2x");
}

static void
test_survey (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = survey_new ();
  KzQuestion *hidden = question_new ("secret", KZ_QUESTION_TEXT, NULL);

  hidden->invisible = TRUE;
  g_ptr_array_insert (action->questions, 0, hidden);
  assert_line (kz_render_action (&world->context, action, "k3f"),
               "Survey [k3f]: Offsite — to answer: !answer k3f\n"
               "1. Which day — Mon · Tue\n"
               "2. How many (a number)");
}

static void
test_lets_meet (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = action_new (KZ_ACTION_LETS_MEET, "Review");

  action->start_us = NOW_US + 29 * HOUR_US;
  action->duration_min = 45;
  action->place.known = TRUE;
  action->place.latitude = 17.385;
  action->place.longitude = -78.4867;
  action->place.name = g_strdup ("Gate\n2");
  action->text = g_strdup ("Numbers\nPlans");
  assert_line (
      kz_render_action (&world->context, action, "k3f"),
      "Let’s meet [k3f]: Review — tomorrow 15:00, for 45 minutes — "
      "Gate 2: geo:17.385000,-78.486700 — to answer: !vote k3f accept (or decline, maybe)\n"
      "Numbers\nPlans");
  action->start_us = NOW_US - HOUR_US;
  action->duration_min = 1;
  action->place.known = FALSE;
  g_clear_pointer (&action->text, g_free);
  assert_line (kz_render_action (&world->context, action, "k3f"),
               "Let’s meet [k3f]: Review — today 9:00, for 1 minute — Gate 2 — "
               "to see how it stands: !results k3f");
}

static void
test_places (World *world, gconstpointer data)
{
  g_autoptr (KzAction) place = action_new (KZ_ACTION_LOCATION, NULL);
  g_autoptr (KzAction) photo = action_new (KZ_ACTION_PHOTO_LOCATION, NULL);

  place->place.known = TRUE;
  place->place.latitude = 0;
  place->place.longitude = 37.1;
  assert_line (kz_render_action (&world->context, place, NULL), "Place — geo:0.000000,37.100000");
  /* Off the globe: nothing to link. */
  place->place.latitude = 91;
  assert_line (kz_render_action (&world->context, place, "k3f"), "Place [k3f]");
  photo->place.known = TRUE;
  photo->place.latitude = 1.5;
  photo->place.longitude = 2.25;
  g_ptr_array_add (photo->media, kz_media_ref_new ("https://cdn.example/a.jpg?s=1&t=2", "a.jpg"));
  assert_line (kz_render_action (&world->context, photo, NULL),
               "Photo with a place: a.jpg — geo:1.500000,2.250000 — "
               "https://cdn.example/a.jpg?s=1&t=2");
}

static void
test_media (World *world, gconstpointer data)
{
  g_autoptr (KzAction) photo = action_new (KZ_ACTION_IMAGE, NULL);
  g_autoptr (KzAction) album = action_new (KZ_ACTION_ALBUM, NULL);
  g_autoptr (KzAction) bare = action_new (KZ_ACTION_AUDIO, NULL);
  g_autofree char *html = NULL;

  g_ptr_array_add (photo->media, kz_media_ref_new ("https://cdn.example/a.jpg", "IMG_1.jpg"));
  assert_line (kz_render_action (&world->context, photo, NULL),
               "Photo: IMG_1.jpg — https://cdn.example/a.jpg");
  photo->text = g_strdup ("the gate");
  assert_line (kz_render_action (&world->context, photo, "k3f"),
               "Photo [k3f]: the gate — IMG_1.jpg: https://cdn.example/a.jpg");
  html = kz_render_action (&world->context, photo, NULL);
  g_assert_nonnull (strstr (html, "<a href=\"https://cdn.example/a.jpg\">"));
  g_free (photo->text);
  photo->text = g_strdup ("the gate\nand the pump");
  assert_line (kz_render_action (&world->context, photo, NULL),
               "Photo\nthe gate\nand the pump\nIMG_1.jpg: https://cdn.example/a.jpg");
  album->title = g_strdup ("Visit");
  g_ptr_array_add (album->media, kz_media_ref_new ("https://cdn.example/a.jpg", "a.jpg"));
  g_ptr_array_add (album->media, kz_media_ref_new ("https://cdn.example/b.jpg", NULL));
  assert_line (kz_render_action (&world->context, album, NULL),
               "Album: Visit — 2 files\na.jpg: https://cdn.example/a.jpg\n"
               "https://cdn.example/b.jpg");
  g_ptr_array_add (bare->media, kz_media_ref_new ("https://cdn.example/x", NULL));
  assert_line (kz_render_action (&world->context, bare, NULL),
               "Voice message — https://cdn.example/x");
  g_ptr_array_set_size (bare->media, 0);
  assert_line (kz_render_action (&world->context, bare, NULL), "Voice message");
}

static void
test_announcement (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = action_new (KZ_ACTION_ANNOUNCEMENT, "Holiday");

  action->text = g_strdup ("Closed on Friday.\nSee https://a.example/x.");
  assert_line (kz_render_action (&world->context, action, "k3f"),
               "Announcement [k3f]: Holiday\nClosed on Friday.\nSee https://a.example/x.");
  g_ptr_array_add (action->media, kz_media_ref_new ("https://cdn.example/p.pdf", "plan.pdf"));
  assert_line (kz_render_action (&world->context, action, NULL),
               "Announcement: Holiday\nClosed on Friday.\nSee https://a.example/x.\n"
               "plan.pdf: https://cdn.example/p.pdf");
  g_clear_pointer (&action->title, g_free);
  g_ptr_array_set_size (action->media, 0);
  g_free (action->text);
  action->text = g_strdup ("Closed on Friday.");
  assert_line (kz_render_action (&world->context, action, NULL), "Announcement: Closed on Friday.");
}

static void
test_unknown_kind (World *world, gconstpointer data)
{
  g_autoptr (KzAction) quiz = kz_action_new (KZ_ACTION_UNKNOWN, "Quiz<1>", "g");
  g_autoptr (KzAction) nameless = kz_action_new (KZ_ACTION_UNKNOWN, NULL, "g");
  g_autoptr (KzAction) package = action_new (KZ_ACTION_PACKAGE, "Inspection");

  quiz->title = g_strdup ("Capital?");
  assert_line (kz_render_action (&world->context, quiz, "k3f"),
               "Quiz<1> [k3f]: Capital? — to see how it stands: !results k3f");
  assert_line (kz_render_action (&world->context, nameless, NULL), "Post");
  assert_line (kz_render_action (&world->context, package, "k3f"),
               "Form [k3f]: Inspection — to see how it stands: !results k3f");
}

static void
test_many_choices (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = action_new (KZ_ACTION_POLL, "Number?");
  g_autoptr (GStrvBuilder) choices = g_strv_builder_new ();
  g_autofree char *html = NULL;

  for (int i = 0; i < 5000; i++)
    g_strv_builder_add (choices, "choice");
  action->choices = g_strv_builder_end (choices);
  html = kz_render_action (&world->context, action, "k3f");
  kz_test_assert_safe (html);
  g_assert_nonnull (strstr (html, "30 choice · and 4970 more — to vote"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  world_test ("/render-action/a-poll-says-how-to-vote", test_poll);
  world_test ("/render-action/a-job-says-for-whom-and-until-when", test_job);
  world_test ("/render-action/a-job-of-others-has-no-done-hint", test_job_of_others);
  world_test ("/render-action/a-survey-lists-its-visible-questions", test_survey);
  world_test ("/render-action/an-invitation-says-when-and-where", test_lets_meet);
  world_test ("/render-action/places-are-links-to-coordinates-on-the-globe", test_places);
  world_test ("/render-action/files-show-name-and-link", test_media);
  world_test ("/render-action/an-announcement-is-shown-whole", test_announcement);
  world_test ("/render-action/an-unknown-kind-is-shown-plainly", test_unknown_kind);
  world_test ("/render-action/a-poll-with-thousands-of-choices-stays-a-line", test_many_choices);
  return g_test_run ();
}
