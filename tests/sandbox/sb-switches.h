/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The switches: one for each place where the API page infers, or where two sources disagree
 * (API §23, §25.3). The table with the meanings is in sb-switches.c.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _SbSwitches SbSwitches;

SbSwitches *sb_switches_new (void);
void sb_switches_free (SbSwitches *switches);

/** Sets one; %FALSE with @error set for an unknown name or a value that it does not take. */
gboolean
sb_switches_set (SbSwitches *switches, const char *name, const char *value, GError **error);

/* The name must be one of the table: anything else is a mistake in the sandbox itself. */
const char *sb_switches_get (SbSwitches *switches, const char *name);
gboolean sb_switches_on (SbSwitches *switches, const char *name);
gboolean sb_switches_is (SbSwitches *switches, const char *name, const char *value);
gint64 sb_switches_int (SbSwitches *switches, const char *name);

/** Returns: (transfer full): every switch with value, default, allowed values and meaning. */
JsonObject *sb_switches_describe (SbSwitches *switches);

G_END_DECLS
