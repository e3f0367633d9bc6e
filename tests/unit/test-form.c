/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-wizard.h"

#include <locale.h>
#include <string.h>

/* --- a room with people --- */

typedef struct {
  GPtrArray *people;
  GPtrArray *groups;
  GDateTime *now;
  KzFormContext context;
} World;

static GPtrArray *
find_people (const char *typed, gboolean only_here, gpointer data)
{
  World *world = data;
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);

  for (guint i = 0; i < world->people->len; i++) {
    KzPerson *person = g_ptr_array_index (world->people, i);

    if (g_ascii_strncasecmp (person->name, typed, strlen (typed)) == 0 ||
        g_strcmp0 (person->phone, typed) == 0)
      g_ptr_array_add (found, kz_person_ref (person));
  }
  return found;
}

static GPtrArray *
find_groups (const char *typed, gpointer data)
{
  World *world = data;
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);

  for (guint i = 0; i < world->groups->len; i++) {
    KzGroup *group = g_ptr_array_index (world->groups, i);

    if (g_ascii_strcasecmp (group->name, typed) == 0)
      g_ptr_array_add (found, kz_group_ref (group));
  }
  return found;
}

static char *
person_name (const KzPerson *person, gpointer data)
{
  return g_strdup (person->name != NULL ? person->name : person->phone);
}

static void
world_init (World *world)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("CET-1CEST,M3.5.0,M10.5.0/3");

  world->people = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);
  g_ptr_array_add (world->people, kz_person_new ("u1", "+15550000001", "Asha Rao", NULL));
  g_ptr_array_add (world->people, kz_person_new ("u2", "+15550000002", "Asha Sen", NULL));
  g_ptr_array_add (world->people, kz_person_new ("u3", "+15550000003", "Ben", NULL));
  g_ptr_array_add (world->people, kz_person_new ("u4", NULL, "Chi", NULL));
  world->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);
  g_ptr_array_add (world->groups, kz_group_new_minimal ("g1", "Gate one"));
  g_ptr_array_add (world->groups, kz_group_new_minimal ("g2", "Gate two"));
  g_ptr_array_add (world->groups, kz_group_new_minimal ("g3", "Gate two"));
  world->now = g_date_time_new_from_iso8601 ("2026-11-25T13:20:00", zone);
  world->context = (KzFormContext){.now = world->now,
                                   .group = g_ptr_array_index (world->groups, 0),
                                   .find_people = find_people,
                                   .find_groups = find_groups,
                                   .person_name = person_name,
                                   .data = world};
}

static void
world_clear (World *world)
{
  g_ptr_array_unref (world->people);
  g_ptr_array_unref (world->groups);
  g_date_time_unref (world->now);
}

/* (transfer full) (nullable): with the line for the person in @error. */
static KzOrder *
order_of (World *world, KzVerb verb, const char *rest, char **error)
{
  g_autoptr (KzForm) form = kz_form_new (verb, "k3f", &world->context);

  g_assert_nonnull (form);
  if (!kz_form_fill_line (form, rest, &world->context, error))
    return NULL;
  return kz_form_finish (form, &world->context, error);
}

static KzOrder *
good_order (World *world, KzVerb verb, const char *rest)
{
  g_autofree char *error = NULL;
  KzOrder *order = order_of (world, verb, rest, &error);

  g_test_message ("%s: %s", rest, error != NULL ? error : "");
  g_assert_null (error);
  g_assert_nonnull (order);
  return order;
}

/* --- announcements --- */

