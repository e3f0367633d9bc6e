/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-directory.h"

#include "kz-directory-private.h"
#include "kz-name.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (KzDirectory, kz_directory, G_TYPE_OBJECT)

/* --- The sets --- */

static guint
id_hash (gconstpointer item)
{
  return g_str_hash (((const KzEntry *) item)->person->id);
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return g_str_equal (((const KzEntry *) a)->person->id, ((const KzEntry *) b)->person->id);
}

static guint
phone_hash (gconstpointer item)
{
  return g_str_hash (((const KzEntry *) item)->person->phone);
}

static gboolean
phone_equal (gconstpointer a, gconstpointer b)
{
  return g_str_equal (((const KzEntry *) a)->person->phone, ((const KzEntry *) b)->person->phone);
}

static const KzSetKind by_id = {id_hash, id_equal};
static const KzSetKind by_phone = {phone_hash, phone_equal};

/* (nullable) */
static KzEntry *
entry_of_id (KzDirectory *self, const char *id)
{
  KzPerson person = {.id = (char *) id};
  const KzEntry like = {.person = &person};

  return id != NULL ? kz_set_find (&self->by_id, &by_id, &like) : NULL;
}

/* (nullable): also of a number that somebody had before. */
static KzEntry *
entry_of_phone (KzDirectory *self, const char *phone)
{
  KzPerson person = {.phone = (char *) phone};
  const KzEntry like = {.person = &person};
  KzEntry *entry;

  if (phone == NULL)
    return NULL;
  entry = kz_set_find (&self->by_phone, &by_phone, &like);
  return entry != NULL ? entry : g_hash_table_lookup (self->numbers, phone);
}

static void
entry_free (KzEntry *entry)
{
  kz_person_unref (entry->person);
  kz_name_unref (entry->name);
  g_free (entry);
}

static void
free_entries (KzDirectory *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  KzEntry *entry;

  for (guint from = 0; (entry = kz_set_next (&self->by_id, &from)) != NULL;)
    g_ptr_array_add (all, entry);
  for (guint from = 0; (entry = kz_set_next (&self->by_phone, &from)) != NULL;)
    if (entry->person->id == NULL)
      g_ptr_array_add (all, entry);
  kz_set_clear (&self->by_id);
  kz_set_clear (&self->by_phone);
}

static void
kz_directory_init (KzDirectory *self)
{
  self->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->groups =
      g_hash_table_new_full (g_str_hash, g_str_equal, (GDestroyNotify) g_ref_string_release,
                             (GDestroyNotify) kz_group_entry_free);
  self->order = g_ptr_array_new ();
}

static void
kz_directory_finalize (GObject *object)
{
  KzDirectory *self = KZ_DIRECTORY (object);

  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->numbers);
  /* The store may outlive us. */
  kz_names_let_go (kz_directory_names (self));
  free_entries (self);
  g_clear_pointer (&self->own_names, kz_names_free);
  g_clear_object (&self->store);
  g_free (self->own_id);
  g_free (self->own_phone);
  g_free (self->own_name);
  g_free (self->host_key);
  G_OBJECT_CLASS (kz_directory_parent_class)->finalize (object);
}

static void
kz_directory_class_init (KzDirectoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kz_directory_finalize;
}

KzDirectory *
kz_directory_new (KzStore *store, const char *own_phone)
{
  KzDirectory *self = g_object_new (KZ_TYPE_DIRECTORY, NULL);

  self->own_phone = kz_phone_from_wire (own_phone);
  self->own_names = kz_names_new (NULL, KZ_NAMES_MOST);
  if (store != NULL)
    kz_directory_set_store (self, store);
  return self;
}

static void
learn_cb (const KzPerson *person, gpointer data)
{
  kz_directory_learn (data, person);
}

void
kz_directory_set_store (KzDirectory *self, KzStore *store)
{
  KzEntry *entry;

  kz_names_let_go (kz_directory_names (self));
  g_set_object (&self->store, store);
  /* Who had a name before is given one that also fits the kept ones when it is next asked for. */
  for (guint from = 0; (entry = kz_set_next (&self->by_id, &from)) != NULL;)
    g_clear_pointer (&entry->name, kz_name_unref);
  for (guint from = 0; (entry = kz_set_next (&self->by_phone, &from)) != NULL;)
    g_clear_pointer (&entry->name, kz_name_unref);
  g_clear_pointer (&self->own_names, kz_names_free);
  kz_store_foreach_person (store, learn_cb, self);
}

void
kz_directory_set_name_func (KzDirectory *self, KzNameFunc func, gpointer data)
{
  KzEntry *entry;

  self->name_func = func;
  self->name_data = data;
  for (guint from = 0; (entry = kz_set_next (&self->by_id, &from)) != NULL;)
    entry->is_stale = TRUE;
  for (guint from = 0; (entry = kz_set_next (&self->by_phone, &from)) != NULL;)
    entry->is_stale = TRUE;
}

