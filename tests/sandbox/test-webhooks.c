/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Webhooks are validated, really called, retried, disabled and switched on again: API §18. */
#include "config.h"

#include "sb-lenient-json.h"
#include "sb-test.h"

#include <string.h>

static void
say (Sbt *sbt, const char *text)
{
  g_autofree char *body = g_strdup_printf ("{group:'flat',person:'ben',text:'%s'}", text);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/say", body));
}

static JsonObject *
delivery (Sbt *sbt, guint i)
{
  g_assert_cmpuint (i, <, sbt->deliveries->len);
  return json_node_get_object (sbt->deliveries->pdata[i]);
}

static const char *
text_of (Sbt *sbt, guint i)
{
  return sbt_string (json_object_get_object_member (delivery (sbt, i), "data"), "text");
}

/* (transfer full): the one webhook, as GET lists it. */
static JsonObject *
listed (Sbt *sbt)
{
  g_autoptr (SbtReply) reply =
      sbt_as (sbt, "ada", "GET", "/v1/webhook?objectId={flat}&objectType=Group", NULL);
  JsonArray *webhooks = json_object_get_array_member (sbt_object (reply), "webhooks");
  g_assert_cmpuint (json_array_get_length (webhooks), ==, 1);
  return json_object_ref (json_array_get_object_element (webhooks, 0));
}

static void
test_validation (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autofree char *id = sbt_register (sbt, "ada", NULL);
  g_assert_cmpuint (sbt->validation_queries->len, ==, 1);
  g_assert_true (g_str_has_prefix (sbt->validation_queries->pdata[0], "validationToken="));
  g_autoptr (JsonObject) webhook = listed (sbt);
  g_assert_cmpstr (sbt_string (webhook, "id"), ==, id);
  g_assert_true (json_object_get_boolean_member (webhook, "active"));
}

static void
test_query_is_kept (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) reply =
      sbt_as (sbt, "ada", "POST", "/v1/webhook",
              "{objectId:'{flat}',objectType:'Group',eventTypes:['JobCreated'],"
              "callBackUrl:'{url}?k=v'}");
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_true (g_str_has_prefix (sbt->validation_queries->pdata[0], "k=v&validationToken="));
}

static void
test_wrong_answer (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  sbt->validation_fails = TRUE;
  g_autoptr (SbtReply) reply = sbt_as (
      sbt, "ada", "POST", "/v1/webhook",
      "{objectId:'{flat}',objectType:'Group',eventTypes:['JobCreated'],callBackUrl:'{url}'}");
  g_assert_cmpuint (reply->status, ==, 400);
}

typedef struct {
  Sbt *sbt;
  guint served;
} Meanwhile;

static gboolean
other_call_cb (gpointer data)
{
  Meanwhile *meanwhile = data;
  g_autoptr (SbtReply) reply = sbt_as (meanwhile->sbt, "ben", "GET", "/v1/groups", NULL);
  meanwhile->served += reply->status == 200;
  return G_SOURCE_REMOVE;
}

/* A callback that hangs is given up, and nobody else waits for it. */
static void
test_hanging_answer (void)
{
  const char *const switches[] = {"validationSeconds=1", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  Meanwhile meanwhile = {sbt, 0};
  sbt->validation_hangs = TRUE;
  g_timeout_add (100, other_call_cb, &meanwhile);
  g_autoptr (SbtReply) reply = sbt_as (
      sbt, "ada", "POST", "/v1/webhook",
      "{objectId:'{flat}',objectType:'Group',eventTypes:['JobCreated'],callBackUrl:'{url}'}");
  g_assert_cmpuint (reply->status, ==, 400);
  g_assert_cmpuint (meanwhile.served, ==, 1);
}

static void
test_ends_with_the_membership (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) hook = sbt_as (sbt, "ben", "POST", "/v1/webhook",
                                      "{objectId:'{flat}',objectType:'Group',callBackUrl:'{url}',"
                                      "eventTypes:['TextMessageCreated','MemberRemoved']}");
  g_assert_cmpuint (hook->status, ==, 200);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/leave", "{group:'flat',person:'ben'}"));
  sbt_wait_deliveries (sbt, 1); /* the own removal */
  json_object_unref (
      sbt_control (sbt, "POST", "/sandbox/say", "{group:'flat',person:'ada',text:'secret'}"));
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 1);
}

