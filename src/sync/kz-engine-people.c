/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-engine-people.h"
#include "kz-engine-deed.h"

#include "kz-error.h"
#include "kz-limits.h"

#include <glib/gi18n-lib.h>

typedef struct {
  char *group_id;
  char *user_id; /* (nullable) */
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->group_id);
  g_free (place->user_id);
  g_free (place);
}

/* (nullable): refused already. */
static KzDeed *
people_deed (KzEngine *self,
             gpointer tag,
             const char *group_id,
             const char *user_id,
             gboolean (*may) (const KzGroup *group),
             GAsyncReadyCallback callback,
             gpointer data)
{
  Place *place = g_new0 (Place, 1);
  KzDeed *deed = kz_deed_new (self, tag, place, place_free, callback, data);
  const KzGroup *group = kz_deed_aim_group (deed, group_id);

  place->group_id = g_strdup (group_id);
  place->user_id = g_strdup (user_id);
  if (group == NULL)
    return NULL;
  if (may (group))
    return deed;
  if (may == kz_group_may_manage_subscribers && group->kind != KZ_GROUP_PUBLIC)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Only public groups have subscribers"));
  else
    kz_deed_refuse_words (deed, KZ_ERROR_FORBIDDEN,
                          _ ("Only an administrator of this group can do that"));
  return NULL;
}

/* FALSE: refused. */
static gboolean
check_phones (KzDeed *deed, const char *const *phones)
{
  GError *error = NULL;

  if (kz_phones_check (phones, KZ_CREATE_GROUP_MAX_MEMBERS, &error))
    return TRUE;
  kz_deed_refuse (deed, error);
  return FALSE;
}

/* --- Members --- */

static void
taken_cb (gpointer data)
{
  KzDeed *deed = data;

  if (kz_deed_back (deed, NULL))
    kz_deed_succeed_true (deed);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  KzEngine *self = deed->engine;
  const char *group_id = deed->context;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = kz_api_list_members_finish (self->http, result, &error);

  if (!kz_deed_back (deed, error))
    return;
  if (kz_directory_group (self->directory, group_id) != NULL)
    kz_engine_take_members (self, group_id, members, taken_cb, deed);
  else
    kz_deed_succeed_true (deed);
}

void
kz_engine_read_members_async (KzEngine *self,
                              const char *group_id,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_read_members_async, g_strdup (group_id), g_free,
                              callback, data);

  if (kz_deed_aim_group (deed, group_id) != NULL)
    kz_api_list_members_async (self->http, group_id, KZ_LANE_USER, self->cancellable, read_cb,
                               kz_deed_hold (deed));
}

gboolean
kz_engine_read_members_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_read_members_async, error);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  KzEngine *self = deed->engine;
  Place *place = deed->context;
  g_autoptr (GError) error = NULL;

  kz_api_add_members_finish (self->http, result, &error);
  /* Some may have been added even then. */
  if ((error == NULL || g_error_matches (error, KZ_ERROR, KZ_ERROR_REJECTED)) &&
      kz_engine_is_up (self))
    kz_engine_load_members (self, place->group_id);
  if (kz_deed_back (deed, error))
    kz_deed_succeed_true (deed);
}

void
kz_engine_add_members_async (KzEngine *self,
                             const char *group_id,
                             const char *const *phones,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  KzDeed *deed = people_deed (self, kz_engine_add_members_async, group_id, NULL,
                              kz_group_may_add_members, callback, data);

  if (deed != NULL && check_phones (deed, phones))
    kz_api_add_members_async (self->http, group_id, phones, self->cancellable, added_cb,
                              kz_deed_hold (deed));
}

gboolean
kz_engine_add_members_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_add_members_async, error);
}

static void
tell_removed (KzEngine *self, const Place *place)
{
  g_autoptr (KzPerson) person = kz_person_new (place->user_id, NULL, NULL, NULL);
  g_autoptr (KzPerson) own =
      kz_person_from_wire (kz_directory_own_user_id (self->directory), self->phone,
                           kz_directory_own_name (self->directory), NULL);
  const KzMember *known = kz_directory_member (self->directory, place->group_id, person);
  g_autoptr (KzMember) member = known != NULL ? kz_member_ref ((KzMember *) known)
                                              : kz_member_new (person, KZ_ROLE_MEMBER, TRUE);
  g_autoptr (KzMembership) membership = kz_membership_new (place->group_id, member, own, FALSE);

  kz_engine_take_membership (self, membership, KZ_SOURCE_OWN);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;

  kz_api_remove_member_finish (deed->engine->http, result, &error);
  if (!kz_deed_back (deed, error))
    return;
  tell_removed (deed->engine, deed->context);
  kz_deed_succeed_true (deed);
}

/* TRUE: somebody else than ourselves; FALSE: refused. */
static gboolean
check_user (KzDeed *deed, const char *user_id)
{
  if (user_id != NULL && *user_id != '\0')
    return TRUE;
  kz_deed_refuse_words (deed, KZ_ERROR_INVALID,
                        _ ("The service has not told who this is, only the number"));
  return FALSE;
}

void
kz_engine_remove_member_async (KzEngine *self,
                               const char *group_id,
                               const char *user_id,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  KzDeed *deed = people_deed (self, kz_engine_remove_member_async, group_id, user_id,
                              kz_group_may_add_members, callback, data);

  if (deed != NULL && check_user (deed, user_id))
    kz_api_remove_member_async (self->http, group_id, user_id, self->cancellable, removed_cb,
                                kz_deed_hold (deed));
}

