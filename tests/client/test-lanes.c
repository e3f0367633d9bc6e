/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "bench.h"

#include "kz-limits.h"

#include <string.h>

#define MOMENTS 60

/* GETs get no answer, ever; anything else does. */
static void
stall_gets_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (g_str_equal (request->method, "GET"))
    reply->end = WIRE_STALL;
  else
    wire_reply (reply, 200, NULL, "{\"ok\":1}");
}

static void
good_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  wire_reply (reply, 200, NULL, "{\"ok\":1}");
}

static GPtrArray *
send_many (Bench *bench, const char *method, KzLane lane, guint n)
{
  GPtrArray *fates = g_ptr_array_new_with_free_func ((GDestroyNotify) fate_free);

  for (guint i = 0; i < n; i++) {
    Fate *fate = fate_new ();

    g_ptr_array_add (fates, fate);
    bench_send (bench, bench_request (method, lane), NULL, fate);
  }
  return fates;
}

/* Without time passing. */
static void
wait_seen (Wire *wire, guint n)
{
  while (wire_seen (wire) < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_done (const Fate *fate)
{
  while (!fate->done)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count_done (GPtrArray *fates)
{
  guint n = 0;

  for (guint i = 0; i < fates->len; i++)
    n += ((Fate *) g_ptr_array_index (fates, i))->done ? 1 : 0;
  return n;
}

static void
a_user_never_waits (void)
{
  g_autoptr (Wire) wire = wire_new (stall_gets_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = fate_new ();
  gint64 before_us = kz_clock_monotonic_us (bench->clock);
  GPtrArray *polls = send_many (bench, "GET", KZ_LANE_POLL, 500);

  wait_seen (wire, KZ_MAX_POLLS);
  bench_settle (bench);
  g_assert_cmpuint (wire_stalled (wire), ==, KZ_MAX_POLLS);
  bench_send (bench, bench_request ("POST", KZ_LANE_USER), NULL, fate);
  wait_done (fate);
  g_assert_no_error (fate->error);
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock), ==, before_us);
  g_assert_cmpuint (wire_seen (wire), ==, KZ_MAX_POLLS + 1);
  g_assert_cmpstr (wire_request (wire, KZ_MAX_POLLS)->method, ==, "POST");

  kz_http_shutdown (bench->http);
  bench_settle (bench);
  g_assert_cmpuint (count_done (polls), ==, 500);
  g_ptr_array_unref (polls);
}

static void
lanes_leave_connections_free (void)
{
  g_autoptr (Wire) wire = wire_new (stall_gets_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  GPtrArray *polls = send_many (bench, "GET", KZ_LANE_POLL, 20);
  GPtrArray *upkeep = send_many (bench, "GET", KZ_LANE_UPKEEP, 20);
  GPtrArray *sign_on = send_many (bench, "GET", KZ_LANE_SIGN_ON, 20);
  GPtrArray *user;

  wait_seen (wire, KZ_MAX_CONNECTIONS - 1);
  bench_settle (bench);
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, KZ_MAX_CONNECTIONS - 1);
  g_assert_cmpuint (wire_seen (wire), ==, KZ_MAX_CONNECTIONS - 1);

  user = send_many (bench, "POST", KZ_LANE_USER, 5);
  while (count_done (user) < 5)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (wire_seen (wire), ==, KZ_MAX_CONNECTIONS - 1 + 5);

  kz_http_shutdown (bench->http);
  bench_settle (bench);
  g_ptr_array_unref (polls);
  g_ptr_array_unref (upkeep);
  g_ptr_array_unref (sign_on);
  g_ptr_array_unref (user);
}

static void
two_polls_and_two_upkeeps (void)
{
  g_autoptr (Wire) wire = wire_new (stall_gets_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  GPtrArray *polls = send_many (bench, "GET", KZ_LANE_POLL, 20);
  GPtrArray *upkeep = send_many (bench, "GET", KZ_LANE_UPKEEP, 20);

  wait_seen (wire, KZ_MAX_POLLS + KZ_MAX_UPKEEP);
  bench_settle (bench);
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, KZ_MAX_POLLS + KZ_MAX_UPKEEP);
  kz_http_shutdown (bench->http);
  bench_settle (bench);
  g_ptr_array_unref (polls);
  g_ptr_array_unref (upkeep);
}

static void
send_path (Bench *bench, const char *path, KzLane lane, Fate *fate)
{
  bench_send (bench, kz_request_new ("GET", path, lane), NULL, fate);
}

static void
lanes_have_an_order (void)
{
  static const char *const expected[] = {"/user1", "/user2", "/signon", "/upkeep", "/poll"};
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new_narrow (wire_url (wire), 1);
  g_autoptr (GPtrArray) fates = g_ptr_array_new_with_free_func ((GDestroyNotify) fate_free);
  gboolean done = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_ptr_array_add (fates, fate_new ());
  send_path (bench, "/poll", KZ_LANE_POLL, fates->pdata[4]);
  send_path (bench, "/upkeep", KZ_LANE_UPKEEP, fates->pdata[3]);
  send_path (bench, "/signon", KZ_LANE_SIGN_ON, fates->pdata[2]);
  send_path (bench, "/user1", KZ_LANE_USER, fates->pdata[0]);
  send_path (bench, "/user2", KZ_LANE_USER, fates->pdata[1]);
  while (!done) {
    bench_drive (bench, &((Fate *) fates->pdata[count_done (fates)])->done);
    done = count_done (fates) == G_N_ELEMENTS (expected);
  }
  g_assert_cmpuint (wire_seen (wire), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (wire_request (wire, i)->target, ==, expected[i]);
  /* One a minute. */
  g_assert_cmpint (kz_clock_monotonic_us (bench->clock), >=, 4 * 60 * (gint64) G_USEC_PER_SEC);
}

/* --- cancellation --------------------------------------------------------------------------- */

/* So many turns of the loop in which something happened; the kernel may take its time to hand over
 * what it has, so an idle turn is not the end, but many are. */
static void
turn (guint times)
{
  for (guint idle = 0; times > 0 && idle < 2000;) {
    if (g_main_context_iteration (NULL, FALSE)) {
      times--;
      idle = 0;
    } else
      idle++;
  }
}

static void
cancel_at (const char *method, guint moment, WireFunc func, guint *answered)
{
  g_autoptr (Wire) wire = wire_new (func, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Fate) fate = fate_new ();
  gboolean was_done;

  bench->token = moment % 2;
  bench_send (bench, bench_request (method, KZ_LANE_USER), cancellable, fate);
  turn (moment);
  was_done = fate->done;
  g_cancellable_cancel (cancellable);
  /* Nothing is called from inside the cancellation. */
  g_assert_cmpint (fate->done, ==, was_done);
  wait_done (fate);
  if (was_done && fate->error == NULL)
    (*answered)++;
  else
    g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
  bench_settle (bench);
}

static void
cancelled_at_any_moment (gconstpointer method)
{
  guint answered = 0, never = 0;

  for (guint moment = 0; moment < MOMENTS; moment++) {
    cancel_at (method, moment, good_cb, &answered);
    if (g_str_equal (method, "GET"))
      cancel_at (method, moment, stall_gets_cb, &never);
  }
  /* Both ends of the scale were there. */
  g_assert_cmpuint (answered, >, 0);
  g_assert_cmpuint (answered, <, MOMENTS);
  g_assert_cmpuint (never, ==, 0);
}

static void
cancelled_while_it_waits (void)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new_narrow (wire_url (wire), 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Fate) first = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_autoptr (Fate) waiting = fate_new ();
  g_autoptr (Fate) already = fate_new ();

  g_assert_no_error (first->error);
  bench_send (bench, bench_request ("POST", KZ_LANE_USER), cancellable, waiting);
  bench_settle (bench);
  g_assert_false (waiting->done);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 1);
  g_cancellable_cancel (cancellable);
  bench_send (bench, bench_request ("POST", KZ_LANE_USER), cancellable, already);
  wait_done (waiting);
  wait_done (already);
  g_assert_error (waiting->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (already->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  bench_settle (bench);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
}

/* --- teardown ------------------------------------------------------------------------------- */

/* Something of everything: a good answer, a refused token, a redirect, a wait, a stall, a reset. */
static void
mixed_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  switch (nth % 6) {
  case 0:
    good_cb (request, nth, reply, NULL);
    return;
  case 1:
    wire_reply (reply, 401, NULL, "{}");
    return;
  case 2:
    wire_reply (reply, 308, "Location: /elsewhere\r\n", "");
    return;
  case 3:
    wire_reply (reply, 429, "Retry-After: 5\r\n", "");
    return;
  case 4:
    g_string_append (reply->bytes, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{");
    reply->end = WIRE_STALL;
    return;
  default:
    reply->end = WIRE_RESET;
  }
}

static void
shut_down_at (guint moment)
{
  g_autoptr (Wire) wire = wire_new (mixed_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  GPtrArray *fates[KZ_N_LANES];
  g_autoptr (Fate) late = fate_new ();
  guint seen;

  bench->token = moment % 3 == 0 ? 0 : 1;
  for (guint lane = 0; lane < KZ_N_LANES; lane++)
    fates[lane] = send_many (bench, lane % 2 == 0 ? "POST" : "GET", (KzLane) lane, 3);
  turn (moment);
  kz_http_shutdown (bench->http);
  g_assert_cmpuint (kz_clock_pending (bench->clock), ==, 0);
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, 0);
  g_assert_false (bench->is_busy);
  bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, late);
  bench_settle (bench);
  seen = wire_seen (wire);
  kz_clock_advance (bench->clock, 3600 * (gint64) G_USEC_PER_SEC);
  bench_settle (bench);
  g_assert_cmpuint (wire_seen (wire), ==, seen);
  g_assert_error (late->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (guint lane = 0; lane < KZ_N_LANES; lane++) {
    g_assert_cmpuint (count_done (fates[lane]), ==, 3);
    g_ptr_array_unref (fates[lane]);
  }
}

static void
shut_down_at_any_moment (void)
{
  for (guint moment = 0; moment < 2 * MOMENTS; moment++)
    shut_down_at (moment);
}

typedef struct {
  Bench *bench;
  guint called;
} Suicide;

static void
shut_down_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Suicide *suicide = data;

  kz_reply_free (kz_http_send_finish (KZ_HTTP (source), result, NULL));
  suicide->called++;
  kz_http_shutdown (suicide->bench->http);
}

static void
shut_down_from_a_callback (void)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  Suicide suicide = {bench, 0};

  for (guint i = 0; i < 20; i++)
    kz_http_send_async (bench->http, bench_request ("GET", (KzLane) (i % KZ_N_LANES)), NULL,
                        shut_down_cb, &suicide);
  while (suicide.called < 20)
    g_main_context_iteration (NULL, TRUE);
  bench_settle (bench);
  g_assert_cmpuint (suicide.called, ==, 20);
}

static void
dropped_at_any_moment (void)
{
  for (guint moment = 0; moment < MOMENTS; moment++) {
    g_autoptr (Wire) wire = wire_new (good_cb, NULL);
    g_autoptr (KzClock) clock = kz_clock_new_manual (0);
    g_autoptr (KzThrottle) throttle = kz_throttle_new (10, 10);
    KzHttp *http = kz_http_new (clock, throttle, NULL);
    g_autoptr (Fate) fate = fate_new ();
    KzRequest *request = kz_request_new ("GET", NULL, KZ_LANE_USER);

    /* Nobody holds it any more, but a request is under way: the callback comes all the same. */
    request->url = g_strconcat (wire_url (wire), "/x", NULL);
    request->auth = KZ_AUTH_NONE;
    kz_http_send_async (http, request, NULL, fate_cb, fate);
    turn (moment);
    g_object_add_weak_pointer (G_OBJECT (http), (gpointer *) &http);
    g_object_unref (http);
    wait_done (fate);
    g_assert_no_error (fate->error);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_assert_null (http);
    g_assert_cmpuint (kz_clock_pending (clock), ==, 0);
  }
}

/* --- the rest ------------------------------------------------------------------------------- */

static void
busy_is_told (void)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = fate_new ();

  bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, fate);
  wait_seen (wire, 1);
  g_assert_true (bench->is_busy);
  wait_done (fate);
  g_assert_false (bench->is_busy);
  g_assert_cmpuint (bench->busy_changes, ==, 2);
}

