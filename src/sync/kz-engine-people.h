/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-draft.h"
#include "kz-engine.h"
#include "kz-posted.h"

G_BEGIN_DECLS

/* Groups and the people in them, API §6 to §9, and this account's webhooks, API §18. Callbacks and
 * errors as in kz-engine-deeds.h. Whether something may be offered say the kz_group_may_*(). What a
 * call changes is read anew afterwards and comes as events. */

/* --- groups -------------------------------------------------------------------------------- */

/* POST /v1/groups or .../subGroups. The group can be written to from the callback on; GROUP_ADDED
 * comes before it, GROUP_CHANGED when the service has told the rest. */
void kz_engine_create_group_async (KzEngine *self, const KzGroupDraft *draft,
                                   GAsyncReadyCallback callback, gpointer data);
/* (transfer full): its id. @all_added: (out) (nullable): whether all members were added. */
char *kz_engine_create_group_finish (KzEngine *self, GAsyncResult *result, KzTri *all_added,
                                     GError **error);

/* PUT .../subGroups: existing groups go below @group_id. */
void kz_engine_attach_groups_async (KzEngine *self, const char *group_id,
                                    const char *const *subgroup_ids, GAsyncReadyCallback callback,
                                    gpointer data);
gboolean kz_engine_attach_groups_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* DELETE .../subGroups/{id}: the subgroup itself stays. */
void kz_engine_detach_group_async (KzEngine *self, const char *group_id, const char *subgroup_id,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_detach_group_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* Leaves the group: GROUP_REMOVED comes before the callback. */
void kz_engine_leave_group_async (KzEngine *self, const char *group_id,
                                  GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_leave_group_finish (KzEngine *self, GAsyncResult *result, GError **error);

/* --- members ------------------------------------------------------------------------------- */

/* GET .../members: read anew, and taken as any other list of them. */
void kz_engine_read_members_async (KzEngine *self, const char *group_id,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_read_members_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* @phones: KZ_CREATE_GROUP_MAX_MEMBERS at most. KZ_ERROR_REJECTED also when not all were added. */
void kz_engine_add_members_async (KzEngine *self, const char *group_id, const char *const *phones,
                                  GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_add_members_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* @user_id: KzPerson.id; a member whose id is not known cannot be removed (KZ_ERROR_INVALID). */
void kz_engine_remove_member_async (KzEngine *self, const char *group_id, const char *user_id,
                                    GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_remove_member_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* @role: ADMIN or MEMBER. */
void kz_engine_set_role_async (KzEngine *self, const char *group_id, const char *user_id,
                               KzRole role, GAsyncReadyCallback callback, gpointer data);
gboolean kz_engine_set_role_finish (KzEngine *self, GAsyncResult *result, GError **error);

/* --- subscribers of a public group --------------------------------------------------------- */

/* One page. @cursor: (nullable): as the page before gave it. */
void kz_engine_list_subscribers_async (KzEngine *self, const char *group_id, const char *cursor,
                                       GAsyncReadyCallback callback, gpointer data);
/* (transfer full) (element-type KzMember). @cursor: (out): of the next page; NULL: this was the last
 * one. */
GPtrArray *kz_engine_list_subscribers_finish (KzEngine *self, GAsyncResult *result, char **cursor,
                                              GError **error);
/* Results: (transfer full) (element-type KzFailedTarget): those for whom it was not done. */
void kz_engine_add_subscribers_async (KzEngine *self, const char *group_id,
                                      const char *const *phones, GAsyncReadyCallback callback,
                                      gpointer data);
GPtrArray *kz_engine_add_subscribers_finish (KzEngine *self, GAsyncResult *result, GError **error);
void kz_engine_remove_subscribers_async (KzEngine *self, const char *group_id,
                                         const char *const *phones, GAsyncReadyCallback callback,
                                         gpointer data);
GPtrArray *kz_engine_remove_subscribers_finish (KzEngine *self, GAsyncResult *result,
                                                GError **error);

/* --- one person ---------------------------------------------------------------------------- */

/* GET /v1/users/me, API §20. (transfer full) */
void kz_engine_me_async (KzEngine *self, GAsyncReadyCallback callback, gpointer data);
KzPerson *kz_engine_me_finish (KzEngine *self, GAsyncResult *result, GError **error);

/**
 * kz_engine_direct_group_async:
 * @who: user id, phone or shown name
 *
 * The group of two that we made with that person, or else a new one, which the person has been asked
 * about before (design: people). It is not deleted and can be written to from the callback on.
 * KZ_ERROR_INVALID when the service does not show their number, which is needed to add them.
 */
void kz_engine_direct_group_async (KzEngine *self, const char *who, GAsyncReadyCallback callback,
                                   gpointer data);
/* (transfer full): the group's id. */
char *kz_engine_direct_group_finish (KzEngine *self, GAsyncResult *result, GError **error);
/* The same without any call. (nullable) (transfer full): NULL: there is none yet. */
char *kz_engine_find_direct_group (KzEngine *self, const char *who);
/* Of a group that we made for two, and in which are two: the other one. (nullable) (transfer
 * none) */
const KzPerson *kz_engine_direct_person (KzEngine *self, const char *group_id);

/* --- this account's webhooks --------------------------------------------------------------- */

/**
 * KzHookStatus:
 * @webhook_id: (nullable): none was made
 * @works: as far as is known
 * @is_refused: the service will not have one
 */
typedef struct {
  char *group_id;
  char *webhook_id;
  gboolean works;
  gboolean is_refused;
} KzHookStatus;
void kz_hook_status_free (KzHookStatus *status);
/* (transfer full) (element-type KzHookStatus): of each group; empty without a receiver. */
GPtrArray *kz_engine_webhooks (KzEngine *self);
/* Looks at all of them now, and mends what is broken, in the background. FALSE: there is no
 * receiver. */
gboolean kz_engine_heal_webhooks (KzEngine *self);
/* Deletes all of ours; texts do not arrive any more until the next sign-on makes them anew. Result:
 * how many were deleted; -1 with @error, which stops it. */
void kz_engine_remove_webhooks_async (KzEngine *self, GAsyncReadyCallback callback, gpointer data);
int kz_engine_remove_webhooks_finish (KzEngine *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzHookStatus, kz_hook_status_free)

G_END_DECLS