static void
test_retry_while_inactive (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autofree char *id = sbt_register (sbt, "ada", NULL);
  sbt->receiver_status = 500;
  json_object_unref (
      sbt_control (sbt, "POST", "/sandbox/say", "{group:'flat',person:'ben',text:'x'}"));
  sbt_wait_deliveries (sbt, 1);
  sbt_settle (sbt);
  g_autofree char *off = g_strdup_printf ("{webhookId:'%s',active:false}", id);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/webhooks/active", off));
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/clock", "{advanceSeconds:7200}"));
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 1);
  sbt->receiver_status = 200;
  g_autofree char *path = g_strconcat ("/v1/webhook/", id, NULL);
  g_autoptr (SbtReply) on = sbt_as (sbt, "ada", "PUT", path, "{Active:'true'}");
  g_assert_cmpuint (on->status, ==, 200);
  sbt_wait_deliveries (sbt, 2);
}

static void
test_attached_twice (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) hook = sbt_as (sbt, "ada", "POST", "/v1/webhook",
                                      "{objectId:'{parent}',objectType:'Group',callBackUrl:'{url}',"
                                      "eventTypes:['GroupAdded']}");
  g_assert_cmpuint (hook->status, ==, 200);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (SbtReply) put =
        sbt_as (sbt, "ada", "PUT", "/v1/groups/{parent}/subGroups", "{subGroups:['{flat}']}");
    g_assert_cmpuint (put->status, ==, 200);
  }
  sbt_wait_deliveries (sbt, 1);
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 1);
}

static void
test_envelope (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autofree char *id = sbt_register (sbt, "ada", NULL);
  g_autoptr (JsonObject) said =
      sbt_control (sbt, "POST", "/sandbox/say", "{group:'flat',person:'ben',text:'Shift at 7'}");
  sbt_wait_deliveries (sbt, 1);
  JsonObject *object = delivery (sbt, 0);
  g_assert_cmpstr (sbt->callback_tokens->pdata[0], ==, "secret");
  g_assert_cmpstr (sbt_string (object, "subscriptionId"), ==, id);
  g_assert_cmpstr (sbt_string (object, "eventType"), ==, "TextMessageCreated");
  g_assert_cmpstr (sbt_string (object, "eventId"), ==, sbt_string (said, "referenceId"));
  g_assert_cmpstr (sbt_string (object, "context"), ==, "ctx");
  g_assert_cmpstr (sbt_string (object, "fromUser"), ==, "+15550000002");
  g_assert_cmpstr (sbt_string (object, "fromUserId"), ==, "ben-id");
  g_assert_cmpstr (sbt_string (object, "groupId"), ==, "G-flat@1");
  g_assert_cmpstr (text_of (sbt, 0), ==, "Shift at 7");
}

