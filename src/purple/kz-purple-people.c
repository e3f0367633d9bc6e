/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-people.h"

#include "kz-limits.h"
#include "kz-markup.h"
#include "kz-purple-avatars.h"
#include "kz-purple-blist.h"
#include "kz-purple-chat.h"
#include "kz-purple-members.h"
#include "kz-render.h"

#include <glib/gi18n-lib.h>

/* Account setting: people who were buddies at an earlier sign-on. */
#define KNOWN_PEOPLE "known_people"
#define SMALL_GROUP 20
#define SLICE 20
#define SLICE_DELAY_US (50 * G_TIME_SPAN_MILLISECOND)
/* How soon a crowded room is looked at again. */
#define CROWDED_DELAY_US (10 * G_USEC_PER_SEC)
#define SLICE_TIMER "buddies"
#define STATUS_AVAILABLE "available"
#define STATUS_OFFLINE "offline"

/**
 * KzPeople:
 * @known: (element-type utf8): keys of people who were listed: who is not any more was removed
 * @buddies: (element-type utf8 utf8): key -> name of the buddy
 * @waiting: (element-type KzMember): owns references
 * @queued: (element-type utf8): keys in @waiting
 */
struct _KzPeople {
  KzSession *session;
  GHashTable *known;
  GHashTable *buddies;
  GHashTable *queued;
  GQueue waiting;
  gboolean has_scanned;
};

/* (nullable) */
static const KzPerson *
find_person (KzSession *session, const char *who)
{
  return session->directory != NULL && who != NULL ? kz_directory_find (session->directory, who)
                                                   : NULL;
}

/* (transfer full): what stands for somebody of whom only the buddy's name is known. */
static char *
name_key (const char *name)
{
  return g_strconcat ("n:", name, NULL);
}

/* Who is or was listed, also for the day that the host does not come to an orderly end. */
static void
save_known (KzPeople *people)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, people->buddies);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (people->known, g_ref_string_new_intern (key));
  kz_setting_set_save (people->session->account, KNOWN_PEOPLE, people->known);
}

static void
node_removed_cb (PurpleBlistNode *node, KzSession *session)
{
  if (purple_blist_node_get_type (node) != PURPLE_BLIST_BUDDY_NODE || session->people == NULL ||
      !session->host.keeps_settings || !session->is_connected || session->is_closing)
    return;
  PurpleBuddy *buddy = PURPLE_BUDDY (node);
  if (purple_buddy_get_account (buddy) != session->account)
    return;
  const char *name = purple_buddy_get_name (buddy);
  const KzPerson *person = find_person (session, name);
  g_autofree char *key = person != NULL ? kz_person_key (session, person) : name_key (name);
  g_hash_table_add (session->people->known, g_ref_string_new_intern (key));
  save_known (session->people);
}

KzPeople *
kz_people_new (KzSession *session)
{
  KzPeople *people = g_new0 (KzPeople, 1);
  people->session = session;
  people->known = kz_setting_set_load (session->account, KNOWN_PEOPLE);
  people->buddies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  people->queued = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&people->waiting);
  purple_signal_connect (purple_blist_get_handle (), "blist-node-removed", people,
                         PURPLE_CALLBACK (node_removed_cb), session);
  return people;
}

/* BitlBee forgets the account at sign-off and the nodes not: they would come twice. */
static void
remove_own_buddies (KzSession *session)
{
  GSList *buddies = purple_find_buddies (session->account, NULL);
  for (GSList *l = buddies; l != NULL; l = l->next)
    purple_blist_remove_buddy (l->data);
  g_slist_free (buddies);
}

void
kz_people_free (KzPeople *people)
{
  KzSession *session = people->session;
  purple_signals_disconnect_by_handle (people);
  if (!session->host.keeps_settings)
    remove_own_buddies (session);
  else if (people->has_scanned)
    save_known (people);
  g_queue_clear_full (&people->waiting, (GDestroyNotify) kz_member_unref);
  g_hash_table_unref (people->known);
  g_hash_table_unref (people->buddies);
  g_hash_table_unref (people->queued);
  g_free (people);
}

/* --- Names --- */

/* In BitlBee a chat user and a buddy of one name are one nick; elsewhere the number is what stays. */
char *
kz_people_buddy_name (KzSession *session, const KzPerson *person)
{
  if (session->host.ascii_names)
    return kz_person_name (session, person);
  const KzPerson *known = kz_directory_lookup (session->directory, person);
  if (known == NULL)
    known = person;
  return g_strdup (known->phone != NULL ? known->phone : known->id);
}