gboolean
kz_engine_remove_member_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_remove_member_async, error);
}

static void
role_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  const Place *place = deed->context;
  g_autoptr (GError) error = NULL;

  kz_api_set_member_role_finish (deed->engine->http, result, &error);
  if (!kz_deed_back (deed, error))
    return;
  kz_engine_load_members (deed->engine, place->group_id);
  kz_deed_succeed_true (deed);
}

void
kz_engine_set_role_async (KzEngine *self,
                          const char *group_id,
                          const char *user_id,
                          KzRole role,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  KzDeed *deed = people_deed (self, kz_engine_set_role_async, group_id, user_id,
                              kz_group_may_change_roles, callback, data);

  if (deed == NULL || !check_user (deed, user_id))
    return;
  if (role != KZ_ROLE_ADMIN && role != KZ_ROLE_MEMBER)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID,
                          _ ("Somebody is either an administrator or a member"));
  else
    kz_api_set_member_role_async (self->http, group_id, user_id, role, self->cancellable, role_cb,
                                  kz_deed_hold (deed));
}

gboolean
kz_engine_set_role_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish_true (self, result, kz_engine_set_role_async, error);
}

/* --- Subscribers --- */

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  KzEngine *self = deed->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzSubscriberPage) page = kz_api_list_subscribers_finish (self->http, result, &error);

  if (!kz_deed_back (deed, error))
    return;
  for (guint i = 0; i < page->subscribers->len; i++) {
    const KzMember *member = g_ptr_array_index (page->subscribers, i);

    kz_directory_learn (self->directory, member->person);
  }
  kz_deed_succeed (deed, g_steal_pointer (&page), (GDestroyNotify) kz_subscriber_page_free);
}

/* Members see them too (API §9). */
static gboolean
may_see_subscribers (const KzGroup *group)
{
  return group->kind == KZ_GROUP_PUBLIC && kz_group_may_post (group);
}

void
kz_engine_list_subscribers_async (KzEngine *self,
                                  const char *group_id,
                                  const char *cursor,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  KzDeed *deed = kz_deed_new (self, kz_engine_list_subscribers_async, NULL, NULL, callback, data);
  const KzGroup *group = kz_deed_aim_group (deed, group_id);

  if (group == NULL)
    return;
  if (group->kind != KZ_GROUP_PUBLIC)
    kz_deed_refuse_words (deed, KZ_ERROR_INVALID, _ ("Only public groups have subscribers"));
  else if (!may_see_subscribers (group))
    kz_deed_refuse_words (deed, KZ_ERROR_FORBIDDEN, _ ("Subscribers do not see each other"));
  else
    kz_api_list_subscribers_async (self->http, group_id, cursor, self->cancellable, listed_cb,
                                   kz_deed_hold (deed));
}

GPtrArray *
kz_engine_list_subscribers_finish (KzEngine *self,
                                   GAsyncResult *result,
                                   char **cursor,
                                   GError **error)
{
  g_autoptr (KzSubscriberPage) page =
      kz_deed_finish (self, result, kz_engine_list_subscribers_async, error);

  if (page == NULL)
    return NULL;
  if (cursor != NULL)
    *cursor = g_steal_pointer (&page->cursor);
  return g_ptr_array_ref (page->subscribers);
}

static void
subscribed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *failed = kz_api_add_subscribers_finish (deed->engine->http, result, &error);

  if (kz_deed_back (deed, error))
    kz_deed_succeed (deed, failed, (GDestroyNotify) g_ptr_array_unref);
  else
    g_clear_pointer (&failed, g_ptr_array_unref);
}

void
kz_engine_add_subscribers_async (KzEngine *self,
                                 const char *group_id,
                                 const char *const *phones,
                                 GAsyncReadyCallback callback,
                                 gpointer data)
{
  KzDeed *deed = people_deed (self, kz_engine_add_subscribers_async, group_id, NULL,
                              kz_group_may_manage_subscribers, callback, data);

  if (deed != NULL && check_phones (deed, phones))
    kz_api_add_subscribers_async (self->http, group_id, phones, self->cancellable, subscribed_cb,
                                  kz_deed_hold (deed));
}

GPtrArray *
kz_engine_add_subscribers_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish (self, result, kz_engine_add_subscribers_async, error);
}

static void
unsubscribed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  KzDeed *deed = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *failed = kz_api_remove_subscribers_finish (deed->engine->http, result, &error);

  if (kz_deed_back (deed, error))
    kz_deed_succeed (deed, failed, (GDestroyNotify) g_ptr_array_unref);
  else
    g_clear_pointer (&failed, g_ptr_array_unref);
}

void
kz_engine_remove_subscribers_async (KzEngine *self,
                                    const char *group_id,
                                    const char *const *phones,
                                    GAsyncReadyCallback callback,
                                    gpointer data)
{
  KzDeed *deed = people_deed (self, kz_engine_remove_subscribers_async, group_id, NULL,
                              kz_group_may_manage_subscribers, callback, data);

  if (deed != NULL && check_phones (deed, phones))
    kz_api_remove_subscribers_async (self->http, group_id, phones, self->cancellable,
                                     unsubscribed_cb, kz_deed_hold (deed));
}

GPtrArray *
kz_engine_remove_subscribers_finish (KzEngine *self, GAsyncResult *result, GError **error)
{
  return kz_deed_finish (self, result, kz_engine_remove_subscribers_async, error);
}
