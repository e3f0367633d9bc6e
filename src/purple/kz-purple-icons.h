/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-account.h"

G_BEGIN_DECLS

/**
 * kz_icons_new_fetched:
 *
 * Returns: (transfer full): for KzSession.group_pictures: by address the set of groups that wait
 * for its picture, NULL where it cannot be had
 */
GHashTable *kz_icons_new_fetched (void);

/**
 * kz_icons_follow:
 * @chat: of the list
 * @group: what is known of it now
 *
 * Where the host shows pictures, gives the chat that of its group's kind, once, and that of the
 * group itself (API §6) in its place: from the media hosts of the service only, within the bounds
 * of pictures in rooms, until sign-off. One that is shown already is not fetched again, one that
 * cannot be had is not asked for twice in a session. What the person chose for the chat, or took
 * away, stays as it is.
 */
void kz_icons_follow (KzSession *session, PurpleChat *chat, const KzGroup *group);

/* Groups came while signing on, before anything could be fetched: follows the pictures of all. */
void kz_icons_connected (KzSession *session);

G_END_DECLS
