/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is under way in a group: made for those few in which something is. */
#include "config.h"

#include "kz-engine-private.h"

KzMatters *
kz_matters_new (void)
{
  KzMatters *matters = g_new (KzMatters, 1);

  matters->kept = g_ptr_array_new_with_free_func (kz_kept_free);
  matters->reaction_counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  matters->sought_actions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  matters->pending_tallies =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kz_pending_tally_free);
  matters->uncounted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return matters;
}

void
kz_matters_free (KzMatters *matters)
{
  if (matters == NULL)
    return;
  g_ptr_array_unref (matters->kept);
  g_hash_table_unref (matters->reaction_counts);
  g_hash_table_unref (matters->sought_actions);
  g_hash_table_unref (matters->pending_tallies);
  g_hash_table_unref (matters->uncounted);
  g_free (matters);
}

const KzMatters *
kz_engine_matters (KzEngine *self, const char *group_id)
{
  const KzRoom *room = g_hash_table_lookup (self->rooms, group_id);

  return room != NULL && room->matters != NULL ? room->matters : self->no_matters;
}

KzMatters *
kz_engine_need_matters (KzEngine *self, const char *group_id)
{
  KzRoom *room = kz_engine_room (self, group_id);

  if (room->matters == NULL)
    room->matters = kz_matters_new ();
  return room->matters;
}
