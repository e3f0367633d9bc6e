/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-engine-private.h"

G_BEGIN_DECLS

/* Shared by the kz-engine-*.c files only. */

/**
 * KzDeed:
 * @task: holds the outcome; its own callback is not used, so that sign-off can end it at once
 * @idle_id: the outcome is known, and waits for the main loop to be told
 * @is_held: somebody below us still has it: it is freed when that comes back
 * @context: what the kind of deed needs; owned
 *
 * One thing that the person does, from the call to its callback. In a callback from below comes
 * kz_deed_back() first; when that is TRUE, then another call below, kz_deed_succeed() or
 * kz_deed_fail().
 */
typedef struct {
  KzEngine *engine;
  GTask *task;
  GAsyncReadyCallback callback;
  gpointer data;
  gpointer context;
  GDestroyNotify context_free;
  guint idle_id;
  gboolean is_ended;
  gboolean is_held;
} KzDeed;

/* @tag: the _async function; NULL: several share a finish. @context: (transfer full) (nullable). */
KzDeed *kz_deed_new (KzEngine *self, gpointer tag, gpointer context, GDestroyNotify context_free,
                     GAsyncReadyCallback callback, gpointer data);
/* Before anything went below: calls back from the main loop. @error: (transfer full). */
void kz_deed_refuse (KzDeed *deed, GError *error);
void kz_deed_refuse_words (KzDeed *deed, int code, const char *words);
/* Something below has @deed from now on. Returns it. */
KzDeed *kz_deed_hold (KzDeed *deed);
/* It came back. FALSE: it is over, for nobody waits any more or for @error (nullable). TRUE: the deed
 * stays held, so that events may be emitted, whatever the host makes of them. */
gboolean kz_deed_back (KzDeed *deed, const GError *error);
/* @result: (transfer full) (nullable). */
void kz_deed_succeed (KzDeed *deed, gpointer result, GDestroyNotify result_free);
void kz_deed_succeed_true (KzDeed *deed);
/* The same for what is known at once: it comes from the main loop. */
void kz_deed_succeed_soon (KzDeed *deed, gpointer result, GDestroyNotify result_free);
void kz_deed_fail (KzDeed *deed, const GError *error);

gpointer kz_deed_finish (KzEngine *self, GAsyncResult *result, gpointer tag, GError **error);
gboolean kz_deed_finish_true (KzEngine *self, GAsyncResult *result, gpointer tag, GError **error);

/* The open action of @handle; NULL: refused. @needs_reference: else its action id must be known. */
KzOpenAction *kz_deed_aim (KzDeed *deed, const char *handle, gboolean needs_reference);
/* The group; NULL: refused. */
const KzGroup *kz_deed_aim_group (KzDeed *deed, const char *group_id);

G_END_DECLS
