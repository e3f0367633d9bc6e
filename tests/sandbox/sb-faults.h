/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Things that go wrong on request: "the 3rd POST messages: 429", cut, stalled or reset answers. */
#pragma once

#include "sb-call.h"

G_BEGIN_DECLS

SbFaults *sb_faults_new (void);
void sb_faults_free (SbFaults *faults);
void sb_fault_unref (SbFault *fault);

/** Adds one from {match, action}; 0 with @error set when it makes no sense. */
guint sb_faults_add (SbSandbox *sandbox, JsonObject *request, GError **error);
JsonArray *sb_faults_list (SbSandbox *sandbox);

/** Removes one, or all with 0. Returns how many. */
guint sb_faults_remove (SbSandbox *sandbox, guint fault_id);

/**
 * sb_fault_before:
 *
 * Counts the call against every fault; the first that is due is kept on the call.
 *
 * Returns: %TRUE when the work must not be done: the answer is in place
 */
gboolean sb_fault_before (SbCall *call);

/**
 * sb_fault_takes_over:
 *
 * Called when the answer is ready. Returns: %TRUE when the fault sends, delays or drops it, and
 * owns the call from now on
 */
gboolean sb_fault_takes_over (SbCall *call);

G_END_DECLS
