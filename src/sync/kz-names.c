/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-names.h"

#include "kz-hash.h"
#include "kz-name.h"
#include "kz-random.h"

#include <string.h>

/* Places of the persons that are looked at for each one more than there may be. */
#define LOOKS 64

/**
 * KzFormer:
 * @names: (element-type KzName): unowned, the oldest first; one at least
 *
 * Few are ever called something else: whoever is not costs nothing of this.
 */
typedef struct {
  guint64 person;
  GPtrArray *names;
} KzFormer;

/* @all is what is in @by_person and in @former. */
struct _KzNames {
  guint64 key[2];
  guint most;
  KzSet all;       /* (element-type KzName) owned, by how they look; several may look alike */
  KzSet by_person; /* (element-type KzName): of each the latest */
  KzSet former;    /* (element-type KzFormer) owned */
  guint hand;      /* where in @by_person is looked for somebody to forget */
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

static guint
former_hash (gconstpointer item)
{
  return (guint) ((const KzFormer *) item)->person;
}

static gboolean
former_equal (gconstpointer a, gconstpointer b)
{
  return ((const KzFormer *) a)->person == ((const KzFormer *) b)->person;
}

static const KzSetKind by_person = {person_hash, person_equal};
static const KzSetKind by_look = {look_hash, look_equal};
static const KzSetKind former_by_person = {former_hash, former_equal};

static guint32
look_of (const KzNames *names, const char *text)
{
  g_autofree char *key = kz_name_key (text);

  return (guint32) kz_hash_text (names->key, key);
}

/* printf() would take half of all that it costs to save a name. */
void
kz_names_to_hex (guint64 person, char hex[KZ_NAMES_HEX])
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < KZ_NAMES_HEX - 1; i++)
    hex[i] = digits[person >> (60 - 4 * i) & 0xf];
  hex[KZ_NAMES_HEX - 1] = '\0';
}

/* --- What people were called before --- */

/* (nullable) */
static KzFormer *
former_of (const KzNames *names, guint64 person)
{
  const KzFormer like = {.person = person};

  return kz_set_find (&names->former, &former_by_person, &like);
}

static void
former_free (KzFormer *former)
{
  g_ptr_array_unref (former->names);
  g_free (former);
}

static void
forget_former (KzNames *names, KzFormer *former)
{
  kz_set_remove (&names->former, &former_by_person, former);
  former_free (former);
}

static gboolean
is_held (const KzName *name)
{
  return name->ref_count > 1;
}

static void
drop (KzNames *names, KzName *name)
{
  kz_set_remove (&names->all, &by_look, name);
  kz_name_unref (name);
}

/* One that is shown has to stay, or somebody else could be called the same: the next one goes in its place. */
static void
drop_oldest (KzNames *names, KzFormer *former)
{
  for (guint i = 0; i < former->names->len && former->names->len > KZ_NAMES_FORMER;) {
    KzName *name = g_ptr_array_index (former->names, i);

    if (is_held (name)) {
      i++;
      continue;
    }
    g_ptr_array_remove_index (former->names, i);
    drop (names, name);
  }
}

static void
add_former (KzNames *names, KzName *name)
{
  KzFormer *former = former_of (names, name->person);

  if (former == NULL) {
    former = g_new (KzFormer, 1);
    *former = (KzFormer){.person = name->person, .names = g_ptr_array_new ()};
    kz_set_add (&names->former, &former_by_person, former);
  }
  g_ptr_array_add (former->names, name);
  drop_oldest (names, former);
}

/* --- Not more people than there may be --- */

/* FALSE: they are shown in this session. */
static gboolean
forget (KzNames *names, KzName *latest)
{
  KzFormer *former = former_of (names, latest->person);

  if (is_held (latest))
    return FALSE;
  for (guint i = 0; former != NULL && i < former->names->len; i++)
    if (is_held (g_ptr_array_index (former->names, i)))
      return FALSE;
  for (guint i = 0; former != NULL && i < former->names->len; i++)
    drop (names, g_ptr_array_index (former->names, i));
  if (former != NULL)
    forget_former (names, former);
  kz_set_remove (&names->by_person, &by_person, latest);
  drop (names, latest);
  return TRUE;
}

/* Where all of these are shown there will be more: as many as there are people that the directory has. */
static void
make_room (KzNames *names)
{
  for (guint i = 0; i < LOOKS && names->by_person.length >= names->most; i++) {
    KzName *latest = kz_set_next (&names->by_person, &names->hand);

    if (latest == NULL)
      names->hand = 0;
    else
      forget (names, latest);
  }
}

/* --- The table --- */

