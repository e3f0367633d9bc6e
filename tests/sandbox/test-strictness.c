/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Route, check, expected status: what the service refused is refused, what it took is taken. Each
 * row runs against a server of its own.
 */
#include "config.h"

#include "sb-test.h"
#include "strictness-rows.h"

#include <string.h>

static void
run_before (Sbt *sbt, const char *before)
{
  const char *space = strchr (before, ' ');
  g_autofree char *path = g_strndup (before, (gsize) (space - before));
  g_autoptr (SbtReply) reply = sbt_call (sbt, "POST", path, NULL, space + 1);
  g_assert_cmpuint (reply->status, ==, 200);
}

static void
check_error (SbtReply *reply, const StrictnessRow *row)
{
  JsonObject *error = sbt_object (reply);
  g_assert_true (json_object_has_member (error, "message"));
  g_assert_true (json_object_has_member (error, "errorCategoryKey"));
  g_assert_true (json_object_has_member (error, "errorCode"));
  if (row->code)
    g_assert_cmpstr (sbt_string (error, "errorCode"), ==, row->code);
}

static void
test_row (gconstpointer data)
{
  const StrictnessRow *row = data;
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  sbt_put_pin (sbt);
  if (strstr (row->path, "{hook}")) {
    g_autofree char *hook = sbt_register (sbt, "ada", NULL);
    g_hash_table_replace (sbt->names, g_strdup ("hook"), g_strdup (hook));
  }
  if (row->before)
    run_before (sbt, row->before);
  g_autofree char *headers = !row->who ? NULL
                             : g_str_has_prefix (row->who, "h:")
                                 ? g_strdup (row->who + 2)
                                 : g_strdup_printf ("accessToken: {%s}", row->who);
  g_autoptr (SbtReply) reply = sbt_call (sbt, row->method, row->path, headers, row->body);
  if (reply->status != row->status)
    g_test_message ("answer: %s", reply->text);
  g_assert_cmpuint (reply->status, ==, row->status);
  if (row->status >= 400)
    check_error (reply, row);
  else if (reply->json && !(row->before && strstr (row->before, "errorStatus")))
    g_assert_false (json_object_has_member (sbt_object (reply), "message"));
}

static void
test_size (void)
{
  g_assert_cmpuint (n_strictness_rows, >=, 120);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/strictness/the-table-has-at-least-120-rows", test_size);
  for (gsize i = 0; i < n_strictness_rows; i++) {
    g_autofree char *path = g_strdup_printf ("/strictness/%s", strictness_rows[i].check);
    g_test_add_data_func (path, &strictness_rows[i], test_row);
  }
  return g_test_run ();
}
