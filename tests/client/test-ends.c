/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ends a call at a place where few do: from within a callback, without a token, without an
 * address. */
#include "config.h"

#include "bench.h"

#include "kz-http-private.h"

typedef struct {
  guint status;
  const char *body;
} Answer;

static void
answer_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  const Answer *answer = data;

  wire_reply (reply, answer->status, NULL, answer->body);
}

static const Answer answers[] = {{200, "{\"ok\":1}"}, {403, "{}"}, {503, "{}"}, {401, "{}"}};

static void
shut_when_idle_cb (gboolean is_busy, gpointer data)
{
  if (!is_busy)
    kz_http_shutdown (data);
}

/* The host hears that nothing is on its way, and signs off there and then. */
static void
shut_when_idle (gconstpointer data)
{
  g_autoptr (Wire) wire = wire_new (answer_cb, (gpointer) data);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = NULL;

  kz_http_set_busy_func (bench->http, shut_when_idle_cb, bench->http);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (fate->reply);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  g_assert_cmpuint (bench->renewals, ==, 0);
}

/* The same where what is on its way is taken back, to go again. */
static void
shut_when_idle_for_another_network (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_stall, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = fate_new ();

  kz_http_set_busy_func (bench->http, shut_when_idle_cb, bench->http);
  bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, fate);
  while (wire_stalled (wire) == 0)
    g_main_context_iteration (NULL, TRUE);
  kz_http_network_changed (bench->http);
  bench_drive (bench, &fate->done);
  g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  bench_settle (bench);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
  g_assert_true (g_queue_is_empty (&bench->http->waiting[KZ_LANE_USER]));
}

static void
shut_when_busy_cb (gboolean is_busy, gpointer data)
{
  if (is_busy)
    kz_http_shutdown (data);
}

/* The same at the other end, before anything is sent. */
static void
shut_when_busy (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_stall, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = fate_new ();

  kz_http_set_busy_func (bench->http, shut_when_busy_cb, bench->http);
  bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, fate);
  bench_drive (bench, &fate->done);
  g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  bench_settle (bench);
  g_assert_cmpuint (wire_seen (wire), ==, 0);
  g_assert_cmpuint (kz_http_in_flight (bench->http), ==, 0);
}

static void
change_network_when_idle_cb (gboolean is_busy, gpointer data)
{
  if (!is_busy)
    kz_http_network_changed (data);
}

/* What has just been answered does not go again. */
static void
another_network_when_idle (void)
{
  g_autoptr (Wire) wire = wire_new (answer_cb, (gpointer) &answers[0]);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = NULL;

  kz_http_set_busy_func (bench->http, change_network_when_idle_cb, bench->http);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_no_error (fate->error);
  bench_settle (bench);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
}

/* What may not go twice has a quarter of a minute left, however often the network changes. */
static void
another_network_hurries_a_post (void)
{
  g_autoptr (Wire) wire = wire_new (wire_reply_stall, NULL);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = fate_new ();

  bench_send (bench, bench_request ("POST", KZ_LANE_USER), NULL, fate);
  while (wire_stalled (wire) == 0)
    g_main_context_iteration (NULL, TRUE);
  kz_http_network_changed (bench->http);
  kz_clock_advance (bench->clock, 10 * G_USEC_PER_SEC);
  kz_http_network_changed (bench->http);
  bench_settle (bench);
  g_assert_false (fate->done);
  kz_clock_advance (bench->clock, 5 * G_USEC_PER_SEC);
  bench_settle (bench);
  g_assert_true (fate->done);
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_UNRESOLVED);
  g_assert_cmpuint (wire_seen (wire), ==, 1);
}

static void
shut_when_moved_cb (gpointer auth, const char *base)
{
  kz_http_shutdown (((Bench *) auth)->http);
}

static void
move_once_cb (const WireRequest *request, guint nth, WireReply *reply, gpointer data)
{
  if (nth == 1)
    wire_reply (reply, 308, "Location: /unit7/v1/groups/g@1/things?a=b\r\n", "");
  else
    answer_cb (request, nth, reply, data);
}

