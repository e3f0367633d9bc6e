/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refresh and access tokens: JWT look-alikes of real length, known to the sandbox by their text. */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

typedef struct {
  char *text;
  SbConnector *connector; /* (unowned) */
  SbUser *user;           /* (unowned): who acts with it */
  SbGroup *group;         /* (unowned) (nullable): a group token reaches this one alone */
  gboolean refresh;
  gboolean revoked;
  gint64 issued_ms;
  gint64 expiry_ms;
  char *ancestor; /* (nullable): the refresh token that a rotation replaces */
} SbToken;

SbTokens *sb_tokens_new (SbSandbox *sandbox);
void sb_tokens_free (SbTokens *tokens);

/* Both: (transfer none), the sandbox keeps them. */
SbToken *
sb_tokens_mint_refresh (SbSandbox *sandbox, SbConnector *connector, SbUser *user, SbGroup *group);
SbToken *sb_tokens_mint_access (SbSandbox *sandbox, SbToken *refresh);

/** (nullable): the token of that text and sort, dead ones included. */
SbToken *sb_tokens_find (SbSandbox *sandbox, const char *text, gboolean refresh);

/** Whether it is neither revoked nor past its time. */
gboolean sb_token_alive (SbSandbox *sandbox, SbToken *token);

/** The newest living refresh token, minted when there is none. */
SbToken *sb_tokens_current (SbSandbox *sandbox, SbConnector *connector, SbUser *user);

/** Kills tokens of that sort. @user and @connector NULL mean any; @except survives. Returns how
 * many. */
guint sb_tokens_kill (
    SbSandbox *sandbox, SbConnector *connector, SbUser *user, gboolean refresh, SbToken *except);

G_END_DECLS
