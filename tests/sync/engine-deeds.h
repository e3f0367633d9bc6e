/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-fixture.h"

#include "kz-engine-deeds.h"

G_BEGIN_DECLS

/* What a person does, what becomes of it, and what the service took. */

/* --- What became of a deed --- */

typedef struct {
  gboolean is_back;
  GError *error;
  gpointer value; /* what it brought */
} Fate;

/* Ends a deed; @data: its Fate. */
void fate_cb (GObject *source, GAsyncResult *result, gpointer data);
/* Until it is back. */
void fate_await (Bench *bench, Fate *fate);
/* It comes back with this error of KZ_ERROR; the fate can be used for the next deed. */
void fate_assert_refused (Bench *bench, Fate *fate, int code);

/* --- Deeds --- */

/* (transfer full): "Lunch?", with two choices. */
KzActionDraft *lunch_draft_new (const char *question);
/* Which must succeed. (transfer full) */
KzPosted *bench_post (Bench *bench, const char *group, const KzActionDraft *draft);
/* Signed on, with "news", a public group of ours with @n subscribers, of whom the last is none. */
Bench *bench_new_public (const char *const *switches, guint n);
/* (transfer full): of the first @n of them. */
GStrv subscriber_phones (guint n);

/* --- What the service took --- */

/* (transfer full): bodies of that kind, as they came, one a line, with ' in place of ". */
char *bench_bodies (Bench *bench, const char *kind);
void bench_assert_body (Bench *bench, const char *kind, const char *expected);
/* Of all that was received, whose @member ("kind", "text", …) is @value. */
guint bench_count_received (Bench *bench, const char *member, const char *value);

G_END_DECLS
