/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person posts: once on the wire, once in the room. */
#include "config.h"

#include "engine-deeds.h"
#include "engine-world.h"

#include "kz-engine-private.h"
#include "kz-error.h"

#include <string.h>

static const char *const other_ids[] = {"eventIdIsReferenceId=off", NULL};
static const char *const no_media_ids[] = {"eventIdIsReferenceId=off", "mediaActionId=off", NULL};

/* --- Posting --- */

static void
check_post (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autoptr (KzActionDraft) draft = lunch_draft_new ("Lunch?");
  g_autoptr (KzPosted) posted = bench_post (bench, "team", draft);
  g_autoptr (JsonObject) vote = NULL;
  g_autoptr (JsonObject) again = NULL;

  g_assert_nonnull (posted->action_id);
  bench_assert_body (bench, "action",
                     "{'actionType':'Poll','actionBody':{'question':'Lunch?',"
                     "'choices':[{'title':'Pizza'},{'title':'Soup'}]}}");
  g_assert_nonnull (bench_handle_of (bench, "team", "Lunch?"));
  g_assert_nonnull (strstr (bench_line (bench, "action-added"), "Poll \"Lunch?\" own"));
  again = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
  /* Long enough for every list to be reconciled. */
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 1);
  vote = bench_do (bench, "vote", "{'actionId':'%s','person':'ben','choice':'Soup'}",
                   posted->action_id);
  bench_until_line (bench, "response in team by Ben");
  bench_stop (bench);
  bench_clear (bench);
  bench_sign_on (bench);
  bench_pass (bench, 2 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 0);
  g_assert_nonnull (bench_handle_of (bench, "team", "Lunch?"));
}

static void
test_post (void)
{
  check_post (NULL);
  check_post (other_ids);
}

/* Each kind, so that what comes back is known again whatever ids it has. */
static void
check_every_kind (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autoptr (KzActionDraft) announcement = kz_action_draft_new (KZ_ACTION_ANNOUNCEMENT);
  g_autoptr (KzActionDraft) job = kz_action_draft_new (KZ_ACTION_JOB);
  g_autoptr (KzActionDraft) meeting = kz_action_draft_new (KZ_ACTION_LETS_MEET);
  g_autoptr (KzActionDraft) survey = kz_action_draft_new (KZ_ACTION_SURVEY);
  g_autoptr (KzActionDraft) card = kz_action_draft_new (KZ_ACTION_PACKAGE);
  const KzActionDraft *const all[] = {announcement, job, meeting, survey, card};
  g_autoptr (JsonObject) again = NULL;

  announcement->title = g_strdup ("Holiday");
  announcement->text = g_strdup ("Closed on Friday");
  job->title = g_strdup ("Check pump");
  job->assigned_to = g_strsplit (bench->phone, "|", -1);
  meeting->title = g_strdup ("Talk");
  meeting->start_us = kz_clock_wall_us (bench->clock) + G_TIME_SPAN_DAY;
  survey->title = g_strdup ("Shoes");
  g_ptr_array_add (survey->questions, kz_question_new ("Size", KZ_QUESTION_NUMERIC, NULL));
  card->package_id = g_strdup ("com.acme.card.2");
  card->title = g_strdup ("Ticket");
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autoptr (KzPosted) posted = bench_post (bench, "team", all[i]);

    g_assert_nonnull (posted->reference_id);
  }
  again = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, G_N_ELEMENTS (all));
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_assert_nonnull (bench_handle_of (bench, "team", all[i]->title));
}

static void
test_every_kind (void)
{
  check_every_kind (NULL);
  check_every_kind (other_ids);
  check_every_kind (no_media_ids);
}

static void
uploaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Fate *fate = data;

  fate->value = kz_api_media_url_finish (KZ_HTTP (source), result, &fate->error);
  fate->is_back = TRUE;
}

