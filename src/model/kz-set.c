/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-set.h"

#define FIRST_SLOTS 16

/* Any number of slots will do, and grows by a quarter: of one that doubles, half would be empty at
 * times. */
static guint
slots_of (guint n_slots)
{
  return MAX (FIRST_SLOTS, n_slots + n_slots / 4);
}

static guint
home_of (const KzSet *set, const KzSetKind *kind, gconstpointer item)
{
  /* The hashes of texts differ most in their low bits: those decide after the product. */
  guint32 hash = kind->hash (item) * 2654435769u;

  return (guint) (((guint64) hash * set->n_slots) >> 32);
}

static guint
after (const KzSet *set, guint slot)
{
  return slot + 1 < set->n_slots ? slot + 1 : 0;
}

/* How far behind @home @slot is. */
static guint
distance (const KzSet *set, guint home, guint slot)
{
  return slot >= home ? slot - home : slot + set->n_slots - home;
}

gpointer
kz_set_find_next (const KzSet *set, const KzSetKind *kind, gconstpointer like, guint *from)
{
  guint slot;

  if (set->length == 0)
    return NULL;
  slot = (home_of (set, kind, like) + *from) % set->n_slots;
  for (;; slot = after (set, slot)) {
    gpointer item = set->slots[slot];

    if (item == NULL)
      return NULL;
    (*from)++;
    if (kind->equal (item, like))
      return item;
  }
}

gpointer
kz_set_find (const KzSet *set, const KzSetKind *kind, gconstpointer like)
{
  guint from = 0;

  return kz_set_find_next (set, kind, like, &from);
}

static void
place (KzSet *set, const KzSetKind *kind, gpointer item)
{
  guint slot = home_of (set, kind, item);

  while (set->slots[slot] != NULL)
    slot = after (set, slot);
  set->slots[slot] = item;
}

static void
grow (KzSet *set, const KzSetKind *kind)
{
  KzSet grown = {.n_slots = slots_of (set->n_slots), .length = set->length};

  grown.slots = g_new0 (gpointer, grown.n_slots);
  for (guint i = 0; i < set->n_slots; i++)
    if (set->slots[i] != NULL)
      place (&grown, kind, set->slots[i]);
  g_free (set->slots);
  *set = grown;
}

void
kz_set_add (KzSet *set, const KzSetKind *kind, gpointer item)
{
  g_return_if_fail (item != NULL);

  /* At most seven of eight are taken: one is always free, where a search ends. */
  if (set->length >= set->n_slots / 8 * 7)
    grow (set, kind);
  place (set, kind, item);
  set->length++;
}

gboolean
kz_set_remove (KzSet *set, const KzSetKind *kind, gconstpointer item)
{
  guint hole;

  if (set->length == 0)
    return FALSE;
  hole = home_of (set, kind, item);
  while (set->slots[hole] != item) {
    if (set->slots[hole] == NULL)
      return FALSE;
    hole = after (set, hole);
  }
  /* Those behind it that would not be found any more move up. */
  for (guint next = after (set, hole); set->slots[next] != NULL; next = after (set, next)) {
    guint home = home_of (set, kind, set->slots[next]);

    if (distance (set, home, next) >= distance (set, hole, next)) {
      set->slots[hole] = set->slots[next];
      hole = next;
    }
  }
  set->slots[hole] = NULL;
  set->length--;
  return TRUE;
}

gpointer
kz_set_next (const KzSet *set, guint *from)
{
  while (*from < set->n_slots) {
    gpointer item = set->slots[(*from)++];

    if (item != NULL)
      return item;
  }
  return NULL;
}

void
kz_set_clear (KzSet *set)
{
  g_free (set->slots);
  *set = (KzSet){0};
}
