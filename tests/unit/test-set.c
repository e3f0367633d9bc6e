/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-set.h"
#include "kz-unit-map.h"

/* Few places to begin with: many have to move up. */
typedef struct {
  guint key;
  guint number;
} Item;

static guint
key_hash (gconstpointer item)
{
  return ((const Item *) item)->key % 7;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return ((const Item *) a)->key == ((const Item *) b)->key;
}

static const KzSetKind by_key = {key_hash, key_equal};

static void
assert_same (const KzSet *set, GHashTable *expected)
{
  guint n = 0;

  for (guint from = 0; kz_set_next (set, &from) != NULL;)
    n++;
  g_assert_cmpuint (n, ==, g_hash_table_size (expected));
  g_assert_cmpuint (set->length, ==, n);
  for (guint key = 0; key < 200; key++) {
    const Item like = {.key = key};

    g_assert_true (kz_set_find (set, &by_key, &like) ==
                   g_hash_table_lookup (expected, GUINT_TO_POINTER (key)));
  }
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (29);
  g_autoptr (GHashTable) expected = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  KzSet set = {0};

  for (guint i = 0; i < 3000; i++) {
    /* It grows, and then shrinks. */
    guint key = (guint) g_rand_int_range (rand, 0, 200);
    gboolean adds = g_rand_int_range (rand, 0, 3000) > (int) i;
    Item *known = g_hash_table_lookup (expected, GUINT_TO_POINTER (key));

    if (adds && known == NULL) {
      Item *item = g_new0 (Item, 1);

      item->key = key;
      kz_set_add (&set, &by_key, item);
      g_hash_table_insert (expected, GUINT_TO_POINTER (key), item);
    } else if (!adds && known != NULL) {
      g_assert_true (kz_set_remove (&set, &by_key, known));
      g_assert_false (kz_set_remove (&set, &by_key, known));
      g_hash_table_remove (expected, GUINT_TO_POINTER (key));
    }
    assert_same (&set, expected);
  }
  kz_set_clear (&set);
  g_assert_null (kz_set_find (&set, &by_key, &(const Item){.key = 1}));
}

static void
test_alike (void)
{
  Item items[] = {{8, 0}, {1, 1}, {8, 2}, {15, 3}, {8, 4}};
  KzSet set = {0};
  guint from = 0;
  guint seen = 0;
  const Item *item;

  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    kz_set_add (&set, &by_key, &items[i]);
  while ((item = kz_set_find_next (&set, &by_key, &items[0], &from)) != NULL)
    seen |= 1u << item->number;
  g_assert_cmpuint (seen, ==, 0x15);
  g_assert_true (kz_set_remove (&set, &by_key, &items[2]));
  g_assert_true (kz_set_find (&set, &by_key, &items[4]) != &items[2]);
  kz_set_clear (&set);
}

static void
test_size (void)
{
  Item items[10000];
  KzSet set = {0};

  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    items[i] = (Item){.key = i};
    kz_set_add (&set, &(const KzSetKind){g_direct_hash, g_direct_equal}, &items[i]);
    /* A quarter is added where an eighth is free: what is the most that may be empty. */
    if (set.length > 100)
      g_assert_cmpuint (set.n_slots, <=, set.length * 3 / 2);
  }
  kz_set_clear (&set);
}

static void
test_units (void)
{
  KzUnitMap *map = NULL;

  g_assert_null (kz_unit_map_find (map, "Job"));
  kz_unit_map_get (&map, "Job")->us = 7;
  kz_unit_map_get (&map, "Poll")->rate = 0.5;
  g_assert_cmpint (kz_unit_map_get (&map, "Job")->us, ==, 7);
  g_assert_cmpuint (kz_unit_map_length (map), ==, 2);
  g_assert_cmpstr (kz_unit_map_unit (map, 1), ==, "Poll");
  g_assert_cmpfloat (kz_unit_map_value (map, 1).rate, ==, 0.5);
  g_assert_null (kz_unit_map_find (map, "Survey"));
  kz_unit_map_free (map);
  kz_unit_map_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/set/finds-what-is-in-it-and-nothing-else", test_random);
  g_test_add_func ("/set/finds-all-that-are-alike", test_alike);
  g_test_add_func ("/set/has-few-empty-places", test_size);
  g_test_add_func ("/unit-map/keeps-a-number-for-each", test_units);
  return g_test_run ();
}
