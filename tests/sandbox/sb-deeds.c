/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-deeds.h"
#include "sb-answers.h"
#include "sb-colleagues.h"
#include "sb-events.h"
#include "sb-fields.h"

#include <string.h>

SbItem *
sb_item_text (SbGroup *group, SbUser *sender, const char *text, const char *reply_to)
{
  SbItem *item = sb_item_new (group, sender, "Text");
  item->text = g_strdup (text);
  item->reply_to = g_strdup (reply_to);
  return item;
}

SbItem *
sb_item_media (
    SbGroup *group, SbUser *sender, const char *type, SbMedia *media, const char *caption)
{
  SbItem *item = sb_item_new (group, sender, type);
  item->media = media;
  item->text = g_strdup (caption);
  return item;
}

SbItem *
sb_deed_post (SbSandbox *sandbox, SbItem *item)
{
  gboolean same = sb_switches_on (sandbox->switches, "eventIdIsReferenceId");
  item->reference_id = sb_random_guid (sandbox->rand);
  item->event_id = same ? g_strdup (item->reference_id) : sb_random_guid (sandbox->rand);
  if (!sb_item_is_text (item))
    item->action_id = sb_random_guid (sandbox->rand);
  item->sent_ms = sb_clock_now_ms (sandbox->clock);
  /* History may be told in any order; the timeline is by time. */
  guint at = item->group->items->len;
  while (at > 0 && ((SbItem *) item->group->items->pdata[at - 1])->sent_ms > item->sent_ms)
    at--;
  g_ptr_array_insert (item->group->items, (gint) at, item);
  sb_event_item (sandbox, item);
  sb_colleagues_item (sandbox, item);
  return item;
}

static SbResponse *
find_response (SbItem *item, SbUser *user, const char *response_id)
{
  for (guint i = 0; i < item->responses->len; i++) {
    SbResponse *response = item->responses->pdata[i];
    if (response->user == user && (!response_id || strcmp (response->id, response_id) == 0))
      return response;
  }
  return NULL;
}

/* The form of a vote is inferred by analogy with surveys (API §15). */
static const char *
check_vote (SbItem *item, JsonArray *answers)
{
  JsonNode *first =
      json_array_get_length (answers) == 1 ? json_array_get_element (answers, 0) : NULL;
  if (!sb_node_is_string (first))
    return "One answer is needed";
  const char *text = json_node_get_string (first);
  if (strcmp (item->type, "Poll") == 0)
    return sb_has_title (sb_json_array (item->body, "choices"), text) ? NULL : "No such choice";
  static const char *const meet[] = {"Accept", "Decline", "Maybe", NULL};
  return g_strv_contains (meet, text) ? NULL : "Accept, Decline or Maybe";
}

/* What a form's response has beside its answers. */
static const char *
check_extras (JsonObject *body)
{
  const char *name;
  JsonNode *place = sb_json_get (body, "responseLocation");
  if (!sb_field_string (body, "responseName", &name))
    return "responseName is a string";
  if (!place || JSON_NODE_HOLDS_NULL (place))
    return NULL;
  return JSON_NODE_HOLDS_OBJECT (place) && sb_place_is_valid (json_node_get_object (place))
             ? NULL
             : "responseLocation is no place";
}

static const char *
check_response (SbSandbox *sandbox, SbItem *item, SbUser *user, JsonObject *body)
{
  JsonArray *answers = sb_json_array (body, "answers");
  gboolean vote = strcmp (item->type, "Poll") == 0 || strcmp (item->type, "LetsMeet") == 0;
  gboolean form = strcmp (item->type, "Survey") == 0 || strcmp (item->type, "Package") == 0;
  if (item->due_ms && strcmp (item->type, "LetsMeet") != 0 && strcmp (item->type, "Job") != 0 &&
      item->due_ms <= sb_clock_now_ms (sandbox->clock))
    return "The action has expired";
  if (strcmp (item->type, "Job") == 0) {
    if (!g_ptr_array_find (item->assignees, user, NULL))
      return "The job is not assigned to this user";
    return sb_node_is_bool (sb_json_get (body, "isCompleted")) ? NULL : "isCompleted is needed";
  }
  if (!vote && !form)
    return "This action takes no responses";
  if (!answers)
    return "answers is needed";
  if (vote)
    return check_vote (item, answers);
  const char *problem = check_extras (body);
  return problem ? problem : sb_answers_check (sandbox, item, answers);
}

