/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one world that all connectors and people of a sandbox see. It owns everything below; whoever
 * holds a pointer holds it only within one turn of the main loop, or as long as nothing is removed
 * (people, groups and items never are).
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _SbGroup SbGroup;

typedef struct {
  char *id;
  char *key; /* (nullable): the scenario's own name for the person */
  char *phone;
  char *name;
  char *pic; /* profile picture, may be "" */
  gboolean provisioned;
  gboolean sign_in; /* stands in the ready line */
  gboolean tenant_admin;
  char *pin; /* (nullable): what the next SMS says */
  gboolean pin_sent;
  gint64 pin_sent_ms;
  guint pin_tries;
  GArray *pin_days; /* (element-type gint64): when SMS were asked for */
  char *sms;        /* (nullable): the last one */
} SbUser;

typedef enum {
  SB_ROLE_NONE,
  SB_ROLE_SUBSCRIBER,
  SB_ROLE_MEMBER,
  SB_ROLE_ADMIN,
} SbRole;

typedef struct {
  SbUser *user; /* (unowned) */
  SbRole role;
} SbMember;

struct _SbGroup {
  char *id;
  char *key; /* (nullable) */
  char *name;
  char *welcome;
  char *image_url;
  gboolean connect;       /* a ConnectGroup: public, with subscribers */
  gboolean tenant;        /* mapped to the organisation */
  SbUser *creator;        /* (unowned) (nullable) */
  GPtrArray *members;     /* (element-type SbMember) */
  GPtrArray *subscribers; /* (element-type SbUser) (unowned elements) */
  GPtrArray *parents;     /* (element-type SbGroup) (unowned elements) */
  GPtrArray *children;    /* (element-type SbGroup) (unowned elements) */
  GPtrArray *items;       /* (element-type SbItem): oldest first */
};

typedef struct {
  char *id;
  SbUser *user; /* (unowned) */
  gboolean anonymous;
  gboolean completed;
  JsonArray *answers; /* (nullable): as they were posted */
  gint64 time_ms;
} SbResponse;

typedef struct {
  char *id;
  SbUser *user; /* (unowned) */
  gboolean like;
  char *comment; /* (nullable) */
  gint64 time_ms;
} SbReaction;

typedef struct {
  char *path_id; /* the name in the download path */
  char *sig;     /* what makes the link self-authenticating */
  char *name;
  char *mime;
  char *extension; /* with the dot */
  char *url;       /* (nullable): elsewhere, from POST media/url */
  GBytes *bytes;   /* (nullable): when it is elsewhere */
  guint downloads;
} SbFile;

typedef struct {
  char *resource;   /* the opaque mediaResource */
  const char *kind; /* "Image", "Audio", "Document" or "Video" */
  GPtrArray *files; /* (element-type SbFile) */
} SbMedia;

/* A message or an action in a group's timeline. */
typedef struct {
  char *reference_id;
  char *action_id; /* (nullable): texts have none */
  char *event_id;
  const char
      *type; /* "Text", "Image", "Job"… as the API writes it; "Package" with the next field */
  char *package_id; /* (nullable) */
  SbGroup *group;   /* (unowned) */
  SbUser *sender;   /* (unowned) */
  gint64 sent_ms;
  char *text;           /* (nullable): the text, or the caption */
  JsonObject *body;     /* the details under their official names */
  SbMedia *media;       /* (unowned) (nullable) */
  GPtrArray *assignees; /* (element-type SbUser) (unowned elements) */
  gint64 due_ms;        /* due, expiry or start; 0 for none */
  gboolean to_all;      /* ConnectGroup: every subscriber sees it */
  GPtrArray *targets;   /* (element-type SbUser) (unowned elements): these subscribers see it */
  char *reply_to;       /* (nullable) */
  GPtrArray *responses; /* (element-type SbResponse) */
  GPtrArray *reactions; /* (element-type SbReaction) */
} SbItem;

typedef struct {
  char *id;
  char *secret;
  char *name;
  char *redirect_url; /* (nullable) */
  GHashTable *scopes; /* (element-type utf8): a set */
} SbConnector;

typedef struct {
  GRand *rand; /* (unowned) */
  GPtrArray *users;
  GPtrArray *groups;
  GPtrArray *connectors;
  GPtrArray *media;
  char *tenant_id;
  guint media_downloads;
  guint media_token_headers; /* downloads that carried an access token: they never should */
} SbWorld;

SbWorld *sb_world_new (GRand *rand);
void sb_world_free (SbWorld *world);

/** Digits with one leading +; %NULL when it is no phone number. (transfer full) */
char *sb_phone_normalise (const char *text);

SbUser *sb_world_add_user (SbWorld *world, char *id, const char *phone, const char *name);
SbGroup *sb_world_add_group (SbWorld *world, char *id, const char *name, gboolean connect);
SbConnector *sb_world_add_connector (
    SbWorld *world, const char *id, const char *secret, const char *name, const char *scopes);
SbMedia *sb_world_add_media (SbWorld *world, const char *kind);
SbFile *sb_media_add_file (
    SbWorld *world, SbMedia *media, const char *name, const char *mime, GBytes *bytes);

/* All of these: (nullable) (transfer none). "Person" and "any group" take a key, a name or an id.
 */
SbUser *sb_world_user_by_phone (SbWorld *world, const char *phone);
SbUser *sb_world_user_by_id (SbWorld *world, const char *id);
SbUser *sb_world_person (SbWorld *world, const char *text);
SbGroup *sb_world_group (SbWorld *world, const char *id);
SbGroup *sb_world_any_group (SbWorld *world, const char *text);
SbConnector *sb_world_connector (SbWorld *world, const char *id);
SbMedia *sb_world_media (SbWorld *world, const char *resource);
SbFile *sb_world_file (SbWorld *world, const char *path_id);
SbItem *sb_world_item (SbWorld *world, const char *reference_id);
SbItem *sb_world_action (SbWorld *world, const char *action_id);

/** Everything that the portal can grant, comma-separated (API §3). */
const char *sb_all_scopes (void);

SbItem *sb_item_new (SbGroup *group, SbUser *sender, const char *type);
void sb_item_free (SbItem *item);
gboolean sb_item_is_text (SbItem *item);

void sb_group_set_role (SbGroup *group, SbUser *user, SbRole role);
gboolean sb_group_remove_member (SbGroup *group, SbUser *user);
void sb_group_attach (SbGroup *parent, SbGroup *child);
gboolean sb_group_detach (SbGroup *parent, SbGroup *child);

const char *sb_role_name (SbRole role);

/** %FALSE when @text names no role. */
gboolean sb_role_parse (const char *text, SbRole *role);

G_END_DECLS
