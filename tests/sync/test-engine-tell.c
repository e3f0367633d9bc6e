/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chosen subscribers of a public group, in parts. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include "kz-error.h"

#include <string.h>

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};

static KzTold *
tell (Bench *bench, const char *text, const KzActionDraft *draft, guint n)
{
  g_autofree char *group_id = bench_group (bench, "news");
  g_auto (GStrv) list = subscriber_phones (n);
  Fate fate = {0};

  kz_engine_tell_async (bench->engine, group_id, text, draft, (const char *const *) list, fate_cb,
                        &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  return fate.value;
}

static guint
targets (const char *body)
{
  guint n = 0;

  for (const char *p = body; (p = strstr (p, "+1666")) != NULL; p++)
    n++;
  return n;
}

static void
check_tell (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_public (switches, 65);
  g_autoptr (KzTold) told = tell (bench, "Just you", NULL, 65);
  g_autoptr (KzTold) asked = NULL;
  g_autoptr (KzActionDraft) poll = lunch_draft_new ("Lunch?");
  g_autofree char *text = bench_bodies (bench, "message");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (
      g_str_has_prefix (lines[0], "{'message':'Just you','subscribers':['+16660000000'"));
  g_assert_cmpuint (targets (lines[0]), ==, 30);
  g_assert_cmpuint (targets (lines[1]), ==, 30);
  g_assert_cmpuint (targets (lines[2]), ==, 5);
  g_assert_cmpuint (told->posted->len, ==, 3);
  g_assert_cmpuint (told->failed->len, ==, 1);
  g_assert_cmpstr (((KzFailedTarget *) told->failed->pdata[0])->phone, ==, "+16660000064");
  g_assert_null (told->error);
  g_assert_null (told->unreached);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "message in news"), ==, 0);

  asked = tell (bench, NULL, poll, 40);
  g_assert_cmpuint (asked->posted->len, ==, 2);
  g_assert_cmpuint (asked->failed->len, ==, 0);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added in news"), ==, 2);
}

static void
test_tell (void)
{
  check_tell (NULL);
  check_tell (other_ids);
}

/* Two in a moment arrive as they were written, also when the first has no answer for long. */
static void
test_tell_in_order (void)
{
  g_autoptr (Bench) bench = bench_new_public (NULL, 2);
  g_autofree char *group_id = bench_group (bench, "news");
  g_auto (GStrv) list = subscriber_phones (2);
  g_autofree char *bodies = NULL;
  Fate fates[3] = {{0}};
  static const char *const texts[] = {"first", "second", "third"};

  bench_fault (bench, "{'match':{'method':'POST','path':'/groups/*/messages'},"
                      "'action':{'stallHeaders':true,'work':true}}");
  for (guint i = 0; i < 3; i++)
    kz_engine_tell_async (bench->engine, group_id, texts[i], NULL, (const char *const *) list,
                          fate_cb, &fates[i]);
  bench_settle (bench);
  g_assert_cmpuint (bench_calls (bench, "POST /groups/{groupId}/messages"), ==, 1);
  /* The echo of the first says that it went out. */
  for (guint i = 0; i < 3; i++) {
    if (!fates[i].is_back)
      fate_await (bench, &fates[i]);
    g_assert_no_error (fates[i].error);
    kz_told_free (fates[i].value);
  }
  bodies = bench_bodies (bench, "message");
  g_assert_nonnull (strstr (bodies, "second"));
  g_assert_true (strstr (bodies, "second") < strstr (bodies, "third"));
}

static void
test_tell_breaks_off (void)
{
  static const struct {
    const char *action;
    int code;
    guint uncertain, unreached;
  } cases[] = {
      {"{'status':403,'body':{'message':'no','errorCode':'Forbidden'}}", KZ_ERROR_FORBIDDEN, 0, 35},
      {"{'reset':'before'}", KZ_ERROR_UNRESOLVED, 30, 5},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Bench) bench = bench_new_public (NULL, 65);
    g_autoptr (JsonObject) fault =
        bench_do (bench, "fault",
                  "{'match':{'method':'POST','path':'/groups/*/messages','nth':2},'action':%s}",
                  cases[i].action);
    g_autoptr (KzTold) told = tell (bench, "Just you", NULL, 65);

    g_assert_error (told->error, KZ_ERROR, cases[i].code);
    g_assert_cmpuint (told->posted->len, ==, 1);
    g_assert_cmpuint (told->uncertain != NULL ? g_strv_length (told->uncertain) : 0, ==,
                      cases[i].uncertain);
    g_assert_cmpuint (g_strv_length (told->unreached), ==, cases[i].unreached);
    g_assert_cmpuint (bench_count_received (bench, "kind", "message"), ==, 1);
  }
}

static void
test_tell_refusals (void)
{
  g_autoptr (Bench) bench = bench_new_public (NULL, 3);
  g_autofree char *news = bench_group (bench, "news");
  g_autofree char *team = bench_group (bench, "team");
  static const char *const good[] = {"+16660000000", NULL};
  static const char *const bad[] = {"Ben", NULL};
  static const char *const none[] = {NULL};
  g_autoptr (JsonObject) fault = NULL;
  Fate fate = {0};

  kz_engine_tell_async (bench->engine, team, "x", NULL, good, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_tell_async (bench->engine, news, "x", NULL, bad, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_tell_async (bench->engine, news, "x", NULL, none, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_tell_async (bench->engine, news, " ", NULL, good, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  fault = bench_do (bench, "fault",
                    "{'match':{'method':'POST','path':'/groups/*/messages'},'action':{'status':403,"
                    "'body':{'message':'no','errorCode':'Forbidden'}}}");
  kz_engine_tell_async (bench->engine, news, "x", NULL, good, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_FORBIDDEN);
}

static void
test_post_to_all (void)
{
  g_autoptr (Bench) bench = bench_new_public (NULL, 3);
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_ANNOUNCEMENT);
  g_autoptr (KzPosted) all = NULL, some = NULL;
  g_autofree char *group_id = bench_group (bench, "news");
  Fate fate = {0};

  draft->text = g_strdup ("News");
  all = bench_post (bench, "news", draft);
  draft->subscribers = g_strsplit ("+16660000000|+16660000001", "|", -1);
  some = bench_post (bench, "news", draft);
  bench_assert_body (bench, "action",
                     "{'actionType':'Announcement','sendToAllSubscribers':true,'actionBody':{"
                     "'Message':'News'}}\n{'actionType':'Announcement','subscribers':["
                     "'+16660000000','+16660000001'],'actionBody':{'Message':'News'}}");
  g_strfreev (draft->subscribers);
  draft->subscribers = subscriber_phones (31);
  kz_engine_post_async (bench->engine, group_id, draft, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tell/chosen-subscribers-in-parts", test_tell);
  g_test_add_func ("/tell/one-after-the-other", test_tell_in_order);
  g_test_add_func ("/tell/who-was-not-reached-when-it-breaks-off", test_tell_breaks_off);
  g_test_add_func ("/tell/whom-one-cannot-tell-is-said", test_tell_refusals);
  g_test_add_func ("/tell/a-public-group-always-has-a-target", test_post_to_all);
  return g_test_run ();
}
