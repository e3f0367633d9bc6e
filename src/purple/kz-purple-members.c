/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-purple-members.h"

#include "kz-purple-people.h"

/* Changes that come together are shown together. */
#define SYNC_DELAY_US (100 * G_TIME_SPAN_MILLISECOND)
#define SYNC_TIMER "members"

char *
kz_person_name (KzSession *session, const KzPerson *person)
{
  if (person != NULL && kz_directory_is_own (session->directory, person))
    return g_strdup (purple_account_get_username (session->account));
  return g_strdup (kz_directory_name (session->directory, person));
}

char *
kz_person_key (KzSession *session, const KzPerson *person)
{
  const KzPerson *known = kz_directory_lookup (session->directory, person);
  if (known == NULL)
    known = person;
  if (kz_directory_is_own (session->directory, known))
    return g_strdup ("own");
  return known->id != NULL ? g_strconcat ("i:", known->id, NULL)
                           : g_strconcat ("p:", known->phone, NULL);
}

char *
kz_person_spoken_name (const KzPerson *person, gpointer data)
{
  KzSession *session = data;
  if (session->is_closed || session->directory == NULL)
    return NULL;
  if (person != NULL) {
    g_autofree char *alias = kz_people_alias (session, person);
    if (alias != NULL)
      return g_steal_pointer (&alias);
  }
  return g_strdup (kz_directory_name (session->directory, person));
}

static void
sync_all_cb (gpointer data)
{
  kz_rooms_foreach (data, kz_members_sync);
}

void
kz_members_changed (KzSession *session, const char *group_id)
{
  if (kz_room_of_group (session, group_id) != NULL)
    kz_clock_set (session->clock, session, SYNC_TIMER, SYNC_DELAY_US, sync_all_cb, session);
}

/* We say ourselves who is new; whom a host gets to know just now may have been there for years. */
static gboolean
joining_cb (PurpleConversation *conversation,
            const char *name,
            PurpleConvChatBuddyFlags flags,
            KzSession *session)
{
  return purple_conversation_get_account (conversation) == session->account;
}

static gboolean
leaving_cb (PurpleConversation *conversation,
            const char *name,
            const char *reason,
            KzSession *session)
{
  return purple_conversation_get_account (conversation) == session->account;
}

void
kz_members_connect (KzSession *session)
{
  purple_signal_connect (purple_conversations_get_handle (), "chat-buddy-joining", session,
                         PURPLE_CALLBACK (joining_cb), session);
  purple_signal_connect (purple_conversations_get_handle (), "chat-buddy-leaving", session,
                         PURPLE_CALLBACK (leaving_cb), session);
}