static void
test_switches_of_the_envelope (void)
{
  const char *const switches[] = {"contextAbsent=on", "eventIdIsReferenceId=off",
                                  "envelopeOmit=groupId,fromUserId", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_free (sbt_register (sbt, "ada", NULL));
  g_autoptr (JsonObject) said =
      sbt_control (sbt, "POST", "/sandbox/say", "{group:'flat',person:'ben',text:'x'}");
  sbt_wait_deliveries (sbt, 1);
  g_assert_false (json_object_has_member (delivery (sbt, 0), "context"));
  g_assert_false (json_object_has_member (delivery (sbt, 0), "groupId"));
  g_assert_false (json_object_has_member (delivery (sbt, 0), "fromUserId"));
  g_assert_cmpstr (sbt_string (delivery (sbt, 0), "eventId"), !=, sbt_string (said, "referenceId"));
}

static void
test_echo (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_free (sbt_register (sbt, "ada", NULL));
  sbt_reply_free (sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/messages", "{message:'own'}"));
  sbt_wait_deliveries (sbt, 1);
  g_assert_cmpstr (text_of (sbt, 0), ==, "own");
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch", "{echoText:'off'}"));
  sbt_reply_free (sbt_as (sbt, "ada", "POST", "/v1/groups/{flat}/messages", "{message:'own'}"));
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 1);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch", "{echoText:'others'}"));
  sbt_reply_free (sbt_as (sbt, "ben", "POST", "/v1/groups/{flat}/messages", "{message:'of ben'}"));
  sbt_wait_deliveries (sbt, 2);
  g_assert_cmpstr (text_of (sbt, 1), ==, "of ben");
}

static void
test_orders (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_free (sbt_register (sbt, "ada", NULL));
  say (sbt, "one");
  say (sbt, "two");
  sbt_wait_deliveries (sbt, 2);
  g_assert_cmpstr (text_of (sbt, 0), ==, "one");
  g_assert_cmpstr (text_of (sbt, 1), ==, "two");
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/switch", "{reorderDeliveries:true}"));
  say (sbt, "three");
  say (sbt, "four");
  sbt_wait_deliveries (sbt, 4);
  g_assert_cmpstr (text_of (sbt, 2), ==, "four");
  g_assert_cmpstr (text_of (sbt, 3), ==, "three");
  say (sbt, "alone");
  sbt_wait_deliveries (sbt, 5);
}

static void
test_duplicates_and_redelivery (void)
{
  const char *const switches[] = {"duplicateDeliveries=on", NULL};
  g_autoptr (Sbt) sbt = sbt_new (switches);
  g_free (sbt_register (sbt, "ada", NULL));
  say (sbt, "twice");
  sbt_wait_deliveries (sbt, 2);
  g_assert_cmpstr (sbt_string (delivery (sbt, 0), "eventId"), ==,
                   sbt_string (delivery (sbt, 1), "eventId"));
  g_autoptr (JsonObject) again =
      sbt_control (sbt, "POST", "/sandbox/redeliver", "{deliveryId:'all',shuffle:true}");
  g_assert_cmpint (json_object_get_int_member (again, "count"), ==, 2);
  sbt_wait_deliveries (sbt, 4);
}

static void
advance (Sbt *sbt, guint seconds)
{
  g_autofree char *body = g_strdup_printf ("{advanceSeconds:%u}", seconds);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/clock", body));
}

static void
test_retries_and_disable (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autofree char *id = sbt_register (sbt, "ada", NULL);
  sbt->receiver_status = 500;
  say (sbt, "lost");
  sbt_wait_deliveries (sbt, 1);
  sbt_settle (sbt);
  for (guint i = 0, wait_s = 2743; i < 6; i++, wait_s *= 2) {
    g_autoptr (JsonObject) before = listed (sbt);
    g_assert_true (json_object_get_boolean_member (before, "active"));
    advance (sbt, wait_s / 2);
    sbt_settle (sbt);
    g_assert_cmpuint (sbt->deliveries->len, ==, i + 1); /* not yet */
    advance (sbt, wait_s / 2 + 10);
    sbt_wait_deliveries (sbt, i + 2);
    sbt_settle (sbt);
    /* The token of ada lasts a day only. */
    g_autoptr (JsonObject) token = sbt_control (sbt, "POST", "/sandbox/token", "{person:'ada'}");
    g_hash_table_replace (sbt->names, g_strdup ("ada"),
                          g_strdup (sbt_string (token, "accessToken")));
  }
  g_autoptr (JsonObject) after = listed (sbt);
  g_assert_false (json_object_get_boolean_member (after, "active"));
  sbt->receiver_status = 200;
  say (sbt, "unheard");
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 7);
  g_autofree char *path = g_strconcat ("/v1/webhook/", id, NULL);
  g_autoptr (SbtReply) put = sbt_as (sbt, "ada", "PUT", path, "{\"Active\":\"true\"}");
  g_assert_cmpuint (put->status, ==, 200);
  say (sbt, "heard again");
  sbt_wait_deliveries (sbt, 8);
  g_assert_cmpstr (text_of (sbt, 7), ==, "heard again");
}

