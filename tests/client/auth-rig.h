/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-auth.h"
#include "wire.h"

G_BEGIN_DECLS

#define RIG_WALL_US (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)
#define RIG_ID "connector-0123@1"
#define RIG_SECRET "very+secret/value="
#define RIG_PHONE "+919876543210"
#define RIG_REFRESH "refresh-one"

/* A KzAuth and its KzHttp on a clock that stands still, before a server that does as told. */
typedef struct {
  Wire *wire;
  KzClock *clock;
  KzThrottle *throttle;
  KzHttp *http;
  KzAuth *auth;
  guint token_status;
  guint token_stalls;  /* so many calls get no answer */
  char *token_headers; /* (nullable) */
  char *token_body;    /* of GET accessToken; $ENDPOINT is filled in */
  guint post_status;
  char *post_body;   /* of generatePin, the login and the exchange of a code */
  char *good_token;  /* (nullable): data calls without it are 401; NULL: any will do */
  GString *log;      /* what the account was told, and what it looked like then */
  guint token_calls;
  guint data_calls;
} Rig;

Rig *rig_new (const char *refresh_token);
/* Asserts that nothing is left. */
void rig_free (Rig *rig);

/* A token answer of the usual kind. @more: (nullable): more members, with a leading comma. */
void rig_token (Rig *rig, const char *token, gint64 expiry_ms, const char *more);
void rig_set (char **field, const char *value);

/* What became of a request of any sort. */
typedef struct {
  gboolean done;
  gboolean is_good;
  GError *error;
} Outcome;

void outcome_clear (Outcome *outcome);
void rig_renew (Rig *rig, Outcome *outcome);
void rig_request_pin (Rig *rig, Outcome *outcome);
void rig_login (Rig *rig, const char *pin, Outcome *outcome);
/* Begins a data call. */
void rig_begin (Rig *rig, const char *method, Outcome *outcome);
void rig_drive (Rig *rig, const gboolean *done);
/* One data call from begin to end, which must be good. */
void rig_call (Rig *rig);
void rig_settle (void);

/* (transfer full): a token that looks like those of the service, API §2.1. */
char *rig_jwt (const char *user_id, const char *phone, const char *group_id, gint64 iat,
               gint64 exp);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

G_END_DECLS
