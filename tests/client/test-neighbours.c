/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two accounts on one throttle, one of which goes: what it had asked for is nobody's burden. */
#include "config.h"

#include "bench.h"

#include "kz-limits.h"

/* Calls a minute, of both. */
#define LIMIT 4
#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

static void
stall_one_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (g_str_equal (request->target, "/gone"))
    reply->end = WIRE_STALL;
  else
    wire_reply (reply, 200, NULL, "{\"ok\":1}");
}

static void
ask (KzHttp *http, const char *path, KzLane lane, GPtrArray *fates)
{
  g_autoptr (KzRequest) request = kz_request_new ("GET", path, lane);

  g_ptr_array_add (fates, fate_new ());
  kz_http_send_async (http, g_steal_pointer (&request), NULL, fate_cb,
                      g_ptr_array_index (fates, fates->len - 1));
}

/* @is_on_wire: FALSE: it has used up the minute, and more of its calls wait for the next. */
static void
one_goes (gconstpointer is_on_wire)
{
  g_autoptr (Wire) wire = wire_new (stall_one_cb, NULL);
  g_autoptr (Bench) bench = bench_new_narrow (wire_url (wire), LIMIT);
  g_autoptr (GPtrArray) gone_fates = g_ptr_array_new_with_free_func ((GDestroyNotify) fate_free);
  g_autoptr (GPtrArray) fates = g_ptr_array_new_with_free_func ((GDestroyNotify) fate_free);
  KzHttp *gone = bench_neighbour (bench);
  gint64 began_us = kz_clock_monotonic_us (bench->clock);
  guint spent = GPOINTER_TO_UINT (is_on_wire) ? 2 : LIMIT;

  for (guint i = 0; i < spent; i++)
    ask (gone, "/gone", i < KZ_MAX_UPKEEP ? KZ_LANE_UPKEEP : KZ_LANE_SIGN_ON, gone_fates);
  while (wire_seen (wire) < spent)
    g_main_context_iteration (NULL, TRUE);
  for (guint lane = 0; spent == LIMIT && lane < KZ_N_LANES; lane++)
    ask (gone, "/gone", (KzLane) lane, gone_fates);
  /* Not in those between, in which only the one that goes has laid a claim to an opening. */
  ask (bench->http, "/stays", KZ_LANE_USER, fates);
  ask (bench->http, "/stays", KZ_LANE_POLL, fates);
  bench_settle (bench);
  if (spent == LIMIT)
    g_assert_cmpuint (wire_seen (wire), ==, LIMIT);

  kz_http_shutdown (gone);
  bench_settle (bench);
  for (guint i = 0; i < fates->len; i++) {
    const Fate *fate = g_ptr_array_index (fates, i);

    bench_drive (bench, &fate->done);
    g_assert_no_error (fate->error);
    /* As soon as the calls of the one leave the minute, not later. */
    if (i == 0)
      g_assert_cmpint (kz_clock_monotonic_us (bench->clock), ==,
                       began_us + (spent == LIMIT ? MINUTE_US : 0));
  }
  /* A poll is no more than its own pace behind. */
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock), <=, began_us + 2 * MINUTE_US);
  g_assert_cmpuint (wire_seen (wire), ==, spent + fates->len);
  for (guint i = 0; i < gone_fates->len; i++) {
    const Fate *fate = g_ptr_array_index (gone_fates, i);

    g_assert_true (fate->done);
    g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
  g_assert_cmpuint (kz_http_in_flight (gone), ==, 0);
  g_assert_finalize_object (gone);
  kz_clock_advance (bench->clock, MINUTE_US);
  g_assert_cmpuint (kz_throttle_left (bench->throttle, kz_clock_monotonic_us (bench->clock)), ==,
                    LIMIT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/neighbours/one-goes-with-calls-on-the-wire", GUINT_TO_POINTER (TRUE),
                        one_goes);
  g_test_add_data_func ("/neighbours/one-goes-when-the-minute-is-used-up", GUINT_TO_POINTER (FALSE),
                        one_goes);
  return g_test_run ();
}
