/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

/** Everything there is, for tests to compare with. (transfer full) */
JsonObject *sb_world_dump (SbSandbox *sandbox);

G_END_DECLS
