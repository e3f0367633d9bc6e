/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-http.h"

G_BEGIN_DECLS

/* In place of the wire: targets that are linked with fuzz-wire.c (see meson.build) give every request
 * that the client layer sends an answer of their own. What KzHttp does between is done as it does it:
 * what is no answer of the service never gets to who reads it. */

/**
 * FuzzAnswer:
 * @date_us: of its Date header, 0 without
 * @is_long: KzHttp looks at its first bytes only
 */
typedef struct {
  GBytes *body;
  guint status;
  gint64 date_us;
  gboolean is_long;
} FuzzAnswer;

/* To the next request; to one after it the same body with status 200. @answer must stay. */
void fuzz_wire_set (const FuzzAnswer *answer);
guint fuzz_wire_asked (void); /* requests since then */

/* Of all inputs: to make one takes longer than what it is made for. */
KzHttp *fuzz_wire_http (void);
/* Turns the main loop until *@done. */
void fuzz_wire_drive (const gboolean *done);
/* Words of an error that a person may get to see. @error: (transfer full). */
void fuzz_wire_check_error (GError *error);

G_END_DECLS
