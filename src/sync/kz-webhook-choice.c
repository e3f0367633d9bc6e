/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-webhook-choice.h"

#include "kz-webhook-payload.h"
#include "kz-webhook-subscriptions.h"

#include <string.h>

/* The listing's sample has no context (API §18), so our random token tells as well. */
static gboolean
is_ours (const KzWebhookOwn *own, const KzWebhook *webhook)
{
  if (webhook->id == NULL)
    return FALSE;
  if (webhook->object_id != NULL && strcmp (webhook->object_id, own->group_id) != 0)
    return FALSE;
  if (webhook->context != NULL && *webhook->context != '\0')
    return strcmp (webhook->context, own->context) == 0;
  return g_strcmp0 (webhook->id, own->known_id) == 0 || g_strcmp0 (webhook->token, own->token) == 0;
}

/* Where the listing says for which events it is: an earlier version may have asked for fewer. */
static gboolean
has_all_events (const KzWebhook *webhook)
{
  const char *const *wanted = kz_delivery_event_types ();

  for (guint i = 0; webhook->events != NULL && wanted[i] != NULL; i++) {
    gboolean is_there = FALSE;

    for (guint j = 0; webhook->events[j] != NULL && !is_there; j++)
      is_there = g_ascii_strcasecmp (webhook->events[j], wanted[i]) == 0;
    if (!is_there)
      return FALSE;
  }
  return TRUE;
}

gboolean
kz_webhook_is_good (const KzWebhookOwn *own, const KzWebhook *webhook)
{
  return webhook->is_active && has_all_events (webhook) && g_strcmp0 (webhook->url, own->url) == 0 &&
         (webhook->token == NULL || strcmp (webhook->token, own->token) == 0);
}

/* A good one, of these the one that we know; else the known one; else any. */
static guint
worth (const KzWebhookOwn *own, const KzWebhook *webhook)
{
  return (kz_webhook_is_good (own, webhook) ? 2u : 0u) +
         (g_strcmp0 (webhook->id, own->known_id) == 0 ? 1u : 0u);
}

const KzWebhook *
kz_webhook_choose (const KzWebhookOwn *own, GPtrArray *webhooks, GPtrArray *extra)
{
  const KzWebhook *keep = NULL;

  for (guint i = 0; i < webhooks->len; i++) {
    const KzWebhook *webhook = g_ptr_array_index (webhooks, i);

    if (is_ours (own, webhook) && (keep == NULL || worth (own, webhook) > worth (own, keep)))
      keep = webhook;
  }
  for (guint i = 0; keep != NULL && i < webhooks->len; i++) {
    const KzWebhook *webhook = g_ptr_array_index (webhooks, i);

    if (webhook != keep && is_ours (own, webhook) && strcmp (webhook->id, keep->id) != 0)
      g_ptr_array_add (extra, g_strdup (webhook->id));
  }
  return keep;
}

char *
kz_webhook_context (KzStore *store, const char *phone)
{
  g_autofree char *digest = NULL;

  g_return_val_if_fail (KZ_IS_STORE (store), NULL);

  /* A digest: the context travels with every delivery through other people's relays. */
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, phone != NULL ? phone : "", -1);
  digest[16] = '\0';
  return g_strdup_printf ("purple-kaizala/%s/%s", kz_store_installation_id (store), digest);
}

gboolean
kz_webhook_is_refusal (const GError *error)
{
  return g_error_matches (error, KZ_ERROR, KZ_ERROR_FORBIDDEN) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_REJECTED) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_NOT_FOUND) ||
         g_error_matches (error, KZ_ERROR, KZ_ERROR_INVALID);
}

gint64
kz_webhook_spread (gint64 delay_us)
{
  return delay_us + (gint64) (g_random_double () * (double) delay_us / 4);
}
