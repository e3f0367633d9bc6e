/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/* People of an account as buddies, and what is known of one. */
KzPeople *kz_people_new (KzSession *session);
void kz_people_free (KzPeople *people);

/* The members of a group are known: some may become buddies, later, a few at a time. */
void kz_people_members_loaded (KzSession *session, const char *group_id);
/* The same of one who came into a group or changed there. */
void kz_people_member_changed (KzSession *session, const char *group_id, KzMember *member);

/* (transfer full): the name of the buddy that a chat user is. */
char *kz_people_real_name (KzSession *session, const char *who);
/* (transfer full): what to show for a chat user. */
char *kz_people_shown_alias (KzSession *session, const char *who);
/* (transfer full) (nullable): the person's own alias for somebody. */
char *kz_people_alias (KzSession *session, const KzPerson *person);

/* (transfer full): the name of the buddy that somebody is or would be. */
char *kz_people_buddy_name (KzSession *session, const KzPerson *person);
/* (transfer full): what is known of somebody; plain text, a few lines. */
char *kz_people_describe (KzSession *session, const KzPerson *person);

/* prpl callbacks. */
void kz_people_get_info (PurpleConnection *gc, const char *who);
void kz_people_add_buddy (PurpleConnection *gc,
                          PurpleBuddy *buddy,
                          PurpleGroup *group,
                          const char *message);
char *kz_people_status_text (PurpleBuddy *buddy);
void kz_people_tooltip (PurpleBuddy *buddy, PurpleNotifyUserInfo *info, gboolean full);

G_END_DECLS
