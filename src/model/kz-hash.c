/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-hash.h"

#include <string.h>

static guint64
read_le64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

static guint64
rotate_left (guint64 value, guint bits)
{
  return (value << bits) | (value >> (64 - bits));
}

static void
sip_round (guint64 v[4])
{
  v[0] += v[1];
  v[1] = rotate_left (v[1], 13) ^ v[0];
  v[0] = rotate_left (v[0], 32);
  v[2] += v[3];
  v[3] = rotate_left (v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate_left (v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate_left (v[1], 17) ^ v[2];
  v[2] = rotate_left (v[2], 32);
}

static void
sip_compress (guint64 v[4], guint64 word)
{
  v[3] ^= word;
  sip_round (v);
  sip_round (v);
  v[0] ^= word;
}

guint64
kz_hash_text (const guint64 key[2], const char *text)
{
  const guint8 *bytes = (const guint8 *) text;
  gsize length = strlen (text);
  guint64 v[4] = {key[0] ^ G_GUINT64_CONSTANT (0x736f6d6570736575),
                  key[1] ^ G_GUINT64_CONSTANT (0x646f72616e646f6d),
                  key[0] ^ G_GUINT64_CONSTANT (0x6c7967656e657261),
                  key[1] ^ G_GUINT64_CONSTANT (0x7465646279746573)};
  guint8 last[8] = {0};
  gsize whole = length - length % 8;

  for (gsize i = 0; i < whole; i += 8)
    sip_compress (v, read_le64 (bytes + i));

  memcpy (last, bytes + whole, length - whole);
  last[7] = (guint8) length;
  sip_compress (v, read_le64 (last));

  v[2] ^= 0xff;
  for (guint i = 0; i < 4; i++)
    sip_round (v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
