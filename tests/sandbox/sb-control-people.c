/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control calls that make people act. */
#include "config.h"

#include "sb-control.h"
#include "sb-deeds.h"
#include "sb-media.h"

#include <string.h>

static void
address (SbControl *control, SbItem *item)
{
  JsonArray *targets = sb_json_array (control->body, "subscribers");
  item->to_all = sb_json_bool (control->body, "sendToAllSubscribers", targets == NULL);
  for (guint i = 0; targets && i < json_array_get_length (targets); i++) {
    JsonNode *node = json_array_get_element (targets, i);
    SbUser *user = sb_node_is_string (node)
                       ? sb_world_person (control->sandbox->world, json_node_get_string (node))
                       : NULL;
    if (user)
      g_ptr_array_add (item->targets, user);
  }
}

static void
answer_item (SbControl *control, SbItem *item)
{
  address (control, item);
  sb_deed_post (control->sandbox, item);
  control->answer = sb_obj ("s:referenceId", item->reference_id, "?:actionId", item->action_id,
                            "s:groupId", item->group->id, NULL);
}

static void
say (SbControl *control)
{
  SbGroup *group = sb_control_group (control, "group");
  SbUser *person = group ? sb_control_person (control, "person") : NULL;
  const char *text = person ? sb_control_text (control, "text") : NULL;
  if (text)
    answer_item (control, sb_item_text (group, person, text,
                                        sb_json_string (control->body, "replyTo", NULL)));
}

static void
picture (SbControl *control)
{
  const char *kind = sb_json_string (control->body, "kind", "Image");
  gint64 count = sb_json_int (control->body, "count", 1);
  const char *type = g_ascii_strcasecmp (kind, "Image") == 0 && count > 1 ? "Album" : NULL;
  SbGroup *group = sb_control_group (control, "group");
  SbUser *person = group ? sb_control_person (control, "person") : NULL;
  if (!person)
    return;
  SbMedia *media =
      sb_media_invent (control->sandbox, kind, sb_json_string (control->body, "name", NULL),
                       (guint) CLAMP (count, 1, 30));
  if (g_ascii_strcasecmp (kind, "Album") == 0)
    type = "Album";
  SbItem *item = sb_item_media (group, person, type ? type : media->kind, media,
                                sb_json_string (control->body, "caption", NULL));
  g_autofree char *url = sb_file_url (control->sandbox, media->files->pdata[0]);
  answer_item (control, item);
  json_object_set_string_member (control->answer, "url", url);
}

static void
action (SbControl *control)
{
  g_autoptr (GError) error = NULL;
  SbGroup *group = sb_control_group (control, "group");
  SbUser *person = group ? sb_control_person (control, "person") : NULL;
  if (!person)
    return;
  SbItem *item =
      sb_item_from_request (control->sandbox, group, person, control->body, FALSE, &error);
  if (item)
    answer_item (control, item);
  else
    sb_control_fail (control, 400, error->message);
}

static void
answer_response (
    SbControl *control, SbItem *item, SbUser *person, JsonObject *body, gboolean anonymous)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) owned = body;
  SbResponse *response = sb_deed_respond (control->sandbox, item, person,
                                          sb_json_string (control->body, "responseId", NULL), owned,
                                          anonymous, &error);
  if (response)
    control->answer = sb_obj ("s:responseId", response->id, NULL);
  else
    sb_control_fail (control, 400, error->message);
}