static void
announcements (void)
{
  static const struct {
    const char *title, *text;
    gboolean is_public;
    const char *wanted_title, *wanted_text, *wanted_media, *wanted_to;
  } rows[] = {
      {NULL, "We are closed", FALSE, NULL, "We are closed", NULL, NULL},
      {"Holiday", "a | b", FALSE, "Holiday", "a | b", NULL, NULL},
      {"Holiday", "a | text: b | to: c", FALSE, "Holiday", "a | text: b | to: c", NULL, NULL},
      {"Holiday", "a | Pictures: https://example.org/a.jpg", FALSE, "Holiday", "a",
       "https://example.org/a.jpg", NULL},
      {"We are closed", "pictures: https://example.org/a.jpg", FALSE, NULL, "We are closed",
       "https://example.org/a.jpg", NULL},
      {"Holiday", "a | b | to: Ben | pictures: https://example.org/a.jpg", TRUE, "Holiday", "a | b",
       "https://example.org/a.jpg", "+15550000003"},
      {"We are closed", "to: Ben", TRUE, NULL, "We are closed", NULL, "+15550000003"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    World world;
    g_autofree char *error = NULL;
    g_autoptr (KzForm) form = NULL;
    g_autoptr (KzOrder) order = NULL;

    world_init (&world);
    if (rows[i].is_public)
      ((KzGroup *) world.groups->pdata[0])->kind = KZ_GROUP_PUBLIC;
    form = kz_form_new (KZ_VERB_ANNOUNCE, NULL, &world.context);
    g_assert_true (kz_form_fill_announcement (form, rows[i].title, rows[i].text, &world.context,
                                              &error));
    order = kz_form_finish (form, &world.context, &error);
    g_assert_cmpstr (error, ==, NULL);
    g_assert_cmpstr (order->draft->title, ==, rows[i].wanted_title);
    g_assert_cmpstr (order->draft->text, ==, rows[i].wanted_text);
    g_assert_cmpuint (order->media->len, ==, rows[i].wanted_media != NULL ? 1 : 0);
    if (rows[i].wanted_media != NULL)
      g_assert_cmpstr (((KzOrderMedia *) order->media->pdata[0])->source, ==,
                       rows[i].wanted_media);
    g_assert_cmpstr (order->draft->subscribers != NULL ? order->draft->subscribers[0] : NULL, ==,
                     rows[i].wanted_to);
    world_clear (&world);
  }
}

/* --- what is made --- */

typedef struct {
  KzVerb verb;
  const char *typed;
  const char *json;
} Made;

/* What is given back on failure can be typed again and means the same. */
static void
check_line (World *world, const Made *row, const char *expected)
{
  g_autoptr (KzForm) form = kz_form_new (row->verb, NULL, &world->context);
  g_autofree char *error = NULL;
  g_autofree char *line = NULL;
  g_autofree char *json = NULL;
  g_autoptr (KzInput) input = NULL;
  g_autoptr (KzOrder) again = NULL;

  g_assert_true (kz_form_fill_line (form, row->typed, &world->context, &error));
  line = kz_form_to_line (form, "!", &world->context);
  g_test_message ("again: %s", line);
  input = kz_command_read (line);
  g_assert_cmpint (input->verb, ==, row->verb);
  again = good_order (world, row->verb, input->rest);
  json = kz_action_draft_to_json (again->draft);
  g_assert_cmpstr (json, ==, expected);
}

static void
test_make (void)
{
  static const Made rows[] = {
      {KZ_VERB_POLL, "Lunch? | Pizza | Salad | 2h",
       "{'actionType':'Poll','actionBody':{'question':'Lunch?','choices':[{'title':'Pizza'},"
       "{'title':'Salad'}],'expiryInHours':2}}"},
      {KZ_VERB_POLL, "When? | 14:00 | 15:00 | 16:00",
       "{'actionType':'Poll','actionBody':{'question':'When?','choices':[{'title':'14:00'},"
       "{'title':'15:00'},{'title':'16:00'}]}}"},
      {KZ_VERB_POLL, "When? | 14:00 | 15:00 | closes: 2h",
       "{'actionType':'Poll','actionBody':{'question':'When?','choices':[{'title':'14:00'},"
       "{'title':'15:00'}],'expiryInHours':2}}"},
      {KZ_VERB_POLL, "Now? | Yes | No",
       "{'actionType':'Poll','actionBody':{'question':'Now?','choices':[{'title':'Yes'},"
       "{'title':'No'}]}}"},
      {KZ_VERB_JOB, "Check pump | Ben, +15559999999 | tomorrow 13:20",
       "{'actionType':'Job','actionBody':{'title':'Check pump','assignedTo':['+15550000003',"
       "'+15559999999'],'dueDate':24}}"},
      {KZ_VERB_MEET, "Stand-up | tomorrow 9:00 | 15 | 12.5, 77.25 Room 4 | news",
       "{'actionType':'LetsMeet','actionBody':{'title':'Stand-up',"
       "'startingTime':'2026-11-26T08:00:00Z','duration':15,'DurationInMins':15,"
       "'place':{'latitude':12.5,'longitude':77.25,'name':'Room 4'},'agenda':'news'}}"},
      {KZ_VERB_MEET, "Stand-up | tomorrow 9:00 || Room 4",
       "{'actionType':'LetsMeet','actionBody':{'title':'Stand-up',"
       "'startingTime':'2026-11-26T08:00:00Z',"
       "'agenda':'Where: Room 4'}}"},
      {KZ_VERB_SURVEY,
       "Trip | Day? [Mon, Tue] | Which? [A, B]* | How many? (number) | Name (your own) | "
       "Where (place) | Proof (picture) | More (files) | When (date) | anonymous | 2d",
       "{'actionType':'Survey','actionBody':{'title':'Trip','questions':["
       "{'title':'Day?','type':'SingleOption','options':[{'title':'Mon'},"
       "{'title':'Tue'}]},"
       "{'title':'Which?','type':'MultiOption','options':[{'title':'A'},"
       "{'title':'B'}]},"
       "{'title':'How many?','type':'Numeric'},"
       "{'title':'Name (your own)','type':'Text'},"
       "{'title':'Where','type':'Location'},"
       "{'title':'Proof','type':'Image'},"
       "{'title':'More','type':'AttachmentList'},"
       "{'title':'When','type':'DateTime'}],'isAnonymous':true,'dueDate':48}}"},
      {KZ_VERB_CARD, "com.acme.card.2 | Lift broken | status = open | floor (numeric) = 5 | 2h",
       "{'id':'com.acme.card.2','actionBody':{'title':'Lift broken','validity':2,'properties':["
       "{'name':'status','type':'Text','value':'open'},"
       "{'name':'floor','type':'Numeric','value':'5'}]}}"},
  };
  World world;

  world_init (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzOrder) order = good_order (&world, rows[i].verb, rows[i].typed);
    g_autofree char *json = kz_action_draft_to_json (order->draft);
    g_autofree char *expected = g_strdelimit (g_strdup (rows[i].json), "'", '"');

    g_assert_cmpstr (json, ==, expected);
    check_line (&world, &rows[i], expected);
  }
  world_clear (&world);
}