static void
trouble_once_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (nth == 1)
    wire_reply (reply, GPOINTER_TO_UINT (data), "Retry-After: 50\r\n", "");
  else
    good_cb (request, nth, reply, NULL);
}

static gboolean
goes_at_once_after_network_change (guint status)
{
  g_autoptr (Wire) wire = wire_new (trouble_once_cb, GUINT_TO_POINTER (status));
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = fate_new ();
  gboolean at_once;

  bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, fate);
  while (wire_seen (wire) == 0 || kz_http_in_flight (bench->http) > 0)
    g_main_context_iteration (NULL, TRUE);
  bench_settle (bench);
  kz_http_network_changed (bench->http);
  bench_settle (bench);
  at_once = kz_http_in_flight (bench->http) == 1 || fate->done;
  bench_drive (bench, &fate->done);
  g_assert_no_error (fate->error);
  /* On a new connection: the old one may be a dead one. */
  g_assert_cmpuint (wire_connections (wire), ==, 2);
  return at_once;
}

static void
a_network_change_wakes_the_waiting (void)
{
  g_assert_true (goes_at_once_after_network_change (503));
  g_assert_false (goes_at_once_after_network_change (429));
}

static void
one_throttle_for_two_accounts (void)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new_narrow (wire_url (wire), 3);
  g_autoptr (KzHttp) other = kz_http_new (bench->clock, bench->throttle, NULL);
  g_autoptr (Fate) late = fate_new ();
  KzRequest *request;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (Fate) fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));

    g_assert_no_error (fate->error);
  }
  request = kz_request_new ("GET", NULL, KZ_LANE_USER);
  request->url = g_strconcat (wire_url (wire), "/x", NULL);
  request->auth = KZ_AUTH_NONE;
  kz_http_send_async (other, request, NULL, fate_cb, late);
  bench_settle (bench);
  g_assert_cmpuint (wire_seen (wire), ==, 3);
  kz_clock_advance (bench->clock, 60 * G_USEC_PER_SEC);
  wait_done (late);
  g_assert_no_error (late->error);
  kz_http_shutdown (other);
}

