/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-throttle.h"

#define S ((gint64) G_USEC_PER_SEC)

/* The most calls that any 60 s hold, of times in order. */
static guint
busiest_minute (const GArray *times_us)
{
  guint most = 0, first = 0;

  for (guint i = 0; i < times_us->len; i++) {
    while (g_array_index (times_us, gint64, first) <= g_array_index (times_us, gint64, i) - 60 * S)
      first++;
    most = MAX (most, i - first + 1);
  }
  return most;
}

static gboolean
try_spend (KzThrottle *throttle, KzLane lane, gint64 now_us)
{
  if (kz_throttle_wait_us (throttle, lane, now_us) > 0)
    return FALSE;
  kz_throttle_spend (throttle, lane, now_us);
  return TRUE;
}

static guint
spend_all (KzThrottle *throttle, KzLane lane, gint64 now_us)
{
  guint n = 0;

  while (n < 1000 && try_spend (throttle, lane, now_us))
    n++;
  return n;
}

static void
test_no_minute_above_limit (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (gint64));

  /* An hour in which every lane asks all the time, in steps of all sizes. */
  for (gint64 now_us = 0; now_us < 3600 * S; now_us += g_rand_int_range (random, 1, 900000)) {
    KzLane lane = (KzLane) g_rand_int_range (random, 0, KZ_N_LANES);

    if (!try_spend (throttle, lane, now_us))
      continue;
    g_array_append_val (all, now_us);
    if (lane != KZ_LANE_USER)
      g_array_append_val (others, now_us);
  }
  g_assert_cmpuint (busiest_minute (all), ==, 100);
  g_assert_cmpuint (busiest_minute (others), <=, 80);
  /* And it is used: 60 minutes of 100 calls. */
  g_assert_cmpuint (all->len, >=, 5900);
}

static void
test_user_after_the_rest (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);

  g_assert_cmpuint (spend_all (throttle, KZ_LANE_UPKEEP, 0), ==, 80);
  g_assert_cmpuint (kz_throttle_left (throttle, 0), ==, 20);
  g_assert_cmpuint (spend_all (throttle, KZ_LANE_USER, 0), ==, 20);
  g_assert_cmpuint (kz_throttle_left (throttle, 0), ==, 0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_USER, 10 * S), ==, 50 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_USER, 60 * S), ==, 0);
  g_assert_cmpuint (kz_throttle_left (throttle, 60 * S), ==, 100);
}

static void
test_wait_is_exact (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (3, 3);

  for (gint64 t = 0; t < 3; t++)
    kz_throttle_spend (throttle, KZ_LANE_USER, t * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_USER, 3 * S), ==, 57 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_USER, 60 * S - 1), ==, 1);
  g_assert_true (try_spend (throttle, KZ_LANE_USER, 60 * S));
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_USER, 60 * S), ==, 1 * S);
}

static void
test_polls_are_spread (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);
  gint64 now_us = 0;
  guint n = 0;

  /* A few at once, and then one every 750 ms: not eighty and then nothing for a minute. */
  n = spend_all (throttle, KZ_LANE_POLL, 0);
  g_assert_cmpuint (n, >=, 9);
  g_assert_cmpuint (n, <=, 11);
  n = 0;
  while (now_us < 30 * S) {
    now_us += kz_throttle_wait_us (throttle, KZ_LANE_POLL, now_us);
    kz_throttle_spend (throttle, KZ_LANE_POLL, now_us);
    n++;
  }
  g_assert_cmpuint (n, >=, 38);
  g_assert_cmpuint (n, <=, 42);
  /* The first of all were more: a pause later does not bring that back. */
  g_assert_cmpuint (spend_all (throttle, KZ_LANE_POLL, now_us + 600 * S), <, 5);
}

static void
test_first_polls_within_budget (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);
  g_autoptr (KzThrottle) tiny = kz_throttle_new (100, 5);
  g_autoptr (GArray) polls = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gint64 now_us = 0; now_us < 600 * S; now_us += S / 10) {
    if (try_spend (throttle, KZ_LANE_POLL, now_us))
      g_array_append_val (polls, now_us);
  }
  g_assert_cmpuint (busiest_minute (polls), <=, 80);
  /* And the minutes after the first are not shorter of polls for it. */
  g_assert_cmpuint (polls->len, >=, 10 * 74);
  g_assert_cmpuint (spend_all (tiny, KZ_LANE_POLL, 0), ==, 5);
}

