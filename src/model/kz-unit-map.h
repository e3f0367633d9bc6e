/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A number for each of the few units (kinds that are polled) of a group. An account has some of these for
 * each of a thousand groups, so it is one block, looked through from its beginning, whose names are
 * shared by all; a GHashTable would take five times as much. NULL is the empty one. */
typedef struct _KzUnitMap KzUnitMap;

typedef union {
  gint64 us;
  double rate;
} KzUnitValue;

guint kz_unit_map_length (const KzUnitMap *map);
const char *kz_unit_map_unit (const KzUnitMap *map, guint index);
/* (nullable): valid until one is added. */
KzUnitValue *kz_unit_map_find (const KzUnitMap *map, const char *unit);
KzUnitValue kz_unit_map_value (const KzUnitMap *map, guint index);
/* Finds it, or adds it as zero. */
KzUnitValue *kz_unit_map_get (KzUnitMap **map, const char *unit);
void kz_unit_map_free (KzUnitMap *map);

G_END_DECLS
