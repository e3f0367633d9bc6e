/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what a client posts as an action: API §13. */
#include "config.h"

#include "sb-actions.h"
#include "sb-deeds.h"
#include "sb-fields.h"
#include "sb-media.h"

#include <string.h>

#define HOUR_MS (G_GINT64_CONSTANT (3600) * 1000)

static const char *const types[] = {"Announcement",     "Job",   "Poll",    "LetsMeet",
                                    "Survey",           "Image", "Album",   "Audio",
                                    "Document",         "Video", "Package", "ShareLocation",
                                    "PhotoWithLocation"};

const char *
sb_action_type (const char *text)
{
  for (gsize i = 0; text && i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (text, types[i]) == 0)
      return types[i];
  return NULL;
}

static gboolean
is_type (SbItem *item, const char *type)
{
  return strcmp (item->type, type) == 0;
}

/* The request that is read. */
typedef struct {
  SbSandbox *sandbox;
  SbItem *item;
  JsonObject *body;
  gboolean by_api;
} Reader;

/* Copies flags, all of them false by default; FALSE when one is of another type. */
static gboolean
read_flags (Reader *reader, const char *const *names)
{
  for (guint i = 0; names[i]; i++) {
    gboolean value;
    if (!sb_field_bool (reader->body, names[i], &value))
      return FALSE;
    json_object_set_boolean_member (reader->item->body, names[i], value);
  }
  return TRUE;
}

/* Copies strings that may be missing; FALSE when one is of another type. */
static gboolean
read_strings (Reader *reader, const char *const *names)
{
  for (guint i = 0; names[i]; i++) {
    const char *value;
    if (!sb_field_string (reader->body, names[i], &value))
      return FALSE;
    if (value)
      json_object_set_string_member (reader->item->body, names[i], value);
  }
  return TRUE;
}

static gboolean
has_words (Reader *reader, const char *name)
{
  return !sb_is_blank (sb_json_string (reader->body, name, NULL));
}

/* Sets when the action ends, so many hours from now; FALSE when that is no number of hours. */
static gboolean
read_hours (Reader *reader, const char *name, gint64 fallback)
{
  gint64 hours;
  if (!sb_field_int (reader->body, name, fallback, 0, 24 * 3650, &hours))
    return FALSE;
  reader->item->due_ms = sb_clock_now_ms (reader->sandbox->clock) + hours * HOUR_MS;
  return TRUE;
}

/* (nullable): API clients name people by phone alone; scenarios name them as they like. */
static SbUser *
assignee (Reader *reader, JsonNode *node)
{
  const char *text = sb_node_is_string (node) ? json_node_get_string (node) : NULL;
  g_autofree char *phone = sb_phone_normalise (text);
  if (!reader->by_api)
    return text ? sb_world_person (reader->sandbox->world, text) : NULL;
  return phone ? sb_world_user_by_phone (reader->sandbox->world, phone) : NULL;
}

static const char *
read_job (Reader *reader)
{
  static const char *const strings[] = {"title", NULL};
  SbItem *item = reader->item;
  JsonArray *assigned = sb_json_array (reader->body, "assignedTo");
  if (!has_words (reader, "title") || !read_strings (reader, strings))
    return "title is needed";
  if (!assigned || json_array_get_length (assigned) == 0)
    return "assignedTo is needed";
  if (!read_hours (reader, "dueDate", 24))
    return "dueDate is a number of hours";
  for (guint i = 0; i < json_array_get_length (assigned); i++) {
    SbUser *user = assignee (reader, json_array_get_element (assigned, i));
    if (!user || !sb_access_within (item->group, user))
      return "assignedTo names somebody who is not in the group";
    if (!g_ptr_array_find (item->assignees, user, NULL))
      g_ptr_array_add (item->assignees, user);
  }
  return NULL;
}

