/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a typed time is for: the end of something may be a whole day, a beginning needs an hour; a
 * fact may be over, and a day of one begins at midnight. */
typedef enum {
  KZ_WHEN_DEADLINE,
  KZ_WHEN_START,
  KZ_WHEN_FACT,
} KzWhenUse;

typedef enum {
  KZ_WHEN_OK,
  KZ_WHEN_NO_TIME,   /* these words are no time at all */
  KZ_WHEN_AMBIGUOUS, /* they may mean more than one: the question names them */
  KZ_WHEN_PAST,      /* a time, but over already, or one that no clock shows */
} KzWhen;

/**
 * kz_when_read:
 * @typed: "2h", "in 3 days", "tomorrow 15:00", "fri 9am", "30 Nov 15:00", "2026-11-30T15:00Z", …
 * @now: the present in the person's zone
 * @time_us: (out): unix time in µs, with %KZ_WHEN_OK only
 * @question: (out) (optional) (transfer full): otherwise one line for the person, in their language
 *
 * Nothing is guessed: a number that may be an hour of the morning or of the afternoon, a day and a
 * month that may stand for each other, an hour that the clock shows twice are asked back.
 */
KzWhen kz_when_read (const char *typed, KzWhenUse use, GDateTime *now, gint64 *time_us,
                     char **question);

/* Whole hours from @now_us to @time_us, as requests of the API count them (API §22); at least 1. */
int kz_when_hours (gint64 time_us, gint64 now_us);

G_END_DECLS
