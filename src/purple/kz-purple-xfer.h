/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-chat.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files out of and into rooms, in the host's window of transfers. Texts that say what went wrong
 * are lines in the room. */

KzXfers *kz_xfers_new (void);
/* At sign-off, once the engine has stopped: no transfer is left. */
void kz_xfers_free (KzXfers *xfers);

/**
 * kz_xfer_send:
 * @path: (nullable): %NULL: the host asks which file
 *
 * Sends a file into a group, with progress and a way to cancel; or says why not.
 */
void kz_xfer_send (KzSession *session, const char *group_id, const char *path);
/* The same of a file that the service fetches itself. @caption: (nullable). */
void kz_xfer_send_url (KzSession *session, KzRoom *room, const char *url, const char *caption);

/**
 * kz_xfer_receive:
 * @url: of a file that came in
 * @name: (nullable): as the server calls it: never a path
 *
 * Asks where to save it and saves it there; or says why not: where the host has no such window, or
 * the link leads elsewhere, the person has the link.
 */
void kz_xfer_receive (KzSession *session, KzRoom *room, const char *url, const char *name);

/* --- The files of an order, which whoever carries it out uploads: kz-purple-xfer-order.c --- */

typedef struct _KzXfer KzXfer;

/**
 * kz_xfer_watch:
 * @path: (nullable): what the host's window calls it; %NULL: nothing is uploaded from here: what the
 *   service fetches itself has no progress that could be shown
 *
 * Returns: (transfer full): until kz_xfer_watch_end()
 */
KzXfer *kz_xfer_watch (KzSession *session, const char *group_id, const char *path);
/* Cancelled when the person cancels it in the window. */
GCancellable *kz_xfer_watch_cancellable (KzXfer *self);
/* A KzMediaProgress; @data: the KzXfer. The window has it from the first of these on. */
void kz_xfer_watch_progress (guint64 sent, guint64 total, gpointer data);
/* The upload is over. @self: (transfer full). Returns whether the person cancelled it. */
gboolean kz_xfer_watch_end (KzXfer *self, const GError *error);

/* prpl callbacks. */
gboolean kz_xfer_chat_can_receive (PurpleConnection *gc, int id);
void kz_xfer_chat_send (PurpleConnection *gc, int id, const char *path);
/* To one person: only where there is a group of two already (kz-purple-direct.h). */
gboolean kz_xfer_can_receive (PurpleConnection *gc, const char *who);
void kz_xfer_send_to (PurpleConnection *gc, const char *who, const char *path);

G_END_DECLS
