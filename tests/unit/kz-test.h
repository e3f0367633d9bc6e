/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-json.h"

#include <string.h>

/* Helpers of the unit suite. JSON in C is unreadable with escaped quotes, so tests write it with
 * apostrophes; a literal apostrophe cannot be written. */

static inline char *
kz_test_quote (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

static inline KzJson *
kz_test_json (const char *text)
{
  g_autofree char *quoted = kz_test_quote (text);
  GError *error = NULL;
  KzJson *json = kz_json_parse (quoted, strlen (quoted), NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (json);
  return json;
}

/* A copy without a byte to spare, so that the address sanitizer sees a read past the end. */
static inline char *
kz_test_exact (const char *text, gsize length)
{
  char *copy = g_malloc (MAX (length, 1));

  if (length > 0)
    memcpy (copy, text, length);
  return copy;
}

/* Calls @func with every prefix of @text. */
static inline void
kz_test_truncations (const char *text, void (*func) (const char *data, gsize length))
{
  for (gsize length = 0; length <= strlen (text); length++) {
    g_autofree char *copy = kz_test_exact (text, length);

    func (copy, length);
  }
}

/* Calls @func with @text in which one value after another is something else. */
static inline void
kz_test_wrong_types (const char *text, void (*func) (const char *data, gsize length))
{
  static const char *const wrong[] = {
      "null", "true",         "0",          "-1",          "1e300", "99999999999999999999",
      "\"\"", "\"x\"",        "[]",         "{}",          "[[]]",  "[null]",
      "[{}]", "[1,\"a\",{}]", "{\"a\":{}}", "{\"a\":[1]}",
  };
  gboolean in_string = FALSE;

  for (const char *p = text; *p != '\0'; p++) {
    const char *end = p + 1;
    gboolean quoted = FALSE;
    int depth = 0;

    if (*p == '"')
      in_string = !in_string;
    if (in_string || *p != ':')
      continue;
    for (; *end != '\0'; end++) {
      if (*end == '"')
        quoted = !quoted;
      if (quoted)
        continue;
      if (depth == 0 && strchr (",]}", *end) != NULL)
        break;
      depth += strchr ("[{", *end) != NULL ? 1 : strchr ("]}", *end) != NULL ? -1 : 0;
    }
    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
      g_autofree char *changed =
          g_strdup_printf ("%.*s%s%s", (int) (p + 1 - text), text, wrong[i], end);
      g_autofree char *copy = kz_test_exact (changed, strlen (changed));

      func (copy, strlen (changed));
    }
  }
}
