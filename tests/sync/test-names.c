/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that people were given, and what is kept of them. */
#include "config.h"

#include "kz-names.h"

#define MOST 100
/* The latest, and those before it. */
#define EACH (KZ_NAMES_FORMER + 1)

static void
names_clear (KzNames **names)
{
  kz_names_free (*names);
}

#define auto_names __attribute__ ((cleanup (names_clear))) KzNames *

/* (nullable): of whom @text is, or was. */
static const KzName *
find (const KzNames *names, const char *text)
{
  guint from = 0;

  return kz_names_next_like (names, text, &from);
}

static KzName *
give (KzNames *names, guint64 person, guint number)
{
  g_autofree char *text = g_strdup_printf ("Asha %" G_GUINT64_FORMAT "x%u", person, number);

  return kz_names_give (names, person, text, NULL);
}

static gboolean
has (const KzNames *names, guint64 person, guint number)
{
  g_autofree char *text = g_strdup_printf ("Asha %" G_GUINT64_FORMAT "x%u", person, number);
  const KzName *name = find (names, text);

  g_assert_true (name == NULL || name->person == person);
  return name != NULL;
}

static void
test_renamed_often (void)
{
  auto_names names = kz_names_new (MOST);

  for (guint i = 0; i < 1000; i++) {
    give (names, 7, i);
    g_assert_cmpuint (kz_names_length (names), ==, MIN (i + 1, EACH));
  }
  for (guint i = 0; i < 1000; i++)
    g_assert_true (has (names, 7, i) == (i >= 1000 - EACH));
}

static void
test_many_renamed (void)
{
  auto_names names = kz_names_new (10 * MOST);

  for (guint i = 0; i < 20; i++)
    for (guint64 person = 1; person <= 1000; person++)
      give (names, person, i);
  g_assert_cmpuint (kz_names_length (names), ==, 1000 * EACH);
  for (guint64 person = 1; person <= 1000; person++)
    for (guint i = 0; i < 20; i++)
      g_assert_true (has (names, person, i) == (i >= 20 - EACH));
}

/* Back and forth: each of them is there once. */
static void
test_renamed_back (void)
{
  auto_names names = kz_names_new (MOST);
  gboolean is_news;

  for (guint i = 0; i < 100; i++) {
    kz_names_give (names, 7, i % 2 == 0 ? "Asha" : "Asha Rao", &is_news);
    g_assert_true (is_news);
    kz_names_give (names, 7, i % 2 == 0 ? "Asha" : "Asha Rao", &is_news);
    g_assert_false (is_news);
  }
  g_assert_cmpuint (kz_names_length (names), ==, 2);
  g_assert_cmpstr (kz_names_of (names, 7)->text, ==, "Asha Rao");
  /* The one that came back is the latest, and not the oldest any more. */
  for (guint i = 0; i < KZ_NAMES_FORMER; i++)
    give (names, 7, i);
  g_assert_nonnull (find (names, "Asha Rao"));
  g_assert_null (find (names, "Asha"));
}

/* Nobody else may be called as somebody is shown. */
static void
test_held (void)
{
  auto_names names = kz_names_new (MOST);
  KzName *held = kz_name_ref (give (names, 7, 0));

  for (guint i = 1; i < 50; i++)
    give (names, 7, i);
  g_assert_true (find (names, held->text) == held);
  g_assert_cmpuint (kz_names_length (names), ==, EACH);
  kz_name_unref (held);
  give (names, 7, 50);
  g_assert_false (has (names, 7, 0));
  g_assert_cmpuint (kz_names_length (names), ==, EACH);
  /* A save that is under way. */
  held = kz_name_ref (give (names, 7, 51));
  kz_names_free (names);
  names = kz_names_new (MOST);
  g_assert_cmpstr (held->text, ==, "Asha 7x51");
  kz_name_unref (held);
}

/* Who was not met in this session makes place, with all names; nobody who was. */
static void
test_many_people (void)
{
  auto_names names = kz_names_new (MOST);
  KzName *held[2 * MOST];

  for (guint64 person = 1; person <= 50 * MOST; person++)
    for (guint i = 0; i < 2; i++)
      give (names, person, i);
  g_assert_cmpuint (kz_names_length (names), ==, 2 * MOST);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    held[i] = kz_name_ref (give (names, 100000 + i, 0));
    /* Of half of them it is one from before. */
    give (names, 100000 + i, i % 2);
  }
  g_assert_cmpuint (kz_names_length (names), ==, 3 * MOST);
  for (guint64 person = 200000; person < 201000; person++)
    give (names, person, 0);
  /* Those are there for a moment. */
  g_assert_cmpuint (kz_names_length (names), <=, 4 * MOST);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    g_assert_true (find (names, held[i]->text) == held[i]);
    kz_name_unref (held[i]);
  }
  for (guint64 person = 300000; person < 301000; person++)
    give (names, person, 0);
  g_assert_cmpuint (kz_names_length (names), ==, MOST);
}

static void
test_moved (void)
{
  auto_names names = kz_names_new (MOST);
  KzName *of_number[3];
  KzName *other = give (names, 8, 0);
  int from;
  int into;

  other->holder = &from;
  for (guint i = 0; i < G_N_ELEMENTS (of_number); i++) {
    of_number[i] = give (names, 7, i);
    of_number[i]->holder = i == 1 ? (gpointer) names : &from;
  }
  kz_names_move (names, 7, &from, &into);
  g_assert_true (of_number[0]->holder == &into);
  g_assert_true (of_number[1]->holder == names);
  g_assert_true (of_number[2]->holder == &into);
  g_assert_true (other->holder == &from);
  kz_names_let_go (names);
  g_assert_null (of_number[0]->holder);
  g_assert_null (other->holder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/names/of-who-is-renamed-often-the-last-ones-are-kept", test_renamed_often);
  g_test_add_func ("/names/of-each-of-many-who-are-renamed", test_many_renamed);
  g_test_add_func ("/names/one-that-comes-back-is-the-latest", test_renamed_back);
  g_test_add_func ("/names/one-that-is-held-stays", test_held);
  g_test_add_func ("/names/no-more-people-than-there-may-be-or-are-met", test_many_people);
  g_test_add_func ("/names/those-of-a-number-go-to-its-person", test_moved);
  return g_test_run ();
}
