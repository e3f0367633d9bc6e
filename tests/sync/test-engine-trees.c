/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subgroups that come and go while we watch: the delivery about the parent has all read anew. */
#include "config.h"

#include "engine-world.h"

#include "kz-engine-private.h"
#include "kz-group.h"
#include "kz-limits.h"

/* Sooner than any look at the groups that is not asked for. */
#define SOON_US (5 * G_USEC_PER_SEC)

static const KzGroup *
known (Bench *bench, const char *group_id)
{
  return kz_directory_group (kz_engine_directory (bench->engine), group_id);
}

/* (transfer full): its id; @members: JSON. */
static char *
make_below_region (Bench *bench, const char *name, const char *members)
{
  return bench_do_id (bench, "group", "groupId",
                      "{'key':'%s','name':'%s','parent':'region','tenant':true,'members':%s}", name,
                      name, members);
}

static void
detach_north (Bench *bench)
{
  g_autoptr (JsonObject) done =
      bench_do (bench, "detach", "{'parent':'region','group':'north','by':'asha'}");
}

static void
pause_webhooks (Bench *bench)
{
  g_autoptr (JsonObject) done = bench_do (bench, "webhooks/pause", "{}");
}

static void
test_added (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *region = bench_group (bench, "region");
  guint lists = bench_calls (bench, "GET /groups");
  guint trees = bench_calls (bench, "GET /groups/{groupId}/subGroups");
  g_autofree char *south = make_below_region (bench, "south", "['asha','me']");

  bench_pass (bench, SOON_US);
  g_assert_nonnull (known (bench, south));
  g_assert_cmpstr (known (bench, south)->parent_id, ==, region);
  g_assert_cmpint (known (bench, south)->kind, ==, KZ_GROUP_LEAF);
  g_assert_cmpuint (bench_calls (bench, "GET /groups"), >, lists);
  g_assert_cmpuint (bench_calls (bench, "GET /groups/{groupId}/subGroups"), >, trees);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  bench_redeliver (bench, TRUE);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 1);
  g_assert_nonnull (bench_line (bench, "group-added in south"));
}

static void
test_removed (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *region = bench_group (bench, "region");
  g_autofree char *north = bench_group (bench, "north");

  g_assert_cmpstr (known (bench, north)->parent_id, ==, region);
  g_assert_cmpint (known (bench, region)->kind, ==, KZ_GROUP_PARENT);
  detach_north (bench);
  bench_pass (bench, SOON_US);
  g_assert_null (known (bench, north)->parent_id);
  g_assert_cmpint (known (bench, north)->kind, ==, KZ_GROUP_FLAT);
  g_assert_cmpint (known (bench, region)->kind, ==, KZ_GROUP_FLAT);
  g_assert_nonnull (bench_line (bench, "group-changed in north"));
  g_assert_nonnull (bench_line (bench, "group-changed in region"));
  g_assert_cmpuint (bench_count (bench, "group-removed"), ==, 0);
}

/* What the two above are worth: without the delivery nothing is known so soon. */
static void
test_without_deliveries (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *north = bench_group (bench, "north");
  g_autofree char *south = NULL;

  pause_webhooks (bench);
  south = make_below_region (bench, "south", "['asha','me']");
  detach_north (bench);
  bench_pass (bench, SOON_US);
  g_assert_null (known (bench, south));
  g_assert_nonnull (known (bench, north)->parent_id);
  /* But it comes in the end. */
  bench_until_line (bench, "group-added in south");
  bench_until_line (bench, "group-changed in north");
  g_assert_null (known (bench, north)->parent_id);
}

/* (transfer full): @n leaves, the last of them below the first. */
static GPtrArray *
shops (guint n)
{
  GPtrArray *children = g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("%08x-7c1d-4f0e-9d1b-5b1d0f6f3b11", i);
    g_autofree char *name = g_strdup_printf ("Shop %03u", i);
    KzGroup *shop = kz_group_new_minimal (id, name);

    shop->role = KZ_ROLE_MEMBER;
    if (i + 1 < n) {
      g_ptr_array_add (children, shop);
      continue;
    }
    shop->role = KZ_ROLE_ADMIN;
    ((KzGroup *) g_ptr_array_index (children, 0))->subgroups =
        g_ptr_array_new_with_free_func ((GDestroyNotify) kz_group_unref);
    g_ptr_array_add (((KzGroup *) g_ptr_array_index (children, 0))->subgroups, shop);
  }
  return children;
}

/* A turn of the loop each, and nothing after a sign-off in the midst. */
static void
test_many (gconstpointer signs_off)
{
  const guint n = 2 * KZ_SLICE_ITEMS + 50;
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *region = bench_group (bench, "region");
  g_autoptr (GPtrArray) many = shops (n);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  kz_engine_take_tree (bench->engine, region, many);
  /* And before them the one that was there. */
  g_assert_cmpuint (bench_count (bench, "group-changed in north"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "group-added in Shop"), ==, KZ_SLICE_ITEMS - 1);
  if (signs_off != NULL) {
    bench_stop (bench);
    g_assert_cmpuint (bench_count (bench, "group-added in Shop"), ==, KZ_SLICE_ITEMS - 1);
    return;
  }
  while (bench_count (bench, "group-added in Shop") < n) {
    guint before = bench_count (bench, "group-added in Shop");

    g_main_context_iteration (NULL, FALSE);
    g_assert_cmpuint (bench_count (bench, "group-added in Shop") - before, <=, KZ_SLICE_ITEMS);
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("%08x-7c1d-4f0e-9d1b-5b1d0f6f3b11", i);

    g_assert_cmpstr (known (bench, id)->parent_id, ==,
                     i + 1 < n ? region : "00000000-7c1d-4f0e-9d1b-5b1d0f6f3b11");
  }
  bench_clear (bench);
  kz_engine_take_tree (bench->engine, region, none);
  while (bench_count (bench, "group-changed in Shop") < n - 1)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (known (bench, "00000001-7c1d-4f0e-9d1b-5b1d0f6f3b11")->parent_id);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trees/a-delivery-brings-a-new-subgroup", test_added);
  g_test_add_func ("/trees/a-delivery-takes-a-subgroup-out", test_removed);
  g_test_add_func ("/trees/without-deliveries-it-takes-longer", test_without_deliveries);
  g_test_add_data_func ("/trees/many-are-placed-in-turns", NULL, test_many);
  g_test_add_data_func ("/trees/a-sign-off-in-the-midst-ends-it", "", test_many);
  return g_test_run ();
}
