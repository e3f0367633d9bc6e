/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON reader: what it takes is UTF-8 all through, and every way to ask it answers. */
#include "config.h"

#include "fuzz.h"

#include "kz-json.h"

#include <string.h>

static void
ask (const KzJson *json, guint depth)
{
  g_autofree char *text = kz_json_as_text (json);
  const char *name;
  const KzJson *value;

  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
  kz_json_as_int (json, -1);
  kz_json_as_double (json, -1);
  kz_json_as_time_us (json);
  g_assert_cmpuint (depth, <, 200);
  for (guint i = 0; kz_json_member_at (json, i, &name, &value); i++) {
    g_autofree char *id = kz_json_dup_id (json, name);
    g_auto (GStrv) strings = kz_json_opt_strv (json, name);

    g_assert_true (g_utf8_validate (name, -1, NULL));
    kz_json_opt_bool (json, name, FALSE);
    kz_json_opt_time_us (json, name);
    ask (value, depth + 1);
  }
  for (guint i = 0; i < kz_json_array_length (json); i++)
    ask (kz_json_array_at (json, i), depth + 1);
}

/* A slice at a time it is taken, or refused, as in one go. */
static void
parse_in_slices (const char *data, gsize size, gboolean is_good)
{
  KzJsonParser *parser = kz_json_parser_new (data, size, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzJson) json = NULL;

  while (kz_json_parser_step (parser, 1))
    ;
  json = kz_json_parser_end (parser, &error);
  g_assert_true ((json == NULL) == (error != NULL));
  g_assert_true ((json != NULL) == is_good);
  if (json != NULL)
    ask (json, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (KzJson) json = kz_json_parse ((const char *) data, size, NULL, &error);
  g_autoptr (KzJsonPage) page = kz_json_page_new (bytes, "actions", NULL, NULL);

  g_assert_true ((json == NULL) == (error != NULL));
  if (json != NULL)
    ask (json, 0);
  parse_in_slices ((const char *) data, size, json != NULL);
  for (guint i = 0; page != NULL && i < kz_json_page_length (page); i++) {
    g_autoptr (KzJson) element = kz_json_page_parse (page, i, NULL);

    if (element != NULL)
      ask (element, 0);
  }
  return 0;
}
