/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-purple-chat.h"

G_BEGIN_DECLS

/* Who follows a public group is told by pages alone, and nothing tells when it changes (API §9). So it is
 * read when a name or number calls for it, once a session. */

/**
 * kz_subscribers_read:
 * @group_id: (nullable): %NULL: of all public groups whose subscribers we may see
 * @done: (nullable): when it is read, or cannot be; gets @data for its own. At sign-off @data is only
 *   freed
 * @data: (transfer full) (nullable)
 *
 * Returns: FALSE when there is nothing to read: known already, or not to be seen. @done is not called
 *   then, and @data is the caller's
 */
gboolean kz_subscribers_read (KzSession *session, const char *group_id, void (*done) (gpointer data),
                              gpointer data, GDestroyNotify free_data);

G_END_DECLS
