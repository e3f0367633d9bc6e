/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an action asks or shows, where somebody wants to know: lists do not tell questions, and of what was
 * shown before this session no file keeps the texts. */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-deeds.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SEARCH_COUNT 240
/* A delivery is dated by when it came, which a retry (API §18) does so late, and by our clock. */
#define SEARCH_SLACK_US (2 * G_TIME_SPAN_DAY + 10 * G_TIME_SPAN_MINUTE)

static void
told_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzAction) details = NULL;
  g_autoptr (KzTally) tally =
      kz_api_get_details_finish (deed->engine->http, result, &details, &error);

  if (!kz_deed_back (deed, error))
    return;
  kz_engine_learn_details (deed->engine, details);
  kz_deed_succeed_true (deed);
}

/* Pictures have no id by which one could be asked for (API §12). */
static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzActionPage) page = kz_api_list_actions_finish (deed->engine->http, result, &error);

  if (!kz_deed_back (deed, error))
    return;
  for (guint i = 0; i < page->actions->len; i++) {
    const KzAction *action = g_ptr_array_index (page->actions, i);

    if (g_strcmp0 (action->reference_id, deed->context) != 0)
      continue;
    kz_engine_learn_ids (deed->engine, action, KZ_SOURCE_POLL);
    kz_engine_learn_texts (deed->engine, action);
  }
  kz_deed_succeed_true (deed);
}

static void
search (KzDeed *deed, const KzAction *action)
{
  KzEngine *self = deed->engine;
  gint64 since_us = action->sent_us != 0 ? action->sent_us - SEARCH_SLACK_US : 0;

  deed->context = g_strdup (action->reference_id);
  kz_api_list_actions_async (self->http, action->group_id, action->kind, NULL, since_us,
                             SEARCH_COUNT, 0, self->cancellable, listed_cb, kz_deed_hold (deed));
}

void
kz_engine_fetch_action_async (KzEngine *self,
                              const char *handle,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_fetch_action_async, NULL, g_free, callback, data);
  const KzOpenAction *open = kz_engine_find_action (self, NULL, handle, NULL);
  gboolean by_reference = open != NULL && open->action->action_id == NULL;

  open = kz_deed_aim (deed, handle, by_reference);
  if (open == NULL)
    return;
  if (!by_reference)
    kz_api_get_details_async (self->http, open->action->group_id, open->action->action_id,
                              KZ_LANE_USER, self->cancellable, told_cb, kz_deed_hold (deed));
  else if (kz_action_kind_is_listed (open->action->kind))
    search (deed, open->action);
  else
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID,
                          _ ("The service does not tell again what it is"));
}

gboolean
kz_engine_fetch_action_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_fetch_action_async, error);
}
