/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-person.h"
#include "kz-set.h"

G_BEGIN_DECLS

/* The names that people were given: kept for ever, and unique. */
typedef struct _KzNames KzNames;

/**
 * KzName:
 * @person: a hash of who has it, see kz_names_key()
 * @look: a hash of kz_name_key() of it
 * @holder: (nullable) (unowned): of the directory: who is shown by it in this session, or was
 */
typedef struct {
  guint64 person;
  gpointer holder;
  guint32 look;
  guint32 ref_count;
  char text[];
} KzName;

KzName *kz_name_ref (KzName *name);
void kz_name_unref (KzName *name); /* accepts NULL */

KzNames *kz_names_new (void);
void kz_names_free (KzNames *names);

/* @key: "i:<user id>" or "p:<phone>": a hash of it is enough to know it again. */
guint64 kz_names_key (const char *key);
/* (nullable): the name of that one. */
const KzName *kz_names_of (const KzNames *names, guint64 person);
/* From now on @person has that name, besides any that they were shown by; *@is_news: (optional): they had
 * another one, or none. A bound on how many are kept for ever is one on that alone. */
KzName *kz_names_give (KzNames *names, guint64 person, const char *text, gboolean *is_news);
/* Those that look like @text to somebody; @from: (inout): 0 at first. (nullable) */
KzName *kz_names_next_like (const KzNames *names, const char *text, guint *from);
/* All of which one is held by @from are held by @to. */
void kz_names_move (KzNames *names, gconstpointer from, gpointer to);
/* Nobody holds one any more. */
void kz_names_let_go (KzNames *names);
/* Those that are kept, in no order. (transfer full) (element-type KzName) */
GPtrArray *kz_names_kept (const KzNames *names);

G_END_DECLS
