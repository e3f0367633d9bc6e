/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers and builders over json-glib nodes; the text side is in sb-lenient-json.c. */
#include "config.h"

#include "sb-lenient-json.h"

#include <string.h>

JsonNode *
sb_json_get (JsonObject *object, const char *name)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node, *found = NULL;
  if (!object)
    return NULL;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &key, &node))
    if (g_ascii_strcasecmp (key, name) == 0)
      found = node;
  return found;
}

gboolean
sb_node_is_string (JsonNode *node)
{
  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

gboolean
sb_node_is_bool (JsonNode *node)
{
  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
}

gboolean
sb_node_is_number (JsonNode *node)
{
  if (!node || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  GType type = json_node_get_value_type (node);
  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

const char *
sb_json_string (JsonObject *object, const char *name, const char *fallback)
{
  JsonNode *node = sb_json_get (object, name);
  return sb_node_is_string (node) ? json_node_get_string (node) : fallback;
}

gboolean
sb_json_bool (JsonObject *object, const char *name, gboolean fallback)
{
  JsonNode *node = sb_json_get (object, name);
  if (sb_node_is_bool (node))
    return json_node_get_boolean (node);
  if (sb_node_is_number (node))
    return json_node_get_double (node) != 0;
  if (sb_node_is_string (node))
    return g_ascii_strcasecmp (json_node_get_string (node), "true") == 0;
  return fallback;
}

gint64
sb_json_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = sb_json_get (object, name);
  if (sb_node_is_number (node))
    return json_node_get_int (node);
  if (sb_node_is_string (node)) {
    char *end = NULL;
    gint64 value = g_ascii_strtoll (json_node_get_string (node), &end, 10);
    return end != json_node_get_string (node) && *end == '\0' ? value : fallback;
  }
  return fallback;
}

double
sb_json_double (JsonObject *object, const char *name, double fallback)
{
  JsonNode *node = sb_json_get (object, name);
  return sb_node_is_number (node) ? json_node_get_double (node) : fallback;
}

JsonObject *
sb_json_object (JsonObject *object, const char *name)
{
  JsonNode *node = sb_json_get (object, name);
  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
sb_json_array (JsonObject *object, const char *name)
{
  JsonNode *node = sb_json_get (object, name);
  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonNode *
sb_obj_node (JsonObject *object)
{
  JsonNode *node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

JsonNode *
sb_array_node (JsonArray *array)
{
  JsonNode *node = json_node_alloc ();
  json_node_init_array (node, array);
  json_array_unref (array);
  return node;
}

JsonObject *
sb_obj_copy (JsonObject *object)
{
  g_autoptr (JsonNode) node = sb_obj_node (json_object_ref (object));
  g_autofree char *text = sb_json_text (node);
  g_autoptr (JsonNode) copy = sb_lenient_parse (text, -1, NULL);
  return copy ? json_object_ref (json_node_get_object (copy)) : json_object_new ();
}

JsonArray *
sb_array_copy (JsonArray *array)
{
  g_autoptr (JsonNode) node = sb_array_node (json_array_ref (array));
  g_autofree char *text = sb_json_text (node);
  g_autoptr (JsonNode) copy = sb_lenient_parse (text, -1, NULL);
  return copy ? json_array_ref (json_node_get_array (copy)) : json_array_new ();
}

static void
add_string (JsonObject *object, const char *key, const char *value, gboolean optional)
{
  if (value)
    json_object_set_string_member (object, key, value);
  else if (!optional)
    json_object_set_null_member (object, key);
}

static void
add_container (JsonObject *object, char type, const char *key, gpointer value)
{
  if (!value)
    return;
  if (type == 'o')
    json_object_set_object_member (object, key, value);
  else if (type == 'a')
    json_object_set_array_member (object, key, value);
  else
    json_object_set_member (object, key, value);
}

JsonObject *
sb_obj (const char *first_key, ...)
{
  JsonObject *object = json_object_new ();
  va_list args;
  va_start (args, first_key);
  for (const char *key = first_key; key; key = va_arg (args, const char *)) {
    g_assert (strlen (key) > 2 && key[1] == ':');
    if (key[0] == 's' || key[0] == '?')
      add_string (object, key + 2, va_arg (args, const char *), key[0] == '?');
    else if (key[0] == 'b')
      json_object_set_boolean_member (object, key + 2, va_arg (args, int) != 0);
    else if (key[0] == 'i')
      json_object_set_int_member (object, key + 2, va_arg (args, int));
    else if (key[0] == 'l')
      json_object_set_int_member (object, key + 2, va_arg (args, gint64));
    else if (key[0] == 'd')
      json_object_set_double_member (object, key + 2, va_arg (args, double));
    else
      add_container (object, key[0], key + 2, va_arg (args, gpointer));
  }
  va_end (args);
  return object;
}

char *
sb_json_text (JsonNode *node)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  json_generator_set_root (generator, node);
  return json_generator_to_data (generator, NULL);
}
