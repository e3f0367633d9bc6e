/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-ask.h"

#include "kz-markup.h"
#include "kz-purple-blist.h"
#include "kz-purple-lines.h"
#include "kz-purple-people.h"
#include "kz-purple-subscribers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* So much of a group's id names it, where its name does not. */
#define ID_MIN 8

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  return g_utf8_casefold (normal != NULL ? normal : text, -1);
}

static gboolean
fits (const char *name, const char *folded, gboolean whole)
{
  g_autofree char *mine = name != NULL ? fold (name) : NULL;
  if (mine == NULL || *mine == '\0')
    return FALSE;
  return whole ? g_str_equal (mine, folded) : g_str_has_prefix (mine, folded);
}

/* Whether somebody is called like that: in this room, by this person, or by themselves. */
static gboolean
is_called (KzSession *session, const KzPerson *person, const char *folded, gboolean whole)
{
  const KzPerson *known = kz_directory_lookup (session->directory, person);
  g_autofree char *alias = kz_people_alias (session, person);
  if (kz_directory_is_own (session->directory, person))
    return fits (kz_directory_own_name (session->directory), folded, whole);
  return fits (kz_directory_name (session->directory, person), folded, whole) ||
         fits (alias, folded, whole) ||
         fits (known != NULL ? known->name : person->name, folded, whole);
}

static gboolean
is_among (const GPtrArray *people, const KzPerson *person)
{
  for (guint i = 0; i < people->len; i++) {
    const KzPerson *other = g_ptr_array_index (people, i);
    if (person == other || (person->id != NULL && g_strcmp0 (person->id, other->id) == 0) ||
        (person->phone != NULL && g_strcmp0 (person->phone, other->phone) == 0))
      return TRUE;
  }
  return FALSE;
}

/* Adds those members who are called like that. */
static void
add_members (
    KzSession *session, const char *group_id, const char *folded, gboolean whole, GPtrArray *found)
{
  GPtrArray *members = kz_directory_members (session->directory, group_id);
  for (guint i = 0; *folded != '\0' && members != NULL && i < members->len; i++) {
    const KzMember *member = g_ptr_array_index (members, i);
    const KzPerson *known = kz_directory_lookup (session->directory, member->person);
    const KzPerson *person = known != NULL ? known : member->person;
    if (is_called (session, member->person, folded, whole) && !is_among (found, person))
      g_ptr_array_add (found, kz_person_ref ((KzPerson *) person));
  }
}

/* Adds who is called like that in any group. */
static void
add_anybody (KzSession *session, const char *folded, gboolean whole, GPtrArray *found)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (session->directory);
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    add_members (session, group->id, folded, whole, found);
  }
}

/* Whether the verb is about people wherever they are, and not those of this group alone. */
static gboolean
is_about_everybody (KzVerb verb)
{
  static const KzVerb verbs[] = {KZ_VERB_INFO,  KZ_VERB_MESSAGE, KZ_VERB_ADD,     KZ_VERB_SUBSCRIBE,
                                 KZ_VERB_GROUP, KZ_VERB_PUBLIC,  KZ_VERB_SUBGROUP};
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i] == verb)
      return TRUE;
  return FALSE;
}

/* Somebody whose shown name, phone or id it is; else those here who are called so, or whose name
 * begins so, and then those elsewhere. The names of people elsewhere do not stand in the way of
 * those here; where the verb is about both, they are told apart. */
static GPtrArray *
find_people_cb (const char *typed, gboolean only_here, gpointer data)
{
  KzAskContext *context = data;
  KzSession *session = context->session;
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_person_unref);
  const KzPerson *exact = kz_directory_find (session->directory, typed);
  g_autofree char *folded = fold (typed);
  gboolean is_here = exact != NULL && context->group_id != NULL &&
                     kz_directory_member (session->directory, context->group_id, exact) != NULL;
  gboolean is_first =
      exact != NULL && (context->group_id == NULL || is_here || is_about_everybody (context->verb));
  /* What is not known yet rules nobody out. */
  if (context->group_id == NULL ||
      kz_directory_members (session->directory, context->group_id) == NULL)
    only_here = FALSE;
  if (is_first)
    g_ptr_array_add (found, kz_person_ref ((KzPerson *) exact));
  if (context->group_id != NULL && !is_here)
    add_members (session, context->group_id, folded, TRUE, found);
  if (context->group_id != NULL && found->len == 0)
    add_members (session, context->group_id, folded, FALSE, found);
  if (only_here || found->len > 0)
    return found;
  if (exact != NULL)
    g_ptr_array_add (found, kz_person_ref ((KzPerson *) exact));
  for (int whole = 1; whole >= 0 && found->len == 0; whole--)
    add_anybody (session, folded, whole, found);
  context->misses = context->misses || found->len == 0;
  return found;
}

