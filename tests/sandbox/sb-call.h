/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request and its answer. */
#pragma once

#include "sb-server.h"
#include "sb-tokens.h"

G_BEGIN_DECLS

typedef struct _SbCall SbCall;
typedef struct _SbFault SbFault;

/* What the router checks before the handler runs; each is the first check that fails, in this
 * order: fault, token (401), throttle (429), scope (403), group (404, 403), body (400). */
typedef enum {
  SB_ROUTE_NO_TOKEN = 1 << 0, /* an auth call, open to anyone */
  SB_ROUTE_BODY = 1 << 1,     /* a JSON object is needed */
  SB_ROUTE_GROUP = 1 << 2,    /* the first parameter is a group that the caller may read */
  SB_ROUTE_RAW = 1 << 3,      /* the body is no JSON: the handler reads it */
} SbRouteFlags;

typedef struct {
  const char *method;
  const char *pattern; /* below the root and without /v1: "groups/{groupId}/members" */
  const char *scope;   /* (nullable): "area.right"; "area.*" for any right of the area */
  SbRouteFlags flags;
  void (*handler) (SbCall *call);
} SbRoute;

struct _SbCall {
  SbSandbox *sandbox; /* (unowned) */
  SoupServerMessage *msg;
  const char *method;
  GStrv segments;    /* decoded; without base, /v1 and a trailing slash */
  char *path;        /* the same in one: "/groups/…" */
  GHashTable *query; /* (element-type utf8 utf8): keys in lower case */
  JsonNode *root;    /* (nullable): the parsed body */
  JsonObject *body;  /* (unowned) (nullable): when it is an object */
  const SbRoute *route;
  char *endpoint; /* e.g. "GET /groups/{groupId}" */
  const char *params[4]; /* (unowned): what the pattern's {…} matched */
  SbToken *token;        /* (unowned) (nullable) */
  SbUser *user;          /* (unowned) (nullable): the token's */
  SbGroup *group;        /* (unowned) (nullable): the path's */
  guint status;
  char *content_type;
  GBytes *answer;
  SbFault *fault;    /* (owned) (nullable): what goes wrong with the answer */
  gboolean deferred; /* the handler will call sb_call_finish () itself, later */
  gboolean paused;
  gboolean gone; /* the client went away */
};

SbCall *sb_call_new (SbSandbox *sandbox, SoupServerMessage *msg);
void sb_call_free (SbCall *call);

/** Answers 200; takes @object. */
void sb_call_ok (SbCall *call, JsonObject *object);

/** Answers @status and @node (transfer full). */
void sb_call_json (SbCall *call, guint status, JsonNode *node);
void sb_call_bytes (SbCall *call, guint status, const char *content_type, GBytes *bytes);
void sb_call_header (SbCall *call, const char *name, const char *value);

/** Answers the documented error body (API §4). */
void sb_call_fail (SbCall *call, guint status, const char *code, const char *message);
void sb_call_invalid (SbCall *call, const char *message); /* 400 InvalidParameters */
void sb_call_forbidden (SbCall *call, const char *message);
void sb_call_not_found (SbCall *call, const char *message);

/** {"result":"true"}, or true without quotes by switch (API §23.6). */
void sb_call_result (SbCall *call, gboolean result);

/** The answer where none is documented: a result, or {} by switch. */
void sb_call_done (SbCall *call);

/** (nullable): a query value, key in any case. */
const char *sb_call_query (SbCall *call, const char *name);
gboolean sb_call_query_bool (SbCall *call, const char *name);

/** (nullable): a header. */
const char *sb_call_get_header (SbCall *call, const char *name);

/** The caller's role in the path's group; a group token has an admin's rights (API §2.1). */
SbRole sb_call_role (SbCall *call);

/** %FALSE, with 403 in place, when the caller is not an admin of the path's group. */
gboolean sb_call_needs_admin (SbCall *call);

/**
 * sb_call_note:
 * @kind: what was written: "message", "group", "webhook"…
 * @reference_id: (nullable): of what was made or changed, when it has one
 * @details: (transfer full): more members, the ids above all
 *
 * Keeps that the call wrote something, with its method, its path and its body as they came; the
 * control API shows it. Group and sender are the call's own.
 */
void sb_call_note (SbCall *call, const char *kind, const char *reference_id, JsonObject *details);

/** Holds the answer back until sb_call_finish (). */
void sb_call_defer (SbCall *call);

/** Sends the answer, as its fault allows, and frees the call. */
void sb_call_finish (SbCall *call);

G_END_DECLS
