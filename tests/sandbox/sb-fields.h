/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members of a request that are checked while they are read: a member that is absent or null is its
 * default, one of a wrong type makes the request invalid.
 */
#pragma once

#include "sb-server.h"

G_BEGIN_DECLS

/** A whole number from @min to @max; %FALSE when it is there and is none. */
gboolean sb_field_int (
    JsonObject *object, const char *name, gint64 fallback, gint64 min, gint64 max, gint64 *value);

/** A boolean, %FALSE without one. */
gboolean sb_field_bool (JsonObject *object, const char *name, gboolean *value);

/** (nullable): a string; the object keeps it. */
gboolean sb_field_string (JsonObject *object, const char *name, const char **value);

/** (nullable): an array; the object keeps it. */
gboolean sb_field_array (JsonObject *object, const char *name, JsonArray **value);

/** Whether there is nothing to read in @text, which may be NULL. */
gboolean sb_is_blank (const char *text);

/** Whether an object of @array has that title. */
gboolean sb_has_title (JsonArray *array, const char *title);

/** {latitude, longitude, name} or {lt, lg, n} (API §23.18) with numbers that a place can have. */
gboolean sb_place_is_valid (JsonObject *place);

/** Returns: (nullable): what is wrong with a list of action properties (API §13, §16). */
const char *sb_properties_check (JsonArray *properties);

G_END_DECLS
