/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others say: webhooks, their order and number, and what no webhook should say. */
#include "config.h"

#include "engine-world.h"

#include <string.h>

static void
test_text_in (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_say (bench, "team", "asha", "Shift starts at 7");
  bench_until_line (bench, "message in team by Asha \"Shift starts at 7\"");
  g_assert_cmpuint (bench_count (bench, "maybe"), ==, 0);
  bench_redeliver (bench, TRUE);
  bench_redeliver (bench, FALSE);
  g_assert_cmpuint (bench_count (bench, "message"), ==, 1);
}

static void
test_own_phone (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_say (bench, "team", "me", "from the bus");
  bench_until_line (bench, "\"from the bus\"");
  g_assert_nonnull (strstr (bench_line (bench, "from the bus"), " own"));
}

static void
test_many_in_order (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  guint next = 0;

  bench_settle_in_hearing (bench);
  for (guint i = 0; i < 30; i++) {
    g_autofree char *text = g_strdup_printf ("line %02u.", i);

    bench_say (bench, "ops", i % 2 ? "asha" : "ben", text);
    if (i % 7 == 0)
      bench_redeliver (bench, FALSE);
  }
  bench_until_line (bench, "line 29.");
  bench_redeliver (bench, TRUE);
  g_assert_cmpuint (bench_count (bench, "message in ops"), ==, 30);
  for (guint i = 0; i < bench->log->len; i++) {
    g_autofree char *text = g_strdup_printf ("line %02u.", next);

    if (strstr (bench->log->pdata[i], "message in ops") != NULL) {
      g_assert_nonnull (strstr (bench->log->pdata[i], text));
      next++;
    }
  }
}

static void
test_absence (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);

  bench_settle_in_hearing (bench);
  bench_stop (bench);
  bench_say (bench, "team", "asha", "while you were away");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  bench_clear (bench);
  bench->limit_us = 8 * G_TIME_SPAN_HOUR;
  bench_sign_on (bench);
  bench_until_line (bench, "while you were away");
  g_assert_nonnull (strstr (bench_line (bench, "while you were away"), "maybe-older"));
  g_assert_cmpuint (bench_count (bench, "notice=5"), ==, 1);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  bench_say (bench, "team", "asha", "much later");
  bench_until_line (bench, "much later");
  g_assert_null (strstr (bench_line (bench, "much later"), "maybe-older"));
}

static void
test_unknown_group (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) sent = NULL;

  bench_settle_in_hearing (bench);
  sent = bench_do (bench, "raw-delivery",
                   "{'group':'team','body':{'objectId':'new-1','objectType':'Group',"
                   "'eventType':'TextMessageCreated','eventId':'e1','data':{'text':'surprise'},"
                   "'fromUser':'+15550009999','fromUserName':'Zed','groupId':'new-1'}}");
  bench_until_line (bench, "surprise");
  g_assert_cmpuint (bench_count (bench, "group-added"), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "surprise"), "by Zed"));
}

static void
test_hostile_deliveries (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autoptr (JsonObject) garbage = NULL;
  g_autoptr (JsonObject) strange = NULL;
  g_autoptr (JsonObject) forged = NULL;

  bench_settle_in_hearing (bench);
  garbage = bench_do (bench, "raw-delivery", "{'group':'team','body':'<html>'}");
  strange = bench_do (bench, "raw-delivery",
                      "{'group':'team','body':{'eventType':'Telepathy','eventId':'t1',"
                      "'groupId':'g','data':{'title':'odd'}}}");
  forged = bench_do (bench, "raw-delivery",
                     "{'group':'team','token':'wrong','body':{'eventType':'TextMessageCreated',"
                     "'eventId':'t2','groupId':'g','data':{'text':'forged'}}}");
  bench_until_line (bench, "action-added");
  bench_pass (bench, G_USEC_PER_SEC);
  g_assert_cmpuint (bench_count (bench, "notice=10"), ==, 1);
  g_assert_nonnull (strstr (bench_line (bench, "action-added"), "Telepathy \"odd\""));
  g_assert_cmpuint (bench_count (bench, "forged"), ==, 0);
}

static void
test_members_come_and_go (void)
{
  g_autoptr (Bench) bench = bench_new (NULL);
  g_autofree char *ops = bench_group (bench, "ops");
  g_autoptr (JsonObject) joined = NULL;
  g_autoptr (JsonObject) left = NULL;
  guint before;

  bench_settle_in_hearing (bench);
  before = kz_directory_members (kz_engine_directory (bench->engine), ops)->len;
  joined = bench_do (bench, "join", "{'group':'ops','person':'chi','by':'asha'}");
  bench_until_line (bench, "member-added in ops of Chi");
  g_assert_cmpuint (kz_directory_members (kz_engine_directory (bench->engine), ops)->len, ==,
                    before + 1);
  left = bench_do (bench, "leave", "{'group':'ops','person':'ben','by':'asha'}");
  bench_until_line (bench, "member-removed in ops of Ben");
  bench_redeliver (bench, TRUE);
  g_assert_cmpuint (bench_count (bench, "member-added"), ==, 1);
  g_assert_cmpuint (bench_count (bench, "member-removed"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/a-text-arrives-once", test_text_in);
  g_test_add_func ("/chat/a-text-from-the-own-phone-is-own", test_own_phone);
  g_test_add_func ("/chat/texts-keep-their-order-and-number", test_many_in_order);
  g_test_add_func ("/chat/texts-after-an-absence-arrive", test_absence);
  g_test_add_func ("/chat/an-unknown-group-is-met-by-its-text", test_unknown_group);
  g_test_add_func ("/chat/hostile-deliveries-harm-nobody", test_hostile_deliveries);
  g_test_add_func ("/chat/members-come-and-go", test_members_come_and_go);
  return g_test_run ();
}
