/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-engine.h"
#include "kz-host-nick.h"
#include "kz-host.h"

#include <purple.h>

G_BEGIN_DECLS

#define KZ_PRPL_ID "prpl-kaizala"
#define KZ_DEFAULT_API_ROOT "https://api.kaiza.la"
/* The speaker of lines that no person said. */
#define KZ_SPEAKER "Kaizala"

/* Names of account options; with their defaults in kz-plugin.c. A host may not store a value that
 * equals the default, so each is read with the same default. */
#define KZ_OPTION_CONNECTOR_ID "connector_id"
#define KZ_OPTION_CONNECTOR_SECRET "connector_secret"
#define KZ_OPTION_API_ROOT "api_root"
#define KZ_OPTION_WEBHOOK_LISTEN "webhook_listen"
#define KZ_OPTION_WEBHOOK_URL "webhook_url"
#define KZ_OPTION_TOKEN_FILE "token_file"
#define KZ_OPTION_OPEN_ROOMS "open_rooms"
#define KZ_OPTION_BUDDIES "buddies"
#define KZ_OPTION_BUDDY_LIMIT "buddy_limit"
#define KZ_OPTION_PACKAGES "packages"
#define KZ_OPTION_REDIRECT_URL "redirect_url"
#define KZ_DEFAULT_WEBHOOK_LISTEN "127.0.0.1:0"
#define KZ_OPEN_ROOMS_ALL "all"
#define KZ_OPEN_ROOMS_JOINED "joined"
#define KZ_BUDDIES_NONE "none"
#define KZ_BUDDIES_SMALL "small"
#define KZ_BUDDIES_EVERYONE "everyone"

typedef enum {
  KZ_SIGN_IN_ASK, /* nobody said yet */
  KZ_SIGN_IN_PIN,
  KZ_SIGN_IN_BROWSER,
} KzSignIn;

typedef struct _KzRooms KzRooms;
typedef struct _KzBlist KzBlist;
typedef struct _KzPeople KzPeople;
typedef struct _KzLines KzLines;
typedef struct _KzXfers KzXfers;

/**
 * KzSession:
 * @gc: (unowned): the connection; its proto_data is this value. NULL after sign-off
 * @account: (unowned)
 * @engine: (owned) (nullable): not before the token file was read
 * @directory: (unowned) (nullable): the engine's
 * @wizards: (nullable): of kz-purple-wizard.c: what is asked in rooms, by group id
 * @direct: of kz-purple-direct.c: private messages that wait for their group
 * @subscriber_pages: of kz-purple-orders-people.c: where the next page begins, by group id
 * @windows: of kz-purple-forms.c: those that are open
 * @cancellable: of what this layer itself waits for
 * @is_closing: the engine is being stopped: only what becomes of typed lines can still be said
 *
 * One signed-on account. Counted: an answer of the engine that comes after the sign-off finds a
 * value whose @is_closed is set, and does nothing.
 */
typedef struct {
  PurpleConnection *gc;
  PurpleAccount *account;
  KzHost host;
  KzNickMaker *nick_maker;
  KzClock *clock;
  KzEngine *engine;
  KzDirectory *directory;
  KzRooms *rooms;
  KzLines *lines;
  KzBlist *blist;
  KzPeople *people;
  KzXfers *xfers; /* (nullable): NULL after sign-off */
  guint token_looks; /* of kz-purple-token-saved.c: how often it still looks */
  PurpleRoomlist *roomlist;
  GHashTable *avatars;        /* (element-type utf8): of kz-purple-avatars.c: those asked for */
  GHashTable *group_pictures; /* kz_icons_new_fetched() */
  gboolean has_told_wait; /* of a sign-on that has to wait */
  GHashTable *unresolved;     /* (element-type gint64): sends that may not have arrived */
  GQueue errands;             /* of kz-purple-errand.c: those under way */
  GHashTable *wizards;
  GQueue direct;
  GHashTable *subscriber_pages;
  GHashTable *subscribers_read; /* (element-type utf8): groups, see kz-purple-subscribers.h */
  GHashTable *subscriptions; /* (nullable): of kz-purple-direct.c: by phone */
  GHashTable *direct_groups; /* (nullable) (element-type utf8 utf8): id -> name of the other */
  GQueue windows;
  GCancellable *cancellable;
  GTimeZone *zone;
  char *phone;
  char *api_root;
  guint keep_awake;
  gpointer prompt_pointer; /* (nullable): the notice that says where the prompt is */
  guint lost_lines;        /* that could not be read since the last notice of it */
  KzSignIn sign_in;        /* without a token */
  char *redirect_url;      /* (nullable): typed for the browser, not yet kept */
  gboolean holds_token;    /* signing on again costs no SMS */
  gboolean was_pin_sent;   /* in this session */
  gboolean is_connected;
  gboolean has_failed;
  gboolean is_closing;
  gboolean is_closed;
} KzSession;

KzSession *kz_session_ref (KzSession *session);
void kz_session_unref (KzSession *session);
/* (nullable) (transfer none): of a connection that may be NULL or signed off. */
KzSession *kz_session_of (PurpleConnection *gc);
/* The same of an account. */
KzSession *kz_session_of_account (PurpleAccount *account);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzSession, kz_session_unref)

/* prpl callbacks. */
void kz_account_login (PurpleAccount *account);
void kz_account_close (PurpleConnection *gc);
/* Signs off all accounts of @plugin, for it is about to be unloaded. */
void kz_accounts_disconnect (PurplePlugin *plugin);
GList *kz_account_status_types (PurpleAccount *account);
GHashTable *kz_account_text_table (PurpleAccount *account);

/* Ends the connection, once. */
void kz_session_fail (KzSession *session, PurpleConnectionError reason, const char *text);
/* Tells the person something about the account that belongs to no room. Plain text. */
void kz_session_notice (KzSession *session, const char *text);

/* Throttles of the connectors in use, shared by the accounts of this process. Kept by the plugin
 * from load to unload. */
GHashTable *kz_throttles_new (void);
/* (transfer none): the one of this connector, made when it is the first. */
KzThrottle *
kz_throttles_get (GHashTable *throttles, const char *api_root, const char *connector_id);

/* What the plugin keeps from load to unload, in PurplePlugin.extra. */
typedef struct {
  GHashTable *throttles;
  GArray *commands; /* (element-type PurpleCmdId) */
  PurpleAccount *signs_in_anew; /* (nullable) (unowned): while its sign-on begins */
  KzSignIn sign_in;             /* of that one */
} KzPluginState;

G_END_DECLS