static void
vote (SbControl *control)
{
  SbItem *item = sb_control_action (control);
  SbUser *person = item ? sb_control_person (control, "person") : NULL;
  JsonArray *choices = item ? sb_json_array (item->body, "choices") : NULL;
  JsonNode *node = sb_json_get (control->body, "choice");
  JsonArray *answers = json_array_new ();
  /* A number picks the n-th choice, from 1; no choice picks any. */
  gint64 n = sb_node_is_number (node) ? json_node_get_int (node) : 0;
  guint count = choices ? json_array_get_length (choices) : 0;
  if (!node && count)
    n = g_rand_int_range (control->sandbox->rand, 1, (gint32) count + 1);
  if (sb_node_is_string (node))
    json_array_add_string_element (answers, json_node_get_string (node));
  else if (n >= 1 && n <= count)
    json_array_add_string_element (
        answers,
        sb_json_string (json_array_get_object_element (choices, (guint) n - 1), "title", ""));
  JsonObject *body = sb_obj ("a:answers", answers, NULL);
  if (person)
    answer_response (control, item, person, body, FALSE);
  else
    json_object_unref (body);
}

static void
respond (SbControl *control)
{
  SbItem *item = sb_control_action (control);
  SbUser *person = item ? sb_control_person (control, "person") : NULL;
  JsonArray *answers = sb_json_array (control->body, "answers");
  if (person)
    answer_response (control, item, person,
                     sb_obj ("a:answers", answers ? sb_array_copy (answers) : NULL, NULL),
                     sb_json_bool (control->body, "anonymous", FALSE));
}

static void
complete (SbControl *control)
{
  SbItem *item = sb_control_action (control);
  SbUser *person = item ? sb_control_person (control, "person") : NULL;
  if (person)
    answer_response (
        control, item, person,
        sb_obj ("b:isCompleted", sb_json_bool (control->body, "isCompleted", TRUE), NULL), FALSE);
}

static void
react (SbControl *control, const char *comment)
{
  SbItem *item = sb_control_reference (control);
  SbUser *person = item ? sb_control_person (control, "person") : NULL;
  if (person)
    control->answer =
        sb_obj ("s:reactionId", sb_deed_react (control->sandbox, item, person, comment)->id, NULL);
}

static void
like (SbControl *control)
{
  react (control, NULL);
}

static void
comment_on (SbControl *control)
{
  const char *text = sb_control_text (control, "text");
  if (text)
    react (control, text);
}

/* Makes the next PIN a new one. */
static void
new_pin (SbControl *control)
{
  SbUser *person =
      sb_control_person (control, sb_json_get (control->body, "phone") ? "phone" : "person");
  if (!person)
    return;
  const char *wanted = sb_json_string (control->body, "pin", NULL);
  g_free (person->pin);
  person->pin = g_strdup (wanted);
  control->answer = sb_obj ("s:pin", sb_user_pin (control->sandbox, person), NULL);
}

static void
person (SbControl *control)
{
  SbSandbox *sandbox = control->sandbox;
  g_autofree char *drawn = sb_random_phone (sandbox->rand);
  g_autofree char *phone = sb_phone_normalise (sb_json_string (control->body, "phone", drawn));
  if (!phone) {
    sb_control_fail (control, 400, "phone is no phone number");
    return;
  }
  SbUser *user = sb_person_for_phone (sandbox, phone);
  const char *name = sb_json_string (control->body, "name", NULL);
  const char *pic = sb_json_string (control->body, "profilePic", NULL);
  if (name) {
    g_free (user->name);
    user->name = g_strdup (name);
  }
  if (pic) {
    g_free (user->pic);
    user->pic = g_strdup (pic);
  }
  user->provisioned = sb_json_bool (control->body, "provisioned", TRUE);
  user->sign_in = sb_json_bool (control->body, "signIn", user->sign_in);
  user->tenant_admin = sb_json_bool (control->body, "tenantAdmin", user->tenant_admin);
  control->answer = sb_obj ("s:id", user->id, "s:phone", user->phone, "s:name", user->name, NULL);
}

const SbControlRow sb_control_people[] = {{"POST", "say", say},
                                          {"POST", "picture", picture},
                                          {"POST", "action", action},
                                          {"POST", "vote", vote},
                                          {"POST", "respond", respond},
                                          {"POST", "complete", complete},
                                          {"POST", "like", like},
                                          {"POST", "comment", comment_on},
                                          {"POST", "pin", new_pin},
                                          {"POST", "person", person},
                                          {NULL}};