static void
test_poll_yields (void)
{
  static const KzLane lanes[] = {KZ_LANE_USER, KZ_LANE_SIGN_ON, KZ_LANE_UPKEEP};

  for (guint i = 0; i < G_N_ELEMENTS (lanes); i++) {
    g_autoptr (KzThrottle) throttle = kz_throttle_new (20, 20);

    g_assert_cmpuint (spend_all (throttle, lanes[i], 0), ==, 20);
    /* It asks in vain; when the opening comes, it is not for the poll. */
    g_assert_cmpint (kz_throttle_wait_us (throttle, lanes[i], 30 * S), ==, 30 * S);
    g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 60 * S), >, 0);
    g_assert_true (try_spend (throttle, lanes[i], 60 * S));
    g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 60 * S), ==, 0);
  }
}

static void
test_no_claim_for_ever (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (20, 20);

  g_assert_cmpuint (spend_all (throttle, KZ_LANE_SIGN_ON, 0), ==, 20);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_SIGN_ON, S), >, 0);
  /* The one who waited was cancelled: the poll goes moments later. */
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 60 * S), >, 0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 60 * S), <=, S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 61 * S), ==, 0);
}

static void
test_refused (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);
  double budget;

  kz_throttle_refused (throttle, KZ_LANE_UPKEEP, 30 * S, 0);
  g_assert_cmpfloat (kz_throttle_budget (throttle), <=, 40.0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_UPKEEP, 10 * S), ==, 20 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 10 * S), ==, 20 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_USER, 10 * S), ==, 0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_SIGN_ON, 10 * S), ==, 0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_UPKEEP, 30 * S), ==, 0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 30 * S), ==, 0);

  /* The user's own wait, and no shorter one afterwards makes it end sooner. */
  kz_throttle_quiet (throttle, 31 * S);
  budget = kz_throttle_budget (throttle);
  kz_throttle_refused (throttle, KZ_LANE_USER, 20 * S, 40 * S);
  kz_throttle_refused (throttle, KZ_LANE_USER, 2 * S, 41 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_USER, 41 * S), ==, 19 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 41 * S), ==, 19 * S);
  g_assert_cmpfloat (kz_throttle_budget (throttle), <, 0.75 * budget);
}

static void
test_refused_without_time (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);

  kz_throttle_refused (throttle, KZ_LANE_POLL, -1, 0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 0), >=, 5 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 0), <=, 60 * S);
  kz_throttle_refused (throttle, KZ_LANE_POLL, G_MAXINT64, 0);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 0), ==, 15 * 60 * S);
}

static void
test_floor_and_ceiling (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);
  g_autoptr (KzThrottle) small = kz_throttle_new (100, 3);
  double last;
  gint64 now_us = 0;

  for (; now_us < 600 * S; now_us += 10 * S) {
    kz_throttle_quiet (throttle, now_us);
    kz_throttle_refused (throttle, KZ_LANE_POLL, 60 * S, now_us);
  }
  /* A client that was told off still looks now and then. */
  last = kz_throttle_budget (throttle);
  g_assert_cmpfloat (last, >=, 0.5);
  g_assert_cmpfloat (last, <=, 2.0);

  /* Quiet hours, with an answer every minute, raise it and no further. */
  for (guint minute = 0; minute < 180; minute++, now_us += 60 * S) {
    kz_throttle_quiet (throttle, now_us);
    g_assert_cmpfloat (kz_throttle_budget (throttle), >=, last);
    last = kz_throttle_budget (throttle);
  }
  g_assert_cmpfloat (last, ==, 80.0);

  kz_throttle_refused (small, KZ_LANE_POLL, S, 0);
  g_assert_cmpfloat (kz_throttle_budget (small), <=, 3.0);
}

static void
test_refused_together (void)
{
  g_autoptr (KzThrottle) once = kz_throttle_new (100, 80);
  g_autoptr (KzThrottle) together = kz_throttle_new (100, 80);

  kz_throttle_refused (once, KZ_LANE_POLL, 10 * S, 0);
  for (guint i = 0; i < 8; i++)
    kz_throttle_refused (together, KZ_LANE_POLL, 10 * S, i * S / 10);
  g_assert_cmpfloat (kz_throttle_budget (together), ==, kz_throttle_budget (once));
  /* Nor is it its rate when it comes back and is refused at once. */
  kz_throttle_refused (together, KZ_LANE_POLL, 10 * S, 20 * S);
  g_assert_cmpfloat (kz_throttle_budget (together), <, kz_throttle_budget (once) + 1.0);
  g_assert_cmpfloat (kz_throttle_budget (together), >, kz_throttle_budget (once) - 1.0);
  kz_throttle_quiet (together, 30 * S);
  kz_throttle_refused (together, KZ_LANE_POLL, 10 * S, 40 * S);
  g_assert_cmpfloat (kz_throttle_budget (together), <, 0.7 * kz_throttle_budget (once));
}

