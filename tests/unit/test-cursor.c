/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-cursor.h"

#include <string.h>

static const guint8 key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static gboolean
knows (const KzCursor *cursor, const char *id)
{
  const char *ids[] = {id, NULL};

  return kz_cursor_knows (cursor, ids);
}

static void
add (KzCursor *cursor, const char *id)
{
  const char *ids[] = {id, NULL};

  kz_cursor_add (cursor, ids, NULL);
}

/* The first row is the first vector of the authors of SipHash; their others contain a 0 byte, which
 * no id has. The rest was computed by another implementation that agrees with them on their
 * vectors. */
static void
test_siphash (void)
{
  g_autoptr (KzCursor) cursor = kz_cursor_new (key, 4);
  static const struct {
    const char *id;
    guint64 hash;
  } rows[] = {
      {"", G_GUINT64_CONSTANT (0x726fdb47dd0e0e31)},
      {"a", G_GUINT64_CONSTANT (0x2ba3e8e9a71148ca)},
      {"1234567", G_GUINT64_CONSTANT (0x6ef942de1d1a4d4b)},
      {"12345678", G_GUINT64_CONSTANT (0x02130609caea37eb)},
      {"9c7e0d2a-1f8b-4c55-a3c1-6b0d8a1f2e3d@2", G_GUINT64_CONSTANT (0x800c82f9e6af99e5)},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmphex (kz_cursor_hash (cursor, rows[i].id), ==, rows[i].hash);
}

static void
test_key_matters (void)
{
  guint8 other_key[16];
  g_autoptr (KzCursor) cursor = kz_cursor_new (key, 4);
  g_autoptr (KzCursor) other = NULL;

  memcpy (other_key, key, sizeof key);
  other_key[15] ^= 0x80;
  other = kz_cursor_new (other_key, 4);
  g_assert_cmphex (kz_cursor_hash (cursor, "a"), !=, kz_cursor_hash (other, "a"));
}

static void
test_never_new_again (void)
{
  g_autoptr (KzCursor) cursor = kz_cursor_new (key, 256);

  g_assert_false (knows (cursor, "7a0e@1"));
  add (cursor, "7a0e@1");
  g_assert_true (knows (cursor, "7a0e@1"));
  g_assert_false (knows (cursor, "7a0e@2"));
  for (guint i = 0; i < 255; i++) {
    g_autofree char *id = g_strdup_printf ("other-%u", i);

    add (cursor, id);
  }
  g_assert_true (knows (cursor, "7a0e@1"));
}

static void
test_any_id (void)
{
  g_autoptr (KzCursor) cursor = kz_cursor_new (key, 16);
  g_autoptr (GArray) added = g_array_new (FALSE, FALSE, sizeof (guint64));
  const char *polled[] = {"reference", "action", NULL};
  const char *pushed[] = {"event", "action", NULL};
  const char *later[] = {"event", NULL};
  const char *nothing[] = {NULL};

  kz_cursor_add (cursor, polled, NULL);
  g_assert_true (kz_cursor_knows (cursor, pushed));
  g_assert_false (kz_cursor_knows (cursor, later));

  kz_cursor_add (cursor, pushed, added);
  g_assert_cmpuint (added->len, ==, 1);
  g_assert_cmphex (g_array_index (added, guint64, 0), ==, kz_cursor_hash (cursor, "event"));
  g_assert_true (kz_cursor_knows (cursor, later));
  g_assert_false (kz_cursor_knows (cursor, nothing));
  g_assert_false (kz_cursor_knows (cursor, NULL));
}

/* Against a plain list, over rings of all small sizes: what is in the index is what is in the ring,
 * whatever was moved when others fell out. */
static void
test_oldest_fall_out (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint capacity = 1; capacity < 70; capacity++) {
    g_autoptr (KzCursor) cursor = kz_cursor_new (key, capacity);
    g_autoptr (GArray) model = g_array_new (FALSE, FALSE, sizeof (guint64));

    for (guint step = 0; step < 600; step++) {
      /* Few values, so that many are in the ring already and slots collide. */
      guint64 hash = (guint64) g_rand_int_range (random, 0, 100) * 8;
      gboolean is_known = FALSE;
      g_autoptr (GArray) hashes = NULL;

      for (guint i = 0; i < model->len; i++)
        is_known = is_known || g_array_index (model, guint64, i) == hash;
      g_assert_cmpint (kz_cursor_knows_hash (cursor, hash), ==, is_known);

      kz_cursor_add_hash (cursor, hash);
      if (!is_known) {
        if (model->len == capacity)
          g_array_remove_index (model, 0);
        g_array_append_val (model, hash);
      }
      hashes = kz_cursor_hashes (cursor);
      g_assert_cmpmem (hashes->data, hashes->len * sizeof (guint64), model->data,
                       model->len * sizeof (guint64));
    }
  }
}

