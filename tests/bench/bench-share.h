/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One person who is signed on at a server of written answers, in a host that shows nothing. */
#pragma once

#include "bench-floor.h"
#include "bench-server.h"
#include "kz-test-host.h"

G_BEGIN_DECLS

#define SHARE_REPEATS 5
#define SHARE_PAGE 30
#define SHARE_GROUP "8ec349a2-c547-4f9a-a190-dec7c4da8ca8"
#define SHARE_PHONE "+919999900001"
#define SHARE_OTHER "+919999900003"

typedef struct {
  KzTestHost *host;
  BenchServer *server;
  PurpleAccount *account;
  PurpleConversation *room; /* (nullable) */
  SoupSession *session;     /* of the floor */
  gboolean ends_connections; /* set before share_start(): none stays open */
} Share;

/* Kinds of actions that the server does not list are refused; webhooks, too, unless @has_webhooks.
 */
void share_start (Share *share, gboolean has_webhooks);
void share_sign_on (Share *share);
/* (transfer full) */
char *share_groups (guint n_groups);
char *share_members (guint n_members);
/* A whole request that brings a text to the room, number @n, and where it goes to. (transfer full) */
char *share_delivery (Share *share, guint n, guint *port);
/* A page of new jobs, the first of that number. @extra: so that the same jobs are other bytes.
 * (transfer full) */
char *share_page (guint first, const char *extra);
/* Opens the one room; from then on its lines are only counted. */
void share_join (Share *share);
/* What was shown since the last call. (transfer full) (element-type BenchLine) */
GPtrArray *share_take_lines (void);
guint share_count_lines (void);
/* Runs what can run now. */
void share_settle (void);
/* A number for the table that was not counted in instructions. */
void share_note (const char *name, double value);

/* The rows. */
void share_webhooks (Share *share);
void share_pages (Share *share);
void share_sends (Share *share);
void share_members_of (Share *share, guint n_members);
void share_sign_on_again (Share *share, guint n_groups);
/* With that many groups; 1: with a long list of members, 0: with a long page. */
void share_turns (Share *share, guint n_groups);

G_END_DECLS
