/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever is wrong with a command, there is one line that says so, with what was typed, and
 * nothing is sent: every command that the plugin has, and every way in which it can be wrong. */
#include "config.h"

#include "deed-test.h"

#include <string.h>

#define ZOLTAN "There is nobody called “Zoltan”"
#define UNKNOWN "There is no [zz9] here"
#define NO_HANDLE "Say which one, by the letters and digits that stand in brackets"
#define WRONG_KIND "that cannot be done with it"
#define TOO_LONG "at most 4000 characters"
#define AMBIGUOUS "is that day 3 of month 4, or day 4 of month 3"
#define OVER "is over already"
#define ONLY_PUBLIC "only public groups have subscribers"

/* In a room of which we are an admin. The first word of a row is the command; POLL, SURVEY, JOB,
 * MEET, CARD and NEWS are handles of such, LONG is a text over the limit and MANY are 101 numbers.
 */
static const DeedRefusal rows[] = {
    {"help nosuch", "There is no command"},
    {"like", NO_HANDLE},
    {"like zz9", UNKNOWN},
    {"like POLL twice", "Only a handle belongs there"},
    {"comment", NO_HANDLE},
    {"comment zz9 well", UNKNOWN},
    {"comment POLL", "Say what to comment"},
    {"comment POLL LONG", TOO_LONG},
    {"vote", NO_HANDLE},
    {"vote zz9 1", UNKNOWN},
    {"vote POLL", "Say which choice"},
    {"vote POLL 9", "There is no choice 9"},
    {"vote POLL 1, 2", "is none of the choices"},
    {"vote POLL Ma", "fits more than one choice"},
    {"vote SURVEY 1", WRONG_KIND},
    {"vote MEET perhaps", "is none of the choices"},
    {"accept", NO_HANDLE},
    {"accept zz9", UNKNOWN},
    {"accept POLL", WRONG_KIND},
    {"accept MEET gladly", "Only a handle belongs there"},
    {"decline", NO_HANDLE},
    {"decline zz9", UNKNOWN},
    {"decline JOB", WRONG_KIND},
    {"maybe", NO_HANDLE},
    {"maybe zz9", UNKNOWN},
    {"maybe SURVEY", WRONG_KIND},
    {"answer", NO_HANDLE},
    {"answer zz9 Mon", UNKNOWN},
    {"answer POLL 1", WRONG_KIND},
    {"answer SURVEY |", "Answer one question at least"},
    {"answer SURVEY Sun", "is none of the choices"},
    {"answer SURVEY Mon | many", "“many” is no number"},
    {"answer SURVEY Mon | 2 | 3/4/2027", AMBIGUOUS},
    {"answer SURVEY Mon | 2 | someday", "“someday” is no time"},
    {"answer SURVEY Mon | 2 | today | and more", "There is one part too many: “and more”"},
    {"done", NO_HANDLE},
    {"done zz9", UNKNOWN},
    {"done POLL", WRONG_KIND},
    {"done JOB soon", "Only a handle belongs there"},
    {"reopen", NO_HANDLE},
    {"reopen zz9", UNKNOWN},
    {"reopen MEET", WRONG_KIND},
    {"results", NO_HANDLE},
    {"results zz9", UNKNOWN},
    {"results POLL all", "Only a handle belongs there"},
    {"save", NO_HANDLE},
    {"save zz9", UNKNOWN},
    {"save POLL", WRONG_KIND},
    {"reply", NO_HANDLE},
    {"reply zz9 well", UNKNOWN},
    {"reply POLL LONG", TOO_LONG},
    {"announce Holiday |", "Say what to announce"},
    {"announce Holiday | LONG", TOO_LONG},
    {"announce A | B | pictures: gate.jpg", "“gate.jpg” is n"},
    {"poll Lunch?", "Something is missing: Choices"},
    {"poll | A | B", "Something is missing: Question"},
    {"poll Lunch? | A", "two choices at least"},
    {"poll Lunch? | A | A", "Two choices of the poll are the same"},
    {"poll Lunch? | A | B | closes: yesterday", OVER},
    {"poll Lunch? | A | B | closes: 3/4/2027", AMBIGUOUS},
    {"poll Lunch? | A | B | closes: soonish", "“soonish” is no time"},
    {"poll Lunch? | A | B | closes: 400 days", "must be within 8784 hours"},
    {"poll LONG | A | B", TOO_LONG},
    {"survey Trip", "Something is missing: Questions"},
    {"survey | Which day?", "Something is missing: Title"},
    {"survey Trip | Which? [Mon]", "needs two at least"},
    {"survey Trip | Which? [Mon, Mon]", "Two answers to choose from are the same"},
    {"survey Trip | Name? | closes: yesterday", OVER},
    {"survey Trip | Name? | closes: 3/4/2027", AMBIGUOUS},
    {"survey Trip | Name? | anonymous: perhaps", "Say yes or no"},
    {"survey Trip | LONG", TOO_LONG},
    {"job Sweep", "Something is missing: Who"},
    {"job | Noor", "Something is missing: What is to be done"},
    {"job Sweep | Zoltan", ZOLTAN},
    {"job Sweep | Noor | yesterday", OVER},
    {"job Sweep | Noor | 3/4/2027", AMBIGUOUS},
    {"job Sweep | Noor | 2h | more", "There is one part too many: “more”"},
    {"job LONG | Noor", TOO_LONG},
    {"meet Talk", "Something is missing: Starts"},
    {"meet | tomorrow 9:00", "Something is missing: What for"},
    {"meet Talk | 2020-01-01 9:00", OVER},
    {"meet Talk | 3/4/2027 9:00", AMBIGUOUS},
    {"meet Talk | tomorrow", "At what time?"},
    {"meet Talk | tomorrow 9:00 | ten", "“ten”"},
    {"meet Talk | tomorrow 9:00 | 99999", "Say how many minutes"},
    {"meet Talk | tomorrow 9:00 | 15 | 99.5, 77 Moon", "Write a place as latitude, longitude"},
    {"meet LONG | tomorrow 9:00", TOO_LONG},
    {"card | Lift", "Something is missing: Package ID"},
    {"card com.example.ticket.2 | Lift | broken", "“broken” is no property"},
    {"card com.example.ticket.2 | LONG", TOO_LONG},
    {"send | The plan", "Something is missing: Picture"},
    {"send plan.pdf", "“plan.pdf” is n"},
    {"send http://example.org/plan.pdf", "is n"},
    {"send https://example.org/plan.exe", "plan.exe"},
    {"send https://example.org/plan.pdf | LONG", TOO_LONG},
    {"send https://example.org/plan.pdf | The plan | more", "There is one part too many: “more”"},
    {"remind", NO_HANDLE},
    {"remind zz9", UNKNOWN},
    {"remind JOB Zoltan", ZOLTAN},
    {"remind JOB Noor", "Only public groups have subscribers"},
    {"update", NO_HANDLE},
    {"update zz9 a = b", UNKNOWN},
    {"update POLL a = b", WRONG_KIND},
    {"update CARD broken", "“broken” is no property"},
    {"tell Noor | hello", ONLY_PUBLIC},
    {"members all", "Nothing belongs behind"},
    {"info Zoltan", ZOLTAN},
    {"info Noor | Asha", "There is one part too many: “Asha”"},
    {"message Noor", "Something is missing: Text"},
    {"message Zoltan | hello", ZOLTAN},
    {"add Zoltan", ZOLTAN},
    {"add +12", "There is nobody called “+12”"},
    {"add ,", "Name at least one person"},
    {"add MANY", "At most 100 phone numbers"},
    {"remove Zoltan", ZOLTAN},
    {"remove | a reason", "Something is missing: Whom"},
    {"promote Zoltan", ZOLTAN},
    {"promote Noor | now", "There is one part too many: “now”"},
    {"demote Zoltan", ZOLTAN},
    {"leave perhaps", "Say yes or no"},
    {"leave no", "You stay in the group"},
    {"subscribers", ONLY_PUBLIC},
    {"subscribe Noor", ONLY_PUBLIC},
    {"unsubscribe Noor", ONLY_PUBLIC},
    {"group | Noor", "Something is missing: Name"},
    {"group Night | Zoltan", ZOLTAN},
    {"group Night | MANY", "At most 100 phone numbers"},
    {"public | Noor", "Something is missing: Name"},
    {"public Night | Zoltan", ZOLTAN},
    {"subgroup | Noor", "Something is missing: Name"},
    {"subgroup Night | Zoltan", ZOLTAN},
    {"attach Nowhere", "You are in no group called “Nowhere”"},
    {"detach Nowhere", "You are in no group called “Nowhere”"},
    {"whoami now", "Nothing belongs behind"},
    {"status now", "Nothing belongs behind"},
    {"webhooks burn", "is none of the choices"},
    {"back now", "Nothing belongs behind"},
    {"back", "Nothing is being asked"},
    {"cancel now", "Nothing belongs behind"},
    {"cancel", "Nothing is being asked"},
};

