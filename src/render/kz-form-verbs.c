/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked for each verb. */
#include "config.h"

#include "kz-form-private.h"

#include "kz-limits.h"
#include "kz-markup.h"

#include <glib/gi18n-lib.h>

#define TITLE_UNITS 60

/* One row a field; @label and @hint are translated when a form is made. */
typedef struct {
  KzVerb verb;
  const char *id;
  KzFieldKind kind;
  gboolean is_required;
  const char *label;
  const char *hint;
} FieldRow;

static const FieldRow rows[] = {
    {KZ_VERB_ANNOUNCE, "title", KZ_FIELD_LINE, FALSE, N_ ("Title"), NULL},
    {KZ_VERB_ANNOUNCE, "text", KZ_FIELD_TEXT, TRUE, N_ ("Text"), NULL},
    {KZ_VERB_ANNOUNCE, "pictures", KZ_FIELD_MEDIAS, FALSE, N_ ("Pictures"),
     N_ ("addresses or files; one a line, or with | in between")},

    {KZ_VERB_POLL, "question", KZ_FIELD_LINE, TRUE, N_ ("Question"), NULL},
    {KZ_VERB_POLL, "choices", KZ_FIELD_LIST, TRUE, N_ ("Choices"),
     N_ ("two at least; one a line, or with | in between")},
    {KZ_VERB_POLL, "closes", KZ_FIELD_DEADLINE, FALSE, N_ ("Closes"),
     N_ ("such as 2h or tomorrow 15:00; otherwise in 30 days")},

    {KZ_VERB_SURVEY, "title", KZ_FIELD_LINE, TRUE, N_ ("Title"), NULL},
    {KZ_VERB_SURVEY, "questions", KZ_FIELD_QUESTIONS, TRUE, N_ ("Questions"),
     N_ ("one a line, or with | in between: “Your name?”, “Which day? [Mon, Tue]”, “Which ones? "
         "[A, B, C]*” for several, "
         "“How many? (number)”; also (date), (place), (picture) and (files)")},
    {KZ_VERB_SURVEY, "closes", KZ_FIELD_DEADLINE, FALSE, N_ ("Closes"),
     N_ ("such as 2h or tomorrow 15:00; otherwise in a day")},
    {KZ_VERB_SURVEY, "anonymous", KZ_FIELD_YES_NO, FALSE, N_ ("Anonymous"), NULL},
    {KZ_VERB_SURVEY, "private", KZ_FIELD_YES_NO, FALSE, N_ ("Only I see the answers"), NULL},
    {KZ_VERB_SURVEY, "several", KZ_FIELD_YES_NO, FALSE, N_ ("A person may answer several times"),
     NULL},

    {KZ_VERB_JOB, "title", KZ_FIELD_LINE, TRUE, N_ ("What is to be done"), NULL},
    {KZ_VERB_JOB, "people", KZ_FIELD_NUMBERS, TRUE, N_ ("Who"),
     N_ ("names or phone numbers, separated by commas")},
    {KZ_VERB_JOB, "due", KZ_FIELD_DEADLINE, FALSE, N_ ("Due"),
     N_ ("such as 2h or tomorrow 15:00; otherwise in a day")},

    {KZ_VERB_MEET, "title", KZ_FIELD_LINE, TRUE, N_ ("What for"), NULL},
    {KZ_VERB_MEET, "starts", KZ_FIELD_START, TRUE, N_ ("Starts"), N_ ("such as tomorrow 15:00")},
    {KZ_VERB_MEET, "minutes", KZ_FIELD_MINUTES, FALSE, N_ ("Minutes"), N_ ("30 otherwise")},
    {KZ_VERB_MEET, "place", KZ_FIELD_PLACE_OR_NAME, FALSE, N_ ("Place"),
     N_ ("a name, or latitude, longitude and a name")},
    {KZ_VERB_MEET, "agenda", KZ_FIELD_TEXT, FALSE, N_ ("Agenda"), NULL},
    {KZ_VERB_MEET, "private", KZ_FIELD_YES_NO, FALSE, N_ ("Only I see the answers"), NULL},

    {KZ_VERB_CARD, "package", KZ_FIELD_LINE, TRUE, N_ ("Package ID"),
     N_ ("such as com.example.card.2")},
    {KZ_VERB_CARD, "title", KZ_FIELD_LINE, FALSE, N_ ("Title"), NULL},
    {KZ_VERB_CARD, "properties", KZ_FIELD_PROPERTIES, FALSE, N_ ("Properties"),
     N_ ("name = value; one a line, or with | in between")},
    {KZ_VERB_CARD, "closes", KZ_FIELD_DEADLINE, FALSE, N_ ("Closes"),
     N_ ("such as 2h or tomorrow 15:00")},

    {KZ_VERB_SEND, "source", KZ_FIELD_MEDIA, TRUE, N_ ("Picture, sound, video or document"),
     N_ ("an address that begins with https://")},
    {KZ_VERB_SEND, "caption", KZ_FIELD_LINE, FALSE, N_ ("Caption"), NULL},

    {KZ_VERB_REPLY, "text", KZ_FIELD_TEXT, TRUE, N_ ("Text"), NULL},
    {KZ_VERB_REMIND, "people", KZ_FIELD_NUMBERS, FALSE, N_ ("Whom"),
     N_ ("in a public group: names or phone numbers; otherwise all")},
    {KZ_VERB_UPDATE, "properties", KZ_FIELD_PROPERTIES, TRUE, N_ ("Properties"),
     N_ ("name = value; one a line, or with | in between")},

    {KZ_VERB_TELL, "people", KZ_FIELD_NUMBERS, TRUE, N_ ("Whom"),
     N_ ("names or phone numbers, separated by commas")},
    {KZ_VERB_TELL, "text", KZ_FIELD_TEXT, TRUE, N_ ("Text"), NULL},

    {KZ_VERB_GROUP, "name", KZ_FIELD_LINE, TRUE, N_ ("Name"), NULL},
    {KZ_VERB_GROUP, "people", KZ_FIELD_NUMBERS, FALSE, N_ ("Members"),
     N_ ("names or phone numbers, separated by commas")},
    {KZ_VERB_GROUP, "welcome", KZ_FIELD_TEXT, FALSE, N_ ("Welcome"),
     N_ ("what new members are told")},
    {KZ_VERB_PUBLIC, "name", KZ_FIELD_LINE, TRUE, N_ ("Name"), NULL},
    {KZ_VERB_PUBLIC, "people", KZ_FIELD_NUMBERS, FALSE, N_ ("Members"),
     N_ ("names or phone numbers, separated by commas")},
    {KZ_VERB_PUBLIC, "welcome", KZ_FIELD_TEXT, FALSE, N_ ("Welcome"),
     N_ ("what new members are told")},
    {KZ_VERB_SUBGROUP, "name", KZ_FIELD_LINE, TRUE, N_ ("Name"), NULL},
    {KZ_VERB_SUBGROUP, "people", KZ_FIELD_NUMBERS, FALSE, N_ ("Members"),
     N_ ("names or phone numbers, separated by commas")},
    {KZ_VERB_SUBGROUP, "welcome", KZ_FIELD_TEXT, FALSE, N_ ("Welcome"),
     N_ ("what new members are told")},
    {KZ_VERB_ATTACH, "group", KZ_FIELD_GROUP, TRUE, N_ ("Group to put below this one"), NULL},
    {KZ_VERB_DETACH, "group", KZ_FIELD_GROUP, TRUE, N_ ("Subgroup to take out"), NULL},

    {KZ_VERB_ADD, "people", KZ_FIELD_NUMBERS, TRUE, N_ ("Whom"),
     N_ ("names or phone numbers, separated by commas")},
    {KZ_VERB_REMOVE, "person", KZ_FIELD_MEMBER, TRUE, N_ ("Whom"), NULL},
    {KZ_VERB_REMOVE, "reason", KZ_FIELD_LINE, FALSE, N_ ("Reason, said in the group"), NULL},
    {KZ_VERB_PROMOTE, "person", KZ_FIELD_MEMBER, TRUE, N_ ("Who becomes an admin"), NULL},
    {KZ_VERB_DEMOTE, "person", KZ_FIELD_MEMBER, TRUE, N_ ("Who is no admin any more"), NULL},
    {KZ_VERB_LEAVE, "sure", KZ_FIELD_YES_NO, TRUE,
     N_ ("Leave this group for good? You will not see it again unless somebody adds you"), NULL},
    {KZ_VERB_SUBSCRIBERS, "more", KZ_FIELD_LINE, FALSE, N_ ("“more” for the next page"), NULL},
    {KZ_VERB_SUBSCRIBE, "people", KZ_FIELD_NUMBERS, TRUE, N_ ("Whom"),
     N_ ("names or phone numbers, separated by commas")},
    {KZ_VERB_UNSUBSCRIBE, "people", KZ_FIELD_NUMBERS, TRUE, N_ ("Whom"),
     N_ ("names or phone numbers, separated by commas")},

    {KZ_VERB_INFO, "person", KZ_FIELD_PERSON, TRUE, N_ ("Whom"), NULL},
    {KZ_VERB_MESSAGE, "person", KZ_FIELD_PERSON, TRUE, N_ ("To whom"), NULL},
    {KZ_VERB_MESSAGE, "text", KZ_FIELD_TEXT, TRUE, N_ ("Text"), NULL},
};

