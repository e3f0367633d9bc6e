/* SPDX-License-Identifier: GPL-2.0-or-later */
/* People, their unique names, groups and members. */
#include "config.h"

#include "kz-directory-private.h"
#include "kz-name.h"
#include "kz-outbox-private.h"
#include "store-fixture.h"

#include <string.h>

static KzPerson *
person (const char *id, const char *phone, const char *name)
{
  return kz_person_new (id, phone, name, NULL);
}

static const char *
name_of (KzDirectory *directory, const char *id, const char *phone, const char *name)
{
  g_autoptr (KzPerson) someone = person (id, phone, name);

  kz_directory_learn (directory, someone);
  return kz_directory_name (directory, someone);
}

static void
test_names (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");

  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "Asha"), ==, "Asha");
  g_assert_cmpstr (name_of (directory, "b", "+15550000003", NULL), ==, "+15550000003");
  g_assert_cmpstr (name_of (directory, "0000-abcd-77f1@2", NULL, NULL), ==, "Member 77f1");
  g_assert_cmpstr (kz_directory_name (directory, NULL), ==, "Anonymous");
  g_assert_cmpstr (name_of (directory, NULL, "+15550000001", "Mira"), ==, "+15550000001");
}

static void
test_unique (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  const KzPerson *found;

  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "Asha"), ==, "Asha");
  g_assert_cmpstr (name_of (directory, "b", "+15550000004", "Asha"), ==, "Asha 0004");
  g_assert_cmpstr (name_of (directory, "c", "+16660000004", "asha"), ==, "asha 000004");
  /* An IRC client sees no difference between these. */
  g_assert_cmpstr (name_of (directory, "d", "+15550000009", "A sha"), ==, "A sha 0009");
  found = kz_directory_find (directory, "Asha 0004");
  g_assert_nonnull (found);
  g_assert_cmpstr (found->id, ==, "b");
  found = kz_directory_find (directory, "Asha");
  g_assert_cmpstr (found->id, ==, "a");
  found = kz_directory_find (directory, "+1 555 000-0004");
  g_assert_cmpstr (found->id, ==, "b");
  found = kz_directory_find (directory, "c");
  g_assert_cmpstr (found->phone, ==, "+16660000004");
  g_assert_null (kz_directory_find (directory, "Nobody"));
}

/* A private line must not reach somebody who took another's number for a name. */
static void
test_number_as_name (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autofree char *evil = g_strdup (name_of (directory, "e", "+15550000666", "+15550000002"));

  g_assert_cmpstr (evil, !=, "+15550000002");
  g_assert_cmpstr (name_of (directory, NULL, "+15550000002", NULL), ==, "+15550000002");
  g_assert_cmpstr (kz_directory_find (directory, "+15550000002")->phone, ==, "+15550000002");
}

static void
test_merge (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (KzPerson) by_phone = person (NULL, "+15550000002", NULL);
  g_autoptr (KzPerson) by_id = person ("a", NULL, "Asha");
  g_autoptr (KzPerson) whole = person ("a", "+15550000002", NULL);

  kz_directory_learn (directory, by_phone);
  kz_directory_learn (directory, by_id);
  g_assert_cmpstr (kz_directory_name (directory, by_phone), ==, "+15550000002");
  g_assert_cmpstr (kz_directory_name (directory, by_id), ==, "Asha");
  kz_directory_learn (directory, whole);
  g_assert_cmpstr (kz_directory_name (directory, by_phone), ==, "Asha");
  g_assert_cmpstr (kz_directory_lookup (directory, by_phone)->id, ==, "a");
  g_assert_true (kz_directory_lookup (directory, by_phone) ==
                 kz_directory_lookup (directory, by_id));
}

static void
test_number_moves (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (KzPerson) first = person ("a", "+15550000002", "Asha");
  g_autoptr (KzPerson) second = person ("b", "+15550000002", "Ben");

  kz_directory_learn (directory, first);
  kz_directory_learn (directory, second);
  g_assert_cmpstr (kz_directory_name (directory, first), ==, "Asha");
  g_assert_cmpstr (kz_directory_name (directory, second), ==, "Ben");
  g_assert_cmpstr (kz_directory_find (directory, "+15550000002")->id, ==, "b");
}

static void
test_own (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (KzPerson) by_phone = person (NULL, "+15550000001", NULL);
  g_autoptr (KzPerson) by_id = person ("me", NULL, NULL);
  g_autoptr (KzPerson) other = person ("a", "+15550000002", NULL);

  g_assert_true (kz_directory_is_own (directory, by_phone));
  g_assert_false (kz_directory_is_own (directory, by_id));
  kz_directory_set_own (directory, "me", NULL, "Mira");
  g_assert_true (kz_directory_is_own (directory, by_id));
  g_assert_false (kz_directory_is_own (directory, other));
  g_assert_false (kz_directory_is_own (directory, NULL));
  g_assert_cmpstr (kz_directory_own_name (directory), ==, "Mira");
}