static void
test_one_retry_is_enough (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_free (sbt_register (sbt, "ada", NULL));
  sbt->receiver_status = 503;
  say (sbt, "late");
  sbt_wait_deliveries (sbt, 1);
  sbt_settle (sbt);
  sbt->receiver_status = 204;
  say (sbt, "in time"); /* the retry of one does not hold up the next */
  sbt_wait_deliveries (sbt, 2);
  g_assert_cmpstr (text_of (sbt, 1), ==, "in time");
  advance (sbt, 2750);
  sbt_wait_deliveries (sbt, 3);
  g_assert_cmpstr (text_of (sbt, 2), ==, "late");
}

static void
test_put_and_delete (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autofree char *id = sbt_register (sbt, "ada", NULL);
  g_autofree char *path = g_strconcat ("/v1/webhook/", id, NULL);
  sbt->validation_fails = TRUE;
  g_autoptr (SbtReply) refused = sbt_as (sbt, "ada", "PUT", path, "{callBackUrl:'{url}2'}");
  g_assert_cmpuint (refused->status, ==, 400);
  sbt->validation_fails = FALSE;
  g_autoptr (SbtReply) changed =
      sbt_as (sbt, "ada", "PUT", path, "{callBackUrl:'{url}2',callBackToken:'new'}");
  g_assert_cmpuint (changed->status, ==, 200);
  say (sbt, "x");
  sbt_wait_deliveries (sbt, 1);
  g_assert_cmpstr (sbt->callback_tokens->pdata[0], ==, "new");
  g_autoptr (SbtReply) gone = sbt_as (sbt, "ada", "DELETE", path, NULL);
  g_assert_cmpuint (gone->status, ==, 200);
  say (sbt, "y");
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 1);
}

static void
test_events (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_free (sbt_register (sbt, "ada", NULL));
  static const char *const deeds[][3] = {
      {"/sandbox/complete", "{actionId:'{job}',person:'ben'}", "JobResponse"},
      {"/sandbox/vote", "{actionId:'{poll}',person:'ben',choice:2}", "PollResponse"},
      {"/sandbox/respond", "{actionId:'{survey}',person:'ben',answers:['A',3,1513756800]}",
       "SurveyResponse"},
      {"/sandbox/picture", "{group:'flat',person:'ben',caption:'c',count:2}", "AttachmentCreated"},
      {"/sandbox/join", "{group:'flat',person:'dot',by:'ada'}", "MemberAdded"},
      {"/sandbox/action",
       "{group:'flat',person:'ben',actionType:'Announcement',actionBody:{Message:'m'}}",
       "Announcement"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    json_object_unref (sbt_control (sbt, "POST", deeds[i][0], deeds[i][1]));
    sbt_wait_deliveries (sbt, i + 1);
    g_assert_cmpstr (sbt_string (delivery (sbt, i), "eventType"), ==, deeds[i][2]);
  }
  JsonObject *survey = json_object_get_object_member (delivery (sbt, 2), "data");
  JsonArray *answers = json_object_get_array_member (
      json_object_get_object_member (survey, "responseDetails"), "responseWithQuestions");
  /* As the wire has them: an array of one, a double, milliseconds. */
  g_assert_cmpstr (
      json_array_get_string_element (
          json_object_get_array_member (json_array_get_object_element (answers, 0), "answer"), 0),
      ==, "A");
  g_assert_cmpint (
      json_object_get_int_member (json_array_get_object_element (answers, 2), "answer"), ==,
      G_GINT64_CONSTANT (1513756800000));
  JsonObject *album = json_object_get_object_member (delivery (sbt, 3), "data");
  g_assert_cmpstr (sbt_string (album, "actionType"), ==, "Album");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (album, "media")), ==, 2);
}

