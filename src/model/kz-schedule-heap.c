/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-schedule-private.h"

void
kz_unit_heap_init (KzUnitHeap *heap)
{
  heap->units = g_ptr_array_new ();
}

gint64
kz_unit_due_us (const KzUnit *unit)
{
  gint64 due_us = unit->last_us + (gint64) ((double) unit->interval_s * G_USEC_PER_SEC);

  if (unit->failures > 0)
    return unit->is_polled ? MAX (due_us, unit->hold_us) : unit->hold_us;
  return unit->is_polled ? due_us : MIN (due_us, unit->hold_us);
}

/* ---- heaps ---- */

static void
heap_place (KzUnitHeap *heap, guint index, KzUnit *unit)
{
  heap->units->pdata[index] = unit;
  unit->heap_place = (index + 1) & 0xffffff;
}

static void
sift_down (KzUnitHeap *heap, guint index)
{
  KzUnit *unit = heap->units->pdata[index];
  guint length = heap->units->len;
  gint64 due_us = kz_unit_due_us (unit);

  for (guint child = 2 * index + 1; child < length; child = 2 * index + 1) {
    KzUnit *below = heap->units->pdata[child];

    if (child + 1 < length &&
        kz_unit_due_us (heap->units->pdata[child + 1]) < kz_unit_due_us (below))
      below = heap->units->pdata[++child];
    if (due_us <= kz_unit_due_us (below))
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
  gint64 due_us = kz_unit_due_us (unit);

  while (index > 0) {
    guint parent = (index - 1) / 2;
    KzUnit *above = heap->units->pdata[parent];

    if (kz_unit_due_us (above) <= due_us)
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
  sift_up (heap, heap->units->len - 1);
}

void
kz_unit_heap_remove (KzUnitHeap *heap, KzUnit *unit)
{
  guint index = unit->heap_place - 1;
  guint last = heap->units->len - 1;
  KzUnit *moved = heap->units->pdata[last];

  g_ptr_array_set_size (heap->units, (int) last);
  unit->heap_place = 0;
  if (index == last)
    return;
  heap_place (heap, index, moved);
  sift_up (heap, index);
  sift_down (heap, moved->heap_place - 1);
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
