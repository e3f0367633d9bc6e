/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-when.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* No text with more than these is a time. */
#define TYPED_MAX 80
/* Nobody plans further ahead than this. */
#define YEARS_AHEAD 10

/* What the words said so far. */
typedef struct {
  GDateTime *now;
  const char *typed;
  gboolean has_span;
  gint64 span_us;
  gboolean has_date;
  gboolean has_year;
  int year, month, day;
  gboolean has_time;
  int hour, minute, second;
  gboolean has_offset;
  int offset_s;
  KzWhen verdict;
  char *question;
} Reading;

/* One way to say a part of a time: an anchored pattern, and what it means. */
typedef struct {
  const char *pattern;
  void (*take) (Reading *reading, GMatchInfo *match);
} Rule;

static void
fail (Reading *reading, KzWhen verdict, char *question)
{
  if (reading->verdict != KZ_WHEN_OK) {
    g_free (question);
    return;
  }
  reading->verdict = verdict;
  reading->question = question;
}

static void
fail_no_time (Reading *reading)
{
  fail (reading, KZ_WHEN_NO_TIME,
        /* Translators: 1 is what was typed; the examples can be typed as they stand. */
        g_strdup_printf (_ ("“%s” is no time; write for example 2h, tomorrow 15:00, fri 9am or "
                            "2026-11-30 15:00."),
                         reading->typed));
}

static int
number (GMatchInfo *match, int group)
{
  g_autofree char *text = g_match_info_fetch (match, group);

  return text != NULL ? (int) g_ascii_strtoll (text, NULL, 10) : 0;
}

static gboolean
has (GMatchInfo *match, int group)
{
  int begin = -1;
  int end = -1;

  return g_match_info_fetch_pos (match, group, &begin, &end) && end > begin;
}

/* --- days --- */

static void
set_date (Reading *reading, int year, int month, int day)
{
  if (reading->has_date || month < 1 || month > 12 || day < 1) {
    fail_no_time (reading);
    return;
  }
  reading->has_date = TRUE;
  reading->has_year = year != 0;
  reading->year = year;
  reading->month = month;
  reading->day = day;
}

static void
set_days_ahead (Reading *reading, int days)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (reading->now, days);
  int year, month, of_month;

  g_date_time_get_ymd (day, &year, &month, &of_month);
  set_date (reading, year, month, of_month);
}

static void
take_iso (Reading *reading, GMatchInfo *match)
{
  set_date (reading, number (match, 1), number (match, 2), number (match, 3));
}

static void
take_dotted (Reading *reading, GMatchInfo *match)
{
  set_date (reading, number (match, 3), number (match, 2), number (match, 1));
}

static void
take_slashed (Reading *reading, GMatchInfo *match)
{
  int first = number (match, 1);
  int second = number (match, 2);
  int year = number (match, 3);

  if (first <= 12 && second <= 12 && first != second)
    fail (reading, KZ_WHEN_AMBIGUOUS,
          /* Translators: 1 is what was typed; 2, 3 and 3, 2 are a day and a month. */
          g_strdup_printf (_ ("In “%1$s”, is that day %2$d of month %3$d, or day %3$d of month "
                              "%2$d? Write it as year-month-day."),
                           reading->typed, first, second));
  else if (second > 12)
    set_date (reading, year, first, second);
  else
    set_date (reading, year, second, first);
}

static int
find_prefix (const char *const *names, const char *word)
{
  for (int i = 0; names[i] != NULL; i++)
    if (strlen (word) >= 3 && g_str_has_prefix (names[i], word))
      return i;
  return -1;
}

static int
month_of (GMatchInfo *match, int group)
{
  static const char *const months[] = {"january",   "february", "march",    "april",
                                       "may",       "june",     "july",     "august",
                                       "september", "october",  "november", "december",
                                       NULL};
  g_autofree char *word = g_match_info_fetch (match, group);

  return find_prefix (months, g_str_equal (word, "sept") ? "sep" : word) + 1;
}

static void
take_day_month (Reading *reading, GMatchInfo *match)
{
  set_date (reading, number (match, 3), month_of (match, 2), number (match, 1));
}

