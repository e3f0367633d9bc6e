/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-events.h"
#include "sb-answers.h"
#include "sb-webhooks.h"

#include <string.h>

static gboolean
is_type (SbItem *item, const char *type)
{
  return strcmp (item->type, type) == 0;
}

/* "com.acme.card.2" is version 2 of "com.acme.card" (API §13). */
char *
sb_package_base (const char *package_id)
{
  const char *dot = strrchr (package_id, '.');
  if (dot && dot[1] && strspn (dot + 1, "0123456789") == strlen (dot + 1))
    return g_strndup (package_id, (gsize) (dot - package_id));
  return g_strdup (package_id);
}

static void
publish (SbSandbox *sandbox, SbEvent event)
{
  if (sandbox->origin != SB_ORIGIN_HISTORY)
    sb_webhooks_publish (sandbox, &event);
  json_object_unref (event.data);
}

static JsonArray *
media_of (SbSandbox *sandbox, SbItem *item, const char *url_key, const char *name_key)
{
  JsonArray *array = json_array_new ();
  for (guint i = 0; item->media && i < item->media->files->len; i++) {
    SbFile *file = item->media->files->pdata[i];
    g_autofree char *url = sb_file_url (sandbox, file);
    JsonObject *one = json_object_new ();
    json_object_set_string_member (one, url_key, url);
    json_object_set_string_member (one, name_key, file->name);
    json_array_add_object_element (array, one);
  }
  return array;
}

static JsonObject *
media_data (SbSandbox *sandbox, SbItem *item)
{
  return sb_obj ("a:media", media_of (sandbox, item, "mediaUrl", "mediaFileName"), "s:actionType",
                 item->type, "s:caption", item->text ? item->text : "", NULL);
}

static JsonObject *
announcement_data (SbSandbox *sandbox, SbItem *item)
{
  gboolean table = sb_switches_is (sandbox->switches, "announcementMediaKeys", "table");
  JsonArray *media =
      media_of (sandbox, item, table ? "mediaUrl" : "url", table ? "mediaFileName" : "fileName");
  return sb_obj ("s:title", sb_json_string (item->body, "title", ""), "s:text",
                 item->text ? item->text : "", "a:media", media, NULL);
}

static JsonObject *
job_data (SbItem *item)
{
  JsonArray *phones = json_array_new ();
  g_autofree char *due = sb_iso_time (item->due_ms);
  for (guint i = 0; i < item->assignees->len; i++)
    json_array_add_string_element (phones, ((SbUser *) item->assignees->pdata[i])->phone);
  return sb_obj ("a:assignedTo", phones, "s:title", sb_json_string (item->body, "title", ""),
                 "s:dueDate", due, NULL);
}

/* Polls, meetings, surveys and packages carry their details; for the first two that is a proposal
 * of API §19 (inferred). */
static JsonObject *
details_data (SbItem *item)
{
  JsonObject *data = sb_obj_copy (item->body);
  g_autofree char *due = item->due_ms ? sb_iso_time (item->due_ms) : NULL;
  if (due)
    json_object_set_string_member (data, is_type (item, "LetsMeet") ? "startingTime" : "expiryDate",
                                   due);
  return data;
}

static void
add_ids (JsonObject *data, SbItem *item)
{
  json_object_set_string_member (data, "actionId", item->action_id);
  json_object_set_string_member (data, "groupId", item->group->id);
  json_object_set_string_member (data, "sourceGroupId", item->group->id);
  if (item->package_id) {
    g_autofree char *base = sb_package_base (item->package_id);
    json_object_set_string_member (data, "actionPackageId", base);
    json_object_set_string_member (data, "packageId", item->package_id);
  }
}

void
sb_event_item (SbSandbox *sandbox, SbItem *item)
{
  static const struct {
    const char *type, *event;
  } names[] = {
      {"Text", "TextMessageCreated"},    {"Image", "AttachmentCreated"},
      {"Album", "AttachmentCreated"},    {"Audio", "AttachmentCreated"},
      {"Document", "AttachmentCreated"}, {"Video", "AttachmentCreated"},
      {"Announcement", "Announcement"},  {"Job", "JobCreated"},
      {"Survey", "SurveyCreated"},       {"Poll", "PollCreated"},
      {"LetsMeet", "LetsMeetCreated"},   {"Package", "ActionCreated"},
  };
  SbEvent event = {NULL, item->event_id, item->group, item->sender, item, NULL};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (is_type (item, names[i].type))
      event.type = names[i].event;
  if (!event.type)
    return; /* locations have no event */
  if (sb_item_is_text (item))
    event.data = sb_obj ("s:text", item->text, NULL);
  else if (strcmp (event.type, "AttachmentCreated") == 0)
    event.data = media_data (sandbox, item);
  else if (is_type (item, "Announcement"))
    event.data = announcement_data (sandbox, item);
  else if (is_type (item, "Job"))
    event.data = job_data (item);
  else
    event.data = details_data (item);
  if (g_str_has_suffix (event.type, "Created") && item->action_id && !item->media)
    add_ids (event.data, item);
  publish (sandbox, event);
}