static const char *
read_choice (Reader *reader, JsonArray *clean, JsonNode *node)
{
  JsonObject *choice = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *title = sb_json_string (choice, "title", NULL), *image;
  if (sb_is_blank (title))
    return "a choice needs a title";
  SbMedia *media = sb_field_string (choice, "image", &image) && image
                       ? sb_world_media (reader->sandbox->world, image)
                       : NULL;
  if (!sb_field_string (choice, "image", &image) ||
      (image && (!media || strcmp (media->kind, "Image") != 0)))
    return "the image of a choice is not known";
  json_array_add_object_element (clean, sb_obj ("s:title", title, "?:image", image, NULL));
  return NULL;
}

static const char *
read_poll (Reader *reader)
{
  static const char *const strings[] = {"question", NULL}, *const flags[] = {"isSenderOnly", NULL};
  JsonArray *choices = sb_json_array (reader->body, "choices");
  JsonArray *clean = json_array_new ();
  json_object_set_array_member (reader->item->body, "choices", clean);
  if (!has_words (reader, "question") || !read_strings (reader, strings))
    return "question is needed";
  if (!choices || json_array_get_length (choices) == 0)
    return "choices is needed";
  if (!read_hours (reader, "expiryInHours", 720))
    return "expiryInHours is a number of hours";
  for (guint i = 0; i < json_array_get_length (choices); i++) {
    const char *problem = read_choice (reader, clean, json_array_get_element (choices, i));
    if (problem)
      return problem;
  }
  return read_flags (reader, flags) ? NULL : "isSenderOnly is a boolean";
}

/* -1 when it is no ISO-8601 text. */
static gint64
iso_time_ms (JsonNode *node)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = sb_node_is_string (node)
                                   ? g_date_time_new_from_iso8601 (json_node_get_string (node), utc)
                                   : NULL;
  return time ? g_date_time_to_unix (time) * 1000 : -1;
}

/* DurationInMins is what counts; `duration` is evidently ignored (inferred, API §13). */
static const char *
read_meeting (Reader *reader)
{
  static const char *const strings[] = {"title", "agenda", NULL}, *const flags[] = {"isSenderOnly",
                                                                                    NULL};
  JsonNode *place = sb_json_get (reader->body, "place");
  gint64 usual = 30, minutes;
  reader->item->due_ms = iso_time_ms (sb_json_get (reader->body, "startingTime"));
  if (!has_words (reader, "title"))
    return "title is needed";
  if (reader->item->due_ms <= 0)
    return "startingTime is needed, in ISO-8601";
  if (strcmp (sb_switches_get (reader->sandbox->switches, "meetingDuration"), "read") == 0 &&
      !sb_field_int (reader->body, "duration", usual, 1, 1440 * 30, &usual))
    return "duration is out of range";
  if (!sb_field_int (reader->body, "DurationInMins", usual, 1, 1440 * 30, &minutes))
    return "DurationInMins is out of range";
  if (!read_strings (reader, strings) || !read_flags (reader, flags))
    return "agenda is a string, isSenderOnly a boolean";
  json_object_set_int_member (reader->item->body, "duration", minutes);
  if (!place || JSON_NODE_HOLDS_NULL (place))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (place) || !sb_place_is_valid (json_node_get_object (place)))
    return "place is no place";
  json_object_set_object_member (reader->item->body, "place",
                                 sb_obj_copy (json_node_get_object (place)));
  return NULL;
}

/* (nullable): what is wrong with the options of a question that has them. */
static const char *
check_options (JsonArray *options)
{
  if (!options || json_array_get_length (options) == 0)
    return "a question needs options";
  for (guint i = 0; i < json_array_get_length (options); i++) {
    JsonNode *node = json_array_get_element (options, i);
    JsonObject *option = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    if (sb_is_blank (sb_json_string (option, "title", NULL)))
      return "an option needs a title";
  }
  return NULL;
}

