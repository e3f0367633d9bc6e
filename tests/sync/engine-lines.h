/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-engine.h"

G_BEGIN_DECLS

/* "-" when it is not known. */
const char *engine_group_name (KzEngine *engine, const char *group_id);
/* What an event says, in one line. @tells_more: also what came by a poll, captions, and ids of answers
 * and reactions. (transfer full) */
char *engine_line (KzEngine *engine, const KzEvent *event, gboolean tells_more);

G_END_DECLS
