/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A TCP proxy in the default main context, which does to one kind of request what no HTTP server
 * can: it does not understand more than a request's first line. */
typedef struct _Proxy Proxy;

typedef enum {
  PROXY_PASS,
  PROXY_RESET_INSIDE, /* after a half of the request's first piece */
  PROXY_DRIP,         /* the answer comes by the byte, for longer than anybody waits */
  PROXY_HOLD,         /* the answer is kept until proxy_release() */
  PROXY_SWALLOW,      /* the request, and whatever comes on that connection: nobody hears of an end */
  /* These meet every request, and what was open is reset. */
  PROXY_REFUSE,      /* nobody listens */
  PROXY_RESET_FIRST, /* whoever connects is reset before a byte is read */
  PROXY_NO_NAME,     /* its name leads nowhere */
  PROXY_EXPIRED,     /* its certificate was good once, */
  PROXY_OTHER_HOST,  /* is that of somebody else, */
  PROXY_SELF_SIGNED, /* or nobody vouches for it */
} ProxyMode;

Proxy *proxy_new (guint16 target_port);
/* The same with TLS, as localhost or as PROXY_NAME. NULL: this machine has none. */
Proxy *proxy_new_secure (guint16 target_port, const char *name);
/* Leads here as long as PROXY_NO_NAME does not say otherwise; no other name leads anywhere. */
#define PROXY_NAME "elsewhere.invalid"
void proxy_free (Proxy *proxy);
guint16 proxy_port (const Proxy *proxy);
gboolean proxy_mode_is_of_host (ProxyMode mode);
/* @request: a glob on "METHOD target"; @times: 0 for ever. Not asked of what meets every request. */
void proxy_set_mode (Proxy *proxy, ProxyMode mode, const char *request, guint times);
/* How often it met something since. */
guint proxy_hits (const Proxy *proxy);
/* Who hears of each of them. */
void proxy_set_hit_func (Proxy *proxy, void (*func) (gpointer data), gpointer data);
/* Who hears of each connection that is begun to it, or each name that is looked for, in a mode that meets
 * every request: at that moment nothing has come back of it. */
void proxy_set_begun_func (Proxy *proxy, void (*func) (gpointer data), gpointer data);
/* What is connected now leads nowhere from here on, as after a suspend: what comes is swallowed, and
 * nobody hears of an end. New connections are good. */
void proxy_freeze (Proxy *proxy);
/* What was kept goes on. */
void proxy_release (Proxy *proxy);

G_END_DECLS