/* --- what is answered --- */

static KzAction *
survey (void)
{
  const char *const days[] = {"Mon", "Tue, early", NULL};
  KzAction *action = kz_action_new (KZ_ACTION_SURVEY, "Survey", "g1");
  static const KzQuestionKind kinds[] = {KZ_QUESTION_SINGLE,   KZ_QUESTION_MULTI,
                                         KZ_QUESTION_NUMERIC,  KZ_QUESTION_TEXT,
                                         KZ_QUESTION_DATE,     KZ_QUESTION_LOCATION,
                                         KZ_QUESTION_ATTACHMENTS};

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_ptr_array_add (action->questions, kz_question_new ("Q", kinds[i], i < 2 ? days : NULL));
  return action;
}

static void
test_answer (void)
{
  World world;
  g_autoptr (KzAction) action = survey ();
  g_autoptr (KzOrder) order = NULL;
  g_autofree char *json = NULL;
  const KzOrderMedia *media;

  world_init (&world);
  world.context.action = action;
  order = good_order (&world, KZ_VERB_ANSWER,
                      "tue, early | 1, 2 | 2,5 | gate: two | 24 nov 9:00 | 1.5 2.5 gate | "
                      "https://example.com/a.pdf");
  json = kz_response_draft_to_json (order->response);
  g_assert_cmpstr (json, ==,
                   "{\"actionType\":\"Survey\",\"actionBody\":{\"Answers\":[\"Tue, early\","
                   "[\"Mon\",\"Tue, early\"],2.5,\"gate: two\",1795507200,"
                   "{\"lt\":1.5,\"lg\":2.5,\"n\":\"gate\"},null]}}");
  g_assert_cmpuint (order->media->len, ==, 1);
  media = g_ptr_array_index (order->media, 0);
  g_assert_cmpint (media->question, ==, 6);
  g_assert_cmpstr (media->source, ==, "https://example.com/a.pdf");
  world_clear (&world);
}

