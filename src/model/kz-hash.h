/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* SipHash-2-4: whoever can choose texts (any colleague's client) but not the key cannot make one that
 * looks like another. */
guint64 kz_hash_text (const guint64 key[2], const char *text);

G_END_DECLS
