/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-command-table.h"

#include "kz-markup.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* No verb is longer, so no longer word is a slip of the finger. */
#define WORD_MAX 16

static const KzCommandRow rows[] = {
    /* Translators: in all of these leave the first word as it is; the words in capitals stand for
     * what the person types there. */
    {KZ_VERB_HELP, KZ_GRAMMAR_TOPIC, KZ_WHO_EVERYBODY, "help", "commands", N_ ("help [COMMAND]"),
     "help vote", N_ ("says what can be typed here"), NULL},
    {KZ_VERB_LIKE, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "like", NULL, N_ ("like HANDLE"),
     "like k3f", N_ ("likes something"), N_ ("Kaizala has no way to take a like back.")},
    {KZ_VERB_COMMENT, KZ_GRAMMAR_HANDLE_TEXT, KZ_WHO_EVERYBODY, "comment", NULL,
     N_ ("comment HANDLE TEXT"), "comment k3f I bring plates", N_ ("comments on something"),
     N_ ("Kaizala takes comments but does not hand out their text: of other people's comments you "
         "see here only who wrote one.")},
    {KZ_VERB_VOTE, KZ_GRAMMAR_HANDLE_CHOICE, KZ_WHO_EVERYBODY, "vote", NULL,
     N_ ("vote HANDLE CHOICE"), "vote k3f 1", N_ ("votes in a poll, or answers an invitation"),
     N_ ("The choice is its number, its words, or as many of the first letters as tell it from "
         "the others. An invitation takes accept, decline or maybe.")},
    {KZ_VERB_ACCEPT, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "accept", NULL, N_ ("accept HANDLE"),
     "accept k3f", N_ ("accepts an invitation"), NULL},
    {KZ_VERB_DECLINE, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "decline", NULL, N_ ("decline HANDLE"),
     "decline k3f", N_ ("declines an invitation"), NULL},
    {KZ_VERB_MAYBE, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "maybe", NULL, N_ ("maybe HANDLE"),
     "maybe k3f", N_ ("answers an invitation with “maybe”"), NULL},
    {KZ_VERB_ANSWER, KZ_GRAMMAR_HANDLE_FORM, KZ_WHO_EVERYBODY, "answer", "fill",
     N_ ("answer HANDLE ANSWER | ANSWER …"), "answer k3f Mon | 3 | gate two",
     N_ ("answers a survey or a form"),
     N_ ("One part a question, in their order; an empty part leaves one out. With the handle alone "
         "you are asked question by question.")},
    {KZ_VERB_DONE, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "done", "complete", N_ ("done HANDLE"),
     "done k3f", N_ ("marks a job as done"), NULL},
    {KZ_VERB_REOPEN, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "reopen", "undone", N_ ("reopen HANDLE"),
     "reopen k3f", N_ ("takes back that a job is done"), NULL},
    {KZ_VERB_RESULTS, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "results", "result",
     N_ ("results HANDLE"), "results k3f", N_ ("shows the answers so far"), NULL},
    {KZ_VERB_SAVE, KZ_GRAMMAR_HANDLE, KZ_WHO_EVERYBODY, "save", NULL, N_ ("save HANDLE"),
     "save k3f", N_ ("fetches a picture or file that was sent"), NULL},
    {KZ_VERB_REPLY, KZ_GRAMMAR_HANDLE_FORM, KZ_WHO_WRITERS, "reply", NULL, N_ ("reply HANDLE TEXT"),
     "reply k3f I can come too", N_ ("writes a text that answers something"), NULL},
    {KZ_VERB_ANNOUNCE, KZ_GRAMMAR_ANNOUNCEMENT, KZ_WHO_WRITERS, "announce", "announcement",
     N_ ("announce TITLE | TEXT"), "announce Holiday | The office is closed on Friday",
     N_ ("posts an announcement"),
     N_ ("Without the bar, all of it is the text, or the first line is the title. Pictures may follow "
         "it, as in “| pictures: https://example.com/gate.jpg”.")},
    {KZ_VERB_POLL, KZ_GRAMMAR_FORM, KZ_WHO_WRITERS, "poll", NULL,
     N_ ("poll QUESTION | CHOICE | CHOICE … | CLOSES"), "poll Lunch? | Pizza | Salad | 2h",
     N_ ("asks everybody to choose"),
     N_ ("When it closes may be left out. Among hours to choose from say it as “closes: 2h”.")},
    {KZ_VERB_SURVEY, KZ_GRAMMAR_FORM, KZ_WHO_WRITERS, "survey", NULL,
     N_ ("survey TITLE | QUESTION | QUESTION … | CLOSES"),
     "survey Trip | Which day? [Mon, Tue] | How many? (number) | 2d", N_ ("asks several questions"),
     N_ ("Behind a question: [A, B] to choose one, [A, B]* to choose several, (number), (date), "
         "(place), (picture) or (files). Further parts: anonymous, private, several.")},
    {KZ_VERB_JOB, KZ_GRAMMAR_FORM, KZ_WHO_WRITERS, "job", NULL, N_ ("job TITLE | PEOPLE | DUE"),
     "job Check the pump | Asha, +15550000002 | tomorrow 15:00", N_ ("gives people something to do"),
     NULL},
    {KZ_VERB_MEET, KZ_GRAMMAR_FORM, KZ_WHO_WRITERS, "meet", "meeting",
     N_ ("meet TITLE | STARTS | MINUTES | PLACE | AGENDA"),
     "meet Stand-up | tomorrow 9:00 | 15 | Room 4", N_ ("invites people to a meeting"), NULL},
    {KZ_VERB_CARD, KZ_GRAMMAR_FORM, KZ_WHO_WRITERS, "card", "package",
     N_ ("card PACKAGE | TITLE | NAME = VALUE …"),
     "card com.example.ticket.2 | Lift broken | status = open",
     N_ ("posts a card of a custom action package"), NULL},
    {KZ_VERB_SEND, KZ_GRAMMAR_FORM, KZ_WHO_WRITERS, "send", NULL, N_ ("send ADDRESS | CAPTION"),
     "send https://example.com/plan.pdf | The plan", N_ ("sends a picture or file"),
     N_ ("An address must be there for everybody, without a password. In Pidgin and Finch files go, too, "
         "by their full path; several pictures make an album, as in “/tmp/a.jpg | /tmp/b.jpg”.")},
    {KZ_VERB_REMIND, KZ_GRAMMAR_HANDLE_FORM, KZ_WHO_WRITERS, "remind", NULL,
     N_ ("remind HANDLE [PEOPLE]"), "remind k3f", N_ ("reminds those who have not answered"), NULL},
    {KZ_VERB_UPDATE, KZ_GRAMMAR_HANDLE_FORM, KZ_WHO_WRITERS, "update", NULL,
     N_ ("update HANDLE NAME = VALUE | …"), "update k3f status = closed",
     N_ ("changes the properties of a card"), NULL},
    {KZ_VERB_TELL, KZ_GRAMMAR_FORM, KZ_WHO_PUBLIC_WRITERS, "tell", NULL, N_ ("tell PEOPLE | TEXT"),
     "tell Asha, +15550000002 | Your order is ready", N_ ("writes to chosen subscribers"), NULL},
    {KZ_VERB_MEMBERS, KZ_GRAMMAR_NOTHING, KZ_WHO_EVERYBODY, "members", "who", N_ ("members"),
     "members", N_ ("lists who is in this group"), NULL},
    {KZ_VERB_INFO, KZ_GRAMMAR_FORM, KZ_WHO_EVERYBODY, "info", "whois", N_ ("info PERSON"),
     "info Asha", N_ ("says what is known about somebody"), NULL},
    {KZ_VERB_MESSAGE, KZ_GRAMMAR_FORM, KZ_WHO_EVERYBODY, "message", "msg",
     N_ ("message PERSON | TEXT"), "message Asha | Can you call me?",
     N_ ("writes to one person"), NULL},
    {KZ_VERB_ADD, KZ_GRAMMAR_FORM, KZ_WHO_ADMINS, "add", "invite", N_ ("add PEOPLE"),
     "add Asha, +15550000002", N_ ("adds people to this group"), NULL},
    {KZ_VERB_REMOVE, KZ_GRAMMAR_FORM, KZ_WHO_ADMINS, "remove", "kick", N_ ("remove PERSON | REASON"),
     "remove Asha | moved to another site", N_ ("takes somebody out of this group"), NULL},
    {KZ_VERB_PROMOTE, KZ_GRAMMAR_FORM, KZ_WHO_ADMINS, "promote", NULL, N_ ("promote PERSON"),
     "promote Asha", N_ ("makes somebody an admin"), NULL},
    {KZ_VERB_DEMOTE, KZ_GRAMMAR_FORM, KZ_WHO_ADMINS, "demote", NULL, N_ ("demote PERSON"),
     "demote Asha", N_ ("makes an admin a plain member"), NULL},
    {KZ_VERB_LEAVE, KZ_GRAMMAR_FORM, KZ_WHO_EVERYBODY, "leave", NULL, N_ ("leave"), "leave yes",
     N_ ("leaves this group for good"), NULL},
    {KZ_VERB_SUBSCRIBERS, KZ_GRAMMAR_FORM, KZ_WHO_PUBLIC_WRITERS, "subscribers", NULL,
     N_ ("subscribers [more]"), "subscribers", N_ ("lists who follows this public group"), NULL},
    {KZ_VERB_SUBSCRIBE, KZ_GRAMMAR_FORM, KZ_WHO_PUBLIC_ADMINS, "subscribe", NULL,
     N_ ("subscribe PEOPLE"), "subscribe +15550000002, +15550000003",
     N_ ("adds subscribers to this public group"), NULL},
    {KZ_VERB_UNSUBSCRIBE, KZ_GRAMMAR_FORM, KZ_WHO_PUBLIC_ADMINS, "unsubscribe", NULL,
     N_ ("unsubscribe PEOPLE"), "unsubscribe +15550000002",
     N_ ("takes subscribers out of this public group"), NULL},
    {KZ_VERB_GROUP, KZ_GRAMMAR_FORM, KZ_WHO_EVERYBODY, "group", NULL,
     N_ ("group NAME | PEOPLE | WELCOME"), "group Night shift | Asha, +15550000002",
     N_ ("makes a new group"), NULL},
    {KZ_VERB_PUBLIC, KZ_GRAMMAR_FORM, KZ_WHO_EVERYBODY, "public", NULL,
     N_ ("public NAME | PEOPLE | WELCOME"), "public Canteen news | Asha",
     N_ ("makes a new public group"),
     N_ ("The service takes it only from an administrator of the organisation.")},
    {KZ_VERB_SUBGROUP, KZ_GRAMMAR_FORM, KZ_WHO_TREE_ADMINS, "subgroup", NULL,
     N_ ("subgroup NAME | PEOPLE | WELCOME"), "subgroup Gate two | Asha",
     N_ ("makes a new group below this one"), NULL},
    {KZ_VERB_ATTACH, KZ_GRAMMAR_FORM, KZ_WHO_TREE_ADMINS, "attach", NULL, N_ ("attach GROUP"),
     "attach Night shift", N_ ("puts a group below this one"), NULL},
    {KZ_VERB_DETACH, KZ_GRAMMAR_FORM, KZ_WHO_TREE_ADMINS, "detach", NULL, N_ ("detach GROUP"),
     "detach Night shift", N_ ("takes a subgroup out of this one; it goes on by itself"), NULL},
    {KZ_VERB_WHOAMI, KZ_GRAMMAR_NOTHING, KZ_WHO_EVERYBODY, "whoami", NULL, N_ ("whoami"), "whoami",
     N_ ("says as whom you are signed in"), NULL},
    {KZ_VERB_STATUS, KZ_GRAMMAR_NOTHING, KZ_WHO_EVERYBODY, "status", NULL, N_ ("status"), "status",
     N_ ("says how the connection is"), NULL},
    {KZ_VERB_WEBHOOKS, KZ_GRAMMAR_FORM, KZ_WHO_EVERYBODY, "webhooks", NULL,
     N_ ("webhooks list | heal | remove"), "webhooks list",
     N_ ("lists, mends or removes what makes texts arrive here"),
     N_ ("Only what this installation has made is touched.")},
    {KZ_VERB_BACK, KZ_GRAMMAR_NOTHING, KZ_WHO_ASKED, "back", NULL, N_ ("back"), "back",
     N_ ("asks the question before once more"), NULL},
    {KZ_VERB_CANCEL, KZ_GRAMMAR_NOTHING, KZ_WHO_ASKED, "cancel", NULL, N_ ("cancel"), "cancel",
     N_ ("ends the questions; nothing is sent"), NULL},
};