/* A bar in a text that ends the line is a part of it. */
static void
test_bars_in_texts (void)
{
  World world;
  g_autoptr (KzOrder) reply = NULL;
  g_autoptr (KzOrder) message = NULL;
  g_autoptr (KzOrder) meeting = NULL;

  world_init (&world);
  reply = good_order (&world, KZ_VERB_REPLY, "I can|could  | come\ntoo");
  g_assert_cmpstr (reply->text, ==, "I can|could  | come\ntoo");
  message = good_order (&world, KZ_VERB_MESSAGE, "Ben | one | two |");
  g_assert_cmpstr (message->text, ==, "one | two");
  meeting = good_order (&world, KZ_VERB_MEET,
                        "Talk | tomorrow 9:00 | 15 | Room 4 | first | second | private");
  g_assert_cmpstr (meeting->draft->text, ==, "Where: Room 4\nfirst | second");
  g_assert_true (meeting->draft->is_sender_only);
  world_clear (&world);
}

/* --- what is refused --- */

typedef struct {
  KzVerb verb;
  const char *typed;
  const char *words; /* in the line for the person */
} Refused;

static void
test_refuse (void)
{
  static const Refused rows[] = {
      {KZ_VERB_POLL, "", "Question"},
      {KZ_VERB_POLL, "Lunch?", "Choices"},
      {KZ_VERB_POLL, "Lunch? | Pizza", "two"},
      {KZ_VERB_POLL, "Lunch? | Pizza | Pizza", "the same"},
      {KZ_VERB_POLL, "Lunch? | Pizza | Salad | closes: 2020-01-01", "over already"},
      {KZ_VERB_POLL, "Lunch? | Pizza | Salad | closes: 3", "15:00"},
      {KZ_VERB_JOB, "Check pump", "Who"},
      {KZ_VERB_JOB, "Check pump | Asha", "Asha Rao (+15550000001), Asha Sen (+15550000002)"},
      {KZ_VERB_JOB, "Check pump | Zoe", "nobody called “Zoe”"},
      {KZ_VERB_JOB, "Check pump | Chi", "hidden"},
      {KZ_VERB_JOB, "Check pump | Ben | soon", "no time"},
      {KZ_VERB_JOB, "Check pump | Ben | 2h | more", "too many"},
      {KZ_VERB_MEET, "Stand-up", "Starts"},
      {KZ_VERB_MEET, "Stand-up | tomorrow", "what time"},
      {KZ_VERB_MEET, "Stand-up | tomorrow 9:00 | long", "no number"},
      {KZ_VERB_MEET, "Stand-up | tomorrow 9:00 | 0", "whole number"},
      {KZ_VERB_SURVEY, "Trip", "Questions"},
      {KZ_VERB_SURVEY, "Trip | Day? [Mon]", "two at least"},
      {KZ_VERB_SURVEY, "Trip | [Mon, Tue]", "needs words"},
      {KZ_VERB_CARD, "com.acme.card | T | status", "no property"},
      {KZ_VERB_CARD, "com.acme.card | T | status (Nonsense) = 5", "no property"},
      {KZ_VERB_SEND, "http://example.com/a.jpg", "https://"},
      {KZ_VERB_SEND, "/etc/passwd", "https://"},
      {KZ_VERB_REPLY, "", "Text"},
      {KZ_VERB_UPDATE, "", "Properties"},
      {KZ_VERB_GROUP, "", "Name"},
      {KZ_VERB_ATTACH, "Gate three", "no group called"},
      {KZ_VERB_ATTACH, "Gate two", "any of: Gate two (g2), Gate two (g3)"},
      {KZ_VERB_TELL, "Ben, Chi | Hello", "hidden"},
      {KZ_VERB_SUBSCRIBE, "Chi", "hidden"},
      {KZ_VERB_ADD, "Zoe", "phone number"},
      {KZ_VERB_ADD, ",", "at least one"},
      {KZ_VERB_REMOVE, "+15559999999", "nobody called"},
      {KZ_VERB_LEAVE, "", "Leave this group"},
      {KZ_VERB_LEAVE, "no", "stay"},
      {KZ_VERB_LEAVE, "perhaps", "yes or no"},
      {KZ_VERB_MESSAGE, "Ben", "Text"},
      {KZ_VERB_WEBHOOKS, "burn", "none of the choices"},
  };
  World world;

  world_init (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *error = NULL;
    g_autoptr (KzOrder) order = order_of (&world, rows[i].verb, rows[i].typed, &error);

    g_test_message ("%s: %s", rows[i].typed, error != NULL ? error : "(none)");
    g_assert_null (order);
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error, rows[i].words));
    g_assert_null (strchr (error, '\n'));
  }
  world_clear (&world);
}

