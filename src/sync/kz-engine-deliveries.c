/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-private.h"

#include <string.h>

#define BACKLOG_PAUSE_US (60 * G_USEC_PER_SEC)

void
kz_kept_free (gpointer data)
{
  KzKept *kept = data;

  kz_delivery_free (kept->delivery);
  g_strfreev (kept->ids);
  g_free (kept);
}

static const char *const *
ids_of (const KzKept *kept)
{
  return (const char *const *) kept->ids;
}

/* (transfer full): that of the delivery, and for a message the reference that its eventId may be
 * (inferred, API §19). */
static GStrv
identities (const KzDelivery *delivery)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = kz_delivery_identities (delivery);

  g_strv_builder_addv (builder, (const char **) ids);
  if (delivery->event_id != NULL && (delivery->text != NULL || delivery->action != NULL)) {
    g_autofree char *id = g_strconcat ("r:", delivery->event_id, NULL);

    if (!g_strv_contains ((const char *const *) ids, id))
      g_strv_builder_add (builder, id);
  }
  return g_strv_builder_end (builder);
}

/* It gives a line of the room: what is known already at most adds ids to it. */
static gboolean
is_line (KzEngine *self, const KzKept *kept)
{
  const KzDelivery *delivery = kept->delivery;

  if (delivery->text != NULL)
    return TRUE;
  if (delivery->response != NULL && delivery->response->response_id != NULL)
    return !kz_engine_was_told (self, delivery->group_id, delivery->response);
  return (delivery->action != NULL || delivery->response != NULL) &&
         !kz_engine_knows (self, delivery->group_id, ids_of (kept));
}

/* --- Showing --- */

void
kz_engine_date_event (KzEvent *event, const KzKept *kept)
{
  if (kept == NULL)
    return;
  event->maybe_seen = kept->maybe_seen;
  event->maybe_older = kept->maybe_older;
  if (event->time_us == 0 && (kept->is_delayed || kept->maybe_seen))
    event->time_us = kept->arrived_us;
  event->is_late = !event->is_history && (event->is_late || kept->is_delayed);
}

static void
emit_text (KzEngine *self, const KzKept *kept)
{
  const KzDelivery *delivery = kept->delivery;
  KzEvent *event = kz_event_new (KZ_EVENT_MESSAGE, KZ_SOURCE_WEBHOOK, delivery->group_id);

  event->text = kz_text_ref (delivery->text);
  event->sender = delivery->sender != NULL ? kz_person_ref (delivery->sender) : NULL;
  event->is_own = kz_directory_is_own (self->directory, delivery->sender);
  kz_engine_date_event (event, kept);
  kz_engine_emit (self, event);
  if (kz_engine_is_alive (self))
    kz_engine_mark (self, delivery->group_id, ids_of (kept));
}

static void
show_response (KzEngine *self, const KzKept *kept)
{
  const KzDelivery *delivery = kept->delivery;

  /* Without an id of the response that of the event must do. */
  if (delivery->response->response_id == NULL) {
    if (kz_engine_knows (self, delivery->group_id, ids_of (kept)))
      return;
    kz_engine_mark (self, delivery->group_id, ids_of (kept));
  }
  kz_engine_take_response (self, delivery->response, KZ_SOURCE_WEBHOOK, NULL, kept);
}

static void
show_membership (KzEngine *self, const KzKept *kept)
{
  const KzDelivery *delivery = kept->delivery;

  if (kz_engine_knows (self, delivery->group_id, ids_of (kept)))
    return;
  kz_engine_take_membership (self, delivery->membership, KZ_SOURCE_WEBHOOK);
  if (kz_engine_is_alive (self) && kz_directory_group (self->directory, delivery->group_id) != NULL)
    kz_engine_mark (self, delivery->group_id, ids_of (kept));
}

