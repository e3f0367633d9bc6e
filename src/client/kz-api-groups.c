/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-api-private.h"

#include "kz-limits.h"

/* (element-type KzGroup): one that cannot be read is left out. */
static GPtrArray *
read_groups (const KzJson *array)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);

  for (guint i = 0; i < kz_json_array_length (array); i++) {
    KzGroup *group = kz_group_parse (kz_json_array_at (array, i), NULL);

    if (group != NULL)
      g_ptr_array_add (groups, group);
  }
  return groups;
}

static gpointer
begin_groups (KzJsonPage *page, const KzReply *reply, gconstpointer context)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);
}

static void
add_group (gpointer result, const KzJson *element, gconstpointer context)
{
  KzGroup *group = element != NULL ? kz_group_parse (element, NULL) : NULL;

  if (group != NULL)
    g_ptr_array_add (result, group);
}

static const KzApiList groups_list = {
    .array = "groups",
    .max_bytes = KZ_JSON_MAX_BYTES,
    .begin = begin_groups,
    .add = add_group,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
};

void
kz_api_list_groups_async (KzHttp *http,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzRequest *request = kz_api_request ("GET", KZ_LANE_SIGN_ON, "/v1/groups");

  kz_api_query (request, "fetchAllGroups", "true");
  /* The docs have one name, every client sends the other (API §23 row 10). */
  kz_api_query (request, "showDetail", "true");
  kz_api_query (request, "showDetails", "true");
  kz_api_call_list (http, request, NULL, kz_api_list_groups_async, &groups_list, NULL, NULL,
                    cancellable, callback, data);
}

GPtrArray *
kz_api_list_groups_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_groups_async, error);
}

static gpointer
parse_group (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);

  return root != NULL ? kz_group_parse_one (root, error) : NULL;
}

void
kz_api_get_group_async (KzHttp *http,
                        const char *group_id,
                        KzLane lane,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  KzRequest *request = kz_api_request ("GET", lane, "/v1/groups/%s", group_id);

  kz_api_call (http, request, kz_api_get_group_async, parse_group, (GDestroyNotify) kz_group_unref,
               NULL, NULL, cancellable, callback, data);
}

KzGroup *
kz_api_get_group_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_get_group_async, error);
}

/* The docs wrap the children as {groups:[...]}, the swagger gives the bare parent with subGroups
 * (API §7); a list that holds only the parent itself is the first way to write the second. */
static gpointer
parse_subgroups (KzHttp *http, KzReply *reply, gconstpointer context, GError **error)
{
  const char *parent_id = context;
  g_autoptr (KzJson) root = kz_api_parse_root (reply, KZ_JSON_MAX_BYTES, error);
  const KzJson *list, *only;

  if (root == NULL)
    return NULL;
  if (kz_json_is_array (root))
    list = root;
  else
    list = kz_json_opt_array (root, "groups");
  if (list == NULL)
    return read_groups (kz_json_opt_array (root, "subGroups"));

  only = kz_json_array_length (list) == 1 ? kz_json_array_at (list, 0) : NULL;
  if (only != NULL) {
    g_autofree char *id = kz_json_dup_id (only, "groupId");

    if (g_strcmp0 (id, parent_id) == 0)
      return read_groups (kz_json_opt_array (only, "subGroups"));
  }
  return read_groups (list);
}

void
kz_api_list_subgroups_async (KzHttp *http,
                             const char *group_id,
                             KzLane lane,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KzRequest *request = kz_api_request ("GET", lane, "/v1/groups/%s/subGroups", group_id);

  kz_api_query (request, "fetchAllGroups", "true");
  kz_api_call (http, request, kz_api_list_subgroups_async, parse_subgroups,
               (GDestroyNotify) g_ptr_array_unref, g_strdup (group_id), g_free, cancellable,
               callback, data);
}

GPtrArray *
kz_api_list_subgroups_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_subgroups_async, error);
}

static gpointer
begin_members (KzJsonPage *page, const KzReply *reply, gconstpointer context)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) kz_member_unref);
}

static void
add_member (gpointer result, const KzJson *element, gconstpointer context)
{
  KzMember *member = element != NULL ? kz_member_parse (element, NULL) : NULL;

  if (member != NULL)
    g_ptr_array_add (result, member);
}

static const KzApiList members_list = {
    .array = "members",
    .max_bytes = KZ_JSON_MEMBERS_MAX_BYTES,
    .begin = begin_members,
    .add = add_member,
    .result_free = (GDestroyNotify) g_ptr_array_unref,
};

void
kz_api_list_members_async (KzHttp *http,
                           const char *group_id,
                           KzLane lane,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  KzRequest *request = kz_api_request ("GET", lane, "/v1/groups/%s/members", group_id);

  kz_api_call_list (http, request, NULL, kz_api_list_members_async, &members_list, NULL, NULL,
                    cancellable, callback, data);
}

GPtrArray *
kz_api_list_members_finish (KzHttp *http, GAsyncResult *result, GError **error)
{
  return kz_api_finish (http, result, kz_api_list_members_async, error);
}