static GPtrArray *
find_groups_cb (const char *typed, gpointer data)
{
  KzAskContext *context = data;
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);
  GPtrArray *begins = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);
  g_autoptr (GPtrArray) groups = kz_directory_groups (context->session->directory);
  g_autofree char *folded = fold (typed);
  for (guint i = 0; i < groups->len; i++) {
    KzGroup *group = g_ptr_array_index (groups, i);
    g_autofree char *title = kz_group_title (group);
    g_autofree char *mine = fold (title);
    gboolean is_id = strlen (typed) >= ID_MIN && g_str_has_prefix (group->id, typed);
    if (is_id || g_str_equal (mine, folded))
      g_ptr_array_add (found, kz_group_ref (group));
    else if (*folded != '\0' && g_str_has_prefix (mine, folded))
      g_ptr_array_add (begins, kz_group_ref (group));
  }
  if (found->len > 0) {
    g_ptr_array_unref (begins);
    return found;
  }
  g_ptr_array_unref (found);
  return begins;
}

static char *
person_name_cb (const KzPerson *person, gpointer data)
{
  KzAskContext *context = data;
  return g_strdup (kz_directory_name (context->session->directory, person));
}

void
kz_ask_context_init (
    KzAskContext *context, KzSession *session, const char *group_id, KzVerb verb, KzAction *action)
{
  gint64 now_us = kz_clock_wall_us (session->clock);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  *context = (KzAskContext){
      .session = session,
      .group_id = g_strdup (group_id),
      .verb = verb,
      .now = g_date_time_to_timezone (utc, session->zone),
      .action = action != NULL ? kz_action_ref (action) : NULL,
  };
  context->form = (KzFormContext){
      .now = context->now,
      .group = group_id != NULL ? kz_directory_group (session->directory, group_id) : NULL,
      .action = context->action,
      .find_people = find_people_cb,
      .find_groups = find_groups_cb,
      .person_name = person_name_cb,
      .data = context,
      .has_files = session->host.has_files,
  };
}

void
kz_ask_context_clear (KzAskContext *context)
{
  g_free (context->group_id);
  g_clear_pointer (&context->now, g_date_time_unref);
  g_clear_pointer (&context->action, kz_action_unref);
}

KzAction *
kz_ask_action (KzSession *session, const char *group_id, const char *handle)
{
  const KzOpenAction *open =
      handle != NULL ? kz_engine_find_action (session->engine, group_id, handle, NULL) : NULL;
  return open != NULL ? kz_action_ref (open->action) : NULL;
}

void
kz_ask (KzSession *session, const char *group_id, KzVerb verb, const char *handle)
{
  g_autoptr (KzAction) action = kz_ask_action (session, group_id, handle);
  KzRoom *room = group_id != NULL ? kz_room_of_group (session, group_id) : NULL;
  KzAskContext context;
  kz_ask_context_init (&context, session, group_id, verb, action);
  KzForm *form = kz_form_new (verb, handle, &context.form);
  kz_ask_context_clear (&context);
  if (form == NULL)
    return;
  /* Until they are named, they are known. */
  if (group_id != NULL &&
      (kz_form_field (form, "to") != NULL || kz_form_field (form, "people") != NULL))
    kz_subscribers_read (session, group_id, NULL, NULL, NULL);
  if (session->host.has_forms)
    kz_forms_show (session, group_id, form, NULL);
  else if (room != NULL)
    kz_wizards_begin (session, room, form);
  else
    kz_form_free (form);
}
