/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-outbox.h"

#include "kz-error.h"
#include "kz-limits.h"
#include "kz-outbox-private.h"
#include "kz-text.h"

#include <string.h>

/* Confirmed sends that wait for an echo under another id: the service tries deliveries again for
 * days. Where echoes are known to come under our ids, these need not wait. */
#define ECHO_KEPT_US (10 * 60 * G_USEC_PER_SEC)
#define ECHOES_MAX 500
#define THROTTLED_AGAIN_US (15 * G_USEC_PER_SEC)
#define THROTTLED_TRIES 20
#define TIDY_US (60 * G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (KzOutbox, kz_outbox, G_TYPE_OBJECT)

static void pump (KzOutbox *self, const char *group_id);

static void
kz_outbox_init (KzOutbox *self)
{
  self->sends = g_ptr_array_new_with_free_func (kz_send_free);
}

static void
kz_outbox_dispose (GObject *object)
{
  KzOutbox *self = KZ_OUTBOX (object);

  self->is_stopped = TRUE;
  if (self->clock != NULL)
    kz_clock_cancel_all (self->clock, self);
  g_clear_object (&self->http);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (kz_outbox_parent_class)->dispose (object);
}

static void
kz_outbox_finalize (GObject *object)
{
  KzOutbox *self = KZ_OUTBOX (object);

  g_ptr_array_unref (self->sends);
  G_OBJECT_CLASS (kz_outbox_parent_class)->finalize (object);
}

static void
kz_outbox_class_init (KzOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kz_outbox_dispose;
  G_OBJECT_CLASS (klass)->finalize = kz_outbox_finalize;
}

KzOutbox *
kz_outbox_new (
    KzHttp *http, KzStore *store, KzClock *clock, const KzOutboxFuncs *funcs, gpointer data)
{
  KzOutbox *self = g_object_new (KZ_TYPE_OUTBOX, NULL);

  self->http = g_object_ref (http);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->funcs = *funcs;
  self->data = data;
  return self;
}

static void
journal_done (KzOutbox *self, const KzSend *send)
{
  if (self->echo_ids != NULL)
    kz_store_journal_send_echoed (self->store, send->id, send->group_id, self->echo_ids);
  else
    kz_store_journal_send_done (self->store, send->id);
}

static void
remove_send (KzOutbox *self, KzSend *send)
{
  kz_store_journal_send_done (self->store, send->id);
  g_ptr_array_remove (self->sends, send);
}

/* Nobody else has them: should the process end now, the words must not be gone. */
static void
journal_queued (KzOutbox *self, const KzSend *send)
{
  g_autofree char *rest = kz_send_rest (send);

  kz_store_journal_queued (self->store, send->id, send->group_id, rest,
                           kz_clock_wall_us (self->clock));
}

/* Before the wire, or with @text in place of its own: what is to be known after a kill. */
static void
journal_sent (KzOutbox *self, const KzSend *send, const char *text)
{
  if (send->is_announcement)
    kz_store_journal_announcement (self->store, send->id, send->group_id, send->title, text,
                                   send->typed, send->started_us);
  else
    kz_store_journal_send (self->store, send->id, send->group_id, text, send->started_us);
}

void
kz_outbox_tidy (KzOutbox *self)
{
  gint64 now_us = kz_clock_wall_us (self->clock);
  guint confirmed = 0;

  for (guint i = self->sends->len; i > 0; i--) {
    KzSend *send = g_ptr_array_index (self->sends, i - 1);
    gboolean is_confirmed = send->state == KZ_SEND_CONFIRMED;
    gint64 kept_us =
        is_confirmed && self->ids_match && !self->echoes_differ ? ECHO_KEPT_US : KZ_SEND_KEPT_US;

    if (!is_confirmed && send->state != KZ_SEND_UNRESOLVED)
      continue;
    /* From the latest to the oldest: these go first. */
    confirmed += is_confirmed ? 1 : 0;
    if (now_us - send->started_us > kept_us ||
        (is_confirmed && (send->has_echo || confirmed > ECHOES_MAX)))
      remove_send (self, send);
  }
}

/* --- Outcomes --- */

/* The echo may come after a restart: it is to be known then, where its id will not tell. */
static void
journal_confirmed (KzOutbox *self, const KzSend *send)
{
  g_autofree char *text = NULL;

  if (kz_send_is_echoed (send) || self->ids_match) {
    journal_done (self, send);
    return;
  }
  text = g_strdup_printf (
      "%c%s", self->echoes_differ ? KZ_SEND_MARK_CONFIRMED_LONG : KZ_SEND_MARK_CONFIRMED,
      (const char *) g_ptr_array_index (send->parts, send->parts->len - 1));
  journal_sent (self, send, text);
}

