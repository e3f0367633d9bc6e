/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-api.h"
#include "kz-store.h"

G_BEGIN_DECLS

/* What the person sends: in order per group, one in flight, never twice when it may have arrived
 * (design: flows, send). Recognises the echoes that the service may or may not send (API §19). */
#define KZ_TYPE_OUTBOX (kz_outbox_get_type ())
G_DECLARE_FINAL_TYPE (KzOutbox, kz_outbox, KZ, OUTBOX, GObject)

/**
 * KzOutboxFuncs:
 * @posted: what went out has this reference now; comes before @confirmed
 * @announced: an announcement is there: by its answer, or else by its echo; comes before @confirmed
 * @failed: nothing, or not all, was sent: @typed is what to give back
 * @unresolved: it may or may not have arrived
 * @result: every answer or failure, for those who watch the connection. @error: (nullable)
 */
typedef struct {
  void (*posted) (guint64 send_id, const char *group_id, const KzPosted *posted, gpointer data);
  void (*announced) (guint64 send_id, const char *group_id, const char *title, const char *text,
                     const KzPosted *posted, gpointer data);
  void (*confirmed) (guint64 send_id, const char *group_id, gpointer data);
  void (*failed) (guint64 send_id, const char *group_id, const GError *error, const char *typed,
                  gpointer data);
  void (*unresolved) (guint64 send_id, const char *group_id, const GError *error,
                      const char *typed, gpointer data);
  void (*result) (const GError *error, gpointer data);
} KzOutboxFuncs;

KzOutbox *kz_outbox_new (KzHttp *http, KzStore *store, KzClock *clock, const KzOutboxFuncs *funcs,
                         gpointer data);
/* Sends of an earlier process whose outcome is not known: their echoes are waited for, while they are
 * young enough. Those that @told_us (wall clock) does not cover are reported as unresolved. */
void kz_outbox_adopt (KzOutbox *self, gint64 told_us);

/* @title: (nullable): only with @is_announcement. @reply_to: (nullable): referenceId of what is
 * answered. Returns the send's id. */
guint64 kz_outbox_send (KzOutbox *self, const char *group_id, gboolean is_announcement,
                        const char *title, const char *text, gboolean to_all_subscribers,
                        const char *reply_to, const char *typed);

/**
 * kz_outbox_take_echo:
 * @reference_id: (nullable): of what came
 * @announcement: (nullable): what came, else a text did
 * @ids: what it is known by; when it ends the send, they are marked as shown with it
 *
 * Something of our own came from the service. Each send absorbs at most one, oldest first.
 *
 * Returns: TRUE when it is the echo of a send from here; FALSE: it was written elsewhere
 */
gboolean kz_outbox_take_echo (KzOutbox *self, const char *group_id, const char *reference_id,
                              const KzAction *announcement, const char *text,
                              const char *const *ids);
/* The echo came and its reference was known already: its send has had its echo. */
void kz_outbox_note_known_echo (KzOutbox *self, const char *reference_id);

/* Wall clock at which the oldest send without known outcome began; 0: none. */
gint64 kz_outbox_oldest_open_us (KzOutbox *self);
/* Reports what was not sent as failed and what may have arrived as unresolved, before it returns.
 * No request, timer or call of the functions after it. */
void kz_outbox_stop (KzOutbox *self, const GError *reason);

G_END_DECLS
