/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-ledger.h"

#include <string.h>

static gboolean
put (KzLedger *ledger, guint64 response, guint64 version, guint8 flags)
{
  const KzLedgerEntry entry = {response, version, flags};

  return kz_ledger_put (ledger, &entry);
}

static guint8
flags_of (const KzLedger *ledger, guint64 response, guint64 version)
{
  const KzLedgerEntry *entry = kz_ledger_find (ledger, response, version);

  g_assert_nonnull (entry);
  return entry->flags;
}

static void
test_versions (void)
{
  g_autoptr (KzLedger) ledger = kz_ledger_new ();

  g_assert_null (kz_ledger_current (ledger, 7));
  g_assert_true (put (ledger, 7, 1, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT));
  g_assert_true (put (ledger, 9, 1, KZ_LEDGER_CURRENT));
  g_assert_true (put (ledger, 3, 1, KZ_LEDGER_CURRENT));
  g_assert_true (put (ledger, 7, 2, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT | KZ_LEDGER_UNSURE));
  g_assert_cmpuint (kz_ledger_length (ledger), ==, 4);
  g_assert_cmpuint (kz_ledger_responses (ledger), ==, 3);
  g_assert_cmpuint (kz_ledger_current (ledger, 7)->version, ==, 2);
  g_assert_cmpuint (kz_ledger_current (ledger, 9)->version, ==, 1);
  g_assert_cmpuint (flags_of (ledger, 7, 1), ==, KZ_LEDGER_TOLD);
  /* Back to the first, which is what was told before. */
  g_assert_true (put (ledger, 7, 1, KZ_LEDGER_CURRENT | KZ_LEDGER_UPDATE));
  g_assert_cmpuint (flags_of (ledger, 7, 1), ==,
                    KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT | KZ_LEDGER_UPDATE);
  g_assert_cmpuint (flags_of (ledger, 7, 2), ==, KZ_LEDGER_TOLD);
  /* One that is told late takes nothing from the current one. */
  g_assert_true (put (ledger, 7, 4, KZ_LEDGER_TOLD));
  g_assert_cmpuint (kz_ledger_current (ledger, 7)->version, ==, 1);
  g_assert_null (kz_ledger_find (ledger, 7, 3));
  g_assert_null (kz_ledger_find (ledger, 8, 1));
}

static void
test_none (void)
{
  g_assert_null (kz_ledger_find (NULL, 1, 1));
  g_assert_null (kz_ledger_current (NULL, 1));
  g_assert_cmpuint (kz_ledger_length (NULL), ==, 0);
  g_assert_cmpuint (kz_ledger_responses (NULL), ==, 0);
  g_assert_cmpuint (kz_ledger_owe_untold (NULL), ==, 0);
  g_assert_false (kz_ledger_is_full (NULL));
  kz_ledger_free (NULL);
}

static void
test_owed (void)
{
  g_autoptr (KzLedger) ledger = kz_ledger_new ();

  put (ledger, 1, 1, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT);
  put (ledger, 2, 1, KZ_LEDGER_CURRENT);
  g_assert_cmpuint (kz_ledger_owe_untold (ledger), ==, 1);
  g_assert_cmpuint (kz_ledger_owe_untold (ledger), ==, 0);
  g_assert_cmpuint (flags_of (ledger, 1, 1), ==, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT);
  g_assert_cmpuint (flags_of (ledger, 2, 1), ==, KZ_LEDGER_CURRENT | KZ_LEDGER_OWED);
}

/* What is in it stays and can change, and nothing is added. */
static void
test_full (void)
{
  g_autoptr (KzLedger) ledger = kz_ledger_new ();

  for (guint i = 0; i < KZ_LEDGER_MAX; i++) {
    g_assert_false (kz_ledger_is_full (ledger));
    /* In no order. */
    g_assert_true (put (ledger, i * 7919u % KZ_LEDGER_MAX, i, KZ_LEDGER_CURRENT));
  }
  g_assert_true (kz_ledger_is_full (ledger));
  g_assert_false (put (ledger, KZ_LEDGER_MAX, 1, KZ_LEDGER_CURRENT));
  g_assert_cmpuint (kz_ledger_length (ledger), ==, KZ_LEDGER_MAX);
  for (guint i = 0; i < KZ_LEDGER_MAX; i++)
    g_assert_cmpuint (kz_ledger_current (ledger, i * 7919u % KZ_LEDGER_MAX)->version, ==, i);
  g_assert_true (put (ledger, 0, 0, KZ_LEDGER_TOLD));
  g_assert_cmpuint (flags_of (ledger, 0, 0), ==, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT);
  /* A new version has the place of the one before, as that is outdated. */
  g_assert_true (put (ledger, 0, G_MAXUINT64, KZ_LEDGER_CURRENT));
  g_assert_null (kz_ledger_find (ledger, 0, 0));
  g_assert_cmpuint (kz_ledger_current (ledger, 0)->version, ==, G_MAXUINT64);
  g_assert_cmpuint (kz_ledger_length (ledger), ==, KZ_LEDGER_MAX);
}

