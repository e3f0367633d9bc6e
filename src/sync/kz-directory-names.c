/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-directory-private.h"

#include "kz-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

KzNames *
kz_directory_names (KzDirectory *self)
{
  return self->store != NULL ? kz_store_names (self->store) : self->own_names;
}

/* Who has a name, as it is kept. */
static guint64
key_of (KzDirectory *self, const char *kind, const char *value)
{
  g_autofree char *key = g_strconcat (kind, value, NULL);

  return kz_names_key (kz_directory_names (self), key);
}

static guint64
person_key (KzDirectory *self, const KzPerson *person)
{
  return person->id != NULL ? key_of (self, "i:", person->id) : key_of (self, "p:", person->phone);
}

/* As it was when only the number was known; 0: there is none. */
static guint64
phone_key (KzDirectory *self, const KzPerson *person)
{
  return person->phone != NULL ? key_of (self, "p:", person->phone) : 0;
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
  g_autofree char *phone = kz_phone_normalize (name);
  guint64 own_key = person_key (self, entry->person);
  gboolean is_own = FALSE;
  gboolean is_taken = FALSE;
  const KzName *like;

  if (g_strcmp0 (key, self->host_key) == 0)
    return FALSE;
  if (phone != NULL && g_strcmp0 (phone, entry->person->phone) != 0)
    return FALSE;
  for (guint from = 0;
       (like = kz_names_next_like (kz_directory_names (self), name, &from)) != NULL;) {
    if (like->holder != NULL && like->holder != entry)
      return FALSE;
    /* It was theirs already when only the number was known. */
    if (like->holder == entry || like->person == own_key ||
        like->person == phone_key (self, entry->person))
      is_own = TRUE;
    else
      is_taken = TRUE;
  }
  return is_own || !is_taken;
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
static const KzName *
kept_name (KzDirectory *self, const KzEntry *entry, const char *basis)
{
  const KzNames *names = kz_directory_names (self);
  const KzName *kept = kz_names_of (names, person_key (self, entry->person));

  if (kept == NULL && entry->person->phone != NULL)
    kept = kz_names_of (names, phone_key (self, entry->person));
  if (kept == NULL || !is_made_from (kept->text, basis) || !is_free (self, entry, kept->text))
    return NULL;
  return kept;
}

/* (transfer full): what is to be shown for the person of @entry. */
static char *
choose_name (KzDirectory *self, const KzEntry *entry, const char *basis)
{
  const KzName *kept;

  if (entry->name != NULL && g_str_hash (basis) == entry->basis &&
      is_made_from (entry->name->text, basis))
    return g_strdup (entry->name->text);
  kept = kept_name (self, entry, basis);
  return kept != NULL ? g_strdup (kept->text) : make_unique (self, entry, basis);
}

void
kz_directory_name_entry (KzDirectory *self, KzEntry *entry)
{
  g_autofree char *basis = choose_basis (self, entry->person);
  g_autofree char *text = choose_name (self, entry, basis);
  /* Also when it stays: an id turned up for a number. */
  guint64 key = person_key (self, entry->person);
  KzName *name = self->store != NULL ? kz_store_give_name (self->store, key, text)
                                     : kz_names_give (self->own_names, key, text, NULL);

  name->holder = entry;
  kz_name_ref (name);
  kz_name_unref (entry->name);
  entry->name = name;
  entry->basis = g_str_hash (basis);
  entry->is_stale = FALSE;
}
