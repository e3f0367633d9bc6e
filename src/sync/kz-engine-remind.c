/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-deeds.h"

#include "kz-error.h"
#include "kz-limits.h"

#include <glib/gi18n-lib.h>

/* --- Reminders --- */

static void
reminded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;

  kz_api_remind_finish (deed->engine->http, result, &error);
  if (kz_deed_back (deed, error))
    kz_deed_succeed_true (deed);
}

void
kz_engine_remind_async (KzEngine *self,
                        const char *handle,
                        const char *const *subscribers,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_remind_async, NULL, NULL, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, FALSE);
  const KzGroup *group;
  GError *error = NULL;

  if (open == NULL)
    return;
  group = kz_directory_group (self->directory, open->action->group_id);
  if (subscribers != NULL && (group == NULL || group->kind != KZ_GROUP_PUBLIC)) {
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Only public groups have subscribers"));
    return;
  }
  if (subscribers != NULL && !kz_phones_check (subscribers, KZ_SELECTIVE_SEND_CHUNK, &error)) {
    kz_deed_refuse (deed, error);
    return;
  }
  kz_api_remind_async (self->http, open->action->group_id, open->action->action_id, subscribers,
                       FALSE, self->cancellable, reminded_cb, kz_deed_hold (deed));
}

gboolean
kz_engine_remind_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_remind_async, error);
}

/* --- Properties of a card --- */

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;

  kz_api_update_properties_finish (deed->engine->http, result, &error);
  if (kz_deed_back (deed, error))
    kz_deed_succeed_true (deed);
}

void
kz_engine_update_properties_async (KzEngine *self,
                                   const char *handle,
                                   GPtrArray *properties,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_update_properties_async, NULL, NULL, callback, data);
  const KzOpenAction *open = kz_deed_aim (deed, handle, FALSE);
  GError *error = NULL;

  if (open == NULL)
    return;
  if (open->action->kind != KZ_ACTION_PACKAGE)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Only custom cards have properties"));
  else if (properties->len == 0)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("There is nothing to change"));
  else if (!kz_properties_check (properties, &error))
    kz_deed_refuse (deed, error);
  else
    kz_api_update_properties_async (self->http, open->action->group_id, open->action->action_id,
                                    properties, self->cancellable, updated_cb, kz_deed_hold (deed));
}

gboolean
kz_engine_update_properties_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_update_properties_async, error);
}
