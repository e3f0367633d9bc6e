/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench-table.h"

#include <json-glib/json-glib.h>
#include <math.h>

struct _BenchTable {
  char *name;
  JsonArray *rows;
  guint n_short; /* rows that do not reach what they should */
};

BenchTable *
bench_table_new (const char *name)
{
  BenchTable *table = g_new0 (BenchTable, 1);

  table->name = g_strdup (name);
  table->rows = json_array_new ();
  return table;
}

void
bench_table_free (BenchTable *table)
{
  g_free (table->name);
  json_array_unref (table->rows);
  g_free (table);
}

static JsonObject *
last_row (BenchTable *table)
{
  return json_array_get_object_element (table->rows, json_array_get_length (table->rows) - 1);
}

void
bench_table_row (BenchTable *table, const char *work, const char *how)
{
  JsonObject *row = json_object_new ();

  json_object_set_string_member (row, "work", work);
  json_object_set_string_member (row, "how", how);
  json_array_add_object_element (table->rows, row);
}

void
bench_table_number (BenchTable *table, const char *unit, double value)
{
  json_object_set_double_member (last_row (table), unit, value);
}

void
bench_table_ratio (BenchTable *table, double ratio, double reach)
{
  if (isnan (ratio))
    return;
  json_object_set_double_member (last_row (table), "ratio", ratio);
  if (isnan (reach))
    return;
  json_object_set_double_member (last_row (table), "reach", reach);
  if (ratio > reach)
    table->n_short++;
}

static void
print_row (JsonObject *row)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_print ("%-34s %-42s", json_object_get_string_member (row, "work"),
           json_object_get_string_member (row, "how"));
  if (json_object_has_member (row, "ratio")) {
    double ratio = json_object_get_double_member (row, "ratio");

    g_print (" %7.3f", ratio);
    if (json_object_has_member (row, "reach")) {
      double reach = json_object_get_double_member (row, "reach");

      g_print (" of %6.3f%s", reach, ratio > reach ? " SHORT" : "");
    }
  }
  json_object_iter_init_ordered (&iter, row);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE &&
        !g_str_equal (name, "ratio") && !g_str_equal (name, "reach"))
      g_print ("  %s %.1f", name, json_node_get_double (node));
  }
  g_print ("\n");
}

int
bench_table_finish (BenchTable *table, const char *path)
{
  g_print ("%-34s %-42s %7s    reach\n", table->name, "", "ratio");
  for (guint i = 0; i < json_array_get_length (table->rows); i++)
    print_row (json_array_get_object_element (table->rows, i));
  if (path != NULL) {
    g_autoptr (JsonGenerator) generator = json_generator_new ();
    g_autoptr (JsonNode) root = json_node_new (JSON_NODE_ARRAY);
    g_autoptr (GError) error = NULL;

    json_node_set_array (root, table->rows);
    json_generator_set_root (generator, root);
    json_generator_set_pretty (generator, TRUE);
    if (!json_generator_to_file (generator, path, &error))
      g_printerr ("%s\n", error->message);
  }
  return table->n_short > 0 ? 1 : 0;
}
