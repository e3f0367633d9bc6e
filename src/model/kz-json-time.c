/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-json.h"

#include <string.h>

#define TICKS_FROM 100000000000000000 /* 1e17, API §22 */
#define MS_FROM 100000000000          /* 1e11, API §22 */
/* 100 ns from the year 1 to 1970. */
#define TICKS_AT_EPOCH 621355968000000000
/* The end of the year 9999: nothing behind it is a time, and GDateTime ends there. */
#define MAX_TIME_US (G_GINT64_CONSTANT (253402300799) * G_USEC_PER_SEC)

static gint64
in_range (gint64 time_us)
{
  return time_us > 0 && time_us <= MAX_TIME_US ? time_us : 0;
}

gint64
kz_time_us_from_number (gint64 value)
{
  if (value <= 0)
    return 0;
  if (value >= TICKS_FROM)
    return in_range ((value - TICKS_AT_EPOCH) / 10);
  if (value >= MS_FROM)
    return value > MAX_TIME_US / 1000 ? 0 : in_range (value * 1000);
  return in_range (value * G_USEC_PER_SEC);
}

gint64
kz_time_us_from_string (const char *text)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (GTimeZone) utc = NULL;
  g_autoptr (GDateTime) time = NULL;
  gint64 number;

  if (text == NULL || strlen (text) > 64)
    return 0;
  trimmed = g_strstrip (g_strdup (text));
  /* A number first: eight digits are also an ISO date without dashes, but nobody sends those. */
  if (g_ascii_string_to_signed (trimmed, 10, 0, G_MAXINT64, &number, NULL))
    return kz_time_us_from_number (number);
  utc = g_time_zone_new_utc ();
  time = g_date_time_new_from_iso8601 (trimmed, utc);
  if (time == NULL && strlen (trimmed) == strlen ("2017-12-20")) {
    whole = g_strconcat (trimmed, "T00:00:00Z", NULL);
    time = g_date_time_new_from_iso8601 (whole, utc);
  }
  if (time == NULL)
    return 0;
  return in_range (g_date_time_to_unix (time) * G_USEC_PER_SEC +
                   g_date_time_get_microsecond (time));
}