/* Other names of commands in the table. */
static const char *const aliases[][2] = {
    {"commands", "help"}, {"fill", "answer"},    {"complete", "done"},
    {"undone", "reopen"}, {"result", "results"}, {"announcement", "announce"},
    {"meeting", "meet"},  {"package", "card"},   {"who", "members"},
    {"whois", "info"},    {"msg", "message"},    {"invite", "add"},
    {"kick", "remove"},
};

static gboolean
has_row (const char *verb)
{
  for (gsize i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_str_equal (aliases[i][0], verb))
      verb = aliases[i][1];
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_has_prefix (rows[i].typed, verb) &&
        strchr (" ", rows[i].typed[strlen (verb)]) != NULL)
      return TRUE;
  return FALSE;
}

/* Every command that libpurple knows of ours has its rows: a new one does not go untested. */
static void
no_command_is_left_out (Fixture *fixture)
{
  PurpleConversation *room = fixture_join (fixture, TEAM);
  GList *verbs = purple_cmd_list (room);
  guint count = 0;
  for (GList *l = verbs; l != NULL; l = l->next) {
    GList *help = purple_cmd_help (room, l->data);
    /* Those of the host itself do not begin so. */
    g_autofree char *ours = g_strdup_printf ("/%s", (const char *) l->data);
    gboolean is_ours = FALSE;
    for (GList *h = help; h != NULL; h = h->next)
      is_ours = is_ours || g_str_has_prefix (h->data, "/");
    g_list_free (help);
    if (!is_ours)
      continue;
    count++;
    if (!has_row (l->data))
      g_error ("there is no bad input for “%s”", (const char *) l->data);
  }
  g_list_free (verbs);
  g_assert_cmpuint (count, >, 50);
}