/* Whether a verb posts something that in a public group may go to chosen subscribers. */
static gboolean
is_posting (KzVerb verb)
{
  static const KzVerb verbs[] = {KZ_VERB_ANNOUNCE, KZ_VERB_POLL, KZ_VERB_SURVEY, KZ_VERB_JOB,
                                 KZ_VERB_MEET,     KZ_VERB_CARD, KZ_VERB_SEND,   KZ_VERB_REPLY};

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i] == verb)
      return TRUE;
  return FALSE;
}

/* What a window is called, and what the questions in a room are for. */
static const struct {
  KzVerb verb;
  const char *title;
} titles[] = {
    {KZ_VERB_ANNOUNCE, N_ ("New announcement")},
    {KZ_VERB_POLL, N_ ("New poll")},
    {KZ_VERB_SURVEY, N_ ("New survey")},
    {KZ_VERB_JOB, N_ ("New job")},
    {KZ_VERB_MEET, N_ ("Invitation to a meeting")},
    {KZ_VERB_CARD, N_ ("New card")},
    {KZ_VERB_SEND, N_ ("Send a picture or file")},
    {KZ_VERB_REPLY, N_ ("Reply")},
    {KZ_VERB_ANSWER, N_ ("Your answer")},
    {KZ_VERB_REMIND, N_ ("Reminder")},
    {KZ_VERB_UPDATE, N_ ("Change of a card")},
    {KZ_VERB_TELL, N_ ("Text to chosen subscribers")},
    {KZ_VERB_GROUP, N_ ("New group")},
    {KZ_VERB_PUBLIC, N_ ("New public group")},
    {KZ_VERB_SUBGROUP, N_ ("New subgroup")},
    {KZ_VERB_ATTACH, N_ ("New subgroup out of an existing group")},
    {KZ_VERB_DETACH, N_ ("Take out a subgroup")},
    {KZ_VERB_ADD, N_ ("New members")},
    {KZ_VERB_REMOVE, N_ ("Take somebody out")},
    {KZ_VERB_PROMOTE, N_ ("New admin")},
    {KZ_VERB_DEMOTE, N_ ("Admin no more")},
    {KZ_VERB_LEAVE, N_ ("Leave for good")},
    {KZ_VERB_SUBSCRIBE, N_ ("New subscribers")},
    {KZ_VERB_UNSUBSCRIBE, N_ ("Take out subscribers")},
    {KZ_VERB_INFO, N_ ("About a person")},
    {KZ_VERB_MESSAGE, N_ ("Text to one person")},
    {KZ_VERB_WEBHOOKS, N_ ("Webhooks")},
};

