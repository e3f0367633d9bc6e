/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-api.h"
#include "kz-store.h"

G_BEGIN_DECLS

/* A webhook per group on every event type: created, verified, healed, moved when the callback URL
 * changed. Only webhooks of our own installation (context) are ever touched. */
#define KZ_TYPE_WEBHOOK_SUBSCRIPTIONS (kz_webhook_subscriptions_get_type ())
G_DECLARE_FINAL_TYPE (KzWebhookSubscriptions, kz_webhook_subscriptions, KZ, WEBHOOK_SUBSCRIPTIONS,
                      GObject)

/* The health of a group's webhook changed. @refusal: (nullable): the server's words when it will
 * not have one. */
typedef void (*KzHookFunc) (const char *group_id, gboolean works, const GError *refusal,
                            gpointer data);

/* @callback_url: whole, with the random last segment. */
KzWebhookSubscriptions *kz_webhook_subscriptions_new (KzHttp *http, KzStore *store, KzClock *clock,
                                                      const char *callback_url,
                                                      KzHookFunc func, gpointer data);
/* Wants a webhook in that group; @first: before the others (open rooms). A known one is trusted at
 * once (@func is called from within) and verified in the background; unknown: GET list, then PUT
 * or POST. Again for the same group: only @first may change. One call at a time, in the upkeep
 * lane. */
void kz_webhook_subscriptions_add (KzWebhookSubscriptions *self, const char *group_id,
                                   gboolean first);
void kz_webhook_subscriptions_remove (KzWebhookSubscriptions *self, const char *group_id);
gboolean kz_webhook_subscriptions_works (KzWebhookSubscriptions *self, const char *group_id);
/* The service will not have one. */
gboolean kz_webhook_subscriptions_is_refused (KzWebhookSubscriptions *self, const char *group_id);
/* Somebody asks for it: every one is looked at now, one after the other, and mended. */
void kz_webhook_subscriptions_look_now (KzWebhookSubscriptions *self);
/* Groups wanted whose webhook does not work (yet). */
guint kz_webhook_subscriptions_deaf (KzWebhookSubscriptions *self);
/* A delivery came for the group: its webhook lives. */
void kz_webhook_subscriptions_heard (KzWebhookSubscriptions *self, const char *group_id);
/* Polls bring news of a group that its webhook should have told: it is looked at soon. When that
 * finds nothing wrong twice, and still nothing is heard, it counts as not working. */
void kz_webhook_subscriptions_doubt (KzWebhookSubscriptions *self, const char *group_id);
void kz_webhook_subscriptions_stop (KzWebhookSubscriptions *self);

/* (transfer full): the context of our webhooks: installation id and account. */
char *kz_webhook_context (KzStore *store, const char *phone);

G_END_DECLS