/* What a delivery says, as events; everything is marked as shown when it returns. */
static void
show (KzEngine *self, const KzKept *kept)
{
  KzDelivery *delivery = kept->delivery;

  if (delivery->text != NULL) {
    emit_text (self, kept);
  } else if (delivery->action != NULL) {
    kz_engine_take_action (self, delivery->action, ids_of (kept), kept->source, FALSE, kept);
  } else if (delivery->response != NULL) {
    show_response (self, kept);
  } else if (delivery->membership != NULL) {
    show_membership (self, kept);
  } else if (delivery->kind == KZ_DELIVERY_GROUP_ADDED ||
             delivery->kind == KZ_DELIVERY_GROUP_REMOVED) {
    kz_engine_refresh_groups (self);
    kz_engine_load_tree (self, delivery->group_id);
  }
}

/* --- What is known already, and echoes of our own --- */

/* TRUE: there is nothing to show. */
static gboolean
is_settled (KzEngine *self, const KzKept *kept)
{
  const KzDelivery *delivery = kept->delivery;
  const KzAction *action = delivery->action;
  gboolean is_own = kz_directory_is_own (self->directory, delivery->sender);
  const char *reference =
      delivery->text != NULL ? delivery->text->reference_id : delivery->event_id;
  gboolean is_echo = FALSE;

  if (delivery->text == NULL && action == NULL)
    return FALSE;
  if (kz_engine_knows (self, delivery->group_id, ids_of (kept))) {
    if (is_own) {
      kz_outbox_note_known_echo (self->outbox, reference);
      kz_engine_note_own_echo (self, ids_of (kept));
    }
    /* Actions may bring ids that were not known yet. */
    return delivery->text != NULL;
  }
  if (!is_own)
    return FALSE;
  if (delivery->text != NULL)
    is_echo = kz_outbox_take_echo (self->outbox, delivery->group_id, reference, NULL,
                                   delivery->text->text, ids_of (kept));
  else if (action->kind == KZ_ACTION_ANNOUNCEMENT)
    is_echo =
        kz_outbox_take_echo (self->outbox, delivery->group_id, reference, action, action->text,
                             ids_of (kept));
  if (!is_echo)
    return kz_engine_take_own_echo (self, delivery->group_id, delivery->action,
                                    delivery->text != NULL ? delivery->text->text : NULL,
                                    ids_of (kept), KZ_SOURCE_WEBHOOK);
  kz_engine_mark (self, delivery->group_id, ids_of (kept));
  return TRUE;
}

gboolean
kz_kept_among (const KzKept *kept, const GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++) {
    const KzKept *other = g_ptr_array_index (list, i);

    for (guint j = 0; kept->ids[j] != NULL; j++)
      if (g_strv_contains (ids_of (other), kept->ids[j]))
        return TRUE;
  }
  return FALSE;
}

static gboolean
is_kept (KzEngine *self, const KzKept *kept)
{
  return kz_kept_among (kept, kz_engine_matters (self, kept->delivery->group_id)->kept) ||
         kz_engine_is_looked_up (self, kept);
}

static gboolean
may_show_line (KzEngine *self, const char *group_id)
{
  /* Never past lines that wait. */
  return kz_engine_matters (self, group_id)->kept->len == 0 &&
         (self->callbacks.may_show == NULL ||
          self->callbacks.may_show (group_id, self->callback_data));
}

static gboolean
may_show (KzEngine *self, const KzKept *kept)
{
  return !is_line (self, kept) || may_show_line (self, kept->delivery->group_id);
}

/* --- One delivery --- */

static void
backlog_over_cb (gpointer data)
{
  KzEngine *self = data;

  self->is_backlog = FALSE;
}

/* The first texts after an absence come by retries, in any order and without a time. */
static void
tag_age (KzEngine *self, KzKept *kept)
{
  KzRoom *room = kz_engine_room (self, kept->delivery->group_id);

  if (!self->is_backlog ||
      (kept->delivery->kind != KZ_DELIVERY_TEXT && kept->delivery->kind != KZ_DELIVERY_ATTACHMENT))
    return;
  kept->maybe_older = TRUE;
  kz_clock_set (self->clock, self, "backlog", BACKLOG_PAUSE_US, backlog_over_cb, self);
  if (room->has_warned_older)
    return;
  room->has_warned_older = TRUE;
  kz_engine_notice (self, KZ_NOTICE_MAYBE_OLDER, kept->delivery->group_id, NULL);
}

