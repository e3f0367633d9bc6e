/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Webhooks of our own, against the sandbox: created, trusted, moved, healed, and never a hand on
 * anybody else's. */
#include "config.h"

#include "hooks-fixture.h"

#include "kz-webhook-choice.h"
#include "kz-webhook-payload.h"

#include <string.h>

#define HOUR_US ((gint64) 3600 * G_USEC_PER_SEC)

static void
test_created (HooksFixture *fixture, gconstpointer data)
{
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_add (fixture, 1, FALSE);
  hooks_add (fixture, 2, TRUE);
  g_assert_cmpuint (kz_webhook_subscriptions_deaf (fixture->hooks), ==, 3);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (kz_webhook_subscriptions_deaf (fixture->hooks), ==, 0);
  g_assert_true (kz_webhook_subscriptions_works (fixture->hooks, fixture->ids[0]));
  {
    g_autofree char *text = hooks_told (fixture);

    g_assert_true (g_str_has_prefix (text, "c works, "));
    g_assert_cmpuint (strlen (text), ==, strlen ("c works, a works, b works"));
  }
  for (guint i = 0; i < 3; i++)
    hooks_assert_registered (fixture, i, fixture->url, 1);
  g_assert_cmpstr (kz_store_group (fixture->store, fixture->ids[0])->webhook_url, ==, fixture->url);
  hooks_add (fixture, 0, TRUE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (hooks_calls (fixture, "POST"), ==, 3);
  hooks_act (fixture, "/sandbox/say", "{'group':'a','person':'asha','text':'hello'}");
  hooks_settle ();
  g_assert_cmpuint (fixture->deliveries, ==, 1);
}

static void
test_trusted (HooksFixture *fixture, gconstpointer data)
{
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  /* At once; a look comes in the background. */
  hooks_assert_told (fixture, "a works");
  g_assert_cmpuint (hooks_calls (fixture, ""), ==, 0);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (hooks_calls (fixture, "GET"), ==, 1);
  g_assert_cmpuint (hooks_calls (fixture, "POST") + hooks_calls (fixture, "PUT"), ==, 0);
  hooks_pass (fixture, 5 * HOUR_US);
  g_assert_cmpuint (hooks_calls (fixture, "GET"), ==, 2);
  hooks_assert_told (fixture, "");
}

static void
test_moved (HooksFixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_strconcat (fixture->url, "?x=1", NULL);

  hooks_start (fixture, other);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  g_assert_false (kz_webhook_subscriptions_works (fixture->hooks, fixture->ids[0]));
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "a works");
  g_assert_cmpuint (hooks_calls (fixture, "PUT"), ==, 1);
  g_assert_cmpuint (hooks_calls (fixture, "POST") + hooks_calls (fixture, "GET"), ==, 0);
  hooks_assert_registered (fixture, 0, fixture->url, 1);
  hooks_assert_registered (fixture, 0, other, 0);
}

static void
test_switched_on_again (HooksFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  gboolean is_active = TRUE;
  guint count;

  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  id = hooks_registered (fixture, 0, "", &count, NULL);
  hooks_act (fixture, "/sandbox/webhooks/active", "{'webhookId':'%s','active':false}", id);
  g_free (hooks_registered (fixture, 0, "", &count, &is_active));
  g_assert_false (is_active);
  hooks_pass (fixture, 5 * HOUR_US);
  g_free (hooks_registered (fixture, 0, "", &count, &is_active));
  g_assert_true (is_active);
  g_assert_cmpuint (count, ==, 1);
}

static void
test_events (void)
{
  const KzWebhookOwn own = {.group_id = "g", .context = "c", .token = "t", .url = "u"};
  const KzWebhook unsaid = {.id = (char *) "w", .url = (char *) "u", .is_active = TRUE};
  g_auto (GStrv) events = g_strdupv ((char **) kz_delivery_event_types ());
  const KzWebhook whole = {
      .id = (char *) "w", .url = (char *) "u", .is_active = TRUE, .events = events};

  g_assert_true (kz_webhook_is_good (&own, &unsaid));
  g_assert_true (kz_webhook_is_good (&own, &whole));
  g_clear_pointer (&events[g_strv_length (events) - 1], g_free);
  g_assert_false (kz_webhook_is_good (&own, &whole));
}

static void
test_id_gone (HooksFixture *fixture, gconstpointer data)
{
  /* The store knows one that the service does not: once trusted, once to be moved. */
  kz_store_set_webhook (fixture->store, fixture->ids[0], "0c1d0000-0000-4000-8000-00000000dead",
                        data != NULL ? "http://127.0.0.1:1/gone" : fixture->url);
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  g_assert_true (kz_webhook_subscriptions_works (fixture->hooks, fixture->ids[0]));
  hooks_assert_registered (fixture, 0, fixture->url, 1);
  g_assert_cmpstr (kz_store_group (fixture->store, fixture->ids[0])->webhook_id, !=,
                   "0c1d0000-0000-4000-8000-00000000dead");
}