static void
confirm (KzOutbox *self, KzSend *send)
{
  guint64 id = send->id;
  g_autofree char *group_id = g_strdup (send->group_id);
  gboolean is_news = !send->is_told;

  send->state = KZ_SEND_CONFIRMED;
  send->is_told = TRUE;
  journal_confirmed (self, send);
  if (is_news)
    self->funcs.confirmed (id, group_id, self->data);
}

/* Its echo said so, and no answer did. */
static void
announce_by_echo (KzOutbox *self, const KzSend *send)
{
  g_autoptr (KzPosted) posted = kz_posted_new (send->echo_reference, send->echo_action_id);

  if (send->is_announcement)
    self->funcs.announced (send->id, send->group_id, send->title, send->text, posted, self->data);
}

static void
give_back (KzOutbox *self, KzSend *send, const GError *error)
{
  g_autofree char *typed = kz_send_rest (send);
  g_autofree char *group_id = g_strdup (send->group_id);
  guint64 id = send->id;

  remove_send (self, send);
  self->funcs.failed (id, group_id, error, typed, self->data);
}

static void
unresolve (KzOutbox *self, KzSend *send, const GError *error)
{
  g_autofree char *typed = kz_send_rest (send);
  g_autofree char *group_id = g_strdup (send->group_id);

  send->state = KZ_SEND_UNRESOLVED;
  self->funcs.unresolved (send->id, group_id, error, typed, self->data);
}

/* The service that knows only the older limit (API §23 row 22). */
static gboolean
is_too_long (const KzSend *send, const GError *error)
{
  const char *words = kz_error_server_words (error);

  if (send->is_announcement || !g_error_matches (error, KZ_ERROR, KZ_ERROR_REJECTED) ||
      kz_text_utf16_length (kz_send_part (send)) <= KZ_MESSAGE_OLD_MAX_UNITS)
    return FALSE;
  return strstr (error->message, "InvalidParameters") != NULL ||
         (words != NULL && strstr (words, "InvalidParameters") != NULL);
}

static void
throttled_cb (gpointer data)
{
  KzOutbox *self = data;
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->sends->len; i++) {
    const KzSend *send = g_ptr_array_index (self->sends, i);

    g_ptr_array_add (groups, g_strdup (send->group_id));
  }
  g_object_ref (self);
  for (guint i = 0; i < groups->len && !self->is_stopped; i++)
    pump (self, g_ptr_array_index (groups, i));
  g_object_unref (self);
}

/* The one that was out is there. */
static void
next_part (KzOutbox *self, KzSend *send)
{
  send->part++;
  if (kz_send_part (send) == NULL) {
    confirm (self, send);
    return;
  }
  g_clear_pointer (&send->echo_reference, g_free);
  g_clear_pointer (&send->echo_action_id, g_free);
  send->has_echo = FALSE;
  send->state = KZ_SEND_WAITING;
  journal_queued (self, send);
}

static void
refused (KzOutbox *self, KzSend *send, const GError *error)
{
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_THROTTLED) &&
      ++send->throttled < THROTTLED_TRIES) {
    /* No work was done, and the order must stay. */
    send->state = KZ_SEND_WAITING;
    journal_queued (self, send);
    kz_clock_set (self->clock, self, "throttled", THROTTLED_AGAIN_US, throttled_cb, self);
    return;
  }
  if (send->has_echo) {
    announce_by_echo (self, send);
    if (!self->is_stopped)
      next_part (self, send);
    return;
  }
  if (is_too_long (send, error)) {
    kz_send_split (send, KZ_MESSAGE_OLD_MAX_UNITS);
    self->is_old_limit = TRUE;
    send->state = KZ_SEND_WAITING;
    return;
  }
  if (g_error_matches (error, KZ_ERROR, KZ_ERROR_UNRESOLVED))
    unresolve (self, send, error);
  else
    give_back (self, send, error);
}

static void
accepted (KzOutbox *self, KzSend *send, const KzPosted *posted)
{
  g_autofree char *group_id = g_strdup (send->group_id);
  guint64 id = send->id;

  /* Both ways the service can name an echo: learned from one that came before the answer. */
  if (send->echo_reference != NULL && g_strcmp0 (send->echo_reference, posted->reference_id) == 0)
    self->ids_match = TRUE;
  else if (send->echo_reference != NULL)
    self->echoes_differ = TRUE;
  g_free (send->reference_id);
  send->reference_id = g_strdup (posted->reference_id);
  self->funcs.posted (id, group_id, posted, self->data);
  if (self->is_stopped)
    return;
  if (send->is_announcement)
    self->funcs.announced (id, group_id, send->title, send->text, posted, self->data);
  if (!self->is_stopped)
    next_part (self, send);
}

