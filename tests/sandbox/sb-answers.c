/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-answers.h"
#include "sb-fields.h"

#include <string.h>

/* ---- what may be posted ---- */

static gboolean
is_option (JsonObject *question, JsonNode *node)
{
  JsonArray *options = sb_json_array (question, "options");
  return sb_node_is_string (node) && sb_has_title (options, json_node_get_string (node));
}

static const char *
check_single (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  if (!sb_node_is_string (answer))
    return "One option is needed, as a string";
  return is_option (question, answer) ? NULL : "No such option";
}

static const char *
check_multi (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  if (!JSON_NODE_HOLDS_ARRAY (answer))
    return "An array of options is needed";
  JsonArray *chosen = json_node_get_array (answer);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < json_array_get_length (chosen); i++) {
    JsonNode *one = json_array_get_element (chosen, i);
    if (!is_option (question, one))
      return "No such option";
    if (!g_hash_table_add (seen, (gpointer) json_node_get_string (one)))
      return "An option is chosen twice";
  }
  return NULL;
}

static const char *
check_text (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  return sb_node_is_string (answer) ? NULL : "A text is needed";
}

/* Dates, too, are numbers: epoch seconds in the sample (API §15). */
static const char *
check_number (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  return sb_node_is_number (answer) ? NULL : "A number is needed";
}

static const char *
check_location (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  JsonObject *place = JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  return sb_place_is_valid (place) ? NULL : "A location is needed";
}

static const char *
check_image (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  SbMedia *media = sb_node_is_string (answer)
                       ? sb_world_media (sandbox->world, json_node_get_string (answer))
                       : NULL;
  return media && strcmp (media->kind, "Image") == 0 ? NULL : "A picture's resource is needed";
}

static const char *
check_attachments (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  if (!JSON_NODE_HOLDS_ARRAY (answer))
    return "An array of resources is needed";
  JsonArray *resources = json_node_get_array (answer);
  for (guint i = 0; i < json_array_get_length (resources); i++) {
    JsonNode *one = json_array_get_element (resources, i);
    if (!sb_node_is_string (one) || !sb_world_media (sandbox->world, json_node_get_string (one)))
      return "A resource is not known";
  }
  return NULL;
}

/* How a phone number is posted was never published; a string, as everywhere else (inferred). */
static const char *
check_phone (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  g_autofree char *phone =
      sb_node_is_string (answer) ? sb_phone_normalise (json_node_get_string (answer)) : NULL;
  return phone ? NULL : "A phone number is needed";
}

static const char *
check_one (SbSandbox *sandbox, JsonObject *question, JsonNode *answer)
{
  static const struct {
    const char *type;
    const char *(*check) (SbSandbox *sandbox, JsonObject *question, JsonNode *answer);
  } checks[] = {
      {"SingleOption", check_single}, {"MultiOption", check_multi},
      {"Text", check_text},           {"LargeText", check_text},
      {"Numeric", check_number},      {"Date", check_number},
      {"DateTime", check_number},     {"DateOnly", check_number},
      {"Location", check_location},   {"Image", check_image},
      {"PhoneNumber", check_phone},   {"AttachmentList", check_attachments},
  };
  const char *type = sb_json_string (question, "type", "Text");
  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    if (g_ascii_strcasecmp (type, checks[i].type) == 0)
      return checks[i].check (sandbox, question, answer);
  return NULL;
}

const char *
sb_answers_check (SbSandbox *sandbox, SbItem *item, JsonArray *answers)
{
  JsonArray *questions = sb_json_array (item->body, "questions");
  guint n = questions ? json_array_get_length (questions) : 0;
  if (json_array_get_length (answers) > n)
    return "More answers than questions";
  for (guint i = 0; i < json_array_get_length (answers); i++) {
    JsonNode *answer = json_array_get_element (answers, i);
    if (JSON_NODE_HOLDS_NULL (answer))
      continue; /* answers go by their position */
    const char *problem = check_one (sandbox, json_array_get_object_element (questions, i), answer);
    if (problem)
      return problem;
  }
  return NULL;
}

/* ---- how it is delivered ---- */

static void
add_files (SbSandbox *sandbox, JsonArray *array, JsonNode *resource)
{
  SbMedia *media = sb_node_is_string (resource)
                       ? sb_world_media (sandbox->world, json_node_get_string (resource))
                       : NULL;
  for (guint i = 0; media && i < media->files->len; i++) {
    SbFile *file = media->files->pdata[i];
    g_autofree char *url = sb_file_url (sandbox, file);
    json_array_add_object_element (array,
                                   sb_obj ("s:mediaUrl", url, "s:mediaFileName", file->name, NULL));
  }
}

static JsonNode *
media_wire (SbSandbox *sandbox, JsonNode *posted)
{
  JsonArray *array = json_array_new ();
  JsonArray *list = JSON_NODE_HOLDS_ARRAY (posted) ? json_node_get_array (posted) : NULL;
  for (guint i = 0; list && i < json_array_get_length (list); i++)
    add_files (sandbox, array, json_array_get_element (list, i));
  if (!list)
    add_files (sandbox, array, posted);
  return sb_array_node (array);
}

/* Country codes have one to three digits; the two with one are told apart, the others cut at two
 * (inferred: only that there are two members is known). */
static JsonNode *
phone_wire (JsonNode *posted)
{
  g_autofree char *phone =
      sb_node_is_string (posted) ? sb_phone_normalise (json_node_get_string (posted)) : NULL;
  if (!phone)
    return json_node_copy (posted);
  gsize length = phone[1] == '1' || phone[1] == '7' ? 2 : 3;
  g_autofree char *code = g_strndup (phone, length);
  return sb_obj_node (sb_obj ("s:cc", code, "s:pn", phone + length, NULL));
}

static JsonNode *
single_wire (JsonNode *posted)
{
  JsonArray *array = json_array_new ();
  json_array_add_string_element (array, json_node_get_string (posted));
  return sb_array_node (array);
}

static gboolean
is_one_of (const char *type, const char *first, ...)
{
  gboolean found = FALSE;
  va_list args;
  va_start (args, first);
  for (const char *name = first; name; name = va_arg (args, const char *))
    found = found || g_ascii_strcasecmp (type, name) == 0;
  va_end (args);
  return found;
}

JsonNode *
sb_answer_on_the_wire (SbSandbox *sandbox, const char *type, JsonNode *posted)
{
  if (JSON_NODE_HOLDS_NULL (posted))
    return json_node_copy (posted);
  if (is_one_of (type, "SingleOption", NULL) && sb_node_is_string (posted))
    return single_wire (posted);
  if (is_one_of (type, "Date", "DateTime", "DateOnly", NULL) && sb_node_is_number (posted))
    return json_node_init_int (json_node_alloc (), sb_time_ms (posted));
  if (is_one_of (type, "Numeric", NULL) && sb_node_is_number (posted))
    return json_node_init_double (json_node_alloc (), json_node_get_double (posted));
  if (is_one_of (type, "Image", "AttachmentList", NULL))
    return media_wire (sandbox, posted);
  if (is_one_of (type, "PhoneNumber", NULL))
    return phone_wire (posted);
  return json_node_copy (posted);
}
