/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What of one group has been shown: a high-water mark for each polled kind and a bounded ring of
 * keyed 64-bit hashes of ids. Pure: no clock, no I/O; whoever owns it persists it. */
typedef struct _KzCursor KzCursor;

/* @key: 16 random bytes of this installation: the hash is not for strangers to collide. */
KzCursor *kz_cursor_new (const guint8 key[16], guint capacity);
void kz_cursor_free (KzCursor *cursor);

guint64 kz_cursor_hash (const KzCursor *cursor, const char *id);

/* TRUE when *any* of @ids is known: the item was shown. */
gboolean kz_cursor_knows (const KzCursor *cursor, const char *const *ids);
gboolean kz_cursor_knows_hash (const KzCursor *cursor, guint64 hash);
/* Adds those of @ids that are not known; the oldest fall out at capacity.
 * @added: (nullable) (element-type guint64): gets the hashes added. */
void kz_cursor_add (KzCursor *cursor, const char *const *ids, GArray *added);
void kz_cursor_add_hash (KzCursor *cursor, guint64 hash);
/* (element-type guint64), oldest first, (transfer full). */
GArray *kz_cursor_hashes (const KzCursor *cursor);

/* Server time in µs up to which unit @unit has been shown; 0 when never polled. */
gint64 kz_cursor_mark (const KzCursor *cursor, const char *unit);
void kz_cursor_set_mark (KzCursor *cursor, const char *unit, gint64 mark_us); /* never goes back */
gboolean kz_cursor_is_seeded (const KzCursor *cursor, const char *unit);
/* Calls @func for each (unit, mark). */
void kz_cursor_foreach_mark (const KzCursor *cursor,
                             void (*func) (const char *unit, gint64 mark_us, gpointer data),
                             gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KzCursor, kz_cursor_free)

G_END_DECLS
