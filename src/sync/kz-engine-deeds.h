/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-draft.h"
#include "kz-engine.h"
#include "kz-posted.h"

G_BEGIN_DECLS

/* What a person does with actions and texts, beside what kz-engine.h has. Every callback comes once,
 * from the main loop and never from inside the call; at sign-off from within kz_engine_stop(), with
 * G_IO_ERROR_CANCELLED. Other errors are of KZ_ERROR: INVALID (nothing was sent; one line for the
 * person), FORBIDDEN, REJECTED and the like, and UNRESOLVED: it may have been done, and is never sent
 * again. Drafts are copied. */

/**
 * kz_engine_post_async:
 * @draft: KZ_ERROR_INVALID when kz_action_draft_check() refuses it. In a public group it goes to all
 *   subscribers unless it names some, KZ_SELECTIVE_SEND_CHUNK at most; see kz_engine_tell_async().
 *
 * POST .../actions, API §13. On success, before the callback, the engine emits ACTION_ADDED, or
 * ATTACHMENT for media (own, with its handle), once, whatever an echo, a poll or a webhook tells of
 * it before or after.
 */
void kz_engine_post_async (KzEngine *self, const char *group_id, const KzActionDraft *draft,
                           GAsyncReadyCallback callback, gpointer data);
/* (transfer full) */
KzPosted *kz_engine_post_finish (KzEngine *self, GAsyncResult *result, GError **error);

/**
 * kz_engine_respond_async:
 * @draft: its kind and package id are taken from the action; checked against the action's questions
 *
 * POST .../responses, API §15. Unless the action takes several answers of one person, or @draft names
 * the response to change, an answer of ours from before is changed. On success RESPONSE (own) is
 * emitted once.
 */
void kz_engine_respond_async (KzEngine *self, const char *handle, const KzResponseDraft *draft,
                              GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_respond_finish (KzEngine *self, GAsyncResult *result, GError **error);

/* Reads the action anew for its questions and choices, which lists do not tell (API §14), or for all its
 * texts, which no file keeps; afterwards kz_engine_find_action() has what the service told. Not needed
 * when they are known already. */
void kz_engine_fetch_action_async (KzEngine *self, const char *handle,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_fetch_action_finish (KzEngine *self, GAsyncResult *result, GError **error);

/* A text that answers an action, API §10, for all who are in its group; for chosen subscribers see
 * kz_engine_tell_reply_async(). As kz_engine_send_text(): the same events, in order with
 * the other texts of the group, and the host shows its own line. Returns the send's id; 0 with
 * @error. */
guint64 kz_engine_reply (KzEngine *self, const char *handle, const char *text, const char *typed,
                         GError **error);

/* POST .../reminder, API §16. @subscribers: (nullable): phones, in a public group; NULL: everybody
 * whom it concerns. */
void kz_engine_remind_async (KzEngine *self, const char *handle, const char *const *subscribers,
                             GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_remind_finish (KzEngine *self, GAsyncResult *result, GError **error);

/* PUT .../properties of a custom card, API §16. @properties: (element-type KzProperty). */
void kz_engine_update_properties_async (KzEngine *self, const char *handle, GPtrArray *properties,
                                        GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_update_properties_finish (KzEngine *self, GAsyncResult *result, GError **error);

/* --- chosen subscribers of a public group, API §10 ----------------------------------------- */

/**
 * KzTold:
 * @posted: (element-type utf8): referenceId of each part that went out
 * @failed: (element-type KzFailedTarget): whom the service says it did not reach, of all parts
 * @uncertain: (nullable): phones of a part without a clear answer: they may have been reached
 * @unreached: (nullable): phones of the parts that were refused or not sent any more
 * @error: (nullable): why not everything went out
 */
typedef struct {
  GPtrArray *posted;
  GPtrArray *failed;
  GStrv uncertain;
  GStrv unreached;
  GError *error;
} KzTold;
void kz_told_free (KzTold *told);

/**
 * kz_engine_tell_async:
 * @text: (nullable): a text, or
 * @draft: (nullable): an action; exactly one of both
 * @subscribers: phones
 *
 * In parts of KZ_SELECTIVE_SEND_CHUNK, one after the other. Of a text no MESSAGE is emitted: the host
 * shows its own line, and echoes are recognised. Of an action each part is one by itself, and is
 * emitted as by kz_engine_post_async().
 *
 * Fails only when the first part was refused; what became of the others is in the result.
 */
void kz_engine_tell_async (KzEngine *self, const char *group_id, const char *text,
                           const KzActionDraft *draft, const char *const *subscribers,
                           GAsyncReadyCallback callback, gpointer data);
/* The same for a text that answers an action, API §10: one that went to chosen subscribers is answered
 * to the same ones, its @subscribers. */
void kz_engine_tell_reply_async (KzEngine *self, const char *handle, const char *text,
                                 const char *const *subscribers, GAsyncReadyCallback callback,
                                 gpointer data);
/* Of both. (transfer full) */
KzTold *kz_engine_tell_finish (KzEngine *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzTold, kz_told_free)

G_END_DECLS
