/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sandbox in the test's own process, and an account of one of its people. */
#pragma once

#include "kz-test-host.h"
#include "sandbox.h"

G_BEGIN_DECLS

typedef struct {
  SbSandbox *sandbox;
  char *url;
  char *connector_id;
  char *connector_secret;
  JsonObject *ready;
} KzTestWorld;

/* @scenario: (nullable): JSON; @switches: (nullable): NULL-terminated "name=value". */
KzTestWorld *kz_test_world_new (const char *scenario, const char *const *switches);
void kz_test_world_free (KzTestWorld *world);

/* A control call that must succeed; @format makes the body, in which ' stands for ". (transfer
 * full) */
JsonObject *
kz_test_control (KzTestWorld *world, const char *method, const char *path, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
/* The same for calls whose answer tells nothing. */
void kz_test_do (KzTestWorld *world, const char *method, const char *path, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
/* Of the @index-th person who can sign in. */
const char *kz_test_user (KzTestWorld *world, guint index, const char *member);
/* How many texts of that content the server received from us. */
guint kz_test_received (KzTestWorld *world, const char *text);
/* Calls of an endpoint, e.g. "GET /groups". */
gint64 kz_test_calls (KzTestWorld *world, const char *endpoint);

/* An account of the @index-th person; @token FALSE: without a password. Not signed on. */
PurpleAccount *
kz_test_world_account (KzTestWorld *world, KzTestHost *host, guint index, gboolean token);
/* The same, signed on. */
PurpleAccount *kz_test_world_sign_on (KzTestWorld *world, KzTestHost *host, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzTestWorld, kz_test_world_free)

G_END_DECLS
