/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-webhook-server.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Shared by the kz-webhook-server*.c files only. */

typedef struct _KzWebhookConnection KzWebhookConnection;

/* kz-webhook-server.c */
gboolean kz_webhook_server_is_path (KzWebhookServer *self, const char *path);
gboolean kz_webhook_server_is_token (KzWebhookServer *self, const char *token);
gboolean kz_webhook_server_deliver (KzWebhookServer *self, const char *body, gsize length);
gboolean kz_webhook_server_is_stopped (KzWebhookServer *self);
/* It has shown path and token: none that comes later takes its place. */
void kz_webhook_server_keep_connection (KzWebhookServer *self, GSocketAddress *identity);
/* We cut it, or the other side sends nothing more. */
gboolean kz_webhook_server_has_gone (KzWebhookServer *self, GSocketAddress *identity);
/* Answers 413 and ends the connection without reading on. */
void kz_webhook_server_refuse_body (KzWebhookServer *self, GSocketAddress *identity);

/* kz-webhook-server-request.c: a SoupServer that listens nowhere and answers for @server. */
SoupServer *kz_webhook_requests_new (KzWebhookServer *server);

/* kz-webhook-server-listen.c */
/* "9000", "127.0.0.1:0", "[::1]:9000". A port alone is one of the loopback address: to be reached
 * from elsewhere is said in so many words ("0.0.0.0:9000"). */
gboolean kz_webhook_listen_parse (const char *text, char **host, guint *port, GError **error);
/* (transfer full): as it stands in a URL; the loopback for "any address". */
char *kz_webhook_listen_local_host (const char *host);
/* Removes what a killed process left there. FALSE: somebody listens, or it is no socket. */
gboolean kz_webhook_listen_check_unix (const char *path, GError **error);
GSocketAddress *kz_webhook_listen_unix_address (const char *path);
void kz_webhook_listen_remove_unix (const char *path);

G_END_DECLS
