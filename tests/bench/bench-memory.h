/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that are kept. */
#pragma once

#include "bench-share.h"

G_BEGIN_DECLS

typedef enum {
  MEMORY_POLLED,  /* without webhooks: all is polled */
  MEMORY_PUSHED,  /* with a webhook for each group */
} MemoryWay;

/* What the process has allocated and not freed. */
gsize memory_kept (void);
/* So much of it is the benchmark's own, until the end. */
void memory_leave_out (gsize bytes);
/* Notes what is kept at that @moment of @work. */
void memory_note (const char *work, const char *moment);

/* The rows. */
void memory_groups (Share *share, guint n_groups, MemoryWay way);
void memory_members (Share *share, guint n_members);
/* Pages of new actions, or texts by webhook. */
void memory_pages (Share *share);
void memory_texts (Share *share);
/* The same of libpurple alone: chats in the list with components, alias and picture, and people in an
 * open room. */
void memory_groups_floor (Share *share, guint n_groups);
void memory_members_floor (Share *share, guint n_members);

G_END_DECLS
