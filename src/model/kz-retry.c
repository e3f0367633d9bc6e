/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kz-retry.h"

#include <string.h>

#define MAX_ATTEMPTS 5
#define MAX_RETRY_AFTER_US (15 * 60 * G_USEC_PER_SEC)
#define BACKOFF_FIRST_US (1 * G_USEC_PER_SEC)
#define BACKOFF_MAX_US (60 * G_USEC_PER_SEC)
/* The limit is counted in minutes (API §4): a 429 without Retry-After is not worth trying sooner.
 */
#define THROTTLED_FIRST_US (5 * G_USEC_PER_SEC)

gint64
kz_retry_backoff_us (guint failures, gint64 first_us, gint64 max_us, double jitter)
{
  guint doublings = MIN (failures > 0 ? failures - 1 : 0, 10);
  gint64 delay_us = MIN (first_us << doublings, max_us);

  return (gint64) ((double) delay_us * (0.5 + CLAMP (jitter, 0.0, 1.0)));
}

static KzRetryVerdict
again (const KzAttempt *attempt, gint64 first_us, gint64 *delay_us)
{
  if (attempt->attempt >= MAX_ATTEMPTS)
    return KZ_RETRY_NO;

  /* Retry-After: 0 is an invitation to hammer; it counts as absent. */
  if (attempt->retry_after_us > 0)
    *delay_us = MIN (attempt->retry_after_us, MAX_RETRY_AFTER_US);
  else
    *delay_us = kz_retry_backoff_us (attempt->attempt, first_us, BACKOFF_MAX_US, attempt->jitter);
  return KZ_RETRY_AFTER;
}

/* Statuses that tell of a passing trouble of the service or of something before it. */
static gboolean
is_passing (guint status)
{
  return status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
}

/* No answer, or one that does not tell whether the work was done. A request that is not idempotent
 * is never sent again then.
 *
 * That holds for every 5xx, a 503 with Retry-After included: the service documents 429 as the one
 * answer by which it refuses work for want of capacity (API §4; that 5xx may be retried is
 * inferred). A 503 may come from a gateway whose upstream has carried the request out already, and
 * Retry-After only says when the gateway expects to be well. A colleague who reads a line twice is
 * worse than a sender who is told that it may not have arrived. The same goes for 408, which says
 * that the request did not arrive in time, but not to whom. */
static KzRetryVerdict
decide_unclear (const KzAttempt *attempt, gint64 *delay_us)
{
  if (!attempt->is_idempotent)
    return KZ_RETRY_UNRESOLVED;
  return again (attempt, BACKOFF_FIRST_US, delay_us);
}

KzRetryVerdict
kz_retry_decide (const KzAttempt *attempt, gint64 *delay_us)
{
  g_return_val_if_fail (attempt != NULL, KZ_RETRY_NO);
  g_return_val_if_fail (delay_us != NULL, KZ_RETRY_NO);

  *delay_us = 0;

  if (attempt->status == 0) {
    /* A certificate does not get better by asking again. Trouble after the handshake is not
     * reported as TLS once bytes have left. */
    if (attempt->is_tls && !attempt->bytes_left)
      return KZ_RETRY_NO;
    if (!attempt->bytes_left)
      return again (attempt, BACKOFF_FIRST_US, delay_us);
    return decide_unclear (attempt, delay_us);
  }

  /* The token is checked before any work is done, so even a POST goes again; but only once: a fresh
   * token that is refused too is a matter for the user. */
  if (attempt->token_refused)
    return attempt->renewed || attempt->attempt >= MAX_ATTEMPTS ? KZ_RETRY_NO : KZ_RETRY_RENEW;

  /* The one answer by which the service says that it did no work (API §4). */
  if (attempt->status == 429)
    return again (attempt, THROTTLED_FIRST_US, delay_us);

  if (is_passing (attempt->status))
    return decide_unclear (attempt, delay_us);

  /* Kinds of failure that nobody has heard of: a 5xx is the server's trouble and leaves open what
   * it did, except 501 and 505, which refuse the request itself. */
  if (attempt->status >= 500 && attempt->status != 501 && attempt->status != 505)
    return attempt->is_idempotent ? KZ_RETRY_NO : KZ_RETRY_UNRESOLVED;

  return KZ_RETRY_NO;
}

/* One of @names (three letters each, in one string) as 1, 2, ...; 0 when none. */
static int
index_of_name (const char *names, const char *text)
{
  for (int i = 0; names[3 * i] != '\0'; i++) {
    if (g_ascii_strncasecmp (names + 3 * i, text, 3) == 0)
      return i + 1;
  }
  return 0;
}

/* The next word of @text, at most @size - 1 bytes of it; separators are those of all three forms of
 * an HTTP date. Moves *@text behind it. */
static gboolean
next_word (const char **text, char *word, gsize size)
{
  gsize length;

  *text += strspn (*text, " ,-");
  length = strcspn (*text, " ,-");
  if (length == 0 || length >= size)
    return FALSE;
  memcpy (word, *text, length);
  word[length] = '\0';
  *text += length;
  return TRUE;
}

static gboolean
read_number (const char *word, int *number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (word, 10, 0, 9999, &value, NULL))
    return FALSE;
  *number = (int) value;
  return TRUE;
}

static gboolean
read_time_of_day (const char *word, int time[3])
{
  g_auto (GStrv) parts = g_strsplit (word, ":", 4);

  if (g_strv_length (parts) != 3)
    return FALSE;
  for (guint i = 0; i < 3; i++) {
    if (!read_number (parts[i], &time[i]))
      return FALSE;
  }
  /* A leap second is a valid time of HTTP and none of GLib. */
  time[2] = MIN (time[2], 59);
  return TRUE;
}

/* A year of two digits that would lie more than 50 years ahead is meant in the past (RFC 9110
 * §5.6.7).
 */
static int
full_year (int year, gint64 now_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  int this_year = now != NULL ? g_date_time_get_year (now) : 2000;

  if (year > 99)
    return year;
  year += this_year - this_year % 100;
  return year > this_year + 50 ? year - 100 : year;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". */
static GDateTime *
parse_http_date (const char *text, gint64 now_us)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char words[5][16];
  int day, month, year, time[3];
  gboolean is_asctime;

  for (guint i = 0; i < 5; i++) {
    if (!next_word (&text, words[i], sizeof words[i]))
      return NULL;
  }
  is_asctime = g_ascii_isalpha (words[1][0]);
  month = index_of_name (months, is_asctime ? words[1] : words[2]);
  if (month == 0 || !read_number (is_asctime ? words[2] : words[1], &day) ||
      !read_number (is_asctime ? words[4] : words[3], &year) ||
      !read_time_of_day (is_asctime ? words[3] : words[4], time))
    return NULL;
  return g_date_time_new_utc (full_year (year, now_us), month, day, time[0], time[1], time[2]);
}

gint64
kz_retry_after_parse (const char *value, gint64 now_us)
{
  g_autofree char *text = NULL;
  g_autoptr (GDateTime) date = NULL;

  if (value == NULL)
    return -1;
  text = g_strstrip (g_strdup (value));
  if (*text == '\0')
    return -1;

  if (text[strspn (text, "0123456789")] == '\0') {
    /* More digits than any sensible number has: kz_retry_decide caps it anyway. */
    if (strlen (text) > 9)
      return G_MAXINT64;
    return g_ascii_strtoll (text, NULL, 10) * G_USEC_PER_SEC;
  }

  date = parse_http_date (text, now_us);
  if (date == NULL)
    return -1;
  return MAX (0, g_date_time_to_unix (date) * G_USEC_PER_SEC - now_us);
}