/* Somebody who changes an answer again and again does not take the others' places. */
static void
test_outdated (void)
{
  g_autoptr (KzLedger) ledger = kz_ledger_new ();

  for (guint i = 0; i < 2 * KZ_LEDGER_MAX; i++)
    g_assert_true (put (ledger, 1, i, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT));
  g_assert_false (kz_ledger_is_full (ledger));
  for (guint i = 1; i < KZ_LEDGER_MAX; i++)
    g_assert_true (put (ledger, 1 + i, i, KZ_LEDGER_CURRENT));
  g_assert_true (kz_ledger_is_full (ledger));
  g_assert_cmpuint (kz_ledger_responses (ledger), ==, KZ_LEDGER_MAX);
  g_assert_cmpuint (kz_ledger_current (ledger, 1)->version, ==, 2 * KZ_LEDGER_MAX - 1);
}

static void
assert_same (const KzLedger *a, const KzLedger *b)
{
  g_assert_cmpuint (kz_ledger_length (a), ==, kz_ledger_length (b));
  for (guint i = 0; i < kz_ledger_length (a); i++) {
    const KzLedgerEntry *one = kz_ledger_at (a, i);

    g_assert_cmpuint (flags_of (b, one->response, one->version), ==, one->flags);
  }
}

static void
test_text (void)
{
  g_autoptr (KzLedger) ledger = kz_ledger_new ();
  g_autoptr (KzLedger) copy = kz_ledger_new ();
  g_autofree char *text = NULL;
  g_autofree char *empty = kz_ledger_to_text (copy);

  g_assert_cmpstr (empty, ==, "");
  kz_ledger_put_text (copy, empty);
  g_assert_cmpuint (kz_ledger_length (copy), ==, 0);
  put (ledger, G_MAXUINT64, 1, KZ_LEDGER_TOLD);
  put (ledger, G_MAXUINT64, 2, KZ_LEDGER_TOLD | KZ_LEDGER_CURRENT | KZ_LEDGER_UNSURE);
  put (ledger, 0x0123456789abcdef, G_MAXUINT64, KZ_LEDGER_CURRENT | KZ_LEDGER_OWED);
  text = kz_ledger_to_text (ledger);
  kz_ledger_put_text (copy, text);
  assert_same (ledger, copy);
  /* Once more changes nothing. */
  kz_ledger_put_text (copy, text);
  assert_same (ledger, copy);
}

/* Whoever can write to the file. */
static void
test_hostile_text (void)
{
  static const char *const texts[] = {"", "=", "\"", "AAAA", "no base64 at all", "////////////////////////"};
  g_autoptr (KzLedger) ledger = kz_ledger_new ();
  g_autofree guint8 *bytes = g_malloc0 ((KZ_LEDGER_MAX + 10) * 17);
  g_autofree char *text = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    kz_ledger_put_text (ledger, texts[i]);
  kz_ledger_put_text (ledger, NULL);
  /* Flags that nobody knows. */
  g_assert_cmpuint (kz_ledger_length (ledger), ==, 1);
  g_assert_cmpuint (kz_ledger_at (ledger, 0)->flags & ~0x1fu, ==, 0);
  for (guint i = 0; i < KZ_LEDGER_MAX + 10; i++)
    memcpy (bytes + i * 17, &i, sizeof i);
  text = g_base64_encode (bytes, (KZ_LEDGER_MAX + 10) * 17);
  kz_ledger_put_text (ledger, text);
  g_assert_cmpuint (kz_ledger_length (ledger), ==, KZ_LEDGER_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/versions-of-a-response", test_versions);
  g_test_add_func ("/ledger/none-is-empty", test_none);
  g_test_add_func ("/ledger/what-is-owed", test_owed);
  g_test_add_func ("/ledger/full", test_full);
  g_test_add_func ("/ledger/outdated-versions-make-room", test_outdated);
  g_test_add_func ("/ledger/text-and-back", test_text);
  g_test_add_func ("/ledger/hostile-text", test_hostile_text);
  return g_test_run ();
}
