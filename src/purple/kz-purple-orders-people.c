/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person wants to know of people, and to say to one of them. */
#include "config.h"

#include "kz-engine-people.h"
#include "kz-error.h"
#include "kz-markup.h"
#include "kz-purple-direct.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"
#include "kz-purple-members.h"
#include "kz-purple-orders-private.h"
#include "kz-purple-people.h"
#include "kz-purple-send.h"
#include "kz-render.h"

#include "kz-i18n.h"

/* More members than these make a wall of lines: the rest is counted. */
#define MEMBERS_SHOWN 100

/* "Asha +15550000001 (admin)" */
static char *
describe (KzSession *session, const KzMember *member)
{
  g_autofree char *name = kz_order_name (session, member->person);
  GString *text = g_string_new (name);
  if (member->person->phone != NULL && !g_str_equal (member->person->phone, name))
    g_string_append_printf (text, " %s", member->person->phone);
  if (member->role == KZ_ROLE_ADMIN)
    g_string_append_printf (text, " (%s)", kz_render_role (member->role));
  if (!member->provisioned)
    /* Translators: behind the name of somebody who was invited by number only. */
    g_string_append_printf (text, " (%s)", _ ("has not installed Kaizala"));
  return g_string_free (text, FALSE);
}

/* (transfer full) */
static char *
describe_all (KzSession *session, const GPtrArray *members)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < members->len && i < MEMBERS_SHOWN; i++) {
    g_autofree char *one = describe (session, g_ptr_array_index (members, i));
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", one);
  }
  if (members->len > MEMBERS_SHOWN)
    g_string_append_printf (text, "\n%s", "…");
  return g_string_free (text, FALSE);
}

static void
say_members (KzErrand *errand)
{
  KzSession *session = errand->session;
  GPtrArray *members = kz_directory_members (session->directory, errand->group_id);
  if (members == NULL)
    return;
  g_autofree char *list = describe_all (session, members);
  g_autofree char *text = g_strdup_printf (
      /* Translators: 1 is how many, 2 lists them, one a line. */
      ngettext ("%1$u member:\n%2$s", "%1$u members:\n%2$s", members->len), members->len, list);
  kz_errand_say (errand, text);
}

static void
members_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  if (!kz_engine_read_members_finish (KZ_ENGINE (source), result, &error))
    kz_errand_fail (errand, error);
  else if (!kz_errand_is_over (errand))
    say_members (errand);
}

void
kz_order_members (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  KzErrand *errand = kz_errand_new (session, group_id, NULL, NULL);
  if (kz_directory_members (session->directory, group_id) == NULL) {
    kz_errand_say (errand, _ ("The list of members is being read."));
    kz_engine_read_members_async (session->engine, group_id, members_cb, errand);
    return;
  }
  say_members (errand);
  kz_errand_free (errand);
}

/* --- subscribers --- */

static void
subscribers_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *cursor = NULL;
  g_autoptr (GPtrArray) members =
      kz_engine_list_subscribers_finish (KZ_ENGINE (source), result, &cursor, &error);
  KzSession *session = errand->session;
  if (members == NULL) {
    kz_errand_fail (errand, error);
    return;
  }
  if (kz_errand_is_over (errand))
    return;
  for (guint i = 0; i < members->len; i++)
    kz_direct_learn_subscriber (session, errand->group_id,
                                ((KzMember *) g_ptr_array_index (members, i))->person);
  g_autofree char *list = describe_all (session, members);
  g_autofree char *text = g_strdup_printf (
      /* Translators: 1 is how many, 2 lists them, one a line. */
      ngettext ("%1$u subscriber:\n%2$s", "%1$u subscribers:\n%2$s", members->len), members->len,
      list);
  kz_errand_say (errand, members->len > 0 ? text : _ ("No more subscribers."));
  if (cursor == NULL) {
    g_hash_table_remove (session->subscriber_pages, errand->group_id);
    return;
  }
  g_hash_table_replace (session->subscriber_pages, g_strdup (errand->group_id),
                        g_steal_pointer (&cursor));
  g_autofree char *more = g_strdup_printf (
      /* Translators: %s is "!" or "/"; the rest is typed as it stands. */
      _ ("There are more: %ssubscribers more"), session->host.command_prefix);
  kz_errand_say (errand, more);
}

void
kz_order_subscribers (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  const char *cursor = NULL;
  KzRoom *room = kz_room_of_group (session, group_id);
  if (order->text != NULL) {
    gboolean is_more = g_ascii_strcasecmp (order->text, "more") == 0;
    cursor = is_more ? g_hash_table_lookup (session->subscriber_pages, group_id) : NULL;
    if (cursor == NULL && room != NULL) {
      kz_send_give_back (session, room,
                         is_more ? _ ("there is no further page; list them from the beginning.")
                                 /* Translators: do not translate “more”. */
                                 : _ ("only “more” belongs there."),
                         typed);
      return;
    }
  }
  kz_engine_list_subscribers_async (session->engine, group_id, cursor, subscribers_cb,
                                    kz_errand_new (session, group_id, NULL, NULL));
}

