/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that people were given, and what is kept of them. */
#include "config.h"

#include "kz-directory.h"
#include "kz-hash.h"
#include "store-fixture.h"

#include <string.h>

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
  auto_names names = kz_names_new (NULL, MOST);

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
  auto_names names = kz_names_new (NULL, 10 * MOST);

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
  auto_names names = kz_names_new (NULL, MOST);
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
  auto_names names = kz_names_new (NULL, MOST);
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
  names = kz_names_new (NULL, MOST);
  g_assert_cmpstr (held->text, ==, "Asha 7x51");
  kz_name_unref (held);
}

/* Who was not met in this session makes place, with all names; nobody who was. */
static void
test_many_people (void)
{
  auto_names names = kz_names_new (NULL, MOST);
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
  auto_names names = kz_names_new (NULL, MOST);
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

/* --- The key of the hashes --- */

static void
test_key_of_its_own (void)
{
  static const guint8 key[KZ_NAMES_KEY_BYTES] = "of one and other";
  auto_names first = kz_names_new (NULL, MOST);
  auto_names second = kz_names_new (NULL, MOST);
  auto_names third = kz_names_new (key, MOST);
  auto_names fourth = kz_names_new (key, MOST);
  guint64 person = kz_names_key (first, "i:u-1");

  g_assert_true (person != kz_names_key (second, "i:u-1"));
  g_assert_true (person == kz_names_key (first, "i:u-1"));
  g_assert_true (kz_names_key (third, "i:u-1") == kz_names_key (fourth, "i:u-1"));
  g_assert_true (give (first, 7, 0)->look != give (second, 7, 0)->look);
  g_assert_true (give (third, 7, 0)->look == give (fourth, 7, 0)->look);
}

static guint64
unkeyed (const char *key)
{
  static const guint64 none[2] = {0, 0};

  return kz_hash_text (none, key);
}

/* (transfer full): what the state file calls the one person of whom it has a name. */
static char *
saved_person (StoreFixture *fixture)
{
  KzStore *store = store_open (fixture);
  g_autofree char *text = NULL;
  const char *mark;

  kz_store_set_shown_name (store, "i:u-1", "Asha");
  store_save (fixture, store);
  store_close (store);
  text = store_read (fixture, ".json", NULL);
  mark = strstr (text, "\"who\":\"");
  g_assert_nonnull (mark);
  return g_strndup (mark + strlen ("\"who\":\""), KZ_NAMES_HEX - 1);
}

static void
test_stores_differ (StoreFixture *fixture, gconstpointer data)
{
  StoreFixture other = {0};
  g_autofree char *first = saved_person (fixture);
  g_autofree char *second = NULL;
  char without_key[KZ_NAMES_HEX];
  KzStore *store;

  store_fixture_set_up (&other, NULL);
  second = saved_person (&other);
  store_fixture_tear_down (&other, NULL);
  kz_names_to_hex (unkeyed ("i:u-1"), without_key);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpstr (first, !=, without_key);
  /* The key of the names is in the state: the journal may go, and bring another one for itself. */
  {
    g_autofree char *journal = store_file (fixture, ".journal");
    g_autofree char *text = store_read (fixture, ".json", NULL);
    char *mark = strstr (text, "\"hashKey\"");

    g_assert_nonnull (mark);
    mark[1] = 'x';
    g_assert_true (g_file_set_contents (journal, "", 0, NULL));
    store_write (fixture, ".json", text, -1);
  }
  store = store_open (fixture);
  g_assert_cmpstr (kz_store_shown_name (store, "i:u-1"), ==, "Asha");
  g_assert_null (kz_store_shown_name (store, "i:u-2"));
  store_close (store);
}

static void
assert_called (KzStore *store, const char *id, const char *phone, const char *name)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (store, STORE_PHONE);
  g_autoptr (KzPerson) person = kz_person_new (id, phone, "Asha", NULL);

  kz_directory_learn (directory, person);
  g_assert_cmpstr (kz_directory_name (directory, person), ==, name);
}

/* The state of a version that had no key: nobody is called otherwise, and nobody as another was. */
static void
test_without_key (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  char first[KZ_NAMES_HEX];
  char second[KZ_NAMES_HEX];
  g_autofree char *text = NULL;
  g_autofree char *saved = NULL;

  kz_names_to_hex (unkeyed ("i:u-1"), first);
  kz_names_to_hex (unkeyed ("i:u-2"), second);
  text = g_strdup_printf ("{\"version\":1,\"generation\":3,\"names\":[{\"person\":\"%s\",\"name\":\"Asha\"},"
                          "{\"person\":\"%s\",\"name\":\"Asha 0003\"}]}",
                          first, second);
  store_close (store);
  {
    g_autofree char *journal = store_file (fixture, ".journal");

    g_assert_true (g_file_set_contents (journal, "", 0, NULL));
  }
  store_write (fixture, ".json", text, -1);
  store = store_open (fixture);
  g_assert_false (kz_store_was_damaged (store));
  assert_called (store, "u-2", "+15550000003", "Asha 0003");
  g_assert_cmpuint (kz_names_length (kz_store_names (store)), ==, 2);
  kz_store_set_endpoint (store, "https://data.example");
  store_save (fixture, store);
  store_close (store);
  saved = store_read (fixture, ".json", NULL);
  g_assert_null (strstr (saved, first));
  g_assert_null (strstr (saved, second));
  /* Also who was not met in between. */
  store = store_open (fixture);
  assert_called (store, "u-3", "+15550000004", "Asha 0004");
  assert_called (store, "u-1", "+15550000002", "Asha");
  assert_called (store, "u-2", "+15550000003", "Asha 0003");
  g_assert_cmpuint (kz_names_length (kz_store_names (store)), ==, 3);
  store_close (store);
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
  g_test_add_func ("/names/hashes-have-a-key-of-their-own", test_key_of_its_own);
  STORE_TEST ("/names/the-key-of-a-store-is-its-own-and-stays", NULL, test_stores_differ);
  STORE_TEST ("/names/those-of-a-state-without-a-key-stay", NULL, test_without_key);
  return g_test_run ();
}
