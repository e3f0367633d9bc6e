/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-cursor.h"

#include "kz-hash.h"
#include "kz-unit-map.h"

#include <string.h>

/* Slots hold the ring position plus one in 16 bits, so the ring stays below that. */
#define MAX_CAPACITY 32768
#define FIRST_ALLOCATION 16

/* An account has a cursor for each of a thousand groups, most of them idle: therefore the ring and
 * its index grow with what they hold, and the index is an open-addressed table of positions and
 * not a GHashTable, which would need several times the memory of the hashes themselves. */
struct _KzCursor {
  guint64 key[2];
  guint capacity;
  guint64 *ring;     /* (owned) (array length=allocated) */
  guint allocated;   /* <= capacity */
  guint length;      /* <= allocated */
  guint oldest;      /* ring position of the oldest; moves only once the ring is full */
  guint16 *slots;    /* (owned) (array length=n_slots) ring position + 1; 0: empty */
  guint n_slots;     /* a power of two, at least twice @allocated */
  KzUnitMap *marks;
};

/* The slot that holds @hash, or the empty one where it would go. */
static guint
find_slot (const KzCursor *cursor, guint64 hash)
{
  guint mask = cursor->n_slots - 1;
  guint slot = (guint) hash & mask;

  while (cursor->slots[slot] != 0 && cursor->ring[cursor->slots[slot] - 1] != hash)
    slot = (slot + 1) & mask;
  return slot;
}

static gboolean
knows_hash (const KzCursor *cursor, guint64 hash)
{
  return cursor->length > 0 && cursor->slots[find_slot (cursor, hash)] != 0;
}

/* Empties the slot of @hash and moves up those behind it that would not be found any more. */
static void
forget_slot (KzCursor *cursor, guint64 hash)
{
  guint mask = cursor->n_slots - 1;
  guint hole = find_slot (cursor, hash);

  for (guint next = (hole + 1) & mask; cursor->slots[next] != 0; next = (next + 1) & mask) {
    guint home = (guint) cursor->ring[cursor->slots[next] - 1] & mask;

    if (((next - home) & mask) >= ((next - hole) & mask)) {
      cursor->slots[hole] = cursor->slots[next];
      hole = next;
    }
  }
  cursor->slots[hole] = 0;
}

static void
grow (KzCursor *cursor)
{
  guint allocated = MIN (cursor->capacity, MAX (FIRST_ALLOCATION, cursor->allocated * 2));

  cursor->ring = g_renew (guint64, cursor->ring, allocated);
  cursor->allocated = allocated;

  cursor->n_slots = 1;
  while (cursor->n_slots < allocated * 2)
    cursor->n_slots *= 2;
  g_free (cursor->slots);
  cursor->slots = g_new0 (guint16, cursor->n_slots);
  for (guint i = 0; i < cursor->length; i++)
    cursor->slots[find_slot (cursor, cursor->ring[i])] = (guint16) (i + 1);
}

KzCursor *
kz_cursor_new (const guint8 key[16], guint capacity)
{
  KzCursor *cursor;

  g_return_val_if_fail (key != NULL, NULL);
  g_return_val_if_fail (capacity > 0, NULL);

  cursor = g_new0 (KzCursor, 1);
  memcpy (cursor->key, key, sizeof cursor->key);
  cursor->key[0] = GUINT64_FROM_LE (cursor->key[0]);
  cursor->key[1] = GUINT64_FROM_LE (cursor->key[1]);
  cursor->capacity = MIN (capacity, MAX_CAPACITY);
  return cursor;
}

void
kz_cursor_free (KzCursor *cursor)
{
  if (cursor == NULL)
    return;
  g_free (cursor->ring);
  g_free (cursor->slots);
  kz_unit_map_free (cursor->marks);
  g_free (cursor);
}