static void
test_proved (void)
{
  g_autoptr (KzThrottle) busy = kz_throttle_new (100, 80);
  g_autoptr (KzThrottle) crowded = kz_throttle_new (100, 80);

  /* Whatever Retry-After says, who got eighty calls a minute has not fifty others beside it. */
  for (gint64 i = 0; i < 80; i++)
    kz_throttle_spend (busy, KZ_LANE_UPKEEP, i * S / 2);
  kz_throttle_refused (busy, KZ_LANE_UPKEEP, 60 * S, 45 * S);
  g_assert_cmpfloat (kz_throttle_budget (busy), >=, 30.0);
  /* A minute that is full after two seconds is for many. */
  kz_throttle_spend (crowded, KZ_LANE_POLL, 0);
  kz_throttle_refused (crowded, KZ_LANE_POLL, 58 * S, 2 * S);
  g_assert_cmpfloat (kz_throttle_budget (crowded), <=, 3.0);
}

static void
test_refused_polls_come_one_by_one (void)
{
  g_autoptr (KzThrottle) throttle = kz_throttle_new (100, 80);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  kz_throttle_spend (throttle, KZ_LANE_POLL, 0);
  kz_throttle_refused (throttle, KZ_LANE_POLL, S, 0);
  /* What all the others leave in that second is theirs. */
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_POLL, 0), >=, 10 * S);
  g_assert_cmpint (kz_throttle_wait_us (throttle, KZ_LANE_SIGN_ON, 0), ==, 0);
  for (gint64 now_us = 0; now_us < 300 * S; now_us += S / 10) {
    if (try_spend (throttle, KZ_LANE_POLL, now_us))
      g_array_append_val (times, now_us);
  }
  g_assert_cmpuint (busiest_minute (times), <=, (guint) (1.3 * kz_throttle_budget (throttle)));
  g_assert_cmpuint (times->len, >=, (guint) (3.5 * kz_throttle_budget (throttle)));
}

static void
test_shared (void)
{
  KzThrottle *one = kz_throttle_new (100, 80);
  KzThrottle *other = kz_throttle_ref (one);

  kz_throttle_spend (one, KZ_LANE_USER, 0);
  kz_throttle_unref (one);
  g_assert_cmpuint (kz_throttle_left (other, 0), ==, 99);
  kz_throttle_unref (other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/throttle/no-minute-holds-more-than-the-limit", test_no_minute_above_limit);
  g_test_add_func ("/throttle/what-the-rest-may-not-use-is-left-for-the-user",
                   test_user_after_the_rest);
  g_test_add_func ("/throttle/the-wait-ends-when-the-oldest-call-leaves-the-minute",
                   test_wait_is_exact);
  g_test_add_func ("/throttle/polls-are-spread-over-the-minute", test_polls_are_spread);
  g_test_add_func ("/throttle/the-first-polls-of-all-stay-within-the-budget",
                   test_first_polls_within_budget);
  g_test_add_func ("/throttle/a-poll-yields-to-a-lane-that-waits", test_poll_yields);
  g_test_add_func ("/throttle/a-lane-that-gave-up-blocks-nobody", test_no_claim_for_ever);
  g_test_add_func ("/throttle/a-429-holds-its-lane-and-polling", test_refused);
  g_test_add_func ("/throttle/a-429-without-a-time-or-with-a-silly-one-holds-for-a-bounded-time",
                   test_refused_without_time);
  g_test_add_func ("/throttle/the-budget-stays-between-floor-and-ceiling", test_floor_and_ceiling);
  g_test_add_func ("/throttle/calls-refused-together-count-once", test_refused_together);
  g_test_add_func ("/throttle/what-was-got-counts-more-than-retry-after", test_proved);
  g_test_add_func ("/throttle/polls-come-one-by-one-after-a-429",
                   test_refused_polls_come_one_by_one);
  g_test_add_func ("/throttle/accounts-that-share-it-share-the-calls", test_shared);
  return g_test_run ();
}
