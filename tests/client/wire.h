/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server that does to the letter what a test tells it, down to the single byte: a real HTTP
 * server would be too well-behaved. Runs in the default main context, on a port of 127.0.0.1. */
typedef struct _Wire Wire;

typedef enum {
  WIRE_KEEP,  /* the next request may come on this connection */
  WIRE_CLOSE, /* orderly */
  WIRE_RESET, /* the hard way */
  WIRE_STALL, /* nothing more, ever */
  WIRE_DRIP,  /* a byte each turn of the loop, for ever */
} WireEnd;

/* What arrived, whole. */
typedef struct {
  char *method;
  char *target;
  char *body;
  GHashTable *headers; /* (element-type utf8 utf8): names in lower case */
} WireRequest;

typedef struct {
  GString *bytes; /* to be sent as they are */
  WireEnd end;
} WireReply;

/* Writes the answer to @request, the @nth one of this server, from 1. */
typedef void (*WireFunc) (const WireRequest *request, guint nth, WireReply *reply, gpointer data);

Wire *wire_new (WireFunc func, gpointer data);
void wire_free (Wire *wire);
const char *wire_url (Wire *wire); /* without slash at the end */
/* From now on connections are reset as soon as they come. */
void wire_reset_on_accept (Wire *wire, gboolean reset);

guint wire_connections (Wire *wire);
guint wire_stalled (Wire *wire); /* connections that stall now */
/* What the first one that stalls says after all; then it is closed. */
void wire_end_stall (Wire *wire, guint status, const char *body);
guint wire_dripped (Wire *wire); /* bytes, on the connection that drips now */
guint wire_seen (Wire *wire);    /* requests */
const WireRequest *wire_request (Wire *wire, guint index);
const char *wire_header (Wire *wire, guint index, const char *name); /* (nullable) */

/* A whole answer. @headers: (nullable): more lines, each with its CRLF. */
void wire_reply (WireReply *reply, guint status, const char *headers, const char *body);
/* A WireFunc that answers 200; @body: points to the body, a const char *. */
void wire_reply_body (const WireRequest *request, guint nth, WireReply *reply, gpointer body);
/* A WireFunc that never answers. */
void wire_reply_stall (const WireRequest *request, guint nth, WireReply *reply, gpointer data);
/* A port on which nobody listens. */
guint16 wire_closed_port (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wire, wire_free)

G_END_DECLS
