/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many clients on one connector, which know nothing of each other, for a working day. */
#include "config.h"

#include "limit-world.h"

static const struct {
  guint n_clients;
  double refused;
  double least_share;
} reach[] = {{2, 0.02, 0.5}, {10, 0.02, 0.5}, {50, 0.04, 0.3}};

#define SEEDS 3

static void
test_shared (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data) / 2;
  LimitKind kind = GPOINTER_TO_UINT (data) % 2 == 0 ? LIMIT_FIXED : LIMIT_SLIDING;
  double sends = 0.0, in_time = 0.0;

  for (guint seed = 1; seed <= SEEDS; seed++) {
    guint n = reach[row].n_clients;
    LimitWorld world = {
        .kind = kind, .n_clients = n, .n_late = MAX (1, n / 5), .hours = 8.0, .seed = seed};
    LimitResult result = limit_world_run (&world);

    g_test_message ("%u clients, seed %u: %.1f calls a minute, %.2f %% refused, least share %.2f, "
                    "%.1f %% of %u sends in time",
                    n, seed, result.calls_per_minute, 100.0 * result.refused, result.least_share,
                    100.0 * result.sends_in_time, result.n_sends);
    g_assert_cmpfloat (result.calls_per_minute, >=, 75.0);
    g_assert_cmpfloat (result.refused, <=, reach[row].refused);
    g_assert_cmpfloat (result.least_share, >=, reach[row].least_share);
    sends += result.n_sends;
    in_time += result.n_sends * result.sends_in_time;
  }
  g_assert_cmpfloat (in_time, >=, 0.99 * sends);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (reach); i++) {
    g_autofree char *path = g_strdup_printf ("/limit/%u-clients-share-a-%s-one",
                                             reach[i / 2].n_clients,
                                             i % 2 == 0 ? "fixed" : "sliding");

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_shared);
  }
  return g_test_run ();
}
