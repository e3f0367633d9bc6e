/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-direct.h"

#include "kz-engine-deeds.h"
#include "kz-engine-people.h"
#include "kz-limits.h"
#include "kz-markup.h"
#include "kz-purple-blist.h"
#include "kz-purple-errors.h"
#include "kz-purple-lines.h"
#include "kz-purple-members.h"
#include "kz-purple-people.h"
#include "kz-purple-send.h"
#include "kz-purple-subscribers.h"
#include "kz-text.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

/* @is_shown: the host has it in the conversation already. */
typedef struct {
  char *text;
  gboolean is_shown;
} Said;

/* What waits for its group, or for the word of the person that one may be made; in the session's
 * queue until it is sent or given back. */
typedef struct {
  KzSession *session; /* (owned) */
  char *who;
  GPtrArray *said; /* (element-type Said) */
} Waiting;

/* Somebody who follows a public group that we may write to. */
typedef struct {
  char *group_id;
  gboolean is_told; /* the person knows which way their words go */
} Subscription;

static void
said_free (gpointer data)
{
  Said *said = data;
  g_free (said->text);
  g_free (said);
}

static void
waiting_free (Waiting *waiting)
{
  g_queue_remove (&waiting->session->direct, waiting);
  kz_session_unref (waiting->session);
  g_free (waiting->who);
  g_ptr_array_unref (waiting->said);
  g_free (waiting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Waiting, waiting_free)

static void
subscription_free (gpointer data)
{
  Subscription *subscription = data;
  g_free (subscription->group_id);
  g_free (subscription);
}

static Waiting *
waiting_new (KzSession *session, const char *who)
{
  Waiting *waiting = g_new0 (Waiting, 1);
  waiting->session = kz_session_ref (session);
  waiting->who = g_strdup (who);
  waiting->said = g_ptr_array_new_with_free_func (said_free);
  g_queue_push_tail (&session->direct, waiting);
  return waiting;
}

static void
add_said (Waiting *waiting, const char *text, gboolean is_shown)
{
  Said *said = g_new0 (Said, 1);
  said->text = g_strdup (text);
  said->is_shown = is_shown;
  g_ptr_array_add (waiting->said, said);
}

const KzPerson *
kz_direct_person (KzSession *session, const char *group_id)
{
  return session->engine != NULL ? kz_engine_direct_person (session->engine, group_id) : NULL;
}

static void
give_back (KzSession *session, const char *who, const char *why, const char *text)
{
  /* Translators: 1 is the reason, 2 what the person typed. */
  g_autofree char *line = g_strdup_printf (_ ("Not sent: %1$s\nYou wrote: %2$s"), why, text);
  /* BitlBee shows no line that comes from the person's own name. */
  if (session->host.ui == KZ_UI_BITLBEE &&
      g_str_equal (who, purple_account_get_username (session->account)))
    kz_session_notice (session, line);
  else
    kz_lines_say_to (session, who, line);
}

static void
give_all_back (const Waiting *waiting, const char *why)
{
  for (guint i = 0; i < waiting->said->len; i++)
    give_back (waiting->session, waiting->who, why,
               ((Said *) g_ptr_array_index (waiting->said, i))->text);
}

static void
show_own (KzSession *session, const char *who, const char *text)
{
  g_autofree char *html = kz_markup_from_text (text);
  kz_lines_own_to (session, who, html, PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_REMOTE_SEND);
}

/* FALSE when all of it was given back at once: then the host must not show it as said. */
static gboolean
send (
    KzSession *session, const char *who, const char *group_id, const char *text, gboolean is_shown)
{
  g_auto (GStrv) pieces = kz_text_split (text, KZ_MESSAGE_MAX_UNITS);
  for (gsize i = 0; pieces != NULL && pieces[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    if (kz_engine_send_text (session->engine, group_id, pieces[i], pieces[i], &error) != 0) {
      if (!is_shown)
        show_own (session, who, pieces[i]);
      continue;
    }
    g_autofree char *reason = kz_errors_in_room (error);
    g_autofree char *rest = g_strjoinv (" ", pieces + i);
    give_back (session, who, reason, rest);
    return i > 0;
  }
  return TRUE;
}

/* --- A group of two --- */

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Waiting) waiting = data;
  g_autoptr (GError) error = NULL;
  KzSession *session = waiting->session;
  g_autofree char *group_id = kz_engine_direct_group_finish (KZ_ENGINE (source), result, &error);
  if (session->is_closed)
    return;
  if (group_id == NULL || session->is_closing) {
    g_autofree char *reason = kz_errors_in_room (error);
    give_all_back (waiting, reason);
    return;
  }
  for (guint i = 0; i < waiting->said->len && !session->is_closing; i++) {
    const Said *said = g_ptr_array_index (waiting->said, i);
    send (session, waiting->who, group_id, said->text, said->is_shown);
  }
}