/* The same from within the news that the service moved. */
static void
shut_when_moved (gconstpointer data)
{
  g_autoptr (Wire) wire = wire_new (move_once_cb, (gpointer) data);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  KzHttpAuth functions = *bench->http->functions;
  g_autoptr (Fate) fate = NULL;

  functions.moved = shut_when_moved_cb;
  kz_http_set_auth (bench->http, &functions, bench);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  kz_http_set_auth (bench->http, NULL, NULL);
  if (((const Answer *) data)->status < 500)
    g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_UNAVAILABLE);
}

static void
the_auth_goes_while_it_renews (void)
{
  g_autoptr (Wire) wire = wire_new (answer_cb, (gpointer) &answers[0]);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  g_autoptr (Fate) fate = fate_new ();

  bench->token = 0;
  bench_send (bench, bench_request ("GET", KZ_LANE_USER), NULL, fate);
  while (bench->renewals == 0)
    g_main_context_iteration (NULL, TRUE);
  kz_http_set_auth (bench->http, NULL, NULL);
  bench_drive (bench, &fate->done);
  g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (wire_seen (wire), ==, 0);
}

static gboolean
no_headers (gpointer auth,
            KzAuthNeed need,
            void (*add) (gpointer target, const char *name, const char *value),
            gpointer target)
{
  return FALSE;
}

/* Every renewal succeeds, and no token comes of it. */
static void
no_token_that_can_be_used (void)
{
  g_autoptr (Wire) wire = wire_new (answer_cb, (gpointer) &answers[0]);
  g_autoptr (Bench) bench = bench_new (wire_url (wire));
  KzHttpAuth functions = *bench->http->functions;
  g_autoptr (Fate) fate = NULL;

  functions.headers = no_headers;
  kz_http_set_auth (bench->http, &functions, bench);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  kz_http_set_auth (bench->http, NULL, NULL);
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_TOKEN_EXPIRED);
  g_assert_cmpuint (bench->renewals, ==, 2);
  g_assert_cmpuint (wire_seen (wire), ==, 0);
}

static void
no_address (gconstpointer url)
{
  g_autoptr (Bench) bench = bench_new ("http://127.0.0.1:1");
  KzRequest *request = bench_request ("GET", KZ_LANE_USER);
  g_autoptr (Fate) fate = NULL;

  request->auth = KZ_AUTH_NONE;
  request->url = g_strdup (url);
  fate = bench_ask (bench, request);
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_INVALID);
}

/* Nobody has signed in, or somebody has just signed off. */
static void
no_auth (void)
{
  g_autoptr (Bench) bench = bench_new ("http://127.0.0.1:1");
  g_autoptr (Fate) fate = NULL;

  kz_http_set_auth (bench->http, NULL, NULL);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_error (fate->error, KZ_ERROR, KZ_ERROR_INVALID);
}

/* The news of another network may come after the sign-off. */
static void
another_network_after_the_end (void)
{
  g_autoptr (Bench) bench = bench_new ("http://127.0.0.1:1");
  g_autoptr (Fate) fate = NULL;

  kz_http_shutdown (bench->http);
  kz_http_network_changed (bench->http);
  fate = bench_ask (bench, bench_request ("GET", KZ_LANE_USER));
  g_assert_error (fate->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree char *idle = g_strdup_printf ("/ends/shut-when-idle/%u", answers[i].status);
    g_autofree char *moved = g_strdup_printf ("/ends/shut-when-moved/%u", answers[i].status);

    g_test_add_data_func (idle, &answers[i], shut_when_idle);
    g_test_add_data_func (moved, &answers[i], shut_when_moved);
  }
  g_test_add_func ("/ends/shut-when-idle/another-network", shut_when_idle_for_another_network);
  g_test_add_func ("/ends/shut-when-busy", shut_when_busy);
  g_test_add_func ("/ends/another-network-when-idle", another_network_when_idle);
  g_test_add_func ("/ends/another-network-hurries-a-post", another_network_hurries_a_post);
  g_test_add_func ("/ends/the-auth-goes-while-it-renews", the_auth_goes_while_it_renews);
  g_test_add_func ("/ends/no-token-that-can-be-used", no_token_that_can_be_used);
  g_test_add_data_func ("/ends/no-address/another-scheme", "ftp://127.0.0.1/x", no_address);
  g_test_add_data_func ("/ends/no-address/nonsense", "nonsense", no_address);
  g_test_add_func ("/ends/no-auth", no_auth);
  g_test_add_func ("/ends/another-network-after-the-end", another_network_after_the_end);
  return g_test_run ();
}