const KzCommandRow *
kz_command_row (guint index)
{
  return index < G_N_ELEMENTS (rows) ? &rows[index] : NULL;
}

const KzCommandRow *
kz_command_find (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_ascii_strcasecmp (rows[i].name, word) == 0 ||
        (rows[i].alias != NULL && g_ascii_strcasecmp (rows[i].alias, word) == 0))
      return &rows[i];
  return NULL;
}

/* Letters to insert, drop, replace or swap with their neighbour to make @b of @a. */
static guint
edit_distance (const char *a, const char *b)
{
  guint cost[WORD_MAX + 1][WORD_MAX + 1];
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);

  for (gsize i = 0; i <= length_a; i++)
    for (gsize j = 0; j <= length_b; j++) {
      guint best = (guint) MAX (i, j);

      if (i > 0 && j > 0) {
        best = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
        best = MIN (best, cost[i - 1][j] + 1);
        best = MIN (best, cost[i][j - 1] + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          best = MIN (best, cost[i - 2][j - 2] + 1);
      }
      cost[i][j] = best;
    }
  return cost[length_a][length_b];
}

static guint
distance_to (const char *word, const char *name)
{
  /* The beginning of a verb is nearer than any other verb. */
  if (strlen (word) >= 2 && g_str_has_prefix (name, word))
    return 0;
  return edit_distance (word, name);
}

