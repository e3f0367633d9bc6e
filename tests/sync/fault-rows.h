/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-proxy.h"

G_BEGIN_DECLS

/* What a call meets. */
typedef enum {
  FAULT_TOKEN,   /* GET accessToken at sign-on */
  FAULT_GROUPS,  /* GET groups at sign-on */
  FAULT_RENEWAL, /* GET accessToken while online */
  FAULT_POLL,    /* GET actions */
  FAULT_SEND,    /* POST messages */
  FAULT_UPLOAD,  /* POST media */
  FAULT_HOOKS,   /* POST webhook of a new group */
  N_FAULT_CALLS
} FaultCall;

/**
 * FaultRow:
 * @action: (nullable): what the sandbox does; ' stands for "; @URL@ for its address
 * @mode: else, what the proxy does
 * @expected: how each call ends, once/as long as a quarter of an hour
 * @name_of_host: (nullable): what it is with TLS, as of proxy_new_secure()
 * @times: how often it is done for once, if not once
 * @tells_wait: once, and while it lasts: at sign-on the person is told of the wait
 * @is_a_look: a list that has it counts as answered
 * @waits_s: so long the call must not come again; @DATE@ in @action is then
 *
 * Words of @expected. At sign-on: online, or the error it fails with. While online: online, held,
 * or the error that ends the session; with a ! the person has to sign on again, without a host does. All
 * recover, and nothing is lost. A send or an upload:
 * sent, refused (the person has it back), unresolved (the person was told, and has it back),
 * waiting (of a quarter of an hour: then it is sent). A webhook: hears, deaf (until it is healed, as
 * the state of the account says), refused (the person is told so, too).
 */
typedef struct {
  const char *name;
  const char *action;
  ProxyMode mode;
  const char *expected[N_FAULT_CALLS];
  const char *name_of_host;
  guint times;
  guint waits_s;
  gboolean tells_wait[2];
  gboolean is_a_look;
} FaultRow;

extern const FaultRow fault_rows[];
extern const gsize n_fault_rows;

G_END_DECLS
