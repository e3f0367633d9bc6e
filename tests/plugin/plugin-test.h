/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin's tests share: one host per program, a small world per test. */
#pragma once

#include "kz-test-sandbox.h"

G_BEGIN_DECLS

/* The people of the world, in the order of the ready line's users. */
#define KZ_ME 0
#define KZ_SECOND 1
#define KZ_MY_PHONE "+919999900001"

typedef struct {
  KzTestHost *host; /* of the whole program */
  KzTestWorld *world;
  PurpleAccount *account; /* (nullable) */
} Fixture;

typedef void (*FixtureFunc) (Fixture *fixture);

/* Adds a test that gets a new world, and no account. */
void plugin_test_add (const char *path, FixtureFunc func);
/* The same, with the first person signed on. */
void plugin_test_add_online (const char *path, FixtureFunc func);
/* With switches of the sandbox: NULL-terminated, static. */
void plugin_test_add_with (const char *path,
                           const char *const *switches,
                           gboolean is_online,
                           FixtureFunc func);

/* The host that this program plays; known while tests are added. */
KzTestUi plugin_test_ui (void);

/* Starts the host named by --host=NAME (finch by default), adds the tests and runs them. */
int plugin_test_main (int argc, char **argv, void (*add_tests) (void));

/* Replaces the world by one of another scenario. */
void fixture_new_world (Fixture *fixture, const char *scenario);
/* Signs the first person on and waits. */
void fixture_sign_on (Fixture *fixture);
/* Begins to sign the first person on without a token, with a PIN where one may choose. */
void fixture_sign_on_by_pin (Fixture *fixture);
/* Signs off and on again. */
void fixture_sign_on_again (Fixture *fixture);
/* Joins a group of the world and waits until its people are there. */
PurpleConversation *fixture_join (Fixture *fixture, const char *title);
/* (transfer full): id of the group of that name in the world. */
char *fixture_group_id (Fixture *fixture, const char *name);
/* (transfer full): id of whoever has that number. */
char *fixture_person_id (Fixture *fixture, const char *phone);
/* For what a person would wait a minute for: to the end of this test, whatever the main loop would sleep
 * is over in a fiftieth of it. */
void fixture_skip_waits (Fixture *fixture);
gboolean fixture_is_bitlbee (Fixture *fixture);
/* Lets the account's menu item of that (English) label be chosen. */
void fixture_account_action (Fixture *fixture, const char *label);
/* Waits until all webhooks of our groups are registered: from then on texts arrive. */
void fixture_wait_for_webhooks (Fixture *fixture);
gboolean fixture_has_webhook (Fixture *fixture, const char *group_id);
guint fixture_webhooks (Fixture *fixture); /* how many there are */
/* Types a line into a room. */
void fixture_type (Fixture *fixture, PurpleConversation *room, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* How many writes of that kind (HACKING, "received") the server has taken from us; NULL: of any. */
guint fixture_received (Fixture *fixture, const char *kind);
/* Waits for the @index-th of them and compares it with "METHOD path body", in which ' stands for ". */
void fixture_expect (Fixture *fixture, const char *kind, guint index, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
/* How often the @index-th fault that was made has met a call. */
gint64 fixture_fault_hits (Fixture *fixture, guint index);
/* Requests that fit get no answer. @match: the members of a fault's match: "'endpoint':'GET /groups'". */
void fixture_stall (Fixture *fixture, const char *match);
/* Until a request has met the first fault. */
void fixture_wait_for_fault (Fixture *fixture);
/* Waits for a line of a room that contains @text; there must be one only. */
const KzTestLine *fixture_expect_line (Fixture *fixture, const char *title, const char *text);
/* Types what cannot be done: the line that says @why gives back what was typed, and the server gets
 * nothing. */
void fixture_expect_refusal (Fixture *fixture, PurpleConversation *room, const char *typed,
                             const char *why);

G_END_DECLS