static void
learn_people (KzEngine *self, const KzDelivery *delivery)
{
  kz_directory_learn_for_good (self->directory, delivery->sender);
  if (delivery->response != NULL)
    kz_directory_learn_for_good (self->directory, delivery->response->responder);
}

static KzKept *
kept_new (KzDelivery *delivery)
{
  KzKept *kept = g_new0 (KzKept, 1);

  kept->delivery = delivery;
  kept->ids = identities (delivery);
  kept->source = KZ_SOURCE_WEBHOOK;
  return kept;
}

/* Of an action that we do not know. FALSE: it is to be shown as it is. @kept: (transfer full) when
 * TRUE. */
static gboolean
look_up (KzEngine *self, KzKept *kept, const char *body, gsize length)
{
  if (!is_line (self, kept) || !kz_engine_wants_lookup (self, kept, may_show (self, kept)) ||
      !kz_store_journal_aside (self->store, kept->delivery->group_id, body, length,
                               &kept->record_id))
    return FALSE;
  /* A notice of the disk may have ended us; then the record counts. */
  if (kz_engine_is_alive (self))
    kz_engine_look_up (self, kept);
  else
    kz_kept_free (kept);
  return TRUE;
}

/* FALSE: it could not be kept safely; the service must come again. */
static gboolean
hold (KzEngine *self, KzKept *kept, const char *body, gsize length)
{
  kept->arrived_us = kz_clock_wall_us (self->clock);
  if (!kz_store_journal_aside (self->store, kept->delivery->group_id, body, length,
                               &kept->record_id)) {
    kz_kept_free (kept);
    return FALSE;
  }
  /* A notice of the disk may have ended us; then the record counts. */
  if (kz_engine_is_alive (self))
    kz_engine_hold_delivery (self, kept);
  else
    kz_kept_free (kept);
  return TRUE;
}

/* FALSE: it could not be kept safely; the service must come again. The one exception to "no 200
 * without a record" is what the host shows in this very turn: it is before the person's eyes, and
 * with a full disk nothing else would ever be shown. */
static gboolean
accept_delivery (KzEngine *self, KzKept *kept, const char *body, gsize length)
{
  const char *group_id = kept->delivery->group_id;
  gboolean shows_now;
  gboolean is_written;

  if (kz_engine_has_room_work (self, group_id))
    return hold (self, kept, body, length);
  if (is_settled (self, kept) || is_kept (self, kept)) {
    kz_kept_free (kept);
    return TRUE;
  }
  kept->arrived_us = kz_clock_wall_us (self->clock);
  if (look_up (self, kept, body, length))
    return TRUE;
  if (!kz_engine_is_alive (self)) {
    kz_kept_free (kept);
    return FALSE;
  }
  shows_now = may_show (self, kept);
  is_written =
      shows_now ? kz_store_journal_delivery (self->store, group_id, body, length, &kept->record_id)
                : kz_store_journal_aside (self->store, group_id, body, length, &kept->record_id);
  if (!is_written && !shows_now) {
    kz_kept_free (kept);
    return FALSE;
  }
  if (!is_written)
    kept->record_id = 0;
  if (kz_engine_is_alive (self))
    tag_age (self, kept);
  if (!shows_now) {
    g_ptr_array_add (kz_engine_need_matters (self, group_id)->kept, kept);
    if (kz_engine_is_up (self))
      kz_engine_ask_beside (self, kept);
    return TRUE;
  }
  /* A notice may have ended us: then it was not shown, and only the record counts. */
  if (!kz_engine_is_alive (self)) {
    kz_kept_free (kept);
    return is_written;
  }
  show (self, kept);
  if (kz_engine_is_alive (self) && kept->record_id != 0)
    kz_store_journal_delivered (self->store, kept->record_id);
  kz_kept_free (kept);
  return TRUE;
}