/* ---- answers ---- */

static JsonArray *
questions_of (SbItem *item)
{
  JsonArray *questions = sb_json_array (item->body, "questions");
  JsonArray *choices = sb_json_array (item->body, "choices");
  if (questions)
    return json_array_ref (questions);
  questions = json_array_new ();
  json_array_add_object_element (
      questions,
      sb_obj ("s:title",
              sb_json_string (item->body, "question", sb_json_string (item->body, "title", "")),
              "s:type", "SingleOption", "a:options",
              choices ? sb_array_copy (choices) : json_array_new (), NULL));
  return questions;
}

JsonArray *
sb_answers_with_questions (SbSandbox *sandbox, SbItem *item, SbResponse *response)
{
  JsonArray *all = json_array_new ();
  g_autoptr (JsonArray) questions = questions_of (item);
  guint n = json_array_get_length (questions);
  for (guint i = 0; response->answers && i < n; i++) {
    JsonNode *question = json_array_get_element (questions, i);
    if (!JSON_NODE_HOLDS_OBJECT (question) || i >= json_array_get_length (response->answers))
      continue;
    JsonObject *one = sb_obj_copy (json_node_get_object (question));
    if (!sb_json_array (one, "options"))
      json_object_set_array_member (one, "options", json_array_new ());
    json_object_set_member (one, "answer",
                            sb_answer_on_the_wire (sandbox, sb_json_string (one, "type", "Text"),
                                                   json_array_get_element (response->answers, i)));
    json_array_add_object_element (all, one);
  }
  return all;
}

static JsonObject *
job_response_data (SbItem *item, SbResponse *response)
{
  SbUser *user = response->user;
  JsonObject *inner =
      sb_obj ("s:assignee", user->phone, "s:assigneeName", user->name, "s:assigneeProfilePic",
              user->pic, "b:isCompleted", response->completed, NULL);
  return sb_obj ("s:actionId", item->action_id, "s:groupId", item->group->id, "s:responseId",
                 response->id, "o:responseDetails", sb_obj ("o:response", inner, NULL), NULL);
}

static JsonObject *
survey_response_data (SbSandbox *sandbox, SbItem *item, SbResponse *response, gboolean update)
{
  SbUser *user = response->anonymous ? NULL : response->user;
  JsonObject *details =
      sb_obj ("a:responseWithQuestions", sb_answers_with_questions (sandbox, item, response), NULL);
  JsonObject *data =
      sb_obj ("s:responseId", response->id, "b:isUpdateResponse", update, "s:responder",
              user ? user->phone : "", "s:responderId", user ? user->id : "", "s:creatorId",
              "00000000-0000-0000-0000-000000000000", "s:responderName", user ? user->name : "",
              "s:responderProfilePic", user ? user->pic : "", "b:isAnonymous", response->anonymous,
              "o:responseDetails", details, "a:Properties", json_array_new (), NULL);
  add_ids (data, item);
  return data;
}

void
sb_event_response (SbSandbox *sandbox, SbItem *item, SbResponse *response, gboolean update)
{
  gboolean job = is_type (item, "Job");
  SbEvent event = {"SurveyResponse",
                   response->id,
                   item->group,
                   response->anonymous ? NULL : response->user,
                   item,
                   NULL,
                   response};
  if (job)
    event.type = "JobResponse";
  else if (is_type (item, "Poll"))
    event.type = "PollResponse";
  else if (is_type (item, "LetsMeet"))
    event.type = "LetsMeetResponse";
  else if (is_type (item, "Package"))
    event.type = "ActionResponse";
  event.data = job ? job_response_data (item, response)
                   : survey_response_data (sandbox, item, response, update);
  publish (sandbox, event);
}

void
sb_event_member (
    SbSandbox *sandbox, SbGroup *group, SbUser *user, SbRole role, SbUser *by, gboolean added)
{
  g_autofree char *id = sb_random_guid (sandbox->rand);
  SbEvent event = {added ? "MemberAdded" : "MemberRemoved", id, group, by ? by : user, NULL, NULL};
  event.data = sb_obj ("s:memberId", user->id, "s:member", user->phone, "s:memberName", user->name,
                       "s:memberProfilePic", user->pic, "s:type", sb_role_name (role), NULL);
  publish (sandbox, event);
}

/* The data of these two was never documented (inferred). */
void
sb_event_group (SbSandbox *sandbox, SbGroup *parent, SbGroup *child, SbUser *by, gboolean added)
{
  g_autofree char *id = sb_random_guid (sandbox->rand);
  SbEvent event = {added ? "GroupAdded" : "GroupRemoved", id, parent, by, NULL, NULL};
  event.data = sb_obj ("s:groupId", child->id, "s:groupName", child->name, "s:groupImageUrl",
                       child->image_url, NULL);
  publish (sandbox, event);
}
