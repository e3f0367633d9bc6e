/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-order.h"

G_BEGIN_DECLS

/* What a person is asked for, one field a question. One-line commands, windows and the questions in
 * a room all fill the same form with the same words, and are checked by the same functions. */

typedef enum {
  KZ_FIELD_LINE,
  KZ_FIELD_TEXT,       /* several lines */
  KZ_FIELD_LIST,       /* several, one a line */
  KZ_FIELD_CHOICE,     /* one of the options */
  KZ_FIELD_CHOICES,    /* any of the options */
  KZ_FIELD_YES_NO,
  KZ_FIELD_DEADLINE,   /* as kz_when_read() */
  KZ_FIELD_START,
  KZ_FIELD_FACT,       /* a time that may be over */
  KZ_FIELD_NUMBER,
  KZ_FIELD_MINUTES,
  KZ_FIELD_PLACE,      /* "12.9716, 77.5946 Head office" */
  KZ_FIELD_PLACE_OR_NAME,
  KZ_FIELD_PHONE,
  KZ_FIELD_PERSON,
  KZ_FIELD_MEMBER,     /* a person of this group */
  KZ_FIELD_PEOPLE,     /* separated by commas */
  KZ_FIELD_NUMBERS,    /* people, or phone numbers of anybody */
  KZ_FIELD_GROUP,
  KZ_FIELD_QUESTIONS,  /* of a survey, one a line: "Which day? [Mon, Tue]", "How many? (number)" */
  KZ_FIELD_PROPERTIES, /* one a line: "name = value" or "name (Numeric) = 5" */
  KZ_FIELD_MEDIA,      /* an https address, or a file of this machine where the host has files */
  KZ_FIELD_MEDIAS,     /* several of these, one a line */
} KzFieldKind;

/**
 * KzField:
 * @id: for naming it in a line ("closes: 2h"); not translated
 * @label: what is asked, in the person's language
 * @hint: (nullable): how to write the answer
 * @options: (nullable): of CHOICE and CHOICES, in the person's language
 * @value: (nullable): what was typed, checked; NULL: nothing
 */
typedef struct {
  char *id;
  KzFieldKind kind;
  char *label;
  char *hint;
  gboolean is_required;
  GStrv options;
  char *value;
} KzField;

/**
 * KzFormContext:
 * @now: in the person's zone
 * @group: (nullable): of the room
 * @action: (nullable): what the handle names
 * @find_people: those whom the words may mean, best first; one when it is clear; @only_here: in this
 *   group
 * @find_groups: likewise; (element-type KzGroup)
 * @person_name: (transfer full): for naming candidates
 * @has_files: paths of this machine may be typed
 */
typedef struct {
  GDateTime *now;
  const KzGroup *group;
  const KzAction *action;
  GPtrArray *(*find_people) (const char *typed, gboolean only_here, gpointer data);
  GPtrArray *(*find_groups) (const char *typed, gpointer data);
  char *(*person_name) (const KzPerson *person, gpointer data);
  gpointer data;
  gboolean has_files;
} KzFormContext;

/**
 * KzForm:
 * @title: for a window or the first question
 * @fields: (element-type KzField): in the order of the one-line form
 */
typedef struct {
  KzVerb verb;
  char *handle;
  char *title;
  GPtrArray *fields;
} KzForm;

/* (nullable): NULL for verbs that ask for nothing. @handle: (nullable). */
KzForm *kz_form_new (KzVerb verb, const char *handle, const KzFormContext *context);
void kz_form_free (KzForm *form);
/* Whether the person must be asked when nothing stands behind the verb. */
gboolean kz_form_asks (const KzForm *form);
KzField *kz_form_field (const KzForm *form, const char *id); /* (nullable) */
/* Whether its value has an item a line, each of which is asked for and may be a part of a line. */
gboolean kz_field_takes_many (const KzField *field);

/**
 * kz_form_set:
 * @typed: (nullable): NULL or blank takes the answer back
 * @error: (out) (transfer full): one line for the person, when it cannot be so
 */
gboolean kz_form_set (KzForm *form, KzField *field, const char *typed,
                      const KzFormContext *context, char **error);

/* Fills the form from what stands behind a verb: parts separated by "|", or "name: part" in any
 * place. FALSE with one line for the person in @error. */
gboolean kz_form_fill_line (KzForm *form, const char *rest, const KzFormContext *context,
                            char **error);

/**
 * kz_form_fill_announcement:
 * @title: (nullable)
 * @text: may end with parts "pictures: ..." and "to: ..."; other bars are its own
 *
 * What was typed behind the verb, as kz_command_read() parts it. With no text before those parts the
 * title is the text. FALSE with one line for the person in @error.
 */
gboolean kz_form_fill_announcement (KzForm *form, const char *title, const char *text,
                                    const KzFormContext *context, char **error);

/* (transfer full) (nullable): the whole form as something to be done; NULL with one line for the
 * person in @error when a field is missing or they do not fit each other. */
KzOrder *kz_form_finish (KzForm *form, const KzFormContext *context, char **error);

/* (transfer full): the one line that fills such a form with the same again: "!poll Lunch? | Pizza | Salad".
 * Where no line can say it, as of a question with a bar in it: what was asked and answered, a line each, which
 * is no command. */
char *kz_form_to_line (const KzForm *form, const char *prefix, const KzFormContext *context);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzForm, kz_form_free)

G_END_DECLS