gboolean
kz_engine_delivery (const char *body, gsize length, gpointer data)
{
  g_autoptr (KzEngine) self = g_object_ref (data);
  g_autoptr (GError) error = NULL;
  KzDelivery *delivery;

  if (!kz_engine_is_up (self))
    return FALSE;
  delivery = kz_delivery_parse (body, length, &error);
  if (delivery == NULL) {
    /* Coming again would not make it readable. */
    kz_engine_notice (self, KZ_NOTICE_LINE_LOST, NULL, error->message);
    return TRUE;
  }
  /* The last of it: that we left, for one. */
  if (g_hash_table_contains (self->left_groups, delivery->group_id)) {
    kz_delivery_free (delivery);
    return TRUE;
  }
  if (self->hooks != NULL)
    kz_webhook_subscriptions_heard (self->hooks, delivery->group_id);
  kz_engine_meet_group (self, delivery->group_id);
  if (!kz_engine_is_up (self)) {
    kz_delivery_free (delivery);
    return FALSE;
  }
  learn_people (self, delivery);
  return accept_delivery (self, kept_new (delivery), body, length);
}

/* --- Kept lines --- */

void
kz_engine_release_lines (KzEngine *self, const char *group_id, guint most)
{
  g_autoptr (KzEngine) hold G_GNUC_UNUSED = NULL;

  g_return_if_fail (KZ_IS_ENGINE (self) && group_id != NULL);
  hold = g_object_ref (self);
  for (; most > 0 && kz_engine_is_up (self); most--) {
    GPtrArray *waiting = kz_engine_matters (self, group_id)->kept;
    KzKept *kept;

    if (waiting->len == 0)
      return;
    kept = g_ptr_array_steal_index (waiting, 0);
    kept->is_delayed = TRUE;
    /* A kill from now on leaves in doubt whether it was seen. */
    if (kept->record_id != 0)
      kz_store_journal_showing (self->store, kept->record_id);
    show (self, kept);
    if (kz_engine_is_alive (self) && kept->record_id != 0)
      kz_store_journal_delivered (self->store, kept->record_id);
    kz_kept_free (kept);
  }
}

void
kz_engine_release_group (KzEngine *self, const char *group_id)
{
  kz_engine_release_lines (self, group_id, G_MAXUINT);
}

guint
kz_engine_kept_lines (KzEngine *self, const char *group_id)
{
  return kz_engine_matters (self, group_id)->kept->len;
}

GPtrArray *
kz_engine_groups_with_kept_lines (KzEngine *self)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer room;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &room)) {
    if (((KzRoom *) room)->matters != NULL && ((KzRoom *) room)->matters->kept->len > 0)
      g_ptr_array_add (groups, g_strdup (((KzRoom *) room)->group_id));
  }
  return groups;
}

/* --- What lists tell of --- */

/* As if a webhook had brought it. @action: (transfer full). */
static KzDelivery *
delivery_of (KzAction *action)
{
  KzDelivery *delivery = g_new0 (KzDelivery, 1);

  delivery->kind = KZ_DELIVERY_UNKNOWN;
  delivery->kind_raw = g_strdup (action->kind_raw);
  delivery->group_id = g_strdup (action->group_id);
  delivery->sender = action->sender != NULL ? kz_person_ref (action->sender) : NULL;
  delivery->action = action;
  return delivery;
}

static gboolean
nothing_waits (KzEngine *self, const char *group_id)
{
  return kz_engine_matters (self, group_id)->kept->len == 0 && self->lookups->len == 0;
}

gboolean
kz_engine_is_aside (KzEngine *self, KzAction *action)
{
  KzKept *kept;
  gboolean is_known;

  if (nothing_waits (self, action->group_id))
    return FALSE;
  kept = kept_new (delivery_of (kz_action_ref (action)));
  is_known = is_kept (self, kept);
  kz_kept_free (kept);
  return is_known;
}

