/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that nobody can guess: for secrets, and for keys of hashes. */
void kz_random_fill (guint8 *out, gsize length);

G_END_DECLS
