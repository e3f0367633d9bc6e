/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts calls, and says which are one too many: API §4. */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

SbMeter *sb_meter_new (void);
void sb_meter_free (SbMeter *meter);

/** Counts a call under "GET /groups/{groupId}/members". */
void sb_meter_count (SbSandbox *sandbox, const char *endpoint);

/**
 * sb_meter_admit:
 *
 * Asks whether a call may do work now. A refused one does not count against the limits.
 *
 * Returns: 0, or the seconds of Retry-After
 */
guint sb_meter_admit (SbSandbox *sandbox, SbConnector *connector);

/** Returns: (transfer full): total, per minute, per endpoint, throttled. */
JsonObject *sb_meter_describe (SbSandbox *sandbox);
void sb_meter_reset (SbSandbox *sandbox);

G_END_DECLS
