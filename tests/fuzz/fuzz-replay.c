/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Without libFuzzer: gives a target each file of a directory, whole, cut at many places and with
 * bytes that are turned. TAP, one test a file. */
#include "config.h"

#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#define CUTS 40
#define TURNS 60

static void
give (const guint8 *data, gsize size)
{
  /* Of its own size, so that a read behind its end is seen. */
  g_autofree guint8 *copy = size > 0 ? g_memdup2 (data, size) : g_malloc (1);

  LLVMFuzzerTestOneInput (copy, size);
}

static void
replay (const char *content, gsize length)
{
  g_autofree guint8 *turned = g_memdup2 (content, MAX (length, 1));
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) length);

  give ((const guint8 *) content, length);
  for (gsize i = 0; i < CUTS && length > 0; i++)
    give ((const guint8 *) content, (gsize) g_rand_int_range (rand, 0, (gint32) length));
  for (gsize i = 0; i < TURNS && length > 0; i++) {
    gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) length);

    turned[at] = (guint8) g_rand_int_range (rand, 0, 256);
    give (turned, length);
    if (i % 4 == 3)
      memcpy (turned, content, length);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = argc == 2 ? g_dir_open (argv[1], 0, &error) : NULL;
  const char *name;

  if (dir == NULL) {
    fprintf (stderr, "usage: %s CORPUS: %s\n", argv[0], error != NULL ? error->message : "");
    return 2;
  }
  LLVMFuzzerInitialize (&argc, &argv);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (argv[1], name, NULL));
  printf ("1..%u\n", names->len);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *content = NULL;
    g_autofree char *base = g_path_get_basename (names->pdata[i]);
    gsize length = 0;

    if (!g_file_get_contents (names->pdata[i], &content, &length, &error)) {
      printf ("Bail out! %s\n", error->message);
      return 1;
    }
    replay (content, length);
    printf ("ok %u %s\n", i + 1, base);
  }
  return names->len > 0 ? 0 : 1;
}