static void
without_a_token_one_is_fetched_first (void)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = NULL;
  g_autoptr (Fate) refused = NULL;

  bench->token = 0;
  bench->renewal_error = g_error_new_literal (KZ_ERROR, KZ_ERROR_AUTH_REJECTED, "gone");
  refused = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));
  g_assert_error (refused->error, KZ_ERROR, KZ_ERROR_AUTH_REJECTED);
  g_assert_cmpuint (wire_seen (wire), ==, 0);

  g_clear_error (&bench->renewal_error);
  fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));
  g_assert_no_error (fate->error);
  g_assert_cmpuint (bench->renewals, ==, 2);
  g_assert_cmpuint (bench->refusals, ==, 0);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  g_assert_cmpstr (wire_header (wire, 0, "accesstoken"), ==, "token-1");
}

static void
new_token_meanwhile_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  Bench **bench = data;

  if (nth > 1) {
    good_cb (request, nth, reply, NULL);
    return;
  }
  (*bench)->token = 7;
  wire_reply (reply, 401, NULL, "{}");
}

static void
a_newer_token_is_not_thrown_away (void)
{
  Bench *bench = NULL;
  g_autoptr (Wire) wire = wire_new (new_token_meanwhile_cb, &bench);
  g_autoptr (Fate) fate = NULL;

  bench = bench_new (wire_url (wire));
  fate = bench_ask (bench, bench_request ("POST", KZ_LANE_USER));
  g_assert_no_error (fate->error);
  g_assert_cmpuint (bench->refusals, ==, 0);
  g_assert_cmpuint (wire_seen (wire), ==, 2);
  bench_free (bench);
}

