/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A TCP proxy in the default main context, which does to one kind of request what no HTTP server
 * can: it does not understand more than a request's first line. */
typedef struct _Proxy Proxy;

typedef enum {
  PROXY_PASS,
  PROXY_REFUSE,       /* nobody listens, and what was open is reset */
  PROXY_RESET_INSIDE, /* after a half of the request's first piece */
  PROXY_DRIP,         /* the answer comes by the byte, for longer than anybody waits */
} ProxyMode;

Proxy *proxy_new (guint16 target_port);
void proxy_free (Proxy *proxy);
guint16 proxy_port (const Proxy *proxy);
/* @request: a glob on "METHOD target"; @times: 0 for ever. Not asked of PROXY_REFUSE. */
void proxy_set_mode (Proxy *proxy, ProxyMode mode, const char *request, guint times);
guint proxy_hits (const Proxy *proxy);
/* What is connected now leads nowhere from here on, as after a suspend: what comes is swallowed, and
 * nobody hears of an end. New connections are good. */
void proxy_freeze (Proxy *proxy);

G_END_DECLS
