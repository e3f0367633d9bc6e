/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-actions.h"
#include "sb-deeds.h"
#include "sb-events.h"

#include <string.h>

static gboolean
is_type (SbItem *item, const char *type)
{
  return strcmp (item->type, type) == 0;
}

/* API §12: what the table lists under "GET list". */
gboolean
sb_action_is_listable (SbSandbox *sandbox, const char *type)
{
  static const char *const listable[] = {"Image", "Job",      "Survey",        "PhotoWithLocation",
                                         "Poll",  "LetsMeet", "ShareLocation", "Package",
                                         NULL};
  if (strcmp (type, "Document") == 0)
    return sb_switches_on (sandbox->switches, "documentList");
  if (g_str_equal (type, "Album") || g_str_equal (type, "Audio") || g_str_equal (type, "Video"))
    return sb_switches_on (sandbox->switches, "mediaLists");
  return g_strv_contains (listable, type);
}

static void
copy (JsonObject *to, SbItem *item, const char *name)
{
  JsonNode *node = sb_json_get (item->body, name);
  if (node)
    json_object_set_member (to, name, json_node_copy (node));
}

static void
put_time (JsonObject *to, const char *name, gint64 time_ms)
{
  g_autofree char *text = sb_iso_time (time_ms);
  json_object_set_string_member (to, name, text);
}

/* The shape of responses is a guess; nobody published one (inferred, API §14). */
static JsonArray *
guessed_responses (SbSandbox *sandbox, SbItem *item, SbUser *viewer)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < item->responses->len; i++) {
    SbResponse *response = item->responses->pdata[i];
    if (!sb_access_sees_response (item, response, viewer))
      continue;
    SbUser *user = response->anonymous ? NULL : response->user;
    JsonObject *one = sb_obj ("s:responseId", response->id, "s:responder", user ? user->phone : "",
                              "s:responderId", user ? user->id : "", "s:responderName",
                              user ? user->name : "", "s:responderProfilePic",
                              user ? user->pic : "", "b:isAnonymous", response->anonymous, NULL);
    if (is_type (item, "Job"))
      json_object_set_boolean_member (one, "isCompleted", response->completed);
    else
      json_object_set_array_member (one, "responseWithQuestions",
                                    sb_answers_with_questions (sandbox, item, response));
    json_array_add_object_element (array, one);
  }
  return array;
}

static void
put_responses (SbSandbox *sandbox, SbItem *item, SbUser *viewer, JsonObject *to)
{
  const char *shape = sb_switches_get (sandbox->switches, "detailsResponses");
  if (strcmp (shape, "guess") == 0)
    json_object_set_array_member (to, "responses", guessed_responses (sandbox, item, viewer));
  else if (strcmp (shape, "odd") == 0)
    json_object_set_object_member (
        to, "responses",
        sb_obj ("i:v", 7, "s:blob", "b64:AAECAwQ=", "i:n", (int) item->responses->len, NULL));
}

static void
put_survey (JsonObject *to, SbItem *item, gboolean details)
{
  static const char *const more[] = {"isSenderOnly", "isAnonymous", "acceptMultipleResponses",
                                     "questions"};
  copy (to, item, "title");
  json_object_set_int_member (to, "responseCount", item->responses->len);
  put_time (to, "expiryDate", item->due_ms);
  for (gsize i = 0; details && i < G_N_ELEMENTS (more); i++)
    copy (to, item, more[i]);
  if (is_type (item, "Package"))
    copy (to, item, "properties");
}

static void
put_media (SbSandbox *sandbox, JsonObject *to, SbItem *item)
{
  if (item->media->files->len == 0)
    return;
  g_autofree char *url = sb_file_url (sandbox, item->media->files->pdata[0]);
  json_object_set_string_member (to,
                                 is_type (item, "Document")
                                     ? "documentUrl"
                                     : sb_switches_get (sandbox->switches, "imageUrlKey"),
                                 url);
  if (item->text && *item->text)
    json_object_set_string_member (to, "caption", item->text);
}