static void
a_token_goes_to_its_own_origin_only (void)
{
  g_autoptr (Wire) wire = wire_new (good_cb, NULL);
  g_autoptr (Wire) stranger = wire_new (good_cb, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  KzRequest *request = kz_request_new ("GET", NULL, KZ_LANE_USER);
  g_autoptr (Fate) fate = NULL;
  g_autoptr (Fate) open = NULL;

  request->url = g_strconcat (wire_url (stranger), "/v1/x", NULL);
  fate = bench_ask (bench, request);
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_INVALID);
  g_assert_cmpuint (wire_connections (stranger), ==, 0);

  request = kz_request_new ("GET", NULL, KZ_LANE_USER);
  request->auth = KZ_AUTH_NONE;
  request->url = g_strconcat (wire_url (stranger), "/v1/x", NULL);
  open = bench_ask (bench, request);
  g_assert_no_error (open->error);
  g_assert_null (wire_header (stranger, 0, "accesstoken"));
}

static void
an_address_that_is_none (void)
{
  static const char *const urls[] = {"ftp://127.0.0.1/x", "nonsense", "http://",
                                     "file:///etc/passwd"};
  g_autoptr (Bench) bench = bench_new ("http://127.0.0.1:1");

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    KzRequest *request = kz_request_new ("GET", NULL, KZ_LANE_USER);
    g_autoptr (Fate) fate = NULL;

    request->auth = KZ_AUTH_NONE;
    request->url = g_strdup (urls[i]);
    fate = bench_ask (bench, request);
    g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lanes/a-user-never-waits-behind-polls", a_user_never_waits);
  g_test_add_func ("/lanes/the-others-leave-a-connection-free", lanes_leave_connections_free);
  g_test_add_func ("/lanes/two-polls-and-two-upkeeps-at-most", two_polls_and_two_upkeeps);
  g_test_add_func ("/lanes/user-then-sign-on-then-upkeep-then-poll", lanes_have_an_order);
  g_test_add_data_func ("/cancel/a-get-at-any-moment", "GET", cancelled_at_any_moment);
  g_test_add_data_func ("/cancel/a-post-at-any-moment", "POST", cancelled_at_any_moment);
  g_test_add_func ("/cancel/while-it-waits-for-its-budget", cancelled_while_it_waits);
  g_test_add_func ("/teardown/shut-down-at-any-moment", shut_down_at_any_moment);
  g_test_add_func ("/teardown/shut-down-from-a-callback", shut_down_from_a_callback);
  g_test_add_func ("/teardown/dropped-at-any-moment", dropped_at_any_moment);
  g_test_add_func ("/lanes/busy-is-told-at-both-ends", busy_is_told);
  g_test_add_func ("/lanes/a-network-change-wakes-the-waiting", a_network_change_wakes_the_waiting);
  g_test_add_func ("/lanes/two-accounts-share-one-budget", one_throttle_for_two_accounts);
  g_test_add_func ("/token/without-one-it-is-fetched-first", without_a_token_one_is_fetched_first);
  g_test_add_func ("/token/a-newer-one-is-not-thrown-away", a_newer_token_is_not_thrown_away);
  g_test_add_func ("/token/goes-to-its-own-origin-only", a_token_goes_to_its_own_origin_only);
  g_test_add_func ("/lanes/an-address-that-is-none-is-refused", an_address_that_is_none);
  return g_test_run ();
}