/* What failed is given back as a line that means the same, where there is one. */
static void
test_given_back (void)
{
  /* What a window was filled with: names and values, as NULL-ended pairs. */
  static const struct {
    KzVerb verb;
    const char *values[9];
    const char *wanted;
  } rows[] = {
      {KZ_VERB_POLL, {"question", "Lunch?", "choices", "Pizza\nSalad"}, "!poll Lunch? | Pizza | Salad"},
      /* The last one would be taken for the deadline. */
      {KZ_VERB_POLL,
       {"question", "When?", "choices", "later\nat noon\ntomorrow 15:00"},
       "!poll question: When? | choices: later | at noon | tomorrow 15:00"},
      /* The title would be taken for a yes. */
      {KZ_VERB_SURVEY,
       {"title", "Anonymous", "questions", "Which? [a, b]"},
       "!survey title: Anonymous | questions: Which? [a, b]"},
      {KZ_VERB_POLL,
       {"question", "When?", "choices", "later\ncloses: never"},
       "New poll\nQuestion: When?\nChoices: later | closes: never"},
      {KZ_VERB_POLL,
       {"question", "Tea | coffee?", "choices", "x\ny"},
       "New poll\nQuestion: Tea | coffee?\nChoices: x | y"},
      {KZ_VERB_ANNOUNCE, {"title", "Gate", "text", "either | or"}, "!announce Gate | either | or"},
      {KZ_VERB_ANNOUNCE,
       {"title", "A | B", "text", "c"},
       "New announcement\nTitle: A | B\nText: c"},
      {KZ_VERB_MEET,
       {"title", "Plan", "starts", "tomorrow 9:00", "minutes", "15", "agenda", "either | or"},
       "!meet Plan | tomorrow 9:00 | minutes: 15 |  | either | or"},
      /* Behind the bar stands what has a meaning of its own. */
      {KZ_VERB_MEET,
       {"title", "Plan", "starts", "tomorrow 9:00", "agenda", "Budget | private"},
       "Invitation to a meeting\nWhat for: Plan\nStarts: tomorrow 9:00\nAgenda: Budget | private"},
      {KZ_VERB_GROUP,
       {"name", "Night", "welcome", "either | or"},
       "!group Night |  | either | or"},
      {KZ_VERB_GROUP, {"name", "Night\nshift", "people", "Ben\nChi"},
       "!group Night\nshift | people: Ben\nChi"},
  };
  World world;

  world_init (&world);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KzForm) form = kz_form_new (rows[i].verb, NULL, &world.context);
    g_autofree char *line = NULL;

    for (gsize j = 0; rows[i].values[j] != NULL; j += 2) {
      g_autofree char *error = NULL;

      g_assert_true (kz_form_set (form, kz_form_field (form, rows[i].values[j]), rows[i].values[j + 1],
                                  &world.context, &error));
    }
    line = kz_form_to_line (form, "!", &world.context);
    g_assert_cmpstr (line, ==, rows[i].wanted);
  }
  world_clear (&world);
}

static void
test_public_targets (void)
{
  World world;
  g_autoptr (KzGroup) public = kz_group_new_minimal ("p", "News");
  g_autoptr (KzOrder) all = NULL;
  g_autoptr (KzOrder) some = NULL;

  public->kind = KZ_GROUP_PUBLIC;
  world_init (&world);
  world.context.group = public;
  all = good_order (&world, KZ_VERB_POLL, "Lunch? | Pizza | Salad");
  some = good_order (&world, KZ_VERB_POLL, "Lunch? | Pizza | Salad | to: Ben, +15559999999");
  g_assert_true (all->draft->to_all_subscribers);
  g_assert_false (some->draft->to_all_subscribers);
  g_assert_cmpstr (some->draft->subscribers[0], ==, "+15550000003");
  g_assert_cmpstr (some->draft->subscribers[1], ==, "+15559999999");
  world_clear (&world);
}

static void
test_people (void)
{
  World world;
  g_autoptr (KzOrder) add = NULL;
  g_autoptr (KzOrder) kick = NULL;
  g_auto (GStrv) phones = NULL;

  world_init (&world);
  add = good_order (&world, KZ_VERB_ADD, "Ben, ben; +1 555 999-9999");
  phones = kz_order_phones (add);
  g_assert_cmpuint (g_strv_length (phones), ==, 2);
  g_assert_cmpstr (phones[1], ==, "+15559999999");
  kick = good_order (&world, KZ_VERB_REMOVE, "@Chi | moved away");
  g_assert_cmpstr (((KzPerson *) g_ptr_array_index (kick->people, 0))->id, ==, "u4");
  g_assert_cmpstr (kick->text, ==, "moved away");
  world_clear (&world);
}

