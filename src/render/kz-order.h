/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-command.h"
#include "kz-draft.h"

G_BEGIN_DECLS

/* A file that an order needs at the service before it can be carried out. */
typedef struct {
  char *source; /* an https address, or a path of this machine */
  int question; /* index of the answer that it belongs to; -1: of the action itself */
} KzOrderMedia;

/**
 * KzOrder:
 * @handle: (nullable): of the action that it is about
 * @draft: (nullable): what is made
 * @response: (nullable): what is answered
 * @group: (nullable): the group that is made
 * @people: (element-type KzPerson): whom it is about; never NULL
 * @properties: (element-type KzProperty): never NULL
 * @media: (element-type KzOrderMedia): never NULL
 * @text: (nullable): reply, message, reason
 * @group_id: (nullable): another group that it is about
 * @choice: (nullable): one of the words that the field offered, untranslated
 *
 * One thing that a person wants done, whichever way they said it: checked, and not yet begun.
 */
typedef struct {
  KzVerb verb;
  char *handle;
  KzActionDraft *draft;
  KzResponseDraft *response;
  KzGroupDraft *group;
  GPtrArray *people;
  GPtrArray *properties;
  GPtrArray *media;
  char *text;
  char *group_id;
  char *choice;
} KzOrder;

KzOrder *kz_order_new (KzVerb verb, const char *handle);
void kz_order_free (KzOrder *order);
void kz_order_add_media (KzOrder *order, const char *source, int question);
/* (transfer full): NULL-terminated phones of the people; those without are left out. */
GStrv kz_order_phones (const KzOrder *order);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzOrder, kz_order_free)

G_END_DECLS
