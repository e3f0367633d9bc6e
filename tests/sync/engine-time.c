/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clocks of the engine and of the sandbox move together, and only when nothing is on its way. */
#include "config.h"

#include "engine-fixture.h"

#define STEP_US (5 * G_USEC_PER_SEC)

static gboolean
set_true_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Nothing is on the wire, and no file is being read or written. */
static gboolean
is_at_rest (const Bench *bench)
{
  return bench->engine != NULL && !bench->is_busy && sb_sandbox_exchanges (bench->sandbox) == 0;
}

/* Turns the loop once; FALSE: nothing came in the time that it is given. */
static gboolean
await_something (const Bench *bench)
{
  gboolean is_over = FALSE;
  guint timeout;

  /* Whatever is ready as well comes first: a machine that stood still is no quiet. */
  timeout = g_timeout_add_full (G_PRIORITY_LOW, bench->quiet_ms, set_true_cb, &is_over, NULL);
  g_main_context_iteration (NULL, TRUE);
  if (!is_over)
    g_source_remove (timeout);
  return !is_over;
}

/* Whether anything happened; while something is on its way, it is given real time to arrive. */
static gboolean
turn (const Bench *bench, gboolean is_first)
{
  gboolean has_worked = FALSE;

  while (g_main_context_iteration (NULL, FALSE))
    has_worked = TRUE;
  /* Nobody is at work who could still finish something. */
  if (is_first && !has_worked)
    return FALSE;
  if (is_at_rest (bench))
    return has_worked;
  return await_something (bench) || has_worked;
}

void
bench_settle (Bench *bench)
{
  for (guint i = 0; turn (bench, i == 0) && i < 10000; i++)
    ;
}

/* The service's clock never falls behind: what is said after we went online would seem to have been said before. */
static void
move_service (Bench *bench, gint64 us)
{
  gint64 ms = (us - bench->ahead_us + 999) / 1000;
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];
  g_autoptr (JsonObject) moved = NULL;

  bench->ahead_us += ms * 1000 - us;
  g_ascii_formatd (seconds, sizeof seconds, "%.3f", (double) ms / 1000);
  moved = bench_do (bench, "clock", "{'advanceSeconds':%s}", seconds);
}

static void
move_clocks (Bench *bench, gint64 us)
{
  gint64 before_us = kz_clock_monotonic_us (bench->clock);
  gint64 moved_us;

  if (!kz_clock_advance_to_next (bench->clock, us))
    kz_clock_advance (bench->clock, us);
  moved_us = kz_clock_monotonic_us (bench->clock) - before_us;
  if (moved_us > 0)
    move_service (bench, moved_us);
}

void
bench_pass (Bench *bench, gint64 us)
{
  gint64 end_us = kz_clock_monotonic_us (bench->clock) + us;

  for (;;) {
    gint64 left_us = end_us - kz_clock_monotonic_us (bench->clock);

    bench_settle (bench);
    if (left_us <= 0)
      return;
    move_clocks (bench, MIN (left_us, STEP_US));
  }
}

void
bench_until (Bench *bench, gboolean (*done) (Bench *bench, gconstpointer data), gconstpointer data)
{
  gint64 end_us = kz_clock_monotonic_us (bench->clock) + bench->limit_us;

  for (;;) {
    bench_settle (bench);
    if (done (bench, data))
      return;
    if (kz_clock_monotonic_us (bench->clock) > end_us) {
      for (guint i = 0; i < bench->log->len; i++)
        g_test_message ("%s", (char *) bench->log->pdata[i]);
      g_error ("It did not happen in time: %s", (const char *) data);
    }
    move_clocks (bench, STEP_US);
  }
}

void
bench_until_this_turn (Bench *bench,
                       gboolean (*done) (Bench *bench, gconstpointer data),
                       gconstpointer data)
{
  gint64 end_us = kz_clock_monotonic_us (bench->clock) + bench->limit_us;

  while (!done (bench, data)) {
    g_assert_cmpint (kz_clock_monotonic_us (bench->clock), <, end_us);
    if (!await_something (bench))
      move_clocks (bench, STEP_US);
  }
}
