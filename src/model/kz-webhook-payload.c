/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-webhook-payload.h"

#include "kz-action-private.h"
#include "kz-error.h"
#include "kz-limits.h"

#include <string.h>

/* The kinds and names of API §19, in the order of KzDeliveryKind. @action_kind: UNKNOWN where
 * the data names it. */
static const struct {
  const char *name;
  KzActionKind action_kind;
} events[] = {
    [KZ_DELIVERY_UNKNOWN] = {NULL, KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_TEXT] = {"TextMessageCreated", KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_ATTACHMENT] = {"AttachmentCreated", KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_ANNOUNCEMENT] = {"Announcement", KZ_ACTION_ANNOUNCEMENT},
    [KZ_DELIVERY_ACTION_CREATED] = {"ActionCreated", KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_ACTION_RESPONSE] = {"ActionResponse", KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_SURVEY_CREATED] = {"SurveyCreated", KZ_ACTION_SURVEY},
    [KZ_DELIVERY_SURVEY_RESPONSE] = {"SurveyResponse", KZ_ACTION_SURVEY},
    [KZ_DELIVERY_JOB_CREATED] = {"JobCreated", KZ_ACTION_JOB},
    [KZ_DELIVERY_JOB_RESPONSE] = {"JobResponse", KZ_ACTION_JOB},
    /* Accepted by the service but never documented: the data of these four is inferred. */
    [KZ_DELIVERY_POLL_CREATED] = {"PollCreated", KZ_ACTION_POLL},
    [KZ_DELIVERY_POLL_RESPONSE] = {"PollResponse", KZ_ACTION_POLL},
    [KZ_DELIVERY_LETS_MEET_CREATED] = {"LetsMeetCreated", KZ_ACTION_LETS_MEET},
    [KZ_DELIVERY_LETS_MEET_RESPONSE] = {"LetsMeetResponse", KZ_ACTION_LETS_MEET},
    [KZ_DELIVERY_MEMBER_ADDED] = {"MemberAdded", KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_MEMBER_REMOVED] = {"MemberRemoved", KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_GROUP_ADDED] = {"GroupAdded", KZ_ACTION_UNKNOWN},
    [KZ_DELIVERY_GROUP_REMOVED] = {"GroupRemoved", KZ_ACTION_UNKNOWN},
};

const char *const *
kz_delivery_event_types (void)
{
  static const char *const names[] = {
      "TextMessageCreated", "AttachmentCreated", "Announcement",
      "ActionCreated",      "ActionResponse",    "SurveyCreated",
      "SurveyResponse",     "JobCreated",        "JobResponse",
      "PollCreated",        "PollResponse",      "LetsMeetCreated",
      "LetsMeetResponse",   "MemberAdded",       "MemberRemoved",
      "GroupAdded",         "GroupRemoved",      NULL,
  };

  return names;
}

static KzDeliveryKind
delivery_kind (const char *event_type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    if (events[i].name != NULL && g_ascii_strcasecmp (events[i].name, event_type) == 0)
      return (KzDeliveryKind) i;
  return KZ_DELIVERY_UNKNOWN;
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, KZ_ERROR, KZ_ERROR_MALFORMED, what);
  return FALSE;
}

/* The conversation. The object of a webhook is a group unless it says otherwise (API §19); for
 * groups that come and go, the id in the data is the other one's. (nullable) */
static char *
read_group_id (KzDeliveryKind kind, const KzJson *root, const KzJson *data)
{
  const char *type = kz_json_opt_string (root, "objectType", "Group");
  gboolean watches_group = g_ascii_strcasecmp (type, "Group") == 0;
  gboolean names_other = kind == KZ_DELIVERY_GROUP_ADDED || kind == KZ_DELIVERY_GROUP_REMOVED;
  char *id = kz_json_dup_id (root, "groupId");

  if (id == NULL && names_other && watches_group)
    id = kz_json_dup_id (root, "objectId");
  if (id == NULL && !names_other)
    id = kz_json_dup_id (data, "groupId");
  if (id == NULL && watches_group)
    id = kz_json_dup_id (root, "objectId");
  return id;
}

static KzPerson *
read_sender (const KzJson *root)
{
  g_autofree char *id = kz_json_dup_id (root, "fromUserId");
  g_autofree char *phone = kz_json_dup_id (root, "fromUser");
  KzPerson *person =
      kz_person_from_wire (id, phone, kz_json_opt_string (root, "fromUserName", NULL),
                           kz_json_opt_string (root, "fromUserProfilePic", NULL));

  if (person != NULL)
    person->is_bot = kz_json_opt_bool (root, "isBotfromUser", FALSE);
  return person;
}

