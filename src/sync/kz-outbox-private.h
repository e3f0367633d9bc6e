/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-limits.h"
#include "kz-outbox.h"

G_BEGIN_DECLS

#define KZ_SEND_KEPT_US ((gint64) KZ_UNRESOLVED_KEPT_S * G_USEC_PER_SEC)
/* A journalled text that begins so was confirmed and waits for its echo; the second: of a service
 * whose echoes are known to come under ids of their own. Neither can be typed. */
#define KZ_SEND_MARK_CONFIRMED '\006'
#define KZ_SEND_MARK_CONFIRMED_LONG '\005'

typedef enum {
  KZ_SEND_WAITING,
  KZ_SEND_IN_FLIGHT,
  KZ_SEND_UNRESOLVED, /* no answer came: its echo would confirm it */
  KZ_SEND_CONFIRMED,  /* kept for a while: its echo must not be shown */
} KzSendState;

/**
 * KzSend:
 * @parts: (element-type utf8): of one text, where the service takes only short ones
 * @part: the next to go out
 * @echo_reference, @echo_action_id: (nullable): of an echo that came before the answer
 */
typedef struct {
  guint64 id;
  char *group_id;
  gboolean is_announcement;
  gboolean to_all;
  char *title;
  char *text;
  char *reply_to; /* (nullable) */
  char *typed;
  GPtrArray *parts;
  guint part;
  KzSendState state;
  GCancellable *cancellable; /* (nullable): of the request of the part that is out */
  gint64 started_us;
  guint throttled;
  char *reference_id;
  char *echo_reference;
  char *echo_action_id;
  gboolean has_echo; /* of the part that is out; of all, once confirmed */
  guint64 echoed;    /* a bit for each part that had its echo */
  gboolean is_told;
} KzSend;

struct _KzOutbox {
  GObject parent_instance;

  KzHttp *http;
  KzStore *store;
  KzClock *clock;
  KzOutboxFuncs funcs;
  gpointer data;
  GPtrArray *sends; /* (element-type KzSend): oldest first */
  const char *const *echo_ids; /* (nullable): of the echo that is being taken */
  gboolean ids_match;     /* echoes carry the references that our posts are answered with */
  gboolean echoes_differ; /* they carry others */
  gboolean is_old_limit;
  gboolean is_stopped;
};

/* Forgets what has waited long enough for an echo or an outcome. */
void kz_outbox_tidy (KzOutbox *self);

KzSend *kz_send_new (guint64 id, const char *group_id, gboolean is_announcement,
                     const char *title, const char *text, const char *typed);
void kz_send_free (gpointer data);
const char *kz_send_part (const KzSend *send); /* (nullable): all are sent */
/* What to give back: the person's own words, or what is left of them when a part was sent. */
char *kz_send_rest (const KzSend *send);
/* Splits what is left anew. */
void kz_send_split (KzSend *send, gsize max_units);
/* The part that an echo with these words is of, among those that went out and had none yet; -1:
 * none. */
int kz_send_find_part (const KzSend *send, const char *title, const char *text);
/* Every part had its echo. */
gboolean kz_send_is_echoed (const KzSend *send);

G_END_DECLS