gboolean
kz_engine_put_aside (KzEngine *self, KzAction *action)
{
  KzKept *kept;
  g_autoptr (GBytes) body = NULL;
  gboolean is_known;
  gsize length;
  const char *text;

  if (nothing_waits (self, action->group_id) && may_show_line (self, action->group_id))
    return FALSE;
  kept = kept_new (delivery_of (kz_action_ref (action)));
  is_known = is_kept (self, kept);
  if (is_known || may_show (self, kept)) {
    kz_kept_free (kept);
    return is_known;
  }
  kept->source = KZ_SOURCE_POLL;
  kept->arrived_us = kz_clock_wall_us (self->clock);
  body = kz_store_serialize_aside (action);
  text = g_bytes_get_data (body, &length);
  /* Better with the host than nowhere: the list is not asked that far back again. */
  if (!kz_store_journal_aside (self->store, action->group_id, text, length, &kept->record_id)) {
    kz_kept_free (kept);
    return FALSE;
  }
  g_ptr_array_add (kz_engine_need_matters (self, action->group_id)->kept, kept);
  return TRUE;
}

/* --- What waited in the journal --- */

void
kz_engine_show_kept (KzEngine *self, KzKept *kept)
{
  g_autofree char *group_id = g_strdup (kept->delivery->group_id);

  if (!may_show (self, kept)) {
    g_ptr_array_add (kz_engine_need_matters (self, group_id)->kept, kept);
    kz_engine_ask_beside (self, kept);
    return;
  }
  kz_store_journal_showing (self->store, kept->record_id);
  show (self, kept);
  if (kz_engine_is_alive (self))
    kz_store_journal_delivered (self->store, kept->record_id);
  kz_kept_free (kept);
}

/* @kept: (transfer full): it is only now looked at. */
static void
take_late (KzEngine *self, KzKept *kept)
{
  if (is_settled (self, kept) || is_kept (self, kept)) {
    if (kz_engine_is_alive (self))
      kz_store_journal_delivered (self->store, kept->record_id);
    kz_kept_free (kept);
  } else if (is_line (self, kept) && kz_engine_wants_lookup (self, kept, may_show (self, kept))) {
    kz_engine_look_up (self, kept);
  } else {
    kz_engine_show_kept (self, kept);
  }
}

void
kz_engine_take_held (KzEngine *self, KzKept *kept)
{
  tag_age (self, kept);
  if (kz_engine_is_alive (self))
    take_late (self, kept);
  else
    kz_kept_free (kept);
}

static void
replay (KzEngine *self, const KzJournalDelivery *old)
{
  gsize length;
  const char *body = g_bytes_get_data (old->body, &length);
  KzAction *action = kz_store_read_aside (body, length);
  KzDelivery *delivery =
      action != NULL ? delivery_of (action) : kz_delivery_parse (body, length, NULL);
  KzKept *kept;

  if (delivery == NULL) {
    kz_store_journal_delivered (self->store, old->record_id);
    return;
  }
  kept = kept_new (delivery);
  kept->source = action != NULL ? KZ_SOURCE_POLL : KZ_SOURCE_WEBHOOK;
  kept->record_id = old->record_id;
  kept->arrived_us = old->wall_us;
  kept->maybe_seen = !old->is_aside;
  kz_engine_meet_group (self, delivery->group_id);
  if (!kz_engine_is_alive (self)) {
    kz_kept_free (kept);
    return;
  }
  learn_people (self, delivery);
  kept->is_delayed = TRUE;
  take_late (self, kept);
}

void
kz_engine_replay_deliveries (KzEngine *self)
{
  GPtrArray *pending = kz_store_pending_deliveries (self->store);

  for (guint i = 0; i < pending->len && kz_engine_is_alive (self); i++)
    replay (self, g_ptr_array_index (pending, i));
}
