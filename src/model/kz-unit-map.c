/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-unit-map.h"

typedef struct {
  char *unit; /* GRefString, one for all that have it */
  KzUnitValue value;
} Entry;

struct _KzUnitMap {
  guint length;
  Entry entries[];
};

guint
kz_unit_map_length (const KzUnitMap *map)
{
  return map != NULL ? map->length : 0;
}

const char *
kz_unit_map_unit (const KzUnitMap *map, guint index)
{
  g_return_val_if_fail (index < kz_unit_map_length (map), NULL);

  return map->entries[index].unit;
}

KzUnitValue
kz_unit_map_value (const KzUnitMap *map, guint index)
{
  g_return_val_if_fail (index < kz_unit_map_length (map), (KzUnitValue){0});

  return map->entries[index].value;
}

KzUnitValue *
kz_unit_map_find (const KzUnitMap *map, const char *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  for (guint i = 0; i < kz_unit_map_length (map); i++)
    if (g_str_equal (map->entries[i].unit, unit))
      return (KzUnitValue *) &map->entries[i].value;
  return NULL;
}

KzUnitValue *
kz_unit_map_get (KzUnitMap **map, const char *unit)
{
  KzUnitValue *value = kz_unit_map_find (*map, unit);
  guint length = kz_unit_map_length (*map);

  if (value != NULL)
    return value;
  *map = g_realloc (*map, sizeof (KzUnitMap) + (length + 1) * sizeof (Entry));
  (*map)->entries[length] = (Entry){.unit = g_ref_string_new_intern (unit)};
  (*map)->length = length + 1;
  return &(*map)->entries[length].value;
}

void
kz_unit_map_free (KzUnitMap *map)
{
  for (guint i = 0; i < kz_unit_map_length (map); i++)
    g_ref_string_release (map->entries[i].unit);
  g_free (map);
}
