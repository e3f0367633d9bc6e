/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-when.h"

#include <locale.h>
#include <string.h>

/* Wednesday, in Berlin's zone: one hour ahead of UTC then, two in summer. */
static GDateTime *
now_in_berlin (const char *iso)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("CET-1CEST,M3.5.0,M10.5.0/3");

  g_assert_nonnull (zone);
  return g_date_time_new_from_iso8601 (iso, zone);
}

typedef struct {
  const char *typed;
  KzWhenUse use;
  const char *expected; /* in UTC; NULL: not a time */
} Row;

static void
test_read (void)
{
  static const Row rows[] = {
      {"2h", KZ_WHEN_DEADLINE, "2026-11-25T14:20:00Z"},
      {"in 2 hours", KZ_WHEN_DEADLINE, "2026-11-25T14:20:00Z"},
      {"90 min", KZ_WHEN_START, "2026-11-25T13:50:00Z"},
      {"1h 30m", KZ_WHEN_DEADLINE, "2026-11-25T13:50:00Z"},
      {"1h30m", KZ_WHEN_DEADLINE, "2026-11-25T13:50:00Z"},
      {"1.5h", KZ_WHEN_DEADLINE, "2026-11-25T13:50:00Z"},
      {"3 days", KZ_WHEN_DEADLINE, "2026-11-28T12:20:00Z"},
      {"2w", KZ_WHEN_DEADLINE, "2026-12-09T12:20:00Z"},
      {"15:00", KZ_WHEN_START, "2026-11-25T14:00:00Z"},
      {"3pm", KZ_WHEN_START, "2026-11-25T14:00:00Z"},
      {"3:30 p.m.", KZ_WHEN_START, "2026-11-25T14:30:00Z"},
      {"12am tomorrow", KZ_WHEN_START, "2026-11-25T23:00:00Z"},
      {"tomorrow 15:00", KZ_WHEN_START, "2026-11-26T14:00:00Z"},
      {"Tomorrow at 15:00", KZ_WHEN_DEADLINE, "2026-11-26T14:00:00Z"},
      {"tomorrow", KZ_WHEN_DEADLINE, "2026-11-26T22:59:00Z"},
      {"tomorrow noon", KZ_WHEN_START, "2026-11-26T11:00:00Z"},
      {"day after tomorrow 8:05", KZ_WHEN_START, "2026-11-27T07:05:00Z"},
      {"today 24:00", KZ_WHEN_DEADLINE, "2026-11-25T23:00:00Z"},
      {"fri 9am", KZ_WHEN_START, "2026-11-27T08:00:00Z"},
      {"on Monday 10:00", KZ_WHEN_START, "2026-11-30T09:00:00Z"},
      {"2026-11-30", KZ_WHEN_DEADLINE, "2026-11-30T22:59:00Z"},
      {"2026-11-30 15:00", KZ_WHEN_START, "2026-11-30T14:00:00Z"},
      {"2026-11-30T15:00Z", KZ_WHEN_START, "2026-11-30T15:00:00Z"},
      {"2026-11-30T15:00:30+05:30", KZ_WHEN_START, "2026-11-30T09:30:30Z"},
      {"30.11. 15:00", KZ_WHEN_START, "2026-11-30T14:00:00Z"},
      {"30.11.2027", KZ_WHEN_DEADLINE, "2027-11-30T22:59:00Z"},
      {"30/11", KZ_WHEN_DEADLINE, "2026-11-30T22:59:00Z"},
      {"11/30/2026", KZ_WHEN_DEADLINE, "2026-11-30T22:59:00Z"},
      {"12/12 9:00", KZ_WHEN_START, "2026-12-12T08:00:00Z"},
      {"30 Nov 15:00", KZ_WHEN_START, "2026-11-30T14:00:00Z"},
      {"Nov 30th, 2026 15:00", KZ_WHEN_START, "2026-11-30T14:00:00Z"},
      {"1 jan", KZ_WHEN_DEADLINE, "2027-01-01T22:59:00Z"},
      {"1 July 12:00", KZ_WHEN_START, "2027-07-01T10:00:00Z"},
      {"24 nov", KZ_WHEN_FACT, "2026-11-23T23:00:00Z"},
      {"9:00", KZ_WHEN_FACT, "2026-11-25T08:00:00Z"},
      {"29 Feb 2028 noon", KZ_WHEN_START, "2028-02-29T11:00:00Z"},
  };
  g_autoptr (GDateTime) now = now_in_berlin ("2026-11-25T13:20:00");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GDateTime) expected = g_date_time_new_from_iso8601 (rows[i].expected, NULL);
    g_autofree char *question = NULL;
    gint64 time_us = -1;
    KzWhen verdict = kz_when_read (rows[i].typed, rows[i].use, now, &time_us, &question);

    g_test_message ("%s: %s", rows[i].typed, question != NULL ? question : "");
    g_assert_cmpint (verdict, ==, KZ_WHEN_OK);
    g_assert_null (question);
    g_assert_cmpint (time_us / G_USEC_PER_SEC, ==, g_date_time_to_unix (expected));
  }
}

typedef struct {
  const char *typed;
  KzWhenUse use;
  KzWhen verdict;
  const char *words; /* in the question */
} Refusal;

static void
check_refusals (GDateTime *now, const Refusal *rows, gsize count)
{
  for (gsize i = 0; i < count; i++) {
    g_autofree char *question = NULL;
    gint64 time_us = -1;
    KzWhen verdict = kz_when_read (rows[i].typed, rows[i].use, now, &time_us, &question);

    g_test_message ("%s: %d %s", rows[i].typed, verdict, question != NULL ? question : "");
    g_assert_cmpint (verdict, ==, rows[i].verdict);
    g_assert_nonnull (strstr (question, rows[i].words));
    g_assert_null (strchr (question, '\n'));
    g_assert_cmpint (time_us, ==, -1);
  }
}