static void
take_month_day (Reading *reading, GMatchInfo *match)
{
  set_date (reading, number (match, 3), month_of (match, 1), number (match, 2));
}

static void
take_weekday (Reading *reading, GMatchInfo *match)
{
  static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                     "friday", "saturday", "sunday",    NULL};
  g_autofree char *before = g_match_info_fetch (match, 1);
  g_autofree char *word = g_match_info_fetch (match, 2);
  int wanted = find_prefix (days, word) + 1;
  int ahead = wanted - g_date_time_get_day_of_week (reading->now);

  if (wanted == 0) {
    fail_no_time (reading);
    return;
  }
  if (ahead < 0)
    ahead += 7;
  if (ahead == 0 || g_str_has_prefix (before, "next")) {
    g_autoptr (GDateTime) near = g_date_time_add_days (reading->now, ahead);
    g_autoptr (GDateTime) far = g_date_time_add_days (reading->now, ahead + 7);
    g_autofree char *first = g_date_time_format (near, "%Y-%m-%d");
    g_autofree char *second = g_date_time_format (far, "%Y-%m-%d");

    fail (reading, KZ_WHEN_AMBIGUOUS,
          /* Translators: 1 is what was typed, 2 and 3 are dates. */
          g_strdup_printf (_ ("Which day is “%1$s”: %2$s or %3$s?"), reading->typed, first,
                           second));
    return;
  }
  set_days_ahead (reading, ahead);
}

static void
take_today (Reading *reading, GMatchInfo *match)
{
  set_days_ahead (reading, 0);
}

/* For a fact that is asked for; elsewhere it is over, and the person is told so. */
static void
take_yesterday (Reading *reading, GMatchInfo *match)
{
  set_days_ahead (reading, -1);
}

static void
take_tomorrow (Reading *reading, GMatchInfo *match)
{
  set_days_ahead (reading, 1);
}

static void
take_day_after (Reading *reading, GMatchInfo *match)
{
  set_days_ahead (reading, 2);
}

/* --- hours --- */

static void
set_time (Reading *reading, int hour, int minute, int second)
{
  if (reading->has_time || hour > 24 || minute > 59 || second > 59 ||
      (hour == 24 && (minute > 0 || second > 0))) {
    fail_no_time (reading);
    return;
  }
  reading->has_time = TRUE;
  reading->hour = hour;
  reading->minute = minute;
  reading->second = second;
}

static void
take_half (Reading *reading, int hour, int minute, gboolean is_afternoon)
{
  if (hour < 1 || hour > 12)
    fail_no_time (reading);
  else
    set_time (reading, hour % 12 + (is_afternoon ? 12 : 0), minute, 0);
}

static void
take_clock (Reading *reading, GMatchInfo *match)
{
  if (has (match, 4)) {
    g_autofree char *half = g_match_info_fetch (match, 4);

    take_half (reading, number (match, 1), number (match, 2), *half == 'p');
  } else
    set_time (reading, number (match, 1), number (match, 2), number (match, 3));
}

static void
take_hour_of_half (Reading *reading, GMatchInfo *match)
{
  g_autofree char *half = g_match_info_fetch (match, 2);

  take_half (reading, number (match, 1), 0, *half == 'p');
}

static void
take_noon (Reading *reading, GMatchInfo *match)
{
  set_time (reading, 12, 0, 0);
}

static void
take_offset (Reading *reading, GMatchInfo *match)
{
  if (!reading->has_time || reading->has_offset) {
    fail_no_time (reading);
    return;
  }
  reading->has_offset = TRUE;
  if (has (match, 1)) {
    g_autofree char *sign = g_match_info_fetch (match, 1);
    int seconds = number (match, 2) * 3600 + number (match, 3) * 60;

    reading->offset_s = *sign == '-' ? -seconds : seconds;
  }
}