const KzCommandRow *
kz_command_nearest (const char *word)
{
  g_autofree char *lower = NULL;
  const KzCommandRow *nearest = NULL;
  gsize length = strlen (word);
  guint best = length <= 3 ? 4 : 6; /* twice the distance, exclusive */

  if (length > WORD_MAX)
    return NULL;
  lower = g_ascii_strdown (word, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint distance = 2 * distance_to (lower, rows[i].name);

    if (rows[i].alias != NULL)
      /* Help tells of names first, so a name wins over an alias as near. */
      distance = MIN (distance, 2 * distance_to (lower, rows[i].alias) + 1);
    if (distance < best) {
      best = distance;
      nearest = &rows[i];
    }
  }
  return nearest;
}

char *
kz_command_unknown (const char *prefix, const char *word, gboolean is_line)
{
  const KzCommandRow *nearest = kz_command_nearest (word);
  g_autofree char *shown = kz_markup_excerpt (word, 20);

  if (nearest != NULL && is_line)
    /* Translators: 1 is a "!", 2 what was typed after it, 3 a command that exists. */
    return g_strdup_printf (_ ("There is no command %1$s%2$s; did you mean %1$s%3$s? "
                               "Nothing was sent; to send it as text, begin with %1$s%1$s."),
                            prefix, shown, nearest->name);
  if (is_line)
    /* Translators: 1 is a "!", 2 what was typed after it. */
    return g_strdup_printf (_ ("There is no command %1$s%2$s; %1$shelp lists those that exist. "
                               "Nothing was sent; to send it as text, begin with %1$s%1$s."),
                            prefix, shown);
  if (nearest != NULL)
    /* Translators: 1 is a "/", 2 what was typed after it, 3 a command that exists. */
    return g_strdup_printf (_ ("There is no command %1$s%2$s; did you mean %1$s%3$s?"), prefix,
                            shown, nearest->name);
  /* Translators: 1 is a "/", 2 what was typed after it. */
  return g_strdup_printf (_ ("There is no command %1$s%2$s; %1$shelp lists those that exist."),
                          prefix, shown);
}
