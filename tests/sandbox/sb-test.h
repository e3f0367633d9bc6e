/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sandbox's own tests share: a known world, a client, a callback receiver. */
#pragma once

#include <libsoup/soup.h>

#include "sandbox.h"

G_BEGIN_DECLS

typedef struct {
  SbSandbox *sandbox;
  SoupSession *session;
  GHashTable *names; /* (element-type utf8 utf8): what {name} stands for */
  SoupServer *receiver;
  char *receiver_url;
  gboolean validation_fails;     /* the receiver answers the handshake wrongly */
  gboolean validation_hangs;     /* or not at all */
  gboolean delivery_hangs;       /* it takes deliveries and never answers */
  guint receiver_status;         /* what it answers to deliveries; 0 means 200 */
  GPtrArray *deliveries;         /* (element-type JsonNode) */
  GPtrArray *callback_tokens;    /* (element-type utf8): the header of each delivery */
  GPtrArray *validation_queries; /* (element-type utf8) */
  GPtrArray *held;               /* (element-type SoupServerMessage): never answered */
} Sbt;

typedef struct {
  guint status;   /* 0: no answer */
  JsonNode *json; /* (nullable) */
  char *text;
  SoupMessageHeaders *headers;
} SbtReply;

/** Starts a sandbox with the tests' world; @switches: (nullable) NULL-terminated. */
Sbt *sbt_new (const char *const *switches);
Sbt *sbt_new_with (const SbOptions *options);
void sbt_free (Sbt *sbt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sbt, sbt_free)

void sbt_reply_free (SbtReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbtReply, sbt_reply_free)

/** Replaces {name} by its value. */
char *sbt_expand (Sbt *sbt, const char *text);
const char *sbt_name (Sbt *sbt, const char *name);

/**
 * sbt_call:
 * @headers: (nullable): "Name: value" lines; @body: (nullable)
 *
 * One request, with {name} replaced everywhere; ends at the latest after ten seconds.
 */
SbtReply *
sbt_call (Sbt *sbt, const char *method, const char *path, const char *headers, const char *body);

/** The same with the access token of a person of the world. */
SbtReply *
sbt_as (Sbt *sbt, const char *person, const char *method, const char *path, const char *body);

/** A control call that must succeed. (transfer full) */
JsonObject *sbt_control (Sbt *sbt, const char *method, const char *path, const char *body);

/** Registers a webhook of @person for {flat} at the receiver; must succeed. (transfer full) */
char *sbt_register (Sbt *sbt, const char *person, const char *extra);

/** Runs the main context until @check holds; fails the test after five seconds. */
void sbt_wait (Sbt *sbt, gboolean (*check) (Sbt *sbt, gpointer data), gpointer data);
void sbt_wait_deliveries (Sbt *sbt, guint count);

/** Runs the main context for what is already on its way; true when nothing more was delivered. */
void sbt_settle (Sbt *sbt);

/** {pin} becomes the PIN that the next SMS to the first person says. */
void sbt_put_pin (Sbt *sbt);

/* Shorthands into an answer. */
JsonObject *sbt_object (SbtReply *reply);
const char *sbt_string (JsonObject *object, const char *name);

G_END_DECLS