/* Whether that number is among those that failed. */
static gboolean
has_failed (const GPtrArray *failed, const char *phone)
{
  for (guint i = 0; i < failed->len; i++)
    if (g_strcmp0 (((KzFailedTarget *) g_ptr_array_index (failed, i))->phone, phone) == 0)
      return TRUE;
  return FALSE;
}

/* (transfer full): the names of those for whom it was done. */
static char *
done_names (const KzErrand *errand, const GPtrArray *failed, gboolean is_added)
{
  const GPtrArray *people = errand->data;
  g_autoptr (GPtrArray) done = g_ptr_array_new ();
  for (guint i = 0; i < people->len; i++) {
    KzPerson *person = g_ptr_array_index (people, i);
    if (has_failed (failed, person->phone))
      continue;
    g_ptr_array_add (done, person);
    if (is_added)
      kz_direct_learn_subscriber (errand->session, errand->group_id, person);
    else
      kz_direct_forget_subscriber (errand->session, person->phone);
  }
  return done->len > 0 ? kz_order_names (errand->session, done) : NULL;
}

static void
say_changed (KzErrand *errand, GPtrArray *failed, gboolean is_added, const GError *error)
{
  if (failed == NULL) {
    kz_errand_fail (errand, error);
    return;
  }
  if (kz_errand_is_over (errand))
    return;
  g_autofree char *names = done_names (errand, failed, is_added);
  g_autofree char *text = NULL;
  if (names != NULL && is_added)
    /* Translators: the argument is a list of names. */
    text = g_strdup_printf (_ ("Now subscribers: %s"), names);
  else if (names != NULL)
    /* Translators: the argument is a list of names. */
    text = g_strdup_printf (_ ("No subscribers any more: %s"), names);
  if (text != NULL)
    kz_errand_say (errand, text);
  kz_order_say_failed (errand, failed);
}

static void
subscribed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) failed =
      kz_engine_add_subscribers_finish (KZ_ENGINE (source), result, &error);
  say_changed (errand, failed, TRUE, error);
}

static void
unsubscribed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) failed =
      kz_engine_remove_subscribers_finish (KZ_ENGINE (source), result, &error);
  say_changed (errand, failed, FALSE, error);
}

void
kz_order_subscribe (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  g_auto (GStrv) phones = kz_order_phones (order);
  KzErrand *errand = kz_errand_new (session, group_id, NULL, typed);
  errand->data = g_ptr_array_ref (order->people);
  errand->free_data = (GDestroyNotify) g_ptr_array_unref;
  if (order->verb == KZ_VERB_SUBSCRIBE)
    kz_engine_add_subscribers_async (session->engine, group_id, (const char *const *) phones,
                                     subscribed_cb, errand);
  else
    kz_engine_remove_subscribers_async (session->engine, group_id, (const char *const *) phones,
                                        unsubscribed_cb, errand);
}

/* --- one person --- */

void
kz_order_info (KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  KzRoom *room = kz_room_of_group (session, group_id);
  g_autofree char *text = kz_people_describe (session, g_ptr_array_index (order->people, 0));
  if (room != NULL)
    kz_room_say (session, room, text);
}

static void
me_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KzErrand) errand = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzPerson) me = kz_engine_me_finish (KZ_ENGINE (source), result, &error);
  if (kz_errand_is_over (errand))
    return;
  /* That call is documented nowhere (API §20): what the token and the lists told is enough. */
  if (me == NULL)
    me = kz_person_new (kz_directory_own_user_id (errand->session->directory),
                        errand->session->phone,
                        kz_directory_own_name (errand->session->directory), NULL);
  const char *own = me->name != NULL ? me->name
                                     : kz_directory_own_name (errand->session->directory);
  g_autofree char *name = kz_markup_clean_name (own != NULL ? own : "");
  g_autofree char *text = g_strdup_printf (
      /* Translators: 1 is a name, 2 a phone number, 3 an id. */
      _ ("You are %1$s, phone %2$s, user id %3$s."), *name != '\0' ? name : "?",
      me->phone != NULL ? me->phone : errand->session->phone, me->id != NULL ? me->id : "?");
  kz_errand_say (errand, text);
}

void
kz_order_whoami (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  kz_engine_me_async (session->engine, me_cb, kz_errand_new (session, group_id, NULL, NULL));
}

void
kz_order_message (
    KzSession *session, const char *group_id, const KzOrder *order, const char *typed)
{
  const KzPerson *person = g_ptr_array_index (order->people, 0);
  g_autofree char *who = kz_people_buddy_name (session, person);
  kz_direct_send (session, who, order->text, FALSE);
}
