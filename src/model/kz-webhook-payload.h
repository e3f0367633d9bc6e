/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-message.h"

G_BEGIN_DECLS

/* The 17 event types of API §19, and one for anything else. */
typedef enum {
  KZ_DELIVERY_UNKNOWN,
  KZ_DELIVERY_TEXT,
  KZ_DELIVERY_ATTACHMENT,
  KZ_DELIVERY_ANNOUNCEMENT,
  KZ_DELIVERY_ACTION_CREATED,
  KZ_DELIVERY_ACTION_RESPONSE,
  KZ_DELIVERY_SURVEY_CREATED,
  KZ_DELIVERY_SURVEY_RESPONSE,
  KZ_DELIVERY_JOB_CREATED,
  KZ_DELIVERY_JOB_RESPONSE,
  KZ_DELIVERY_POLL_CREATED,
  KZ_DELIVERY_POLL_RESPONSE,
  KZ_DELIVERY_LETS_MEET_CREATED,
  KZ_DELIVERY_LETS_MEET_RESPONSE,
  KZ_DELIVERY_MEMBER_ADDED,
  KZ_DELIVERY_MEMBER_REMOVED,
  KZ_DELIVERY_GROUP_ADDED,
  KZ_DELIVERY_GROUP_REMOVED,
} KzDeliveryKind;

/**
 * KzDelivery:
 * @group_id: the conversation: envelope's groupId, else data's, else objectId for a Group webhook
 * @event_id: (nullable)
 * @sender: (nullable): also NULL for an anonymous response, whatever the envelope says
 *
 * One delivery, read. Exactly the member that fits @kind is set.
 */
typedef struct {
  KzDeliveryKind kind;
  char *kind_raw;
  char *event_id;
  char *subscription_id;
  char *context;
  char *group_id;
  char *source_group_id;
  KzPerson *sender; /* (nullable) */
  KzText *text;
  KzAction *action; /* attachment, announcement, *_CREATED and unknown kinds */
  KzResponse *response;
  KzMembership *membership;
  KzGroup *child; /* GROUP_ADDED, GROUP_REMOVED: (nullable) inferred form, API §19 */
} KzDelivery;

/* KZ_ERROR_MALFORMED for what is no envelope at all: not an object, no eventType, no group. */
KzDelivery *kz_delivery_parse (const char *body, gsize length, GError **error);
void kz_delivery_free (KzDelivery *delivery);

/* "e:<eventType>:<eventId>" and the ids of what is inside; an edited response and one of a job have
 * a digest of what they say behind that, for they may come under the id of the first one. Empty
 * when nothing names the delivery. (transfer full) */
GStrv kz_delivery_identities (const KzDelivery *delivery);

/* The names that a webhook is registered for. NULL-terminated, static. */
const char *const *kz_delivery_event_types (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzDelivery, kz_delivery_free)

G_END_DECLS
