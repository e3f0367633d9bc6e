/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-auth.h"
#include "kz-webhook-server.h"
#include "kz-webhook-subscriptions.h"
#include "sandbox.h"

G_BEGIN_DECLS

/* The webhooks of an account that is signed in, with a receiver, against a sandbox with the groups
 * a, b and c. */
typedef struct {
  SbSandbox *sandbox;
  KzClock *clock;
  KzThrottle *throttle;
  KzHttp *http;
  KzAuth *auth;
  KzStore *store;
  KzWebhookServer *server;
  char *url;                     /* of the receiver */
  KzWebhookSubscriptions *hooks; /* (nullable) */
  GPtrArray *told;               /* "group works" lines, the group by its key */
  char *ids[3];                  /* of the groups a, b, c */
  guint deliveries;
} HooksFixture;

#define HOOKS_PHONE "+15550000001"

void hooks_fixture_set_up (HooksFixture *fixture, gconstpointer data);
void hooks_fixture_tear_down (HooksFixture *fixture, gconstpointer data);

/* g_test_add() of a test with a HooksFixture. */
#define HOOKS_TEST(path, data, func)                                                               \
  g_test_add (path, HooksFixture, data, hooks_fixture_set_up, func, hooks_fixture_tear_down)

/* Begins anew: no webhook is known, no call is counted. */
void hooks_start (HooksFixture *fixture, const char *url);
/* Wants one for the group of that index. */
void hooks_add (HooksFixture *fixture, guint group, gboolean first);
/* Turns the loop until nothing comes for a moment: connecting asks a worker thread, which is as
 * real as the sockets; everything else is the clock's. */
void hooks_settle (void);
/* Lets time pass in steps, so that no deadline comes before the answer. */
void hooks_pass (HooksFixture *fixture, gint64 us);

/* (transfer full): what was told since the last call, in one line. */
char *hooks_told (HooksFixture *fixture);
void hooks_assert_told (HooksFixture *fixture, const char *expected);

/* A call of the control interface; ' stands for ". (transfer full): the answer. */
JsonObject *
hooks_control (HooksFixture *fixture, const char *method, const char *path, const char *body);
/* A POST of it. */
void hooks_act (HooksFixture *fixture, const char *path, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* Calls of that method on webhooks since the start. */
guint hooks_calls (HooksFixture *fixture, const char *method);
/* (transfer full): the last of the group with a url that begins so; how many in @count. */
char *hooks_registered (
    HooksFixture *fixture, guint group, const char *url, guint *count, gboolean *is_active);
void hooks_assert_registered (HooksFixture *fixture, guint group, const char *url, guint expected);

G_END_DECLS