static void
accepted_cb (Waiting *waiting, int action)
{
  kz_engine_direct_group_async (waiting->session->engine, waiting->who, made_cb, waiting);
}

static void
refused_cb (Waiting *data, int action)
{
  g_autoptr (Waiting) waiting = data;
  give_all_back (waiting, _ ("you did not want a group for it."));
}

/* Kaizala knows groups only, and the other one sees that they were added to one. */
static void
ask (Waiting *waiting)
{
  KzSession *session = waiting->session;
  const KzPerson *person = kz_directory_find (session->directory, waiting->who);
  g_autofree char *name = person != NULL ? kz_person_spoken_name (person, session) : NULL;
  /* Translators: the argument is a person's name. */
  g_autofree char *primary = g_strdup_printf (_ ("Make a group of two to write to %s?"),
                                              name != NULL ? name : waiting->who);
  /* BitlBee finds its yes and no by these English words. */
  gboolean is_irc = session->host.ui == KZ_UI_BITLBEE;
  purple_request_action (
      session->gc, "Kaizala", primary,
      _ ("The service has no private messages; both of you will see this group in the app."), 1,
      session->account, waiting->who, NULL, waiting, 2, is_irc ? "Accept" : _ ("_Make it"),
      G_CALLBACK (accepted_cb), is_irc ? "Cancel" : _ ("_Cancel"), G_CALLBACK (refused_cb));
  if (is_irc)
    kz_lines_say_to (session, waiting->who,
                     /* Translators: do not translate "yes" and "no": they are typed so. */
                     _ ("This waits: a group of two is needed to write here. You are asked in the "
                        "control channel; answer yes or no there."));
  kz_lines_point_at_prompt (session);
}

/* (nullable): what waits for the same person already: its group is asked for once. */
static Waiting *
find_waiting (KzSession *session, const char *who)
{
  for (GList *l = session->direct.head; l != NULL; l = l->next) {
    Waiting *waiting = l->data;
    if (g_str_equal (waiting->who, who))
      return waiting;
  }
  return NULL;
}

/* --- A subscriber of a public group --- */

void
kz_direct_learn_subscriber (KzSession *session, const char *group_id, const KzPerson *person)
{
  if (person->phone == NULL)
    return;
  if (session->subscriptions == NULL)
    session->subscriptions =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, subscription_free);
  Subscription *known = g_hash_table_lookup (session->subscriptions, person->phone);
  if (known != NULL && g_str_equal (known->group_id, group_id))
    return;
  Subscription *subscription = g_new0 (Subscription, 1);
  subscription->group_id = g_strdup (group_id);
  g_hash_table_replace (session->subscriptions, g_strdup (person->phone), subscription);
}

void
kz_direct_forget_subscriber (KzSession *session, const char *phone)
{
  if (session->subscriptions != NULL)
    g_hash_table_remove (session->subscriptions, phone);
}

/* Whether somebody can be in a group of two: is in a group with us where they may write. */
static gboolean
shares_group (KzSession *session, const KzPerson *person)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (session->directory);
  for (guint i = 0; i < groups->len; i++) {
    const KzGroup *group = g_ptr_array_index (groups, i);
    if (group->kind != KZ_GROUP_PUBLIC &&
        kz_directory_member (session->directory, group->id, person) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* (nullable) */
static Subscription *
find_subscription (KzSession *session, const KzPerson *person)
{
  if (person == NULL || person->phone == NULL || session->subscriptions == NULL ||
      shares_group (session, person))
    return NULL;
  return g_hash_table_lookup (session->subscriptions, person->phone);
}

/* (transfer full) (nullable): why it did not arrive. */
static char *
why_not_told (const KzTold *told, const GError *error)
{
  if (told == NULL || told->error != NULL)
    return kz_errors_in_room (told != NULL ? told->error : error);
  if (told->failed->len == 0)
    return NULL;
  const KzFailedTarget *target = g_ptr_array_index (told->failed, 0);
  return g_strdup (target->reason != NULL ? target->reason : _ ("the server does not say why."));
}

static void
told_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Waiting) waiting = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KzTold) told = kz_engine_tell_finish (KZ_ENGINE (source), result, &error);
  g_autofree char *why = why_not_told (told, error);
  if (!waiting->session->is_closed && why != NULL)
    give_all_back (waiting, why);
}

static void
tell (KzSession *session,
      const char *who,
      const char *phone,
      Subscription *subscription,
      const char *text,
      gboolean is_shown)
{
  const char *const phones[] = {phone, NULL};
  g_autofree char *group_id = g_strdup (subscription->group_id);
  gboolean is_first = !subscription->is_told;
  subscription->is_told = TRUE;
  Waiting *waiting = waiting_new (session, who);
  add_said (waiting, text, is_shown);
  kz_engine_tell_async (session->engine, group_id, text, NULL, phones, told_cb, waiting);
  if (!is_shown)
    show_own (session, who, text);
  if (!is_first)
    return;
  g_autofree char *title = kz_blist_title (session, group_id);
  g_autofree char *note = g_strdup_printf (
      /* Translators: the argument is the name of a public group. */
      _ ("This goes to a subscriber of “%s”, and to nobody else; there is no way to answer it with "
         "a text."),
      title);
  kz_lines_say_to (session, who, note);
}

