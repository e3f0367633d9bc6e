/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin keeps in memory. bench-share.py runs it, without valgrind, and makes the table: what
 * each group or member costs is the difference of two runs with different numbers of them, so that
 * whatever is there once (the libraries' own tables, connections, caches of libsoup and libpurple) is
 * out; and the same objects of libpurple, made by hand, are taken from that.
 *
 * Counted is what malloc() handed out and did not get back, by chunks: with its heads and rounding.
 * Where freed memory stands (trimmed or not) makes no difference to that. Three things would, and the
 * environment has them off: free chunks that a thread keeps for itself count as handed out, slices of
 * GLib are taken in pages, and arenas of other threads are rounded up. See ENVIRONMENT in
 * bench-share.py.
 */
#include "config.h"

#include "bench-memory.h"
#include "kz-test-time.h"

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

/* More than a save of the list has here. */
#define NODES 3000
#define LOOKS 4
#define BETWEEN_S 10
/* GLib's threads wait for half a second before they may be told to end. */
#define BREATHS 35
#define BREATH_US (20 * 1000)

static gsize left_out;

gsize
memory_kept (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd - left_out;
}

void
memory_leave_out (gsize bytes)
{
  left_out += bytes;
}

/* libpurple numbers what others could ask for by D-Bus, also each node of XML while it writes the list, and
 * its tables of these only shrink when few are left of many. So that they are as large as the last thing
 * left them, that is always the same. */
static void
let_tables_shrink (void)
{
  xmlnode *root = xmlnode_new ("nodes");

  for (guint i = 0; i < NODES; i++)
    xmlnode_new_child (root, "node");
  xmlnode_free (root);
}

/* In real time, which is the only time that threads know: the clock of the bench runs ahead of them, and a
 * save would be under way at each look. And each that waits for work has some 4 KB of its own; how many
 * there are is a question of how busy the machine was. */
static void
let_threads_finish (void)
{
  for (guint i = 0; i < BREATHS; i++) {
    g_thread_pool_stop_unused_threads ();
    g_usleep (BREATH_US);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
}

void
memory_note (const char *work, const char *moment)
{
  g_autofree char *name = g_strconcat ("memory ", work, " ", moment, NULL);
  gsize least = memory_kept ();

  /* Without what is under way: a save, an answer. */
  for (guint i = 0; i < LOOKS; i++) {
    kz_test_time_run (BETWEEN_S);
    let_threads_finish ();
    let_tables_shrink ();
    least = MIN (least, memory_kept ());
  }
  share_note (name, (double) least);
  /* For a heap profiler: what is left over at the end is then what is kept at that moment. */
  if (g_strcmp0 (g_getenv ("BENCH_MEMORY_LEAVE"), moment) == 0)
    _exit (0);
}

int
main (int argc, char **argv)
{
  const char *row = argc > 1 ? argv[1] : "";
  guint n = argc > 2 ? (guint) atoi (argv[2]) : 0;
  Share share = {0};

  kz_test_time_skip (100, G_MAXINT);
  share.host = kz_test_host_start (KZ_TEST_PIDGIN, NULL, KZ_MODULE_DIR);
  if (g_str_equal (row, "polled"))
    memory_groups (&share, n, MEMORY_POLLED);
  else if (g_str_equal (row, "pushed"))
    memory_groups (&share, n, MEMORY_PUSHED);
  else if (g_str_equal (row, "pages"))
    memory_pages (&share);
  else if (g_str_equal (row, "texts"))
    memory_texts (&share);
  else if (g_str_equal (row, "groups-floor"))
    memory_groups_floor (&share, n);
  else if (g_str_equal (row, "members-floor"))
    memory_members_floor (&share, n);
  else if (g_str_equal (row, "members"))
    memory_members (&share, n);
  else
    g_error ("no such row: %s", row);
  kz_test_account_drop (share.host, share.account);
  kz_test_host_stop (share.host);
  return 0;
}
