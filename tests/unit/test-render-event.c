/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events as lines: texts, answers, reactions, people. */
#include "config.h"

#include "render-world.h"

#include <locale.h>

static void
test_text (World *world, gconstpointer data)
{
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_MESSAGE, NULL, NULL);

  event->text = kz_text_new ("g", "r", NULL, "Shift <7>\nsee https://a.example/");
  assert_line (kz_render_event (&world->context, event), "Shift <7>\nsee https://a.example/");
  event->maybe_seen = TRUE;
  event->maybe_older = TRUE;
  assert_line (kz_render_event (&world->context, event),
               "Shift <7>\nsee https://a.example/ (may be older than it looks) "
               "(may have been shown before)");
  g_clear_pointer (&event->text, kz_text_unref);
  g_assert_null (kz_render_event (&world->context, event));
  event->text = kz_text_new ("g", "r", NULL, "");
  event->maybe_seen = event->maybe_older = FALSE;
  assert_line (kz_render_event (&world->context, event), "(a text without words)");
}

static void
test_dates (World *world, gconstpointer data)
{
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_MESSAGE, NULL, NULL);

  event->text = kz_text_new ("g", "r", NULL, "x");
  event->is_history = TRUE;
  assert_line (kz_render_event (&world->context, event), "x");
  world->context.dates_in_text = TRUE;
  assert_line (kz_render_event (&world->context, event), "(today 10:00) x");
  event->is_history = FALSE;
  assert_line (kz_render_event (&world->context, event), "x");
  event->time_us = NOW_US - 11 * HOUR_US;
  assert_line (kz_render_event (&world->context, event), "(yesterday 23:00) x");
  event->time_us = 0;
  event->is_history = TRUE;
  assert_line (kz_render_event (&world->context, event), "x");
}

static void
test_added (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = lunch_new ();
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_ACTION_ADDED, action, "k3f");
  g_autofree char *expected = kz_render_action (&world->context, action, "k3f");
  g_autofree char *html = kz_render_event (&world->context, event);

  g_assert_cmpstr (html, ==, expected);
}

static void
test_job_responses (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = pump_new ();
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_RESPONSE, action, "a2x");

  event->response = response_new (KZ_ACTION_JOB, "id-ben", NULL);
  event->response->is_completed = KZ_TRI_YES;
  assert_line (kz_render_event (&world->context, event), "Ben finished the job [a2x] “Check pump”");
  event->tally = tally_new (action);
  event->tally->response_count = 2;
  event->tally->assignee_count = 3;
  assert_line (kz_render_event (&world->context, event),
               "Ben finished the job [a2x] “Check pump” (2 of 3 done)");
  /* Others may have answered, and only that is counted. */
  event->response->is_completed = KZ_TRI_NO;
  assert_line (kz_render_event (&world->context, event),
               "Ben opened the job [a2x] “Check pump” again");
  g_clear_pointer (&event->tally, kz_tally_unref);
  assert_line (kz_render_event (&world->context, event),
               "Ben opened the job [a2x] “Check pump” again");
  event->response->is_completed = KZ_TRI_UNKNOWN;
  assert_line (kz_render_event (&world->context, event), "Ben answered the job [a2x] “Check pump”");
  g_clear_pointer (&event->response, kz_response_unref);
  event->response = response_new (KZ_ACTION_JOB, OWN_ID, NULL);
  event->response->is_completed = KZ_TRI_YES;
  assert_line (kz_render_event (&world->context, event), "You finished the job [a2x] “Check pump”");
}

