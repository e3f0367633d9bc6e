/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Likes and comments whose action, or whose time, is not plain. */
#include "config.h"

#include "engine-world.h"
#include "kz-engine-private.h"

#include <string.h>

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};

static void
like (Bench *bench, const char *id, const char *person)
{
  g_autofree char *reaction_id = bench_do_id (
      bench, "like", "reactionId", "{'referenceId':'%s','person':'%s'}", id, person);
}

/* Likes cannot be read, until mend(). */
static void
break_reactions (Bench *bench)
{
  bench_fault (bench,
               "{'match':{'path':'/groups/*/reaction/*','times':0},'action':{'status':503}}");
}

static void
mend (Bench *bench)
{
  g_autoptr (JsonNode) mended =
      sb_sandbox_control (bench->sandbox, "DELETE", "/sandbox/faults", NULL, NULL);
}

/* It was made before the sign-off and is read after it; nobody has counted the likes of it before. */
static void
check_like_before_a_sign_off (const char *const *switches, gboolean has_others, gboolean has_lists)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autofree char *before = NULL;
  g_autofree char *poll = NULL;

  if (has_others) {
    before = bench_post_poll (bench, "team", "Breakfast?");
    bench_until_line (bench, "Breakfast?");
    like (bench, before, "chi");
    bench_until_line (bench, "reaction in team by Chi");
  }
  break_reactions (bench);
  poll = bench_post_poll (bench, "team", "Lunch?");
  bench_until_line (bench, "Lunch?");
  like (bench, poll, "ben");
  bench_pass (bench, 5 * G_USEC_PER_SEC);
  bench_stop (bench);
  g_assert_cmpuint (bench_count (bench, "reaction in team by Ben"), ==, 0);
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  mend (bench);
  if (!has_lists)
    bench_fault (bench, "{'match':{'path':'/groups/*/actions','times':0},'action':{'status':503}}");
  bench_clear (bench);
  bench_sign_on (bench);
  bench_until_line (bench, "reaction in team by Ben");
  if (has_lists)
    g_assert_nonnull (strstr (bench_line (bench, "reaction in"), " about Lunch? ["));
  bench_pass (bench, 3 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
}

static void
test_like_before_a_sign_off (void)
{
  check_like_before_a_sign_off (NULL, TRUE, TRUE);
  check_like_before_a_sign_off (other_ids, TRUE, TRUE);
  check_like_before_a_sign_off (other_ids, FALSE, TRUE);
  check_like_before_a_sign_off (other_ids, TRUE, FALSE);
  check_like_before_a_sign_off (other_ids, FALSE, FALSE);
}

/* An action of long ago, of which no line and no handle tells. */
static Bench *
bench_new_old (char **id, gboolean is_listed)
{
  Bench *bench = bench_new (NULL);
  g_autoptr (JsonObject) moved = NULL;

  if (is_listed)
    *id = bench_post_poll (bench, "team", "Old?");
  else
    *id = bench_do_id (bench, "action", "referenceId",
                       "{'group':'team','person':'asha','actionType':'Announcement',"
                       "'actionBody':{'Title':'Old news','Message':'No heating'}}");
  /* Others have liked it, and that is no news. */
  like (bench, *id, "chi");
  moved = bench_do (bench, "clock", "{'advanceSeconds':%d}", 40 * 24 * 3600);
  kz_clock_jump_wall (bench->clock, 40 * G_TIME_SPAN_DAY);
  for (guint i = 0; i < 6; i++) {
    g_autofree char *title = g_strdup_printf ("new %u", i);
    g_autofree char *poll = bench_post_poll (bench, "team", title);
  }
  bench_settle_in (bench);
  return bench;
}

static void
test_never_seen (void)
{
  g_autofree char *old = NULL;
  g_autoptr (Bench) bench = bench_new_old (&old, TRUE);
  g_autofree char *reaction_id = NULL;

  g_assert_null (kz_store_find_action (bench->engine->store, old, NULL));
  like (bench, old, "ben");
  bench_until_line (bench, "reaction in team by Ben");
  g_assert_nonnull (strstr (bench_line (bench, "reaction in"), " about Old? ["));
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "action-"), ==, 0);
  /* From now on it has its handle. */
  reaction_id = bench_do_id (bench, "comment", "reactionId",
                             "{'referenceId':'%s','person':'chi','text':'yes'}", old);
  bench_until_line (bench, "reaction in team by Chi reaction=1*1 about Old? [");
}

/* Lists do not tell of announcements: a plain line, and no search for each like. */
static void
test_not_listed (void)
{
  g_autofree char *old = NULL;
  g_autoptr (Bench) bench = bench_new_old (&old, FALSE);
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *reaction_id = NULL;

  like (bench, old, "ben");
  bench_until_line (bench, "reaction in team by Ben");
  g_assert_null (strstr (bench_line (bench, "reaction in"), " about "));
  g_assert_false (kz_engine_seeks_action (group_id, "another", bench->engine));
  /* Not even when that would be allowed again. */
  bench_pass (bench, 11 * G_TIME_SPAN_MINUTE);
  g_assert_true (kz_engine_seeks_action (group_id, "another", bench->engine));
  bench_clear (bench);
  reaction_id = bench_do_id (bench, "comment", "reactionId",
                             "{'referenceId':'%s','person':'chi','text':'yes'}", old);
  bench_until_line (bench, "reaction in team by Chi reaction=1*1");
  g_assert_cmpuint (bench_count (bench, "reaction in"), ==, 1);
}

/* A like that came after they were counted and before they were listed: all are news. */
static void
test_between_count_and_list (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *group_id = bench_group (bench, "team");
  g_autofree char *poll = bench_post_poll (bench, "team", "Lunch?");
  g_autoptr (GPtrArray) likes =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_reaction_unref);
  KzReactionSummary summary = {.likes = 1};

  bench_until_line (bench, "Lunch?");
  summary.reference_id =
      kz_store_find_action (bench->engine->store, poll, NULL)->action->reference_id;
  for (guint i = 0; i < 2; i++) {
    g_autofree char *person = bench_person (bench, i == 0 ? "ben" : "chi");
    KzReaction *reaction =
        kz_reaction_new (group_id, summary.reference_id, KZ_REACTION_LIKE, person);

    reaction->reaction_id = g_strdup_printf ("like-%u", i);
    reaction->time_us = kz_clock_wall_us (bench->clock) + i;
    g_ptr_array_add (likes, reaction);
  }
  kz_engine_reactions (group_id, &summary, KZ_REACTION_LIKE, likes, bench->engine);
  g_assert_cmpuint (bench_count (bench, "reaction in team by Ben"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "reaction in team by Chi"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/likes/one-before-a-sign-off-is-told-after-it", test_like_before_a_sign_off);
  g_test_add_func ("/likes/an-action-that-was-never-seen-is-looked-for", test_never_seen);
  g_test_add_func ("/likes/of-what-no-list-tells-a-plain-line-stays", test_not_listed);
  g_test_add_func ("/likes/one-between-the-count-and-the-list-is-told",
                   test_between_count_and_list);
  return g_test_run ();
}
