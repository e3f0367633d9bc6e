/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The window of file transfers, and the one in which a file is chosen. */
#include "kz-test-host-private.h"

static KzTestHost *the_host;

void
kz_test_transfer_free (KzTestTransfer *transfer)
{
  g_free (transfer->name);
  g_free (transfer);
}

/* The latest of that transfer: addresses are used again. */
static KzTestTransfer *
find (PurpleXfer *xfer)
{
  for (guint i = the_host->transfers->len; i > 0; i--) {
    KzTestTransfer *transfer = g_ptr_array_index (the_host->transfers, i - 1);
    if (transfer->xfer == xfer)
      return transfer;
  }
  return NULL;
}

static void
add_xfer (PurpleXfer *xfer)
{
  KzTestTransfer *transfer = g_new0 (KzTestTransfer, 1);
  transfer->xfer = xfer;
  transfer->name = g_strdup (purple_xfer_get_filename (xfer));
  g_ptr_array_add (the_host->transfers, transfer);
}

static void
update_progress (PurpleXfer *xfer, double fraction)
{
  KzTestTransfer *transfer = find (xfer);
  g_assert_nonnull (transfer);
  transfer->updates++;
  transfer->fraction = fraction;
  if (the_host->cancels_transfers)
    purple_xfer_cancel_local (xfer);
}

static void
cancelled (PurpleXfer *xfer)
{
  KzTestTransfer *transfer = find (xfer);
  if (transfer != NULL)
    transfer->is_cancelled = TRUE;
}

static void
destroy (PurpleXfer *xfer)
{
  KzTestTransfer *transfer = find (xfer);
  if (transfer == NULL)
    return;
  transfer->is_completed = purple_xfer_is_completed (xfer);
  transfer->xfer = NULL;
}

static PurpleXferUiOps ops = {
    .destroy = destroy,
    .add_xfer = add_xfer,
    .update_progress = update_progress,
    .cancel_local = cancelled,
    .cancel_remote = cancelled,
};

static void *
request_file (const char *title,
              const char *filename,
              gboolean is_save,
              GCallback ok_cb,
              GCallback cancel_cb,
              PurpleAccount *account,
              const char *who,
              PurpleConversation *conversation,
              void *user_data)
{
  KzTestPrompt *prompt = g_new0 (KzTestPrompt, 1);
  prompt->title = g_strdup (title);
  prompt->primary = g_strdup (filename);
  prompt->ok_cb = ok_cb;
  prompt->cancel_cb = cancel_cb;
  prompt->account = account;
  prompt->user_data = user_data;
  g_ptr_array_add (the_host->prompts, prompt);
  return prompt;
}

void
kz_test_transfers_connect (KzTestHost *host, PurpleRequestUiOps *requests)
{
  the_host = host;
  if (host->ui != KZ_TEST_BITLBEE)
    requests->request_file = request_file;
}

void
kz_test_transfers_started (void)
{
  purple_xfers_set_ui_ops (&ops);
}

const KzTestTransfer *
kz_test_transfer (KzTestHost *host, guint index)
{
  g_assert_cmpuint (index, <, host->transfers->len);
  return g_ptr_array_index (host->transfers, index);
}
