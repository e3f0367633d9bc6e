/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sb-throttle.h"

#define MINUTE_MS 60000

typedef struct {
  gint64 at_ms;
  SbConnector *connector; /* (unowned) */
} Admitted;

struct _SbMeter {
  GArray *calls;         /* (element-type gint64): when, in the sandbox's time */
  GHashTable *endpoints; /* (element-type utf8 guint) */
  GArray *admitted;      /* (element-type Admitted): of the last minute */
  guint throttled;
};

SbMeter *
sb_meter_new (void)
{
  SbMeter *meter = g_new0 (SbMeter, 1);
  meter->calls = g_array_new (FALSE, FALSE, sizeof (gint64));
  meter->endpoints = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  meter->admitted = g_array_new (FALSE, FALSE, sizeof (Admitted));
  return meter;
}

void
sb_meter_free (SbMeter *meter)
{
  g_array_unref (meter->calls);
  g_hash_table_unref (meter->endpoints);
  g_array_unref (meter->admitted);
  g_free (meter);
}

void
sb_meter_count (SbSandbox *sandbox, const char *endpoint)
{
  SbMeter *meter = sandbox->meter;
  gint64 now_ms = sb_clock_now_ms (sandbox->clock);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (meter->endpoints, endpoint));
  g_hash_table_replace (meter->endpoints, g_strdup (endpoint), GUINT_TO_POINTER (count + 1));
  g_array_append_val (meter->calls, now_ms);
}

/* The n-th youngest of the window must leave before one more fits. */
static guint
wait_for_room (GArray *admitted, SbConnector *connector, gint64 limit, gint64 now_ms)
{
  gint64 count = 0;
  for (guint i = admitted->len; i > 0; i--) {
    Admitted *one = &g_array_index (admitted, Admitted, i - 1);
    if (connector && one->connector != connector)
      continue;
    if (++count >= limit)
      return (guint) MAX (1, (one->at_ms + MINUTE_MS - now_ms + 999) / 1000);
  }
  return limit <= 0 ? 60 : 0;
}

guint
sb_meter_admit (SbSandbox *sandbox, SbConnector *connector)
{
  SbMeter *meter = sandbox->meter;
  gint64 now_ms = sb_clock_now_ms (sandbox->clock);
  guint old = 0;
  while (old < meter->admitted->len) {
    gint64 at_ms = g_array_index (meter->admitted, Admitted, old).at_ms;
    if (at_ms > now_ms - MINUTE_MS && at_ms <= now_ms)
      break;
    old++;
  }
  g_array_remove_range (meter->admitted, 0, old);
  guint own = wait_for_room (meter->admitted, connector,
                             sb_switches_int (sandbox->switches, "limitConnector"), now_ms);
  guint all = wait_for_room (meter->admitted, NULL,
                             sb_switches_int (sandbox->switches, "limitTenant"), now_ms);
  if (own || all) {
    meter->throttled++;
    return MAX (own, all);
  }
  Admitted one = {now_ms, connector};
  g_array_append_val (meter->admitted, one);
  return 0;
}

static guint
most_in_a_minute (GArray *calls)
{
  guint from = 0, most = 0;
  for (guint i = 0; i < calls->len; i++) {
    while (g_array_index (calls, gint64, i) - g_array_index (calls, gint64, from) >= MINUTE_MS)
      from++;
    most = MAX (most, i - from + 1);
  }
  return most;
}

static JsonArray *
minutes (GArray *calls)
{
  JsonArray *array = json_array_new ();
  gint64 first = calls->len ? g_array_index (calls, gint64, 0) : 0;
  gint64 minute = 0, count = 0;
  for (guint i = 0; i < calls->len; i++) {
    gint64 of_this = (g_array_index (calls, gint64, i) - first) / MINUTE_MS;
    /* A clock that was moved by years must not make a list of millions. */
    for (guint gap = 0; minute < of_this && gap < 10000; minute++, gap++, count = 0)
      json_array_add_int_element (array, count);
    minute = MAX (minute, of_this);
    count++;
  }
  if (calls->len)
    json_array_add_int_element (array, count);
  return array;
}

JsonObject *
sb_meter_describe (SbSandbox *sandbox)
{
  SbMeter *meter = sandbox->meter;
  JsonObject *endpoints = json_object_new ();
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, meter->endpoints);
  while (g_hash_table_iter_next (&iter, &key, &value))
    json_object_set_int_member (endpoints, key, GPOINTER_TO_UINT (value));
  return sb_obj ("i:total", (int) meter->calls->len, "a:perMinute", minutes (meter->calls),
                 "i:maxInAnyMinute", (int) most_in_a_minute (meter->calls), "o:endpoints",
                 endpoints, "i:throttled", (int) meter->throttled, "i:mediaTokenHeaders",
                 (int) sandbox->world->media_token_headers, "i:mediaDownloads",
                 (int) sandbox->world->media_downloads, NULL);
}

void
sb_meter_reset (SbSandbox *sandbox)
{
  g_array_set_size (sandbox->meter->calls, 0);
  g_hash_table_remove_all (sandbox->meter->endpoints);
  sandbox->meter->throttled = 0;
  sandbox->world->media_token_headers = 0;
  sandbox->world->media_downloads = 0;
}
