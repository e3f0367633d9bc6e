/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-person.h"
#include "kz-set.h"

G_BEGIN_DECLS

/* The names that people were given, unique: of each the latest, and a few of those before, which nobody else
 * may have meanwhile and by which they are still found. */
typedef struct _KzNames KzNames;

/* A hostile or runaway state may not grow without bound: people whose names are read and kept. */
#define KZ_NAMES_MOST 200000
#define KZ_NAMES_KEY_BYTES 16
#define KZ_NAMES_HEX 17
/* Names that one had before. */
#define KZ_NAMES_FORMER 8

/**
 * KzName:
 * @person: a hash of who has it, see kz_names_key()
 * @look: a hash of kz_name_key() of it
 * @holder: (nullable) (unowned): of the directory: who is shown by it in this session, or was
 * @ref_count: more than one: it is shown, or saved just now, and stays in the table
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

/* @key: (nullable): KZ_NAMES_KEY_BYTES for all hashes, which others cannot know: nobody can choose names that
 * collide. NULL: of its own. @most: people of whom names are kept; beyond that, only of those whose name is
 * held. */
KzNames *kz_names_new (const guint8 *key, guint most);
void kz_names_free (KzNames *names);
/* How many there are, with those of before. */
guint kz_names_length (const KzNames *names);

/* @key: "i:<user id>" or "p:<phone>": a hash of it is enough to know it again. Who was known by
 * kz_names_key_of_unkeyed() is known by this from now on. */
guint64 kz_names_key (KzNames *names, const char *key);
/* @unkeyed: the hash that earlier versions wrote, which had no key. */
guint64 kz_names_key_of_unkeyed (const KzNames *names, guint64 unkeyed);
/* As it is written: sixteen digits. */
void kz_names_to_hex (guint64 person, char hex[KZ_NAMES_HEX]);
/* (nullable): the name of that one. */
const KzName *kz_names_of (const KzNames *names, guint64 person);
/* From now on @person has that name, besides a few that they had before. It stays while it is the latest of
 * somebody who is not forgotten, and as long as there is a reference; *@is_news: (optional): they had another
 * one, or none. */
KzName *kz_names_give (KzNames *names, guint64 person, const char *text, gboolean *is_news);
/* Those that look like @text to somebody; @from: (inout): 0 at first. (nullable) */
KzName *kz_names_next_like (const KzNames *names, const char *text, guint *from);
/* Those of @person which @from holds are held by @to. */
void kz_names_move (KzNames *names, guint64 person, gconstpointer from, gpointer to);
/* Nobody holds one any more. */
void kz_names_let_go (KzNames *names);
/* Those that are kept, in no order. (transfer full) (element-type KzName) */
GPtrArray *kz_names_kept (const KzNames *names);

G_END_DECLS
