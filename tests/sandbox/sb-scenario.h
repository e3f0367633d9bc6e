/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a scenario: who is there, what happened before, who reacts to what. HACKING.md describes
 * the format. */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

/** Fills the world from @path, else @json, else the built-in lively world. */
gboolean sb_scenario_load (SbSandbox *sandbox, const char *path, const char *json, GError **error);

/** The built-in world, as scenario text. (transfer full) */
char *sb_default_scenario (void);

G_END_DECLS