/* (transfer full) */
static char *
title_of (KzVerb verb, const KzAction *action)
{
  const char *title = "";

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    if (titles[i].verb == verb)
      title = _ (titles[i].title);
  if (action == NULL || action->title == NULL || *action->title == '\0')
    return g_strdup (title);
  g_autofree char *about = kz_markup_excerpt (action->title, TITLE_UNITS);
  /* Translators: 1 is what is asked for, such as “Your answer”, 2 the title of a survey or job. */
  return g_strdup_printf (_ ("%1$s: %2$s"), title, about);
}

static void
add_webhook_choice (KzForm *form)
{
  const char *const options[] = {"list", "heal", "remove", NULL};
  KzField *field = kz_form_add (form, "what", KZ_FIELD_CHOICE, TRUE, _ ("What to do"), NULL);

  field->options = g_strdupv ((char **) options);
}

/* Where the person's files are, several of them may go together. */
static void
take_files (KzForm *form)
{
  KzField *field = kz_form_field (form, "source");

  field->kind = KZ_FIELD_MEDIAS;
  g_free (field->hint);
  field->hint = g_strdup (_ ("an address that begins with https://, or files; several pictures make "
                             "an album, one a line"));
}

KzForm *
kz_form_new (KzVerb verb, const char *handle, const KzFormContext *context)
{
  g_autoptr (KzForm) form = g_new0 (KzForm, 1);

  form->verb = verb;
  form->handle = g_strdup (handle);
  form->title = title_of (verb, context->action);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].verb == verb)
      kz_form_add (form, rows[i].id, rows[i].kind, rows[i].is_required, _ (rows[i].label),
                   rows[i].hint != NULL ? _ (rows[i].hint) : NULL);
  if (verb == KZ_VERB_WEBHOOKS)
    add_webhook_choice (form);
  if (verb == KZ_VERB_SEND && context->has_files)
    take_files (form);
  if (verb == KZ_VERB_ANSWER && context->action != NULL)
    kz_form_add_questions (form, context->action);
  if (is_posting (verb) && context->group != NULL && context->group->kind == KZ_GROUP_PUBLIC)
    kz_form_add (form, "to", KZ_FIELD_NUMBERS, FALSE, _ ("To"),
                 _ ("names or phone numbers of subscribers; otherwise all"));
  if (form->fields == NULL)
    return NULL;
  return g_steal_pointer (&form);
}