static const char *
read_question (JsonArray *clean, JsonNode *node)
{
  static const char *const known[] = {
      "SingleOption", "MultiOption", "MultipleOption", "Text",     "Image",
      "Numeric",      "Date",        "DateTime",       "Location", "AttachmentList",
      "PhoneNumber",  "DateOnly",    "LargeText"};
  JsonObject *question = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *type = sb_json_string (question, "type", "");
  const char *found = NULL;
  JsonArray *options;
  gboolean invisible;
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (type, known[i]) == 0)
      found = known[i];
  if (sb_is_blank (sb_json_string (question, "title", NULL)))
    return "a question needs a title";
  if (!found)
    return "a question has an unknown type";
  if (strcmp (found, "MultipleOption") == 0)
    found = "MultiOption";
  if (!sb_field_array (question, "options", &options) ||
      !sb_field_bool (question, "isInvisible", &invisible))
    return "options is an array, isInvisible a boolean";
  const char *problem = g_str_has_suffix (found, "Option") ? check_options (options) : NULL;
  if (problem)
    return problem;
  json_array_add_object_element (
      clean,
      sb_obj ("s:title", sb_json_string (question, "title", ""), "s:type", found, "b:isInvisible",
              invisible, "a:options", options ? sb_array_copy (options) : json_array_new (), NULL));
  return NULL;
}

static const char *
read_properties (Reader *reader)
{
  JsonArray *properties;
  if (!sb_field_array (reader->body, "properties", &properties))
    return "properties is an array";
  json_object_set_array_member (reader->item->body, "properties",
                                properties ? sb_array_copy (properties) : json_array_new ());
  return properties ? sb_properties_check (properties) : NULL;
}

static const char *
read_survey (Reader *reader)
{
  static const char *const strings[] = {"title", NULL}, *const flags[] = {
                                                            "isAnonymous", "isSenderOnly",
                                                            "acceptMultipleResponses", NULL};
  gboolean package = is_type (reader->item, "Package");
  JsonArray *questions, *clean = json_array_new ();
  json_object_set_array_member (reader->item->body, "questions", clean);
  if ((!package && !has_words (reader, "title")) || !read_strings (reader, strings))
    return "title is needed";
  if (!sb_field_array (reader->body, "questions", &questions) ||
      (!package && (!questions || json_array_get_length (questions) == 0)))
    return "questions is needed";
  if (!read_hours (reader, package ? "validity" : "dueDate", 24))
    return "dueDate is a number of hours";
  if (!read_flags (reader, flags))
    return "isAnonymous, isSenderOnly and acceptMultipleResponses are booleans";
  for (guint i = 0; questions && i < json_array_get_length (questions); i++) {
    const char *problem = read_question (clean, json_array_get_element (questions, i));
    if (problem)
      return problem;
  }
  return package ? read_properties (reader) : NULL;
}

/* (nullable): one media of the files of all resources; NULL when one is unknown. */
static SbMedia *
join_media (SbSandbox *sandbox, JsonArray *resources)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  for (guint i = 0; i < json_array_get_length (resources); i++) {
    JsonNode *node = json_array_get_element (resources, i);
    SbMedia *media = sb_node_is_string (node)
                         ? sb_world_media (sandbox->world, json_node_get_string (node))
                         : NULL;
    if (!media || strcmp (media->kind, "Image") != 0)
      return NULL;
    for (guint k = 0; k < media->files->len; k++)
      g_ptr_array_add (files, media->files->pdata[k]);
  }
  SbMedia *joined = sb_world_add_media (sandbox->world, "Image");
  for (guint i = 0; i < files->len; i++) {
    SbFile *from = files->pdata[i];
    SbFile *to = sb_media_add_file (sandbox->world, joined, from->name, from->mime, from->bytes);
    to->url = g_strdup (from->url);
  }
  return joined;
}

