/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-message.h"

G_BEGIN_DECLS

typedef enum {
  KZ_EVENT_GROUP_ADDED,    /* group */
  KZ_EVENT_GROUP_CHANGED,  /* group */
  KZ_EVENT_GROUP_REMOVED,  /* group_id: we are not in it any more */
  KZ_EVENT_MEMBERS_LOADED, /* group_id: the directory has the list */
  KZ_EVENT_MEMBER_ADDED,   /* membership */
  KZ_EVENT_MEMBER_CHANGED, /* membership: role or name */
  KZ_EVENT_MEMBER_REMOVED, /* membership */
  KZ_EVENT_MESSAGE,        /* text */
  KZ_EVENT_ATTACHMENT,     /* action, one of the media kinds */
  KZ_EVENT_ACTION_ADDED,   /* action, handle */
  KZ_EVENT_ACTION_CHANGED, /* action (as known), tally, handle */
  KZ_EVENT_RESPONSE,       /* response, action, tally (how it stands then) (nullable), handle */
  KZ_EVENT_REACTION,       /* reaction, action (nullable), handle */
  KZ_EVENT_SEND_CONFIRMED, /* send_id */
  KZ_EVENT_SEND_FAILED,    /* send_id, error, typed: nothing was sent, or it was refused */
  KZ_EVENT_SEND_UNRESOLVED,/* send_id, error, typed: it may or may not have arrived */
  KZ_EVENT_NOTICE,         /* notice, group_id (nullable: for the account) */
} KzEventKind;

typedef enum {
  KZ_SOURCE_POLL,
  KZ_SOURCE_WEBHOOK,
  KZ_SOURCE_OWN, /* something that we sent from here */
} KzSource;

/* What is said with NOTICE; the words are made in the purple layer. */
typedef enum {
  KZ_NOTICE_NO_WEBHOOKS,       /* no public URL: texts cannot arrive; how to set it up */
  KZ_NOTICE_LISTEN_FAILED,     /* detail: why */
  KZ_NOTICE_SECOND_PROCESS,    /* another process owns this account's store */
  KZ_NOTICE_STORE_DAMAGED,     /* state file set aside and rebuilt */
  KZ_NOTICE_STORE_UNWRITABLE,  /* detail */
  KZ_NOTICE_MAYBE_OLDER,       /* texts after an absence: they may be older than they look */
  KZ_NOTICE_WEBHOOK_REFUSED,   /* group_id, detail: server's words */
  KZ_NOTICE_GROUP_TOKEN,       /* this token reaches one group only */
  KZ_NOTICE_PIN_SENT,
  KZ_NOTICE_RECONNECTING,
  KZ_NOTICE_LINE_LOST,         /* a delivery that could not be read or was over a cap */
  KZ_NOTICE_WAITING,           /* while signing on: no call may be made before time_us */
} KzNotice;

/**
 * KzEvent:
 * @time_us: the server's time, 0 when unknown (then the arrival counts)
 * @sender: (nullable): who did it
 * @is_own: done by the user of this account, here or on the phone
 * @is_history: found at the first look at a group: the scene, no news. Never opens a room, is never
 *   announced; say its date
 * @is_late: news that happened before this session or before what was shown already, or that had to
 *   wait: say its date; otherwise like any other news (it opens its room and is announced). Never
 *   together with @is_history
 * @maybe_seen: it may have been shown before a crash
 * @maybe_older: a text that came by a retry after an absence
 * @handle: (nullable): short handle of the action, without brackets
 * @action: of ACTION_CHANGED: as it was, so that a due date that was moved differs from @tally's
 *
 * The one typed thing that goes up from the engine. Valid during the callback only.
 */
typedef struct {
  KzEventKind kind;
  KzSource source;
  char *group_id;
  gint64 time_us;
  KzPerson *sender;
  gboolean is_own;
  gboolean is_history;
  gboolean is_late;
  gboolean maybe_seen;
  gboolean maybe_older;
  char *handle;

  KzGroup *group;
  KzMembership *membership;
  KzText *text;
  KzAction *action;
  KzTally *tally;
  KzResponse *response;
  KzReaction *reaction;
  guint64 send_id;
  char *typed; /* what the person typed, given back on failure */
  GError *error;
  KzNotice notice;
  char *detail;
} KzEvent;

KzEvent *kz_event_new (KzEventKind kind, KzSource source, const char *group_id);
void kz_event_free (KzEvent *event);
/* (transfer full): to be shown later; what is immutable is shared. */
KzEvent *kz_event_copy (const KzEvent *event);
const char *kz_event_kind_name (KzEventKind kind); /* for logs and tests */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzEvent, kz_event_free)

G_END_DECLS
