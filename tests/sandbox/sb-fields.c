/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-fields.h"

/* (nullable): a member that counts as given. */
static JsonNode *
given (JsonObject *object, const char *name)
{
  JsonNode *node = sb_json_get (object, name);
  return node && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

gboolean
sb_field_int (
    JsonObject *object, const char *name, gint64 fallback, gint64 min, gint64 max, gint64 *value)
{
  JsonNode *node = given (object, name);
  *value = fallback;
  if (!node)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *value = json_node_get_int (node);
  return *value >= min && *value <= max;
}

gboolean
sb_field_bool (JsonObject *object, const char *name, gboolean *value)
{
  JsonNode *node = given (object, name);
  *value = sb_node_is_bool (node) && json_node_get_boolean (node);
  return !node || sb_node_is_bool (node);
}

gboolean
sb_field_string (JsonObject *object, const char *name, const char **value)
{
  JsonNode *node = given (object, name);
  *value = sb_node_is_string (node) ? json_node_get_string (node) : NULL;
  return !node || *value;
}

gboolean
sb_field_array (JsonObject *object, const char *name, JsonArray **value)
{
  JsonNode *node = given (object, name);
  *value = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  return !node || *value;
}

gboolean
sb_is_blank (const char *text)
{
  while (text && g_ascii_isspace (*text))
    text++;
  return !text || *text == '\0';
}

gboolean
sb_has_title (JsonArray *array, const char *title)
{
  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (JSON_NODE_HOLDS_OBJECT (node) &&
        g_strcmp0 (sb_json_string (json_node_get_object (node), "title", NULL), title) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_within (JsonNode *node, double limit)
{
  if (!sb_node_is_number (node))
    return FALSE;
  double value = json_node_get_double (node);
  return value >= -limit && value <= limit;
}

gboolean
sb_place_is_valid (JsonObject *place)
{
  gboolean short_names = sb_json_get (place, "lt") != NULL;
  const char *name;
  return place && is_within (sb_json_get (place, short_names ? "lt" : "latitude"), 90) &&
         is_within (sb_json_get (place, short_names ? "lg" : "longitude"), 180) &&
         sb_field_string (place, short_names ? "n" : "name", &name);
}

static const char *
check_property (JsonNode *node)
{
  static const char *const types[] = {"Text",       "Numeric",    "Location",  "DateTime",
                                      "StringList", "Attachment", "StringSet", "AttachmentList"};
  JsonObject *property = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *type = sb_json_string (property, "type", NULL);
  gboolean known = FALSE;
  for (gsize i = 0; type && i < G_N_ELEMENTS (types); i++)
    known = known || g_ascii_strcasecmp (type, types[i]) == 0;
  if (sb_is_blank (sb_json_string (property, "name", NULL)))
    return "A property needs a name";
  if (!known)
    return "A property needs a known type";
  return sb_node_is_string (sb_json_get (property, "value"))
             ? NULL
             : "The value of a property is a string";
}

const char *
sb_properties_check (JsonArray *properties)
{
  const char *problem = NULL;
  for (guint i = 0; !problem && i < json_array_get_length (properties); i++)
    problem = check_property (json_array_get_element (properties, i));
  return problem;
}
