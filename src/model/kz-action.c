/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-action-private.h"
#include "kz-draft.h"

#include <string.h>

void
kz_question_free (KzQuestion *question)
{
  if (question == NULL)
    return;
  g_free (question->title);
  g_free (question->kind_raw);
  g_strfreev (question->options);
  g_free (question);
}

KzAction *
kz_action_new (KzActionKind kind, const char *kind_raw, const char *group_id)
{
  KzAction *action = g_rc_box_new0 (KzAction);

  if (kind_raw == NULL)
    kind_raw = kz_action_kind_wire (kind);
  action->kind = kind;
  action->kind_raw = g_strdup (kind_raw != NULL ? kind_raw : "");
  action->group_id = g_strdup (group_id);
  action->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_question_free);
  action->media = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_media_ref_free);
  action->response_count = -1;
  action->assignee_count = -1;
  action->is_completed = KZ_TRI_UNKNOWN;
  return action;
}

KzAction *
kz_action_ref (KzAction *action)
{
  return g_rc_box_acquire (action);
}

static void
action_clear (gpointer data)
{
  KzAction *action = data;

  g_free (action->reference_id);
  g_free (action->action_id);
  g_free (action->kind_raw);
  g_free (action->package_id);
  g_free (action->group_id);
  g_free (action->source_group_id);
  kz_person_unref (action->sender);
  g_free (action->title);
  g_free (action->text);
  g_strfreev (action->choices);
  g_ptr_array_unref (action->questions);
  g_ptr_array_unref (action->media);
  g_strfreev (action->assigned_to);
  g_strfreev (action->subscribers);
  g_free (action->place.name);
}

void
kz_action_unref (KzAction *action)
{
  if (action != NULL)
    g_rc_box_release_full (action, action_clear);
}

gboolean
kz_action_has_texts (const KzAction *action)
{
  return action->title != NULL || action->text != NULL || action->choices != NULL ||
         action->questions->len > 0 || action->media->len > 0;
}

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) : 0;
}

static gsize
list_size (GStrv list)
{
  gsize size = 0;

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    size += strlen (list[i]);
  return size;
}

gsize
kz_action_size (const KzAction *action)
{
  gsize size = text_size (action->title) + text_size (action->text) + list_size (action->choices) +
               list_size (action->assigned_to) + list_size (action->subscribers);

  for (guint i = 0; i < action->questions->len; i++) {
    const KzQuestion *question = g_ptr_array_index (action->questions, i);

    size += text_size (question->title) + list_size (question->options);
  }
  return size;
}

static KzPerson *
read_sender (const KzJson *json)
{
  /* Lists give a number only (API §14); the other names are inferred from webhooks. */
  g_autofree char *phone = kz_json_dup_id (json, "sender");
  g_autofree char *id = kz_json_dup_id (json, "senderId");

  return kz_person_from_wire (id, phone, kz_json_opt_string (json, "senderName", NULL),
                              kz_json_opt_string (json, "senderProfilePic", NULL));
}

/* actionDetails of one action, actionBody of a list, or what the service sent without either. */
static const KzJson *
body_of (const KzJson *json)
{
  const KzJson *body = kz_json_opt_body (json, "actionDetails");

  if (body == NULL)
    body = kz_json_opt_body (json, "actionBody");
  return body != NULL ? body : json;
}

KzAction *
kz_action_parse (const KzJson *json, const char *group_id, GError **error)
{
  const KzJson *body = body_of (json);
  g_autofree char *reference_id = kz_json_dup_id (json, "referenceId");
  g_autofree char *action_id = kz_json_dup_id (body, "actionId");
  KzAction *action;

  if (action_id == NULL)
    action_id = kz_json_dup_id (json, "actionId");
  if (reference_id == NULL && action_id == NULL) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, "An action has no id");
    return NULL;
  }
  action = kz_action_new (KZ_ACTION_UNKNOWN, NULL, group_id);
  action->reference_id = g_steal_pointer (&reference_id);
  action->action_id = g_steal_pointer (&action_id);
  action->source_group_id = kz_json_dup_id (json, "sourceGroupId");
  action->sender = read_sender (json);
  action->sent_us = kz_json_opt_time_us (json, "sentAt");
  if (action->sent_us == 0)
    action->sent_us = kz_json_opt_time_us (json, "creationTime");
  kz_action_read_kind (action, json, NULL);
  kz_action_read_body (action, body);
  return action;
}

KzAction *
kz_action_parse_details (const KzJson *root, const char *group_id, const char *action_id)
{
  const KzJson *json = kz_details_unwrap (root, action_id);
  KzAction *action = kz_action_parse (json, group_id, NULL);

  if (action == NULL) {
    action = kz_action_new (KZ_ACTION_UNKNOWN, NULL, group_id);
    action->sender = read_sender (json);
    kz_action_read_kind (action, json, NULL);
    kz_action_read_body (action, body_of (json));
  }
  /* Who asked knows it by this one. */
  g_free (action->action_id);
  action->action_id = g_strdup (action_id);
  return action;
}

KzAction *
kz_action_parse_delivery (const KzJson *data,
                          KzActionKind kind,
                          const char *event_id,
                          const char *group_id,
                          KzPerson *sender)
{
  KzAction *action = kz_action_new (kind, NULL, group_id);

  action->action_id = kz_json_dup_id (data, "actionId");
  action->reference_id = kz_json_dup_id (data, "referenceId");
  /* Inferred, API §19: the event of a message is named by the message. */
  if (action->reference_id == NULL && event_id != NULL && *event_id != '\0' &&
      g_strcmp0 (event_id, action->action_id) != 0)
    action->reference_id = g_strdup (event_id);
  action->source_group_id = kz_json_dup_id (data, "sourceGroupId");
  action->sender = sender != NULL ? kz_person_ref (sender) : NULL;
  kz_action_read_kind (action, data, NULL);
  kz_action_read_body (action, data);
  /* Inferred, API §19: what was never documented may have the body nested as lists have it. */
  if (body_of (data) != data)
    kz_action_read_body (action, body_of (data));
  return action;
}

GStrv
kz_action_identities (const KzAction *action)
{
  GStrv ids = g_new (char *, action->media->len + 3);
  guint n = 0;

  if (action->reference_id != NULL)
    ids[n++] = g_strconcat ("r:", action->reference_id, NULL);
  if (action->action_id != NULL)
    ids[n++] = g_strconcat ("a:", action->action_id, NULL);
  for (guint i = 0; i < action->media->len; i++) {
    const KzMediaRef *ref = g_ptr_array_index (action->media, i);
    g_autofree char *identity = kz_media_ref_identity (ref->url);

    ids[n++] = g_strconcat ("m:", identity, NULL);
  }
  ids[n] = NULL;
  return ids;
}
