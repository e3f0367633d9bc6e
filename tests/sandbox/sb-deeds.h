/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people do. The API's routes, the control API and the scripted colleagues all end here, so
 * that webhooks and colleagues hear of everything the same way.
 */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

/** Puts @item (transfer full) into its group's timeline. Returns: (transfer none) */
SbItem *sb_deed_post (SbSandbox *sandbox, SbItem *item);

/** A text item, not yet posted. (transfer full) */
SbItem *sb_item_text (SbGroup *group, SbUser *sender, const char *text, const char *reply_to);

/** A media item, not yet posted. (transfer full) */
SbItem *sb_item_media (
    SbGroup *group, SbUser *sender, const char *type, SbMedia *media, const char *caption);

/**
 * sb_item_from_request:
 * @request: {actionType | id, actionBody} (API §13)
 * @by_api: also refuse the types that the API cannot post (API §12)
 *
 * Checks and reads an action.
 *
 * Returns: (transfer full): an item not yet posted, or %NULL with @error set
 */
SbItem *sb_item_from_request (SbSandbox *sandbox,
                              SbGroup *group,
                              SbUser *sender,
                              JsonObject *request,
                              gboolean by_api,
                              GError **error);

/**
 * sb_deed_respond:
 * @response_id: (nullable): changes that response of the same person
 * @body: {isCompleted} or {answers} (API §15)
 *
 * Returns: (transfer none): the response, or %NULL with @error set
 */
SbResponse *sb_deed_respond (SbSandbox *sandbox,
                             SbItem *item,
                             SbUser *user,
                             const char *response_id,
                             JsonObject *body,
                             gboolean anonymous,
                             GError **error);

/** Likes (@comment NULL) or comments; a second like of one person is the first. (transfer none) */
SbReaction *sb_deed_react (SbSandbox *sandbox, SbItem *item, SbUser *user, const char *comment);

/** Adds or changes a role; @by: (nullable). */
void sb_deed_set_member (SbSandbox *sandbox, SbGroup *group, SbUser *user, SbRole role, SbUser *by);
gboolean sb_deed_remove_member (SbSandbox *sandbox, SbGroup *group, SbUser *user, SbUser *by);

/** GroupAdded, GroupRemoved on the parent (API §19). */
void sb_deed_attach (SbSandbox *sandbox, SbGroup *parent, SbGroup *child, SbUser *by);
gboolean sb_deed_detach (SbSandbox *sandbox, SbGroup *parent, SbGroup *child, SbUser *by);

/** How many of the assignees or respondents are there: who has answered, each once. */
guint sb_item_respondents (SbItem *item);

/** All assignees have completed the job. */
gboolean sb_item_is_completed (SbItem *item);

G_END_DECLS
