/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scripted colleagues: rules of the scenario that answer what happens. */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

SbColleagues *sb_colleagues_new (void);
void sb_colleagues_free (SbColleagues *colleagues);

/** Adds a rule {"when":{…},"after_ms":…,"do":…}. */
void sb_colleagues_add_rule (SbSandbox *sandbox, JsonObject *rule);

/** Adds a step {"at_ms":…,"do":…}: real time from the first client's call. */
void sb_colleagues_add_step (SbSandbox *sandbox, JsonObject *step);

/* What happened; called by the deeds and the router. */
void sb_colleagues_item (SbSandbox *sandbox, SbItem *item);
void sb_colleagues_response (SbSandbox *sandbox, SbItem *item, SbUser *user);
void sb_colleagues_reaction (SbSandbox *sandbox, SbItem *item, SbUser *user, const char *comment);

/** @event: "groups" for the first call of GET groups of @user, "webhook" for a registration. */
void sb_colleagues_client (SbSandbox *sandbox, const char *event, SbUser *user, SbGroup *group);

/**
 * sb_colleagues_do:
 * @deed: one {"say":{…}} or an array of them; @context: (nullable) names for {{…}}
 *
 * Runs control calls by their last path segment, with templates expanded.
 *
 * Returns: %FALSE with @error set when one was refused
 */
gboolean sb_colleagues_do (
    SbSandbox *sandbox, JsonNode *deed, JsonObject *context, char **reference_id, GError **error);

G_END_DECLS
