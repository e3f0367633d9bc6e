/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Webhooks and their deliveries: API §18. */
#pragma once

#include "sb-events.h"
#include "sb-tokens.h"

G_BEGIN_DECLS

typedef struct {
  char *id;
  SbConnector *connector; /* (unowned) */
  SbUser *owner;          /* (unowned) */
  char *object_id;
  char *object_type; /* "Group", "Action" or "ActionPackage" */
  GStrv events;
  char *url;
  char *token;   /* (nullable) */
  char *context; /* (nullable) */
  gint64 ts_ms;
  gint64 validity_ms;
  gboolean active;
  GQueue *queue; /* (element-type Delivery): waiting for their first try */
  gpointer busy; /* (nullable): the delivery whose first try is under way */
} SbWebhook;

SbWebhooks *sb_webhooks_new (void);
void sb_webhooks_free (SbWebhooks *webhooks);

GPtrArray *sb_webhooks_list (SbSandbox *sandbox); /* (element-type SbWebhook) (transfer none) */
SbWebhook *sb_webhooks_find (SbSandbox *sandbox, const char *id);

/** Adds one that was validated; takes @webhook. */
void sb_webhooks_add (SbSandbox *sandbox, SbWebhook *webhook);
void sb_webhooks_remove (SbSandbox *sandbox, SbWebhook *webhook);
void sb_webhook_free (SbWebhook *webhook);

/** https, or http to this host itself. */
gboolean sb_webhook_url_allowed (const char *url);

typedef void (*SbValidated) (gboolean valid, gpointer data);

/** The GET with validationToken; @done is called later, unless the sandbox ends before. */
void sb_webhooks_validate (SbSandbox *sandbox, const char *url, SbValidated done, gpointer data);

void sb_webhooks_publish (SbSandbox *sandbox, const SbEvent *event);

/** Sends any bytes to a callback, outside of the queue, once. @token: (nullable). */
void
sb_webhooks_send_raw (SbSandbox *sandbox, SbWebhook *webhook, const char *body, const char *token);

/** Switches it off or on; what came due meanwhile is delivered when it is on again. */
void sb_webhooks_set_active (SbSandbox *sandbox, SbWebhook *webhook, gboolean active);

/** While paused, deliveries wait. */
void sb_webhooks_pause (SbSandbox *sandbox, gboolean pause);

/** Delivers again what was delivered; @delivery_id NULL: all. Returns how many. */
guint sb_webhooks_redeliver (SbSandbox *sandbox, const char *delivery_id, gboolean shuffle);

/** Returns: (transfer full): everything about them. */
JsonObject *sb_webhooks_describe (SbSandbox *sandbox);

G_END_DECLS
