/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-error.h"
#include "kz-outbox-private.h"

#include <glib/gi18n-lib.h>

/* What an earlier process sent, or was about to. */

static gboolean
is_confirmed (const KzJournalSend *old)
{
  return old->text[0] == KZ_SEND_MARK_CONFIRMED || old->text[0] == KZ_SEND_MARK_CONFIRMED_LONG;
}

static KzSend *
send_from_journal (const KzJournalSend *old)
{
  const char *text = is_confirmed (old) ? old->text + 1 : old->text;
  KzSend *send =
      kz_send_new (old->send_id, old->group_id, old->is_announcement, old->title, text, old->typed);

  send->state = is_confirmed (old) ? KZ_SEND_CONFIRMED : KZ_SEND_UNRESOLVED;
  send->is_told = is_confirmed (old);
  send->started_us = old->wall_us;
  return send;
}

/* Nobody was told that it may not have arrived. */
static void
report_untold (KzOutbox *self, GPtrArray *pending, gint64 told_us)
{
  g_autoptr (GError) error =
      g_error_new_literal (KZ_ERROR, KZ_ERROR_UNRESOLVED, "No answer before the last sign-off");

  for (guint i = 0; i < pending->len && !self->is_stopped; i++) {
    const KzJournalSend *old = g_ptr_array_index (pending, i);

    if (!old->is_queued && !is_confirmed (old) && old->wall_us > told_us)
      self->funcs.unresolved (old->send_id, old->group_id, error,
                              old->typed != NULL ? old->typed : old->text, self->data);
  }
}

/* No echo of these comes any more. */
static void
forget_old (KzOutbox *self, GPtrArray *pending, gint64 limit_us)
{
  for (guint i = 0; i < pending->len && !self->is_stopped; i++) {
    const KzJournalSend *old = g_ptr_array_index (pending, i);

    if (!old->is_queued && old->wall_us < limit_us)
      kz_store_journal_send_done (self->store, old->send_id);
  }
}

/* Not sent now either: who knows whether it is still wanted. */
static void
give_back_queued (KzOutbox *self, GPtrArray *pending)
{
  g_autoptr (GError) error =
      /* Translators: why a text was not sent, behind "Not sent: ". */
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("the program ended before"));

  for (guint i = 0; i < pending->len && !self->is_stopped; i++) {
    const KzJournalSend *old = g_ptr_array_index (pending, i);

    if (!old->is_queued)
      continue;
    self->funcs.failed (old->send_id, old->group_id, error, old->text, self->data);
    kz_store_journal_send_done (self->store, old->send_id);
  }
}

void
kz_outbox_adopt (KzOutbox *self, gint64 told_us)
{
  GPtrArray *pending = kz_store_pending_sends (self->store);
  gint64 limit_us = kz_clock_wall_us (self->clock) - KZ_SEND_KEPT_US;

  for (guint i = 0; i < pending->len; i++) {
    const KzJournalSend *old = g_ptr_array_index (pending, i);

    if (old->is_queued || old->wall_us < limit_us)
      continue;
    if (old->text[0] == KZ_SEND_MARK_CONFIRMED_LONG)
      self->echoes_differ = TRUE;
    g_ptr_array_add (self->sends, send_from_journal (old));
  }
  kz_outbox_tidy (self);
  report_untold (self, pending, told_us);
  forget_old (self, pending, limit_us);
  give_back_queued (self, pending);
}
