/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-command.h"

G_BEGIN_DECLS

/* The one table of verbs, shared by the reader and the help. */

/* What follows the verb. */
typedef enum {
  KZ_GRAMMAR_TOPIC,         /* [VERB] */
  KZ_GRAMMAR_HANDLE,        /* HANDLE */
  KZ_GRAMMAR_HANDLE_TEXT,   /* HANDLE TEXT */
  KZ_GRAMMAR_HANDLE_CHOICE, /* HANDLE CHOICE */
  KZ_GRAMMAR_ANNOUNCEMENT,  /* [TITLE |] TEXT */
  KZ_GRAMMAR_FORM,          /* the parts of a form, see kz_form_fill_line() */
  KZ_GRAMMAR_HANDLE_FORM,   /* HANDLE and these */
  KZ_GRAMMAR_NOTHING,
} KzGrammar;

/* Who may use a verb in a group, API §21: those who only see a group may still answer in it. */
typedef enum {
  KZ_WHO_EVERYBODY,
  KZ_WHO_WRITERS,       /* whoever may post anything into the group */
  KZ_WHO_ADMINS,        /* of the group */
  KZ_WHO_TREE_ADMINS,    /* admins of a group that may have subgroups */
  KZ_WHO_PUBLIC_WRITERS, /* members and admins of a public group */
  KZ_WHO_PUBLIC_ADMINS,  /* admins of a public group */
  KZ_WHO_ASKED,         /* only while something is being asked */
} KzWho;

/**
 * KzCommandRow:
 * @alias: (nullable): another spelling
 * @usage: the verb and what it takes, without prefix; untranslated, give it to gettext
 * @example: the same with values; not translated: it can be typed
 * @summary: one line; untranslated
 * @details: (nullable): what else to know; untranslated
 */
typedef struct {
  KzVerb verb;
  KzGrammar grammar;
  KzWho who;
  const char *name;
  const char *alias;
  const char *usage;
  const char *example;
  const char *summary;
  const char *details;
} KzCommandRow;

/* NULL past the end. */
const KzCommandRow *kz_command_row (guint index);
/* By name or alias, in any case; (nullable). */
const KzCommandRow *kz_command_find (const char *word);
/* The row that @word was most likely meant to be; NULL when none is near. */
const KzCommandRow *kz_command_nearest (const char *word);
/* (transfer full): one line about a verb that does not exist. @is_line: it was typed as a line of
 * text, which could have been meant as such. */
char *kz_command_unknown (const char *prefix, const char *word, gboolean is_line);

G_END_DECLS
