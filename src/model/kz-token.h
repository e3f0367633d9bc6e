/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be read in a token without asking anybody. A token is a secret: nothing here keeps it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a token says about itself, API §2.1 (inferred: the service may change it at any time). */
typedef struct {
  char *user_id;      /* (nullable) */
  char *phone;        /* (nullable) */
  char *group_id;     /* (nullable): of a group token */
  gint64 lifetime_us; /* exp - iat; 0 when not told */
} KzClaims;

/* Leaves everything empty when @token is no JWT. */
void kz_claims_read (KzClaims *claims, const char *token);
void kz_claims_clear (KzClaims *claims);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KzClaims, kz_claims_clear)

typedef enum {
  KZ_TOKEN_LOOKS_WHOLE,
  KZ_TOKEN_LOOKS_CUT, /* begins like a JWT and is not whole: an IRC line holds 512 bytes */
  KZ_TOKEN_NO_JWT,    /* something else; may still be tried */
} KzTokenShape;

/* @refresh_token: (nullable) */
KzTokenShape kz_token_shape (const char *refresh_token);

G_END_DECLS