/* --- Ourselves --- */

void
kz_directory_set_own (KzDirectory *self, const char *user_id, const char *phone, const char *name)
{
  g_autofree char *normal = kz_phone_from_wire (phone);
  g_autoptr (KzPerson) own = NULL;

  if (user_id != NULL && *user_id != '\0' && g_strcmp0 (user_id, self->own_id) != 0) {
    g_free (self->own_id);
    self->own_id = g_strdup (user_id);
  }
  if (normal != NULL && self->own_phone == NULL)
    self->own_phone = g_steal_pointer (&normal);
  if (name != NULL && *name != '\0') {
    g_free (self->own_name);
    self->own_name = kz_name_clean (name);
  }
  own = kz_person_from_wire (self->own_id, self->own_phone, self->own_name, NULL);
  if (own != NULL)
    kz_directory_learn (self, own);
}

gboolean
kz_directory_is_own (KzDirectory *self, const KzPerson *person)
{
  if (person == NULL)
    return FALSE;
  if (person->id != NULL && g_strcmp0 (person->id, self->own_id) == 0)
    return TRUE;
  /* Also under another id: ours is inferred from the token (API §2.1), the number is not. */
  return person->phone != NULL && g_strcmp0 (person->phone, self->own_phone) == 0;
}

const char *
kz_directory_own_user_id (KzDirectory *self)
{
  return self->own_id;
}

const char *
kz_directory_own_name (KzDirectory *self)
{
  return self->own_name;
}

/* --- People --- */

KzEntry *
kz_directory_entry (KzDirectory *self, const KzPerson *person)
{
  KzEntry *entry;

  if (person == NULL)
    return NULL;
  entry = entry_of_id (self, person->id);
  return entry != NULL ? entry : entry_of_phone (self, person->phone);
}

static const char *
either (const char *first, const char *second)
{
  return first != NULL ? first : second;
}

/* @news wins over what was known. (transfer full) */
static KzPerson *
merge_people (const KzPerson *known, const KzPerson *news)
{
  KzPerson *merged;

  /* One copy is enough of what tells everything. */
  if ((known->id == NULL || news->id != NULL) && (known->phone == NULL || news->phone != NULL) &&
      (known->name == NULL || news->name != NULL) &&
      (known->picture_url == NULL || news->picture_url != NULL) && (!known->is_bot || news->is_bot))
    return kz_person_ref ((KzPerson *) news);
  merged = kz_person_new (either (news->id, known->id), either (news->phone, known->phone),
                          either (news->name, known->name),
                          either (news->picture_url, known->picture_url));
  merged->is_bot = known->is_bot || news->is_bot;
  return merged;
}

/* The person of @entry is @person (transfer full) from now on, found by all that is known. */
static void
set_person (KzDirectory *self, KzEntry *entry, KzPerson *person)
{
  KzPerson *before = entry->person;
  gboolean had_id = before != NULL && before->id != NULL;
  gboolean is_other_phone = before != NULL && before->phone != NULL && person->phone != NULL &&
                            !g_str_equal (before->phone, person->phone);

  /* Old actions still name the old number. */
  if (is_other_phone && kz_set_remove (&self->by_phone, &by_phone, entry))
    g_hash_table_replace (self->numbers, g_strdup (before->phone), entry);
  entry->person = person;
  if (!had_id && person->id != NULL)
    kz_set_add (&self->by_id, &by_id, entry);
  if (person->phone != NULL && entry_of_phone (self, person->phone) == NULL)
    kz_set_add (&self->by_phone, &by_phone, entry);
  kz_person_unref (before);
}

static gboolean
is_former (gpointer phone, gpointer entry, gpointer wanted)
{
  return entry == wanted;
}

/* The person that was known by phone only turns out to be @into. What was shown for either stands
 * for the one from now on. */
static void
absorb (KzDirectory *self, KzEntry *into, KzEntry *from)
{
  g_autofree char *phone = g_strdup (from->person->phone);

  kz_set_remove (&self->by_phone, &by_phone, from);
  g_hash_table_foreach_remove (self->numbers, is_former, from);
  set_person (self, into, merge_people (from->person, into->person));
  if (entry_of_phone (self, phone) == NULL)
    g_hash_table_replace (self->numbers, g_steal_pointer (&phone), into);
  if (from->name != NULL) {
    /* Who has no id is called by the number alone: all of its names are below one key. */
    kz_names_move (kz_directory_names (self), from->name->person, from, into);
    if (into->name == NULL) {
      into->name = g_steal_pointer (&from->name);
      into->basis = from->basis;
    }
  }
  into->is_stale = TRUE;
  entry_free (from);
}

