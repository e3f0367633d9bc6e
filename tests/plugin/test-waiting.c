/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that wait for their room over midnight: this program has a wall clock of its own. */
#include "config.h"

#include "plugin-test.h"

#include <string.h>
#include <time.h>

static gint64 offset_us;

/* In place of GLib's, also for the plugin and for the sandbox. */
gint64
g_get_real_time (void)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 + offset_us;
}

static void
set_time_of_day (int hour)
{
  gint64 day_us = 24 * G_TIME_SPAN_HOUR;
  offset_us += hour * G_TIME_SPAN_HOUR - g_get_real_time () % day_us;
}

/* How often the actions of the watched group were asked for. */
static gint64
looks (Fixture *fixture)
{
  g_autoptr (JsonObject) answer = kz_test_control (fixture->world, "GET", "faults", NULL);
  JsonArray *faults = json_object_get_array_member (answer, "faults");
  return json_object_get_int_member (json_array_get_object_element (faults, 0), "seen");
}

static void
watch (Fixture *fixture, const char *group)
{
  g_autofree char *id = fixture_group_id (fixture, group);
  kz_test_do (fixture->world, "POST", "fault",
              "{'match':{'method':'GET','path':'/groups/%s/actions','nth':100000},"
              "'action':{'status':500}}",
              id);
}

static void
line_reads_right_the_day_after (Fixture *fixture)
{
  set_time_of_day (10);
  fixture_skip_waits (fixture);
  kz_test_do (fixture->world, "POST", "action",
              "{'group':'team','person':'second','actionType':'Poll','actionBody':"
              "{'question':'Lunch?','choices':[{'title':'Pizza'},{'title':'Salad'}],"
              "'expiryInHours':4}}");
  watch (fixture, "Team");
  fixture_sign_on (fixture);
  kz_test_wait_for (fixture->host, looks (fixture) >= 1);
  fixture_wait_for_webhooks (fixture);
  /* By the time that later calls were answered the first look has been taken in. */
  for (int i = 0; i < 3; i++) {
    gint64 calls = kz_test_calls (fixture->world, "GET /groups");
    fixture_account_action (fixture, "Read the groups anew");
    kz_test_wait_for (fixture->host, kz_test_calls (fixture->world, "GET /groups") > calls);
    kz_test_host_settle (fixture->host);
  }
  g_assert_null (kz_test_room (fixture->account, "Team"));
  offset_us += 15 * G_TIME_SPAN_HOUR;
  fixture_join (fixture, "Team");
  kz_test_wait_for (fixture->host, kz_test_count_lines (fixture->host, "Team", "Lunch?") == 1);
  const KzTestLine *line = kz_test_find_line (fixture->host, "Team", "Lunch?");
  g_test_message ("%s", line->text);
  g_assert_nonnull (strstr (line->text, "14:00"));
  g_assert_null (strstr (line->text, "today"));
}

static void
add_tests (void)
{
  plugin_test_add ("/waiting/a-line-reads-right-the-day-after", line_reads_right_the_day_after);
}

int
main (int argc, char **argv)
{
  return plugin_test_main (argc, argv, add_tests);
}
