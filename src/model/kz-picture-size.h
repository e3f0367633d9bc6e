/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kz_picture_pixels:
 * @bytes: (array length=length): a picture, JPEG or PNG
 *
 * How many pixels a host would have to unpack, by what the picture says of itself: a megabyte can say
 * of itself that it fills all memory.
 *
 * Returns: the most that any header in it says; 0 when none does
 */
guint64 kz_picture_pixels (const guint8 *bytes, gsize length);

G_END_DECLS
