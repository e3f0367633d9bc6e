/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times and words, and hostile text in every field. */
#include "config.h"

#include "render-world.h"

#include "kz-test-html.h"

#include <locale.h>

/* --- times and words --- */

static void
test_times (World *world, gconstpointer data)
{
  static const struct {
    gint64 hours;
    const char *expected;
  } rows[] = {
      {0, "today 10:00"},
      {5, "today 15:00"},
      {-1, "today 9:00"},
      {14, "tomorrow 0:00"},
      {13, "today 23:00"},
      {-10, "today 0:00"},
      {-11, "yesterday 23:00"},
      {37, "tomorrow 23:00"},
      {38, "12 Mar 0:00"},
      {-35, "8 Mar 23:00"},
      {24 * 268 + 5, "3 Dec 15:00"},
      {24 * 365, "10 Mar 2027 10:00"},
      {-24 * 100, "30 Nov 2025 10:00"},
  };
  g_autofree char *never = kz_render_time (&world->context, G_MAXINT64);
  g_autofree char *before = kz_render_time (&world->context, G_MININT64);
  g_autofree char *utc = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = kz_render_time (&world->context, NOW_US + rows[i].hours * HOUR_US);

    g_assert_cmpstr (text, ==, rows[i].expected);
  }
  g_assert_cmpstr (never, ==, "at an unreadable time");
  g_assert_cmpstr (before, ==, "at an unreadable time");
  world->context.zone = NULL;
  utc = kz_render_time (&world->context, NOW_US);
  g_assert_cmpstr (utc, ==, "today 4:30");
}

static void
test_words (World *world, gconstpointer data)
{
  for (int kind = 0; kind < KZ_N_ACTION_KINDS; kind++) {
    g_assert_cmpstr (kz_render_action_kind (kind), !=, "");
    for (int other = 0; other < kind; other++)
      g_assert_cmpstr (kz_render_action_kind (kind), !=, kz_render_action_kind (other));
  }
  g_assert_cmpstr (kz_render_action_kind (KZ_ACTION_POLL), ==, "poll");
  g_assert_cmpstr (kz_render_action_kind (1000), ==, kz_render_action_kind (KZ_ACTION_UNKNOWN));
  g_assert_cmpstr (kz_render_role (KZ_ROLE_ADMIN), ==, "admin");
  g_assert_cmpstr (kz_render_role (1000), ==, kz_render_role (KZ_ROLE_UNKNOWN));
  g_assert_cmpstr (kz_render_group_kind (KZ_GROUP_PUBLIC), ==, "public group");
  g_assert_cmpstr (kz_render_group_kind (1000), ==, kz_render_group_kind (KZ_GROUP_OTHER));
}

/* --- hostile text in every field --- */

static KzAction *
hostile_action (KzActionKind kind, const char *text)
{
  KzAction *action = kz_action_new (kind, text, "g");

  action->title = g_strdup (text);
  action->text = g_strdup (text);
  action->package_id = g_strdup (text);
  action->choices = g_new0 (char *, 2);
  action->choices[0] = g_strdup (text);
  action->assigned_to = g_strdupv (action->choices);
  action->place.name = g_strdup (text);
  action->start_us = action->due_us = G_MAXINT64;
  g_ptr_array_add (action->questions, question_new (text, KZ_QUESTION_SINGLE, text));
  g_ptr_array_add (action->media, kz_media_ref_new (text, text));
  return action;
}

static void
check_hostile (World *world, KzActionKind kind, const char *text)
{
  g_autoptr (KzAction) action = hostile_action (kind, text);
  g_autoptr (KzTally) tally = tally_new (action);
  g_autoptr (KzEvent) response = event_new (KZ_EVENT_RESPONSE, action, "k3f");
  g_autoptr (KzEvent) reaction = event_new (KZ_EVENT_REACTION, action, "k3f");
  g_autofree char *whole = kz_render_action (&world->context, action, "k3f");
  g_autofree char *results = NULL;
  g_autofree char *answered = NULL;
  g_autofree char *reacted = NULL;

  g_ptr_array_add (tally->responses, response_new (kind, "id-eve", text));
  results = kz_render_results (&world->context, action, tally, "k3f");
  response->response = response_new (kind, "id-eve", text);
  answered = kz_render_event (&world->context, response);
  reaction->reaction = kz_reaction_new ("g", "r", KZ_REACTION_COMMENT, "id-eve");
  reaction->reaction->own_comment = g_strdup (text);
  reacted = kz_render_event (&world->context, reaction);
  kz_test_assert_safe (whole);
  kz_test_assert_safe (results);
  kz_test_assert_safe (answered);
  kz_test_assert_safe (reacted);
  /* Nobody begins a second line with the words of another person. */
  g_assert_null (strstr (answered, "<br>"));
  g_assert_null (strstr (reacted, "<br>"));
}

static void
test_injections (World *world, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kz_test_injections); i++)
    for (int kind = 0; kind < KZ_N_ACTION_KINDS; kind++)
      check_hostile (world, kind, kz_test_injections[i]);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  world_test ("/render/times-are-said-in-the-users-zone", test_times);
  world_test ("/render/every-kind-and-role-has-a-word", test_words);
  world_test ("/render/no-field-of-the-server-makes-a-tag", test_injections);
  return g_test_run ();
}
