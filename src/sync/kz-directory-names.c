/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-directory-private.h"

#include "kz-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The key of the person in the store's list of names. (transfer full) */
static char *
store_key (const KzPerson *person)
{
  return person->id != NULL ? g_strconcat ("i:", person->id, NULL)
                            : g_strconcat ("p:", person->phone, NULL);
}

static void
reserve_cb (const char *key, const char *name, gpointer data)
{
  KzDirectory *self = data;

  g_hash_table_replace (self->reserved, kz_name_key (name), g_strdup (key));
}

void
kz_directory_reserve_names (KzDirectory *self)
{
  kz_store_foreach_shown_name (self->store, reserve_cb, self);
}

void
kz_directory_reserve (KzDirectory *self, const char *name)
{
  g_return_if_fail (KZ_IS_DIRECTORY (self) && name != NULL);

  g_free (self->host_key);
  self->host_key = kz_name_key (name);
}

/* Letters and digits at the end of an opaque id; the digit behind an "@" is a scale unit and the
 * same for everybody. */
static char *
id_tail (const char *id, guint length)
{
  g_autofree char *whole = g_strdup (id);
  GString *tail = g_string_new (NULL);
  char *at = strrchr (whole, '@');

  if (at != NULL && at != whole)
    *at = '\0';
  for (const char *p = whole + strlen (whole); p > whole && tail->len < length; p--) {
    if (g_ascii_isalnum (p[-1]))
      g_string_prepend_c (tail, p[-1]);
  }
  if (tail->len == 0)
    g_string_append_c (tail, '?');
  return g_string_free (tail, FALSE);
}

/* What tells people of one name apart: the last digits of the phone. (transfer full) */
static char *
distinction (const KzPerson *person, guint length)
{
  gsize digits;

  if (person->phone == NULL)
    return id_tail (person->id, length);
  digits = strlen (person->phone) - 1;
  return g_strdup (person->phone + 1 + (digits > length ? digits - length : 0));
}

/* Whether @name may be shown for @entry. A name that reads as somebody's number is only for the
 * one who has it: a private line would go to the wrong person. */
static gboolean
is_free (KzDirectory *self, const KzEntry *entry, const char *name)
{
  g_autofree char *key = kz_name_key (name);
  g_autofree char *own_key = store_key (entry->person);
  g_autofree char *phone_key = NULL;
  g_autofree char *phone = kz_phone_normalize (name);
  const KzEntry *holder = g_hash_table_lookup (self->by_shown, key);
  const char *reserved_by = g_hash_table_lookup (self->reserved, key);

  if (g_strcmp0 (key, self->host_key) == 0)
    return FALSE;
  if (phone != NULL && g_strcmp0 (phone, entry->person->phone) != 0)
    return FALSE;
  if (holder != NULL)
    return holder == entry;
  if (reserved_by == NULL || g_str_equal (reserved_by, own_key))
    return TRUE;
  /* It was theirs already when only the number was known. */
  if (entry->person->phone == NULL)
    return FALSE;
  phone_key = g_strconcat ("p:", entry->person->phone, NULL);
  return g_str_equal (reserved_by, phone_key);
}

/* (transfer full): what the name is made from, before it is made unique. */
static char *
choose_basis (KzDirectory *self, const KzPerson *person)
{
  g_autofree char *clean = kz_name_clean (person->name);
  g_autofree char *tail = NULL;

  if (*clean != '\0' && self->name_func != NULL) {
    char *spelled = self->name_func (clean, self->name_data);

    g_free (clean);
    clean = spelled != NULL ? spelled : g_strdup ("");
  }
  if (*clean != '\0')
    return g_steal_pointer (&clean);
  if (person->phone != NULL)
    return g_strdup (person->phone);
  tail = id_tail (person->id, 4);
  /* Translators: a person of whom neither name nor number is known; %s are some letters. */
  return g_strdup_printf (_ ("Member %s"), tail);
}

static char *
make_unique (KzDirectory *self, const KzEntry *entry, const char *basis)
{
  if (is_free (self, entry, basis))
    return g_strdup (basis);
  for (guint length = 4; length <= 8; length += 2) {
    g_autofree char *tail = distinction (entry->person, length);
    g_autofree char *name = g_strdup_printf ("%s %s", basis, tail);

    if (is_free (self, entry, name))
      return g_steal_pointer (&name);
  }
  for (guint i = 2;; i++) {
    g_autofree char *tail = distinction (entry->person, 4);
    g_autofree char *name = g_strdup_printf ("%s %s-%u", basis, tail, i);

    if (is_free (self, entry, name))
      return g_steal_pointer (&name);
  }
}

/* "Asha 0004" was made from "Asha", and "Asha" from itself. */
static gboolean
is_made_from (const char *shown, const char *basis)
{
  gsize length = strlen (basis);

  return g_str_has_prefix (shown, basis) && (shown[length] == '\0' || shown[length] == ' ');
}

/* The name of earlier sessions, when it still fits. (nullable) */
static const char *
kept_name (KzDirectory *self, const KzEntry *entry, const char *basis)
{
  g_autofree char *key = store_key (entry->person);
  const char *kept;

  if (self->store == NULL)
    return NULL;
  kept = kz_store_shown_name (self->store, key);
  if (kept == NULL && entry->person->phone != NULL) {
    g_autofree char *phone_key = g_strconcat ("p:", entry->person->phone, NULL);

    kept = kz_store_shown_name (self->store, phone_key);
  }
  if (kept == NULL || !is_made_from (kept, basis) || !is_free (self, entry, kept))
    return NULL;
  return kept;
}

void
kz_directory_name_entry (KzDirectory *self, KzEntry *entry)
{
  g_autofree char *basis = choose_basis (self, entry->person);
  g_autofree char *key = store_key (entry->person);
  const char *kept;

  entry->is_stale = FALSE;
  if (entry->shown != NULL && g_strcmp0 (basis, entry->basis) == 0) {
    /* The key may be new: an id turned up for a number. */
    if (self->store != NULL)
      kz_store_set_shown_name (self->store, key, entry->shown);
    return;
  }
  kept = kept_name (self, entry, basis);
  g_free (entry->shown);
  entry->shown = kept != NULL ? g_strdup (kept) : make_unique (self, entry, basis);
  g_free (entry->basis);
  entry->basis = g_steal_pointer (&basis);
  g_hash_table_replace (self->by_shown, kz_name_key (entry->shown), entry);
  if (self->store != NULL)
    kz_store_set_shown_name (self->store, key, entry->shown);
}