char *
kz_people_real_name (KzSession *session, const char *who)
{
  const KzPerson *person = find_person (session, who);
  if (person == NULL || kz_directory_is_own (session->directory, person))
    return g_strdup (who);
  return kz_people_buddy_name (session, person);
}

char *
kz_people_alias (KzSession *session, const KzPerson *person)
{
  g_autofree char *name = kz_people_buddy_name (session, person);
  PurpleBuddy *buddy = name != NULL ? purple_find_buddy (session->account, name) : NULL;
  const char *alias = buddy != NULL ? purple_buddy_get_local_buddy_alias (buddy) : NULL;
  return alias != NULL && *alias != '\0' ? g_strdup (alias) : NULL;
}

char *
kz_people_shown_alias (KzSession *session, const char *who)
{
  if (g_strcmp0 (who, purple_account_get_username (session->account)) == 0) {
    const char *alias = purple_account_get_alias (session->account);
    if (alias == NULL || *alias == '\0')
      alias = session->directory != NULL ? kz_directory_own_name (session->directory) : NULL;
    g_autofree char *clean = alias != NULL ? kz_markup_clean_name (alias) : NULL;
    return clean != NULL && *clean != '\0' ? g_steal_pointer (&clean) : g_strdup (who);
  }
  const KzPerson *person = find_person (session, who);
  char *alias = person != NULL ? kz_people_alias (session, person) : NULL;
  return alias != NULL ? alias : g_strdup (who);
}

/* --- Buddies --- */

static void
show_buddy (KzSession *session, const char *name, const KzMember *member)
{
  g_autofree char *alias = g_strdup (kz_directory_name (session->directory, member->person));
  serv_got_alias (session->gc, name, alias);
  purple_prpl_got_user_status (session->account, name,
                               member->provisioned ? STATUS_AVAILABLE : STATUS_OFFLINE, NULL);
  kz_avatars_show (session, name, member->person);
}

/* Buddies of the saved list, by what stays of each person. */
static void
scan_buddies (KzSession *session)
{
  KzPeople *people = session->people;
  if (people->has_scanned)
    return;
  people->has_scanned = TRUE;
  GSList *buddies = purple_find_buddies (session->account, NULL);
  for (GSList *l = buddies; l != NULL; l = l->next) {
    const char *name = purple_buddy_get_name (l->data);
    const KzPerson *person = find_person (session, name);
    g_autofree char *key = person != NULL ? kz_person_key (session, person) : NULL;
    if (key == NULL)
      continue;
    g_hash_table_replace (people->buddies, g_steal_pointer (&key), g_strdup (name));
  }
  g_slist_free (buddies);
}

/* (nullable): the name of the buddy that a person is already. */
static const char *
existing_buddy (KzSession *session, const char *key, const KzPerson *person)
{
  KzPeople *people = session->people;
  const char *name = g_hash_table_lookup (people->buddies, key);
  if (name != NULL && purple_find_buddy (session->account, name) != NULL)
    return name;
  const char *const tries[] = {person->phone, person->id};
  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++) {
    if (tries[i] == NULL || purple_find_buddy (session->account, tries[i]) == NULL)
      continue;
    g_hash_table_replace (people->buddies, g_strdup (key), g_strdup (tries[i]));
    return g_hash_table_lookup (people->buddies, key);
  }
  return NULL;
}

static void
add_buddy_node (KzSession *session, const char *key, const KzMember *member)
{
  KzPeople *people = session->people;
  g_autofree char *name = kz_people_buddy_name (session, member->person);
  if (name == NULL)
    return;
  PurpleGroup *group = purple_find_group (KZ_BLIST_GROUP);
  if (group == NULL) {
    group = purple_group_new (KZ_BLIST_GROUP);
    purple_blist_add_group (group, NULL);
  }
  purple_blist_add_buddy (purple_buddy_new (session->account, name, NULL), NULL, group, NULL);
  g_hash_table_replace (people->buddies, g_strdup (key), g_strdup (name));
  show_buddy (session, name, member);
}

/* Whether the person took somebody out of the list. */
static gboolean
was_removed (KzSession *session, const char *key, const KzPerson *person)
{
  KzPeople *people = session->people;
  if (g_hash_table_contains (people->known, key) || g_hash_table_contains (people->buddies, key))
    return TRUE;
  g_autofree char *name = kz_people_buddy_name (session, person);
  g_autofree char *by_name = name != NULL ? name_key (name) : NULL;
  return by_name != NULL && g_hash_table_contains (people->known, by_name);
}

