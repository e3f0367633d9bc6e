/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-draft.h"
#include "kz-engine-media.h"
#include "kz-engine-private.h"

G_BEGIN_DECLS

/* Shared by the kz-engine-media*.c files only. */

/**
 * KzMediaOp:
 * @task: holds the outcome; its own callback is not used, so that sign-off can end it at once
 * @cancellable: cancelled with @outer, and when the work is over
 * @idle_id: its beginning, or a refusal, that waits for the main loop
 * @is_away: something will come back to it: then only it is freed
 *
 * One piece of work with files, from call to callback.
 */
typedef struct {
  KzEngine *engine; /* (owned) */
  GTask *task;
  GAsyncReadyCallback callback;
  gpointer data;
  GCancellable *cancellable;
  GCancellable *outer; /* (nullable) */
  gulong outer_id;
  guint idle_id;
  gboolean is_away;
  gboolean has_outcome;
  gboolean is_ended;

  /* What is sent. */
  char *group_id;
  char *caption; /* (nullable) */
  char *title;
  GPtrArray *sources; /* (element-type KzMediaSource) (nullable) */
  GPtrArray *files;   /* (element-type KzMediaFile) */
  KzActionKind kind;
  gboolean only_brings; /* no post follows */
  KzActionKind wanted;  /* then: IMAGE or UNKNOWN */
  KzMediaProgress progress;
  gpointer progress_data;
  KzActionDraft *draft; /* (nullable): from the post on */
  KzOwnPost *own;       /* (nullable) (unowned): likewise */

  /* What is fetched. */
  KzMediaSink sink;
  gpointer sink_data;
  const KzMediaType *type;
} KzMediaOp;

KzMediaOp *kz_media_op_new (KzEngine *self, gpointer tag, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data);
/* What came back is for nobody, when FALSE: @op may be gone then. */
gboolean kz_media_op_back (KzMediaOp *op);
/* Calls back, at once, and frees @op. @value, @error: (transfer full); at most one of them. */
void kz_media_op_succeed (KzMediaOp *op, gpointer value, GDestroyNotify value_free);
void kz_media_op_fail (KzMediaOp *op, GError *error);
/* The same from the main loop: for a refusal within the call that began it. */
void kz_media_op_fail_later (KzMediaOp *op, GError *error);

G_END_DECLS