static gboolean
read_text (KzDelivery *delivery, const KzJson *data, GError **error)
{
  g_autofree char *text = kz_json_as_text (kz_json_member (data, "text"));
  g_autofree char *reference_id = kz_json_dup_id (data, "referenceId");

  if (text == NULL)
    text = kz_json_as_text (kz_json_member (data, "message"));
  if (text == NULL || *text == '\0')
    return fail (error, "A text message has no text");
  /* Inferred, API §19: the event of a message is named by the message. */
  if (reference_id == NULL)
    reference_id = g_strdup (delivery->event_id);
  delivery->text = kz_text_new (delivery->group_id, reference_id, delivery->sender, text);
  delivery->text->source_group_id = g_strdup (delivery->source_group_id);
  return TRUE;
}

static void
read_action (KzDelivery *delivery, const KzJson *data)
{
  KzAction *action =
      kz_action_parse_delivery (data, events[delivery->kind].action_kind, delivery->event_id,
                                delivery->group_id, delivery->sender);

  if (action->source_group_id == NULL)
    action->source_group_id = g_strdup (delivery->source_group_id);
  /* Of custom packages only, API §19, even when the id of the package is missing; but not when
   * the delivery names a kind that nobody has heard of. */
  if (delivery->kind == KZ_DELIVERY_ACTION_CREATED && action->kind == KZ_ACTION_UNKNOWN &&
      *action->kind_raw == '\0')
    action->kind = KZ_ACTION_PACKAGE;
  if (*action->kind_raw == '\0') {
    g_free (action->kind_raw);
    action->kind_raw = g_strdup (delivery->kind_raw);
  }
  delivery->action = action;
}

static void
read_response (KzDelivery *delivery, const KzJson *data)
{
  /* The event of a response is named by the response, API §19. */
  KzResponse *response = kz_response_read (data, delivery->group_id, NULL, delivery->event_id,
                                           events[delivery->kind].action_kind);

  if (response->kind == KZ_ACTION_UNKNOWN)
    response->kind = KZ_ACTION_PACKAGE;
  if (response->is_anonymous)
    g_clear_pointer (&delivery->sender, kz_person_unref);
  else if (response->responder == NULL && delivery->sender != NULL)
    response->responder = kz_person_ref (delivery->sender);
  delivery->response = response;
}

static gboolean
read_membership (KzDelivery *delivery, const KzJson *data, GError **error)
{
  g_autofree char *id = kz_json_dup_id (data, "memberId");
  g_autofree char *phone = kz_json_dup_id (data, "member");
  g_autofree char *role = kz_json_dup_id (data, "type");
  g_autoptr (KzMember) member = NULL;
  g_autoptr (KzPerson) person =
      kz_person_from_wire (id, phone, kz_json_opt_string (data, "memberName", NULL),
                           kz_json_opt_string (data, "memberProfilePic", NULL));

  if (person == NULL)
    return fail (error, "A membership names nobody");
  member = kz_member_new (person, kz_role_parse (role), TRUE);
  kz_member_set_role_raw (member, role);
  delivery->membership = kz_membership_new (delivery->group_id, member, delivery->sender,
                                            delivery->kind == KZ_DELIVERY_MEMBER_ADDED);
  return TRUE;
}

/* Inferred, API §19: whoever gets this reads the tree of groups again in any case. */
static void
read_child (KzDelivery *delivery, const KzJson *data)
{
  g_autoptr (KzGroup) group = kz_group_parse (data, NULL);

  if (group != NULL && g_strcmp0 (group->id, delivery->group_id) != 0)
    delivery->child = g_steal_pointer (&group);
}

