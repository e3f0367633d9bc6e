/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-directory.h"

#include "kz-directory-private.h"
#include "kz-name.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (KzDirectory, kz_directory, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  KzEntry *entry = data;

  kz_person_unref (entry->person);
  g_free (entry->shown);
  g_free (entry->basis);
  g_free (entry);
}

static void
kz_directory_init (KzDirectory *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_phone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->reserved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->groups =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) kz_group_entry_free);
  self->order = g_ptr_array_new ();
}

static void
kz_directory_finalize (GObject *object)
{
  KzDirectory *self = KZ_DIRECTORY (object);

  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->reserved);
  g_hash_table_unref (self->by_shown);
  g_hash_table_unref (self->by_phone);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->entries);
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
  g_set_object (&self->store, store);
  kz_directory_reserve_names (self);
  kz_store_foreach_person (store, learn_cb, self);
}

void
kz_directory_set_name_func (KzDirectory *self, KzNameFunc func, gpointer data)
{
  self->name_func = func;
  self->name_data = data;
  for (guint i = 0; i < self->entries->len; i++) {
    KzEntry *entry = g_ptr_array_index (self->entries, i);

    entry->is_stale = TRUE;
  }
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
  KzEntry *entry = NULL;

  if (person == NULL)
    return NULL;
  if (person->id != NULL)
    entry = g_hash_table_lookup (self->by_id, person->id);
  if (entry == NULL && person->phone != NULL)
    entry = g_hash_table_lookup (self->by_phone, person->phone);
  return entry;
}

static void
replace_pointers (GHashTable *table, KzEntry *from, KzEntry *to)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (value == from)
      g_hash_table_iter_replace (&iter, to);
  }
}

static const char *
either (const char *first, const char *second)
{
  return first != NULL ? first : second;
}

/* @news wins over what was known. */
static KzPerson *
merge_people (const KzPerson *known, const KzPerson *news)
{
  KzPerson *merged = kz_person_new (
      either (news->id, known->id), either (news->phone, known->phone),
      either (news->name, known->name), either (news->picture_url, known->picture_url));

  merged->is_bot = known->is_bot || news->is_bot;
  return merged;
}

/* The person that was known by phone only turns out to be @into. What was shown for either stands
 * for the one from now on. */
static void
absorb (KzDirectory *self, KzEntry *into, KzEntry *from)
{
  KzPerson *merged = merge_people (from->person, into->person);

  kz_person_unref (into->person);
  into->person = merged;
  if (into->shown == NULL && from->shown != NULL) {
    into->shown = g_steal_pointer (&from->shown);
    into->basis = g_steal_pointer (&from->basis);
  }
  into->is_stale = TRUE;
  replace_pointers (self->by_shown, from, into);
  replace_pointers (self->by_phone, from, into);
  replace_pointers (self->by_id, from, into);
  g_ptr_array_remove_fast (self->entries, from);
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
  KzEntry *by_id = person->id != NULL ? g_hash_table_lookup (self->by_id, person->id) : NULL;
  KzEntry *by_phone =
      person->phone != NULL ? g_hash_table_lookup (self->by_phone, person->phone) : NULL;

  if (by_phone != NULL && by_phone != by_id && person->id != NULL && by_phone->person->id != NULL) {
    /* The number went to somebody else: two ids are two people. */
    g_hash_table_remove (self->by_phone, person->phone);
    by_phone = NULL;
  }
  if (by_id != NULL && by_phone != NULL && by_id != by_phone)
    absorb (self, by_id, by_phone);
  return by_id != NULL ? by_id : by_phone;
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
    entry->person = kz_person_new (person->id, person->phone, person->name, person->picture_url);
    entry->person->is_bot = person->is_bot;
    g_ptr_array_add (self->entries, entry);
  } else if (tells_more (entry->person, person)) {
    KzPerson *merged = merge_people (entry->person, person);

    kz_person_unref (entry->person);
    entry->person = merged;
    entry->is_stale = TRUE;
  }
  if (entry->person->id != NULL && !g_hash_table_contains (self->by_id, entry->person->id))
    g_hash_table_insert (self->by_id, g_strdup (entry->person->id), entry);
  if (entry->person->phone != NULL && !g_hash_table_contains (self->by_phone, entry->person->phone))
    g_hash_table_insert (self->by_phone, g_strdup (entry->person->phone), entry);
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
  if (entry->shown == NULL || entry->is_stale)
    kz_directory_name_entry (self, entry);
  return entry->shown;
}

const KzPerson *
kz_directory_find (KzDirectory *self, const char *name_phone_or_id)
{
  g_autofree char *key = NULL;
  g_autofree char *phone = NULL;
  KzEntry *entry;

  if (name_phone_or_id == NULL || *name_phone_or_id == '\0')
    return NULL;
  entry = g_hash_table_lookup (self->by_id, name_phone_or_id);
  if (entry != NULL)
    return entry->person;
  /* The exact spelling goes before one that only looks like it. */
  key = kz_name_key (name_phone_or_id);
  entry = g_hash_table_lookup (self->by_shown, key);
  if (entry != NULL && g_strcmp0 (entry->shown, name_phone_or_id) == 0)
    return entry->person;
  for (guint i = 0; i < self->entries->len; i++) {
    entry = g_ptr_array_index (self->entries, i);
    if (g_strcmp0 (entry->shown, name_phone_or_id) == 0)
      return entry->person;
  }
  phone = kz_phone_normalize (name_phone_or_id);
  entry = phone != NULL ? g_hash_table_lookup (self->by_phone, phone) : NULL;
  if (entry != NULL)
    return entry->person;
  entry = g_hash_table_lookup (self->by_shown, key);
  return entry != NULL ? entry->person : NULL;
}

const KzPerson *
kz_directory_lookup (KzDirectory *self, const KzPerson *person)
{
  const KzEntry *entry = kz_directory_entry (self, person);

  return entry != NULL ? entry->person : NULL;
}