/* Who follows our groups is known: once more. */
static void
known_cb (gpointer data)
{
  g_autoptr (Waiting) waiting = data;
  KzSession *session = waiting->session;
  g_autoptr (GPtrArray) said = g_steal_pointer (&waiting->said);
  waiting->said = g_ptr_array_new ();
  g_queue_remove (&session->direct, waiting);
  for (guint i = 0; i < said->len && !session->is_closing; i++) {
    const Said *one = g_ptr_array_index (said, i);
    kz_direct_send (session, waiting->who, one->text, one->is_shown);
  }
}

/* At sign-off kz_direct_end() gives back what waits. */
static void
leave_waiting (gpointer data)
{
}

/* TRUE: it waits until we know who follows our groups, for it may be one of them. */
static gboolean
reads_subscribers (KzSession *session,
                   const char *who,
                   const KzPerson *person,
                   const char *text,
                   gboolean is_shown)
{
  if (person != NULL &&
      (shares_group (session, person) || kz_directory_is_own (session->directory, person)))
    return FALSE;
  Waiting *waiting = waiting_new (session, who);
  add_said (waiting, text, is_shown);
  if (kz_subscribers_read (session, NULL, known_cb, waiting, leave_waiting))
    return TRUE;
  waiting_free (waiting);
  return FALSE;
}

/* --- Sending --- */

gboolean
kz_direct_send (KzSession *session, const char *who, const char *text, gboolean is_shown)
{
  Waiting *waiting = find_waiting (session, who);
  g_autofree char *group_id = kz_engine_find_direct_group (session->engine, who);
  const KzPerson *person = kz_directory_find (session->directory, who);
  Subscription *subscription = find_subscription (session, person);
  g_autofree char *phone = kz_phone_normalize (who);
  if (group_id != NULL)
    return send (session, who, group_id, text, is_shown);
  if (subscription != NULL) {
    tell (session, who, person->phone, subscription, text, is_shown);
    return TRUE;
  }
  if (waiting != NULL) {
    add_said (waiting, text, is_shown);
    return TRUE;
  }
  if (reads_subscribers (session, who, person, text, is_shown))
    return TRUE;
  if (person == NULL && phone == NULL) {
    give_back (session, who, _ ("nobody of that name is known in the groups that you are in."),
               text);
    return FALSE;
  }
  if (person != NULL && kz_directory_is_own (session->directory, person)) {
    give_back (session, who, _ ("that is yourself."), text);
    return FALSE;
  }
  waiting = waiting_new (session, who);
  add_said (waiting, text, is_shown);
  ask (waiting);
  return TRUE;
}

void
kz_direct_end (KzSession *session)
{
  while (!g_queue_is_empty (&session->direct)) {
    Waiting *waiting = g_queue_peek_head (&session->direct);
    give_all_back (waiting, _ ("you signed off before it could be sent."));
    waiting_free (waiting);
  }
  g_clear_pointer (&session->subscriptions, g_hash_table_unref);
}

int
kz_send_im (PurpleConnection *gc, const char *who, const char *message, PurpleMessageFlags flags)
{
  KzSession *session = kz_session_of (gc);
  if (session == NULL || session->engine == NULL || who == NULL || message == NULL)
    return -ENOTCONN;
  g_autofree char *text = kz_markup_to_text (message);
  return kz_direct_send (session, who, text, TRUE) ? 1 : 0;
}

/* --- More than two --- */

void
kz_direct_follow (KzSession *session, const char *group_id)
{
  const KzGroup *group = kz_directory_group (session->directory, group_id);
  const KzPerson *person = kz_direct_person (session, group_id);
  if (group == NULL)
    return;
  if (session->direct_groups == NULL)
    session->direct_groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (person != NULL) {
    if (!g_hash_table_contains (session->direct_groups, group_id))
      g_hash_table_insert (session->direct_groups, g_strdup (group_id),
                           kz_people_buddy_name (session, person));
    return;
  }
  if (kz_blist_chat (session, group_id) == NULL)
    kz_blist_put_group (session, group);
  g_autofree char *who = g_strdup (g_hash_table_lookup (session->direct_groups, group_id));
  g_hash_table_remove (session->direct_groups, group_id);
  if (who == NULL)
    return;
  g_autofree char *title = kz_blist_title (session, group_id);
  g_autofree char *note = g_strdup_printf (
      /* Translators: the argument is the name of a group. */
      _ ("You are not two any more: this goes on in the room “%s”."), title);
  kz_lines_say_to (session, who, note);
}
