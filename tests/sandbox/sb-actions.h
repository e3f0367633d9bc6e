/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How actions are shown by GET: API §14. */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

/** The canonical spelling of an action type, or NULL. */
const char *sb_action_type (const char *text);

/** Whether GET actions lists the type. */
gboolean sb_action_is_listable (SbSandbox *sandbox, const char *type);

/** One element of the list, with the responses that @viewer may see; also the answer to POST is
 * checked against it in tests. */
JsonObject *
sb_action_list_view (SbSandbox *sandbox, SbItem *item, SbUser *viewer, gboolean details);

/** The answer to GET of one action. */
JsonObject *
sb_action_detail_view (SbSandbox *sandbox, SbItem *item, SbUser *viewer, gboolean details);

G_END_DECLS