static void
test_kept (StoreFixture *fixture, gconstpointer data)
{
  KzStore *store = store_open (fixture);
  KzDirectory *directory = kz_directory_new (store, "+15550000001");

  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "Asha"), ==, "Asha");
  g_assert_cmpstr (name_of (directory, "b", "+15550000004", "Asha"), ==, "Asha 0004");
  store_save (fixture, store);
  g_object_unref (directory);
  store_close (store);
  store = store_open (fixture);
  directory = kz_directory_new (store, "+15550000001");
  /* The second comes first now, and nobody swaps names. */
  g_assert_cmpstr (name_of (directory, "b", "+15550000004", "Asha"), ==, "Asha 0004");
  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "Asha"), ==, "Asha");
  /* Somebody new does not get a name that is taken. */
  g_assert_cmpstr (name_of (directory, "c", "+15550000005", "Asha"), ==, "Asha 0005");
  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "Asha Rao"), ==, "Asha Rao");
  g_object_unref (directory);
  store_close (store);
}

/* By the names of lately one is still found, and nobody else may have them; those of long ago are forgotten. */
static void
test_renamed (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *name = g_strdup_printf ("Asha x%u", i);

    g_assert_cmpstr (name_of (directory, "a", "+15550000002", name), ==, name);
  }
  g_assert_cmpuint (kz_names_length (kz_directory_names (directory)), ==, KZ_NAMES_FORMER + 1);
  g_assert_cmpstr (kz_directory_find (directory, "Asha x999")->id, ==, "a");
  g_assert_cmpstr (kz_directory_find (directory, "Asha x991")->id, ==, "a");
  g_assert_null (kz_directory_find (directory, "Asha x990"));
  g_assert_cmpstr (name_of (directory, "b", "+15550000003", "Asha x991"), ==, "Asha x991 0003");
  g_assert_cmpstr (name_of (directory, "c", "+15550000004", "Asha x990"), ==, "Asha x990");
}

/* The id turned up after the name was shown, which stays below the number until it is asked for again. */
static void
test_shown_stays (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (KzPerson) by_phone = person (NULL, "+15550000002", "Asha");
  g_autoptr (KzPerson) by_id = person ("a", NULL, NULL);
  g_autoptr (KzPerson) whole = person ("a", "+15550000002", NULL);
  const char *shown;
  guint64 key;

  kz_directory_learn (directory, by_phone);
  shown = kz_directory_name (directory, by_phone);
  kz_directory_learn (directory, by_id);
  kz_directory_learn (directory, whole);
  key = kz_directory_entry (directory, whole)->name->person;
  for (guint i = 0; i < 20; i++) {
    g_autofree char *name = g_strdup_printf ("Asha x%u", i);

    kz_names_give (kz_directory_names (directory), key, name, NULL);
  }
  g_assert_cmpstr (name_of (directory, "b", "+15550000003", "Asha"), ==, "Asha 0003");
  g_assert_true (kz_directory_find (directory, "Asha") == kz_directory_lookup (directory, whole));
  g_assert_cmpstr (shown, ==, "Asha");
  g_assert_cmpstr (kz_directory_name (directory, whole), ==, "Asha");
}

static char *
ascii_only (const char *name, gpointer data)
{
  return g_str_is_ascii (name) ? g_strdup (name) : NULL;
}

static void
test_spelling (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");

  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "आशा"), ==, "आशा");
  kz_directory_set_name_func (directory, ascii_only, NULL);
  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "आशा"), ==, "+15550000002");
  g_assert_cmpstr (name_of (directory, "b", "+15550000003", "Ben"), ==, "Ben");
}

static void
test_clean (void)
{
  static const char *const rows[][2] = {
      {"Asha", "Asha"},
      {"  Asha \t Rao\n", "Asha Rao"},
      {"A\u202esha", "Asha"},
      {"Ben\u200b\u200d", "Ben"},
      {"a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
       "a\u0301\u0301\u0301\u0301\u0301\u0301"},
      {"\u0301x", "x"},
      {"க்\u200dஷ", "க்\u200dஷ"},
      {"க்\u200d\u3000ஷ", "க் ஷ"},
      {"க்\u200d\u2028", "க்"},
      {"க்\u200dx\u200dஷ", "க்xஷ"},
      {"Ben: yes", "Ben yes"},
      {"Ben:", "Ben"},
      {"12:30", "12 30"},
      {"Ben\uff1a yes\ua789 no\u2236", "Ben yes no"},
      {":::", ""},
      {"\001\002", ""},
      {"", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *clean = kz_name_clean (rows[i][0]);

    g_assert_cmpstr (clean, ==, rows[i][1]);
  }
}

/* Eighty characters, also where the last one has a space before it. */
static void
test_clean_long (void)
{
  static const struct {
    gsize letters;
    glong length;
    const char *end;
  } rows[] = {{78, 80, "x y"}, {79, 79, "xx"}, {80, 80, "xx"}, {81, 80, "xx"}};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *word = g_strnfill (rows[i].letters, 'x');
    g_autofree char *name = g_strconcat (word, ": y", NULL);
    g_autofree char *clean = kz_name_clean (name);

    g_assert_cmpint (g_utf8_strlen (clean, -1), ==, rows[i].length);
    g_assert_true (g_str_has_suffix (clean, rows[i].end));
  }
}