static char *
upload (Bench *bench, const char *url)
{
  Fate fate = {0};

  kz_api_media_url_async (bench->engine->http, url, NULL, uploaded_cb, &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  return fate.value;
}

static void
check_pictures (const char *const *switches)
{
  g_autoptr (Bench) bench = bench_new_ready (switches);
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_IMAGE);
  g_autoptr (KzPosted) first = NULL;
  g_autoptr (KzPosted) second = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (JsonObject) phone = NULL;

  draft->media = g_new0 (char *, 2);
  draft->media[0] = upload (bench, "https://example.org/one.png");
  first = bench_post (bench, "team", draft);
  g_free (draft->media[0]);
  draft->media[0] = upload (bench, "https://example.org/two.png");
  draft->text = g_strdup ("gate");
  second = bench_post (bench, "team", draft);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "attachment in team"), ==, 2);
  again = bench_do (bench, "redeliver", "{'deliveryId':'all','shuffle':true}");
  bench_pass (bench, G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "attachment in team"), ==, 2);
  /* The same from the phone is another one. */
  phone = bench_do (bench, "picture", "{'group':'team','person':'me','caption':'gate'}");
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  g_assert_cmpuint (bench_count (bench, "attachment in team"), ==, 3);
}

static void
test_pictures (void)
{
  check_pictures (NULL);
  check_pictures (no_media_ids);
}