/* --- what is told --- */

/* Lines that the person did not type. */
static guint
n_said (Fixture *fixture)
{
  guint count = 0;
  for (guint i = 0; i < fixture->host->lines->len; i++) {
    const KzTestLine *line = g_ptr_array_index (fixture->host->lines, i);
    count += (line->flags & PURPLE_MESSAGE_SEND) == 0;
  }
  return count;
}

/* Adds to @wrong what is wrong with the answer: one line with @why, and what was typed. */
static void
check (
    Fixture *fixture, PurpleConversation *room, const char *typed, const char *why, GString *wrong)
{
  kz_test_forget_lines (fixture->host);
  kz_test_type (fixture->host, room, typed);
  kz_test_wait_for (fixture->host, n_said (fixture) > 0);
  kz_test_host_settle (fixture->host);
  const KzTestLine *line = kz_test_find_line (fixture->host, NULL, why);
  /* A lone word is soon typed again, and whoever asks for help gets it. */
  gboolean is_short = strchr (typed, ' ') == NULL || g_str_has_prefix (typed, "!help ");
  gboolean is_back = line != NULL && (is_short || strstr (line->text, typed) != NULL);
  if (n_said (fixture) == 1 && is_back && fixture_received (fixture, NULL) == 0)
    return;
  g_autofree char *story = kz_test_host_story (fixture->host);
  g_string_append_printf (wrong, "\n%.80s: not “%s”, or not once, or sent %u:\n%.600s\n", typed,
                          why, fixture_received (fixture, NULL), story);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
}

static void
assert_nothing (const GString *wrong)
{
  if (wrong->len > 0)
    g_error ("%s", wrong->str);
}

/* --- the rows --- */

typedef struct {
  const char *word;
  char *with; /* (owned) */
} Word;