/* --- by question and answer --- */

static void
answer (KzWizard *wizard, World *world, const char *typed, const char *words)
{
  g_autofree char *reply = NULL;
  gboolean is_done = kz_wizard_answer (wizard, typed, &world->context, &reply);

  g_test_message ("%s: %s", typed, reply != NULL ? reply : "(done)");
  g_assert_cmpint (is_done, ==, words == NULL);
  if (words != NULL)
    g_assert_nonnull (strstr (reply, words));
}

static void
test_wizard (void)
{
  World world;
  g_autoptr (KzWizard) wizard = NULL;
  g_autoptr (KzOrder) order = NULL;
  g_autofree char *first = NULL;
  g_autofree char *back = NULL;
  g_autofree char *error = NULL;
  g_autofree char *json = NULL;

  world_init (&world);
  wizard = kz_wizard_new (kz_form_new (KZ_VERB_POLL, NULL, &world.context), "!");
  first = kz_wizard_question (wizard);
  g_assert_nonnull (strstr (first, "Question"));
  g_assert_nonnull (strstr (first, "!cancel"));
  answer (wizard, &world, "-", "needs an answer");
  answer (wizard, &world, "Brunch?", "Choices");
  back = kz_wizard_back (wizard);
  g_assert_nonnull (strstr (back, "Question"));
  answer (wizard, &world, "Lunch?", "Choices");
  answer (wizard, &world, ".", "needs an answer");
  answer (wizard, &world, "Pizza", "Noted");
  answer (wizard, &world, "Salad", "Noted");
  answer (wizard, &world, ".", "Closes");
  answer (wizard, &world, "yesterday", "is over");
  answer (wizard, &world, "2h", NULL);
  order = kz_form_finish (kz_wizard_form (wizard), &world.context, &error);
  g_assert_null (error);
  json = kz_action_draft_to_json (order->draft);
  g_assert_cmpstr (json, ==,
                   "{\"actionType\":\"Poll\",\"actionBody\":{\"question\":\"Lunch?\",\"choices\":"
                   "[{\"title\":\"Pizza\"},{\"title\":\"Salad\"}],\"expiryInHours\":2}}");
  world_clear (&world);
}

static void
test_wizard_of_a_survey (void)
{
  World world;
  g_autoptr (KzAction) action = survey ();
  g_autoptr (KzWizard) wizard = NULL;
  g_autofree char *first = NULL;

  world_init (&world);
  world.context.action = action;
  wizard = kz_wizard_new (kz_form_new (KZ_VERB_ANSWER, "k3f", &world.context), "!");
  first = kz_wizard_question (wizard);
  g_assert_nonnull (strstr (first, "1 Mon · 2 Tue, early"));
  answer (wizard, &world, "3", "no choice 3");
  answer (wizard, &world, "1", "(2 of 7)");
  answer (wizard, &world, "mon, tue", "(3 of 7)");
  answer (wizard, &world, "many", "no number");
  answer (wizard, &world, "-", "(4 of 7)");
  answer (wizard, &world, "gate | two", "(5 of 7)");
  answer (wizard, &world, "-", "(6 of 7)");
  answer (wizard, &world, "nowhere", "latitude");
  answer (wizard, &world, "-", "(7 of 7)");
  answer (wizard, &world, "-", NULL);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/announcements", announcements);
  g_test_add_func ("/form/what-is-made", test_make);
  g_test_add_func ("/form/what-is-answered", test_answer);
  g_test_add_func ("/form/what-is-bars-in-texts", test_bars_in_texts);
  g_test_add_func ("/form/what-is-given-back", test_given_back);
  g_test_add_func ("/form/what-is-refused", test_refuse);
  g_test_add_func ("/form/to-whom-in-a-public-group", test_public_targets);
  g_test_add_func ("/form/people", test_people);
  g_test_add_func ("/wizard/a-poll", test_wizard);
  g_test_add_func ("/wizard/a-survey", test_wizard_of_a_survey);
  return g_test_run ();
}
