/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The group object of API §6, and what the routes about groups share. */
#pragma once

#include "sb-call.h"

G_BEGIN_DECLS

JsonObject *sb_group_view (SbCall *call, SbGroup *group, gboolean details);

/** Children as objects, to the bottom with @deep. (transfer full) */
JsonArray *sb_group_children_view (SbCall *call, SbGroup *group, gboolean deep);

/**
 * sb_group_add_phones:
 *
 * Adds every valid number as a member. Returns: %TRUE when all of them were valid
 */
gboolean sb_group_add_phones (SbCall *call, SbGroup *group, JsonArray *phones);

/** %FALSE, with 400 in place: not an array of at most 100 (API §6). A NULL array is fine. */
gboolean sb_group_check_phones (SbCall *call, JsonNode *node);

/**
 * sb_group_create:
 *
 * The body of POST groups and POST subGroups. Returns: (nullable) (transfer none): the group, or
 * %NULL with the error in place
 */
SbGroup *sb_group_create (SbCall *call, SbGroup *parent, gboolean *all_added);

G_END_DECLS
