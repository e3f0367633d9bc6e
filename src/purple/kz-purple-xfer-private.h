/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-engine-media.h"
#include "kz-purple-xfer.h"

G_BEGIN_DECLS

/* Shared by the kz-purple-xfer*.c files only. */

/**
 * KzXfer:
 * @session: (owned)
 * @xfer: (owned) (nullable): libpurple's side; %NULL before the person has chosen a file, and once
 *   the transfer is over
 * @url, @name: (nullable): of what is received
 * @path: (nullable): of what an order uploads, until the host shows it
 *
 * A transfer, from the moment on that somebody wants it. Counted: the engine's answer may come when
 * the host has let go of it.
 */
struct _KzXfer {
  KzSession *session;
  PurpleXfer *xfer;
  GCancellable *cancellable;
  char *group_id;
  char *url;
  char *name;
  char *path;
  guint64 received; /* bytes */
};

struct _KzXfers {
  GPtrArray *all; /* (element-type KzXfer) (owned) */
};

/* A new one, which the session knows until kz_xfer_forget(). (transfer none) */
KzXfer *kz_xfer_new (KzSession *session, const char *group_id);
KzXfer *kz_xfer_ref (KzXfer *self);
void kz_xfer_unref (KzXfer *self);
/* The session knows it no more: nothing of it goes on. Harmless when it was forgotten. */
void kz_xfer_forget (KzXfer *self);
/* Gives it libpurple's side, of a file at @path. %FALSE: it could not be begun; it is forgotten. */
gboolean kz_xfer_accept (KzXfer *self,
                         PurpleXferType type,
                         void (*init) (PurpleXfer *xfer),
                         const char *path);
/* (nullable): ours of libpurple's; %NULL when it is over. */
KzXfer *kz_xfer_of (PurpleXfer *xfer);
/* Ends libpurple's side, when there is one; nothing is told. */
void kz_xfer_end (KzXfer *self, gboolean is_good);
/* The engine is done with it: ends libpurple's side, tells in the room what went wrong, forgets. */
void kz_xfer_finish (KzXfer *self, const GError *error, const char *what_failed);
void kz_xfer_progress (KzXfer *self, guint64 done, guint64 total);
/* A plain line in the group's room, wherever that is. */
void kz_xfer_say (KzSession *session, const char *group_id, const char *text);

G_END_DECLS
