/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-deed.h"
#include "kz-engine-people.h"

#include "kz-error.h"

#include <glib/gi18n-lib.h>

/* --- New groups --- */

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  const KzGroupDraft *draft = deed->context;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzGroupCreated) created =
      kz_api_create_group_finish (deed->engine->http, result, &error);

  if (!kz_deed_back (deed, error))
    return;
  kz_engine_take_made (deed->engine, created->group_id,
                       created->name != NULL ? created->name : draft->name, draft->is_public,
                       draft->parent_id);
  kz_deed_succeed (deed, g_steal_pointer (&created), (GDestroyNotify) kz_group_created_free);
}

void
kz_engine_take_made (KzEngine *self,
                     const char *group_id,
                     const char *name,
                     gboolean is_public,
                     const char *parent_id)
{
  g_autoptr (KzGroup) group = kz_group_new_made (group_id, name, is_public, parent_id);

  /* A list may have had it first, and tells more. */
  if (kz_engine_is_up (self) && kz_directory_group (self->directory, group_id) == NULL)
    kz_engine_take_group (self, group);
  if (kz_engine_is_up (self))
    kz_engine_refresh_groups (self);
}

void
kz_engine_create_group_async (KzEngine *self,
                              const KzGroupDraft *draft,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_create_group_async, kz_group_draft_copy (draft),
                              (GDestroyNotify) kz_group_draft_free, callback, data);
  const KzGroup *parent = NULL;
  GError *error = NULL;

  if (!kz_engine_is_up (self)) {
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Not signed on"));
    return;
  }
  if (draft->parent_id != NULL) {
    parent = kz_deed_aim_group (deed, draft->parent_id);
    if (parent == NULL)
      return;
  }
  if (!kz_group_draft_check (draft, &error))
    kz_deed_refuse (deed, error);
  else if (parent != NULL && !kz_group_may_create_subgroups (parent))
    kz_deed_refuse_words (deed, KZ_ERROR_FORBIDDEN,
                          _ ("Only an administrator of this group can change its subgroups"));
  else
    kz_api_create_group_async (self->http, draft, self->cancellable, created_cb,
                               kz_deed_hold (deed));
}

char *
kz_engine_create_group_finish (KzEngine *self,
                               GAsyncResult *result,
                               KzTri *all_added,
                               GError **error)
{
  g_autoptr (KzGroupCreated) created =
      kz_deed_finish (self, result, kz_engine_create_group_async, error);

  if (created == NULL)
    return NULL;
  if (all_added != NULL)
    *all_added = created->all_added;
  return g_steal_pointer (&created->group_id);
}

/* --- Subgroups --- */

/* TRUE: the group may be changed; FALSE: refused. */
static gboolean
aim_parent (KzDeed *deed, const char *group_id)
{
  const KzGroup *group = kz_deed_aim_group (deed, group_id);

  if (group == NULL)
    return FALSE;
  if (kz_group_may_create_subgroups (group))
    return TRUE;
  kz_deed_refuse_words (deed, KZ_ERROR_FORBIDDEN,
                        _ ("Only an administrator of this group can change its subgroups"));
  return FALSE;
}

static void
attached_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;

  kz_api_attach_subgroups_finish (deed->engine->http, result, &error);
  if (!kz_deed_back (deed, error))
    return;
  kz_engine_refresh_groups (deed->engine);
  kz_engine_load_tree (deed->engine, deed->context);
  kz_deed_succeed_true (deed);
}

void
kz_engine_attach_groups_async (KzEngine *self,
                               const char *group_id,
                               const char *const *subgroup_ids,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_attach_groups_async, g_strdup (group_id), g_free,
                              callback, data);

  if (!aim_parent (deed, group_id))
    return;
  if (subgroup_ids == NULL || subgroup_ids[0] == NULL)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("There is no such group"));
  else if (g_strv_contains (subgroup_ids, group_id))
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("A group cannot be a subgroup of itself"));
  else
    kz_api_attach_subgroups_async (self->http, group_id, subgroup_ids, self->cancellable,
                                   attached_cb, kz_deed_hold (deed));
}

gboolean
kz_engine_attach_groups_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_attach_groups_async, error);
}

static void
detached_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;

  kz_api_detach_subgroup_finish (deed->engine->http, result, &error);
  if (!kz_deed_back (deed, error))
    return;
  kz_engine_unparent_group (deed->engine, deed->context);
  if (kz_engine_is_up (deed->engine))
    kz_engine_refresh_groups (deed->engine);
  kz_deed_succeed_true (deed);
}

void
kz_engine_detach_group_async (KzEngine *self,
                              const char *group_id,
                              const char *subgroup_id,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_detach_group_async, g_strdup (subgroup_id), g_free,
                              callback, data);

  if (aim_parent (deed, group_id))
    kz_api_detach_subgroup_async (self->http, group_id, subgroup_id, self->cancellable, detached_cb,
                                  kz_deed_hold (deed));
}

gboolean
kz_engine_detach_group_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_detach_group_async, error);
}

/* --- Leaving --- */

static void
left_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;

  kz_api_remove_member_finish (deed->engine->http, result, &error);
  if (!kz_deed_back (deed, error))
    return;
  kz_engine_leave_now (deed->engine, deed->context);
  kz_deed_succeed_true (deed);
}

/* (nullable): ours, as the members' list or the token has it. */
static const char *
own_member_id (KzEngine *self, const char *group_id)
{
  GPtrArray *members = kz_directory_members (self->directory, group_id);

  for (guint i = 0; members != NULL && i < members->len; i++) {
    const KzMember *member = g_ptr_array_index (members, i);

    if (member->person->id != NULL && kz_directory_is_own (self->directory, member->person))
      return member->person->id;
  }
  return kz_directory_own_user_id (self->directory);
}

void
kz_engine_leave_group_async (KzEngine *self,
                             const char *group_id,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KzDeed *deed =
      kz_deed_new (self, kz_engine_leave_group_async, g_strdup (group_id), g_free, callback, data);
  const char *own_id;

  if (kz_deed_aim_group (deed, group_id) == NULL)
    return;
  own_id = own_member_id (self, group_id);
  if (own_id == NULL)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("The service does not say who we are"));
  else
    kz_api_remove_member_async (self->http, group_id, own_id, self->cancellable, left_cb,
                                kz_deed_hold (deed));
}

gboolean
kz_engine_leave_group_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_leave_group_async, error);
}