static void
test_answers (World *world, gconstpointer data)
{
  static const struct {
    KzActionKind kind;
    const char *id;
    gboolean is_update;
    const char *answer;
    const char *expected;
  } rows[] = {
      {KZ_ACTION_POLL, "id-ben", FALSE, "Pizza", "Ben voted in the poll [k3f] “Lunch?”: Pizza"},
      {KZ_ACTION_POLL, "id-ben", TRUE, "Salad", "Ben voted anew in the poll [k3f] “Lunch?”: Salad"},
      {KZ_ACTION_POLL, OWN_ID, FALSE, "Salad", "You voted in the poll [k3f] “Lunch?”: Salad"},
      {KZ_ACTION_POLL, OWN_ID, TRUE, NULL, "You changed your vote in the poll [k3f] “Lunch?”"},
      {KZ_ACTION_POLL, "id-nobody", FALSE, NULL, "Somebody voted in the poll [k3f] “Lunch?”"},
      {KZ_ACTION_SURVEY, "id-chi", FALSE, "Mon", "Chi answered the survey [k3f] “Lunch?”: Mon"},
      {KZ_ACTION_SURVEY, "id-chi", TRUE, "Tue", "Chi answered the survey [k3f] “Lunch?” anew: Tue"},
      {KZ_ACTION_SURVEY, NULL, FALSE, "Mon", "Somebody answered the survey [k3f] “Lunch?”: Mon"},
      {KZ_ACTION_LETS_MEET, "id-ben", FALSE, "Accept", "Ben answered [k3f] “Lunch?”: Accept"},
      {KZ_ACTION_LETS_MEET, OWN_ID, FALSE, "Maybe", "You answered [k3f] “Lunch?”: Maybe"},
      {KZ_ACTION_PACKAGE, "id-ben", FALSE, " two\nlines ",
       "Ben answered [k3f] “Lunch?”: two lines"},
      {KZ_ACTION_UNKNOWN, "id-eve", FALSE, "<b>", "<b>Eve</b> answered [k3f] “Lunch?”: <b>"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzAction) action = action_new (rows[i].kind, "Lunch?");
    g_autoptr (KzEvent) event = event_new (KZ_EVENT_RESPONSE, action, "k3f");

    event->response = response_new (rows[i].kind, rows[i].id, rows[i].answer);
    event->response->is_update = rows[i].is_update;
    assert_line (kz_render_event (&world->context, event), rows[i].expected);
  }
}

/* How it stands after the answer, in the same line. */
static void
test_standing (World *world, gconstpointer data)
{
  g_autoptr (KzAction) poll = lunch_new ();
  g_autoptr (KzAction) survey = survey_new ();
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_RESPONSE, poll, "k3f");
  int votes[] = {3, 1};

  event->response = response_new (KZ_ACTION_POLL, "id-ben", "Pizza");
  event->tally = tally_new (poll);
  event->tally->response_count = 4;
  event->tally->counts = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_append_vals (event->tally->counts, votes, 2);
  g_strfreev (event->tally->choices);
  event->tally->choices = g_strdupv (poll->choices);
  assert_line (kz_render_event (&world->context, event),
               "Ben voted in the poll [k3f] “Lunch?”: Pizza (Pizza 3, Salad 1)");
  /* Short, whatever the choices are called. */
  g_free (event->tally->choices[1]);
  event->tally->choices[1] = g_strnfill (70, 'x');
  g_free (event->tally->choices[0]);
  event->tally->choices[0] = g_strnfill (70, 'y');
  assert_line (kz_render_event (&world->context, event),
               "Ben voted in the poll [k3f] “Lunch?”: Pizza (4 answers)");
  event->tally->response_count = -1;
  assert_line (kz_render_event (&world->context, event),
               "Ben voted in the poll [k3f] “Lunch?”: Pizza (4 answers)");

  g_clear_pointer (&event->tally, kz_tally_unref);
  g_clear_pointer (&event->action, kz_action_unref);
  g_clear_pointer (&event->response, kz_response_unref);
  event->action = kz_action_ref (survey);
  event->response = response_new (KZ_ACTION_SURVEY, "id-chi", NULL);
  event->tally = tally_new (survey);
  event->tally->response_count = 2;
  assert_line (kz_render_event (&world->context, event),
               "Chi answered the survey [k3f] “Offsite” (2 answers)");
}