static gboolean
tells_more (const KzPerson *known, const KzPerson *news)
{
  return (news->id != NULL && g_strcmp0 (known->id, news->id) != 0) ||
         (news->phone != NULL && g_strcmp0 (known->phone, news->phone) != 0) ||
         (news->name != NULL && g_strcmp0 (known->name, news->name) != 0) ||
         (news->picture_url != NULL && g_strcmp0 (known->picture_url, news->picture_url) != 0) ||
         (news->is_bot && !known->is_bot);
}

/* The entry that was known under either name of @person, made one. (nullable) */
static KzEntry *
unite (KzDirectory *self, const KzPerson *person)
{
  KzEntry *with_id = entry_of_id (self, person->id);
  KzEntry *with_phone = entry_of_phone (self, person->phone);

  if (with_phone != NULL && with_phone != with_id && person->id != NULL &&
      with_phone->person->id != NULL) {
    /* The number went to somebody else: two ids are two people. */
    if (!g_hash_table_remove (self->numbers, person->phone))
      kz_set_remove (&self->by_phone, &by_phone, with_phone);
    with_phone = NULL;
  }
  if (with_id != NULL && with_phone != NULL && with_id != with_phone)
    absorb (self, with_id, with_phone);
  return with_id != NULL ? with_id : with_phone;
}

void
kz_directory_learn (KzDirectory *self, const KzPerson *person)
{
  KzEntry *entry;

  if (person == NULL || (person->id == NULL && person->phone == NULL))
    return;
  entry = unite (self, person);
  if (entry == NULL) {
    entry = g_new0 (KzEntry, 1);
    set_person (self, entry, kz_person_ref ((KzPerson *) person));
  } else if (tells_more (entry->person, person)) {
    set_person (self, entry, merge_people (entry->person, person));
    entry->is_stale = TRUE;
  } else if (person->phone != NULL && entry_of_phone (self, person->phone) == NULL) {
    /* Somebody else had it meanwhile. */
    kz_set_add (&self->by_phone, &by_phone, entry);
  }
}

void
kz_directory_learn_member (KzDirectory *self, KzMember *member)
{
  const KzEntry *entry;

  kz_directory_learn (self, member->person);
  entry = kz_directory_entry (self, member->person);
  /* Every list brings them anew. */
  if (entry != NULL && entry->person != member->person &&
      !tells_more (member->person, entry->person))
    kz_member_set_person (member, entry->person);
}

void
kz_directory_learn_for_good (KzDirectory *self, const KzPerson *person)
{
  kz_directory_learn (self, person);
  if (person != NULL && self->store != NULL)
    kz_store_keep_person (self->store, person);
}

const char *
kz_directory_name (KzDirectory *self, const KzPerson *person)
{
  KzEntry *entry;

  if (person == NULL || (person->id == NULL && person->phone == NULL)) {
    /* Translators: in place of a name, where an answer was given without one. */
    return _ ("Anonymous");
  }
  if (kz_directory_is_own (self, person) && self->own_phone != NULL)
    return self->own_phone;
  entry = kz_directory_entry (self, person);
  if (entry == NULL) {
    kz_directory_learn (self, person);
    entry = kz_directory_entry (self, person);
  }
  if (entry->name == NULL || entry->is_stale)
    kz_directory_name_entry (self, entry);
  return entry->name->text;
}

const KzPerson *
kz_directory_find (KzDirectory *self, const char *name_phone_or_id)
{
  const KzNames *names = kz_directory_names (self);
  g_autofree char *phone = NULL;
  const KzEntry *entry;
  const KzName *name;

  if (name_phone_or_id == NULL || *name_phone_or_id == '\0')
    return NULL;
  entry = entry_of_id (self, name_phone_or_id);
  if (entry != NULL)
    return entry->person;
  /* The exact spelling goes before one that only looks like it. */
  for (guint from = 0;
       (name = kz_names_next_like (names, name_phone_or_id, &from)) != NULL;) {
    entry = name->holder;
    if (entry != NULL && entry->name == name && g_str_equal (name->text, name_phone_or_id))
      return entry->person;
  }
  phone = kz_phone_normalize (name_phone_or_id);
  entry = entry_of_phone (self, phone);
  if (entry != NULL)
    return entry->person;
  for (guint from = 0; (name = kz_names_next_like (names, name_phone_or_id, &from)) != NULL;) {
    entry = name->holder;
    if (entry != NULL)
      return entry->person;
  }
  return NULL;
}

const KzPerson *
kz_directory_lookup (KzDirectory *self, const KzPerson *person)
{
  const KzEntry *entry = kz_directory_entry (self, person);

  return entry != NULL ? entry->person : NULL;
}
