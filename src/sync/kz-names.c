/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-names.h"

#include "kz-hash.h"
#include "kz-name.h"

#include <string.h>

/* A hostile or runaway state may not grow without bound. */
#define MAX_KEPT 200000

struct _KzNames {
  KzSet all;       /* (element-type KzName) owned, by how they look; several may look alike */
  KzSet by_person; /* (element-type KzName): of each the latest */
};

/* --- One of them --- */

KzName *
kz_name_ref (KzName *name)
{
  name->ref_count++;
  return name;
}

void
kz_name_unref (KzName *name)
{
  if (name != NULL && --name->ref_count == 0)
    g_free (name);
}

/* --- Hashes --- */

static guint
person_hash (gconstpointer item)
{
  return (guint) ((const KzName *) item)->person;
}

static gboolean
person_equal (gconstpointer a, gconstpointer b)
{
  return ((const KzName *) a)->person == ((const KzName *) b)->person;
}

static guint
look_hash (gconstpointer item)
{
  return ((const KzName *) item)->look;
}

static gboolean
look_equal (gconstpointer a, gconstpointer b)
{
  return ((const KzName *) a)->look == ((const KzName *) b)->look;
}

static const KzSetKind by_person = {person_hash, person_equal};
static const KzSetKind by_look = {look_hash, look_equal};

/* Not for secrets, and written to a file: the same in each process. */
static guint64
hash_of (const char *text)
{
  static const guint64 key[2] = {0, 0};

  return kz_hash_text (key, text);
}

guint64
kz_names_key (const char *key)
{
  return hash_of (key);
}

static guint32
look_of (const char *text)
{
  g_autofree char *key = kz_name_key (text);

  return (guint32) hash_of (key);
}

/* --- The table --- */

KzNames *
kz_names_new (void)
{
  return g_new0 (KzNames, 1);
}

void
kz_names_free (KzNames *names)
{
  KzName *name;

  for (guint from = 0; (name = kz_set_next (&names->all, &from)) != NULL;)
    kz_name_unref (name);
  kz_set_clear (&names->all);
  kz_set_clear (&names->by_person);
  g_free (names);
}

const KzName *
kz_names_of (const KzNames *names, guint64 person)
{
  const KzName like = {.person = person};

  return kz_set_find (&names->by_person, &by_person, &like);
}

/* (nullable): the same words. */
static KzName *
find_given (const KzNames *names, guint64 person, guint32 look, const char *text)
{
  const KzName like = {.look = look};
  guint from = 0;
  KzName *name;

  while ((name = kz_set_find_next (&names->all, &by_look, &like, &from)) != NULL)
    if (name->person == person && g_str_equal (name->text, text))
      return name;
  return NULL;
}

KzName *
kz_names_give (KzNames *names, guint64 person, const char *text, gboolean *is_news)
{
  const KzName *before = kz_names_of (names, person);
  guint32 look;
  KzName *name;

  if (is_news != NULL)
    *is_news = FALSE;
  if (before != NULL && g_str_equal (before->text, text))
    return (KzName *) before;
  look = look_of (text);
  name = find_given (names, person, look, text);
  if (name == NULL) {
    gsize size = strlen (text) + 1;

    name = g_malloc (sizeof (KzName) + size);
    *name = (KzName){.person = person, .look = look, .ref_count = 1};
    memcpy (name->text, text, size);
    kz_set_add (&names->all, &by_look, name);
  }
  if (before == NULL && names->by_person.length >= MAX_KEPT)
    return name;
  if (before != NULL)
    kz_set_remove (&names->by_person, &by_person, before);
  kz_set_add (&names->by_person, &by_person, name);
  if (is_news != NULL)
    *is_news = TRUE;
  return name;
}

KzName *
kz_names_next_like (const KzNames *names, const char *text, guint *from)
{
  g_autofree char *key = kz_name_key (text);
  const KzName like = {.look = (guint32) hash_of (key)};
  KzName *name;

  while ((name = kz_set_find_next (&names->all, &by_look, &like, from)) != NULL) {
    g_autofree char *other = kz_name_key (name->text);

    if (g_str_equal (other, key))
      return name;
  }
  return NULL;
}

void
kz_names_move (KzNames *names, gconstpointer from, gpointer to)
{
  KzName *name;

  for (guint i = 0; (name = kz_set_next (&names->all, &i)) != NULL;)
    if (name->holder == from)
      name->holder = to;
}

void
kz_names_let_go (KzNames *names)
{
  KzName *name;

  for (guint i = 0; (name = kz_set_next (&names->all, &i)) != NULL;)
    name->holder = NULL;
}

GPtrArray *
kz_names_kept (const KzNames *names)
{
  GPtrArray *kept = g_ptr_array_new_full (names->by_person.length, (GDestroyNotify) kz_name_unref);
  KzName *name;

  for (guint from = 0; (name = kz_set_next (&names->by_person, &from)) != NULL;)
    g_ptr_array_add (kept, kz_name_ref (name));
  return kept;
}