static char *
fill (const char *text, const Word *words, gsize n_words)
{
  char *filled = g_strdup (text);
  for (gsize i = 0; i < n_words; i++) {
    g_auto (GStrv) parts = g_strsplit (filled, words[i].word, -1);
    g_free (filled);
    filled = g_strjoinv (words[i].with, parts);
  }
  return filled;
}

static char *
many_numbers (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 101; i++)
    g_string_append_printf (text, "%s+1777000%04u", i > 0 ? "," : "", i);
  return g_strdup (text->str);
}

static char *
post (Fixture *fixture, const char *kind, const char *body, const char *title)
{
  g_autoptr (DeedItem) item = deed_post (fixture, kind, body, title);
  return g_strdup (item->handle);
}

static void
every_command (Fixture *fixture)
{
  PurpleConversation *room = deed_join (fixture);
  Word words[] = {
      {"POLL", post (fixture, "Poll",
                     "{'question':'Eat?','choices':[{'title':'Canteen'},{'title':'Market'},"
                     "{'title':'Maple'}]}",
                     "Eat?")},
      {"SURVEY",
       post (fixture, "Survey",
             "{'title':'Trip','questions':[{'title':'Day?','type':'SingleOption',"
             "'options':[{'title':'Mon'},{'title':'Tue'}]},"
             "{'title':'How many?','type':'Numeric'},{'title':'Back?','type':'DateTime'}]}",
             "Trip")},
      {"JOB", post (fixture, "Job", "{'title':'Sweep','assignedTo':['me'],'dueDate':24}", "Sweep")},
      {"MEET", post (fixture, "LetsMeet", "{'title':'Talk','startingTime':'2031-01-01T09:00:00Z'}",
                     "Talk")},
      {"CARD", post (fixture, "com.example.card.2", "{'title':'Lift'}", "Lift")},
      {"LONG", g_strnfill (4001, 'x')},
      {"MANY", many_numbers ()},
  };
  g_autoptr (GString) wrong = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *filled = fill (rows[i].typed, words, G_N_ELEMENTS (words));
    g_autofree char *typed = g_strconcat ("!", filled, NULL);
    check (fixture, room, typed, rows[i].why, wrong);
  }
  assert_nothing (wrong);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    g_free (words[i].with);
}

/* --- not allowed here --- */

static void
refused_in (Fixture *fixture, const char *title, const char *const *typed, const char *why)
{
  kz_test_join (fixture->account, title);
  kz_test_wait_for (fixture->host, kz_test_room (fixture->account, title) != NULL);
  PurpleConversation *room = kz_test_room (fixture->account, title);
  g_autoptr (GString) wrong = g_string_new (NULL);
  fixture_wait_for_webhooks (fixture);
  kz_test_do (fixture->world, "POST", "received/reset", NULL);
  for (gsize i = 0; typed[i] != NULL; i++)
    check (fixture, room, typed[i], why, wrong);
  assert_nothing (wrong);
}

static void
what_one_may_not (Fixture *fixture)
{
  static const char *const of_admins[] = {
      "!add +15550000009", "!remove Noor", "!promote Noor", "!demote Noor",
      "!subgroup Night",   "!attach News", "!detach News",  NULL};
  static const char *const of_writers[] = {"!reply zz9 well",
                                           "!announce Hello",
                                           "!poll Lunch? | A | B",
                                           "!survey Trip | Name?",
                                           "!job Sweep | Noor",
                                           "!meet Talk | tomorrow 9:00",
                                           "!card com.example.card.2 | Lift",
                                           "!send https://example.org/plan.pdf",
                                           "!remind zz9",
                                           "!update zz9 a = b",
                                           NULL};
  static const char *const of_public_writers[] = {"!tell Noor | hello", "!subscribers", NULL};
  refused_in (fixture, "Kitchen", of_admins, "only admins of this group may do that");
  refused_in (fixture, "News", of_writers,
              "subscribers can answer, like and comment, but not post");
  refused_in (fixture, "News", of_public_writers, "subscribers");
}

static void
add_tests (void)
{
  plugin_test_add_online ("/bad-input/no-command-is-left-out", no_command_is_left_out);
  plugin_test_add_online ("/bad-input/of-every-command", every_command);
  plugin_test_add_online ("/bad-input/what-one-may-not", what_one_may_not);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
