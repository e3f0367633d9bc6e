/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-api.h"

G_BEGIN_DECLS

/**
 * KzWebhookOwn:
 * @context, @token: of this installation and account
 * @url: the callback as it is now
 * @known_id: (nullable): the webhook that the store remembers
 *
 * By what a group's webhook is told to be ours. Borrowed.
 */
typedef struct {
  const char *group_id;
  const char *context;
  const char *token;
  const char *url;
  const char *known_id;
} KzWebhookOwn;

/**
 * kz_webhook_choose:
 * @webhooks: (element-type KzWebhook): the group's listing
 * @extra: (element-type utf8): gets the ids of further ones of ours, to be deleted
 *
 * Other devices, programs and people have webhooks on the same group: those are never touched.
 *
 * Returns: (nullable) (transfer none): the one of ours to keep
 */
const KzWebhook *kz_webhook_choose (const KzWebhookOwn *own, GPtrArray *webhooks, GPtrArray *extra);

/* Whether it is on, for all events that we want, and calls us as we are now. */
gboolean kz_webhook_is_good (const KzWebhookOwn *own, const KzWebhook *webhook);

/* The service will not have it, as opposed to trouble that passes. */
gboolean kz_webhook_is_refusal (const GError *error);
/* @delay_us and up to a quarter more: jitter keeps fifty clients of one host from coming back in
 * step. */
gint64 kz_webhook_spread (gint64 delay_us);

G_END_DECLS
