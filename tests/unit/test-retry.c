/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-retry.h"

#include <string.h>

#define S ((gint64) G_USEC_PER_SEC)

/* What is expected of one status, for a request that may be repeated and for one that may not, when
 * bytes left us: N no, A again, U unresolved. */
static const struct {
  guint status;
  char idempotent;
  char post;
} statuses[] = {
    {0, 'A', 'U'},   {200, 'N', 'N'}, {308, 'N', 'N'}, {400, 'N', 'N'}, {401, 'N', 'N'},
    {403, 'N', 'N'}, {404, 'N', 'N'}, {405, 'N', 'N'}, {408, 'A', 'U'}, {409, 'N', 'N'},
    {413, 'N', 'N'}, {415, 'N', 'N'}, {429, 'A', 'A'}, {500, 'A', 'U'}, {501, 'N', 'N'},
    {502, 'A', 'U'}, {503, 'A', 'U'}, {504, 'A', 'U'}, {505, 'N', 'N'}, {507, 'N', 'U'},
    {520, 'N', 'U'}, {599, 'N', 'U'},
};

static KzRetryVerdict
verdict_of (char letter)
{
  return letter == 'A' ? KZ_RETRY_AFTER : letter == 'U' ? KZ_RETRY_UNRESOLVED : KZ_RETRY_NO;
}

static KzAttempt
attempt_of (guint status, gboolean is_idempotent)
{
  return (KzAttempt){.attempt = 1,
                     .status = status,
                     .is_idempotent = is_idempotent,
                     .bytes_left = TRUE,
                     .retry_after_us = -1,
                     .jitter = 0.5};
}

static void
test_table (void)
{
  static const gint64 retry_afters_us[] = {-1, 0, 7 * G_USEC_PER_SEC};

  for (guint row = 0; row < G_N_ELEMENTS (statuses); row++) {
    for (guint i = 0; i < 2 * 5 * G_N_ELEMENTS (retry_afters_us); i++) {
      gboolean is_idempotent = i % 2 == 0;
      KzAttempt attempt = attempt_of (statuses[row].status, is_idempotent);
      KzRetryVerdict expected =
          verdict_of (is_idempotent ? statuses[row].idempotent : statuses[row].post);
      KzRetryVerdict verdict;
      gint64 delay_us = -2;

      attempt.attempt = 1 + (i / 2) % 5;
      attempt.retry_after_us = retry_afters_us[i / 10];
      /* The fifth is the last; but what is not known stays not known. */
      if (attempt.attempt == 5 && expected == KZ_RETRY_AFTER)
        expected = KZ_RETRY_NO;

      verdict = kz_retry_decide (&attempt, &delay_us);
      g_test_message ("status %u, idempotent %d, attempt %u", attempt.status, is_idempotent,
                      attempt.attempt);
      g_assert_cmpint (verdict, ==, expected);
      if (verdict == KZ_RETRY_AFTER)
        g_assert_cmpint (delay_us, >, 0);
      else
        g_assert_cmpint (delay_us, ==, 0);
      if (verdict == KZ_RETRY_AFTER && attempt.retry_after_us > 0)
        g_assert_cmpint (delay_us, ==, attempt.retry_after_us);
    }
  }
}

/* Invariant 7 over everything that can be asked. */
static void
test_never_twice (void)
{
  for (guint status = 0; status < 600; status++) {
    for (guint bits = 0; bits < 32; bits++) {
      KzAttempt attempt = attempt_of (status, FALSE);
      KzRetryVerdict verdict;
      gint64 delay_us;

      attempt.attempt = 1 + bits % 4;
      attempt.retry_after_us = (bits & 4) != 0 ? S : -1;
      attempt.renewed = (bits & 8) != 0;
      attempt.is_tls = (bits & 16) != 0;
      verdict = kz_retry_decide (&attempt, &delay_us);
      if (status != 429)
        g_assert_true (verdict == KZ_RETRY_NO || verdict == KZ_RETRY_UNRESOLVED);
      if (status == 0)
        g_assert_cmpint (verdict, ==, KZ_RETRY_UNRESOLVED);
    }
  }
}