/* The actionBody of API §14's table. */
static JsonObject *
body_of (SbSandbox *sandbox, SbItem *item, SbUser *viewer, gboolean details)
{
  JsonObject *to = json_object_new ();
  gboolean located = g_str_has_suffix (item->type, "Location");
  if (!located && !item->media)
    json_object_set_string_member (to, "actionId", item->action_id);
  if (item->media)
    put_media (sandbox, to, item);
  if (located) {
    copy (to, item, "latitude");
    copy (to, item, "longitude");
  } else if (is_type (item, "Job")) {
    copy (to, item, "title");
    json_object_set_int_member (to, "assigneeCount", item->assignees->len);
    json_object_set_int_member (to, "responseCount", sb_item_respondents (item));
    json_object_set_boolean_member (to, "isCompleted", sb_item_is_completed (item));
  } else if (is_type (item, "Poll")) {
    copy (to, item, "question");
    copy (to, item, "isSenderOnly");
    copy (to, item, "choices");
    put_time (to, "expiryDate", item->due_ms);
  } else if (is_type (item, "LetsMeet")) {
    static const char *const names[] = {"title", "duration", "agenda", "isSenderOnly", "place"};
    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
      copy (to, item, names[i]);
    put_time (to, "startingTime", item->due_ms);
  } else if (is_type (item, "Survey") || is_type (item, "Package")) {
    put_survey (to, item, details);
  }
  if (details && !item->media && !located)
    put_responses (sandbox, item, viewer, to);
  return to;
}

static void
put_head (SbSandbox *sandbox, JsonObject *to, SbItem *item)
{
  const char *when = sb_switches_get (sandbox->switches, "sentTime");
  json_object_set_string_member (to, "referenceId", item->reference_id);
  if (item->package_id) {
    g_autofree char *base = sb_package_base (item->package_id);
    json_object_set_string_member (to, "id", base);
    json_object_set_string_member (to, "packageId", item->package_id);
  } else {
    json_object_set_string_member (to, "actionType", item->type);
  }
  json_object_set_string_member (to, "sender", item->sender->phone);
  if (strcmp (when, "creationTime") != 0)
    put_time (to, "sentAt", item->sent_ms);
  if (strcmp (when, "sentAt") != 0)
    json_object_set_int_member (to, "creationTime", item->sent_ms / 1000);
}

JsonObject *
sb_action_list_view (SbSandbox *sandbox, SbItem *item, SbUser *viewer, gboolean details)
{
  JsonObject *to = json_object_new ();
  JsonObject *body = body_of (sandbox, item, viewer, details);
  put_head (sandbox, to, item);
  if (sb_switches_on (sandbox->switches, "actionBodyArray")) {
    JsonArray *array = json_array_new ();
    json_array_add_object_element (array, body);
    json_object_set_array_member (to, "actionBody", array);
  } else {
    json_object_set_object_member (to, "actionBody", body);
  }
  return to;
}

JsonObject *
sb_action_detail_view (SbSandbox *sandbox, SbItem *item, SbUser *viewer, gboolean details)
{
  if (sb_switches_is (sandbox->switches, "detailsShape", "list")) {
    JsonArray *array = json_array_new ();
    json_array_add_object_element (array, sb_action_list_view (sandbox, item, viewer, details));
    return sb_obj ("a:actions", array, NULL);
  }
  JsonObject *to = json_object_new ();
  JsonObject *body = body_of (sandbox, item, viewer, details);
  put_head (sandbox, to, item);
  if (is_type (item, "Job")) {
    put_time (body, "dueDate", item->due_ms);
    json_object_set_boolean_member (body, "status", sb_item_is_completed (item));
    json_object_remove_member (body, "isCompleted");
    if (!details)
      put_responses (sandbox, item, viewer, body);
  }
  json_object_set_object_member (to, "actionDetails", body);
  return to;
}