static void
take_one (KzSession *session, const KzMember *member, guint limit)
{
  KzPeople *people = session->people;
  const KzPerson *person = kz_directory_lookup (session->directory, member->person);
  if (person == NULL)
    person = member->person;
  if (kz_directory_is_own (session->directory, person))
    return;
  g_autofree char *key = kz_person_key (session, person);
  const char *name = existing_buddy (session, key, person);
  if (name != NULL)
    show_buddy (session, name, member);
  else if (!was_removed (session, key, person) && g_hash_table_size (people->buddies) < limit)
    add_buddy_node (session, key, member);
}

static void
slice_cb (gpointer data)
{
  KzSession *session = data;
  KzPeople *people = session->people;
  guint crowded = session->host.crowded_room;
  if (crowded != 0 && kz_rooms_largest (session) > crowded) {
    kz_clock_set (session->clock, session, SLICE_TIMER, CROWDED_DELAY_US, slice_cb, session);
    return;
  }
  scan_buddies (session);
  int limit = purple_account_get_int (session->account, KZ_OPTION_BUDDY_LIMIT, KZ_DEFAULT_BUDDIES);
  for (guint i = 0; i < SLICE && !g_queue_is_empty (&people->waiting); i++) {
    g_autoptr (KzMember) member = g_queue_pop_head (&people->waiting);
    g_autofree char *key = kz_person_key (session, member->person);
    g_hash_table_remove (people->queued, key);
    take_one (session, member, limit > 0 ? (guint) limit : 0);
  }
  if (!g_queue_is_empty (&people->waiting))
    kz_clock_set (session->clock, session, SLICE_TIMER, SLICE_DELAY_US, slice_cb, session);
}

static gboolean
wants_buddies_of (KzSession *session, guint members)
{
  const char *option =
      purple_account_get_string (session->account, KZ_OPTION_BUDDIES, KZ_BUDDIES_SMALL);
  if (g_strcmp0 (option, KZ_BUDDIES_EVERYONE) == 0)
    return TRUE;
  return g_strcmp0 (option, KZ_BUDDIES_SMALL) == 0 && members <= SMALL_GROUP;
}

static void
take_soon (KzSession *session)
{
  if (!g_queue_is_empty (&session->people->waiting) &&
      !kz_clock_is_set (session->clock, session, SLICE_TIMER))
    kz_clock_set (session->clock, session, SLICE_TIMER, SLICE_DELAY_US, slice_cb, session);
}

void
kz_people_members_loaded (KzSession *session, const char *group_id)
{
  KzPeople *people = session->people;
  GPtrArray *members = kz_directory_members (session->directory, group_id);
  if (members == NULL || purple_get_blist () == NULL || !wants_buddies_of (session, members->len))
    return;
  for (guint i = 0; i < members->len; i++) {
    KzMember *member = g_ptr_array_index (members, i);
    g_autofree char *key = kz_person_key (session, member->person);
    if (g_hash_table_add (people->queued, g_steal_pointer (&key)))
      g_queue_push_tail (&people->waiting, kz_member_ref (member));
  }
  take_soon (session);
}

void
kz_people_member_changed (KzSession *session, const char *group_id, KzMember *member)
{
  KzPeople *people = session->people;
  GPtrArray *members = kz_directory_members (session->directory, group_id);
  if (members == NULL || purple_get_blist () == NULL || !wants_buddies_of (session, members->len))
    return;
  /* Behind what waits already: the last one is what holds. */
  g_hash_table_add (people->queued, kz_person_key (session, member->person));
  g_queue_push_tail (&people->waiting, kz_member_ref (member));
  take_soon (session);
}

/* --- What is known of somebody --- */

/* (nullable): a membership of that person, in any group; @groups: (nullable): all titles. */
static const KzMember *
memberships (KzSession *session, const KzPerson *person, GString *groups)
{
  const KzMember *found = NULL;
  g_autoptr (GPtrArray) all = kz_directory_groups (session->directory);
  for (guint i = 0; i < all->len; i++) {
    const KzGroup *group = g_ptr_array_index (all, i);
    const KzMember *member = kz_directory_member (session->directory, group->id, person);
    if (member == NULL)
      continue;
    found = member;
    if (groups == NULL)
      break;
    g_autofree char *title = kz_blist_title (session, group->id);
    g_autofree char *line
        /* Translators: a group's name, and a role in it such as "admin". */
        = g_strdup_printf (_ ("%1$s (%2$s)"), title, kz_render_role (member->role));
    g_autofree char *escaped = kz_markup_escape (line);
    g_string_append_printf (groups, "%s%s", groups->len > 0 ? ", " : "", escaped);
  }
  return found;
}