SbResponse *
sb_deed_respond (SbSandbox *sandbox,
                 SbItem *item,
                 SbUser *user,
                 const char *response_id,
                 JsonObject *body,
                 gboolean anonymous,
                 GError **error)
{
  const char *problem = check_response (sandbox, item, user, body);
  gboolean form = strcmp (item->type, "Survey") == 0 || strcmp (item->type, "Package") == 0;
  gboolean many = form && sb_json_bool (item->body, "acceptMultipleResponses", FALSE);
  SbResponse *response = find_response (item, user, response_id);
  if (!problem && response_id && !response)
    problem = "No such response of this user";
  if (!problem && form && !response_id && !many && response)
    problem = "Only one response is accepted";
  if (problem) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, problem);
    return NULL;
  }
  gboolean update = response && !(many && !response_id);
  if (!update) {
    response = g_new0 (SbResponse, 1);
    response->id = sb_random_guid (sandbox->rand);
    response->user = user;
    g_ptr_array_add (item->responses, response);
  }
  JsonArray *answers = sb_json_array (body, "answers");
  g_clear_pointer (&response->answers, json_array_unref);
  response->answers = answers ? sb_array_copy (answers) : NULL;
  response->completed = sb_json_bool (body, "isCompleted", FALSE);
  response->anonymous = anonymous || sb_json_bool (item->body, "isAnonymous", FALSE);
  response->time_ms = sb_clock_now_ms (sandbox->clock);
  sb_event_response (sandbox, item, response, update);
  sb_colleagues_response (sandbox, item, user);
  return response;
}

SbReaction *
sb_deed_react (SbSandbox *sandbox, SbItem *item, SbUser *user, const char *comment)
{
  for (guint i = 0; !comment && i < item->reactions->len; i++) {
    SbReaction *old = item->reactions->pdata[i];
    if (old->like && old->user == user)
      return old;
  }
  SbReaction *reaction = g_new0 (SbReaction, 1);
  reaction->id = sb_random_guid (sandbox->rand);
  reaction->user = user;
  reaction->like = comment == NULL;
  reaction->comment = g_strdup (comment);
  reaction->time_ms = sb_clock_now_ms (sandbox->clock);
  g_ptr_array_add (item->reactions, reaction);
  sb_colleagues_reaction (sandbox, item, user, comment);
  return reaction;
}

void
sb_deed_set_member (SbSandbox *sandbox, SbGroup *group, SbUser *user, SbRole role, SbUser *by)
{
  SbRole before = sb_access_role (group, user);
  sb_group_set_role (group, user, role);
  if (before == SB_ROLE_NONE || (before == SB_ROLE_SUBSCRIBER && role > before))
    sb_event_member (sandbox, group, user, role, by, TRUE);
}

gboolean
sb_deed_remove_member (SbSandbox *sandbox, SbGroup *group, SbUser *user, SbUser *by)
{
  SbRole role = sb_access_role (group, user);
  if (role == SB_ROLE_NONE)
    return FALSE;
  /* First the event: the one who is removed hears of it, too. */
  sb_event_member (sandbox, group, user, role, by, FALSE);
  return sb_group_remove_member (group, user);
}

void
sb_deed_attach (SbSandbox *sandbox, SbGroup *parent, SbGroup *child, SbUser *by)
{
  if (g_ptr_array_find (parent->children, child, NULL))
    return;
  sb_group_attach (parent, child);
  sb_event_group (sandbox, parent, child, by, TRUE);
}

gboolean
sb_deed_detach (SbSandbox *sandbox, SbGroup *parent, SbGroup *child, SbUser *by)
{
  if (!sb_group_detach (parent, child))
    return FALSE;
  sb_event_group (sandbox, parent, child, by, FALSE);
  return TRUE;
}

guint
sb_item_respondents (SbItem *item)
{
  g_autoptr (GHashTable) who = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < item->responses->len; i++)
    g_hash_table_add (who, ((SbResponse *) item->responses->pdata[i])->user);
  return g_hash_table_size (who);
}

gboolean
sb_item_is_completed (SbItem *item)
{
  guint done = 0;
  for (guint i = 0; i < item->responses->len; i++)
    done += ((SbResponse *) item->responses->pdata[i])->completed ? 1 : 0;
  return item->assignees->len > 0 && done >= item->assignees->len;
}