/* A bare number may be an hour of either half of the day. */
static void
take_bare_number (Reading *reading, GMatchInfo *match)
{
  int hour = number (match, 1);

  if (hour > 24 || reading->has_time || reading->has_span) {
    fail_no_time (reading);
    return;
  }
  if (hour == 0 || hour > 12)
    set_time (reading, hour, 0, 0);
  else
    fail (reading, KZ_WHEN_AMBIGUOUS,
          /* Translators: 1 is what was typed, 2 and 3 are hours from 0 to 24, 4 a number. */
          g_strdup_printf (_ ("In “%1$s”, is that %2$d:00, %3$d:00 or a number of hours (%4$dh)?"),
                           reading->typed, hour % 12, hour % 12 + 12, hour));
}

/* --- spans --- */

static void
take_span (Reading *reading, GMatchInfo *match)
{
  g_autofree char *amount = g_match_info_fetch (match, 1);
  g_autofree char *unit = g_match_info_fetch (match, 2);
  double seconds;

  g_strdelimit (amount, ",", '.');
  seconds = g_ascii_strtod (amount, NULL);
  if (*unit == 'm')
    seconds *= 60;
  else if (*unit == 'h')
    seconds *= 3600;
  else
    seconds *= *unit == 'd' ? 86400 : 7 * 86400;
  if (seconds > YEARS_AHEAD * 366.0 * 86400) {
    fail_no_time (reading);
    return;
  }
  reading->has_span = TRUE;
  reading->span_us += (gint64) (seconds * G_USEC_PER_SEC);
}

static void
take_filler (Reading *reading, GMatchInfo *match)
{
}

/* The first that fits is taken, so what is longer stands before what it begins with. */
static const Rule rules[] = {
    {"(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:t(?=\\d))?", take_iso},
    {"(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})?(?!\\d)", take_dotted},
    {"(\\d{1,2})/(\\d{1,2})(?:/(\\d{4}))?(?!\\d)", take_slashed},
    {"(\\d{1,2}):(\\d{2})(?::(\\d{2}))?(?:\\.\\d+)?(?: ?([ap])\\.?m\\b\\.?)?(?!\\d)", take_clock},
    {"(\\d{1,2}) ?([ap])\\.?m\\b\\.?", take_hour_of_half},
    {"(?:z|utc|gmt)\\b", take_offset},
    {"([+-])(\\d{2}):?(\\d{2})(?!\\d)", take_offset},
    {"(\\d{1,6}(?:[.,]\\d{1,3})?) ?(minutes|minute|mins|min|m|hours|hour|hrs|hr|h|days|day|d|weeks|"
     "week|w)(?![a-z])",
     take_span},
    {"(\\d{1,2})(?:st|nd|rd|th|\\.)? ((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
     "\\.?(?:,? (\\d{4})(?!:|\\d))?",
     take_day_month},
    {"((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\\.? (\\d{1,2})(?:st|nd|rd|th)?"
     "(?!:|\\d)(?:,? (\\d{4})(?!:|\\d))?",
     take_month_day},
    {"(next |this |on )?((?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\\b\\.?", take_weekday},
    {"(?:the )?day after tomorrow\\b", take_day_after},
    {"today\\b", take_today},
    {"tomorrow\\b", take_tomorrow},
    {"yesterday\\b", take_yesterday},
    {"noon\\b", take_noon},
    {"(?:at|in|on|by|until|till|from now|o'clock|and)\\b", take_filler},
    {"(\\d{1,2})(?!\\d)", take_bare_number},
};