/* The echo overtakes the answer: it comes first, and is told with it. */
static void
test_echo_first (void)
{
  g_autoptr (Bench) bench = bench_new_ready (other_ids);
  g_autofree char *group_id = bench_group (bench, "team");
  g_autoptr (KzActionDraft) draft = lunch_draft_new ("Lunch?");
  g_autoptr (JsonObject) slow = bench_do (
      bench, "fault",
      "{'match':{'method':'POST','path':'/groups/*/actions'},'action':{'reset':'after'}}");
  Fate fate = {0};

  kz_engine_post_async (bench->engine, group_id, draft, fate_cb, &fate);
  fate_await (bench, &fate);
  /* No answer came. Whether the echo was faster decides what is known. */
  if (fate.error != NULL)
    g_assert_error (fate.error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
  g_clear_error (&fate.error);
  g_clear_pointer ((KzPosted **) &fate.value, kz_posted_free);
  bench_pass (bench, 20 * G_TIME_SPAN_MINUTE);
  /* In either case it is shown once, and never sent again. */
  g_assert_cmpuint (bench_count (bench, "action-added in team"), ==, 1);
  g_assert_cmpuint (bench_count_received (bench, "kind", "action"), ==, 1);
}

static void
test_post_refusals (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (KzActionDraft) draft = lunch_draft_new ("");
  g_autoptr (JsonObject) fault = NULL;
  Fate fate = {0};

  kz_engine_post_async (bench->engine, team, draft, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  g_free (draft->title);
  draft->title = g_strdup ("Lunch?");
  kz_engine_post_async (bench->engine, "nowhere", draft, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  draft->subscribers = g_strsplit ("+15550000004", "|", -1);
  kz_engine_post_async (bench->engine, team, draft, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  g_clear_pointer (&draft->subscribers, g_strfreev);
  fault = bench_do (bench, "fault",
                    "{'match':{'method':'POST','path':'/groups/*/actions'},"
                    "'action':{'status':403,'body':{'message':'no','errorCode':'Forbidden'}}}");
  kz_engine_post_async (bench->engine, team, draft, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_FORBIDDEN);
  g_assert_cmpuint (bench_count_received (bench, "kind", "action"), ==, 0);
  g_assert_cmpuint (bench_count (bench, "action-added"), ==, 0);
}

/* --- Replies, reminders, properties --- */

static void
test_reminder_and_properties (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autoptr (KzActionDraft) card = kz_action_draft_new (KZ_ACTION_PACKAGE);
  g_autoptr (KzActionDraft) poll = lunch_draft_new ("Lunch?");
  g_autoptr (KzPosted) posted = NULL;
  g_autoptr (KzPosted) posted_poll = bench_post (bench, "team", poll);
  g_autoptr (GPtrArray) properties =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_property_free);
  static const char *const some[] = {"+15550000004", NULL};
  g_autofree char *handle = NULL;
  Fate fate = {0}, changed = {0};

  card->package_id = g_strdup ("com.acme.card.2");
  card->title = g_strdup ("Ticket");
  g_ptr_array_add (card->properties, kz_property_new ("state", NULL, "OPEN"));
  posted = bench_post (bench, "team", card);
  handle = g_strdup (bench_handle_of (bench, "team", "Ticket"));
  kz_engine_remind_async (bench->engine, handle, NULL, fate_cb, &fate);
  fate_await (bench, &fate);
  g_assert_no_error (fate.error);
  g_assert_cmpuint (bench_count_received (bench, "kind", "reminder"), ==, 1);
  g_ptr_array_add (properties, kz_property_new ("state", NULL, "DONE"));
  kz_engine_update_properties_async (bench->engine, handle, properties, fate_cb, &changed);
  fate_await (bench, &changed);
  g_assert_no_error (changed.error);
  g_assert_cmpuint (bench_calls (bench, "PUT /groups/{groupId}/actions/{actionId}/properties"), ==,
                    1);

  fate = (Fate){0};
  kz_engine_remind_async (bench->engine, handle, some, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  kz_engine_update_properties_async (bench->engine, bench_handle_of (bench, "team", "Lunch?"),
                                     properties, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
  g_ptr_array_set_size (properties, 0);
  kz_engine_update_properties_async (bench->engine, handle, properties, fate_cb, &fate);
  fate_assert_refused (bench, &fate, KZ_ERROR_INVALID);
}

/* --- Signing off --- */

static void
test_sign_off (void)
{
  g_autoptr (Bench) bench = bench_new_public (NULL, 65);
  g_autofree char *team = bench_group (bench, "team");
  g_autofree char *news = bench_group (bench, "news");
  g_auto (GStrv) list = subscriber_phones (65);
  g_autoptr (KzActionDraft) poll = lunch_draft_new ("Lunch?");
  g_autoptr (KzActionDraft) bad = lunch_draft_new ("");
  g_autoptr (JsonObject) fault = bench_do (
      bench, "fault",
      "{'match':{'method':'POST','path':'/groups/*','times':0},'action':{'stallHeaders':true}}");
  Fate fates[4] = {0};

  kz_engine_post_async (bench->engine, team, poll, fate_cb, &fates[0]);
  kz_engine_tell_async (bench->engine, news, "x", NULL, (const char *const *) list, fate_cb,
                        &fates[1]);
  bench_settle (bench);
  kz_engine_post_async (bench->engine, team, bad, fate_cb, &fates[2]);
  kz_engine_remind_async (bench->engine, "zzz", NULL, fate_cb, &fates[3]);
  kz_engine_stop (bench->engine);
  for (guint i = 0; i < G_N_ELEMENTS (fates); i++) {
    g_assert_true (fates[i].is_back);
    g_assert_nonnull (fates[i].error);
    g_clear_error (&fates[i].error);
  }
}

/* --- The host signs off in an event that a deed emits --- */

static void
test_sign_off_inside (void)
{
  g_autoptr (Bench) bench = bench_new_ready (NULL);
  g_autofree char *team = bench_group (bench, "team");
  g_autoptr (KzActionDraft) poll = lunch_draft_new ("Lunch?");
  Fate fate = {0};

  bench->stop_after = 1;
  kz_engine_post_async (bench->engine, team, poll, fate_cb, &fate);
  fate_await (bench, &fate);
  g_assert_error (fate.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_nonnull (bench_line (bench, "action-added"));
  g_clear_error (&fate.error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/post/what-is-posted-is-shown-once", test_post);
  g_test_add_func ("/post/every-kind-is-known-again", test_every_kind);
  g_test_add_func ("/post/pictures-are-known-again", test_pictures);
  g_test_add_func ("/post/without-an-answer-it-is-not-posted-again", test_echo_first);
  g_test_add_func ("/post/what-cannot-be-posted-is-said", test_post_refusals);
  g_test_add_func ("/post/reminder-and-properties", test_reminder_and_properties);
  g_test_add_func ("/post/sign-off-ends-them", test_sign_off);
  g_test_add_func ("/post/sign-off-in-the-event-of-one", test_sign_off_inside);
  return g_test_run ();
}
