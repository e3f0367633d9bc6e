/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-render.h"

G_BEGIN_DECLS

/* A world of four people, on Tuesday 10 March 2026, 10:00 in India, and what is said in it. */
typedef struct {
  KzRenderContext context;
  GTimeZone *zone;
} World;

#define HOUR_US ((gint64) 3600 * G_USEC_PER_SEC)
#define NOW_US ((gint64) 1773117000 * G_USEC_PER_SEC)
#define OWN_PHONE "+15550000001"
#define OWN_ID "id-own"

/* g_test_add() of a test with a World. */
void world_test (const char *name, void (*test) (World *world, gconstpointer data));

KzAction *action_new (KzActionKind kind, const char *title);
/* A poll with two choices, open until tomorrow. */
KzAction *lunch_new (void);
/* A job of Ben and the user, due today. */
KzAction *pump_new (void);
/* A survey with two questions. */
KzAction *survey_new (void);
/* @options: (nullable): separated by commas. */
KzQuestion *question_new (const char *title, KzQuestionKind kind, const char *options);
KzTally *tally_new (const KzAction *action);
/* @id: (nullable): of who answers; NULL is anonymous. */
KzResponse *response_new (KzActionKind kind, const char *id, const char *answer);
/* @action: (nullable): what it is about. */
KzEvent *event_new (KzEventKind kind, KzAction *action, const char *handle);

/* Takes @html; what an IRC client shows of it must be @expected. */
void assert_line (char *html, const char *expected);

G_END_DECLS
