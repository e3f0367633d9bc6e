/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that is logged while a test runs, and everything that is in files, to be searched. */
#pragma once

#include "plugin-test.h"

G_BEGIN_DECLS

/* From now on all debug output is on and kept: GLib's log with all fields, libpurple's debug
 * window, and what is printed. */
void secret_begin_output (void);

/**
 * secret_end_output:
 *
 * Returns: (transfer none): all of it, until the next secret_begin_output()
 */
const GString *secret_end_output (void);

/**
 * secret_files:
 *
 * Returns: (transfer full): every file below the host's directory, and the payloads in them in
 * clear. The accounts are not in it: they are where the host keeps passwords.
 */
GString *secret_files (Fixture *fixture);

/* Whether @word is there at all; one of digits alone must stand by itself, for it is part of many
 * numbers. */
gboolean secret_has (const GString *where, const char *word);
void secret_assert (const GString *where, const char *word, gboolean expected);

G_END_DECLS