static void
test_reserved (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");

  kz_directory_reserve (directory, "Kaizala");
  g_assert_cmpstr (name_of (directory, "a", "+15550000002", "Kaizala"), ==, "Kaizala 0002");
  g_assert_cmpstr (name_of (directory, "b", "+15550000003", "KAI ZALA:"), ==, "KAI ZALA 0003");
  g_assert_cmpstr (name_of (directory, "c", "+15550000004", "Kaizala Team"), ==, "Kaizala Team");
}

static GPtrArray *
members (const char *first, ...)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_member_unref);
  va_list args;

  va_start (args, first);
  for (const char *id = first; id != NULL; id = va_arg (args, const char *)) {
    g_autofree char *phone = g_strdup_printf ("+1555000%04d", id[0]);
    g_autoptr (KzPerson) who = person (id, phone, id);

    g_ptr_array_add (list,
                     kz_member_new (who, strlen (id) > 1 ? KZ_ROLE_ADMIN : KZ_ROLE_MEMBER, TRUE));
  }
  va_end (args);
  return list;
}

/* (transfer full) */
static KzMemberList *
list_of (KzDirectory *directory, GPtrArray *members)
{
  KzMemberList *list = kz_member_list_new (directory);

  for (guint i = 0; i < members->len; i++)
    kz_member_list_add (list, g_ptr_array_index (members, i));
  return list;
}

static void
test_members (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (KzGroup) group = kz_group_new_minimal ("g", "Group");
  g_autoptr (GPtrArray) first = members ("a", "b", "b", "c", NULL);
  g_autoptr (GPtrArray) second = members ("a", "c", "d", NULL);
  g_autoptr (GPtrArray) added = NULL;
  g_autoptr (GPtrArray) changed = NULL;
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (KzPerson) by_phone = person (NULL, "+15550000097", NULL);
  gboolean is_new;

  g_assert_true (kz_directory_put_group (directory, group, &is_new));
  g_assert_true (is_new);
  g_assert_false (kz_directory_put_group (directory, group, &is_new));
  g_assert_null (kz_directory_members (directory, "g"));
  kz_directory_set_members (directory, "g", list_of (directory, first), NULL, NULL, NULL);
  g_assert_cmpuint (kz_directory_members (directory, "g")->len, ==, 3);
  kz_directory_set_members (directory, "g", list_of (directory, second), &added, &changed, &removed);
  g_assert_cmpuint (added->len, ==, 1);
  g_assert_cmpuint (changed->len, ==, 0);
  g_assert_cmpuint (removed->len, ==, 1);
  g_assert_nonnull (kz_directory_member (directory, "g", by_phone));
  g_assert_false (kz_directory_add_member (directory, "g", second->pdata[0]));
  g_assert_true (kz_directory_remove_member (directory, "g", by_phone));
  g_assert_false (kz_directory_remove_member (directory, "g", by_phone));
  g_assert_true (kz_directory_add_member (directory, "g", second->pdata[0]));
  kz_directory_remove_group (directory, "g");
  g_assert_null (kz_directory_group (directory, "g"));
}

/* Who is in many lists, and in each again after every ten minutes, is kept once. */
static void
test_shared (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (GPtrArray) first = members ("a", "b", NULL);
  g_autoptr (GPtrArray) again = members ("a", "b", NULL);
  const char *const ids[] = {"g", "h", "g"};
  GPtrArray *lists[] = {first, again, again};

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (KzGroup) group = kz_group_new_minimal (ids[i], "Group");
    GPtrArray *kept;

    kz_directory_put_group (directory, group, NULL);
    kz_directory_set_members (directory, ids[i], list_of (directory, lists[i]), NULL, NULL, NULL);
    kept = kz_directory_members (directory, ids[i]);
    for (guint j = 0; j < kept->len; j++) {
      const KzMember *member = g_ptr_array_index (kept, j);

      g_assert_true (member->person == kz_directory_lookup (directory, member->person));
    }
  }
}