typedef struct {
  gboolean done;
  char *id;
} Created;

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Created *created = data;

  created->id = kz_api_create_webhook_finish (KZ_HTTP (source), result, NULL);
  created->done = TRUE;
}

static char *
register_other (HooksFixture *fixture, const char *url, const char *context)
{
  Created created = {FALSE, NULL};

  kz_api_create_webhook_async (fixture->http, fixture->ids[0], url, "token", context, NULL,
                               created_cb, &created);
  while (!created.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (created.id);
  return created.id;
}

static void
test_foreign (HooksFixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_strconcat (fixture->url, "?other", NULL);
  g_autofree char *id = register_other (fixture, other, "purple-kaizala/somebody-else/0");
  g_autofree char *bare = register_other (fixture, other, NULL);

  hooks_act (fixture, "/sandbox/webhooks/active", "{'webhookId':'%s','active':false}", id);
  g_assert_cmpstr (bare, !=, id);
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * HOUR_US);
  hooks_assert_told (fixture, "a works");
  g_assert_cmpuint (hooks_calls (fixture, "PUT") + hooks_calls (fixture, "DELETE"), ==, 0);
  hooks_assert_registered (fixture, 0, other, 2);
  hooks_assert_registered (fixture, 0, "", 3);
}

static void
test_duplicates (HooksFixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_strconcat (fixture->url, "?old", NULL);
  g_autofree char *context = kz_webhook_context (fixture->store, HOOKS_PHONE);

  g_free (register_other (fixture, other, context));
  g_free (register_other (fixture, other, context));
  g_free (register_other (fixture, other, context));
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "a works");
  hooks_assert_registered (fixture, 0, "", 1);
  hooks_assert_registered (fixture, 0, fixture->url, 1);
  g_assert_cmpuint (hooks_calls (fixture, "DELETE"), ==, 2);
  g_assert_cmpuint (hooks_calls (fixture, "POST"), ==, 0);
  /* Its token was put right too: deliveries pass. */
  hooks_act (fixture, "/sandbox/say", "{'group':'a','person':'asha','text':'hello'}");
  hooks_settle ();
  g_assert_cmpuint (fixture->deliveries, ==, 1);
}

static void
test_refused (HooksFixture *fixture, gconstpointer data)
{
  hooks_act (fixture, "/sandbox/fault",
             "{'match':{'method':'POST','path':'/webhook','times':0},"
             "'action':{'status':403,'body':{'errorCode':'Forbidden','message':'Not here'}}}");
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "a deaf refused");
  g_assert_cmpuint (kz_webhook_subscriptions_deaf (fixture->hooks), ==, 1);
  /* Much later, and told only once. */
  hooks_pass (fixture, 2 * HOUR_US);
  g_assert_cmpuint (hooks_calls (fixture, "POST"), ==, 1);
  hooks_pass (fixture, 7 * HOUR_US);
  g_assert_cmpuint (hooks_calls (fixture, "POST"), ==, 2);
  hooks_assert_told (fixture, "");
  json_object_unref (hooks_control (fixture, "DELETE", "/sandbox/faults", NULL));
  hooks_pass (fixture, 9 * HOUR_US);
  hooks_assert_told (fixture, "a works");
}

static void
test_transient (HooksFixture *fixture, gconstpointer data)
{
  hooks_act (fixture, "/sandbox/fault",
             "{'match':{'method':'GET','path':'/webhook','times':0},'action':{'status':503}}");
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 300 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "");
  g_assert_cmpuint (kz_webhook_subscriptions_deaf (fixture->hooks), ==, 1);
  json_object_unref (hooks_control (fixture, "DELETE", "/sandbox/faults", NULL));
  hooks_pass (fixture, HOUR_US);
  hooks_assert_told (fixture, "a works");
  hooks_assert_registered (fixture, 0, "", 1);
}

static void
test_half_a_day_of_failures (HooksFixture *fixture, gconstpointer data)
{
  guint looks;

  hooks_act (fixture, "/sandbox/fault",
             "{'match':{'method':'GET','path':'/webhook','times':0},'action':{'status':404}}");
  hooks_act (fixture, "/sandbox/fault",
             "{'match':{'method':'POST','path':'/webhook','times':0},'action':{'reset':'before'}}");
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 4 * HOUR_US);
  looks = hooks_calls (fixture, "GET") + hooks_calls (fixture, "POST");
  hooks_pass (fixture, 8 * HOUR_US);
  /* Every half an hour or a little more, each time with the tries of one request. */
  g_assert_cmpuint (hooks_calls (fixture, "GET") + hooks_calls (fixture, "POST") - looks, <=, 120);
  g_assert_cmpuint (hooks_calls (fixture, "GET") + hooks_calls (fixture, "POST") - looks, >=, 12);
  g_assert_cmpuint (kz_webhook_subscriptions_deaf (fixture->hooks), ==, 1);
}

