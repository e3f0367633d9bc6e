/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/* @token: (nullable): what the file holds; @problem: (nullable): why not, for the person. Not
 * called after the sign-off. */
typedef void (*KzTokenFunc) (KzSession *session, const char *token, const char *problem);

/* Reads the option token_file, which exists for people whose host cannot take 900 characters on a
 * line. "~/" is the home directory. */
void kz_token_file_read (KzSession *session, const char *path, KzTokenFunc func);

G_END_DECLS
