/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "seeds.h"

static guint32
read_seed (const char *name, const char *text)
{
  guint64 seed;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32 - 1, &seed, NULL))
    g_error ("%s: “%s” is no seed", name, text);
  return (guint32) seed;
}

void
seeds_run (void (*run) (guint32 seed),
           const char *one,
           const char *some,
           guint many,
           const guint32 *telling,
           gsize n_telling)
{
  const char *its_one = g_getenv (one), *its_some = g_getenv (some);
  guint32 first = 1, last = many;

  if (its_one != NULL) {
    first = last = read_seed (one, its_one);
  } else if (its_some != NULL) {
    g_auto (GStrv) ends = g_strsplit (its_some, "-", 2);

    last = read_seed (some, ends[0] != NULL && ends[1] != NULL ? ends[1] : its_some);
    if (ends[0] != NULL && ends[1] != NULL)
      first = read_seed (some, ends[0]);
    if (first > last)
      g_error ("%s: %u is after %u", some, first, last);
  }
  for (guint32 seed = first; seed <= last; seed++)
    run (seed);
  for (gsize i = 0; its_one == NULL && its_some == NULL && i < n_telling; i++)
    run (telling[i]);
}
