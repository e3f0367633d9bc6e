/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person types, what the server then received, and what the person sees of it. */
#pragma once

#include "plugin-test.h"

G_BEGIN_DECLS

#define TEAM "Team"

/* Joins Team with webhooks, and forgets what was shown and received until now. */
PurpleConversation *deed_join (Fixture *fixture);
/* The same for another group. */
PurpleConversation *deed_join_group (Fixture *fixture, const char *title);
void deed_type (Fixture *fixture, PurpleConversation *room, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Waits for one write at the server, and asserts that it is this one and the only one since the
 * last of these calls. @path: below the group's. @format makes the body, in which ' stands for ";
 * NULL: none. What was received is forgotten then. */
void deed_expect (Fixture *fixture,
                  const char *method,
                  const char *group,
                  const char *path,
                  const char *format,
                  ...) G_GNUC_PRINTF (5, 6);
/* Asserts that the server received nothing since the last of these calls. */
void deed_expect_nothing (Fixture *fixture);
/* Waits for a line of the room with that text. */
const KzTestLine *deed_see (Fixture *fixture, const char *title, const char *text);

/* Types what cannot be done, and expects one line of the plugin that says @why and gives it back,
 * and that nothing is sent. */
void deed_refused (Fixture *fixture, PurpleConversation *room, const char *typed, const char *why);
typedef struct {
  const char *typed;
  const char *why;
} DeedRefusal;
void deed_refused_all (Fixture *fixture,
                       PurpleConversation *room,
                       const DeedRefusal *rows,
                       gsize n_rows);

/* --- something to answer, of Noor in Team --- */

typedef struct {
  char *handle;
  char *action_id;
  char *reference_id;
} DeedItem;

/* @kind: an action type, or a package id, which has a dot. Waits until it is shown. */
DeedItem *deed_post (Fixture *fixture, const char *kind, const char *body, const char *title);
void deed_item_free (DeedItem *item);
/* (transfer full): the handle in the first line with that text. */
char *deed_handle (Fixture *fixture, const char *title, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeedItem, deed_item_free)

G_END_DECLS
