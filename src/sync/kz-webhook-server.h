/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-clock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The receiver of deliveries (API §18): own GSocketService, at most 32 connections, 10 s each, body
 * cut at 1 MiB while it arrives. When all places are taken, the oldest that has not shown the token
 * gives way. Answers the validation handshake within the turn. Looks at the last path segment only,
 * so that a relay may put anything before it. */
#define KZ_TYPE_WEBHOOK_SERVER (kz_webhook_server_get_type ())
G_DECLARE_FINAL_TYPE (KzWebhookServer, kz_webhook_server, KZ, WEBHOOK_SERVER, GObject)

/* One authentic delivery. TRUE: accepted, 200; FALSE: 503, the service comes again. */
typedef gboolean (*KzWebhookFunc) (const char *body, gsize length, gpointer data);

KzWebhookServer *kz_webhook_server_new (KzClock *clock, const char *segment, const char *token,
                                        KzWebhookFunc func, gpointer data);

/**
 * kz_webhook_server_listen:
 * @listen: "127.0.0.1:0", "9000", "[::1]:9000" or "unix:/path"
 * @preferred_port: with port 0: asked for first; 0: none
 *
 * Returns: FALSE when nothing can be bound (KZ_ERROR_INVALID for a bad address); not fatal
 */
gboolean kz_webhook_server_listen (KzWebhookServer *self, const char *listen, guint preferred_port,
                                   GError **error);
guint kz_webhook_server_port (KzWebhookServer *self); /* 0 for a unix socket */
/* (transfer full): "http://127.0.0.1:PORT/SEGMENT"; NULL for a unix socket. */
char *kz_webhook_server_local_url (KzWebhookServer *self);
guint kz_webhook_server_connections (KzWebhookServer *self);
/* Closes everything; no callback after it. */
void kz_webhook_server_stop (KzWebhookServer *self);

G_END_DECLS
