/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-picture-size.h"

#include <string.h>

static guint32
big_endian (const guint8 *bytes, gsize n)
{
  guint32 number = 0;

  for (gsize i = 0; i < n; i++)
    number = number << 8 | bytes[i];
  return number;
}

/* The first chunk says it, or it is no PNG. */
static guint64
png_pixels (const guint8 *bytes, gsize length)
{
  if (length < 24 || memcmp (bytes + 12, "IHDR", 4) != 0)
    return 0;
  return (guint64) big_endian (bytes + 16, 4) * big_endian (bytes + 20, 4);
}

/* A frame header of JPEG at @p, of which ten bytes are there: marker, length, bits, height, width,
 * number of components. */
static gboolean
is_frame (const guint8 *p)
{
  guint32 components = p[9];

  return p[0] == 0xff && p[1] >= 0xc0 && p[1] <= 0xcf && p[1] != 0xc4 && p[1] != 0xc8 &&
         p[1] != 0xcc && components >= 1 && components <= 4 &&
         big_endian (p + 2, 2) == 8 + 3 * components;
}

/* Readers pass over what they do not know between two markers, so a frame may stand anywhere. */
static guint64
jpeg_pixels (const guint8 *bytes, gsize length)
{
  guint64 most = 0;

  for (gsize i = 0; i + 10 <= length; i++)
    if (is_frame (bytes + i))
      most = MAX (most, (guint64) big_endian (bytes + i + 5, 2) * big_endian (bytes + i + 7, 2));
  return most;
}

guint64
kz_picture_pixels (const guint8 *bytes, gsize length)
{
  g_return_val_if_fail (bytes != NULL || length == 0, 0);

  if (length >= 8 && memcmp (bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    return png_pixels (bytes, length);
  return jpeg_pixels (bytes, length);
}
