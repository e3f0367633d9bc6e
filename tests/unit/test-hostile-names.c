/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of files that somebody chose to do harm with (tests/lib/hostile-lines.json), on their way in and
 * out: what is left is one name in one directory. */
#include "config.h"

#include "kz-test-html.h"

#include "kz-json.h"
#include "kz-limits.h"
#include "kz-media-ref.h"
#include "kz-media-type.h"

#include <string.h>

static void
check_name (const char *name)
{
  static const char *const devices[] = {"con", "nul", "aux", "prn", "com1", "lpt1"};
  g_autofree char *stem = g_strndup (name, strcspn (name, "."));
  const char *end = name + strlen (name) - 1;

  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpstr (name, !=, "");
  g_assert_cmpuint (strlen (name), <=, KZ_FILE_NAME_MAX_BYTES + strlen (".jpeg"));
  g_assert_null (strpbrk (name, "/\\:*?\"<>|\n\r\t"));
  g_assert_null (strchr (".-~ ", *name));
  g_assert_null (strchr (". ", *end));
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (kz_test_is_forbidden (g_utf8_get_char (p)));
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    g_assert_cmpint (g_ascii_strcasecmp (stem, devices[i]), !=, 0);
}

static void
test_corpus (void)
{
  const KzMediaType *jpeg = kz_media_type_sniff ("\xff\xd8\xff", 3, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (KzJson) corpus = NULL;
  const KzJson *files;

  g_assert_true (g_file_get_contents (KZ_HOSTILE_LINES, &text, &length, NULL));
  corpus = kz_json_parse (text, length, NULL, NULL);
  g_assert_nonnull (corpus);
  files = kz_json_opt_array (corpus, "files");
  g_assert_cmpuint (kz_json_array_length (files), >, 20);
  for (guint i = 0; i < kz_json_array_length (files); i++) {
    const char *name = kz_json_as_string (kz_json_array_at (files, i), NULL);
    /* As it comes with an action, is shown, and is offered for saving. */
    KzMediaRef *ref = kz_media_ref_new ("https://cdn.osi.office.net/x", name);
    g_autofree char *offered = kz_media_safe_name (ref->name, "file");
    g_autofree char *direct = kz_media_safe_name (name, "file");
    g_autofree char *sent = kz_media_type_file_name (jpeg, name);

    check_name (offered);
    check_name (direct);
    check_name (sent);
    kz_media_ref_free (ref);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile-names/files-are-one-name-in-one-directory", test_corpus);
  return g_test_run ();
}