static void
test_survey_answers (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = survey_new ();
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_RESPONSE, action, "k3f");

  event->response = response_new (KZ_ACTION_SURVEY, "id-chi", "Mon");
  g_ptr_array_add (event->response->answers, g_strdup (""));
  g_ptr_array_add (event->response->answers, g_strdup ("2"));
  g_strfreev (event->response->question_titles);
  event->response->question_titles = g_strsplit ("Which day,Why,How many", ",", 0);
  assert_line (kz_render_event (&world->context, event),
               "Chi answered the survey [k3f] “Offsite”: Which day: Mon; How many: 2");
  /* A question has a mark of its own, in any script. */
  g_strfreev (event->response->question_titles);
  event->response->question_titles = g_strsplit ("Which day?,Why,كم عدد؟", ",", 0);
  assert_line (kz_render_event (&world->context, event),
               "Chi answered the survey [k3f] “Offsite”: Which day? Mon; كم عدد؟ 2");
}

static void
test_anonymous (World *world, gconstpointer data)
{
  g_autoptr (KzAction) action = lunch_new ();
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_RESPONSE, action, "k3f");

  /* The service may send a name along with what it calls anonymous. */
  action->is_anonymous = TRUE;
  event->sender = kz_person_new ("id-ben", NULL, NULL, NULL);
  event->response = response_new (KZ_ACTION_POLL, "id-ben", "Pizza");
  assert_line (kz_render_event (&world->context, event),
               "Somebody voted in the poll [k3f] “Lunch?”: Pizza");
  action->is_anonymous = FALSE;
  event->response->is_anonymous = TRUE;
  assert_line (kz_render_event (&world->context, event),
               "Somebody voted in the poll [k3f] “Lunch?”: Pizza");
  event->is_own = TRUE;
  assert_line (kz_render_event (&world->context, event),
               "You voted in the poll [k3f] “Lunch?”: Pizza");
}

static void
test_reactions (World *world, gconstpointer data)
{
  static const struct {
    KzReactionKind kind;
    const char *user_id;
    int count;
    const char *text;
    const char *expected;
  } rows[] = {
      {KZ_REACTION_LIKE, "id-ben", 1, NULL, "Ben likes [k3f] “Lunch?”"},
      {KZ_REACTION_LIKE, OWN_ID, 1, NULL, "You like [k3f] “Lunch?”"},
      {KZ_REACTION_LIKE, NULL, 1, NULL, "1 like for [k3f] “Lunch?”"},
      {KZ_REACTION_LIKE, NULL, 3, NULL, "3 likes for [k3f] “Lunch?”"},
      {KZ_REACTION_COMMENT, "id-chi", 1, NULL,
       "Chi commented on [k3f] “Lunch?” (Kaizala does not hand out the text)"},
      {KZ_REACTION_COMMENT, OWN_ID, 1, "yes\nplease",
       "You commented on [k3f] “Lunch?”: yes please"},
      {KZ_REACTION_COMMENT, OWN_ID, 1, NULL,
       "You commented on [k3f] “Lunch?” (Kaizala does not hand out the text)"},
      {KZ_REACTION_COMMENT, NULL, 2, NULL,
       "2 comments on [k3f] “Lunch?” (Kaizala does not hand out the text)"},
      {KZ_REACTION_OTHER, "id-ben", 1, NULL, "Ben reacted to [k3f] “Lunch?”: Wow"},
      {KZ_REACTION_OTHER, NULL, 1, NULL, "1 reaction to [k3f] “Lunch?”"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzAction) action = lunch_new ();
    g_autoptr (KzEvent) event = event_new (KZ_EVENT_REACTION, action, "k3f");

    event->reaction = kz_reaction_new ("g", "r", rows[i].kind, rows[i].user_id);
    event->reaction->count = rows[i].count;
    event->reaction->own_comment = g_strdup (rows[i].text);
    g_free (event->reaction->kind_raw);
    event->reaction->kind_raw = g_strdup ("Wow");
    assert_line (kz_render_event (&world->context, event), rows[i].expected);
  }
}