guint64
kz_cursor_hash (const KzCursor *cursor, const char *id)
{
  g_return_val_if_fail (cursor != NULL, 0);
  g_return_val_if_fail (id != NULL, 0);

  return kz_hash_text (cursor->key, id);
}

gboolean
kz_cursor_knows (const KzCursor *cursor, const char *const *ids)
{
  g_return_val_if_fail (cursor != NULL, FALSE);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    if (knows_hash (cursor, kz_cursor_hash (cursor, ids[i])))
      return TRUE;
  }
  return FALSE;
}

gboolean
kz_cursor_knows_hash (const KzCursor *cursor, guint64 hash)
{
  g_return_val_if_fail (cursor != NULL, FALSE);

  return knows_hash (cursor, hash);
}

void
kz_cursor_add (KzCursor *cursor, const char *const *ids, GArray *added)
{
  g_return_if_fail (cursor != NULL);

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    guint64 hash = kz_cursor_hash (cursor, ids[i]);

    if (knows_hash (cursor, hash))
      continue;
    kz_cursor_add_hash (cursor, hash);
    if (added != NULL)
      g_array_append_val (added, hash);
  }
}

void
kz_cursor_add_hash (KzCursor *cursor, guint64 hash)
{
  guint position;

  g_return_if_fail (cursor != NULL);

  if (knows_hash (cursor, hash))
    return;
  if (cursor->length == cursor->allocated && cursor->allocated < cursor->capacity)
    grow (cursor);

  if (cursor->length < cursor->allocated) {
    position = cursor->length++;
  } else {
    position = cursor->oldest;
    forget_slot (cursor, cursor->ring[position]);
    cursor->oldest = cursor->oldest + 1 < cursor->capacity ? cursor->oldest + 1 : 0;
  }
  /* The slot is looked for before the ring changes: an entry that is on its way out must not be
   * taken for the new one. */
  cursor->slots[find_slot (cursor, hash)] = (guint16) (position + 1);
  cursor->ring[position] = hash;
}

GArray *
kz_cursor_hashes (const KzCursor *cursor)
{
  GArray *hashes;

  g_return_val_if_fail (cursor != NULL, NULL);

  hashes = g_array_sized_new (FALSE, FALSE, sizeof (guint64), cursor->length);
  for (guint i = 0; i < cursor->length; i++)
    g_array_append_val (hashes, cursor->ring[(cursor->oldest + i) % cursor->length]);
  return hashes;
}

gint64
kz_cursor_mark (const KzCursor *cursor, const char *unit)
{
  const KzUnitValue *mark;

  g_return_val_if_fail (cursor != NULL, 0);
  g_return_val_if_fail (unit != NULL, 0);

  mark = kz_unit_map_find (cursor->marks, unit);
  return mark != NULL ? mark->us : 0;
}

void
kz_cursor_set_mark (KzCursor *cursor, const char *unit, gint64 mark_us)
{
  KzUnitValue *mark;

  g_return_if_fail (cursor != NULL);
  g_return_if_fail (unit != NULL);

  mark = kz_unit_map_find (cursor->marks, unit);
  if (mark == NULL)
    kz_unit_map_get (&cursor->marks, unit)->us = mark_us;
  else
    mark->us = MAX (mark->us, mark_us);
}

gboolean
kz_cursor_is_seeded (const KzCursor *cursor, const char *unit)
{
  g_return_val_if_fail (cursor != NULL, FALSE);
  g_return_val_if_fail (unit != NULL, FALSE);

  return kz_unit_map_find (cursor->marks, unit) != NULL;
}

void
kz_cursor_foreach_mark (const KzCursor *cursor,
                        void (*func) (const char *unit, gint64 mark_us, gpointer data),
                        gpointer data)
{
  g_return_if_fail (cursor != NULL);
  g_return_if_fail (func != NULL);

  for (guint i = 0; i < kz_unit_map_length (cursor->marks); i++)
    func (kz_unit_map_unit (cursor->marks, i), kz_unit_map_value (cursor->marks, i).us, data);
}
