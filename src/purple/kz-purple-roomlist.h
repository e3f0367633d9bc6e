/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/* prpl callbacks: the list of all groups, a tree where the host shows one. */
PurpleRoomlist *kz_roomlist_get_list (PurpleConnection *gc);
void kz_roomlist_cancel (PurpleRoomlist *list);
void kz_roomlist_expand (PurpleRoomlist *list, PurpleRoomlistRoom *category);
char *kz_roomlist_serialize (PurpleRoomlistRoom *room);

/* Lets go of a list at sign-off. */
void kz_roomlist_drop (KzSession *session);

G_END_DECLS
