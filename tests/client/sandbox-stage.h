/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-api.h"
#include "kz-auth.h"
#include "sandbox.h"

G_BEGIN_DECLS

/* A KzAuth and its KzHttp, whose clock stands still, before a sandbox in this process. Its world:
 * +15550000001 (Ada, "ada-id@1") is in G-flat@1, G-parent, G-child@2 and G-pub, not in G-other. */
typedef struct {
  SbSandbox *sandbox;
  KzClock *clock;
  KzThrottle *throttle;
  KzHttp *http;
  KzAuth *auth;
  gboolean done;
  GAsyncResult *result;
  GString *rotated; /* each new refresh token and a space */
  char *refresh_token;
} Stage;

void stage_up (Stage *stage, gconstpointer one_switch);
/* Asserts that nothing is left. */
void stage_down (Stage *stage, gconstpointer one_switch);

/* Before each call: the user data of stage_got(). */
Stage *stage_next (Stage *stage);
void stage_got (GObject *source, GAsyncResult *result, gpointer stage);
/* Runs the loop until the call that was begun has its result. */
GAsyncResult *stage_wait (Stage *stage);

/* (transfer full): what the control API of the sandbox says. */
JsonNode *stage_control (Stage *stage, const char *method, const char *path, const char *body);
char *stage_control_string (Stage *stage, const char *path, const char *body, const char *member);
void stage_control_only (Stage *stage, const char *path, const char *body);

GPtrArray *stage_list_groups (Stage *stage, GError **error);
const KzGroup *stage_find_group (GPtrArray *groups, const char *id);
/* How many things of that kind the service has taken from us. */
guint stage_count_received (Stage *stage, const char *kind);

G_END_DECLS
