/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-command.h"
#include "kz-i18n.h"
#include "kz-render.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>

/* Runs with the environment of the pseudo-locale (po/make-pseudo.py says how that works): whatever
 * people see must come in its brackets. */

#define OPEN "⟦"
#define CLOSE "⟧"

static void
assert_translated (const char *text)
{
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, OPEN));
  g_assert_nonnull (strstr (text, CLOSE));
}

static void
test_words (void)
{
  for (int role = KZ_ROLE_UNKNOWN; role <= KZ_ROLE_ADMIN; role++)
    assert_translated (kz_render_role ((KzRole) role));
  for (int kind = KZ_GROUP_FLAT; kind <= KZ_GROUP_OTHER; kind++)
    assert_translated (kz_render_group_kind ((KzGroupKind) kind));
}

static void
test_table (void)
{
  const char *name, *usage, *summary;
  KzVerb verb;
  guint n = 0;

  /* What is marked in a table is in the catalogue; the dispatcher translates it when it is shown. */
  for (; kz_command_describe (n, &verb, &name, &usage, &summary); n++) {
    assert_translated (g_dgettext (GETTEXT_PACKAGE, usage));
    assert_translated (g_dgettext (GETTEXT_PACKAGE, summary));
  }
  g_assert_cmpuint (n, >, 0);
}

static void
test_help (void)
{
  g_autofree char *help = kz_command_help (NULL, "!", NULL);
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    assert_translated (lines[i]);
  g_assert_cmpuint (g_strv_length (lines), >, 3);
}

static void
test_errors (void)
{
  static const char *const typed[] = { "!vtoe k3f 1", "!vote", "!comment k3f", "!like !!" };

  for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
    g_autoptr (KzInput) input = kz_command_read (typed[i]);

    g_assert_cmpint (input->kind, ==, KZ_INPUT_ERROR);
    assert_translated (input->error);
  }
}

/* The directive is filled in after the translation, in either form. */
static void
test_plural (void)
{
  for (guint n = 1; n < 4; n++) {
    g_autofree char *text = g_strdup_printf (ngettext ("%u file", "%u files", n), n);
    g_autofree char *expected = g_strdup_printf (OPEN "%u fíłé%s" CLOSE, n, n == 1 ? "" : "š");

    g_assert_cmpstr (text, ==, expected);
  }
}

int
main (int argc, char **argv)
{
  g_assert_nonnull (setlocale (LC_ALL, ""));
  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (g_getenv ("KZ_TEST_LOCALEDIR"));
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("KZ_TEST_LOCALEDIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  g_test_add_func ("/pseudo-locale/words-are-translated", test_words);
  g_test_add_func ("/pseudo-locale/every-command-is-in-the-catalogue", test_table);
  g_test_add_func ("/pseudo-locale/every-line-of-help-is-translated", test_help);
  g_test_add_func ("/pseudo-locale/every-refusal-is-translated", test_errors);
  g_test_add_func ("/pseudo-locale/plurals-have-their-form-and-number", test_plural);
  return g_test_run ();
}