static void
test_references (World *world, gconstpointer data)
{
  g_autoptr (KzAction) photo = action_new (KZ_ACTION_IMAGE, NULL);
  g_autoptr (KzAction) wordy = action_new (
      KZ_ACTION_POLL, "Where shall we all go for lunch today,\nand when, and who pays?");
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_REACTION, photo, NULL);

  event->reaction = kz_reaction_new ("g", "r", KZ_REACTION_LIKE, "id-ben");
  assert_line (kz_render_event (&world->context, event), "Ben likes “photo”");
  g_ptr_array_add (photo->media, kz_media_ref_new ("https://cdn.example/a.jpg", "a.jpg"));
  assert_line (kz_render_event (&world->context, event), "Ben likes “a.jpg”");
  event->handle = g_strdup ("k3f");
  assert_line (kz_render_event (&world->context, event), "Ben likes [k3f] “a.jpg”");
  g_ptr_array_set_size (photo->media, 0);
  assert_line (kz_render_event (&world->context, event), "Ben likes [k3f] (photo)");
  g_clear_pointer (&event->action, kz_action_unref);
  assert_line (kz_render_event (&world->context, event), "Ben likes [k3f]");
  g_clear_pointer (&event->handle, g_free);
  assert_line (kz_render_event (&world->context, event), "Ben likes an earlier post");
  event->action = kz_action_ref (wordy);
  assert_line (kz_render_event (&world->context, event),
               "Ben likes “Where shall we all go for lunch today,…”");
}

static void
test_changes (World *world, gconstpointer data)
{
  g_autoptr (KzAction) poll = lunch_new ();
  g_autoptr (KzAction) job = pump_new ();
  g_autoptr (KzAction) survey = survey_new ();
  g_autoptr (KzEvent) event = event_new (KZ_EVENT_ACTION_CHANGED, poll, "k3f");
  int votes[] = {3, 1};

  event->tally = tally_new (poll);
  g_assert_null (kz_render_event (&world->context, event));
  g_strfreev (event->tally->choices);
  event->tally->choices = g_strdupv (poll->choices);
  event->tally->counts = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_append_vals (event->tally->counts, votes, 2);
  assert_line (kz_render_event (&world->context, event), "Poll [k3f] “Lunch?”: Pizza 3, Salad 1");
  /* Counts of other choices than there are: not understood. */
  g_array_set_size (event->tally->counts, 1);
  g_assert_null (kz_render_event (&world->context, event));

  g_clear_pointer (&event->tally, kz_tally_unref);
  g_clear_pointer (&event->action, kz_action_unref);
  event->action = kz_action_ref (job);
  event->tally = tally_new (job);
  event->tally->response_count = 2;
  event->tally->assignee_count = 3;
  assert_line (kz_render_event (&world->context, event), "Job [k3f] “Check pump”: 2 of 3 done");
  event->tally->assignee_count = -1;
  event->tally->is_completed = KZ_TRI_YES;
  assert_line (kz_render_event (&world->context, event), "Job [k3f] “Check pump”: done");
  event->tally->due_us = event->action->due_us + 24 * HOUR_US;
  {
    g_autofree char *time = kz_render_time (&world->context, event->tally->due_us);
    g_autofree char *line = g_strdup_printf ("Job [k3f] “Check pump”: done (now due %s)", time);

    assert_line (kz_render_event (&world->context, event), line);
  }

  g_clear_pointer (&event->tally, kz_tally_unref);
  g_clear_pointer (&event->action, kz_action_unref);
  event->action = kz_action_ref (survey);
  event->tally = tally_new (survey);
  event->tally->response_count = 1;
  assert_line (kz_render_event (&world->context, event), "Survey [k3f] “Offsite”: 1 answer");
  event->tally->response_count = 7;
  assert_line (kz_render_event (&world->context, event), "Survey [k3f] “Offsite”: 7 answers");
}

