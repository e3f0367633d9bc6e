/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

/* --- new groups, API §6, §7 ---------------------------------------------------------------- */

void
kz_group_created_free (KzGroupCreated *created)
{
  if (created == NULL)
    return;
  g_free (created->group_id);
  g_free (created->name);
  g_free (created);
}

static gpointer
parse_created (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);
  g_autoptr (KzGroupCreated) created = g_new0 (KzGroupCreated, 1);

  created->all_added = KZ_TRI_UNKNOWN;
  if (root == NULL || !kz_json_get_id (root, "groupId", &created->group_id, error))
    return NULL;
  created->name = g_strdup (kz_json_opt_string (root, "groupName", NULL));
  if (kz_json_member (root, "membersAdded") != NULL)
    created->all_added = kz_json_opt_bool (root, "membersAdded", TRUE) ? KZ_TRI_YES : KZ_TRI_NO;
  return g_steal_pointer (&created);
}

void
kz_api_create_group_async (KzHttp *http,
                           const KzGroupDraft *draft,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  KzRequest *request;

  if (draft->parent_id != NULL)
    request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups/%s/subGroups", draft->parent_id);
  else
    request = kz_api_request ("POST", KZ_LANE_USER, "/v1/groups");
  kz_api_set_json (request, kz_group_draft_to_json (draft));
  kz_api_call (http, request, kz_api_create_group_async, parse_created,
               (GDestroyNotify) kz_group_created_free, NULL, NULL, cancellable, callback, data);
}

KzGroupCreated *
kz_api_create_group_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_create_group_async, error);
}

/* --- subgroups, API §7 --------------------------------------------------------------------- */

static void
set_list (KzRequest *request, const char *name, const char *const *list)
{
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_strv (writer, name, list);
  kz_api_set_body (request, writer);
}

void
kz_api_attach_subgroups_async (KzHttp *http,
                               const char *group_id,
                               const char *const *subgroup_ids,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  KzRequest *request = kz_api_request ("PUT", KZ_LANE_USER, "/v1/groups/%s/subGroups", group_id);

  set_list (request, "subGroups", subgroup_ids);
  kz_api_call_done (http, request, NULL, kz_api_attach_subgroups_async, cancellable, callback,
                    data);
}

gboolean
kz_api_attach_subgroups_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish_done (http, result, kz_api_attach_subgroups_async, error);
}

void
kz_api_detach_subgroup_async (KzHttp *http,
                              const char *group_id,
                              const char *subgroup_id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  KzRequest *request =
      kz_api_request ("DELETE", KZ_LANE_USER, "/v1/groups/%s/subGroups/%s", group_id, subgroup_id);

  kz_api_call_done (http, request, NULL, kz_api_detach_subgroup_async, cancellable, callback, data);
}

gboolean
kz_api_detach_subgroup_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish_done (http, result, kz_api_detach_subgroup_async, error);
}

/* --- members, API §8 ----------------------------------------------------------------------- */

void
kz_api_add_members_async (KzHttp *http,
                          const char *group_id,
                          const char *const *phones,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzRequest *request = kz_api_request ("PUT", KZ_LANE_USER, "/v1/groups/%s/members", group_id);

  set_list (request, "members", phones);
  kz_api_call_done (http, request, NULL, kz_api_add_members_async, cancellable, callback, data);
}

gboolean
kz_api_add_members_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish_done (http, result, kz_api_add_members_async, error);
}

void
kz_api_set_member_role_async (KzHttp *http,
                              const char *group_id,
                              const char *user_id,
                              KzRole role,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  KzRequest *request =
      kz_api_request ("PUT", KZ_LANE_USER, "/v1/groups/%s/members/%s", group_id, user_id);
  KzJsonWriter *writer = kz_json_writer_new ();

  kz_json_writer_string (writer, "role", role == KZ_ROLE_ADMIN ? "Admin" : "Member");
  kz_api_set_body (request, writer);
  kz_api_call_done (http, request, NULL, kz_api_set_member_role_async, cancellable, callback, data);
}

gboolean
kz_api_set_member_role_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish_done (http, result, kz_api_set_member_role_async, error);
}

void
kz_api_remove_member_async (KzHttp *http,
                            const char *group_id,
                            const char *user_id,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  KzRequest *request =
      kz_api_request ("DELETE", KZ_LANE_USER, "/v1/groups/%s/members/%s", group_id, user_id);

  kz_api_call_done (http, request, NULL, kz_api_remove_member_async, cancellable, callback, data);
}

gboolean
kz_api_remove_member_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish_done (http, result, kz_api_remove_member_async, error);
}