static gboolean
read_data (KzDelivery *delivery, const KzJson *data, GError **error)
{
  switch (delivery->kind) {
  case KZ_DELIVERY_TEXT:
    return read_text (delivery, data, error);
  case KZ_DELIVERY_ACTION_RESPONSE:
  case KZ_DELIVERY_SURVEY_RESPONSE:
  case KZ_DELIVERY_JOB_RESPONSE:
  case KZ_DELIVERY_POLL_RESPONSE:
  case KZ_DELIVERY_LETS_MEET_RESPONSE:
    read_response (delivery, data);
    return TRUE;
  case KZ_DELIVERY_MEMBER_ADDED:
  case KZ_DELIVERY_MEMBER_REMOVED:
    return read_membership (delivery, data, error);
  case KZ_DELIVERY_GROUP_ADDED:
  case KZ_DELIVERY_GROUP_REMOVED:
    read_child (delivery, data);
    return TRUE;
  case KZ_DELIVERY_UNKNOWN:
  case KZ_DELIVERY_ATTACHMENT:
  case KZ_DELIVERY_ANNOUNCEMENT:
  case KZ_DELIVERY_ACTION_CREATED:
  case KZ_DELIVERY_SURVEY_CREATED:
  case KZ_DELIVERY_JOB_CREATED:
  case KZ_DELIVERY_POLL_CREATED:
  case KZ_DELIVERY_LETS_MEET_CREATED:
  default:
    read_action (delivery, data);
    return TRUE;
  }
}

KzDelivery *
kz_delivery_parse (const char *body, gsize length, GError **error)
{
  const KzJsonLimits limits = {KZ_WEBHOOK_MAX_BYTES, KZ_JSON_MAX_DEPTH};
  g_autoptr (KzJson) root = kz_json_parse (body, length, &limits, error);
  g_autoptr (KzDelivery) delivery = NULL;
  const char *event_type;
  const KzJson *data;

  if (root == NULL || !kz_json_get_string (root, "eventType", &event_type, error))
    return NULL;
  delivery = g_new0 (KzDelivery, 1);
  delivery->kind = delivery_kind (event_type);
  delivery->kind_raw = g_strdup (event_type);
  data = kz_json_opt_body (root, "data");
  delivery->group_id = read_group_id (delivery->kind, root, data);
  if (delivery->group_id == NULL) {
    fail (error, "A delivery names no group");
    return NULL;
  }
  delivery->event_id = kz_json_dup_id (root, "eventId");
  delivery->subscription_id = kz_json_dup_id (root, "subscriptionId");
  delivery->context = g_strdup (kz_json_opt_string (root, "context", NULL));
  delivery->source_group_id = kz_json_dup_id (root, "sourceGroupId");
  if (delivery->source_group_id == NULL)
    delivery->source_group_id = kz_json_dup_id (data, "sourceGroupId");
  delivery->sender = read_sender (root);
  if (!read_data (delivery, data, error))
    return NULL;
  return g_steal_pointer (&delivery);
}

void
kz_delivery_free (KzDelivery *delivery)
{
  if (delivery == NULL)
    return;
  g_free (delivery->kind_raw);
  g_free (delivery->event_id);
  g_free (delivery->subscription_id);
  g_free (delivery->context);
  g_free (delivery->group_id);
  g_free (delivery->source_group_id);
  kz_person_unref (delivery->sender);
  kz_text_unref (delivery->text);
  kz_action_unref (delivery->action);
  kz_response_unref (delivery->response);
  kz_membership_unref (delivery->membership);
  kz_group_unref (delivery->child);
  g_free (delivery);
}

/* An edited response may come under the id of the first one. What it says tells the two apart,
 * and two deliveries of one edit are still the same. */
static char *
response_version (const KzResponse *response)
{
  g_autoptr (GChecksum) checksum = NULL;

  if (!response->is_update && response->is_completed == KZ_TRI_UNKNOWN)
    return g_strdup ("");
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < response->answers->len; i++) {
    const char *answer = g_ptr_array_index (response->answers, i);

    /* With the final NUL, so that the answers do not run together. */
    g_checksum_update (checksum, (const guchar *) answer, (gssize) strlen (answer) + 1);
  }
  return g_strdup_printf (":%d:%.16s", (int) response->is_completed,
                          g_checksum_get_string (checksum));
}

GStrv
kz_delivery_identities (const KzDelivery *delivery)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (delivery->event_id != NULL) {
    g_autofree char *version =
        delivery->response != NULL ? response_version (delivery->response) : g_strdup ("");
    g_autofree char *id =
        g_strconcat ("e:", delivery->kind_raw, ":", delivery->event_id, version, NULL);

    g_strv_builder_add (builder, id);
  }
  if (delivery->text != NULL && delivery->text->reference_id != NULL) {
    g_autofree char *id = g_strconcat ("r:", delivery->text->reference_id, NULL);

    g_strv_builder_add (builder, id);
  }
  if (delivery->action != NULL) {
    g_auto (GStrv) inner = kz_action_identities (delivery->action);

    g_strv_builder_addv (builder, (const char **) inner);
  }
  return g_strv_builder_end (builder);
}
