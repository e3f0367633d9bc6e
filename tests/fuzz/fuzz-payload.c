/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a webhook delivers. */
#include "config.h"

#include "fuzz.h"

#include "kz-webhook-payload.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *body = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (KzDelivery) delivery = kz_delivery_parse (body, size, &error);

  g_assert_true ((delivery == NULL) == (error != NULL));
  if (delivery != NULL) {
    g_auto (GStrv) ids = kz_delivery_identities (delivery);

    g_assert_nonnull (delivery->group_id);
    for (gsize i = 0; ids[i] != NULL; i++)
      g_assert_true (g_utf8_validate (ids[i], -1, NULL));
  }
  return 0;
}