/* The words that a translation has for days, as typed. */
static gboolean
take_translated (Reading *reading, const char **p)
{
  const struct {
    const char *word;
    int days;
  } words[] = {
      /* Translators: what a person types for this day in lower case; context is a time. */
      {C_ ("typed time", "today"), 0},
      /* Translators: what a person types for this day in lower case; context is a time. */
      {C_ ("typed time", "tomorrow"), 1},
      /* Translators: what a person types for this day in lower case; context is a time. */
      {C_ ("typed time", "yesterday"), -1},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree char *folded = g_utf8_casefold (words[i].word, -1);

    if (*folded != '\0' && g_str_has_prefix (*p, folded)) {
      *p += strlen (folded);
      set_days_ahead (reading, words[i].days);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
take_rule (Reading *reading, const char **p)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autoptr (GRegex) regex = g_regex_new (rules[i].pattern, G_REGEX_ANCHORED, 0, NULL);
    g_autoptr (GMatchInfo) match = NULL;
    int end;

    if (!g_regex_match (regex, *p, 0, &match))
      continue;
    g_match_info_fetch_pos (match, 0, NULL, &end);
    rules[i].take (reading, match);
    *p += end;
    return TRUE;
  }
  return FALSE;
}

/* --- the moment --- */

/* (transfer full) (nullable): the local time that was said; complains about one that no clock shows
 * or that it shows twice. */
static GDateTime *
moment_at (Reading *reading, int year)
{
  GTimeZone *zone = g_date_time_get_timezone (reading->now);
  g_autoptr (GTimeZone) fixed =
      reading->has_offset ? g_time_zone_new_offset (reading->offset_s) : NULL;
  gboolean is_midnight = reading->has_time && reading->hour == 24;
  g_autoptr (GDateTime) time = g_date_time_new (
      fixed != NULL ? fixed : zone, year, reading->month, reading->day,
      is_midnight ? 23 : reading->hour, is_midnight ? 59 : reading->minute, reading->second);
  g_autoptr (GDateTime) later = NULL;
  g_autoptr (GDateTime) sooner = NULL;

  if (time == NULL) {
    fail (reading, KZ_WHEN_PAST,
          /* Translators: the argument is what was typed. */
          g_strdup_printf (_ ("There is no such day as “%s”."), reading->typed));
    return NULL;
  }
  if (is_midnight)
    return g_date_time_add_minutes (time, 1);
  if (reading->has_offset)
    return g_steal_pointer (&time);
  if (g_date_time_get_hour (time) != reading->hour ||
      g_date_time_get_minute (time) != reading->minute) {
    fail (reading, KZ_WHEN_PAST,
          /* Translators: the argument is what was typed. */
          g_strdup_printf (_ ("The clocks are put forward then: there is no such hour as “%s”."),
                           reading->typed));
    return NULL;
  }
  later = g_date_time_add_hours (time, 1);
  sooner = g_date_time_add_hours (time, -1);
  if (g_date_time_get_hour (later) == reading->hour ||
      g_date_time_get_hour (sooner) == reading->hour) {
    g_autofree char *one =
        g_date_time_format (g_date_time_get_hour (later) == reading->hour ? time : sooner, "%:z");
    g_autofree char *two =
        g_date_time_format (g_date_time_get_hour (later) == reading->hour ? later : time, "%:z");

    fail (reading, KZ_WHEN_AMBIGUOUS,
          /* Translators: 1 is what was typed, 2 and 3 are offsets such as +02:00 to put behind. */
          g_strdup_printf (_ ("The clocks are put back then, so “%1$s” comes twice: add %2$s or "
                              "%3$s."),
                           reading->typed, one, two));
    return NULL;
  }
  return g_steal_pointer (&time);
}

static void
set_default_date (Reading *reading)
{
  g_autoptr (GTimeZone) fixed =
      reading->has_offset ? g_time_zone_new_offset (reading->offset_s) : NULL;
  g_autoptr (GDateTime) there = fixed != NULL ? g_date_time_to_timezone (reading->now, fixed)
                                              : g_date_time_ref (reading->now);

  g_date_time_get_ymd (there, &reading->year, &reading->month, &reading->day);
  reading->has_date = reading->has_year = TRUE;
}

static gint64
finish_date (Reading *reading, KzWhenUse use)
{
  gboolean time_alone = !reading->has_date;
  g_autoptr (GDateTime) time = NULL;

  if (!reading->has_time && use == KZ_WHEN_START) {
    fail (reading, KZ_WHEN_AMBIGUOUS,
          /* Translators: 1 is what was typed, the second %s is an example made of it. */
          g_strdup_printf (_ ("At what time? For example: %s 15:00"), reading->typed));
    return 0;
  }
  if (!reading->has_time && use == KZ_WHEN_DEADLINE) {
    reading->hour = 23;
    reading->minute = 59;
  }
  if (time_alone)
    set_default_date (reading);
  if (!reading->has_year) {
    reading->year = g_date_time_get_year (reading->now);
    time = moment_at (reading, reading->year);
    if (time != NULL && use != KZ_WHEN_FACT && g_date_time_compare (time, reading->now) <= 0)
      g_clear_pointer (&time, g_date_time_unref);
    if (time == NULL && reading->verdict == KZ_WHEN_OK)
      time = moment_at (reading, reading->year + 1);
  } else
    time = moment_at (reading, reading->year);
  if (time == NULL)
    return 0;
  if (time_alone && use != KZ_WHEN_FACT && g_date_time_compare (time, reading->now) <= 0)
    fail (reading, KZ_WHEN_AMBIGUOUS,
          /* Translators: 1 is what was typed; "tomorrow" can be typed as it stands. */
          g_strdup_printf (_ ("“%1$s” is over for today; do you mean tomorrow %1$s?"),
                           reading->typed));
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static gint64
finish (Reading *reading, KzWhenUse use)
{
  gint64 now_us = g_date_time_to_unix (reading->now) * G_USEC_PER_SEC +
                  g_date_time_get_microsecond (reading->now);
  gint64 time_us;

  if (reading->has_span && (reading->has_date || reading->has_time)) {
    fail_no_time (reading);
    return 0;
  }
  if (!reading->has_span && !reading->has_date && !reading->has_time) {
    fail_no_time (reading);
    return 0;
  }
  time_us = reading->has_span ? now_us + reading->span_us : finish_date (reading, use);
  if (reading->verdict == KZ_WHEN_OK && use != KZ_WHEN_FACT && time_us <= now_us)
    fail (reading, KZ_WHEN_PAST,
          /* Translators: the argument is what was typed. */
          g_strdup_printf (_ ("“%s” is over already."), reading->typed));
  if (reading->verdict == KZ_WHEN_OK &&
      time_us > now_us + YEARS_AHEAD * G_GINT64_CONSTANT (366) * 86400 * G_USEC_PER_SEC)
    fail (reading, KZ_WHEN_PAST,
          /* Translators: the argument is what was typed. */
          g_strdup_printf (_ ("“%s” is more than ten years ahead."), reading->typed));
  return time_us;
}

/* (transfer full): lower case, single spaces. */
static char *
fold (const char *typed)
{
  g_autofree char *valid = g_utf8_make_valid (typed, -1);
  g_autofree char *lower = g_utf8_casefold (valid, -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *p = lower; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (!g_unichar_isspace (c))
      g_string_append_unichar (text, c);
    else if (text->len > 0 && text->str[text->len - 1] != ' ')
      g_string_append_c (text, ' ');
  }
  g_strchomp (text->str);
  return g_strdup (text->str);
}

KzWhen
kz_when_read (
    const char *typed, KzWhenUse use, GDateTime *now, gint64 *time_us, char **question)
{
  g_autofree char *folded = fold (typed != NULL ? typed : "");
  g_autofree char *shown = g_utf8_substring (folded, 0, MIN (g_utf8_strlen (folded, -1), 40));
  Reading reading = {.now = now, .typed = shown, .verdict = KZ_WHEN_OK};
  const char *p = folded;
  gint64 result = 0;

  if (*folded == '\0' || strlen (folded) > TYPED_MAX)
    fail_no_time (&reading);
  while (*p != '\0' && reading.verdict == KZ_WHEN_OK) {
    if (*p == ' ' || *p == ',')
      p++;
    else if (!take_translated (&reading, &p) && !take_rule (&reading, &p))
      fail_no_time (&reading);
  }
  if (reading.verdict == KZ_WHEN_OK)
    result = finish (&reading, use);
  if (reading.verdict == KZ_WHEN_OK)
    *time_us = result;
  if (question != NULL)
    *question = g_steal_pointer (&reading.question);
  g_free (reading.question);
  return reading.verdict;
}

int
kz_when_hours (gint64 time_us, gint64 now_us)
{
  const gint64 hour_us = G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  gint64 hours = (time_us - now_us + hour_us / 2) / hour_us;

  return (int) CLAMP (hours, 1, G_MAXINT / 2);
}