KzNames *
kz_names_new (const guint8 *key, guint most)
{
  KzNames *names = g_new0 (KzNames, 1);

  if (key != NULL)
    memcpy (names->key, key, sizeof names->key);
  else
    kz_random_fill ((guint8 *) names->key, sizeof names->key);
  names->most = most;
  return names;
}

void
kz_names_free (KzNames *names)
{
  KzFormer *former;
  KzName *name;

  for (guint from = 0; (name = kz_set_next (&names->all, &from)) != NULL;)
    kz_name_unref (name);
  for (guint from = 0; (former = kz_set_next (&names->former, &from)) != NULL;)
    former_free (former);
  kz_set_clear (&names->all);
  kz_set_clear (&names->by_person);
  kz_set_clear (&names->former);
  g_free (names);
}

guint
kz_names_length (const KzNames *names)
{
  return names->all.length;
}

const KzName *
kz_names_of (const KzNames *names, guint64 person)
{
  const KzName like = {.person = person};

  return kz_set_find (&names->by_person, &by_person, &like);
}

/* --- Who is who --- */

guint64
kz_names_key_of_unkeyed (const KzNames *names, guint64 unkeyed)
{
  char text[2 + KZ_NAMES_HEX] = "h:";

  kz_names_to_hex (unkeyed, text + 2);
  return kz_hash_text (names->key, text);
}

/* What @before is called @person is called from now on. */
static void
hand_over (KzNames *names, guint64 before, guint64 person)
{
  KzName *latest = (KzName *) kz_names_of (names, before);
  KzFormer *former = former_of (names, before);

  if (latest == NULL)
    return;
  kz_set_remove (&names->by_person, &by_person, latest);
  latest->person = person;
  kz_set_add (&names->by_person, &by_person, latest);
  if (former == NULL)
    return;
  kz_set_remove (&names->former, &former_by_person, former);
  former->person = person;
  for (guint i = 0; i < former->names->len; i++)
    ((KzName *) g_ptr_array_index (former->names, i))->person = person;
  kz_set_add (&names->former, &former_by_person, former);
}

guint64
kz_names_key (KzNames *names, const char *key)
{
  static const guint64 none[2] = {0, 0};
  guint64 person = kz_hash_text (names->key, key);

  if (kz_names_of (names, person) == NULL)
    hand_over (names, kz_names_key_of_unkeyed (names, kz_hash_text (none, key)), person);
  return person;
}

/* --- Giving and finding --- */

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

static KzName *
add_name (KzNames *names, guint64 person, guint32 look, const char *text)
{
  gsize size = strlen (text) + 1;
  KzName *name = g_malloc (sizeof (KzName) + size);

  *name = (KzName){.person = person, .look = look, .ref_count = 1};
  memcpy (name->text, text, size);
  kz_set_add (&names->all, &by_look, name);
  return name;
}

KzName *
kz_names_give (KzNames *names, guint64 person, const char *text, gboolean *is_news)
{
  KzName *before = (KzName *) kz_names_of (names, person);
  guint32 look;
  KzName *name = NULL;

  if (is_news != NULL)
    *is_news = FALSE;
  if (before != NULL && g_str_equal (before->text, text))
    return before;
  look = look_of (names, text);
  if (before != NULL) {
    name = find_given (names, person, look, text);
    if (name != NULL)
      g_ptr_array_remove (former_of (names, person)->names, name);
    kz_set_remove (&names->by_person, &by_person, before);
    add_former (names, before);
  } else {
    make_room (names);
  }
  if (name == NULL)
    name = add_name (names, person, look, text);
  kz_set_add (&names->by_person, &by_person, name);
  if (is_news != NULL)
    *is_news = TRUE;
  return name;
}

KzName *
kz_names_next_like (const KzNames *names, const char *text, guint *from)
{
  g_autofree char *key = kz_name_key (text);
  const KzName like = {.look = (guint32) kz_hash_text (names->key, key)};
  KzName *name;

  while ((name = kz_set_find_next (&names->all, &by_look, &like, from)) != NULL) {
    g_autofree char *other = kz_name_key (name->text);

    if (g_str_equal (other, key))
      return name;
  }
  return NULL;
}

static void
move_one (KzName *name, gconstpointer from, gpointer to)
{
  if (name->holder == from)
    name->holder = to;
}

void
kz_names_move (KzNames *names, guint64 person, gconstpointer from, gpointer to)
{
  const KzFormer *former = former_of (names, person);
  KzName *latest = (KzName *) kz_names_of (names, person);

  if (latest != NULL)
    move_one (latest, from, to);
  for (guint i = 0; former != NULL && i < former->names->len; i++)
    move_one (g_ptr_array_index (former->names, i), from, to);
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