static void
test_selective_message (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_autoptr (SbtReply) hook =
      sbt_as (sbt, "dot", "POST", "/v1/webhook",
              "{objectId:'{pub}',objectType:'Group',eventTypes:['TextMessageCreated'],"
              "callBackUrl:'{url}'}");
  g_assert_cmpuint (hook->status, ==, 200);
  sbt_reply_free (sbt_as (sbt, "ada", "POST", "/v1/groups/{pub}/messages",
                          "{message:'for eve',subscribers:['{eve.phone}']}"));
  g_autoptr (SbtReply) mine =
      sbt_as (sbt, "ada", "POST", "/v1/groups/{pub}/messages",
              "{message:'for dot',subscribers:['{dot.phone}','{ben.phone}']}");
  sbt_wait_deliveries (sbt, 1);
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 1);
  g_assert_cmpstr (text_of (sbt, 0), ==, "for dot");
  JsonArray *failed = json_object_get_array_member (sbt_object (mine), "failedResult");
  g_assert_cmpuint (json_array_get_length (failed), ==, 1);
}

static void
test_raw_and_pause (void)
{
  g_autoptr (Sbt) sbt = sbt_new (NULL);
  g_free (sbt_register (sbt, "ada", NULL));
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/webhooks/pause", NULL));
  say (sbt, "held");
  sbt_settle (sbt);
  g_assert_cmpuint (sbt->deliveries->len, ==, 0);
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/raw-delivery",
                                  "{group:'flat',body:{a:1},token:'other'}"));
  sbt_wait_deliveries (sbt, 1);
  g_assert_cmpstr (sbt->callback_tokens->pdata[0], ==, "other");
  json_object_unref (sbt_control (sbt, "POST", "/sandbox/webhooks/resume", NULL));
  sbt_wait_deliveries (sbt, 2);
  g_assert_cmpstr (text_of (sbt, 1), ==, "held");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/webhooks/a-callback-is-validated", test_validation);
  g_test_add_func ("/webhooks/the-callbacks-own-query-is-kept", test_query_is_kept);
  g_test_add_func ("/webhooks/a-wrong-answer-is-refused", test_wrong_answer);
  g_test_add_func ("/webhooks/a-hanging-callback-holds-up-nobody", test_hanging_answer);
  g_test_add_func ("/webhooks/end-with-the-membership", test_ends_with_the_membership);
  g_test_add_func ("/webhooks/a-retry-waits-while-inactive", test_retry_while_inactive);
  g_test_add_func ("/webhooks/attaching-twice-is-one-event", test_attached_twice);
  g_test_add_func ("/webhooks/the-envelope-is-complete", test_envelope);
  g_test_add_func ("/webhooks/the-envelope-can-lack-fields", test_switches_of_the_envelope);
  g_test_add_func ("/webhooks/texts-sent-by-api-echo-by-switch", test_echo);
  g_test_add_func ("/webhooks/deliveries-come-in-both-orders", test_orders);
  g_test_add_func ("/webhooks/deliveries-can-be-repeated", test_duplicates_and_redelivery);
  g_test_add_func ("/webhooks/six-retries-then-disabled-until-put", test_retries_and_disable);
  g_test_add_func ("/webhooks/a-retry-that-succeeds-is-the-last", test_one_retry_is_enough);
  g_test_add_func ("/webhooks/put-validates-again-and-delete-ends", test_put_and_delete);
  g_test_add_func ("/webhooks/each-deed-has-its-event", test_events);
  g_test_add_func ("/webhooks/a-selective-message-reaches-whom-it-is-for", test_selective_message);
  g_test_add_func ("/webhooks/raw-deliveries-and-pauses", test_raw_and_pause);
  return g_test_run ();
}
