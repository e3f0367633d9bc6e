/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-action.h"
#include "kz-group.h"

G_BEGIN_DECLS

/* Verbs have a row each in one table: name, aliases, grammar, help, who may. A later verb is a new
 * row and a new case in the dispatcher. */
typedef enum {
  KZ_VERB_HELP,
  KZ_VERB_LIKE,
  KZ_VERB_COMMENT,
  KZ_VERB_VOTE,
  KZ_VERB_DONE,
  KZ_VERB_RESULTS,
  KZ_VERB_ANNOUNCE,
  KZ_VERB_POLL,
  KZ_VERB_SURVEY,
  KZ_VERB_JOB,
  KZ_VERB_MEET,
  KZ_VERB_CARD,
  KZ_VERB_SEND,
  KZ_VERB_REPLY,
  KZ_VERB_ANSWER,
  KZ_VERB_REOPEN,
  KZ_VERB_ACCEPT,
  KZ_VERB_DECLINE,
  KZ_VERB_MAYBE,
  KZ_VERB_REMIND,
  KZ_VERB_UPDATE,
  KZ_VERB_SAVE,
  KZ_VERB_TELL,
  KZ_VERB_GROUP,
  KZ_VERB_PUBLIC,
  KZ_VERB_SUBGROUP,
  KZ_VERB_ATTACH,
  KZ_VERB_DETACH,
  KZ_VERB_ADD,
  KZ_VERB_REMOVE,
  KZ_VERB_PROMOTE,
  KZ_VERB_DEMOTE,
  KZ_VERB_LEAVE,
  KZ_VERB_MEMBERS,
  KZ_VERB_SUBSCRIBERS,
  KZ_VERB_SUBSCRIBE,
  KZ_VERB_UNSUBSCRIBE,
  KZ_VERB_INFO,
  KZ_VERB_WHOAMI,
  KZ_VERB_MESSAGE,
  KZ_VERB_STATUS,
  KZ_VERB_WEBHOOKS,
  KZ_VERB_BACK,
  KZ_VERB_CANCEL,
} KzVerb;

typedef enum {
  KZ_INPUT_TEXT,    /* text to be sent: @text, with a doubled prefix undone */
  KZ_INPUT_COMMAND,
  KZ_INPUT_ERROR,   /* @error is one line for the person, in their language; nothing is sent */
} KzInputKind;

/**
 * KzInput:
 * @handle: (nullable): lower case, without brackets
 * @choice: (nullable): VOTE: a number or the words of a choice, as typed
 * @text: (nullable): text, comment or announcement
 * @title: (nullable): announcement title
 * @topic: (nullable): HELP about this verb
 * @rest: (nullable): what stands behind a verb that has a form, see kz_form_fill_line(); NULL when
 *   nothing does: the person is to be asked
 */
typedef struct {
  KzInputKind kind;
  KzVerb verb;
  char *handle;
  char *choice;
  char *title;
  char *text;
  char *topic;
  char *rest;
  char *error;
} KzInput;

/**
 * kz_command_read:
 * @text: plain text as typed, after kz_markup_to_text()
 *
 * "!" and a known verb is a command; "!" and other letters is refused with the nearest verb;
 * "!!verb" is the text "!verb"; anything else that begins with "!" is text (design §7).
 */
KzInput *kz_command_read (const char *text);
/* The same grammar for "/verb rest" of a host that has commands. @verb without the slash. */
KzInput *kz_command_read_slash (const char *verb, const char *rest);
void kz_input_free (KzInput *input);

/* The row of a verb for registering with a host: static strings. FALSE past the end. */
gboolean kz_command_describe (guint index, KzVerb *verb, const char **name, const char **usage,
                              const char **summary);
/* (nullable): the other spelling of the same row. */
const char *kz_command_alias (guint index);
/* (transfer full): plain text, lines separated by "\n": what this group and role allow, and why the
 * rest does not. @group (nullable) for a private conversation. @topic (nullable). */
char *kz_command_help (const KzGroup *group, const char *prefix, const char *topic);
/* (nullable): why the person may not do that in @group (nullable: a private conversation). */
const char *kz_command_refusal (KzVerb verb, const KzGroup *group);
/* Index of the choice that @typed names in @choices (a number from 1, the text without case, or an
 * unambiguous beginning); -1 with @error (transfer full) in the user's words, candidates named. */
int kz_command_match_choice (const char *typed, const char *const *choices, char **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzInput, kz_input_free)

G_END_DECLS
