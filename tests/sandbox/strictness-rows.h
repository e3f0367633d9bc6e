/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A route, a check and the expected status. Names in braces are those of the test's world. */
typedef struct {
  const char *check;
  const char *who; /* (nullable): a person, whose token is sent; or "h:" and header lines */
  const char *method;
  const char *path;
  const char *body; /* (nullable) */
  guint status;
  const char *code;   /* (nullable): errorCode */
  const char *before; /* (nullable): "/sandbox/…" and a body, run first */
} StrictnessRow;

extern const StrictnessRow strictness_rows[];
extern const gsize n_strictness_rows;

G_END_DECLS