static const char *
read_announcement (Reader *reader)
{
  SbItem *item = reader->item;
  JsonArray *resources;
  const char *message, *title;
  if (!sb_field_string (reader->body, "Message", &message) ||
      !sb_field_string (reader->body, "Title", &title))
    return "Message and Title are strings";
  if (sb_is_blank (message) && sb_is_blank (title))
    return "Message is needed";
  if (!sb_field_array (reader->body, "MediaResources", &resources))
    return "MediaResources is an array";
  item->text = g_strdup (message ? message : "");
  json_object_set_string_member (item->body, "title", title ? title : "");
  if (!resources || json_array_get_length (resources) == 0)
    return NULL;
  item->media = join_media (reader->sandbox, resources);
  return item->media ? NULL : "MediaResources holds an unknown resource";
}

static const char *
read_media (Reader *reader)
{
  SbItem *item = reader->item;
  SbMedia *media =
      sb_world_media (reader->sandbox->world, sb_json_string (reader->body, "mediaResource", NULL));
  const char *kind = is_type (item, "Album") ? "Image" : item->type, *caption;
  if (!media)
    return "mediaResource is not known";
  if (strcmp (media->kind, kind) != 0)
    return "mediaResource is of another kind";
  if (is_type (item, "Image") && media->files->len > 1)
    return "several pictures are an Album";
  if (!sb_field_string (reader->body, "caption", &caption))
    return "caption is a string";
  item->media = media;
  item->text = g_strdup (caption);
  return NULL;
}

/* Only scenarios and the control API make these: the service has no POST for them. */
static const char *
read_location (Reader *reader)
{
  SbItem *item = reader->item;
  JsonObject *body = reader->body;
  json_object_set_double_member (item->body, "latitude", sb_json_double (body, "latitude", 0));
  json_object_set_double_member (item->body, "longitude", sb_json_double (body, "longitude", 0));
  if (!is_type (item, "PhotoWithLocation"))
    return NULL;
  /* A photo that nobody brought is invented. */
  const char *resource = sb_json_string (body, "mediaResource", NULL);
  item->media = resource ? sb_world_media (reader->sandbox->world, resource)
                         : sb_media_invent (reader->sandbox, "Image", NULL, 1);
  return item->media ? NULL : "mediaResource is not known";
}

static const char *
read_body (Reader *reader)
{
  static const struct {
    const char *type;
    const char *(*read) (Reader *reader);
  } readers[] = {
      {"Job", read_job},
      {"Poll", read_poll},
      {"LetsMeet", read_meeting},
      {"Survey", read_survey},
      {"Package", read_survey},
      {"Announcement", read_announcement},
      {"ShareLocation", read_location},
      {"PhotoWithLocation", read_location},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    if (is_type (reader->item, readers[i].type))
      return readers[i].read (reader);
  return read_media (reader);
}

SbItem *
sb_item_from_request (SbSandbox *sandbox,
                      SbGroup *group,
                      SbUser *sender,
                      JsonObject *request,
                      gboolean by_api,
                      GError **error)
{
  JsonObject *body = sb_json_object (request, "actionBody");
  const char *named = sb_json_string (request, "actionType", NULL);
  const char *package = sb_json_string (request, "id", NULL);
  const char *type = package && *package ? "Package" : sb_action_type (named);
  const char *problem = NULL;
  SbItem *item = NULL;
  if (named && package)
    problem = "actionType and id exclude each other";
  else if (!type || (!package && strcmp (type, "Package") == 0))
    problem = "actionType is needed and must be a known one";
  else if (by_api && g_str_has_suffix (type, "Location"))
    problem = "this actionType cannot be posted";
  else if (!body)
    problem = "actionBody is needed";
  if (!problem) {
    item = sb_item_new (group, sender, type);
    item->package_id = strcmp (type, "Package") == 0 ? g_strdup (package) : NULL;
    Reader reader = {sandbox, item, body, by_api};
    problem = read_body (&reader);
  }
  if (problem) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, problem);
    g_clear_pointer (&item, sb_item_free);
  }
  return item;
}