/* --- The wire --- */

typedef struct {
  KzOutbox *outbox;
  guint64 send_id;
  char *group_id;
  gboolean is_announcement;
} Post;

static KzSend *
find_send (KzOutbox *self, guint64 send_id)
{
  for (guint i = 0; i < self->sends->len; i++) {
    KzSend *send = g_ptr_array_index (self->sends, i);

    if (send->id == send_id)
      return send;
  }
  return NULL;
}

static KzPosted *
post_finish (Post *post, GAsyncResult *result, GError **error)
{
  KzHttp *http = post->outbox->http;

  return post->is_announcement ? kz_api_post_action_finish (http, result, error)
                               : kz_api_send_text_finish (http, result, error);
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Post *post = data;
  KzOutbox *self = post->outbox;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPosted) posted = post_finish (post, result, &error);
  KzSend *send = find_send (self, post->send_id);

  if (!self->is_stopped && send != NULL) {
    if (posted != NULL)
      accepted (self, send, posted);
    else
      refused (self, send, error);
  }
  if (!self->is_stopped)
    self->funcs.result (error, self->data);
  if (!self->is_stopped)
    pump (self, post->group_id);
  g_free (post->group_id);
  g_free (post);
  g_object_unref (self);
}

static void
post_announcement (KzOutbox *self, const KzSend *send, Post *post)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_ANNOUNCEMENT);

  draft->title = g_strdup (send->title);
  draft->text = g_strdup (send->text);
  draft->to_all_subscribers = send->to_all;
  draft->reply_to = g_strdup (send->reply_to);
  kz_api_post_action_async (self->http, send->group_id, draft, send->cancellable, posted_cb, post);
}

static void
put_on_wire (KzOutbox *self, KzSend *send)
{
  Post *post = g_new0 (Post, 1);

  post->outbox = g_object_ref (self);
  post->send_id = send->id;
  post->group_id = g_strdup (send->group_id);
  post->is_announcement = send->is_announcement;
  if (self->is_old_limit && !send->is_announcement)
    kz_send_split (send, KZ_MESSAGE_OLD_MAX_UNITS);
  send->state = KZ_SEND_IN_FLIGHT;
  g_clear_object (&send->cancellable);
  send->cancellable = g_cancellable_new ();
  send->started_us = kz_clock_wall_us (self->clock);
  /* Before the wire: a kill from now on must not make us forget that it may have arrived. */
  journal_sent (self, send, kz_send_part (send));
  if (send->is_announcement)
    post_announcement (self, send, post);
  else
    kz_api_send_text_async (self->http, send->group_id, kz_send_part (send), NULL, send->to_all,
                            send->reply_to, send->cancellable, posted_cb, post);
}

/* Starts the oldest waiting send of the group unless one is under way. */
static void
pump (KzOutbox *self, const char *group_id)
{
  for (guint i = 0; i < self->sends->len; i++) {
    KzSend *send = g_ptr_array_index (self->sends, i);

    if (!g_str_equal (send->group_id, group_id))
      continue;
    if (send->state == KZ_SEND_IN_FLIGHT)
      return;
    if (send->state != KZ_SEND_WAITING)
      continue;
    if (send->throttled == 0 || !kz_clock_is_set (self->clock, self, "throttled"))
      put_on_wire (self, send);
    return;
  }
}

guint64
kz_outbox_send (KzOutbox *self,
                const char *group_id,
                gboolean is_announcement,
                const char *title,
                const char *text,
                gboolean to_all_subscribers,
                const char *reply_to,
                const char *typed)
{
  guint64 id = kz_store_next_send_id (self->store);
  KzSend *send = kz_send_new (id, group_id, is_announcement, title, text, typed);

  kz_outbox_tidy (self);
  send->to_all = to_all_subscribers;
  send->reply_to = g_strdup (reply_to);
  g_ptr_array_add (self->sends, send);
  pump (self, group_id);
  if (send->state == KZ_SEND_WAITING)
    journal_queued (self, send);
  return id;
}

/* --- Echoes --- */

