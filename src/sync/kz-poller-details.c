/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Details of single actions: which are read, and reading them. */
#include "config.h"

#include "kz-error.h"
#include "kz-poller-private.h"

#include <string.h>

#define MAX_WATCHED 50

/* FALSE: they cannot be got, or too many are watched. */
static gboolean
watch (KzPoller *self, const char *group_id, const char *action_id, gboolean once)
{
  KzPollGroup *group = kz_poller_group (self, group_id);
  g_autofree char *unit = NULL;
  gboolean is_once;

  if (group == NULL || action_id == NULL)
    return FALSE;
  unit = g_strconcat (KZ_UNIT_DETAILS, action_id, NULL);
  if (kz_poll_group_denies (group, unit))
    return FALSE;
  if (once && kz_poll_group_watches (group, action_id, &is_once))
    return TRUE;
  if (group->watched == NULL)
    group->watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!once && g_hash_table_size (group->watched) >= MAX_WATCHED)
    return FALSE;
  g_hash_table_insert (group->watched, g_strdup (action_id), GINT_TO_POINTER (once));
  kz_poller_set_unit (self, group, unit);
  kz_poller_soon (self);
  return TRUE;
}

void
kz_poller_watch (KzPoller *self, const char *group_id, const char *action_id)
{
  watch (self, group_id, action_id, FALSE);
}

gboolean
kz_poller_want_details (KzPoller *self, const char *group_id, const char *action_id)
{
  return watch (self, group_id, action_id, TRUE);
}

void
kz_poller_unwatch (KzPoller *self, const char *group_id, const char *action_id)
{
  KzPollGroup *group = kz_poller_group (self, group_id);
  g_autofree char *unit = g_strconcat (KZ_UNIT_DETAILS, action_id, NULL);

  if (group == NULL)
    return;
  if (group->watched != NULL)
    g_hash_table_remove (group->watched, action_id);
  kz_schedule_remove (self->schedule, group_id, unit);
}

/* --- Asking --- */

typedef struct {
  KzPoller *poller;
  char *group_id;
  char *unit;
  gboolean is_outdated;
} Details;

static const char *
unit_action_id (const char *unit)
{
  return unit + strlen (KZ_UNIT_DETAILS);
}

void
kz_poller_outdate_details (KzPoller *self, const char *action_id)
{
  for (guint i = 0; i < self->details->len; i++) {
    Details *op = g_ptr_array_index (self->details, i);

    if (g_str_equal (unit_action_id (op->unit), action_id))
      op->is_outdated = TRUE;
  }
}

static void
details_done (KzPoller *self,
              const Details *op,
              KzTally *tally,
              const KzAction *details,
              const GError *error)
{
  KzPollGroup *group;
  const char *action_id = unit_action_id (op->unit);
  gboolean is_refused = error != NULL && !kz_error_is_transient (error);
  gboolean is_over = error == NULL;
  gboolean once;
  gboolean has_changed = FALSE;

  /* They are read once more at their next turn. */
  if (tally != NULL && op->is_outdated) {
    kz_poller_done (self, op->group_id, op->unit, 0, NULL);
    return;
  }
  if (tally != NULL)
    has_changed = self->funcs.tally (op->group_id, action_id, tally, details, self->data);
  else
    is_over = self->funcs.no_details (op->group_id, action_id, is_refused, self->data);
  if (self->is_stopped)
    return;
  group = kz_poller_group (self, op->group_id);
  if (group != NULL &&
      (is_refused || (is_over && kz_poll_group_watches (group, action_id, &once) && once))) {
    if (is_refused)
      kz_poll_group_deny (group, op->unit);
    kz_poller_unwatch (self, op->group_id, action_id);
  }
  kz_poller_done (self, op->group_id, op->unit, error != NULL ? -1 : has_changed, error);
}

static void
details_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Details *op = data;
  KzPoller *self = op->poller;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzTally) tally = NULL;
  g_autoptr (KzAction) details = NULL;

  if (kz_poller_waits (self, op->group_id, details_cb, source, result, op))
    return;
  tally = kz_api_get_details_finish (self->http, result, &details, &error);
  g_ptr_array_remove_fast (self->details, op);
  if (!self->is_stopped)
    details_done (self, op, tally, details, error);
  g_free (op->group_id);
  g_free (op->unit);
  g_free (op);
  g_object_unref (self);
}

void
kz_poller_start_details (KzPoller *self, const char *group_id, const char *unit)
{
  Details *op = g_new0 (Details, 1);

  op->poller = g_object_ref (self);
  op->group_id = g_strdup (group_id);
  op->unit = g_strdup (unit);
  g_ptr_array_add (self->details, op);
  kz_api_get_details_async (self->http, group_id, unit_action_id (unit), KZ_LANE_POLL,
                            self->cancellable, details_cb, op);
}
