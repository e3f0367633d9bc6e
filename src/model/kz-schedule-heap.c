/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-schedule-private.h"

void
kz_unit_heap_init (KzUnitHeap *heap)
{
  heap->units = g_ptr_array_new ();
}

/* ---- heaps ---- */

static void
heap_place (KzUnitHeap *heap, guint index, KzUnit *unit)
{
  heap->units->pdata[index] = unit;
  unit->heap_index = (int) index;
}

static void
sift_down (KzUnitHeap *heap, guint index)
{
  KzUnit *unit = heap->units->pdata[index];
  guint length = heap->units->len;

  for (guint child = 2 * index + 1; child < length; child = 2 * index + 1) {
    KzUnit *below = heap->units->pdata[child];

    if (child + 1 < length && ((KzUnit *) heap->units->pdata[child + 1])->due_us < below->due_us)
      below = heap->units->pdata[++child];
    if (unit->due_us <= below->due_us)
      break;
    heap_place (heap, index, below);
    index = child;
  }
  heap_place (heap, index, unit);
}

static void
sift_up (KzUnitHeap *heap, guint index)
{
  KzUnit *unit = heap->units->pdata[index];

  while (index > 0) {
    guint parent = (index - 1) / 2;
    KzUnit *above = heap->units->pdata[parent];

    if (above->due_us <= unit->due_us)
      break;
    heap_place (heap, index, above);
    index = parent;
  }
  heap_place (heap, index, unit);
}

void
kz_unit_heap_add (KzUnitHeap *heap, KzUnit *unit)
{
  g_ptr_array_add (heap->units, unit);
  unit->heap_index = (int) heap->units->len - 1;
  sift_up (heap, (guint) unit->heap_index);
}

void
kz_unit_heap_remove (KzUnitHeap *heap, KzUnit *unit)
{
  guint index = (guint) unit->heap_index;
  guint last = heap->units->len - 1;
  KzUnit *moved = heap->units->pdata[last];

  g_ptr_array_set_size (heap->units, (int) last);
  unit->heap_index = -1;
  if (index == last)
    return;
  heap_place (heap, index, moved);
  sift_up (heap, index);
  sift_down (heap, (guint) moved->heap_index);
}

void
kz_unit_heap_rebuild (KzUnitHeap *heap)
{
  for (guint i = heap->units->len / 2; i > 0; i--)
    sift_down (heap, i - 1);
}

KzUnit *
kz_unit_heap_top (const KzUnitHeap *heap)
{
  return heap->units->len > 0 ? heap->units->pdata[0] : NULL;
}
