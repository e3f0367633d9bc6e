/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person does with groups and who is in them. */
#include "config.h"

#include "kz-engine-people.h"
#include "kz-error.h"
#include "kz-purple-blist.h"
#include "kz-purple-lines.h"
#include "kz-purple-orders-private.h"
#include "kz-purple-send.h"

#include <glib/gi18n-lib.h>

/* What to say when it worked. */
static KzErrand *
errand_with_words (KzSession *session, const char *group_id, const char *typed, char *words)
{
  KzErrand *errand = kz_errand_new (session, group_id, NULL, typed);
  errand->data = words;
  errand->free_data = g_free;
  return errand;
}

static void
end (KzErrand *errand, gboolean is_done, const GError *error)
{
  if (!is_done)
    kz_errand_fail (errand, error);
  else if (!kz_errand_is_over (errand) && errand->data != NULL)
    kz_errand_say (errand, errand->data);
}

/* --- making --- */

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  KzTri all_added = KZ_TRI_UNKNOWN;
  g_autofree char *id =
      kz_engine_create_group_finish (KZ_ENGINE (source), result, &all_added, &error);
  if (id != NULL && all_added == KZ_TRI_NO && !kz_errand_is_over (errand)) {
    g_autofree char *text = g_strdup_printf (
        _ ("%s Not everybody could be added: look who is in it."), (char *) errand->data);
    kz_errand_say (errand, text);
    return;
  }
  end (errand, id != NULL, error);
}

void
kz_order_create_group (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  /* Translators: the argument is the name of a group. */
  char *words = g_strdup_printf (_ ("The group “%s” was made."), order->group->name);
  kz_engine_create_group_async (session->engine, order->group, created_cb,
                                errand_with_words (session, group_id, typed, words));
}

/* --- the tree --- */

static void
attached_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = kz_engine_attach_groups_finish (KZ_ENGINE (source), result, &error);
  end (errand, is_done, error);
}

static void
detached_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = kz_engine_detach_group_finish (KZ_ENGINE (source), result, &error);
  end (errand, is_done, error);
}

void
kz_order_attach (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  g_autofree char *title = kz_blist_title (session, order->group_id);
  const char *const ids[] = {order->group_id, NULL};
  char *words;
  if (order->verb == KZ_VERB_DETACH) {
    /* Translators: the argument is the name of a group. */
    words = g_strdup_printf (_ ("“%s” is no subgroup of this one any more."), title);
    kz_engine_detach_group_async (session->engine, group_id, order->group_id, detached_cb,
                                  errand_with_words (session, group_id, typed, words));
    return;
  }
  /* Translators: the argument is the name of a group. */
  words = g_strdup_printf (_ ("“%s” is a subgroup of this one now."), title);
  kz_engine_attach_groups_async (session->engine, group_id, ids, attached_cb,
                                 errand_with_words (session, group_id, typed, words));
}

static void
left_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = kz_engine_leave_group_finish (KZ_ENGINE (source), result, &error);
  end (errand, is_done, error);
}

void
kz_order_leave (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  kz_engine_leave_group_async (session->engine, group_id, left_cb,
                               errand_with_words (session, group_id, typed, NULL));
}

/* --- members --- */

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = kz_engine_add_members_finish (KZ_ENGINE (source), result, &error);
  end (errand, is_done, error);
}

void
kz_order_add (KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  g_auto (GStrv) phones = kz_order_phones (order);
  g_autofree char *names = kz_order_names (session, order->people);
  /* Translators: the argument is a list of names. */
  char *words = g_strdup_printf (_ ("Added to the group: %s"), names);
  kz_engine_add_members_async (session->engine, group_id, (const char *const *) phones, added_cb,
                               errand_with_words (session, group_id, typed, words));
}

/* The one person of the order; complains when only the phone is known. */
static const KzPerson *
member_of (const KzOrder *order, KzErrand *errand)
{
  const KzPerson *person = g_ptr_array_index (order->people, 0);
  if (person->id != NULL)
    return person;
  g_autoptr (GError) error =
      g_error_new (KZ_ERROR, KZ_ERROR_INVALID, _ ("that person is no known member of the group."));
  kz_errand_fail (errand, error);
  kz_errand_free (errand);
  return NULL;
}

/* Somebody who is taken out of a group. */
typedef struct {
  char *name;
  char *reason; /* (nullable) */
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;
  g_free (removal->name);
  g_free (removal->reason);
  g_free (removal);
}

/* The service has no place for a reason: it is said to those who stay, once it is true. */
static void
say_reason (KzErrand *errand, const Removal *removal)
{
  KzRoom *room = kz_room_of_group (errand->session, errand->group_id);
  /* Translators: 1 is a person's name, 2 why they were taken out of a group. */
  g_autofree char *line = g_strdup_printf (_ ("%1$s leaves the group: %2$s"), removal->name,
                                           removal->reason);
  if (room != NULL)
    kz_send_text (errand->session, room, line);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  const Removal *removal = errand->data;
  if (!kz_engine_remove_member_finish (KZ_ENGINE (source), result, &error)) {
    kz_errand_fail (errand, error);
    return;
  }
  if (kz_errand_is_over (errand))
    return;
  /* Translators: the argument is a person's name. */
  g_autofree char *text = g_strdup_printf (_ ("Taken out of the group: %s"), removal->name);
  kz_errand_say (errand, text);
  if (removal->reason != NULL && !kz_errand_is_over (errand))
    say_reason (errand, removal);
}

void
kz_order_remove (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  KzErrand *errand = kz_errand_new (session, group_id, NULL, typed);
  Removal *removal = g_new0 (Removal, 1);
  removal->name = kz_order_names (session, order->people);
  removal->reason = g_strdup (order->text);
  errand->data = removal;
  errand->free_data = removal_free;
  const KzPerson *person = member_of (order, errand);
  if (person != NULL && kz_directory_is_own (session->directory, person)) {
    g_autoptr (GError) error = g_error_new (
        KZ_ERROR, KZ_ERROR_INVALID,
        /* Translators: the argument is "!" or "/"; do not translate "leave". */
        _ ("that is yourself; %sleave leaves the group."), session->host.command_prefix);
    kz_errand_fail (errand, error);
    kz_errand_free (errand);
  } else if (person != NULL)
    kz_engine_remove_member_async (session->engine, group_id, person->id, removed_cb, errand);
}

static void
role_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = kz_engine_set_role_finish (KZ_ENGINE (source), result, &error);
  end (errand, is_done, error);
}

void
kz_order_role (KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  gboolean is_up = order->verb == KZ_VERB_PROMOTE;
  g_autofree char *names = kz_order_names (session, order->people);
  /* Translators: the argument is a person's name. */
  char *words = is_up ? g_strdup_printf (_ ("Now an admin: %s"), names)
                      /* Translators: the argument is a person's name. */
                      : g_strdup_printf (_ ("Now a plain member: %s"), names);
  KzErrand *errand = errand_with_words (session, group_id, typed, words);
  const KzPerson *person = member_of (order, errand);
  if (person != NULL)
    kz_engine_set_role_async (session->engine, group_id, person->id,
                              is_up ? KZ_ROLE_ADMIN : KZ_ROLE_MEMBER, role_cb, errand);
}
