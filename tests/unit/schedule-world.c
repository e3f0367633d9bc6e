/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "schedule-world.h"

#include <math.h>

#define ANSWER_S 0.3
#define BURST_S 600.0
#define BURST_EVERY_S 20.0

static double
draw_exponential (World *world, double rate)
{
  return -log (1.0 - g_rand_double (world->random)) / rate;
}

void
world_init (World *world, guint n_sources, guint32 seed)
{
  *world = (World){.n_sources = n_sources, .warm_s = 3600.0};
  world->random = g_rand_new_with_seed (seed);
  world->sources = g_new0 (Source, n_sources);
  world->staleness = g_array_new (FALSE, FALSE, sizeof (double));
  world->open_staleness = g_array_new (FALSE, FALSE, sizeof (double));
  world->schedule = kz_schedule_new ();
}

void
world_clear (World *world)
{
  g_rand_free (world->random);
  g_free (world->sources);
  g_array_unref (world->staleness);
  g_array_unref (world->open_staleness);
  kz_schedule_free (world->schedule);
}

void
world_set_rate (World *world, guint i, double rate)
{
  world->sources[i] = (Source){.rate = rate, .burst_end_s = -1.0, .last_poll_s = -1.0};
  world->sources[i].next_event_s = draw_exponential (world, rate);
  world->sum_root += sqrt (rate);
  world->sum_rate += rate;
}

void
world_set_zipf (World *world, double events_per_hour)
{
  double harmonic = 0.0;
  guint *ranks = g_new (guint, world->n_sources);

  for (guint i = 0; i < world->n_sources; i++) {
    ranks[i] = i;
    harmonic += 1.0 / (i + 1);
  }
  for (guint i = world->n_sources - 1; i > 0; i--) {
    guint j = (guint) g_rand_int_range (world->random, 0, (gint32) i + 1);
    guint rank = ranks[i];

    ranks[i] = ranks[j];
    ranks[j] = rank;
  }
  for (guint i = 0; i < world->n_sources; i++)
    world_set_rate (world, i, events_per_hour / 3600.0 / harmonic / (ranks[i] + 1));
  g_free (ranks);
}

static void
next_event (World *world, Source *source)
{
  double event_s = source->next_event_s;

  if (!world->is_bursty) {
    source->next_event_s += draw_exponential (world, source->rate);
    return;
  }
  if (source->burst_end_s < 0.0)
    source->burst_end_s = event_s + BURST_S;
  source->next_event_s = event_s + BURST_EVERY_S;
  if (source->next_event_s >= source->burst_end_s) {
    source->next_event_s = source->burst_end_s + draw_exponential (world, source->rate);
    source->burst_end_s = -1.0;
  }
}

/* The server looked at @seen_s, the answer is here at @now_s. */
static int
poll_source (World *world, guint i, double seen_s, double now_s)
{
  Source *source = &world->sources[i];
  int events = 0;

  for (; source->next_event_s <= seen_s; next_event (world, source), events++) {
    gboolean is_pushed = world->n_pushed_of > 0 && i % world->n_pushed_of != 0;
    double staleness = is_pushed ? 0.0 : now_s - source->next_event_s;

    if (source->next_event_s > world->warm_s)
      g_array_append_val (i < world->n_open ? world->open_staleness : world->staleness, staleness);
  }
  if (source->last_poll_s >= world->warm_s)
    source->longest_s = MAX (source->longest_s, now_s - source->last_poll_s);
  source->last_poll_s = now_s;
  world->n_polls++;
  /* What was pushed before is nothing new. */
  return world->n_pushed_of > 0 && i % world->n_pushed_of != 0 ? 0 : events;
}

static gboolean
next_unit (World *world, double now_s, guint *index, double *wait_s)
{
  const char *group_id, *kind;
  gint64 wait_us;

  if (world->schedule == NULL) {
    *index = world->next_in_turn++ % world->n_sources;
    return TRUE;
  }
  if (!kz_schedule_next (world->schedule, (gint64) (now_s * 1e6), CALLS_PER_MINUTE, &group_id,
                         &kind, &wait_us)) {
    *wait_s = MAX (0.05, (double) wait_us / 1e6);
    return FALSE;
  }
  g_assert_cmpstr (kind, ==, "Job");
  *index = (guint) g_ascii_strtoull (group_id, NULL, 10);
  return TRUE;
}

void
world_run (World *world, double from_s, double hours)
{
  double now_s = from_s;

  while (now_s < from_s + hours * 3600.0) {
    guint i = 0;
    double wait_s = 60.0 / CALLS_PER_MINUTE;

    if (next_unit (world, now_s, &i, &wait_s)) {
      int events = poll_source (world, i, now_s + ANSWER_S / 2, now_s + ANSWER_S);

      if (world->schedule != NULL) {
        g_autofree char *group_id = g_strdup_printf ("%u", i);

        kz_schedule_done (world->schedule, group_id, "Job", events,
                          (gint64) ((now_s + ANSWER_S) * 1e6));
      }
    }
    now_s += wait_s;
  }
}

void
world_add_units (World *world, double now_s)
{
  for (guint i = 0; i < world->n_sources; i++) {
    g_autofree char *group_id = g_strdup_printf ("%u", i);

    kz_schedule_set (world->schedule, group_id, "Job", i < world->n_open ? 4.0 : 1.0,
                     (gint64) (now_s * 1e6));
  }
}

void
world_add_units_weighted (World *world, guint n_kinds, double weight)
{
  for (guint i = 0; i < world->n_sources; i++) {
    g_autofree char *group_id = g_strdup_printf ("%u", i);

    kz_schedule_set (world->schedule, group_id, "Job", i % n_kinds == 0 ? 1.0 : weight, 0);
  }
}

double
world_longest_s (const World *world)
{
  double longest = 0.0;

  for (guint i = world->n_open; i < world->n_sources; i++)
    longest = MAX (longest, world->sources[i].longest_s);
  return longest;
}
