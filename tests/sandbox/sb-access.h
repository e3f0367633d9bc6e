/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may see and do what in a group: API §21, and §2.1 for what a token reaches. */
#pragma once

#include "sb-world.h"

G_BEGIN_DECLS

/** The direct role, None when there is none. */
SbRole sb_access_role (SbGroup *group, SbUser *user);

/** Whether @user belongs to @group or to anything below it, however deep. */
gboolean sb_access_within (SbGroup *group, SbUser *user);

/** May read the group's actions: belongs to it or below it, or the tenant's admin for its groups.
 */
gboolean sb_access_may_read (SbGroup *group, SbUser *user);

/** Admin of the group itself. */
gboolean sb_access_is_admin (SbGroup *group, SbUser *user);

/** May see the item: ConnectGroup posts reach only the subscribers they were meant for. */
gboolean sb_access_sees_item (SbItem *item, SbUser *user);

/** May see who answered what: with isSenderOnly the sender, in a ConnectGroup its admins, and
 * everybody their own (API §21). */
gboolean sb_access_sees_response (SbItem *item, SbResponse *response, SbUser *user);

/** Whether @above is an ancestor of @group. */
gboolean sb_access_is_above (SbGroup *above, SbGroup *group);

/** Everyone in the group and below it, each once. (transfer container) (element-type SbUser) */
GPtrArray *sb_access_people_below (SbGroup *group);

guint sb_access_admin_count (SbGroup *group);

G_END_DECLS