static void
test_membership (World *world, gconstpointer data)
{
  static const struct {
    KzEventKind kind;
    const char *who;
    const char *by;
    KzRole role;
    const char *expected;
  } rows[] = {
      {KZ_EVENT_MEMBER_ADDED, "id-ben", NULL, KZ_ROLE_MEMBER, "Ben joined this group"},
      {KZ_EVENT_MEMBER_ADDED, "id-ben", "id-ben", KZ_ROLE_MEMBER, "Ben joined this group"},
      {KZ_EVENT_MEMBER_ADDED, "id-ben", "id-chi", KZ_ROLE_MEMBER, "Chi added Ben to this group"},
      {KZ_EVENT_MEMBER_ADDED, "id-ben", OWN_ID, KZ_ROLE_MEMBER, "You added Ben to this group"},
      {KZ_EVENT_MEMBER_ADDED, OWN_ID, "id-chi", KZ_ROLE_MEMBER, "Chi added you to this group"},
      {KZ_EVENT_MEMBER_ADDED, OWN_ID, NULL, KZ_ROLE_MEMBER, "You joined this group"},
      {KZ_EVENT_MEMBER_REMOVED, "id-ben", NULL, KZ_ROLE_MEMBER, "Ben left this group"},
      {KZ_EVENT_MEMBER_REMOVED, "id-ben", "id-chi", KZ_ROLE_MEMBER,
       "Chi removed Ben from this group"},
      {KZ_EVENT_MEMBER_REMOVED, "id-ben", OWN_ID, KZ_ROLE_MEMBER,
       "You removed Ben from this group"},
      {KZ_EVENT_MEMBER_REMOVED, OWN_ID, "id-chi", KZ_ROLE_MEMBER,
       "Chi removed you from this group"},
      {KZ_EVENT_MEMBER_REMOVED, OWN_ID, OWN_ID, KZ_ROLE_MEMBER, "You left this group"},
      {KZ_EVENT_MEMBER_CHANGED, "id-ben", NULL, KZ_ROLE_ADMIN, "Ben is an admin of this group now"},
      {KZ_EVENT_MEMBER_CHANGED, OWN_ID, NULL, KZ_ROLE_MEMBER, "You are a member of this group now"},
      {KZ_EVENT_MEMBER_CHANGED, "id-ben", NULL, KZ_ROLE_SUBSCRIBER,
       "Ben is a subscriber of this group now"},
      {KZ_EVENT_MEMBER_CHANGED, "id-ben", NULL, KZ_ROLE_UNKNOWN,
       "The role of Ben in this group is “Boss” now"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzEvent) event = event_new (rows[i].kind, NULL, NULL);
    g_autoptr (KzPerson) who = kz_person_new (rows[i].who, NULL, NULL, NULL);
    g_autoptr (KzPerson) by =
        rows[i].by != NULL ? kz_person_new (rows[i].by, NULL, NULL, NULL) : NULL;
    g_autoptr (KzMember) member = kz_member_new (who, rows[i].role, TRUE);

    kz_member_set_role_raw (member, "Boss");
    event->membership = kz_membership_new ("g", member, by, rows[i].kind == KZ_EVENT_MEMBER_ADDED);
    assert_line (kz_render_event (&world->context, event), rows[i].expected);
  }
}

static void
test_silent_events (World *world, gconstpointer data)
{
  for (int kind = KZ_EVENT_GROUP_ADDED; kind <= KZ_EVENT_NOTICE; kind++) {
    g_autoptr (KzEvent) event = event_new (kind, NULL, NULL);

    /* Nothing in them, or nothing to say. */
    g_assert_null (kz_render_event (&world->context, event));
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  world_test ("/render-event/text-is-shown-as-sent-with-its-doubts", test_text);
  world_test ("/render-event/old-lines-carry-their-date-where-the-host-has-none", test_dates);
  world_test ("/render-event/a-new-action-is-shown-whole", test_added);
  world_test ("/render-event/job-responses-say-who-did-what", test_job_responses);
  world_test ("/render-event/answers-are-one-line-each", test_answers);
  world_test ("/render-event/survey-answers-name-their-questions", test_survey_answers);
  world_test ("/render-event/an-answer-says-how-it-stands", test_standing);
  world_test ("/render-event/anonymous-answers-name-nobody", test_anonymous);
  world_test ("/render-event/reactions-are-one-line-each", test_reactions);
  world_test ("/render-event/references-quote-what-is-known", test_references);
  world_test ("/render-event/changes-tell-the-counts-that-were-understood", test_changes);
  world_test ("/render-event/people-come-go-and-change-roles", test_membership);
  world_test ("/render-event/events-without-words-are-no-lines", test_silent_events);
  return g_test_run ();
}