static void
test_refuse (void)
{
  static const Refusal rows[] = {
      {"", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "no time"},
      {"Pizza", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "pizza"},
      {"tomorrow Pizza", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "no time"},
      {"2h tomorrow", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "no time"},
      {"25:00", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "no time"},
      {"13pm", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "no time"},
      {"2026-13-01", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "no time"},
      {"999999 weeks", KZ_WHEN_DEADLINE, KZ_WHEN_NO_TIME, "no time"},
      {"2026-02-30", KZ_WHEN_DEADLINE, KZ_WHEN_PAST, "no such day"},
      {"2026-11-25 13:20", KZ_WHEN_DEADLINE, KZ_WHEN_PAST, "over already"},
      {"2020-01-01", KZ_WHEN_DEADLINE, KZ_WHEN_PAST, "over already"},
      {"0h", KZ_WHEN_DEADLINE, KZ_WHEN_PAST, "over already"},
      {"2126-01-01", KZ_WHEN_DEADLINE, KZ_WHEN_PAST, "ten years"},
      {"3", KZ_WHEN_DEADLINE, KZ_WHEN_AMBIGUOUS, "15:00"},
      {"yesterday 10:00", KZ_WHEN_START, KZ_WHEN_PAST, "is over"},
      {"yesterday", KZ_WHEN_DEADLINE, KZ_WHEN_PAST, "is over"},
      {"tomorrow 3", KZ_WHEN_START, KZ_WHEN_AMBIGUOUS, "15:00"},
      {"tomorrow", KZ_WHEN_START, KZ_WHEN_AMBIGUOUS, "tomorrow 15:00"},
      {"9:00", KZ_WHEN_START, KZ_WHEN_AMBIGUOUS, "tomorrow 9:00"},
      {"3/4", KZ_WHEN_DEADLINE, KZ_WHEN_AMBIGUOUS, "day 3 of month 4"},
      {"wednesday 15:00", KZ_WHEN_START, KZ_WHEN_AMBIGUOUS, "2026-12-02"},
      {"next friday", KZ_WHEN_DEADLINE, KZ_WHEN_AMBIGUOUS, "2026-12-04"},
  };
  g_autoptr (GDateTime) now = now_in_berlin ("2026-11-25T13:20:00");

  check_refusals (now, rows, G_N_ELEMENTS (rows));
}

static void
test_clock_change (void)
{
  static const Refusal back[] = {
      {"25.10.2026 2:30", KZ_WHEN_START, KZ_WHEN_AMBIGUOUS, "+02:00"},
      {"25.10.2026 2:30", KZ_WHEN_START, KZ_WHEN_AMBIGUOUS, "+01:00"},
  };
  static const Refusal forward[] = {
      {"28.3.2027 2:30", KZ_WHEN_START, KZ_WHEN_PAST, "put forward"},
  };
  g_autoptr (GDateTime) now = now_in_berlin ("2026-10-20T13:20:00");
  gint64 first = 0;
  gint64 second = 0;

  check_refusals (now, back, G_N_ELEMENTS (back));
  check_refusals (now, forward, G_N_ELEMENTS (forward));
  g_assert_cmpint (kz_when_read ("25.10.2026 2:30+02:00", KZ_WHEN_START, now, &first, NULL), ==,
                   KZ_WHEN_OK);
  g_assert_cmpint (kz_when_read ("25.10.2026 2:30 +01:00", KZ_WHEN_START, now, &second, NULL), ==,
                   KZ_WHEN_OK);
  g_assert_cmpint (second - first, ==, G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC);
}

static void
test_garbage (void)
{
  g_autoptr (GDateTime) now = now_in_berlin ("2026-11-25T13:20:00");
  const char *alphabet = "0123456789 :./-+hdwmampTZtomorrow,\xc3\xff|";

  for (int i = 0; i < 3000; i++) {
    char text[24];
    gsize length = (gsize) g_test_rand_int_range (0, sizeof text);
    g_autofree char *question = NULL;
    gint64 time_us = 0;

    for (gsize j = 0; j < length; j++)
      text[j] = alphabet[g_test_rand_int_range (0, (int) strlen (alphabet))];
    text[MIN (length, sizeof text - 1)] = '\0';
    if (kz_when_read (text, KZ_WHEN_DEADLINE, now, &time_us, &question) == KZ_WHEN_OK)
      g_assert_cmpint (time_us / G_USEC_PER_SEC, >=, g_date_time_to_unix (now));
    else
      g_assert_nonnull (question);
  }
}

static void
test_hours (void)
{
  const gint64 hour = G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;

  g_assert_cmpint (kz_when_hours (hour * 2, 0), ==, 2);
  g_assert_cmpint (kz_when_hours (hour * 2 + hour / 3, 0), ==, 2);
  g_assert_cmpint (kz_when_hours (hour * 2 + hour * 2 / 3, 0), ==, 3);
  g_assert_cmpint (kz_when_hours (hour / 10, 0), ==, 1);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/when/what-a-person-types", test_read);
  g_test_add_func ("/when/what-is-no-time-or-more-than-one", test_refuse);
  g_test_add_func ("/when/the-clocks-are-changed", test_clock_change);
  g_test_add_func ("/when/garbage", test_garbage);
  g_test_add_func ("/when/hours", test_hours);
  return g_test_run ();
}
