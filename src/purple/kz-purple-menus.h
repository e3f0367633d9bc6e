/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-engine-people.h"
#include "kz-purple-account.h"

G_BEGIN_DECLS

/* PurplePluginInfo.actions: what the menu of the account offers. */
GList *kz_menus_account (PurplePlugin *plugin, gpointer context);
/* prpl callback: what the menu of a chat in the list offers. */
GList *kz_menus_node (PurpleBlistNode *node);

/* (transfer full): how the connection is, in lines of plain text. */
char *kz_menus_status_text (KzSession *session);
/* How the webhook of a group is, in a few words. */
const char *kz_menus_hook_state (const KzHookStatus *hook);

G_END_DECLS
