/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deeds.h"
#include "kz-engine-private.h"

#include "kz-error.h"
#include "kz-limits.h"
#include "kz-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- What became of it --- */

static void
posted_cb (guint64 send_id, const char *group_id, const KzPosted *posted, gpointer data)
{
  g_autofree char *reference =
      posted->reference_id != NULL ? g_strconcat ("r:", posted->reference_id, NULL) : NULL;
  g_autofree char *action =
      posted->action_id != NULL ? g_strconcat ("a:", posted->action_id, NULL) : NULL;
  const char *ids[] = {reference != NULL ? reference : action, reference != NULL ? action : NULL,
                       NULL};

  /* Before anybody can bring it to us. */
  kz_engine_mark (data, group_id, ids);
}

static void
announced_cb (guint64 send_id,
              const char *group_id,
              const char *title,
              const char *text,
              const KzPosted *posted,
              gpointer data)
{
  KzEngine *self = data;
  g_autoptr (KzAction) action = kz_action_new (KZ_ACTION_ANNOUNCEMENT, NULL, group_id);

  action->reference_id = g_strdup (posted->reference_id);
  action->action_id = g_strdup (posted->action_id);
  action->title = g_strdup (title);
  action->text = g_strdup (text);
  action->sender = kz_person_from_wire (kz_directory_own_user_id (self->directory), self->phone,
                                        kz_directory_own_name (self->directory), NULL);
  kz_engine_show_own_action (self, action);
}

static void
emit_outcome (KzEngine *self,
              KzEventKind kind,
              guint64 send_id,
              const char *group_id,
              const GError *error,
              const char *typed)
{
  KzEvent *event = kz_event_new (kind, KZ_SOURCE_OWN, group_id);

  event->send_id = send_id;
  event->is_own = TRUE;
  event->typed = g_strdup (typed);
  event->error = error != NULL ? g_error_copy (error) : NULL;
  kz_engine_emit (self, event);
}

static void
confirmed_cb (guint64 send_id, const char *group_id, gpointer data)
{
  emit_outcome (data, KZ_EVENT_SEND_CONFIRMED, send_id, group_id, NULL, NULL);
}

static void
failed_cb (
    guint64 send_id, const char *group_id, const GError *error, const char *typed, gpointer data)
{
  emit_outcome (data, KZ_EVENT_SEND_FAILED, send_id, group_id, error, typed);
}

static void
unresolved_cb (
    guint64 send_id, const char *group_id, const GError *error, const char *typed, gpointer data)
{
  emit_outcome (data, KZ_EVENT_SEND_UNRESOLVED, send_id, group_id, error, typed);
}

static void
result_cb (const GError *error, gpointer data)
{
  kz_engine_note_result (data, error);
}

const KzOutboxFuncs *
kz_engine_outbox_funcs (void)
{
  static const KzOutboxFuncs funcs = {
      .posted = posted_cb,
      .announced = announced_cb,
      .confirmed = confirmed_cb,
      .failed = failed_cb,
      .unresolved = unresolved_cb,
      .result = result_cb,
  };

  return &funcs;
}

/* --- May it go out? --- */

static const KzGroup *
check_send (KzEngine *self, const char *group_id, const char *text, GError **error)
{
  const KzGroup *group;

  if (!kz_engine_is_up (self)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("Not signed on"));
    return NULL;
  }
  group = kz_directory_group (self->directory, group_id);
  if (group == NULL) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("There is no such group"));
    return NULL;
  }
  if (text == NULL || strspn (text, " \t\r\n") == strlen (text)) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID, _ ("There is nothing to send"));
    return NULL;
  }
  if (kz_text_utf16_length (text) > KZ_MESSAGE_MAX_UNITS) {
    g_set_error (error, KZ_ERROR, KZ_ERROR_TOO_LARGE,
                 /* Translators: %d is a number of characters. */
                 _ ("A message holds at most %d characters"), KZ_MESSAGE_MAX_UNITS);
    return NULL;
  }
  return group;
}

static guint64
send_text (KzEngine *self,
           const char *group_id,
           const char *text,
           const char *reply_to,
           const char *typed,
           GError **error)
{
  const KzGroup *group = check_send (self, group_id, text, error);
  KzWrite write;

  if (group == NULL)
    return 0;
  write = kz_group_may_write (group);
  if (write == KZ_WRITE_ANNOUNCE_ONLY || write == KZ_WRITE_NO) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_FORBIDDEN,
                         write == KZ_WRITE_NO
                             ? _ ("You may only read in this group")
                             : _ ("This group has subgroups and takes announcements only"));
    return 0;
  }
  kz_engine_touch_group (self, group_id);
  return kz_outbox_send (self->outbox, group_id, FALSE, NULL, text, write == KZ_WRITE_TARGETED,
                         reply_to, typed);
}

guint64
kz_engine_send_text (
    KzEngine *self, const char *group_id, const char *text, const char *typed, GError **error)
{
  g_return_val_if_fail (KZ_IS_ENGINE (self) && group_id != NULL, 0);

  return send_text (self, group_id, text, NULL, typed, error);
}

guint64
kz_engine_reply (
    KzEngine *self, const char *handle, const char *text, const char *typed, GError **error)
{
  const KzOpenAction *open;

  g_return_val_if_fail (KZ_IS_ENGINE (self), 0);

  open = kz_engine_find_action (self, NULL, handle, error);
  if (open == NULL)
    return 0;
  if (open->action->reference_id == NULL) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_INVALID,
                         _ ("The service has not told how to answer this one"));
    return 0;
  }
  return send_text (self, open->action->group_id, text, open->action->reference_id, typed, error);
}

guint64
kz_engine_announce (KzEngine *self,
                    const char *group_id,
                    const char *title,
                    const char *text,
                    const char *typed,
                    GError **error)
{
  const KzGroup *group;
  KzWrite write;

  g_return_val_if_fail (KZ_IS_ENGINE (self) && group_id != NULL, 0);

  group = check_send (self, group_id, text, error);
  if (group == NULL)
    return 0;
  write = kz_group_may_write (group);
  if (write == KZ_WRITE_NO) {
    g_set_error_literal (error, KZ_ERROR, KZ_ERROR_FORBIDDEN,
                         _ ("You may only read in this group"));
    return 0;
  }
  kz_engine_touch_group (self, group_id);
  return kz_outbox_send (self->outbox, group_id, TRUE, title, text, write == KZ_WRITE_TARGETED,
                         NULL, typed);
}
