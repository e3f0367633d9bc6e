/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Texts to try a function of texts with. */

typedef struct {
  const char *input; /* (nullable) */
  const char *expected;
} Row;

/* Checks each row; @function: its result is owned by the caller. */
void check_rows (const Row *rows, gsize n_rows, char *(*function) (const char *text));
/* (transfer full): @text so often that it has at least @bytes. */
char *repeat (const char *text, gsize bytes);
/* (transfer full): whatever people and attackers write. */
char *random_text (GRand *random);

G_END_DECLS