static void
add_pair (PurpleNotifyUserInfo *info, const char *label, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  g_autofree char *escaped = kz_markup_escape (text);
  purple_notify_user_info_add_pair (info, label, escaped);
}

char *
kz_people_describe (KzSession *session, const KzPerson *somebody)
{
  const KzPerson *known = kz_directory_lookup (session->directory, somebody);
  const KzPerson *person = known != NULL ? known : somebody;
  g_autoptr (GString) escaped = g_string_new (NULL);
  const KzMember *member = memberships (session, person, escaped);
  g_autofree char *groups = kz_markup_to_text (escaped->str);
  g_autofree char *name = kz_person_spoken_name (person, session);
  GString *text = g_string_new (name);
  if (person->phone != NULL)
    g_string_append_printf (text, "\n%s: %s", _ ("Phone"), person->phone);
  if (person->id != NULL)
    g_string_append_printf (text, "\n%s: %s", _ ("User ID"), person->id);
  if (*groups != '\0')
    g_string_append_printf (text, "\n%s: %s", _ ("Groups that you share"), groups);
  if (member != NULL && !member->provisioned)
    g_string_append_printf (text, "\n%s", _ ("Has not installed Kaizala yet"));
  return g_string_free (text, FALSE);
}

void
kz_people_get_info (PurpleConnection *gc, const char *who)
{
  KzSession *session = kz_session_of (gc);
  const KzPerson *person = session != NULL ? find_person (session, who) : NULL;
  PurpleNotifyUserInfo *info = purple_notify_user_info_new ();
  if (person == NULL) {
    purple_notify_user_info_add_pair (info, NULL,
                                      _ ("Nobody of that name is known in the groups "
                                         "that you are in."));
  } else {
    g_autoptr (GString) groups = g_string_new (NULL);
    const KzMember *member = memberships (session, person, groups);
    add_pair (info, _ ("Name"), kz_directory_name (session->directory, person));
    add_pair (info, _ ("Phone"), person->phone);
    add_pair (info, _ ("User ID"), person->id);
    if (groups->len > 0)
      purple_notify_user_info_add_pair (info, _ ("Groups that you share"), groups->str);
    if (member != NULL && !member->provisioned)
      purple_notify_user_info_add_pair (info, _ ("Note"), _ ("Has not installed Kaizala yet"));
  }
  purple_notify_userinfo (gc, who, info, NULL, NULL);
  purple_notify_user_info_destroy (info);
}

void
kz_people_add_buddy (PurpleConnection *gc,
                     PurpleBuddy *buddy,
                     PurpleGroup *group,
                     const char *message)
{
  KzSession *session = kz_session_of (gc);
  if (session == NULL || session->directory == NULL)
    return;
  const KzPerson *person = find_person (session, purple_buddy_get_name (buddy));
  const KzMember *member = person != NULL ? memberships (session, person, NULL) : NULL;
  if (member != NULL)
    show_buddy (session, purple_buddy_get_name (buddy), member);
}

static const KzMember *
member_of_buddy (PurpleBuddy *buddy)
{
  KzSession *session = kz_session_of_account (purple_buddy_get_account (buddy));
  if (session == NULL)
    return NULL;
  const KzPerson *person = find_person (session, purple_buddy_get_name (buddy));
  return person != NULL ? memberships (session, person, NULL) : NULL;
}

char *
kz_people_status_text (PurpleBuddy *buddy)
{
  /* The list asks for everybody again and again: who is online has nothing to tell. */
  if (purple_presence_is_online (purple_buddy_get_presence (buddy)))
    return NULL;
  const KzMember *member = member_of_buddy (buddy);
  if (member == NULL || member->provisioned)
    return NULL;
  return kz_markup_escape (_ ("Has not installed Kaizala yet"));
}

void
kz_people_tooltip (PurpleBuddy *buddy, PurpleNotifyUserInfo *info, gboolean full)
{
  const KzMember *member = member_of_buddy (buddy);
  if (member == NULL)
    return;
  add_pair (info, _ ("Phone"), member->person->phone);
  if (!member->provisioned)
    purple_notify_user_info_add_pair (info, _ ("Note"), _ ("Has not installed Kaizala yet"));
}
