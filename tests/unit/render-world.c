/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "render-world.h"

#include "kz-test-html.h"

static char *
person_name (const KzPerson *person, gpointer data)
{
  static const char *const people[][3] = {
      {"id-ben", "+15550000002", "Ben"},
      {"id-chi", "+15550000003", "Chi"},
      {"id-own", "+15550000001", "Own Name"},
      {"id-eve", "+15550000666", "<b>Eve</b>\n\xe2\x80\xae"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    if (g_strcmp0 (person->id, people[i][0]) == 0 || g_strcmp0 (person->phone, people[i][1]) == 0)
      return g_strdup (people[i][2]);
  return NULL;
}

static void
world_up (World *world, gconstpointer data)
{
  world->zone = g_time_zone_new_offset (19800);
  world->context = (KzRenderContext){
      .person_name = person_name,
      .zone = world->zone,
      .now_us = NOW_US,
      .own_phone = OWN_PHONE,
      .own_id = OWN_ID,
      .command_prefix = "!",
  };
}

static void
world_down (World *world, gconstpointer data)
{
  g_time_zone_unref (world->zone);
}

KzAction *
action_new (KzActionKind kind, const char *title)
{
  KzAction *action = kz_action_new (kind, NULL, "g");

  action->title = g_strdup (title);
  return action;
}

KzAction *
lunch_new (void)
{
  KzAction *action = action_new (KZ_ACTION_POLL, "Lunch?");

  action->choices = g_strsplit ("Pizza,Salad", ",", 0);
  action->due_us = NOW_US + 29 * HOUR_US;
  return action;
}

KzAction *
pump_new (void)
{
  KzAction *action = action_new (KZ_ACTION_JOB, "Check pump");

  action->assigned_to = g_strsplit ("+15550000002," OWN_PHONE, ",", 0);
  action->due_us = NOW_US + 8 * HOUR_US;
  return action;
}

KzTally *
tally_new (const KzAction *action)
{
  KzTally *tally = kz_tally_from_action (action);

  g_assert_nonnull (tally);
  return tally;
}

KzResponse *
response_new (KzActionKind kind, const char *id, const char *answer)
{
  g_autoptr (GError) error = NULL;
  KzResponse *response = NULL;
  g_autofree char *text =
      g_strdup_printf ("{\"actionId\":\"a1\",\"groupId\":\"g\",\"responderId\":\"%s\"}", id);
  g_autoptr (KzJson) json = kz_json_parse (text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  response = kz_response_parse (json, "g", &error);
  g_assert_no_error (error);
  response->kind = kind;
  g_clear_pointer (&response->responder, kz_person_unref);
  response->responder = id != NULL ? kz_person_new (id, NULL, NULL, NULL) : NULL;
  response->is_anonymous = id == NULL;
  g_ptr_array_set_size (response->answers, 0);
  if (answer != NULL)
    g_ptr_array_add (response->answers, g_strdup (answer));
  return response;
}

void
assert_line (char *html, const char *expected)
{
  g_autofree char *visible = NULL;

  kz_test_assert_safe (html);
  visible = kz_test_visible (html);
  g_test_message ("%s", html);
  g_assert_cmpstr (visible, ==, expected);
  g_free (html);
}

KzQuestion *
question_new (const char *title, KzQuestionKind kind, const char *options)
{
  KzQuestion *question = g_new0 (KzQuestion, 1);

  question->title = g_strdup (title);
  question->kind = kind;
  question->options = options != NULL ? g_strsplit (options, ",", 0) : NULL;
  return question;
}

KzAction *
survey_new (void)
{
  KzAction *action = action_new (KZ_ACTION_SURVEY, "Offsite");

  g_ptr_array_add (action->questions, question_new ("Which day", KZ_QUESTION_SINGLE, "Mon,Tue"));
  g_ptr_array_add (action->questions, question_new ("How many", KZ_QUESTION_NUMERIC, NULL));
  return action;
}

KzEvent *
event_new (KzEventKind kind, KzAction *action, const char *handle)
{
  KzEvent *event = kz_event_new (kind, KZ_SOURCE_POLL, "g");

  event->action = action != NULL ? kz_action_ref (action) : NULL;
  event->handle = g_strdup (handle);
  event->time_us = NOW_US;
  return event;
}

void
world_test (const char *name, void (*test) (World *world, gconstpointer data))
{
  g_test_add (name, World, NULL, world_up, test, world_down);
}
