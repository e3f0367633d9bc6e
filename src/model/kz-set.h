/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A set of pointers whose keys are inside of what they point to: eight bytes a place and nothing else,
 * where a GHashTable has twenty, and the key once more. All zero is the empty one. What is in it stays
 * the caller's, and its key may not change while it is. */
typedef struct {
  gpointer *slots; /* (nullable) */
  guint n_slots;
  guint length;
} KzSet;

typedef struct {
  GHashFunc hash;
  GEqualFunc equal;
} KzSetKind;

/* @from: (inout): 0 at first; for the next one of the same key, when there may be several.
 * (nullable) */
gpointer kz_set_find_next (const KzSet *set, const KzSetKind *kind, gconstpointer like,
                           guint *from);
gpointer kz_set_find (const KzSet *set, const KzSetKind *kind, gconstpointer like);
/* Whether something like it is there or not. */
void kz_set_add (KzSet *set, const KzSetKind *kind, gpointer item);
/* This very one. FALSE: it was not there. */
gboolean kz_set_remove (KzSet *set, const KzSetKind *kind, gconstpointer item);
/* All of them, in no order: @from: (inout): 0 at first. (nullable) */
gpointer kz_set_next (const KzSet *set, guint *from);
void kz_set_clear (KzSet *set);

G_END_DECLS
