/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-order.h"

static void
media_free (gpointer data)
{
  KzOrderMedia *media = data;

  g_free (media->source);
  g_free (media);
}

KzOrder *
kz_order_new (KzVerb verb, const char *handle)
{
  KzOrder *order = g_new0 (KzOrder, 1);

  order->verb = verb;
  order->handle = g_strdup (handle);
  order->people = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);
  order->properties = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_property_free);
  order->media = g_ptr_array_new_with_free_func (media_free);
  return order;
}

void
kz_order_free (KzOrder *order)
{
  if (order == NULL)
    return;
  g_free (order->handle);
  g_clear_pointer (&order->draft, kz_action_draft_free);
  g_clear_pointer (&order->response, kz_response_draft_free);
  g_clear_pointer (&order->group, kz_group_draft_free);
  g_ptr_array_unref (order->people);
  g_ptr_array_unref (order->properties);
  g_ptr_array_unref (order->media);
  g_free (order->text);
  g_free (order->group_id);
  g_free (order->choice);
  g_free (order);
}

void
kz_order_add_media (KzOrder *order, const char *source, int question)
{
  KzOrderMedia *media = g_new0 (KzOrderMedia, 1);

  media->source = g_strdup (source);
  media->question = question;
  g_ptr_array_add (order->media, media);
}

GStrv
kz_order_phones (const KzOrder *order)
{
  g_autoptr (GStrvBuilder) phones = g_strv_builder_new ();

  for (guint i = 0; i < order->people->len; i++) {
    const KzPerson *person = g_ptr_array_index (order->people, i);

    if (person->phone != NULL)
      g_strv_builder_add (phones, person->phone);
  }
  return g_strv_builder_end (phones);
}
