/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the person had made of the chat of a group that we left: it comes back as it was. */
#pragma once

#include <purple.h>

G_BEGIN_DECLS

/* @alias: (nullable): the person's own; @place: (nullable): the group of the buddy list when it is
 * not ours. Kept in a setting of the account, for the latest groups that have any of them. */
void kz_left_remember (PurpleAccount *account,
                       const char *group_id,
                       const char *alias,
                       const char *place);
/* (out) (transfer full) (nullable) both: what is remembered of a group, and forgets it. */
void kz_left_take (PurpleAccount *account, const char *group_id, char **alias, char **place);

G_END_DECLS