static void
test_hashes_come_back (void)
{
  g_autoptr (KzCursor) cursor = kz_cursor_new (key, 40);
  g_autoptr (KzCursor) restarted = kz_cursor_new (key, 40);
  g_autoptr (GArray) hashes = NULL;

  for (guint i = 0; i < 100; i++) {
    g_autofree char *id = g_strdup_printf ("id-%u", i);

    add (cursor, id);
  }
  hashes = kz_cursor_hashes (cursor);
  g_assert_cmpuint (hashes->len, ==, 40);
  for (guint i = 0; i < hashes->len; i++)
    kz_cursor_add_hash (restarted, g_array_index (hashes, guint64, i));
  for (guint i = 0; i < 100; i++) {
    g_autofree char *id = g_strdup_printf ("id-%u", i);

    g_assert_cmpint (knows (restarted, id), ==, i >= 60);
  }
}

static void
count_mark (const char *unit, gint64 mark_us, gpointer data)
{
  gint64 *sum = data;

  *sum += mark_us + (gint64) strlen (unit);
}

static void
test_marks (void)
{
  g_autoptr (KzCursor) cursor = kz_cursor_new (key, 4);
  gint64 sum = 0;

  g_assert_cmpint (kz_cursor_mark (cursor, "Job"), ==, 0);
  g_assert_false (kz_cursor_is_seeded (cursor, "Job"));

  kz_cursor_set_mark (cursor, "Job", 2000);
  kz_cursor_set_mark (cursor, "Job", 1000);
  g_assert_cmpint (kz_cursor_mark (cursor, "Job"), ==, 2000);
  kz_cursor_set_mark (cursor, "Job", 3000);
  g_assert_cmpint (kz_cursor_mark (cursor, "Job"), ==, 3000);

  /* A group in which nothing has happened yet was looked at all the same. */
  kz_cursor_set_mark (cursor, "Poll", 0);
  g_assert_true (kz_cursor_is_seeded (cursor, "Poll"));
  g_assert_false (kz_cursor_is_seeded (cursor, "Survey"));

  kz_cursor_foreach_mark (cursor, count_mark, &sum);
  g_assert_cmpint (sum, ==, 3000 + 3 + 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cursor/the-hash-is-siphash-2-4", test_siphash);
  g_test_add_func ("/cursor/another-key-gives-other-hashes", test_key_matters);
  g_test_add_func ("/cursor/an-id-seen-once-is-never-new-again", test_never_new_again);
  g_test_add_func ("/cursor/one-known-id-makes-the-item-known", test_any_id);
  g_test_add_func ("/cursor/only-the-oldest-fall-out", test_oldest_fall_out);
  g_test_add_func ("/cursor/hashes-that-were-stored-are-known-after-a-restart",
                   test_hashes_come_back);
  g_test_add_func ("/cursor/a-mark-never-goes-back", test_marks);
  return g_test_run ();
}