static void
test_unanswered (HooksFixture *fixture, gconstpointer data)
{
  /* It was made, and its answer was lost: it is found, not made again. */
  hooks_act (fixture, "/sandbox/fault",
             "{'match':{'method':'POST','path':'/webhook'},'action':{'reset':'after'}}");
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 600 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "a works");
  g_assert_cmpuint (hooks_calls (fixture, "POST"), ==, 1);
  hooks_assert_registered (fixture, 0, "", 1);
}

static void
test_doubt (HooksFixture *fixture, gconstpointer data)
{
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "a works");
  for (guint i = 0; i < 2; i++) {
    kz_webhook_subscriptions_doubt (fixture->hooks, fixture->ids[0]);
    hooks_pass (fixture, 700 * G_USEC_PER_SEC);
  }
  hooks_assert_told (fixture, "a deaf");
  kz_webhook_subscriptions_heard (fixture->hooks, fixture->ids[0]);
  hooks_assert_told (fixture, "a works");
  /* Heard in between: no reason to give it up. */
  kz_webhook_subscriptions_doubt (fixture->hooks, fixture->ids[0]);
  hooks_pass (fixture, 700 * G_USEC_PER_SEC);
  kz_webhook_subscriptions_heard (fixture->hooks, fixture->ids[0]);
  kz_webhook_subscriptions_doubt (fixture->hooks, fixture->ids[0]);
  hooks_pass (fixture, 700 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "");
}

static void
test_stopped (HooksFixture *fixture, gconstpointer turns)
{
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_add (fixture, 1, FALSE);
  kz_clock_advance (fixture->clock, 1);
  for (guint i = 0; i < GPOINTER_TO_UINT (turns); i++)
    g_main_context_iteration (NULL, FALSE);
  g_ptr_array_set_size (fixture->told, 0);
  kz_webhook_subscriptions_stop (fixture->hooks);
  hooks_add (fixture, 2, TRUE);
  hooks_pass (fixture, 2 * HOUR_US);
  hooks_assert_told (fixture, "");
  g_assert_cmpuint (hooks_calls (fixture, "GET"), <=, 2);
}

static void
test_removed (HooksFixture *fixture, gconstpointer data)
{
  hooks_start (fixture, fixture->url);
  hooks_add (fixture, 0, FALSE);
  hooks_add (fixture, 1, FALSE);
  kz_webhook_subscriptions_remove (fixture->hooks, fixture->ids[0]);
  hooks_pass (fixture, 5 * G_USEC_PER_SEC);
  hooks_assert_told (fixture, "b works");
  hooks_assert_registered (fixture, 0, "", 0);
  g_assert_cmpuint (kz_webhook_subscriptions_deaf (fixture->hooks), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  HOOKS_TEST ("/subscriptions/open-rooms-get-theirs-first", NULL, test_created);
  HOOKS_TEST ("/subscriptions/a-known-one-is-trusted-and-verified", NULL, test_trusted);
  HOOKS_TEST ("/subscriptions/a-new-url-costs-one-put", NULL, test_moved);
  HOOKS_TEST ("/subscriptions/half-a-day-of-failures-costs-few-calls", NULL,
              test_half_a_day_of_failures);
  HOOKS_TEST ("/subscriptions/a-disabled-one-is-switched-on-again", NULL, test_switched_on_again);
  HOOKS_TEST ("/subscriptions/a-trusted-one-that-is-gone-is-made-anew", NULL, test_id_gone);
  HOOKS_TEST ("/subscriptions/one-to-be-moved-that-is-gone-is-made-anew", "moved", test_id_gone);
  HOOKS_TEST ("/subscriptions/those-of-others-are-never-touched", NULL, test_foreign);
  HOOKS_TEST ("/subscriptions/of-several-of-our-own-one-is-kept", NULL, test_duplicates);
  HOOKS_TEST ("/subscriptions/a-refusal-is-told-once-and-tried-hours-later", NULL, test_refused);
  HOOKS_TEST ("/subscriptions/trouble-is-waited-out", NULL, test_transient);
  HOOKS_TEST ("/subscriptions/an-unanswered-creation-makes-no-second-one", NULL, test_unanswered);
  HOOKS_TEST ("/subscriptions/one-that-is-there-and-silent-is-given-up", NULL, test_doubt);
  HOOKS_TEST ("/subscriptions/a-group-that-is-not-wanted-gets-none", NULL, test_removed);
  for (guint turns = 0; turns < 24; turns += 2) {
    g_autofree char *path =
        g_strdup_printf ("/subscriptions/nothing-comes-after-stopping/%u", turns);

    HOOKS_TEST (path, GUINT_TO_POINTER (turns), test_stopped);
  }
  g_test_add_func ("/subscriptions/one-for-fewer-events-is-no-good", test_events);
  return g_test_run ();
}
