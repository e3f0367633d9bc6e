/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-chat.h"

G_BEGIN_DECLS

/* (transfer full): the name of a person in every room of the account: unique, kept; our own is the
 * account's username, without which BitlBee would show us twice. */
char *kz_person_name (KzSession *session, const KzPerson *person);
/* (transfer full): what stays of a person when the name changes. */
char *kz_person_key (KzSession *session, const KzPerson *person);
/* (transfer full) (nullable): as lines call people: the person's own alias for them first. NULL for
 * somebody unknown. A person_name of KzRenderContext; @data is the #KzSession. */
char *kz_person_spoken_name (const KzPerson *person, gpointer data);

/* Shows who is in the room now: additions in batches, within the host's limit; of a room of many people
 * over some turns of the loop. Afterwards the room may be gone: what is told to a host may make it
 * close the room. */
void kz_members_sync (KzSession *session, KzRoom *room);
/* (transfer full) (nullable): a pass that is under way ends with its room. */
void kz_room_sync_end (KzRoomSync *sync);
/* How many people the host has in the room, or will have when the pass is over. */
guint kz_members_expected (KzSession *session, const KzRoom *room);
/* Soon, once for many changes. */
void kz_members_changed (KzSession *session, const char *group_id);
/* Silences libpurple's own words about who comes and goes: we say it ourselves, in all hosts. */
void kz_members_connect (KzSession *session);

G_END_DECLS