static void
test_never_left (void)
{
  KzAttempt attempt = attempt_of (0, FALSE);
  gint64 delay_us, last_us = 0;

  attempt.bytes_left = FALSE;
  for (attempt.attempt = 1; attempt.attempt < 5; attempt.attempt++) {
    g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_AFTER);
    g_assert_cmpint (delay_us, >, last_us);
    last_us = delay_us;
  }
  g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_NO);
  attempt.attempt = G_MAXUINT;
  g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_NO);

  attempt.attempt = 1;
  attempt.is_tls = TRUE;
  g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_NO);
}

static void
test_renewal (void)
{
  static const guint refused[] = {400, 401, 403};

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    for (guint is_idempotent = 0; is_idempotent < 2; is_idempotent++) {
      KzAttempt attempt = attempt_of (refused[i], is_idempotent != 0);
      gint64 delay_us;

      attempt.token_refused = TRUE;
      g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_RENEW);
      attempt.renewed = TRUE;
      g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_NO);
      attempt.renewed = FALSE;
      attempt.attempt = 5;
      g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_NO);
    }
  }
}

static void
test_delays (void)
{
  KzAttempt attempt = attempt_of (503, TRUE);
  gint64 delay_us, low_us, high_us;

  attempt.retry_after_us = 3600 * S;
  g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_AFTER);
  g_assert_cmpint (delay_us, ==, 15 * 60 * S);
  attempt.retry_after_us = G_MAXINT64;
  g_assert_cmpint (kz_retry_decide (&attempt, &delay_us), ==, KZ_RETRY_AFTER);
  g_assert_cmpint (delay_us, ==, 15 * 60 * S);

  attempt.retry_after_us = -1;
  attempt.jitter = 0.0;
  kz_retry_decide (&attempt, &low_us);
  attempt.jitter = 1.0;
  kz_retry_decide (&attempt, &high_us);
  g_assert_cmpint (low_us, >=, S / 4);
  g_assert_cmpint (high_us, >, low_us);
  g_assert_cmpint (high_us, <=, 2 * S);

  /* Nonsense from a caller makes no wait of an age. */
  attempt.jitter = 1e300;
  attempt.attempt = 4;
  kz_retry_decide (&attempt, &delay_us);
  g_assert_cmpint (delay_us, <=, 90 * S);
}