/* A list that has an index, and one that has none any more. */
static void
test_long_list (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (KzGroup) group = kz_group_new_minimal ("g", "Group");
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_member_unref);

  for (guint i = 0; i < 40; i++) {
    g_autofree char *id = g_strdup_printf ("u-%u", i);
    g_autofree char *phone = g_strdup_printf ("+155500001%02u", i);
    g_autoptr (KzPerson) one = person (i % 2 == 0 ? id : NULL, phone, id);

    g_ptr_array_add (all, kz_member_new (one, KZ_ROLE_MEMBER, TRUE));
  }
  kz_directory_put_group (directory, group, NULL);
  kz_directory_set_members (directory, "g", list_of (directory, all), NULL, NULL, NULL);
  for (guint i = 0; i < 40; i++) {
    KzMember *member = g_ptr_array_index (all, i);
    g_autoptr (KzPerson) by_phone = person (NULL, member->person->phone, NULL);

    g_assert_true (kz_directory_member (directory, "g", member->person) == member);
    g_assert_true (kz_directory_member (directory, "g", by_phone) == member);
    g_assert_true (kz_directory_remove_member (directory, "g", by_phone));
    g_assert_null (kz_directory_member (directory, "g", member->person));
    g_assert_cmpuint (kz_directory_members (directory, "g")->len, ==, 39 - i);
  }
}

/* Old actions name the number of those days. */
static void
test_old_number (void)
{
  g_autoptr (KzDirectory) directory = kz_directory_new (NULL, "+15550000001");
  g_autoptr (KzPerson) before = person ("a", "+15550000002", "Asha");
  g_autoptr (KzPerson) after = person ("a", "+15550000003", "Asha");
  g_autoptr (KzPerson) old = person (NULL, "+15550000002", NULL);
  g_autoptr (KzPerson) somebody = person ("b", "+15550000002", "Ben");

  kz_directory_learn (directory, before);
  kz_directory_learn (directory, after);
  g_assert_cmpstr (kz_directory_name (directory, old), ==, "Asha");
  g_assert_cmpstr (kz_directory_find (directory, "+15550000003")->id, ==, "a");
  /* Until somebody else has it. */
  kz_directory_learn (directory, somebody);
  g_assert_cmpstr (kz_directory_name (directory, old), ==, "Ben");
  /* And back. */
  kz_directory_learn (directory, before);
  g_assert_cmpstr (kz_directory_name (directory, old), ==, "Asha");
  g_assert_cmpstr (kz_directory_find (directory, "b")->name, ==, "Ben");
}

/* The service may trim a text, and write its line ends in another way. */
static void
test_echo_of_lines (void)
{
  KzSend *send = kz_send_new (1, "g", FALSE, NULL, "one\ntwo", NULL);

  send->state = KZ_SEND_IN_FLIGHT;
  g_assert_cmpint (kz_send_find_part (send, NULL, "one\ntwo"), ==, 0);
  g_assert_cmpint (kz_send_find_part (send, NULL, " one\r\ntwo\n"), ==, 0);
  g_assert_cmpint (kz_send_find_part (send, NULL, "one\rtwo"), ==, 0);
  g_assert_cmpint (kz_send_find_part (send, NULL, "one two"), ==, -1);
  kz_send_free (send);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory/a-name-before-a-number-before-letters-of-the-id", test_names);
  g_test_add_func ("/directory/names-are-unique-and-lead-back", test_unique);
  g_test_add_func ("/directory/a-name-that-is-a-number-of-another-is-not-given",
                   test_number_as_name);
  g_test_add_func ("/directory/a-number-and-an-id-become-one-person", test_merge);
  g_test_add_func ("/directory/a-number-that-moves-does-not-merge-two", test_number_moves);
  g_test_add_func ("/directory/our-own-person-is-known-by-id-and-phone", test_own);
  g_test_add ("/directory/names-outlast-a-restart", StoreFixture, NULL, store_fixture_set_up,
              test_kept, store_fixture_tear_down);
  g_test_add_func ("/directory/who-is-renamed-often-has-few-names", test_renamed);
  g_test_add_func ("/directory/what-is-shown-is-not-forgotten", test_shown_stays);
  g_test_add_func ("/directory/a-name-that-cannot-be-spelt-gives-way-to-the-number", test_spelling);
  g_test_add_func ("/directory/names-are-cleaned", test_clean);
  g_test_add_func ("/directory/names-are-cleaned-long", test_clean_long);
  g_test_add_func ("/directory/nobody-is-called-like-the-plugin", test_reserved);
  g_test_add_func ("/directory/member-lists-are-compared", test_members);
  g_test_add_func ("/directory/a-person-in-many-lists-is-kept-once", test_shared);
  g_test_add_func ("/directory/a-long-list-is-found-through", test_long_list);
  g_test_add_func ("/directory/a-number-of-before-is-still-known", test_old_number);
  g_test_add_func ("/outbox/an-echo-may-have-other-line-ends", test_echo_of_lines);
  return g_test_run ();
}