/* An echo of a part of @send came. */
static void
absorb (KzOutbox *self, KzSend *send, guint part, const char *reference_id, const char *action_id)
{
  gboolean is_answered = part < send->part || send->state == KZ_SEND_CONFIRMED;

  send->echoed |= G_GUINT64_CONSTANT (1) << part;
  /* It has another id than the answer, or it would not have come here. */
  if (is_answered)
    self->echoes_differ = TRUE;
  if (send->state == KZ_SEND_CONFIRMED) {
    send->has_echo = kz_send_is_echoed (send);
    if (send->has_echo)
      journal_done (self, send);
  } else if (part == send->part) {
    send->has_echo = TRUE;
    g_free (send->echo_reference);
    send->echo_reference = g_strdup (reference_id);
    g_free (send->echo_action_id);
    send->echo_action_id = g_strdup (action_id);
    /* Of a text in parts the person has the rest back: that one is not confirmed. */
    if (send->state == KZ_SEND_UNRESOLVED && part + 1 == send->parts->len) {
      announce_by_echo (self, send);
      if (!self->is_stopped)
        confirm (self, send);
    }
  }
}

gboolean
kz_outbox_take_echo (KzOutbox *self,
                     const char *group_id,
                     const char *reference_id,
                     const KzAction *announcement,
                     const char *text,
                     const char *const *ids)
{
  const char *title = NULL;

  if (announcement != NULL)
    title = announcement->title != NULL ? announcement->title : "";
  kz_outbox_tidy (self);
  for (guint i = 0; i < self->sends->len; i++) {
    KzSend *send = g_ptr_array_index (self->sends, i);
    int part = g_str_equal (send->group_id, group_id) ? kz_send_find_part (send, title, text) : -1;

    if (part < 0)
      continue;
    /* Where echoes carry our references, one under another id is a second line. */
    if (self->ids_match && ((guint) part < send->part || send->state == KZ_SEND_CONFIRMED))
      continue;
    self->echo_ids = ids;
    absorb (self, send, (guint) part, reference_id,
            announcement != NULL ? announcement->action_id : NULL);
    self->echo_ids = NULL;
    return TRUE;
  }
  return FALSE;
}

void
kz_outbox_note_known_echo (KzOutbox *self, const char *reference_id)
{
  for (guint i = 0; reference_id != NULL && i < self->sends->len; i++) {
    KzSend *send = g_ptr_array_index (self->sends, i);

    if (g_strcmp0 (send->reference_id, reference_id) == 0) {
      send->echoed = G_MAXUINT64;
      send->has_echo = TRUE;
      self->ids_match = TRUE;
      if (send->state == KZ_SEND_CONFIRMED)
        kz_store_journal_send_done (self->store, send->id);
      return;
    }
  }
}

gint64
kz_outbox_oldest_open_us (KzOutbox *self)
{
  gint64 oldest_us = 0;

  for (guint i = 0; i < self->sends->len; i++) {
    const KzSend *send = g_ptr_array_index (self->sends, i);

    if (send->state == KZ_SEND_IN_FLIGHT && (oldest_us == 0 || send->started_us < oldest_us))
      oldest_us = send->started_us;
  }
  return oldest_us;
}

void
kz_outbox_stop (KzOutbox *self, const GError *reason)
{
  g_autoptr (GPtrArray) sends = NULL;
  g_autoptr (GError) unresolved = NULL;

  g_return_if_fail (!self->is_stopped);
  self->is_stopped = TRUE;
  kz_clock_cancel_all (self->clock, self);
  unresolved = g_error_new_literal (KZ_ERROR, KZ_ERROR_UNRESOLVED, reason->message);
  sends = g_steal_pointer (&self->sends);
  self->sends = g_ptr_array_new_with_free_func (kz_send_free);
  for (guint i = 0; i < sends->len; i++) {
    const KzSend *send = g_ptr_array_index (sends, i);
    g_autofree char *rest = kz_send_rest (send);

    if (send->state == KZ_SEND_WAITING ||
        (send->state == KZ_SEND_IN_FLIGHT && !kz_http_has_left (self->http, send->cancellable))) {
      self->funcs.failed (send->id, send->group_id, reason, rest, self->data);
      kz_store_journal_send_done (self->store, send->id);
    } else if (send->state == KZ_SEND_IN_FLIGHT && send->has_echo) {
      announce_by_echo (self, send);
      self->funcs.confirmed (send->id, send->group_id, self->data);
      kz_store_journal_send_done (self->store, send->id);
    } else if (send->state == KZ_SEND_IN_FLIGHT)
      /* Its journal record stays: the echo may come after the next sign-on. */
      self->funcs.unresolved (send->id, send->group_id, unresolved, rest, self->data);
  }
}