static void
test_parse (void)
{
  /* Sun, 06 Nov 1994 08:49:37 GMT */
  const gint64 then_us = 784111777 * S;
  static const struct {
    const char *value;
    gint64 now_s;  /* relative to then */
    gint64 wait_s; /* -1: unreadable */
  } rows[] = {
      {"0", 0, 0},
      {"30", 0, 30},
      {" 120\t", 0, 120},
      {"007", 0, 7},
      {"Sun, 06 Nov 1994 08:49:37 GMT", -90, 90},
      {"sun, 06 nov 1994 08:49:37 gmt", -90, 90},
      {"Sunday, 06-Nov-94 08:49:37 GMT", -90, 90},
      {"Sun Nov  6 08:49:37 1994", -90, 90},
      {"Sun, 06 Nov 1994 08:49:37 GMT", 90, 0},
      {"Sun, 06 Nov 1994 08:49:60 GMT", 0, 22},
      {NULL, 0, -1},
      {"", 0, -1},
      {"  ", 0, -1},
      {"-5", 0, -1},
      {"1.5", 0, -1},
      {"0x10", 0, -1},
      {"soon", 0, -1},
      {"30 seconds", 0, -1},
      {"Sun, 06 Nov 1994", 0, -1},
      {"Sun, 31 Feb 1994 08:49:37 GMT", 0, -1},
      {"Sun, 06 Nov 1994 25:49:37 GMT", 0, -1},
      {"Sun, 06 Nov 1994 08:49 GMT", 0, -1},
      {"Sun, 06 Foo 1994 08:49:37 GMT", 0, -1},
      {"Sun, -6 Nov 1994 08:49:-7 GMT", 0, -1},
      {"Sun Nov 1994", 0, -1},
      {"N, N, N, N, N", 0, -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 wait_us = kz_retry_after_parse (rows[i].value, then_us + rows[i].now_s * S);

    g_test_message ("\"%s\"", rows[i].value != NULL ? rows[i].value : "(absent)");
    g_assert_cmpint (wait_us, ==, rows[i].wait_s < 0 ? -1 : rows[i].wait_s * S);
  }
  g_assert_cmpint (kz_retry_after_parse ("99999999999999999999999999", 0), ==, G_MAXINT64);
}

static void
test_parse_century (void)
{
  /* 2049-12-31 23:59:00 UTC: seen from there "94" is 2094, seen from 2023 it is 1994. */
  const gint64 now_us = G_GINT64_CONSTANT (2524607940) * S;

  g_assert_cmpint (kz_retry_after_parse ("Friday, 31-Dec-49 23:59:30 GMT", now_us), ==, 30 * S);
  g_assert_cmpint (kz_retry_after_parse ("Sunday, 06-Nov-94 08:49:37 GMT", now_us), >, 30 * S);
  g_assert_cmpint (
      kz_retry_after_parse ("Sunday, 06-Nov-94 08:49:37 GMT", G_GINT64_CONSTANT (1700000000) * S),
      ==, 0);
}

static void
test_parse_garbage (void)
{
  static const char alphabet[] = "0123456789 :,-SunNovGMT\xc3\xa9\t";
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint round = 0; round < 20000; round++) {
    char text[40] = {0};
    int length = g_rand_int_range (random, 0, (int) sizeof text);

    for (int i = 0; i < length; i++)
      text[i] = alphabet[g_rand_int_range (random, 0, (int) sizeof alphabet - 1)];
    g_assert_cmpint (kz_retry_after_parse (text, 1700000000 * S), >=, -1);
  }
}

static void
test_backoff (void)
{
  static const int expected_s[] = {2, 2, 4, 8, 16, 30, 30};

  for (guint failures = 0; failures < G_N_ELEMENTS (expected_s); failures++) {
    g_assert_cmpint (kz_retry_backoff_us (failures, 2 * S, 30 * S, 0.5), ==, expected_s[failures] * S);
    g_assert_cmpint (kz_retry_backoff_us (failures, 2 * S, 30 * S, 0.0), ==,
                     expected_s[failures] * S / 2);
    g_assert_cmpint (kz_retry_backoff_us (failures, 2 * S, 30 * S, 1.0), ==,
                     expected_s[failures] * S * 3 / 2);
  }
  g_assert_cmpint (kz_retry_backoff_us (G_MAXUINT, 2 * S, 30 * S, 0.5), ==, 30 * S);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retry/every-status-has-its-verdict", test_table);
  g_test_add_func ("/retry/what-is-not-idempotent-and-left-us-is-never-sent-twice",
                   test_never_twice);
  g_test_add_func ("/retry/what-never-left-us-goes-again-but-not-for-ever", test_never_left);
  g_test_add_func ("/retry/a-refused-token-is-renewed-once", test_renewal);
  g_test_add_func ("/retry/delays-are-bounded", test_delays);
  g_test_add_func ("/retry/retry-after-is-seconds-or-a-date", test_parse);
  g_test_add_func ("/retry/two-digits-of-a-year-mean-the-nearest", test_parse_century);
  g_test_add_func ("/retry/no-text-in-retry-after-does-harm", test_parse_garbage);
  g_test_add_func ("/retry/backoff", test_backoff);
  return g_test_run ();
}
